//! The link that carries a capture in the fragment of the page's address: written and read, exact and small.
//!
//! What it does not do: it opens nothing, and it hides nothing; see [`crate::redact`] for that.
//!
//! A link is `1.` and base64url. The bytes are the size of the text, the size of the rest, three bytes of a checksum,
//! and what the coder in `share/` makes of the columns and texts. Old links must open for ever: whatever changes a bit
//! of that, the dictionary included, needs a new number before the point. A test keeps an old link.

use crate::base64::{self, Alphabet};
use crate::capture::{Capture, CaptureContent, CaptureItem};
use codec::code;
use coder::Coder;
use frames::Nonsense;
use std::fmt;

mod codec;
mod coder;
mod dictionary;
mod frames;
mod model;
mod place;
#[cfg(test)]
mod tests;

/// Most bytes of text a link may stand for.
pub const MOST_TEXT_BYTES: usize = 8 << 20;

/// Most frames and events of a link: with them the memory of a link is bounded, whatever it says of itself.
pub const MOST_ITEMS: usize = 200_000;

/// Most connections of a link.
const MOST_CONNECTIONS: usize = 10_000;

/// The number before the point.
const FORMAT: &str = "1";

/// What a link carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// The frames.
    pub capture: Capture,
    /// How they were looked at.
    pub view: SharedView,
}

/// How a capture was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedView {
    /// Text of the filter; empty shows everything.
    pub filter: String,
    /// Index into [`Capture::items`] of the selected frame.
    pub selected: Option<u32>,
    /// Address of the view, such as `#/timeline`.
    pub route: String,
    /// Values were replaced before the link was made.
    pub is_redacted: bool,
    /// The connect form, for later; a link never connects by itself.
    pub profile: Option<SharedProfile>,
}

/// A connect form without user name and password.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedProfile {
    /// What the sender calls it.
    pub name: String,
    /// Address of the CSMS without the identity.
    pub url: String,
    /// Identity of the station.
    pub identity: String,
    /// Versions to offer, most wanted first.
    pub versions: Vec<String>,
}

/// Why a link cannot be opened. Its text is a sentence for the user with what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareError {
    /// The text is no link of ours.
    NotALink,
    /// Its end is missing.
    CutOff {
        /// Characters there are.
        n_have: usize,
        /// Characters there should be; 0 when even that is cut.
        n_want: usize,
    },
    /// It was changed on its way.
    Damaged,
    /// A later version of the program made it.
    Newer {
        /// The number before the point.
        format: String,
    },
    /// It stands for more than is opened.
    TooLarge {
        /// Bytes of text it stands for.
        n_bytes: u64,
    },
}

impl fmt::Display for ShareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALink => f.write_str("This is not a share link of Ocppscope: one begins with #1. and goes on with letters and digits. Copy the whole link again"),
            Self::CutOff { n_want: 0, .. } => f.write_str("The share link is cut off right after its beginning. Copy the whole link again, or ask for a file instead"),
            Self::CutOff { n_have, n_want } => write!(f, "The share link is cut off: {n_have} of {n_want} characters arrived. Mail and chat programs shorten long links; ask for it as a file"),
            Self::Damaged => f.write_str("The share link is damaged: some of its characters were changed on the way. Copy it again from where it was made, or ask for a file instead"),
            Self::Newer { format } => write!(f, "A newer version of Ocppscope made this share link (format {format}, this page reads {FORMAT}). Reload the page to get the newest version, then open the link again"),
            Self::TooLarge { n_bytes } => write!(f, "The share link would unpack to {} and is not opened; at most {} are. Ask for a file instead", crate::quantity::bytes(*n_bytes), crate::quantity::bytes(MOST_TEXT_BYTES as u64)),
        }
    }
}

impl std::error::Error for ShareError {}

impl From<Nonsense> for ShareError {
    fn from(_: Nonsense) -> Self {
        // The checksum fits, so it was made this way; for the user it is the same.
        Self::Damaged
    }
}

/// Where a link of some length gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Words for the user.
    pub label: &'static str,
    /// Most characters of this tier; `None` when only a file is left.
    pub limit: Option<usize>,
}

/// The tier of a link, by the characters of the whole address.
///
/// ```
/// assert_eq!(workbench::share::fits(1_900).limit, Some(2_000));
/// assert_eq!(workbench::share::fits(600_000).limit, None);
/// ```
pub fn fits(n_chars: usize) -> Fit {
    TIERS.into_iter().find(|tier| tier.limit.is_none_or(|limit| n_chars <= limit)).unwrap_or(FILE)
}

const FILE: Fit = Fit { label: "too long for a link; save a file instead", limit: None };

/// The tiers, smallest first.
pub const TIERS: [Fit; 5] = [
    Fit { label: "fits everywhere, also in old mail programs", limit: Some(2_000) },
    Fit { label: "fits in most mail and chat programs", limit: Some(8_000) },
    Fit { label: "fits in documents, tickets and the address bar", limit: Some(32_000) },
    Fit { label: "fits in a browser, but not in most chat programs", limit: Some(500_000) },
    FILE,
];

