//! What the CSMS asks for about transactions, outlets and the station itself.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2: F01 to F03 (remote start and stop), E14, B11 and B12 (reset), G03 and G04
//! (availability), F05 (unlock), F06 (trigger).

use super::super::core::{Core, RebootCause, Registration};
use super::super::outbox::Purpose;
use super::super::{Answer, Request};
use super::authorization::Pending;
use super::charging::{Place, Service};
use super::tokens::Token;
use super::transactions::Cause;
use super::{Machine, because, integer, status};
use crate::object::Object;
use crate::transcript::EpochMillis;

/// An outlet that a request names.
enum Where {
    /// None: the whole station.
    Station,
    /// This one.
    Outlet(u8),
    /// One that is not there.
    Nowhere,
}

impl Machine {
    fn place_named(&self, request: Request<'_>) -> Where {
        let Request { tree, root, .. } = request;
        let Some(evse) = tree.get(root, "evse") else { return Where::Station };
        let id = integer(tree, evse, "id").unwrap_or(-1);
        if id == 0 && tree.get(evse, "connectorId").is_none() {
            return Where::Station;
        }
        let is_connector = integer(tree, evse, "connectorId").is_none_or(|connector| connector == 1);
        self.outlet_number(id).filter(|_| is_connector).map_or(Where::Nowhere, Where::Outlet)
    }

    /// The outlet with this EVSE id.
    pub(super) fn outlet_number(&self, evse_id: i64) -> Option<u8> {
        u8::try_from(evse_id).ok().filter(|number| self.place(*number).is_some())
    }

    pub(super) fn request_start(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        if !core.registration.is_accepted() {
            return because("Rejected", "CSNotAccepted");
        }
        let Some(token) = tree.get(root, "idToken").and_then(|node| Token::of(tree, node)) else {
            return Answer::NotModelled;
        };
        let group = tree.get(root, "groupIdToken").and_then(|node| Token::of(tree, node)).map(|group| group.id);
        let id = integer(tree, root, "remoteStartId").unwrap_or_default();
        let outlet = match integer(tree, root, "evseId") {
            Some(evse) => {
                let Some(outlet) = self.outlet_number(evse) else { return because("Rejected", "UnknownEvse") };
                outlet
            }
            None => {
                let Some(outlet) = self.free_outlet(core) else { return because("Rejected", self.in_the_way(None)) };
                outlet
            }
        };
        if !self.may_start(core, outlet) || core.reboot.is_some() {
            return because("Rejected", self.in_the_way(Some(outlet)));
        }
        let reservation = self.place(outlet).and_then(|place| place.reservation.as_ref());
        let is_for_others = reservation.is_some_and(|reservation| {
            !reservation.token.is(&token) && (reservation.group.is_none() || reservation.group != group)
        });
        if is_for_others {
            return because("Rejected", "InvalidIdToken");
        }
        let mut start_profile = None;
        if let Some(profile) = tree.get(root, "chargingProfile") {
            if tree.get_string(profile, "chargingProfilePurpose").as_deref() != Some("TxProfile") {
                return because("Rejected", "InvalidProfile");
            }
            match Self::start_profile(core, outlet, request, profile) {
                Ok(profile) => start_profile = Some(profile),
                Err(refusal) => return because("Rejected", refusal.reason_code()),
            }
        }
        // A transaction that began with the cable is the one that is asked for.
        let begun = self.transaction(outlet).map(|transaction| transaction.id.clone());
        self.remote_start(core, now, outlet, Pending::remote(token, id, start_profile), group);
        let begun = begun.or_else(|| self.transaction(outlet).map(|transaction| transaction.id.clone()));
        let answer = Object::new()
            .text("status", "Accepted")
            .maybe(begun, |object, transaction| object.text("transactionId", &transaction));
        Answer::Payload(answer.done())
    }

    fn may_start(&self, core: &Core, outlet: u8) -> bool {
        matches!(self.status(core, outlet), "Available" | "Occupied" | "Reserved")
            && self.place(outlet).is_some_and(|place| !place.is_authorized() && place.pending.is_none())
            && !self.is_taken(outlet)
    }

    /// A transaction that was authorized goes on here; it stays with the token that began it (F02.FR.26).
    fn is_taken(&self, outlet: u8) -> bool {
        self.transaction(outlet).is_some_and(|transaction| transaction.token.is_some())
    }

