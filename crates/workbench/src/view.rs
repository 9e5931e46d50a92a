//! What of the transcript is on the screen: filter, rows that pass it, viewport, current row.

use crate::capture::Marks;
use crate::detail::clock;
use crate::port::{FilterError, FilterView, FrameNumber, Motion, RowKind, RowView, RowsView, Severity};
use crate::quantity;
use crate::query::{self, Query};
use crate::records::{self, Records};
use crate::summary::{self, Line};
use crate::transcript::{Entry, FrameRecord};
use facts::{EventFacts, FrameFacts};
use ocpp_wire::date_time;
use selection::Selection;
use std::collections::HashMap;

mod facts;
mod selected;
mod selection;

/// Rows one update carries at most, whatever the page asks for.
const MOST_ROWS: u32 = 400;

/// Lines that are kept so that rows on the screen are not read again for each update.
const MOST_LINES: usize = 1_000;

/// Entries a new filter is tried on before anything else happens; the rest follows in pieces.
const AT_ONCE: u32 = 2_000;

/// Filter, rows, viewport and selection.
#[derive(Debug)]
pub struct View {
    query: Query,
    text: String,
    error: Option<FilterError>,
    rows: Rows,
    first_row: u32,
    n_rows: u32,
    follow: bool,
    selection: Selection,
    reveal: bool,
    lines: HashMap<FrameNumber, Line>,
}

/// Which entries are shown.
#[derive(Debug, Default)]
enum Rows {
    /// All of them: row and entry are the same number.
    #[default]
    All,
    /// Those that pass the filter.
    Some {
        /// The entries, in order.
        entries: Vec<u32>,
        /// The connection events among them, in order; the others are frames.
        events: Vec<u32>,
        /// Entries that were tried so far; the rest waits for [`View::work`].
        n_tried: u32,
    },
}

impl Default for View {
    fn default() -> Self {
        Self {
            query: Query::everything(),
            text: String::new(),
            error: None,
            rows: Rows::All,
            first_row: 0,
            n_rows: 60,
            follow: true,
            selection: Selection::default(),
            reveal: false,
            lines: HashMap::new(),
        }
    }
}

impl View {
    /// The filter text changed. With a syntax error the last good filter stays in force.
    pub fn set_filter(&mut self, records: &Records, text: &str) {
        text.clone_into(&mut self.text);
        match query::parse(text) {
            Ok(query) => {
                self.error = None;
                if query != self.query {
                    self.query = query;
                    self.refilter(records);
                    self.selection.current_only();
                    self.reveal = self.selection.current().is_some();
                }
            }
            Err(issue) => self.error = Some(issue.to_filter_error(text)),
        }
    }

    fn refilter(&mut self, records: &Records) {
        if self.query.is_everything() {
            self.rows = Rows::All;
            return;
        }
        self.rows = Rows::Some { entries: Vec::new(), events: Vec::new(), n_tried: 0 };
        self.work(records, AT_ONCE);
    }

    /// Tries the filter on at most so many further entries. Whether rows may have changed.
    pub fn work(&mut self, records: &Records, n: u32) -> bool {
        let Rows::Some { n_tried, .. } = &self.rows else { return false };
        let from = *n_tried;
        let to = records.transcript.n_entries().min(from.saturating_add(n));
        if from >= to {
            return false;
        }
        let passed: Vec<u32> = (from..to).filter(|&entry| self.passes(records, entry)).collect();
        if let Rows::Some { entries, events, n_tried } = &mut self.rows {
            events.extend(passed.iter().filter(|&&entry| !is_frame(records, entry)));
            entries.extend(passed);
            *n_tried = to;
        }
        true
    }

    /// Entries wait for [`View::work`].
    pub fn has_work(&self, records: &Records) -> bool {
        matches!(self.rows, Rows::Some { n_tried, .. } if n_tried < records.transcript.n_entries())
    }

