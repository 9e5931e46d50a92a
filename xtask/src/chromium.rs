//! Finds the browser of the tests, and installs it where that is one known command.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::steps::{Failure, Outcome, output, run, step};

/// Names under which systems install Chromium or a browser of the same make.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Path of the browser; installs Debian's package when this is Debian and we may.
pub(crate) fn ensure() -> Outcome<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        let path = PathBuf::from(named);
        return if path.is_file() {
            Ok(path)
        } else {
            Err(Failure::new(format!("CHROMIUM names a file that is not there: {}", path.display()))
                .hint("let it name the browser's program, or unset it"))
        };
    }
    if let Some(path) = find() {
        return Ok(path);
    }
    if !(is_debian() && is_root()) {
        return Err(Failure::new(
            "The browser tests need Chromium, and none of these is in PATH: ".to_owned() + &NAMES.join(", "),
        )
        .hint(how_to_install()));
    }
    step("apt-get install chromium (once)", || {
        run(apt().arg("update"))?;
        // Fonts so that text has a width and screenshots show letters.
        run(apt().args([
            "install",
            "--yes",
            "--no-install-recommends",
            "chromium",
            "fonts-dejavu-core",
            "fonts-liberation",
        ]))
    })?;
    find().ok_or_else(|| Failure::new("apt-get installed chromium, but it is not in PATH"))
}

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

fn apt() -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet=2").env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn how_to_install() -> &'static str {
    if is_debian() {
        "run `sudo apt-get install chromium fonts-dejavu-core`"
    } else {
        "install Chromium or Chrome, and set CHROMIUM to its program when that has another name \
         (macOS: CHROMIUM='/Applications/Google Chrome.app/Contents/MacOS/Google Chrome')"
    }
}