    /// Why a remote start finds no place: at this outlet, or at none of them.
    fn in_the_way(&self, outlet: Option<u8>) -> &'static str {
        let mut outlets = (1..=self.places.len() as u8).filter(|number| outlet.is_none_or(|outlet| outlet == *number));
        if outlets.all(|number| self.is_taken(number)) { "TxInProgress" } else { "NotAvailable" }
    }

    /// Where a remote start without an EVSE goes: where a car waits, else the first that is free.
    fn free_outlet(&self, core: &Core) -> Option<u8> {
        let free = |outlet: u8| {
            self.may_start(core, outlet) && self.place(outlet).is_some_and(|place| place.reservation.is_none())
        };
        let mut numbers = core.outlets.iter().map(|outlet| (outlet.number, outlet.car.is_some()));
        let waiting = numbers.clone().find(|(number, has_car)| *has_car && free(*number));
        waiting.or_else(|| numbers.find(|(number, _)| free(*number))).map(|(number, _)| number)
    }

    pub(super) fn request_stop(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Some(outlet) = self.outlet_of(request) else { return because("Rejected", "TxNotFound") };
        if !core.registration.is_accepted() {
            return because("Rejected", "CSNotAccepted");
        }
        self.end_authorization(core, now, outlet, &Cause::of("RemoteStop", "Remote"));
        // Whatever the points of the configuration are: the CSMS wants it ended.
        if self.transaction(outlet).is_some() && core.outlet(outlet).is_none_or(|outlet| outlet.car.is_none()) {
            self.end(core, now, outlet, &Cause::of("RemoteStop", "Remote"));
        }
        status("Accepted")
    }

    /// The outlet with the transaction that a request names.
    pub(super) fn outlet_of(&self, request: Request<'_>) -> Option<u8> {
        let id = request.tree.get_string(request.root, "transactionId")?;
        self.outlet_with(&id)
    }

    /// The outlet with this transaction.
    pub(super) fn outlet_with(&self, id: &str) -> Option<u8> {
        let is_it = |place: &Place| place.transaction.as_ref().is_some_and(|transaction| transaction.id == id);
        let index = self.places.iter().position(is_it)?;
        u8::try_from(index + 1).ok()
    }

    pub(super) fn get_transaction_status(&self, core: &Core, request: Request<'_>) -> Answer {
        let Some(id) = request.tree.get_string(request.root, "transactionId") else {
            return Answer::Payload(Object::new().flag("messagesInQueue", core.outbox.n_kept() > 0).done());
        };
        let going_on = self.outlet_with(&id).and_then(|outlet| self.transaction(outlet)).map(|one| one.number);
        let over = self.ended.iter().find(|(ended, _)| *ended == id.as_ref()).map(|(_, number)| *number);
        let waits = going_on.or(over).is_some_and(|number| core.outbox.has_kept_for(number));
        let answer = Object::new().flag("ongoingIndicator", going_on.is_some()).flag("messagesInQueue", waits);
        Answer::Payload(answer.done())
    }

    pub(super) fn reset(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let is_idle_wanted = match tree.get_string(root, "type").as_deref() {
            Some("Immediate") => false,
            Some("OnIdle") => true,
            // A transaction that goes on after a start is more than this station can.
            _ => return because("Rejected", "UnsupportedParam"),
        };
        if let Some(evse) = integer(tree, root, "evseId").filter(|evse| *evse != 0) {
            let Some(outlet) = self.outlet_number(evse) else { return because("Rejected", "UnknownEvse") };
            if is_idle_wanted && self.transaction(outlet).is_some() {
                if let Some(place) = self.place_mut(outlet) {
                    place.is_to_be_reset = true;
                }
                return status("Scheduled");
            }
            if self.transaction(outlet).is_some() {
                self.end(core, now, outlet, &Cause::of("ResetCommand", "ImmediateReset"));
            }
            self.reset_place(core, now, outlet);
            return status("Accepted");
        }
        if is_idle_wanted && self.has_transaction() {
            self.is_reset_scheduled = true;
            self.settle_all(core, now);
            return status("Scheduled");
        }
        self.end_all(core, now, RebootCause::HardReset);
        let cause = if is_idle_wanted { RebootCause::SoftReset } else { RebootCause::HardReset };
        core.begin_reboot(now, cause);
        status("Accepted")
    }

    /// One EVSE starts anew: it is away for a moment.
    pub(super) fn reset_place(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let Some(place) = self.place_mut(outlet) else { return };
        place.authorization = None;
        place.pending = None;
        place.start_profile = None;
        place.connect_until = None;
        place.is_away = true;
        self.tell_status(core, now, outlet, false);
        if let Some(place) = self.place_mut(outlet) {
            place.is_away = false;
        }
        self.settle(core, now, outlet, None);
    }

    /// What waited until nothing is going on.
    pub(super) fn follow_idle(&mut self, core: &mut Core, now: EpochMillis) {
        if self.has_transaction() {
            return;
        }
        if std::mem::take(&mut self.is_to_be_inoperative) {
            self.is_inoperative = true;
            self.settle_all(core, now);
        }
        if std::mem::take(&mut self.is_reset_scheduled) && core.reboot.is_none() {
            self.end_all(core, now, RebootCause::ScheduledReset);
            core.begin_reboot(now, RebootCause::ScheduledReset);
        }
    }

    pub(super) fn settle_all(&mut self, core: &mut Core, now: EpochMillis) {
        for outlet in 1..=core.outlets.len() as u8 {
            self.settle(core, now, outlet, None);
        }
    }

    pub(super) fn change_availability(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let goes = request.tree.get_string(request.root, "operationalStatus").as_deref() == Some("Inoperative");
        match self.place_named(request) {
            Where::Nowhere => because("Rejected", "UnknownEvse"),
            Where::Station => {
                let waits = goes && self.has_transaction();
                self.is_to_be_inoperative = waits;
                self.is_inoperative = goes && !waits;
                if goes {
                    for outlet in 1..=core.outlets.len() as u8 {
                        self.lose_reservation(core, outlet);
                    }
                }
                self.settle_all(core, now);
                status(if waits { "Scheduled" } else { "Accepted" })
            }
            Where::Outlet(outlet) => {
                let waits = goes && self.transaction(outlet).is_some();
                let evse = request.tree.get(request.root, "evse");
                let is_connector = evse.is_some_and(|evse| request.tree.get(evse, "connectorId").is_some());
                if let Some(place) = self.place_mut(outlet) {
                    let service = if is_connector { &mut place.connector } else { &mut place.evse };
                    *service = Service { is_out: goes && !waits, is_to_be_out: waits };
                }
                if goes {
                    self.lose_reservation(core, outlet);
                }
                self.settle(core, now, outlet, None);
                status(if waits { "Scheduled" } else { "Accepted" })
            }
        }
    }

    pub(super) fn unlock(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let outlet = integer(tree, root, "evseId").and_then(|evse| self.outlet_number(evse));
        let Some(outlet) = outlet.filter(|_| integer(tree, root, "connectorId") == Some(1)) else {
            return status("UnknownConnector");
        };
        if self.place(outlet).is_some_and(|place| place.transaction.is_some() && place.is_authorized()) {
            return status("OngoingAuthorizedTransaction");
        }
        let note = format!("EVSE {outlet}: the CSMS wants the connector unlocked, but the cable is fixed here.");
        core.note(crate::port::Severity::Info, note);
        because("UnlockFailed", "FixedCable")
    }

    pub(super) fn trigger(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let wanted = tree.get_string(root, "requestedMessage").unwrap_or_default();
        // For the other messages an EVSE that is named means nothing (F06.FR.03).
        let is_of_outlet = matches!(wanted.as_ref(), "StatusNotification" | "MeterValues" | "TransactionEvent");
        let outlets: Vec<u8> = match self.place_named(request) {
            _ if !is_of_outlet => Vec::new(),
            Where::Nowhere => return because("Rejected", "UnknownEvse"),
            Where::Station => (1..=core.outlets.len() as u8).collect(),
            Where::Outlet(outlet) => vec![outlet],
        };
        let is_accepted = core.registration.is_accepted();
        match wanted.as_ref() {
            "BootNotification" if core.registration == Registration::Accepted => return status("Rejected"),
            "BootNotification" => {
                let payload = self.boot_payload(core);
                core.outbox.call_early("BootNotification", payload, Purpose::Boot);
            }
            "Heartbeat" => core.outbox.call_early("Heartbeat", "{}".to_owned(), Purpose::Heartbeat),
            "StatusNotification" => {
                // The connector has to be named.
                let connector = tree.get(root, "evse").and_then(|evse| tree.get(evse, "connectorId"));
                if connector.is_none() {
                    return because("Rejected", "MissingParam");
                }
                for outlet in outlets {
                    self.tell_status(core, now, outlet, true);
                }
            }
            "MeterValues" => {
                let values: Vec<String> =
                    outlets.iter().filter_map(|outlet| self.meter_values(core, now, *outlet, "Trigger")).collect();
                if values.is_empty() {
                    return because("Rejected", "NoMeasurands");
                }
                for payload in values {
                    Self::tell(core, "MeterValues", payload);
                }
            }
            "TransactionEvent" if is_accepted => {
                let going_on: Vec<u8> =
                    outlets.into_iter().filter(|outlet| self.transaction(*outlet).is_some()).collect();
                if going_on.is_empty() {
                    return because("Rejected", "TxNotFound");
                }
                for outlet in going_on {
                    let key = "SampledDataCtrlr.TxUpdatedMeasurands";
                    self.update_with_values(core, now, outlet, "Trigger", key, "Trigger");
                }
            }
            "TransactionEvent" => return status("Rejected"),
            "LogStatusNotification" => self.tell_log_status(core),
            "FirmwareStatusNotification" => self.tell_firmware_status(core),
            // Certificates of its own, publishing firmware, messages of a vendor.
            _ => return status("NotImplemented"),
        }
        status("Accepted")
    }
}
