//! Everything the inspector shows of one frame, made when the frame is selected.

mod explain;
pub(crate) mod fields;
mod raw;

use crate::export::markdown;
use crate::findings::Finding;
use crate::import_job;
use crate::port::{Detail, Direction, ExchangeItem, FieldGroup, FindingView, FrameNumber, RowKind};
use crate::quantity;
use crate::query;
use crate::records::{self, Reading, Records, Schemas};
use crate::summary;
use crate::transcript::{EpochMillis, FrameRecord};
use ocpp_wire::catalog::{self, Action};
use ocpp_wire::check::shorten;
use ocpp_wire::date_time;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::json::{Kind, NodeId, Tree};
use ocpp_wire::order::sort_by_rank;
use ocpp_wire::schema::{Part, Schema};
use std::rc::Rc;

/// A CallResultError comes right behind the answer it is about.
const FRAMES_BEHIND: u32 = 500;

/// Frames of an exchange beyond this are not laid out for a ticket.
const MOST_TICKET_BYTES: usize = 50_000;

/// A frame read again for the inspector.
pub(crate) struct Look<'a> {
    number: FrameNumber,
    record: &'a FrameRecord,
    reading: Reading<'a>,
    findings: Vec<Finding>,
    /// Name of the action, for an answer that of its call.
    action_name: String,
    action: Option<&'static Action>,
    schema: Option<Rc<Schema>>,
}

impl<'a> Look<'a> {
    fn new(records: &'a Records, schemas: &Schemas, number: FrameNumber) -> Option<Self> {
        let record = records.transcript.frame(number)?;
        let reading =
            records::read_marked(records.transcript.text(number), record.is_binary, record.version, record.marks);
        let action_name = records.action_of(number);
        let action = catalog::find(record.version, &action_name);
        let part = if record.kind == RowKind::Result { Part::Response } else { Part::Request };
        let schema = action.and_then(|action| schemas.schema(record.version, action, part));
        Some(Self { number, record, reading, findings: records.findings(number), action_name, action, schema })
    }

    fn payload(&self) -> Option<(&Tree<'a>, NodeId)> {
        Some((self.reading.tree.as_ref().ok()?, self.reading.envelope.payload?))
    }

    fn line(&self, records: &Records) -> summary::Line {
        let text = records.transcript.text(self.number);
        summary::line(self.record.version, &self.action_name, &self.reading.envelope, &self.reading.tree, text)
    }
}

/// Makes the detail of a frame; `None` when the frame is not there.
pub fn detail(records: &Records, schemas: &Schemas, number: FrameNumber) -> Option<Detail> {
    let look = Look::new(records, schemas, number)?;
    let pair = look.record.pair().and_then(|pair| Look::new(records, schemas, pair));
    let line = look.line(records);
    let text = records.transcript.text(number);
    Some(Detail {
        frame: number,
        kind_label: kind_label(&look).to_owned(),
        title: line.title,
        subtitle: subtitle(&look, pair.as_ref()),
        kind: look.record.kind,
        direction: look.record.direction,
        severity: look.record.severity,
        explain: explain::blocks(records, schemas, &look, pair.as_ref()),
        fields: field_groups(&look, pair.as_ref()),
        ticket: ticket(records, &look, pair.as_ref()),
        follow: follow(records, &look, pair.as_ref()),
        provenance: import_job::mark_sentences(look.record.marks, look.record.line, look.record.direction),
        raw: raw::view(text, &look.reading.tree, &look.findings),
        exchange: exchange(records, schemas, &look, pair.as_ref()),
        exchange_notes: exchange_notes(&look),
        findings: look.findings.iter().map(finding_view).collect(),
    })
}

