//! What there is to say about the connection: title, sentences and what to check, under the top bar.

use leptos::prelude::*;
use workbench::port::Explanation;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The banner; nothing while the engine has nothing to explain.
#[component]
pub(crate) fn Banner() -> impl IntoView {
    let handle = Handle::from_context();
    let explanation = Memo::new(move |_| {
        handle.screen.connection.with(|connection| connection.as_ref().and_then(|view| view.explanation.clone()))
    });
    live(move || explanation.get().map(|explanation| view! { <BannerBox explanation=explanation /> })).into_any()
}

#[component]
fn BannerBox(
    /// What to say.
    explanation: Explanation,
) -> impl IntoView {
    let Explanation { severity, title, sentences, checks } = explanation;
    let checks = checks.iter().map(|check| view! { <li>{text::visible(check).into_owned()}</li> }).collect_view();
    let sentences =
        sentences.iter().map(|sentence| view! { <p>{text::visible(sentence).into_owned()}</p> }).collect_view();
    let has_checks = !checks.is_empty();
    view! {
        <section class="banner" data-severity=severity.as_str() aria-label="About the connection">
            <Glyph icon=Icon::of_severity(severity) />
            <div class="banner__said">
                <h2 class="banner__title">{text::visible(&title).into_owned()}</h2>
                {sentences}
            </div>
            {has_checks.then(|| view! {
                <div class="banner__checks">
                    <h3 class="banner__heading">"What to check"</h3>
                    <ol>{checks}</ol>
                </div>
            })}
        </section>
    }
}
