//! The composer as a whole: every action of every version, and what the page shows of a text.

use super::*;
use crate::port::{Control, FormRow};
use crate::station::facts::Facts;
use crate::testing::{START, schemas};
use proptest::prelude::*;

/// A station at rest.
fn facts() -> Facts {
    Facts { outlet: 1, token: "TAG1".to_owned(), ..Facts::default() }
}

/// The composer of one version with nothing around it.
struct Bench {
    schemas: Schemas,
    records: Records,
    composer: Composer,
    facts: Facts,
    version: Version,
}

impl Bench {
    fn new(version: Version) -> Self {
        Self { schemas: schemas(), records: Records::default(), composer: Composer::new(1), facts: facts(), version }
    }

    fn view(&mut self) -> ComposerView {
        let moment = Moment { version: self.version, now_epoch_millis: START as i64, facts: &self.facts };
        self.composer.take_view(&self.schemas, &self.records, moment, true)
    }

    fn typed(&mut self, action: &str, payload: &str) -> ComposerView {
        self.composer.payload_typed(action, payload);
        self.view()
    }

    fn template(&mut self, action: &str, all_fields: bool) -> ComposerView {
        let moment = Moment { version: self.version, now_epoch_millis: START as i64, facts: &self.facts };
        self.composer.make_template(&self.schemas, moment, action, all_fields);
        self.view()
    }

    fn example(&mut self, action: &str, name: &str) -> ComposerView {
        let moment = Moment { version: self.version, now_epoch_millis: START as i64, facts: &self.facts };
        self.composer.make_example(moment, action, name);
        self.view()
    }
}

#[test]
fn templates_are_valid_for_every_action() {
    for version in Version::ALL {
        let mut bench = Bench::new(version);
        for action in catalog::actions(version) {
            for all_fields in [false, true] {
                let view = bench.template(action.name, all_fields);
                assert!(view.is_valid, "{version} {} {:?} {:?}", action.name, view.issues, view.template);
            }
        }
    }
}

#[test]
fn issues_have_their_place() {
    let mut bench = Bench::new(Version::V16);
    let mut issues = |action, payload| {
        let view = bench.typed(action, payload);
        let issues = view.issues.iter().map(|i| format!("{}:{} {} {}", i.line, i.column, i.pointer, i.message));
        issues.chain(Some(view.note).filter(|note| !note.is_empty())).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        issues("Authorize", "{\n  \"idTag\": 7\n}"),
        "2:12 /idTag idTag is the number 7, but must be a string, in quotes"
    );
    assert_eq!(issues("Authorize", "{\n  \"idTag\": }"), "2:12  The character '}' cannot stand here");
    assert_eq!(issues("Authorize", "[]"), "1:1  The payload must be an object");
    assert_eq!(issues("Heartbeat", "null"), "");
    assert!(issues("Foo", "{}").contains("no action of this name"));
    // The place is that in the text as typed.
    assert_eq!(
        issues(
            "StartTransaction",
            "{\"timestamp\":\"{{now}}\",\"connectorId\":{{connectorId}},\"meterStart\":0,\n\"idTag\":{{connectorId}}}"
        ),
        "2:9 /idTag idTag is the number 1, but must be a string, in quotes"
    );
}

