//! Frames as they are seen in a log, and what stands there that is none.

use super::{ImportedFrame, Importer, MOST_SAMPLES, Sighting};
use crate::capture::{CaptureConnection, CaptureContent, Marks};
use crate::export::jsonl;
use crate::import::cells::{self, Cell};
use crate::import::frame_text::{self, Normalized};
use crate::import::lines::{Found, Place};
use crate::import::surroundings::{self, Surroundings};
use crate::import::{learn, time};
use crate::port::Direction;
use ocpp_wire::json;
use ocpp_wire::version::Version;

/// Lines without a frame that are quoted in the report.
const MOST_QUOTED: usize = 5;

impl Importer {
    /// A frame on a line, or a line without one.
    pub(super) fn found(&mut self, found: Found<'_>) {
        let place = match found {
            Found::Frame(place) => place,
            Found::Other { text, line } => return self.other(text, line),
        };
        let around = self.memory.read(place.before, place.after, place.above, self.grammar.slots);
        // A table without quotes: the time behind the last frame of a line is that of the line.
        if let Some(last) = self.window.newest_mut()
            && last.line == place.line
            && last.around.reading.is_none()
            && time::find(place.before).is_empty()
        {
            last.around.reading = around.reading;
        }
        self.sight(&place, around, Vec::new());
    }

    /// An entry of a document.
    pub(super) fn entry(&mut self, text: &str, line: u32) {
        if let Some(cells) = cells::of_list(text) {
            self.row(cells::Row { cells, rebuilt: None }, line);
        } else if text.starts_with('[') {
            self.cell_frames("", &[(String::new(), text.to_owned())], line);
        } else if let Some(row) = cells::of_object(text) {
            self.row(row, line);
        }
    }

    /// A line of our own export.
    pub(super) fn own_line(&mut self, line: &str, connections: &mut Vec<CaptureConnection>) {
        let number = self.n_lines;
        let item = match jsonl::read_line(line.trim_end()) {
            Ok(jsonl::Line::Header(read)) => {
                *connections = read;
                return;
            }
            Ok(jsonl::Line::Item(item)) => item,
            Err(_) => return self.other(line, number),
        };
        let Some(connection) = connections.get(item.connection as usize) else { return self.other(line, number) };
        if self.is_sample {
            return;
        }
        let (station, version) = (connection.station.clone(), connection.version);
        let frame = ImportedFrame {
            text: String::new(),
            station,
            version,
            at: item.at,
            direction: Direction::ToCsms,
            marks: Marks::NONE,
            line: number,
            is_binary: false,
            connection: item.connection + 1,
            event: None,
        };
        self.ready.push(match item.content {
            CaptureContent::Event(event) => ImportedFrame { event: Some(event), ..frame },
            CaptureContent::Frame(kept) => {
                self.report.note(&frame.station, &mut None, version, kept.marks);
                let (text, is_binary) = (kept.text, kept.is_binary);
                ImportedFrame { text, is_binary, direction: kept.direction, marks: kept.marks, ..frame }
            }
        });
    }

    pub(super) fn row(&mut self, row: cells::Row, line: u32) {
        self.row_behind("", row, line);
    }

    pub(super) fn row_behind(&mut self, prefix: &str, row: cells::Row, line: u32) {
        if let Some(text) = row.rebuilt {
            let around = cells::surroundings(&row.cells, &self.grammar.columns, None, self.grammar.slots);
            let sketch = frame_text::sketch(&text);
            self.note_hints(&row.cells);
            self.push_sighting(Sighting {
                text,
                around,
                sketch,
                marks: Marks::REBUILT,
                stated_bytes: None,
                line,
                cells: row.cells,
            });
            return;
        }
        self.note_hints(&row.cells);
        if self.cell_frames(prefix, &row.cells, line) == 0 {
            let text = row.cells.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ");
            self.other(&text, line);
        }
    }

    pub(super) fn note_hints(&mut self, cells: &[Cell]) {
        for (name, value) in cells {
            if name.to_ascii_lowercase().contains("version") || name.to_ascii_lowercase().contains("protocol") {
                let version = Version::from_number(value)
                    .or_else(|| learn::version_hint(&format!("ocpp version {value}")))
                    .or_else(|| learn::version_hint(&format!("version ocpp{value}")));
                if let Some(version) = version {
                    self.note_version(version);
                }
            }
        }
    }

    pub(super) fn note_version(&mut self, version: Version) {
        if self.version_hints.len() < 50 {
            self.version_hints.push(version);
        }
    }

