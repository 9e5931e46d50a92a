//! The tab Explain: what the frame is, what is wrong with it, what to do — and for a refusal the cause in this
//! very exchange.

use super::{Look, fields, is_refusal, sender};
use crate::capture::Marks;
use crate::findings::Finding;
use crate::port::{Block, Direction, FaultView, RowKind, Severity};
use crate::quantity;
use crate::records::{Records, Schemas};
use ocpp_wire::check::{Violation, shorten};
use ocpp_wire::error_codes::{self, ErrorCode, Standing};
use ocpp_wire::json::{self, NodeId, Tree};
use ocpp_wire::order::sort_by_rank;
use ocpp_wire::version::Version;

/// Faults that are listed; the tab Findings has them all.
const MOST_FAULTS: usize = 20;

/// Makes the blocks of a frame.
pub(super) fn blocks(records: &Records, schemas: &Schemas, look: &Look<'_>, pair: Option<&Look<'_>>) -> Vec<Block> {
    if is_refusal(look.reading.envelope.message_type) {
        return refusal(records, schemas, look, pair);
    }
    let mut blocks = vec![verdict(look, pair)];
    faults(look, &mut blocks);
    if let Some(pair) = pair.filter(|pair| pair.record.kind == RowKind::Error) {
        let code = records.transcript.name(pair.record.code);
        blocks.push(Block::Heading("Refused".into()));
        let text = pair.reading.envelope.description.as_deref().filter(|text| !text.is_empty());
        let said = text.map_or(String::new(), |text| format!(": {}", shorten(text)));
        blocks.push(Block::Paragraph(format!("#{} refuses this request with {code}{said}", pair.number)));
        blocks.push(Block::Link {
            href: format!("#/timeline?frame={}", pair.number),
            text: format!("Explain #{}", pair.number),
        });
    }
    what_to_check(&look.findings, &mut blocks);
    blocks
}

/// The answer in short.
fn verdict(look: &Look<'_>, pair: Option<&Look<'_>>) -> Block {
    let version = look.record.version;
    let what = match look.record.kind {
        RowKind::Call => "request",
        RowKind::Result => "answer",
        RowKind::Send => "SEND",
        _ => "frame",
    };
    let worst = look.record.severity;
    let text = match worst {
        _ if look.record.kind == RowKind::Unreadable => {
            format!("This is not an OCPP-J message, so the {} can make nothing of it.", receiver(look))
        }
        _ if look.record.marks.has(Marks::CUT) => {
            format!("The log shortened this {what}, so it was not checked: what went over the connection is not known.")
        }
        _ if only_unanswered(look) => format!("This {what} is valid {version}, but nothing answered it."),
        Severity::Ok | Severity::Info if look.schema.is_none() => unchecked(look, what),
        Severity::Ok | Severity::Info => format!("This {what} is valid {version}."),
        Severity::Warning => format!("This {what} is readable {version}, but something about it deserves attention."),
        Severity::Error => format!("This {what} breaks the rules of {version}."),
    };
    Block::Callout { severity: worst, text, note: pairing_note(look, pair) }
}

