//! A trace of ocpp-debugkit: one JSON document with a list of events.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "debugkit-json",
    title: "ocpp-debugkit trace",
    perspective: None,
    needs: Some("\"traceId\""),
    is_line,
    #[cfg(test)]
    example: r##"  "traceId": "x","##,
};

fn is_line(line: &str) -> bool {
    line.contains("\"traceId\"") || line.contains("CS_TO_CSMS") || line.contains("CSMS_TO_CS")
}
