//! The OCPP versions the product knows, their names and sub-protocols.

use std::fmt;

/// A version of OCPP-J.
///
/// # Source
/// Sub-protocol names: OCPP-J 1.6 section 3.1.2; OCPP 2.0.1 and 2.1 Part 4 section 3.1.2 and the IANA
/// WebSocket Subprotocol Name Registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// OCPP 1.6, with the messages of the security white paper.
    V16,
    /// OCPP 2.0.1.
    V201,
    /// OCPP 2.1.
    V21,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 3] = [Self::V16, Self::V201, Self::V21];

    /// The number as people write it: `1.6`, `2.0.1`, `2.1`.
    pub const fn number(self) -> &'static str {
        match self {
            Self::V16 => "1.6",
            Self::V201 => "2.0.1",
            Self::V21 => "2.1",
        }
    }

    /// The WebSocket sub-protocol.
    pub const fn sub_protocol(self) -> &'static str {
        match self {
            Self::V16 => "ocpp1.6",
            Self::V201 => "ocpp2.0.1",
            Self::V21 => "ocpp2.1",
        }
    }

    /// Name of the schema set: `v16`, `v201`, `v21`.
    pub const fn schema_set(self) -> &'static str {
        match self {
            Self::V16 => "v16",
            Self::V201 => "v201",
            Self::V21 => "v21",
        }
    }

    /// The version of a number, `None` when it is none of ours.
    ///
    /// ```
    /// # use ocpp_wire::version::Version;
    /// assert_eq!(Version::from_number("2.0.1"), Some(Version::V201));
    /// assert_eq!(Version::from_number("2.0"), None);
    /// ```
    pub fn from_number(number: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.number() == number)
    }

    /// The version of an agreed sub-protocol. Case matters, as it does on the wire.
    pub fn from_sub_protocol(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.sub_protocol() == name)
    }

    /// OCPP 2.0.1 or later.
    pub const fn is_v2(self) -> bool {
        !matches!(self, Self::V16)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OCPP {}", self.number())
    }
}
