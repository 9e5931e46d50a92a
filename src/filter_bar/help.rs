//! The words of the filter, on request.

use leptos::prelude::*;

use crate::browser::focus;
use crate::handle::Handle;
use crate::live::live;

const WORDS: [(&str, &str); 21] = [
    ("boot", "Free text: anywhere in the frame"),
    ("action:BootNotification", "Frames of this action, answers too"),
    ("dir:to-csms", "Direction: to-csms or to-station"),
    ("kind:call", "call, result, error, result-error, send, unreadable, connection"),
    ("idTag=ABC*", "A field of the payload at any depth; * stands for anything, also != ~ < > <= >="),
    ("meterValue..value>7000", "A field below another, compared as a number"),
    ("status!=Accepted", "A field that is there and has another value"),
    ("station:CP1", "Frames of this station"),
    ("connector:1", "Connector of 1.6, EVSE of 2.x; connector:1.2 for one of its connectors"),
    ("transaction:42", "All frames of a transaction, answers too"),
    ("time:09:21-09:25", "A span of time in UTC, open at either end; also time>=2026-11-22T09:21:30Z"),
    ("id:19223201", "Message id"),
    ("code:FormationViolation", "Error code of a CALLERROR"),
    ("severity:error", "ok, info, warning, error"),
    ("is:unanswered", "Calls without an answer"),
    ("is:on-purpose", "Sent, or left unanswered, with a fault on purpose"),
    ("latency>500", "Answered after more than 500 ms; also < >= <="),
    ("frame:213", "The frame with this number"),
    ("action:Authorize,Heartbeat", "A comma means one of them"),
    ("-action:Heartbeat", "A minus excludes"),
    ("(kind:error or is:unanswered) dir:to-station", "Words together all hold; or and parentheses"),
];

/// The button and its list.
#[component]
pub(crate) fn FilterHelp() -> impl IntoView {
    let handle = Handle::from_context();
    let is_open = RwSignal::new(false);
    let leave = move |event: leptos::ev::KeyboardEvent| {
        // The state of now: this is a handler.
        if event.key() == "Escape" && is_open.get_untracked() {
            event.stop_propagation();
            is_open.set(false);
            focus::focus_first(".filter-bar__help");
        }
    };
    let entry = move |(example, meaning): (&'static str, &'static str)| {
        let use_it = move |_| {
            handle.filter(example.to_owned());
            is_open.set(false);
            focus::focus_first(".filter-bar__input");
        };
        view! {
            <li class="filter-help__entry">
                <button class="filter-help__example" type="button" on:click=use_it><code>{example}</code></button>
                <span>{meaning}</span>
            </li>
        }
    };
    view! {
        <div class="filter-help" on:keydown=leave>
            <button
                class="button button--icon filter-bar__help"
                type="button"
                aria-label="Filter words"
                aria-expanded=live(move || if is_open.get() { "true" } else { "false" })
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                "?"
            </button>
            <Show when=move || is_open.get()>
                <div class="filter-help__box" role="region" aria-label="Filter words">
                    <ul class="filter-help__list">{WORDS.into_iter().map(entry).collect_view()}</ul>
                </div>
            </Show>
        </div>
    }
}
