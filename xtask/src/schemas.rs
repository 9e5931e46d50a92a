//! The schema files: their checksums, and the bundle of each version that the page loads.
//!
//! A bundle carries the files byte for byte, as their licence wants it; the page changes them in memory only.
//!
//! ```text
//! ocppscope-schemas 1 v16
//! Authorize.json 306
//! …
//!
//! <the bytes of all files, one after the other>
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::digest;
use crate::files;
use crate::steps::{Failure, Outcome};
use crate::tools::root;

/// Folder names of the schema sets, one per OCPP version.
pub(crate) const SETS: [&str; 3] = ["v16", "v201", "v21"];

/// The bundle of one set.
pub(crate) fn bundle(set: &str) -> Outcome<Vec<u8>> {
    let folder = root().join("schemas").join(set);
    let mut head = format!("ocppscope-schemas 1 {set}\n");
    let mut body = Vec::new();
    for path in schema_files(&folder)? {
        let bytes = files::read(&path)?;
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{} {}", files::relative(&path, &folder), bytes.len());
        body.extend(bytes);
    }
    head.push('\n');
    let mut bundle = head.into_bytes();
    bundle.extend(body);
    Ok(bundle)
}

/// What is wrong with the files of all sets, compared with `SHA256SUMS.*`; empty when nothing is.
pub(crate) fn faults() -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for set in SETS {
        let folder = root().join("schemas").join(set);
        let listed = files::read_text(&root().join("schemas").join(format!("SHA256SUMS.{set}")))?;
        let mut found = String::new();
        for path in schema_files(&folder)? {
            let _ = writeln!(found, "{}  {}", digest::hex(&files::read(&path)?), files::relative(&path, &folder));
        }
        faults.extend(found.lines().filter(|line| !listed.lines().any(|other| other == *line)).map(|line| {
            let name = line.split("  ").nth(1).unwrap_or(line);
            format!("schemas/{set}/{name} is not the file that SHA256SUMS.{set} names")
        }));
        faults.extend(
            listed
                .lines()
                .filter_map(|line| line.split("  ").nth(1))
                .filter(|name| !folder.join(name).is_file())
                .map(|name| format!("schemas/{set}/{name} is missing although SHA256SUMS.{set} names it")),
        );
    }
    Ok(faults)
}

/// The `.json` files of a set in the order of their bytes.
fn schema_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = files::below(folder)?;
    found.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    if found.is_empty() {
        return Err(Failure::new(format!("There are no schema files in {}", folder.display())));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_the_one_that_was_taken_over() {
        assert_eq!(faults().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_bundle_can_be_taken_apart_again() {
        for (set, n_files) in SETS.into_iter().zip([78, 128, 181]) {
            let bundle = bundle(set).unwrap();
            let end = bundle.windows(2).position(|pair| pair == b"\n\n").unwrap();
            let head = std::str::from_utf8(&bundle[..end]).unwrap();
            let mut lines = head.lines();
            assert_eq!(lines.next(), Some(format!("ocppscope-schemas 1 {set}").as_str()));
            let mut rest = &bundle[end + 2..];
            let mut names = Vec::new();
            for line in lines {
                let (name, n_bytes) = line.split_once(' ').unwrap();
                let (file, after) = rest.split_at(n_bytes.parse().unwrap());
                assert_eq!(file, files::read(&root().join("schemas").join(set).join(name)).unwrap(), "{set}/{name}");
                names.push(name);
                rest = after;
            }
            assert!(rest.is_empty(), "{set}: bytes are left over");
            assert_eq!(names.len(), n_files, "{set}");
            assert!(names.is_sorted(), "{set}");
        }
    }
}
