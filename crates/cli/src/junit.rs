//! For continuous integration: `JUnit`'s XML, one test case per frame with a finding and one per file.

use crate::check::Checked;
use std::io::{self, Write};
use workbench::port::Severity;

/// Prints all files.
///
/// # Errors
/// The output could not be written.
pub(crate) fn write(out: &mut dyn Write, files: &[Checked]) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    for file in files {
        let summary = file.records.summary();
        writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">",
            escaped(&file.name),
            summary.n_frames.max(1),
            summary.n_errors
        )?;
        if summary.n_frames == 0 {
            writeln!(
                out,
                "    <testcase name=\"no frames\"><skipped message=\"no OCPP frame was found\"/></testcase>"
            )?;
        }
        for (number, record) in file.records.transcript.frames() {
            let name = format!("#{number} {} {}", file.records.action_of(number), record.kind.as_str());
            write!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
                escaped(record.version.number()),
                escaped(&name),
                escaped(&file.name),
                record.line
            )?;
            let findings = file.records.findings(number);
            let lines: Vec<String> = findings
                .iter()
                .map(|finding| {
                    format!("{} {} {} {}", finding.severity.as_str(), finding.rule.id, finding.pointer, finding.message)
                })
                .collect();
            let text = escaped(&lines.join("\n"));
            if record.severity == Severity::Error {
                let message = findings.iter().find(|finding| finding.severity == Severity::Error);
                let message = message.map_or("CALLERROR", |finding| finding.message.as_str());
                writeln!(out, "><failure message=\"{}\">{text}</failure></testcase>", escaped(message))?;
            } else if lines.is_empty() {
                writeln!(out, "/>")?;
            } else {
                writeln!(out, "><system-out>{text}</system-out></testcase>")?;
            }
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// Text for XML 1.0, which has no way to write most control characters.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(' '),
            c if (c as u32) < 0x20 || matches!(c as u32, 0xfffe | 0xffff) => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn control_characters_do_not_break_the_file() {
        assert_eq!(super::escaped("a<\u{1}\"&\n"), "a&lt;\u{fffd}&quot;&amp;&#10;");
    }
}
