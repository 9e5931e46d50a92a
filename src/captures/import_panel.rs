//! What is said about the files that are read or were read: progress, what they are, and how to read them in another way.

use leptos::prelude::*;
use workbench::port::{Command, ImportChoice, ImportFile, ImportState, ImportView};

use crate::browser::{clock, focus};
use crate::fields::Choice;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The panel; nothing while no files are spoken of.
#[component]
pub(crate) fn ImportPanel() -> impl IntoView {
    let handle = Handle::from_context();
    let is_there = Memo::new(move |_| handle.screen.import.with(Option::is_some));
    let is_running =
        Memo::new(move |_| handle.screen.import.with(|import| import.as_ref().is_some_and(|view| view.is_running)));
    live(move || {
        is_there.get().then(|| {
            if is_running.get() { view! { <Progress /> }.into_any() } else { view! { <Outcome /> }.into_any() }
        })
    })
    .into_any()
}

#[component]
fn Progress() -> impl IntoView {
    let handle = Handle::from_context();
    let of_view = move |read: fn(&ImportView) -> String| {
        live(move || handle.screen.import.with(|import| import.as_ref().map(read).unwrap_or_default()))
    };
    let percent = |view: &ImportView| (view.n_bytes * 100).checked_div(view.n_total_bytes).unwrap_or(100).min(100);
    let words = |view: &ImportView| {
        let rate = text::size(view.bytes_per_second as u64);
        let left = view.seconds_left.map(|seconds| format!(" · {} left", text::seconds(seconds))).unwrap_or_default();
        format!(
            "{} of {} · {} · {rate}/s{left}",
            text::size(view.n_bytes),
            text::size(view.n_total_bytes),
            text::count(view.n_frames, "frame", "frames")
        )
    };
    // Whole percents: a bar this wide shows no more.
    let now = Memo::new(move |_| handle.screen.import.with(|import| import.as_ref().map_or(0, percent)));
    view! {
        <section class="import" aria-label="Reading capture">
            <div class="import__bar" role="progressbar" aria-label="Reading capture" aria-valuemin="0" aria-valuemax="100" aria-valuenow=live(move || now.get().to_string())>
                <div class="import__done" style:width=live(move || format!("{}%", now.get()))></div>
            </div>
            <p class="import__words">{of_view(words)}</p>
            <button class="button" type="button" on:click=move |_| handle.send(Command::ImportCancel)>"Cancel"</button>
        </section>
    }
}

#[component]
fn Outcome() -> impl IntoView {
    let handle = Handle::from_context();
    let is_open = handle.is_capture_open;
    let body = move || {
        handle.screen.import.get().map(|import| {
            if !import.is_running {
                focus_changed_setting(handle);
            }
            let n_frames: u32 = import.files.iter().map(|file| file.n_frames).sum();
            let is_bad = n_frames == 0 || import.state == ImportState::Failed;
            let severity = if is_bad { "error" } else if import.n_dropped > 0 { "warning" } else { "ok" };
            let icon = if is_bad { Icon::Error } else if import.n_dropped > 0 { Icon::Warning } else { Icon::Ok };
            // What went wrong is not hidden behind a click.
            let shows_files = move || is_bad || is_open.get();
            let (files, order) = (import.files.clone(), import.order.clone());
            let choice = import.can_change.then(|| view! { <Choices import=import.clone() /> });
            view! {
                <section class="import-outcome" data-severity=severity aria-label="About the capture">
                    <div class="import-outcome__head">
                        <Glyph icon=icon />
                        <p class="import-outcome__title">{headline(&import)}</p>
                        <button class="button button--quiet" type="button" aria-expanded=live(move || if shows_files() { "true" } else { "false" }) on:click=move |_| is_open.update(|open| *open = !*open)>
                            "Details"
                        </button>
                        <button class="button button--icon button--quiet" type="button" aria-label="Dismiss" on:click=move |_| handle.send(Command::ImportDismiss)>
                            <Glyph icon=Icon::Close />
                        </button>
                    </div>
                    <div class="import-outcome__body" hidden=live(move || !shows_files())>
                        {(!order.is_empty()).then(|| view! { <p class="import-outcome__order">{text::visible(&order).into_owned()}</p> })}
                        {files.into_iter().map(|file| view! { <FileReport file=file /> }).collect_view()}
                        {choice}
                    </div>
                </section>
            }
            .into_any()
        })
    };
    live(body).into_any()
}

/// The panel is made anew when the files were read in another way: the keyboard goes back to what asked for it.
fn focus_changed_setting(handle: Handle) {
    let place = handle.changed_setting.try_update_value(Option::take).flatten();
    if let Some(place) = place {
        clock::before_next_paint(move || {
            focus::focus_first(&format!(".import-choices > :nth-child({place}) select"));
        });
    }
}

