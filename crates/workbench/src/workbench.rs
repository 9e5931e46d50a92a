//! The workbench: commands and events in, effects and updates out. It owns everything the tool knows and
//! touches nothing outside; the engine around it owns the socket, the timers and the port to the page.
//!
//! The order of use: [`Workbench::apply`] a command or hand over an event by one of the `handle_*` functions,
//! then [`Workbench::poll_effect`] until `None`, then [`Workbench::poll_timeout`] for the next wake-up, and
//! [`Workbench::take_update`] when the page can take one.

use crate::answers;
use crate::capture::{Marks, quantized};
use crate::composer::Composer;
use crate::connect_url::{self, Environment};
use crate::connection_texts::{self, Ending};
use crate::detail;
use crate::finding_store::MOST_LISTED;
use crate::findings::RULES;
use crate::guide;
use crate::import::Options;
use crate::import_job::{self, ImportJob};
use crate::link::{Link, LinkEffect, MAX_QUEUED};
use crate::port::{
    Command, CompletionView, ConnectForm, ConnectionView, Direction, FaultView, FindingGroup, FrameNumber, GoTo,
    LinkState, Notice, OfferView, Scope, Severity, ShareChoice, ShareView, Update,
};
use crate::query::{self, CompletionSource, FieldIndex, FieldIndexes};
use crate::records::{End, Ingested, Records, Schemas};
use crate::share::{self, Shared};
use crate::sharing::{self, ExportJob};
use crate::transcript::{Connection, ConnectionEvent, EpochMillis, NewFrame};
use crate::view::View;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::json;
use ocpp_wire::number;
use ocpp_wire::order::sort_by_rank;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

/// The list of findings is made anew this often at most, for it walks all of them.
const FINDINGS_EVERY_MILLIS: f64 = 500.0;

/// Bytes of a binary message that are kept, as hex.
const BINARY_BYTES: usize = 4_096;

/// Entries one piece of work tries the filter on.
const PIECE: u32 = 500;

/// The station asks again for acceptance after this time when the CSMS names none.
const BOOT_RETRY_SECONDS: u32 = 60;

/// From here on the user is told that the room runs out.
const NEARLY_FULL_PERCENT: u32 = 80;

/// So many entries of an import are drawn as they come.
const FIRST_ENTRIES: u32 = 100;

/// An import is drawn this often.
const IMPORT_EVERY_MILLIS: f64 = 100.0;

