//! The engine of Ocppscope: owns the workbench, the socket and the timers, and speaks to the page by bytes.
//!
//! It runs in a dedicated worker. The page's tab may be hidden and its timers slowed down to one a minute; a
//! worker's are not, so heartbeats keep their time there.

mod browser;
mod engine;
mod pieces;

/// Begins to listen to the page. Called once, in the worker.
pub fn start() {
    browser::scope::report_panics();
    engine::start();
}
