//! The configuration keys of a 1.6 station: what they may hold, what they hold now, who may read and write them.
//!
//! # Source
//! OCPP 1.6 edition 2 chapter 9 and sections 5.3 and 5.8; errata v4 3.83, 3.90, 3.91; security white paper chapter 7.

use super::meter;
use serde::{Deserialize, Serialize};

/// What a key may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number from 0 to this.
    Number(u32),
    /// Measurands that the meter knows, at most [`MOST_MEASURANDS`].
    Measurands,
    /// Phase rotation of each connector, such as `0.RST,1.RST`.
    Rotation,
    /// Any text.
    Text,
    /// Only what it holds already: nothing behind it can be changed here.
    Fixed,
    /// A secret: it is never read, and nothing that is set has an effect here.
    Secret,
}

/// Who may do what with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    ReadOnly,
    ReadWrite,
    WriteOnly,
}

/// A key of the specification.
struct Key {
    name: &'static str,
    access: Access,
    kind: Kind,
    default: &'static str,
}

const fn fixed(name: &'static str, default: &'static str) -> Key {
    Key { name, access: Access::ReadOnly, kind: Kind::Fixed, default }
}

const fn flag(name: &'static str, default: &'static str) -> Key {
    Key { name, access: Access::ReadWrite, kind: Kind::Flag, default }
}

const fn number(name: &'static str, most: u32, default: &'static str) -> Key {
    Key { name, access: Access::ReadWrite, kind: Kind::Number(most), default }
}

const fn measurands(name: &'static str, default: &'static str) -> Key {
    Key { name, access: Access::ReadWrite, kind: Kind::Measurands, default }
}

/// Most measurands in one list.
pub(super) const MOST_MEASURANDS: usize = 12;

/// A day in seconds: no interval is longer.
const DAY: u32 = 86_400;

/// Key of the number of connectors; its value is that of the setup.
const N_CONNECTORS: &str = "NumberOfConnectors";

