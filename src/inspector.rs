//! Everything about the selected frame, in five tabs.

mod exchange;
mod explain;
mod fields;
mod findings;
mod raw;
mod splitter;
mod tabs;

use leptos::html::Div;
use leptos::prelude::*;
use workbench::port::{Command, Detail, Direction, ReplyRule, RowKind};

use self::exchange::ExchangePanel;
use self::explain::ExplainPanel;
use self::fields::FieldsPanel;
use self::findings::FindingsPanel;
use self::raw::RawPanel;
use self::splitter::{InspectorWidth, Splitter};
use self::tabs::{Tab, TabList};
use crate::browser::geometry;
use crate::handle::Handle;
use crate::live::live;
use crate::route::View;
use crate::text;

/// The region with its splitter.
#[component]
pub(crate) fn Inspector() -> impl IntoView {
    let handle = Handle::from_context();
    let tab = RwSignal::new(Tab::Explain);
    Effect::new(move || {
        if handle.n_explained.get() > 0 {
            tab.set(Tab::Explain);
        }
    });
    let width = InspectorWidth::restored();
    let panel = move || handle.screen.detail.with(|detail| detail.as_ref().map(|detail| panel_of(tab.get(), detail)));
    let frame = Memo::new(move |_| handle.screen.detail.with(|detail| detail.as_ref().map(|detail| detail.frame)));
    let node = NodeRef::<Div>::new();
    // Another frame or tab begins at its top.
    Effect::new(move || {
        frame.track();
        tab.track();
        if let Some(node) = node.get() {
            geometry::scroll_to(&node, 0.0);
        }
    });
    let is_elsewhere = move || handle.view.with(|view| matches!(view, View::Findings | View::Replies));
    view! {
        <Splitter width=width />
        <section class="inspector" aria-label="Inspector" style:inline-size=live(move || width.css())>
            <TabList tab=tab />
            <div
                class="inspector__panel"
                role="tabpanel"
                id="inspector-panel"
                aria-labelledby=live(move || format!("inspector-tab-{}", tab.get().label()))
                tabindex="0"
                node_ref=node
            >
                <FrameHeading />
                <ReplyDifferently />
                <EditAndResend />
                {live(panel)}
                <Show when=move || handle.screen.detail.with(Option::is_none)>
                    <p class="inspector__hint">
                        "Select a frame to see what it means, its fields, its text and what was found. \
                        The arrow keys move through the timeline, n goes to the next problem."
                    </p>
                </Show>
            </div>
            <Show when=is_elsewhere>
                <p class="inspector__foot">
                    <a href=live(move || format!("#{}", handle.timeline_address()))>"Show in the timeline"</a>
                </p>
            </Show>
        </section>
    }
}

fn panel_of(tab: Tab, detail: &Detail) -> AnyView {
    match tab {
        Tab::Explain => view! { <ExplainPanel detail=detail /> }.into_any(),
        Tab::Fields => view! { <FieldsPanel groups=&detail.fields /> }.into_any(),
        Tab::Raw => view! { <RawPanel detail=detail /> }.into_any(),
        Tab::Exchange => view! { <ExchangePanel detail=detail /> }.into_any(),
        Tab::Findings => view! { <FindingsPanel findings=&detail.findings /> }.into_any(),
    }
}

/// Takes a frame to the CSMS into the composer.
#[component]
fn EditAndResend() -> impl IntoView {
    let handle = Handle::from_context();
    let frame = Memo::new(move |_| {
        handle.screen.detail.with(|detail| {
            let ours = detail.as_ref().filter(|detail| detail.direction == Direction::ToCsms);
            ours.map(|detail| detail.frame)
        })
    });
    let compose = move |_| {
        // The frame of now: this is a handler.
        if let Some(frame) = frame.get_untracked() {
            handle.send(Command::Compose { frame });
        }
    };
    view! {
        <Show when=move || frame.get().is_some()>
            <button class="button inspector__resend" type="button" on:click=compose>"Edit and resend"</button>
        </Show>
    }
}

/// Which frame this is.
#[component]
fn FrameHeading() -> impl IntoView {
    let handle = Handle::from_context();
    live(move || {
        handle.screen.detail.with(|detail| {
            detail.as_ref().map(|detail| {
                view! {
                    <h2 class="inspector__heading" data-severity=detail.severity.as_str() data-kind=detail.kind.as_str()>
                        <span class="inspector__number">{format!("#{}", detail.frame)}</span>
                        " "
                        <span class="inspector__kind">{detail.kind_label.clone()}</span>
                        " "
                        <bdi class="inspector__title">{text::visible(&detail.title).into_owned()}</bdi>
                        " "
                        <bdi class="inspector__subtitle">{text::visible(&detail.subtitle).into_owned()}</bdi>
                    </h2>
                }
            })
        })
    })
    .into_any()
}

/// For a request of the CSMS: a rule that answers the next of its kind otherwise.
#[component]
fn ReplyDifferently() -> impl IntoView {
    let handle = Handle::from_context();
    let action = Memo::new(move |_| {
        handle.screen.detail.with(|detail| {
            let is_request =
                |detail: &&Detail| detail.kind == RowKind::Call && detail.direction == Direction::ToStation;
            detail.as_ref().filter(is_request).map(|detail| detail.title.clone())
        })
    });
    let open = move |_| {
        // The value of now: this is a handler.
        if let Some(action) = action.get_untracked() {
            handle.reply_editor.open_rule(handle, &ReplyRule { action, ..ReplyRule::default() });
            // At once, so that the editor can take the focus.
            handle.view.set(View::Replies);
            handle.go_to("/replies");
        }
    };
    view! {
        <Show when=move || action.with(Option::is_some)>
            <button class="button inspector__reply" type="button" on:click=open>"Reply differently"</button>
        </Show>
    }
}
