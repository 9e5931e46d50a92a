//! Exchanges: which answer belongs to which call, per connection and direction.
//!
//! Ids are looked up by (connection, sender, message id), and the newest call with an id wins.

use crate::port::{Direction, FrameNumber, RowKind};
use crate::transcript::{EpochMillis, Transcript};
use ocpp_wire::version::Version;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

/// A Call without an answer counts as unanswered after this time. Most answers come within it, so the count
/// does not flicker.
pub const OVERDUE_MILLIS: f64 = 1_000.0;

/// A Call without an answer has timed out after this time.
///
/// # Source
/// No version prescribes it; OCPP 2.0.1 Part 2 section 3.2 suggests to begin with 30 seconds.
pub const TIMEOUT_MILLIS: f64 = 30_000.0;

/// Open calls that are compared with the id of an answer nobody waits for.
const MOST_NEAR: usize = 50;

/// How a frame fits the frames before it.
#[derive(Clone, Debug, PartialEq)]
pub enum Pairing {
    /// Neither a call nor an answer, or its id cannot be read.
    None,
    /// A Call or Send.
    Call {
        /// Another Call of the same sender that is still open.
        other_open: Option<FrameNumber>,
        /// An earlier Call or Send of the same sender with this id.
        reused: Option<FrameNumber>,
        /// The earlier frame is the same text: a retry.
        is_retry: bool,
    },
    /// An answer to a known call.
    Answer {
        /// The call.
        call: FrameNumber,
        /// Time between the two.
        latency_millis: u32,
        /// The answer that came before this one.
        earlier: Option<FrameNumber>,
        /// What it answers is a Send, which has no answer.
        is_to_send: bool,
    },
    /// An answer to no call we know.
    Orphan {
        /// The sender's own call with this id: the "answer" complains about the answer to it.
        own_call: Option<FrameNumber>,
        /// An open call whose id is nearly the same: cut, or in other case. For a CallResultError the call of
        /// the other side with this id.
        near: Option<FrameNumber>,
    },
    /// An answer to a call that was open when the transcript was cleared.
    Cleared {
        /// Action of the call.
        action: String,
    },
    /// A CallError with the id "-1": the peer could not read the id of something it received.
    Unreadable {
        /// Newest frame it may mean.
        latest: Option<FrameNumber>,
    },
}

/// Where a connection stands with its BootNotification.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BootStage {
    /// The station has not sent one on this connection; it may be accepted from before.
    #[default]
    NotAsked,
    /// Sent, not answered.
    Asked,
    /// Answered Pending; `is_triggered` when the CSMS asked for messages since.
    Pending {
        /// The CSMS sent a TriggerMessage, GetBaseReport or GetReport.
        is_triggered: bool,
    },
    /// Answered Rejected.
    Rejected,
    /// Answered with a CallError.
    Refused,
    /// Answered Accepted.
    Accepted,
}

/// Calls of one side of a connection that wait for an answer, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Waiting {
    /// Not yet overdue.
    fresh: Vec<FrameNumber>,
    /// Overdue, not yet timed out.
    overdue: Vec<FrameNumber>,
}

impl Waiting {
    fn remove(&mut self, call: FrameNumber) -> bool {
        for list in [&mut self.fresh, &mut self.overdue] {
            if let Ok(index) = list.binary_search(&call) {
                list.remove(index);
                return true;
            }
        }
        false
    }

    /// Newest first.
    fn newest_first(&self) -> impl Iterator<Item = FrameNumber> {
        self.fresh.iter().rev().chain(self.overdue.iter().rev()).copied()
    }
}

/// What is known of one connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Side {
    to_csms: Waiting,
    to_station: Waiting,
    boot: BootStage,
    is_triggered: bool,
    /// The newest BootNotification of the station that nobody asked for.
    booted: Option<FrameNumber>,
    /// An answer was seen that goes this way: to the CSMS, to the station.
    has_answers: [bool; 2],
}

impl Side {
    fn waiting(&mut self, direction: Direction) -> &mut Waiting {
        match direction {
            Direction::ToCsms => &mut self.to_csms,
            Direction::ToStation => &mut self.to_station,
        }
    }

    fn of(&self, direction: Direction) -> &Waiting {
        match direction {
            Direction::ToCsms => &self.to_csms,
            Direction::ToStation => &self.to_station,
        }
    }
}

