//! The importer on whole logs: text in, text out. `import/known` holds logs of the formats that are known by name,
//! `import/unknown` logs of programs the importer knows nothing about.
//!
//! Beside each log stands what is found in it. `UPDATE_FIXTURES=1 cargo test -p workbench --test import` writes
//! these texts anew; read the difference before it is committed.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "import/harness.rs"]
mod harness;
#[path = "import/properties.rs"]
mod properties;

use harness::{Fixture, check, fixtures};
use workbench::import::formats;

#[test]
fn logs_of_unknown_programs() {
    let fixtures = fixtures("unknown");
    assert!(fixtures.len() >= 40, "{} logs", fixtures.len());
    check(&fixtures);
}

#[test]
fn logs_of_known_programs() {
    check(&fixtures("known"));
}

#[test]
fn each_known_format_is_recognised() {
    let fixtures = fixtures("known");
    let of = |id: &str, kind: &str| -> &Fixture {
        let name = format!("{id}-{kind}");
        fixtures.iter().find(|fixture| fixture.name == name).unwrap_or_else(|| panic!("there is no {name}.log"))
    };
    for format in formats::FORMATS {
        for kind in ["regular", "awkward", "truncated"] {
            let (report, _) = harness::import(&of(format.id, kind).bytes);
            assert_eq!(report.format, Some(format.id), "{}-{kind}", format.id);
        }
    }
}

#[test]
fn a_log_of_one_program_is_not_taken_for_another() {
    for fixture in fixtures("unknown") {
        let (report, _) = harness::import(&fixture.bytes);
        let is_taken = report.format.is_some() && report.sure_percent >= 60;
        assert!(!is_taken, "{} is taken for {:?}", fixture.name, report.format);
    }
}
