//! What an integrator would type into a field, by the field's name; the rules of the schema are applied later.

/// For a field of format `uri`.
pub(super) const URI: &str = "https://example.com/file";

/// For a text about which nothing is known.
pub(super) const SOME_TEXT: &str = "text";

/// SHA-256 of nothing.
const HEX_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const BASE64_HASH: &str = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const SIGNING_REQUEST: &str = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";

const DAY: i64 = 86_400;
const HOUR: i64 = 3_600;

/// Texts of fields whose meaning depends on the type or field that holds them.
const OWNED_TEXTS: &[(&str, &str, &str)] = &[
    ("AdditionalInfoType", "type", "ContractId"),
    ("AddressType", "name", "Example Ltd"),
    ("BatteryDataType", "serialNumber", "BAT0001"),
    ("CertificateHashDataType", "serialNumber", "1A2B3C4D"),
    ("IdTokenType", "type", "ISO14443"),
    ("OCSPRequestDataType", "serialNumber", "1A2B3C4D"),
    ("TaxRateType", "type", "VAT"),
    ("VPNType", "key", "secret"),
    ("VariableCharacteristicsType", "unit", "s"),
    ("VariableType", "name", "HeartbeatInterval"),
    ("certificateHashData", "serialNumber", "1A2B3C4D"),
    ("sampledValue", "value", "1000"),
];

/// Texts by the name of the field.
const TEXTS: &[(&str, &str)] = &[
    ("actualValue", "300"),
    ("additionalIdToken", "DE8AA1234567890"),
    ("additionalInfo", "More about the status"),
    ("address1", "1 Main Street"),
    ("address2", "Building A"),
    ("apn", "internet.example.com"),
    ("apnPassword", "password"),
    ("apnUserName", "station"),
    ("attributeValue", "300"),
    ("basicAuthPassword", "0123456789abcdef"),
    ("certificate", CERTIFICATE),
    ("certificateChain", CERTIFICATE),
    ("chargeBoxSerialNumber", "CB0001"),
    ("chargePointModel", "ExampleModel"),
    ("chargePointSerialNumber", "CP0001"),
    ("chargePointVendor", "ExampleVendor"),
    ("chargingLimitSource", "EMS"),
    ("checksum", "d41d8cd98f00b204e9800998ecf8427e"),
    ("city", "Arnhem"),
    ("connectorType", "cCCS2"),
    ("content", "Welcome"),
    ("controlId", "control-1"),
    ("country", "Netherlands"),
    ("csr", SIGNING_REQUEST),
    ("currency", "EUR"),
    ("customTrigger", "ExampleTrigger"),
    ("customerIdentifier", "customer-1"),
    ("data", "Any text"),
    ("digestValue", BASE64_HASH),
    ("encodingMethod", "OCMF"),
    ("endTimeOfDay", "20:00"),
    ("evInverterHwVersion", "1.0"),
    ("evInverterManufacturer", "ExampleVendor"),
    ("evInverterModel", "ExampleModel"),
    ("evInverterSerialNumber", "INV0001"),
    ("evInverterSwVersion", "1.0.0"),
    ("exiRequest", "gJgCAAAA"),
    ("exiResponse", "gJgCAAAA"),
    ("extraInfo", "More about the alarm"),
    ("failureReason", "The tariff is not known"),
    ("fileName", "diagnostics.zip"),
    ("filename", "log.zip"),
    ("firmwareVersion", "1.0.0"),
    ("group", "stations"),
    ("iccid", "8931000000000000001"),
    ("id", "control-1"),
    ("idTag", "TAG1"),
    ("idToken", "TAG1"),
    ("idTokens", "TAG1"),
    ("identity", "CS001"),
    ("imsi", "204080000000001"),
    ("info", "No fault"),
    ("instance", "Main"),
    ("iso15118SchemaVersion", "urn:iso:15118:2:2013:MsgDef"),
    ("issuerKeyHash", HEX_HASH),
    ("issuerNameHash", HEX_HASH),
    ("key", "HeartbeatInterval"),
    ("language", "en"),
    ("language1", "en"),
    ("language2", "de"),
    ("location", URI),
    ("messageId", "Hello"),
    ("meterSerialNumber", "M0001"),
    ("meterType", "ExampleMeter"),
    ("model", "ExampleModel"),
    ("name", "OCPPCommCtrlr"),
    ("ocppCsmsUrl", "wss://example.com/ocpp"),
    ("ocspResult", "MIIB"),
    ("overstayRuleDescription", "Overstay"),
    ("parentIdTag", "PARENT1"),
    ("password", "password"),
    ("paymentBrand", "VISA"),
    ("paymentRecognition", "CC"),
    ("postalCode", "6811 AB"),
    ("preferredNetwork", "20408"),
    ("priceAlgorithm", "urn:iso:std:iso:15118:-20:PriceAlgorithm:1-Power"),
    ("priceScheduleDescription", "Day tariff"),
    ("priceScheduleSignature", "MEUCIQD="),
    ("prioritizedEMAIDs", "DE8AA1234567890"),
    ("pspRef", "payment-1"),
    ("publicKey", "MFkwEwYH"),
    ("reasonCode", "NoError"),
    ("receiptId", "receipt-1"),
    ("receiptUrl", "https://example.com/receipt"),
    ("remoteLocation", URI),
    ("responderURL", "http://example.com/ocsp"),
    ("salesTariffDescription", "Day tariff"),
    ("serialNumber", "SN0001"),
    ("server", "vpn.example.com"),
    ("serviceName", "Parking"),
    ("signature", "MEUCIQD="),
    ("signedMeterData", "T0NNRnx7fQ=="),
    ("signingCertificate", CERTIFICATE),
    ("signingMethod", "ECDSA-secp256r1-SHA256"),
    ("startTimeOfDay", "08:00"),
    ("statusInfo", "Paid"),
    ("supersededIds", "control-1"),
    ("tariffId", "tariff-1"),
    ("tariffIds", "tariff-1"),
    ("taxRuleName", "VAT"),
    ("techCode", "E01"),
    ("techInfo", "Technical details"),
    ("transactionId", "tx-1"),
    ("type", "StartupOfTheDevice"),
    ("unit", "Wh"),
    ("unknownKey", "ExampleKey"),
    ("urls", "http://example.com/crl"),
    ("user", "station"),
    ("v", "300"),
    ("value", "300"),
    ("valuesList", "A,B,C"),
    ("vatNumber", "NL123456789B01"),
    ("vendorErrorCode", "0"),
    ("vendorId", "com.example"),
    ("vendorInfo", "Any text"),
    ("vendorName", "ExampleVendor"),
];

