//! Whole charging days as text: what the user and the CSMS do stands in a file, what the station says to it stands
//! below, indented. `UPDATE_FIXTURES=1 cargo test -p workbench --test days` writes the indented lines anew.
//!
//! ```text
//! version 2.0.1                      which version; first line
//! versions 2.0.1 2.1                 the same in each of them; what is said has to be the same too
//! connectors 2                       outlets, 1 if nothing is said
//! set MeterValueSampleInterval=60    configuration the station begins with
//! answer Authorize {…}               what the CSMS answers from now on; `error CODE` or `silence` instead of a payload
//! answer Authorize                   as usual again
//! connect, disconnect, lose line
//! 1 plug in, 1 present token ABC, 1 start, 1 pause, 1 resume, 1 stop, 1 unplug, 1 set fault, 1 clear fault
//! offline 120, reboot
//! reload                             the page is loaded again: a new workbench takes the station as it was saved
//! csms Reset {"type":"Soft"}         the CSMS asks for something; `{{transactionId}}` is that of the last event (2.x)
//! wait 90                            seconds
//! expect RULE-ID                     frames to the CSMS may break this rule in this file
//! ```
//!
//! Each frame to the CSMS is checked like every frame on the page, and none may have a warning or an error.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use ocpp_wire::catalog;
use ocpp_wire::date_time;
use ocpp_wire::json;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::{Part, SchemaSet};
use ocpp_wire::version::Version;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use workbench::connect_url::Environment;
use workbench::link::LinkEffect;
use workbench::port::{Act, Command, ConnectForm, Direction, Severity};
use workbench::station::core::Setup;
use workbench::workbench::{Effect, SocketEvent, Workbench};

/// 2026-11-22T06:00:00Z.
const DAWN: f64 = 1_795_327_200_000.0;

fn schema_set(version: Version) -> SchemaSet {
    let files = schema_files::read(version.schema_set()).unwrap();
    SchemaSet::from_bundle(version, SchemaSet::bundle(version, &files)).unwrap()
}

/// What the CSMS answers to an action.
#[derive(Clone)]
enum Reply {
    Payload(String),
    Error(String),
    Silence,
}

/// A day in the making.
struct Day {
    workbench: Workbench,
    set: SchemaSet,
    version: Version,
    now: f64,
    connection: u32,
    is_open: bool,
    replies: BTreeMap<String, Reply>,
    n_transactions: u32,
    n_calls: u32,
    setup: Setup,
    saved: String,
    transaction_id: String,
    expected: Vec<String>,
    found: Vec<String>,
    out: String,
}

impl Day {
    fn new(version: Version, setup: Setup) -> Self {
        Self {
            workbench: Self::workbench(version, &setup, 0xA41F),
            set: schema_set(version),
            version,
            now: DAWN,
            connection: 0,
            is_open: false,
            replies: BTreeMap::new(),
            n_transactions: 0,
            n_calls: 0,
            setup,
            saved: String::new(),
            transaction_id: String::new(),
            expected: Vec::new(),
            found: Vec::new(),
            out: String::new(),
        }
    }

    fn workbench(version: Version, setup: &Setup, entropy: u32) -> Workbench {
        let mut workbench = Workbench::new(entropy, Environment::default());
        workbench.load_schemas(schema_set(version));
        workbench.set_setup(setup.clone());
        workbench
    }

    /// The page is gone, with its socket and all it knew, but for what it saved.
    fn reload(&mut self) {
        self.found = self.findings();
        self.say("-- reload");
        self.workbench = Self::workbench(self.version, &self.setup, 0xA420);
        let saved = self.saved.clone();
        self.workbench.apply(self.now, Command::RestoreStation { saved });
    }

    fn say(&mut self, text: &str) {
        let clock = date_time::format_utc(self.now as i64);
        let _ = writeln!(self.out, "    {} {text}", &clock[11..19]);
    }

    fn drain(&mut self) {
        while let Some(effect) = self.workbench.poll_effect() {
            match effect {
                Effect::Link(LinkEffect::Open { connection, .. }) => {
                    self.connection = connection;
                    self.is_open = true;
                    self.say("-- open");
                    let protocol = self.version.sub_protocol().to_owned();
                    self.workbench.handle_socket(self.now, connection, SocketEvent::Opened { protocol });
                }
                Effect::Link(LinkEffect::Send { text, .. }) => self.heard(&text),
                Effect::Link(LinkEffect::Close { connection, code }) => {
                    self.is_open = false;
                    self.say("-- closed");
                    let closed = SocketEvent::Closed { code, reason: String::new(), was_clean: true };
                    self.workbench.handle_socket(self.now, connection, closed);
                }
                Effect::ReadFiles { .. } | Effect::SaveFile { .. } => {}
            }
        }
        while let Some(update) = self.workbench.take_update(self.now) {
            if let Some(saved) = update.saved_station {
                self.saved = saved;
            }
            if let Some(notice) = update.notice {
                self.say(&format!("!! {}", notice.text));
            }
        }
    }

