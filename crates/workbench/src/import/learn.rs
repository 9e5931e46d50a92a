//! What is learned from the first part of a log about all of it: which way a frame goes that stands behind
//! certain words, whose program wrote the log, the version of each station, the clock, the order.

use super::cells::{self, Cell, Columns};
use super::frame_text::Sketch;
use super::surroundings::{self, Slots, Surroundings, Way};
use super::time::{Reading, ZoneGuess};
use crate::port::Direction;
use ocpp_wire::catalog;
use ocpp_wire::date_time;
use ocpp_wire::version::Version;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Shapes of lines that are told apart. A log has a handful.
const MOST_SHAPES: usize = 5_000;

/// Calls with one id that an answer is compared with.
const MOST_SAME_ID: usize = 20;

/// Whose program wrote the log, where it says only `sent` and `received`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Perspective {
    /// What it sends goes to the station.
    Csms,
    /// What it sends goes to the CSMS.
    Station,
}

impl Perspective {
    /// Which way a frame went.
    pub(super) fn direction(self, way: Way) -> Direction {
        match (self, way) {
            (Self::Csms, Way::Out) | (Self::Station, Way::In) => Direction::ToStation,
            (Self::Csms, Way::In) | (Self::Station, Way::Out) => Direction::ToCsms,
        }
    }
}

/// Votes for the two directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Votes {
    to_csms: u32,
    to_station: u32,
}

impl Votes {
    /// One more.
    pub(super) fn add(&mut self, direction: Direction) {
        match direction {
            Direction::ToCsms => self.to_csms += 1,
            Direction::ToStation => self.to_station += 1,
        }
    }

    /// The direction that has nearly all votes.
    pub(super) fn winner(self) -> Option<Direction> {
        let (most, direction) = if self.to_csms >= self.to_station {
            (self.to_csms, Direction::ToCsms)
        } else {
            (self.to_station, Direction::ToStation)
        };
        (most > 0 && most * 10 >= self.n() * 9).then_some(direction)
    }

    /// All votes.
    pub(super) fn n(self) -> u32 {
        self.to_csms + self.to_station
    }
}

/// A frame of the sample.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) around: Surroundings,
    pub(super) sketch: Sketch,
    pub(super) cells: Vec<Cell>,
    pub(super) line: u32,
    /// Its text, for the clock.
    pub(super) text: String,
}

/// What was learned.
#[derive(Debug, Default)]
pub(super) struct Grammar {
    pub(super) shapes: HashMap<u64, Votes>,
    pub(super) perspective: Option<Perspective>,
    pub(super) columns: Columns,
    pub(super) is_newest_first: bool,
    /// How far the log's clock is ahead of UTC.
    pub(super) zone_minutes: Option<i32>,
    /// Midnight of the first frame, in the log's clock, where lines have no date.
    pub(super) base_day: Option<f64>,
    /// Places that look like identities but are not the same on both frames of an exchange.
    pub(super) are_likely_stations_wrong: bool,
    pub(super) versions: VersionVotes,
    /// Where the station stands in a line, in lines that do not say so.
    pub(super) slots: Slots,
}

/// The direction a frame must have because of its action.
pub(super) fn side(action: &str) -> Option<Direction> {
    let mut sides = Version::ALL.into_iter().filter_map(|version| {
        let action = catalog::find(version, action)?;
        match (action.is_from_station(), action.is_from_csms()) {
            (true, false) => Some(Direction::ToCsms),
            (false, true) => Some(Direction::ToStation),
            _ => None,
        }
    });
    let first = sides.next()?;
    sides.all(|other| other == first).then_some(first)
}

/// Votes after which a frame whose action does not tell the version is not looked into any more.
const ENOUGH_VOTES: u32 = 1_000;

/// Votes for versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct VersionVotes {
    v16: u32,
    v2: u32,
    v21: u32,
}

