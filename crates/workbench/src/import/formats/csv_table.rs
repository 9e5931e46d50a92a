//! A table with a device, a message and a time, as tools for key figures write it.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "csv-table",
    title: "Table of messages",
    perspective: None,
    needs: Some("device_ID,message"),
    is_line,
    #[cfg(test)]
    example: r##"device_ID,message,timestamp"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with("device_ID,message,timestamp") || line.contains(",\"[")
}
