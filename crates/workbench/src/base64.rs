//! Base64 (RFC 4648): links and saved state use the alphabet for URLs, certificates the standard one.

/// The letters of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// With `+` and `/`; `=` at the end may be there or not.
    Standard,
    /// With `-` and `_`, without `=`.
    Url,
    /// Those of both.
    Either,
}

impl Alphabet {
    fn value(self, letter: u8) -> Option<u8> {
        Some(match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' if self != Self::Url => 62,
            b'/' if self != Self::Url => 63,
            b'-' if self != Self::Standard => 62,
            b'_' if self != Self::Standard => 63,
            _ => return None,
        })
    }
}

/// The letters of [`Alphabet::Url`] in the order of their values.
pub const URL_LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as text of the alphabet for URLs.
///
/// ```
/// use workbench::base64::{Alphabet, decode, encode_url};
/// assert_eq!(encode_url(&[0xFB, 0xFF, 1]), "-_8B");
/// assert_eq!(decode("+/8B", Alphabet::Standard).as_deref(), Some(&[0xFB, 0xFF, 1][..]));
/// assert_eq!(decode("+/8B", Alphabet::Url), None);
/// ```
pub fn encode_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 4 / 3 + 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |sum, &byte| (sum << 8) | u32::from(byte)) << (8 * (3 - chunk.len()));
        for n in 0..=chunk.len() {
            let letter = URL_LETTERS.get(((bits >> (18 - 6 * n)) & 63) as usize).copied().unwrap_or(b'A');
            text.push(char::from(letter));
        }
    }
    text
}

/// The bytes of a text; white space is skipped, and bits behind the last whole byte are dropped. `None` for a character
/// that the alphabet does not have.
pub fn decode(text: &str, alphabet: Alphabet) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut n_bits) = (0_u32, 0);
    let text = if alphabet == Alphabet::Url { text } else { text.trim_ascii_end().trim_end_matches('=') };
    for letter in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        bits = (bits << 6) | u32::from(alphabet.value(letter)?);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push((bits >> n_bits) as u8);
        }
    }
    Some(bytes)
}
