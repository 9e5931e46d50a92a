//! The way through a JSON text: one pass, byte by byte, that stops at the first fault.

use super::{Fault, Kind, MAX_DEPTH, MAX_NODES, Node, NodeId, Reason, Span, Tree, unescape};
use std::borrow::Cow;

/// Reads one JSON text.
pub(super) fn read(text: &str) -> Result<Tree<'_>, Fault> {
    // A value of a usual frame takes some twelve bytes of text; a longer text grows the list while it is read.
    let nodes = Vec::with_capacity((text.len() / 12).clamp(8, 256));
    Reader { text, bytes: text.as_bytes(), at: 0, nodes, duplicates: Vec::new() }.read()
}

/// Words of JavaScript and Python that look like JSON to their programs.
const FOREIGN_WORDS: [&str; 8] = ["NaN", "Infinity", "-Infinity", "undefined", "None", "True", "False", "nan"];

/// The names of an object so far, as bits: most objects surely hold no name twice, and need no comparing.
#[derive(Default)]
struct SeenNames {
    bits: [u64; 2],
    may_repeat: bool,
}

impl SeenNames {
    fn add(&mut self, name: &[u8], is_escaped: bool) {
        let at = |index: usize| name.get(index).map_or(0, |&byte| u32::from(byte));
        let (first, middle, last) = (at(0), at(name.len() / 2), at(name.len().wrapping_sub(1)));
        let bit = |hash: u32| 1_u64 << (hash & 63);
        let marks = [bit(name.len() as u32 * 7 + first), bit(middle * 5 + last)];
        self.may_repeat |= is_escaped || (self.bits[0] & marks[0] != 0 && self.bits[1] & marks[1] != 0);
        self.bits[0] |= marks[0];
        self.bits[1] |= marks[1];
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    duplicates: Vec<NodeId>,
}

impl<'t> Reader<'t> {
    fn read(mut self) -> Result<Tree<'t>, Fault> {
        if self.bytes.len() > u32::MAX as usize {
            return Err(Fault { at: 0, reason: Reason::TooLarge });
        }
        if self.text.starts_with('\u{feff}') {
            return Err(Fault { at: 0, reason: Reason::ByteOrderMark });
        }
        self.skip_space();
        if self.at == self.bytes.len() {
            return Err(Fault { at: 0, reason: Reason::Empty });
        }
        self.value(Span::default(), false, 0)?;
        self.skip_space();
        if self.at < self.bytes.len() {
            return self.fault(Reason::TrailingText);
        }
        Ok(Tree { text: self.text, nodes: self.nodes, duplicates: self.duplicates })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn fault<T>(&self, reason: Reason) -> Result<T, Fault> {
        Err(Fault { at: self.at as u32, reason })
    }

    fn unexpected<T>(&self) -> Result<T, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(c) = rest.chars().next() else {
            return self.fault(Reason::Truncated);
        };
        if FOREIGN_WORDS.iter().any(|word| rest.starts_with(word)) {
            return self.fault(Reason::NotAJsonWord);
        }
        match c {
            '\'' => self.fault(Reason::SingleQuotes),
            '+' | '.' => self.fault(Reason::Number),
            _ => self.fault(Reason::Unexpected(c)),
        }
    }

    fn value(&mut self, key: Span, key_escaped: bool, depth: usize) -> Result<(), Fault> {
        if self.nodes.len() >= MAX_NODES {
            return self.fault(Reason::TooLarge);
        }
        let start = self.at as u32;
        let index = self.nodes.len();
        let (kind, escaped) = match self.peek() {
            Some(b'"') => (Kind::String, self.quoted()?),
            Some(b'-' | b'0'..=b'9') => (self.number()?, false),
            Some(opening @ (b'{' | b'[')) => {
                // Its place comes before those of its items; what is known at its end is filled in then.
                self.nodes.push(Node {
                    kind: Kind::Null,
                    escaped: false,
                    key_escaped,
                    span: Span::default(),
                    key,
                    next: 0,
                });
                let kind = if opening == b'{' { self.object(depth)? } else { self.array(depth)? };
                let next = self.nodes.len() as u32;
                let end = self.at as u32;
                if let Some(node) = self.nodes.get_mut(index) {
                    node.kind = kind;
                    node.span = Span { start, end };
                    node.next = next;
                }
                return Ok(());
            }
            Some(b't') => (self.word("true", Kind::Bool)?, false),
            Some(b'f') => (self.word("false", Kind::Bool)?, false),
            Some(b'n') => (self.word("null", Kind::Null)?, false),
            _ => return self.unexpected(),
        };
        let span = Span { start, end: self.at as u32 };
        self.nodes.push(Node { kind, escaped, key_escaped, span, key, next: index as u32 + 1 });
        Ok(())
    }

