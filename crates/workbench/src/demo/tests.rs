//! Conversations with the demo CSMS, checked like those with a real one.

use super::{DemoCsms, LATE_MILLIS};
use crate::capture::Marks;
use crate::findings::Finding;
use crate::port::{DemoFault, DemoOrder, Direction, Severity};
use crate::records::{Records, Schemas};
use crate::testing::{START, boot_notification, hostile_text, schemas};
use crate::transcript::NewFrame;
use ocpp_wire::catalog;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use proptest::prelude::*;

/// A station that says what the test wants, the CSMS, and the record of what both said.
struct Talk {
    version: Version,
    schemas: Schemas,
    csms: DemoCsms,
    records: Records,
    now: f64,
    n_calls: u32,
}

impl Talk {
    fn new(version: Version) -> Self {
        let csms = DemoCsms::new(version, 7);
        Self { version, schemas: schemas(), csms, records: Records::default(), now: START, n_calls: 0 }
    }

    fn booted(version: Version) -> Self {
        let mut talk = Self::new(version);
        let answer = talk.call("BootNotification", boot_notification(version));
        assert!(answer.contains("\"Accepted\"") && answer.contains("\"interval\":30"), "{answer}");
        talk
    }

    fn ingest(&mut self, direction: Direction, text: &str, marks: Marks) {
        let (version, at) = (self.version, self.now);
        let frame = NewFrame { text, is_binary: false, at, direction, version, connection: 1, marks, line: 0 };
        self.records.ingest(&self.schemas, &frame);
    }

    /// The station says something.
    fn say(&mut self, text: &str) {
        self.ingest(Direction::ToCsms, text, Marks::NONE);
        self.csms.handle_text(&self.schemas, self.now, text);
    }

    /// Lets time pass; gives what the CSMS said in it.
    fn pass(&mut self, millis: f64) -> Vec<String> {
        let (end, mut heard) = (self.now + millis, Vec::new());
        while let Some(due) = self.csms.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.csms.handle_timeout(self.now);
            while let Some(frame) = self.csms.poll_transmit(self.now) {
                self.ingest(Direction::ToStation, &frame.text, frame.marks);
                heard.push(frame.text);
            }
        }
        self.now = end;
        self.records.handle_time(1, self.now);
        heard
    }

    fn call(&mut self, action: &str, payload: &str) -> String {
        self.n_calls += 1;
        self.say(&format!("[2,\"s{}\",\"{action}\",{payload}]", self.n_calls));
        self.pass(500.0).join("\n")
    }

    /// Frames of the CSMS with what is wrong with them.
    fn faults(&self) -> Vec<(String, Vec<Finding>)> {
        let theirs = self.records.transcript.frames().filter(|(_, frame)| frame.direction == Direction::ToStation);
        let found = theirs.map(|(n, _)| (self.records.transcript.text(n).to_owned(), self.records.findings(n)));
        let is_fault = |finding: &Finding| finding.severity >= Severity::Warning;
        found.filter(|(_, findings)| findings.iter().any(is_fault)).collect()
    }

    fn has(&self, rule: &str) -> bool {
        self.records
            .transcript
            .frames()
            .any(|(n, _)| self.records.findings(n).iter().any(|found| found.rule.id == rule))
    }
}

#[test]
fn every_request_of_a_station_gets_a_valid_answer() {
    for version in Version::ALL {
        let mut talk = Talk::booted(version);
        for action in catalog::actions(version).iter().filter(|action| action.is_from_station()) {
            for fields in [Fields::Required, Fields::All] {
                let schema = talk.schemas.schema(version, action, Part::Request).unwrap();
                let context = Context { now_epoch_millis: START as i64, preferred: &[] };
                let payload = sample::compact(&schema, fields, &context);
                if action.is_send {
                    talk.say(&format!("[6,\"e\",\"{}\",{payload}]", action.name));
                    assert_eq!(talk.pass(500.0), Vec::<String>::new());
                    continue;
                }
                let answer = talk.call(action.name, &payload);
                assert!(answer.starts_with("[3,"), "{version} {}: {answer}", action.name);
            }
        }
        assert_eq!(talk.faults(), [], "{version}");
    }
}

