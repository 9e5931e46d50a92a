//! Captures on the screen: files that are read, files and links that are made.

use serde::{Deserialize, Serialize};

/// Which frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those that pass the filter.
    Filtered,
    /// The current frame and the other one of its exchange.
    Exchange,
    /// None.
    Nothing,
    /// The selected rows.
    Selection,
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
    /// The files, in the order they are read.
    pub files: Vec<ImportFile>,
    /// What was done about their order, a sentence; empty when they were read as they were given.
    pub order: String,
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
