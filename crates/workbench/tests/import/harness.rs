//! Fixtures, and what is found in a log as text.

use ocpp_wire::date_time;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use workbench::capture::Marks;
use workbench::import::{ImportedFrame, Importer, Options, Report};

/// A log and what should be found in it.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    expected: PathBuf,
}

/// The logs of a folder, by name.
pub(crate) fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/import").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    paths.sort();
    let fixture = |path: &PathBuf| Fixture {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        bytes: fs::read(path).unwrap(),
        expected: path.with_extension("txt"),
    };
    paths.iter().map(fixture).collect()
}

/// Compares with the texts beside the logs, or writes them.
pub(crate) fn check(fixtures: &[Fixture]) {
    let mut wrong = String::new();
    for fixture in fixtures {
        let found = described(&fixture.bytes);
        if std::env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(&fixture.expected, found).unwrap();
            continue;
        }
        let expected = fs::read_to_string(&fixture.expected).unwrap_or_default();
        if found != expected {
            writeln!(wrong, "== {}", fixture.name).unwrap();
            let (mut old, mut new) = (expected.lines(), found.lines());
            loop {
                match (old.next(), new.next()) {
                    (None, None) => break,
                    (old, new) if old == new => {}
                    (old, new) => {
                        writeln!(wrong, "- {}\n+ {}", old.unwrap_or_default(), new.unwrap_or_default()).unwrap();
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "what was found differs from what was expected:\n{wrong}");
}

/// Reads a log in one piece.
pub(crate) fn import(bytes: &[u8]) -> (Report, Vec<ImportedFrame>) {
    import_pieces(std::iter::once(bytes))
}

/// Reads a log piece by piece.
pub(crate) fn import_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Report, Vec<ImportedFrame>) {
    let mut importer = Importer::new("a.log", Options::default());
    let mut frames = Vec::new();
    for piece in pieces {
        importer.push(piece);
        frames.append(&mut importer.take());
    }
    importer.finish();
    frames.append(&mut importer.take());
    (importer.report().clone(), frames)
}

/// What is found in a log: a line on the whole, then one per frame.
fn described(bytes: &[u8]) -> String {
    let (report, frames) = import(bytes);
    describe(&report, &frames)
}

/// The same of what was found already.
pub(crate) fn describe(report: &Report, frames: &[ImportedFrame]) -> String {
    let perspective = report.perspective.map_or_else(|| "nobody's".to_owned(), |side| format!("{side:?}'s"));
    let zone = report.zone_minutes.map_or_else(|| "none".to_owned(), |minutes| minutes.to_string());
    let mut out = format!("{}; {perspective}; zone {zone}", report.format_title);
    for (n, word) in [
        (report.n_lines, "lines"),
        (report.n_frames, "frames"),
        (report.n_other, "other"),
        (report.n_repeated, "copies"),
        (report.n_not_ocpp, "no OCPP"),
        (report.n_payload_only, "payloads"),
        (u32::from(report.is_newest_first), "newest first"),
    ] {
        if n > 0 {
            write!(out, "; {n} {word}").unwrap();
        }
    }
    out.push('\n');
    for frame in frames {
        let at = if frame.marks.has(Marks::NO_TIME) { "-".to_owned() } else { date_time::format_utc(frame.at as i64) };
        let station = if frame.station.is_empty() { "-" } else { frame.station.as_str() };
        let marks = frame.marks.words().join(",");
        let marks = if marks.is_empty() { "-" } else { marks.as_str() };
        let (way, version) = (frame.direction.as_str(), frame.version.number());
        let text = frame.text.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r");
        writeln!(out, "{}\t{at}\t{station}\t{way}\t{version}\t{marks}\t{text}", frame.line).unwrap();
    }
    out
}
