//! `cargo xtask bench`: what checking a frame costs, beside `JSON.parse` and Ajv on the same frames, and what the page weighs.
//!
//! The numbers depend on the machine and on what else it does, so nothing here passes or fails by a time. It fails when the
//! contestants do not refuse the same number of frames: then they do not do the same work.
//!
//! `cargo xtask bench link` measures how long share links are, beside pako and base64url over the same frames.
//! `cargo xtask bench import` measures a capture of a million frames; see `bench/import.rs`.

mod import;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::build;
use crate::chromium;
use crate::files;
use crate::schemas;
use crate::size;
use crate::steps::{Failure, Outcome, output, run, step};
use crate::tools::{self, WASM_BINDGEN, WASM_TARGET, cargo, node, scratch};

/// The contestants as `tests/bench/run.mjs` names them.
const CONTESTANTS: [&str; 4] = ["ours, native", "Ajv, Node", "ours, Chromium", "Ajv, Chromium"];

/// Rounds that count, and how long each contestant works in one.
const ROUNDS: (&str, &str) = ("15", "150");
const QUICK_ROUNDS: (&str, &str) = ("5", "50");

/// `bench [--quick]`, `bench link [FILE…]` and `bench import [--frames N] [--quick]`.
pub(crate) fn command(arguments: &[String]) -> Outcome<()> {
    if let [first, files @ ..] = arguments
        && first == "link"
    {
        return links(files);
    }
    if let [first, options @ ..] = arguments
        && first == "import"
    {
        return import::command(options);
    }
    let rounds = match arguments {
        [] => ROUNDS,
        [option] if option == "--quick" => QUICK_ROUNDS,
        [unknown, ..] => return Err(crate::unknown_option(unknown)),
    };
    build::build()?;
    tools::ensure_build_tools()?;
    let chromium = chromium::ensure()?;
    let folder = scratch().join("bench");
    let program = step("build the bench", || prepare(&folder))?;
    let printed = step("measure", || {
        output(
            node().arg("bench/run.mjs").arg(&folder).arg(&program).args([rounds.0, rounds.1]).env("CHROMIUM", chromium),
        )
    })?;
    let report = Report::read(&printed)?;
    report.check()?;
    println!("\n{}\n\n{}\n{}", report.spread(), report.table(), size::markdown()?);
    Ok(())
}

/// The lengths of share links. Files are ours, as the page exports them; without any, the bench makes its own captures.
fn links(files: &[String]) -> Outcome<()> {
    tools::ensure_npm_packages()?;
    let folder = scratch().join("bench-link");
    let program = step("build the bench", || prepare_native(&folder))?;
    let ours = output(Command::new(&program).arg("link").arg(&folder).args(files))?;
    let theirs = output(node().arg("bench/link.mjs").arg(&folder))?;
    println!("\n{}", link_table(&ours, &theirs)?);
    Ok(())
}

/// Both outputs side by side, in Markdown, with a line for all frames together.
fn link_table(ours: &str, theirs: &str) -> Outcome<String> {
    let mut table = String::from(
        "| share link | frames | characters | per frame | pako, base64url | per frame | ours / pako | kB/s written | kB/s read |\n\
         |---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
    );
    let mut row = |name: &str, n: f64, ours: f64, theirs: f64, rest: &str| {
        let (per_frame, other) = (ours / n, theirs / n);
        let ratio = ours / theirs;
        let line =
            format!("| {name} | {n} | {ours} | {per_frame:.1} | {theirs} | {other:.1} | {ratio:.2} | {rest} |\n");
        table.push_str(&line);
    };
    let mut all = (0.0, 0.0, 0.0);
    let mut theirs_lines = theirs.lines();
    for line in ours.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        let other = theirs_lines.next().and_then(|line| line.split_once('\t'));
        let ([name, n, _, chars, written, read], Some((other_name, other))) = (words.as_slice(), other) else {
            return Err(unexpected(line));
        };
        let number = |text: &str| text.parse::<f64>().map_err(|_| unexpected(line));
        let (n, chars, other) = (number(n)?, number(chars)?, number(other)?);
        if *name != other_name {
            return Err(unexpected(line));
        }
        row(name, n, chars, other, &format!("{written} | {read}"));
        all = (all.0 + n, all.1 + chars, all.2 + other);
    }
    row("all", all.0, all.1, all.2, " | ");
    Ok(table)
}

