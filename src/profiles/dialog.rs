//! The dialog of a profile: its name, the station, and what can be done with it.

use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use workbench::profile::MOST_BYTES;

use crate::browser::{dialog, files};
use crate::fields::{Line, Lines};
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;

/// Class of a text that holds a list.
const LINES: &str = "field__input profile__lines";

/// The dialog.
#[component]
pub(crate) fn ProfileDialog() -> impl IntoView {
    let handle = Handle::from_context();
    let profiles = handle.profiles;
    let node = NodeRef::<Dialog>::new();
    dialog::follow(node, move || profiles.is_open.get());
    let close = move || profiles.is_open.set(false);
    let said = move || profiles.said.get().into_iter().map(|sentence| view! { <p>{sentence}</p> }).collect_view();
    view! {
        <dialog class="dialog profile" aria-label="Profile" node_ref=node on:close=move |_| close()>
            <div class="dialog__head">
                <h2 class="dialog__title">"Profile"</h2>
                <button class="button button--icon" type="button" aria-label="Close" on:click=move |_| close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            <div class="profile__fields">
                <Line label="Profile name" value=profiles.name changed=changed placeholder="Depot, test system" />
                <Line label="Vendor" value=profiles.vendor changed=changed placeholder="as usual" />
                <Line label="Model" value=profiles.model changed=changed placeholder="as usual" />
                <Line label="Serial number" value=profiles.serial changed=changed placeholder="none" />
                <Line label="Firmware" value=profiles.firmware changed=changed placeholder="as usual" />
                <Line label="Connectors" kind="number" limits=("1", "8") value=profiles.connectors changed=changed placeholder="1" />
                <Lines label="Tokens" value=profiles.tokens changed=changed class=LINES rows="3" placeholder="one per line, the first is presented" />
                <Lines label="Configuration" value=profiles.configuration changed=changed class=LINES rows="3" placeholder="Key=value, in 2.x Component.Variable=value" />
            </div>
            <p class="dialog__note">
                "A profile is the connect form without user name and password, and this station. What you change here makes a new station at the next Connect."
            </p>
            <Buttons />
            <div class="profile__said" role="status">{live(said)}</div>
        </dialog>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let handle = Handle::from_context();
    let profiles = handle.profiles;
    let is_none = Memo::new(move |_| profiles.chosen.with(String::is_empty));
    let is_empty = Memo::new(move |_| profiles.list.with(Vec::is_empty));
    let input = NodeRef::<Input>::new();
    let ask = move |_| {
        if let Some(input) = input.get_untracked() {
            files::choose(&input);
        }
    };
    let chosen = move |_| {
        let given = input.get_untracked().and_then(|input| files::chosen(&input).into_iter().next());
        if let Some(given) = given {
            files::read_text(&given.blob, MOST_BYTES, move |text| profiles.import(text));
        }
    };
    view! {
        <div class="dialog__buttons">
            <button class="button" data-role="primary" type="button" on:click=move |_| profiles.save(handle)>"Save profile"</button>
            <button class="button" type="button" disabled=live(move || is_none.get()) on:click=move |_| profiles.delete()>"Delete profile"</button>
            <button class="button" type="button" on:click=move |_| profiles.share(handle)>"Share profile…"</button>
            <button class="button" type="button" disabled=live(move || is_empty.get()) on:click=move |_| profiles.export()>"Export profiles"</button>
            <button class="button" type="button" on:click=ask>"Import profiles…"</button>
        </div>
        <input node_ref=input class="visually-hidden" type="file" accept=".json,application/json" tabindex="-1" aria-label="Profile file" on:change=chosen />
    }
}

fn changed(handle: Handle) {
    handle.profiles.send_setup(handle);
}
