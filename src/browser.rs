//! The only place that names `web_sys`: small safe wrappers, each for one thing the page needs from the browser.

pub(crate) mod address;
pub(crate) mod caret;
pub(crate) mod clipboard;
pub(crate) mod clock;
pub(crate) mod dialog;
pub(crate) mod files;
pub(crate) mod focus;
pub(crate) mod geometry;
pub(crate) mod keys;
pub(crate) mod storage;
pub(crate) mod text_selection;
pub(crate) mod theme;
pub(crate) mod worker;

/// The program runs in the worker, not in the page.
pub(crate) fn is_worker() -> bool {
    web_sys::window().is_none()
}
