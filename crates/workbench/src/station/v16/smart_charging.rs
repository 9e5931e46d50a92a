//! Smart charging in 1.6: the requests about charging profiles, and the limits the connectors follow.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 3.13, 5.5, 5.7, 5.16; errata v4 3.24, 3.38, 3.39.

use super::requests::{integer, status, text};
use super::{Machine, Request};
use crate::port::Severity;
use crate::station::Answer;
use crate::station::core::Core;
use crate::station::profiles::{ChargingProfile, Filter, Purpose, Refusal, Running, Unit, read_v16};
use crate::transcript::EpochMillis;
use ocpp_wire::json;

impl Machine {
    pub(super) fn set_charging_profile(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let connector = integer(request, "connectorId").unwrap_or(-1);
        let Some(node) = request.tree.get(request.root, "csChargingProfiles") else { return status("Rejected") };
        let read = read_v16(request.tree, node, connector);
        match read.and_then(|profile| self.install(core, profile)) {
            Ok(()) => status("Accepted"),
            Err(why) if why.breaks_property_v16() => {
                Answer::Error { code: "PropertyConstraintViolation", description: why.sentence().to_owned() }
            }
            Err(why) => {
                core.note(Severity::Info, format!("A charging profile was refused. {}", why.sentence()));
                status("Rejected")
            }
        }
    }

    fn install(&self, core: &mut Core, profile: ChargingProfile) -> Result<(), Refusal> {
        let number = u8::try_from(profile.outlet).unwrap_or_default();
        let transaction = self.connector(number).and_then(|connector| connector.transaction.as_ref());
        let transaction = transaction.map(|transaction| transaction.id.unwrap_or(-1).to_string());
        let n_outlets = core.outlets.len() as u8;
        core.profiles.install(profile, &Running { is_v16: true, n_outlets, transaction: transaction.as_deref() })
    }

    /// The profile that came with a remote start would be taken, once the transaction runs.
    pub(super) fn would_take(core: &Core, number: u8, profile: &str) -> bool {
        let Ok(tree) = json::parse(profile) else { return false };
        let running = Running { is_v16: true, n_outlets: core.outlets.len() as u8, transaction: Some("-1") };
        let read = read_v16(&tree, tree.root(), number.into());
        read.is_ok_and(|profile| {
            profile.purpose == Purpose::Tx
                && profile.transaction.is_none()
                && core.profiles.clone().install(profile, &running).is_ok()
        })
    }

    /// The profile of a remote start holds from the start of the transaction.
    pub(super) fn install_with_start(&self, core: &mut Core, number: u8, profile: &str) {
        let Ok(tree) = json::parse(profile) else { return };
        let read = read_v16(&tree, tree.root(), number.into());
        if let Err(why) = read.and_then(|profile| self.install(core, profile)) {
            core.note(Severity::Warning, format!("The profile of the remote start was not taken. {}", why.sentence()));
        }
    }

    pub(super) fn clear_charging_profile(core: &mut Core, request: Request<'_>) -> Answer {
        let n_cleared = core.profiles.clear(&Filter::clear_v16(request.tree, request.root));
        status(if n_cleared > 0 { "Accepted" } else { "Unknown" })
    }

    pub(super) fn composite_schedule(&self, core: &Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let connector = integer(request, "connectorId").unwrap_or(-1);
        let seconds = integer(request, "duration").unwrap_or_default() as f64;
        let unit = match text(request, "chargingRateUnit").as_str() {
            "A" => Some(Unit::Ampere),
            "W" => Some(Unit::Watt),
            _ => None,
        };
        match core.composite(now, connector, seconds, unit, &|number| self.started_at(number)) {
            Some(composite) => Answer::Payload(composite.payload_v16()),
            None => status("Rejected"),
        }
    }

    fn started_at(&self, number: u8) -> Option<EpochMillis> {
        Some(self.connector(number)?.transaction.as_ref()?.started_at)
    }

    /// The connectors get what the profiles allow now. It says when to look again: when a limit changes, when a car
    /// takes another power by itself, or when little energy is left to a refused token.
    pub(super) fn follow_profiles(&mut self, core: &mut Core, now: EpochMillis) {
        core.apply_profiles(now, &|number| self.started_at(number));
        let profiles = core.profiles_due(now, &|number| self.started_at(number));
        let outlets = core.outlets.iter().filter_map(|outlet| outlet.until_change().map(|millis| now + millis));
        let watch = self.numbers().filter_map(|number| self.most_energy_at(core, now, number));
        let next = outlets.chain(profiles).chain(watch).reduce(f64::min);
        self.look_due = next.map(|due| due.max(now + 1.0));
    }

    /// When the energy that is left to a refused token is used up.
    fn most_energy_at(&self, core: &Core, now: EpochMillis, number: u8) -> Option<EpochMillis> {
        let most_wh = self.connector(number)?.transaction.as_ref()?.most_wh?;
        let reading = core.outlet(number)?.reading();
        let left_wh = most_wh - reading.energy_wh;
        (reading.power_w > 0.0 && left_wh > 0.0).then(|| now + left_wh / reading.power_w * 3_600_000.0)
    }
}
