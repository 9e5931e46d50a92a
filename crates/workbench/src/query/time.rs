//! Times as they are written in a filter, always of UTC, as the timeline shows them. A time stands for the
//! whole of the unit it is written to: `09:21` is a minute, `2026-11-22` a day.

use ocpp_wire::date_time;
use std::cmp::Ordering;
use std::fmt;

const DAY_MILLIS: i64 = 86_400_000;
const MINUTE_MILLIS: i64 = 60_000;
const SECOND_MILLIS: i64 = 1_000;

/// A stretch of time that begins at a written time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Milliseconds since 1970, or since midnight.
    start_millis: i64,
    /// A day, a minute, a second, or 100, 10 or 1.
    n_millis: i64,
    /// Written without a day: it comes every day.
    is_of_day: bool,
}

impl Moment {
    /// Reads the whole text: `2026-11-22`, `2026-11-22T09:21`, `09:21:30.5`, with a day also any form of RFC 3339.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(time) = date_time::parse(text) {
            let n_millis = match time.n_decimals {
                0 => SECOND_MILLIS,
                1 => 100,
                2 => 10,
                _ => 1,
            };
            return Some(Self { start_millis: time.epoch_millis, n_millis, is_of_day: false });
        }
        Self::scan(text).filter(|(_, rest)| rest.is_empty()).map(|(moment, _)| moment)
    }

    /// The same beginning, one millisecond long: how a complete time of RFC 3339 is compared with another one.
    pub(super) fn instant(self) -> Self {
        Self { n_millis: 1, ..self }
    }

    /// Reads a time at the beginning of a text and returns the rest. An offset west of Greenwich is not read:
    /// behind a time `-09:25` is the end of a range.
    fn scan(text: &str) -> Option<(Self, &str)> {
        let day = text.split_at_checked(10).and_then(|(day, rest)| Some((day_start(day)?, rest)));
        let Some((day_millis, rest)) = day else { return clock(text) };
        let Some(behind) = rest.strip_prefix(['T', 't']) else {
            return Some((Self { start_millis: day_millis, n_millis: DAY_MILLIS, is_of_day: false }, rest));
        };
        let (of_day, rest) = clock(behind)?;
        let mut moment = Self { start_millis: day_millis + of_day.start_millis, is_of_day: false, ..of_day };
        if let Some(offset) = rest.strip_prefix('+') {
            let (hours, rest) = two_digits(offset, 23)?;
            let (minutes, rest) = two_digits(rest.strip_prefix(':')?, 59)?;
            moment.start_millis -= (hours * 60 + minutes) * MINUTE_MILLIS;
            return Some((moment, rest));
        }
        Some((moment, rest.strip_prefix(['Z', 'z']).unwrap_or(rest)))
    }

    /// Midnight before it.
    fn day(self) -> i64 {
        self.start_millis.div_euclid(DAY_MILLIS) * DAY_MILLIS
    }

    /// Where an instant lies: before the stretch, in it, or behind it.
    pub(super) fn place_of(self, epoch_millis: i64) -> Ordering {
        let at = if self.is_of_day { epoch_millis.rem_euclid(DAY_MILLIS) } else { epoch_millis };
        if at < self.start_millis {
            Ordering::Less
        } else if at < self.start_millis + self.n_millis {
            Ordering::Equal
        } else {
            Ordering::Greater
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = date_time::format_utc(self.start_millis);
        let from = if self.is_of_day { 11 } else { 0 };
        let to = match self.n_millis {
            DAY_MILLIS => 10,
            MINUTE_MILLIS => 16,
            SECOND_MILLIS => 19,
            100 => 21,
            10 => 22,
            _ => 23,
        };
        f.write_str(text.get(from..to).unwrap_or(&text))
    }
}

fn day_start(day: &str) -> Option<i64> {
    date_time::parse(&format!("{day}T00:00:00Z")).map(|time| time.epoch_millis)
}

fn two_digits(text: &str, most: i64) -> Option<(i64, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|number| is_number && *number <= most)?;
    Some((number, rest))
}