    fn word(&mut self, word: &str, kind: Kind) -> Result<Kind, Fault> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            Ok(kind)
        } else if word.starts_with(rest) {
            self.fault(Reason::Truncated)
        } else {
            self.unexpected()
        }
    }

    fn array(&mut self, depth: usize) -> Result<Kind, Fault> {
        if depth >= MAX_DEPTH {
            return self.fault(Reason::TooDeep);
        }
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Kind::Array);
        }
        loop {
            self.skip_space();
            self.value(Span::default(), false, depth + 1)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.comma(b']')?,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Kind::Array);
                }
                _ => return self.unexpected(),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Kind, Fault> {
        if depth >= MAX_DEPTH {
            return self.fault(Reason::TooDeep);
        }
        let object = self.nodes.len() - 1;
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Kind::Object);
        }
        let mut n_members = 0_usize;
        let mut names = SeenNames::default();
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.unexpected();
            }
            let start = self.at as u32 + 1;
            let key_escaped = self.quoted()?;
            let key = Span { start, end: self.at as u32 - 1 };
            names.add(self.bytes.get(key.start as usize..key.end as usize).unwrap_or_default(), key_escaped);
            self.skip_space();
            if self.peek() != Some(b':') {
                return self.unexpected();
            }
            self.at += 1;
            self.skip_space();
            self.value(key, key_escaped, depth + 1)?;
            n_members += 1;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.comma(b'}')?,
                Some(b'}') => {
                    self.at += 1;
                    if names.may_repeat {
                        self.note_duplicates(object, n_members);
                    }
                    return Ok(Kind::Object);
                }
                _ => return self.unexpected(),
            }
        }
    }

    fn comma(&mut self, closing: u8) -> Result<(), Fault> {
        let comma = self.at;
        self.at += 1;
        self.skip_space();
        if self.peek() == Some(closing) {
            self.at = comma;
            return self.fault(Reason::TrailingComma);
        }
        Ok(())
    }

    /// Small objects are compared pair by pair without a set.
    fn note_duplicates(&mut self, object: usize, n_members: usize) {
        if n_members < 2 {
            return;
        }
        let mut members = Vec::with_capacity(n_members);
        let mut at = object + 1;
        for _ in 0..n_members {
            let Some(node) = self.nodes.get(at) else { return };
            let raw = self.text.get(node.key.start as usize..node.key.end as usize).unwrap_or_default();
            let name = if node.key_escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) };
            members.push((name, at));
            at = node.next as usize;
        }
        if n_members <= 12 {
            for (index, (name, at)) in members.iter().enumerate() {
                if members.iter().take(index).any(|(other, _)| other == name) {
                    self.duplicates.push(NodeId(*at as u32));
                }
            }
        } else {
            let mut seen = std::collections::HashSet::with_capacity(n_members);
            for (name, at) in members {
                if !seen.insert(name) {
                    self.duplicates.push(NodeId(at as u32));
                }
            }
        }
    }

    /// Goes on, eight bytes at once, while none of them ends a string, begins an escape or is a control character.
    fn skip_plain(&mut self) {
        const ONES: u64 = u64::MAX / 0xFF;
        const HIGH_BITS: u64 = ONES << 7;
        // The high bit of each byte that is zero, and perhaps of bytes above such a one.
        let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH_BITS;
        while let Some(&bytes) = self.bytes.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(bytes);
            let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGH_BITS;
            let stops = zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\'))) | controls;
            if stops != 0 {
                // The lowest mark is exact.
                self.at += (stops.trailing_zeros() / 8) as usize;
                return;
            }
            self.at += 8;
        }
    }

    /// Reads a quoted string; says whether it holds an escape.
    fn quoted(&mut self) -> Result<bool, Fault> {
        self.at += 1;
        let mut escaped = false;
        loop {
            self.skip_plain();
            match self.peek() {
                None => return self.fault(Reason::Truncated),
                Some(b'"') => {
                    self.at += 1;
                    return Ok(escaped);
                }
                Some(b'\\') => {
                    escaped = true;
                    match self.bytes.get(self.at + 1) {
                        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
                        Some(b'u') => {
                            let digits = self.bytes.get(self.at + 2..self.at + 6);
                            match digits {
                                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => self.at += 6,
                                Some(_) => return self.fault(Reason::Escape),
                                None => return self.fault(Reason::Truncated),
                            }
                        }
                        Some(_) => return self.fault(Reason::Escape),
                        None => return self.fault(Reason::Truncated),
                    }
                }
                Some(0..=0x1F) => return self.fault(Reason::ControlCharacter),
                Some(_) => self.at += 1,
            }
        }
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => {
                self.at += 1;
                if matches!(self.peek(), Some(b'0'..=b'9')) {
                    self.at = start;
                    return self.fault(Reason::Number);
                }
            }
            Some(b'1'..=b'9') => self.digits(),
            Some(b'I') => {
                self.at = start;
                return self.fault(Reason::NotAJsonWord);
            }
            None => return self.fault(Reason::Truncated),
            _ => {
                self.at = start;
                return self.fault(Reason::Number);
            }
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.some_digits(start)?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.some_digits(start)?;
        }
        Ok(Kind::Number)
    }

    fn digits(&mut self) {
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    fn some_digits(&mut self, start: usize) -> Result<(), Fault> {
        match self.peek() {
            Some(b'0'..=b'9') => {
                self.digits();
                Ok(())
            }
            None => self.fault(Reason::Truncated),
            _ => {
                self.at = start;
                self.fault(Reason::Number)
            }
        }
    }
}
