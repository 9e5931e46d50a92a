//! Changes one value in a JSON text and leaves every other byte as it is.
//!
//! Values are named by JSON pointer. The text may hold variables outside quotes, see [`super::variables`].
//! `None` where the text cannot be read or holds no such value: then nothing is changed.

use super::variables::{is_variable, masked};
use crate::port::Control;
use ocpp_wire::json::{self, Kind, NodeId, Span, Tree, escape_pointer, quote};
use ocpp_wire::number;

/// Spaces of one level, where the text itself does not show it.
const INDENT: &str = "  ";

/// Puts a JSON value in the place of another.
///
/// ```
/// # use workbench::composer::edit::set;
/// assert_eq!(set(r#"{ "a":[1, 2] }"#, "/a/1", "true").as_deref(), Some(r#"{ "a":[1, true] }"#));
/// ```
pub fn set(text: &str, pointer: &str, value: &str) -> Option<String> {
    let readable = masked(text);
    let tree = json::parse(&readable).ok()?;
    let node = tree.resolve(tree.root(), pointer)?;
    Some(spliced(text, tree.span(node), value))
}

/// Adds a member to an object, or an item at the end of a list (`/list/-`), laid out as its neighbours are.
/// A member that is there already is replaced.
///
/// ```
/// # use workbench::composer::edit::add;
/// assert_eq!(add("{\n  \"a\": 1\n}", "/b", "2").as_deref(), Some("{\n  \"a\": 1,\n  \"b\": 2\n}"));
/// assert_eq!(add("[1,2]", "/-", "3").as_deref(), Some("[1,2,3]"));
/// ```
pub fn add(text: &str, pointer: &str, value: &str) -> Option<String> {
    let readable = masked(text);
    let tree = json::parse(&readable).ok()?;
    let (holder, step) = pointer.rsplit_once('/')?;
    let node = tree.resolve(tree.root(), holder)?;
    let name = match tree.kind(node) {
        Kind::Object => Some(step.replace("~1", "/").replace("~0", "~")),
        Kind::Array if step == "-" => None,
        _ => return None,
    };
    if name.as_ref().is_some_and(|name| tree.get(node, name).is_some()) {
        return set(text, pointer, value);
    }
    let places: Vec<Place> = tree.items(node).map(|item| Place::of(&tree, item)).collect();
    let Some(last) = places.last() else { return Some(first_item(text, tree.span(node), name.as_deref(), value)) };
    let colon = name.is_some().then(|| text.get(last.name_end as usize..last.value_start as usize)).flatten();
    // What stands before the last item stands before the new one as well.
    let before = places.len().checked_sub(2).and_then(|at| places.get(at));
    let gap = match before {
        Some(before) => text.get(before.end as usize..last.start as usize)?.split_once(',')?.1,
        None => text
            .get(tree.span(node).start as usize + 1..last.start as usize)
            .filter(|gap| gap.contains('\n'))
            .unwrap_or(if colon == Some(": ") { " " } else { "" }),
    };
    let indent = gap.rsplit_once('\n').map(|(_, indent)| indent);
    let item = item_text(name.as_deref(), colon.unwrap_or(": "), &laid_out(value, indent));
    Some(spliced(text, Span { start: last.end, end: last.end }, &format!(",{gap}{item}")))
}

/// Takes a member or an item out, with its comma.
///
/// ```
/// # use workbench::composer::edit::remove;
/// assert_eq!(remove(r#"{"a":1, "b":2}"#, "/b").as_deref(), Some(r#"{"a":1}"#));
/// assert_eq!(remove("[ 1 ]", "/0").as_deref(), Some("[]"));
/// ```
pub fn remove(text: &str, pointer: &str) -> Option<String> {
    let readable = masked(text);
    let tree = json::parse(&readable).ok()?;
    let (holder, _) = pointer.rsplit_once('/')?;
    let holder = tree.resolve(tree.root(), holder)?;
    let node = tree.resolve(tree.root(), pointer)?;
    let (index, _) = tree.child_towards(holder, node)?;
    let places: Vec<Place> = tree.items(holder).map(|item| Place::of(&tree, item)).collect();
    let this = places.get(index)?;
    let before = index.checked_sub(1).and_then(|index| places.get(index));
    let span = match (before, places.get(index + 1)) {
        (_, Some(next)) => Span { start: this.start, end: next.start },
        (Some(before), None) => Span { start: before.end, end: this.end },
        (None, None) => Span { start: tree.span(holder).start + 1, end: tree.span(holder).end - 1 },
    };
    Some(spliced(text, span, ""))
}