/// The open calls and all ids seen.
#[derive(Debug, Default)]
pub struct Exchanges {
    /// Newest Call or Send by hash of (connection, sender, id). The frame's own text settles collisions.
    calls: HashMap<u64, FrameNumber, BuildHasherDefault<Unchanged>>,
    /// By number of the connection.
    connections: Vec<Side>,
    /// Actions of calls that were open when the transcript was cleared.
    cleared: HashMap<u64, String>,
}

impl Exchanges {
    /// Takes a call: what it collides with. Call [`Exchanges::note_call`] when the frame is stored.
    ///
    /// The same text again is a retry unless the first one succeeded: only a message that failed or was not
    /// answered may go out again under its id (OCPP-J 1.6 errata 2025-04, OCPP 2.0.1 errata 2024-09).
    pub fn pair_call(
        &self,
        transcript: &Transcript,
        connection: u32,
        direction: Direction,
        id: &str,
        text: &str,
    ) -> Pairing {
        let is_message = |&frame: &FrameNumber| transcript.frame(frame).is_some_and(|f| f.kind != RowKind::Unreadable);
        // After it booted the station may count from the beginning again.
        let booted = self.side(connection).and_then(|side| side.booted).unwrap_or_default();
        let is_since_boot = |frame: &FrameNumber| direction == Direction::ToStation || *frame >= booted;
        let reused = self.find(transcript, connection, direction, id).filter(is_message).filter(is_since_boot);
        let has_succeeded = |frame: FrameNumber| {
            let answer = transcript.frame(frame).and_then(|call| transcript.frame(call.pair()?));
            answer.is_some_and(|answer| answer.kind == RowKind::Result)
        };
        let is_retry = reused.is_some_and(|frame| transcript.text(frame) == text && !has_succeeded(frame));
        Pairing::Call {
            other_open: self.open_call(connection, direction, reused.filter(|_| is_retry)),
            reused,
            is_retry,
        }
    }

    /// The newest open call of a sender, apart from one.
    fn open_call(&self, connection: u32, direction: Direction, except: Option<FrameNumber>) -> Option<FrameNumber> {
        self.side(connection)?.of(direction).newest_first().find(|&frame| Some(frame) != except)
    }

    fn side(&self, connection: u32) -> Option<&Side> {
        self.connections.get(connection as usize)
    }

    fn side_mut(&mut self, connection: u32) -> Option<&mut Side> {
        let index = connection as usize;
        if index >= self.connections.len() {
            self.connections.resize(index + 1, Side::default());
        }
        self.connections.get_mut(index)
    }

    /// Where a connection stands with its BootNotification.
    pub fn boot(&self, connection: u32) -> BootStage {
        self.side(connection).map(|side| side.boot).unwrap_or_default()
    }

    /// The CSMS asked for messages since the connection opened or the station was accepted.
    pub fn is_triggered(&self, connection: u32) -> bool {
        self.side(connection).is_some_and(|side| side.is_triggered)
    }

    /// Sets where a connection stands with its BootNotification.
    pub fn set_boot(&mut self, connection: u32, boot: BootStage, is_triggered: bool) {
        if let Some(side) = self.side_mut(connection) {
            (side.boot, side.is_triggered) = (boot, is_triggered);
        }
    }

    /// The station booted with this frame.
    pub fn note_boot(&mut self, connection: u32, frame: FrameNumber) {
        if let Some(side) = self.side_mut(connection) {
            side.booted = Some(frame);
        }
    }

    /// A BootNotification of the station was seen that nobody asked for.
    pub fn has_booted(&self, connection: u32) -> bool {
        self.side(connection).is_some_and(|side| side.booted.is_some())
    }

    /// Answers were seen that go this way: without any, a log may hold requests only.
    pub fn has_answers(&self, connection: u32, direction: Direction) -> bool {
        self.side(connection).and_then(|side| side.has_answers.get(direction as usize).copied()).unwrap_or_default()
    }

    /// An answer went this way.
    pub fn note_answer_seen(&mut self, connection: u32, direction: Direction) {
        let flag = self.side_mut(connection).and_then(|side| side.has_answers.get_mut(direction as usize));
        if let Some(flag) = flag {
            *flag = true;
        }
    }

    /// Remembers a call. An earlier one with its id can no longer be answered.
    pub fn note_call(&mut self, connection: u32, direction: Direction, id: &str, frame: FrameNumber, is_send: bool) {
        let earlier = self.calls.insert(hash(connection, direction, id), frame);
        let Some(side) = self.side_mut(connection) else { return };
        let waiting = side.waiting(direction);
        if let Some(earlier) = earlier {
            waiting.remove(earlier);
        }
        if !is_send {
            waiting.fresh.push(frame);
        }
    }

