//! What the page remembers between visits. Blocked storage is the same as an empty one.

use leptos::prelude::window;
use web_sys::Storage;

/// The stored text under `name`.
pub(crate) fn read(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok()?
}

/// Remembers `value` under `name`.
pub(crate) fn write(name: &str, value: &str) {
    if let Some(storage) = storage() {
        // Full or blocked: the page works without it.
        let _ = storage.set_item(&key(name), value);
    }
}

/// The text this tab keeps under `name` over a reload.
pub(crate) fn read_for_tab(name: &str) -> Option<String> {
    window().session_storage().ok()??.get_item(&key(name)).ok()?
}

/// Keeps `value` for this tab over a reload.
pub(crate) fn write_for_tab(name: &str, value: &str) {
    if let Ok(Some(storage)) = window().session_storage()
        && storage.set_item(&key(name), value).is_err()
    {
        // Full: better nothing than what was true before.
        let _ = storage.remove_item(&key(name));
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok()?
}

fn key(name: &str) -> String {
    format!("ocppscope.{name}")
}