/// `09:21`, `09:21:30` or with up to three decimals, at the beginning of a text.
fn clock(text: &str) -> Option<(Moment, &str)> {
    let (hours, rest) = two_digits(text, 23)?;
    let (minutes, rest) = two_digits(rest.strip_prefix(':')?, 59)?;
    let mut moment =
        Moment { start_millis: (hours * 60 + minutes) * MINUTE_MILLIS, n_millis: MINUTE_MILLIS, is_of_day: true };
    let Some(behind) = rest.strip_prefix(':') else { return Some((moment, rest)) };
    let (seconds, mut rest) = two_digits(behind, 59)?;
    moment.start_millis += seconds * SECOND_MILLIS;
    moment.n_millis = SECOND_MILLIS;
    if let Some(decimals) = rest.strip_prefix('.') {
        rest = decimals.trim_start_matches(|c: char| c.is_ascii_digit());
        let digits = decimals.get(..decimals.len() - rest.len()).filter(|digits| (1..=3).contains(&digits.len()))?;
        for digit in digits.bytes() {
            moment.n_millis /= 10;
            moment.start_millis += i64::from(digit - b'0') * moment.n_millis;
        }
    }
    Some((moment, rest))
}

/// What stands behind `time:`: a time, or from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TimeRange {
    /// `None` is the beginning of the transcript, or midnight.
    from: Option<Moment>,
    /// `None` is the end of the transcript, or midnight.
    to: Option<Moment>,
}

impl TimeRange {
    /// Reads a value. `Err(None)` is no time at all, `Err(Some(…))` two times that do not go together.
    pub(super) fn read(text: &str) -> Result<Self, Option<&'static str>> {
        let (from, rest) = match Moment::scan(text) {
            Some((moment, rest)) => (Some(moment), rest),
            None => (None, text),
        };
        if let (Some(_), "") = (from, rest) {
            return Ok(Self { from, to: from });
        }
        let end = rest.strip_prefix('-').ok_or(None)?;
        if end.is_empty() && from.is_some() {
            return Ok(Self { from, to: None });
        }
        let (mut to, _) = Moment::scan(end).filter(|(_, rest)| rest.is_empty()).ok_or(None)?;
        let Some(from) = from else { return Ok(Self { from: None, to: Some(to) }) };
        match (from.is_of_day, to.is_of_day) {
            (true, false) => return Err(Some("The end of the range has a day; write one before its beginning too")),
            (false, true) => {
                to = Moment { start_millis: from.day() + to.start_millis, is_of_day: false, ..to };
            }
            _ => {}
        }
        if !from.is_of_day && from.start_millis > to.start_millis {
            return Err(Some("The range begins behind its end; swap the two times"));
        }
        Ok(Self { from: Some(from), to: Some(to) })
    }

    /// The instant, in milliseconds since 1970, lies in it.
    pub(super) fn contains(&self, epoch_millis: i64) -> bool {
        let is_begun = self.from.is_none_or(|from| from.place_of(epoch_millis) != Ordering::Less);
        let is_open = self.to.is_none_or(|to| to.place_of(epoch_millis) != Ordering::Greater);
        match (self.from, self.to) {
            // From the evening to the morning.
            (Some(from), Some(to)) if from.start_millis > to.start_millis => is_begun || is_open,
            _ => is_begun && is_open,
        }
    }
}

impl fmt::Display for TimeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(from) = &self.from {
            write!(f, "{from}")?;
        }
        if self.from == self.to {
            return Ok(());
        }
        f.write_str("-")?;
        let Some(to) = self.to else { return Ok(()) };
        let is_same_day = self.from.is_some_and(|from| !from.is_of_day && from.day() == to.day());
        let is_short = is_same_day && to.n_millis < DAY_MILLIS;
        let shown =
            if is_short { Moment { start_millis: to.start_millis - to.day(), is_of_day: true, ..to } } else { to };
        write!(f, "{shown}")
    }
}
