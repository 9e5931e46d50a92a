//! What happens at an EVSE: plug, token, relay, fault; and what of it begins, changes or ends a transaction.
//!
//! A transaction begins when one of the points of `TxStartPoint` is reached and ends when one of `TxStopPoint` is
//! left. Usual here: it begins when the power path closes (car connected and authorized) and ends when the car leaves
//! or the authorization ends, as in most stations.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, E01 to E07, E09, E10, E05, E15; G01 for the status of connectors.

use super::super::Act;
use super::super::core::{Core, Registration};
use super::super::outbox::Purpose;
use super::super::profiles::ChargingProfile;
use super::Machine;
use super::tokens::{Known, Token};
use super::transactions::{Cause, Transaction};
use crate::object::Object;
use crate::port::Severity;
use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};

/// Somebody may charge here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Authorization {
    pub token: Token,
    pub group: Option<String>,
    pub remote_start_id: Option<i64>,
    /// A TransactionEvent told of it.
    pub is_told: bool,
    /// The CSMS refused it later, but the transaction goes on without energy.
    is_refused: bool,
}

/// A reservation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Reservation {
    pub id: i64,
    pub token: Token,
    pub group: Option<String>,
    /// By the station's clock.
    pub expires: EpochMillis,
}

/// A token whose answer is awaited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    token: Token,
    remote_start_id: Option<i64>,
}

/// An EVSE with one connector, as the protocol sees it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub authorization: Option<Authorization>,
    pub pending: Option<Pending>,
    pub transaction: Option<Transaction>,
    pub reservation: Option<Reservation>,
    /// Reservation that was used and is to be told.
    pub used_reservation: Option<i64>,
    /// The CSMS has taken it out of service.
    pub is_inoperative: bool,
    /// It goes out of service after the transaction.
    pub is_to_be_inoperative: bool,
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
    last_token: Option<String>,
}

const POINTS: [&str; 4] = ["EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer"];

impl Place {
    /// The token that was presented last.
    pub(super) fn last_token(&self) -> Option<&str> {
        self.last_token.as_deref()
    }

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

