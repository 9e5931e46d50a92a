//! A text frame that is not one JSON value.

use super::prelude::*;
use ocpp_wire::json::{Reason, Span};

pub(super) static RULE: Rule = Rule {
    id: "RPC-JSON",
    severity: Severity::Error,
    text: include_str!("texts/rpc_json.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
< [3,"1",{"status":"Accepted",}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.is_binary {
        return;
    }
    let Err(fault) = context.json else { return };
    let (line, column) = position(context.text, fault.at);
    let place = match (context.text.is_empty(), line) {
        (true, _) => String::new(),
        (false, 1) => format!(", at character {column}"),
        (false, line) => format!(", at line {line}, character {column}"),
    };
    let end = context.text.len() as u32;
    let next = context.text.get(fault.at as usize..).and_then(|rest| rest.chars().next());
    let width = next.map_or(0, |c| c.len_utf8() as u32);
    let span = Span { start: fault.at.min(end), end: (fault.at + width).min(end) };
    let severity = if fault.reason == Reason::TooLarge { Severity::Info } else { RULE.severity };
    out.push(Finding::new(&RULE, format!("{}{place}", fault.sentence())).span(span).severity(severity));
}

/// Line and character of a byte, both from 1.
fn position(text: &str, at: u32) -> (usize, usize) {
    let before = text.get(..at as usize).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before.get(line_start..).unwrap_or_default().chars().count() + 1)
}