    /// The CSMS hears a frame of the station.
    fn heard(&mut self, text: &str) {
        let tree = json::parse(text).unwrap();
        let root = tree.root();
        let part = |index: usize| tree.raw(tree.item(root, index).unwrap()).to_owned();
        let id = part(1);
        match part(0).as_str() {
            "2" => {
                let action = tree.string(tree.item(root, 2).unwrap()).unwrap().into_owned();
                let payload = part(3);
                self.say(&format!("> {action} {payload}"));
                if let Some((_, rest)) = payload.split_once(r#""transactionId":""#) {
                    rest.split('"').next().unwrap().clone_into(&mut self.transaction_id);
                }
                match self.reply(&action, &payload) {
                    Reply::Payload(payload) => {
                        if payload != "{}" {
                            self.say(&format!("<   {payload}"));
                        }
                        self.receive(&format!("[3,{id},{payload}]"));
                    }
                    Reply::Error(code) => {
                        self.say(&format!("<   {code}"));
                        self.receive(&format!("[4,{id},\"{code}\",\"\",{{}}]"));
                    }
                    Reply::Silence => self.say("<   (silence)"),
                }
            }
            "3" => self.say(&format!(">   {}", part(2))),
            _ => self.say(&format!(">   {}", part(2).trim_matches('"'))),
        }
    }

    fn receive(&mut self, text: &str) {
        self.workbench.handle_socket(self.now, self.connection, SocketEvent::Text(text.to_owned()));
    }

