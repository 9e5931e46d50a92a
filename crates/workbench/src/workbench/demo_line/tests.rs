//! The demo as the page has it: commands in, updates out, and nothing for the engine to do.

use super::super::{Dirty, Effect, Workbench};
use crate::capture::Marks;
use crate::connect_url::Environment;
use crate::port::{
    Command, ConnectForm, ConnectionView, DemoCommand, DemoFault, DemoOrder, DemoView, Direction, ExportFormat,
    LinkState, RowKind, SceneView, Scope, Severity,
};
use crate::testing::{START, schema_set};
use ocpp_wire::version::Version;

struct Page {
    workbench: Workbench,
    now: f64,
    demo: Option<DemoView>,
    connection: Option<ConnectionView>,
}

impl Page {
    fn new() -> Self {
        let mut workbench = Workbench::new(0xA41F, Environment::default());
        for version in Version::ALL {
            workbench.load_schemas(schema_set(version));
        }
        Self { workbench, now: START, demo: None, connection: None }
    }

    fn opened(version: &str, scene: bool) -> Self {
        let mut page = Self::new();
        page.demo(DemoCommand::Connect { version: version.into(), scene });
        page.pass(1_000.0);
        page
    }

    fn demo(&mut self, command: DemoCommand) {
        self.apply(Command::Demo(command));
    }

    fn apply(&mut self, command: Command) {
        self.workbench.apply(self.now, command);
        self.look();
    }

    fn look(&mut self) {
        // There is nothing for an engine to open, send or close.
        assert_eq!(self.workbench.poll_effect(), None);
        while let Some(update) = self.workbench.take_update(self.now) {
            self.demo = update.demo.unwrap_or(self.demo.take());
            self.connection = update.connection.or(self.connection.take());
        }
    }

    fn pass(&mut self, millis: f64) {
        let end = self.now + millis;
        let mut n_wakes = 0;
        while let Some(due) = self.workbench.poll_timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.workbench.handle_timeout(self.now);
            self.look();
            n_wakes += 1;
            assert!(n_wakes < 10_000, "it wakes up for nothing");
        }
        self.now = end;
    }

    fn scene(&self) -> SceneView {
        self.demo.clone().unwrap().scene.unwrap()
    }

    fn state(&self) -> (LinkState, String) {
        let view = self.connection.clone().unwrap();
        (view.state, view.headline)
    }

    /// Text and marks of all frames.
    fn frames(&self) -> Vec<(Direction, String, Marks)> {
        let transcript = &self.workbench.records.transcript;
        transcript
            .frames()
            .map(|(number, frame)| (frame.direction, transcript.text(number).to_owned(), frame.marks))
            .collect()
    }

    /// Warnings and errors of frames that were not sent wrongly on purpose, and answer none that was.
    fn faults(&self) -> Vec<String> {
        let records = &self.workbench.records;
        let is_meant =
            |number: u32| records.transcript.frame(number).is_some_and(|frame| frame.marks.has(Marks::ON_PURPOSE));
        let frames = records
            .transcript
            .frames()
            .filter(|(number, frame)| !is_meant(*number) && !frame.pair().is_some_and(is_meant));
        frames
            .flat_map(|(number, _)| records.findings(number))
            .filter(|finding| finding.severity >= Severity::Warning)
            .map(|finding| finding.message)
            .collect()
    }
}

#[test]
fn it_connects_without_a_network_and_says_so_everywhere() {
    for version in Version::ALL {
        let mut page = Page::opened(version.number(), false);
        assert_eq!(page.state(), (LinkState::Connected, "Connected · demo CSMS in this page".to_owned()));
        assert_eq!(page.connection.as_ref().unwrap().url, "demo CSMS (no network)");
        let frames = page.frames();
        assert!(frames[0].1.contains("BootNotification") && frames[1].1.contains("Accepted"), "{frames:?}");
        page.pass(31_000.0);
        let frames = page.frames();
        assert!(frames.iter().any(|(_, text, _)| text.contains("Heartbeat")), "{frames:?}");
        assert!(frames.iter().all(|(_, _, marks)| marks.has(Marks::DEMO)));
        assert_eq!(page.faults(), Vec::<String>::new());
        assert!(page.demo.is_some());
        page.apply(Command::Disconnect);
        page.pass(1_000.0);
        assert_eq!(page.state(), (LinkState::Disconnected, "Disconnected · demo CSMS closed".to_owned()));
        assert_eq!(page.demo, None);
        let transcript = &page.workbench.records.transcript;
        assert_eq!(transcript.stations(), ["DEMO-1"]);
        page.workbench.apply(page.now, Command::Export { format: ExportFormat::Jsonl, scope: Scope::All });
        let file = std::iter::from_fn(|| page.workbench.export_next()).collect::<String>();
        assert_eq!(file.matches("\"demo\"").count(), page.frames().len(), "{file}");
    }
}

