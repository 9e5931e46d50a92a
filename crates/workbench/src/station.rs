//! The charging station we play, as a machine without I/O: what its user does, what the CSMS asks and answers, and
//! time go in; calls, answers and wishes come out.
//!
//! [`core::Core`] is what all versions share, [`outlet::Outlet`] the hardware, [`outbox::Outbox`] what waits to be
//! sent. The [`v16`] and [`v2`] machines know what a version says about it.

pub mod certificate;
pub mod core;
pub mod facts;
mod firmware;
pub mod outbox;
pub mod outlet;
pub mod profiles;
pub mod saved;
pub mod v16;
pub mod v2;
pub mod view;

use self::core::{Core, RebootCause, Registration, Setup, Wish};
use crate::port::Severity;
use crate::transcript::EpochMillis;
use facts::Facts;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree};
use ocpp_wire::number;
use ocpp_wire::version::Version;
use outbox::{Allowed, Failure, Purpose, Sent, Waiting};
use serde::{Deserialize, Serialize};

/// The station asks again for acceptance after this time when the CSMS names none.
const BOOT_RETRY_SECONDS: f64 = 60.0;

/// A station that starts anew is away so long.
const REBOOT_MILLIS: f64 = 3_000.0;

/// What its user does at an outlet, or to the station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Put the plug in.
    PlugIn,
    /// Hold a token before the reader; empty is the token of the setup.
    PresentToken(String),
    /// The car begins to take energy, or the user presses start: authorised or not, with the token of the setup.
    Start,
    /// The car stops taking energy for now.
    Pause,
    /// The car takes energy again.
    Resume,
    /// End the transaction at the station.
    Stop,
    /// Pull the plug.
    Unplug,
    /// Break the outlet, with an error code of the version; empty is the usual one.
    SetFault(String),
    /// Mend it.
    ClearFault,
    /// Lose the connection for so many seconds.
    GoOffline(u32),
    /// Switch the station off and on.
    Reboot,
}

/// A request of the CSMS whose payload fits its schema.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// Action.
    pub action: &'r str,
    /// Where the payload stands.
    pub tree: &'r Tree<'r>,
    /// The payload.
    pub root: NodeId,
}

/// What the station answers to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A CallResult with this payload.
    Payload(String),
    /// A CallError.
    Error {
        /// Code of the version.
        code: &'static str,
        /// Why, at most 255 characters.
        description: String,
    },
    /// It does not act on requests of this kind.
    NotModelled,
}

/// What became of a call of the station.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'o> {
    /// A CallResult whose payload fits its schema.
    Result {
        /// Where it stands.
        tree: &'o Tree<'o>,
        /// The payload.
        root: NodeId,
    },
    /// A CallError, or a CallResult that nobody can use.
    Error,
    /// No answer in time.
    TimedOut,
}

/// The part that differs by version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Machine {
    V16(Box<v16::Machine>),
    V2(Box<v2::Machine>),
}

/// The same call for whichever machine it is.
macro_rules! machine {
    ($station:expr, $machine:ident => $call:expr) => {
        match &mut $station.machine {
            Machine::V16($machine) => $call,
            Machine::V2($machine) => $call,
        }
    };
    (ref $station:expr, $machine:ident => $call:expr) => {
        match &$station.machine {
            Machine::V16($machine) => $call,
            Machine::V2($machine) => $call,
        }
    };
}

/// The station.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Station {
    core: Core,
    machine: Machine,
    /// It sends a BootNotification when it starts.
    sends_boot: bool,
    boot_again: Option<EpochMillis>,
    heartbeat_due: Option<EpochMillis>,
    /// Seconds between heartbeats; 0 is none.
    heartbeat_seconds: u32,
    /// The user knows that it does not answer while it is rejected.
    #[serde(skip)]
    is_silence_told: bool,
}

impl Station {
    /// A station that was just switched on. The same seed gives the same identifiers.
    pub fn new(version: Version, setup: Setup, seed: u64) -> Self {
        let mut core = Core::new(setup, seed);
        let machine = match version {
            Version::V16 => Machine::V16(Box::new(v16::Machine::new(&mut core))),
            Version::V201 | Version::V21 => Machine::V2(Box::new(v2::Machine::new(version, &mut core))),
        };
        Self {
            core,
            machine,
            sends_boot: true,
            boot_again: None,
            heartbeat_due: None,
            heartbeat_seconds: 0,
            is_silence_told: false,
        }
    }

