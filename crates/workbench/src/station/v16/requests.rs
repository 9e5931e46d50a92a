//! What a 1.6 station answers to each request of the CSMS, and what it does about it.
//!
//! # Source
//! OCPP 1.6 edition 2 chapter 5; errata v4 3.24, 3.35, 3.38 to 3.40; security white paper edition 3 chapter 5.

use super::configuration::Change;
use super::connector::{Granted, Question, Status};
use super::local_list::Verdict;
use super::{Machine, Request, is_talking};
use crate::object::Object;
use crate::port::Severity;
use crate::station::Answer;
use crate::station::core::{Core, RebootCause};
use crate::station::outbox::Purpose;
use crate::transcript::EpochMillis;
use ocpp_wire::json::quote;
use ocpp_wire::number;

/// Most keys of one request: `GetConfigurationMaxKeys`.
const MOST_KEYS: usize = 100;

/// A station that shall start anew and has nothing to end waits so long after its answer.
const ANSWER_MILLIS: f64 = 1_000.0;

/// An answer that is a status.
pub(super) fn status(word: &str) -> Answer {
    Answer::Payload(Object::new().text("status", word).done())
}

/// An answer that says nothing.
pub(super) fn nothing() -> Answer {
    Answer::Payload("{}".to_owned())
}

/// A string member; empty when it is missing.
pub(super) fn text(request: Request<'_>, name: &str) -> String {
    request.tree.get_string(request.root, name).unwrap_or_default().into_owned()
}

/// A whole number, written as `7` or `7.0`; the schemas of the security white paper admit both.
pub(super) fn integer(request: Request<'_>, name: &str) -> Option<i64> {
    let node = request.tree.get(request.root, name)?;
    let raw = request.tree.raw(node);
    request.tree.integer(node).or_else(|| number::parse(raw).filter(|_| number::is_integral(raw)).map(|n| n as i64))
}

impl Machine {
    pub(super) fn answer(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        match request.action {
            "GetConfiguration" => self.get_configuration(request),
            "ChangeConfiguration" => self.change_configuration(core, now, request),
            "TriggerMessage" | "ExtendedTriggerMessage" => self.trigger(core, now, request),
            "RemoteStartTransaction" => self.remote_start(core, now, request),
            "RemoteStopTransaction" => self.remote_stop(core, now, request),
            "Reset" => self.reset(core, now, request),
            "ChangeAvailability" => self.change_availability(request),
            "UnlockConnector" => self.unlock(core, now, request),
            "ReserveNow" => self.reserve_now(core, now, request),
            "CancelReservation" => self.cancel_reservation(request),
            "SendLocalList" if !self.configuration.is_on("LocalAuthListEnabled") => status("NotSupported"),
            "SendLocalList" => status(self.list.update(request.tree, request.root)),
            "GetLocalListVersion" => {
                let is_on = self.configuration.is_on("LocalAuthListEnabled");
                let version = if is_on { self.list.version() } else { -1 };
                Answer::Payload(Object::new().integer("listVersion", version).done())
            }
            "ClearCache" if !self.configuration.is_on("AuthorizationCacheEnabled") => status("Rejected"),
            "ClearCache" => {
                self.cache.clear();
                status("Accepted")
            }
            "SetChargingProfile" => self.set_charging_profile(core, request),
            "ClearChargingProfile" => Self::clear_charging_profile(core, request),
            "GetCompositeSchedule" => self.composite_schedule(core, now, request),
            "GetDiagnostics" => self.get_diagnostics(core, now, request),
            "GetLog" => self.get_log(core, now, request),
            "UpdateFirmware" => self.update_firmware(core, now, request),
            "SignedUpdateFirmware" => self.signed_update_firmware(core, now, request),
            "InstallCertificate" => self.install_certificate(core, request),
            "DeleteCertificate" => status(self.certificates.delete(request.tree, request.root)),
            "GetInstalledCertificateIds" => Answer::Payload(self.certificates.list(&text(request, "certificateType"))),
            // The station makes no keys, so that it has asked for no certificate.
            "CertificateSigned" => status("Rejected"),
            "DataTransfer" => status("UnknownVendorId"),
            _ => Answer::NotModelled,
        }
    }

    fn install_certificate(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let word = self.certificates.install(&text(request, "certificateType"), &text(request, "certificate"));
        if word == "Accepted" {
            core.note(Severity::Info, "The certificate is only listed: nothing is verified with it.");
        }
        status(word)
    }

