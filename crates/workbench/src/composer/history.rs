//! What was sent from the composer, and what became of it.

use crate::port::{FrameNumber, RowKind, SentView, Severity};
use crate::records::Records;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::quote;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

/// Sendings that are kept.
const MOST: usize = 50;

/// Bytes of all texts that are kept; the oldest go first.
const MOST_BYTES: usize = 2_000_000;

/// Characters of a text that are shown.
const SHOWN: usize = 160;

/// The sendings, oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    sent: VecDeque<Sent>,
    n_ids: u32,
}

/// One sending.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Its number, from 1, never reused.
    pub id: u32,
    /// Version it was sent in.
    pub version: Version,
    /// Action; empty for a raw frame.
    pub action: String,
    /// Payload or raw frame as it was typed, with variables.
    pub typed: String,
    /// What followed the message id, or the whole raw frame.
    tail: String,
    at: EpochMillis,
    frame: Option<FrameNumber>,
    /// The connection ended before it could go out.
    is_lost: bool,
}

impl History {
    /// Something is about to be sent: as it was typed, and with its variables put in. An empty action is a raw frame.
    pub fn add(&mut self, at: EpochMillis, version: Version, action: &str, typed: &str, expanded: &str) {
        self.n_ids += 1;
        let tail = if action.is_empty() { expanded.to_owned() } else { format!(",{},{expanded}]", quote(action)) };
        self.sent.push_back(Sent {
            id: self.n_ids,
            version,
            action: action.to_owned(),
            typed: typed.to_owned(),
            tail,
            at,
            frame: None,
            is_lost: false,
        });
        while self.sent.len() > 1 && (self.sent.len() > MOST || self.n_bytes() > MOST_BYTES) {
            self.sent.pop_front();
        }
    }

    /// A frame went out; whether it is one of these.
    pub fn went_out(&mut self, frame: FrameNumber, text: &str) -> bool {
        let is_it = |sent: &&mut Sent| {
            let is_waiting = sent.frame.is_none() && !sent.is_lost;
            is_waiting && (if sent.action.is_empty() { text == sent.tail } else { text.ends_with(&sent.tail) })
        };
        if let Some(sent) = self.sent.iter_mut().find(is_it) {
            sent.frame = Some(frame);
            sent.tail = String::new();
            return true;
        }
        false
    }

    /// One of these frames is one of these sendings.
    pub fn has_any(&self, frames: &[FrameNumber]) -> bool {
        self.sent.iter().filter_map(|sent| sent.frame).any(|frame| frames.contains(&frame))
    }

    /// The connection ended: what still waits will never go out.
    pub fn connection_ended(&mut self) {
        for sent in self.sent.iter_mut().filter(|sent| sent.frame.is_none()) {
            sent.is_lost = true;
        }
    }

    /// A sending by its number.
    pub fn get(&self, id: u32) -> Option<&Sent> {
        self.sent.iter().find(|sent| sent.id == id)
    }

    /// Nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty()
    }

    /// What the page shows, newest first.
    pub fn view(&self, records: &Records) -> Vec<SentView> {
        self.sent.iter().rev().map(|sent| sent.view(records)).collect()
    }

    fn n_bytes(&self) -> usize {
        self.sent.iter().map(|sent| sent.typed.len() + sent.tail.len()).sum()
    }
}

impl Sent {
    fn view(&self, records: &Records) -> SentView {
        let (outcome, severity) = self.outcome(records);
        let time = date_time::format_utc(self.at as i64);
        SentView {
            id: self.id,
            version: self.version.number().to_owned(),
            action: self.action.clone(),
            text: self.typed.chars().take(SHOWN).map(|c| if c.is_whitespace() { ' ' } else { c }).collect(),
            time: time.get(11..19).unwrap_or_default().to_owned(),
            outcome,
            severity,
            frame: self.frame.filter(|frame| records.transcript.frame(*frame).is_some()),
        }
    }

    fn outcome(&self, records: &Records) -> (String, Severity) {
        let said = |text: &str, severity| (text.to_owned(), severity);
        if self.is_lost {
            return said("not sent, the connection ended", Severity::Warning);
        }
        let Some(frame) = self.frame else { return said("waits to be sent", Severity::Info) };
        let Some(record) = records.transcript.frame(frame) else { return said("sent", Severity::Ok) };
        if record.kind != RowKind::Call {
            return said("sent", record.severity);
        }
        let Some(answer) = record.pair().and_then(|answer| records.transcript.frame(answer)) else {
            let words = if record.is_unanswered { "no answer" } else { "no answer yet" };
            return said(words, if record.is_unanswered { Severity::Warning } else { Severity::Info });
        };
        match answer.kind {
            RowKind::Error => {
                let code = records.transcript.name(answer.code);
                (format!("CALLERROR {code}").trim_end().to_owned(), Severity::Error)
            }
            _ => said("CALLRESULT", answer.severity),
        }
    }
}
