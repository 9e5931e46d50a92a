//! One term of a query: what it asks of a row, what that costs, and how it is written.

use super::head::{Head, ends_value, ends_word};
use super::pattern::{Needle, Pattern};
use super::payload::{self, Connector, FieldTest};
use super::time::{Moment, TimeRange};
use super::{Facts, Place, write_quoted};
use crate::port::{Direction, RowKind, Severity};
use std::cmp::Ordering;
use std::fmt::{self, Write as _};
use std::ops::RangeInclusive;

/// What a test costs, cheapest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cost {
    /// A number or a state of the row.
    Flag,
    /// A short text.
    Word,
    /// The findings.
    Findings,
    /// A field of the payload: the frame is read if it has a name like that.
    Payload,
    /// The whole frame, and the row as it is shown.
    FullText,
}

/// One term.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
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
    Exchange(Vec<RangeInclusive<u32>>),
    Station(Vec<Pattern>),
    Connector(Vec<Connector>),
    Transaction(Vec<Pattern>),
    Time(Vec<TimeRange>),
    TimeCompared { comparison: Comparison, moment: Moment },
    Payload(FieldTest),
}

impl Test {
    pub(super) const fn cost(&self) -> Cost {
        match self {
            Self::Direction(_)
            | Self::Kind(_)
            | Self::Severity(_)
            | Self::Is(_)
            | Self::Frame(_)
            | Self::Exchange(_)
            | Self::Time(_)
            | Self::TimeCompared { .. }
            | Self::Latency { .. } => Cost::Flag,
            Self::Action(_) | Self::MessageId(_) | Self::ErrorCode(_) | Self::Station(_) => Cost::Word,
            Self::Rule(_) => Cost::Findings,
            Self::Connector(_) | Self::Transaction(_) | Self::Payload(_) => Cost::Payload,
            Self::Text(_) => Cost::FullText,
        }
    }

    /// It asks for nothing but what stands in the frame itself.
    pub(super) const fn is_of_frame(&self) -> bool {
        matches!(
            self,
            Self::Text(_)
                | Self::Action(_)
                | Self::MessageId(_)
                | Self::Connector(_)
                | Self::Transaction(_)
                | Self::Payload(_)
        )
    }

    pub(super) fn matches(&self, facts: &dyn Facts) -> bool {
        let fits = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.matches(text));
        let is_among = |ranges: &[RangeInclusive<u32>], frame: Option<u32>| {
            frame.is_some_and(|frame| ranges.iter().any(|range| range.contains(&frame)))
        };
        match self {
            Self::Text(needle) => needle.is_in(facts.raw()) || needle.is_in(&facts.row_text()),
            Self::Action(patterns) => fits(patterns, facts.action()),
            Self::Direction(ways) => facts.direction().is_some_and(|way| ways.contains(&way)),
            Self::Kind(kinds) => kinds.contains(&facts.kind()),
            Self::Severity(severities) => severities.contains(&facts.severity()),
            Self::Is(states) => states.iter().any(|state| match state {
                State::Unanswered => facts.is_unanswered(),
                State::Problem => facts.severity() >= Severity::Warning,
                State::OnPurpose => facts.is_on_purpose(),
            }),
            Self::MessageId(patterns) => fits(patterns, facts.message_id()),
            Self::ErrorCode(patterns) => fits(patterns, facts.error_code()),
            Self::Frame(ranges) => is_among(ranges, facts.frame()),
            Self::Exchange(ranges) => is_among(ranges, facts.frame()) || is_among(ranges, facts.pair()),
            Self::Station(patterns) => fits(patterns, facts.station()),
            Self::Time(ranges) => {
                let at = facts.at().floor() as i64;
                ranges.iter().any(|range| range.contains(at))
            }
            Self::TimeCompared { comparison, moment } => comparison.holds(moment.place_of(facts.at().floor() as i64)),
            Self::Connector(wanted) => of_exchange(facts, &|kind, raw| payload::has_connector(kind, raw, wanted)),
            Self::Transaction(wanted) => of_exchange(facts, &|kind, raw| payload::has_transaction(kind, raw, wanted)),
            Self::Payload(test) => test.matches(facts.kind(), facts.raw()),
            Self::Rule(patterns) => patterns.iter().any(|pattern| facts.has_rule(pattern)),
            Self::Latency { comparison, micros } => {
                facts.latency_millis().is_some_and(|millis| comparison.holds((u64::from(millis) * 1000).cmp(micros)))
            }
        }
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, place: Place) -> fmt::Result {
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
            Self::Frame(ranges) => write_values(f, Field::Frame, ranges, write_frames),
            Self::Exchange(ranges) => write_values(f, Field::Exchange, ranges, write_frames),
            Self::Station(patterns) => write_values(f, Field::Station, patterns, write_pattern),
            Self::Transaction(patterns) => write_values(f, Field::Transaction, patterns, write_pattern),
            Self::Connector(wanted) => write_values(f, Field::Connector, wanted, |f, (first, second)| {
                write!(f, "{first}")?;
                second.map_or(Ok(()), |second| write!(f, ".{second}"))
            }),
            Self::Time(ranges) => write_values(f, Field::Time, ranges, |f, range| write!(f, "{range}")),
            Self::TimeCompared { comparison, moment } => {
                write!(f, "{}{}{moment}", Field::Time.name(), comparison.as_str())
            }
            Self::Payload(test) => test.write(f),
            Self::Rule(patterns) => write_values(f, Field::Rule, patterns, write_pattern),
            Self::Latency { comparison, micros } => {
                write!(f, "{}{}{}", Field::Latency.name(), comparison.as_str(), text_from_micros(*micros))
            }
        }
    }
}

