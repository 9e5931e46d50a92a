//! What the demo CSMS makes of a frame of the station: serve it, refuse it with the code of the version, or ignore it.
//!
//! # Source
//! OCPP-J 1.6 section 4.2 and its errata 3.10; OCPP 2.0.1 and 2.1 Part 4 sections 4.2 to 4.4, Part 2 B01.FR.10,
//! B02.FR.09 and B03.FR.07 (`SecurityError` before acceptance), FR.06 of 2.1 (an answer that breaks its schema).

use crate::answers::code_for;
use crate::records::{self, Schemas};
use ocpp_wire::catalog::{self, Action};
use ocpp_wire::envelope::{self, Envelope, EnvelopeIssue, MessageType};
use ocpp_wire::json::{NodeId, Tree};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;

/// What the CSMS knows when a frame arrives.
#[derive(Clone, Copy, Debug)]
pub(super) struct State<'s> {
    /// Version in force.
    pub(super) version: Version,
    /// The station's BootNotification was accepted.
    pub(super) is_accepted: bool,
    /// Id and action of the call that the station has to answer.
    pub(super) open_call: Option<(&'s str, &'static str)>,
}

/// What to do with a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A healthy request.
    Serve {
        /// Its message id.
        id: String,
        /// Its action.
        action: &'static Action,
        /// Where its payload stands.
        payload: NodeId,
    },
    /// A request that cannot be served.
    Refuse {
        /// Message id of the CallError.
        id: String,
        /// Code of the version.
        code: &'static str,
        /// Why.
        text: String,
    },
    /// An answer.
    Answered {
        /// Its message id.
        id: String,
        /// Code and reason of the CallResultError of 2.1, where the answer breaks its schema.
        complaint: Option<(&'static str, String)>,
    },
    /// Nothing is to be done.
    Ignore,
}

/// A text that is not JSON is answered: in 1.6 there is no id for that, and nothing answers an answer, also not one
/// that is broken, for two such peers would never stop.
pub(super) fn is_answerable(version: Version, text: &str) -> bool {
    version.is_v2() && !records::looks_like_answer(text, &Envelope::default())
}

/// Judges a frame.
pub(super) fn judge(schemas: &Schemas, state: State<'_>, text: &str, tree: &Tree<'_>) -> Verdict {
    let envelope = envelope::read(tree, Some(state.version));
    match envelope.message_type {
        Some(MessageType::Call) => judge_call(schemas, state, tree, &envelope),
        Some(MessageType::CallResult | MessageType::CallError) => judge_answer(schemas, state, tree, &envelope),
        Some(MessageType::CallResultError) => Verdict::Ignore,
        // A Send has no answer.
        Some(MessageType::Send) if state.version == Version::V21 => Verdict::Ignore,
        Some(MessageType::Send) | None => judge_other(state.version, text, &envelope),
    }
}

fn judge_call(schemas: &Schemas, state: State<'_>, tree: &Tree<'_>, envelope: &Envelope) -> Verdict {
    let version = state.version;
    let (shape_code, payload_code) = if version.is_v2() {
        ("RpcFrameworkError", "FormatViolation")
    } else {
        ("FormationViolation", "FormationViolation")
    };
    let Some(id) = usable_id(envelope) else {
        // In 1.6 there is no id for such an answer.
        return if version.is_v2() {
            refuse("-1", shape_code, "The message id cannot be used")
        } else {
            Verdict::Ignore
        };
    };
    if let Some(issue) = envelope.issues.first() {
        let code = if matches!(issue, EnvelopeIssue::PayloadNotAnObject(_)) { payload_code } else { shape_code };
        return refuse(id, code, "The frame is not a well-formed CALL");
    }
    let Some(action) = envelope.action.as_deref().and_then(|name| catalog::find(version, name)) else {
        return refuse(id, "NotImplemented", &format!("{version} has no action of this name"));
    };
    if !action.is_from_station() {
        return refuse(id, "NotSupported", "Only the CSMS sends this request");
    }
    if action.is_send {
        return refuse(id, "ProtocolError", "This message is sent as a SEND, not as a CALL");
    }
    if !state.is_accepted && action.name != "BootNotification" {
        return refuse(id, "SecurityError", "The station is not accepted yet; it must send a BootNotification first");
    }
    let Some(payload) = envelope.payload else { return refuse(id, shape_code, "The CALL has no payload") };
    let checked = records::check_payload(schemas, version, action, Part::Request, tree, payload);
    match checked.violations.first() {
        Some(violation) => refuse(id, code_for(version, violation), &violation.sentence),
        None => Verdict::Serve { id: id.to_owned(), action, payload },
    }
}

