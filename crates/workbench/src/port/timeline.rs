//! The part of the port that is about the timeline: its rows and counts, the filter, and traffic over time.

use super::{Direction, FrameNumber, RowKind, SelectionView, Severity};
use serde::{Deserialize, Serialize};

/// Counts over the whole transcript; connection rows are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Frames.
    pub n_frames: u32,
    /// Frames whose severity is error.
    pub n_errors: u32,
    /// Frames whose severity is warning.
    pub n_warnings: u32,
    /// Calls without an answer: waiting for more than a second, timed out, or cut off by a close.
    pub n_unanswered: u32,
    /// Frames to the CSMS.
    pub n_to_csms: u32,
    /// Frames to the station.
    pub n_to_station: u32,
    /// Frames that came when there was no room left; they were not kept.
    pub n_not_kept: u32,
    /// UTF-8 bytes of all frames.
    pub n_bytes: u64,
    /// Median and 95th percentile and largest time to an answer, milliseconds; `None` before the first answer.
    pub latency_millis: Option<[u32; 3]>,
}

/// The rows of the viewport.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RowsView {
    /// There are several stations, so each row names its own.
    pub has_stations: bool,
    /// Rows that pass the filter.
    pub n_total: u32,
    /// Index of the first row in `rows`.
    pub first_row: u32,
    /// The rows.
    pub rows: Vec<RowView>,
    /// Index of the current row, where it passes the filter.
    pub selected_row: Option<u32>,
    /// Scroll so that this row is seen, then forget it.
    pub reveal_row: Option<u32>,
    /// What is selected.
    pub selection: SelectionView,
}

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowView {
    /// Key, never reused: frames and connection events share the numbers of arrival.
    pub key: u32,
    /// Index over the filtered rows.
    pub row: u32,
    /// The frame; `None` for a connection event.
    pub frame: Option<FrameNumber>,
    /// What the row is.
    pub kind: RowKind,
    /// Which way; `None` for a connection event.
    pub direction: Option<Direction>,
    /// Identity of the station; empty while there is one station only.
    pub station: String,
    /// Clock time, UTC, `09:21:30.004`.
    pub time: String,
    /// Full date and time for the tooltip.
    pub time_full: String,
    /// Time since the row above in arrival order, `+0.084`.
    pub since_previous: String,
    /// An answer, shown indented.
    pub is_answer: bool,
    /// Action, error code, or what the row is.
    pub title: String,
    /// What matters in it.
    pub summary: String,
    /// Time to the answer, `84 ms`; empty where it does not apply.
    pub answer_after: String,
    /// A Call that still waits; `answer_after` counts from `since_epoch_millis`.
    pub waiting_since_epoch_millis: Option<f64>,
    /// Worst finding.
    pub severity: Severity,
    /// Words of the Verdict cell: `ok`, `1 error`, `CALLERROR`, …
    pub verdict: String,
    /// Sent, or left unanswered, with a fault on purpose.
    pub is_on_purpose: bool,
    /// Is one of the selected rows.
    pub is_selected: bool,
    /// Is the current row.
    pub is_current: bool,
    /// Is the other frame of the current row's exchange.
    pub is_paired: bool,
}

/// Something that can be written at the caret of the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompletionView {
    /// First unit of the text that is replaced, in UTF-16 units.
    pub start_utf16: u32,
    /// End of it, exclusive.
    pub end_utf16: u32,
    /// What takes its place.
    pub text: String,
    /// Words to show.
    pub label: String,
    /// What it is.
    pub note: String,
}

/// State of the filter.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FilterView {
    /// The text this answers.
    pub text: String,
    /// What is wrong with it; the last good filter stays in force.
    pub error: Option<FilterError>,
    /// Frames that pass.
    pub n_passed: u32,
    /// How much of the transcript the filter was tried on, 0 to 100.
    pub percent: u32,
    /// Something is filtered out.
    pub is_active: bool,
}

/// Why a filter could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilterError {
    /// First character at fault, counted in UTF-16 units.
    pub start_utf16: u32,
    /// End of the fault, exclusive, in UTF-16 units.
    pub end_utf16: u32,
    /// A sentence: what is wrong and what to write.
    pub message: String,
}

/// Traffic over time, in equal spans.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Overview {
    /// Clock time, UTC, of the first, middle and last instant; empty before the first frame.
    pub labels: Vec<String>,
    /// First and last instant of the strip; `None` before the first frame.
    pub span_epoch_millis: Option<(f64, f64)>,
    /// The spans.
    pub buckets: Vec<Bucket>,
    /// First and last bucket (inclusive) the viewport covers.
    pub window: Option<(u32, u32)>,
}

/// One span of the overview.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bucket {
    /// Frames to the CSMS.
    pub n_to_csms: u32,
    /// Frames to the station.
    pub n_to_station: u32,
    /// Worst severity in it.
    pub severity: Severity,
    /// First frame in it; 0 when it is empty.
    pub first_frame: FrameNumber,
}
