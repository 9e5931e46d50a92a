//! What is said of the rows that are selected, and their way to the clipboard.

use leptos::prelude::*;
use workbench::port::{CopyView, Scope, SelectionView, Severity};

use crate::browser::clipboard;
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The frames selected, where that is more than the one row that always is.
pub(crate) fn n_selected_frames(handle: Handle) -> Option<u32> {
    handle.screen.rows.with(|rows| {
        let selection = &rows.selection;
        (selection.n_rows > 1 && selection.n_frames > 0).then_some(selection.n_frames)
    })
}

/// `The 12 selected frames`.
pub(crate) fn frames_label(n_frames: u32) -> String {
    if n_frames == 1 { "The selected frame".to_owned() } else { format!("The {n_frames} selected frames") }
}

/// What a file or a link is about at first: several selected rows were selected for something.
pub(crate) fn usual_scope(handle: Handle, otherwise: Scope) -> Scope {
    if untrack(move || n_selected_frames(handle)).is_some() { Scope::Selection } else { otherwise }
}

/// In the status bar: how many rows are selected, and how long they took.
#[component]
pub(crate) fn SelectionCount() -> impl IntoView {
    let handle = Handle::from_context();
    let selection = Memo::new(move |_| handle.screen.rows.with(|rows| rows.selection.clone()));
    let shown =
        move || selection.with(|view| (view.n_rows > 1).then(|| view! { <span>{words(view)}</span> }.into_any()));
    live(shown).into_any()
}

fn words(selection: &SelectionView) -> String {
    let n_events = selection.n_rows - selection.n_frames;
    let mut words = match (selection.n_frames, n_events) {
        (n, 0) => format!("{n} selected"),
        (0, n) => format!("{} selected", text::count(n, "event", "events")),
        (n, m) => format!("{}, {} selected", text::count(n, "frame", "frames"), text::count(m, "event", "events")),
    };
    if !selection.span.is_empty() {
        words.push_str(" · ");
        words.push_str(&selection.span);
    }
    words
}

/// Puts the text the engine made on the clipboard, and says so.
pub(crate) fn copy(handle: Handle, copied: &CopyView) {
    let said = copied.said.clone();
    clipboard::copy(&copied.text, move |is_done| {
        if is_done {
            handle.notify(Severity::Ok, &said);
        } else {
            handle.notify(
                Severity::Warning,
                "The browser does not let this page copy. Export the selected frames, or copy one from its tab Raw.",
            );
        }
    });
}
