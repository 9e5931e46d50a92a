//! What a frame says by itself: its text read, its payload checked. Nothing is remembered but the schemas.

use crate::capture::Marks;
use crate::import;
use crate::port::RowKind;
use ocpp_wire::catalog::Action;
use ocpp_wire::check::{self, Violation};
use ocpp_wire::envelope::{self, Envelope, MessageType};
use ocpp_wire::json::{self, Fault, Kind, NodeId, Tree};
use ocpp_wire::schema::{Part, Schema, SchemaSet};
use ocpp_wire::version::Version;
use std::rc::Rc;

/// The schema sets that are loaded, by version.
#[derive(Debug, Default)]
pub struct Schemas {
    sets: [Option<SchemaSet>; 3],
}

impl Schemas {
    /// Takes a set; it replaces an earlier one of its version.
    pub fn add(&mut self, set: SchemaSet) {
        let index = set.version() as usize;
        if let Some(slot) = self.sets.get_mut(index) {
            *slot = Some(set);
        }
    }

    /// The set of a version, once it is loaded.
    pub fn set(&self, version: Version) -> Option<&SchemaSet> {
        self.sets.get(version as usize)?.as_ref()
    }

    /// The schema of one half of an action.
    pub fn schema(&self, version: Version, action: &Action, part: Part) -> Option<Rc<Schema>> {
        self.set(version)?.for_action(action, part)
    }
}

/// A frame as it reads.
#[derive(Debug)]
pub struct Reading<'t> {
    /// The text as JSON.
    pub tree: Result<Tree<'t>, Fault>,
    /// The envelope; empty when the text is not JSON.
    pub envelope: Envelope,
}

/// Reads a frame's text.
pub fn read(text: &str, is_binary: bool, version: Version) -> Reading<'_> {
    if is_binary {
        let fault = Fault { at: 0, reason: json::Reason::Empty };
        return Reading { tree: Err(fault), envelope: Envelope::default() };
    }
    let tree = json::parse(text);
    let envelope = tree.as_ref().map(|tree| envelope::read(tree, Some(version))).unwrap_or_default();
    Reading { tree, envelope }
}

/// Reads a frame's text, with what is known of the way it came to us: of a frame that the log cut only type, id
/// and action are read.
pub fn read_marked(text: &str, is_binary: bool, version: Version, marks: Marks) -> Reading<'_> {
    if !marks.has(Marks::CUT) {
        return read(text, is_binary, version);
    }
    let envelope = import::cut_envelope(text);
    Reading { tree: Err(Fault { at: 0, reason: json::Reason::Empty }), envelope }
}

/// What a payload is checked against, and with what result.
#[derive(Debug, Default)]
pub struct Checked {
    /// The schema; `None` when the action has none or the set is not loaded.
    pub schema: Option<Rc<Schema>>,
    /// What the payload breaks.
    pub violations: Vec<Violation>,
    /// The payload was accepted at first sight.
    pub is_accepted: bool,
}

/// Checks a payload against the schema of its action.
pub fn check_payload(
    schemas: &Schemas,
    version: Version,
    action: &Action,
    part: Part,
    tree: &Tree<'_>,
    payload: NodeId,
) -> Checked {
    let Some(schema) = schemas.schema(version, action, part) else { return Checked::default() };
    // null is a legal way to write an empty payload; a payload that is no object at all is the envelope's fault.
    let is_empty_payload = tree.kind(payload) == Kind::Null && schema.root().required().next().is_none();
    let is_checkable = matches!(tree.kind(payload), Kind::Object | Kind::Null) && !is_empty_payload;
    let is_accepted = is_checkable && check::accepts(&schema, tree, payload);
    let is_judged = is_checkable && !is_accepted;
    let violations = if is_judged { check::referee(&schema, tree, payload) } else { Vec::new() };
    Checked { schema: Some(schema), violations, is_accepted }
}

/// A frame that is no message but begins with the type of an answer, in quotes or not.
pub(crate) fn looks_like_answer(text: &str, envelope: &Envelope) -> bool {
    let head = text.trim_start().strip_prefix('[').map(str::trim_start).unwrap_or_default();
    let number: String = head.trim_start_matches('"').chars().take_while(char::is_ascii_digit).collect();
    envelope.message_type.is_none() && matches!(number.as_str(), "3" | "4" | "5")
}

/// What a row of this envelope is.
pub fn row_kind(envelope: &Envelope) -> RowKind {
    match envelope.message_type {
        Some(MessageType::Call) => RowKind::Call,
        Some(MessageType::CallResult) => RowKind::Result,
        Some(MessageType::CallError) => RowKind::Error,
        Some(MessageType::CallResultError) => RowKind::ResultError,
        Some(MessageType::Send) => RowKind::Send,
        None => RowKind::Unreadable,
    }
}
