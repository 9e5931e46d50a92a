//! What leaves the page as a file or on the clipboard: our JSONL, Open OCPP Trace, a frame laid out or for a ticket.
//!
//! Nothing is replaced here. Whoever writes a capture out passes it through [`crate::redact`] first, with
//! [`crate::redact::Level::SecretsOnly`] at least: passwords and private keys never leave.

use crate::capture::{CaptureContent, CaptureItem};
use crate::port::Direction;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::envelope::{self, Envelope};
use ocpp_wire::json::Tree;
use std::collections::HashMap;
use std::fmt::Write as _;

pub mod jsonl;
pub mod markdown;
pub mod open_trace;
pub mod pretty;

/// The last millisecond of the year 9999; later instants have no RFC 3339 form.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// An instant in RFC 3339 with six decimals, or with three when `is_short` and that says it all. `None` before 1970 and
/// after 9999.
fn time_text(at: EpochMillis, is_short: bool) -> Option<String> {
    let micros = (at * 1_000.0).round() as i64;
    let millis = micros.div_euclid(1_000);
    if !(0..=LAST_MILLIS).contains(&millis) {
        return None;
    }
    let mut text = date_time::format_utc(millis);
    let rest = micros.rem_euclid(1_000);
    if !is_short || rest != 0 {
        text.pop();
        let _ = write!(text, "{rest:03}Z");
    }
    Some(text)
}

/// A character that hides, reorders or breaks what is around it when a text is shown.
fn is_unsafe_to_show(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A JSON string with quotes. What must not be shown as it is stands escaped, so that the file is safe to look at.
fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unsafe_to_show(c) => push_escaped(out, c),
            c => out.push(c),
        }
    }
    out.push('"');
}

/// `\u202e`, a pair of them beyond the first plane.
fn push_escaped(out: &mut String, c: char) {
    let mut units = [0; 2];
    for unit in c.encode_utf16(&mut units) {
        let _ = write!(out, "\\u{unit:04x}");
    }
}

/// `,"name":"text"`
fn push_text(out: &mut String, name: &str, text: &str) {
    let _ = write!(out, ",\"{name}\":");
    push_quoted(out, text);
}

/// Finds the action of an answer: that of the newest open call of the other side with its id.
#[derive(Debug, Default)]
struct Actions {
    open: HashMap<(u32, bool, String), String>,
}

impl Actions {
    fn read(&mut self, item: &CaptureItem, tree: &Tree<'_>) -> (Envelope, String) {
        let envelope = envelope::read(tree, None);
        let CaptureContent::Frame(frame) = &item.content else { return (envelope, String::new()) };
        let is_to_csms = frame.direction == Direction::ToCsms;
        let id = envelope.message_id.clone().unwrap_or_default();
        let action = match &envelope.action {
            Some(action) => {
                self.open.insert((item.connection, is_to_csms, id), action.clone());
                action.clone()
            }
            None => self.open.remove(&(item.connection, !is_to_csms, id)).unwrap_or_default(),
        };
        (envelope, action)
    }
}
