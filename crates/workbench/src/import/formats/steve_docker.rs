//! ``SteVe`` in a container: each line begins with the name of the service.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "steve-docker",
    title: "SteVe behind docker compose",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"steve-1  | [INFO ] 2024-03-01 10:00:00,123 de.x.WebSocketLogger (qtp1-2) - [chargeBoxId=CP1, sessionId=1] Received: [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("| ") && line.contains("WebSocketLogger ") && line.contains("[chargeBoxId=")
}
