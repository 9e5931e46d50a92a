//! Tests of the replies: rules in, conversation out.

use super::*;
use crate::capture::Marks;
use crate::port::{RepliesView, ReplyAnswer, ReplyCommand, ReplyRule, ReplyVerdict};
use proptest::prelude::*;

const RESET: &str = r#"[2,"r","Reset",{"type":"Soft"}]"#;

/// A request that the station accepts without anything following from it.
const CLEAR: &str = r#"[2,"r","ClearCache",{}]"#;

fn rule(answer: ReplyAnswer) -> ReplyRule {
    ReplyRule { answer, ..ReplyRule::default() }
}

fn error(code: &str) -> ReplyAnswer {
    ReplyAnswer::Error { code: code.into(), description: String::new(), details: String::new() }
}

fn with_rules(version: &str, rules: impl IntoIterator<Item = ReplyRule>) -> Bench {
    let mut bench = Bench::connected(version, false);
    for rule in rules {
        bench.apply(Command::Reply(ReplyCommand::Put(rule)));
    }
    bench
}

impl Bench {
    /// What goes out because of a frame, at once.
    fn answers_to(&mut self, text: &str) -> Vec<String> {
        let before = self.sent.len();
        self.receive(text);
        self.sent[before..].to_vec()
    }

    fn replies(&mut self) -> RepliesView {
        self.screen().replies.unwrap()
    }

    /// Texts of the frames that are marked, and what is said of them.
    fn on_purpose(&mut self) -> Vec<(String, String)> {
        let transcript = &self.workbench.records.transcript;
        let marked = transcript.frames().filter(|(_, record)| record.marks.has(Marks::ON_PURPOSE));
        let frames: Vec<u32> = marked.map(|(number, _)| number).collect();
        let mut said = |frame: u32| {
            self.apply(Command::Select { frame: Some(frame) });
            let detail = self.screen().detail.unwrap().unwrap();
            (self.workbench.records.transcript.text(frame).to_owned(), detail.provenance.join(" "))
        };
        frames.into_iter().map(&mut said).collect()
    }
}

