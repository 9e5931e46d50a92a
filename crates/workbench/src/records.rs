//! The records: the transcript with everything that is derived from it when a frame arrives — what kind of
//! message it is, which answer belongs to which call, what the frame breaks.
//!
//! Live frames, and later imported and replayed ones, all come in by [`Records::ingest`].

mod reading;

use crate::capture::Marks;
use crate::exchanges::{self, BootStage, Exchanges, Pairing};
use crate::finding_store::{FindingStore, RuleCount};
use crate::findings::{self, Finding, FrameContext};
use crate::overview::Timeline;
use crate::port::{Direction, FrameNumber, RowKind, Severity, Summary};
use crate::transcript::{ConnectionEvent, EpochMillis, NewFrame, Transcript};
use ocpp_wire::catalog;
use ocpp_wire::check::{self, Violation};
use ocpp_wire::envelope::{Envelope, MessageType};
use ocpp_wire::json::Tree;
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
pub(crate) use reading::looks_like_answer;
pub use reading::{Checked, Reading, Schemas, check_payload, read, read_marked, row_kind};
use std::collections::BTreeMap;

/// What a frame turned out to be, for those who must react to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Ingested {
    /// Its number; 0 when there was no room for it, and nothing was kept.
    pub frame: FrameNumber,
    /// Type of the message.
    pub message_type: Option<MessageType>,
    /// Message id.
    pub message_id: Option<String>,
    /// Action; for an answer that of its call.
    pub action: String,
    /// Text of the payload of a frame to the station; the workbench reacts to no other.
    pub payload: Option<String>,
    /// How it fits.
    pub pairing: Pairing,
    /// Rules of the payload that are broken.
    pub violations: Vec<Violation>,
    /// It begins like an answer, although it cannot be read as one.
    pub looks_like_answer: bool,
    /// Ids of the rules of all findings.
    pub rules: Vec<&'static str>,
    /// Other frames that look different now.
    pub changed: Vec<FrameNumber>,
}

/// Transcript, exchanges and findings.
#[derive(Debug, Default)]
pub struct Records {
    /// The frames.
    pub transcript: Transcript,
    /// Which answer belongs to which call.
    pub exchanges: Exchanges,
    /// Traffic over time.
    pub timeline: Timeline,
    findings: FindingStore,
    summary: Summary,
    latencies: BTreeMap<u32, u32>,
    n_latencies: u32,
    n_by_connection: Vec<u32>,
    has_version: [bool; 3],
}

/// Why a connection or what is known of it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The user hung up.
    ByUser,
    /// The CSMS or the line.
    ByOthers,
    /// The log ends here.
    OfLog,
}

impl Records {
    /// Takes a frame in: reads, pairs, checks, stores. Where there is no room left it is only read, and counted: what must
    /// be answered still can be.
    pub fn ingest(&mut self, schemas: &Schemas, frame: &NewFrame<'_>) -> Ingested {
        let reading = read_marked(frame.text, frame.is_binary, frame.version, frame.marks);
        let envelope = &reading.envelope;
        let pairing = self.pair(frame, envelope);
        let action_name = match &pairing {
            Pairing::Answer { call, .. } => self.action_of(*call),
            Pairing::Cleared { action } => action.clone(),
            _ => envelope.action.clone().unwrap_or_default(),
        };
        let action = catalog::find(frame.version, &action_name);
        let part = if envelope.message_type == Some(MessageType::CallResult) { Part::Response } else { Part::Request };
        let checked = match (&reading.tree, envelope.payload, action) {
            (Ok(tree), Some(payload), Some(action)) => {
                check_payload(schemas, frame.version, action, part, tree, payload)
            }
            _ => Checked::default(),
        };
        let unusual = match (&reading.tree, envelope.payload) {
            (Ok(tree), Some(payload)) => check::unusual(tree, payload, checked.is_accepted, findings::MOST_VALUES),
            _ => Vec::new(),
        };
        let request_violations = match (&pairing, envelope.message_type) {
            (Pairing::Answer { call, .. }, Some(MessageType::CallError)) => self.violations_of(schemas, *call),
            _ => None,
        };
        let context = FrameContext {
            version: frame.version,
            direction: frame.direction,
            text: frame.text,
            is_binary: frame.is_binary,
            json: reading.tree.as_ref().map_err(|fault| *fault),
            envelope,
            pairing: &pairing,
            action_name: &action_name,
            action,
            schema: checked.schema.as_deref(),
            violations: &checked.violations,
            unusual: &unusual,
            request_violations: request_violations.as_deref(),
            boot: self.exchanges.boot(frame.connection),
            request_has_faults: self.request_has_faults(&pairing),
            marks: frame.marks,
            is_log_young: self.is_log_young(frame.connection),
        };
        let found = findings::check(&context);
        let rules = found.iter().map(|finding| finding.rule.id).collect();
        let payload = match (&reading.tree, envelope.payload) {
            (Ok(tree), Some(payload)) if frame.direction == Direction::ToStation => Some(tree.raw(payload).to_owned()),
            _ => None,
        };
        let (mut number, mut changed) = (0, Vec::new());
        if self.transcript.has_room(frame.text.len()) {
            number = self.store(frame, envelope, &pairing, &action_name, found);
            self.follow_boot(number, frame, envelope, &action_name, reading.tree.as_ref().ok());
            changed = self.settle(number, frame, envelope, &pairing);
        } else {
            self.summary.n_not_kept += 1;
        }
        Ingested {
            frame: number,
            message_type: envelope.message_type,
            message_id: envelope.message_id.clone(),
            action: action_name,
            payload,
            pairing,
            violations: checked.violations,
            looks_like_answer: looks_like_answer(frame.text, envelope),
            rules,
            changed,
        }
    }

