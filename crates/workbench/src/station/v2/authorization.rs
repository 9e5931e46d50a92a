//! Who may charge: a token that is presented, asked about, accepted or refused.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, C01 to C14, E03 to E07, F01 and F02.

use super::super::core::Core;
use super::super::outbox::Purpose;
use super::super::profiles::ChargingProfile;
use super::Machine;
use super::tokens::{Known, Token};
use super::transactions::Cause;
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
    pub is_refused: bool,
}

/// A token whose answer is awaited.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    token: Token,
    remote_start_id: Option<i64>,
    /// Profile of a remote start, for its transaction and no other (F02.FR.18).
    start_profile: Option<ChargingProfile>,
}

impl Pending {
    /// A token that its owner presents.
    const fn local(token: Token) -> Self {
        Self { token, remote_start_id: None, start_profile: None }
    }

    /// A token of a remote start.
    pub(super) const fn remote(token: Token, id: i64, start_profile: Option<ChargingProfile>) -> Self {
        Self { token, remote_start_id: Some(id), start_profile }
    }
}

impl Machine {
    /// Ends the authorization, and with it perhaps the transaction.
    pub(super) fn end_authorization(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, cause: &Cause) {
        if let Some(place) = self.place_mut(outlet) {
            place.authorization = None;
            place.connect_until = None;
            place.start_profile = None;
        }
        self.settle(core, now, outlet, Some(cause));
    }

    /// A token may begin something here.
    pub(super) fn may_begin(&self, core: &Core, outlet: u8) -> Result<(), String> {
        let text = match self.status(core, outlet) {
            "Faulted" => "The outlet is broken: clear the fault first.",
            "Unavailable" if self.is_running_out(outlet) => {
                "The station will start anew or install firmware: no new charging until then."
            }
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
    pub(super) fn present(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, id: &str) -> Result<(), String> {
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
        // A transaction that was authorized stays with its token.
        //
        // # Source: OCPP 2.0.1 and 2.1 Part 2, C01.FR.23 and F02.FR.26.
        let first = self.transaction(outlet).and_then(|transaction| transaction.token.as_ref());
        let is_anew = self.place(outlet).is_some_and(|place| !place.is_authorized());
        if is_anew && first.is_some_and(|first| !first.is(&token)) {
            return Err("Another token has begun this transaction: unplug first.".to_owned());
        }
        let known = self.tokens.known(&self.variables, core.clock(now), &token).cloned();
        let is_reserved = self
            .place(outlet)
            .and_then(|place| place.reservation.as_ref())
            .is_some_and(|reservation| !reservation.token.is(&token) && reservation.group.is_none());
        if is_reserved {
            return Err("This outlet is reserved for another token.".to_owned());
        }
        if !self.variables.flag("AuthCtrlr.Enabled") {
            self.authorized(core, now, outlet, Pending::local(token), None);
            return Ok(());
        }
        let is_good = known.as_ref().is_some_and(|known| known.is_accepted() && known.only_at(outlet).is_none());
        if !core.is_online {
            let is_trusted = self.variables.flag("AuthCtrlr.LocalAuthorizeOffline") && is_good
                || self.variables.flag("AuthCtrlr.OfflineTxForUnknownIdEnabled") && known.is_none();
            if !is_trusted {
                let text = if known.is_some() {
                    "The station is offline, and knows that this token may not charge here."
                } else {
                    "The station is offline and does not know this token: present it again when it is online."
                };
                return Err(text.to_owned());
            }
            let group = known.and_then(|known| known.group);
            self.authorized(core, now, outlet, Pending::local(token), group);
            return Ok(());
        }
        let group = known.as_ref().and_then(|known| known.group.clone());
        let begun_by = self.place(outlet).and_then(|place| place.authorization.as_ref());
        // One of the same group that is known here ends a transaction without a question (C01.FR.03).
        let ends_own = group.is_some() && begun_by.is_some_and(|authorization| authorization.group == group);
        if is_good && (ends_own || self.variables.flag("AuthCtrlr.LocalPreAuthorize")) {
            self.authorized(core, now, outlet, Pending::local(token), group);
            return Ok(());
        }
        let list = if self.tokens.is_listed(&token) { "LocalAuthListCtrlr" } else { "AuthCacheCtrlr" };
        let is_refused_here =
            known.is_some() && !is_good && self.variables.flag(&format!("{list}.DisablePostAuthorize"));
        if is_refused_here || self.variables.flag("AuthCtrlr.DisableRemoteAuthorization") {
            if is_good {
                self.authorized(core, now, outlet, Pending::local(token), group);
                return Ok(());
            }
            return Err("The station itself refuses this token, as it is configured to.".to_owned());
        }
        self.ask(core, outlet, Pending::local(token));
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
        pending: Pending,
        group: Option<String>,
    ) {
        if self.variables.flag("AuthCtrlr.AuthorizeRemoteStart") && pending.token.can_be_asked_about() {
            self.ask(core, outlet, pending);
        } else {
            self.authorized(core, now, outlet, pending, group);
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
        let (group, status, elsewhere) = (known.group.clone(), known.status.clone(), known.only_at(outlet));
        self.tokens.remember(&self.variables, core.clock(now), known);
        if let Some(evses) = elsewhere.filter(|_| is_accepted) {
            core.note(Severity::Warning, format!("EVSE {outlet}: token {id} may charge at EVSE {evses} only."));
        } else if is_accepted {
            self.authorized(core, now, outlet, pending, group);
        } else {
            core.note(Severity::Warning, format!("EVSE {outlet}: the CSMS refused token {id}: {status}."));
        }
    }

    /// A token is good: it begins something, or ends what was begun by its group.
    pub(super) fn authorized(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        outlet: u8,
        pending: Pending,
        group: Option<String>,
    ) {
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
            token: pending.token,
            group,
            remote_start_id: pending.remote_start_id,
            is_told: false,
            is_refused: false,
        });
        if !is_plugged {
            place.connect_until = timeout;
        }
        place.start_profile = pending.start_profile;
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

    pub(super) fn connection_timeout(&self, now: EpochMillis) -> Option<EpochMillis> {
        let seconds = self.variables.count("TxCtrlr.EVConnectionTimeOut");
        (seconds > 0).then(|| now + f64::from(seconds) * 1_000.0)
    }

    /// No car came in time.
    pub(super) fn give_up_waiting(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let Some(place) = self.place_mut(outlet) else { return };
        if place.connect_until.take_if(|until| now >= *until).is_some() && place.authorization.is_some() {
            place.used_reservation = None;
            // A car that was here before has been unplugged (E10).
            let was_here = place.transaction.as_ref().is_some_and(|transaction| transaction.has_told_evse);
            let (again, cause) = if was_here {
                (" again", Cause::of("EVCommunicationLost", "EVDisconnected"))
            } else {
                ("", Cause::of("EVConnectTimeout", "Timeout"))
            };
            core.note(Severity::Info, format!("EVSE {outlet}: no car was plugged in{again} in time."));
            self.end_authorization(core, now, outlet, &cause);
        }
    }
}
