//! Tests of the sentences about payloads, and of the questions that are decided in decimal.

use super::fast::is_plain_uri;
use super::*;
use crate::json;
use crate::schema::tests::set;
use crate::version::Version;

/// Checks a payload and compares `pointer keyword: sentence` lines.
fn check_text(version: Version, schema: &str, payload: &str, expected: &[&str]) {
    let schema = set(version).schema(schema).unwrap();
    let tree = json::parse(payload).unwrap();
    let lines: Vec<String> = check(&schema, &tree, tree.root())
        .iter()
        .map(|v| format!("{} {}: {}", v.pointer, v.keyword.as_str(), v.sentence))
        .collect();
    assert_eq!(lines, expected, "{payload}");
}

#[test]
fn sentences_of_1_6() {
    let t = |schema, payload, expected: &[&str]| check_text(Version::V16, schema, payload, expected);
    t(
        "Authorize",
        r#"{"idTag":"12345678901234567890123"}"#,
        &["/idTag maxLength: idTag has 23 characters, at most 20 are allowed"],
    );
    t("Authorize", r#"{"idTag":"äöüäöüäöüäöüäöüäöüäö"}"#, &[]);
    t("Authorize", "{}", &["/idTag required: idTag is missing"]);
    t("Authorize", "null", &[" type: The payload is null, but this message has required fields: it must be an object"]);
    t("Authorize", r#"{"idTag":12}"#, &["/idTag type: idTag is the number 12, but must be a string, in quotes"]);
    t(
        "BootNotificationResponse",
        r#"{"status":"accepted","currentTime":"2026-11-22T09:22:07","heartbeatInterval":300}"#,
        &[
            "/interval required: interval is missing",
            "/status enum: status is \"accepted\"; the value is spelled Accepted",
            "/currentTime format: currentTime \"2026-11-22T09:22:07\" has no time zone; append Z for UTC, or an offset such as +01:00",
            "/heartbeatInterval additionalProperties: heartbeatInterval is not a field of the BootNotification response; interval is probably meant",
        ],
    );
    t(
        "StatusNotification",
        r#"{"connectorId":"1","errorCode":"NoError","status":"Available"}"#,
        &["/connectorId type: connectorId is the text \"1\", but must be an integer, without quotes"],
    );
    t(
        "GetDiagnostics",
        r#"{"location":"not a uri"}"#,
        &["/location format: location \"not a uri\" is not a URI; it needs a scheme, such as https://, and no spaces"],
    );
}

#[test]
fn tenths_are_decided_in_decimal() {
    for (limit, valid) in [
        ("0.3", true),
        ("16", true),
        ("16.10", true),
        ("1e2", true),
        ("1e400", true),
        ("16.15", false),
        ("1e-2", false),
    ] {
        let payload = format!(
            r#"{{"connectorId":1,"csChargingProfiles":{{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Relative","chargingSchedule":{{"chargingRateUnit":"A","chargingSchedulePeriod":[{{"startPeriod":0,"limit":{limit}}}]}}}}}}"#
        );
        let sentence = format!(
            "/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit multipleOf: csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit is {limit}, at most one decimal is allowed"
        );
        let expected: &[&str] = if valid { &[] } else { &[&sentence] };
        check_text(Version::V16, "SetChargingProfile", &payload, expected);
    }
}

#[test]
fn an_integer_with_decimals_is_one_from_draft_6_on() {
    check_text(
        Version::V16,
        "BootNotificationResponse",
        r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.0}"#,
        &["/interval type: interval is written 300.0; an integer is written without decimals or exponent"],
    );
    check_text(
        Version::V201,
        "BootNotificationResponse",
        r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.0}"#,
        &[],
    );
    check_text(
        Version::V201,
        "BootNotificationResponse",
        r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":1e400}"#,
        &[],
    );
    check_text(
        Version::V201,
        "BootNotificationResponse",
        r#"{"status":"Accepted","currentTime":"2026-11-22T09:22:07Z","interval":300.00000000000000000001}"#,
        &["/interval type: interval is 300.00000000000000000001, but must be an integer"],
    );
    // 1.6 security messages are draft-06.
    check_text(
        Version::V16,
        "GetLog",
        r#"{"logType":"SecurityLog","requestId":1.0,"log":{"remoteLocation":"https://a/b"}}"#,
        &[],
    );
}

#[test]
fn every_unknown_and_missing_name_has_its_own_pointer() {
    check_text(
        Version::V201,
        "BootNotificationRequest",
        r#"{"chargingStation":{"model":"M","vendor":"V"},"x/y":1}"#,
        &[
            "/reason required: reason is missing",
            "/chargingStation/vendorName required: chargingStation.vendorName is missing",
            "/chargingStation/vendor additionalProperties: vendor is not a field of chargingStation; vendorName is probably meant",
            "/x~1y additionalProperties: \"x/y\" is not a field of BootNotification; own data belongs in customData",
        ],
    );
    check_text(
        Version::V21,
        "MeterValuesRequest",
        r#"{"evseId":-1,"meterValue":[]}"#,
        &[
            "/evseId minimum: evseId is -1, at least 0 is required",
            "/meterValue minItems: meterValue is an empty list, at least 1 item is required",
        ],
    );
}

#[test]
fn the_last_of_two_members_counts() {
    check_text(
        Version::V16,
        "Authorize",
        r#"{"idTag":"ok","idTag":7}"#,
        &["/idTag type: idTag is the number 7, but must be a string, in quotes"],
    );
    check_text(Version::V16, "Authorize", r#"{"idTag":7,"idTag":"ok"}"#, &[]);
}

#[test]
fn plain_uris_are_those_the_referee_takes() {
    for text in ["ftp://host.example/dir/file", "https://a.example", "http://a.b/c~d_e.f"] {
        assert!(is_plain_uri(text), "{text}");
        check_text(Version::V16, "GetDiagnostics", &format!(r#"{{"location":"{text}"}}"#), &[]);
    }
    for text in [
        "ftp://u:p@h/x",
        "http://1.2.3.4/",
        "https://[::1]/",
        "http://a..b/",
        "http://a.0xf/",
        "http://a.XN--b/",
        "x://y",
        "http://",
    ] {
        assert!(!is_plain_uri(text), "{text}");
    }
}
