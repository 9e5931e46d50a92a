//! The work itself: collects the secrets of a capture, names them, and puts the pseudonyms in their places.

use super::known::{self, Known};
use super::places::{self, Context, Spot, Visit};
use super::{Level, RedactOptions, RedactedValue, SecretKind, scan, shape};
use crate::capture::{Capture, CaptureContent, CaptureFrame, Marks};
use ocpp_wire::envelope::{self, MessageType};
use ocpp_wire::json::{self, Kind, NodeId, Span, Tree};
use std::collections::{BTreeSet, HashMap};

/// JSON inside strings of JSON is followed so far.
const MOST_NESTED: u32 = 3;

/// Places that are named for each value.
const MOST_PLACES: usize = 3;

/// Actions of the calls, so that an answer is read as what it answers.
#[derive(Debug, Default)]
struct Calls {
    actions: HashMap<(u32, String), String>,
}

impl Calls {
    /// The action of a message; a call is remembered.
    fn action(&mut self, connection: u32, envelope: &envelope::Envelope) -> String {
        let id = envelope.message_id.clone().unwrap_or_default();
        if let Some(action) = &envelope.action {
            self.actions.insert((connection, id), action.clone());
            return action.clone();
        }
        self.actions.get(&(connection, id)).cloned().unwrap_or_default()
    }
}

/// All values of a capture, and how to replace them.
#[derive(Debug)]
pub(super) struct Redactor {
    is_full: bool,
    /// In the order of their first appearance.
    pub(super) values: Vec<RedactedValue>,
    by_text: HashMap<String, usize>,
    known: Known,
}

impl Redactor {
    /// Reads the capture.
    pub(super) fn of(capture: &Capture, options: &RedactOptions) -> Self {
        let mut redactor = Self {
            is_full: options.level == Level::Full,
            values: Vec::new(),
            by_text: HashMap::new(),
            known: Known::default(),
        };
        if redactor.is_full && options.hides_stations {
            for connection in &capture.connections {
                redactor.note(SecretKind::Station, &connection.station, "station");
            }
        }
        let mut calls = Calls::default();
        for item in &capture.items {
            match &item.content {
                CaptureContent::Frame(frame) => redactor.note_frame(&mut calls, item.connection, frame),
                CaptureContent::Event(event) => redactor.note_plain(&event.text, &event.title),
            }
        }
        for value in &mut redactor.values {
            value.keep = options.keep.contains(&value.original) && !value.kind.is_always_hidden();
        }
        redactor.name_values();
        redactor
    }

    /// Gives every value its pseudonym, when all values are known: none may look like another.
    fn name_values(&mut self) {
        let kept = self.values.iter().map(|value| value.keep).collect::<Vec<_>>();
        let texts = self.values.iter().map(|value| value.original.as_str());
        self.known = Known::of(texts.zip(kept.iter().map(|keep| !keep)));
        let mut used: BTreeSet<String> = BTreeSet::new();
        for n in 0..self.values.len() {
            let Some(value) = self.values.get(n) else { continue };
            let is_taken = |candidate: &str| {
                let lower = candidate.to_ascii_lowercase();
                self.by_text.contains_key(&lower) || used.contains(&lower) || self.known.is_in(candidate)
            };
            let pseudonym = shape::pseudonym(value.kind, &value.original, n as u64 + 1, &is_taken);
            used.insert(pseudonym.to_ascii_lowercase());
            if let Some(value) = self.values.get_mut(n) {
                value.pseudonym = pseudonym;
            }
        }
    }

    /// The capture with pseudonyms; it is the one that was read.
    pub(super) fn capture(&self, capture: &Capture, options: &RedactOptions) -> Capture {
        let mut out = capture.clone();
        for connection in &mut out.connections {
            if let Some(changed) = self.replaced_whole(&connection.station).filter(|_| options.hides_stations) {
                connection.station = changed;
            } else if let Some(changed) = self.cleaned(&connection.station) {
                connection.station = changed;
            }
        }
        let mut calls = Calls::default();
        for item in &mut out.items {
            match &mut item.content {
                CaptureContent::Frame(frame) => {
                    if let Some(text) = self.frame(&mut calls, item.connection, frame) {
                        frame.text = text;
                        frame.marks = frame.marks.with(Marks::REDACTED);
                    }
                }
                CaptureContent::Event(event) => {
                    for text in [&mut event.title, &mut event.text] {
                        if let Some(changed) = self.plain(text) {
                            *text = changed;
                        }
                    }
                }
            }
        }
        out
    }

