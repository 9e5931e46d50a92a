//! The log of an Alfen station, broken at 80 columns with the beginning of the line repeated.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "alfen-wrapped",
    title: "Alfen on-board log",
    perspective: Some(Perspective::Station),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"2024-03-01T10:00:00.000Z:COM:ocpp_rpc.c:1:-> [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains(":COM:ocpp") && line.contains(".c:")
}
