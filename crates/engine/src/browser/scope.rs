//! The worker's global scope: messages of the page, timers, clock, randomness, panics.

use crate::browser::files::SourceFile;
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

/// A message of the page.
pub(crate) enum FromPage {
    /// The first one: where the schemas are.
    Start(String),
    /// A command as bytes.
    Bytes(Vec<u8>),
    /// Files to read. The transcript is replaced by them, or they are added to it.
    Files {
        /// The files.
        files: Vec<SourceFile>,
        /// They are added.
        is_added: bool,
    },
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Calls back for every message of the page, as long as the worker lives.
pub(crate) fn on_message(mut callback: impl FnMut(FromPage) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let data = event.data();
        if let Some(buffer) = data.dyn_ref::<js_sys::ArrayBuffer>() {
            callback(FromPage::Bytes(Uint8Array::new(buffer).to_vec()));
        } else if let Some(url) = Reflect::get(&data, &"schemas".into()).ok().and_then(|url| url.as_string()) {
            callback(FromPage::Start(url));
        } else if let Some(message) = files_message(&data) {
            callback(message);
        } else {
            // Whatever else it is, the page wants to know whether messages are heard.
            let _ = scope().post_message(&"alive".into());
        }
    });
    scope().set_onmessage(Some(listener.as_ref().unchecked_ref()));
    // The worker ends with its page; the listener lives exactly as long.
    listener.forget();
}

/// `{files: [{name, blob}], add}`
fn files_message(data: &wasm_bindgen::JsValue) -> Option<FromPage> {
    let get = |object: &wasm_bindgen::JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    let list: Array = get(data, "files")?.dyn_into().ok()?;
    let file = |entry: wasm_bindgen::JsValue| {
        let blob: Blob = get(&entry, "blob")?.dyn_into().ok()?;
        Some(SourceFile { name: get(&entry, "name")?.as_string()?, blob })
    };
    let is_added = get(data, "add").is_some_and(|add| add.is_truthy());
    Some(FromPage::Files { files: list.iter().filter_map(file).collect(), is_added })
}

/// Calls back once the browser has done what waits, messages of the page above all.
///
/// A timer would do too, but browsers let a timer that was set by a timer wait 4 ms: a quarter of the time of an import.
fn soon(callback: Function) {
    thread_local! {
        static TURNS: Option<Turns> = Turns::new();
    }
    TURNS.with(|turns| match turns {
        Some(turns) => {
            turns.waiting.borrow_mut().push_back(callback);
            // Nothing is transferred, so there is nothing to fail.
            let _ = turns.port.post_message(&JsValue::NULL);
        }
        None => {
            let _ = scope().set_timeout_with_callback_and_timeout_and_arguments_0(&callback, 0);
        }
    });
}

/// A message to ourselves for each callback that waits for its turn.
struct Turns {
    port: MessagePort,
    waiting: Rc<RefCell<VecDeque<Function>>>,
    _on_message: Closure<dyn FnMut()>,
}

impl Turns {
    fn new() -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let waiting: Rc<RefCell<VecDeque<Function>>> = Rc::default();
        let queue = Rc::clone(&waiting);
        let on_message = Closure::<dyn FnMut()>::new(move || {
            let next = queue.borrow_mut().pop_front();
            if let Some(next) = next {
                let _ = next.call0(&JsValue::NULL);
            }
        });
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { port: channel.port2(), waiting, _on_message: on_message })
    }
}

/// Lets the browser do what waits.
pub(crate) async fn breathe() {
    let promise = js_sys::Promise::new(&mut |resolve, _| soon(resolve));
    let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
}

/// Tells the page that commands are heard from now on.
pub(crate) fn post_ready() {
    // Posting a string has no way to fail.
    let _ = scope().post_message(&"ready".into());
}

/// Hands bytes over to the page, without a copy.
pub(crate) fn post_bytes(bytes: &[u8]) {
    let buffer = Uint8Array::from(bytes).buffer();
    let transfer = Array::of1(&buffer);
    let _ = scope().post_message_with_transfer(&buffer, &transfer);
}

/// Hands a file to the page, which offers it for saving.
pub(crate) fn post_file(name: &str, blob: &Blob) {
    let message = Object::new();
    let _ = Reflect::set(&message, &"type".into(), &"save".into());
    let _ = Reflect::set(&message, &"name".into(), &name.into());
    let _ = Reflect::set(&message, &"blob".into(), blob);
    let _ = scope().post_message(&message);
}

/// Sends the text of a panic to the page before the worker dies.
pub(crate) fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = Object::new();
        let _ = Reflect::set(&message, &"type".into(), &"panic".into());
        let _ = Reflect::set(&message, &"text".into(), &info.to_string().into());
        let _ = scope().post_message(&message);
    }));
}

/// Milliseconds since 1970, with fractions. It never jumps back, unlike the wall clock.
pub(crate) fn now() -> f64 {
    scope().performance().map_or_else(js_sys::Date::now, |performance| performance.time_origin() + performance.now())
}

/// A random number; from the clock where the browser has no source of its own.
pub(crate) fn entropy() -> u32 {
    let mut bytes = [0_u8; 4];
    let filled = scope().crypto().is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if filled { u32::from_le_bytes(bytes) } else { js_sys::Date::now() as u32 }
}

/// The page was loaded over https. The worker itself runs from a blob of the page's origin.
pub(crate) fn is_secure_page() -> bool {
    scope().origin().starts_with("https:")
}

/// Stands for a callback that comes at once and cannot be taken back. Browsers count their timers from 1.
const NO_TIMER: i32 = 0;

/// A timer that is set to one instant at a time.
pub(crate) struct Alarm {
    handle: Rc<Cell<Option<i32>>>,
    callback: Closure<dyn FnMut()>,
    due: RefCell<Option<f64>>,
}

impl Alarm {
    /// An alarm that is not set.
    pub(crate) fn new(mut callback: impl FnMut() + 'static) -> Self {
        let handle = Rc::new(Cell::new(None));
        let fired = Rc::clone(&handle);
        let callback = Closure::new(move || {
            fired.set(None);
            callback();
        });
        Self { handle, callback, due: RefCell::new(None) }
    }

    /// Sets the alarm to an instant, or to none. The same instant again costs nothing.
    pub(crate) fn set(&self, due: Option<f64>) {
        let is_same = *self.due.borrow() == due && self.handle.get().is_some() == due.is_some();
        if is_same {
            return;
        }
        *self.due.borrow_mut() = due;
        if let Some(handle) = self.handle.take() {
            scope().clear_timeout_with_handle(handle);
        }
        let Some(due) = due else { return };
        if due <= now() {
            self.handle.set(Some(NO_TIMER));
            soon(self.callback.as_ref().unchecked_ref::<Function>().clone());
            return;
        }
        // A timer may fire a little early; one millisecond more keeps it from firing twice.
        let wait = (due - now() + 1.0).clamp(0.0, 2_000_000_000.0) as i32;
        let callback = self.callback.as_ref().unchecked_ref();
        self.handle.set(scope().set_timeout_with_callback_and_timeout_and_arguments_0(callback, wait).ok());
    }
}
