//! What the language means, row by row; its faults; its properties.

use super::pattern::{Case, MAX_BYTES_IN_PLACE, Needle, lower_cased};
use super::*;
use proptest::prelude::*;
use std::cell::Cell;

/// A row of the transcript in words: the columns of [`TRANSCRIPT`].
#[derive(Clone, Debug)]
struct Row {
    kind: RowKind,
    direction: Option<Direction>,
    severity: Severity,
    frame: Option<u32>,
    action: String,
    id: String,
    code: String,
    is_unanswered: bool,
    latency_millis: Option<u32>,
    rules: Vec<String>,
    title: String,
    raw: String,
    n_raw_looked_at: Cell<u32>,
}

/// frame; kind; direction; severity; action; id; code; latency (`?` unanswered); rules; title; raw.
const TRANSCRIPT: &str = r#"
-; connection; -; info; -; -; -; -; -; Connected, ocpp1.6; -
1; call; to-csms; ok; BootNotification; b1; -; 84; -; BootNotification Wallbox AG; [2,"b1","BootNotification",{"chargePointVendor":"Wallbox AG"}]
2; result; to-station; ok; BootNotification; b1; -; 84; -; BootNotification Accepted, every 300 s; [3,"b1",{"status":"Accepted"}]
3; call; to-csms; error; StartTransaction; c 2; -; 1204; RPC-SCHEMA-CALL RPC-ID; StartTransaction connector 1; [2,"c 2","StartTransaction",{"idTag":"ÄÖ-09:21"}]
4; error; to-station; error; StartTransaction; c 2; FormationViolation; 1204; -; FormationViolation; [4,"c 2","FormationViolation","",{}]
5; call; to-station; warning; GetConfiguration; C*; -; ?; RPC-LATE; GetConfiguration all keys; [2,"C*","GetConfiguration",{}]
6; send; to-csms; ok; NotifyPeriodicEventStream; s1; -; -; -; NotifyPeriodicEventStream 12; [6,"s1","NotifyPeriodicEventStream",{"say":"a \"b\" or (c)"}]
7; unreadable; to-csms; error; -; -; -; -; RPC-JSON; Not JSON, 5 bytes; hello ws://x urn:x -
8; call; to-csms; ok; MeterValues; m1; -; 500; -; MeterValues 1204.33 kWh; [2,"m1","MeterValues",{"value":"1204330"}]
9; result-error; to-csms; error; MeterValues; m1; GenericError; 500; -; GenericError; [5,"m1","GenericError","",{}]
"#;

fn transcript() -> Vec<Row> {
    let text = |cell: &str| if cell == "-" { String::new() } else { cell.to_owned() };
    let row = |line: &str| {
        let cells: Vec<&str> = line.splitn(11, "; ").collect();
        let kinds =
            [RowKind::Call, RowKind::Result, RowKind::Error, RowKind::ResultError, RowKind::Send, RowKind::Unreadable];
        let severities = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
        Row {
            frame: cells[0].parse().ok(),
            kind: kinds.into_iter().find(|kind| kind.as_str() == cells[1]).unwrap_or(RowKind::Connection),
            direction: [Direction::ToCsms, Direction::ToStation].into_iter().find(|way| way.as_str() == cells[2]),
            severity: severities.into_iter().find(|severity| severity.as_str() == cells[3]).unwrap(),
            action: text(cells[4]),
            id: text(cells[5]),
            code: text(cells[6]),
            is_unanswered: cells[7] == "?",
            latency_millis: cells[7].parse().ok(),
            rules: cells[8].split(' ').map(text).collect(),
            title: cells[9].to_owned(),
            raw: text(cells[10]),
            n_raw_looked_at: Cell::new(0),
        }
    };
    TRANSCRIPT.trim().lines().map(row).collect()
}

impl Facts for Row {
    fn kind(&self) -> RowKind {
        self.kind
    }
    fn direction(&self) -> Option<Direction> {
        self.direction
    }
    fn severity(&self) -> Severity {
        self.severity
    }
    fn frame(&self) -> Option<u32> {
        self.frame
    }
    fn action(&self) -> &str {
        &self.action
    }
    fn message_id(&self) -> &str {
        &self.id
    }
    fn error_code(&self) -> &str {
        &self.code
    }
    fn is_unanswered(&self) -> bool {
        self.is_unanswered
    }
    fn latency_millis(&self) -> Option<u32> {
        self.latency_millis
    }
    fn raw(&self) -> &str {
        self.n_raw_looked_at.set(self.n_raw_looked_at.get() + 1);
        &self.raw
    }
    fn row_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }
    fn has_rule(&self, pattern: &Pattern) -> bool {
        self.rules.iter().any(|rule| pattern.matches(rule))
    }
}