#[test]
fn what_a_token_is_called_says_what_becomes_of_it() {
    for (version, token, status) in [
        (Version::V16, "04A2", "Accepted"),
        (Version::V16, "tag-blocked", "Blocked"),
        (Version::V16, "EXPIRED1", "Expired"),
        (Version::V16, "bad", "Invalid"),
        (Version::V201, "WRONG", "Unknown"),
        (Version::V21, "ABLOCKED", "Blocked"),
    ] {
        let mut talk = Talk::booted(version);
        let payload = match version {
            Version::V16 => format!("{{\"idTag\":\"{token}\"}}"),
            _ => format!("{{\"idToken\":{{\"idToken\":\"{token}\",\"type\":\"ISO14443\"}}}}"),
        };
        let answer = talk.call("Authorize", &payload);
        assert!(answer.contains(&format!("{{\"status\":\"{status}\"}}")), "{version} {token}: {answer}");
        assert_eq!(talk.faults(), []);
    }
}

const START_16: &str = r#"{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-11-22T09:22:07Z"}"#;

fn event(kind: &str, trigger: &str, seq_no: u32) -> String {
    format!(
        r#"{{"eventType":"{kind}","timestamp":"2026-11-22T09:22:07Z","triggerReason":"{trigger}","seqNo":{seq_no},"transactionInfo":{{"transactionId":"t1"}},"idToken":{{"idToken":"A","type":"ISO14443"}}}}"#
    )
}

