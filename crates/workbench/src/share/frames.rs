//! The texts of a link: message ids, times and everything else, each in the form that takes the least room.
//!
//! An id that an earlier frame carried, an id that counts on, a UUID and a usual date-time become one symbol each with a
//! number; the rest goes to the model byte by byte. A symbol is used only when it gives back exactly the text, so that
//! any text survives.

use super::coder::{Coder, Numbers, hash};
use super::model::Model;
use super::place::Place;
use crate::port::Direction;
use ocpp_wire::date_time;

// Bytes that UTF-8 never has.
const END: u8 = 0xFF;
const ANSWERED_ID: u8 = 0xFE;
const NEXT_ID: u8 = 0xFD;
const UUID: u8 = 0xFC;
const KNOWN_UUID: u8 = 0xFB;
const TIME: u8 = 0xFA;

/// Open calls that are remembered per sender.
const MOST_OPEN: usize = 32;

/// UUIDs that are remembered.
const MOST_UUIDS: usize = 256;

/// Farthest an id counts on.
const MOST_STEP: u64 = 1_000_000;

/// Paths whose times are remembered.
const N_TIMES: u32 = 1 << 10;

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// What cannot have been written by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

/// Texts in the order of their frames.
#[derive(Debug)]
pub(super) struct Texts {
    model: Model,
    pub(super) numbers: Numbers,
    memory: Memory,
}

/// What frames say about later ones.
#[derive(Debug)]
struct Memory {
    senders: Vec<Sender>,
    uuids: Vec<u128>,
    last_micros: i64,
    times: Vec<KnownTime>,
}

/// One end of a connection.
#[derive(Clone, Debug, Default)]
struct Sender {
    /// Ids and actions of its calls without an answer, oldest first.
    open: Vec<(Vec<u8>, u32)>,
    last_id: Vec<u8>,
    last_action: u32,
}

/// The time that stood at a path.
#[derive(Clone, Copy, Debug, Default)]
struct KnownTime {
    micros: i64,
    /// From when the frame was seen.
    offset_micros: i64,
}

/// Whose frame it is, and when it was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) connection: u32,
    pub(super) direction: Direction,
    pub(super) at_micros: i64,
}

impl Origin {
    fn sender(self) -> usize {
        self.connection as usize * 2 + usize::from(self.direction == Direction::ToStation)
    }

    fn receiver(self) -> usize {
        self.sender() ^ 1
    }
}

/// A symbol with what belongs to it.
#[derive(Clone, Copy, Debug)]
struct Choice {
    symbol: u8,
    number: u64,
    time: Option<TimeText>,
    uuid: u128,
}

impl Choice {
    fn byte(symbol: u8) -> Self {
        Self { symbol, number: 0, time: None, uuid: 0 }
    }
}

impl Texts {
    /// For so many bytes of text of so many connections.
    pub(super) fn new(n_bytes: usize, n_connections: usize) -> Self {
        Self { model: Model::new(n_bytes), numbers: Numbers::new(), memory: Memory::new(n_connections) }
    }

    /// Learns a text that both sides know.
    pub(super) fn learn(&mut self, origin: Origin, text: &str) {
        // Learning reads nothing that could be wrong.
        let _ = self.frame(&mut Coder::learning(), origin, text, text.len());
    }

    /// Forgets the ids and times of frames, not what frames are like.
    pub(super) fn forget_frames(&mut self) {
        self.memory = Memory::new(self.memory.senders.len() / 2);
    }

    /// A call of the other side waits for an answer.
    pub(super) fn n_open(&self, origin: Origin) -> usize {
        self.memory.senders.get(origin.receiver()).map_or(0, |sender| sender.open.len())
    }

