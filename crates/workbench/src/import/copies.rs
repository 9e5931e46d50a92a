//! The same frame in two logs: that of the station and that of its CSMS, say. One of the two is enough.

use super::importer::ImportedFrame;
use super::merge::MOST_TWIN_MILLIS;
use crate::capture::Marks;
use crate::port::Direction;
use crate::transcript::EpochMillis;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Frames that are remembered: at least so many, and fewer than twice as many.
const MOST: usize = 4_096;

/// Message ids of this length are never given twice by chance.
const UNMISTAKABLE_BYTES: usize = 16;

/// A frame that was seen.
#[derive(Debug)]
struct Seen {
    at: EpochMillis,
    station: String,
    /// The station has the name of its file, for the log names none.
    is_titled: bool,
    /// How often each log has it.
    n_by_log: Vec<(usize, u32)>,
}

/// What a frame turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Copy {
    /// It was not seen before.
    New,
    /// Another log has it as well.
    Of {
        /// What the station is called there.
        station: String,
        /// That is only the name of the file.
        is_titled: bool,
    },
}

/// The frames that were seen last.
#[derive(Debug, Default)]
pub(crate) struct Copies {
    seen: HashMap<u64, Seen>,
    older: HashMap<u64, Seen>,
}

impl Copies {
    /// Looks whether another log has this frame of `log` as well. The same log may have it several times: it is no copy
    /// unless the other one has it as often.
    pub(crate) fn look(&mut self, log: usize, is_titled: bool, frame: &ImportedFrame) -> Copy {
        if frame.event.is_some() || frame.marks.has(Marks::NO_TIME) || frame.marks.has(Marks::NO_DATE) {
            return Copy::New;
        }
        let mut hasher = DefaultHasher::new();
        (frame.direction == Direction::ToCsms, &frame.text).hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(seen) = self.older.remove(&hash) {
            self.seen.insert(hash, seen);
        }
        if self.seen.len() >= MOST {
            self.older = std::mem::take(&mut self.seen);
        }
        let has_sure_id = has_sure_id(frame);
        let is_same = |seen: &&mut Seen| {
            let is_station = seen.station == frame.station || ((seen.is_titled || is_titled) && has_sure_id);
            is_station && (frame.at - seen.at).abs() <= MOST_TWIN_MILLIS
        };
        if let Some(seen) = self.seen.get_mut(&hash).filter(is_same) {
            let n_others = seen.n_by_log.iter().filter(|(other, _)| *other != log).map(|(_, n)| *n).max();
            let n = match seen.n_by_log.iter_mut().find(|(other, _)| *other == log) {
                Some((_, n)) => {
                    *n += 1;
                    *n
                }
                None => {
                    seen.n_by_log.push((log, 1));
                    1
                }
            };
            if n <= n_others.unwrap_or(0) {
                return Copy::Of { station: seen.station.clone(), is_titled: seen.is_titled };
            }
            seen.at = frame.at;
            return Copy::New;
        }
        let seen = Seen { at: frame.at, station: frame.station.clone(), is_titled, n_by_log: vec![(log, 1)] };
        self.seen.insert(hash, seen);
        Copy::New
    }
}

/// The message id of the frame cannot be that of another message.
pub(crate) fn has_sure_id(frame: &ImportedFrame) -> bool {
    crate::exchanges::quick_id(&frame.text).is_some_and(|id| id.len() >= UNMISTAKABLE_BYTES)
}
