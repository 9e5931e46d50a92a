//! Test helpers: transcripts as text.
//!
//! The first line is the version. `>` is a frame to the CSMS, `<` one to the station, `<b 00 ff` a binary one,
//! `<~` one the log cut, `+1500` lets milliseconds pass, `x` ends the connection.

use crate::capture::Marks;
use crate::findings::Finding;
use crate::port::Direction;
use crate::records::{End, Records, Schemas};
use crate::transcript::NewFrame;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use proptest::prelude::*;

/// The schema set of a version, read from the project's folder.
pub(crate) fn schema_set(version: Version) -> SchemaSet {
    let files = schema_files::read(version.schema_set()).unwrap();
    SchemaSet::from_bundle(version, SchemaSet::bundle(version, &files)).unwrap()
}

/// The schema sets of all versions.
pub(crate) fn schemas() -> Schemas {
    let mut schemas = Schemas::default();
    for version in Version::ALL {
        schemas.add(schema_set(version));
    }
    schemas
}

/// 2026-11-22T09:22:07Z.
pub(crate) const START: f64 = 1_795_339_327_000.0;

/// Takes a transcript in.
pub(crate) fn records_of(schemas: &Schemas, text: &str) -> Records {
    let mut records = Records::default();
    let mut lines = text.lines();
    let version = Version::from_number(lines.next().unwrap()).expect("the first line is a version");
    let mut at = START;
    for line in lines {
        let (mark, rest) = line.split_at(1);
        let direction = match mark {
            "+" => {
                at += rest.parse::<f64>().unwrap();
                records.handle_time(1, at);
                continue;
            }
            "x" => {
                records.handle_closed(1, End::ByOthers);
                continue;
            }
            ">" => Direction::ToCsms,
            "<" => Direction::ToStation,
            _ => panic!("unknown line {line:?}"),
        };
        let is_binary = rest.starts_with('b');
        let marks = if rest.starts_with('~') { Marks::CUT } else { Marks::NONE };
        let text = rest.trim_start_matches(['b', '~']).trim_start_matches(' ');
        records.ingest(schemas, &NewFrame { text, is_binary, at, direction, version, connection: 1, marks, line: 0 });
    }
    records
}

/// Findings of each frame of a transcript.
pub(crate) fn analyze_text(text: &str) -> Vec<Vec<Finding>> {
    let records = records_of(&schemas(), text);
    records.transcript.frames().map(|(number, _)| records.findings(number)).collect()
}

/// Payload of a valid BootNotification.
pub(crate) fn boot_notification(version: Version) -> &'static str {
    match version {
        Version::V16 => r#"{"chargePointVendor":"Ocppscope","chargePointModel":"Browser station"}"#,
        Version::V201 | Version::V21 => {
            r#"{"reason":"PowerUp","chargingStation":{"model":"Browser station","vendorName":"Ocppscope"}}"#
        }
    }
}

/// Texts put together of pieces of JSON and of OCPP, most of them broken; `more` names what matters here.
pub(crate) fn hostile_text(more: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let usual = [
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "2",
        "3",
        "4",
        "5",
        "6",
        "-1",
        "1e400",
        "null",
        "true",
        "\"1\"",
        "\"\\ud800\"",
        "\u{202e}",
        "\0",
        "<b>",
        "\"Heartbeat\"",
    ];
    let pieces = prop::sample::select([&usual, more].concat());
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.concat())
}
