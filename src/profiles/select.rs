//! Chooses a profile in the connect form, and opens the dialog that changes it.

use leptos::prelude::*;

use crate::fields::Choice;
use crate::handle::Handle;
use crate::live::live;

/// The list with its button.
#[component]
pub(crate) fn ProfileSelect() -> impl IntoView {
    let handle = Handle::from_context();
    let profiles = handle.profiles;
    let option = move |name: String, title: String| {
        let value = name.clone();
        let is_chosen = move || profiles.chosen.with(|chosen| *chosen == name);
        view! { <option value=value prop:selected=live(is_chosen)>{title}</option> }
    };
    let options = move || {
        let names = profiles.list.with(|list| list.iter().map(|profile| profile.name.clone()).collect::<Vec<_>>());
        let named = names.into_iter().map(|name| (name.clone(), name));
        std::iter::once((String::new(), "No profile".to_owned()))
            .chain(named)
            .map(|(name, title)| option(name, title))
            .collect_view()
    };
    let open = move |_| {
        profiles.said.set(Vec::new());
        profiles.is_open.set(true);
    };
    view! {
        <Choice label="Profile" role="profile" choose=move |name: String| profiles.choose(handle, &name)>{live(options)}</Choice>
        <button class="button" type="button" on:click=open>"Edit profile…"</button>
    }
}
