//! Examples of OCPP 2.0.1 and 2.1.

use super::{Made, Moment};
use crate::object::{Object, list};

/// The examples of an action.
pub(super) fn examples(moment: Moment<'_>, action: &str) -> Vec<Made> {
    let new = Object::new;
    match action {
        "Authorize" => vec![
            ("The station's token", new().raw("idToken", &id_token(moment.token()))),
            ("A token nobody knows", new().raw("idToken", &id_token("UNKNOWN-TOKEN"))),
        ],
        "BootNotification" => {
            let station = new()
                .text("model", "Browser station")
                .text("vendorName", "Ocppscope")
                .text("firmwareVersion", env!("CARGO_PKG_VERSION"));
            [
                ("After power up", "PowerUp"),
                ("After a reset by the CSMS", "RemoteReset"),
                ("After a watchdog", "Watchdog"),
            ]
            .into_iter()
            .map(|(name, reason)| (name, new().text("reason", reason).raw("chargingStation", &station.clone().done())))
            .collect()
        }
        "DataTransfer" => vec![
            ("Text", new().text("vendorId", "com.example").text("messageId", "Hello").text("data", "Any text")),
            (
                "Object",
                new().text("vendorId", "com.example").text("messageId", "State").raw("data", r#"{"temperature":31}"#),
            ),
        ],
        "FirmwareStatusNotification" => moment.signed_firmware_statuses(),
        "LogStatusNotification" => moment.log_statuses(),
        "MeterValues" => vec![
            ("Clock-aligned", {
                let value = moment.meter_value("Sample.Clock", false);
                new().integer("evseId", moment.outlet()).list("meterValue", &[value])
            }),
            ("Triggered by the CSMS", {
                let value = moment.meter_value("Trigger", true);
                new().integer("evseId", moment.outlet()).list("meterValue", &[value])
            }),
        ],
        "NotifyEvent" => vec![
            ("A problem was found", moment.event("Alerting", "Problem", "true", Some("false"))),
            ("The problem is gone", moment.event("Alerting", "Problem", "false", Some("true"))),
            ("Availability changed", moment.event("Delta", "AvailabilityState", "Occupied", None)),
        ],
        "NotifyReport" => vec![
            ("A single part", moment.report(0, false)),
            ("First part, more follow", moment.report(0, true)),
            ("Last part", moment.report(1, false)),
        ],
        "SecurityEventNotification" => moment.security_events(),
        "StatusNotification" => [
            ("Available", "Available"),
            ("Occupied", "Occupied"),
            ("Reserved", "Reserved"),
            ("Unavailable", "Unavailable"),
            ("Faulted", "Faulted"),
        ]
        .into_iter()
        .map(|(name, status)| {
            let object = moment.at(new(), "timestamp").text("connectorStatus", status);
            (name, object.integer("evseId", moment.outlet()).integer("connectorId", 1))
        })
        .collect(),
        "TransactionEvent" => moment.transaction_events(),
        _ => Vec::new(),
    }
}

fn id_token(token: &str) -> String {
    Object::new().text("idToken", token).text("type", "ISO14443").done()
}

fn sampled(context: &str, measurand: &str, unit: &str, value: i64) -> String {
    let unit = Object::new().text("unit", unit).done();
    Object::new()
        .integer("value", value)
        .text("context", context)
        .text("measurand", measurand)
        .raw("unitOfMeasure", &unit)
        .done()
}

impl Moment<'_> {
    fn meter_value(&self, context: &str, is_charging: bool) -> String {
        let mut values = vec![sampled(context, "Energy.Active.Import.Register", "Wh", self.facts.meter_wh)];
        if is_charging {
            // They fit together: one phase with 230 V and 16 A.
            values.push(sampled(context, "Power.Active.Import", "W", 3_680));
            values.push(sampled(context, "Current.Import", "A", 16));
            values.push(sampled(context, "Voltage", "V", 230));
        }
        self.at(Object::new(), "timestamp").raw("sampledValue", &list(&values)).done()
    }

    fn event(&self, trigger: &str, variable: &str, value: &str, cleared: Option<&str>) -> Object {
        let evse = Object::new().integer("id", self.outlet());
        let (name, evse) =
            if trigger == "Delta" { ("Connector", evse.integer("connectorId", 1)) } else { ("EVSE", evse) };
        let component = Object::new().text("name", name).raw("evse", &evse.done());
        let event = self
            .at(Object::new().integer("eventId", 1), "timestamp")
            .text("trigger", trigger)
            .text("actualValue", value)
            .maybe(cleared, |object, was| object.flag("cleared", was == "true"))
            .text("eventNotificationType", "HardWiredNotification")
            .raw("component", &component.done())
            .raw("variable", &Object::new().text("name", variable).done());
        self.at(Object::new(), "generatedAt").integer("seqNo", 0).flag("tbc", false).raw("eventData", &Self::one(event))
    }

    fn report(&self, seq_no: i64, is_continued: bool) -> Object {
        let attribute = Object::new().text("type", "Actual").text("value", "300").text("mutability", "ReadWrite");
        let kind = Object::new().text("unit", "s").text("dataType", "integer").flag("supportsMonitoring", false);
        let data = Object::new()
            .raw("component", &Object::new().text("name", "OCPPCommCtrlr").done())
            .raw("variable", &Object::new().text("name", "HeartbeatInterval").done())
            .raw("variableAttribute", &Self::one(attribute))
            .raw("variableCharacteristics", &kind.done());
        self.at(Object::new().integer("requestId", self.request_id()), "generatedAt")
            .integer("seqNo", seq_no)
            .flag("tbc", is_continued)
            .raw("reportData", &Self::one(data))
    }

    fn transaction_events(&self) -> Vec<Made> {
        let running = self.facts.transaction_id.as_deref();
        // Without a transaction the three are one made-up transaction.
        let id = running.unwrap_or("tx-1");
        let next = |step: i64| if running.is_some() { i64::from(self.facts.seq_no) } else { step };
        let fresh = if running.is_some() { format!("tx-{}", self.now_epoch_millis / 1_000) } else { "tx-1".to_owned() };
        let event = |kind: &str, trigger: &str, seq_no: i64, info: Object| {
            self.at(Object::new().text("eventType", kind), "timestamp")
                .text("triggerReason", trigger)
                .integer("seqNo", seq_no)
                .raw("transactionInfo", &info.done())
                .raw("evse", &self.evse(kind))
        };
        let info = |id: &str, state: &str| Object::new().text("transactionId", id).text("chargingState", state);
        let token = id_token(self.token());
        vec![
            ("Started: cable plugged in", event("Started", "CablePluggedIn", 0, info(&fresh, "EVConnected"))),
            (
                "Updated: token presented",
                event("Updated", "Authorized", next(1), info(id, "EVConnected")).raw("idToken", &token),
            ),
            ("Updated: charging begins", event("Updated", "ChargingStateChanged", next(1), info(id, "Charging"))),
            (
                "Updated: meter values",
                event("Updated", "MeterValuePeriodic", next(1), info(id, "Charging"))
                    .list("meterValue", &[self.meter_value("Sample.Periodic", true)]),
            ),
            (
                "Ended: stopped at the station",
                event("Ended", "StopAuthorized", next(2), info(id, "EVConnected").text("stoppedReason", "Local"))
                    .raw("idToken", &token)
                    .list("meterValue", &[self.meter_value("Transaction.End", false)]),
            ),
        ]
    }

    fn evse(&self, event: &str) -> String {
        let evse = Object::new().integer("id", self.outlet());
        // The connector is known once a cable is plugged in; it is told once.
        if event == "Started" { evse.integer("connectorId", 1).done() } else { evse.done() }
    }
}
