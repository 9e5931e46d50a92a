//! Charging in 1.6: what the user does at a connector, who may charge, how transactions begin and end.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 3.5, 3.6, 4.1, 4.8, 4.10, 9.1; errata v4 3.17, 3.80.

use super::connector::{Asked, Granted, Question, Transaction};
use super::local_list::{self, Info, Verdict};
use super::{Machine, is_talking, meter};
use crate::object::{self, Object};
use crate::port::Severity;
use crate::station::Act;
use crate::station::core::Core;
use crate::station::outbox::{Purpose, Waiting};
use crate::transcript::EpochMillis;
use ocpp_wire::json::{NodeId, Tree};

/// Error codes that a connector can be broken with, the usual one first. `NoError` is none; `EVCommunicationError` is a
/// warning only, and `LocalListConflict` is told by the station itself.
///
/// # Source
/// OCPP 1.6 edition 2 sections 4.9 and 7.6.
pub(in crate::station) const FAULTS: &[&str] = &[
    "InternalError",
    "ConnectorLockFailure",
    "GroundFailure",
    "HighTemperature",
    "OtherError",
    "OverCurrentFailure",
    "OverVoltage",
    "PowerMeterFailure",
    "PowerSwitchFailure",
    "ReaderFailure",
    "ResetFailure",
    "UnderVoltage",
    "WeakSignal",
];

/// An idTag has at most so many characters.
const MOST_TOKEN_CHARS: usize = 20;

impl Machine {
    /// What the user does at a connector.
    pub(super) fn follow_act(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        number: u8,
        act: &Act,
    ) -> Result<(), String> {
        if core.reboot.is_some() {
            return Err("The station is starting anew: wait a moment.".to_owned());
        }
        match act {
            Act::PlugIn => self.plug_in(core, now, number),
            Act::PresentToken(token) => self.present(core, now, number, token),
            Act::Start => self.start(core, now, number),
            Act::Pause | Act::Resume => self.pause(core, number, *act == Act::Pause),
            Act::Stop => self.stop_by_user(core, now, number),
            Act::Unplug => self.unplug(core, now, number),
            Act::SetFault(code) => {
                let code = if code.is_empty() { "InternalError" } else { code.as_str() };
                if !FAULTS.contains(&code) {
                    return Err(format!("{code:?} is no error code of a faulted connector in 1.6."));
                }
                Self::set_fault(core, number, Some(code))
            }
            Act::ClearFault => Self::set_fault(core, number, None),
            Act::GoOffline(_) | Act::Reboot => Ok(()),
        }
    }

    fn plug_in(&mut self, core: &mut Core, now: EpochMillis, number: u8) -> Result<(), String> {
        let Some(outlet) = core.outlet_mut(number) else { return Ok(()) };
        if outlet.car.is_some() {
            return Err("A car is plugged in already: unplug it first.".to_owned());
        }
        outlet.plug_in(now);
        let is_granted = self.connector(number).is_some_and(|connector| connector.granted.is_some());
        if is_granted {
            // The status on the way: authorised and plugged in, not charging yet.
            self.report_changes_in_order(core, now);
            self.begin(core, now, number);
        }
        Ok(())
    }

    fn unplug(&mut self, core: &mut Core, now: EpochMillis, number: u8) -> Result<(), String> {
        let Some(outlet) = core.outlet_mut(number) else { return Ok(()) };
        if outlet.car.is_none() {
            return Err("No car is plugged in.".to_owned());
        }
        let is_charging = self.connector(number).is_some_and(|connector| connector.transaction.is_some());
        if is_charging && self.configuration.is_on("StopTransactionOnEVSideDisconnect") {
            self.stop(core, now, number, "EVDisconnected", None);
        }
        if let Some(outlet) = core.outlet_mut(number) {
            outlet.unplug(now);
        }
        if let Some(connector) = self.connector_mut(number) {
            connector.is_finishing = false;
        }
        Ok(())
    }

