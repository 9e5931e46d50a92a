//! One outlet as hardware: the plug, the car behind it, the relay, the meter. It knows no protocol; the machines of
//! the versions ask it and switch it. An outlet is a connector of OCPP 1.6 and an EVSE with one connector of 2.x.

use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};

/// A car that is plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Car {
    /// Energy its battery holds when full, in Wh.
    pub battery_wh: f64,
    /// Energy in it now, in Wh.
    pub charged_wh: f64,
    /// Most power it takes, in W.
    pub most_w: f64,
    /// It does not want energy for now.
    pub is_paused: bool,
}

/// What the meter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Register of imported energy, in Wh. Never runs backwards.
    pub energy_wh: f64,
    /// Power, in W.
    pub power_w: f64,
    /// Current of each phase in use, in A.
    pub current_a: f64,
    /// Phases in use, 0 to 3.
    pub n_phases: u8,
    /// Voltage between phase and neutral, in V.
    pub voltage_v: f64,
    /// Most power that is offered, in W.
    pub offered_w: f64,
    /// State of charge of the car's battery, in percent; `None` without a car.
    pub soc_percent: Option<f64>,
}

/// One outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlet {
    /// Number, from 1.
    pub number: u8,
    /// The car that is plugged in.
    pub car: Option<Car>,
    /// Error code of the version while the outlet is broken.
    pub fault: Option<String>,
    /// The relay is closed: the car may take energy.
    pub is_closed: bool,
    /// The charging profiles allow this much, in W; `None` when they set no limit.
    pub limit_w: Option<f64>,
    energy_wh: f64,
    advanced_to: EpochMillis,
}

/// Voltage between phase and neutral.
const VOLTS: f64 = 230.0;

/// Most current of each phase.
const MOST_AMPERES: f64 = 32.0;

impl Outlet {
    /// An outlet with nothing in it.
    pub fn new(number: u8) -> Self {
        Self {
            number,
            car: None,
            fault: None,
            is_closed: false,
            limit_w: None,
            energy_wh: 12_340.0 * f64::from(number),
            advanced_to: 0.0,
        }
    }

    /// A car is plugged in.
    pub fn plug_in(&mut self, now: EpochMillis) {
        self.advance(now);
        self.car = Some(Car { battery_wh: 60_000.0, charged_wh: 24_000.0, most_w: 11_000.0, is_paused: false });
    }

    /// The car is gone.
    pub fn unplug(&mut self, now: EpochMillis) {
        self.advance(now);
        self.car = None;
    }

    /// Energy flows now.
    pub fn is_charging(&self) -> bool {
        self.power_w() > 0.0
    }

    /// Power that flows now, in W.
    pub fn power_w(&self) -> f64 {
        let Some(car) = self.car.filter(|car| self.is_closed && self.fault.is_none() && !car.is_paused) else {
            return 0.0;
        };
        if car.charged_wh >= car.battery_wh {
            return 0.0;
        }
        car.most_w.min(self.offered_w())
    }

    /// Power that is offered to the car, in W.
    pub fn offered_w(&self) -> f64 {
        let most = MOST_AMPERES * VOLTS * 3.0;
        if self.is_closed { self.limit_w.map_or(most, |limit| limit.clamp(0.0, most)) } else { 0.0 }
    }

    /// Lets the energy flow that flowed until now. Call it before anything is switched.
    pub fn advance(&mut self, now: EpochMillis) {
        let hours = (now - self.advanced_to).max(0.0) / 3_600_000.0;
        let power = self.power_w();
        if self.advanced_to > 0.0
            && let Some(car) = &mut self.car
        {
            let energy = (power * hours).min((car.battery_wh - car.charged_wh).max(0.0));
            car.charged_wh += energy;
            self.energy_wh += energy;
        }
        self.advanced_to = self.advanced_to.max(now);
    }

    /// What the meter shows. Call [`Outlet::advance`] first.
    pub fn reading(&self) -> Reading {
        let power_w = self.power_w();
        let n_phases = if power_w > 0.0 { 3 } else { 0 };
        Reading {
            energy_wh: self.energy_wh,
            power_w,
            current_a: if n_phases > 0 { power_w / VOLTS / f64::from(n_phases) } else { 0.0 },
            n_phases,
            voltage_v: VOLTS,
            offered_w: self.offered_w(),
            soc_percent: self.car.map(|car| car.charged_wh / car.battery_wh * 100.0),
        }
    }
}
