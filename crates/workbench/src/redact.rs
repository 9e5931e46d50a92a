//! Redaction: replaces what should not leave the house — tokens, serial numbers, keys, free text — by pseudonyms of the
//! same form, so that a capture can be shared and its findings stay true.
//!
//! Where a value stands decides whether it is secret (`redact/places.rs`), not what it looks like. Once it is known it is
//! replaced wherever it stands, in other fields, inside other texts, and encoded (`redact/known.rs`). A pseudonym is a
//! running number in the shape of the value (`redact/shape.rs`): the same value gets the same one, and nothing leads back.

use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::port::Severity;
use crate::share::{Shared, SharedProfile, SharedView};
use known::Known;
use ocpp_wire::envelope::{self, MessageType};
use ocpp_wire::json::{self, Kind, NodeId, Span, Tree};
use ocpp_wire::version::Version;
use places::{Context, Spot, Visit};
use std::collections::{BTreeSet, HashMap};

mod known;
mod places;
mod scan;
mod shape;

/// JSON inside strings of JSON is followed so far.
const MOST_NESTED: u32 = 3;

/// Places that are named for each value.
const MOST_PLACES: usize = 3;

/// How much is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Everything that could point to a person, a station or a way in.
    #[default]
    Full,
    /// Passwords and private keys only; they are never shown, whatever the user chose.
    SecretsOnly,
}

/// What to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactOptions {
    /// How much.
    pub level: Level,
    /// Values to leave as they are. Passwords and private keys are replaced all the same.
    pub keep: BTreeSet<String>,
    /// Also the identities of the stations.
    pub hides_stations: bool,
}

impl Default for RedactOptions {
    fn default() -> Self {
        Self { level: Level::Full, keep: BTreeSet::new(), hides_stations: true }
    }
}

/// What kind of secret a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A password, a PIN or an authorization key.
    Password,
    /// A private key.
    PrivateKey,
    /// An id tag, an id token or a contract.
    Token,
    /// A serial number.
    Serial,
    /// ICCID or IMSI of a SIM card.
    Sim,
    /// A certificate, what signs or asks for one, or a part of it.
    Certificate,
    /// A signature or signed data.
    Signature,
    /// Identity of a vehicle.
    Vehicle,
    /// A user name.
    User,
    /// User name, password or query of a URL.
    Url,
    /// An IP or MAC address.
    Address,
    /// Text without a fixed meaning.
    FreeText,
    /// Name of a file.
    FileName,
    /// Identity of a station.
    Station,
}

impl SecretKind {
    /// Words for a list.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::Token => "token",
            Self::Serial => "serial number",
            Self::Sim => "SIM card",
            Self::Certificate => "certificate",
            Self::Signature => "signature",
            Self::Vehicle => "vehicle",
            Self::User => "user name",
            Self::Url => "part of a URL",
            Self::Address => "address",
            Self::FreeText => "free text",
            Self::FileName => "file name",
            Self::Station => "station",
        }
    }

    /// Replaced whatever the user chose.
    pub const fn is_always_hidden(self) -> bool {
        matches!(self, Self::Password | Self::PrivateKey)
    }
}

/// A value and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedValue {
    /// What it is.
    pub kind: SecretKind,
    /// The value as it was first seen.
    pub original: String,
    /// Its pseudonym.
    pub pseudonym: String,
    /// Where it stands, such as `Authorize.idTag`: the first three places.
    pub places: Vec<String>,
    /// How often it stands at a place of its own.
    pub n_places: u32,
    /// It stays as it is, because the user said so.
    pub keep: bool,
}

/// The values that would be replaced, in the order of their first appearance.
pub fn preview(capture: &Capture, options: &RedactOptions) -> Vec<RedactedValue> {
    Redactor::of(capture, options).values
}

/// The capture with pseudonyms. Frames that changed carry [`Marks::REDACTED`].
///
/// ```
/// # use workbench::redact::{RedactOptions, redact};
/// let capture = workbench::capture::Capture::default();
/// assert_eq!(redact(&capture, &RedactOptions::default()), capture);
/// ```
pub fn redact(capture: &Capture, options: &RedactOptions) -> Capture {
    Redactor::of(capture, options).capture(capture, options)
}