    fn pause(&mut self, core: &mut Core, number: u8, is_paused: bool) -> Result<(), String> {
        if self.connector(number).is_none_or(|connector| connector.transaction.is_none()) {
            return Err("Nothing is charging: start a transaction first.".to_owned());
        }
        let Some(car) = core.outlet_mut(number).and_then(|outlet| outlet.car.as_mut()) else {
            return Err("The car is gone: plug in first.".to_owned());
        };
        if car.is_paused == is_paused {
            let state = if is_paused { "pauses already" } else { "is not pausing" };
            return Err(format!("The car {state}."));
        }
        car.is_paused = is_paused;
        Ok(())
    }

    fn set_fault(core: &mut Core, number: u8, code: Option<&str>) -> Result<(), String> {
        let Some(outlet) = core.outlet_mut(number) else { return Ok(()) };
        match (&outlet.fault, code) {
            (Some(_), Some(_)) => return Err("The connector has a fault already: clear it first.".to_owned()),
            (None, None) => return Err("The connector has no fault.".to_owned()),
            _ => {}
        }
        outlet.fault = code.map(str::to_owned);
        Ok(())
    }

    fn stop_by_user(&mut self, core: &mut Core, now: EpochMillis, number: u8) -> Result<(), String> {
        let connector = self.connector_mut(number);
        let Some(connector) = connector else { return Ok(()) };
        if let Some(transaction) = &connector.transaction {
            let token = transaction.token.clone();
            self.stop(core, now, number, "Local", Some(&token));
            return Ok(());
        }
        if connector.granted.take().is_some() {
            return Ok(());
        }
        Err("There is no transaction to stop: start one first.".to_owned())
    }

    /// One click to a charge: plugged in, authorised, begun.
    fn start(&mut self, core: &mut Core, now: EpochMillis, number: u8) -> Result<(), String> {
        let Some(connector) = self.connector(number) else { return Ok(()) };
        if connector.transaction.is_some() {
            return Err("A transaction is going on already: stop it first.".to_owned());
        }
        let is_granted = connector.granted.is_some();
        if !is_granted {
            let token = core.setup.token.clone();
            self.may_begin(core, number, &token)?;
        }
        if core.outlet(number).is_some_and(|outlet| outlet.car.is_none()) {
            self.plug_in(core, now, number)?;
        }
        if !is_granted {
            self.report_changes_in_order(core, now);
            self.present(core, now, number, "")?;
        }
        Ok(())
    }

    /// A token is held before the reader.
    fn present(&mut self, core: &mut Core, now: EpochMillis, number: u8, token: &str) -> Result<(), String> {
        let token = if token.is_empty() { core.setup.token.clone() } else { token.to_owned() };
        if token.is_empty() || token.chars().count() > MOST_TOKEN_CHARS {
            return Err(format!("A token of OCPP 1.6 has 1 to {MOST_TOKEN_CHARS} characters."));
        }
        let Some(connector) = self.connector_mut(number) else { return Ok(()) };
        if connector.asked.is_some() {
            return Err("The CSMS has not answered about the last token yet: wait for it.".to_owned());
        }
        connector.token = Some(token.clone());
        if let Some(transaction) = &connector.transaction {
            if transaction.token.eq_ignore_ascii_case(&token) {
                self.stop(core, now, number, "Local", Some(&token));
                return Ok(());
            }
            return self.authorize(core, now, number, &token, Question::Stop);
        }
        if connector.granted.is_some() {
            return Err("A token is authorised already: plug in, or stop.".to_owned());
        }
        self.may_begin(core, number, &token)?;
        self.authorize(core, now, number, &token, Question::Start { profile: None })
    }

    /// Nothing but the token's standing is against a charge here.
    pub(super) fn may_begin(&self, core: &Core, number: u8, token: &str) -> Result<(), String> {
        let Some(connector) = self.connector(number) else { return Err(format!("There is no connector {number}.")) };
        if core.outlet(number).is_some_and(|outlet| outlet.fault.is_some()) {
            return Err("The connector has a fault: clear it first.".to_owned());
        }
        if connector.is_inoperative {
            return Err("The CSMS has switched the connector off: it must make it operative first.".to_owned());
        }
        if self.jobs.keep_connectors() {
            return Err("New firmware is about to be installed: nobody can begin to charge now.".to_owned());
        }
        self.is_free_for(core, number, token, None, true)
    }

