//! Conversations with the station of 2.x, each frame checked as on the page.

mod talk;

use crate::records::{End, Schemas};
use crate::station::{Act, Station};
use crate::testing::{START, schemas};
use ocpp_wire::catalog;
use ocpp_wire::json;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use proptest::prelude::*;
use talk::{Mood, Talk};

const VERSIONS: [Version; 2] = [Version::V201, Version::V21];

#[test]
fn every_request_gets_a_valid_answer() {
    let schemas = schemas();
    for version in VERSIONS {
        for action in catalog::actions(version).iter().filter(|action| action.is_from_csms()) {
            for fields in [Fields::Required, Fields::All] {
                let mut talk = Talk::new(&schemas, version, &[]);
                talk.act(1, &Act::Start).unwrap();
                let schema = schemas.schema(version, action, Part::Request).unwrap();
                let context = Context { now_epoch_millis: START as i64, preferred: &[] };
                let payload = sample::compact(&schema, fields, &context);
                talk.ask(action.name, &payload);
                talk.pass(60_000.0);
                assert_eq!(talk.findings(), Vec::<String>::new(), "{version} {} {payload}", action.name);
            }
        }
    }
}

#[test]
fn nothing_is_promised_that_is_not_done() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        for (action, payload, word) in [
            (
                "SetNetworkProfile",
                r#"{"configurationSlot":1,"connectionData":{"ocppVersion":"OCPP20","ocppTransport":"JSON","ocppCsmsUrl":"ws://x","messageTimeout":30,"securityProfile":1,"ocppInterface":"Wired0"}}"#,
                "Rejected",
            ),
            ("SetMonitoringLevel", r#"{"severity":3}"#, "Rejected"),
            ("GetTariffs", r#"{"evseId":1}"#, "NotSupported"),
            ("UnpublishFirmware", r#"{"checksum":"00"}"#, "NoFirmware"),
            ("Reset", r#"{"type":"ImmediateAndResume"}"#, "UnsupportedParam"),
            ("RequestStopTransaction", r#"{"transactionId":"x"}"#, "TxNotFound"),
        ] {
            if version == Version::V201 && (payload.contains("AndResume") || action == "GetTariffs") {
                continue;
            }
            assert!(talk.ask(action, payload).contains(word), "{version} {action}");
        }
    }
}

#[test]
fn a_password_is_taken_and_neither_told_nor_kept() {
    let schemas = schemas();
    let mut talk = Talk::new(&schemas, Version::V201, &[]);
    let name = r#""component":{"name":"SecurityCtrlr"},"variable":{"name":"BasicAuthPassword"}"#;
    let set = format!(r#"{{"setVariableData":[{{{name},"attributeValue":"correct horse battery"}}]}}"#);
    assert!(talk.ask("SetVariables", &set).contains("Accepted"));
    assert!(talk.ask("GetVariables", &format!(r#"{{"getVariableData":[{{{name}}}]}}"#)).contains("Rejected"));
    talk.ask("GetBaseReport", r#"{"requestId":1,"reportBase":"FullInventory"}"#);
    assert!(talk.actions().concat().contains("BasicAuthPassword"));
    assert!(!talk.actions().concat().contains("horse"));
    assert!(!format!("{:?}", talk.station).contains("horse"));
}

#[test]
fn certificates_are_installed_listed_and_deleted() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        let root = json::quote(include_str!("../certificate/root.pem"));
        let install = format!(r#"{{"certificateType":"CSMSRootCertificate","certificate":{root}}}"#);
        assert_eq!(talk.ask("InstallCertificate", &install), r#"{"status":"Accepted"}"#);
        assert_eq!(talk.ask("InstallCertificate", &install), r#"{"status":"Accepted"}"#);
        let other = r#"{"certificateType":["MORootCertificate"]}"#;
        assert_eq!(talk.ask("GetInstalledCertificateIds", other), r#"{"status":"NotFound"}"#);
        let list = talk.ask("GetInstalledCertificateIds", "{}");
        let (_, hashes) = list.split_once(r#""certificateHashData":"#).unwrap();
        let (hashes, _) = hashes.split_once('}').unwrap();
        assert_eq!(list.matches("certificateType").count(), 1, "the same one is not kept twice");
        let delete = format!(r#"{{"certificateHashData":{hashes}}}}}"#);
        assert_eq!(talk.ask("DeleteCertificate", &delete), r#"{"status":"Accepted"}"#);
        assert_eq!(talk.ask("DeleteCertificate", &delete), r#"{"status":"NotFound"}"#);
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

#[test]
fn reports_come_in_parts_that_fit_together() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        talk.ask("GetBaseReport", r#"{"requestId":5,"reportBase":"FullInventory"}"#);
        let parts: Vec<String> = talk.actions().into_iter().filter(|text| text.contains("NotifyReport")).collect();
        assert!(parts.len() > 3);
        let mut n_variables = 0;
        for (index, part) in parts.iter().enumerate() {
            assert!(part.contains(&format!("\"seqNo\":{index}}}")), "{part}");
            assert_eq!(part.contains("\"tbc\":true"), index + 1 < parts.len());
            n_variables += part.matches("variableCharacteristics").count();
        }
        assert!(n_variables > 100, "{n_variables}");
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

#[test]
fn a_transaction_goes_on_after_a_reload() {
    let schemas = schemas();
    for version in VERSIONS {
        let mut talk = Talk::new(&schemas, version, &[]);
        talk.act(1, &Act::Start).unwrap();
        talk.pass(90_000.0);
        let saved = talk.station.save();
        talk.records.handle_closed(1, End::ByOthers);
        talk.now += 20_000.0;
        talk.station = Station::restore(&saved, talk.now).unwrap();
        let boots = talk.station.wants_to_boot();
        talk.station.opened(talk.now, boots);
        talk.drain();
        talk.pass(120_000.0);
        talk.act(1, &Act::Stop).unwrap();
        talk.check_transactions();
        assert_eq!(talk.events.iter().filter(|(_, kind, ..)| kind == "Started").count(), 1);
        assert_eq!(talk.events.last().unwrap().1, "Ended");
        assert_eq!(talk.findings(), Vec::<String>::new());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_value_is_taken_or_refused(value in "\\PC{0,40}|-?[0-9]{1,12}(\\.[0-9]{1,3})?|true|EVConnected,Authorized|SoC,SoC", token in "\\PC{0,40}") {
        thread_local! {
            static SCHEMAS: Schemas = schemas();
        }
        SCHEMAS.with(|schemas| {
            let mut talk = Talk::new(schemas, Version::V201, &[]);
            for definition in super::variables::definitions().filter(super::variables::Definition::is_readable) {
                let evse = match definition.component {
                    "EVSE" => r#","evse":{"id":1}"#,
                    "Connector" => r#","evse":{"id":1,"connectorId":1}"#,
                    _ => "",
                };
                let instance = json::quote(definition.instance);
                let instance = if definition.instance.is_empty() { String::new() } else { format!(",\"instance\":{instance}") };
                let (component, variable) = (definition.component, definition.variable);
                let name = format!(r#""component":{{"name":"{component}"{evse}}},"variable":{{"name":"{variable}"{instance}}}"#);
                let get = format!(r#"{{"getVariableData":[{{{name}}}]}}"#);
                let told = json::quote(&value);
                let answer = talk.ask("SetVariables", &format!(r#"{{"setVariableData":[{{{name},"attributeValue":{told}}}]}}"#));
                let is_taken = answer.contains(r#""attributeStatus":"Accepted""#);
                assert!(is_taken || answer.contains(r#""attributeStatus":"Rejected""#), "{answer}");
                assert!(!is_taken || definition.is_writable());
                let is_value = talk.ask("GetVariables", &get).contains(&format!("\"attributeValue\":{told},"));
                assert!(!is_taken || is_value, "{name} {value}");
            }
            let _ = talk.act(1, &Act::PlugIn);
            let _ = talk.act(1, &Act::PresentToken(token));
            talk.pass(5_000.0);
            talk.check_transactions();
            assert_eq!(talk.findings(), Vec::<String>::new());
        });
    }
}

/// What may happen to a station.
#[derive(Clone, Debug)]
enum Step {
    Act(u8, Act),
    Ask(String, String),
    Pass(f64),
    Lose(f64),
    Mood(Mood),
}

fn steps(version: Version) -> impl Strategy<Value = Vec<Step>> {
    let acts = prop_oneof![
        Just(Act::PlugIn),
        Just(Act::Start),
        Just(Act::Start),
        Just(Act::PresentToken(String::new())),
        Just(Act::PresentToken("BEEF01".to_owned())),
        Just(Act::Pause),
        Just(Act::Resume),
        Just(Act::Stop),
        Just(Act::Unplug),
        Just(Act::SetFault(String::new())),
        Just(Act::ClearFault),
        Just(Act::Reboot),
        Just(Act::GoOffline(40)),
    ];
    let point = prop_oneof![
        Just("EVConnected"),
        Just("Authorized"),
        Just("PowerPathClosed"),
        Just("EnergyTransfer"),
        Just("EVConnected,Authorized")
    ];
    let set = (prop_oneof![Just("TxStartPoint"), Just("TxStopPoint")], point).prop_map(|(name, value)| {
        let text = format!(r#"{{"setVariableData":[{{"component":{{"name":"TxCtrlr"}},"variable":{{"name":"{name}"}},"attributeValue":"{value}"}}]}}"#);
        Step::Ask("SetVariables".to_owned(), text)
    });
    let known = prop_oneof![
        Just(("RequestStartTransaction", r#"{"idToken":{"idToken":"ABC","type":"Central"},"remoteStartId":7,"evseId":1}"#)),
        Just(("RequestStartTransaction", r#"{"idToken":{"idToken":"ABC","type":"Central"},"remoteStartId":8}"#)),
        Just(("Reset", r#"{"type":"OnIdle"}"#)),
        Just(("Reset", r#"{"type":"Immediate"}"#)),
        Just(("Reset", r#"{"type":"Immediate","evseId":1}"#)),
        Just(("Reset", r#"{"type":"OnIdle","evseId":2}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Inoperative","evse":{"id":1}}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Inoperative"}"#)),
        Just(("ChangeAvailability", r#"{"operationalStatus":"Operative"}"#)),
        Just(("ReserveNow", r#"{"id":1,"expiryDateTime":"2026-11-22T09:30:00Z","idToken":{"idToken":"BEEF01","type":"ISO14443"},"evseId":1}"#)),
        Just(("TriggerMessage", r#"{"requestedMessage":"TransactionEvent"}"#)),
        Just(("TriggerMessage", r#"{"requestedMessage":"MeterValues"}"#)),
        Just(("SetChargingProfile", r#"{"evseId":0,"chargingProfile":{"id":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":[{"id":1,"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16},{"startPeriod":20,"limit":0},{"startPeriod":50,"limit":9}]}]}}"#)),
        Just(("ClearChargingProfile", "{}")),
        Just(("UpdateFirmware", r#"{"requestId":3,"firmware":{"location":"https://x","retrieveDateTime":"2026-11-22T09:22:10Z"}}"#)),
    ]
    .prop_map(|(action, payload)| Step::Ask(action.to_owned(), payload.to_owned()));
    let actions: Vec<&'static str> =
        catalog::actions(version).iter().filter(|action| action.is_from_csms()).map(|action| action.name).collect();
    let any = proptest::sample::select(actions).prop_map(|action| Step::Ask(action.to_owned(), String::new()));
    let step = prop_oneof![
        6 => (1_u8..=2, acts).prop_map(|(outlet, act)| Step::Act(outlet, act)),
        2 => known,
        1 => set,
        1 => any,
        3 => (0.0_f64..90_000.0).prop_map(Step::Pass),
        1 => (0.0_f64..90_000.0).prop_map(Step::Lose),
        1 => prop_oneof![Just(Mood::Kind), Just(Mood::Kind), Just(Mood::Refusing), Just(Mood::Failing)].prop_map(Step::Mood),
    ];
    proptest::collection::vec(step, 1..40)
}

fn live_through(schemas: &Schemas, version: Version, steps: &[Step]) {
    let configuration = [
        ("OCPPCommCtrlr.MessageAttempts[TransactionEvent]", "100"),
        ("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]", "1"),
        ("SampledDataCtrlr.TxUpdatedInterval", "20"),
        ("SampledDataCtrlr.TxEndedInterval", "30"),
        ("AlignedDataCtrlr.Interval", "60"),
    ];
    let mut talk = Talk::new(schemas, version, &configuration);
    for step in steps {
        match step {
            Step::Act(outlet, act) => {
                if let Err(text) = talk.act(*outlet, act) {
                    assert!(text.ends_with('.'), "{text}");
                }
            }
            Step::Ask(action, payload) if talk.away_until.is_none() => {
                let payload = if payload.is_empty() {
                    let found = catalog::find(version, action).unwrap();
                    let schema = schemas.schema(version, found, Part::Request).unwrap();
                    let context = Context { now_epoch_millis: START as i64, preferred: &[] };
                    sample::compact(&schema, Fields::All, &context)
                } else {
                    payload.clone()
                };
                talk.ask(action, &payload);
            }

            Step::Pass(millis) => talk.pass(*millis),
            Step::Lose(millis) if talk.away_until.is_none() => talk.lose(*millis),
            // Nothing arrives without a line.
            Step::Ask(..) | Step::Lose(_) => {}
            Step::Mood(mood) => talk.mood = *mood,
        }
        talk.check_transactions();
    }
    talk.mood = Mood::Kind;
    // Everything that was kept is told in the end.
    talk.pass(400_000.0);
    talk.check_transactions();
    assert_eq!(talk.findings(), Vec::<String>::new());
    assert_eq!(talk.station.core().outbox.n_kept(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_happens_is_told_as_it_has_to_be(
        (version, steps) in prop_oneof![
            steps(Version::V201).prop_map(|steps| (Version::V201, steps)),
            steps(Version::V21).prop_map(|steps| (Version::V21, steps)),
        ],
    ) {
        thread_local! {
            static SCHEMAS: Schemas = schemas();
        }
        SCHEMAS.with(|schemas| live_through(schemas, version, &steps));
    }
}
