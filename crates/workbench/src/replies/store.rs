//! Rules as text, so that a page that is loaded anew has them again, and back.

use super::MOST_RULES;
use crate::object::Object;
use crate::port::{ReplyAnswer, ReplyRule};
use ocpp_wire::json::{self, NodeId, Tree};

/// A rule; the caller may add to it.
pub(super) fn write(rule: &ReplyRule) -> Object {
    let object = Object::new()
        .flag("isOn", rule.is_on)
        .text("action", &rule.action)
        .text("condition", &rule.condition)
        .integer("mostUses", rule.most_uses.into())
        .integer("percent", rule.percent.into())
        .integer("delayMillis", rule.delay_millis.into());
    match &rule.answer {
        ReplyAnswer::Automatic => object.text("answer", "automatic"),
        ReplyAnswer::Status(status) => object.text("answer", "status").text("status", status),
        ReplyAnswer::Payload(payload) => object.text("answer", "payload").text("text", payload),
        ReplyAnswer::Error { code, description, details } => {
            object.text("answer", "error").text("code", code).text("description", description).text("text", details)
        }
        ReplyAnswer::Raw(text) => object.text("answer", "raw").text("text", text),
        ReplyAnswer::Twice => object.text("answer", "twice"),
        ReplyAnswer::Silence => object.text("answer", "silence"),
        ReplyAnswer::Ask { seconds } => object.text("answer", "ask").integer("seconds", (*seconds).into()),
    }
}

/// Seed and rules of a text, each with its uses; what cannot be read is left out.
pub(super) fn read(text: &str) -> (Option<u32>, Vec<(ReplyRule, u32)>) {
    let Ok(tree) = json::parse(text) else { return (None, Vec::new()) };
    let root = tree.root();
    let rules = tree.get(root, "rules").map(|list| tree.items(list).take(MOST_RULES));
    let rules = rules.into_iter().flatten().filter_map(|node| read_rule(&tree, node)).collect();
    (number(&tree, root, "seed"), rules)
}

fn read_rule(tree: &Tree<'_>, node: NodeId) -> Option<(ReplyRule, u32)> {
    let text = |name: &str| tree.get_string(node, name).map(String::from).unwrap_or_default();
    let number = |name: &str| number(tree, node, name);
    let answer = match text("answer").as_str() {
        "automatic" => ReplyAnswer::Automatic,
        "status" => ReplyAnswer::Status(text("status")),
        "payload" => ReplyAnswer::Payload(text("text")),
        "error" => ReplyAnswer::Error { code: text("code"), description: text("description"), details: text("text") },
        "raw" => ReplyAnswer::Raw(text("text")),
        "twice" => ReplyAnswer::Twice,
        "silence" => ReplyAnswer::Silence,
        "ask" => ReplyAnswer::Ask { seconds: number("seconds")? },
        _ => return None,
    };
    let rule = ReplyRule {
        number: 0,
        is_on: tree.get(node, "isOn").is_none_or(|node| tree.raw(node) != "false"),
        action: text("action"),
        condition: text("condition"),
        most_uses: number("mostUses").unwrap_or_default(),
        percent: number("percent").unwrap_or(100),
        delay_millis: number("delayMillis").unwrap_or_default(),
        answer,
    };
    Some((rule, number("nUsed").unwrap_or_default()))
}

fn number(tree: &Tree<'_>, node: NodeId, name: &str) -> Option<u32> {
    tree.integer(tree.get(node, name)?)?.try_into().ok()
}
