//! A tap on a WebSocket: every event is handed on in its own callback, so that nothing waits in a queue of
//! ours and the browser's flow control stays at work.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BinaryType, CloseEvent, Event, MessageEvent, WebSocket};
use workbench::workbench::SocketEvent;

/// An open or opening WebSocket. Dropping it stops its events; it does not close it.
pub(crate) struct Socket {
    web: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Opens a WebSocket.
    ///
    /// # Errors
    /// What the browser says when it refuses to try.
    pub(crate) fn open(
        url: &str,
        protocols: &[&str],
        on_event: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, String> {
        let list: js_sys::Array = protocols.iter().map(|&protocol| JsValue::from_str(protocol)).collect();
        let socket = WebSocket::new_with_str_sequence(url, &list).map_err(|error| refusal(&error))?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let (notify, opened) = (on_event.clone(), socket.clone());
        let on_open = Closure::<dyn FnMut()>::new(move || notify(SocketEvent::Opened { protocol: opened.protocol() }));
        let notify = on_event.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data();
            match data.as_string() {
                Some(text) => notify(SocketEvent::Text(text)),
                None => notify(SocketEvent::Binary(js_sys::Uint8Array::new(&data).to_vec())),
            }
        });
        let notify = on_event.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |_| notify(SocketEvent::Error));
        let notify = on_event;
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            notify(SocketEvent::Closed { code: event.code(), reason: event.reason(), was_clean: event.was_clean() });
        });
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self { web: socket, _on_open: on_open, _on_message: on_message, _on_error: on_error, _on_close: on_close })
    }

    /// Sends a text message. A socket that is closing drops it; its close event follows.
    pub(crate) fn send(&self, text: &str) {
        let _ = self.web.send_with_str(text);
    }

    /// Closes with a code a page may send.
    pub(crate) fn close(&self, code: u16) {
        let _ = self.web.close_with_code(code);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.web.set_onopen(None);
        self.web.set_onmessage(None);
        self.web.set_onerror(None);
        self.web.set_onclose(None);
    }
}

/// The browser's own words, without the URL: it may hold a password.
fn refusal(error: &JsValue) -> String {
    let name = error.dyn_ref::<web_sys::DomException>().map(web_sys::DomException::name).unwrap_or_default();
    match name.as_str() {
        "SecurityError" => "it forbids this address for reasons of security".to_owned(),
        "SyntaxError" => "it cannot make sense of this address".to_owned(),
        "" => "it gave no reason".to_owned(),
        other => format!("it reports {other}"),
    }
}
