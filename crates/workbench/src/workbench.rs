//! The workbench: commands and events in, effects and updates out. It owns everything the tool knows and
//! touches nothing outside; the engine around it owns the socket, the timers and the port to the page.
//!
//! The order of use: [`Workbench::apply`] a command or hand over an event by one of the `handle_*` functions,
//! then [`Workbench::poll_effect`] until `None`, then [`Workbench::poll_timeout`] for the next wake-up, and
//! [`Workbench::take_update`] when the page can take one.

use crate::composer::Composer;
use crate::connect_url::Environment;
use crate::import_job::{self, ImportJob};
use crate::link::{Link, LinkEffect};
use crate::port::{
    Command, CompletionView, ConnectForm, CopyView, FrameNumber, GoTo, Notice, OfferView, Severity, ShareView,
};
use crate::profile;
use crate::query::{self, CompletionSource, FieldIndex, FieldIndexes};
use crate::records::{Records, Schemas};
use crate::replies::Replies;
use crate::share::Shared;
use crate::sharing::ExportJob;
use crate::station::Station;
use crate::station::core::Setup;
use crate::transcript::EpochMillis;
use crate::view::View;
use demo_line::DemoLine;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

mod captures;
mod compose;
mod demo_line;
mod line;
mod replies;
mod selection;
#[cfg(test)]
mod tests;
mod update;

/// The list of findings is made anew this often at most, for it walks all of them.
const FINDINGS_EVERY_MILLIS: f64 = 500.0;

/// Bytes of a binary message that are kept, as hex.
const BINARY_BYTES: usize = 4_096;

/// Entries one piece of work tries the filter on.
const PIECE: u32 = 500;

/// From here on the user is told that the room runs out.
const NEARLY_FULL_PERCENT: u32 = 80;

/// So many entries of an import are drawn as they come.
const FIRST_ENTRIES: u32 = 100;

/// A station whose saved text has more bytes is saved now and then only.
const LONG_SAVED_BYTES: usize = 4_000;

/// The page looks at the station every second while it is shown.
const LOOK_LASTS_MILLIS: f64 = 3_000.0;

/// How often that is.
const SAVE_EVERY_MILLIS: f64 = 2_000.0;

/// An import is drawn this often.
const IMPORT_EVERY_MILLIS: f64 = 100.0;

/// What was read of the files the user gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileEvent<'a> {
    /// The beginning of its text, at most [`crate::import::LOOK_BYTES`]: of each file, before any is read. Only where there
    /// are several.
    Beginning {
        /// The bytes; none when it cannot be read.
        bytes: &'a [u8],
    },
    /// The next bytes of its text, expanded where it was compressed.
    Bytes {
        /// The bytes.
        bytes: &'a [u8],
        /// Bytes of this file that were read so far, as they lie on the disk.
        n_read: u64,
    },
    /// The file is at its end.
    End,
    /// It cannot be read any further.
    Failed {
        /// A sentence.
        why: &'a str,
    },
}

/// What happened on a socket.
#[derive(Clone, Debug, PartialEq)]
pub enum SocketEvent {
    /// The browser refused to make the socket.
    Refused {
        /// What it said.
        message: String,
    },
    /// It opened.
    Opened {
        /// Agreed sub-protocol; empty when none.
        protocol: String,
    },
    /// A text message arrived.
    Text(String),
    /// A binary message arrived.
    Binary(Vec<u8>),
    /// The browser reported an error without saying which.
    Error,
    /// It closed.
    Closed {
        /// Close code; 1006 when the browser saw no close frame.
        code: u16,
        /// Reason text of the close frame.
        reason: String,
        /// The close handshake was completed.
        was_clean: bool,
    },
}

