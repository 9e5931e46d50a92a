//! The view Station, below the timeline: what the user does at the station we play, and how it stands.

use std::time::Duration;

use leptos::prelude::*;
use workbench::port::{Act, ActView, Command, OutletView, StationView};

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;

/// How often the station is asked for.
const LOOK: Duration = Duration::from_secs(1);

/// What is typed and chosen in the view. Lives as long as the page.
#[derive(Clone, Copy)]
pub(crate) struct StationDraft {
    /// Outlet the buttons work on.
    outlet: RwSignal<u32>,
    /// Token to present; empty is the station's own.
    token: RwSignal<String>,
    /// Error code of a fault; empty is the usual one.
    fault: RwSignal<String>,
    /// Seconds to be offline.
    seconds: RwSignal<String>,
}

impl StationDraft {
    /// The first outlet, and what is usual.
    pub(crate) fn new() -> Self {
        Self {
            outlet: RwSignal::new(1),
            token: RwSignal::default(),
            fault: RwSignal::default(),
            seconds: RwSignal::new("60".to_owned()),
        }
    }
}

/// The panel.
#[component]
pub(crate) fn StationPanel() -> impl IntoView {
    let handle = Handle::from_context();
    let station = handle.screen.station;
    handle.send(Command::LookAtStation);
    // Its meters run, and the engine tells of it only while somebody looks.
    let interval = set_interval_with_handle(move || handle.send(Command::LookAtStation), LOOK);
    on_cleanup(move || {
        if let Ok(interval) = interval {
            interval.clear();
        }
    });
    let head = move || station.with(|view| view.as_ref().map_or_else(|| NO_STATION.to_owned(), registration_line));
    let is_off = move || !station.with(|view| view.as_ref().is_some_and(|view| view.is_online));
    let act = move |act: Act| {
        // The choice of now: for handlers.
        handle.send(Command::Act { outlet: handle.station_draft.outlet.get_untracked() as u8, act });
    };
    let seconds = handle.station_draft.seconds;
    let go_offline = move |_| act(Act::GoOffline(seconds.get_untracked().trim().parse().unwrap_or(60)));
    let outlets = move || {
        let n = station.with(|view| view.as_ref().map_or(0, |view| view.outlets.len()));
        (0..n).map(|index| view! { <Outlet index=index is_alone=n == 1 /> }.into_any()).collect_view().into_any()
    };
    let n_outlets = Memo::new(move |_| station.with(|view| view.as_ref().map_or(0, |view| view.outlets.len())));
    let outlets = move || {
        n_outlets.get();
        untrack(outlets)
    };
    view! {
        <section class="station" aria-label="Station">
            <div class="station__head">
                <h2 class="station__title">"Station"</h2>
                <span class="station__registration" id="station-registration">{live(head)}</span>
                <span class="station__away">
                    <button class="button" type="button" aria-describedby="station-registration" disabled=live(is_off) on:click=go_offline>"Go offline"</button>
                    <label class="station__seconds">
                        "for "
                        <input
                            class="field__input"
                            type="number"
                            aria-label="Seconds offline"
                            prop:value=seconds
                            on:input:target=move |event| seconds.set(event.target().value())
                        />
                        " s"
                    </label>
                    <button class="button" type="button" aria-describedby="station-registration" disabled=live(is_off) on:click=move |_| act(Act::Reboot)>"Reboot"</button>
                </span>
            </div>
            <div class="station__outlets" role="group" aria-label="Outlets">{live(outlets)}</div>
            <Acts />
        </section>
    }
}

const NO_STATION: &str = "Not connected: the station starts with its first connection";

fn registration_line(view: &StationView) -> String {
    let waiting = match view.n_kept {
        0 => String::new(),
        1 => " · 1 transaction message waits".to_owned(),
        n => format!(" · {n} transaction messages wait"),
    };
    let line = if view.is_online { "" } else { "Offline · " };
    format!("OCPP {} · {line}{}{waiting}", view.version, view.registration)
}

/// One outlet: its name chooses it.
#[component]
fn Outlet(
    /// Which of the station's outlets.
    index: usize,
    /// There is no other to choose.
    is_alone: bool,
) -> impl IntoView {
    let handle = Handle::from_context();
    let chosen = handle.station_draft.outlet;
    let outlet = Memo::new(move |_| {
        handle
            .screen
            .station
            .with(|view| view.as_ref().and_then(|view| view.outlets.get(index)).cloned().unwrap_or_default())
    });
    let number = move || outlet.with(|outlet| u32::from(outlet.number));
    let is_chosen = move || chosen.get() == number();
    let fact = |(name, value): &(String, String)| {
        view! {
            <div class="outlet__fact">
                <dt>{name.clone()}</dt>
                <dd>{value.clone()}</dd>
            </div>
        }
    };
    let words = move || live(move || outlet.with(|outlet| outlet.name.clone()));
    // A single outlet is no choice.
    let name = if is_alone {
        view! { <span class="outlet__name">{words()}</span> }.into_any()
    } else {
        view! {
            <button
                class="outlet__name"
                type="button"
                aria-pressed=live(move || if is_chosen() { "true" } else { "false" })
                on:click=move |_| chosen.set(untrack(number))
            >
                {words()}
            </button>
        }
        .into_any()
    };
    let facts = move || outlet.with(|outlet| outlet.facts.iter().map(fact).collect_view().into_any());
    view! {
        <div class="outlet" data-severity=live(move || outlet.with(|outlet| outlet.severity.as_str())) data-chosen=live(move || (is_chosen() && !is_alone).then_some("true"))>
            <div class="outlet__head">
                {name}
                <span class="outlet__status" role="status">{live(move || outlet.with(|outlet| outlet.status.clone()))}</span>
            </div>
            <dl class="outlet__facts">{live(facts)}</dl>
        </div>
    }
}

