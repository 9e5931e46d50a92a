//! What crosses the boundary between the page and the engine: [`Command`] in, [`Update`] out.
//!
//! Plain data in the vocabulary of the screen. This is the only module that derives `serde`; the bytes
//! live no longer than one message between two files of the same build, so they carry no version.

mod replies;

pub use crate::station::Act;
pub use replies::{RepliesView, ReplyAnswer, ReplyCommand, ReplyDraft, ReplyRow, ReplyRule, WaitingCall};
use serde::{Deserialize, Serialize};

/// Number of a frame in the transcript, from 1, never reused.
pub type FrameNumber = u32;

/// What the user asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Open a connection with this form. Ignored while one is open or opening.
    Connect(ConnectForm),
    /// What the station is made of; one that lives already stays as it is until the next Connect.
    Setup(SetupForm),
    /// Close the connection, or give up opening it.
    Disconnect,
    /// The user does something at the station.
    Act {
        /// Outlet, from 1.
        outlet: u8,
        /// What.
        act: Act,
    },
    /// Show the station as it is now ([`Update::station`]): its meters run.
    LookAtStation,
    /// The page was loaded again: bring the station back as it was ([`Update::saved_station`]).
    RestoreStation {
        /// What was saved.
        saved: String,
    },
    /// The form changed: show the resulting URL and what is wrong with it ([`Update::draft`]).
    Draft(ConnectForm),
    /// Send a Call with a fresh message id; the payload goes out byte for byte. Queued while another Call is open.
    SendCall {
        /// Action as typed; need not exist.
        action: String,
        /// Text of the payload element; need not be JSON.
        payload: String,
    },
    /// Send this text as one frame, at once, byte for byte.
    SendRaw {
        /// The whole frame.
        text: String,
    },
    /// Ask for a payload ([`ComposerView::template`]).
    Template {
        /// Action of the version in [`ComposerView::version`].
        action: String,
        /// Also the optional fields.
        all_fields: bool,
    },
    /// The composer's text changed: check it ([`ComposerView::issues`]).
    CheckPayload {
        /// Action chosen.
        action: String,
        /// Text typed.
        payload: String,
    },
    /// The composer's raw frame changed: say what goes out ([`ComposerView::raw_goes_out`]).
    CheckRaw {
        /// Text typed.
        text: String,
    },
    /// Ask for an example of [`ComposerView::examples`]; it comes as a template does.
    Example {
        /// Action chosen.
        action: String,
        /// Name of the example.
        name: String,
    },
    /// Send something of [`ComposerView::history`] again, its variables put in anew.
    Resend {
        /// [`SentView::id`].
        id: u32,
    },
    /// Fill the composer with something of the history ([`ComposerView::draft`]).
    Recall {
        /// [`SentView::id`].
        id: u32,
    },
    /// Choose the connector or EVSE that examples and variables are about.
    ComposerOutlet {
        /// Its number, from 1; 0 leaves the choice to the station.
        outlet: u8,
    },
    /// Fill the composer with a frame of the transcript ([`ComposerView::draft`]).
    Compose {
        /// The frame.
        frame: FrameNumber,
    },
    /// Choose the version the composer works in while nothing is connected.
    ComposerVersion {
        /// Name as in [`ConnectForm::versions`].
        version: String,
    },
    /// The rows the page can show.
    Viewport {
        /// First row wanted, counted from 0 over the rows that pass the filter.
        first_row: u32,
        /// How many rows are wanted, overscan included.
        n_rows: u32,
        /// Stay at the end: `first_row` is ignored and the last rows are sent.
        follow: bool,
    },
    /// The filter text changed.
    Filter {
        /// The whole text; empty shows everything.
        text: String,
    },
    /// Select a frame, or none.
    Select {
        /// The frame.
        frame: Option<FrameNumber>,
    },
    /// Select a connection row by its row index over the filtered rows, or the frame that stands there.
    SelectRow {
        /// Row counted from 0.
        row: u32,
    },
    /// Move the selection; the engine knows the rows, the page does not.
    Move(Motion),
    /// Show a page of the guide, such as `1.6/FormationViolation`; empty is its index.
    Guide {
        /// Address below `#/guide/`.
        path: String,
    },
    /// Make a link to the frames ([`Update::share`]).
    Share(ShareChoice),
    /// The link is not wanted any more.
    ShareClose,
    /// The page was opened with this fragment, or a link was pasted. Nothing is connected.
    OpenLink {
        /// The fragment, such as `1.…`.
        fragment: String,
    },
    /// Show the frames of the link in place of the present ones.
    AcceptLink,
    /// Say no more about the link.
    DismissLink,
    /// Write a file ([`ExportFormat`]).
    Export {
        /// What kind of file.
        format: ExportFormat,
        /// Which frames.
        scope: Scope,
    },
    /// What can be written at the caret of the filter ([`Update::completions`]).
    Complete {
        /// Text of the filter.
        text: String,
        /// Place of the caret, in UTF-16 units.
        caret_utf16: u32,
    },
    /// Read the last files again, in another way.
    ImportAgain(ImportChoice),
    /// Stop reading; what was read is kept.
    ImportCancel,
    /// Say no more about the last files.
    ImportDismiss,
    /// Something about the rules by which requests of the CSMS are answered ([`Update::replies`]).
    Reply(ReplyCommand),
    /// Throw the transcript away. Frame numbers go on.
    Clear,
    /// Something for the demo CSMS.
    Demo(DemoCommand),
    /// The page has drawn this update and can take another.
    Ack {
        /// [`Update::seq`] of it.
        seq: u32,
    },
}

