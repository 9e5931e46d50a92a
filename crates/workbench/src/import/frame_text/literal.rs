//! Literals of Python and JavaScript as JSON.

use super::decode::literal_escape;

/// The JSON that a literal stands for. Numbers keep their text. What neither language nor JSON knows is kept,
/// so a literal that is cut gives JSON that is cut.
pub(super) fn to_json(raw: &str) -> String {
    let mut reader = Reader { raw, at: 0, json: String::with_capacity(raw.len() + 16), has_comma: false };
    while reader.step().is_some() {}
    if reader.has_comma {
        reader.json.push(',');
    }
    reader.json
}

struct Reader<'t> {
    raw: &'t str,
    at: usize,
    json: String,
    /// A comma was read, and is written unless a closing bracket follows it.
    has_comma: bool,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.raw.get(self.at..).unwrap_or_default()
    }

    /// Reads and writes the next token; `None` at the end.
    fn step(&mut self) -> Option<()> {
        let c = self.rest().chars().next()?;
        match c {
            ' ' | '\t' | '\n' | '\r' => {
                // White space behind a comma is written behind it, also when the comma is still in doubt.
                let n = self.rest().bytes().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
                self.settle_comma(n);
                let space = self.raw.get(self.at..self.at + n)?;
                self.json.push_str(space);
                self.at += n;
            }
            ',' => {
                self.settle_comma(0);
                self.has_comma = true;
                self.at += 1;
            }
            '=' if self.rest().starts_with("=>") => {
                self.json.push(':');
                self.at += 2;
            }
            '[' | '(' | '{' => {
                self.settle_comma(0);
                if let Some(len) = elided_object(self.rest()) {
                    let name = self.raw.get(self.at..self.at + len)?;
                    self.json.push('"');
                    self.json.push_str(name);
                    self.json.push('"');
                    self.at += len;
                } else {
                    self.json.push(if c == '(' { '[' } else { c });
                    self.at += 1;
                }
            }
            ']' | ')' | '}' => {
                self.has_comma = false;
                self.json.push(if c == ')' { ']' } else { c });
                self.at += 1;
            }
            '\'' | '"' | '`' => {
                self.settle_comma(0);
                self.string(c);
            }
            '.' if self.rest().starts_with("...") => self.more_items(),
            'a'..='z' | 'A'..='Z' | '_' | '$' => {
                self.settle_comma(0);
                self.word();
            }
            '0'..='9' | '-' | '+' | '.' => {
                self.settle_comma(0);
                self.number();
            }
            _ => {
                self.settle_comma(0);
                self.json.push(c);
                self.at += c.len_utf8();
            }
        }
        Some(())
    }

    /// Writes the comma that was read, unless a closing bracket stands `n_space` bytes ahead.
    fn settle_comma(&mut self, n_space: usize) {
        let is_last = matches!(self.raw.as_bytes().get(self.at + n_space), Some(b']' | b')' | b'}'));
        if std::mem::take(&mut self.has_comma) && !is_last {
            self.json.push(',');
        }
    }

    /// A string that begins at the quote; parts joined by `+` or a line break become one.
    fn string(&mut self, quote: char) {
        self.json.push('"');
        let mut quote = quote;
        loop {
            self.at += 1;
            if !self.string_part(quote) {
                // The text ends inside the string: JSON is to end there as well.
                return;
            }
            let rest = self.rest();
            let Some(next) = rest.trim_start_matches(' ').strip_prefix(['+', '\n']) else { break };
            let next = next.trim_start_matches([' ', '\n', '\r', '\t']);
            match next.chars().next() {
                Some(c @ ('\'' | '"' | '`')) => {
                    self.at += rest.len() - next.len();
                    quote = c;
                }
                _ => break,
            }
        }
        self.json.push('"');
    }

    /// What stands between two quotes; `false` when the second is missing.
    fn string_part(&mut self, quote: char) -> bool {
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            if c == quote {
                return true;
            }
            if c != '\\' {
                push_escaped(&mut self.json, c);
                continue;
            }
            if let Some((c, len)) = literal_escape(self.rest()) {
                self.at += len;
                push_escaped(&mut self.json, c);
            } else if self.rest().starts_with('\n') {
                self.at += 1;
            } else {
                push_escaped(&mut self.json, '\\');
            }
        }
        false
    }

    /// `... 3 more items`, as JavaScript shortens long lists.
    fn more_items(&mut self) {
        self.settle_comma(0);
        let rest = self.rest();
        let len = rest.bytes().take(40).position(|b| matches!(b, b']' | b'}' | b'\n' | b',')).unwrap_or(3);
        let words = rest.get(..len).unwrap_or("...").trim_end().to_owned();
        self.at += words.len();
        self.json.push('"');
        self.json.push_str(&words);
        self.json.push('"');
    }

    fn word(&mut self) {
        let rest = self.rest();
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$')).count();
        let word = rest.get(..len).unwrap_or_default().to_owned();
        let after = rest.get(len..).unwrap_or_default();
        if matches!(word.as_str(), "u" | "b" | "r" | "f") && after.starts_with(['\'', '"']) {
            self.at += len;
            return;
        }
        if word == "Decimal"
            && let Some(number) = after.strip_prefix("('")
            && let Some(n) = number.bytes().take(40).position(|b| b == b'\'')
            && number.get(n..).is_some_and(|rest| rest.starts_with("')"))
        {
            self.json.push_str(number.get(..n).unwrap_or_default());
            self.at += len + n + 4;
            return;
        }
        self.at += len;
        let is_name = self.is_before_colon();
        let json = match word.as_str() {
            "True" => "true",
            "False" => "false",
            "None" | "undefined" | "nil" => "null",
            _ => &word,
        };
        if is_name {
            self.json.push('"');
            self.json.push_str(&word);
            self.json.push('"');
        } else {
            self.json.push_str(json);
        }
    }

    fn number(&mut self) {
        let rest = self.rest();
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.' | b'_');
        let mut len = rest.bytes().take_while(is_part).count();
        // A date of JavaScript stands there without quotes.
        let is_date = rest.as_bytes().get(10) == Some(&b'T')
            && rest
                .bytes()
                .take(10)
                .enumerate()
                .all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
        if is_date {
            len = rest.bytes().take(40).take_while(|b| is_part(b) || *b == b':').count();
        }
        let word = rest.get(..len).unwrap_or_default().to_owned();
        self.at += len;
        if is_date || self.is_before_colon() {
            self.json.push('"');
            self.json.push_str(&word);
            self.json.push('"');
        } else {
            // BigInt: `10n`.
            let is_big = word.strip_suffix('n').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
            self.json.push_str(if is_big { word.trim_end_matches('n') } else { &word });
        }
    }

    fn is_before_colon(&self) -> bool {
        self.rest().trim_start_matches([' ', '\t']).starts_with(':')
    }
}

/// `[Object]`, `[Array]`: what JavaScript prints instead of values that lie too deep. Its length.
fn elided_object(rest: &str) -> Option<usize> {
    ["[Object]", "[Array]", "[Circular *1]", "[Object: null prototype]"]
        .into_iter()
        .find(|name| rest.starts_with(name))
        .map(str::len)
}

fn push_escaped(json: &mut String, c: char) {
    match c {
        '"' => json.push_str("\\\""),
        '\\' => json.push_str("\\\\"),
        '\n' => json.push_str("\\n"),
        '\r' => json.push_str("\\r"),
        '\t' => json.push_str("\\t"),
        '\0'..='\u{1F}' => {
            const DIGITS: &[u8; 16] = b"0123456789abcdef";
            let value = c as usize;
            json.push_str(if value < 16 { "\\u000" } else { "\\u001" });
            json.push(char::from(DIGITS.get(value % 16).copied().unwrap_or(b'0')));
        }
        _ => json.push(c),
    }
}
