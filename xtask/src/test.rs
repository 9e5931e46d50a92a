//! `cargo xtask test`: every check there is, in the order in which they are cheap, and one closing line with the sum.
//!
//! A failing step does not keep the others from running, so that one run shows all there is to mend.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::build;
use crate::chromium;
use crate::files;
use crate::size;
use crate::steps::{Failure, Outcome, Stopwatch, cannot_start, in_words, run, step, words};
use crate::tools::{self, WASM_TARGET, cargo, node, root, scratch};

/// Crates that build for this machine; the page and the worker build for the browser only.
const NATIVE: [&str; 16] = [
    "-p",
    "ocpp-wire",
    "-p",
    "workbench",
    "-p",
    "ocppscope-cli",
    "-p",
    "regex",
    "-p",
    "schema-files",
    "-p",
    "lean-leptos",
    "-p",
    "bench",
    "-p",
    "xtask",
];
const BROWSER: [&str; 4] = ["-p", "ocppscope", "-p", "engine"];

/// Profile of `cargo xtask` itself: the native tests share its build, and the core's tests go over every schema.
const PROFILE: [&str; 2] = ["--profile", "tool"];

/// `test [--native-only | --browser-only] [NAME]`.
pub(crate) fn command(arguments: &[String]) -> Outcome<()> {
    let options = Options::from_arguments(arguments)?;
    let watch = Stopwatch::start();
    let mut tally = Tally::default();

    if options.is_native {
        if options.name.is_none() {
            tally.check("cargo fmt --check", || {
                run(cargo().args(["fmt", "--all", "--check"])).map_err(|failure| failure.hint("run `cargo fmt --all`"))
            });
            tally.check("cargo clippy, native", || {
                run(cargo().args(["clippy", "--quiet"]).args(PROFILE).args(NATIVE).args([
                    "--all-targets",
                    "--",
                    "-D",
                    "warnings",
                ]))
            });
            tally.check("cargo clippy, wasm", || {
                tools::ensure_wasm_target()?;
                run(cargo()
                    .args(["clippy", "--quiet", "--target", WASM_TARGET])
                    .args(BROWSER)
                    .args(["--", "-D", "warnings"]))
            });
        }
        tally.tests("native tests", || native_tests(options.name.as_deref()));
    }
    if options.is_browser {
        let is_built = tally.check("release build", build::build);
        if is_built && options.name.is_none() {
            tally.check("size budget", size::check);
        }
        if is_built {
            tally.tests("browser tests", || browser_tests(options.name.as_deref()));
        }
    }

    println!("\nAll of it took {}.", in_words(watch.elapsed()));
    for failed in &tally.failed_steps {
        println!("failed: {failed}");
    }
    println!("{} passed, {} failed", tally.counts.n_passed, tally.counts.n_failed);
    if tally.counts.n_failed == 0 {
        Ok(())
    } else {
        Err(Failure::new("Not all checks passed; the messages stand above"))
    }
}

struct Options {
    is_native: bool,
    is_browser: bool,
    name: Option<String>,
}

impl Options {
    fn from_arguments(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self { is_native: true, is_browser: true, name: None };
        for argument in arguments {
            match argument.as_str() {
                "--native-only" => options.is_browser = false,
                "--browser-only" => options.is_native = false,
                option if option.starts_with('-') => return Err(crate::unknown_option(option)),
                name => options.name = Some(name.to_owned()),
            }
        }
        if options.is_native || options.is_browser {
            Ok(options)
        } else {
            Err(Failure::new("--native-only and --browser-only exclude each other").hint("leave one of them out"))
        }
    }
}

/// Tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    n_passed: u32,
    n_failed: u32,
}

/// What all steps came to.
#[derive(Default)]
struct Tally {
    counts: Counts,
    failed_steps: Vec<String>,
}

impl Tally {
    /// Runs a step without tests of its own; it counts only when it fails.
    fn check(&mut self, name: &str, work: impl FnOnce() -> Outcome<()>) -> bool {
        self.tests(name, || work().map(|()| (Counts::default(), Ok(()))))
    }

    /// Runs a step with tests. When it fails although no test did, the step itself is the failure.
    fn tests(&mut self, name: &str, work: impl FnOnce() -> Outcome<(Counts, Outcome<()>)>) -> bool {
        let mut counts = Counts::default();
        let outcome = step(name, || {
            let (counted, end) = work()?;
            counts = counted;
            end
        });
        if let Err(failure) = &outcome {
            println!("{failure}");
            counts.n_failed = counts.n_failed.max(1);
            self.failed_steps.push(name.to_owned());
        }
        self.counts.n_passed += counts.n_passed;
        self.counts.n_failed += counts.n_failed;
        outcome.is_ok()
    }
}

