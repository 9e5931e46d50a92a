//! What the station answers by itself: a schema-valid refusal to every request it does not act on, and the
//! error the specification wants for a frame that cannot be served. It never claims a success.

use crate::exchanges::Pairing;
use crate::records::{Ingested, Schemas};
use ocpp_wire::catalog;
use ocpp_wire::check::Violation;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::error_codes::codes_for_keyword;
use ocpp_wire::json::{self, Kind, NodeId, Tree};
use ocpp_wire::number;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;

/// Most characters of a description we send; 2.x allows 255.
const MAX_DESCRIPTION_CHARS: usize = 250;

/// The frame the station sends because of one it received; `None` when it stays silent.
pub fn answer(schemas: &Schemas, now_epoch_millis: i64, version: Version, frame: &Ingested) -> Option<String> {
    match frame.message_type {
        Some(MessageType::Call) => Some(answer_call(schemas, now_epoch_millis, version, frame)?),
        Some(MessageType::CallResult) if version == Version::V21 => refuse_result(frame),
        // A Send has no answer, and nothing else is answered before 2.1.
        Some(MessageType::Send) if version == Version::V21 => None,
        Some(MessageType::CallResult | MessageType::CallError | MessageType::CallResultError) => None,
        Some(MessageType::Send) | None => answer_unreadable(version, frame),
    }
}

fn answer_call(schemas: &Schemas, now_epoch_millis: i64, version: Version, frame: &Ingested) -> Option<String> {
    let Some(id) = &frame.message_id else {
        // 1.6 has no id for a CallError to a frame whose id cannot be read.
        return version.is_v2().then(|| error("-1", "RpcFrameworkError", "The message id cannot be read"));
    };
    let envelope_code = if version.is_v2() { "RpcFrameworkError" } else { "FormationViolation" };
    if frame.rules.contains(&"RPC-SHAPE") || frame.rules.contains(&"RPC-ID-LEN") {
        return Some(error(id, envelope_code, "The frame is not a well-formed CALL"));
    }
    let Some(action) = catalog::find(version, &frame.action) else {
        return Some(error(id, "NotImplemented", &format!("{version} has no action of this name")));
    };
    if !action.is_from_csms() {
        return Some(error(id, "NotSupported", "Only the station sends this request"));
    }
    if let Some(violation) = frame.violations.first() {
        return Some(error(id, code_for(version, violation), &violation.sentence));
    }
    let payload = default_answer(schemas, now_epoch_millis, version, action.name, frame.payload.as_deref())?;
    Some(format!("[3,{},{payload}]", json::quote(id)))
}

/// A request of the CSMS that the station can serve: known, sent by the right side, healthy.
pub fn is_good_request(version: Version, frame: &Ingested) -> bool {
    frame.message_type == Some(MessageType::Call)
        && frame.violations.is_empty()
        && !frame.rules.contains(&"RPC-SHAPE")
        && !frame.rules.contains(&"RPC-ID-LEN")
        && catalog::find(version, &frame.action).is_some_and(catalog::Action::is_from_csms)
}

/// An integer that no 32 bits hold, in words; `None` when there is none.
///
/// # Source
/// OCPP 2.0.1 Part 2, section 2.1.4: an integer has 32 bits.
pub fn beyond_32_bits(frame: &Ingested, tree: &Tree<'_>) -> Option<String> {
    if !frame.rules.contains(&"RPC-INTRANGE") {
        return None;
    }
    let is_beyond = |&node: &NodeId| {
        let text = tree.raw(node);
        tree.kind(node) == Kind::Number && number::is_integral(text) && !number::fits_32_bits(text)
    };
    let node = tree.within(tree.root()).find(is_beyond)?;
    let pointer = tree.pointer_to(tree.root(), node).unwrap_or_default();
    Some(format!("{} is beyond 32 bits", pointer.trim_start_matches('/')))
}

/// OCPP 2.1 reports a CallResult that breaks its schema.
///
/// # Source
/// OCPP 2.1 Part 2, FR.06; Part 4 section 4.2.3.
fn refuse_result(frame: &Ingested) -> Option<String> {
    let id = json::quote(frame.message_id.as_deref()?);
    if frame.rules.contains(&"RPC-SHAPE") && matches!(frame.pairing, Pairing::Answer { .. }) {
        return Some(format!("[5,{id},\"FormatViolation\",\"The CALLRESULT has the wrong shape\",{{}}]"));
    }
    let violation = frame.violations.first()?;
    let code = code_for(Version::V21, violation);
    Some(format!("[5,{id},\"{code}\",{},{{}}]", json::quote(&description(&violation.sentence))))
}

