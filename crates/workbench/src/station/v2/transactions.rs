//! One transaction, and the `TransactionEvent`s that tell of it.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, chapter E: `seqNo` from 0 without gaps, `evse`, `idToken`, `reservationId` and
//! `remoteStartId` told once (E01.FR.16, E03.FR.01, F01), `offline` for what happened without a connection (E04).

use super::super::core::Core;
use super::super::outbox::Purpose;
use super::tokens::Token;
use super::{Machine, meter};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::json;
use serde::{Deserialize, Serialize};

/// Most values that the last message of a transaction carries; of more, every other is left out.
const MOST_ENDED_VALUES: usize = 200;

/// A transaction that is going on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Transaction {
    /// `transactionId`.
    pub id: String,
    /// Our own number.
    pub number: u32,
    /// `seqNo` of the next event.
    pub seq_no: u32,
    /// `chargingState` as it was told last.
    pub state: String,
    /// A car was connected, and an event has told the EVSE.
    pub has_told_evse: bool,
    pub remote_start_id: Option<i64>,
    /// The token it was authorized by first.
    pub token: Option<Token>,
    /// When it began.
    pub started_at: EpochMillis,
    /// Power that was offered when it was told last, in W; `None` before the relay was closed.
    pub offered_w: Option<f64>,
    /// When the next value is due.
    next_sample: Option<EpochMillis>,
    /// When the next value for the last message is due.
    next_ended_sample: Option<EpochMillis>,
    ended_values: Vec<String>,
    /// `stoppedReason`, once somebody has stopped it and it only waits for its end.
    pub stopped: Option<String>,
}

/// Why an event is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Cause {
    /// `triggerReason`.
    pub trigger: &'static str,
    /// `stoppedReason`, should it end the transaction.
    pub stopped: &'static str,
    /// `idToken` that was presented to end it.
    pub token: Option<Token>,
}

impl Cause {
    pub(super) const fn of(trigger: &'static str, stopped: &'static str) -> Self {
        Self { trigger, stopped, token: None }
    }
}

fn due(now: EpochMillis, seconds: u32) -> Option<EpochMillis> {
    (seconds > 0).then(|| now + f64::from(seconds) * 1_000.0)
}

impl Machine {
    fn sampled(&self, name: &str) -> u32 {
        if self.variables.flag("SampledDataCtrlr.Enabled") {
            self.variables.count(&format!("SampledDataCtrlr.{name}"))
        } else {
            0
        }
    }

    fn sampled_value(&self, core: &Core, now: EpochMillis, outlet: u8, key: &str, context: &str) -> Option<String> {
        if key.starts_with("SampledDataCtrlr") && !self.variables.flag("SampledDataCtrlr.Enabled") {
            return None;
        }
        let reading = core.outlet(outlet)?.reading();
        meter::meter_value(&reading, self.variables.text(key), context, core.clock(now))
    }

