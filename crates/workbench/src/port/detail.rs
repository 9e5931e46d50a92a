//! One frame on the screen: everything the inspector shows.

use super::{Direction, FrameNumber, RowKind, Severity};
use serde::{Deserialize, Serialize};

/// Everything the inspector shows of one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The frame.
    pub frame: FrameNumber,
    /// `CALL`, `CALLRESULT`, `CALLERROR`, …
    pub kind_label: String,
    /// Action or error code.
    pub title: String,
    /// Such as `answers #211 StartTransaction · 1 204 ms`.
    pub subtitle: String,
    /// What the row is.
    pub kind: RowKind,
    /// Which way it went.
    pub direction: Direction,
    /// Worst finding.
    pub severity: Severity,
    /// The tab Explain.
    pub explain: Vec<Block>,
    /// The tab Fields: one group per payload shown.
    pub fields: Vec<FieldGroup>,
    /// The tab Raw.
    pub raw: RawView,
    /// The exchange as Markdown, for a ticket.
    pub ticket: String,
    /// What can be followed from here, with the filter that does.
    pub follow: Vec<(String, String)>,
    /// How the frame came to us, a sentence each; empty for one that came over a socket of ours.
    pub provenance: Vec<String>,
    /// The tab Exchange.
    pub exchange: Vec<ExchangeItem>,
    /// What the tab Exchange says about the pairing, a sentence each.
    pub exchange_notes: Vec<String>,
    /// The tab Findings.
    pub findings: Vec<FindingView>,
}

/// A piece of explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// The answer in short, in a coloured box.
    Callout {
        /// Colour.
        severity: Severity,
        /// The sentences.
        text: String,
        /// A quieter last line, or empty.
        note: String,
    },
    /// A small heading.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// Points.
    List(Vec<String>),
    /// Fields at fault.
    Faults(Vec<FaultView>),
    /// Literal text.
    Code(String),
    /// A link inside the page, such as `#/guide/1.6/FormationViolation`.
    Link {
        /// Fragment.
        href: String,
        /// Words.
        text: String,
    },
}

/// One fault at one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultView {
    /// Frame it stands in.
    pub frame: FrameNumber,
    /// JSON pointer inside the payload, `/idTag`; empty is the payload itself.
    pub pointer: String,
    /// The value, shortened; empty when it is missing.
    pub value: String,
    /// The sentence.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
}

/// The fields of one payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldGroup {
    /// Such as `Request #211 · StartTransaction`.
    pub title: String,
    /// The fields, parents before children.
    pub fields: Vec<FieldView>,
    /// Said instead of fields, such as "The payload is empty, as it should be."
    pub note: String,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldView {
    /// JSON pointer inside the payload.
    pub pointer: String,
    /// Nesting, 0 for the top.
    pub depth: u8,
    /// Name, or index in a list.
    pub name: String,
    /// Value as sent, shortened; for an object or list what it holds.
    pub value: String,
    /// Unit, or what the value means in other words: `Wh`, `1 204.33 kWh`.
    pub unit: String,
    /// Type and limit: `string, at most 20 characters`.
    pub type_and_limit: String,
    /// What the field means.
    pub meaning: String,
    /// Faults at the field, a sentence each.
    pub faults: Vec<String>,
    /// Worst of them.
    pub severity: Severity,
    /// The term of the filter that shows frames with this value; empty where there is none.
    pub filter: String,
    /// The frame carries the field.
    pub is_present: bool,
    /// The schema demands it.
    pub is_required: bool,
    /// The schema knows it.
    pub is_known: bool,
}

/// The text of a frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RawView {
    /// Size in UTF-8 bytes.
    pub n_bytes: u64,
    /// As received, in pieces.
    pub received: Vec<Token>,
    /// Bytes left out of `received` because the frame is very long.
    pub n_bytes_left_out: u64,
    /// Laid out; empty when it is not JSON or too long.
    pub pretty: Vec<Token>,
}

/// A piece of text with its part in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// The piece.
    pub text: String,
    /// Its part.
    pub kind: TokenKind,
    /// What is wrong here; the piece is marked.
    pub fault: Option<String>,
}

/// Part of a piece of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Brackets, commas, white space, and text that is not JSON.
    Plain,
    /// A name in an object.
    Key,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
}

/// One frame of an exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExchangeItem {
    /// The frame.
    pub frame: FrameNumber,
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub kind: RowKind,
    /// Clock time, UTC.
    pub time: String,
    /// Action or code.
    pub title: String,
    /// What matters in it.
    pub summary: String,
    /// Such as `84 ms after the call`.
    pub after: String,
    /// Worst finding.
    pub severity: Severity,
    /// Is the selected frame.
    pub is_selected: bool,
}

/// A finding on a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Such as `RPC-SCHEMA-CALL`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// JSON pointer into the frame's payload, where it applies.
    pub pointer: String,
    /// What is wrong here.
    pub message: String,
    /// What the rule means.
    pub meaning: String,
    /// Why it happens.
    pub likely_cause: String,
    /// What to check.
    pub what_to_check: String,
    /// An example.
    pub example: String,
    /// Document and clause.
    pub source: String,
}

/// All findings of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingGroup {
    /// Such as `RPC-SCHEMA-CALL`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// Worst of them.
    pub severity: Severity,
    /// How many findings.
    pub n_findings: u32,
    /// What the rule means.
    pub meaning: String,
    /// Document and clause.
    pub source: String,
    /// The first of them, at most 100.
    pub items: Vec<FaultView>,
}
