//! Timestamps in the lines of a log, in the forms that programs write them.
//!
//! Only what the text says: a day, a year or a zone that is missing stays missing.

#[cfg(test)]
mod tests;

use std::ops::Range;

/// Most timestamps that are given for one line.
pub const MAX_STAMPS: usize = 8;

/// How much of a line is looked at, in bytes.
pub const MAX_LOOK_BYTES: usize = 4_096;

const DAY_MILLIS: f64 = 86_400_000.0;

/// A timestamp and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// Bytes of the line.
    pub span: Range<usize>,
    /// What it says.
    pub reading: Reading,
}

/// What a timestamp says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// A point in time whose zone is known.
    Instant {
        /// Milliseconds since 1970-01-01T00:00:00Z.
        epoch_millis: f64,
    },
    /// Date and time of a zone that is not known.
    Local {
        /// Milliseconds since 1970-01-01T00:00:00, as if the zone were UTC.
        epoch_millis: f64,
    },
    /// A day and a time of a year that is not known: `Jul  4 21:03:11`.
    NoYear {
        /// 1 to 12.
        month: u8,
        /// 1 to 31, and 29 in February: the year may have it.
        day: u8,
        /// Since midnight.
        millis_of_day: f64,
        /// The zone is UTC; otherwise it is not known.
        utc: bool,
    },
    /// A time of a day that is not known.
    TimeOfDay {
        /// Since midnight.
        millis_of_day: f64,
    },
    /// A span of time, alone on its line: `0.135218s`.
    Delta {
        /// How long.
        millis: f64,
    },
}

/// All timestamps of a line, in order: at most [`MAX_STAMPS`], in the first [`MAX_LOOK_BYTES`].
///
/// Leave out the frames: they hold times of their own.
///
/// ```
/// use workbench::import::time::{Reading, find};
/// let stamps = find("[ocpp] TRACE 2026/07/21 08:10:12 recv CP1:");
/// assert_eq!(stamps[0].span, 13..32);
/// assert_eq!(stamps[0].reading, Reading::Local { epoch_millis: 1_784_621_412_000.0 });
/// ```
pub fn find(text: &str) -> Vec<Stamp> {
    let mut end = text.len().min(MAX_LOOK_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    super::work::add(end);
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    let mut stamps = Vec::new();
    if end == text.len()
        && let Some(stamp) = delta(text)
    {
        stamps.push(stamp);
        return stamps;
    }
    let mut before = b' ';
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric()
            && !(before.is_ascii_alphanumeric() || matches!(before, b'.' | b'-' | b'/' | b'_' | b'%' | b'+'))
            && let Some(stamp) = stamp_at(bytes, at, before)
        {
            at = stamp.span.end;
            stamps.push(stamp);
            if stamps.len() == MAX_STAMPS {
                break;
            }
            // What follows may be another one at once.
            before = b' ';
            continue;
        }
        before = byte;
        at += 1;
    }
    stamps
}

/// The one that says most: with a date before without, with a zone before without, the first before later
/// ones. `None` when there is none.
pub fn best(stamps: &[Stamp]) -> Option<&Stamp> {
    let rank = |stamp: &Stamp| match stamp.reading {
        Reading::Instant { .. } => 0,
        Reading::Local { .. } => 1,
        Reading::NoYear { utc: true, .. } => 2,
        Reading::NoYear { .. } => 3,
        Reading::TimeOfDay { .. } => 4,
        Reading::Delta { .. } => 5,
    };
    let mut best: Option<&Stamp> = None;
    for stamp in stamps {
        if best.is_none_or(|best| rank(stamp) < rank(best)) {
            best = Some(stamp);
        }
    }
    best
}

