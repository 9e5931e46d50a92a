//! A time with more than three decimals in OCPP 2.x.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "TIME-FORMAT",
    severity: Severity::Error,
    text: include_str!("texts/time_format.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07.123456Z"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07.123456Z"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if !context.version.is_v2() {
        return;
    }
    for time in super::time_utc::times(context) {
        if time.value.n_decimals > 3 {
            let message = format!("{} has {} decimals, at most 3 are allowed", time.name, time.value.n_decimals);
            out.push(Finding::new(&RULE, message).pointer(time.pointer).span(time.span));
        }
    }
}