fn kind_label(look: &Look<'_>) -> &'static str {
    match look.reading.envelope.message_type {
        Some(message_type) => message_type.name(),
        None if look.record.is_binary => "BINARY",
        None => "UNREADABLE",
    }
}

fn subtitle(look: &Look<'_>, pair: Option<&Look<'_>>) -> String {
    let mut parts = vec![look.record.direction.label().to_owned(), look.record.version.to_string()];
    let latency = look.record.latency_millis().map(|millis| quantity::span(f64::from(millis)));
    match (pair, look.record.kind) {
        (Some(pair), RowKind::Call) => parts.push(format!("answered by #{}", pair.number)),
        (Some(pair), RowKind::ResultError) => {
            parts.push(format!("about the answer to #{} {}", pair.number, pair.action_name));
        }
        (Some(pair), _) => parts.push(format!("answers #{} {}", pair.number, shorten(&pair.action_name))),
        (None, RowKind::Call) if look.record.is_unanswered => parts.push("not answered".to_owned()),
        _ => {}
    }
    if pair.is_some() {
        parts.extend(latency);
    }
    parts.join(" · ")
}

fn field_groups(look: &Look<'_>, pair: Option<&Look<'_>>) -> Vec<FieldGroup> {
    let mut groups = vec![field_group(look)];
    // For a refusal the fields of interest are those of what it refuses.
    if matches!(look.record.kind, RowKind::Error | RowKind::ResultError)
        && let Some(pair) = pair
    {
        groups.push(field_group(pair));
    }
    groups
}

fn field_group(look: &Look<'_>) -> FieldGroup {
    let what = match look.record.kind {
        RowKind::Call => "Request",
        RowKind::Result => "Answer",
        RowKind::Error | RowKind::ResultError => "Error",
        RowKind::Send => "Send",
        RowKind::Unreadable | RowKind::Connection => "Frame",
    };
    let action =
        if look.action_name.is_empty() { String::new() } else { format!(" · {}", shorten(&look.action_name)) };
    let title = format!("{what} #{}{action}", look.number);
    if matches!(look.record.kind, RowKind::Error | RowKind::ResultError) {
        return FieldGroup { title, fields: error_fields(look), note: String::new() };
    }
    let Some((tree, payload)) = look.payload() else {
        let note = if look.reading.tree.is_err() {
            "The text is not JSON, so it has no fields."
        } else {
            "No payload could be read."
        };
        return FieldGroup { title, fields: Vec::new(), note: note.to_owned() };
    };
    let fields = fields::view(look.record.version, look.schema.as_deref(), tree, payload, &look.findings);
    let note = match (&look.schema, tree.kind(payload)) {
        (None, _) if look.action.is_none() && !look.action_name.is_empty() => {
            "This version has no schema for the action, so the fields are shown as they are."
        }
        (None, _) if look.action.is_none() => "The action is not known, so the fields are shown as they are.",
        (None, _) => "The schema is not loaded, so the fields were not checked.",
        (Some(_), Kind::Object | Kind::Null) if fields.is_empty() => "The payload is empty, as it should be.",
        _ => "",
    };
    FieldGroup { title, fields, note: note.to_owned() }
}

/// The elements of a CallError as fields.
fn error_fields(look: &Look<'_>) -> Vec<crate::port::FieldView> {
    let Ok(tree) = &look.reading.tree else { return Vec::new() };
    let is_v2 = look.record.version.is_v2();
    let description_limit = if is_v2 { "string, at most 255 characters" } else { "string" };
    let rows = [
        (2, "errorCode", "one of the codes of the version", "Why the message was refused"),
        (3, "errorDescription", description_limit, "Free text of the sender; empty when there is none"),
        (4, "errorDetails", "object", "Anything the sender adds; {} when there is nothing"),
    ];
    let mut fields = Vec::new();
    for (index, name, type_and_limit, meaning) in rows {
        let node = tree.item(tree.root(), index);
        let text = node.map(|node| tree.string(node).map_or_else(|| tree.raw(node).to_owned(), Into::into));
        let value: Option<String> = text.map(|text| text.chars().take(400).collect());
        let span = node.map(|node| tree.span(node));
        let here = look.findings.iter().filter(|finding| finding.span.is_some() && finding.span == span);
        let severity = here.clone().map(|finding| finding.severity).max().unwrap_or_default();
        fields.push(crate::port::FieldView {
            pointer: format!("/{index}"),
            depth: 0,
            name: name.to_owned(),
            value: value.unwrap_or_default(),
            unit: String::new(),
            type_and_limit: type_and_limit.to_owned(),
            meaning: meaning.to_owned(),
            faults: here.map(|finding| finding.message.clone()).collect(),
            severity,
            filter: String::new(),
            is_present: node.is_some(),
            is_required: true,
            is_known: true,
        });
    }
    fields
}

fn exchange(records: &Records, schemas: &Schemas, look: &Look<'_>, pair: Option<&Look<'_>>) -> Vec<ExchangeItem> {
    let mut items = vec![exchange_item(records, look, look, pair)];
    if let Some(pair) = pair {
        items.push(exchange_item(records, pair, look, Some(look)));
        // A CallResultError points at the call; the answer it complains about stands between the two.
        if look.record.kind == RowKind::ResultError
            && let Some(answer) = pair.record.pair().and_then(|answer| Look::new(records, schemas, answer))
            && answer.number != look.number
        {
            items.push(exchange_item(records, &answer, look, Some(pair)));
        }
    }
    // It points at the call, not the other way round: it is looked for among the frames behind.
    let (call, answer) = match (look.record.kind, pair) {
        (RowKind::Call, Some(pair)) => (look.number, pair.number),
        (RowKind::Result, Some(pair)) => (pair.number, look.number),
        _ => (0, 0),
    };
    let complains = |number: &FrameNumber| {
        let record = records.transcript.frame(*number);
        record.is_some_and(|record| record.kind == RowKind::ResultError && record.pair() == Some(call))
    };
    if call != 0
        && let Some(number) = (answer + 1..=answer + FRAMES_BEHIND).find(complains)
        && let Some(complaint) = Look::new(records, schemas, number)
    {
        let of_call = if look.number == call { Some(look) } else { pair };
        items.push(exchange_item(records, &complaint, look, of_call));
    }
    sort_by_rank(&mut items, |item| item.frame);
    items
}

fn exchange_item(records: &Records, look: &Look<'_>, selected: &Look<'_>, pair: Option<&Look<'_>>) -> ExchangeItem {
    let line = look.line(records);
    let is_answer = !matches!(look.record.kind, RowKind::Call | RowKind::Send);
    let after = match (pair, look.record.latency_millis()) {
        (Some(_), Some(millis)) if look.record.kind == RowKind::ResultError => {
            format!("{} after the answer", quantity::span(f64::from(millis)))
        }
        (Some(_), Some(millis)) if is_answer => format!("{} after the call", quantity::span(f64::from(millis))),
        _ => String::new(),
    };
    ExchangeItem {
        frame: look.number,
        direction: look.record.direction,
        kind: look.record.kind,
        time: clock(look.record.at),
        title: line.title,
        summary: line.text,
        after,
        severity: look.record.severity,
        is_selected: look.number == selected.number,
    }
}

/// The exchange for a ticket; empty when it is too long for one.
fn ticket(records: &Records, look: &Look<'_>, pair: Option<&Look<'_>>) -> String {
    let n_bytes = |look: &Look<'_>| records.transcript.text(look.number).len();
    if n_bytes(look) + pair.map_or(0, n_bytes) > MOST_TICKET_BYTES {
        return String::new();
    }
    markdown::ticket(records, look.number).unwrap_or_default()
}

/// The exchange, the transaction and the station of the frame, each with the filter that shows nothing else.
fn follow(records: &Records, look: &Look<'_>, pair: Option<&Look<'_>>) -> Vec<(String, String)> {
    let mut out = Vec::new();
    if pair.is_some() {
        out.push(("Exchange".to_owned(), format!("exchange:{}", look.number)));
    }
    let transaction = |look: &Look<'_>| query::transaction_of(look.record.kind, records.transcript.text(look.number));
    if let Some(id) = transaction(look).or_else(|| transaction(pair?)).filter(|id| id.len() <= 100) {
        out.push((format!("Transaction {}", shorten(&id)), query::field_term("transaction", &id)));
    }
    let station = &records.transcript.connection(look.record.connection).station;
    if records.transcript.has_stations() && !station.is_empty() {
        out.push((format!("Station {}", shorten(station)), query::field_term("station", station)));
    }
    out
}

fn exchange_notes(look: &Look<'_>) -> Vec<String> {
    let id = look.reading.envelope.message_id.as_deref().map(shorten);
    let mut notes: Vec<String> = id.map(|id| format!("Message id {id}")).into_iter().collect();
    match (look.record.kind, look.record.pair()) {
        (RowKind::Send, _) => notes.push("A SEND has no answer.".into()),
        (RowKind::Call, None) if look.record.is_unanswered => notes.push("No answer has come.".into()),
        (RowKind::Call, None) => notes.push("Waiting for the answer.".into()),
        (RowKind::Result | RowKind::Error | RowKind::ResultError, None) => {
            notes.push("The frame it answers is not in this transcript.".into());
        }
        _ => {}
    }
    notes
}

pub(crate) fn finding_view(finding: &Finding) -> FindingView {
    let rule = finding.rule;
    FindingView {
        rule: rule.id.to_owned(),
        title: rule.title().to_owned(),
        severity: finding.severity,
        pointer: finding.pointer.clone(),
        message: finding.message.clone(),
        meaning: rule.meaning(),
        likely_cause: rule.likely_cause(),
        what_to_check: rule.what_to_check(),
        example: rule.example(),
        source: rule.source(),
    }
}

/// Clock time in UTC: `09:21:30.004`.
pub(crate) fn clock(at: EpochMillis) -> String {
    date_time::format_utc(at as i64).get(11..23).unwrap_or_default().to_owned()
}

/// The side that sent a frame, in the words of its version.
pub(crate) fn sender(record: &FrameRecord) -> &'static str {
    match (record.direction, record.version.is_v2()) {
        (Direction::ToCsms, true) => "charging station",
        (Direction::ToCsms, false) => "Charge Point",
        (Direction::ToStation, true) => "CSMS",
        (Direction::ToStation, false) => "Central System",
    }
}