#[test]
fn every_kind_of_answer_goes_out_as_it_was_chosen() {
    let chosen = ReplyAnswer::Error {
        code: "OccurenceConstraintViolation".into(),
        description: "say \"no\"".into(),
        details: "{ \"why\" : 1 }".into(),
    };
    for (answer, expected) in [
        (ReplyAnswer::Status("Rejected".into()), vec![r#"[3,"r",{"status":"Rejected"}]"#]),
        (ReplyAnswer::Payload("{ \"status\":\n\"Maybe\" }".into()), vec!["[3,\"r\",{ \"status\":\n\"Maybe\" }]"]),
        (ReplyAnswer::Payload("broken {".into()), vec![r#"[3,"r",broken {]"#]),
        (chosen, vec![r#"[4,"r","OccurenceConstraintViolation","say \"no\"",{ "why" : 1 }]"#]),
        (error("Foo"), vec![r#"[4,"r","Foo","",{}]"#]),
        (ReplyAnswer::Raw("[3,\"{{id}}\",{}] and \"{{id}}\"".into()), vec![r#"[3,"r",{}] and "r""#]),
        (ReplyAnswer::Raw(String::new()), vec![""]),
        (ReplyAnswer::Twice, vec![r#"[3,"r",{"status":"Accepted"}]"#; 2]),
        (ReplyAnswer::Automatic, vec![r#"[3,"r",{"status":"Accepted"}]"#]),
        (ReplyAnswer::Silence, vec![]),
    ] {
        let mut bench = with_rules("1.6", [rule(answer.clone())]);
        assert_eq!(bench.answers_to(CLEAR), expected, "{answer:?}");
        let n_marked = bench.on_purpose().len();
        assert_eq!(n_marked, usize::from(answer != ReplyAnswer::Automatic), "{answer:?}");
        bench.pass(60_000.0);
        assert_eq!(bench.sent.len(), expected.len(), "{answer:?}");
    }
}

#[test]
fn what_was_done_on_purpose_is_said_of_its_frame() {
    let mut bench = with_rules(
        "2.0.1",
        [
            ReplyRule { action: "Reset".into(), ..rule(ReplyAnswer::Silence) },
            ReplyRule { action: "ClearCache".into(), ..rule(ReplyAnswer::Twice) },
            ReplyRule { delay_millis: 2_000, ..rule(error("InternalError")) },
        ],
    );
    bench.receive(r#"[2,"1","Reset",{"type":"OnIdle"}]"#);
    bench.receive(r#"[2,"2","ClearCache",{}]"#);
    bench.receive(r#"[2,"3","GetLocalListVersion",{}]"#);
    bench.pass(2_000.0);
    let said = bench.on_purpose();
    let by_itself = "Sent on purpose: the station would not have done so by itself.";
    assert_eq!(
        said,
        [
            (
                r#"[2,"1","Reset",{"type":"OnIdle"}]"#.into(),
                "Left unanswered on purpose. Reply rule 1: No answer.".into()
            ),
            (r#"[3,"2",{"status":"Accepted"}]"#.into(), format!("{by_itself} Reply rule 2: Automatic, twice.")),
            (
                r#"[4,"3","InternalError","",{}]"#.into(),
                format!("{by_itself} Reply rule 3: CALLERROR InternalError, after 2\u{202f}000\u{a0}ms.")
            ),
        ]
        .map(|(text, words): (String, String)| (text, words))
    );
    let rows = bench.screen().rows.unwrap().rows;
    assert_eq!(rows.iter().filter(|row| row.is_on_purpose).count(), 3);
    bench.apply(Command::Filter { text: "is:on-purpose".into() });
    assert_eq!(bench.screen().filter.unwrap().n_passed, 3);
}

#[test]
fn the_first_rule_that_fits_answers() {
    let of = |action: &str, condition: &str, code: &str| ReplyRule {
        action: action.into(),
        condition: condition.into(),
        ..rule(error(code))
    };
    let rules = [
        ReplyRule { is_on: false, ..rule(error("Off")) },
        of("Reset", "type=Hard", "Hard"),
        of("ChangeAvailability", "connectorId>1", "Second"),
        of("", "..key~Meter", "Meter"),
        of("DataTransfer", "-data=x vendorId=v*", "Vendor"),
        of("Nonsense", "", "Nonsense"),
    ];
    for (text, code) in [
        (r#"[2,"1","Reset",{"type":"Hard"}]"#, "Hard"),
        (r#"[2,"1","Reset",{"type":"Soft"}]"#, ""),
        (r#"[2,"1","ChangeAvailability",{"connectorId":2,"type":"Operative"}]"#, "Second"),
        (r#"[2,"1","ChangeAvailability",{"connectorId":1,"type":"Operative"}]"#, ""),
        (r#"[2,"1","GetConfiguration",{"key":["MeterValueSampleInterval"]}]"#, "Meter"),
        (r#"[2,"1","DataTransfer",{"vendorId":"v1","data":"y"}]"#, "Vendor"),
        (r#"[2,"1","DataTransfer",{"vendorId":"v1","data":"x"}]"#, ""),
        (r#"[2,"1","Nonsense",{}]"#, "Nonsense"),
        (r#"[2,"1","Reset"]"#, ""),
    ] {
        let mut bench = with_rules("1.6", rules.clone());
        let answers = bench.answers_to(text);
        assert_eq!(answers[0].contains(&format!("\"{code}\"")), !code.is_empty(), "{text}: {answers:?}");
    }
    // What is no request is never held.
    let mut bench = with_rules("2.1", [rule(ReplyAnswer::Silence)]);
    assert_eq!(bench.answers_to("hello").len(), 1);
    assert_eq!(bench.answers_to(r#"[6,"s","NotifyPeriodicEventStream",{}]"#).len(), 0);
    assert!(bench.on_purpose().is_empty());
}

#[test]
fn a_rule_answers_as_often_as_it_may() {
    let once = ReplyRule { most_uses: 1, ..rule(error("Once")) };
    let twice = ReplyRule { most_uses: 2, ..rule(error("Two")) };
    let mut bench = with_rules("1.6", [once, twice]);
    let codes = |bench: &mut Bench, n: u32| -> Vec<String> {
        let code = |text: &String| text.split('"').nth(3).unwrap_or_default().to_owned();
        (0..n).map(|_| code(&bench.answers_to(CLEAR)[0])).collect()
    };
    assert_eq!(codes(&mut bench, 5), ["Once", "Two", "Two", "status", "status"]);
    let uses: Vec<u32> = bench.replies().rules.iter().map(|row| row.n_used).collect();
    assert_eq!(uses, [1, 2]);
    bench.apply(Command::Reply(ReplyCommand::Restart { seed: 7 }));
    assert_eq!(codes(&mut bench, 1), ["Once"]);
}

#[test]
fn chances_repeat_with_their_seed() {
    let run = |seed: u32, percent: u32| -> String {
        let mut bench = with_rules("1.6", [ReplyRule { percent, ..rule(ReplyAnswer::Silence) }]);
        bench.apply(Command::Reply(ReplyCommand::Restart { seed }));
        (0..200).map(|_| if bench.answers_to(CLEAR).is_empty() { 'x' } else { '.' }).collect()
    };
    let first = run(1, 30);
    assert_eq!(first, run(1, 30));
    assert_ne!(first, run(2, 30));
    let n = first.matches('x').count();
    assert!((40..80).contains(&n), "{n} of 200 is not about 30 %");
    assert_eq!(run(1, 100).matches('x').count(), 200);
}

#[test]
fn a_delay_keeps_only_its_own_answer_back() {
    let late = ReplyRule { action: "GetLocalListVersion".into(), delay_millis: 1_500, ..rule(ReplyAnswer::Automatic) };
    let mut bench = with_rules("1.6", [late]);
    assert!(bench.answers_to(r#"[2,"l","GetLocalListVersion",{}]"#).is_empty());
    assert_eq!(bench.answers_to(CLEAR), [r#"[3,"r",{"status":"Accepted"}]"#]);
    bench.pass(1_499.0);
    assert_eq!(bench.sent.len(), 1);
    bench.pass(1.0);
    assert!(bench.sent.last().unwrap().starts_with(r#"[3,"l",{"listVersion":"#), "{:?}", bench.sent);
    assert_eq!(bench.on_purpose().len(), 1);
    assert_eq!(bench.workbench.replies.poll_timeout(), None);
}

#[test]
fn the_station_acts_only_when_its_own_answer_is_used_and_then() {
    let change = |id: &str, value: u32| {
        format!(r#"[2,"{id}","ChangeConfiguration",{{"key":"MeterValueSampleInterval","value":"{value}"}}]"#)
    };
    let interval = |bench: &mut Bench| {
        let answer = &bench.answers_to(r#"[2,"g","GetConfiguration",{"key":["MeterValueSampleInterval"]}]"#)[0];
        answer.split(r#""value":""#).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let of = |answer: ReplyAnswer| ReplyRule { action: "ChangeConfiguration".into(), ..rule(answer) };
    let mut bench = with_rules("1.6", [of(ReplyAnswer::Status("Accepted".into()))]);
    let before = interval(&mut bench);
    assert_ne!(before, "77");
    assert_eq!(bench.answers_to(&change("1", 77)), [r#"[3,"1",{"status":"Accepted"}]"#]);
    assert_eq!(interval(&mut bench), before);

    let mut bench = with_rules("1.6", [ReplyRule { delay_millis: 1_000, ..of(ReplyAnswer::Automatic) }]);
    bench.receive(&change("2", 78));
    assert_eq!(interval(&mut bench), before);
    bench.pass(1_000.0);
    assert_eq!(interval(&mut bench), "78");

    // A wait that ends is an answer as well.
    let mut bench = with_rules("1.6", [of(ReplyAnswer::Ask { seconds: 1 })]);
    bench.receive(&change("3", 79));
    assert_eq!(interval(&mut bench), before);
    bench.pass(1_000.0);
    assert_eq!(interval(&mut bench), "79");
}

#[test]
fn a_call_waits_for_the_user_until_its_countdown_ends() {
    let ask = rule(ReplyAnswer::Ask { seconds: 25 });
    let mut bench = with_rules("1.6", [ask]);
    assert!(bench.answers_to(RESET).is_empty());
    assert!(bench.answers_to(r#"[2,"c","ClearCache",{}]"#).is_empty());
    let waiting = bench.replies().waiting;
    assert_eq!(waiting.iter().map(|call| call.action.as_str()).collect::<Vec<_>>(), ["Reset", "ClearCache"]);
    assert!((waiting[0].until_epoch_millis - bench.now - 25_000.0).abs() < 1.0);
    assert_eq!((waiting[0].payload.as_str(), waiting[0].frame), (r#"{"type":"Soft"}"#, 1));

    // Asked again is no answer.
    let answer = |call: u32, answer| Command::Reply(ReplyCommand::Answer { call, answer });
    bench.apply(answer(waiting[0].number, ReplyAnswer::Ask { seconds: 5 }));
    assert!(bench.update().notice.unwrap().text.contains("waits already"));
    bench.pass(1_000.0);
    bench.apply(answer(waiting[0].number, error("InternalError")));
    assert_eq!(bench.sent, [r#"[4,"r","InternalError","",{}]"#]);
    // It waits no more.
    bench.apply(answer(waiting[0].number, ReplyAnswer::Silence));
    assert!(bench.update().notice.unwrap().text.contains("does not wait"));

    bench.pass(23_999.0);
    assert_eq!(bench.sent.len(), 1);
    bench.pass(1.0);
    assert_eq!(bench.sent.last().unwrap(), r#"[3,"c",{"status":"Accepted"}]"#);
    assert!(bench.replies().waiting.is_empty());
    let said: Vec<String> = bench.on_purpose().into_iter().map(|(_, said)| said).collect();
    assert!(
        said[0].contains("asked you; your answer after 1\u{202f}000\u{a0}ms: CALLERROR InternalError."),
        "{said:?}"
    );
    assert!(said[1].contains("the countdown ended, so the station answered by itself"), "{said:?}");
}

#[test]
fn what_the_user_answered_by_hand_is_not_answered_again() {
    let mut bench = with_rules("1.6", [rule(ReplyAnswer::Ask { seconds: 5 })]);
    bench.receive(RESET);
    bench.apply(Command::SendRaw { text: r#"[3,"r",{"status":"Accepted"}]"#.into() });
    bench.pass(10_000.0);
    assert_eq!(bench.sent.len(), 1);
}

#[test]
fn with_the_connection_ends_what_waits() {
    let rules = [
        ReplyRule { action: "Reset".into(), ..rule(ReplyAnswer::Ask { seconds: 5 }) },
        ReplyRule { delay_millis: 3_000, ..rule(error("Late")) },
    ];
    for is_by_user in [false, true] {
        let mut bench = with_rules("1.6", rules.clone());
        bench.receive(RESET);
        bench.receive(r#"[2,"c","ClearCache",{}]"#);
        if is_by_user {
            bench.apply(Command::Disconnect);
            // Nothing goes out while it closes.
            bench.pass(4_000.0);
        }
        bench.socket(SocketEvent::Closed { code: 1000, reason: String::new(), was_clean: true });
        assert!(bench.replies().waiting.is_empty());
        bench.connect("1.6", false);
        bench.pass(10_000.0);
        assert!(bench.sent.is_empty(), "{:?}", bench.sent);
    }
}

#[test]
fn a_reload_brings_the_rules_back() {
    let rules = [
        ReplyRule {
            action: "Reset".into(),
            condition: "type=\"Soft\"".into(),
            most_uses: 3,
            percent: 40,
            delay_millis: 250,
            is_on: false,
            ..rule(ReplyAnswer::Status("Accepted".into()))
        },
        rule(ReplyAnswer::Payload("{\"a\":\"ä\\n\"".into())),
        rule(ReplyAnswer::Error { code: "C".into(), description: "D".into(), details: "[".into() }),
        rule(ReplyAnswer::Raw("{{id}}\u{0}".into())),
        rule(ReplyAnswer::Twice),
        rule(ReplyAnswer::Silence),
        rule(ReplyAnswer::Automatic),
        ReplyRule { most_uses: 1, ..rule(ReplyAnswer::Ask { seconds: 9 }) },
    ];
    let mut bench = with_rules("1.6", rules.clone());
    bench.apply(Command::Reply(ReplyCommand::Restart { seed: 4_000_000_000 }));
    bench.receive(RESET);
    let text = bench.update().replies.unwrap().stored.unwrap();
    let mut again = Bench::connected("1.6", false);
    again.apply(Command::Reply(ReplyCommand::Restore { text }));
    let (before, after) = (bench.replies(), again.replies());
    assert_eq!(before.rules.len(), rules.len());
    assert_eq!((after.rules, after.seed), (before.rules, before.seed));
    assert_eq!(before.stored, None, "nothing has changed since");
}

#[test]
fn rules_are_moved_switched_changed_and_taken_out() {
    let mut bench = with_rules("1.6", ["A", "B", "C"].map(|code| rule(error(code))));
    let table = |bench: &mut Bench, command| {
        bench.apply(Command::Reply(command));
        let rows = bench.replies().rules;
        rows.iter()
            .map(|row| format!("{}{}", row.rule.number, if row.rule.is_on { "" } else { "-" }))
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(table(&mut bench, ReplyCommand::Move { rule: 3, is_up: true }), "1 3 2");
    assert_eq!(table(&mut bench, ReplyCommand::Move { rule: 1, is_up: true }), "1 3 2");
    assert_eq!(table(&mut bench, ReplyCommand::Move { rule: 2, is_up: false }), "1 3 2");
    assert_eq!(table(&mut bench, ReplyCommand::Move { rule: 1, is_up: false }), "3 1 2");
    assert_eq!(table(&mut bench, ReplyCommand::Switch { rule: 3, is_on: false }), "3- 1 2");
    assert_eq!(table(&mut bench, ReplyCommand::Remove { rule: 1 }), "3- 2");
    let changed = ReplyRule { number: 2, ..rule(ReplyAnswer::Silence) };
    assert_eq!(table(&mut bench, ReplyCommand::Put(changed)), "3- 2");
    assert_eq!(bench.replies().rules[1].words, "No answer");
    assert_eq!(table(&mut bench, ReplyCommand::Put(rule(ReplyAnswer::Twice))), "3- 2 4");
    let wrong = ReplyRule { condition: "is:unanswered".into(), ..rule(ReplyAnswer::Twice) };
    assert_eq!(bench.replies().verdict, ReplyVerdict { n_asked: 5, is_refused: false });
    assert_eq!(table(&mut bench, ReplyCommand::Put(wrong)), "3- 2 4");
    // The editor stays open.
    assert_eq!(bench.replies().verdict, ReplyVerdict { n_asked: 6, is_refused: true });
}

#[test]
fn what_is_written_before_the_schemas_are_there_is_judged_when_they_come() {
    let mut workbench = Workbench::new(1, Environment::default());
    let draft = |workbench: &mut Workbench| workbench.take_update(START).and_then(|update| update.replies?.draft);
    let rule = ReplyRule { action: "Reset".into(), ..rule(ReplyAnswer::Status("Accepted".into())) };
    workbench.apply(START, Command::Reply(ReplyCommand::Check(rule)));
    let action = "ClearCache".to_owned();
    assert!(draft(&mut workbench).unwrap().statuses.is_empty());
    workbench.load_schemas(schema_set(Version::V16));
    assert_eq!(draft(&mut workbench).unwrap().statuses, ["Accepted", "Rejected"]);
    // So is a template.
    workbench.apply(START, Command::ComposerVersion { version: "2.0.1".into() });
    workbench.apply(START, Command::Reply(ReplyCommand::Template { action, all_fields: false }));
    assert_eq!(draft(&mut workbench).unwrap().template, None);
    workbench.load_schemas(schema_set(Version::V201));
    let late = draft(&mut workbench).unwrap();
    assert_eq!((late.action.as_str(), late.is_valid), ("ClearCache", true));
    assert!(late.template.unwrap().contains("\"status\""));
    assert_eq!(draft(&mut workbench), None, "nothing has changed");
    // But not over what was typed meanwhile.
    let action = "ClearCache".to_owned();
    let typed = ReplyRule { action: action.clone(), answer: ReplyAnswer::Payload("{}".into()), ..ReplyRule::default() };
    workbench.apply(START, Command::ComposerVersion { version: "2.1".into() });
    workbench.apply(START, Command::Reply(ReplyCommand::Template { action, all_fields: false }));
    workbench.apply(START, Command::Reply(ReplyCommand::Check(typed)));
    workbench.load_schemas(schema_set(Version::V21));
    let typed = draft(&mut workbench).unwrap();
    assert_eq!((typed.template, typed.is_valid, typed.issues.len()), (None, false, 1));
}

fn any_answer() -> impl Strategy<Value = ReplyAnswer> {
    prop_oneof![
        Just(ReplyAnswer::Automatic),
        Just(ReplyAnswer::Twice),
        Just(ReplyAnswer::Silence),
        any::<String>().prop_map(ReplyAnswer::Status),
        any::<String>().prop_map(ReplyAnswer::Payload),
        ".*(\\{\\{id\\}\\})?.*".prop_map(ReplyAnswer::Raw),
        any::<u32>().prop_map(|seconds| ReplyAnswer::Ask { seconds }),
        any::<[String; 3]>().prop_map(|[code, description, details]| ReplyAnswer::Error { code, description, details }),
    ]
}

fn any_rule() -> impl Strategy<Value = ReplyRule> {
    let words = prop_oneof![Just(String::new()), any::<String>(), "[a-z]{1,3}[=<>~][a-z0-9]{1,3}"];
    (
        prop_oneof![Just(String::new()), Just("Reset".to_owned()), any::<String>()],
        words,
        any::<(u32, u32, u32)>(),
        any_answer(),
    )
        .prop_map(|(action, condition, (most_uses, percent, delay_millis), answer)| ReplyRule {
            action,
            condition,
            most_uses: most_uses % 3,
            percent,
            delay_millis: delay_millis % 3_000,
            answer,
            ..ReplyRule::default()
        })
}

thread_local! {
    // Loading the schemas takes longer than everything else.
    static BENCH: std::cell::RefCell<Option<Bench>> = const { std::cell::RefCell::new(None) };
}

proptest! {
    #[test]
    fn no_rule_and_no_frame_stop_it(
        rules in proptest::collection::vec(any_rule(), 0..4),
        frames in proptest::collection::vec(prop_oneof![
            any::<String>(),
            Just(RESET.to_owned()),
            ("[^\"\\\\]{0,40}", "[A-Z][a-z]{0,8}").prop_map(|(id, action)| format!("[2,\"{id}\",\"{action}\",{{\"a\":1}}]")),
        ], 1..4),
        text in any::<String>(),
    ) {
        BENCH.with_borrow_mut(|slot| {
            let bench = slot.get_or_insert_with(|| Bench::connected("2.0.1", false));
            bench.apply(Command::Reply(ReplyCommand::Restore { text: text.clone() }));
            for rule in rules {
                bench.apply(Command::Reply(ReplyCommand::Check(rule.clone())));
                bench.apply(Command::Reply(ReplyCommand::Put(rule)));
            }
            let n_frames = frames.len();
            let before = bench.workbench.records.summary().n_to_station;
            for frame in frames {
                bench.receive(&frame);
                bench.pass(500.0);
            }
            bench.pass(3_000.0);
            let stored = bench.workbench.replies.to_text();
            let n_rules = bench.replies().rules.len();
            bench.apply(Command::Reply(ReplyCommand::Restore { text: stored }));
            assert_eq!(bench.replies().rules.len(), n_rules);
            assert_eq!(bench.workbench.records.summary().n_to_station - before, n_frames as u32);
            bench.apply(Command::Clear);
        });
    }
}