/// Where the selection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Motion {
    /// Rows down (positive) or up (negative), ending at the edge.
    By(i32),
    /// First row.
    First,
    /// Last row.
    Last,
    /// Next row below with a warning or an error.
    NextProblem,
    /// Next row above with a warning or an error.
    PreviousProblem,
    /// The other frame of the exchange.
    Paired,
}

/// The connect form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ConnectForm {
    /// Address of the CSMS without the identity.
    pub url: String,
    /// Identity of the station, not encoded.
    pub identity: String,
    /// Versions to offer, most wanted first: `1.6`, `2.0.1`, `2.1`.
    pub versions: Vec<String>,
    /// User name for Basic authentication, or empty.
    pub user: String,
    /// Password for Basic authentication, or empty. Never part of an [`Update`].
    pub password: String,
    /// Send a BootNotification when the connection opens.
    pub boot: bool,
}

/// What a station is made of. What is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupForm {
    /// Who makes it.
    pub vendor: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its firmware.
    pub firmware: String,
    /// Connectors (1.6) or EVSEs (2.x), 1 to 8; 0 is as usual.
    pub n_connectors: u8,
    /// The token its user presents.
    pub token: String,
    /// Configuration keys (1.6) or `Component.Variable` (2.x) with their values.
    pub configuration: Vec<(String, String)>,
}

/// The part of a profile that a link can carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedForm {
    /// What the sender calls it.
    pub name: String,
    /// Address of the CSMS without the identity.
    pub url: String,
    /// Identity of the station.
    pub identity: String,
    /// Versions to offer, most wanted first.
    pub versions: Vec<String>,
}