#[test]
fn transactions_are_numbered_and_can_be_stopped() {
    let mut talk = Talk::booted(Version::V16);
    assert!(talk.csms.order(talk.now, DemoOrder::StopCharging).is_err());
    assert!(talk.call("StartTransaction", START_16).contains("\"transactionId\":1"));
    assert!(talk.call("StartTransaction", START_16).contains("\"transactionId\":2"));
    talk.csms.order(talk.now, DemoOrder::StopCharging).unwrap();
    assert_eq!(talk.pass(500.0), [r#"[2,"demo-1","RemoteStopTransaction",{"transactionId":2}]"#]);
    talk.say(r#"[3,"demo-1",{"status":"Accepted"}]"#);
    talk.call("StopTransaction", r#"{"transactionId":2,"meterStop":1,"timestamp":"2026-11-22T09:22:07Z"}"#);
    assert_eq!(talk.csms.transaction().map(|transaction| transaction.id.as_str()), Some("1"));

    let mut talk = Talk::booted(Version::V201);
    assert!(talk.call("TransactionEvent", &event("Started", "Authorized", 0)).contains("idTokenInfo"));
    talk.csms.order(talk.now, DemoOrder::StopCharging).unwrap();
    assert_eq!(talk.pass(500.0), [r#"[2,"demo-1","RequestStopTransaction",{"transactionId":"t1"}]"#]);
    talk.call("TransactionEvent", &event("Ended", "RemoteStop", 1));
    assert_eq!(talk.csms.transaction(), None);
}

#[test]
fn its_calls_are_valid_and_go_out_one_at_a_time() {
    for version in Version::ALL {
        let mut talk = Talk::booted(version);
        match version {
            Version::V16 => talk.call("StartTransaction", START_16),
            _ => talk.call("TransactionEvent", &event("Started", "Authorized", 0)),
        };
        for order in DemoOrder::ALL {
            talk.csms.order(talk.now, order).unwrap();
        }
        for n in 1..=DemoOrder::ALL.len() {
            let heard = talk.pass(500.0);
            assert!(heard.len() == 1 && heard[0].starts_with(&format!("[2,\"demo-{n}\"")), "{heard:?}");
            assert!(talk.pass(1_000.0).is_empty());
            talk.say(&format!("[4,\"demo-{n}\",\"InternalError\",\"\",{{}}]"));
        }
        assert_eq!(talk.faults(), [], "{version}");
        // Without an answer the next one goes out after 30 s.
        talk.csms.order(talk.now, DemoOrder::Reset).unwrap();
        talk.csms.order(talk.now, DemoOrder::AskConfiguration).unwrap();
        assert_eq!(talk.pass(29_000.0).len(), 1);
        assert_eq!(talk.pass(2_000.0).len(), 1);
    }
}

#[test]
fn what_cannot_be_served_gets_the_code_of_the_version() {
    use Version::{V16, V21, V201};
    for (version, text, begins) in [
        (V16, r#"[2,"1","Foo",{}]"#, Some(r#"[4,"1","NotImplemented""#)),
        (V16, r#"[2,"1","Reset",{"type":"Soft"}]"#, Some(r#"[4,"1","NotSupported""#)),
        (V16, r#"[2,"1","Authorize",{}]"#, Some(r#"[4,"1","OccurenceConstraintViolation","idTag is missing"#)),
        (V21, r#"[2,"1","Authorize",{}]"#, Some(r#"[4,"1","OccurrenceConstraintViolation""#)),
        (V16, r#"[2,"1","Authorize",{"idTag":7}]"#, Some(r#"[4,"1","TypeConstraintViolation""#)),
        (V16, r#"[2,"1","Authorize"]"#, Some(r#"[4,"1","FormationViolation""#)),
        (V201, r#"[2,"1","Heartbeat",[]]"#, Some(r#"[4,"1","FormatViolation""#)),
        (V201, r#"[2,"1","Heartbeat"]"#, Some(r#"[4,"1","RpcFrameworkError""#)),
        (V201, r#"[2,1,"Heartbeat",{}]"#, Some(r#"[4,"-1","RpcFrameworkError""#)),
        (V16, r#"[2,1,"Heartbeat",{}]"#, None),
        (V16, "hello", None),
        (V21, "hello", Some(r#"[4,"-1","RpcFrameworkError""#)),
        (V201, r#"[9,"1"]"#, Some(r#"[4,"1","MessageTypeNotSupported""#)),
        (V21, r#"[9,"1"]"#, None),
        (V21, r#"[2,"1","NotifyPeriodicEventStream",{}]"#, Some(r#"[4,"1","ProtocolError""#)),
        (V21, r#"[3,"1",{}]"#, None),
        (V201, r#"[4,"1","GenericError","",{}]"#, None),
        (V201, r#"[3,"1",{"a":1,}]"#, None),
    ] {
        let mut talk = Talk::booted(version);
        talk.say(text);
        let heard = talk.pass(500.0);
        match begins {
            Some(begins) => assert!(heard.len() == 1 && heard[0].starts_with(begins), "{version} {text}: {heard:?}"),
            None => assert!(heard.is_empty(), "{version} {text}: {heard:?}"),
        }
        // What it says about a broken frame is beyond reproach itself.
        let own: Vec<_> =
            talk.faults().into_iter().filter(|(_, found)| found.iter().any(|f| f.rule.id != "ERR-MINUS1")).collect();
        assert_eq!(own, [], "{version} {text}");
    }
}

#[test]
fn nothing_is_served_before_the_station_is_accepted() {
    for version in Version::ALL {
        let mut talk = Talk::new(version);
        assert!(talk.call("Heartbeat", "{}").starts_with("[4,\"s1\",\"SecurityError\""));
        talk.call("BootNotification", boot_notification(version));
        assert!(talk.call("Heartbeat", "{}").starts_with("[3,"));
        // It knows the station when it comes back.
        talk.csms.connected();
        assert!(talk.call("Heartbeat", "{}").starts_with("[3,"));
        assert_eq!(talk.faults(), []);
    }
}

#[test]
fn an_answer_that_breaks_its_schema_is_reported_from_2_1_on() {
    for version in Version::ALL {
        let mut talk = Talk::booted(version);
        talk.csms.order(talk.now, DemoOrder::Reset).unwrap();
        talk.pass(500.0);
        talk.say(r#"[3,"demo-1",{"status":"Maybe"}]"#);
        let heard = talk.pass(500.0);
        match version {
            Version::V21 => assert!(heard[0].starts_with(r#"[5,"demo-1","PropertyConstraintViolation""#), "{heard:?}"),
            _ => assert!(heard.is_empty(), "{heard:?}"),
        }
    }
}

#[test]
fn each_misbehaviour_is_found_and_marked() {
    for version in Version::ALL {
        for fault in DemoFault::ALL {
            let mut talk = Talk::booted(version);
            talk.csms.set_fault(fault, true);
            let rule = match fault {
                DemoFault::CodeSpelling => {
                    talk.call("Authorize", "{}");
                    "ERR-SPELL"
                }
                DemoFault::InvalidAnswers => {
                    for (action, payload) in [
                        ("Heartbeat", "{}"),
                        ("DataTransfer", r#"{"vendorId":"V"}"#),
                        ("FirmwareStatusNotification", r#"{"status":"Idle"}"#),
                    ] {
                        talk.call(action, payload);
                    }
                    assert_eq!(talk.faults().len(), 3, "{version} {:?}", talk.faults());
                    "RPC-SCHEMA-RESULT"
                }
                DemoFault::Late => {
                    talk.call("Heartbeat", "{}");
                    assert!(talk.pass(LATE_MILLIS - 600.0).is_empty());
                    assert_eq!(talk.records.summary().n_unanswered, 1);
                    assert_eq!(talk.pass(200.0).len(), 1);
                    assert_eq!(talk.records.summary().n_unanswered, 0);
                    ""
                }
                DemoFault::Silent => {
                    talk.call("Heartbeat", "{}");
                    assert!(talk.pass(31_000.0).is_empty());
                    "RPC-NOANSWER"
                }
                DemoFault::SecondCall => {
                    talk.csms.order(talk.now, DemoOrder::TriggerStatus).unwrap();
                    assert_eq!(talk.pass(500.0).len(), 2);
                    "RPC-PENDING"
                }
                DemoFault::AnswerTwice => {
                    talk.call("Heartbeat", "{}");
                    "RPC-DOUBLE"
                }
            };
            assert!(rule.is_empty() || talk.has(rule), "{version} {fault:?}: no {rule}");
            let marked = talk.records.transcript.frames().filter(|(_, frame)| frame.marks.has(Marks::ON_PURPOSE));
            let is_marked = marked.count() > 0;
            assert_eq!(is_marked, fault != DemoFault::Silent, "{version} {fault:?}");
            // What is not marked is beyond reproach.
            let frames = talk.records.transcript.frames();
            for (number, frame) in frames.filter(|(_, frame)| frame.direction == Direction::ToStation) {
                let is_fine = talk.records.findings(number).iter().all(|found| found.severity < Severity::Warning);
                assert!(is_fine || frame.marks.has(Marks::ON_PURPOSE), "{version} {fault:?} {number}");
            }
            // Switched off, it behaves again.
            talk.csms.set_fault(fault, false);
            let n_before = talk.faults().len();
            assert!(talk.call("Heartbeat", "{}").starts_with("[3,"));
            assert_eq!(talk.faults().len(), n_before);
        }
    }
}

#[test]
fn the_scenes_fault_is_a_fault_of_one_field() {
    for version in Version::ALL {
        let mut talk = Talk::booted(version);
        match version {
            Version::V16 => talk.call("StartTransaction", START_16),
            _ => talk.call("TransactionEvent", &event("Started", "Authorized", 0)),
        };
        let (action, payload) = super::scene::faulty_call(version, START, talk.csms.transaction());
        let answer = talk.call(action, &payload);
        assert!(answer.contains("\"TypeConstraintViolation\""), "{version}: {answer}");
        let faulty = talk.records.transcript.frames().filter(|(_, frame)| frame.direction == Direction::ToCsms).last();
        let findings = talk.records.findings(faulty.unwrap().0);
        assert_eq!(findings.iter().filter(|found| found.severity == Severity::Error).count(), 1, "{findings:?}");
        assert!(findings[0].pointer.ends_with("/value"), "{findings:?}");
        assert_eq!(talk.faults(), []);
    }
}

/// What a demo CSMS looks at.
const PIECES: [&str; 8] = [
    "\"demo-1\"",
    "\"TransactionEvent\"",
    "\"StopTransaction\"",
    "\"transactionInfo\"",
    "\"idToken\"",
    "[2,\"a\",\"Authorize\",{",
    "[3,\"demo-1\",",
    "[2,\"b\",\"Heartbeat\",{}]",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn nothing_a_station_says_stops_it_or_fills_its_memory(
        version in prop::sample::select(Version::ALL.to_vec()),
        faults in prop::collection::vec(prop::sample::select(DemoFault::ALL.to_vec()), 0..3),
        texts in prop::collection::vec(hostile_text(&PIECES), 1..20),
    ) {
        let mut csms = DemoCsms::new(version, 1);
        let schemas = Schemas::default();
        for fault in faults {
            csms.set_fault(fault, true);
        }
        for _ in 0..40 {
            for text in &texts {
                csms.handle_text(&schemas, START, text);
                let _ = csms.order(START, DemoOrder::SendProfile);
            }
        }
        prop_assert!(csms.waiting.len() <= super::MAX_WAITING);
        prop_assert!(csms.orders.len() <= super::MAX_ORDERS);
        prop_assert!(csms.transactions.len() <= super::MAX_TRANSACTIONS);
        // Everything comes out in the end.
        let end = START + 100_000.0;
        while csms.poll_transmit(end).is_some() {}
        prop_assert!(csms.poll_timeout().is_none_or(|due| due > START));
    }
}
