//! Values for text fields that the specification lists although their schema allows any text.
//!
//! # Source
//! OCPP 2.1 appendices, sections on standardized values; OCPP 2.0.1 Part 2 appendices 1 and 5; Improved security for
//! OCPP 1.6-J edition 3, section 4.7 with its list of security events.

use ocpp_wire::version::Version;

/// Suggestions for a field, named by schema and path without list positions; nothing for most.
///
/// ```
/// # use workbench::composer::suggestions::suggestions;
/// # use ocpp_wire::version::Version;
/// let path = ["type".to_owned()];
/// assert!(suggestions(Version::V16, "SecurityEventNotification", &path).contains(&"StartupOfTheDevice"));
/// assert!(suggestions(Version::V16, "Authorize", &path).is_empty());
/// ```
pub fn suggestions(version: Version, schema: &str, names: &[String]) -> &'static [&'static str] {
    let Some((name, holders)) = names.split_last() else { return &[] };
    let holder = holders.last().map_or("", String::as_str);
    match (version, holder, name.as_str()) {
        (Version::V16, "", "type") if schema == "SecurityEventNotification" => SECURITY_EVENTS_V16,
        (Version::V201 | Version::V21, "", "type") if schema.starts_with("SecurityEventNotification") => {
            SECURITY_EVENTS_V2
        }
        (Version::V21, "idToken" | "groupIdToken" | "idTokens", "type") => ID_TOKEN_TYPES,
        (Version::V21, _, "chargingLimitSource") => &["CSO", "EMS", "Other", "SO"],
        (Version::V21, _, "connectorType") => CONNECTOR_TYPES,
        (Version::V201 | Version::V21, _, "reasonCode") => REASON_CODES,
        _ => &[],
    }
}

const SECURITY_EVENTS_V16: &[&str] = &[
    "FirmwareUpdated",
    "FailedToAuthenticateAtCentralSystem",
    "CentralSystemFailedToAuthenticate",
    "SettingSystemTime",
    "StartupOfTheDevice",
    "ResetOrReboot",
    "SecurityLogWasCleared",
    "ReconfigurationOfSecurityParameters",
    "MemoryExhaustion",
    "InvalidMessages",
    "AttemptedReplayAttacks",
    "TamperDetectionActivated",
    "InvalidFirmwareSignature",
    "InvalidFirmwareSigningCertificate",
    "InvalidCentralSystemCertificate",
    "InvalidChargePointCertificate",
    "InvalidTLSVersion",
    "InvalidTLSCipherSuite",
];

const SECURITY_EVENTS_V2: &[&str] = &[
    "FirmwareUpdated",
    "FailedToAuthenticateAtCsms",
    "CsmsFailedToAuthenticate",
    "SettingSystemTime",
    "StartupOfTheDevice",
    "ResetOrReboot",
    "SecurityLogWasCleared",
    "ReconfigurationOfSecurityParameters",
    "MemoryExhaustion",
    "InvalidMessages",
    "AttemptedReplayAttacks",
    "TamperDetectionActivated",
    "InvalidFirmwareSignature",
    "InvalidFirmwareSigningCertificate",
    "InvalidCsmsCertificate",
    "InvalidChargingStationCertificate",
    "InvalidTLSVersion",
    "InvalidTLSCipherSuite",
    "MaintenanceLoginAccepted",
    "MaintenanceLoginFailed",
];

const ID_TOKEN_TYPES: &[&str] = &[
    "Central",
    "DirectPayment",
    "eMAID",
    "EVCCID",
    "ISO14443",
    "ISO15693",
    "KeyCode",
    "Local",
    "MacAddress",
    "NoAuthorization",
    "VIN",
];

const CONNECTOR_TYPES: &[&str] = &[
    "cCCS1",
    "cCCS2",
    "cG105",
    "cTesla",
    "cType1",
    "cType2",
    "s309-1P-16A",
    "s309-1P-32A",
    "s309-3P-16A",
    "s309-3P-32A",
    "sBS1361",
    "sCEE-7-7",
    "sType2",
    "sType3",
    "Other1PhMax16A",
    "Other1PhOver16A",
    "Other3Ph",
    "Pan",
    "wInductive",
    "wResonant",
    "Undetermined",
    "Unknown",
];

const REASON_CODES: &[&str] = &[
    "CSNotAccepted",
    "DuplicateProfile",
    "InternalError",
    "InvalidIdToken",
    "InvalidMessageSeq",
    "InvalidProfile",
    "InvalidSchedule",
    "InvalidValue",
    "MissingParam",
    "NoError",
    "NotEnabled",
    "NotFound",
    "OutOfMemory",
    "ReadOnly",
    "TooLargeElement",
    "TooManyElements",
    "TxInProgress",
    "TxNotFound",
    "UnknownConnectorId",
    "UnknownEvse",
    "UnknownTxId",
    "Unspecified",
    "UnsupportedParam",
    "UnsupportedRateUnit",
    "UnsupportedRequest",
    "ValueOutOfRange",
    "ValuePositiveOnly",
    "ValueTooHigh",
    "ValueTooLow",
    "ValueZeroNotAllowed",
    "WriteOnly",
];
