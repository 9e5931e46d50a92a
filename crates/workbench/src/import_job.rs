//! Reading logs, as the workbench sees it: several files as one capture, frames taken in piece by piece, progress, and what
//! is said about each file.

#[cfg(test)]
mod tests;

use crate::capture::Marks;
use crate::import::{
    Copies, Copy, ImportedFrame, Intake, Merge, Options, Perspective, Report, Swap, formats, has_sure_id,
};
use crate::port::{Direction, FrameNumber, ImportChoice, ImportFile, ImportState, ImportView};
use crate::records::{Records, Schemas};
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;
use std::collections::HashMap;

/// Frames one piece of work takes in.
const PIECE: usize = 40;

/// Expanded text above which a compressed file must not be smaller by more than [`MOST_RATIO`].
const BOMB_BYTES: u64 = 64 << 20;

/// How much smaller than its text a compressed log may be. Real ones stay below 60.
const MOST_RATIO: u64 = 200;

/// What has become of a file.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// Bytes that were read, as they lie on the disk.
    disk_bytes: u64,
    /// Bytes of its text.
    text_bytes: u64,
    /// Frames that another file holds as well.
    copies: u32,
    /// How often it was tried to find its station in another log.
    tries: u32,
}

/// Reads one batch of files.
#[derive(Debug)]
pub struct ImportJob {
    options: Options,
    merge: Merge,
    progress: Vec<Progress>,
    intake: Intake,
    /// Looks for frames that two logs hold.
    copies: Copies,
    /// There are several logs, so that a station without a name is called after its file.
    has_several_logs: bool,
    /// What the stations without a name are really called, by the name of their file.
    aliases: HashMap<String, String>,
    /// Bytes of all files as they lie on the disk.
    n_total: u64,
    n_frames: u32,
    n_dropped: u32,
    started: EpochMillis,
    ended: Option<EpochMillis>,
    state: ImportState,
    error: String,
    /// The transcript held nothing else when this began, so it can be read again in another way.
    can_change: bool,
}

impl ImportJob {
    /// Begins to read files of these names and sizes.
    pub fn new(now: EpochMillis, files: &[(String, u64)], options: Options, can_change: bool) -> Self {
        let merge = Merge::new(files.iter().map(|(name, _)| name.as_str()), options.clone());
        Self {
            options,
            has_several_logs: merge.has_several_logs(),
            merge,
            progress: vec![Progress::default(); files.len()],
            intake: Intake::default(),
            copies: Copies::default(),
            aliases: HashMap::new(),
            n_total: files.iter().map(|(_, size)| size).sum(),
            n_frames: 0,
            n_dropped: 0,
            started: now,
            ended: None,
            state: ImportState::Reading,
            error: String::new(),
            can_change,
        }
    }

    /// Looks at the beginning of a file, before any is read.
    pub fn look(&mut self, file: usize, beginning: &[u8]) {
        self.merge.look(file, beginning);
    }

    /// The next bytes of a file's text. `n_read` is how many of its bytes were read for them so far.
    pub fn push(&mut self, file: usize, bytes: &[u8], n_read: u64) {
        if self.state != ImportState::Reading {
            return;
        }
        let Some(progress) = self.progress.get_mut(file) else { return };
        progress.disk_bytes = n_read;
        progress.text_bytes += bytes.len() as u64;
        if progress.text_bytes > BOMB_BYTES && progress.text_bytes / MOST_RATIO > n_read.max(1) {
            self.fail(
                file,
                "This file expands to more than 200 times its size; no log does that. What was read until then is kept.",
            );
            return;
        }
        self.merge.push(file, bytes);
    }

    /// A file is at its end.
    pub fn end_file(&mut self, file: usize) {
        self.merge.end(file);
    }

    /// A file cannot be read any further. The others are.
    pub fn fail(&mut self, file: usize, why: &str) {
        self.merge.end(file);
        if !self.error.is_empty() {
            self.error.push(' ');
        }
        self.error.push_str(why);
    }

    /// The user has seen enough; what was read is kept.
    pub fn cancel(&mut self) {
        if self.is_running() {
            self.merge.stop();
            self.state = ImportState::Cancelled;
        }
    }

    /// Files are read, or frames wait to be taken in.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// Frames wait, or the end has come and was not dealt with.
    pub fn has_work(&self) -> bool {
        self.is_running() && (self.is_over() || self.merge.has_frames())
    }

