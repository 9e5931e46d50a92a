//! Copying text.

use js_sys::{Function, Reflect};
use leptos::prelude::window;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Copies `text`; `on_done` hears whether it worked.
pub(crate) fn copy(text: &str, on_done: impl Fn(bool) + Clone + 'static) {
    let clipboard = window().navigator().clipboard();
    // Absent where the page is neither https nor localhost.
    if clipboard.is_undefined() {
        on_done(false);
        return;
    }
    let promise = clipboard.write_text(text);
    let on_failed = on_done.clone();
    let fulfilled = Closure::once(move |_: JsValue| on_done(true)).into_js_value();
    let rejected = Closure::once(move |_: JsValue| on_failed(false)).into_js_value();
    if let Some(then) = Reflect::get(&promise, &"then".into()).ok().and_then(|then| then.dyn_into::<Function>().ok()) {
        // `then` of a real promise does not throw.
        let _ = then.call2(&promise, &fulfilled, &rejected);
    }
}
