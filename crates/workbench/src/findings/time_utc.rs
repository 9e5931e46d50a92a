//! A time with an offset to UTC.

use super::prelude::*;
use ocpp_wire::date_time::{self, DateTime};
use ocpp_wire::json::Span;
use ocpp_wire::schema::Format;

pub(super) static RULE: Rule = Rule {
    id: "TIME-UTC",
    severity: Severity::Info,
    text: include_str!("texts/time_utc.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T10:22:07+01:00"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for time in times(context) {
        if !time.value.is_utc {
            let message =
                format!("{} is given with an offset; UTC, written with Z, is strongly recommended", time.name);
            out.push(Finding::new(&RULE, message).pointer(time.pointer).span(time.span));
        }
    }
}

/// A date-time field of a payload.
pub(super) struct Time {
    pub(super) value: DateTime,
    pub(super) name: String,
    pub(super) pointer: String,
    pub(super) span: Span,
}

/// The date-time fields that are not in plain UTC with at most three decimals.
pub(super) fn times(context: &FrameContext<'_>) -> Vec<Time> {
    let (Some((tree, payload)), Some(schema)) = (context.payload(), context.schema) else { return Vec::new() };
    let is_date_time =
        |node| schema.rule_of(tree, payload, node).is_some_and(|rule| rule.format == Some(Format::DateTime));
    context
        .unusual
        .iter()
        .filter_map(|&node| {
            let value = date_time::parse(&tree.string(node)?)?;
            if value.is_utc && value.n_decimals <= 3 {
                return None;
            }
            let pointer = if is_date_time(node) { tree.pointer_to(payload, node)? } else { return None };
            let name = pointer.trim_start_matches('/').replace('/', ".");
            Some(Time { value, name, pointer, span: tree.span(node) })
        })
        .collect()
}