/// # Source
/// 2.0.1 Part 4 section 4.4 wants MessageTypeNotSupported for a type it does not know; 1.6 and 2.1 ignore such
/// frames. Part 4 section 4.2.3 has the id "-1" for a frame whose id cannot be read; 1.6 has no such rule.
fn answer_unreadable(version: Version, frame: &Ingested) -> Option<String> {
    // Nothing answers an answer, also not one that is broken: two such peers would never stop.
    if !version.is_v2() || frame.rules.contains(&"RPC-BINARY") || frame.looks_like_answer {
        return None;
    }
    let id = frame.message_id.as_deref().unwrap_or("-1");
    if frame.rules.contains(&"RPC-TYPE") {
        let is_reported = version == Version::V201;
        return is_reported.then(|| error(id, "MessageTypeNotSupported", "This message type is not known here"));
    }
    Some(error(id, "RpcFrameworkError", "The frame is not an OCPP-J message"))
}

pub(crate) fn code_for(version: Version, violation: &Violation) -> &'static str {
    let fallback = if version.is_v2() { "FormatViolation" } else { "FormationViolation" };
    codes_for_keyword(version, violation.keyword.as_str())
        .and_then(|codes| codes.best.first().copied())
        .unwrap_or(fallback)
}

/// A CallError of ours. The description is shortened to what 2.x allows.
pub fn error(id: &str, code: &str, text: &str) -> String {
    format!("[4,{},\"{code}\",{},{{}}]", json::quote(id), json::quote(&description(text)))
}

fn description(text: &str) -> String {
    text.chars().take(MAX_DESCRIPTION_CHARS).collect()
}

/// Values by which a request is refused, the last that the schema admits wins.
const REFUSALS: &[(&str, &str)] = &[
    ("status", "\"Failed\""),
    ("status", "\"Unknown\""),
    ("status", "\"UnknownConnector\""),
    ("status", "\"NotFound\""),
    ("status", "\"NoProfiles\""),
    ("status", "\"UnknownVendorId\""),
    ("status", "\"NotSupported\""),
    ("status", "\"Rejected\""),
    // TriggerMessage and the messages of the certificate and signed firmware family have a word of their own.
    ("status", "\"NotImplemented\""),
    ("listVersion", "-1"),
    ("versionNumber", "0"),
    ("messagesInQueue", "false"),
];

/// The payload that answers a request without acting on it; `None` when the schemas are not loaded.
pub fn default_answer(
    schemas: &Schemas,
    now_epoch_millis: i64,
    version: Version,
    action: &str,
    request: Option<&str>,
) -> Option<String> {
    let action = catalog::find(version, action)?;
    let schema = schemas.schema(version, action, Part::Response)?;
    let tree = request.and_then(|request| json::parse(request).ok());
    if let Some(tree) = &tree
        && let Some(mirrored) = mirror(action.name, tree)
    {
        // What mirrors the request is sent only when the schema admits it.
        let is_valid =
            json::parse(&mirrored).is_ok_and(|answer| ocpp_wire::check::accepts(&schema, &answer, answer.root()));
        if is_valid {
            return Some(mirrored);
        }
    }
    Some(sample::compact(&schema, Fields::Required, &Context { now_epoch_millis, preferred: REFUSALS }))
}

/// Answers whose items correspond to those of the request.
fn mirror(action: &str, request: &Tree<'_>) -> Option<String> {
    let root = request.root();
    match action {
        "GetConfiguration" => {
            let keys = request.get(root, "key")?;
            Some(format!("{{\"unknownKey\":{}}}", request.raw(keys)))
        }
        "GetVariables" => variables(request, "getVariableData", "getVariableResult"),
        "SetVariables" => variables(request, "setVariableData", "setVariableResult"),
        "ClearVariableMonitoring" => {
            let ids = request.items(request.get(root, "id")?);
            let results = ids.map(|id| format!("{{\"status\":\"NotFound\",\"id\":{}}}", request.raw(id)));
            Some(format!("{{\"clearMonitoringResult\":[{}]}}", results.collect::<Vec<_>>().join(",")))
        }
        _ => None,
    }
}

