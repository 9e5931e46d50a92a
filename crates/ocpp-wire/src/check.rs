//! Checking a payload against its schema: which value breaks which rule, in words for an integrator.
//!
//! A healthy payload is accepted straight from the tree of its text. Whatever is not accepted goes to the
//! referee ([`crate::referee`]), whose verdict is shown; two questions that binary numbers cannot decide,
//! `multipleOf` and what an integer is, are decided from the text of the number.

use crate::date_time;
use crate::json::{self, Kind, NodeId, Tree, escape_pointer};
use crate::number;
use crate::order::sort_by_rank;
use crate::schema::{Draft, Format, Rule, RuleId, Schema, ValueType};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Violations of one payload that are described. Nobody reads more, and a payload made to stop us has millions.
pub const MOST_VIOLATIONS: usize = 1_000;

/// A value that breaks a rule of its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer inside the payload. A missing member is named where it should stand.
    pub pointer: String,
    /// The rule.
    pub keyword: Keyword,
    /// What is wrong, without a full stop: `idTag has 23 characters, at most 20 are allowed`.
    pub sentence: String,
    /// The value at fault, or the object that lacks a member.
    pub node: NodeId,
}

/// The schema keywords the OCA schemas use for rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyword {
    /// Wrong JSON type.
    Type,
    /// A member is missing.
    Required,
    /// A member the schema does not know.
    AdditionalProperties,
    /// Not one of the allowed strings.
    Enum,
    /// Too many characters.
    MaxLength,
    /// Too small.
    Minimum,
    /// Too great.
    Maximum,
    /// Not a multiple of the step.
    MultipleOf,
    /// Not a date-time or URI.
    Format,
    /// Too few items.
    MinItems,
    /// Too many items.
    MaxItems,
}

impl Keyword {
    /// The keyword as schemas spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Required => "required",
            Self::AdditionalProperties => "additionalProperties",
            Self::Enum => "enum",
            Self::MaxLength => "maxLength",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::MultipleOf => "multipleOf",
            Self::Format => "format",
            Self::MinItems => "minItems",
            Self::MaxItems => "maxItems",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        const ALL: [Keyword; 11] = [
            Keyword::Type,
            Keyword::Required,
            Keyword::AdditionalProperties,
            Keyword::Enum,
            Keyword::MaxLength,
            Keyword::Minimum,
            Keyword::Maximum,
            Keyword::MultipleOf,
            Keyword::Format,
            Keyword::MinItems,
            Keyword::MaxItems,
        ];
        ALL.into_iter().find(|keyword| keyword.as_str() == name)
    }
}

/// Checks a payload. An empty list means that it is valid.
///
/// Violations come in the order of the text; several may stand at one value. There are [`MOST_VIOLATIONS`] at most.
pub fn check(schema: &Schema, tree: &Tree<'_>, payload: NodeId) -> Vec<Violation> {
    if accepts(schema, tree, payload) {
        return Vec::new();
    }
    referee(schema, tree, payload)
}

/// The payload is surely valid. `false` means "ask the referee", not "invalid".
pub fn accepts(schema: &Schema, tree: &Tree<'_>, payload: NodeId) -> bool {
    // Of two members with one name the referee sees the last only.
    tree.duplicates().is_empty() && Fast { schema, tree }.accepts(0, payload)
}

/// Values a closer look is worth, in text order: empty lists and objects inside the payload, numbers that are long or
/// not written as integers, and texts that may be a time in another form than `2026-11-22T09:22:07.123Z`.
///
/// The payload itself is left out. Of a payload that was accepted, so are numbers with decimals: they stand where the
/// schema wants no integer.
pub fn unusual(tree: &Tree<'_>, payload: NodeId, is_accepted: bool, most: usize) -> Vec<NodeId> {
    let is_unusual = |&node: &NodeId| match tree.kind(node) {
        Kind::Null | Kind::Bool => false,
        Kind::Array | Kind::Object => tree.is_empty_container(node),
        Kind::Number => {
            let text = tree.raw(node);
            text.len() >= 10 || !is_accepted && !number::is_written_as_integer(text)
        }
        // With its quotes. What is no time at all is found out by those who read it.
        Kind::String => {
            let raw = tree.raw(node);
            (22..64).contains(&raw.len())
                && raw.as_bytes().get(11) == Some(&b'T')
                && (raw.len() > 26 || !raw.ends_with("Z\""))
        }
    };
    tree.within(payload).skip(1).take(most).filter(is_unusual).collect()
}

