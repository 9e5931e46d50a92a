//! Takes the frames of logs into the records, as connections of their own.

use super::ImportedFrame;
use crate::capture::CaptureEvent;
use crate::port::FrameNumber;
use crate::records::{End, Records, Schemas};
use crate::transcript::{Connection, ConnectionEvent, NewFrame};
use std::collections::HashMap;

/// Tells the connections of one station apart: file and number for those of our own exports, zeros for those of logs.
type Origin = (usize, u32);

/// The connections of some logs. A station has one in all of them, so that an exchange may begin in one and end in another.
#[derive(Debug, Default)]
pub struct Intake {
    connections: HashMap<String, Vec<(Origin, u32)>>,
}

impl Intake {
    /// Takes a frame or an event of a file in. Gives the other frames that look different now.
    pub fn take(
        &mut self,
        records: &mut Records,
        schemas: &Schemas,
        file: usize,
        frame: &ImportedFrame,
    ) -> Vec<FrameNumber> {
        let origin = if frame.connection == 0 { (0, 0) } else { (file, frame.connection) };
        let connection = self.find(&frame.station, origin).unwrap_or_else(|| {
            let station = frame.station.clone();
            let connection = records.transcript.add_connection(Connection { station, is_imported: true });
            self.connections.entry(frame.station.clone()).or_default().push((origin, connection));
            connection
        });
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

    fn find(&self, station: &str, origin: Origin) -> Option<u32> {
        self.connections.get(station)?.iter().find(|(other, _)| *other == origin).map(|(_, connection)| *connection)
    }

    /// A station that had the name of its file turned out to be this one.
    pub(crate) fn rename(&mut self, records: &mut Records, title: &str, station: &str) {
        let origin = (0, 0);
        let Some(titled) = self.find(title, origin).filter(|_| self.find(station, origin).is_none()) else { return };
        records.transcript.rename_station(titled, station);
        self.connections.remove(title);
        self.connections.entry(station.to_owned()).or_default().push((origin, titled));
    }

    /// The logs have ended: what is open stays unanswered. Gives the frames that look different now.
    pub fn finish(&mut self, records: &mut Records) -> Vec<FrameNumber> {
        let mut numbers: Vec<u32> = self.connections.values().flatten().map(|(_, connection)| *connection).collect();
        ocpp_wire::order::sort_by_rank(&mut numbers, |number| *number);
        numbers.into_iter().flat_map(|connection| records.handle_closed(connection, End::OfLog)).collect()
    }
}
