//! A request that does not match its schema.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-SCHEMA-CALL",
    severity: Severity::Error,
    text: include_str!("texts/rpc_schema_call.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Authorize",{"idTag":"12345678901234567890123"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Authorize",{"idTag":"12345678901234567890"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.is(MessageType::Call) || context.is(MessageType::Send) {
        super::rpc_schema_result::report(&RULE, context, out);
    }
}