/// A value that is nothing but a timestamp, such as a cell of a table; also the number of seconds,
/// milliseconds, microseconds or nanoseconds since 1970. `None` for anything else.
///
/// ```
/// use workbench::import::time::{Reading, read_cell};
/// assert_eq!(read_cell("1700000000.5"), Some(Reading::Instant { epoch_millis: 1_700_000_000_500.0 }));
/// assert_eq!(read_cell("42"), None);
/// ```
pub fn read_cell(text: &str) -> Option<Reading> {
    let text = text.trim().trim_matches(['"', '\'', '[', ']', '(', ')']).trim();
    if text.len() > 64 {
        return None;
    }
    let bytes = text.as_bytes();
    let mut look = Look { bytes, at: 0 };
    if let Some(epoch_millis) = look.epoch()
        && look.at == bytes.len()
    {
        return Some(Reading::Instant { epoch_millis });
    }
    if let Some(stamp) = stamp_at(bytes, 0, b' ')
        && stamp.span.end == bytes.len()
    {
        return Some(stamp.reading);
    }
    delta(text).map(|stamp| stamp.reading)
}

/// Learns how far the clock of a log is from UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZoneGuess {
    /// Quarters of an hour, and how often they were seen. Bounded by the range of zones.
    votes: Vec<(i32, u32)>,
}

impl ZoneGuess {
    /// Takes in a pair: what the log says as if it were UTC, and the UTC time the frame itself names, both in
    /// milliseconds since 1970. More than 14 hours apart says nothing of a zone and is passed over.
    pub fn add(&mut self, local: f64, utc: f64) {
        let quarters = ((local - utc) / 900_000.0).round();
        if quarters.is_nan() || quarters.abs() > 56.0 {
            return;
        }
        let quarters = quarters as i32;
        match self.votes.iter_mut().find(|(other, _)| *other == quarters) {
            Some((_, n)) => *n += 1,
            None => self.votes.push((quarters, 1)),
        }
    }

    /// What to take off a local time to have UTC, in minutes, a multiple of 15. `None` when nothing was
    /// learned, or when no offset has the majority.
    pub fn offset_minutes(&self) -> Option<i32> {
        let total: u32 = self.votes.iter().map(|(_, n)| n).sum();
        self.votes.iter().find(|(_, n)| n * 2 > total).map(|(quarters, _)| quarters * 15)
    }
}

/// A line that is nothing but a span of time.
fn delta(text: &str) -> Option<Stamp> {
    let inner = text.trim_matches([' ', '\t', '\r', '\n', '(', ')', '[', ']']);
    if inner.len() > 40 {
        return None;
    }
    let start = text.find(inner)?;
    let mut look = Look { bytes: inner.as_bytes(), at: 0 };
    look.eat(b'+');
    let whole = look.digits(1, 12)?;
    let thousandths = look.fraction(b".,").unwrap_or(0.0);
    look.eat(b' ');
    let unit_millis = match inner.get(look.at..)? {
        "s" | "sec" | "secs" | "second" | "seconds" => 1_000.0,
        "ms" | "msec" | "millis" | "milliseconds" => 1.0,
        "us" | "µs" | "μs" | "usec" => 0.001,
        _ => return None,
    };
    let millis = (whole as f64 + thousandths / 1_000.0) * unit_millis;
    Some(Stamp { span: start..start + inner.len(), reading: Reading::Delta { millis } })
}

/// The timestamp that begins at `start`, with the byte before it.
fn stamp_at(bytes: &[u8], start: usize, before: u8) -> Option<Stamp> {
    let mut look = Look { bytes, at: start };
    let n_digits = look.n_digits();
    let reading = match n_digits {
        0 if !may_be_lettered(bytes.get(start..).unwrap_or_default()) => return None,
        0 => look.lettered()?,
        _ => match look.dated(n_digits) {
            Some(reading) => reading,
            None => {
                look.at = start;
                look.undated(n_digits, before)?
            }
        },
    };
    let is_over = look.peek().is_none_or(|b| !b.is_ascii_alphanumeric());
    is_over.then_some(Stamp { span: start..look.at, reading })
}

