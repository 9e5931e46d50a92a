//! Captures out of the records and into them: what a link carries, what a file holds.

use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::connect_url::without_userinfo;
use crate::export::{jsonl, open_trace};
use crate::port::{ExportFormat, FrameNumber, ShareChoice, ShareValue, ShareView, SharedForm};
use crate::profile::Profile;
use crate::records::{End, Records, Schemas};
use crate::redact::{self, Level, RedactOptions};
use crate::share::{self, Shared, SharedProfile, SharedView};
use crate::transcript::{Connection, ConnectionEvent, Entry, NewFrame};
use ocpp_wire::version::Version;
use std::collections::{HashMap, HashSet};

/// Entries that are written at once.
const PIECE: usize = 2_000;

/// Values that are listed before a link is made.
const MOST_LISTED: usize = 500;

/// Frames and events apart from what is derived. The second part gives the index of the item of a frame.
pub fn capture_of(records: &Records, entries: &[u32], wanted: Option<FrameNumber>) -> (Capture, Option<u32>) {
    let mut capture = Capture::default();
    let mut indexes: HashMap<(u32, Version), u32> = HashMap::new();
    let mut found = None;
    // Events have no version of their own; they take that of the frames of their connection.
    let mut versions: HashMap<u32, Version> = HashMap::new();
    for &entry in entries {
        if let Some(Entry::Frame(number)) = records.transcript.entry(entry)
            && let Some(record) = records.transcript.frame(number)
        {
            versions.entry(record.connection).or_insert(record.version);
        }
    }
    for &entry in entries {
        let (connection, version, at, content) = match records.transcript.entry(entry) {
            Some(Entry::Frame(number)) => {
                let Some(record) = records.transcript.frame(number) else { continue };
                if Some(number) == wanted {
                    found = Some(capture.items.len() as u32);
                }
                let frame = CaptureFrame {
                    text: records.transcript.text(number).to_owned(),
                    is_binary: record.is_binary,
                    direction: record.direction,
                    marks: record.marks,
                };
                (record.connection, record.version, record.at, CaptureContent::Frame(frame))
            }
            Some(Entry::Event(index)) => {
                let Some(event) = records.transcript.event(index) else { continue };
                let version = versions.get(&event.connection).copied().unwrap_or(Version::V16);
                let (title, text, severity) = (event.title.clone(), event.text.clone(), event.severity);
                let content = CaptureContent::Event(CaptureEvent { title, text, severity });
                (event.connection, version, event.at, content)
            }
            None => continue,
        };
        let index = *indexes.entry((connection, version)).or_insert_with(|| {
            let station = records.transcript.connection(connection).station.clone();
            capture.connections.push(CaptureConnection { station, version });
            capture.connections.len() as u32 - 1
        });
        capture.items.push(CaptureItem { connection: index, at, content });
    }
    (capture, found)
}

/// Takes a capture in, behind what is there. Gives the frame of the wanted item.
pub fn take_in(
    records: &mut Records,
    schemas: &Schemas,
    capture: &Capture,
    wanted: Option<u32>,
) -> Option<FrameNumber> {
    let connections: Vec<(u32, Version)> = capture
        .connections
        .iter()
        .map(|connection| {
            let station = connection.station.clone();
            let number = records.transcript.add_connection(Connection { station, is_imported: true });
            (number, connection.version)
        })
        .collect();
    let mut found = None;
    for (item, index) in capture.items.iter().zip(0..) {
        let Some(&(connection, version)) = connections.get(item.connection as usize) else { continue };
        records.handle_time(connection, item.at);
        match &item.content {
            CaptureContent::Frame(frame) => {
                let ingested = records.ingest(
                    schemas,
                    &NewFrame {
                        text: &frame.text,
                        is_binary: frame.is_binary,
                        at: item.at,
                        direction: frame.direction,
                        version,
                        connection,
                        marks: frame.marks,
                        line: 0,
                    },
                );
                if Some(index) == wanted {
                    found = Some(ingested.frame);
                }
            }
            CaptureContent::Event(event) => {
                if event.title != "Opened" {
                    records.handle_closed(connection, End::ByOthers);
                }
                let CaptureEvent { title, text, severity } = event.clone();
                records.push_event(ConnectionEvent { at: item.at, title, text, severity, connection });
            }
        }
    }
    for (connection, _) in connections {
        records.handle_closed(connection, End::OfLog);
    }
    found
}

/// The link that was asked for, with what is replaced in it.
pub fn share_view(mut shared: Shared, choice: &ShareChoice) -> ShareView {
    let options = RedactOptions {
        level: if choice.is_redacted { Level::Full } else { Level::SecretsOnly },
        keep: choice.keep.iter().cloned().collect(),
        hides_stations: choice.is_redacted,
    };
    let values = redact::preview(&shared.capture, &options);
    let n_frames = n_frames(&shared.capture);
    let n_values = values.len() as u32;
    let listed = values.into_iter().take(MOST_LISTED).map(|value| ShareValue {
        kind: value.kind.label().to_owned(),
        original: value.original,
        pseudonym: value.pseudonym,
        places: value.places.join(", "),
        n_places: value.n_places,
        is_kept: value.keep,
    });
    let values = listed.collect();
    let mut view = ShareView { choice: choice.clone(), n_frames, values, n_values, ..ShareView::default() };
    if let Some(error) = share::too_large(&shared) {
        view.problem = error.to_string();
        return view;
    }
    shared.view.is_redacted = choice.is_redacted;
    let shared = redact::redact_shared(&shared, &options);
    let fragment = share::encode(&shared);
    let fit = share::fits(fragment.len() + choice.page_chars as usize);
    fit.label.clone_into(&mut view.fit);
    view.is_for_file = fit.limit.is_none();
    view.n_chars = fragment.len() as u32 + choice.page_chars;
    view.fragment = fragment;
    view
}