/// What was read of the files the user gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FileEvent<'a> {
    /// The next file.
    Begin {
        /// Its name.
        name: &'a str,
    },
    /// The next bytes of its text, expanded where it was compressed.
    Bytes {
        /// The bytes.
        bytes: &'a [u8],
        /// Bytes of all files that were read so far, as they lie on the disk.
        n_read: u64,
    },
    /// The file is at its end.
    End,
    /// There is no further file.
    AllRead,
    /// It cannot be read.
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
    /// Read the files it was given from the beginning. What an earlier reading still gives is not wanted.
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
    /// Number of the newest connection of ours in the transcript; 0 before the first.
    connection: u32,
    /// Events for the engine that arose while the last one was handled.
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
    fields: FieldIndexes,
    room_told: RoomTold,
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
            composer: Composer::default(),
            send_boot: true,
            connection: 0,
            dirty: Dirty {
                connection: true,
                summary: true,
                rows: true,
                filter: true,
                composer: true,
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
            fields: FieldIndexes::default(),
            room_told: RoomTold::default(),
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

    /// Does what the user asked for.
    pub fn apply(&mut self, now: EpochMillis, command: Command) {
        match command {
            Command::Connect(form) => self.connect(now, &form),
            Command::Disconnect => {
                if let Some(ending) = self.link.disconnect(now) {
                    self.ended(now, &ending);
                }
                self.dirty.connection = true;
            }
            Command::Draft(form) => self.draft = Some(form),
            Command::SendCall { action, payload } => self.send_call(now, &action, &payload),
            Command::SendRaw { text } => self.send_raw(now, text),
            Command::Template { action, all_fields } => {
                let version = self.composer_version();
                self.composer.make_template(&self.schemas, version, now as i64, &action, all_fields);
                self.dirty.composer = true;
            }
            Command::CheckPayload { action, payload } => {
                let version = self.composer_version();
                self.composer.check(&self.schemas, version, &action, &payload);
                self.dirty.composer = true;
            }
            Command::ComposerVersion { version } => {
                self.composer.chosen = Version::from_number(&version);
                self.dirty.composer = true;
            }
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
            Command::SelectRow { row } => {
                self.view.select_row(&self.records, row);
                self.selection_changed();
            }
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
            Command::Clear => self.clear(),
            // Only the engine counts acknowledgements.
            Command::Ack { .. } => {}
        }
        self.transmit(now);
    }

    fn entries_of(&self, scope: Scope) -> Vec<u32> {
        match scope {
            Scope::All => (0..self.records.transcript.n_entries()).collect(),
            Scope::Filtered => self.view.entries(&self.records),
            Scope::Exchange => {
                let transcript = &self.records.transcript;
                let selected = self.view.selected_frame(&self.records);
                let pair = selected.and_then(|frame| transcript.frame(frame)?.pair());
                let entry = |frame: FrameNumber| transcript.frame(frame).map(|record| record.entry);
                let mut entries: Vec<u32> = [selected, pair].into_iter().flatten().filter_map(entry).collect();
                sort_by_rank(&mut entries, |entry| *entry);
                entries
            }
        }
    }

    fn share(&mut self, choice: &ShareChoice) {
        let entries = self.entries_of(choice.scope);
        let selected = self.view.selected_frame(&self.records);
        // A link to what passes the filter shows all of its frames.
        let filter = if choice.scope == Scope::All { self.view.filter_text() } else { String::new() };
        let (capture, selected) = sharing::capture_of(&self.records, entries.into_iter(), selected);
        let shared = Shared { capture, view: sharing::shared_view(&filter, selected) };
        self.share = Some(sharing::share_view(shared, choice));
        self.dirty.share = true;
    }

    /// A link never connects, and never takes the place of what is there without being told.
    fn open_link(&mut self, fragment: &str) {
        self.dirty.offer = true;
        match share::decode(fragment) {
            Err(error) => {
                self.offer = Some(OfferView {
                    is_shown: false,
                    title: "This link cannot be opened".to_owned(),
                    sentences: vec![error.to_string()],
                    is_broken: true,
                });
            }
            Ok(shared) => {
                let n = sharing::n_frames(&shared.capture);
                let frames = if n == 1 { "1 frame".to_owned() } else { format!("{n} frames") };
                let is_free = self.records.transcript.n_entries() == 0 && self.link.can_connect();
                self.offer = Some(OfferView {
                    is_shown: false,
                    title: format!("A link with {frames}"),
                    sentences: vec!["The present frames stay until you say otherwise.".to_owned()],
                    is_broken: false,
                });
                self.offered = Some(shared);
                if is_free {
                    self.accept_link();
                }
            }
        }
    }

    fn accept_link(&mut self) {
        let Some(shared) = self.offered.take() else { return };
        self.clear();
        let frame = sharing::take_in(&mut self.records, &self.schemas, &shared.capture, shared.view.selected);
        self.view.set_filter(&self.records, &shared.view.filter);
        self.view.select(&self.records, frame);
        self.is_caught_up = !self.view.has_work(&self.records);
        self.appended();
        self.selection_changed();
        let n = sharing::n_frames(&shared.capture);
        let frames = if n == 1 { "1 frame".to_owned() } else { format!("{n} frames") };
        let values = if shared.view.is_redacted {
            "Identities, tokens and other values that could point to somebody were replaced by the sender."
        } else {
            "The sender left the values as they were, but for passwords and keys."
        };
        self.offer = Some(OfferView {
            is_shown: true,
            title: format!("{frames} from a link"),
            sentences: vec![values.to_owned(), "Nothing is connected.".to_owned()],
            is_broken: false,
        });
        self.go_to = Some(GoTo { filter: shared.view.filter, route: shared.view.route });
        self.dirty = Dirty { offer: true, findings: true, ..self.dirty };
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

    /// The next piece of the file that is written; `None` at its end.
    pub fn export_next(&mut self) -> Option<String> {
        let next = self.export.as_mut()?.next(&self.records);
        if next.is_none() {
            let n = self.export.take().map_or(0, |job| job.n_left_out);
            if n > 0 {
                let events = if n == 1 { "1 frame or event was" } else { "Frames and events were" };
                let count = if n == 1 { String::new() } else { format!(" ({n})") };
                self.notice(
                    Severity::Info,
                    format!("{events} left out{count}: the format holds CALL, CALLRESULT and CALLERROR only."),
                );
            }
        }
        next
    }

    /// The user gave files, with names and sizes. They replace the transcript or are added to it.
    pub fn open_files(&mut self, now: EpochMillis, files: Vec<(String, u64)>, is_added: bool) {
        if files.is_empty() {
            return;
        }
        if let Some(job) = &mut self.import {
            job.cancel();
        }
        if !is_added {
            self.clear();
        }
        let can_change = self.records.transcript.n_entries() == 0;
        self.files = files;
        self.begin_reading(now, Options::default(), can_change);
    }

    fn begin_reading(&mut self, now: EpochMillis, options: Options, can_change: bool) {
        let n_total = self.files.iter().map(|(_, size)| size).sum();
        self.import = Some(ImportJob::new(now, n_total, options, can_change));
        self.reading += 1;
        self.is_reading_wanted = true;
        self.dirty.import = true;
    }

    /// A reading that is still wanted, with no frames waiting to be taken in: the next bytes may come.
    pub fn wants_bytes(&self, reading: u32) -> bool {
        self.reading == reading && self.import.as_ref().is_some_and(ImportJob::wants_bytes)
    }

    /// A reading is over or not wanted any more.
    pub fn is_reading_over(&self, reading: u32) -> bool {
        self.reading != reading || self.import.as_ref().is_none_or(ImportJob::is_over)
    }

    /// What was read of the files.
    pub fn handle_file(&mut self, now: EpochMillis, reading: u32, event: FileEvent<'_>) {
        if self.reading != reading {
            return;
        }
        let Some(job) = &mut self.import else { return };
        match event {
            FileEvent::Begin { name } => job.begin_file(name),
            FileEvent::Bytes { bytes, n_read } => job.push(bytes, n_read),
            FileEvent::End => job.end_file(),
            FileEvent::AllRead => job.end(),
            FileEvent::Failed { why } => job.fail(why),
        }
        let is_piece = matches!(event, FileEvent::Bytes { .. });
        self.dirty.import |= !is_piece || now - self.import_drawn > IMPORT_EVERY_MILLIS;
        self.take_in(now);
    }

    /// Takes in some frames that were read. Whether more wait.
    fn take_in(&mut self, now: EpochMillis) -> bool {
        let Some(job) = self.import.as_mut().filter(|job| job.has_work()) else { return false };
        let n_before = self.records.transcript.n_entries();
        let changed = job.work(now, &mut self.records, &self.schemas);
        let (has_work, is_over) = (job.has_work(), !job.is_running());
        // The first rows at once, then often enough for somebody who watches: drawing takes its time from reading.
        let is_drawn = is_over || n_before < FIRST_ENTRIES || now - self.import_drawn > IMPORT_EVERY_MILLIS;
        let before = self.dirty;
        if self.records.transcript.n_entries() > n_before || is_over {
            self.appended();
            self.dirty.findings = true;
        }
        self.frames_changed(&changed);
        if is_drawn {
            self.import_drawn = now;
            self.dirty.import = true;
        } else {
            self.dirty = Dirty { detail: self.dirty.detail, ..before };
        }
        has_work
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

    /// Something happened on the socket of a connection. Events of older connections are ignored.
    pub fn handle_socket(&mut self, now: EpochMillis, connection: u32, event: SocketEvent) {
        match event {
            SocketEvent::Refused { message } => {
                if let Some(ending) = self.link.handle_refused(now, connection, &message) {
                    self.ended(now, &ending);
                }
            }
            SocketEvent::Opened { protocol } => self.opened(now, connection, &protocol),
            SocketEvent::Text(text) => {
                if self.link.handle_frame(connection) {
                    self.received(now, &text, false);
                }
            }
            SocketEvent::Binary(bytes) => {
                if self.link.handle_frame(connection) {
                    self.received(now, &hex(&bytes), true);
                }
            }
            SocketEvent::Error => self.link.handle_error(connection),
            SocketEvent::Closed { code, reason, was_clean } => {
                if let Some(ending) = self.link.handle_closed(now, connection, code, &reason, was_clean) {
                    self.ended(now, &ending);
                }
            }
        }
        self.transmit(now);
    }

    /// The time of [`Workbench::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: EpochMillis) {
        let heartbeat_before = self.link.heartbeat_due();
        if let Some(ending) = self.link.handle_timeout(now) {
            self.ended(now, &ending);
        }
        self.findings_due |= now >= self.findings_at + FINDINGS_EVERY_MILLIS;
        let changed = self.records.handle_time(self.connection, now);
        self.frames_changed(&changed);
        if self.link.take_boot_again(now)
            && let Some(version) = self.link.version()
        {
            self.link.queue_call("BootNotification", &answers::boot_notification(version));
        }
        self.dirty.connection |= heartbeat_before != self.link.heartbeat_due();
        self.transmit(now);
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
        [self.link.poll_timeout(), self.records.poll_timeout(self.connection), findings]
            .into_iter()
            .flatten()
            .reduce(f64::min)
    }

    /// What changed on the screen since the last update; `None` when nothing did.
    pub fn take_update(&mut self, now: EpochMillis) -> Option<Update> {
        let dirty = self.dirty;
        let mut update = Update::default();
        if dirty.connection {
            update.connection = Some(self.connection_view());
        }
        if let Some(form) = self.draft.take() {
            update.draft = Some(connect_url::draft(&form, self.environment));
        }
        if dirty.summary {
            update.summary = Some(self.records.summary());
        }
        if dirty.rows {
            update.rows = Some(self.view.take_rows(&self.records));
        }
        if dirty.filter {
            update.filter = Some(self.view.filter_view(&self.records));
        }
        if dirty.detail {
            let selected = self.view.selected_frame(&self.records);
            update.detail = Some(selected.and_then(|frame| detail::detail(&self.records, &self.schemas, frame)));
        }
        if dirty.overview {
            update.overview = Some(self.records.timeline.view(self.view.window_times(&self.records)));
        }
        if dirty.composer {
            let version = self.composer_version();
            update.composer = Some(self.composer.take_view(version, self.link.is_open()));
        }
        if dirty.share {
            update.share = Some(self.share.clone());
        }
        if dirty.offer {
            update.offer = Some(self.offer.clone());
        }
        update.go_to = self.go_to.take();
        update.completions = self.completions.take();
        if dirty.import {
            update.import = Some(self.import.as_ref().map(|job| job.view(now)));
        }
        let mut still_dirty = false;
        if dirty.findings {
            if now - self.findings_at >= FINDINGS_EVERY_MILLIS {
                self.findings_at = now;
                self.findings_due = false;
                update.findings = Some(finding_groups(&self.records));
            } else {
                still_dirty = true;
            }
        }
        if let Some(path) = self.guide_path.take() {
            update.guide = Some(guide::page(&path));
        }
        update.notice = self.notices.pop_front();
        self.dirty = Dirty { findings: still_dirty, ..Dirty::default() };
        let is_empty = update == Update::default();
        if is_empty {
            return None;
        }
        self.seq += 1;
        Some(Update { seq: self.seq, ..update })
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

    fn connect(&mut self, now: EpochMillis, form: &ConnectForm) {
        if !self.link.can_connect() {
            let text = if self.link.is_closing() {
                "The last connection is still closing; try again in a moment."
            } else {
                "A connection is open already; disconnect first."
            };
            self.notice(Severity::Info, text);
            return;
        }
        let (target, issues) = connect_url::read(form, self.environment);
        match target {
            Some(target) => {
                self.send_boot = form.boot;
                self.link.connect(now, target);
                let station = form.identity.clone();
                self.connection = self.records.transcript.add_connection(Connection { station, is_imported: false });
                self.dirty.connection = true;
                self.dirty.composer = true;
            }
            None => {
                self.draft = Some(form.clone());
                self.notice(Severity::Error, issues.join(" "));
            }
        }
    }

    fn opened(&mut self, now: EpochMillis, connection: u32, protocol: &str) {
        if !self.link.handle_opened(now, connection, protocol) {
            return;
        }
        let agreed =
            if protocol.is_empty() { "no sub-protocol agreed".to_owned() } else { format!("agreed {protocol}") };
        let severity = if protocol.is_empty() { Severity::Warning } else { Severity::Ok };
        self.event(now, "Opened", format!("{} · {agreed}", self.link.shown_url()), severity);
        if let (true, Some(version)) = (self.send_boot, self.link.version()) {
            self.link.queue_call("BootNotification", &answers::boot_notification(version));
        }
        self.dirty.connection = true;
        self.dirty.composer = true;
    }

    fn ended(&mut self, now: EpochMillis, ending: &Ending) {
        let is_by_user = matches!(ending, Ending::ByUser { .. });
        let end = if is_by_user { End::ByUser } else { End::ByOthers };
        let unanswered = self.records.handle_closed(self.connection, end);
        self.frames_changed(&unanswered);
        let severity = if ending.is_orderly() { Severity::Ok } else { Severity::Error };
        self.event(now, ending.title(), ending.line(self.link.open_millis()), severity);
        self.dirty.connection = true;
        self.dirty.composer = true;
    }

    fn event(&mut self, now: EpochMillis, title: &str, text: String, severity: Severity) {
        let connection = self.connection;
        let at = quantized(now);
        self.records.push_event(ConnectionEvent { at, title: title.to_owned(), text, severity, connection });
        self.appended();
    }

    fn received(&mut self, now: EpochMillis, text: &str, is_binary: bool) {
        let Some(version) = self.link.version() else { return };
        let frame = self.ingest(now, text, is_binary, Direction::ToStation, version);
        let is_answer = matches!(frame.message_type, Some(MessageType::CallResult | MessageType::CallError));
        if is_answer && let Some(id) = &frame.message_id {
            self.link.handle_answer(id);
        }
        if is_answer && frame.action == "BootNotification" {
            self.follow_boot(now, &frame);
        }
        // While the connection closes nothing goes out any more.
        if self.link.is_open()
            && let Some(answer) = answers::answer(&self.schemas, now as i64, version, &frame)
        {
            self.send(now, answer, version);
        }
    }

    /// Heartbeats follow the agreed interval; without acceptance the station asks again after it.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.2; OCPP 2.0.1 and 2.1 Part 2, B01.FR.04 and B02.FR.04.
    fn follow_boot(&mut self, now: EpochMillis, frame: &Ingested) {
        if frame.message_type == Some(MessageType::CallError) {
            self.link.boot_again_in(now, BOOT_RETRY_SECONDS);
            return;
        }
        let Some(payload) = &frame.payload else { return };
        let Ok(tree) = json::parse(payload) else { return };
        let root = tree.root();
        let text = tree.get(root, "interval").map_or("", |node| tree.raw(node));
        // 300.0 is an integer too, for the schemas of 2.x.
        let seconds = number::parse(text).filter(|seconds| *seconds > 0.0).map_or(0, |s| s.min(86_400.0) as u32);
        match tree.get_string(root, "status").as_deref() {
            Some("Accepted") => {
                self.link.cancel_boot_again();
                // Without a positive interval the one in force stays.
                if seconds > 0 {
                    self.link.set_heartbeat(now, seconds);
                }
            }
            Some("Pending" | "Rejected") => {
                self.link.set_heartbeat(now, 0);
                self.link.boot_again_in(now, if seconds == 0 { BOOT_RETRY_SECONDS } else { seconds });
            }
            _ => {}
        }
        self.dirty.connection = true;
    }

    fn send_call(&mut self, now: EpochMillis, action: &str, payload: &str) {
        if !self.link.is_open() {
            self.notice(Severity::Error, "Nothing is connected, so nothing was sent.");
        } else if !self.link.queue_call(action, payload) {
            self.notice(Severity::Error, format!("{MAX_QUEUED} calls wait already; this one was not taken."));
        }
        self.transmit(now);
        if self.link.n_queued() > 0 {
            let n = self.link.n_queued();
            let calls = if n == 1 { "1 call waits".to_owned() } else { format!("{n} calls wait") };
            self.notice(Severity::Info, format!("{calls} until the one before is answered or times out."));
        }
        self.dirty.connection = true;
    }

    fn send_raw(&mut self, now: EpochMillis, text: String) {
        let Some(version) = self.link.version().filter(|_| self.link.is_open()) else {
            self.notice(Severity::Error, "Nothing is connected, so nothing was sent.");
            return;
        };
        let frame = self.send(now, text, version);
        if let (Some(MessageType::Call), Some(id)) = (frame.message_type, &frame.message_id) {
            self.link.note_raw_call(now, id);
        }
    }

    /// Sends what may go out now.
    fn transmit(&mut self, now: EpochMillis) {
        let Some(version) = self.link.version() else { return };
        while let Some(text) = self.link.poll_transmit(now) {
            self.send(now, text, version);
            self.dirty.connection = true;
        }
    }

    /// Sends a frame; it enters the transcript by the same way as one that was received.
    fn send(&mut self, now: EpochMillis, text: String, version: Version) -> Ingested {
        let frame = self.ingest(now, &text, false, Direction::ToCsms, version);
        self.link.send_text(text);
        frame
    }

    fn ingest(
        &mut self,
        at: EpochMillis,
        text: &str,
        is_binary: bool,
        direction: Direction,
        version: Version,
    ) -> Ingested {
        let connection = self.connection;
        let at = quantized(at);
        let frame = NewFrame { text, is_binary, at, direction, version, connection, marks: Marks::NONE, line: 0 };
        let ingested = self.records.ingest(&self.schemas, &frame);
        self.appended();
        self.frames_changed(&ingested.changed);
        self.dirty.findings |= !ingested.rules.is_empty();
        ingested
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
        let selected = self.view.selected_frame(&self.records);
        self.dirty.detail |= selected.is_some_and(|selected| frames.contains(&selected));
        self.dirty = Dirty { summary: true, rows: true, overview: true, filter: true, findings: true, ..self.dirty };
    }

    fn selection_changed(&mut self) {
        self.dirty.rows = true;
        self.dirty.detail = true;
    }

    fn composer_version(&self) -> Version {
        let agreed = self.link.version().filter(|_| !self.link.can_connect());
        agreed.or(self.composer.chosen).unwrap_or(Version::V16)
    }

    fn connection_view(&self) -> ConnectionView {
        let link = &self.link;
        let state = link.state();
        let headline = match (state, link.ending()) {
            (LinkState::Connecting, _) => "Connecting".to_owned(),
            (LinkState::Connected, _) if link.is_closing() => "Connected · closing".to_owned(),
            (LinkState::Connected, _) if link.protocol().is_empty() => "Connected · no sub-protocol agreed".to_owned(),
            (LinkState::Connected, _) => format!("Connected · {}", link.protocol()),
            (LinkState::Disconnected | LinkState::Failed, Some(ending)) => ending.headline(),
            (LinkState::Disconnected | LinkState::Failed, None) => "Disconnected".to_owned(),
        };
        let explanation = match (state, link.ending(), link.version()) {
            (LinkState::Connected, _, Some(version)) if link.protocol().is_empty() => {
                Some(connection_texts::no_protocol(&version.to_string()))
            }
            (_, Some(ending), _) => ending.explanation(link.shown_url()),
            _ => None,
        };
        ConnectionView {
            state,
            headline,
            version: link
                .version()
                .filter(|_| state == LinkState::Connected)
                .map(|version| version.number().to_owned()),
            url: link.shown_url().to_owned(),
            since_epoch_millis: link.since(),
            heartbeat_at_epoch_millis: link.heartbeat_due(),
            n_queued: link.n_queued() as u32,
            explanation,
        }
    }

    fn notice(&mut self, severity: Severity, text: impl Into<String>) {
        // A flood of sentences helps nobody; the newest are the ones that matter.
        if self.notices.len() >= 20 {
            self.notices.pop_front();
        }
        self.notices.push_back(Notice { severity, text: text.into() });
    }
}

/// All findings by rule, worst rules first.
fn finding_groups(records: &Records) -> Vec<FindingGroup> {
    let counted = RULES.iter().zip(records.rule_counts()).filter(|(_, count)| count.n() > 0);
    let mut groups: Vec<_> = counted
        .map(|(rule, count)| {
            let of_frame = |&frame: &FrameNumber| records.findings(frame).into_iter().map(move |found| (frame, found));
            let found = count.frames.iter().flat_map(of_frame).filter(|(_, found)| found.rule.id == rule.id);
            let items = found.take(MOST_LISTED).map(|(frame, finding)| FaultView {
                frame,
                pointer: finding.pointer,
                value: String::new(),
                message: finding.message,
                severity: finding.severity,
            });
            FindingGroup {
                rule: rule.id.to_owned(),
                title: rule.title().to_owned(),
                severity: count.worst(),
                n_findings: count.n(),
                meaning: rule.meaning(),
                source: rule.source(),
                items: items.collect(),
            }
        })
        .collect();
    sort_by_rank(&mut groups, |group| u32::MAX - group.n_findings);
    sort_by_rank(&mut groups, |group| Severity::Error as u32 - group.severity as u32);
    groups
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::{Motion, RowKind};
    use crate::testing::{START, schema_set};
    use std::rc::Rc;

    /// A workbench with the other end of its connection played by the test.
    struct Bench {
        workbench: Workbench,
        now: f64,
        sent: Vec<String>,
        opened: Vec<Rc<str>>,
    }

    impl Bench {
        fn connected(version: &str, boot: bool) -> Self {
            let mut workbench = Workbench::new(0xA41F, Environment::default());
            for version in Version::ALL {
                workbench.load_schemas(schema_set(version));
            }
            let mut bench = Self { workbench, now: START, sent: Vec::new(), opened: Vec::new() };
            bench.connect(version, boot);
            bench
        }

        fn connect(&mut self, version: &str, boot: bool) {
            let form = ConnectForm {
                url: "ws://a.example".into(),
                identity: "CP1".into(),
                versions: vec![version.into()],
                user: "u".into(),
                password: "sesame-open".into(),
                boot,
            };
            self.apply(Command::Connect(form));
            let protocol = Version::from_number(version).unwrap().sub_protocol().to_owned();
            self.socket(SocketEvent::Opened { protocol });
        }

        fn apply(&mut self, command: Command) {
            self.workbench.apply(self.now, command);
            self.drain();
        }

        fn socket(&mut self, event: SocketEvent) {
            let connection = self.workbench.link.connection();
            self.workbench.handle_socket(self.now, connection, event);
            self.drain();
        }

        fn receive(&mut self, text: &str) {
            self.socket(SocketEvent::Text(text.into()));
        }

        /// Lets time pass, waking the workbench when it wants to be woken.
        fn pass(&mut self, millis: f64) {
            let end = self.now + millis;
            while let Some(due) = self.workbench.poll_timeout().filter(|due| *due <= end) {
                self.now = self.now.max(due);
                self.workbench.handle_timeout(self.now);
                self.drain();
                self.update();
            }
            self.now = end;
        }

        fn drain(&mut self) {
            while let Some(effect) = self.workbench.poll_effect() {
                match effect {
                    Effect::Link(LinkEffect::Send { text, .. }) => self.sent.push(text),
                    Effect::Link(LinkEffect::Open { url, .. }) => self.opened.push(url.into()),
                    Effect::Link(LinkEffect::Close { .. }) | Effect::ReadFiles { .. } | Effect::SaveFile { .. } => {}
                }
            }
        }

        fn update(&mut self) -> Update {
            self.workbench.take_update(self.now).unwrap_or_default()
        }

        /// Everything on the screen, as after a reload of the page.
        fn screen(&mut self) -> Update {
            self.workbench.dirty = Dirty {
                connection: true,
                summary: true,
                rows: true,
                filter: true,
                detail: true,
                overview: true,
                composer: true,
                findings: true,
                import: true,
                share: true,
                offer: true,
            };
            self.workbench.findings_at = 0.0;
            self.update()
        }

        fn last_id(&self) -> String {
            let text = self.sent.last().unwrap();
            let tree = json::parse(text).unwrap();
            tree.string(tree.item(tree.root(), 1).unwrap()).unwrap().into_owned()
        }

        fn answer(&mut self, payload: &str) {
            let text = format!("[3,\"{}\",{payload}]", self.last_id());
            self.receive(&text);
        }
    }

    const ACCEPTED: &str = r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":10}"#;

    #[test]
    fn the_station_boots_and_beats_in_every_version() {
        for version in ["1.6", "2.0.1", "2.1"] {
            let mut bench = Bench::connected(version, true);
            assert!(bench.sent[0].contains("BootNotification"), "{version}");
            bench.answer(ACCEPTED);
            bench.pass(10_100.0);
            assert_eq!(bench.sent.len(), 2, "{version}");
            assert!(bench.sent[1].ends_with(",\"Heartbeat\",{}]"));
            bench.answer(r#"{"currentTime":"2026-11-22T09:22:17Z"}"#);
            bench.pass(10_000.0);
            assert_eq!(bench.sent.len(), 3);
            let summary = bench.screen().summary.unwrap();
            assert_eq!((summary.n_frames, summary.n_errors, summary.n_warnings), (5, 0, 0), "{version}");
        }
    }

    #[test]
    fn a_full_timeline_says_so_before_and_keeps_the_connection_going() {
        let mut bench = Bench::connected("1.6", false);
        bench.workbench.records.transcript.room.n_frames = 10;
        let mut notices = Vec::new();
        for n in 1..=8 {
            // Each is answered, and the answer is a frame too.
            bench.receive(&format!(r#"[2,"c{n}","ClearCache",{{}}]"#));
            let n_frames = bench.workbench.records().transcript.n_frames();
            assert_eq!(n_frames, (2 * n).min(10));
            assert!(bench.sent.last().unwrap().starts_with(&format!(r#"[3,"c{n}","#)), "{:?}", bench.sent);
            while let Some(update) = bench.workbench.take_update(bench.now) {
                notices.extend(update.notice.map(|notice| (n_frames, notice.severity)));
            }
        }
        assert_eq!(notices, [(8, Severity::Warning), (10, Severity::Error)]);
        assert_eq!(bench.workbench.records().summary().n_not_kept, 6);
        // A call of ours is answered too, although neither of the two is kept.
        bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
        bench.apply(Command::Clear);
        assert_eq!(bench.workbench.records().summary().n_not_kept, 0);
        bench.receive(r#"[2,"again","ClearCache",{}]"#);
        assert_eq!(bench.workbench.records().transcript.n_frames(), 2);
        assert_eq!(bench.workbench.records.transcript.room.n_frames, 10);
    }

    #[test]
    fn a_long_log_is_drawn_now_and_then_and_in_the_end_whole() {
        let mut workbench = Workbench::new(1, Environment::default());
        workbench.load_schemas(schema_set(Version::V16));
        workbench.open_files(0.0, vec![("a.log".into(), 1_000_000)], false);
        let Some(Effect::ReadFiles { reading }) = workbench.poll_effect() else { panic!() };
        workbench.handle_file(0.0, reading, FileEvent::Begin { name: "a.log" });
        let (mut n_updates, mut n_rows) = (0, 0);
        let mut look = |workbench: &mut Workbench, now: f64| {
            while let Some(update) = workbench.take_update(now) {
                n_updates += u32::from(update.rows.is_some());
                n_rows = update.rows.map_or(n_rows, |rows| rows.n_total);
            }
            n_rows
        };
        for n in 0..20_000 {
            // A millisecond for ten lines.
            let now = f64::from(n / 10);
            let line = format!("2026-01-01T00:00:00Z CP1 > [2,\"{n}\",\"Heartbeat\",{{}}]\n");
            workbench.handle_file(now, reading, FileEvent::Bytes { bytes: line.as_bytes(), n_read: 1 });
            while workbench.work(now) {}
            look(&mut workbench, now);
        }
        workbench.handle_file(2_000.0, reading, FileEvent::End);
        workbench.handle_file(2_000.0, reading, FileEvent::AllRead);
        while workbench.work(2_000.0) {}
        assert_eq!(look(&mut workbench, 2_000.0), 20_000);
        assert!((10..400).contains(&n_updates), "{n_updates}");
    }

    #[test]
    fn bytes_are_bounded_like_frames() {
        let mut bench = Bench::connected("1.6", false);
        bench.workbench.records.transcript.room.n_bytes = 1_000;
        bench.receive(&format!(r#"[2,"a","DataTransfer",{{"vendorId":"{}"}}]"#, "x".repeat(600)));
        let n_before = bench.workbench.records().transcript.n_bytes();
        bench.receive(&format!(r#"[2,"b","DataTransfer",{{"vendorId":"{}"}}]"#, "x".repeat(600)));
        let records = bench.workbench.records();
        assert!(records.transcript.n_bytes() <= 1_000);
        // The answer to it still found room.
        assert!(records.transcript.n_bytes() > n_before);
        assert_eq!(records.summary().n_not_kept, 1);
    }

    #[test]
    fn a_pending_station_asks_again() {
        let mut bench = Bench::connected("1.6", true);
        bench.answer(r#"{"status":"Pending","currentTime":"2026-11-22T09:22:07Z","interval":5}"#);
        bench.pass(4_000.0);
        assert_eq!(bench.sent.len(), 1);
        bench.pass(1_100.0);
        assert!(bench.sent[1].contains("BootNotification"));
    }

    #[test]
    fn an_open_call_is_counted_and_explained_when_its_time_has_come() {
        let mut bench = Bench::connected("1.6", false);
        bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
        bench.pass(900.0);
        assert_eq!(bench.screen().summary.unwrap().n_unanswered, 0);
        bench.pass(200.0);
        assert_eq!(bench.screen().summary.unwrap().n_unanswered, 1);
        bench.apply(Command::Filter { text: "is:unanswered".into() });
        assert_eq!(bench.screen().rows.unwrap().n_total, 1);
        bench.pass(30_000.0);
        let screen = bench.screen();
        assert_eq!(screen.summary.unwrap().n_errors, 1);
        assert_eq!(screen.findings.unwrap()[0].rule, "RPC-NOANSWER");
        // A late answer takes the finding back and says that it is late.
        bench.answer(r#"{"currentTime":"2026-11-22T09:22:38Z"}"#);
        let screen = bench.screen();
        let summary = screen.summary.unwrap();
        assert_eq!((summary.n_errors, summary.n_warnings, summary.n_unanswered), (0, 1, 0));
        assert_eq!(screen.rows.unwrap().n_total, 0);
        assert_eq!(screen.findings.unwrap()[0].rule, "RPC-LATE");
    }

    #[test]
    fn calls_wait_for_their_turn_and_raw_frames_do_not() {
        let mut bench = Bench::connected("1.6", false);
        bench.apply(Command::SendCall { action: "Heartbeat".into(), payload: "{}".into() });
        bench.apply(Command::SendCall { action: "Authorize".into(), payload: "{ \"idTag\" : \"A\" }".into() });
        bench.apply(Command::SendRaw { text: "anything at all".into() });
        assert_eq!(bench.sent.len(), 2);
        assert_eq!(bench.sent[1], "anything at all");
        let id = json::parse(&bench.sent[0])
            .map(|tree| tree.string(tree.item(tree.root(), 1).unwrap()).unwrap().into_owned());
        bench.receive(&format!("[3,\"{}\",{{\"currentTime\":\"2026-11-22T09:22:07Z\"}}]", id.unwrap()));
        assert!(bench.sent[2].ends_with("\"Authorize\",{ \"idTag\" : \"A\" }]"));
    }

    #[test]
    fn rows_selection_and_detail_follow_the_commands() {
        let mut bench = Bench::connected("1.6", true);
        bench.answer(ACCEPTED);
        bench.receive("[2,\"x\",\"Reset\",{}]");
        let rows = bench.screen().rows.unwrap();
        // Opened, Boot and its answer, Reset and our refusal.
        let kinds: Vec<_> = rows.rows.iter().map(|row| (row.kind, row.frame, row.severity)).collect();
        assert_eq!(
            kinds,
            [
                (RowKind::Connection, None, Severity::Ok),
                (RowKind::Call, Some(1), Severity::Ok),
                (RowKind::Result, Some(2), Severity::Ok),
                (RowKind::Call, Some(3), Severity::Error),
                (RowKind::Error, Some(4), Severity::Error),
            ]
        );
        bench.apply(Command::Move(Motion::NextProblem));
        assert_eq!(bench.screen().detail.unwrap().unwrap().frame, 3);
        bench.apply(Command::Move(Motion::Paired));
        let screen = bench.screen();
        assert_eq!(screen.detail.unwrap().unwrap().frame, 4);
        assert!(screen.rows.unwrap().rows.iter().any(|row| row.is_paired && row.frame == Some(3)));
        bench.apply(Command::Move(Motion::NextProblem));
        assert_eq!(bench.screen().detail.unwrap().unwrap().frame, 4);
        bench.apply(Command::Move(Motion::First));
        assert_eq!(bench.screen().detail.unwrap(), None);
        bench.apply(Command::Filter { text: "kind:cal".into() });
        let screen = bench.screen();
        assert!(screen.filter.unwrap().error.is_some());
        assert_eq!(screen.rows.unwrap().n_total, 5);
        bench.apply(Command::Clear);
        assert_eq!(bench.screen().rows.unwrap().n_total, 0);
        bench.receive("[2,\"y\",\"ClearCache\",{}]");
        assert_eq!(bench.screen().rows.unwrap().rows[0].frame, Some(5));
    }

    #[test]
    fn the_password_is_in_the_opened_url_and_nowhere_else() {
        let mut bench = Bench::connected("1.6", true);
        assert!(bench.opened[0].contains("sesame-open"));
        bench.socket(SocketEvent::Closed { code: 1008, reason: "no".into(), was_clean: true });
        let form = ConnectForm {
            url: "ws://u:sesame-open@a.example".into(),
            versions: vec!["1.6".into()],
            ..ConnectForm::default()
        };
        bench.apply(Command::Draft(form));
        let screen = format!("{:?}", bench.screen());
        assert!(screen.contains("Closed") && !screen.contains("sesame-open"), "{screen}");
        assert!(!format!("{:?}", bench.workbench.link).contains("sesame-open"));
    }

    #[test]
    fn what_is_derived_can_be_rebuilt() {
        let mut bench = Bench::connected("2.0.1", true);
        bench.answer(ACCEPTED);
        for text in ["[2,\"1\",\"Reset\",{}]", "{}", "", "[3,\"?\",{}]", "[4,\"-1\",\"RpcFrameworkError\",\"\",{}]"] {
            bench.receive(text);
            bench.pass(3_000.0);
        }
        bench.pass(40_000.0);
        let live = &bench.workbench.records;
        let mut again = Records::default();
        for (number, record) in live.transcript.frames() {
            again.handle_time(record.connection, record.at);
            again.ingest(
                &bench.workbench.schemas,
                &NewFrame {
                    text: live.transcript.text(number),
                    is_binary: record.is_binary,
                    at: record.at,
                    direction: record.direction,
                    version: record.version,
                    connection: record.connection,
                    marks: record.marks,
                    line: record.line,
                },
            );
        }
        again.handle_time(bench.workbench.connection, bench.now);
        assert_eq!(live.rule_counts(), again.rule_counts());
        assert_eq!(live.summary(), again.summary());
        for ((number, a), (_, b)) in live.transcript.frames().zip(again.transcript.frames()) {
            assert_eq!(
                (a.kind, a.severity, a.pair(), a.latency_millis(), a.is_unanswered),
                (b.kind, b.severity, b.pair(), b.latency_millis(), b.is_unanswered),
                "{number}"
            );
            assert_eq!(live.findings(number), again.findings(number));
            assert_eq!(live.transcript.text(number), again.transcript.text(number));
        }
    }

    #[test]
    fn clearing_keeps_the_open_exchange_and_the_boot() {
        let mut bench = Bench::connected("1.6", true);
        bench.apply(Command::Clear);
        bench.answer(ACCEPTED);
        bench.pass(10_100.0);
        assert!(bench.sent[1].contains("Heartbeat"));
        assert_eq!(bench.screen().summary.unwrap().n_errors, 0);
    }

    #[test]
    fn boot_and_heartbeat_follow_the_acceptance() {
        // Rejected after Accepted: no more heartbeats, but another BootNotification.
        let mut bench = Bench::connected("2.0.1", true);
        bench.answer(ACCEPTED);
        bench.apply(Command::SendCall {
            action: "BootNotification".into(),
            payload: answers::boot_notification(Version::V201),
        });
        bench.answer(r#"{"status":"Rejected","currentTime":"2026-11-22T09:22:07Z","interval":30}"#);
        bench.pass(29_000.0);
        assert_eq!(bench.sent.len(), 2);
        bench.pass(1_100.0);
        assert!(bench.sent[2].contains("BootNotification"));
        // Accepted in the end, with an interval that draft-06 takes for an integer.
        bench.answer(r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":10.0}"#);
        bench.pass(10_100.0);
        assert!(bench.sent[3].contains("Heartbeat"));
        bench.pass(100_000.0);
        assert!(bench.sent[4..].iter().all(|text| !text.contains("BootNotification")));
    }

    #[test]
    fn nothing_is_answered_while_the_connection_closes() {
        let mut bench = Bench::connected("1.6", false);
        bench.apply(Command::Disconnect);
        bench.receive("[2,\"x\",\"Reset\",{\"type\":\"Hard\"}]");
        assert_eq!((bench.sent.len(), bench.screen().summary.unwrap().n_frames), (0, 1));
    }

    #[test]
    fn a_page_that_does_not_draw_keeps_nobody_awake() {
        let mut bench = Bench::connected("1.6", false);
        bench.receive("{}");
        bench.now += 1_000.0;
        bench.workbench.handle_timeout(bench.now);
        assert!(bench.workbench.poll_timeout().is_none_or(|due| due > bench.now));
        assert!(bench.update().findings.is_some());
    }

    mod hostile {
        use super::*;
        use proptest::prelude::*;

        fn frame() -> impl Strategy<Value = String> {
            let pieces = prop::sample::select(vec![
                "[",
                "]",
                "{",
                "}",
                ",",
                ":",
                "2",
                "3",
                "4",
                "5",
                "6",
                "\"1\"",
                "\"Heartbeat\"",
                "\"BootNotification\"",
                "\"status\"",
                "\"Accepted\"",
                "\"interval\"",
                "1e400",
                "-1",
                "null",
                "true",
                "\"\\ud800\"",
                "\u{202e}",
                "\"idTag\"",
                "[2,\"a\",\"Reset\",{",
                "[3,\"0000a41f-1\",",
                "[4,\"-1\",",
                "\"type\"",
                "\"Hard\"",
                "\0",
                "<b>",
            ]);
            prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
        }

        proptest! {
            #![proptest_config(ProptestConfig::with_cases(60))]

            #[test]
            fn nothing_that_arrives_stops_the_workbench(
                version in prop::sample::select(vec!["1.6", "2.0.1", "2.1"]),
                frames in prop::collection::vec((frame(), 0.0..40_000.0_f64), 1..12),
                filter in ".{0,20}",
            ) {
                let mut bench = Bench::connected(version, true);
                bench.apply(Command::Filter { text: filter });
                for (text, wait) in &frames {
                    bench.receive(text);
                    bench.socket(SocketEvent::Binary(text.clone().into_bytes()));
                    bench.apply(Command::Move(Motion::Last));
                    bench.screen();
                    bench.pass(*wait);
                }
                bench.apply(Command::Filter { text: String::new() });
                for frame in 1..=bench.workbench.records.transcript.n_frames() {
                    bench.apply(Command::Select { frame: Some(frame) });
                    prop_assert!(bench.screen().detail.is_some_and(|detail| detail.is_some()));
                }
                let summary = bench.screen().summary.unwrap();
                prop_assert_eq!(summary.n_frames as usize, bench.sent.len() + frames.len() * 2);
            }
        }
    }
}
