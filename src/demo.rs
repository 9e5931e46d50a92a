//! The demo CSMS: the way to it, the banner that nobody can overlook, and the panel below the timeline that tells it
//! what to do; with the captions of its guided scene.

use leptos::prelude::*;
use workbench::port::{Command, DemoCommand, DemoFault, DemoOrder, SceneView};

use crate::form::VERSIONS;
use crate::handle::Handle;
use crate::live::live;
use crate::route::View;

/// Connects to the demo CSMS in the version of the form, and plays the scene.
#[component]
pub(crate) fn DemoButton() -> impl IntoView {
    let handle = Handle::from_context();
    let connect = move |_| {
        handle.view.set(View::Timeline);
        let version = handle.form.version.get_untracked();
        ask(handle, DemoCommand::Connect { version, scene: true });
    };
    view! { <button class="button" type="button" on:click=connect>"Try the demo CSMS"</button> }
}

/// Says on every view that nothing here is real.
#[component]
pub(crate) fn DemoBanner() -> impl IntoView {
    let handle = Handle::from_context();
    view! {
        <Show when=move || handle.is_demo()>
            <p class="demo-banner" role="note">
                <b>"Demo CSMS — no network, nothing real"</b>
            </p>
        </Show>
    }
}

/// What stands in the top bar instead of an address.
#[component]
pub(crate) fn DemoAddress() -> impl IntoView {
    view! { <span class="demo-address">"demo CSMS (no network) · station DEMO-1"</span> }
}

/// The panel. While the scene leads, its captions are all there is to read.
#[component]
pub(crate) fn DemoPanel() -> impl IntoView {
    let handle = Handle::from_context();
    let scene = move || handle.screen.demo.with(|demo| demo.as_ref().and_then(|demo| demo.scene.clone()));
    let is_led = Memo::new(move |_| scene().is_some_and(|scene| scene.step < scene.n_steps));
    let is_over = Memo::new(move |_| scene().is_none());
    let again = move |_| {
        let version = handle.screen.demo.with_untracked(|demo| demo.as_ref().map(|demo| demo.version.clone()));
        ask(handle, DemoCommand::Connect { version: version.unwrap_or_default(), scene: true });
    };
    view! {
        <section class="demo" aria-label="Demo CSMS">
            <SceneCard />
            <div class="demo__tools" hidden=live(move || is_led.get())>
                <div class="demo__row">
                    <h2 class="demo__title">"Demo CSMS"</h2>
                    <VersionSelect />
                    <Orders />
                </div>
                <div class="demo__row">
                    <Faults />
                </div>
                <p class="demo__note">
                    "Plug, token and car are in the view "
                    <a href="#/station">"Station"</a>
                    ". Any token is accepted, unless it contains BLOCKED or EXPIRED, or begins with BAD or WRONG."
                    <Show when=move || is_over.get()>
                        <button class="button button--quiet" type="button" on:click=again>"Play the guided scene again"</button>
                    </Show>
                </p>
            </div>
        </section>
    }
}

#[component]
fn VersionSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let version = Memo::new(move |_| {
        handle.screen.demo.with(|demo| demo.as_ref().map(|demo| demo.version.clone()).unwrap_or_default())
    });
    let options = VERSIONS
        .iter()
        .rev()
        .map(|&name| {
            let is_selected = move || version.with(|version| version == name);
            view! { <option value=name selected=live(is_selected)>{format!("OCPP {name}")}</option> }
        })
        .collect_view();
    let choose = move |version: String| ask(handle, DemoCommand::Connect { version, scene: false });
    view! {
        <select
            class="field__input demo__version"
            aria-label="Version of the demo CSMS"
            title="Another version means another connection"
            on:change:target=move |event| choose(event.target().value())
        >
            {options}
        </select>
    }
}

