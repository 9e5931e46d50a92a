//! The composer as a whole: every action of every version, and what the page shows of a text.

use super::*;
use crate::port::Control;
use crate::station::facts::Facts;
use crate::testing::{START, records_of, schemas};
use ocpp_wire::schema::ValueType;
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

fn templates() -> impl Iterator<Item = (Bench, &'static str, bool)> {
    Version::ALL.into_iter().flat_map(|version| {
        catalog::actions(version)
            .iter()
            .flat_map(move |action| [false, true].map(|all_fields| (version, action.name, all_fields)))
            .map(|(version, action, all_fields)| (Bench::new(version), action, all_fields))
    })
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
        issues("StartTransaction", "{\"timestamp\":\"{{now}}\",\"connectorId\":{{connectorId}},\"meterStart\":0,\n\"idTag\":{{connectorId}}}"),
        "2:9 /idTag idTag is the number 1, but must be a string, in quotes"
    );
}
