//! One line that says what matters in a frame: status, connector, transaction, energy with unit.

use crate::quantity;
use ocpp_wire::check::shorten;
use ocpp_wire::date_time;
use ocpp_wire::envelope::{Envelope, MessageType};
use ocpp_wire::json::{Fault, Kind, NodeId, Tree};
use ocpp_wire::number;
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use std::borrow::Cow;

/// Title and summary of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Action, or error code.
    pub title: String,
    /// What matters in it; may be empty.
    pub text: String,
}

/// Makes the line of a frame. `action` is the action of a call, or for an answer that of its call.
pub fn line(version: Version, action: &str, envelope: &Envelope, tree: &Result<Tree<'_>, Fault>, raw: &str) -> Line {
    let Ok(tree) = tree else {
        // No JSON and a type all the same: the beginning of a frame that the log cut.
        if let Some(message_type) = envelope.message_type {
            let code = envelope.code.as_deref().unwrap_or_default();
            let name = [code, action, message_type.name()].into_iter().find(|name| !name.is_empty());
            let text = format!("shortened by the log: {}", one_line(raw));
            return Line { title: shorten(name.unwrap_or_default()), text };
        }
        let title = if raw.is_empty() { "Empty frame" } else { "Not JSON" };
        return Line { title: title.to_owned(), text: one_line(raw) };
    };
    let Some(message_type) = envelope.message_type else {
        return Line { title: "Not OCPP-J".to_owned(), text: one_line(raw) };
    };
    match message_type {
        MessageType::Call | MessageType::Send => {
            let title = if action.is_empty() { message_type.name() } else { action };
            Line { title: shorten(title), text: payload(version, action, Part::Request, tree, envelope.payload) }
        }
        MessageType::CallResult => {
            let title = if action.is_empty() { message_type.name() } else { action };
            Line { title: shorten(title), text: payload(version, action, Part::Response, tree, envelope.payload) }
        }
        MessageType::CallError | MessageType::CallResultError => {
            let code = envelope.code.as_deref().filter(|code| !code.is_empty()).unwrap_or(message_type.name());
            Line { title: shorten(code), text: one_line(envelope.description.as_deref().unwrap_or_default()) }
        }
    }
}

/// The beginning of a text on one line.
fn one_line(text: &str) -> String {
    let line: String = text.chars().take(160).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if text.chars().nth(160).is_some() { format!("{line}…") } else { line }
}

fn payload(version: Version, action: &str, part: Part, tree: &Tree<'_>, node: Option<NodeId>) -> String {
    let Some(node) = node else { return String::new() };
    if tree.kind(node) != Kind::Object {
        return shorten(tree.raw(node));
    }
    if tree.items(node).next().is_none() {
        return "{}".to_owned();
    }
    let reader = Reader { tree, node };
    let parts = match (action, part) {
        ("MeterValues", Part::Request) => reader.meter_values(),
        ("StopTransaction", Part::Request) => reader.stop_transaction(),
        ("TransactionEvent", Part::Request) => reader.transaction_event(),
        ("BootNotification", Part::Request) if version.is_v2() => {
            let names =
                ["vendorName", "model", "firmwareVersion"].map(|name| reader.at(&format!("/chargingStation/{name}")));
            let station = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
            vec![station, reader.text("reason").unwrap_or_default()]
        }
        ("BootNotification", Part::Request) => {
            let names = ["chargePointVendor", "chargePointModel", "firmwareVersion"].map(|name| reader.text(name));
            vec![names.into_iter().flatten().collect::<Vec<_>>().join(" ")]
        }
        ("SetChargingProfile" | "RemoteStartTransaction" | "RequestStartTransaction", Part::Request) => {
            reader.profile()
        }
        ("GetVariables" | "SetVariables", _) => reader.variables(),
        ("GetConfiguration", Part::Response) => reader.configuration(),
        ("GetConfiguration", Part::Request) => reader.keys(),
        _ => fields_of(action, part).iter().filter_map(|field| reader.field(field)).collect(),
    };
    let mut parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() {
        parts = reader.first_scalars();
    }
    parts.join(" · ")
}

