//! Payloads made from a schema: what the composer offers to begin with, and payloads with one fault each.
//!
//! A template is valid against its schema and holds what an integrator would type. It knows the rules of the
//! schema only: which optional fields go together is for the user to decide.

mod faults;
mod values;

pub use faults::{Fault, MAX_PER_CONSTRAINT, faulty_samples};

use crate::check::check;
use crate::date_time;
use crate::json::{self, escape_pointer};
use crate::number;
use crate::schema::{Format, Property, Rule, RuleId, Schema, ValueType};
use serde_json::{Map, Value};

/// Which fields a template shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fields {
    /// Those the schema requires.
    Required,
    /// All but `customData`; lists have one item, or as many as the schema requires.
    All,
}

/// What a template takes from outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context<'c> {
    /// Milliseconds since 1970 for fields that hold a time; times to come are counted from it.
    pub now_epoch_millis: i64,
    /// Names of fields, each with the JSON text of its value. The value is used wherever the template has a
    /// field of that name and the payload stays valid; a later entry is put over an earlier one.
    pub preferred: &'c [(&'c str, &'c str)],
}

/// A payload on several lines, indented by two spaces, its members in the order of the schema.
///
/// ```
/// # use ocpp_wire::{sample::{Context, Fields, template}, schema::SchemaSet, version::Version};
/// let file = r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","additionalProperties":false,
///     "properties":{"idTag":{"type":"string","maxLength":20}},"required":["idTag"]}"#;
/// let bundle = SchemaSet::bundle(Version::V16, &[("Authorize.json".into(), file.into())]);
/// let set = SchemaSet::from_bundle(Version::V16, bundle).unwrap();
/// let text = template(&set.schema("Authorize").unwrap(), Fields::Required, &Context::default());
/// assert_eq!(text, "{\n  \"idTag\": \"TAG1\"\n}");
/// ```
pub fn template(schema: &Schema, fields: Fields, context: &Context<'_>) -> String {
    format!("{:#}", payload(schema, fields, context))
}

/// The same payload without white space.
pub fn compact(schema: &Schema, fields: Fields, context: &Context<'_>) -> String {
    payload(schema, fields, context).to_string()
}

/// What a template with the required fields has at one member of an object, laid out as by [`template`].
/// `holder` is the object's rule, `holder_name` the field it stands in (the list's for an item), empty for the payload.
pub fn member(schema: &Schema, holder: &Rule, holder_name: &str, member: &Property, context: &Context<'_>) -> String {
    let maker = Maker { schema, fields: Fields::Required, now_epoch_millis: context.now_epoch_millis };
    let owner = owner_of_members(schema, holder, holder_name);
    format!("{:#}", maker.value(member.rule, owner, &member.name))
}

/// What a template with the required fields has as an item of a list that stands in the field `name`. `null`
/// where the schema says nothing of items.
pub fn item(schema: &Schema, list: &Rule, name: &str, context: &Context<'_>) -> String {
    let maker = Maker { schema, fields: Fields::Required, now_epoch_millis: context.now_epoch_millis };
    format!("{:#}", list.items.map_or(Value::Null, |items| maker.value(items, "", name)))
}

fn payload(schema: &Schema, fields: Fields, context: &Context<'_>) -> Value {
    let maker = Maker { schema, fields, now_epoch_millis: context.now_epoch_millis };
    let mut payload = maker.value(0, "", "");
    for (name, text) in context.preferred {
        let Ok(preferred) = serde_json::from_str::<Value>(text) else { continue };
        let mut pointers = Vec::new();
        find_members(&payload, name, "", &mut pointers);
        for pointer in pointers {
            put_if_valid(schema, &mut payload, &pointer, &preferred);
        }
    }
    payload
}

/// Pointers of all members of this name, the outer ones first: `idToken` holds an `idToken`.
fn find_members(value: &Value, name: &str, pointer: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let pointer = format!("{pointer}/{}", escape_pointer(key));
                if key == name {
                    out.push(pointer.clone());
                }
                find_members(member, name, &pointer, out);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                find_members(item, name, &format!("{pointer}/{index}"), out);
            }
        }
        _ => {}
    }
}

