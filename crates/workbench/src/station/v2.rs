//! The station of OCPP 2.0.1 and 2.1.
//!
//! Each file below has one matter: [`variables`] and [`reports`] the device model, [`charging`] and [`transactions`]
//! what happens at an EVSE and what is told of it, [`authorization`] and [`tokens`] who may charge, [`reservations`] where, [`profiles`] how much,
//! [`requests`] what the CSMS asks for, [`jobs`] what takes its time, [`display`] messages for the display,
//! [`certificates`] what is installed, [`monitoring`] what is refused.

mod authorization;
mod certificates;
mod charging;
mod display;
mod jobs;
mod meter;
mod monitoring;
mod profiles;
mod reports;
mod requests;
mod reservations;
mod tokens;
mod transactions;
mod variables;

#[cfg(test)]
mod tests;

use super::core::{Core, RebootCause, Registration};
use super::facts::Facts;
use super::outbox::{Purpose, Sent, Waiting};
use super::{Act, Answer, Request};
use crate::object::Object;
use crate::port::Severity;
use crate::transcript::EpochMillis;
use certificates::Installed;
use charging::Place;
use display::Message;
use jobs::Jobs;
use ocpp_wire::json::{self, NodeId, Tree};
use ocpp_wire::number;
use ocpp_wire::version::Version;
use serde::{Deserialize, Serialize};
use tokens::{Known, Token, Tokens};
use transactions::Cause;
use variables::Variables;

/// What 2.x says about the station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The version as its number; 2.1 has more to say than 2.0.1.
    is_v21: bool,
    variables: Variables,
    /// EVSE 1 first.
    places: Vec<Place>,
    tokens: Tokens,
    jobs: Jobs,
    display: Vec<Message>,
    certificates: Vec<Installed>,
    /// Transactions so far.
    n_transactions: u32,
    /// The last transactions that ended: identifier and number.
    ended: Vec<(String, u32)>,
    /// The CSMS has taken the station out of service.
    is_inoperative: bool,
    /// It does so when nothing is going on.
    is_to_be_inoperative: bool,
    /// It starts anew when nothing is going on.
    is_reset_scheduled: bool,
    offline_since: Option<EpochMillis>,
    /// Slot of the clock whose values were told, counted from 1970.
    clock_slot: Option<f64>,
    last_request_id: Option<i64>,
    /// When the power changes by itself: a profile, or a car that has enough.
    next_change: Option<EpochMillis>,
}

/// An integer of a message. `300.0` is one too, for the schemas of 2.x.
fn integer(tree: &Tree<'_>, object: NodeId, name: &str) -> Option<i64> {
    let node = tree.get(object, name)?;
    tree.integer(node).or_else(|| {
        let text = tree.raw(node);
        number::is_integral(text).then(|| number::parse(text)).flatten().map(|value| value as i64)
    })
}

/// An object of texts.
fn texts(members: &[(&str, &str)]) -> String {
    members.iter().fold(Object::new(), |object, (name, value)| object.text(name, value)).done()
}

/// An answer that is a status.
fn status(word: &str) -> Answer {
    Answer::Payload(texts(&[("status", word)]))
}

/// An answer that is a status with its reason, at most 20 characters.
fn because(word: &str, reason: &str) -> Answer {
    let info = texts(&[("reasonCode", reason)]);
    Answer::Payload(Object::new().text("status", word).raw("statusInfo", &info).done())
}

impl Machine {
    /// A station that was just switched on.
    pub fn new(version: Version, core: &mut Core) -> Self {
        let (variables, refused) = Variables::new(&core.setup.configuration);
        for key in refused {
            core.note(
                Severity::Warning,
                format!("The profile sets {key}, which this station has not, or not to this value."),
            );
        }
        let machine = Self {
            is_v21: version == Version::V21,
            variables,
            places: core.outlets.iter().map(|_| Place::default()).collect(),
            tokens: Tokens::default(),
            jobs: Jobs::default(),
            display: Vec::new(),
            certificates: Vec::new(),
            n_transactions: 0,
            ended: Vec::new(),
            is_inoperative: false,
            is_to_be_inoperative: false,
            is_reset_scheduled: false,
            offline_since: None,
            clock_slot: None,
            last_request_id: None,
            next_change: None,
        };
        machine.follow_retry(core);
        machine
    }

