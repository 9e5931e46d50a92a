//! The form beside the payload: a row per field. What is typed here is put into the text at once, and the form follows
//! the text; a control that has the focus is never written to.

use leptos::prelude::*;
use workbench::port::{Addition, Control, FormRow};

use super::draft::control_id;
use crate::browser::clock;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// Deeper fields are no longer indented.
const DEEPEST_INDENT: u8 = 8;

/// The form.
#[component]
pub(super) fn FormPanel() -> impl IntoView {
    let handle = Handle::from_context();
    let composer = handle.screen.composer;
    let broken = Memo::new(move |_| composer.with(|composer| composer.form.broken.clone()));
    let n_left_out = Memo::new(move |_| composer.with(|composer| composer.form.n_left_out));
    let is_empty =
        Memo::new(move |_| composer.with(|composer| composer.form.rows.is_empty() && composer.form.broken.is_empty()));
    Effect::new(move || composer.with(|composer| handle.send_draft.focus_added(composer)));
    let left_out = move || format!("{} are not shown.", text::count(n_left_out.get(), "more field", "more fields"));
    // Its meaning stands beside the control for assistive technology, and here, where there is room, for the eye.
    let help = move || {
        let focused = handle.send_draft.focused.get();
        composer.with(|composer| {
            let row = composer.form.rows.iter().find(|row| row.pointer == focused && row.control != Control::Adder);
            let said =
                row.filter(|_| !focused.is_empty()).map(|row| [row.type_and_limit.as_str(), row.meaning.as_str()]);
            let said = said.into_iter().flatten().filter(|words| !words.is_empty()).collect::<Vec<_>>();
            text::visible(&said.join(" · ")).into_owned()
        })
    };
    view! {
      <div class="form-part">
        <fieldset
            class="form"
            tabindex="-1"
            aria-label="Fields"
            disabled=live(move || broken.with(|broken| !broken.is_empty()))
        >
            <p class="form__broken" hidden=live(move || broken.with(String::is_empty))>{live(move || broken.get())}</p>
            <p class="form__note" hidden=live(move || !is_empty.get())>"This message has no fields."</p>
            <For
                each=move || composer.with(|composer| composer.form.rows.clone())
                key=|row| (row.pointer.clone(), row.control as u8, row.depth)
                children=|row| view! { <FieldRow initial=row /> }
            />
            <p class="form__note" hidden=live(move || n_left_out.get() == 0)>{live(left_out)}</p>
        </fieldset>
        <p class="form__help" aria-hidden="true">{live(help)}</p>
      </div>
    }
}

/// A field, or what can be added to an object.
#[component]
fn FieldRow(
    /// The row as it was when it came.
    initial: FormRow,
) -> impl IntoView {
    let handle = Handle::from_context();
    let (pointer, control) = (initial.pointer.clone(), initial.control);
    let depth = initial.depth.min(DEEPEST_INDENT).to_string();
    let row = row_of(handle, initial.clone());
    if control == Control::Adder {
        return view! { <Adder row=row depth=depth /> }.into_any();
    }
    let label = label_of(&pointer);
    let is_invalid = move || row.with(|row| !row.faults.is_empty());
    let about_id = format!("{}-about", control_id(&pointer));
    let name = view! {
        <span class="form__name">
            <bdi>{initial.name.clone()}</bdi>
            {live(move || row.with(|row| row.is_required).then(|| view! { <span class="form__star" aria-hidden="true">"*"</span> }.into_any()))}
        </span>
    };
    view! {
        <div
            class="form__row"
            data-depth=depth
            data-control=kind_word(control)
            data-invalid=live(move || is_invalid().then_some("true"))
            title=live(move || row.with(|row| text::visible(&row.meaning).into_owned()))
        >
            {name}
            <ControlOf row=row initial=initial label=label.clone() />
            <About row=row id=about_id />
            {(control != Control::Missing).then(|| view! { <RemoveButton pointer=pointer label=label /> })}
        </div>
    }
    .into_any()
}

/// The row as it is now; one that has left keeps its last state until it is gone from the page.
fn row_of(handle: Handle, initial: FormRow) -> Memo<FormRow> {
    Memo::new(move |last: Option<&FormRow>| {
        let is_it = |row: &&FormRow| row.control == initial.control && row.pointer == initial.pointer;
        let found = handle.screen.composer.with(|composer| composer.form.rows.iter().find(is_it).cloned());
        found.or_else(|| last.cloned()).unwrap_or_else(|| initial.clone())
    })
}

