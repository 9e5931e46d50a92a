//! Ready-made payloads that fit what the station is doing: its connector, token, transaction and meter.
//!
//! What the station does not have, such as a transaction, is made up, the same in all examples of a version, so that
//! those of a transaction can be sent one after the other.

mod v16;
mod v2;

use crate::object::{Object, list};
use crate::station::facts::Facts;
use ocpp_wire::version::Version;

/// What examples are made of.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'f> {
    /// Version of the message.
    pub version: Version,
    /// The station's clock, milliseconds since 1970.
    pub now_epoch_millis: i64,
    /// What stands at the outlet in question.
    pub facts: &'f Facts,
}

/// An example: its name and its payload.
pub type Example = (&'static str, String);

/// The examples of an action, the most usual first; none for actions whose template says all there is to say.
pub fn examples(moment: Moment<'_>, action: &str) -> Vec<Example> {
    let made = if moment.version.is_v2() { v2::examples(moment, action) } else { v16::examples(moment, action) };
    made.into_iter().map(|(name, object)| (name, object.done())).collect()
}

/// An example before it is a text.
type Made = (&'static str, Object);

impl Moment<'_> {
    fn at(&self, object: Object, name: &str) -> Object {
        object.instant(name, self.now_epoch_millis as f64)
    }

    fn outlet(&self) -> i64 {
        i64::from(self.facts.outlet.max(1))
    }

    fn token(&self) -> &str {
        if self.facts.token.is_empty() { "TAG1" } else { &self.facts.token }
    }

    fn request_id(&self) -> i64 {
        self.facts.request_id.unwrap_or(1)
    }

    /// How the upload of a log stands.
    fn log_statuses(&self) -> Vec<Made> {
        self.statuses_of_request(&[
            ("Uploading", "Uploading"),
            ("Uploaded", "Uploaded"),
            ("Upload failed", "UploadFailure"),
        ])
    }

    /// How an update with signed firmware stands.
    fn signed_firmware_statuses(&self) -> Vec<Made> {
        self.statuses_of_request(&[
            ("Downloading", "Downloading"),
            ("Signature verified", "SignatureVerified"),
            ("Invalid signature", "InvalidSignature"),
            ("Installed", "Installed"),
        ])
    }

    /// Names and statuses of what the last request began.
    fn statuses_of_request(&self, statuses: &[(&'static str, &str)]) -> Vec<Made> {
        let made = |status| Object::new().text("status", status).integer("requestId", self.request_id());
        statuses.iter().map(|(name, status)| (*name, made(status))).collect()
    }

    fn security_events(&self) -> Vec<Made> {
        let made = |(name, event)| (name, self.at(Object::new().text("type", event), "timestamp"));
        [
            ("The station started", "StartupOfTheDevice"),
            ("Its housing was opened", "TamperDetectionActivated"),
            ("Its clock was set", "SettingSystemTime"),
        ]
        .map(made)
        .into()
    }

    /// A list with this one object.
    fn one(object: Object) -> String {
        list(&[object.done()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::check_payload;
    use crate::testing::{START, records_of, schemas};
    use ocpp_wire::catalog;
    use ocpp_wire::json;
    use ocpp_wire::schema::Part;

    fn stations() -> Vec<Facts> {
        let idle = Facts { outlet: 1, ..Facts::default() };
        let busy = Facts {
            outlet: 2,
            token: "04A2B3C4".to_owned(),
            transaction_id: Some("77".to_owned()),
            seq_no: 4,
            meter_wh: 1_204_330,
            status: "Charging".to_owned(),
            remote_start_id: Some(9),
            request_id: Some(5),
        };
        let not_answered = Facts { transaction_id: Some("-1".to_owned()), ..idle.clone() };
        vec![Facts::default(), idle, busy, not_answered]
    }

    #[test]
    fn all_examples_are_valid_and_without_a_finding() {
        let schemas = schemas();
        let mut n = 0;
        for version in Version::ALL {
            for facts in stations() {
                let moment = Moment { version, now_epoch_millis: START as i64, facts: &facts };
                for action in catalog::actions(version) {
                    for (name, text) in examples(moment, action.name) {
                        let tree = json::parse(&text).unwrap();
                        let checked = check_payload(&schemas, version, action, Part::Request, &tree, tree.root());
                        let faults: Vec<_> = checked.violations.iter().map(|violation| &violation.sentence).collect();
                        assert!(
                            checked.schema.is_some() && faults.is_empty(),
                            "{version} {} {name}: {faults:?}",
                            action.name
                        );
                        assert!(action.is_from_station());
                        let talk = format!("{}\n>[2,\"1\",\"{}\",{text}]", version.number(), action.name);
                        let findings = records_of(&schemas, &talk).findings(1);
                        let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
                        assert!(
                            rules.iter().all(|rule| rule.id == "BOOT-FIRST"),
                            "{version} {} {name}: {rules:?}",
                            action.name
                        );
                        n += 1;
                    }
                }
            }
        }
        assert!(n > 300, "{n}");
    }

    #[test]
    fn the_important_actions_have_examples() {
        let facts = Facts::default();
        let n = |version, action| examples(Moment { version, now_epoch_millis: 0, facts: &facts }, action).len();
        for action in [
            "Authorize",
            "BootNotification",
            "DataTransfer",
            "DiagnosticsStatusNotification",
            "FirmwareStatusNotification",
            "MeterValues",
            "StartTransaction",
            "StatusNotification",
            "StopTransaction",
            "SecurityEventNotification",
        ] {
            assert!((1..=5).contains(&n(Version::V16, action)), "{action}");
        }
        for action in [
            "Authorize",
            "BootNotification",
            "DataTransfer",
            "FirmwareStatusNotification",
            "LogStatusNotification",
            "MeterValues",
            "NotifyEvent",
            "NotifyReport",
            "SecurityEventNotification",
            "StatusNotification",
            "TransactionEvent",
        ] {
            assert!(
                (1..=5).contains(&n(Version::V201, action)) && (1..=5).contains(&n(Version::V21, action)),
                "{action}"
            );
        }
        assert_eq!(n(Version::V16, "Reset"), 0);
    }

    #[test]
    fn they_fit_what_the_station_does() {
        let facts = &stations()[2];
        let text = |version, action, name| {
            let all = examples(Moment { version, now_epoch_millis: START as i64, facts }, action);
            all.into_iter().find(|example| example.0 == name).unwrap().1
        };
        assert_eq!(
            text(Version::V16, "StopTransaction", "Stopped at the station"),
            r#"{"transactionId":77,"idTag":"04A2B3C4","timestamp":"2026-11-22T09:22:07.000Z","meterStop":1204330,"reason":"Local"}"#
        );
        let updated = text(Version::V201, "TransactionEvent", "Updated: meter values");
        assert!(
            updated.contains(r#""seqNo":4,"#)
                && updated.contains(r#""transactionId":"77""#)
                && updated.contains(r#""evse":{"id":2}"#),
            "{updated}"
        );
        // A running transaction does not start a second time.
        assert!(!text(Version::V201, "TransactionEvent", "Started: cable plugged in").contains("\"77\""));
    }
}
