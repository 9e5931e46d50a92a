//! One sentence of the engine at a time, announced politely. Good news leaves by itself, bad news stays.

use std::time::Duration;

use leptos::prelude::*;
use workbench::port::Severity;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

const SHOWN_FOR: Duration = Duration::from_secs(8);

/// The toast. Its live region is always in the page.
#[component]
pub(crate) fn Toast() -> impl IntoView {
    let handle = Handle::from_context();
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let leaves = handle
            .screen
            .notice
            .with(|notice| notice.as_ref().is_some_and(|notice| notice.severity < Severity::Warning));
        if leaves {
            timer.set_value(set_timeout_with_handle(move || handle.screen.dismiss_notice(), SHOWN_FOR).ok());
        }
    });
    let notice = move || {
        handle.screen.notice.get().map(|notice| {
            view! {
                <div class="toast" data-severity=notice.severity.as_str()>
                    <Glyph icon=Icon::of_severity(notice.severity) />
                    <p class="toast__text">{text::visible(&notice.text).into_owned()}</p>
                    <button
                        class="button button--icon"
                        type="button"
                        aria-label="Dismiss"
                        on:click=move |_| handle.screen.dismiss_notice()
                    >
                        <Glyph icon=Icon::Close />
                    </button>
                </div>
            }
        })
    };
    view! { <div class="toast-region" aria-live="polite">{live(notice)}</div> }
}