    /// Number of a connector that exists; 0 is the station.
    fn number_of(&self, request: Request<'_>) -> Option<u8> {
        let number = u8::try_from(integer(request, "connectorId")?).ok()?;
        (usize::from(number) <= self.connectors.len()).then_some(number)
    }

    fn get_configuration(&self, request: Request<'_>) -> Answer {
        let (mut told, mut unknown) = (Vec::new(), Vec::new());
        let wanted = request.tree.get(request.root, "key").filter(|list| !request.tree.is_empty_container(*list));
        match wanted {
            None => told = self.configuration.told(None),
            Some(list) => {
                for item in request.tree.items(list).take(MOST_KEYS) {
                    let name = request.tree.string(item).unwrap_or_default();
                    let found = self.configuration.told(Some(&name));
                    if found.is_empty() {
                        unknown.push(quote(&name));
                    }
                    told.extend(found);
                }
            }
        }
        let keys: Vec<String> = told
            .into_iter()
            .map(|told| {
                Object::new()
                    .text("key", &told.name)
                    .flag("readonly", told.is_readonly)
                    .maybe(told.value, |object, value| object.text("value", &value))
                    .done()
            })
            .collect();
        let object = Object::new().list("configurationKey", &keys);
        let object = if unknown.is_empty() { object } else { object.list("unknownKey", &unknown) };
        Answer::Payload(object.done())
    }

    fn change_configuration(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let (key, value) = (text(request, "key"), text(request, "value"));
        let change = self.configuration.change(&key, &value);
        if key.eq_ignore_ascii_case("AuthorizationKey") {
            core.note(
                Severity::Info,
                "The CSMS wants another AuthorizationKey. The page cannot keep a new password, so the old one stays.",
            );
        }
        if change == Change::Accepted {
            self.follow_retry(core);
            if key.eq_ignore_ascii_case("MeterValueSampleInterval") {
                self.restart_sampling(now);
            } else if key.eq_ignore_ascii_case("ClockAlignedDataInterval") {
                self.aligned_due = None;
                self.follow_clock(core, now);
            }
        }
        status(change.as_str())
    }

    /// # Source
    /// OCPP 1.6 edition 2 section 5.17; errata v4 3.35 and 3.40: no BootNotification once accepted.
    fn trigger(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let is_named = request.tree.get(request.root, "connectorId").is_some();
        let number = self.number_of(request);
        let message = text(request, "requestedMessage");
        // Other messages have no connector: whatever is named does not matter.
        let is_of_connector = matches!(message.as_str(), "StatusNotification" | "MeterValues");
        if is_of_connector && is_named && number.is_none_or(|number| number == 0) {
            return status("Rejected");
        }
        let numbers = move |all: std::ops::RangeInclusive<u8>| number.map_or(all, |number| number..=number);
        let last = u8::try_from(self.connectors.len()).unwrap_or(u8::MAX);
        let is_extended = request.action == "ExtendedTriggerMessage";
        match message.as_str() {
            "BootNotification" if core.registration.is_accepted() || core.outbox.has_call("BootNotification") => {
                return status("Rejected");
            }
            "BootNotification" => {
                core.outbox.call_early("BootNotification", self.boot_payload(core), Purpose::Boot);
            }
            "Heartbeat" => core.outbox.call_early("Heartbeat", "{}".to_owned(), Purpose::Heartbeat),
            "StatusNotification" => {
                for number in numbers(0..=last) {
                    self.tell_status_early(core, now, number);
                }
            }
            "MeterValues" => {
                let clock = core.clock(now);
                let mut n_told = 0;
                for number in numbers(1..=last) {
                    let Some(outlet) = core.outlet(number) else { continue };
                    let reading = outlet.reading();
                    if let Some(value) = self.meter_value("MeterValuesSampledData", "Trigger", clock, &reading) {
                        self.tell_meter_value(core, number, &value, true);
                        n_told += 1;
                    }
                }
                if n_told == 0 {
                    return status("Rejected");
                }
            }
            "DiagnosticsStatusNotification" => self.trigger_upload(core, false),
            "LogStatusNotification" => self.trigger_upload(core, true),
            "FirmwareStatusNotification" => self.trigger_firmware(core, is_extended),
            _ => return status("NotImplemented"),
        }
        status("Accepted")
    }

