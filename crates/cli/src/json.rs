//! For programs: one JSON object per frame, one a line.

use crate::check::Checked;
use ocpp_wire::date_time;
use ocpp_wire::json::quote;
use std::io::{self, Write};
use workbench::capture::Marks;
use workbench::port::RowKind;

/// Prints the frames of a file.
///
/// # Errors
/// The output could not be written.
pub(crate) fn write(out: &mut dyn Write, file: &Checked) -> io::Result<()> {
    let records = &file.records;
    for (number, record) in records.transcript.frames() {
        let text = |value: &str| if value.is_empty() { "null".to_owned() } else { quote(value) };
        let number_or_null = |value: Option<u32>| value.map_or_else(|| "null".to_owned(), |value| value.to_string());
        let time = if record.marks.has(Marks::NO_TIME) || record.marks.has(Marks::NO_DATE) {
            "null".to_owned()
        } else {
            quote(&date_time::format_utc(record.at as i64))
        };
        let id = match record.kind {
            RowKind::Unreadable => String::new(),
            _ => workbench::records::id_of(records, number),
        };
        let findings: Vec<String> = records
            .findings(number)
            .iter()
            .map(|finding| {
                format!(
                    "{{\"rule\":{},\"severity\":{},\"pointer\":{},\"message\":{}}}",
                    quote(finding.rule.id),
                    quote(finding.severity.as_str()),
                    quote(&finding.pointer),
                    quote(&finding.message)
                )
            })
            .collect();
        writeln!(
            out,
            "{{\"file\":{},\"frame\":{number},\"line\":{},\"time\":{time},\"station\":{},\"direction\":{},\"version\":{},\
             \"kind\":{},\"id\":{},\"action\":{},\"code\":{},\"pair\":{},\"answer_after_ms\":{},\"unanswered\":{},\
             \"marks\":[{}],\"severity\":{},\"findings\":[{}]}}",
            quote(&file.name),
            record.line,
            text(&records.transcript.connection(record.connection).station),
            quote(record.direction.as_str()),
            quote(record.version.number()),
            quote(record.kind.as_str()),
            text(&id),
            text(&records.action_of(number)),
            text(records.transcript.name(record.code)),
            number_or_null(record.pair()),
            number_or_null(record.latency_millis()),
            record.is_unanswered,
            record.marks.words().iter().map(|word| quote(word)).collect::<Vec<_>>().join(","),
            quote(record.severity.as_str()),
            findings.join(",")
        )?;
    }
    Ok(())
}
