//! What tells that a logger shortened a frame, and what can still be read of such a frame.

/// Longest message id or action that is given, in bytes.
const MAX_SKETCH_BYTES: usize = 4_096;

/// Type, id and action of a frame, as far as its beginning tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The first element, 1 to 9.
    pub message_type: Option<u8>,
    /// The second element; a number is given as its digits. `None` when it is cut.
    pub id: Option<String>,
    /// The action of a call, the error code of an error. `None` when it is cut or there is none.
    pub action: Option<String>,
}

/// How many bytes the frame had, as Python's `websockets` writes it behind the quote: `' [98 bytes]`.
///
/// `after` begins behind the frame. `None` when no such mark stands there.
pub fn elided_bytes(after: &str) -> Option<u64> {
    let after = after.trim_start_matches(['\'', '"', '’', '‘', '”', '`']).trim_start_matches(' ').strip_prefix('[')?;
    let end = after.bytes().take(60).position(|b| b == b']')?;
    after.get(..end)?.split(',').find_map(|part| {
        let number = part.trim().strip_suffix(" bytes").or_else(|| part.trim().strip_suffix(" byte"))?;
        number.parse().ok()
    })
}

/// The logger left part of the frame out.
///
/// `text` is the frame as [`super::normalize`] gives it, `stated_bytes` what [`elided_bytes`] found. A frame whose own text
/// holds `...` is not cut when it has the stated length, or when no length is stated and its brackets fit.
pub fn is_cut(text: &str, stated_bytes: Option<u64>) -> bool {
    if !may_be_cut(text) {
        return false;
    }
    let end = text.trim_end();
    if ends_in_mark(end) {
        return true;
    }
    if ["\"[Object]\"", "\"[Array]\"", "\"[Object: null prototype]\""].iter().any(|mark| text.contains(mark)) {
        return true;
    }
    if text.match_indices("\"... ").any(|(at, _)| is_more_items(text.get(at + 5..).unwrap_or_default())) {
        return true;
    }
    if ellipsis(text).is_none() {
        return false;
    }
    match stated_bytes {
        Some(stated) => stated > text.len() as u64,
        None => !matches!(super::follow(text, super::Notation::Json, true), super::Way::Closed(at) if at == end.len()),
    }
}

/// Reads type, id and action from the beginning of a frame that [`super::normalize`] gave.
///
/// ```
/// use workbench::import::frame_text::sketch;
/// let sketch = sketch(r#"[2,"654f","Stat...2Z"}]"#);
/// assert_eq!((sketch.message_type, sketch.id.as_deref(), sketch.action), (Some(2), Some("654f"), None));
/// ```
pub fn sketch(text: &str) -> Sketch {
    let mut sketch = Sketch::default();
    let Some(rest) = text.trim_start().strip_prefix('[') else { return sketch };
    let (element, rest) = element(rest);
    sketch.message_type = element.and_then(|word| word.parse().ok()).filter(|value| (1..=9).contains(value));
    let Some(rest) = rest else { return sketch };
    let (id, rest) = self::element(rest);
    sketch.id = id;
    let has_action = !matches!(sketch.message_type, None | Some(3));
    if let Some(rest) = rest
        && has_action
        && rest.trim_start().starts_with('"')
    {
        sketch.action = self::element(rest).0;
    }
    sketch
}

/// The text of a string or a number, and what follows its comma; `None` for anything else and for what is cut.
fn element(rest: &str) -> (Option<String>, Option<&str>) {
    let rest = rest.trim_start();
    let Some(inner) = rest.strip_prefix('"') else {
        let len = rest.bytes().take(60).take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')).count();
        let (word, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        let after = after.trim_start();
        let is_whole = !word.is_empty() && !word.ends_with("...") && after.starts_with([',', ']']);
        return (is_whole.then(|| word.to_owned()), after.strip_prefix(','));
    };
    // Most words are plain: nothing to undo, and no mark of something left out.
    let plain = inner.bytes().take(MAX_SKETCH_BYTES).position(|b| matches!(b, b'"' | b'\\' | b'.') || !b.is_ascii());
    let plain = plain.filter(|&end| inner.as_bytes().get(end) == Some(&b'"'));
    let mut is_escaped = false;
    let quote = || {
        inner.bytes().take(MAX_SKETCH_BYTES).position(|b| {
            let is_end = b == b'"' && !is_escaped;
            is_escaped = b == b'\\' && !is_escaped;
            is_end
        })
    };
    let Some((word, after)) = plain.or_else(quote).and_then(|end| inner.split_at_checked(end)) else {
        return (None, None);
    };
    let after = after.get(1..).unwrap_or_default().trim_start();
    // A forgotten comma does not hide the action.
    let after = after.strip_prefix(',').or_else(|| after.starts_with('"').then_some(after));
    if plain.is_some() {
        return (Some(word.to_owned()), after);
    }
    let word = (ellipsis(word).is_none()).then(|| super::normalize(word, super::Notation::Escaped(1)).text);
    (word, after)
}

/// Byte of the first `...` or `…`.
pub(super) fn ellipsis(text: &str) -> Option<usize> {
    match (text.find("..."), text.find('…')) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// One look at each byte: does the text hold what any of the marks begins with?
fn may_be_cut(text: &str) -> bool {
    let mut before = 0;
    text.bytes().any(|byte| {
        let is_mark = match byte {
            // `…` begins with it.
            0xE2 => true,
            b'.' => before == b'.',
            b'[' => before == b'"',
            b't' => matches!(before, b'<' | b'[' | b'('),
            _ => false,
        };
        before = byte;
        is_mark
    })
}

/// `...` or `<truncated>` is the last thing, or a note on what is missing: `... 512 more bytes`, `[truncated 17 chars]`.
fn ends_in_mark(end: &str) -> bool {
    let mut start = end.len().saturating_sub(48);
    while !end.is_char_boundary(start) {
        start += 1;
    }
    let tail = end.get(start..).unwrap_or_default();
    ["...", "…", "<trunc", "[trunc", "(trunc"].iter().any(|mark| {
        let Some(at) = tail.rfind(mark) else { return false };
        let note = tail.get(at + mark.len()..).unwrap_or_default();
        let is_note = ["trunc", "more", "byte", "char", "omit", "cut"]
            .iter()
            .any(|word| tail.get(at..).is_some_and(|t| t.contains(word)));
        note.is_empty() || (is_note && !note.contains(['"', '{', '}', '\'']))
    })
}

/// `3 more items"`, `812 more characters"`.
fn is_more_items(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    [" more item", " more char"].iter().any(|words| rest.starts_with(words))
}
