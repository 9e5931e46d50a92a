//! The filter language: reads the text of the filter box and decides which rows pass.
//!
//! It knows neither the transcript nor the page: rows answer through [`Facts`]. Completion and the search
//! for a field of the payload are not here.

use crate::port::{Direction, FilterError, RowKind, Severity};
use ocpp_wire::order::sort_by_rank;
use std::borrow::Cow;
use std::fmt::{self, Write as _};
use std::ops::{Range, RangeInclusive};

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
    /// Time between call and answer, on both of them; `None` while it is unknown.
    fn latency_millis(&self) -> Option<u32>;
    /// The frame as received or sent; empty for a connection event.
    fn raw(&self) -> &str;
    /// Title and summary of the row as shown.
    fn row_text(&self) -> Cow<'_, str>;
    /// A finding of the frame has a rule that fits the pattern.
    fn has_rule(&self, pattern: &Pattern) -> bool;
}

/// Reads a filter. The empty text is [`Query::everything`].
///
/// Terms are joined by "and"; `or` binds weaker, parentheses group, `-` excludes, quotes keep spaces
/// together and take any character as itself. In quotes `\"` is a quote and `\\` a backslash.
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

/// A value with `*` for any characters, compared from end to end.
///
/// An empty text fits no pattern: it stands for a fact the row does not have, so `action:*` finds the rows
/// that have an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// As written.
    text: String,
    first: Needle,
    /// The pieces between two `*`.
    middle: Vec<Needle>,
    /// The piece after the last `*`; `None` without `*`.
    last: Option<Needle>,
}

impl Pattern {
    fn new(text: String, case: Case) -> Self {
        let mut pieces = text.split('*').map(|piece| Needle::new(piece, case));
        let first = pieces.next().unwrap_or_else(|| Needle::new("", case));
        let mut middle: Vec<_> = pieces.collect();
        let last = middle.pop();
        // `**` is `*`.
        middle.retain(|piece| !piece.text.is_empty());
        Self { text, first, middle, last }
    }

    /// A pattern that takes upper and lower case as the same.
    ///
    /// ```
    /// use workbench::query::Pattern;
    /// assert!(Pattern::ignoring_case("rpc-schema-*").matches("RPC-SCHEMA-CALL"));
    /// assert!(!Pattern::ignoring_case("rpc-schema").matches("RPC-SCHEMA-CALL"));
    /// ```
    pub fn ignoring_case(text: &str) -> Self {
        Self::new(text.to_owned(), Case::Ignored)
    }

    /// The whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let text = match self.first.case {
            Case::Ignored if !text.is_ascii() => Cow::Owned(lower_cased(text)),
            _ => Cow::Borrowed(text),
        };
        let Some(mut rest) = self.first.strip_from(&text) else { return false };
        let Some(last) = &self.last else { return rest.is_empty() };
        for piece in &self.middle {
            // The first place is as good as any later one: `*` takes up what is left.
            let Some(after) = piece.find(rest).and_then(|at| rest.get(at + piece.text.len()..)) else { return false };
            rest = after;
        }
        rest.len().checked_sub(last.text.len()).and_then(|at| rest.get(at..)).is_some_and(|end| last.is_equal(end))
    }
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

    fn matches(&self, facts: &impl Facts) -> bool {
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

/// What a test costs, cheapest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    /// A number or a state of the row.
    Flag,
    /// A short text.
    Word,
    /// The findings.
    Findings,
    /// The whole frame.
    FullText,
}

/// One term. A comparison with a field of the payload would be one more.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    Text(Needle),
    Action(Vec<Pattern>),
    Direction(Vec<Direction>),
    Kind(Vec<RowKind>),
    Severity(Vec<Severity>),
    Is(Vec<State>),
    MessageId(Vec<Pattern>),
    ErrorCode(Vec<Pattern>),
    Frame(Vec<RangeInclusive<u32>>),
    Rule(Vec<Pattern>),
    Latency { comparison: Comparison, micros: u64 },
}

impl Test {
    const fn cost(&self) -> Cost {
        match self {
            Self::Direction(_)
            | Self::Kind(_)
            | Self::Severity(_)
            | Self::Is(_)
            | Self::Frame(_)
            | Self::Latency { .. } => Cost::Flag,
            Self::Action(_) | Self::MessageId(_) | Self::ErrorCode(_) => Cost::Word,
            Self::Rule(_) => Cost::Findings,
            Self::Text(_) => Cost::FullText,
        }
    }

