//! A CallError that complains about an answer.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "ERR-TO-RESPONSE",
    severity: Severity::Error,
    text: include_str!("texts/err_to_response.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"x"}]
> [4,"1","PropertyConstraintViolation","",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if let Pairing::Orphan { own_call: Some(call), .. } = context.pairing
        && context.is(MessageType::CallError)
    {
        let call = super::frame_ref(*call);
        let advice = match context.version {
            Version::V16 | Version::V201 => "before OCPP 2.1 nothing answers an answer",
            Version::V21 => "OCPP 2.1 has CALLRESULTERROR for that",
        };
        let message = format!("This CALLERROR complains about the answer to the sender's own {call}; {advice}");
        out.push(Finding::new(&RULE, message));
    }
}
