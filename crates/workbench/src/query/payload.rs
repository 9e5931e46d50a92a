//! Comparisons with fields of the payload: `idTag=ABC`, `meterValue..value>7000`, `"odd name"!=x`.
//!
//! A path names members of objects; lists are walked through unless an index is given. Without a point
//! before it a path begins at any depth. A comparison holds when it holds for one of the values found, also
//! `!=`: a frame without the field passes none. Capital and small letters are the same in names, and in
//! values that are not in quotes. Frames that cannot be read never pass.

use super::pattern::{Case, Needle, Pattern};
use super::term::{Comparison, Field};
use super::time::Moment;
use super::write_quoted;
use crate::port::RowKind;
use ocpp_wire::date_time;
use ocpp_wire::json::{self, Kind, NodeId, Tree};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::{self, Write as _};

/// Most names of a path: one bit of a number stands for each.
pub(super) const MAX_STEPS: usize = 16;

/// Fields of the envelope that are compared like those of a payload, and their place in the frame of an error.
const FIELDS_OF_ERRORS: [(&str, usize); 2] = [("errorCode", 2), ("errorDescription", 3)];

/// A name of a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Step {
    name: String,
    /// The name as an index of a list.
    index: Option<usize>,
    /// At any depth below, not only directly.
    is_deep: bool,
}

impl Step {
    pub(super) fn new(name: String, is_deep: bool) -> Self {
        let index = if name.bytes().all(|byte| byte.is_ascii_digit()) { name.parse().ok() } else { None };
        Self { name, index, is_deep }
    }
}

/// A value that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Wanted {
    /// `*`: the field is there, whatever it holds.
    Anything,
    /// In quotes: this text and no other.
    Exact(String),
    /// Without quotes: `*` stands for any characters, numbers and times are the same however they are written.
    Like { pattern: Pattern, moment: Option<Moment> },
    /// A part of the value.
    Part(Needle),
    /// A number that is greater or less.
    Number(String),
    /// A time that is later or earlier.
    Time { text: String, moment: Moment },
}

impl Wanted {
    /// For `=` and `!=`.
    pub(super) fn equal(text: String, is_quoted: bool) -> Self {
        if is_quoted {
            return Self::Exact(text);
        }
        if text == "*" {
            return Self::Anything;
        }
        let moment = moment(&text);
        Self::Like { pattern: Pattern::ignoring_case(&text), moment }
    }

    /// For `~`.
    pub(super) fn part(text: &str, is_quoted: bool) -> Self {
        Self::Part(Needle::new(text, if is_quoted { Case::Kept } else { Case::Ignored }))
    }

    /// For `<` and `>`; `None` for what is neither a number nor a time.
    pub(super) fn ordered(text: String) -> Option<Self> {
        if Decimal::read(&text).is_some() {
            return Some(Self::Number(text));
        }
        moment(&text).map(|moment| Self::Time { text, moment })
    }

    /// How a value stands to this one. Where there is no order, `Greater` only says that it differs.
    fn compare(&self, value: &str) -> Option<Ordering> {
        let is_equal = match self {
            Self::Anything => true,
            Self::Exact(text) => value == text,
            Self::Like { pattern, moment } => {
                pattern.matches(value)
                    || compare_numbers(value, &pattern.text) == Some(Ordering::Equal)
                    || moment.is_some_and(|moment| place_in(moment, value) == Some(Ordering::Equal))
            }
            Self::Part(needle) => needle.is_in(value),
            Self::Number(text) => return compare_numbers(value, text),
            Self::Time { moment, .. } => return place_in(*moment, value),
        };
        Some(if is_equal { Ordering::Equal } else { Ordering::Greater })
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anything => f.write_char('*'),
            Self::Exact(text) => write_quoted(f, text),
            Self::Like { pattern, .. } => f.write_str(&pattern.text),
            Self::Part(needle) if needle.case == Case::Kept => write_quoted(f, &needle.as_written),
            Self::Part(needle) => f.write_str(&needle.as_written),
            Self::Number(text) | Self::Time { text, .. } => f.write_str(text),
        }
    }
}

/// A complete time is an instant, a shorter one the whole day, minute and so on.
fn moment(text: &str) -> Option<Moment> {
    let moment = Moment::read(text)?;
    Some(if date_time::parse(text).is_some() { moment.instant() } else { moment })
}

fn place_in(moment: Moment, value: &str) -> Option<Ordering> {
    date_time::parse(value).map(|time| moment.place_of(time.epoch_millis))
}

/// A field and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FieldTest {
    steps: Vec<Step>,
    comparison: Comparison,
    wanted: Vec<Wanted>,
    /// The last name in quotes, as it stands in a frame: most frames do not have it, and need not be read.
    /// `None` where it could be written in another way.
    marker: Option<Needle>,
}

