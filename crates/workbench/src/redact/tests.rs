//! Tests of redaction: what is replaced, what stays, and that no secret is left in any form.

use super::*;
use crate::capture::{CaptureFrame, Marks};
use crate::port::Direction;
use crate::testing::{START, records_of, schemas};
use proptest::prelude::*;

fn capture(lines: &str) -> Capture {
    let mut lines = lines.lines();
    let version = Version::from_number(lines.next().unwrap()).unwrap();
    let items = lines
        .map(|line| {
            let (way, text) = line.split_at(1);
            let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
            let frame = CaptureFrame { text: text.into(), is_binary: way == "b", direction, marks: Marks::NONE };
            CaptureItem { connection: 0, at: START, content: CaptureContent::Frame(frame) }
        })
        .collect();
    Capture { connections: vec![CaptureConnection { station: "RDAM-0815".into(), version }], items }
}

fn texts(capture: &Capture) -> Vec<String> {
    let text = |item: &CaptureItem| match &item.content {
        CaptureContent::Frame(frame) => frame.text.clone(),
        CaptureContent::Event(event) => event.text.clone(),
    };
    capture.items.iter().map(text).collect()
}

/// Redacts frames of 1.6 to the CSMS.
fn check(frames: &str, expected: &str) {
    let lines: String = frames.lines().map(|line| format!("\n>{line}")).collect();
    let redacted = texts(&redact(&capture(&format!("1.6{lines}")), &RedactOptions::default()));
    assert_eq!(redacted, expected.lines().collect::<Vec<_>>());
}

