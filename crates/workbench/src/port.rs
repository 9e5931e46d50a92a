//! What crosses the boundary between the page and the engine: [`Command`] in, [`Update`] out.
//!
//! Plain data in the vocabulary of the screen. This is the only module that derives `serde`; the bytes
//! live no longer than one message between two files of the same build, so they carry no version.

mod capture;
mod composer;
mod demo;
mod detail;
mod replies;
mod selection;
mod station;
mod timeline;

pub use crate::station::Act;
pub use capture::{
    ExportFormat, ImportChoice, ImportFile, ImportState, ImportView, OfferView, Scope, ShareChoice, ShareValue,
    ShareView, SharedForm,
};
pub use composer::{ActionItem, Addition, ComposerIssue, ComposerView, Control, Draft, FormRow, FormView, SentView};
pub use demo::{DemoCommand, DemoFault, DemoOrder, DemoView, SceneView};
pub use detail::{
    Block, Detail, ExchangeItem, FaultView, FieldGroup, FieldView, FindingGroup, FindingView, RawView, Token, TokenKind,
};
pub use replies::{RepliesView, ReplyAnswer, ReplyCommand, ReplyDraft, ReplyRow, ReplyRule, ReplyVerdict, WaitingCall};
pub use selection::{CopyView, Pick, SelectionCommand, SelectionView};
use serde::{Deserialize, Serialize};
pub use station::{ActView, OutletView, SetupForm, StationView};
pub use timeline::{Bucket, CompletionView, FilterError, FilterView, Overview, RowView, RowsView, Summary};

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
    /// Show the station as it is now ([`Update::station`]), and for three seconds more whenever something happens to it.
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
    /// Select a frame alone, or none.
    Select {
        /// The frame.
        frame: Option<FrameNumber>,
    },
    /// Something about which rows are selected.
    Selection(SelectionCommand),
    /// Move to another row, and select it alone; the engine knows the rows, the page does not.
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

/// Where the current row goes.
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
    /// The station we play, while the page looks at it; `Some(None)` while there is none.
    pub station: Option<Option<StationView>>,
    /// The station for [`Command::RestoreStation`]; empty when there is none to restore.
    pub saved_station: Option<String>,
    /// Files that are read; `Some(None)` when nothing is said of them any more.
    pub import: Option<Option<ImportView>>,
    /// The current frame; `Some(None)` when there is none any more.
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
    /// Put this on the clipboard.
    pub copy: Option<CopyView>,
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

/// Bytes for the other side of the worker boundary.
pub fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    // Serialising plain data into memory has no way to fail; an empty message is ignored by both sides.
    postcard::to_allocvec(value).unwrap_or_default()
}

/// A value from the other side; `None` when the bytes are not one of this build.
pub fn decode<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Option<T> {
    postcard::from_bytes(bytes).ok()
}
