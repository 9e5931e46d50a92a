//! What the installed charging profiles allow at an instant, and when that changes next.
//!
//! Of each purpose the profile with the highest stack level decides that has something to say at that instant. A
//! `TxProfile` takes the place of a `TxDefaultProfile`; the maximum of the station and constraints from outside lower what
//! they allow.
//!
//! Source: OCPP 1.6 edition 2 sections 3.13.2 to 3.13.4; OCPP 2.0.1 Part 2, K, sections on stacking and combining.

use super::{ChargingProfile, Kind, ProfileStore, Purpose, Schedule, Unit};
use crate::station::outlet::{N_PHASES, VOLTS};
use crate::transcript::EpochMillis;

const DAY_MILLIS: f64 = 86_400_000.0;

/// What is allowed. Limits of both units can hold at once; what is `None` is not limited.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limit {
    /// Amperes of each phase.
    pub amperes: Option<f64>,
    /// Watts, all phases together.
    pub watts: Option<f64>,
    /// Phases that may be used.
    pub n_phases: Option<u8>,
}

impl Limit {
    /// What both allow.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let lower = |one: Option<f64>, other: Option<f64>| match (one, other) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Self {
            amperes: lower(self.amperes, other.amperes),
            watts: lower(self.watts, other.watts),
            n_phases: match (self.n_phases, other.n_phases) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            },
        }
    }

    /// One of so many equal shares.
    #[must_use]
    pub fn shared_by(self, n: u8) -> Self {
        let n = f64::from(n.max(1));
        Self { amperes: self.amperes.map(|a| a / n), watts: self.watts.map(|w| w / n), n_phases: self.n_phases }
    }

    /// Nothing is limited.
    pub fn is_none(&self) -> bool {
        self.amperes.is_none() && self.watts.is_none() && self.n_phases.is_none()
    }

    /// Phases that may be used, 1 to 3; three when nothing is said.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 7.14; OCPP 2.0.1 Part 2, `ChargingSchedulePeriodType`: three are assumed.
    pub fn phases(&self) -> u8 {
        self.n_phases.unwrap_or(N_PHASES).clamp(1, N_PHASES)
    }

    /// As power of all phases, in W; `None` when it is not limited.
    pub fn power_w(&self) -> Option<f64> {
        let by_current = self.amperes.map(|amperes| amperes * VOLTS * f64::from(self.phases()));
        match (self.watts, by_current) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// As current of each phase, in A; `None` when it is not limited.
    pub fn current_a(&self) -> Option<f64> {
        let by_power = self.watts.map(|watts| watts / (VOLTS * f64::from(self.phases())));
        match (self.amperes, by_power) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }
}

/// Where in its schedule a profile is.
struct Place<'p> {
    schedule: &'p Schedule,
    /// When the schedule began, this time.
    start: EpochMillis,
    /// When it ends or begins anew.
    end: EpochMillis,
}

impl ProfileStore {
    /// What an outlet (0: the whole station) may draw at an instant; `None` when no profile says anything then.
    /// Relative schedules begin with the transaction; without one they begin at that instant, and no `TxProfile` counts.
    pub fn limit_at(&self, outlet: u8, at: EpochMillis, transaction_started_at: Option<EpochMillis>) -> Option<Limit> {
        self.limit_shared(outlet, at, transaction_started_at, 1)
    }

    /// The same while so many outlets share what the whole station may draw.
    pub fn limit_shared(
        &self,
        outlet: u8,
        at: EpochMillis,
        transaction_started_at: Option<EpochMillis>,
        n_sharing: u8,
    ) -> Option<Limit> {
        let station = |purpose| self.leading(purpose, 0, at, None).map(|limit| limit.shared_by(n_sharing));
        let [mut max, mut external] = [station(Purpose::StationMax), station(Purpose::External)];
        let mut own = None;
        if outlet == 0 {
            [max, external] = [Purpose::StationMax, Purpose::External].map(|it| self.leading(it, 0, at, None));
        } else {
            own = transaction_started_at
                .and_then(|_| self.leading(Purpose::Tx, outlet, at, transaction_started_at))
                .or_else(|| self.leading(Purpose::TxDefault, outlet, at, transaction_started_at));
            let here = self.leading(Purpose::External, outlet, at, transaction_started_at);
            external = both(external, here);
        }
        both(own, both(max, external))
    }

