//! A JSON reader that keeps what a debugger must see: where each value stands, the text of numbers,
//! and every name of an object, also the second one of the same spelling.
//!
//! It reads one JSON text (RFC 8259) into a flat [`Tree`]. It does not build a value to compute with.

use std::borrow::Cow;

/// Deepest nesting that is read. A frame deeper than this is reported, not followed: recursion elsewhere
/// is bounded by it, and no OCPP message nests deeper than about ten.
pub const MAX_DEPTH: usize = 128;

/// Most values that are read from one text, so that a hostile frame cannot fill the memory: a node takes
/// 32 bytes.
pub const MAX_NODES: usize = 2_000_000;

/// Longest JSON pointer that is made. Names of the schemas have at most 40 characters.
pub const MAX_POINTER_BYTES: usize = 4_096;

/// Index of a value in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// Bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number; its text is kept.
    Number,
    /// A string.
    String,
    /// A list.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The word for people: `a string`, `an object`, …
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    /// A string with a backslash in it: the text is not the value.
    escaped: bool,
    key_escaped: bool,
    span: Span,
    /// Bytes between the quotes of the name, for a member of an object.
    key: Span,
    /// First node after this value and all it holds.
    next: u32,
}

/// A JSON text that was read.
#[derive(Clone, Debug)]
pub struct Tree<'t> {
    text: &'t str,
    nodes: Vec<Node>,
    /// Members whose name stood before in the same object.
    duplicates: Vec<NodeId>,
}

/// Why a text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte at which reading stopped.
    pub at: u32,
    /// What was wrong there.
    pub reason: Reason,
}

/// Kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing but white space.
    Empty,
    /// A byte order mark before the text.
    ByteOrderMark,
    /// The text ends inside a value.
    Truncated,
    /// A character that cannot stand here.
    Unexpected(char),
    /// `'…'` instead of `"…"`.
    SingleQuotes,
    /// A comma before `]` or `}`.
    TrailingComma,
    /// `NaN`, `Infinity`, `undefined`, `None`, `True`, `False`.
    NotAJsonWord,
    /// A number in a form JSON does not have: `01`, `+1`, `.5`, `1.`.
    Number,
    /// A control character inside a string.
    ControlCharacter,
    /// A backslash followed by something JSON does not know.
    Escape,
    /// A second value, or rubbish, after the first.
    TrailingText,
    /// Nested deeper than [`MAX_DEPTH`].
    TooDeep,
    /// More than [`MAX_NODES`] values, or longer than 4 GiB.
    TooLarge,
}

impl Fault {
    /// A sentence for an integrator, without the position.
    pub fn sentence(self) -> String {
        match self.reason {
            Reason::Empty => "The frame is empty".into(),
            Reason::ByteOrderMark => {
                "The frame begins with a byte order mark (U+FEFF); many JSON readers refuse it".into()
            }
            Reason::Truncated => "The text ends in the middle of a value: it was cut, or a bracket is missing".into(),
            Reason::Unexpected(c) => format!("{} cannot stand here", quote_char(c)),
            Reason::SingleQuotes => "JSON strings are written with double quotes, not with '".into(),
            Reason::TrailingComma => "A comma stands before a closing bracket".into(),
            Reason::NotAJsonWord => {
                "This word is not JSON; only true, false and null may stand without quotes".into()
            }
            Reason::Number => {
                "This number is not written as JSON demands: no leading zero or plus sign, digits on both sides of the point"
                    .into()
            }
            Reason::ControlCharacter => {
                "A control character stands inside a string; it must be escaped, a line break as \\n".into()
            }
            Reason::Escape => "A backslash in a string is followed by something JSON does not know".into(),
            Reason::TrailingText => "More text follows after the end of the JSON value".into(),
            Reason::TooDeep => format!("The text is nested deeper than {MAX_DEPTH} levels and was not read further"),
            Reason::TooLarge => "The text holds too many values to be checked; it is kept as it is".into(),
        }
    }
}

fn quote_char(c: char) -> String {
    if c.is_control() { format!("The character U+{:04X}", u32::from(c)) } else { format!("The character {c:?}") }
}