    /// The message that is answered breaks a rule, other than by waiting.
    fn request_has_faults(&self, pairing: &Pairing) -> bool {
        let Pairing::Answer { call, .. } = pairing else { return false };
        let is_fault = |finding: &Finding| {
            finding.severity >= Severity::Warning && !matches!(finding.rule.id, "RPC-NOANSWER" | "RPC-PENDING")
        };
        self.findings(*call).iter().any(is_fault)
    }

    fn pair(&self, frame: &NewFrame<'_>, envelope: &Envelope) -> Pairing {
        let (Some(message_type), Some(id)) = (envelope.message_type, &envelope.message_id) else {
            return Pairing::None;
        };
        let (transcript, exchanges) = (&self.transcript, &self.exchanges);
        match message_type {
            MessageType::Call => exchanges.pair_call(transcript, frame.connection, frame.direction, id, frame.text),
            MessageType::Send => {
                let pairing = exchanges.pair_call(transcript, frame.connection, frame.direction, id, frame.text);
                match pairing {
                    Pairing::Call { reused, is_retry, .. } => Pairing::Call { other_open: None, reused, is_retry },
                    other => other,
                }
            }
            MessageType::CallError if id == "-1" && !self.has_call(frame, id) => {
                let is_candidate =
                    |n: &FrameNumber| transcript.frame(*n).is_some_and(|f| f.direction == frame.direction.reversed());
                let numbers = transcript.first_frame()..=transcript.last_frame().unwrap_or_default();
                Pairing::Unreadable { latest: numbers.rev().take(100).find(is_candidate) }
            }
            MessageType::CallResult | MessageType::CallError => {
                let is_error = message_type == MessageType::CallError;
                exchanges.pair_answer(transcript, frame.connection, frame.direction, id, frame.at, is_error)
            }
            MessageType::CallResultError => {
                exchanges.pair_result_error(transcript, frame.connection, frame.direction, id, frame.at)
            }
        }
    }

    /// The other side really used the id "-1".
    fn has_call(&self, frame: &NewFrame<'_>, id: &str) -> bool {
        let (transcript, at) = (&self.transcript, frame.at);
        let pairing = self.exchanges.pair_answer(transcript, frame.connection, frame.direction, id, at, true);
        matches!(pairing, Pairing::Answer { .. })
    }

    /// # Source
    /// OCPP 1.6 edition 2 section 4.2; OCPP 2.0.1 and 2.1 Part 2, B01.FR.08 and B02.FR.02: what counts is the time
    /// between start-up and the first acceptance, and what the CSMS asks for in it may be sent.
    fn follow_boot(
        &mut self,
        number: FrameNumber,
        frame: &NewFrame<'_>,
        envelope: &Envelope,
        action: &str,
        tree: Option<&Tree<'_>>,
    ) {
        let connection = frame.connection;
        let (boot, triggered) = (self.exchanges.boot(connection), self.exchanges.is_triggered(connection));
        let next = match (envelope.message_type, frame.direction, action) {
            (Some(MessageType::Call), Direction::ToCsms, "BootNotification") => {
                if !triggered {
                    self.exchanges.note_boot(connection, number);
                }
                if boot == BootStage::Accepted {
                    return;
                }
                (BootStage::Asked, triggered)
            }
            (Some(MessageType::CallError), Direction::ToStation, "BootNotification") if boot == BootStage::Asked => {
                (BootStage::Refused, triggered)
            }
            (Some(MessageType::CallResult), Direction::ToStation, "BootNotification") => {
                let status = tree.and_then(|tree| tree.get_string(envelope.payload?, "status"));
                match status.as_deref() {
                    Some("Accepted") => (BootStage::Accepted, false),
                    Some("Pending") => (BootStage::Pending { is_triggered: triggered }, triggered),
                    Some("Rejected") => (BootStage::Rejected, triggered),
                    _ => return,
                }
            }
            (
                Some(MessageType::Call),
                Direction::ToStation,
                "TriggerMessage" | "ExtendedTriggerMessage" | "GetBaseReport" | "GetReport",
            ) => {
                let is_pending = matches!(boot, BootStage::Pending { .. });
                (if is_pending { BootStage::Pending { is_triggered: true } } else { boot }, true)
            }
            _ => return,
        };
        self.exchanges.set_boot(connection, next.0, next.1);
    }