impl VersionVotes {
    /// Looks at one frame.
    pub(super) fn add(&mut self, sketch: &Sketch, text: &str) {
        if matches!(sketch.message_type, Some(5 | 6)) && sketch.action.is_some() {
            self.v21 += 1;
        }
        let Some(action) = sketch.action.as_deref().filter(|_| sketch.message_type == Some(2)) else { return };
        let has = |version| catalog::find(version, action).is_some();
        match (has(Version::V16), has(Version::V201), has(Version::V21)) {
            (true, false, false) => self.v16 += 3,
            (false, true, _) => self.v2 += 3,
            (false, false, true) => self.v21 += 3,
            // By now it is decided; looking for words takes its time.
            _ if self.v16 + self.v2 + self.v21 > ENOUGH_VOTES => {}
            _ => {
                let is = |words: &[&str]| words.iter().any(|word| text.contains(word));
                let old = [
                    "\"idTag\"",
                    "\"chargePointModel\"",
                    "\"chargePointVendor\"",
                    "\"errorCode\"",
                    "\"meterStart\"",
                    "\"connectorId\":0",
                ];
                let new = ["\"chargingStation\"", "\"idToken\"", "\"evseId\"", "\"evse\"", "\"connectorStatus\""];
                if is(&old) {
                    self.v16 += 2;
                } else if is(&new) {
                    self.v2 += 2;
                }
            }
        }
    }

    /// A handshake or a header named a version.
    pub(super) fn add_hint(&mut self, version: Version) {
        match version {
            Version::V16 => self.v16 += 5,
            Version::V201 => self.v2 += 5,
            Version::V21 => self.v21 += 5,
        }
    }

    /// The version that fits best; `None` without a vote.
    pub(super) fn winner(self) -> Option<Version> {
        let two = self.v2 + self.v21;
        if self.v16 + two == 0 {
            None
        } else if self.v16 >= two {
            Some(Version::V16)
        } else if self.v21 * 10 > self.v2 || self.v2 == 0 {
            Some(Version::V21)
        } else {
            Some(Version::V201)
        }
    }
}

/// A version named in a line such as a handshake.
pub(super) fn version_hint(line: &str) -> Option<Version> {
    let lower = line.to_ascii_lowercase();
    let at = lower.find("ocpp")?;
    let is_about = lower.contains("protocol")
        || lower.contains("version")
        || lower.contains("ocpp_")
        || lower.contains("ocpp1")
        || lower.contains("ocpp2");
    if !is_about {
        return None;
    }
    let rest = lower.get(at + 4..)?;
    let digits: String = rest.chars().take(24).filter(char::is_ascii_digit).collect();
    let marks = [("16", Version::V16), ("201", Version::V201), ("21", Version::V21)];
    // Several are offered, or none is named.
    let n_named = lower.matches("ocpp1.").count() + lower.matches("ocpp2.").count();
    if n_named > 1 {
        return None;
    }
    marks.into_iter().find(|(mark, _)| digits.starts_with(mark)).map(|(_, version)| version)
}

/// The instant an answer names, for the clock.
pub(super) fn current_time(text: &str) -> Option<f64> {
    let at = text.find("\"currentTime\"")?;
    let rest = text.get(at + 13..)?.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let value = rest.get(..rest.find('"')?)?;
    let with_zone = date_time::parse(value).map(|time| time.epoch_millis as f64);
    // Without a zone it means UTC in most logs; a wrong guess shows as an odd offset and is outvoted.
    with_zone.or_else(|| date_time::parse(&format!("{value}Z")).map(|time| time.epoch_millis as f64))
}

const DAY: f64 = 86_400_000.0;

