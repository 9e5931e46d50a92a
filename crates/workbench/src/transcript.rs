//! The transcript: all frames of a workspace and the events of their connections, in arrival order.
//!
//! Texts lie in large chunks and are never changed; a frame is a small record beside them. What the records
//! say beyond the text (pair, severity, …) is derived and can be rebuilt.

use crate::capture::Marks;
use crate::port::{Direction, FrameNumber, RowKind, Severity};
use ocpp_wire::version::Version;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;

/// Milliseconds since 1970, with fractions.
pub type EpochMillis = f64;

/// Text of frames that is held.
pub const MOST_TEXT_BYTES: u64 = 1_200_000_000;

/// Frames that are held.
pub const MOST_FRAMES: u32 = 4_000_000;

/// Bytes of one chunk of text. A longer frame gets a chunk of its own.
const CHUNK_BYTES: usize = 1 << 20;

/// Texts one after the other.
#[derive(Debug, Default)]
struct Arena {
    chunks: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TextRef {
    chunk: u32,
    start: u32,
    len: u32,
}

impl Arena {
    fn push(&mut self, text: &str) -> TextRef {
        let fits = self.chunks.last().is_some_and(|chunk| chunk.capacity() - chunk.len() >= text.len());
        if !fits {
            self.chunks.push(String::with_capacity(text.len().max(CHUNK_BYTES)));
        }
        let chunk = self.chunks.len() - 1;
        let Some(last) = self.chunks.last_mut() else { return TextRef::default() };
        let start = last.len();
        last.push_str(text);
        TextRef { chunk: chunk as u32, start: start as u32, len: text.len() as u32 }
    }

    fn get(&self, at: TextRef) -> &str {
        self.chunks
            .get(at.chunk as usize)
            .and_then(|chunk| chunk.get(at.start as usize..(at.start + at.len) as usize))
            .unwrap_or_default()
    }
}

/// A list that grows without ever moving what it holds: a `Vec` of a million records needs twice its memory
/// at the moment it grows.
#[derive(Debug)]
struct Chunked<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Chunked<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T> Chunked<T> {
    /// Items of one chunk; a power of two.
    const CHUNK: usize = 1 << 12;

    fn push(&mut self, item: T) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < Self::CHUNK => chunk.push(item),
            first => {
                // The first chunk grows with a short transcript.
                let mut chunk = if first.is_none() { Vec::new() } else { Vec::with_capacity(Self::CHUNK) };
                chunk.push(item);
                self.chunks.push(chunk);
            }
        }
    }

    fn len(&self) -> usize {
        self.chunks.len().saturating_sub(1) * Self::CHUNK + self.chunks.last().map_or(0, Vec::len)
    }

    fn get(&self, index: usize) -> Option<&T> {
        self.chunks.get(index / Self::CHUNK)?.get(index % Self::CHUNK)
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut T> {
        self.chunks.get_mut(index / Self::CHUNK)?.get_mut(index % Self::CHUNK)
    }

    fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flatten()
    }
}

/// A name shared by many frames: an action or an error code. 0 is the empty name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NameId(u16);

#[derive(Debug)]
struct Names {
    names: Vec<Arc<str>>,
    ids: HashMap<Arc<str>, NameId>,
}

impl Default for Names {
    fn default() -> Self {
        let empty: Arc<str> = "".into();
        Self { names: vec![Arc::clone(&empty)], ids: HashMap::from([(empty, NameId(0))]) }
    }
}

impl Names {
    /// A hostile peer may send a new action in every frame: beyond this many the name is read from the text.
    const MOST: usize = 10_000;

    fn intern(&mut self, name: &str) -> NameId {
        if name.is_empty() {
            return NameId(0);
        }
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        if self.names.len() >= Self::MOST || name.len() > 200 {
            return NameId(0);
        }
        let id = NameId(self.names.len() as u16);
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.ids.insert(name, id);
        id
    }

    fn get(&self, id: NameId) -> &str {
        self.names.get(id.0 as usize).map_or("", |name| name)
    }
}