/// Fields worth a line, as pointers; a word before `=` is shown before the value, nothing else is.
fn fields_of(action: &str, part: Part) -> &'static [&'static str] {
    match (action, part) {
        ("BootNotification", Part::Response) => &["/status", "interval=/interval", "/currentTime"],
        ("Heartbeat", Part::Response) => &["currentTime=/currentTime"],
        ("StatusNotification", Part::Request) => &[
            "EVSE=/evseId",
            "connector=/connectorId",
            "/status",
            "/connectorStatus",
            "/errorCode",
            "/info",
            "/vendorErrorCode",
        ],
        ("Authorize", Part::Request) => &["/idTag", "/idToken/idToken", "/idToken/type"],
        ("Authorize", Part::Response) => &["idTagInfo=/idTagInfo/status", "idTokenInfo=/idTokenInfo/status"],
        ("StartTransaction", Part::Request) => &["connector=/connectorId", "/idTag", "meterStart=/meterStart"],
        ("StartTransaction", Part::Response) => &["transaction=/transactionId", "/idTagInfo/status"],
        ("StopTransaction", Part::Response) => &["idTagInfo=/idTagInfo/status"],
        ("TransactionEvent", Part::Response) => {
            &["idTokenInfo=/idTokenInfo/status", "cost=/totalCost", "priority=/chargingPriority"]
        }
        ("RemoteStopTransaction" | "RequestStopTransaction", Part::Request) => &["transaction=/transactionId"],
        ("ChangeConfiguration", Part::Request) => &["/key", "=/value"],
        ("TriggerMessage" | "ExtendedTriggerMessage", Part::Request) => {
            &["/requestedMessage", "connector=/connectorId", "EVSE=/evse/id", "connector=/evse/connectorId"]
        }
        ("ChangeAvailability", Part::Request) => {
            &["/type", "/operationalStatus", "connector=/connectorId", "EVSE=/evse/id", "connector=/evse/connectorId"]
        }
        ("Reset", Part::Request) => &["/type", "EVSE=/evseId"],
        ("UnlockConnector", Part::Request) => &["EVSE=/evseId", "connector=/connectorId"],
        ("DataTransfer", _) => &["/status", "/vendorId", "/messageId", "/data"],
        ("ReserveNow", Part::Request) => &[
            "reservation=/reservationId",
            "reservation=/id",
            "EVSE=/evseId",
            "connector=/connectorId",
            "/idTag",
            "/idToken/idToken",
            "until=/expiryDate",
            "until=/expiryDateTime",
        ],
        ("SecurityEventNotification", Part::Request) => &["/type", "/techInfo"],
        ("GetCompositeSchedule", Part::Request) => &["EVSE=/evseId", "connector=/connectorId", "duration=/duration"],
        ("SendLocalList", Part::Request) => &["version=/listVersion", "version=/versionNumber", "/updateType"],
        ("GetLocalListVersion", Part::Response) => &["version=/listVersion", "version=/versionNumber"],
        ("GetDiagnostics" | "UpdateFirmware", Part::Request) => &["/location", "/firmware/location"],
        ("GetLog", Part::Request) => &["/logType", "request=/requestId", "/log/remoteLocation"],
        ("GetBaseReport", Part::Request) => &["/reportBase", "request=/requestId"],
        ("NotifyReport", Part::Request) => &["request=/requestId", "seqNo=/seqNo", "tbc=/tbc"],
        (_, Part::Response) => &["status=/status", "/statusInfo/reasonCode"],
        _ => &[],
    }
}

struct Reader<'a, 't> {
    tree: &'a Tree<'t>,
    node: NodeId,
}

impl Reader<'_, '_> {
    fn text(&self, name: &str) -> Option<String> {
        self.tree.get(self.node, name).and_then(|node| self.scalar(node))
    }

    fn at(&self, pointer: &str) -> Option<String> {
        self.scalar(self.tree.resolve(self.node, pointer)?)
    }

    fn scalar(&self, node: NodeId) -> Option<String> {
        let text = match self.tree.kind(node) {
            Kind::String => self.tree.string(node)?.into_owned(),
            Kind::Array | Kind::Object => return None,
            _ => self.tree.raw(node).to_owned(),
        };
        Some(one_line(&shorten(&text)))
    }

