//! Copies of a frame that other layers of the same program wrote a few lines away.

use super::importer::Sighting;
use super::surroundings::Surroundings;
use super::time::Reading;
use crate::capture::Marks;
use ocpp_wire::json;
use std::collections::VecDeque;

/// Frames in which copies of a frame are looked for.
const SIZE: usize = 64;

/// The last frames of a log, before it is decided which way they went.
#[derive(Debug, Default)]
pub(super) struct Window {
    sightings: VecDeque<Sighting>,
    /// Their message ids in short, so that most of them need no look.
    ids: VecDeque<u32>,
}

impl Window {
    /// Takes a frame in. Gives the one that has become too old.
    pub(super) fn push(&mut self, sighting: Sighting) -> Option<Sighting> {
        self.ids.push_back(short_id(&sighting));
        self.sightings.push_back(sighting);
        if self.sightings.len() > SIZE { self.pop() } else { None }
    }

    /// The oldest frame.
    pub(super) fn pop(&mut self) -> Option<Sighting> {
        self.ids.pop_front();
        self.sightings.pop_front()
    }

    /// The newest frame.
    pub(super) fn newest_mut(&mut self) -> Option<&mut Sighting> {
        self.sightings.back_mut()
    }

    /// Another layer of the program wrote the same frame. The better one of the two stays.
    pub(super) fn takes_as_copy(&mut self, new: &Sighting) -> bool {
        let is_call = |sighting: &Sighting| sighting.sketch.message_type == Some(2);
        let new_id = short_id(new);
        for (old, old_id) in self.sightings.iter_mut().zip(&mut self.ids).rev() {
            super::work::add(0);
            // Frames with different ids are different; where a log cut the id, the text decides.
            if *old_id != new_id && *old_id != 0 && new_id != 0 {
                continue;
            }
            // After the answer comes a new exchange with the same id, not a copy of the old one.
            if old.sketch.id.is_some() && old.sketch.id == new.sketch.id && is_call(old) != is_call(new) {
                return false;
            }
            // The same place in the program writes each frame once; twice is the station's doing.
            if old.around.shape == new.around.shape && old.line != new.line {
                continue;
            }
            if old.line == new.line && old.around.shape == new.around.shape && old.sketch != new.sketch {
                continue;
            }
            if is_far(&old.around, &new.around) {
                continue;
            }
            let (old_cut, new_cut) = (old.marks.has(Marks::CUT), new.marks.has(Marks::CUT));
            let is_same = match (old_cut, new_cut) {
                (false, false) => old.text == new.text || is_tail(&new.text, &old.text),
                (true, false) => is_cut_of(&old.text, &new.text, old.stated_bytes),
                (false, true) => is_cut_of(&new.text, &old.text, new.stated_bytes),
                (true, true) => old.text == new.text,
            };
            if !is_same {
                continue;
            }
            if old_cut && !new_cut {
                old.text.clone_from(&new.text);
                old.sketch = new.sketch.clone();
                *old_id = new_id;
                old.marks = new.marks;
            }
            if !old.around.is_station_named && new.around.station.is_some() {
                old.around.station.clone_from(&new.around.station);
                old.around.is_station_named = new.around.is_station_named;
            }
            if old.around.way.is_none() && old.around.direction.is_none() {
                old.around.way = new.around.way;
                old.around.direction = new.around.direction;
                old.around.shape = new.around.shape;
            }
            if old.around.reading.is_none() {
                old.around.reading = new.around.reading;
            }
            old.marks = old.marks.with(Marks::REPEATED);
            return true;
        }
        false
    }
}

/// A number for the message id; 0 when the log cut it.
fn short_id(sighting: &Sighting) -> u32 {
    let id = sighting.sketch.id.as_deref();
    // FNV-1a.
    id.map_or(0, |id| {
        id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) | 1
    })
}

/// The clocks of two lines are more than a few seconds apart.
fn is_far(a: &Surroundings, b: &Surroundings) -> bool {
    let millis = |around: &Surroundings| match around.reading {
        Some(Reading::Instant { epoch_millis } | Reading::Local { epoch_millis }) => Some(epoch_millis),
        Some(Reading::TimeOfDay { millis_of_day } | Reading::NoYear { millis_of_day, .. }) => Some(millis_of_day),
        _ => None,
    };
    matches!((millis(a), millis(b)), (Some(a), Some(b)) if (a - b).abs() > 3_000.0)
}

/// An unfinished frame that another line quotes, with words behind it.
fn is_tail(new: &str, old: &str) -> bool {
    old.len() >= 12 && new.len() > old.len() && new.starts_with(old) && json::parse(old).is_err()
}

/// `cut` is `whole` with a piece left out.
fn is_cut_of(cut: &str, whole: &str, stated_bytes: Option<u64>) -> bool {
    if stated_bytes.is_some_and(|n| n != whole.len() as u64) {
        return false;
    }
    let mark = if cut.contains("...") { "..." } else { "…" };
    let Some((head, tail)) = cut.split_once(mark) else { return false };
    whole.len() + mark.len() > cut.len() && whole.starts_with(head) && whole.ends_with(tail)
}
