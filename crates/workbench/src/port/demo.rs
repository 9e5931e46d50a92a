//! The demo CSMS on the screen.

use super::FrameNumber;
use serde::{Deserialize, Serialize};

/// What the user wants of the demo CSMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoCommand {
    /// Connect to it, without a network; while connected to it, connect anew. Ignored while another connection is open.
    Connect {
        /// Name as in [`ConnectForm::versions`].
        version: String,
        /// Play the guided scene.
        scene: bool,
    },
    /// Have it send a call.
    Order(DemoOrder),
    /// Have it misbehave, or behave again.
    Misbehave {
        /// How.
        fault: DemoFault,
        /// From now on, or no more.
        is_on: bool,
    },
    /// Go on to the next step of the scene.
    SceneNext,
    /// End the scene; the connection stays.
    SceneEnd,
}

/// A call that the demo CSMS sends when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoOrder {
    /// Start charging at the first outlet.
    StartCharging,
    /// Stop the newest transaction.
    StopCharging,
    /// Limit charging to 10 A.
    SendProfile,
    /// Ask for all configuration keys (1.6), for a report of all variables (2.x).
    AskConfiguration,
    /// Ask for the heartbeat interval.
    AskOneValue,
    /// Ask for a `StatusNotification`.
    TriggerStatus,
    /// Reserve the first outlet for ten minutes.
    Reserve,
    /// Have the station start anew.
    Reset,
}

/// A way in which the demo CSMS misbehaves when it is told to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DemoFault {
    /// Error codes in the spelling of the other generation of OCPP.
    CodeSpelling,
    /// Answers that break their schema.
    InvalidAnswers,
    /// Answers after 12 s.
    Late,
    /// No answers.
    Silent,
    /// With each call a second one, before the first is answered.
    SecondCall,
    /// Each answer twice.
    AnswerTwice,
}

/// The demo CSMS while something is connected to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoView {
    /// Version it speaks.
    pub version: String,
    /// How it misbehaves now.
    pub faults: Vec<DemoFault>,
    /// A transaction is going on.
    pub is_charging: bool,
    /// Action of its call that the station has not answered yet.
    pub open_action: Option<String>,
    /// The guided scene, while it plays.
    pub scene: Option<SceneView>,
}

/// One step of the guided scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SceneView {
    /// Number of the step, from 1.
    pub step: u32,
    /// How many steps there are.
    pub n_steps: u32,
    /// What happens.
    pub title: String,
    /// One or two sentences about it.
    pub text: String,
    /// The frame this step is about, to be shown.
    pub frame: Option<FrameNumber>,
    /// It goes on by itself, or by the user's word.
    pub can_go_on: bool,
}
