//! What holds for any query and any text.

use super::*;
use proptest::prelude::*;

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
        3 => (
            prop::sample::select(vec!["status", ".idTag", "\"a b\".c", "a..b", "value", "..id", "[0]", "a[1].2", "\"\"", "or"]),
            prop::sample::select(vec!["=", "!=", "==", "~", "<", ">=", ">", "<="]),
            prop::sample::select(vec!["A", "a*", "\"A\"", "\"\"", "*", "7", "-1.5e3", "x,\"y,z\"", "2026-11-22", "=", "2026-11-22T09:22:07Z", ""]),
        )
            .prop_map(|(path, sign, value)| format!("{path}{sign}{value}")),
        2 => (prop::sample::select(vec!["action", "id", "code", "rule", "ID", "station", "transaction"]), prop::collection::vec(value, 1..3))
            .prop_map(|(field, values)| format!("{field}:{}", values.join(","))),
        3 => prop::sample::select(vec![
            "dir:to-csms", "kind:call,Error", "severity:warning,error", "is:unanswered", "is:problem", "frame:3-5,8", "frame:007",
            "connector:1", "connector:01.2,3", "exchange:3", "time:09:21-09:25", "time:09:21:30-", "time:-10:00",
            "time:2026-11-22T09:21Z-2026-11-22T09:22:30.50", "time:2026-11-22-09:25,23:00-01:00", "time>=2026-11-22T09:21:30Z", "time<09:25", "status = A",
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
    fn any_text_of_signs_is_read_or_refused(text in "([a-b ()\"\\\\:,*<>=!-]|or | or|id:|kind:|call|frame:|latency|time:|time|connector:|[0-9]|[0-9]{2}|\\[|\\]|~|\"a\"|T|Z|ä){0,24}") {
        check_any_text(&text);
    }

    #[test]
    fn any_frame_passes_or_not(
        filter in query_text(),
        raw in any::<String>(),
        cut in 0_usize..80,
        spoiled in 0_usize..80,
        by in "[\"\\\\{}\\[\\],:0ä]",
    ) {
        let Ok(query) = parse(&filter) else { return Ok(()) };
        let mut row = transcript()[1].clone();
        let healthy = r#"[2,"1","A",{"status":"A","a":[{"b":7,"id":"\u0041"}],"evse":{"id":1},"transactionId":5}]"#;
        let broken = format!("{}{by}{}", &healthy[..spoiled], &healthy[spoiled..]);
        for raw in [&raw, &healthy[..cut], &broken] {
            for kind in [RowKind::Call, RowKind::Result, RowKind::Error, RowKind::Unreadable] {
                row.kind = kind;
                raw.clone_into(&mut row.raw);
                query.matches(&row);
            }
        }
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
        prop_assert_eq!(Needle::new(&needle, Case::Kept).is_in(&haystack), haystack.contains(&needle));
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