/// What changed on the screen. `None` means "as before".
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Counts updates; acknowledge it.
    pub seq: u32,
    /// State of the connection.
    pub connection: Option<ConnectionView>,
    /// The form being typed.
    pub draft: Option<DraftView>,
    /// Counts over the whole transcript.
    pub summary: Option<Summary>,
    /// The rows of the viewport.
    pub rows: Option<RowsView>,
    /// State of the filter.
    pub filter: Option<FilterView>,
    /// The link that was asked for; `Some(None)` when none is wanted any more.
    pub share: Option<Option<ShareView>>,
    /// A link that was opened; `Some(None)` when nothing is said of it any more.
    pub offer: Option<Option<OfferView>>,
    /// Go there.
    pub go_to: Option<GoTo>,
    /// What can be written at the caret of the filter.
    pub completions: Option<Vec<CompletionView>>,
    /// The station we play; `Some(None)` while there is none.
    pub station: Option<Option<StationView>>,
    /// The station for [`Command::RestoreStation`]; empty when there is none to restore.
    pub saved_station: Option<String>,
    /// Files that are read; `Some(None)` when nothing is said of them any more.
    pub import: Option<Option<ImportView>>,
    /// The selected frame; `Some(None)` when nothing is selected any more.
    pub detail: Option<Option<Detail>>,
    /// Traffic over time.
    pub overview: Option<Overview>,
    /// The composer.
    pub composer: Option<ComposerView>,
    /// What is answered to the CSMS.
    pub replies: Option<RepliesView>,
    /// The findings of the transcript, by rule, worst first.
    pub findings: Option<Vec<FindingGroup>>,
    /// The page of the guide that was asked for.
    pub guide: Option<GuidePage>,
    /// The demo CSMS; `Some(None)` when nothing is connected to it any more.
    pub demo: Option<Option<DemoView>>,
    /// One sentence for the user: what happened to the last command.
    pub notice: Option<Notice>,
}

/// A sentence to show once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// How bad it is.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
}

/// The worst that is known of a frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Severity {
    /// Nothing to say.
    #[default]
    Ok,
    /// Worth knowing.
    Info,
    /// Legal but unwise, or against a "should".
    Warning,
    /// Against a "shall", or a CallError.
    Error,
}

impl Severity {
    /// All of them, mildest first.
    pub const ALL: [Self; 4] = [Self::Ok, Self::Info, Self::Warning, Self::Error];

    /// The word used in `data-severity`, in `severity:` and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Which way a frame went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    /// From the station.
    ToCsms,
    /// From the CSMS.
    ToStation,
}

impl Direction {
    /// The word used in `data-direction` and `dir:`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ToCsms => "to-csms",
            Self::ToStation => "to-station",
        }
    }

    /// The words of the Direction cell.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ToCsms => "to CSMS",
            Self::ToStation => "to station",
        }
    }

    /// The other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::ToCsms => Self::ToStation,
            Self::ToStation => Self::ToCsms,
        }
    }
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RowKind {
    /// A Call (type 2).
    Call,
    /// A CallResult (type 3).
    Result,
    /// A CallError (type 4).
    Error,
    /// A CallResultError (type 5, OCPP 2.1).
    ResultError,
    /// A Send (type 6, OCPP 2.1).
    Send,
    /// A frame without a readable OCPP-J envelope.
    Unreadable,
    /// Opened, closed, failed: not a frame.
    Connection,
}

impl RowKind {
    /// The word used in `data-kind` and `kind:`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Result => "result",
            Self::Error => "error",
            Self::ResultError => "result-error",
            Self::Send => "send",
            Self::Unreadable => "unreadable",
            Self::Connection => "connection",
        }
    }
}

/// State of the connection, with the words for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// The state.
    pub state: LinkState,
    /// Text of the status line; begins with the state's word and changes only with the state.
    pub headline: String,
    /// Agreed version (`1.6`, `2.0.1`, `2.1`), once open.
    pub version: Option<String>,
    /// The URL in use, password masked.
    pub url: String,
    /// When this state began, milliseconds since 1970.
    pub since_epoch_millis: f64,
    /// When the next Heartbeat goes out, milliseconds since 1970.
    pub heartbeat_at_epoch_millis: Option<f64>,
    /// Calls of ours that wait for their turn.
    pub n_queued: u32,
    /// What to say about it beyond the headline.
    pub explanation: Option<Explanation>,
}

/// State of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkState {
    /// Nothing open; also after a close.
    Disconnected,
    /// Waiting for the WebSocket to open, or loading the schemas.
    Connecting,
    /// Open.
    Connected,
    /// Could not be opened, refused by the browser, or lost.
    Failed,
}

/// A title, sentences, and what to check.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// How bad it is.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// Whole sentences.
    pub sentences: Vec<String>,
    /// What to check, most likely first.
    pub checks: Vec<String>,
}

