//! A message id that is empty, too long or no string.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-ID-LEN",
    severity: Severity::Error,
    text: include_str!("texts/rpc_id_len.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"0123456789012345678901234567890123456","Heartbeat",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"012345678901234567890123456789012345","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for issue in &context.envelope.issues {
        let (node, message) = match issue {
            EnvelopeIssue::IdNotAString(node) => (*node, "The message id must be a string, in quotes".to_owned()),
            EnvelopeIssue::IdEmpty(node) => (*node, "The message id is empty".to_owned()),
            EnvelopeIssue::IdTooLong(node, n) => (
                *node,
                format!("The message id has {n} characters, at most {} are allowed", ocpp_wire::envelope::MAX_ID_CHARS),
            ),
            _ => continue,
        };
        out.push(Finding::new(&RULE, message).span(context.span(node)));
    }
}
