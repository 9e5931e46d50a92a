//! Runs a step and says so: its name before, the time it took after, and on a failure what to do.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// What a step gives back.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// A step that could not be done: what failed, and what the reader can do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A file that could not be read or written.
    pub(crate) fn file(doing: &str, path: &Path, error: &io::Error) -> Self {
        Self::new(format!("{doing}: {error}: {}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(hint) = &self.hint {
            write!(f, "\n  what to do: {hint}")?;
        }
        Ok(())
    }
}

/// Runs `work` under `name`, with its time.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    println!("→ {name}");
    let watch = Stopwatch::start();
    let outcome = work();
    let time = watch.elapsed();
    if outcome.is_ok() {
        println!("{} {name} {}", paint("✓", "32"), in_words(time));
    } else {
        println!("{} {name} {}", paint("✗", "31"), in_words(time));
    }
    outcome
}

/// Says that a step had nothing to do.
pub(crate) fn skipped(name: &str, why: &str) {
    println!("{} {name} ({why})", paint("✓", "32"));
}

/// Runs a program with its output on the screen and succeeds when it does.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let shown = words(command);
    let status = command.status().map_err(|error| cannot_start(&shown, &error))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("`{shown}` failed ({status})"))) }
}

/// Runs a program silently and gives back what it printed.
pub(crate) fn output(command: &mut Command) -> Outcome<String> {
    let shown = words(command);
    let output = command.output().map_err(|error| cannot_start(&shown, &error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Failure::new(format!("`{shown}` failed ({}): {}", output.status, said.trim())))
    }
}

/// What to say about a program that could not be started.
pub(crate) fn cannot_start(shown: &str, error: &io::Error) -> Failure {
    let program = shown.split(' ').next().unwrap_or(shown);
    let failure = Failure::new(format!("`{shown}` could not be started: {error}"));
    if error.kind() == io::ErrorKind::NotFound {
        failure.hint(format!("install {program} and make sure that it is in PATH"))
    } else {
        failure
    }
}

/// The command line of a command, for messages.
pub(crate) fn words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let mut shown = program.to_string_lossy().into_owned();
    for argument in command.get_args().map(OsStr::to_string_lossy) {
        shown.push(' ');
        shown.push_str(&argument);
    }
    shown
}

/// Seconds with one decimal, or minutes and seconds.
pub(crate) fn in_words(time: Duration) -> String {
    let secs = time.as_secs();
    if secs < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {} s", secs / 60, secs % 60) }
}

/// Measures how long something takes.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "the clock is forbidden to the core; here it only measures steps")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Colours a mark on a terminal and leaves it plain in a log.
fn paint(mark: &str, colour: &str) -> String {
    if io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
        format!("\u{1b}[{colour}m{mark}\u{1b}[0m")
    } else {
        mark.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_have_units() {
        assert_eq!(in_words(Duration::from_millis(3_240)), "3.2 s");
        assert_eq!(in_words(Duration::from_secs(188)), "3 min 8 s");
    }

    #[test]
    fn a_failing_program_is_named_with_its_arguments() {
        let failure = run(Command::new("git").arg("no-such-command").stderr(std::process::Stdio::null())).unwrap_err();
        assert!(failure.to_string().starts_with("`git no-such-command` failed"), "{failure}");
    }

    #[test]
    fn a_missing_program_says_what_to_install() {
        let failure = run(&mut Command::new("no-such-program")).unwrap_err();
        assert!(failure.to_string().contains("install no-such-program"), "{failure}");
    }
}
