//! Reads the text of a filter, once from the beginning to the end.

use super::pattern::{Case, Needle, Pattern};
use super::term::{Comparison, Field, State, Test, micros_from_text};
use super::words::{DIRECTION_SYNONYMS, FIELD_SYNONYMS, KIND_SYNONYMS, STATE_SYNONYMS, enumerated, meant, shortened};
use super::{MAX_DEPTH, Node, QueryIssue};
use crate::port::{Direction, RowKind, Severity};
use std::ops::{Range, RangeInclusive};

/// What a word begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Free text.
    Text,
    /// A field and a colon.
    Field(Field),
    /// `latency`, whatever follows it.
    Latency,
    /// A field that takes a colon, followed by a sign of comparison.
    Compared(Field),
    /// A name of this many bytes that is no field, and a colon.
    Unknown(usize),
}

impl Head {
    /// Decides by the text up to the sign after the first name; `rest` may go on behind the word.
    ///
    /// A name that is no field is free text with `=`, `<`, `>` and the like behind it: here a field of the
    /// payload would be recognized.
    pub(super) fn of(rest: &str) -> Self {
        let name_end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        let Some((name, after)) = rest.split_at_checked(name_end) else { return Self::Text };
        // Clock times and numbers are searched for as they are.
        if !name.starts_with(char::is_alphabetic) {
            return Self::Text;
        }
        let field = Field::from_name(name);
        if let Some(value) = after.strip_prefix(':') {
            // Addresses are searched for as they are.
            if value.starts_with("//") || name.eq_ignore_ascii_case("urn") {
                return Self::Text;
            }
            return field.map_or(Self::Unknown(name_end), Self::Field);
        }
        let is_compared = after.starts_with(['<', '>', '=']) || after.starts_with("!=");
        match field {
            Some(Field::Latency) if is_compared || after.is_empty() || after.starts_with(ends_word) => Self::Latency,
            Some(field) if is_compared => Self::Compared(field),
            _ => Self::Text,
        }
    }
}

pub(super) fn ends_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

pub(super) fn ends_value(c: char) -> bool {
    ends_word(c) || c == ','
}

/// A value after a colon and where it stands.
pub(super) struct Value {
    text: String,
    span: Range<usize>,
}

/// Goes through the text once.
pub(super) struct Reader<'t> {
    pub(super) text: &'t str,
    /// Byte that is read next.
    pub(super) at: usize,
}

impl<'t> Reader<'t> {
    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the character if it is next.
    pub(super) fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    /// Takes everything before the first character that ends it.
    pub(super) fn take_until(&mut self, ends: fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = rest.find(ends).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += taken.len();
        taken
    }

    pub(super) fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Where `or` stands, if it is next.
    pub(super) fn or_word(&self) -> Option<Range<usize>> {
        let rest = self.rest();
        let word = rest.find(ends_word).and_then(|end| rest.get(..end)).unwrap_or(rest);
        word.eq_ignore_ascii_case("or").then(|| self.at..self.at + word.len())
    }

    /// Reads to the end of the text or to a parenthesis that closes.
    pub(super) fn alternatives(&mut self, depth: usize) -> Result<Node, QueryIssue> {
        let mut branches = Vec::new();
        let mut or_before = None;
        loop {
            let terms = self.terms(depth)?;
            let or_after = self.or_word();
            let is_empty = terms.is_empty();
            if let Some(or) = or_before.or_else(|| or_after.clone()).filter(|_| is_empty) {
                let message = "or stands between two terms, such as kind:error or severity:warning; the word itself is written \"or\"";
                return Err(QueryIssue::new(or, message));
            }
            branches.push(Node::all(terms));
            let Some(or) = or_after else { return Ok(Node::any(branches)) };
            self.at = or.end;
            or_before = Some(or);
        }
    }

    /// Reads to the next `or` or to where the alternatives end.
    pub(super) fn terms(&mut self, depth: usize) -> Result<Vec<Node>, QueryIssue> {
        let mut terms = Vec::new();
        loop {
            self.skip_space();
            if self.peek().is_none_or(|c| c == ')') || self.or_word().is_some() {
                return Ok(terms);
            }
            terms.push(self.term(depth)?);
        }
    }

    pub(super) fn term(&mut self, depth: usize) -> Result<Node, QueryIssue> {
        let mut is_excluded = false;
        while let Some(after) = self.rest().strip_prefix('-') {
            let is_lone = after.chars().next().is_none_or(|c| c != '(' && ends_word(c));
            if is_lone {
                break;
            }
            self.at += 1;
            is_excluded = !is_excluded;
        }
        let node = match self.peek() {
            Some('(') => self.group(depth + 1)?,
            Some('"') => self.quoted_term()?,
            _ => Node::Test(self.word()?),
        };
        Ok(if is_excluded { node.excluded() } else { node })
    }

