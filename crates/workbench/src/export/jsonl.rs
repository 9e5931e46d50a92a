//! Our JSONL: a line about the connections, then a line for each frame or event. Exact: reading gives back what was
//! written, byte for byte.
//!
//! `station`, `version`, `kind` and `action` of a frame are there for readers and other programs; they follow from the
//! rest and are not read back.

use super::{Actions, push_quoted, push_text, time_text};
use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::port::{Direction, Severity};
use crate::records;
use ocpp_wire::date_time;
use ocpp_wire::json::{self, Kind, NodeId, Tree};
use ocpp_wire::version::Version;
use std::fmt;
use std::fmt::Write as _;

/// The number in the first line.
const FORMAT: i64 = 1;

/// How a file begins.
pub const BEGINNING: &str = "{\"ocppscope\":";

/// A line that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// The first line.
    Header(Vec<CaptureConnection>),
    /// Any other line.
    Item(CaptureItem),
}

/// Why a line is none of ours. Its text is a sentence without full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Not a JSON object.
    NotAnObject,
    /// A member is missing or of the wrong kind.
    Member(&'static str),
    /// Another format number.
    OtherFormat(i64),
    /// A line before the first, or a connection the first line does not name.
    NoConnection,
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnObject => f.write_str("The line is not a JSON object"),
            Self::Member(name) => write!(f, "The member {name:?} is missing or cannot be read"),
            Self::OtherFormat(number) => write!(
                f,
                "The file has format {number}, this version of Ocppscope reads {FORMAT}: reload the page to get the newest version"
            ),
            Self::NoConnection => f.write_str("The line belongs to a connection that the first line does not name"),
        }
    }
}

impl std::error::Error for LineError {}

/// The lines of a capture, each with its line break, made one by one.
pub fn lines(capture: &Capture) -> impl Iterator<Item = String> {
    let mut writer = Writer::default();
    std::iter::once(header(capture)).chain(capture.items.iter().map(move |item| writer.item(capture, item)))
}

/// Writes the items of a file whose capture is never there as a whole.
#[derive(Debug, Default)]
pub struct Writer {
    actions: Actions,
    n_frames: u32,
}

impl Writer {
    /// The line of an item, with its line break. Of `capture` only the connections are read.
    pub fn item(&mut self, capture: &Capture, item: &CaptureItem) -> String {
        item_line(capture, item, &mut self.actions, &mut self.n_frames)
    }
}

/// Appends the whole file.
///
/// ```
/// use workbench::{capture::Capture, export::jsonl};
/// let mut file = String::new();
/// jsonl::write(&Capture::default(), &mut file);
/// assert_eq!(file, "{\"ocppscope\":1,\"connections\":[]}\n");
/// assert_eq!(jsonl::read(&file), Ok(Capture::default()));
/// ```
pub fn write(capture: &Capture, out: &mut String) {
    for line in lines(capture) {
        out.push_str(&line);
    }
}

/// The first line, with its line break.
pub fn header(capture: &Capture) -> String {
    let mut line = format!("{{\"ocppscope\":{FORMAT},\"connections\":[");
    for (n, connection) in capture.connections.iter().enumerate() {
        line.push_str(if n == 0 { "{\"station\":" } else { ",{\"station\":" });
        push_quoted(&mut line, &connection.station);
        push_text(&mut line, "version", connection.version.number());
        line.push('}');
    }
    line.push_str("]}\n");
    line
}

