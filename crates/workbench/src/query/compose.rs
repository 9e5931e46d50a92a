//! Makes filters of what is shown: of a value in the inspector, of a station or a transaction.

use super::head::ends_value;
use super::payload::{FieldTest, MAX_STEPS, Step, Wanted};
use super::term::{Comparison, Test};
use super::{Node, Query, parse, write_quoted};
use ocpp_wire::json::{self, Kind};
use std::fmt;

/// Of a longer text, and of one with several lines, a part is searched for: the filter is one line.
const MOST_CHARS: usize = 200;

/// The filter for the frames that have this value in this field: of a JSON pointer into a payload and the value
/// as it stands in the frame. Indices are left out. For an object or a list the field only has to be there.
/// `None` for the payload as a whole and for what is no JSON.
///
/// ```
/// use workbench::query::field_filter;
/// assert_eq!(field_filter("/idTag", r#""AB 1""#).unwrap(), r#"idTag="AB 1""#);
/// assert_eq!(field_filter("/meterValue/0/sampledValue/1/value", "7012").unwrap(), "meterValue.sampledValue.value=7012");
/// assert_eq!(field_filter("/id", "7").unwrap(), "..id=7");
/// assert_eq!(field_filter("", "{}"), None);
/// ```
pub fn field_filter(pointer: &str, value_json: &str) -> Option<String> {
    let names = pointer.split('/').skip(1).filter(|name| !name.bytes().all(|byte| byte.is_ascii_digit()));
    let names: Vec<String> = names.map(|name| name.replace("~1", "/").replace("~0", "~")).collect();
    let first = names.len().saturating_sub(MAX_STEPS);
    let steps: Vec<Step> =
        names.into_iter().skip(first).enumerate().map(|(idx, name)| Step::new(name, idx == 0)).collect();
    if steps.is_empty() {
        return None;
    }
    let tree = json::parse(value_json).ok()?;
    let root = tree.root();
    let (comparison, wanted) = match tree.string(root) {
        Some(text) => {
            let n_chars = text.chars().count();
            if n_chars <= MOST_CHARS && !text.contains(char::is_control) {
                (Comparison::Equal, Wanted::equal(text.into_owned(), true))
            } else {
                let line = text.split(char::is_control).max_by_key(|line| line.len()).unwrap_or_default();
                let part: String = line.chars().take(MOST_CHARS).collect();
                if part.is_empty() {
                    (Comparison::Equal, Wanted::Anything)
                } else {
                    (Comparison::Contains, Wanted::part(&part, true))
                }
            }
        }
        None if matches!(tree.kind(root), Kind::Array | Kind::Object) => (Comparison::Equal, Wanted::Anything),
        None => (Comparison::Equal, Wanted::equal(tree.raw(root).to_owned(), false)),
    };
    let text = Query { root: Node::Test(Test::Payload(FieldTest::new(steps, comparison, vec![wanted]))) }.to_text();
    // Names made to stop us could be longer than a filter may be.
    parse(&text).is_ok().then_some(text)
}

/// The filter for a field with a colon, such as `station:` or `transaction:`, and one value.
///
/// ```
/// use workbench::query::field_term;
/// assert_eq!(field_term("station", "CP 1"), "station:\"CP 1\"");
/// assert_eq!(field_term("transaction", "5"), "transaction:5");
/// ```
pub fn field_term(field: &str, value: &str) -> String {
    format!("{field}:{}", Quoted(value))
}

/// A text as a value: in quotes only where it needs them.
pub(super) struct Quoted<'t>(pub(super) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_bare = !self.0.is_empty() && !self.0.starts_with('"') && !self.0.contains(ends_value);
        if is_bare { f.write_str(self.0) } else { write_quoted(f, self.0) }
    }
}

