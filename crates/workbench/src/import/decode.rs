//! Bytes to lines: byte order marks, UTF-16, bytes that are no UTF-8, line ends, colour codes.

/// Characters one line may have; a longer one is broken. Nobody writes such a line, a bomb does.
pub const LONGEST_LINE_BYTES: usize = 16 << 20;

/// How the bytes stand for characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Encoding {
    #[default]
    Utf8,
    Utf16 {
        is_big_endian: bool,
    },
}

/// Turns chunks of bytes into text. What is cut at the end of a chunk waits for the next one.
#[derive(Debug, Default)]
pub struct Decoder {
    encoding: Option<Encoding>,
    rest: Vec<u8>,
    n_bad: u64,
}

impl Decoder {
    /// Takes bytes; appends the text they stand for.
    pub fn push(&mut self, bytes: &[u8], out: &mut String) {
        super::work::add(bytes.len());
        let joined;
        let mut bytes = if self.rest.is_empty() {
            bytes
        } else {
            joined = [std::mem::take(&mut self.rest).as_slice(), bytes].concat();
            &joined
        };
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None if bytes.len() < 4 => {
                self.rest = bytes.to_vec();
                return;
            }
            None => {
                let (encoding, mark) = sniff(bytes);
                self.encoding = Some(encoding);
                bytes = bytes.get(mark..).unwrap_or_default();
                encoding
            }
        };
        match encoding {
            Encoding::Utf8 => self.utf8(bytes, out),
            Encoding::Utf16 { is_big_endian } => self.utf16(bytes, is_big_endian, out),
        }
    }

    /// No more bytes will come.
    pub fn finish(&mut self, out: &mut String) {
        let rest = std::mem::take(&mut self.rest);
        let mark = if self.encoding.is_none() { sniff(&rest).1 } else { 0 };
        let rest = rest.get(mark..).unwrap_or_default();
        if !rest.is_empty() {
            let text = String::from_utf8_lossy(rest);
            self.n_bad += text.matches(char::REPLACEMENT_CHARACTER).count() as u64;
            out.push_str(&text);
        }
    }

    /// Places where bytes were no characters and U+FFFD stands instead.
    pub fn n_bad(&self) -> u64 {
        self.n_bad
    }

    fn utf8(&mut self, mut bytes: &[u8], out: &mut String) {
        loop {
            match std::str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_str(text);
                    return;
                }
                Err(error) => {
                    let (good, bad) = bytes.split_at_checked(error.valid_up_to()).unwrap_or_default();
                    out.push_str(std::str::from_utf8(good).unwrap_or_default());
                    let Some(len) = error.error_len() else {
                        self.rest = bad.to_vec();
                        return;
                    };
                    out.push(char::REPLACEMENT_CHARACTER);
                    self.n_bad += 1;
                    bytes = bad.get(len..).unwrap_or_default();
                }
            }
        }
    }

    fn utf16(&mut self, bytes: &[u8], is_big_endian: bool, out: &mut String) {
        let unit = |pair: &[u8]| match *pair {
            [a, b] if is_big_endian => u16::from_be_bytes([a, b]),
            [a, b] => u16::from_le_bytes([a, b]),
            _ => 0,
        };
        let n_whole = bytes.len() / 2 * 2;
        let mut units: Vec<u16> = bytes.get(..n_whole).unwrap_or_default().chunks_exact(2).map(unit).collect();
        let mut rest = bytes.get(n_whole..).unwrap_or_default().to_vec();
        // The first half of a pair waits for its second.
        if units.last().is_some_and(|unit| (0xd800..0xdc00).contains(unit)) {
            units.pop();
            rest = bytes.get(n_whole - 2..).unwrap_or_default().to_vec();
        }
        self.rest = rest;
        for decoded in char::decode_utf16(units) {
            self.n_bad += u64::from(decoded.is_err());
            out.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
    }
}

fn sniff(bytes: &[u8]) -> (Encoding, usize) {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => (Encoding::Utf16 { is_big_endian: false }, 2),
        [0xfe, 0xff, ..] => (Encoding::Utf16 { is_big_endian: true }, 2),
        [a, 0, b, 0, ..] if *a != 0 && *b != 0 => (Encoding::Utf16 { is_big_endian: false }, 0),
        [0, a, 0, b, ..] if *a != 0 && *b != 0 => (Encoding::Utf16 { is_big_endian: true }, 0),
        _ => (Encoding::Utf8, 0),
    }
}

/// Text without the codes that colour a terminal.
pub fn without_colours(line: &str) -> std::borrow::Cow<'_, str> {
    if !line.contains('\u{1b}') {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        out.push_str(before);
        rest = match after.strip_prefix('[') {
            Some(code) => {
                let end = code.find(|c: char| !c.is_ascii_digit() && !matches!(c, ';' | '?' | ':'));
                end.and_then(|end| code.get(end..)).map_or("", |code| {
                    let mut chars = code.chars();
                    chars.next();
                    chars.as_str()
                })
            }
            None => after,
        };
    }
    out.push_str(rest);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decode(chunks: &[&[u8]]) -> (String, u64) {
        let (mut decoder, mut out) = (Decoder::default(), String::new());
        for chunk in chunks {
            decoder.push(chunk, &mut out);
        }
        decoder.finish(&mut out);
        (out, decoder.n_bad())
    }

    #[test]
    fn marks_and_encodings() {
        assert_eq!(decode(&[b"\xef\xbb\xbfab"]), ("ab".into(), 0));
        assert_eq!(decode(&[b"a"]), ("a".into(), 0));
        assert_eq!(decode(&[b""]), (String::new(), 0));
        assert_eq!(decode(&[b"ab\xffcd"]), ("ab\u{fffd}cd".into(), 1));
        assert_eq!(decode(&[b"[2,\"\xc3"]), ("[2,\"\u{fffd}".into(), 1));
        let text = "[2,\"1\",\"ä😀\"]";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[&le]), (text.into(), 0));
        assert_eq!(decode(&[b"\xfe\xff", &be]), (text.into(), 0));
    }

    #[test]
    fn colours_go_and_text_stays() {
        assert_eq!(without_colours("\u{1b}[1;32mINFO\u{1b}[0m [2]"), "INFO [2]");
        assert_eq!(without_colours("\u{1b}[38:5:1ma\u{1b}"), "a");
    }

    proptest! {
        #[test]
        fn chunks_make_no_difference(text in "\\PC{0,40}", cut in 0..100_usize, is_wide in any::<bool>()) {
            let bytes: Vec<u8> = if is_wide {
                std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
            } else {
                format!("\u{feff}{text}").into_bytes()
            };
            let (a, b) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(decode(&[a, b]), (text, 0));
        }

        #[test]
        fn any_bytes_are_text(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let (text, _) = decode(&[&bytes]);
            prop_assert!(text.len() <= bytes.len() * 3);
            without_colours(&text);
        }
    }
}
