//! Which entries are selected, and which of them is the current one. Knows nothing of filters: an entry that is hidden
//! may lie in a range, and whoever asks cuts the ranges with the rows that are shown.

/// The current entry, the anchor from which a range is spanned, and the ranges. As large for a million entries as for one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    current: Option<u32>,
    anchor: Option<u32>,
    /// First and last entry, both selected; in order, and with a gap between each and the next.
    ranges: Vec<(u32, u32)>,
}

impl Selection {
    /// The entry the inspector shows; it may have been taken out of the selection.
    pub(super) fn current(&self) -> Option<u32> {
        self.current
    }

    /// The ranges, first and last entry, in order.
    pub(super) fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// The entry is selected.
    pub(super) fn has(&self, entry: u32) -> bool {
        let after = self.ranges.partition_point(|&(first, _)| first <= entry);
        after.checked_sub(1).and_then(|at| self.ranges.get(at)).is_some_and(|&(_, last)| entry <= last)
    }

    /// This entry alone, or nothing.
    pub(super) fn only(&mut self, entry: Option<u32>) {
        *self = Self { current: entry, anchor: entry, ranges: entry.map(|entry| (entry, entry)).into_iter().collect() };
    }

    /// The current entry alone.
    pub(super) fn current_only(&mut self) {
        self.only(self.current);
    }

    /// Everything from the anchor to this entry, which becomes the current one. What was selected besides goes, unless
    /// it is kept. Without an anchor the entry is its own.
    pub(super) fn extend(&mut self, entry: u32, is_kept: bool) {
        let anchor = *self.anchor.get_or_insert(entry);
        self.current = Some(entry);
        if !is_kept {
            self.ranges.clear();
        }
        self.add(anchor.min(entry), anchor.max(entry));
    }

    /// This entry as well, or no longer. It becomes the current one and the anchor either way.
    pub(super) fn toggle(&mut self, entry: u32) {
        if self.has(entry) {
            self.remove(entry);
        } else {
            self.add(entry, entry);
        }
        self.current = Some(entry);
        self.anchor = Some(entry);
    }

    /// The first so many entries; the current one and the anchor stay.
    pub(super) fn all(&mut self, n_entries: u32) {
        self.ranges = n_entries.checked_sub(1).map(|last| (0, last)).into_iter().collect();
    }

    /// Takes an entry out.
    pub(super) fn remove(&mut self, entry: u32) {
        let Some(at) = self.ranges.iter().position(|&(first, last)| first <= entry && entry <= last) else { return };
        let (first, last) = self.ranges.remove(at);
        if entry < last {
            self.ranges.insert(at, (entry + 1, last));
        }
        if first < entry {
            self.ranges.insert(at, (first, entry - 1));
        }
    }

    /// Puts a range in, and joins it with those it meets.
    fn add(&mut self, first: u32, last: u32) {
        let from = self.ranges.partition_point(|&(_, end)| end.saturating_add(1) < first);
        let to = self.ranges.partition_point(|&(begin, _)| begin <= last.saturating_add(1));
        let met = self.ranges.drain(from..to);
        let joined = met.fold((first, last), |(first, last), (begin, end)| (first.min(begin), last.max(end)));
        self.ranges.insert(from, joined);
    }
}

#[cfg(test)]
mod tests {
    use super::Selection;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The same with one flag per entry.
    #[derive(Default)]
    struct Model {
        current: Option<u32>,
        anchor: Option<u32>,
        selected: BTreeSet<u32>,
    }

    #[derive(Clone, Copy, Debug)]
    enum Step {
        Only(Option<u32>),
        CurrentOnly,
        Extend(u32, bool),
        Toggle(u32),
        All(u32),
        Remove(u32),
    }

    fn apply(step: Step, selection: &mut Selection, model: &mut Model) {
        match step {
            Step::Only(entry) => {
                selection.only(entry);
                (model.current, model.anchor) = (entry, entry);
                model.selected = entry.into_iter().collect();
            }
            Step::CurrentOnly => {
                selection.current_only();
                model.anchor = model.current;
                model.selected = model.current.into_iter().collect();
            }
            Step::Extend(entry, is_kept) => {
                selection.extend(entry, is_kept);
                let anchor = model.anchor.unwrap_or(entry);
                if !is_kept {
                    model.selected.clear();
                }
                model.selected.extend(anchor.min(entry)..=anchor.max(entry));
                (model.current, model.anchor) = (Some(entry), Some(anchor));
            }
            Step::Toggle(entry) => {
                selection.toggle(entry);
                if !model.selected.remove(&entry) {
                    model.selected.insert(entry);
                }
                (model.current, model.anchor) = (Some(entry), Some(entry));
            }
            Step::All(n) => {
                selection.all(n);
                model.selected = (0..n).collect();
            }
            Step::Remove(entry) => {
                selection.remove(entry);
                model.selected.remove(&entry);
            }
        }
    }

    fn step() -> impl Strategy<Value = Step> {
        let entry = 0..24_u32;
        prop_oneof![
            prop::option::of(entry.clone()).prop_map(Step::Only),
            Just(Step::CurrentOnly),
            (entry.clone(), any::<bool>()).prop_map(|(entry, is_kept)| Step::Extend(entry, is_kept)),
            entry.clone().prop_map(Step::Toggle),
            entry.clone().prop_map(Step::All),
            entry.prop_map(Step::Remove),
        ]
    }

    proptest! {
        #[test]
        fn ranges_say_what_a_flag_per_entry_says(steps in prop::collection::vec(step(), 1..40)) {
            let (mut selection, mut model) = (Selection::default(), Model::default());
            for step in steps {
                apply(step, &mut selection, &mut model);
                let of_ranges: Vec<u32> = selection.ranges().iter().flat_map(|&(first, last)| first..=last).collect();
                let of_model: Vec<u32> = model.selected.iter().copied().collect();
                prop_assert_eq!(&of_ranges, &of_model, "{:?}", step);
                prop_assert_eq!(selection.current(), model.current);
                prop_assert!((0..26).all(|entry| selection.has(entry) == model.selected.contains(&entry)));
                // Ranges that touch are one.
                prop_assert!(selection.ranges().windows(2).all(|pair| pair[0].1 + 1 < pair[1].0));
            }
        }
    }

    #[test]
    fn the_ends_of_what_can_be_numbered_are_entries_like_others() {
        let mut selection = Selection::default();
        selection.only(Some(u32::MAX));
        selection.extend(0, false);
        assert_eq!(selection.ranges(), [(0, u32::MAX)]);
        selection.remove(u32::MAX);
        selection.remove(0);
        assert_eq!(selection.ranges(), [(1, u32::MAX - 1)]);
        selection.toggle(u32::MAX);
        selection.toggle(0);
        assert_eq!(selection.ranges(), [(0, u32::MAX)]);
    }
}