/// All keys with their types and the values of a new station.
///
/// Some of them stand on what a browser cannot do: it sends no WebSocket pings, so that `WebSocketPingInterval` stays 0,
/// and it moves no files, so that `SupportedFileTransferProtocols` is empty. `AuthorizationKey` is the password of the
/// connection, which the user types: a new one is refused, and the old one stays valid. `SecurityProfile` says nothing about the
/// connection, which the user opens; it cannot be changed from afar. Neither can `MessageTimeout`, which is the page's.
const KEYS: &[Key] = &[
    flag("AllowOfflineTxForUnknownId", "false"),
    flag("AuthorizationCacheEnabled", "true"),
    flag("AuthorizeRemoteTxRequests", "false"),
    number("BlinkRepeat", 100, "0"),
    number("ClockAlignedDataInterval", DAY, "0"),
    number("ConnectionTimeOut", DAY, "60"),
    Key { name: "ConnectorPhaseRotation", access: Access::ReadWrite, kind: Kind::Rotation, default: "" },
    fixed("ConnectorPhaseRotationMaxLength", "9"),
    fixed("GetConfigurationMaxKeys", "100"),
    number("HeartbeatInterval", DAY, "0"),
    number("LightIntensity", 100, "100"),
    flag("LocalAuthorizeOffline", "true"),
    flag("LocalPreAuthorize", "false"),
    number("MaxEnergyOnInvalidId", 1_000_000, "0"),
    measurands("MeterValuesAlignedData", "Energy.Active.Import.Register"),
    fixed("MeterValuesAlignedDataMaxLength", "12"),
    measurands(
        "MeterValuesSampledData",
        "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC",
    ),
    fixed("MeterValuesSampledDataMaxLength", "12"),
    number("MeterValueSampleInterval", DAY, "60"),
    number("MinimumStatusDuration", DAY, "0"),
    fixed(N_CONNECTORS, ""),
    number("ResetRetries", 100, "0"),
    flag("StopTransactionOnEVSideDisconnect", "true"),
    flag("StopTransactionOnInvalidId", "true"),
    measurands("StopTxnAlignedData", ""),
    fixed("StopTxnAlignedDataMaxLength", "12"),
    measurands("StopTxnSampledData", "Energy.Active.Import.Register"),
    fixed("StopTxnSampledDataMaxLength", "12"),
    fixed(
        "SupportedFeatureProfiles",
        "Core,FirmwareManagement,LocalAuthListManagement,Reservation,SmartCharging,RemoteTrigger",
    ),
    fixed("SupportedFeatureProfilesMaxLength", "6"),
    number("TransactionMessageAttempts", 100, "3"),
    number("TransactionMessageRetryInterval", DAY, "60"),
    flag("UnlockConnectorOnEVSideDisconnect", "true"),
    number("WebSocketPingInterval", 0, "0"),
    flag("LocalAuthListEnabled", "true"),
    fixed("LocalAuthListMaxLength", "1000"),
    fixed("SendLocalListMaxLength", "500"),
    fixed("ReserveConnectorZeroSupported", "true"),
    fixed("ChargeProfileMaxStackLevel", "9"),
    fixed("ChargingScheduleAllowedChargingRateUnit", "Current,Power"),
    fixed("ChargingScheduleMaxPeriods", "96"),
    fixed("ConnectorSwitch3to1PhaseSupported", "false"),
    fixed("MaxChargingProfilesInstalled", "32"),
    Key { name: "MessageTimeout", access: Access::ReadWrite, kind: Kind::Fixed, default: "30" },
    fixed("StopTransactionMaxMeterValues", "200"),
    fixed("SupportedFileTransferProtocols", ""),
    fixed("AdditionalRootCertificateCheck", "false"),
    Key { name: "AuthorizationKey", access: Access::WriteOnly, kind: Kind::Secret, default: "" },
    fixed("CertificateSignedMaxChainSize", "10000"),
    fixed("CertificateStoreMaxLength", "10"),
    Key { name: "CpoName", access: Access::ReadWrite, kind: Kind::Text, default: "" },
    Key { name: "SecurityProfile", access: Access::ReadWrite, kind: Kind::Fixed, default: "0" },
];

/// Most keys of the user's own.
const MOST_OWN_KEYS: usize = 100;

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// It holds from now on.
    Accepted,
    /// The value cannot be, or the key is read-only.
    Rejected,
    /// There is no such key.
    NotSupported,
}

impl Change {
    /// Word of the answer.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::Rejected => "Rejected",
            Self::NotSupported => "NotSupported",
        }
    }
}

/// A key as it is told to the CSMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Name as the station spells it.
    pub(super) name: String,
    /// The CSMS cannot change it.
    pub(super) is_readonly: bool,
    /// Its value; `None` when it must not be read.
    pub(super) value: Option<String>,
}

/// The values that differ from those of a new station.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Configuration {
    n_connectors: u8,
    /// Values of keys of [`KEYS`].
    changed: Vec<(String, String)>,
    /// Keys that the specification does not know, with their values: the user's own.
    own: Vec<(String, String)>,
}

fn key(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name.eq_ignore_ascii_case(name))
}

fn find<'v>(values: &'v [(String, String)], name: &str) -> Option<&'v str> {
    values.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn put(values: &mut Vec<(String, String)>, name: &str, value: &str) {
    match values.iter_mut().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        Some((_, slot)) => value.clone_into(slot),
        None => values.push((name.to_owned(), value.to_owned())),
    }
}

/// Comma-separated items without the spaces around them; nothing for an empty text.
pub(super) fn items(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|item| !item.is_empty())
}

