//! What the CSMS is told about a 1.6 station as it goes: statuses and meter values.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 4.7 and 4.9, 9.1.5, 9.1.17 to 9.1.20; errata v4 3.15, 3.16, 3.91.

use super::connector::Status;
use super::{Machine, UNKNOWN_ID, is_talking, meter};
use crate::object::Object;
use crate::station::core::Core;
use crate::station::outbox::Purpose;
use crate::station::outlet::Reading;
use crate::transcript::EpochMillis;
use ocpp_wire::json;

/// Most meter values in a StopTransaction.
const MOST_METER_VALUES: usize = 200;

/// Milliseconds of a day.
const DAY_MILLIS: f64 = 86_400_000.0;

impl Machine {
    /// Status of a connector; 0 is the station as a whole.
    pub(super) fn status(&self, core: &Core, number: u8) -> Status {
        if number == 0 {
            return if self.whole.is_inoperative { Status::Unavailable } else { Status::Available };
        }
        let is_reserved = self.reservations.iter().any(|reservation| reservation.connector == number);
        match (self.connector(number), core.outlet(number)) {
            (Some(connector), Some(outlet)) => {
                let is_kept = self.jobs.keep_connectors() && connector.transaction.is_none() && outlet.fault.is_none();
                if is_kept { Status::Unavailable } else { connector.status(outlet, is_reserved) }
            }
            _ => Status::Unavailable,
        }
    }

    /// Payload of a `StatusNotification`.
    fn status_payload(core: &Core, now: EpochMillis, number: u8, status: Status) -> String {
        let fault = core.outlet(number).and_then(|outlet| outlet.fault.as_deref());
        let fault = fault.filter(|_| status == Status::Faulted);
        Object::new()
            .integer("connectorId", number.into())
            .text("errorCode", fault.unwrap_or("NoError"))
            .maybe(fault, |object, _| object.text("info", "Set by the user of the station"))
            .text("status", status.as_str())
            .instant("timestamp", core.clock(now))
            .done()
    }

    fn tell_status(core: &mut Core, now: EpochMillis, number: u8, status: Status) {
        let payload = Self::status_payload(core, now, number, status);
        core.outbox.call("StatusNotification", payload, Purpose::Other);
    }

    /// The local list and the CSMS do not agree about a token.
    pub(super) fn tell_list_conflict(&self, core: &mut Core, now: EpochMillis) {
        let payload = Object::new()
            .integer("connectorId", 0)
            .text("errorCode", "LocalListConflict")
            .text("status", self.status(core, 0).as_str())
            .instant("timestamp", core.clock(now))
            .done();
        core.outbox.call("StatusNotification", payload, Purpose::Other);
    }

    /// The CSMS has asked for a status: it is told the one of now, unless that is on its way and cannot follow the one
    /// the CSMS knows.
    pub(super) fn tell_status_early(&mut self, core: &mut Core, now: EpochMillis, number: u8) {
        let status = self.status(core, number);
        let known = if number == 0 { self.whole.reported } else { self.connector(number).and_then(|c| c.reported) };
        let known = known.filter(|known| number > 0 && known.step_towards(status).is_some());
        let status = known.unwrap_or(status);
        core.outbox.call_early("StatusNotification", Self::status_payload(core, now, number, status), Purpose::Other);
        if is_talking(core) && known.is_none() {
            self.told(number, status);
        }
    }

    /// Tells the status of the station and of every connector.
    pub(super) fn report_everything(&mut self, core: &mut Core, now: EpochMillis) {
        for number in std::iter::once(0).chain(self.numbers()) {
            let status = self.status(core, number);
            Self::tell_status(core, now, number, status);
            self.told(number, status);
        }
    }

    /// Tells each status that is not the one the CSMS knows; the first after an interruption may follow any other.
    pub(super) fn report_changes(&mut self, core: &mut Core, now: EpochMillis) {
        for number in std::iter::once(0).chain(self.numbers()) {
            let status = self.status(core, number);
            let known = if number == 0 { self.whole.reported } else { self.connector(number).and_then(|c| c.reported) };
            if known.unwrap_or(Status::Available) != status {
                Self::tell_status(core, now, number, status);
                self.told(number, status);
            }
        }
    }

    fn told(&mut self, number: u8, status: Status) {
        let connector = if number == 0 { Some(&mut self.whole) } else { self.connector_mut(number) };
        if let Some(connector) = connector {
            connector.reported = Some(status);
            connector.turning = None;
            connector.holds_for = None;
        }
    }

    /// Tells what has changed, along the transitions that are allowed, once it has lasted long enough.
    pub(super) fn report_changes_in_order(&mut self, core: &mut Core, now: EpochMillis) {
        if !is_talking(core) || core.reboot.is_some() {
            return;
        }
        let shortest = f64::from(self.configuration.number("MinimumStatusDuration")) * 1_000.0;
        for number in std::iter::once(0).chain(self.numbers()) {
            let to = self.status(core, number);
            let connector = if number == 0 { Some(&mut self.whole) } else { self.connector_mut(number) };
            let Some(connector) = connector.filter(|connector| connector.holds_for.is_none()) else { continue };
            let from = connector.reported.unwrap_or(Status::Available);
            if from == to {
                connector.turning = None;
                continue;
            }
            let since = connector.turning.filter(|(status, _)| *status == to).map_or(now, |(_, since)| since);
            if now - since < shortest {
                connector.turning = Some((to, since));
                continue;
            }
            if let Some(between) = from.step_towards(to).filter(|_| number > 0) {
                Self::tell_status(core, now, number, between);
            }
            Self::tell_status(core, now, number, to);
            self.told(number, to);
        }
    }

