//! The filter language: reads the text of the filter box and decides which rows pass.
//!
//! It knows neither the transcript nor the page: rows answer through [`Facts`]. What may be written next is
//! [`complete`]d from the schemas; [`field_filter`] and [`and`] make filters of what is shown.

mod complete;
mod compose;
mod head;
mod pattern;
mod payload;
mod reader;
mod term;
mod time;
mod value;
mod words;

pub use complete::{Completion, CompletionSource, FieldIndex, FieldIndexes, MOST_COMPLETIONS, complete};
pub use compose::{and, field_filter, field_term};
pub use pattern::Pattern;
pub use payload::transaction_of;

use crate::port::{Direction, FilterError, RowKind, Severity};
use ocpp_wire::order::sort_by_rank;
use reader::Reader;
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::Range;
use term::{Cost, Test};

/// Most characters a filter may have. White space is not counted, so that the text of a query, which sets
/// its own spaces, can always be read again.
const MAX_CHARS: usize = 10_000;

/// Most parentheses inside each other: reading and matching call themselves once for each.
const MAX_DEPTH: usize = 64;

/// Which rows are wanted.
///
/// Its `Display` is text that [`parse`] reads back to an equal query; terms that cost little to test come
/// first, spaces and parentheses are as few as possible.
///
/// ```
/// let query = workbench::query::parse("meter (SEVERITY:warning,error)  or is:unanswered").unwrap();
/// assert_eq!(query.to_string(), "is:unanswered or severity:warning,error meter");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    root: Node,
}

impl Query {
    /// The query every row passes.
    ///
    /// ```
    /// use workbench::query::{Query, parse};
    /// assert_eq!(parse("  "), Ok(Query::everything()));
    /// ```
    pub const fn everything() -> Self {
        Self { root: Node::All(Vec::new()) }
    }

    /// Every row passes, without a look at it.
    pub fn is_everything(&self) -> bool {
        matches!(&self.root, Node::All(terms) if terms.is_empty())
    }

    /// It asks for nothing but what stands in the frame itself: words, its action, its id and its fields.
    pub fn is_of_frame(&self) -> bool {
        self.root.is_of_frame()
    }

    /// The row passes.
    pub fn matches(&self, facts: &impl Facts) -> bool {
        self.root.matches(facts)
    }

    /// The text of the query, as by `Display`; empty for [`Query::everything`].
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.write(f, Place::Top)
    }
}

/// Why a text is not a query.
///
/// The message has no full stop and names what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryIssue {
    /// First byte at fault.
    pub start: usize,
    /// End of the fault, exclusive, in bytes. Equal to `start` where something is missing.
    pub end: usize,
    /// What is wrong and what to write.
    pub message: String,
}

impl QueryIssue {
    fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { start: span.start, end: span.end, message: message.into() }
    }

    /// The same for the page, which counts in UTF-16 units; `text` is the text that was parsed.
    ///
    /// ```
    /// let text = "\"🔌\" dir:up";
    /// let issue = workbench::query::parse(text).unwrap_err();
    /// assert_eq!((issue.start, issue.end), (11, 13));
    /// let error = issue.to_filter_error(text);
    /// assert_eq!((error.start_utf16, error.end_utf16), (9, 11));
    /// ```
    pub fn to_filter_error(&self, text: &str) -> FilterError {
        let utf16 = |at: usize| text.get(..at).unwrap_or(text).encode_utf16().count() as u32;
        FilterError { start_utf16: utf16(self.start), end_utf16: utf16(self.end), message: self.message.clone() }
    }
}

impl fmt::Display for QueryIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for QueryIssue {}

/// What a query asks of a row.
///
/// A query asks for the cheap facts first and for the texts only when nothing else decides.
pub trait Facts {
    /// What the row is.
    fn kind(&self) -> RowKind;
    /// Which way it went; `None` for a connection event.
    fn direction(&self) -> Option<Direction>;
    /// Worst finding.
    fn severity(&self) -> Severity;
    /// Number of the frame; `None` for a connection event.
    fn frame(&self) -> Option<u32>;
    /// Action, an answer having that of its call; empty where there is none or it is unknown.
    fn action(&self) -> &str;
    /// Message id; empty where there is none.
    fn message_id(&self) -> &str;
    /// Error code of an answer of type 4 or 5; empty where there is none.
    fn error_code(&self) -> &str;
    /// A call without an answer, as the summary counts them.
    fn is_unanswered(&self) -> bool;
    /// Sent, or left unanswered, with a fault on purpose.
    fn is_on_purpose(&self) -> bool {
        false
    }
    /// Time between call and answer, on both of them; `None` while it is unknown.
    fn latency_millis(&self) -> Option<u32>;
    /// The frame as received or sent; empty for a connection event.
    fn raw(&self) -> &str;
    /// Title and summary of the row as shown.
    fn row_text(&self) -> Cow<'_, str>;
    /// A finding of the frame has a rule that fits the pattern.
    fn has_rule(&self, pattern: &Pattern) -> bool;
    /// Identity of the station; empty where it is unknown.
    fn station(&self) -> &str;
    /// When it happened, in milliseconds since 1970.
    fn at(&self) -> f64;
    /// Number of the other frame of the exchange: of an answer its call, of a call its answer. `None` while there
    /// is none.
    fn pair(&self) -> Option<u32>;
    /// The other frame of the exchange, and what it is; `None` while there is none.
    fn partner_raw(&self) -> Option<(&str, RowKind)>;
}

