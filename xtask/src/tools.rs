//! The one place with the versions of every tool, and what installs them.
//!
//! Libraries are pinned where their own package manager pins them: `Cargo.lock` and `tests/package-lock.json`.
//! Nothing is installed outside the repository but the wasm target of rustup and a folder in the user's cache.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::digest;
use crate::files;
use crate::steps::{Failure, Outcome, output, run, skipped, step};

/// What the page is compiled for.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The oldest Node that the tests run on.
pub(crate) const NODE_MAJOR: u32 = 20;

/// A program that cargo builds.
pub(crate) struct CargoTool {
    /// Name of the folder in the cache and of the program.
    pub(crate) program: &'static str,
    /// Name on crates.io.
    package: &'static str,
    /// The version, exactly.
    pub(crate) version: &'static str,
    /// Further arguments of `cargo install`.
    arguments: &'static [&'static str],
}

/// Builds the page from `index.html`.
pub(crate) const TRUNK: CargoTool = CargoTool {
    program: "trunk",
    package: "trunk",
    version: "0.21.14",
    // Its default features are the updater and a bundled TLS, which nothing here needs.
    arguments: &["--no-default-features"],
};

/// Must have the version of the crate `wasm-bindgen`.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    program: "wasm-bindgen",
    package: "wasm-bindgen-cli",
    version: "0.2.126",
    arguments: &["--bin", "wasm-bindgen"],
};

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Where this tool keeps its own files between runs.
pub(crate) fn scratch() -> PathBuf {
    root().join("target").join("xtask")
}

/// `cargo`, the one that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root());
    command
}

/// `node`, in the folder of the tests.
pub(crate) fn node() -> Command {
    let mut command = Command::new("node");
    command.current_dir(root().join("tests"));
    command
}

/// PATH with the pinned tools in front, npm's `wasm-opt` first.
pub(crate) fn path_with_tools() -> Outcome<OsString> {
    let mut folders =
        vec![root().join("tests/node_modules/.bin"), TRUNK.folder()?.join("bin"), WASM_BINDGEN.folder()?.join("bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    env::join_paths(folders).map_err(|error| {
        Failure::new(format!("PATH cannot hold the tools: {error}"))
            .hint("move the repository to a path without a colon")
    })
}

/// Flags of the compiler for the page, in the form of `CARGO_ENCODED_RUSTFLAGS`.
///
/// Messages of a panic name the source file. Without this they would carry the home folder of whoever built the page, and
/// two machines would build different bytes. Leptos compiles every view as a type of its own; erased, the page is smaller.
pub(crate) fn wasm_flags() -> OsString {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = Vec::new();
    for registry in home.iter().flat_map(|home| fs::read_dir(home.join("registry").join("src"))).flatten().flatten() {
        let mut flag = OsString::from("--remap-path-prefix=");
        flag.push(registry.path());
        flag.push("=crates");
        flags.push(flag);
    }
    flags.sort();
    flags.extend(["--cfg".into(), "erase_components".into()]);
    flags.join(OsStr::new("\u{1f}"))
}

/// Installs what compiling the page needs and is not there yet.
pub(crate) fn ensure_build_tools() -> Outcome<()> {
    ensure_wasm_target()?;
    TRUNK.ensure()?;
    WASM_BINDGEN.ensure()?;
    ensure_npm_packages()
}

/// Installs the standard library of the page's target.
pub(crate) fn ensure_wasm_target() -> Outcome<()> {
    let folder = output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    step(&format!("rustup target add {WASM_TARGET}"), || {
        run(Command::new("rustup").args(["target", "add", WASM_TARGET])).map_err(|failure| {
            failure.hint(format!(
                "install Rust by https://rustup.rs, or the standard library for {WASM_TARGET} by your package manager"
            ))
        })
    })
}

/// Installs what `tests/package-lock.json` pins: `wasm-opt`, the CSMS of the tests, the browser driver.
pub(crate) fn ensure_npm_packages() -> Outcome<()> {
    ensure_node()?;
    let tests = root().join("tests");
    let stamp = tests.join("node_modules/.ocppscope-lock");
    let wanted = digest::hex(&files::read(&tests.join("package-lock.json"))?);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    step("npm ci in tests/", || {
        run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&tests)).map_err(|failure| {
            failure.hint("check that this machine reaches the npm registry, then run the command again")
        })
    })?;
    files::write(&stamp, wanted.as_bytes())
}

