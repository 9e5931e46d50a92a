//! The rail on the left: one link per view.

use leptos::prelude::*;

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::{Live, live};
use crate::route::{Address, View};

/// The links.
#[component]
pub(crate) fn Rail() -> impl IntoView {
    let handle = Handle::from_context();
    let href_of = |view: View| {
        let fragment = Address { view, ..Address::default() }.to_fragment();
        live(move || format!("#{fragment}"))
    };
    let timeline_href = live(move || format!("#{}", handle.timeline_address()));
    let is_current = |is_shown: fn(&View) -> bool| live(move || handle.view.with(is_shown).then_some("page"));
    let is_timeline = is_current(|view| *view == View::Timeline);
    let is_findings = is_current(|view| *view == View::Findings);
    let is_send = is_current(|view| *view == View::Send);
    let is_station = is_current(|view| *view == View::Station);
    let is_replies = is_current(|view| *view == View::Replies);
    let is_guide = is_current(|view| matches!(view, View::Guide(_)));
    view! {
        <nav class="rail" aria-label="Views">
            <RailLink href=timeline_href is_current=is_timeline icon=Icon::Timeline label="Timeline" />
            <RailLink href=href_of(View::Findings) is_current=is_findings icon=Icon::Findings label="Findings" />
            <RailLink href=href_of(View::Send) is_current=is_send icon=Icon::Send label="Send" />
            <RailLink href=href_of(View::Station) is_current=is_station icon=Icon::Station label="Station" />
            <RailLink href=href_of(View::Replies) is_current=is_replies icon=Icon::Replies label="Replies" />
            <RailLink href=href_of(View::Guide(String::new())) is_current=is_guide icon=Icon::Guide label="Guide" />
        </nav>
    }
}

#[component]
fn RailLink(
    /// Where it leads.
    href: Live<String>,
    /// `page` while its view is the one shown.
    is_current: Live<Option<&'static str>>,
    /// Its picture.
    icon: Icon,
    /// Its name.
    label: &'static str,
) -> impl IntoView {
    view! {
        <a class="rail__link" href=href aria-current=is_current>
            <Glyph icon=icon />
            {label}
        </a>
    }
}
