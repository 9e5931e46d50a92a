//! The page of Ocppscope: a remote control with a screen for the engine in its worker. No protocol logic here.
//!
//! Page and worker are one program, loaded and compiled once: what both need, such as the allocator and the
//! number formats, would otherwise be sent twice.
#![allow(unreachable_pub, reason = "the component macro writes `pub` in front of items of private modules")]

mod app;
mod banner;
mod blocks;
mod browser;
mod captures;
mod demo;
mod engine_alert;
mod fields;
mod filter_bar;
mod findings;
mod form;
mod guide;
mod handle;
mod icons;
mod inspector;
mod live;
mod overview;
mod profiles;
mod rail;
mod replies;
mod route;
mod screen;
mod selection;
mod send;
mod shortcuts;
mod station;
mod status_bar;
mod text;
mod timeline;
mod toast;
mod top_bar;

fn main() {
    if browser::is_worker() {
        engine::start();
        return;
    }
    // The text of a panic reaches `boot.js` as the message of the error that stops the app.
    std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
    leptos::mount::mount_to_body(app::App);
}
