//! What the filter asks of a frame and of a connection event.

use super::line_of;
use crate::capture::Marks;
use crate::exchanges;
use crate::port::{Direction, FrameNumber, RowKind, Severity};
use crate::query::{Facts, Pattern};
use crate::records::Records;
use crate::transcript::{ConnectionEvent, FrameRecord};
use std::borrow::Cow;
use std::cell::OnceCell;

/// A frame longer than this is searched by its text only; its line is not made for the search.
const LONG_FRAME_BYTES: usize = 1 << 20;

/// A frame.
pub(super) struct FrameFacts<'a> {
    records: &'a Records,
    number: FrameNumber,
    record: &'a FrameRecord,
    id: OnceCell<String>,
    action: OnceCell<String>,
}

impl<'a> FrameFacts<'a> {
    /// Of this frame; what takes time is found out when it is asked for.
    pub(super) fn new(records: &'a Records, number: FrameNumber, record: &'a FrameRecord) -> Self {
        Self { records, number, record, id: OnceCell::new(), action: OnceCell::new() }
    }
}

impl Facts for FrameFacts<'_> {
    fn kind(&self) -> RowKind {
        self.record.kind
    }

    fn direction(&self) -> Option<Direction> {
        Some(self.record.direction)
    }

    fn severity(&self) -> Severity {
        self.record.severity
    }

    fn frame(&self) -> Option<u32> {
        Some(self.number)
    }

    fn action(&self) -> &str {
        let name = self.records.transcript.name(self.record.action);
        if name.is_empty() { self.action.get_or_init(|| self.records.action_of(self.number)) } else { name }
    }

    fn message_id(&self) -> &str {
        if self.record.kind == RowKind::Unreadable {
            return "";
        }
        self.id.get_or_init(|| exchanges::message_id(&self.records.transcript, self.number).unwrap_or_default())
    }

    fn error_code(&self) -> &str {
        self.records.transcript.name(self.record.code)
    }

    fn is_unanswered(&self) -> bool {
        self.record.is_unanswered
    }

    fn is_on_purpose(&self) -> bool {
        self.record.marks.has(Marks::ON_PURPOSE)
    }

    fn latency_millis(&self) -> Option<u32> {
        self.record.latency_millis()
    }

    fn raw(&self) -> &str {
        self.records.transcript.text(self.number)
    }

    fn row_text(&self) -> Cow<'_, str> {
        if self.raw().len() > LONG_FRAME_BYTES {
            return Cow::Borrowed("");
        }
        let line = line_of(self.records, self.number, self.record);
        Cow::Owned(format!("{} {}", line.title, line.text))
    }

    fn has_rule(&self, pattern: &Pattern) -> bool {
        self.records.findings(self.number).iter().any(|finding| pattern.matches(finding.rule.id))
    }

    fn station(&self) -> &str {
        &self.records.transcript.connection(self.record.connection).station
    }

    fn at(&self) -> f64 {
        self.record.at
    }

    fn pair(&self) -> Option<u32> {
        self.record.pair()
    }

    fn partner_raw(&self) -> Option<(&str, RowKind)> {
        let pair = self.record.pair()?;
        let record = self.records.transcript.frame(pair)?;
        Some((self.records.transcript.text(pair), record.kind))
    }
}

/// A connection event.
pub(super) struct EventFacts<'a> {
    /// Identity of the station.
    pub(super) station: &'a str,
    /// The event.
    pub(super) event: &'a ConnectionEvent,
}

impl Facts for EventFacts<'_> {
    fn kind(&self) -> RowKind {
        RowKind::Connection
    }

    fn direction(&self) -> Option<Direction> {
        None
    }

    fn severity(&self) -> Severity {
        self.event.severity
    }

    fn frame(&self) -> Option<u32> {
        None
    }

    fn action(&self) -> &'static str {
        ""
    }

    fn message_id(&self) -> &'static str {
        ""
    }

    fn error_code(&self) -> &'static str {
        ""
    }

    fn is_unanswered(&self) -> bool {
        false
    }

    fn latency_millis(&self) -> Option<u32> {
        None
    }

    fn raw(&self) -> &'static str {
        ""
    }

    fn row_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{} {}", self.event.title, self.event.text))
    }

    fn has_rule(&self, _pattern: &Pattern) -> bool {
        false
    }

    fn station(&self) -> &str {
        self.station
    }

    fn at(&self) -> f64 {
        self.event.at
    }

    fn pair(&self) -> Option<u32> {
        None
    }

    fn partner_raw(&self) -> Option<(&str, RowKind)> {
        None
    }
}
