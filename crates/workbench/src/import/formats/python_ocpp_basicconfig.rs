//! A program with the Python library ocpp and the standard set-up of logging. Whose program it is the words do not say.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "python-ocpp-basicconfig",
    title: "Python ocpp, logging.basicConfig",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"INFO:ocpp:CP1: send [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with("INFO:ocpp:") || line.starts_with("DEBUG:ocpp:")
}
