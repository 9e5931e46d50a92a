//! A Call that is answered a second time.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-DOUBLE",
    severity: Severity::Error,
    text: include_str!("texts/rpc_double.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
< [3,"1",{"currentTime":"2026-11-22T09:22:07Z"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if let Pairing::Answer { call, earlier: Some(earlier), .. } = context.pairing {
        let (call, earlier) = (super::frame_ref(*call), super::frame_ref(*earlier));
        out.push(Finding::new(&RULE, format!("{call} was answered already, by {earlier}")));
    }
}
