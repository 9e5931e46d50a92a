//! A key press in plain words.

use web_sys::KeyboardEvent;

/// A key with its modifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Name or letter.
    pub(crate) name: String,
    /// Shift was held.
    pub(crate) has_shift: bool,
    /// Alt was held.
    pub(crate) has_alt: bool,
}

impl Key {
    /// The key of an event; `None` where Control or the system key makes it the browser's own.
    pub(crate) fn from_event(event: &KeyboardEvent) -> Option<Self> {
        if event.ctrl_key() || event.meta_key() || event.is_composing() {
            return None;
        }
        Some(Self { name: event.key(), has_shift: event.shift_key(), has_alt: event.alt_key() })
    }
}