    fn matches(&self, facts: &impl Facts) -> bool {
        let fits = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.matches(text));
        match self {
            Self::Text(needle) => needle.is_in(facts.raw()) || needle.is_in(&facts.row_text()),
            Self::Action(patterns) => fits(patterns, facts.action()),
            Self::Direction(ways) => facts.direction().is_some_and(|way| ways.contains(&way)),
            Self::Kind(kinds) => kinds.contains(&facts.kind()),
            Self::Severity(severities) => severities.contains(&facts.severity()),
            Self::Is(states) => states.iter().any(|state| match state {
                State::Unanswered => facts.is_unanswered(),
                State::Problem => facts.severity() >= Severity::Warning,
            }),
            Self::MessageId(patterns) => fits(patterns, facts.message_id()),
            Self::ErrorCode(patterns) => fits(patterns, facts.error_code()),
            Self::Frame(ranges) => facts.frame().is_some_and(|frame| ranges.iter().any(|range| range.contains(&frame))),
            Self::Rule(patterns) => patterns.iter().any(|pattern| facts.has_rule(pattern)),
            Self::Latency { comparison, micros } => {
                facts.latency_millis().is_some_and(|millis| comparison.holds(u64::from(millis) * 1000, *micros))
            }
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
        match self {
            Self::Text(needle) => {
                let text = &needle.as_written;
                if is_bare_text(text, place) { f.write_str(text) } else { write_quoted(f, text) }
            }
            Self::Action(patterns) => write_values(f, Field::Action, patterns, write_pattern),
            Self::Direction(ways) => write_values(f, Field::Direction, ways, |f, way| f.write_str(way.as_str())),
            Self::Kind(kinds) => write_values(f, Field::Kind, kinds, |f, kind| f.write_str(kind.as_str())),
            Self::Severity(severities) => {
                write_values(f, Field::Severity, severities, |f, severity| f.write_str(severity.as_str()))
            }
            Self::Is(states) => write_values(f, Field::Is, states, |f, state| f.write_str(state.as_str())),
            Self::MessageId(patterns) => write_values(f, Field::MessageId, patterns, write_pattern),
            Self::ErrorCode(patterns) => write_values(f, Field::ErrorCode, patterns, write_pattern),
            Self::Frame(ranges) => write_values(f, Field::Frame, ranges, |f, range| {
                write!(f, "{}", range.start())?;
                if range.start() == range.end() { Ok(()) } else { write!(f, "-{}", range.end()) }
            }),
            Self::Rule(patterns) => write_values(f, Field::Rule, patterns, write_pattern),
            Self::Latency { comparison, micros } => {
                write!(f, "{}{}{}", Field::Latency.name(), comparison.as_str(), text_from_micros(*micros))
            }
        }
    }
}

fn write_values<T>(
    f: &mut fmt::Formatter<'_>,
    field: Field,
    values: &[T],
    mut write: impl FnMut(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(field.name())?;
    for (idx, value) in values.iter().enumerate() {
        f.write_char(if idx == 0 { ':' } else { ',' })?;
        write(f, value)?;
    }
    Ok(())
}

fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &Pattern) -> fmt::Result {
    let text = &pattern.text;
    let is_bare = !text.starts_with('"') && !text.contains(ends_value);
    if is_bare { f.write_str(text) } else { write_quoted(f, text) }
}

/// Free text that needs no quotes to be read back as itself.
fn is_bare_text(text: &str, place: Place) -> bool {
    let is_exclusion = text.starts_with('-') && text != "-";
    let is_or = place != Place::Excluded && text.eq_ignore_ascii_case("or");
    !text.starts_with('"')
        && !text.contains(ends_word)
        && !is_exclusion
        && !is_or
        && matches!(Head::of(text), Head::Text)
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

/// The names before `:` or `>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Action,
    Direction,
    Kind,
    Severity,
    Is,
    MessageId,
    ErrorCode,
    Frame,
    Rule,
    Latency,
}

impl Field {
    const ALL: [Self; 10] = [
        Self::Action,
        Self::Direction,
        Self::Kind,
        Self::Severity,
        Self::Is,
        Self::MessageId,
        Self::ErrorCode,
        Self::Frame,
        Self::Rule,
        Self::Latency,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Direction => "dir",
            Self::Kind => "kind",
            Self::Severity => "severity",
            Self::Is => "is",
            Self::MessageId => "id",
            Self::ErrorCode => "code",
            Self::Frame => "frame",
            Self::Rule => "rule",
            Self::Latency => "latency",
        }
    }

    /// A term with this field.
    const fn example(self) -> &'static str {
        match self {
            Self::Action => "action:BootNotification or action:Meter*",
            Self::Direction => "dir:to-csms",
            Self::Kind => "kind:call,error",
            Self::Severity => "severity:warning,error",
            Self::Is => "is:unanswered",
            Self::MessageId => "id:19223201 or id:\"a b\"",
            Self::ErrorCode => "code:FormationViolation or code:*Violation",
            Self::Frame => "frame:213 or frame:200-220",
            Self::Rule => "rule:RPC-SCHEMA-*",
            Self::Latency => "latency>500 or latency<=2s",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

/// What `is:` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Unanswered,
    /// A warning or an error.
    Problem,
}

impl State {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Problem => "problem",
        }
    }
}

/// How `latency` is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

impl Comparison {
    /// Those of two characters before those they begin with.
    const ALL: [Self; 5] = [Self::AtLeast, Self::AtMost, Self::Above, Self::Below, Self::Equal];

    const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Equal => "=",
        }
    }

    const fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Self::AtLeast => left >= right,
            Self::AtMost => left <= right,
            Self::Above => left > right,
            Self::Below => left < right,
            Self::Equal => left == right,
        }
    }
}

