//! Short texts about fields: meanings for OCPP 1.6, units, limits that only the specifications' text has, and the
//! meanings of the most shown enumeration values.
//!
//! The schemas of OCPP 1.6 carry no descriptions, those of 2.0.1 and 2.1 do; so there are meanings for 1.6 only.
//! Nothing here checks a value.
//!
//! Paths are lists of field names from the payload downwards. List positions may stand among them as numbers; they
//! are skipped.
//!
//! # Source
//! OCPP 1.6 edition 2 chapters 6 and 7 with its errata sheet 2025-04; Improved security for OCPP 1.6-J, edition 3,
//! chapters 5 and 6; OCPP 2.0.1 Part 2 edition 3 chapter 3 of the data types; OCPP 2.1 Part 2 edition 1 and its
//! appendices 2.0. Facts from there, wording ours.

use crate::version::Version;

/// What a field of an OCPP 1.6 message means. `None` for a field that no 1.6 message has.
///
/// Looked up by the whole path in this message first, then by the object it stands in, then by its name alone. So a
/// field in the wrong place still gets a text if other messages have it.
///
/// ```
/// # use ocpp_wire::field_texts::meaning_v16;
/// let text = meaning_v16("Authorize", false, &["idTag"]);
/// assert_eq!(text, Some("Identifier of the token that is to be authorized; not case-sensitive"));
/// assert_eq!(meaning_v16("Authorize", false, &["color"]), None);
/// ```
pub fn meaning_v16(action: &str, is_response: bool, path: &[&str]) -> Option<&'static str> {
    let names = names_of(path);
    let (name, parents) = names.split_last()?;
    let schema_matches = |schema: &str| {
        let request = if is_response { schema.strip_suffix("Response") } else { Some(schema) };
        request == Some(action)
    };
    by_path(MEANINGS_BY_PATH, schema_matches, &names)
        .or_else(|| {
            let parent = parents.last()?;
            MEANINGS_BY_PARENT.iter().find(|(object, field, _)| object == parent && field == name).map(|entry| entry.2)
        })
        .or_else(|| MEANINGS_BY_NAME.iter().find(|(field, _)| field == name).map(|entry| entry.1))
}

/// The unit of a number in an OCPP 1.6 message, if the field always has the same one.
///
/// `None` for fields whose unit stands in another field (`limit`, `value`) and for everything without a unit.
/// `schema` is the file name of the schema without `.json`; it is not needed today, since no field of 1.6 changes
/// its unit with the message.
///
/// ```
/// # use ocpp_wire::field_texts::unit_v16;
/// assert_eq!(unit_v16("StartTransaction", &["meterStart"]), Some("Wh"));
/// assert_eq!(unit_v16("SetChargingProfile", &["csChargingProfiles", "chargingSchedule", "minChargingRate"]), None);
/// ```
///
/// # Source
/// OCPP 1.6 edition 2 sections 6.4, 6.21, 6.25, 6.45, 6.49, 6.55, 7.13 and 7.14; security white paper, edition 3,
/// sections 5.9 and 5.21.
pub fn unit_v16(_schema: &str, path: &[&str]) -> Option<&'static str> {
    unit_in(&[UNITS_V16], path)
}

/// The unit of a number in a message of any version, if the field always has the same one.
///
/// For 2.0.1 and 2.1 only units that the specification itself names; they go by the name of the field and, where a
/// name has two uses, by the object it stands in. `None` where the unit depends on another field.
///
/// ```
/// # use ocpp_wire::{field_texts::unit, version::Version};
/// assert_eq!(unit(Version::V201, "TransactionEventRequest", &["transactionInfo", "timeSpentCharging"]), Some("s"));
/// assert_eq!(unit(Version::V21, "TransactionEventRequest", &["seqNo"]), None);
/// ```
pub fn unit(version: Version, schema: &str, path: &[&str]) -> Option<&'static str> {
    match version {
        Version::V16 => unit_v16(schema, path),
        Version::V201 => unit_in(&[UNITS_V2], path),
        Version::V21 => unit_in(&[UNITS_V2, UNITS_V21], path),
    }
}

/// A limit of a field that the specification's text has and its schema does not. One or two sentences with the clause.
///
/// `schema` is the file name of the schema without `.json`. `None` for fields without such a limit.
///
/// ```
/// # use ocpp_wire::{field_texts::limit_note, version::Version};
/// assert!(limit_note(Version::V16, "StartTransaction", &["connectorId"]).is_some());
/// assert!(limit_note(Version::V16, "StartTransaction", &["meterStart"]).is_none());
/// ```
pub fn limit_note(version: Version, schema: &str, path: &[&str]) -> Option<&'static str> {
    let table = if version.is_v2() { LIMITS_V2 } else { LIMITS_V16 };
    by_path(table, |candidate| candidate == schema, &names_of(path))
}

/// What a value of an enumeration means. `None` for a value or an enumeration without a text.
///
/// `field_or_type` is one of three things: the name of the type (`ChargePointStatus`, `TriggerReasonEnumType`, also
/// without `Type`); the schema or parent object and the field (`StatusNotification.status`, `idTagInfo.status`); or
/// the field alone. With the field alone, a value that means different things in different messages, such as
/// `Accepted` of `status`, has no text.
///
/// ```
/// # use ocpp_wire::{field_texts::enum_meaning, version::Version};
/// let text = enum_meaning(Version::V16, "StatusNotification.status", "SuspendedEV");
/// assert_eq!(text, Some("Connected and ready to deliver, but the vehicle takes no energy"));
/// assert_eq!(enum_meaning(Version::V16, "status", "Accepted"), None);
/// ```
pub fn enum_meaning(version: Version, field_or_type: &str, value: &str) -> Option<&'static str> {
    let tables: &[&'static [Enumeration]] = match version {
        Version::V16 => &[ENUMERATIONS_V16],
        Version::V201 => &[ENUMERATIONS_V2],
        Version::V21 => &[ENUMERATIONS_V21, ENUMERATIONS_V2],
    };
    let all = || tables.iter().flat_map(|table| table.iter());
    let named = all().find_map(|entry| entry.is_named(field_or_type).then(|| entry.value(value))?);
    if named.is_some() {
        return named;
    }
    let mut fitting = all().filter(|entry| entry.has_field(field_or_type) && entry.value(value).is_some());
    let first = fitting.next()?;
    // The table of 2.1 repeats types of the one below it; the same places twice are no ambiguity.
    fitting.all(|entry| entry.fields == first.fields).then(|| first.value(value))?
}

/// One enumeration type.
struct Enumeration {
    /// As the specification calls it.
    type_name: &'static str,
    /// Where its values stand: `Schema.field` or `object.field`.
    fields: &'static [&'static str],
    /// Value and meaning.
    values: &'static [(&'static str, &'static str)],
}

impl Enumeration {
    fn is_named(&self, name: &str) -> bool {
        self.type_name == name
            || self.type_name.strip_suffix("Type").is_some_and(|short| short == name)
            || self.fields.contains(&name)
    }

    fn has_field(&self, field: &str) -> bool {
        self.fields.iter().any(|place| place.rsplit('.').next() == Some(field))
    }

    fn value(&self, value: &str) -> Option<&'static str> {
        self.values.iter().find(|(candidate, _)| *candidate == value).map(|(_, meaning)| *meaning)
    }
}

/// The path without list positions.
fn names_of<'a>(path: &[&'a str]) -> Vec<&'a str> {
    path.iter().copied().filter(|segment| !segment.bytes().all(|byte| byte.is_ascii_digit())).collect()
}

