//! JSON documents that are not one value a line: a trace with a list of events, an array of frames, values one
//! after the other. The document is never held whole; what is given out are its smallest complete entries.

use super::frame_text;

/// Bytes that are kept while an entry is open. A larger one is given up, its parts are not.
const MOST_BYTES: usize = 8 << 20;

/// One entry: an object, or an array that is a frame itself.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Its text.
    pub(super) text: &'a str,
    /// Line it begins on, from 1.
    pub(super) line: u32,
}

#[derive(Debug)]
struct Open {
    is_array: bool,
    /// Where it begins, counted from the beginning of the document.
    start: u64,
    line: u32,
    /// An item of an array, or nothing is around it.
    is_entry: bool,
    /// Part of a frame: what its strings hold was not on the socket.
    is_in_frame: bool,
}

/// Where strings of a JSON text begin and end, byte by byte.
#[derive(Clone, Debug, Default)]
pub(super) struct Quotes {
    is_in_string: bool,
    is_escaped: bool,
}

impl Quotes {
    /// A string has begun and not ended.
    pub(super) fn are_open(&self) -> bool {
        self.is_in_string
    }

    /// Takes the next byte; whether it stands outside of strings and begins none.
    #[expect(clippy::inline_always, reason = "built for size, a call for each byte takes four times as long")]
    #[inline(always)]
    pub(super) fn is_outside(&mut self, byte: u8) -> bool {
        if self.is_escaped {
            self.is_escaped = false;
        } else if self.is_in_string {
            self.is_escaped = byte == b'\\';
            self.is_in_string = byte != b'"';
        } else {
            self.is_in_string = byte == b'"';
            return !self.is_in_string;
        }
        false
    }
}

/// Reads a document piece by piece.
#[derive(Debug)]
pub(super) struct DocumentReader {
    buffer: String,
    /// Where the buffer begins, counted from the beginning of the document.
    base: u64,
    /// Bytes of the buffer that were read.
    at: usize,
    open: Vec<Open>,
    quotes: Quotes,
    line: u32,
    /// Up to here everything was given out.
    given: u64,
}

impl Default for DocumentReader {
    fn default() -> Self {
        Self { buffer: String::new(), base: 0, at: 0, open: Vec::new(), quotes: Quotes::default(), line: 1, given: 0 }
    }
}

