//! Whether the station takes a charging profile, and if not, why.

use super::{ChargingProfile, Kind, MAX_PERIODS, MAX_STACK_LEVEL, Purpose, Schedule};

/// What goes on where a profile shall be installed.
#[derive(Clone, Copy, Debug)]
pub struct Running<'r> {
    /// The version is 1.6.
    pub is_v16: bool,
    /// Outlets of the station.
    pub n_outlets: u8,
    /// The transaction that is going on at the profile's outlet, as text; `-1` in 1.6 while its number is not known.
    pub transaction: Option<&'r str>,
}

/// Why a profile is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such connector or EVSE.
    UnknownOutlet,
    /// A maximum of the station is for connector or EVSE 0.
    NeedsStation,
    /// A `TxProfile` is for an outlet.
    NeedsOutlet,
    /// Constraints from outside are not set by the CSMS.
    SetByOthers,
    /// The station does not act on this purpose.
    UnsupportedPurpose,
    /// The station does not act on this kind.
    UnsupportedKind,
    /// A `TxProfile` needs a transaction.
    NoTransaction,
    /// Another transaction is going on.
    OtherTransaction,
    /// A `TxProfile` names its transaction (2.x).
    MissingTransaction,
    /// No stack level of the station.
    StackLevel,
    /// It has as many as it can hold.
    TooManyProfiles,
    /// The schedule has more periods than the station takes.
    TooManyPeriods,
    /// The periods do not begin at 0 or do not ascend.
    PeriodOrder,
    /// Absolute and recurring profiles say when they start.
    MissingStart,
    /// Relative ones do not.
    UnwantedStart,
    /// Recurring, but neither daily nor weekly.
    MissingRecurrency,
    /// A maximum of the station cannot depend on a transaction.
    RelativeMaximum,
    /// Another profile of this purpose and stack level is valid at the same time (2.x).
    Duplicate,
    /// Several schedules, without a car that chooses.
    SeveralSchedules,
    /// The station does not choose the phase.
    PhaseToUse,
    /// A value that cannot be, such as a negative limit.
    InvalidValue,
    /// More text than the station stores.
    TooLarge,
}

impl Refusal {
    /// `reasonCode` for 2.x, of the list that the specification recommends.
    ///
    /// # Source
    /// OCPP 2.0.1 Part 2 Appendices, reason codes.
    pub const fn reason_code(self) -> &'static str {
        match self {
            Self::UnknownOutlet => "UnknownEvse",
            Self::NeedsStation | Self::NeedsOutlet | Self::SetByOthers | Self::RelativeMaximum => "InvalidProfile",
            Self::UnsupportedPurpose | Self::UnsupportedKind | Self::PhaseToUse => "UnsupportedParam",
            Self::NoTransaction => "TxNotFound",
            Self::OtherTransaction => "UnknownTxId",
            Self::MissingTransaction | Self::MissingStart | Self::MissingRecurrency => "MissingParam",
            Self::StackLevel => "InvalidStackLevel",
            Self::TooManyProfiles => "OutOfStorage",
            Self::TooManyPeriods => "TooManyElements",
            Self::PeriodOrder | Self::UnwantedStart | Self::SeveralSchedules => "InvalidSchedule",
            Self::Duplicate => "DuplicateProfile",
            Self::InvalidValue => "InvalidValue",
            Self::TooLarge => "TooLargeElement",
        }
    }

    /// Why, in one sentence for the user.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::UnknownOutlet => "The profile is for a connector or EVSE that does not exist.",
            Self::NeedsStation => "A maximum of the station can only be set at 0, the whole station.",
            Self::NeedsOutlet => "A TxProfile cannot be set at 0, the whole station.",
            Self::SetByOthers => "External constraints are not set by the CSMS.",
            Self::UnsupportedPurpose => "The station does not act on profiles of this purpose.",
            Self::UnsupportedKind => "The station does not act on profiles of this kind.",
            Self::NoTransaction => "A TxProfile needs a transaction, and none is going on there.",
            Self::OtherTransaction => "The TxProfile names another transaction than the one going on there.",
            Self::MissingTransaction => "A TxProfile has to name its transaction.",
            Self::StackLevel => "The station does not have this stack level.",
            Self::TooManyProfiles => "The station holds as many profiles as it can.",
            Self::TooManyPeriods => "The schedule has more periods than the station takes.",
            Self::PeriodOrder => "The periods have to begin at 0 and ascend.",
            Self::MissingStart => "An absolute or recurring profile has to say when its schedule starts.",
            Self::UnwantedStart => "A relative profile starts with the transaction and names no start.",
            Self::MissingRecurrency => "A recurring profile has to be daily or weekly.",
            Self::RelativeMaximum => "A maximum of the station cannot be relative.",
            Self::Duplicate => "Another profile of this purpose and stack level is valid at the same time.",
            Self::SeveralSchedules => "Only a car that asked for them can choose among several schedules.",
            Self::PhaseToUse => "The station cannot choose the phase.",
            Self::InvalidValue => "The profile has a value that cannot be.",
            Self::TooLarge => "The profile is too large for the station.",
        }
    }

    /// In 1.6 the answer is a CallError `PropertyConstraintViolation` and not `Rejected`.
    ///
    /// # Source
    /// OCPP 1.6 errata 3.39.
    pub const fn breaks_property_v16(self) -> bool {
        matches!(self, Self::UnknownOutlet)
    }
}

