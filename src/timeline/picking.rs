//! Mouse and keys that select several rows.

use leptos::ev::{KeyboardEvent, MouseEvent};
use workbench::port::{Pick, SelectionCommand};

use super::motion_from_key;
use crate::browser::keys::Key;
use crate::browser::{focus, text_selection};

/// What a click on a row means.
pub(super) fn pick(event: &MouseEvent) -> Pick {
    match (event.shift_key(), event.ctrl_key() || event.meta_key()) {
        (false, false) => Pick::Only,
        (true, false) => Pick::Extend,
        (false, true) => Pick::Toggle,
        (true, true) => Pick::ExtendToo,
    }
}

/// With Shift the browser would mark the text up to here.
pub(super) fn press(event: &MouseEvent) {
    if event.shift_key() && focus::is_inside(event, ".frame-row") {
        event.prevent_default();
        text_selection::clear();
        // It would have come by itself, had the browser been let.
        focus::focus_first(".timeline__grid");
    }
}

/// What a key means while the timeline has the focus; `None` for all keys that select one row or none.
pub(super) fn command(event: &KeyboardEvent, n_page_rows: i32) -> Option<SelectionCommand> {
    if let Some(key) = Key::from_event(event) {
        let is_extending = key.has_shift && !key.has_alt && key.name.len() > 1;
        return match key.name.as_str() {
            "Escape" => Some(SelectionCommand::CurrentOnly),
            _ if is_extending => motion_from_key(&key, n_page_rows).map(SelectionCommand::Extend),
            _ => None,
        };
    }
    let is_command = (event.ctrl_key() || event.meta_key()) && !event.shift_key() && !event.alt_key();
    match event.key().as_str() {
        "a" | "A" if is_command => {
            text_selection::clear();
            Some(SelectionCommand::All)
        }
        // Held down, it would only copy the same again.
        "c" | "C" if is_command && !event.repeat() && !text_selection::is_any() => Some(SelectionCommand::Copy),
        _ => None,
    }
}