/// Reads a filter. The empty text is [`Query::everything`].
///
/// Terms are joined by "and"; `or` binds weaker, parentheses group, `-` excludes, quotes keep spaces
/// together and take any character as itself. In quotes `\"` is a quote and `\\` a backslash.
///
/// Fields of the row take a colon, those of the payload a sign of comparison:
///
/// - `idTag=ABC*` is at any depth, `.idTag=ABC` directly in the payload; `meterValue.sampledValue.value` walks
///   through lists, `meterValue..value` through anything, `sampledValue[1]` takes one item.
/// - `=` compares whole values (capital and small letters are the same, `*` stands for anything, numbers and times
///   are compared as such; in quotes a value is exactly that text), `~` looks for a part, `<` and `>` compare
///   numbers and times. All, also `!=`, ask for one value that is so: a frame without the field never passes.
/// - `errorCode` and `errorDescription` of an error are compared like fields of its details.
/// - `connector:` is a connector of 1.6 or an EVSE of 2.x, `connector:1.2` the second connector of the first EVSE.
///   It and `transaction:` find both frames of an exchange when one of them says so.
/// - `time:` and `time>` take times of UTC, as the timeline shows them; a time stands for all of the day, minute or
///   second it names, one without a day for every day.
///
/// ```
/// use workbench::query::parse;
///
/// assert!(parse("action:Meter* -severity:ok or (latency>500 dir:to-csms)").is_ok());
/// assert_eq!(parse("kind:cal").unwrap_err().start, 5);
/// ```
///
/// # Errors
/// The first fault of the text, with its position.
pub fn parse(text: &str) -> Result<Query, QueryIssue> {
    let beyond = text.char_indices().filter(|(_, c)| !c.is_whitespace()).nth(MAX_CHARS);
    if let Some((at, _)) = beyond {
        let message = format!("The filter is too long; at most {MAX_CHARS} characters are read");
        return Err(QueryIssue::new(at..text.len(), message));
    }
    let mut reader = Reader { text, at: 0 };
    let root = reader.alternatives(0)?;
    // Alternatives end at the end of the text or before a parenthesis that closes.
    if reader.peek().is_some() {
        return Err(QueryIssue::new(
            reader.at..reader.at + 1,
            "This parenthesis closes nothing; put ( before or take it out",
        ));
    }
    Ok(Query { root })
}

/// A part of a query. `All` and `Any` never hold their like directly and never exactly one part, `Not`
/// never holds a `Not`: equal meaning in equal words is an equal tree.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

/// Where a node is written, which decides whether it needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// As the whole text, or between two `or`.
    Top,
    /// Between two terms.
    Term,
    /// After `-`.
    Excluded,
}

impl Node {
    fn all(terms: Vec<Self>) -> Self {
        let flat = terms.into_iter().flat_map(|term| if let Self::All(inner) = term { inner } else { vec![term] });
        Self::joined(flat.collect(), Self::All)
    }

    fn any(branches: Vec<Self>) -> Self {
        let flat =
            branches.into_iter().flat_map(|branch| if let Self::Any(inner) = branch { inner } else { vec![branch] });
        Self::joined(flat.collect(), Self::Any)
    }

    fn joined(mut parts: Vec<Self>, join: fn(Vec<Self>) -> Self) -> Self {
        // The first part that decides ends the test of a row, so the cheap ones stand first.
        sort_by_rank(&mut parts, |part| part.cost() as u32);
        match <[Self; 1]>::try_from(parts) {
            Ok([part]) => part,
            Err(parts) => join(parts),
        }
    }

    fn excluded(self) -> Self {
        if let Self::Not(inner) = self { *inner } else { Self::Not(Box::new(self)) }
    }

    fn cost(&self) -> Cost {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::cost).max().unwrap_or(Cost::Flag),
            Self::Not(inner) => inner.cost(),
            Self::Test(test) => test.cost(),
        }
    }

    fn is_of_frame(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().all(Self::is_of_frame),
            Self::Not(inner) => inner.is_of_frame(),
            Self::Test(test) => test.is_of_frame(),
        }
    }

    fn matches(&self, facts: &dyn Facts) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(facts)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(facts)),
            Self::Not(inner) => !inner.matches(facts),
            Self::Test(test) => test.matches(facts),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        let (parts, separator, inner) = match self {
            Self::All(terms) => (terms, " ", Place::Term),
            Self::Any(branches) => (branches, " or ", Place::Top),
            Self::Not(inner) => {
                f.write_char('-')?;
                return inner.write(f, Place::Excluded);
            }
            Self::Test(test) => return test.write(f, place),
        };
        let is_grouped = place != Place::Top;
        if is_grouped {
            f.write_char('(')?;
        }
        for (idx, part) in parts.iter().enumerate() {
            if idx > 0 {
                f.write_str(separator)?;
            }
            part.write(f, inner)?;
        }
        if is_grouped {
            f.write_char(')')?;
        }
        Ok(())
    }
}

/// A backslash is doubled only where it would be read as the beginning of an escape, which keeps the text
/// as short as any way to type it.
fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '"' || (c == '\\' && matches!(chars.peek(), None | Some('"' | '\\'))) {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests;
