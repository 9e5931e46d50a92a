//! A binary WebSocket message.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-BINARY",
    severity: Severity::Warning,
    text: include_str!("texts/rpc_binary.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
<b 00 ff"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.is_binary {
        out.push(Finding::new(&RULE, "This is a binary WebSocket message; OCPP-J defines text messages only"));
    }
}
