//! The connection inside the page: what the link wants of a socket goes to the demo CSMS instead, and what that sends
//! comes back as the same events that a socket gives.

use super::{SocketEvent, Workbench};
use crate::capture::Marks;
use crate::connect_url::Target;
use crate::demo::scene::{self, Scene, SceneAct};
use crate::demo::{self, DemoCsms};
use crate::link::LinkEffect;
use crate::port::{Act, DemoCommand, DemoFault, DemoView, Direction, FrameNumber, Severity};
use crate::station::Station;
use crate::station::core::{Chance, Setup};
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;

/// Seconds between the measurements of the station that the scene plays, so that something is seen to live.
const MEASURED_EVERY: &str = "15";

/// The outlet of the scene.
const OUTLET: u8 = 1;

/// What the connection is doing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line {
    Closed,
    Opening { at: EpochMillis },
    Open,
    Closing { at: EpochMillis },
}

/// The demo CSMS and the way to it.
#[derive(Debug)]
pub(super) struct DemoLine {
    csms: DemoCsms,
    /// Number of the link's connection.
    connection: u32,
    line: Line,
    chance: Chance,
    /// The user wants it again in this version, with the scene or without, as soon as it is closed.
    again: Option<(Version, bool)>,
    /// Play the scene when the connection opens.
    wants_scene: bool,
    scene: Option<Scene>,
    /// What the demo put aside: the user's own station, its identity, and whether it boots.
    aside: (Option<Station>, String, bool),
}

impl DemoLine {
    fn soon(&mut self, now: EpochMillis) -> EpochMillis {
        now + 10.0 + self.chance.below(71) as f64
    }
}

impl Workbench {
    /// Does what the user wants of the demo CSMS.
    pub(super) fn demo(&mut self, now: EpochMillis, command: DemoCommand) {
        self.dirty.demo = true;
        match command {
            DemoCommand::Connect { version, scene } => {
                let version = Version::from_number(&version).unwrap_or(Version::V16);
                if self.link.can_connect() {
                    self.connect_demo(now, version, scene);
                } else if let Some(demo) = &mut self.demo {
                    demo.again = Some((version, scene));
                    if let Some(ending) = self.link.disconnect(now) {
                        self.ended(now, &ending);
                    }
                } else {
                    self.notice(Severity::Info, "A connection is open already; disconnect first.");
                }
            }
            DemoCommand::Order(order) => {
                let Some(demo) = &mut self.demo else { return };
                if let Err(why) = demo.csms.order(now, order) {
                    self.notice(Severity::Info, why);
                }
            }
            DemoCommand::Misbehave { fault, is_on } => {
                if let Some(demo) = &mut self.demo {
                    demo.csms.set_fault(fault, is_on);
                }
            }
            DemoCommand::SceneNext => {
                if let Some(scene) = self.demo.as_mut().and_then(|demo| demo.scene.as_mut()) {
                    scene.next(now);
                }
                self.play_scene(now);
            }
            DemoCommand::SceneEnd => {
                if let Some(demo) = &mut self.demo {
                    demo.scene = None;
                }
            }
        }
    }

    fn connect_demo(&mut self, now: EpochMillis, version: Version, scene: bool) {
        // The scene needs a CSMS that behaves.
        let faults: Vec<DemoFault> = match self.demo.as_ref().filter(|_| !scene) {
            Some(demo) => DemoFault::ALL.into_iter().filter(|fault| demo.csms.has_fault(*fault)).collect(),
            None => Vec::new(),
        };
        let seed = u64::from(self.entropy) << 32 | u64::from(self.connection);
        let mut csms = DemoCsms::new(version, seed);
        for fault in faults {
            csms.set_fault(fault, true);
        }
        let aside = match self.demo.take() {
            Some(demo) => demo.aside,
            None => (self.station.take(), std::mem::take(&mut self.identity), self.send_boot),
        };
        self.demo = Some(Box::new(DemoLine {
            aside,
            csms,
            connection: 0,
            line: Line::Closed,
            chance: Chance::new(!seed),
            again: None,
            wants_scene: scene,
            scene: None,
        }));
        // Each demo begins with a station of its own, whatever was done with the last one.
        self.station = Some(Station::new(version, setup(version), seed));
        self.send_boot = true;
        demo::IDENTITY.clone_into(&mut self.identity);
        self.open_line(now, Target::demo(version));
    }

