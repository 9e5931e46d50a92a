//! Every schema of every version, checked against a second checker that knows nothing of ours: the crate
//! `jsonschema`. Where the two differ, the difference is listed here with its reason.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use ocpp_wire::check::{self, Keyword, Violation, check};
use ocpp_wire::json::{self, Kind, NodeId, Tree, escape_pointer};
use ocpp_wire::sample::{Context, Fields, MAX_PER_CONSTRAINT, compact, faulty_samples, template};
use ocpp_wire::schema::{Draft, Schema, SchemaSet};
use ocpp_wire::version::Version;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// 2026-11-22T09:22:07Z
const NOW_EPOCH_MILLIS: i64 = 1_795_339_327_000;
const CONTEXT: Context<'static> = Context { now_epoch_millis: NOW_EPOCH_MILLIS, preferred: &[] };

/// Violations as `pointer keyword`, in both checkers' words.
type Verdict = BTreeSet<String>;

fn set(version: Version) -> SchemaSet {
    let files = schema_files::read(version.schema_set()).unwrap();
    SchemaSet::from_bundle(version, SchemaSet::bundle(version, &files)).unwrap()
}

/// One schema with both checkers.
struct Both {
    schema: Rc<Schema>,
    second: jsonschema::Validator,
}

impl Both {
    fn new(set: &SchemaSet, name: &str) -> Self {
        let schema = set.schema(name).unwrap();
        let draft = match schema.draft {
            Draft::Draft4 => jsonschema::Draft::Draft4,
            Draft::Draft6 => jsonschema::Draft::Draft6,
        };
        let second = jsonschema::options()
            .with_draft(draft)
            .should_validate_formats(true)
            .build(&set.corrected(name).unwrap())
            .unwrap();
        Self { schema, second }
    }

    /// What [`check`] says.
    fn ours(&self, text: &str) -> Verdict {
        let tree = json::parse(text).unwrap();
        verdict(&check(&self.schema, &tree, tree.root()))
    }

    /// What the second checker says, brought to our form: each missing and each unknown member is named itself.
    /// Where a schema is closed without listing properties, it says `falseSchema` of the object.
    fn theirs(&self, value: &Value) -> Verdict {
        use jsonschema::error::ValidationErrorKind;
        let mut verdict = Verdict::new();
        for error in self.second.iter_errors(value) {
            let path = error.instance_path().as_str();
            let keyword = error.kind().keyword();
            let member = |name: &str| line(&format!("{path}/{}", escape_pointer(name)), keyword);
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    verdict.insert(member(property.as_str().unwrap()));
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    verdict.extend(unexpected.iter().map(|name| member(name)));
                }
                ValidationErrorKind::FalseSchema => {
                    let names = value.pointer(path).unwrap().as_object().unwrap().keys();
                    let additional = |name| line(&format!("{path}/{}", escape_pointer(name)), "additionalProperties");
                    verdict.extend(names.map(|name| additional(name)));
                }
                _ => {
                    verdict.insert(line(path, keyword));
                }
            }
        }
        verdict
    }
}

fn verdict(violations: &[Violation]) -> Verdict {
    let verdict: Verdict =
        violations.iter().map(|violation| line(&violation.pointer, violation.keyword.as_str())).collect();
    assert_eq!(verdict.len(), violations.len(), "said twice: {violations:?}");
    verdict
}

fn line(pointer: &str, keyword: &str) -> String {
    format!("{pointer} {keyword}")
}

fn accepts(schema: &Schema, text: &str) -> bool {
    let tree = json::parse(text).unwrap();
    check::accepts(schema, &tree, tree.root())
}

fn referee_is_content(schema: &Schema, text: &str) -> bool {
    let tree = json::parse(text).unwrap();
    check::referee(schema, &tree, tree.root()).is_empty()
}

/// Constraints of a schema file, each by its place in the file, with all violations it can lead to.
type Constraints = BTreeMap<(String, String), Verdict>;

