//! Pseudonyms: a running number in the shape of a value. Digits stay digits, hex stays hex, case and punctuation stay.

use super::SecretKind;
use std::net::IpAddr;

/// Numbers that are tried until a pseudonym looks like nothing else.
const MOST_TRIES: u64 = 5_000;

/// What may stand at a place of a pseudonym.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Is(char),
    Digit,
    HexLetter,
    Letter,
}

impl Place {
    fn radix(self) -> u64 {
        match self {
            Self::Is(_) => 1,
            Self::Digit => 10,
            Self::HexLetter => 6,
            Self::Letter => 26,
        }
    }

    /// 0 gives what fills a pseudonym: `0`, `a` and `x`.
    fn at(self, n: u64) -> char {
        match self {
            Self::Is(c) => c,
            Self::Digit => char::from(b'0' + n as u8),
            Self::HexLetter => char::from(b'a' + n as u8),
            Self::Letter => char::from(b'a' + (23 + n as u8) % 26),
        }
    }
}

/// The pseudonym of a value: the first one from a number on that is not taken.
pub(super) fn pseudonym(kind: SecretKind, original: &str, first: u64, is_taken: &dyn Fn(&str) -> bool) -> String {
    let places = places(kind, original);
    let mut candidate = String::new();
    for n in first..first + MOST_TRIES {
        candidate = in_case_of(&numbered(&places, n), original);
        if !is_taken(&candidate) {
            return candidate;
        }
    }
    // So short a value has no free pseudonym left; two values may share one.
    candidate
}

/// The number stands at the end, as far as there is room.
fn numbered(places: &[Place], mut n: u64) -> String {
    let mut chars: Vec<char> = places
        .iter()
        .rev()
        .map(|place| {
            let radix = place.radix();
            let digit = n % radix;
            n /= radix;
            place.at(digit)
        })
        .collect();
    chars.reverse();
    chars.into_iter().collect()
}

fn places(kind: SecretKind, original: &str) -> Vec<Place> {
    let is_hex = original.chars().filter(char::is_ascii_alphanumeric).all(|c| c.is_ascii_hexdigit())
        && original.contains(|c: char| c.is_ascii_digit());
    let mut places: Vec<Place> = original.chars().map(|c| place_of(c, is_hex)).collect();
    let fix = |places: &mut Vec<Place>, at: usize, c: char| {
        if let Some(place) = places.get_mut(at) {
            *place = Place::Is(c);
        }
    };
    let chars: Vec<char> = original.chars().collect();
    // The lines around a certificate or key say what it is, and nothing more.
    if original.contains("-----") {
        let mut at = 0;
        for (n, part) in original.split("-----").enumerate() {
            let length = part.chars().count();
            if n % 2 == 1 {
                (at..at + length).for_each(|at| fix(&mut places, at, chars.get(at).copied().unwrap_or('-')));
            }
            at += length + 5;
        }
    }
    if original.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4()) {
        // A number of an IPv4 address is below 256 and has no leading zero.
        for at in (0..chars.len()).filter(|&at| at == 0 || chars.get(at - 1) == Some(&'.')) {
            if chars.get(at + 1).is_some_and(char::is_ascii_digit) {
                fix(&mut places, at, '1');
            }
        }
    }
    if kind == SecretKind::FileName
        && let Some((head, ending)) = original.rsplit_once('.')
        && ending.len() <= 4
    {
        let start = head.chars().count();
        (start..chars.len()).for_each(|at| fix(&mut places, at, chars.get(at).copied().unwrap_or('.')));
    }
    // %41 is a letter: another one takes its place. %2F stays.
    for at in 0..chars.len() {
        if let [Some('%'), Some(high), Some(low)] = [0, 1, 2].map(|n| chars.get(at + n))
            && let (Some(high), Some(low)) = (high.to_digit(16), low.to_digit(16))
        {
            let is_secret = char::from_u32(high * 16 + low).is_some_and(char::is_alphanumeric);
            let (high, low) = if is_secret {
                ('7', '8')
            } else {
                (*chars.get(at + 1).unwrap_or(&'2'), *chars.get(at + 2).unwrap_or(&'0'))
            };
            fix(&mut places, at + 1, high);
            fix(&mut places, at + 2, low);
        }
    }
    places
}

fn place_of(c: char, is_hex: bool) -> Place {
    match c {
        '0'..='9' => Place::Digit,
        'a'..='z' | 'A'..='Z' if is_hex => Place::HexLetter,
        'a'..='z' | 'A'..='Z' => Place::Letter,
        _ if c.is_alphanumeric() => Place::Is(match c.len_utf8() {
            2 => 'ä',
            3 => 'あ',
            _ => '𝐀',
        }),
        _ => Place::Is(c),
    }
}

/// The pseudonym with the capital letters of a value.
pub(super) fn in_case_of(pseudonym: &str, value: &str) -> String {
    let mut value = value.chars();
    pseudonym
        .chars()
        .map(|c| {
            if value.next().is_some_and(|v| v.is_ascii_uppercase()) {
                c.to_ascii_uppercase()
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect()
}

/// The pseudonym of a number as a number: no leading zero, and as large as before compared with what 32 bits hold.
pub(super) fn as_number(original: &str, pseudonym: &str) -> String {
    let is_large = ocpp_wire::number::parse(original).is_some_and(|number| number.abs() > f64::from(i32::MAX));
    let mut is_first = true;
    pseudonym
        .chars()
        .map(|c| {
            if is_first && c.is_ascii_digit() {
                is_first = false;
                return if is_large { '9' } else { '1' };
            }
            // An exponent stays one.
            if c.is_ascii_alphabetic() { 'e' } else { c }
        })
        .collect()
}

/// Everything unreadable: digits are 0, letters x.
pub(super) fn masked(text: &str) -> String {
    numbered(&places(SecretKind::FreeText, text), 0)
        .chars()
        .zip(text.chars())
        .map(|(c, old)| if old.is_ascii_uppercase() { c.to_ascii_uppercase() } else { c })
        .collect()
}

/// The text holds a private key.
pub(super) fn has_private_key(text: &str) -> bool {
    text.contains("PRIVATE KEY-----")
}

/// The text is a date-time, or begins like one.
pub(super) fn is_time(text: &str) -> bool {
    let form: String = text.chars().take(19).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    form == "0000-00-00T00:00:00"
        && text.len() < 36
        && text.bytes().skip(19).all(|b| b.is_ascii_digit() || b".:+-Zz".contains(&b))
}
