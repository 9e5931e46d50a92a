//! An action the version does not know.

use super::prelude::*;
use ocpp_wire::{catalog, check};

pub(super) static RULE: Rule = Rule {
    id: "RPC-ACTION",
    severity: Severity::Error,
    text: include_str!("texts/rpc_action.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","TransactionEvent",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let (Some(name), None) = (&context.envelope.action, context.action) else { return };
    let shown = check::shorten(name);
    let others: Vec<String> = catalog::versions_with(name).map(|version| version.to_string()).collect();
    let signed = name.strip_suffix("-Signed").filter(|base| catalog::find(context.version, base).is_some());
    let is_signed = context.version.is_v2() && signed.is_some();
    let message = match catalog::similar(context.version, name) {
        Some(meant) => format!("{} knows no action {shown:?}; it is written {}", context.version, meant.name),
        None if is_signed => {
            format!("{shown:?} is a signed message; its payload is not checked")
        }
        None if !others.is_empty() => {
            format!("{} knows no action {shown:?}; it belongs to {}", context.version, others.join(" and "))
        }
        None => format!("{} knows no action {shown:?}; own messages go into DataTransfer", context.version),
    };
    let finding = Finding::new(&RULE, message).severity(if is_signed { Severity::Info } else { RULE.severity });
    out.push(match context.envelope.action_node {
        Some(node) => finding.span(context.span(node)),
        None => finding,
    });
}
