//! Reading, writing and listing files, with failures that name the file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::steps::{Failure, Outcome};

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| Failure::file("reading a file", path, &error))
}

/// The text of a file.
pub(crate) fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| Failure::file("reading a file", path, &error))
}

/// Writes a file and the folders above it.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if let Some(folder) = path.parent() {
        create_folder(folder)?;
    }
    fs::write(path, bytes).map_err(|error| Failure::file("writing a file", path, &error))
}

/// Makes a folder and those above it.
pub(crate) fn create_folder(path: &Path) -> Outcome<()> {
    fs::create_dir_all(path).map_err(|error| Failure::file("making a folder", path, &error))
}

/// Removes a folder with all it holds; one that is not there is fine.
pub(crate) fn remove_folder(path: &Path) -> Outcome<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::file("removing a folder", path, &error))
        }
        _ => Ok(()),
    }
}

/// Removes a file, which must be there.
pub(crate) fn remove(path: &Path) -> Outcome<()> {
    fs::remove_file(path).map_err(|error| Failure::file("removing a file", path, &error))
}

/// Gives a file or folder another name.
pub(crate) fn rename(from: &Path, to: &Path) -> Outcome<()> {
    fs::rename(from, to).map_err(|error| Failure::file("renaming", from, &error))
}

/// All files below a folder, or the file itself, sorted by path. What is not there has no files.
pub(crate) fn below(path: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

/// A path below `base` with forward slashes, whatever the system writes.
pub(crate) fn relative(path: &Path, base: &Path) -> String {
    let path = path.strip_prefix(base).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Outcome<()> {
    if path.is_file() {
        found.push(path.to_path_buf());
    } else if path.is_dir() {
        let entries = fs::read_dir(path).map_err(|error| Failure::file("listing a folder", path, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| Failure::file("listing a folder", path, &error))?;
            let name = entry.file_name();
            // Editors and package managers leave these; they are never part of the project.
            if name == "node_modules" || name == "target" || name.to_string_lossy().ends_with('~') {
                continue;
            }
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}