/// Collects the constraints that a payload can reach, straight from the file.
fn collect(document: &Value, node: &Value, place: &str, pointer: &str, found: &mut Constraints) {
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return collect(document, target, reference, pointer, found);
    }
    let mut add = |constraint: String, line: String| {
        found.entry((place.to_owned(), constraint)).or_default().insert(line);
    };
    for keyword in ["type", "enum", "maxLength", "minimum", "maximum", "multipleOf", "format", "minItems", "maxItems"] {
        if node.get(keyword).is_some() {
            add(keyword.to_owned(), line(pointer, keyword));
        }
    }
    // The files close strings and lists, too, which means nothing.
    if node["type"] == "object" && node["additionalProperties"] == false {
        add("additionalProperties".to_owned(), line(&format!("{pointer}/unexpected"), "additionalProperties"));
    }
    for name in node["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()) {
        add(format!("required {name}"), line(&format!("{pointer}/{name}"), "required"));
    }
    for (name, member) in node["properties"].as_object().into_iter().flatten() {
        collect(document, member, &format!("{place}/properties/{name}"), &format!("{pointer}/{name}"), found);
    }
    if let Some(items) = node.get("items") {
        collect(document, items, &format!("{place}/items"), &format!("{pointer}/0"), found);
    }
}

#[test]
fn every_constraint_of_every_schema_is_broken() {
    let (mut n_constraints, mut n_paths) = (0, 0);
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let mut constraints = Constraints::new();
            let document = set.corrected(name).unwrap();
            collect(&document, &document, "", "", &mut constraints);
            let schema = set.schema(name).unwrap();
            let sample: Value = serde_json::from_str(&template(&schema, Fields::All, &CONTEXT)).unwrap();
            for place in constraints.values().flatten().filter_map(|line| line.strip_suffix(" type")) {
                let is_shown = !place.contains("/customData");
                assert_eq!(sample.pointer(place).is_some(), is_shown, "{version} {name} {place}");
            }
            let faults: Verdict =
                faulty_samples(&schema).iter().map(|fault| line(&fault.pointer, fault.keyword.as_str())).collect();
            for (constraint, lines) in &constraints {
                let n_broken = lines.intersection(&faults).count();
                assert_eq!(n_broken, lines.len().min(MAX_PER_CONSTRAINT), "{version} {name} {constraint:?}");
                n_constraints += 1;
                n_paths += lines.len();
            }
            let all: Verdict = constraints.into_values().flatten().collect();
            assert!(faults.is_subset(&all), "{version} {name} {:?}", faults.difference(&all));
        }
    }
    println!("{n_constraints} constraints on {n_paths} paths, each broken on {MAX_PER_CONSTRAINT} paths at most");
}

#[test]
fn both_checkers_agree_on_every_sample_of_every_schema() {
    let (mut n_schemas, mut n_valid) = (0, 0);
    let mut n_faulty: BTreeMap<Keyword, usize> = BTreeMap::new();
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let both = Both::new(&set, name);
            let schema = &*both.schema;
            n_schemas += 1;
            for fields in [Fields::Required, Fields::All] {
                let text = template(schema, fields, &CONTEXT);
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(accepts(schema, &text), "{version} {name} {fields:?} {text}");
                assert!(referee_is_content(schema, &text), "{version} {name} {fields:?} {text}");
                assert_eq!(both.theirs(&value), Verdict::new(), "{version} {name} {fields:?} {text}");
                assert_eq!(compact(schema, fields, &CONTEXT), value.to_string());
                n_valid += 1;
            }
            for fault in faulty_samples(schema) {
                *n_faulty.entry(fault.keyword).or_default() += 1;
                let about = || format!("{version} {name} {} {:?} {}", fault.pointer, fault.keyword, fault.payload);
                let expected: Verdict = [Some(fault.keyword), fault.also]
                    .into_iter()
                    .flatten()
                    .map(|keyword| line(&fault.pointer, keyword.as_str()))
                    .collect();
                assert!(!accepts(schema, &fault.payload), "{}", about());
                assert_eq!(both.ours(&fault.payload), expected, "{}", about());
                let theirs = both.theirs(&serde_json::from_str(&fault.payload).unwrap());
                assert_eq!(theirs, expected, "{}", about());
            }
        }
    }
    let keywords: Vec<String> = n_faulty.iter().map(|(keyword, n)| format!("{} {n}", keyword.as_str())).collect();
    println!(
        "{n_schemas} schemas, {n_valid} valid samples, {} faulty samples ({}), no differences",
        n_faulty.values().sum::<usize>(),
        keywords.join(", ")
    );
    assert_eq!(n_schemas, 387);
    assert_eq!(n_faulty.len(), 11, "every keyword is broken somewhere");
}

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

/// `SplitMix64`: a fixed sequence of numbers without a pattern.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n as u64) as usize
    }

    fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
}