fn receiver(look: &Look<'_>) -> &'static str {
    match (look.record.direction, look.record.version.is_v2()) {
        (Direction::ToCsms, true) => "CSMS",
        (Direction::ToCsms, false) => "Central System",
        (Direction::ToStation, true) => "charging station",
        (Direction::ToStation, false) => "Charge Point",
    }
}

fn unchecked(look: &Look<'_>, what: &str) -> String {
    if look.action_name.is_empty() {
        format!(
            "The envelope of this {what} is well-formed; its payload was not checked, because its action is not known."
        )
    } else if look.action.is_none() {
        format!(
            "The envelope of this {what} is well-formed; its payload was not checked, because {} has no schema for the action.",
            look.record.version
        )
    } else {
        format!(
            "The envelope of this {what} is well-formed; its payload was not checked, because the schemas are not loaded."
        )
    }
}

fn only_unanswered(look: &Look<'_>) -> bool {
    look.record.is_unanswered
        && look.findings.iter().any(|finding| finding.rule.id == "RPC-NOANSWER")
        && look.findings.iter().all(|finding| finding.severity < Severity::Warning || finding.rule.id == "RPC-NOANSWER")
}

fn pairing_note(look: &Look<'_>, pair: Option<&Look<'_>>) -> String {
    let latency = look.record.latency_millis().map(|millis| quantity::span(f64::from(millis))).unwrap_or_default();
    match (look.record.kind, pair) {
        (RowKind::Call, Some(pair)) if pair.record.kind == RowKind::Error => {
            format!("Refused in #{} after {latency}", pair.number)
        }
        (RowKind::Call, Some(pair)) => format!("Answered in #{} after {latency}", pair.number),
        (RowKind::Call, None) if look.record.is_unanswered => "No answer has come".into(),
        (RowKind::Call, None) => "Waiting for the answer".into(),
        (RowKind::Result, Some(pair)) => format!("Answers #{} after {latency}", pair.number),
        (RowKind::Result, None) => "The request it answers is not in this transcript".into(),
        (RowKind::Send, _) => "A SEND has no answer".into(),
        _ => String::new(),
    }
}

fn faults(look: &Look<'_>, blocks: &mut Vec<Block>) {
    if look.findings.is_empty() {
        return;
    }
    let views = look.findings.iter().take(MOST_FAULTS).map(|finding| fault_of_finding(look, finding)).collect();
    blocks.push(Block::Heading("What was found".into()));
    blocks.push(Block::Faults(views));
    let n_more = look.findings.len().saturating_sub(MOST_FAULTS);
    if n_more > 0 {
        blocks.push(Block::Paragraph(format!("{n_more} more are listed in the tab Findings.")));
    }
}

fn fault_of_finding(look: &Look<'_>, finding: &Finding) -> FaultView {
    let value = match (&look.reading.tree, look.reading.envelope.payload) {
        (Ok(tree), Some(payload)) if !finding.pointer.is_empty() => value_at(tree, payload, &finding.pointer),
        _ => String::new(),
    };
    FaultView {
        frame: look.number,
        pointer: finding.pointer.clone(),
        value,
        message: finding.message.clone(),
        severity: finding.severity,
    }
}

fn value_at(tree: &Tree<'_>, payload: NodeId, pointer: &str) -> String {
    tree.resolve(payload, pointer).map_or(String::new(), |node| shorten(tree.raw(node)))
}

/// Advice of the rules that were broken, each once, the worst first.
fn what_to_check(findings: &[Finding], blocks: &mut Vec<Block>) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sort_by_rank(&mut sorted, |finding| Severity::Error as u32 - finding.severity as u32);
    let mut rules: Vec<&str> = Vec::new();
    let mut points: Vec<String> = Vec::new();
    for finding in sorted {
        if !rules.contains(&finding.rule.id) {
            rules.push(finding.rule.id);
            points.extend(finding.rule.checks().map(str::to_owned));
        }
    }
    if !points.is_empty() {
        points.truncate(6);
        blocks.push(Block::Heading("What to check".into()));
        blocks.push(Block::List(points));
    }
}

/// A CallError or CallResultError: what the code means in this version, and what caused it here.
fn refusal(records: &Records, schemas: &Schemas, look: &Look<'_>, pair: Option<&Look<'_>>) -> Vec<Block> {
    let version = look.record.version;
    let code = look.reading.envelope.code.clone().unwrap_or_default();
    let (entry, foreign) = entry_for(version, &code);
    let mut blocks = vec![meaning(look, &code, entry, foreign)];
    cause(records, schemas, look, pair, &code, &mut blocks);
    said_by_sender(look, &mut blocks);
    faults(look, &mut blocks);
    if let Some(entry) = entry {
        let in_version = foreign.map_or(String::new(), |version| format!(" in {version}"));
        blocks.push(Block::Heading(format!("What to check{in_version}")));
        blocks.push(Block::List(entry.what_to_check.iter().map(|&text| text.to_owned()).collect()));
        blocks.push(Block::Heading(format!("Likely causes{in_version}")));
        blocks.push(Block::List(entry.likely_causes.iter().map(|&text| text.to_owned()).collect()));
        if foreign.is_none() {
            blocks.push(Block::Heading("Does repeating help?".into()));
            blocks.push(Block::Paragraph(entry.repeating.to_owned()));
        }
        blocks.push(Block::Heading(format!("An example{in_version}")));
        blocks.push(Block::Code(format!("{}\n{}", entry.example.request, entry.example.answer)));
        blocks.push(Block::Paragraph(entry.example.why.to_owned()));
        blocks.push(Block::Link {
            href: format!("#/guide/{}/{}", entry.version.number(), entry.code),
            text: format!("{} in the guide", entry.code),
        });
    } else {
        what_to_check(&look.findings, &mut blocks);
        let name = version.number();
        blocks.push(Block::Link { href: format!("#/guide/{name}"), text: format!("All error codes of {version}") });
    }
    blocks
}

