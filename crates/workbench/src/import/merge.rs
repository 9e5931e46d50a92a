//! Several files as one capture: their frames in the order of their times, each file read piece by piece.
//!
//! Frames of one file keep their order. Files are opened when their first time is near, so that parts of one log that
//! follow each other are read one after the other, and files that overlap side by side. A part of a log begins with what
//! was known at the end of the part before it. Files without full times are read after the others, in the order given.

use super::importer::{ImportedFrame, Importer};
use super::report::{Options, Report};
use super::series::{self, Series};
use crate::capture::Marks;
use crate::transcript::EpochMillis;
use ocpp_wire::order::sort_by_rank;
use std::collections::VecDeque;

/// Bytes at the beginning of a file in which its first time is looked for.
pub const LOOK_BYTES: usize = 64 << 10;

/// Files that are read side by side. Each holds its sample (half a megabyte) and the frames of a piece.
const MOST_OPEN: usize = 40;

/// A file is opened so long before its first time is due.
const EARLY_MILLIS: f64 = 1_000.0;

/// More files than this are not named in a sentence.
const MOST_NAMES: usize = 12;

/// Frames of each other file among which a twin is looked for.
const MOST_TWINS: usize = 200;

/// How far the clocks of two programs may be apart.
pub(super) const MOST_TWIN_MILLIS: f64 = 60_000.0;

/// Where a file stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Open,
    Ended,
}

#[derive(Debug)]
struct Source {
    series: Series,
    /// The log it is a part of: the first file of the same series.
    log: usize,
    /// Its first full time; `None` when it has none, or was not looked at.
    first: Option<EpochMillis>,
    stage: Stage,
    importer: Option<Importer>,
    pending: VecDeque<ImportedFrame>,
    report: Report,
}

impl Source {
    fn is_waiting(&self) -> bool {
        self.stage == Stage::Waiting
    }

    fn is_active(&self) -> bool {
        self.stage == Stage::Open || !self.pending.is_empty()
    }
}

/// Reads several files, or one.
#[derive(Debug)]
pub struct Merge {
    options: Options,
    sources: Vec<Source>,
    n_looked: usize,
    /// The files in the order they are opened, and how many of the first ones were.
    order: Vec<usize>,
    n_passed: usize,
    /// Those that are read or have frames left.
    active: Vec<usize>,
    /// The last part of each log that was read to its end.
    ended: Vec<(usize, Importer)>,
    /// Frames of two files came in turn.
    is_interleaved: bool,
    last_file: usize,
    /// More files overlap than are read side by side.
    has_too_many: bool,
}