    fn note(&mut self, kind: SecretKind, text: &str, place: &str) {
        if !text.chars().any(char::is_alphanumeric) || (!self.is_full && !kind.is_always_hidden()) {
            return;
        }
        let n = self.values.len();
        // Tokens that differ in case only are the same token, and so are their pseudonyms.
        let at = *self.by_text.entry(text.to_ascii_lowercase()).or_insert(n);
        if at == n {
            self.values.push(RedactedValue {
                kind,
                original: text.to_owned(),
                pseudonym: String::new(),
                places: Vec::new(),
                n_places: 0,
                keep: false,
            });
        }
        let Some(value) = self.values.get_mut(at) else { return };
        value.n_places += 1;
        // What is secret in one place is so in all.
        if kind < value.kind && kind.is_always_hidden() {
            value.kind = kind;
        }
        if value.places.len() < MOST_PLACES && !value.places.iter().any(|known| known == place) {
            value.places.push(place.to_owned());
        }
    }

    fn note_frame(&mut self, calls: &mut Calls, connection: u32, frame: &CaptureFrame) {
        if frame.is_binary {
            return;
        }
        match json::parse(&frame.text) {
            Ok(tree) => {
                let mut noted = Vec::new();
                visit_frame(&tree, calls, connection, &mut |node, spot, place| {
                    noted.push((node, spot, place.to_owned()));
                });
                for (node, spot, place) in noted {
                    self.note_spot(&tree, node, spot, &place, 0);
                }
            }
            Err(_) => {
                for (range, kind) in scan::secrets(&frame.text) {
                    let text = frame.text.get(range).unwrap_or_default();
                    self.note(kind, text, "a frame that is not JSON");
                }
                self.note_plain(&frame.text, "a frame that is not JSON");
            }
        }
    }

    fn note_spot(&mut self, tree: &Tree<'_>, node: NodeId, spot: Spot, place: &str, depth: u32) {
        let text = match tree.string(node) {
            Some(text) => text,
            None => tree.raw(node).into(),
        };
        let is_string = tree.kind(node) == Kind::String;
        match spot {
            Spot::Secret(kind) if is_string && kind == SecretKind::Url => self.note_plain(&text, place),
            Spot::Secret(kind) => {
                let kind = if shape::has_private_key(&text) { SecretKind::PrivateKey } else { kind };
                self.note(kind, &text, place);
            }
            Spot::Free if is_string => match nested(&text, depth) {
                Some(inner) => {
                    let mut noted = Vec::new();
                    places::visit(&inner, inner.root(), &Context::free(place), &mut |node, spot, place| {
                        noted.push((node, spot, place.to_owned()));
                    });
                    for (node, spot, place) in noted {
                        self.note_spot(&inner, node, spot, &place, depth + 1);
                    }
                }
                None if shape::is_time(&text) => {}
                None => self.note(SecretKind::FreeText, &text, place),
            },
            Spot::Free if text.len() >= 6 => self.note(SecretKind::FreeText, &text, place),
            Spot::Plain if is_string => self.note_plain(&text, place),
            Spot::Free | Spot::Plain | Spot::Skip => {}
        }
    }

    /// Secrets that show in any text: private keys, parts of URLs, addresses.
    fn note_plain(&mut self, text: &str, place: &str) {
        if shape::has_private_key(text) {
            self.note(SecretKind::PrivateKey, text, place);
            return;
        }
        for (range, kind) in scan::visible(text, place) {
            self.note(kind, text.get(range).unwrap_or_default(), place);
        }
    }

    /// The pseudonym of a whole value.
    fn replaced_whole(&self, text: &str) -> Option<String> {
        let value = self.values.get(*self.by_text.get(&text.to_ascii_lowercase())?)?;
        (!value.keep).then(|| shape::in_case_of(&value.pseudonym, text))
    }

