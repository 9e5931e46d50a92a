//! Numbers with units in words: `1 204.33 kWh`, `84 ms`.

/// Separates groups of three digits: a narrow space that does not break.
const GROUP: char = '\u{202f}';

/// Separates number and unit.
const SPACE: char = '\u{a0}';

/// Groups the digits of a number written in decimal: `1204330` becomes `1 204 330`.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    if whole.len() <= 3 || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(GROUP);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A value with its unit; energy and power from 1000 on in thousands: `1 204.33 kWh`.
pub fn with_unit(value: f64, unit: &str) -> String {
    let larger = match unit {
        "Wh" => Some("kWh"),
        "W" => Some("kW"),
        "varh" => Some("kvarh"),
        "var" => Some("kvar"),
        "VA" => Some("kVA"),
        _ => None,
    };
    let (value, unit) = match larger {
        Some(larger) if value.abs() >= 1_000.0 => (value / 1_000.0, larger),
        _ => (value, unit),
    };
    let unit = if unit == "Percent" { "%" } else { unit };
    let number = grouped(&decimal(value));
    if unit.is_empty() { number } else { format!("{number}{SPACE}{unit}") }
}

/// At most two decimals, without trailing zeros.
fn decimal(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// A time span: `84 ms`, `1 204 ms`, `12.3 s`, `4 min 5 s`.
pub fn span(millis: f64) -> String {
    let millis = millis.max(0.0);
    if millis < 10_000.0 {
        format!("{}{SPACE}ms", grouped(&format!("{millis:.0}")))
    } else if millis < 100_000.0 {
        format!("{:.1}{SPACE}s", millis / 1_000.0)
    } else if millis < 3_600_000.0 {
        let seconds = (millis / 1_000.0).round() as u64;
        format!("{}{SPACE}min {}{SPACE}s", seconds / 60, seconds % 60)
    } else {
        let minutes = (millis / 60_000.0).round() as u64;
        format!("{}{SPACE}h {}{SPACE}min", minutes / 60, minutes % 60)
    }
}

/// A number of bytes: `118 bytes`, `61.2 kB`.
pub fn bytes(n: u64) -> String {
    if n == 1 {
        "1 byte".to_owned()
    } else if n < 10_000 {
        format!("{}{SPACE}bytes", grouped(&n.to_string()))
    } else if n < 10_000_000 {
        format!("{}{SPACE}kB", grouped(&format!("{:.1}", n as f64 / 1_000.0)))
    } else {
        format!("{}{SPACE}MB", grouped(&format!("{:.1}", n as f64 / 1_000_000.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace([GROUP, SPACE], " ")
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!(plain(&grouped("1204330")), "1 204 330");
        assert_eq!(plain(&grouped("-1204.5")), "-1 204.5");
        assert_eq!(plain(&grouped("12e9")), "12e9");
        assert_eq!(plain(&with_unit(1_204_330.0, "Wh")), "1 204.33 kWh");
        assert_eq!(plain(&with_unit(16.0, "A")), "16 A");
        assert_eq!(plain(&with_unit(-0.001, "Percent")), "0 %");
        assert_eq!(plain(&span(84.2)), "84 ms");
        assert_eq!(plain(&span(1_204.0)), "1 204 ms");
        assert_eq!(plain(&span(31_000.0)), "31.0 s");
        assert_eq!(plain(&span(245_000.0)), "4 min 5 s");
        assert_eq!(plain(&bytes(61_234)), "61.2 kB");
    }
}
