//! The counts over the whole transcript. Each sets the filter that shows what it counts.

use std::time::Duration;

use leptos::prelude::*;
use workbench::port::{Command, Summary};

use crate::handle::Handle;
use crate::live::{Live, live};
use crate::text;

/// Time to change one's mind about clearing.
const CLEAR_WINDOW: Duration = Duration::from_secs(4);

/// All counts, and the button that clears the timeline.
#[component]
pub(crate) fn Counts() -> impl IntoView {
    view! {
        <div class="counts" role="group" aria-label="Summary">
            <Chip filter="" severity="" n=|summary| summary.n_frames one="frame" many="frames" />
            <Chip filter="severity:error" severity="error" n=|summary| summary.n_errors one="error" many="errors" />
            <Chip filter="severity:warning" severity="warning" n=|summary| summary.n_warnings one="warning" many="warnings" />
            <Chip filter="is:unanswered" severity="info" n=|summary| summary.n_unanswered one="unanswered" many="unanswered" />
        </div>
        <div class="counts">
            <WayChip filter="dir:to-csms" arrow="→" way="to CSMS" n=|summary| summary.n_to_csms />
            <WayChip filter="dir:to-station" arrow="←" way="to station" n=|summary| summary.n_to_station />
            <ClearButton />
        </div>
    }
}

#[component]
fn Chip(
    /// The filter it sets.
    filter: &'static str,
    /// Colors it while it counts something; empty for none.
    severity: &'static str,
    /// Its number.
    n: fn(&Summary) -> u32,
    /// What it counts, one of them.
    one: &'static str,
    /// What it counts.
    many: &'static str,
) -> impl IntoView {
    let handle = Handle::from_context();
    let n = Memo::new(move |_| handle.screen.summary.with(n));
    let severity = move || if n.get() == 0 { "" } else { severity };
    view! {
        <button class="chip" type="button" data-severity=live(severity) data-active=is_active(handle, filter) on:click=toggle(handle, filter)>
            <b>{n}</b>
            " "
            {live(move || if n.get() == 1 { one } else { many })}
        </button>
    }
}

#[component]
fn WayChip(
    /// The filter it sets.
    filter: &'static str,
    /// Its picture.
    arrow: &'static str,
    /// Its name.
    way: &'static str,
    /// Its number.
    n: fn(&Summary) -> u32,
) -> impl IntoView {
    let handle = Handle::from_context();
    let n = Memo::new(move |_| handle.screen.summary.with(n));
    view! {
        <button class="chip" type="button" data-active=is_active(handle, filter) on:click=toggle(handle, filter)>
            <span aria-hidden="true">{arrow}</span>
            " "
            <span class="counts__way">{way}</span>
            " "
            <b>{n}</b>
        </button>
    }
}

/// Clearing cannot be undone, so it asks by changing its words for a moment.
#[component]
fn ClearButton() -> impl IntoView {
    let handle = Handle::from_context();
    let is_asking = RwSignal::new(false);
    let n_frames = Memo::new(move |_| handle.screen.summary.with(|summary| summary.n_frames));
    let clear = move |_| {
        // The state of now: this is a handler.
        if is_asking.get_untracked() {
            is_asking.set(false);
            handle.send(Command::Clear);
        } else {
            is_asking.set(true);
            set_timeout(move || is_asking.set(false), CLEAR_WINDOW);
        }
    };
    let label = move || {
        if is_asking.get() {
            format!("Clear {}?", text::count(n_frames.get(), "frame", "frames"))
        } else {
            "Clear".to_owned()
        }
    };
    view! {
        <button class="chip" type="button" disabled=live(move || n_frames.get() == 0) data-severity=live(move || if is_asking.get() { "error" } else { "" }) on:click=clear>
            {live(label)}
        </button>
    }
}

fn is_active(handle: Handle, filter: &'static str) -> Live<Option<&'static str>> {
    live(move || handle.filter_text.with(|text| !filter.is_empty() && text.trim() == filter).then_some("true"))
}

/// The filter it sets, or none when it is set already.
fn toggle(handle: Handle, filter: &'static str) -> impl Fn(leptos::ev::MouseEvent) {
    move |_| {
        // The text of now: this is a handler.
        let is_set = handle.filter_text.with_untracked(|text| text.trim() == filter);
        handle.filter(if is_set { String::new() } else { filter.to_owned() });
    }
}
