//! A second Call while one of the same sender is open.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-PENDING",
    severity: Severity::Warning,
    text: include_str!("texts/rpc_pending.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
> [2,"1","Heartbeat",{}]
> [2,"2","Heartbeat",{}]"#,
    #[cfg(test)]
    silent: r#"2.0.1
> [2,"1","Heartbeat",{}]
< [2,"2","ClearCache",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]
> [2,"2","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Pairing::Call { other_open: Some(frame), .. } = context.pairing else { return };
    if !context.is(MessageType::Call) {
        return;
    }
    let open = super::frame_ref(*frame);
    let (severity, modal) = match context.version {
        Version::V16 => (Severity::Warning, "should not"),
        Version::V201 | Version::V21 => (Severity::Error, "shall not"),
    };
    let message = format!("{open} of the same sender is not answered yet; a second CALL {modal} follow before that");
    out.push(Finding::new(&RULE, message).severity(severity));
}
