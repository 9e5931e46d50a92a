//! Puts the parts of the page together. Nothing else happens here.

use leptos::prelude::*;

use crate::banner::Banner;
use crate::captures::{DropTarget, ImportPanel, LinkBanner, OpenDialog, ShareDialog};
use crate::demo::{DemoBanner, DemoPanel};
use crate::engine_alert::EngineAlert;
use crate::filter_bar::FilterBar;
use crate::findings::FindingsView;
use crate::guide::GuideView;
use crate::handle::Handle;
use crate::inspector::Inspector;
use crate::live::live;
use crate::overview::OverviewStrip;
use crate::profiles::ProfileDialog;
use crate::rail::Rail;
use crate::replies::RepliesView;
use crate::replies::waiting::WaitingAlert;
use crate::route::View;
use crate::send::SendPanel;
use crate::shortcuts::{ShortcutsDialog, listen_for_shortcuts};
use crate::station::StationPanel;
use crate::status_bar::StatusBar;
use crate::timeline::Timeline;
use crate::toast::Toast;
use crate::top_bar::TopBar;

/// The page.
#[component]
pub(crate) fn App() -> impl IntoView {
    let handle = Handle::provide();
    listen_for_shortcuts(handle);
    let shows_frames = move || handle.view.with(|view| matches!(view, View::Timeline | View::Send | View::Station));
    let shows = move |wanted: View| handle.view.with(|view| *view == wanted);
    view! {
        <div class="app">
            <TopBar />
            <DemoBanner />
            <EngineAlert />
            <Banner />
            <LinkBanner />
            <ImportPanel />
            <WaitingAlert />
            <div class="app__middle">
                <Rail />
                <main class="app__main">
                    // Hidden rather than removed: the list keeps its place.
                    <div class="app__frames-tools" hidden=live(move || !shows_frames())>
                        <FilterBar />
                        <OverviewStrip />
                    </div>
                    <Show when=move || handle.view.with(|view| matches!(view, View::Guide(_)))>
                        <GuideView />
                    </Show>
                    <div class="app__split" hidden=live(move || handle.view.with(|view| matches!(view, View::Guide(_))))>
                        <div class="app__list" hidden=live(move || !shows_frames())>
                            <Timeline />
                            <Show when=move || shows(View::Timeline) && handle.is_demo()>
                                <DemoPanel />
                            </Show>
                            <Show when=move || shows(View::Send)>
                                <SendPanel />
                            </Show>
                            <Show when=move || shows(View::Station)>
                                <StationPanel />
                            </Show>
                        </div>
                        <Show when=move || shows(View::Findings)>
                            <FindingsView />
                        </Show>
                        <Show when=move || shows(View::Replies)>
                            <RepliesView />
                        </Show>
                        <Inspector />
                    </div>
                </main>
            </div>
            <StatusBar />
            <Toast />
            <ShortcutsDialog />
            <OpenDialog />
            <ShareDialog />
            <ProfileDialog />
            <DropTarget />
        </div>
    }
}
