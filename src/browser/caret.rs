//! The caret of a text area or a text field.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

/// Puts the caret before the character at `line` and `column`, both from 1, and moves the focus there.
pub(crate) fn place(area: &HtmlTextAreaElement, line: u32, column: u32) {
    let offset = offset_utf16(&area.value(), line, column);
    // A text area always has a selection and can take the focus.
    let _ = area.focus();
    let _ = area.set_selection_range(offset, offset);
}

/// Where the caret of the field that `selector` finds stands, in UTF-16 units.
pub(crate) fn of(selector: &str) -> Option<u32> {
    field(selector)?.selection_start().ok()?
}

/// Puts the caret of the field that `selector` finds.
pub(crate) fn put(selector: &str, offset_utf16: u32) {
    if let Some(field) = field(selector) {
        // A text field has a selection.
        let _ = field.set_selection_range(offset_utf16, offset_utf16);
    }
}

fn field(selector: &str) -> Option<HtmlInputElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn offset_utf16(text: &str, line: u32, column: u32) -> u32 {
    let n_lines_before = line.saturating_sub(1) as usize;
    let n_chars_before = column.saturating_sub(1) as usize;
    let before: usize = text.split('\n').take(n_lines_before).map(|line| line.encode_utf16().count() + 1).sum();
    let inside: usize = text
        .split('\n')
        .nth(n_lines_before)
        .unwrap_or_default()
        .chars()
        .take(n_chars_before)
        .map(char::len_utf16)
        .sum();
    u32::try_from(before + inside).unwrap_or(u32::MAX)
}
