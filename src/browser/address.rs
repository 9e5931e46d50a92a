//! The fragment of the address bar.

use leptos::prelude::{location, window};
use wasm_bindgen::JsValue;

/// The fragment without `#`; empty when there is none.
pub(crate) fn fragment() -> String {
    let hash = location().hash().unwrap_or_default();
    hash.strip_prefix('#').unwrap_or(&hash).to_owned()
}

/// The address of the page without its fragment.
pub(crate) fn without_fragment() -> String {
    let address = location().href().unwrap_or_default();
    address.split_once('#').map_or(address.clone(), |(page, _)| page.to_owned())
}

/// Replaces the fragment without a new entry in the history. Browsers refuse too many of these: call it rarely.
pub(crate) fn replace_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // Refused when called too often; the next call catches up.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// Goes to another view, as by a link.
pub(crate) fn go_to_fragment(fragment: &str) {
    let _ = location().set_hash(fragment);
}

/// Encodes text for a value inside the fragment.
pub(crate) fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Decodes a value of the fragment; text that was never encoded is kept as it is.
pub(crate) fn decode(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}