    /// These frames look different now: they may pass, or pass no longer.
    pub fn reconsider(&mut self, records: &Records, frames: &[FrameNumber]) {
        let Rows::Some { n_tried, .. } = self.rows else { return };
        for &frame in frames {
            let Some(entry) = records.transcript.frame(frame).map(|record| record.entry) else { continue };
            if entry >= n_tried {
                continue;
            }
            let passes = self.passes(records, entry);
            let Rows::Some { entries, .. } = &mut self.rows else { return };
            match (entries.binary_search(&entry), passes) {
                (Ok(row), false) => {
                    entries.remove(row);
                }
                (Err(row), true) => {
                    entries.insert(row, entry);
                    // The user never saw it among the others. The current one was selected by itself.
                    if self.selection.current() != Some(entry) {
                        self.selection.remove(entry);
                    }
                }
                _ => {}
            }
        }
    }

    fn n_rows_in(&self, records: &Records) -> usize {
        match &self.rows {
            Rows::All => records.transcript.n_entries() as usize,
            Rows::Some { entries, .. } => entries.len(),
        }
    }

    /// The entry of a row.
    fn entry_of(&self, records: &Records, row: usize) -> Option<u32> {
        match &self.rows {
            Rows::All => u32::try_from(row).ok().filter(|&row| row < records.transcript.n_entries()),
            Rows::Some { entries, .. } => entries.get(row).copied(),
        }
    }

    /// The row of an entry: `Ok` when it is shown, else where it would stand.
    fn row_of(&self, entry: u32) -> Result<usize, usize> {
        match &self.rows {
            Rows::All => Ok(entry as usize),
            Rows::Some { entries, .. } => entries.binary_search(&entry),
        }
    }

    /// The transcript was cleared.
    pub fn clear(&mut self) {
        if let Rows::Some { .. } = self.rows {
            self.rows = Rows::Some { entries: Vec::new(), events: Vec::new(), n_tried: 0 };
        }
        self.selection = Selection::default();
        self.first_row = 0;
        self.lines.clear();
    }

    fn passes(&self, records: &Records, entry: u32) -> bool {
        if self.query.is_everything() {
            return true;
        }
        match records.transcript.entry(entry) {
            Some(Entry::Frame(number)) => match records.transcript.frame(number) {
                Some(record) => self.query.matches(&FrameFacts::new(records, number, record)),
                None => false,
            },
            Some(Entry::Event(index)) => records.transcript.event(index).is_some_and(|event| {
                let station = &records.transcript.connection(event.connection).station;
                self.query.matches(&EventFacts { station, event })
            }),
            None => false,
        }
    }

    /// The rows the page can show.
    pub fn set_viewport(&mut self, first_row: u32, n_rows: u32, follow: bool) {
        self.first_row = first_row;
        self.n_rows = n_rows.clamp(1, MOST_ROWS);
        self.follow = follow;
    }

    /// Selects a frame alone, or nothing.
    pub fn select(&mut self, records: &Records, frame: Option<FrameNumber>) {
        let entry = frame.and_then(|frame| records.transcript.frame(frame)).map(|record| record.entry);
        self.selection.only(entry);
        self.reveal = entry.is_some();
    }

    /// Moves to another row, and selects it alone.
    pub fn go(&mut self, records: &Records, motion: Motion) {
        if let Some(entry) = self.target(records, motion) {
            self.selection.only(Some(entry));
            self.reveal = true;
        }
    }

    /// Where a motion leads; `None` when nowhere. Without a current row, it leads in from the edge.
    fn target(&self, records: &Records, motion: Motion) -> Option<u32> {
        let last = self.n_rows_in(records).checked_sub(1)?;
        let row = self.current_row();
        let target = match (motion, row) {
            (Motion::First, _) => Some(0),
            (Motion::Last, _) => Some(last),
            (Motion::By(n), Some(row)) => Some(row.saturating_add_signed(n as isize).min(last)),
            (Motion::By(n), None) => {
                Some(if n >= 0 { self.after_current().min(last) } else { self.before_current(last) })
            }
            (Motion::NextProblem, _) => {
                let from = row.map_or_else(|| self.after_current(), |row| row + 1);
                (from..=last).find(|&row| self.is_problem(records, row))
            }
            (Motion::PreviousProblem, _) => {
                let to = row.unwrap_or_else(|| self.after_current());
                (0..to.min(last + 1)).rev().find(|&row| self.is_problem(records, row))
            }
            (Motion::Paired, _) => {
                let pair = self.selected_frame(records).and_then(|frame| records.transcript.frame(frame)?.pair())?;
                // Also when the filter hides it: the inspector shows it all the same.
                return records.transcript.frame(pair).map(|record| record.entry);
            }
        };
        self.entry_of(records, target?)
    }