/// The form being typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftView {
    /// The URL that would be opened, password masked; empty when it cannot be made.
    pub url: String,
    /// Why it cannot be opened, or what will go wrong, a sentence each.
    pub issues: Vec<String>,
    /// No issue forbids to try.
    pub can_connect: bool,
}

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
    /// Index of the selected row, where it passes the filter.
    pub selected_row: Option<u32>,
    /// Scroll so that this row is seen, then forget it.
    pub reveal_row: Option<u32>,
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
    /// Is the selected row.
    pub is_selected: bool,
    /// Is the other frame of the selected row's exchange.
    pub is_paired: bool,
}

/// Which frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those that pass the filter.
    Filtered,
    /// The selected frame and the other one of its exchange.
    Exchange,
    /// None.
    Nothing,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExportFormat {
    /// Ocppscope's own JSON lines.
    Jsonl,
    /// Open OCPP Trace.
    OpenTrace,
}

/// What a link shall carry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareChoice {
    /// Which frames.
    pub scope: Scope,
    /// Values that could point to somebody are replaced.
    pub is_redacted: bool,
    /// The profile that goes with the frames.
    pub profile: Option<SharedForm>,
    /// Values that stay all the same.
    pub keep: Vec<String>,
    /// Characters of the page's address in front of the fragment.
    pub page_chars: u32,
}

/// A link, before it is given away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ShareView {
    /// What was asked for.
    pub choice: ShareChoice,
    /// Frames in it.
    pub n_frames: u32,
    /// The fragment, without `#`; empty when it cannot be made.
    pub fragment: String,
    /// Characters of the whole address.
    pub n_chars: u32,
    /// Where a link of that length gets through.
    pub fit: String,
    /// It is too long for a link: a file gets through.
    pub is_for_file: bool,
    /// Why there is no link, or empty.
    pub problem: String,
    /// Values that are replaced, the first 500.
    pub values: Vec<ShareValue>,
    /// All values that are replaced.
    pub n_values: u32,
}

/// The station we play.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StationView {
    /// Version it speaks.
    pub version: String,
    /// Whether the CSMS has accepted it, in words.
    pub registration: String,
    /// There is a connection.
    pub is_online: bool,
    /// Transaction messages that wait to be sent.
    pub n_kept: u32,
    /// The token its user presents unless told otherwise.
    pub token: String,
    /// Error codes a fault can have, the usual one first; none in 2.x.
    pub fault_codes: Vec<String>,
    /// Its outlets, number 1 first.
    pub outlets: Vec<OutletView>,
}

/// One outlet of the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutletView {
    /// Number, from 1.
    pub number: u8,
    /// `Connector 1` in 1.6, `EVSE 1` in 2.x.
    pub name: String,
    /// Error while it is broken.
    pub severity: Severity,
    /// Status as it was reported last.
    pub status: String,
    /// Energy flows.
    pub is_charging: bool,
    /// Name and value: meter, power, transaction.
    pub facts: Vec<(String, String)>,
    /// What can be done here.
    pub acts: Vec<ActView>,
}

/// Something that can be done at an outlet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActView {
    /// Name of its button.
    pub name: String,
    /// Why it cannot be done now; empty when it can.
    pub refusal: String,
}

/// A value that is replaced in a link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareValue {
    /// What it is.
    pub kind: String,
    /// The value.
    pub original: String,
    /// What stands in its place.
    pub pseudonym: String,
    /// Where it stands, the first places.
    pub places: String,
    /// How often.
    pub n_places: u32,
    /// It stays as it is.
    pub is_kept: bool,
}

/// A link that was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferView {
    /// Its frames are shown; otherwise they wait, or there are none.
    pub is_shown: bool,
    /// One line.
    pub title: String,
    /// Whole sentences.
    pub sentences: Vec<String>,
    /// The link cannot be opened.
    pub is_broken: bool,
    /// It holds frames; without any it holds a profile only.
    pub has_frames: bool,
}

