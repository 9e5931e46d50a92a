//! The view Replies: what we answer to the CSMS, by rules in their order, and the calls that wait for the user.

pub(crate) mod draft;
mod editor;
mod table;
pub(crate) mod waiting;

use leptos::prelude::*;
use workbench::port::{Command, ReplyCommand, ReplyRule};

use self::draft::Target;
use self::editor::Editor;
use self::table::RuleTable;
use self::waiting::WaitingCalls;
use crate::handle::Handle;
use crate::live::live;

/// The view.
#[component]
pub(crate) fn RepliesView() -> impl IntoView {
    let handle = Handle::from_context();
    let editor = handle.reply_editor;
    let replies = handle.screen.replies;
    let is_empty = move || replies.with(|view| view.rules.is_empty());
    let is_open = move || editor.target.with(|target| *target != Target::Nothing);
    view! {
        <section class="replies" aria-label="Replies">
            <div class="replies__head">
                <h2 class="replies__title">"Replies to the CSMS"</h2>
                <span class="replies__version">{live(move || replies.with(|view| format!("OCPP {}", view.version)))}</span>
                <button
                    class="button button--primary replies__new"
                    type="button"
                    on:click=move |_| editor.open_rule(handle, &ReplyRule::default())
                >
                    "New rule"
                </button>
            </div>
            <WaitingCalls />
            <Show when=move || is_empty()>
                <p class="replies__none">
                    "Without a rule the station answers every request by itself. \
                    A rule makes it answer otherwise: another status or payload, a CALLERROR, late, twice, never, or only after asking you."
                </p>
            </Show>
            <Show when=move || !is_empty()>
                <RuleTable />
                <Seed />
            </Show>
            <Show when=is_open>
                <Editor />
            </Show>
        </section>
    }
}

/// The seed of the chances, and a new start.
#[component]
fn Seed() -> impl IntoView {
    let handle = Handle::from_context();
    let seed = Memo::new(move |_| handle.screen.replies.with(|view| view.seed.to_string()));
    let typed = RwSignal::new(None::<String>);
    let shown = move || typed.get().unwrap_or_else(|| seed.get());
    let restart = move |_| {
        // The values of now: this is a handler.
        let text = typed.get_untracked().unwrap_or_else(|| seed.get_untracked());
        let seed = text.trim().parse().unwrap_or_else(|_| seed.get_untracked().parse().unwrap_or_default());
        typed.set(None);
        handle.send(Command::Reply(ReplyCommand::Restart { seed }));
    };
    view! {
        <p class="replies__seed">
            <label>
                "Seed "
                <input
                    class="field__input"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    title="The same seed gives the same chances"
                    prop:value=live(shown)
                    on:input:target=move |event| typed.set(Some(event.target().value()))
                />
            </label>
            <button class="button" type="button" title="All rules count from 0, and chances begin again with the seed" on:click=restart>
                "Start over"
            </button>
            <span>"Rules are tried from the top; the first that fits answers."</span>
        </p>
    }
}
