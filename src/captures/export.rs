//! Writing the frames to a file.

use leptos::prelude::*;
use workbench::port::{Command, ExportFormat, Scope};

use crate::browser::focus;
use crate::handle::Handle;
use crate::live::live;
use crate::selection;

/// The button with its menu.
#[component]
pub(crate) fn ExportButton() -> impl IntoView {
    let handle = Handle::from_context();
    let is_open = RwSignal::new(false);
    let is_empty = Memo::new(move |_| handle.screen.summary.with(|summary| summary.n_frames == 0));
    // The user wants more than what is selected.
    let is_whole = RwSignal::new(false);
    let n_selected = Memo::new(move |_| selection::n_selected_frames(handle));
    let is_filtered = Memo::new(move |_| handle.screen.filter.with(|filter| filter.is_active));
    let leave = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && is_open.get_untracked() {
            event.prevent_default();
            event.stop_propagation();
            is_open.set(false);
            focus::focus_first(".export > .button");
        }
    };
    let item = move |format: ExportFormat, title: &'static str, note: &'static str| {
        let save = move |_| {
            // Selection and filter of now: this is a handler.
            let whole = if is_filtered.get_untracked() { Scope::Filtered } else { Scope::All };
            let scope = if is_whole.get_untracked() { whole } else { selection::usual_scope(handle, whole) };
            handle.send(Command::Export { format, scope });
            is_open.set(false);
        };
        view! {
            <button class="menu__item" type="button" role="menuitem" on:click=save>
                <b>{title}</b>
                <span>{note}</span>
            </button>
        }
    };
    let whole = move || if is_filtered.get() { "The frames that pass the filter" } else { "All frames" };
    let choices = move || {
        let n = n_selected.get();
        let labels = if n > 0 { vec![selection::frames_label(n), whole().to_owned()] } else { Vec::new() };
        let choices = labels.into_iter().zip([false, true]);
        choices.map(|(words, value)| choice(is_whole, value, words)).collect_view().into_any()
    };
    let note = move || match n_selected.get() {
        0 => format!("{}, passwords and keys masked", whole()),
        _ => "Passwords and keys masked".to_owned(),
    };
    view! {
        <div class="export" on:keydown=leave>
            <button
                class="button"
                type="button"
                aria-haspopup="menu"
                aria-expanded=live(move || if is_open.get() { "true" } else { "false" })
                disabled=live(move || is_empty.get())
                on:click=move |_| {
                    is_whole.set(false);
                    is_open.update(|open| *open = !*open);
                }
            >
                "Export"
            </button>
            <Show when=move || is_open.get()>
                <div class="menu" role="menu" aria-label="Export">
                    {live(choices)}
                    <p class="menu__note">{live(note)}</p>
                    {item(ExportFormat::Jsonl, "Ocppscope JSON lines", "every frame byte for byte, to open here again")}
                    {item(ExportFormat::OpenTrace, "Open OCPP Trace", "JSON lines for other tools")}
                </div>
            </Show>
        </div>
    }
}

/// One of the two: what is selected, or all that is shown.
fn choice(is_whole: RwSignal<bool>, value: bool, words: String) -> AnyView {
    view! {
        <button
            class="menu__choice"
            type="button"
            role="menuitemradio"
            aria-checked=live(move || if is_whole.get() == value { "true" } else { "false" })
            on:click=move |_| is_whole.set(value)
        >
            {words}
        </button>
    }
    .into_any()
}
