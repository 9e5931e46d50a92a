//! The importer: bytes of a log in, frames out, in the order they happened.
//!
//! The first part of a log is read twice: once to learn what its words mean, then for its frames. From there on
//! everything streams; nothing but the frames is kept. A log that begins with its newest line is the exception:
//! its frames are held until all are there.

mod beginning;
mod clock;
mod decision;
mod layout;
mod sightings;

use super::cells::{self, Cell};
use super::decode::{Decoder, LONGEST_LINE_BYTES};
use super::frame_text::Sketch;
use super::layers::Window;
use super::learn::Grammar;
use super::report::{Options, Report};
use super::surroundings::{self, Surroundings};
use super::table;
use crate::capture::{CaptureEvent, Marks};
use crate::port::Direction;
use crate::transcript::EpochMillis;
use clock::Clock;
use decision::Station;
use layout::{Layout, object_line};
use ocpp_wire::version::Version;
use std::collections::HashMap;

/// Text that is read before anything is decided.
const SAMPLE_BYTES: usize = 512 << 10;

/// Frames of the sample that are learned from.
const MOST_SAMPLES: usize = 4_000;

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
                        None if rest.len() > LONGEST_LINE_BYTES => rest.floor_char_boundary(LONGEST_LINE_BYTES),
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
}
