//! The virtual charge point of Solidstudio, with words and arrows.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "winston-arrows",
    title: "Solidstudio virtual charge point",
    perspective: Some(Perspective::Station),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"2024-03-01 10:00:00 info: Sending message ➡️  [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    ["info: Sending message ", "info: Responding with ", "info: Receive message "]
        .iter()
        .any(|mark| line.contains(mark))
}
