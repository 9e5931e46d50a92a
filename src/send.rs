//! The view Send, below the timeline: a call from a template or an example, as a form and as JSON, checked while typing;
//! and a raw frame.

pub(crate) mod draft;
mod drawer;
mod form_panel;

use leptos::html::Textarea;
use leptos::prelude::*;
use workbench::composer::variables::NAMES;
use workbench::port::{ActionItem, Command, ComposerIssue};

use self::drawer::{DrawerButtons, OpenDrawer};
use self::form_panel::FormPanel;
use crate::browser::caret;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The panel.
#[component]
pub(crate) fn SendPanel() -> impl IntoView {
    let handle = Handle::from_context();
    handle.send_draft.begin(handle);
    let can_send = Memo::new(move |_| handle.screen.composer.with(|composer| composer.can_send));
    let version = move || handle.screen.composer.with(|composer| composer.version.clone());
    view! {
        <section class="send" aria-label="Send">
            <div class="send__head">
                <h2 class="send__title">"Send as the station"</h2>
                <span class="send__version">{live(move || format!("OCPP {}", version()))}</span>
                <DrawerButtons />
                <Show when=move || !can_send.get()>
                    <p class="send__reason" id="send-reason">
                        <Glyph icon=Icon::Info />
                        "Not connected: connect to a CSMS to send"
                    </p>
                </Show>
            </div>
            <div class="send__parts">
                <OpenDrawer can_send=can_send />
                <CallPart can_send=can_send />
                <RawPart can_send=can_send />
            </div>
        </section>
    }
}

/// Action, payload, templates and what is wrong.
#[component]
fn CallPart(
    /// A link is open.
    can_send: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.send_draft;
    let area = NodeRef::<Textarea>::new();
    let send_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && can_send.get_untracked() {
            event.prevent_default();
            draft.send_call(handle);
        }
    };
    let go_to = Callback::new(move |(line, column): (u32, u32)| {
        if let Some(area) = area.get_untracked() {
            caret::place(&area, line, column);
        }
    });
    view! {
        <div class="send__call">
            <div class="send__tools">
                <ActionSelect />
                <ExampleSelect />
                <OutletSelect />
                <button class="button" type="button" on:click=move |_| draft.ask_template(handle, false)>"Required fields"</button>
                <button class="button" type="button" on:click=move |_| draft.ask_template(handle, true)>"All fields"</button>
                <button
                    class="button button--primary send__go"
                    type="button"
                    disabled=live(move || !can_send.get())
                    aria-describedby=live(move || (!can_send.get()).then_some("send-reason"))
                    on:click=move |_| draft.send_call(handle)
                >
                    "Send call"
                </button>
            </div>
            <div class="send__both">
                <FormPanel />
                <div class="send__json">
                    <textarea
                        class="send__text"
                        aria-label="Payload"
                        aria-describedby="send-issues"
                        spellcheck="false"
                        autocomplete="off"
                        node_ref=area
                        prop:value=draft.payload
                        on:input:target=move |event| draft.payload_typed(handle, event.target().value())
                        on:keydown=send_by_key
                    ></textarea>
                    <GoesOut is_raw=false />
                </div>
            </div>
            <Issues go_to=go_to />
        </div>
    }
}

#[component]
fn ActionSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.send_draft;
    let actions = Memo::new(move |_| handle.screen.composer.with(|composer| composer.actions.clone()));
    let option = move |item: &ActionItem| {
        let (name, label) = (item.name.clone(), item.name.clone());
        let is_selected = move || draft.action.with(|action| *action == name);
        view! { <option value=item.name.clone() prop:selected=live(is_selected)>{label}</option> }
    };
    let ours = move || {
        actions.with(|actions| actions.iter().filter(|item| item.is_ours).map(option).collect_view().into_any())
    };
    let theirs = move || {
        actions.with(|actions| actions.iter().filter(|item| !item.is_ours).map(option).collect_view().into_any())
    };
    view! {
        <select
            class="field__input send__action"
            aria-label="Action"
            on:change:target=move |event| draft.action_chosen(handle, event.target().value())
        >
            {live(ours)}
            <optgroup label="Sent by the CSMS — wrong direction">{live(theirs)}</optgroup>
        </select>
    }
}

/// Examples of the action that fit what the station is doing.
#[component]
fn ExampleSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.send_draft;
    let examples = Memo::new(move |_| handle.screen.composer.with(|composer| composer.examples.clone()));
    let option = move |name: &String| {
        let (value, this) = (name.clone(), name.clone());
        let is_chosen = move || draft.example.with(|example| *example == this);
        view! { <option value=value.clone() prop:selected=live(is_chosen)>{value.clone()}</option> }
    };
    view! {
        <select
            class="field__input send__example"
            aria-label="Example"
            disabled=live(move || examples.with(Vec::is_empty))
            on:change:target=move |event| draft.ask_example(handle, event.target().value())
        >
            <option value="" prop:selected=live(move || draft.example.with(String::is_empty))>"Example…"</option>
            {live(move || examples.with(|examples| examples.iter().map(option).collect_view()))}
        </select>
    }
}

