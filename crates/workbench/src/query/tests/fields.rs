//! Search by field: paths of the payload, transactions and connectors.

use super::*;

/// The kinds of frames by the number they begin with.
fn kind_of(raw: &str) -> RowKind {
    match raw.get(1..2) {
        Some("2") => RowKind::Call,
        Some("3") => RowKind::Result,
        Some("4") => RowKind::Error,
        Some("5") => RowKind::ResultError,
        Some("6") => RowKind::Send,
        _ => RowKind::Unreadable,
    }
}

fn passes(filter: &str, raw: &str, partner: &str) -> bool {
    let mut row = transcript()[1].clone();
    row.kind = kind_of(raw);
    raw.clone_into(&mut row.raw);
    row.partner = (!partner.is_empty()).then(|| (1, kind_of(partner), partner.to_owned()));
    parse(filter).unwrap_or_else(|issue| panic!("{filter}: {issue}")).matches(&row)
}

/// Filters that let a frame pass, and filters that do not.
#[track_caller]
fn check_frame(raw: &str, passing: &[&str], failing: &[&str]) {
    for (filters, expected) in [(passing, true), (failing, false)] {
        for filter in filters {
            assert_eq!(passes(filter, raw, ""), expected, "{filter} {raw}");
        }
    }
}

#[test]
fn fields_of_the_payload_are_compared() {
    check_frame(
        r#"[2,"1","StartTransaction",{"connectorId":1,"idTag":"ABC*1","meterStart":1200,"timestamp":"2026-11-22T09:22:07Z","note":""}]"#,
        &[
            "idTag=abc*1",
            "idTag=abc*",
            "IDTAG=*1",
            "idTag=\"ABC*1\"",
            ".idTag=abc*",
            "idTag==ABC*",
            "idTag=x,abc*",
            "idTag~bc",
            "idTag~\"BC*\"",
            "idTag~x,BC",
            "idTag!=x",
            "idTag!=\"abc*1\"",
            "idTag=*",
            "note=*",
            "note=\"\"",
            "note!=x",
            "-reservationId=*",
            "meterStart=1200",
            "meterStart=1.2e3",
            "meterStart=\"1200\"",
            "meterStart=12*",
            "meterStart>1199.999",
            "meterStart>=1200.0",
            "meterStart<=1200",
            "meterStart<1e400",
            "timestamp=2026-11-22T10:22:07+01:00",
            "timestamp>2026-11-22T09:22:06.999Z",
            "timestamp<2026-11-22T09:22:07.001Z",
            "timestamp=2026-11-22",
            "timestamp>=2026-11-22",
            "timestamp<2026-11-23",
            "timestamp>09:21",
            "timestamp~2026-11",
            "connectorId=1 idTag=abc*",
        ],
        &[
            "idTag=abc",
            "idTag=\"abc*1\"",
            "idTag=\"ABC*\"",
            "idTag~\"bc\"",
            "idTag!=abc*1",
            "idTag!=x,abc*",
            "idTag>5",
            "Tag=abc*",
            "idTagX=abc*",
            "a.idTag=abc*",
            "idTag.idTag=abc*",
            "note=x",
            "note~x",
            "reservationId!=x",
            "reservationId=*",
            "meterStart=\"1.2e3\"",
            "meterStart>1200",
            "meterStart<1200",
            "meterStart>2026-11-22T09:22:07Z",
            "timestamp>7000",
            "timestamp>2026-11-22T09:22:07Z",
            "timestamp>2026-11-22",
            "timestamp<2026-11-22",
            "timestamp>09:22",
            "StartTransaction=*",
        ],
    );
    check_frame(
        r#"[2,"1","MeterValues",{"meterValue":[{"timestamp":"x","sampledValue":[{"value":"7012.5","unit":"Wh"},{"value":"16"}]},{"sampledValue":[]}],"list":[[1,2],[3,{"odd name":true,"or":null}]]}]"#,
        &[
            "meterValue..value>7000",
            "meterValue.sampledValue.value>7000",
            ".meterValue[0].sampledValue[1].value=16",
            ".meterValue.0.sampledValue.1.value=16.0",
            "meterValue..0.value>7000",
            "value!=16",
            "sampledValue.unit=wh",
            "list=1",
            "list=3",
            "list[1]=3",
            "list[0][1]=2",
            "list..1=2",
            "\"odd name\"=true",
            "list.\"Odd Name\"=*",
            "list[1].or=null",
            "list=*",
            "..sampledValue=*",
            "meterValue.*=x or value=16",
        ],
        &[
            "meterValue.value>7000",
            ".value>7000",
            "meterValue[1]..value=*",
            ".meterValue[0].sampledValue[0].value=16",
            "list[0]=3",
            "list[0][1]=1",
            "list[2]=*",
            "meterValue=x",
            "meterValue!=x",
            "sampledValue~7012",
            "value>7012.50000",
        ],
    );
    check_frame(
        r#"[2,"1","SetChargingProfile",{"csChargingProfiles":{"stackLevel":0,"id":7,"severity":5},"idToken":{"idToken":"A b","type":"Central"}}]"#,
        &[
            "csChargingProfiles.stackLevel=0",
            "csChargingProfiles.id=7",
            "..id=7",
            "\"id\"=7",
            "..severity>=5",
            "idToken.idToken=\"A b\"",
            "idToken=\"A b\"",
            "idToken=a*b",
            "idToken.type=central",
        ],
        &["idToken!=\"A b\"", ".id=7", "stackLevel.csChargingProfiles=0", "idToken.idToken=\"a b\""],
    );
    check_frame(
        r#"[4,"1","FormationViolation","no idTag",{"status":"x"}]"#,
        &[
            "errorCode=formationviolation",
            "errorDescription~idtag",
            ".errorcode!=InternalError",
            "errorCode~violation",
            "status=x",
        ],
        &["errorCode!=FormationViolation", "a.errorCode=*", "idTag=*", "errorDescription=no"],
    );
    check_frame(r#"[5,"1","GenericError",""]"#, &["errorCode=GenericError", "errorDescription=\"\""], &["status=*"]);
    check_frame(
        r#"[2,"1","Heartbeat",{"at":"2026-11-22T09:22:07.5Z"}]"#,
        &["at>2026-11-22T09:22:07Z", "at=2026-11-22T09:22", "at<=2026-11-22T09:22"],
        &["at=2026-11-22T09:22:07Z", "at>2026-11-22T09:22"],
    );
    check_frame(r#"[3,"1",{"status":"Accepted"}]"#, &["status=accepted", "-errorCode=*"], &["status!=Accepted"]);
    check_frame(
        r#"[6,"1","X",{"a":{"a":{"b":1}}}]"#,
        &["a.a.b=1", "a.b=1", "a..b=1", "..a..b=1"],
        &[".a.b=1", "a.a.a=*"],
    );
    check_frame(r#"[2,"1","X",{"i\u0064Tag":"A","a\"b":"\u0041"}]"#, &["idTag=a", r#""a\"b"=A"#], &["idTag=b"]);
    // A frame that cannot be read passes no comparison.
    check_frame(r#"[2,"1","X",{"idTag":"A"}"#, &["-idTag=A"], &["idTag=A", "idTag!=A", "idTag~A"]);
    check_frame(r#"[7,"1","X",{"idTag":"A"}]"#, &["-idTag=A"], &["idTag=A", "errorCode=1"]);
    check_frame(r#"[2,"idTag"]"#, &[], &["idTag=*", "..1=*", "..0=2"]);
    check_frame(r#"[3,"1","idTag"]"#, &[], &["idTag=*", ".0=*"]);
}

#[test]
fn transactions_and_connectors_are_followed() {
    let start = r#"[2,"1","StartTransaction",{"connectorId":2,"idTag":"A"}]"#;
    let started = r#"[3,"1",{"transactionId":55,"idTagInfo":{"status":"Accepted"}}]"#;
    let stop = r#"[2,"2","StopTransaction",{"transactionId":55}]"#;
    let event =
        r#"[2,"3","TransactionEvent",{"evse":{"id":1,"connectorId":2},"transactionInfo":{"transactionId":"Ab-7"}}]"#;
    let status = r#"[2,"4","StatusNotification",{"evseId":3,"connectorId":1,"connectorStatus":"Occupied"}]"#;
    for (filter, raw, partner, expected) in [
        ("transaction:55", stop, "", true),
        ("transaction:5", stop, "", false),
        ("transaction:5*", stop, "", true),
        ("transaction:55", start, "", false),
        ("transaction:55", start, started, true),
        ("transaction:1,55", started, start, true),
        ("transaction:\"ab-7\"", event, "", true),
        ("transaction:*", status, "", false),
        ("transaction:55", "[2,transactionId", "", false),
        ("connector:2", start, "", true),
        ("connector:2", started, start, true),
        ("connector:1,2", started, start, true),
        ("connector:1", start, "", false),
        ("connector:2.2", start, "", false),
        ("connector:1", event, "", true),
        ("connector:2", event, "", false),
        ("connector:1.2", event, "", true),
        ("connector:1.1", event, "", false),
        ("connector:3", status, "", true),
        ("connector:3.1", status, "", true),
        ("connector:1", status, "", false),
        ("connector:0", r#"[2,"5","ChangeAvailability",{"connectorId":0}]"#, "", true),
        ("connector:0", r#"[2,"5","ChangeAvailability",{"evse":{},"connectorId":"x"}]"#, "", false),
        ("connector:3", r#"[2,"5","ChangeAvailability",{"evse":{"connectorId":3}}]"#, "", false),
    ] {
        assert_eq!(passes(filter, raw, partner), expected, "{filter} {raw}");
    }
}