    /// Version it speaks.
    pub fn version(&self) -> Version {
        match &self.machine {
            Machine::V16(_) => Version::V16,
            Machine::V2(machine) => machine.version(),
        }
    }

    /// What all versions share.
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// A transaction is going on at some outlet.
    pub fn has_transaction(&self) -> bool {
        machine!(ref self, machine => machine.has_transaction())
    }

    /// It was switched on or started anew, and no CSMS has accepted it since.
    pub fn wants_to_boot(&self) -> bool {
        !self.core.registration.is_accepted()
    }

    /// What stands at an outlet.
    pub fn facts(&self, outlet: u8) -> Facts {
        machine!(ref self, machine => machine.facts(&self.core, outlet))
    }

    // In.

    /// The connection is open. `boots`: the station may send a BootNotification; it does unless it only was offline.
    pub fn opened(&mut self, now: EpochMillis, boots: bool) {
        self.advance(now);
        self.core.is_online = true;
        self.sends_boot = boots;
        let was_accepted = self.core.registration.is_accepted();
        if boots && !(was_accepted && self.has_transaction()) {
            self.core.registration = Registration::Unknown;
            self.boot();
            return;
        }
        if was_accepted {
            machine!(self, machine => machine.back_online(&mut self.core, now));
        } else {
            self.core.registration = Registration::Assumed;
        }
        // A station that only was offline goes on where it was.
        if self.core.registration == Registration::Accepted {
            self.set_heartbeat(now, self.heartbeat_seconds);
        }
    }

    /// The connection is gone.
    pub fn closed(&mut self, now: EpochMillis) {
        self.advance(now);
        if !self.core.is_online {
            return;
        }
        self.core.is_online = false;
        self.boot_again = None;
        self.heartbeat_due = None;
        if let Some(waiting) = self.core.outbox.line_ended(now) {
            self.lost(now, &waiting);
        }
        machine!(self, machine => machine.went_offline(&mut self.core, now));
        if let Some((cause, _)) = self.core.reboot.take() {
            self.restarted(cause);
        }
    }

    fn lost(&mut self, now: EpochMillis, waiting: &Waiting) {
        machine!(self, machine => machine.answered(&mut self.core, now, waiting, None));
    }

    /// It is off for a moment; when the line is back it asks for acceptance.
    fn restarted(&mut self, cause: RebootCause) {
        self.core.registration = Registration::Unknown;
        self.core.boot_cause = Some(cause);
        self.core.outbox.forget_calls();
    }