/// The frames that pass, the connection row being 0; or the fault with the text marked.
fn answer(text: &str) -> String {
    match parse(text) {
        Ok(query) => {
            let passed = transcript().into_iter().filter(|row| query.matches(row));
            passed.map(|row| row.frame.unwrap_or(0).to_string()).collect::<Vec<_>>().join(" ")
        }
        Err(QueryIssue { start, end, message }) => {
            format!("{}»{}«{} {message}", &text[..start], &text[start..end], &text[end..])
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(answer(text), expected, "{text}");
}

#[track_caller]
fn check_fault(text: &str, marked: &str, part_of_message: &str) {
    let answer = answer(text);
    let message = answer.strip_prefix(marked).unwrap_or_else(|| panic!("{text}: {answer}"));
    assert!(message.contains(part_of_message), "{text}: {answer}");
}

#[test]
fn free_text_is_found_in_frame_and_row() {
    check("", "0 1 2 3 4 5 6 7 8 9");
    check(" \t\u{a0}", "0 1 2 3 4 5 6 7 8 9");
    check("WALLBOX", "1");
    check("wallbox ag", "1");
    check("\"wallbox ag\"", "1");
    check("\"AG wallbox\"", "");
    check("connected", "0");
    check("kwh", "8");
    check("1204330", "8");
    check("[2,\"b1\"", "1");
    check("äö", "3");
    check("ÄÖ-09", "3");
    check("09:21", "3");
    check("ws://x", "7");
    check("urn:x", "7");
    check(":\"accepted", "2");
    check("-", "3 7");
    check("hello -", "7");
    check("\"say\\\":\"", "6");
    check("\"(c)\"", "6");
    check("\"\\\\\\\"b\"", "6");
    check("\"or\" \"kind:call\"", "");
}

#[test]
fn fields_choose() {
    check("action:bootnotification", "1 2");
    check("action:Boot", "");
    check("action:*", "1 2 3 4 5 6 8 9");
    check("action:boot*,METER*", "1 2 8 9");
    check("action:*t*t*o*", "1 2 3 4 5");
    check("-action:*", "0 7");
    check("dir:to-csms", "1 3 6 7 8 9");
    check("DIR:To-Station", "2 4 5");
    check("dir:to-csms,to-station", "1 2 3 4 5 6 7 8 9");
    check("kind:call", "1 3 5 8");
    check("kind:result,error,result-error", "2 4 9");
    check("kind:send,unreadable,connection", "0 6 7");
    check("severity:ok", "1 2 6 8");
    check("severity:info,warning", "0 5");
    check("severity:error", "3 4 7 9");
    check("is:unanswered", "5");
    check("is:problem", "3 4 5 7 9");
    check("is:problem,unanswered", "3 4 5 7 9");
    check("id:b1", "1 2");
    check("id:B1", "");
    check("id:\"c 2\"", "3 4");
    check("id:\"c *\",m1", "3 4 8 9");
    check("id:c*", "3 4");
    check("id:C*", "5");
    check("code:formationviolation", "4");
    check("code:*", "4 9");
    check("code:*violation,generic*", "4 9");
    check("frame:3", "3");
    check("frame:3-5,8", "3 4 5 8");
    check("frame:0", "");
    check("-frame:1-9", "0");
    check("rule:RPC-SCHEMA-CALL", "3");
    check("rule:rpc-*", "3 5 7");
    check("rule:*-id,*-JSON", "3 7");
    check("latency>500", "3 4");
    check("latency>=500", "3 4 8 9");
    check("latency<500", "1 2");
    check("latency<=500ms", "1 2 8 9");
    check("latency=84", "1 2");
    check("Latency>1.2s", "3 4");
    check("latency>1.204s", "");
    check("latency>499.999", "3 4 8 9");
    check("latency > 500", "3 4");
    check("latency >= 0.5s dir:to-csms", "3 8 9");
    check("-latency>=0", "0 5 6 7");
}

#[test]
fn terms_are_joined() {
    check("kind:call dir:to-csms", "1 3 8");
    check("kind:call -dir:to-csms", "5");
    check("kind:call or kind:send", "1 3 5 6 8");
    check("kind:call dir:to-station OR is:unanswered Or kind:send", "5 6");
    check("kind:call (dir:to-station or severity:error)", "3 5");
    check("(kind:call dir:to-station)or(severity:error)", "3 4 5 7 9");
    check("(kind:call or kind:send)(severity:ok)", "1 6 8");
    check("-(kind:call or kind:send)", "0 2 4 7 9");
    check("-(kind:call dir:to-csms)", "0 2 4 5 6 7 9");
    check("--kind:call", "1 3 5 8");
    check("---(kind:call)", "0 2 4 6 7 9");
    check("-b1 -m1 -hello", "0 3 4 5 6");
    check("-or", "0 2 5 7 8");
    check("-(-)", "0 1 2 4 5 6 8 9");
}

#[test]
fn faults_have_a_place_and_a_remedy() {
    check_fault(
        "foo:bar",
        "»foo«:bar ",
        "\"foo\" is not a field of the filter; fields are action:, dir:, kind:, severity:, is:, id:, code:, frame:, rule: and latency>; to search for the text put it in quotes: \"foo:bar\"",
    );
    check_fault("kind:call -acton:x", "kind:call -»acton«:x ", "; action is probably meant;");
    check_fault("direction:up", "»direction«:up ", "; dir is probably meant;");
    check_fault("ser:x", "»ser«:x ", "quotes");
    check_fault("dir:up", "dir:»up« ", "dir: takes to-csms or to-station, not \"up\"; dir:to-csms is probably meant");
    check_fault(
        "kind:call,foo x",
        "kind:call,»foo« x ",
        "takes call, result, error, result-error, send, unreadable or connection, not \"foo\"",
    );
    check_fault("kind:reslut", "kind:»reslut« ", "kind:result is probably meant");
    check_fault("kind:CallError", "kind:»CallError« ", "kind:error is probably meant");
    check_fault("severity:\"b ad\"", "severity:»\"b ad\"« ", "takes ok, info, warning or error, not \"b ad\"");
    check_fault("severity:warn", "severity:»warn« ", "severity:warning is probably meant");
    check_fault("is:foo", "is:»foo« ", "is: takes unanswered or problem, not \"foo\"");
    check_fault("latency>abc", "latency>»abc« ", "\"abc\" is not such a number");
    check_fault("latency>1,000", "latency>»1,000« ", "latency>500");
    check_fault("latency>-5", "latency>»-5« ", "latency>500");
    check_fault("latency>0.0001", "latency>»0.0001« ", "latency>500");
    check_fault("latency>99999999999999999999", "latency>»99999999999999999999« ", "such a number");
    check_fault("latency:500", "»latency:«500 ", "compared");
    check_fault("latency!=500", "latency»!=«500 ", "-latency=500");
    check_fault("a -latency", "a -»latency« ", "the word itself is written \"latency\"");
    check_fault("latency>", "latency>»« ", "needs a number");
    check_fault("latency>= )", "latency>=»« ) ", "needs a number");
    check_fault("frame:x", "frame:»x« ", "frame:213 or frame:200-220, not \"x\"");
    check_fault("frame:7-", "frame:»7-« ", "frame:200-220");
    check_fault("frame:+7", "frame:»+7« ", "frame:200-220");
    check_fault("frame:4294967296", "frame:»4294967296« ", "frame:200-220");
    check_fault("frame:20-10", "frame:»20-10« ", "frame:10-20 is probably meant");
    check_fault("severity=error", "»severity=error« ", "severity takes a colon");
    check_fault("action:", "action:»« ", "action: needs a value directly behind it, such as action:BootNotification");
    check_fault("(action: x)", "(action:»« x) ", "needs a value");
    check_fault("kind:call,", "kind:call,»« ", "needs a value");
    check_fault("id:(a or b)", "id:»«(a or b) ", "needs a value");
    check_fault("id:\"\"", "id:»\"\"« ", "between the quotes");
    check_fault("(a", "»(«a ", "not closed");
    check_fault("x (a (b)", "x »(«a (b) ", "not closed");
    check_fault("a)", "a»)« ", "closes nothing");
    check_fault(") a", "»)« a ", "closes nothing");
    check_fault("a ()", "a »()« ", "Nothing stands");
    check_fault("(", "»(« ", "not closed");
    check_fault("or", "»or« ", "\"or\"");
    check_fault("or a", "»or« a ", "between two terms");
    check_fault("a OR ", "a »OR«  ", "between two terms");
    check_fault("(a or) b", "(a »or«) b ", "between two terms");
    check_fault("a or or b", "a »or« or b ", "between two terms");
    check_fault("a \"b c", "a »\"b c« ", "has no end");
    check_fault("\"a\\\"", "»\"a\\\"« ", "has no end");
    check_fault("\"idTag\":\"AB\" x", "\"idTag\"»:\"AB\"« x ", "a space is needed");
    check_fault("id:\"a\"b", "id:\"a\"»b« ", "a comma is needed");
    check_fault("\"\"", "»\"\"« ", "between the quotes");
}

#[test]
fn size_and_depth_are_bounded() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    let issue = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!((issue.start, issue.end), (MAX_DEPTH, MAX_DEPTH + 1));
    assert!(parse(&"(".repeat(MAX_CHARS)).is_err());
    assert!(parse(&"-(".repeat(MAX_CHARS / 2)).is_err());
    assert!(parse(&"-".repeat(MAX_CHARS)).is_ok());
    assert!(parse(&"ä ".repeat(MAX_CHARS)).is_ok());
    let issue = parse(&"ä ".repeat(MAX_CHARS + 1)).unwrap_err();
    assert_eq!((issue.start, issue.end), (3 * MAX_CHARS, 3 * MAX_CHARS + 3));
}

#[test]
fn the_text_of_a_query_is_canonical() {
    for (text, expected) in [
        ("  ", ""),
        ("A  b", "A b"),
        ("((a) (b)) c", "a b c"),
        ("(a or b) or c d", "a or b or c d"),
        ("a (b or c)", "a (b or c)"),
        ("-(-(a))", "a"),
        ("-((a b))", "-(a b)"),
        ("\"a\" \"a b\" \"or\" -\"or\" -or", "a \"a b\" \"or\" -or -or"),
        (
            "\"-a\" \"-\" -- \"kind:x\" \"09:21\" \"latency\" \"latency>5\"",
            "\"-a\" - -- \"kind:x\" 09:21 \"latency\" \"latency>5\"",
        ),
        (r#""\a\\\"\\""#, r#"\a\"\"#),
        (r#""\a \\\" \\" a"b"#, r#""\a \\\" \\" a"b"#),
        ("ID:\"a\",\"b,c\",\"d*\" KIND:Call", "kind:call id:a,\"b,c\",d*"),
        ("frame:007,5-5,5-6", "frame:7,5,5-6"),
        (
            "latency > 2000 latency<1.50 latency=0.25s latency>=0 latency<=0.0010s",
            "latency>2s latency<1.5 latency=250 latency>=0 latency<=1",
        ),
        ("text severity:ok or action:x or is:problem", "is:problem or action:x or severity:ok text"),
    ] {
        assert_eq!(parse(text).unwrap().to_text(), expected);
    }
    assert!(parse("").unwrap().is_everything());
    assert!(!parse("a").unwrap().is_everything());
}

#[test]
fn texts_are_looked_at_last() {
    let rows = transcript();
    let query = parse("wallbox (b1 or dir:to-csms) action:boot*").unwrap();
    assert!(query.matches(&rows[1]));
    assert_eq!(rows[1].n_raw_looked_at.get(), 1);
    assert!(!query.matches(&rows[3]));
    assert_eq!(rows[3].n_raw_looked_at.get(), 0);
}

#[test]
fn patterns_are_compared_from_end_to_end() {
    for (pattern, fitting, unfitting) in [
        ("abc", "ABC", "abcd"),
        ("a*c", "aXXc", "aXXcd"),
        ("a*a", "aa", "a"),
        ("*ab*ba*", "xabbay", "xaba"),
        ("a**b", "ab", "ba"),
        ("*", "x", ""),
        ("Ä*é", "äxÉ", "axe"),
        ("*", "ä", ""),
        ("ab*", "abä", "äab"),
    ] {
        let pattern = Pattern::ignoring_case(pattern);
        assert!(pattern.matches(fitting), "{pattern:?} {fitting}");
        assert!(!pattern.matches(unfitting), "{pattern:?} {unfitting}");
    }
}

#[test]
fn long_needles_are_found_too() {
    let long = "aB".repeat(MAX_BYTES_IN_PLACE);
    let needle = Needle::new(&long, Case::Ignored);
    assert!(needle.is_in(&format!("ä{}", "Ab".repeat(MAX_BYTES_IN_PLACE + 1))));
    assert!(!needle.is_in(&"Ab".repeat(MAX_BYTES_IN_PLACE - 1)));
}

/// Texts that are mostly queries.
fn query_text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "[a-cA-C0-9äÖ\"\\\\*:,.<>=!-]{1,4}",
        prop::sample::select(vec![
            "or",
            "Or",
            "-",
            "latency",
            "\"latency\"",
            "urn:x",
            "ws://x",
            "09:21",
            "wallbox",
            "b1",
            "1204",
            "Accepted"
        ])
        .prop_map(str::to_owned),
        "\"([a-c(),: -]|\\\\.){1,6}\"",
    ];
    let value = prop_oneof!["[a-zA-Z*]{1,3}", "\\*?[bcm12 ]*\\*?", "\"[bcm12 *,()\\\\\\\\]{1,4}\""];
    let term = prop_oneof![
        3 => word,
        2 => (prop::sample::select(vec!["action", "id", "code", "rule", "ID"]), prop::collection::vec(value, 1..3))
            .prop_map(|(field, values)| format!("{field}:{}", values.join(","))),
        3 => prop::sample::select(vec![
            "dir:to-csms", "kind:call,Error", "severity:warning,error", "is:unanswered", "is:problem", "frame:3-5,8", "frame:007",
            "latency>500", "latency <= 1.204s", "latency=84", "action:meter*", "rule:*-call", "id:\"c 2\"", "code:*",
        ]).prop_map(str::to_owned),
    ];
    term.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|terms| terms.join(" ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|terms| terms.join(" or ")),
            inner.clone().prop_map(|group| format!("({group})")),
            inner.clone().prop_map(|group| format!("-({group})")),
            inner.prop_map(|term| format!("-{term}")),
        ]
    })
}