    /// Frames in the cells of a row. Returns how many.
    pub(super) fn cell_frames(&mut self, prefix: &str, cells: &[Cell], line: u32) -> u32 {
        let mut n = 0;
        for (index, (_, value)) in cells.iter().enumerate() {
            let mut from = 0;
            while let Some(head) = frame_text::find_head(value, from) {
                let end = match frame_text::find_end_of(value, &head, n as usize) {
                    frame_text::End::Closed(end) => end,
                    frame_text::End::Open => value.len(),
                };
                let before = value.get(from..head.start).unwrap_or_default();
                let after = value.get(end..).unwrap_or_default();
                let place = Place {
                    raw: value.get(head.start..end).unwrap_or_default(),
                    notation: head.notation,
                    before,
                    after,
                    above: "",
                    line,
                    is_plain: false,
                    is_joined: false,
                    is_open: end == value.len() && !value.trim_end().ends_with(']'),
                };
                // A cell may be a line of a log itself.
                let slots = self.grammar.slots;
                let mut around = cells::surroundings(cells, &self.grammar.columns, Some(index), slots);
                if !before.trim().is_empty() {
                    let mut inner = surroundings::read(before, after, "", slots);
                    inner.reading = around.reading.or(inner.reading);
                    around = inner.or(around);
                }
                if !prefix.trim().is_empty() {
                    around = around.or(surroundings::read(prefix, "", "", slots));
                }
                let short = if self.is_sample { cells } else { &[] };
                let short = short.iter().filter(|(_, value)| value.len() <= cells::MOST_LEARNED).cloned().collect();
                self.sight(&place, around, short);
                n += 1;
                from = end.max(head.start + 1);
            }
        }
        n
    }

    /// A frame was seen.
    pub(super) fn sight(&mut self, place: &Place<'_>, around: Surroundings, cells: Vec<Cell>) {
        let normalized = if place.is_plain {
            Normalized { text: place.raw.to_owned(), is_repaired: false }
        } else {
            frame_text::normalize(place.raw, place.notation)
        };
        let stated_bytes = frame_text::elided_bytes(place.after);
        let mut marks = Marks::NONE;
        if normalized.is_repaired {
            marks = marks.with(Marks::REPAIRED);
            self.report.n_repaired += 1;
        }
        if place.is_joined {
            marks = marks.with(Marks::JOINED);
        }
        let is_cut = !place.is_plain && frame_text::is_cut(&normalized.text, stated_bytes);
        if is_cut || (place.is_open && Self::is_at_limit(place)) {
            marks = marks.with(Marks::CUT);
        }
        if self.decoder.n_bad() > 0 && normalized.text.contains(char::REPLACEMENT_CHARACTER) {
            marks = marks.with(Marks::BAD_UTF8);
        }
        let sketch = frame_text::sketch(&normalized.text);
        self.push_sighting(Sighting {
            text: normalized.text,
            around,
            sketch,
            marks,
            stated_bytes,
            line: place.line,
            cells,
        });
    }

    /// A line that ends in the middle of a frame at a length loggers stop at.
    pub(super) fn is_at_limit(place: &Place<'_>) -> bool {
        let (frame, line) = (place.raw.len(), place.before.len() + place.raw.len());
        let is_limit = |n: usize| {
            n >= 250
                && [256, 500, 512, 1_000, 1_024, 2_000, 2_048, 4_000, 4_096, 8_192, 16_384, 32_768]
                    .iter()
                    .any(|limit| n.abs_diff(*limit) <= 2)
        };
        is_limit(frame) || is_limit(line)
    }

    pub(super) fn push_sighting(&mut self, sighting: Sighting) {
        if self.is_sample {
            if self.held.len() < MOST_SAMPLES {
                self.held.push(sighting);
            }
            return;
        }
        if self.window.takes_as_copy(&sighting) {
            self.report.n_repeated += 1;
        } else if let Some(oldest) = self.window.push(sighting) {
            self.decide(oldest);
        }
    }

    pub(super) fn other(&mut self, text: &str, line: u32) {
        if let Some(version) = learn::version_hint(text) {
            self.note_version(version);
            if !self.is_sample {
                self.grammar.versions.add_hint(version);
            }
        }
        if let Some(identity) = surroundings::identity_of_url(text) {
            self.current_station = identity;
        }
        if self.is_sample {
            return;
        }
        if text.trim().is_empty() {
            self.report.n_blank += 1;
        } else if text.contains("QJsonObject(") {
            self.report.n_payload_only += 1;
        } else {
            if self.is_socket_text(text, line) {
                return;
            }
            self.report.n_other += 1;
            if self.report.others.len() < MOST_QUOTED {
                let short: String = text.trim().chars().take(120).collect();
                self.report.others.push((line, short));
            }
        }
    }

    /// A line of the kind that holds frames, with a text that is none: it went over the socket all the same.
    pub(super) fn is_socket_text(&mut self, text: &str, line: u32) -> bool {
        let Some(at) = text.find('{') else { return false };
        let (before, json_text) = text.split_at_checked(at).unwrap_or_default();
        if before.trim().is_empty() || json::parse(json_text.trim()).is_err() {
            return false;
        }
        let around = surroundings::read(before, "", "", self.grammar.slots);
        let is_known =
            around.way.is_some() && self.grammar.shapes.get(&around.shape).is_some_and(|votes| votes.n() > 0);
        if is_known {
            self.report.n_not_ocpp += 1;
            let text = json_text.trim().to_owned();
            self.push_sighting(Sighting {
                sketch: frame_text::sketch(&text),
                text,
                around,
                marks: Marks::NONE,
                stated_bytes: None,
                line,
                cells: Vec::new(),
            });
        }
        is_known
    }
}
