//! Numbers as they are written: exact questions are answered from the decimal text, because a double
//! cannot hold 0.1, 1e400 or 1.00000000000000000001.

use crate::json::{Kind, NodeId, Tree};
use serde_json::{Map, Number, Value};

/// A decimal number `digits × 10^exponent`; the digits carry no zero at either end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decimal<'t> {
    whole: &'t str,
    fraction: &'t str,
    /// Exponent of the last digit that is not zero; meaningless for zero.
    exponent: i64,
    is_zero: bool,
}

impl<'t> Decimal<'t> {
    /// The text must be a JSON number.
    fn read(text: &'t str) -> Self {
        let unsigned = text.strip_prefix('-').unwrap_or(text);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let fraction = fraction.trim_end_matches('0');
        // An exponent beyond 64 bits is as good as infinite.
        let written = exponent
            .strip_prefix('+')
            .unwrap_or(exponent)
            .parse::<i64>()
            .unwrap_or(if exponent.starts_with('-') { i64::MIN / 4 } else { i64::MAX / 4 });
        let is_zero = !whole.bytes().chain(fraction.bytes()).any(|digit| digit != b'0');
        let trailing = if fraction.is_empty() {
            let stripped = whole.trim_end_matches('0');
            (whole.len() - stripped.len()) as i64
        } else {
            -(fraction.len() as i64)
        };
        Self { whole, fraction, exponent: written.saturating_add(trailing), is_zero }
    }

    /// The digits without trailing zeros, most significant first.
    fn digits(&self) -> impl Iterator<Item = u64> {
        let whole = if self.fraction.is_empty() { self.whole.trim_end_matches('0') } else { self.whole };
        whole.bytes().chain(self.fraction.bytes()).map(|digit| u64::from(digit - b'0'))
    }
}

/// The number has no fractional part, however it is written: `1`, `1.0`, `1e3`.
///
/// # Source
/// JSON Schema draft-06, section 6.25: a number with a zero fractional part is an integer.
pub fn is_integral(text: &str) -> bool {
    let decimal = Decimal::read(text);
    decimal.is_zero || decimal.exponent >= 0
}

/// The number is written without fraction and exponent, as JSON Schema draft-04 demands of an integer.
pub fn is_written_as_integer(text: &str) -> bool {
    !text.contains(['.', 'e', 'E'])
}

/// The number is a whole multiple of the step, decided in decimal.
///
/// ```
/// assert!(ocpp_wire::number::is_multiple_of("0.3", "0.1"));
/// assert!(!ocpp_wire::number::is_multiple_of("16.15", "0.1"));
/// ```
pub fn is_multiple_of(text: &str, step: &str) -> bool {
    let (value, step) = (Decimal::read(text), Decimal::read(step));
    if value.is_zero {
        return true;
    }
    if step.is_zero {
        return false;
    }
    let shift = value.exponent.saturating_sub(step.exponent);
    if shift < 0 {
        // The digits are not divisible by ten, so they are not divisible by a multiple of it either.
        return false;
    }
    let Some(modulus) = step.digits().try_fold(0_u64, |sum, digit| sum.checked_mul(10)?.checked_add(digit)) else {
        return false;
    };
    if modulus > u64::from(u32::MAX) {
        return false;
    }
    let remainder = value.digits().fold(0, |rest, digit| (rest * 10 + digit) % modulus);
    (remainder * power_of_ten(shift.unsigned_abs(), modulus)).is_multiple_of(modulus)
}

fn power_of_ten(mut exponent: u64, modulus: u64) -> u64 {
    let (mut result, mut base) = (1 % modulus, 10 % modulus);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * base % modulus;
        }
        base = base * base % modulus;
        exponent >>= 1;
    }
    result
}

/// The double for a decimal text such as `-12.5e3`; `None` for anything else. Infinite beyond a double's range.
///
/// It is the nearest double for up to 15 digits and 22 decimal places, and may differ in the last bits beyond. The
/// standard library is exact always, for which its tables add 13 kB to the page.
///
/// ```
/// assert_eq!(ocpp_wire::number::parse("-12.5e1"), Some(-125.0));
/// assert_eq!(ocpp_wire::number::parse("12 kWh"), None);
/// ```
pub fn parse(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = whole.bytes().chain(fraction.bytes()).peekable();
    digits.peek()?;
    let mut significand = 0_u64;
    let mut n_cut = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        // What a double cannot hold anyway is cut.
        match significand.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(digit - b'0'))) {
            Some(longer) if n_cut == 0 => significand = longer,
            _ => n_cut += 1,
        }
    }
    let is_exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent).bytes().all(|digit| digit.is_ascii_digit());
    if !is_exponent || exponent.is_empty() || exponent.ends_with(['-', '+']) {
        return None;
    }
    let farthest = if exponent.starts_with('-') { -100_000_000 } else { 100_000_000 };
    let written = exponent.parse::<i64>().unwrap_or(farthest).clamp(-100_000_000, 100_000_000);
    let mut exponent = written + n_cut - fraction.len() as i64;
    let mut value = significand as f64;
    while value != 0.0 && value.is_finite() && exponent != 0 {
        // Powers up to this one are exact, and the last of many steps is the only one that counts.
        let step = exponent.clamp(-22, 22);
        let power = 10_f64.powi(step.unsigned_abs() as i32);
        value = if step < 0 { value / power } else { value * power };
        exponent -= step;
    }
    Some(if text.starts_with('-') { -value } else { value })
}

