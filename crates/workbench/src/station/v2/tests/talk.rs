//! A station and its CSMS in a conversation whose frames are all checked.

use crate::answers;
use crate::capture::Marks;
use crate::port::{Direction, Severity};
use crate::records::{End, Records, Schemas};
use crate::station::core::{Setup, Wish};
use crate::station::{Act, Answer, Outcome, Request, Station};
use crate::testing::START;
use crate::transcript::NewFrame;
use ocpp_wire::date_time;
use ocpp_wire::json;
use ocpp_wire::version::Version;
use std::collections::BTreeMap;

/// What the CSMS of a talk does with a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mood {
    Kind,
    Refusing,
    Failing,
}

/// A station and its CSMS, whose frames are all taken in.
pub(super) struct Talk<'s> {
    pub(super) station: Station,
    schemas: &'s Schemas,
    pub(super) records: Records,
    pub(super) version: Version,
    pub(super) now: f64,
    n: u32,
    pub(super) mood: Mood,
    pub(super) away_until: Option<f64>,
    /// Each `TransactionEvent` that the CSMS took: transaction, event type, `seqNo`, energy.
    pub(super) events: Vec<(String, String, i64, Option<f64>)>,
}

impl<'s> Talk<'s> {
    pub(super) fn new(schemas: &'s Schemas, version: Version, configuration: &[(&str, &str)]) -> Self {
        let configuration = configuration.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let setup = Setup { n_outlets: 2, configuration, ..Setup::default() };
        let mut talk = Self {
            station: Station::new(version, setup, 7),
            schemas,
            records: Records::default(),
            version,
            now: START,
            n: 0,
            mood: Mood::Kind,
            away_until: None,
            events: Vec::new(),
        };
        talk.station.opened(START, true);
        talk.drain();
        talk
    }

    pub(super) fn ingest(&mut self, direction: Direction, text: &str) {
        let (at, version) = (self.now, self.version);
        let frame =
            NewFrame { text, is_binary: false, at, direction, version, connection: 1, marks: Marks::NONE, line: 0 };
        self.records.ingest(self.schemas, &frame);
    }

    /// The calls that may go out, and what becomes of them.
    pub(super) fn drain(&mut self) {
        while let Some(wish) = self.station.poll_wish() {
            let Wish::Reconnect { after_millis } = wish;
            if self.away_until.is_none() {
                self.lose(after_millis);
            }
        }
        while let Some(sent) = self.station.poll_call(self.now) {
            self.n += 1;
            let (id, action, payload) = (self.n, sent.message.action.clone(), sent.message.payload.clone());
            self.ingest(Direction::ToCsms, &format!("[2,\"s{id}\",\"{action}\",{payload}]"));
            if self.mood == Mood::Failing && action == "TransactionEvent" {
                self.ingest(Direction::ToStation, &format!("[4,\"s{id}\",\"InternalError\",\"\",{{}}]"));
                self.station.answered(self.now, &action, Some(sent.ticket), Outcome::Error);
                continue;
            }
            if action == "TransactionEvent" {
                self.took(&payload);
            }
            let answer = self.answer(&action, &payload);
            self.ingest(Direction::ToStation, &format!("[3,\"s{id}\",{answer}]"));
            let tree = json::parse(&answer).unwrap();
            let outcome = Outcome::Result { tree: &tree, root: tree.root() };
            self.station.answered(self.now, &action, Some(sent.ticket), outcome);
        }
    }

    pub(super) fn took(&mut self, payload: &str) {
        let tree = json::parse(payload).unwrap();
        let root = tree.root();
        let info = tree.get(root, "transactionInfo").unwrap();
        let energy = tree.get(root, "meterValue").and_then(|values| {
            let last = tree.items(values).last()?;
            let samples = tree.get(last, "sampledValue")?;
            let register = tree.items(samples).find(|sample| {
                tree.get_string(*sample, "measurand").as_deref() == Some("Energy.Active.Import.Register")
            })?;
            ocpp_wire::number::parse(tree.raw(tree.get(register, "value")?))
        });
        let text = |node, name| tree.get_string(node, name).unwrap().into_owned();
        let seq_no = tree.integer(tree.get(root, "seqNo").unwrap()).unwrap();
        self.events.push((text(info, "transactionId"), text(root, "eventType"), seq_no, energy));
    }

