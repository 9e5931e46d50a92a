//! The trace of evcc, the CSMS in it.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "evcc-trace",
    title: "evcc",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"[ocpp  ] TRACE 2024/03/01 10:00:00 recv CP1: [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("[ocpp") && line.contains("] TRACE ") && (line.contains(" recv ") || line.contains(" send "))
}
