//! What happens at an EVSE: plug, token, relay, fault; and what of it begins, changes or ends a transaction.
//!
//! A transaction begins when one of the points of `TxStartPoint` is reached and ends when one of `TxStopPoint` is
//! left. Usual here: it begins when the power path closes (car connected and authorized) and ends when the car leaves
//! or the authorization ends, as in most stations.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, E01 to E07, E09, E10, E05, E15; G01 for the status of connectors.

use super::super::Act;
use super::super::core::Core;
use super::super::profiles::ChargingProfile;
use super::Machine;
use super::authorization::{Authorization, Pending};
use super::reservations::Reservation;
use super::transactions::{Cause, Transaction};
use crate::object::Object;
use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};

/// An EVSE with one connector, as the protocol sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub authorization: Option<Authorization>,
    pub pending: Option<Pending>,
    pub transaction: Option<Transaction>,
    pub reservation: Option<Reservation>,
    /// Reservation that was used and is to be told.
    pub used_reservation: Option<i64>,
    /// Whether the CSMS has taken the EVSE out of service.
    pub evse: Service,
    /// The same of its connector. Either is enough to be out of service.
    pub connector: Service,
    /// It is away for a moment, because it starts anew.
    pub is_away: bool,
    /// It starts anew after the transaction.
    pub is_to_be_reset: bool,
    /// Without a car the authorization ends then.
    pub connect_until: Option<EpochMillis>,
    /// `connectorStatus` as it was told last; empty before that.
    pub told_status: String,
    /// Points of `TxStartPoint` that were reached, by [`POINTS`].
    before: [bool; 4],
    /// Profile of a remote start, for the transaction to come.
    pub start_profile: Option<ChargingProfile>,
    /// The token that was presented last.
    pub last_token: Option<String>,
}

/// Whether something is out of service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Service {
    /// It is.
    pub is_out: bool,
    /// It will be after the transaction.
    pub is_to_be_out: bool,
}

impl Service {
    /// The transaction has ended.
    fn follow(&mut self) {
        self.is_out |= std::mem::take(&mut self.is_to_be_out);
    }
}

const POINTS: [&str; 4] = ["EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer"];

impl Place {
    /// The station starts anew.
    pub(super) fn restart(&mut self) {
        self.authorization = None;
        self.pending = None;
        self.connect_until = None;
        self.used_reservation = None;
        self.start_profile = None;
        self.before = [false; 4];
        self.told_status.clear();
    }

    /// Somebody may charge here.
    pub(super) fn is_authorized(&self) -> bool {
        self.authorization.is_some()
    }
}

impl Machine {
    pub(super) fn place(&self, outlet: u8) -> Option<&Place> {
        self.places.get(usize::from(outlet).checked_sub(1)?)
    }

    pub(super) fn place_mut(&mut self, outlet: u8) -> Option<&mut Place> {
        self.places.get_mut(usize::from(outlet).checked_sub(1)?)
    }

    /// Nobody may charge here: the CSMS says so of the station, the EVSE or its connector, or the station waits until
    /// all transactions have ended.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2: G03 and G04, B12 and L01.FR.07.
    fn is_out(&self, place: &Place) -> bool {
        self.is_inoperative || place.evse.is_out || place.connector.is_out || place.is_away || self.is_used_up(place)
    }

    /// The station waits until all transactions have ended, and here is none.
    fn is_used_up(&self, place: &Place) -> bool {
        place.transaction.is_none() && (self.is_reset_scheduled || self.jobs.waits_for_idle())
    }

    /// Nothing begins at this EVSE, because the station waits to start anew.
    pub(super) fn is_running_out(&self, outlet: u8) -> bool {
        self.place(outlet).is_some_and(|place| self.is_used_up(place))
    }