/// Everything a link carries with pseudonyms: the capture, and the same values in filter, address and connect form.
///
/// The form loses user name and password of its URL whatever the options say.
pub fn redact_shared(shared: &Shared, options: &RedactOptions) -> Shared {
    let mut all = shared.capture.clone();
    let profile =
        shared.view.profile.clone().map(|profile| SharedProfile { url: without_user(&profile.url), ..profile });
    if let Some(profile) = &profile {
        // The form comes last, so that the pseudonyms are those of the capture alone.
        let connection = all.connections.len() as u32;
        all.connections.push(CaptureConnection { station: profile.identity.clone(), version: Version::V16 });
        let title = "connect form".to_owned();
        let event = CaptureEvent { title, text: profile.url.clone(), severity: Severity::Ok };
        all.items.push(CaptureItem { connection, at: 0.0, content: CaptureContent::Event(event) });
    }
    let redactor = Redactor::of(&all, options);
    let mut capture = redactor.capture(&all, options);
    let profile = profile.map(|profile| {
        let identity = capture.connections.pop().map(|connection| connection.station).unwrap_or_default();
        let url = match capture.items.pop().map(|item| item.content) {
            Some(CaptureContent::Event(event)) => event.text,
            _ => String::new(),
        };
        let name = redactor.plain(&profile.name).unwrap_or(profile.name);
        SharedProfile { name, url, identity, versions: profile.versions }
    });
    let clean = |text: &str| redactor.plain(text).unwrap_or_else(|| text.to_owned());
    let view = SharedView {
        filter: clean(&shared.view.filter),
        selected: shared.view.selected,
        route: clean(&shared.view.route),
        is_redacted: shared.view.is_redacted || options.level == Level::Full,
        profile,
    };
    Shared { capture, view }
}

/// The URL without user name and password.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", rest.get(host..).unwrap_or_default())
}

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
struct Redactor {
    is_full: bool,
    values: Vec<RedactedValue>,
    by_text: HashMap<String, usize>,
    known: Known,
}

