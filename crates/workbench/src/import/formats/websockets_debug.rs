//! The debug log of the Python library websockets. It shortens long messages in the middle and says how long they were.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "websockets-debug",
    title: "Python websockets, debug",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"2024-03-01 10:00:00 DEBUG (MainThread) [websockets.server] < TEXT '[2,"a","Heartbeat",{}]' [24 bytes]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("> TEXT '") || line.contains("< TEXT '") || line.contains("opcode=<Opcode.TEXT")
}
