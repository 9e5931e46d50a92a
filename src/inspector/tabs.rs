//! The tabs of the inspector.

use leptos::prelude::*;

use crate::browser::focus;
use crate::handle::Handle;
use crate::live::live;

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    /// What it means.
    Explain,
    /// Its fields.
    Fields,
    /// Its text.
    Raw,
    /// The frames it belongs to.
    Exchange,
    /// What was found.
    Findings,
}

impl Tab {
    const ALL: [Self; 5] = [Self::Explain, Self::Fields, Self::Raw, Self::Exchange, Self::Findings];

    /// Its name.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Explain => "Explain",
            Self::Fields => "Fields",
            Self::Raw => "Raw",
            Self::Exchange => "Exchange",
            Self::Findings => "Findings",
        }
    }

    /// The tab a key goes to.
    fn after_key(self, key: &str) -> Option<Self> {
        let last = Self::ALL.len() - 1;
        let at = Self::ALL.iter().position(|tab| *tab == self)?;
        let to = match key {
            "ArrowRight" => {
                if at == last {
                    0
                } else {
                    at + 1
                }
            }
            "ArrowLeft" => at.checked_sub(1).unwrap_or(last),
            "Home" => 0,
            "End" => last,
            _ => return None,
        };
        Self::ALL.get(to).copied()
    }
}

/// The list of tabs. The count of findings is for the eye only.
#[component]
pub(super) fn TabList(
    /// The one shown.
    tab: RwSignal<Tab>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let n_findings = Memo::new(move |_| {
        handle.screen.detail.with(|detail| detail.as_ref().map_or(0, |detail| detail.findings.len()))
    });
    let press = move |event: leptos::ev::KeyboardEvent| {
        // The tab of now: this is a handler.
        if let Some(next) = tab.get_untracked().after_key(&event.key()) {
            event.prevent_default();
            tab.set(next);
            focus::focus_first(&format!("#inspector-tab-{}", next.label()));
        }
    };
    let item = move |item: Tab| {
        let is_chosen = move || tab.get() == item;
        let count = move || (item == Tab::Findings && n_findings.get() > 0).then(|| n_findings.get());
        view! {
            <button
                class="inspector__tab"
                type="button"
                role="tab"
                id=format!("inspector-tab-{}", item.label())
                aria-controls="inspector-panel"
                aria-selected=live(move || if is_chosen() { "true" } else { "false" })
                tabindex=live(move || if is_chosen() { "0" } else { "-1" })
                on:click=move |_| tab.set(item)
            >
                {item.label()}
                {live(move || count().map(|n| view! { <span class="inspector__count" aria-hidden="true">{n}</span> }.into_any()))}
            </button>
        }
    };
    view! {
        <div class="inspector__tabs" role="tablist" aria-label="Frame" on:keydown=press>
            {Tab::ALL.into_iter().map(item).collect_view()}
        </div>
    }
}
