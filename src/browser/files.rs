//! Files from outside: chosen, dropped on the page, or pasted. They are never read here; the engine reads them.

use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, ClipboardEvent, DataTransfer, DragEvent, Event, HtmlElement, HtmlInputElement, Url};

use super::focus;

/// A file, or a text that is as good as one.
#[derive(Clone)]
pub(crate) struct Given {
    /// Its name.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) blob: Blob,
}

/// What was pasted or dropped.
pub(crate) enum Arrival {
    /// Files are held over the page, or no longer.
    Over(bool),
    /// Files, or a text.
    Files(Vec<Given>),
    /// A text that may be a link.
    Text(String),
}

/// The files chosen in a file field. The field is emptied, so that the same file can be chosen again.
pub(crate) fn chosen(input: &HtmlInputElement) -> Vec<Given> {
    let files = input.files().map(|files| given(&Array::from(&files))).unwrap_or_default();
    input.set_value("");
    files
}

/// Opens the browser's dialog of a file field.
pub(crate) fn choose(input: &HtmlInputElement) {
    input.click();
}

/// The same for the first file field that `selector` finds.
pub(crate) fn choose_first(selector: &str) {
    let found = leptos::prelude::document().query_selector(selector).ok().flatten();
    if let Some(input) = found.and_then(|found| found.dyn_into::<HtmlInputElement>().ok()) {
        choose(&input);
    }
}

/// A text as a file.
pub(crate) fn of_text(name: &str, text: &str) -> Option<Given> {
    let blob = Blob::new_with_str_sequence(&Array::of1(&text.into())).ok()?;
    Some(Given { name: name.to_owned(), blob })
}

/// Calls back when files or texts are dropped on the page or pasted outside of a text field, as long as the page lives.
pub(crate) fn on_arrival(callback: impl Fn(Arrival) + 'static) {
    let window = leptos::prelude::window();
    let callback = Rc::new(callback);
    let listen = |name: &str, handler: Closure<dyn FnMut(Event)>| {
        // Fails only for a name that is no event.
        let _ = window.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        handler.forget();
    };
    let over = Rc::clone(&callback);
    listen(
        "dragover",
        Closure::new(move |event: Event| {
            if transfer_of(&event).is_some_and(|transfer| brings_files(&transfer)) {
                event.prevent_default();
                over(Arrival::Over(true));
            }
        }),
    );
    let left = Rc::clone(&callback);
    listen(
        "dragleave",
        Closure::new(move |event: Event| {
            // The pointer left the window, not just an element in it.
            if event.dyn_ref::<DragEvent>().is_some_and(|event| event.related_target().is_none()) {
                left(Arrival::Over(false));
            }
        }),
    );
    let dropped = Rc::clone(&callback);
    listen(
        "drop",
        Closure::new(move |event: Event| {
            let Some(transfer) = transfer_of(&event) else { return };
            if focus::is_typing(&event) && !brings_files(&transfer) {
                return;
            }
            event.prevent_default();
            dropped(Arrival::Over(false));
            arrived(&transfer, &*dropped);
        }),
    );
    listen(
        "paste",
        Closure::new(move |event: Event| {
            let transfer = event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
            let is_field = focus::is_typing(&event);
            if let Some(transfer) = transfer.filter(|transfer| !is_field || brings_files(transfer)) {
                event.prevent_default();
                arrived(&transfer, &*callback);
            }
        }),
    );
}

/// Reads a small file as text, and calls back with it: with `None` when it is larger, or cannot be read.
pub(crate) fn read_text(blob: &Blob, most_bytes: usize, callback: impl Fn(Option<String>) + Clone + 'static) {
    if blob.size() > most_bytes as f64 {
        callback(None);
        return;
    }
    let promise = blob.text();
    let failed = callback.clone();
    let fulfilled = Closure::once(move |text: JsValue| callback(text.as_string())).into_js_value();
    let rejected = Closure::once(move |_: JsValue| failed(None)).into_js_value();
    if let Some(then) = Reflect::get(&promise, &"then".into()).ok().and_then(|then| then.dyn_into::<Function>().ok()) {
        // `then` of a real promise does not throw.
        let _ = then.call2(&promise, &fulfilled, &rejected);
    }
}

/// Saves a file where the browser saves what it downloads.
pub(crate) fn save(name: &str, blob: &Blob) {
    let Ok(url) = Url::create_object_url_with_blob(blob) else { return };
    let link = leptos::prelude::document().create_element("a").ok();
    if let Some(link) = link.and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
        // Setting an attribute of a known name does not fail.
        let _ = link.set_attribute("href", &url);
        let _ = link.set_attribute("download", name);
        link.click();
    }
    // The download holds the file from here on; the address may go once it has begun.
    leptos::prelude::set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        std::time::Duration::from_mins(1),
    );
}

fn transfer_of(event: &Event) -> Option<DataTransfer> {
    event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer)
}

fn brings_files(transfer: &DataTransfer) -> bool {
    transfer.types().includes(&"Files".into(), 0)
}

fn arrived(transfer: &DataTransfer, callback: &dyn Fn(Arrival)) {
    let files = transfer.files().map(|files| given(&Array::from(&files))).unwrap_or_default();
    if !files.is_empty() {
        callback(Arrival::Files(files));
    } else if let Some(text) = transfer.get_data("text/plain").ok().filter(|text| !text.trim().is_empty()) {
        callback(Arrival::Text(text));
    }
}

fn given(files: &Array) -> Vec<Given> {
    let file = |file: JsValue| {
        let file: web_sys::File = file.dyn_into().ok()?;
        Some(Given { name: file.name(), blob: file.into() })
    };
    files.iter().filter_map(file).collect()
}
