//! The station for the screen.

use super::core::Registration;
use super::outlet::Outlet;
use super::v16::FAULTS;
use super::{Act, Station};
use crate::port::{ActView, OutletView, Severity, StationView};
use crate::quantity;
use crate::transcript::EpochMillis;

/// What can be done at an outlet, in the order a charge goes.
static ACTS: [(&str, Act); 9] = [
    ("Plug in", Act::PlugIn),
    ("Present token", Act::PresentToken(String::new())),
    ("Start", Act::Start),
    ("Pause", Act::Pause),
    ("Resume", Act::Resume),
    ("Stop", Act::Stop),
    ("Unplug", Act::Unplug),
    ("Set fault", Act::SetFault(String::new())),
    ("Clear fault", Act::ClearFault),
];

impl Station {
    /// What the page shows of the station.
    pub fn view(&self, now: EpochMillis) -> StationView {
        // Whether something can be done is found out by doing it to a copy that sends nothing.
        let trial = Self { core: self.core.without_outbox(), machine: self.machine.clone(), ..*self };
        let outlets = self.core.outlets.iter().map(|outlet| self.outlet_view(now, outlet, &trial)).collect();
        StationView {
            version: self.version().number().to_owned(),
            registration: self.registration_text().to_owned(),
            is_online: self.core.is_online,
            n_kept: self.core.outbox.n_kept() as u32,
            token: self.core.setup.token.clone(),
            fault_codes: FAULTS.iter().filter(|_| !self.version().is_v2()).map(|&code| code.to_owned()).collect(),
            outlets,
        }
    }

    fn registration_text(&self) -> &'static str {
        match self.core.registration {
            Registration::Unknown if self.core.is_online => "Waiting for the answer to BootNotification",
            Registration::Unknown => "Not booted yet",
            Registration::Pending => "Pending: asks again",
            Registration::Rejected => "Rejected: asks again",
            Registration::Accepted => "Accepted by the CSMS",
            Registration::Assumed => "No BootNotification was sent",
        }
    }

    fn outlet_view(&self, now: EpochMillis, outlet: &Outlet, trial: &Self) -> OutletView {
        let facts = self.facts(outlet.number);
        let reading = outlet.reading();
        let is_v2 = self.version().is_v2();
        let acts = ACTS.iter().map(|(name, act)| {
            let refusal = trial.clone().act(now, outlet.number, act).err().unwrap_or_default();
            ActView { name: (*name).to_owned(), refusal }
        });
        let mut facts_shown = vec![
            ("Meter".to_owned(), quantity::with_unit(reading.energy_wh, "Wh")),
            ("Power".to_owned(), quantity::with_unit(reading.power_w, "W")),
        ];
        let mut tell = |name: &str, value: String| facts_shown.push((name.to_owned(), value));
        if reading.n_phases > 0 {
            let current = quantity::with_unit(reading.current_a, "A");
            tell("Current", format!("{current} × {}", reading.n_phases));
        }
        if let Some(limit) = outlet.limit_w {
            tell("Limit", quantity::with_unit(limit, "W"));
        }
        if let Some(soc) = reading.soc_percent {
            tell("Battery", format!("{} %", quantity::fixed(soc, 1)));
        }
        if let Some(transaction) = facts.transaction_id {
            tell("Transaction", transaction);
        }
        if !facts.token.is_empty() && outlet.car.is_some() {
            tell("Token", facts.token);
        }
        OutletView {
            number: outlet.number,
            name: format!("{} {}", if is_v2 { "EVSE" } else { "Connector" }, outlet.number),
            severity: if outlet.fault.is_some() { Severity::Error } else { Severity::Ok },
            status: if facts.status.is_empty() { "Not reported yet".to_owned() } else { facts.status },
            is_charging: outlet.is_charging(),
            facts: facts_shown,
            acts: acts.collect(),
        }
    }
}