/// The fragment of a link, without `#`. Instants are kept to the microsecond.
///
/// A capture beyond [`MOST_TEXT_BYTES`] or [`MOST_ITEMS`] gives a link that [`decode`] refuses: ask [`too_large`] first.
///
/// ```
/// use workbench::share::{Shared, decode, encode};
/// let shared = Shared::default();
/// assert_eq!(decode(&encode(&shared)), Ok(shared));
/// ```
pub fn encode(shared: &Shared) -> String {
    let n_text = n_text_bytes(shared);
    let mut coder = Coder::writing();
    // Writing follows what it is given and finds no nonsense.
    let _ = code(&mut coder, shared, n_text);
    let packed = coder.finish();
    let mut bytes = Vec::with_capacity(packed.len() + 12);
    push_number(&mut bytes, n_text as u64);
    push_number(&mut bytes, packed.len() as u64);
    let sum = checksum(n_text as u64, &packed);
    bytes.extend(sum.to_be_bytes().into_iter().skip(1));
    bytes.extend(packed);
    format!("{FORMAT}.{}", base64::encode_url(&bytes))
}

/// Why a link with this would not be opened; `None` when it would.
pub fn too_large(shared: &Shared) -> Option<ShareError> {
    let n_text = n_text_bytes(shared);
    let is_too_large = n_text > MOST_TEXT_BYTES
        || shared.capture.items.len() > MOST_ITEMS
        || shared.capture.connections.len() > MOST_CONNECTIONS;
    is_too_large.then_some(ShareError::TooLarge { n_bytes: n_text as u64 })
}

/// Reads a link's fragment, with or without `#`. White space that a mail program put in, and punctuation after the
/// end, do not matter.
///
/// # Errors
/// See [`ShareError`]. Nothing is unpacked before its size is known to be bounded and its checksum to be right.
pub fn decode(fragment: &str) -> Result<Shared, ShareError> {
    let fragment = fragment.trim();
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let (format, text) = fragment.split_once('.').ok_or(ShareError::NotALink)?;
    if format.is_empty()
        || format.len() > 4
        || !format.bytes().all(|byte| byte.is_ascii_digit())
        || format.starts_with('0')
    {
        return Err(ShareError::NotALink);
    }
    if format != FORMAT {
        return Err(ShareError::Newer { format: format.to_owned() });
    }
    // No link is longer than its text needs without any packing.
    if text.len() > 4 * MOST_TEXT_BYTES {
        return Err(ShareError::TooLarge { n_bytes: text.len() as u64 });
    }
    let text = text.trim_end_matches(['.', ',', ';', ':', ')', ']', '>', '"', '\'', '!', '?']);
    let n_have = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
    let bytes = base64::decode(text, Alphabet::Url).ok_or(ShareError::Damaged)?;
    let mut rest = bytes.iter().copied();
    let cut = ShareError::CutOff { n_have: n_have + 2, n_want: 0 };
    let n_text = take_number(&mut rest).ok_or(cut.clone())?;
    let n_packed = take_number(&mut rest).ok_or(cut.clone())?;
    if n_text > MOST_TEXT_BYTES as u64 {
        return Err(ShareError::TooLarge { n_bytes: n_text });
    }
    let mut sum = 0;
    for _ in 0..3 {
        sum = (sum << 8) | u32::from(rest.next().ok_or(cut.clone())?);
    }
    let packed = bytes.get(bytes.len() - rest.len()..).unwrap_or_default();
    let n_want = bytes.len() as u64 - packed.len() as u64 + n_packed;
    if (packed.len() as u64) < n_packed {
        return Err(ShareError::CutOff { n_have: n_have + 2, n_want: (n_want * 4).div_ceil(3) as usize + 2 });
    }
    if packed.len() as u64 > n_packed || checksum(n_text, packed) != sum {
        return Err(ShareError::Damaged);
    }
    code(&mut Coder::reading(packed), &Shared::default(), n_text as usize)
}

/// Bytes of all texts.
fn n_text_bytes(shared: &Shared) -> usize {
    let of_item = |item: &CaptureItem| match &item.content {
        CaptureContent::Frame(frame) => frame.text.len(),
        CaptureContent::Event(event) => event.title.len() + event.text.len(),
    };
    let view = &shared.view;
    let of_profile = |profile: &SharedProfile| {
        profile.name.len()
            + profile.url.len()
            + profile.identity.len()
            + profile.versions.iter().map(String::len).sum::<usize>()
    };
    shared.capture.items.iter().map(of_item).sum::<usize>()
        + shared.capture.connections.iter().map(|connection| connection.station.len()).sum::<usize>()
        + view.filter.len()
        + view.route.len()
        + view.profile.as_ref().map_or(0, of_profile)
}

/// Seven bits to a byte, the last byte below 128.
fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..56).step_by(7) {
        let byte = bytes.next()?;
        number |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    // Longer than any we write: far too large, whatever it is.
    Some(u64::MAX >> 8)
}

/// The last 24 bits of a CRC-32 (polynomial of Ethernet) over the size and the bytes.
fn checksum(n_text: u64, packed: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in n_text.to_be_bytes().iter().chain(packed) {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg());
        }
    }
    !sum & 0xFF_FFFF
}