/// Where the page must go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoTo {
    /// Text of the filter.
    pub filter: String,
    /// Address, such as `#/timeline`; empty stays.
    pub route: String,
    /// Fill the form with this.
    pub profile: Option<SharedForm>,
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

/// How files are read, where the user decides; empty and `None` leave it to the importer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportChoice {
    /// Short name of a format.
    pub format: String,
    /// `1.6`, `2.0.1`, `2.1`.
    pub version: String,
    /// `csms` or `station`: whose log it is; `swap` turns every frame around.
    pub direction: String,
    /// How far the log's clock is ahead of UTC.
    pub zone_minutes: Option<i32>,
}

/// What has become of reading files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportState {
    /// They are read.
    #[default]
    Reading,
    /// They were read to the end.
    Done,
    /// The user stopped it.
    Cancelled,
    /// A file could not be read.
    Failed,
}

/// Files that are read or were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportView {
    /// What has become of it.
    pub state: ImportState,
    /// Frames are still taken in.
    pub is_running: bool,
    /// Bytes read.
    pub n_bytes: u64,
    /// Bytes of all files.
    pub n_total_bytes: u64,
    /// Frames taken in.
    pub n_frames: u32,
    /// Frames left out because there is no more room.
    pub n_dropped: u32,
    /// Rate.
    pub bytes_per_second: f64,
    /// Time since it began, or that it took.
    pub seconds: f64,
    /// Time until it will be done; `None` while nothing is known.
    pub seconds_left: Option<f64>,
    /// Why a file could not be read, or empty.
    pub error: String,
    /// The files.
    pub files: Vec<ImportFile>,
    /// The files can be read again in another way.
    pub can_change: bool,
    /// How they were read.
    pub choice: ImportChoice,
    /// The formats there are: short name and title.
    pub formats: Vec<(String, String)>,
}

/// What was found in one file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportFile {
    /// Its name.
    pub name: String,
    /// What format it has.
    pub format: String,
    /// How sure that is.
    pub sure_percent: u32,
    /// Frames in it.
    pub n_frames: u32,
    /// Name and value: version, station, direction, time.
    pub facts: Vec<(String, String)>,
    /// What became of its lines, a phrase each.
    pub counts: Vec<String>,
    /// The first lines without a frame, with their numbers.
    pub others: Vec<(u32, String)>,
    /// Why no frame was found; empty when some were.
    pub nothing: String,
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

/// Everything the inspector shows of one frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detail {
    /// The frame.
    pub frame: FrameNumber,
    /// `CALL`, `CALLRESULT`, `CALLERROR`, …
    pub kind_label: String,
    /// Action or error code.
    pub title: String,
    /// Such as `answers #211 StartTransaction · 1 204 ms`.
    pub subtitle: String,
    /// What the row is.
    pub kind: RowKind,
    /// Which way it went.
    pub direction: Direction,
    /// Worst finding.
    pub severity: Severity,
    /// The tab Explain.
    pub explain: Vec<Block>,
    /// The tab Fields: one group per payload shown.
    pub fields: Vec<FieldGroup>,
    /// The tab Raw.
    pub raw: RawView,
    /// The exchange as Markdown, for a ticket.
    pub ticket: String,
    /// What can be followed from here, with the filter that does.
    pub follow: Vec<(String, String)>,
    /// How the frame came to us, a sentence each; empty for one that came over a socket of ours.
    pub provenance: Vec<String>,
    /// The tab Exchange.
    pub exchange: Vec<ExchangeItem>,
    /// What the tab Exchange says about the pairing, a sentence each.
    pub exchange_notes: Vec<String>,
    /// The tab Findings.
    pub findings: Vec<FindingView>,
}