    pub(super) fn group(&mut self, depth: usize) -> Result<Node, QueryIssue> {
        let open = self.at;
        if depth > MAX_DEPTH {
            let message =
                format!("The parentheses are nested deeper than {MAX_DEPTH} levels; write the filter with fewer");
            return Err(QueryIssue::new(open..open + 1, message));
        }
        self.at += 1;
        let node = self.alternatives(depth)?;
        if !self.take(')') {
            return Err(QueryIssue::new(open..open + 1, "This parenthesis is not closed; put ) behind the group"));
        }
        if matches!(&node, Node::All(terms) if terms.is_empty()) {
            return Err(QueryIssue::new(
                open..self.at,
                "Nothing stands between the parentheses; write terms there or take them out",
            ));
        }
        Ok(node)
    }

    pub(super) fn quoted_term(&mut self) -> Result<Node, QueryIssue> {
        let text = self.quoted()?;
        self.expect_end("a space", ends_word)?;
        Ok(Node::Test(Test::Text(Needle::new(&text, Case::Ignored))))
    }

    /// Reads a text in quotes; the opening one is next.
    pub(super) fn quoted(&mut self) -> Result<String, QueryIssue> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + offset + 1;
                    if text.is_empty() {
                        return Err(QueryIssue::new(
                            start..self.at,
                            "Nothing stands between the quotes; write a text there or take them out",
                        ));
                    }
                    return Ok(text);
                }
                '\\' => text.push(chars.next_if(|(_, next)| matches!(next, '"' | '\\')).map_or(c, |(_, next)| next)),
                _ => text.push(c),
            }
        }
        Err(QueryIssue::new(start..self.text.len(), "The text in quotes has no end; put \" behind it"))
    }

    /// Fails if the quotes just read are followed by something that does not belong to them.
    pub(super) fn expect_end(&mut self, wanted: &str, ends: fn(char) -> bool) -> Result<(), QueryIssue> {
        if self.peek().is_none_or(ends) {
            return Ok(());
        }
        let start = self.at;
        self.take_until(ends_word);
        let message = format!("Behind the closing quote {wanted} is needed; a quote inside quotes is written \\\"");
        Err(QueryIssue::new(start..self.at, message))
    }

    pub(super) fn word(&mut self) -> Result<Test, QueryIssue> {
        let start = self.at;
        match Head::of(self.rest()) {
            Head::Text => Ok(Test::Text(Needle::new(self.take_until(ends_word), Case::Ignored))),
            Head::Field(Field::Latency) => {
                let end = start + Field::Latency.name().len() + 1;
                Err(QueryIssue::new(
                    start..end,
                    format!("latency is compared with > >= < <= or =, such as {}", Field::Latency.example()),
                ))
            }
            Head::Field(field) => {
                self.at += field.name().len() + 1;
                self.field(field)
            }
            Head::Latency => self.latency(),
            Head::Compared(field) => {
                let word = self.take_until(ends_word);
                let message = format!(
                    "{} takes a colon, such as {}; to search for the text put it in quotes: {:?}",
                    field.name(),
                    field.example(),
                    shortened(word)
                );
                Err(QueryIssue::new(start..self.at, message))
            }
            Head::Unknown(name_len) => {
                let word = self.take_until(ends_word);
                let name = word.get(..name_len).unwrap_or(word);
                let known = Field::ALL.map(Field::name);
                let hint = meant(name, &known, &FIELD_SYNONYMS)
                    .map_or_else(String::new, |meant| format!("; {meant} is probably meant"));
                let list = known
                    .map(|name| if name == Field::Latency.name() { format!("{name}>") } else { format!("{name}:") });
                let message = format!(
                    "{:?} is not a field of the filter{hint}; fields are {}; to search for the text put it in quotes: {:?}",
                    shortened(name),
                    enumerated(&list, "and"),
                    shortened(word)
                );
                Err(QueryIssue::new(start..start + name.len(), message))
            }
        }
    }

    /// Reads what stands behind the colon of any field but `latency`.
    pub(super) fn field(&mut self, field: Field) -> Result<Test, QueryIssue> {
        let values = self.values(field)?;
        let patterns =
            |case| move |values: Vec<Value>| values.into_iter().map(|value| Pattern::new(value.text, case)).collect();
        Ok(match field {
            Field::Action => Test::Action(patterns(Case::Ignored)(values)),
            Field::MessageId => Test::MessageId(patterns(Case::Kept)(values)),
            Field::ErrorCode => Test::ErrorCode(patterns(Case::Ignored)(values)),
            Field::Rule => Test::Rule(patterns(Case::Ignored)(values)),
            Field::Direction => {
                let known = [Direction::ToCsms, Direction::ToStation];
                Test::Direction(chosen(field, &values, &known, Direction::as_str, &DIRECTION_SYNONYMS)?)
            }
            Field::Kind => {
                use RowKind::{Call, Connection, Error, Result, ResultError, Send, Unreadable};
                let known = [Call, Result, Error, ResultError, Send, Unreadable, Connection];
                Test::Kind(chosen(field, &values, &known, RowKind::as_str, &KIND_SYNONYMS)?)
            }
            Field::Severity => {
                let known = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
                Test::Severity(chosen(field, &values, &known, Severity::as_str, &[])?)
            }
            Field::Is => {
                let known = [State::Unanswered, State::Problem];
                Test::Is(chosen(field, &values, &known, State::as_str, &STATE_SYNONYMS)?)
            }
            // `latency` has no values: its caller has turned it away.
            Field::Frame | Field::Latency => Test::Frame(values.iter().map(frames).collect::<Result<_, _>>()?),
        })
    }

    /// Reads values with commas between them.
    pub(super) fn values(&mut self, field: Field) -> Result<Vec<Value>, QueryIssue> {
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let text = if self.peek() == Some('"') {
                let text = self.quoted()?;
                self.expect_end("a space or a comma", ends_value)?;
                text
            } else {
                self.take_until(ends_value).to_owned()
            };
            if text.is_empty() {
                let message =
                    format!("{}: needs a value directly behind it, such as {}", field.name(), field.example());
                return Err(QueryIssue::new(start..start, message));
            }
            values.push(Value { text, span: start..self.at });
            if !self.take(',') {
                return Ok(values);
            }
        }
    }

    /// Reads a comparison; `latency` is next. Here alone spaces may stand inside a term, because
    /// `latency > 500` has no other sensible meaning.
    pub(super) fn latency(&mut self) -> Result<Test, QueryIssue> {
        let start = self.at;
        self.at += Field::Latency.name().len();
        let name_end = self.at;
        let example = Field::Latency.example();
        self.skip_space();
        let comparison = Comparison::ALL.into_iter().find(|comparison| self.rest().starts_with(comparison.as_str()));
        let Some(comparison) = comparison else {
            if self.rest().starts_with("!=") {
                let message = format!(
                    "latency is compared with > >= < <= or =, such as {example}; to exclude write -latency=500"
                );
                return Err(QueryIssue::new(self.at..self.at + 2, message));
            }
            let message = format!(
                "latency is compared with > >= < <= or =, such as {example}; the word itself is written \"latency\""
            );
            return Err(QueryIssue::new(start..name_end, message));
        };
        self.at += comparison.as_str().len();
        let sign_end = self.at;
        self.skip_space();
        let value_start = self.at;
        let value = self.take_until(ends_word);
        if value.is_empty() {
            let message = format!("latency{} needs a number of milliseconds, such as {example}", comparison.as_str());
            return Err(QueryIssue::new(sign_end..sign_end, message));
        }
        let Some(micros) = micros_from_text(value) else {
            let message = format!(
                "latency takes milliseconds, or seconds with the unit s, such as {example}; {:?} is not such a number",
                shortened(value)
            );
            return Err(QueryIssue::new(value_start..self.at, message));
        };
        Ok(Test::Latency { comparison, micros })
    }
}

