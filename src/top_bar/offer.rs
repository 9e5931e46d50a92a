//! The second row while not connected: further versions, the first message, the resulting address and what is wrong with it.

use leptos::prelude::*;

use crate::form::VERSIONS;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::profiles::ProfileSelect;
use crate::text;

use super::Field;

/// The row.
#[component]
pub(crate) fn Offer(
    /// A connection is open or opening.
    is_locked: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let form = handle.form;
    let send_boot = move |is_wanted: bool| {
        form.boot.set(is_wanted);
        form.changed(handle);
    };
    view! {
        <div class="offer">
            <ProfileSelect />
            <Field label="User name" role="user" value=form.user is_locked=is_locked placeholder="optional" />
            <Field label="Password" role="password" kind="password" value=form.password is_locked=is_locked placeholder="optional" />
            <AlsoOffer />
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=form.boot
                    on:change:target=move |event| send_boot(event.target().checked())
                />
                "Send BootNotification on connect"
            </label>
            <Resulting />
        </div>
    }
}

/// A checkbox per version that is not the first preference.
#[component]
fn AlsoOffer() -> impl IntoView {
    let handle = Handle::from_context();
    let form = handle.form;
    let others = move || {
        let first = form.version.get();
        VERSIONS.iter().copied().filter(move |version| *version != first).collect::<Vec<_>>()
    };
    let tick = move |version: &'static str, is_offered: bool| {
        form.offer(version, is_offered);
        form.changed(handle);
    };
    let checkbox = move |version: &'static str| {
        let is_offered = move || form.also_offered.with(|offered| offered.iter().any(|known| known == version));
        view! {
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=live(is_offered)
                    on:change:target=move |event| tick(version, event.target().checked())
                />
                {format!("OCPP {version}")}
            </label>
        }
    };
    view! {
        <div class="offer__group" role="group" aria-label="Also offer">
            <span class="offer__label" aria-hidden="true">"Also offer"</span>
            {live(move || others().into_iter().map(checkbox).collect_view())}
        </div>
    }
}

/// The address that would be opened, and why it will not work. Silent before anything is typed.
#[component]
fn Resulting() -> impl IntoView {
    let handle = Handle::from_context();
    let form = handle.form;
    let is_begun = Memo::new(move |_| form.url.with(|url| !url.is_empty()) || form.identity.with(|id| !id.is_empty()));
    let url = move || handle.screen.draft.with(|draft| text::visible(&draft.url).into_owned());
    let issues = move || {
        handle.screen.draft.with(|draft| {
            let severity = if draft.can_connect { "warning" } else { "error" };
            let icon = if draft.can_connect { Icon::Warning } else { Icon::Error };
            let issue = |issue: &String| {
                view! { <li class="offer__issue" data-severity=severity><Glyph icon=icon />{text::visible(issue).into_owned()}</li> }
            };
            draft.issues.iter().map(issue).collect_view().into_any()
        })
    };
    view! {
        <Show when=move || is_begun.get()>
            <p class="offer__url" hidden=live(move || handle.screen.draft.with(|draft| draft.url.is_empty()))>
                <span class="offer__label">"Opens"</span>
                <code><bdi>{live(url)}</bdi></code>
            </p>
            <ul class="offer__issues">{live(issues)}</ul>
        </Show>
    }
}
