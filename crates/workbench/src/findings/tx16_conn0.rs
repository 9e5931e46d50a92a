//! A connector number that the schema of 1.6 admits and its text does not.

use super::prelude::*;

pub(super) static RULE: Rule = Rule {
    id: "TX16-CONN0",
    severity: Severity::Error,
    text: include_str!("texts/tx16_conn0.md"),
    check,
    #[cfg(test)]
    raises: r#"1.6
> [2,"1","StartTransaction",{"connectorId":0,"idTag":"A","meterStart":0,"timestamp":"2026-11-22T09:22:07Z"}]"#,
    #[cfg(test)]
    silent: r#"1.6
> [2,"1","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]"#,
};

/// Requests that name one connector, never the station as a whole.
///
/// # Source
/// OCPP 1.6 edition 2 sections 6.33, 6.45 and 6.53. TriggerMessage is left out: section 6.51 says "above 0",
/// section 5.17 uses 0 for the station itself.
const ONE_CONNECTOR: [&str; 3] = ["StartTransaction", "UnlockConnector", "RemoteStartTransaction"];

fn check(context: &FrameContext<'_>, out: &mut Vec<Finding>) {
    if context.version != Version::V16 || !context.is(MessageType::Call) {
        return;
    }
    let Some((tree, payload)) = context.payload() else { return };
    let Some(node) = tree.get(payload, "connectorId") else { return };
    let Some(connector) = tree.integer(node) else { return };
    let least = i64::from(ONE_CONNECTOR.contains(&context.action_name));
    if connector < least {
        let message = if least == 1 && connector == 0 {
            format!(
                "connectorId is 0, the station as a whole; {} needs one connector, 1 or higher",
                context.action_name
            )
        } else {
            format!("connectorId is {connector}; connectors are numbered from 1")
        };
        out.push(Finding::new(&RULE, message).pointer("/connectorId").span(tree.span(node)));
    }
}
