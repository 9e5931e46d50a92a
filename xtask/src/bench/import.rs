//! `cargo xtask bench import`: what it takes to open a capture of a million frames, to filter it and to scroll through it,
//! beside a page that does `JSON.parse` and Ajv per frame in a worker, and beside Python's json and jsonschema.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{prepare_native, unexpected};
use crate::build;
use crate::chromium;
use crate::steps::{Failure, Outcome, output, run, skipped, step};
use crate::tools::{self, node, scratch};

const N_FRAMES: u32 = 1_000_000;
const N_FRAMES_QUICK: u32 = 100_000;

/// Frames of the log that Python is tried on.
const N_SAMPLE: u32 = 5_000;

/// The version of Python's package.
const JSONSCHEMA: &str = "jsonschema==4.25.1";

/// `bench import [--frames N] [--quick]`
pub(super) fn command(arguments: &[String]) -> Outcome<()> {
    let n_frames = match arguments {
        [] => N_FRAMES,
        [option] if option == "--quick" => N_FRAMES_QUICK,
        [option, n] if option == "--frames" => n
            .parse()
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| Failure::new(format!("{n:?} is no number of frames")).hint("such as --frames 50000"))?,
        [unknown, ..] => return Err(crate::unknown_option(unknown)),
    };
    build::build()?;
    tools::ensure_build_tools()?;
    let chromium = chromium::ensure()?;
    let folder = scratch().join("bench-import");
    let program = step("build the bench", || {
        let program = prepare_native(&folder)?;
        run(Command::new(&program).arg("write").arg(&folder))?;
        Ok(program)
    })?;
    let native = |command: &str| output(Command::new(&program).arg(command).arg(&folder).arg(n_frames.to_string()));
    let written = step(&format!("write a log of {n_frames} frames"), || native("log"))?;
    let printed = step("measure in Chromium", || {
        output(node().arg("bench/import.mjs").arg(&folder).arg(n_frames.to_string()).env("CHROMIUM", chromium))
    })?;
    let live = step("measure live frames natively", || native("live"))?;
    let python = step("measure Python", || python(&folder))?;
    let report = Report::read(n_frames, &printed, &written, &live, python.as_deref())?;
    println!("\n{}\n\n{}", report.facts.join("\n"), report.table()?);
    Ok(())
}

/// What `sample.py` printed; `None` where there is no Python with its packages.
fn python(folder: &Path) -> Outcome<Option<String>> {
    let venv = scratch().join("python");
    let program = venv.join("bin").join("python3");
    let has_packages = || {
        let mut check = Command::new(&program);
        check.args(["-c", "import jsonschema"]).stderr(std::process::Stdio::null());
        check.status().is_ok_and(|status| status.success())
    };
    if !has_packages() {
        let made = output(Command::new("python3").args(["-m", "venv"]).arg(&venv))
            .and_then(|_| output(Command::new(&program).args(["-m", "pip", "install", "--quiet", JSONSCHEMA])));
        if made.is_err() || !has_packages() {
            skipped("Python", "there is no python3 here that can make a virtual environment with jsonschema");
            return Ok(None);
        }
    }
    let script = tools::root().join("tests/bench/sample.py");
    output(Command::new(&program).arg(script).arg(folder).arg(N_SAMPLE.to_string())).map(Some)
}

/// What was measured.
#[derive(Debug, Default)]
struct Report {
    facts: Vec<String>,
    numbers: BTreeMap<String, f64>,
}

