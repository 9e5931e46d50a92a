//! An error description that is no string or too long.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "ERR-DESC",
    severity: Severity::Warning,
    text: include_str!("texts/err_desc.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError",null,{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for issue in &context.envelope.issues {
        let (node, message) = match issue {
            EnvelopeIssue::DescriptionNotAString(node) => {
                (*node, "The error description must be a string; without one, \"\" is sent".to_owned())
            }
            EnvelopeIssue::DescriptionTooLong(node, n) => {
                (*node, format!("The error description has {n} characters, at most 255 are allowed"))
            }
            _ => continue,
        };
        out.push(Finding::new(&RULE, message).span(context.span(node)));
    }
}
