//! Texts that are looked for in frames, and values with `*`.

use std::borrow::Cow;

/// A value with `*` for any characters, compared from end to end.
///
/// An empty text fits no pattern: it stands for a fact the row does not have, so `action:*` finds the rows
/// that have an action.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// As written.
    pub(super) text: String,
    first: Needle,
    /// The pieces between two `*`.
    middle: Vec<Needle>,
    /// The piece after the last `*`; `None` without `*`.
    last: Option<Needle>,
}

impl Pattern {
    pub(super) fn new(text: String, case: Case) -> Self {
        let mut pieces = text.split('*').map(|piece| Needle::new(piece, case));
        let first = pieces.next().unwrap_or_else(|| Needle::new("", case));
        let mut middle: Vec<_> = pieces.collect();
        let last = middle.pop();
        // `**` is `*`.
        middle.retain(|piece| !piece.text.is_empty());
        Self { text, first, middle, last }
    }

    /// A pattern that takes upper and lower case as the same.
    ///
    /// ```
    /// use workbench::query::Pattern;
    /// assert!(Pattern::ignoring_case("rpc-schema-*").matches("RPC-SCHEMA-CALL"));
    /// assert!(!Pattern::ignoring_case("rpc-schema").matches("RPC-SCHEMA-CALL"));
    /// ```
    pub fn ignoring_case(text: &str) -> Self {
        Self::new(text.to_owned(), Case::Ignored)
    }

    /// The whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        if text.is_empty() {
            return false;
        }
        let text = match self.first.case {
            Case::Ignored if !text.is_ascii() => Cow::Owned(lower_cased(text)),
            _ => Cow::Borrowed(text),
        };
        let Some(mut rest) = self.first.strip_from(&text) else { return false };
        let Some(last) = &self.last else { return rest.is_empty() };
        for piece in &self.middle {
            // The first place is as good as any later one: `*` takes up what is left.
            let Some(after) = piece.find(rest).and_then(|at| rest.get(at + piece.text.len()..)) else { return false };
            rest = after;
        }
        rest.len().checked_sub(last.text.len()).and_then(|at| rest.get(at..)).is_some_and(|end| last.is_equal(end))
    }
}

/// Character by character, so that a part of a text is lowered as it is within the whole.
pub(super) fn lower_cased(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Whether upper and lower case are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Ignored,
    Kept,
}

/// A text that is looked for in many texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Needle {
    pub(super) as_written: String,
    /// As compared: in lower case where case is ignored.
    text: String,
    pub(super) case: Case,
    /// The byte of `text` that is rarest in frames: only where it stands the rest is compared.
    anchor: u8,
    /// Set in a letter to make it lower case; 0 when the anchor is no letter.
    anchor_fold: u8,
    anchor_idx: usize,
}

/// Needles longer than this are searched for in a lowered copy, in a time that grows with the text alone.
/// In place each anchor found costs up to this many comparisons, which a hostile frame can make happen.
pub(super) const MAX_BYTES_IN_PLACE: usize = 256;

/// Bytes of frames, roughly from most to least frequent; bytes not listed are rarer. Only speed depends on it.
pub(super) const FREQUENT_BYTES: &[u8] = b"\"e,ta:0i1ronscl2-dm5u346789pg.{}vhy[]fbw";

impl Needle {
    pub(super) fn new(as_written: &str, case: Case) -> Self {
        let text = match case {
            Case::Ignored => lower_cased(as_written),
            Case::Kept => as_written.to_owned(),
        };
        let rarity = |byte: u8| FREQUENT_BYTES.iter().position(|frequent| *frequent == byte).unwrap_or(usize::MAX);
        let (anchor_idx, anchor) = text.bytes().enumerate().max_by_key(|(_, byte)| rarity(*byte)).unwrap_or_default();
        let anchor_fold = if anchor.is_ascii_lowercase() { 0x20 } else { 0 };
        Self { as_written: as_written.to_owned(), text, case, anchor, anchor_fold, anchor_idx }
    }

    /// The text contains it.
    pub(super) fn is_in(&self, haystack: &str) -> bool {
        if self.text.is_ascii() || self.case == Case::Kept {
            return self.find(haystack).is_some();
        }
        !haystack.is_ascii() && lower_cased(haystack).contains(&self.text)
    }

    /// Where it stands first, in bytes. Beyond ASCII the text must be in lower case already.
    pub(super) fn find(&self, haystack: &str) -> Option<usize> {
        match self.case {
            Case::Kept => return haystack.find(&self.text),
            Case::Ignored if self.text.len() > MAX_BYTES_IN_PLACE => {
                return haystack.to_ascii_lowercase().find(&self.text);
            }
            Case::Ignored => {}
        }
        let bytes = haystack.as_bytes();
        let n_behind_anchor = self.text.len().checked_sub(self.anchor_idx + 1)?;
        let anchors = bytes.get(..bytes.len().checked_sub(n_behind_anchor)?)?;
        let mut from = self.anchor_idx;
        loop {
            let at = from + anchor_position(anchors.get(from..)?, self.anchor, self.anchor_fold)?;
            let start = at - self.anchor_idx;
            let is_here = bytes
                .get(start..start + self.text.len())
                .is_some_and(|bytes| bytes.eq_ignore_ascii_case(self.text.as_bytes()));
            if is_here {
                return Some(start);
            }
            from = at + 1;
        }
    }

    /// What follows it, if the text begins with it.
    pub(super) fn strip_from<'h>(&self, haystack: &'h str) -> Option<&'h str> {
        let (beginning, rest) = haystack.split_at_checked(self.text.len())?;
        self.is_equal(beginning).then_some(rest)
    }

    pub(super) fn is_equal(&self, text: &str) -> bool {
        match self.case {
            Case::Ignored => text.eq_ignore_ascii_case(&self.text),
            Case::Kept => text == self.text,
        }
    }
}

pub(super) fn anchor_position(bytes: &[u8], anchor: u8, fold: u8) -> Option<usize> {
    pub(super) const BLOCK: usize = 32;
    let is_anchor = |byte: &u8| byte | fold == anchor;
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    // Without an early exit inside the block the compiler compares all its bytes at once.
    let n_blocks =
        blocks.iter().take_while(|block| !block.iter().fold(false, |found, byte| found | is_anchor(byte))).count();
    let skipped = n_blocks * BLOCK;
    bytes.get(skipped..)?.iter().position(is_anchor).map(|at| skipped + at)
}
