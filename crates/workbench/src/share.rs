//! The link that carries a capture in the fragment of the page's address: written and read, exact and small.
//!
//! What it does not do: it opens nothing, and it hides nothing; see [`crate::redact`] for that.
//!
//! A link is `1.` and base64url. The bytes are the size of the text, the size of the rest, three bytes of a checksum,
//! and what the coder in `share/` makes of the columns and texts. Old links must open for ever: whatever changes a bit
//! of that, the dictionary included, needs a new number before the point. A test keeps an old link.

use crate::base64::{self, Alphabet};
use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::port::{Direction, Severity};
use coder::{Coder, hash};
use frames::{Nonsense, Origin, Texts};
use ocpp_wire::version::Version;
use std::fmt;

mod coder;
mod dictionary;
mod frames;
mod model;
mod place;

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

/// Everything, written or read alike: what is handed in is used when the coder writes, what comes out is always right.
fn code(coder: &mut Coder<'_>, shared: &Shared, n_text: usize) -> Result<Shared, ShareError> {
    let mut codec = Codec::begin(coder, &shared.capture, n_text)?;
    let view = codec.view(&shared.view)?;
    let connections = codec.connections(&shared.capture.connections)?;
    let items = codec.items(&shared.capture.items)?;
    Ok(Shared { capture: Capture { connections, items }, view })
}

/// The parts of a link in their order.
struct Codec<'c, 'b> {
    coder: &'c mut Coder<'b>,
    texts: Texts,
    versions: Vec<Version>,
    /// Bytes of text that may still come.
    n_left: usize,
}

/// Contexts of the numbers and texts beside the frames.
mod context {
    pub(super) const COUNT: u32 = 100;
    pub(super) const FLAG: u32 = 200;
    pub(super) const TEXT: u32 = 300;
    pub(super) const ITEM: u32 = 400;
    pub(super) const TIME: u32 = 500;
}

impl<'c, 'b> Codec<'c, 'b> {
    /// The versions come first: they say which dictionary helps.
    fn begin(coder: &'c mut Coder<'b>, capture: &Capture, n_text: usize) -> Result<Self, ShareError> {
        let mut numbers = coder::Numbers::new();
        let n = numbers.any(coder, context::COUNT, capture.connections.len() as u64) as usize;
        if n > MOST_CONNECTIONS && coder.is_reading() {
            return Err(ShareError::Damaged);
        }
        let mut versions = Vec::new();
        for at in 0..n {
            let version = capture.connections.get(at).map_or(0, |connection| connection.version as u32);
            let version = numbers.small(coder, context::COUNT + 1, 2, version);
            versions.push(Version::ALL.get(version as usize).copied().ok_or(ShareError::Damaged)?);
        }
        let mut texts = Texts::new(n_text, n);
        dictionary::teach(&mut texts, &versions);
        Ok(Self { coder, texts, versions, n_left: n_text })
    }

    fn flag(&mut self, which: u32, flag: bool) -> bool {
        self.texts.numbers.bit(self.coder, context::FLAG + which, flag)
    }

    fn number(&mut self, which: u32, number: u64) -> u64 {
        self.texts.numbers.any(self.coder, context::COUNT + which, number)
    }

    fn text(&mut self, kind: u32, text: &str) -> Result<String, ShareError> {
        let text = self.texts.text(self.coder, context::TEXT + kind, text, self.n_left)?;
        self.n_left -= text.len().min(self.n_left);
        Ok(text)
    }

    fn view(&mut self, view: &SharedView) -> Result<SharedView, ShareError> {
        let is_redacted = self.flag(0, view.is_redacted);
        let selected = self.number(2, view.selected.map_or(0, |selected| u64::from(selected) + 1));
        let selected = u32::try_from(selected).unwrap_or(0).checked_sub(1);
        let has_texts = self.flag(1, !view.filter.is_empty() || !view.route.is_empty());
        let (mut filter, mut route) = (String::new(), String::new());
        if has_texts {
            filter = self.text(0, &view.filter)?;
            route = self.text(1, &view.route)?;
        }
        let profile = if self.flag(2, view.profile.is_some()) {
            Some(self.profile(&view.profile.clone().unwrap_or_default())?)
        } else {
            None
        };
        Ok(SharedView { filter, selected, route, is_redacted, profile })
    }