/// The connector or EVSE that examples and variables are about, where the station has several.
#[component]
fn OutletSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let composer = handle.screen.composer;
    let outlet = Memo::new(move |_| composer.with(|composer| composer.outlet));
    let n_outlets = Memo::new(move |_| composer.with(|composer| composer.n_outlets));
    let place =
        Memo::new(move |_| composer.with(|composer| if composer.version == "1.6" { "Connector" } else { "EVSE" }));
    let option = move |number: u8| {
        let words = move || format!("{} {number}", place.get());
        view! { <option value=number.to_string() prop:selected=live(move || outlet.get() == number)>{live(words)}</option> }
    };
    let choose = move |value: String| {
        if let Ok(outlet) = value.parse() {
            handle.send(Command::ComposerOutlet { outlet });
        }
    };
    view! {
        <Show when=move || n_outlets.with(|n| *n > 1)>
            <select
                class="field__input send__outlet"
                aria-label="Examples and variables are about"
                on:change:target=move |event| choose(event.target().value())
            >
                {live(move || (1..=n_outlets.get()).map(option).collect_view())}
            </select>
        </Show>
    }
}

/// The text with its variables put in, where it has any.
#[component]
fn GoesOut(
    /// Of the raw frame rather than of the payload.
    is_raw: bool,
) -> impl IntoView {
    let handle = Handle::from_context();
    let words = Memo::new(move |_| {
        handle.screen.composer.with(
            |composer| {
                if is_raw { composer.raw_goes_out.clone() } else { composer.goes_out.clone() }
            },
        )
    });
    view! {
        <p class="send__goes-out" tabindex="0" role="group" aria-label=if is_raw { "Raw frame goes out as" } else { "Payload goes out as" } hidden=live(move || words.with(String::is_empty))>
            "Goes out as "
            <code><bdi>{live(move || words.with(|words| text::visible_lines(words).into_owned()))}</bdi></code>
        </p>
    }
}

/// What is wrong with the payload; each place is a button that puts the caret there.
#[component]
fn Issues(
    /// Takes a line and a column.
    go_to: Callback<(u32, u32)>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let composer = handle.screen.composer;
    let issue = move |issue: &ComposerIssue| {
        let (line, column) = (issue.line, issue.column);
        let place = if line > 0 { format!("{line}:{column}") } else { issue.pointer.clone() };
        let words = text::visible(&issue.message).into_owned();
        let go = move |_| {
            if line > 0 {
                go_to.run((line, column));
            }
        };
        view! {
            <li>
                <button class="send__issue" type="button" title=issue.pointer.clone() on:click=go>
                    <Glyph icon=Icon::Error />
                    <span class="send__place">{place}</span>
                    <span>{words}</span>
                </button>
            </li>
        }
    };
    let issues = move || composer.with(|composer| composer.issues.iter().map(issue).collect_view().into_any());
    let is_valid = move || composer.with(|composer| composer.is_valid && composer.issues.is_empty());
    let note = move || composer.with(|composer| composer.note.clone());
    let variable_notes = move || {
        let note = |note: &String| view! { <li class="send__note">{text::visible(note).into_owned()}</li> };
        composer.with(|composer| composer.variable_notes.iter().map(note).collect_view().into_any())
    };
    let variables = move || {
        let is_v16 = composer.with(|composer| composer.version == "1.6");
        let known = NAMES.iter().filter(|name| !is_v16 || !matches!(**name, "seqNo" | "evseId"));
        let names: Vec<String> = known.map(|name| format!("{{{{{name}}}}}")).collect();
        format!("Variables: {}", names.join(" "))
    };
    view! {
        <div class="send__issues" id="send-issues" tabindex="-1">
            <Show when=is_valid>
                <p class="send__valid"><Glyph icon=Icon::Ok />"Valid"</p>
            </Show>
            <ul>{live(issues)}{live(variable_notes)}</ul>
            <p class="send__note" hidden=live(move || note().is_empty())>{live(note)}</p>
            <p class="send__note" title="Put in when the text is sent: inside quotes as text, outside as a JSON value">{live(variables)}</p>
        </div>
    }
}

/// A whole frame, sent as it stands.
#[component]
fn RawPart(
    /// A link is open.
    can_send: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let raw = handle.send_draft.raw;
    // The text of now: for handlers.
    let send = move || handle.send(Command::SendRaw { text: raw.get_untracked() });
    let send_by_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) && can_send.get_untracked() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <div class="send__raw">
            <div class="send__tools">
                <span class="send__label" aria-hidden="true" title="Goes out byte for byte, at once">"Raw frame"</span>
                <button
                    class="button send__go"
                    type="button"
                    disabled=live(move || !can_send.get())
                    aria-describedby=live(move || (!can_send.get()).then_some("send-reason"))
                    on:click=move |_| send()
                >
                    "Send raw"
                </button>
            </div>
            <textarea
                class="send__text"
                aria-label="Raw frame"
                placeholder="[2,\"19223201\",\"Heartbeat\",{}]"
                spellcheck="false"
                autocomplete="off"
                prop:value=raw
                on:input:target=move |event| handle.send_draft.raw_typed(handle, event.target().value())
                on:keydown=send_by_key
            ></textarea>
            <GoesOut is_raw=true />
        </div>
    }
}