impl FieldTest {
    /// At least one and at most [`MAX_STEPS`] steps, at least one value.
    pub(super) fn new(steps: Vec<Step>, comparison: Comparison, wanted: Vec<Wanted>) -> Self {
        let last = steps.iter().rev().find(|step| step.index.is_none());
        let is_plain = |name: &str| name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && !b"\"/\\".contains(&byte));
        let marker = last
            .filter(|step| is_plain(&step.name))
            .map(|step| Needle::new(&format!("\"{}\"", step.name), Case::Ignored));
        Self { steps, comparison, wanted, marker }
    }

    /// A frame of this kind and text passes.
    pub(super) fn matches(&self, kind: RowKind, raw: &str) -> bool {
        let place = match (kind, self.steps.as_slice()) {
            (RowKind::Error | RowKind::ResultError, [step]) => {
                FIELDS_OF_ERRORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(&step.name)).map(|(_, place)| *place)
            }
            _ => None,
        };
        // A name can be written with escapes, which hardly anybody does.
        let may_have = self.marker.as_ref().is_none_or(|marker| marker.is_in(raw)) || raw.as_bytes().contains(&b'\\');
        if !may_have && place.is_none() {
            return false;
        }
        let Some((tree, payload)) = read(kind, raw) else { return false };
        let envelope = place.and_then(|place| tree.item(tree.root(), place));
        payload.is_some_and(|node| self.is_in(&tree, node, 1))
            || envelope.is_some_and(|node| self.is_in(&tree, node, 1 << self.steps.len()))
    }

    /// Looks at a value and all it holds, once. Bit `n` of the state says that the first `n` names of the
    /// path led here. Values nest no deeper than [`json::MAX_DEPTH`].
    fn is_in(&self, tree: &Tree<'_>, node: NodeId, state: u32) -> bool {
        let found = 1 << self.steps.len();
        let is_found = state & found != 0;
        let is_list = match tree.kind(node) {
            Kind::Array => true,
            Kind::Object => false,
            _ => return is_found && self.holds(&text_of(tree, node)),
        };
        if is_found && matches!(self.wanted.as_slice(), [Wanted::Anything]) {
            return true;
        }
        for (index, child) in tree.items(node).enumerate() {
            let mut next = if is_list { state & found } else { 0 };
            let name = if is_list { Cow::Borrowed("") } else { tree.key(child) };
            for (at, step) in self.steps.iter().enumerate() {
                if state & 1 << at == 0 {
                    continue;
                }
                if step.is_deep || (is_list && step.index.is_none()) {
                    next |= 1 << at;
                }
                let is_next = if is_list { step.index == Some(index) } else { name.eq_ignore_ascii_case(&step.name) };
                if is_next {
                    next |= 1 << (at + 1);
                }
            }
            if next != 0 && self.is_in(tree, child, next) {
                return true;
            }
        }
        false
    }

    fn holds(&self, value: &str) -> bool {
        let is = |comparison: Comparison| {
            self.wanted.iter().any(|wanted| wanted.compare(value).is_some_and(|place| comparison.holds(place)))
        };
        // Of several values `!=` excludes all.
        if self.comparison == Comparison::Differs { !is(Comparison::Equal) } else { is(self.comparison) }
    }

    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, step) in self.steps.iter().enumerate() {
            let is_plain = is_plain_name(&step.name);
            let is_beginning = idx == 0 && step.is_deep;
            let is_field = is_beginning && self.steps.len() == 1 && Field::from_name(&step.name).is_some();
            f.write_str(match (is_beginning && !is_field, step.is_deep) {
                (true, _) => "",
                (false, true) => "..",
                (false, false) => ".",
            })?;
            if is_plain && (!is_beginning || step.name.starts_with(begins_name)) {
                f.write_str(&step.name)?;
            } else {
                write_quoted(f, &step.name)?;
            }
        }
        f.write_str(self.comparison.as_str())?;
        for (idx, wanted) in self.wanted.iter().enumerate() {
            if idx > 0 {
                f.write_char(',')?;
            }
            wanted.write(f)?;
        }
        Ok(())
    }
}

/// A sign of a name that needs no quotes.
pub(super) fn is_in_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// A sign that such a name begins with, where the path begins with it.
pub(super) fn begins_name(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(is_in_name)
}

/// Reads a frame; `None` when it is not JSON. The payload of an error is its details; `None` where it is cut off.
fn read(kind: RowKind, raw: &str) -> Option<(Tree<'_>, Option<NodeId>)> {
    let place = match kind {
        RowKind::Call | RowKind::Send => 3,
        RowKind::Result => 2,
        RowKind::Error | RowKind::ResultError => 4,
        RowKind::Unreadable | RowKind::Connection => return None,
    };
    let tree = json::parse(raw).ok()?;
    let payload = tree.item(tree.root(), place);
    Some((tree, payload))
}

/// The value of a string, the text of any other value.
fn text_of<'t>(tree: &Tree<'t>, node: NodeId) -> Cow<'t, str> {
    tree.string(node).unwrap_or(Cow::Borrowed(tree.raw(node)))
}

