//! Which rows stand where for a scroll position. Pure.

/// Tallest content asked for. Browsers cut elements off somewhere above 17 million pixels.
const TALLEST_PX: f64 = 15_000_000.0;
/// The window on the rows moves in steps, so that a slow scroll does not ask for every row anew.
const STEP: u32 = 8;

/// The list as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct VirtualRows {
    /// Rows in the list.
    pub(super) n_rows: u32,
    /// Height of one, above zero.
    pub(super) row_px: f64,
    /// Height of the part that is seen.
    pub(super) view_px: f64,
}

impl VirtualRows {
    /// Height of the content.
    pub(super) fn content_px(self) -> f64 {
        self.full_px().min(TALLEST_PX)
    }

    /// Row at the upper edge, with the part of it that is scrolled out.
    pub(super) fn top_row(self, scroll_px: f64) -> f64 {
        scroll_px / self.px_per_scrolled_row()
    }

    /// Scroll position that brings `row` to the upper edge.
    pub(super) fn scroll_px(self, row: f64) -> f64 {
        row * self.px_per_scrolled_row()
    }

    /// Where the window on the rows begins, so that its rows stand where the scroll position wants them.
    pub(super) fn window_top_px(self, first_row: u32, scroll_px: f64) -> f64 {
        if self.is_scaled() {
            scroll_px - (self.top_row(scroll_px) - f64::from(first_row)) * self.row_px
        } else {
            f64::from(first_row) * self.row_px
        }
    }

    /// Rows that fit into the part that is seen, the cut ones too.
    pub(super) fn n_seen(self) -> u32 {
        (self.view_px / self.row_px).ceil() as u32 + 1
    }

    /// First row and number of rows to ask for: what is seen and as much again on both sides.
    pub(super) fn wanted(self, scroll_px: f64) -> (u32, u32) {
        let n_spare = self.n_seen().max(STEP);
        let first_seen = self.top_row(scroll_px) as u32;
        let first = first_seen.saturating_sub(n_spare) / STEP * STEP;
        (first, self.n_seen() + 2 * n_spare + STEP)
    }

    /// Scroll position that shows `row`, or `None` when it is seen already. Far rows come to the middle.
    pub(super) fn scroll_to_show(self, row: u32, scroll_px: f64) -> Option<f64> {
        let row = f64::from(row);
        let n_view = self.view_px / self.row_px;
        let top_row = self.top_row(scroll_px);
        let target = if row < top_row - n_view || row > top_row + 2.0 * n_view {
            row - (n_view - 1.0) / 2.0
        } else if row < top_row {
            row
        } else if row + 1.0 > top_row + n_view {
            row + 1.0 - n_view
        } else {
            return None;
        };
        Some(self.scroll_px(target.max(0.0)))
    }

    fn full_px(self) -> f64 {
        f64::from(self.n_rows) * self.row_px
    }

    fn is_scaled(self) -> bool {
        self.full_px() > TALLEST_PX
    }

    /// Pixels of scrolling per row: the row's height, or less where the content was cut to what browsers can hold.
    fn px_per_scrolled_row(self) -> f64 {
        if self.is_scaled() {
            (TALLEST_PX - self.view_px) / (f64::from(self.n_rows) - self.view_px / self.row_px).max(1.0)
        } else {
            self.row_px
        }
    }
}
