//! The view Send, below the timeline: a call from a template, checked while typing, and a raw frame.

pub(crate) mod draft;

use leptos::html::Textarea;
use leptos::prelude::*;
use workbench::port::{ActionItem, Command, ComposerIssue};

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
                <Show when=move || !can_send.get()>
                    <p class="send__reason" id="send-reason">
                        <Glyph icon=Icon::Info />
                        "Not connected: connect to a CSMS to send"
                    </p>
                </Show>
            </div>
            <div class="send__parts">
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
        view! { <option value=item.name.clone() selected=live(is_selected)>{label}</option> }
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
    view! {
        <div class="send__issues" id="send-issues" tabindex="-1">
            <Show when=is_valid>
                <p class="send__valid"><Glyph icon=Icon::Ok />"Valid"</p>
            </Show>
            <ul>{live(issues)}</ul>
            <p class="send__note" hidden=live(move || note().is_empty())>{live(note)}</p>
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
                on:input:target=move |event| raw.set(event.target().value())
                on:keydown=send_by_key
            ></textarea>
        </div>
    }
}
