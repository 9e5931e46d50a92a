//! Our own export comes back as it was, whatever it holds.

use super::{Importer, Options};
use crate::capture::{
    Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks, quantized,
};
use crate::export::jsonl;
use crate::port::{Direction, Severity};
use ocpp_wire::version::Version;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn export_then_import_is_identity(
        items in prop::collection::vec((".{0,30}|\\[2,\"[a-z]\",\"Boo\\.\\.\\.x\"\\}\\]", any::<u16>(), 0.0..3e12_f64), 1..20),
        station in ".{0,10}",
        cut in 1..200_usize,
    ) {
        let items = items.into_iter().map(|(text, bits, at)| {
            let connection = u32::from(bits % 2);
            let content = if bits % 5 == 0 {
                CaptureContent::Event(CaptureEvent { title: text.clone(), text, severity: Severity::Warning })
            } else {
                let direction = if bits % 3 == 0 { Direction::ToCsms } else { Direction::ToStation };
                let marks = Marks::from_bits(bits);
                CaptureContent::Frame(CaptureFrame { text, is_binary: bits % 7 == 0, direction, marks })
            };
            CaptureItem { connection, at: quantized(at), content }
        });
        let connection = |version| CaptureConnection { station: station.clone(), version };
        let capture =
            Capture { connections: vec![connection(Version::V16), connection(Version::V21)], items: items.collect() };
        let mut file = String::new();
        jsonl::write(&capture, &mut file);
        let mut importer = Importer::new("own", Options::default());
        let mut read = Vec::new();
        for bytes in file.as_bytes().chunks(cut) {
            importer.push(bytes);
            read.append(&mut importer.take());
        }
        importer.finish();
        read.append(&mut importer.take());
        let again: Vec<CaptureItem> = read
            .into_iter()
            .map(|read| {
                assert_eq!(read.station, station);
                let content = match read.event {
                    Some(event) => CaptureContent::Event(event),
                    None => CaptureContent::Frame(CaptureFrame {
                        text: read.text,
                        is_binary: read.is_binary,
                        direction: read.direction,
                        marks: read.marks,
                    }),
                };
                CaptureItem { connection: read.connection - 1, at: read.at, content }
            })
            .collect();
        prop_assert_eq!(again, capture.items);
    }
}