    pub(super) fn answer(&self, action: &str, payload: &str) -> String {
        let clock = date_time::format_utc(self.now as i64);
        let status = if self.mood == Mood::Refusing { "Blocked" } else { "Accepted" };
        match action {
            "BootNotification" => format!(r#"{{"currentTime":"{clock}","interval":300,"status":"Accepted"}}"#),
            "Heartbeat" => format!(r#"{{"currentTime":"{clock}"}}"#),
            "Authorize" => format!(r#"{{"idTokenInfo":{{"status":"{status}"}}}}"#),
            "TransactionEvent" if payload.contains("\"idToken\"") => {
                format!(r#"{{"idTokenInfo":{{"status":"{status}"}}}}"#)
            }
            _ => "{}".to_owned(),
        }
    }

    pub(super) fn lose(&mut self, millis: f64) {
        self.records.handle_closed(1, End::ByOthers);
        self.station.closed(self.now);
        self.away_until = Some(self.now + millis);
    }

    pub(super) fn pass(&mut self, millis: f64) {
        let end = self.now + millis;
        loop {
            let due = self.station.poll_timeout(true).into_iter().chain(self.away_until).reduce(f64::min);
            let Some(due) = due.filter(|due| *due <= end) else { break };
            assert!(due > self.now || self.away_until == Some(due) || due <= self.now + 1.0);
            self.now = self.now.max(due);
            if self.away_until.take_if(|until| *until <= due).is_some() {
                let boots = self.station.wants_to_boot();
                self.station.opened(self.now, boots);
            }
            let before = self.station.poll_timeout(true);
            self.station.handle_timeout(self.now);
            self.drain();
            let after = self.station.poll_timeout(true);
            assert!(before != after || after.is_none_or(|due| due > self.now), "woken for nothing at {before:?}");
        }
        self.now = end;
        self.station.advance(end);
    }

    pub(super) fn act(&mut self, outlet: u8, act: &Act) -> Result<(), String> {
        let result = self.station.act(self.now, outlet, act);
        self.drain();
        result
    }

    /// The CSMS asks; gives the payload of the answer.
    pub(super) fn ask(&mut self, action: &str, payload: &str) -> String {
        self.n += 1;
        let id = self.n;
        self.ingest(Direction::ToStation, &format!("[2,\"c{id}\",\"{action}\",{payload}]"));
        let tree = json::parse(payload).unwrap();
        let request = Request { action, tree: &tree, root: tree.root() };
        let answer = match self.station.request(self.now, request) {
            Answer::Payload(payload) => payload,
            Answer::Error { code, description } => {
                let text = format!("[4,\"c{id}\",\"{code}\",\"{description}\",{{}}]");
                self.ingest(Direction::ToCsms, &text);
                self.drain();
                return code.to_owned();
            }
            Answer::NotModelled => {
                answers::default_answer(self.schemas, START as i64, self.version, action, Some(payload)).unwrap()
            }
        };
        self.ingest(Direction::ToCsms, &format!("[3,\"c{id}\",{answer}]"));
        self.drain();
        answer
    }

    /// What is wrong with the frames of the station.
    pub(super) fn findings(&self) -> Vec<String> {
        let mut out = Vec::new();
        for (number, record) in self.records.transcript.frames() {
            for finding in self.records.findings(number) {
                if record.direction == Direction::ToCsms && finding.severity >= Severity::Warning {
                    let text = self.records.transcript.text(number);
                    out.push(format!("{} {}: {text}", finding.rule.id, finding.message));
                }
            }
        }
        out
    }

    pub(super) fn actions(&self) -> Vec<String> {
        let frames = self.records.transcript.frames().filter(|(_, record)| record.direction == Direction::ToCsms);
        frames.map(|(number, _)| self.records.transcript.text(number).to_owned()).collect()
    }

    /// Transactions are told as they have to be.
    pub(super) fn check_transactions(&self) {
        let mut going_on: BTreeMap<&str, (i64, f64)> = BTreeMap::new();
        let mut over: Vec<&str> = Vec::new();
        for (id, kind, seq_no, energy) in &self.events {
            assert!(!over.contains(&id.as_str()), "an event after the end: {:?}", self.events);
            match kind.as_str() {
                "Started" => assert!(going_on.insert(id, (-1, 0.0)).is_none(), "begun twice"),
                _ => assert!(going_on.contains_key(id.as_str()), "never begun: {:?}", self.events),
            }
            let (last, register) = going_on.get_mut(id.as_str()).unwrap();
            assert_eq!(*seq_no, *last + 1, "{:?}", self.events);
            *last = *seq_no;
            if let Some(energy) = energy {
                assert!(energy >= register, "the meter runs backwards: {:?}", self.events);
                *register = *energy;
            }
            if kind == "Ended" {
                going_on.remove(id.as_str());
                over.push(id);
            }
        }
    }
}
