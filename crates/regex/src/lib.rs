//! Stands in for the crate `regex`, which `jsonschema-valid` names for schema keywords that no OCPP schema uses
//! (`pattern`, `patternProperties`, the format `regex`). It would be the largest piece of the page; `regex-lite`
//! of the same authors has the same interface and a small part of its size.

pub use regex_lite::*;

/// The builder of `regex-lite`, with the one setting it lacks.
#[derive(Debug)]
pub struct RegexBuilder(regex_lite::RegexBuilder);

impl RegexBuilder {
    /// A builder for a pattern.
    pub fn new(pattern: &str) -> Self {
        Self(regex_lite::RegexBuilder::new(pattern))
    }

    /// Most bytes of a compiled pattern.
    pub fn size_limit(&mut self, limit: usize) -> &mut Self {
        self.0.size_limit(limit);
        self
    }

    /// Nothing to limit: `regex-lite` builds no DFA.
    pub fn dfa_size_limit(&mut self, _limit: usize) -> &mut Self {
        self
    }

    /// Compiles the pattern.
    pub fn build(&self) -> Result<Regex, Error> {
        self.0.build()
    }
}