/// One to three characters replaced, put in or taken out.
fn with_other_characters(text: &str, random: &mut Random) -> String {
    const CHARACTERS: &str = "0123456789-+.eE \t\n\"\\/[]{}:,aAzZtTnu_ä😀\u{301}\u{0}\u{2212}";
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=random.below(3) {
        let at = random.below(chars.len());
        let c = characters[random.below(characters.len())];
        match random.below(3) {
            0 => chars[at] = c,
            1 => chars.insert(at, c),
            _ => {
                chars.remove(at);
            }
        }
        if chars.is_empty() {
            chars.push(c);
        }
    }
    chars.into_iter().collect()
}

fn nodes(tree: &Tree<'_>) -> Vec<NodeId> {
    let mut found = vec![tree.root()];
    let mut at = 0;
    while at < found.len() {
        found.extend(tree.items(found[at]));
        at += 1;
    }
    found
}

/// One text, number or truth value changed a little, so that the payload often stays valid.
fn with_another_leaf(text: &str, random: &mut Random) -> String {
    const NUMBERS: &[&str] = &[
        "0",
        "-0",
        "1",
        "-1",
        "2",
        "3",
        "4",
        "42",
        "100",
        "101",
        "0.0",
        "1.0",
        "16.1",
        "16.15",
        "-0.1",
        "1e2",
        "15e-1",
        "123456789012345",
        "-1234567890123456",
        "99999999999999999999",
    ];
    const CHARACTERS: &[&str] =
        &["0", "9", "-", "+", ".", ":", "/", "T", "Z", " ", "a", "X", "ä", "😀", "\u{301}", "\u{2212}"];
    let tree = json::parse(text).unwrap();
    let leaves: Vec<NodeId> =
        nodes(&tree).into_iter().filter(|&node| !matches!(tree.kind(node), Kind::Object | Kind::Array)).collect();
    let Some(&leaf) = leaves.get(random.below(leaves.len().max(1))) else { return text.to_owned() };
    let value = match tree.kind(leaf) {
        Kind::String => {
            let mut chars: Vec<char> = tree.string(leaf).unwrap().chars().collect();
            let at = random.below(chars.len().max(1));
            match random.below(3) {
                0 if !chars.is_empty() => {
                    chars.remove(at);
                }
                1 if !chars.is_empty() => chars[at] = random.of(CHARACTERS).chars().next().unwrap(),
                _ => chars.extend(random.of(CHARACTERS).chars()),
            }
            json::quote(&chars.into_iter().collect::<String>())
        }
        Kind::Number => random.of(NUMBERS).to_owned(),
        _ => random.of(&["true", "false"]).to_owned(),
    };
    let span = tree.span(leaf);
    format!("{}{value}{}", &text[..span.start as usize], &text[span.end as usize..])
}

/// One or two values replaced by others, of a list or of the payload itself; or a member named anew, named
/// like another, or put in a second time.
fn with_other_values(text: &str, random: &mut Random) -> String {
    const VALUES: &[&str] = &[
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1",
        "-1",
        "3",
        "4",
        "7",
        "100",
        "101",
        "255",
        "1.0",
        "1.5",
        "-0.5",
        "16.1",
        "16.15",
        "1e2",
        "15e-1",
        "1e-7",
        "2147483648",
        "123456789012345",
        "1234567890123456",
        "99999999999999999999",
        "0.30000000000000004",
        "1e400",
        "-1e400",
        "1.00000000000000000001",
        "1e-400",
        "\"\"",
        "\"x\"",
        "\"1\"",
        "\"Accepted\"",
        "\"accepted\"",
        "\"Wh\"",
        "\"\\u0041ccepted\"",
        "\"2026-11-22T09:22:07Z\"",
        "\"2026-11-22T09:22:07\"",
        "\"2026-11-22T09:22:60Z\"",
        "\"2026-11-22 09:22:07Z\"",
        "\"2024-02-30T09:22:07Z\"",
        "\"2026-11-22T09:22:07.5-05:00\"",
        "\"https://example.com/\"",
        "\"https://a.0xf/\"",
        "\"https://a.XN--b/\"",
        "\"file:///x\"",
        "\"no uri\"",
        "\"\\ud83d\\ude00\"",
        "\"123456789012345678901234567890123456789012345678901\"",
        "\"ääääääääääääääääääää\"",
        "\"😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀\"",
        "[]",
        "[null]",
        "[{}]",
        "[1,2,3]",
        "{}",
        "{\"vendorId\":\"v\"}",
        "{\"id\":1}",
        "{\"a\":1,\"a\":2}",
    ];
    const NAMES: &[&str] =
        &["customData", "status", "id", "", "x", "type", "vendorId", "Status", "idToken", "evse", "a/b"];
    let mut text = text.to_owned();
    for _ in 0..=random.below(2) {
        let Ok(tree) = json::parse(&text) else { return text };
        let nodes = nodes(&tree);
        let node = nodes[random.below(nodes.len())];
        let (span, key) = (tree.span(node), tree.key_span(node));
        let raw = tree.raw(node);
        let value = match random.below(4) {
            0 => tree.raw(nodes[random.below(nodes.len())]).to_owned(),
            1 => format!("[{raw},{raw}]"),
            _ => random.of(VALUES).to_owned(),
        };
        let (head, tail) = (&text[..span.start as usize], &text[span.end as usize..]);
        let name = |random: &mut Random| json::quote(random.of(NAMES));
        text = match (key.end, random.below(8)) {
            (1.., 0) => format!("{}{}{}", &text[..key.start as usize], name(random), &text[key.end as usize..]),
            (1.., 1) => format!("{head}{raw},{}:{value}{tail}", name(random)),
            (1.., 2) => format!("{head}{raw},{}:{value}{tail}", &text[key.start as usize..key.end as usize]),
            _ => format!("{head}{value}{tail}"),
        };
    }
    text
}

