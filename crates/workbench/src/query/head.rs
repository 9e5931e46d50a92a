//! What a word of a filter begins with, which decides how it is read.

use super::payload::{begins_name, is_in_name};
use super::term::{Comparison, Field};

/// What a word begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Free text.
    Text,
    /// A field and a colon.
    Field(Field),
    /// `latency`, whatever follows it.
    Latency,
    /// `time` and a sign that asks for earlier or later.
    Time,
    /// A path and a sign of comparison, or what can only be meant so.
    Payload,
    /// Nothing but a sign of comparison.
    LoneSign,
    /// A field that takes a colon, followed by a sign of comparison.
    Compared(Field),
    /// A name of this many bytes that is no field, and a colon.
    Unknown(usize),
}

impl Head {
    /// Decides by the text up to the sign after the first name; `rest` may go on behind the word.
    ///
    /// A name that is no field of the filter is one of the payload if a sign of comparison follows.
    pub(super) fn of(rest: &str) -> Self {
        let name_end = rest.find(|c: char| !is_in_name(c)).unwrap_or(rest.len());
        let Some((name, after)) = rest.split_at_checked(name_end) else { return Self::Text };
        let is_compared = after.starts_with(['<', '>', '=', '~']) || after.starts_with("!=");
        // Clock times and numbers are searched for as they are.
        if name.starts_with(char::is_alphabetic) {
            let field = Field::from_name(name);
            if let Some(value) = after.strip_prefix(':') {
                // Addresses are searched for as they are.
                if value.starts_with("//") || name.eq_ignore_ascii_case("urn") {
                    return Self::Text;
                }
                return field.map_or(Self::Unknown(name_end), Self::Field);
            }
            match field {
                Some(Field::Latency) if is_compared || after.is_empty() || after.starts_with(ends_word) => {
                    return Self::Latency;
                }
                Some(Field::Time) if after.starts_with(['<', '>']) => return Self::Time,
                Some(field) if is_compared => return Self::Compared(field),
                _ => {}
            }
        }
        if is_comparison(rest) {
            return Self::Payload;
        }
        let word = rest.find(ends_word).and_then(|end| rest.get(..end)).unwrap_or(rest);
        let is_sign = Comparison::ALL.into_iter().any(|sign| sign.as_str() == word) || word == "==";
        if is_sign { Self::LoneSign } else { Self::Text }
    }
}

/// The text begins with a path and a sign of comparison.
///
/// Also true of a beginning that has a name in quotes behind a point: it would otherwise depend on what
/// follows the word whether those quotes have an end.
pub(super) fn is_comparison(rest: &str) -> bool {
    let mut rest = rest;
    if rest.starts_with('"') {
        let mut is_escaped = false;
        let end = rest.char_indices().skip(1).find(|(_, c)| {
            let is_end = *c == '"' && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            is_end
        });
        let Some(behind) = end.and_then(|(end, _)| rest.get(end + 1..)) else { return false };
        if is_in_name(behind.chars().next().unwrap_or('-')) {
            return false;
        }
        rest = behind;
    } else if !rest.starts_with(|c| begins_name(c) || c == '.') {
        return false;
    }
    let mut before = ' ';
    for (at, c) in rest.char_indices() {
        match c {
            '=' | '<' | '>' | '~' => return true,
            '!' => return rest.get(at + 1..).is_some_and(|after| after.starts_with('=')),
            '"' => return before == '.',
            '.' | '[' | ']' => {}
            _ if is_in_name(c) => {}
            _ => return false,
        }
        before = c;
    }
    false
}

pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

pub(super) fn ends_value(c: char) -> bool {
    ends_word(c) || c == ','
}
