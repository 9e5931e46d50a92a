//! The composer: actions of a version, a payload to begin with, and the check of what is typed.

use crate::findings::MOST_OF_A_RULE;
use crate::port::{ActionItem, ComposerIssue, ComposerView};
use crate::records::{Schemas, check_payload};
use ocpp_wire::catalog;
use ocpp_wire::json::{self, Kind};
use ocpp_wire::order::sort_by_rank;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;

/// What the composer holds.
#[derive(Clone, Debug, Default)]
pub struct Composer {
    /// Version chosen while nothing is connected.
    pub chosen: Option<Version>,
    template: Option<(String, String)>,
    issues: Vec<ComposerIssue>,
    is_valid: bool,
    note: String,
}

impl Composer {
    /// Makes a payload for an action. Without its schema the payload is an empty object.
    pub fn make_template(
        &mut self,
        schemas: &Schemas,
        version: Version,
        now_epoch_millis: i64,
        action: &str,
        all_fields: bool,
    ) {
        let fields = if all_fields { Fields::All } else { Fields::Required };
        let schema = catalog::find(version, action).and_then(|action| schemas.schema(version, action, Part::Request));
        let context = Context { now_epoch_millis, preferred: &[] };
        let text = schema.map_or_else(|| "{}".to_owned(), |schema| sample::template(&schema, fields, &context));
        self.check(schemas, version, action, &text);
        self.template = Some((action.to_owned(), text));
    }

    /// Checks a payload. What is wrong never keeps it from being sent.
    pub fn check(&mut self, schemas: &Schemas, version: Version, action: &str, payload: &str) {
        self.check_part(schemas, version, action, Part::Request, payload);
    }

    /// Checks the payload of one half of an exchange.
    pub fn check_part(&mut self, schemas: &Schemas, version: Version, action: &str, part: Part, payload: &str) {
        self.issues.clear();
        self.note.clear();
        self.is_valid = false;
        let tree = match json::parse(payload) {
            Ok(tree) => tree,
            Err(fault) => {
                self.issues.push(issue(payload, fault.at, String::new(), fault.sentence()));
                return;
            }
        };
        let root = tree.root();
        if !matches!(tree.kind(root), Kind::Object | Kind::Null) {
            self.issues.push(issue(
                payload,
                tree.span(root).start,
                String::new(),
                "The payload must be an object".into(),
            ));
            return;
        }
        let known = catalog::find(version, action);
        let checked = known.map(|action| check_payload(schemas, version, action, part, &tree, root));
        for &member in tree.duplicates().iter().take(MOST_OF_A_RULE) {
            let pointer = tree.pointer_to(root, member).unwrap_or_default();
            let message = format!("{:?} stands twice in the same object", tree.key(member));
            self.issues.push(issue(payload, tree.key_span(member).start, pointer, message));
        }
        match checked {
            Some(checked) if checked.schema.is_some() => {
                for violation in checked.violations {
                    let start = tree.span(violation.node).start;
                    self.issues.push(issue(payload, start, violation.pointer, violation.sentence));
                }
                self.is_valid = self.issues.is_empty();
            }
            Some(_) => self.note = "The schemas are not loaded, so the payload was not checked.".into(),
            None => self.note = format!("{version} has no action of this name, so the payload was not checked."),
        }
    }

    /// What the page shows. A template is handed over once.
    pub fn take_view(&mut self, version: Version, can_send: bool) -> ComposerView {
        let mut actions: Vec<ActionItem> = catalog::actions(version)
            .iter()
            .map(|action| ActionItem { name: action.name.to_owned(), is_ours: action.is_from_station() })
            .collect();
        sort_by_rank(&mut actions, |action| u32::from(!action.is_ours));
        ComposerView {
            version: version.number().to_owned(),
            actions,
            template: self.template.take(),
            issues: self.issues.clone(),
            is_valid: self.is_valid,
            note: self.note.clone(),
            can_send,
        }
    }
}

fn issue(text: &str, at: u32, pointer: String, message: String) -> ComposerIssue {
    let before = text.get(..at as usize).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    ComposerIssue {
        pointer,
        message,
        line: before.matches('\n').count() as u32 + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() as u32 + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schemas;

    #[test]
    fn templates_are_valid_for_every_action() {
        let schemas = schemas();
        let mut composer = Composer::default();
        for version in Version::ALL {
            for action in catalog::actions(version) {
                for all_fields in [false, true] {
                    composer.make_template(&schemas, version, 1_795_339_327_000, action.name, all_fields);
                    let view = composer.take_view(version, true);
                    assert!(view.is_valid, "{version} {} {:?} {:?}", action.name, view.issues, view.template);
                }
            }
        }
    }

    #[test]
    fn issues_have_their_place() {
        let schemas = schemas();
        let mut composer = Composer::default();
        let mut issues = |action, payload| {
            composer.check(&schemas, Version::V16, action, payload);
            let view = composer.take_view(Version::V16, true);
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
    }
}