/// Numbers of fields whose meaning depends on the type that holds them.
const OWNED_NUMBERS: &[(&str, &str, f64)] = &[
    ("FixedVarType", "setpoint", 10.0),
    ("RationalNumberType", "value", 10.0),
    ("SampledValueType", "value", 1_000.0),
];

/// Numbers by the name of the field: ampere, watt, watt-hours, volt, hertz, seconds, percent, euros.
const NUMBERS: &[(&str, f64)] = &[
    ("amount", 30.0),
    ("amountMultiplier", -2.0),
    ("bulkSoC", 80.0),
    ("cableMaxCurrent", 32.0),
    ("carbonDioxideEmission", 200.0),
    ("chargingPriority", 0.0),
    ("chargingTime", 1_800.0),
    ("dischargeLimit", -16.0),
    ("dischargeLimit_L2", -16.0),
    ("dischargeLimit_L3", -16.0),
    ("displacement", 0.95),
    ("duration", 3_600.0),
    ("energyAmount", 20_000.0),
    ("energyFee", 0.3),
    ("evEnergyCapacity", 60_000.0),
    ("exclTax", 10.0),
    ("exponent", 0.0),
    ("frequency", 50.0),
    ("fullSoC", 100.0),
    ("gradient", 10.0),
    ("highFreq", 50.2),
    ("hv10MinMeanValue", 253.0),
    ("hysteresisGradient", 10.0),
    ("hysteresisHigh", 50.1),
    ("hysteresisLow", 49.9),
    ("highVoltage", 253.0),
    ("inclTax", 12.1),
    ("interval", 300.0),
    ("limit", 16.0),
    ("limit_L2", 16.0),
    ("limit_L3", 16.0),
    ("lowFreq", 49.8),
    ("lowVoltage", 207.0),
    ("maxCost", 50.0),
    ("maxElements", 10.0),
    ("maxEnergy", 50_000.0),
    ("maxIdleTime", 3_600.0),
    ("maxLimit", 100.0),
    ("maxScheduleTuples", 3.0),
    ("maxSoC", 80.0),
    ("messageTimeout", 30.0),
    ("meterStart", 0.0),
    ("meterStop", 1_000.0),
    ("minChargingRate", 6.0),
    ("minLimit", 0.0),
    ("multiplier", 0.0),
    ("nominalVoltageOffset", 0.0),
    ("numberOfPhasesUsed", 3.0),
    ("numberPhases", 3.0),
    ("overDroop", 0.05),
    ("overFreq", 50.2),
    ("pctMaxDischargePower", 50.0),
    ("pending", 0.0),
    ("powerRangeStart", 0.0),
    ("powerTolerance", 100.0),
    ("priceFixed", 1.0),
    ("priceKwh", 0.3),
    ("priceMinute", 0.05),
    ("priority", 0.0),
    ("rampRate", 10.0),
    ("randomizedDelay", 0.0),
    ("remainingContracts", 0.0),
    ("renewableGenerationPercentage", 50.0),
    ("retries", 3.0),
    ("securityProfile", 2.0),
    ("seqNo", 0.0),
    ("setpoint", 16.0),
    ("setpoint_L2", 16.0),
    ("setpoint_L3", 16.0),
    ("settlementAmount", 12.1),
    ("severity", 5.0),
    ("signal", 0.0),
    ("simPin", 1_234.0),
    ("soC", 80.0),
    ("soH", 98.0),
    ("soc", 80.0),
    ("softGradient", 10.0),
    ("stack", 0.0),
    ("stackLevel", 0.0),
    ("start", 0.0),
    ("startPeriod", 0.0),
    ("startTime", 0.0),
    ("startValue", 0.0),
    ("stateOfCharge", 40.0),
    ("t", 0.0),
    ("targetSoC", 80.0),
    ("tax", 21.0),
    ("timeSpentCharging", 1_800.0),
    ("timeout", 300.0),
    ("totalCost", 12.1),
    ("underDroop", 0.05),
    ("underFreq", 49.8),
    ("v2xBaseline", 0.0),
    ("value", 10.0),
    ("values", 10.0),
    ("volume", 10.0),
    ("x", 50.0),
    ("y", 0.0),
];

