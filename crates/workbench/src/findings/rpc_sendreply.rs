//! An answer to a Send, a Send of an action that is a Call, or the other way round.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-SENDREPLY",
    severity: Severity::Error,
    text: include_str!("texts/rpc_sendreply.md"),
    check,
    #[cfg(test)]
    raises: r#"2.1
> [6,"1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-11-22T09:22:07Z","data":[{"t":0,"v":"1"}]}]
< [3,"1",{}]"#,
    #[cfg(test)]
    silent: r#"2.1
> [6,"1","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-11-22T09:22:07Z","data":[{"t":0,"v":"1"}]}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    // Before 2.1 there is neither SEND nor CALLRESULTERROR; RPC-TYPE says so.
    if context.version != Version::V21 {
        return;
    }
    if context.is(MessageType::CallResultError)
        && let Pairing::Orphan { own_call, near } = context.pairing
    {
        let message = match (own_call, near) {
            (Some(call), _) => {
                format!("{} has no CALLRESULT that a CALLRESULTERROR could refuse", super::frame_ref(*call))
            }
            (None, Some(call)) => {
                format!("{} is a CALL; it is refused with CALLERROR, not CALLRESULTERROR", super::frame_ref(*call))
            }
            (None, None) => "A CALLRESULTERROR refuses a CALLRESULT; none with this message id is known".to_owned(),
        };
        out.push(Finding::new(&RULE, message));
    }
    if let Pairing::Answer { call, is_to_send: true, .. } = context.pairing {
        let send = super::frame_ref(*call);
        out.push(Finding::new(&RULE, format!("{send} is a SEND, and a SEND has no answer")));
    }
    let Some(action) = context.action else { return };
    if context.is(MessageType::Send) && !action.is_send {
        let message = format!("{} is sent as a CALL (message type 2), not as a SEND", action.name);
        out.push(Finding::new(&RULE, message));
    }
    if context.is(MessageType::Call) && action.is_send {
        let message = format!("{} is sent as a SEND (message type 6), not as a CALL", action.name);
        out.push(Finding::new(&RULE, message));
    }
}
