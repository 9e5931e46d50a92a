//! What stands around a frame in a log: the time, which way the frame went, whose it is.
//!
//! Nothing here is specific to one format. What a word means for this log, `send` above all, is learned from all
//! of its lines: see `learn.rs`.

mod sides;
mod station;
mod tokens;
mod words;

use super::time::{self, Reading, Stamp};
use crate::port::Direction;
use sides::{parties, way};
pub(super) use station::{identity_in_path, identity_of_url, is_station_key, looks_like_station};
use station::{is_action, is_identity, station};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use tokens::{Token, tokens, trimmed};

/// Which way a frame went, as the program that wrote the log sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// It sent the frame.
    Out,
    /// It received the frame.
    In,
}

/// What was found around one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Surroundings {
    /// Hash of the words around the frame, without what differs from line to line. Frames with the same shape
    /// were written by the same place in the program.
    pub shape: u64,
    /// When.
    pub reading: Option<Reading>,
    /// The log names both sides, so it says which way the frame went.
    pub direction: Option<Direction>,
    /// The log says `sent` or `received`.
    pub way: Option<Way>,
    /// Identity of the station, with how sure that is.
    pub station: Option<String>,
    /// The station stands behind a name such as `chargeBoxId=`; otherwise at a likely place.
    pub is_station_named: bool,
    /// Words that may be the station, when all places were asked for.
    pub slots: Vec<Slot>,
}

/// A word, and its place in the line: the same number in lines that are built alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    pub place: u64,
    pub word: String,
    /// It stands beside the word that says which way, or right before the frame.
    pub is_near: bool,
}

/// Which words may be the station, beside those that say so themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Slots {
    #[default]
    None,
    /// All of them are wanted.
    All,
    /// The word at this place is.
    At(u64),
}

/// What was read of beginnings of lines. A program writes the same few over and over, but for the time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By the beginning without its times.
    known: HashMap<String, Surroundings>,
    key: String,
}

impl Memory {
    /// Beginnings that are remembered, and how long one may be.
    const MOST: usize = 500;
    const MOST_BYTES: usize = 400;

    /// Reads what stands before a frame, behind it, and on the line above. The places asked for are always the same.
    pub(super) fn read(&mut self, before: &str, after: &str, above: &str, slots: Slots) -> Surroundings {
        let prefix = prefix_of(before, above);
        let stamps = time::find(prefix);
        let reading = first_best(&stamps).or_else(|| first_best(&time::find(after)));
        if prefix.len() > Self::MOST_BYTES {
            return read_words(prefix, &stamps, reading, slots);
        }
        self.key.clear();
        let mut from = 0;
        for stamp in &stamps {
            self.key.push_str(prefix.get(from..stamp.span.start).unwrap_or_default());
            // Not a character of a log.
            self.key.push('\u{10ffff}');
            from = stamp.span.end;
        }
        self.key.push_str(prefix.get(from..).unwrap_or_default());
        if let Some(known) = self.known.get(&self.key) {
            return Surroundings { reading, ..known.clone() };
        }
        let found = read_words(prefix, &stamps, reading, slots);
        // A name that is part of a time is another one on the next line.
        if found.station.as_ref().is_none_or(|station| self.key.contains(station.as_str())) {
            if self.known.len() >= Self::MOST {
                self.known.clear();
            }
            self.known.insert(self.key.clone(), found.clone());
        }
        found
    }
}

/// Reads what stands before a frame, behind it, and on the line above.
pub(super) fn read(before: &str, after: &str, above: &str, slots: Slots) -> Surroundings {
    let prefix = prefix_of(before, above);
    let stamps = time::find(prefix);
    let reading = first_best(&stamps).or_else(|| first_best(&time::find(after)));
    read_words(prefix, &stamps, reading, slots)
}

/// A frame alone on its line belongs to the line above.
fn prefix_of<'a>(before: &'a str, above: &'a str) -> &'a str {
    if before.trim().is_empty() { above } else { before }
}