/// What the value is changed with.
#[component]
fn ControlOf(
    /// The row.
    row: Memo<FormRow>,
    /// The row as it was when it came.
    initial: FormRow,
    /// Accessible name.
    label: String,
) -> impl IntoView {
    match initial.control {
        Control::Choice | Control::Flag => view! { <Choice row=row initial=initial label=label /> }.into_any(),
        Control::Object | Control::Adder => view! { <span class="form__value"></span> }.into_any(),
        Control::Locked => {
            let value = move || row.with(|row| text::visible(&row.value).into_owned());
            view! { <span class="form__value"><bdi>{live(value)}</bdi>" too long to be changed here"</span> }.into_any()
        }
        Control::List | Control::Missing => {
            let value = move || row.with(|row| row.value.clone());
            let add =
                move || row.with(|row| row.additions.first().map(|addition| add_button(addition, row.control, &label)));
            view! { <span class="form__value">{live(value)}" "{live(add)}</span> }.into_any()
        }
        Control::Text | Control::LongText | Control::Number | Control::Time | Control::Json => {
            view! { <Typed row=row initial=initial label=label /> }.into_any()
        }
    }
}

/// A value that is typed.
#[component]
fn Typed(
    /// The row.
    row: Memo<FormRow>,
    /// The row as it was when it came.
    initial: FormRow,
    /// Accessible name.
    label: String,
) -> impl IntoView {
    let handle = Handle::from_context();
    let draft = handle.send_draft;
    let control = initial.control;
    let pointer = StoredValue::new(initial.pointer.clone());
    let id = control_id(&initial.pointer);
    let about = format!("{id}-about");
    let mut shown = initial.value.clone();
    let value = move || {
        let is_focused = draft.focused.with(|focused| pointer.with_value(|pointer| focused == pointer));
        let value = row.with(|row| row.value.clone());
        if !is_focused {
            shown = value;
        }
        shown.clone()
    };
    let typed = move |value: String| pointer.with_value(|pointer| draft.field_typed(handle, pointer, control, &value));
    let enter = move |_| draft.focused.set(pointer.get_value());
    let leave = move |_| draft.focused.set(String::new());
    let is_invalid = move || row.with(|row| (!row.faults.is_empty()).then_some("true"));
    if control == Control::LongText {
        return view! {
            <textarea
                class="form__text"
                id=id
                rows="3"
                aria-label=label
                aria-describedby=about
                aria-invalid=live(is_invalid)
                spellcheck="false"
                autocomplete="off"
                prop:value=live(value)
                on:input:target=move |event| typed(event.target().value())
                on:focus=enter
                on:blur=leave
            ></textarea>
        }
        .into_any();
    }
    let suggestions = (!initial.options.is_empty()).then(|| format!("{id}-list"));
    let list = suggestions.clone().map(|id| {
        let options =
            initial.options.iter().map(|option| view! { <option value=option.clone()></option> }).collect_view();
        view! { <datalist id=id>{options}</datalist> }
    });
    let now = (control == Control::Time).then(|| {
        let words = format!("Set {label} to now");
        let set = move |_| {
            if let Some(now) = clock::iso(clock::now_epoch_millis()) {
                typed(now);
            }
        };
        view! { <button class="form__small" type="button" aria-label=words.clone() title=words on:click=set>"now"</button> }
    });
    view! {
        <span class="form__typed">
            <input
                class="field__input form__input"
                type="text"
                id=id
                list=suggestions
                inputmode=(control == Control::Number).then_some("decimal")
                aria-label=label
                aria-describedby=about
                aria-invalid=live(is_invalid)
                spellcheck="false"
                autocomplete="off"
                prop:value=live(value)
                on:input:target=move |event| typed(event.target().value())
                on:focus=enter
                on:blur=leave
            />
            {list}
            {now}
        </span>
    }
    .into_any()
}

/// A value that is chosen.
#[component]
fn Choice(
    /// The row.
    row: Memo<FormRow>,
    /// The row as it was when it came.
    initial: FormRow,
    /// Accessible name.
    label: String,
) -> impl IntoView {
    let handle = Handle::from_context();
    let control = initial.control;
    let id = control_id(&initial.pointer);
    let about = format!("{id}-about");
    let pointer = StoredValue::new(initial.pointer);
    let draft = handle.send_draft;
    let choose = move |value: String| pointer.with_value(|pointer| draft.field_typed(handle, pointer, control, &value));
    let options = Memo::new(move |_| row.with(|row| row.options.clone()));
    let option = move |value: &String| {
        let (value, shown) = (value.clone(), text::visible(value).into_owned());
        let this = value.clone();
        let is_chosen = move || row.with(|row| row.value == this);
        view! { <option value=value prop:selected=live(is_chosen)>{shown}</option> }
    };
    view! {
        <select
            class="field__input form__input"
            id=id
            aria-label=label
            aria-describedby=about
            aria-invalid=live(move || row.with(|row| (!row.faults.is_empty()).then_some("true")))
            on:change:target=move |event| choose(event.target().value())
            on:focus=move |_| draft.focused.set(pointer.get_value())
            on:blur=move |_| draft.focused.set(String::new())
        >
            {live(move || options.with(|options| options.iter().map(option).collect_view()))}
        </select>
    }
}

