//! Frames inside log text: where one begins, where it ends, and the JSON it stands for.
//!
//! Frames are found by what they are, a list that begins with a message type and a message id, in whatever
//! notation a log writes them. What stands around them is left to the caller.

mod decode;
mod literal;
mod marks;
#[cfg(test)]
mod tests;

pub use marks::{Sketch, elided_bytes, is_cut, sketch};

use decode::Units;

/// Longest message id or action that is looked at to recognize a frame, in characters. The specifications
/// allow 36 and 50.
const MAX_WORD_CHARS: usize = 512;

/// Frames on one line from which on their ends are looked for close by first.
const MANY_FRAMES: usize = 20;

/// How far behind a logger's ellipsis the end of the frame is looked for, in bytes.
const MAX_TAIL_BYTES: usize = 4_096;

/// Deepest escaping that is recognized: JSON in a string in a string in a string.
const MAX_ESCAPES: u8 = 3;

/// Where a frame begins and in which notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Byte of the opening bracket.
    pub start: usize,
    /// How the frame is written.
    pub notation: Notation,
}

/// How a log writes a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// As it was sent.
    Json,
    /// Inside a JSON string, or a string of a similar language, this many times: `\"` or `\u0022` once, `\\\"` twice.
    Escaped(u8),
    /// In a cell of a CSV table: `""`.
    Doubled,
    /// A word processor or a forum made the quotes typographic.
    Typographic,
    /// A literal of Python or of JavaScript: single quotes, names without quotes, `True`, `None`.
    Single,
    /// HTML: `&quot;`, `&#34;`.
    Entities,
    /// What Python's `repr` makes of a text or of bytes, in single quotes: `b'…'`, `TEXT '…'`, `data='…'`. Mostly
    /// the same text as JSON.
    BytesRepr,
}

/// Where a frame ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// One past the closing bracket. When the frame is not closed but the string around it is: the byte of
    /// the quote that ends that string.
    Closed(usize),
    /// The text ends inside the frame.
    Open,
}

/// The JSON text a piece of log stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    /// What went over the socket, as far as the log tells.
    pub text: String,
    /// The text differs from the piece of log.
    pub is_repaired: bool,
}

/// The next thing at or after byte `from` that looks like the beginning of a frame; `None` when there is none.
///
/// White space in it may hold line breaks, so the caller can look at a whole file.
/// A frame inside a string of another frame is found too: continue after [`find_end`] to pass it by.
///
/// ```
/// use workbench::import::frame_text::{Head, Notation, find_head};
/// let line = r#"10:19:48 [main] sent [3,"17",{}]"#;
/// assert_eq!(find_head(line, 0), Some(Head { start: 21, notation: Notation::Json }));
/// assert_eq!(find_head(line, 22), None);
/// ```
pub fn find_head(text: &str, from: usize) -> Option<Head> {
    let mut at = from;
    while at < text.len() && !text.is_char_boundary(at) {
        at += 1;
    }
    loop {
        let next = text.get(at..)?.find('[');
        super::work::add(next.unwrap_or(text.len() - at));
        at += next?;
        if let Some(notation) = head_notation(text, at) {
            return Some(Head { start: at, notation });
        }
        at += 1;
    }
}

/// Follows a frame from its head to the bracket that closes it.
///
/// Give one line or a bounded block: a frame that never closes is looked for to the end of the text. Brackets
/// inside strings do not count, unless the strings are broken so that only counting all brackets makes sense.
pub fn find_end(text: &str, head: &Head) -> End {
    let Some(raw) = text.get(head.start..) else { return End::Open };
    let quote = text.get(..head.start).and_then(closing_quote);
    let way = follow(raw, head.notation, true);
    let seen = match way {
        Way::Closed(end) | Way::Mended(end) | Way::Outside(end) => end,
        Way::Open => raw.len(),
    };
    if let Some(quote) = quote
        && let Some(end) = elided_end(raw, seen, quote, way)
    {
        return End::Closed(head.start + end);
    }
    match way {
        Way::Closed(end) | Way::Mended(end) => End::Closed(head.start + end),
        Way::Outside(outside) => match follow(raw.get(..outside).unwrap_or(raw), head.notation, false) {
            Way::Closed(end) => End::Closed(head.start + end),
            _ => End::Closed(head.start + outside),
        },
        Way::Open => match follow(raw, head.notation, false) {
            Way::Closed(end) => End::Closed(head.start + end),
            Way::Mended(end) if line_is_over(raw, end) => End::Closed(head.start + end),
            _ => match quote.and_then(|quote| quote_end(raw, quote)) {
                Some(end) => End::Closed(head.start + end),
                None => End::Open,
            },
        },
    }
}