/// What the engine must do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Something with a socket.
    Link(LinkEffect),
    /// Read the files it was given: [`Workbench::wanted_file`] says which, each from its beginning. What an earlier reading
    /// still gives is not wanted.
    ReadFiles {
        /// Number of this reading.
        reading: u32,
    },
    /// Save a file whose text [`Workbench::export_next`] gives.
    SaveFile {
        /// Its name.
        name: &'static str,
    },
}

/// What the filter's completion asks for.
struct Completions<'a> {
    records: &'a Records,
    fields: &'a FieldIndexes,
    schemas: &'a Schemas,
    version: Option<Version>,
}

impl CompletionSource for Completions<'_> {
    fn versions(&self) -> Vec<Version> {
        let used = self.records.versions();
        if used.is_empty() { self.version.into_iter().collect() } else { used }
    }

    fn stations(&self) -> Vec<String> {
        self.records.transcript.stations().into_iter().filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    fn fields(&self, version: Version) -> Option<&FieldIndex> {
        self.fields.get(self.schemas, version)
    }
}

/// What must be drawn anew.
#[derive(Clone, Copy, Debug, Default)]
struct Dirty {
    connection: bool,
    summary: bool,
    rows: bool,
    filter: bool,
    detail: bool,
    overview: bool,
    composer: bool,
    findings: bool,
    import: bool,
    share: bool,
    offer: bool,
    station: bool,
    replies: bool,
    demo: bool,
}

/// Everything the tool knows.
#[derive(Debug)]
pub struct Workbench {
    environment: Environment,
    schemas: Schemas,
    records: Records,
    link: Link,
    view: View,
    composer: Composer,
    send_boot: bool,
    /// Makes the station of this run differ from others.
    entropy: u32,
    /// What the next station is made of.
    setup: Setup,
    /// The station we play; it lives on while its connection is away.
    station: Option<Station>,
    /// The demo CSMS while something is connected to it.
    demo: Option<Box<DemoLine>>,
    /// Identity of the station.
    identity: String,
    /// The station has changed since it was saved.
    unsaved: Unsaved,
    /// When the page looked at the station last.
    looked_at: EpochMillis,
    /// When the station was saved.
    saved_at: EpochMillis,
    /// Bytes of what was saved then.
    n_saved_bytes: usize,
    /// The station comes back by itself.
    is_reopening: bool,
    /// The user changed what the station is made of since it came to life.
    is_setup_new: bool,
    /// Number of the newest connection of ours in the transcript; 0 before the first.
    connection: u32,
    /// What must be drawn anew.
    dirty: Dirty,
    findings_at: EpochMillis,
    /// The time for a new list of findings has come.
    findings_due: bool,
    draft: Option<ConnectForm>,
    guide_path: Option<String>,
    notices: VecDeque<Notice>,
    seq: u32,
    /// The filter was tried on everything that is there.
    is_caught_up: bool,
    import: Option<ImportJob>,
    /// Names and sizes of the files, to read them again.
    files: Vec<(String, u64)>,
    /// Number of the present reading of files.
    reading: u32,
    is_reading_wanted: bool,
    import_drawn: EpochMillis,
    share: Option<ShareView>,
    /// A link whose frames wait for the user's word.
    offered: Option<Shared>,
    offer: Option<OfferView>,
    go_to: Option<GoTo>,
    export: Option<ExportJob>,
    is_export_wanted: bool,
    completions: Option<Vec<CompletionView>>,
    copy: Option<CopyView>,
    fields: FieldIndexes,
    room_told: RoomTold,
    replies: Replies,
}

/// Whether the station must be saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unsaved {
    /// It is.
    Nothing,
    /// It must, when its time comes.
    Waiting,
    /// The time has come; the next update carries it.
    Due,
}

/// What the user was told of the room for frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum RoomTold {
    #[default]
    Nothing,
    NearlyFull,
    Full,
}

