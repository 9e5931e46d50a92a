//! The parts of a link in their order, written and read by the same code.

use super::coder::{self, Coder, hash};
use super::dictionary;
use super::frames::{Origin, Texts};
use super::{MOST_CONNECTIONS, MOST_ITEMS, ShareError, Shared, SharedProfile, SharedView};
use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureFrame, CaptureItem, Marks};
use crate::port::{Direction, Severity};
use ocpp_wire::version::Version;

/// Everything, written or read alike: what is handed in is used when the coder writes, what comes out is always right.
pub(super) fn code(coder: &mut Coder<'_>, shared: &Shared, n_text: usize) -> Result<Shared, ShareError> {
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
