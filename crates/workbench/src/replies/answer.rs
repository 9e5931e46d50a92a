//! The frames that answers other than the station's own make.

use crate::answers;
use crate::port::ReplyAnswer;
use crate::records::{Ingested, Schemas};
use ocpp_wire::catalog;
use ocpp_wire::json::{self, Kind};
use ocpp_wire::schema::{Part, RuleId, Schema};
use ocpp_wire::version::Version;

/// What stands for the message id in a raw text.
pub const ID: &str = "{{id}}";

/// Levels of a schema that are searched for a status.
const MOST_LEVELS: u32 = 4;

/// A field of a response that says what became of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusField {
    /// Its name; it may stand at any depth.
    pub name: String,
    /// Values it can have.
    pub allowed: Vec<String>,
}

/// The status of an action's response; `None` when it has none, or its schema is not there.
pub fn status_field(schemas: &Schemas, version: Version, action: &str) -> Option<StatusField> {
    let action = catalog::find(version, action)?;
    let schema = schemas.schema(version, action, Part::Response)?;
    // The nearest one counts: that of the whole answer before that of its items.
    (0..MOST_LEVELS).find_map(|levels| status_within(&schema, 0, levels))
}

fn status_within(schema: &Schema, id: RuleId, levels: u32) -> Option<StatusField> {
    let rule = schema.rule(id);
    if levels > 0 {
        let members = rule.properties.iter().map(|property| property.rule);
        return members.chain(rule.items).find_map(|inner| status_within(schema, inner, levels - 1));
    }
    let is_status = |name: &str| name == "status" || name.ends_with("Status");
    rule.properties.iter().filter(|property| is_status(&property.name)).find_map(|property| {
        let allowed = &schema.rule(property.rule).allowed;
        (!allowed.is_empty()).then(|| StatusField { name: property.name.clone(), allowed: allowed.clone() })
    })
}

/// The answer can be given to a request of this action: a status only where the response has it. Without schemas nobody
/// can say, and the user's word counts.
pub(super) fn is_possible(schemas: &Schemas, version: Version, action: &str, answer: &ReplyAnswer) -> bool {
    let ReplyAnswer::Status(status) = answer else { return true };
    if schemas.set(version).is_none() {
        return true;
    }
    status_field(schemas, version, action).is_some_and(|field| field.allowed.contains(status))
}

/// The frame of an answer that says something else than the station by itself; `None` for an answer that is none, for
/// those the station gives itself, and for a request without an id.
pub fn frame(
    schemas: &Schemas,
    now_epoch_millis: i64,
    version: Version,
    call: &Ingested,
    answer: &ReplyAnswer,
) -> Option<String> {
    let id = json::quote(call.message_id.as_deref()?);
    Some(match answer {
        ReplyAnswer::Automatic | ReplyAnswer::Twice | ReplyAnswer::Silence | ReplyAnswer::Ask { .. } => return None,
        ReplyAnswer::Status(status) => {
            format!("[3,{id},{}]", with_status(schemas, now_epoch_millis, version, call, status))
        }
        ReplyAnswer::Payload(payload) => format!("[3,{id},{payload}]"),
        ReplyAnswer::Error { code, description, details } => {
            let details = if details.trim().is_empty() { "{}" } else { details };
            format!("[4,{id},{},{},{details}]", json::quote(code), json::quote(description))
        }
        // Inside a text in quotes the id stands as in a JSON string.
        ReplyAnswer::Raw(text) => {
            let inner = id.strip_prefix('"').and_then(|id| id.strip_suffix('"')).unwrap_or(&id);
            text.replace(ID, inner)
        }
    })
}

/// The refusal with another status in its place.
fn with_status(schemas: &Schemas, now_epoch_millis: i64, version: Version, call: &Ingested, status: &str) -> String {
    let status = json::quote(status);
    let alone = || format!("{{\"status\":{status}}}");
    let Some(field) = status_field(schemas, version, &call.action) else { return alone() };
    let refusal = answers::default_answer(schemas, now_epoch_millis, version, &call.action, call.payload.as_deref());
    let Some(refusal) = refusal else { return alone() };
    let Ok(tree) = json::parse(&refusal) else { return alone() };
    let (mut out, mut at) = (String::with_capacity(refusal.len() + status.len()), 0);
    for node in tree.within(tree.root()) {
        if tree.kind(node) == Kind::String && tree.key(node) == field.name {
            let span = tree.span(node);
            out.push_str(refusal.get(at..span.start as usize).unwrap_or_default());
            out.push_str(&status);
            at = span.end as usize;
        }
    }
    if at == 0 {
        // The refusal does without the field.
        return alone();
    }
    out.push_str(refusal.get(at..).unwrap_or_default());
    out
}