/// Reads one JSON text.
///
/// # Errors
/// Where and why the text is not one JSON value. Duplicate names are not an error: see
/// [`Tree::duplicates`].
///
/// ```
/// let tree = ocpp_wire::json::parse(r#"[2,"1","Heartbeat",{}]"#).unwrap();
/// assert_eq!(tree.items(tree.root()).count(), 4);
/// ```
pub fn parse(text: &str) -> Result<Tree<'_>, Fault> {
    // A value of a usual frame takes some twelve bytes of text; a longer text grows the list while it is read.
    let nodes = Vec::with_capacity((text.len() / 12).clamp(8, 256));
    Reader { text, bytes: text.as_bytes(), at: 0, nodes, duplicates: Vec::new() }.read()
}

impl<'t> Tree<'t> {
    /// The outermost value.
    pub fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The whole text.
    pub fn text(&self) -> &'t str {
        self.text
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A tree always holds at least one value.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Type of a value.
    pub fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// Where the value stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// Where the name of a member stands, with its quotes; empty for a list item.
    pub fn key_span(&self, id: NodeId) -> Span {
        let key = self.node(id).key;
        if key.end == 0 { key } else { Span { start: key.start - 1, end: key.end + 1 } }
    }

    /// The value's own text, white space inside it included.
    pub fn raw(&self, id: NodeId) -> &'t str {
        self.slice(self.node(id).span)
    }

    /// Values of a list, or of the members of an object; nothing for other values.
    pub fn items(&self, id: NodeId) -> Items<'_, 't> {
        let node = self.node(id);
        let has_items = matches!(node.kind, Kind::Array | Kind::Object);
        let next = if has_items { id.0 + 1 } else { node.next };
        Items { tree: self, next, end: node.next }
    }

    /// The value and all inside it, in text order.
    pub fn within(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        (id.0..self.node(id).next).map(NodeId)
    }

    /// The list or object holds nothing.
    pub fn is_empty_container(&self, id: NodeId) -> bool {
        let node = self.node(id);
        matches!(node.kind, Kind::Array | Kind::Object) && node.next == id.0 + 1
    }

    /// The item or member of a value that holds another value, or is it; with its position.
    pub fn child_towards(&self, from: NodeId, target: NodeId) -> Option<(usize, NodeId)> {
        self.items(from).enumerate().find(|&(_, child)| child.0 <= target.0 && target.0 < self.node(child).next)
    }

    /// Name of a member of an object, unescaped.
    pub fn key(&self, id: NodeId) -> Cow<'t, str> {
        let node = self.node(id);
        let raw = self.slice(node.key);
        if node.key_escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) }
    }

    /// A string's value; `None` for other values. A lone surrogate becomes U+FFFD.
    pub fn string(&self, id: NodeId) -> Option<Cow<'t, str>> {
        let node = self.node(id);
        if node.kind != Kind::String {
            return None;
        }
        let raw = self.slice(Span { start: node.span.start + 1, end: node.span.end - 1 });
        Some(if node.escaped { Cow::Owned(unescape(raw)) } else { Cow::Borrowed(raw) })
    }

    /// A whole number that fits, written without fraction or exponent.
    pub fn integer(&self, id: NodeId) -> Option<i64> {
        if self.kind(id) == Kind::Number { self.raw(id).parse().ok() } else { None }
    }

    /// The last member of this name, as most readers keep the last one.
    pub fn get(&self, object: NodeId, name: &str) -> Option<NodeId> {
        if self.kind(object) != Kind::Object {
            return None;
        }
        self.items(object).filter(|&member| self.key(member) == name).last()
    }

    /// The item of a list.
    pub fn item(&self, array: NodeId, index: usize) -> Option<NodeId> {
        if self.kind(array) == Kind::Array { self.items(array).nth(index) } else { None }
    }

    /// A string member's value.
    pub fn get_string(&self, object: NodeId, name: &str) -> Option<Cow<'t, str>> {
        self.get(object, name).and_then(|id| self.string(id))
    }

    /// Members whose name stood before in the same object, in text order.
    pub fn duplicates(&self) -> &[NodeId] {
        &self.duplicates
    }

    /// Resolves a JSON pointer (RFC 6901) below a value.
    pub fn resolve(&self, from: NodeId, pointer: &str) -> Option<NodeId> {
        let mut at = from;
        if pointer.is_empty() {
            return Some(at);
        }
        for step in pointer.strip_prefix('/')?.split('/') {
            let step = step.replace("~1", "/").replace("~0", "~");
            at = match self.kind(at) {
                Kind::Object => self.get(at, &step)?,
                Kind::Array => self.item(at, step.parse().ok()?)?,
                _ => return None,
            };
        }
        Some(at)
    }

    /// JSON pointer from one value to another inside it; `None` when it is not inside, or when names made to
    /// stop us would make the pointer longer than [`MAX_POINTER_BYTES`].
    pub fn pointer_to(&self, from: NodeId, target: NodeId) -> Option<String> {
        let mut at = from;
        let mut pointer = String::new();
        while at != target {
            let is_object = self.kind(at) == Kind::Object;
            let (index, child) = self.child_towards(at, target)?;
            let key = self.node(child).key;
            if pointer.len() + (key.end - key.start) as usize > MAX_POINTER_BYTES {
                return None;
            }
            pointer.push('/');
            if is_object {
                pointer.push_str(&escape_pointer(&self.key(child)));
            } else {
                pointer.push_str(&index.to_string());
            }
            at = child;
        }
        Some(pointer)
    }

    fn node(&self, id: NodeId) -> &Node {
        // Ids are made by this tree only; the fallback keeps a wrong one from stopping the page.
        const NOTHING: Node = Node {
            kind: Kind::Null,
            escaped: false,
            key_escaped: false,
            span: Span { start: 0, end: 0 },
            key: Span { start: 0, end: 0 },
            next: 0,
        };
        self.nodes.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or_default()
    }
}