    /// Nothing more is read.
    pub fn is_over(&self) -> bool {
        self.state != ImportState::Reading || self.merge.is_read()
    }

    /// The file whose next bytes are wanted; `None` while frames wait to be taken in, and when nothing more is read.
    pub fn wanted(&self) -> Option<usize> {
        if self.is_over() { None } else { self.merge.wanted() }
    }

    /// Takes frames in. Gives those that look different now.
    pub fn work(&mut self, now: EpochMillis, records: &mut Records, schemas: &Schemas) -> Vec<FrameNumber> {
        let mut changed = Vec::new();
        for _ in 0..PIECE {
            let Some((file, mut frame)) = self.merge.take() else { break };
            if self.has_several_logs && self.is_copy(records, file, &mut frame) {
                continue;
            }
            if !records.transcript.has_room(frame.text.len()) {
                self.n_dropped += 1;
                continue;
            }
            changed.append(&mut self.intake.take(records, schemas, file, &frame));
            self.n_frames += u32::from(frame.event.is_none());
        }
        if self.is_over() && self.is_running() && !self.merge.has_frames() {
            changed.append(&mut self.intake.finish(records));
            self.ended = Some(now);
            if self.state == ImportState::Reading {
                self.state = if self.error.is_empty() { ImportState::Done } else { ImportState::Failed };
            }
        }
        changed
    }

    /// Names the station of a frame whose log does not, and says whether another log has given the same frame already.
    fn is_copy(&mut self, records: &mut Records, file: usize, frame: &mut ImportedFrame) -> bool {
        let (log, title) = self.merge.log_of(file);
        let mut is_titled = frame.station.is_empty() && frame.connection == 0;
        if is_titled {
            if !self.aliases.contains_key(title) && has_sure_id(frame) {
                let title = title.to_owned();
                self.look_for_twin(records, file, frame, title);
            }
            let title = self.merge.log_of(file).1;
            let alias = self.aliases.get(title);
            is_titled = alias.is_none();
            frame.station = alias.map_or(title, String::as_str).to_owned();
        }
        let Copy::Of { station, is_titled: is_other } = self.copies.look(log, is_titled, frame) else { return false };
        // One of the two logs does not name its station: it is that of the other.
        if station != frame.station {
            let (from, to) = if is_titled { (&frame.station, &station) } else { (&station, &frame.station) };
            if is_titled || is_other {
                self.intake.rename(records, from, to);
                self.aliases.insert(from.clone(), to.clone());
            }
        }
        if let Some(progress) = self.progress.get_mut(file) {
            progress.copies += 1;
        }
        true
    }

    /// Of a log that does not name its station: another one that has the same frame may. Tried a few times only.
    fn look_for_twin(&mut self, records: &mut Records, file: usize, frame: &ImportedFrame, title: String) {
        const MOST_TRIES: u32 = 50;
        let Some(progress) = self.progress.get_mut(file).filter(|progress| progress.tries < MOST_TRIES) else {
            return;
        };
        progress.tries += 1;
        let Some((other, station)) = self.merge.twin(file, frame) else { return };
        let station = if station.is_empty() { self.merge.log_of(other).1 } else { station }.to_owned();
        // Not in a circle.
        if station != title && !self.aliases.contains_key(&station) {
            self.intake.rename(records, &title, &station);
            self.aliases.insert(title, station);
        }
    }

    /// For the screen.
    pub fn view(&self, now: EpochMillis) -> ImportView {
        let seconds = (self.ended.unwrap_or(now) - self.started).max(1.0) / 1_000.0;
        let n_read: u64 = self.progress.iter().map(|progress| progress.disk_bytes).sum();
        let bytes_per_second = n_read as f64 / seconds;
        let left = self.n_total.saturating_sub(n_read) as f64;
        ImportView {
            state: self.state,
            is_running: self.is_running(),
            n_bytes: n_read,
            n_total_bytes: self.n_total,
            n_frames: self.n_frames,
            n_dropped: self.n_dropped,
            bytes_per_second,
            seconds,
            seconds_left: (self.is_running() && seconds > 0.5 && bytes_per_second > 0.0)
                .then_some(left / bytes_per_second),
            error: self.error.clone(),
            files: self.merge.reports().map(|(file, report)| self.file_view(file, report)).collect(),
            order: self.merge.order_sentence(),
            can_change: self.can_change && !self.is_running(),
            choice: choice_of(&self.options),
            formats: formats::FORMATS.iter().map(|f| (f.id.to_owned(), f.title.to_owned())).collect(),
        }
    }

