//! Says that the engine stopped and offers a new one.

use leptos::prelude::*;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The alert; nothing while the engine runs.
#[component]
pub(crate) fn EngineAlert() -> impl IntoView {
    let handle = Handle::from_context();
    live(move || {
        handle.engine_failure.get().map(|reason| {
            view! {
                <div class="banner" data-severity="error" role="alert">
                    <Glyph icon=Icon::Error />
                    <div class="banner__said">
                        <p class="banner__title">"The engine stopped"</p>
                        <p>
                            "This is a fault of Ocppscope, not of the CSMS. The connection is closed. \
                            Restarting begins with an empty timeline."
                        </p>
                        <p class="banner__detail">{text::visible_lines(&reason).into_owned()}</p>
                    </div>
                    <button class="button button--primary" type="button" on:click=move |_| handle.restart_engine()>
                        "Restart engine"
                    </button>
                </div>
            }
        })
    })
    .into_any()
}