/// The filter and one more term: only frames that pass both, or with `is_excluded` only those that do not pass
/// the term. A filter that has the term already stays as it is.
///
/// ```
/// use workbench::query::and;
/// assert_eq!(and("", "idTag=A", true), "-idTag=A");
/// assert_eq!(and("kind:call or kind:send", "idTag=A", false), "(kind:call or kind:send) idTag=A");
/// ```
pub fn and(text: &str, term: &str, is_excluded: bool) -> String {
    let (text, term) = (text.trim(), term.trim());
    let before = parse(text).map(|query| query.root);
    let added = parse(term).map(|query| query.root);
    let mut addition = String::new();
    match &added {
        Ok(Node::Not(_)) if is_excluded && term.starts_with('-') => addition.push_str(term.get(1..).unwrap_or(term)),
        Ok(Node::Test(_)) | Err(_) if is_excluded => addition.extend(["-", term]),
        _ if is_excluded => addition.extend(["-(", term, ")"]),
        Ok(Node::Any(_)) if !text.is_empty() => addition.extend(["(", term, ")"]),
        _ => addition.push_str(term),
    }
    if let (Ok(before), Ok(added)) = (&before, added) {
        let added = if is_excluded { added.excluded() } else { added };
        let has_it = match before {
            Node::All(terms) => terms.contains(&added),
            other => *other == added,
        };
        if has_it {
            return text.to_owned();
        }
    }
    match before {
        _ if text.is_empty() => addition,
        Ok(Node::Any(_)) => format!("({text}) {addition}"),
        _ => format!("{text} {addition}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_become_filters() {
        for (pointer, value, expected) in [
            ("/idTag", r#""ABC""#, Some(r#"idTag="ABC""#)),
            ("/idToken/idToken", r#""a\"b""#, Some(r#"idToken.idToken="a\"b""#)),
            ("/a~1b/c d", "true", Some(r#""a/b"."c d"=true"#)),
            ("/info", r#""""#, Some(r#"info="""#)),
            ("/reservationId", "null", Some("reservationId=null")),
            ("/limit", "-1.50e3", Some("limit=-1.50e3")),
            ("/meterValue/0", "{}", Some("meterValue=*")),
            ("/meterValue", "[1]", Some("meterValue=*")),
            ("/severity", "5", Some("..severity=5")),
            ("/csr", r#""-----\nMIIB, x\n--""#, Some(r#"csr~"MIIB, x""#)),
            ("/csr", r#""\n\n""#, Some("csr=*")),
            ("", "{}", None),
            ("/0/1", "5", None),
            ("/a", "{", None),
            ("/", "5", None),
        ] {
            assert_eq!(field_filter(pointer, value).as_deref(), expected, "{pointer} {value}");
        }
        let long = format!("\"{}\"", "ab".repeat(5_000));
        assert_eq!(field_filter("/a", &long), Some(format!("a~\"{}\"", "ab".repeat(100))));
        let deep = field_filter(&"/n".repeat(20), "1").unwrap();
        assert_eq!(deep, format!("{}=1", ["n"; 16].join(".")));
        assert_eq!(field_filter(&format!("/{}", "n".repeat(20_000)), "1"), None);
    }

    #[test]
    fn terms_are_added() {
        for (text, term, is_excluded, expected) in [
            (" ", "a=1", false, "a=1"),
            ("", "a=1 or b=1", false, "a=1 or b=1"),
            ("", "a=1 b=1", true, "-(a=1 b=1)"),
            ("x", "a=1", false, "x a=1"),
            ("x y ", "a=1", true, "x y -a=1"),
            ("x or y", "a=1", true, "(x or y) -a=1"),
            ("x", "a=1 or b=1", false, "x (a=1 or b=1)"),
            ("x", "a=1 or b=1", true, "x -(a=1 or b=1)"),
            ("x", "-a=1", true, "x a=1"),
            ("x a==1", "a=1", false, "x a==1"),
            ("x -a=1", "a=1", true, "x -a=1"),
            ("-a=1", "a=1", true, "-a=1"),
            ("kind:", "a=1", false, "kind: a=1"),
        ] {
            assert_eq!(and(text, term, is_excluded), expected, "{text} + {term}");
        }
        assert_eq!(field_term("station", ""), "station:\"\"");
        assert_eq!(field_term("station", "a,b\"c"), "station:\"a,b\\\"c\"");
    }

    proptest! {
        #[test]
        fn a_field_finds_its_own_value(
            name in "[a-zA-Z\"\\\\/~. ä=0-]{1,6}",
            text in "[a-zA-Z0-9\"\\\\*, ()\\n.ä=~-]{0,12}",
            number in -1_000_000_i64..1_000_000,
        ) {
            prop_assume!(!name.bytes().all(|byte| byte.is_ascii_digit()));
            for value in [json::quote(&text), number.to_string(), format!("[{}]", json::quote(&text))] {
                let raw = format!(r#"[2,"1","A",{{"x":[{{{}:{value}}}]}}]"#, json::quote(&name));
                let pointer = format!("/x/0/{}", json::escape_pointer(&name));
                let filter = field_filter(&pointer, &value).unwrap();
                let Node::Test(Test::Payload(test)) = parse(&filter).unwrap().root else { panic!("{filter}") };
                prop_assert!(test.matches(crate::port::RowKind::Call, &raw), "{filter} {raw}");
            }
        }

        #[test]
        fn no_text_stops_it(text in any::<String>(), term in any::<String>(), is_excluded in any::<bool>()) {
            let _ = field_filter(&text, &term);
            let _ = and(&text, &term, is_excluded);
        }

        #[test]
        fn a_term_added_is_read_as_both(
            text in "(a|-b|kind:call|\\(a or b\\)| or c|  )( (a|-b|c=1))?",
            term in "(a=1|-b|a or b|a b|-\\(a b\\)|x)",
            is_excluded in any::<bool>(),
        ) {
            if let (Ok(before), Ok(added)) = (parse(&text), parse(&term)) {
                let added = if is_excluded { added.root.excluded() } else { added.root };
                let is_known = match &before.root {
                    Node::All(terms) => terms.contains(&added),
                    other => *other == added,
                };
                let expected = if is_known { before.root } else { Node::all(vec![before.root, added]) };
                prop_assert_eq!(parse(&and(&text, &term, is_excluded)).unwrap().root, expected);
            }
        }
    }
}