    /// First row behind the current one, also when the filter hides that.
    fn after_current(&self) -> usize {
        self.selection.current().map_or(0, |entry| self.row_of(entry).map_or_else(|row| row, |row| row + 1))
    }

    fn before_current(&self, last: usize) -> usize {
        match self.selection.current() {
            Some(entry) => self.row_of(entry).unwrap_or_else(|row| row).saturating_sub(1),
            None => last,
        }
    }

    fn is_problem(&self, records: &Records, row: usize) -> bool {
        let Some(entry) = self.entry_of(records, row) else { return false };
        match records.transcript.entry(entry) {
            Some(Entry::Frame(number)) => {
                records.transcript.frame(number).is_some_and(|record| record.severity >= Severity::Warning)
            }
            Some(Entry::Event(index)) => {
                records.transcript.event(index).is_some_and(|event| event.severity >= Severity::Warning)
            }
            None => false,
        }
    }

    fn current_row(&self) -> Option<usize> {
        self.selection.current().and_then(|entry| self.row_of(entry).ok())
    }

    /// The current frame; `None` when there is no current row, or a connection event is.
    pub fn selected_frame(&self, records: &Records) -> Option<FrameNumber> {
        match records.transcript.entry(self.selection.current()?)? {
            Entry::Frame(number) => Some(number),
            Entry::Event(_) => None,
        }
    }

    /// Text of the filter in force; empty shows everything.
    pub fn filter_text(&self) -> String {
        if self.query.is_everything() { String::new() } else { self.query.to_text() }
    }

    /// All entries that pass, in order.
    pub fn entries(&self, records: &Records) -> Vec<u32> {
        (0..self.n_rows_in(records)).filter_map(|row| self.entry_of(records, row)).collect()
    }

    /// State of the filter for the screen.
    pub fn filter_view(&self, records: &Records) -> FilterView {
        let (n_passed, n_tried) = match &self.rows {
            Rows::All => (records.transcript.n_frames(), records.transcript.n_entries()),
            Rows::Some { entries, events, n_tried } => ((entries.len() - events.len()) as u32, *n_tried),
        };
        let n_entries = records.transcript.n_entries();
        FilterView {
            text: self.text.clone(),
            error: self.error.clone(),
            n_passed,
            percent: (u64::from(n_tried) * 100).checked_div(u64::from(n_entries)).unwrap_or(100) as u32,
            is_active: !self.query.is_everything(),
        }
    }

    fn window(&self, records: &Records) -> (usize, usize) {
        let n = self.n_rows_in(records);
        let n_rows = self.n_rows as usize;
        let first = if self.follow { n.saturating_sub(n_rows) } else { (self.first_row as usize).min(n) };
        (first, (first + n_rows).min(n))
    }

    /// First and last instant on the screen.
    pub fn window_times(&self, records: &Records) -> Option<(f64, f64)> {
        let (first, end) = self.window(records);
        let at = |row: usize| self.entry_of(records, row).and_then(|entry| records.transcript.entry_at(entry));
        Some((at(first)?, at(end.checked_sub(1)?)?))
    }

    /// The rows of the viewport. A row to be revealed is named once.
    pub fn take_rows(&mut self, records: &Records) -> RowsView {
        let (first, end) = self.window(records);
        let selected_row = self.current_row().map(|row| row as u32);
        let pair = self
            .selected_frame(records)
            .and_then(|frame| records.transcript.frame(frame)?.pair())
            .and_then(|pair| records.transcript.frame(pair))
            .map(|record| record.entry);
        if self.lines.len() > MOST_LINES {
            self.lines.clear();
        }
        let entries: Vec<u32> = (first..end).filter_map(|row| self.entry_of(records, row)).collect();
        let rows = entries
            .into_iter()
            .zip(first as u32..)
            .filter_map(|(entry, row)| {
                let mut view = self.row(records, entry, row)?;
                view.is_selected = self.selection.has(entry);
                view.is_current = Some(entry) == self.selection.current();
                view.is_paired = Some(entry) == pair;
                Some(view)
            })
            .collect();
        let reveal_row = selected_row.filter(|_| std::mem::take(&mut self.reveal));
        let has_stations = records.transcript.has_stations();
        RowsView {
            has_stations,
            n_total: self.n_rows_in(records) as u32,
            first_row: first as u32,
            rows,
            selected_row,
            reveal_row,
            selection: self.selection_view(records),
        }
    }

