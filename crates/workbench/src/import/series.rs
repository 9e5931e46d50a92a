//! Which files are parts of one log that was begun anew now and then: `ocpp.log.2.gz`, `ocpp.log.1`, `ocpp.log`.

/// What the name of a file says about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Series {
    /// The name without what differs from part to part.
    pub(super) key: String,
    /// The same without its ending, for a station that its log does not name.
    pub(super) title: String,
    /// How often the log was begun anew since: 0 for the newest part, and for names that do not count.
    pub(super) age: u32,
}

/// Reads a name.
pub(super) fn of_name(name: &str) -> Series {
    let base = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let mut key = without_ending(base, "gz").to_owned();
    let mut age = 0;
    // `ocpp.log.2`
    if let Some((rest, digits)) = key.rsplit_once('.')
        && (1..=4).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        age = digits.bytes().fold(0, |n, byte| n * 10 + u32::from(byte - b'0'));
        key = rest.to_owned();
    }
    if let Some((from, to)) = date(&key) {
        key.replace_range(from..to, "");
    }
    let title = match key.rsplit_once('.') {
        Some((title, ending)) if ending.len() <= 5 => title,
        _ => key.as_str(),
    };
    let title = if title.is_empty() { base } else { title }.to_owned();
    Series { key, title, age }
}

fn without_ending<'n>(name: &'n str, ending: &str) -> &'n str {
    match name.rsplit_once('.') {
        Some((rest, last)) if last.eq_ignore_ascii_case(ending) && !rest.is_empty() => rest,
        _ => name,
    }
}

/// Where a date stands in a name, with what separates it and a time or number behind it.
fn date(name: &str) -> Option<(usize, usize)> {
    let bytes = name.as_bytes();
    let is_gap = |byte: &u8| matches!(byte, b'-' | b'_' | b'.' | b' ');
    let number = |at: usize, n: usize| {
        let digits = bytes.get(at..at + n).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
        Some(digits.iter().fold(0_u32, |n, byte| n * 10 + u32::from(byte - b'0')))
    };
    for at in 0..bytes.len() {
        let is_begin = at == 0 || bytes.get(at - 1).is_some_and(is_gap);
        let Some(1_970..=2_199) = number(at, 4).filter(|_| is_begin) else { continue };
        let gap = usize::from(bytes.get(at + 4).is_some_and(is_gap));
        let (month, day) = (at + 4 + gap, at + 6 + 2 * gap);
        if !(matches!(number(month, 2), Some(1..=12)) && matches!(number(day, 2), Some(1..=31))) {
            continue;
        }
        let mut end = day + 2;
        while bytes.get(end).is_some_and(|byte| byte.is_ascii_digit() || is_gap(byte) || matches!(byte, b'T' | b':')) {
            end += 1;
        }
        // What is left keeps its ending.
        if end < bytes.len() && bytes.get(end - 1) == Some(&b'.') {
            end -= 1;
        }
        let from = at - usize::from(at > 0);
        return Some((from, end));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_of_one_log_have_one_key() {
        for (name, key, title, age) in [
            ("ocpp.log", "ocpp.log", "ocpp", 0),
            ("ocpp.log.1", "ocpp.log", "ocpp", 1),
            ("logs/ocpp.log.12.gz", "ocpp.log", "ocpp", 12),
            ("ocpp.log.2024-01-31", "ocpp.log", "ocpp", 0),
            ("ocpp.log-20240131.GZ", "ocpp.log", "ocpp", 0),
            ("app-2024-01-31-1.log.gz", "app.log", "app", 0),
            ("app_2024-01-31T10:00:00.log", "app.log", "app", 0),
            ("2024-01-31.log", ".log", "2024-01-31.log", 0),
            ("CP1.log", "CP1.log", "CP1", 0),
            ("CP-2.log", "CP-2.log", "CP-2", 0),
            ("SN20240131.log", "SN20240131.log", "SN20240131", 0),
            ("CP-20239901.log", "CP-20239901.log", "CP-20239901", 0),
            ("station", "station", "station", 0),
            ("log.gz", "log", "log", 0),
            (".gz", ".gz", ".gz", 0),
            ("", "", "", 0),
        ] {
            let expected = Series { key: key.into(), title: title.into(), age };
            assert_eq!(of_name(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_read(name in "[a-zé0-9._ /:T-]{0,24}", date in any::<bool>()) {
            let name = if date { format!("{name}-2024-02-03{name}") } else { name };
            let series = of_name(&name);
            prop_assert!(series.key.len() <= name.len());
        }
    }
}
