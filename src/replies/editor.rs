//! The editor of one rule, or of the answer to one call that waits.

use leptos::prelude::*;
use workbench::port::ComposerIssue;

use super::draft::{Kind, OTHER_CODE, Target};
use crate::fields::{Choice, Line, Lines};
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The editor.
#[component]
pub(super) fn Editor() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let draft = handle.screen.reply_draft;
    let is_rule = move || editor.target.with(|target| matches!(target, Target::Rule(_)));
    let title = move || match editor.target.get() {
        Target::Rule(0) => "New rule".to_owned(),
        Target::Rule(number) => format!("Rule {number}"),
        Target::Call(_) => editor.action.with(|action| format!("Answer to {}", text::visible(action))),
        Target::Nothing => String::new(),
    };
    let is_gone = move || match editor.target.get() {
        Target::Call(number) => {
            handle.screen.replies.with(|view| view.waiting.iter().all(|call| call.number != number))
        }
        Target::Rule(_) | Target::Nothing => false,
    };
    let problem =
        Memo::new(move |_| if is_gone() { GONE.to_owned() } else { draft.with(|draft| draft.problem.clone()) });
    let is_stopped = move || problem.with(|problem| !problem.is_empty());
    let done_words = move || if is_rule() { "Save rule" } else { "Send answer" };
    let by_key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "Escape" => editor.close(handle),
        "Enter" if (event.ctrl_key() || event.meta_key()) && problem.with_untracked(String::is_empty) => {
            event.prevent_default();
            editor.done(handle);
        }
        _ => {}
    };
    view! {
        <section class="reply-editor" aria-label="Reply editor" on:keydown=by_key>
            <h3 class="reply-editor__title">{live(title)}</h3>
            <div class="reply-editor__fields">
                <Show when=is_rule>
                    <RequestSelect />
                    <ConditionField />
                </Show>
                <KindSelect />
                <Show when=move || editor.kind.get() == Kind::Status><StatusField /></Show>
                <Show when=move || editor.kind.get() == Kind::Error><ErrorFields /></Show>
                <Show when=move || editor.kind.get() == Kind::Ask>
                    <Number label="Seconds to wait" value=editor.seconds limits=("1", "3600") />
                </Show>
                <Show when=move || is_rule() && !matches!(editor.kind.get(), Kind::Silence | Kind::Ask)>
                    <Number label="Delay in ms" value=editor.delay limits=("0", "3600000") />
                </Show>
                <Show when=is_rule>
                    <Number label="Times" value=editor.uses limits=("1", "1000000") empty="always" />
                    <Number label="Chance in %" value=editor.percent limits=("1", "100") />
                </Show>
            </div>
            <Show when=move || editor.kind.get() == Kind::Payload><PayloadField /></Show>
            <Show when=move || editor.kind.get() == Kind::Error>
                <Lines label="Details" value=editor.details changed=changed class=TEXT />
            </Show>
            <Show when=move || editor.kind.get() == Kind::Raw>
                <Lines label="Raw answer" value=editor.raw changed=changed class=TEXT />
                <p class="reply-editor__note">"Sent as it stands; {{id}} becomes the message id."</p>
            </Show>
            <Remarks />
            <div class="reply-editor__end">
                <button
                    class="button button--primary"
                    type="button"
                    disabled=live(is_stopped)
                    aria-describedby="reply-problem"
                    on:click=move |_| editor.done(handle)
                >
                    {live(done_words)}
                </button>
                <button class="button" type="button" on:click=move |_| editor.close(handle)>"Cancel"</button>
                <p class="reply-editor__problem" id="reply-problem">{live(move || problem.get())}</p>
            </div>
        </section>
    }
}

const GONE: &str = "This call does not wait any more.";
/// Class of a text that goes out as it stands.
const TEXT: &str = "send__text reply-editor__text";

fn changed(handle: Handle) {
    handle.reply_editor.changed(handle);
}

#[component]
fn RequestSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    // A rule may be about a request of another version.
    let actions = Memo::new(move |_| {
        let mut actions = handle.screen.replies.with(|view| view.actions.clone());
        editor.action.with(|action| {
            if !action.is_empty() && !actions.contains(action) {
                actions.insert(0, action.clone());
            }
        });
        actions
    });
    let option = move |action: &String| {
        let name = action.clone();
        let is_selected = move || editor.action.with(|chosen| *chosen == name);
        view! { <option value=action.clone() selected=live(is_selected)>{text::visible(action).into_owned()}</option> }
    };
    let options = move || actions.with(|actions| actions.iter().map(option).collect_view().into_any());
    let is_every = move || editor.action.with(String::is_empty);
    view! {
        <Choice label="Request" choose=move |action| editor.action_chosen(handle, action)>
            <option value="" selected=live(is_every)>"Every request"</option>
            {live(options)}
        </Choice>
    }
}

#[component]
fn ConditionField() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let fault = move || handle.screen.reply_draft.with(|draft| draft.condition_fault.clone());
    let is_wrong = move || handle.screen.reply_draft.with(|draft| !draft.condition_fault.is_empty());
    let typed = move |text: String| {
        editor.condition.set(text);
        editor.changed(handle);
    };
    view! {
        <label class="field reply-editor__condition">
            <span class="field__label">"Condition"</span>
            <input
                class="field__input"
                type="text"
                aria-label="Condition"
                aria-describedby="reply-condition-fault"
                aria-invalid=live(move || is_wrong().then_some("true"))
                placeholder="connectorId>1"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=editor.condition
                on:input:target=move |event| typed(event.target().value())
            />
        </label>
        <p class="reply-editor__fault" id="reply-condition-fault" hidden=live(move || !is_wrong())>{live(fault)}</p>
    }
}

