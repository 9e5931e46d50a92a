//! Open OCPP Trace: one record per message, in the form that other tools for OCPP logs read.
//!
//! # Source
//! The specification's record, schema version 1.1: `timestamp`, `transport`, `direction` and `messageType` are required,
//! `raw` is the frame, an answer carries the action of its call, an error its parts. Only Call, CallResult and CallError
//! have a record; other frames and events are left out and counted.

use super::{Actions, push_quoted, push_text, time_text};
use crate::capture::{Capture, CaptureContent, CaptureItem};
use crate::port::Direction;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::json;
use ocpp_wire::json::{Kind, NodeId, Tree};
use std::fmt::Write as _;

/// The lines of a capture, each with its line break, made one by one; `None` for what the format cannot hold.
pub fn lines(capture: &Capture) -> impl Iterator<Item = Option<String>> {
    let mut writer = Writer::default();
    capture.items.iter().map(move |item| writer.item(capture, item))
}

/// Writes the items of a file whose capture is never there as a whole.
#[derive(Debug, Default)]
pub struct Writer {
    actions: Actions,
}

impl Writer {
    /// The line of an item, with its line break; `None` for what the format cannot hold. Of `capture` only the
    /// connections are read.
    pub fn item(&mut self, capture: &Capture, item: &CaptureItem) -> Option<String> {
        line(capture, item, &mut self.actions)
    }
}

/// Appends the whole file. Gives the number of frames and events that the format cannot hold.
///
/// ```
/// let mut file = String::new();
/// let n_left_out = workbench::export::open_trace::write(&workbench::capture::Capture::default(), &mut file);
/// assert_eq!((file.as_str(), n_left_out), ("", 0));
/// ```
pub fn write(capture: &Capture, out: &mut String) -> u32 {
    let mut n_left_out = 0;
    for line in lines(capture) {
        match line {
            Some(line) => out.push_str(&line),
            None => n_left_out += 1,
        }
    }
    n_left_out
}

fn line(capture: &Capture, item: &CaptureItem, actions: &mut Actions) -> Option<String> {
    let CaptureContent::Frame(frame) = &item.content else { return None };
    let tree = json::parse(&frame.text).ok().filter(|_| !frame.is_binary)?;
    let (envelope, action) = actions.read(item, &tree);
    let message_type = envelope.message_type?;
    if !matches!(message_type, MessageType::Call | MessageType::CallResult | MessageType::CallError) {
        return None;
    }
    let mut line = String::from("{\"schemaVersion\":\"1.1\"");
    push_text(&mut line, "timestamp", &time_text(item.at, true)?);
    let connection = capture.connections.get(item.connection as usize);
    if let Some(connection) = connection {
        push_text(&mut line, "ocppVersion", connection.version.number());
    }
    line.push_str(",\"transport\":\"json\"");
    if let Some(connection) = connection.filter(|connection| !connection.station.is_empty()) {
        push_text(&mut line, "chargePointId", &connection.station);
    }
    let payload = envelope.payload;
    let connector =
        payload.filter(|_| message_type == MessageType::Call).and_then(|payload| tree.get(payload, "connectorId"));
    if let Some(connector) = connector.and_then(|node| tree.integer(node)).filter(|connector| *connector >= 0) {
        let _ = write!(line, ",\"connectorId\":{connector}");
    }
    let direction = if frame.direction == Direction::ToCsms { "cp-to-csms" } else { "csms-to-cp" };
    push_text(&mut line, "direction", direction);
    push_text(&mut line, "messageType", message_type.name());
    if let Some(id) = &envelope.message_id {
        push_text(&mut line, "messageId", id);
    }
    if !action.is_empty() {
        push_text(&mut line, "action", &action);
    }
    if let Some(payload) = payload {
        push_value(&mut line, "payload", &tree, payload);
    }
    push_text(&mut line, "raw", &frame.text);
    if message_type == MessageType::CallError {
        line.push_str(",\"error\":{\"code\":");
        push_quoted(&mut line, envelope.code.as_deref().unwrap_or_default());
        if let Some(description) = &envelope.description {
            push_text(&mut line, "description", description);
        }
        if let Some(details) = envelope.details {
            push_value(&mut line, "details", &tree, details);
        }
        line.push('}');
    }
    line.push_str("}\n");
    Some(line)
}

