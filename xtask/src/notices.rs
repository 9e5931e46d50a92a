//! `cargo xtask notices`: writes the table of crates in `THIRD_PARTY.md`, which `tidy` compares with what is built.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::files;
use crate::steps::{Failure, Outcome, output};
use crate::tools::{WASM_TARGET, cargo, root};

/// The line that the table stands under; the next heading ends it.
const MARK: &str = "<!-- The table is written by `cargo xtask notices`. -->\n";

/// Licences that may be part of the page, as the crates write them.
const ACCEPTED: [&str; 8] =
    ["MIT", "Apache-2.0", "Unlicense", "Zlib", "BSL-1.0", "Unicode-3.0", "MPL-2.0", "BSD-3-Clause"];

/// Writes the table.
pub(crate) fn write() -> Outcome<()> {
    let path = root().join("THIRD_PARTY.md");
    files::write(&path, expected(&files::read_text(&path)?)?.as_bytes())
}

/// What is wrong with the table; empty when nothing is.
pub(crate) fn faults() -> Outcome<Vec<String>> {
    let text = files::read_text(&root().join("THIRD_PARTY.md"))?;
    let mut faults = Vec::new();
    if expected(&text)? != text {
        faults.push("THIRD_PARTY.md does not list the crates of the page; run `cargo xtask notices`".to_owned());
    }
    for (licence, crates) in by_licence()? {
        let mut names = licence.split([' ', '/', '(', ')']).filter(|word| !matches!(*word, "" | "OR" | "AND"));
        if !names.all(|name| ACCEPTED.contains(&name)) {
            faults.push(format!("a licence that nobody has looked at: {licence} of {}", crates.join(", ")));
        }
    }
    Ok(faults)
}

/// The document with the table as it should be.
fn expected(text: &str) -> Outcome<String> {
    let (before, after) = text
        .split_once(MARK)
        .ok_or_else(|| Failure::new("THIRD_PARTY.md has lost the line that its table stands under"))?;
    let rest = after.find("\n## ").and_then(|at| after.get(at..)).unwrap_or_default();
    let mut table = String::from("\n| licence | crates |\n|---|---|\n");
    for (licence, crates) in by_licence()? {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "| {licence} | {} |", crates.join(", "));
    }
    Ok(format!("{before}{MARK}{table}{rest}"))
}

/// The crates that are compiled for the page and its worker, without our own, by licence.
fn by_licence() -> Outcome<BTreeMap<String, Vec<String>>> {
    let tree = output(cargo().args([
        "tree",
        "--offline",
        "--package=ocppscope",
        "--package=engine",
        "--target",
        WASM_TARGET,
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--no-dedupe",
        "--format={p}|{l}",
    ]))?;
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in tree.lines() {
        let Some((package, licence)) = line.split_once('|') else { continue };
        // A path behind the version marks a crate of this workspace.
        let mut words = package.split(' ');
        let (Some(name), Some(_version)) = (words.next(), words.next()) else { continue };
        if words.any(|word| word.starts_with("(/") || word.contains(":\\")) {
            continue;
        }
        let crates = found.entry(ordered(licence)).or_default();
        if !crates.iter().any(|known| known == name) {
            crates.push(name.to_owned());
        }
    }
    for crates in found.values_mut() {
        crates.sort();
    }
    Ok(found)
}

/// One spelling for the same choice: crates write `MIT/Apache-2.0`, `Apache-2.0 OR MIT`, and so on.
fn ordered(licence: &str) -> String {
    if licence.contains('(') || licence.contains("AND") {
        return licence.to_owned();
    }
    let mut names: Vec<&str> = licence.split([' ', '/']).filter(|word| !matches!(*word, "" | "OR")).collect();
    names.sort_by_key(|name| (*name != "MIT", *name));
    names.join(" OR ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_for_one_choice() {
        for licence in ["MIT/Apache-2.0", "Apache-2.0 OR MIT", "MIT OR Apache-2.0"] {
            assert_eq!(ordered(licence), "MIT OR Apache-2.0");
        }
        assert_eq!(ordered("(MIT OR Apache-2.0) AND Unicode-3.0"), "(MIT OR Apache-2.0) AND Unicode-3.0");
    }
}
