//! Captures in and out of the workbench: files, exports, links.

use super::{Dirty, FIRST_ENTRIES, FileEvent, IMPORT_EVERY_MILLIS, Workbench};
use crate::import::Options;
use crate::import_job::ImportJob;
use crate::port::{FrameNumber, GoTo, OfferView, Scope, Severity, ShareChoice};
use crate::share::{self, Shared};
use crate::sharing;
use crate::transcript::EpochMillis;
use ocpp_wire::order::sort_by_rank;

/// Said of a link whose frames are not real.
const FROM_DEMO: &str = "They were spoken with the demo CSMS inside the page: nothing in them is real.";

impl Workbench {
    pub(super) fn entries_of(&self, scope: Scope) -> Vec<u32> {
        match scope {
            Scope::All => (0..self.records.transcript.n_entries()).collect(),
            Scope::Nothing => Vec::new(),
            Scope::Filtered => self.view.entries(&self.records),
            Scope::Selection => self.view.selected_entries(&self.records),
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

    pub(super) fn share(&mut self, choice: &ShareChoice) {
        let entries = self.entries_of(choice.scope);
        let selected = self.view.selected_frame(&self.records);
        // A link to what passes the filter shows all of its frames.
        let filter = if choice.scope == Scope::All { self.view.filter_text() } else { String::new() };
        let (capture, selected) = sharing::capture_of(&self.records, &entries, selected);
        let mut view = sharing::shared_view(&filter, selected);
        view.profile = choice.profile.clone().map(sharing::shared_profile);
        let shared = Shared { capture, view };
        self.share = Some(sharing::share_view(shared, choice));
        self.dirty.share = true;
    }

    /// A link never connects, and never takes the place of what is there without being told.
    pub(super) fn open_link(&mut self, fragment: &str) {
        self.dirty.offer = true;
        match share::decode(fragment) {
            Err(error) => {
                self.offer = Some(OfferView {
                    is_shown: false,
                    title: "This link cannot be opened".to_owned(),
                    sentences: vec![error.to_string()],
                    is_broken: true,
                    has_frames: false,
                });
            }
            Ok(shared) => {
                let has_frames = has_frames(&shared);
                // A profile alone takes no frames away, but the form is in use while there is a connection.
                let is_free = self.link.can_connect() && (!has_frames || self.records.transcript.n_entries() == 0);
                let sentence = if has_frames {
                    "The present frames stay until you say otherwise."
                } else {
                    "The form stays as it is while there is a connection. Disconnect to use the profile."
                };
                self.offer = Some(OfferView {
                    is_shown: false,
                    title: format!("A link with {}", contents(&shared)),
                    sentences: vec![sentence.to_owned()],
                    is_broken: false,
                    has_frames,
                });
                self.offered = Some(shared);
                if is_free {
                    self.accept_link();
                }
            }
        }
    }

    pub(super) fn accept_link(&mut self) {
        let Some(shared) = self.offered.take() else { return };
        let has_frames = has_frames(&shared);
        let what = contents(&shared);
        let title = if has_frames { format!("{what} from a link") } else { format!("From a link: {what}") };
        let profile = shared.view.profile.clone().map(sharing::shared_form);
        let mut sentences = vec![
            match (shared.view.is_redacted, has_frames) {
                (true, true) => {
                    "Identities, tokens and other values that could point to somebody were replaced by the sender."
                }
                (true, false) => {
                    "The sender had the identity and secrets in the URL replaced: put your own in their place."
                }
                (false, true) => "The sender left the values as they were, but for passwords and keys.",
                (false, false) => "The sender left the values as they were.",
            }
            .to_owned(),
        ];
        if profile.is_some() && self.link.can_connect() {
            sentences.push("Its profile stands in the form.".to_owned());
        }
        if sharing::has_demo(&shared.capture) {
            sentences.push(FROM_DEMO.to_owned());
        }
        sentences.push("Nothing is connected.".to_owned());
        self.offer = Some(OfferView { is_shown: true, title, sentences, is_broken: false, has_frames });
        self.dirty.offer = true;
        let profile = profile.filter(|_| self.link.can_connect());
        if !has_frames {
            let filter = self.view.filter_text();
            self.go_to = Some(GoTo { filter, route: String::new(), profile });
            return;
        }
        self.clear();
        let frame = sharing::take_in(&mut self.records, &self.schemas, &shared.capture, shared.view.selected);
        self.view.set_filter(&self.records, &shared.view.filter);
        self.view.select(&self.records, frame);
        self.is_caught_up = !self.view.has_work(&self.records);
        self.appended();
        self.selection_changed();
        self.go_to = Some(GoTo { filter: shared.view.filter, route: shared.view.route, profile });
        self.dirty = Dirty { offer: true, findings: true, ..self.dirty };
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

    pub(super) fn begin_reading(&mut self, now: EpochMillis, options: Options, can_change: bool) {
        self.import = Some(ImportJob::new(now, &self.files, options, can_change));
        self.reading += 1;
        self.is_reading_wanted = true;
        self.dirty.import = true;
    }

    /// The file whose next bytes are wanted, by its place in the order given; `None` while frames wait to be taken in, and
    /// when a reading is over.
    pub fn wanted_file(&self, reading: u32) -> Option<usize> {
        self.import.as_ref().filter(|_| self.reading == reading).and_then(ImportJob::wanted)
    }

    /// A reading is over or not wanted any more.
    pub fn is_reading_over(&self, reading: u32) -> bool {
        self.reading != reading || self.import.as_ref().is_none_or(ImportJob::is_over)
    }

    /// What was read of a file, which is named by its place in the order given.
    pub fn handle_file(&mut self, now: EpochMillis, reading: u32, file: usize, event: FileEvent<'_>) {
        if self.reading != reading {
            return;
        }
        let Some(job) = &mut self.import else { return };
        match event {
            FileEvent::Beginning { bytes } => job.look(file, bytes),
            FileEvent::Bytes { bytes, n_read } => job.push(file, bytes, n_read),
            FileEvent::End => job.end_file(file),
            FileEvent::Failed { why } => job.fail(file, why),
        }
        let is_piece = matches!(event, FileEvent::Bytes { .. });
        self.dirty.import |= !is_piece || now - self.import_drawn > IMPORT_EVERY_MILLIS;
        self.take_in(now);
    }

    /// Takes in some frames that were read. Whether more wait.
    pub(super) fn take_in(&mut self, now: EpochMillis) -> bool {
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
}

/// The link holds frames or events.
fn has_frames(shared: &Shared) -> bool {
    !shared.capture.items.is_empty() || shared.view.profile.is_none()
}

/// What a link holds, in words.
fn contents(shared: &Shared) -> String {
    let n = sharing::n_frames(&shared.capture);
    let frames = if n == 1 { "1 frame".to_owned() } else { format!("{n} frames") };
    match &shared.view.profile {
        Some(profile) if !has_frames(shared) && profile.name.is_empty() => "a profile".to_owned(),
        Some(profile) if !has_frames(shared) => format!("the profile “{}”", profile.name),
        Some(_) => format!("{frames} and a profile"),
        None => frames,
    }
}