    /// The frames of a log begin in the middle of things: what was asked before it began is not known.
    fn is_log_young(&self, connection: u32) -> bool {
        const YOUNG: u32 = 20;
        self.transcript.connection(connection).is_imported
            && !self.exchanges.has_booted(connection)
            && self.n_by_connection.get(connection as usize).is_none_or(|&n| n < YOUNG)
    }

    fn store(
        &mut self,
        frame: &NewFrame<'_>,
        envelope: &Envelope,
        pairing: &Pairing,
        action: &str,
        found: Vec<Finding>,
    ) -> FrameNumber {
        let number = self.transcript.push_frame(frame);
        let kind = row_kind(envelope);
        let action = self.transcript.intern(action);
        let code = self.transcript.intern(envelope.code.as_deref().unwrap_or_default());
        let severity = worst(kind, &found);
        if let Some(record) = self.transcript.frame_mut(number) {
            record.kind = kind;
            record.action = action;
            record.code = code;
            record.severity = severity;
            if let Pairing::Answer { call, latency_millis, is_to_send: false, .. } = pairing {
                record.set_pair(*call);
                if !frame.marks.has(Marks::NO_TIME) {
                    record.set_latency_millis(*latency_millis);
                }
            }
            record.findings = self.findings.put(number, None, &found);
        }
        if let Some(flag) = self.has_version.get_mut(frame.version as usize) {
            *flag = true;
        }
        let connection = frame.connection as usize;
        if self.n_by_connection.len() <= connection {
            self.n_by_connection.resize(connection + 1, 0);
        }
        if let Some(n) = self.n_by_connection.get_mut(connection) {
            *n += 1;
        }
        self.summary.n_frames += 1;
        self.count(severity, 1);
        match frame.direction {
            Direction::ToCsms => self.summary.n_to_csms += 1,
            Direction::ToStation => self.summary.n_to_station += 1,
        }
        self.timeline.add(frame.at, frame.direction, severity, number);
        number
    }

    /// Tells the other frame of the exchange, and remembers calls.
    fn settle(
        &mut self,
        number: FrameNumber,
        frame: &NewFrame<'_>,
        envelope: &Envelope,
        pairing: &Pairing,
    ) -> Vec<FrameNumber> {
        match (pairing, &envelope.message_id) {
            (Pairing::Call { .. }, Some(id)) => {
                let is_send = envelope.message_type == Some(MessageType::Send);
                self.exchanges.note_call(frame.connection, frame.direction, id, number, is_send);
                Vec::new()
            }
            (Pairing::None, Some(id)) if envelope.message_type.is_none() => {
                self.exchanges.note_unreadable(frame.connection, frame.direction, id, number);
                Vec::new()
            }
            (Pairing::Answer { call, latency_millis, earlier: None, is_to_send: false }, _)
                if envelope.message_type != Some(MessageType::CallResultError) =>
            {
                self.exchanges.note_answer(frame.connection, frame.direction.reversed(), *call);
                self.exchanges.note_answer_seen(frame.connection, frame.direction);
                self.set_unanswered(*call, false);
                self.remove_finding(*call, findings::NO_ANSWER.id);
                let has_time = !frame.marks.has(Marks::NO_TIME);
                let mut is_exchange = false;
                if let Some(record) = self.transcript.frame_mut(*call) {
                    record.set_pair(number);
                    if has_time {
                        record.set_latency_millis(*latency_millis);
                    }
                    is_exchange = record.kind == RowKind::Call;
                }
                if is_exchange && has_time {
                    *self.latencies.entry(*latency_millis).or_default() += 1;
                    self.n_latencies += 1;
                }
                vec![*call]
            }
            _ => Vec::new(),
        }
    }