    fn field(&self, field: &str) -> Option<String> {
        let (label, pointer) = field.split_once('=').unwrap_or(("", field));
        let value = self.at(pointer)?;
        let value = match pointer {
            "/errorCode" if value == "NoError" => return None,
            "/currentTime" => clock(&value),
            "/interval" | "/duration" => format!("{value}\u{a0}s"),
            "/meterStart" => number::parse(&value).map_or(value, |number| quantity::with_unit(number, "Wh")),
            _ => value,
        };
        Some(if label.is_empty() { value } else { format!("{label} {value}") })
    }

    fn first_scalars(&self) -> Vec<String> {
        let members = self.tree.items(self.node);
        let scalar = |member| Some(format!("{} {}", shorten(&self.tree.key(member)), self.scalar(member)?));
        let found: Vec<String> = members.filter_map(scalar).take(4).collect();
        if found.is_empty() {
            let names = self.tree.items(self.node).take(4).map(|member| shorten(&self.tree.key(member)));
            return vec![names.collect::<Vec<_>>().join(", ")];
        }
        found
    }

    fn meter_values(&self) -> Vec<String> {
        let mut parts: Vec<String> = ["EVSE=/evseId", "connector=/connectorId", "transaction=/transactionId"]
            .iter()
            .filter_map(|field| self.field(field))
            .collect();
        parts.extend(self.samples("meterValue"));
        parts
    }

    fn stop_transaction(&self) -> Vec<String> {
        let energy = self.text("meterStop").and_then(|text| number::parse(&text));
        let mut parts: Vec<String> =
            ["transaction=/transactionId"].iter().filter_map(|field| self.field(field)).collect();
        parts.extend(energy.map(|energy| format!("meterStop {}", quantity::with_unit(energy, "Wh"))));
        parts.extend(self.text("reason"));
        parts
    }

    fn transaction_event(&self) -> Vec<String> {
        let mut parts: Vec<String> = [
            "/eventType",
            "/triggerReason",
            "transaction=/transactionInfo/transactionId",
            "seqNo=/seqNo",
            "/transactionInfo/chargingState",
            "/transactionInfo/stoppedReason",
        ]
        .iter()
        .filter_map(|field| self.field(field))
        .collect();
        parts.extend(self.samples("meterValue"));
        if self.text("offline").as_deref() == Some("true") {
            parts.push("offline".to_owned());
        }
        parts
    }

    fn profile(&self) -> Vec<String> {
        let mut parts: Vec<String> = ["connector=/connectorId", "EVSE=/evseId", "/idTag", "/idToken/idToken"]
            .iter()
            .filter_map(|field| self.field(field))
            .collect();
        for name in ["csChargingProfiles", "chargingProfile"] {
            let Some(profile) = self.tree.get(self.node, name) else { continue };
            let profile = Reader { tree: self.tree, node: profile };
            parts.extend(profile.text("chargingProfilePurpose"));
            for schedule in ["/chargingSchedule", "/chargingSchedule/0"] {
                let limit = profile.at(&format!("{schedule}/chargingSchedulePeriod/0/limit"));
                let unit = profile.at(&format!("{schedule}/chargingRateUnit"));
                if let (Some(limit), Some(unit)) = (limit, unit) {
                    parts.push(format!("{limit}\u{a0}{unit}"));
                }
            }
            parts.extend(profile.field("stack=/stackLevel"));
        }
        parts
    }

    fn variables(&self) -> Vec<String> {
        let list = ["getVariableData", "setVariableData", "getVariableResult", "setVariableResult"]
            .iter()
            .find_map(|name| self.tree.get(self.node, name));
        let Some(list) = list else { return Vec::new() };
        let items: Vec<NodeId> = self.tree.items(list).collect();
        let mut parts: Vec<String> = items
            .iter()
            .take(2)
            .filter_map(|&item| {
                let item = Reader { tree: self.tree, node: item };
                let name = format!("{}.{}", item.at("/component/name")?, item.at("/variable/name")?);
                let value = item.text("attributeValue").map(|value| format!(" = {value}")).unwrap_or_default();
                let status = item.text("attributeStatus").map(|status| format!(" {status}")).unwrap_or_default();
                Some(format!("{name}{value}{status}"))
            })
            .collect();
        if items.len() > 2 {
            parts.push(format!("{} more", items.len() - 2));
        }
        parts
    }