impl Configuration {
    /// The keys of a station with so many connectors; `setup` may give any key a value, also those that the CSMS cannot
    /// change, and add keys of its own.
    pub(super) fn new(n_connectors: u8, setup: &[(String, String)]) -> Self {
        let mut new = Self { n_connectors, ..Self::default() };
        for (name, value) in setup {
            match key(name) {
                Some(key) if key.kind == Kind::Secret || key.name == N_CONNECTORS => {}
                Some(key) if key.kind == Kind::Fixed || new.fits(key, value) => put(&mut new.changed, key.name, value),
                None if new.own.len() < MOST_OWN_KEYS && !name.is_empty() && name.len() <= 50 => {
                    put(&mut new.own, name, &value.chars().take(500).collect::<String>());
                }
                _ => {}
            }
        }
        new
    }

    /// Value of a key of the specification; empty when there is none.
    pub(super) fn text(&self, name: &str) -> String {
        match name {
            N_CONNECTORS => return self.n_connectors.to_string(),
            "ConnectorPhaseRotation" if find(&self.changed, name).is_none() => return self.usual_rotation(),
            _ => {}
        }
        find(&self.changed, name).or_else(|| key(name).map(|key| key.default)).unwrap_or_default().to_owned()
    }

    /// The key was set since the station was new.
    pub(super) fn has(&self, name: &str) -> bool {
        find(&self.changed, name).is_some()
    }