fn passed(query: &Query) -> Vec<bool> {
    transcript().iter().map(|row| query.matches(row)).collect()
}

fn check_any_text(text: &str) {
    match parse(text) {
        Ok(query) => {
            let written = query.to_text();
            assert_eq!(parse(&written), Ok(query), "{text} is written {written}");
            let n_chars = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
            // This is what keeps the text of a query within the limit.
            assert!(n_chars(&written) <= n_chars(text), "{text} is written {written}");
        }
        Err(issue) => {
            assert!(issue.start <= issue.end && text.get(issue.start..issue.end).is_some(), "{text}: {issue:?}");
            assert!(
                !issue.message.is_empty() && !issue.message.ends_with('.') && issue.message.len() < 500,
                "{issue:?}"
            );
            let error = issue.to_filter_error(text);
            assert!(error.end_utf16 as usize <= text.encode_utf16().count(), "{text}: {error:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check_any_text(&text);
    }

    #[test]
    fn any_text_of_signs_is_read_or_refused(text in "([a-b ()\"\\\\:,*<>=!-]|or | or|id:|kind:|call|frame:|latency|[0-9]|ä){0,24}") {
        check_any_text(&text);
    }

    #[test]
    fn the_text_of_a_query_is_read_back(text in query_text()) {
        check_any_text(&text);
    }

    #[test]
    fn exclusion_is_the_complement(text in query_text()) {
        if let Ok(query) = parse(&text) {
            let excluded = parse(&format!("-({text})")).unwrap();
            prop_assert_eq!(passed(&excluded), passed(&query).into_iter().map(|is_in| !is_in).collect::<Vec<_>>());
        }
    }

    #[test]
    fn or_is_the_union_and_a_space_the_intersection(left in query_text(), right in query_text()) {
        if let (Ok(a), Ok(b)) = (parse(&left), parse(&right)) {
            let (a, b) = (passed(&a), passed(&b));
            let either = parse(&format!("{left} or {right}")).unwrap();
            prop_assert_eq!(passed(&either), a.iter().zip(&b).map(|(a, b)| a | b).collect::<Vec<_>>());
            let both = parse(&format!("({left}) ({right})")).unwrap();
            prop_assert_eq!(passed(&both), a.iter().zip(&b).map(|(a, b)| a & b).collect::<Vec<_>>());
        }
    }

    #[test]
    fn search_is_that_of_lower_case_texts(needle in "[abAB1ä\"]{1,5}", haystack in "[abAB1äÄ\"]{0,90}") {
        let expected = lower_cased(&haystack).contains(&lower_cased(&needle));
        prop_assert_eq!(Needle::new(&needle, Case::Ignored).is_in(&haystack), expected);
    }

    #[test]
    fn patterns_are_those_of_a_slow_comparison(pattern in "[abB*]{1,7}", text in "[abA]{1,12}") {
        fn fits(pattern: &[u8], text: &[u8]) -> bool {
            match pattern.split_first() {
                None => text.is_empty(),
                Some((b'*', rest)) => (0..=text.len()).any(|at| fits(rest, &text[at..])),
                Some((c, rest)) => text.first() == Some(c) && fits(rest, &text[1..]),
            }
        }
        let expected = fits(pattern.as_bytes(), text.as_bytes());
        prop_assert_eq!(Pattern::new(pattern.clone(), Case::Kept).matches(&text), expected);
        let expected = fits(pattern.to_lowercase().as_bytes(), text.to_lowercase().as_bytes());
        prop_assert_eq!(Pattern::ignoring_case(&pattern).matches(&text), expected);
    }
}
