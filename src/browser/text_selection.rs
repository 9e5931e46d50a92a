//! Text that the reader has marked with the mouse.

use leptos::prelude::window;
use web_sys::Selection;

/// Some text of the page is marked: copying is the browser's.
pub(crate) fn is_any() -> bool {
    selection().is_some_and(|selection| !selection.is_collapsed())
}

/// Marks no text any more.
pub(crate) fn clear() {
    if let Some(selection) = selection() {
        // Without ranges there is nothing to take away.
        let _ = selection.remove_all_ranges();
    }
}

fn selection() -> Option<Selection> {
    window().get_selection().ok().flatten()
}