    fn row(&mut self, records: &Records, entry: u32, row: u32) -> Option<RowView> {
        let transcript = &records.transcript;
        let at = transcript.entry_at(entry)?;
        let above = (row as usize).checked_sub(1).and_then(|above| self.entry_of(records, above));
        let previous = above.and_then(|above| transcript.entry_at(above));
        let view = RowView {
            key: transcript.key(entry),
            row,
            frame: None,
            kind: RowKind::Connection,
            direction: None,
            station: String::new(),
            time: clock(at),
            time_full: date_time::format_utc(at as i64),
            since_previous: previous.map_or_else(String::new, |previous| quantity::since(at - previous)),
            is_answer: false,
            title: String::new(),
            summary: String::new(),
            answer_after: String::new(),
            waiting_since_epoch_millis: None,
            severity: Severity::Ok,
            verdict: String::new(),
            is_on_purpose: false,
            is_selected: false,
            is_current: false,
            is_paired: false,
        };
        match transcript.entry(entry)? {
            Entry::Frame(number) => Some(self.frame_row(records, number, view)),
            Entry::Event(index) => {
                let event = transcript.event(index)?;
                Some(RowView {
                    title: event.title.clone(),
                    summary: event.text.clone(),
                    severity: event.severity,
                    verdict: event.severity.as_str().to_owned(),
                    ..view
                })
            }
        }
    }

    fn frame_row(&mut self, records: &Records, number: FrameNumber, view: RowView) -> RowView {
        let Some(record) = records.transcript.frame(number) else { return view };
        let line = self.lines.entry(number).or_insert_with(|| line_of(records, number, record)).clone();
        let is_call = record.kind == RowKind::Call;
        let is_waiting = is_call
            && record.pair().is_none()
            && records.exchanges.is_open(record.connection, record.direction, number);
        let answer_after = match record.latency_millis() {
            Some(millis) if !is_call => quantity::span(f64::from(millis)),
            _ if is_call && record.is_unanswered && !is_waiting => "none".to_owned(),
            _ => String::new(),
        };
        let is_answer = matches!(record.kind, RowKind::Result | RowKind::Error | RowKind::ResultError);
        let station = if records.transcript.has_stations() {
            records.transcript.connection(record.connection).station.clone()
        } else {
            String::new()
        };
        RowView {
            station,
            frame: Some(number),
            kind: record.kind,
            direction: Some(record.direction),
            is_answer,
            title: line.title,
            summary: line.text,
            answer_after,
            waiting_since_epoch_millis: is_waiting.then_some(record.at),
            severity: record.severity,
            verdict: verdict(records, number, record),
            is_on_purpose: record.marks.has(Marks::ON_PURPOSE),
            ..view
        }
    }
}

/// Words of the Verdict cell.
fn verdict(records: &Records, number: FrameNumber, record: &FrameRecord) -> String {
    let word = record.severity.as_str();
    let n = records.findings(number).iter().filter(|finding| finding.severity == record.severity).count();
    if n > 1 && record.severity >= Severity::Warning { format!("{n} {word}s") } else { word.to_owned() }
}

fn is_frame(records: &Records, entry: u32) -> bool {
    matches!(records.transcript.entry(entry), Some(Entry::Frame(_)))
}

/// Title and summary of a stored frame.
fn line_of(records: &Records, number: FrameNumber, record: &FrameRecord) -> Line {
    let text = records.transcript.text(number);
    if record.is_binary {
        return Line { title: "Binary message".to_owned(), text: text.chars().take(100).collect() };
    }
    let reading = records::read_marked(text, false, record.version, record.marks);
    summary::line(record.version, &records.action_of(number), &reading.envelope, &reading.tree, text)
}