#[test]
fn variables_are_shown_as_they_go_out() {
    let mut bench = Bench::new(Version::V16);
    assert_eq!(bench.typed("Authorize", r#"{"idTag":"A"}"#).goes_out, "");
    let view = bench.typed("Authorize", r#"{"idTag":"{{idTag}}","x":{{color}}}"#);
    assert_eq!(view.goes_out, r#"{"idTag":"TAG1","x":{{color}}}"#);
    assert_eq!(view.variable_notes, ["There is no variable {{color}}, so it goes out as it stands."]);
    assert!(!view.is_valid && view.form.broken.is_empty(), "the form can be read, what goes out cannot");
    // What is shown is what goes out, also for what is random.
    let shown = bench.typed("Authorize", r#"{"idTag":"{{uuid}}"}"#).goes_out;
    let moment = Moment { version: Version::V16, now_epoch_millis: 0, facts: &facts() };
    assert_eq!(bench.composer.expanded(moment, r#"{"idTag":"{{uuid}}"}"#), shown);
    assert_ne!(bench.view().goes_out, shown);
    bench.composer.raw_typed(r#"[2,"{{uuid}}","Heartbeat",{}]"#);
    assert_eq!(bench.view().raw_goes_out.len(), r#"[2,"","Heartbeat",{}]"#.len() + 36);
}

fn rows(view: &ComposerView) -> String {
    let line = |row: &FormRow| {
        let required = if row.is_required { "*" } else { "" };
        let indent = "  ".repeat(row.depth.into());
        let additions: Vec<&str> = row.additions.iter().map(|addition| addition.name.as_str()).collect();
        let said = [row.value.clone(), row.unit.clone(), additions.join(" "), row.faults.join("; ")];
        let said: Vec<String> = said.into_iter().filter(|words| !words.is_empty()).collect();
        format!("{indent}{}{required} {:?} {}", row.name, row.control, said.join(" | "))
    };
    view.form.rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_form_has_a_row_per_field() {
    let mut bench = Bench::new(Version::V16);
    let view = bench.typed(
        "StartTransaction",
        r#"{"connectorId":{{connectorId}},"idTag":"0123456789012345678901","meterStart":"5 Wh","color":1}"#,
    );
    assert_eq!(
        rows(&view),
        "connectorId* Number {{connectorId}}\n\
         idTag* Text 0123456789012345678901 | idTag has 22 characters, at most 20 are allowed\n\
         meterStart* Number 5 Wh | Wh | meterStart is the text \"5 Wh\", but must be an integer, without quotes\n\
         color Number 1 | color is not a field of StartTransaction\n\
         timestamp* Missing timestamp | timestamp is missing\n \
         Adder reservationId"
    );
    let row = &view.form.rows[1];
    assert_eq!(row.length, Some((22, 20)));
    assert_eq!(row.type_and_limit, "string, at most 20 characters");
    assert!(row.meaning.starts_with("Identifier"), "{}", row.meaning);

    let view = bench.typed("StatusNotification", r#"{"connectorId":1,"errorCode":"Oops","status":"Charging"}"#);
    let choice = &view.form.rows[1];
    assert_eq!((choice.control, choice.value.as_str()), (Control::Choice, "Oops"));
    assert_eq!(&choice.options[..2], ["Oops", "ConnectorLockFailure"]);
    assert_eq!(view.form.rows[2].options.len(), 9);

    bench.version = Version::V201;
    let view = bench.example("TransactionEvent", "Ended: stopped at the station");
    let shown = rows(&view);
    assert!(shown.contains("\nmeterValue List 1 item | meterValue\n  [0] Object "), "{shown}");
    assert!(
        shown.contains("\n    sampledValue* List 1 item | sampledValue\n      [0] Object \n        value* Number 0\n"),
        "{shown}"
    );
    assert!(shown.ends_with("\n Adder offline numberOfPhasesUsed cableMaxCurrent reservationId customData"), "{shown}");
}

#[test]
fn while_the_text_cannot_be_read_the_form_waits() {
    let mut bench = Bench::new(Version::V16);
    let before = bench.typed("Authorize", r#"{"idTag":"A"}"#).form;
    assert_eq!(before.broken, "");
    for (text, why) in [("{\"idTag\":", "cannot be read"), ("", "no payload"), ("[1]", "no object")] {
        let form = bench.typed("Authorize", text).form;
        assert!(form.broken.contains(why), "{}", form.broken);
        assert_eq!(form.rows, before.rows);
    }
    assert_eq!(bench.typed("Authorize", r#"{"idTag":"A"}"#).form, before);
}

#[test]
fn forms_are_bounded() {
    let mut bench = Bench::new(Version::V201);
    let many = vec!["1"; 5_000].join(",");
    let form = bench.typed("Heartbeat", &format!("{{\"a\":[{many}]}}")).form;
    assert_eq!((form.rows.len(), form.n_left_out), (300, 4_701));
    let long = "x".repeat(12_001);
    let form = bench.typed("Heartbeat", &format!("{{\"a\":\"{long}\"}}")).form;
    assert_eq!(form.rows[0].control, Control::Locked);
    assert!(form.rows[0].value.len() < 100);
    let deep = format!("{}1{}", "{\"a\":".repeat(120), "}".repeat(120));
    assert!(bench.typed("Heartbeat", &deep).form.rows.len() <= 300);
}

#[test]
fn every_required_field_has_a_row_and_every_leaf_can_be_set() {
    for version in Version::ALL {
        let mut bench = Bench::new(version);
        for action in catalog::actions(version) {
            let empty = bench.typed(action.name, "{}");
            let schema = schema_of(&bench.schemas, version, action.name).unwrap();
            for property in schema.root().properties.iter().filter(|property| property.is_required) {
                let row = empty.form.rows.iter().find(|row| row.name == property.name && row.is_required).unwrap();
                assert_eq!(row.control, Control::Missing);
                assert!(
                    !row.type_and_limit.is_empty() && row.additions.len() == 1,
                    "{version} {} {row:?}",
                    action.name
                );
            }
            // Filling in what is missing gives a valid payload.
            let mut text = "{}".to_owned();
            for row in empty.form.rows.iter().filter(|row| row.control == Control::Missing) {
                text = edit::add(&text, &row.additions[0].pointer, &row.additions[0].value).unwrap();
            }
            let view = bench.typed(action.name, &text);
            assert!(view.is_valid, "{version} {} {text} {:?}", action.name, view.issues);
            assert!(view.form.rows.iter().all(|row| row.control != Control::Missing));

            let (_, text) = bench.template(action.name, true).template.unwrap();
            let rows = bench.view().form.rows;
            for row in rows {
                if matches!(row.control, Control::Object | Control::List | Control::Adder) {
                    for addition in &row.additions {
                        let added = edit::add(&text, &addition.pointer, &addition.value).unwrap();
                        assert!(json::parse(&added).is_ok() && added.len() > text.len());
                    }
                    continue;
                }
                // Typing what stands there changes nothing at all.
                let again = edit::value_of(row.control, &row.value);
                let readable = json::parse(&text).unwrap();
                let node = readable.resolve(readable.root(), &row.pointer).unwrap();
                let same = edit::set(&text, &row.pointer, &again).unwrap();
                assert_eq!(
                    json::parse(&same).unwrap().string(node),
                    readable.string(node),
                    "{version} {} {row:?}",
                    action.name
                );
                let span = readable.span(node);
                let out = edit::set(&text, &row.pointer, "\"new\"").unwrap();
                assert_eq!(out, format!("{}\"new\"{}", &text[..span.start as usize], &text[span.end as usize..]));
            }
        }
    }
}

#[test]
fn no_text_makes_it_stop() {
    let bench = std::cell::RefCell::new(Bench::new(Version::V201));
    proptest!(|(text in "([{}\\[\\]\",:0a\\\\ ]|\\{\\{now\\}\\}|\"idToken\":|\"meterValue\":){0,30}")| {
        let view = bench.borrow_mut().typed("TransactionEvent", &text);
        prop_assert!(view.form.rows.len() <= 300);
    });
}

#[test]
fn the_history_says_what_became_of_it() {
    let mut history = History::default();
    let records = Records::default();
    history.add(START, Version::V16, "Authorize", "{\n\"idTag\":\"{{idTag}}\"}", "{\n\"idTag\":\"A\"}");
    history.add(START, Version::V16, "", "raw", "raw");
    assert!(!history.went_out(1, "[2,\"1\",\"Authorize\",{\"idTag\":\"A\"}]"));
    assert!(
        history.went_out(2, "[2,\"1\",\"Authorize\",{\n\"idTag\":\"A\"}]")
            && history.has_any(&[2])
            && !history.has_any(&[1])
    );
    history.connection_ended();
    let shown: Vec<_> =
        history.view(&records).into_iter().map(|sent| (sent.id, sent.text, sent.outcome, sent.time)).collect();
    let time = "09:22:07".to_owned();
    assert_eq!(
        shown,
        [
            (2, "raw".to_owned(), "not sent, the connection ended".to_owned(), time.clone()),
            (1, "{ \"idTag\":\"{{idTag}}\"}".to_owned(), "sent".to_owned(), time),
        ]
    );
    for n in 0..60 {
        history.add(START, Version::V16, "", &n.to_string(), "");
    }
    assert_eq!(history.view(&records).len(), 50);
    for _ in 0..5 {
        history.add(START, Version::V16, "", &"x".repeat(900_000), "");
    }
    assert_eq!(history.view(&records).len(), 2);
}
