//! What the station will allow over a span of time: the answer to `GetCompositeSchedule`.

use super::{Limit, ProfileStore, Unit};
use crate::object::Object;
use crate::station::core::MOST_OUTLETS;
use crate::station::outlet::{MOST_AMPERES, N_PHASES, VOLTS};
use crate::transcript::EpochMillis;

/// A longer schedule is cut, and its duration with it.
const MAX_STEPS: usize = 1_024;

/// Instants that are looked at, at most: steps that change nothing are looked at too.
const MAX_LOOKS: usize = 20_000;

/// What `GetCompositeSchedule` asks, and what goes on at that outlet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Question {
    /// Connector (1.6) or EVSE (2.x), 0 for the whole station.
    pub outlet: u8,
    /// Outlets of the station.
    pub n_outlets: u8,
    /// Now, by the station's clock.
    pub from: EpochMillis,
    /// `duration`.
    pub seconds: f64,
    /// `chargingRateUnit`; amperes when it is not said.
    pub unit: Option<Unit>,
    /// When the transaction at each outlet began, outlet 1 first; without one, relative schedules are taken to begin now.
    pub started_at: [Option<EpochMillis>; MOST_OUTLETS],
    /// Outlets that share what the whole station may draw, at least 1.
    pub n_sharing: u8,
}

/// A step of the answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Milliseconds since the start.
    pub start_millis: f64,
    /// The limit, in the unit of the answer.
    pub limit: f64,
    /// Phases that may be used, where a profile says so.
    pub n_phases: Option<u8>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    /// Connector or EVSE.
    pub outlet: u8,
    /// When it starts.
    pub start: EpochMillis,
    /// How long it lasts: what was asked, or less when there is more than an answer can hold.
    pub seconds: f64,
    /// Unit of the limits.
    pub unit: Unit,
    /// Its steps, the first at 0. Neighbours differ.
    pub steps: Vec<Step>,
}

impl ProfileStore {
    /// What an outlet, or the whole station, will allow. Where no profile limits it, the station's hardware does.
    /// `None` when there is no such outlet, or nothing to span.
    ///
    /// The whole station allows no more than its outlets together.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 5.7, errata v4 3.30; OCPP 2.0.1 Part 2, K08.
    pub fn composite(&self, question: &Question) -> Option<Composite> {
        let Question { outlet, n_outlets, from, seconds, .. } = *question;
        if outlet > n_outlets || seconds.is_nan() || seconds <= 0.0 {
            return None;
        }
        let unit = question.unit.unwrap_or(Unit::Ampere);
        let end = from + seconds * 1_000.0;
        let mut composite = Composite { outlet, start: from, seconds, unit, steps: Vec::new() };
        let mut at = from;
        for n_looks in 0.. {
            let step = self.step_at(question, unit, at);
            let is_new = composite
                .steps
                .last()
                .is_none_or(|last| (last.limit - step.limit).abs() > 1e-9 || last.n_phases != step.n_phases);
            if is_new && (composite.steps.len() >= MAX_STEPS || n_looks >= MAX_LOOKS) {
                composite.seconds = ((at - from) / 1_000.0).floor();
                break;
            }
            if is_new {
                composite.steps.push(step);
            }
            let next = question
                .outlets()
                .filter_map(|outlet| self.next_change_after(outlet, at, question.started(outlet)))
                .reduce(f64::min);
            match next.filter(|next| *next < end) {
                Some(next) if n_looks < MAX_LOOKS => at = next,
                Some(_) => {
                    composite.seconds = ((at - from) / 1_000.0).floor();
                    break;
                }
                None => break,
            }
        }
        Some(composite)
    }

