//! What stands in the timeline while it has no rows.

use leptos::prelude::*;
use workbench::port::LinkState;

use crate::browser::files;
use crate::demo::DemoButton;
use crate::handle::Handle;
use crate::live::live;

/// The first screen, or why nothing passes the filter; nothing while there are rows.
#[component]
pub(super) fn EmptyTimeline() -> impl IntoView {
    let handle = Handle::from_context();
    let is_empty = Memo::new(move |_| handle.screen.rows.with(|rows| rows.n_total == 0));
    let n_frames = Memo::new(move |_| handle.screen.summary.with(|summary| summary.n_frames));
    let is_filtered = Memo::new(move |_| handle.screen.filter.with(|filter| filter.is_active));
    let state = Memo::new(move |_| handle.link_state());
    live(move || {
        is_empty.get().then(|| {
            if is_filtered.get() && n_frames.get() > 0 {
                view! { <NothingPasses /> }
            } else if matches!(state.get(), LinkState::Disconnected | LinkState::Failed) {
                view! { <Welcome /> }
            } else {
                view! { <Waiting state=state /> }
            }
        })
    })
    .into_any()
}

#[component]
fn Welcome() -> impl IntoView {
    view! {
        <div class="welcome">
            <h2 class="welcome__title">"See what your charging station and your CSMS say to each other"</h2>
            <p class="welcome__text">
                "Ocppscope connects to a CSMS as a charging station, checks every frame in both directions \
                and says which field is wrong, why, and what to do."
            </p>
            <ol class="welcome__steps">
                <li><b>"Type the CSMS URL"</b>" without the identity, and the identity your station uses there."</li>
                <li><b>"Choose the OCPP version"</b>" to ask for, and others to offer with it."</li>
                <li><b>"Connect."</b>" A BootNotification goes out, heartbeats follow, and each frame appears here."</li>
            </ol>
            <p class="welcome__other">
                <button class="button" type="button" on:click=move |_| files::choose_first(".capture-files")>"Choose a log file"</button>
                <span>"Or open a capture: the log of any program, chosen here, dropped on the page, or pasted."</span>
            </p>
            <p class="welcome__other">
                <DemoButton />
                <span>"No CSMS at hand? A small one inside this page, without a network: watch a car charge, and see a fault explained."</span>
            </p>
            <dl class="welcome__facts">
                <div><dt>"Checked"</dt><dd>"JSON, envelope, message id, action and side, every field against the schema, error codes, each answer against its call"</dd></div>
                <div><dt>"Versions"</dt><dd>"OCPP 1.6 with its security messages, 2.0.1 and 2.1"</dd></div>
                <div><dt>"Private"</dt><dd>"Nothing leaves this browser except to the CSMS you type"</dd></div>
            </dl>
        </div>
    }
}

#[component]
fn Waiting(
    /// State of the connection.
    state: Memo<LinkState>,
) -> impl IntoView {
    let words = move || {
        if state.get() == LinkState::Connected {
            "Connected. No frame has been seen yet. Send one from the Send view, or wait for the CSMS."
        } else {
            "Connecting. The first frame appears here."
        }
    };
    view! { <div class="welcome"><p class="welcome__text">{live(words)}</p></div> }
}

#[component]
fn NothingPasses() -> impl IntoView {
    let handle = Handle::from_context();
    view! {
        <div class="welcome">
            <h2 class="welcome__title">"No frame passes the filter"</h2>
            <p class="welcome__text">"The frames are still there. Change the filter, or clear it to see them all."</p>
            <button class="button" type="button" on:click=move |_| handle.filter(String::new())>"Clear filter"</button>
        </div>
    }
}
