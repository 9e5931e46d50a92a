//! Log formats that are known by name. A format helps: it says what the log is, and whose where its words do
//! not. Frames are found without it.

use super::learn::Perspective;

mod alfen_wrapped;
mod csv_table;
mod debugkit_json;
mod evcc_syslog;
mod evcc_trace;
mod ha_ocpp;
mod markdown_pretty;
mod microocpp_serial;
mod ocpp_core_dotnet;
mod octt;
mod open_ocpp_trace;
mod pipe_table;
mod python_ocpp_basicconfig;
mod python_ocpp_nostamp;
mod python_ocpp_structlog;
mod qt_qjson;
mod raw_with_deltas;
mod steve_docker;
mod steve_log;
mod time_sr;
mod websockets_debug;
mod winston_arrows;

/// A format.
#[derive(Debug)]
pub struct Format {
    /// Short name, for the command line and the page's list.
    pub id: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Whose program writes it.
    pub perspective: Option<Perspective>,
    /// A text that must stand somewhere in the log, because single lines look like those of another format.
    needs: Option<&'static str>,
    /// The line is one of this format.
    is_line: fn(&str) -> bool,
    #[cfg(test)]
    example: &'static str,
}

/// All of them, the more specific ones first.
pub static FORMATS: &[&Format] = &[
    &ha_ocpp::FORMAT,
    &python_ocpp_structlog::FORMAT,
    &python_ocpp_basicconfig::FORMAT,
    &python_ocpp_nostamp::FORMAT,
    &websockets_debug::FORMAT,
    &time_sr::FORMAT,
    &octt::FORMAT,
    &steve_docker::FORMAT,
    &steve_log::FORMAT,
    &evcc_syslog::FORMAT,
    &evcc_trace::FORMAT,
    &alfen_wrapped::FORMAT,
    &microocpp_serial::FORMAT,
    &winston_arrows::FORMAT,
    &csv_table::FORMAT,
    &raw_with_deltas::FORMAT,
    &pipe_table::FORMAT,
    &ocpp_core_dotnet::FORMAT,
    &qt_qjson::FORMAT,
    &open_ocpp_trace::FORMAT,
    &debugkit_json::FORMAT,
    &markdown_pretty::FORMAT,
];

/// A format by its short name.
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

/// The format most lines have, and how many of the lines with frames that are, in percent.
pub(super) fn detect(sample: &str, n_frame_lines: u32) -> Option<(&'static Format, u8)> {
    const MOST_LINES: usize = 5_000;
    let mut best: Option<(&'static Format, u32)> = None;
    for format in FORMATS.iter().copied() {
        if format.needs.is_some_and(|text| !sample.contains(text)) {
            continue;
        }
        let n = sample.lines().take(MOST_LINES).filter(|line| (format.is_line)(line)).count() as u32;
        if n > best.map_or(0, |(_, most)| most) {
            best = Some((format, n));
        }
    }
    let (format, n) = best?;
    let percent = (n * 100).checked_div(n_frame_lines).map_or(50, |percent| percent.min(100));
    // Headings and the like are no evidence without the frames below them.
    (percent >= 20).then_some((format, percent as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_example_is_taken_for_its_format() {
        for format in FORMATS {
            let sample = format!("{}\n{}", format.example, format.needs.unwrap_or_default());
            let found = detect(&sample, 1).map(|(found, _)| found.id);
            assert_eq!(found, Some(format.id), "{}", format.example);
        }
        assert!(detect("[2,\"a\",\"Heartbeat\",{}]", 1).is_none());
    }

    #[test]
    fn ids_are_unique() {
        for format in FORMATS {
            assert_eq!(find(format.id).map(|found| found.title), Some(format.title));
        }
    }
}