    fn keys(&self) -> Vec<String> {
        let Some(list) = self.tree.get(self.node, "key") else { return Vec::new() };
        let names: Vec<String> = self.tree.items(list).take(4).filter_map(|key| self.scalar(key)).collect();
        vec![names.join(", ")]
    }

    fn configuration(&self) -> Vec<String> {
        let count = |name| self.tree.get(self.node, name).map_or(0, |list| self.tree.items(list).count());
        let (known, unknown) = (count("configurationKey"), count("unknownKey"));
        let mut parts = vec![format!("{known} {}", if known == 1 { "key" } else { "keys" })];
        if unknown > 0 {
            parts.push(format!("{unknown} unknown"));
        }
        parts
    }

    /// How many values, and those one looks for first: power, energy, state of charge.
    fn samples(&self, list: &str) -> Vec<String> {
        let Some(list) = self.tree.get(self.node, list) else { return Vec::new() };
        let samples: Vec<Sample> = self
            .tree
            .items(list)
            .filter_map(|value| self.tree.get(value, "sampledValue"))
            .flat_map(|samples| self.tree.items(samples))
            .map(|node| Sample::read(self.tree, node))
            .collect();
        let mut parts = Vec::new();
        for measurand in ["Power.Active.Import", "Energy.Active.Import.Register", "SoC"] {
            let newest = samples.iter().rev().find(|sample| sample.measurand == measurand && sample.phase.is_none());
            parts.extend(newest.and_then(Sample::words));
        }
        parts.push(format!("{} {}", samples.len(), if samples.len() == 1 { "value" } else { "values" }));
        parts
    }
}

/// One sampled value of any version.
pub(crate) struct Sample {
    pub(crate) measurand: String,
    pub(crate) phase: Option<String>,
    pub(crate) value: Option<f64>,
    pub(crate) unit: String,
}

impl Sample {
    /// Reads a `sampledValue`. What is left out has the default of the specification.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 7.43; OCPP 2.0.1 and 2.1 Part 2, `SampledValueType` and `UnitOfMeasureType`.
    pub(crate) fn read(tree: &Tree<'_>, node: NodeId) -> Self {
        let text = |name: &str| tree.get_string(node, name).map(Cow::into_owned);
        let measurand = text("measurand").unwrap_or_else(|| "Energy.Active.Import.Register".to_owned());
        let value = tree.get(node, "value").and_then(|value| match tree.kind(value) {
            Kind::String => number::parse(tree.string(value)?.trim()),
            Kind::Number => number::parse(tree.raw(value)),
            _ => None,
        });
        let unit_of_measure = tree.get(node, "unitOfMeasure");
        let multiplier = unit_of_measure.and_then(|unit| tree.integer(tree.get(unit, "multiplier")?)).unwrap_or(0);
        let unit = text("unit")
            .or_else(|| unit_of_measure.and_then(|unit| tree.get_string(unit, "unit")).map(Cow::into_owned))
            .unwrap_or_else(|| if measurand.starts_with("Energy") { "Wh".to_owned() } else { String::new() });
        let factor = 10_f64.powi(multiplier.clamp(-30, 30) as i32);
        Self { measurand, phase: text("phase"), value: value.map(|value| value * factor), unit }
    }

    fn words(&self) -> Option<String> {
        // Some measurands have one unit only, and it is often left out.
        let unit = match (self.unit.as_str(), self.measurand.as_str()) {
            ("", "SoC") => "Percent",
            (unit, _) => unit,
        };
        let words = quantity::with_unit(self.value?, unit);
        Some(if self.measurand == "SoC" { format!("SoC {words}") } else { words })
    }
}

