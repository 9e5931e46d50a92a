//! For people: the findings of each file, one line each, and a summary.

use crate::check::Checked;
use ocpp_wire::date_time;
use std::io::{self, Write};
use workbench::port::{Direction, Severity};

/// Prints what was found in a file.
///
/// # Errors
/// The output could not be written.
pub(crate) fn write(out: &mut dyn Write, file: &Checked) -> io::Result<()> {
    let Checked { name, records, report } = file;
    for (number, record) in records.transcript.frames() {
        for finding in records.findings(number) {
            if finding.severity == Severity::Ok {
                continue;
            }
            let way = match record.direction {
                Direction::ToCsms => "to CSMS",
                Direction::ToStation => "to station",
            };
            let action = records.action_of(number);
            let pointer = if finding.pointer.is_empty() { String::new() } else { format!(" at {}", finding.pointer) };
            writeln!(
                out,
                "{name}:{}: {}: #{number} {action} {way}{pointer}: {} [{}]",
                record.line,
                finding.severity.as_str(),
                finding.message,
                finding.rule.id
            )?;
        }
    }
    let summary = records.summary();
    let span = match (records.transcript.frame(records.transcript.first_frame()), records.transcript.last_frame()) {
        (Some(first), Some(last)) => {
            let last = records.transcript.frame(last).map_or(first.at, |record| record.at);
            format!(", {} to {}", date_time::format_utc(first.at as i64), date_time::format_utc(last as i64))
        }
        _ => String::new(),
    };
    writeln!(
        out,
        "{name}: {} ({} % sure), {} lines, {} frames, {} errors, {} warnings, {} unanswered{span}",
        report.format_title,
        report.sure_percent,
        report.n_lines,
        summary.n_frames,
        summary.n_errors,
        summary.n_warnings,
        summary.n_unanswered
    )
}
