//! The frames the selected one belongs to: the call, its answer, repeats.

use leptos::prelude::*;
use workbench::port::{Detail, Direction, ExchangeItem};

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::text;

/// The tab Exchange.
#[component]
pub(super) fn ExchangePanel<'a>(
    /// The frame.
    detail: &'a Detail,
) -> impl IntoView + use<> {
    let handle = Handle::from_context();
    let items = detail.exchange.iter().map(|item| item_view(handle, item)).collect_view();
    let is_empty = items.is_empty();
    let notes = detail
        .exchange_notes
        .iter()
        .map(|note| view! { <p class="block-text">{text::visible(note).into_owned()}</p> })
        .collect_view();
    view! {
        <ol class="exchange">{items}</ol>
        <div class="blocks">{notes}</div>
        <FollowButtons follow=detail.follow.clone() />
        {is_empty.then(|| view! { <p class="inspector__hint">"This frame belongs to no exchange."</p> })}
    }
}

/// Sets the filter that shows the exchange, the transaction or the station only.
#[component]
fn FollowButtons(
    /// Words and filter.
    follow: Vec<(String, String)>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let is_empty = follow.is_empty();
    let buttons = follow
        .into_iter()
        .map(|(words, filter)| {
            let go = move |_| handle.filter(filter.clone());
            view! { <button class="button" type="button" on:click=go>{text::visible(&words).into_owned()}</button> }
        })
        .collect_view();
    (!is_empty).then(|| {
        view! {
            <div class="follow" role="group" aria-label="Follow">
                <span class="follow__label" aria-hidden="true">"Follow"</span>
                {buttons}
            </div>
        }
    })
}

fn item_view(handle: Handle, item: &ExchangeItem) -> AnyView {
    let frame = item.frame;
    let arrow = match item.direction {
        Direction::ToCsms => "→",
        Direction::ToStation => "←",
    };
    let time = [item.time.as_str(), item.after.as_str()];
    let time = time.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li>
            <button
                class="exchange__item"
                type="button"
                data-direction=item.direction.as_str()
                data-kind=item.kind.as_str()
                data-severity=item.severity.as_str()
                aria-current=item.is_selected.then_some("true")
                on:click=move |_| handle.select(frame)
            >
                <span class="exchange__arrow" aria-hidden="true">{arrow}</span>
                <span class="exchange__said">
                    <span class="exchange__head">
                        <span class="exchange__number">{format!("#{frame}")}</span>
                        " "
                        <bdi class="exchange__title">{text::visible(&item.title).into_owned()}</bdi>
                        " "
                        <span class="exchange__way">{item.direction.label()}</span>
                    </span>
                    <bdi class="exchange__summary">{text::visible(&item.summary).into_owned()}</bdi>
                    <span class="exchange__time">{time}</span>
                </span>
                <Glyph icon=Icon::of_severity(item.severity) />
            </button>
        </li>
    }
    .into_any()
}
