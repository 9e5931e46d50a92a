//! What all versions of the station have in common: what it is made of, whether the CSMS has accepted it, its clock,
//! its chances, and what it wants of the world.

use super::outbox::{Outbox, RetryPolicy};
use super::outlet::Outlet;
use super::profiles::ProfileStore;
use crate::port::Severity;
use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Most outlets of a station.
pub const MOST_OUTLETS: usize = 8;

/// What a station is made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setup {
    /// Who makes it, at most 20 characters in 1.6 and 50 in 2.x.
    pub vendor: String,
    /// Its model, at most 20 characters.
    pub model: String,
    /// Its serial number, at most 25 characters; empty when it says none.
    pub serial: String,
    /// Its firmware, at most 50 characters.
    pub firmware: String,
    /// Connectors (1.6) or EVSEs with one connector each (2.x), 1 to 8.
    pub n_outlets: u8,
    /// The token its user presents unless told otherwise.
    pub token: String,
    /// Configuration keys (1.6) or `Component.Variable` (2.x) that differ from the usual, with their values.
    pub configuration: Vec<(String, String)>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            vendor: "Ocppscope".to_owned(),
            model: "Browser station".to_owned(),
            serial: String::new(),
            firmware: env!("CARGO_PKG_VERSION").to_owned(),
            n_outlets: 1,
            token: "04A2B3C4D5E680".to_owned(),
            configuration: Vec::new(),
        }
    }
}

/// Whether the CSMS has accepted the station.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Registration {
    /// It has not asked, or has no answer yet.
    #[default]
    Unknown,
    /// Not yet: it asks again.
    Pending,
    /// No: it asks again.
    Rejected,
    /// Yes.
    Accepted,
    /// It was told to send no BootNotification, and behaves as if it were accepted.
    Assumed,
}

impl Registration {
    /// It may send what it likes.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::Assumed)
    }
}

/// Why the station starts anew; each version has its own words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RebootCause {
    /// Its user switched it off and on.
    ByUser,
    /// The CSMS asked for it, to be done at once.
    HardReset,
    /// The CSMS asked for it, to be done in order.
    SoftReset,
    /// The CSMS asked for it, and it waited until nothing was going on.
    ScheduledReset,
    /// New firmware.
    Firmware,
}

/// What the station wants of the world.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wish {
    /// Close the connection and open it again after this time.
    Reconnect {
        /// How long it stays away.
        after_millis: f64,
    },
}

/// Chances, from a seed: the same seed gives the same station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chance(u64);

impl Chance {
    /// Chances from a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    /// 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.bits().checked_rem(n).unwrap_or_default()
    }

    /// A universally unique identifier of version 4.
    pub fn uuid(&mut self) -> String {
        let (a, b) = (self.bits(), self.bits());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) & 0xFFFF,
            a & 0xFFF,
            0x8000 | ((b >> 48) & 0x3FFF),
            b & 0xFFFF_FFFF_FFFF
        )
    }
}

/// The station apart from its version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Core {
    /// What it is made of.
    pub setup: Setup,
    /// Its outlets, number 1 first.
    pub outlets: Vec<Outlet>,
    /// The charging profiles that are installed.
    pub profiles: ProfileStore,
    /// What it wants to send.
    pub outbox: Outbox,
    /// Whether the CSMS has accepted it.
    pub registration: Registration,
    /// There is a connection.
    pub is_online: bool,
    /// How far the clock of the CSMS is ahead of ours, in milliseconds.
    pub ahead_millis: f64,
    /// Its chances.
    pub chance: Chance,
    /// How transaction messages are repeated; the machine keeps it up to date.
    pub retry: RetryOf,
    /// Sentences for the user.
    #[serde(skip)]
    pub notes: VecDeque<(Severity, String)>,
    /// What it wants of the world.
    #[serde(skip)]
    pub wishes: VecDeque<Wish>,
    /// It starts anew as soon as everything is sent, or at this time.
    pub reboot: Option<(RebootCause, EpochMillis)>,
    /// Why it started; said in the BootNotification of 2.x.
    pub boot_cause: Option<RebootCause>,
}

/// Attempts and interval of transaction messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetryOf {
    /// How often a message is sent in all.
    pub n_attempts: u32,
    /// Seconds, multiplied by the number of sendings.
    pub interval_seconds: u32,
}

impl Core {
    /// A station that was just switched on.
    pub fn new(setup: Setup, seed: u64) -> Self {
        Self {
            outlets: (1..=setup.n_outlets.clamp(1, MOST_OUTLETS as u8)).map(Outlet::new).collect(),
            setup,
            profiles: ProfileStore::default(),
            outbox: Outbox::default(),
            registration: Registration::Unknown,
            is_online: false,
            ahead_millis: 0.0,
            chance: Chance::new(seed),
            retry: RetryOf { n_attempts: 3, interval_seconds: 60 },
            notes: VecDeque::new(),
            wishes: VecDeque::new(),
            reboot: None,
            boot_cause: None,
        }
    }

    /// A copy that has nothing to send, to try something on. The outbox may be long.
    #[must_use]
    pub fn without_outbox(&self) -> Self {
        Self {
            setup: self.setup.clone(),
            outlets: self.outlets.clone(),
            outbox: Outbox::default(),
            profiles: self.profiles.clone(),
            chance: self.chance.clone(),
            notes: VecDeque::new(),
            wishes: VecDeque::new(),
            ..*self
        }
    }

    /// The outlet with this number.
    pub fn outlet(&self, number: u8) -> Option<&Outlet> {
        self.outlets.iter().find(|outlet| outlet.number == number)
    }

    /// The outlet with this number.
    pub fn outlet_mut(&mut self, number: u8) -> Option<&mut Outlet> {
        self.outlets.iter_mut().find(|outlet| outlet.number == number)
    }

    /// The station's own time, set by the CSMS.
    pub fn clock(&self, now: EpochMillis) -> EpochMillis {
        now + self.ahead_millis
    }

    /// Tells the user something.
    pub fn note(&mut self, severity: Severity, text: impl Into<String>) {
        if self.notes.len() >= MOST_NOTES {
            self.notes.pop_front();
        }
        let text: String = text.into();
        self.notes.push_back((severity, text.chars().take(LONGEST_NOTE).collect()));
    }

    /// How transaction messages are repeated.
    pub fn retry_policy(&self) -> RetryPolicy {
        RetryPolicy { n_attempts: self.retry.n_attempts, interval_seconds: self.retry.interval_seconds }
    }

    /// Start anew once everything is sent, at the latest after some seconds. The machine has ended what was going on.
    pub fn begin_reboot(&mut self, now: EpochMillis, cause: RebootCause) {
        self.reboot = Some((cause, now + LONGEST_FAREWELL_MILLIS));
    }
}

/// Sentences that wait for the user; the newest matter.
const MOST_NOTES: usize = 20;

/// Characters of one; a CSMS may have sent a part of it.
const LONGEST_NOTE: usize = 300;

/// A station that shall start anew waits so long for the answers to what it still sends.
const LONGEST_FAREWELL_MILLIS: f64 = 5_000.0;