fn read_words(prefix: &str, stamps: &[Stamp], reading: Option<Reading>, slots: Slots) -> Surroundings {
    let tokens = tokens(prefix, stamps);
    let direction = parties(&tokens);
    let (way, way_at) = way(&tokens);
    let (mut station, is_station_named) = station(prefix, &tokens, way_at);
    if direction.is_some() && !is_station_named {
        // What stands there are the names of the sides.
        station = None;
    }
    let shape = shape(&tokens, station.as_deref());
    let mut out = Surroundings { shape, reading, direction, way, station, is_station_named, slots: Vec::new() };
    let near = if slots == Slots::All { near(&tokens, way_at) } else { None };
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| !token.is_stamp) {
        let is_near = near == Some(index);
        out.fill(slots, index as u64 * 8, token.text, is_near);
        out.fill(slots, (1 << 16) + (tokens.len() - index) as u64 * 8, token.text, is_near);
    }
    out
}

impl Surroundings {
    /// What these do not tell, others further away do.
    pub(super) fn or(mut self, other: Self) -> Self {
        if !self.is_station_named && (other.is_station_named || self.station.is_none()) {
            self.station = other.station;
            self.is_station_named = other.is_station_named;
        }
        self.slots.extend(other.slots);
        Self {
            shape: self.shape ^ other.shape,
            reading: self.reading.or(other.reading),
            direction: self.direction.or(other.direction),
            way: self.way.or(other.way),
            ..self
        }
    }

    /// Notes a word, or the parts of a path, at a place; eight numbers from `place` on are for its parts.
    pub(super) fn fill(&mut self, slots: Slots, place: u64, word: &str, is_near: bool) {
        let wants = match slots {
            Slots::All => None,
            Slots::At(wanted) if wanted & !7 == place => Some(wanted),
            Slots::None | Slots::At(_) => return,
        };
        for (part, place) in word.split('/').zip(place..place + 8) {
            let part = part.trim_matches([':', '.', '-', '=']);
            if !may_be_station(part) {
                continue;
            }
            if wants.is_none() {
                self.slots.push(Slot { place, word: part.to_owned(), is_near });
            } else if wants == Some(place) && !self.is_station_named {
                self.station = Some(part.to_owned());
                self.is_station_named = true;
            }
        }
    }
}

fn may_be_station(word: &str) -> bool {
    word.len() >= 2 && is_identity(word) && !word.contains('=')
}

