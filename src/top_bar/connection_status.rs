//! The state of the connection in words, and how long it has lasted.

use leptos::prelude::*;
use workbench::port::LinkState;

use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The status. The duration stands outside it, so that it is announced only when the state changes.
#[component]
pub(crate) fn ConnectionStatus() -> impl IntoView {
    let handle = Handle::from_context();
    let connection = handle.screen.connection;
    let headline = Memo::new(move |_| {
        connection.with(|view| view.as_ref().map_or_else(|| "Disconnected".to_owned(), |view| view.headline.clone()))
    });
    let state = move || match handle.link_state() {
        LinkState::Disconnected => "disconnected",
        LinkState::Connecting => "connecting",
        LinkState::Connected => "connected",
        LinkState::Failed => "failed",
    };
    let since = Memo::new(move |_| {
        let since_millis = connection.with(|view| {
            let view = view.as_ref()?;
            matches!(view.state, LinkState::Connecting | LinkState::Connected).then_some(view.since_epoch_millis)
        })?;
        Some(text::clock(handle.now_epoch_millis.get() - since_millis))
    });
    view! {
        <div class="connection" data-state=live(state)>
            <span class="connection__lamp" aria-hidden="true"></span>
            <span class="connection__headline" role="status" aria-label="Connection" title=headline>
                {live(move || text::visible(&headline.get()).into_owned())}
            </span>
            <span class="connection__since" title="In this state for">{since}</span>
        </div>
    }
}