/// `,"name":value`, on one line and safe to look at.
fn push_value(line: &mut String, name: &str, tree: &Tree<'_>, node: NodeId) {
    let _ = write!(line, ",\"{name}\":");
    push_compact(line, tree, node);
}

fn push_compact(line: &mut String, tree: &Tree<'_>, node: NodeId) {
    let (open, close) = match tree.kind(node) {
        Kind::Object => ('{', '}'),
        Kind::Array => ('[', ']'),
        Kind::String => return push_quoted(line, &tree.string(node).unwrap_or_default()),
        _ => return line.push_str(tree.raw(node)),
    };
    line.push(open);
    for (n, item) in tree.items(node).enumerate() {
        if n > 0 {
            line.push(',');
        }
        if open == '{' {
            push_quoted(line, &tree.key(item));
            line.push(':');
        }
        push_compact(line, tree, item);
    }
    line.push(close);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{CaptureConnection, CaptureFrame, Marks};
    use crate::testing::START;
    use ocpp_wire::version::Version;

    #[test]
    fn the_file_looks_like_this() {
        let frames = [
            r#">[2, "1", "StatusNotification", {"connectorId": 1, "x": "ä"}]"#,
            r#"<[3,"1",{}]"#,
            r#"<[2,"1","Reset",{"type":"Soft"}]"#,
            r#">[4,"1","NotSupported","no",{"a":[1,2]}]"#,
            r#">[6,"2","NotifyPeriodicEventStream",{}]"#,
            ">broken",
        ];
        let items = frames.iter().enumerate().map(|(n, line)| {
            let (way, text) = line.split_at(1);
            let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
            let frame = CaptureFrame { text: text.into(), is_binary: false, direction, marks: Marks::NONE };
            CaptureItem { connection: 0, at: START + n as f64 * 0.5, content: CaptureContent::Frame(frame) }
        });
        let connections = vec![CaptureConnection { station: "CP1".into(), version: Version::V21 }];
        let mut file = String::new();
        let n_left_out = write(&Capture { connections, items: items.collect() }, &mut file);
        assert_eq!(n_left_out, 2);
        let expected = r#"{"schemaVersion":"1.1","timestamp":"2026-11-22T09:22:07.000Z","ocppVersion":"2.1","transport":"json","chargePointId":"CP1","connectorId":1,"direction":"cp-to-csms","messageType":"CALL","messageId":"1","action":"StatusNotification","payload":{"connectorId":1,"x":"ä"},"raw":"[2, \"1\", \"StatusNotification\", {\"connectorId\": 1, \"x\": \"ä\"}]"}
{"schemaVersion":"1.1","timestamp":"2026-11-22T09:22:07.000500Z","ocppVersion":"2.1","transport":"json","chargePointId":"CP1","direction":"csms-to-cp","messageType":"CALLRESULT","messageId":"1","action":"StatusNotification","payload":{},"raw":"[3,\"1\",{}]"}
{"schemaVersion":"1.1","timestamp":"2026-11-22T09:22:07.001Z","ocppVersion":"2.1","transport":"json","chargePointId":"CP1","direction":"csms-to-cp","messageType":"CALL","messageId":"1","action":"Reset","payload":{"type":"Soft"},"raw":"[2,\"1\",\"Reset\",{\"type\":\"Soft\"}]"}
{"schemaVersion":"1.1","timestamp":"2026-11-22T09:22:07.001500Z","ocppVersion":"2.1","transport":"json","chargePointId":"CP1","direction":"cp-to-csms","messageType":"CALLERROR","messageId":"1","action":"Reset","raw":"[4,\"1\",\"NotSupported\",\"no\",{\"a\":[1,2]}]","error":{"code":"NotSupported","description":"no","details":{"a":[1,2]}}}
"#;
        assert_eq!(file, expected);
        for line in file.lines() {
            serde_json::from_str::<serde_json::Value>(line).unwrap();
        }
    }
}
