//! The text of a frame for the tab Raw: in pieces with their part in JSON, faults marked, as received and laid
//! out. A very long frame is shown with its head and tail only.

use crate::findings::Finding;
use crate::port::{RawView, Token, TokenKind};
use ocpp_wire::json::{Fault, Kind, NodeId, Span, Tree};

/// Bytes of a frame that are shown; of a longer one the head and the tail.
const MOST_BYTES: usize = 64 * 1024;

/// Bytes of the tail of a very long frame.
const TAIL_BYTES: usize = 8 * 1024;

/// Values of a frame that is laid out; a larger one is shown as received only.
const MOST_NODES: usize = 5_000;

/// Makes the view.
pub(super) fn view(text: &str, tree: &Result<Tree<'_>, Fault>, findings: &[Finding]) -> RawView {
    let marks = Marks::of(findings);
    let n_bytes = text.len() as u64;
    if text.len() > MOST_BYTES {
        let head = floor_boundary(text, MOST_BYTES - TAIL_BYTES);
        let tail = floor_boundary(text, text.len() - TAIL_BYTES);
        let plain = |part: Option<&str>| Token {
            text: part.unwrap_or_default().to_owned(),
            kind: TokenKind::Plain,
            fault: None,
        };
        return RawView {
            n_bytes,
            received: vec![plain(text.get(..head)), plain(text.get(tail..))],
            n_bytes_left_out: (tail - head) as u64,
            pretty: Vec::new(),
        };
    }
    let mut received = Writer::new(text, &marks);
    match tree {
        Ok(tree) => received.as_received(tree, tree.root()),
        Err(_) => received.plain_until(text.len()),
    }
    received.plain_until(text.len());
    let pretty = match tree {
        Ok(tree) if tree.len() <= MOST_NODES => {
            let mut pretty = Writer::new(text, &marks);
            pretty.laid_out(tree, tree.root(), 0);
            pretty.tokens
        }
        _ => Vec::new(),
    };
    RawView { n_bytes, received: received.tokens, n_bytes_left_out: 0, pretty }
}

fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Where faults stand.
struct Marks {
    marks: Vec<(Span, String)>,
}

impl Marks {
    fn of(findings: &[Finding]) -> Self {
        let marks = findings.iter().filter_map(|finding| Some((finding.span?, finding.message.clone()))).collect();
        Self { marks }
    }

    /// The fault of a value or name that stands exactly here.
    fn at(&self, span: Span) -> Option<String> {
        let messages: Vec<&str> =
            self.marks.iter().filter(|(mark, _)| *mark == span).map(|(_, message)| message.as_str()).collect();
        (!messages.is_empty()).then(|| messages.join("; "))
    }

    /// The fault that begins inside this stretch of text, for texts that are not JSON.
    fn inside(&self, from: usize, to: usize) -> Option<(Span, String)> {
        self.marks.iter().find(|(mark, _)| from <= mark.start as usize && mark.start as usize <= to).cloned()
    }
}

