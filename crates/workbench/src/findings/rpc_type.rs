//! A message type the version does not define.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-TYPE",
    severity: Severity::Error,
    text: include_str!("texts/rpc_type.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
> [6,"1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-11-22T09:22:07Z","data":[{"t":0,"v":"1"}]}]"#,
    #[cfg(test)]
    silent: r#"2.1
> [6,"1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-11-22T09:22:07Z","data":[{"t":0,"v":"1"}]}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for issue in &context.envelope.issues {
        let (node, message) = match issue {
            EnvelopeIssue::UnknownType(node, number) => (
                *node,
                format!("{number} is no message type of {}; it has {}", context.version, types(context.version)),
            ),
            EnvelopeIssue::TypeOfLaterVersion(node, message_type) => (
                *node,
                format!(
                    "Message type {} ({}) exists from OCPP 2.1 on; this connection speaks {}",
                    message_type.number(),
                    message_type.name(),
                    context.version
                ),
            ),
            _ => continue,
        };
        out.push(Finding::new(&RULE, message).span(context.span(node)));
    }
}

fn types(version: Version) -> &'static str {
    match version {
        Version::V16 | Version::V201 => "2, 3 and 4",
        Version::V21 => "2 to 6",
    }
}