/// A piece of explanation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Block {
    /// The answer in short, in a coloured box.
    Callout {
        /// Colour.
        severity: Severity,
        /// The sentences.
        text: String,
        /// A quieter last line, or empty.
        note: String,
    },
    /// A small heading.
    Heading(String),
    /// Sentences.
    Paragraph(String),
    /// Points.
    List(Vec<String>),
    /// Fields at fault.
    Faults(Vec<FaultView>),
    /// Literal text.
    Code(String),
    /// A link inside the page, such as `#/guide/1.6/FormationViolation`.
    Link {
        /// Fragment.
        href: String,
        /// Words.
        text: String,
    },
}

/// One fault at one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FaultView {
    /// Frame it stands in.
    pub frame: FrameNumber,
    /// JSON pointer inside the payload, `/idTag`; empty is the payload itself.
    pub pointer: String,
    /// The value, shortened; empty when it is missing.
    pub value: String,
    /// The sentence.
    pub message: String,
    /// How bad it is.
    pub severity: Severity,
}

/// The fields of one payload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldGroup {
    /// Such as `Request #211 · StartTransaction`.
    pub title: String,
    /// The fields, parents before children.
    pub fields: Vec<FieldView>,
    /// Said instead of fields, such as "The payload is empty, as it should be."
    pub note: String,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldView {
    /// JSON pointer inside the payload.
    pub pointer: String,
    /// Nesting, 0 for the top.
    pub depth: u8,
    /// Name, or index in a list.
    pub name: String,
    /// Value as sent, shortened; for an object or list what it holds.
    pub value: String,
    /// Unit, or what the value means in other words: `Wh`, `1 204.33 kWh`.
    pub unit: String,
    /// Type and limit: `string, at most 20 characters`.
    pub type_and_limit: String,
    /// What the field means.
    pub meaning: String,
    /// Faults at the field, a sentence each.
    pub faults: Vec<String>,
    /// Worst of them.
    pub severity: Severity,
    /// The term of the filter that shows frames with this value; empty where there is none.
    pub filter: String,
    /// The frame carries the field.
    pub is_present: bool,
    /// The schema demands it.
    pub is_required: bool,
    /// The schema knows it.
    pub is_known: bool,
}

/// The text of a frame.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RawView {
    /// Size in UTF-8 bytes.
    pub n_bytes: u64,
    /// As received, in pieces.
    pub received: Vec<Token>,
    /// Bytes left out of `received` because the frame is very long.
    pub n_bytes_left_out: u64,
    /// Laid out; empty when it is not JSON or too long.
    pub pretty: Vec<Token>,
}

/// A piece of text with its part in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Token {
    /// The piece.
    pub text: String,
    /// Its part.
    pub kind: TokenKind,
    /// What is wrong here; the piece is marked.
    pub fault: Option<String>,
}

/// Part of a piece of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenKind {
    /// Brackets, commas, white space, and text that is not JSON.
    Plain,
    /// A name in an object.
    Key,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
}

/// One frame of an exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExchangeItem {
    /// The frame.
    pub frame: FrameNumber,
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub kind: RowKind,
    /// Clock time, UTC.
    pub time: String,
    /// Action or code.
    pub title: String,
    /// What matters in it.
    pub summary: String,
    /// Such as `84 ms after the call`.
    pub after: String,
    /// Worst finding.
    pub severity: Severity,
    /// Is the selected frame.
    pub is_selected: bool,
}

/// A finding on a frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingView {
    /// Such as `RPC-SCHEMA-CALL`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// JSON pointer into the frame's payload, where it applies.
    pub pointer: String,
    /// What is wrong here.
    pub message: String,
    /// What the rule means.
    pub meaning: String,
    /// Why it happens.
    pub likely_cause: String,
    /// What to check.
    pub what_to_check: String,
    /// An example.
    pub example: String,
    /// Document and clause.
    pub source: String,
}

/// All findings of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingGroup {
    /// Such as `RPC-SCHEMA-CALL`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// Worst of them.
    pub severity: Severity,
    /// How many findings.
    pub n_findings: u32,
    /// What the rule means.
    pub meaning: String,
    /// Document and clause.
    pub source: String,
    /// The first of them, at most 100.
    pub items: Vec<FaultView>,
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

