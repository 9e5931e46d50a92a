//! The log that `cargo xtask bench import` reads: many stations of all versions, day after day, as ``SteVe`` writes it.

use crate::corpus::{self, Frame, START_EPOCH_MILLIS};
use ocpp_wire::date_time;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::io::{self, Write};

/// Stations whose frames stand between each other's.
const N_STATIONS: usize = 30;

/// Every fifth station has one frame in twenty with a fault.
const FAULTY_STATION_EACH: usize = 5;

/// Of calls longer than this, one in so many is kept: most of what stations log is short.
const LONG_CALL: (usize, usize) = (500, 6);

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Frames.
    pub n_frames: usize,
    /// Bytes of their texts, without what the log writes around them.
    pub n_text_bytes: u64,
}

/// One station: its days follow each other.
struct Station<'s> {
    name: String,
    set: &'s SchemaSet,
    is_faulty: bool,
    seed: u64,
    /// Frames of the present day, the next one last.
    frames: Vec<Frame>,
    next_day: i64,
}

impl Station<'_> {
    /// When the next frame goes.
    fn peek(&mut self) -> f64 {
        if self.frames.is_empty() {
            self.seed += 1_000;
            let day = corpus::day_from(self.set, self.is_faulty, self.next_day, self.seed);
            // A night's rest of a second.
            self.next_day = day.frames.last().map_or(self.next_day, |last| last.at as i64) + 1_000;
            self.frames = thinned(day.frames);
            self.frames.reverse();
        }
        self.frames.last().map_or(f64::INFINITY, |frame| frame.at)
    }
}

/// Writes so many frames in the order of their times, each a line.
///
/// # Errors
/// They cannot be written.
pub fn write(sets: &[SchemaSet], n_frames: usize, out: &mut impl Write) -> io::Result<Written> {
    let mut stations: Vec<Station<'_>> = (0..N_STATIONS).zip(sets.iter().cycle()).map(station).collect();
    let mut written = Written::default();
    while written.n_frames < n_frames {
        let times = stations.iter_mut().map(Station::peek).enumerate();
        let Some((first, _)) = times.min_by(|(_, a), (_, b)| a.total_cmp(b)) else { break };
        let Some(station) = stations.get_mut(first) else { break };
        let Some(frame) = station.frames.pop() else { break };
        let time = date_time::format_utc(frame.at as i64).replacen('T', " ", 1).replace('.', ",").replace('Z', "");
        let verb = if frame.is_to_csms { "Received" } else { "Sending" };
        let line = format!(
            "[INFO ] {time} d.r.s.o.w.WebSocketLogger - [chargeBoxId={}, sessionId={first}] {verb}: {}",
            station.name, frame.text
        );
        // A frame with a line break would be two lines.
        writeln!(out, "{}", line.replace(['\n', '\r'], " "))?;
        written.n_frames += 1;
        written.n_text_bytes += frame.text.len() as u64;
    }
    Ok(written)
}

/// Without most of the long calls, and without the answers to those.
fn thinned(frames: Vec<Frame>) -> Vec<Frame> {
    let (mut n_long, mut is_answer_left_out) = (0, false);
    let is_kept = |frame: &Frame| {
        // The answer follows its call.
        if std::mem::take(&mut is_answer_left_out) && !frame.text.starts_with("[2") {
            return false;
        }
        let is_long = frame.text.starts_with("[2") && frame.text.len() > LONG_CALL.0;
        n_long += usize::from(is_long);
        is_answer_left_out = is_long && n_long % LONG_CALL.1 != 0;
        !is_answer_left_out
    };
    frames.into_iter().filter(is_kept).collect()
}

fn station((number, set): (usize, &SchemaSet)) -> Station<'_> {
    // The other contestant knows the version by this name; ours finds it out.
    let version = match set.version() {
        Version::V16 => "16",
        Version::V201 => "201",
        Version::V21 => "21",
    };
    Station {
        name: format!("CP{version}-{number:02}"),
        set,
        is_faulty: number % FAULTY_STATION_EACH == FAULTY_STATION_EACH - 1,
        seed: number as u64,
        frames: Vec::new(),
        // Not all in the same second.
        next_day: START_EPOCH_MILLIS + number as i64 * 7_919,
    }
}