    /// What is allowed at an instant.
    fn step_at(&self, question: &Question, unit: Unit, at: EpochMillis) -> Step {
        let Question { outlet, n_outlets, n_sharing, from, .. } = *question;
        let allowed = |outlet: u8, n_sharing: u8| {
            self.limit_shared(outlet, at, question.started(outlet), n_sharing).unwrap_or_default()
        };
        let start_millis = at - from;
        if outlet > 0 {
            let limit = allowed(outlet, n_sharing);
            return Step { start_millis, limit: in_unit(limit, unit, 1), n_phases: limit.n_phases };
        }
        let whole = allowed(0, 1);
        let sum: f64 = (1..=n_outlets).map(|outlet| in_unit(allowed(outlet, 1), unit, 1)).sum();
        Step { start_millis, limit: in_unit(whole, unit, n_outlets).min(sum), n_phases: whole.n_phases }
    }
}

impl Question {
    /// The outlet in question; all of them and 0 for the whole station.
    fn outlets(&self) -> std::ops::RangeInclusive<u8> {
        self.outlet..=if self.outlet == 0 { self.n_outlets } else { self.outlet }
    }

    /// The same for all steps, so that relative schedules begin once.
    fn started(&self, outlet: u8) -> Option<EpochMillis> {
        let started =
            usize::from(outlet).checked_sub(1).and_then(|index| self.started_at.get(index).copied().flatten());
        started.or(Some(self.from))
    }
}

/// A limit in a unit, never more than the hardware of so many outlets allows.
fn in_unit(limit: Limit, unit: Unit, n_outlets: u8) -> f64 {
    let most = MOST_AMPERES * f64::from(n_outlets.max(1));
    match unit {
        Unit::Ampere => limit.current_a().map_or(most, |allowed| allowed.min(most)),
        Unit::Watt => {
            let most = most * VOLTS * f64::from(limit.n_phases.map_or(N_PHASES, |n| n.clamp(1, N_PHASES)));
            limit.power_w().map_or(most, |allowed| allowed.min(most))
        }
    }
}

impl Composite {
    /// The limit at an instant inside it, in its unit; `None` outside.
    pub fn limit_at(&self, at: EpochMillis) -> Option<f64> {
        let since = at - self.start;
        if since < 0.0 || since >= self.seconds * 1_000.0 {
            return None;
        }
        let n_begun = self.steps.partition_point(|step| step.start_millis <= since);
        Some(self.steps.get(n_begun.checked_sub(1)?)?.limit)
    }

    /// Payload of the answer in 1.6.
    pub fn payload_v16(&self) -> String {
        let schedule = Object::new()
            .decimal("duration", self.seconds, 0)
            .instant("startSchedule", self.start)
            .text("chargingRateUnit", self.unit.as_str())
            .list("chargingSchedulePeriod", &self.periods())
            .done();
        Object::new()
            .text("status", "Accepted")
            .integer("connectorId", self.outlet.into())
            .instant("scheduleStart", self.start)
            .raw("chargingSchedule", &schedule)
            .done()
    }

    /// Payload of the answer in 2.x.
    pub fn payload_v2(&self) -> String {
        let schedule = Object::new()
            .integer("evseId", self.outlet.into())
            .decimal("duration", self.seconds, 0)
            .instant("scheduleStart", self.start)
            .text("chargingRateUnit", self.unit.as_str())
            .list("chargingSchedulePeriod", &self.periods())
            .done();
        Object::new().text("status", "Accepted").raw("schedule", &schedule).done()
    }

    /// Periods in whole seconds, with limits rounded down to the tenth that 1.6 allows.
    fn periods(&self) -> Vec<String> {
        let second = |step: &Step| (step.start_millis / 1_000.0).round();
        let follows = |index: usize| self.steps.get(index + 1).map(second);
        self.steps
            .iter()
            .enumerate()
            // Of steps that fall into the same second the last counts.
            .filter(|(index, step)| follows(*index) != Some(second(step)))
            .map(|(_, step)| {
                Object::new()
                    .decimal("startPeriod", second(step), 0)
                    .decimal("limit", (step.limit * 10.0 + 1e-6).floor() / 10.0, 1)
                    .maybe(step.n_phases, |object, n| object.integer("numberPhases", n.into()))
                    .done()
            })
            .collect()
    }
}
