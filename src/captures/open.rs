//! Opening captures: the button with the browser's dialog of files, what shows while files are held over the page, and
//! the question what becomes of the frames that are there.

use leptos::html::{Dialog, Input};
use leptos::prelude::*;

use crate::browser::{dialog, files};
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The button, with the field behind it.
#[component]
pub(crate) fn OpenButton() -> impl IntoView {
    let handle = Handle::from_context();
    let node = NodeRef::<Input>::new();
    let open = move |_| {
        if let Some(input) = node.get_untracked() {
            files::choose(&input);
        }
    };
    let chosen = move |_| {
        if let Some(input) = node.get_untracked() {
            handle.give_files(files::chosen(&input));
        }
    };
    view! {
        <button class="button" type="button" title="A log, trace or capture of any program; also drop or paste it anywhere" on:click=open>
            "Open capture"
        </button>
        <input node_ref=node class="visually-hidden capture-files" type="file" multiple=true tabindex="-1" aria-label="Capture files" on:change=chosen />
    }
}

/// Shows that files may be dropped.
#[component]
pub(crate) fn DropTarget() -> impl IntoView {
    let handle = Handle::from_context();
    let hint = move || {
        handle.is_dragging.get().then(|| {
            view! {
                <div class="drop-target" aria-hidden="true">
                    <p class="drop-target__text">"Drop to open: logs, traces and captures of any program, also gzipped"</p>
                </div>
            }
        })
    };
    live(hint).into_any()
}

/// Asks what becomes of the frames that are there.
#[component]
pub(crate) fn OpenDialog() -> impl IntoView {
    let handle = Handle::from_context();
    let node = NodeRef::<Dialog>::new();
    dialog::follow(node, move || handle.n_undecided.get() > 0);
    let n_frames = Memo::new(move |_| handle.screen.summary.with(|summary| summary.n_frames));
    let question = move || {
        let n_files = handle.n_undecided.get();
        format!(
            "The timeline holds {}. Shall {} take their place, or be added after them?",
            text::count(n_frames.get(), "frame", "frames"),
            if n_files == 1 { "the capture".to_owned() } else { format!("the {n_files} captures") }
        )
    };
    let take = move |is_added: bool| {
        handle.open_files(handle.take_undecided(), is_added);
    };
    view! {
        <dialog class="dialog" aria-label="Open capture" node_ref=node on:close=move |_| drop(handle.take_undecided())>
            <h2 class="dialog__title">"Open capture"</h2>
            <p class="dialog__text">{live(question)}</p>
            <div class="dialog__buttons">
                <button class="button" data-role="primary" type="button" on:click=move |_| take(false)>"Replace the frames"</button>
                <button class="button" type="button" on:click=move |_| take(true)>"Add after them"</button>
                <button class="button button--quiet" type="button" on:click=move |_| drop(handle.take_undecided())>"Cancel"</button>
            </div>
        </dialog>
    }
}