fn item_line(capture: &Capture, item: &CaptureItem, actions: &mut Actions, n_frames: &mut u32) -> String {
    let mut line = String::from("{");
    if matches!(item.content, CaptureContent::Frame(_)) {
        *n_frames += 1;
        let _ = write!(line, "\"n\":{n_frames},");
    }
    line.push_str("\"at\":");
    match time_text(item.at, false) {
        Some(time) => push_quoted(&mut line, &time),
        // Before 1970 or after 9999: microseconds.
        None => {
            let _ = write!(line, "{}", (item.at * 1_000.0).round() as i64);
        }
    }
    let _ = write!(line, ",\"connection\":{}", item.connection);
    if let Some(connection) = capture.connections.get(item.connection as usize) {
        push_text(&mut line, "station", &connection.station);
        push_text(&mut line, "version", connection.version.number());
    }
    match &item.content {
        CaptureContent::Event(event) => {
            push_text(&mut line, "event", &event.title);
            push_text(&mut line, "severity", event.severity.as_str());
            push_text(&mut line, "text", &event.text);
        }
        CaptureContent::Frame(frame) => {
            push_text(&mut line, "direction", frame.direction.as_str());
            if frame.is_binary {
                line.push_str(",\"binary\":true");
            }
            push_marks(&mut line, frame.marks);
            if let Some(tree) = json::parse(&frame.text).ok().filter(|_| !frame.is_binary) {
                let (envelope, action) = actions.read(item, &tree);
                push_text(&mut line, "kind", records::row_kind(&envelope).as_str());
                if !action.is_empty() {
                    push_text(&mut line, "action", &action);
                }
            }
            push_text(&mut line, "frame", &frame.text);
        }
    }
    line.push_str("}\n");
    line
}

fn push_marks(line: &mut String, marks: Marks) {
    if marks == Marks::NONE {
        return;
    }
    line.push_str(",\"marks\":[");
    let mut rest = marks.bits();
    let mut separator = "";
    for (mark, word) in Marks::WORDS {
        if marks.has(mark) {
            let _ = write!(line, "{separator}\"{word}\"");
            separator = ",";
            rest &= !mark.bits();
        }
    }
    if rest != 0 {
        // Marks of a later version.
        let _ = write!(line, "{separator}{rest}");
    }
    line.push(']');
}

/// Reads a line, with or without its line break. Members it does not know do not matter.
///
/// # Errors
/// See [`LineError`].
pub fn read_line(line: &str) -> Result<Line, LineError> {
    let tree = json::parse(line).map_err(|_| LineError::NotAnObject)?;
    let root = tree.root();
    if tree.kind(root) != Kind::Object {
        return Err(LineError::NotAnObject);
    }
    match tree.get(root, "ocppscope") {
        Some(format) => read_header(&tree, format).map(Line::Header),
        None => read_item(&tree).map(Line::Item),
    }
}

/// Reads a whole file; empty lines do not matter.
///
/// # Errors
/// Of the first line that cannot be read.
pub fn read(file: &str) -> Result<Capture, LineError> {
    let mut capture = Capture::default();
    let mut has_header = false;
    for line in file.lines().filter(|line| !line.trim().is_empty()) {
        match read_line(line)? {
            Line::Header(connections) if !has_header => {
                capture.connections = connections;
                has_header = true;
            }
            Line::Item(item) if (item.connection as usize) < capture.connections.len() => capture.items.push(item),
            Line::Header(_) | Line::Item(_) => return Err(LineError::NoConnection),
        }
    }
    if has_header { Ok(capture) } else { Err(LineError::NoConnection) }
}

fn read_header(tree: &Tree<'_>, format: NodeId) -> Result<Vec<CaptureConnection>, LineError> {
    let format = tree.integer(format).ok_or(LineError::Member("ocppscope"))?;
    if format != FORMAT {
        return Err(LineError::OtherFormat(format));
    }
    let list = tree.get(tree.root(), "connections").filter(|&list| tree.kind(list) == Kind::Array);
    let read = |connection| {
        let station = tree.get_string(connection, "station").ok_or(LineError::Member("station"))?.into_owned();
        let version = tree.get_string(connection, "version").and_then(|number| Version::from_number(&number));
        Ok(CaptureConnection { station, version: version.ok_or(LineError::Member("version"))? })
    };
    tree.items(list.ok_or(LineError::Member("connections"))?).map(read).collect()
}