    /// Finds out whether a token is good: by the station's own knowledge, or by asking the CSMS.
    pub(super) fn authorize(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        number: u8,
        token: &str,
        question: Question,
    ) -> Result<(), String> {
        let verdict = self.own_verdict(core, now, token);
        if !is_talking(core) {
            return self.settle_alone(core, now, number, token, question, verdict);
        }
        if self.configuration.is_on("LocalPreAuthorize")
            && let Verdict::Good(parent) = verdict
        {
            return self.settle(core, now, number, (token, parent), question);
        }
        if let Some(connector) = self.connector_mut(number) {
            connector.asked = Some(Asked { token: token.to_owned(), question });
        }
        let purpose = Purpose::Authorize { outlet: number, token: token.to_owned() };
        core.outbox.call("Authorize", Object::new().text("idTag", token).done(), purpose);
        Ok(())
    }

    pub(super) fn own_verdict(&self, core: &Core, now: EpochMillis, token: &str) -> Verdict {
        let list = Some(&self.list).filter(|_| self.configuration.is_on("LocalAuthListEnabled"));
        let cache = Some(&self.cache).filter(|_| self.configuration.is_on("AuthorizationCacheEnabled"));
        local_list::verdict(list, cache, token, core.clock(now))
    }

    /// Without the CSMS the station goes by what it knows.
    fn settle_alone(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        number: u8,
        token: &str,
        question: Question,
        verdict: Verdict,
    ) -> Result<(), String> {
        let parent = match verdict {
            Verdict::Bad(status) => return Err(format!("The station knows this token as {status}.")),
            Verdict::Good(parent) if self.configuration.is_on("LocalAuthorizeOffline") => parent,
            Verdict::Good(_) => {
                return Err("The CSMS cannot be asked, and LocalAuthorizeOffline is off.".to_owned());
            }
            Verdict::Unknown if self.configuration.is_on("AllowOfflineTxForUnknownId") => None,
            Verdict::Unknown => {
                return Err("The CSMS cannot be asked, and the station does not know this token.".to_owned());
            }
        };
        self.settle(core, now, number, (token, parent), question)
    }

