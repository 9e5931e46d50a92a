//! The spelling of another version for an error code.

use super::prelude::*;
use ocpp_wire::error_codes::{Standing, standing};

pub(super) static RULE: Rule = Rule {
    id: "ERR-SPELL",
    severity: Severity::Warning,
    text: include_str!("texts/err_spell.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","OccurrenceConstraintViolation","",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","OccurenceConstraintViolation","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Some(code) = &context.envelope.code else { return };
    let Standing::OtherSpelling { right } = standing(context.version, code) else { return };
    let message = format!("{code} is the spelling of another version; in {} it is {right}", context.version);
    let finding = Finding::new(&RULE, message);
    out.push(match context.envelope.code_node {
        Some(node) => finding.span(context.span(node)),
        None => finding,
    });
}
