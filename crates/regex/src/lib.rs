//! Stands in for the crate `regex`, which `jsonschema-valid` names for schema keywords that no OCPP schema uses
//! (`pattern`, `patternProperties`, the format `regex`), and `leptos_config` for a server's settings. It would be the
//! largest piece of the page; even `regex-lite` of the same authors was 15 kB of it (brotli). So no pattern can be compiled
//! here, and who asks is told so; a test makes sure that no schema does.

use std::error;
use std::fmt;

/// A compiled pattern. There is none.
#[derive(Clone, Debug)]
pub enum Regex {}

/// Where a pattern was found. It never is.
#[derive(Clone, Debug)]
pub enum Match {}

/// Patterns are not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(());

/// A builder that builds nothing.
#[derive(Debug)]
pub struct RegexBuilder(());

impl Regex {
    /// Refuses every pattern.
    ///
    /// # Errors
    /// Always.
    pub fn new(_pattern: &str) -> Result<Self, Error> {
        Err(Error(()))
    }

    /// The pattern.
    pub fn as_str(&self) -> &str {
        match *self {}
    }

    /// Whether the pattern is in the text.
    pub fn is_match(&self, _text: &str) -> bool {
        match *self {}
    }

    /// Where the pattern is in the text.
    pub fn find(&self, _text: &str) -> Option<Match> {
        match *self {}
    }
}

impl Match {
    /// First byte.
    pub fn start(&self) -> usize {
        match *self {}
    }

    /// Behind the last byte.
    pub fn end(&self) -> usize {
        match *self {}
    }
}

impl RegexBuilder {
    /// A builder for a pattern.
    pub fn new(_pattern: &str) -> Self {
        Self(())
    }

    /// Nothing to limit.
    pub fn size_limit(&mut self, _limit: usize) -> &mut Self {
        self
    }

    /// Nothing to limit.
    pub fn dfa_size_limit(&mut self, _limit: usize) -> &mut Self {
        self
    }

    /// Refuses every pattern.
    ///
    /// # Errors
    /// Always.
    pub fn build(&self) -> Result<Regex, Error> {
        Err(Error(()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("patterns are not supported")
    }
}

impl error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files_below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }

    #[test]
    fn no_schema_needs_a_pattern() {
        let mut files = Vec::new();
        files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas"), &mut files);
        assert!(files.len() > 380, "only {} schema files", files.len());
        for path in files {
            let text = fs::read_to_string(&path).unwrap();
            for keyword in ["\"pattern\"", "\"patternProperties\"", "\"regex\""] {
                assert!(!text.contains(keyword), "{} uses {keyword}", path.display());
            }
        }
    }
}