    /// The user's own station and its identity, also while that of the demo plays.
    pub(super) fn own_station(&self) -> (Option<&Station>, &str) {
        match &self.demo {
            Some(demo) => (demo.aside.0.as_ref(), &demo.aside.1),
            None => (self.station.as_ref(), &self.identity),
        }
    }

    /// The user disconnects.
    pub(super) fn leave_demo(&mut self) {
        if let Some(demo) = &mut self.demo {
            demo.again = None;
        }
    }

    /// What the link wants of a socket, and what the selection says to the scene. Called after everything that happens.
    pub(super) fn follow_demo(&mut self, now: EpochMillis) {
        if !self.link.is_demo() {
            // The user connected elsewhere while the station was away.
            self.dirty.demo |= self.demo.take().is_some();
        }
        let Some(demo) = &mut self.demo else { return };
        let before = (demo.csms.open_action(), demo.csms.transaction().is_some());
        while let Some(effect) = self.link.poll_effect() {
            match effect {
                LinkEffect::Open { connection, .. } => {
                    demo.connection = connection;
                    demo.csms.connected();
                    demo.line = Line::Opening { at: demo.soon(now) };
                }
                LinkEffect::Send { text, .. } => demo.csms.handle_text(&self.schemas, now, &text),
                LinkEffect::Close { .. } => {
                    let is_open = demo.line == Line::Open;
                    demo.line = if is_open { Line::Closing { at: demo.soon(now) } } else { Line::Closed };
                }
            }
        }
        self.dirty.demo |= before != (demo.csms.open_action(), demo.csms.transaction().is_some());
        let selected = self.view.selected_frame(&self.records);
        if let (Some(scene), Some(frame)) = (&mut demo.scene, selected) {
            self.dirty.demo |= scene.note_selected(now, frame);
        }
        if self.link.can_connect() && self.link.reopen_at().is_none() {
            self.after_demo(now);
        }
    }

    /// The connection is over, and the station does not come back by itself.
    fn after_demo(&mut self, now: EpochMillis) {
        match self.demo.as_mut().and_then(|demo| demo.again.take()) {
            Some((version, scene)) => {
                self.connect_demo(now, version, scene);
                self.follow_demo(now);
            }
            None => {
                // What it charged is nothing for a real CSMS to hear of.
                let aside = self.demo.take().map(|demo| demo.aside).unwrap_or_default();
                (self.station, self.identity, self.send_boot) = aside;
                self.dirty.station = true;
            }
        }
        self.dirty.demo = true;
    }

    /// The time of the demo CSMS or its scene has come.
    pub(super) fn demo_timeout(&mut self, now: EpochMillis) {
        let Some(demo) = &mut self.demo else { return };
        let connection = demo.connection;
        match demo.line {
            Line::Opening { at } if now >= at => {
                demo.line = Line::Open;
                if std::mem::take(&mut demo.wants_scene) {
                    demo.scene = Some(Scene::begin(now));
                    self.dirty.demo = true;
                }
                let protocol = demo.csms.version().sub_protocol().to_owned();
                self.handle_socket(now, connection, SocketEvent::Opened { protocol });
            }
            Line::Closing { at } if now >= at => {
                demo.line = Line::Closed;
                let event = SocketEvent::Closed { code: 1000, reason: String::new(), was_clean: true };
                self.handle_socket(now, connection, event);
                return;
            }
            Line::Opening { .. } | Line::Closing { .. } | Line::Open | Line::Closed => {}
        }
        if let Some(demo) = &mut self.demo {
            demo.csms.handle_timeout(now);
        }
        self.deliver(now);
        self.play_scene(now);
    }