/// The buttons for the chosen outlet.
#[component]
fn Acts() -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.station_draft;
    let chosen = Memo::new(move |_| {
        let number = draft.outlet.get();
        handle.screen.station.with(|view| {
            let outlets = view.as_ref().map(|view| &view.outlets);
            outlets
                .and_then(|outlets| outlets.iter().find(|o| u32::from(o.number) == number).or(outlets.first()))
                .cloned()
                .unwrap_or_default()
        })
    });
    let refusal = move |name: &str| chosen.with(|outlet: &OutletView| find(&outlet.acts, name));
    let button = move |name: &'static str, act: fn(StationDraft) -> Act| {
        let go = move |_| {
            handle.send(Command::Act { outlet: chosen.with_untracked(|outlet| outlet.number), act: act(draft) });
        };
        view! {
            <button
                class="button"
                type="button"
                disabled=live(move || refusal(name).is_none_or(|why| !why.is_empty()))
                title=live(move || refusal(name).unwrap_or_default())
                on:click=go
            >
                {name}
            </button>
        }
        .into_any()
    };
    let codes = move || {
        // The first is the usual one.
        let chosen = draft.fault.get_untracked();
        let option = |code: &String| {
            view! { <option value=code.clone() selected=*code == chosen>{code.clone()}</option> }
        };
        handle
            .screen
            .station
            .with(|view| view.as_ref().map(|view| view.fault_codes.iter().map(option).collect_view().into_any()))
    };
    let has_codes =
        move || handle.screen.station.with(|view| view.as_ref().is_some_and(|view| !view.fault_codes.is_empty()));
    let token = |token: &String| view! { <option value=token.clone()></option> };
    let tokens = move || handle.profiles.tokens().iter().map(token).collect_view().into_any();
    // With one token there is nothing to choose.
    let has_choice = move || (handle.profiles.tokens().len() > 1).then_some("station-tokens");
    let own_token =
        move || handle.screen.station.with(|view| view.as_ref().map(|view| view.token.clone()).unwrap_or_default());
    // While a charge goes on there is nothing to be said.
    let hint = move || match (refusal("Start"), refusal("Stop")) {
        (Some(why), Some(idle)) if !idle.is_empty() => why,
        _ => String::new(),
    };
    view! {
        <div class="station__acts">
            <span class="station__group">
                {button("Plug in", |_| Act::PlugIn)}
                {button("Unplug", |_| Act::Unplug)}
            </span>
            <span class="station__group">
                <input
                    class="field__input station__token"
                    aria-label="Token"
                    spellcheck="false"
                    autocomplete="off"
                    list=live(has_choice)
                    placeholder=live(own_token)
                    prop:value=draft.token
                    on:input:target=move |event| draft.token.set(event.target().value())
                />
                <datalist id="station-tokens">{live(tokens)}</datalist>
                {button("Present token", |draft| Act::PresentToken(draft.token.get_untracked().trim().to_owned()))}
            </span>
            <span class="station__group">
                {button("Start", |_| Act::Start)}
                {button("Pause", |_| Act::Pause)}
                {button("Resume", |_| Act::Resume)}
                {button("Stop", |_| Act::Stop)}
            </span>
            <span class="station__group">
                <Show when=has_codes>
                    <select
                        class="field__input station__fault"
                        aria-label="Error code"
                        on:change:target=move |event| draft.fault.set(event.target().value())
                    >
                        {live(codes)}
                    </select>
                </Show>
                {button("Set fault", |draft| Act::SetFault(draft.fault.get_untracked()))}
                {button("Clear fault", |_| Act::ClearFault)}
            </span>
        </div>
        <p class="station__hint" hidden=live(move || hint().is_empty())>
            <Glyph icon=Icon::Info />
            {live(hint)}
        </p>
    }
}

/// Why an act cannot be done; `None` when there is no such act, empty when it can.
fn find(acts: &[ActView], name: &str) -> Option<String> {
    acts.iter().find(|act| act.name == name).map(|act| act.refusal.clone())
}
