//! The worker the engine runs in: starts it, passes bytes both ways, ends it. Knows nothing of what the bytes mean.

use std::rc::Rc;

use super::files::Given;
use js_sys::{Array, ArrayBuffer, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, ErrorEvent, Event, MessageEvent, Url, Worker, WorkerOptions, WorkerType};

/// What the worker tells.
pub(crate) enum FromEngine {
    /// It listens now.
    Ready,
    /// It hears messages: the answer to [`EngineWorker::post_ping`].
    Alive,
    /// A message.
    Bytes(Vec<u8>),
    /// A file to save, with its name.
    File(String, Blob),
    /// It will not say anything more; with the reason as far as it is known.
    Stopped(String),
}

/// A running worker. Dropping it ends the worker.
pub(crate) struct EngineWorker {
    worker: Worker,
    script_url: String,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl EngineWorker {
    /// Starts the engine named in the head of the page. `listener` hears everything it says.
    pub(crate) fn start(listener: impl Fn(FromEngine) + 'static) -> Result<Self, String> {
        let script_url = script_url().map_err(|error| text_of(&error))?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(&script_url, &options).map_err(|error| text_of(&error))?;

        let listener = Rc::new(listener);
        let hears_message = Rc::clone(&listener);
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(message) = message_from_data(&event.data()) {
                hears_message(message);
            }
        });
        // A worker that cannot be loaded fires a plain `Event`, a fault inside it an `ErrorEvent`.
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // Handled here: otherwise the page itself would be taken for the one that stopped.
            event.prevent_default();
            let text = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message).filter(|text| !text.is_empty());
            listener(FromEngine::Stopped(text.unwrap_or_else(|| "The engine could not be loaded".to_owned())));
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        worker.set_onmessageerror(Some(on_error.as_ref().unchecked_ref()));
        worker.post_message(&wasm_bindgen::module()).map_err(|error| text_of(&error))?;
        Ok(Self { worker, script_url, _on_message: on_message, _on_error: on_error })
    }

    /// The first message: where the schemas are.
    pub(crate) fn post_start(&self) -> Result<(), String> {
        let message = start_message().map_err(|error| text_of(&error))?;
        self.worker.post_message(&message).map_err(|error| text_of(&error))
    }

    /// Hands over the bytes without copying them again.
    pub(crate) fn post(&self, bytes: &[u8]) -> Result<(), String> {
        let buffer = Uint8Array::from(bytes).buffer();
        self.worker.post_message_with_transfer(&buffer, &Array::of1(&buffer)).map_err(|error| text_of(&error))
    }

    /// Asks whether messages are heard.
    pub(crate) fn post_ping(&self) {
        // A worker that cannot be asked gives no answer, which says it.
        let _ = self.worker.post_message(&"alive?".into());
    }

    /// Hands over files to read; their bytes stay where they are.
    pub(crate) fn post_files(&self, files: &[Given], is_added: bool) -> Result<(), String> {
        let entries = Array::new();
        let message = Object::new();
        let set = |object: &Object, name: &str, value: &JsValue| Reflect::set(object, &name.into(), value).map(|_| ());
        let fill = || {
            for file in files {
                let entry = Object::new();
                set(&entry, "name", &file.name.as_str().into())?;
                set(&entry, "blob", &file.blob)?;
                entries.push(&entry);
            }
            set(&message, "files", &entries)?;
            set(&message, "add", &is_added.into())?;
            self.worker.post_message(&message)
        };
        fill().map_err(|error| text_of(&error))
    }

    /// Ends the worker at once. A stopped engine may still tick: end it always.
    pub(crate) fn terminate(&self) {
        self.worker.terminate();
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.set_onmessageerror(None);
        self.worker.terminate();
        // Nothing can be done about an address that is already gone.
        let _ = Url::revoke_object_url(&self.script_url);
    }
}

/// A policy in the page's head covers a worker only when its script comes from a Blob. The script waits for the
/// program the page itself runs, which is compiled and checked already, and starts it a second time.
fn script_url() -> Result<String, JsValue> {
    let glue = leptos::prelude::document().query_selector("link[rel=modulepreload][href*=ocppscope]")?;
    let href = glue.and_then(|link| link.get_attribute("href")).unwrap_or_default();
    let quoted = JSON::stringify(&JsValue::from_str(&absolute_url(&href)?))?;
    let script = format!(
        "import start from {quoted};\n\
         onmessage = ({{ data }}) => {{ onmessage = null; start({{ module_or_path: data }}).catch(reportError); }};"
    );
    let properties = BlobPropertyBag::new();
    properties.set_type("text/javascript");
    let parts = Array::of1(&JsValue::from_str(&script));
    Url::create_object_url_with_blob(&Blob::new_with_str_sequence_and_options(&parts, &properties)?)
}

fn start_message() -> Result<JsValue, JsValue> {
    let message = Object::new();
    Reflect::set(&message, &"schemas".into(), &absolute_url(&meta("schemas").unwrap_or_default())?.into())?;
    Ok(message.into())
}

fn message_from_data(data: &JsValue) -> Option<FromEngine> {
    if let Some(buffer) = data.dyn_ref::<ArrayBuffer>() {
        return Some(FromEngine::Bytes(Uint8Array::new(buffer).to_vec()));
    }
    if let Some(word) = data.as_string() {
        return Some(if word == "ready" { FromEngine::Ready } else { FromEngine::Alive });
    }
    let kind = Reflect::get(data, &"type".into()).ok()?.as_string()?;
    if kind == "save" {
        let name = Reflect::get(data, &"name".into()).ok()?.as_string()?;
        return Some(FromEngine::File(name, Reflect::get(data, &"blob".into()).ok()?.dyn_into().ok()?));
    }
    let text = Reflect::get(data, &"text".into()).ok().and_then(|text| text.as_string()).unwrap_or_default();
    (kind == "panic").then_some(FromEngine::Stopped(text))
}

fn meta(name: &str) -> Option<String> {
    let element = leptos::prelude::document().query_selector(&format!("meta[name={name}]")).ok()??;
    element.get_attribute("content")
}

fn absolute_url(href: &str) -> Result<String, JsValue> {
    let base = leptos::prelude::document().base_uri()?.unwrap_or_default();
    Ok(Url::new_with_base(href.trim(), &base)?.href())
}

fn text_of(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