/// The JSON value of what was typed or chosen in a control. What does not fit its kind becomes a string, so that the
/// text stays JSON and the fault is said at the field.
///
/// ```
/// # use workbench::{composer::edit::value_of, port::Control};
/// assert_eq!(value_of(Control::Number, "12"), "12");
/// assert_eq!(value_of(Control::Number, "12 Wh"), "\"12 Wh\"");
/// assert_eq!(value_of(Control::Text, "12"), "\"12\"");
/// ```
pub fn value_of(control: Control, typed: &str) -> String {
    let is_value = match control {
        Control::Number => is_number(typed) || is_variable(typed),
        Control::Flag => matches!(typed, "true" | "false") || is_variable(typed),
        Control::Json => json::parse(&masked(typed)).is_ok(),
        _ => false,
    };
    if is_value { typed.to_owned() } else { quote(typed) }
}

/// Pointer of a member or an item.
pub fn pointer_to(holder: &str, step: &str) -> String {
    format!("{holder}/{}", escape_pointer(step))
}

/// A JSON text on several lines, as templates are.
pub fn laid_out_anew(text: &str) -> String {
    serde_json::from_str::<serde_json::Value>(text).map_or_else(|_| text.to_owned(), |value| format!("{value:#}"))
}

fn is_number(typed: &str) -> bool {
    number::parse(typed).is_some() && json::parse(typed).is_ok_and(|tree| tree.raw(tree.root()).len() == typed.len())
}

/// Where a member or an item stands.
struct Place {
    start: u32,
    /// One past the name's closing quote; the value's start for an item.
    name_end: u32,
    value_start: u32,
    end: u32,
}

impl Place {
    fn of(tree: &Tree<'_>, node: NodeId) -> Self {
        let (key, value) = (tree.key_span(node), tree.span(node));
        let has_name = key.end > 0;
        Self {
            start: if has_name { key.start } else { value.start },
            name_end: if has_name { key.end } else { value.start },
            value_start: value.start,
            end: value.end,
        }
    }
}

/// The first item of an empty object or list.
fn first_item(text: &str, holder: Span, name: Option<&str>, value: &str) -> String {
    let before = text.get(..holder.start as usize).unwrap_or_default();
    let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
    let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
    let outer = line.get(..blank).unwrap_or_default();
    // The empty payload, `{}`, is laid out as templates are.
    let has_lines = text.contains('\n') || text.trim().len() == (holder.end - holder.start) as usize;
    let inner = format!("{outer}{INDENT}");
    let item = item_text(name, ": ", &laid_out(value, has_lines.then_some(&inner)));
    let item = if has_lines { format!("\n{inner}{item}\n{outer}") } else { item };
    spliced(text, Span { start: holder.start + 1, end: holder.end - 1 }, &item)
}

fn item_text(name: Option<&str>, colon: &str, value: &str) -> String {
    match name {
        Some(name) => format!("{}{colon}{value}", quote(name)),
        None => value.to_owned(),
    }
}

/// A value on several lines, indented as its place is; without indentation in one line.
fn laid_out(value: &str, indent: Option<&str>) -> String {
    match indent {
        Some(indent) => value.replace('\n', &format!("\n{indent}")),
        None => value.lines().map(str::trim).collect(),
    }
}

