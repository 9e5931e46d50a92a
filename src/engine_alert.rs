//! Says that the engine stopped, or that it does not answer, and offers a new one.

use leptos::prelude::*;
use workbench::port::Severity;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The alert; nothing while the engine runs.
#[component]
pub(crate) fn EngineAlert() -> impl IntoView {
    let handle = Handle::from_context();
    let words = move || match handle.engine_failure.get() {
        Some(reason) => Some((
            Severity::Error,
            "The engine stopped",
            "This is a fault of Ocppscope, not of the CSMS. The connection is closed. \
             Restarting begins with an empty timeline.",
            reason,
        )),
        None if handle.is_engine_silent.get() => Some((
            Severity::Warning,
            "The engine has not answered for 10 s",
            "It may be busy with something large: wait, and this goes away. \
             Restarting closes the connection and begins with an empty timeline.",
            String::new(),
        )),
        None => None,
    };
    let alert = Memo::new(move |_| words());
    live(move || {
        alert.get().map(|(severity, title, sentence, reason)| {
            view! {
                <div class="banner" data-severity=severity.as_str() role="alert">
                    <Glyph icon=Icon::of_severity(severity) />
                    <div class="banner__said">
                        <p class="banner__title">{title}</p>
                        <p>{sentence}</p>
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