/// The clock time of a date-time, with `Z` or its offset; other texts as they are.
fn clock(text: &str) -> String {
    match (date_time::parse(text), text.get(11..19), text.find(['Z', '+']).or_else(|| text.rfind('-'))) {
        (Some(_), Some(clock), Some(zone)) => format!("{clock}{}", text.get(zone..).unwrap_or_default()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ocpp_wire::{envelope, json};

    fn check(version: Version, action: &str, frame: &str, expected: &str) {
        let tree = json::parse(frame);
        let envelope = tree.as_ref().map(|tree| envelope::read(tree, Some(version))).unwrap_or_default();
        let line = line(version, action, &envelope, &tree, frame);
        let text = format!("{} | {}", line.title, line.text).replace(['\u{202f}', '\u{a0}'], " ");
        assert_eq!(text, expected, "{frame}");
    }

    #[test]
    fn lines() {
        use Version::{V16, V201};
        for (version, action, frame, expected) in [
            (V16, "Heartbeat", r#"[2,"1","Heartbeat",{}]"#, "Heartbeat | {}"),
            (
                V16,
                "Heartbeat",
                r#"[3,"1",{"currentTime":"2026-11-22T09:21:30.088Z"}]"#,
                "Heartbeat | currentTime 09:21:30Z",
            ),
            (
                V16,
                "StartTransaction",
                r#"[2,"1","StartTransaction",{"connectorId":1,"idTag":"TAG1","meterStart":1204330,"timestamp":"2026-11-22T09:22:07Z"}]"#,
                "StartTransaction | connector 1 · TAG1 · meterStart 1 204.33 kWh",
            ),
            (
                V16,
                "StartTransaction",
                r#"[3,"1",{"transactionId":88123,"idTagInfo":{"status":"Accepted"}}]"#,
                "StartTransaction | transaction 88123 · Accepted",
            ),
            (
                V16,
                "StatusNotification",
                r#"[2,"1","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Preparing"}]"#,
                "StatusNotification | connector 1 · Preparing",
            ),
            (
                V16,
                "MeterValues",
                r#"[2,"1","MeterValues",{"connectorId":1,"meterValue":[{"timestamp":"2026-11-22T09:22:07Z","sampledValue":[{"value":"1204330"},{"value":"7.2","measurand":"Power.Active.Import","unit":"kW"},{"value":"55","measurand":"SoC"}]}]}]"#,
                "MeterValues | connector 1 · 7.2 kW · 1 204.33 kWh · SoC 55 % · 3 values",
            ),
            (
                V201,
                "TransactionEvent",
                r#"[2,"1","TransactionEvent",{"eventType":"Updated","timestamp":"2026-11-22T09:22:07Z","triggerReason":"MeterValuePeriodic","seqNo":3,"transactionInfo":{"transactionId":"tx-1","chargingState":"Charging"},"meterValue":[{"timestamp":"2026-11-22T09:22:07Z","sampledValue":[{"value":1.5,"unitOfMeasure":{"unit":"Wh","multiplier":3}}]}]}]"#,
                "TransactionEvent | Updated · MeterValuePeriodic · transaction tx-1 · seqNo 3 · Charging · 1.5 kWh · 1 value",
            ),
            (
                V201,
                "BootNotification",
                r#"[2,"1","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"M","vendorName":"V"}}]"#,
                "BootNotification | V M · PowerUp",
            ),
            (
                V201,
                "GetVariables",
                r#"[2,"1","GetVariables",{"getVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]}]"#,
                "GetVariables | OCPPCommCtrlr.HeartbeatInterval",
            ),
            (
                V16,
                "Authorize",
                r#"[4,"1","PropertyConstraintViolation","idTag too long",{}]"#,
                "PropertyConstraintViolation | idTag too long",
            ),
            (V16, "", "{\"a\":1}", "Not OCPP-J | {\"a\":1}"),
            (V16, "", "hello\nworld", "Not JSON | hello world"),
            (V16, "", "", "Empty frame | "),
            (V16, "Foo", r#"[2,"1","Foo",{"a":1,"b":"x","c":[]}]"#, "Foo | a 1 · b x"),
            (
                V16,
                "GetConfiguration",
                r#"[2,"1","GetConfiguration",{"key":["HeartbeatInterval","NumberOfConnectors"]}]"#,
                "GetConfiguration | HeartbeatInterval, NumberOfConnectors",
            ),
            (V16, "Reset", r#"[3,"1",{"status":"Rejected"}]"#, "Reset | status Rejected"),
        ] {
            check(version, action, frame, expected);
        }
    }
}
