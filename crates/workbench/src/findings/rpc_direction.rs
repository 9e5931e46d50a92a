//! An action that only the other side may send.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-DIRECTION",
    severity: Severity::Error,
    text: include_str!("texts/rpc_direction.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
< [2,"1","Heartbeat",{}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","DataTransfer",{"vendorId":"x"}]
< [2,"1","DataTransfer",{"vendorId":"x"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if !(context.is(MessageType::Call) || context.is(MessageType::Send)) {
        return;
    }
    let Some(action) = context.action else { return };
    let (is_allowed, right_side) = match context.direction {
        Direction::ToCsms => (action.is_from_station(), csms_name(context.version)),
        Direction::ToStation => (action.is_from_csms(), station_name(context.version)),
    };
    if !is_allowed {
        let finding = Finding::new(&RULE, format!("{} is sent by the {right_side} only", action.name));
        out.push(match context.envelope.action_node {
            Some(node) => finding.span(context.span(node)),
            None => finding,
        });
    }
}

fn csms_name(version: Version) -> &'static str {
    if version == Version::V16 { "Central System" } else { "CSMS" }
}

fn station_name(version: Version) -> &'static str {
    if version == Version::V16 { "Charge Point" } else { "Charging Station" }
}
