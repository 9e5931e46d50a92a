//! One outlet as hardware: the plug, the car behind it, the relay, the meter. It knows no protocol; the machines of
//! the versions ask it and switch it. An outlet is a connector of OCPP 1.6 and an EVSE with one connector of 2.x.
//!
//! The car is a simple one on alternating current: it takes what it is offered up to what it can, nothing below the
//! least current a car can be offered, and less and less when its battery is nearly full. Between two such steps power
//! is constant, so hours at once give the same energy as many milliseconds.

use super::profiles::Limit;
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
    /// Phases it uses, 1 to 3.
    pub n_phases: u8,
    /// It does not want energy for now.
    pub is_paused: bool,
}

/// What the meter shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Register of imported energy, in Wh. Never runs backwards.
    pub energy_wh: f64,
    /// Power, in W: phases times voltage times current.
    pub power_w: f64,
    /// Current of each phase in use, in A.
    pub current_a: f64,
    /// Phases in use, 0 to 3.
    pub n_phases: u8,
    /// Voltage between phase and neutral, in V.
    pub voltage_v: f64,
    /// Most power that is offered, in W.
    pub offered_w: f64,
    /// Most current that is offered, of each phase, in A.
    pub offered_a: f64,
    /// Frequency of the grid, in Hz.
    pub frequency_hz: f64,
    /// Power factor, 0 to 1.
    pub power_factor: f64,
    /// Temperature inside the outlet, in degrees Celsius.
    pub temperature_c: f64,
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
    /// The charging profiles allow so many phases; `None` when they do not say.
    pub limit_phases: Option<u8>,
    energy_wh: f64,
    advanced_to: EpochMillis,
}

/// Voltage between phase and neutral while nothing flows; amperes and watts are converted with it.
pub const VOLTS: f64 = 230.0;

/// Most current of each phase of an outlet.
pub const MOST_AMPERES: f64 = 32.0;

/// Phases of an outlet.
pub const N_PHASES: u8 = 3;

/// A car takes nothing when it is offered less, of each phase (IEC 61851-1: the least that can be signalled).
pub const LEAST_AMPERES: f64 = 6.0;

/// Resistance of the wires to the meter: 32 A lower the voltage by 1.6 V.
const OHMS: f64 = 0.05;

/// From this state of charge on the car takes less, in steps of one percent.
const TAPER_PERCENT: f64 = 90.0;

/// What the car takes less, as a part of its most, for each percent from there on.
const TAPER_STEP: f64 = 0.09;

const MILLIS_PER_HOUR: f64 = 3_600_000.0;

impl Car {
    fn soc_percent(&self) -> f64 {
        (self.charged_wh / self.battery_wh.max(1.0) * 100.0).clamp(0.0, 100.0)
    }

    /// Whole percent of charge that are reached; a hair below counts as reached.
    fn whole_percent(&self) -> f64 {
        (self.soc_percent() + 1e-9).floor()
    }

    /// Most power it takes now, in W.
    fn wants_w(&self) -> f64 {
        let percent = self.whole_percent();
        if self.is_paused || percent >= 100.0 {
            return 0.0;
        }
        self.most_w * (1.0 - TAPER_STEP * (percent - TAPER_PERCENT + 1.0).max(0.0))
    }

    /// The charge at which it will want another power, in Wh.
    fn next_step_wh(&self) -> f64 {
        let percent = (self.whole_percent() + 1.0).clamp(TAPER_PERCENT, 100.0);
        self.battery_wh.max(1.0) * percent / 100.0
    }
}

impl Outlet {
    /// An outlet with nothing in it.
    pub fn new(number: u8) -> Self {
        Self {
            number,
            car: None,
            fault: None,
            is_closed: false,
            limit_w: None,
            limit_phases: None,
            energy_wh: 12_340.0 * f64::from(number),
            advanced_to: 0.0,
        }
    }

    /// A car is plugged in.
    pub fn plug_in(&mut self, now: EpochMillis) {
        self.advance(now);
        self.car = Some(Car {
            battery_wh: 60_000.0,
            charged_wh: 24_000.0,
            most_w: 11_000.0,
            n_phases: N_PHASES,
            is_paused: false,
        });
    }

    /// The car is gone.
    pub fn unplug(&mut self, now: EpochMillis) {
        self.advance(now);
        self.car = None;
    }