/// Learns from the first frames of a log.
pub(super) fn learn(samples: &[Sample], default: Option<Perspective>) -> Grammar {
    let mut grammar = Grammar { columns: columns(samples), ..Grammar::default() };
    let mut words = Votes::default();
    // Stations use the same ids, and use them again.
    let mut calls: HashMap<&str, Vec<usize>> = HashMap::new();
    let (mut n_after, mut n_before) = (0_u32, 0_u32);
    let (mut n_same, mut n_other) = (0_u32, 0_u32);
    let directions: Vec<Option<Direction>> = samples
        .iter()
        .map(|sample| sample.sketch.action.as_deref().filter(|_| sample.sketch.message_type == Some(2)).and_then(side))
        .collect();
    for (index, sample) in samples.iter().enumerate() {
        if let (Some(2), Some(id)) = (sample.sketch.message_type, &sample.sketch.id) {
            let same_id = calls.entry(id).or_default();
            if same_id.len() < MOST_SAME_ID {
                same_id.push(index);
            }
        }
    }
    for (index, sample) in samples.iter().enumerate() {
        let own = directions.get(index).copied().flatten();
        let same_id = match (sample.sketch.message_type, sample.sketch.id.as_deref()) {
            (Some(3 | 4), Some(id)) => calls.get(id).map(Vec::as_slice).unwrap_or_default(),
            _ => &[],
        };
        let nearest = same_id.iter().copied().min_by_key(|call| call.abs_diff(index));
        if let Some(other) = nearest.and_then(|call| samples.get(call)) {
            if other.line <= sample.line {
                n_after += 1;
            } else {
                n_before += 1;
            }
        }
        if let Some(station) = sample.around.station.as_ref().filter(|_| !sample.around.is_station_named) {
            let others = || same_id.iter().filter_map(|&call| samples.get(call)?.around.station.as_ref());
            if others().any(|other| other == station) {
                n_same += 1;
            } else if others().next().is_some() {
                n_other += 1;
            }
        }
        let side_of = |call: usize| directions.get(call).copied().flatten();
        let direction = own.or_else(|| nearest.and_then(side_of).map(Direction::reversed));
        if let Some(direction) = direction {
            grammar.vote(sample.around.shape, direction);
            // `sent` by the CSMS goes to the station.
            if let Some(way) = sample.around.way {
                words.add(if way == Way::Out { direction } else { direction.reversed() });
            }
        }
        grammar.versions.add(&sample.sketch, &sample.text);
    }
    grammar.perspective = match words.winner() {
        Some(Direction::ToStation) => Some(Perspective::Csms),
        Some(Direction::ToCsms) => Some(Perspective::Station),
        None => default,
    };
    grammar.are_likely_stations_wrong = n_other * 5 > n_same;
    grammar.slots = station_place(samples);
    grammar.is_newest_first = is_newest_first(samples, n_before, n_after);
    grammar.clock(samples);
    grammar
}

/// What is known of a place that may hold the station.
#[derive(Default)]
struct PlaceFacts<'a> {
    n: usize,
    n_near: usize,
    n_same: usize,
    n_other: usize,
    words: BTreeMap<&'a str, usize>,
    calls: HashSet<(&'a str, &'a str)>,
}

/// The place whose word is the same in a call and its answer, and names one station or several.
fn station_place(samples: &[Sample]) -> Slots {
    /// Stations whose names are told apart; a place with more words holds something else or is as sure as it gets.
    const MOST_WORDS: usize = 500;
    if samples.iter().filter(|sample| sample.around.is_station_named).count() * 2 > samples.len() {
        return Slots::None;
    }
    let mut facts: BTreeMap<u64, PlaceFacts<'_>> = BTreeMap::new();
    let is_answer = |sample: &Sample| matches!(sample.sketch.message_type, Some(3 | 4));
    let called: HashSet<&str> =
        samples.iter().filter(|sample| !is_answer(sample)).filter_map(|sample| sample.sketch.id.as_deref()).collect();
    for wants_answers in [false, true] {
        for sample in samples.iter().filter(|sample| is_answer(sample) == wants_answers) {
            let Some(id) = sample.sketch.id.as_deref() else { continue };
            for slot in sample.around.slots.iter().filter(|slot| slot.word != id) {
                let facts = facts.entry(slot.place).or_default();
                facts.n += 1;
                facts.n_near += usize::from(slot.is_near);
                if facts.words.len() < MOST_WORDS {
                    *facts.words.entry(&slot.word).or_default() += 1;
                }
                if !wants_answers {
                    facts.calls.insert((id, &slot.word));
                } else if facts.calls.contains(&(id, &slot.word)) {
                    facts.n_same += 1;
                } else if called.contains(id) {
                    facts.n_other += 1;
                }
            }
        }
    }
    let n = samples.iter().filter(|sample| sample.sketch.id.is_some()).count();
    let mut best: Option<(usize, usize, u64)> = None;
    for (&place, facts) in &facts {
        let n_words = facts.words.len();
        let n_like = facts.words.keys().filter(|word| surroundings::looks_like_station(word)).count();
        let is_everywhere = facts.n * 10 >= n * 9;
        let agrees = facts.n_same >= 1 && facts.n_other * 20 <= facts.n_same;
        let is_station = if n_words > 1 {
            agrees && n_words * 3 <= facts.n && n_like * 10 >= n_words * 8
        } else {
            // A word that never changes could be anything: it must stand where the station stands in most logs.
            agrees && n_like == 1 && facts.n_near == facts.n
        };
        let rank = (n_words, facts.n_near, u64::MAX - place);
        if is_everywhere && is_station && best.is_none_or(|best| rank > best) {
            best = Some(rank);
        }
    }
    best.map_or(Slots::None, |(_, _, place)| Slots::At(u64::MAX - place))
}