    /// `connectorStatus` of this moment.
    pub(super) fn status(&self, core: &Core, outlet: u8) -> &'static str {
        let (Some(place), Some(hardware)) = (self.place(outlet), core.outlet(outlet)) else { return "Unavailable" };
        if hardware.fault.is_some() {
            "Faulted"
        } else if self.is_out(place) {
            "Unavailable"
        } else if place.reservation.is_some() {
            // A cable alone does not use the reservation.
            "Reserved"
        } else if hardware.car.is_some() {
            "Occupied"
        } else {
            "Available"
        }
    }

    /// State of the whole station.
    pub(super) fn station_status(&self, core: &Core) -> &'static str {
        if self.is_inoperative {
            return "Unavailable";
        }
        let mut statuses = core.outlets.iter().map(|outlet| self.status(core, outlet.number));
        let first = statuses.next().unwrap_or("Available");
        if statuses.all(|status| status == first) { first } else { "Available" }
    }

    /// Tells the status of a connector if it is another than was told.
    pub(super) fn tell_status(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, is_forced: bool) {
        let status = self.status(core, outlet);
        let may = core.is_online && core.registration.is_accepted();
        let Some(place) = self.place_mut(outlet) else { return };
        if (may && place.told_status != status) || is_forced {
            status.clone_into(&mut place.told_status);
            let payload = Object::new()
                .instant("timestamp", core.clock(now))
                .text("connectorStatus", status)
                .integer("evseId", outlet.into())
                .integer("connectorId", 1)
                .done();
            Self::tell(core, "StatusNotification", payload);
        }
    }

    /// `chargingState` of this moment.
    fn charging_state(&self, core: &Core, outlet: u8) -> &'static str {
        let (Some(place), Some(hardware)) = (self.place(outlet), core.outlet(outlet)) else { return "Idle" };
        if hardware.car.is_none() {
            return "Idle";
        }
        let Some(authorization) = &place.authorization else { return "EVConnected" };
        if authorization.is_refused || !hardware.is_closed {
            "SuspendedEVSE"
        } else if hardware.is_charging() {
            "Charging"
        } else if hardware.offered_w() <= 0.0 {
            "SuspendedEVSE"
        } else {
            "SuspendedEV"
        }
    }

    /// Brings relay, transaction and status into line with what happened.
    pub(super) fn settle(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, cause: Option<&Cause>) {
        let is_out = self.place(outlet).is_some_and(|place| self.is_out(place));
        let Some(hardware) = core.outlet_mut(outlet) else { return };
        let Some(place) = self.places.get_mut(usize::from(outlet).saturating_sub(1)) else { return };
        let is_permitted = place.authorization.as_ref().is_some_and(|authorization| !authorization.is_refused);
        let is_connected = hardware.car.is_some();
        hardware.is_closed = is_connected && is_permitted && hardware.fault.is_none() && !is_out;
        self.limit(core, now);
        let Some(hardware) = core.outlet(outlet) else { return };
        let Some(place) = self.place_mut(outlet) else { return };
        // A power path that is interrupted, by a fault for instance, still is the one of this transaction.
        let is_path = is_connected && is_permitted;
        let points = [is_connected, place.authorization.is_some(), is_path, hardware.is_charging()];
        let before = std::mem::replace(&mut place.before, points);
        if is_connected {
            place.connect_until = None;
        }
        let is_usable = hardware.fault.is_none() && !is_out;
        let is_reached = |list: &str, from: [bool; 4], to: [bool; 4]| {
            list.split(',')
                .any(|point| POINTS.iter().zip(from).zip(to).any(|((name, from), to)| *name == point && !from && to))
        };
        // The status is told first: calls go before transaction messages anyway.
        self.tell_status(core, now, outlet, false);
        let state = self.charging_state(core, outlet);
        let state_before = self.transaction(outlet).map(|transaction| transaction.state.clone());
        match state_before {
            None => {
                let starts = is_reached(self.variables.text("TxCtrlr.TxStartPoint"), before, points);
                // A transaction does not begin before the CSMS has accepted the station (`TxBeforeAcceptedEnabled` is
                // false); it begins then, if all is as it has to be.
                if !core.registration.is_accepted() {
                    if let Some(place) = self.place_mut(outlet) {
                        place.before = [false; 4];
                    }
                    return;
                }
                if starts && is_usable {
                    let cause = cause.cloned().unwrap_or(Cause::of("ChargingStateChanged", ""));
                    let is_remote = self.place(outlet).and_then(|place| place.authorization.as_ref());
                    let is_remote = is_remote.is_some_and(|one| one.remote_start_id.is_some());
                    let trigger = if is_remote { "RemoteStart" } else { cause.trigger };
                    let first_state = if is_connected { "EVConnected" } else { "Idle" };
                    self.begin(core, now, outlet, first_state, &Cause { trigger, ..cause });
                } else {
                    return;
                }
            }
            Some(_) if is_reached(self.variables.text("TxCtrlr.TxStopPoint"), points, before) => {
                let reason = if state == "SuspendedEV" { "StoppedByEV" } else { "Other" };
                let cause = cause.cloned().unwrap_or(Cause::of("ChargingStateChanged", reason));
                self.end(core, now, outlet, &cause);
                return;
            }
            Some(old) => {
                if let Some(cause) = cause {
                    let is_step = matches!(cause.trigger, "Authorized" | "RemoteStart" | "CablePluggedIn");
                    if is_step && old == "Idle" && is_connected {
                        self.set_state(outlet, "EVConnected");
                    } else if !is_step {
                        self.set_state(outlet, state);
                    }
                    // What ended the authorization is why the transaction ends later, unless it goes on after all.
                    let [_, was_authorized, ..] = before;
                    let [_, is_authorized, ..] = points;
                    if was_authorized != is_authorized
                        && let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.as_mut())
                    {
                        let reason = Some(cause.stopped).filter(|_| was_authorized && !cause.stopped.is_empty());
                        transaction.stopped = reason.map(str::to_owned);
                    }
                    self.update(core, now, outlet, cause);
                }
            }
        }
        if self.transaction(outlet).is_some_and(|transaction| transaction.state != state) {
            self.set_state(outlet, state);
            self.update(core, now, outlet, &Cause::of("ChargingStateChanged", ""));
        }
        self.tell_rate(core, now, outlet);
    }

    fn set_state(&mut self, outlet: u8, state: &str) {
        if let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.as_mut()) {
            state.clone_into(&mut transaction.state);
        }
    }

    /// The transaction at an EVSE.
    pub(super) fn transaction(&self, outlet: u8) -> Option<&Transaction> {
        self.place(outlet)?.transaction.as_ref()
    }

    /// After the last event of a transaction.
    pub(super) fn transaction_ended(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        if let Some(place) = self.place_mut(outlet) {
            place.authorization = None;
            place.start_profile = None;
            place.evse.follow();
            place.connector.follow();
            let is_to_be_reset = std::mem::take(&mut place.is_to_be_reset);
            place.before = [place.before.first() == Some(&true), false, false, false];
            if is_to_be_reset {
                self.reset_place(core, now, outlet);
            }
        }
        if let Some(hardware) = core.outlet_mut(outlet) {
            hardware.is_closed = false;
        }
        core.profiles.transaction_ended(outlet);
        self.tell_status(core, now, outlet, false);
        self.follow_idle(core, now);
    }

    /// Its user does something.
    pub(super) fn act_at(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, act: &Act) -> Result<(), String> {
        let Some(hardware) = core.outlet_mut(outlet) else { return Err(format!("There is no outlet {outlet}.")) };
        match act {
            Act::PlugIn => {
                if hardware.car.is_some() {
                    return Err("A car is plugged in already.".to_owned());
                }
                hardware.plug_in(now);
                self.settle(core, now, outlet, Some(&Cause::of("CablePluggedIn", "")));
            }
            Act::PresentToken(token) => {
                let token = if token.is_empty() { core.setup.token.clone() } else { token.clone() };
                return self.present(core, now, outlet, &token);
            }
            Act::Start => return self.start(core, now, outlet),
            Act::Pause | Act::Resume => {
                let pauses = *act == Act::Pause;
                let is_closed = hardware.is_closed;
                let Some(car) = hardware.car.as_mut() else {
                    return Err("No car is plugged in: plug in first.".to_owned());
                };
                if car.is_paused == pauses {
                    let text =
                        if pauses { "The car has paused already." } else { "The car is not paused: pause it first." };
                    return Err(text.to_owned());
                }
                if pauses && !is_closed {
                    return Err("Nothing is charging: start first.".to_owned());
                }
                car.is_paused = pauses;
                self.settle(core, now, outlet, None);
            }
            Act::Stop => {
                let token =
                    self.place(outlet).and_then(|place| place.authorization.as_ref()).map(|one| one.token.clone());
                let Some(token) = token else {
                    let has_one = self.transaction(outlet).is_some();
                    let text = if has_one {
                        "This transaction goes on until the plug is pulled: unplug."
                    } else {
                        "There is no transaction here: start one first."
                    };
                    return Err(text.to_owned());
                };
                let cause = Cause { token: Some(token), ..Cause::of("StopAuthorized", "Local") };
                self.end_authorization(core, now, outlet, &cause);
            }
            Act::Unplug => {
                if hardware.car.is_none() {
                    return Err("No car is plugged in.".to_owned());
                }
                hardware.unplug(now);
                let timeout = self.connection_timeout(now);
                let stops = self.variables.flag("TxCtrlr.StopTxOnEVSideDisconnect");
                if let Some(place) = self.place_mut(outlet).filter(|place| place.transaction.is_some()) {
                    if stops {
                        place.authorization = None;
                    } else {
                        place.connect_until = timeout;
                    }
                }
                self.settle(core, now, outlet, Some(&Cause::of("EVCommunicationLost", "EVDisconnected")));
            }
            Act::SetFault(code) => {
                if hardware.fault.is_some() {
                    return Err("The outlet is broken already: clear the fault first.".to_owned());
                }
                hardware.fault = Some(if code.is_empty() { "Fault".to_owned() } else { code.clone() });
                self.lose_reservation(core, outlet);
                self.settle(core, now, outlet, Some(&Cause::of("AbnormalCondition", "Other")));
            }
            Act::ClearFault => {
                if hardware.fault.take().is_none() {
                    return Err("The outlet is not broken.".to_owned());
                }
                self.settle(core, now, outlet, None);
            }
            Act::GoOffline(_) | Act::Reboot => {}
        }
        Ok(())
    }

    fn start(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) -> Result<(), String> {
        self.may_begin(core, outlet)?;
        let Some(hardware) = core.outlet(outlet) else { return Ok(()) };
        let is_paused = hardware.car.is_some_and(|car| car.is_paused);
        let is_plugged = hardware.car.is_some();
        if self.place(outlet).is_some_and(Place::is_authorized) && is_plugged {
            let text = if is_paused { "The car has paused: resume." } else { "This outlet is in use: stop first." };
            return Err(text.to_owned());
        }
        if !is_plugged {
            self.act_at(core, now, outlet, &Act::PlugIn)?;
        } else if is_paused {
            self.act_at(core, now, outlet, &Act::Resume)?;
        }
        if self.place(outlet).is_some_and(Place::is_authorized) {
            return Ok(());
        }
        let token = core.setup.token.clone();
        self.present(core, now, outlet, &token)
    }
}
