//! An older evcc whose lines went through syslog, which puts a time without a year before each.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "evcc-syslog",
    title: "evcc in syslog",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"Mar  1 10:00:00 host evcc[1]: [ocpp  ] TRACE 2024/03/01 10:00:00 sent JSON message to CP1: [3,"a",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("[ocpp") && line.contains("] TRACE ") && line.contains(" JSON message ")
}
