//! What was sent and what is kept, above the composer, to be sent again or changed first.

use leptos::prelude::*;
use workbench::composer::favourites::Favourite;
use workbench::port::{self, Command, SentView};

use super::draft::Drawer;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The buttons that open it.
#[component]
pub(super) fn DrawerButtons() -> impl IntoView {
    let handle = Handle::from_context();
    let drawer = handle.send_draft.drawer;
    let button = move |which: Drawer, words: &'static str| {
        let is_open = move || if drawer.get() == Some(which) { "true" } else { "false" };
        let toggle = move |_| drawer.set(if drawer.get_untracked() == Some(which) { None } else { Some(which) });
        view! { <button class="button button--quiet" type="button" aria-expanded=live(is_open) on:click=toggle>{words}</button> }
    };
    view! {
        <span class="send__drawers">
            {button(Drawer::History, "History")}
            {button(Drawer::Favourites, "Favourites")}
        </span>
    }
}

/// The one that is open.
#[component]
pub(super) fn OpenDrawer(
    /// A link is open.
    can_send: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let drawer = handle.send_draft.drawer;
    let open = move || match drawer.get() {
        Some(Drawer::History) => Some(view! { <History can_send=can_send /> }.into_any()),
        Some(Drawer::Favourites) => Some(view! { <Favourites can_send=can_send /> }.into_any()),
        None => None,
    };
    live(open).into_any()
}

#[component]
fn History(
    /// A link is open.
    can_send: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let history = Memo::new(move |_| handle.screen.composer.with(|composer| composer.history.clone()));
    let item = move |sent: &SentView| {
        let id = sent.id;
        let title = title_of(&sent.action);
        let words = format!("{title} of {}", sent.time);
        let frame = sent.frame.map(|frame| {
            let show = move |_| handle.select(frame);
            view! { <button class="drawer__frame" type="button" on:click=show>{format!("#{frame}")}</button> }
        });
        view! {
            <li class="drawer__item">
                <span class="drawer__time">{sent.time.clone()}</span>
                <span class="drawer__version">{sent.version.clone()}</span>
                <bdi class="drawer__name">{text::visible(title).into_owned()}</bdi>
                <bdi class="drawer__text">{text::visible(&sent.text).into_owned()}</bdi>
                <span class="drawer__outcome" data-severity=sent.severity.as_str()>{sent.outcome.clone()}" "{frame}</span>
                <button class="button button--quiet" type="button" aria-label=format!("Send again: {words}") disabled=live(move || !can_send.get())
                    on:click=move |_| handle.send(Command::Resend { id })>"Send again"</button>
                <button class="button button--quiet" type="button" aria-label=format!("Edit: {words}")
                    on:click=move |_| handle.send(Command::Recall { id })>"Edit"</button>
            </li>
        }
        .into_any()
    };
    let items = move || history.with(|history| history.iter().map(item).collect_view());
    view! {
        <section class="drawer" aria-label="History">
            <p class="drawer__note" hidden=live(move || history.with(|history| !history.is_empty()))>
                "Nothing was sent from here yet. The last 50 calls and raw frames stay here until the page is closed."
            </p>
            <ol>{live(items)}</ol>
        </section>
    }
}

#[component]
fn Favourites(
    /// A link is open.
    can_send: Memo<bool>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.send_draft;
    let name = RwSignal::new(String::new());
    let keep = move |is_raw: bool| {
        // The name of now: this is a handler.
        if draft.keep(handle, &name.get_untracked(), is_raw) {
            name.set(String::new());
        }
    };
    let item = move |favourite: &Favourite| {
        let Favourite { name, version, action, text: kept } = favourite.clone();
        let (filled, words, gone) = (
            port::Draft { action: action.clone(), text: kept.clone(), note: String::new() },
            name.clone(),
            name.clone(),
        );
        let send = {
            let (action, payload) = (action.clone(), kept.clone());
            move |_| {
                let (action, payload) = (action.clone(), payload.clone());
                handle.send(if action.is_empty() {
                    Command::SendRaw { text: payload }
                } else {
                    Command::SendCall { action, payload }
                });
            }
        };
        view! {
            <li class="drawer__item">
                <bdi class="drawer__favourite">{text::visible(&name).into_owned()}</bdi>
                <span class="drawer__version">{version}</span>
                <bdi class="drawer__name">{text::visible(title_of(&action)).into_owned()}</bdi>
                <bdi class="drawer__text">{text::visible(&first_of(&kept)).into_owned()}</bdi>
                <button class="button button--quiet" type="button" aria-label=format!("Send favourite {words}")
                    disabled=live(move || !can_send.get()) on:click=send>"Send"</button>
                <button class="button button--quiet" type="button" aria-label=format!("Edit favourite {words}")
                    on:click=move |_| draft.fill(handle, &filled)>"Edit"</button>
                <button class="button button--quiet button--icon" type="button" aria-label=format!("Remove favourite {words}")
                    on:click=move |_| draft.forget(&gone)><Glyph icon=Icon::Close /></button>
            </li>
        }
        .into_any()
    };
    let items = move || draft.favourites.with(|all| all.iter().map(item).collect_view());
    view! {
        <section class="drawer" aria-label="Favourites">
            <div class="drawer__keep">
                <input
                    class="field__input"
                    type="text"
                    aria-label="Favourite name"
                    placeholder="Name"
                    autocomplete="off"
                    prop:value=name
                    on:input:target=move |event| name.set(event.target().value())
                />
                <button class="button" type="button" on:click=move |_| keep(false)>"Keep call"</button>
                <button class="button" type="button" on:click=move |_| keep(true)>"Keep raw frame"</button>
                <span class="drawer__note">"Kept in this browser; passwords and keys are masked."</span>
            </div>
            <ol>{live(items)}</ol>
        </section>
    }
}

fn title_of(action: &str) -> &str {
    if action.is_empty() { "Raw frame" } else { action }
}

fn first_of(text: &str) -> String {
    text.chars().take(160).map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
}
