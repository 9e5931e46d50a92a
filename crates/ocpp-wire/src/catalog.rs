//! The actions of each version: who may send them, and whether they are a Call or a Send.
//!
//! # Source
//! OCPP 1.6 edition 2 chapters 4 and 5 and the security white paper, edition 3; OCPP 2.0.1 Part 2 edition 3;
//! OCPP 2.1 edition 1 Part 2.

use crate::version::Version;

/// Who may send the request of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initiator {
    /// The charging station (1.6: Charge Point).
    Station,
    /// The CSMS (1.6: Central System).
    Csms,
    /// Both: DataTransfer.
    Both,
}

/// One action of one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// Name as in the third element of a Call. Case matters.
    pub name: &'static str,
    /// Who may send it.
    pub initiator: Initiator,
    /// A Send (type 6 of OCPP 2.1): it has no answer and no response schema.
    pub is_send: bool,
}

impl Action {
    /// The station may send it.
    pub fn is_from_station(&self) -> bool {
        self.initiator != Initiator::Csms
    }

    /// The CSMS may send it.
    pub fn is_from_csms(&self) -> bool {
        self.initiator != Initiator::Station
    }

    /// File name of the schema of its request, without `.json`.
    pub fn request_schema(&self, version: Version) -> String {
        if version == Version::V16 || self.is_send { self.name.to_owned() } else { format!("{}Request", self.name) }
    }

    /// File name of the schema of its response, without `.json`; `None` for a Send.
    pub fn response_schema(&self) -> Option<String> {
        (!self.is_send).then(|| format!("{}Response", self.name))
    }
}

/// All actions of a version, sorted by name.
pub fn actions(version: Version) -> &'static [Action] {
    match version {
        Version::V16 => V16,
        Version::V201 => V201,
        Version::V21 => V21,
    }
}

/// Finds an action by its exact name.
///
/// ```
/// # use ocpp_wire::{catalog, version::Version};
/// assert!(catalog::find(Version::V16, "StartTransaction").is_some());
/// assert!(catalog::find(Version::V201, "StartTransaction").is_none());
/// assert!(catalog::find(Version::V16, "heartbeat").is_none());
/// ```
pub fn find(version: Version, name: &str) -> Option<&'static Action> {
    actions(version).get(index(version, name)?)
}

/// Position of an action among [`actions`].
pub(crate) fn index(version: Version, name: &str) -> Option<usize> {
    actions(version).binary_search_by(|action| action.name.cmp(name)).ok()
}

/// The action a misspelled name probably means: other case, or with `Request`, `.req` or `Req` at its end.
pub fn similar(version: Version, name: &str) -> Option<&'static Action> {
    let bare = ["Request", "Response", ".req", ".conf", "Req"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(name);
    actions(version).iter().find(|action| action.name.eq_ignore_ascii_case(bare))
}

/// Versions that know the action under this exact name.
pub fn versions_with(name: &str) -> impl Iterator<Item = Version> {
    Version::ALL.into_iter().filter(move |&version| find(version, name).is_some())
}

const fn station(name: &'static str) -> Action {
    Action { name, initiator: Initiator::Station, is_send: false }
}

const fn csms(name: &'static str) -> Action {
    Action { name, initiator: Initiator::Csms, is_send: false }
}

const fn both(name: &'static str) -> Action {
    Action { name, initiator: Initiator::Both, is_send: false }
}

const fn send(name: &'static str) -> Action {
    Action { name, initiator: Initiator::Station, is_send: true }
}