struct Writer<'a> {
    text: &'a str,
    marks: &'a Marks,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, marks: &'a Marks) -> Self {
        Self { text, marks, at: 0, tokens: Vec::new() }
    }

    fn push(&mut self, text: &str, kind: TokenKind, fault: Option<String>) {
        if text.is_empty() {
            return;
        }
        match self.tokens.last_mut() {
            Some(last) if last.kind == kind && last.fault == fault => last.text.push_str(text),
            _ => self.tokens.push(Token { text: text.to_owned(), kind, fault }),
        }
    }

    /// Brackets, commas and white space up to a byte; in a text that is not JSON with the place of the fault.
    fn plain_until(&mut self, end: usize) {
        if self.tokens.is_empty()
            && let Some((span, message)) = self.marks.inside(self.at, end)
            && end == self.text.len()
            && self.at == 0
        {
            let (start, stop) = (span.start as usize, (span.end as usize).min(end));
            let text = self.text;
            self.push(text.get(..start).unwrap_or_default(), TokenKind::Plain, None);
            let marked = text.get(start..stop).unwrap_or_default();
            self.push(if marked.is_empty() { "⏏" } else { marked }, TokenKind::Plain, Some(message));
            self.push(text.get(stop..end).unwrap_or_default(), TokenKind::Plain, None);
            self.at = end;
            return;
        }
        let text = self.text.get(self.at..end).unwrap_or_default();
        self.push(text, TokenKind::Plain, None);
        self.at = self.at.max(end);
    }

    fn piece(&mut self, span: Span, kind: TokenKind, fault: Option<String>) {
        let text = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        self.push(text, kind, fault);
    }

    fn as_received(&mut self, tree: &Tree<'_>, node: NodeId) {
        let span = tree.span(node);
        let key = tree.key_span(node);
        if key.end > 0 {
            self.plain_until(key.start as usize);
            self.piece(key, TokenKind::Key, self.key_fault(tree, node));
            self.at = key.end as usize;
        }
        self.plain_until(span.start as usize);
        match tree.kind(node) {
            Kind::Array | Kind::Object => {
                let fault = self.marks.at(span);
                let opening = Span { start: span.start, end: span.start + 1 };
                self.piece(opening, TokenKind::Plain, fault);
                self.at = opening.end as usize;
                for item in tree.items(node) {
                    self.as_received(tree, item);
                }
                self.plain_until(span.end as usize);
            }
            kind => {
                self.piece(span, token_kind(kind), self.marks.at(span));
                self.at = span.end as usize;
            }
        }
    }

    /// Of an object or list only the bracket is marked, so its name is marked as well.
    fn key_fault(&self, tree: &Tree<'_>, node: NodeId) -> Option<String> {
        let is_large = matches!(tree.kind(node), Kind::Array | Kind::Object);
        self.marks.at(tree.key_span(node)).or_else(|| self.marks.at(tree.span(node)).filter(|_| is_large))
    }

    fn laid_out(&mut self, tree: &Tree<'_>, node: NodeId, depth: usize) {
        let span = tree.span(node);
        let (open, close) = match tree.kind(node) {
            Kind::Array => ("[", "]"),
            Kind::Object => ("{", "}"),
            kind => {
                self.piece(span, token_kind(kind), self.marks.at(span));
                return;
            }
        };
        self.push(open, TokenKind::Plain, self.marks.at(span));
        let mut is_first = true;
        for item in tree.items(node) {
            let comma = if is_first { "\n" } else { ",\n" };
            is_first = false;
            self.push(&format!("{comma}{}", "  ".repeat(depth + 1)), TokenKind::Plain, None);
            let key = tree.key_span(item);
            if key.end > 0 {
                self.piece(key, TokenKind::Key, self.key_fault(tree, item));
                self.push(": ", TokenKind::Plain, None);
            }
            self.laid_out(tree, item, depth + 1);
        }
        if !is_first {
            self.push(&format!("\n{}", "  ".repeat(depth)), TokenKind::Plain, None);
        }
        self.push(close, TokenKind::Plain, None);
    }
}

fn token_kind(kind: Kind) -> TokenKind {
    match kind {
        Kind::String => TokenKind::String,
        Kind::Number => TokenKind::Number,
        Kind::Null | Kind::Bool => TokenKind::Literal,
        Kind::Array | Kind::Object => TokenKind::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records;
    use crate::testing::{records_of, schemas};
    use ocpp_wire::version::Version;

    fn raw(transcript: &str) -> RawView {
        let records = records_of(&schemas(), transcript);
        let number = records.transcript.last_frame().unwrap();
        let text = records.transcript.text(number);
        view(text, &records::read(text, false, Version::V16).tree, &records.findings(number))
    }

    fn shown(tokens: &[Token]) -> String {
        tokens.iter().map(|t| if t.fault.is_some() { format!("«{}»", t.text) } else { t.text.clone() }).collect()
    }

    #[test]
    fn faults_are_marked_where_they_stand() {
        let view = raw("1.6\n> [2, \"1\",\"Authorize\",{\"idTag\":7, \"x\":[1]}]");
        assert_eq!(shown(&view.received), "[2, \"1\",\"Authorize\",{\"idTag\":«7», «\"x\"»:«[»1]}]");
        assert_eq!(
            shown(&view.pretty),
            "[\n  2,\n  \"1\",\n  \"Authorize\",\n  {\n    \"idTag\": «7»,\n    «\"x\"»: «[»\n      1\n    ]\n  }\n]"
        );
        let view = raw("1.6\n> [2,,]");
        assert_eq!(shown(&view.received), "[2,«,»]");
        assert!(view.pretty.is_empty());
        assert_eq!(shown(&raw("1.6\n> [2,\"1\"").received), "[2,\"1\"«⏏»");
    }

    #[test]
    fn pieces_are_the_text() {
        for text in ["[3,\"1\",{\"a\":{\"b\":[true,null,1e5]}}]", " [ 2 , \"1\" , \"A\" , { } ] ", "[[],{}]"] {
            let view = raw(&format!("1.6\n> {text}"));
            let joined: String = view.received.iter().map(|token| token.text.as_str()).collect();
            assert_eq!(joined, text.trim_start(), "{text}");
        }
    }

    #[test]
    fn a_very_long_frame_is_cut_at_characters() {
        let text = format!("1.6\n> [2,\"1\",\"DataTransfer\",{{\"vendorId\":\"{}\"}}]", "ä€😀".repeat(50_000));
        let view = raw(&text);
        let shown: usize = view.received.iter().map(|token| token.text.len()).sum();
        assert_eq!(shown as u64 + view.n_bytes_left_out, view.n_bytes);
        assert!(shown <= MOST_BYTES + 8);
    }
}
