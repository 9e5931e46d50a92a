//! The scroll state of the grid: follows the end, asks the engine for the rows in sight, shows the row it is told to.

use std::time::Duration;

use leptos::html::Div;
use leptos::prelude::*;
use workbench::port::Command;
use workbench::virtual_rows::{Place, TALLEST_PX, VirtualRows};

use crate::browser::clock;
use crate::browser::geometry::{self, Scroll, SizeWatch};
use crate::handle::Handle;

/// Row height where the style sheet does not say it.
const FALLBACK_ROW_PX: f64 = 26.0;
/// Nearer than this to the end is the end.
const END_PX: f64 = 3.0;
/// After this time without another movement the reader has stopped scrolling.
const SETTLE_AFTER: Duration = Duration::from_millis(200);

/// The state.
#[derive(Clone, Copy)]
pub(super) struct TimelineScroll {
    handle: Handle,
    node: NodeRef<Div>,
    row_px: RwSignal<f64>,
    view_px: RwSignal<f64>,
    /// Tallest content, in pixels: a token, so that the scaling of long lists can be seen with a short one.
    tallest_px: RwSignal<f64>,
    place: RwSignal<Place>,
    settle_timer: StoredValue<Option<TimeoutHandle>>,
    /// Where the reader left the end: rows in the list then. `None` while following.
    n_rows_when_left: RwSignal<Option<u32>>,
    /// A row to show as soon as the grid is seen.
    reveal_later: StoredValue<Option<u32>>,
    size_watch: StoredValue<Option<SizeWatch>, LocalStorage>,
}

impl TimelineScroll {
    /// Watches the grid `node`, once it is in the page.
    pub(super) fn new(handle: Handle, node: NodeRef<Div>) -> Self {
        let scroll = Self {
            handle,
            node,
            row_px: RwSignal::new(FALLBACK_ROW_PX),
            view_px: RwSignal::new(0.0),
            tallest_px: RwSignal::new(TALLEST_PX),
            place: RwSignal::new(Place::default()),
            settle_timer: StoredValue::new(None),
            n_rows_when_left: RwSignal::new(None),
            reveal_later: StoredValue::new(None),
            size_watch: StoredValue::new_local(None),
        };
        scroll.watch_size();
        scroll.ask_for_rows();
        scroll.follow_updates();
        scroll.forget_on_filter();
        scroll.begin_captures_at_top();
        scroll
    }

    /// A capture is read from its beginning; only live frames are followed at the end.
    fn begin_captures_at_top(self) {
        Effect::new(move || {
            if self.handle.n_captures.get() > 0 {
                // All its rows are new; there is no need to say so.
                self.n_rows_when_left.set(Some(u32::MAX));
                self.place.set(Place::default());
                if let Some(grid) = self.node.get_untracked() {
                    geometry::scroll_to(&grid, 0.0);
                }
            }
        });
    }

    /// Height of the content.
    pub(super) fn content_px(self) -> f64 {
        self.virtual_rows().content_px()
    }

    /// Where the rows that are here begin.
    pub(super) fn window_top_px(self) -> f64 {
        let first_row = self.handle.screen.rows.with(|rows| rows.first_row);
        self.virtual_rows().window_top_px(first_row, self.place.get())
    }

    /// Rows of a page, for Page up and Page down.
    pub(super) fn n_page_rows(self) -> i32 {
        let n_seen = untrack(move || self.virtual_rows().n_seen());
        i32::try_from(n_seen.saturating_sub(2).max(1)).unwrap_or(1)
    }

    /// Rows that came since the reader left the end.
    pub(super) fn n_new_rows(self) -> Memo<u32> {
        Memo::new(move |_| {
            let n_total = self.handle.screen.rows.with(|rows| rows.n_total);
            self.n_rows_when_left.get().map_or(0, |n_then| n_total.saturating_sub(n_then))
        })
    }

    /// Goes to the end and stays there.
    pub(super) fn follow(self) {
        self.n_rows_when_left.set(None);
        self.to_end();
    }

    /// The grid was scrolled, by the reader or by this file.
    pub(super) fn scrolled(self) {
        let Some(now) = self.measure() else { return };
        // The place before: this is a handler.
        let before = self.place.get_untracked();
        let rows = untrack(move || self.virtual_rows());
        let place = rows.moved(before, now.top_px);
        self.place.set(place);
        if rows.settled(place).is_some() {
            self.settle_later();
        }
        self.after_move(before.scroll_px);
    }

    /// At the end the list is followed; who moves up leaves it.
    fn after_move(self, before_px: f64) {
        let Some(now) = self.measure() else { return };
        if now.top_px + now.view_px >= now.content_px - END_PX {
            self.n_rows_when_left.set(None);
        } else if now.top_px < before_px - 0.5 {
            self.leave_end();
        }
    }

    fn virtual_rows(self) -> VirtualRows {
        VirtualRows {
            n_rows: self.handle.screen.rows.with(|rows| rows.n_total),
            row_px: self.row_px.get(),
            view_px: self.view_px.get(),
            tallest_px: self.tallest_px.get(),
        }
    }