    /// A text that is no secret itself, without the secrets in it.
    pub(super) fn plain(&self, text: &str) -> Option<String> {
        if shape::has_private_key(text)
            && let Some(changed) = self.replaced_whole(text)
        {
            return Some(changed);
        }
        let mut changed = None;
        let mut ranges = scan::visible(text, "");
        ranges.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, _) in ranges {
            let Some(pseudonym) = text.get(range.clone()).and_then(|part| self.replaced_whole(part)) else { continue };
            changed.get_or_insert_with(|| text.to_owned()).replace_range(range, &pseudonym);
        }
        let cleaned = self.cleaned(changed.as_deref().unwrap_or(text));
        cleaned.or(changed)
    }

    /// A text without the values that are known to be secret.
    fn cleaned(&self, text: &str) -> Option<String> {
        if shape::is_time(text) {
            return None;
        }
        self.known.cleaned(text, &|n, found| {
            self.values.get(n).map(|value| shape::in_case_of(&value.pseudonym, found)).unwrap_or_default()
        })
    }

    fn frame(&self, calls: &mut Calls, connection: u32, frame: &CaptureFrame) -> Option<String> {
        let text = frame.text.as_str();
        if frame.is_binary {
            // A hex dump: nobody can tell what it holds.
            return self.is_full.then(|| shape::masked(text)).filter(|masked| masked != text);
        }
        match json::parse(text) {
            Ok(tree) => {
                let mut splices = Vec::new();
                visit_frame(&tree, calls, connection, &mut |node, spot, _| {
                    self.splice(&tree, node, spot, 0, &mut splices);
                });
                spliced(text, splices)
            }
            Err(_) => self.broken(text),
        }
    }

    /// A frame that is not JSON.
    fn broken(&self, text: &str) -> Option<String> {
        if self.is_full && !scan::is_recognized(text) {
            return Some(scan::masked_but_names(text)).filter(|masked| masked != text);
        }
        let mut out = text.to_owned();
        let mut ranges = scan::secrets(text);
        ranges.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
        for (range, _) in ranges {
            if let Some(pseudonym) = text.get(range.clone()).and_then(|part| self.replaced_whole(part)) {
                out.replace_range(range, &pseudonym);
            }
        }
        let out = self.plain(&out).unwrap_or(out);
        (out != text).then_some(out)
    }

    /// What stands in place of a value or name, if anything.
    fn splice(&self, tree: &Tree<'_>, node: NodeId, spot: Spot, depth: u32, splices: &mut Vec<(Span, String)>) {
        if spot == Spot::Skip {
            return;
        }
        let key = tree.key_span(node);
        if key.end > 0
            && let Some(name) = self.known.cleaned_name(&tree.key(node), &|n, found| {
                self.values.get(n).map(|value| shape::in_case_of(&value.pseudonym, found)).unwrap_or_default()
            })
        {
            splices.push((key, json::quote(&name)));
        }
        let Some(text) = tree.string(node) else {
            let raw = tree.raw(node);
            let is_own = matches!(spot, Spot::Secret(_)) || spot == Spot::Free;
            if tree.kind(node) == Kind::Number
                && (is_own || raw.len() >= known::DISTINCT)
                && let Some(number) = self.replaced_whole(raw)
            {
                splices.push((tree.span(node), shape::as_number(raw, &number)));
            }
            return;
        };
        let changed = match spot {
            Spot::Secret(kind) if kind != SecretKind::Url => self.replaced_whole(&text).or_else(|| self.plain(&text)),
            Spot::Free => match nested(&text, depth) {
                Some(inner) => {
                    let mut inside = Vec::new();
                    places::visit(&inner, inner.root(), &Context::free(""), &mut |node, spot, _| {
                        self.splice(&inner, node, spot, depth + 1, &mut inside);
                    });
                    spliced(inner.text(), inside).or_else(|| self.plain(&text))
                }
                None => self.replaced_whole(&text).or_else(|| self.plain(&text)),
            },
            _ => self.plain(&text),
        };
        if let Some(changed) = changed.filter(|changed| *changed != text) {
            splices.push((tree.span(node), json::quote(&changed)));
        }
    }
}

/// JSON inside a string.
fn nested(text: &str, depth: u32) -> Option<Tree<'_>> {
    let is_json = depth < MOST_NESTED && text.trim_start().starts_with(['{', '[']);
    is_json.then(|| json::parse(text).ok()).flatten()
}

fn visit_frame(tree: &Tree<'_>, calls: &mut Calls, connection: u32, visit: Visit<'_>) {
    let envelope = envelope::read(tree, None);
    let action = calls.action(connection, &envelope);
    let is_error = matches!(envelope.message_type, Some(MessageType::CallError | MessageType::CallResultError));
    if envelope.message_type.is_none() {
        places::visit(tree, tree.root(), &Context::of("frame", &action), visit);
        return;
    }
    for item in tree.items(tree.root()) {
        if Some(item) == envelope.action_node || Some(item) == envelope.code_node {
            visit(item, Spot::Skip, "");
        } else if is_error {
            places::visit(tree, item, &Context::of("CallError", &action), visit);
        } else {
            places::visit(tree, item, &Context::of(&action, &action), visit);
        }
    }
}

/// The text with other pieces, which come in text order.
fn spliced(text: &str, mut splices: Vec<(Span, String)>) -> Option<String> {
    if splices.is_empty() {
        return None;
    }
    splices.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, piece) in splices {
        out.push_str(text.get(at..span.start as usize).unwrap_or_default());
        out.push_str(&piece);
        at = span.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    Some(out)
}