    /// Its user does something. The error is a sentence that says why it cannot be done now.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn act(&mut self, now: EpochMillis, outlet: u8, act: &Act) -> Result<(), String> {
        self.advance(now);
        let is_for_all = matches!(act, Act::GoOffline(_) | Act::Reboot);
        if !is_for_all && self.core.outlet(outlet).is_none() {
            return Err(format!("There is no outlet {outlet}."));
        }
        match act {
            Act::GoOffline(seconds) => {
                if !self.core.is_online {
                    return Err("The station is offline already.".to_owned());
                }
                let after_millis = f64::from((*seconds).clamp(1, 86_400)) * 1_000.0;
                self.core.wishes.push_back(Wish::Reconnect { after_millis });
                Ok(())
            }
            Act::Reboot => {
                machine!(self, machine => machine.end_all(&mut self.core, now, RebootCause::ByUser));
                self.core.begin_reboot(now, RebootCause::ByUser);
                self.follow_reboot(now);
                Ok(())
            }
            act => machine!(self, machine => machine.act(&mut self.core, now, outlet, act)),
        }
    }

    /// It answers nothing: a rejected station of 1.6 neither sends nor answers until it may ask again. Only a pending
    /// one does. The user is told once for each rejection, when the frame `is_call`.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.2. In 2.x a rejected station answers with an error: B01.FR.10.
    pub fn keeps_silent(&mut self, is_call: bool) -> bool {
        let is_silent = self.version() == Version::V16 && self.core.registration == Registration::Rejected;
        if is_silent && is_call && !self.is_silence_told {
            self.is_silence_told = true;
            let text = "The CSMS asks for something, but has rejected the station. In OCPP 1.6 such a station does not answer.";
            self.core.note(Severity::Warning, text);
        }
        is_silent
    }

    /// The CSMS asks for something. What follows from it is sent after the answer.
    pub fn request(&mut self, now: EpochMillis, request: Request<'_>) -> Answer {
        self.advance(now);
        let answer = machine!(self, machine => machine.request(&mut self.core, now, request));
        let seconds = machine!(ref self, machine => machine.heartbeat_seconds());
        if let Some(seconds) = seconds.filter(|seconds| *seconds != self.heartbeat_seconds) {
            self.set_heartbeat(now, seconds);
        }
        self.follow_reboot(now);
        answer
    }

    /// An answer to a call of this action arrived; `ticket` is that of [`Station::poll_call`], or `None` for a call the
    /// user wrote.
    pub fn answered(&mut self, now: EpochMillis, action: &str, ticket: Option<u32>, outcome: Outcome<'_>) {
        self.advance(now);
        let waiting = ticket.and_then(|ticket| match outcome {
            Outcome::Result { .. } => self.core.outbox.taken(ticket),
            Outcome::Error | Outcome::TimedOut => {
                let retry = self.core.retry_policy();
                self.core.outbox.failed(ticket, now, Failure::NotTaken, retry)
            }
        });
        if let Outcome::Result { tree, root } = outcome
            && matches!(action, "BootNotification" | "Heartbeat")
            && let Some(theirs) = tree.get_string(root, "currentTime").and_then(|text| date_time::parse(&text))
        {
            self.core.ahead_millis = theirs.epoch_millis as f64 - now;
        }
        if action == "BootNotification" {
            self.follow_boot(now, outcome, ticket.is_some());
        }
        if let Some(waiting) = waiting {
            let result = match outcome {
                Outcome::Result { tree, root } => Some((tree, root)),
                Outcome::Error | Outcome::TimedOut => None,
            };
            machine!(self, machine => machine.answered(&mut self.core, now, &waiting, result));
        }
        self.follow_reboot(now);
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: EpochMillis) {
        self.advance(now);
        if self.core.is_online {
            if self.boot_again.take_if(|due| now >= *due).is_some() {
                self.boot();
            }
            if let Some(due) = self.heartbeat_due.filter(|due| now >= *due) {
                // The rhythm is kept; beats missed while the computer slept are not made up for.
                let interval = f64::from(self.heartbeat_seconds.max(1)) * 1_000.0;
                self.heartbeat_due = Some(due + (((now - due) / interval).floor() + 1.0) * interval);
                if !self.core.outbox.has_call("Heartbeat") {
                    self.core.outbox.call("Heartbeat", "{}".to_owned(), Purpose::Heartbeat);
                }
            }
        }
        machine!(self, machine => machine.handle_timeout(&mut self.core, now));
        self.follow_reboot(now);
    }

    // Out.

    /// The next call, if one may go out now. Its fate is told by [`Station::answered`] or [`Station::closed`].
    pub fn poll_call(&mut self, now: EpochMillis) -> Option<Sent> {
        if !self.core.is_online {
            return None;
        }
        let allowed = match self.core.registration {
            Registration::Accepted | Registration::Assumed => Allowed::All,
            Registration::Rejected if self.version() == Version::V16 => Allowed::Boot,
            Registration::Unknown | Registration::Pending | Registration::Rejected => Allowed::Early,
        };
        let sent = self.core.outbox.poll(now, allowed)?;
        Some(machine!(self, machine => machine.complete(sent)))
    }

    /// What it wants of the world.
    pub fn poll_wish(&mut self) -> Option<Wish> {
        self.core.wishes.pop_front()
    }

    /// A sentence for the user.
    pub fn poll_note(&mut self) -> Option<(Severity, String)> {
        self.core.notes.pop_front()
    }

    /// When [`Station::handle_timeout`] has something to do. `can_send`: a call could go out; otherwise what waits to be
    /// sent wakes nobody.
    pub fn poll_timeout(&self, can_send: bool) -> Option<EpochMillis> {
        let machine = machine!(ref self, machine => machine.poll_timeout(&self.core));
        let outbox = self
            .core
            .outbox
            .poll_timeout()
            .filter(|_| can_send && self.core.is_online && self.core.registration.is_accepted());
        let reboot = self.core.reboot.map(|(_, latest)| latest).filter(|_| self.core.is_online);
        [self.boot_again, self.heartbeat_due, outbox, reboot, machine].into_iter().flatten().reduce(f64::min)
    }

    /// When the next Heartbeat is due.
    pub fn heartbeat_due(&self) -> Option<EpochMillis> {
        self.heartbeat_due
    }

    /// Lets the meters run until now.
    pub fn advance(&mut self, now: EpochMillis) {
        for outlet in &mut self.core.outlets {
            outlet.advance(now);
        }
    }

    fn boot(&mut self) {
        let payload = machine!(ref self, machine => machine.boot_payload(&self.core));
        self.core.outbox.call_early("BootNotification", payload, Purpose::Boot);
    }

    /// Heartbeats every so many seconds from now on; 0 stops them.
    fn set_heartbeat(&mut self, now: EpochMillis, seconds: u32) {
        self.heartbeat_seconds = seconds;
        self.heartbeat_due = (seconds > 0 && self.core.is_online).then_some(now + f64::from(seconds) * 1_000.0);
    }

    /// Heartbeats follow the agreed interval; without acceptance the station asks again after it.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.2; OCPP 2.0.1 and 2.1 Part 2, B01.FR.04 and B02.FR.04.
    fn follow_boot(&mut self, now: EpochMillis, outcome: Outcome<'_>, is_own: bool) {
        let Outcome::Result { tree, root } = outcome else {
            // Silence is no refusal, but asking again is all a station can do.
            if !self.core.registration.is_accepted() {
                self.boot_again = Some(now + BOOT_RETRY_SECONDS * 1_000.0);
            }
            return;
        };
        let text = tree.get(root, "interval").map_or("", |node| tree.raw(node));
        // 300.0 is an integer too, for the schemas of 2.x.
        let seconds = number::parse(text).filter(|seconds| *seconds > 0.0).map_or(0.0, |s| s.min(86_400.0));
        match tree.get_string(root, "status").as_deref() {
            Some("Accepted") => {
                self.boot_again = None;
                let was_accepted = self.core.registration == Registration::Accepted;
                self.core.registration = Registration::Accepted;
                // Without a positive interval the one in force stays.
                if seconds > 0.0 {
                    self.set_heartbeat(now, seconds as u32);
                    machine!(self, machine => machine.set_heartbeat_seconds(seconds as u32));
                }
                // Who writes the BootNotification by hand wants to write the rest by hand too.
                if is_own && !was_accepted {
                    machine!(self, machine => machine.accepted(&mut self.core, now));
                }
                self.core.boot_cause = None;
            }
            Some(status @ ("Pending" | "Rejected")) => {
                self.core.registration =
                    if status == "Pending" { Registration::Pending } else { Registration::Rejected };
                self.is_silence_told = false;
                self.set_heartbeat(now, 0);
                let wait = if seconds == 0.0 { BOOT_RETRY_SECONDS } else { seconds };
                self.boot_again = Some(now + wait * 1_000.0);
            }
            _ => {}
        }
    }

    /// A station that shall start anew does so when everything is sent.
    fn follow_reboot(&mut self, now: EpochMillis) {
        let Some((_, latest)) = self.core.reboot else { return };
        if !self.core.is_online {
            if let Some((cause, _)) = self.core.reboot.take() {
                self.restarted(cause);
            }
        } else if now >= latest || self.core.outbox.is_empty() || !self.core.registration.is_accepted() {
            let reconnect = Wish::Reconnect { after_millis: REBOOT_MILLIS };
            if !self.core.wishes.contains(&reconnect) {
                self.core.wishes.push_back(reconnect);
            }
        }
    }
}