fn is_newest_first(samples: &[Sample], n_before: u32, n_after: u32) -> bool {
    let key = |reading: &Reading| match *reading {
        Reading::Instant { epoch_millis } | Reading::Local { epoch_millis } => Some(epoch_millis),
        Reading::NoYear { month, day, millis_of_day, .. } => {
            Some((f64::from(month) * 31.0 + f64::from(day)) * DAY + millis_of_day)
        }
        _ => None,
    };
    let times: Vec<(u32, f64)> =
        samples.iter().filter_map(|sample| Some((sample.line, key(sample.around.reading.as_ref()?)?))).collect();
    let (mut n_up, mut n_down) = (0, 0);
    for pair in times.windows(2) {
        if let [(line, a), (next, b)] = pair
            && line != next
        {
            n_up += u32::from(b > a);
            n_down += u32::from(b < a);
        }
    }
    if n_up + n_down > 0 { n_down >= 2 && n_down > n_up * 3 } else { n_before >= 2 && n_before > n_after * 2 }
}

/// The columns of a table that say which way and whose.
fn columns(samples: &[Sample]) -> Columns {
    let mut values: BTreeMap<&str, BTreeMap<&str, Votes>> = BTreeMap::new();
    for sample in samples {
        let action = sample.sketch.action.as_deref().filter(|_| sample.sketch.message_type == Some(2));
        for (name, value) in &sample.cells {
            if value.len() > cells::MOST_LEARNED
                || value.is_empty()
                || cells::is_about_messages(value)
                || side(value).is_some()
            {
                continue;
            }
            let of_name = values.entry(name).or_default();
            if of_name.len() > 12 && !of_name.contains_key(value.as_str()) {
                continue;
            }
            let votes = of_name.entry(value).or_default();
            if let Some(direction) = action.and_then(side) {
                votes.add(direction);
            }
        }
    }
    let mut best: Option<(u32, &str)> = None;
    for (name, of_name) in &values {
        if of_name.len() > 12 {
            continue;
        }
        let speaks = |value: &str| {
            let (direction, way) = super::surroundings::read_direction(value);
            direction.is_some() || way.is_some()
        };
        let winners: Vec<_> = of_name.values().filter_map(|votes| votes.winner()).collect();
        let is_pure = of_name.values().all(|votes| votes.n() == 0 || votes.winner().is_some());
        let has_both = winners.contains(&Direction::ToCsms) && winners.contains(&Direction::ToStation);
        let n_speaking = of_name.keys().filter(|value| speaks(value)).count();
        let mut score = 0;
        if is_pure && has_both {
            score += 2;
        }
        if n_speaking > 0 && n_speaking == of_name.len() {
            score += 3;
        }
        if cells::is_direction_name(name) && n_speaking > 0 {
            score += 2;
        }
        if score > best.map_or(1, |(score, _)| score) {
            best = Some((score, name));
        }
    }
    Columns { direction: best.map(|(_, name)| name.to_owned()), station: None }
}

