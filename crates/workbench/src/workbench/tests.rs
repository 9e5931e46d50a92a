//! The workbench with the other end of its connection played by the test.

mod profiles;

use super::{Dirty, Effect, FileEvent, SocketEvent, Workbench};
use crate::connect_url::Environment;
use crate::link::LinkEffect;
use crate::port::{Command, ConnectForm, Motion, RowKind, Severity, Update};
use crate::records::Records;
use crate::testing::{START, boot_notification, hostile_text, schema_set};
use crate::transcript::NewFrame;
use ocpp_wire::json;
use ocpp_wire::version::Version;
use std::rc::Rc;

mod replies;
mod selection;

/// A workbench with the other end of its connection played by the test.
pub(super) struct Bench {
    pub(super) workbench: Workbench,
    pub(super) now: f64,
    pub(super) sent: Vec<String>,
    opened: Vec<Rc<str>>,
    n_answered: usize,
}

impl Bench {
    pub(super) fn connected(version: &str, boot: bool) -> Self {
        let mut workbench = Workbench::new(0xA41F, Environment::default());
        for version in Version::ALL {
            workbench.load_schemas(schema_set(version));
        }
        let mut bench = Self { workbench, now: START, sent: Vec::new(), opened: Vec::new(), n_answered: 0 };
        bench.connect(version, boot);
        bench
    }

    fn connect(&mut self, version: &str, boot: bool) {
        let form = ConnectForm {
            url: "ws://a.example".into(),
            identity: "CP1".into(),
            versions: vec![version.into()],
            user: "u".into(),
            password: "sesame-open".into(),
            boot,
        };
        self.apply(Command::Connect(form));
        let protocol = Version::from_number(version).unwrap().sub_protocol().to_owned();
        self.socket(SocketEvent::Opened { protocol });
    }

    pub(super) fn apply(&mut self, command: Command) {
        self.workbench.apply(self.now, command);
        self.drain();
    }

    fn socket(&mut self, event: SocketEvent) {
        let connection = self.workbench.link.connection();
        self.workbench.handle_socket(self.now, connection, event);
        self.drain();
    }

    pub(super) fn receive(&mut self, text: &str) {
        self.socket(SocketEvent::Text(text.into()));
    }

    /// Lets time pass, waking the workbench when it wants to be woken.
    pub(super) fn pass(&mut self, millis: f64) {
        let end = self.now + millis;
        while let Some(due) = self.workbench.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.workbench.handle_timeout(self.now);
            self.drain();
            self.update();
        }
        self.now = end;
    }

    fn drain(&mut self) {
        while let Some(effect) = self.workbench.poll_effect() {
            match effect {
                Effect::Link(LinkEffect::Send { text, .. }) => self.sent.push(text),
                Effect::Link(LinkEffect::Open { url, .. }) => self.opened.push(url.into()),
                Effect::Link(LinkEffect::Close { .. }) | Effect::ReadFiles { .. } | Effect::SaveFile { .. } => {}
            }
        }
    }

    pub(super) fn update(&mut self) -> Update {
        self.workbench.take_update(self.now).unwrap_or_default()
    }

    /// Everything on the screen, as after a reload of the page.
    fn screen(&mut self) -> Update {
        self.workbench.dirty = Dirty {
            connection: true,
            summary: true,
            rows: true,
            filter: true,
            detail: true,
            overview: true,
            composer: true,
            findings: true,
            import: true,
            share: true,
            offer: true,
            station: true,
            replies: true,
            demo: true,
        };
        self.workbench.findings_at = 0.0;
        self.update()
    }

    fn last_id(&self) -> String {
        let text = self.sent.last().unwrap();
        let tree = json::parse(text).unwrap();
        tree.string(tree.item(tree.root(), 1).unwrap()).unwrap().into_owned()
    }

    fn answer(&mut self, payload: &str) {
        self.n_answered = self.sent.len();
        let text = format!("[3,\"{}\",{payload}]", self.last_id());
        self.receive(&text);
    }
}

impl Bench {
    /// Accepts the station and answers what it reports because of that.
    fn accept(&mut self) {
        self.answer(ACCEPTED);
        self.answer_statuses();
    }

    fn n_sent(&self, action: &str) -> usize {
        self.sent.iter().filter(|text| text.contains(action)).count()
    }