    /// Takes the frames that are due. What comes at the same instant is read before the station reacts to any of it:
    /// so a second call can come before the answer to the first, although the station answers at once.
    fn deliver(&mut self, now: EpochMillis) {
        let Some(version) = self.link.version() else { return };
        let mut received = Vec::new();
        while let Some(demo) = &mut self.demo
            && demo.line == Line::Open
            && let Some(frame) = demo.csms.poll_transmit(now)
        {
            let connection = demo.connection;
            if self.link.handle_frame(connection) {
                let (text, direction) = (&frame.text, Direction::ToStation);
                let ingested = self.ingest(now, text, false, direction, version, frame.marks);
                received.push((ingested, frame.text));
            }
        }
        for (frame, text) in &received {
            self.react(now, version, frame, text);
        }
        if !received.is_empty() {
            self.transmit(now);
            self.watch_refusal();
            self.follow_demo(now);
        }
    }

    /// The message that went out on purpose may have its answer now.
    fn watch_refusal(&mut self) {
        let Some(scene) = self.demo.as_mut().and_then(|demo| demo.scene.as_mut()) else { return };
        let answer: Option<FrameNumber> = scene.fault().and_then(|fault| self.records.transcript.frame(fault)?.pair());
        if let Some(answer) = answer {
            self.dirty.demo |= scene.note_refusal(answer);
        }
    }

    /// Lets the scene go on.
    fn play_scene(&mut self, now: EpochMillis) {
        loop {
            let can_act = self.link.is_free();
            let Some(scene) = self.demo.as_mut().and_then(|demo| demo.scene.as_mut()) else { return };
            let before = scene.view(Version::V16).step;
            scene.handle_timeout(now);
            self.dirty.demo |= before != scene.view(Version::V16).step;
            let Some(act) = (if can_act { scene.poll_act(now) } else { None }) else { return };
            match act {
                SceneAct::PlugIn => self.play(now, &Act::PlugIn),
                SceneAct::PresentToken => self.play(now, &Act::PresentToken(String::new())),
                SceneAct::Start => self.play(now, &Act::Start),
                SceneAct::Fault => self.send_fault(now),
            }
            self.transmit(now);
        }
    }

    /// Does something at the station. Where it has happened already, because the user was quicker, that is fine too.
    fn play(&mut self, now: EpochMillis, act: &Act) {
        if let Some(station) = &mut self.station {
            let _ = station.act(now, OUTLET, act);
            self.dirty.station = true;
        }
    }

    /// Sends the message whose field has the wrong type.
    fn send_fault(&mut self, now: EpochMillis) {
        let Some(demo) = &self.demo else { return };
        let version = demo.csms.version();
        let (action, payload) = scene::faulty_call(version, now, demo.csms.transaction());
        let text = self.link.frame_of_call(now, action, &payload, None);
        let frame = self.send_marked(now, text, version, Marks::ON_PURPOSE).frame;
        if let Some(scene) = self.demo.as_mut().and_then(|demo| demo.scene.as_mut()) {
            scene.note_fault(frame);
        }
    }

    /// When [`Workbench::demo_timeout`] has something to do.
    pub(super) fn poll_demo_timeout(&self) -> Option<EpochMillis> {
        let demo = self.demo.as_ref()?;
        let line = match demo.line {
            Line::Opening { at } | Line::Closing { at } => Some(at),
            Line::Open | Line::Closed => None,
        };
        let csms = demo.csms.poll_timeout().filter(|_| demo.line == Line::Open);
        let scene = demo.scene.as_ref().and_then(|scene| scene.poll_timeout(self.link.is_free()));
        [line, csms, scene].into_iter().flatten().reduce(f64::min)
    }

    /// The demo CSMS for the screen.
    pub(super) fn demo_view(&self) -> Option<DemoView> {
        let DemoLine { csms, scene, .. } = self.demo.as_deref()?;
        Some(DemoView {
            version: csms.version().number().to_owned(),
            faults: DemoFault::ALL.into_iter().filter(|fault| csms.has_fault(*fault)).collect(),
            is_charging: csms.transaction().is_some(),
            open_action: csms.open_action().map(str::to_owned),
            scene: scene.as_ref().map(|scene| scene.view(csms.version())),
        })
    }
}

/// What the station of the demo is made of.
fn setup(version: Version) -> Setup {
    let key = if version.is_v2() { "SampledDataCtrlr.TxUpdatedInterval" } else { "MeterValueSampleInterval" };
    Setup { configuration: vec![(key.to_owned(), MEASURED_EVERY.to_owned())], ..Setup::default() }
}

#[cfg(test)]
mod tests;