    /// Remembers a frame that is no message but has an id: a `CallError` may answer it. It never displaces a call.
    pub fn note_unreadable(&mut self, connection: u32, direction: Direction, id: &str, frame: FrameNumber) {
        self.calls.entry(hash(connection, direction, id)).or_insert(frame);
    }

    /// The transcript is about to be cleared: answers to calls that are open now will still find their action.
    pub fn note_cleared(&mut self, connection: u32, direction: Direction, id: &str, action: &str) {
        self.cleared.insert(hash(connection, direction, id), action.to_owned());
    }

    /// Finds what an answer answers.
    pub fn pair_answer(
        &self,
        transcript: &Transcript,
        connection: u32,
        direction: Direction,
        id: &str,
        at: EpochMillis,
        is_error: bool,
    ) -> Pairing {
        if let Some(call) = self.find(transcript, connection, direction.reversed(), id)
            && let Some(record) = transcript.frame(call)
            && (is_error || record.kind != RowKind::Unreadable)
        {
            return Pairing::Answer {
                call,
                latency_millis: (at - record.at).max(0.0).round() as u32,
                earlier: record.pair(),
                is_to_send: record.kind == RowKind::Send && record.version == Version::V21,
            };
        }
        if let Some(action) = self.cleared.get(&hash(connection, direction.reversed(), id)) {
            return Pairing::Cleared { action: action.clone() };
        }
        let open = self.side(connection).map(|side| side.of(direction.reversed()).newest_first());
        let is_near_id = |frame: &FrameNumber| message_id(transcript, *frame).is_some_and(|other| is_near(&other, id));
        let near = open.and_then(|open| open.take(MOST_NEAR).collect::<Vec<_>>().into_iter().find(is_near_id));
        Pairing::Orphan { own_call: self.find(transcript, connection, direction, id), near }
    }

    /// Finds the CallResult a CallResultError is about: it goes the way of the call and repeats its id.
    pub fn pair_result_error(
        &self,
        transcript: &Transcript,
        connection: u32,
        direction: Direction,
        id: &str,
        at: EpochMillis,
    ) -> Pairing {
        let call = self.find(transcript, connection, direction, id);
        let answer = call
            .and_then(|call| transcript.frame(call)?.pair())
            .filter(|&answer| transcript.frame(answer).is_some_and(|record| record.kind == RowKind::Result));
        match (call, answer) {
            (Some(call), Some(answer)) => Pairing::Answer {
                call,
                latency_millis: transcript.frame(answer).map_or(0, |record| (at - record.at).max(0.0).round() as u32),
                earlier: None,
                is_to_send: false,
            },
            _ => Pairing::Orphan { own_call: call, near: self.find(transcript, connection, direction.reversed(), id) },
        }
    }

    /// An answer came, or none will: the call is no longer open.
    pub fn note_answer(&mut self, connection: u32, direction: Direction, call: FrameNumber) {
        if let Some(side) = self.side_mut(connection) {
            side.waiting(direction).remove(call);
        }
    }

    /// Calls of a connection without an answer, oldest first.
    pub fn open_of(&self, connection: u32) -> Vec<FrameNumber> {
        let Some(side) = self.side(connection) else { return Vec::new() };
        let mut open: Vec<_> = side.to_csms.newest_first().chain(side.to_station.newest_first()).collect();
        ocpp_wire::order::sort_by_rank(&mut open, |call| *call);
        open
    }

    /// The connection is over: its open calls will never be answered.
    pub fn end(&mut self, connection: u32) {
        self.cleared.clear();
        if let Some(side) = self.side_mut(connection) {
            *side = Side::default();
        }
    }

    /// Without calls, but with what is known of the connections.
    #[must_use]
    pub fn emptied(&self) -> Self {
        let emptied = |side: &Side| Side { boot: side.boot, is_triggered: side.is_triggered, ..Side::default() };
        Self { connections: self.connections.iter().map(emptied).collect(), ..Self::default() }
    }

    /// Calls without an answer, by connection, newest first.
    pub fn open(&self) -> impl Iterator<Item = FrameNumber> {
        self.connections.iter().flat_map(|side| side.to_csms.newest_first().chain(side.to_station.newest_first()))
    }

    /// The call waits for its answer.
    pub fn is_open(&self, connection: u32, direction: Direction, call: FrameNumber) -> bool {
        self.side(connection).is_some_and(|side| {
            let waiting = side.of(direction);
            waiting.fresh.binary_search(&call).is_ok() || waiting.overdue.binary_search(&call).is_ok()
        })
    }