    /// Time has passed on a connection: which calls are overdue or have timed out. Returns the frames that look
    /// different now.
    pub fn handle_time(&mut self, connection: u32, now: EpochMillis) -> Vec<FrameNumber> {
        let (mut changed, timed_out) = self.exchanges.take_due(&self.transcript, connection, now);
        changed.retain(|&call| self.may_be_unanswered(call));
        for &call in &changed {
            self.set_unanswered(call, true);
        }
        // From here on a call no longer counts as open; a late answer still finds it by its id.
        for call in timed_out {
            if self.may_be_unanswered(call) {
                let finding = self.time_out(call);
                self.add_finding(call, finding);
                if !changed.contains(&call) {
                    changed.push(call);
                }
            }
        }
        changed
    }

    /// A log that holds no answer to this side at all does not say that there was none.
    fn may_be_unanswered(&self, call: FrameNumber) -> bool {
        let Some(record) = self.transcript.frame(call) else { return false };
        let is_imported = self.transcript.connection(record.connection).is_imported;
        !is_imported || self.exchanges.has_answers(record.connection, record.direction.reversed())
    }

    /// When [`Records::handle_time`] has something to do for a connection.
    pub fn poll_timeout(&self, connection: u32) -> Option<EpochMillis> {
        self.exchanges.next_due(&self.transcript, connection)
    }

    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 4 section 4.2.3: a message that is not valid may be dropped without an answer.
    fn time_out(&self, call: FrameNumber) -> Finding {
        let is_v2 = self.transcript.frame(call).is_some_and(|record| record.version.is_v2());
        let is_invalid = |finding: &Finding| matches!(finding.rule.id, "RPC-SCHEMA-CALL" | "RPC-SHAPE" | "RPC-ID-LEN");
        if is_v2 && self.findings(call).iter().any(is_invalid) {
            let message = "No answer came within 30 s; a message that is not valid may be dropped";
            return Finding::new(findings::NO_ANSWER, message).severity(Severity::Info);
        }
        Finding::new(findings::NO_ANSWER, "No answer came within 30 s")
    }

    /// A connection is over: its open calls stay unanswered. Returns them. Whose doing it was decides how bad
    /// that is; the rule itself speaks of connections that stay open.
    pub fn handle_closed(&mut self, connection: u32, end: End) -> Vec<FrameNumber> {
        let (severity, message) = match end {
            End::ByUser => (Severity::Info, "The connection ended before an answer came"),
            End::ByOthers => (Severity::Warning, "The connection ended before an answer came"),
            End::OfLog => (Severity::Info, "The log ends before an answer came"),
        };
        let may_be_unanswered: Vec<_> =
            self.exchanges.open_of(connection).into_iter().filter(|&call| self.may_be_unanswered(call)).collect();
        self.exchanges.end(connection);
        for &call in &may_be_unanswered {
            self.set_unanswered(call, true);
            self.add_finding(call, Finding::new(findings::NO_ANSWER, message).severity(severity));
        }
        may_be_unanswered
    }

    /// Notes something about a stored frame.
    pub fn mark(&mut self, frame: FrameNumber, marks: Marks) {
        if let Some(record) = self.transcript.frame_mut(frame) {
            record.marks = record.marks.with(marks);
        }
    }

    /// Appends an event of the connection.
    pub fn push_event(&mut self, event: ConnectionEvent) {
        self.transcript.push_event(event);
    }

    /// Forgets everything but the numbers and the state of the open connection.
    pub fn clear(&mut self) {
        let mut exchanges = self.exchanges.emptied();
        for call in self.exchanges.open() {
            let (Some(record), id) = (self.transcript.frame(call), id_of(self, call)) else { continue };
            exchanges.note_cleared(record.connection, record.direction, &id, &self.action_of(call));
        }
        let mut transcript = std::mem::take(&mut self.transcript);
        transcript.clear();
        *self = Self { transcript, exchanges, ..Self::default() };
    }

    /// Findings of a frame, in the order of the rules.
    pub fn findings(&self, frame: FrameNumber) -> Vec<Finding> {
        self.findings.get(self.transcript.frame(frame).and_then(|record| record.findings))
    }

    /// How often each rule is broken, by index into [`findings::RULES`].
    pub fn rule_counts(&self) -> &[RuleCount] {
        self.findings.rules()
    }

