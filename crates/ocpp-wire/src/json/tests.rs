//! Tests of the JSON reader: its faults, places and names, and that it agrees with another reader.

use super::*;
use proptest::prelude::*;

fn reason(text: &str) -> Reason {
    parse(text).unwrap_err().reason
}

#[test]
fn faults_are_named() {
    assert_eq!(reason(""), Reason::Empty);
    assert_eq!(reason(" \n"), Reason::Empty);
    assert_eq!(reason("\u{feff}[]"), Reason::ByteOrderMark);
    assert_eq!(reason("[1"), Reason::Truncated);
    assert_eq!(reason("[\"a"), Reason::Truncated);
    assert_eq!(reason("[tr"), Reason::Truncated);
    assert_eq!(reason("['a']"), Reason::SingleQuotes);
    assert_eq!(reason("[1,]"), Reason::TrailingComma);
    assert_eq!(reason("{\"a\":1,}"), Reason::TrailingComma);
    assert_eq!(reason("[NaN]"), Reason::NotAJsonWord);
    assert_eq!(reason("[-Infinity]"), Reason::NotAJsonWord);
    assert_eq!(reason("[None]"), Reason::NotAJsonWord);
    assert_eq!(reason("[01]"), Reason::Number);
    assert_eq!(reason("[+1]"), Reason::Number);
    assert_eq!(reason("[.5]"), Reason::Number);
    assert_eq!(reason("[1.]"), Reason::Number);
    assert_eq!(reason("[\"a\nb\"]"), Reason::ControlCharacter);
    assert_eq!(reason("[\"\\x\"]"), Reason::Escape);
    assert_eq!(reason("[][]"), Reason::TrailingText);
    assert_eq!(reason("{1:2}"), Reason::Unexpected('1'));
    assert_eq!(reason(&"[".repeat(1_000_000)), Reason::TooDeep);
}

#[test]
fn position_of_the_fault_is_a_byte_offset() {
    assert_eq!(parse("[\"é\",x]").unwrap_err(), Fault { at: 6, reason: Reason::Unexpected('x') });
}

#[test]
fn numbers_keep_their_text() {
    let tree = parse("[1.0,1e400,-0,12345678901234567890]").unwrap();
    let texts: Vec<_> = tree.items(tree.root()).map(|id| tree.raw(id)).collect();
    assert_eq!(texts, ["1.0", "1e400", "-0", "12345678901234567890"]);
}

#[test]
fn duplicate_names_are_found_also_when_spelled_with_escapes() {
    let tree = parse(r#"{"a":1,"b":{"c":1,"c":2},"\u0061":3}"#).unwrap();
    let keys: Vec<_> = tree.duplicates().iter().map(|&id| tree.raw(id)).collect();
    assert_eq!(keys, ["2", "3"]);
    assert_eq!(tree.raw(tree.get(tree.root(), "a").unwrap()), "3");
}

#[test]
fn pointers_resolve_both_ways() {
    let tree = parse(r#"{"a/b":[1,{"~":true}]}"#).unwrap();
    let target = tree.resolve(tree.root(), "/a~1b/1/~0").unwrap();
    assert_eq!(tree.raw(target), "true");
    assert_eq!(tree.pointer_to(tree.root(), target).unwrap(), "/a~1b/1/~0");
}

#[test]
fn surrogates_become_one_character() {
    let tree = parse(r#"["\ud83d\ude00","\ud83d"]"#).unwrap();
    let texts: Vec<_> = tree.items(tree.root()).map(|id| tree.string(id).unwrap().into_owned()).collect();
    assert_eq!(texts, ["😀", "\u{fffd}"]);
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("finite", |f| f.is_finite()).prop_map(|f| serde_json::json!(f).to_string()),
        ".{0,12}".prop_map(|s| quote(&s)),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" ,\n"))),
            prop::collection::vec((".{0,4}", inner), 0..5).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(k, v)| format!("{} :{v}", quote(k))).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// The same, but for the last bits of numbers with more digits than a double can hold for certain.
fn is_same(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (ours, theirs) {
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.keys().eq(theirs.keys())
                && ours.values().zip(theirs.values()).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.is_f64() && theirs.is_f64() => {
            let (ours, theirs) = (ours.as_f64().unwrap(), theirs.as_f64().unwrap());
            (ours - theirs).abs() <= theirs.abs() * 16.0 * f64::EPSILON
        }
        _ => ours == theirs,
    }
}

proptest! {
    #[test]
    fn agrees_with_serde_json(text in json_text()) {
        let tree = parse(&text).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let ours = crate::number::to_value(&tree, tree.root());
        prop_assert!(is_same(&ours, &value), "{ours} is not {value}");
    }

    #[test]
    fn accepts_what_serde_json_accepts_after_any_change(text in json_text(), at in any::<prop::sample::Index>(), byte in any::<char>()) {
        let mut chars: Vec<char> = text.chars().collect();
        let index = at.index(chars.len());
        chars[index] = byte;
        let text: String = chars.into_iter().collect();
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        let ours = parse(&text);
        // Known difference: numbers beyond the range of a double are legal JSON and kept here.
        if theirs.is_ok() {
            prop_assert!(ours.is_ok(), "{:?}", ours.err());
        } else if ours.is_ok() {
            prop_assert!(text.contains(['e', 'E', '\\']), "{text}");
        }
    }

    #[test]
    fn never_panics(text in any::<String>()) {
        let _ = parse(&text).map(|tree| tree.duplicates().len());
    }
}