/// [`find_end`] for frame number `n` of a line. Behind the first ones the end is looked for close by before it is
/// looked for far away: a line of many frames without ends would be read to its end for each of them.
pub(super) fn find_end_of(text: &str, head: &Head, n: usize) -> End {
    let mut window = if n < MANY_FRAMES { usize::MAX } else { 1 << 10 };
    loop {
        let end = head.start.saturating_add(window);
        if end >= text.len() {
            return find_end(text, head);
        }
        let piece = text.get(..text.floor_char_boundary(end)).unwrap_or(text);
        if let End::Closed(end) = find_end(piece, head) {
            return End::Closed(end);
        }
        window = window.saturating_mul(4);
    }
}

/// The JSON text a piece of log stands for, from its opening bracket on, also when it is cut.
///
/// JSON is kept byte for byte, faults included. The other notations are undone; what cannot be undone is kept.
///
/// ```
/// use workbench::import::frame_text::{Notation, normalize};
/// assert_eq!(normalize(r#"[3,\"17\",{}]"#, Notation::Escaped(1)).text, r#"[3,"17",{}]"#);
/// assert_eq!(normalize("[3, '17', {'ok': True}]", Notation::Single).text, r#"[3, "17", {"ok": true}]"#);
/// assert!(!normalize(r#"[3,"17",{,}]"#, Notation::Json).is_repaired);
/// ```
pub fn normalize(raw: &str, notation: Notation) -> Normalized {
    super::work::add(raw.len());
    let text = match notation {
        // Ruby writes an arrow behind the names, and is JSON otherwise.
        Notation::Json if raw.contains('=') && (raw.contains("\"=>") || raw.contains("\" => ")) => {
            let text = literal::to_json(raw);
            if ocpp_wire::json::parse(raw).is_err() && ocpp_wire::json::parse(&text).is_ok() {
                text
            } else {
                raw.to_owned()
            }
        }
        Notation::Json => return Normalized { text: raw.to_owned(), is_repaired: false },
        Notation::Single => literal::to_json(raw),
        Notation::BytesRepr if decode::has_quoted_quotes(raw) => raw.to_owned(),
        _ => {
            let mut text = String::with_capacity(raw.len());
            let mut units = Units::new(raw, 0, notation);
            loop {
                while let Some(c) = units.next() {
                    text.push(c);
                }
                // A quote that ought to end the string around the frame stands inside: it belongs to the text.
                match units.skip_raw() {
                    Some(c) => text.push(c),
                    None => break,
                }
            }
            text
        }
    };
    let is_repaired = text != raw;
    Normalized { text, is_repaired }
}

/// A frame begins at this byte.
pub(super) fn is_head(text: &str, at: usize) -> bool {
    text.as_bytes().get(at) == Some(&b'[') && head_notation(text, at).is_some()
}

/// The notation of the frame whose bracket stands at `start`; `None` when no frame begins there.
fn head_notation(text: &str, start: usize) -> Option<Notation> {
    let mut at = skip_space(text, start + 1);
    let type_quote = opening_quote(text, at);
    if let Some((_, len)) = type_quote {
        at += len;
    }
    let message_type = match text.as_bytes().get(at)? {
        digit @ b'1'..=b'9' => digit - b'0',
        _ => return None,
    };
    at += 1;
    if let Some((notation, _)) = type_quote {
        at = eat_quote(text, at, notation)?;
    }
    at = skip_space(text, at);
    if text.as_bytes().get(at) != Some(&b',') {
        return None;
    }
    at = skip_space(text, at + 1);
    // Lists of texts are common: a type in quotes needs more to be one.
    let is_known = (2..=6).contains(&message_type) && type_quote.is_none();
    let Some((notation, len)) = opening_quote(text, at) else {
        return if is_known { bare_id_notation(text, at, message_type) } else { None };
    };
    let (word, after) = read_word(text, at + len, notation);
    let is_frame = match word {
        Word::TooLong => false,
        Word::Cut { is_empty } => is_known && !is_empty,
        Word::Closed(id) => follows_id(text, after, notation, is_known.then_some(message_type), &id),
    };
    if !is_frame {
        return None;
    }
    Some(if notation == Notation::Json && is_repr(text, start) { Notation::BytesRepr } else { notation })
}