    fn answer_statuses(&mut self) {
        while self.sent.last().unwrap().contains("StatusNotification") && self.n_answered < self.sent.len() {
            self.answer("{}");
        }
    }
}

const ACCEPTED: &str = r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":10}"#;

#[test]
fn the_station_boots_and_beats_in_every_version() {
    for version in ["1.6", "2.0.1", "2.1"] {
        let mut bench = Bench::connected(version, true);
        assert!(bench.sent[0].contains("BootNotification"), "{version}");
        bench.accept();
        bench.pass(10_100.0);
        assert_eq!(bench.n_sent("Heartbeat"), 1, "{version}");
        assert!(bench.sent.last().unwrap().ends_with(",\"Heartbeat\",{}]"));
        bench.answer(r#"{"currentTime":"2026-11-22T09:22:17Z"}"#);
        bench.pass(10_000.0);
        assert_eq!(bench.n_sent("Heartbeat"), 2);
        let summary = bench.screen().summary.unwrap();
        let n_frames = 2 * bench.sent.len() as u32 - 1;
        assert_eq!((summary.n_frames, summary.n_errors, summary.n_warnings), (n_frames, 0, 0), "{version}");
    }
}

#[test]
fn a_full_timeline_says_so_before_and_keeps_the_connection_going() {
    let mut bench = Bench::connected("1.6", false);
    bench.workbench.records.transcript.room.n_frames = 10;
    let mut notices = Vec::new();
    for n in 1..=8 {
        // Each is answered, and the answer is a frame too.
        bench.receive(&format!(r#"[2,"c{n}","ClearCache",{{}}]"#));
        let n_frames = bench.workbench.records().transcript.n_frames();
        assert_eq!(n_frames, (2 * n).min(10));
        assert!(bench.sent.last().unwrap().starts_with(&format!(r#"[3,"c{n}","#)), "{:?}", bench.sent);
        while let Some(update) = bench.workbench.take_update(bench.now) {
            notices.extend(update.notice.map(|notice| (n_frames, notice.severity)));
        }
    }
    assert_eq!(notices, [(8, Severity::Warning), (10, Severity::Error)]);
    assert_eq!(bench.workbench.records().summary().n_not_kept, 6);
    // A call of ours is answered too, although neither of the two is kept.
    bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
    bench.apply(Command::Clear);
    assert_eq!(bench.workbench.records().summary().n_not_kept, 0);
    bench.receive(r#"[2,"again","ClearCache",{}]"#);
    assert_eq!(bench.workbench.records().transcript.n_frames(), 2);
    assert_eq!(bench.workbench.records.transcript.room.n_frames, 10);
}

#[test]
fn a_long_log_is_drawn_now_and_then_and_in_the_end_whole() {
    let mut workbench = Workbench::new(1, Environment::default());
    workbench.load_schemas(schema_set(Version::V16));
    workbench.open_files(0.0, vec![("a.log".into(), 1_000_000)], false);
    let Some(Effect::ReadFiles { reading }) = workbench.poll_effect() else { panic!() };
    let (mut n_updates, mut n_rows) = (0, 0);
    let mut look = |workbench: &mut Workbench, now: f64| {
        while let Some(update) = workbench.take_update(now) {
            n_updates += u32::from(update.rows.is_some());
            n_rows = update.rows.map_or(n_rows, |rows| rows.n_total);
        }
        n_rows
    };
    for n in 0..20_000 {
        // A millisecond for ten lines.
        let now = f64::from(n / 10);
        let line = format!("2026-01-01T00:00:00Z CP1 > [2,\"{n}\",\"Heartbeat\",{{}}]\n");
        workbench.handle_file(now, reading, 0, FileEvent::Bytes { bytes: line.as_bytes(), n_read: 1 });
        while workbench.work(now) {}
        look(&mut workbench, now);
    }
    workbench.handle_file(2_000.0, reading, 0, FileEvent::End);
    while workbench.work(2_000.0) {}
    assert_eq!(look(&mut workbench, 2_000.0), 20_000);
    assert!((10..400).contains(&n_updates), "{n_updates}");
}

#[test]
fn bytes_are_bounded_like_frames() {
    let mut bench = Bench::connected("1.6", false);
    bench.workbench.records.transcript.room.n_bytes = 1_000;
    bench.receive(&format!(r#"[2,"a","DataTransfer",{{"vendorId":"{}"}}]"#, "x".repeat(600)));
    let n_before = bench.workbench.records().transcript.n_bytes();
    bench.receive(&format!(r#"[2,"b","DataTransfer",{{"vendorId":"{}"}}]"#, "x".repeat(600)));
    let records = bench.workbench.records();
    assert!(records.transcript.n_bytes() <= 1_000);
    // The answer to it still found room.
    assert!(records.transcript.n_bytes() > n_before);
    assert_eq!(records.summary().n_not_kept, 1);
}

#[test]
fn a_pending_station_asks_again() {
    let mut bench = Bench::connected("1.6", true);
    bench.answer(r#"{"status":"Pending","currentTime":"2026-11-22T09:22:07Z","interval":5}"#);
    bench.pass(4_000.0);
    assert_eq!(bench.sent.len(), 1);
    bench.pass(1_100.0);
    assert!(bench.sent[1].contains("BootNotification"));
}

#[test]
fn an_open_call_is_counted_and_explained_when_its_time_has_come() {
    let mut bench = Bench::connected("1.6", false);
    bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
    bench.pass(900.0);
    assert_eq!(bench.screen().summary.unwrap().n_unanswered, 0);
    bench.pass(200.0);
    assert_eq!(bench.screen().summary.unwrap().n_unanswered, 1);
    bench.apply(Command::Filter { text: "is:unanswered".into() });
    assert_eq!(bench.screen().rows.unwrap().n_total, 1);
    bench.pass(30_000.0);
    let screen = bench.screen();
    assert_eq!(screen.summary.unwrap().n_errors, 1);
    assert_eq!(screen.findings.unwrap()[0].rule, "RPC-NOANSWER");
    // A late answer takes the finding back and says that it is late.
    bench.answer(r#"{"currentTime":"2026-11-22T09:22:38Z"}"#);
    let screen = bench.screen();
    let summary = screen.summary.unwrap();
    assert_eq!((summary.n_errors, summary.n_warnings, summary.n_unanswered), (0, 1, 0));
    assert_eq!(screen.rows.unwrap().n_total, 0);
    assert_eq!(screen.findings.unwrap()[0].rule, "RPC-LATE");
}

#[test]
fn calls_wait_for_their_turn_and_raw_frames_do_not() {
    let mut bench = Bench::connected("1.6", false);
    bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
    bench.apply(Command::SendCall { action: "Authorize".into(), payload: "{ \"idTag\" : \"A\" }".into() });
    bench.apply(Command::SendRaw { text: "anything at all".into() });
    assert_eq!(bench.sent.len(), 2);
    assert_eq!(bench.sent[1], "anything at all");
    let id =
        json::parse(&bench.sent[0]).map(|tree| tree.string(tree.item(tree.root(), 1).unwrap()).unwrap().into_owned());
    bench.receive(&format!("[3,\"{}\",{{\"currentTime\":\"2026-11-22T09:22:07Z\"}}]", id.unwrap()));
    assert!(bench.sent[2].ends_with("\"Authorize\",{ \"idTag\" : \"A\" }]"));
}

#[test]
fn rows_selection_and_detail_follow_the_commands() {
    let mut bench = Bench::connected("1.6", false);
    bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
    bench.answer(r#"{"currentTime":"2026-11-22T09:22:17Z"}"#);
    bench.receive("[2,\"x\",\"Reset\",{}]");
    let rows = bench.screen().rows.unwrap();
    // Opened, Heartbeat and its answer, Reset and our refusal.
    let kinds: Vec<_> = rows.rows.iter().map(|row| (row.kind, row.frame, row.severity)).collect();
    assert_eq!(
        kinds,
        [
            (RowKind::Connection, None, Severity::Ok),
            (RowKind::Call, Some(1), Severity::Ok),
            (RowKind::Result, Some(2), Severity::Ok),
            (RowKind::Call, Some(3), Severity::Error),
            (RowKind::Error, Some(4), Severity::Error),
        ]
    );
    bench.apply(Command::Move(Motion::NextProblem));
    assert_eq!(bench.screen().detail.unwrap().unwrap().frame, 3);
    bench.apply(Command::Move(Motion::Paired));
    let screen = bench.screen();
    assert_eq!(screen.detail.unwrap().unwrap().frame, 4);
    assert!(screen.rows.unwrap().rows.iter().any(|row| row.is_paired && row.frame == Some(3)));
    bench.apply(Command::Move(Motion::NextProblem));
    assert_eq!(bench.screen().detail.unwrap().unwrap().frame, 4);
    bench.apply(Command::Move(Motion::First));
    assert_eq!(bench.screen().detail.unwrap(), None);
    bench.apply(Command::Filter { text: "kind:cal".into() });
    let screen = bench.screen();
    assert!(screen.filter.unwrap().error.is_some());
    assert_eq!(screen.rows.unwrap().n_total, 5);
    bench.apply(Command::Clear);
    assert_eq!(bench.screen().rows.unwrap().n_total, 0);
    bench.receive("[2,\"y\",\"ClearCache\",{}]");
    assert_eq!(bench.screen().rows.unwrap().rows[0].frame, Some(5));
}

#[test]
fn the_password_is_in_the_opened_url_and_nowhere_else() {
    let mut bench = Bench::connected("1.6", true);
    assert!(bench.opened[0].contains("sesame-open"));
    bench.socket(SocketEvent::Closed { code: 1008, reason: "no".into(), was_clean: true });
    let form = ConnectForm {
        url: "ws://u:sesame-open@a.example".into(),
        versions: vec!["1.6".into()],
        ..ConnectForm::default()
    };
    bench.apply(Command::Draft(form));
    let screen = format!("{:?}", bench.screen());
    assert!(screen.contains("Closed") && !screen.contains("sesame-open"), "{screen}");
    assert!(!format!("{:?}", bench.workbench.link).contains("sesame-open"));
}

#[test]
fn what_is_derived_can_be_rebuilt() {
    let mut bench = Bench::connected("2.0.1", true);
    bench.accept();
    for text in ["[2,\"1\",\"Reset\",{}]", "{}", "", "[3,\"?\",{}]", "[4,\"-1\",\"RpcFrameworkError\",\"\",{}]"] {
        bench.receive(text);
        bench.pass(3_000.0);
    }
    bench.pass(40_000.0);
    let live = &bench.workbench.records;
    let mut again = Records::default();
    for (number, record) in live.transcript.frames() {
        again.handle_time(record.connection, record.at);
        again.ingest(
            &bench.workbench.schemas,
            &NewFrame {
                text: live.transcript.text(number),
                is_binary: record.is_binary,
                at: record.at,
                direction: record.direction,
                version: record.version,
                connection: record.connection,
                marks: record.marks,
                line: record.line,
            },
        );
    }
    again.handle_time(bench.workbench.connection, bench.now);
    assert_eq!(live.rule_counts(), again.rule_counts());
    assert_eq!(live.summary(), again.summary());
    for ((number, a), (_, b)) in live.transcript.frames().zip(again.transcript.frames()) {
        assert_eq!(
            (a.kind, a.severity, a.pair(), a.latency_millis(), a.is_unanswered),
            (b.kind, b.severity, b.pair(), b.latency_millis(), b.is_unanswered),
            "{number}"
        );
        assert_eq!(live.findings(number), again.findings(number));
        assert_eq!(live.transcript.text(number), again.transcript.text(number));
    }
}

#[test]
fn clearing_keeps_the_open_exchange_and_the_boot() {
    let mut bench = Bench::connected("1.6", true);
    bench.apply(Command::Clear);
    bench.accept();
    bench.pass(10_100.0);
    assert_eq!(bench.n_sent("Heartbeat"), 1);
    assert_eq!(bench.screen().summary.unwrap().n_errors, 0);
}

#[test]
fn boot_and_heartbeat_follow_the_acceptance() {
    // Rejected after Accepted: no more heartbeats, but another BootNotification.
    let mut bench = Bench::connected("2.0.1", true);
    bench.accept();
    bench.apply(Command::SendCall {
        action: "BootNotification".into(),
        payload: boot_notification(Version::V201).to_owned(),
    });
    bench.answer(r#"{"status":"Rejected","currentTime":"2026-11-22T09:22:07Z","interval":30}"#);
    bench.pass(29_000.0);
    assert_eq!(bench.n_sent("BootNotification"), 2);
    bench.pass(1_100.0);
    assert_eq!(bench.n_sent("BootNotification"), 3);
    // Accepted in the end, with an interval that draft-06 takes for an integer.
    bench.answer(r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":10.0}"#);
    bench.answer_statuses();
    bench.pass(10_100.0);
    assert_eq!(bench.n_sent("Heartbeat"), 1);
    bench.pass(100_000.0);
    assert_eq!(bench.n_sent("BootNotification"), 3);
}

#[test]
fn nothing_is_answered_while_the_connection_closes() {
    let mut bench = Bench::connected("1.6", false);
    bench.apply(Command::Disconnect);
    bench.receive("[2,\"x\",\"Reset\",{\"type\":\"Hard\"}]");
    assert_eq!((bench.sent.len(), bench.screen().summary.unwrap().n_frames), (0, 1));
}

#[test]
fn a_page_that_does_not_draw_keeps_nobody_awake() {
    let mut bench = Bench::connected("1.6", false);
    bench.receive("{}");
    bench.now += 1_000.0;
    bench.workbench.handle_timeout(bench.now);
    assert!(bench.workbench.poll_timeout().is_none_or(|due| due > bench.now));
    assert!(bench.update().findings.is_some());
}

mod hostile {
    use super::*;
    use proptest::prelude::*;

    /// What a station looks at.
    const PIECES: [&str; 10] = [
        "\"BootNotification\"",
        "\"status\"",
        "\"Accepted\"",
        "\"interval\"",
        "\"idTag\"",
        "[2,\"a\",\"Reset\",{",
        "[3,\"0000a41f-1\",",
        "[4,\"-1\",",
        "\"type\"",
        "\"Hard\"",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]

        #[test]
        fn nothing_that_arrives_stops_the_workbench(
            version in prop::sample::select(vec!["1.6", "2.0.1", "2.1"]),
            frames in prop::collection::vec((hostile_text(&PIECES), 0.0..40_000.0_f64), 1..12),
            filter in ".{0,20}",
        ) {
            let mut bench = Bench::connected(version, true);
            bench.apply(Command::Filter { text: filter });
            for (text, wait) in &frames {
                bench.receive(text);
                bench.socket(SocketEvent::Binary(text.clone().into_bytes()));
                bench.apply(Command::Move(Motion::Last));
                bench.screen();
                bench.pass(*wait);
            }
            bench.apply(Command::Filter { text: String::new() });
            for frame in 1..=bench.workbench.records.transcript.n_frames() {
                bench.apply(Command::Select { frame: Some(frame) });
                prop_assert!(bench.screen().detail.is_some_and(|detail| detail.is_some()));
            }
            let summary = bench.screen().summary.unwrap();
            prop_assert_eq!(summary.n_frames as usize, bench.sent.len() + frames.len() * 2);
        }
    }
}

#[test]
fn a_number_that_no_station_can_hold_is_refused() {
    for (version, call) in [
        (
            "2.0.1",
            r#"[2,"a","RequestStartTransaction",{"remoteStartId":1e400,"idToken":{"idToken":"A","type":"Local"}}]"#,
        ),
        ("2.1", r#"[2,"a","CancelReservation",{"reservationId":2147483648}]"#),
    ] {
        let mut bench = Bench::connected(version, false);
        bench.receive(call);
        let begin = r#"[4,"a","PropertyConstraintViolation","#;
        assert!(bench.sent.last().unwrap().starts_with(begin), "{version} {:?}", bench.sent);
        bench.receive(r#"[2,"b","CancelReservation",{"reservationId":2147483647}]"#);
        assert!(bench.sent.last().unwrap().starts_with(r#"[3,"b","#), "{version} {:?}", bench.sent);
    }
}

#[test]
fn the_station_is_shown_while_the_page_looks_at_it() {
    let mut bench = Bench::connected("1.6", true);
    bench.accept();
    assert_eq!(bench.update().station, None);
    bench.apply(Command::LookAtStation);
    let station = bench.update().station.flatten().unwrap();
    assert_eq!((station.version.as_str(), station.outlets.len(), station.is_online), ("1.6", 1, true));
    let can = |name: &str| station.outlets[0].acts.iter().find(|act| act.name == name).unwrap().refusal.is_empty();
    assert!(can("Plug in") && can("Start") && !can("Stop") && !can("Unplug"));
    bench.apply(Command::Act { outlet: 1, act: crate::port::Act::PlugIn });
    let station = bench.update().station.flatten().unwrap();
    assert_eq!(station.outlets[0].status, "Preparing");
    bench.now += 3_000.0;
    bench.apply(Command::Act { outlet: 1, act: crate::port::Act::Unplug });
    assert_eq!(bench.update().station, None);
}
