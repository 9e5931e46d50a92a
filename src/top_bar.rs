//! The bar on top: where to connect, the state of the connection, the theme; and the offer below it while not connected.

mod connection_status;
mod offer;

use leptos::prelude::*;
use workbench::port::Command;

use self::connection_status::ConnectionStatus;
use self::offer::Offer;
use crate::browser::theme::Theme;
use crate::captures::{ExportButton, OpenButton, ShareButton};
use crate::demo::DemoAddress;
use crate::fields::Choice;
use crate::form::VERSIONS;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;

/// The bar.
#[component]
pub(crate) fn TopBar() -> impl IntoView {
    let handle = Handle::from_context();
    let is_up = Memo::new(move |_| handle.is_link_up());
    let is_demo = Memo::new(move |_| is_up.get() && handle.is_demo());
    let toggle = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // The state of now: this is a handler.
        if is_up.get_untracked() {
            handle.send(Command::Disconnect);
        } else {
            handle.send(Command::Connect(handle.form.read_untracked()));
        }
    };
    view! {
        <header>
            <div class="top-bar">
                <h1 class="top-bar__wordmark">"ocpp"<b>"scope"</b></h1>
                <form class="top-bar__form" id="connect-form" autocomplete="off" novalidate on:submit=toggle>
                    <Show when=move || !is_demo.get()>
                        <ConnectFields is_locked=is_up />
                    </Show>
                    <Show when=move || is_demo.get()>
                        <DemoAddress />
                    </Show>
                    <button class="button top-bar__connect" data-role=live(move || if is_up.get() { "danger" } else { "primary" }) type="submit">
                        {live(move || if is_up.get() { "Disconnect" } else { "Connect" })}
                    </button>
                </form>
                <ConnectionStatus />
                <div class="top-bar__captures">
                    <OpenButton />
                    <ExportButton />
                    <ShareButton />
                </div>
                <ThemeButton />
            </div>
            <Show when=move || !is_up.get()>
                <Offer is_locked=is_up />
            </Show>
        </header>
    }
}

/// The fields of the form.
#[component]
fn ConnectFields(
    /// A connection is open or opening: the fields only show what is in use.
    is_locked: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let form = handle.form;
    let options = VERSIONS
        .iter()
        .rev()
        .map(|&version| {
            let is_selected = move || form.version.with(|chosen| chosen == version);
            view! { <option value=version prop:selected=live(is_selected)>{format!("OCPP {version}")}</option> }
        })
        .collect_view();
    let choose = move |version: String| {
        form.version.set(version.clone());
        form.changed(handle);
        handle.send(Command::ComposerVersion { version });
    };
    view! {
        <Field label="CSMS URL" role="url" value=form.url is_locked=is_locked placeholder="wss://csms.example.com/ocpp" />
        <Field label="Station identity" role="identity" value=form.identity is_locked=is_locked placeholder="CP-0042" />
        <Choice label="OCPP version" role="version" is_locked=is_locked choose=choose>{options}</Choice>
    }
}

#[component]
fn Field(
    /// Its name.
    label: &'static str,
    /// What it holds, for its width.
    role: &'static str,
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// It cannot be changed now.
    is_locked: Memo<bool>,
    /// Shown while empty.
    placeholder: &'static str,
) -> impl IntoView {
    let handle = Handle::from_context();
    // A password manager would fill a station's password with a person's.
    // Browsers give a password field no role of its own, and tests and assistive technology ask for one.
    let input_role = (kind == "password").then_some("textbox");
    let autocomplete = if kind == "password" { "new-password" } else { "off" };
    let typed = move |text: String| {
        value.set(text);
        handle.form.changed(handle);
    };
    view! {
        <label class="field" data-role=role>
            <span class="field__label">{label}</span>
            <input
                class="field__input"
                type=kind
                role=input_role
                form="connect-form"
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                placeholder=placeholder
                readonly=is_locked
                prop:value=value
                on:input:target=move |event| typed(event.target().value())
            />
        </label>
    }
}

#[component]
fn ThemeButton() -> impl IntoView {
    let theme = RwSignal::new(Theme::stored());
    let icon = move || match theme.get() {
        Theme::System => Icon::ThemeSystem,
        Theme::Light => Icon::ThemeLight,
        Theme::Dark => Icon::ThemeDark,
    };
    let cycle = move |_| {
        theme.update(|theme| {
            *theme = theme.next();
            theme.apply();
        });
    };
    view! {
        <button
            class="button button--icon top-bar__theme"
            type="button"
            aria-label="Theme"
            title=live(move || format!("Theme: {}", theme.get().as_str()))
            on:click=cycle
        >
            {live(move || view! { <Glyph icon=icon() /> })}
        </button>
    }
}