#[test]
fn the_scene_plays_by_itself_until_a_message_is_refused() {
    for version in Version::ALL {
        let mut page = Page::opened(version.number(), true);
        let mut titles = vec![page.scene().title];
        while page.scene().frame.is_none() {
            page.pass(100.0);
            if titles.last() != Some(&page.scene().title) {
                titles.push(page.scene().title);
            }
            assert!(page.now < START + 12_000.0, "{titles:?}");
        }
        assert_eq!(titles[..3], ["The station starts", "A car plugs in", "Charging starts"]);
        assert_eq!(titles.last().unwrap(), "The CSMS refused a message");
        let refusal = page.scene().frame.unwrap();
        let record = page.workbench.records.transcript.frame(refusal).unwrap();
        assert_eq!((record.kind, record.severity), (RowKind::Error, Severity::Error));
        let fault = record.pair().unwrap();
        let marks = page.workbench.records.transcript.frame(fault).unwrap().marks;
        assert!(marks.has(Marks::ON_PURPOSE.with(Marks::DEMO)));
        assert_eq!(page.faults(), Vec::<String>::new());
        // Nothing goes on before the user has looked.
        page.pass(5_000.0);
        assert_eq!(page.scene().step, 4);
        page.apply(Command::Select { frame: Some(if version == Version::V16 { fault } else { refusal }) });
        assert_eq!((page.scene().step, page.scene().frame), (5, None));
        page.demo(DemoCommand::SceneEnd);
        assert_eq!(page.demo.clone().unwrap().scene, None);
    }
}

#[test]
fn the_scene_can_be_hurried_skipped_and_played_again() {
    let mut page = Page::opened("1.6", true);
    for _ in 0..3 {
        page.demo(DemoCommand::SceneNext);
    }
    page.pass(3_000.0);
    assert!(page.scene().frame.is_some());
    page.demo(DemoCommand::SceneEnd);
    page.demo(DemoCommand::Connect { version: "2.1".into(), scene: true });
    page.pass(1_000.0);
    assert_eq!((page.scene().step, page.demo.clone().unwrap().version), (1, "2.1".to_owned()));
    page.demo(DemoCommand::SceneEnd);
    let n = page.frames().len();
    page.pass(10_000.0);
    assert_eq!(page.frames().len(), n);
}

#[test]
fn misbehaviour_stays_switched_on_when_the_version_changes() {
    let mut page = Page::opened("1.6", false);
    page.demo(DemoCommand::Misbehave { fault: DemoFault::AnswerTwice, is_on: true });
    page.demo(DemoCommand::Connect { version: "2.0.1".into(), scene: false });
    page.pass(1_000.0);
    assert_eq!(page.demo.clone().unwrap().faults, [DemoFault::AnswerTwice]);
    let frames = page.frames();
    let (_, text, marks) = frames.last().unwrap();
    assert!(text.starts_with("[3,") && marks.has(Marks::ON_PURPOSE.with(Marks::DEMO)), "{frames:?}");
    page.demo(DemoCommand::Misbehave { fault: DemoFault::AnswerTwice, is_on: false });
    assert_eq!(page.demo.clone().unwrap().faults, []);
}

#[test]
fn a_second_call_comes_before_the_answer_of_a_station_that_answers_at_once() {
    let mut page = Page::opened("2.1", false);
    page.demo(DemoCommand::Misbehave { fault: DemoFault::SecondCall, is_on: true });
    page.demo(DemoCommand::Order(DemoOrder::AskOneValue));
    page.pass(1_000.0);
    let records = &page.workbench.records;
    let has_rule = |number| records.findings(number).iter().any(|finding| finding.rule.id == "RPC-PENDING");
    let found: Vec<_> = records.transcript.frames().filter(|(number, _)| has_rule(*number)).collect();
    assert!(found.len() == 1 && found[0].1.marks.has(Marks::ON_PURPOSE));
    // Both are answered.
    let answers = page.frames().into_iter().filter(|(_, text, _)| text.starts_with("[3,\"demo-"));
    assert_eq!(answers.count(), 2);
}

#[test]
fn its_calls_are_answered_by_the_station() {
    for version in Version::ALL {
        let mut page = Page::opened(version.number(), false);
        page.demo(DemoCommand::Order(DemoOrder::AskOneValue));
        page.demo(DemoCommand::Order(DemoOrder::TriggerStatus));
        page.pass(2_000.0);
        let answers = page.frames().into_iter().filter(|(_, text, _)| text.starts_with("[3,\"demo-"));
        assert_eq!(answers.count(), 2);
        assert_eq!(page.demo.clone().unwrap().open_action, None);
        assert_eq!(page.faults(), Vec::<String>::new());
    }
}

/// The station leaves while it still has something to say, and nobody is woken in vain until the line is closed.
#[test]
fn all_its_calls_at_once_are_answered_and_the_station_comes_back() {
    for version in Version::ALL {
        let mut page = Page::opened(version.number(), true);
        page.pass(60_000.0);
        for order in DemoOrder::ALL {
            page.demo(DemoCommand::Order(order));
        }
        page.pass(60_000.0);
        let answers = page.frames().into_iter().filter(|(_, text, _)| text.starts_with("[3,\"demo-"));
        assert_eq!(answers.count(), DemoOrder::ALL.len(), "{version}");
        let boots = page.frames().into_iter().filter(|(_, text, _)| text.contains("\"BootNotification\""));
        assert_eq!(boots.count(), 2, "{version}");
        assert_eq!(page.faults(), Vec::<String>::new());
        assert_eq!(page.state().1, "Connected · demo CSMS in this page");
    }
}

#[test]
fn a_real_connection_is_none_of_its_business() {
    let mut page = Page::new();
    let form = ConnectForm {
        url: "ws://a.example".into(),
        identity: "CP1".into(),
        versions: vec!["1.6".into()],
        ..ConnectForm::default()
    };
    page.workbench.apply(page.now, Command::Connect(form));
    page.workbench.apply(page.now, Command::Demo(DemoCommand::Connect { version: "1.6".into(), scene: true }));
    assert!(matches!(page.workbench.poll_effect(), Some(Effect::Link(_))));
    page.look();
    assert_eq!(page.demo, None);
    page.workbench.dirty = Dirty { connection: true, ..page.workbench.dirty };
    page.look();
    assert_eq!(page.state().1, "Connecting");
}
