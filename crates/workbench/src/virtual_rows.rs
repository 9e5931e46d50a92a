//! Which rows of a long list stand where for a scroll position.
//!
//! Browsers cut an element off somewhere above 17 million pixels, which is less than a million rows. A longer list is
//! scaled: its ends are as they were, its middle is pressed together, so that the scroll bar still covers everything. A small
//! movement, by the wheel or a finger, moves by rows as exactly as in a short list all the same; what that leaves between the
//! scroll bar and the rows is made good when the movement has ended ([`VirtualRows::settled`]).

/// Tallest content asked for, in pixels.
pub const TALLEST_PX: f64 = 15_000_000.0;

/// The window on the rows moves in steps, so that a slow scroll does not ask for every row anew.
const STEP: u32 = 8;

/// This part of a scaled list at each end is not pressed together.
const EDGE: f64 = 0.125;

/// A movement by more than so many views is a jump of the scroll bar.
const MOST_VIEWS: f64 = 2.0;

/// The list as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VirtualRows {
    /// Rows in the list.
    pub n_rows: u32,
    /// Height of one in pixels, above zero.
    pub row_px: f64,
    /// Height of the part that is seen, in pixels.
    pub view_px: f64,
    /// Tallest content the browser can hold, in pixels; [`TALLEST_PX`] but in tests.
    pub tallest_px: f64,
}

/// Where the list is scrolled to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    /// As the scroll bar has it, in pixels.
    pub scroll_px: f64,
    /// Row at the upper edge, with the part of it that is scrolled out.
    pub top_row: f64,
}

impl VirtualRows {
    /// Height of the content.
    pub fn content_px(self) -> f64 {
        self.full_px().min(self.tallest_px)
    }

    /// Row at the upper edge.
    pub fn top_row(self, place: Place) -> f64 {
        if self.is_scaled() { place.top_row.min(self.last_top_row()) } else { place.scroll_px / self.row_px }
    }

    /// Row at the upper edge for a position of the scroll bar alone.
    pub fn row_at(self, scroll_px: f64) -> f64 {
        if !self.is_scaled() {
            return scroll_px / self.row_px;
        }
        let (end_px, edge_px) = self.end_and_edge_px();
        let (edge_rows, last) = (edge_px / self.row_px, self.last_top_row());
        let scroll_px = scroll_px.clamp(0.0, end_px);
        if scroll_px < edge_px {
            scroll_px / self.row_px
        } else if scroll_px > end_px - edge_px {
            last - (end_px - scroll_px) / self.row_px
        } else {
            edge_rows + (scroll_px - edge_px) / (end_px - 2.0 * edge_px) * (last - 2.0 * edge_rows)
        }
    }

    /// Position of the scroll bar that brings `row` to the upper edge; the inverse of [`VirtualRows::row_at`].
    pub fn scroll_px(self, row: f64) -> f64 {
        if !self.is_scaled() {
            return row * self.row_px;
        }
        let (end_px, edge_px) = self.end_and_edge_px();
        let (edge_rows, last) = (edge_px / self.row_px, self.last_top_row());
        let row = row.clamp(0.0, last);
        if row < edge_rows {
            row * self.row_px
        } else if row > last - edge_rows {
            end_px - (last - row) * self.row_px
        } else {
            edge_px + (row - edge_rows) / (last - 2.0 * edge_rows) * (end_px - 2.0 * edge_px)
        }
    }

    /// The place after the scroll bar has moved.
    pub fn moved(self, before: Place, scroll_px: f64) -> Place {
        let delta_px = scroll_px - before.scroll_px;
        let is_at_end = scroll_px < 1.0 || scroll_px > self.content_px() - self.view_px - 1.0;
        let is_jump = delta_px.abs() > MOST_VIEWS * self.view_px;
        let top_row = if !self.is_scaled() || is_at_end || is_jump {
            self.row_at(scroll_px)
        } else {
            (self.top_row(before) + delta_px / self.row_px).clamp(0.0, self.last_top_row())
        };
        Place { scroll_px, top_row }
    }

    /// Where the scroll bar belongs for the rows that are seen; `None` while it is right to a pixel.
    pub fn settled(self, place: Place) -> Option<f64> {
        let right_px = self.scroll_px(self.top_row(place));
        (self.is_scaled() && (right_px - place.scroll_px).abs() > 1.0).then_some(right_px)
    }

    /// Where the window on the rows begins, so that its rows stand where the place wants them.
    pub fn window_top_px(self, first_row: u32, place: Place) -> f64 {
        if self.is_scaled() {
            place.scroll_px - (self.top_row(place) - f64::from(first_row)) * self.row_px
        } else {
            f64::from(first_row) * self.row_px
        }
    }

    /// Rows that fit into the part that is seen, the cut ones too.
    pub fn n_seen(self) -> u32 {
        (self.view_px / self.row_px).ceil() as u32 + 1
    }

    /// First row and number of rows to ask for: what is seen and as much again on both sides.
    pub fn wanted(self, place: Place) -> (u32, u32) {
        let n_spare = self.n_seen().max(STEP);
        let first_seen = self.top_row(place) as u32;
        let first = first_seen.saturating_sub(n_spare) / STEP * STEP;
        (first, self.n_seen() + 2 * n_spare + STEP)
    }

    /// Number of rows to ask for while the end is followed: what is seen, and as much again for the first movement upwards.
    pub fn wanted_at_end(self) -> u32 {
        2 * self.n_seen()
    }

