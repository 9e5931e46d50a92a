//! A program with the Python library ocpp and structlog: lines of two kinds in one file.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "python-ocpp-structlog",
    title: "Python ocpp beside structlog",
    perspective: None,
    needs: Some("{\"export\""),
    is_line,
    #[cfg(test)]
    example: r##"{"export": true, "event": "x"}"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with("INFO:ocpp:") || line.starts_with("{\"export\"") || line.starts_with("INFO:websockets")
}
