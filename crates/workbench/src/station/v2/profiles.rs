//! Charging profiles in the words of 2.x: set, reported, cleared, and followed by the EVSEs.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, K01, K08, K09, K10; F01.FR.08 to .12 for the profile of a remote start.

use super::super::core::Core;
use super::super::outlet::Outlet;
use super::super::profiles::{ChargingProfile, Filter, Refusal, Running, read_v2};
use super::super::{Answer, Request};
use super::transactions::Cause;
use super::{Machine, because, integer, status};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::json::NodeId;
use ocpp_wire::number;

/// Stands for the identifier of a transaction that has not begun.
const NOT_YET: &str = "-";

impl Machine {
    fn started(&self) -> impl Fn(u8) -> Option<EpochMillis> {
        let started: Vec<Option<EpochMillis>> =
            self.places.iter().map(|place| place.transaction.as_ref().map(|one| one.started_at)).collect();
        move |outlet| started.get(usize::from(outlet).checked_sub(1)?).copied().flatten()
    }

    /// Gives the EVSEs the limits of this moment.
    pub(super) fn limit(&self, core: &mut Core, now: EpochMillis) {
        core.apply_profiles(now, &self.started());
    }

    /// Tells a limit that has changed by more than `LimitChangeSignificance`.
    pub(super) fn tell_rate(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let offered = core.outlet(outlet).filter(|outlet| outlet.is_closed).map(Outlet::offered_w);
        let least = number::parse(self.variables.text("SmartChargingCtrlr.LimitChangeSignificance")).unwrap_or(0.0);
        let transaction = self.place_mut(outlet).and_then(|place| place.transaction.as_mut());
        let (Some(offered), Some(transaction)) = (offered, transaction) else { return };
        let Some(before) = transaction.offered_w.replace(offered) else { return };
        let is_much = (offered - before).abs() > before.max(offered) * least / 100.0;
        if is_much && transaction.state == "Charging" {
            self.update(core, now, outlet, &Cause::of("ChargingRateChanged", ""));
        } else if !is_much {
            // Many small steps add up.
            transaction.offered_w = Some(before);
        }
    }

    /// Finds out when the power will change by itself.
    pub(super) fn look_ahead(&mut self, core: &Core, now: EpochMillis) {
        let of_profiles = core.profiles_due(now, &self.started());
        let of_cars = core.outlets.iter().filter_map(Outlet::until_change).reduce(f64::min);
        // A moment later it has happened for sure.
        let of_cars = of_cars.map(|until| now + until.ceil() + 1.0);
        self.next_change = of_profiles.into_iter().chain(of_cars).reduce(f64::min).map(|at| at.max(now + 1.0));
    }

    /// The profile of a remote start, if it is one that can be used.
    pub(super) fn start_profile(
        core: &Core,
        outlet: u8,
        request: Request<'_>,
        profile: NodeId,
    ) -> Result<ChargingProfile, Refusal> {
        let profile = read_v2(request.tree, profile, outlet.into())?;
        if profile.transaction.is_some() {
            return Err(Refusal::OtherTransaction);
        }
        let running = Running { is_v16: false, n_outlets: core.outlets.len() as u8, transaction: Some(NOT_YET) };
        core.profiles.clone().install(profile.clone().for_transaction(NOT_YET), &running)?;
        Ok(profile)
    }

    /// The transaction of a remote start has begun: its profile counts from now on.
    pub(super) fn install_start_profile(&mut self, core: &mut Core, outlet: u8) {
        let n_outlets = core.outlets.len() as u8;
        let Some(place) = self.place_mut(outlet) else { return };
        let Some(transaction) = &place.transaction else { return };
        let Some(profile) = place.start_profile.take() else { return };
        let running = Running { is_v16: false, n_outlets, transaction: Some(&transaction.id) };
        if let Err(refusal) = core.profiles.install(profile.for_transaction(&transaction.id), &running) {
            core.note(crate::port::Severity::Warning, refusal.sentence());
        }
    }

    pub(super) fn set_charging_profile(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(profile) = tree.get(root, "chargingProfile") else { return Answer::NotModelled };
        if !self.variables.flag("SmartChargingCtrlr.Enabled") {
            return because("Rejected", "NotEnabled");
        }
        let evse = integer(tree, root, "evseId").unwrap_or(-1);
        let transaction = self.outlet_number(evse).and_then(|outlet| self.transaction(outlet));
        let running = Running {
            is_v16: false,
            n_outlets: core.outlets.len() as u8,
            transaction: transaction.map(|transaction| transaction.id.as_str()),
        };
        let result = read_v2(tree, profile, evse).and_then(|profile| core.profiles.install(profile, &running));
        match result {
            Err(refusal) => {
                core.note(crate::port::Severity::Info, refusal.sentence());
                because("Rejected", refusal.reason_code())
            }
            Ok(()) => {
                self.settle_all(core, now);
                status("Accepted")
            }
        }
    }

    pub(super) fn clear_charging_profile(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let n_cleared = core.profiles.clear(&Filter::clear_v2(request.tree, request.root));
        if n_cleared == 0 {
            return status("Unknown");
        }
        self.settle_all(core, now);
        status("Accepted")
    }

    pub(super) fn get_charging_profiles(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        // All of them come from the CSMS.
        let sources = tree.get(root, "chargingProfile").and_then(|criteria| tree.get(criteria, "chargingLimitSource"));
        let is_ours =
            sources.is_none_or(|list| tree.items(list).any(|source| tree.string(source).as_deref() == Some("CSO")));
        let chosen = core.profiles.select(&Filter::get_v2(tree, root));
        if !is_ours || chosen.is_empty() {
            return status("NoProfiles");
        }
        let request_id = integer(tree, root, "requestId").unwrap_or_default();
        self.last_request_id = Some(request_id);
        // One message for each EVSE.
        let mut parts: Vec<(i64, Vec<String>)> = Vec::new();
        for profile in chosen {
            match parts.iter_mut().find(|(outlet, _)| *outlet == profile.outlet) {
                Some((_, list)) => list.push(profile.json.clone()),
                None => parts.push((profile.outlet, vec![profile.json.clone()])),
            }
        }
        let n_parts = parts.len();
        for (index, (outlet, list)) in parts.into_iter().enumerate() {
            let payload = Object::new()
                .integer("requestId", request_id)
                .text("chargingLimitSource", "CSO")
                .list("chargingProfile", &list)
                .flag("tbc", index + 1 < n_parts)
                .integer("evseId", outlet)
                .done();
            Self::tell(core, "ReportChargingProfiles", payload);
        }
        status("Accepted")
    }

    pub(super) fn get_composite_schedule(&self, core: &Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let evse = integer(tree, root, "evseId").unwrap_or(-1);
        let seconds = integer(tree, root, "duration").unwrap_or_default() as f64;
        let unit = super::super::profiles::read::read_unit(tree, root);
        let started = |outlet| self.transaction(outlet).map(|one| one.started_at);
        match core.composite(now, evse, seconds, unit, &started) {
            Some(composite) => Answer::Payload(composite.payload_v2()),
            None => because("Rejected", "UnknownEvse"),
        }
    }
}
