//! The keys that work everywhere on the page, and the dialog that lists all of them.

use leptos::html::Dialog;
use leptos::prelude::*;
use workbench::port::{Command, Motion};

use crate::browser::keys::Key;
use crate::browser::{dialog, focus};
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::route::View;

const SHORTCUTS: [(&str, &str); 17] = [
    ("↑ ↓", "Previous or next row"),
    ("Page up, Page down", "A screen of rows up or down"),
    ("Home, End", "First or last row"),
    ("Shift with these or a click", "Select all rows up to there"),
    ("Ctrl click", "Select a row as well, or no longer"),
    ("Ctrl A, Esc", "Select all rows, the current one alone"),
    ("Ctrl C", "Copy the selected frames"),
    ("Enter", "To the inspector"),
    ("Esc", "Back to the timeline; in the filter, clear it first"),
    ("n or F8", "Next problem"),
    ("p or Shift F8", "Previous problem"),
    ("m, Alt ↑, Alt ↓", "The other frame of the exchange"),
    ("/", "Filter frames"),
    ("↓ in the filter", "What can be written there"),
    ("← →", "Previous or next tab of the inspector"),
    ("Ctrl Enter", "Send, while writing a payload or a raw frame"),
    ("?", "This list"),
];

/// Listens on the window for `/`, `?` and F8, which work wherever no text is typed.
pub(crate) fn listen_for_shortcuts(handle: Handle) {
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        let Some(key) = Key::from_event(&event) else { return };
        let is_typing = focus::is_typing(&event);
        match key.name.as_str() {
            "/" if !is_typing => focus::focus_first(".filter-bar__input"),
            "?" if !is_typing => handle.is_help_open.set(true),
            "F8" if key.has_shift => handle.send(Command::Move(Motion::PreviousProblem)),
            "F8" => handle.send(Command::Move(Motion::NextProblem)),
            "Escape" if focus::is_inside(&event, ".inspector") => focus::focus_first(".timeline__grid"),
            _ => return,
        }
        event.prevent_default();
        // `/` asks for the filter also where the filter is not shown.
        if key.name == "/" && handle.view.with_untracked(|view| !matches!(view, View::Timeline | View::Send)) {
            handle.view.set(View::Timeline);
            request_animation_frame(|| focus::focus_first(".filter-bar__input"));
        }
    });
    on_cleanup(move || listener.remove());
}

/// The dialog of shortcuts.
#[component]
pub(crate) fn ShortcutsDialog() -> impl IntoView {
    let handle = Handle::from_context();
    let node = NodeRef::<Dialog>::new();
    dialog::follow(node, move || handle.is_help_open.get());
    let close = move || handle.is_help_open.set(false);
    let entries = SHORTCUTS
        .into_iter()
        .map(|(keys, meaning)| view! { <div class="dialog__entry"><dt><kbd>{keys}</kbd></dt><dd>{meaning}</dd></div> })
        .collect_view();
    view! {
        <dialog
            class="dialog"
            aria-label="Keyboard shortcuts"
            node_ref=node
            on:close=move |_| close()
        >
            <div class="dialog__head">
                <h2 class="dialog__title">"Keyboard shortcuts"</h2>
                <button class="button button--icon" type="button" aria-label="Close" on:click=move |_| close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            <dl class="dialog__list">{entries}</dl>
            <p class="dialog__note">"The letters work while the timeline has the focus."</p>
        </dialog>
    }
}
