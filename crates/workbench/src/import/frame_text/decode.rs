//! Undoes the escaping around a frame, one character at a time.

use super::Notation;

/// Reads the characters a piece of log stands for.
pub(super) struct Units<'t> {
    text: &'t str,
    at: usize,
    notation: Notation,
}

impl<'t> Units<'t> {
    /// Begins at byte `at`.
    pub(super) fn new(text: &'t str, at: usize, notation: Notation) -> Self {
        Self { text, at, notation }
    }

    /// Byte of the next character.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Passes so many characters of one byte that stand for themselves.
    pub(super) fn pass(&mut self, n: usize) {
        self.at += n;
    }

    /// The next character; `None` at the end of the text and before what ends the string around it.
    pub(super) fn next(&mut self) -> Option<char> {
        match self.notation {
            Notation::Json | Notation::Single => self.skip_raw(),
            Notation::Escaped(n) => self.escaped(n),
            Notation::Doubled => self.doubled(),
            Notation::Typographic => self.skip_raw().map(|c| if is_typographic(c) { '"' } else { c }),
            Notation::Entities => self.entity(),
            Notation::BytesRepr => self.repr(),
        }
    }

    /// The next character as it is written; `None` at the end of the text.
    pub(super) fn skip_raw(&mut self) -> Option<char> {
        let c = self.text.get(self.at..)?.chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn escaped(&mut self, level: u8) -> Option<char> {
        if level == 0 {
            return self.skip_raw();
        }
        let start = self.at;
        let c = self.escaped(level - 1)?;
        if c == '"' {
            self.at = start;
            return None;
        }
        if c != '\\' {
            return Some(c);
        }
        let behind = self.at;
        let value = match self.escaped(level - 1) {
            Some('u') => self.code_point(level - 1),
            Some('x') => self.hex(2, level - 1).and_then(char::from_u32),
            Some(c) => simple_escape(c),
            None => None,
        };
        if value.is_none() {
            // No escape anybody knows: the backslash stands for itself.
            self.at = behind;
            return Some('\\');
        }
        value
    }

    /// What follows `\u`: four digits, two times four for a surrogate pair, or any number in braces.
    fn code_point(&mut self, level: u8) -> Option<char> {
        let start = self.at;
        if self.escaped(level) == Some('{') {
            let mut value = 0_u32;
            for _ in 0..7 {
                match self.escaped(level)? {
                    '}' => return char::from_u32(value),
                    c => value = value * 16 + c.to_digit(16)?,
                }
            }
            return None;
        }
        self.at = start;
        let first = self.hex(4, level)?;
        if !(0xD800..0xDC00).contains(&first) {
            // Half a pair has no character.
            return Some(char::from_u32(first).unwrap_or('\u{FFFD}'));
        }
        let behind = self.at;
        if self.escaped(level) == Some('\\')
            && self.escaped(level) == Some('u')
            && let Some(second @ 0xDC00..0xE000) = self.hex(4, level)
        {
            return char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00));
        }
        self.at = behind;
        Some('\u{FFFD}')
    }

    fn hex(&mut self, n_digits: usize, level: u8) -> Option<u32> {
        let mut value = 0;
        for _ in 0..n_digits {
            value = value * 16 + self.escaped(level)?.to_digit(16)?;
        }
        Some(value)
    }

    fn doubled(&mut self) -> Option<char> {
        let start = self.at;
        let c = self.skip_raw()?;
        if c == '"' && self.skip_raw() != Some('"') {
            self.at = start;
            return None;
        }
        Some(c)
    }

    fn entity(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        match rest.as_bytes().first()? {
            b'<' => None,
            b'&' => match entity(rest) {
                Some((c, len)) => {
                    self.at += len;
                    Some(c)
                }
                None => self.skip_raw(),
            },
            _ => self.skip_raw(),
        }
    }

    fn repr(&mut self) -> Option<char> {
        let rest = self.text.get(self.at..)?;
        match rest.as_bytes().first()? {
            b'\'' => None,
            // In single quotes `repr` does not escape the double ones: this backslash is the frame's own.
            b'\\' if rest.as_bytes().get(1) == Some(&b'"') => self.skip_raw(),
            b'\\' => {
                let (c, len) = literal_escape(rest.get(1..).unwrap_or_default()).unwrap_or(('\\', 0));
                self.at += 1 + len;
                Some(c)
            }
            _ => self.skip_raw(),
        }
    }
}

