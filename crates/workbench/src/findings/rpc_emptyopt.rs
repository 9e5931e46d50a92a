//! An empty object or list where a field without value is left out.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-EMPTYOPT",
    severity: Severity::Error,
    text: include_str!("texts/rpc_emptyopt.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
< [2,"1","GetReport",{"requestId":1,"componentCriteria":[]}]
> [3,"1",{"status":"NotSupported"}]
> [2,"5","NotifyDisplayMessages",{"requestId":1,"messageInfo":[]}]
< [3,"5",{}]
< [2,"9","ClearChargingProfile",{"chargingProfileCriteria":{}}]"#,
    #[cfg(test)]
    silent: r#"2.0.1
< [2,"9","ClearChargingProfile",{"chargingProfileId":1}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if !context.version.is_v2() {
        return;
    }
    let (Some((tree, payload)), Some(schema)) = (context.payload(), context.schema) else { return };
    for &node in context.unusual.iter().filter(|&&node| tree.is_empty_container(node)) {
        let Some(pointer) = tree.pointer_to(payload, node) else { continue };
        let (parent, name) = pointer.rsplit_once('/').unwrap_or_default();
        let property = schema.rule_at(parent).and_then(|rule| rule.property(name));
        // The form of DataTransfer.data is agreed between the two sides; an empty value may be one.
        let is_optional = property.is_some_and(|p| !p.is_required && !schema.rule(p.rule).admits_anything());
        if is_optional && !context.is_violated(&pointer) {
            let message = format!("{name} is empty; an optional field without a value is left out");
            out.push(Finding::new(&RULE, message).pointer(pointer).span(tree.span(node)));
        }
    }
}
