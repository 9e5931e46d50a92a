//! An emulator of a station that writes the time of day and S: or R:.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "time-sr",
    title: "Emulator, S: and R:",
    perspective: Some(Perspective::Station),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"10:00:00 INFO: S: [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    let Some(rest) = line.get(8..) else { return false };
    line.is_char_boundary(8)
        && line.starts_with(|c: char| c.is_ascii_digit())
        && (rest.starts_with(" INFO: S: [") || rest.starts_with(" INFO: R: ["))
}
