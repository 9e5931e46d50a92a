//! What `cargo xtask bench` measures: the way of a frame through [`Records::ingest`], over the days of [`corpus`].
//!
//! Built twice: as the program `bench-native`, and as a module for a worker of the browser, which hands over every
//! frame as a JavaScript string, just as a WebSocket event does.

pub mod corpus;
pub mod link;
pub mod live;
pub mod log;

use ocpp_wire::schema::{BundleError, SchemaSet};
use ocpp_wire::version::Version;
use wasm_bindgen::prelude::wasm_bindgen;
use workbench::port::Direction;
use workbench::records::{Records, Schemas};
use workbench::transcript::NewFrame;

/// Rules that say what the other contestant can say too: not JSON, no envelope, unknown action, payload against its
/// schema, answer to nothing. All other findings are work that only we do.
const REFUSALS: [&str; 8] = [
    "RPC-JSON",
    "RPC-SHAPE",
    "RPC-TYPE",
    "RPC-ID-LEN",
    "RPC-ACTION",
    "RPC-SCHEMA-CALL",
    "RPC-SCHEMA-RESULT",
    "RPC-UNMATCHED",
];

/// Our side of the measurement.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Contestant {
    schemas: Schemas,
    version: Version,
    records: Records,
}

#[wasm_bindgen]
impl Contestant {
    /// Takes the schema bundles that the page loads, and the version of the frames to come.
    #[wasm_bindgen(constructor)]
    pub fn from_bundles(bundles: &str, version: &str) -> Self {
        Self::new(bundles, version).unwrap_or_else(|_| Self {
            schemas: Schemas::default(),
            version: Version::V16,
            records: Records::default(),
        })
    }

    /// Forgets all frames; the schemas stay compiled.
    pub fn restart(&mut self) {
        self.records = Records::default();
    }

    /// Takes one frame in. Gives whether it was refused.
    pub fn ingest(&mut self, text: &str, is_to_csms: bool, at: f64) -> bool {
        let direction = if is_to_csms { Direction::ToCsms } else { Direction::ToStation };
        let marks = workbench::capture::Marks::NONE;
        let frame =
            NewFrame { text, is_binary: false, at, direction, version: self.version, connection: 1, marks, line: 0 };
        let ingested = self.records.ingest(&self.schemas, &frame);
        ingested.rules.iter().any(|rule| REFUSALS.contains(rule))
    }
}

impl Contestant {
    /// Takes the schema bundles that the page loads, and the number of the version.
    ///
    /// # Errors
    /// The bundles cannot be read.
    pub fn new(bundles: &str, version: &str) -> Result<Self, BundleError> {
        let mut schemas = Schemas::default();
        for set in SchemaSet::from_bundles(bundles)? {
            schemas.add(set);
        }
        let version = Version::from_number(version).ok_or(BundleError::OtherVersion)?;
        Ok(Self { schemas, version, records: Records::default() })
    }

    /// Takes a whole day in. Gives how many frames were refused.
    pub fn run(&mut self, day: &corpus::Day) -> usize {
        self.restart();
        day.frames.iter().filter(|frame| self.ingest(&frame.text, frame.is_to_csms, frame.at)).count()
    }
}