/// What is known of a frame beside its text.
#[derive(Clone, Debug, PartialEq)]
pub struct FrameRecord {
    text: TextRef,
    /// When it arrived or left.
    pub at: EpochMillis,
    /// Which way it went.
    pub direction: Direction,
    /// What it is.
    pub kind: RowKind,
    /// Worst finding; at least error for a CallError or CallResultError.
    pub severity: Severity,
    /// It came as a binary message; the text is a hex dump.
    pub is_binary: bool,
    /// A Call without an answer: overdue, timed out, or cut off.
    pub is_unanswered: bool,
    /// Version in force.
    pub version: Version,
    /// Number of the connection it belongs to.
    pub connection: u32,
    /// Action, for an answer that of its call.
    pub action: NameId,
    /// Error code of a CallError or CallResultError.
    pub code: NameId,
    /// The call of an answer, the answer of a call.
    pair: Option<NonZeroU32>,
    /// One more than the time, so that the absence of one takes no room.
    latency: Option<NonZeroU32>,
    /// Index in arrival order, events included.
    pub entry: u32,
    /// Where its findings lie; see `finding_store.rs`.
    pub(crate) findings: Option<NonZeroU32>,
    /// Line of the log it was read from, from 1; 0 for a frame that came over a socket.
    pub line: u32,
    /// How it came to us.
    pub marks: Marks,
}

impl FrameRecord {
    /// The call of an answer, the answer of a call.
    pub fn pair(&self) -> Option<FrameNumber> {
        self.pair.map(NonZeroU32::get)
    }

    /// Sets the other frame of the exchange.
    pub fn set_pair(&mut self, pair: FrameNumber) {
        self.pair = NonZeroU32::new(pair);
    }

    /// Time from the call to the answer, on both of them.
    pub fn latency_millis(&self) -> Option<u32> {
        self.latency.map(|latency| latency.get() - 1)
    }

    /// Sets the time from the call to the answer.
    pub fn set_latency_millis(&mut self, millis: u32) {
        self.latency = NonZeroU32::new(millis.saturating_add(1));
    }
}

/// A connection of a station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// Identity of the station; empty when it is not known.
    pub station: String,
    /// It was read from a log, a file or a link.
    pub is_imported: bool,
}

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionEvent {
    /// When.
    pub at: EpochMillis,
    /// Short name: `Opened`, `Closed`, …
    pub title: String,
    /// What is known of it.
    pub text: String,
    /// How bad it is.
    pub severity: Severity,
    /// Number of the connection.
    pub connection: u32,
}

/// One line in arrival order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A frame.
    Frame(FrameNumber),
    /// An event, by its index.
    Event(u32),
}

/// What a frame begins as; the rest is derived.
#[derive(Clone, Debug)]
pub struct NewFrame<'a> {
    /// Its text, byte for byte, or the hex dump of a binary message.
    pub text: &'a str,
    /// It came as a binary message.
    pub is_binary: bool,
    /// When.
    pub at: EpochMillis,
    /// Which way.
    pub direction: Direction,
    /// Version in force.
    pub version: Version,
    /// Number of its connection.
    pub connection: u32,
    /// How it came to us.
    pub marks: Marks,
    /// Line of the log it was read from, from 1; 0 for a frame that came over a socket.
    pub line: u32,
}

/// Set in an entry that is an event.
const EVENT_BIT: u32 = 1 << 31;

/// How much a transcript holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Frames.
    pub n_frames: u32,
    /// Bytes of their texts.
    pub n_bytes: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { n_frames: MOST_FRAMES, n_bytes: MOST_TEXT_BYTES }
    }
}

/// All frames and events.
#[derive(Debug, Default)]
pub struct Transcript {
    arena: Arena,
    names: Names,
    frames: Chunked<FrameRecord>,
    events: Vec<ConnectionEvent>,
    /// Indices of frames and, with [`EVENT_BIT`], of events.
    entries: Chunked<u32>,
    connections: Vec<Connection>,
    has_stations: bool,
    /// Frames that were cleared; the first frame kept has this number plus one.
    n_cleared: u32,
    /// Entries that were cleared, so that keys of rows are never reused.
    n_entries_cleared: u32,
    n_bytes: u64,
    /// Never exceeded by [`crate::records::Records::ingest`]; smaller in tests only.
    pub(crate) room: Room,
}

impl Transcript {
    /// A frame of so many bytes can still be taken in.
    pub fn has_room(&self, n_bytes: usize) -> bool {
        self.n_frames() < self.room.n_frames && self.n_bytes + n_bytes as u64 <= self.room.n_bytes
    }

    /// How much of the room is used, in percent.
    pub fn percent_used(&self) -> u32 {
        let percent = |n: u64, most: u64| (n * 100).checked_div(most).unwrap_or(100) as u32;
        percent(u64::from(self.n_frames()), u64::from(self.room.n_frames)).max(percent(self.n_bytes, self.room.n_bytes))
    }

