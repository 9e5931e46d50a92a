//! Labelled fields: what the forms of the page are made of. A field with needs of its own is written where it stands.

use leptos::prelude::*;

use crate::handle::Handle;
use crate::live::live;

/// A line of text, or a number.
#[component]
pub(crate) fn Line(
    /// Its name.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// Hears that the value has changed.
    changed: fn(Handle),
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// Least and greatest number; none for a text.
    #[prop(optional)]
    limits: Option<(&'static str, &'static str)>,
    /// Shown while empty.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// Class of the whole, for its width.
    #[prop(default = "field")]
    class: &'static str,
) -> impl IntoView {
    let typed = typed(value, changed);
    view! {
        <label class=class>
            <span class="field__label">{label}</span>
            <input
                class="field__input"
                type=kind
                min=limits.map(|(least, _)| least)
                max=limits.map(|(_, most)| most)
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                prop:value=value
                on:input:target=move |event| typed(event.target().value())
            />
        </label>
    }
}

/// A text on several lines.
#[component]
pub(crate) fn Lines(
    /// Its name.
    label: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// Hears that the value has changed.
    changed: fn(Handle),
    /// Shown while empty.
    #[prop(optional)]
    placeholder: Option<&'static str>,
    /// Class of the text, for its look and its height.
    class: &'static str,
    /// Its height in lines where the class leaves it open.
    #[prop(optional)]
    rows: Option<&'static str>,
) -> impl IntoView {
    let typed = typed(value, changed);
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <textarea
                class=class
                rows=rows
                autocomplete="off"
                spellcheck="false"
                placeholder=placeholder
                prop:value=value
                on:input:target=move |event| typed(event.target().value())
            ></textarea>
        </label>
    }
}

/// One of several options; the one in force says so itself.
#[component]
pub(crate) fn Choice(
    /// Its name.
    label: &'static str,
    /// Hears the value chosen.
    #[prop(into)]
    choose: Callback<String>,
    /// What it holds, for its width.
    #[prop(optional)]
    role: Option<&'static str>,
    /// It cannot be changed now.
    #[prop(optional)]
    is_locked: Option<Memo<bool>>,
    /// The options.
    children: Children,
) -> impl IntoView {
    view! {
        <label class="field" data-role=role>
            <span class="field__label">{label}</span>
            <select
                class="field__input"
                disabled=live(move || is_locked.is_some_and(Memo::get))
                on:change:target=move |event| choose.run(event.target().value())
            >
                {children()}
            </select>
        </label>
    }
}

fn typed(value: RwSignal<String>, changed: fn(Handle)) -> impl Fn(String) {
    let handle = Handle::from_context();
    move |text| {
        value.set(text);
        changed(handle);
    }
}