/// Unit, type and limit, meaning and faults of a field.
#[component]
fn About(
    /// The row.
    row: Memo<FormRow>,
    /// Id the control names.
    id: String,
) -> impl IntoView {
    let said = move || {
        row.with(|row| {
            let required = if row.is_required { "required" } else { "" };
            let length = row.length.map_or(String::new(), |(n, most)| format!("{n} of {most}"));
            // The list of values is in the control already.
            let limit = if row.control == Control::Choice {
                String::new()
            } else {
                text::visible(&short_limit(row)).into_owned()
            };
            let parts = [row.unit.clone(), length, limit, required.to_owned()];
            parts.into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(" · ")
        })
    };
    let is_over = move || row.with(|row| row.length.is_some_and(|(n, most)| n > most).then_some("true"));
    let faults = move || {
        let fault = |fault: &String| {
            view! { <span class="form__fault"><Glyph icon=Icon::Error />{text::visible(fault).into_owned()}</span> }
        };
        row.with(|row| row.faults.iter().map(fault).collect_view().into_any())
    };
    let meaning = move || row.with(|row| text::visible(&row.meaning).into_owned());
    view! {
        <span class="form__about" id=id>
            <span class="form__limit" data-over=live(is_over)>{live(said)}</span>
            <span class="form__meaning">{live(meaning)}</span>
            {live(faults)}
        </span>
    }
}

/// Type and limits without the number of characters, which stands beside their count.
fn short_limit(row: &FormRow) -> String {
    match row.length {
        Some((_, most)) => row.type_and_limit.replacen(&format!(", at most {most} characters"), "", 1),
        None => row.type_and_limit.clone(),
    }
}

#[component]
fn RemoveButton(
    /// The field.
    pointer: String,
    /// Its name for people.
    label: String,
) -> impl IntoView {
    let handle = Handle::from_context();
    let words = format!("Remove {label}");
    view! {
        <button
            class="form__small form__remove"
            type="button"
            aria-label=words.clone()
            title=words
            on:click=move |_| handle.send_draft.remove_field(handle, &pointer)
        >
            <Glyph icon=Icon::Close />
        </button>
    }
}

/// The optional fields of an object that are not there.
#[component]
fn Adder(
    /// The row.
    row: Memo<FormRow>,
    /// How far it is indented.
    depth: String,
) -> impl IntoView {
    let label = row.with_untracked(|row| label_of(&row.pointer));
    let words = if label.is_empty() { "Add field…".to_owned() } else { format!("Add field to {label}…") };
    let additions = Memo::new(move |_| row.with(|row| row.additions.clone()));
    let is_open = label.is_empty();
    let button = move |addition: &Addition| add_button(addition, Control::Adder, "");
    view! {
        <details class="form__adder" data-depth=depth open=is_open>
            <summary>{words}</summary>
            <div class="form__additions">{live(move || additions.with(|all| all.iter().map(button).collect_view()))}</div>
        </details>
    }
}

/// Adds a member, an item, or the missing field itself.
fn add_button(addition: &Addition, control: Control, label: &str) -> AnyView {
    let handle = Handle::from_context();
    let Addition { pointer, name, value, about } = addition.clone();
    let whole = label_of(&pointer);
    let (shown, words) = match control {
        Control::List => ("+ item".to_owned(), format!("Add item to {label}")),
        Control::Missing => ("+ add".to_owned(), format!("Add {whole}")),
        _ => (format!("+ {name}"), format!("Add {whole}")),
    };
    let add = move |_| handle.send_draft.add_field(handle, &pointer, &value);
    view! {
        <button class="form__add" type="button" aria-label=words title=text::visible(&about).into_owned() on:click=add>{shown}</button>
    }
    .into_any()
}

/// The name of a field for people: `meterValue[0].timestamp`.
fn label_of(pointer: &str) -> String {
    let mut label = String::new();
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) {
            label.push('[');
            label.push_str(&step);
            label.push(']');
            continue;
        }
        if !label.is_empty() {
            label.push('.');
        }
        label.push_str(&text::visible(&step));
    }
    label
}

/// For the style sheet.
fn kind_word(control: Control) -> &'static str {
    match control {
        Control::Object | Control::List => "group",
        Control::LongText => "long",
        Control::Missing => "missing",
        _ => "value",
    }
}