    /// Appends a frame; what it means is filled in by the caller.
    pub fn push_frame(&mut self, frame: &NewFrame<'_>) -> FrameNumber {
        let text = self.arena.push(frame.text);
        self.n_bytes += frame.text.len() as u64;
        self.frames.push(FrameRecord {
            text,
            at: frame.at,
            direction: frame.direction,
            kind: RowKind::Unreadable,
            severity: Severity::Ok,
            is_binary: frame.is_binary,
            is_unanswered: false,
            version: frame.version,
            connection: frame.connection,
            action: NameId(0),
            code: NameId(0),
            pair: None,
            latency: None,
            entry: self.entries.len() as u32,
            findings: None,
            line: frame.line,
            marks: frame.marks,
        });
        let index = self.frames.len() as u32;
        self.entries.push(index - 1);
        self.n_cleared + index
    }

    /// Makes a connection known. Returns its number, from 1.
    pub fn add_connection(&mut self, connection: Connection) -> u32 {
        self.has_stations |= self.connections.first().is_some_and(|first| first.station != connection.station);
        self.connections.push(connection);
        self.connections.len() as u32
    }

    /// The station of a connection is known by another name now.
    pub fn rename_station(&mut self, connection: u32, station: &str) {
        let index = (connection as usize).wrapping_sub(1);
        if let Some(connection) = self.connections.get_mut(index) {
            station.clone_into(&mut connection.station);
        }
        let first = self.connections.first().map(|first| first.station.as_str());
        self.has_stations = self.connections.iter().any(|other| Some(other.station.as_str()) != first);
    }

    /// A connection by its number; an empty one when it is not known.
    pub fn connection(&self, number: u32) -> &Connection {
        static UNKNOWN: Connection = Connection { station: String::new(), is_imported: false };
        (number as usize).checked_sub(1).and_then(|index| self.connections.get(index)).unwrap_or(&UNKNOWN)
    }

    /// Identities of the stations, each once, in the order they came.
    pub fn stations(&self) -> Vec<&str> {
        let mut stations: Vec<&str> = Vec::new();
        for connection in &self.connections {
            if !stations.contains(&connection.station.as_str()) {
                stations.push(&connection.station);
            }
        }
        stations
    }

    /// There were connections of more than one station.
    pub fn has_stations(&self) -> bool {
        self.has_stations
    }