/// The referee's verdict, together with what is decided from the text of numbers.
pub fn referee(schema: &Schema, tree: &Tree<'_>, payload: NodeId) -> Vec<Violation> {
    let mut violations = Vec::new();
    for complaint in schema.referee().complaints(&number::to_value(tree, payload), MOST_VIOLATIONS) {
        if let Some(place) = Place::find(schema, tree, payload, &complaint.path) {
            place.describe(schema, tree, &complaint.keyword, &mut violations);
        }
    }
    exact_numbers(schema, tree, payload, &mut violations);
    sort_by_rank(&mut violations, |violation| tree.span(violation.node).start);
    violations.truncate(MOST_VIOLATIONS);
    violations
}

struct Fast<'a, 't> {
    schema: &'a Schema,
    tree: &'a Tree<'t>,
}

impl Fast<'_, '_> {
    fn accepts(&self, rule: RuleId, id: NodeId) -> bool {
        let rule = self.schema.rule(rule);
        let Some(value_type) = rule.value_type else { return rule.admits_anything() };
        match (value_type, self.tree.kind(id)) {
            (ValueType::Object, Kind::Object) => self.accepts_object(rule, id),
            (ValueType::Array, Kind::Array) => self.accepts_array(rule, id),
            (ValueType::String, Kind::String) => self.accepts_string(rule, id),
            (ValueType::Integer | ValueType::Number, Kind::Number) => self.accepts_number(rule, value_type, id),
            (ValueType::Boolean, Kind::Bool) => true,
            _ => false,
        }
    }

    fn accepts_object(&self, rule: &Rule, id: NodeId) -> bool {
        let mut n_required = 0;
        // Members mostly come in the order of the schema, so the next one is tried first.
        let mut guess = 0;
        for member in self.tree.items(id) {
            let name = self.tree.key(member);
            let at_guess = rule.properties.get(guess).filter(|property| property.name == *name);
            let found = match at_guess {
                Some(property) => Some((guess, property)),
                // Left out members are passed over, so the search goes on from there and ends at the beginning.
                None => {
                    let (before, after) = rule.properties.split_at(guess.min(rule.properties.len()));
                    let after = (guess..).zip(after);
                    after.chain((0..).zip(before)).find(|(_, property)| property.name == *name)
                }
            };
            match found {
                Some((index, property)) => {
                    guess = index + 1;
                    n_required += usize::from(property.is_required);
                    if !self.accepts(property.rule, member) {
                        return false;
                    }
                }
                None if rule.is_open => {}
                None => return false,
            }
        }
        n_required == rule.n_required
    }

    fn accepts_array(&self, rule: &Rule, id: NodeId) -> bool {
        let Some(items) = rule.items else { return false };
        let mut n = 0_u64;
        for item in self.tree.items(id) {
            n += 1;
            if !self.accepts(items, item) {
                return false;
            }
        }
        rule.min_items.is_none_or(|least| n >= least) && rule.max_items.is_none_or(|most| n <= most)
    }

    fn accepts_string(&self, rule: &Rule, id: NodeId) -> bool {
        let Some(text) = self.tree.string(id) else { return false };
        if let Some(most) = rule.max_length {
            // Never more characters than bytes, so most texts need no counting.
            if text.len() as u64 > most && text.chars().count() as u64 > most {
                return false;
            }
        }
        if !rule.allowed.is_empty() && !rule.allowed.iter().any(|allowed| *allowed == *text) {
            return false;
        }
        match rule.format {
            None => true,
            Some(Format::DateTime) => date_time::parse(&text).is_some(),
            Some(Format::Uri) => is_plain_uri(&text),
        }
    }