/// What stands behind a message id in quotes fits a frame; without a type of OCPP-J it must be beyond doubt.
fn follows_id(text: &str, after_id: usize, notation: Notation, message_type: Option<u8>, id: &Shape) -> bool {
    let (is_known, is_answer) = (message_type.is_some(), message_type == Some(3));
    let next = skip_space(text, after_id);
    let at = match text.as_bytes().get(next) {
        Some(b',') => skip_space(text, next + 1),
        // The answer without a payload is a fault we want to see, but short lists of that form are common.
        Some(b']') => return is_answer && (id.is_digits || id.n_chars >= 16),
        // A forgotten comma is a fault we want to see: what follows must then be beyond doubt.
        _ if opening_quote(text, next).is_some() => next,
        _ => return is_known && is_cut_at(text, after_id, notation),
    };
    if let Some((_, len)) = opening_quote(text, at) {
        let (word, after) = read_word(text, at + len, notation);
        return match word {
            Word::TooLong => is_answer,
            Word::Cut { .. } => is_known,
            Word::Closed(word) => {
                let has_payload = payload_follows(text, after, notation, is_known);
                // Actions and error codes begin with a capital letter.
                has_payload || (at != next && is_known && (is_answer || (word.is_word && word.is_capital)))
            }
        };
    }
    match text.as_bytes().get(at) {
        Some(b'{') => true,
        _ => is_answer || (is_known && is_cut_at(text, next + 1, notation)),
    }
}

/// A comma and an object follow, or the comma is where the log was cut.
fn payload_follows(text: &str, after: usize, notation: Notation, may_be_cut: bool) -> bool {
    let at = skip_space(text, after);
    if text.as_bytes().get(at) != Some(&b',') {
        return false;
    }
    let next = skip_space(text, at + 1);
    text.as_bytes().get(next) == Some(&b'{') || (may_be_cut && is_cut_at(text, at + 1, notation))
}

/// The notation of a frame whose message id is a number without quotes.
fn bare_id_notation(text: &str, at: usize, message_type: u8) -> Option<Notation> {
    let bytes = text.as_bytes();
    let n_digits = bytes.get(at..)?.iter().take(40).take_while(|b| b.is_ascii_digit() || **b == b'-').count();
    let comma = skip_space(text, at + n_digits);
    if n_digits == 0 || bytes.get(comma) != Some(&b',') {
        return None;
    }
    let next = skip_space(text, comma + 1);
    if message_type == 3 {
        return match bytes.get(next)? {
            b'{' => {
                let name = skip_space(text, next + 1);
                match (opening_quote(text, name), bytes.get(name)) {
                    (Some((notation, _)), _) => Some(notation),
                    (None, Some(b'a'..=b'z' | b'A'..=b'Z' | b'_')) => Some(Notation::Single),
                    _ => Some(Notation::Json),
                }
            }
            b'n' if text.get(next..).is_some_and(|rest| rest.starts_with("null]")) => Some(Notation::Json),
            _ => None,
        };
    }
    let (notation, len) = opening_quote(text, next)?;
    match read_word(text, next + len, notation) {
        (Word::Cut { is_empty: false }, _) => Some(notation),
        (Word::Closed(word), after) if word.is_word && payload_follows(text, after, notation, true) => Some(notation),
        // The description of an error follows its code.
        (Word::Closed(word), after) if word.is_word && matches!(message_type, 4 | 5) => {
            let comma = skip_space(text, after);
            let is_list = bytes.get(comma) == Some(&b',');
            (is_list && opening_quote(text, skip_space(text, comma + 1)).is_some()).then_some(notation)
        }
        _ => None,
    }
}

/// What is known of a word in quotes.
struct Shape {
    n_chars: usize,
    is_digits: bool,
    /// A letter, then letters, digits and `_-.:`.
    is_word: bool,
    /// Begins with a capital letter.
    is_capital: bool,
}

impl Shape {
    /// Notes letters, digits and dashes.
    fn note_plain(&mut self, bytes: &[u8]) {
        if self.n_chars == 0
            && let Some(first) = bytes.first()
        {
            self.is_capital = first.is_ascii_uppercase();
            self.is_word = first.is_ascii_alphabetic();
        }
        self.is_digits &= bytes.iter().all(u8::is_ascii_digit);
        self.n_chars += bytes.len();
    }

