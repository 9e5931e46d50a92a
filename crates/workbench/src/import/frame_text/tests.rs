//! Lines of logs and the frames that are read from them; every notation there and back.

use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

/// All frames of a text as JSON; `…` behind one that does not end.
fn frames(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(head) = find_head(text, from) {
        let (end, mark) = match find_end(text, &head) {
            End::Closed(end) => (end, ""),
            End::Open => (text.len(), "…"),
        };
        assert!(end > head.start, "{text}");
        found.push(format!("{}{mark}", normalize(&text[head.start..end], head.notation).text));
        from = end;
    }
    found
}

fn notation(text: &str) -> Option<Notation> {
    find_head(text, 0).map(|head| head.notation)
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(frames(text), expected, "{text}");
}

#[test]
fn frames_of_every_type_are_found() {
    for frame in [
        r#"[2,"7","Heartbeat",{}]"#,
        r#"[2, "7", "Heartbeat", {}]"#,
        r#"[ 2 , "7" , "Heartbeat" , { } ]"#,
        "[2,\t\"7\",\t\"Heartbeat\",\t{}]",
        "[\n  2,\n  \"7\",\n  \"Heartbeat\",\n  {\n  }\n]",
        r#"["2","7","Heartbeat",{}]"#,
        r#"[2,7,"Heartbeat",{}]"#,
        r#"[2,"7","Heartbeat"]"#,
        r#"[2,"a\"b","Heartbeat"]"#,
        r#"[2,"7","Heartbeat",null]"#,
        r#"[2,"7",{}]"#,
        r#"[2,"7" "Heartbeat",{}]"#,
        r#"[2,"","Heartbeat",{}]"#,
        r#"[2,"7","",{}]"#,
        r#"[3,"7",{}]"#,
        r#"[3,7,{}]"#,
        r#"[3,7,{"a":1}]"#,
        r#"[3,"7",null]"#,
        r#"[3,"7"]"#,
        r#"[3,"0c5e1a5e-1111-2222",]"#,
        r#"[3,"0c5e1a5e-1111-2222"]"#,
        r#"[3,"7","x"]"#,
        r#"[4,"7","GenericError","",{}]"#,
        r#"[4,"7","GenericError",""]"#,
        r#"[4,"7","",{}]"#,
        r#"[4,-1,"RpcFrameworkError","x"]"#,
        r#"[5,"7","GenericError","",{}]"#,
        r#"[6,"7","NotifyPeriodicEventStream",{}]"#,
        r#"[1,"AAP2","StartTransaction",{"a":0}]"#,
        r#"[9,"x",{"a":1}]"#,
    ] {
        check(&format!("17:04:05 [main] x: {frame} | y"), &[frame]);
    }
}

#[test]
fn ordinary_lists_are_no_frames() {
    for text in [
        "",
        "[",
        "[2",
        "[2,",
        "[2, 3, 4]",
        "[3, 4]",
        "[2024-01-01, \"x\"]",
        "[12:24:30:763] [info]",
        "[1,\"a\"]",
        "[3,\"a\"]",
        "[2,\"a\",7]",
        "[2,\"Hello world\",\"foo bar\"]",
        "[1,\"a\",\"b\"]",
        "[2,\"a\",\"b\"]",
        "[\"2\",\"a\",\"B\"]",
        "[\"2\",\"a\"",
        "[\"3\",\"1234\"]",
        "[7,\"a\",\"b\",3]",
        "[1,\"a\"",
        "[22,\"a\",\"Heartbeat\",{}]",
        "[0,\"a\",\"Heartbeat\",{}]",
        "[-2,\"a\",\"Heartbeat\",{}]",
        "[\"a\",\"b\",\"c\"]",
        "[2] \"a\",\"b\",{}",
        "[2,\"",
        "[2, 3, \"a\", \"b\"]",
        "[3, 4, \"a\"]",
        "[4, 5, \"a\", 6]",
        "[chargeBoxId=G4, sessionId=e8]",
        "[lp-1  ] DEBUG",
        "[3, -0.5, {",
    ] {
        assert_eq!(find_head(text, 0), None, "{text}");
    }
    assert_eq!(find_head("[3,\"7\",{}]", 50), None);
    assert_eq!(find_head("é[3,\"7\",{}]", 1).unwrap().start, 2);
}