    fn accepts_number(&self, rule: &Rule, value_type: ValueType, id: NodeId) -> bool {
        let text = self.tree.raw(id);
        // Numbers of usual length are exact enough in binary for the bounds of the schemas.
        if text.len() > 15 || text.contains(['e', 'E']) {
            return false;
        }
        if value_type == ValueType::Integer && !number::is_written_as_integer(text) {
            return false;
        }
        if let Some(step) = &rule.multiple_of
            && !number::is_multiple_of(text, step)
        {
            return false;
        }
        if rule.minimum.is_none() && rule.maximum.is_none() {
            return true;
        }
        // The usual bound.
        if rule.minimum.as_deref() == Some("0") && rule.maximum.is_none() && !text.starts_with('-') {
            return true;
        }
        let Some(value) = number::parse(text) else { return false };
        let bound = |text: &Option<String>| text.as_ref().and_then(|text| number::parse(text));
        bound(&rule.minimum).is_none_or(|least| value >= least) && bound(&rule.maximum).is_none_or(|most| value <= most)
    }
}

/// A URI of a plain form that every reader agrees on; others are left to the referee.
fn is_plain_uri(text: &str) -> bool {
    const SCHEMES: [&str; 8] = ["https://", "http://", "ftps://", "ftp://", "sftp://", "wss://", "ws://", "file:///"];
    let Some(rest) = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)) else { return false };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    host.starts_with(|c: char| c.is_ascii_lowercase())
        && host.ends_with(|c: char| c.is_ascii_alphabetic())
        && !host.contains("..")
        // Punycode, in any case, must be decodable.
        && !host.contains("--")
        // `0xf` is a part of an IPv4 address.
        && host.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()))
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-~".contains(&b))
}

/// A value in the payload, with what the schema says of it.
struct Place<'s> {
    node: NodeId,
    rule: &'s Rule,
    pointer: String,
    /// `chargingSchedulePeriod[0].limit`; empty for the payload.
    name: String,
}

impl<'s> Place<'s> {
    fn find(schema: &'s Schema, tree: &Tree<'_>, payload: NodeId, path: &[String]) -> Option<Self> {
        let mut place = Self { node: payload, rule: schema.root(), pointer: String::new(), name: String::new() };
        for step in path {
            place = if tree.kind(place.node) == Kind::Array {
                let index: usize = step.parse().ok()?;
                place.item(schema, tree.item(place.node, index)?, index)
            } else {
                place.member(schema, tree.get(place.node, step)?, step)
            };
        }
        Some(place)
    }

    fn member(&self, schema: &'s Schema, node: NodeId, name: &str) -> Self {
        let rule = self.rule.property(name).map_or(usize::MAX, |property| property.rule);
        Self { node, rule: schema.rule(rule), pointer: self.pointer_to(name), name: self.name_of(name) }
    }

    fn item(&self, schema: &'s Schema, node: NodeId, index: usize) -> Self {
        Self {
            node,
            rule: schema.rule(self.rule.items.unwrap_or(usize::MAX)),
            pointer: format!("{}/{index}", self.pointer),
            name: format!("{}[{index}]", self.name),
        }
    }

    fn pointer_to(&self, name: &str) -> String {
        format!("{}/{}", self.pointer, escape_pointer(name))
    }

    fn name_of(&self, member: &str) -> String {
        let member = readable(member);
        if self.name.is_empty() { member } else { format!("{}.{member}", self.name) }
    }

    fn subject(&self) -> &str {
        if self.name.is_empty() { "The payload" } else { &self.name }
    }

