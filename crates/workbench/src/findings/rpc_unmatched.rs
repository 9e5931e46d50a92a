//! An answer with an id nobody waits for.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-UNMATCHED",
    severity: Severity::Error,
    text: include_str!("texts/rpc_unmatched.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"2",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Pairing::Orphan { own_call, near } = context.pairing else { return };
    // A complaint about an answer has a rule of its own: ERR-TO-RESPONSE, or RPC-SENDREPLY in 2.1.
    if context.is(MessageType::CallResultError) || (own_call.is_some() && context.is_error()) {
        return;
    }
    let message = match near {
        Some(frame) => format!(
            "No CALL with this message id is known; {} has nearly the same one: was it cut or changed in case?",
            super::frame_ref(*frame)
        ),
        None => "No CALL with this message id came from the other side on this connection".to_owned(),
    };
    let finding = match near {
        None if context.is_log_young => {
            Finding::new(&RULE, "The CALL this answers was sent before the log begins").severity(Severity::Info)
        }
        _ => Finding::new(&RULE, message),
    };
    out.push(match context.envelope.id_node {
        Some(node) => finding.span(context.span(node)),
        None => finding,
    });
}
