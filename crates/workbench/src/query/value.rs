//! What the values behind a colon mean to the field before it.

use super::QueryIssue;
use super::pattern::{Case, Pattern};
use super::payload::Connector;
use super::term::Field;
use super::time::TimeRange;
use super::words::{enumerated, meant, shortened};
use std::ops::{Range, RangeInclusive};

/// A value after a colon and where it stands.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_quoted: bool,
    pub(super) span: Range<usize>,
}

pub(super) fn patterns(values: Vec<Value>, case: Case) -> Vec<Pattern> {
    values.into_iter().map(|value| Pattern::new(value.text, case)).collect()
}

/// The values as members of a closed set, which stand in the order of the words of the field.
pub(super) fn chosen<T: Copy>(
    field: Field,
    values: &[Value],
    known: &[T],
    synonyms: &[(&str, &'static str)],
) -> Result<Vec<T>, QueryIssue> {
    let mut members = Vec::new();
    for value in values {
        members.extend(known.get(chosen_idx(field, value, synonyms)?).copied());
    }
    Ok(members)
}

/// Which of the words of the field a value is.
fn chosen_idx(field: Field, value: &Value, synonyms: &[(&str, &'static str)]) -> Result<usize, QueryIssue> {
    let words = field.words();
    words.iter().position(|word| word.eq_ignore_ascii_case(&value.text)).ok_or_else(|| {
        let hint = meant(&value.text, words, synonyms)
            .map_or_else(String::new, |meant| format!("; {}:{meant} is probably meant", field.name()));
        let list = enumerated(words, "or");
        let message = format!("{}: takes {list}, not {:?}{hint}", field.name(), shortened(&value.text));
        QueryIssue::new(value.span.clone(), message)
    })
}

/// `, not "…"`; nothing for the empty text.
pub(super) fn unlike(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(", not {:?}", shortened(text)) }
}

/// A whole number without a sign.
pub(super) fn whole_number(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// `1` or `1.2`.
pub(super) fn connector(value: &Value) -> Result<Connector, QueryIssue> {
    let (first, second) = match value.text.split_once('.') {
        Some((first, second)) => (first, Some(second)),
        None => (value.text.as_str(), None),
    };
    match (whole_number(first), second.map(whole_number)) {
        (Some(first), None) => Ok((first, None)),
        (Some(first), Some(Some(second))) => Ok((first, Some(second))),
        _ => {
            let message = format!(
                "connector: takes the number of a connector, in 2.x that of an EVSE or EVSE.connector, such as connector:1 or connector:1.2{}",
                unlike(&value.text)
            );
            Err(QueryIssue::new(value.span.clone(), message))
        }
    }
}

/// `09:21-09:25`, `09:21-`, `2026-11-22`.
pub(super) fn time_range(value: &Value) -> Result<TimeRange, QueryIssue> {
    TimeRange::read(&value.text).map_err(|message| {
        let message = message.map_or_else(
            || {
                let example = Field::Time.example();
                format!("time: takes a time of UTC or a range, such as {example}{}", unlike(&value.text))
            },
            str::to_owned,
        );
        QueryIssue::new(value.span.clone(), message)
    })
}

/// `213` or `200-220`.
pub(super) fn frames(field: Field, values: &[Value]) -> Result<Vec<RangeInclusive<u32>>, QueryIssue> {
    let range = |value: &Value| {
        let fault = |message| QueryIssue::new(value.span.clone(), message);
        let (first, last) = value.text.split_once('-').unwrap_or((&value.text, &value.text));
        let name = field.name();
        let (Some(first), Some(last)) = (whole_number(first), whole_number(last)) else {
            return Err(fault(format!(
                "{name}: takes a frame number or a range, such as {name}:213 or {name}:200-220, not {:?}",
                shortened(&value.text)
            )));
        };
        if first > last {
            return Err(fault(format!("The range begins behind its end; {name}:{last}-{first} is probably meant")));
        }
        Ok(first..=last)
    };
    values.iter().map(range).collect()
}
