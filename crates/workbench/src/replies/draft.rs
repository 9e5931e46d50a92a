//! What is to be said of a rule while it is typed, and payloads to begin with. What is wrong with an answer never keeps
//! it from being sent: only a rule that could not be tried at all is refused.

use super::answer::{self, ID, StatusField};
use super::condition;
use crate::composer;
use crate::exchanges::TIMEOUT_MILLIS;
use crate::port::{ComposerIssue, ReplyAnswer, ReplyDraft, ReplyRule};
use crate::records::Schemas;
use ocpp_wire::catalog;
use ocpp_wire::error_codes;
use ocpp_wire::json::{self, Kind};
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;

/// Judges a rule as it stands in the editor.
pub fn judge(schemas: &Schemas, version: Version, rule: &ReplyRule) -> ReplyDraft {
    let field = answer::status_field(schemas, version, &rule.action);
    let mut draft = ReplyDraft {
        action: rule.action.clone(),
        condition_fault: condition::read(&rule.condition).err().unwrap_or_default(),
        ..ReplyDraft::default()
    };
    if !rule.action.is_empty() && catalog::find(version, &rule.action).is_none_or(|action| !action.is_from_csms()) {
        draft.notes.push(format!("In {version} no request of the CSMS has this name."));
    }
    match &rule.answer {
        ReplyAnswer::Status(status) => judge_status(version, rule, status, field.as_ref(), &mut draft),
        ReplyAnswer::Payload(payload) if rule.action.is_empty() => {
            if let Err(fault) = json::parse(payload) {
                draft.issues.push(issue(fault.sentence()));
            }
            draft.notes.push("The payload is checked for a rule about one action only.".to_owned());
        }
        ReplyAnswer::Payload(payload) => {
            let verdict = composer::check_part(schemas, version, &rule.action, Part::Response, payload);
            draft.issues = verdict.issues;
            draft.is_valid = verdict.is_valid;
            draft.notes.extend(Some(verdict.note).filter(|note| !note.is_empty()));
        }
        ReplyAnswer::Error { code, details, .. } => {
            draft.notes.push(error_codes::standing_sentence(version, code));
            let is_object = json::parse(details).is_ok_and(|tree| tree.kind(tree.root()) == Kind::Object);
            if !details.trim().is_empty() && !is_object {
                draft.issues.push(issue("The details are no JSON object".to_owned()));
            }
        }
        ReplyAnswer::Raw(text) if !text.contains(ID) => {
            draft.notes.push(format!("{ID} does not stand in the text, so it cannot answer by its message id."));
        }
        ReplyAnswer::Twice => {
            draft.notes.push("The second answer has no open request any more: the CSMS should ignore it.".to_owned());
        }
        ReplyAnswer::Automatic | ReplyAnswer::Raw(_) | ReplyAnswer::Silence | ReplyAnswer::Ask { .. } => {}
    }
    let wait_millis = match rule.answer {
        ReplyAnswer::Ask { seconds } => f64::from(seconds) * 1_000.0,
        ReplyAnswer::Silence => 0.0,
        _ => f64::from(rule.delay_millis),
    };
    if wait_millis >= TIMEOUT_MILLIS {
        draft.notes.push("After 30 s a request counts as unanswered here, and most CSMSs give up as well.".to_owned());
    }
    if !draft.condition_fault.is_empty() {
        "The condition cannot be read.".clone_into(&mut draft.problem);
    }
    draft.statuses = field.map(|field| field.allowed).unwrap_or_default();
    draft
}

fn judge_status(version: Version, rule: &ReplyRule, status: &str, field: Option<&StatusField>, draft: &mut ReplyDraft) {
    if field.is_none() && !rule.action.is_empty() {
        draft.problem = format!("The answer to {} has no status in {version}.", rule.action);
    } else if status.trim().is_empty() {
        "Choose a status.".clone_into(&mut draft.problem);
    } else if rule.action.is_empty() {
        draft.notes.push(format!("Applies to requests whose answer can have the status {status}."));
    } else if field.is_some_and(|field| !field.allowed.iter().any(|allowed| allowed == status)) {
        draft.problem = format!("The answer to {} cannot have this status.", rule.action);
    } else {
        draft.notes.push("The station says so and does nothing.".to_owned());
    }
}

fn issue(message: String) -> ComposerIssue {
    ComposerIssue { pointer: String::new(), message, line: 0, column: 0 }
}

/// A payload for the answer to a request of this action; an empty object where no schema is known.
pub fn template(schemas: &Schemas, version: Version, now_epoch_millis: i64, action: &str, all_fields: bool) -> String {
    let fields = if all_fields { Fields::All } else { Fields::Required };
    let schema = catalog::find(version, action).and_then(|action| schemas.schema(version, action, Part::Response));
    let context = Context { now_epoch_millis, preferred: &[] };
    schema.map_or_else(|| "{}".to_owned(), |schema| sample::template(&schema, fields, &context))
}

/// Error codes in groups: those of the version, then those of others.
pub fn codes(version: Version) -> Vec<(String, Vec<String>)> {
    let own = error_codes::codes(version);
    let names =
        |codes: &[error_codes::ErrorCode]| -> Vec<String> { codes.iter().map(|code| code.code.to_owned()).collect() };
    // The table of 2.1 is that of 2.0.1.
    let other = if version.is_v2() { Version::V16 } else { Version::V201 };
    let mut others = names(error_codes::codes(other));
    others.retain(|code| !own.iter().any(|known| known.code == code));
    vec![(version.to_string(), names(own)), ("Codes of other versions".to_owned(), others)]
}