    /// # Source
    /// OCPP 1.6 edition 2 sections 5.11, 5.13 and 5.16.2: a charging profile here is a `TxProfile` without a transaction.
    fn remote_start(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let token = text(request, "idTag");
        let profile = request.tree.get(request.root, "chargingProfile").map(|node| request.tree.raw(node).to_owned());
        let is_named = request.tree.get(request.root, "connectorId").is_some();
        let number = if is_named {
            self.number_of(request).filter(|number| *number > 0)
        } else {
            // A car that waits goes before an empty connector, and that before a car that was just charged.
            [Status::Preparing, Status::Available, Status::Reserved, Status::Finishing].into_iter().find_map(|status| {
                let fits = |n: &u8| self.status(core, *n) == status && self.can_start(core, *n, &token);
                self.numbers().find(fits)
            })
        };
        let number = number.filter(|number| self.can_start(core, *number, &token));
        let is_fit = |number| profile.as_ref().is_none_or(|profile| Self::would_take(core, number, profile));
        let is_ready = is_talking(core) && core.reboot.is_none();
        let Some(number) = number.filter(|number| is_ready && is_fit(*number)) else { return status("Rejected") };
        let parent = match self.own_verdict(core, now, &token) {
            Verdict::Good(parent) => parent,
            Verdict::Bad(_) | Verdict::Unknown => None,
        };
        // Where only the group of the token opens a reservation, the group must be known.
        let is_free = self.is_free_for(core, number, &token, parent.as_deref(), false).is_ok();
        if !is_free || self.configuration.is_on("AuthorizeRemoteTxRequests") {
            if let Some(connector) = self.connector_mut(number) {
                connector.token = Some(token.clone());
            }
            let asked = self.authorize(core, now, number, &token, Question::Start { profile });
            return status(if asked.is_ok() { "Accepted" } else { "Rejected" });
        }
        self.grant(core, now, number, Granted { token, parent, until: None, profile });
        status("Accepted")
    }

    fn can_start(&self, core: &Core, number: u8, token: &str) -> bool {
        self.connector(number).is_some_and(super::connector::Connector::is_idle)
            && self.may_begin(core, number, token).is_ok()
    }

    fn remote_stop(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let id = integer(request, "transactionId");
        let is_meant = |number: &u8| {
            let transaction = self.connector(*number).and_then(|connector| connector.transaction.as_ref());
            transaction.is_some_and(|transaction| transaction.id.is_some() && transaction.id == id)
        };
        match self.numbers().find(is_meant) {
            Some(number) => {
                self.stop(core, now, number, "Remote", None);
                status("Accepted")
            }
            None => status("Rejected"),
        }
    }

    fn reset(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        if core.reboot.is_some() {
            return status("Rejected");
        }
        let is_hard = text(request, "type") == "Hard";
        let cause = if is_hard { RebootCause::HardReset } else { RebootCause::SoftReset };
        self.end_all(core, now, cause);
        core.begin_reboot(now, cause);
        if core.outbox.is_empty() {
            // Nothing is to be sent but the answer.
            core.reboot = Some((cause, now + ANSWER_MILLIS));
        }
        status("Accepted")
    }

    /// # Source
    /// OCPP 1.6 edition 2 section 5.2: what is charging stays until its transaction ends.
    fn change_availability(&mut self, request: Request<'_>) -> Answer {
        let Some(number) = self.number_of(request) else { return status("Rejected") };
        let is_inoperative = text(request, "type") == "Inoperative";
        let is_whole = number == 0;
        let mut is_later = false;
        for (index, connector) in (1_u8..).zip(&mut self.connectors) {
            if !is_whole && index != number {
                continue;
            }
            if is_inoperative && connector.transaction.is_some() {
                connector.is_inoperative_later = Some(true);
                is_later = true;
            } else {
                connector.is_inoperative = is_inoperative;
                connector.is_inoperative_later = None;
            }
        }
        if is_whole {
            self.whole.is_inoperative_later = is_later.then_some(true);
            self.whole.is_inoperative = is_inoperative && !is_later;
        }
        status(if is_later { "Scheduled" } else { "Accepted" })
    }

    fn unlock(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Some(number) = self.number_of(request).filter(|number| *number > 0) else { return status("NotSupported") };
        self.stop(core, now, number, "UnlockCommand", None);
        let fault = core.outlet(number).and_then(|outlet| outlet.fault.as_deref());
        if fault == Some("ConnectorLockFailure") && self.status(core, number) == Status::Faulted {
            return status("UnlockFailed");
        }
        status("Unlocked")
    }
}