/// The type is an error that refuses something.
pub(crate) fn is_refusal(message_type: Option<MessageType>) -> bool {
    matches!(message_type, Some(MessageType::CallError | MessageType::CallResultError))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{records_of, schemas};

    #[test]
    fn an_exchange_ends_with_the_complaint_about_its_answer() {
        let schemas = schemas();
        let records = records_of(
            &schemas,
            "2.1\n> [2,\"1\",\"Heartbeat\",{}]\n< [3,\"1\",{}]\n< [2,\"x\",\"Reset\",{\"type\":\"Immediate\"}]\n> [5,\"1\",\"FormatViolation\",\"\",{}]",
        );
        for selected in [1, 2, 4] {
            let detail = detail(&records, &schemas, selected).unwrap();
            let frames: Vec<_> = detail.exchange.iter().map(|item| item.frame).collect();
            assert_eq!(frames, [1, 2, 4], "{selected}");
        }
        assert_eq!(detail(&records, &schemas, 3).unwrap().exchange.len(), 1);
    }

    #[test]
    fn a_ticket_has_an_end() {
        let schemas = schemas();
        let long = format!("1.6\n> [2,\"1\",\"DataTransfer\",{{\"vendorId\":\"{}\"}}]", "x".repeat(60_000));
        let of = |text: &str| detail(&records_of(&schemas, text), &schemas, 1).unwrap().ticket;
        assert_eq!(of(&long), "");
        assert!(of("1.6\n> [2,\"1\",\"Heartbeat\",{}]").contains("Heartbeat"));
    }
}