/// # Source
/// OCPP 2.0.1 Part 2, B05.FR.01 and B06.FR.01: as many results as there were elements in the request.
fn variables(request: &Tree<'_>, data: &str, result: &str) -> Option<String> {
    let list = request.get(request.root(), data)?;
    let member = |item: NodeId, name: &str| request.get(item, name).map(|node| request.raw(node).to_owned());
    let results: Option<Vec<String>> = request
        .items(list)
        .map(|item| {
            let attribute = member(item, "attributeType").map(|kind| format!("\"attributeType\":{kind},"));
            Some(format!(
                "{{\"attributeStatus\":\"UnknownComponent\",{}\"component\":{},\"variable\":{}}}",
                attribute.unwrap_or_default(),
                member(item, "component")?,
                member(item, "variable")?
            ))
        })
        .collect();
    Some(format!("{{\"{result}\":[{}]}}", results?.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Direction;
    use crate::records::Records;
    use crate::testing::{START, schemas};
    use crate::transcript::NewFrame;
    use ocpp_wire::{check, sample};

    fn answer_to(version: Version, text: &str) -> Option<String> {
        let schemas = schemas();
        let mut records = Records::default();
        let frame = NewFrame {
            text,
            is_binary: false,
            at: START,
            direction: Direction::ToStation,
            version,
            connection: 1,
            marks: crate::capture::Marks::NONE,
            line: 0,
        };
        let ingested = records.ingest(&schemas, &frame);
        answer(&schemas, START as i64, version, &ingested)
    }

    #[test]
    fn every_request_gets_a_valid_answer_that_claims_no_success() {
        let schemas = schemas();
        for version in Version::ALL {
            for action in catalog::actions(version).iter().filter(|action| action.is_from_csms()) {
                for fields in [Fields::Required, Fields::All] {
                    let request = schemas.schema(version, action, Part::Request).unwrap();
                    let payload =
                        sample::compact(&request, fields, &Context { now_epoch_millis: START as i64, preferred: &[] });
                    let text = format!("[2,\"1\",\"{}\",{payload}]", action.name);
                    let answer = answer_to(version, &text).unwrap();
                    let tree = json::parse(&answer).unwrap();
                    let payload = tree.item(tree.root(), 2).unwrap();
                    let response = schemas.schema(version, action, Part::Response).unwrap();
                    assert!(answer.starts_with("[3,\"1\","), "{version} {text}: {answer}");
                    assert_eq!(check::referee(&response, &tree, payload), [], "{version} {}", action.name);
                    assert!(!answer.contains("\"Accepted\""), "{version} {}: {answer}", action.name);
                }
            }
        }
    }

    #[test]
    fn faults_get_the_error_of_the_version() {
        use Version::{V16, V21, V201};
        for (version, text, expected) in [
            (V16, r#"[2,"1","Foo",{}]"#, Some(r#"[4,"1","NotImplemented""#)),
            (V16, r#"[2,"1","Heartbeat",{}]"#, Some(r#"[4,"1","NotSupported""#)),
            (V16, r#"[2,"1","Reset",{}]"#, Some(r#"[4,"1","OccurenceConstraintViolation","type is missing""#)),
            (V201, r#"[2,"1","Reset",{}]"#, Some(r#"[4,"1","OccurrenceConstraintViolation""#)),
            (V16, r#"[2,"1","Reset",{"type":"Now"}]"#, Some(r#"[4,"1","PropertyConstraintViolation""#)),
            (V16, r#"[2,"1","Reset"]"#, Some(r#"[4,"1","FormationViolation""#)),
            (V201, r#"[2,"1","Reset"]"#, Some(r#"[4,"1","RpcFrameworkError""#)),
            (V16, "hello", None),
            (V201, "hello", Some(r#"[4,"-1","RpcFrameworkError""#)),
            (V16, r#"[9,"1"]"#, None),
            (V201, r#"[9,"1"]"#, Some(r#"[4,"1","MessageTypeNotSupported""#)),
            (V21, r#"[9,"1"]"#, None),
            (V201, r#"[2,7,"Reset",{}]"#, Some(r#"[4,"-1","RpcFrameworkError""#)),
            (V16, r#"[2,7,"Reset",{}]"#, None),
            (V16, r#"[3,"1",{}]"#, None),
            (V201, r#"[3,"1",{"a":1,}]"#, None),
            (V201, r#"[4,"1","GenericError","a "bad" quote",{}]"#, None),
            (V201, r#"["3","1",{}]"#, None),
            (V201, r#"["2","1","Reset",{}]"#, Some(r#"[4,"1","RpcFrameworkError""#)),
            (V201, r#"[4,"1","GenericError","",{}]"#, None),
            (V21, r#"[6,"1","NotifyPeriodicEventStream",{}]"#, None),
        ] {
            let answer = answer_to(version, text);
            match expected {
                None => assert_eq!(answer, None, "{version} {text}"),
                Some(begin) => assert!(answer.clone().unwrap().starts_with(begin), "{version} {text}: {answer:?}"),
            }
        }
    }

    #[test]
    fn an_invalid_result_is_reported_from_2_1_on() {
        let schemas = schemas();
        for (version, is_reported) in [(Version::V201, false), (Version::V21, true)] {
            let mut records = Records::default();
            let mut ingest = |direction, text| {
                records.ingest(
                    &schemas,
                    &NewFrame {
                        text,
                        is_binary: false,
                        at: START,
                        direction,
                        version,
                        connection: 1,
                        marks: crate::capture::Marks::NONE,
                        line: 0,
                    },
                )
            };
            ingest(Direction::ToCsms, r#"[2,"h","Heartbeat",{}]"#);
            let result = ingest(Direction::ToStation, r#"[3,"h",{}]"#);
            let answer = answer(&schemas, START as i64, version, &result);
            assert_eq!(
                answer.is_some_and(|text| text.starts_with(r#"[5,"h","OccurrenceConstraintViolation""#)),
                is_reported
            );
        }
    }
}
