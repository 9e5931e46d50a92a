//! Reads charging profiles and the criteria to select them. Payloads fit their schema, but nothing here relies on it.

use super::{ChargingProfile, Kind, Period, Purpose, Refusal, Schedule, Unit};
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree};
use ocpp_wire::number;

/// A longer text is not stored.
const MAX_JSON_BYTES: usize = 100_000;

/// `csChargingProfiles` of `SetChargingProfile`, or `chargingProfile` of `RemoteStartTransaction` (1.6), for a connector.
///
/// # Errors
/// [`Refusal::InvalidValue`] when a value cannot be read.
///
/// # Source
/// OCPP 1.6 edition 2 sections 7.8, 7.13 and 7.14.
pub fn read_v16(tree: &Tree<'_>, profile: NodeId, connector: i64) -> Result<ChargingProfile, Refusal> {
    let schedule = tree.get(profile, "chargingSchedule").ok_or(Refusal::InvalidValue)?;
    let transaction = maybe_number(tree, profile, "transactionId")?.map(|id| (id as i64).to_string());
    let schedules = vec![read_schedule(tree, schedule)?];
    read(tree, profile, connector, "chargingProfileId", transaction, schedules)
}

/// `chargingProfile` of `SetChargingProfile` or `RequestStartTransaction` (2.x), for an EVSE.
///
/// # Errors
/// [`Refusal::InvalidValue`] when a value cannot be read.
///
/// # Source
/// OCPP 2.0.1 and 2.1 Part 2, data types `ChargingProfileType`, `ChargingScheduleType` and `ChargingSchedulePeriodType`.
pub fn read_v2(tree: &Tree<'_>, profile: NodeId, evse: i64) -> Result<ChargingProfile, Refusal> {
    let list = tree.get(profile, "chargingSchedule").ok_or(Refusal::InvalidValue)?;
    let schedules = tree.items(list).map(|schedule| read_schedule(tree, schedule)).collect::<Result<_, _>>()?;
    let transaction = tree.get_string(profile, "transactionId").map(std::borrow::Cow::into_owned);
    read(tree, profile, evse, "id", transaction, schedules)
}

fn read(
    tree: &Tree<'_>,
    profile: NodeId,
    outlet: i64,
    id: &str,
    transaction: Option<String>,
    schedules: Vec<Schedule>,
) -> Result<ChargingProfile, Refusal> {
    let json = tree.raw(profile);
    if json.len() > MAX_JSON_BYTES {
        return Err(Refusal::TooLarge);
    }
    let kind = match tree.get_string(profile, "chargingProfileKind").as_deref() {
        Some("Absolute") => Kind::Absolute,
        Some("Relative") => Kind::Relative,
        Some("Recurring") => match tree.get_string(profile, "recurrencyKind").as_deref() {
            Some("Daily") => Kind::Daily,
            Some("Weekly") => Kind::Weekly,
            _ => Kind::RecurringSomehow,
        },
        _ => Kind::Other,
    };
    Ok(ChargingProfile {
        id: maybe_number(tree, profile, id)?.ok_or(Refusal::InvalidValue)? as i64,
        outlet,
        stack_level: maybe_number(tree, profile, "stackLevel")?.ok_or(Refusal::InvalidValue)? as i64,
        purpose: purpose(tree.get_string(profile, "chargingProfilePurpose").as_deref().unwrap_or_default()),
        kind,
        valid_from: maybe_instant(tree, profile, "validFrom")?,
        valid_to: maybe_instant(tree, profile, "validTo")?,
        transaction,
        schedules,
        json: json.to_owned(),
    })
}

fn purpose(text: &str) -> Purpose {
    match text {
        "ChargePointMaxProfile" | "ChargingStationMaxProfile" => Purpose::StationMax,
        "ChargingStationExternalConstraints" => Purpose::External,
        "TxDefaultProfile" => Purpose::TxDefault,
        "TxProfile" => Purpose::Tx,
        _ => Purpose::Other,
    }
}

