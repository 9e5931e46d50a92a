//! The station of OCPP 2.0.1 and 2.1.

use super::core::{Core, RebootCause};
use super::facts::Facts;
use super::outbox::{Purpose, Sent, Waiting};
use super::{Act, Answer, Request};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::json::{NodeId, Tree};
use ocpp_wire::version::Version;
use serde::{Deserialize, Serialize};

/// What 2.x says about the station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// The version as its number; 2.1 has more to say than 2.0.1.
    is_v21: bool,
}

impl Machine {
    /// A station that was just switched on.
    pub fn new(version: Version, _core: &mut Core) -> Self {
        Self { is_v21: version == Version::V21 }
    }

    /// Version it speaks.
    pub fn version(&self) -> Version {
        if self.is_v21 { Version::V21 } else { Version::V201 }
    }

    /// Payload of the BootNotification.
    pub fn boot_payload(&self, core: &Core) -> String {
        let setup = &core.setup;
        let serial = Some(&setup.serial).filter(|serial| !serial.is_empty());
        let station = Object::new()
            .text("model", &setup.model)
            .text("vendorName", &setup.vendor)
            .maybe(serial, |object, serial| object.text("serialNumber", serial))
            .text("firmwareVersion", &setup.firmware)
            .done();
        Object::new().text("reason", "PowerUp").raw("chargingStation", &station).done()
    }

    /// The CSMS has accepted the station.
    pub fn accepted(&mut self, core: &mut Core, now: EpochMillis) {
        for outlet in &core.outlets {
            let payload = Object::new()
                .instant("timestamp", core.clock(now))
                .text("connectorStatus", "Available")
                .integer("evseId", outlet.number.into())
                .integer("connectorId", 1)
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