/// The composer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComposerView {
    /// Version it works in: the agreed one, else the first preference.
    pub version: String,
    /// Actions the station may send, then those it may not, each sorted.
    pub actions: Vec<ActionItem>,
    /// The template that was asked for, with its action.
    pub template: Option<(String, String)>,
    /// What is wrong with the payload typed.
    pub issues: Vec<ComposerIssue>,
    /// The payload was checked and nothing is wrong.
    pub is_valid: bool,
    /// What the check could not look at, or empty.
    pub note: String,
    /// A link is open, so sending works.
    pub can_send: bool,
    /// The form of the payload.
    pub form: FormView,
    /// Names of the examples there are for the action.
    pub examples: Vec<String>,
    /// The payload with its variables put in; empty when it has none.
    pub goes_out: String,
    /// The raw frame with its variables put in; empty when it has none.
    pub raw_goes_out: String,
    /// Sentences about variables that stay as they stand.
    pub variable_notes: Vec<String>,
    /// The connector or EVSE that examples and variables are about, from 1.
    pub outlet: u8,
    /// How many the station has.
    pub n_outlets: u8,
    /// What was sent from here, newest first.
    pub history: Vec<SentView>,
    /// What the composer is to be filled with; handed over once.
    pub draft: Option<Draft>,
}

/// The form beside the payload: a row per field, in the order of the text, and what can be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormView {
    /// The rows.
    pub rows: Vec<FormRow>,
    /// Why there is no form for the text as it stands, or empty. The rows are then those of the last text that could be
    /// read.
    pub broken: String,
    /// Fields that are left out because there are too many.
    pub n_left_out: u32,
}

/// One field of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// JSON pointer; that of the object for [`Control::Adder`].
    pub pointer: String,
    /// Nesting, 0 at the top.
    pub depth: u8,
    /// Name, or `[2]`.
    pub name: String,
    /// What it is changed with.
    pub control: Control,
    /// What stands in the control.
    pub value: String,
    /// Values of the enumeration, or suggestions for a text.
    pub options: Vec<String>,
    /// Unit of a number, or what the chosen value means.
    pub unit: String,
    /// Type and limits in words.
    pub type_and_limit: String,
    /// What the field is for.
    pub meaning: String,
    /// Sentences about what is wrong with it.
    pub faults: Vec<String>,
    /// Characters there are and the most that are allowed.
    pub length: Option<(u32, u32)>,
    /// The schema demands it.
    pub is_required: bool,
    /// What can be added here: members of an object, an item of a list, or the missing field itself.
    pub additions: Vec<Addition>,
}

/// Something that can be added to the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Where it goes; ends in `/-` for an item of a list.
    pub pointer: String,
    /// Name of the field.
    pub name: String,
    /// A value to begin with, as JSON.
    pub value: String,
    /// Type, limits and meaning.
    pub about: String,
}

/// What a field of the form is changed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// A line of text.
    #[default]
    Text,
    /// Several lines of text.
    LongText,
    /// An integer or a number.
    Number,
    /// A date with a time.
    Time,
    /// One of the options.
    Choice,
    /// True or false.
    Flag,
    /// JSON, for a value whose type the schema does not say or does not expect.
    Json,
    /// Nothing: an object, its fields follow.
    Object,
    /// Nothing: a list, its items follow.
    List,
    /// Nothing: too long to be changed here.
    Locked,
    /// A required field that is not there.
    Missing,
    /// The optional fields of an object that are not there.
    Adder,
}

impl Control {
    /// Something can be typed or chosen in it.
    pub const fn takes_a_value(self) -> bool {
        !matches!(self, Self::Object | Self::List | Self::Locked | Self::Missing | Self::Adder)
    }
}

/// A call to fill the composer with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Action; empty for a raw frame.
    pub action: String,
    /// Payload, or the whole raw frame.
    pub text: String,
    /// Sentence about it, or empty.
    pub note: String,
}