/// The frame names a transaction that fits: a member `transactionId` of the payload, at any depth.
pub(super) fn has_transaction(kind: RowKind, raw: &str, wanted: &[Pattern]) -> bool {
    const NAME: &str = "transactionId";
    if !raw.contains(NAME) {
        return false;
    }
    let Some((tree, Some(payload))) = read(kind, raw) else { return false };
    tree.within(payload)
        .any(|node| tree.key(node) == NAME && wanted.iter().any(|pattern| pattern.matches(&text_of(&tree, node))))
}

/// The first transaction a frame names; `None` when it names none.
pub fn transaction_of(kind: RowKind, raw: &str) -> Option<String> {
    let (tree, payload) = read(kind, raw)?;
    let node = tree.within(payload?).find(|&node| tree.key(node) == "transactionId")?;
    Some(text_of(&tree, node).into_owned())
}

/// A connector: its number in 1.6, that of the EVSE in 2.x, there also the connector's number in its EVSE.
pub(super) type Connector = (u32, Option<u32>);

/// The frame names one of the connectors: `connectorId`, `evseId` or an object `evse`, at any depth.
pub(super) fn has_connector(kind: RowKind, raw: &str, wanted: &[Connector]) -> bool {
    if !raw.contains("connectorId") && !raw.contains("evse") {
        return false;
    }
    let Some((tree, Some(payload))) = read(kind, raw) else { return false };
    tree.within(payload).filter(|node| tree.kind(*node) == Kind::Object).any(|node| {
        let number = |name: &str| tree.get(node, name).and_then(|member| text_of(&tree, member).parse::<u32>().ok());
        let is_evse = tree.key(node) == "evse";
        let connector = number("connectorId");
        let (outer, inner) = match number(if is_evse { "id" } else { "evseId" }) {
            None if is_evse => return false,
            None => (connector, None),
            evse => (evse, connector),
        };
        wanted.iter().any(|(first, second)| outer == Some(*first) && (second.is_none() || inner == *second))
    })
}

/// A number in decimal: 0.`digits` × 10^`point`. Its digits begin and end with none that is zero.
struct Decimal {
    is_negative: bool,
    digits: String,
    point: i64,
}

impl Decimal {
    /// `None` for what JSON does not take for a number; `007` is a text.
    fn read(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
        let is_down = exponent.starts_with('-');
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let is_padded = whole.len() > 1 && whole.starts_with('0');
        if !is_number(whole) || !is_number(fraction) || !is_number(exponent) || is_padded {
            return None;
        }
        // An exponent beyond 32 bits is as good as infinite.
        let written = i64::from(
            exponent
                .trim_start_matches('0')
                .parse()
                .unwrap_or_else(|_| if exponent.bytes().all(|byte| byte == b'0') { 0 } else { u32::MAX }),
        );
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let n_leading = all.len() - digits.len();
        let digits = digits.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, point: i64::MIN });
        }
        let point = whole.len() as i64 - n_leading as i64 + if is_down { -written } else { written };
        Some(Self { is_negative: text.starts_with('-'), digits, point })
    }
}

/// Compares two numbers exactly; `None` when one of the texts is no number.
fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    let (left, right) = (Decimal::read(left)?, Decimal::read(right)?);
    Some(match (left.is_negative, right.is_negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => (left.point, left.digits).cmp(&(right.point, right.digits)),
        (true, true) => (right.point, right.digits).cmp(&(left.point, left.digits)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_compared_in_decimal() {
        for (left, right, expected) in [
            ("1", "1.0", Ordering::Equal),
            ("100e-2", "1", Ordering::Equal),
            ("-0", "0e7", Ordering::Equal),
            ("7012.5", "7000", Ordering::Greater),
            ("0.1", "0.09", Ordering::Greater),
            ("-2", "-10", Ordering::Greater),
            ("-2", "1e-9", Ordering::Less),
            ("0", "0.001", Ordering::Less),
            ("9007199254740993", "9007199254740992", Ordering::Greater),
            ("1e400", "1e399", Ordering::Greater),
            ("1e-400", "0", Ordering::Greater),
            ("1e00002", "100", Ordering::Equal),
            ("1e99999999999999999999", "1e9", Ordering::Greater),
        ] {
            assert_eq!(compare_numbers(left, right), Some(expected), "{left} {right}");
            assert_eq!(compare_numbers(right, left), Some(expected.reverse()), "{right} {left}");
        }
        for text in ["", "-", "007", ".5", "1.", "1e", "+1", "0x1", "1 ", "--1", "1e+-1", "ä"] {
            assert_eq!(compare_numbers(text, "1"), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_ordered_as_integers_are(a in -5_000_i64..5_000, b in -5_000_i64..5_000, places in 0_u32..4) {
            let text = |n: i64| format!("{}e-{places}", n * 10_i64.pow(places));
            prop_assert_eq!(compare_numbers(&text(a), &b.to_string()), Some(a.cmp(&b)));
        }

        #[test]
        fn no_text_stops_it(text in any::<String>(), number in "-?[0-9]{0,30}(\\.[0-9]{0,30})?([eE][+-]?[0-9]{0,30})?") {
            let _ = compare_numbers(&text, &number);
            let _ = compare_numbers(&number, &number);
        }
    }
}