/// A month, a day of the week, or a letter before a digit.
fn may_be_lettered(bytes: &[u8]) -> bool {
    const NAMES: &[u8; 57] = b"janfebmaraprmayjunjulaugsepoctnovdecmontuewedthufrisatsun";
    let Some(&[a, b, c]) = bytes.get(..3) else { return false };
    let number = |a: u8, b: u8, c: u8| u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
    let word = number(a, b, c) | 0x20_2020;
    let is_name = |name: &[u8]| matches!(*name, [a, b, c] if number(a, b, c) == word);
    b.is_ascii_digit() || NAMES.chunks_exact(3).any(is_name)
}

/// A day as it is written.
#[derive(Clone, Copy)]
struct Date {
    year: Option<i64>,
    month: i64,
    day: i64,
    /// Written with slashes and valid both ways: AM or PM tells that the month stands first.
    may_be_swapped: bool,
}

impl Date {
    fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        Self { year: Some(year), month, day, may_be_swapped: false }.checked()
    }

    /// Itself, when the calendar has it.
    fn checked(self) -> Option<Self> {
        let year = self.year.unwrap_or(2_000);
        let n_days = match self.month {
            2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        ((1_970..2_200).contains(&year) && (1..=n_days).contains(&self.day)).then_some(self)
    }

    fn at(self, (millis_of_day, is_twelve_hours): (f64, bool), zone_minutes: Option<i64>) -> Reading {
        let (month, day) =
            if self.may_be_swapped && is_twelve_hours { (self.day, self.month) } else { (self.month, self.day) };
        let Some(year) = self.year else {
            let utc = zone_minutes == Some(0);
            return Reading::NoYear { month: month as u8, day: day as u8, millis_of_day, utc };
        };
        // Counting years from March puts the leap day at the end of the year.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 719_469;
        let epoch_millis = days as f64 * DAY_MILLIS + millis_of_day;
        match zone_minutes {
            Some(minutes) => Reading::Instant { epoch_millis: epoch_millis - minutes as f64 * 60_000.0 },
            None => Reading::Local { epoch_millis },
        }
    }
}