/// The text holds `\"`, which `repr` never writes: it was put between quotes as it is.
pub(super) fn has_quoted_quotes(text: &str) -> bool {
    let mut is_escaped = false;
    text.bytes().any(|b| {
        let is_found = is_escaped && b == b'"';
        is_escaped = b == b'\\' && !is_escaped;
        is_found
    })
}

/// A quote of word processors that stands for `"`.
fn is_typographic(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '″')
}

/// The character of a one-letter escape.
fn simple_escape(c: char) -> Option<char> {
    Some(match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'b' => '\u{8}',
        'f' => '\u{C}',
        '"' | '\\' | '/' | '\'' => c,
        _ => return None,
    })
}

/// The character of an escape in a literal of Python or JavaScript, and its length; `rest` begins behind
/// the backslash. Bytes written one by one that make up a character of UTF-8 are taken together.
pub(super) fn literal_escape(rest: &str) -> Option<(char, usize)> {
    let c = rest.chars().next()?;
    match c {
        'x' => {
            let first = hex_digits(rest, 1, 2)?;
            let n_bytes = match first {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => return Some((char::from_u32(first)?, 3)),
            };
            let mut bytes = vec![first as u8];
            for idx in 1..n_bytes {
                match rest.get(idx * 4 - 1..idx * 4 + 1).filter(|x| *x == "\\x").and(hex_digits(rest, idx * 4 + 1, 2)) {
                    Some(next) => bytes.push(next as u8),
                    None => break,
                }
            }
            match std::str::from_utf8(&bytes).ok().and_then(|text| text.chars().next()) {
                Some(c) => Some((c, n_bytes * 4 - 1)),
                None => Some((char::from_u32(first)?, 3)),
            }
        }
        'u' if rest.as_bytes().get(1) == Some(&b'{') => {
            let end = rest.bytes().take(10).position(|b| b == b'}')?;
            Some((char::from_u32(hex_digits(rest, 2, end - 2)?)?, end + 1))
        }
        'u' => {
            let first = hex_digits(rest, 1, 4)?;
            if let Some(c) = char::from_u32(first) {
                return Some((c, 5));
            }
            let second = rest.get(5..7).filter(|x| *x == "\\u").and(hex_digits(rest, 7, 4));
            match second {
                Some(second @ 0xDC00..0xE000) if first < 0xDC00 => {
                    Some((char::from_u32(0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00))?, 11))
                }
                _ => Some(('\u{FFFD}', 5)),
            }
        }
        'U' => Some((char::from_u32(hex_digits(rest, 1, 8)?)?, 9)),
        '0' => Some(('\0', 1)),
        'v' => Some(('\u{B}', 1)),
        'a' => Some(('\u{7}', 1)),
        '`' => Some((c, 1)),
        // Neither language gives `\/` a meaning of its own.
        '/' => None,
        _ => simple_escape(c).map(|value| (value, 1)),
    }
}

/// A number of `n` hexadecimal digits.
fn hex_digits(text: &str, at: usize, n: usize) -> Option<u32> {
    let digits = text.get(at..at + n)?;
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The character of an HTML entity, and its length.
fn entity(rest: &str) -> Option<(char, usize)> {
    let end = rest.bytes().take(10).position(|b| b == b';')?;
    let name = rest.get(1..end)?;
    let c = match name {
        "quot" | "ldquo" | "rdquo" => '"',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "apos" | "lsquo" | "rsquo" => '\'',
        "nbsp" => ' ',
        _ => {
            let number = name.strip_prefix('#')?;
            let value = match number.strip_prefix(['x', 'X']) {
                Some(hex) => hex_digits(hex, 0, hex.len())?,
                None => number.bytes().all(|b| b.is_ascii_digit()).then(|| number.parse().ok())??,
            };
            char::from_u32(value)?
        }
    };
    Some((c, end + 1))
}