/// Builds both of ours, and lays beside them what they and the others read. Gives the native program.
fn prepare(folder: &Path) -> Outcome<PathBuf> {
    let program = prepare_native(folder)?;
    run(Command::new(&program).arg("write").arg(folder))?;
    let target = folder.with_file_name("bench-target");

    // As Trunk builds the page.
    run(cargo()
        .args(["build", "--quiet", "--release", "--lib", "--target", WASM_TARGET, "-p", "bench"])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", tools::wasm_flags()))?;
    run(Command::new(WASM_BINDGEN.path()?)
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(folder)
        .arg(target.join(WASM_TARGET).join("release").join("bench.wasm")))?;
    let module = folder.join("bench_bg.wasm");
    run(Command::new("wasm-opt")
        // As `index.html` has it.
        .args(["-O2", "--one-caller-inline-max-function-size=0", "--always-inline-max-function-size=0"])
        .arg("-o")
        .arg(&module)
        .arg(&module)
        .env("PATH", tools::path_with_tools()?))?;
    Ok(program)
}

/// Builds the native program and lays the schemas beside it.
fn prepare_native(folder: &Path) -> Outcome<PathBuf> {
    files::remove_folder(folder)?;
    let mut bundles = Vec::new();
    for set in schemas::SETS {
        bundles.extend(schemas::bundle(set)?);
    }
    files::write(&folder.join("schemas.txt"), &bundles)?;
    let target = folder.with_file_name("bench-target");
    run(cargo()
        .args(["build", "--quiet", "--profile", "bench", "--bin", "bench-native"])
        .args(["-p", "bench"])
        .env("CARGO_TARGET_DIR", &target))?;
    Ok(target.join("release").join(format!("bench-native{}", std::env::consts::EXE_SUFFIX)))
}

/// What `run.mjs` printed.
#[derive(Debug, Default)]
struct Report {
    facts: Vec<String>,
    days: Vec<Day>,
}

/// The rounds over one day.
#[derive(Debug)]
struct Day {
    name: String,
    /// In the order of [`CONTESTANTS`].
    runs: Vec<Run>,
}

#[derive(Debug)]
struct Run {
    contestant: String,
    n_refused: String,
    /// Per frame, one number per round, sorted.
    micros: Vec<f64>,
}

impl Run {
    fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    fn quantile(&self, part: f64) -> f64 {
        let at = (self.micros.len().saturating_sub(1) as f64 * part).round() as usize;
        self.micros.get(at).copied().unwrap_or(f64::NAN)
    }
}

impl Report {
    fn read(printed: &str) -> Outcome<Self> {
        let mut report = Self::default();
        for line in printed.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            match words.as_slice() {
                ["fact", fact] => report.facts.push((*fact).to_owned()),
                ["rounds", day, contestant, n_refused, micros @ ..] => {
                    let numbers: Result<Vec<f64>, _> = micros.iter().map(|number| number.parse()).collect();
                    let mut micros = numbers.map_err(|_| unexpected(line))?;
                    micros.sort_by(f64::total_cmp);
                    let run = Run { contestant: (*contestant).to_owned(), n_refused: (*n_refused).to_owned(), micros };
                    match report.days.last_mut().filter(|last| last.name == *day) {
                        Some(last) => last.runs.push(run),
                        None => report.days.push(Day { name: (*day).to_owned(), runs: vec![run] }),
                    }
                }
                _ => return Err(unexpected(line)),
            }
        }
        Ok(report)
    }

    /// Fails when somebody is missing, or refused other frames than the rest.
    fn check(&self) -> Outcome<()> {
        for day in &self.days {
            let names: Vec<&str> = day.runs.iter().map(|run| run.contestant.as_str()).collect();
            if names != CONTESTANTS {
                return Err(Failure::new(format!("{}: expected {CONTESTANTS:?}, found {names:?}", day.name)));
            }
            let refused: Vec<&str> = day.runs.iter().map(|run| run.n_refused.as_str()).collect();
            if refused.iter().any(|n| Some(n) != refused.first()) {
                return Err(Failure::new(format!("{}: the contestants refused {refused:?} frames", day.name))
                    .hint("find the frame on which tests/bench/ajv.mjs and bench/src/lib.rs differ"));
            }
        }
        Ok(())
    }

    /// Median, quartiles and the fastest round of each.
    fn spread(&self) -> String {
        let mut lines = self.facts.clone();
        lines.push("microseconds per frame: median [first quartile – third quartile], fastest round".to_owned());
        for day in &self.days {
            for run in &day.runs {
                let [low, high, best] = [0.25, 0.75, 0.0].map(|part| run.quantile(part));
                lines.push(format!(
                    "  {:18} {:15} {:6.2} [{low:.2} – {high:.2}], {best:.2}",
                    day.name,
                    run.contestant,
                    run.median()
                ));
            }
        }
        lines.join("\n")
    }

    /// The medians as a Markdown table.
    fn table(&self) -> String {
        let mut table = String::from(
            "| µs per frame | Ocppscope, native | Ajv, Node | ours / Ajv | Ocppscope, Chromium worker | Ajv, Chromium worker | ours / Ajv |\n\
             |---|---:|---:|---:|---:|---:|---:|\n",
        );
        for day in &self.days {
            let mut cells = vec![day.name.clone()];
            for pair in day.runs.chunks(2) {
                if let [ours, theirs] = pair {
                    let (ours, theirs) = (ours.median(), theirs.median());
                    cells.extend([ours, theirs, ours / theirs].map(|number| format!("{number:.2}")));
                }
            }
            table.extend(["| ", &cells.join(" | "), " |\n"]);
        }
        table
    }
}