    fn profile(&mut self, profile: &SharedProfile) -> Result<SharedProfile, ShareError> {
        let name = self.text(2, &profile.name)?;
        let url = self.text(3, &profile.url)?;
        let identity = self.text(4, &profile.identity)?;
        let mut versions = Vec::new();
        // A link names few versions; more cannot be meant.
        for _ in 0..self.number(3, profile.versions.len() as u64).min(16) {
            versions.push(self.text(5, profile.versions.get(versions.len()).map_or("", |version| version))?);
        }
        Ok(SharedProfile { name, url, identity, versions })
    }

    fn connections(&mut self, connections: &[CaptureConnection]) -> Result<Vec<CaptureConnection>, ShareError> {
        let mut out = Vec::new();
        for (at, version) in self.versions.clone().into_iter().enumerate() {
            let station = self.text(6, connections.get(at).map_or("", |connection| &connection.station))?;
            out.push(CaptureConnection { station, version });
        }
        Ok(out)
    }

    fn items(&mut self, items: &[CaptureItem]) -> Result<Vec<CaptureItem>, ShareError> {
        let n = self.number(4, items.len() as u64) as usize;
        if n > MOST_ITEMS && self.coder.is_reading() {
            return Err(ShareError::TooLarge { n_bytes: n as u64 });
        }
        let micros: Vec<i64> = items.iter().map(|item| (item.at * 1_000.0).round() as i64).collect();
        // Most logs have whole milliseconds or seconds.
        let divides = |unit: i64| micros.iter().all(|micros| micros % unit == 0);
        let unit = u32::from(divides(1_000)) + u32::from(divides(1_000_000));
        let unit = match self.texts.numbers.small(self.coder, context::TIME, 2, unit) {
            0 => 1,
            1 => 1_000,
            _ => 1_000_000,
        };
        let mut last =
            Last { units: 0, connection: 0, direction: Direction::ToCsms, marks: Marks::NONE, is_event: false };
        let mut out = Vec::new();
        for at in 0..n {
            let item = items.get(at);
            let units = micros.get(at).map_or(0, |micros| micros / unit);
            out.push(self.item(item, units, unit, &mut last)?);
        }
        Ok(out)
    }

    /// One frame or event.
    fn item(
        &mut self,
        item: Option<&CaptureItem>,
        units: i64,
        unit: i64,
        last: &mut Last,
    ) -> Result<CaptureItem, ShareError> {
        let (frame, event) = match item.map(|item| &item.content) {
            Some(CaptureContent::Frame(frame)) => (Some(frame), None),
            Some(CaptureContent::Event(event)) => (None, Some(event)),
            None => (None, None),
        };
        let is_event = self.flag(4 + u32::from(last.is_event), event.is_some());
        last.is_event = is_event;
        let connection = item.map_or(0, |item| item.connection);
        if !self.flag(6, connection == last.connection) {
            last.connection = u32::try_from(self.number(5, u64::from(connection))).map_err(|_| ShareError::Damaged)?;
        }
        if last.connection as usize >= self.versions.len() && self.coder.is_reading() {
            return Err(ShareError::Damaged);
        }
        let mut origin = Origin { connection: last.connection, direction: Direction::ToStation, at_micros: 0 };
        let waits = [Direction::ToCsms, Direction::ToStation].map(|direction| {
            let origin = Origin { direction, ..origin };
            self.texts.n_open(origin).min(2) as u32
        });
        let [to_csms, to_station] = waits;
        if !is_event {
            let known =
                context::ITEM | to_csms | (to_station << 2) | (u32::from(last.direction == Direction::ToCsms) << 4);
            let is_to_csms = frame.is_some_and(|frame| frame.direction == Direction::ToCsms);
            let is_to_csms = self.texts.numbers.bit(self.coder, known, is_to_csms);
            origin.direction = if is_to_csms { Direction::ToCsms } else { Direction::ToStation };
            last.direction = origin.direction;
        }
        let waiting = if origin.direction == Direction::ToCsms { to_csms } else { to_station };
        let known =
            hash(context::TIME, waiting.min(1) | (u32::from(is_event) << 1) | (u32::from(last.units == 0) << 2));
        let delta = self.texts.numbers.signed(self.coder, known, units.wrapping_sub(last.units));
        last.units = last.units.wrapping_add(delta);
        origin.at_micros = last.units.wrapping_mul(unit);
        let at = origin.at_micros as f64 / 1_000.0;
        let content = if is_event {
            let nothing = CaptureEvent { title: String::new(), text: String::new(), severity: Severity::Ok };
            let event = event.unwrap_or(&nothing);
            let severity = self.texts.numbers.small(self.coder, context::ITEM + 40, 2, event.severity as u32);
            let severity = match severity {
                0 => Severity::Ok,
                1 => Severity::Info,
                2 => Severity::Warning,
                _ => Severity::Error,
            };
            CaptureContent::Event(CaptureEvent {
                title: self.text(7, &event.title)?,
                text: self.text(8, &event.text)?,
                severity,
            })
        } else {
            let marks = frame.map_or(Marks::NONE, |frame| frame.marks);
            if !self.flag(7, marks == last.marks) {
                last.marks = Marks::from_bits(self.coder.plain(16, u64::from(marks.bits())) as u16);
            }
            let is_binary = self.flag(8, frame.is_some_and(|frame| frame.is_binary));
            let text = frame.map_or("", |frame| &frame.text);
            let text = self.texts.frame(self.coder, origin, text, self.n_left)?;
            self.n_left -= text.len().min(self.n_left);
            CaptureContent::Frame(CaptureFrame { text, is_binary, direction: origin.direction, marks: last.marks })
        };
        Ok(CaptureItem { connection: last.connection, at, content })
    }
}

