//! The importer: bytes of a log in, frames out, in the order they happened.
//!
//! The first part of a log is read twice: once to learn what its words mean, then for its frames. From there on
//! everything streams; nothing but the frames is kept. A log that begins with its newest line is the exception:
//! its frames are held until all are there.

use super::cells::{self, Cell};
use super::decode::Decoder;
use super::document::DocumentReader;
use super::formats::{self, Format};
use super::frame_text::{self, Normalized, Sketch};
use super::layers::Window;
use super::learn::{self, Grammar, Perspective, Sample, VersionVotes};
use super::lines::{Found, LineReader, Place};
use super::report::{Options, Report, Swap};
use super::surroundings::{self, Slots, Surroundings, Way};
use super::table;
use super::time::Reading;
use crate::capture::{CaptureConnection, CaptureContent, CaptureEvent, Marks};
use crate::export::jsonl;
use crate::port::Direction;
use crate::transcript::EpochMillis;
use ocpp_wire::json;
use ocpp_wire::version::Version;
use std::collections::HashMap;

/// Text that is read before anything is decided.
const SAMPLE_BYTES: usize = 512 << 10;

/// Frames of the sample that are learned from.
const MOST_SAMPLES: usize = 4_000;

/// Ids of calls that are remembered per station, to tell the direction of their answers: at least so many, and fewer than
/// twice as many.
const MOST_IDS: usize = 2_000;

/// Lines without a frame that are quoted in the report.
const MOST_QUOTED: usize = 5;

/// A frame out of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedFrame {
    /// Its text: what the log holds, or the JSON it stands for.
    pub text: String,
    /// Identity of the station; empty when the log does not say.
    pub station: String,
    /// Version in force.
    pub version: Version,
    /// When.
    pub at: EpochMillis,
    /// Which way.
    pub direction: Direction,
    /// How it came to us.
    pub marks: Marks,
    /// Line of the log, from 1.
    pub line: u32,
    /// The text is the hex dump of a binary message.
    pub is_binary: bool,
    /// Connection of the station; 0 in a log, which tells none apart.
    pub connection: u32,
    /// No frame but something that happened to the connection; the text is empty then.
    pub event: Option<CaptureEvent>,
}

/// How the text is laid out.
#[derive(Debug)]
enum Layout {
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

/// A frame with what stands around it, before it is decided which way it went.
#[derive(Clone, Debug)]
pub(super) struct Sighting {
    pub(super) text: String,
    pub(super) around: Surroundings,
    pub(super) sketch: Sketch,
    pub(super) marks: Marks,
    pub(super) stated_bytes: Option<u64>,
    pub(super) line: u32,
    cells: Vec<Cell>,
}

/// What is known of one station while its frames come.
#[derive(Debug, Default)]
struct Station {
    /// `None` when calls of both sides have the id.
    calls: HashMap<String, Option<Direction>>,
    /// Those before them.
    older_calls: HashMap<String, Option<Direction>>,
    votes: VersionVotes,
    last_at: Option<EpochMillis>,
    /// Where it stands in the report.
    place: Option<usize>,
}

/// Reads one log.
#[derive(Debug)]
pub struct Importer {
    options: Options,
    decoder: Decoder,
    /// Text that is decoded and not read.
    text: String,
    layout: Option<Layout>,
    grammar: Grammar,
    memory: surroundings::Memory,
    window: Window,
    stations: HashMap<String, Station>,
    /// The station a handshake or URL named last, for frames that name none.
    current_station: String,
    clock: Clock,
    n_lines: u32,
    /// Frames of a log that begins with the newest, by line.
    held: Vec<Sighting>,
    report: Report,
    ready: Vec<ImportedFrame>,
    /// This reading only collects what is learned from.
    is_sample: bool,
    /// Versions named in handshakes and headers.
    version_hints: Vec<Version>,
    /// What the part of the log before this one has taught.
    before: Option<Box<Self>>,
}

impl Importer {
    /// Reads a log of this name. A table is recognised by its text, not by the name.
    pub fn new(name: &str, options: Options) -> Self {
        Self {
            options,
            decoder: Decoder::default(),
            text: String::new(),
            layout: None,
            grammar: Grammar::default(),
            memory: surroundings::Memory::default(),
            window: Window::default(),
            stations: HashMap::new(),
            current_station: String::new(),
            clock: Clock::default(),
            n_lines: 0,
            held: Vec::new(),
            report: Report { name: name.to_owned(), ..Report::default() },
            ready: Vec::new(),
            is_sample: false,
            version_hints: Vec::new(),
            before: None,
        }
    }