impl Grammar {
    /// Adds what the part of the log before this one has taught; where both know, this one is right.
    pub(super) fn add_older(&mut self, older: Self) {
        let own = std::mem::replace(&mut self.shapes, older.shapes);
        self.shapes.extend(own);
        self.perspective = self.perspective.or(older.perspective);
        self.zone_minutes = self.zone_minutes.or(older.zone_minutes);
        self.are_likely_stations_wrong |= older.are_likely_stations_wrong;
        if self.slots == Slots::None {
            self.slots = older.slots;
        }
        if self.versions.winner().is_none() {
            self.versions = older.versions;
        }
    }

    /// The station a frame of the sample belongs to, as it will be found when the log is read.
    pub(super) fn station_of<'a>(&self, around: &'a Surroundings) -> Option<&'a str> {
        let slot = || match self.slots {
            Slots::At(place) => around.slots.iter().find(|slot| slot.place == place).map(|slot| slot.word.as_str()),
            _ => None,
        };
        let is_sure = around.is_station_named || !self.are_likely_stations_wrong;
        match &around.station {
            Some(station) if around.is_station_named => Some(station),
            station => slot().or(station.as_deref().filter(|_| is_sure)),
        }
    }

    /// A frame in lines of this shape went this way.
    pub(super) fn vote(&mut self, shape: u64, direction: Direction) {
        if self.shapes.len() < MOST_SHAPES || self.shapes.contains_key(&shape) {
            self.shapes.entry(shape).or_default().add(direction);
        }
    }

    /// Compares the log's clock with the times that answers name.
    fn clock(&mut self, samples: &[Sample]) {
        let mut zone = ZoneGuess::default();
        for sample in samples {
            let (Some(reading), Some(utc)) = (&sample.around.reading, current_time(&sample.text)) else { continue };
            match *reading {
                Reading::Local { epoch_millis } => zone.add(epoch_millis, utc),
                Reading::TimeOfDay { millis_of_day } => {
                    // The day that makes the difference smallest.
                    let difference = (millis_of_day - utc.rem_euclid(DAY) + DAY * 1.5).rem_euclid(DAY) - DAY * 0.5;
                    let local = utc + difference;
                    zone.add(local, utc);
                    self.base_day.get_or_insert((local / DAY).floor() * DAY);
                }
                Reading::NoYear { millis_of_day, utc: is_utc, .. } if !is_utc => {
                    let difference = (millis_of_day - utc.rem_euclid(DAY) + DAY * 1.5).rem_euclid(DAY) - DAY * 0.5;
                    zone.add(utc + difference, utc);
                    self.base_day.get_or_insert((utc / DAY).floor() * DAY);
                }
                Reading::NoYear { .. } => {
                    self.base_day.get_or_insert((utc / DAY).floor() * DAY);
                }
                _ => {}
            }
        }
        self.zone_minutes = zone.offset_minutes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_have_sides() {
        assert_eq!(side("BootNotification"), Some(Direction::ToCsms));
        assert_eq!(side("RemoteStartTransaction"), Some(Direction::ToStation));
        assert_eq!(side("DataTransfer"), None);
        assert_eq!(side("Nonsense"), None);
    }

    #[test]
    fn versions_are_named_in_handshakes() {
        for (line, expected) in [
            ("Sec-WebSocket-Protocol: ocpp1.6", Some(Version::V16)),
            ("OCPP Version : OCPP 2.0.1", Some(Version::V201)),
            ("  ocppVersion: 'OCPP_1.6',", Some(Version::V16)),
            ("subprotocol ocpp2.1 agreed", Some(Version::V21)),
            ("Sec-WebSocket-Protocol: ocpp2.0.1, ocpp1.6", None),
            ("the ocpp server 16 started", None),
        ] {
            assert_eq!(version_hint(line), expected, "{line}");
        }
    }

    #[test]
    fn votes_need_near_agreement() {
        let votes = |to_csms, to_station| Votes { to_csms, to_station }.winner();
        assert_eq!(votes(1, 0), Some(Direction::ToCsms));
        assert_eq!(votes(2, 20), Some(Direction::ToStation));
        assert_eq!(votes(2, 3), None);
        assert_eq!(votes(0, 0), None);
    }
}