/// The values as members of a closed set.
pub(super) fn chosen<T: Copy>(
    field: Field,
    values: &[Value],
    known: &[T],
    word: fn(T) -> &'static str,
    synonyms: &[(&str, &'static str)],
) -> Result<Vec<T>, QueryIssue> {
    let choose = |value: &Value| {
        known.iter().copied().find(|known| word(*known).eq_ignore_ascii_case(&value.text)).ok_or_else(|| {
            let words: Vec<_> = known.iter().copied().map(word).collect();
            let hint = meant(&value.text, &words, synonyms)
                .map_or_else(String::new, |meant| format!("; {}:{meant} is probably meant", field.name()));
            let list = enumerated(&words, "or");
            let message = format!("{}: takes {list}, not {:?}{hint}", field.name(), shortened(&value.text));
            QueryIssue::new(value.span.clone(), message)
        })
    };
    values.iter().map(choose).collect()
}

/// `213` or `200-220`.
pub(super) fn frames(value: &Value) -> Result<RangeInclusive<u32>, QueryIssue> {
    let fault = |message| QueryIssue::new(value.span.clone(), message);
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u32>().ok()).flatten();
    let (first, last) = value.text.split_once('-').unwrap_or((&value.text, &value.text));
    let (Some(first), Some(last)) = (number(first), number(last)) else {
        let example = Field::Frame.example();
        return Err(fault(format!(
            "frame: takes a frame number or a range, such as {example}, not {:?}",
            shortened(&value.text)
        )));
    };
    if first > last {
        return Err(fault(format!("The range begins behind its end; frame:{last}-{first} is probably meant")));
    }
    Ok(first..=last)
}
