//! The composer: actions of a version, a payload to begin with, its form, and the check of what is typed.
//!
//! What is typed may hold [`variables`]; what is checked, and what is sent, is the text with these put in.

pub mod edit;
pub mod examples;
pub mod favourites;
pub mod form;
pub mod history;
pub mod suggestions;
pub mod variables;

use self::examples::{Moment, examples};
use self::form::Source;
use self::history::History;
use self::variables::{Expanded, Values, expand, masked};
use crate::findings::MOST_OF_A_RULE;
use crate::port::{ActionItem, ComposerIssue, ComposerView, Draft, FormView, FrameNumber};
use crate::records::{Records, Schemas, check_payload, read_marked};
use crate::station::core::Chance;
use ocpp_wire::catalog;
use ocpp_wire::json::{self, Kind};
use ocpp_wire::order::sort_by_rank;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::{Part, Schema};
use ocpp_wire::version::Version;
use std::rc::Rc;

/// Characters of a text with its variables put in that are shown.
const SHOWN: usize = 4_000;

/// What the composer holds.
#[derive(Clone, Debug)]
pub struct Composer {
    /// Version chosen while nothing is connected.
    pub chosen: Option<Version>,
    /// What was sent.
    pub history: History,
    /// The connector or EVSE chosen; 0 leaves the choice to the station.
    pub outlet: u8,
    chance: Chance,
    action: String,
    payload: String,
    raw: String,
    template: Option<(String, String)>,
    draft: Option<Draft>,
    /// The form of the last payload that could be read.
    form: FormView,
}

/// What the check says of a payload.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is wrong, each at its place.
    pub issues: Vec<ComposerIssue>,
    /// It was checked and nothing is wrong.
    pub is_valid: bool,
    /// What the check could not look at, or empty.
    pub note: String,
}

impl Composer {
    /// An empty composer. `entropy` makes the identifiers of `{{uuid}}` differ from those of other runs.
    pub fn new(entropy: u32) -> Self {
        Self {
            chosen: None,
            history: History::default(),
            outlet: 0,
            // Other identifiers than those of the station, which may have the same seed.
            chance: Chance::new(u64::from(entropy) << 17 | 1),
            action: String::new(),
            payload: String::new(),
            raw: String::new(),
            template: None,
            draft: None,
            form: FormView::default(),
        }
    }

    /// Makes a payload for an action. Without its schema the payload is an empty object.
    pub fn make_template(&mut self, schemas: &Schemas, moment: Moment<'_>, action: &str, all_fields: bool) {
        let fields = if all_fields { Fields::All } else { Fields::Required };
        let schema = schema_of(schemas, moment.version, action);
        let context = Context { now_epoch_millis: moment.now_epoch_millis, preferred: &[] };
        let text = schema.map_or_else(|| "{}".to_owned(), |schema| sample::template(&schema, fields, &context));
        self.begin(action, text);
    }

    /// Makes the example of this name; nothing happens when there is none.
    pub fn make_example(&mut self, moment: Moment<'_>, action: &str, name: &str) {
        if let Some((_, text)) = examples(moment, action).into_iter().find(|example| example.0 == name) {
            self.begin(action, edit::laid_out_anew(&text));
        }
    }

    fn begin(&mut self, action: &str, text: String) {
        self.payload_typed(action, &text);
        self.template = Some((action.to_owned(), text));
    }

    /// The payload of the page is this.
    pub fn payload_typed(&mut self, action: &str, payload: &str) {
        action.clone_into(&mut self.action);
        payload.clone_into(&mut self.payload);
    }

    /// The raw frame of the page is this.
    pub fn raw_typed(&mut self, text: &str) {
        text.clone_into(&mut self.raw);
    }

    /// The page has opened it.
    pub fn is_in_use(&self) -> bool {
        !self.action.is_empty()
    }

    /// A message id for a message that is not queued.
    pub fn message_id(&mut self) -> String {
        self.chance.uuid()
    }

    /// The text that goes out, with its variables put in. It is the one that was shown, but for the time of `{{now}}`.
    pub fn expanded(&mut self, moment: Moment<'_>, typed: &str) -> String {
        let mut values = self.values(moment);
        let text = expand(typed, &mut values).text;
        self.chance = values.chance;
        text
    }

    /// Fills the composer with something of the history.
    pub fn recall(&mut self, id: u32) {
        if let Some(sent) = self.history.get(id) {
            let (action, text) = (sent.action.clone(), sent.typed.clone());
            self.draft = Some(Draft { action, text, note: String::new() });
        }
    }

    /// Fills the composer with a frame: a call by its action and payload, anything else as a raw frame.
    pub fn compose(&mut self, records: &Records, version: Version, frame: FrameNumber) {
        let Some(record) = records.transcript.frame(frame) else { return };
        let text = records.transcript.text(frame);
        let reading = read_marked(text, record.is_binary, record.version, record.marks);
        let envelope = &reading.envelope;
        let action = envelope.action.as_deref().filter(|action| catalog::find(version, action).is_some());
        let call = match (&reading.tree, envelope.payload, action) {
            (Ok(tree), Some(payload), Some(action)) => Some((action.to_owned(), tree.raw(payload).to_owned())),
            _ => None,
        };
        let note = if record.version == version {
            String::new()
        } else {
            format!("Frame {frame} is of {}, the composer works in {version}.", record.version)
        };
        let (action, text) = call.unwrap_or_else(|| (String::new(), text.to_owned()));
        self.draft = Some(Draft { action, text, note });
    }