/// The frame says it, or the other one of its exchange: a StartTransaction learns the number of its
/// transaction from the answer.
fn of_exchange(facts: &dyn Facts, says: &dyn Fn(RowKind, &str) -> bool) -> bool {
    says(facts.kind(), facts.raw()) || facts.partner_raw().is_some_and(|(raw, kind)| says(kind, raw))
}

fn write_frames(f: &mut fmt::Formatter<'_>, range: &RangeInclusive<u32>) -> fmt::Result {
    write!(f, "{}", range.start())?;
    if range.start() == range.end() { Ok(()) } else { write!(f, "-{}", range.end()) }
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

pub(super) fn write_pattern(f: &mut fmt::Formatter<'_>, pattern: &Pattern) -> fmt::Result {
    let text = &pattern.text;
    let is_bare = !text.starts_with('"') && !text.contains(ends_value);
    if is_bare { f.write_str(text) } else { write_quoted(f, text) }
}

/// Free text that needs no quotes to be read back as itself.
pub(super) fn is_bare_text(text: &str, place: Place) -> bool {
    let is_exclusion = text.starts_with('-') && text != "-";
    let is_or = place != Place::Excluded && text.eq_ignore_ascii_case("or");
    !text.starts_with('"')
        && !text.contains(ends_word)
        && !is_exclusion
        && !is_or
        && matches!(Head::of(text), Head::Text)
}

/// The names before `:` or `>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Action,
    Direction,
    Kind,
    Severity,
    Is,
    MessageId,
    ErrorCode,
    Frame,
    Rule,
    Exchange,
    Station,
    Connector,
    Transaction,
    Time,
    Latency,
}

impl Field {
    pub(super) const ALL: [Self; 15] = [
        Self::Action,
        Self::Direction,
        Self::Kind,
        Self::Severity,
        Self::Is,
        Self::MessageId,
        Self::ErrorCode,
        Self::Frame,
        Self::Rule,
        Self::Exchange,
        Self::Station,
        Self::Connector,
        Self::Transaction,
        Self::Time,
        Self::Latency,
    ];

    pub(super) const fn name(self) -> &'static str {
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
            Self::Exchange => "exchange",
            Self::Station => "station",
            Self::Connector => "connector",
            Self::Transaction => "transaction",
            Self::Time => "time",
            Self::Latency => "latency",
        }
    }

    /// A term with this field.
    pub(super) const fn example(self) -> &'static str {
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
            Self::Exchange => "exchange:213",
            Self::Station => "station:CP1 or station:CP*",
            Self::Connector => "connector:1 or, in 2.x, connector:1.2",
            Self::Transaction => "transaction:5 or transaction:5c1*",
            Self::Time => "time:09:21-09:25, time:09:21:30- or time:2026-11-22",
            Self::Latency => "latency>500 or latency<=2s",
        }
    }

    /// What stands between the field and its value.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Latency => ">",
            _ => ":",
        }
    }

    /// The words it takes, where they are few, in the order in which the reader knows their meanings.
    pub(super) const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Direction => &["to-csms", "to-station"],
            Self::Kind => &["call", "result", "error", "result-error", "send", "unreadable", "connection"],
            Self::Severity => &["ok", "info", "warning", "error"],
            Self::Is => &["unanswered", "problem", "on-purpose"],
            _ => &[],
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name().eq_ignore_ascii_case(name))
    }
}

/// What `is:` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Unanswered,
    /// A warning or an error.
    Problem,
    /// A fault that was wanted.
    OnPurpose,
}

impl State {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Unanswered => "unanswered",
            Self::Problem => "problem",
            Self::OnPurpose => "on-purpose",
        }
    }
}

/// How a value is compared with what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    AtLeast,
    AtMost,
    Differs,
    Above,
    Below,
    Equal,
    /// The text is a part of the value.
    Contains,
}

impl Comparison {
    /// Those of two characters before those they begin with.
    pub(super) const ALL: [Self; 7] =
        [Self::AtLeast, Self::AtMost, Self::Differs, Self::Above, Self::Below, Self::Equal, Self::Contains];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Differs => "!=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Equal => "=",
            Self::Contains => "~",
        }
    }

    /// It asks which of two comes first.
    pub(super) const fn is_order(self) -> bool {
        matches!(self, Self::AtLeast | Self::AtMost | Self::Above | Self::Below)
    }

    /// It holds for a value that stands so to what is asked for.
    pub(super) const fn holds(self, place: Ordering) -> bool {
        match self {
            Self::AtLeast => place.is_ge(),
            Self::AtMost => place.is_le(),
            Self::Above => place.is_gt(),
            Self::Below => place.is_lt(),
            Self::Differs => place.is_ne(),
            Self::Equal | Self::Contains => place.is_eq(),
        }
    }
}

/// `500`, `500ms`, `0.5s`; `None` for anything else and for more than three decimals of a millisecond.
pub(super) fn micros_from_text(text: &str) -> Option<u64> {
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
pub(super) fn text_from_micros(micros: u64) -> String {
    pub(super) const MICROS_PER_SEC: u64 = 1_000_000;
    if micros >= MICROS_PER_SEC && micros.is_multiple_of(MICROS_PER_SEC) {
        return format!("{}s", micros / MICROS_PER_SEC);
    }
    let text = format!("{}.{:03}", micros / 1000, micros % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