impl Merge {
    /// Files of these names, in the order given.
    pub fn new<'n>(names: impl Iterator<Item = &'n str>, options: Options) -> Self {
        let mut sources: Vec<Source> = Vec::new();
        for name in names {
            let series = series::of_name(name);
            let log = sources.iter().position(|other| other.series.key == series.key).unwrap_or(sources.len());
            let report = Report { name: name.to_owned(), ..Report::default() };
            sources.push(Source {
                series,
                log,
                first: None,
                stage: Stage::Waiting,
                importer: None,
                pending: VecDeque::new(),
                report,
            });
        }
        Self {
            options,
            n_looked: 0,
            order: (0..sources.len()).collect(),
            n_passed: 0,
            active: Vec::new(),
            ended: Vec::new(),
            is_interleaved: false,
            last_file: usize::MAX,
            has_too_many: false,
            sources,
        }
    }

    /// Looks at the beginning of a file, before any is read. The order is found when all were looked at.
    pub fn look(&mut self, file: usize, beginning: &[u8]) {
        let Some(source) = self.sources.get_mut(file) else { return };
        let mut importer = Importer::new(&source.report.name, self.options.clone());
        importer.push(beginning);
        importer.finish();
        let has_time = |frame: &&ImportedFrame| !has_no_time(frame);
        source.first = importer.take().iter().find(has_time).map(|frame| frame.at);
        // Its oldest frame stands at its end: all of it has to be read first.
        if importer.report().is_newest_first && source.first.is_some() {
            source.first = Some(f64::NEG_INFINITY);
        }
        self.n_looked += 1;
        if self.n_looked == self.sources.len() {
            self.put_in_order();
        }
    }

    fn put_in_order(&mut self) {
        let sources = &self.sources;
        let source = |file: usize| sources.get(file);
        // Parts of a log stand together, the oldest first, where times do not say otherwise.
        sort_by_rank(&mut self.order, |&file| u32::MAX - source(file).map_or(0, |source| source.series.age));
        sort_by_rank(&mut self.order, |&file| source(file).map_or(0, |source| source.log) as u32);
        sort_by_rank(&mut self.order, |&file| match source(file).and_then(|source| source.first) {
            // Seconds will do, and fit until 2106.
            Some(first) => (first / 1_000.0) as u32,
            None => u32::MAX,
        });
    }

    /// The file whose next bytes are wanted; `None` while frames wait to be taken, and at the end.
    pub fn wanted(&self) -> Option<usize> {
        let mut next: Option<EpochMillis> = None;
        for &file in &self.active {
            let source = self.sources.get(file)?;
            match source.pending.front() {
                Some(frame) => next = Some(next.map_or(key(frame), |next| next.min(key(frame)))),
                None if source.stage == Stage::Open => return Some(file),
                None => {}
            }
        }
        let waiting = self.order.iter().skip(self.n_passed).copied();
        for file in waiting.filter(|&file| self.sources.get(file).is_some_and(Source::is_waiting)) {
            let Some(next) = next else { return Some(file) };
            let is_due = self.sources.get(file)?.first.is_some_and(|first| first - EARLY_MILLIS <= next);
            if !is_due || self.active.len() >= MOST_OPEN {
                return None;
            }
            // The parts of a log are read one after the other.
            if !self.active.iter().any(|&other| self.is_same_series(other, file)) {
                return Some(file);
            }
        }
        None
    }

    fn is_same_series(&self, a: usize, b: usize) -> bool {
        let log = |file: usize| self.sources.get(file).map(|source| source.log);
        log(a) == log(b)
    }

    /// The next bytes of a file's text.
    pub fn push(&mut self, file: usize, bytes: &[u8]) {
        self.open(file);
        if let Some(source) = self.sources.get_mut(file)
            && let Some(importer) = &mut source.importer
        {
            importer.push(bytes);
            source.pending.extend(importer.take());
        }
    }

    /// A file is at its end, or cannot be read any further.
    pub fn end(&mut self, file: usize) {
        self.open(file);
        let Some(source) = self.sources.get_mut(file) else { return };
        source.stage = Stage::Ended;
        let log = source.log;
        let Some(mut importer) = source.importer.take() else { return };
        importer.finish();
        source.pending.extend(importer.take());
        source.report = importer.report().clone();
        if !source.is_active() {
            self.active.retain(|&active| active != file);
        }
        let is_next =
            |other: usize| self.sources.get(other).is_some_and(Source::is_waiting) && self.is_same_series(other, file);
        if (0..self.sources.len()).any(is_next) {
            self.ended.push((log, importer));
        }
    }

    fn open(&mut self, file: usize) {
        let Some(source) = self.sources.get(file).filter(|source| source.is_waiting()) else { return };
        let mut importer = Importer::new(&source.report.name, self.options.clone());
        if let Some(before) = self.ended.iter().position(|(log, _)| *log == source.log) {
            importer.follow(self.ended.swap_remove(before).1);
        }
        if let Some(source) = self.sources.get_mut(file) {
            source.importer = Some(importer);
            source.stage = Stage::Open;
        }
        self.active.push(file);
        let is_waiting = |&file: &usize| self.sources.get(file).is_some_and(Source::is_waiting);
        self.n_passed = self.order.iter().position(is_waiting).unwrap_or(self.order.len());
    }

    /// The next frame and its file; `None` when bytes are wanted first, and at the end.
    pub fn take(&mut self) -> Option<(usize, ImportedFrame)> {
        if self.wanted().is_some() {
            return None;
        }
        let mut first: Option<(usize, EpochMillis)> = None;
        for &file in &self.active {
            let Some(frame) = self.sources.get(file).and_then(|source| source.pending.front()) else { continue };
            // Of equal times the file that was opened first.
            if first.is_none_or(|(_, at)| key(frame) < at) {
                first = Some((file, key(frame)));
            }
        }
        let (file, at) = first?;
        if self.active.len() >= MOST_OPEN {
            let next = self.order.get(self.n_passed).and_then(|&file| self.sources.get(file)?.first);
            self.has_too_many |= next.is_some_and(|next| next < at);
        }
        let source = self.sources.get_mut(file)?;
        let frame = source.pending.pop_front()?;
        let is_over = !source.is_active();
        self.is_interleaved |= self.last_file != usize::MAX && self.last_file != file && self.active.len() > 1;
        self.last_file = file;
        if is_over {
            self.active.retain(|&active| active != file);
        }
        Some((file, frame))
    }

    /// The same text among the frames of the other logs that wait, near this one in time: its file, and its station.
    pub(crate) fn twin(&self, file: usize, frame: &ImportedFrame) -> Option<(usize, &str)> {
        let others = self.active.iter().filter(|&&other| !self.is_same_series(other, file));
        others
            .flat_map(|&other| {
                let pending = self.sources.get(other).map(|source| source.pending.iter().take(MOST_TWINS));
                pending.into_iter().flatten().map(move |frame| (other, frame))
            })
            .find(|(_, other)| other.text == frame.text && (other.at - frame.at).abs() <= MOST_TWIN_MILLIS)
            .map(|(other, frame)| (other, frame.station.as_str()))
    }

    /// Frames wait, and nothing has to be read before the next one can be taken.
    pub fn has_frames(&self) -> bool {
        let has_frames = |&file: &usize| self.sources.get(file).is_some_and(|source| !source.pending.is_empty());
        self.active.iter().any(has_frames) && self.wanted().is_none()
    }

    /// All files were read to their ends.
    pub fn is_read(&self) -> bool {
        self.sources.iter().all(|source| source.stage == Stage::Ended)
    }

    /// Reads no further, and forgets the frames that wait.
    pub fn stop(&mut self) {
        for file in 0..self.sources.len() {
            if self.sources.get(file).is_some_and(|source| source.stage == Stage::Open) {
                self.end(file);
            }
        }
        self.active.clear();
        self.sources.iter_mut().for_each(|source| source.pending.clear());
    }

    /// What was found so far in the files that were opened, in the order they are read, each with its place in the order
    /// given.
    pub fn reports(&self) -> impl Iterator<Item = (usize, &Report)> {
        self.order.iter().filter_map(|&file| {
            let source = self.sources.get(file).filter(|source| !source.is_waiting())?;
            Some((file, source.importer.as_ref().map_or(&source.report, Importer::report)))
        })
    }

    /// The files belong to more than one log.
    pub fn has_several_logs(&self) -> bool {
        self.sources.iter().any(|source| source.log != 0)
    }

    /// The log a file is part of: the place of the first file of it in the order given, and its title.
    pub fn log_of(&self, file: usize) -> (usize, &str) {
        self.sources.get(file).map_or((file, ""), |source| (source.log, &source.series.title))
    }

    /// What was done about the order of the files, a sentence; empty when they were read as they were given.
    pub fn order_sentence(&self) -> String {
        if self.is_interleaved && self.has_too_many {
            return format!(
                "The files overlap in time. {MOST_OPEN} of them are read side by side, so not all frames stand in order of time."
            );
        }
        if self.is_interleaved {
            return "The files overlap in time; their frames were put in order of time.".to_owned();
        }
        if self.order.is_sorted() {
            return String::new();
        }
        let names = self.order.iter().filter_map(|&file| Some(self.sources.get(file)?.report.name.as_str()));
        let names: Vec<&str> = names.take(MOST_NAMES + 1).collect();
        let names = if names.len() > MOST_NAMES { String::new() } else { format!(": {}", names.join(", ")) };
        format!("The files were put in order, the oldest first{names}.")
    }
}

/// Nothing in the log says when.
fn has_no_time(frame: &ImportedFrame) -> bool {
    frame.marks.has(Marks::NO_TIME) || frame.marks.has(Marks::NO_DATE)
}

/// A frame without a time follows the frame before it at once.
fn key(frame: &ImportedFrame) -> EpochMillis {
    if has_no_time(frame) { f64::NEG_INFINITY } else { frame.at }
}