    fn values<'f>(&self, moment: Moment<'f>) -> Values<'f> {
        let Moment { version, now_epoch_millis, facts } = moment;
        Values { version, now_epoch_millis, facts, chance: self.chance.clone() }
    }

    /// What the page shows. A template and a draft are handed over once.
    pub fn take_view(
        &mut self,
        schemas: &Schemas,
        records: &Records,
        moment: Moment<'_>,
        can_send: bool,
    ) -> ComposerView {
        let version = moment.version;
        let mut actions: Vec<ActionItem> = catalog::actions(version)
            .iter()
            .map(|action| ActionItem { name: action.name.to_owned(), is_ours: action.is_from_station() })
            .collect();
        sort_by_rank(&mut actions, |action| u32::from(!action.is_ours));
        let payload = expand(&self.payload, &mut self.values(moment));
        let raw = expand(&self.raw, &mut self.values(moment));
        let verdict = check(schemas, version, &self.action, Part::Request, &self.payload, &payload);
        self.make_form(schemas, moment, &verdict.issues);
        let names = examples(moment, &self.action).into_iter().map(|example| example.0.to_owned()).collect();
        let mut variable_notes = payload.notes.clone();
        variable_notes.extend(raw.notes.iter().filter(|note| !payload.notes.contains(note)).cloned());
        ComposerView {
            version: version.number().to_owned(),
            actions,
            template: self.template.take(),
            issues: verdict.issues,
            is_valid: verdict.is_valid,
            note: verdict.note,
            can_send,
            form: self.form.clone(),
            examples: names,
            goes_out: shown(&payload),
            raw_goes_out: shown(&raw),
            variable_notes,
            outlet: 1,
            n_outlets: 1,
            history: self.history.view(records),
            draft: self.draft.take(),
        }
    }

    /// The form follows the payload; while that cannot be read it stays as it was.
    fn make_form(&mut self, schemas: &Schemas, moment: Moment<'_>, issues: &[ComposerIssue]) {
        let readable = masked(&self.payload);
        self.form.broken = match json::parse(&readable) {
            Err(_) if self.payload.trim().is_empty() => "There is no payload. Write {} to fill in fields.".to_owned(),
            Err(_) => "The JSON cannot be read as it stands, so the form waits.".to_owned(),
            Ok(tree) if tree.kind(tree.root()) != Kind::Object => {
                "The payload is no object, so there are no fields to fill in.".to_owned()
            }
            Ok(tree) => {
                let schema = schema_of(schemas, moment.version, &self.action);
                let source = Source {
                    version: moment.version,
                    schema: schema.as_deref(),
                    text: &self.payload,
                    tree: &tree,
                    issues,
                    facts: moment.facts,
                    now_epoch_millis: moment.now_epoch_millis,
                };
                self.form = form::form(source);
                return;
            }
        };
    }
}

fn schema_of(schemas: &Schemas, version: Version, action: &str) -> Option<Rc<Schema>> {
    catalog::find(version, action).and_then(|action| schemas.schema(version, action, Part::Request))
}

/// What goes out in place of a text with variables; empty when that has none.
fn shown(expanded: &Expanded) -> String {
    if !expanded.has_variables {
        return String::new();
    }
    match expanded.text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", expanded.text.get(..at).unwrap_or_default()),
        None => expanded.text.clone(),
    }
}

/// Checks the payload of one half of an exchange that has no variables.
pub fn check_part(schemas: &Schemas, version: Version, action: &str, part: Part, payload: &str) -> Verdict {
    check(schemas, version, action, part, payload, &Expanded::plain(payload))
}

/// Checks a payload as it goes out. What is wrong never keeps it from being sent.
fn check(schemas: &Schemas, version: Version, action: &str, part: Part, typed: &str, expanded: &Expanded) -> Verdict {
    let mut verdict = Verdict::default();
    let issue = |at: u32, pointer: String, message: String| issue(typed, expanded.place_as_typed(at), pointer, message);
    let tree = match json::parse(&expanded.text) {
        Ok(tree) => tree,
        Err(fault) => {
            verdict.issues.push(issue(fault.at, String::new(), fault.sentence()));
            return verdict;
        }
    };
    let root = tree.root();
    if !matches!(tree.kind(root), Kind::Object | Kind::Null) {
        verdict.issues.push(issue(tree.span(root).start, String::new(), "The payload must be an object".into()));
        return verdict;
    }
    let known = catalog::find(version, action);
    let checked = known.map(|action| check_payload(schemas, version, action, part, &tree, root));
    for &member in tree.duplicates().iter().take(MOST_OF_A_RULE) {
        let pointer = tree.pointer_to(root, member).unwrap_or_default();
        let message = format!("{:?} stands twice in the same object", tree.key(member));
        verdict.issues.push(issue(tree.key_span(member).start, pointer, message));
    }
    match checked {
        Some(checked) if checked.schema.is_some() => {
            for violation in checked.violations {
                let start = tree.span(violation.node).start;
                verdict.issues.push(issue(start, violation.pointer, violation.sentence));
            }
            verdict.is_valid = verdict.issues.is_empty();
        }
        Some(_) => verdict.note = "The schemas are not loaded, so the payload was not checked.".into(),
        None => verdict.note = format!("{version} has no action of this name, so the payload was not checked."),
    }
    verdict
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
mod tests;