    /// In a scaled list small movements go by rows and not by the scroll bar, which follows when they have ended.
    fn settle_later(self) {
        let settle = move || {
            let (rows, place) = untrack(move || (self.virtual_rows(), self.place.get()));
            if let Some(scroll_px) = rows.settled(place) {
                self.scroll_to(scroll_px, place.top_row);
            }
        };
        self.settle_timer.update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
            *timer = set_timeout_with_handle(settle, SETTLE_AFTER).ok();
        });
    }

    /// Moves the scroll bar; the row at the upper edge is known.
    fn scroll_to(self, scroll_px: f64, top_row: f64) {
        let Some(grid) = self.node.get_untracked() else { return };
        geometry::scroll_to(&grid, scroll_px);
        // Where it came to lie: at the ends, and on whole pixels.
        if let Some(now) = self.measure() {
            self.place.set(Place { scroll_px: now.top_px, top_row });
        }
    }

    fn leave_end(self) {
        let n_total = self.handle.screen.rows.with_untracked(|rows| rows.n_total);
        if self.n_rows_when_left.get_untracked().is_none() {
            self.n_rows_when_left.set(Some(n_total));
        }
    }

    /// `None` while the grid is not in the page or hidden.
    fn measure(self) -> Option<Scroll> {
        let grid = self.node.get_untracked()?;
        let scroll = geometry::scroll(&grid);
        (scroll.view_px > 0.0).then_some(scroll)
    }

    fn to_end(self) {
        if let (Some(grid), Some(now)) = (self.node.get_untracked(), self.measure()) {
            geometry::scroll_to(&grid, now.content_px - now.view_px);
            self.scrolled();
        }
    }

    fn resized(self) {
        let Some(now) = self.measure() else { return };
        if let Some(row_px) = geometry::length_token_px("--size-row").filter(|row_px| *row_px > 0.0) {
            self.row_px.set(row_px);
        }
        if let Some(tallest_px) =
            geometry::length_token_px("--size-list-most").filter(|tallest_px| *tallest_px > now.view_px)
        {
            self.tallest_px.set(tallest_px);
        }
        let was_selected_seen = self.is_selected_seen();
        // The header row stands over the content and is as high as any row.
        let view_px = (now.view_px - self.row_px.get_untracked()).max(0.0);
        if (view_px - self.view_px.get_untracked()).abs() > 0.5 {
            self.view_px.set(view_px);
        }
        if self.n_rows_when_left.get_untracked().is_none() {
            self.to_end();
        } else if let Some(grid) = self.node.get_untracked() {
            // A hidden grid may have lost its place.
            geometry::scroll_to(&grid, self.place.get_untracked().scroll_px);
        }
        let selected_row = was_selected_seen.then(|| self.handle.screen.rows.with_untracked(|rows| rows.selected_row));
        if let Some(row) = self.reveal_later.try_update_value(Option::take).flatten().or(selected_row.flatten()) {
            self.reveal(row);
        }
    }

    /// A smaller grid must not lose the selected row out of sight.
    fn is_selected_seen(self) -> bool {
        untrack(move || {
            let selected_row = self.handle.screen.rows.with(|rows| rows.selected_row);
            let rows = self.virtual_rows();
            let is_seen = |row| rows.top_to_show(row, self.place.get()).is_none();
            rows.view_px > 0.0 && self.n_rows_when_left.get().is_some() && selected_row.is_some_and(is_seen)
        })
    }

    fn reveal(self, row: u32) {
        if self.measure().is_none() {
            self.reveal_later.set_value(Some(row));
            return;
        }
        // What was scrolled and not yet heard of.
        self.scrolled();
        let rows = untrack(move || self.virtual_rows());
        let place = self.place.get_untracked();
        if let Some(top_row) = rows.top_to_show(row, place) {
            self.scroll_to(rows.scroll_px(top_row), top_row);
            self.after_move(place.scroll_px);
        }
    }

    fn watch_size(self) {
        Effect::new(move || {
            let Some(grid) = self.node.get() else { return };
            self.size_watch.set_value(SizeWatch::new(&grid, move || self.resized()));
        });
        on_cleanup(move || self.size_watch.set_value(None));
    }

    fn ask_for_rows(self) {
        let wanted = Memo::new(move |_| {
            if self.n_rows_when_left.get().is_none() {
                let rows = VirtualRows {
                    row_px: self.row_px.get(),
                    view_px: self.view_px.get(),
                    n_rows: u32::MAX,
                    tallest_px: TALLEST_PX,
                };
                return (0, rows.wanted_at_end(), true);
            }
            let (first_row, n_rows) = self.virtual_rows().wanted(self.place.get());
            (first_row, n_rows, false)
        });
        Effect::new(move || {
            self.handle.engine_generation.track();
            let (first_row, n_rows, follow) = wanted.get();
            self.handle.send(Command::Viewport { first_row, n_rows, follow });
        });
    }

    /// After the new rows are in the page and before it is painted: stay at the end, or show the row asked for.
    fn follow_updates(self) {
        Effect::new(move || {
            let reveal_row = self.handle.screen.rows.with(|rows| rows.reveal_row);
            clock::before_next_paint(move || {
                if self.n_rows_when_left.get_untracked().is_none() {
                    self.to_end();
                }
                if let Some(row) = reveal_row {
                    self.reveal(row);
                }
            });
        });
    }

    /// Another filter makes another list: what was counted as new no longer is.
    fn forget_on_filter(self) {
        let filter_text = Memo::new(move |_| self.handle.screen.filter.with(|filter| filter.text.clone()));
        Effect::new(move || {
            filter_text.track();
            let n_total = self.handle.screen.rows.with_untracked(|rows| rows.n_total);
            self.n_rows_when_left.update(|left| *left = left.map(|_| n_total));
        });
    }
}