    /// A text beside the frames.
    pub(super) fn text(
        &mut self,
        coder: &mut Coder<'_>,
        kind: u32,
        text: &str,
        n_most: usize,
    ) -> Result<String, Nonsense> {
        let mut place = Place::new(kind, kind);
        let mut out = Vec::new();
        loop {
            let symbol = text.as_bytes().get(out.len()).copied().unwrap_or(END);
            match self.model.byte(coder, &place, symbol) {
                END => break,
                byte => out.push(byte),
            }
            if out.len() > n_most {
                return Err(Nonsense);
            }
            place.push(out.last().copied().unwrap_or_default());
        }
        String::from_utf8(out).map_err(|_| Nonsense)
    }

    /// The text of a frame, at most so many bytes of it.
    pub(super) fn frame(
        &mut self,
        coder: &mut Coder<'_>,
        origin: Origin,
        text: &str,
        n_most: usize,
    ) -> Result<String, Nonsense> {
        let n_open = self.n_open(origin).min(2) as u32;
        let context = hash(n_open, 0xF0 + (origin.sender() as u32 & 1));
        let last_action = self.memory.senders.get(origin.sender()).map_or(0, |sender| sender.last_action);
        let mut place = Place::new(hash(context, last_action), context);
        let mut out: Vec<u8> = Vec::with_capacity(text.len());
        let mut id = None;
        loop {
            let choice = match text.as_bytes().get(out.len()) {
                Some(_) if coder.is_reading() => Choice::byte(END),
                Some(&byte) if place.is_at_string_start() => {
                    self.memory.choose(origin, &place, text.get(out.len()..).unwrap_or_default(), byte)
                }
                Some(&byte) => Choice::byte(byte),
                None => Choice::byte(END),
            };
            let start = out.len();
            let is_id = place.is_at_string_start() && place.root_element() == Some(1);
            let symbol = self.model.byte(coder, &place, choice.symbol);
            match symbol {
                END => break,
                ANSWERED_ID => {
                    let n = self.numbers.any(coder, 1, choice.number);
                    let (answered, action) = self.memory.answered(origin, n).ok_or(Nonsense)?;
                    out.extend(answered);
                    place.set_action(action);
                }
                NEXT_ID => {
                    let step = self.numbers.any(coder, 2, choice.number);
                    let last = self.memory.senders.get(origin.sender()).map(|sender| sender.last_id.as_slice());
                    out.extend(counted_on(last.unwrap_or_default(), step).ok_or(Nonsense)?);
                }
                UUID => {
                    let uuid = self.uuid(coder, choice.uuid);
                    if !is_id {
                        self.memory.remember_uuid(uuid);
                    }
                    out.extend(uuid_text(uuid).bytes());
                }
                KNOWN_UUID => {
                    let n = self.numbers.any(coder, hash(place.loose(), 3), choice.number);
                    let uuid = self.memory.known_uuid(n).ok_or(Nonsense)?;
                    out.extend(uuid_text(uuid).bytes());
                }
                TIME => {
                    let time = self.time(coder, origin, &place, choice.time.unwrap_or_default());
                    out.extend(time.text().ok_or(Nonsense)?.bytes());
                }
                byte => out.push(byte),
            }
            if out.len() > n_most {
                return Err(Nonsense);
            }
            if is_id && id.is_none() {
                id = Some(start);
            }
            place.push(symbol);
        }
        let text = String::from_utf8(out).map_err(|_| Nonsense)?;
        self.memory.note(origin, &text, id, place.action());
        Ok(text)
    }

    fn uuid(&mut self, coder: &mut Coder<'_>, uuid: u128) -> u128 {
        // Version and variant are nearly always the same.
        let learned = |n: u32| ((uuid >> n) & 15) as u32;
        let version = self.numbers.small(coder, 4, 4, learned(76));
        let variant = self.numbers.small(coder, 5, 4, learned(60));
        let first = coder.plain(48, (uuid >> 80) as u64 & ((1 << 48) - 1));
        let second = coder.plain(12, (uuid >> 64) as u64 & 0xFFF);
        let third = coder.plain(60, uuid as u64 & ((1 << 60) - 1));
        (u128::from(first) << 80)
            | (u128::from(version) << 76)
            | (u128::from(second) << 64)
            | (u128::from(variant) << 60)
            | u128::from(third)
    }

