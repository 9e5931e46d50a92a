//! An empty payload written as null.

use super::prelude::*;
use ocpp_wire::json::Kind;

pub(super) static RULE: Rule = Rule {
    id: "RPC-NULLPAYLOAD",
    severity: Severity::Info,
    text: include_str!("texts/rpc_nullpayload.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",null]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Some((tree, payload)) = context.payload() else { return };
    if tree.kind(payload) == Kind::Null && context.violations.is_empty() {
        let message = "null is a legal way to write an empty payload; {} is the recommended one";
        out.push(Finding::new(&RULE, message).span(tree.span(payload)));
    }
}