    /// Versions of the frames that are there.
    pub fn versions(&self) -> Vec<Version> {
        Version::ALL.into_iter().filter(|&version| self.has_version.get(version as usize) == Some(&true)).collect()
    }

    /// Frames that came when there was no room left.
    pub fn n_not_kept(&self) -> u32 {
        self.summary.n_not_kept
    }

    /// The counts.
    pub fn summary(&self) -> Summary {
        let latency_millis = (self.n_latencies > 0).then(|| {
            [self.percentile(50), self.percentile(95), self.latencies.keys().next_back().copied().unwrap_or(0)]
        });
        Summary { n_bytes: self.transcript.n_bytes(), latency_millis, ..self.summary }
    }

    fn percentile(&self, percent: u32) -> u32 {
        let wanted = (u64::from(self.n_latencies) * u64::from(percent)).div_ceil(100).max(1);
        let mut seen = 0;
        for (&latency, &n) in &self.latencies {
            seen += u64::from(n);
            if seen >= wanted {
                return latency;
            }
        }
        0
    }

    /// What the payload of a stored call breaks.
    pub fn violations_of(&self, schemas: &Schemas, call: FrameNumber) -> Option<Vec<Violation>> {
        let record = self.transcript.frame(call)?;
        let reading = read(self.transcript.text(call), record.is_binary, record.version);
        let tree = reading.tree.as_ref().ok()?;
        let payload = reading.envelope.payload?;
        let action = catalog::find(record.version, reading.envelope.action.as_deref()?)?;
        let checked = check_payload(schemas, record.version, action, Part::Request, tree, payload);
        checked.schema.map(|_| checked.violations)
    }

    /// Action of a frame, for an answer that of its call. Read from the text where the name is not shared.
    pub fn action_of(&self, frame: FrameNumber) -> String {
        let Some(record) = self.transcript.frame(frame) else { return String::new() };
        let name = self.transcript.name(record.action);
        if !name.is_empty() || record.is_binary {
            return name.to_owned();
        }
        read(self.transcript.text(frame), false, record.version).envelope.action.unwrap_or_default()
    }

    fn set_unanswered(&mut self, call: FrameNumber, is_unanswered: bool) {
        let Some(record) = self.transcript.frame_mut(call) else { return };
        if record.is_unanswered != is_unanswered {
            record.is_unanswered = is_unanswered;
            if is_unanswered {
                self.summary.n_unanswered += 1;
            } else {
                self.summary.n_unanswered -= 1;
            }
        }
    }

    fn add_finding(&mut self, frame: FrameNumber, finding: Finding) {
        let mut findings = self.findings(frame);
        findings.push(finding);
        self.set_findings(frame, &findings);
    }

    fn remove_finding(&mut self, frame: FrameNumber, rule: &str) {
        if self.transcript.frame(frame).is_none_or(|record| record.findings.is_none()) {
            return;
        }
        let mut findings = self.findings(frame);
        let n = findings.len();
        findings.retain(|finding| finding.rule.id != rule);
        if findings.len() != n {
            self.set_findings(frame, &findings);
        }
    }

    fn set_findings(&mut self, frame: FrameNumber, findings: &[Finding]) {
        if let Some(record) = self.transcript.frame_mut(frame) {
            record.findings = self.findings.put(frame, record.findings, findings);
        }
        self.update_severity(frame, findings);
    }

    fn update_severity(&mut self, frame: FrameNumber, findings: &[Finding]) {
        let Some(record) = self.transcript.frame(frame) else { return };
        let (before, at) = (record.severity, record.at);
        let after = worst(record.kind, findings);
        if before == after {
            return;
        }
        self.count(before, -1);
        self.count(after, 1);
        self.timeline.raise(at, after);
        if let Some(record) = self.transcript.frame_mut(frame) {
            record.severity = after;
        }
    }

    fn count(&mut self, severity: Severity, by: i32) {
        let counter = match severity {
            Severity::Error => &mut self.summary.n_errors,
            Severity::Warning => &mut self.summary.n_warnings,
            Severity::Ok | Severity::Info => return,
        };
        *counter = counter.saturating_add_signed(by);
    }
}

fn worst(kind: RowKind, findings: &[Finding]) -> Severity {
    let worst = findings.iter().map(|finding| finding.severity).max().unwrap_or_default();
    if matches!(kind, RowKind::Error | RowKind::ResultError) { Severity::Error } else { worst }
}

/// Id of a stored frame.
pub fn id_of(records: &Records, frame: FrameNumber) -> String {
    exchanges::message_id(&records.transcript, frame).unwrap_or_default()
}