    /// Begins a transaction and tells it.
    pub(super) fn begin(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, state: &str, cause: &Cause) {
        self.n_transactions += 1;
        let (updated, ended) = (self.sampled("TxUpdatedInterval"), self.sampled("TxEndedInterval"));
        let transaction = Transaction {
            id: core.chance.uuid(),
            number: self.n_transactions,
            seq_no: 0,
            state: state.to_owned(),
            has_told_evse: false,
            remote_start_id: None,
            token: None,
            started_at: now,
            offered_w: None,
            next_sample: due(now, updated),
            next_ended_sample: due(now, ended),
            ended_values: Vec::new(),
            stopped: None,
        };
        let first = self.sampled_value(core, now, outlet, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.Begin");
        let value = self.sampled_value(core, now, outlet, "SampledDataCtrlr.TxStartedMeasurands", "Transaction.Begin");
        if let Some(place) = self.place_mut(outlet) {
            place.transaction = Some(Transaction { ended_values: first.into_iter().collect(), ..transaction });
        }
        self.install_start_profile(core, outlet);
        self.tell_event(core, now, outlet, "Started", cause, value.into_iter().collect());
    }

    /// Tells something about a transaction.
    pub(super) fn update(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, cause: &Cause) {
        self.tell_event(core, now, outlet, "Updated", cause, Vec::new());
    }

    /// Ends a transaction and tells it.
    pub(super) fn end(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, cause: &Cause) {
        let last = self.sampled_value(core, now, outlet, "SampledDataCtrlr.TxEndedMeasurands", "Transaction.End");
        let has_car = core.outlet(outlet).is_some_and(|outlet| outlet.car.is_some());
        let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.as_mut()) else { return };
        // Nothing flows any more.
        if has_car { "EVConnected" } else { "Idle" }.clone_into(&mut transaction.state);
        let mut values = std::mem::take(&mut transaction.ended_values);
        values.extend(last);
        self.tell_event(core, now, outlet, "Ended", cause, values);
        if let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.take()) {
            if self.ended.len() >= 50 {
                self.ended.remove(0);
            }
            self.forget_messages_of(&transaction.id);
            self.ended.push((transaction.id, transaction.number));
        }
        self.transaction_ended(core, now, outlet);
    }

    fn tell_event(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        outlet: u8,
        kind: &str,
        cause: &Cause,
        values: Vec<String>,
    ) {
        let clock = core.clock(now);
        let is_offline = !core.is_online;
        let has_car = core.outlet(outlet).is_some_and(|outlet| outlet.car.is_some());
        let Some(place) = self.place_mut(outlet) else { return };
        let Some(transaction) = &mut place.transaction else { return };
        // What is known by now and was not told yet.
        let tells_evse = has_car && !transaction.has_told_evse;
        transaction.has_told_evse |= tells_evse;
        let mut token = cause.token.clone();
        let mut remote_start_id = None;
        if let Some(authorization) = place.authorization.as_mut().filter(|authorization| !authorization.is_told) {
            authorization.is_told = true;
            transaction.token.get_or_insert_with(|| authorization.token.clone());
            token = token.or_else(|| Some(authorization.token.clone()));
            remote_start_id = authorization.remote_start_id;
            transaction.remote_start_id = remote_start_id;
        }
        let reservation = place.used_reservation.take();
        let is_periodic = matches!(cause.trigger, "MeterValuePeriodic" | "MeterValueClock");
        let stopped = Some(cause.stopped).filter(|_| kind == "Ended").filter(|reason| !reason.is_empty());
        let stopped = transaction.stopped.clone().filter(|_| kind == "Ended").or_else(|| stopped.map(str::to_owned));
        let info = Object::new()
            .text("transactionId", &transaction.id)
            .maybe((!is_periodic).then_some(&transaction.state), |object, state| object.text("chargingState", state))
            .maybe(stopped, |object, reason| object.text("stoppedReason", &reason))
            .maybe(remote_start_id, |object, id| object.integer("remoteStartId", id))
            .done();
        let evse = Object::new().integer("id", outlet.into()).integer("connectorId", 1).done();
        let payload = Object::new()
            .text("eventType", kind)
            .instant("timestamp", clock)
            .text("triggerReason", cause.trigger)
            .integer("seqNo", transaction.seq_no.into())
            .maybe(is_offline.then_some(true), |object, offline| object.flag("offline", offline))
            .maybe(reservation, |object, id| object.integer("reservationId", id))
            .raw("transactionInfo", &info)
            .maybe(tells_evse.then_some(evse), |object, evse| object.raw("evse", &evse))
            .maybe(token, |object, token| object.raw("idToken", &token.json()))
            .maybe((!values.is_empty()).then_some(values), |object, values| object.list("meterValue", &values))
            .done();
        transaction.seq_no += 1;
        let number = transaction.number;
        let purpose = match kind {
            "Started" => Purpose::Start { outlet, transaction: number },
            "Ended" => Purpose::Stop { outlet, transaction: number },
            _ => Purpose::During { outlet, transaction: number },
        };
        core.outbox.keep("TransactionEvent", payload, purpose);
    }

    /// The line broke: what is kept will be told later than it happened.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, E11.FR.07 and E04.FR.03.
    pub(super) fn mark_kept_offline(core: &mut Core) {
        core.outbox.rewrite_kept(|call| {
            let tree = json::parse(&call.payload).ok()?;
            if call.action != "TransactionEvent" || tree.get(tree.root(), "offline").is_some() {
                return None;
            }
            let seq_no = format!("\"seqNo\":{},", tree.raw(tree.get(tree.root(), "seqNo")?));
            Some(call.payload.replacen(&seq_no, &format!("{seq_no}\"offline\":true,"), 1))
        });
    }

    /// Tells the values of this moment.
    pub(super) fn update_with_values(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        outlet: u8,
        trigger: &'static str,
        key: &str,
        context: &str,
    ) {
        let value = self.sampled_value(core, now, outlet, key, context);
        self.tell_event(core, now, outlet, "Updated", &Cause::of(trigger, ""), value.into_iter().collect());
    }

    /// The rhythm of values has changed.
    pub(super) fn set_sampling(&mut self, now: EpochMillis) {
        let (updated, ended) = (self.sampled("TxUpdatedInterval"), self.sampled("TxEndedInterval"));
        for place in &mut self.places {
            if let Some(transaction) = &mut place.transaction {
                transaction.next_sample = due(now, updated);
                transaction.next_ended_sample = due(now, ended);
            }
        }
    }

    /// Values that are due.
    pub(super) fn sample(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let (updated, ended) = (self.sampled("TxUpdatedInterval"), self.sampled("TxEndedInterval"));
        let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.as_mut()) else { return };
        let is_due = follow_rhythm(&mut transaction.next_sample, now, updated);
        if follow_rhythm(&mut transaction.next_ended_sample, now, ended) {
            let key = "SampledDataCtrlr.TxEndedMeasurands";
            let value = self.sampled_value(core, now, outlet, key, "Sample.Periodic");
            if let Some(transaction) = self.place_mut(outlet).and_then(|place| place.transaction.as_mut()) {
                if transaction.ended_values.len() >= MOST_ENDED_VALUES {
                    let mut index = 0;
                    transaction.ended_values.retain(|_| {
                        index += 1;
                        index % 2 == 1
                    });
                }
                transaction.ended_values.extend(value);
            }
        }
        if is_due && !self.variables.text("SampledDataCtrlr.TxUpdatedMeasurands").is_empty() {
            let key = "SampledDataCtrlr.TxUpdatedMeasurands";
            self.update_with_values(core, now, outlet, "MeterValuePeriodic", key, "Sample.Periodic");
        }
    }

    /// When the next value of a transaction is due.
    pub(super) fn next_sample(transaction: &Transaction) -> Option<EpochMillis> {
        [transaction.next_sample, transaction.next_ended_sample].into_iter().flatten().reduce(f64::min)
    }

    /// Begins to count the slots of the clock anew.
    pub(super) fn set_clock_slot(&mut self, core: &Core, now: EpochMillis) {
        self.clock_slot = self.slot_millis().map(|millis| (core.clock(now) / millis).floor());
    }

    fn slot_millis(&self) -> Option<f64> {
        let seconds = self.variables.count("AlignedDataCtrlr.Interval");
        (seconds > 0 && self.variables.flag("AlignedDataCtrlr.Enabled")).then(|| f64::from(seconds) * 1_000.0)
    }

    /// When the next values by the clock are due.
    pub(super) fn next_clock(&self, core: &Core) -> Option<EpochMillis> {
        // Nobody has asked for values before the CSMS has accepted the station (B01.FR.08, B02.FR.02).
        if !core.registration.is_accepted() {
            return None;
        }
        Some((self.clock_slot? + 1.0) * self.slot_millis()? - core.ahead_millis)
    }

    /// Values by the clock that are due: in transactions and, without one, for the EVSE.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, J01; `SendDuringIdle` keeps them out of transactions.
    pub(super) fn sample_by_clock(&mut self, core: &mut Core, now: EpochMillis) {
        if self.next_clock(core).is_none_or(|due| now < due) {
            return;
        }
        self.set_clock_slot(core, now);
        let is_idle_only = self.variables.flag("AlignedDataCtrlr.SendDuringIdle");
        let has_any = self.places.iter().any(|place| place.transaction.is_some());
        for outlet in 1..=core.outlets.len() as u8 {
            let has_transaction = self.place(outlet).is_some_and(|place| place.transaction.is_some());
            if has_transaction && !is_idle_only {
                let key = "AlignedDataCtrlr.Measurands";
                self.update_with_values(core, now, outlet, "MeterValueClock", key, "Sample.Clock");
            } else if !has_transaction
                && core.is_online
                && !(is_idle_only && has_any)
                && let Some(payload) = self.meter_values(core, now, outlet, "Sample.Clock")
            {
                core.outbox.call("MeterValues", payload, Purpose::Other);
            }
        }
    }

    /// Payload of a MeterValues of an EVSE; `None` when there is nothing to tell.
    pub(super) fn meter_values(&self, core: &Core, now: EpochMillis, outlet: u8, context: &str) -> Option<String> {
        let value = self.sampled_value(core, now, outlet, "AlignedDataCtrlr.Measurands", context)?;
        Some(Object::new().integer("evseId", outlet.into()).list("meterValue", &[value]).done())
    }
}

/// The time has come; the next one is a whole number of intervals later, so that the rhythm is kept. What was missed
/// is not made up for.
fn follow_rhythm(next: &mut Option<EpochMillis>, now: EpochMillis, seconds: u32) -> bool {
    let Some(due) = next.filter(|due| now >= *due) else { return false };
    let interval = f64::from(seconds.max(1)) * 1_000.0;
    *next = Some(due + (((now - due) / interval).floor() + 1.0) * interval);
    true
}
