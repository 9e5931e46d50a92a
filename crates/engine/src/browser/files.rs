//! Reading files piece by piece, expanded where they are gzipped. No file is ever in memory as a whole.

use js_sys::{Array, Reflect, Uint8Array};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, ReadableStream, ReadableStreamDefaultReader};

/// A file the user gave.
#[derive(Clone)]
pub(crate) struct SourceFile {
    /// Its name.
    pub(crate) name: String,
    /// Its bytes, wherever the browser has them.
    pub(crate) blob: Blob,
}

/// A file that is written piece by piece. The browser may keep its pieces on the disk.
#[derive(Default)]
pub(crate) struct NewFile {
    parts: Array,
}

impl NewFile {
    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        if let Ok(blob) = Blob::new_with_str_sequence(&Array::of1(&text.into())) {
            self.parts.push(&blob);
        }
    }

    /// Hands the file to the page, which saves it.
    pub(crate) fn post(self, name: &str) {
        if let Ok(blob) = Blob::new_with_blob_sequence(&self.parts) {
            super::scope::post_file(name, &blob);
        }
    }
}

/// Bytes of a compressed file that are handed over at once.
const SLICE_BYTES: f64 = 65_536.0;

/// A file that is read.
pub(crate) struct Reading {
    reader: ReadableStreamDefaultReader,
    /// Bytes that were read, as they lie on the disk.
    n_read: Rc<Cell<f64>>,
    is_compressed: bool,
}

impl Reading {
    /// Begins to read.
    ///
    /// # Errors
    /// A sentence part: what went wrong.
    pub(crate) async fn begin(file: &SourceFile) -> Result<Self, String> {
        let n_read = Rc::new(Cell::new(0.0));
        let head = bytes_of(&file.blob, 0.0, 2.0).await.map_err(|error| text_of(&error))?;
        let is_compressed = Uint8Array::new(&head).to_vec() == [0x1f, 0x8b];
        let stream = if is_compressed {
            let (stream, writer) = expander().map_err(|error| text_of(&error))?;
            let (blob, n_read) = (file.blob.clone(), Rc::clone(&n_read));
            // Ends with the file, or when nobody reads what comes out: then the writer fails.
            wasm_bindgen_futures::spawn_local(async move {
                let _ = feed(&blob, &writer, &n_read).await;
            });
            stream
        } else {
            file.blob.stream()
        };
        Ok(Self { reader: reader_of(&stream)?, n_read, is_compressed })
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// A sentence part: what went wrong.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<u8>>, String> {
        let result = JsFuture::from(self.reader.read()).await.map_err(|error| {
            let text = text_of(&error);
            if self.is_compressed { format!("its gzip data is damaged or cut off ({text})") } else { text }
        })?;
        let is_done = Reflect::get(&result, &"done".into()).is_ok_and(|done| done.is_truthy());
        if is_done {
            return Ok(None);
        }
        let bytes = Reflect::get(&result, &"value".into()).map_err(|error| text_of(&error))?;
        let bytes = Uint8Array::new(&bytes).to_vec();
        if !self.is_compressed {
            self.n_read.set(self.n_read.get() + bytes.len() as f64);
        }
        Ok(Some(bytes))
    }

    /// Bytes of the file that were read, as they lie on the disk.
    pub(crate) fn n_read(&self) -> u64 {
        self.n_read.get() as u64
    }
}

async fn bytes_of(blob: &Blob, from: f64, to: f64) -> Result<JsValue, JsValue> {
    JsFuture::from(blob.slice_with_f64_and_f64(from, to)?.array_buffer()).await
}

/// Hands compressed bytes over slice by slice, as fast as what they expand to is taken: it never piles up.
async fn feed(blob: &Blob, writer: &JsValue, n_read: &Cell<f64>) -> Result<(), JsValue> {
    let ready = || Reflect::get(writer, &"ready".into())?.dyn_into::<js_sys::Promise>();
    while n_read.get() < blob.size() {
        JsFuture::from(ready()?).await?;
        let end = n_read.get() + SLICE_BYTES;
        let bytes = bytes_of(blob, n_read.get(), end).await?;
        n_read.set(end.min(blob.size()));
        let written: js_sys::Promise = call(writer, "write", &[bytes])?.dyn_into()?;
        JsFuture::from(written).await?;
    }
    let closed: js_sys::Promise = call(writer, "close", &[])?.dyn_into()?;
    JsFuture::from(closed).await.map(|_| ())
}

impl Drop for Reading {
    fn drop(&mut self) {
        let cancelled = self.reader.cancel();
        wasm_bindgen_futures::spawn_local(async move {
            // A stream that failed already cannot be cancelled; it is over either way.
            let _ = JsFuture::from(cancelled).await;
        });
    }
}

/// The browser's own gzip: where expanded bytes come out, and where compressed ones go.
fn expander() -> Result<(ReadableStream, JsValue), JsValue> {
    let class: js_sys::Function = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?.dyn_into()?;
    let expand = Reflect::construct(&class, &js_sys::Array::of1(&"gzip".into()))?;
    let writable = Reflect::get(&expand, &"writable".into())?;
    let readable = Reflect::get(&expand, &"readable".into())?;
    Ok((readable.unchecked_into(), call(&writable, "getWriter", &[])?))
}

fn reader_of(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, String> {
    stream.get_reader().dyn_into().map_err(|_| "the browser gives no reader for it".to_owned())
}

fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let function: js_sys::Function = Reflect::get(object, &name.into())?.unchecked_into();
    let list = js_sys::Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(object, &list)
}

fn text_of(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| String::from(error.message()))
}
