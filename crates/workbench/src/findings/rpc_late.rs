//! An answer that came after the time-out.

use super::prelude::*;
use crate::exchanges::TIMEOUT_MILLIS;

pub(super) static RULE: Rule = Rule {
    id: "RPC-LATE",
    severity: Severity::Warning,
    text: include_str!("texts/rpc_late.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
+31000
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
+29000
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    let Pairing::Answer { call, latency_millis, is_to_send: false, .. } = context.pairing else { return };
    if f64::from(*latency_millis) > TIMEOUT_MILLIS && !context.is(MessageType::CallResultError) {
        let seconds = latency_millis / 1_000;
        let call = super::frame_ref(*call);
        let message = format!("The answer to {call} came after {seconds} s; the time-out in use here is 30 s");
        out.push(Finding::new(&RULE, message));
    }
}