    /// All connections; the first has number 1.
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }

    /// Appends an event.
    pub fn push_event(&mut self, event: ConnectionEvent) {
        self.entries.push(self.events.len() as u32 | EVENT_BIT);
        self.events.push(event);
    }

    /// Forgets everything but the numbers.
    pub fn clear(&mut self) {
        *self = Self {
            n_cleared: self.n_cleared + self.frames.len() as u32,
            n_entries_cleared: self.n_entries_cleared + self.entries.len() as u32,
            connections: std::mem::take(&mut self.connections),
            room: self.room,
            ..Self::default()
        };
    }

    /// Frames and events, in arrival order.
    pub fn n_entries(&self) -> u32 {
        self.entries.len() as u32
    }

    /// One of them.
    pub fn entry(&self, entry: u32) -> Option<Entry> {
        let index = *self.entries.get(entry as usize)?;
        Some(if index & EVENT_BIT == 0 {
            Entry::Frame(self.n_cleared + index + 1)
        } else {
            Entry::Event(index & !EVENT_BIT)
        })
    }

    /// Key of an entry, never reused.
    pub fn key(&self, entry: u32) -> u32 {
        self.n_entries_cleared + entry
    }

    /// The entry of a key; `None` when it was cleared or never came.
    pub fn entry_of_key(&self, key: u32) -> Option<u32> {
        key.checked_sub(self.n_entries_cleared).filter(|&entry| entry < self.n_entries())
    }

    /// Frames among the entries before this one.
    pub fn n_frames_before(&self, entry: u32) -> u32 {
        let (mut from, mut to) = (0, self.frames.len());
        while from < to {
            let middle = from.midpoint(to);
            if self.frames.get(middle).is_some_and(|frame| frame.entry < entry) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from as u32
    }

    /// A frame; `None` when it was cleared or never came.
    pub fn frame(&self, number: FrameNumber) -> Option<&FrameRecord> {
        self.frames.get(self.index(number)?)
    }

    /// A frame to be filled in.
    pub fn frame_mut(&mut self, number: FrameNumber) -> Option<&mut FrameRecord> {
        let index = self.index(number)?;
        self.frames.get_mut(index)
    }

    fn index(&self, number: FrameNumber) -> Option<usize> {
        number.checked_sub(self.n_cleared + 1).map(|index| index as usize)
    }

    /// All frames with their numbers.
    pub fn frames(&self) -> impl Iterator<Item = (FrameNumber, &FrameRecord)> {
        (self.n_cleared + 1..).zip(self.frames.iter())
    }

    /// An event by its index.
    pub fn event(&self, index: u32) -> Option<&ConnectionEvent> {
        self.events.get(index as usize)
    }

    /// The text of a frame, byte for byte; empty for a frame that is not there.
    pub fn text(&self, number: FrameNumber) -> &str {
        self.frame(number).map_or("", |frame| self.arena.get(frame.text))
    }

    /// Number of frames kept.
    pub fn n_frames(&self) -> u32 {
        self.frames.len() as u32
    }

    /// The newest frame.
    pub fn last_frame(&self) -> Option<FrameNumber> {
        (self.frames.len() > 0).then(|| self.n_cleared + self.frames.len() as u32)
    }

    /// Number of the first frame kept; also when none is kept yet.
    pub fn first_frame(&self) -> FrameNumber {
        self.n_cleared + 1
    }

    /// Bytes of all frames.
    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// When an entry happened.
    pub fn entry_at(&self, entry: u32) -> Option<EpochMillis> {
        match self.entry(entry)? {
            Entry::Frame(number) => self.frame(number).map(|frame| frame.at),
            Entry::Event(index) => self.event(index).map(|event| event.at),
        }
    }

    /// The id of a name; the empty name when there are too many.
    pub fn intern(&mut self, name: &str) -> NameId {
        self.names.intern(name)
    }

    /// A name.
    pub fn name(&self, id: NameId) -> &str {
        self.names.get(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(transcript: &mut Transcript, text: &str) -> FrameNumber {
        transcript.push_frame(&NewFrame {
            text,
            is_binary: false,
            at: 0.0,
            direction: Direction::ToCsms,
            version: Version::V16,
            connection: 1,
            marks: Marks::NONE,
            line: 0,
        })
    }

    #[test]
    fn texts_are_kept_byte_for_byte_across_chunks() {
        let mut transcript = Transcript::default();
        let texts: Vec<String> = (0..50).map(|n| "ä€😀\u{0}\r\n".repeat(n * 1_000)).collect();
        let numbers: Vec<_> = texts.iter().map(|text| push(&mut transcript, text)).collect();
        for (number, text) in numbers.iter().zip(&texts) {
            assert_eq!(transcript.text(*number), text);
        }
        assert_eq!(transcript.n_bytes(), texts.iter().map(|text| text.len() as u64).sum::<u64>());
    }

    #[test]
    fn a_record_is_small_and_many_of_them_are_found_again() {
        assert!(size_of::<FrameRecord>() <= 64, "{}", size_of::<FrameRecord>());
        let mut transcript = Transcript::default();
        for n in 0..10_000 {
            push(&mut transcript, &n.to_string());
            if n % 3 == 0 {
                transcript.push_event(ConnectionEvent {
                    at: 1.0,
                    title: n.to_string(),
                    text: String::new(),
                    severity: Severity::Ok,
                    connection: 1,
                });
            }
        }
        assert_eq!(transcript.n_entries(), 13_334);
        assert_eq!((transcript.text(1), transcript.text(4_097), transcript.text(10_000)), ("0", "4096", "9999"));
        let Some(Entry::Frame(number)) = transcript.entry(transcript.frame(9_000).unwrap().entry) else { panic!() };
        assert_eq!(number, 9_000);
        assert_eq!(transcript.entry(1), Some(Entry::Event(0)));
        assert_eq!(transcript.frames().count(), 10_000);
    }

    #[test]
    fn numbers_go_on_after_clearing() {
        let mut transcript = Transcript::default();
        assert_eq!(push(&mut transcript, "a"), 1);
        assert_eq!(push(&mut transcript, "b"), 2);
        transcript.clear();
        assert_eq!(transcript.text(2), "");
        assert_eq!(push(&mut transcript, "c"), 3);
        assert_eq!(transcript.text(3), "c");
        assert_eq!(transcript.key(0), 2);
    }

    #[test]
    fn a_flood_of_names_is_bounded() {
        let mut transcript = Transcript::default();
        for n in 0..20_000 {
            transcript.intern(&format!("Action{n}"));
        }
        assert!(transcript.names.names.len() <= Names::MOST);
        assert_eq!(transcript.intern(&"x".repeat(1_000)), NameId(0));
    }
}
