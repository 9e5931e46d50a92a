//! A connector of 1.6: who may charge there, what is going on, which status follows from it.

use crate::station::outlet::Outlet;
use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};

/// Status of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Status {
    Available,
    Preparing,
    Charging,
    SuspendedEv,
    SuspendedEvse,
    Finishing,
    Reserved,
    Unavailable,
    Faulted,
}

use Status::{Available, Charging, Faulted, Finishing, Preparing, Reserved, SuspendedEv, SuspendedEvse, Unavailable};

impl Status {
    /// Word of the specification.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Available => "Available",
            Preparing => "Preparing",
            Charging => "Charging",
            SuspendedEv => "SuspendedEV",
            SuspendedEvse => "SuspendedEVSE",
            Finishing => "Finishing",
            Reserved => "Reserved",
            Unavailable => "Unavailable",
            Faulted => "Faulted",
        }
    }

    /// The status with this word.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        [Available, Preparing, Charging, SuspendedEv, SuspendedEvse, Finishing, Reserved, Unavailable, Faulted]
            .into_iter()
            .find(|status| status.as_str() == word)
    }

    /// What may follow it.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.9, the table of transitions.
    const fn next(self) -> &'static [Self] {
        match self {
            Available => &[Preparing, Charging, SuspendedEv, SuspendedEvse, Reserved, Unavailable, Faulted],
            Preparing => &[Available, Charging, SuspendedEv, SuspendedEvse, Finishing, Faulted],
            Charging => &[Available, SuspendedEv, SuspendedEvse, Finishing, Unavailable, Faulted],
            SuspendedEv => &[Available, Charging, SuspendedEvse, Finishing, Unavailable, Faulted],
            SuspendedEvse => &[Available, Charging, SuspendedEv, Finishing, Unavailable, Faulted],
            Finishing | Reserved => &[Available, Preparing, Unavailable, Faulted],
            Unavailable => &[Available, Preparing, Charging, SuspendedEv, SuspendedEvse, Faulted],
            Faulted => &[Available, Preparing, Charging, SuspendedEv, SuspendedEvse, Finishing, Reserved, Unavailable],
        }
    }

    /// The status in between, where the table does not lead straight to another; `None` when it does.
    pub(super) fn step_towards(self, to: Self) -> Option<Self> {
        if self == to || self.next().contains(&to) {
            return None;
        }
        // Where nothing has charged nothing finishes.
        let usual = if self == Preparing { Available } else { Finishing };
        [usual, Preparing, Available]
            .into_iter()
            .find(|between| self.next().contains(between) && between.next().contains(&to))
    }
}

/// Who was authorised and has not begun to charge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Granted {
    /// The token.
    pub(super) token: String,
    /// Its group, if the CSMS named one.
    pub(super) parent: Option<String>,
    /// Until when the plug must be in; `None` without limit.
    pub(super) until: Option<EpochMillis>,
    /// A charging profile that came with a remote start, as its JSON text.
    pub(super) profile: Option<String>,
}

/// What the CSMS is asked about a token for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Question {
    /// It shall begin to charge; with the charging profile of a remote start.
    Start {
        /// The profile's JSON text.
        profile: Option<String>,
    },
    /// It shall end the transaction of another token.
    Stop,
}

/// A token the CSMS is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    /// The token.
    pub(super) token: String,
    /// What for.
    pub(super) question: Question,
}

/// A transaction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Transaction {
    /// Our own number.
    pub(super) number: u32,
    /// Number the CSMS gave; `None` until its answer.
    pub(super) id: Option<i64>,
    /// Token that began it.
    pub(super) token: String,
    /// Its group.
    pub(super) parent: Option<String>,
    /// When it began.
    pub(super) started_at: EpochMillis,
    /// When the meter is read next.
    pub(super) sample_due: Option<EpochMillis>,
    /// Meter values for the StopTransaction, as JSON.
    pub(super) data: Vec<String>,
    /// The token was refused after the start: what the register may still reach, in Wh.
    pub(super) most_wh: Option<f64>,
}

/// One connector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Connector {
    /// Switched off by ChangeAvailability.
    pub(super) is_inoperative: bool,
    /// It will be so when the transaction ends.
    pub(super) is_inoperative_later: Option<bool>,
    /// Token that was presented last.
    pub(super) token: Option<String>,
    /// A token the CSMS is asked about.
    pub(super) asked: Option<Asked>,
    /// Who may charge.
    pub(super) granted: Option<Granted>,
    /// What goes on.
    pub(super) transaction: Option<Transaction>,
    /// A transaction has ended and the car is still there.
    pub(super) is_finishing: bool,
    /// Status that was put on its way to the CSMS last.
    pub(super) reported: Option<Status>,
    /// Status the CSMS has confirmed last.
    pub(super) confirmed: Option<Status>,
    /// A new status and since when it holds, while it is too young to be reported.
    pub(super) turning: Option<(Status, EpochMillis)>,
    /// Our number of the transaction whose first or last message goes out before the next status.
    pub(super) holds_for: Option<u32>,
}

impl Connector {
    /// The status that follows from all there is.
    pub(super) fn status(&self, outlet: &Outlet, is_reserved: bool) -> Status {
        if outlet.fault.is_some() {
            return Faulted;
        }
        if self.transaction.is_some() {
            return match outlet.car {
                _ if outlet.is_charging() => Charging,
                Some(car) if !car.is_paused && (!outlet.is_closed || outlet.offered_w() <= 0.0) => SuspendedEvse,
                _ => SuspendedEv,
            };
        }
        if self.is_inoperative {
            Unavailable
        } else if self.granted.is_some() {
            Preparing
        } else if outlet.car.is_some() {
            if self.is_finishing { Finishing } else { Preparing }
        } else if is_reserved {
            Reserved
        } else {
            Available
        }
    }

    /// Nothing is going on here.
    pub(super) fn is_idle(&self) -> bool {
        self.transaction.is_none() && self.granted.is_none() && self.asked.is_none()
    }
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Reservation {
    /// Number the CSMS gave.
    pub(super) id: i64,
    /// Connector; 0 for any.
    pub(super) connector: u8,
    /// For whom.
    pub(super) token: String,
    /// Or for whoever is of this group.
    pub(super) parent: Option<String>,
    /// Until when, by the station's clock.
    pub(super) expiry: EpochMillis,
}

impl Reservation {
    /// It is for this token, or for its group.
    pub(super) fn is_for(&self, token: &str, parent: Option<&str>) -> bool {
        self.token.eq_ignore_ascii_case(token) || is_same_group(self.parent.as_deref(), parent)
    }
}

/// Both are of one group.
pub(super) fn is_same_group(a: Option<&str>, b: Option<&str>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 9] =
        [Available, Preparing, Charging, SuspendedEv, SuspendedEvse, Finishing, Reserved, Unavailable, Faulted];

    #[test]
    fn one_step_leads_wherever_the_table_does_not() {
        assert_eq!(ALL.iter().map(|status| status.next().len()).sum::<usize>(), 53);
        for from in ALL {
            assert_eq!(Status::from_word(from.as_str()), Some(from));
            for to in ALL.into_iter().filter(|to| *to != from) {
                match from.step_towards(to) {
                    Some(between) => {
                        assert!(!from.next().contains(&to));
                        assert!(from.next().contains(&between) && between.next().contains(&to), "{from:?} {to:?}");
                    }
                    None => assert!(from.next().contains(&to), "{from:?} {to:?}"),
                }
            }
        }
    }
}
