//! What can be written at the caret of the filter: a list below it, to be taken by key or click.

use leptos::prelude::*;
use workbench::port::{Command, CompletionView};

use crate::browser::{caret, focus};
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The list's state: whether it is asked for, and which entry is chosen.
#[derive(Clone, Copy)]
pub(super) struct Completion {
    handle: Handle,
    is_open: RwSignal<bool>,
    chosen: RwSignal<Option<usize>>,
}

impl Completion {
    /// A list that is closed.
    pub(super) fn new(handle: Handle) -> Self {
        Self { handle, is_open: RwSignal::new(false), chosen: RwSignal::new(None) }
    }

    /// Something was typed. The list would hide the rows that are filtered, so it comes by itself only where a value
    /// or a name must follow; once it is there it stays while the word grows.
    pub(super) fn typed(self, text: &str, caret_utf16: u32) {
        let is_awaited = text.ends_with([':', '=', '.', '~', '<', '>']);
        if is_awaited || (self.is_open.get_untracked() && !text.is_empty() && !text.ends_with(' ')) {
            self.ask(text.to_owned(), caret_utf16);
        } else {
            self.close();
        }
    }

    /// The list is wanted.
    pub(super) fn ask(self, text: String, caret_utf16: u32) {
        self.chosen.set(None);
        self.is_open.set(true);
        self.handle.send(Command::Complete { text, caret_utf16 });
    }

    /// The list is not wanted any more.
    pub(super) fn close(self) {
        // Closed lists hear of every key.
        if self.is_open.get_untracked() {
            self.is_open.set(false);
            self.chosen.set(None);
        }
    }

    /// Entries that are shown.
    fn entries(self) -> Vec<CompletionView> {
        if self.is_open.get() { self.handle.screen.completions.get() } else { Vec::new() }
    }

    /// A key that the list takes for itself.
    pub(super) fn take_key(self, key: &str) -> bool {
        let n = untrack(move || self.entries().len());
        if n == 0 {
            if key != "ArrowDown" {
                return false;
            }
            let text = self.handle.filter_text.get_untracked();
            let end_utf16 = text.encode_utf16().count() as u32;
            self.ask(text, caret::of(".filter-bar__input").unwrap_or(end_utf16));
            return true;
        }
        let chosen = self.chosen.get_untracked();
        match (key, chosen) {
            ("ArrowDown", _) => self.chosen.set(Some(chosen.map_or(0, |at| (at + 1) % n))),
            ("ArrowUp", _) => self.chosen.set(Some(chosen.map_or(n - 1, |at| (at + n - 1) % n))),
            ("Enter" | "Tab", Some(at)) => self.accept(at),
            ("Escape", _) => self.close(),
            _ => return false,
        }
        true
    }

    fn accept(self, at: usize) {
        let Some(entry) = untrack(move || self.entries().into_iter().nth(at)) else { return };
        let units: Vec<u16> = self.handle.filter_text.get_untracked().encode_utf16().collect();
        let start = (entry.start_utf16 as usize).min(units.len());
        let end = (entry.end_utf16 as usize).clamp(start, units.len());
        let piece = |units: &[u16]| String::from_utf16_lossy(units);
        let before = piece(units.get(..start).unwrap_or_default());
        let text = format!("{before}{}{}", entry.text, piece(units.get(end..).unwrap_or_default()));
        let caret_utf16 = (before.encode_utf16().count() + entry.text.encode_utf16().count()) as u32;
        self.handle.filter(text.clone());
        focus::focus_first(".filter-bar__input");
        request_animation_frame(move || caret::put(".filter-bar__input", caret_utf16));
        // A name is followed by its value, so the list goes on; a value ends the word.
        if entry.text.ends_with([':', '=', '.']) { self.ask(text, caret_utf16) } else { self.close() }
    }

    /// Id of the chosen entry, for the field.
    pub(super) fn active(self) -> Option<String> {
        self.chosen.get().map(|at| format!("completion-{at}"))
    }

    /// The list is shown.
    pub(super) fn is_shown(self) -> bool {
        !self.entries().is_empty()
    }
}

/// The list.
#[component]
pub(super) fn CompletionList(
    /// Its state.
    completion: Completion,
) -> impl IntoView {
    let entry = move |at: usize, entry: CompletionView| {
        let is_chosen = live(move || if completion.chosen.get() == Some(at) { "true" } else { "false" });
        // A field of the filter and one of the payload may have the same name; the colon tells them apart.
        let label = if entry.text.ends_with(':') { entry.text } else { entry.label };
        view! {
            <li
                class="completion__entry"
                role="option"
                id=format!("completion-{at}")
                aria-selected=is_chosen
                on:mousedown=move |event| {
                    // The field keeps the focus.
                    event.prevent_default();
                    completion.accept(at);
                }
            >
                <code>{text::visible(&label).into_owned()}</code>
                <span>{text::visible(&entry.note).into_owned()}</span>
            </li>
        }
    };
    let list = move || {
        let entries = completion.entries();
        (!entries.is_empty()).then(|| {
            let entries = entries.into_iter().enumerate().map(|(at, view)| entry(at, view)).collect_view();
            view! { <ul class="completion" id="filter-completion" role="listbox" aria-label="What can be written here">{entries}</ul> }
        })
    };
    live(list).into_any()
}