    fn time(&mut self, coder: &mut Coder<'_>, origin: Origin, place: &Place, time: TimeText) -> TimeText {
        let path = place.loose();
        let form = self.numbers.small(coder, hash(path, 6), 5, time.form);
        let offset_minutes = if form & 3 == TimeText::WITH_OFFSET {
            self.numbers.signed(coder, 7, i64::from(time.offset_minutes)) as i16
        } else {
            0
        };
        let memory = &mut self.memory;
        let known_at = (hash(path, 8) & (N_TIMES - 1)) as usize;
        let known = memory.times.get(known_at).copied().unwrap_or_default();
        let shape = TimeText { form, offset_minutes, units: 0 };
        let candidates = [
            shape.units_at(origin.at_micros.wrapping_add(known.offset_micros)),
            shape.units_at(memory.last_micros),
            shape.units_at(known.micros),
        ];
        let distance = |candidate: &i64| time.units.wrapping_sub(*candidate).unsigned_abs();
        let mut best = 0;
        for (n, candidate) in candidates.iter().enumerate() {
            if distance(candidate) < candidates.get(best).map_or(u64::MAX, &distance) {
                best = n;
            }
        }
        let best = self.numbers.small(coder, hash(path, 9), 2, best as u32);
        let candidate = candidates.get(best as usize).copied().unwrap_or_default();
        let context = hash(best | (form << 2), hash(path, 10));
        let units = candidate.wrapping_add(self.numbers.signed(coder, context, time.units.wrapping_sub(candidate)));
        let time = TimeText { units, ..shape };
        let micros = time.micros();
        memory.last_micros = micros;
        let offset_micros = micros.wrapping_sub(origin.at_micros);
        // A time far from now says nothing about the clock.
        let offset_micros =
            if offset_micros.unsigned_abs() < 86_400_000_000 { offset_micros } else { known.offset_micros };
        if let Some(known) = memory.times.get_mut(known_at) {
            *known = KnownTime { micros, offset_micros };
        }
        time
    }
}

impl Memory {
    fn new(n_connections: usize) -> Self {
        Self {
            senders: vec![Sender::default(); 2 * n_connections.max(1)],
            uuids: Vec::new(),
            last_micros: 0,
            times: vec![KnownTime::default(); N_TIMES as usize],
        }
    }

    /// The symbol for the string that begins here, or its first byte.
    fn choose(&self, origin: Origin, place: &Place, rest: &str, byte: u8) -> Choice {
        let Some(string) = rest.get(..rest.bytes().take(64).position(|byte| byte == b'"').unwrap_or(0)) else {
            return Choice::byte(byte);
        };
        if string.is_empty() {
            return Choice::byte(byte);
        }
        let is_id = place.root_element() == Some(1);
        if is_id {
            let open = self.senders.get(origin.receiver()).map(|sender| sender.open.iter().rev());
            let answered = open.and_then(|mut open| open.position(|(id, _)| id == string.as_bytes()));
            if let Some(n) = answered {
                return Choice { number: n as u64, ..Choice::byte(ANSWERED_ID) };
            }
            let last = self.senders.get(origin.sender()).map(|sender| sender.last_id.as_slice());
            if let Some(step) = last.and_then(|last| step_between(last, string.as_bytes())) {
                return Choice { number: step, ..Choice::byte(NEXT_ID) };
            }
        }
        if let Some(uuid) = read_uuid(string) {
            return match self.uuids.iter().rev().position(|&known| known == uuid) {
                Some(n) => Choice { number: n as u64, ..Choice::byte(KNOWN_UUID) },
                None => Choice { uuid, ..Choice::byte(UUID) },
            };
        }
        match TimeText::read(string) {
            Some(time) => Choice { time: Some(time), ..Choice::byte(TIME) },
            None => Choice::byte(byte),
        }
    }

