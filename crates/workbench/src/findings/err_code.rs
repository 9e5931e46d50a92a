//! An error code the version does not define.

use super::prelude::*;
use ocpp_wire::error_codes::{Standing, standing};

pub(super) static RULE: Rule = Rule {
    id: "ERR-CODE",
    severity: Severity::Error,
    text: include_str!("texts/err_code.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","RpcFrameworkError","",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [4,"1","FormatViolation","",{}]
> [2,"2","Heartbeat",{}]
< [4,"2","InternalError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Some(code) = &context.envelope.code else { return };
    if matches!(standing(context.version, code), Standing::Valid | Standing::OtherSpelling { .. }) {
        return;
    }
    let finding = Finding::new(&RULE, message(context.version, code));
    out.push(match context.envelope.code_node {
        Some(node) => finding.span(context.span(node)),
        None => finding,
    });
}

fn message(version: Version, code: &str) -> String {
    let shown = ocpp_wire::check::shorten(code);
    match standing(version, code) {
        Standing::OtherVersion { versions } => {
            let names: Vec<String> = versions.iter().map(ToString::to_string).collect();
            format!("{shown} is no error code of {version}; it belongs to {}", names.join(" and "))
        }
        Standing::WrongCase { right } => format!("{shown} is no error code of {version}; it is spelled {right}"),
        _ => format!("{shown:?} is no error code of {version}; own codes are not allowed"),
    }
}
