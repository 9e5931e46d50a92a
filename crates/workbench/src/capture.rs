//! A capture: frames and connection events apart from everything that can be derived from them. An import
//! gives one, an export writes one, a link carries one.
//!
//! Plain data. What the frames mean is found out again by [`crate::records::Records`].

use crate::port::{Direction, Severity};
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;

/// Frames and events of some connections, in arrival order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Capture {
    /// The connections the items name by their index.
    pub connections: Vec<CaptureConnection>,
    /// Frames and events.
    pub items: Vec<CaptureItem>,
}

/// One connection of one station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureConnection {
    /// Identity of the station; empty when it is not known.
    pub station: String,
    /// Version in force.
    pub version: Version,
}

/// One line in arrival order.
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureItem {
    /// Index into [`Capture::connections`].
    pub connection: u32,
    /// When, in whole microseconds: use [`quantized`] before an instant is stored.
    pub at: EpochMillis,
    /// What.
    pub content: CaptureContent,
}

/// A frame or an event.
#[derive(Clone, Debug, PartialEq)]
pub enum CaptureContent {
    /// A frame.
    Frame(CaptureFrame),
    /// Something that happened to the connection.
    Event(CaptureEvent),
}

/// A frame as it was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureFrame {
    /// Its text, byte for byte; the hex dump of a binary message.
    pub text: String,
    /// It came as a binary message.
    pub is_binary: bool,
    /// Which way it went.
    pub direction: Direction,
    /// What is known of the way it came to us.
    pub marks: Marks,
}

/// Something that happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureEvent {
    /// Short name: `Opened`, `Closed`, …
    pub title: String,
    /// What is known of it.
    pub text: String,
    /// How bad it is.
    pub severity: Severity,
}

/// An instant that can be written down in microseconds and read back exactly: whole microseconds, and whole minutes
/// before 1843 and after 2096, where a number of this size no longer holds single microseconds.
///
/// ```
/// assert_eq!(workbench::capture::quantized(1_795_339_327_000.123), 1_795_339_327_000.123);
/// ```
pub fn quantized(at: EpochMillis) -> EpochMillis {
    const MINUTE: f64 = 60_000.0;
    if at.abs() < 4e12 { (at * 1_000.0).round() / 1_000.0 } else { (at / MINUTE).round() * MINUTE }
}

/// What is known of the way a frame came to us; none for a frame that came over a socket of ours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u16);

impl Marks {
    /// No mark.
    pub const NONE: Self = Self(0);
    /// The log shortened the frame: part of its text is missing, so it is not checked.
    pub const CUT: Self = Self(1);
    /// The log wrote the frame in another notation (escaped, typographic quotes, a Python literal): the text is the JSON it stands for.
    pub const REPAIRED: Self = Self(1 << 1);
    /// The log spread the frame over several lines that were joined.
    pub const JOINED: Self = Self(1 << 2);
    /// The log held decoded fields only; the text was put together from them.
    pub const REBUILT: Self = Self(1 << 3);
    /// Bytes that are not UTF-8 were replaced.
    pub const BAD_UTF8: Self = Self(1 << 4);
    /// The log does not say which way the frame went, and neither does its action.
    pub const GUESSED_DIRECTION: Self = Self(1 << 5);
    /// The log gives no time: `at` is that of the frame before.
    pub const NO_TIME: Self = Self(1 << 6);
    /// The log gives no date: `at` counts from a day that is not known, or from the first frame.
    pub const NO_DATE: Self = Self(1 << 7);
    /// Other layers of the program wrote the frame into the log as well.
    pub const REPEATED: Self = Self(1 << 8);
    /// Sent with a fault on purpose.
    pub const ON_PURPOSE: Self = Self(1 << 9);
    /// Values were replaced before the frame was shared.
    pub const REDACTED: Self = Self(1 << 10);
    /// Spoken with the demo CSMS inside the page: no network, nothing real.
    pub const DEMO: Self = Self(1 << 11);

    /// Both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All of `other` are set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Names of the marks that are set.
    pub fn words(self) -> Vec<&'static str> {
        Self::WORDS.into_iter().filter(|(mark, _)| self.has(*mark)).map(|(_, word)| word).collect()
    }

    /// The marks with their names in files and on the command line.
    pub const WORDS: [(Self, &'static str); 12] = [
        (Self::CUT, "cut"),
        (Self::REPAIRED, "repaired"),
        (Self::JOINED, "joined"),
        (Self::REBUILT, "rebuilt"),
        (Self::BAD_UTF8, "bad-utf8"),
        (Self::GUESSED_DIRECTION, "guessed-direction"),
        (Self::NO_TIME, "no-time"),
        (Self::NO_DATE, "no-date"),
        (Self::REPEATED, "repeated"),
        (Self::ON_PURPOSE, "on-purpose"),
        (Self::REDACTED, "redacted"),
        (Self::DEMO, "demo"),
    ];

    /// As a number, for files.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// From a number; unknown bits are kept.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}
