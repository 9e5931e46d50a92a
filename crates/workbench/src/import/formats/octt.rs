//! The log of the Open Charge Alliance's compliance test tool, which stands opposite to the system under test.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "octt",
    title: "OCA compliance test tool",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"[10:00:00:123] [msg-out]  [2,"a","Reset",{"type":"Immediate"}]"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with('[') && (line.contains("] [msg-out] ") || line.contains("] [msg-in] "))
}
