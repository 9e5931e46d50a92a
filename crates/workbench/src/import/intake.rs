//! Takes the frames of a log into the records, as connections of their own.

use super::ImportedFrame;
use crate::port::FrameNumber;
use crate::records::{End, Ingested, Records, Schemas};
use crate::transcript::{Connection, NewFrame};
use std::collections::HashMap;

/// The connections of one log.
#[derive(Debug, Default)]
pub struct Intake {
    connections: HashMap<String, u32>,
}

impl Intake {
    /// Takes a frame in. Also gives the other frames that look different now.
    pub fn take(&mut self, records: &mut Records, schemas: &Schemas, frame: &ImportedFrame) -> Ingested {
        let connection = match self.connections.get(&frame.station) {
            Some(&connection) => connection,
            None => {
                let station = frame.station.clone();
                let connection = records.transcript.add_connection(Connection { station, is_imported: true });
                self.connections.insert(frame.station.clone(), connection);
                connection
            }
        };
        let mut changed = records.handle_time(connection, frame.at);
        let mut ingested = records.ingest(
            schemas,
            &NewFrame {
                text: &frame.text,
                is_binary: false,
                at: frame.at,
                direction: frame.direction,
                version: frame.version,
                connection,
                marks: frame.marks,
                line: frame.line,
            },
        );
        ingested.changed.append(&mut changed);
        ingested
    }

    /// The log has ended: what is open stays unanswered. Gives the frames that look different now.
    pub fn finish(&mut self, records: &mut Records) -> Vec<FrameNumber> {
        let mut numbers: Vec<u32> = self.connections.values().copied().collect();
        ocpp_wire::order::sort_by_rank(&mut numbers, |number| *number);
        numbers.into_iter().flat_map(|connection| records.handle_closed(connection, End::OfLog)).collect()
    }
}