/// A button per call it can send.
#[component]
fn Orders() -> impl IntoView {
    let handle = Handle::from_context();
    let is_charging =
        Memo::new(move |_| handle.screen.demo.with(|demo| demo.as_ref().is_some_and(|demo| demo.is_charging)));
    let is_v2 =
        Memo::new(move |_| handle.screen.demo.with(|demo| demo.as_ref().is_some_and(|demo| demo.version != "1.6")));
    let buttons = DemoOrder::ALL
        .into_iter()
        .map(|order| {
            let is_off = move || order == DemoOrder::StopCharging && !is_charging.get();
            let title = move || format!("Sends {}", order.action(is_v2.get()));
            view! {
                <button
                    class="button"
                    type="button"
                    disabled=live(is_off)
                    title=live(title)
                    on:click=move |_| ask(handle, DemoCommand::Order(order))
                >
                    {order.label()}
                </button>
            }
        })
        .collect_view();
    let waits = move || {
        let action = handle.screen.demo.with(|demo| demo.as_ref().and_then(|demo| demo.open_action.clone()));
        action.map(|action| format!("{action} is not answered yet")).unwrap_or_default()
    };
    view! {
        {buttons}
        <span class="demo__waits">{live(waits)}</span>
    }
}

/// A checkbox per misbehaviour.
#[component]
fn Faults() -> impl IntoView {
    let handle = Handle::from_context();
    let boxes = DemoFault::ALL
        .into_iter()
        .map(|fault| {
            let is_on = Memo::new(move |_| {
                handle.screen.demo.with(|demo| demo.as_ref().is_some_and(|demo| demo.faults.contains(&fault)))
            });
            view! {
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=is_on
                        on:change:target=move |event| {
                            ask(handle, DemoCommand::Misbehave { fault, is_on: event.target().checked() });
                        }
                    />
                    {fault.label()}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="demo__faults">
            <legend>"Misbehave"</legend>
            {boxes}
        </fieldset>
    }
}

/// The caption of the scene.
#[component]
fn SceneCard() -> impl IntoView {
    let handle = Handle::from_context();
    let scene: Memo<Option<SceneView>> =
        Memo::new(move |_| handle.screen.demo.with(|demo| demo.as_ref().and_then(|demo| demo.scene.clone())));
    let is_playing = Memo::new(move |_| scene.with(Option::is_some));
    let of = move |part: fn(&SceneView) -> String| {
        live(move || scene.with(|scene| scene.as_ref().map(part).unwrap_or_default()))
    };
    let show = move || {
        let frame = scene.with(|scene| scene.as_ref().and_then(|scene| scene.frame))?;
        let go = move |_| {
            handle.view.set(View::Timeline);
            handle.explain(frame);
        };
        Some(
            view! { <button class="button" data-role="primary" type="button" on:click=go>"Show me"</button> }
                .into_any(),
        )
    };
    let buttons = move || {
        let (can_go_on, is_last) = scene.with(|scene| {
            scene.as_ref().map_or((false, false), |scene| (scene.can_go_on, scene.step == scene.n_steps))
        });
        let next = can_go_on.then(|| {
            view! { <button class="button" type="button" on:click=move |_| ask(handle, DemoCommand::SceneNext)>"Next"</button> }
        });
        let label = if is_last { "Done" } else { "Skip" };
        view! {
            {next}
            <button class="button" type="button" on:click=move |_| ask(handle, DemoCommand::SceneEnd)>{label}</button>
        }
        .into_any()
    };
    view! {
        // Stays in place while the scene ends, so that what it says is announced.
        <div class="scene" hidden=live(move || !is_playing.get())>
            <span class="scene__step">{of(|scene| format!("{} of {}", scene.step, scene.n_steps))}</span>
            <p class="scene__said" role="status" aria-label="Guided scene">
                <b>{of(|scene| scene.title.clone())}</b>
                " "
                <span>{of(|scene| scene.text.clone())}</span>
            </p>
            {live(show)}
            {live(buttons)}
        </div>
    }
}

fn ask(handle: Handle, command: DemoCommand) {
    handle.send(Command::Demo(command));
}