fn put_if_valid(schema: &Schema, payload: &mut Value, pointer: &str, value: &Value) {
    let Some(slot) = payload.pointer_mut(pointer) else { return };
    let before = std::mem::replace(slot, value.clone());
    if !is_valid(schema, payload)
        && let Some(slot) = payload.pointer_mut(pointer)
    {
        *slot = before;
    }
}

fn is_valid(schema: &Schema, payload: &Value) -> bool {
    let text = payload.to_string();
    json::parse(&text).is_ok_and(|tree| check(schema, &tree, tree.root()).is_empty())
}

/// Makes values for rules.
struct Maker<'s> {
    schema: &'s Schema,
    fields: Fields,
    now_epoch_millis: i64,
}

impl Maker<'_> {
    /// A value for a rule. `owner` is the type or the member that holds the field, `name` the field's name;
    /// the items of a list have the name of the list. A compiled schema has no recursion, so this ends.
    fn value(&self, id: RuleId, owner: &str, name: &str) -> Value {
        let rule = self.schema.rule(id);
        if let Some(choice) = self.choice(rule, name) {
            return choice.into();
        }
        match rule.value_type {
            Some(ValueType::Object) => self.object(rule, name),
            Some(ValueType::Array) => {
                let n_items = rule.min_items.unwrap_or_default().max(1);
                let item = || rule.items.map_or(Value::Null, |items| self.value(items, owner, name));
                Value::Array((0..n_items).map(|_| item()).collect())
            }
            Some(ValueType::String) => self.text(rule, owner, name).into(),
            Some(ValueType::Integer | ValueType::Number) => number(rule, values::number(owner, name)),
            Some(ValueType::Boolean) => values::boolean(name).into(),
            // The data of a DataTransfer of 2.x may be anything.
            None => values::text(owner, name).unwrap_or(values::SOME_TEXT).into(),
        }
    }

    fn object(&self, rule: &Rule, name: &str) -> Value {
        let mut members = Map::new();
        for property in &rule.properties {
            let is_shown = match self.fields {
                Fields::Required => property.is_required,
                Fields::All => property.is_required || property.name != "customData",
            };
            if is_shown {
                let owner = owner_of_members(self.schema, rule, name);
                members.insert(property.name.clone(), self.value(property.rule, owner, &property.name));
            }
        }
        Value::Object(members)
    }

    fn choice<'r>(&self, rule: &'r Rule, name: &str) -> Option<&'r str> {
        let allowed = |wanted: &str| rule.allowed.iter().map(String::as_str).find(|allowed| *allowed == wanted);
        // Without `startSchedule` and `transactionId`, which are optional, a profile can be neither absolute
        // nor set for one transaction. The profile of a remote start is always for the transaction it starts.
        let is_remote_start = ["RemoteStart", "RequestStart"].iter().any(|start| self.schema.name.starts_with(start));
        let fitting = match (self.fields, name) {
            (Fields::Required, "chargingProfileKind") => allowed("Relative"),
            (Fields::Required, "chargingProfilePurpose") if !is_remote_start => allowed("TxDefaultProfile"),
            _ => None,
        };
        fitting
            .or_else(|| values::choices(name).iter().find_map(|wanted| allowed(wanted)))
            .or_else(|| rule.allowed.first().map(String::as_str))
    }

    fn text(&self, rule: &Rule, owner: &str, name: &str) -> String {
        let text = match rule.format {
            Some(Format::DateTime) => self.time(values::seconds_from_now(owner, name)),
            Some(Format::Uri) => values::URI.to_owned(),
            // Dates without a time carry no format in the schemas.
            None if name.ends_with("Date") => {
                self.time(values::seconds_from_now(owner, name)).chars().take(10).collect()
            }
            None => match values::text(owner, name) {
                Some(text) => text.to_owned(),
                None => default_text(rule).unwrap_or_else(|| values::SOME_TEXT.to_owned()),
            },
        };
        match rule.max_length {
            Some(most) => text.chars().take(most as usize).collect(),
            None => text,
        }
    }

    fn time(&self, seconds_from_now: i64) -> String {
        // Years 0000 to 9999, the ones RFC 3339 can write.
        const RANGE: (i64, i64) = (-62_167_219_200_000, 253_402_300_799_999);
        let epoch_millis = self.now_epoch_millis.saturating_add(seconds_from_now * 1_000);
        date_time::format_utc(epoch_millis.clamp(RANGE.0, RANGE.1))
    }
}

