//! A CallError with the id "-1": the peer could not read the id of something it got.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "ERR-MINUS1",
    severity: Severity::Error,
    text: include_str!("texts/err_minus1.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
> {}
< [4,"-1","RpcFrameworkError","",{}]"#,
    #[cfg(test)]
    silent: r#"2.0.1
> [2,"1","Heartbeat",{}]
< [4,"1","InternalError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Pairing::Unreadable { latest } = context.pairing else { return };
    let hint = latest.map_or(String::new(), |frame| format!("; the newest candidate is {}", super::frame_ref(frame)));
    let note = if context.version == Version::V16 { "; OCPP 1.6 does not define this id" } else { "" };
    let message = format!("The other side received a frame whose message id it could not read{hint}{note}");
    out.push(Finding::new(&RULE, message));
}
