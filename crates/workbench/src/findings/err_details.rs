//! A CallError without an object of details.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "ERR-DETAILS",
    severity: Severity::Error,
    text: include_str!("texts/err_details.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError",""]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for issue in &context.envelope.issues {
        match issue {
            EnvelopeIssue::DetailsMissing => {
                out.push(Finding::new(&RULE, "The error details are missing; without any, {} is sent"));
            }
            EnvelopeIssue::DetailsNotAnObject(node) => {
                let message = "The error details must be an object; without any, {} is sent";
                out.push(Finding::new(&RULE, message).span(context.span(*node)));
            }
            _ => {}
        }
    }
}
