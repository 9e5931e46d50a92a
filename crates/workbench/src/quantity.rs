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

/// A number with so many decimals, six at most: `fixed(16.14, 1)` is `16.1`. Beyond 15 digits it is written as JSON
/// writes it, and what is no number is `null`. The standard library's own way adds 6 kB to the page.
pub fn fixed(value: f64, n_decimals: u32) -> String {
    let n_decimals = n_decimals.min(6);
    let scale = 10_u64.pow(n_decimals);
    let scaled = (value.abs() * scale as f64).round();
    if scaled.is_nan() || scaled >= 1e15 {
        return serde_json::Value::from(value).to_string();
    }
    let scaled = scaled as u64;
    let sign = if value < 0.0 && scaled > 0 { "-" } else { "" };
    let whole = scaled / scale;
    if n_decimals == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{:0width$}", scaled % scale, width = n_decimals as usize)
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
    let text = fixed(value, 2);
    if text.contains('e') { text } else { text.trim_end_matches('0').trim_end_matches('.').to_owned() }
}

/// A time span: `84 ms`, `1 204 ms`, `12.3 s`, `4 min 5 s`.
pub fn span(millis: f64) -> String {
    let millis = millis.max(0.0);
    if millis < 10_000.0 {
        format!("{}{SPACE}ms", grouped(&fixed(millis, 0)))
    } else if millis < 100_000.0 {
        format!("{}{SPACE}s", fixed(millis / 1_000.0, 1))
    } else if millis < 3_600_000.0 {
        let seconds = (millis / 1_000.0).round() as u64;
        format!("{}{SPACE}min {}{SPACE}s", seconds / 60, seconds % 60)
    } else {
        let minutes = (millis / 60_000.0).round() as u64;
        format!("{}{SPACE}h {}{SPACE}min", minutes / 60, minutes % 60)
    }
}

/// A time since something, short: `+0.084`, `+11.03` and `+1204` are seconds, then `+2.8 h` and `+145 d`. Backwards is 0.
pub fn since(millis: f64) -> String {
    let seconds = millis.max(0.0) / 1_000.0;
    let hours = seconds / 3_600.0;
    let (value, n_decimals, unit) = match seconds {
        ..10.0 => (seconds, 3, ""),
        ..100.0 => (seconds, 2, ""),
        ..9_999.5 => (seconds, 0, ""),
        _ if hours < 100.0 => (hours, 1, "\u{a0}h"),
        _ => (hours / 24.0, 0, "\u{a0}d"),
    };
    format!("+{}{unit}", fixed(value, n_decimals))
}

/// A time span with hundredths of a second below 100 s: `84 ms`, `4.31 s`, `4 min 5 s`.
pub fn fine_span(millis: f64) -> String {
    if (1_000.0..99_995.0).contains(&millis) { format!("{}{SPACE}s", fixed(millis / 1_000.0, 2)) } else { span(millis) }
}

/// A number of bytes: `118 bytes`, `61.2 kB`.
pub fn bytes(n: u64) -> String {
    if n == 1 {
        "1 byte".to_owned()
    } else if n < 10_000 {
        format!("{}{SPACE}bytes", grouped(&n.to_string()))
    } else if n < 10_000_000 {
        format!("{}{SPACE}kB", grouped(&fixed(n as f64 / 1_000.0, 1)))
    } else {
        format!("{}{SPACE}MB", grouped(&fixed(n as f64 / 1_000_000.0, 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        text.replace([GROUP, SPACE], " ")
    }

    #[test]
    fn times_since_the_row_above_stay_short() {
        let cases = [
            (-5.0, "+0.000"),
            (84.0, "+0.084"),
            (11_030.0, "+11.03"),
            (1_204_000.0, "+1204"),
            (9_999_600.0, "+2.8 h"),
            (86_400_000.0, "+24.0 h"),
            (12_568_810_000.0, "+145 d"),
        ];
        for (millis, want) in cases {
            assert_eq!(plain(&since(millis)), want);
        }
    }

    proptest::proptest! {
        #[test]
        fn decimals_are_those_of_the_standard_library(value in -1e8_f64..1e8, n_decimals in 0_u32..4) {
            let ours: f64 = fixed(value, n_decimals).parse().unwrap();
            let theirs = format!("{value:.*}", n_decimals as usize);
            // A tie may go to the other side.
            let scaled = value.abs() * 10_f64.powi(n_decimals as i32);
            let is_tie = (scaled.fract() - 0.5).abs() < 1e-6;
            let is_same = (ours - theirs.parse::<f64>().unwrap()).abs() <= 1e-7;
            proptest::prop_assert!(is_same || is_tie, "{} is not {}", ours, theirs);
        }
    }

    #[test]
    fn decimals_at_the_edges() {
        for (value, n_decimals, text) in [
            (0.0, 0, "0"),
            (-0.004, 2, "0.00"),
            (0.05, 3, "0.050"),
            (9.999, 2, "10.00"),
            (-12.345_678, 6, "-12.345678"),
            (1e14, 0, "100000000000000"),
            (1e15, 0, "1000000000000000.0"),
            (f64::NAN, 1, "null"),
            (f64::INFINITY, 1, "null"),
        ] {
            assert_eq!(fixed(value, n_decimals), text, "{value}");
        }
        assert_eq!(with_unit(1e300, "Wh"), format!("1e+297{SPACE}kWh"));
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
        assert_eq!(plain(&fine_span(999.0)), "999 ms");
        assert_eq!(plain(&fine_span(4_310.0)), "4.31 s");
        assert_eq!(plain(&fine_span(99_994.0)), "99.99 s");
        assert_eq!(plain(&fine_span(99_996.0)), "100.0 s");
        assert_eq!(plain(&bytes(61_234)), "61.2 kB");
    }
}
