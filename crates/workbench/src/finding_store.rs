//! Where findings lie: as bytes in large chunks, and counted by rule. A finding as a value holds two texts
//! with an allocation each; a capture with a million frames has too many of them for that.

use crate::findings::{Finding, RULES};
use crate::port::{FrameNumber, Severity};
use ocpp_wire::json::Span;
use std::num::NonZeroU32;

/// Bytes of one chunk. The findings of one frame never lie in two.
const CHUNK_BYTES: usize = 1 << 18;

/// Frames that are listed per rule.
pub const MOST_LISTED: usize = 100;

/// All findings of a transcript.
#[derive(Debug, Default)]
pub struct FindingStore {
    chunks: Vec<Vec<u8>>,
    rules: Vec<RuleCount>,
    n_places: u32,
    places: Vec<Place>,
}

/// Where the findings of one frame lie.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    chunk: u32,
    start: u32,
    len: u32,
}

/// What is known of one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleCount {
    /// Findings by severity.
    pub n_by_severity: [u32; 4],
    /// The first frames that have one, in the order they were found.
    pub frames: Vec<FrameNumber>,
}

impl RuleCount {
    /// All findings.
    pub fn n(&self) -> u32 {
        self.n_by_severity.iter().sum()
    }

    /// The worst severity there is.
    pub fn worst(&self) -> Severity {
        [Severity::Error, Severity::Warning, Severity::Info]
            .into_iter()
            .find(|&severity| self.n_by_severity.get(severity as usize).is_some_and(|&n| n > 0))
            .unwrap_or_default()
    }
}

impl FindingStore {
    /// Stores the findings of a frame; `None` when there are none. Those stored before, at `old`, are forgotten.
    pub fn put(&mut self, frame: FrameNumber, old: Option<NonZeroU32>, findings: &[Finding]) -> Option<NonZeroU32> {
        for finding in self.get(old) {
            self.count(frame, &finding, false);
        }
        for finding in findings {
            self.count(frame, finding, true);
        }
        if findings.is_empty() {
            return None;
        }
        let mut bytes = Vec::new();
        for finding in findings {
            write(&mut bytes, finding);
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + bytes.len() > CHUNK_BYTES) {
            self.chunks.push(Vec::new());
        }
        let chunk = self.chunks.len() - 1;
        let last = self.chunks.last_mut()?;
        let place = Place { chunk: chunk as u32, start: last.len() as u32, len: bytes.len() as u32 };
        last.extend_from_slice(&bytes);
        let index = match old.and_then(|old| self.places.get_mut(old.get() as usize - 1).map(|slot| (old, slot))) {
            Some((old, slot)) => {
                *slot = place;
                old.get()
            }
            None => {
                self.places.push(place);
                self.n_places += 1;
                self.n_places
            }
        };
        NonZeroU32::new(index)
    }

    /// The findings stored there.
    pub fn get(&self, at: Option<NonZeroU32>) -> Vec<Finding> {
        let place = at.and_then(|at| self.places.get(at.get() as usize - 1)).copied().unwrap_or_default();
        let bytes = self
            .chunks
            .get(place.chunk as usize)
            .and_then(|chunk| chunk.get(place.start as usize..(place.start + place.len) as usize))
            .unwrap_or_default();
        let mut reader = Reader { bytes };
        std::iter::from_fn(|| reader.finding()).collect()
    }

    /// The counts, by index into [`RULES`]; shorter than that when later rules have none.
    pub fn rules(&self) -> &[RuleCount] {
        &self.rules
    }

    fn count(&mut self, frame: FrameNumber, finding: &Finding, is_new: bool) {
        let Some(index) = rule_index(finding) else { return };
        if self.rules.len() <= index {
            self.rules.resize(index + 1, RuleCount::default());
        }
        let Some(rule) = self.rules.get_mut(index) else { return };
        if let Some(n) = rule.n_by_severity.get_mut(finding.severity as usize) {
            *n = n.saturating_add_signed(if is_new { 1 } else { -1 });
        }
        if !is_new {
            rule.frames.retain(|&listed| listed != frame);
        } else if rule.frames.len() < MOST_LISTED && !rule.frames.contains(&frame) {
            rule.frames.push(frame);
        }
    }
}

fn rule_index(finding: &Finding) -> Option<usize> {
    RULES.iter().position(|rule| std::ptr::eq(*rule, finding.rule))
}

fn write(out: &mut Vec<u8>, finding: &Finding) {
    out.push(rule_index(finding).unwrap_or_default() as u8);
    out.push(finding.severity as u8);
    // One more than the place, so that 0 says there is none.
    number(out, finding.span.map_or(0, |span| span.start as usize + 1));
    number(out, finding.span.map_or(0, |span| span.end as usize));
    for text in [&finding.pointer, &finding.message] {
        number(out, text.len());
        out.extend_from_slice(text.as_bytes());
    }
}

/// Seven bits a byte, the lowest first.
fn number(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    fn number(&mut self) -> Option<usize> {
        let mut value = 0;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= usize::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
            shift += 7;
        }
    }

    fn text(&mut self) -> Option<String> {
        let len = self.number()?;
        let (text, rest) = self.bytes.split_at_checked(len)?;
        self.bytes = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    fn finding(&mut self) -> Option<Finding> {
        let rule = *RULES.get(usize::from(self.byte()?))?;
        let severity = Severity::ALL.get(usize::from(self.byte()?)).copied()?;
        let (start, end) = (self.number()?, self.number()?);
        let span = start.checked_sub(1).map(|start| Span { start: start as u32, end: end as u32 });
        Some(Finding { rule, severity, pointer: self.text()?, message: self.text()?, span })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(rule: usize, message: &str) -> Finding {
        Finding::new(RULES[rule], message).pointer(format!("/a/{message}"))
    }

    #[test]
    fn findings_come_back_as_they_were() {
        let mut store = FindingStore::default();
        let long = "ä".repeat(20_000);
        let lists = [
            vec![finding(0, "x").span(Span { start: 0, end: 0 }), finding(3, "€").severity(Severity::Info)],
            vec![],
            vec![finding(5, &long).span(Span { start: 70_000, end: 70_001 })],
        ];
        let places: Vec<_> = lists.iter().zip(1..).map(|(list, frame)| store.put(frame, None, list)).collect();
        for (list, place) in lists.iter().zip(&places) {
            assert_eq!(&store.get(*place), list);
        }
        assert_eq!(places[1], None);
    }

    #[test]
    fn what_is_replaced_is_no_longer_counted() {
        let mut store = FindingStore::default();
        let place = store.put(7, None, &[finding(2, "a"), finding(2, "b")]);
        assert_eq!((store.rules()[2].n(), &store.rules()[2].frames[..]), (2, &[7][..]));
        let again = store.put(7, place, &[finding(4, "c")]);
        assert_eq!(again, place);
        assert_eq!((store.rules()[2].n(), store.rules()[2].frames.len()), (0, 0));
        assert_eq!(store.rules()[4].worst(), finding(4, "c").severity);
        assert_eq!(store.put(7, again, &[]), None);
        assert_eq!(store.rules()[4].n(), 0);
    }
}
