//! An error code that does not fit the fault in the request.

use super::prelude::*;
use ocpp_wire::error_codes::{Standing, codes_for_keyword, standing};

pub(super) static RULE: Rule = Rule {
    id: "ERR-SAMECODE",
    severity: Severity::Info,
    text: include_str!("texts/err_samecode.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Authorize",{}]
< [4,"1","TypeConstraintViolation","",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Authorize",{}]
< [4,"1","ProtocolError","",{}]"#,
};

/// Codes that make no statement about the payload.
const NEUTRAL_CODES: [&str; 7] = [
    "GenericError",
    "InternalError",
    "NotImplemented",
    "NotSupported",
    "SecurityError",
    "MessageTypeNotSupported",
    "RpcFrameworkError",
];

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let (Some(code), Some(violations)) = (&context.envelope.code, context.request_violations) else { return };
    if violations.is_empty()
        || !context.is(MessageType::CallError)
        || NEUTRAL_CODES.contains(&code.as_str())
        || standing(context.version, code) != Standing::Valid
    {
        return;
    }
    let mut best = Vec::new();
    for violation in violations {
        let Some(codes) = codes_for_keyword(context.version, violation.keyword.as_str()) else { return };
        if codes.best.contains(&code.as_str()) || codes.acceptable.contains(&code.as_str()) {
            return;
        }
        best.extend(codes.best.first().copied());
    }
    if let Some(best) = best.first() {
        let message = format!("The fault found in the request suggests {best}; no version prescribes it");
        out.push(Finding::new(&RULE, message));
    }
}
