//! Frames, and between two of them how much time passed.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "raw-with-deltas",
    title: "Frames and the time between",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"0.012345s"##,
};

fn is_line(line: &str) -> bool {
    is_delta(line.trim())
}

fn is_delta(line: &str) -> bool {
    let Some(number) = line.strip_suffix('s') else { return false };
    number.contains('.') && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}