impl Redactor {
    fn of(capture: &Capture, options: &RedactOptions) -> Self {
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

    fn capture(&self, capture: &Capture, options: &RedactOptions) -> Capture {
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
    fn plain(&self, text: &str) -> Option<String> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Direction;
    use crate::testing::{START, records_of, schemas};
    use proptest::prelude::*;

    fn capture(lines: &str) -> Capture {
        let mut lines = lines.lines();
        let version = Version::from_number(lines.next().unwrap()).unwrap();
        let items = lines
            .map(|line| {
                let (way, text) = line.split_at(1);
                let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
                let frame = CaptureFrame { text: text.into(), is_binary: way == "b", direction, marks: Marks::NONE };
                CaptureItem { connection: 0, at: START, content: CaptureContent::Frame(frame) }
            })
            .collect();
        Capture { connections: vec![CaptureConnection { station: "RDAM-0815".into(), version }], items }
    }

    fn texts(capture: &Capture) -> Vec<String> {
        let text = |item: &CaptureItem| match &item.content {
            CaptureContent::Frame(frame) => frame.text.clone(),
            CaptureContent::Event(event) => event.text.clone(),
        };
        capture.items.iter().map(text).collect()
    }

    /// Redacts frames of 1.6 to the CSMS.
    fn check(frames: &str, expected: &str) {
        let lines: String = frames.lines().map(|line| format!("\n>{line}")).collect();
        let redacted = texts(&redact(&capture(&format!("1.6{lines}")), &RedactOptions::default()));
        assert_eq!(redacted, expected.lines().collect::<Vec<_>>());
    }

    #[test]
    fn secrets_get_pseudonyms_of_their_own_form() {
        check(
            r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"}]
[2,"2","Authorize",{"idTag":"04a2b1c2d3"}]
[2,"3","Authorize",{"idTag":"Peter-77"}]
[2,"4","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"SN/0042.x","iccid":"8931000000000000001","firmwareVersion":"1.2.3.4"}]
[2,"5","Authorize",{"idTag":471100}]
[2,"6","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"Door open at 12","vendorErrorCode":"E42"}]"#,
            r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"}]
[2,"2","Authorize",{"idTag":"00a0a0a0a2"}]
[2,"3","Authorize",{"idTag":"Xxxxx-03"}]
[2,"4","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"XX/0000.b","iccid":"0000000000000000005","firmwareVersion":"1.2.3.4"}]
[2,"5","Authorize",{"idTag":100006}]
[2,"6","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"Xxxx xxxx xx 07","vendorErrorCode":"E42"}]"#,
        );
    }

    #[test]
    fn settings_are_secret_by_their_names() {
        check(
            r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter2"}]
[2,"2","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]
[2,"3","SetVariables",{"setVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"attributeValue":"geheim-7"},{"component":{"name":"X"},"variable":{"name":"Interval"},"attributeValue":"60"}]}]
[2,"4","NotifyReport",{"reportData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"Identity"},"variableAttribute":[{"value":"Tor3"}]}]}]"#,
            r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"xxxxxx0xxxxxx2"}]
[2,"2","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]
[2,"3","SetVariables",{"setVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"attributeValue":"xxxxxx-3"},{"component":{"name":"X"},"variable":{"name":"Interval"},"attributeValue":"60"}]}]
[2,"4","NotifyReport",{"reportData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"Identity"},"variableAttribute":[{"value":"Xxx4"}]}]}]"#,
        );
    }

    #[test]
    fn of_a_url_only_what_is_secret_goes() {
        check(
            r#"[2,"1","GetDiagnostics",{"location":"ftp://jan:s3cret@10.11.12.130:21/up/load?sig=abc%2Fdef&x=1#top"}]
[2,"2","Get",{"location":"https://example.com/firmware.bin","ip":"192.168.4.20","mac":"00:1A:2B:3C:4D:5E"}]"#,
            r#"[2,"1","GetDiagnostics",{"location":"ftp://xxz:x0xxxa@10.10.10.104:21/up/load?sig=aaa%2Faaf&x=6#top"}]
[2,"2","Get",{"location":"https://example.com/firmware.bin","ip":"100.100.0.17","mac":"00:0A:0A:0A:0A:1C"}]"#,
        );
    }

    #[test]
    fn a_known_secret_goes_wherever_it_stands() {
        check(
            r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"}]
[4,"1","InternalError","No token 04a2b1c2d3 here",{"04A2B1C2D3":"id=MDRBMkIxQzJEMw==","hex":"30344132423143324433","u":"%30%34A2B1C2D3"}]
[2,"04A2B1C2D3-1","DataTransfer",{"vendorId":"V","data":"{\"tag\":\"04A2B1C2D3\",\"n\":7,\"at\":\"2026-11-22T09:22:07Z\"}"}]"#,
            r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"}]
[4,"1","InternalError","No token 00a0a0a0a2 here",{"00A0A0A0A2":"id=XXXXXxXxXxXXXx==","hex":"00000000000000000000","u":"%78%78A0A0A0A0"}]
[2,"00A0A0A0A2-1","DataTransfer",{"vendorId":"V","data":"{\"tag\":\"00A0A0A0A2\",\"n\":7,\"at\":\"2026-11-22T09:22:07Z\"}"}]"#,
        );
    }

    #[test]
    fn keys_and_certificates_keep_their_frame() {
        check(
            r#"[2,"1","CertificateSigned",{"certificateChain":"-----BEGIN CERTIFICATE-----\nMIIB9z+/\n-----END CERTIFICATE-----\n"}]
[2,"2","X",{"note":"-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----"}]"#,
            r#"[2,"1","CertificateSigned",{"certificateChain":"-----BEGIN CERTIFICATE-----\nXXXX0z+/\n-----END CERTIFICATE-----\n"}]
[2,"2","X",{"note":"-----BEGIN EC PRIVATE KEY-----\nXXxA\n-----END EC PRIVATE KEY-----"}]"#,
        );
    }

    #[test]
    fn frames_that_are_not_json_lose_their_secrets_too() {
        check(
            r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"
[2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter
{"idTag": 4711001, oops}
Token hunter42 was refused
[2,'3','Authorize',{'idTag':'ABCDEF77'}]"#,
            r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"
[2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"xxxxxx0xxxxxa
{"idTag": 0000004, oops}
Xxxxx xxxxxx00 xxx xxxxxxx
[2,'3','Authorize',{'idTag':'AAAAAA05'}]"#,
        );
    }

    #[test]
    fn passwords_are_hidden_whatever_is_chosen() {
        let frames = "1.6\n<[2,\"1\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":\"hunter2hunter2\"}]\n>[2,\"2\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]\n>[4,\"1\",\"InternalError\",\"hunter2hunter2\",{}]";
        let options = RedactOptions {
            level: Level::SecretsOnly,
            keep: BTreeSet::from(["hunter2hunter2".to_owned()]),
            hides_stations: true,
        };
        let redacted = redact(&capture(frames), &options);
        let texts = texts(&redacted);
        assert!(texts[0].contains("\"xxxxxx0xxxxxx1\"") && texts[2].contains("\"xxxxxx0xxxxxx1\""), "{texts:?}");
        assert!(texts[1].contains("04A2B1C2D3"));
        assert_eq!(redacted.connections[0].station, "RDAM-0815");
        let marks = redacted.items.iter().map(|item| match &item.content {
            CaptureContent::Frame(frame) => frame.marks,
            CaptureContent::Event(_) => Marks::NONE,
        });
        assert_eq!(marks.collect::<Vec<_>>(), [Marks::REDACTED, Marks::NONE, Marks::REDACTED]);
    }

    #[test]
    fn the_preview_names_values_and_places() {
        let mut capture = capture(
            "1.6\n>[2,\"1\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]\n<[3,\"1\",{\"idTagInfo\":{\"status\":\"Accepted\",\"parentIdTag\":\"04A2B1C2D3\"}}]\n>[2,\"2\",\"Authorize\",{\"idTag\":\"KEEP-ME\"}]",
        );
        let event = CaptureEvent {
            title: "Opened".into(),
            text: "wss://u:pass1234@host/RDAM-0815".into(),
            severity: Severity::Ok,
        };
        capture.items.push(CaptureItem { connection: 0, at: START, content: CaptureContent::Event(event) });
        let options = RedactOptions { keep: BTreeSet::from(["KEEP-ME".to_owned()]), ..RedactOptions::default() };
        let values = preview(&capture, &options);
        let lines: Vec<String> = values
            .iter()
            .map(|v| {
                format!("{} {} {} {:?} {} {}", v.kind.label(), v.original, v.pseudonym, v.places, v.n_places, v.keep)
            })
            .collect();
        assert_eq!(
            lines,
            [
                "station RDAM-0815 XXXX-0001 [\"station\"] 1 false",
                "token 04A2B1C2D3 00A0A0A0A2 [\"Authorize.idTag\", \"Authorize.idTagInfo.parentIdTag\"] 2 false",
                "token KEEP-ME XXXX-XA [\"Authorize.idTag\"] 1 true",
                "part of a URL u b [\"Opened\"] 1 false",
                "part of a URL pass1234 xxxx0005 [\"Opened\"] 1 false",
            ]
        );
        let redacted = redact(&capture, &options);
        assert_eq!(redacted.connections[0].station, "XXXX-0001");
        assert_eq!(texts(&redacted)[2], "[2,\"2\",\"Authorize\",{\"idTag\":\"KEEP-ME\"}]");
        assert_eq!(texts(&redacted)[3], "wss://b:xxxx0005@host/XXXX-0001");
    }

    #[test]
    fn filter_and_form_of_a_link_hold_no_secret_either() {
        let profile = SharedProfile {
            name: "Rotterdam".into(),
            url: "wss://jan:geheim@csms.example.com/ocpp?token=abcdef99".into(),
            identity: "RDAM-0815".into(),
            versions: vec!["1.6".into()],
        };
        let view = SharedView {
            filter: "text:\"04A2B1C2D3\" -kind:result".into(),
            selected: Some(0),
            route: "#/timeline".into(),
            is_redacted: false,
            profile: Some(profile),
        };
        let shared = Shared { capture: capture("1.6\n>[2,\"1\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]"), view };
        let redacted = redact_shared(&shared, &RedactOptions::default());
        assert_eq!(redacted.capture, redact(&shared.capture, &RedactOptions::default()));
        assert_eq!(redacted.view.filter, "text:\"00A0A0A0A2\" -kind:result");
        assert!(redacted.view.is_redacted);
        let profile = redacted.view.profile.unwrap();
        assert_eq!(
            (profile.url.as_str(), profile.identity.as_str()),
            ("wss://csms.example.com/ocpp?token=aaaaaa03", "XXXX-0001")
        );
        let secrets_only = RedactOptions { level: Level::SecretsOnly, ..RedactOptions::default() };
        let profile = redact_shared(&shared, &secrets_only).view.profile.unwrap();
        assert_eq!(profile.url, "wss://csms.example.com/ocpp?token=abcdef99");
    }

    #[test]
    fn a_hex_dump_is_masked() {
        let redacted = redact(&capture("1.6\nb68 75 6e 74"), &RedactOptions::default());
        assert_eq!(texts(&redacted), ["00 00 0a 00"]);
    }

    /// A secret that is not likely to stand anywhere by chance.
    fn secret() -> impl Strategy<Value = String> {
        prop_oneof!["Q[0-9A-F]{7,13}", "[0-9]{9,16}", "q[a-z]{3}-[0-9a-f]{8}", "Zü[a-z]{8}"]
    }

    fn base64(bytes: &[u8]) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        bytes
            .chunks(3)
            .flat_map(|chunk| {
                let bits =
                    chunk.iter().fold(0_u32, |sum, &byte| (sum << 8) | u32::from(byte)) << (8 * (3 - chunk.len()));
                (0..=chunk.len())
                    .map(move |n| char::from(ALPHABET[((bits >> (18 - 6 * n)) & 63) as usize]))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// The forms a secret may take elsewhere.
    fn forms(secret: &str) -> [String; 6] {
        [
            secret.to_owned(),
            base64(secret.as_bytes()),
            base64(format!("CP:{secret}").as_bytes()),
            secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
            secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
            secret.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
        ]
    }

    const PLACES: [&str; 9] = [
        r#">[2,"a","Authorize",{"idTag":"§"}]"#,
        r#">[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"§","imsi":"§"}]"#,
        r#"<[2,"c","ChangeConfiguration",{"key":"AuthorizationKey","value":"§"}]"#,
        r#">[2,"d","DataTransfer",{"vendorId":"V","data":"§"}]"#,
        r#"<[2,"e","GetDiagnostics",{"location":"ftp://u:§@example.com/?key=§"}]"#,
        r#"<[2,"f","RequestStartTransaction",{"idToken":{"idToken":"§","type":"Central"}}]"#,
        r#">[2,"g","SignCertificate",{"csr":"§"}]"#,
        r#">[2,"h","Authorize",{"idTag":"§""#,
        r#">[2,"i","X",{"customData":{"vendorId":"V","any":["§"]}}]"#,
    ];

    const ELSEWHERE: [&str; 6] = [
        r#"<[4,"a","InternalError","refused: §!",{}]"#,
        r#">[3,"zz",{"x":{"y":["§"]}}]"#,
        r#">[2,"§","Heartbeat",{}]"#,
        r#">[2,"y","Heartbeat",{"§":1}]"#,
        r#">[2,"w","Heartbeat",{"x":"§"#,
        "<no frame at all: §",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn no_secret_is_left_in_any_form(
            secrets in proptest::collection::vec((secret(), 0..PLACES.len(), 0..ELSEWHERE.len(), 0..6_usize), 1..6),
        ) {
            let mut lines = vec!["1.6".to_owned()];
            for (secret, place, elsewhere, form) in &secrets {
                lines.push(PLACES[*place].replace('§', secret));
                // Names are only looked through for what is written plainly.
                let form = if *elsewhere == 3 { 0 } else { *form };
                lines.push(ELSEWHERE[*elsewhere].replace('§', &forms(secret)[form]));
            }
            let original = capture(&lines.join("\n"));
            let redacted = redact(&original, &RedactOptions::default());
            for (text, before) in texts(&redacted).iter().zip(texts(&original)) {
                // Escapes are not written again.
                let is_escaped = before.contains('\\');
                prop_assert!(is_escaped || text.chars().count() == before.chars().count(), "{} {}", text, before);
                for (secret, ..) in &secrets {
                    for form in forms(secret) {
                        prop_assert!(!text.to_lowercase().contains(&form.to_lowercase()), "{} in {} of {}", form, text, before);
                    }
                }
            }
            prop_assert_eq!(redact(&original, &RedactOptions::default()), redacted);
        }

        #[test]
        fn findings_stay_true(
            values in proptest::collection::vec(("[A-Z0-9]{1,24}|[0-9]{1,22}|[a-z ]{1,24}", 0..FRAMES.len(), any::<bool>()), 1..12),
        ) {
            let schemas = schemas_once();
            let mut lines = vec!["1.6".to_owned()];
            for (n, (value, frame, is_answered)) in values.iter().enumerate() {
                let [call, answer] = FRAMES[*frame];
                lines.push(call.replace('§', value).replace("ID", &n.to_string()));
                if *is_answered {
                    lines.push(answer.replace('§', value).replace("ID", &n.to_string()));
                }
            }
            let original = capture(&lines.join("\n"));
            let redacted = redact(&original, &RedactOptions::default());
            let found = |capture: &Capture| {
                let lines: String = capture.items.iter().map(|item| match &item.content {
                    CaptureContent::Frame(frame) => {
                        let way = if frame.direction == Direction::ToCsms { '>' } else { '<' };
                        format!("\n{way}{}", frame.text)
                    }
                    CaptureContent::Event(_) => String::new(),
                }).collect();
                let records = records_of(schemas, &format!("1.6{lines}"));
                records
                    .transcript
                    .frames()
                    .flat_map(|(frame, _)| records.findings(frame).into_iter().map(move |f| format!("{frame} {} {}", f.rule.id, f.pointer)))
                    .collect::<Vec<_>>()
            };
            prop_assert_eq!(found(&original), found(&redacted), "{:#?}", texts(&redacted));
        }

        #[test]
        fn any_text_is_taken(lines in proptest::collection::vec(".{0,40}|\\[[23],\"[a-z]{1,3}\",\"[A-Za-z\"\\\\{}:,]{0,40}", 0..6)) {
            let lines: String = lines.iter().filter(|line| !line.contains(['\n', '\r'])).map(|line| format!("\n>{line}")).collect();
            let capture = capture(&format!("1.6{lines}"));
            redact(&capture, &RedactOptions::default());
            redact(&capture, &RedactOptions { level: Level::SecretsOnly, ..RedactOptions::default() });
        }
    }

    /// A call and its answer with a value in them; some break rules.
    const FRAMES: [[&str; 2]; 8] = [
        [
            r#">[2,"ID","Authorize",{"idTag":"§"}]"#,
            r#"<[3,"ID",{"idTagInfo":{"status":"Accepted","parentIdTag":"§"}}]"#,
        ],
        [
            r#">[2,"ID","StartTransaction",{"connectorId":1,"idTag":"§","meterStart":4711,"timestamp":"2026-11-22T09:22:07Z"}]"#,
            r#"<[3,"ID",{"idTagInfo":{"status":"Invalid"},"transactionId":7}]"#,
        ],
        [
            r#">[2,"ID","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"§","x":"§"}]"#,
            r#"<[3,"ID",{"x":1}]"#,
        ],
        [
            r#"<[2,"ID","ChangeConfiguration",{"key":"AuthorizationKey","value":"§"}]"#,
            r#">[4,"ID","InternalError","§",{}]"#,
        ],
        [r#"<[2,"ID","RemoteStartTransaction",{"idTag":"§","connectorId":"1"}]"#, r#">[4,"ID","§","no",{}]"#],
        [
            r#">[2,"ID","DataTransfer",{"vendorId":"V","data":"{\"a\":\"§\"}"}]"#,
            r#"<[3,"ID",{"status":"Accepted","data":"§"}]"#,
        ],
        [
            r#"<[2,"ID","GetDiagnostics",{"location":"https://u:§@example.com/x?k=§"}]"#,
            r#">[3,"ID",{"fileName":"§.zip"}]"#,
        ],
        [r#">[2,"ID","Authorize",{"idTag":"§""#, r#"<[3,"other",{}]"#],
    ];

    fn schemas_once() -> &'static crate::records::Schemas {
        thread_local! {
            static SCHEMAS: &'static crate::records::Schemas = Box::leak(Box::new(schemas()));
        }
        SCHEMAS.with(|schemas| *schemas)
    }
}