/// Text of the entry whose schema and dotted path fit.
fn by_path(
    table: &[(&str, &str, &'static str)],
    schema_matches: impl Fn(&str) -> bool,
    names: &[&str],
) -> Option<&'static str> {
    table
        .iter()
        .find(|(schema, path, _)| schema_matches(schema) && path.split('.').eq(names.iter().copied()))
        .map(|entry| entry.2)
}

/// Unit of the field at the end of a path. An entry with a parent wins over one without.
fn unit_in(tables: &[&[(&str, &str, &'static str)]], path: &[&str]) -> Option<&'static str> {
    let names = names_of(path);
    let (name, parents) = names.split_last()?;
    let parent = parents.last().copied().unwrap_or_default();
    let entries = || tables.iter().flat_map(|table| table.iter()).filter(|(_, field, _)| field == name);
    entries()
        .find(|(object, ..)| !object.is_empty() && *object == parent)
        .or_else(|| entries().find(|(object, ..)| object.is_empty()))
        .map(|entry| entry.2)
        .filter(|unit| !unit.is_empty())
}

/// Schema, path, meaning: fields whose meaning depends on the message.
const MEANINGS_BY_PATH: &[(&str, &str, &str)] = &[
    ("Authorize", "idTag", "Identifier of the token that is to be authorized; not case-sensitive"),
    ("BootNotificationResponse", "status", "Whether the CSMS accepts the station"),
    (
        "BootNotificationResponse",
        "interval",
        "Accepted: seconds between heartbeats; otherwise least wait before the next try",
    ),
    ("CancelReservation", "reservationId", "Id of the reservation to cancel"),
    ("CancelReservationResponse", "status", "Whether the reservation was canceled"),
    ("CertificateSignedResponse", "status", "Whether the station accepts the signed certificate"),
    ("ChangeAvailability", "connectorId", "Connector to change; 0 for the station and all its connectors"),
    ("ChangeAvailability", "type", "Operative makes it available, Inoperative takes it out of use"),
    ("ChangeAvailabilityResponse", "status", "Whether the availability changes, now or after running transactions"),
    ("ChangeConfiguration", "key", "Name of the configuration key to change"),
    ("ChangeConfiguration", "value", "New value of the key, always as text"),
    ("ChangeConfigurationResponse", "status", "Whether the key is known and took the new value"),
    ("ClearCacheResponse", "status", "Whether the authorization cache was cleared"),
    ("ClearChargingProfile", "id", "Id of the profile to clear; the other fields are then ignored"),
    ("ClearChargingProfile", "connectorId", "Clear profiles of this connector; 0 for those of the whole station"),
    ("ClearChargingProfile", "chargingProfilePurpose", "Clear profiles with this purpose"),
    ("ClearChargingProfile", "stackLevel", "Clear profiles on this stack level"),
    ("ClearChargingProfileResponse", "status", "Whether a profile fitted the request and is cleared"),
    ("DataTransfer", "data", "Content of the vendor's message, without given format or length"),
    ("DataTransferResponse", "data", "Content of the vendor's answer, without given format or length"),
    ("DataTransferResponse", "status", "Whether the vendor's message was understood and accepted"),
    ("DeleteCertificate", "certificateHashData", "Hashes that identify the certificate to delete"),
    ("DeleteCertificateResponse", "status", "Whether the certificate was found and deleted"),
    ("DiagnosticsStatusNotification", "status", "Progress of the diagnostics upload"),
    ("ExtendedTriggerMessage", "connectorId", "Connector the request is about; only for messages of one connector"),
    ("ExtendedTriggerMessageResponse", "status", "Whether the station will send the message"),
    ("FirmwareStatusNotification", "status", "Progress of the firmware update"),
    ("GetCompositeSchedule", "connectorId", "Connector the schedule is asked for; 0 for the grid connection"),
    ("GetCompositeSchedule", "duration", "Length of the schedule asked for, in seconds"),
    ("GetCompositeSchedule", "chargingRateUnit", "Unit the limits are wanted in: W or A"),
    ("GetCompositeScheduleResponse", "status", "Whether the station could calculate the schedule"),
    ("GetCompositeScheduleResponse", "connectorId", "Connector the schedule applies to"),
    ("GetCompositeScheduleResponse", "chargingSchedule", "Combined schedule the station plans to follow"),
    (
        "GetCompositeScheduleResponse",
        "chargingSchedule.startSchedule",
        "Not used in this message; scheduleStart gives the start",
    ),
    ("GetConfiguration", "key", "Keys to read; all keys if absent"),
    ("GetDiagnostics", "location", "URL of the directory the diagnostics are to be uploaded to"),
    ("GetInstalledCertificateIds", "certificateType", "Kind of root certificates to list"),
    ("GetInstalledCertificateIdsResponse", "certificateHashData", "Hashes of the certificates found, one entry each"),
    ("GetInstalledCertificateIdsResponse", "status", "Whether certificates of this kind were found"),
    ("GetLocalListVersionResponse", "listVersion", "Version of the list; 0 means empty, -1 means not supported"),
    ("GetLog", "requestId", "Number of this request, repeated in LogStatusNotification"),
    ("GetLogResponse", "status", "Whether the station accepts the request for a log"),
    ("InstallCertificate", "certificateType", "Kind of root certificate to install"),
    ("InstallCertificateResponse", "status", "Whether the certificate was installed"),
    ("LogStatusNotification", "requestId", "Number of the GetLog request that started the upload"),
    ("LogStatusNotification", "status", "Progress of the log upload"),
    ("MeterValues", "connectorId", "Connector that was measured; 0 for the main meter of the station"),
    ("MeterValues", "transactionId", "Transaction running when the values were taken; absent without one"),
    ("RemoteStartTransaction", "connectorId", "Connector to start on; the station chooses if absent"),
    ("RemoteStartTransaction", "idTag", "Identifier the transaction is to be started for"),
    (
        "RemoteStartTransaction",
        "chargingProfile.transactionId",
        "Not used in this message: the transaction has no id yet",
    ),
    ("RemoteStartTransactionResponse", "status", "Whether the station will try to start a transaction"),
    ("RemoteStopTransaction", "transactionId", "Id of the transaction to stop"),
    ("RemoteStopTransactionResponse", "status", "Whether the transaction is running and will be stopped"),
    ("ReserveNow", "connectorId", "Connector to reserve; 0 leaves the choice open"),
    ("ReserveNow", "expiryDate", "When the reservation ends"),
    ("ReserveNow", "idTag", "Identifier the reservation is made for"),
    ("ReserveNow", "reservationId", "Unique number of this reservation"),
    ("ReserveNowResponse", "status", "Whether the reservation was made, or why not"),
    ("Reset", "type", "Soft stops transactions first, Hard restarts the hardware"),
    ("ResetResponse", "status", "Whether the station will reset"),
    ("SecurityEventNotification", "type", "Name of the security event"),
    ("SecurityEventNotification", "timestamp", "When the security event happened"),
    ("SendLocalList", "listVersion", "Version the list has after this update"),
    ("SendLocalListResponse", "status", "Whether the list was updated, or why not"),
    ("SetChargingProfile", "connectorId", "Connector the profile applies to; 0 for the whole station"),
    ("SetChargingProfileResponse", "status", "Whether the station accepts the profile"),
    ("SignCertificateResponse", "status", "Whether the CSMS will have the certificate signed"),
    ("SignedFirmwareStatusNotification", "requestId", "Number of the request that started the firmware update"),
    ("SignedFirmwareStatusNotification", "status", "Progress of the signed firmware update"),
    ("SignedUpdateFirmware", "requestId", "Number of this request, repeated in SignedFirmwareStatusNotification"),
    ("SignedUpdateFirmwareResponse", "status", "Whether the station accepts the update and its certificate"),
    ("StartTransaction", "connectorId", "Connector the transaction started on"),
    ("StartTransaction", "idTag", "Identifier the transaction was started with; not case-sensitive"),
    ("StartTransaction", "reservationId", "Reservation that this transaction uses and ends"),
    ("StartTransaction", "timestamp", "When the transaction started"),
    (
        "StartTransactionResponse",
        "transactionId",
        "Id the CSMS gives the transaction; unique positive numbers are recommended",
    ),
    ("StatusNotification", "connectorId", "Connector the status is about; 0 for the station itself"),
    ("StatusNotification", "status", "State of the connector or, for 0, of the station"),
    ("StatusNotification", "timestamp", "When the status was reached; time of arrival if absent"),
    ("StatusNotification", "vendorId", "Name of the vendor whose error code follows"),
    ("StopTransaction", "idTag", "Identifier that stopped the transaction; absent if the station did"),
    ("StopTransaction", "timestamp", "When the transaction stopped"),
    ("StopTransaction", "transactionId", "Id from StartTransaction's response; -1 if the station received none"),
    ("StopTransactionResponse", "idTagInfo", "What the CSMS knows about the identifier that stopped"),
    ("TriggerMessage", "connectorId", "Connector the request is about; all if absent"),
    ("TriggerMessageResponse", "status", "Whether the station will send the message"),
    ("UnlockConnector", "connectorId", "Connector to unlock"),
    ("UnlockConnectorResponse", "status", "Whether the connector was unlocked"),
    ("UpdateFirmware", "location", "URL to download the firmware from"),
];

/// Parent object, field, meaning: fields of types that several messages use.
const MEANINGS_BY_PARENT: &[(&str, &str, &str)] = &[
    ("chargingProfile", "transactionId", "Transaction the profile is for; only with purpose TxProfile"),
    ("csChargingProfiles", "transactionId", "Transaction the profile is for; only with purpose TxProfile"),
    ("chargingSchedule", "duration", "Length of the schedule in seconds; without it the last period goes on"),
    ("configurationKey", "key", "Name of the configuration key"),
    ("configurationKey", "value", "Value of the key as text; absent if none is set"),
    ("firmware", "location", "URL to download the firmware from"),
    ("idTagInfo", "expiryDate", "When the identifier is to be removed from the authorization cache"),
    ("idTagInfo", "status", "Whether the identifier may be used for charging, or why not"),
    ("localAuthorizationList", "idTag", "Identifier this entry is about; not case-sensitive"),
    ("localAuthorizationList", "idTagInfo", "State of the identifier; absent in a differential update: delete it"),
    ("meterValue", "timestamp", "When these values were taken"),
    ("sampledValue", "value", "Measured value as text: a decimal number, or signed data"),
    ("transactionData", "timestamp", "When these values were taken"),
];

/// Field, meaning: whatever message it stands in.
const MEANINGS_BY_NAME: &[(&str, &str)] = &[
    ("certificate", "Certificate to install, PEM encoded"),
    ("certificateChain", "Signed certificate of the station, with those between if needed; PEM encoded"),
    ("certificateHashData", "Hashes that identify a certificate"),
    ("certificateType", "Kind of root certificate"),
    ("chargeBoxSerialNumber", "Serial number of the charge box inside the station; deprecated"),
    ("chargePointModel", "Model name of the station"),
    ("chargePointSerialNumber", "Serial number of the station"),
    ("chargePointVendor", "Name of the station's vendor"),
    ("chargingProfile", "Charging profile for the new transaction; its purpose must be TxProfile"),
    ("chargingProfileId", "Unique number of the charging profile"),
    ("chargingProfileKind", "What the times of the schedule count from"),
    ("chargingProfilePurpose", "What the profile limits: the station, new transactions or one transaction"),
    ("chargingRateUnit", "Unit of the limits: W for total power, A per phase"),
    ("chargingSchedule", "Limits of power or current over time"),
    ("chargingSchedulePeriod", "Periods of the schedule in order; the first starts at 0"),
    ("configurationKey", "The keys that were asked for, with their values"),
    ("connectorId", "Number of the connector, from 1; 0 is the whole station"),
    ("context", "Why the value was taken; Sample.Periodic if absent"),
    ("csChargingProfiles", "Charging profile to install"),
    ("csr", "Request to have the station's certificate signed; PEM encoded"),
    ("currentTime", "Time of the CSMS; the station should set its clock by it"),
    ("data", "Content of a vendor's message"),
    ("duration", "Length in seconds"),
    ("errorCode", "Error of the station; NoError if there is none"),
    ("expiryDate", "When it ends"),
    ("fileName", "Name of the file to be uploaded; absent if there is none"),
    ("filename", "Name of the log file to be uploaded; absent if there is none"),
    ("firmware", "The firmware: where it is, when to fetch it, its signature"),
    ("firmwareVersion", "Version of the station's firmware"),
    ("format", "Raw for a number, SignedData for signed data; Raw if absent"),
    ("hashAlgorithm", "Algorithm the hashes were made with"),
    ("iccid", "ICCID of the modem's SIM card"),
    ("id", "Number of the charging profile"),
    ("idTag", "Identifier of a token; not case-sensitive"),
    ("idTagInfo", "Result of the authorization: status, end date, parent identifier"),
    ("imsi", "IMSI of the modem's SIM card"),
    ("info", "Free text about the error"),
    ("installDateTime", "When the firmware is to be installed"),
    ("interval", "Interval in seconds"),
    ("issuerKeyHash", "Hash of the issuer's public key"),
    ("issuerNameHash", "Hash of the issuer's name"),
    ("key", "Name of a configuration key"),
    ("latestTimestamp", "Time of the newest log entries to include"),
    ("limit", "Highest charging rate, in chargingRateUnit; at most one decimal"),
    ("listVersion", "Version of the local authorization list"),
    ("localAuthorizationList", "Entries of the new list, or the changes to it"),
    ("location", "Where it was measured; Outlet if absent"),
    ("log", "Where to upload the log and which time it covers"),
    ("logType", "Which log to upload: diagnostics or security"),
    ("measurand", "What was measured; Energy.Active.Import.Register if absent"),
    ("messageId", "The vendor's own name of the message"),
    ("meterSerialNumber", "Serial number of the station's main electrical meter"),
    ("meterStart", "Energy meter of the connector at the start, in Wh"),
    ("meterStop", "Energy meter of the connector at the end, in Wh"),
    ("meterType", "Type of the station's main electrical meter"),
    ("meterValue", "Readings, each with a time and its values"),
    ("minChargingRate", "Lowest rate the vehicle supports, in chargingRateUnit; at most one decimal"),
    ("numberPhases", "Number of phases that can be used; 3 if absent"),
    ("oldestTimestamp", "Time of the oldest log entries to include"),
    ("parentIdTag", "Identifier of the group the token belongs to"),
    ("phase", "Phases the value is for; all of them together if absent"),
    ("readonly", "Whether ChangeConfiguration cannot set the key"),
    ("reason", "Why the transaction stopped; Local if absent"),
    ("recurrencyKind", "How often the schedule repeats; only with kind Recurring"),
    ("remoteLocation", "URL the log is to be uploaded to"),
    ("requestId", "Number that connects a request and its notifications"),
    ("requestedMessage", "Message that the station is asked to send"),
    ("reservationId", "Number of a reservation"),
    ("retries", "How often to try again; the station decides if absent"),
    ("retrieveDate", "From when on the station may fetch the firmware"),
    ("retrieveDateTime", "When the station is to fetch the firmware"),
    ("retryInterval", "Seconds between tries; the station decides if absent"),
    ("sampledValue", "Values taken at the same moment"),
    ("scheduleStart", "Moment the periods of the schedule count from"),
    ("serialNumber", "Serial number of the certificate"),
    ("signature", "Signature of the firmware, Base64 encoded"),
    ("signingCertificate", "Certificate the firmware was signed with, PEM encoded"),
    ("stackLevel", "Rank among profiles of one purpose; the highest wins, 0 is lowest"),
    ("startPeriod", "Start of the period, in seconds from the start of schedule"),
    ("startSchedule", "Start of the schedule; relative to the start of charging if absent"),
    ("startTime", "Time of the oldest entries to include"),
    ("status", "Result of the request"),
    ("stopTime", "Time of the newest entries to include"),
    ("techInfo", "More information about the security event"),
    ("timestamp", "When it happened"),
    ("transactionData", "Readings of the transaction that matter for billing"),
    ("transactionId", "Id of a transaction, given by the CSMS"),
    ("type", "Kind of change or event"),
    ("unit", "Unit of the value; Wh if absent and the measurand is an energy"),
    ("unknownKey", "Keys that were asked for and are unknown to the station"),
    ("updateType", "Full replaces the list, Differential changes it"),
    ("validFrom", "When the profile becomes valid; at once if absent"),
    ("validTo", "When the profile ends to be valid; until replaced if absent"),
    ("value", "Value as text"),
    ("vendorErrorCode", "Error code of the vendor"),
    ("vendorId", "Name of the vendor, in the form of a reversed domain name"),
];

/// Parent object or nothing, field, unit. A parent with an empty unit excludes the field there.
const UNITS_V16: &[(&str, &str, &str)] = &[
    ("", "duration", "s"),
    ("", "interval", "s"),
    ("", "meterStart", "Wh"),
    ("", "meterStop", "Wh"),
    ("", "retryInterval", "s"),
    ("", "startPeriod", "s"),
];

/// The same for fields that 2.0.1 and 2.1 share.
const UNITS_V2: &[(&str, &str, &str)] = &[
    ("", "bulkSoC", "%"),
    ("", "cableMaxCurrent", "A"),
    ("", "duration", "s"),
    ("", "energyAmount", "Wh"),
    ("", "evEnergyCapacity", "Wh"),
    ("", "evMaxCurrent", "A"),
    ("", "evMaxPower", "W"),
    ("", "evMaxVoltage", "V"),
    ("", "evMinCurrent", "A"),
    ("", "fullSoC", "%"),
    ("", "interval", "s"),
    ("", "messageTimeout", "s"),
    ("", "retryInterval", "s"),
    ("", "stateOfCharge", "%"),
    ("", "timeSpentCharging", "s"),
    ("chargingSchedulePeriod", "startPeriod", "s"),
    ("relativeTimeInterval", "start", "s"),
];

/// The same for fields that 2.1 added.
const UNITS_V21: &[(&str, &str, &str)] = &[
    ("", "dynUpdateInterval", "s"),
    ("", "evMaxEnergyRequest", "Wh"),
    ("", "evMinEnergyRequest", "Wh"),
    ("", "evTargetEnergyRequest", "Wh"),
    ("", "maxChargingTime", "s"),
    ("", "maxEnergy", "Wh"),
    ("", "maxIdleTime", "s"),
    ("", "maxOfflineDuration", "s"),
    ("", "maxSoC", "%"),
    ("", "maxTime", "s"),
    ("", "minChargingTime", "s"),
    ("", "minEnergy", "Wh"),
    ("", "minIdleTime", "s"),
    ("", "minTime", "s"),
    ("", "randomizedDelay", "s"),
    ("", "targetSoC", "%"),
    ("", "timeout", "s"),
    // The description of this one names no unit.
    ("evPowerScheduleEntries", "duration", ""),
    ("totalUsage", "chargingTime", "s"),
    ("totalUsage", "idleTime", "s"),
    ("totalUsage", "reservationTime", "s"),
];

/// Schema, path, limit.
const LIMITS_V16: &[(&str, &str, &str)] = &[
    ("ChangeAvailability", "connectorId", "Must not be negative (OCPP 1.6 section 6.7); the schema does not check it."),
    (
        "ExtendedTriggerMessage",
        "connectorId",
        "Must be greater than 0 (security white paper, edition 3, section 5.5); the schema does not check it.",
    ),
    ("GetCompositeScheduleResponse", "chargingSchedule.chargingSchedulePeriod", PERIODS_V16),
    ("GetCompositeScheduleResponse", "chargingSchedule.chargingSchedulePeriod.startPeriod", FIRST_PERIOD_V16),
    (
        "GetCompositeScheduleResponse",
        "chargingSchedule.startSchedule",
        "Must be left out in this message (OCPP 1.6 errata, section 3.57).",
    ),
    ("MeterValues", "connectorId", "Must not be negative (OCPP 1.6 section 6.31); the schema does not check it."),
    (
        "MeterValues",
        "meterValue",
        "Needs at least one element (OCPP 1.6 section 6.31); the published schema does not check it.",
    ),
    ("MeterValues", "meterValue.sampledValue", SAMPLES_V16),
    (
        "RemoteStartTransaction",
        "chargingProfile.chargingProfilePurpose",
        "Must be TxProfile in this message (OCPP 1.6 section 6.33).",
    ),
    ("RemoteStartTransaction", "chargingProfile.chargingSchedule.chargingSchedulePeriod", PERIODS_V16),
    ("RemoteStartTransaction", "chargingProfile.chargingSchedule.chargingSchedulePeriod.startPeriod", FIRST_PERIOD_V16),
    ("RemoteStartTransaction", "chargingProfile.recurrencyKind", RECURRENCY_V16),
    ("RemoteStartTransaction", "chargingProfile.stackLevel", STACK_LEVEL_V16),
    (
        "RemoteStartTransaction",
        "chargingProfile.transactionId",
        "Must be left out in this message (OCPP 1.6 errata, section 3.41).",
    ),
    (
        "RemoteStartTransaction",
        "connectorId",
        "Must be greater than 0 (OCPP 1.6 section 6.33); the schema does not check it.",
    ),
    ("ReserveNow", "connectorId", "Must not be negative (OCPP 1.6 section 6.37); the schema does not check it."),
    (
        "SendLocalList",
        "listVersion",
        "Must not be 0 or -1, which have a meaning of their own (OCPP 1.6 errata, section 3.52).",
    ),
    ("SetChargingProfile", "csChargingProfiles.chargingSchedule.chargingSchedulePeriod", PERIODS_V16),
    ("SetChargingProfile", "csChargingProfiles.chargingSchedule.chargingSchedulePeriod.startPeriod", FIRST_PERIOD_V16),
    ("SetChargingProfile", "csChargingProfiles.recurrencyKind", RECURRENCY_V16),
    ("SetChargingProfile", "csChargingProfiles.stackLevel", STACK_LEVEL_V16),
    (
        "StartTransaction",
        "connectorId",
        "Must be greater than 0 (OCPP 1.6 section 6.45); the schema does not check it.",
    ),
    (
        "StatusNotification",
        "connectorId",
        "Must not be negative (OCPP 1.6 section 6.47); the schema does not check it.",
    ),
    ("StopTransaction", "reason", "May be left out only when it is Local (OCPP 1.6 section 6.49)."),
    ("StopTransaction", "transactionData.sampledValue", SAMPLES_V16),
    (
        "TriggerMessage",
        "connectorId",
        "Must be greater than 0 by OCPP 1.6 section 6.51, while section 5.17 uses 0 for the station itself; the \
         schema checks neither.",
    ),
    ("UnlockConnector", "connectorId", "Must be greater than 0 (OCPP 1.6 section 6.53); the schema does not check it."),
];

const PERIODS_V16: &str = "Needs at least one element (OCPP 1.6 section 7.13); the schema does not check it.";
const FIRST_PERIOD_V16: &str =
    "Must be 0 in the first period (OCPP 1.6 errata, section 3.45); the schema does not check it.";
const SAMPLES_V16: &str = "Needs at least one element (OCPP 1.6 section 7.33); the published schema does not check it.";
const STACK_LEVEL_V16: &str = "Must not be negative (OCPP 1.6 section 7.8); the schema does not check it.";
const RECURRENCY_V16: &str = "Only for profiles of kind Recurring (OCPP 1.6 errata, section 3.56).";

/// Schema, path, limit.
const LIMITS_V2: &[(&str, &str, &str)] = &[
    (
        "RequestStartTransactionRequest",
        "chargingProfile.chargingProfilePurpose",
        "Must be TxProfile in this message (Part 2 F01.FR.09).",
    ),
    (
        "RequestStartTransactionRequest",
        "chargingProfile.transactionId",
        "Must be left out in this message (Part 2 F01.FR.11).",
    ),
    (
        "SendLocalListRequest",
        "versionNumber",
        "Must be greater than 0 (Part 2 D01.FR.18); the schema does not check it.",
    ),
    ("TransactionEventRequest", "seqNo", "Increases by 1 with each event of a transaction (Part 2 E01.FR.07)."),
];

const ENUMERATIONS_V16: &[Enumeration] = &[
    Enumeration {
        type_name: "ChargePointStatus",
        fields: &["StatusNotification.status"],
        values: &[
            ("Available", "Free for a new user"),
            ("Preparing", "In use, but no transaction yet: cable plugged, token shown or bay taken"),
            ("Charging", "The contactor is closed, the vehicle can charge"),
            ("SuspendedEVSE", "Connected, but the station offers no energy"),
            ("SuspendedEV", "Connected and ready to deliver, but the vehicle takes no energy"),
            ("Finishing", "The transaction has stopped, but the connector is not free yet"),
            ("Reserved", "Reserved by ReserveNow"),
            ("Unavailable", "Out of use, ordered by ChangeAvailability or by the station itself"),
            ("Faulted", "Not available because of an error"),
        ],
    },
    Enumeration {
        type_name: "ChargePointErrorCode",
        fields: &["StatusNotification.errorCode"],
        values: &[
            ("ConnectorLockFailure", "The connector could not be locked or unlocked"),
            ("EVCommunicationError", "Communication with the vehicle failed; a warning, not a fault"),
            ("GroundFailure", "The ground fault protection has tripped"),
            ("HighTemperature", "Too hot inside the station"),
            ("InternalError", "A part of the station's hardware or software failed"),
            ("LocalListConflict", "An authorization from the CSMS contradicts the local authorization list"),
            ("NoError", "Nothing to report"),
            ("OtherError", "Another error; see vendorErrorCode"),
            ("OverCurrentFailure", "The overcurrent protection has tripped"),
            ("OverVoltage", "Voltage above the acceptable level"),
            ("PowerMeterFailure", "The meter could not be read"),
            ("PowerSwitchFailure", "The power switch could not be controlled"),
            ("ReaderFailure", "The token reader failed"),
            ("ResetFailure", "A reset could not be done"),
            ("UnderVoltage", "Voltage below the acceptable level"),
            ("WeakSignal", "The wireless modem has a weak signal"),
        ],
    },
    Enumeration {
        type_name: "Reason",
        fields: &["StopTransaction.reason"],
        values: &[
            ("DeAuthorized", "The CSMS did not accept the token in StartTransaction's response"),
            ("EmergencyStop", "The emergency stop was used"),
            ("EVDisconnected", "The cable was unplugged or the vehicle left"),
            ("HardReset", "A hard reset was ordered"),
            ("Local", "The user stopped at the station; the normal end"),
            ("Other", "Any other reason"),
            ("PowerLoss", "The station lost all power"),
            ("Reboot", "The station restarted on its own, for example by its watchdog"),
            ("Remote", "The user stopped from elsewhere, for example with an app; a normal end"),
            ("SoftReset", "A soft reset was ordered"),
            ("UnlockCommand", "The CSMS had the connector unlocked"),
        ],
    },
    Enumeration {
        type_name: "AuthorizationStatus",
        fields: &["idTagInfo.status"],
        values: &[
            ("Accepted", "May charge"),
            ("Blocked", "Blocked, may not charge"),
            ("Expired", "Expired, may not charge"),
            ("Invalid", "Unknown, may not charge"),
            ("ConcurrentTx", "Already in another transaction; only for StartTransaction"),
        ],
    },
    Enumeration {
        type_name: "RegistrationStatus",
        fields: &["BootNotificationResponse.status"],
        values: &[
            ("Accepted", "The station is accepted and may work normally"),
            ("Pending", "Not accepted yet; the CSMS may read and change settings first"),
            ("Rejected", "Not accepted; the station stays silent until the interval has passed"),
        ],
    },
    Enumeration {
        type_name: "ReadingContext",
        fields: &["sampledValue.context"],
        values: &[
            ("Interruption.Begin", "Taken when an interruption began"),
            ("Interruption.End", "Taken when charging went on after an interruption"),
            ("Other", "Taken for another reason"),
            ("Sample.Clock", "Taken at an interval aligned to the clock"),
            ("Sample.Periodic", "Taken periodically, counted from the start of the transaction"),
            ("Transaction.Begin", "Taken when the transaction started"),
            ("Transaction.End", "Taken when the transaction ended"),
            ("Trigger", "Taken because of a TriggerMessage"),
        ],
    },
    Enumeration {
        type_name: "Measurand",
        fields: &["sampledValue.measurand"],
        values: &[
            ("Current.Export", "Current from the vehicle, at this moment"),
            ("Current.Import", "Current to the vehicle, at this moment"),
            ("Current.Offered", "Highest current offered to the vehicle"),
            ("Energy.Active.Export.Interval", "Active energy exported in the interval"),
            ("Energy.Active.Export.Register", "Meter register of exported active energy"),
            ("Energy.Active.Import.Interval", "Active energy imported in the interval"),
            ("Energy.Active.Import.Register", "Meter register of imported active energy"),
            ("Energy.Reactive.Export.Interval", "Reactive energy exported in the interval"),
            ("Energy.Reactive.Export.Register", "Meter register of exported reactive energy"),
            ("Energy.Reactive.Import.Interval", "Reactive energy imported in the interval"),
            ("Energy.Reactive.Import.Register", "Meter register of imported reactive energy"),
            ("Frequency", "Frequency of the power line, always in hertz"),
            ("Power.Active.Export", "Active power from the vehicle, at this moment"),
            ("Power.Active.Import", "Active power to the vehicle, at this moment"),
            ("Power.Factor", "Power factor of the whole energy flow"),
            ("Power.Offered", "Highest power offered to the vehicle"),
            ("Power.Reactive.Export", "Reactive power from the vehicle, at this moment"),
            ("Power.Reactive.Import", "Reactive power to the vehicle, at this moment"),
            ("RPM", "Fan speed in revolutions per minute"),
            ("SoC", "State of charge of the vehicle, in percent"),
            ("Temperature", "Temperature inside the station"),
            ("Voltage", "Supply voltage, AC RMS, at this moment"),
        ],
    },
    Enumeration {
        type_name: "MessageTrigger",
        fields: &["TriggerMessage.requestedMessage", "ExtendedTriggerMessage.requestedMessage"],
        values: &[
            ("BootNotification", "Send BootNotification"),
            ("DiagnosticsStatusNotification", "Send the progress of the diagnostics upload"),
            ("FirmwareStatusNotification", "Send the progress of the firmware update"),
            ("Heartbeat", "Send Heartbeat"),
            ("LogStatusNotification", "Send the progress of the log upload"),
            ("MeterValues", "Send the latest meter values"),
            ("SignChargePointCertificate", "Send SignCertificate for the station's certificate"),
            ("StatusNotification", "Send StatusNotification"),
        ],
    },
    Enumeration {
        type_name: "TriggerMessageStatus",
        fields: &["TriggerMessageResponse.status", "ExtendedTriggerMessageResponse.status"],
        values: &[
            ("Accepted", "The message will be sent"),
            ("Rejected", "The message will not be sent"),
            ("NotImplemented", "The station does not know or have this message"),
        ],
    },
    Enumeration {
        type_name: "AvailabilityType",
        fields: &["ChangeAvailability.type"],
        values: &[("Inoperative", "Take out of use"), ("Operative", "Make available for charging")],
    },
    Enumeration {
        type_name: "AvailabilityStatus",
        fields: &["ChangeAvailabilityResponse.status"],
        values: &[
            ("Accepted", "The change is made"),
            ("Rejected", "The change is not made"),
            ("Scheduled", "The change is made when running transactions have ended"),
        ],
    },
    Enumeration {
        type_name: "ResetType",
        fields: &["Reset.type"],
        values: &[
            ("Hard", "Restart all hardware; transactions need not be stopped properly first"),
            ("Soft", "Stop transactions properly, then restart the software"),
        ],
    },
    Enumeration {
        type_name: "ResetStatus",
        fields: &["ResetResponse.status"],
        values: &[("Accepted", "The station will reset"), ("Rejected", "The station will not reset")],
    },
    Enumeration {
        type_name: "DataTransferStatus",
        fields: &["DataTransferResponse.status"],
        values: &[
            ("Accepted", "Understood, and the request in it is accepted"),
            ("Rejected", "Understood, but the request in it is rejected"),
            ("UnknownMessageId", "The messageId is unknown to the receiver"),
            ("UnknownVendorId", "The vendorId is unknown to the receiver"),
        ],
    },
    Enumeration {
        type_name: "RemoteStartStopStatus",
        fields: &["RemoteStartTransactionResponse.status", "RemoteStopTransactionResponse.status"],
        values: &[("Accepted", "The station will try to do it"), ("Rejected", "The station will not do it")],
    },
    Enumeration {
        type_name: "UnlockStatus",
        fields: &["UnlockConnectorResponse.status"],
        values: &[
            ("Unlocked", "The connector is unlocked"),
            ("UnlockFailed", "The station tried, but the connector is still locked"),
            ("NotSupported", "No connector lock, or no such connector"),
        ],
    },
    Enumeration {
        type_name: "ConfigurationStatus",
        fields: &["ChangeConfigurationResponse.status"],
        values: &[
            ("Accepted", "The key has the new value"),
            ("Rejected", "The key is known, but could not be set to this value"),
            ("RebootRequired", "Set, but in effect only after a reboot"),
            ("NotSupported", "The station does not know the key"),
        ],
    },
];

/// Texts that hold for 2.0.1 and for 2.1, unless the table of 2.1 has its own.
const ENUMERATIONS_V2: &[Enumeration] = &[
    Enumeration {
        type_name: "ConnectorStatusEnumType",
        fields: &["StatusNotificationRequest.connectorStatus"],
        values: &[
            ("Available", "Free for a new user"),
            ("Occupied", "In use, not free for a new driver"),
            ("Reserved", "Reserved by ReserveNow"),
            ("Unavailable", "Out of use, ordered by ChangeAvailability or by the station itself"),
            ("Faulted", "Not available because of an error"),
        ],
    },
    Enumeration {
        type_name: "RegistrationStatusEnumType",
        fields: &["BootNotificationResponse.status"],
        values: &[
            ("Accepted", "The station is accepted and may work normally"),
            ("Pending", "Not accepted yet; the CSMS may read and change settings first"),
            ("Rejected", "Not accepted; the station stays silent until the interval has passed"),
        ],
    },
    Enumeration {
        type_name: "AuthorizationStatusEnumType",
        fields: &["idTokenInfo.status"],
        values: &[
            ("Accepted", "May charge"),
            ("Blocked", "Blocked, may not charge"),
            ("ConcurrentTx", "Already in another transaction"),
            ("Expired", "Expired, may not charge"),
            ("Invalid", "Not valid, may not charge"),
            ("NoCredit", "Valid, but without enough credit"),
            ("NotAllowedTypeEVSE", "Valid, but not for this type of EVSE"),
            ("NotAtThisLocation", "Valid, but not at this location"),
            ("NotAtThisTime", "Valid, but not at this time"),
            ("Unknown", "Unknown, may not charge"),
        ],
    },
    Enumeration {
        type_name: "TriggerReasonEnumType",
        fields: &["TransactionEventRequest.triggerReason"],
        values: &[
            ("AbnormalCondition", "An error or a fault has occurred"),
            ("Authorized", "Charging was authorized, by whatever means"),
            ("CablePluggedIn", "The cable is plugged in and the vehicle detected"),
            ("ChargingRateChanged", "The charging rate changed by more than LimitChangeSignificance"),
            ("ChargingStateChanged", "The charging state changed"),
            ("Deauthorized", "The CSMS did not accept the token in its response"),
            ("EnergyLimitReached", "The highest energy was reached, for example of a prepaid amount"),
            ("EVCommunicationLost", "Communication with the vehicle was lost, for example by unplugging"),
            ("EVConnectTimeout", "No vehicle was connected in time"),
            ("EVDeparted", "The vehicle has left"),
            ("EVDetected", "A vehicle has arrived"),
            ("MeterValueClock", "A meter value aligned to the clock was due"),
            ("MeterValuePeriodic", "A periodic meter value was due"),
            ("RemoteStart", "The CSMS sent RequestStartTransaction"),
            ("RemoteStop", "The CSMS sent RequestStopTransaction"),
            ("ResetCommand", "The CSMS sent Reset"),
            ("SignedDataReceived", "The meter delivered signed data"),
            ("StopAuthorized", "The driver was authorized to stop"),
            ("TimeLimitReached", "The longest charging time was reached, for example of a prepaid amount"),
            ("Trigger", "The CSMS sent TriggerMessage"),
            ("UnlockCommand", "The CSMS sent UnlockConnector"),
        ],
    },
    Enumeration {
        type_name: "ChargingStateEnumType",
        fields: &["transactionInfo.chargingState"],
        values: &[
            ("Charging", "The contactor is closed and energy flows"),
            ("EVConnected", "Vehicle and EVSE are connected"),
            ("SuspendedEV", "The EVSE offers energy, but the vehicle takes none"),
            ("SuspendedEVSE", "Connected, but the EVSE offers no energy"),
            ("Idle", "Vehicle and EVSE are not connected"),
        ],
    },
    Enumeration {
        type_name: "TransactionEventEnumType",
        fields: &["TransactionEventRequest.eventType"],
        values: &[
            ("Started", "First event of the transaction"),
            ("Updated", "Event between the first and the last"),
            ("Ended", "Last event of the transaction"),
        ],
    },
    Enumeration {
        type_name: "ReasonEnumType",
        fields: &["transactionInfo.stoppedReason"],
        values: &[
            ("DeAuthorized", "The CSMS did not accept the token in its response"),
            ("EmergencyStop", "The emergency stop was used"),
            ("EnergyLimitReached", "A local limit of energy was reached"),
            ("EVDisconnected", "The cable was unplugged or the vehicle left"),
            ("GroundFault", "A ground fault has occurred"),
            ("ImmediateReset", "The CSMS ordered an immediate reset"),
            ("Local", "The driver stopped at the station; the normal end"),
            ("LocalOutOfCredit", "A local limit of credit was exceeded"),
            ("MasterPass", "Stopped with a token of the master pass group"),
            ("Other", "Any other reason"),
            ("OvercurrentFault", "The current was higher than intended"),
            ("PowerLoss", "The station lost all power"),
            ("PowerQuality", "The quality of the supply was too low"),
            ("Reboot", "The station restarted on its own, for example by its watchdog"),
            ("Remote", "The CSMS stopped it, for example by an app; a normal end"),
            ("SOCLimitReached", "A local limit of the state of charge was reached"),
            ("StoppedByEV", "The vehicle stopped"),
            ("TimeLimitReached", "A local limit of time was reached"),
            ("Timeout", "No vehicle was connected in time"),
        ],
    },
    Enumeration {
        type_name: "BootReasonEnumType",
        fields: &["BootNotificationRequest.reason"],
        values: &[
            ("ApplicationReset", "Restarted because of an error in the software"),
            ("FirmwareUpdate", "Restarted for a firmware update"),
            ("LocalReset", "Restarted by a command at the station"),
            ("PowerUp", "Powered up"),
            ("RemoteReset", "Restarted by a Reset from the CSMS"),
            ("ScheduledReset", "Restarted by a scheduled reset"),
            ("Triggered", "Not restarted: the CSMS asked with TriggerMessage"),
            ("Unknown", "The reason is not known"),
            ("Watchdog", "Restarted by the watchdog"),
        ],
    },
    Enumeration {
        type_name: "IdTokenEnumType",
        fields: &["idToken.type", "groupIdToken.type"],
        values: &[
            ("Central", "Id made by a server, for example for a remote start"),
            ("eMAID", "Contract id of ISO 15118"),
            ("ISO14443", "UID of an RFID card, ISO 14443, in hexadecimal digits"),
            ("ISO15693", "UID of an RFID card, ISO 15693, in hexadecimal digits"),
            ("KeyCode", "Private code of the driver, for example a PIN"),
            ("Local", "Id made by the station"),
            ("MacAddress", "MAC address of the vehicle, used for Autocharge"),
            ("NoAuthorization", "No token: the station has a button or a key; the id is empty"),
        ],
    },
];

/// What 2.1 added or changed.
const ENUMERATIONS_V21: &[Enumeration] = &[
    Enumeration {
        type_name: "TriggerReasonEnumType",
        fields: &["TransactionEventRequest.triggerReason"],
        values: &[
            ("ChargingRateChanged", "Something outside changed the rate by more than LimitChangeSignificance"),
            ("CostLimitReached", "The maxCost of the transaction was reached"),
            ("EnergyLimitReached", "The maxEnergy of the transaction was reached"),
            ("LimitSet", "A limit of cost, time, energy or charge was set or changed"),
            ("OperationModeChanged", "The operation mode of V2X changed"),
            ("RunningCost", "Sent only to report the running cost"),
            ("SoCLimitReached", "The maxSoC of the transaction was reached"),
            ("TariffChanged", "The tariff of the transaction changed"),
            ("TariffNotAccepted", "The driver did not accept the tariff"),
            ("TimeLimitReached", "The maxTime of the transaction was reached"),
            ("TxResumed", "The transaction went on after a reset or a power outage"),
        ],
    },
    Enumeration {
        type_name: "ReasonEnumType",
        fields: &["transactionInfo.stoppedReason"],
        values: &[
            ("EnergyLimitReached", "A local limit of energy was reached; deprecated"),
            ("LocalOutOfCredit", "A local limit of credit was exceeded; deprecated"),
            ("ReqEnergyTransferRejected", "The CSMS cannot accept the requested kind of energy transfer"),
            ("SOCLimitReached", "A local limit of the state of charge was reached; deprecated"),
            ("TimeLimitReached", "A local limit of time was reached; deprecated"),
        ],
    },
    Enumeration {
        type_name: "IdTokenEnumStringType",
        fields: &["idToken.type", "groupIdToken.type"],
        values: &[
            ("Central", "Id made by a server, for example for a remote start"),
            ("DirectPayment", "Id from a payment terminal that authorized a card"),
            ("eMAID", "Contract id of ISO 15118"),
            ("EVCCID", "Id of the vehicle's communication controller"),
            ("ISO14443", "UID of an RFID card, ISO 14443, in hexadecimal digits"),
            ("ISO15693", "UID of an RFID card, ISO 15693, in hexadecimal digits"),
            ("KeyCode", "Private code of the driver, for example a PIN"),
            ("Local", "Id made by the station; the CSMS need not check it"),
            ("MacAddress", "MAC address of the vehicle, used for Autocharge"),
            ("NoAuthorization", "No token: the station has a button or a key; the id is empty"),
            ("VIN", "Vehicle identification number"),
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    /// All schemas of a set: file name without extension, and the schema.
    fn schemas(set: &str) -> Vec<(String, Value)> {
        let schema = |(name, text): (String, String)| {
            (name.trim_end_matches(".json").to_owned(), serde_json::from_str(&text).unwrap())
        };
        schema_files::read(set).unwrap().into_iter().map(schema).collect()
    }

    /// Calls `visit` with the path and the schema of each property, references followed.
    fn walk<'a>(root: &'a Value, node: &'a Value, path: &mut Vec<String>, visit: &mut dyn FnMut(&[&str], &Value)) {
        let node = follow(root, node);
        if let Some(items) = node.get("items") {
            walk(root, items, path, visit);
        }
        let Some(properties) = node.get("properties").and_then(Value::as_object) else { return };
        for (name, property) in properties {
            path.push(name.clone());
            let names: Vec<&str> = path.iter().map(String::as_str).collect();
            visit(&names, follow(root, property));
            walk(root, property, path, visit);
            path.pop();
        }
    }

    fn follow<'a>(root: &'a Value, node: &'a Value) -> &'a Value {
        match node.get("$ref").and_then(Value::as_str) {
            Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
            None => node,
        }
    }

    /// All properties of a set: schema, path, its own schema.
    fn properties(set: &str) -> Vec<(String, Vec<String>, Value)> {
        let mut all = Vec::new();
        for (schema, root) in schemas(set) {
            walk(&root, &root, &mut Vec::new(), &mut |path, property| {
                let path = path.iter().map(|&name| name.to_owned()).collect();
                all.push((schema.clone(), path, property.clone()));
            });
        }
        all
    }

    fn as_strs(path: &[String]) -> Vec<&str> {
        path.iter().map(String::as_str).collect()
    }

    #[test]
    fn every_property_of_v16_has_a_meaning() {
        let all = properties("v16");
        assert_eq!(all.len(), 234);
        for (schema, path, _) in all {
            let is_response = schema.ends_with("Response");
            let action = schema.strip_suffix("Response").unwrap_or(&schema);
            let text = meaning_v16(action, is_response, &as_strs(&path));
            let text = text.unwrap_or_else(|| panic!("{schema} {path:?} has no meaning"));
            let n_words = text.split_whitespace().count();
            assert!((3..=18).contains(&n_words), "{schema} {path:?}: {n_words} words");
            assert!(!text.ends_with('.') && !text.contains("  "), "{text:?}");
        }
    }

    #[test]
    fn every_meaning_is_used() {
        let all = properties("v16");
        for (schema, path, _) in MEANINGS_BY_PATH.iter().chain(LIMITS_V16) {
            let names: Vec<&str> = path.split('.').collect();
            assert!(all.iter().any(|(s, p, _)| s == schema && as_strs(p) == names), "{schema} {path}");
        }
        for (parent, field, _) in MEANINGS_BY_PARENT {
            assert!(all.iter().any(|(_, p, _)| as_strs(p).ends_with(&[parent, field])), "{parent}.{field}");
        }
        for (field, _) in MEANINGS_BY_NAME {
            assert!(all.iter().any(|(_, p, _)| p.last().is_some_and(|name| name == field)), "{field}");
        }
    }

    #[test]
    fn limits_of_v2_stand_at_existing_fields() {
        for set in ["v201", "v21"] {
            let all = properties(set);
            for (schema, path, _) in LIMITS_V2 {
                let names: Vec<&str> = path.split('.').collect();
                assert!(all.iter().any(|(s, p, _)| s == schema && as_strs(p) == names), "{set} {schema} {path}");
            }
        }
    }

    #[test]
    fn units_stand_at_numbers_only() {
        for version in Version::ALL {
            let all = properties(version.schema_set());
            for (schema, path, property) in &all {
                if unit(version, schema, &as_strs(path)).is_some() {
                    let kind = property.get("type").and_then(Value::as_str);
                    assert!(matches!(kind, Some("integer" | "number")), "{version} {schema} {path:?}");
                }
            }
            let tables: &[&[(&str, &str, &str)]] = match version {
                Version::V16 => &[UNITS_V16],
                Version::V201 => &[UNITS_V2],
                Version::V21 => &[UNITS_V2, UNITS_V21],
            };
            for (parent, field, _) in tables.iter().flat_map(|table| table.iter()) {
                let fits = |path: &[&str]| {
                    if parent.is_empty() { path.last() == Some(field) } else { path.ends_with(&[parent, field]) }
                };
                assert!(all.iter().any(|(_, p, _)| fits(&as_strs(p))), "{version} {parent}.{field}");
            }
        }
    }

    #[test]
    fn resolves_the_most_specific_text_and_skips_positions() {
        let deep = ["meterValue", "0", "sampledValue", "12", "value"];
        assert_eq!(
            meaning_v16("MeterValues", false, &deep),
            Some("Measured value as text: a decimal number, or signed data")
        );
        assert_eq!(meaning_v16("NoSuchAction", true, &["status"]), Some("Result of the request"));
        assert_eq!(meaning_v16("Authorize", false, &[]), None);
        let parent = meaning_v16("StartTransaction", true, &["idTagInfo", "status"]);
        assert_eq!(parent, meaning_v16("Authorize", true, &["idTagInfo", "status"]));
        assert_eq!(
            unit(Version::V21, "NotifyEVChargingScheduleRequest", &["evPowerScheduleEntries", "duration"]),
            None
        );
    }

    /// Enumeration values of a set by the field they stand in: every value must have a text where it is looked up.
    #[test]
    fn enumerations_are_complete() {
        let cases: &[(Version, &str, &str)] = &[
            (Version::V16, "StatusNotification", "status"),
            (Version::V16, "StatusNotification", "errorCode"),
            (Version::V16, "StopTransaction", "reason"),
            (Version::V16, "AuthorizeResponse", "idTagInfo.status"),
            (Version::V16, "BootNotificationResponse", "status"),
            (Version::V16, "MeterValues", "meterValue.sampledValue.context"),
            (Version::V16, "MeterValues", "meterValue.sampledValue.measurand"),
            (Version::V16, "TriggerMessage", "requestedMessage"),
            (Version::V16, "ExtendedTriggerMessage", "requestedMessage"),
            (Version::V16, "TriggerMessageResponse", "status"),
            (Version::V16, "ChangeAvailability", "type"),
            (Version::V16, "ChangeAvailabilityResponse", "status"),
            (Version::V16, "Reset", "type"),
            (Version::V16, "ResetResponse", "status"),
            (Version::V16, "DataTransferResponse", "status"),
            (Version::V16, "RemoteStartTransactionResponse", "status"),
            (Version::V16, "UnlockConnectorResponse", "status"),
            (Version::V16, "ChangeConfigurationResponse", "status"),
            (Version::V201, "StatusNotificationRequest", "connectorStatus"),
            (Version::V201, "BootNotificationResponse", "status"),
            (Version::V201, "BootNotificationRequest", "reason"),
            (Version::V201, "AuthorizeResponse", "idTokenInfo.status"),
            (Version::V201, "AuthorizeRequest", "idToken.type"),
            (Version::V201, "TransactionEventRequest", "triggerReason"),
            (Version::V201, "TransactionEventRequest", "eventType"),
            (Version::V201, "TransactionEventRequest", "transactionInfo.chargingState"),
            (Version::V201, "TransactionEventRequest", "transactionInfo.stoppedReason"),
            (Version::V21, "StatusNotificationRequest", "connectorStatus"),
            (Version::V21, "BootNotificationResponse", "status"),
            (Version::V21, "BootNotificationRequest", "reason"),
            (Version::V21, "AuthorizeResponse", "idTokenInfo.status"),
            (Version::V21, "TransactionEventRequest", "triggerReason"),
            (Version::V21, "TransactionEventRequest", "eventType"),
            (Version::V21, "TransactionEventRequest", "transactionInfo.chargingState"),
            (Version::V21, "TransactionEventRequest", "transactionInfo.stoppedReason"),
        ];
        for (version, schema, path) in cases {
            let all = properties(version.schema_set());
            let names: Vec<&str> = path.split('.').collect();
            let (_, _, property) = all.iter().find(|(s, p, _)| s == schema && as_strs(p) == names).unwrap();
            let values = property.get("enum").and_then(Value::as_array).unwrap();
            let field = names.last().unwrap();
            let owner = if names.len() > 1 { names[names.len() - 2] } else { schema };
            let key = format!("{owner}.{field}");
            for value in values {
                let value = value.as_str().unwrap();
                assert!(enum_meaning(*version, &key, value).is_some(), "{version} {key} {value}");
            }
        }
    }

    #[test]
    fn enumeration_values_exist_in_the_schemas() {
        let tables: [(&str, &[Enumeration]); 4] =
            [("v16", ENUMERATIONS_V16), ("v201", ENUMERATIONS_V2), ("v21", ENUMERATIONS_V2), ("v21", ENUMERATIONS_V21)];
        for (set, table) in tables {
            let all = properties(set);
            for entry in table {
                let mut allowed = Vec::new();
                for place in entry.fields {
                    let (owner, field) = place.split_once('.').unwrap();
                    for (schema, path, property) in &all {
                        let names = as_strs(path);
                        if names.ends_with(&[owner, field]) || (schema == owner && names == [field]) {
                            allowed.extend(property.get("enum").and_then(Value::as_array).into_iter().flatten());
                        }
                    }
                }
                // 2.1 turned the token types into texts with a list in the appendices.
                if set == "v21" && entry.type_name.starts_with("IdToken") {
                    continue;
                }
                for (value, meaning) in entry.values {
                    assert!(allowed.iter().any(|candidate| *candidate == value), "{set} {} {value}", entry.type_name);
                    assert!(!meaning.ends_with('.'));
                }
            }
        }
    }

    #[test]
    fn enumerations_have_their_sizes() {
        let size = |table: &[Enumeration], name| table.iter().find(|e| e.type_name == name).unwrap().values.len();
        assert_eq!(size(ENUMERATIONS_V16, "ChargePointStatus"), 9);
        assert_eq!(size(ENUMERATIONS_V16, "ChargePointErrorCode"), 16);
        assert_eq!(size(ENUMERATIONS_V16, "Reason"), 11);
        assert_eq!(size(ENUMERATIONS_V16, "Measurand"), 22);
        assert_eq!(size(ENUMERATIONS_V2, "TriggerReasonEnumType"), 21);
        assert_eq!(size(ENUMERATIONS_V2, "IdTokenEnumType"), 8);
        assert_eq!(size(ENUMERATIONS_V21, "IdTokenEnumStringType"), 11);
    }

    #[test]
    fn bare_fields_answer_only_when_unambiguous() {
        assert_eq!(
            enum_meaning(Version::V16, "status", "Preparing"),
            Some("In use, but no transaction yet: cable plugged, token shown or bay taken")
        );
        assert_eq!(enum_meaning(Version::V16, "status", "Rejected"), None);
        assert!(enum_meaning(Version::V21, "triggerReason", "TxResumed").is_some());
        assert!(enum_meaning(Version::V21, "type", "Central").is_some());
        assert_eq!(enum_meaning(Version::V201, "triggerReason", "TxResumed"), None);
        assert!(enum_meaning(Version::V21, "TriggerReasonEnum", "Authorized").is_some());
        assert_ne!(
            enum_meaning(Version::V21, "stoppedReason", "TimeLimitReached"),
            enum_meaning(Version::V201, "stoppedReason", "TimeLimitReached")
        );
        assert_eq!(enum_meaning(Version::V16, "measurand", "Luck"), None);
        assert!(enum_meaning(Version::V21, "IdTokenEnumType", "VIN").is_none());
        assert!(enum_meaning(Version::V21, "idToken.type", "VIN").is_some());
    }
}