impl CargoTool {
    /// Where this version lives; another version never overwrites it.
    fn folder(&self) -> Outcome<PathBuf> {
        Ok(cache()?.join("ocppscope").join("tools").join(format!("{}-{}", self.program, self.version)))
    }

    /// The program itself.
    pub(crate) fn path(&self) -> Outcome<PathBuf> {
        Ok(self.folder()?.join("bin").join(format!("{}{}", self.program, env::consts::EXE_SUFFIX)))
    }

    fn ensure(&self) -> Outcome<()> {
        if self.path()?.is_file() {
            return Ok(());
        }
        let folder = self.folder()?;
        step(&format!("install {} {} (once, some minutes)", self.program, self.version), || {
            run(cargo()
                .args(["install", "--quiet", "--locked", "--version", self.version, "--root"])
                .arg(&folder)
                .args(self.arguments)
                .arg(self.package)
                // These tools run for seconds; compiling them at full optimisation takes twice as long.
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"))
            .map_err(|failure| {
                failure.hint(
                    "a C compiler is needed (Debian: apt-get install build-essential), and crates.io must be reachable",
                )
            })
        })
    }
}

/// The folder for what can be made again.
fn cache() -> Outcome<PathBuf> {
    if let Some(folder) = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()) {
        return Ok(PathBuf::from(folder));
    }
    env::home_dir().map(|home| home.join(".cache")).ok_or_else(|| {
        Failure::new("There is no home folder to keep the tools in").hint("set XDG_CACHE_HOME to a folder")
    })
}

/// npm by its own name, which is a script on Windows.
fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn ensure_node() -> Outcome<()> {
    let hint = format!("install Node {NODE_MAJOR} or newer with npm: https://nodejs.org");
    let version = output(Command::new("node").arg("--version")).map_err(|failure| failure.hint(&hint))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    match major {
        Some(major) if major >= NODE_MAJOR => Ok(()),
        _ => {
            Err(Failure::new(format!("Node {} is too old: version {NODE_MAJOR} is needed", version.trim())).hint(hint))
        }
    }
}

/// Fetches the crates of the lock file, so that everything after it builds without a network.
pub(crate) fn ensure_crates() -> Outcome<()> {
    // With `--offline` this takes a tenth of a second and fails when a crate is missing.
    let fetched =
        cargo().args(["fetch", "--locked", "--offline", "--quiet"]).stderr(std::process::Stdio::null()).status();
    if fetched.is_ok_and(|status| status.success()) {
        return Ok(());
    }
    if root().join("Cargo.lock").is_file() {
        step("fetch crates", || {
            run(cargo().args(["fetch", "--locked", "--quiet"]))
                .map_err(|failure| failure.hint("crates.io must be reachable, and Cargo.lock must fit the manifests: run `cargo update --workspace`"))
        })
    } else {
        skipped("fetch crates", "there is no Cargo.lock yet; cargo writes it");
        run(cargo().args(["generate-lockfile", "--quiet"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str) -> String {
        fs::read_to_string(root().join(path)).unwrap()
    }

    #[test]
    fn versions_agree_wherever_they_are_named() {
        let bindgen = format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version);
        assert!(text("Cargo.toml").contains(&bindgen), "Cargo.toml should say {bindgen}");
        let bindgen = format!("wasm_bindgen = \"{}\"", WASM_BINDGEN.version);
        assert!(text("Trunk.toml").contains(&bindgen), "Trunk.toml should say {bindgen}");
        assert!(text("tests/package.json").contains("\"binaryen\": \"132."), "package.json should pin binaryen 132");
        assert!(text("Trunk.toml").contains("wasm_opt = \"version_132\""), "Trunk.toml should name binaryen's version");
        assert!(
            text("tests/package.json").contains(&format!("\"node\": \">={NODE_MAJOR}\"")),
            "package.json should name Node's version"
        );
    }

    #[test]
    fn the_npm_lock_names_no_host() {
        let lock = text("tests/package-lock.json");
        assert!(!lock.contains("\"resolved\""), "run npm in tests/, whose .npmrc leaves addresses out");
        assert!(!lock.contains("://"), "the lock file should work with any registry");
    }

    #[test]
    fn npm_versions_are_exact() {
        let manifest = text("tests/package.json");
        assert!(!manifest.contains("\"^") && !manifest.contains("\"~"), "versions in package.json should be exact");
    }
}