/// The number fits an OCPP 2.x `integer`: 32 bits with sign.
///
/// # Source
/// OCPP 2.0.1 Part 2 section 2.1.4.
pub fn fits_32_bits(text: &str) -> bool {
    let value = parse(text).unwrap_or(f64::INFINITY);
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)
}

/// The value for the schema checker. A number beyond a double becomes the largest or smallest one, which
/// keeps its sign, its order and whether it has a fraction.
pub fn to_value(tree: &Tree<'_>, id: NodeId) -> Value {
    match tree.kind(id) {
        Kind::Null => Value::Null,
        Kind::Bool => Value::Bool(tree.raw(id) == "true"),
        Kind::Number => number_value(tree.raw(id)),
        Kind::String => Value::String(tree.string(id).unwrap_or_default().into_owned()),
        Kind::Array => Value::Array(tree.items(id).map(|item| to_value(tree, item)).collect()),
        Kind::Object => {
            let mut map = Map::new();
            for member in tree.items(id) {
                map.insert(tree.key(member).into_owned(), to_value(tree, member));
            }
            Value::Object(map)
        }
    }
}

fn number_value(text: &str) -> Value {
    if text != "-0" {
        if let Ok(n) = text.parse::<i64>() {
            return n.into();
        }
        if let Ok(n) = text.parse::<u64>() {
            return n.into();
        }
    }
    let parsed = parse(text).unwrap_or(0.0);
    let finite = if parsed.is_infinite() { f64::MAX.copysign(parsed) } else { parsed };
    let kept = if finite == 0.0 && !Decimal::read(text).is_zero { f64::MIN_POSITIVE.copysign(finite) } else { finite };
    Number::from_f64(kept).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_tenth_is_a_multiple_of_a_tenth() {
        for tenths in 0..=10_000 {
            let text = format!("{}.{}", tenths / 10, tenths % 10);
            assert!(is_multiple_of(&text, "0.1"), "{text}");
            assert!(is_multiple_of(&format!("-{text}0"), "0.1"), "{text}");
            assert!(!is_multiple_of(&format!("{text}5"), "0.1"), "{text}5");
        }
    }

    #[test]
    fn exponents_are_followed() {
        for text in ["1e400", "0e0", "1E+2", "10e-2", "1.5e1", "100e-3", "0.0", "-0"] {
            assert!(is_multiple_of(text, "0.1"), "{text}");
        }
        for text in ["1e-2", "1e-400", "1.05", "15e-2", "1e-99999999999999999999"] {
            assert!(!is_multiple_of(text, "0.1"), "{text}");
        }
        assert!(is_multiple_of("1e99999999999999999999", "3") == is_multiple_of("10", "3"));
        assert!(is_multiple_of("21", "7") && !is_multiple_of("22", "7"));
        assert!(!is_multiple_of("1", "0"));
    }

    #[test]
    fn integers_by_text() {
        for text in ["1", "1.0", "1e3", "1.5e1", "1e400", "0.0", "-0", "100e-2"] {
            assert!(is_integral(text), "{text}");
        }
        for text in ["1.5", "1e-1", "1e-400", "1.00000000000000000001"] {
            assert!(!is_integral(text), "{text}");
        }
        assert!(is_written_as_integer("-12") && !is_written_as_integer("1.0") && !is_written_as_integer("1e3"));
        assert!(fits_32_bits("2147483647") && !fits_32_bits("2147483648") && !fits_32_bits("1e400"));
    }

    #[test]
    fn doubles_are_read() {
        for (text, value) in [
            ("0", 0.0),
            ("-0", -0.0),
            ("16.15", 16.15),
            ("+3", 3.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e400", f64::INFINITY),
            ("-1E+400", f64::NEG_INFINITY),
            ("1e-400", 0.0),
            ("0e99999999999999999999", 0.0),
            ("1e99999999999999999999", f64::INFINITY),
            ("1e-99999999999999999999", 0.0),
            ("123456789012345678901234567890", 1.234_567_890_123_456_8e29),
            ("1e22", 1e22),
        ] {
            let read = parse(text).unwrap();
            assert_eq!((read, read.is_sign_negative()), (value, value.is_sign_negative()), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1e+", "1e1.5", "NaN", "inf", "1 ", "0x1", "1,5", "--1", "1e--1", "１"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn usual_numbers_are_read_exactly(digits in 0_u64..1_000_000_000_000_000, places in 0_i32..=22) {
            let text = format!("{digits}e-{places}");
            prop_assert_eq!(parse(&text), text.parse().ok());
        }

        #[test]
        fn all_numbers_are_read_nearly(value in proptest::num::f64::NORMAL) {
            let read = parse(&format!("{value:e}")).unwrap();
            // Parts of 2^52: the steps of an extreme exponent add up.
            prop_assert!(((read - value) / value).abs() < 16.0 * f64::EPSILON, "{} {}", read, value);
        }

        #[test]
        fn any_text_is_read_as_the_standard_library_does(text in "[-+0-9.eE]{0,12}") {
            prop_assert_eq!(parse(&text).is_some(), text.parse::<f64>().is_ok());
        }

        #[test]
        fn agrees_with_integer_arithmetic(value in -1_000_000_i64..1_000_000, decimals in 0_u32..6, step in 1_i64..500, step_decimals in 0_u32..4) {
            let text = format!("{value}e-{decimals}");
            let step_text = format!("{step}e-{step_decimals}");
            let places = decimals.max(step_decimals);
            let a = i128::from(value) * 10_i128.pow(places - decimals);
            let b = i128::from(step) * 10_i128.pow(places - step_decimals);
            prop_assert_eq!(is_multiple_of(&text, &step_text), a % b == 0);
        }
    }
}
