//! Charging profiles: what the CSMS allows the station to draw, and when.
//!
//! One form serves all versions. [`read`] reads a profile, [`check`] says whether it may be installed, [`limit`] what
//! is allowed at an instant, [`composite`] over a span of time. All instants are those of the station's clock.

pub mod apply;
pub mod check;
pub mod composite;
pub mod limit;
pub mod read;
#[cfg(test)]
mod tests;

pub use check::{Refusal, Running};
pub use composite::{Composite, Question};
pub use limit::Limit;
pub use read::{Filter, read_v2, read_v16};

use crate::transcript::EpochMillis;
use ocpp_wire::json::quote;
use serde::{Deserialize, Serialize};

/// Highest stack level the station takes: `ChargeProfileMaxStackLevel`, `SmartChargingCtrlr.ProfileStackLevel`.
pub const MAX_STACK_LEVEL: i64 = 9;

/// Most periods in one schedule: `ChargingScheduleMaxPeriods`, `SmartChargingCtrlr.PeriodsPerSchedule`.
pub const MAX_PERIODS: usize = 96;

/// Most profiles at a time: `MaxChargingProfilesInstalled`, `SmartChargingCtrlr.Entries`.
pub const MAX_PROFILES: usize = 32;

/// What a profile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// `ChargePointMaxProfile` (1.6) or `ChargingStationMaxProfile` (2.x): the most the whole station draws.
    StationMax,
    /// `ChargingStationExternalConstraints` (2.x): set by others than the CSMS.
    External,
    /// `TxDefaultProfile`: for every transaction that has no profile of its own.
    TxDefault,
    /// `TxProfile`: for one transaction.
    Tx,
    /// Any other, such as `PriorityCharging` of 2.1: the station does not act on it.
    Other,
}

/// What the times of a schedule count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Its `startSchedule`.
    Absolute,
    /// The same time of each day.
    Daily,
    /// The same time of each week.
    Weekly,
    /// The start of the transaction.
    Relative,
    /// Recurring, without saying how.
    RecurringSomehow,
    /// Any other, such as `Dynamic` of 2.1: the station does not act on it.
    Other,
}

/// Unit of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    /// Watts, all phases together.
    Watt,
    /// Amperes, of each phase.
    Ampere,
}

impl Unit {
    /// As it is written: `W` or `A`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Watt => "W",
            Self::Ampere => "A",
        }
    }
}

/// One step of a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Seconds since the start of the schedule.
    pub start_seconds: f64,
    /// The limit, in the unit of the schedule; `None` when it sets none (2.1).
    pub limit: Option<f64>,
    /// Phases that may be used.
    pub n_phases: Option<u8>,
    /// It names the phase that shall be used (2.x).
    pub names_phase: bool,
}

/// Limits over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// `startSchedule`.
    pub start: Option<EpochMillis>,
    /// It ends after so many seconds; `None` lets the last period last.
    pub duration_seconds: Option<f64>,
    /// Unit of the limits.
    pub unit: Unit,
    /// `minChargingRate`, in that unit: below it charging makes no sense.
    pub least: Option<f64>,
    /// Its steps, the first at 0, ascending.
    pub periods: Vec<Period>,
}

/// A charging profile, at an outlet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChargingProfile {
    /// Its id.
    pub id: i64,
    /// Connector (1.6) or EVSE (2.x); 0 is the whole station. Larger numbers than the station has are refused.
    pub outlet: i64,
    /// Among profiles of the same purpose the highest decides.
    pub stack_level: i64,
    /// What it is for.
    pub purpose: Purpose,
    /// What its times count from.
    pub kind: Kind,
    /// It does not count before.
    pub valid_from: Option<EpochMillis>,
    /// It does not count from then on.
    pub valid_to: Option<EpochMillis>,
    /// The transaction it belongs to, as text.
    pub transaction: Option<String>,
    /// One schedule; 2.x lets a car choose among up to three.
    pub schedules: Vec<Schedule>,
    /// The profile as the CSMS wrote it.
    pub json: String,
}

impl ChargingProfile {
    /// The profile that came with a request to start a transaction, for that transaction, whose identifier it could not
    /// name.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 5.16.2; OCPP 2.0.1 Part 2, F01.FR.09 and F01.FR.11.
    #[must_use]
    pub fn for_transaction(mut self, transaction: &str) -> Self {
        if self.transaction.is_none()
            && let Some(rest) = self.json.trim_start().strip_prefix('{')
        {
            let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
            self.json = format!("{{\"transactionId\":{}{comma}{rest}", quote(transaction));
        }
        self.transaction = Some(transaction.to_owned());
        self
    }
}

/// The charging profiles that are installed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProfileStore {
    profiles: Vec<ChargingProfile>,
}

impl ProfileStore {
    /// Installs a profile. It replaces the one with the same id; in 1.6 also the one with the same purpose and stack
    /// level at the same connector.
    ///
    /// # Errors
    /// Why the station does not take it; nothing has changed then.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 sections 3.13 and 5.16; OCPP 2.0.1 Part 2, K01.
    pub fn install(&mut self, profile: ChargingProfile, running: &Running<'_>) -> Result<(), Refusal> {
        check::check(&profile, running)?;
        let is_replaced = |old: &ChargingProfile| {
            old.id == profile.id
                || (running.is_v16
                    && old.purpose == profile.purpose
                    && old.stack_level == profile.stack_level
                    && old.outlet == profile.outlet)
        };
        if self.profiles.iter().any(|old| old.id == profile.id && old.purpose == Purpose::External) {
            return Err(Refusal::SetByOthers);
        }
        if !running.is_v16 && self.profiles.iter().any(|old| !is_replaced(old) && check::is_in_conflict(old, &profile))
        {
            return Err(Refusal::Duplicate);
        }
        if self.profiles.iter().filter(|old| !is_replaced(old)).count() >= MAX_PROFILES {
            return Err(Refusal::TooManyProfiles);
        }
        self.profiles.retain(|old| !is_replaced(old));
        self.profiles.push(profile);
        Ok(())
    }

    /// Removes the profiles that fit, and says how many. Those that others than the CSMS have set stay.
    pub fn clear(&mut self, filter: &Filter) -> usize {
        let n_before = self.profiles.len();
        self.profiles.retain(|profile| profile.purpose == Purpose::External || !filter.fits(profile));
        n_before - self.profiles.len()
    }

    /// The profiles, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &ChargingProfile> {
        self.profiles.iter()
    }

    /// The profiles that fit, oldest first.
    pub fn select(&self, filter: &Filter) -> Vec<&ChargingProfile> {
        self.profiles.iter().filter(|profile| filter.fits(profile)).collect()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.profiles.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.profiles.is_empty()
    }

    /// The transaction at an outlet is over: the profiles made for it are gone.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 3.13.1; OCPP 2.0.1 Part 2, K01 (a `TxProfile` lives as long as its transaction).
    pub fn transaction_ended(&mut self, outlet: u8) {
        self.profiles.retain(|profile| profile.purpose != Purpose::Tx || profile.outlet != i64::from(outlet));
    }
}