    /// This log goes on where another one, read to its end, stopped: what was learned there holds here as well.
    pub(super) fn follow(&mut self, mut before: Self) {
        before.before = None;
        self.before = Some(Box::new(before));
    }

    /// Adds what the part before has taught, where this one does not know better.
    fn remember(&mut self) {
        let Some(before) = self.before.take() else { return };
        let Self { grammar, stations, current_station, clock, .. } = *before;
        self.grammar.add_older(grammar);
        if self.current_station.is_empty() {
            self.current_station = current_station;
        }
        let own = std::mem::replace(&mut self.stations, stations);
        // Their places in the report were those in another one.
        self.stations.values_mut().for_each(|station| station.place = None);
        for (name, station) in own {
            self.stations.entry(name).or_insert(station);
        }
        if self.clock.base.is_none() {
            self.clock = clock;
        }
    }

    /// Takes the next bytes. [`Importer::take`] gives the frames that are complete.
    pub fn push(&mut self, bytes: &[u8]) {
        self.report.n_bytes += bytes.len() as u64;
        let mut text = std::mem::take(&mut self.text);
        self.decoder.push(bytes, &mut text);
        self.text = text;
        if self.layout.is_none() && self.text.len() < SAMPLE_BYTES {
            return;
        }
        self.advance(false);
    }

    /// No more bytes will come.
    pub fn finish(&mut self) {
        let mut text = std::mem::take(&mut self.text);
        self.decoder.finish(&mut text);
        self.text = text;
        self.advance(true);
        while let Some(sighting) = self.window.pop() {
            self.decide(sighting);
        }
        let mut held = std::mem::take(&mut self.held);
        // Lines turn around, the frames of one line do not.
        ocpp_wire::order::sort_by_rank(&mut held, |sighting| u32::MAX - sighting.line);
        for sighting in held {
            self.emit(sighting);
        }
        self.report.n_lines = self.n_lines;
        self.report.n_bad_utf8 = self.decoder.n_bad();
        self.report.is_finished = true;
    }

    /// The frames that are complete.
    pub fn take(&mut self) -> Vec<ImportedFrame> {
        std::mem::take(&mut self.ready)
    }

    /// What was found so far.
    pub fn report(&self) -> &Report {
        &self.report
    }

    fn advance(&mut self, is_whole: bool) {
        if self.layout.is_none() {
            self.learn(is_whole);
        }
        let Some(layout) = self.layout.take() else { return };
        let text = std::mem::take(&mut self.text);
        let (layout, rest) = self.read(layout, &text, is_whole);
        self.layout = Some(layout);
        text.get(rest..).unwrap_or_default().clone_into(&mut self.text);
    }