/// Numbers by what the name says is measured: the first part that the name contains counts, in any case.
const MEASURES: &[(&str, f64)] = &[
    ("minvoltage", 200.0),
    ("minnominalvoltage", 207.0),
    ("maxvoltage", 250.0),
    ("maxnominalvoltage", 253.0),
    ("voltage", 230.0),
    ("constant", 300.0),
    ("vref", 230.0),
    ("reactive", 0.0),
    ("factor", 0.95),
    ("mincurrent", 6.0),
    ("minchargecurrent", 6.0),
    ("mindischargecurrent", 6.0),
    ("current", 16.0),
    ("minpower", 1_380.0),
    ("minchargepower", 1_380.0),
    ("mindischargepower", 1_380.0),
    ("power", 11_000.0),
    ("minenergy", 1_000.0),
    ("energy", 10_000.0),
    ("maxtime", 7_200.0),
    ("maxchargingtime", 7_200.0),
    ("duration", 600.0),
    ("injection", 16.0),
    ("period", 600.0),
    ("threshold", 600.0),
    ("delay", 60.0),
    ("interval", 60.0),
    ("time", 60.0),
];

/// Choices of fields with allowed values, the most wanted first. Without an entry it is the first of the
/// schema.
const CHOICES: &[(&str, &[&str])] = &[
    ("allowedEnergyTransfer", &["AC_three_phase"]),
    ("apnAuthentication", &["AUTO"]),
    ("attributeType", &["Actual"]),
    ("availableEnergyTransfer", &["AC_three_phase"]),
    ("certificateType", &["CSMSRootCertificate", "CentralSystemRootCertificate", "ChargingStationCertificate"]),
    ("chargingLimitSource", &["EMS"]),
    ("chargingProfileKind", &["Absolute"]),
    ("chargingProfilePurpose", &["TxProfile"]),
    ("chargingRateUnit", &["A"]),
    ("chargingState", &["Charging"]),
    ("connectorStatus", &["Available"]),
    ("connectorType", &["cCCS2"]),
    ("context", &["Sample.Periodic"]),
    ("controlType", &["FreqDroop"]),
    ("costKind", &["RelativePricePercentage"]),
    ("curveType", &["FreqWatt"]),
    ("dataType", &["integer"]),
    ("energyTransferMode", &["AC_three_phase"]),
    ("errorCode", &["NoError"]),
    ("eventNotificationType", &["CustomMonitor"]),
    ("eventType", &["Started"]),
    ("format", &["Raw", "UTF8"]),
    ("location", &["Outlet"]),
    ("measurand", &["Energy.Active.Import.Register"]),
    ("messageFormat", &["UTF8"]),
    ("mutability", &["ReadWrite"]),
    ("ocppTransport", &["JSON"]),
    ("ocppVersion", &["OCPP21", "OCPP20"]),
    ("operationMode", &["ChargingOnly"]),
    ("operationalStatus", &["Operative"]),
    ("priority", &["NormalCycle"]),
    ("reason", &["PowerUp", "Local"]),
    ("reportBase", &["FullInventory"]),
    ("requestedEnergyTransfer", &["AC_three_phase"]),
    ("requestedMessage", &["StatusNotification"]),
    ("status", &["Accepted", "Available", "Installed", "Uploaded", "Published", "Unlocked", "Unpublished"]),
    ("stoppedReason", &["Local"]),
    ("triggerReason", &["Authorized"]),
    ("type", &["ISO14443", "Soft", "Immediate", "Operative"]),
    ("unit", &["Wh"]),
    ("updateType", &["Full"]),
];