    /// The row that belongs to the upper edge so that `row` is seen, or `None` when it is seen already. Far rows come to the
    /// middle.
    pub fn top_to_show(self, row: u32, place: Place) -> Option<f64> {
        let row = f64::from(row);
        let n_view = self.view_px / self.row_px;
        let top_row = self.top_row(place);
        let target = if row < top_row - n_view || row > top_row + 2.0 * n_view {
            row - (n_view - 1.0) / 2.0
        } else if row < top_row {
            row
        } else if row + 1.0 > top_row + n_view {
            row + 1.0 - n_view
        } else {
            return None;
        };
        Some(target.clamp(0.0, self.last_top_row()))
    }

    /// The row at the upper edge when the last row stands at the lower one.
    fn last_top_row(self) -> f64 {
        (f64::from(self.n_rows) - self.view_px / self.row_px).max(0.0)
    }

    fn full_px(self) -> f64 {
        f64::from(self.n_rows) * self.row_px
    }

    fn is_scaled(self) -> bool {
        self.full_px() > self.tallest_px
    }

    /// How far the scroll bar goes, and how far at each end a pixel is a pixel.
    fn end_and_edge_px(self) -> (f64, f64) {
        let end_px = (self.tallest_px - self.view_px).max(0.0);
        (end_px, end_px * EDGE)
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "these are whole numbers, or the same number twice")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(n_rows: u32, tallest_px: f64) -> VirtualRows {
        VirtualRows { n_rows, row_px: 26.0, view_px: 700.0, tallest_px }
    }

    #[test]
    fn a_short_list_is_not_scaled() {
        let rows = list(10_000, TALLEST_PX);
        assert_eq!(rows.content_px(), 260_000.0);
        assert_eq!(rows.row_at(2_600.0), 100.0);
        assert_eq!(rows.window_top_px(92, rows.moved(Place::default(), 2_600.0)), 92.0 * 26.0);
        assert_eq!(rows.settled(Place { scroll_px: 2_600.0, top_row: 7.0 }), None);
    }

    #[test]
    fn the_wheel_goes_by_rows_anywhere_in_a_scaled_list() {
        let rows = list(4_000_000, TALLEST_PX);
        assert_eq!(rows.content_px(), TALLEST_PX);
        let mut place = rows.moved(Place::default(), 7_000_000.0);
        let first = place.top_row;
        assert!((1_500_000.0..2_500_000.0).contains(&first), "{first}");
        for n in 1..=50 {
            place = rows.moved(place, place.scroll_px + 104.0);
            assert!((place.top_row - first - f64::from(n) * 4.0).abs() < 1e-6, "{place:?}");
        }
        // The scroll bar follows, and the rows stay where they are.
        let settled = rows.settled(place).unwrap().round();
        let after = Place { scroll_px: settled, ..place };
        assert_eq!(rows.settled(after), None);
        assert_eq!(rows.moved(after, settled), after);
        assert!((rows.row_at(settled) - place.top_row).abs() < 10.0);
    }

    #[test]
    fn a_list_that_gets_shorter_or_longer_keeps_its_rows() {
        let place = list(4_000_000, TALLEST_PX).moved(Place::default(), 7_000_000.0);
        let top_row = place.top_row;
        assert_eq!(list(4_100_000, TALLEST_PX).top_row(place), top_row);
        // The browser has moved the scroll bar of a list that is not scaled any more.
        assert_eq!(list(1_000, TALLEST_PX).top_row(Place { scroll_px: 26.0, top_row }), 1.0);
    }

    proptest! {
        #[test]
        fn both_ends_are_reached_and_further_down_is_never_above(
            n_rows in 0_u32..20_000_000,
            tallest_px in 2_000.0_f64..20_000_000.0,
            view_px in 100.0_f64..1_500.0,
            at in prop::collection::vec(0.0_f64..=1.0, 2),
        ) {
            let rows = VirtualRows { n_rows, row_px: 26.0, view_px, tallest_px };
            let end_px = (rows.content_px() - view_px).max(0.0);
            prop_assert_eq!(rows.row_at(0.0), 0.0);
            let last = rows.row_at(end_px);
            prop_assert!((last - (f64::from(n_rows) - view_px / 26.0).max(0.0)).abs() < 1e-3, "{}", last);
            let (upper, lower) = (at[0].min(at[1]) * end_px, at[0].max(at[1]) * end_px);
            prop_assert!(rows.row_at(upper) <= rows.row_at(lower) + 1e-6);
            // And back again.
            prop_assert!((rows.scroll_px(rows.row_at(upper)) - upper).abs() < 0.01, "{}", upper);
            // Whatever is shown, the page asks for it.
            let place = rows.moved(Place::default(), lower);
            let (first, n) = rows.wanted(place);
            let top_row = rows.top_row(place);
            prop_assert!(f64::from(first) <= top_row && f64::from(first + n) >= top_row + view_px / 26.0);
        }

        #[test]
        fn a_row_that_is_to_be_shown_is_seen(
            n_rows in 1_u32..5_000_000,
            row in 0.0_f64..1.0,
            from in 0.0_f64..1.0,
        ) {
            let rows = list(n_rows, 3_000_000.0);
            let row = (row * f64::from(n_rows)) as u32;
            let place = rows.moved(Place::default(), from * (rows.content_px() - 700.0).max(0.0));
            let top = rows.top_to_show(row, place).unwrap_or(rows.top_row(place));
            prop_assert!(top <= f64::from(row) + 1e-6 && f64::from(row) + 1.0 <= top + 700.0 / 26.0 + 1e-3, "{} {}", top, row);
        }
    }
}
