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
    let groups = move || {
        handle
            .screen
            .findings
            .with(|groups| groups.iter().map(|group| group_view(handle, group)).collect_view().into_any())
    };
    let is_empty = move || handle.screen.findings.with(Vec::is_empty);
    let n_frames = move || handle.screen.summary.with(|summary| summary.n_frames);
    view! {
        <section class="findings" aria-label="Findings">
            <h2 class="findings__title">"Findings"</h2>
            {live(groups)}
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
