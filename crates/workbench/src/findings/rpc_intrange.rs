//! An integer beyond 32 bits, or written with decimals.

use super::prelude::*;
use ocpp_wire::json::Kind;
use ocpp_wire::number;
use ocpp_wire::schema::ValueType;

pub(super) static RULE: Rule = Rule {
    id: "RPC-INTRANGE",
    severity: Severity::Warning,
    text: include_str!("texts/rpc_intrange.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
< [2,"1","GetBaseReport",{"requestId":4294967296,"reportBase":"FullInventory"}]"#,
    #[cfg(test)]
    silent: r#"2.0.1
< [2,"1","GetBaseReport",{"requestId":2147483647,"reportBase":"FullInventory"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let (Some((tree, payload)), Some(schema)) = (context.payload(), context.schema) else { return };
    for &node in context.unusual.iter().filter(|&&node| tree.kind(node) == Kind::Number) {
        let text = tree.raw(node);
        let rule = schema.rule_of(tree, payload, node);
        if rule.is_none_or(|rule| rule.value_type != Some(ValueType::Integer)) {
            continue;
        }
        let Some(pointer) = tree.pointer_to(payload, node).filter(|pointer| !context.is_violated(pointer)) else {
            continue;
        };
        let name = pointer.trim_start_matches('/').replace('/', ".");
        let shown = ocpp_wire::check::shorten(text);
        let message = if !number::fits_32_bits(text) && context.version.is_v2() {
            format!("{name} is {shown}; an OCPP integer has 32 bits, so at most 2147483647")
        } else if !number::fits_32_bits(text) {
            format!("{name} is {shown}, which does not fit 32 bits; many systems keep no more")
        } else if number::is_written_as_integer(text) {
            continue;
        } else {
            format!("{name} is written {shown}; its schema takes that for an integer, but not every reader does")
        };
        out.push(Finding::new(&RULE, message).pointer(pointer).span(tree.span(node)));
    }
}
