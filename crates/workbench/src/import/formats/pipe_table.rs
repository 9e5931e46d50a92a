//! The page of a CSMS copied as a table: the request and its answer in one row, newest first.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "pipe-table",
    title: "Table with pipes",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"Heartbeat | x | [2,"a","Heartbeat",{}] | [3,"a",{}] | 3/1/2024 10:00:00 AM"##,
};

fn is_line(line: &str) -> bool {
    line.contains(" | [2,") && line.contains(" | [3,")
}
