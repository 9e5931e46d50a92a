//! The bar at the bottom: how much, how fast, when the next Heartbeat goes out.

use leptos::prelude::*;

use crate::handle::Handle;
use crate::live::live;
use crate::selection;
use crate::text;

/// The bar.
#[component]
pub(crate) fn StatusBar() -> impl IntoView {
    let handle = Handle::from_context();
    let amount = move || {
        handle.screen.summary.with(|summary| {
            format!("{} · {}", text::count(summary.n_frames, "frame", "frames"), text::size(summary.n_bytes))
        })
    };
    let not_kept = move || {
        let n = handle.screen.summary.with(|summary| summary.n_not_kept);
        (n > 0).then(
            || view! { <span>{format!("{} not kept: the timeline is full", text::count(n, "frame", "frames"))}</span> },
        )
    };
    let latency = move || {
        let [p50, p95, max] = handle.screen.summary.with(|summary| summary.latency_millis)?.map(text::millis);
        Some(
            view! { <span title="Time to an answer: median, 95th percentile, longest">{format!("p50 {p50} · p95 {p95} · max {max}")}</span> },
        )
    };
    let heartbeat = Memo::new(move |_| {
        let at_millis = handle
            .screen
            .connection
            .with(|connection| connection.as_ref().and_then(|view| view.heartbeat_at_epoch_millis))?;
        Some(format!("Heartbeat in {}", text::clock(at_millis - handle.now_epoch_millis.get())))
    });
    let selected = Memo::new(move |_| handle.screen.rows.with(|rows| selection::words(&rows.selection)));
    let queued = move || {
        let n_queued = handle.screen.connection.with(|connection| connection.as_ref().map_or(0, |view| view.n_queued));
        (n_queued > 0)
            .then(|| view! { <span>{format!("{} waiting to be sent", text::count(n_queued, "call", "calls"))}</span> })
    };
    let url = move || {
        let is_up = handle.is_link_up();
        handle.screen.connection.with(|connection| {
            let url = connection.as_ref().filter(|_| is_up).map(|view| text::visible(&view.url).into_owned())?;
            let title = url.clone();
            Some(view! { <bdi class="status-bar__url" title=title>{url}</bdi> }.into_any())
        })
    };
    view! {
        <footer class="status-bar">
            {live(url)}
            <span>{live(amount)}</span>
            {part(selected)}
            {live(not_kept)}
            {live(latency)}
            {part(heartbeat)}
            {live(queued)}
            <span class="status-bar__promise">"Nothing leaves this browser except to the CSMS you typed"</span>
            <button class="button button--quiet" type="button" on:click=move |_| handle.is_help_open.set(true)>
                <kbd aria-hidden="true">"?"</kbd>
                " Shortcuts"
            </button>
        </footer>
    }
}

/// A part of the bar that is there while it has something to say.
fn part(words: Memo<Option<String>>) -> AnyView {
    live(move || words.get().map(|words| view! { <span>{words}</span> }.into_any())).into_any()
}
