//! What the first part of a log says about all of it.

use super::clock::Clock;
use super::layout::Layout;
use super::{Importer, MOST_SAMPLES, SAMPLE_BYTES, Sighting};
use crate::export::jsonl;
use crate::import::formats::{self, Format};
use crate::import::learn::{self, Sample, VersionVotes};
use crate::import::report::Options;
use crate::import::surroundings::{self, Slots};
use ocpp_wire::version::Version;

impl Importer {
    /// The first part of the log is there: what does it say about all of it?
    pub(super) fn learn(&mut self, is_whole: bool) {
        let text = std::mem::take(&mut self.text);
        // As much whatever the pieces were, so that they make no difference.
        let is_whole = is_whole && text.len() <= SAMPLE_BYTES;
        let sample = text.get(..text.floor_char_boundary(SAMPLE_BYTES)).unwrap_or_default();
        let trimmed = sample.trim_start();
        let layout = Layout::of(sample, is_whole);
        // Once to learn; what this reading finds is thrown away.
        let mut trial = Self::new("", Options { format: self.options.format, ..Options::default() });
        trial.is_sample = true;
        trial.grammar.slots = Slots::All;
        let is_document = matches!(layout, Layout::Document(_));
        trial.read(layout, sample, is_whole);
        let sightings: Vec<Sighting> = trial.held.drain(..).take(MOST_SAMPLES).collect();
        let mut lines: Vec<u32> = sightings.iter().map(|sighting| sighting.line).collect();
        lines.dedup();
        let detected = formats::detect(sample, lines.len() as u32);
        let chosen = self.options.format.and_then(|id| formats::find(id).map(|format| (format, 100)));
        let format: Option<(&'static Format, u8)> = chosen.or(detected);
        let samples: Vec<Sample> = sightings
            .into_iter()
            .map(|sighting| Sample {
                around: sighting.around,
                sketch: sighting.sketch,
                cells: sighting.cells,
                line: sighting.line,
                text: sighting.text,
            })
            .collect();
        self.grammar = learn::learn(&samples, format.and_then(|(format, _)| format.perspective));
        self.grammar.versions = merged(self.grammar.versions, &trial.version_hints);
        for sample in &samples {
            if let Some(station) = self.grammar.station_of(&sample.around) {
                let station = self.stations.entry(station.to_owned()).or_default();
                station.votes.add(&sample.sketch, &sample.text);
            }
        }
        self.current_station =
            only_url(sample).or_else(|| only_name(sample).filter(|_| is_document)).unwrap_or_default();
        self.clock = Clock { base: self.grammar.base_day, ..Clock::default() };
        self.remember();
        if let Some(zone) = self.options.zone_minutes {
            self.grammar.zone_minutes = Some(zone);
        }
        self.clock.zone_minutes = self.grammar.zone_minutes.unwrap_or(0);
        self.describe(format, &samples, trimmed);
        self.layout = Some(Layout::of(sample, is_whole));
        self.text = text;
    }

    fn describe(&mut self, format: Option<(&'static Format, u8)>, samples: &[Sample], sample: &str) {
        let report = &mut self.report;
        let n_told = samples
            .iter()
            .filter(|s| {
                s.around.direction.is_some()
                    || s.around.way.is_some()
                    || self.grammar.shapes.get(&s.around.shape).is_some_and(|v| v.winner().is_some())
            })
            .count();
        match format {
            _ if sample.starts_with(jsonl::BEGINNING) => {
                "Ocppscope JSON lines".clone_into(&mut report.format_title);
                report.sure_percent = 100;
            }
            Some((format, percent)) => {
                report.format = Some(format.id);
                format.title.clone_into(&mut report.format_title);
                report.sure_percent = percent;
            }
            None => {
                let title = if sample.starts_with('{') { "JSON" } else { "Text with frames" };
                title.clone_into(&mut report.format_title);
                report.sure_percent = (n_told * 100).checked_div(samples.len()).unwrap_or(0).min(100) as u8;
            }
        }
        report.perspective = self.options.perspective.or(self.grammar.perspective);
        report.is_newest_first = self.grammar.is_newest_first;
        report.zone_minutes = self.grammar.zone_minutes;
        report.is_zone_learned = self.options.zone_minutes.is_none() && self.grammar.zone_minutes.is_some();
    }
}

/// The station in the URLs of a log that names only one.
fn only_url(sample: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for (at, _) in sample.match_indices("://").take(1_000) {
        let start = sample.get(..at)?.rfind(|c: char| !c.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        let rest = sample.get(start..)?;
        let rest = rest.get(..rest.floor_char_boundary(300))?;
        let Some(identity) = rest.starts_with("ws").then(|| surroundings::identity_of_url(rest)).flatten() else {
            continue;
        };
        if found.as_ref().is_some_and(|found| *found != identity) {
            return None;
        }
        found = Some(identity);
    }
    found
}

/// The station a document names outside of its entries, when it names only one.
fn only_name(sample: &str) -> Option<String> {
    let mut found: Option<&str> = None;
    let mut parts = sample.split('"').take(20_000);
    let mut key = parts.next()?;
    let mut between = parts.next()?;
    for part in parts {
        if between.trim() == ":" && surroundings::is_station_key(key) && !part.is_empty() && part.len() <= 100 {
            if found.is_some_and(|found| found != part) {
                return None;
            }
            found = Some(part);
        }
        key = between;
        between = part;
    }
    found.map(str::to_owned)
}

fn merged(mut votes: VersionVotes, hints: &[Version]) -> VersionVotes {
    for &version in hints {
        votes.add_hint(version);
    }
    votes
}
