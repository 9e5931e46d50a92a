//! The guided scene: what a newcomer sees when the demo opens. A station starts, a car charges, and then a message is
//! refused; a caption says at each step what is going on.
//!
//! It only says when its next act is due; who plays the station carries it out.

use crate::object::Object;
use crate::port::{FrameNumber, SceneView};
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

use super::Transaction;

/// Something that happens at the station.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SceneAct {
    /// A car is plugged in.
    PlugIn,
    /// Its driver presents a token.
    PresentToken,
    /// Energy flows.
    Start,
    /// The station sends a message whose field has the wrong type, by [`faulty_call`].
    Fault,
}

/// What happens in a step, each so many milliseconds after it began, and how long it lasts; 0 is until the user has seen
/// what it shows.
const STEPS: [(&[(f64, SceneAct)], f64); 5] = [
    (&[], 2_200.0),
    (&[(0.0, SceneAct::PlugIn)], 2_600.0),
    (&[(0.0, SceneAct::PresentToken), (500.0, SceneAct::Start)], 4_400.0),
    (&[(0.0, SceneAct::Fault)], 0.0),
    (&[], 0.0),
];

/// The step in which a message is refused.
const REFUSAL: usize = 3;

/// The scene while it plays.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    step: usize,
    /// When the next step begins by itself.
    ends: Option<EpochMillis>,
    acts: VecDeque<(EpochMillis, SceneAct)>,
    /// The message that is refused.
    fault: Option<FrameNumber>,
    /// The CallError that refuses it.
    refusal: Option<FrameNumber>,
}

impl Scene {
    /// The scene from its beginning: the connection has just opened.
    pub fn begin(now: EpochMillis) -> Self {
        let mut scene = Self { step: 0, ends: None, acts: VecDeque::new(), fault: None, refusal: None };
        scene.enter(now, 0);
        scene
    }

    fn enter(&mut self, now: EpochMillis, step: usize) {
        let Some((acts, millis)) = STEPS.get(step) else { return };
        self.step = step;
        self.ends = (*millis > 0.0).then_some(now + millis);
        // What is left of an earlier step is done at once.
        for (at, _) in &mut self.acts {
            *at = at.min(now);
        }
        self.acts.extend(acts.iter().map(|(after, act)| (now + after, *act)));
    }

    /// The user wants the next step.
    pub fn next(&mut self, now: EpochMillis) {
        self.enter(now, self.step + 1);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: EpochMillis) {
        if self.ends.is_some_and(|ends| now >= ends) {
            self.next(now);
        }
    }

    /// The next act, if it is due.
    pub fn poll_act(&mut self, now: EpochMillis) -> Option<SceneAct> {
        let (at, act) = *self.acts.front()?;
        if now < at {
            return None;
        }
        self.acts.pop_front();
        Some(act)
    }

    /// When something is due. `can_act`: the station can do something now; what it cannot do yet is no reason to wake up.
    pub fn poll_timeout(&self, can_act: bool) -> Option<EpochMillis> {
        let act = self.acts.front().filter(|_| can_act).map(|(at, _)| *at);
        [act, self.ends].into_iter().flatten().reduce(f64::min)
    }

    /// The message that the CSMS will refuse went out.
    pub fn note_fault(&mut self, frame: FrameNumber) {
        self.fault = Some(frame);
    }

    /// The message that went out on purpose.
    pub fn fault(&self) -> Option<FrameNumber> {
        self.fault
    }

    /// The CSMS answered it. Whether that is news.
    pub fn note_refusal(&mut self, frame: FrameNumber) -> bool {
        let is_news = self.refusal.is_none();
        self.refusal.get_or_insert(frame);
        is_news
    }

    /// The user selected a frame: the one that the step is about leads on to the next step.
    pub fn note_selected(&mut self, now: EpochMillis, frame: FrameNumber) -> bool {
        let is_shown =
            self.step == REFUSAL && self.refusal.is_some() && [self.fault, self.refusal].contains(&Some(frame));
        if is_shown {
            self.next(now);
        }
        is_shown
    }

    /// The caption.
    pub fn view(&self, version: Version) -> SceneView {
        let frame = self.refusal.filter(|_| self.step == REFUSAL);
        let (title, text) = caption(self.step, version, frame.is_some());
        SceneView {
            step: self.step as u32 + 1,
            n_steps: STEPS.len() as u32,
            title: title.to_owned(),
            text,
            frame,
            can_go_on: self.step < REFUSAL,
        }
    }
}

fn caption(step: usize, version: Version, is_refused: bool) -> (&'static str, String) {
    let is_v2 = version.is_v2();
    let (action, sent, wanted) =
        if is_v2 { ("TransactionEvent", "text", "a number") } else { ("MeterValues", "a number", "text") };
    match step {
        0 => (
            "The station starts",
            "It introduces itself with BootNotification. The CSMS accepts it and says how often it wants a Heartbeat."
                .to_owned(),
        ),
        1 => (
            "A car plugs in",
            format!("StatusNotification says that connector 1 is {}.", if is_v2 { "Occupied" } else { "Preparing" }),
        ),
        2 => (
            "Charging starts",
            format!(
                "The driver holds up a card, and Authorize asks whether its token may charge. {} opens a transaction.",
                if is_v2 { "TransactionEvent" } else { "StartTransaction" }
            ),
        ),
        REFUSAL if is_refused => (
            "The CSMS refused a message",
            format!(
                "The station sent a {action} with a fault, on purpose: some firmware does that. Click the red row, or press Show me."
            ),
        ),
        REFUSAL => ("Something goes wrong", format!("The station sends a {action} with a fault, on purpose.")),
        _ => (
            "Explain names the field",
            format!(
                "{version} wants {wanted} in value, and the station sent {sent}. Next: switch on a fault under Misbehave, press Stop charging, or choose another version."
            ),
        ),
    }
}

/// Action and payload of the message that is refused: a measured value of the wrong JSON type.
pub fn faulty_call(version: Version, now: EpochMillis, transaction: Option<&Transaction>) -> (&'static str, String) {
    let sample = |value: &str| Object::new().raw("value", value).text("measurand", "Power.Active.Import");
    let meter = |sample: Object| {
        let value = Object::new().instant("timestamp", now).list("sampledValue", &[sample.done()]);
        [value.done()]
    };
    if !version.is_v2() {
        let payload = Object::new()
            .integer("connectorId", 1)
            .maybe(transaction, |payload, transaction| payload.raw("transactionId", &transaction.id))
            .list("meterValue", &meter(sample("11040").text("unit", "W")));
        return ("MeterValues", payload.done());
    }
    let (id, seq_no) =
        transaction.map_or(("demo-transaction", 0), |transaction| (transaction.id.as_str(), transaction.seq_no + 1));
    let unit = Object::new().text("unit", "W").done();
    let payload = Object::new()
        .text("eventType", "Updated")
        .instant("timestamp", now)
        .text("triggerReason", "MeterValuePeriodic")
        .integer("seqNo", seq_no)
        .raw("transactionInfo", &Object::new().text("transactionId", id).text("chargingState", "Charging").done())
        .list("meterValue", &meter(sample("\"11040\"").raw("unitOfMeasure", &unit)));
    ("TransactionEvent", payload.done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refusal_comes_within_ten_seconds() {
        let millis: f64 = STEPS.iter().take(REFUSAL).map(|(_, millis)| millis).sum();
        assert!((5_000.0..10_000.0).contains(&millis), "{millis}");
    }
}
