//! The view Findings: what was found in the whole transcript, by rule, worst first.

use leptos::prelude::*;
use workbench::port::FindingGroup;

use crate::blocks::faults;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::text;

/// The view.
#[component]
pub(crate) fn FindingsView() -> impl IntoView {
    let handle = Handle::from_context();
    let findings = handle.screen.findings;
    let rules =
        Memo::new(move |_| findings.with(|groups| groups.iter().map(|group| group.rule.clone()).collect::<Vec<_>>()));
    let is_empty = move || findings.with(Vec::is_empty);
    let n_frames = move || handle.screen.summary.with(|summary| summary.n_frames);
    view! {
        <section class="findings" aria-label="Findings">
            <h2 class="findings__title">"Findings"</h2>
            // A rule's part is made anew only when it changes: a link must not go away under the finger.
            <For each=move || rules.get() key=|rule| rule.clone() children=move |rule| group_of(handle, rule) />
            <Show when=is_empty>
                <p class="findings__none">
                    {live(move || if n_frames() == 0 {
                        "No frame has been seen yet. Connect to a CSMS, and what is wrong appears here by rule."
                    } else {
                        "Nothing was found in the frames seen so far."
                    })}
                </p>
            </Show>
        </section>
    }
}

/// What was found by one rule, as it is now.
fn group_of(handle: Handle, rule: String) -> AnyView {
    let find = move |groups: &Vec<FindingGroup>| groups.iter().find(|group| group.rule == rule).cloned();
    let group = Memo::new(move |_| handle.screen.findings.with(&find));
    live(move || group.with(|group| group.as_ref().map(|group| group_view(handle, group)))).into_any()
}

fn group_view(handle: Handle, group: &FindingGroup) -> AnyView {
    let n_shown = u32::try_from(group.items.len()).unwrap_or(u32::MAX);
    let more = (group.n_findings > n_shown).then(
        || view! { <p class="findings__more">{format!("The first {n_shown} of {} are shown.", group.n_findings)}</p> },
    );
    view! {
        <article class="finding" data-severity=group.severity.as_str()>
            <h3 class="finding__title">
                <Glyph icon=Icon::of_severity(group.severity) />
                {group.title.clone()}
                " "
                <span class="finding__count">{group.n_findings}</span>
                " "
                <code class="finding__rule">{group.rule.clone()}</code>
            </h3>
            <p class="finding__message">{text::visible(&group.meaning).into_owned()}</p>
            {faults(handle, &group.items)}
            {more}
            <p class="finding__source">{group.source.clone()}</p>
        </article>
    }
    .into_any()
}
