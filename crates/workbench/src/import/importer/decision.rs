//! Which way a frame went, whose it is, when, and in which version: decided when it leaves the window.

use super::{ImportedFrame, Importer, Sighting};
use crate::capture::Marks;
use crate::import::learn::{self, Grammar, Perspective, VersionVotes};
use crate::import::report::{Options, Swap};
use crate::import::surroundings::Way;
use crate::port::Direction;
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;
use std::collections::HashMap;

/// Ids of calls that are remembered per station, to tell the direction of their answers: at least so many, and fewer than
/// twice as many.
const MOST_IDS: usize = 2_000;

/// What is known of one station while its frames come.
#[derive(Debug, Default)]
pub(super) struct Station {
    /// `None` when calls of both sides have the id.
    pub(super) calls: HashMap<String, Option<Direction>>,
    /// Those before them.
    pub(super) older_calls: HashMap<String, Option<Direction>>,
    pub(super) votes: VersionVotes,
    pub(super) last_at: Option<EpochMillis>,
    /// Where it stands in the report.
    pub(super) place: Option<usize>,
}

impl Importer {
    pub(super) fn decide(&mut self, sighting: Sighting) {
        if self.grammar.is_newest_first {
            self.held.push(sighting);
        } else {
            self.emit(sighting);
        }
    }

    pub(super) fn emit(&mut self, sighting: Sighting) {
        let Sighting { text, around, sketch, mut marks, line, .. } = sighting;
        let is_sure = around.is_station_named || !self.grammar.are_likely_stations_wrong;
        let name = around.station.filter(|_| is_sure).unwrap_or_else(|| self.current_station.clone());
        if self.stations.len() >= 100_000 && !self.stations.contains_key(&name) {
            self.stations.clear();
        }
        if !self.stations.contains_key(&name) {
            self.stations.insert(name.clone(), Station::default());
        }
        let Some(station) = self.stations.get_mut(&name) else { return };
        station.votes.add(&sketch, &text);
        let own = sketch.action.as_deref().filter(|_| sketch.message_type == Some(2)).and_then(learn::side);
        let by_call = sketch
            .id
            .as_ref()
            .filter(|_| matches!(sketch.message_type, Some(3 | 4)))
            .and_then(|id| station.calls.get(id).or_else(|| station.older_calls.get(id)).copied().flatten())
            .map(Direction::reversed);
        let votes = self.grammar.shapes.get(&around.shape).copied().unwrap_or_default();
        let told = told(&self.options, &self.grammar, around.direction, around.way, votes);
        let direction = match (told, own.or(by_call)) {
            // Other lines of this shape say less than the frame itself and its call.
            (Some(told), Some(known))
                if told != known && around.direction.is_none() && (around.way.is_none() || votes.n() < 5) =>
            {
                known
            }
            (Some(told), _) => told,
            (None, Some(known)) => known,
            (None, None) => {
                marks = marks.with(Marks::GUESSED_DIRECTION);
                self.report.n_guessed_direction += 1;
                if matches!(sketch.message_type, Some(3 | 4)) { Direction::ToStation } else { Direction::ToCsms }
            }
        };
        if let Some(known) = own.or(by_call) {
            self.grammar.vote(around.shape, known);
        }
        if let (Some(2), Some(id)) = (sketch.message_type, sketch.id) {
            if station.calls.len() >= MOST_IDS {
                station.older_calls = std::mem::take(&mut station.calls);
            }
            let sides = station.calls.entry(id).or_insert(Some(direction));
            *sides = sides.filter(|side| *side == direction);
        }
        let version = self
            .options
            .version
            .or_else(|| station.votes.winner())
            .or_else(|| self.grammar.versions.winner())
            .unwrap_or(Version::V16);
        let (at, time_marks) = self.clock.read(around.reading.as_ref(), &mut station.last_at);
        marks = marks.with(time_marks);
        let direction = if self.options.swap == Swap::Yes { direction.reversed() } else { direction };
        self.report.note(&name, &mut station.place, version, marks);
        self.ready.push(ImportedFrame {
            text,
            station: name,
            version,
            at,
            direction,
            marks,
            line,
            is_binary: false,
            connection: 0,
            event: None,
        });
    }
}

/// Which way the log says the frame went.
fn told(
    options: &Options,
    grammar: &Grammar,
    direction: Option<Direction>,
    way: Option<Way>,
    votes: learn::Votes,
) -> Option<Direction> {
    let by_way = |perspective: Option<Perspective>| Some(perspective?.direction(way?));
    by_way(options.perspective).or(direction).or_else(|| votes.winner()).or_else(|| by_way(grammar.perspective))
}