const V16: &[Action] = &[
    station("Authorize"),
    station("BootNotification"),
    csms("CancelReservation"),
    csms("CertificateSigned"),
    csms("ChangeAvailability"),
    csms("ChangeConfiguration"),
    csms("ClearCache"),
    csms("ClearChargingProfile"),
    both("DataTransfer"),
    csms("DeleteCertificate"),
    station("DiagnosticsStatusNotification"),
    csms("ExtendedTriggerMessage"),
    station("FirmwareStatusNotification"),
    csms("GetCompositeSchedule"),
    csms("GetConfiguration"),
    csms("GetDiagnostics"),
    csms("GetInstalledCertificateIds"),
    csms("GetLocalListVersion"),
    csms("GetLog"),
    station("Heartbeat"),
    csms("InstallCertificate"),
    station("LogStatusNotification"),
    station("MeterValues"),
    csms("RemoteStartTransaction"),
    csms("RemoteStopTransaction"),
    csms("ReserveNow"),
    csms("Reset"),
    station("SecurityEventNotification"),
    csms("SendLocalList"),
    csms("SetChargingProfile"),
    station("SignCertificate"),
    station("SignedFirmwareStatusNotification"),
    csms("SignedUpdateFirmware"),
    station("StartTransaction"),
    station("StatusNotification"),
    station("StopTransaction"),
    csms("TriggerMessage"),
    csms("UnlockConnector"),
    csms("UpdateFirmware"),
];

const V201: &[Action] = &[
    station("Authorize"),
    station("BootNotification"),
    csms("CancelReservation"),
    csms("CertificateSigned"),
    csms("ChangeAvailability"),
    csms("ClearCache"),
    csms("ClearChargingProfile"),
    csms("ClearDisplayMessage"),
    csms("ClearVariableMonitoring"),
    station("ClearedChargingLimit"),
    csms("CostUpdated"),
    csms("CustomerInformation"),
    both("DataTransfer"),
    csms("DeleteCertificate"),
    station("FirmwareStatusNotification"),
    station("Get15118EVCertificate"),
    csms("GetBaseReport"),
    station("GetCertificateStatus"),
    csms("GetChargingProfiles"),
    csms("GetCompositeSchedule"),
    csms("GetDisplayMessages"),
    csms("GetInstalledCertificateIds"),
    csms("GetLocalListVersion"),
    csms("GetLog"),
    csms("GetMonitoringReport"),
    csms("GetReport"),
    csms("GetTransactionStatus"),
    csms("GetVariables"),
    station("Heartbeat"),
    csms("InstallCertificate"),
    station("LogStatusNotification"),
    station("MeterValues"),
    station("NotifyChargingLimit"),
    station("NotifyCustomerInformation"),
    station("NotifyDisplayMessages"),
    station("NotifyEVChargingNeeds"),
    station("NotifyEVChargingSchedule"),
    station("NotifyEvent"),
    station("NotifyMonitoringReport"),
    station("NotifyReport"),
    csms("PublishFirmware"),
    station("PublishFirmwareStatusNotification"),
    station("ReportChargingProfiles"),
    csms("RequestStartTransaction"),
    csms("RequestStopTransaction"),
    station("ReservationStatusUpdate"),
    csms("ReserveNow"),
    csms("Reset"),
    station("SecurityEventNotification"),
    csms("SendLocalList"),
    csms("SetChargingProfile"),
    csms("SetDisplayMessage"),
    csms("SetMonitoringBase"),
    csms("SetMonitoringLevel"),
    csms("SetNetworkProfile"),
    csms("SetVariableMonitoring"),
    csms("SetVariables"),
    station("SignCertificate"),
    station("StatusNotification"),
    station("TransactionEvent"),
    csms("TriggerMessage"),
    csms("UnlockConnector"),
    csms("UnpublishFirmware"),
    csms("UpdateFirmware"),
];