fn judge_answer(schemas: &Schemas, state: State<'_>, tree: &Tree<'_>, envelope: &Envelope) -> Verdict {
    let Some(id) = &envelope.message_id else { return Verdict::Ignore };
    let Some((_, action)) = state.open_call.filter(|(open, _)| open == id) else { return Verdict::Ignore };
    let is_checked = state.version == Version::V21 && envelope.message_type == Some(MessageType::CallResult);
    let complaint = || {
        let Some(payload) = envelope.payload.filter(|_| envelope.issues.is_empty()) else {
            return Some(("FormatViolation", "The CALLRESULT has the wrong shape".to_owned()));
        };
        let action = catalog::find(state.version, action)?;
        let checked = records::check_payload(schemas, state.version, action, Part::Response, tree, payload);
        let violation = checked.violations.first()?;
        Some((code_for(state.version, violation), violation.sentence.clone()))
    };
    let complaint = if is_checked { complaint() } else { None };
    Verdict::Answered { id: id.clone(), complaint }
}

/// 2.0.1 wants MessageTypeNotSupported for a type it does not know; 1.6 and 2.1 ignore such frames.
fn judge_other(version: Version, text: &str, envelope: &Envelope) -> Verdict {
    if !version.is_v2() || records::looks_like_answer(text, envelope) {
        return Verdict::Ignore;
    }
    let id = usable_id(envelope).unwrap_or("-1");
    let is_type =
        |issue: &EnvelopeIssue| matches!(issue, EnvelopeIssue::UnknownType(..) | EnvelopeIssue::TypeOfLaterVersion(..));
    if envelope.issues.iter().any(is_type) {
        return match version {
            Version::V201 => refuse(id, "MessageTypeNotSupported", "This message type is not known here"),
            Version::V16 | Version::V21 => Verdict::Ignore,
        };
    }
    refuse(id, "RpcFrameworkError", "The frame is not an OCPP-J message")
}

/// The message id, where an answer can carry it.
fn usable_id(envelope: &Envelope) -> Option<&str> {
    let is_bad = envelope.issues.iter().any(|issue| {
        matches!(issue, EnvelopeIssue::IdEmpty(_) | EnvelopeIssue::IdTooLong(..) | EnvelopeIssue::IdNotAString(_))
    });
    envelope.message_id.as_deref().filter(|_| !is_bad)
}

fn refuse(id: &str, code: &'static str, text: &str) -> Verdict {
    Verdict::Refuse { id: id.to_owned(), code, text: text.to_owned() }
}

/// The code as the other generation of OCPP spells it. Where both spell it the same, the code for any fault of a
/// payload takes its place, as many programs do. `None` for codes that do not speak of the payload.
pub(super) fn misspelled(version: Version, code: &str) -> Option<&'static str> {
    let is_about_content = code.ends_with("Violation") || matches!(code, "ProtocolError" | "RpcFrameworkError");
    let is_occurrence = code.starts_with("Occur");
    is_about_content.then_some(match (version, is_occurrence) {
        (Version::V16, true) => "OccurrenceConstraintViolation",
        (Version::V16, false) => "FormatViolation",
        (Version::V201 | Version::V21, true) => "OccurenceConstraintViolation",
        (Version::V201 | Version::V21, false) => "FormationViolation",
    })
}
