//! Conversations of a 1.6 station as text. Every frame goes through the checks of the workbench: no call and no answer of
//! the station may raise a finding.
//!
//! Lines: an act of the user (`plug 1`, `token 1 TAG`, `start 1`, …), `+60` lets seconds pass, `offline` and `online` cut and
//! mend the line, `reload` saves and loads the station, `< Action {…}` is a request of the CSMS, `answer Action {…}` what
//! it says to the next such call (`error` and `silence` are possible). In the record `>` is a call of the station, `=` its
//! answer, `!` a sentence for the user.

use crate::capture::Marks;
use crate::port::{Direction, Severity};
use crate::records::{Records, Schemas};
use crate::station::core::{Setup, Wish};
use crate::station::{Act, Answer, Outcome, Request, Station};
use crate::testing::{START, schema_set};
use crate::transcript::NewFrame;
use ocpp_wire::json;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

mod areas;

struct Scene {
    station: Station,
    schemas: Schemas,
    records: Records,
    now: f64,
    reopen_at: Option<f64>,
    answers: VecDeque<(String, String)>,
    n_calls: u32,
    n_transactions: u32,
    /// A call the CSMS is silent about: its ticket and when it times out.
    silent: Option<(u32, String, f64)>,
    record: String,
}

/// Plays a script; the record is what the station did.
fn play(setup: Setup, script: &str) -> String {
    let mut schemas = Schemas::default();
    schemas.add(schema_set(Version::V16));
    let mut scene = Scene {
        station: Station::new(Version::V16, setup, 7),
        schemas,
        records: Records::default(),
        now: START,
        reopen_at: None,
        answers: VecDeque::new(),
        n_calls: 0,
        n_transactions: 100,
        silent: None,
        record: String::new(),
    };
    scene.station.opened(START, true);
    scene.settle();
    // The start is the same in all scenes; one of them looks at it.
    if !script.trim_start().starts_with("boot") {
        scene.record.clear();
    }
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "boot") {
        scene.step(line);
    }
    scene.reload();
    for (number, frame) in scene.records.transcript.frames() {
        if frame.direction == Direction::ToCsms {
            let text = scene.records.transcript.text(number);
            for finding in scene.records.findings(number) {
                assert!(finding.severity < Severity::Warning, "{}: {} in {text}", finding.rule.id, finding.message);
            }
        }
    }
    scene.record
}

/// Plays a script with one connector and compares the record.
#[track_caller]
fn check(script: &str, expected: &str) {
    check_with(Setup::default(), script, expected);
}

#[track_caller]
fn check_with(setup: Setup, script: &str, expected: &str) {
    let record = play(setup, script);
    let clean = |text: &str| text.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n");
    assert!(clean(&record) == clean(expected), "{script}\nturned out as\n{record}");
}

/// A setup with so many connectors and these keys.
fn setup(n_outlets: u8, keys: &[(&str, &str)]) -> Setup {
    let configuration = keys.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Setup { n_outlets, configuration, token: "TAG".to_owned(), ..Setup::default() }
}

impl Scene {
    fn step(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let (number, what) = rest.split_once(' ').unwrap_or((rest, ""));
        let act = match word {
            "plug" => Act::PlugIn,
            "token" => Act::PresentToken(what.to_owned()),
            "start" => Act::Start,
            "pause" => Act::Pause,
            "resume" => Act::Resume,
            "stop" => Act::Stop,
            "unplug" => Act::Unplug,
            "fault" => Act::SetFault(what.to_owned()),
            "clear" => Act::ClearFault,
            "reboot" => Act::Reboot,
            "offline" => {
                self.close();
                return;
            }
            "online" => {
                self.open();
                return;
            }
            "reload" => {
                self.reload();
                return;
            }
            "answer" => {
                self.answers.push_back((number.to_owned(), what.to_owned()));
                return;
            }
            "<" => {
                self.request(number, what);
                return;
            }
            _ => {
                let seconds: f64 = word.strip_prefix('+').unwrap_or_else(|| panic!("{line:?}")).parse().unwrap();
                self.pass(seconds);
                return;
            }
        };
        let number = number.parse().unwrap_or(1);
        if let Err(why) = self.station.act(self.now, number, &act) {
            self.note(&format!("! {why}"));
        }
        self.settle();
    }

    fn note(&mut self, line: &str) {
        self.record.push_str(line);
        self.record.push('\n');
    }

    fn pass(&mut self, seconds: f64) {
        let until = self.now + seconds * 1_000.0;
        for _ in 0..100_000 {
            let silent = self.silent.as_ref().map(|(_, _, at)| *at);
            let due = [self.station.poll_timeout(), self.reopen_at, silent].into_iter().flatten().reduce(f64::min);
            let Some(due) = due.filter(|due| *due <= until) else { break };
            assert!(due > 0.0, "a due time is a time");
            self.now = due.max(self.now);
            if self.reopen_at.take_if(|at| *at <= due).is_some() {
                self.open();
            }
            if let Some((ticket, action, _)) = self.silent.take_if(|(_, _, at)| *at <= due) {
                self.station.answered(self.now, &action, Some(ticket), Outcome::TimedOut);
            }
            self.station.handle_timeout(self.now);
            self.settle();
            let again = self.station.poll_timeout();
            assert!(again.is_none_or(|again| again > self.now), "{again:?} is over at {}", self.now);
        }
        self.now = until;
        self.station.handle_timeout(until);
        self.settle();
    }