    /// The first instant after this one at which [`ProfileStore::limit_at`] may change by itself.
    pub fn next_change_after(
        &self,
        outlet: u8,
        at: EpochMillis,
        transaction_started_at: Option<EpochMillis>,
    ) -> Option<EpochMillis> {
        let concerns = |profile: &&ChargingProfile| profile.outlet == 0 || profile.outlet == i64::from(outlet);
        self.profiles
            .iter()
            .filter(concerns)
            .filter_map(|profile| profile.next_change_after(at, transaction_started_at))
            .reduce(f64::min)
    }

    /// What the leading profile of a purpose says; those for the whole station count at each outlet.
    fn leading(
        &self,
        purpose: Purpose,
        outlet: u8,
        at: EpochMillis,
        transaction_started_at: Option<EpochMillis>,
    ) -> Option<Limit> {
        let outlet = i64::from(outlet);
        // Constraints from outside on the whole station are shared, and so looked up apart.
        let is_here = |profile: &ChargingProfile| {
            profile.outlet == outlet || (profile.outlet == 0 && purpose == Purpose::TxDefault)
        };
        self.profiles
            .iter()
            .filter(|profile| profile.purpose == purpose && is_here(profile))
            .filter_map(|profile| {
                let limit = profile.limit_at(at, transaction_started_at)?;
                // In 1.6 a profile of the connector takes the place of the one for all.
                Some(((profile.stack_level, profile.outlet), limit))
            })
            .reduce(|best, other| if other.0 > best.0 { other } else { best })
            .map(|(_, limit)| limit)
    }
}

fn both(one: Option<Limit>, other: Option<Limit>) -> Option<Limit> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.and(other)),
        (one, other) => one.or(other),
    }
}

impl ChargingProfile {
    /// What this profile alone allows at an instant; `None` when it says nothing then.
    pub fn limit_at(&self, at: EpochMillis, transaction_started_at: Option<EpochMillis>) -> Option<Limit> {
        if self.valid_from.is_some_and(|from| at < from) || self.valid_to.is_some_and(|to| at >= to) {
            return None;
        }
        let Place { schedule, start, end } = self.place(at, transaction_started_at)?;
        if at < start || at >= end {
            return None;
        }
        let period = schedule.periods.get(schedule.n_begun(start, at).checked_sub(1)?)?;
        let (amperes, watts) = match schedule.unit {
            Unit::Ampere => (period.limit, None),
            Unit::Watt => (None, period.limit),
        };
        Some(Limit { amperes, watts, n_phases: period.n_phases })
    }

    fn next_change_after(&self, at: EpochMillis, transaction_started_at: Option<EpochMillis>) -> Option<EpochMillis> {
        let mut next =
            [self.valid_from, self.valid_to].into_iter().flatten().filter(|then| *then > at).reduce(f64::min);
        if let Some(Place { schedule, start, end }) = self.place(at, transaction_started_at) {
            let step = schedule.periods.get(schedule.n_begun(start, at));
            let again = self.cycle_millis().map(|cycle| start + cycle);
            next = [Some(start), step.map(|step| start + step.start_seconds * 1_000.0), Some(end), again, next]
                .into_iter()
                .flatten()
                .filter(|then| *then > at && then.is_finite())
                .reduce(f64::min);
        }
        // Nothing after its end matters.
        next.filter(|next| self.valid_to.is_none_or(|to| *next <= to))
    }

    fn cycle_millis(&self) -> Option<f64> {
        match self.kind {
            Kind::Daily => Some(DAY_MILLIS),
            Kind::Weekly => Some(DAY_MILLIS * 7.0),
            _ => None,
        }
    }

    /// The run of the schedule that this instant belongs to; before the first it is the first.
    fn place(&self, at: EpochMillis, transaction_started_at: Option<EpochMillis>) -> Option<Place<'_>> {
        let schedule = self.schedules.first()?;
        let cycle = self.cycle_millis();
        let start = match (self.kind, cycle) {
            (Kind::Relative, _) => transaction_started_at.unwrap_or(at),
            (_, None) => schedule.start?,
            // A recurring schedule begins with its first day, and then again and again.
            (_, Some(cycle)) => {
                let first = schedule.start?;
                first + ((at - first) / cycle).floor().max(0.0) * cycle
            }
        };
        let lasts = schedule.duration_seconds.map_or(f64::INFINITY, |seconds| seconds * 1_000.0);
        Some(Place { schedule, start, end: start + lasts.min(cycle.unwrap_or(f64::INFINITY)) })
    }
}

impl Schedule {
    /// Periods that have begun at an instant, when the schedule began at `start`.
    fn n_begun(&self, start: EpochMillis, at: EpochMillis) -> usize {
        self.periods.partition_point(|period| start + period.start_seconds * 1_000.0 <= at)
    }
}
