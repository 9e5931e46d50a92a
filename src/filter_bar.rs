//! The row above the frames: the filter, its faults and its words, and the counts that set it.

mod completion;
mod help;
mod summary;

use std::time::Duration;

use leptos::prelude::*;
use workbench::port::FilterError;

use self::completion::{Completion, CompletionList};
use self::help::FilterHelp;
use self::summary::Counts;
use crate::browser::{caret, focus};
use crate::handle::Handle;
use crate::live::live;

/// A fault is announced only when the typing pauses.
const ALERT_DELAY: Duration = Duration::from_millis(500);

/// The row.
#[component]
pub(crate) fn FilterBar() -> impl IntoView {
    view! {
        <div class="filter-bar">
            <div class="filter-bar__field">
                <FilterInput />
                <FilterHelp />
            </div>
            <Counts />
        </div>
    }
}

#[component]
fn FilterInput() -> impl IntoView {
    let handle = Handle::from_context();
    let error = Memo::new(move |_| handle.screen.filter.with(|filter| filter.error.clone()));
    let last_key = RwSignal::new(0_u32);
    let completion = Completion::new(handle);
    let leave = move |event: leptos::ev::KeyboardEvent| {
        if completion.take_key(&event.key()) {
            event.prevent_default();
            return;
        }
        if event.key() == "Escape" {
            event.prevent_default();
            // The text of now: this is a handler.
            if !handle.filter_text.with_untracked(String::is_empty) {
                handle.filter(String::new());
            }
            focus::focus_first(".timeline__grid");
        } else if event.key() == "Enter" {
            focus::focus_first(".timeline__grid");
        }
    };
    let typed = move |text: String| {
        last_key.update(|n| *n = n.wrapping_add(1));
        let caret_utf16 = caret::of(".filter-bar__input").unwrap_or_else(|| text.encode_utf16().count() as u32);
        completion.typed(&text, caret_utf16);
        handle.filter(text);
    };
    view! {
        <input
            class="filter-bar__input"
            type="search"
            aria-label="Filter frames"
            placeholder="Filter: text, action:Heartbeat, idTag=ABC, latency>500, -exclude"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            aria-invalid=live(move || if error.with(Option::is_some) { "true" } else { "false" })
            aria-describedby=live(move || error.with(Option::is_some).then_some("filter-fault"))
            aria-autocomplete="list"
            aria-controls=live(move || completion.is_shown().then_some("filter-completion"))
            aria-activedescendant=live(move || completion.active())
            on:blur=move |_| completion.close()
            prop:value=handle.filter_text
            on:input:target=move |event| typed(event.target().value())
            on:keydown=leave
        />
        <kbd class="filter-bar__key" aria-hidden="true">"/"</kbd>
        <CompletionList completion=completion />
        {live(move || error.get().map(|error| view! { <Fault error=error /> }.into_any()))}
        <FaultAlert error=error last_key=last_key />
    }
}

/// The fault as it is now, with the words it is about.
#[component]
fn Fault(
    /// What is wrong.
    error: FilterError,
) -> impl IntoView {
    let handle = Handle::from_context();
    let text = handle.screen.filter.with_untracked(|filter| filter.text.clone());
    let units: Vec<u16> = text.encode_utf16().collect();
    let start = (error.start_utf16 as usize).min(units.len());
    let end = (error.end_utf16 as usize).clamp(start, units.len());
    let piece = |from: usize, to: usize| String::from_utf16_lossy(units.get(from..to).unwrap_or_default());
    view! {
        <div class="filter-bar__fault" id="filter-fault">
            <code aria-hidden="true">{piece(0, start)}<mark>{piece(start, end)}</mark>{piece(end, units.len())}</code>
            <p>{error.message}</p>
        </div>
    }
}

/// The same words as an alert, once the typing has paused.
#[component]
fn FaultAlert(
    /// What is wrong.
    error: Memo<Option<FilterError>>,
    /// Moves with each key.
    last_key: RwSignal<u32>,
) -> impl IntoView {
    let said = RwSignal::new(None::<String>);
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        last_key.track();
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        let message = error.with(|error| error.as_ref().map(|error| error.message.clone()));
        if said.get_untracked() != message {
            said.set(None);
        }
        if let Some(message) = message {
            timer.set_value(set_timeout_with_handle(move || said.set(Some(message)), ALERT_DELAY).ok());
        }
    });
    live(move || said.get().map(|message| view! { <p class="visually-hidden" role="alert">{message}</p> })).into_any()
}