#[test]
fn frames_are_found_one_after_the_other() {
    check(
        r#"Heartbeat | x | [2,"1","Heartbeat",{}] | [3,"1",{"currentTime":"x"}] | 9/12/2024 3:14:29 PM"#,
        &[r#"[2,"1","Heartbeat",{}]"#, r#"[3,"1",{"currentTime":"x"}]"#],
    );
    // The frame inside the data of another is not one of its own.
    let outer = r#"[2,"1","DataTransfer",{"data":"[2,\"9\",\"Heartbeat\",{}]"}]"#;
    check(&format!("{outer}[3,\"1\",{{}}]"), &[outer, r#"[3,"1",{}]"#]);
    check(r#"{"frames": [[2,"1","Heartbeat",{}], [3,"1",{}]]}"#, &[r#"[2,"1","Heartbeat",{}]"#, r#"[3,"1",{}]"#]);
}

#[test]
fn brackets_in_strings_do_not_count() {
    for frame in [
        r#"[2,"1","DataTransfer",{"data":"]}]"}]"#,
        r#"[2,"1","DataTransfer",{"data":"\"]}]"}]"#,
        r#"[2,"1","DataTransfer",{"data":"C:\\"}]"#,
        r#"[2,"1","DataTransfer",{"data":"[[[{{"}]"#,
    ] {
        check(&format!("x {frame} y"), &[frame]);
        check(&format!("{{\"raw\":{}}}", json!(frame)), &[frame]);
        check(&format!("{{\"raw\":{}}}", json!(json!({ "inner": frame }).to_string())), &[frame]);
        check(&format!("a,\"{}\",b", frame.replace('"', "\"\"")), &[frame]);
        check(&format!("<td>{}</td>", frame.replace('&', "&amp;").replace('"', "&quot;")), &[frame]);
    }
}

#[test]
fn broken_frames_are_kept_as_they_are() {
    for frame in [
        r#"[2,"1","MeterValues",{"meterValue":[,{"value":"1"}]}]"#,
        "[2,\t\"1\",\t\"StatusNotification\",\t{\"connectorId\":\t1\t\"info\":\t\"a\tb\"}]",
        // A quote is missing.
        r#"[2,"1","StatusNotification",{"info":"abc,"status":"x"}]"#,
        // A bracket is missing or one too many.
        r#"[2,"1","StatusNotification",{"info":"abc"]"#,
        r#"[2,"1","StatusNotification",{"info":"abc"}}]"#,
        r#"[2,"1","StatusNotification",{"a":[1},"b":2}]"#,
        r#"[2,"1","StatusNotification",{"a":1],"b":2}]"#,
        r#"[2,"1","StatusNotification",{"a":1}},[1],2]"#,
        r#"[2,"1","StatusNotification",{"info":"abc]"#,
    ] {
        check(&format!("x {frame}\nnext line ] }} [x]"), &[frame]);
    }
    // The string around the frame ends before the frame does.
    check(r#"Unable to parse: '[3,"74b4",{"configurationKey":[]', it is {}"#, &[r#"[3,"74b4",{"configurationKey":[]"#]);
    check(r#"{"raw":"[3,\"74b4\",{\"a\":[]","b":[1]}"#, &[r#"[3,"74b4",{"a":[]"#]);
    check(r#"0,"[3,""74b4"",{""a"":[]",17"#, &[r#"[3,"74b4",{"a":[]"#]);
    check("<td>[3,&quot;74b4&quot;,{&quot;a&quot;:1</td><td>]}]</td>", &[r#"[3,"74b4",{"a":1"#]);
    check(r#"x [3,"74b4",{"a":[]"#, &[r#"[3,"74b4",{"a":[]…"#]);
}

#[test]
fn broken_strings_do_not_swallow_the_lines_that_follow() {
    let text = "[2,\"1\",\"X\",{\"info\":\"abc}]\n10:00:00 \"quoted\" [3,\"1\",{}]\n";
    check(text, &["[2,\"1\",\"X\",{\"info\":\"abc}]", "[3,\"1\",{}]"]);
    let text = "[2,\"1\",\"X\",{\"info\":\"abc}]\nsay \"}] x\n";
    check(text, &["[2,\"1\",\"X\",{\"info\":\"abc}]"]);
    // A line that was wrapped inside a string goes on.
    let text = "[2,\"1\",\"X\",{\"info\":\"a\nb\"}]";
    check(text, &[text]);
}

#[test]
fn frames_that_were_cut_are_found() {
    for text in [
        r#"[3,"7""#,
        r#"[3,"7"  "#,
        r#"[3,"7","#,
        r#"[2,"7"#,
        r#"[2,"7","Heart"#,
        r#"[2,"7","Heartbeat""#,
        r#"[2,"7","Heartbeat",{"a":"#,
        r#"[2,"7..."#,
        r#"[2,"7",..."#,
        r#"[2,"7","Heartbeat",...]"#,
        r#"[4,"7",…"#,
        r#"[2,"7","Hea<truncated>"#,
    ] {
        assert!(find_head(&format!("x {text}"), 0).is_some(), "{text}");
        assert!(find_head(&format!("x {text}\nnext"), 0).is_some(), "{text}");
    }
}

#[test]
fn frames_from_whose_middle_something_was_taken_end_where_they_ended() {
    for (frame, bytes) in [
        (r#"[2,"03236754-38b2-424a","GetC...rtedFeatureProfiles"]}]"#, 98),
        (r#"[2,"654f6701-639c-4398","Stat...2022-03-16T15:35:40Z"}]"#, 211),
        (r#"[2,"694f0dac-fad4-44e6","Mete... 0,"transactionId": 0}]"#, 304),
        (r#"[3,"4a7920fe-1ded-48ff",{"cur...0,"status":"Accepted"}]"#, 129),
        (r#"[2,"03236754-38b2-424a","Send...abc"],"c":[{"d":"e"}]}]"#, 180),
    ] {
        let line = format!("< TEXT '{frame}' [{bytes} bytes]");
        let head = find_head(&line, 0).unwrap();
        let End::Closed(end) = find_end(&line, &head) else { panic!("{line}") };
        assert_eq!(&line[head.start..end], frame);
        assert_eq!(elided_bytes(&line[end..]), Some(bytes));
        assert!(is_cut(frame, Some(bytes)), "{frame}");
        // Without the length it takes the quote behind the frame, or fitting brackets.
        if bytes != 180 {
            check(&format!("x '{frame}'"), &[frame]);
        }
    }
    let whole = r#"[2,"1","StatusNotification",{"info":"Waiting..."}]"#;
    check(&format!("< TEXT '{whole}' [50 bytes]"), &[whole]);
    check(&format!("{{\"a\":[[{whole}]]}}").replace("[[[", "[["), &[whole]);
}

#[test]
fn stated_lengths_are_read() {
    for (after, bytes) in [
        ("' [98 bytes]", Some(98)),
        ("' [98 bytes, 8.3 ms]", Some(98)),
        ("' [text, 98 bytes]", Some(98)),
        ("’ [1 byte]", Some(1)),
        ("\" [98 bytes]", Some(98)),
        ("' [98 frames]", None),
        ("' 98 bytes", None),
        ("' [99999999999999999999 bytes]", None),
        ("", None),
    ] {
        assert_eq!(elided_bytes(after), bytes, "{after}");
    }
}

#[test]
fn cut_frames_are_told_from_whole_ones() {
    for (text, bytes, expected) in [
        (r#"[2,"1","X",{"a":"b..."}]"#, None, false),
        (r#"[2,"1","X",{"a":"b...c"}]"#, Some(25), false),
        (r#"[2,"1","X",{"a":"b...c"}]"#, Some(26), true),
        (r#"[2,"1","X",{"a":"b…c"}]"#, Some(80), true),
        (r#"[2,"1","GetC...Profiles"]}]"#, None, true),
        (r#"[2,"1","X",{"a":"bc"}]"#, Some(80), false),
        (r#"[2,"1","X",{"a":"#, None, false),
        (r#"[2,"1","X",{"a":..."#, None, true),
        (r#"[2,"1","X",{"a":… "#, None, true),
        (r#"[2,"1","X",{"a"<truncated>"#, None, true),
        (r#"[2,"1","X",{"a"[truncated]"#, None, true),
        (r#"[2,"1","X",{"a"(truncated)"#, None, true),
        (r#"[2,"1","X",{"a"... [truncated 512 chars]"#, None, true),
        (r#"[2,"1","X",{"a"... 512 more bytes"#, None, true),
        (r#"[2,"1","X",{"a":"b... more"}]"#, None, false),
        (r#"[2,"1","X",{"a":"[Object]"}]"#, None, true),
        (r#"[2,"1","X",{"a":[1,"... 3 more items"]}]"#, None, true),
        (r#"[2,"1","X",{"a":["... 3 cars"]}]"#, None, false),
    ] {
        assert_eq!(is_cut(text, bytes), expected, "{text} {bytes:?}");
    }
}

#[test]
fn beginnings_are_read_of_cut_frames_too() {
    for (text, message_type, id, action) in [
        (r#"[2,"1","Heartbeat",{}]"#, Some(2), Some("1"), Some("Heartbeat")),
        (r#" [ "2" , 17 , "Heartbeat" "#, Some(2), Some("17"), Some("Heartbeat")),
        (r#"[2,"1" "Heartbeat",{"#, Some(2), Some("1"), Some("Heartbeat")),
        (r#"[2,"a\"b\u00e4","Heart"#, Some(2), Some("a\"bä"), None),
        (r#"[3,"1",{"a":1}]"#, Some(3), Some("1"), None),
        (r#"[3,"1","x"]"#, Some(3), Some("1"), None),
        (r#"[4,"1","GenericError",""]"#, Some(4), Some("1"), Some("GenericError")),
        (r#"[2,"1","GetC...Profiles"]}]"#, Some(2), Some("1"), None),
        (r#"[2,"1...2","Heartbeat"]"#, Some(2), None, Some("Heartbeat")),
        (r#"[2,17..."#, Some(2), None, None),
        (r#"[2,"17"#, Some(2), None, None),
        (r#"[12,"17","X"]"#, None, Some("17"), None),
        ("", None, None, None),
        ("[", None, None, None),
    ] {
        let expected = Sketch { message_type, id: id.map(str::to_owned), action: action.map(str::to_owned) };
        assert_eq!(sketch(text), expected, "{text}");
    }
}

#[test]
fn notations_are_recognized() {
    for (text, expected) in [
        (r#"x [2,"1","Heartbeat",{}]"#, Notation::Json),
        (r#""[2,\"1\",\"Heartbeat\",{}]""#, Notation::Escaped(1)),
        (r#""[2,\u00221\u0022,\u0022Heartbeat\u0022,{}]""#, Notation::Escaped(1)),
        (r#""[\n  2,\n  \"1\",\n  \"Heartbeat\",{}]""#, Notation::Escaped(1)),
        (r#""[2,\\\"1\\\",\\\"Heartbeat\\\",{}]""#, Notation::Escaped(2)),
        (r#""[2,\\u00221\\u0022,\\u0022Heartbeat\\u0022,{}]""#, Notation::Escaped(2)),
        (r#"x,"[2,""1"",""Heartbeat"",{}]""#, Notation::Doubled),
        (r#"x,"[3,"""",{}]""#, Notation::Doubled),
        (r#"x [3,"",{}]"#, Notation::Json),
        ("x [2,”1”,”Heartbeat”,{}]", Notation::Typographic),
        ("x [2, “1”, “Heartbeat”, {}]", Notation::Typographic),
        ("x [2, '1', 'Heartbeat', {}]", Notation::Single),
        ("x [ 2, '1', 'Heartbeat', {} ]", Notation::Single),
        ("x [2, u'1', u'Heartbeat', {}]", Notation::Single),
        ("x [3, 17, { status: 'Accepted' }]", Notation::Single),
        ("<td>[2,&quot;1&quot;,&quot;Heartbeat&quot;,{}]</td>", Notation::Entities),
        ("<td>[2,&#34;1&#34;,&#x22;Heartbeat&quot;,{}]</td>", Notation::Entities),
        (r#"data=b'[2,"1","Heartbeat",{}]', rsv1"#, Notation::BytesRepr),
        (r#"< TEXT '[2,"1","Heartbeat",{}]' [22 bytes]"#, Notation::BytesRepr),
        (r#"{'type': 'websocket.send', 'text': '[2,"1","Heartbeat",{}]'}"#, Notation::BytesRepr),
        (r#"job'[2,"1","Heartbeat",{}]'"#, Notation::Json),
    ] {
        assert_eq!(notation(text), Some(expected), "{text}");
        let frames = frames(text);
        assert_eq!(frames.len(), 1, "{text}");
        let value: Value = serde_json::from_str(&frames[0]).expect(text);
        assert!(value == json!([2, "1", "Heartbeat", {}]) || value[0] == 3, "{text}");
    }
}

#[test]
fn escapes_of_other_notations_are_undone() {
    for (raw, notation, expected) in [
        (r#"[3,\"ä\u00e4\/\ud83d\ude00\n\",{}]"#, Notation::Escaped(1), "[3,\"ää/😀\n\",{}]"),
        (r#"[3,\"a\\\"b\",{}]"#, Notation::Escaped(1), r#"[3,"a\"b",{}]"#),
        (r#"[3,\"\\u00e4\",{}]"#, Notation::Escaped(1), r#"[3,"\u00e4",{}]"#),
        (r#"[3,\"\q\u12\ud800\",{}]"#, Notation::Escaped(1), "[3,\"\\q\\u12\u{FFFD}\",{}]"),
        (r#"[3,\"\u{e4}\x41\",{}]"#, Notation::Escaped(1), "[3,\"äA\",{}]"),
        (r#"[3,"1",{"a":"\xc3\xa4\xe2\x82\xac\\"}]"#, Notation::BytesRepr, r#"[3,"1",{"a":"ä€\"}]"#),
        (r#"[3,"1",{"a":"it\'s\\n\xff"}]"#, Notation::BytesRepr, "[3,\"1\",{\"a\":\"it's\\nÿ\"}]"),
        ("[3,&#34;1&#x22;,&lt;&amp;&gt;&#x27;&unknown;&", Notation::Entities, "[3,\"1\",<&>'&unknown;&"),
        ("[3,”1”,{“a”:“it’s”}]", Notation::Typographic, "[3,\"1\",{\"a\":\"it’s\"}]"),
        // What ends the string around the frame is kept when it stands inside.
        (r#"[3,\"1\",{"a\":1}]"#, Notation::Escaped(1), r#"[3,"1",{"a":1}]"#),
    ] {
        assert_eq!(normalize(raw, notation), Normalized { text: expected.into(), is_repaired: true }, "{raw}");
    }
}

#[test]
fn quotes_without_escaping_are_told_from_repr() {
    let frame = r#"[2,"1","DataTransfer",{"data":"{\"a\":\"]}]\"}\n"}]"#;
    check(&format!("data='{frame}', rsv1"), &[frame]);
    let repr = frame.replace('\\', "\\\\");
    check(&format!("data='{repr}', rsv1"), &[frame]);
}

/// Twice the text may take twice the time, not four times: the work is bounded, so this test ends at once.
#[test]
fn hostile_texts_are_followed_in_linear_time() {
    const N: usize = 200_000;
    for (text, notation) in [
        ("[".repeat(N), Notation::Json),
        ("[[}{".repeat(N), Notation::Json),
        (format!("[{}", "}".repeat(N)), Notation::Json),
        (format!("{}{}", "[{".repeat(N), "]".repeat(N)), Notation::Json),
        (format!("[\"{}", "\n".repeat(N)), Notation::Json),
        (format!("'[{}", "...]' [".repeat(N)), Notation::Json),
        ("[\\\\u{{".repeat(N), Notation::Escaped(3)),
        ("[\\\\ud8".repeat(N), Notation::Escaped(3)),
        ("[&&#".repeat(N), Notation::Entities),
        ("[\\xe2".repeat(N), Notation::BytesRepr),
        ("['...".repeat(N), Notation::Single),
        ("[aa(".repeat(N), Notation::Single),
        ("Decimal('".repeat(N), Notation::Single),
        (format!("[{}", "a    ".repeat(N)), Notation::Single),
    ] {
        let _ = find_end(&text, &Head { start: 0, notation });
        let _ = find_end(&text, &Head { start: 1, notation });
        let normalized = normalize(&text, notation);
        assert!(normalized.text.len() <= text.len() * 3);
        let _ = (is_cut(&normalized.text, None), sketch(&normalized.text));
    }
    for text in ["[2,\"", "[2,'", "[2,  ", "[3,\"a\",", "[2,\\\\\\\"", "[2,&quot;", "[2,7,\"a"] {
        let text = text.repeat(N);
        let mut from = 0;
        while let Some(head) = find_head(&text, from) {
            from = head.start + 1;
        }
    }
}

#[test]
fn literals_become_json() {
    for (raw, expected) in [
        (
            r#"[2, '1', 'X', {'a': True, 'b': False, 'c': None, 'd': [1, 2.50, -3e5]}]"#,
            r#"[2, "1", "X", {"a": true, "b": false, "c": null, "d": [1, 2.50, -3e5]}]"#,
        ),
        (r#"[2, u'1', u'X', {'it': "it's", 'q': 'a"b'}]"#, r#"[2, "1", "X", {"it": "it's", "q": "a\"b"}]"#),
        (r#"(3, '1', ('a',), {1: 2,})"#, r#"[3, "1", ["a"], {"1": 2}]"#),
        (r#"[3, '1', {'a': 'it\'s \\ \n \xe4 \u20ac'}]"#, r#"[3, "1", {"a": "it's \\ \n ä €"}]"#),
        (r#"[3, '1', {'a': Decimal('16.10')}]"#, r#"[3, "1", {"a": 16.10}]"#),
        (
            "[\n  2,\n  '1',\n  'X',\n  { connectorId: 1, info: undefined, big: 10n, at: 2026-07-21T08:10:12.000Z, }\n]",
            "[\n  2,\n  \"1\",\n  \"X\",\n  { \"connectorId\": 1, \"info\": null, \"big\": 10, \"at\": \"2026-07-21T08:10:12.000Z\" }\n]",
        ),
        ("[ 3, '1', { a: [Object], b: [Array] } ]", r#"[ 3, "1", { "a": "[Object]", "b": "[Array]" } ]"#),
        ("[ 3, '1', [ 1, 2, ... 3 more items ] ]", r#"[ 3, "1", [ 1, 2, "... 3 more items" ] ]"#),
        ("[3, '1', {'a': 'abc' +\n 'def'}]", r#"[3, "1", {"a": "abcdef"}]"#),
        ("[3, '1', {'a': 'ab", "[3, \"1\", {\"a\": \"ab"),
        ("[3, '1', ", "[3, \"1\", "),
    ] {
        let normalized = normalize(raw, Notation::Single);
        assert_eq!(normalized.text, expected, "{raw}");
        if raw.contains("more items") || raw.contains("[Object]") {
            assert!(is_cut(&normalized.text, None), "{raw}");
        }
    }
}

/// As Python prints a value.
fn python(value: &Value) -> String {
    match value {
        Value::Null => "None".into(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => python_text(text),
        Value::Array(items) => format!("[{}]", items.iter().map(python).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<_> =
                members.iter().map(|(name, value)| format!("{}: {}", python_text(name), python(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn python_text(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c == quote => out.extend(['\\', c]),
            '\0'..='\u{1F}' | '\u{7F}' => out.extend(format!("\\x{:02x}", c as u32).chars()),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// As JavaScript prints a value.
fn javascript(value: &Value) -> String {
    match value {
        Value::Array(items) if items.is_empty() => "[]".into(),
        Value::Array(items) => format!("[ {} ]", items.iter().map(javascript).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let name = |name: &str| {
                let is_plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
                if is_plain { name.to_owned() } else { python_text(name) }
            };
            let members: Vec<_> =
                members.iter().map(|(key, value)| format!("{}: {}", name(key), javascript(value))).collect();
            format!("{{ {} }}", members.join(",\n  "))
        }
        Value::String(text) => python_text(text),
        other => other.to_string(),
    }
}

fn python_bytes(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\'' => out.push_str("\\'"),
            b'\n' => out.push_str("\\n"),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.extend(format!("\\x{byte:02x}").chars()),
        }
    }
    out
}

fn payload() -> impl Strategy<Value = Value> {
    let text = "[a-zA-Z0-9 ,:'\"\\\\/\\[\\]{}&;<>äß€😀\n\t.-]{0,12}";
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<i16>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        text.prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((text, inner), 0..4).prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    });
    prop::collection::vec(("[a-zA-Z]{1,8}", value), 0..4).prop_map(|m| Value::Object(m.into_iter().collect()))
}

fn frame() -> impl Strategy<Value = Value> {
    ("[a-zA-Z0-9-]{1,36}", "[A-Z][a-zA-Z]{1,20}", payload(), 0..4_u8).prop_map(|(id, word, payload, kind)| match kind {
        0 => json!([2, id, word, payload]),
        1 => json!([3, id, payload]),
        2 => json!([4, id, word, "It's broken: \"x\"", payload]),
        _ => json!([6, id, word, payload]),
    })
}

/// The one frame of the text, in this notation.
fn only(text: &str, notation: Notation) -> Result<String, TestCaseError> {
    let head = find_head(text, 0);
    prop_assert_eq!(head.map(|head| head.notation), Some(notation), "{}", text);
    let head = head.unwrap();
    let End::Closed(end) = find_end(text, &head) else {
        return Err(TestCaseError::fail(format!("not closed: {text}")));
    };
    prop_assert_eq!(find_head(text, end), None, "{}", text);
    Ok(normalize(&text[head.start..end], notation).text)
}

proptest! {
    #[test]
    fn every_notation_is_read_back(value in frame(), is_pretty in any::<bool>()) {
        let json = if is_pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let line = format!("10:00:00 [main] sent {json} ok ] }}");
        let head = find_head(&line, 0).unwrap();
        prop_assert_eq!(find_end(&line, &head), End::Closed(head.start + json.len()));
        prop_assert_eq!(normalize(&json, head.notation), Normalized { text: json.clone(), is_repaired: false });
        prop_assert!(!is_cut(&json, None) || json.contains("... "));

        let once = json!({ "at": 1, "raw": json, "b": [2] }).to_string();
        prop_assert_eq!(only(&once, Notation::Escaped(1))?, json.clone());
        let twice = json!({ "log": once, "b": "}" }).to_string();
        prop_assert_eq!(only(&twice, Notation::Escaped(2))?, json.clone());
        let thrice = json!([twice]).to_string();
        prop_assert_eq!(only(&thrice, Notation::Escaped(3))?, json.clone());

        let cell = format!("0,\"{}\",2026", json.replace('"', "\"\""));
        prop_assert_eq!(only(&cell, Notation::Doubled)?, json.clone());

        let html = json.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
        prop_assert_eq!(only(&format!("<td>{html}</td>"), Notation::Entities)?, json.clone());

        let bytes = format!("Frame(data=b'{}', rsv1=False)", python_bytes(&json));
        prop_assert_eq!(only(&bytes, Notation::BytesRepr)?, json.clone());

        let mut is_open = false;
        let typographic: String = json.chars().map(|c| match c {
            '"' => { is_open = !is_open; if is_open { '“' } else { '”' } }
            c => c,
        }).collect();
        prop_assert_eq!(only(&typographic, Notation::Typographic)?, json.clone());

        let literal = only(&format!("sent {} ok", python(&value)), Notation::Single)?;
        prop_assert_eq!(serde_json::from_str::<Value>(&literal).ok(), Some(value.clone()), "{}", literal);
        let literal = only(&format!("sent {} ok", javascript(&value)), Notation::Single)?;
        prop_assert_eq!(serde_json::from_str::<Value>(&literal).ok(), Some(value.clone()), "{}", literal);

        let sketch = sketch(&json);
        prop_assert_eq!(sketch.message_type.map(u64::from), value[0].as_u64());
        prop_assert_eq!(sketch.id.as_deref(), value[1].as_str());
        prop_assert_eq!(sketch.action.as_deref(), value[2].as_str());
    }

    #[test]
    fn cut_frames_never_grow(value in frame(), at in 0.0..1.0) {
        let json = value.to_string();
        let mut end = (json.len() as f64 * at) as usize;
        while !json.is_char_boundary(end) {
            end -= 1;
        }
        let text = format!("x {}", &json[..end]);
        if let Some(head) = find_head(&text, 0) {
            match find_end(&text, &head) {
                // Brackets of a string count when the string is cut.
                End::Closed(closed) => prop_assert!(closed <= text.len()),
                End::Open => {}
            }
        }
        let _ = (sketch(&json[..end]), is_cut(&json[..end], Some(3)));
    }

    #[test]
    fn never_panics(text in "[\\[\\]{}()23,: \"'`“”\\\\/nux0&;#quotabTEX é.…\n-]{0,60}", from in 0..70_usize) {
        let mut at = from;
        while let Some(head) = find_head(&text, at) {
            prop_assert!(head.start >= from);
            at = head.start + 1;
            if let End::Closed(end) = find_end(&text, &head) {
                prop_assert!(end > head.start);
                prop_assert!(text.get(head.start..end).is_some());
            }
        }
        for notation in [
            Notation::Json, Notation::Escaped(1), Notation::Escaped(3), Notation::Doubled, Notation::Typographic,
            Notation::Single, Notation::Entities, Notation::BytesRepr,
        ] {
            let text = normalize(&text, notation).text;
            let _ = (is_cut(&text, None), sketch(&text), elided_bytes(&text));
            let _ = find_end(&text, &Head { start: from, notation });
        }
        let _ = (is_cut(&text, None), sketch(&text), elided_bytes(&text));
    }
}

proptest! {
    /// The quick look agrees with the close one wherever it gives an answer.
    #[test]
    fn plain_frames_are_what_a_close_look_finds(
        parts in prop::collection::vec("[a-t.\\\\\"\\[\\]{}=<(…\n ]{0,6}|\\.\\.\\.|\"\\[|<truncated|\\\\\"|\"[a-z]{1,5}\"|,\\{\"a\":1\\}", 0..12),
        tail in "[\\]}]{0,3}",
    ) {
        let text = format!("[2,\"1\",\"Boot\",{{{}}}]{tail}", parts.concat());
        let head = Head { start: 0, notation: Notation::Json };
        if let Some((end, is_plain)) = plain(&text, &head) {
            let raw = &text[..end];
            // The loop that looks closely must come to the same end.
            prop_assert_eq!(closely(&text), Some(end), "{}", text);
            if is_plain {
                let normalized = normalize(raw, Notation::Json);
                prop_assert!(!normalized.is_repaired && normalized.text == raw);
                prop_assert!(!is_cut(raw, None) && !is_cut(raw, Some(10_000)), "{}", raw);
            }
        }
    }
}

/// Where a frame of plain JSON ends, byte for byte, without the quick look.
fn closely(text: &str) -> Option<usize> {
    let mut scan = Scan::new(true, false);
    for (at, byte) in text.bytes().enumerate() {
        if scan.is_in_string() && byte == b'\n' {
            return None;
        }
        match scan.push(char::from(byte)) {
            Step::Closed => return Some(at + 1),
            Step::WouldClose => return None,
            Step::Within => {}
        }
    }
    None
}
