//! What the user does to the selection, and what is selected of the rows that are shown.
//!
//! Selected is what lies in a range of [`Selection`](super::selection::Selection) and passes the filter. A frame that
//! comes to pass later, because its answer has come or because it is new, does not join.

use super::{Rows, View};
use crate::capture::Marks;
use crate::port::{Motion, Pick, SelectionView};
use crate::quantity;
use crate::records::Records;
use crate::transcript::Entry;
use std::ops::Range;

impl View {
    /// A row was clicked. Whether another row became the current one.
    pub fn pick(&mut self, records: &Records, key: u32, how: Pick) -> bool {
        let Some(entry) = records.transcript.entry_of_key(key) else { return false };
        let before = self.selection.current();
        match how {
            Pick::Only => self.selection.only(Some(entry)),
            Pick::Extend => self.selection.extend(entry, false),
            Pick::ExtendToo => self.selection.extend(entry, true),
            Pick::Toggle => self.selection.toggle(entry),
        }
        self.reveal = true;
        before != Some(entry)
    }

    /// Moves the current row and selects everything from the anchor to it. Whether it is another row now.
    pub fn extend(&mut self, records: &Records, motion: Motion) -> bool {
        let before = self.selection.current();
        let Some(entry) = self.target(records, motion) else { return false };
        self.selection.extend(entry, false);
        self.reveal = true;
        before != Some(entry)
    }

    /// Selects every row, also those a filter that is still being tried will show; no row that arrives from now on.
    pub fn select_all(&mut self, records: &Records) {
        self.selection.all(records.transcript.n_entries());
    }

    /// Back to the current row alone.
    pub fn select_current_only(&mut self) {
        self.selection.current_only();
    }

    /// The rows of a range; none where the filter hides all of it.
    fn rows_of(&self, records: &Records, (first, last): (u32, u32)) -> Range<usize> {
        let n = self.n_rows_in(records);
        let row_from = |entry: u32| self.row_of(entry).unwrap_or_else(|row| row).min(n);
        row_from(first)..last.checked_add(1).map_or(n, row_from)
    }

    /// All selected entries, in order.
    pub fn selected_entries(&self, records: &Records) -> Vec<u32> {
        let mut entries = Vec::new();
        for &range in self.selection.ranges() {
            for row in self.rows_of(records, range) {
                entries.extend(self.entry_of(records, row));
            }
        }
        entries
    }

    /// How many rows are selected, and what is said of them.
    pub fn selection_view(&self, records: &Records) -> SelectionView {
        let (mut n_rows, mut n_frames) = (0, 0);
        let (mut first, mut last) = (None, None);
        for &range in self.selection.ranges() {
            let rows = self.rows_of(records, range);
            if rows.is_empty() {
                continue;
            }
            n_rows += rows.len() as u32;
            n_frames += self.n_frames_in(records, &rows);
            first = first.or_else(|| self.entry_of(records, rows.start));
            last = rows.end.checked_sub(1).and_then(|row| self.entry_of(records, row));
        }
        let span = match (first, last) {
            (Some(first), Some(last)) if first < last => span_between(records, first, last),
            _ => String::new(),
        };
        SelectionView { n_rows, n_frames, span }
    }

    /// Frames among rows that are there.
    fn n_frames_in(&self, records: &Records, rows: &Range<usize>) -> u32 {
        match &self.rows {
            Rows::All => {
                let before = |row: usize| records.transcript.n_frames_before(row as u32);
                before(rows.end) - before(rows.start)
            }
            Rows::Some { entries, events, .. } => {
                let before = |row: usize| match entries.get(row) {
                    Some(&entry) => events.partition_point(|&event| event < entry),
                    None => events.len(),
                };
                (rows.len() - (before(rows.end) - before(rows.start))) as u32
            }
        }
    }
}

/// The time between two entries in words; empty where it is not known or runs backwards.
fn span_between(records: &Records, first: u32, last: u32) -> String {
    let at = |entry: u32| match records.transcript.entry(entry)? {
        Entry::Frame(number) => {
            records.transcript.frame(number).filter(|record| !record.marks.has(Marks::NO_TIME)).map(|record| record.at)
        }
        Entry::Event(index) => records.transcript.event(index).map(|event| event.at),
    };
    match (at(first), at(last)) {
        (Some(from), Some(to)) if to >= from => quantity::fine_span(to - from),
        _ => String::new(),
    }
}
