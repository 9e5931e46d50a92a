//! A station with the library ``MicroOcpp``, seen on its serial line.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "microocpp-serial",
    title: "MicroOcpp on a serial line",
    perspective: Some(Perspective::Station),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"[MO] Send: [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    ["[MO] Send: ", "[MO] Recv: ", "[AO] Send: ", "[AO] Recv: "].iter().any(|mark| line.contains(mark))
}