fn spliced(text: &str, span: Span, new: &str) -> String {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let after = text.get(span.end as usize..).unwrap_or_default();
    [before, new, after].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use serde_json::Value;

    #[test]
    fn a_member_is_added_as_its_neighbours_stand() {
        let check = |text: &str, pointer: &str, value: &str, wanted: &str| {
            assert_eq!(add(text, pointer, value).as_deref(), Some(wanted), "{text} {pointer}");
        };
        check("{}", "/a", "1", "{\n  \"a\": 1\n}");
        check("[{}]", "/0/a", "1", "[{\"a\": 1}]");
        check(
            "{\n  \"a\": {}\n}",
            "/a/b",
            "{\n  \"c\": 1\n}",
            "{\n  \"a\": {\n    \"b\": {\n      \"c\": 1\n    }\n  }\n}",
        );
        check("{\"a\":1}", "/b", "{\n  \"c\": 1\n}", "{\"a\":1,\"b\":{\"c\": 1}}");
        check("{\"a\": 1}", "/b", "2", "{\"a\": 1, \"b\": 2}");
        check("{\"a\": 1, \"c\": 3}", "/b", "2", "{\"a\": 1, \"c\": 3, \"b\": 2}");
        check("{\n\t\"a\" : 1\n}", "/b", "2", "{\n\t\"a\" : 1,\n\t\"b\" : 2\n}");
        check("{\"l\":[\n  1\n]}", "/l/-", "2", "{\"l\":[\n  1,\n  2\n]}");
        check("{\"a\":{{seqNo}}}", "/b", "2", "{\"a\":{{seqNo}},\"b\":2}");
        check("{\"a\":1}", "/a", "2", "{\"a\":2}");
        assert_eq!(add("[1]", "/a", "1"), None);
        assert_eq!(add("{\"a\":", "/b", "1"), None);
        assert_eq!(add("{\"a\":1}", "/a/b", "1"), None);
    }

    #[test]
    fn an_item_is_taken_out_with_its_comma() {
        let check =
            |text: &str, pointer: &str, wanted: &str| assert_eq!(remove(text, pointer).as_deref(), Some(wanted));
        check("{\n  \"a\": 1,\n  \"b\": 2\n}", "/a", "{\n  \"b\": 2\n}");
        check("{\n  \"a\": 1,\n  \"b\": 2\n}", "/b", "{\n  \"a\": 1\n}");
        check("{\n  \"a\": [ {} ]\n}", "/a/0", "{\n  \"a\": []\n}");
        assert_eq!(remove("{}", ""), None);
        assert_eq!(remove("{}", "/a"), None);
    }

    #[test]
    fn what_a_control_holds_becomes_a_value_of_its_kind() {
        let check = |control, typed: &str, wanted: &str| assert_eq!(value_of(control, typed), wanted);
        check(Control::Number, "1e400", "1e400");
        check(Control::Number, "-1.50", "-1.50");
        check(Control::Number, " 1", "\" 1\"");
        check(Control::Number, "01", "\"01\"");
        check(Control::Number, "", "\"\"");
        check(Control::Number, "{{seqNo}}", "{{seqNo}}");
        check(Control::Number, "{{seqNo}", "\"{{seqNo}\"");
        check(Control::Flag, "true", "true");
        check(Control::Flag, "yes", "\"yes\"");
        check(Control::Text, "{{idTag}}", "\"{{idTag}}\"");
        check(Control::Choice, "a\"b", "\"a\\\"b\"");
        check(Control::Json, "[1]", "[1]");
        check(Control::Json, "[1", "\"[1\"");
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            "[a~/\"\\\\{}é]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("[a-c~/é]{0,3}", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    /// Pointers of all values below the root.
    fn pointers(text: &str) -> Vec<String> {
        let readable = masked(text);
        let tree = json::parse(&readable).unwrap();
        let root = tree.root();
        tree.within(root).skip(1).filter_map(|node| tree.pointer_to(root, node)).collect()
    }

    fn read(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    proptest! {
        #[test]
        fn setting_a_value_changes_that_value_only(json in any_json(), new in any_json(), at in any::<Index>(), pretty: bool) {
            let text = if pretty { format!("{json:#}") } else { json.to_string() };
            let pointers = pointers(&text);
            prop_assume!(!pointers.is_empty());
            let pointer = at.get(&pointers);
            let out = set(&text, pointer, &new.to_string()).unwrap();
            let tree = json::parse(&text).unwrap();
            let span = tree.span(tree.resolve(tree.root(), pointer).unwrap());
            let (before, after) = (&text[..span.start as usize], &text[span.end as usize..]);
            prop_assert_eq!(out, format!("{before}{new}{after}"));
        }

        #[test]
        fn what_was_added_can_be_taken_out_again(json in any_json(), new in any_json(), at in any::<Index>(), pretty: bool) {
            let text = if pretty { format!("{json:#}") } else { json.to_string() };
            let mut holders = pointers(&text);
            holders.push(String::new());
            let holder = at.get(&holders);
            let value = json.pointer(holder).unwrap();
            let (step, added) = match value {
                Value::Object(_) => ("new", format!("{holder}/new")),
                Value::Array(items) => ("-", format!("{holder}/{}", items.len())),
                _ => {
                    prop_assert_eq!(add(&text, &format!("{holder}/new"), "1"), None);
                    return Ok(());
                }
            };
            let out = add(&text, &format!("{holder}/{step}"), &format!("{new:#}")).unwrap();
            prop_assert_eq!(read(&out).pointer(&added).cloned(), Some(new));
            let back = remove(&out, &added).unwrap();
            prop_assert_eq!(read(&back), json);
            prop_assert_eq!(back, text);
        }

        #[test]
        fn taking_out_leaves_the_rest(json in any_json(), at in any::<Index>(), pretty: bool) {
            let text = if pretty { format!("{json:#}") } else { json.to_string() };
            let pointers = pointers(&text);
            prop_assume!(!pointers.is_empty());
            let pointer = at.get(&pointers);
            let (holder, step) = pointer.rsplit_once('/').unwrap();
            let mut wanted = json.clone();
            match wanted.pointer_mut(holder).unwrap() {
                Value::Object(map) => { map.remove(&step.replace("~1", "/").replace("~0", "~")); }
                Value::Array(items) => { items.remove(step.parse().unwrap()); }
                _ => unreachable!(),
            }
            prop_assert_eq!(read(&remove(&text, pointer).unwrap()), wanted);
        }

        #[test]
        fn no_text_makes_it_stop(text in "[{}\\[\\]\",:0a\\\\ ]{0,40}", pointer in "[/0a-]{0,6}", value in ".{0,10}") {
            let _ = (set(&text, &pointer, &value), add(&text, &pointer, &value), remove(&text, &pointer));
        }
    }
}
