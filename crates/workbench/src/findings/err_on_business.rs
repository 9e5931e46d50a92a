//! A CallError where the answer of the action can say it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "ERR-ON-BUSINESS",
    severity: Severity::Error,
    text: include_str!("texts/err_on_business.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","StopTransaction",{"transactionId":7,"meterStop":1,"timestamp":"2026-11-22T09:22:07Z"}]
< [4,"1","PropertyConstraintViolation","unknown transaction",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","StopTransaction",{"transactionId":7,"meterStop":1,"timestamp":"2026-11-22T09:22:07Z"}]
< [4,"1","InternalError","",{}]
> [2,"2","StopTransaction",{"transactionId":7,"meterStop":1}]
< [4,"2","ProtocolError","",{}]"#,
};

/// Messages a Central System confirms whatever it thinks of their content.
///
/// # Source
/// OCPP 1.6 edition 2 sections 4.7, 4.8 and 4.10.
const ALWAYS_CONFIRMED: [&str; 3] = ["StartTransaction", "StopTransaction", "MeterValues"];

/// Codes that speak of the receiver, not of the content.
const RECEIVER_CODES: [&str; 4] = ["InternalError", "NotSupported", "NotImplemented", "SecurityError"];

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let is_candidate = context.version == Version::V16
        && context.is(MessageType::CallError)
        && context.direction == Direction::ToStation
        && ALWAYS_CONFIRMED.contains(&context.action_name);
    let is_healthy = context.request_violations.is_some_and(<[_]>::is_empty);
    let code = context.envelope.code.as_deref().unwrap_or_default();
    if is_candidate && is_healthy && !context.request_has_faults && !RECEIVER_CODES.contains(&code) {
        let message = format!(
            "The {} request is well-formed, so it must be confirmed with a CALLRESULT; the Charge Point will repeat it",
            context.action_name
        );
        out.push(Finding::new(&RULE, message));
    }
}
