//! Examples of OCPP 1.6.

use super::{Made, Moment};
use crate::object::{Object, list};

/// The examples of an action.
pub(super) fn examples(moment: Moment<'_>, action: &str) -> Vec<Made> {
    let new = Object::new;
    let status_only = |names: &[(&'static str, &str)]| -> Vec<Made> {
        names.iter().map(|(name, status)| (*name, new().text("status", status))).collect()
    };
    match action {
        "Authorize" => vec![
            ("The station's token", new().text("idTag", moment.token())),
            ("A token nobody knows", new().text("idTag", "UNKNOWN-TOKEN")),
        ],
        "BootNotification" => vec![
            (
                "Vendor, model and firmware",
                new()
                    .text("chargePointVendor", "Ocppscope")
                    .text("chargePointModel", "Browser station")
                    .text("firmwareVersion", env!("CARGO_PKG_VERSION")),
            ),
            (
                "With serial numbers and SIM",
                new()
                    .text("chargePointVendor", "Ocppscope")
                    .text("chargePointModel", "Browser station")
                    .text("chargePointSerialNumber", "CP0001")
                    .text("firmwareVersion", env!("CARGO_PKG_VERSION"))
                    .text("iccid", "8931000000000000001")
                    .text("imsi", "204080000000001")
                    .text("meterType", "ExampleMeter")
                    .text("meterSerialNumber", "M0001"),
            ),
        ],
        "DataTransfer" => vec![
            ("Text", new().text("vendorId", "com.example").text("messageId", "Hello").text("data", "Any text")),
            (
                "JSON inside the text",
                new().text("vendorId", "com.example").text("messageId", "State").text("data", r#"{"temperature":31}"#),
            ),
        ],
        "DiagnosticsStatusNotification" => {
            status_only(&[("Uploading", "Uploading"), ("Uploaded", "Uploaded"), ("Upload failed", "UploadFailed")])
        }
        "FirmwareStatusNotification" => status_only(&[
            ("Downloading", "Downloading"),
            ("Downloaded", "Downloaded"),
            ("Installing", "Installing"),
            ("Installed", "Installed"),
            ("Installation failed", "InstallationFailed"),
        ]),
        "LogStatusNotification" => moment.log_statuses(),
        "SignedFirmwareStatusNotification" => moment.signed_firmware_statuses(),
        "MeterValues" => vec![
            ("While charging", meter_values(moment, "Sample.Periodic", true)),
            ("Clock-aligned, no transaction", meter_values(moment, "Sample.Clock", false)),
        ],
        "SecurityEventNotification" => moment.security_events(),
        "StartTransaction" => vec![
            ("With the station's token", moment.start()),
            ("For a reservation", moment.start().integer("reservationId", 1)),
        ],
        "StatusNotification" => [
            ("Available", "Available", "NoError"),
            ("Preparing", "Preparing", "NoError"),
            ("Charging", "Charging", "NoError"),
            ("Finishing", "Finishing", "NoError"),
            ("Faulted: ground failure", "Faulted", "GroundFailure"),
        ]
        .into_iter()
        .map(|(name, status, error)| {
            let object = new().integer("connectorId", moment.outlet()).text("errorCode", error).text("status", status);
            (name, moment.at(object, "timestamp"))
        })
        .collect(),
        "StopTransaction" => vec![
            ("Stopped at the station", moment.stop(true).text("reason", "Local")),
            ("Cable unplugged", moment.stop(false).text("reason", "EVDisconnected")),
            ("With meter values", {
                let value = sampled("Transaction.End", "Energy.Active.Import.Register", "Wh", moment.facts.meter_wh);
                let values = moment.at(Object::new(), "timestamp").list("sampledValue", &[value.done()]);
                moment.stop(false).text("reason", "Remote").list("transactionData", &[values.done()])
            }),
            ("Power was lost", moment.stop(false).text("reason", "PowerLoss")),
        ],
        _ => Vec::new(),
    }
}

impl Moment<'_> {
    fn start(&self) -> Object {
        let object = Object::new()
            .integer("connectorId", self.outlet())
            .text("idTag", self.token())
            .integer("meterStart", self.facts.meter_wh);
        self.at(object, "timestamp")
    }

    fn stop(&self, has_token: bool) -> Object {
        let object = Object::new().integer("transactionId", self.number());
        let object = if has_token { object.text("idTag", self.token()) } else { object };
        self.at(object, "timestamp").integer("meterStop", self.facts.meter_wh)
    }

    fn number(&self) -> i64 {
        self.facts.transaction_id.as_ref().and_then(|id| id.parse().ok()).unwrap_or(1)
    }
}

fn meter_values(moment: Moment<'_>, context: &str, is_charging: bool) -> Object {
    let object = Object::new().integer("connectorId", moment.outlet());
    let object = if is_charging { object.integer("transactionId", moment.number()) } else { object };
    let value = |measurand, unit, number| sampled(context, measurand, unit, number).done();
    let mut values = vec![value("Energy.Active.Import.Register", "Wh", moment.facts.meter_wh)];
    if is_charging {
        // They fit together: one phase with 230 V and 16 A.
        values.push(value("Power.Active.Import", "W", 3_680));
        values.push(value("Current.Import", "A", 16));
        values.push(value("Voltage", "V", 230));
    }
    let values = moment.at(Object::new(), "timestamp").raw("sampledValue", &list(&values));
    object.list("meterValue", &[values.done()])
}

fn sampled(context: &str, measurand: &str, unit: &str, value: i64) -> Object {
    Object::new()
        .text("value", &value.to_string())
        .text("context", context)
        .text("measurand", measurand)
        .text("unit", unit)
}
