//! Home Assistant with the ocpp integration, which logs by the Python library ocpp. The log is that of the CSMS.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "ha-ocpp",
    title: "Home Assistant, ocpp integration",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"2024-03-01 10:00:00.100 INFO (MainThread) [ocpp] box1: receive message [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("[ocpp] ")
        && (line.contains(": send [") || line.contains(": send message [") || line.contains(": receive message ["))
}
