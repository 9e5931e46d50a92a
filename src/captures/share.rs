//! Sharing frames as a link: what goes into it, what is replaced in it, how long it is.

use leptos::html::Dialog;
use leptos::prelude::*;
use workbench::port::{Command, Scope, Severity, ShareChoice, ShareValue, ShareView};

use crate::browser::{address, clipboard, dialog, focus};
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::selection;
use crate::text;

/// The button.
#[component]
pub(crate) fn ShareButton() -> impl IntoView {
    let handle = Handle::from_context();
    let is_empty = Memo::new(move |_| handle.screen.summary.with(|summary| summary.n_frames == 0));
    let share = move |_| {
        let choice = ShareChoice {
            scope: selection::usual_scope(handle, Scope::All),
            is_redacted: true,
            page_chars: page_address().len() as u32 + 1,
            ..ShareChoice::default()
        };
        handle.send(Command::Share(choice));
    };
    view! {
        <button class="button" data-role="primary" type="button" disabled=live(move || is_empty.get()) on:click=share>
            "Share link"
        </button>
    }
}

fn page_address() -> String {
    address::without_fragment()
}

/// The dialog.
#[component]
pub(crate) fn ShareDialog() -> impl IntoView {
    let handle = Handle::from_context();
    let node = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| handle.screen.share.with(Option::is_some));
    dialog::follow(node, move || is_open.get());
    let close = move || {
        // Closing tells of itself; once is enough.
        if is_open.get_untracked() {
            handle.send(Command::ShareClose);
        }
    };
    let form = move || {
        focus::keep_place(".share__values");
        handle.screen.share.get().map(|share| view! { <ShareForm share=share /> }.into_any())
    };
    view! {
        <dialog class="dialog share" aria-label="Share link" node_ref=node on:close=move |_| close()>
            <div class="dialog__head">
                <h2 class="dialog__title">"Share link"</h2>
                <button class="button button--icon" type="button" aria-label="Close" on:click=move |_| close()>
                    <Glyph icon=Icon::Close />
                </button>
            </div>
            {live(form)}
        </dialog>
    }
}

