//! How the text of a log is laid out.

use crate::capture::CaptureConnection;
use crate::export::jsonl;
use crate::import::document::DocumentReader;
use crate::import::lines::LineReader;
use crate::import::{cells, frame_text, table};
use ocpp_wire::json;

/// How the text is laid out.
#[derive(Debug)]
pub(super) enum Layout {
    Lines(LineReader),
    Document(DocumentReader),
    Table {
        delimiter: u8,
        names: Vec<String>,
    },
    /// Our own export: everything stands there and nothing is found out.
    Own {
        connections: Vec<CaptureConnection>,
    },
}

impl Layout {
    /// The layout of a log that begins like this.
    pub(super) fn of(sample: &str, is_whole: bool) -> Self {
        let trimmed = sample.trim_start();
        if trimmed.starts_with(jsonl::BEGINNING) {
            return Layout::Own { connections: Vec::new() };
        }
        let first_line = trimmed.lines().next().unwrap_or_default().trim_end();
        if trimmed.starts_with(['{', '[']) {
            let is_frame = frame_text::find_head(trimmed, 0).is_some_and(|head| head.start == 0);
            let is_one_value = json::parse(first_line).is_ok();
            let is_array = trimmed.starts_with('[');
            let second = trimmed.get(1..).unwrap_or_default().trim_start().chars().next();
            let is_json = second.is_some_and(|c| if is_array { matches!(c, '{' | '[') } else { c == '"' });
            let is_one_line = trimmed.trim_end().len() == first_line.len();
            let is_document = is_json && !is_frame && (!is_one_value || is_array || is_one_line);
            if is_document {
                let mut n = 0;
                DocumentReader::default().push(sample, &mut |_| n += 1);
                if n > usize::from(is_one_value && !is_array) {
                    return Layout::Document(DocumentReader::default());
                }
            }
        }
        match table::detect(sample, is_whole) {
            Some((delimiter, names)) => Layout::Table { delimiter, names },
            None => Layout::Lines(LineReader::default()),
        }
    }
}

/// A JSON object on one line is read by its names; also one behind the words of a log, when it holds a frame.
pub(super) fn object_line(line: &str) -> Option<(&str, cells::Row)> {
    let line = line.trim();
    if !line.ends_with('}') {
        return None;
    }
    let at = line.find("{\"")?;
    let (before, object) = line.split_at_checked(at)?;
    if before.is_empty() {
        return cells::of_object(object).map(|row| ("", row));
    }
    // A bracket before it may be that of a frame.
    let is_first = frame_text::find_head(line, 0).is_some_and(|head| head.start > at);
    let row = if is_first { cells::of_object(object) } else { None };
    row.filter(|row| row.rebuilt.is_none()).map(|row| (before, row))
}