    /// Reads text; returns where the unread part begins.
    fn read(&mut self, mut layout: Layout, text: &str, is_whole: bool) -> (Layout, usize) {
        let mut at = 0;
        match &mut layout {
            Layout::Lines(reader) => {
                loop {
                    let rest = text.get(at..).unwrap_or_default();
                    let end = match rest.find('\n') {
                        Some(end) => end + 1,
                        None if is_whole && !rest.is_empty() => rest.len(),
                        None if rest.len() > super::decode::LONGEST_LINE_BYTES => {
                            rest.floor_char_boundary(super::decode::LONGEST_LINE_BYTES)
                        }
                        None => break,
                    };
                    self.n_lines += 1;
                    let (line, number) = (rest.get(..end).unwrap_or_default(), self.n_lines);
                    at += end;
                    if reader.is_idle()
                        && let Some((before, row)) = object_line(line)
                    {
                        self.row_behind(before, row, number);
                        continue;
                    }
                    reader.push(line, number, &mut |found| self.found(found));
                }
                if is_whole {
                    reader.finish(&mut |found| self.found(found));
                }
            }
            Layout::Document(reader) => {
                reader.push(text, &mut |entry| self.entry(entry.text, entry.line));
                at = text.len();
                self.n_lines = reader.line();
            }
            Layout::Own { connections } => {
                while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
                    let end = match rest.find('\n') {
                        Some(end) => end + 1,
                        None if is_whole => rest.len(),
                        None => break,
                    };
                    at += end;
                    self.n_lines += 1;
                    self.own_line(rest.get(..end).unwrap_or_default(), connections);
                }
            }
            Layout::Table { delimiter, names } => {
                while let Some((cells, next)) = table::row(text, at, *delimiter, is_whole) {
                    self.n_lines += text.get(at..next).unwrap_or_default().matches('\n').count().max(1) as u32;
                    let line = self.n_lines;
                    at = next;
                    let name = |n: usize| names.get(n).cloned().unwrap_or_else(|| format!("column {}", n + 1));
                    let cells = cells.into_iter().enumerate().map(|(n, cell)| (name(n), cell)).collect();
                    self.row(cells::Row { cells, rebuilt: None }, line);
                    if at >= text.len() {
                        break;
                    }
                }
            }
        }
        (layout, at)
    }