/// Frames of a capture.
pub fn n_frames(capture: &Capture) -> u32 {
    capture.items.iter().filter(|item| matches!(item.content, CaptureContent::Frame(_))).count() as u32
}

/// Some of its frames were spoken with the demo CSMS.
pub fn has_demo(capture: &Capture) -> bool {
    let is_demo =
        |content: &CaptureContent| matches!(content, CaptureContent::Frame(frame) if frame.marks.has(Marks::DEMO));
    capture.items.iter().any(|item| is_demo(&item.content))
}

/// What is looked at besides the frames.
pub fn shared_view(filter: &str, selected: Option<u32>) -> SharedView {
    SharedView { filter: filter.to_owned(), selected, route: "#/timeline".to_owned(), ..SharedView::default() }
}

/// The profile of a link, from the page.
pub fn shared_profile(form: SharedForm) -> SharedProfile {
    let url = without_userinfo(&form.url);
    SharedProfile { name: form.name, url, identity: form.identity, versions: form.versions }
}

/// The profile of a link, for the page. Whoever made the link, no password comes in by it, and only known versions.
pub fn shared_form(profile: SharedProfile) -> SharedForm {
    Profile {
        name: profile.name,
        url: profile.url,
        identity: profile.identity,
        versions: profile.versions,
        ..Profile::default()
    }
    .cleaned()
    .shared()
}

/// Writes the transcript to a file, piece by piece.
#[derive(Debug)]
pub struct ExportJob {
    format: ExportFormat,
    entries: Vec<u32>,
    at: usize,
    connections: Vec<CaptureConnection>,
    writer: jsonl::Writer,
    trace: open_trace::Writer,
    /// Frames and events the format cannot hold.
    pub n_left_out: u32,
}

impl ExportJob {
    /// Begins a file with these entries.
    pub fn new(records: &Records, format: ExportFormat, entries: Vec<u32>) -> Self {
        let mut connections: Vec<CaptureConnection> = Vec::new();
        let mut seen: HashSet<(u32, Version)> = HashSet::new();
        for &entry in &entries {
            if let Some(Entry::Frame(number)) = records.transcript.entry(entry)
                && let Some(record) = records.transcript.frame(number)
                && seen.insert((record.connection, record.version))
            {
                let station = records.transcript.connection(record.connection).station.clone();
                connections.push(CaptureConnection { station, version: record.version });
            }
        }
        Self {
            format,
            entries,
            at: 0,
            connections,
            writer: jsonl::Writer::default(),
            trace: open_trace::Writer::default(),
            n_left_out: 0,
        }
    }

    /// Name of the file.
    pub fn file_name(&self) -> &'static str {
        match self.format {
            ExportFormat::Jsonl => "ocppscope.jsonl",
            ExportFormat::OpenTrace => "ocpp-trace.jsonl",
        }
    }

    /// The next piece of the file; `None` at its end.
    pub fn next(&mut self, records: &Records) -> Option<String> {
        let mut out = String::new();
        if self.at == 0 && self.format == ExportFormat::Jsonl {
            let header = Capture { connections: self.connections.clone(), items: Vec::new() };
            out.push_str(&jsonl::header(&header));
        }
        let piece = self.entries.get(self.at..(self.at + PIECE).min(self.entries.len())).unwrap_or_default();
        if piece.is_empty() {
            return (!out.is_empty() && self.at == 0).then(|| {
                self.at = 1;
                out
            });
        }
        let (capture, _) = capture_of(records, piece, None);
        self.at += piece.len();
        let options = RedactOptions { level: Level::SecretsOnly, hides_stations: false, ..RedactOptions::default() };
        let mut capture = redact::redact(&capture, &options);
        // The pieces share the connections of the whole file.
        let indexes: Vec<u32> = capture
            .connections
            .iter()
            .map(|connection| self.connections.iter().position(|known| known == connection).unwrap_or(0) as u32)
            .collect();
        for item in &mut capture.items {
            item.connection = indexes.get(item.connection as usize).copied().unwrap_or_default();
        }
        capture.connections.clone_from(&self.connections);
        for item in &capture.items {
            match self.format {
                ExportFormat::Jsonl => out.push_str(&self.writer.item(&capture, item)),
                ExportFormat::OpenTrace => match self.trace.item(&capture, item) {
                    Some(line) => out.push_str(&line),
                    None => self.n_left_out += 1,
                },
            }
        }
        Some(out)
    }
}