/// One step of a JSON pointer, escaped as RFC 6901 says.
pub fn escape_pointer(step: &str) -> Cow<'_, str> {
    if step.contains(['~', '/']) { Cow::Owned(step.replace('~', "~0").replace('/', "~1")) } else { Cow::Borrowed(step) }
}

/// Values inside a list or object.
#[derive(Clone, Debug)]
pub struct Items<'a, 't> {
    tree: &'a Tree<'t>,
    next: u32,
    end: u32,
}

impl Iterator for Items<'_, '_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.next >= self.end {
            return None;
        }
        let id = NodeId(self.next);
        self.next = self.tree.node(id).next;
        Some(id)
    }
}

/// A JSON string literal of this text, with quotes.
pub fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let code = escape.as_bytes().get(1).copied().unwrap_or(b'\\');
        rest = escape.get(2..).unwrap_or_default();
        match code {
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'n' => out.push('\n'),
            b'r' => out.push('\r'),
            b't' => out.push('\t'),
            b'u' => {
                let unit = hex4(rest);
                rest = rest.get(4..).unwrap_or_default();
                match unit {
                    0xD800..=0xDBFF => {
                        let low = rest.strip_prefix("\\u").map_or(0, hex4);
                        if (0xDC00..=0xDFFF).contains(&low) {
                            rest = rest.get(6..).unwrap_or_default();
                            let c = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                            out.push(char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER));
                        } else {
                            out.push(char::REPLACEMENT_CHARACTER);
                        }
                    }
                    _ => out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)),
                }
            }
            other => out.push(char::from(other)),
        }
    }
    out.push_str(rest);
    out
}

