//! An empty list of meter values, which the schema of 1.6 admits and its text does not.

use super::prelude::*;
use ocpp_wire::json::Kind;

pub(super) static RULE: Rule = Rule {
    id: "MTR-EMPTY",
    severity: Severity::Error,
    text: include_str!("texts/mtr_empty.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","MeterValues",{"connectorId":1,"meterValue":[]}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-11-22T09:22:07Z","sampledValue":[{"value":"1"}]}]}]"#,
};

/// Lists with at least one item.
///
/// # Source
/// OCPP 1.6 edition 2 sections 6.31, 6.49 and 7.33: cardinality 1..*.
const NEVER_EMPTY: [&str; 2] = ["meterValue", "sampledValue"];

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.version != Version::V16 || !context.is(MessageType::Call) {
        return;
    }
    let Some((tree, payload)) = context.payload() else { return };
    for &node in context.unusual.iter().filter(|&&node| tree.kind(node) == Kind::Array) {
        let Some(pointer) = tree.pointer_to(payload, node) else { continue };
        let name = pointer.rsplit('/').next().unwrap_or_default();
        if NEVER_EMPTY.contains(&name) {
            let message = format!("{name} is an empty list, at least 1 item is required");
            out.push(Finding::new(&RULE, message).pointer(pointer.clone()).span(tree.span(node)));
        }
    }
}