/// The item before.
struct Last {
    units: i64,
    connection: u32,
    direction: Direction,
    marks: Marks,
    is_event: bool,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::quantized;
    use crate::testing::START;
    use proptest::prelude::*;

    const UUID: &str = "3c9fe0a4-6b5d-4a0e-8d0e-0f6a5b1c2d3e";

    fn capture(frames: &[(&str, f64)]) -> Capture {
        let items = frames
            .iter()
            .map(|(line, at)| {
                let (way, text) = line.split_at(1);
                let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
                let text = text.to_owned();
                let frame = CaptureFrame { text, is_binary: false, direction, marks: Marks::NONE };
                CaptureItem { connection: 0, at: START + at, content: CaptureContent::Frame(frame) }
            })
            .collect();
        Capture { connections: vec![CaptureConnection { station: "CP-1".into(), version: Version::V16 }], items }
    }

    fn charge() -> Shared {
        let mut frames = vec![
            (
                format!(
                    ">[2,\"{UUID}\",\"StartTransaction\",{{\"connectorId\":1,\"idTag\":\"04A2\",\"meterStart\":17,\"timestamp\":\"2026-11-22T09:22:07Z\"}}]"
                ),
                0.0,
            ),
            (format!("<[3,\"{UUID}\",{{\"idTagInfo\":{{\"status\":\"Accepted\"}},\"transactionId\":4711}}]"), 83.5),
        ];
        for n in 0..40 {
            let at = 60_000.0 * f64::from(n) + 1_000.0;
            let time = ocpp_wire::date_time::format_utc((START + at) as i64);
            frames.push((format!(">[2,\"{n}\",\"MeterValues\",{{\"connectorId\":1,\"transactionId\":4711,\"meterValue\":[{{\"timestamp\":\"{time}\",\"sampledValue\":[{{\"value\":\"{}\",\"unit\":\"Wh\"}}]}}]}}]", 17 + n * 180), at));
            frames.push((format!("<[3,\"{n}\",{{}}]"), at + 40.0));
        }
        let frames: Vec<(&str, f64)> = frames.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        let view = SharedView {
            filter: "severity:error".into(),
            selected: Some(3),
            route: "#/timeline".into(),
            is_redacted: true,
            profile: None,
        };
        Shared { capture: capture(&frames), view }
    }

    #[test]
    fn a_charge_fits_a_chat_message() {
        let shared = charge();
        let link = encode(&shared);
        assert_eq!(decode(&link), Ok(shared));
        // 82 frames; the count is the promise, with some room.
        assert!(link.len() < 520, "{}", link.len());
    }