    fn close(&mut self) {
        self.silent = None;
        self.station.closed(self.now);
        self.settle();
    }

    fn open(&mut self) {
        let boots = self.station.core().registration != crate::station::core::Registration::Accepted;
        self.station.opened(self.now, boots);
        self.settle();
    }

    fn reload(&mut self) {
        let saved = serde_json::to_string(&self.station).unwrap();
        self.station = serde_json::from_str(&saved).unwrap();
        assert_eq!(serde_json::to_string(&self.station).unwrap(), saved);
    }

    fn ingest(&mut self, direction: Direction, text: &str) {
        let frame = NewFrame {
            text,
            is_binary: false,
            at: self.now,
            direction,
            version: Version::V16,
            connection: 1,
            marks: Marks::NONE,
            line: 0,
        };
        let ingested = self.records.ingest(&self.schemas, &frame);
        assert_eq!(ingested.violations, [], "{text}");
    }

    fn request(&mut self, action: &str, payload: &str) {
        self.n_calls += 1;
        let id = self.n_calls;
        self.ingest(Direction::ToStation, &format!("[2,\"c{id}\",\"{action}\",{payload}]"));
        let tree = json::parse(payload).unwrap();
        let request = Request { action, tree: &tree, root: tree.root() };
        match self.station.request(self.now, request) {
            Answer::Payload(payload) => {
                self.note(&format!("= {}", short(&payload)));
                self.ingest(Direction::ToCsms, &format!("[3,\"c{id}\",{payload}]"));
            }
            Answer::Error { code, description } => {
                self.note(&format!("= {code}"));
                self.ingest(Direction::ToCsms, &format!("[4,\"c{id}\",\"{code}\",{},{{}}]", json::quote(&description)));
            }
            Answer::NotModelled => self.note("= not modelled"),
        }
        self.settle();
    }

    /// The CSMS answers what the station sends, until both have nothing more to say.
    fn settle(&mut self) {
        for _ in 0..10_000 {
            while let Some((_, note)) = self.station.poll_note() {
                self.note(&format!("! {note}"));
            }
            if let Some(Wish::Reconnect { after_millis }) = self.station.poll_wish() {
                self.reopen_at = Some(self.now + after_millis);
                self.note("x");
                self.close();
            }
            let Some(sent) = self.station.poll_call(self.now) else { return };
            self.n_calls += 1;
            let (action, payload) = (sent.message.action, sent.message.payload);
            self.note(&format!("> {action} {}", short(&payload)));
            let id = self.n_calls;
            self.ingest(Direction::ToCsms, &format!("[2,\"s{id}\",\"{action}\",{payload}]"));
            let index = self.answers.iter().position(|(of, _)| *of == action);
            let answer =
                index.and_then(|index| self.answers.remove(index)).map_or_else(|| self.usual(&action), |a| a.1);
            match answer.as_str() {
                "silence" => self.silent = Some((sent.ticket, action, self.now + 30_000.0)),
                "error" => {
                    self.ingest(Direction::ToStation, &format!("[4,\"s{id}\",\"InternalError\",\"\",{{}}]"));
                    self.station.answered(self.now, &action, Some(sent.ticket), Outcome::Error);
                }
                answer => {
                    self.ingest(Direction::ToStation, &format!("[3,\"s{id}\",{answer}]"));
                    let tree = json::parse(answer).unwrap();
                    let outcome = Outcome::Result { tree: &tree, root: tree.root() };
                    self.station.answered(self.now, &action, Some(sent.ticket), outcome);
                }
            }
        }
        panic!("the station never ends");
    }

    fn usual(&mut self, action: &str) -> String {
        let time = ocpp_wire::date_time::format_utc(self.now as i64);
        match action {
            "BootNotification" => format!(r#"{{"status":"Accepted","currentTime":"{time}","interval":3600}}"#),
            "Heartbeat" => format!(r#"{{"currentTime":"{time}"}}"#),
            "Authorize" => r#"{"idTagInfo":{"status":"Accepted"}}"#.to_owned(),
            "StartTransaction" => {
                self.n_transactions += 1;
                format!(r#"{{"transactionId":{},"idTagInfo":{{"status":"Accepted"}}}}"#, self.n_transactions)
            }
            _ => "{}".to_owned(),
        }
    }
}

/// A payload without quotes, and of its times only the time of day.
fn short(payload: &str) -> String {
    let text = payload.replace('"', "").replace("2026-11-22T", "").replace(".000Z", "");
    text.replace("measurand:", "").replace("errorCode:NoError,", "").replace(",location:Outlet", "")
}
