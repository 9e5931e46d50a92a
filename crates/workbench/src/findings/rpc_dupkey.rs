//! A name that stands twice in one object.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-DUPKEY",
    severity: Severity::Warning,
    text: include_str!("texts/rpc_dupkey.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Authorize",{"idTag":"A","idTag":"B"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Authorize",{"idTag":"A"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Ok(tree) = context.json else { return };
    for (index, &member) in tree.duplicates().iter().take(super::MOST_OF_A_RULE).enumerate() {
        let name = ocpp_wire::check::shorten(&tree.key(member));
        let message = format!("{name:?} stands twice in the same object; readers differ in which value they keep");
        // A pointer costs a walk through its object; where the name stands is known in any case.
        let payload = context.envelope.payload.filter(|_| index < 20);
        let pointer = payload.and_then(|payload| tree.pointer_to(payload, member));
        out.push(Finding::new(&RULE, message).pointer(pointer.unwrap_or_default()).span(tree.key_span(member)));
    }
}