fn native_tests(name: Option<&str>) -> Outcome<(Counts, Outcome<()>)> {
    let mut command = cargo();
    command.args(["test", "--no-fail-fast"]).args(PROFILE).args(NATIVE);
    command.args(name);
    let (lines, end) = watch(&mut command)?;
    Ok((sum_of_cargo(&lines), end.map_err(|failure| failure.hint("the names of the failed tests stand above"))))
}

fn browser_tests(name: Option<&str>) -> Outcome<(Counts, Outcome<()>)> {
    tools::ensure_npm_packages()?;
    let files = test_files()?;
    let chromium = chromium::ensure()?;
    let report = scratch().join("node-test.tap");
    files::create_folder(&scratch())?;
    let mut command = node();
    // Every wait in the tests ends earlier; the limit is for what nobody thought of.
    command.args(["--test", "--test-timeout=300000"]);
    // Each file drives a browser of its own, which keeps about one processor busy.
    command.arg(format!("--test-concurrency={}", std::thread::available_parallelism().map_or(2, |n| n.get().min(4))));
    command.args(["--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap"]);
    command.arg(format!("--test-reporter-destination={}", report.display()));
    if let Some(name) = name {
        command.arg(format!("--test-name-pattern={}", escaped_pattern(name)));
    }
    command.args(files).env("CHROMIUM", chromium);
    let end = run(&mut command);
    let tap = files::read_text(&report)?;
    let counts = sum_of_node(&tap).ok_or_else(|| Failure::new("node --test ended without a sum"))?;
    Ok((counts, end))
}

/// The test files, named so that the CSMS's own tests run too.
fn test_files() -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["csms", "browser"] {
        found.extend(files::below(&root().join("tests").join(folder))?);
    }
    found.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    if found.is_empty() {
        return Err(Failure::new("There are no tests in tests/csms and tests/browser"));
    }
    Ok(found)
}

/// Runs a program, shows what it prints and keeps it.
fn watch(command: &mut Command) -> Outcome<(Vec<String>, Outcome<()>)> {
    let shown = words(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(&shown, &error))?;
    let mut lines = Vec::new();
    if let Some(output) = child.stdout.take() {
        let mut screen = std::io::stdout().lock();
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            // A closed terminal must not end the tests.
            let _ = writeln!(screen, "{line}");
            lines.push(line);
        }
    }
    let status = child.wait().map_err(|error| cannot_start(&shown, &error))?;
    let end = if status.success() { Ok(()) } else { Err(Failure::new(format!("`{shown}` failed ({status})"))) };
    Ok((lines, end))
}

/// Sum of the lines `test result: ok. 12 passed; 0 failed; …`.
fn sum_of_cargo(lines: &[String]) -> Counts {
    let mut counts = Counts::default();
    for line in lines.iter().filter(|line| line.starts_with("test result:")) {
        counts.n_passed += number_before(line, " passed").unwrap_or(0);
        counts.n_failed += number_before(line, " failed").unwrap_or(0);
    }
    counts
}

/// Sum from the last lines of a TAP report: `# pass 12`, `# fail 0`, `# cancelled 0`.
fn sum_of_node(tap: &str) -> Option<Counts> {
    let number = |name: &str| {
        let start = format!("# {name} ");
        tap.lines().rev().find_map(|line| line.strip_prefix(&start)?.trim().parse::<u32>().ok())
    };
    Some(Counts { n_passed: number("pass")?, n_failed: number("fail")? + number("cancelled")? })
}

fn number_before(line: &str, word: &str) -> Option<u32> {
    let before = line.get(..line.find(word)?)?;
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The name as a regular expression that means just these characters.
fn escaped_pattern(name: &str) -> String {
    name.chars()
        .flat_map(|c| if c.is_alphanumeric() || c == ' ' || c == '_' { vec![c] } else { vec!['\\', c] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_cargo() {
        let lines = [
            "running 3 tests",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s",
        ];
        let lines = lines.map(str::to_owned);
        assert_eq!(sum_of_cargo(&lines), Counts { n_passed: 15, n_failed: 2 });
    }

    #[test]
    fn sums_of_node() {
        let tap = "ok 1 - a\n# tests 9\n# suites 0\n# pass 7\n# fail 1\n# cancelled 1\n# skipped 0\n# todo 0\n# duration_ms 8\n";
        assert_eq!(sum_of_node(tap), Some(Counts { n_passed: 7, n_failed: 2 }));
        assert_eq!(sum_of_node("Bail out!"), None);
    }

    #[test]
    fn a_step_that_fails_without_a_test_is_one_failure() {
        let mut tally = Tally::default();
        assert!(!tally.check("broken", || Err(Failure::new("no"))));
        assert!(tally.check("fine", || Ok(())));
        assert_eq!(tally.counts, Counts { n_passed: 0, n_failed: 1 });
        assert_eq!(tally.failed_steps, ["broken"]);
    }

    #[test]
    fn a_name_is_taken_literally() {
        assert_eq!(escaped_pattern("a.b (1)"), "a\\.b \\(1\\)");
    }
}