    fn reply(&mut self, action: &str, payload: &str) -> Reply {
        if let Some(reply) = self.replies.get(action) {
            return reply.clone();
        }
        let now = date_time::format_utc(self.now as i64);
        let accepted = if self.version.is_v2() { "idTokenInfo" } else { "idTagInfo" };
        let text = match action {
            "BootNotification" => format!(r#"{{"currentTime":"{now}","interval":3600,"status":"Accepted"}}"#),
            "Heartbeat" => format!(r#"{{"currentTime":"{now}"}}"#),
            "Authorize" => format!(r#"{{"{accepted}":{{"status":"Accepted"}}}}"#),
            "StartTransaction" => {
                self.n_transactions += 1;
                let id = 100 + self.n_transactions;
                format!(r#"{{"idTagInfo":{{"status":"Accepted"}},"transactionId":{id}}}"#)
            }
            "TransactionEvent" if payload.contains("\"idToken\"") => {
                format!(r#"{{"{accepted}":{{"status":"Accepted"}}}}"#)
            }
            "StopTransaction" | "TransactionEvent" => "{}".to_owned(),
            _ => {
                let action = catalog::find(self.version, action).unwrap();
                let schema = self.set.for_action(action, Part::Response).unwrap();
                let context = Context { now_epoch_millis: self.now as i64, preferred: &[] };
                sample::compact(&schema, Fields::Required, &context)
            }
        };
        Reply::Payload(text)
    }

    fn pass(&mut self, millis: f64) {
        let end = self.now + millis;
        let mut n = 0;
        while let Some(due) = self.workbench.poll_timeout().filter(|due| *due <= end) {
            // A due time that stays would never let the day end.
            n = if due > self.now { 0 } else { n + 1 };
            assert!(n < 100, "the workbench wants to be woken again and again at {due}:\n{}", self.out);
            self.now = self.now.max(due);
            self.workbench.handle_timeout(self.now);
            self.drain();
        }
        self.now = end;
    }

    fn act(&mut self, outlet: u8, act: Act) {
        self.workbench.apply(self.now, Command::Act { outlet, act });
    }

    fn line(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "answer" => {
                let (action, what) = rest.split_once(' ').unwrap_or((rest, ""));
                let reply = match what.split_once(' ').unwrap_or((what, "")) {
                    ("", _) => None,
                    ("silence", _) => Some(Reply::Silence),
                    ("error", code) => Some(Reply::Error(code.to_owned())),
                    _ => Some(Reply::Payload(what.to_owned())),
                };
                match reply {
                    Some(reply) => self.replies.insert(action.to_owned(), reply),
                    None => self.replies.remove(action),
                };
            }
            "connect" => {
                let form = ConnectForm {
                    url: "ws://csms.example".into(),
                    identity: "CS-1".into(),
                    versions: vec![self.version.number().into()],
                    boot: true,
                    ..ConnectForm::default()
                };
                self.workbench.apply(self.now, Command::Connect(form));
            }
            "disconnect" => self.workbench.apply(self.now, Command::Disconnect),
            "lose" => {
                self.say("-- lost");
                let closed = SocketEvent::Closed { code: 1006, reason: String::new(), was_clean: false };
                self.workbench.handle_socket(self.now, self.connection, closed);
            }
            "offline" => self.act(1, Act::GoOffline(rest.parse().unwrap())),
            "reboot" => self.act(1, Act::Reboot),
            "reload" => self.reload(),
            "csms" => {
                let (action, payload) = rest.split_once(' ').unwrap_or((rest, "{}"));
                let payload = payload.replace("{{transactionId}}", &self.transaction_id);
                self.n_calls += 1;
                self.say(&format!("< {action} {payload}"));
                self.receive(&format!("[2,\"csms-{}\",\"{action}\",{payload}]", self.n_calls));
            }
            "wait" => self.pass(rest.parse::<f64>().unwrap() * 1_000.0),
            "expect" => self.expected.push(rest.to_owned()),
            outlet => {
                let outlet = outlet.parse().unwrap_or_else(|_| panic!("what is {line:?}?"));
                let (act, what) = match rest.find(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit()) {
                    Some(at) => (rest[..at].trim(), &rest[at..]),
                    None => (rest, ""),
                };
                let act = match act {
                    "plug in" => Act::PlugIn,
                    "present token" => Act::PresentToken(what.to_owned()),
                    "start" => Act::Start,
                    "pause" => Act::Pause,
                    "resume" => Act::Resume,
                    "stop" => Act::Stop,
                    "unplug" => Act::Unplug,
                    "set fault" => Act::SetFault(what.to_owned()),
                    "clear fault" => Act::ClearFault,
                    _ => panic!("what is {line:?}?"),
                };
                self.act(outlet, act);
            }
        }
        self.drain();
    }

    /// Findings on the frames the station sent.
    fn findings(&self) -> Vec<String> {
        let records = self.workbench.records();
        let sent = records.transcript.frames().filter(|(_, record)| record.direction == Direction::ToCsms);
        let mut out = self.found.clone();
        for (number, _) in sent {
            for finding in records.findings(number) {
                let is_expected = self.expected.iter().any(|rule| *rule == finding.rule.id);
                if finding.severity >= Severity::Warning && !is_expected {
                    let text = records.transcript.text(number);
                    out.push(format!("{} {}: {} in {text}", finding.rule.id, finding.pointer, finding.message));
                }
            }
        }
        out
    }
}

/// Plays a file in each of its versions; gives it with the indented lines anew, and what is wrong: with the station's
/// frames, or that a version says something else than the first.
fn play(text: &str) -> (String, Vec<String>) {
    let first_line = text.lines().next().unwrap_or_default();
    let (word, numbers) = first_line.split_once(' ').unwrap();
    assert!(matches!(word, "version" | "versions"), "the first line is {first_line:?}");
    let mut out: Option<String> = None;
    let mut findings = Vec::new();
    for number in numbers.split(' ') {
        let (played, found) = play_in(Version::from_number(number).unwrap(), text);
        findings.extend(found.into_iter().map(|finding| format!("in {number}: {finding}")));
        let first = out.get_or_insert_with(|| played.clone());
        if let Some((a, b)) = first.lines().zip(played.lines()).find(|(a, b)| a != b) {
            findings.push(format!("{number} says something else:\n  is    {b:?}\n  first {a:?}"));
        } else if *first != played {
            findings.push(format!("{number} says more or less than the first version"));
        }
    }
    (out.unwrap(), findings)
}

/// Plays a file in one version.
fn play_in(version: Version, text: &str) -> (String, Vec<String>) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("    ")).collect();
    let word = |name: &str| -> Vec<&str> {
        lines.iter().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).collect()
    };
    let configuration =
        word("set").into_iter().map(|pair| pair.split_once('=').unwrap()).map(|(k, v)| (k.to_owned(), v.to_owned()));
    let setup = Setup {
        n_outlets: word("connectors").first().map_or(1, |n| n.parse().unwrap()),
        configuration: configuration.collect(),
        firmware: "1.0".into(),
        ..Setup::default()
    };
    let mut day = Day::new(version, setup);
    for line in lines {
        let _ = writeln!(day.out, "{line}");
        let is_setting = ["version ", "versions ", "connectors ", "set "].iter().any(|word| line.starts_with(word));
        if !line.trim().is_empty() && !line.starts_with('#') && !is_setting {
            day.line(line);
        }
    }
    let findings = day.findings();
    (day.out, findings)
}

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/days");
    let mut out: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    out.sort();
    out
}

#[test]
fn every_day_goes_as_it_is_written() {
    let mut wrong = Vec::new();
    for path in files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let (played, findings) = play(&text);
        wrong.extend(findings.iter().map(|finding| format!("{}: {finding}", path.display())));
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            std::fs::write(&path, &played).unwrap();
        } else if played != text {
            let at = played.lines().zip(text.lines()).position(|(a, b)| a != b).unwrap_or_default();
            let (is, was) = (played.lines().nth(at), text.lines().nth(at));
            wrong.push(format!("{} line {}:\n  is  {is:?}\n  was {was:?}", path.display(), at + 1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!files().is_empty());
}