    fn describe(&self, schema: &Schema, tree: &Tree<'_>, keyword: &str, out: &mut Vec<Violation>) {
        let Some(keyword) = Keyword::from_name(keyword) else {
            out.push(self.violation(Keyword::Type, format!("{} breaks the schema ({keyword})", self.subject())));
            return;
        };
        let (rule, name) = (self.rule, self.subject());
        let count = |limit: Option<u64>| limit.unwrap_or_default();
        let sentence = match keyword {
            Keyword::Required => return self.describe_missing(tree, out),
            Keyword::AdditionalProperties => return self.describe_unknown(schema, tree, out),
            Keyword::Type => self.type_sentence(tree),
            Keyword::Enum => self.enum_sentence(tree),
            Keyword::MaxLength => {
                let n = tree.string(self.node).map_or(0, |text| text.chars().count());
                format!("{name} has {n} characters, at most {} are allowed", count(rule.max_length))
            }
            Keyword::MinItems => {
                let n = tree.items(self.node).count();
                let least = count(rule.min_items);
                let have = if n == 0 { "is an empty list".to_owned() } else { format!("has {}", items(n as u64)) };
                format!("{name} {have}, at least {} {} required", items(least), if least == 1 { "is" } else { "are" })
            }
            Keyword::MaxItems => {
                let n = tree.items(self.node).count() as u64;
                format!("{name} has {}, at most {} are allowed", items(n), count(rule.max_items))
            }
            Keyword::Minimum => {
                let least = rule.minimum.as_deref().unwrap_or_default();
                format!("{name} is {}, at least {least} is required", shorten(tree.raw(self.node)))
            }
            Keyword::Maximum => {
                let most = rule.maximum.as_deref().unwrap_or_default();
                format!("{name} is {}, at most {most} is allowed", shorten(tree.raw(self.node)))
            }
            Keyword::MultipleOf => self.step_sentence(tree),
            Keyword::Format => self.format_sentence(tree),
        };
        out.push(self.violation(keyword, sentence));
    }

    fn violation(&self, keyword: Keyword, sentence: String) -> Violation {
        Violation { pointer: self.pointer.clone(), keyword, sentence, node: self.node }
    }

    fn describe_missing(&self, tree: &Tree<'_>, out: &mut Vec<Violation>) {
        for property in self.rule.required() {
            if tree.get(self.node, &property.name).is_none() {
                out.push(Violation {
                    pointer: self.pointer_to(&property.name),
                    keyword: Keyword::Required,
                    sentence: format!("{} is missing", self.name_of(&property.name)),
                    node: self.node,
                });
            }
        }
    }

    fn describe_unknown(&self, schema: &Schema, tree: &Tree<'_>, out: &mut Vec<Violation>) {
        let known = self.rule.properties.iter().map(|property| property.name.as_str());
        let absent: Vec<&str> = known.filter(|known| tree.get(self.node, known).is_none()).collect();
        let whole = if self.name.is_empty() { schema_label(schema) } else { self.name.clone() };
        let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
        for member in tree.items(self.node) {
            if out.len() >= MOST_VIOLATIONS {
                return;
            }
            let name = tree.key(member);
            if self.rule.property(&name).is_some() || !seen.insert(name.clone()) {
                continue;
            }
            let hint = match similar(&name, absent.iter().copied()) {
                Some(meant) => format!("; {meant} is probably meant"),
                None if self.rule.property("customData").is_some() => "; own data belongs in customData".to_owned(),
                None => String::new(),
            };
            out.push(Violation {
                pointer: self.pointer_to(&name),
                keyword: Keyword::AdditionalProperties,
                sentence: format!("{} is not a field of {whole}{hint}", readable(&name)),
                node: member,
            });
        }
    }