fn read_item(tree: &Tree<'_>) -> Result<CaptureItem, LineError> {
    let root = tree.root();
    let at = tree.get(root, "at").and_then(|node| read_time(tree, node)).ok_or(LineError::Member("at"))?;
    let connection = tree.get(root, "connection").and_then(|node| u32::try_from(tree.integer(node)?).ok());
    let connection = connection.ok_or(LineError::Member("connection"))?;
    let text = |name: &'static str| {
        tree.get_string(root, name).map(std::borrow::Cow::into_owned).ok_or(LineError::Member(name))
    };
    let content = if tree.get(root, "event").is_some() {
        let severity = text("severity")?;
        let all = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
        let severity = all.into_iter().find(|known| known.as_str() == severity).ok_or(LineError::Member("severity"))?;
        CaptureContent::Event(CaptureEvent { title: text("event")?, text: text("text")?, severity })
    } else {
        let direction = text("direction")?;
        let all = [Direction::ToCsms, Direction::ToStation];
        let direction =
            all.into_iter().find(|known| known.as_str() == direction).ok_or(LineError::Member("direction"))?;
        let is_binary = match tree.get(root, "binary").map(|node| tree.raw(node)) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => return Err(LineError::Member("binary")),
        };
        CaptureContent::Frame(CaptureFrame { text: text("frame")?, is_binary, direction, marks: read_marks(tree)? })
    };
    Ok(CaptureItem { connection, at, content })
}

fn read_marks(tree: &Tree<'_>) -> Result<Marks, LineError> {
    let wrong = LineError::Member("marks");
    let Some(list) = tree.get(tree.root(), "marks") else { return Ok(Marks::NONE) };
    if tree.kind(list) != Kind::Array {
        return Err(wrong);
    }
    let mut marks = Marks::NONE;
    for item in tree.items(list) {
        let known = tree.string(item).and_then(|word| Marks::WORDS.into_iter().find(|(_, known)| *known == word));
        let unknown = || tree.integer(item).and_then(|bits| u16::try_from(bits).ok()).map(Marks::from_bits);
        marks = marks.with(known.map(|(mark, _)| mark).or_else(unknown).ok_or(wrong.clone())?);
    }
    Ok(marks)
}