    /// `connectorStatus` of this moment.
    pub(super) fn status(&self, core: &Core, outlet: u8) -> &'static str {
        let (Some(place), Some(hardware)) = (self.place(outlet), core.outlet(outlet)) else { return "Unavailable" };
        if hardware.fault.is_some() {
            "Faulted"
        } else if place.is_inoperative || self.is_inoperative {
            "Unavailable"
        } else if hardware.car.is_some() {
            "Occupied"
        } else if place.reservation.is_some() {
            "Reserved"
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
        let is_out = self.is_inoperative;
        let Some(hardware) = core.outlet_mut(outlet) else { return };
        let Some(place) = self.places.get_mut(usize::from(outlet).saturating_sub(1)) else { return };
        let is_permitted = place.authorization.as_ref().is_some_and(|authorization| !authorization.is_refused);
        let is_connected = hardware.car.is_some();
        hardware.is_closed =
            is_connected && is_permitted && hardware.fault.is_none() && !place.is_inoperative && !is_out;
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
        let is_usable = hardware.fault.is_none() && !place.is_inoperative && !is_out;
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

    /// Ends the authorization, and with it perhaps the transaction.
    pub(super) fn end_authorization(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, cause: &Cause) {
        if let Some(place) = self.place_mut(outlet) {
            place.authorization = None;
            place.connect_until = None;
            place.start_profile = None;
        }
        self.settle(core, now, outlet, Some(cause));
    }

    /// After the last event of a transaction.
    pub(super) fn transaction_ended(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        if let Some(place) = self.place_mut(outlet) {
            place.authorization = None;
            place.is_inoperative |= std::mem::take(&mut place.is_to_be_inoperative);
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

    /// A token may begin something here.
    fn may_begin(&self, core: &Core, outlet: u8) -> Result<(), String> {
        let text = match self.status(core, outlet) {
            "Faulted" => "The outlet is broken: clear the fault first.",
            "Unavailable" => "The CSMS has taken this outlet out of service.",
            _ if !core.registration.is_accepted() && core.is_online => "The CSMS has not accepted the station yet.",
            _ if !core.registration.is_accepted() => "No CSMS has accepted the station yet: connect first.",
            _ if self.place(outlet).is_some_and(|place| place.pending.is_some()) => {
                "The answer to the last Authorize has not come yet."
            }
            _ if core.reboot.is_some() => "The station is about to start anew.",
            _ => return Ok(()),
        };
        Err(text.to_owned())
    }

    /// A token is held before the reader.
    fn present(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, id: &str) -> Result<(), String> {
        let most = if self.is_v21 { 255 } else { 36 };
        if id.is_empty() || id.chars().count() > most {
            return Err(format!("A token has 1 to {most} characters."));
        }
        let token = Token::presented(id);
        let Some(place) = self.place_mut(outlet) else { return Ok(()) };
        place.last_token = Some(token.id.clone());
        if let Some(authorization) = &place.authorization
            && authorization.token.is(&token)
        {
            let cause = Cause { token: Some(token), ..Cause::of("StopAuthorized", "Local") };
            self.end_authorization(core, now, outlet, &cause);
            return Ok(());
        }
        self.may_begin(core, outlet)?;
        let known = self.tokens.known(&self.variables, core.clock(now), &token).cloned();
        let is_reserved = self
            .place(outlet)
            .and_then(|place| place.reservation.as_ref())
            .is_some_and(|reservation| !reservation.token.is(&token) && reservation.group.is_none());
        if is_reserved {
            return Err("This outlet is reserved for another token.".to_owned());
        }
        if !self.variables.flag("AuthCtrlr.Enabled") {
            self.authorized(core, now, outlet, &Pending { token, remote_start_id: None }, None);
            return Ok(());
        }
        let is_good = known.as_ref().is_some_and(Known::is_accepted);
        if !core.is_online {
            let is_trusted = self.variables.flag("AuthCtrlr.LocalAuthorizeOffline") && is_good
                || self.variables.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled") && known.is_none();
            if !is_trusted {
                let text = if known.is_some_and(|known| !known.is_accepted()) {
                    "The station is offline, and knows that this token may not charge."
                } else {
                    "The station is offline and does not know this token: present it again when it is online."
                };
                return Err(text.to_owned());
            }
            let group = known.and_then(|known| known.group);
            self.authorized(core, now, outlet, &Pending { token, remote_start_id: None }, group);
            return Ok(());
        }
        let is_decided_here = is_good && self.variables.flag("AuthCtrlr.LocalPreAuthorize");
        if is_decided_here {
            let group = known.and_then(|known| known.group);
            self.authorized(core, now, outlet, &Pending { token, remote_start_id: None }, group);
            return Ok(());
        }
        let list = if self.tokens.is_listed(&token) { "LocalAuthListCtrlr" } else { "AuthCacheCtrlr" };
        let is_refused_here =
            known.is_some() && !is_good && self.variables.flag(&format!("{list}.DisablePostAuthorize"));
        if is_refused_here || self.variables.flag("AuthCtrlr.DisableRemoteAuthorization") {
            if is_good {
                self.authorized(core, now, outlet, &Pending { token, remote_start_id: None }, None);
                return Ok(());
            }
            return Err("The station itself refuses this token, as it is configured to.".to_owned());
        }
        self.ask(core, outlet, Pending { token, remote_start_id: None });
        Ok(())
    }

    /// Asks the CSMS about a token.
    pub(super) fn ask(&mut self, core: &mut Core, outlet: u8, pending: Pending) {
        let payload = Object::new().raw("idToken", &pending.token.json()).done();
        let purpose = Purpose::Authorize { outlet, token: pending.token.id.clone() };
        if let Some(place) = self.place_mut(outlet) {
            place.pending = Some(pending);
        }
        core.outbox.call("Authorize", payload, purpose);
    }

    /// A remote start, which the CSMS is asked about or not.
    pub(super) fn remote_start(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        outlet: u8,
        token: Token,
        group: Option<String>,
        id: i64,
    ) {
        let pending = Pending { token, remote_start_id: Some(id) };
        // Nothing is asked about a token that stands for itself.
        let asks = self.variables.flag("AuthCtrlr.AuthorizeRemoteStart") && pending.token.kind != "NoAuthorization";
        if asks {
            self.ask(core, outlet, pending);
        } else {
            self.authorized(core, now, outlet, &pending, group);
        }
    }

    /// What the CSMS said about a token that was presented; `None` when it said nothing.
    pub(super) fn authorize_answered(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        outlet: u8,
        id: &str,
        known: Option<Known>,
    ) {
        let Some(place) = self.place_mut(outlet) else { return };
        let Some(pending) = place.pending.take_if(|pending| pending.token.id == id) else { return };
        let Some(known) = known else {
            core.note(
                Severity::Warning,
                format!("EVSE {outlet}: the CSMS has not said whether token {id} may charge."),
            );
            return;
        };
        let is_accepted = known.is_accepted();
        let (group, status) = (known.group.clone(), known.status.clone());
        self.tokens.remember(&self.variables, core.clock(now), known);
        if is_accepted {
            self.authorized(core, now, outlet, &pending, group);
        } else {
            core.note(Severity::Warning, format!("EVSE {outlet}: the CSMS refused token {id}: {status}."));
        }
    }

    /// A token is good: it begins something, or ends what was begun by its group.
    fn authorized(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, pending: &Pending, group: Option<String>) {
        let master = self.variables.text("AuthCtrlr.MasterPassGroupId").to_owned();
        let is_master = !master.is_empty() && group.as_deref() == Some(&master);
        let timeout = self.connection_timeout(now);
        let is_plugged = core.outlet(outlet).is_some_and(|outlet| outlet.car.is_some());
        let Some(place) = self.place_mut(outlet) else { return };
        let id = pending.token.id.clone();
        place.last_token = Some(id.clone());
        if let Some(authorization) = &place.authorization {
            if is_master {
                let cause = Cause { token: Some(pending.token.clone()), ..Cause::of("StopAuthorized", "MasterPass") };
                self.end_authorization(core, now, outlet, &cause);
            } else if group.is_some() && authorization.group == group {
                let cause = Cause { token: Some(pending.token.clone()), ..Cause::of("StopAuthorized", "Local") };
                self.end_authorization(core, now, outlet, &cause);
            } else {
                core.note(
                    Severity::Warning,
                    format!("EVSE {outlet}: token {id} may not end what another token began."),
                );
            }
            return;
        }
        if is_master {
            core.note(Severity::Warning, format!("EVSE {outlet}: a master pass can end transactions, not begin them."));
            return;
        }
        if let Some(reservation) = &place.reservation {
            let is_same_group = reservation.group.is_some() && reservation.group == group;
            if !reservation.token.is(&pending.token) && !is_same_group {
                core.note(Severity::Warning, format!("EVSE {outlet} is reserved for another token."));
                return;
            }
            place.used_reservation = Some(reservation.id);
            place.reservation = None;
        }
        place.authorization = Some(Authorization {
            token: pending.token.clone(),
            group,
            remote_start_id: pending.remote_start_id,
            is_told: false,
            is_refused: false,
        });
        if !is_plugged {
            place.connect_until = timeout;
        }
        // A transaction that began with the cable has its profile now.
        self.install_start_profile(core, outlet);
        let trigger = if pending.remote_start_id.is_some() { "RemoteStart" } else { "Authorized" };
        self.settle(core, now, outlet, Some(&Cause::of(trigger, "")));
    }

    /// The CSMS refuses the token of a transaction that is going on.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, E05.
    pub(super) fn deauthorized(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, token: &Token, status: &str) {
        let stops = self.variables.flag("TxCtrlr.StopTxOnInvalidId");
        let Some(place) = self.place_mut(outlet) else { return };
        let Some(authorization) = place.authorization.as_mut().filter(|one| one.token.is(token)) else { return };
        core.note(
            Severity::Warning,
            format!("EVSE {outlet}: the CSMS refused token {} afterwards: {status}.", token.id),
        );
        if stops {
            self.end_authorization(core, now, outlet, &Cause::of("Deauthorized", "DeAuthorized"));
        } else {
            authorization.is_refused = true;
            self.settle(core, now, outlet, None);
        }
    }

    fn connection_timeout(&self, now: EpochMillis) -> Option<EpochMillis> {
        let seconds = self.variables.count("TxCtrlr.EVConnectionTimeOut");
        (seconds > 0).then(|| now + f64::from(seconds) * 1_000.0)
    }

    /// No car came in time.
    pub(super) fn give_up_waiting(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let Some(place) = self.place_mut(outlet) else { return };
        if place.connect_until.take_if(|until| now >= *until).is_some() && place.authorization.is_some() {
            place.used_reservation = None;
            core.note(Severity::Info, format!("EVSE {outlet}: no car was plugged in in time."));
            self.end_authorization(core, now, outlet, &Cause::of("EVConnectTimeout", "Timeout"));
        }
    }

    /// A reservation that ends because the EVSE cannot be used.
    pub(super) fn lose_reservation(&mut self, core: &mut Core, outlet: u8) {
        let taken = self.place_mut(outlet).and_then(|place| place.reservation.take());
        if let Some(reservation) = taken {
            Self::reservation_ended(core, reservation.id, "Removed");
        }
    }

    /// A reservation whose time is over.
    pub(super) fn expire_reservation(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let clock = core.clock(now);
        let taken = self
            .place_mut(outlet)
            .and_then(|place| place.reservation.take_if(|reservation| clock >= reservation.expires));
        if let Some(reservation) = taken {
            Self::reservation_ended(core, reservation.id, "Expired");
            self.tell_status(core, now, outlet, false);
        }
    }

    fn reservation_ended(core: &mut Core, id: i64, how: &str) {
        if core.is_online && core.registration != Registration::Unknown {
            let payload = Object::new().integer("reservationId", id).text("reservationUpdateStatus", how).done();
            core.outbox.call("ReservationStatusUpdate", payload, Purpose::Other);
        }
    }
}