    fn type_sentence(&self, tree: &Tree<'_>) -> String {
        let wanted = self.rule.value_type.map_or("of another type", ValueType::with_article);
        let raw = shorten(tree.raw(self.node));
        let kind = tree.kind(self.node);
        let name = self.subject();
        match kind {
            Kind::Null if self.name.is_empty() => {
                format!("The payload is null, but this message has required fields: it must be {wanted}")
            }
            Kind::Null => {
                format!("{name} is null, but must be {wanted}; a field without a value is left out")
            }
            Kind::Number if self.rule.value_type == Some(ValueType::Integer) => {
                if number::is_integral(tree.raw(self.node)) {
                    format!("{name} is written {raw}; an integer is written without decimals or exponent")
                } else {
                    format!("{name} is {raw}, but must be an integer")
                }
            }
            Kind::String if matches!(self.rule.value_type, Some(ValueType::Integer | ValueType::Number)) => {
                format!("{name} is the text {raw}, but must be {wanted}, without quotes")
            }
            Kind::Number if self.rule.value_type == Some(ValueType::String) => {
                format!("{name} is the number {raw}, but must be a string, in quotes")
            }
            Kind::Array | Kind::Object => format!("{name} is {}, but must be {wanted}", kind.with_article()),
            _ => format!("{name} is {raw}, but must be {wanted}"),
        }
    }

    fn enum_sentence(&self, tree: &Tree<'_>) -> String {
        let name = self.subject();
        let raw = shorten(tree.raw(self.node));
        let Some(text) = tree.string(self.node) else {
            return format!("{name} is {raw}, which is not one of the allowed values");
        };
        let meant = similar(&text, self.rule.allowed.iter().map(String::as_str));
        match meant {
            Some(meant) if meant.eq_ignore_ascii_case(&text) => {
                format!("{name} is {raw}; the value is spelled {meant}")
            }
            Some(meant) => format!("{name} is {raw}, which is not allowed; {meant} is probably meant"),
            None if self.rule.allowed.len() <= 12 => {
                format!("{name} is {raw}; allowed are {}", self.rule.allowed.join(", "))
            }
            None => format!("{name} is {raw}, which is none of the {} allowed values", self.rule.allowed.len()),
        }
    }

    fn step_sentence(&self, tree: &Tree<'_>) -> String {
        let step = self.rule.multiple_of.as_deref().unwrap_or_default();
        let raw = shorten(tree.raw(self.node));
        if step == "0.1" {
            format!("{} is {raw}, at most one decimal is allowed", self.subject())
        } else {
            format!("{} is {raw}, but must be a multiple of {step}", self.subject())
        }
    }

    fn format_sentence(&self, tree: &Tree<'_>) -> String {
        let text = tree.string(self.node).unwrap_or_default();
        let raw = shorten(tree.raw(self.node));
        let fault = match self.rule.format {
            Some(Format::DateTime) => date_time::what_is_wrong(&text),
            _ if text.is_empty() => "is empty; write a URI with its scheme, such as https://example.com/file",
            _ => "is not a URI; it needs a scheme, such as https://, and no spaces",
        };
        if text.is_empty() {
            format!("{} {fault}", self.subject())
        } else {
            format!("{} {raw} {fault}", self.subject())
        }
    }
}

/// Questions about numbers that a double cannot answer: `multipleOf`, and integers by their text.
fn exact_numbers(schema: &Schema, tree: &Tree<'_>, payload: NodeId, out: &mut Vec<Violation>) {
    let root = Place { node: payload, rule: schema.root(), pointer: String::new(), name: String::new() };
    let mut places = vec![root];
    while let Some(place) = places.pop() {
        if out.len() >= 2 * MOST_VIOLATIONS {
            return;
        }
        match tree.kind(place.node) {
            Kind::Object => {
                // The last of several members with one name counts.
                let members: HashMap<_, _> = tree.items(place.node).map(|member| (tree.key(member), member)).collect();
                for property in &place.rule.properties {
                    if let Some(&member) = members.get(property.name.as_str()) {
                        places.push(place.member(schema, member, &property.name));
                    }
                }
            }
            Kind::Array if place.rule.items.is_some() => {
                for (index, item) in tree.items(place.node).enumerate() {
                    places.push(place.item(schema, item, index));
                }
            }
            Kind::Number => {
                let text = tree.raw(place.node);
                let is_integer = match schema.draft {
                    Draft::Draft4 => number::is_written_as_integer(text),
                    Draft::Draft6 => number::is_integral(text),
                };
                let is_complained = |keyword| out.iter().any(|v| v.pointer == place.pointer && v.keyword == keyword);
                if place.rule.value_type == Some(ValueType::Integer) && !is_integer && !is_complained(Keyword::Type) {
                    out.push(place.violation(Keyword::Type, place.type_sentence(tree)));
                }
                if let Some(step) = &place.rule.multiple_of
                    && !number::is_multiple_of(text, step)
                {
                    out.push(place.violation(Keyword::MultipleOf, place.step_sentence(tree)));
                }
            }
            _ => {}
        }
    }
}