impl DocumentReader {
    /// Takes more text; tells of the entries that are complete.
    pub(super) fn push(&mut self, text: &str, out: &mut dyn FnMut(Entry<'_>)) {
        self.buffer.push_str(text);
        while let Some(&byte) = self.buffer.as_bytes().get(self.at) {
            self.at += 1;
            super::work::add(0);
            if byte == b'\n' {
                self.line += 1;
            }
            if !self.quotes.is_outside(byte) {
                continue;
            }
            match byte {
                b'[' | b'{' => {
                    let is_in_frame = self.is_in_frame();
                    let is_entry = !is_in_frame && self.open.last().is_none_or(|open| open.is_array);
                    let start = self.base + self.at as u64 - 1;
                    if self.open.len() < 1_000 {
                        self.open.push(Open { is_array: byte == b'[', start, line: self.line, is_entry, is_in_frame });
                    }
                }
                b']' | b'}' => self.close(out),
                _ => {}
            }
        }
        self.shorten();
    }

    /// The line that is being read, from 1.
    pub(super) fn line(&self) -> u32 {
        self.line
    }

    /// What begins here is part of a frame.
    fn is_in_frame(&self) -> bool {
        let Some(open) = self.open.last() else { return false };
        let start = open.start.checked_sub(self.base).filter(|_| open.is_array);
        open.is_in_frame
            || start
                .and_then(|start| self.buffer.get(start as usize..self.at))
                .is_some_and(|text| frame_text::is_head(text, 0))
    }

    fn close(&mut self, out: &mut dyn FnMut(Entry<'_>)) {
        let Some(open) = self.open.pop() else { return };
        let Some(start) = open.start.checked_sub(self.base).filter(|_| open.is_entry) else { return };
        let Some(text) = self.buffer.get(start as usize..self.at) else { return };
        super::work::add(text.len());
        // What was given out as an entry of its own is not looked at again.
        let from = self.given.saturating_sub(open.start) as usize;
        let head = frame_text::find_head(text, from.min(text.len()));
        let is_entry = if open.is_array {
            head.is_some_and(|head| head.start == 0 || (from == 0 && super::cells::of_list(text).is_some()))
        } else {
            head.is_some() || is_message(text, from)
        };
        if is_entry {
            out(Entry { text, line: open.line });
            self.given = self.base + self.at as u64;
        }
    }

    /// Forgets what is no longer needed.
    fn shorten(&mut self) {
        let needed = self.open.iter().find(|open| open.is_entry && open.start >= self.base).map(|open| open.start);
        let mut from = needed.map_or(self.at, |start| (start - self.base) as usize);
        if self.buffer.len() - from > MOST_BYTES {
            // Too large: only the innermost entry stays.
            let inner = self.open.iter().rev().find(|open| open.is_entry && open.start >= self.base);
            from = inner.map_or(self.at, |open| (open.start - self.base) as usize);
            if self.buffer.len() - from > MOST_BYTES {
                from = self.at;
            }
        }
        let from = self.buffer.floor_char_boundary(from);
        self.buffer.drain(..from);
        self.base += from as u64;
        self.at -= from;
    }
}

/// An object with the decoded parts of a message and no frame.
fn is_message(text: &str, from: usize) -> bool {
    from == 0 && text.len() < 1 << 20 && text.contains("essageId") && text.contains("ayload")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(chunks: &[&str]) -> Vec<(u32, String)> {
        let (mut reader, mut out) = (DocumentReader::default(), Vec::new());
        for chunk in chunks {
            reader.push(chunk, &mut |entry| out.push((entry.line, entry.text.replace(char::is_whitespace, ""))));
        }
        out
    }

    #[test]
    fn entries_are_the_smallest_complete_ones() {
        let trace = "{\n \"id\": \"]{\",\n \"events\": [\n {\"t\": 1, \"message\": [2, \"a\", \"Heartbeat\", {}]},\n {\"t\": 2, \"frame\": {\"raw\": \"[3,\\\"a\\\",{}]\"}}\n ]\n}";
        let expected = vec![
            (4, "{\"t\":1,\"message\":[2,\"a\",\"Heartbeat\",{}]}".to_owned()),
            (5, "{\"t\":2,\"frame\":{\"raw\":\"[3,\\\"a\\\",{}]\"}}".to_owned()),
        ];
        assert_eq!(read(&[trace]), expected);
        for cut in (0..trace.len()).filter(|cut| trace.is_char_boundary(*cut)) {
            let (a, b) = trace.split_at(cut);
            assert_eq!(read(&[a, b]), expected);
        }
    }

    #[test]
    fn frames_alone_in_an_array() {
        assert_eq!(
            read(&["[[2,\"a\",\"Heartbeat\",{}],\n[3,\"a\",{}]]"]),
            [(1, "[2,\"a\",\"Heartbeat\",{}]".to_owned()), (2, "[3,\"a\",{}]".to_owned())]
        );
    }

    #[test]
    fn a_document_without_end_keeps_little() {
        let mut reader = DocumentReader::default();
        let mut n = 0;
        reader.push("{\"events\":[", &mut |_| n += 1);
        for _ in 0..3_000 {
            reader.push(
                &format!("{{\"m\":[2,\"a\",\"Heartbeat\",{{}}],\"x\":\"{}\"}},", "y".repeat(10_000)),
                &mut |_| n += 1,
            );
            assert!(reader.buffer.len() <= MOST_BYTES + 100_000);
        }
        assert_eq!(n, 3_000);
    }
}
