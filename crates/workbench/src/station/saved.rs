//! The station over a reload of the page: everything it knows as one line of text, and back.
//!
//! The text lives as long as a tab. It begins with the build that wrote it, for another build may know other things.

use super::Station;
use crate::share::{from_base64url, to_base64url};
use crate::transcript::EpochMillis;

/// Which build wrote the text. The number counts changes of what is saved between two releases.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "/1");

/// Longest text that is read: a station with thousands of waiting messages.
const LONGEST: usize = 16 << 20;

impl Station {
    /// Everything it knows, for [`Station::restore`]. Secrets are left out.
    pub fn save(&self) -> String {
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        format!("{BUILD} {} {}", checksum(&bytes), to_base64url(&bytes))
    }

    /// The station as it was saved, without its connection; `None` when the text is of another build or damaged.
    pub fn restore(text: &str, now: EpochMillis) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (sum, rest) = text.strip_prefix(BUILD)?.strip_prefix(' ')?.split_once(' ')?;
        let bytes = from_base64url(rest).filter(|bytes| checksum(bytes).to_string() == sum)?;
        let mut station: Self = postcard::from_bytes(&bytes).ok()?;
        // The connection did not survive: whatever was under way is sent again.
        station.closed(now);
        Some(station)
    }
}

/// Tells a text that was cut from a whole one.
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0x811C_9DC5, |sum, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193))
}