/// `BootNotification` or `the BootNotification response`.
fn schema_label(schema: &Schema) -> String {
    let name = schema.name.as_str();
    match name.strip_suffix("Response") {
        Some(action) => format!("the {action} response"),
        None => name.strip_suffix("Request").unwrap_or(name).to_owned(),
    }
}

fn items(n: u64) -> String {
    if n == 1 { "1 item".to_owned() } else { format!("{n} items") }
}

/// A name from the frame as it may stand in a sentence: quoted unless it is a plain word, and not endless.
fn readable(name: &str) -> String {
    let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if is_plain && name.len() <= 60 { name.to_owned() } else { shorten(&json::quote(name)) }
}

/// The text, cut after 60 characters.
pub fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The candidate that was probably meant: the same but for case, one or two letters off, or one name inside
/// the other.
pub fn similar<'c>(text: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    if text.len() > 60 || text.is_empty() {
        return None;
    }
    let lower = text.to_lowercase();
    candidates
        .filter_map(|candidate| {
            let other = candidate.to_lowercase();
            let distance = distance(&lower, &other);
            let is_near = distance == 0 || (distance <= 2 && text.len() > 3);
            let is_inside = other.len() >= 5 && lower.len() >= 5 && (lower.contains(&other) || other.contains(&lower));
            (is_near || is_inside).then_some((distance, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance of two short texts.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(&b) {
            let value = (diagonal + usize::from(ca != *cb)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = value;
            left = value;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::set;
    use crate::version::Version;

    /// Checks a payload and compares `pointer keyword: sentence` lines.
    fn check_text(version: Version, schema: &str, payload: &str, expected: &[&str]) {
        let schema = set(version).schema(schema).unwrap();
        let tree = json::parse(payload).unwrap();
        let lines: Vec<String> = check(&schema, &tree, tree.root())
            .iter()
            .map(|v| format!("{} {}: {}", v.pointer, v.keyword.as_str(), v.sentence))
            .collect();
        assert_eq!(lines, expected, "{payload}");
    }

    #[test]
    fn sentences_of_1_6() {
        let t = |schema, payload, expected: &[&str]| check_text(Version::V16, schema, payload, expected);
        t(
            "Authorize",
            r#"{"idTag":"12345678901234567890123"}"#,
            &["/idTag maxLength: idTag has 23 characters, at most 20 are allowed"],
        );
        t("Authorize", r#"{"idTag":"äöüäöüäöüäöüäöüäöüäö"}"#, &[]);
        t("Authorize", "{}", &["/idTag required: idTag is missing"]);
        t(
            "Authorize",
            "null",
            &[" type: The payload is null, but this message has required fields: it must be an object"],
        );
        t("Authorize", r#"{"idTag":12}"#, &["/idTag type: idTag is the number 12, but must be a string, in quotes"]);
        t(
            "BootNotificationResponse",
            r#"{"status":"accepted","currentTime":"2026-11-22T09:22:07","heartbeatInterval":300}"#,
            &[
                "/interval required: interval is missing",
                "/status enum: status is \"accepted\"; the value is spelled Accepted",
                "/currentTime format: currentTime \"2026-11-22T09:22:07\" has no time zone; append Z for UTC, or an offset such as +01:00",
                "/heartbeatInterval additionalProperties: heartbeatInterval is not a field of the BootNotification response; interval is probably meant",
            ],
        );
        t(
            "StatusNotification",
            r#"{"connectorId":"1","errorCode":"NoError","status":"Available"}"#,
            &["/connectorId type: connectorId is the text \"1\", but must be an integer, without quotes"],
        );
        t(
            "GetDiagnostics",
            r#"{"location":"not a uri"}"#,
            &[
                "/location format: location \"not a uri\" is not a URI; it needs a scheme, such as https://, and no spaces",
            ],
        );
    }

    #[test]
    fn tenths_are_decided_in_decimal() {
        for (limit, valid) in [
            ("0.3", true),
            ("16", true),
            ("16.10", true),
            ("1e2", true),
            ("1e400", true),
            ("16.15", false),
            ("1e-2", false),
        ] {
            let payload = format!(
                r#"{{"connectorId":1,"csChargingProfiles":{{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{{"chargingRateUnit":"A","chargingSchedulePeriod":[{{"startPeriod":0,"limit":{limit}}}]}}}}}}"#
            );
            let sentence = format!(
                "/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit multipleOf: csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit is {limit}, at most one decimal is allowed"
            );
            let expected: &[&str] = if valid { &[] } else { &[&sentence] };
            check_text(Version::V16, "SetChargingProfile", &payload, expected);
        }
    }

    #[test]
    fn an_integer_with_decimals_is_one_from_draft_6_on() {
        check_text(
            Version::V16,
            "BootNotificationResponse",
            r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.0}"#,
            &["/interval type: interval is written 300.0; an integer is written without decimals or exponent"],
        );
        check_text(
            Version::V201,
            "BootNotificationResponse",
            r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.0}"#,
            &[],
        );
        check_text(
            Version::V201,
            "BootNotificationResponse",
            r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":1e400}"#,
            &[],
        );
        check_text(
            Version::V201,
            "BootNotificationResponse",
            r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.00000000000000000001}"#,
            &["/interval type: interval is 300.00000000000000000001, but must be an integer"],
        );
        // 1.6 security messages are draft-06.
        check_text(
            Version::V16,
            "GetLog",
            r#"{"logType":"SecurityLog","requestId":1.0,"log":{"remoteLocation":"https://a/b"}}"#,
            &[],
        );
    }

    #[test]
    fn every_unknown_and_missing_name_has_its_own_pointer() {
        check_text(
            Version::V201,
            "BootNotificationRequest",
            r#"{"chargingStation":{"model":"M","vendor":"V"},"x/y":1}"#,
            &[
                "/reason required: reason is missing",
                "/chargingStation/vendorName required: chargingStation.vendorName is missing",
                "/chargingStation/vendor additionalProperties: vendor is not a field of chargingStation; vendorName is probably meant",
                "/x~1y additionalProperties: \"x/y\" is not a field of BootNotification; own data belongs in customData",
            ],
        );
        check_text(
            Version::V21,
            "MeterValuesRequest",
            r#"{"evseId":-1,"meterValue":[]}"#,
            &[
                "/evseId minimum: evseId is -1, at least 0 is required",
                "/meterValue minItems: meterValue is an empty list, at least 1 item is required",
            ],
        );
    }

    #[test]
    fn the_last_of_two_members_counts() {
        check_text(
            Version::V16,
            "Authorize",
            r#"{"idTag":"ok","idTag":7}"#,
            &["/idTag type: idTag is the number 7, but must be a string, in quotes"],
        );
        check_text(Version::V16, "Authorize", r#"{"idTag":7,"idTag":"ok"}"#, &[]);
    }

    #[test]
    fn plain_uris_are_those_the_referee_takes() {
        for text in ["ftp://host.example/dir/file", "https://a.example", "http://a.b/c~d_e.f"] {
            assert!(is_plain_uri(text), "{text}");
            check_text(Version::V16, "GetDiagnostics", &format!(r#"{{"location":"{text}"}}"#), &[]);
        }
        for text in [
            "ftp://u:p@h/x",
            "http://1.2.3.4/",
            "https://[::1]/",
            "http://a..b/",
            "http://a.0xf/",
            "http://a.XN--b/",
            "x://y",
            "http://",
        ] {
            assert!(!is_plain_uri(text), "{text}");
        }
    }
}
