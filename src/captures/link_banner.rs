//! What there is to say about a link that was opened.

use leptos::prelude::*;
use workbench::port::{Command, OfferView};

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;

/// The banner; nothing while no link was opened.
#[component]
pub(crate) fn LinkBanner() -> impl IntoView {
    let handle = Handle::from_context();
    live(move || handle.screen.offer.get().map(|offer| view! { <LinkBox offer=offer /> }.into_any())).into_any()
}

#[component]
fn LinkBox(
    /// What to say.
    offer: OfferView,
) -> impl IntoView {
    let handle = Handle::from_context();
    let severity = if offer.is_broken { "error" } else { "info" };
    let icon = if offer.is_broken { Icon::Error } else { Icon::Info };
    let waits = !offer.is_shown && !offer.is_broken;
    view! {
        <section class="banner" data-severity=severity aria-label="About the link">
            <Glyph icon=icon />
            <div class="banner__said">
                <h2 class="banner__title">{offer.title}</h2>
                {offer.sentences.into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view()}
            </div>
            {waits.then(|| view! {
                <button class="button" data-role="primary" type="button" on:click=move |_| handle.send(Command::AcceptLink)>
                    {if offer.has_frames { "Show its frames instead" } else { "Use the profile" }}
                </button>
            })}
            <button class="button button--icon button--quiet" type="button" aria-label="Dismiss" on:click=move |_| handle.send(Command::DismissLink)>
                <Glyph icon=Icon::Close />
            </button>
        </section>
    }
}
