//! `cargo xtask bench`: what checking a frame costs, beside `JSON.parse` and Ajv on the same frames, and what the page weighs.
//!
//! The numbers depend on the machine and on what else it does, so nothing here passes or fails by a time. It fails when the
//! contestants do not refuse the same number of frames: then they do not do the same work.

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

/// `bench [--quick]`.
pub(crate) fn command(arguments: &[String]) -> Outcome<()> {
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

/// Builds both of ours, and lays beside them what they and the others read. Gives the native program.
fn prepare(folder: &Path) -> Outcome<PathBuf> {
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
    let program = target.join("release").join(format!("bench-native{}", std::env::consts::EXE_SUFFIX));
    run(Command::new(&program).arg("write").arg(folder))?;

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
    Failure::new(format!("run.mjs printed something unexpected: {line}"))
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
    fn contestants_that_do_other_work_are_found_out() {
        let report = Report::read(&PRINTED.replace("Ajv, Node\t0", "Ajv, Node\t1")).unwrap();
        assert!(report.check().unwrap_err().to_string().contains("refused"));
        let report = Report::read(&PRINTED.replace("Ajv, Node", "Zod, Node")).unwrap();
        assert!(report.check().unwrap_err().to_string().contains("expected"));
        assert!(Report::read("what").is_err());
    }
}
