//! Checking a payload against its schema: which value breaks which rule, in words for an integrator.
//!
//! A healthy payload is accepted straight from the tree of its text. Whatever is not accepted goes to the
//! referee ([`crate::referee`]), whose verdict is shown; two questions that binary numbers cannot decide,
//! `multipleOf` and what an integer is, are decided from the text of the number.

mod fast;
mod place;
#[cfg(test)]
mod tests;

use crate::json::{Kind, NodeId, Tree};
use crate::number;
use crate::order::sort_by_rank;
use crate::schema::{Draft, Schema, ValueType};
use fast::Fast;
use place::Place;
use std::collections::HashMap;

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

/// Questions about numbers that a double cannot answer: `multipleOf`, and integers by their text.
fn exact_numbers(schema: &Schema, tree: &Tree<'_>, payload: NodeId, out: &mut Vec<Violation>) {
    let mut places = vec![Place::root(schema, payload)];
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
