//! A value at fault, and the sentences about it.

use super::{Keyword, MOST_VIOLATIONS, Violation, shorten, similar};
use crate::date_time;
use crate::json::{self, Kind, NodeId, Tree, escape_pointer};
use crate::number;
use crate::schema::{Format, Rule, Schema, ValueType};
use std::borrow::Cow;
use std::collections::HashSet;

/// A value in the payload, with what the schema says of it.
pub(super) struct Place<'s> {
    pub(super) node: NodeId,
    pub(super) rule: &'s Rule,
    pub(super) pointer: String,
    /// `chargingSchedulePeriod[0].limit`; empty for the payload.
    name: String,
}

impl<'s> Place<'s> {
    /// The payload.
    pub(super) fn root(schema: &'s Schema, payload: NodeId) -> Self {
        Self { node: payload, rule: schema.root(), pointer: String::new(), name: String::new() }
    }

    /// The value the referee means.
    pub(super) fn find(schema: &'s Schema, tree: &Tree<'_>, payload: NodeId, path: &[String]) -> Option<Self> {
        let mut place = Self::root(schema, payload);
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

    pub(super) fn member(&self, schema: &'s Schema, node: NodeId, name: &str) -> Self {
        let rule = self.rule.property(name).map_or(usize::MAX, |property| property.rule);
        Self { node, rule: schema.rule(rule), pointer: self.pointer_to(name), name: self.name_of(name) }
    }

    pub(super) fn item(&self, schema: &'s Schema, node: NodeId, index: usize) -> Self {
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

    pub(super) fn describe(&self, schema: &Schema, tree: &Tree<'_>, keyword: &str, out: &mut Vec<Violation>) {
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

    pub(super) fn violation(&self, keyword: Keyword, sentence: String) -> Violation {
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

    pub(super) fn type_sentence(&self, tree: &Tree<'_>) -> String {
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

    pub(super) fn step_sentence(&self, tree: &Tree<'_>) -> String {
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