fn hex4(text: &str) -> u32 {
    text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(0xFFFD)
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reason(text: &str) -> Reason {
        parse(text).unwrap_err().reason
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(reason(""), Reason::Empty);
        assert_eq!(reason(" \n"), Reason::Empty);
        assert_eq!(reason("\u{feff}[]"), Reason::ByteOrderMark);
        assert_eq!(reason("[1"), Reason::Truncated);
        assert_eq!(reason("[\"a"), Reason::Truncated);
        assert_eq!(reason("[tr"), Reason::Truncated);
        assert_eq!(reason("['a']"), Reason::SingleQuotes);
        assert_eq!(reason("[1,]"), Reason::TrailingComma);
        assert_eq!(reason("{\"a\":1,}"), Reason::TrailingComma);
        assert_eq!(reason("[NaN]"), Reason::NotAJsonWord);
        assert_eq!(reason("[-Infinity]"), Reason::NotAJsonWord);
        assert_eq!(reason("[None]"), Reason::NotAJsonWord);
        assert_eq!(reason("[01]"), Reason::Number);
        assert_eq!(reason("[+1]"), Reason::Number);
        assert_eq!(reason("[.5]"), Reason::Number);
        assert_eq!(reason("[1.]"), Reason::Number);
        assert_eq!(reason("[\"a\nb\"]"), Reason::ControlCharacter);
        assert_eq!(reason("[\"\\x\"]"), Reason::Escape);
        assert_eq!(reason("[][]"), Reason::TrailingText);
        assert_eq!(reason("{1:2}"), Reason::Unexpected('1'));
        assert_eq!(reason(&"[".repeat(1_000_000)), Reason::TooDeep);
    }

    #[test]
    fn position_of_the_fault_is_a_byte_offset() {
        assert_eq!(parse("[\"é\",x]").unwrap_err(), Fault { at: 6, reason: Reason::Unexpected('x') });
    }

    #[test]
    fn numbers_keep_their_text() {
        let tree = parse("[1.0,1e400,-0,12345678901234567890]").unwrap();
        let texts: Vec<_> = tree.items(tree.root()).map(|id| tree.raw(id)).collect();
        assert_eq!(texts, ["1.0", "1e400", "-0", "12345678901234567890"]);
    }

    #[test]
    fn duplicate_names_are_found_also_when_spelled_with_escapes() {
        let tree = parse(r#"{"a":1,"b":{"c":1,"c":2},"\u0061":3}"#).unwrap();
        let keys: Vec<_> = tree.duplicates().iter().map(|&id| tree.raw(id)).collect();
        assert_eq!(keys, ["2", "3"]);
        assert_eq!(tree.raw(tree.get(tree.root(), "a").unwrap()), "3");
    }

    #[test]
    fn pointers_resolve_both_ways() {
        let tree = parse(r#"{"a/b":[1,{"~":true}]}"#).unwrap();
        let target = tree.resolve(tree.root(), "/a~1b/1/~0").unwrap();
        assert_eq!(tree.raw(target), "true");
        assert_eq!(tree.pointer_to(tree.root(), target).unwrap(), "/a~1b/1/~0");
    }

    #[test]
    fn surrogates_become_one_character() {
        let tree = parse(r#"["\ud83d\ude00","\ud83d"]"#).unwrap();
        let texts: Vec<_> = tree.items(tree.root()).map(|id| tree.string(id).unwrap().into_owned()).collect();
        assert_eq!(texts, ["😀", "\u{fffd}"]);
    }

    fn json_text() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            any::<bool>().prop_map(|b| b.to_string()),
            any::<i64>().prop_map(|n| n.to_string()),
            any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| serde_json::json!(f).to_string()),
            ".{0,12}".prop_map(|s| quote(&s)),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" ,\n"))),
                prop::collection::vec((".{0,4}", inner), 0..5).prop_map(|members| {
                    let members: Vec<_> = members.iter().map(|(k, v)| format!("{} :{v}", quote(k))).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    /// The same, but for the last bits of numbers with more digits than a double can hold for certain.
    fn is_same(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
        use serde_json::Value;
        match (ours, theirs) {
            (Value::Array(ours), Value::Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
            }
            (Value::Object(ours), Value::Object(theirs)) => {
                ours.keys().eq(theirs.keys())
                    && ours.values().zip(theirs.values()).all(|(ours, theirs)| is_same(ours, theirs))
            }
            (Value::Number(ours), Value::Number(theirs)) if ours.is_f64() && theirs.is_f64() => {
                let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
                (ours - theirs).abs() <= theirs.abs() * 16.0 * f64::EPSILON
            }
            _ => ours == theirs,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(text in json_text()) {
            let tree = parse(&text).unwrap();
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            let ours = crate::number::to_value(&tree, tree.root());
            prop_assert!(is_same(&ours, &value), "{ours} is not {value}");
        }

        #[test]
        fn accepts_what_serde_json_accepts_after_any_change(text in json_text(), at in any::<prop::sample::Index>(), byte in any::<char>()) {
            let mut chars: Vec<char> = text.chars().collect();
            let index = at.index(chars.len());
            chars[index] = byte;
            let text: String = chars.into_iter().collect();
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            let ours = parse(&text);
            // Known difference: numbers beyond the range of a double are legal JSON and kept here.
            if theirs.is_ok() {
                prop_assert!(ours.is_ok(), "{:?}", ours.err());
            } else if ours.is_ok() {
                prop_assert!(text.contains(['e', 'E', '\\']), "{text}");
            }
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = parse(&text).map(|tree| tree.duplicates().len());
        }
    }
}
