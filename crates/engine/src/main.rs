//! The worker of Ocppscope: owns the workbench, the socket and the timers, and speaks to the page by bytes.
//!
//! The page's tab may be hidden and its timers slowed down to one a minute; a worker's are not, so heartbeats
//! keep their time here.

mod browser;
mod engine;

fn main() {
    browser::scope::report_panics();
    engine::start();
}