    fn answered(&mut self, origin: Origin, n: u64) -> Option<(Vec<u8>, u32)> {
        let open = &mut self.senders.get_mut(origin.receiver())?.open;
        let at = open.len().checked_sub(usize::try_from(n).ok()?.checked_add(1)?)?;
        Some(open.remove(at))
    }

    fn remember_uuid(&mut self, uuid: u128) {
        if self.uuids.len() >= MOST_UUIDS {
            self.uuids.remove(0);
        }
        self.uuids.push(uuid);
    }

    fn known_uuid(&mut self, n: u64) -> Option<u128> {
        let at = self.uuids.len().checked_sub(usize::try_from(n).ok()?.checked_add(1)?)?;
        let uuid = self.uuids.remove(at);
        self.uuids.push(uuid);
        Some(uuid)
    }

    fn note(&mut self, origin: Origin, text: &str, id: Option<usize>, action: u32) {
        let Some(id) = id.and_then(|start| text.get(start..)) else { return };
        let id = id.get(..id.find('"').unwrap_or(0)).unwrap_or_default();
        let Some(sender) = self.senders.get_mut(origin.sender()) else { return };
        let is_call = text.bytes().find(u8::is_ascii_digit) == Some(b'2');
        if !is_call || id.len() > 255 {
            return;
        }
        sender.last_id = id.as_bytes().to_vec();
        sender.last_action = action;
        if sender.open.len() >= MOST_OPEN {
            sender.open.remove(0);
        }
        sender.open.push((id.as_bytes().to_vec(), action));
    }
}

/// The digits an id ends with, at most 18 of them.
fn counter(id: &[u8]) -> Option<(&[u8], u64, usize)> {
    let n = id.iter().rev().take(18).take_while(|byte| byte.is_ascii_digit()).count();
    let (head, digits) = id.split_at_checked(id.len() - n)?;
    let number = digits.iter().fold(0, |sum, byte| sum * 10 + u64::from(byte - b'0'));
    (n > 0).then_some((head, number, n))
}

fn counted_on(id: &[u8], step: u64) -> Option<Vec<u8>> {
    let (head, number, n) = counter(id)?;
    if step > MOST_STEP {
        return None;
    }
    let mut next = head.to_vec();
    next.extend(format!("{:0n$}", number + step).bytes());
    Some(next)
}

fn step_between(last: &[u8], id: &[u8]) -> Option<u64> {
    let step = counter(id)?.1.checked_sub(counter(last)?.1)?;
    (counted_on(last, step)? == id).then_some(step)
}

fn uuid_text(uuid: u128) -> String {
    let mut text = format!("{uuid:032x}");
    for at in [8, 13, 18, 23] {
        text.insert(at, '-');
    }
    text
}

fn read_uuid(text: &str) -> Option<u128> {
    if text.len() != 36 {
        return None;
    }
    let uuid = u128::from_str_radix(&text.replace('-', ""), 16).ok()?;
    (uuid_text(uuid) == text).then_some(uuid)
}

/// A date-time as it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct TimeText {
    /// Decimals of the seconds (0 to 7) times four, and how it ends.
    form: u32,
    /// For [`TimeText::WITH_OFFSET`] only.
    offset_minutes: i16,
    /// Since 1970 on the clock that is written, in units of its last decimal.
    units: i64,
}

impl TimeText {
    const WITH_OFFSET: u32 = 3;

