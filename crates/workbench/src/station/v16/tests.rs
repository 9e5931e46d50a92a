//! Conversations of a 1.6 station as text. Every frame goes through the checks of the workbench: no call and no answer of
//! the station may raise a finding.
//!
//! Lines: an act of the user (`plug 1`, `token 1 TAG`, `start 1`, …), `+60` lets seconds pass, `offline` and `online` cut and
//! mend the line, `reload` saves and loads the station, `< Action {…}` is a request of the CSMS, `answer Action {…}` what
//! it says to the next such call (`error` and `silence` are possible). In the record `>` is a call of the station, `=` its
//! answer, `!` a sentence for the user, `-` that a call came to nothing or the line went.

use crate::capture::Marks;
use crate::port::{Direction, Severity};
use crate::records::{End, Records, Schemas};
use crate::station::core::{Setup, Wish};
use crate::station::{Act, Answer, Outcome, Request, Station};
use crate::testing::{START, schema_set};
use crate::transcript::NewFrame;
use ocpp_wire::catalog;
use ocpp_wire::json;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use std::collections::VecDeque;
use std::fmt::Write as _;

struct Scene {
    station: Station,
    schemas: Schemas,
    records: Records,
    now: f64,
    reopen_at: Option<f64>,
    answers: VecDeque<(String, String)>,
    n_calls: u32,
    connection: u32,
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
        connection: 1,
        n_transactions: 100,
        silent: None,
        record: String::new(),
    };
    scene.station.opened(START, true);
    scene.settle();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        scene.step(line);
    }
    scene.reload();
    for (number, frame) in scene.records.transcript.frames() {
        if frame.direction == Direction::ToCsms {
            let text = scene.records.transcript.text(number);
            // Silence is the fault of the CSMS.
            let findings =
                scene.records.findings(number).into_iter().filter(|finding| finding.rule.id != "RPC-NOANSWER");
            for finding in findings {
                assert!(finding.severity < Severity::Warning, "{}: {} in {text}", finding.rule.id, finding.message);
            }
        }
    }
    scene.record
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
                if !self.station.core().is_online {
                    self.reopen_at = None;
                    self.open();
                }
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
            let due = [self.station.poll_timeout(true), self.reopen_at, silent].into_iter().flatten().reduce(f64::min);
            let Some(due) = due.filter(|due| *due <= until) else { break };
            assert!(due > 0.0, "a due time is a time");
            self.now = due.max(self.now);
            if self.reopen_at.take_if(|at| *at <= due).is_some() {
                self.open();
            }
            self.records.handle_time(self.connection, self.now);
            if let Some((ticket, action, _)) = self.silent.take_if(|(_, _, at)| *at <= due) {
                self.station.answered(self.now, &action, Some(ticket), Outcome::TimedOut);
            }
            self.station.handle_timeout(self.now);
            self.settle();
            let again = self.station.poll_timeout(true);
            assert!(again.is_none_or(|again| again > self.now), "{again:?} is over at {}", self.now);
        }
        self.now = until;
        self.station.handle_timeout(until);
        self.settle();
    }

    fn close(&mut self) {
        self.silent = None;
        self.note("- line");
        self.records.handle_closed(self.connection, End::ByOthers);
        self.connection += 1;
        self.station.closed(self.now);
        self.settle();
    }

    fn open(&mut self) {
        let boots = self.station.core().registration != crate::station::core::Registration::Accepted;
        self.station.opened(self.now, boots);
        self.settle();
    }

    fn reload(&mut self) {
        let saved = postcard::to_allocvec(&self.station).unwrap();
        self.station = postcard::from_bytes(&saved).unwrap();
        assert_eq!(postcard::to_allocvec(&self.station).unwrap(), saved);
    }

    fn ingest(&mut self, direction: Direction, text: &str) {
        let frame = NewFrame {
            text,
            is_binary: false,
            at: self.now,
            direction,
            version: Version::V16,
            connection: self.connection,
            marks: Marks::NONE,
            line: 0,
        };
        let ingested = self.records.ingest(&self.schemas, &frame);
        assert_eq!(ingested.violations, [], "{text}");
    }

    fn request(&mut self, action: &str, payload: &str) {
        // Without a line nobody asks for anything.
        if !self.station.core().is_online {
            return;
        }
        self.n_calls += 1;
        let id = self.n_calls;
        self.ingest(Direction::ToStation, &format!("[2,\"c{id}\",\"{action}\",{payload}]"));
        if self.station.keeps_silent(true) {
            self.note("= silence");
            self.settle();
            return;
        }
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
                "silence" => {
                    self.note(&format!("- {action} unanswered"));
                    self.silent = Some((sent.ticket, action, self.now + 30_000.0));
                }
                "error" => {
                    self.note(&format!("- {action} refused"));
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

/// Steps of a scene; `#` is a connector, `?` a small number.
const STEPS: &[&str] = &[
    "plug #",
    "token # TAG",
    "token # OTHER",
    "start #",
    "pause #",
    "resume #",
    "stop #",
    "unplug #",
    "fault #",
    "clear #",
    "fault # GroundFailure",
    "+1",
    "+70",
    "+4000",
    "offline",
    "online",
    "reload",
    "reboot 1",
    r#"answer Authorize {"idTagInfo":{"status":"Accepted","parentIdTag":"GROUP"}}"#,
    r#"answer Authorize {"idTagInfo":{"status":"Blocked"}}"#,
    "answer Authorize error",
    "answer Authorize silence",
    "answer StartTransaction error",
    "answer StartTransaction silence",
    r#"answer StartTransaction {"transactionId":7,"idTagInfo":{"status":"Invalid"}}"#,
    "answer StopTransaction error",
    "answer MeterValues silence",
    r#"answer BootNotification {"status":"Pending","currentTime":"2026-11-22T09:22:07Z","interval":10}"#,
    r#"< Reset {"type":"Soft"}"#,
    r#"< Reset {"type":"Hard"}"#,
    r#"< RemoteStartTransaction {"idTag":"TAG"}"#,
    r#"< RemoteStartTransaction {"idTag":"OTHER","connectorId":#,"chargingProfile":{"chargingProfileId":?,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":10.0},{"startPeriod":60,"limit":0.0}]}}}"#,
    r#"< RemoteStopTransaction {"transactionId":10?}"#,
    r#"< ChangeAvailability {"connectorId":#,"type":"Inoperative"}"#,
    r#"< ChangeAvailability {"connectorId":0,"type":"Inoperative"}"#,
    r#"< ChangeAvailability {"connectorId":0,"type":"Operative"}"#,
    r#"< UnlockConnector {"connectorId":#}"#,
    r#"< ReserveNow {"connectorId":#,"expiryDate":"2026-11-22T10:00:00Z","idTag":"TAG","reservationId":?}"#,
    r#"< ReserveNow {"connectorId":0,"expiryDate":"2026-11-22T09:40:00Z","idTag":"OTHER","parentIdTag":"GROUP","reservationId":?}"#,
    r#"< CancelReservation {"reservationId":?}"#,
    r#"< SendLocalList {"listVersion":?,"updateType":"Full","localAuthorizationList":[{"idTag":"TAG","idTagInfo":{"status":"Accepted"}}]}"#,
    r#"< SendLocalList {"listVersion":?,"updateType":"Differential","localAuthorizationList":[{"idTag":"TAG"}]}"#,
    "< GetLocalListVersion {}",
    "< ClearCache {}",
    r#"< SetChargingProfile {"connectorId":#,"csChargingProfiles":{"chargingProfileId":?,"stackLevel":?,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":{"duration":900,"chargingRateUnit":"W","chargingSchedulePeriod":[{"startPeriod":0,"limit":5000.5,"numberPhases":1},{"startPeriod":100,"limit":0}]}}}"#,
    r#"< ClearChargingProfile {"stackLevel":?}"#,
    r#"< GetCompositeSchedule {"connectorId":#,"duration":3600}"#,
    r#"< GetConfiguration {"key":["HeartbeatInterval","Nothing"]}"#,
    "< GetConfiguration {}",
    r#"< ChangeConfiguration {"key":"MeterValueSampleInterval","value":"?"}"#,
    r#"< ChangeConfiguration {"key":"ClockAlignedDataInterval","value":"900"}"#,
    r#"< ChangeConfiguration {"key":"MinimumStatusDuration","value":"?"}"#,
    r#"< ChangeConfiguration {"key":"MaxEnergyOnInvalidId","value":"?00"}"#,
    r#"< ChangeConfiguration {"key":"StopTransactionOnInvalidId","value":"false"}"#,
    r#"< ChangeConfiguration {"key":"StopTransactionOnEVSideDisconnect","value":"false"}"#,
    r#"< ChangeConfiguration {"key":"LocalPreAuthorize","value":"true"}"#,
    r#"< ChangeConfiguration {"key":"AllowOfflineTxForUnknownId","value":"true"}"#,
    r#"< ChangeConfiguration {"key":"AuthorizeRemoteTxRequests","value":"true"}"#,
    r#"< ChangeConfiguration {"key":"StopTxnAlignedData","value":"Voltage,Power.Active.Import"}"#,
    r#"< TriggerMessage {"requestedMessage":"MeterValues"}"#,
    r#"< TriggerMessage {"requestedMessage":"StatusNotification","connectorId":#}"#,
    r#"< TriggerMessage {"requestedMessage":"BootNotification"}"#,
    r#"< TriggerMessage {"requestedMessage":"FirmwareStatusNotification"}"#,
    r#"< ExtendedTriggerMessage {"requestedMessage":"LogStatusNotification"}"#,
    r#"< GetDiagnostics {"location":"ftp://files.example/"}"#,
    r#"< GetLog {"logType":"DiagnosticsLog","requestId":?,"log":{"remoteLocation":"https://files.example/"}}"#,
    r#"< UpdateFirmware {"location":"https://files.example/a","retrieveDate":"2026-11-22T09:30:00Z"}"#,
    r#"< GetInstalledCertificateIds {"certificateType":"CentralSystemRootCertificate"}"#,
];

/// The statuses of a connector in a record, in order.
fn follows_the_table(record: &str, connector: u8) -> bool {
    let start = format!("> StatusNotification {{connectorId:{connector},");
    let mut last: Option<super::connector::Status> = None;
    for line in record.lines() {
        // A start anew and an interruption may be followed by any status.
        if line.starts_with("> BootNotification") || line == "- line" {
            last = None;
        }
        if !line.starts_with(&start) {
            continue;
        }
        let word = line.split("status:").nth(1).and_then(|rest| rest.split(',').next()).unwrap();
        let status = super::connector::Status::from_word(word).unwrap();
        if last.is_some_and(|last| last != status && last.step_towards(status).is_some()) {
            return false;
        }
        last = Some(status);
    }
    true
}

#[test]
fn every_request_is_answered_by_what_its_schema_admits() {
    let set = schema_set(Version::V16);
    let requests = catalog::actions(Version::V16).iter().filter(|action| action.is_from_csms());
    let mut script = "plug 1\nstart 2\n+10\n".to_owned();
    for action in requests {
        let schema = set.for_action(action, Part::Request).unwrap();
        for fields in [Fields::Required, Fields::All] {
            let payload = sample::compact(&schema, fields, &Context { now_epoch_millis: START as i64, preferred: &[] });
            // A reset would end the scene; the days have some.
            if action.name != "Reset" {
                writeln!(script, "< {} {payload}\n+100", action.name).unwrap();
            }
        }
    }
    let record = play(Setup { n_outlets: 2, ..Setup::default() }, &script);
    assert!(!record.contains("not modelled"), "{record}");
    assert!(record.matches("\n= ").count() >= 40, "{record}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    /// Whatever happens in whatever order: no panic, no finding on a frame of the station, statuses along the table, and
    /// at the end as many transactions have stopped as started.
    #[test]
    fn whatever_happens_the_station_keeps_to_the_rules(
        steps in proptest::collection::vec((0..STEPS.len(), 1_u8..4, 0_u8..10), 1..40),
    ) {
        let script: Vec<String> = steps
            .iter()
            .filter_map(|(step, connector, number)| {
                let step = STEPS.get(*step)?;
                Some(step.replace('#', &connector.to_string()).replace('?', &number.to_string()))
            })
            .collect();
        // In the end the line is there, all errors are over, and the station starts anew: all transactions end.
        let script = format!("{}\n+9000\nonline\n+9000\nreboot\n+9000", script.join("\n"));
        let configuration = vec![("TransactionMessageAttempts".to_owned(), "100".to_owned())];
        let setup = Setup { n_outlets: 2, configuration, token: "TAG".to_owned(), ..Setup::default() };
        let record = play(setup, &script);
        for connector in 1..=2 {
            proptest::prop_assert!(follows_the_table(&record, connector), "{}\n{}", script, record);
        }
        let n = |what: &str| record.matches(what).count();
        let n_started = n("> StartTransaction") - n("- StartTransaction");
        let n_stopped = n("> StopTransaction") - n("- StopTransaction");
        proptest::prop_assert_eq!(n_started, n_stopped, "{}\n{}", script, record);
    }
}
