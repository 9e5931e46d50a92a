//! Takes the frames of a log into the records, as connections of their own.

use super::ImportedFrame;
use crate::capture::CaptureEvent;
use crate::port::FrameNumber;
use crate::records::{End, Records, Schemas};
use crate::transcript::{Connection, ConnectionEvent, NewFrame};
use std::collections::HashMap;

/// The connections of one log.
#[derive(Debug, Default)]
pub struct Intake {
    connections: HashMap<(String, u32), u32>,
}

impl Intake {
    /// Takes a frame or an event in. Gives the other frames that look different now.
    pub fn take(&mut self, records: &mut Records, schemas: &Schemas, frame: &ImportedFrame) -> Vec<FrameNumber> {
        let key = (frame.station.clone(), frame.connection);
        let connection = match self.connections.get(&key) {
            Some(&connection) => connection,
            None => {
                let station = frame.station.clone();
                let connection = records.transcript.add_connection(Connection { station, is_imported: true });
                self.connections.insert(key, connection);
                connection
            }
        };
        let mut changed = records.handle_time(connection, frame.at);
        if let Some(event) = &frame.event {
            if event.title != "Opened" {
                changed.append(&mut records.handle_closed(connection, End::ByOthers));
            }
            let CaptureEvent { title, text, severity } = event.clone();
            records.push_event(ConnectionEvent { at: frame.at, title, text, severity, connection });
            return changed;
        }
        let mut ingested = records.ingest(
            schemas,
            &NewFrame {
                text: &frame.text,
                is_binary: frame.is_binary,
                at: frame.at,
                direction: frame.direction,
                version: frame.version,
                connection,
                marks: frame.marks,
                line: frame.line,
            },
        );
        changed.append(&mut ingested.changed);
        changed
    }

    /// The log has ended: what is open stays unanswered. Gives the frames that look different now.
    pub fn finish(&mut self, records: &mut Records) -> Vec<FrameNumber> {
        let mut numbers: Vec<u32> = self.connections.values().copied().collect();
        ocpp_wire::order::sort_by_rank(&mut numbers, |number| *number);
        numbers.into_iter().flat_map(|connection| records.handle_closed(connection, End::OfLog)).collect()
    }
}
