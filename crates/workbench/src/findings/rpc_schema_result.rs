//! An answer that does not match the schema of the action it answers.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-SCHEMA-RESULT",
    severity: Severity::Error,
    text: include_str!("texts/rpc_schema_result.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","heartbeatInterval":300}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.is(MessageType::CallResult) {
        report(&RULE, context, out);
    }
}

/// One finding per violation of the payload.
pub(super) fn report(rule: &'static Rule, context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for violation in context.violations {
        out.push(
            Finding::new(rule, violation.sentence.clone())
                .pointer(violation.pointer.clone())
                .span(context.span(violation.node)),
        );
    }
}