    fn read(text: &str) -> Option<Self> {
        let seconds = date_time::parse(&format!("{}Z", text.get(..19)?))?.epoch_millis / 1_000;
        let rest = text.get(19..)?;
        let n_decimals = match rest.strip_prefix('.') {
            Some(decimals) => decimals.bytes().take_while(u8::is_ascii_digit).count(),
            None => 0,
        };
        let decimals = if n_decimals == 0 { "" } else { rest.get(1..=n_decimals)? };
        let end = rest.get(if n_decimals == 0 { 0 } else { n_decimals + 1 }..)?;
        let (ending, offset_minutes) = match end {
            "Z" => (0, 0),
            "+00:00" => (1, 0),
            "" => (2, 0),
            _ => (Self::WITH_OFFSET, read_offset(end)?),
        };
        if n_decimals > 7 || seconds < 0 {
            return None;
        }
        let fraction: i64 = if decimals.is_empty() { 0 } else { decimals.parse().ok()? };
        let time = Self {
            form: (n_decimals as u32) << 2 | ending,
            offset_minutes,
            units: seconds * 10_i64.pow(n_decimals as u32) + fraction,
        };
        (time.text()? == text).then_some(time)
    }

    fn n_decimals(self) -> u32 {
        (self.form >> 2) & 7
    }

    fn offset_micros(self) -> i64 {
        i64::from(self.offset_minutes) * 60_000_000
    }

    /// The units of an instant.
    fn units_at(self, micros: i64) -> i64 {
        let micros = micros.wrapping_add(self.offset_micros());
        match self.n_decimals() {
            7 => micros.wrapping_mul(10),
            n => micros.div_euclid(10_i64.pow(6 - n)),
        }
    }

    /// The instant.
    fn micros(self) -> i64 {
        let micros = match self.n_decimals() {
            7 => self.units.div_euclid(10),
            n => self.units.wrapping_mul(10_i64.pow(6 - n)),
        };
        micros.wrapping_sub(self.offset_micros())
    }

    fn text(self) -> Option<String> {
        let scale = 10_i64.pow(self.n_decimals());
        let (seconds, fraction) = (self.units.div_euclid(scale), self.units.rem_euclid(scale));
        if !(0..=LAST_SECOND).contains(&seconds) {
            return None;
        }
        let mut text = date_time::format_utc(seconds * 1_000);
        text.truncate(19);
        let n = self.n_decimals() as usize;
        if n > 0 {
            let decimals = format!(".{fraction:0n$}");
            text.push_str(&decimals);
        }
        match self.form & 3 {
            0 => text.push('Z'),
            1 => text.push_str("+00:00"),
            2 => {}
            _ => {
                let minutes = self.offset_minutes.unsigned_abs();
                let sign = if self.offset_minutes < 0 { '-' } else { '+' };
                let offset = format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60);
                text.push_str(&offset);
            }
        }
        Some(text)
    }
}

fn read_offset(text: &str) -> Option<i16> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<i16>().ok()?.checked_mul(60)?.checked_add(minutes.parse().ok()?)?;
    match text.get(..1)? {
        "+" => Some(minutes),
        "-" => Some(-minutes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_kept_as_written() {
        for text in [
            "2026-11-22T09:22:07Z",
            "2026-11-22T09:22:07.004Z",
            "2026-11-22T09:22:07.1234567Z",
            "2026-11-22T09:22:07",
            "2026-11-22T09:22:07.50+00:00",
            "2026-11-22T09:22:07+01:00",
            "2026-11-22T09:22:07.123-03:30",
            "9999-12-31T23:59:59Z",
        ] {
            assert_eq!(TimeText::read(text).unwrap().text().unwrap(), text);
        }
        for text in
            ["2026-11-22T09:22:07.Z", "2026-11-22t09:22:07Z", "2026-11-22T09:22:07-00:00", "2026-11-22 09:22:07Z"]
        {
            assert_eq!(TimeText::read(text), None, "{text}");
        }
    }

    #[test]
    fn ids_count_on_in_their_own_width() {
        for (last, id, step) in [
            ("1", "2", Some(1)),
            ("9", "10", Some(1)),
            ("msg-009", "msg-010", Some(1)),
            ("a1", "b2", None),
            ("010", "11", None),
            ("2", "1", None),
            ("x", "y", None),
        ] {
            assert_eq!(step_between(last.as_bytes(), id.as_bytes()), step, "{last} {id}");
        }
    }
}
