//! The station over a reload of the page: everything it knows as one line of text, and back.
//!
//! The text lives as long as a tab. It begins with the build that wrote it, for another build may know other things.

use super::Station;
use crate::base64::{self, Alphabet};
use crate::transcript::EpochMillis;

/// Which build wrote the text. The number counts changes of what is saved between two releases.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), "/2");

/// Longest text that is read: a station with thousands of waiting messages.
const LONGEST: usize = 16 << 20;

impl Station {
    /// Everything it knows, for [`Station::restore`]. Secrets are left out.
    pub fn save(&self) -> String {
        let bytes = postcard::to_allocvec(self).unwrap_or_default();
        format!("{BUILD} {} {}", checksum(&bytes), base64::encode_url(&bytes))
    }

    /// The station as it was saved, without its connection; `None` when the text is of another build or damaged.
    pub fn restore(text: &str, now: EpochMillis) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (sum, rest) = text.strip_prefix(BUILD)?.strip_prefix(' ')?.split_once(' ')?;
        let bytes = base64::decode(rest, Alphabet::Url).filter(|bytes| checksum(bytes).to_string() == sum)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::station::Act;
    use crate::station::core::Setup;
    use crate::testing::START;
    use ocpp_wire::version::Version;
    use proptest::prelude::*;

    /// A station in the middle of something.
    fn busy(version: Version) -> Station {
        let mut station = Station::new(version, Setup::default(), 7);
        station.opened(START, false);
        station.act(START, 1, &Act::Start).unwrap();
        while let Some(sent) = station.poll_call(START) {
            station.answered(START, &sent.message.action, Some(sent.ticket), crate::station::Outcome::Error);
        }
        station.closed(START);
        while station.poll_note().is_some() {}
        station
    }

    #[test]
    fn what_was_saved_comes_back() {
        for version in Version::ALL {
            let station = busy(version);
            assert_eq!(Station::restore(&station.save(), START).as_ref(), Some(&station), "{version}");
        }
    }

    #[test]
    fn what_is_cut_changed_or_of_another_build_is_refused() {
        let text = busy(Version::V16).save();
        assert_eq!(Station::restore(text.get(..text.len() - 1).unwrap(), START), None);
        assert_eq!(Station::restore(&text.replace(BUILD, "0.0.0/1"), START), None);
        assert_eq!(Station::restore("", START), None);
    }

    proptest! {
        #[test]
        fn nothing_that_stands_in_the_storage_stops_the_page(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
            at in 0_usize..400,
            text in ".{0,60}",
        ) {
            let _ = Station::restore(&text, START);
            // With the right checksum, so that the reader of the state sees it.
            let with_sum = |bytes: &[u8]| format!("{BUILD} {} {}", checksum(bytes), base64::encode_url(bytes));
            let _ = Station::restore(&with_sum(&bytes), START);
            let mut real = postcard::to_allocvec(&busy(Version::V201)).unwrap();
            let n = real.len();
            real[at % n] ^= bytes.first().copied().unwrap_or(1);
            if let Some(mut station) = Station::restore(&with_sum(&real), START) {
                let _ = station.view(START);
                station.opened(START, true);
                station.handle_timeout(START + 60_000.0);
                let _ = station.poll_call(START + 60_000.0);
            }
        }
    }
}
