//! A message id its sender has used before.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-ID-DUP",
    severity: Severity::Error,
    text: include_str!("texts/rpc_id_dup.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]
> [2,"1","Heartbeat",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError","",{}]
> [2,"1","Heartbeat",{}]
< [2,"1","ClearCache",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if let Pairing::Call { reused: Some(frame), is_retry: false, .. } = context.pairing {
        let message = format!("The same sender used this message id before, in {}", super::frame_ref(*frame));
        let finding = Finding::new(&RULE, message);
        out.push(match context.envelope.id_node {
            Some(node) => finding.span(context.span(node)),
            None => finding,
        });
    }
}
