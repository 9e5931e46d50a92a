//! What is said of the rows that are selected, and their way to the clipboard.

use leptos::prelude::*;
use workbench::port::{CopyView, Scope, SelectionView, Severity};

use crate::browser::clipboard;
use crate::handle::Handle;
use crate::text;

/// The frames selected; 0 while no more than one row is.
pub(crate) fn n_selected_frames(handle: Handle) -> u32 {
    handle.screen.rows.with(|rows| if rows.selection.n_rows > 1 { rows.selection.n_frames } else { 0 })
}

/// `The 12 selected frames`.
pub(crate) fn frames_label(n_frames: u32) -> String {
    if n_frames == 1 { "The selected frame".to_owned() } else { format!("The {n_frames} selected frames") }
}

/// What a file or a link is about at first: several selected rows were selected for something.
pub(crate) fn usual_scope(handle: Handle, otherwise: Scope) -> Scope {
    if untrack(move || n_selected_frames(handle)) > 0 { Scope::Selection } else { otherwise }
}

/// `12 selected · 4.31 s`; `None` while no more than one row is.
pub(crate) fn words(selection: &SelectionView) -> Option<String> {
    if selection.n_rows <= 1 {
        return None;
    }
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
    Some(words)
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
