//! Finds values that are known to be secret wherever they stand: inside other texts, in other cases, and encoded in
//! base64, hex, percent signs or as a JSON string.

use super::shape;
use crate::base64::{self, Alphabet};
use ocpp_wire::catalog;
use ocpp_wire::json;
use ocpp_wire::version::Version;
use std::collections::HashMap;

/// A value of so many bytes is replaced wherever it stands.
pub(super) const DISTINCT: usize = 6;

/// A shorter one of at least so many bytes only where it stands by itself in a longer text.
const SHORTEST: usize = 4;

/// Shortest piece of a text that is looked into for encoded secrets.
const SHORTEST_CODED: usize = 8;

/// Words of the protocol that users take for tokens and passwords now and then.
const WORDS: &[&str] = &[
    "accepted",
    "rejected",
    "central",
    "local",
    "operative",
    "available",
    "charging",
    "unknown",
    "default",
    "password",
    "string",
    "integer",
    "boolean",
    "example",
    "noauthorization",
    "keycode",
    "outlet",
    "connector",
    "voltage",
    "actual",
];

/// Lengths of secrets that begin alike. More than that nobody has; the others are replaced at their own places only.
const MOST_LENGTHS: usize = 64;

/// The secrets, in small letters.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Lengths of the secrets that begin with these bytes, the longest first.
    lengths: HashMap<[u8; SHORTEST], Vec<usize>>,
    by_text: HashMap<Vec<u8>, usize>,
}

/// Makes the pseudonym of the secret with this index as it was found.
type Replace<'r> = &'r dyn Fn(usize, &str) -> String;

impl Known {
    /// Texts, and whether they are to be found.
    pub(super) fn of<'t>(texts: impl Iterator<Item = (&'t str, bool)>) -> Self {
        let mut known = Self::default();
        for (n, (text, is_wanted)) in texts.enumerate() {
            let lower = text.to_ascii_lowercase();
            let Some(start) = lower.as_bytes().first_chunk::<SHORTEST>().filter(|_| is_wanted && !is_word(&lower))
            else {
                continue;
            };
            let lengths = known.lengths.entry(*start).or_default();
            match lengths.binary_search_by(|length| lower.len().cmp(length)) {
                Err(at) if lengths.len() < MOST_LENGTHS => lengths.insert(at, lower.len()),
                _ => {}
            }
            known.by_text.insert(lower.into_bytes(), n);
        }
        known
    }

    /// The secret that stands at a byte of a text in small letters, with its length.
    fn at(&self, text: &[u8], at: usize) -> Option<(usize, usize)> {
        let lengths = self.lengths.get(text.get(at..)?.first_chunk::<SHORTEST>()?)?;
        lengths.iter().find_map(|&length| {
            let secret = *self.by_text.get(text.get(at..at + length)?)?;
            let is_alone = || {
                let before = at.checked_sub(1).and_then(|at| text.get(at));
                let ends = [before, text.get(at + length)];
                length < text.len()
                    && ends.into_iter().flatten().all(|byte| !byte.is_ascii_alphanumeric() && *byte != b'.')
            };
            (length >= DISTINCT || is_alone()).then_some((secret, length))
        })
    }

    /// A long secret stands in the text.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        (0..lower.len()).any(|at| self.at(lower.as_bytes(), at).is_some_and(|(_, n)| n >= DISTINCT))
    }

    fn is_in_bytes(&self, bytes: &[u8]) -> bool {
        let lower = bytes.to_ascii_lowercase();
        (0..lower.len()).any(|at| self.at(&lower, at).is_some())
    }

    /// The text without secrets; `None` when it has none.
    pub(super) fn cleaned(&self, text: &str, replace: Replace<'_>) -> Option<String> {
        let plain = self.replaced(text, replace);
        let coded = self.without_coded(plain.as_deref().unwrap_or(text));
        coded.or(plain)
    }

    /// The name of a field without long secrets.
    pub(super) fn cleaned_name(&self, name: &str, replace: Replace<'_>) -> Option<String> {
        if self.is_in(name) { self.replaced(name, replace) } else { None }
    }

    fn replaced(&self, text: &str, replace: Replace<'_>) -> Option<String> {
        let lower = text.to_ascii_lowercase();
        let bytes = lower.as_bytes();
        let mut out: Option<String> = None;
        let (mut at, mut copied) = (0, 0);
        while at < bytes.len() {
            match self.at(bytes, at).filter(|(_, n)| text.is_char_boundary(at) && text.is_char_boundary(at + n)) {
                Some((secret, n)) => {
                    let out = out.get_or_insert_with(String::new);
                    out.push_str(text.get(copied..at).unwrap_or_default());
                    out.push_str(&replace(secret, text.get(at..at + n).unwrap_or_default()));
                    at += n;
                    copied = at;
                }
                None => at += 1,
            }
        }
        out.map(|mut out| {
            out.push_str(text.get(copied..).unwrap_or_default());
            out
        })
    }

    /// Pieces that hold an encoded secret are made unreadable.
    fn without_coded(&self, text: &str) -> Option<String> {
        if self.by_text.is_empty() || text.len() < SHORTEST_CODED {
            return None;
        }
        if text.contains('%') && self.is_in_bytes(&from_percent(text)) {
            return Some(shape::masked(text));
        }
        if text.contains('\\')
            && let Ok(tree) = json::parse(&format!("\"{}\"", escaped_once(text)))
            && tree.string(tree.root()).is_some_and(|inner| inner != text && self.is_in(&inner))
        {
            return Some(shape::masked(text));
        }
        let mut out = String::new();
        let mut is_changed = false;
        let is_coded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
        for piece in text.split_inclusive(|c| !is_coded(c)) {
            let coded = piece.trim_end_matches(|c| !is_coded(c));
            let holds = coded.len() >= SHORTEST_CODED
                && (base64::decode(coded, Alphabet::Either).is_some_and(|bytes| self.is_in_bytes(&bytes))
                    || from_hex(coded).is_some_and(|bytes| self.is_in_bytes(&bytes)));
            if holds {
                out.push_str(&shape::masked(piece));
                is_changed = true;
            } else {
                out.push_str(piece);
            }
        }
        is_changed.then_some(out)
    }
}

fn is_word(lower: &str) -> bool {
    WORDS.contains(&lower)
        || Version::ALL
            .iter()
            .any(|&version| catalog::actions(version).iter().any(|action| action.name.eq_ignore_ascii_case(lower)))
}

/// The text as it stands in a JSON string, quotes escaped.
fn escaped_once(text: &str) -> String {
    text.replace("\\\"", "\"").replace('"', "\\\"")
}

fn from_percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let pair = text.get(at + 1..at + 3).filter(|_| byte == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok());
        out.push(pair.unwrap_or(byte));
        at += if pair.is_some() { 3 } else { 1 };
    }
    out
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| {
        text.as_bytes()
            .chunks(2)
            .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
            .collect()
    })
}
