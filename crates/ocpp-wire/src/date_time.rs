//! Date-times of RFC 3339: reading the healthy ones, and saying what is wrong with the others.

/// A point in time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// Milliseconds since 1970-01-01T00:00:00Z; further decimals are cut.
    pub epoch_millis: i64,
    /// Offset to UTC in minutes; 0 for `Z`.
    pub offset_minutes: i32,
    /// Written with `Z`, `+00:00` or `-00:00`.
    pub is_utc: bool,
    /// Decimals of the seconds.
    pub n_decimals: usize,
}

/// Reads the usual form `2026-11-22T09:22:07.123Z` or with an offset `+01:00`.
///
/// `None` for everything else, also for the forms RFC 3339 permits but hardly anybody writes: small `t` and
/// `z`, a space instead of `T`, and the leap second 60. Those are left to the schema checker.
///
/// ```
/// let time = ocpp_wire::date_time::parse("2026-11-22T10:22:07.5+01:00").unwrap();
/// assert_eq!((time.epoch_millis, time.offset_minutes, time.n_decimals), (1_795_339_327_500, 60, 1));
/// assert!(ocpp_wire::date_time::parse("2026-11-22T09:22:07").is_none());
/// ```
///
/// # Source
/// RFC 3339 section 5.6.
pub fn parse(text: &str) -> Option<DateTime> {
    let bytes = text.as_bytes();
    let digits = |from: usize, n: usize| -> Option<i64> {
        bytes
            .get(from..from + n)?
            .iter()
            .try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + i64::from(byte - b'0')))
    };
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    if !(is(4, b'-') && is(7, b'-') && is(10, b'T') && is(13, b':') && is(16, b':')) {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
    let (hour, minute, second) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let mut at = 19;
    let mut millis = 0;
    let mut n_decimals = 0;
    if is(at, b'.') {
        at += 1;
        let mut weight = 100;
        while let Some(byte) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            millis += i64::from(byte - b'0') * weight;
            weight /= 10;
            n_decimals += 1;
            at += 1;
        }
        if n_decimals == 0 {
            return None;
        }
    }
    let offset_minutes = match bytes.get(at) {
        Some(b'Z') if bytes.len() == at + 1 => 0,
        Some(sign @ (b'+' | b'-')) if bytes.len() == at + 6 && is(at + 3, b':') => {
            let (hours, minutes) = (digits(at + 1, 2)?, digits(at + 4, 2)?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let offset = hours * 60 + minutes;
            if *sign == b'-' { -offset } else { offset }
        }
        _ => return None,
    };
    let days = days_since_1970(year, month, day);
    let seconds = days * 86_400 + hour * 3_600 + (minute - offset_minutes) * 60 + second;
    Some(DateTime {
        epoch_millis: seconds * 1_000 + millis,
        offset_minutes: offset_minutes as i32,
        is_utc: offset_minutes == 0,
        n_decimals,
    })
}

/// What is wrong with a text that is no date-time of RFC 3339: the end of a sentence that begins with the
/// field and its value.
pub fn what_is_wrong(text: &str) -> &'static str {
    if text.is_empty() {
        return "is empty; write a time such as 2026-11-22T09:22:07Z";
    }
    if parse(&format!("{text}Z")).is_some() {
        return "has no time zone; append Z for UTC, or an offset such as +01:00";
    }
    if parse(&text.replacen(' ', "T", 1)).is_some() || parse(&format!("{}Z", text.replacen(' ', "T", 1))).is_some() {
        return "is not written as RFC 3339 demands: date and time are joined by T, and a time zone follows";
    }
    if let Some((head, tail)) = text.split_at_checked(text.len().saturating_sub(5))
        && tail.starts_with(['+', '-'])
        && parse(&format!("{head}Z")).is_some()
    {
        return "has an offset without a colon; write +01:00 instead of +0100";
    }
    if parse(&format!("{text}T00:00:00Z")).is_some() {
        return "is a date without a time; write 2026-11-22T09:22:07Z";
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return "is a count of seconds or milliseconds; write 2026-11-22T09:22:07Z";
    }
    if text.contains(',') && parse(&text.replace(',', ".")).is_some() {
        return "has a comma before the decimals; write a point";
    }
    if parse(&text.replacen(|c: char| c.is_ascii_digit(), "0", 0)).is_none() && has_form(text) {
        return "names a day or a time that does not exist";
    }
    "is not a date-time of RFC 3339; write 2026-11-22T09:22:07Z"
}

/// The text has the form of a date-time, whatever its numbers.
fn has_form(text: &str) -> bool {
    let form: String = text.chars().take(19).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00"
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, years 0 to 9999.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    // Counting years from March puts the leap day at the end of the year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (month * 153 + 2) / 5 + day - 719_469
}

/// `2026-11-22T09:22:07.004Z` for milliseconds since 1970.
pub fn format_utc(epoch_millis: i64) -> String {
    let (days, millis) = (epoch_millis.div_euclid(86_400_000), epoch_millis.rem_euclid(86_400_000));
    let (year, month, day) = civil_from_days(days);
    let seconds = millis / 1_000;
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60,
        millis % 1_000
    )
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_forms_are_read() {
        assert_eq!(parse("1970-01-01T00:00:00Z").unwrap().epoch_millis, 0);
        assert_eq!(parse("2000-02-29T23:59:59.999Z").unwrap().epoch_millis, 951_868_799_999);
        assert_eq!(
            parse("2026-11-22T10:22:07+01:00"),
            parse("2026-11-22T09:22:07Z").map(|t| DateTime { offset_minutes: 60, is_utc: false, ..t })
        );
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T09:22:07.Z",
            "2026-11-22T09:22:07+24:00",
            "2026-11-22T09:22:07Z ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        assert!(what_is_wrong("2026-11-22T09:22:07").contains("no time zone"));
        assert!(what_is_wrong("2026-11-22 09:22:07").contains("joined by T"));
        assert!(what_is_wrong("2026-11-22T09:22:07+0100").contains("colon"));
        assert!(what_is_wrong("2026-11-22").contains("without a time"));
        assert!(what_is_wrong("1795339327").contains("count"));
        assert!(what_is_wrong("2026-02-30T09:22:07Z").contains("does not exist"));
        assert!(what_is_wrong("2026-11-22T24:00:00Z").contains("does not exist"));
        assert!(what_is_wrong("2026-11-22T09:22:07,5Z").contains("comma"));
        assert!(what_is_wrong("").contains("empty"));
        assert!(what_is_wrong("yesterday").contains("not a date-time"));
    }

    proptest! {
        #[test]
        fn format_and_parse_are_inverse(millis in -62_135_596_800_000_i64..253_402_300_799_999) {
            prop_assert_eq!(parse(&format_utc(millis)).unwrap().epoch_millis, millis);
        }

        #[test]
        fn never_panics(text in ".{0,40}") {
            let _ = parse(&text);
            let _ = what_is_wrong(&text);
        }
    }
}
