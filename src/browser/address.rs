//! The fragment of the address bar.

use leptos::prelude::{location, window};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, MouseEvent};

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

/// Puts a new entry in the history. The browser tells nobody, unlike of a followed link.
pub(crate) fn push_fragment(fragment: &str) {
    if let Ok(history) = window().history() {
        // Refused when called too often: then there is no way back to this view, and nothing else is lost.
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&format!("#{fragment}")));
    }
}

/// The fragment of the link to a view that was clicked to be opened here, not in another tab.
pub(crate) fn clicked_fragment(event: &MouseEvent) -> Option<String> {
    let is_plain = event.button() == 0
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key())
        && !event.default_prevented();
    let target = event.target().filter(|_| is_plain)?.dyn_into::<Element>().ok()?;
    let href = target.closest("a[href^=\"#/\"]").ok()??.get_attribute("href")?;
    href.strip_prefix('#').map(str::to_owned)
}

/// Encodes text for a value inside the fragment.
pub(crate) fn encode(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// Decodes a value of the fragment; text that was never encoded is kept as it is.
pub(crate) fn decode(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}