    fn note(&mut self, c: char) {
        self.is_capital |= self.n_chars == 0 && c.is_ascii_uppercase();
        self.is_digits &= c.is_ascii_digit();
        self.is_word &=
            c.is_ascii_alphabetic() || (self.n_chars > 0 && (c.is_ascii_digit() || matches!(c, '_' | '-' | '.' | ':')));
        self.n_chars += 1;
    }
}

/// A letter, a digit, or a dash.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// A text in quotes, as far as it is there.
enum Word {
    Closed(Shape),
    /// The line or the string around it ends, or the logger left something out.
    Cut {
        is_empty: bool,
    },
    TooLong,
}

/// Reads a text in quotes from behind the opening one; also gives the byte behind the closing one.
fn read_word(text: &str, start: usize, notation: Notation) -> (Word, usize) {
    let mut shape = Shape { n_chars: 0, is_digits: true, is_word: true, is_capital: false };
    let closing = if notation == Notation::Single { '\'' } else { '"' };
    let mut units = Units::new(text, start, notation);
    while shape.n_chars < MAX_WORD_CHARS {
        // What most ids and actions are made of stands for itself in all notations.
        let rest = text.as_bytes().get(units.at()..).unwrap_or_default();
        let n = rest.iter().take(MAX_WORD_CHARS - shape.n_chars).take_while(|b| is_plain(**b)).count();
        if let Some(plain) = rest.get(..n).filter(|plain| !plain.is_empty()) {
            super::work::add(n);
            units.pass(n);
            shape.note_plain(plain);
            continue;
        }
        if is_cut_before(text.get(units.at()..).unwrap_or_default(), notation) {
            return (Word::Cut { is_empty: shape.n_chars == 0 }, units.at());
        }
        let Some(c) = units.next() else { break };
        super::work::add(1);
        if c == closing {
            shape.is_digits &= shape.n_chars > 0;
            shape.is_word &= shape.n_chars > 0;
            return (Word::Closed(shape), units.at());
        }
        if c == '\\' {
            units.next();
        }
        shape.note(c);
    }
    if shape.n_chars >= MAX_WORD_CHARS {
        return (Word::TooLong, units.at());
    }
    (Word::Cut { is_empty: shape.n_chars == 0 }, units.at())
}

/// The line ends here (blanks aside), the string around the frame does, or the logger left something out.
fn is_cut_at(text: &str, at: usize, notation: Notation) -> bool {
    is_cut_before(text.get(at..).unwrap_or_default().trim_start_matches([' ', '\t']), notation)
}

fn is_cut_before(rest: &str, notation: Notation) -> bool {
    match rest.as_bytes().first() {
        None | Some(b'\n' | b'\r') => true,
        Some(b'.') => rest.starts_with("..."),
        Some(0xE2) => rest.starts_with('…'),
        Some(b'"') => match notation {
            Notation::Escaped(_) => true,
            Notation::Doubled => !rest.starts_with("\"\""),
            _ => false,
        },
        Some(b'<') => rest.starts_with("<truncated") || notation == Notation::Entities,
        Some(b'[') => rest.starts_with("[truncated"),
        Some(b'(') => rest.starts_with("(truncated"),
        _ => false,
    }
}

/// The quote that opens a text at `at`, and its length in bytes.
fn opening_quote(text: &str, at: usize) -> Option<(Notation, usize)> {
    let rest = text.get(at..)?;
    let bytes = rest.as_bytes();
    match bytes.first()? {
        b'"' => {
            // An empty text in JSON is followed by a comma; in a table its quotes stand there twice.
            let is_doubled = bytes.get(1) == Some(&b'"') && !matches!(bytes.get(2), None | Some(b',' | b']' | b' '));
            Some(if is_doubled { (Notation::Doubled, 2) } else { (Notation::Json, 1) })
        }
        b'\'' => Some((Notation::Single, 1)),
        b'u' | b'b' if bytes.get(1) == Some(&b'\'') => Some((Notation::Single, 2)),
        b'\\' => (1..=MAX_ESCAPES)
            .map(Notation::Escaped)
            .find_map(|notation| eat_quote(text, at, notation).map(|end| (notation, end - at))),
        b'&' => eat_quote(text, at, Notation::Entities).map(|end| (Notation::Entities, end - at)),
        0xE2 => eat_quote(text, at, Notation::Typographic).map(|end| (Notation::Typographic, end - at)),
        _ => None,
    }
}

