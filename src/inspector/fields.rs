//! The fields of the payloads: name, value, type and limit, meaning, and the faults at each.

use leptos::prelude::*;
use workbench::port::{FieldGroup, FieldView, Severity};
use workbench::query;

use crate::browser::clipboard;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::text;

/// Deeper fields are no longer indented.
const DEEPEST_INDENT: u8 = 8;

/// The tab Fields.
#[component]
pub(super) fn FieldsPanel<'a>(
    /// One group per payload.
    groups: &'a [FieldGroup],
) -> impl IntoView + use<> {
    let groups = groups.iter().map(|group| group_view(group, true)).collect_view();
    let is_empty = groups.is_empty();
    view! {
        {groups}
        {is_empty.then(|| view! { <p class="inspector__hint">"This frame has no payload to take apart."</p> })}
    }
}

/// The fields in short, for the tab Explain: what the frame carries and what is wrong.
pub(super) fn compact_fields(group: &FieldGroup) -> AnyView {
    group_view(group, false)
}

fn group_view(group: &FieldGroup, is_full: bool) -> AnyView {
    let is_shown = |field: &&FieldView| is_full || field.is_present || field.is_required || !field.faults.is_empty();
    let rows = group.fields.iter().filter(is_shown).map(|field| field_row(field, is_full)).collect_view();
    let has_rows = !rows.is_empty();
    let note = (!group.note.is_empty())
        .then(|| view! { <p class="fields__note">{text::visible(&group.note).into_owned()}</p> });
    let title = text::visible(&group.title).into_owned();
    view! {
        <section class="fields" data-full=is_full.then_some("true")>
            <h3 class="block-heading">{title.clone()}</h3>
            {note}
            {has_rows.then(|| view! {
                <table class="fields__table" aria-label=title>
                    <colgroup><col class="fields__names" /><col class="fields__values" /><col /></colgroup>
                    <thead class="visually-hidden">
                        <tr><th scope="col">"Field"</th><th scope="col">"Value"</th><th scope="col">"Type and limit, meaning"</th></tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            })}
        </section>
    }
    .into_any()
}

fn field_row(field: &FieldView, is_full: bool) -> AnyView {
    let depth = field.depth.min(DEEPEST_INDENT).to_string();
    let value = if field.is_present { text::visible(&field.value).into_owned() } else { "absent".to_owned() };
    let faults = field.faults.iter().map(|fault| fault_line(fault, field.severity)).collect_view();
    let has_faults = !faults.is_empty();
    let types = type_words(field, is_full);
    let meaning = (is_full && !field.meaning.is_empty())
        .then(|| view! { <span class="fields__meaning">{text::visible(&field.meaning).into_owned()}</span> });
    view! {
        <tr
            class="fields__row"
            data-severity=field.severity.as_str()
            data-depth=depth
            data-absent=(!field.is_present).then_some("true")
            title=text::visible(&field.pointer).into_owned()
        >
            <th class="fields__name" scope="row"><bdi>{text::visible(&field.name).into_owned()}</bdi></th>
            <td class="fields__value">
                {value_actions(field)}
                <bdi>{value}</bdi>
                {(!field.unit.is_empty()).then(|| view! { " "<bdi class="fields__unit">{text::visible(&field.unit).into_owned()}</bdi> })}
            </td>
            <td class="fields__about">
                <span class="fields__type" title=(!is_full).then(|| types.clone())>{types.clone()}</span>
                {meaning}
            </td>
        </tr>
        {has_faults.then(|| view! {
            <tr class="fields__faults" data-severity=field.severity.as_str()><td colspan="3"><ul>{faults}</ul></td></tr>
        })}
    }
    .into_any()
}

/// From a value to a filter.
fn value_actions(field: &FieldView) -> Option<AnyView> {
    if field.filter.is_empty() {
        return None;
    }
    let handle = Handle::from_context();
    let term = StoredValue::new(field.filter.clone());
    let narrow = move |is_excluded: bool| {
        // The filter of now: this is a handler.
        let text = handle.filter_text.get_untracked();
        handle.filter(query::and(&text, &term.get_value(), is_excluded));
    };
    let copy = move |_| {
        clipboard::copy(&term.get_value(), move |is_done| {
            let words =
                if is_done { "The filter is on the clipboard." } else { "The browser does not let this page copy." };
            handle.notify(if is_done { Severity::Ok } else { Severity::Warning }, words);
        });
    };
    let words = |verb: &str| format!("{verb} {}", text::visible(&field.filter));
    Some(
        view! {
            <span class="fields__actions">
                <button class="fields__action" type="button" aria-label=words("Show only") title=words("Show only") on:click=move |_| narrow(false)>"="</button>
                <button class="fields__action" type="button" aria-label=words("Hide") title=words("Hide") on:click=move |_| narrow(true)>"≠"</button>
                <button class="fields__action" type="button" aria-label=words("Copy as filter") title=words("Copy as filter") on:click=copy>
                    <Glyph icon=Icon::Copy />
                </button>
            </span>
        }
        .into_any(),
    )
}

fn fault_line(fault: &str, severity: Severity) -> AnyView {
    view! { <li class="fields__fault"><Glyph icon=Icon::of_severity(severity) />{text::visible(fault).into_owned()}</li> }.into_any()
}

fn type_words(field: &FieldView, is_full: bool) -> String {
    let kind = text::visible(&field.type_and_limit);
    let need = match (field.is_known, field.is_required) {
        (false, _) => "not in the schema",
        // In short, what is there need not say that it may be there.
        (true, _) if !is_full && field.is_present => "",
        (true, true) => "required",
        (true, false) => "optional",
    };
    [kind.as_ref(), need].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ")
}