    /// The first part of the log is there: what does it say about all of it?
    fn learn(&mut self, is_whole: bool) {
        let text = std::mem::take(&mut self.text);
        // As much whatever the pieces were, so that they make no difference.
        let is_whole = is_whole && text.len() <= SAMPLE_BYTES;
        let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or_default();
        let trimmed = sample.trim_start();
        let layout = Self::layout_of(sample, is_whole);
        // Once to learn; what this reading finds is thrown away.
        let mut trial = Self::new("", Options { format: self.options.format, ..Options::default() });
        trial.is_sample = true;
        trial.grammar.slots = Slots::All;
        let is_document = matches!(layout, Layout::Document(_));
        trial.read(layout, sample, is_whole);
        let sightings: Vec<Sighting> = trial.held.drain(..).take(MOST_SAMPLES).collect();
        let mut lines: Vec<u32> = sightings.iter().map(|sighting| sighting.line).collect();
        lines.dedup();
        let detected = formats::detect(sample, lines.len() as u32);
        let chosen = self.options.format.and_then(|id| formats::find(id).map(|format| (format, 100)));
        let format: Option<(&'static Format, u8)> = chosen.or(detected);
        let samples: Vec<Sample> = sightings
            .into_iter()
            .map(|sighting| Sample {
                around: sighting.around,
                sketch: sighting.sketch,
                cells: sighting.cells,
                line: sighting.line,
                text: sighting.text,
            })
            .collect();
        self.grammar = learn::learn(&samples, format.and_then(|(format, _)| format.perspective));
        self.grammar.versions = merged(self.grammar.versions, &trial.version_hints);
        for sample in &samples {
            if let Some(station) = self.grammar.station_of(&sample.around) {
                let station = self.stations.entry(station.to_owned()).or_default();
                station.votes.add(&sample.sketch, &sample.text);
            }
        }
        self.current_station =
            only_url(sample).or_else(|| only_name(sample).filter(|_| is_document)).unwrap_or_default();
        self.clock = Clock { base: self.grammar.base_day, ..Clock::default() };
        self.remember();
        if let Some(zone) = self.options.zone_minutes {
            self.grammar.zone_minutes = Some(zone);
        }
        self.clock.zone_minutes = self.grammar.zone_minutes.unwrap_or(0);
        self.describe(format, &samples, trimmed);
        self.layout = Some(Self::layout_of(sample, is_whole));
        self.text = text;
    }

    fn layout_of(sample: &str, is_whole: bool) -> Layout {
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

    fn describe(&mut self, format: Option<(&'static Format, u8)>, samples: &[Sample], sample: &str) {
        let report = &mut self.report;
        let n_told = samples
            .iter()
            .filter(|s| {
                s.around.direction.is_some()
                    || s.around.way.is_some()
                    || self.grammar.shapes.get(&s.around.shape).is_some_and(|v| v.winner().is_some())
            })
            .count();
        match format {
            _ if sample.starts_with(jsonl::BEGINNING) => {
                "Ocppscope JSON lines".clone_into(&mut report.format_title);
                report.sure_percent = 100;
            }
            Some((format, percent)) => {
                report.format = Some(format.id);
                format.title.clone_into(&mut report.format_title);
                report.sure_percent = percent;
            }
            None => {
                let title = if sample.starts_with('{') { "JSON" } else { "Text with frames" };
                title.clone_into(&mut report.format_title);
                report.sure_percent = (n_told * 100).checked_div(samples.len()).unwrap_or(0).min(100) as u8;
            }
        }
        report.perspective = self.options.perspective.or(self.grammar.perspective);
        report.is_newest_first = self.grammar.is_newest_first;
        report.zone_minutes = self.grammar.zone_minutes;
        report.is_zone_learned = self.options.zone_minutes.is_none() && self.grammar.zone_minutes.is_some();
    }

    /// A frame on a line, or a line without one.
    fn found(&mut self, found: Found<'_>) {
        let place = match found {
            Found::Frame(place) => place,
            Found::Other { text, line } => return self.other(text, line),
        };
        let around = self.memory.read(place.before, place.after, place.above, self.grammar.slots);
        // A table without quotes: the time behind the last frame of a line is that of the line.
        if let Some(last) = self.window.newest_mut()
            && last.line == place.line
            && last.around.reading.is_none()
            && super::time::find(place.before).is_empty()
        {
            last.around.reading = around.reading;
        }
        self.sight(&place, around, Vec::new());
    }

    /// An entry of a document.
    fn entry(&mut self, text: &str, line: u32) {
        if let Some(cells) = cells::of_list(text) {
            self.row(cells::Row { cells, rebuilt: None }, line);
        } else if text.starts_with('[') {
            self.cell_frames("", &[(String::new(), text.to_owned())], line);
        } else if let Some(row) = cells::of_object(text) {
            self.row(row, line);
        }
    }

    /// A line of our own export.
    fn own_line(&mut self, line: &str, connections: &mut Vec<CaptureConnection>) {
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

    fn row(&mut self, row: cells::Row, line: u32) {
        self.row_behind("", row, line);
    }

    fn row_behind(&mut self, prefix: &str, row: cells::Row, line: u32) {
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

    fn note_hints(&mut self, cells: &[Cell]) {
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

    fn note_version(&mut self, version: Version) {
        if self.version_hints.len() < 50 {
            self.version_hints.push(version);
        }
    }

    /// Frames in the cells of a row. Returns how many.
    fn cell_frames(&mut self, prefix: &str, cells: &[Cell], line: u32) -> u32 {
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
    fn sight(&mut self, place: &Place<'_>, around: Surroundings, cells: Vec<Cell>) {
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
    fn is_at_limit(place: &Place<'_>) -> bool {
        let (frame, line) = (place.raw.len(), place.before.len() + place.raw.len());
        let is_limit = |n: usize| {
            n >= 250
                && [256, 500, 512, 1_000, 1_024, 2_000, 2_048, 4_000, 4_096, 8_192, 16_384, 32_768]
                    .iter()
                    .any(|limit| n.abs_diff(*limit) <= 2)
        };
        is_limit(frame) || is_limit(line)
    }

    fn push_sighting(&mut self, sighting: Sighting) {
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

    fn other(&mut self, text: &str, line: u32) {
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
    fn is_socket_text(&mut self, text: &str, line: u32) -> bool {
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

    fn decide(&mut self, sighting: Sighting) {
        if self.grammar.is_newest_first {
            self.held.push(sighting);
        } else {
            self.emit(sighting);
        }
    }

    fn emit(&mut self, sighting: Sighting) {
        let Sighting { text, around, sketch, mut marks, line, .. } = sighting;
        let is_sure = around.is_station_named || !self.grammar.are_likely_stations_wrong;
        let name = around.station.filter(|_| is_sure).unwrap_or_else(|| self.current_station.clone());
        if self.stations.len() >= 100_000 && !self.stations.contains_key(&name) {
            self.stations.clear();
        }
        if !self.stations.contains_key(&name) {
            self.stations.insert(name.clone(), Station::default());
        }
        let Some(station) = self.stations.get_mut(&name) else { return };
        station.votes.add(&sketch, &text);
        let own = sketch.action.as_deref().filter(|_| sketch.message_type == Some(2)).and_then(learn::side);
        let by_call = sketch
            .id
            .as_ref()
            .filter(|_| matches!(sketch.message_type, Some(3 | 4)))
            .and_then(|id| station.calls.get(id).or_else(|| station.older_calls.get(id)).copied().flatten())
            .map(Direction::reversed);
        let votes = self.grammar.shapes.get(&around.shape).copied().unwrap_or_default();
        let told = told(&self.options, &self.grammar, around.direction, around.way, votes);
        let direction = match (told, own.or(by_call)) {
            // Other lines of this shape say less than the frame itself and its call.
            (Some(told), Some(known))
                if told != known && around.direction.is_none() && (around.way.is_none() || votes.n() < 5) =>
            {
                known
            }
            (Some(told), _) => told,
            (None, Some(known)) => known,
            (None, None) => {
                marks = marks.with(Marks::GUESSED_DIRECTION);
                self.report.n_guessed_direction += 1;
                if matches!(sketch.message_type, Some(3 | 4)) { Direction::ToStation } else { Direction::ToCsms }
            }
        };
        if let Some(known) = own.or(by_call) {
            self.grammar.vote(around.shape, known);
        }
        if let (Some(2), Some(id)) = (sketch.message_type, sketch.id) {
            if station.calls.len() >= MOST_IDS {
                station.older_calls = std::mem::take(&mut station.calls);
            }
            let sides = station.calls.entry(id).or_insert(Some(direction));
            *sides = sides.filter(|side| *side == direction);
        }
        let version = self
            .options
            .version
            .or_else(|| station.votes.winner())
            .or_else(|| self.grammar.versions.winner())
            .unwrap_or(Version::V16);
        let (at, time_marks) = self.clock.read(around.reading.as_ref(), &mut station.last_at);
        marks = marks.with(time_marks);
        let direction = if self.options.swap == Swap::Yes { direction.reversed() } else { direction };
        self.report.note(&name, &mut station.place, version, marks);
        self.ready.push(ImportedFrame {
            text,
            station: name,
            version,
            at,
            direction,
            marks,
            line,
            is_binary: false,
            connection: 0,
            event: None,
        });
    }
}

/// Which way the log says the frame went.
fn told(
    options: &Options,
    grammar: &Grammar,
    direction: Option<Direction>,
    way: Option<Way>,
    votes: learn::Votes,
) -> Option<Direction> {
    let by_way = |perspective: Option<Perspective>| Some(perspective?.direction(way?));
    by_way(options.perspective).or(direction).or_else(|| votes.winner()).or_else(|| by_way(grammar.perspective))
}

/// The station in the URLs of a log that names only one.
fn only_url(sample: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for (at, _) in sample.match_indices("://").take(1_000) {
        let start = sample.get(..at)?.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        let rest = sample.get(start..)?;
        let rest = rest.get(..rest.floor_char_boundary(300))?;
        let Some(identity) = rest.starts_with("ws").then(|| surroundings::identity_of_url(rest)).flatten() else {
            continue;
        };
        if found.as_ref().is_some_and(|found| *found != identity) {
            return None;
        }
        found = Some(identity);
    }
    found
}

/// The station a document names outside of its entries, when it names only one.
fn only_name(sample: &str) -> Option<String> {
    let mut found: Option<&str> = None;
    let mut parts = sample.split('"').take(20_000);
    let mut key = parts.next()?;
    let mut between = parts.next()?;
    for part in parts {
        if between.trim() == ":" && surroundings::is_station_key(key) && !part.is_empty() && part.len() <= 100 {
            if found.is_some_and(|found| found != part) {
                return None;
            }
            found = Some(part);
        }
        key = between;
        between = part;
    }
    found.map(str::to_owned)
}

fn merged(mut votes: VersionVotes, hints: &[Version]) -> VersionVotes {
    for &version in hints {
        votes.add_hint(version);
    }
    votes
}

/// Readings of the log's clock to instants.
#[derive(Debug, Default)]
struct Clock {
    zone_minutes: i32,
    /// Midnight of the first frame where lines have no date; of January 1st where they have no year.
    base: Option<f64>,
    days: f64,
    last_of_day: Option<f64>,
    last: EpochMillis,
}

const DAY: f64 = 86_400_000.0;

impl Clock {
    fn read(&mut self, reading: Option<&Reading>, last_of_station: &mut Option<EpochMillis>) -> (EpochMillis, Marks) {
        let zone = f64::from(self.zone_minutes) * 60_000.0;
        let (at, marks) = match reading {
            Some(&Reading::Instant { epoch_millis }) => (epoch_millis, Marks::NONE),
            Some(&Reading::Local { epoch_millis }) => (epoch_millis - zone, Marks::NONE),
            Some(&Reading::NoYear { month, day, millis_of_day, utc }) => {
                let year = self.base.map_or(1970, year_of);
                let date = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
                let midnight = ocpp_wire::date_time::parse(&date).map_or(0.0, |date| date.epoch_millis as f64);
                let marks = if self.base.is_some() { Marks::NONE } else { Marks::NO_DATE };
                (midnight + millis_of_day - if utc { 0.0 } else { zone }, marks)
            }
            Some(&Reading::TimeOfDay { millis_of_day }) => {
                // Past midnight the clock begins anew.
                if self.last_of_day.is_some_and(|last| millis_of_day < last - DAY / 2.0) {
                    self.days += 1.0;
                }
                self.last_of_day = Some(millis_of_day);
                let marks = if self.base.is_some() { Marks::NONE } else { Marks::NO_DATE };
                let at = self.base.unwrap_or(0.0) + self.days * DAY + millis_of_day;
                (if self.base.is_some() { at - zone } else { at }, marks)
            }
            Some(&Reading::Delta { millis }) => (self.last + millis, Marks::NO_DATE),
            None => (last_of_station.unwrap_or(self.last), Marks::NO_TIME),
        };
        let at = crate::capture::quantized(at);
        self.last = at;
        *last_of_station = Some(at);
        (at, marks)
    }
}

fn year_of(epoch_millis: f64) -> u32 {
    ocpp_wire::date_time::format_utc(epoch_millis as i64).get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970)
}

/// A JSON object on one line is read by its names; also one behind the words of a log, when it holds a frame.
fn object_line(line: &str) -> Option<(&str, cells::Row)> {
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
