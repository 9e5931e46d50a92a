//! Unusual values one by one: what we say, and what the second checker says.

use super::*;

/// What the second checker says of an unusual payload.
#[derive(Clone, Copy)]
enum Theirs {
    /// The same as ours.
    Same,
    /// Something else, with the reason for the difference.
    Other(&'static [&'static str], &'static str),
    /// The text is not read at all, with the reason.
    Unreadable(&'static str),
}

use Theirs::{Other, Same, Unreadable};

impl Both {
    fn of(version: Version, name: &str) -> Self {
        let path = schema_files::folder().join(version.schema_set()).join(format!("{name}.json"));
        let file = (format!("{name}.json"), std::fs::read_to_string(path).unwrap());
        Self::new(&SchemaSet::from_bundle(version, SchemaSet::bundle(version, &[file])).unwrap(), name)
    }

    /// Checks one payload with both checkers.
    fn row(&self, payload: &str, ours: &[&str], theirs: Theirs) {
        let verdict = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Verdict>();
        let about = format!("{} {} {}", self.schema.version, self.schema.name, check::shorten(payload));
        assert_eq!(self.ours(payload), verdict(ours), "ours: {about}");
        assert!(!accepts(&self.schema, payload) || referee_is_content(&self.schema, payload), "accepted: {about}");
        let value = serde_json::from_str::<Value>(payload);
        match theirs {
            Same => assert_eq!(self.theirs(&value.unwrap()), verdict(ours), "theirs: {about}"),
            Other(lines, reason) => {
                assert_ne!(lines, ours, "not a difference: {reason}: {about}");
                assert_eq!(self.theirs(&value.unwrap()), verdict(lines), "{reason}: {about}");
            }
            Unreadable(reason) => assert!(value.is_err(), "{reason}: {about}"),
        }
    }
}

/// Checks payloads against a schema with both checkers: `(payload, our violations, theirs)`.
fn check_table(version: Version, name: &str, rows: &[(&str, &[&str], Theirs)]) {
    let both = Both::of(version, name);
    for (payload, ours, theirs) in rows {
        both.row(payload, ours, *theirs);
    }
}

/// The same table for a time in a draft-04 and in a draft-06 schema.
fn check_times(rows: &[(&str, bool, Option<&'static str>)]) {
    const WRONG: &[&str] = &["/currentTime format"];
    for (version, name) in [(Version::V16, "HeartbeatResponse"), (Version::V21, "HeartbeatResponse")] {
        let both = Both::of(version, name);
        for (time, is_valid, difference) in rows {
            let payload = format!("{{\"currentTime\":{}}}", json::quote(time));
            let (ours, other): (&[&str], &'static [&'static str]) = if *is_valid { (&[], WRONG) } else { (WRONG, &[]) };
            let theirs = difference.map_or(Same, |reason| Other(other, reason));
            both.row(&payload, ours, theirs);
        }
    }
}

#[test]
fn unusual_times() {
    let long_fraction = format!("2026-11-22T09:22:07.{}Z", "123456789".repeat(20));
    check_times(&[
        ("2026-11-22T09:22:07Z", true, None),
        ("2026-11-22T09:22:07.1Z", true, None),
        ("2026-11-22T09:22:07.123456789Z", true, None),
        (&long_fraction, true, None),
        ("2026-11-22T09:22:07+01:00", true, None),
        ("2026-11-22T09:22:07-23:59", true, None),
        ("2026-11-22T09:22:07+00:00", true, None),
        ("2026-11-22T09:22:07-00:00", true, None),
        ("2026-11-22t09:22:07z", true, None),
        ("0000-01-01T00:00:00Z", true, None),
        ("9999-12-31T23:59:59.999Z", true, None),
        ("2024-02-29T00:00:00Z", true, None),
        ("2000-02-29T00:00:00Z", true, None),
        ("2026-12-31T23:59:60Z", true, None),
        ("2027-01-01T00:59:60+01:00", true, None),
        ("2026-02-29T00:00:00Z", false, None),
        ("1900-02-29T00:00:00Z", false, None),
        ("2026-13-01T00:00:00Z", false, None),
        ("2026-00-01T00:00:00Z", false, None),
        ("2026-01-00T00:00:00Z", false, None),
        ("2026-11-22T24:00:00Z", false, None),
        ("2026-11-22T09:60:00Z", false, None),
        ("2026-11-22T09:22:61Z", false, None),
        ("2026-11-22T09:22:07", false, None),
        ("2026-11-22T09:22Z", false, None),
        ("2026-11-22", false, None),
        ("2026-11-22T09:22:07+0100", false, None),
        ("2026-11-22T09:22:07+01", false, None),
        ("2026-11-22T09:22:07+24:00", false, None),
        ("2026-11-22T09:22:07+01:60", false, None),
        ("2026-11-22T09:22:07.Z", false, None),
        ("2026-11-22T09:22:07,5Z", false, None),
        ("2026-11-22T09:22:07Z ", false, None),
        (" 2026-11-22T09:22:07Z", false, None),
        ("2026-11-22T09:22:07ZZ", false, None),
        ("+2026-11-22T09:22:07Z", false, None),
        ("10000-01-01T00:00:00Z", false, None),
        ("-001-01-01T00:00:00Z", false, None),
        ("2026-11-22_09:22:07Z", false, None),
        ("2026-11-22T09:22:07 Z", false, None),
        ("20261122T092207Z", false, None),
        ("2026-W47-7T09:22:07Z", false, None),
        ("Sun, 22 Nov 2026 09:22:07 GMT", false, None),
        ("1795339327", false, None),
        ("２０２６-11-22T09:22:07Z", false, None),
        ("", false, None),
        ("2026-11-22 09:22:07Z", true, Some("RFC 3339 5.6 permits a space for readability; the referee takes it")),
        ("2026-11-22T09:22:60Z", true, Some("the referee takes a leap second at any minute")),
        ("2026-12-31T23:59:60+01:00", true, Some("the referee takes a leap second at any minute")),
        ("2026-11-22T09:22:07\u{2212}01:00", true, Some("the referee takes the typographic minus sign of ISO 8601")),
    ]);
}

#[test]
fn unusual_uris() {
    const WRONG: &[&str] = &["/location format"];
    const HOST: &str = "the referee reads a URL as browsers do: its host must be there and be possible";
    const LENIENT: &str = "the referee reads a URL as browsers do, which mend what RFC 3986 forbids";
    let rows: &[(&str, bool, Option<&'static str>)] = &[
        ("https://example.com/file", true, None),
        ("ftp://user:password@example.com:2121/dir/file.bin?x=1#part", true, None),
        ("https://[2001:db8::1]:8443/f", true, None),
        ("HTTPS://EXAMPLE.COM", true, None),
        ("file:///tmp/log.zip", true, None),
        ("urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", true, None),
        ("mailto:a@example.com", true, None),
        ("https://example.com/a%20b", true, None),
        ("", false, None),
        ("example.com/file", false, None),
        ("/file", false, None),
        ("//example.com/file", false, None),
        ("https//example.com", false, None),
        ("https://[::1", false, None),
        ("https://example.com:port/", false, None),
        ("https://exa mple.com/", false, None),
        ("https://", false, Some(HOST)),
        ("https://user@:80/", false, Some(HOST)),
        ("https://example.com:99999/", false, Some(HOST)),
        ("https://1.2.3.256/", false, Some(HOST)),
        ("https://a.0xg/", true, None),
        ("https://a.0xf/", false, Some(HOST)),
        ("https://xn--/", false, Some(HOST)),
        ("https://example.XN--a/", true, None),
        ("https://example.com/a b", true, Some(LENIENT)),
        (" https://example.com/", true, Some(LENIENT)),
        ("https://example.com/\n", true, Some(LENIENT)),
        ("https://example.com/ä", true, Some(LENIENT)),
        ("https://exämple.com/", false, None),
        ("https://example.com/%zz", true, Some(LENIENT)),
        ("https://example.com/{name}", true, Some(LENIENT)),
        ("https://example.com/#a#b", true, Some(LENIENT)),
        ("https://example.com\\f", true, Some(LENIENT)),
        ("c:\\logs\\log.zip", true, Some(LENIENT)),
    ];
    let both = Both::of(Version::V16, "GetDiagnostics");
    for (uri, is_valid, difference) in rows {
        let payload = format!("{{\"location\":{}}}", json::quote(uri));
        let (ours, other): (&[&str], &'static [&'static str]) = if *is_valid { (&[], WRONG) } else { (WRONG, &[]) };
        let theirs = difference.map_or(Same, |reason| Other(other, reason));
        both.row(&payload, ours, theirs);
    }
}

const TOO_GREAT: &str = "serde_json refuses numbers beyond a double";
const DOUBLE: &str = "the second checker sees a double, which does not hold the number as it was written";

#[test]
fn integers_in_unusual_spellings() {
    const WRONG: &[&str] = &["/reservationId type"];
    let draft_4 = Both::of(Version::V16, "CancelReservation");
    let draft_6 = Both::of(Version::V201, "CancelReservationRequest");
    let both_drafts = |number: &str, ours: [&[&str]; 2], theirs: [Theirs; 2]| {
        let payload = format!("{{\"reservationId\":{number}}}");
        draft_4.row(&payload, ours[0], theirs[0]);
        draft_6.row(&payload, ours[1], theirs[1]);
    };
    for number in ["1", "0", "-1", "2147483648", "18446744073709551615", "12345678901234567890123"] {
        both_drafts(number, [&[], &[]], [Same, Same]);
    }
    // From draft-06 on a number without a fractional part is an integer, however it is written.
    for number in ["1.0", "-0.0", "1e0", "1E+2", "10e-1", "1.5e1"] {
        both_drafts(number, [WRONG, &[]], [Same, Same]);
    }
    for number in ["1.5", "1e-1", "-0.5", "\"1\"", "true", "null", "[1]", "{}"] {
        both_drafts(number, [WRONG, WRONG], [Same, Same]);
    }
    both_drafts("-0", [&[], &[]], [Other(WRONG, DOUBLE), Same]);
    both_drafts("1.00000000000000000001", [WRONG, WRONG], [Same, Other(&[], DOUBLE)]);
    both_drafts("1.0e300", [WRONG, &[]], [Other(&[], DOUBLE), Same]);
    both_drafts("1e-400", [WRONG, WRONG], [Same, Other(&[], DOUBLE)]);
    both_drafts("1e400", [WRONG, &[]], [Unreadable(TOO_GREAT), Unreadable(TOO_GREAT)]);
    both_drafts("-1e400", [WRONG, &[]], [Unreadable(TOO_GREAT), Unreadable(TOO_GREAT)]);
}

#[test]
fn bounds_and_steps() {
    let both = Both::of(Version::V21, "BatterySwapRequest");
    let bounded = |number: &str, ours: &[&str], theirs: Theirs| {
        let payload = format!(
            "{{\"batteryData\":[{{\"evseId\":1,\"serialNumber\":\"B\",\"soC\":{number},\"soH\":98}}],\"eventType\":\"BatteryIn\",\"idToken\":{{\"idToken\":\"T\",\"type\":\"ISO14443\"}},\"requestId\":1}}"
        );
        both.row(&payload, ours, theirs);
    };
    for number in ["0", "-0", "0.0", "-0.0", "0e5", "1e-300", "100", "100.0", "1e2", "99.999", "55"] {
        bounded(number, &[], Same);
    }
    for number in ["-1", "-0.001", "-1e-300", "-1e300"] {
        bounded(number, &["/batteryData/0/soC minimum"], Same);
    }
    for number in ["101", "100.001", "1e3", "1e300", "100.0000000001"] {
        bounded(number, &["/batteryData/0/soC maximum"], Same);
    }
    bounded("-1e-400", &["/batteryData/0/soC minimum"], Other(&[], DOUBLE));
    let nearly_nothing = format!("-0.{}1", "0".repeat(400));
    bounded(&nearly_nothing, &["/batteryData/0/soC minimum"], Other(&[], DOUBLE));
    bounded("1e400", &["/batteryData/0/soC maximum"], Unreadable(TOO_GREAT));
    bounded("-1e400", &["/batteryData/0/soC minimum"], Unreadable(TOO_GREAT));

    let both = Both::of(Version::V16, "GetCompositeScheduleResponse");
    let stepped = |number: &str, is_valid: bool, theirs: Theirs| {
        let payload = format!(
            "{{\"status\":\"Accepted\",\"chargingSchedule\":{{\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{{\"startPeriod\":0,\"limit\":{number}}}]}}}}"
        );
        let wrong = ["/chargingSchedule/chargingSchedulePeriod/0/limit multipleOf"];
        both.row(&payload, if is_valid { &[] } else { &wrong }, theirs);
    };
    for tenths in 0..1_000 {
        stepped(&format!("{}.{}", tenths / 10, tenths % 10), true, Same);
    }
    for number in ["-16.1", "16.10", "161e-1", "1e20", "0.3e1", "-0", "1000000000000.1"] {
        stepped(number, true, Same);
    }
    for number in ["16.15", "0.05", "1e-2", "16.000000000000002", "-0.01"] {
        stepped(number, false, Same);
    }
    stepped("16.10000000000000000001", false, Other(&[], DOUBLE));
    stepped("1e-400", false, Other(&[], DOUBLE));
    stepped("1e400", true, Unreadable(TOO_GREAT));
    stepped("1e-99999999999999999999", false, Other(&[], DOUBLE));
}

#[test]
fn lengths_are_counted_in_characters() {
    const WRONG: &[&str] = &["/idTag maxLength"];
    const SURROGATE: &str = "serde_json refuses half a surrogate pair; JSON itself permits it";
    let (of_1_6, of_2_1) = (Both::of(Version::V16, "Authorize"), Both::of(Version::V21, "AuthorizeRequest"));
    let t = |id_tag: &str, ours: &[&str], theirs: Theirs| {
        let payload = format!("{{\"idTag\":\"{id_tag}\"}}");
        of_1_6.row(&payload, ours, theirs);
        assert_eq!(accepts(&of_1_6.schema, &payload), ours.is_empty(), "the referee is not needed: {payload}");
        // 2.1 allows 255 characters where 1.6 allows 20.
        let filler = "x".repeat(235);
        let payload = format!("{{\"idToken\":{{\"idToken\":\"{filler}{id_tag}\",\"type\":\"Local\"}}}}");
        let ours: &[&str] = if ours.is_empty() { &[] } else { &["/idToken/idToken maxLength"] };
        of_2_1.row(&payload, ours, theirs);
        assert_eq!(accepts(&of_2_1.schema, &payload), ours.is_empty(), "the referee is not needed: {payload}");
    };
    for character in ["a", "ä", "€", "😀", "\u{301}", "\u{200d}", "\\u0041", "\\n", "\\ud83d\\ude00", "\\u0000"] {
        t(&character.repeat(20), &[], Same);
        t(&character.repeat(21), WRONG, Same);
    }
    // A letter with a combining accent is two characters, a family of four is seven.
    t(&"e\u{301}".repeat(10), &[], Same);
    t(&"e\u{301}".repeat(11), WRONG, Same);
    t(&"👨‍👩‍👧‍👦".repeat(2), &[], Same);
    t(&"👨‍👩‍👧‍👦".repeat(3), WRONG, Same);
    t("", &[], Same);
    t(&"\\ud83d".repeat(20), &[], Unreadable(SURROGATE));
    t(&"\\ude00".repeat(21), WRONG, Unreadable(SURROGATE));
}

#[test]
fn payloads_that_are_no_object_and_members_that_are_null() {
    for payload in ["null", "[]", "[{}]", "\"\"", "\"{}\"", "0", "true"] {
        check_table(Version::V16, "Heartbeat", &[(payload, &[" type"], Same)]);
        check_table(Version::V21, "HeartbeatRequest", &[(payload, &[" type"], Same)]);
        check_table(Version::V16, "BootNotification", &[(payload, &[" type"], Same)]);
        check_table(Version::V201, "BootNotificationRequest", &[(payload, &[" type"], Same)]);
    }
    check_table(Version::V16, "Heartbeat", &[("{}", &[], Same), (" {\n} ", &[], Same)]);
    check_table(
        Version::V21,
        "HeartbeatRequest",
        &[("{}", &[], Same), ("{\"customData\":null}", &["/customData type"], Same)],
    );
    check_table(
        Version::V16,
        "BootNotification",
        &[
            ("{}", &["/chargePointModel required", "/chargePointVendor required"], Same),
            (
                "{\"chargePointModel\":null,\"chargePointVendor\":null,\"iccid\":null}",
                &["/chargePointModel type", "/chargePointVendor type", "/iccid type"],
                Same,
            ),
        ],
    );
    check_table(
        Version::V21,
        "DataTransferRequest",
        &[
            ("{\"vendorId\":\"v\",\"data\":null}", &[], Same),
            ("{\"vendorId\":\"v\",\"data\":[1.0,{\"a\":null}]}", &[], Same),
            ("{\"vendorId\":\"v\",\"data\":1e400}", &[], Unreadable(TOO_GREAT)),
        ],
    );
}

#[test]
fn names_that_stand_twice_or_look_alike() {
    check_table(
        Version::V16,
        "Authorize",
        &[
            ("{\"idTag\":1,\"idTag\":\"a\"}", &[], Same),
            ("{\"idTag\":\"a\",\"idTag\":1}", &["/idTag type"], Same),
            ("{\"idTag\":\"a\",\"\\u0069dTag\":1}", &["/idTag type"], Same),
            ("{\"x\":1,\"x\":2,\"idTag\":\"a\"}", &["/x additionalProperties"], Same),
            ("{\"\":1,\"idTag\":\"a\"}", &["/ additionalProperties"], Same),
            ("{\"a/b~c\":1,\"idTag\":\"a\"}", &["/a~1b~0c additionalProperties"], Same),
            ("{\"idtag\":\"a\"}", &["/idTag required", "/idtag additionalProperties"], Same),
            ("{\"idTag \":\"a\"}", &["/idTag  additionalProperties", "/idTag required"], Same),
            ("{\"idTag\u{301}\":\"a\",\"idTag\":\"a\"}", &["/idTag\u{301} additionalProperties"], Same),
            (
                "{\"constructor\":1,\"__proto__\":{},\"idTag\":\"a\"}",
                &["/__proto__ additionalProperties", "/constructor additionalProperties"],
                Same,
            ),
        ],
    );
    check_table(
        Version::V201,
        "AuthorizeRequest",
        &[
            ("{\"idToken\":7,\"idToken\":{\"idToken\":1,\"idToken\":\"T\",\"type\":\"Local\"}}", &[], Same),
            (
                "{\"idToken\":{\"idToken\":\"T\",\"type\":\"Local\"},\"idToken\":{\"type\":\"local\",\"x\":1}}",
                &["/idToken/idToken required", "/idToken/type enum", "/idToken/x additionalProperties"],
                Same,
            ),
        ],
    );
}