    /// A token is good: what it was presented for happens.
    fn settle(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        number: u8,
        (token, parent): (&str, Option<String>),
        question: Question,
    ) -> Result<(), String> {
        let running = self.connector(number).and_then(|connector| connector.transaction.as_ref());
        match (question, running) {
            (Question::Stop, Some(running)) => {
                if !local_list::may_stop(token, parent.as_deref(), &running.token, running.parent.as_deref()) {
                    return Err(
                        "Another token began this transaction: only that one, or one of its group, ends it.".into()
                    );
                }
                self.stop(core, now, number, "Local", Some(token));
                Ok(())
            }
            (Question::Start { profile }, None) => {
                self.is_free_for(core, number, token, parent.as_deref(), false)?;
                self.grant(core, now, number, Granted { token: token.to_owned(), parent, until: None, profile });
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The CSMS has answered about a token, or not.
    pub(super) fn authorized(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        number: u8,
        token: &str,
        info: Option<Info>,
    ) {
        let asked =
            self.connector_mut(number).and_then(|connector| connector.asked.take_if(|asked| asked.token == token));
        if let Some(info) = &info {
            self.remember(core, now, token, info.clone());
        }
        let Some(asked) = asked else { return };
        let settled = match info {
            Some(info) if info.status == "Accepted" => {
                self.settle(core, now, number, (token, info.parent), asked.question)
            }
            Some(info) => {
                let what = if asked.question == Question::Stop { "end the transaction" } else { "charge here" };
                Err(format!("The CSMS says {}: this token cannot {what}.", info.status))
            }
            // The line went while the CSMS was asked.
            None if !core.is_online => {
                let verdict = self.own_verdict(core, now, token);
                self.settle_alone(core, now, number, token, asked.question, verdict)
            }
            None => Err("The CSMS has given no usable answer to Authorize: present the token again.".to_owned()),
        };
        if let Err(why) = settled {
            core.note(Severity::Warning, why);
        }
    }

    /// What the CSMS says about a token is kept, unless the local list speaks of it. If the list says otherwise, the CSMS
    /// is told so.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 sections 3.5.1 and 3.5.2.
    pub(super) fn remember(&mut self, core: &mut Core, now: EpochMillis, token: &str, info: Info) {
        let clock = core.clock(now);
        let listed = self.list.find(token).filter(|_| self.configuration.is_on("LocalAuthListEnabled"));
        if let Some(listed) = listed {
            if listed.is_good(clock) != (info.status == "Accepted") {
                self.tell_list_conflict(core, now);
            }
        } else if self.configuration.is_on("AuthorizationCacheEnabled") {
            self.cache.cache(token, info, clock);
        }
    }

    /// Someone may charge: at once if the plug is in, else within `ConnectionTimeOut`; 0 is no limit.
    pub(super) fn grant(&mut self, core: &mut Core, now: EpochMillis, number: u8, granted: Granted) {
        let timeout = f64::from(self.configuration.number("ConnectionTimeOut")) * 1_000.0;
        let is_plugged = core.outlet(number).is_some_and(|outlet| outlet.car.is_some());
        let Some(connector) = self.connector_mut(number) else { return };
        connector.token = Some(granted.token.clone());
        let until = (timeout > 0.0 && !is_plugged).then_some(now + timeout);
        connector.granted = Some(Granted { until, ..granted });
        self.report_changes_in_order(core, now);
        if is_plugged {
            self.begin(core, now, number);
        }
    }

    /// Whoever may charge charges.
    fn begin(&mut self, core: &mut Core, now: EpochMillis, number: u8) {
        let clock = core.clock(now);
        let goes_at_once = is_talking(core) && core.outbox.n_kept() == 0;
        let Some(granted) = self.connector_mut(number).and_then(|connector| connector.granted.take()) else { return };
        if core.outlet(number).is_some_and(|outlet| outlet.fault.is_some()) {
            core.note(Severity::Warning, "The connector has a fault: nothing can be charged there.");
            return;
        }
        let reservation = self.take_reservation(number, &granted.token, granted.parent.as_deref());
        let Some(outlet) = core.outlet_mut(number) else { return };
        outlet.is_closed = true;
        let reading = outlet.reading();
        let interval = f64::from(self.configuration.number("MeterValueSampleInterval")) * 1_000.0;
        self.n_transactions += 1;
        let transaction = Transaction {
            number: self.n_transactions,
            id: None,
            token: granted.token.clone(),
            parent: granted.parent,
            started_at: now,
            sample_due: (interval > 0.0).then_some(now + interval),
            data: self.meter_value("StopTxnSampledData", "Transaction.Begin", clock, &reading).into_iter().collect(),
            most_wh: None,
        };
        let purpose = Purpose::Start { outlet: number, transaction: transaction.number };
        if let Some(connector) = self.connector_mut(number) {
            connector.is_finishing = false;
            connector.holds_for = goes_at_once.then_some(transaction.number);
            connector.transaction = Some(transaction);
        }
        let payload = Object::new()
            .integer("connectorId", number.into())
            .text("idTag", &granted.token)
            .integer("meterStart", meter::whole_wh(&reading))
            .maybe(reservation, |object, id| object.integer("reservationId", id))
            .instant("timestamp", clock)
            .done();
        core.outbox.keep("StartTransaction", payload, purpose);
        if let Some(profile) = granted.profile {
            self.install_with_start(core, number, &profile);
        }
    }

    /// The CSMS has answered a StartTransaction.
    pub(super) fn started(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        (number, transaction): (u8, u32),
        call: &Waiting,
        (tree, root): (&Tree<'_>, NodeId),
    ) {
        let id = tree.get(root, "transactionId").and_then(|node| tree.integer(node));
        let info = tree.get(root, "idTagInfo").map(|node| Info::read(tree, node));
        if let Some(id) = id {
            self.ids.push((transaction, id));
        }
        if let (Some(info), Some(token)) = (&info, super::token_of(call)) {
            self.remember(core, now, &token, info.clone());
        }
        let most_more = f64::from(self.configuration.number("MaxEnergyOnInvalidId"));
        let running = self.connector_mut(number).and_then(|connector| connector.transaction.as_mut());
        let Some(running) = running.filter(|running| running.number == transaction) else { return };
        running.id = id;
        let Some(info) = info else { return };
        if info.status == "Accepted" {
            running.parent = info.parent.or_else(|| running.parent.take());
        } else {
            running.most_wh = core.outlet(number).map(|outlet| outlet.reading().energy_wh + most_more);
            core.note(Severity::Warning, format!("The CSMS says {} to the StartTransaction.", info.status));
            self.enforce(core, now, number);
        }
    }

    /// A transaction whose token was refused gets no more energy than `MaxEnergyOnInvalidId`, and ends then if
    /// `StopTransactionOnInvalidId` says so.
    fn enforce(&mut self, core: &mut Core, now: EpochMillis, number: u8) {
        let running = self.connector(number).and_then(|connector| connector.transaction.as_ref());
        let Some(most_wh) = running.and_then(|running| running.most_wh) else { return };
        if core.outlet(number).is_none_or(|outlet| outlet.reading().energy_wh < most_wh) {
            return;
        }
        if self.configuration.is_on("StopTransactionOnInvalidId") {
            self.stop(core, now, number, "DeAuthorized", None);
        } else if let Some(outlet) = core.outlet_mut(number) {
            outlet.is_closed = false;
        }
    }

    /// Ends the transaction of a connector, if there is one; `token` is whose holder ended it.
    pub(super) fn stop(&mut self, core: &mut Core, now: EpochMillis, number: u8, reason: &str, token: Option<&str>) {
        let clock = core.clock(now);
        let goes_at_once = is_talking(core) && core.outbox.n_kept() == 0;
        let (Some(connector), Some(outlet)) = (self.connector_mut(number), core.outlet_mut(number)) else { return };
        let Some(mut transaction) = connector.transaction.take() else { return };
        outlet.is_closed = false;
        if let Some(car) = &mut outlet.car {
            car.is_paused = false;
        }
        let reading = outlet.reading();
        connector.is_finishing = outlet.car.is_some();
        if let Some(is_inoperative) = connector.is_inoperative_later.take() {
            connector.is_inoperative = is_inoperative;
        }
        if goes_at_once && core.reboot.is_none() {
            connector.holds_for = Some(transaction.number);
        }
        if !self.has_transaction()
            && let Some(is_inoperative) = self.whole.is_inoperative_later.take()
        {
            self.whole.is_inoperative = is_inoperative;
        }
        transaction.data.extend(self.meter_value("StopTxnSampledData", "Transaction.End", clock, &reading));
        let payload = Object::new()
            .raw("transactionId", "null")
            .maybe(token, |object, token| object.text("idTag", token))
            .integer("meterStop", meter::whole_wh(&reading))
            .instant("timestamp", clock)
            .text("reason", reason)
            .maybe(Some(&transaction.data).filter(|data| !data.is_empty()), |object, data| {
                object.raw("transactionData", &object::list(data))
            })
            .done();
        let purpose = Purpose::Stop { outlet: number, transaction: transaction.number };
        core.outbox.keep("StopTransaction", payload, purpose);
        core.profiles.transaction_ended(number);
    }

    /// What time does to a connector.
    pub(super) fn follow_time(&mut self, core: &mut Core, now: EpochMillis, number: u8) {
        let Some(connector) = self.connector_mut(number) else { return };
        let late = connector.granted.take_if(|granted| granted.until.is_some_and(|until| now >= until));
        if let Some(late) = late {
            let text = format!("No plug came in time: the start with token {:?} is cancelled.", late.token);
            core.note(Severity::Info, text);
        }
        self.enforce(core, now, number);
        self.sample(core, now, number);
    }
}
