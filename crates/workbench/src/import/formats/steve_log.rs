//! The log of ``SteVe``, with or without the name of the thread.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "steve-log",
    title: "SteVe",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"[INFO ] 2024-03-01 10:00:00,123 de.x.WebSocketLogger - [chargeBoxId=CP1, sessionId=1] Sending: [3,"a",{}]"##,
};

fn is_line(line: &str) -> bool {
    !line.contains("| ") && line.contains("WebSocketLogger") && line.contains("[chargeBoxId=")
}
