//! Reads the schema files of this project, for tests and build scripts. The page loads them as a bundle instead.
//!
//! It knows of no version and no other crate of the project, so that also the tests inside `ocpp-wire` can use it.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// Where the sets and what belongs to them lie.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas")
}

/// The files of a set, `v16`, `v201` or `v21`: their names, `Authorize.json`, and texts, in the order of their names.
pub fn read(set: &str) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder().join(set))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.push((name, fs::read_to_string(path)?));
    }
    files.sort();
    Ok(files)
}
