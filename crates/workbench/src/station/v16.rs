//! The station of OCPP 1.6.

use super::core::{Core, RebootCause};
use super::facts::Facts;
use super::outbox::{Purpose, Sent, Waiting};
use super::{Act, Answer, Request};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// What 1.6 says about the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {}

impl Machine {
    /// A station that was just switched on.
    pub fn new(_core: &mut Core) -> Self {
        Self {}
    }

    /// Payload of the BootNotification.
    pub fn boot_payload(&self, core: &Core) -> String {
        let setup = &core.setup;
        let serial = Some(&setup.serial).filter(|serial| !serial.is_empty());
        Object::new()
            .text("chargePointVendor", &setup.vendor)
            .text("chargePointModel", &setup.model)
            .maybe(serial, |object, serial| object.text("chargePointSerialNumber", serial))
            .text("firmwareVersion", &setup.firmware)
            .done()
    }

    /// The CSMS has accepted the station.
    pub fn accepted(&mut self, core: &mut Core, now: EpochMillis) {
        for connector in 0..=core.outlets.len() {
            let payload = Object::new()
                .integer("connectorId", connector as i64)
                .text("errorCode", "NoError")
                .text("status", "Available")
                .instant("timestamp", core.clock(now))
                .done();
            core.outbox.call("StatusNotification", payload, Purpose::Other);
        }
    }

    /// The connection is back, without a start of the station.
    pub fn back_online(&mut self, _core: &mut Core, _now: EpochMillis) {}

    /// The connection is gone.
    pub fn went_offline(&mut self, _core: &mut Core, _now: EpochMillis) {}

    /// Ends what is going on, because the station starts anew.
    pub fn end_all(&mut self, _core: &mut Core, _now: EpochMillis, _cause: RebootCause) {}

    /// Its user does something.
    pub fn act(&mut self, _core: &mut Core, _now: EpochMillis, _outlet: u8, _act: &Act) -> Result<(), String> {
        Ok(())
    }

    /// The CSMS asks for something.
    pub fn request(&mut self, _core: &mut Core, _now: EpochMillis, _request: Request<'_>) -> Answer {
        Answer::NotModelled
    }

    /// What became of a call: the payload of its CallResult, or `None` when it was not taken.
    pub fn answered(
        &mut self,
        _core: &mut Core,
        _now: EpochMillis,
        _call: &Waiting,
        _result: Option<(&Tree<'_>, NodeId)>,
    ) {
    }

    /// Fills in what was not known when the call was put in the queue, such as the transaction's number.
    pub fn complete(&mut self, sent: Sent) -> Sent {
        sent
    }

    /// Time has passed; the meters have run until now.
    pub fn handle_timeout(&mut self, _core: &mut Core, _now: EpochMillis) {}

    /// When [`Machine::handle_timeout`] has something to do.
    pub fn poll_timeout(&self, _core: &Core) -> Option<EpochMillis> {
        None
    }

    /// The interval of heartbeats that is configured; `None` while it was never set.
    pub fn heartbeat_seconds(&self) -> Option<u32> {
        None
    }

    /// The CSMS named this interval when it accepted the station.
    pub fn set_heartbeat_seconds(&mut self, _seconds: u32) {}

    /// A transaction is going on.
    pub fn has_transaction(&self) -> bool {
        false
    }

    /// What stands at an outlet.
    pub fn facts(&self, core: &Core, outlet: u8) -> Facts {
        Facts { outlet: outlet.into(), token: core.setup.token.clone(), ..Facts::default() }
    }
}