fn read_schedule(tree: &Tree<'_>, schedule: NodeId) -> Result<Schedule, Refusal> {
    let list = tree.get(schedule, "chargingSchedulePeriod").ok_or(Refusal::InvalidValue)?;
    let periods = tree
        .items(list)
        .map(|period| {
            let phases = maybe_number(tree, period, "numberPhases")?;
            Ok(Period {
                start_seconds: maybe_number(tree, period, "startPeriod")?.ok_or(Refusal::InvalidValue)?,
                limit: maybe_number(tree, period, "limit")?,
                // What no byte can hold is no number of phases either; the check refuses it.
                n_phases: phases.map(|n| if (0.0..=255.0).contains(&n) { n as u8 } else { u8::MAX }),
                names_phase: tree.get(period, "phaseToUse").is_some(),
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(Schedule {
        start: maybe_instant(tree, schedule, "startSchedule")?,
        duration_seconds: maybe_number(tree, schedule, "duration")?,
        unit: read_unit(tree, schedule).ok_or(Refusal::InvalidValue)?,
        least: maybe_number(tree, schedule, "minChargingRate")?,
        periods,
    })
}

/// `chargingRateUnit` of an object; `None` when it is missing or another.
pub fn read_unit(tree: &Tree<'_>, object: NodeId) -> Option<Unit> {
    match tree.get_string(object, "chargingRateUnit").as_deref() {
        Some("W") => Some(Unit::Watt),
        Some("A") => Some(Unit::Ampere),
        _ => None,
    }
}

/// A member that is a number; one that is there and none, or larger than any quantity, is refused.
fn maybe_number(tree: &Tree<'_>, object: NodeId, name: &str) -> Result<Option<f64>, Refusal> {
    let Some(node) = tree.get(object, name) else { return Ok(None) };
    number::parse(tree.raw(node)).filter(|value| value.abs() < 1e15).map(Some).ok_or(Refusal::InvalidValue)
}

fn maybe_instant(tree: &Tree<'_>, object: NodeId, name: &str) -> Result<Option<EpochMillis>, Refusal> {
    let Some(node) = tree.get(object, name) else { return Ok(None) };
    let time = tree.string(node).and_then(|text| date_time::parse(&text)).ok_or(Refusal::InvalidValue)?;
    Ok(Some(time.epoch_millis as f64))
}

/// Selects profiles: what is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// One of these ids; empty is any.
    pub ids: Vec<i64>,
    /// At this outlet; 0 is the whole station, not any outlet.
    pub outlet: Option<i64>,
    /// For this purpose.
    pub purpose: Option<Purpose>,
    /// At this stack level.
    pub stack_level: Option<i64>,
}

impl Filter {
    /// The profile is meant.
    pub fn fits(&self, profile: &ChargingProfile) -> bool {
        (self.ids.is_empty() || self.ids.contains(&profile.id))
            && self.outlet.is_none_or(|outlet| outlet == profile.outlet)
            && self.purpose.is_none_or(|purpose| purpose == profile.purpose)
            && self.stack_level.is_none_or(|level| level == profile.stack_level)
    }

    /// The payload of `ClearChargingProfile` (1.6). An id decides alone.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 5.5.
    pub fn clear_v16(tree: &Tree<'_>, payload: NodeId) -> Self {
        Self::clear(tree, payload, payload, "id", "connectorId")
    }

    /// The payload of `ClearChargingProfile` (2.x). An id decides alone.
    ///
    /// # Source
    /// OCPP 2.0.1 Part 2, K10.
    pub fn clear_v2(tree: &Tree<'_>, payload: NodeId) -> Self {
        let criteria = tree.get(payload, "chargingProfileCriteria").unwrap_or(payload);
        Self::clear(tree, payload, criteria, "chargingProfileId", "evseId")
    }

    fn clear(tree: &Tree<'_>, payload: NodeId, criteria: NodeId, id: &str, outlet: &str) -> Self {
        if let Some(id) = integer(tree, payload, id) {
            return Self { ids: vec![id], ..Self::default() };
        }
        Self { outlet: integer(tree, criteria, outlet), ..Self::criteria(tree, criteria) }
    }

    /// The payload of `GetChargingProfiles` (2.x), apart from `chargingLimitSource`: without it, or with `CSO` in it, the
    /// profiles that the CSMS installed are meant.
    ///
    /// # Source
    /// OCPP 2.0.1 Part 2, K09.
    pub fn get_v2(tree: &Tree<'_>, payload: NodeId) -> Self {
        let criteria = tree.get(payload, "chargingProfile").unwrap_or(payload);
        let ids = tree.get(criteria, "chargingProfileId").map_or_else(Vec::new, |list| {
            tree.items(list).filter_map(|id| number::parse(tree.raw(id))).map(|id| id as i64).collect()
        });
        Self { ids, outlet: integer(tree, payload, "evseId"), ..Self::criteria(tree, criteria) }
    }

    fn criteria(tree: &Tree<'_>, criteria: NodeId) -> Self {
        Self {
            purpose: tree.get_string(criteria, "chargingProfilePurpose").map(|text| purpose(&text)),
            stack_level: integer(tree, criteria, "stackLevel"),
            ..Self::default()
        }
    }
}

fn integer(tree: &Tree<'_>, object: NodeId, name: &str) -> Option<i64> {
    maybe_number(tree, object, name).ok().flatten().map(|value| value as i64)
}