/// The byte behind the quote of this notation at `at`.
fn eat_quote(text: &str, at: usize, notation: Notation) -> Option<usize> {
    let mut units = Units::new(text, at, notation);
    let quote = if notation == Notation::Single { '\'' } else { '"' };
    (units.next()? == quote).then(|| units.at())
}

/// The first byte at or behind `at` that is no white space, be it written as such or as `\n`.
fn skip_space(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(0xC2) if bytes.get(at + 1) == Some(&0xA0) => at += 2,
            Some(b'\\') => {
                let n = bytes.iter().skip(at).take(8).take_while(|b| **b == b'\\').count();
                match bytes.get(at + n) {
                    Some(b'n' | b'r' | b't') => at += n + 1,
                    _ => return at,
                }
            }
            _ => return at,
        }
    }
}

/// What Python's `repr` or JavaScript's `inspect` prints stands around the frame.
fn is_repr(text: &str, start: usize) -> bool {
    let Some(before) = text.get(..start).and_then(|before| before.strip_suffix('\'')) else { return false };
    if let Some(before) = before.strip_suffix('b') {
        return !before.ends_with(|c: char| c.is_ascii_alphanumeric());
    }
    [" TEXT ", "data=", "text=", "data: ", "text: ", "'data': ", "'text': "].iter().any(|mark| before.ends_with(mark))
}

/// The quote that would end the text that begins directly before a frame.
fn closing_quote(before: &str) -> Option<char> {
    match before.chars().next_back()? {
        c @ ('\'' | '`') => Some(c),
        '‘' | '’' => Some('’'),
        _ => None,
    }
}

/// Nothing but blanks, quotes and the like stands between `end` and the end of its line.
fn line_is_over(raw: &str, end: usize) -> bool {
    let rest = raw.get(end..).unwrap_or_default();
    let rest = rest.trim_start_matches([' ', '\t', '\'', '"', '`', '’', ')']);
    rest.is_empty() || rest.starts_with(['\n', '\r'])
}

/// Where the quote stands that ends the text around a frame which never closes.
fn quote_end(raw: &str, quote: char) -> Option<usize> {
    let line = raw.lines().next()?;
    line.char_indices().filter(|(_, c)| *c == quote).map(|(at, _)| at).find(|at| {
        let after = line.get(at + quote.len_utf8()..).unwrap_or_default();
        after.is_empty() || after.starts_with([',', ')', ' ', ';', '.'])
    })
}

/// The frame at `head`, where nothing around or in it needs a closer look: where it ends, and whether it is its own JSON
/// for sure, with nothing left out. The same as [`find_end_of`], [`normalize`] and [`is_cut`] would say.
pub(super) fn plain(text: &str, head: &Head) -> Option<(usize, bool)> {
    if head.notation != Notation::Json || text.get(..head.start).and_then(closing_quote).is_some() {
        return None;
    }
    let list = ocpp_wire::scan::list(text.get(head.start..)?)?;
    super::work::add(list.end);
    Some((head.start + list.end, list.is_plain))
}

/// The end of a frame in quotes from whose middle the logger took something: its brackets do not tell.
fn elided_end(raw: &str, seen: usize, quote: char, way: Way) -> Option<usize> {
    let ellipsis = marks::ellipsis(raw.get(..seen)?)?;
    let tail = raw.get(ellipsis..)?;
    for (at, _) in tail.match_indices([']', '\n']).take_while(|(at, _)| *at < MAX_TAIL_BYTES) {
        let Some(after) = tail.get(at..).and_then(|rest| rest.strip_prefix(']')) else { break };
        if after.starts_with([quote, '‘']) && elided_bytes(after).is_some() {
            return Some(ellipsis + at + 1);
        }
    }
    let Way::Closed(end) = way else { return None };
    let rest = raw.get(end..)?;
    let n_closers = rest.bytes().take(MAX_TAIL_BYTES).take_while(|b| matches!(b, b']' | b'}')).count();
    let is_longer = rest.get(..n_closers)?.ends_with(']') && rest.get(n_closers..)?.starts_with(quote);
    is_longer.then_some(end + n_closers)
}