/// The entry that explains a code: of this version, also under another spelling, else of a version that has it.
fn entry_for(version: Version, code: &str) -> (Option<&'static ErrorCode>, Option<Version>) {
    match error_codes::standing(version, code) {
        Standing::Valid => (error_codes::find(version, code), None),
        Standing::OtherSpelling { right } | Standing::WrongCase { right } => (error_codes::find(version, right), None),
        Standing::OtherVersion { versions } => {
            let other = versions.first().copied();
            (other.and_then(|other| error_codes::find(other, code)), other)
        }
        Standing::Unknown => (None, None),
    }
}

fn meaning(look: &Look<'_>, code: &str, entry: Option<&ErrorCode>, foreign: Option<Version>) -> Block {
    let version = look.record.version;
    let text = match (entry, foreign) {
        (Some(entry), None) => {
            let transactional = transactional_note(version, &look.action_name);
            format!("{}{transactional}", entry.meaning)
        }
        (Some(entry), Some(other)) => {
            format!("{version} has no such code. In {other} it means: {}", entry.meaning)
        }
        (None, _) if code.is_empty() => "This refusal carries no readable error code.".to_owned(),
        (None, _) => {
            format!(
                "{:?} is no error code of any OCPP version, so its meaning is known to its sender only.",
                shorten(code)
            )
        }
    };
    let note = if code.is_empty() { String::new() } else { error_codes::standing_sentence(version, code) };
    Block::Callout { severity: Severity::Error, text, note }
}

/// Messages about transactions are repeated after any CallError.
///
/// # Source
/// OCPP 1.6 edition 2 section 3.7.1; OCPP 2.0.1 and 2.1 Part 2, E13.
fn transactional_note(version: Version, action: &str) -> String {
    let is_transactional = match version {
        Version::V16 => matches!(action, "StartTransaction" | "StopTransaction" | "MeterValues"),
        Version::V201 | Version::V21 => action == "TransactionEvent",
    };
    if !is_transactional {
        return String::new();
    }
    let station = if version.is_v2() { "charging station" } else { "Charge Point" };
    format!(" A {station} repeats {action} after any CALLERROR, so expect it again.")
}

/// The cause in this exchange: the refused message is checked, and the fault that fits the code comes first.
fn cause(
    records: &Records,
    schemas: &Schemas,
    look: &Look<'_>,
    pair: Option<&Look<'_>>,
    code: &str,
    blocks: &mut Vec<Block>,
) {
    let heading = Block::Heading("Most likely cause in this exchange".into());
    let Some(call) = pair else {
        blocks.push(heading);
        blocks.push(Block::Paragraph(unknown_cause(look)));
        return;
    };
    // A CallResultError refuses the answer, a CallError the request.
    let answer = (look.record.kind == RowKind::ResultError)
        .then(|| call.record.pair().and_then(|answer| Look::new(records, schemas, answer)))
        .flatten();
    let refused = answer.as_ref().unwrap_or(call);
    let what = if answer.is_some() { "answer" } else { "request" };
    let mut views = faults_that_fit(look.record.version, refused, code);
    if views.is_empty() {
        // Not the schema, but another rule that the refused message breaks.
        views = refused
            .findings
            .iter()
            .filter(|finding| finding.rule.id != "RPC-NOANSWER")
            .map(|finding| fault_of_finding(refused, finding))
            .collect();
    }
    blocks.push(heading);
    if views.is_empty() {
        blocks.push(Block::Paragraph(without_fault(look, refused, what, code)));
    } else {
        views.truncate(MOST_FAULTS);
        blocks.push(Block::Faults(views));
    }
}

fn unknown_cause(look: &Look<'_>) -> String {
    if look.reading.envelope.message_id.as_deref() == Some("-1") {
        return "The id \"-1\" says that the sender could not read the message id of something it received. Look at the \
                frames just before this one for text that is not an OCPP-J message."
            .to_owned();
    }
    "The message it refuses is not in this transcript, so the cause cannot be looked up.".to_owned()
}

