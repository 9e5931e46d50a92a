//! What the importer was asked for, and what it tells about a log.

use super::learn::Perspective;
use crate::capture::Marks;
use ocpp_wire::version::Version;

/// What the user decided; the rest is found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Short name of a format.
    pub format: Option<&'static str>,
    /// Version of all frames.
    pub version: Option<Version>,
    /// Whose program wrote the log.
    pub perspective: Option<Perspective>,
    /// Turn every frame around.
    pub swap: Swap,
    /// How far the log's clock is ahead of UTC, where its times have no zone.
    pub zone_minutes: Option<i32>,
}

/// Whether directions are turned around.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Swap {
    /// As they were found.
    #[default]
    No,
    /// The other way.
    Yes,
}

/// What was found in a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Name of the file.
    pub name: String,
    /// Short name of the format; `None` for one that is not known by name.
    pub format: Option<&'static str>,
    /// What the format is.
    pub format_title: String,
    /// How sure that is, in percent.
    pub sure_percent: u8,
    /// Bytes read.
    pub n_bytes: u64,
    /// Lines read.
    pub n_lines: u32,
    /// Frames found.
    pub n_frames: u32,
    /// Empty lines.
    pub n_blank: u32,
    /// Lines of other things.
    pub n_other: u32,
    /// Lines with a payload and no frame around it.
    pub n_payload_only: u32,
    /// Copies of frames that other layers of the program wrote.
    pub n_repeated: u32,
    /// Frames the log shortened.
    pub n_cut: u32,
    /// Frames written in another notation than JSON, copies included.
    pub n_repaired: u32,
    /// Frames over several lines.
    pub n_joined: u32,
    /// Frames put together from decoded parts.
    pub n_rebuilt: u32,
    /// Texts that went over the socket and are no OCPP.
    pub n_not_ocpp: u32,
    /// Frames whose direction nothing tells.
    pub n_guessed_direction: u32,
    /// Frames without a time.
    pub n_without_time: u32,
    /// Frames without a date.
    pub n_without_date: u32,
    /// Bytes that were no UTF-8.
    pub n_bad_utf8: u64,
    /// Frames by station, in the order they came; at most 1,000 stations are counted.
    pub stations: Vec<(String, u32)>,
    /// Frames by version, in the order of [`Version::ALL`].
    pub n_by_version: [u32; 3],
    /// Whose program wrote the log.
    pub perspective: Option<Perspective>,
    /// The newest line stands first.
    pub is_newest_first: bool,
    /// How far the log's clock is ahead of UTC.
    pub zone_minutes: Option<i32>,
    /// That was learned from answers that name the time.
    pub is_zone_learned: bool,
    /// The first lines without a frame, with their numbers.
    pub others: Vec<(u32, String)>,
    /// All was read.
    pub is_finished: bool,
}

impl Report {
    pub(super) fn note(&mut self, station: &str, place: &mut Option<usize>, version: Version, marks: Marks) {
        self.n_frames += 1;
        for (mark, n) in [
            (Marks::CUT, &mut self.n_cut),
            (Marks::JOINED, &mut self.n_joined),
            (Marks::REBUILT, &mut self.n_rebuilt),
            (Marks::NO_TIME, &mut self.n_without_time),
            (Marks::NO_DATE, &mut self.n_without_date),
        ] {
            *n += u32::from(marks.has(mark));
        }
        if let Some(n) = self.n_by_version.get_mut(version as usize) {
            *n += 1;
        }
        *place = place.or_else(|| self.stations.iter().position(|(name, _)| name == station));
        if let Some((_, n)) = self.stations.get_mut(place.unwrap_or(usize::MAX)) {
            *n += 1;
        } else if self.stations.len() < 1_000 {
            self.stations.push((station.to_owned(), 1));
        }
    }
}