/// Something that was sent from the composer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentView {
    /// Its number, never reused.
    pub id: u32,
    /// Version it was sent in: `1.6`, `2.0.1`, `2.1`.
    pub version: String,
    /// Action; empty for a raw frame.
    pub action: String,
    /// Beginning of the payload or of the raw frame.
    pub text: String,
    /// Clock time, UTC, `09:21:30`.
    pub time: String,
    /// What became of it: `CALLRESULT`, `CALLERROR NotSupported`, `no answer yet`, …
    pub outcome: String,
    /// Mildness of the outcome.
    pub severity: Severity,
    /// The frame it went out as, once it did.
    pub frame: Option<FrameNumber>,
}

/// One action of the composer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    /// Name.
    pub name: String,
    /// The station may send it.
    pub is_ours: bool,
}

/// A fault in the payload typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposerIssue {
    /// JSON pointer.
    pub pointer: String,
    /// The sentence.
    pub message: String,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

/// One page of the guide.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GuidePage {
    /// Address it answers.
    pub path: String,
    /// Title.
    pub title: String,
    /// Entries of the guide, for the list beside the page.
    pub index: Vec<GuideEntry>,
    /// The text.
    pub blocks: Vec<Block>,
}

/// One entry of the guide's list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuideEntry {
    /// Heading it stands under, such as `OCPP 1.6`.
    pub group: String,
    /// Address below `#/guide/`.
    pub path: String,
    /// Words.
    pub title: String,
}

/// What the user wants of the demo CSMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoCommand {
    /// Connect to it, without a network; while connected to it, connect anew. Ignored while another connection is open.
    Connect {
        /// Name as in [`ConnectForm::versions`].
        version: String,
        /// Play the guided scene.
        scene: bool,
    },
    /// Have it send a call.
    Order(DemoOrder),
    /// Have it misbehave, or behave again.
    Misbehave {
        /// How.
        fault: DemoFault,
        /// From now on, or no more.
        is_on: bool,
    },
    /// Go on to the next step of the scene.
    SceneNext,
    /// End the scene; the connection stays.
    SceneEnd,
}

/// A call that the demo CSMS sends when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoOrder {
    /// Start charging at the first outlet.
    StartCharging,
    /// Stop the newest transaction.
    StopCharging,
    /// Limit charging to 10 A.
    SendProfile,
    /// Ask for all configuration keys (1.6), for a report of all variables (2.x).
    AskConfiguration,
    /// Ask for the heartbeat interval.
    AskOneValue,
    /// Ask for a `StatusNotification`.
    TriggerStatus,
    /// Reserve the first outlet for ten minutes.
    Reserve,
    /// Have the station start anew.
    Reset,
}

/// A way in which the demo CSMS misbehaves when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoFault {
    /// Error codes in the spelling of the other generation of OCPP.
    CodeSpelling,
    /// Answers that break their schema.
    InvalidAnswers,
    /// Answers after 12 s.
    Late,
    /// No answers.
    Silent,
    /// With each call a second one, before the first is answered.
    SecondCall,
    /// Each answer twice.
    AnswerTwice,
}

/// The demo CSMS while something is connected to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoView {
    /// Version it speaks.
    pub version: String,
    /// How it misbehaves now.
    pub faults: Vec<DemoFault>,
    /// A transaction is going on.
    pub is_charging: bool,
    /// Action of its call that the station has not answered yet.
    pub open_action: Option<String>,
    /// The guided scene, while it plays.
    pub scene: Option<SceneView>,
}

/// One step of the guided scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneView {
    /// Number of the step, from 1.
    pub step: u32,
    /// How many steps there are.
    pub n_steps: u32,
    /// What happens.
    pub title: String,
    /// One or two sentences about it.
    pub text: String,
    /// The frame this step is about, to be shown.
    pub frame: Option<FrameNumber>,
    /// It goes on by itself, or by the user's word.
    pub can_go_on: bool,
}

/// Bytes for the other side of the worker boundary.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Serialising plain data into memory has no way to fail; an empty message is ignored by both sides.
    postcard::to_allocvec(value).unwrap_or_default()
}

/// A value from the other side; `None` when the bytes are not one of this build.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