    /// The charging profiles allow this much from now on; `None` when they set no limit.
    pub fn set_limit(&mut self, now: EpochMillis, limit: Option<Limit>) {
        self.advance(now);
        self.limit_w = limit.and_then(|limit| limit.power_w());
        self.limit_phases = limit.and_then(|limit| limit.n_phases);
    }

    /// Energy flows now.
    pub fn is_charging(&self) -> bool {
        self.power_w() > 0.0
    }

    /// Power that flows now, in W.
    pub fn power_w(&self) -> f64 {
        let amperes = self.current_a();
        f64::from(self.n_phases()) * volts_at(amperes) * amperes
    }

    /// Power that is offered to the car, in W; 0 when the limit is below what can be signalled.
    pub fn offered_w(&self) -> f64 {
        let per_ampere = VOLTS * f64::from(self.n_phases());
        let most = MOST_AMPERES * per_ampere;
        let offered = self.limit_w.map_or(most, |limit| limit.clamp(0.0, most));
        // Rounded values of a profile must not fail at the very limit.
        let is_enough = offered >= (LEAST_AMPERES - 1e-6) * per_ampere;
        if self.is_closed && is_enough { offered } else { 0.0 }
    }

    /// Current that is offered to the car, of each phase, in A.
    pub fn offered_a(&self) -> f64 {
        self.offered_w() / VOLTS / f64::from(self.n_phases())
    }

    /// Phases that car, outlet and charging profiles have in common, 1 to 3.
    fn n_phases(&self) -> u8 {
        let allowed = self.limit_phases.map_or(N_PHASES, |n| n.clamp(1, N_PHASES));
        self.car.map_or(N_PHASES, |car| car.n_phases.clamp(1, N_PHASES)).min(allowed)
    }

    /// Current of each phase that flows now, in A.
    fn current_a(&self) -> f64 {
        let Some(car) = self.car.filter(|_| self.is_closed && self.fault.is_none()) else {
            return 0.0;
        };
        (car.wants_w() / VOLTS / f64::from(self.n_phases())).clamp(0.0, self.offered_a())
    }

    /// Lets the energy flow that flowed until now. Call it before anything is switched.
    pub fn advance(&mut self, now: EpochMillis) {
        let mut left_millis = if self.advanced_to > 0.0 { (now - self.advanced_to).max(0.0) } else { 0.0 };
        self.advanced_to = self.advanced_to.max(now);
        // One round for each step the car makes near its end; a battery has at most so many.
        for _ in 0..=101 {
            let power_w = self.power_w();
            let until_step = self.until_change();
            let Some(car) = self.car.as_mut().filter(|_| power_w > 0.0) else { return };
            match until_step {
                Some(until) if until <= left_millis => {
                    let step_wh = car.next_step_wh();
                    self.energy_wh += (step_wh - car.charged_wh).max(0.0);
                    car.charged_wh = step_wh;
                    left_millis -= until;
                }
                _ => {
                    let energy_wh = power_w * left_millis / MILLIS_PER_HOUR;
                    self.energy_wh += energy_wh;
                    car.charged_wh += energy_wh;
                    return;
                }
            }
        }
    }

    /// Milliseconds until the power changes by itself, because the battery becomes fuller or full; `None` while none
    /// flows.
    pub fn until_change(&self) -> Option<f64> {
        let power_w = self.power_w();
        let car = self.car.filter(|_| power_w > 0.0)?;
        Some((car.next_step_wh() - car.charged_wh).max(0.0) / power_w * MILLIS_PER_HOUR)
    }

    /// What the meter shows. Call [`Outlet::advance`] first.
    pub fn reading(&self) -> Reading {
        let current_a = self.current_a();
        Reading {
            energy_wh: self.energy_wh,
            power_w: self.power_w(),
            current_a,
            n_phases: if current_a > 0.0 { self.n_phases() } else { 0 },
            voltage_v: volts_at(current_a),
            offered_w: self.offered_w(),
            offered_a: self.offered_a(),
            frequency_hz: 50.0,
            power_factor: 1.0,
            temperature_c: 25.0 + current_a * current_a * 0.02,
            soc_percent: self.car.map(|car| car.soc_percent()),
        }
    }
}

