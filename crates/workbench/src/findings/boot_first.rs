//! A request before the BootNotification was accepted.

use super::prelude::*;
use crate::exchanges::BootStage;

pub(super) static RULE: Rule = Rule {
    id: "BOOT-FIRST",
    severity: Severity::Error,
    text: include_str!("texts/boot_first.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Rejected","currentTime":"2026-11-22T09:22:07Z","interval":300}]
> [2,"2","Heartbeat",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]
< [3,"1",{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300}]
> [2,"2","Heartbeat",{}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let is_request = context.is(MessageType::Call) || context.is(MessageType::Send);
    if !is_request || context.direction != Direction::ToCsms || context.action_name == "BootNotification" {
        return;
    }
    let state = match context.boot {
        BootStage::Asked => "is not answered yet",
        BootStage::Rejected => "was rejected",
        BootStage::Refused => "was refused with a CALLERROR",
        BootStage::Pending { is_triggered: false } => "was answered with Pending, and the CSMS asked for nothing",
        BootStage::NotAsked | BootStage::Accepted | BootStage::Pending { is_triggered: true } => return,
    };
    out.push(Finding::new(&RULE, format!("The BootNotification {state}; until it is accepted nothing else is sent")));
}
