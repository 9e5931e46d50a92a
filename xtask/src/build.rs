//! `cargo xtask build`: from sources to a whole `dist/`, and nothing at all when `dist/` already is what the sources give.
//!
//! Trunk builds into a folder of its own; `dist/` is replaced at the end, so that it is never half a page.

use std::fs::File;
use std::path::PathBuf;

use crate::digest;
use crate::files;
use crate::finish;
use crate::steps::{Failure, Outcome, run, skipped, step};
use crate::tools::{self, TRUNK, root, scratch};

/// Everything the page is made from, below the root.
const INPUTS: [&str; 14] = [
    "src",
    "crates",
    "style",
    "web",
    "index.html",
    "schemas",
    "xtask",
    "Trunk.toml",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "rust-toolchain.toml",
    "tests/package-lock.json",
    "THIRD_PARTY.md",
];

/// Where the page goes.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Brings `dist/` up to date.
pub(crate) fn build() -> Outcome<()> {
    let _lock = only_one_at_a_time()?;
    let stamp = scratch().join("dist.stamp");
    let is_fresh = files::read_text(&stamp).is_ok_and(|written| state().is_ok_and(|now| now == written));
    if is_fresh {
        skipped("build", "nothing changed since dist/ was written");
        return Ok(());
    }
    tools::ensure_build_tools()?;
    tools::ensure_crates()?;
    let stage = scratch().join("stage");
    step("trunk build --release", || {
        files::remove_folder(&stage)?;
        files::create_folder(&stage)?;
        run(std::process::Command::new(TRUNK.path()?)
            // Offline: the tools are here and the crates are fetched, so a download would be a mistake.
            .args(["build", "--release", "--offline", "--locked", "--skip-version-check", "--dist"])
            .arg(&stage)
            .current_dir(root())
            .env("PATH", tools::path_with_tools()?)
            .env("CARGO_ENCODED_RUSTFLAGS", tools::wasm_flags())
            // Trunk reads this variable as an option of its own and refuses the usual value `1`.
            .env_remove("NO_COLOR")
            // A trace through Trunk's own code only hides the compiler's message.
            .env("RUST_LIB_BACKTRACE", "0"))
        .map_err(|failure| failure.hint("read the compiler's message above"))
    })?;
    step("finish dist/", || {
        finish::finish(&stage)?;
        let dist = dist();
        files::remove_folder(&dist)?;
        files::rename(&stage, &dist)?;
        files::write(&stamp, state()?.as_bytes())
    })
}

/// What `dist/` was made from and what it holds: changing either makes the next build do its work.
fn state() -> Outcome<String> {
    let mut inputs = digest::Combined::default();
    for input in INPUTS {
        for path in files::below(&root().join(input))? {
            inputs.add(&files::relative(&path, &root()), &files::read(&path)?);
        }
    }
    let mut built = digest::Combined::default();
    for path in files::below(&dist())? {
        built.add(&files::relative(&path, &dist()), &files::read(&path)?);
    }
    Ok(format!("inputs {}\ndist {}\n", inputs.finish(), built.finish()))
}

/// Makes a second build wait for the first; the lock ends with the returned file.
fn only_one_at_a_time() -> Outcome<File> {
    let path = scratch().join("build.lock");
    files::create_folder(&scratch())?;
    let file = File::create(&path).map_err(|error| Failure::file("making the lock file", &path, &error))?;
    if file.try_lock().is_err() {
        println!("  another build is running; waiting for it");
        file.lock().map_err(|error| Failure::file("waiting for the other build", &path, &error))?;
    }
    Ok(file)
}