/// A profile by itself.
///
/// # Source
/// OCPP 1.6 edition 2 sections 3.13.1 and 5.16, errata 3.45 and 3.56; OCPP 2.0.1 Part 2, K01.FR.03, .09, .16, .19,
/// .20, .22, .28, .31, .33, .34, .35, .38, .40 and .41.
pub(super) fn check(profile: &ChargingProfile, running: &Running<'_>) -> Result<(), Refusal> {
    if !(0..=i64::from(running.n_outlets)).contains(&profile.outlet) {
        return Err(Refusal::UnknownOutlet);
    }
    match profile.purpose {
        Purpose::StationMax if profile.outlet != 0 => return Err(Refusal::NeedsStation),
        Purpose::StationMax if profile.kind == Kind::Relative => return Err(Refusal::RelativeMaximum),
        Purpose::External => return Err(Refusal::SetByOthers),
        Purpose::Other => return Err(Refusal::UnsupportedPurpose),
        Purpose::Tx => check_transaction(profile, running)?,
        Purpose::StationMax | Purpose::TxDefault => {}
    }
    match profile.kind {
        Kind::Other => return Err(Refusal::UnsupportedKind),
        Kind::RecurringSomehow => return Err(Refusal::MissingRecurrency),
        _ => {}
    }
    if !(0..=MAX_STACK_LEVEL).contains(&profile.stack_level) {
        return Err(Refusal::StackLevel);
    }
    match profile.schedules.as_slice() {
        [] => Err(Refusal::InvalidValue),
        [schedule] => check_schedule(schedule, profile.kind, running.is_v16),
        _ => Err(Refusal::SeveralSchedules),
    }
}

fn check_transaction(profile: &ChargingProfile, running: &Running<'_>) -> Result<(), Refusal> {
    if profile.outlet == 0 {
        return Err(Refusal::NeedsOutlet);
    }
    match (&profile.transaction, running.transaction) {
        (None, _) if !running.is_v16 => Err(Refusal::MissingTransaction),
        (_, None) => Err(Refusal::NoTransaction),
        (Some(meant), Some(running)) if meant != running => Err(Refusal::OtherTransaction),
        _ => Ok(()),
    }
}

fn check_schedule(schedule: &Schedule, kind: Kind, is_v16: bool) -> Result<(), Refusal> {
    if schedule.periods.len() > MAX_PERIODS {
        return Err(Refusal::TooManyPeriods);
    }
    match (kind, schedule.start) {
        (Kind::Relative, Some(_)) if !is_v16 => return Err(Refusal::UnwantedStart),
        (Kind::Relative, _) => {}
        (_, None) => return Err(Refusal::MissingStart),
        _ => {}
    }
    let starts = || schedule.periods.iter().map(|period| period.start_seconds);
    if starts().next() != Some(0.0) || starts().zip(starts().skip(1)).any(|(before, after)| before >= after) {
        return Err(Refusal::PeriodOrder);
    }
    if schedule.periods.iter().any(|period| period.names_phase) {
        return Err(Refusal::PhaseToUse);
    }
    let is_phases = |n: Option<u8>| n.is_none_or(|n| (1..=3).contains(&n));
    let is_amount = |value: Option<f64>| value.is_none_or(|value| value >= 0.0);
    let is_fine = schedule.periods.iter().all(|period| is_amount(period.limit) && is_phases(period.n_phases));
    if !is_fine || !is_amount(schedule.duration_seconds) || !is_amount(schedule.least) {
        return Err(Refusal::InvalidValue);
    }
    Ok(())
}

/// In 2.x two profiles of different ids must not both be the one that decides.
///
/// # Source
/// OCPP 2.0.1 Part 2, K01.FR.06, .39, .52 and .53.
pub(super) fn is_in_conflict(old: &ChargingProfile, new: &ChargingProfile) -> bool {
    if old.purpose != new.purpose || old.stack_level != new.stack_level {
        return false;
    }
    match new.purpose {
        Purpose::Tx => old.transaction == new.transaction,
        Purpose::TxDefault if (old.outlet == 0) != (new.outlet == 0) => true,
        _ => {
            let begins_before_end =
                |one: &ChargingProfile, other: &ChargingProfile| match (one.valid_from, other.valid_to) {
                    (Some(from), Some(to)) => from < to,
                    _ => true,
                };
            old.outlet == new.outlet && begins_before_end(old, new) && begins_before_end(new, old)
        }
    }
}