/// Violations of the refused payload, those first that the code names best.
fn faults_that_fit(version: Version, refused: &Look<'_>, code: &str) -> Vec<FaultView> {
    let (Some(schema), Some((tree, payload))) = (&refused.schema, refused.payload()) else { return Vec::new() };
    let is_checkable = matches!(tree.kind(payload), json::Kind::Object | json::Kind::Null);
    let is_empty_payload = tree.kind(payload) == json::Kind::Null && schema.root().required().next().is_none();
    if !is_checkable || is_empty_payload {
        return Vec::new();
    }
    let mut violations = ocpp_wire::check::check(schema, tree, payload);
    // The spelling of another version still means the same code.
    let code = match error_codes::standing(version, code) {
        Standing::OtherSpelling { right } | Standing::WrongCase { right } => right,
        _ => code,
    };
    let rank = |violation: &Violation| match error_codes::codes_for_keyword(version, violation.keyword.as_str()) {
        Some(codes) if codes.best.contains(&code) => 0,
        Some(codes) if codes.acceptable.contains(&code) => 1,
        _ => 2,
    };
    sort_by_rank(&mut violations, rank);
    violations
        .iter()
        .map(|violation| FaultView {
            frame: refused.number,
            pointer: violation.pointer.clone(),
            value: value_at(tree, payload, &violation.pointer),
            message: match fields::type_and_limit(schema, &violation.pointer) {
                Some(limit) if violation.keyword == ocpp_wire::check::Keyword::Required => {
                    format!("{} ({limit})", violation.sentence)
                }
                _ => violation.sentence.clone(),
            },
            severity: Severity::Error,
        })
        .collect()
}

/// The refused message is healthy: what the code can mean then.
fn without_fault(look: &Look<'_>, refused: &Look<'_>, what: &str, code: &str) -> String {
    let (number, sender, version) = (refused.number, sender(look.record), look.record.version);
    let healthy = if refused.schema.is_some() {
        format!("The {what} #{number} is valid {version}: no field breaks its schema.")
    } else {
        format!("The {what} #{number} could not be checked against a schema.")
    };
    let reason = match code {
        "NotImplemented" => format!("The {sender} does not know the action {}.", shorten(&refused.action_name)),
        "NotSupported" => {
            format!("The {sender} knows {} but does not offer it.", shorten(&refused.action_name))
        }
        "InternalError" => format!("The fault lies with the {sender}; its log has the cause."),
        "SecurityError" if look.record.direction == Direction::ToStation => {
            "The usual reason is a station whose BootNotification is not accepted yet; look at its answer above."
                .to_owned()
        }
        "GenericError" => format!("Only the {sender} knows why; read its description below."),
        _ => format!(
            "Either the {sender} checks more than the schema does (its own limits, its data), or it chose the code wrongly."
        ),
    };
    format!("{healthy} {reason}")
}

fn said_by_sender(look: &Look<'_>, blocks: &mut Vec<Block>) {
    let description = look.reading.envelope.description.as_deref().filter(|text| !text.is_empty());
    let details = match (&look.reading.tree, look.reading.envelope.details) {
        (Ok(tree), Some(node)) => Some(tree.raw(node)).filter(|raw| *raw != "{}"),
        _ => None,
    };
    if description.is_none() && details.is_none() {
        return;
    }
    blocks.push(Block::Heading(format!("What the {} says", sender(look.record))));
    blocks.extend(description.map(|text| Block::Paragraph(text.chars().take(1_000).collect())));
    blocks.extend(details.map(|raw| Block::Code(raw.chars().take(2_000).collect())));
}

#[cfg(test)]
mod tests {
    use crate::detail::detail;
    use crate::port::Block;
    use crate::testing::{records_of, schemas};

    /// The text of the tab for the last frame of a transcript.
    fn explained(transcript: &str) -> String {
        let schemas = schemas();
        let records = records_of(&schemas, transcript);
        let detail = detail(&records, &schemas, records.transcript.last_frame().unwrap()).unwrap();
        let lines = detail.explain.iter().map(|block| match block {
            Block::Callout { text, note, .. } => format!("! {text}\n  {note}"),
            Block::Heading(text) => format!("# {text}"),
            Block::Paragraph(text) | Block::Code(text) => text.clone(),
            Block::List(points) => points.join("\n"),
            Block::Faults(faults) => faults
                .iter()
                .map(|f| format!("#{} {} {} {}", f.frame, f.pointer, f.value, f.message))
                .collect::<Vec<_>>()
                .join("\n"),
            Block::Link { href, .. } => href.clone(),
        });
        lines.collect::<Vec<_>>().join("\n").replace(['\u{202f}', '\u{a0}'], " ")
    }