fn headline(import: &ImportView) -> String {
    let n_frames: u32 = import.files.iter().map(|file| file.n_frames).sum();
    let name = match import.files.as_slice() {
        [file] => text::visible(&file.name).into_owned(),
        files => format!("{} files", files.len()),
    };
    let format = match import.files.as_slice() {
        [file] if file.n_frames > 0 => format!(" · {} ({} % sure)", file.format, file.sure_percent),
        _ => String::new(),
    };
    let end = match import.state {
        ImportState::Cancelled => " · stopped; what was read is kept".to_owned(),
        ImportState::Failed => format!(" · {}", import.error),
        ImportState::Reading | ImportState::Done => String::new(),
    };
    let dropped = match import.n_dropped {
        0 => String::new(),
        n => format!(" · {} left out: there is no more room", text::count(n, "frame", "frames")),
    };
    let order = if import.order.is_empty() { "" } else { " · put in order of time" };
    let frames = if n_frames == 0 { "no frame found".to_owned() } else { text::count(n_frames, "frame", "frames") };
    format!("{name} · {frames}{format}{order}{dropped}{end}")
}

#[component]
fn FileReport(
    /// What was found.
    file: ImportFile,
) -> impl IntoView {
    let facts = file.facts.into_iter().map(|(name, value)| {
        view! { <div class="import-file__fact"><dt>{name}</dt><dd>{text::visible(&value).into_owned()}</dd></div> }
    });
    let counts = file.counts.into_iter().map(|count| view! { <li>{count}</li> }).collect_view();
    let others = file.others.into_iter().map(|(line, words)| {
        view! { <li><span class="import-file__line">{line}</span><code>{text::visible(&words).into_owned()}</code></li> }
    });
    let others: Vec<_> = others.collect();
    let has_others = !others.is_empty();
    view! {
        <div class="import-file">
            <h3 class="import-file__name">{text::visible(&file.name).into_owned()}</h3>
            {(!file.nothing.is_empty()).then(|| view! { <p class="import-file__nothing">{file.nothing}</p> })}
            <dl class="import-file__facts">{facts.collect_view()}</dl>
            <ul class="import-file__counts">{counts}</ul>
            {has_others.then(|| view! {
                <div class="import-file__others">
                    <h4 class="import-file__heading">"First lines without a frame"</h4>
                    <ul>{others}</ul>
                </div>
            })}
        </div>
    }
}

/// Reading the files in another way.
#[component]
fn Choices(
    /// How they were read.
    import: ImportView,
) -> impl IntoView {
    let handle = Handle::from_context();
    let chosen = StoredValue::new(import.choice.clone());
    let change = move |place: usize, set: fn(&mut ImportChoice, String)| {
        move |value: String| {
            let mut choice = chosen.get_value();
            set(&mut choice, value);
            handle.changed_setting.set_value(Some(place));
            handle.send(Command::ImportAgain(choice));
        }
    };
    let mut formats = vec![(String::new(), "Automatic".to_owned())];
    formats.extend(import.formats.clone());
    let of = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(value, title)| ((*value).to_owned(), (*title).to_owned())).collect::<Vec<_>>()
    };
    let versions = of(&[("", "Automatic"), ("1.6", "OCPP 1.6"), ("2.0.1", "OCPP 2.0.1"), ("2.1", "OCPP 2.1")]);
    let directions = of(&[
        ("", "Automatic"),
        ("csms", "The CSMS wrote the log"),
        ("station", "The station wrote the log"),
        ("swap", "Turn all around"),
    ]);
    let mut zones = vec![(String::new(), "Automatic".to_owned())];
    zones.extend((-12..=14).map(|hours: i32| ((hours * 60).to_string(), zone_title(hours))));
    let zone = import.choice.zone_minutes.map(|minutes| minutes.to_string()).unwrap_or_default();
    view! {
        <div class="import-choices" role="group" aria-label="Read in another way">
            <Setting label="Format" options=formats value=import.choice.format.clone() choose=Callback::new(change(1, |choice, value| choice.format = value)) />
            <Setting label="Version" options=versions value=import.choice.version.clone() choose=Callback::new(change(2, |choice, value| choice.version = value)) />
            <Setting label="Direction" options=directions value=import.choice.direction.clone() choose=Callback::new(change(3, |choice, value| choice.direction = value)) />
            <Setting label="Time zone of the log" options=zones value=zone choose=Callback::new(change(4, |choice, value| choice.zone_minutes = value.parse().ok())) />
        </div>
    }
}

fn zone_title(hours: i32) -> String {
    format!("UTC{}{:02}:00", if hours < 0 { '-' } else { '+' }, hours.abs())
}

#[component]
fn Setting(
    /// Its name.
    label: &'static str,
    /// Value and title of each option.
    options: Vec<(String, String)>,
    /// The one in force.
    value: String,
    /// Hears the value chosen.
    choose: Callback<String>,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(option, title)| {
            let is_selected = option == value;
            view! { <option value=option selected=is_selected>{title}</option> }
        })
        .collect_view();
    view! {
        <Choice label=label choose=choose>{options}</Choice>
    }
}
