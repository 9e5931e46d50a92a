//! Import: frames out of the log of any program.
//!
//! Frames are found by what they are, in whatever notation they stand (`frame_text`); what stands around them is
//! read word by word (`surroundings`, `time`) or cell by cell (`cells`, `table`, `document`); what the words mean
//! is learned from the log itself (`learn`). Known formats (`formats`) help and are no precondition.

mod cells;
mod copies;
pub mod decode;
mod document;
pub mod formats;
pub mod frame_text;
mod importer;
mod intake;
mod layers;
mod learn;
mod lines;
mod merge;
#[cfg(test)]
mod own_tests;
mod report;
mod series;
mod surroundings;
mod table;
pub mod time;
mod work;

pub(crate) use copies::{Copies, Copy, has_sure_id};
pub use importer::{ImportedFrame, Importer};
pub use intake::Intake;
pub use learn::Perspective;
pub use merge::{LOOK_BYTES, Merge};
pub use report::{Options, Report, Swap};

use ocpp_wire::envelope::{Envelope, MessageType};

/// What can be read of a frame that the log cut: type, id and action.
pub(crate) fn cut_envelope(text: &str) -> Envelope {
    let sketch = frame_text::sketch(text);
    let message_type = match sketch.message_type {
        Some(2) => Some(MessageType::Call),
        Some(3) => Some(MessageType::CallResult),
        Some(4) => Some(MessageType::CallError),
        Some(5) => Some(MessageType::CallResultError),
        Some(6) => Some(MessageType::Send),
        _ => None,
    };
    let is_error = matches!(message_type, Some(MessageType::CallError | MessageType::CallResultError));
    let (action, code) = if is_error { (None, sketch.action) } else { (sketch.action, None) };
    Envelope { message_type, message_id: sketch.id, action, code, ..Envelope::default() }
}
