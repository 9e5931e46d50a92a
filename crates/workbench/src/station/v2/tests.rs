//! Conversations with the station of 2.x, each frame checked as on the page.

use crate::answers;
use crate::capture::Marks;
use crate::port::{Direction, Severity};
use crate::records::{End, Records, Schemas};
use crate::station::core::{Setup, Wish};
use crate::station::{Act, Answer, Outcome, Request, Station};
use crate::testing::{START, schemas};
use crate::transcript::NewFrame;
use ocpp_wire::catalog;
use ocpp_wire::date_time;
use ocpp_wire::json;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use proptest::prelude::*;
use std::collections::BTreeMap;

const VERSIONS: [Version; 2] = [Version::V201, Version::V21];

/// What the CSMS of a talk does with a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mood {
    Kind,
    Refusing,
    Failing,
}

/// A station and its CSMS, whose frames are all taken in.
struct Talk<'s> {
    station: Station,
    schemas: &'s Schemas,
    records: Records,
    version: Version,
    now: f64,
    n: u32,
    mood: Mood,
    away_until: Option<f64>,
    /// Each `TransactionEvent` that the CSMS took: transaction, event type, `seqNo`, energy.
    events: Vec<(String, String, i64, Option<f64>)>,
}

impl<'s> Talk<'s> {
    fn new(schemas: &'s Schemas, version: Version, configuration: &[(&str, &str)]) -> Self {
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

    fn ingest(&mut self, direction: Direction, text: &str) {
        let (at, version) = (self.now, self.version);
        let frame =
            NewFrame { text, is_binary: false, at, direction, version, connection: 1, marks: Marks::NONE, line: 0 };
        self.records.ingest(self.schemas, &frame);
    }

    /// The calls that may go out, and what becomes of them.
    fn drain(&mut self) {
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

    fn took(&mut self, payload: &str) {
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

    fn answer(&self, action: &str, payload: &str) -> String {
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

    fn lose(&mut self, millis: f64) {
        self.records.handle_closed(1, End::ByOthers);
        self.station.closed(self.now);
        self.away_until = Some(self.now + millis);
    }

    fn pass(&mut self, millis: f64) {
        let end = self.now + millis;
        loop {
            let due = self.station.poll_timeout().into_iter().chain(self.away_until).reduce(f64::min);
            let Some(due) = due.filter(|due| *due <= end) else { break };
            assert!(due > self.now || self.away_until == Some(due) || due <= self.now + 1.0);
            self.now = self.now.max(due);
            if self.away_until.take_if(|until| *until <= due).is_some() {
                let boots = self.station.wants_to_boot();
                self.station.opened(self.now, boots);
            }
            let before = self.station.poll_timeout();
            self.station.handle_timeout(self.now);
            self.drain();
            let after = self.station.poll_timeout();
            assert!(before != after || after.is_none_or(|due| due > self.now), "woken for nothing at {before:?}");
        }
        self.now = end;
        self.station.advance(end);
    }

    fn act(&mut self, outlet: u8, act: &Act) -> Result<(), String> {
        let result = self.station.act(self.now, outlet, act);
        self.drain();
        result
    }

    /// The CSMS asks; gives the payload of the answer.
    fn ask(&mut self, action: &str, payload: &str) -> String {
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
    fn findings(&self) -> Vec<String> {
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

    fn actions(&self) -> Vec<String> {
        let frames = self.records.transcript.frames().filter(|(_, record)| record.direction == Direction::ToCsms);
        frames.map(|(number, _)| self.records.transcript.text(number).to_owned()).collect()
    }

    /// Transactions are told as they have to be.
    fn check_transactions(&self) {
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

#[test]
fn every_request_gets_a_valid_answer() {
    let schemas = schemas();
    for version in VERSIONS {
        for action in catalog::actions(version).iter().filter(|action| action.is_from_csms()) {
            for fields in [Fields::Required, Fields::All] {
                let mut talk = Talk::new(&schemas, version, &[]);
                talk.act(1, &Act::Start).unwrap();
                let schema = schemas.schema(version, action, Part::Request).unwrap();
                let context = Context { now_epoch_millis: START as i64, preferred: &[] };
                let payload = sample::compact(&schema, fields, &context);
                talk.ask(action.name, &payload);
                talk.pass(60_000.0);
                assert_eq!(talk.findings(), Vec::<String>::new(), "{version} {} {payload}", action.name);
            }
        }
    }
}

#[test]
fn nothing_is_promised_that_is_not_done() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        for (action, payload, word) in [
            (
                "SetNetworkProfile",
                r#"{"configurationSlot":1,"connectionData":{"ocppVersion":"OCPP20","ocppTransport":"JSON","ocppCsmsUrl":"ws://x","messageTimeout":30,"securityProfile":1,"ocppInterface":"Wired0"}}"#,
                "Rejected",
            ),
            ("SetMonitoringLevel", r#"{"severity":3}"#, "Rejected"),
            ("GetTariffs", r#"{"evseId":1}"#, "NotSupported"),
            ("UnpublishFirmware", r#"{"checksum":"00"}"#, "NoFirmware"),
            ("Reset", r#"{"type":"ImmediateAndResume"}"#, "Rejected"),
            ("RequestStopTransaction", r#"{"transactionId":"x"}"#, "Rejected"),
        ] {
            if version == Version::V201 && (payload.contains("AndResume") || action == "GetTariffs") {
                continue;
            }
            assert!(talk.ask(action, payload).contains(word), "{version} {action}");
        }
    }
}

#[test]
fn a_password_is_taken_and_neither_told_nor_kept() {
    let schemas = schemas();
    let mut talk = Talk::new(&schemas, Version::V201, &[]);
    let name = r#""component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}"#;
    let set = format!(r#"{{"setVariableData":[{{{name},"attributeValue":"correct horse battery"}}]}}"#);
    assert!(talk.ask("SetVariables", &set).contains("Accepted"));
    assert!(talk.ask("GetVariables", &format!(r#"{{"getVariableData":[{{{name}}}]}}"#)).contains("Rejected"));
    talk.ask("GetBaseReport", r#"{"requestId":1,"reportBase":"FullInventory"}"#);
    assert!(talk.actions().concat().contains("BasicAuthPassword"));
    assert!(!talk.actions().concat().contains("horse"));
    assert!(!format!("{:?}", talk.station).contains("horse"));
}

#[test]
fn certificates_are_installed_listed_and_deleted() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        let root = json::quote(include_str!("../certificate/root.pem"));
        let install = format!(r#"{{"certificateType":"CSMSRootCertificate","certificate":{root}}}"#);
        assert_eq!(talk.ask("InstallCertificate", &install), r#"{"status":"Accepted"}"#);
        assert_eq!(talk.ask("InstallCertificate", &install), r#"{"status":"Accepted"}"#);
        let other = r#"{"certificateType":["MORootCertificate"]}"#;
        assert_eq!(talk.ask("GetInstalledCertificateIds", other), r#"{"status":"NotFound"}"#);
        let list = talk.ask("GetInstalledCertificateIds", "{}");
        let (_, hashes) = list.split_once(r#""certificateHashData":"#).unwrap();
        let (hashes, _) = hashes.split_once('}').unwrap();
        assert_eq!(list.matches("certificateType").count(), 1, "the same one is not kept twice");
        let delete = format!(r#"{{"certificateHashData":{hashes}}}}}"#);
        assert_eq!(talk.ask("DeleteCertificate", &delete), r#"{"status":"Accepted"}"#);
        assert_eq!(talk.ask("DeleteCertificate", &delete), r#"{"status":"NotFound"}"#);
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

#[test]
fn reports_come_in_parts_that_fit_together() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        talk.ask("GetBaseReport", r#"{"requestId":5,"reportBase":"FullInventory"}"#);
        let parts: Vec<String> = talk.actions().into_iter().filter(|text| text.contains("NotifyReport")).collect();
        assert!(parts.len() > 3);
        let mut n_variables = 0;
        for (index, part) in parts.iter().enumerate() {
            assert!(part.contains(&format!("\"seqNo\":{index}}}")), "{part}");
            assert_eq!(part.contains("\"tbc\":true"), index + 1 < parts.len());
            n_variables += part.matches("variableCharacteristics").count();
        }
        assert!(n_variables > 100, "{n_variables}");
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

#[test]
fn a_transaction_goes_on_after_a_reload() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        talk.act(1, &Act::Start).unwrap();
        talk.pass(90_000.0);
        let saved = talk.station.save();
        talk.records.handle_closed(1, End::ByOthers);
        talk.now += 20_000.0;
        talk.station = Station::restore(&saved, talk.now).unwrap();
        let boots = talk.station.wants_to_boot();
        talk.station.opened(talk.now, boots);
        talk.drain();
        talk.pass(120_000.0);
        talk.act(1, &Act::Stop).unwrap();
        talk.check_transactions();
        assert_eq!(talk.events.iter().filter(|(_, kind, ..)| kind == "Started").count(), 1);
        assert_eq!(talk.events.last().unwrap().1, "Ended");
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_value_is_taken_or_refused(value in "\\PC{0,40}|-?[0-9]{1,12}(\\.[0-9]{1,3})?|true|EVConnected,Authorized|SoC,SoC", token in "\\PC{0,40}") {
        thread_local! {
            static SCHEMAS: Schemas = schemas();
        }
        SCHEMAS.with(|schemas| {
            let mut talk = Talk::new(schemas, Version::V201, &[]);
            for definition in super::variables::definitions().filter(super::variables::Definition::is_readable) {
                let evse = match definition.component {
                    "EVSE" => r#","evse":{"id":1}"#,
                    "Connector" => r#","evse":{"id":1,"connectorId":1}"#,
                    _ => "",
                };
                let instance = json::quote(definition.instance);
                let instance = if definition.instance.is_empty() { String::new() } else { format!(",\"instance\":{instance}") };
                let (component, variable) = (definition.component, definition.variable);
                let name = format!(r#""component":{{"name":"{component}"{evse}}},"variable":{{"name":"{variable}"{instance}}}"#);
                let get = format!(r#"{{"getVariableData":[{{{name}}}]}}"#);
                let told = json::quote(&value);
                let answer = talk.ask("SetVariables", &format!(r#"{{"setVariableData":[{{{name},"attributeValue":{told}}}]}}"#));
                let is_taken = answer.contains(r#""attributeStatus":"Accepted""#);
                assert!(is_taken || answer.contains(r#""attributeStatus":"Rejected""#), "{answer}");
                assert!(!is_taken || definition.is_writable());
                let is_value = talk.ask("GetVariables", &get).contains(&format!("\"attributeValue\":{told},"));
                assert!(!is_taken || is_value, "{name} {value}");
            }
            let _ = talk.act(1, &Act::PlugIn);
            let _ = talk.act(1, &Act::PresentToken(token));
            talk.pass(5_000.0);
            talk.check_transactions();
            assert_eq!(talk.findings(), Vec::<String>::new());
        });
    }
}

/// What may happen to a station.
#[derive(Clone, Debug)]
enum Step {
    Act(u8, Act),
    Ask(String, String),
    Pass(f64),
    Lose(f64),
    Mood(Mood),
}

fn steps(version: Version) -> impl Strategy<Value = Vec<Step>> {
    let acts = prop_oneof![
        Just(Act::PlugIn),
        Just(Act::Start),
        Just(Act::Start),
        Just(Act::PresentToken(String::new())),
        Just(Act::PresentToken("BEEF01".to_owned())),
        Just(Act::Pause),
        Just(Act::Resume),
        Just(Act::Stop),
        Just(Act::Unplug),
        Just(Act::SetFault(String::new())),
        Just(Act::ClearFault),
        Just(Act::Reboot),
        Just(Act::GoOffline(40)),
    ];
    let point = prop_oneof![
        Just("EVConnected"),
        Just("Authorized"),
        Just("PowerPathClosed"),
        Just("EnergyTransfer"),
        Just("EVConnected,Authorized")
    ];
    let set = (prop_oneof![Just("TxStartPoint"), Just("TxStopPoint")], point).prop_map(|(name, value)| {
        let text = format!(r#"{{"setVariableData":[{{"component":{{"name":"TxCtrlr"}},"variable":{{"name":"{name}"}},"attributeValue":"{value}"}}]}}"#);
        Step::Ask("SetVariables".to_owned(), text)
    });
    let known = prop_oneof![
        Just(("RequestStartTransaction", r#"{"idToken":{"idToken":"ABC","type":"Central"},"remoteStartId":7,"evseId":1}"#)),
        Just(("RequestStartTransaction", r#"{"idToken":{"idToken":"ABC","type":"Central"},"remoteStartId":8}"#)),
        Just(("Reset", r#"{"type":"OnIdle"}"#)),
        Just(("Reset", r#"{"type":"Immediate"}"#)),
        Just(("Reset", r#"{"type":"Immediate","evseId":1}"#)),
        Just(("Reset", r#"{"type":"OnIdle","evseId":2}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Inoperative","evse":{"id":1}}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Inoperative"}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Operative"}"#)),
        Just(("ReserveNow", r#"{"id":1,"expiryDateTime":"2026-11-22T09:30:00Z","idToken":{"idToken":"BEEF01","type":"ISO14443"},"evseId":1}"#)),
        Just(("TriggerMessage", r#"{"requestedMessage":"TransactionEvent"}"#)),
        Just(("TriggerMessage", r#"{"requestedMessage":"MeterValues"}"#)),
        Just(("SetChargingProfile", r#"{"evseId":0,"chargingProfile":{"id":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":[{"id":1,"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16},{"startPeriod":20,"limit":0},{"startPeriod":50,"limit":9}]}]}}"#)),
        Just(("ClearChargingProfile", "{}")),
        Just(("UpdateFirmware", r#"{"requestId":3,"firmware":{"location":"https://x","retrieveDateTime":"2026-11-22T09:22:10Z"}}"#)),
    ]
    .prop_map(|(action, payload)| Step::Ask(action.to_owned(), payload.to_owned()));
    let actions: Vec<&'static str> =
        catalog::actions(version).iter().filter(|action| action.is_from_csms()).map(|action| action.name).collect();
    let any = proptest::sample::select(actions).prop_map(|action| Step::Ask(action.to_owned(), String::new()));
    let step = prop_oneof![
        6 => (1_u8..=2, acts).prop_map(|(outlet, act)| Step::Act(outlet, act)),
        2 => known,
        1 => set,
        1 => any,
        3 => (0.0_f64..90_000.0).prop_map(Step::Pass),
        1 => (0.0_f64..90_000.0).prop_map(Step::Lose),
        1 => prop_oneof![Just(Mood::Kind), Just(Mood::Kind), Just(Mood::Refusing), Just(Mood::Failing)].prop_map(Step::Mood),
    ];
    proptest::collection::vec(step, 1..40)
}

fn live_through(schemas: &Schemas, version: Version, steps: &[Step]) {
    let configuration = [
        ("OCPPCommCtrlr.MessageAttempts[TransactionEvent]", "100"),
        ("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "1"),
        ("SampledDataCtrlr.TxUpdatedInterval", "20"),
        ("SampledDataCtrlr.TxEndedInterval", "30"),
        ("AlignedDataCtrlr.Interval", "60"),
    ];
    let mut talk = Talk::new(schemas, version, &configuration);
    for step in steps {
        match step {
            Step::Act(outlet, act) => {
                if let Err(text) = talk.act(*outlet, act) {
                    assert!(text.ends_with('.'), "{text}");
                }
            }
            Step::Ask(action, payload) if talk.away_until.is_none() => {
                let payload = if payload.is_empty() {
                    let found = catalog::find(version, action).unwrap();
                    let schema = schemas.schema(version, found, Part::Request).unwrap();
                    let context = Context { now_epoch_millis: START as i64, preferred: &[] };
                    sample::compact(&schema, Fields::All, &context)
                } else {
                    payload.clone()
                };
                talk.ask(action, &payload);
            }

            Step::Pass(millis) => talk.pass(*millis),
            Step::Lose(millis) if talk.away_until.is_none() => talk.lose(*millis),
            // Nothing arrives without a line.
            Step::Ask(..) | Step::Lose(_) => {}
            Step::Mood(mood) => talk.mood = *mood,
        }
        talk.check_transactions();
    }
    talk.mood = Mood::Kind;
    // Everything that was kept is told in the end.
    talk.pass(400_000.0);
    talk.check_transactions();
    assert_eq!(talk.findings(), Vec::<String>::new());
    assert_eq!(talk.station.core().outbox.n_kept(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_is_told_as_it_has_to_be(
        (version, steps) in prop_oneof![
            steps(Version::V201).prop_map(|steps| (Version::V201, steps)),
            steps(Version::V21).prop_map(|steps| (Version::V21, steps)),
        ],
    ) {
        thread_local! {
            static SCHEMAS: Schemas = schemas();
        }
        SCHEMAS.with(|schemas| live_through(schemas, version, &steps));
    }
}
