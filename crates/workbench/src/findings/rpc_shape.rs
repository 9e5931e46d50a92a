//! An envelope that is not what its message type demands.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-SHAPE",
    severity: Severity::Error,
    text: include_str!("texts/rpc_shape.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat"]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    for issue in &context.envelope.issues {
        let (message, node) = match issue {
            EnvelopeIssue::NotAList => ("An OCPP-J frame is a JSON list; this is another JSON value".to_owned(), None),
            EnvelopeIssue::EmptyList => ("The list is empty; it must begin with the message type".to_owned(), None),
            EnvelopeIssue::TypeNotAnInteger(node) => (
                "The first element must be the message type, an integer without quotes or decimals".to_owned(),
                Some(*node),
            ),
            EnvelopeIssue::WrongLength { have, want } => {
                let name = context.envelope.message_type.map_or("message", MessageType::name);
                (format!("A {name} has {want} elements, this one has {have}"), None)
            }
            EnvelopeIssue::ActionNotAString(node) => ("The action must be a string".to_owned(), Some(*node)),
            EnvelopeIssue::PayloadNotAnObject(node) => ("The payload must be an object".to_owned(), Some(*node)),
            EnvelopeIssue::CodeNotAString(node) => ("The error code must be a string".to_owned(), Some(*node)),
            _ => continue,
        };
        let finding = Finding::new(&RULE, message);
        out.push(match node {
            Some(node) => finding.span(context.span(node)),
            None => finding,
        });
    }
}