    fn file_view(&self, file: usize, report: &Report) -> ImportFile {
        let n_copies = self.progress.get(file).map_or(0, |progress| progress.copies);
        let title = if self.has_several_logs { self.merge.log_of(file).1 } else { "" };
        let station = self.aliases.get(title).map_or(title, String::as_str);
        let mut view = file_view(report, station);
        view.n_frames = view.n_frames.saturating_sub(n_copies);
        if n_copies > 0 {
            view.counts.push(plural(
                u64::from(n_copies),
                "frame that another of the files holds as well, shown once",
                "frames that another of the files holds as well, shown once",
            ));
        }
        view
    }
}

/// What the page's lists were set to.
pub fn options_of(choice: &ImportChoice) -> Options {
    Options {
        format: formats::find(&choice.format).map(|format| format.id),
        version: Version::from_number(&choice.version),
        perspective: match choice.direction.as_str() {
            "csms" => Some(Perspective::Csms),
            "station" => Some(Perspective::Station),
            _ => None,
        },
        swap: if choice.direction == "swap" { Swap::Yes } else { Swap::No },
        zone_minutes: choice.zone_minutes,
    }
}

fn choice_of(options: &Options) -> ImportChoice {
    ImportChoice {
        format: options.format.unwrap_or_default().to_owned(),
        version: options.version.map(|version| version.number().to_owned()).unwrap_or_default(),
        direction: match (options.swap, options.perspective) {
            (Swap::Yes, _) => "swap",
            (Swap::No, Some(Perspective::Csms)) => "csms",
            (Swap::No, Some(Perspective::Station)) => "station",
            (Swap::No, None) => "",
        }
        .to_owned(),
        zone_minutes: options.zone_minutes,
    }
}