    fn check(transcript: &str, expected: &[&str]) {
        let text = explained(transcript);
        for words in expected {
            assert!(text.contains(words), "{words:?} is missing in:\n{text}");
        }
    }

    #[test]
    fn the_fault_of_the_request_is_named_at_its_field() {
        check(
            "1.6\n> [2,\"1\",\"StartTransaction\",{\"connectorId\":1,\"idTag\":\"RFID-XYZ789-00000000042\",\"meterStart\":0,\"timestamp\":\"2026-11-22T09:22:07Z\"}]\n< [4,\"1\",\"PropertyConstraintViolation\",\"idTag too long\",{}]",
            &[
                "#1 /idTag \"RFID-XYZ789-00000000042\" idTag has 23 characters, at most 20 are allowed",
                "A Charge Point repeats StartTransaction after any CALLERROR",
                "One of the ten codes of OCPP 1.6",
                "idTag too long",
                "#/guide/1.6/PropertyConstraintViolation",
            ],
        );
    }

    #[test]
    fn the_fault_that_fits_the_code_comes_first() {
        let text = explained(
            "1.6\n> [2,\"1\",\"StatusNotification\",{\"connectorId\":\"1\",\"errorCode\":\"NoError\",\"status\":\"Busy\"}]\n< [4,\"1\",\"PropertyConstraintViolation\",\"\",{}]",
        );
        assert!(text.find("/status").unwrap() < text.find("/connectorId").unwrap(), "{text}");
    }

    #[test]
    fn codes_of_other_versions_are_said_to_be_that() {
        check(
            "1.6\n> [2,\"1\",\"Authorize\",{}]\n< [4,\"1\",\"OccurrenceConstraintViolation\",\"\",{}]",
            &["OCPP 1.6 spells this code OccurenceConstraintViolation", "/idTag", "idTag is missing"],
        );
        check(
            "2.0.1\n> [2,\"1\",\"Heartbeat\",{\"x\":1}]\n< [4,\"1\",\"FormationViolation\",\"\",{}]",
            &["OCPP 2.0.1 spells this code FormatViolation", "x is not a field of Heartbeat"],
        );
        check(
            "1.6\n> [2,\"1\",\"Heartbeat\",{}]\n< [4,\"1\",\"RpcFrameworkError\",\"\",{}]",
            &["OCPP 1.6 has no such code. In OCPP 2.0.1 it means", "does not exist in OCPP 1.6"],
        );
        check(
            "2.1\n> [2,\"1\",\"Heartbeat\",{}]\n< [4,\"1\",\"Oops\",\"\",{}]",
            &["\"Oops\" is no error code of any OCPP version"],
        );
    }

    #[test]
    fn a_healthy_request_is_said_to_be_healthy() {
        check(
            "2.0.1\n> [2,\"1\",\"Heartbeat\",{}]\n< [4,\"1\",\"InternalError\",\"\",{}]",
            &["The request #1 is valid OCPP 2.0.1", "The fault lies with the CSMS"],
        );
        check("2.0.1\n< [4,\"-1\",\"RpcFrameworkError\",\"\",{}]", &["The id \"-1\" says"]);
        check("1.6\n< [4,\"7\",\"InternalError\",\"\",{}]", &["not in this transcript"]);
    }

    #[test]
    fn a_refused_answer_is_looked_at() {
        check(
            "2.1\n> [2,\"1\",\"Heartbeat\",{}]\n< [3,\"1\",{}]\n> [5,\"1\",\"OccurrenceConstraintViolation\",\"\",{}]",
            &["#2 /currentTime", "currentTime is missing"],
        );
    }

    #[test]
    fn other_frames_have_a_verdict() {
        check("1.6\n> [2,\"1\",\"Heartbeat\",{}]", &["This request is valid OCPP 1.6.", "Waiting for the answer"]);
        check("1.6\n> [2,\"1\",\"Heartbeat\",{}]\nx", &["nothing answered it", "No answer has come"]);
        check("1.6\n> hello", &["not an OCPP-J message", "Central System"]);
        check("1.6\n> [2,\"1\",\"Authorize\",{\"idTag\":7}]", &["breaks the rules of OCPP 1.6", "#1 /idTag 7"]);
        check("1.6\n< [3,\"9\",{}]", &["breaks the rules", "not in this transcript"]);
    }
}
