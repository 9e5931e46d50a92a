//! A frame that the log did not keep whole.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "LOG-CUT",
    severity: Severity::Info,
    text: include_str!("texts/log_cut.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
>~ [2,"1","Heart...rd":"1234"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","DataTransfer",{"vendorId":"a...b"}]"#,
};

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.marks.has(Marks::CUT) {
        out.push(Finding::new(&RULE, "The log shortened this frame, so it was not checked"));
    }
}