/// Fields that are true in a sample.
const TRUE: &[&str] =
    &["activate", "activated", "ongoingIndicator", "persistent", "report", "started", "supportsMonitoring"];

/// Times that lie before or after now, in seconds; the first entry with the owner, or without one, counts.
const TIMES: &[(&str, &str, i64)] = &[
    ("", "cacheExpiryDateTime", DAY),
    ("", "departureTime", 8 * HOUR),
    ("", "endDateTime", HOUR),
    ("", "endTime", HOUR),
    ("", "expiryDate", DAY),
    ("", "expiryDateTime", DAY),
    ("", "nextUpdate", DAY),
    ("", "oldestTimestamp", -DAY),
    ("", "productionDate", -365 * DAY),
    ("", "startDateTime", -HOUR),
    ("GetDiagnostics", "startTime", -DAY),
    ("", "validTo", 30 * DAY),
    ("", "validToDate", 30 * DAY),
];

/// The text of a field, where one is known.
pub(super) fn text(owner: &str, name: &str) -> Option<&'static str> {
    let owned = OWNED_TEXTS.iter().find(|entry| entry.0 == owner && entry.1 == name).map(|entry| entry.2);
    owned.or_else(|| TEXTS.iter().find(|entry| entry.0 == name).map(|entry| entry.1))
}

/// The number of a field; 1, as for the many ids, where none is known.
pub(super) fn number(owner: &str, name: &str) -> f64 {
    let owned = OWNED_NUMBERS.iter().find(|entry| entry.0 == owner && entry.1 == name).map(|entry| entry.2);
    let named = || NUMBERS.iter().find(|entry| entry.0 == name).map(|entry| entry.1);
    let measured = || {
        let lower = name.to_lowercase();
        MEASURES.iter().find(|entry| lower.contains(entry.0)).map(|entry| entry.1)
    };
    owned.or_else(named).or_else(measured).unwrap_or(1.0)
}

/// The value of a field that is true or false.
pub(super) fn boolean(name: &str) -> bool {
    TRUE.contains(&name)
}

/// Wanted choices of a field, the most wanted first.
pub(super) fn choices(name: &str) -> &'static [&'static str] {
    CHOICES.iter().find(|entry| entry.0 == name).map_or(&[], |entry| entry.1)
}

/// Where a time lies, in seconds from now.
pub(super) fn seconds_from_now(owner: &str, name: &str) -> i64 {
    let is_of = |entry: &&(&str, &str, i64)| (entry.0.is_empty() || entry.0 == owner) && entry.1 == name;
    TIMES.iter().find(is_of).map_or(0, |entry| entry.2)
}
