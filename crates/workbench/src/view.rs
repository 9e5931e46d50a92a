//! What of the transcript is on the screen: filter, rows that pass it, viewport, selection.

use crate::detail::clock;
use crate::exchanges;
use crate::port::{Direction, FilterError, FilterView, FrameNumber, Motion, RowKind, RowView, RowsView, Severity};
use crate::quantity;
use crate::query::{self, Facts, Pattern, Query};
use crate::records::{self, Records};
use crate::summary::{self, Line};
use crate::transcript::{ConnectionEvent, Entry, FrameRecord};
use ocpp_wire::date_time;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashMap;

/// Rows one update carries at most, whatever the page asks for.
const MOST_ROWS: u32 = 400;

/// Lines that are kept so that rows on the screen are not read again for each update.
const MOST_LINES: usize = 1_000;

/// A frame longer than this is searched by its text only; its line is not made for the search.
const LONG_FRAME_BYTES: usize = 1 << 20;

/// Filter, rows, viewport and selection.
#[derive(Debug)]
pub struct View {
    query: Query,
    text: String,
    error: Option<FilterError>,
    /// Entries that pass, in order.
    rows: Vec<u32>,
    /// Frames among them.
    n_frames: u32,
    first_row: u32,
    n_rows: u32,
    follow: bool,
    /// Selected entry.
    selected: Option<u32>,
    reveal: bool,
    lines: HashMap<FrameNumber, Line>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            query: Query::everything(),
            text: String::new(),
            error: None,
            rows: Vec::new(),
            n_frames: 0,
            first_row: 0,
            n_rows: 60,
            follow: true,
            selected: None,
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
                    self.reveal = self.selected.is_some();
                }
            }
            Err(issue) => self.error = Some(issue.to_filter_error(text)),
        }
    }

    fn refilter(&mut self, records: &Records) {
        let n = records.transcript.entries().len() as u32;
        self.rows = (0..n).filter(|&entry| self.passes(records, entry)).collect();
        self.n_frames = self.rows.iter().filter(|&&entry| is_frame(records, entry)).count() as u32;
    }

    /// Entries from this one on are new.
    pub fn append(&mut self, records: &Records, first_entry: u32) {
        let n = records.transcript.entries().len() as u32;
        for entry in first_entry..n {
            if self.passes(records, entry) {
                self.rows.push(entry);
                self.n_frames += u32::from(is_frame(records, entry));
            }
        }
    }

    /// These frames look different now: they may pass, or pass no longer.
    pub fn reconsider(&mut self, records: &Records, frames: &[FrameNumber]) {
        if self.query.is_everything() {
            return;
        }
        for &frame in frames {
            let Some(entry) = records.transcript.frame(frame).map(|record| record.entry) else { continue };
            match (self.rows.binary_search(&entry), self.passes(records, entry)) {
                (Ok(row), false) => {
                    self.rows.remove(row);
                    self.n_frames -= 1;
                }
                (Err(row), true) => {
                    self.rows.insert(row, entry);
                    self.n_frames += 1;
                }
                _ => {}
            }
        }
    }

    /// The transcript was cleared.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.n_frames = 0;
        self.selected = None;
        self.first_row = 0;
        self.lines.clear();
    }

    fn passes(&self, records: &Records, entry: u32) -> bool {
        if self.query.is_everything() {
            return true;
        }
        match records.transcript.entries().get(entry as usize) {
            Some(&Entry::Frame(number)) => match records.transcript.frame(number) {
                Some(record) => self.query.matches(&FrameFacts {
                    records,
                    number,
                    record,
                    id: OnceCell::new(),
                    action: OnceCell::new(),
                }),
                None => false,
            },
            Some(&Entry::Event(index)) => {
                records.transcript.event(index).is_some_and(|event| self.query.matches(&EventFacts { event }))
            }
            None => false,
        }
    }

    /// The rows the page can show.
    pub fn set_viewport(&mut self, first_row: u32, n_rows: u32, follow: bool) {
        self.first_row = first_row;
        self.n_rows = n_rows.clamp(1, MOST_ROWS);
        self.follow = follow;
    }

    /// Selects a frame, or nothing.
    pub fn select(&mut self, records: &Records, frame: Option<FrameNumber>) {
        self.selected = frame.and_then(|frame| records.transcript.frame(frame)).map(|record| record.entry);
        self.reveal = self.selected.is_some();
    }

    /// Selects what stands in a row.
    pub fn select_row(&mut self, row: u32) {
        self.selected = self.rows.get(row as usize).copied();
        self.reveal = true;
    }

    /// Moves the selection. Without one, the first motion selects the row it would lead to from the edge.
    pub fn go(&mut self, records: &Records, motion: Motion) {
        let Some(last) = self.rows.len().checked_sub(1) else { return };
        let row = self.selected_row();
        let target = match (motion, row) {
            (Motion::First, _) => Some(0),
            (Motion::Last, _) => Some(last),
            (Motion::By(n), Some(row)) => Some(row.saturating_add_signed(n as isize).min(last)),
            (Motion::By(n), None) => {
                Some(if n >= 0 { self.after_selected().min(last) } else { self.before_selected() })
            }
            (Motion::NextProblem, _) => {
                let from = row.map_or_else(|| self.after_selected(), |row| row + 1);
                (from..=last).find(|&row| self.is_problem(records, row))
            }
            (Motion::PreviousProblem, _) => {
                let to = row.unwrap_or_else(|| self.after_selected());
                (0..to.min(last + 1)).rev().find(|&row| self.is_problem(records, row))
            }
            (Motion::Paired, _) => {
                let pair = self.selected_frame(records).and_then(|frame| records.transcript.frame(frame)?.pair);
                if let Some(pair) = pair {
                    // Also when the filter hides it: the inspector shows it all the same.
                    self.select(records, Some(pair));
                }
                return;
            }
        };
        if let Some(entry) = target.and_then(|row| self.rows.get(row)) {
            self.selected = Some(*entry);
            self.reveal = true;
        }
    }

    /// First row behind the selection, also when the filter hides it.
    fn after_selected(&self) -> usize {
        self.selected.map_or(0, |entry| self.rows.partition_point(|&row| row <= entry))
    }

    fn before_selected(&self) -> usize {
        match self.selected {
            Some(entry) => self.rows.partition_point(|&row| row < entry).saturating_sub(1),
            None => self.rows.len().saturating_sub(1),
        }
    }

    fn is_problem(&self, records: &Records, row: usize) -> bool {
        let Some(&entry) = self.rows.get(row) else { return false };
        match records.transcript.entries().get(entry as usize) {
            Some(&Entry::Frame(number)) => {
                records.transcript.frame(number).is_some_and(|record| record.severity >= Severity::Warning)
            }
            Some(&Entry::Event(index)) => {
                records.transcript.event(index).is_some_and(|event| event.severity >= Severity::Warning)
            }
            None => false,
        }
    }

    fn selected_row(&self) -> Option<usize> {
        self.selected.and_then(|entry| self.rows.binary_search(&entry).ok())
    }

    /// The selected frame; `None` when nothing or a connection event is selected.
    pub fn selected_frame(&self, records: &Records) -> Option<FrameNumber> {
        match records.transcript.entries().get(self.selected? as usize)? {
            Entry::Frame(number) => Some(*number),
            Entry::Event(_) => None,
        }
    }

    /// State of the filter for the screen.
    pub fn filter_view(&self) -> FilterView {
        FilterView {
            text: self.text.clone(),
            error: self.error.clone(),
            n_passed: self.n_frames,
            is_active: !self.query.is_everything(),
        }
    }

    fn window(&self) -> (usize, usize) {
        let n = self.rows.len();
        let n_rows = self.n_rows as usize;
        let first = if self.follow { n.saturating_sub(n_rows) } else { (self.first_row as usize).min(n) };
        (first, (first + n_rows).min(n))
    }

    /// First and last instant on the screen.
    pub fn window_times(&self, records: &Records) -> Option<(f64, f64)> {
        let (first, end) = self.window();
        let at = |row: usize| self.rows.get(row).and_then(|&entry| records.transcript.entry_at(entry));
        Some((at(first)?, at(end.checked_sub(1)?)?))
    }

    /// The rows of the viewport. A row to be revealed is named once.
    pub fn take_rows(&mut self, records: &Records) -> RowsView {
        let (first, end) = self.window();
        let selected_row = self.selected_row().map(|row| row as u32);
        let pair = self
            .selected_frame(records)
            .and_then(|frame| records.transcript.frame(frame)?.pair)
            .and_then(|pair| records.transcript.frame(pair))
            .map(|record| record.entry);
        if self.lines.len() > MOST_LINES {
            self.lines.clear();
        }
        let entries: Vec<u32> = self.rows.get(first..end).unwrap_or_default().to_vec();
        let rows = entries
            .into_iter()
            .zip(first as u32..)
            .filter_map(|(entry, row)| {
                let mut view = self.row(records, entry, row)?;
                view.is_selected = Some(entry) == self.selected;
                view.is_paired = Some(entry) == pair;
                Some(view)
            })
            .collect();
        let reveal_row = selected_row.filter(|_| std::mem::take(&mut self.reveal));
        RowsView { n_total: self.rows.len() as u32, first_row: first as u32, rows, selected_row, reveal_row }
    }

    fn row(&mut self, records: &Records, entry: u32, row: u32) -> Option<RowView> {
        let transcript = &records.transcript;
        let at = transcript.entry_at(entry)?;
        let above = (row as usize).checked_sub(1).and_then(|above| self.rows.get(above));
        let previous = above.and_then(|&above| transcript.entry_at(above));
        let view = RowView {
            key: transcript.key(entry),
            row,
            frame: None,
            kind: RowKind::Connection,
            direction: None,
            time: clock(at),
            time_full: date_time::format_utc(at as i64),
            since_previous: previous.map_or_else(String::new, |previous| since(at - previous)),
            is_answer: false,
            title: String::new(),
            summary: String::new(),
            answer_after: String::new(),
            waiting_since_epoch_millis: None,
            severity: Severity::Ok,
            verdict: String::new(),
            is_selected: false,
            is_paired: false,
        };
        match *transcript.entries().get(entry as usize)? {
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
        let is_waiting = is_call && record.pair.is_none() && records.exchanges.open().contains(&number);
        let answer_after = match record.latency_millis {
            Some(millis) if !is_call => quantity::span(f64::from(millis)),
            _ if is_call && record.is_unanswered && !is_waiting => "none".to_owned(),
            _ => String::new(),
        };
        let is_answer = matches!(record.kind, RowKind::Result | RowKind::Error | RowKind::ResultError);
        RowView {
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

/// Time since the row above: `+0.084`, `+11.03`, `+1204`.
fn since(millis: f64) -> String {
    let seconds = millis.max(0.0) / 1_000.0;
    if seconds < 10.0 {
        format!("+{}", quantity::fixed(seconds, 3))
    } else if seconds < 100.0 {
        format!("+{}", quantity::fixed(seconds, 2))
    } else {
        format!("+{}", quantity::fixed(seconds, 0))
    }
}

fn is_frame(records: &Records, entry: u32) -> bool {
    matches!(records.transcript.entries().get(entry as usize), Some(Entry::Frame(_)))
}

/// Title and summary of a stored frame.
fn line_of(records: &Records, number: FrameNumber, record: &FrameRecord) -> Line {
    let text = records.transcript.text(number);
    if record.is_binary {
        return Line { title: "Binary message".to_owned(), text: text.chars().take(100).collect() };
    }
    let reading = records::read(text, false, record.version);
    summary::line(record.version, &records.action_of(number), &reading.envelope, &reading.tree, text)
}

struct FrameFacts<'a> {
    records: &'a Records,
    number: FrameNumber,
    record: &'a FrameRecord,
    id: OnceCell<String>,
    action: OnceCell<String>,
}

impl Facts for FrameFacts<'_> {
    fn kind(&self) -> RowKind {
        self.record.kind
    }

    fn direction(&self) -> Option<Direction> {
        Some(self.record.direction)
    }

    fn severity(&self) -> Severity {
        self.record.severity
    }

    fn frame(&self) -> Option<u32> {
        Some(self.number)
    }

    fn action(&self) -> &str {
        let name = self.records.transcript.name(self.record.action);
        if name.is_empty() { self.action.get_or_init(|| self.records.action_of(self.number)) } else { name }
    }

    fn message_id(&self) -> &str {
        if self.record.kind == RowKind::Unreadable {
            return "";
        }
        self.id.get_or_init(|| exchanges::message_id(&self.records.transcript, self.number).unwrap_or_default())
    }

    fn error_code(&self) -> &str {
        self.records.transcript.name(self.record.code)
    }

    fn is_unanswered(&self) -> bool {
        self.record.is_unanswered
    }

    fn latency_millis(&self) -> Option<u32> {
        self.record.latency_millis
    }

    fn raw(&self) -> &str {
        self.records.transcript.text(self.number)
    }

    fn row_text(&self) -> Cow<'_, str> {
        if self.raw().len() > LONG_FRAME_BYTES {
            return Cow::Borrowed("");
        }
        let line = line_of(self.records, self.number, self.record);
        Cow::Owned(format!("{} {}", line.title, line.text))
    }

    fn has_rule(&self, pattern: &Pattern) -> bool {
        self.records.findings(self.number).iter().any(|finding| pattern.matches(finding.rule.id))
    }
}

struct EventFacts<'a> {
    event: &'a ConnectionEvent,
}

impl Facts for EventFacts<'_> {
    fn kind(&self) -> RowKind {
        RowKind::Connection
    }

    fn direction(&self) -> Option<Direction> {
        None
    }

    fn severity(&self) -> Severity {
        self.event.severity
    }

    fn frame(&self) -> Option<u32> {
        None
    }

    fn action(&self) -> &'static str {
        ""
    }

    fn message_id(&self) -> &'static str {
        ""
    }

    fn error_code(&self) -> &'static str {
        ""
    }

    fn is_unanswered(&self) -> bool {
        false
    }

    fn latency_millis(&self) -> Option<u32> {
        None
    }

    fn raw(&self) -> &'static str {
        ""
    }

    fn row_text(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{} {}", self.event.title, self.event.text))
    }

    fn has_rule(&self, _pattern: &Pattern) -> bool {
        false
    }
}