    /// Calls of a connection that are overdue by now, then those that have timed out. Each is named once as
    /// either, and those that timed out are no longer open.
    pub fn take_due(
        &mut self,
        transcript: &Transcript,
        connection: u32,
        now: EpochMillis,
    ) -> (Vec<FrameNumber>, Vec<FrameNumber>) {
        let (mut overdue, mut timed_out) = (Vec::new(), Vec::new());
        let Some(side) = self.connections.get_mut(connection as usize) else { return (overdue, timed_out) };
        let n_due = |list: &[FrameNumber], after: f64| {
            let is_due = |call: &&FrameNumber| transcript.frame(**call).is_none_or(|record| now - record.at >= after);
            list.iter().take_while(is_due).count()
        };
        for waiting in [&mut side.to_csms, &mut side.to_station] {
            let n = n_due(&waiting.fresh, OVERDUE_MILLIS);
            overdue.extend(waiting.fresh.iter().take(n));
            waiting.overdue.extend(waiting.fresh.drain(..n));
            let n = n_due(&waiting.overdue, TIMEOUT_MILLIS);
            timed_out.extend(waiting.overdue.drain(..n));
        }
        (overdue, timed_out)
    }

    /// When a call of a connection becomes overdue or times out.
    pub fn next_due(&self, transcript: &Transcript, connection: u32) -> Option<EpochMillis> {
        let side = self.side(connection)?;
        let due = |list: &[FrameNumber], after: f64| {
            list.first().and_then(|&call| transcript.frame(call)).map(|record| record.at + after)
        };
        let of = |waiting: &Waiting| [due(&waiting.fresh, OVERDUE_MILLIS), due(&waiting.overdue, TIMEOUT_MILLIS)];
        [of(&side.to_csms), of(&side.to_station)].into_iter().flatten().flatten().reduce(f64::min)
    }

    fn find(&self, transcript: &Transcript, connection: u32, direction: Direction, id: &str) -> Option<FrameNumber> {
        let &frame = self.calls.get(&hash(connection, direction, id))?;
        // The hash is not the id: the text decides.
        let has_id = match quick_id(transcript.text(frame)) {
            Some(other) => other == id,
            None => message_id(transcript, frame)? == id,
        };
        has_id.then_some(frame)
    }
}

/// The message id of a frame, read from its text.
pub fn message_id(transcript: &Transcript, frame: FrameNumber) -> Option<String> {
    let text = transcript.text(frame);
    if let Some(id) = quick_id(text) {
        return Some(id.to_owned());
    }
    let tree = ocpp_wire::json::parse(text).ok()?;
    let id = tree.item(tree.root(), 1)?;
    tree.string(id).map(Into::into)
}

/// The id of a frame in its usual form, `[2,"id",…`, without reading all of it.
pub fn quick_id(text: &str) -> Option<&str> {
    let rest = text.trim_start().strip_prefix('[')?.trim_start();
    let rest = rest.strip_prefix(|c: char| c.is_ascii_digit())?.trim_start();
    let rest = rest.strip_prefix(',')?.trim_start().strip_prefix('"')?;
    let id = rest.get(..rest.find('"')?)?;
    (!id.contains('\\')).then_some(id)
}

/// The keys of the map are hashes already.
#[derive(Debug, Default)]
struct Unchanged(u64);

impl Hasher for Unchanged {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

fn hash(connection: u32, direction: Direction, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (connection, direction, id).hash(&mut hasher);
    hasher.finish()
}

/// The ids differ by case only, or one is the other one cut.
fn is_near(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    a.eq_ignore_ascii_case(b) || (short.len() >= 8 && long.starts_with(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_found_without_reading_the_frame() {
        assert_eq!(quick_id(r#"[2,"a-1","Heartbeat",{}]"#), Some("a-1"));
        assert_eq!(quick_id(" [ 3 , \"x\" , {} ]"), Some("x"));
        for text in ["", "[", "[2", "[2,", "[2,7]", "[22,\"a\"]", "[2,\"a", r#"[2,"a\"b"]"#, "{}"] {
            assert_eq!(quick_id(text), None, "{text}");
        }
    }

    #[test]
    fn near_ids() {
        assert!(is_near("ABCD", "abcd"));
        assert!(is_near("0123456789abcdef", "0123456789"));
        assert!(!is_near("12", "123"));
    }
}