#[component]
fn KindSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let option = move |kind: Kind| {
        let is_selected = move || editor.kind.get() == kind;
        view! { <option value=kind.label() selected=live(is_selected)>{kind.label()}</option> }
    };
    let options = move || {
        // A call that waits cannot be asked about again.
        let is_call = editor.target.with(|target| matches!(target, Target::Call(_)));
        let kinds = Kind::ALL.into_iter().filter(|kind| !is_call || *kind != Kind::Ask);
        kinds.map(option).collect_view().into_any()
    };
    let choose = move |label: String| editor.kind_chosen(handle, Kind::from_label(&label));
    view! {
        <Choice label="Answer" choose=choose>{live(options)}</Choice>
    }
}

/// A list where the statuses are known, else a text.
#[component]
fn StatusField() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let statuses = Memo::new(move |_| handle.screen.reply_draft.with(|draft| draft.statuses.clone()));
    let option = move |status: &String| {
        let name = status.clone();
        let is_selected = move || editor.status.with(|chosen| *chosen == name);
        view! { <option value=status.clone() selected=live(is_selected)>{status.clone()}</option> }
    };
    let options = move || statuses.with(|statuses| statuses.iter().map(option).collect_view().into_any());
    let set = move |status: String| {
        editor.status.set(status);
        editor.changed(handle);
    };
    view! {
        <label class="field">
            <span class="field__label">"Status"</span>
            <Show when=move || !statuses.with(Vec::is_empty)>
                <select class="field__input" aria-label="Status" on:change:target=move |event| set(event.target().value())>
                    {live(options)}
                </select>
            </Show>
            <Show when=move || statuses.with(Vec::is_empty)>
                <input
                    class="field__input"
                    type="text"
                    aria-label="Status"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=editor.status
                    on:input:target=move |event| set(event.target().value())
                />
            </Show>
        </label>
    }
}

/// Code and description of a `CALLERROR`.
#[component]
fn ErrorFields() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let option = move |code: &String| {
        let name = code.clone();
        let is_selected = move || !editor.is_other_code.get() && editor.code.with(|chosen| *chosen == name);
        view! { <option value=code.clone() selected=live(is_selected)>{code.clone()}</option> }
    };
    let groups = Memo::new(move |_| handle.screen.replies.with(|view| view.codes.clone()));
    let group = move |(label, codes): &(String, Vec<String>)| {
        view! { <optgroup label=label.clone()>{codes.iter().map(option).collect_view()}</optgroup> }
    };
    let options = move || groups.with(|groups| groups.iter().map(group).collect_view().into_any());
    let choose = move |code: String| {
        let is_other = code == OTHER_CODE;
        editor.is_other_code.set(is_other);
        if !is_other {
            editor.code.set(code);
            editor.changed(handle);
        }
    };
    view! {
        <Choice label="Error code" choose=choose>
            {live(options)}
            <option value=OTHER_CODE selected=live(move || editor.is_other_code.get())>"Another code…"</option>
        </Choice>
        <Show when=move || editor.is_other_code.get()>
            <Line label="Code" value=editor.code changed=changed />
        </Show>
        <Line label="Description" value=editor.description changed=changed class="field reply-editor__condition" />
    }
}

#[component]
fn Number(
    /// Its name.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// Least and greatest.
    limits: (&'static str, &'static str),
    /// What an empty field means.
    #[prop(default = "")]
    empty: &'static str,
) -> impl IntoView {
    view! {
        <Line label=label value=value changed=changed kind="number" limits=limits placeholder=empty class="field reply-editor__number" />
    }
}

#[component]
fn PayloadField() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    view! {
        <div class="reply-editor__tools">
            <button class="button" type="button" on:click=move |_| editor.ask_template(handle, false)>"Required fields"</button>
            <button class="button" type="button" on:click=move |_| editor.ask_template(handle, true)>"All fields"</button>
        </div>
        <textarea
            class="send__text reply-editor__text reply-editor__payload"
            aria-label="Answer payload"
            aria-describedby="reply-remarks"
            spellcheck="false"
            autocomplete="off"
            prop:value=editor.payload
            on:input:target=move |event| editor.payload_typed(handle, event.target().value())
        ></textarea>
    }
}

/// What is wrong, and what there is to know.
#[component]
fn Remarks() -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.screen.reply_draft;
    let issue = |issue: &ComposerIssue| {
        let place = if issue.line > 0 { format!("{}:{}", issue.line, issue.column) } else { String::new() };
        view! {
            <li class="reply-editor__issue">
                <Glyph icon=Icon::Error />
                <span class="send__place">{place}</span>
                <span>{text::visible(&issue.message).into_owned()}</span>
            </li>
        }
    };
    let issues = move || draft.with(|draft| draft.issues.iter().map(issue).collect_view().into_any());
    let note = |note: &String| view! { <li class="reply-editor__note">{text::visible(note).into_owned()}</li> };
    let notes = move || draft.with(|draft| draft.notes.iter().map(note).collect_view().into_any());
    view! {
        <div id="reply-remarks">
            <Show when=move || draft.with(|draft| draft.is_valid)>
                <p class="send__valid"><Glyph icon=Icon::Ok />"Valid"</p>
            </Show>
            <ul>{live(issues)}</ul>
            <ul>{live(notes)}</ul>
        </div>
    }
}
