//! Open OCPP Trace: one JSON object a line, with the raw frame and its parts.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "open-ocpp-trace",
    title: "Open OCPP Trace",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"{"schemaVersion":"1.1","raw":"[2,\"a\",\"Heartbeat\",{}]"}"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with("{\"schemaVersion\"")
}