    /// Value of a key that holds `true` or `false`.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.text(name).eq_ignore_ascii_case("true")
    }

    /// Value of a key that holds a whole number; 0 when it holds none.
    pub(super) fn number(&self, name: &str) -> u32 {
        self.text(name).parse().unwrap_or_default()
    }

    /// Every phase as it comes, on all connectors.
    fn usual_rotation(&self) -> String {
        (0..=self.n_connectors).map(|n| format!("{n}.RST")).collect::<Vec<_>>().join(",")
    }

    /// Sets a key of the specification without asking who may.
    pub(super) fn put(&mut self, name: &str, value: &str) {
        if let Some(key) = key(name) {
            put(&mut self.changed, key.name, value);
        }
    }

    /// The CSMS wants a key changed.
    pub(super) fn change(&mut self, name: &str, value: &str) -> Change {
        let Some(key) = key(name) else {
            if find(&self.own, name).is_none() {
                return Change::NotSupported;
            }
            put(&mut self.own, name, value);
            return Change::Accepted;
        };
        if key.access == Access::ReadOnly || !self.fits(key, value) {
            return Change::Rejected;
        }
        put(&mut self.changed, key.name, value);
        Change::Accepted
    }

    fn fits(&self, key: &Key, value: &str) -> bool {
        match key.kind {
            Kind::Flag => value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            Kind::Number(most) => {
                let is_plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
                is_plain && value.parse::<u32>().is_ok_and(|number| number <= most)
            }
            Kind::Measurands => items(value).count() <= MOST_MEASURANDS && items(value).all(meter::is_known),
            Kind::Rotation => items(value).all(|item| self.is_rotation(item)),
            Kind::Text => value.len() <= 500,
            Kind::Fixed => value == self.text(key.name),
            Kind::Secret => false,
        }
    }

    fn is_rotation(&self, item: &str) -> bool {
        const WORDS: &[&str] = &["NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR"];
        let Some((connector, rotation)) = item.split_once('.') else { return false };
        connector.parse::<u8>().is_ok_and(|number| number <= self.n_connectors) && WORDS.contains(&rotation)
    }

    /// All keys that can be told, or the one of this name.
    pub(super) fn told(&self, name: Option<&str>) -> Vec<Told> {
        let is_meant = |own: &str| name.is_none_or(|name| own.eq_ignore_ascii_case(name));
        let known = KEYS.iter().filter(|key| is_meant(key.name)).map(|key| Told {
            name: key.name.to_owned(),
            is_readonly: key.access == Access::ReadOnly,
            value: (key.access != Access::WriteOnly).then(|| self.text(key.name)),
        });
        let own = self.own.iter().filter(|(own, _)| is_meant(own)).map(|(own, value)| Told {
            name: own.clone(),
            is_readonly: false,
            value: Some(value.clone()),
        });
        known.chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_keys_of_the_specification_are_there_once() {
        let mut names: Vec<&str> = KEYS.iter().map(|key| key.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 52);
        let new = Configuration::new(8, &[]);
        for key in KEYS {
            assert!(key.kind == Kind::Secret || new.fits(key, &new.text(key.name)), "{}", key.name);
        }
    }

    #[test]
    fn limits_of_charging_profiles_are_those_that_hold() {
        use crate::station::profiles::{MAX_PERIODS, MAX_PROFILES, MAX_STACK_LEVEL};
        let new = Configuration::new(1, &[]);
        for (key, limit) in [
            ("ChargeProfileMaxStackLevel", MAX_STACK_LEVEL.to_string()),
            ("ChargingScheduleMaxPeriods", MAX_PERIODS.to_string()),
            ("MaxChargingProfilesInstalled", MAX_PROFILES.to_string()),
        ] {
            assert_eq!(new.text(key), limit, "{key}");
        }
    }

    #[test]
    fn changes() {
        let own = ("Color".to_owned(), "red".to_owned());
        let mut keys = Configuration::new(2, &[own]);
        for (name, value, expected) in [
            ("HeartbeatInterval", "30", Change::Accepted),
            ("heartbeatinterval", "31", Change::Accepted),
            ("HeartbeatInterval", "-1", Change::Rejected),
            ("HeartbeatInterval", "+1", Change::Rejected),
            ("HeartbeatInterval", "", Change::Rejected),
            ("HeartbeatInterval", "86401", Change::Rejected),
            ("HeartbeatInterval", "99999999999", Change::Rejected),
            ("LocalPreAuthorize", "TRUE", Change::Accepted),
            ("LocalPreAuthorize", "1", Change::Rejected),
            ("NumberOfConnectors", "3", Change::Rejected),
            ("MeterValuesSampledData", "SoC,Current.Import.L1", Change::Accepted),
            ("MeterValuesSampledData", "Current.Import.L4", Change::Rejected),
            ("MeterValuesSampledData", "RPM", Change::Rejected),
            ("StopTxnSampledData", "", Change::Accepted),
            ("ConnectorPhaseRotation", "0.RST, 2.TSR", Change::Accepted),
            ("ConnectorPhaseRotation", "3.RST", Change::Rejected),
            ("ConnectorPhaseRotation", "1.ABC", Change::Rejected),
            ("WebSocketPingInterval", "30", Change::Rejected),
            ("WebSocketPingInterval", "0", Change::Accepted),
            ("SecurityProfile", "1", Change::Rejected),
            ("SecurityProfile", "0", Change::Accepted),
            ("AuthorizationKey", "0011", Change::Rejected),
            ("AuthorizationKey", "00112233445566778899aabbccddeeff", Change::Rejected),
            ("Color", "blue", Change::Accepted),
            ("Colour", "blue", Change::NotSupported),
        ] {
            assert_eq!(keys.change(name, value), expected, "{name} {value}");
        }
        assert_eq!((keys.number("HeartbeatInterval"), keys.is_on("LocalPreAuthorize")), (31, true));
        let told = keys.told(Some("AUTHORIZATIONKEY"));
        assert_eq!(told, [Told { name: "AuthorizationKey".into(), is_readonly: false, value: None }]);
        assert_eq!(keys.told(Some("color")).first().and_then(|told| told.value.clone()), Some("blue".into()));
        let saved = serde_json::to_string(&keys).unwrap();
        assert!(!saved.contains("00112233"), "{saved}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_taken_that_does_not_fit(name in "[A-Za-z]{0,12}|HeartbeatInterval|StopTxnSampledData|ConnectorPhaseRotation", value in ".{0,40}") {
            let mut keys = Configuration::new(1, &[]);
            let before = keys.clone();
            if keys.change(&name, &value) != Change::Accepted {
                proptest::prop_assert_eq!(keys, before);
            }
        }
    }
}