fn unexpected(line: &str) -> Failure {
    Failure::new(format!("a contestant printed something unexpected: {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = "fact\tload: 1\nrounds\t1.6, healthy\tours, native\t0\t3\t1\t2\nrounds\t1.6, healthy\tAjv, Node\t0\t4\nrounds\t1.6, healthy\tours, Chromium\t0\t5\nrounds\t1.6, healthy\tAjv, Chromium\t0\t2.5\n";

    #[test]
    fn medians_and_ratios_stand_in_the_table() {
        let report = Report::read(PRINTED).unwrap();
        report.check().unwrap();
        assert!(
            report.table().ends_with("| 1.6, healthy | 2.00 | 4.00 | 0.50 | 5.00 | 2.50 | 2.00 |\n"),
            "{}",
            report.table()
        );
        assert!(report.spread().starts_with("load: 1\n"), "{}", report.spread());
    }

    #[test]
    fn links_stand_beside_those_of_pako() {
        let ours = "a\t10\t2000\t50\t900\t800\nb\t30\t9\t70\t1\t2\n";
        let table = link_table(ours, "a\t200\nb\t280\n").unwrap();
        assert!(table.contains("\n| a | 10 | 50 | 5.0 | 200 | 20.0 | 0.25 | 900 | 800 |\n"), "{table}");
        assert!(table.ends_with("| all | 40 | 120 | 3.0 | 480 | 12.0 | 0.25 |  |  |\n"), "{table}");
        assert!(link_table(ours, "a\t200\nc\t280\n").is_err());
        assert!(link_table(ours, "a\t200\n").is_err());
        assert!(link_table("a\tb", "a\t200\n").is_err());
    }

    #[test]
    fn contestants_that_do_other_work_are_found_out() {
        let report = Report::read(&PRINTED.replace("Ajv, Node\t0", "Ajv, Node\t1")).unwrap();
        assert!(report.check().unwrap_err().to_string().contains("refused"));
        let report = Report::read(&PRINTED.replace("Ajv, Node", "Zod, Node")).unwrap();
        assert!(report.check().unwrap_err().to_string().contains("expected"));
        assert!(Report::read("what").is_err());
    }
}