    /// The CSMS has taken a `StatusNotification`.
    pub(super) fn confirm(&mut self, payload: &str) {
        let Ok(tree) = json::parse(payload) else { return };
        let root = tree.root();
        let number = tree.get(root, "connectorId").and_then(|node| tree.integer(node)).unwrap_or(-1);
        let status = tree.get_string(root, "status").and_then(|word| Status::from_word(&word));
        let Ok(number) = u8::try_from(number) else { return };
        let connector = if number == 0 { Some(&mut self.whole) } else { self.connector_mut(number) };
        if let Some(connector) = connector {
            connector.confirmed = status;
        }
    }

    /// The first or last message of a transaction is through: statuses need not wait for it any more.
    pub(super) fn release(&mut self, number: u8, transaction: u32) {
        if let Some(connector) = self.connector_mut(number) {
            connector.holds_for.take_if(|of| *of == transaction);
        }
    }

    /// A `MeterValue` with the measurands of a key; `None` when there is nothing to tell.
    pub(super) fn meter_value(
        &self,
        key: &str,
        context: &str,
        clock: EpochMillis,
        reading: &Reading,
    ) -> Option<String> {
        meter::meter_value(&self.configuration.text(key), context, clock, reading)
    }

    /// Queues a MeterValues. During a transaction it must arrive; otherwise it matters only now. `is_early`: the CSMS has
    /// asked for it, and may not have accepted the station yet.
    pub(super) fn tell_meter_value(&self, core: &mut Core, number: u8, value: &str, is_early: bool) {
        let running = self.connector(number).and_then(|connector| connector.transaction.as_ref());
        let payload = Object::new().integer("connectorId", number.into());
        let values = format!("[{value}]");
        match running {
            Some(transaction) => {
                let payload = payload.raw("transactionId", "null").raw("meterValue", &values).done();
                debug_assert!(payload.contains(UNKNOWN_ID), "the number is filled in later");
                let purpose = Purpose::During { outlet: number, transaction: transaction.number };
                core.outbox.keep("MeterValues", payload, purpose);
            }
            None => {
                let payload = payload.raw("meterValue", &values).done();
                if is_early {
                    core.outbox.call_early("MeterValues", payload, Purpose::Other);
                } else if is_talking(core) {
                    core.outbox.call("MeterValues", payload, Purpose::Other);
                }
            }
        }
    }

    /// Keeps a meter value for the StopTransaction. When there are too many, every second one goes, never the first.
    pub(super) fn keep_for_stop(&mut self, number: u8, value: Option<String>) {
        let transaction = self.connector_mut(number).and_then(|connector| connector.transaction.as_mut());
        let (Some(transaction), Some(value)) = (transaction, value) else { return };
        // One place is left for the last value.
        if transaction.data.len() + 1 >= MOST_METER_VALUES {
            let mut index = 0_usize;
            transaction.data.retain(|_| {
                index += 1;
                index % 2 == 1
            });
        }
        transaction.data.push(value);
    }

    /// The meter is read in the rhythm of `MeterValueSampleInterval` from the start of the transaction. Readings that
    /// were missed while the computer slept are not made up for.
    pub(super) fn sample(&mut self, core: &mut Core, now: EpochMillis, number: u8) {
        let interval = f64::from(self.configuration.number("MeterValueSampleInterval")) * 1_000.0;
        let transaction = self.connector_mut(number).and_then(|connector| connector.transaction.as_mut());
        let Some(transaction) = transaction else { return };
        let Some(due) = transaction.sample_due.filter(|due| now >= *due) else { return };
        transaction.sample_due = (interval > 0.0).then(|| due + (((now - due) / interval).floor() + 1.0) * interval);
        let (Some(outlet), clock) = (core.outlet(number), core.clock(now)) else { return };
        let reading = outlet.reading();
        let kept = self.meter_value("StopTxnSampledData", "Sample.Periodic", clock, &reading);
        self.keep_for_stop(number, kept);
        if let Some(value) = self.meter_value("MeterValuesSampledData", "Sample.Periodic", clock, &reading) {
            self.tell_meter_value(core, number, &value, false);
        }
    }

    /// A changed `MeterValueSampleInterval` counts from now on.
    pub(super) fn restart_sampling(&mut self, now: EpochMillis) {
        let interval = f64::from(self.configuration.number("MeterValueSampleInterval")) * 1_000.0;
        for connector in &mut self.connectors {
            if let Some(transaction) = &mut connector.transaction {
                transaction.sample_due = (interval > 0.0).then_some(now + interval);
            }
        }
    }

    /// The meters are read in step with the clock, counted from midnight.
    pub(super) fn follow_clock(&mut self, core: &mut Core, now: EpochMillis) {
        let interval = f64::from(self.configuration.number("ClockAlignedDataInterval")) * 1_000.0;
        if interval <= 0.0 {
            self.aligned_due = None;
            return;
        }
        let clock = core.clock(now);
        let midnight = (clock / DAY_MILLIS).floor() * DAY_MILLIS;
        let next = (midnight + (((clock - midnight) / interval).floor() + 1.0) * interval).min(midnight + DAY_MILLIS);
        let is_due = self.aligned_due.is_some_and(|due| clock >= due);
        self.aligned_due = Some(next);
        if !is_due {
            return;
        }
        for number in self.numbers() {
            let Some(outlet) = core.outlet(number) else { continue };
            let reading = outlet.reading();
            let kept = self.meter_value("StopTxnAlignedData", "Sample.Clock", clock, &reading);
            self.keep_for_stop(number, kept);
            if let Some(value) = self.meter_value("MeterValuesAlignedData", "Sample.Clock", clock, &reading) {
                self.tell_meter_value(core, number, &value, false);
            }
        }
    }
}