fn plural(n: u64, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

/// `+01:00`
fn zone_text(minutes: i32) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// `station` is what stations are called that the log does not name; empty when they are not called at all.
fn file_view(report: &Report, station: &str) -> ImportFile {
    let versions: Vec<String> = Version::ALL
        .into_iter()
        .zip(report.n_by_version)
        .filter(|(_, n)| *n > 0)
        .map(|(version, n)| format!("{version} ({})", plural(u64::from(n), "frame", "frames")))
        .collect();
    let mut facts = Vec::new();
    if !versions.is_empty() {
        facts.push(("Version".to_owned(), versions.join(", ")));
    }
    let named = report.stations.iter().filter(|(name, _)| !name.is_empty()).count();
    let stations = match (named, report.stations.iter().find(|(name, _)| !name.is_empty())) {
        (1, Some((name, _))) => name.clone(),
        (0, _) if station.is_empty() => "not named".to_owned(),
        (0, _) => format!("not named in the log; shown as {station}"),
        (n, _) => format!("{n} stations"),
    };
    if report.n_frames > 0 {
        facts.push(("Station".to_owned(), stations));
        let direction = match report.perspective {
            Some(Perspective::Csms) => "the log is the CSMS's: what it sent went to the station",
            Some(Perspective::Station) => "the log is the station's: what it sent went to the CSMS",
            None => "decided by the actions and by which call an answer belongs to",
        };
        facts.push(("Direction".to_owned(), direction.to_owned()));
        let all = report.n_without_time == report.n_frames;
        let time = match (report.zone_minutes, report.is_zone_learned) {
            _ if all => "none in the log; frames stand in the order of their lines".to_owned(),
            (Some(minutes), true) => {
                format!("{}, learned from the answers that name the time", zone_text(minutes))
            }
            (Some(minutes), false) => format!("{}, as chosen", zone_text(minutes)),
            (None, _) if report.n_without_date > 0 => "the log has no date".to_owned(),
            (None, _) => "UTC where the log names no zone".to_owned(),
        };
        facts.push(("Time".to_owned(), time));
        if report.is_newest_first {
            facts.push(("Order".to_owned(), "newest line first in the log, turned around here".to_owned()));
        }
    }
    let mut counts = vec![plural(u64::from(report.n_lines), "line", "lines") + " read"];
    for (n, one, many) in [
        (report.n_frames, "frame", "frames"),
        (
            report.n_repeated,
            "copy of a frame by another layer of the program, left out",
            "copies of frames by other layers of the program, left out",
        ),
        (report.n_other, "line of other things", "lines of other things"),
        (report.n_blank, "empty line", "empty lines"),
        (
            report.n_payload_only,
            "line with a payload and no frame around it, which cannot be checked",
            "lines with a payload and no frame around it, which cannot be checked",
        ),
        (report.n_cut, "frame shortened by the log, not checked", "frames shortened by the log, not checked"),
        (report.n_joined, "frame over several lines, joined", "frames over several lines, joined"),
        (
            report.n_repaired,
            "frame in another notation than JSON, read as the JSON it stands for",
            "frames in another notation than JSON, read as the JSON they stand for",
        ),
        (report.n_rebuilt, "frame put together from decoded parts", "frames put together from decoded parts"),
        (report.n_not_ocpp, "text on the socket that is no OCPP", "texts on the socket that are no OCPP"),
        (report.n_guessed_direction, "frame whose direction is a guess", "frames whose direction is a guess"),
    ] {
        if n > 0 {
            counts.push(plural(u64::from(n), one, many));
        }
    }
    if report.n_bad_utf8 > 0 {
        counts.push(plural(
            report.n_bad_utf8,
            "place with bytes that are no UTF-8",
            "places with bytes that are no UTF-8",
        ));
    }
    let nothing = if report.is_finished && report.n_frames == 0 { nothing_found(report) } else { String::new() };
    ImportFile {
        name: report.name.clone(),
        format: report.format_title.clone(),
        sure_percent: u32::from(report.sure_percent),
        n_frames: report.n_frames,
        facts,
        counts,
        others: report.others.clone(),
        nothing,
    }
}

/// Why there may be no frame in it.
fn nothing_found(report: &Report) -> String {
    let why = if report.n_bytes == 0 {
        "The file is empty."
    } else if report.n_payload_only > 0 {
        "The log holds decoded payloads only, without the type, id and action of a frame. Raise the log level of the program so that it writes whole messages."
    } else if report.n_bad_utf8 > 20 {
        "This does not look like text: a picture, an archive or another binary file. Unpack archives first; gzip is read as it is."
    } else {
        "No OCPP-J frame was found: a JSON array that begins with the message type, 2 to 6, and a message id. Check that the log was written at a level that shows the messages themselves."
    };
    why.to_owned()
}

/// What is said of the marks of a frame, a sentence each.
pub fn mark_sentences(marks: Marks, line: u32, direction: Direction) -> Vec<String> {
    let mut out = Vec::new();
    if line > 0 {
        out.push(format!("Line {line} of the log."));
    }
    for (mark, sentence) in [
        (Marks::CUT, "The log shortened this frame; it is not checked."),
        (Marks::REPAIRED, "The log wrote it in another notation; this is the JSON it stands for."),
        (Marks::JOINED, "The log spread it over several lines, which were joined."),
        (Marks::REBUILT, "The log held decoded parts only; the text was put together from them."),
        (Marks::BAD_UTF8, "Some bytes were no UTF-8; \u{fffd} stands for them."),
        (Marks::GUESSED_DIRECTION, "Which way it went is a guess: nothing in the log tells."),
        (Marks::NO_TIME, "The log gives no time for it."),
        (Marks::NO_DATE, "The log gives no date for it."),
        (Marks::REPEATED, "Other layers of the program logged it as well; the copies were left out."),
        (Marks::ON_PURPOSE, on_purpose(direction)),
        (Marks::REDACTED, "Values in it were replaced before it was shared."),
        (Marks::DEMO, "Spoken with the demo CSMS inside the page: no network, nothing real."),
    ] {
        if marks.has(mark) {
            out.push(sentence.to_owned());
        }
    }
    out
}

/// What [`Marks::ON_PURPOSE`] says of a frame. Only the station's side does anything on purpose; of a request it can only
/// withhold the answer.
pub const fn on_purpose(direction: Direction) -> &'static str {
    match direction {
        Direction::ToCsms => "Sent on purpose: the station would not have done so by itself.",
        Direction::ToStation => "Left unanswered on purpose.",
    }
}