const V21: &[Action] = &[
    csms("AFRRSignal"),
    csms("AdjustPeriodicEventStream"),
    station("Authorize"),
    station("BatterySwap"),
    station("BootNotification"),
    csms("CancelReservation"),
    csms("CertificateSigned"),
    csms("ChangeAvailability"),
    csms("ChangeTransactionTariff"),
    csms("ClearCache"),
    csms("ClearChargingProfile"),
    csms("ClearDERControl"),
    csms("ClearDisplayMessage"),
    csms("ClearTariffs"),
    csms("ClearVariableMonitoring"),
    station("ClearedChargingLimit"),
    station("ClosePeriodicEventStream"),
    csms("CostUpdated"),
    csms("CustomerInformation"),
    both("DataTransfer"),
    csms("DeleteCertificate"),
    station("FirmwareStatusNotification"),
    station("Get15118EVCertificate"),
    csms("GetBaseReport"),
    station("GetCertificateChainStatus"),
    station("GetCertificateStatus"),
    csms("GetChargingProfiles"),
    csms("GetCompositeSchedule"),
    csms("GetDERControl"),
    csms("GetDisplayMessages"),
    csms("GetInstalledCertificateIds"),
    csms("GetLocalListVersion"),
    csms("GetLog"),
    csms("GetMonitoringReport"),
    csms("GetPeriodicEventStream"),
    csms("GetReport"),
    csms("GetTariffs"),
    csms("GetTransactionStatus"),
    csms("GetVariables"),
    station("Heartbeat"),
    csms("InstallCertificate"),
    station("LogStatusNotification"),
    station("MeterValues"),
    csms("NotifyAllowedEnergyTransfer"),
    station("NotifyChargingLimit"),
    station("NotifyCustomerInformation"),
    station("NotifyDERAlarm"),
    station("NotifyDERStartStop"),
    station("NotifyDisplayMessages"),
    station("NotifyEVChargingNeeds"),
    station("NotifyEVChargingSchedule"),
    station("NotifyEvent"),
    station("NotifyMonitoringReport"),
    send("NotifyPeriodicEventStream"),
    station("NotifyPriorityCharging"),
    station("NotifyReport"),
    station("NotifySettlement"),
    csms("NotifyWebPaymentStarted"),
    station("OpenPeriodicEventStream"),
    csms("PublishFirmware"),
    station("PublishFirmwareStatusNotification"),
    station("PullDynamicScheduleUpdate"),
    station("ReportChargingProfiles"),
    station("ReportDERControl"),
    csms("RequestBatterySwap"),
    csms("RequestStartTransaction"),
    csms("RequestStopTransaction"),
    station("ReservationStatusUpdate"),
    csms("ReserveNow"),
    csms("Reset"),
    station("SecurityEventNotification"),
    csms("SendLocalList"),
    csms("SetChargingProfile"),
    csms("SetDERControl"),
    csms("SetDefaultTariff"),
    csms("SetDisplayMessage"),
    csms("SetMonitoringBase"),
    csms("SetMonitoringLevel"),
    csms("SetNetworkProfile"),
    csms("SetVariableMonitoring"),
    csms("SetVariables"),
    station("SignCertificate"),
    station("StatusNotification"),
    station("TransactionEvent"),
    csms("TriggerMessage"),
    csms("UnlockConnector"),
    csms("UnpublishFirmware"),
    csms("UpdateDynamicSchedule"),
    csms("UpdateFirmware"),
    csms("UsePriorityCharging"),
    station("VatNumberValidation"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_complete() {
        let counts = Version::ALL.map(|version| actions(version).len());
        assert_eq!(counts, [39, 64, 91]);
        for version in Version::ALL {
            assert!(actions(version).is_sorted_by_key(|action| action.name));
        }
    }

    #[test]
    fn every_schema_file_belongs_to_an_action_and_every_action_has_its_files() {
        for version in Version::ALL {
            let files = schema_files::read(version.schema_set()).unwrap();
            let files: Vec<String> = files.into_iter().map(|(name, _)| name).collect();
            let mut expected: Vec<String> = actions(version)
                .iter()
                .flat_map(|action| [Some(action.request_schema(version)), action.response_schema()])
                .flatten()
                .map(|name| format!("{name}.json"))
                .collect();
            expected.sort();
            assert_eq!(files, expected);
        }
    }

    #[test]
    fn misspelled_names_are_recognized() {
        assert_eq!(similar(Version::V16, "bootnotification").unwrap().name, "BootNotification");
        assert_eq!(similar(Version::V201, "HeartbeatRequest").unwrap().name, "Heartbeat");
        assert_eq!(similar(Version::V16, "StatusNotification.req").unwrap().name, "StatusNotification");
        assert!(similar(Version::V16, "TransactionEvent").is_none());
        assert_eq!(versions_with("TransactionEvent").collect::<Vec<_>>(), [Version::V201, Version::V21]);
    }
}