/// How the second checker may differ on changed samples: the reason, and what is left to compare.
struct Leniency {
    reason: &'static str,
    /// The payload may show the difference.
    may_show: fn(&Schema, &str) -> bool,
    /// The violation may be named by one checker alone.
    may_differ: fn(&str) -> bool,
}

const LENIENCIES: &[Leniency] = &[
    Leniency {
        reason: "times and URIs that only one of the two takes, as in the tables above",
        may_show: |_, _| true,
        may_differ: |line| line.ends_with(" format"),
    },
    Leniency {
        reason: "-0 is read as a double, which draft-04 does not take for an integer",
        may_show: |schema, text| schema.draft == Draft::Draft4 && text.contains("-0"),
        may_differ: |line| line.ends_with(" type"),
    },
    Leniency {
        reason: "numbers that a double does not hold",
        may_show: |_, text| text.contains("1.00000000000000000001") || text.contains("1e-400"),
        may_differ: |line| [" type", " multipleOf", " minimum", " maximum"].iter().any(|end| line.ends_with(end)),
    },
];

/// The two ways to our verdict agree, also on payloads that nobody thought of: what is accepted from the text
/// is valid for the referee. And the second checker agrees with the verdict.
#[test]
fn all_checkers_agree_after_random_changes() {
    const PER_SAMPLE: usize = 45;
    let mut random = Random(0x0c95);
    let mut n_differences = vec![0; LENIENCIES.len()];
    let (mut n_cases, mut n_unreadable, mut n_accepted, mut n_refused) = (0, 0, 0, 0);
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let both = Both::new(&set, name);
            for fields in [Fields::Required, Fields::All] {
                let sample = compact(&both.schema, fields, &CONTEXT);
                for n in 0..PER_SAMPLE {
                    let text = match n % 3 {
                        0 => with_other_characters(&sample, &mut random),
                        1 => with_other_values(&sample, &mut random),
                        _ => with_another_leaf(&sample, &mut random),
                    };
                    n_cases += 1;
                    let Ok(tree) = json::parse(&text) else {
                        n_unreadable += 1;
                        continue;
                    };
                    let ours = verdict(&check::referee(&both.schema, &tree, tree.root()));
                    if check::accepts(&both.schema, &tree, tree.root()) {
                        n_accepted += 1;
                        assert_eq!(ours, Verdict::new(), "{version} {name} {text}");
                    } else {
                        n_refused += 1;
                    }
                    // Half a surrogate pair and numbers beyond a double are read by us alone.
                    let Ok(value) = serde_json::from_str::<Value>(&text) else { continue };
                    let theirs = both.theirs(&value);
                    for line in ours.symmetric_difference(&theirs) {
                        let known = LENIENCIES
                            .iter()
                            .position(|known| (known.may_show)(&both.schema, &text) && (known.may_differ)(line));
                        let Some(index) = known else {
                            panic!("{version} {name} {text}\nours {ours:?}\ntheirs {theirs:?}");
                        };
                        n_differences[index] += 1;
                    }
                }
            }
        }
    }
    for (leniency, n) in LENIENCIES.iter().zip(&n_differences) {
        assert!(*n > 0, "never seen: {}", leniency.reason);
    }
    println!(
        "{n_cases} changed samples: {n_unreadable} unreadable, {n_accepted} accepted, {n_refused} not accepted, \
         differences {n_differences:?}"
    );
    assert!(n_accepted > 5_000 && n_refused > 5_000, "the changes are too small or too great to tell anything");
}
