//! The calls that the demo CSMS sends when its user wants it to.

use super::DemoCsms;
use crate::object::{Object, list};
use crate::port::{DemoFault, DemoOrder};
use crate::transcript::EpochMillis;

/// The token it charges and reserves for.
const TOKEN: &str = "04A2B3C4D5E680";

/// A reservation lasts so long.
const RESERVED_MILLIS: f64 = 600_000.0;

/// What its profile allows, in amperes per phase.
const PROFILE_AMPERES: i64 = 10;

impl DemoOrder {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 8] = [
        Self::StartCharging,
        Self::StopCharging,
        Self::SendProfile,
        Self::AskConfiguration,
        Self::AskOneValue,
        Self::TriggerStatus,
        Self::Reserve,
        Self::Reset,
    ];

    /// The words on its button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::StartCharging => "Start charging",
            Self::StopCharging => "Stop charging",
            Self::SendProfile => "Send charging profile",
            Self::AskConfiguration => "Ask for configuration",
            Self::AskOneValue => "Ask for one value",
            Self::TriggerStatus => "Ask for status",
            Self::Reserve => "Reserve",
            Self::Reset => "Reset",
        }
    }

    /// The action it sends.
    pub const fn action(self, is_v2: bool) -> &'static str {
        match self {
            Self::StartCharging if is_v2 => "RequestStartTransaction",
            Self::StartCharging => "RemoteStartTransaction",
            Self::StopCharging if is_v2 => "RequestStopTransaction",
            Self::StopCharging => "RemoteStopTransaction",
            Self::SendProfile => "SetChargingProfile",
            Self::AskConfiguration if is_v2 => "GetBaseReport",
            Self::AskOneValue if is_v2 => "GetVariables",
            Self::AskConfiguration | Self::AskOneValue => "GetConfiguration",
            Self::TriggerStatus => "TriggerMessage",
            Self::Reserve => "ReserveNow",
            Self::Reset => "Reset",
        }
    }
}

impl DemoFault {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 6] =
        [Self::CodeSpelling, Self::InvalidAnswers, Self::Late, Self::Silent, Self::SecondCall, Self::AnswerTwice];

    /// The words beside its checkbox.
    pub const fn label(self) -> &'static str {
        match self {
            Self::CodeSpelling => "Error codes of the other version",
            Self::InvalidAnswers => "Invalid answers",
            Self::Late => "Answers 12 s late",
            Self::Silent => "No answers",
            Self::SecondCall => "Second call before the answer",
            Self::AnswerTwice => "Every answer twice",
        }
    }
}

/// The call it sends too early when it is told to misbehave.
pub(super) fn second_call() -> (&'static str, String) {
    ("TriggerMessage", Object::new().text("requestedMessage", "Heartbeat").done())
}

impl DemoCsms {
    /// Action and payload for an order; `None` when there is nothing to do it with any more.
    pub(super) fn call_for(&mut self, now: EpochMillis, order: DemoOrder) -> Option<(&'static str, String)> {
        let is_v2 = self.version.is_v2();
        let number = i64::from(self.n_calls) + 1;
        let token = || Object::new().text("idToken", TOKEN).text("type", "ISO14443").done();
        let outlet = if is_v2 { "evseId" } else { "connectorId" };
        let payload = match order {
            DemoOrder::StartCharging if is_v2 => {
                Object::new().raw("idToken", &token()).integer("remoteStartId", number).integer("evseId", 1)
            }
            DemoOrder::StartCharging => Object::new().text("idTag", TOKEN).integer("connectorId", 1),
            DemoOrder::StopCharging => {
                let id = &self.transaction()?.id;
                if is_v2 { Object::new().text("transactionId", id) } else { Object::new().raw("transactionId", id) }
            }
            DemoOrder::SendProfile if is_v2 => {
                Object::new().integer("evseId", 1).raw("chargingProfile", &profile("id", &list(&[schedule(Some(1))])))
            }
            DemoOrder::SendProfile => Object::new()
                .integer("connectorId", 1)
                .raw("csChargingProfiles", &profile("chargingProfileId", &schedule(None))),
            DemoOrder::AskConfiguration if is_v2 => {
                Object::new().integer("requestId", number).text("reportBase", "FullInventory")
            }
            DemoOrder::AskConfiguration => Object::new(),
            DemoOrder::AskOneValue if is_v2 => {
                let item = Object::new()
                    .raw("component", &Object::new().text("name", "OCPPCommCtrlr").done())
                    .raw("variable", &Object::new().text("name", "HeartbeatInterval").done());
                Object::new().list("getVariableData", &[item.done()])
            }
            DemoOrder::AskOneValue => Object::new().raw("key", "[\"HeartbeatInterval\"]"),
            DemoOrder::TriggerStatus => {
                let call = Object::new().text("requestedMessage", "StatusNotification");
                if is_v2 {
                    call.raw("evse", &Object::new().integer("id", 1).integer("connectorId", 1).done())
                } else {
                    call.integer("connectorId", 1)
                }
            }
            DemoOrder::Reserve if is_v2 => Object::new()
                .integer("id", number)
                .instant("expiryDateTime", now + RESERVED_MILLIS)
                .raw("idToken", &token())
                .integer("evseId", 1),
            DemoOrder::Reserve => Object::new()
                .integer(outlet, 1)
                .instant("expiryDate", now + RESERVED_MILLIS)
                .text("idTag", TOKEN)
                .integer("reservationId", number),
            DemoOrder::Reset => Object::new().text("type", if is_v2 { "Immediate" } else { "Soft" }),
        };
        Some((order.action(is_v2), payload.done()))
    }
}

fn profile(id: &str, schedule: &str) -> String {
    Object::new()
        .integer(id, 1)
        .integer("stackLevel", 0)
        .text("chargingProfilePurpose", "TxDefaultProfile")
        .text("chargingProfileKind", "Relative")
        .raw("chargingSchedule", schedule)
        .done()
}

fn schedule(id: Option<i64>) -> String {
    let period = Object::new().integer("startPeriod", 0).integer("limit", PROFILE_AMPERES).done();
    Object::new()
        .maybe(id, |schedule, id| schedule.integer("id", id))
        .text("chargingRateUnit", "A")
        .list("chargingSchedulePeriod", &[period])
        .done()
}