    /// Version it speaks.
    pub fn version(&self) -> Version {
        if self.is_v21 { Version::V21 } else { Version::V201 }
    }

    /// Payload of the BootNotification.
    pub fn boot_payload(&self, core: &Core) -> String {
        let setup = &core.setup;
        let serial = Some(&setup.serial).filter(|serial| !serial.is_empty());
        let station = Object::new()
            .text("model", &setup.model)
            .text("vendorName", &setup.vendor)
            .maybe(serial, |object, serial| object.text("serialNumber", serial))
            .text("firmwareVersion", &setup.firmware)
            .done();
        let reason = match core.boot_cause {
            None => "PowerUp",
            Some(RebootCause::ByUser) => "LocalReset",
            Some(RebootCause::HardReset | RebootCause::SoftReset) => "RemoteReset",
            Some(RebootCause::ScheduledReset) => "ScheduledReset",
            Some(RebootCause::Firmware) => "FirmwareUpdate",
        };
        Object::new().text("reason", reason).raw("chargingStation", &station).done()
    }

    /// A call that follows from a request; it may go out before the CSMS has accepted the station.
    fn tell(core: &mut Core, action: &str, payload: String) {
        core.outbox.call_early(action, payload, Purpose::Other);
    }

    /// The CSMS has accepted the station.
    pub fn accepted(&mut self, core: &mut Core, now: EpochMillis) {
        self.offline_since = None;
        for outlet in 1..=core.outlets.len() as u8 {
            self.tell_status(core, now, outlet, true);
        }
        self.work_after_start(core, now);
        self.set_clock_slot(core, now);
        for outlet in 1..=core.outlets.len() as u8 {
            self.settle(
                core,
                now,
                outlet,
                Some(&Cause::of("CablePluggedIn", "")).filter(|_| self.transaction(outlet).is_none()),
            );
        }
    }

    /// The connection is back, without a start of the station.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, B04: all connectors are told after `OfflineThreshold`, else those that changed.
    pub fn back_online(&mut self, core: &mut Core, now: EpochMillis) {
        let threshold = f64::from(self.variables.count("OCPPCommCtrlr.OfflineThreshold")) * 1_000.0;
        let is_long = self.offline_since.take().is_some_and(|since| now - since > threshold);
        for outlet in 1..=core.outlets.len() as u8 {
            self.tell_status(core, now, outlet, is_long);
        }
    }

    /// The connection is gone.
    pub fn went_offline(&mut self, core: &mut Core, now: EpochMillis) {
        self.offline_since = Some(now);
        Self::mark_kept_offline(core);
        for place in &mut self.places {
            place.pending = None;
        }
    }

    /// Ends what is going on, because the station starts anew.
    pub fn end_all(&mut self, core: &mut Core, now: EpochMillis, cause: RebootCause) {
        let cause = match cause {
            RebootCause::ByUser | RebootCause::Firmware => Cause::of("AbnormalCondition", "Reboot"),
            RebootCause::HardReset | RebootCause::SoftReset | RebootCause::ScheduledReset => {
                Cause::of("ResetCommand", "ImmediateReset")
            }
        };
        for outlet in 1..=core.outlets.len() as u8 {
            self.is_reset_scheduled = false;
            if self.transaction(outlet).is_some() {
                self.end(core, now, outlet, &cause);
            }
            if let Some(place) = self.place_mut(outlet) {
                place.restart();
            }
            if let Some(hardware) = core.outlet_mut(outlet) {
                hardware.is_closed = false;
            }
        }
    }

    /// Its user does something.
    pub fn act(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, act: &Act) -> Result<(), String> {
        let result = self.act_at(core, now, outlet, act);
        self.look_ahead(core, now);
        result
    }

