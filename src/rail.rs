//! The rail on the left: one link per view.

use leptos::prelude::*;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::route::{Address, View};

/// The links.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let handle = Handle::from_context();
    let href_of = |view: View| {
        let fragment = Address { view, ..Address::default() }.to_fragment();
        Signal::derive(move || format!("#{fragment}"))
    };
    let timeline_href = Signal::derive(move || format!("#{}", handle.timeline_address()));
    let is_timeline = Signal::derive(move || handle.view.with(|view| *view == View::Timeline));
    let is_findings = Signal::derive(move || handle.view.with(|view| *view == View::Findings));
    let is_send = Signal::derive(move || handle.view.with(|view| *view == View::Send));
    let is_guide = Signal::derive(move || handle.view.with(|view| matches!(view, View::Guide(_))));
    view! {
        <nav class="rail" aria-label="Views">
            <RailLink href=timeline_href is_current=is_timeline icon=Icon::Timeline label="Timeline" />
            <RailLink href=href_of(View::Findings) is_current=is_findings icon=Icon::Findings label="Findings" />
            <RailLink href=href_of(View::Send) is_current=is_send icon=Icon::Send label="Send" />
            <RailLink href=href_of(View::Guide(String::new())) is_current=is_guide icon=Icon::Guide label="Guide" />
        </nav>
    }
}

#[component]
fn RailLink(
    /// Where it leads.
    href: Signal<String>,
    /// Its view is the one shown.
    is_current: Signal<bool>,
    /// Its picture.
    icon: Icon,
    /// Its name.
    label: &'static str,
) -> impl IntoView {
    view! {
        <a class="rail__link" href=href aria-current=live(move || is_current.get().then_some("page"))>
            <Glyph icon=icon />
            {label}
        </a>
    }
}
