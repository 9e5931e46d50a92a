//! The text of an issue: headings, and below each a frame laid out over many lines.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "markdown-pretty",
    title: "Frames below headings",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"### Message sent to the station:"##,
};

fn is_line(line: &str) -> bool {
    line.starts_with("# ") || line.starts_with("## ") || line.starts_with("### ") || line.starts_with("#### ")
}