impl Workbench {
    /// An empty workbench. `entropy` makes the message ids of this run differ from those of others.
    pub fn new(entropy: u32, environment: Environment) -> Self {
        Self {
            environment,
            schemas: Schemas::default(),
            records: Records::default(),
            link: Link::new(entropy, environment.is_secure_page),
            view: View::default(),
            composer: Composer::new(entropy),
            send_boot: true,
            entropy,
            setup: Setup::default(),
            station: None,
            demo: None,
            identity: String::new(),
            unsaved: Unsaved::Nothing,
            looked_at: 0.0,
            saved_at: 0.0,
            n_saved_bytes: 0,
            is_reopening: false,
            is_setup_new: false,
            connection: 0,
            dirty: Dirty {
                connection: true,
                summary: true,
                rows: true,
                filter: true,
                composer: true,
                replies: true,
                ..Dirty::default()
            },
            findings_at: 0.0,
            findings_due: false,
            draft: None,
            guide_path: None,
            notices: VecDeque::new(),
            seq: 0,
            is_caught_up: true,
            import: None,
            files: Vec::new(),
            reading: 0,
            is_reading_wanted: false,
            import_drawn: 0.0,
            share: None,
            offered: None,
            offer: None,
            go_to: None,
            export: None,
            is_export_wanted: false,
            completions: None,
            copy: None,
            fields: FieldIndexes::default(),
            room_told: RoomTold::default(),
            replies: Replies::new(entropy),
        }
    }

    /// Takes a schema set. Frames that came before stay as they were checked.
    pub fn load_schemas(&mut self, set: SchemaSet) {
        self.schemas.add(set);
        self.dirty.composer = true;
    }

    /// The schemas could not be loaded: frames are not checked against them.
    pub fn schemas_failed(&mut self, why: &str) {
        self.notice(
            Severity::Error,
            format!("The schemas could not be loaded, so payloads are not checked: {why}. Reload the page."),
        );
    }

    /// What the station is made of. One that lives already stays as it is until the user connects again.
    pub fn set_setup(&mut self, setup: Setup) {
        self.is_setup_new |= self.station.is_some() && self.setup != setup;
        self.setup = setup;
    }

    /// The station we play; `None` before its first connection.
    pub fn station(&self) -> Option<&Station> {
        self.station.as_ref()
    }

    /// Does what the user asked for.
    pub fn apply(&mut self, now: EpochMillis, command: Command) {
        match command {
            Command::Connect(form) => self.connect(now, &form),
            Command::Setup(form) => self.set_setup(profile::setup_of(form)),
            Command::Disconnect => {
                self.leave_demo();
                if let Some(ending) = self.link.disconnect(now) {
                    self.ended(now, &ending);
                }
                self.dirty.connection = true;
            }
            Command::LookAtStation => self.look_at_station(now),
            Command::RestoreStation { saved } => self.restore_station(now, &saved),
            Command::Act { outlet, act } => self.act(now, outlet, &act),
            Command::Draft(form) => self.draft = Some(form),
            Command::SendCall { .. }
            | Command::SendRaw { .. }
            | Command::Template { .. }
            | Command::Example { .. }
            | Command::CheckPayload { .. }
            | Command::CheckRaw { .. }
            | Command::Resend { .. }
            | Command::Recall { .. }
            | Command::Compose { .. }
            | Command::ComposerOutlet { .. }
            | Command::ComposerVersion { .. } => self.compose(now, command),
            Command::Viewport { first_row, n_rows, follow } => {
                self.view.set_viewport(first_row, n_rows, follow);
                self.dirty.rows = true;
                self.dirty.overview = true;
            }
            Command::Filter { text } => {
                self.view.set_filter(&self.records, &text);
                self.is_caught_up = !self.view.has_work(&self.records);
                self.dirty.filter = true;
                self.dirty.rows = true;
            }
            Command::Select { frame } => {
                self.view.select(&self.records, frame);
                self.selection_changed();
            }
            Command::Selection(command) => self.selection_command(command),
            Command::Move(motion) => {
                self.view.go(&self.records, motion);
                self.selection_changed();
            }
            Command::Guide { path } => self.guide_path = Some(path),
            Command::Share(choice) => self.share(&choice),
            Command::ShareClose => {
                self.share = None;
                self.dirty.share = true;
            }
            Command::OpenLink { fragment } => self.open_link(&fragment),
            Command::AcceptLink => self.accept_link(),
            Command::DismissLink => {
                self.offered = None;
                self.offer = None;
                self.dirty.offer = true;
            }
            Command::Export { format, scope } => {
                let entries = self.entries_of(scope);
                self.export = Some(ExportJob::new(&self.records, format, entries));
                self.is_export_wanted = true;
            }
            Command::Complete { text, caret_utf16 } => self.complete(&text, caret_utf16),
            Command::ImportAgain(choice) => {
                if self.import.as_ref().is_some_and(|job| !job.is_running()) && !self.files.is_empty() {
                    self.clear();
                    self.begin_reading(now, import_job::options_of(&choice), true);
                }
            }
            Command::ImportCancel => {
                if let Some(job) = &mut self.import {
                    job.cancel();
                }
                self.dirty.import = true;
            }
            Command::ImportDismiss => {
                self.import.take_if(|job| !job.is_running());
                self.dirty.import = true;
            }
            Command::Reply(command) => self.reply_command(now, command),
            Command::Clear => self.clear(),
            Command::Demo(command) => self.demo(now, command),
            // Only the engine counts acknowledgements.
            Command::Ack { .. } => {}
        }
        self.transmit(now);
        self.follow_demo(now);
    }

