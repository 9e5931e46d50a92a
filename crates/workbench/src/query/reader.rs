//! Reads the text of a filter, once from the beginning to the end.

use super::head::{Head, ends_value, ends_word, is_comparison};
use super::pattern::{Case, Needle};
use super::payload::{FieldTest, MAX_STEPS, Step, Wanted, is_in_name};
use super::term::{Comparison, Field, State, Test, micros_from_text};
use super::time::Moment;
use super::value::{Value, chosen, connector, frames, patterns, time_range, unlike};
use super::words::{DIRECTION_SYNONYMS, FIELD_SYNONYMS, KIND_SYNONYMS, STATE_SYNONYMS, enumerated, meant, shortened};
use super::{MAX_DEPTH, Node, QueryIssue};
use crate::port::{Direction, RowKind, Severity};
use std::ops::Range;

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
            Some('"') if !is_comparison(self.rest()) => self.quoted_term()?,
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
        let text = self.quoted(false)?;
        self.expect_end("a space", ends_word)?;
        Ok(Node::Test(Test::Text(Needle::new(&text, Case::Ignored))))
    }

    /// Reads a text in quotes; the opening one is next.
    pub(super) fn quoted(&mut self, may_be_empty: bool) -> Result<String, QueryIssue> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + offset + 1;
                    if text.is_empty() && !may_be_empty {
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
            Head::Time => self.compared_time(),
            Head::Payload => self.payload(),
            Head::LoneSign => {
                let sign = self.take_until(ends_word);
                let message = format!(
                    "No space stands before and behind {sign}: write idTag{sign}ABC; the sign itself is written \"{sign}\""
                );
                Err(QueryIssue::new(start..self.at, message))
            }
            Head::Compared(field) => {
                let word = self.take_until(ends_word);
                let message = format!(
                    "{} takes a colon, such as {}; a field of the payload is written ..{}; to search for the text put it in quotes: {:?}",
                    field.name(),
                    field.example(),
                    field.name(),
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
                    "{:?} is not a field of the filter{hint}; fields are {}; those of the payload take =, such as idTag=ABC; to search for the text put it in quotes: {:?}",
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
        let values = self.values(false, &|| {
            format!("{}: needs a value directly behind it, such as {}", field.name(), field.example())
        })?;
        Ok(match field {
            Field::Action => Test::Action(patterns(values, Case::Ignored)),
            Field::MessageId => Test::MessageId(patterns(values, Case::Kept)),
            Field::ErrorCode => Test::ErrorCode(patterns(values, Case::Ignored)),
            Field::Rule => Test::Rule(patterns(values, Case::Ignored)),
            Field::Direction => {
                let known = [Direction::ToCsms, Direction::ToStation];
                Test::Direction(chosen(field, &values, &known, &DIRECTION_SYNONYMS)?)
            }
            Field::Kind => {
                use RowKind::{Call, Connection, Error, Result, ResultError, Send, Unreadable};
                let known = [Call, Result, Error, ResultError, Send, Unreadable, Connection];
                Test::Kind(chosen(field, &values, &known, &KIND_SYNONYMS)?)
            }
            Field::Severity => {
                let known = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
                Test::Severity(chosen(field, &values, &known, &[])?)
            }
            Field::Is => {
                let known = [State::Unanswered, State::Problem, State::OnPurpose];
                Test::Is(chosen(field, &values, &known, &STATE_SYNONYMS)?)
            }
            // `latency` has no values: its caller has turned it away.
            Field::Frame | Field::Latency => Test::Frame(frames(field, &values)?),
            Field::Exchange => Test::Exchange(frames(field, &values)?),
            Field::Station => Test::Station(patterns(values, Case::Ignored)),
            Field::Transaction => Test::Transaction(patterns(values, Case::Ignored)),
            Field::Connector => Test::Connector(values.iter().map(connector).collect::<Result<_, _>>()?),
            Field::Time => Test::Time(values.iter().map(time_range).collect::<Result<_, _>>()?),
        })
    }

    /// Reads values with commas between them.
    fn values(&mut self, may_be_empty: bool, missing: &dyn Fn() -> String) -> Result<Vec<Value>, QueryIssue> {
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let is_quoted = self.peek() == Some('"');
            let text = if is_quoted {
                let text = self.quoted(may_be_empty)?;
                self.expect_end("a space or a comma", ends_value)?;
                text
            } else {
                self.take_until(ends_value).to_owned()
            };
            if text.is_empty() && !is_quoted {
                return Err(QueryIssue::new(start..start, missing()));
            }
            values.push(Value { text, is_quoted, span: start..self.at });
            if !self.take(',') {
                return Ok(values);
            }
        }
    }

    /// Reads `time>=…`; `time` is next.
    fn compared_time(&mut self) -> Result<Test, QueryIssue> {
        self.at += Field::Time.name().len();
        let comparison = self.sign();
        let start = self.at;
        let text = self.take_until(ends_word);
        match Moment::read(text) {
            Some(moment) => Ok(Test::TimeCompared { comparison, moment }),
            None => {
                let sign = comparison.as_str();
                let message = format!(
                    "time{sign} needs a time of UTC, such as time{sign}09:21 or time{sign}2026-11-22T09:21:30Z{}",
                    unlike(text)
                );
                Err(QueryIssue::new(start..self.at, message))
            }
        }
    }

    /// Reads the sign of a comparison; where none is next it stays there and takes `=`.
    fn sign(&mut self) -> Comparison {
        let rest = self.rest();
        let sign = Comparison::ALL.into_iter().find(|sign| rest.starts_with(sign.as_str()));
        let Some(sign) = sign else { return Comparison::Equal };
        self.at += sign.as_str().len();
        if sign == Comparison::Equal {
            // As programmers write it.
            self.take('=');
        }
        sign
    }

    /// Reads a comparison with a field of the payload.
    fn payload(&mut self) -> Result<Test, QueryIssue> {
        let start = self.at;
        let steps = self.path()?;
        let path = self.text.get(start..self.at).unwrap_or_default();
        let sign_start = self.at;
        let comparison = self.sign();
        let sign = comparison.as_str();
        let shown = shortened(path);
        if self.at == sign_start || self.rest().starts_with(['=', '<', '>', '~']) {
            self.at += self.rest().find(|c: char| !"=<>~!".contains(c)).unwrap_or(self.rest().len());
            let message = format!(
                "A field is compared with = != < <= > >= or ~, such as {shown}!=ABC; a value that begins like that is put in quotes"
            );
            return Err(QueryIssue::new(sign_start..self.at, message));
        }
        let is_order = comparison.is_order();
        let may_be_empty = !is_order && comparison != Comparison::Contains;
        let values = self.values(may_be_empty, &|| {
            let (value, more) =
                if is_order { ("7000", "") } else { ("ABC", "; to search for the text put it in quotes") };
            format!("{shown}{sign} needs a value directly behind it, such as {shown}{sign}{value}{more}")
        })?;
        if let (true, Some(second)) = (is_order, values.get(1)) {
            let message =
                format!("{sign} compares with one value; write numbers without commas, such as {shown}{sign}7000");
            return Err(QueryIssue::new(second.span.clone(), message));
        }
        let wanted = values.into_iter().map(|value| {
            let wanted = match comparison {
                Comparison::Equal => Wanted::equal(value.text, value.is_quoted),
                Comparison::Contains => Wanted::part(&value.text, value.is_quoted),
                Comparison::Differs => {
                    let wanted = Wanted::equal(value.text, value.is_quoted);
                    if wanted == Wanted::Anything {
                        let message = format!("Every value is *; frames without the field are found by -{shown}=*");
                        return Err(QueryIssue::new(value.span, message));
                    }
                    wanted
                }
                _ => {
                    let hint = unlike(&value.text);
                    Wanted::ordered(value.text).ok_or_else(|| {
                        let message = format!(
                            "{sign} compares numbers and times, such as {shown}{sign}7000 or {shown}{sign}2026-11-22T09:21:30Z{hint}"
                        );
                        QueryIssue::new(value.span, message)
                    })?
                }
            };
            Ok(wanted)
        });
        Ok(Test::Payload(FieldTest::new(steps, comparison, wanted.collect::<Result<_, _>>()?)))
    }

    /// Reads names with points between them, and indices.
    fn path(&mut self) -> Result<Vec<Step>, QueryIssue> {
        let start = self.at;
        let mut steps = Vec::new();
        // Without a point before it a path begins at any depth.
        let mut is_deep = !self.take('.') || self.take('.');
        loop {
            let step_start = self.at;
            let name = match self.peek() {
                Some('"') => self.quoted(false)?,
                Some('[') => {
                    self.at += 1;
                    let index = self.take_until(|c| !c.is_ascii_digit()).to_owned();
                    if !self.take(']') || index.is_empty() {
                        self.take_until(|c| ends_word(c) || c == '.' || c == '=');
                        let message =
                            "Between brackets stands an index, such as sampledValue[0]; names are joined by points";
                        return Err(QueryIssue::new(step_start..self.at, message));
                    }
                    index
                }
                _ => self.take_until(|c| !is_in_name(c)).to_owned(),
            };
            if name.is_empty() {
                let message =
                    "A name is missing here; write such as meterValue.timestamp or, at any depth, meterValue..value";
                return Err(QueryIssue::new(step_start..step_start, message));
            }
            steps.push(Step::new(name, is_deep));
            if steps.len() > MAX_STEPS {
                let message = format!("The path has more than {MAX_STEPS} names; leave some out and write .. for them");
                return Err(QueryIssue::new(start..self.at, message));
            }
            if self.take('.') {
                is_deep = self.take('.');
            } else if self.peek() == Some('[') {
                is_deep = false;
            } else if self.peek().is_some_and(|c| is_in_name(c) || c == '"' || c == ']') {
                let at = self.at;
                let message = "A point is missing here; names are joined by points, such as meterValue.timestamp";
                return Err(QueryIssue::new(at..at, message));
            } else {
                return Ok(steps);
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
        let sign = Comparison::ALL.into_iter().find(|sign| self.rest().starts_with(sign.as_str()));
        let comparison = sign.filter(|sign| sign.is_order() || *sign == Comparison::Equal);
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