/// How far a frame could be followed, in bytes of its raw text.
#[derive(Clone, Copy)]
enum Way {
    /// Every bracket fits.
    Closed(usize),
    /// Closed by the last bracket, while others were still open.
    Mended(usize),
    /// The string around it ends.
    Outside(usize),
    /// The text ends.
    Open,
}

/// Follows a frame; with `minds_strings`, brackets inside strings do not count.
fn follow(raw: &str, notation: Notation, minds_strings: bool) -> Way {
    if notation == Notation::Json
        && minds_strings
        && let Some(list) = ocpp_wire::scan::list(raw)
    {
        super::work::add(list.end);
        return Way::Closed(list.end);
    }
    let mut scan = Scan::new(minds_strings, notation == Notation::Single);
    let mut mended = None;
    let mut has_broken_string = false;
    // One loop for all notations keeps the page small; plain JSON needs no decoding.
    let mut units = Units::new(raw, 0, notation);
    let is_json = notation == Notation::Json;
    let mut at = 0;
    loop {
        let c = if is_json {
            let byte = raw.as_bytes().get(at);
            at += 1;
            byte.map(|byte| char::from(*byte))
        } else {
            let c = units.next();
            at = units.at();
            c
        };
        let Some(c) = c else { break };
        match scan.push(c) {
            Step::Closed => {
                super::work::add(at);
                return Way::Closed(at);
            }
            Step::WouldClose if mended.is_none() => mended = Some(at),
            _ => {}
        }
        if c == '\n' && raw.as_bytes().get(at - 1) == Some(&b'\n') {
            if !scan.is_in_string()
                && let Some(end) = mended
            {
                return Way::Mended(end);
            }
            if scan.is_in_string() && !has_broken_string {
                // No JSON string holds a line break: if the line is complete without minding strings, a quote is missing.
                has_broken_string = true;
                if let Some(line) = raw.get(..at)
                    && let Way::Closed(end) = follow(line, notation, false)
                {
                    return Way::Closed(end);
                }
            }
        }
    }
    super::work::add(at);
    match mended {
        Some(end) => Way::Mended(end),
        None if !is_json && units.at() < raw.len() => Way::Outside(units.at()),
        None => Way::Open,
    }
}

/// What a character did.
enum Step {
    Within,
    /// It closed the frame.
    Closed,
    /// It would close the frame, but other brackets inside are open.
    WouldClose,
}

/// Brackets and strings of a frame.
struct Scan {
    /// Open brackets, outermost first; `true` for `{`.
    open: Vec<bool>,
    n_square: usize,
    n_curly: usize,
    quote: Option<char>,
    is_escaped: bool,
    minds_strings: bool,
    has_single_quotes: bool,
}

impl Scan {
    fn new(minds_strings: bool, has_single_quotes: bool) -> Self {
        Self {
            open: Vec::new(),
            n_square: 0,
            n_curly: 0,
            quote: None,
            is_escaped: false,
            minds_strings,
            has_single_quotes,
        }
    }

    fn is_in_string(&self) -> bool {
        self.quote.is_some()
    }

    fn push(&mut self, c: char) -> Step {
        if let Some(quote) = self.quote {
            if self.is_escaped {
                self.is_escaped = false;
            } else if c == '\\' {
                self.is_escaped = true;
            } else if c == quote {
                self.quote = None;
            }
            return Step::Within;
        }
        match c {
            '"' if self.minds_strings => self.quote = Some(c),
            '\'' | '`' if self.minds_strings && self.has_single_quotes => self.quote = Some(c),
            '[' => {
                self.open.push(false);
                self.n_square += 1;
            }
            '{' => {
                self.open.push(true);
                self.n_curly += 1;
            }
            '}' if self.n_curly > 0 => self.pop_to(true),
            ']' => {
                if self.n_square == 1 && self.open.last() == Some(&true) {
                    return Step::WouldClose;
                }
                self.pop_to(false);
                if self.open.is_empty() {
                    return Step::Closed;
                }
            }
            _ => {}
        }
        Step::Within
    }

    /// Takes brackets off, up to and with the innermost of this kind.
    fn pop_to(&mut self, is_curly: bool) {
        while let Some(top) = self.open.pop() {
            if top {
                self.n_curly -= 1;
            } else {
                self.n_square -= 1;
            }
            if top == is_curly {
                return;
            }
        }
    }
}
