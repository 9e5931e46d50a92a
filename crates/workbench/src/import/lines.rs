//! Lines of a log, one after the other: where frames stand in them, and which lines continue a frame.
//!
//! A frame may be spread over lines in three ways: its sender laid it out, a terminal broke it at its width, or
//! the logger broke it and repeated the beginning of the line. It ends where its brackets close, at the next
//! line that begins like a line of the log, or when it has become absurdly long.

use super::decode::without_colours;
use super::document::Quotes;
use super::frame_text::{self, End, Head, Notation};
use super::time;
use std::collections::VecDeque;

/// Lines one frame may have.
const MOST_LINES: u32 = 5_000;

/// Bytes a frame over several lines may have.
const MOST_BYTES: usize = 4 << 20;

/// What was found.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// A frame.
    Frame(Place<'a>),
    /// A line without one.
    Other {
        /// The line, without colours.
        text: &'a str,
        /// Its number, from 1.
        line: u32,
    },
}

/// A frame in the text of a log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// The frame as the log has it.
    pub(super) raw: &'a str,
    /// How.
    pub(super) notation: Notation,
    /// What stands before it on its line, from the end of the frame before.
    pub(super) before: &'a str,
    /// What stands behind it, up to the next frame.
    pub(super) after: &'a str,
    /// The last line above that is neither empty nor a frame.
    pub(super) above: &'a str,
    /// Number of its first line, from 1.
    pub(super) line: u32,
    /// Over several lines.
    pub(super) is_joined: bool,
    /// Its brackets never close.
    pub(super) is_open: bool,
    /// It is JSON as it stands there, with nothing left out: no need to look.
    pub(super) is_plain: bool,
}

/// A frame that is not complete.
#[derive(Debug)]
struct Pending {
    text: String,
    notation: Notation,
    before: String,
    above: String,
    line: u32,
    n_lines: u32,
    nesting: Nesting,
    /// Length of what the logger repeats before every line of the frame.
    prefix_len: usize,
}

/// Reads lines.
#[derive(Debug, Default)]
pub(super) struct LineReader {
    pending: Option<Pending>,
    /// Lines that may be the beginning of a frame that is laid out with each element on a line.
    tentative: Option<Tentative>,
    above: String,
    /// The last lines since the last frame, for the time of a frame that stands below them.
    block: VecDeque<String>,
}

#[derive(Debug)]
struct Tentative {
    text: String,
    /// Where the bracket stands.
    at: usize,
    line: u32,
    n_lines: u32,
    /// Length of what the logger repeats before every line of a frame.
    prefix_len: usize,
}