/// What holds the members of an object: its type, or the field it stands in, or the message.
fn owner_of_members<'o>(schema: &'o Schema, rule: &'o Rule, name: &'o str) -> &'o str {
    match &rule.type_name {
        Some(type_name) => type_name,
        None if name.is_empty() => &schema.name,
        None => name,
    }
}

fn default_text(rule: &Rule) -> Option<String> {
    serde_json::from_str(rule.default.as_deref()?).ok()
}

/// The number nearest to the wanted one that the rule permits.
fn number(rule: &Rule, wanted: f64) -> Value {
    let bound = |text: &Option<String>| text.as_ref().and_then(|text| number::parse(text));
    let mut value = wanted;
    if let Some(step) = &rule.multiple_of
        && !number::is_multiple_of(&number_value(value).to_string(), step)
        && let Some(step) = number::parse(step)
    {
        value = (value / step).floor() * step;
    }
    if let Some(most) = bound(&rule.maximum) {
        value = value.min(most);
    }
    if let Some(least) = bound(&rule.minimum) {
        value = value.max(least);
    }
    if rule.value_type == Some(ValueType::Integer) {
        value = value.trunc();
    }
    number_value(value)
}

/// Whole numbers are written without decimals.
fn number_value(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { Value::from(value as i64) } else { Value::from(value) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::tests::set;
    use crate::version::Version;

    /// 2026-11-22T09:22:07Z
    const NOW_EPOCH_MILLIS: i64 = 1_795_339_327_000;

    /// Compares the payload of the required fields and the one of all fields.
    fn check_samples(version: Version, schema: &str, required: &str, all: &str) {
        let schema = set(version).schema(schema).unwrap();
        let context = Context { now_epoch_millis: NOW_EPOCH_MILLIS, preferred: &[] };
        assert_eq!(compact(&schema, Fields::Required, &context), required);
        assert_eq!(compact(&schema, Fields::All, &context), all);
    }

    /// Compares the required fields of a schema with preferred values.
    fn check_preferred(version: Version, schema: &str, preferred: &[(&str, &str)], expected: &str) {
        let schema = set(version).schema(schema).unwrap();
        let context = Context { now_epoch_millis: NOW_EPOCH_MILLIS, preferred };
        assert_eq!(compact(&schema, Fields::Required, &context), expected);
    }

    #[test]
    fn messages_look_as_an_integrator_would_type_them() {
        let t = check_samples;
        t(
            Version::V16,
            "BootNotification",
            r#"{"chargePointVendor":"ExampleVendor","chargePointModel":"ExampleModel"}"#,
            r#"{"chargePointVendor":"ExampleVendor","chargePointModel":"ExampleModel","chargePointSerialNumber":"CP0001","chargeBoxSerialNumber":"CB0001","firmwareVersion":"1.0.0","iccid":"8931000000000000001","imsi":"204080000000001","meterType":"ExampleMeter","meterSerialNumber":"M0001"}"#,
        );
        t(
            Version::V16,
            "StartTransaction",
            r#"{"connectorId":1,"idTag":"TAG1","meterStart":0,"timestamp":"2026-11-22T09:22:07.000Z"}"#,
            r#"{"connectorId":1,"idTag":"TAG1","meterStart":0,"reservationId":1,"timestamp":"2026-11-22T09:22:07.000Z"}"#,
        );
        t(
            Version::V16,
            "StatusNotification",
            r#"{"connectorId":1,"errorCode":"NoError","status":"Available"}"#,
            r#"{"connectorId":1,"errorCode":"NoError","info":"No fault","status":"Available","timestamp":"2026-11-22T09:22:07.000Z","vendorId":"com.example","vendorErrorCode":"0"}"#,
        );
        t(
            Version::V16,
            "MeterValues",
            r#"{"connectorId":1,"meterValue":[{"timestamp":"2026-11-22T09:22:07.000Z","sampledValue":[{"value":"1000"}]}]}"#,
            r#"{"connectorId":1,"transactionId":1,"meterValue":[{"timestamp":"2026-11-22T09:22:07.000Z","sampledValue":[{"value":"1000","context":"Sample.Periodic","format":"Raw","measurand":"Energy.Active.Import.Register","phase":"L1","location":"Outlet","unit":"Wh"}]}]}"#,
        );
        t(
            Version::V16,
            "SetChargingProfile",
            r#"{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}"#,
            r#"{"connectorId":1,"csChargingProfiles":{"chargingProfileId":1,"transactionId":1,"stackLevel":0,"chargingProfilePurpose":"TxProfile","chargingProfileKind":"Absolute","recurrencyKind":"Daily","validFrom":"2026-11-22T09:22:07.000Z","validTo":"2026-12-22T09:22:07.000Z","chargingSchedule":{"duration":3600,"startSchedule":"2026-11-22T09:22:07.000Z","chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16,"numberPhases":3}],"minChargingRate":6}}}"#,
        );
        t(
            Version::V201,
            "BootNotificationRequest",
            r#"{"chargingStation":{"model":"ExampleModel","vendorName":"ExampleVendor"},"reason":"PowerUp"}"#,
            r#"{"chargingStation":{"serialNumber":"SN0001","model":"ExampleModel","modem":{"iccid":"8931000000000000001","imsi":"204080000000001"},"vendorName":"ExampleVendor","firmwareVersion":"1.0.0"},"reason":"PowerUp"}"#,
        );
        t(
            Version::V21,
            "AuthorizeRequest",
            r#"{"idToken":{"idToken":"TAG1","type":"ISO14443"}}"#,
            r#"{"idToken":{"additionalInfo":[{"additionalIdToken":"DE8AA1234567890","type":"ContractId"}],"idToken":"TAG1","type":"ISO14443"},"certificate":"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n","iso15118CertificateHashData":[{"hashAlgorithm":"SHA256","issuerNameHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","issuerKeyHash":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","serialNumber":"1A2B3C4D","responderURL":"http://example.com/ocsp"}]}"#,
        );
        t(
            Version::V201,
            "TransactionEventRequest",
            r#"{"eventType":"Started","timestamp":"2026-11-22T09:22:07.000Z","triggerReason":"Authorized","seqNo":0,"transactionInfo":{"transactionId":"tx-1"}}"#,
            r#"{"eventType":"Started","meterValue":[{"sampledValue":[{"value":1000,"context":"Sample.Periodic","measurand":"Energy.Active.Import.Register","phase":"L1","location":"Outlet","signedMeterValue":{"signedMeterData":"T0NNRnx7fQ==","signingMethod":"ECDSA-secp256r1-SHA256","encodingMethod":"OCMF","publicKey":"MFkwEwYH"},"unitOfMeasure":{"unit":"Wh","multiplier":0}}],"timestamp":"2026-11-22T09:22:07.000Z"}],"timestamp":"2026-11-22T09:22:07.000Z","triggerReason":"Authorized","seqNo":0,"offline":false,"numberOfPhasesUsed":3,"cableMaxCurrent":32,"reservationId":1,"transactionInfo":{"transactionId":"tx-1","chargingState":"Charging","timeSpentCharging":1800,"stoppedReason":"Local","remoteStartId":1},"evse":{"id":1,"connectorId":1},"idToken":{"additionalInfo":[{"additionalIdToken":"DE8AA1234567890","type":"ContractId"}],"idToken":"TAG1","type":"ISO14443"}}"#,
        );
    }

    #[test]
    fn templates_are_indented_by_two_spaces() {
        let schema = set(Version::V201).schema("AuthorizeRequest").unwrap();
        let text = template(&schema, Fields::Required, &Context::default());
        assert_eq!(text, "{\n  \"idToken\": {\n    \"idToken\": \"TAG1\",\n    \"type\": \"ISO14443\"\n  }\n}");
        let schema = set(Version::V16).schema("Heartbeat").unwrap();
        assert_eq!(template(&schema, Fields::All, &Context::default()), "{}");
    }

    #[test]
    fn rules_go_before_wishes() {
        let file = r#"{"type":"object","properties":{
            "idTag":{"type":"string","maxLength":2},
            "nothingKnown":{"type":"string","default":"from the schema"},
            "location":{"type":"string","format":"uri"},
            "validFromDate":{"type":"string"},
            "limit":{"type":"number","multipleOf":5},
            "duration":{"type":"number","maximum":59.5},
            "retries":{"type":"integer","maximum":2.5},
            "seqNo":{"type":"integer","minimum":1},
            "key":{"type":"array","items":{"type":"string","enum":["x","y"]},"minItems":2},
            "meterValue":{"type":"array","items":{"type":"boolean"}}}}"#;
        let bundle = crate::schema::SchemaSet::bundle(Version::V16, &[("A.json".to_owned(), file.to_owned())]);
        let schema = crate::schema::SchemaSet::from_bundle(Version::V16, bundle).unwrap().schema("A").unwrap();
        assert_eq!(
            compact(&schema, Fields::All, &Context { now_epoch_millis: NOW_EPOCH_MILLIS, preferred: &[] }),
            r#"{"idTag":"TA","nothingKnown":"from the schema","location":"https://example.com/file","validFromDate":"2026-11-22","limit":15,"duration":59.5,"retries":2,"seqNo":1,"key":["x","x"],"meterValue":[false]}"#
        );
        assert_eq!(compact(&schema, Fields::Required, &Context::default()), "{}");
    }

    #[test]
    fn preferred_values_are_used_where_they_are_valid() {
        let t = |preferred: &[(&str, &str)], expected: &str| {
            check_preferred(Version::V16, "StartTransactionResponse", preferred, expected);
        };
        t(&[("status", "\"Blocked\"")], r#"{"idTagInfo":{"status":"Blocked"},"transactionId":1}"#);
        t(
            &[("status", "\"blocked\""), ("transactionId", "1.5")],
            r#"{"idTagInfo":{"status":"Accepted"},"transactionId":1}"#,
        );
        t(
            &[("status", "Blocked"), ("transactionId", " 77 ")],
            r#"{"idTagInfo":{"status":"Accepted"},"transactionId":77}"#,
        );
        t(
            &[("idTagInfo", r#"{"status":"Expired","parentIdTag":"P"}"#), ("status", "\"Invalid\""), ("other", "1")],
            r#"{"idTagInfo":{"status":"Invalid","parentIdTag":"P"},"transactionId":1}"#,
        );
        t(
            &[("idTagInfo", "{}"), ("transactionId", "null")],
            r#"{"idTagInfo":{"status":"Accepted"},"transactionId":1}"#,
        );
        check_preferred(Version::V201, "HeartbeatRequest", &[("customData", r#"{"vendorId":"v"}"#)], "{}");
        // The field of this name holds a field of this name: each value goes where it is valid.
        check_preferred(
            Version::V201,
            "AuthorizeRequest",
            &[("idToken", r#"{"idToken":"B","type":"Central"}"#), ("idToken", "\"C\"")],
            r#"{"idToken":{"idToken":"C","type":"Central"}}"#,
        );
    }

    #[test]
    fn any_time_gives_a_time_that_can_be_written() {
        let schema = set(Version::V201).schema("ReserveNowRequest").unwrap();
        for (now_epoch_millis, year) in [(i64::MAX, "9999"), (i64::MIN, "0000"), (0, "1970")] {
            let text = compact(&schema, Fields::All, &Context { now_epoch_millis, preferred: &[] });
            assert!(text.contains(&format!("\"expiryDateTime\":\"{year}-")), "{text}");
            let tree = json::parse(&text).unwrap();
            assert!(check(&schema, &tree, tree.root()).is_empty(), "{text}");
        }
    }

    #[test]
    fn shared_definitions_are_broken_on_three_paths_at_most() {
        let schema = set(Version::V201).schema("SendLocalListRequest").unwrap();
        let paths: Vec<String> = faulty_samples(&schema)
            .into_iter()
            .filter(|fault| fault.keyword.as_str() == "required" && fault.pointer.ends_with("customData/vendorId"))
            .map(|fault| fault.pointer)
            .collect();
        assert_eq!(
            paths,
            [
                "/customData/vendorId",
                "/localAuthorizationList/0/customData/vendorId",
                "/localAuthorizationList/0/idToken/customData/vendorId",
            ]
        );
    }
}
