//! The wall clock, and work that waits for the next picture.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::{document, request_animation_frame, set_timeout};

/// Longest wait for a picture that may never come.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// An instant as the filter writes it, `2026-11-22T09:21:30.004Z`; `None` for what is no instant.
pub(crate) fn iso(epoch_millis: f64) -> Option<String> {
    let is_instant = (0.0..253_402_300_800_000.0).contains(&epoch_millis);
    is_instant.then(|| String::from(js_sys::Date::new(&epoch_millis.into()).to_iso_string()))
}

/// Milliseconds since 1970.
pub(crate) fn now_epoch_millis() -> f64 {
    js_sys::Date::now()
}

/// Runs `work` once, just before the next picture, or after 100 ms where no picture comes.
pub(crate) fn before_next_paint(work: impl FnOnce() + 'static) {
    let work = Rc::new(Cell::new(Some(work)));
    let run = move || {
        if let Some(work) = work.take() {
            work();
        }
    };
    // A hidden page paints nothing, and the requests would pile up.
    if !document().hidden() {
        request_animation_frame(run.clone());
    }
    set_timeout(run, LONGEST_WAIT);
}
