//! A JSON reader that keeps what a debugger must see: where each value stands, the text of numbers,
//! and every name of an object, also the second one of the same spelling.
//!
//! It reads one JSON text (RFC 8259) into a flat [`Tree`]. It does not build a value to compute with.

mod reader;
#[cfg(test)]
mod tests;

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
    reader::read(text)
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