/// The word beside the one that says which way, or right before the frame, that is none of the log's own.
fn near(tokens: &[Token<'_>], way_at: Option<usize>) -> Option<usize> {
    let is_log_word = |token: &Token<'_>| token.is_stamp || !is_identity(&trimmed(token));
    let first = |places: &mut dyn Iterator<Item = usize>| {
        let at = places.take(4).find(|&at| tokens.get(at).is_some_and(|token| !is_log_word(token)))?;
        tokens.get(at).is_some_and(|token| looks_like_station(&trimmed(token))).then_some(at)
    };
    let at = way_at.unwrap_or(tokens.len());
    first(&mut (0..at).rev())
        .or_else(|| first(&mut (at + 1..tokens.len())))
        .or_else(|| first(&mut (0..tokens.len()).rev()))
}

/// The first time with a date, else the first without a year, else the first of all: what stands further right
/// is more often an id that looks like a time.
fn first_best(stamps: &[Stamp]) -> Option<Reading> {
    let rank = |reading: &Reading| match reading {
        Reading::Instant { .. } | Reading::Local { .. } => 0,
        Reading::NoYear { .. } => 1,
        Reading::TimeOfDay { .. } => 2,
        Reading::Delta { .. } => 3,
    };
    stamps.iter().map(|stamp| stamp.reading).min_by_key(rank)
}

/// A cell of a table that may say which way a frame went.
pub(super) fn read_direction(cell: &str) -> (Option<Direction>, Option<Way>) {
    let tokens = tokens(cell, &[]);
    (parties(&tokens), way(&tokens).0)
}

/// The words of the line without what differs from line to line.
fn shape(tokens: &[Token<'_>], station: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for token in tokens {
        if token.is_stamp {
            "T".hash(&mut hasher);
            continue;
        }
        let word = match station {
            Some(station) if !station.is_empty() => token.text.replace(station, "S"),
            _ => token.text.to_owned(),
        };
        // A number, an id: one kind of word.
        let n_digits = word.chars().filter(char::is_ascii_digit).count();
        if n_digits >= 3 || (n_digits > 0 && n_digits * 2 >= word.len()) {
            "0".hash(&mut hasher);
        } else if is_action(word.trim_end_matches(':')) {
            "A".hash(&mut hasher);
        } else {
            word.hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(prefix: &str) -> String {
        let found = read(prefix, "", "", Slots::None);
        let way = match found.way {
            Some(Way::Out) => "out",
            Some(Way::In) => "in",
            None => "-",
        };
        let direction = found.direction.map_or("-", Direction::as_str);
        format!("{way} {direction} {}", found.station.unwrap_or_else(|| "-".into()))
    }

    #[test]
    fn lines_of_many_programs() {
        for (prefix, expected) in [
            ("2024-02-05 10:09:53.318 INFO (MainThread) [ocpp] box: receive message ", "in - box"),
            ("2021-10-07 10:39:39 INFO (MainThread) [ocpp] : send ", "out - -"),
            ("2024-02-05 10:09:53.318 DEBUG (MainThread) [websockets.server] < TEXT '", "in - -"),
            ("INFO:ocpp:CP_7: send ", "out - CP_7"),
            ("SN0001: receive message ", "in - SN0001"),
            ("10:19:49 INFO: S: ", "out - -"),
            ("10:19:49 INFO: R: ", "in - -"),
            ("[12:24:30:763] [msg-out]  ", "out - -"),
            (
                "x | [INFO ] 2023-08-23 05:15:05,608 a.b.WebSocketLogger (qtp2-36) - [chargeBoxId=cp001, sessionId=3d] Received: ",
                "in - cp001",
            ),
            ("[ocpp  ] TRACE 2025/01/25 11:02:41 send 3001CC: ", "out - 3001CC"),
            ("[ocpp] TRACE 2023/07/04 21:03:11 received JSON message from goe7: ", "in - goe7"),
            ("2023-12-30T09:03:18.082Z:COM:ocpp_rpc.c:681:-> ", "out - -"),
            ("2023-12-30T09:03:18.531Z:COM:ocpp_rpc.c:1127:<- ", "in - -"),
            ("[MO] Send: ", "out - -"),
            ("12:45:55.587 > [MO] Recv: ", "in - -"),
            ("2026-03-06 09:55:51 info: Responding with ➡️  ", "out - -"),
            ("2026-03-06 09:55:51 info: Receive message ⬅️  ", "in - -"),
            ("### Message sent to the station:", "out to-station -"),
            ("### Response from the station:", "- to-csms -"),
            ("Charge Point -> Central System: ", "out to-csms -"),
            ("CSMS → CP01 (x) ", "out to-station -"),
            ("direction=cp-to-csms ", "- to-csms -"),
            ("CS_TO_CSMS", "- to-csms -"),
            ("CSMS_TO_CS", "- to-station -"),
            ("Heartbeat | Charger-CMS | ", "- - -"),
            ("Unknown message type: 1 / Msg: ", "- - -"),
            ("Connecting using ws://127.0.0.1:8443/ocpp/0123 ", "- - 0123"),
        ] {
            assert_eq!(line(prefix), expected, "{prefix}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_would_be_read() {
        let mut memory = Memory::default();
        for n in 0..3_000 {
            for (before, after, above) in [
                (format!("2024-02-05 10:{:02}:53 INFO [worker-{}] box{}: send ", n % 60, n % 7, n % 900), "", ""),
                (format!("cp: 2024-02-05 10:{:02}:53 ", n % 60), "", ""),
                (format!("{} 10:10:10 the frame ", if n % 2 == 0 { "sent" } else { "received" }), "", ""),
                (format!("recv 2024-02-05 10:10:{:02}: ", n % 60), "", ""),
                (String::new(), " 10:10:10", "10:20:30 CP1 -> CSMS"),
            ] {
                let slots = Slots::All;
                assert_eq!(memory.read(&before, after, above, slots), read(&before, after, above, slots), "{before}");
            }
            assert!(memory.known.len() <= Memory::MOST);
        }
    }

    #[test]
    fn the_shape_forgets_what_differs() {
        let shape = |prefix: &str| read(prefix, "", "", Slots::None).shape;
        assert_eq!(
            shape("2024-02-05 10:09:53 INFO [worker-123] box1: send "),
            shape("2024-02-06 11:10:54 INFO [worker-456] box2: send ")
        );
        assert_ne!(shape("INFO box1: send "), shape("INFO box1: receive "));
    }
}
