//! One quick look at the bytes of a text: where a list of JSON ends, and whether anything in it needs a closer look.
//!
//! Nothing is decided here that is not plain: whoever gets no answer looks closely.

/// Brackets that may be open at the same time; more are not plain.
const MOST_OPEN: u32 = 64;

/// What a byte may mean.
const ORDINARY: u8 = 0;
const QUOTE: u8 = 1;
const ESCAPE: u8 = 2;
const OPEN: u8 = 3;
const CLOSE: u8 = 4;
const BREAK: u8 = 5;
const DOT: u8 = 6;
const LETTER_T: u8 = 7;
const ODD: u8 = 8;

static MEANINGS: [u8; 256] = meanings();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler: a wrong index would not build")]
const fn meanings() -> [u8; 256] {
    let mut meanings = [ORDINARY; 256];
    meanings[b'"' as usize] = QUOTE;
    meanings[b'\\' as usize] = ESCAPE;
    meanings[b'[' as usize] = OPEN;
    meanings[b'{' as usize] = OPEN;
    meanings[b']' as usize] = CLOSE;
    meanings[b'}' as usize] = CLOSE;
    meanings[b'\n' as usize] = BREAK;
    meanings[b'.' as usize] = DOT;
    meanings[b't' as usize] = LETTER_T;
    // `…` begins with the one; the other stands in arrows behind names.
    meanings[0xE2] = ODD;
    meanings[b'=' as usize] = ODD;
    meanings
}

/// A list whose brackets fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// One past the bracket that closes it.
    pub end: usize,
    /// Nothing in it looks like a mark of something left out (`..`, `…`, `"[`, `<t`, `[t`, `(t`), and there is no `=`.
    pub is_plain: bool,
}

/// The list a text begins with. `None` when it is never closed, brackets do not fit, or a string holds a line break.
///
/// ```
/// use ocpp_wire::scan::{List, list};
/// assert_eq!(list(r#"[2,"]",{}] and more"#), Some(List { end: 10, is_plain: true }));
/// assert_eq!(list(r#"[2,"a...b"]"#), Some(List { end: 11, is_plain: false }));
/// assert_eq!(list(r#"[2,{]"#), None);
/// ```
pub fn list(text: &str) -> Option<List> {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'[' | b'{')) {
        return None;
    }
    // A bit per open bracket, set for a curly one.
    let (mut curly, mut n_open) = (0_u64, 0);
    let (mut is_in_string, mut is_plain) = (false, true);
    let mut at = 0;
    loop {
        // Most bytes mean nothing; this loop is what a frame costs.
        let byte = *bytes.get(at)?;
        at += 1;
        let meaning = MEANINGS.get(usize::from(byte)).copied().unwrap_or(ORDINARY);
        if meaning == ORDINARY {
            continue;
        }
        let before = at.checked_sub(2).and_then(|at| bytes.get(at)).copied().unwrap_or_default();
        match meaning {
            ODD => is_plain = false,
            DOT => is_plain &= before != b'.',
            LETTER_T => is_plain &= !matches!(before, b'<' | b'[' | b'('),
            QUOTE => is_in_string = !is_in_string,
            BREAK if is_in_string => return None,
            ESCAPE if is_in_string => {
                // What is escaped may begin a mark, but no backslash does.
                let next = *bytes.get(at)?;
                if next == b'\n' {
                    return None;
                }
                is_plain &= !matches!(next, 0xE2 | b'=');
                at += 1;
            }
            OPEN => {
                is_plain &= byte == b'{' || before != b'"';
                if !is_in_string {
                    if n_open == MOST_OPEN {
                        return None;
                    }
                    curly = curly << 1 | u64::from(byte == b'{');
                    n_open += 1;
                }
            }
            CLOSE if !is_in_string => {
                if n_open == 0 || (curly & 1 == 1) != (byte == b'}') {
                    return None;
                }
                curly >>= 1;
                n_open -= 1;
                if n_open == 0 {
                    return Some(List { end: at, is_plain });
                }
            }
            _ => {}
        }
    }
}