#[component]
fn ShareForm(
    /// The link as it is now.
    share: ShareView,
) -> impl IntoView {
    let handle = Handle::from_context();
    let choice = StoredValue::new(share.choice.clone());
    let again = move |set: &dyn Fn(&mut ShareChoice)| {
        let mut wanted = choice.get_value();
        set(&mut wanted);
        handle.send(Command::Share(wanted));
    };
    let link = if share.fragment.is_empty() { String::new() } else { format!("{}#{}", page_address(), share.fragment) };
    let copied = link.clone();
    let copy = move |_| {
        clipboard::copy(&copied, move |is_done| {
            if is_done {
                handle.notify(Severity::Ok, "The link is on the clipboard.");
            } else {
                handle.notify(
                    Severity::Warning,
                    "The browser did not allow copying; select the link and copy it by hand.",
                );
            }
        });
    };
    let n_selected = untrack(move || selection::n_selected_frames(handle));
    let scopes = [
        (Scope::Selection, selection::frames_label(n_selected)),
        (Scope::All, "All frames".to_owned()),
        (Scope::Filtered, "Frames that pass the filter".to_owned()),
        (Scope::Exchange, "The selected exchange".to_owned()),
        (Scope::Nothing, "No frames".to_owned()),
    ];
    let is_offered = move |scope: Scope| match scope {
        Scope::All => handle.screen.summary.with_untracked(|summary| summary.n_frames > 0),
        Scope::Nothing => choice.with_value(|choice| choice.profile.is_some()),
        Scope::Filtered => handle.screen.filter.with_untracked(|filter| filter.is_active),
        Scope::Selection => n_selected > 0,
        Scope::Exchange => handle.screen.detail.with_untracked(Option::is_some),
    };
    let scopes = scopes
        .into_iter()
        .filter(|(scope, _)| is_offered(*scope))
        .map(|(scope, title)| {
            let is_chosen = choice.with_value(|choice| choice.scope == scope);
            view! {
                <label class="check">
                    <input
                        type="radio"
                        name="share-scope"
                        data-tool=format!("scope-{}", scope as u8)
                        checked=is_chosen
                        on:change=move |_| again(&|choice| choice.scope = scope)
                    />
                    {title}
                </label>
            }
        })
        .collect_view();
    let is_redacted = share.choice.is_redacted;
    let has_profile = share.choice.profile.is_some();
    // Without frames the profile is all there is.
    let is_profile_fixed = share.choice.scope == Scope::Nothing;
    let with_profile = move |_| {
        let profile = (!has_profile).then(|| handle.profiles.current(handle).shared());
        again(&|choice| choice.profile.clone_from(&profile));
    };
    let fit_severity = if share.is_for_file { "warning" } else { "ok" };
    view! {
        <div class="share__choices">
            <div class="share__scopes" role="radiogroup" aria-label="What to share">{scopes}</div>
            <label class="check">
                <input type="checkbox" data-tool="redact" checked=is_redacted on:change=move |_| again(&|choice| choice.is_redacted = !is_redacted) />
                "Redact"
            </label>
            <label class="check">
                <input type="checkbox" data-tool="profile" checked=has_profile disabled=is_profile_fixed on:change=with_profile />
                "Include the profile"
            </label>
            {has_profile.then(|| view! { <p class="share__note">"Of the profile: its name, CSMS URL, station identity and versions."</p> })}
            <p class="share__note">
                {if is_redacted {
                    "Tokens, identities, serials, addresses, certificates and free text get pseudonyms of the same form. Findings stay true."
                } else {
                    "Everything goes out as it is, except passwords and private keys."
                }}
            </p>
        </div>
        <Values values=share.values.clone() n_values=share.n_values choice=share.choice.clone() />
        {(!share.problem.is_empty()).then(|| view! { <p class="share__problem" role="alert">{share.problem.clone()}</p> })}
        <label class="field share__link">
            <span class="field__label">"Link"</span>
            <textarea class="field__input share__text" readonly=true rows="3" spellcheck="false" prop:value=link></textarea>
        </label>
        <div class="dialog__buttons">
            <button class="button" data-role="primary" type="button" on:click=copy>"Copy link"</button>
            <p class="share__size" data-severity=fit_severity>
                {text::count(share.n_frames, "frame", "frames")}" · "{text::count(share.n_chars, "character", "characters")}" · "{share.fit.clone()}
            </p>
        </div>
        <p class="share__note">"All of it is in the link itself, behind the #: no server ever gets it. Opening it connects to nothing."</p>
    }
}

/// The values that are replaced, one by one.
#[component]
fn Values(
    /// The first of them.
    values: Vec<ShareValue>,
    /// All of them.
    n_values: u32,
    /// What was asked for.
    choice: ShareChoice,
) -> impl IntoView {
    let handle = Handle::from_context();
    let n_listed = values.len() as u32;
    let rows = values
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            let shown = text::visible(&value.original).chars().take(60).collect::<String>();
            let instead = text::visible(&value.pseudonym).chars().take(60).collect::<String>();
            let mut wanted = choice.clone();
            let keep = move |_| {
                if let Some(at) = wanted.keep.iter().position(|kept| *kept == value.original) {
                    wanted.keep.remove(at);
                } else {
                    wanted.keep.push(value.original.clone());
                }
                handle.send(Command::Share(wanted.clone()));
            };
            let name = format!("Replace {shown}");
            view! {
                <tr data-kept=value.is_kept.then_some("true")>
                    <td><input type="checkbox" data-tool=format!("value-{index}") checked=!value.is_kept aria-label=name on:change=keep /></td>
                    <td>{value.kind}</td>
                    <td><code>{shown}</code></td>
                    <td><code>{instead}</code></td>
                    <td>{format!("{} · {}×", value.places, value.n_places)}</td>
                </tr>
            }
        })
        .collect_view();
    let more = (n_values > n_listed).then(|| format!("and {} more", n_values - n_listed));
    (n_values > 0).then(|| {
        view! {
            <div class="share__values" tabindex="0" role="region" aria-label="Values that are replaced">
                <table>
                    <thead><tr><th></th><th>"What"</th><th>"Value"</th><th>"Instead"</th><th>"Where"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                {more.map(|more| view! { <p class="share__note">{more}</p> })}
            </div>
        }
    })
}