/// What a word begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
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
    fn of(rest: &str) -> Self {
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

fn ends_word(c: char) -> bool {
    c.is_whitespace() || c == '(' || c == ')'
}

fn ends_value(c: char) -> bool {
    ends_word(c) || c == ','
}

/// A value after a colon and where it stands.
struct Value {
    text: String,
    span: Range<usize>,
}

/// Goes through the text once.
struct Reader<'t> {
    text: &'t str,
    /// Byte that is read next.
    at: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Takes the character if it is next.
    fn take(&mut self, wanted: char) -> bool {
        let is_next = self.peek() == Some(wanted);
        if is_next {
            self.at += wanted.len_utf8();
        }
        is_next
    }

    /// Takes everything before the first character that ends it.
    fn take_until(&mut self, ends: fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = rest.find(ends).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += taken.len();
        taken
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Where `or` stands, if it is next.
    fn or_word(&self) -> Option<Range<usize>> {
        let rest = self.rest();
        let word = rest.find(ends_word).and_then(|end| rest.get(..end)).unwrap_or(rest);
        word.eq_ignore_ascii_case("or").then(|| self.at..self.at + word.len())
    }

    /// Reads to the end of the text or to a parenthesis that closes.
    fn alternatives(&mut self, depth: usize) -> Result<Node, QueryIssue> {
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
    fn terms(&mut self, depth: usize) -> Result<Vec<Node>, QueryIssue> {
        let mut terms = Vec::new();
        loop {
            self.skip_space();
            if self.peek().is_none_or(|c| c == ')') || self.or_word().is_some() {
                return Ok(terms);
            }
            terms.push(self.term(depth)?);
        }
    }

    fn term(&mut self, depth: usize) -> Result<Node, QueryIssue> {
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

    fn group(&mut self, depth: usize) -> Result<Node, QueryIssue> {
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

    fn quoted_term(&mut self) -> Result<Node, QueryIssue> {
        let text = self.quoted()?;
        self.expect_end("a space", ends_word)?;
        Ok(Node::Test(Test::Text(Needle::new(&text, Case::Ignored))))
    }

    /// Reads a text in quotes; the opening one is next.
    fn quoted(&mut self) -> Result<String, QueryIssue> {
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
    fn expect_end(&mut self, wanted: &str, ends: fn(char) -> bool) -> Result<(), QueryIssue> {
        if self.peek().is_none_or(ends) {
            return Ok(());
        }
        let start = self.at;
        self.take_until(ends_word);
        let message = format!("Behind the closing quote {wanted} is needed; a quote inside quotes is written \\\"");
        Err(QueryIssue::new(start..self.at, message))
    }

    fn word(&mut self) -> Result<Test, QueryIssue> {
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
    fn field(&mut self, field: Field) -> Result<Test, QueryIssue> {
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
    fn values(&mut self, field: Field) -> Result<Vec<Value>, QueryIssue> {
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
    fn latency(&mut self) -> Result<Test, QueryIssue> {
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
fn chosen<T: Copy>(
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
fn frames(value: &Value) -> Result<RangeInclusive<u32>, QueryIssue> {
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

/// `500`, `500ms`, `0.5s`; `None` for anything else and for more than three decimals of a millisecond.
fn micros_from_text(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (number, n_decimals) = match (lower.strip_suffix("ms"), lower.strip_suffix('s')) {
        (Some(millis), _) => (millis, 3),
        (None, Some(secs)) => (secs, 6),
        (None, None) => (lower.as_str(), 3),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > n_decimals {
        return None;
    }
    format!("{whole}{fraction:0<n_decimals$}").parse().ok()
}

/// The shortest text for [`micros_from_text`].
fn text_from_micros(micros: u64) -> String {
    const MICROS_PER_SEC: u64 = 1_000_000;
    if micros >= MICROS_PER_SEC && micros.is_multiple_of(MICROS_PER_SEC) {
        return format!("{}s", micros / MICROS_PER_SEC);
    }
    let text = format!("{}.{:03}", micros / 1000, micros % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Words people try, and the word for it here.
const FIELD_SYNONYMS: [(&str, &str); 11] = [
    ("direction", "dir"),
    ("type", "kind"),
    ("verdict", "severity"),
    ("messageid", "id"),
    ("message-id", "id"),
    ("message_id", "id"),
    ("errorcode", "code"),
    ("error", "code"),
    ("finding", "rule"),
    ("duration", "latency"),
    ("message", "action"),
];
const DIRECTION_SYNONYMS: [(&str, &str); 6] = [
    ("up", "to-csms"),
    ("out", "to-csms"),
    ("csms", "to-csms"),
    ("down", "to-station"),
    ("in", "to-station"),
    ("station", "to-station"),
];
const KIND_SYNONYMS: [(&str, &str); 7] = [
    ("request", "call"),
    ("response", "result"),
    ("answer", "result"),
    ("callresult", "result"),
    ("confirmation", "result"),
    ("callerror", "error"),
    ("callresulterror", "result-error"),
];
const STATE_SYNONYMS: [(&str, &str); 5] = [
    ("pending", "unanswered"),
    ("waiting", "unanswered"),
    ("timeout", "unanswered"),
    ("error", "problem"),
    ("warning", "problem"),
];

/// The known word that a wrong one probably stands for.
fn meant(wrong: &str, known: &[&'static str], synonyms: &[(&str, &'static str)]) -> Option<&'static str> {
    let wrong = wrong.to_ascii_lowercase();
    if let Some((_, meant)) = synonyms.iter().find(|(synonym, _)| *synonym == wrong) {
        return Some(meant);
    }
    let mut longer = known.iter().filter(|word| word.starts_with(&wrong));
    if let (Some(only), None) = (longer.next(), longer.next()) {
        return Some(only);
    }
    // Two slips are allowed in a long word only; "is:answered" is not "is:unanswered".
    let n_allowed = if wrong.len() > 8 { 2 } else { 1 };
    known
        .iter()
        .map(|word| (n_slips(&wrong, word), *word))
        .filter(|(n, _)| *n <= n_allowed)
        .min_by_key(|(n, _)| *n)
        .map(|(_, word)| word)
}

/// How many characters are wrong, missing, too many or swapped with their neighbour; large when the
/// lengths differ too much for the answer to matter.
fn n_slips(wrong: &str, right: &str) -> usize {
    let (wrong, right): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
    // A word of thousands of characters is not compared at all.
    if wrong.len().abs_diff(right.len()) > 2 {
        return usize::MAX;
    }
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (y, a) in wrong.iter().enumerate() {
        let mut row = vec![y + 1];
        for (x, b) in right.iter().enumerate() {
            let mut n = (cell(&above, x) + usize::from(a != b)).min(cell(&above, x + 1) + 1).min(cell(&row, x) + 1);
            let is_swapped = y > 0 && x > 0 && wrong.get(y - 1) == Some(b) && right.get(x - 1) == Some(a);
            if is_swapped {
                n = n.min(cell(&before, x - 1) + 1);
            }
            row.push(n);
        }
        before = std::mem::replace(&mut above, row);
    }
    cell(&above, right.len())
}

fn enumerated(words: &[impl AsRef<str>], joint: &str) -> String {
    let mut text = String::new();
    for (idx, word) in words.iter().enumerate() {
        match idx {
            0 => {}
            _ if idx + 1 == words.len() => {
                text.push(' ');
                text.push_str(joint);
                text.push(' ');
            }
            _ => text.push_str(", "),
        }
        text.push_str(word.as_ref());
    }
    text
}

/// The beginning of a text for a message.
fn shortened(text: &str) -> Cow<'_, str> {
    const MAX_SHOWN: usize = 40;
    match text.char_indices().nth(MAX_SHOWN).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => Cow::Owned(format!("{beginning}…")),
        None => Cow::Borrowed(text),
    }
}

/// Character by character, so that a part of a text is lowered as it is within the whole.
fn lower_cased(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether upper and lower case are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Ignored,
    Kept,
}

/// A text that is looked for in many texts.
#[derive(Clone, Debug, PartialEq)]
struct Needle {
    as_written: String,
    /// As compared: in lower case where case is ignored.
    text: String,
    case: Case,
    /// The byte of `text` that is rarest in frames: only where it stands the rest is compared.
    anchor: u8,
    /// Set in a letter to make it lower case; 0 when the anchor is no letter.
    anchor_fold: u8,
    anchor_idx: usize,
}

/// Needles longer than this are searched for in a lowered copy, in a time that grows with the text alone.
/// In place each anchor found costs up to this many comparisons, which a hostile frame can make happen.
const MAX_BYTES_IN_PLACE: usize = 256;

/// Bytes of frames, roughly from most to least frequent; bytes not listed are rarer. Only speed depends on it.
const FREQUENT_BYTES: &[u8] = b"\"e,ta:0i1ronscl2-dm5u346789pg.{}vhy[]fbw";

impl Needle {
    fn new(as_written: &str, case: Case) -> Self {
        let text = match case {
            Case::Ignored => lower_cased(as_written),
            Case::Kept => as_written.to_owned(),
        };
        let rarity = |byte: u8| FREQUENT_BYTES.iter().position(|frequent| *frequent == byte).unwrap_or(usize::MAX);
        let (anchor_idx, anchor) = text.bytes().enumerate().max_by_key(|(_, byte)| rarity(*byte)).unwrap_or_default();
        let anchor_fold = if anchor.is_ascii_lowercase() { 0x20 } else { 0 };
        Self { as_written: as_written.to_owned(), text, case, anchor, anchor_fold, anchor_idx }
    }

    /// The text contains it.
    fn is_in(&self, haystack: &str) -> bool {
        if self.text.is_ascii() {
            return self.find(haystack).is_some();
        }
        !haystack.is_ascii() && lower_cased(haystack).contains(&self.text)
    }

    /// Where it stands first, in bytes. Beyond ASCII the text must be in lower case already.
    fn find(&self, haystack: &str) -> Option<usize> {
        match self.case {
            Case::Kept => return haystack.find(&self.text),
            Case::Ignored if self.text.len() > MAX_BYTES_IN_PLACE => {
                return haystack.to_ascii_lowercase().find(&self.text);
            }
            Case::Ignored => {}
        }
        let bytes = haystack.as_bytes();
        let n_behind_anchor = self.text.len().checked_sub(self.anchor_idx + 1)?;
        let anchors = bytes.get(..bytes.len().checked_sub(n_behind_anchor)?)?;
        let mut from = self.anchor_idx;
        loop {
            let at = from + anchor_position(anchors.get(from..)?, self.anchor, self.anchor_fold)?;
            let start = at - self.anchor_idx;
            let is_here = bytes
                .get(start..start + self.text.len())
                .is_some_and(|bytes| bytes.eq_ignore_ascii_case(self.text.as_bytes()));
            if is_here {
                return Some(start);
            }
            from = at + 1;
        }
    }

    /// What follows it, if the text begins with it.
    fn strip_from<'h>(&self, haystack: &'h str) -> Option<&'h str> {
        let (beginning, rest) = haystack.split_at_checked(self.text.len())?;
        self.is_equal(beginning).then_some(rest)
    }

    fn is_equal(&self, text: &str) -> bool {
        match self.case {
            Case::Ignored => text.eq_ignore_ascii_case(&self.text),
            Case::Kept => text == self.text,
        }
    }
}

fn anchor_position(bytes: &[u8], anchor: u8, fold: u8) -> Option<usize> {
    const BLOCK: usize = 32;
    let is_anchor = |byte: &u8| byte | fold == anchor;
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    // Without an early exit inside the block the compiler compares all its bytes at once.
    let n_blocks =
        blocks.iter().take_while(|block| !block.iter().fold(false, |found, byte| found | is_anchor(byte))).count();
    let skipped = n_blocks * BLOCK;
    bytes.get(skipped..)?.iter().position(is_anchor).map(|at| skipped + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::Cell;

    /// A row of the transcript in words: the columns of [`TRANSCRIPT`].
    #[derive(Clone, Debug)]
    struct Row {
        kind: RowKind,
        direction: Option<Direction>,
        severity: Severity,
        frame: Option<u32>,
        action: String,
        id: String,
        code: String,
        is_unanswered: bool,
        latency_millis: Option<u32>,
        rules: Vec<String>,
        title: String,
        raw: String,
        n_raw_looked_at: Cell<u32>,
    }

    /// frame; kind; direction; severity; action; id; code; latency (`?` unanswered); rules; title; raw.
    const TRANSCRIPT: &str = r#"
-; connection; -; info; -; -; -; -; -; Connected, ocpp1.6; -
1; call; to-csms; ok; BootNotification; b1; -; 84; -; BootNotification Wallbox AG; [2,"b1","BootNotification",{"chargePointVendor":"Wallbox AG"}]
2; result; to-station; ok; BootNotification; b1; -; 84; -; BootNotification Accepted, every 300 s; [3,"b1",{"status":"Accepted"}]
3; call; to-csms; error; StartTransaction; c 2; -; 1204; RPC-SCHEMA-CALL RPC-ID; StartTransaction connector 1; [2,"c 2","StartTransaction",{"idTag":"ÄÖ-09:21"}]
4; error; to-station; error; StartTransaction; c 2; FormationViolation; 1204; -; FormationViolation; [4,"c 2","FormationViolation","",{}]
5; call; to-station; warning; GetConfiguration; C*; -; ?; RPC-LATE; GetConfiguration all keys; [2,"C*","GetConfiguration",{}]
6; send; to-csms; ok; NotifyPeriodicEventStream; s1; -; -; -; NotifyPeriodicEventStream 12; [6,"s1","NotifyPeriodicEventStream",{"say":"a \"b\" or (c)"}]
7; unreadable; to-csms; error; -; -; -; -; RPC-JSON; Not JSON, 5 bytes; hello ws://x urn:x -
8; call; to-csms; ok; MeterValues; m1; -; 500; -; MeterValues 1204.33 kWh; [2,"m1","MeterValues",{"value":"1204330"}]
9; result-error; to-csms; error; MeterValues; m1; GenericError; 500; -; GenericError; [5,"m1","GenericError","",{}]
"#;

    fn transcript() -> Vec<Row> {
        let text = |cell: &str| if cell == "-" { String::new() } else { cell.to_owned() };
        let row = |line: &str| {
            let cells: Vec<&str> = line.splitn(11, "; ").collect();
            let kinds = [
                RowKind::Call,
                RowKind::Result,
                RowKind::Error,
                RowKind::ResultError,
                RowKind::Send,
                RowKind::Unreadable,
            ];
            let severities = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
            Row {
                frame: cells[0].parse().ok(),
                kind: kinds.into_iter().find(|kind| kind.as_str() == cells[1]).unwrap_or(RowKind::Connection),
                direction: [Direction::ToCsms, Direction::ToStation].into_iter().find(|way| way.as_str() == cells[2]),
                severity: severities.into_iter().find(|severity| severity.as_str() == cells[3]).unwrap(),
                action: text(cells[4]),
                id: text(cells[5]),
                code: text(cells[6]),
                is_unanswered: cells[7] == "?",
                latency_millis: cells[7].parse().ok(),
                rules: cells[8].split(' ').map(text).collect(),
                title: cells[9].to_owned(),
                raw: text(cells[10]),
                n_raw_looked_at: Cell::new(0),
            }
        };
        TRANSCRIPT.trim().lines().map(row).collect()
    }

    impl Facts for Row {
        fn kind(&self) -> RowKind {
            self.kind
        }
        fn direction(&self) -> Option<Direction> {
            self.direction
        }
        fn severity(&self) -> Severity {
            self.severity
        }
        fn frame(&self) -> Option<u32> {
            self.frame
        }
        fn action(&self) -> &str {
            &self.action
        }
        fn message_id(&self) -> &str {
            &self.id
        }
        fn error_code(&self) -> &str {
            &self.code
        }
        fn is_unanswered(&self) -> bool {
            self.is_unanswered
        }
        fn latency_millis(&self) -> Option<u32> {
            self.latency_millis
        }
        fn raw(&self) -> &str {
            self.n_raw_looked_at.set(self.n_raw_looked_at.get() + 1);
            &self.raw
        }
        fn row_text(&self) -> Cow<'_, str> {
            Cow::Borrowed(&self.title)
        }
        fn has_rule(&self, pattern: &Pattern) -> bool {
            self.rules.iter().any(|rule| pattern.matches(rule))
        }
    }

    /// The frames that pass, the connection row being 0; or the fault with the text marked.
    fn answer(text: &str) -> String {
        match parse(text) {
            Ok(query) => {
                let passed = transcript().into_iter().filter(|row| query.matches(row));
                passed.map(|row| row.frame.unwrap_or(0).to_string()).collect::<Vec<_>>().join(" ")
            }
            Err(QueryIssue { start, end, message }) => {
                format!("{}»{}«{} {message}", &text[..start], &text[start..end], &text[end..])
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(answer(text), expected, "{text}");
    }

    #[track_caller]
    fn check_fault(text: &str, marked: &str, part_of_message: &str) {
        let answer = answer(text);
        let message = answer.strip_prefix(marked).unwrap_or_else(|| panic!("{text}: {answer}"));
        assert!(message.contains(part_of_message), "{text}: {answer}");
    }

    #[test]
    fn free_text_is_found_in_frame_and_row() {
        check("", "0 1 2 3 4 5 6 7 8 9");
        check(" \t\u{a0}", "0 1 2 3 4 5 6 7 8 9");
        check("WALLBOX", "1");
        check("wallbox ag", "1");
        check("\"wallbox ag\"", "1");
        check("\"AG wallbox\"", "");
        check("connected", "0");
        check("kwh", "8");
        check("1204330", "8");
        check("[2,\"b1\"", "1");
        check("äö", "3");
        check("ÄÖ-09", "3");
        check("09:21", "3");
        check("ws://x", "7");
        check("urn:x", "7");
        check(":\"accepted", "2");
        check("-", "3 7");
        check("hello -", "7");
        check("\"say\\\":\"", "6");
        check("\"(c)\"", "6");
        check("\"\\\\\\\"b\"", "6");
        check("\"or\" \"kind:call\"", "");
    }

    #[test]
    fn fields_choose() {
        check("action:bootnotification", "1 2");
        check("action:Boot", "");
        check("action:*", "1 2 3 4 5 6 8 9");
        check("action:boot*,METER*", "1 2 8 9");
        check("action:*t*t*o*", "1 2 3 4 5");
        check("-action:*", "0 7");
        check("dir:to-csms", "1 3 6 7 8 9");
        check("DIR:To-Station", "2 4 5");
        check("dir:to-csms,to-station", "1 2 3 4 5 6 7 8 9");
        check("kind:call", "1 3 5 8");
        check("kind:result,error,result-error", "2 4 9");
        check("kind:send,unreadable,connection", "0 6 7");
        check("severity:ok", "1 2 6 8");
        check("severity:info,warning", "0 5");
        check("severity:error", "3 4 7 9");
        check("is:unanswered", "5");
        check("is:problem", "3 4 5 7 9");
        check("is:problem,unanswered", "3 4 5 7 9");
        check("id:b1", "1 2");
        check("id:B1", "");
        check("id:\"c 2\"", "3 4");
        check("id:\"c *\",m1", "3 4 8 9");
        check("id:c*", "3 4");
        check("id:C*", "5");
        check("code:formationviolation", "4");
        check("code:*", "4 9");
        check("code:*violation,generic*", "4 9");
        check("frame:3", "3");
        check("frame:3-5,8", "3 4 5 8");
        check("frame:0", "");
        check("-frame:1-9", "0");
        check("rule:RPC-SCHEMA-CALL", "3");
        check("rule:rpc-*", "3 5 7");
        check("rule:*-id,*-JSON", "3 7");
        check("latency>500", "3 4");
        check("latency>=500", "3 4 8 9");
        check("latency<500", "1 2");
        check("latency<=500ms", "1 2 8 9");
        check("latency=84", "1 2");
        check("Latency>1.2s", "3 4");
        check("latency>1.204s", "");
        check("latency>499.999", "3 4 8 9");
        check("latency > 500", "3 4");
        check("latency >= 0.5s dir:to-csms", "3 8 9");
        check("-latency>=0", "0 5 6 7");
    }

    #[test]
    fn terms_are_joined() {
        check("kind:call dir:to-csms", "1 3 8");
        check("kind:call -dir:to-csms", "5");
        check("kind:call or kind:send", "1 3 5 6 8");
        check("kind:call dir:to-station OR is:unanswered Or kind:send", "5 6");
        check("kind:call (dir:to-station or severity:error)", "3 5");
        check("(kind:call dir:to-station)or(severity:error)", "3 4 5 7 9");
        check("(kind:call or kind:send)(severity:ok)", "1 6 8");
        check("-(kind:call or kind:send)", "0 2 4 7 9");
        check("-(kind:call dir:to-csms)", "0 2 4 5 6 7 9");
        check("--kind:call", "1 3 5 8");
        check("---(kind:call)", "0 2 4 6 7 9");
        check("-b1 -m1 -hello", "0 3 4 5 6");
        check("-or", "0 2 5 7 8");
        check("-(-)", "0 1 2 4 5 6 8 9");
    }

    #[test]
    fn faults_have_a_place_and_a_remedy() {
        check_fault(
            "foo:bar",
            "»foo«:bar ",
            "\"foo\" is not a field of the filter; fields are action:, dir:, kind:, severity:, is:, id:, code:, frame:, rule: and latency>; to search for the text put it in quotes: \"foo:bar\"",
        );
        check_fault("kind:call -acton:x", "kind:call -»acton«:x ", "; action is probably meant;");
        check_fault("direction:up", "»direction«:up ", "; dir is probably meant;");
        check_fault("ser:x", "»ser«:x ", "quotes");
        check_fault(
            "dir:up",
            "dir:»up« ",
            "dir: takes to-csms or to-station, not \"up\"; dir:to-csms is probably meant",
        );
        check_fault(
            "kind:call,foo x",
            "kind:call,»foo« x ",
            "takes call, result, error, result-error, send, unreadable or connection, not \"foo\"",
        );
        check_fault("kind:reslut", "kind:»reslut« ", "kind:result is probably meant");
        check_fault("kind:CallError", "kind:»CallError« ", "kind:error is probably meant");
        check_fault("severity:\"b ad\"", "severity:»\"b ad\"« ", "takes ok, info, warning or error, not \"b ad\"");
        check_fault("severity:warn", "severity:»warn« ", "severity:warning is probably meant");
        check_fault("is:foo", "is:»foo« ", "is: takes unanswered or problem, not \"foo\"");
        check_fault("latency>abc", "latency>»abc« ", "\"abc\" is not such a number");
        check_fault("latency>1,000", "latency>»1,000« ", "latency>500");
        check_fault("latency>-5", "latency>»-5« ", "latency>500");
        check_fault("latency>0.0001", "latency>»0.0001« ", "latency>500");
        check_fault("latency>99999999999999999999", "latency>»99999999999999999999« ", "such a number");
        check_fault("latency:500", "»latency:«500 ", "compared");
        check_fault("latency!=500", "latency»!=«500 ", "-latency=500");
        check_fault("a -latency", "a -»latency« ", "the word itself is written \"latency\"");
        check_fault("latency>", "latency>»« ", "needs a number");
        check_fault("latency>= )", "latency>=»« ) ", "needs a number");
        check_fault("frame:x", "frame:»x« ", "frame:213 or frame:200-220, not \"x\"");
        check_fault("frame:7-", "frame:»7-« ", "frame:200-220");
        check_fault("frame:+7", "frame:»+7« ", "frame:200-220");
        check_fault("frame:4294967296", "frame:»4294967296« ", "frame:200-220");
        check_fault("frame:20-10", "frame:»20-10« ", "frame:10-20 is probably meant");
        check_fault("severity=error", "»severity=error« ", "severity takes a colon");
        check_fault(
            "action:",
            "action:»« ",
            "action: needs a value directly behind it, such as action:BootNotification",
        );
        check_fault("(action: x)", "(action:»« x) ", "needs a value");
        check_fault("kind:call,", "kind:call,»« ", "needs a value");
        check_fault("id:(a or b)", "id:»«(a or b) ", "needs a value");
        check_fault("id:\"\"", "id:»\"\"« ", "between the quotes");
        check_fault("(a", "»(«a ", "not closed");
        check_fault("x (a (b)", "x »(«a (b) ", "not closed");
        check_fault("a)", "a»)« ", "closes nothing");
        check_fault(") a", "»)« a ", "closes nothing");
        check_fault("a ()", "a »()« ", "Nothing stands");
        check_fault("(", "»(« ", "not closed");
        check_fault("or", "»or« ", "\"or\"");
        check_fault("or a", "»or« a ", "between two terms");
        check_fault("a OR ", "a »OR«  ", "between two terms");
        check_fault("(a or) b", "(a »or«) b ", "between two terms");
        check_fault("a or or b", "a »or« or b ", "between two terms");
        check_fault("a \"b c", "a »\"b c« ", "has no end");
        check_fault("\"a\\\"", "»\"a\\\"« ", "has no end");
        check_fault("\"idTag\":\"AB\" x", "\"idTag\"»:\"AB\"« x ", "a space is needed");
        check_fault("id:\"a\"b", "id:\"a\"»b« ", "a comma is needed");
        check_fault("\"\"", "»\"\"« ", "between the quotes");
    }

    #[test]
    fn size_and_depth_are_bounded() {
        let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        let issue = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!((issue.start, issue.end), (MAX_DEPTH, MAX_DEPTH + 1));
        assert!(parse(&"(".repeat(MAX_CHARS)).is_err());
        assert!(parse(&"-(".repeat(MAX_CHARS / 2)).is_err());
        assert!(parse(&"-".repeat(MAX_CHARS)).is_ok());
        assert!(parse(&"ä ".repeat(MAX_CHARS)).is_ok());
        let issue = parse(&"ä ".repeat(MAX_CHARS + 1)).unwrap_err();
        assert_eq!((issue.start, issue.end), (3 * MAX_CHARS, 3 * MAX_CHARS + 3));
    }

    #[test]
    fn the_text_of_a_query_is_canonical() {
        for (text, expected) in [
            ("  ", ""),
            ("A  b", "A b"),
            ("((a) (b)) c", "a b c"),
            ("(a or b) or c d", "a or b or c d"),
            ("a (b or c)", "a (b or c)"),
            ("-(-(a))", "a"),
            ("-((a b))", "-(a b)"),
            ("\"a\" \"a b\" \"or\" -\"or\" -or", "a \"a b\" \"or\" -or -or"),
            (
                "\"-a\" \"-\" -- \"kind:x\" \"09:21\" \"latency\" \"latency>5\"",
                "\"-a\" - -- \"kind:x\" 09:21 \"latency\" \"latency>5\"",
            ),
            (r#""\a\\\"\\""#, r#"\a\"\"#),
            (r#""\a \\\" \\" a"b"#, r#""\a \\\" \\" a"b"#),
            ("ID:\"a\",\"b,c\",\"d*\" KIND:Call", "kind:call id:a,\"b,c\",d*"),
            ("frame:007,5-5,5-6", "frame:7,5,5-6"),
            (
                "latency > 2000 latency<1.50 latency=0.25s latency>=0 latency<=0.0010s",
                "latency>2s latency<1.5 latency=250 latency>=0 latency<=1",
            ),
            ("text severity:ok or action:x or is:problem", "is:problem or action:x or severity:ok text"),
        ] {
            assert_eq!(parse(text).unwrap().to_text(), expected);
        }
        assert!(parse("").unwrap().is_everything());
        assert!(!parse("a").unwrap().is_everything());
    }

    #[test]
    fn texts_are_looked_at_last() {
        let rows = transcript();
        let query = parse("wallbox (b1 or dir:to-csms) action:boot*").unwrap();
        assert!(query.matches(&rows[1]));
        assert_eq!(rows[1].n_raw_looked_at.get(), 1);
        assert!(!query.matches(&rows[3]));
        assert_eq!(rows[3].n_raw_looked_at.get(), 0);
    }

    #[test]
    fn patterns_are_compared_from_end_to_end() {
        for (pattern, fitting, unfitting) in [
            ("abc", "ABC", "abcd"),
            ("a*c", "aXXc", "aXXcd"),
            ("a*a", "aa", "a"),
            ("*ab*ba*", "xabbay", "xaba"),
            ("a**b", "ab", "ba"),
            ("*", "x", ""),
            ("Ä*é", "äxÉ", "axe"),
            ("*", "ä", ""),
            ("ab*", "abä", "äab"),
        ] {
            let pattern = Pattern::ignoring_case(pattern);
            assert!(pattern.matches(fitting), "{pattern:?} {fitting}");
            assert!(!pattern.matches(unfitting), "{pattern:?} {unfitting}");
        }
    }

    #[test]
    fn long_needles_are_found_too() {
        let long = "aB".repeat(MAX_BYTES_IN_PLACE);
        let needle = Needle::new(&long, Case::Ignored);
        assert!(needle.is_in(&format!("ä{}", "Ab".repeat(MAX_BYTES_IN_PLACE + 1))));
        assert!(!needle.is_in(&"Ab".repeat(MAX_BYTES_IN_PLACE - 1)));
    }

    /// Texts that are mostly queries.
    fn query_text() -> impl Strategy<Value = String> {
        let word = prop_oneof![
            "[a-cA-C0-9äÖ\"\\\\*:,.<>=!-]{1,4}",
            prop::sample::select(vec![
                "or",
                "Or",
                "-",
                "latency",
                "\"latency\"",
                "urn:x",
                "ws://x",
                "09:21",
                "wallbox",
                "b1",
                "1204",
                "Accepted"
            ])
            .prop_map(str::to_owned),
            "\"([a-c(),: -]|\\\\.){1,6}\"",
        ];
        let value = prop_oneof!["[a-zA-Z*]{1,3}", "\\*?[bcm12 ]*\\*?", "\"[bcm12 *,()\\\\\\\\]{1,4}\""];
        let term = prop_oneof![
            3 => word,
            2 => (prop::sample::select(vec!["action", "id", "code", "rule", "ID"]), prop::collection::vec(value, 1..3))
                .prop_map(|(field, values)| format!("{field}:{}", values.join(","))),
            3 => prop::sample::select(vec![
                "dir:to-csms", "kind:call,Error", "severity:warning,error", "is:unanswered", "is:problem", "frame:3-5,8", "frame:007",
                "latency>500", "latency <= 1.204s", "latency=84", "action:meter*", "rule:*-call", "id:\"c 2\"", "code:*",
            ]).prop_map(str::to_owned),
        ];
        term.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|terms| terms.join(" ")),
                prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| terms.join(" or ")),
                inner.clone().prop_map(|group| format!("({group})")),
                inner.clone().prop_map(|group| format!("-({group})")),
                inner.prop_map(|term| format!("-{term}")),
            ]
        })
    }

    fn passed(query: &Query) -> Vec<bool> {
        transcript().iter().map(|row| query.matches(row)).collect()
    }

    fn check_any_text(text: &str) {
        match parse(text) {
            Ok(query) => {
                let written = query.to_text();
                assert_eq!(parse(&written), Ok(query), "{text} is written {written}");
                let n_chars = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
                // This is what keeps the text of a query within the limit.
                assert!(n_chars(&written) <= n_chars(text), "{text} is written {written}");
            }
            Err(issue) => {
                assert!(issue.start <= issue.end && text.get(issue.start..issue.end).is_some(), "{text}: {issue:?}");
                assert!(
                    !issue.message.is_empty() && !issue.message.ends_with('.') && issue.message.len() < 500,
                    "{issue:?}"
                );
                let error = issue.to_filter_error(text);
                assert!(error.end_utf16 as usize <= text.encode_utf16().count(), "{text}: {error:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_text_is_read_or_refused(text in any::<String>()) {
            check_any_text(&text);
        }

        #[test]
        fn any_text_of_signs_is_read_or_refused(text in "([a-b ()\"\\\\:,*<>=!-]|or | or|id:|kind:|call|frame:|latency|[0-9]|ä){0,24}") {
            check_any_text(&text);
        }

        #[test]
        fn the_text_of_a_query_is_read_back(text in query_text()) {
            check_any_text(&text);
        }

        #[test]
        fn exclusion_is_the_complement(text in query_text()) {
            if let Ok(query) = parse(&text) {
                let excluded = parse(&format!("-({text})")).unwrap();
                prop_assert_eq!(passed(&excluded), passed(&query).into_iter().map(|is_in| !is_in).collect::<Vec<_>>());
            }
        }

        #[test]
        fn or_is_the_union_and_a_space_the_intersection(left in query_text(), right in query_text()) {
            if let (Ok(a), Ok(b)) = (parse(&left), parse(&right)) {
                let (a, b) = (passed(&a), passed(&b));
                let either = parse(&format!("{left} or {right}")).unwrap();
                prop_assert_eq!(passed(&either), a.iter().zip(&b).map(|(a, b)| a | b).collect::<Vec<_>>());
                let both = parse(&format!("({left}) ({right})")).unwrap();
                prop_assert_eq!(passed(&both), a.iter().zip(&b).map(|(a, b)| a & b).collect::<Vec<_>>());
            }
        }

        #[test]
        fn search_is_that_of_lower_case_texts(needle in "[abAB1ä\"]{1,5}", haystack in "[abAB1äÄ\"]{0,90}") {
            let expected = lower_cased(&haystack).contains(&lower_cased(&needle));
            prop_assert_eq!(Needle::new(&needle, Case::Ignored).is_in(&haystack), expected);
        }

        #[test]
        fn patterns_are_those_of_a_slow_comparison(pattern in "[abB*]{1,7}", text in "[abA]{1,12}") {
            fn fits(pattern: &[u8], text: &[u8]) -> bool {
                match pattern.split_first() {
                    None => text.is_empty(),
                    Some((b'*', rest)) => (0..=text.len()).any(|at| fits(rest, &text[at..])),
                    Some((c, rest)) => text.first() == Some(c) && fits(rest, &text[1..]),
                }
            }
            let expected = fits(pattern.as_bytes(), text.as_bytes());
            prop_assert_eq!(Pattern::new(pattern.clone(), Case::Kept).matches(&text), expected);
            let expected = fits(pattern.to_lowercase().as_bytes(), text.to_lowercase().as_bytes());
            prop_assert_eq!(Pattern::ignoring_case(&pattern).matches(&text), expected);
        }
    }
}