    /// Made when the format was new. It must open as long as there is a format 1.
    #[test]
    fn an_old_link_opens() {
        assert_eq!(decode(include_str!("share/link_1.txt")), Ok(charge()));
    }

    #[test]
    fn what_mail_programs_do_to_a_link_does_not_matter() {
        let shared = charge();
        let link = encode(&shared);
        let (head, tail) = link.split_at(40);
        for text in [format!("#{link}"), format!("{head}\r\n {tail}"), format!("{link}."), format!("{link}>),\n")] {
            assert_eq!(decode(&text), Ok(shared.clone()), "{text}");
        }
    }

    #[test]
    fn a_link_that_cannot_be_opened_says_why() {
        let link = encode(&charge());
        let say = |fragment: &str| decode(fragment).unwrap_err().to_string();
        for text in ["", "#", "/timeline", "#/timeline?filter=a.b", "1", "x.AAAA", "0.AAAA", "01.AAAA", "12345.AAAA"] {
            assert_eq!(decode(text), Err(ShareError::NotALink), "{text}");
        }
        assert!(say("#2.AAAA").contains("newer version"));
        assert!(say("1.").contains("cut off"));
        assert!(say("1.gICA").contains("cut off"));
        for n in 3..link.len() - 1 {
            let error = decode(&link[..n]).unwrap_err();
            assert!(matches!(error, ShareError::CutOff { .. }), "{n}: {error:?}");
        }
        assert!(say(&link[..200]).contains(&format!("200 of {} characters", link.len())), "{}", say(&link[..200]));
        // Near the end a wrong letter changes little: only the checksum tells.
        for at in link.len() - 40..link.len() - 1 {
            let other = if &link[at..=at] == "A" { "B" } else { "A" };
            let mut changed = link.clone();
            changed.replace_range(at..=at, other);
            assert_eq!(decode(&changed), Err(ShareError::Damaged), "{at}");
        }
        assert!(say(&format!("{link}AAAA")).contains("damaged"));
        assert!(say(&link.replacen('_', "/", 1).replacen('-', "+", 1)).contains("damaged"));
        assert!(say("1.ä").contains("damaged"));
    }

    #[test]
    fn a_link_that_stands_for_too_much_is_not_unpacked() {
        let mut bytes = Vec::new();
        push_number(&mut bytes, 64 << 30);
        push_number(&mut bytes, 3);
        bytes.extend([0; 6]);
        let error = decode(&format!("1.{}", base64::encode_url(&bytes))).unwrap_err();
        assert_eq!(error, ShareError::TooLarge { n_bytes: 64 << 30 });
        assert!(error.to_string().contains("file"));
        let error = decode(&format!("1.{}", base64::encode_url(&[0xFF; 40]))).unwrap_err();
        assert!(matches!(error, ShareError::TooLarge { .. }), "{error:?}");
        // More items than its memory may hold, each of nothing.
        let item = charge().capture.items.pop().unwrap();
        let empty =
            CaptureFrame { text: String::new(), is_binary: false, direction: Direction::ToCsms, marks: Marks::NONE };
        let items = vec![CaptureItem { content: CaptureContent::Frame(empty), ..item }; MOST_ITEMS + 1];
        let shared = Shared { capture: Capture { items, ..charge().capture }, ..charge() };
        assert!(too_large(&shared).is_some() && too_large(&charge()).is_none());
        assert!(matches!(decode(&encode(&shared)), Err(ShareError::TooLarge { .. })));
    }

