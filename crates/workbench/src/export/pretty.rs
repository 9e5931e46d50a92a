//! A frame laid out over several lines. Numbers and escapes stay as they are written; characters that would hide or
//! reorder the text stand escaped.

use super::{is_unsafe_to_show, push_escaped};
use ocpp_wire::json::{self, Kind, NodeId, Tree};

/// The frame with two spaces per level; `None` when it is not JSON.
///
/// ```
/// assert_eq!(workbench::export::pretty::pretty("[2,\"1\",{}]").as_deref(), Some("[\n  2,\n  \"1\",\n  {}\n]"));
/// assert_eq!(workbench::export::pretty::pretty("[2,"), None);
/// ```
pub fn pretty(text: &str) -> Option<String> {
    let tree = json::parse(text).ok()?;
    let mut out = String::with_capacity(text.len() * 2);
    push(&mut out, &tree, tree.root(), 0);
    Some(out)
}

fn push(out: &mut String, tree: &Tree<'_>, node: NodeId, depth: usize) {
    let (open, close) = match tree.kind(node) {
        Kind::Array => ('[', ']'),
        Kind::Object => ('{', '}'),
        _ => return push_raw(out, tree.raw(node)),
    };
    out.push(open);
    let mut separator = "\n";
    for item in tree.items(node) {
        out.push_str(separator);
        separator = ",\n";
        out.push_str(&"  ".repeat(depth + 1));
        let key = tree.key_span(item);
        if key.end > 0 {
            push_raw(out, tree.text().get(key.start as usize..key.end as usize).unwrap_or_default());
            out.push_str(": ");
        }
        push(out, tree, item, depth + 1);
    }
    if separator != "\n" {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    }
    out.push(close);
}

/// Inside a string of JSON such a character and its escape are the same value.
fn push_raw(out: &mut String, raw: &str) {
    for c in raw.chars() {
        if is_unsafe_to_show(c) { push_escaped(out, c) } else { out.push(c) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_stays_the_same() {
        for text in [
            "[3,\"1\",{\"a\":{\"b\":[true,null,1e5,1.50]},\"\u{202e}\":\"\\u0041\u{200b}\",\"\u{e0041}\":[]}]",
            " [ ] ",
            "1",
        ] {
            let shown = pretty(text).unwrap();
            assert!(!shown.chars().any(|c| c != '\n' && is_unsafe_to_show(c)));
            let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
            assert_eq!(value(&shown), value(text), "{shown}");
        }
        assert!(pretty("[1.50]").unwrap().contains("1.50"));
    }
}