    /// The CSMS asks for something.
    pub fn request(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        // # Source: OCPP 2.0.1 and 2.1 Part 2, B03.FR.03: a station that was rejected serves nothing.
        if core.registration == Registration::Rejected {
            let description = "The CSMS has rejected this station".to_owned();
            return Answer::Error { code: "SecurityError", description };
        }
        let answer = self.serve(core, now, request);
        self.look_ahead(core, now);
        answer
    }

    fn serve(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        match request.action {
            "GetVariables" => self.get_variables(core, now, request),
            "SetVariables" => self.set_variables(core, now, request),
            "GetBaseReport" => self.get_base_report(core, now, request),
            "GetReport" => self.get_report(core, now, request),
            "SetVariableMonitoring" => Self::set_variable_monitoring(core, request),
            "SetMonitoringBase" | "GetMonitoringReport" => status("NotSupported"),
            "TriggerMessage" => self.trigger(core, now, request),
            "RequestStartTransaction" => self.request_start(core, now, request),
            "RequestStopTransaction" => self.request_stop(core, now, request),
            "GetTransactionStatus" => self.get_transaction_status(core, request),
            "Reset" => self.reset(core, now, request),
            "ChangeAvailability" => self.change_availability(core, now, request),
            "UnlockConnector" => self.unlock(core, request),
            "ReserveNow" => self.reserve(core, now, request),
            "CancelReservation" => self.cancel_reservation(core, now, request),
            "SendLocalList" => self.send_local_list(request),
            "GetLocalListVersion" => self.get_local_list_version(),
            "ClearCache" => self.clear_cache(),
            "SetChargingProfile" => self.set_charging_profile(core, now, request),
            "GetChargingProfiles" => self.get_charging_profiles(core, request),
            "ClearChargingProfile" => self.clear_charging_profile(core, now, request),
            "GetCompositeSchedule" => self.get_composite_schedule(core, now, request),
            "InstallCertificate" => self.install_certificate(request),
            "GetInstalledCertificateIds" => self.installed_certificates(request),
            "DeleteCertificate" => self.delete_certificate(request),
            "GetLog" => self.get_log(core, now, request),
            "UpdateFirmware" => self.update_firmware(core, now, request),
            "SetDisplayMessage" => self.set_display_message(core, request),
            "GetDisplayMessages" => self.get_display_messages(core, request),
            "ClearDisplayMessage" => self.clear_display_message(request),
            "CustomerInformation" => self.customer_information(core, now, request),
            "CostUpdated" => {
                let cost = request.tree.get(request.root, "totalCost").map_or("", |node| request.tree.raw(node));
                core.note(Severity::Info, format!("The CSMS says that the transaction costs {cost} so far."));
                Answer::Payload("{}".to_owned())
            }
            "DataTransfer" => status("UnknownVendorId"),
            "UnpublishFirmware" => status("NoFirmware"),
            // # Source: OCPP 2.1 Part 2, I07.FR.01 and I11.FR.01; the web payment has no status to refuse by.
            "SetDefaultTariff"
            | "GetTariffs"
            | "ClearTariffs"
            | "ChangeTransactionTariff"
            | "NotifyWebPaymentStarted" => {
                let description = "This station has no tariffs and no payment".to_owned();
                Answer::Error { code: "NotSupported", description }
            }
            _ => Answer::NotModelled,
        }
    }