/// Reads on from a place in a line.
struct Look<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Look<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn ahead(&self, n: usize) -> Option<u8> {
        self.bytes.get(self.at + n).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn eat_any(&mut self, of: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| of.contains(byte))?;
        self.at += 1;
        Some(byte)
    }

    /// A word in this spelling; a letter behind it makes it another word.
    fn eat_word(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let is_there = self.bytes.get(self.at..end) == Some(word.as_bytes())
            && !self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if is_there {
            self.at = end;
        }
        is_there
    }

    /// Digits from here on, up to 20.
    fn n_digits(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let rest = rest.get(..20).unwrap_or(rest);
        rest.iter().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len())
    }

    /// A number with as many digits and none behind it.
    fn digits(&mut self, min: usize, max: usize) -> Option<i64> {
        let n = self.n_digits();
        if n < min || n > max {
            return None;
        }
        self.fixed(n)
    }

    /// A number of exactly the next `n` digits, at most 19.
    fn fixed(&mut self, n: usize) -> Option<i64> {
        let mut value = 0_u64;
        for byte in self.bytes.get(self.at..self.at + n)? {
            if !byte.is_ascii_digit() {
                return None;
            }
            // 19 digits have room.
            value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        }
        self.at += n;
        i64::try_from(value).ok()
    }

    /// Decimals behind one of these bytes, in thousandths.
    fn fraction(&mut self, points: &[u8]) -> Option<f64> {
        let start = self.at;
        self.eat_any(points)?;
        let n = self.n_digits();
        if n == 0 {
            self.at = start;
            return None;
        }
        let mut weight = 100.0;
        let mut thousandths = 0.0;
        for byte in self.bytes.iter().skip(self.at).take(n.min(9)) {
            thousandths += f64::from(byte - b'0') * weight;
            weight /= 10.0;
        }
        self.at += n;
        Some((thousandths * 1e6).round() / 1e6)
    }

    /// A date and a time that begin with `n_digits` digits.
    fn dated(&mut self, n_digits: usize) -> Option<Reading> {
        let day = match n_digits {
            8 => {
                let (year, month, day) = (self.fixed(4)?, self.fixed(2)?, self.fixed(2)?);
                Date::new(year, month, day)?
            }
            4 => {
                let year = self.fixed(4)?;
                let mark = self.eat_any(b"-/.")?;
                let month = self.digits(1, 2)?;
                if !self.eat(mark) {
                    return None;
                }
                Date::new(year, month, self.digits(1, 2)?)?
            }
            1 | 2 => self.day_first()?,
            _ => return None,
        };
        self.between()?;
        let clock = self.clock(false)?;
        let zone = self.zone();
        Some(day.at(clock, zone))
    }

    /// A time without a date, or the seconds since 1970 in brackets.
    fn undated(&mut self, n_digits: usize, before: u8) -> Option<Reading> {
        if n_digits >= 10 && matches!(before, b'[' | b'(') {
            // Ids stand in brackets too, hardly ever at once and hardly ever with decimals.
            let is_first = self.at == 1;
            let start = self.at;
            let epoch_millis = self.epoch()?;
            let is_sure = is_first || self.at > start + n_digits || (before == b'[' && n_digits > 10);
            let is_whole = matches!(self.peek(), Some(b']' | b')' | b':'));
            return (is_sure && is_whole).then_some(Reading::Instant { epoch_millis });
        }
        if n_digits >= 10 && (self.at == 0 || self.is_labelled()) {
            let start = self.at;
            let epoch_millis = self.epoch()?;
            // Ten digits alone may be anything, also at the beginning of a line.
            let is_sure = n_digits > 10 || self.at > start + n_digits || start > 0;
            let is_whole =
                matches!(self.peek(), None | Some(b' ' | b'\t' | b',' | b';' | b'|' | b':' | b']' | b')' | b'"'));
            return (is_sure && is_whole).then_some(Reading::Instant { epoch_millis });
        }
        // Behind a colon stands the rest of an address.
        if n_digits > 2 || before == b':' {
            return None;
        }
        let millis_of_day = self.clock(true)?.0;
        self.zone();
        (self.peek() != Some(b':')).then_some(Reading::TimeOfDay { millis_of_day })
    }

    /// `time=`, `ts: `, `CreateTime:` stands before it.
    fn is_labelled(&self) -> bool {
        let before = self.bytes.get(..self.at).unwrap_or_default();
        let before = before.trim_ascii_end();
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        let Some(before) = before.strip_suffix(b":").or_else(|| before.strip_suffix(b"=")) else { return false };
        let before = before.strip_suffix(b"\"").unwrap_or(before);
        ["time", "timestamp", "ts"].iter().any(|word| {
            let at = before.len().checked_sub(word.len());
            at.and_then(|at| before.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    /// A date that begins with the day, or in America with the month; or month and day as on Android.
    fn day_first(&mut self) -> Option<Date> {
        let first = self.digits(1, 2)?;
        let mark = self.eat_any(b".-/ ")?;
        if self.peek().is_some_and(|b| b.is_ascii_alphabetic()) {
            let month = self.month()?;
            self.eat_any(b"-/ ")?;
            return Date::new(self.digits(4, 4)?, month, first);
        }
        if mark == b' ' {
            return None;
        }
        let second = self.digits(1, 2)?;
        if mark == b'-' && self.peek() == Some(b' ') {
            return Date { year: None, month: first, day: second, may_be_swapped: false }.checked();
        }
        if !self.eat(mark) {
            return None;
        }
        let year = self.digits(4, 4)?;
        let european = Date::new(year, second, first);
        let american = Date::new(year, first, second);
        let may_be_swapped = mark == b'/' && european.is_some() && american.is_some();
        european.or(american).map(|day| Date { may_be_swapped, ..day })
    }

    /// Forms that begin with a letter: the name of a month or a day, or the severity of Google's loggers.
    fn lettered(&mut self) -> Option<Reading> {
        if matches!(self.peek(), Some(b'I' | b'W' | b'E' | b'F'))
            && self.ahead(5) == Some(b' ')
            && self.ahead(1).is_some_and(|b| b.is_ascii_digit())
        {
            self.at += 1;
            let (month, day) = (self.fixed(2)?, self.fixed(2)?);
            self.at += 1;
            let day = Date { year: None, month, day, may_be_swapped: false }.checked()?;
            return Some(day.at(self.clock(true)?, None));
        }
        self.skip_weekday();
        if self.peek()?.is_ascii_digit() {
            return self.dated(self.n_digits());
        }
        let month = self.month()?;
        let mark = self.eat_any(b" /-")?;
        if mark == b' ' {
            self.eat(b' ');
        }
        let day = Date { year: None, month, day: self.digits(1, 2)?, may_be_swapped: false };
        self.eat(b',');
        self.eat_any(b" /-")?;
        if self.n_digits() == 4 {
            let day = Date { year: self.fixed(4), ..day }.checked()?;
            self.between()?;
            let clock = self.clock(false)?;
            let zone = self.zone();
            return Some(day.at(clock, zone));
        }
        let clock = self.clock(true)?;
        let zone = self.zone();
        Some(Date { year: self.late_year(), ..day }.checked()?.at(clock, zone))
    }

    /// A year behind the time, and behind a zone whose name says nothing to us.
    fn late_year(&mut self) -> Option<i64> {
        let start = self.at;
        let is_space = self.eat(b' ');
        let n_letters = self.bytes.iter().skip(self.at).take(6).take_while(|b| b.is_ascii_uppercase()).count();
        if (3..=5).contains(&n_letters) {
            self.at += n_letters;
            self.eat(b' ');
        }
        let year = self.digits(4, 4).filter(|year| is_space && (1_970..2_200).contains(year));
        let is_over = self.peek().is_none_or(|b| matches!(b, b' ' | b'\t' | b']' | b')' | b',' | b';' | b'|' | b'"'));
        if year.is_some() && is_over {
            return year;
        }
        self.at = start;
        None
    }

    /// 1 to 12 for the English name of a month, in full or by its first three letters.
    fn month(&mut self) -> Option<i64> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let rest = self.bytes.get(self.at..)?;
        let n = rest.iter().take(10).take_while(|b| b.is_ascii_alphabetic()).count();
        let word = rest.get(..n).filter(|word| word.len() >= 3)?;
        let idx = MONTHS.iter().position(|name| {
            name.as_bytes().get(..n).is_some_and(|name| name.eq_ignore_ascii_case(word)) && (n <= 4 || n == name.len())
        })?;
        self.at += n;
        Some(idx as i64 + 1)
    }

    /// Goes behind `Mon, ` or `Monday `, if it stands here.
    fn skip_weekday(&mut self) {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let n = rest.iter().take(10).take_while(|b| b.is_ascii_alphabetic()).count();
        let is_weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
            .iter()
            .any(|day| rest.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(day.as_bytes())));
        if is_weekday && (n == 3 || rest.get(..n).is_some_and(|word| word.ends_with(b"day"))) {
            self.at += n;
            self.eat(b',');
            if !self.eat(b' ') {
                self.at = start;
            }
        }
    }

    /// What stands between date and time.
    fn between(&mut self) -> Option<()> {
        if self.eat_any(b"Tt").is_none() {
            let rest = self.bytes.get(self.at..)?;
            let n = rest.iter().take(4).take_while(|b| b" \t,;|\"_-:@".contains(b)).count();
            if !(1..=3).contains(&n) {
                return None;
            }
            self.at += n;
        }
        self.peek()?.is_ascii_digit().then_some(())
    }

    /// A time of day: milliseconds since midnight, and whether AM or PM stood there.
    fn clock(&mut self, needs_seconds: bool) -> Option<(f64, bool)> {
        let is_compact = self.n_digits() == 6;
        let hour = if is_compact { self.fixed(2)? } else { self.digits(1, 2)? };
        if !is_compact && !self.eat(b':') {
            return None;
        }
        let minute = if is_compact { self.fixed(2)? } else { self.digits(2, 2)? };
        let after_minute = self.at;
        let mut second = 0;
        let mut thousandths = 0.0;
        if is_compact {
            second = self.fixed(2)?;
        } else if self.eat(b':') {
            match self.digits(2, 2) {
                Some(value) => second = value,
                None if needs_seconds => return None,
                None => self.at = after_minute,
            }
        } else if needs_seconds {
            return None;
        }
        if is_compact || self.at > after_minute {
            thousandths = self.decimals();
        }
        let mut hour_of_day = hour;
        let half = self.half_of_day();
        if let Some(is_afternoon) = half {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour_of_day = hour % 12 + if is_afternoon { 12 } else { 0 };
        }
        if hour_of_day > 23 || minute > 59 || second > 60 {
            return None;
        }
        let seconds = hour_of_day * 3_600 + minute * 60 + second;
        Some((seconds as f64 * 1_000.0 + thousandths, half.is_some()))
    }

    /// Decimals of a second. Behind a comma or a colon only threes: other numbers are the next column.
    fn decimals(&mut self) -> f64 {
        let is_point = self.peek() == Some(b'.');
        let n = self.bytes.iter().skip(self.at + 1).take(20).take_while(|b| b.is_ascii_digit()).count();
        if is_point || matches!(n, 3 | 6 | 9) {
            return self.fraction(b".,:").unwrap_or(0.0);
        }
        0.0
    }

    /// `AM` or `PM`; `true` for PM.
    fn half_of_day(&mut self) -> Option<bool> {
        let start = self.at;
        if !self.eat(b' ') {
            // Browsers write a narrow space, others one that does not break.
            if self.bytes.get(self.at..)?.starts_with("\u{202F}".as_bytes()) {
                self.at += 3;
            } else if self.bytes.get(self.at..)?.starts_with("\u{A0}".as_bytes()) {
                self.at += 2;
            }
        }
        for (word, is_afternoon) in [("AM", false), ("PM", true), ("am", false), ("pm", true)] {
            if self.eat_word(word) {
                return Some(is_afternoon);
            }
        }
        self.at = start;
        None
    }

    /// The zone behind a time, in minutes east of UTC.
    fn zone(&mut self) -> Option<i64> {
        let start = self.at;
        let is_apart = self.eat(b' ');
        if self.eat_word("Z") || self.eat_word("z") || self.eat_word("[UTC]") || self.eat_word("(UTC)") {
            return Some(0);
        }
        if self.eat_word("CET") {
            return Some(60);
        }
        if self.eat_word("CEST") {
            return Some(120);
        }
        let is_named = self.eat_word("UTC") || self.eat_word("GMT");
        if let Some(minutes) = self.offset(is_apart && !is_named) {
            return Some(minutes);
        }
        if !is_named {
            self.at = start;
        }
        is_named.then_some(0)
    }

    /// `+01:00`, `+0100`, `+01`; the last not when it stands apart from the time.
    fn offset(&mut self, is_apart: bool) -> Option<i64> {
        let start = self.at;
        let minutes = self.signed_offset(is_apart);
        if minutes.is_none() {
            self.at = start;
        }
        minutes
    }

    fn signed_offset(&mut self, is_apart: bool) -> Option<i64> {
        let sign = if self.eat_any(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.fixed(2)?;
        let minutes = if self.eat(b':') || self.n_digits() == 2 {
            self.digits(2, 2)?
        } else if !is_apart && self.peek().is_none_or(|b| !b.is_ascii_alphanumeric() && b != b'-') {
            0
        } else {
            return None;
        };
        (hours <= 14 && minutes <= 59).then_some(sign * (hours * 60 + minutes))
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by the number of digits, for the
    /// years 2001 to 2100; given as milliseconds.
    fn epoch(&mut self) -> Option<f64> {
        let n = self.n_digits();
        let value = self.digits(10, 19)? as f64;
        let millis = match n {
            10 => value * 1_000.0 + self.fraction(b".,").unwrap_or(0.0),
            13 => value + self.fraction(b".,").unwrap_or(0.0) / 1_000.0,
            16 => value / 1e3,
            19 => value / 1e6,
            _ => return None,
        };
        (millis < 4_102_444_800_000.0).then_some(millis)
    }
}
