//! A CSMS that serves a station it has not accepted.

use super::prelude::*;
use crate::exchanges::BootStage;

pub(super) static RULE: Rule = Rule {
    id: "BOOT-SECERR",
    severity: Severity::Warning,
    text: include_str!("texts/boot_secerr.md"),
    check,
    #[cfg(test)]
    raises: r#"2.0.1
> [2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"M","vendorName":"V"}}]
< [3,"1",{"status":"Rejected","currentTime":"2026-11-22T09:22:07Z","interval":300}]
> [2,"2","Heartbeat",{}]
< [3,"2",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
    #[cfg(test)]
    silent: r#"2.0.1
> [2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"M","vendorName":"V"}}]
< [3,"1",{"status":"Rejected","currentTime":"2026-11-22T09:22:07Z","interval":300}]
> [2,"2","Heartbeat",{}]
< [4,"2","SecurityError","",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let is_served = context.is(MessageType::CallResult)
        && context.direction == Direction::ToStation
        && context.action_name != "BootNotification"
        && matches!(context.pairing, Pairing::Answer { .. });
    let is_refusable = matches!(context.boot, BootStage::Rejected | BootStage::Pending { is_triggered: false });
    if is_served && is_refusable {
        let modal = if context.version == Version::V16 { "is advised to" } else { "shall" };
        let message =
            format!("The station is not accepted, so the CSMS {modal} answer this request with SecurityError");
        // Recommended in 1.6, demanded from 2.0.1 on.
        let severity = if context.version == Version::V16 { Severity::Info } else { Severity::Error };
        out.push(Finding::new(&RULE, message).severity(severity));
    }
}