    #[test]
    fn tiers_are_in_order() {
        assert_eq!(
            [0, 2_000, 2_001, 8_001, 32_001, 500_001].map(|n| fits(n).limit),
            [Some(2_000), Some(2_000), Some(8_000), Some(32_000), Some(500_000), None]
        );
    }

    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop_oneof![
                Just("[2,\""), Just("[3,\""), Just("\",{\""), Just("\"}]"), Just("\":\""), Just("\",\""), Just("Heartbeat"),
                Just("2026-11-22T09:22:07.123Z"), Just("2026-11-22T09:22:07+01:00"), Just("9999-12-31T23:59:59.9999999"),
                Just(UUID), Just("00000000-0000-0000-0000-000000000000"), Just("msg-099"), Just("msg-100"), Just("\u{202e}"),
            ].prop_map(str::to_owned),
            1 => ".{0,12}",
            1 => "[0-9]{1,20}",
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn any_item() -> impl Strategy<Value = CaptureItem> {
        let frame = (any_text(), any::<bool>(), any::<bool>(), any::<u16>()).prop_map(
            |(text, is_binary, is_to_csms, marks)| {
                let direction = if is_to_csms { Direction::ToCsms } else { Direction::ToStation };
                let marks = Marks::from_bits(if marks < 60_000 { 0 } else { marks });
                CaptureContent::Frame(CaptureFrame { text, is_binary, direction, marks })
            },
        );
        let severity =
            prop_oneof![Just(Severity::Ok), Just(Severity::Info), Just(Severity::Warning), Just(Severity::Error)];
        let event = (any_text(), any_text(), severity)
            .prop_map(|(title, text, severity)| CaptureContent::Event(CaptureEvent { title, text, severity }));
        let at =
            prop_oneof![-1e15..1e15, 0.0..2e12, Just(0.0), (0_u32..9).prop_map(|n| START + f64::from(n) * 1_000.0)];
        (0..3_u32, at, prop_oneof![5 => frame, 1 => event]).prop_map(|(connection, at, content)| CaptureItem {
            connection,
            at: quantized(at),
            content,
        })
    }

    fn any_shared() -> impl Strategy<Value = Shared> {
        let version = prop_oneof![Just(Version::V16), Just(Version::V201), Just(Version::V21)];
        let connection = (any_text(), version).prop_map(|(station, version)| CaptureConnection { station, version });
        let profile = (any_text(), any_text(), any_text(), proptest::collection::vec(any_text(), 0..3))
            .prop_map(|(name, url, identity, versions)| SharedProfile { name, url, identity, versions });
        let view =
            (any_text(), proptest::option::of(any::<u32>()), any_text(), any::<bool>(), proptest::option::of(profile))
                .prop_map(|(filter, selected, route, is_redacted, profile)| SharedView {
                    filter,
                    selected: selected.filter(|&selected| selected < u32::MAX),
                    route,
                    is_redacted,
                    profile,
                });
        (proptest::collection::vec(connection, 3), proptest::collection::vec(any_item(), 0..12), view)
            .prop_map(|(connections, items, view)| Shared { capture: Capture { connections, items }, view })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn anything_comes_back_exactly(shared in any_shared()) {
            prop_assert_eq!(decode(&encode(&shared)), Ok(shared));
        }

        #[test]
        fn changed_links_are_refused(at in 2..300_usize, letter in 0..64_usize, n_cut in 0..3_usize) {
            let link = encode(&charge());
            let at = at % (link.len() - 2) + 2;
            let mut changed = link.clone();
            changed.replace_range(at..=at, &char::from(base64::URL_LETTERS[letter]).to_string());
            changed.truncate(link.len() - n_cut);
            match decode(&changed) {
                // The last letter may hold bits that say nothing.
                Ok(shared) => prop_assert_eq!(shared, charge()),
                Err(error) => prop_assert!(error.to_string().len() > 40),
            }
        }

        /// Whoever makes a link to do harm gets the checksum right.
        #[test]
        fn bytes_that_nobody_wrote_do_no_harm(packed in proptest::collection::vec(any::<u8>(), 0..400), n_text in 0..20_000_usize) {
            let mut bytes = Vec::new();
            push_number(&mut bytes, n_text as u64);
            push_number(&mut bytes, packed.len() as u64);
            bytes.extend(&checksum(n_text as u64, &packed).to_be_bytes()[1..]);
            bytes.extend(&packed);
            if let Ok(shared) = decode(&format!("1.{}", base64::encode_url(&bytes))) {
                prop_assert!(n_text_bytes(&shared) <= n_text);
            }
        }

        #[test]
        fn any_fragment_is_read_or_refused(fragment in "(#?1\\.)?[A-Za-z0-9_ .-]{0,80}") {
            let _ = decode(&fragment);
        }
    }
}