/// Voltage between phase and neutral while so much current flows.
fn volts_at(amperes: f64) -> f64 {
    VOLTS - amperes * OHMS
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    const HOUR: f64 = MILLIS_PER_HOUR;

    fn charging() -> Outlet {
        let mut outlet = Outlet::new(1);
        outlet.plug_in(HOUR);
        outlet.is_closed = true;
        outlet
    }

    fn amperes(amperes: f64, n_phases: Option<u8>) -> Limit {
        Limit { amperes: Some(amperes), watts: None, n_phases }
    }

    #[test]
    fn a_charge_to_the_end() {
        let mut outlet = charging();
        let mut table = String::new();
        for hour in 1..=8 {
            outlet.advance(f64::from(hour) * HOUR);
            let Reading { energy_wh, power_w, current_a, soc_percent, voltage_v, .. } = outlet.reading();
            let soc = soc_percent.unwrap();
            writeln!(table, "{hour} h {energy_wh:.0} Wh {power_w:.0} W {current_a:.1} A {voltage_v:.1} V {soc:.1} %")
                .unwrap();
        }
        assert_eq!(
            table,
            "1 h 12340 Wh 10962 W 15.9 A 229.2 V 40.0 %\n\
             2 h 23302 Wh 10962 W 15.9 A 229.2 V 58.3 %\n\
             3 h 34264 Wh 10962 W 15.9 A 229.2 V 76.5 %\n\
             4 h 44572 Wh 7024 W 10.2 A 229.5 V 93.7 %\n\
             5 h 47881 Wh 1100 W 1.6 A 229.9 V 99.2 %\n\
             6 h 48340 Wh 0 W 0.0 A 230.0 V 100.0 %\n\
             7 h 48340 Wh 0 W 0.0 A 230.0 V 100.0 %\n\
             8 h 48340 Wh 0 W 0.0 A 230.0 V 100.0 %\n"
        );
    }

    #[test]
    fn a_car_takes_nothing_below_six_amperes() {
        let mut outlet = charging();
        for (limit, n_phases, current) in
            [(5.9, None, 0.0), (6.0, None, 6.0), (16.0, Some(1), 16.0), (40.0, Some(1), 32.0), (40.0, None, 15.94)]
        {
            outlet.set_limit(HOUR, Some(amperes(limit, n_phases)));
            let reading = outlet.reading();
            assert!((reading.current_a - current).abs() < 0.01, "{limit} A: {reading:?}");
            assert_eq!(reading.n_phases, if current > 0.0 { n_phases.unwrap_or(3) } else { 0 });
        }
        outlet.set_limit(HOUR, None);
        outlet.fault = Some("GroundFailure".to_owned());
        assert!(!outlet.is_charging());
    }

    #[test]
    fn it_says_when_power_changes() {
        let mut outlet = charging();
        let mut at = HOUR;
        let mut n_changes = 0;
        while let Some(until) = outlet.until_change() {
            let before = outlet.power_w();
            outlet.advance(at + until * 0.999);
            assert!((outlet.power_w() - before).abs() < 1e-9, "it does not change before");
            at += until;
            outlet.advance(at + 1.0);
            assert!(outlet.power_w() < before);
            n_changes += 1;
        }
        assert_eq!((n_changes, outlet.reading().soc_percent), (11, Some(100.0)));
    }

    proptest! {
        #[test]
        fn jumps_and_steps_give_the_same_energy(
            steps in proptest::collection::vec(0.0_f64..3e6, 1..30),
            limit in proptest::option::of(0.0_f64..40.0),
            n_phases in proptest::option::of(0_u8..5),
        ) {
            let (mut many, mut once) = (charging(), charging());
            let limit = limit.map(|limit| amperes(limit, n_phases));
            many.set_limit(HOUR, limit);
            once.set_limit(HOUR, limit);
            let mut at = HOUR;
            let mut register = many.reading().energy_wh;
            for step in steps {
                at += step;
                many.advance(at);
                // A clock that runs backwards changes nothing.
                many.advance(at - step);
                let reading = many.reading();
                prop_assert!(reading.energy_wh >= register);
                register = reading.energy_wh;
                let product = f64::from(reading.n_phases) * reading.voltage_v * reading.current_a;
                prop_assert!((product - reading.power_w).abs() < 0.01, "{reading:?}");
                prop_assert!(reading.power_w <= reading.offered_w + 0.01);
                prop_assert!(reading.soc_percent.is_some_and(|soc| (0.0..=100.0).contains(&soc)));
            }
            once.advance(at);
            prop_assert!((once.reading().energy_wh - register).abs() < 0.01);
        }
    }
}
