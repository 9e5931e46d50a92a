//! Stands in for the crate `regex`, which `jsonschema-valid` names for schema keywords that no OCPP schema uses
//! (`pattern`, `patternProperties`, the format `regex`). It would be the largest piece of the page; `regex-lite`
//! of the same authors has the same interface and a small part of its size.

pub use regex_lite::*;