    fn complete(&mut self, text: &str, caret_utf16: u32) {
        let source = Completions {
            records: &self.records,
            fields: &self.fields,
            schemas: &self.schemas,
            version: self.link.version(),
        };
        let found = query::complete(text, caret_utf16, &source);
        self.completions = Some(
            found
                .into_iter()
                .map(|completion| CompletionView {
                    start_utf16: completion.start_utf16,
                    end_utf16: completion.end_utf16,
                    text: completion.text,
                    label: completion.label,
                    note: completion.note,
                })
                .collect(),
        );
    }

    fn clear(&mut self) {
        if let Some(job) = &mut self.import {
            job.cancel();
        }
        self.import = None;
        self.reading += 1;
        self.records.clear();
        self.room_told = RoomTold::Nothing;
        self.view.clear();
        self.is_caught_up = true;
        self.dirty = Dirty {
            detail: true,
            summary: true,
            rows: true,
            overview: true,
            findings: true,
            filter: true,
            import: true,
            ..self.dirty
        };
        self.findings_at = 0.0;
    }

    /// The time of [`Workbench::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: EpochMillis) {
        self.demo_timeout(now);
        self.line_timeout(now);
        self.send_replies(now);
        if self.unsaved == Unsaved::Waiting && now >= self.saved_at + SAVE_EVERY_MILLIS {
            self.unsaved = Unsaved::Due;
        }
        self.findings_due |= now >= self.findings_at + FINDINGS_EVERY_MILLIS;
        let changed = self.records.handle_time(self.connection, now);
        self.frames_changed(&changed);
        self.transmit(now);
        self.follow_demo(now);
    }

    /// The next thing the engine must do.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        if std::mem::take(&mut self.is_export_wanted)
            && let Some(job) = &self.export
        {
            return Some(Effect::SaveFile { name: job.file_name() });
        }
        if std::mem::take(&mut self.is_reading_wanted) {
            return Some(Effect::ReadFiles { reading: self.reading });
        }
        self.link.poll_effect().map(Effect::Link)
    }

    /// When [`Workbench::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<EpochMillis> {
        // Once the time has come the next update carries them; there is nothing more to wake up for.
        let is_awaited = self.dirty.findings && !self.findings_due;
        let findings = is_awaited.then_some(self.findings_at + FINDINGS_EVERY_MILLIS);
        // A station that leaves can do nothing more before the line is closed.
        let station = self.station.as_ref().filter(|_| !self.link.is_closing());
        let station = station.and_then(|station| station.poll_timeout(self.link.is_free()));
        let save = (self.unsaved == Unsaved::Waiting).then_some(self.saved_at + SAVE_EVERY_MILLIS);
        [
            self.link.poll_timeout(),
            station,
            self.poll_demo_timeout(),
            self.records.poll_timeout(self.connection),
            self.replies.poll_timeout(),
            findings,
            save,
        ]
        .into_iter()
        .flatten()
        .reduce(f64::min)
    }

    /// Does a piece of what takes long: tries the filter, takes in frames of a log. Whether more is to be done.
    pub fn work(&mut self, now: EpochMillis) -> bool {
        if self.view.work(&self.records, PIECE) {
            self.dirty = Dirty { rows: true, filter: true, overview: true, ..self.dirty };
        }
        self.is_caught_up = !self.view.has_work(&self.records);
        let is_importing = self.take_in(now);
        is_importing || !self.is_caught_up
    }

    /// [`Workbench::work`] has something to do.
    pub fn has_work(&self) -> bool {
        !self.is_caught_up || self.import.as_ref().is_some_and(ImportJob::has_work)
    }

    /// The records, for programs without a screen and for tests.
    pub fn records(&self) -> &Records {
        &self.records
    }

    fn appended(&mut self) {
        // While a new filter is tried on what is there, what comes waits for its turn.
        if self.is_caught_up {
            self.view.work(&self.records, u32::MAX);
        }
        self.dirty = Dirty { summary: true, rows: true, overview: true, filter: true, ..self.dirty };
        self.watch_room();
    }

    /// Says that the room runs out before anything is lost, and when something is.
    fn watch_room(&mut self) {
        if self.room_told == RoomTold::Nothing && self.records.transcript.percent_used() >= NEARLY_FULL_PERCENT {
            self.room_told = RoomTold::NearlyFull;
            self.notice(
                Severity::Warning,
                "There is room for a quarter as many frames again. Export what you need, then clear the timeline: when it is full, further frames are not kept.",
            );
        }
        if self.room_told != RoomTold::Full && self.records.n_not_kept() > 0 {
            self.room_told = RoomTold::Full;
            self.notice(
                Severity::Error,
                "The timeline is full. The connection goes on and calls are answered, but further frames are only counted. Export what you need, then clear the timeline.",
            );
        }
    }

    fn frames_changed(&mut self, frames: &[FrameNumber]) {
        if frames.is_empty() {
            return;
        }
        self.view.reconsider(&self.records, frames);
        self.dirty.composer |= self.composer.history.has_any(frames);
        let selected = self.view.selected_frame(&self.records);
        self.dirty.detail |= selected.is_some_and(|selected| frames.contains(&selected));
        self.dirty = Dirty { summary: true, rows: true, overview: true, filter: true, findings: true, ..self.dirty };
    }

    fn selection_changed(&mut self) {
        self.dirty.rows = true;
        self.dirty.detail = true;
    }

    fn notice(&mut self, severity: Severity, text: impl Into<String>) {
        // A flood of sentences helps nobody; the newest are the ones that matter.
        if self.notices.len() >= 20 {
            self.notices.pop_front();
        }
        self.notices.push_back(Notice { severity, text: text.into() });
    }
}

/// The first bytes in hex, with the number of all.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(bytes.len().min(BINARY_BYTES) * 3 + 32);
    for (index, byte) in bytes.iter().take(BINARY_BYTES).enumerate() {
        let gap = if index == 0 { "" } else { " " };
        let _ = write!(out, "{gap}{byte:02x}");
    }
    if bytes.len() > BINARY_BYTES {
        let _ = write!(out, " … {} bytes in all", bytes.len());
    }
    out
}