#[test]
fn secrets_get_pseudonyms_of_their_own_form() {
    check(
        r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"}]
[2,"2","Authorize",{"idTag":"04a2b1c2d3"}]
[2,"3","Authorize",{"idTag":"Peter-77"}]
[2,"4","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"SN/0042.x","iccid":"8931000000000000001","firmwareVersion":"1.2.3.4"}]
[2,"5","Authorize",{"idTag":471100}]
[2,"6","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"Door open at 12","vendorErrorCode":"E42"}]"#,
        r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"}]
[2,"2","Authorize",{"idTag":"00a0a0a0a2"}]
[2,"3","Authorize",{"idTag":"Xxxxx-03"}]
[2,"4","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"XX/0000.b","iccid":"0000000000000000005","firmwareVersion":"1.2.3.4"}]
[2,"5","Authorize",{"idTag":100006}]
[2,"6","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"Xxxx xxxx xx 07","vendorErrorCode":"E42"}]"#,
    );
}

#[test]
fn settings_are_secret_by_their_names() {
    check(
        r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter2"}]
[2,"2","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]
[2,"3","SetVariables",{"setVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"attributeValue":"geheim-7"},{"component":{"name":"X"},"variable":{"name":"Interval"},"attributeValue":"60"}]}]
[2,"4","NotifyReport",{"reportData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"Identity"},"variableAttribute":[{"value":"Tor3"}]}]}]"#,
        r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"xxxxxx0xxxxxx2"}]
[2,"2","ChangeConfiguration",{"key":"HeartbeatInterval","value":"300"}]
[2,"3","SetVariables",{"setVariableData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"},"attributeValue":"xxxxxx-3"},{"component":{"name":"X"},"variable":{"name":"Interval"},"attributeValue":"60"}]}]
[2,"4","NotifyReport",{"reportData":[{"component":{"name":"SecurityCtrlr"},"variable":{"name":"Identity"},"variableAttribute":[{"value":"Xxx4"}]}]}]"#,
    );
}

#[test]
fn of_a_url_only_what_is_secret_goes() {
    check(
        r#"[2,"1","GetDiagnostics",{"location":"ftp://jan:s3cret@10.11.12.130:21/up/load?sig=abc%2Fdef&x=1#top"}]
[2,"2","Get",{"location":"https://example.com/firmware.bin","ip":"192.168.4.20","mac":"00:1A:2B:3C:4D:5E"}]"#,
        r#"[2,"1","GetDiagnostics",{"location":"ftp://xxz:x0xxxa@10.10.10.104:21/up/load?sig=aaa%2Faaf&x=6#top"}]
[2,"2","Get",{"location":"https://example.com/firmware.bin","ip":"100.100.0.17","mac":"00:0A:0A:0A:0A:1C"}]"#,
    );
}

#[test]
fn a_known_secret_goes_wherever_it_stands() {
    check(
        r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"}]
[4,"1","InternalError","No token 04a2b1c2d3 here",{"04A2B1C2D3":"id=MDRBMkIxQzJEMw==","hex":"30344132423143324433","u":"%30%34A2B1C2D3"}]
[2,"04A2B1C2D3-1","DataTransfer",{"vendorId":"V","data":"{\"tag\":\"04A2B1C2D3\",\"n\":7,\"at\":\"2026-11-22T09:22:07Z\"}"}]"#,
        r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"}]
[4,"1","InternalError","No token 00a0a0a0a2 here",{"00A0A0A0A2":"id=XXXXXxXxXxXXXx==","hex":"00000000000000000000","u":"%78%78A0A0A0A0"}]
[2,"00A0A0A0A2-1","DataTransfer",{"vendorId":"V","data":"{\"tag\":\"00A0A0A0A2\",\"n\":7,\"at\":\"2026-11-22T09:22:07Z\"}"}]"#,
    );
}

#[test]
fn keys_and_certificates_keep_their_frame() {
    check(
        r#"[2,"1","CertificateSigned",{"certificateChain":"-----BEGIN CERTIFICATE-----\nMIIB9z+/\n-----END CERTIFICATE-----\n"}]
[2,"2","X",{"note":"-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----"}]"#,
        r#"[2,"1","CertificateSigned",{"certificateChain":"-----BEGIN CERTIFICATE-----\nXXXX0z+/\n-----END CERTIFICATE-----\n"}]
[2,"2","X",{"note":"-----BEGIN EC PRIVATE KEY-----\nXXxA\n-----END EC PRIVATE KEY-----"}]"#,
    );
}

#[test]
fn frames_that_are_not_json_lose_their_secrets_too() {
    check(
        r#"[2,"1","Authorize",{"idTag":"04A2B1C2D3"
[2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter
{"idTag": 4711001, oops}
Token hunter42 was refused
[2,'3','Authorize',{'idTag':'ABCDEF77'}]"#,
        r#"[2,"1","Authorize",{"idTag":"00A0A0A0A2"
[2,"2","ChangeConfiguration",{"key":"AuthorizationKey","value":"xxxxxx0xxxxxa
{"idTag": 0000004, oops}
Xxxxx xxxxxx00 xxx xxxxxxx
[2,'3','Authorize',{'idTag':'AAAAAA05'}]"#,
    );
}

#[test]
fn passwords_are_hidden_whatever_is_chosen() {
    let frames = "1.6\n<[2,\"1\",\"ChangeConfiguration\",{\"key\":\"AuthorizationKey\",\"value\":\"hunter2hunter2\"}]\n>[2,\"2\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]\n>[4,\"1\",\"InternalError\",\"hunter2hunter2\",{}]";
    let options = RedactOptions {
        level: Level::SecretsOnly,
        keep: BTreeSet::from(["hunter2hunter2".to_owned()]),
        hides_stations: true,
    };
    let redacted = redact(&capture(frames), &options);
    let texts = texts(&redacted);
    assert!(texts[0].contains("\"xxxxxx0xxxxxx1\"") && texts[2].contains("\"xxxxxx0xxxxxx1\""), "{texts:?}");
    assert!(texts[1].contains("04A2B1C2D3"));
    assert_eq!(redacted.connections[0].station, "RDAM-0815");
    let marks = redacted.items.iter().map(|item| match &item.content {
        CaptureContent::Frame(frame) => frame.marks,
        CaptureContent::Event(_) => Marks::NONE,
    });
    assert_eq!(marks.collect::<Vec<_>>(), [Marks::REDACTED, Marks::NONE, Marks::REDACTED]);
}

#[test]
fn the_preview_names_values_and_places() {
    let mut capture = capture(
        "1.6\n>[2,\"1\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]\n<[3,\"1\",{\"idTagInfo\":{\"status\":\"Accepted\",\"parentIdTag\":\"04A2B1C2D3\"}}]\n>[2,\"2\",\"Authorize\",{\"idTag\":\"KEEP-ME\"}]",
    );
    let event =
        CaptureEvent { title: "Opened".into(), text: "wss://u:pass1234@host/RDAM-0815".into(), severity: Severity::Ok };
    capture.items.push(CaptureItem { connection: 0, at: START, content: CaptureContent::Event(event) });
    let options = RedactOptions { keep: BTreeSet::from(["KEEP-ME".to_owned()]), ..RedactOptions::default() };
    let values = preview(&capture, &options);
    let lines: Vec<String> = values
        .iter()
        .map(|v| format!("{} {} {} {:?} {} {}", v.kind.label(), v.original, v.pseudonym, v.places, v.n_places, v.keep))
        .collect();
    assert_eq!(
        lines,
        [
            "station RDAM-0815 XXXX-0001 [\"station\"] 1 false",
            "token 04A2B1C2D3 00A0A0A0A2 [\"Authorize.idTag\", \"Authorize.idTagInfo.parentIdTag\"] 2 false",
            "token KEEP-ME XXXX-XA [\"Authorize.idTag\"] 1 true",
            "part of a URL u b [\"Opened\"] 1 false",
            "part of a URL pass1234 xxxx0005 [\"Opened\"] 1 false",
        ]
    );
    let redacted = redact(&capture, &options);
    assert_eq!(redacted.connections[0].station, "XXXX-0001");
    assert_eq!(texts(&redacted)[2], "[2,\"2\",\"Authorize\",{\"idTag\":\"KEEP-ME\"}]");
    assert_eq!(texts(&redacted)[3], "wss://b:xxxx0005@host/XXXX-0001");
}

#[test]
fn filter_and_form_of_a_link_hold_no_secret_either() {
    let profile = SharedProfile {
        name: "Rotterdam".into(),
        url: "wss://jan:geheim@csms.example.com/ocpp?token=abcdef99".into(),
        identity: "RDAM-0815".into(),
        versions: vec!["1.6".into()],
    };
    let view = SharedView {
        filter: "text:\"04A2B1C2D3\" -kind:result".into(),
        selected: Some(0),
        route: "#/timeline".into(),
        is_redacted: false,
        profile: Some(profile),
    };
    let shared = Shared { capture: capture("1.6\n>[2,\"1\",\"Authorize\",{\"idTag\":\"04A2B1C2D3\"}]"), view };
    let redacted = redact_shared(&shared, &RedactOptions::default());
    assert_eq!(redacted.capture, redact(&shared.capture, &RedactOptions::default()));
    assert_eq!(redacted.view.filter, "text:\"00A0A0A0A2\" -kind:result");
    assert!(redacted.view.is_redacted);
    let profile = redacted.view.profile.unwrap();
    assert_eq!(
        (profile.url.as_str(), profile.identity.as_str()),
        ("wss://csms.example.com/ocpp?token=aaaaaa03", "XXXX-0001")
    );
    let secrets_only = RedactOptions { level: Level::SecretsOnly, ..RedactOptions::default() };
    let profile = redact_shared(&shared, &secrets_only).view.profile.unwrap();
    assert_eq!(profile.url, "wss://csms.example.com/ocpp?token=abcdef99");
}

#[test]
fn a_hex_dump_is_masked() {
    let redacted = redact(&capture("1.6\nb68 75 6e 74"), &RedactOptions::default());
    assert_eq!(texts(&redacted), ["00 00 0a 00"]);
}

/// A secret that is not likely to stand anywhere by chance.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof!["Q[0-9A-F]{7,13}", "[0-9]{9,16}", "q[a-z]{3}-[0-9a-f]{8}", "Zü[a-z]{8}"]
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .flat_map(|chunk| {
            let bits = chunk.iter().fold(0_u32, |sum, &byte| (sum << 8) | u32::from(byte)) << (8 * (3 - chunk.len()));
            (0..=chunk.len())
                .map(move |n| char::from(ALPHABET[((bits >> (18 - 6 * n)) & 63) as usize]))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The forms a secret may take elsewhere.
fn forms(secret: &str) -> [String; 6] {
    [
        secret.to_owned(),
        base64(secret.as_bytes()),
        base64(format!("CP:{secret}").as_bytes()),
        secret.bytes().map(|byte| format!("{byte:02x}")).collect(),
        secret.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        secret.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect(),
    ]
}

const PLACES: [&str; 9] = [
    r#">[2,"a","Authorize",{"idTag":"§"}]"#,
    r#">[2,"b","BootNotification",{"chargePointVendor":"V","chargePointModel":"M","chargePointSerialNumber":"§","imsi":"§"}]"#,
    r#"<[2,"c","ChangeConfiguration",{"key":"AuthorizationKey","value":"§"}]"#,
    r#">[2,"d","DataTransfer",{"vendorId":"V","data":"§"}]"#,
    r#"<[2,"e","GetDiagnostics",{"location":"ftp://u:§@example.com/?key=§"}]"#,
    r#"<[2,"f","RequestStartTransaction",{"idToken":{"idToken":"§","type":"Central"}}]"#,
    r#">[2,"g","SignCertificate",{"csr":"§"}]"#,
    r#">[2,"h","Authorize",{"idTag":"§""#,
    r#">[2,"i","X",{"customData":{"vendorId":"V","any":["§"]}}]"#,
];

const ELSEWHERE: [&str; 6] = [
    r#"<[4,"a","InternalError","refused: §!",{}]"#,
    r#">[3,"zz",{"x":{"y":["§"]}}]"#,
    r#">[2,"§","Heartbeat",{}]"#,
    r#">[2,"y","Heartbeat",{"§":1}]"#,
    r#">[2,"w","Heartbeat",{"x":"§"#,
    "<no frame at all: §",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_secret_is_left_in_any_form(
        secrets in proptest::collection::vec((secret(), 0..PLACES.len(), 0..ELSEWHERE.len(), 0..6_usize), 1..6),
    ) {
        let mut lines = vec!["1.6".to_owned()];
        for (secret, place, elsewhere, form) in &secrets {
            lines.push(PLACES[*place].replace('§', secret));
            // Names are only looked through for what is written plainly.
            let form = if *elsewhere == 3 { 0 } else { *form };
            lines.push(ELSEWHERE[*elsewhere].replace('§', &forms(secret)[form]));
        }
        let original = capture(&lines.join("\n"));
        let redacted = redact(&original, &RedactOptions::default());
        for (text, before) in texts(&redacted).iter().zip(texts(&original)) {
            // Escapes are not written again.
            let is_escaped = before.contains('\\');
            prop_assert!(is_escaped || text.chars().count() == before.chars().count(), "{} {}", text, before);
            for (secret, ..) in &secrets {
                for form in forms(secret) {
                    prop_assert!(!text.to_lowercase().contains(&form.to_lowercase()), "{} in {} of {}", form, text, before);
                }
            }
        }
        prop_assert_eq!(redact(&original, &RedactOptions::default()), redacted);
    }

    #[test]
    fn findings_stay_true(
        values in proptest::collection::vec(("[A-Z0-9]{1,24}|[0-9]{1,22}|[a-z ]{1,24}", 0..FRAMES.len(), any::<bool>()), 1..12),
    ) {
        let schemas = schemas_once();
        let mut lines = vec!["1.6".to_owned()];
        for (n, (value, frame, is_answered)) in values.iter().enumerate() {
            let [call, answer] = FRAMES[*frame];
            lines.push(call.replace('§', value).replace("ID", &n.to_string()));
            if *is_answered {
                lines.push(answer.replace('§', value).replace("ID", &n.to_string()));
            }
        }
        let original = capture(&lines.join("\n"));
        let redacted = redact(&original, &RedactOptions::default());
        let found = |capture: &Capture| {
            let lines: String = capture.items.iter().map(|item| match &item.content {
                CaptureContent::Frame(frame) => {
                    let way = if frame.direction == Direction::ToCsms { '>' } else { '<' };
                    format!("\n{way}{}", frame.text)
                }
                CaptureContent::Event(_) => String::new(),
            }).collect();
            let records = records_of(schemas, &format!("1.6{lines}"));
            records
                .transcript
                .frames()
                .flat_map(|(frame, _)| records.findings(frame).into_iter().map(move |f| format!("{frame} {} {}", f.rule.id, f.pointer)))
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(found(&original), found(&redacted), "{:#?}", texts(&redacted));
    }

    #[test]
    fn any_text_is_taken(lines in proptest::collection::vec(".{0,40}|\\[[23],\"[a-z]{1,3}\",\"[A-Za-z\"\\\\{}:,]{0,40}", 0..6)) {
        let lines: String = lines.iter().filter(|line| !line.contains(['\n', '\r'])).map(|line| format!("\n>{line}")).collect();
        let capture = capture(&format!("1.6{lines}"));
        redact(&capture, &RedactOptions::default());
        redact(&capture, &RedactOptions { level: Level::SecretsOnly, ..RedactOptions::default() });
    }
}

/// A call and its answer with a value in them; some break rules.
const FRAMES: [[&str; 2]; 8] = [
    [r#">[2,"ID","Authorize",{"idTag":"§"}]"#, r#"<[3,"ID",{"idTagInfo":{"status":"Accepted","parentIdTag":"§"}}]"#],
    [
        r#">[2,"ID","StartTransaction",{"connectorId":1,"idTag":"§","meterStart":4711,"timestamp":"2026-11-22T09:22:07Z"}]"#,
        r#"<[3,"ID",{"idTagInfo":{"status":"Invalid"},"transactionId":7}]"#,
    ],
    [
        r#">[2,"ID","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available","info":"§","x":"§"}]"#,
        r#"<[3,"ID",{"x":1}]"#,
    ],
    [
        r#"<[2,"ID","ChangeConfiguration",{"key":"AuthorizationKey","value":"§"}]"#,
        r#">[4,"ID","InternalError","§",{}]"#,
    ],
    [r#"<[2,"ID","RemoteStartTransaction",{"idTag":"§","connectorId":"1"}]"#, r#">[4,"ID","§","no",{}]"#],
    [
        r#">[2,"ID","DataTransfer",{"vendorId":"V","data":"{\"a\":\"§\"}"}]"#,
        r#"<[3,"ID",{"status":"Accepted","data":"§"}]"#,
    ],
    [r#"<[2,"ID","GetDiagnostics",{"location":"https://u:§@example.com/x?k=§"}]"#, r#">[3,"ID",{"fileName":"§.zip"}]"#],
    [r#">[2,"ID","Authorize",{"idTag":"§""#, r#"<[3,"other",{}]"#],
];

fn schemas_once() -> &'static crate::records::Schemas {
    thread_local! {
        static SCHEMAS: &'static crate::records::Schemas = Box::leak(Box::new(schemas()));
    }
    SCHEMAS.with(|schemas| *schemas)
}