fn read_time(tree: &Tree<'_>, node: NodeId) -> Option<f64> {
    if let Some(micros) = tree.integer(node) {
        return Some(micros as f64 / 1_000.0);
    }
    let text = tree.string(node)?;
    let time = date_time::parse(&text)?;
    // The sixth decimal is the last one that is written.
    let micros: i64 = match text.get(23..26).filter(|_| time.n_decimals >= 6) {
        Some(decimals) => decimals.parse().ok()?,
        None => 0,
    };
    Some((time.epoch_millis * 1_000 + micros) as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::quantized;
    use crate::testing::START;
    use proptest::prelude::*;

    fn example() -> Capture {
        let frame = |text: &str, direction, at: f64| CaptureItem {
            connection: 0,
            at: START + at,
            content: CaptureContent::Frame(CaptureFrame {
                text: text.into(),
                is_binary: false,
                direction,
                marks: Marks::NONE,
            }),
        };
        let mut capture = Capture {
            connections: vec![CaptureConnection { station: "CP \"1\"".into(), version: Version::V16 }],
            items: vec![
                frame(r#"[2,"1","Heartbeat",{}]"#, Direction::ToCsms, 0.0),
                frame("[3,\"1\",{\"x\":\"\u{202e}\"}]", Direction::ToStation, 20.125),
                frame("<no frame>", Direction::ToStation, 30.0),
            ],
        };
        if let CaptureContent::Frame(frame) = &mut capture.items[2].content {
            frame.marks = Marks::CUT.with(Marks::REDACTED).with(Marks::from_bits(1 << 14));
            frame.is_binary = true;
        }
        let event = CaptureEvent { title: "Closed".into(), text: "1006\n".into(), severity: Severity::Warning };
        capture.items.push(CaptureItem { connection: 0, at: -5.5, content: CaptureContent::Event(event) });
        capture
    }

    #[test]
    fn the_file_looks_like_this() {
        let mut file = String::new();
        write(&example(), &mut file);
        let expected = r#"{"ocppscope":1,"connections":[{"station":"CP \"1\"","version":"1.6"}]}
{"n":1,"at":"2026-11-22T09:22:07.000000Z","connection":0,"station":"CP \"1\"","version":"1.6","direction":"to-csms","kind":"call","action":"Heartbeat","frame":"[2,\"1\",\"Heartbeat\",{}]"}
{"n":2,"at":"2026-11-22T09:22:07.020125Z","connection":0,"station":"CP \"1\"","version":"1.6","direction":"to-station","kind":"result","action":"Heartbeat","frame":"[3,\"1\",{\"x\":\"\u202e\"}]"}
{"n":3,"at":"2026-11-22T09:22:07.030000Z","connection":0,"station":"CP \"1\"","version":"1.6","direction":"to-station","binary":true,"marks":["cut","redacted",16384],"frame":"<no frame>"}
{"at":-5500,"connection":0,"station":"CP \"1\"","version":"1.6","event":"Closed","severity":"warning","text":"1006\n"}
"#;
        assert_eq!(file, expected);
        assert_eq!(read(&file), Ok(example()));
    }

    #[test]
    fn a_line_that_cannot_be_read_says_why() {
        for (line, words) in [
            ("", "not a JSON object"),
            ("[]", "not a JSON object"),
            ("{}", "\"at\""),
            (r#"{"ocppscope":2}"#, "format 2"),
            (r#"{"ocppscope":1}"#, "\"connections\""),
            (r#"{"ocppscope":1,"connections":[{"station":"x","version":"1.5"}]}"#, "\"version\""),
            (r#"{"at":"today"}"#, "\"at\""),
            (r#"{"at":0,"connection":-1}"#, "\"connection\""),
            (r#"{"at":0,"connection":0,"direction":"up"}"#, "\"direction\""),
            (r#"{"at":0,"connection":0,"direction":"to-csms","binary":1}"#, "\"binary\""),
            (r#"{"at":0,"connection":0,"direction":"to-csms"}"#, "\"frame\""),
            (r#"{"at":0,"connection":0,"direction":"to-csms","frame":"","marks":["new"]}"#, "\"marks\""),
            (r#"{"at":0,"connection":0,"event":"x","severity":"bad","text":""}"#, "\"severity\""),
        ] {
            let error = read_line(line).unwrap_err().to_string();
            assert!(error.contains(words), "{line}: {error}");
        }
        let mut file = String::new();
        write(&example(), &mut file);
        assert_eq!(read(&file.replace("\"connection\":0", "\"connection\":1")), Err(LineError::NoConnection));
        assert_eq!(read(""), Err(LineError::NoConnection));
    }

    proptest! {
        #[test]
        fn reading_gives_back_what_was_written(
            texts in proptest::collection::vec((any::<String>(), any::<bool>(), any::<bool>(), any::<u16>(), -1e14..3e14), 0..8),
            station in any::<String>(),
        ) {
            let items = texts.into_iter().map(|(text, is_frame, is_binary, marks, at)| {
                let content = if is_frame {
                    let direction = if marks % 2 == 0 { Direction::ToCsms } else { Direction::ToStation };
                    CaptureContent::Frame(CaptureFrame { text, is_binary, direction, marks: Marks::from_bits(marks) })
                } else {
                    CaptureContent::Event(CaptureEvent { title: text.clone(), text, severity: Severity::Info })
                };
                CaptureItem { connection: 0, at: quantized(at), content }
            });
            let connections = vec![CaptureConnection { station, version: Version::V21 }];
            let capture = Capture { connections, items: items.collect() };
            let mut file = String::new();
            write(&capture, &mut file);
            prop_assert!(!file.chars().any(|c| c != '\n' && super::super::is_unsafe_to_show(c)));
            prop_assert_eq!(read(&file), Ok(capture));
        }

        #[test]
        fn any_line_is_read_or_refused(line in "\\{(\"[a-z]{1,10}\":[0-9\"\\[\\]a-z]{0,6},?){0,6}\\}|.{0,40}") {
            let _ = read_line(&line);
        }
    }
}
