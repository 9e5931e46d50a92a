//! An interval that leads to a flood or to silence.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "BOOT-INTERVAL",
    severity: Severity::Warning,
    text: include_str!("texts/boot_interval.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":0}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if !context.is(MessageType::CallResult) || context.action_name != "BootNotification" {
        return;
    }
    let Some((tree, payload)) = context.payload() else { return };
    let is_accepted = tree.get_string(payload, "status").is_some_and(|status| status == "Accepted");
    let Some(node) = tree.get(payload, "interval") else { return };
    let Some(seconds) = tree.integer(node) else { return };
    let fault = match seconds {
        ..0 => "is negative",
        0 if is_accepted => "is 0, so no heartbeat interval is agreed",
        1..10 if is_accepted => "is very short: every station will send a Heartbeat every few seconds",
        86_401.. if is_accepted => "is longer than a day; one Heartbeat a day is advised to set the clock",
        _ => return,
    };
    let message = format!("interval {} s {fault}", tree.raw(node));
    out.push(Finding::new(&RULE, message).pointer("/interval").span(tree.span(node)));
}
