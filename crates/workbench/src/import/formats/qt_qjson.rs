//! The main process of a station written with Qt: it logs payloads, not frames.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "qt-qjson",
    title: "Qt log with payloads",
    perspective: Some(Perspective::Station),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"Mar/01 10:00:00 UTC --  Recv X: QJsonObject({})"##,
};

fn is_line(line: &str) -> bool {
    line.contains("QJsonObject(")
}
