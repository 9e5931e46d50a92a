//! A Call that is never answered. Time or the end of the connection raises it.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "RPC-NOANSWER",
    severity: Severity::Error,
    text: include_str!("texts/rpc_noanswer.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","Heartbeat",{}]
+30000"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","Heartbeat",{}]
+29000"#,
};

/// Nothing to see when the call is sent; the transcript raises the finding when the time has come.
fn check(_context: &FrameContext<'_>, _out: &mut Vec<Finding>) {}