impl Report {
    fn read(n_frames: u32, printed: &str, written: &str, live: &str, python: Option<&str>) -> Outcome<Self> {
        let mut report = Self::default();
        report.numbers.insert("frames".to_owned(), f64::from(n_frames));
        for line in printed.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            match words.as_slice() {
                ["fact", fact] => report.facts.push((*fact).to_owned()),
                ["number", name, value] => report.take(name, value)?,
                _ => return Err(unexpected(line)),
            }
        }
        let [_, bytes] = pair(written)?;
        report.take("text bytes", bytes)?;
        let [first, behind] = pair(live)?;
        report.take("native live at the beginning", first)?;
        report.take("native live behind", behind)?;
        if let Some(python) = python {
            let [micros, n_refused] = pair(python)?;
            report.take("Python", micros)?;
            report.facts.push(format!("Python refused {n_refused} of the first {N_SAMPLE} frames"));
        }
        Ok(report)
    }

    fn take(&mut self, name: &str, value: &str) -> Outcome<()> {
        let value = value.parse().map_err(|_| unexpected(&format!("{name} {value}")))?;
        self.numbers.insert(name.to_owned(), value);
        Ok(())
    }

    fn number(&self, name: &str) -> Outcome<f64> {
        self.numbers.get(name).copied().ok_or_else(|| Failure::new(format!("nobody measured {name}")))
    }

    /// In Markdown. A ratio below 1 is in our favour.
    fn table(&self) -> Outcome<String> {
        let n = self.number("frames")?;
        let (ours, ajv) = (self.number("import")?, self.number("Ajv import")?);
        let text = self.number("text bytes")?;
        let (memory, ajv_memory) = (self.number("memory")?, self.number("Ajv memory")?);
        let python = self.numbers.get("Python").map(|micros| micros * n / 1e6);
        let cell = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
        let mut rows = vec![
            [
                "all frames read and checked, s".to_owned(),
                format!("{ours:.1}"),
                format!("{ajv:.1}"),
                format!("{:.2}", ours / ajv),
                cell(python.map(|s| format!("{s:.0}"))),
            ],
            [
                "frames a second".to_owned(),
                format!("{:.0}", n / ours),
                format!("{:.0}", n / ajv),
                String::new(),
                cell(python.map(|s| format!("{:.0}", n / s))),
            ],
            [
                "memory of the page's process, MB".to_owned(),
                format!("{:.0}", memory / 1e6),
                format!("{:.0}", ajv_memory / 1e6),
                format!("{:.2}", memory / ajv_memory),
                String::new(),
            ],
            [
                "memory / bytes of the frames".to_owned(),
                format!("{:.2}", memory / text),
                format!("{:.2}", ajv_memory / text),
                String::new(),
                String::new(),
            ],
            [
                "the worker's memory / bytes of the frames".to_owned(),
                format!("{:.2}", self.number("wasm memory")? / text),
                String::new(),
                String::new(),
                String::new(),
            ],
        ];
        for (name, title, digits) in [
            ("first row", "first row, s", 2),
            ("cheap filter", "filter severity:error, s", 2),
            ("text filter", "filter by a text, s", 2),
            ("field filter", "filter by a field, s", 2),
            ("jump to the end", "jump to the end, s", 2),
            ("live at the beginning", "a live frame in a new transcript, until it is counted, µs", 0),
            ("live behind", "a live frame behind all of these, µs", 0),
            ("native live at the beginning", "a live frame at frame 1,000, natively, µs", 1),
            ("native live behind", "a live frame behind as many, natively, µs", 1),
        ] {
            let value = self.number(name)?;
            rows.push([title.to_owned(), format!("{value:.digits$}"), String::new(), String::new(), String::new()]);
        }
        for (name, title) in [
            ("while reading", "longest task of the main thread while reading (on the processor), ms"),
            ("while scrolling", "… while scrolling through all"),
            ("going to the end", "… jumping to the end"),
            ("text filter", "… filtering"),
        ] {
            let task = self.number(&format!("worst task {name}"))?;
            let run = self.number(&format!("worst run {name}"))?;
            rows.push([title.to_owned(), format!("{task:.0} ({run:.0})"), String::new(), String::new(), String::new()]);
        }
        let mut table = format!(
            "| {n} frames, {:.0} MB of frames in a log of {:.0} MB | Ocppscope | JSON.parse + Ajv in a worker | ratio | Python json + jsonschema |\n|---|---:|---:|---:|---:|\n",
            text / 1e6,
            self.number("file bytes")? / 1e6,
        );
        for row in rows {
            table.extend(["| ", &row.join(" | "), " |\n"]);
        }
        Ok(table)
    }
}

/// Two words.
fn pair(line: &str) -> Outcome<[&str; 2]> {
    let mut words = line.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(first), Some(second), None) => Ok([first, second]),
        _ => Err(unexpected(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 22] = [
        "file bytes",
        "Ajv import",
        "Ajv memory",
        "import",
        "memory",
        "wasm memory",
        "first row",
        "cheap filter",
        "text filter",
        "field filter",
        "jump to the end",
        "worst task while reading",
        "worst task while scrolling",
        "worst task going to the end",
        "worst task text filter",
        "live at the beginning",
        "live behind",
        "worst run while reading",
        "worst run while scrolling",
        "worst run going to the end",
        "worst run text filter",
        "memory at the end",
    ];

    #[test]
    fn numbers_and_ratios_stand_in_the_table() {
        let printed: String = NAMES.iter().zip(1..).map(|(name, n)| format!("number\t{name}\t{n}000000\n")).collect();
        let report =
            Report::read(1_000, &format!("fact\thello\n{printed}"), "1000 2000000\n", "1.5 3\n", Some("250 7\n"));
        let report = report.unwrap();
        let table = report.table().unwrap();
        assert!(table.starts_with("| 1000 frames, 2 MB of frames in a log of 1 MB |"), "{table}");
        assert!(table.contains("| all frames read and checked, s | 4000000.0 | 2000000.0 | 2.00 | 0 |"), "{table}");
        assert!(table.contains("| memory / bytes of the frames | 2.50 | 1.50 |"), "{table}");
        assert!(table.contains("| … filtering | 15000000 (21000000) |"), "{table}");
        assert!(table.contains("| a live frame behind as many, natively, µs | 3.0 |"), "{table}");
        assert_eq!(report.facts, ["hello", "Python refused 7 of the first 5000 frames"]);
    }

    #[test]
    fn what_nobody_measured_is_missed() {
        let report = Report::read(1, "number\timport\t1\n", "1 1", "1 1", None).unwrap();
        assert!(report.table().unwrap_err().to_string().contains("Ajv import"));
        assert!(Report::read(1, "what", "1 1", "1 1", None).is_err());
        assert!(Report::read(1, "", "1", "1 1", None).is_err());
    }
}