impl LineReader {
    /// Takes the next line.
    pub(super) fn push(&mut self, line: &str, number: u32, out: &mut dyn FnMut(Found<'_>)) {
        super::work::add(line.len());
        let line = without_colours(line);
        let line = line.trim_end_matches(['\r', '\n']);
        let Some(mut pending) = self.pending.take() else {
            self.begin_or_wait(line, number, out);
            return;
        };
        let Some(content) = pending.continuation(line) else {
            pending.flush("", true, out);
            self.begin(line, 0, number, out);
            return;
        };
        let from = line.len() - content.len();
        match pending.take(content, from == pending.repeated().len()) {
            Taken::Closed { end } => {
                let rest = content.get(end..).unwrap_or_default();
                let next = frame_text::find_head(rest, 0).map_or(rest.len(), |head| head.start);
                pending.flush(rest.get(..next).unwrap_or_default(), false, out);
                // Something may follow on the same line.
                if next < rest.len() {
                    self.begin(line, from + end, number, out);
                }
            }
            Taken::TooLong => pending.flush("", true, out),
            Taken::More => self.pending = Some(pending),
        }
    }

    /// No frame is waiting for its next line.
    pub(super) fn is_idle(&self) -> bool {
        self.pending.is_none() && self.tentative.is_none()
    }

    /// `[` at the end of a line, then `2,` on the next: only with the lines below it is a frame or is none.
    fn begin_or_wait(&mut self, line: &str, number: u32, out: &mut dyn FnMut(Found<'_>)) {
        if let Some(mut tentative) = self.tentative.take() {
            let first = tentative.text.lines().next().unwrap_or_default();
            let prefix = first.get(..tentative.at).unwrap_or_default();
            let is_repeated = !prefix.trim().is_empty() && is_like(prefix, line);
            if is_repeated {
                tentative.prefix_len = prefix.len();
            }
            let content = if is_repeated { line.get(tentative.at..).unwrap_or_default() } else { line };
            tentative.text.push('\n');
            tentative.text.push_str(content);
            tentative.n_lines += 1;
            let head = frame_text::find_head(&tentative.text, tentative.at);
            if head.is_some_and(|head| head.start == tentative.at) {
                self.begin(&tentative.text, 0, tentative.line, out);
                if let Some(pending) = &mut self.pending {
                    pending.n_lines = tentative.n_lines;
                    pending.prefix_len = tentative.prefix_len;
                }
                return;
            }
            if tentative.n_lines < 4 && may_begin(tentative.text.get(tentative.at..).unwrap_or_default()) {
                self.tentative = Some(tentative);
                return;
            }
            for (text, line) in tentative.text.lines().zip(tentative.line..) {
                self.begin(text, 0, line, out);
            }
            return;
        }
        // Hardly any line ends like that.
        let may_begin_here = line.trim_end().ends_with(['[', ',', '2', '3', '4', '5', '6']);
        let at = if may_begin_here { line.rfind('[') } else { None };
        let at = at.filter(|&at| may_begin(line.get(at..).unwrap_or_default()));
        match at {
            Some(at) if frame_text::find_head(line, 0).is_none() => {
                self.tentative = Some(Tentative { text: line.to_owned(), at, line: number, n_lines: 1, prefix_len: 0 });
            }
            _ => self.begin(line, 0, number, out),
        }
    }

    /// No more lines will come.
    pub(super) fn finish(&mut self, out: &mut dyn FnMut(Found<'_>)) {
        if let Some(tentative) = self.tentative.take() {
            for (text, line) in tentative.text.lines().zip(tentative.line..) {
                self.begin(text, 0, line, out);
            }
        }
        if let Some(pending) = self.pending.take() {
            pending.flush("", true, out);
        }
    }

    fn begin(&mut self, line: &str, from: usize, number: u32, out: &mut dyn FnMut(Found<'_>)) {
        let mut previous_end = from;
        let mut head = frame_text::find_head(line, from);
        // What stands in a decoded payload was not on the socket.
        if head.is_some_and(|head| {
            line.get(..head.start).is_some_and(|before| before.contains('Q') && before.contains("QJsonObject("))
        }) {
            head = None;
        }
        if head.is_none() {
            out(Found::Other { text: line, line: number });
            self.note_above(line);
            return;
        }
        let mut n = 0;
        while let Some(at) = head {
            let before = line.get(previous_end..at.start).unwrap_or_default();
            n += 1;
            // Many frames without ends on one line would be read to its end for each.
            let plain = if n == 1 { frame_text::plain(line, &at) } else { None };
            let end = plain.map_or_else(|| frame_text::find_end_of(line, &at, n), |(end, _)| End::Closed(end));
            match end {
                End::Closed(end) => {
                    let next = frame_text::find_head(line, end);
                    let heading = self.heading(before);
                    let after = line.get(end..next.as_ref().map_or(line.len(), |next| next.start)).unwrap_or_default();
                    out(Found::Frame(Place {
                        raw: line.get(at.start..end).unwrap_or_default(),
                        notation: at.notation,
                        before,
                        after,
                        above: heading.as_deref().unwrap_or(&self.above),
                        line: number,
                        is_joined: false,
                        is_open: false,
                        is_plain: plain.is_some_and(|(_, is_plain)| is_plain),
                    }));
                    self.block.clear();
                    previous_end = end;
                    head = next;
                }
                End::Open => {
                    let heading = self.heading(before);
                    let above = heading.as_deref().unwrap_or(&self.above);
                    self.pending = Some(Pending::new(line, &at, before, above, number));
                    self.block.clear();
                    return;
                }
            }
        }
    }
}

/// Lines above a frame that are searched for its time.
const MOST_ABOVE: usize = 12;

/// Bytes of such a line.
const MOST_ABOVE_BYTES: usize = 1_000;

impl LineReader {
    fn note_above(&mut self, line: &str) {
        // Fences and rulers say nothing.
        if !line.contains(char::is_alphanumeric) || line.trim_start().starts_with("```") {
            return;
        }
        line.clone_into(&mut self.above);
        let mut kept = if self.block.len() < MOST_ABOVE { None } else { self.block.pop_front() }.unwrap_or_default();
        line.get(..line.floor_char_boundary(MOST_ABOVE_BYTES)).unwrap_or_default().clone_into(&mut kept);
        self.block.push_back(kept);
    }

    /// The line above and the nearest one that has a time, for a frame alone on its line.
    fn heading(&self, before: &str) -> Option<String> {
        let has_time = |line: &str| !time::find(line).is_empty();
        if !before.trim().is_empty() || has_time(&self.above) {
            return None;
        }
        let stamped = self.block.iter().rev().find(|line| has_time(line))?;
        Some(format!("{stamped} {}", self.above))
    }
}

enum Taken {
    /// The frame ends at this byte of the content.
    Closed {
        end: usize,
    },
    More,
    TooLong,
}

impl Pending {
    fn new(line: &str, head: &Head, before: &str, above: &str, number: u32) -> Self {
        let text = line.get(head.start..).unwrap_or_default();
        let mut nesting = Nesting::default();
        nesting.follow(text);
        Self {
            text: text.to_owned(),
            notation: head.notation,
            before: before.to_owned(),
            above: above.to_owned(),
            line: number,
            n_lines: 1,
            nesting,
            prefix_len: 0,
        }
    }

    /// What a line adds to the frame; `None` when the line is one of its own.
    fn continuation<'l>(&self, line: &'l str) -> Option<&'l str> {
        if let Some(prefix) = self.before.get(..self.prefix_len).filter(|prefix| !prefix.is_empty()) {
            let content = line.get(self.prefix_len..).filter(|_| is_like(prefix, line))?;
            let begins = frame_text::find_head(content, 0).is_some_and(|head| head.start == 0);
            return (!begins && !may_open(content)).then_some(content);
        }
        // The beginning repeated at every break, without the arrow.
        let repeated = self.repeated();
        if repeated.len() >= 10
            && let Some(content) = line.strip_prefix(repeated)
        {
            let is_arrow = ["->", "<-", "=>", "<=", " ->", " <-"].iter().any(|arrow| content.starts_with(arrow));
            let begins = frame_text::find_head(content, 0).is_some_and(|head| head.start <= 4);
            return (!is_arrow && !begins).then_some(content);
        }
        let content = match container(&self.before) {
            Some(container) => line.strip_prefix(container)?,
            None => line,
        };
        // A frame in a string of this one is part of it, unless a string was cut and nothing is certain.
        let is_inside = |at: usize| {
            let mut nesting = self.nesting.clone();
            nesting.follow(content.get(..at).unwrap_or_default());
            nesting.quotes.are_open() && !self.nesting.quotes.are_open() && self.notation == Notation::Json
        };
        if frame_text::find_head(content, 0).is_some_and(|head| head.start < 200 && !is_inside(head.start)) {
            return None;
        }
        let is_quoted = |at: usize| at > 0 && content.as_bytes().get(at - 1).is_some_and(|c| matches!(c, b'"' | b'\''));
        let has_stamp = || {
            let beginning = content.get(..content.floor_char_boundary(80)).unwrap_or_default();
            time::find(beginning).first().is_some_and(|stamp| stamp.span.start <= 40 && !is_quoted(stamp.span.start))
        };
        let first_word = self.before.split_whitespace().next().unwrap_or_default();
        let is_same_beginning = first_word.len() >= 3
            && !first_word.starts_with(|c: char| c.is_ascii_digit())
            && content.starts_with(first_word);
        (!is_same_beginning && !has_stamp()).then_some(content)
    }

    /// The beginning of the line as a logger repeats it, without the arrow.
    fn repeated(&self) -> &str {
        self.before.trim_end().trim_end_matches(['-', '>', '<', '=', ' '])
    }

    fn take(&mut self, content: &str, is_repeated: bool) -> Taken {
        self.n_lines += 1;
        if self.n_lines > MOST_LINES || self.text.len() + content.len() > MOST_BYTES {
            return Taken::TooLong;
        }
        // Where the logger repeats the beginning of the line, it broke the frame; indentation is the sender's.
        let is_wrapped = is_repeated && self.repeated().len() >= 10 && !content.starts_with([' ', '\t']);
        // A break inside a string or a word was made by what wrapped the line; others are the sender's.
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '.');
        let is_torn = is_wrapped
            || self.nesting.quotes.are_open()
            || (is_word(self.text.chars().next_back()) && is_word(content.chars().next()));
        if !is_torn {
            self.text.push('\n');
            self.nesting.follow("\n");
        }
        let offset = self.text.len();
        self.text.push_str(content);
        let is_plain = self.notation == Notation::Json;
        let may_be_closed = if is_plain { self.nesting.follow(content) } else { content.contains(']') };
        if may_be_closed {
            let head = Head { start: 0, notation: self.notation };
            if let End::Closed(end) = frame_text::find_end(&self.text, &head) {
                self.text.truncate(end);
                return Taken::Closed { end: end.saturating_sub(offset) };
            }
        }
        Taken::More
    }

    fn flush(self, after: &str, is_open: bool, out: &mut dyn FnMut(Found<'_>)) {
        let mut raw = self.text.as_str();
        let mut after = after;
        if is_open {
            raw = raw.trim_end();
            // A quote of the log's own behind an unfinished frame, with words after it.
            if let Some(quote) = self.before.trim_end().chars().next_back().filter(|c| matches!(c, '\'' | '"' | '`'))
                && let Some(at) = raw.rfind(quote)
                && !raw.get(at..).unwrap_or_default().contains(['}', ']', '{'])
            {
                after = raw.get(at..).unwrap_or_default();
                raw = raw.get(..at).unwrap_or_default();
            }
        }
        out(Found::Frame(Place {
            raw,
            notation: self.notation,
            before: &self.before,
            after,
            above: &self.above,
            line: self.line,
            is_joined: self.n_lines > 1,
            is_open,
            is_plain: false,
        }));
    }
}

/// The line begins with this, digits aside: the logger repeats it.
fn is_like(prefix: &str, line: &str) -> bool {
    line.is_char_boundary(prefix.len())
        && line.len() >= prefix.len()
        && prefix.bytes().zip(line.bytes()).all(|(a, b)| a == b || (a.is_ascii_digit() && b.is_ascii_digit()))
}

/// Nothing but the bracket of the next frame, without any indentation.
fn may_open(content: &str) -> bool {
    content.trim_end() == "["
}

/// A bracket, and at most a digit and a comma behind it: the next line decides.
fn may_begin(text: &str) -> bool {
    let rest = text.strip_prefix('[').unwrap_or("x").trim();
    let rest = rest.trim_start_matches(|c: char| ('2'..='6').contains(&c)).trim();
    rest.is_empty() || rest == ","
}

/// What a container runtime writes before each line, such as `csms-1  | `.
fn container(before: &str) -> Option<&str> {
    let end = before.find("| ")? + 2;
    let name = before.get(..end - 2)?.trim();
    (end <= 60 && !name.is_empty() && !name.contains(['[', '"', '(', '{'])).then(|| before.get(..end)).flatten()
}

/// Where a JSON text stands, read piece by piece.
#[derive(Clone, Debug, Default)]
struct Nesting {
    depth: i64,
    quotes: Quotes,
}

impl Nesting {
    /// Reads on; whether the outermost bracket was closed on the way.
    fn follow(&mut self, text: &str) -> bool {
        super::work::add(text.len());
        let mut is_closed = false;
        for byte in text.bytes() {
            if !self.quotes.is_outside(byte) {
                continue;
            }
            match byte {
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' => {
                    self.depth -= 1;
                    is_closed |= self.depth <= 0;
                }
                _ => {}
            }
        }
        is_closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn read(log: &str) -> String {
        let mut reader = LineReader::default();
        let mut out = String::new();
        let mut note = |found: Found<'_>| match found {
            Found::Frame(place) => {
                let open = if place.is_open { " open" } else { "" };
                let joined = if place.is_joined { " joined" } else { "" };
                let raw = place.raw.replace('\n', "~");
                writeln!(out, "{}{joined}{open} {:?} {raw}", place.line, place.before.trim()).unwrap();
            }
            Found::Other { text, line } if !text.is_empty() => writeln!(out, "{line} other {text}").unwrap(),
            Found::Other { .. } => {}
        };
        for (line, number) in log.lines().zip(1..) {
            reader.push(line, number, &mut note);
        }
        reader.finish(&mut note);
        out
    }

    #[test]
    fn frames_stand_on_one_line_or_on_many() {
        assert_eq!(
            read("10:00:00 a: [2,\"1\",\"Heartbeat\",{}]\nnothing\n"),
            "1 \"10:00:00 a:\" [2,\"1\",\"Heartbeat\",{}]\n2 other nothing\n"
        );
        // Two on a line.
        assert_eq!(
            read("Send: [2,\"1\",\"Heartbeat\",{}]10:00:01 > Recv: [3,\"1\",{}]"),
            "1 \"Send:\" [2,\"1\",\"Heartbeat\",{}]\n1 \"10:00:01 > Recv:\" [3,\"1\",{}]\n"
        );
        // Laid out by the sender.
        assert_eq!(
            read(
                "2021-03-16 19:10:56 box: got [2,\"7\",\"Heartbeat\",\n{\n}]\n2021-03-16 19:10:57 box: sent [3,\"7\",{}]"
            ),
            "1 joined \"2021-03-16 19:10:56 box: got\" [2,\"7\",\"Heartbeat\",~{~}]\n4 \"2021-03-16 19:10:57 box: sent\" [3,\"7\",{}]\n"
        );
        // Broken at the width of the terminal, with the beginning repeated.
        let wrapped = "2023-12-30T09:03:18.082Z:COM:rpc.c:68:-> [2,\"1\",\"Authorize\",{\"idT\n\
                       2023-12-30T09:03:18.082Z:COM:rpc.c:68:ag\":\"AB\n\
                       2023-12-30T09:03:18.082Z:COM:rpc.c:68:CD\"}]\n\
                       2023-12-30T09:03:18.531Z:COM:rpc.c:70:<- [3,\"1\",{}]";
        assert_eq!(
            read(wrapped),
            "1 joined \"2023-12-30T09:03:18.082Z:COM:rpc.c:68:->\" [2,\"1\",\"Authorize\",{\"idTag\":\"ABCD\"}]\n4 \"2023-12-30T09:03:18.531Z:COM:rpc.c:70:<-\" [3,\"1\",{}]\n"
        );
        // Behind a container's name.
        assert_eq!(
            read("csms-1  | in [2,\"1\",\"Heartbeat\",\ncsms-1  | {}]\ncsms-1  | done"),
            "1 joined \"csms-1  | in\" [2,\"1\",\"Heartbeat\",~{}]\n3 other csms-1  | done\n"
        );
    }

    #[test]
    fn each_element_may_stand_on_its_line() {
        assert_eq!(
            read("### Sent:\n[\n  2,\n  \"a\",\n  \"Heartbeat\",\n  {}\n]\nnext"),
            "1 other ### Sent:\n2 joined \"\" [~  2,~  \"a\",~  \"Heartbeat\",~  {}~]\n8 other next\n"
        );
        assert_eq!(read("list: [\n  2,\n  3\n]"), "1 other list: [\n2 other   2,\n3 other   3\n4 other ]\n");
    }

    #[test]
    fn a_frame_that_never_closes_ends_at_the_next_line_of_the_log() {
        assert_eq!(
            read("2021-10-07 10:39:40 box: got [3,\"7\",{\"a\":[]\n2021-10-07 10:39:41 box: sent [3,\"8\",{}]"),
            "1 open \"2021-10-07 10:39:40 box: got\" [3,\"7\",{\"a\":[]\n2 \"2021-10-07 10:39:41 box: sent\" [3,\"8\",{}]\n"
        );
        let endless = format!("[2,\"1\",\"Heartbeat\",{{\n{}", "x\n".repeat(10_000));
        assert!(read(&endless).starts_with("1 joined open"));
    }
}
