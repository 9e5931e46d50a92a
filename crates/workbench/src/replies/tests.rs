//! Tests of what rules know of the versions: every status of every response, and what is said in the editor.

use super::answer::{self, status_field};
use super::draft;
use crate::exchanges::Pairing;
use crate::port::{ReplyAnswer, ReplyRule};
use crate::records::Ingested;
use crate::testing::{START, schemas};
use ocpp_wire::catalog;
use ocpp_wire::check;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::json;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;

fn call(action: &str, payload: String) -> Ingested {
    Ingested {
        frame: 1,
        message_type: Some(MessageType::Call),
        message_id: Some("a \"b\"".to_owned()),
        action: action.to_owned(),
        payload: Some(payload),
        pairing: Pairing::None,
        violations: Vec::new(),
        looks_like_answer: false,
        rules: Vec::new(),
        changed: Vec::new(),
    }
}

#[test]
fn every_status_of_every_answer_can_be_given_and_is_valid() {
    let schemas = schemas();
    let mut n_checked = 0;
    for version in Version::ALL {
        for action in catalog::actions(version).iter().filter(|action| action.is_from_csms()) {
            let Some(field) = status_field(&schemas, version, action.name) else { continue };
            let request = schemas.schema(version, action, Part::Request).unwrap();
            let context = Context { now_epoch_millis: START as i64, preferred: &[] };
            let call = call(action.name, sample::compact(&request, Fields::All, &context));
            for status in &field.allowed {
                let chosen = ReplyAnswer::Status(status.clone());
                let text = answer::frame(&schemas, START as i64, version, &call, &chosen).unwrap();
                let tree = json::parse(&text).unwrap();
                let payload = tree.item(tree.root(), 2).unwrap();
                let response = schemas.schema(version, action, Part::Response).unwrap();
                assert_eq!(check::referee(&response, &tree, payload), [], "{version} {text}");
                let expected = format!("\"{}\":\"{status}\"", field.name);
                assert!(text.starts_with(r#"[3,"a \"b\"",{"#) && text.contains(&expected), "{version} {text}");
                assert!(answer::is_possible(&schemas, version, action.name, &chosen));
                n_checked += 1;
            }
        }
    }
    assert!(n_checked > 250, "{n_checked}");
    let has = |version, action| status_field(&schemas, version, action).map(|field| field.name);
    assert_eq!(has(Version::V16, "Reset").as_deref(), Some("status"));
    assert_eq!(has(Version::V201, "SetVariables").as_deref(), Some("attributeStatus"));
    assert_eq!(has(Version::V201, "ClearVariableMonitoring").as_deref(), Some("status"));
    assert_eq!(has(Version::V16, "GetConfiguration"), None);
    assert_eq!(has(Version::V16, "Heartbeats"), None);
    assert!(!answer::is_possible(&schemas, Version::V16, "Reset", &ReplyAnswer::Status("Scheduled".into())));
    assert!(answer::is_possible(&schemas, Version::V201, "Reset", &ReplyAnswer::Status("Scheduled".into())));
}

#[test]
fn the_editor_says_what_is_wrong() {
    let schemas = schemas();
    let error = |code: &str, details: &str| ReplyAnswer::Error {
        code: code.into(),
        description: String::new(),
        details: details.into(),
    };
    let payload = |text: &str| ReplyAnswer::Payload(text.into());
    for (version, action, condition, answer, expected) in [
        (Version::V16, "Reset", "", ReplyAnswer::Status("Accepted".into()), "The station says so and does nothing."),
        (
            Version::V16,
            "Reset",
            "",
            ReplyAnswer::Status("Scheduled".into()),
            "! The answer to Reset cannot have this status.",
        ),
        (Version::V16, "Reset", "", ReplyAnswer::Status(String::new()), "! Choose a status."),
        (
            Version::V16,
            "GetConfiguration",
            "",
            ReplyAnswer::Status(String::new()),
            "! The answer to GetConfiguration has no status in OCPP 1.6.",
        ),
        (
            Version::V16,
            "",
            "",
            ReplyAnswer::Status("Accepted".into()),
            "Applies to requests whose answer can have the status Accepted.",
        ),
        (Version::V16, "Reset", "type=", ReplyAnswer::Twice, "! The condition cannot be read."),
        (Version::V16, "Reset", "latency>5", ReplyAnswer::Silence, "It can ask for what stands in the request only"),
        (Version::V16, "Reset", "", payload(r#"{"status":"Accepted"}"#), "valid"),
        (Version::V16, "Reset", "", payload(r#"{"status":"Soon"}"#), "1:11 /status"),
        (Version::V16, "Reset", "", payload("{"), "1:2"),
        (Version::V16, "", "", payload("{"), "0:0"),
        (Version::V16, "", "", error("FormatViolation", ""), "OCPP 1.6 spells this code FormationViolation"),
        (Version::V201, "", "", error("InternalError", "[]"), "The details are no JSON object"),
        (Version::V201, "", "", error("InternalError", "{"), "The details are no JSON object"),
        (Version::V16, "", "", ReplyAnswer::Raw("hello".into()), "{{id}} does not stand in the text"),
        (Version::V16, "Authorize", "", ReplyAnswer::Silence, "In OCPP 1.6 no request of the CSMS has this name."),
        (Version::V16, "", "", ReplyAnswer::Ask { seconds: 30 }, "After 30 s a request counts as unanswered here"),
    ] {
        let rule = ReplyRule { action: action.into(), condition: condition.into(), answer, ..ReplyRule::default() };
        let said = draft::judge(&schemas, version, &rule);
        let issues = said
            .issues
            .iter()
            .map(|issue| format!("{}:{} {} {}", issue.line, issue.column, issue.pointer, issue.message));
        let mut lines: Vec<String> = issues.chain(said.notes).chain([said.condition_fault]).collect();
        lines.extend(said.is_valid.then(|| "valid".to_owned()));
        lines.push(format!("! {}", said.problem));
        assert!(lines.join("\n").contains(expected), "{rule:?}: {lines:?}");
    }
    let quiet = draft::judge(&schemas, Version::V16, &ReplyRule::default());
    assert_eq!((quiet.notes, quiet.problem.as_str(), quiet.issues), (vec![], "", vec![]));
}

#[test]
fn templates_are_valid_for_every_answer() {
    let schemas = schemas();
    for version in Version::ALL {
        for action in catalog::actions(version).iter().filter(|action| action.is_from_csms()) {
            for all_fields in [false, true] {
                let text = draft::template(&schemas, version, START as i64, action.name, all_fields);
                let answer = ReplyAnswer::Payload(text.clone());
                let rule = ReplyRule { action: action.name.into(), answer, ..ReplyRule::default() };
                assert!(draft::judge(&schemas, version, &rule).is_valid, "{version} {}: {text}", action.name);
            }
        }
    }
}

#[test]
fn codes_of_the_version_come_first() {
    for version in Version::ALL {
        let groups = draft::codes(version);
        assert_eq!(groups[0].0, version.to_string());
        let (right, wrong) = if version.is_v2() {
            ("FormatViolation", "FormationViolation")
        } else {
            ("FormationViolation", "FormatViolation")
        };
        assert!(groups[0].1.iter().any(|code| code == right) && groups[1].1.iter().any(|code| code == wrong));
        assert!(!groups[1].1.iter().any(|code| groups[0].1.contains(code)));
    }
}