    /// What became of a call: the payload of its CallResult, or `None` when it was not taken.
    pub fn answered(&mut self, core: &mut Core, now: EpochMillis, call: &Waiting, result: Option<(&Tree<'_>, NodeId)>) {
        match &call.purpose {
            Purpose::Authorize { outlet, token } => {
                let known = result.and_then(|(tree, root)| {
                    let asked = json::parse(&call.payload).ok()?;
                    let asked = Token::of(&asked, asked.get(asked.root(), "idToken")?)?;
                    Some(Known::of(tree, tree.get(root, "idTokenInfo")?, asked))
                });
                self.authorize_answered(core, now, *outlet, token, known);
                self.look_ahead(core, now);
            }
            Purpose::Start { outlet, .. } | Purpose::During { outlet, .. } | Purpose::Stop { outlet, .. } => {
                let told = result.and_then(|(tree, root)| {
                    let asked = json::parse(&call.payload).ok()?;
                    let token = Token::of(&asked, asked.get(asked.root(), "idToken")?)?;
                    let known = Known::of(tree, tree.get(root, "idTokenInfo")?, token.clone());
                    let info = asked.get(asked.root(), "transactionInfo")?;
                    Some((token, known, asked.get_string(info, "transactionId")?.into_owned()))
                });
                let Some((token, known, id)) = told else { return };
                let status = known.status.clone();
                let is_accepted = known.is_accepted();
                self.tokens.remember(&self.variables, core.clock(now), known);
                let is_this = self.transaction(*outlet).is_some_and(|transaction| transaction.id == id);
                if !is_accepted && is_this {
                    self.deauthorized(core, now, *outlet, &token, &status);
                    self.look_ahead(core, now);
                }
            }
            _ => {}
        }
    }

    /// Fills in what was not known when the call was put in the queue, such as the transaction's number.
    pub fn complete(&mut self, sent: Sent) -> Sent {
        sent
    }

    /// Time has passed; the meters have run until now.
    pub fn handle_timeout(&mut self, core: &mut Core, now: EpochMillis) {
        for outlet in 1..=core.outlets.len() as u8 {
            self.settle(core, now, outlet, None);
            self.sample(core, now, outlet);
            self.give_up_waiting(core, now, outlet);
            self.expire_reservation(core, now, outlet);
        }
        self.sample_by_clock(core, now);
        self.forget_old_messages(core, now);
        self.work(core, now);
        self.look_ahead(core, now);
    }

    /// When [`Machine::handle_timeout`] has something to do.
    pub fn poll_timeout(&self, core: &Core) -> Option<EpochMillis> {
        let places = self.places.iter().flat_map(|place| {
            [
                place.transaction.as_ref().and_then(Self::next_sample),
                place.connect_until,
                place.reservation.as_ref().map(|reservation| reservation.expires - core.ahead_millis),
            ]
        });
        places
            .chain([self.next_clock(core), self.next_work(core), self.next_old_message(core), self.next_change])
            .flatten()
            .reduce(f64::min)
    }

    /// The interval of heartbeats that is configured; `None` while it was never set.
    pub fn heartbeat_seconds(&self) -> Option<u32> {
        self.variables.set_value("OCPPCommCtrlr.HeartbeatInterval").and_then(|value| value.parse().ok())
    }

    /// The CSMS named this interval when it accepted the station.
    pub fn set_heartbeat_seconds(&mut self, seconds: u32) {
        let found = variables::definitions().find(|definition| definition.variable == "HeartbeatInterval");
        if let Some(definition) = found {
            self.variables.set(&definition, &seconds.to_string());
        }
    }

    /// A transaction is going on.
    pub fn has_transaction(&self) -> bool {
        self.places.iter().any(|place| place.transaction.is_some())
    }

    /// What stands at an outlet.
    pub fn facts(&self, core: &Core, outlet: u8) -> Facts {
        let place = self.place(outlet);
        let transaction = self.transaction(outlet);
        let token = place.and_then(|place| place.last_token.as_deref()).unwrap_or(&core.setup.token);
        Facts {
            outlet: outlet.into(),
            token: token.to_owned(),
            transaction_id: transaction.map(|transaction| transaction.id.clone()),
            seq_no: transaction.map_or(0, |transaction| transaction.seq_no),
            meter_wh: core.outlet(outlet).map_or(0, |outlet| outlet.reading().energy_wh as i64),
            status: place.map(|place| place.told_status.clone()).unwrap_or_default(),
            remote_start_id: transaction.and_then(|transaction| transaction.remote_start_id),
            request_id: self.last_request_id,
        }
    }
}
