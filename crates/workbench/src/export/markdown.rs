//! A frame with its answer for a ticket, in Markdown: a heading, the frame laid out, and what we found.

use super::pretty::pretty;
use super::{is_unsafe_to_show, time_text};
use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::findings::Finding;
use crate::port::{FrameNumber, RowKind};
use crate::records::Records;
use crate::redact::{Level, RedactOptions, redact};
use std::fmt::Write as _;

/// The exchange of a frame: the call first, then its answer. `None` for a frame there is none.
///
/// Passwords and private keys are replaced as far as these two frames tell them; for more, redact first and take the
/// records of that.
pub fn ticket(records: &Records, number: FrameNumber) -> Option<String> {
    let frame = records.transcript.frame(number)?;
    let mut numbers = vec![number];
    numbers.extend(frame.pair());
    numbers.sort_unstable();
    let mut items = Vec::new();
    for &number in &numbers {
        let Some(frame) = records.transcript.frame(number) else { continue };
        let item = |content| CaptureItem { connection: 0, at: frame.at, content };
        let text = records.transcript.text(number).to_owned();
        let content = CaptureFrame { text, is_binary: frame.is_binary, direction: frame.direction, marks: Marks::NONE };
        items.push(item(CaptureContent::Frame(content)));
        // Messages quote values, so they go the same way as the frame.
        items.extend(records.findings(number).iter().map(|finding| {
            let (title, text) = (finding.rule.id.to_owned(), finding.message.clone());
            item(CaptureContent::Event(CaptureEvent { title, text, severity: finding.severity }))
        }));
    }
    let connections = vec![CaptureConnection { station: String::new(), version: frame.version }];
    let options = RedactOptions { level: Level::SecretsOnly, ..RedactOptions::default() };
    let mut items = redact(&Capture { connections, items }, &options).items.into_iter();
    let mut out = String::new();
    for number in numbers {
        if !out.is_empty() {
            out.push('\n');
        }
        if let Some(CaptureContent::Frame(frame)) = items.next().map(|item| item.content) {
            push_frame(&mut out, records, number, &frame);
        }
        for finding in records.findings(number) {
            if let Some(CaptureContent::Event(message)) = items.next().map(|item| item.content) {
                push_finding(&mut out, &finding, &message.text);
            }
        }
    }
    Some(out)
}

fn push_frame(out: &mut String, records: &Records, number: FrameNumber, content: &CaptureFrame) {
    let Some(frame) = records.transcript.frame(number) else { return };
    let kind = match frame.kind {
        RowKind::Call => "Call",
        RowKind::Result => "CallResult",
        RowKind::Error => "CallError",
        RowKind::ResultError => "CallResultError",
        RowKind::Send => "Send",
        RowKind::Unreadable | RowKind::Connection => "Frame",
    };
    let action = records.transcript.name(frame.action);
    let code = records.transcript.name(frame.code);
    let _ = write!(out, "### #{number} {kind}");
    for word in [action, code].into_iter().filter(|word| !word.is_empty()) {
        out.push(' ');
        push_plain(out, word);
    }
    let _ = write!(out, " {} ({}", frame.direction.label(), frame.version);
    if let Some(time) = time_text(frame.at, true) {
        let _ = write!(out, ", {time}");
    }
    if let Some(latency) = frame.latency_millis().filter(|_| frame.kind != RowKind::Call) {
        let _ = write!(out, ", after {latency} ms");
    }
    if frame.marks.has(Marks::ON_PURPOSE) {
        out.push_str(", on purpose");
    }
    if frame.marks.has(Marks::DEMO) {
        out.push_str(", demo CSMS: nothing real");
    }
    out.push_str(")\n\n");
    push_fenced(out, &content.text, frame.is_binary);
    if !records.findings(number).is_empty() {
        out.push('\n');
    }
}

fn push_finding(out: &mut String, finding: &Finding, message: &str) {
    let _ = write!(out, "- {} {}: ", finding.severity.as_str(), finding.rule.id);
    push_plain(out, message);
    if !finding.pointer.is_empty() {
        out.push_str(" (at ");
        push_plain(out, &finding.pointer);
        out.push(')');
    }
    out.push('\n');
}

/// In a fence longer than any in the text.
fn push_fenced(out: &mut String, text: &str, is_binary: bool) {
    let laid_out = if is_binary { None } else { pretty(text) };
    let body: String = match &laid_out {
        Some(laid_out) => laid_out.clone(),
        None => {
            text.chars().map(|c| if is_unsafe_to_show(c) && c != '\n' && c != '\t' { '\u{fffd}' } else { c }).collect()
        }
    };
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language = if laid_out.is_some() { "json" } else { "text" };
    let _ = writeln!(out, "{fence}{language}\n{body}\n{fence}");
}

/// A text that Markdown shows as it is, on one line.
fn push_plain(out: &mut String, text: &str) {
    for c in text.chars() {
        if is_unsafe_to_show(c) {
            out.push(if c.is_whitespace() { ' ' } else { '\u{fffd}' });
            continue;
        }
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '@' | '!') {
            out.push('\\');
        }
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{records_of, schemas};

    fn of(transcript: &str, number: FrameNumber) -> String {
        ticket(&records_of(&schemas(), transcript), number).unwrap()
    }

    #[test]
    fn an_exchange_reads_like_this() {
        let text =
            of("1.6\n> [2,\"1\",\"Authorize\",{\"idTag\":7}]\n+40\n< [4,\"1\",\"TypeConstraintViolation\",\"\",{}]", 2);
        let (call, answer) = text.split_once("\n### #2").unwrap();
        assert_eq!(
            call,
            "### #1 Call Authorize to CSMS (OCPP 1.6, 2026-11-22T09:22:07.000Z)\n\n```json\n[\n  2,\n  \"1\",\n  \"Authorize\",\n  {\n    \"idTag\": 7\n  }\n]\n```\n\n- error RPC-SCHEMA-CALL: idTag is the number 7, but must be a string, in quotes (at /idTag)\n"
        );
        assert!(answer.starts_with(" CallError Authorize TypeConstraintViolation to station (OCPP 1.6, 2026-11-22T09:22:07.040Z, after 40 ms)\n"), "{answer}");
        assert_eq!(of("1.6\n> [2,\"1\",\"Authorize\",{\"idTag\":7}]", 1).lines().next(), text.lines().next());
    }

    #[test]
    fn a_frame_cannot_break_out() {
        let text = of("1.6\n> [2,\"1\",\"<b>`x`\",{\"a\":\"````\u{202e}\"}]", 1);
        assert!(text.starts_with("### #1 Call \\<b\\>\\`x\\` "), "{text}");
        assert!(text.contains("\n`````json\n") && text.contains("\n`````\n"), "{text}");
        assert!(text.contains("\\u202e") && !text.contains('\u{202e}'));
        let text = of("1.6\n> ```\u{202e}", 1);
        assert!(text.contains("\n````text\n```\u{fffd}\n````\n"), "{text}");
    }

    #[test]
    fn a_password_is_not_in_a_ticket() {
        let text = of(
            "1.6\n< [2,\"1\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":\"hunter2hunter2\"}]",
            1,
        );
        assert!(!text.contains("hunter2") && text.contains("AuthorizationKey"));
        let long = "hunter2hunter2".repeat(40);
        let frame =
            format!("1.6\n< [2,\"1\",\"ChangeConfiguration\",{{\"key\":\"AuthorizationKey\",\"value\":\"{long}\"}}]");
        let text = of(&frame, 1);
        assert!(!text.contains("hunter2") && text.contains("RPC-SCHEMA-CALL"), "{text}");
    }
}
