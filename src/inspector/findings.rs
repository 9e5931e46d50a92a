//! What was found on the frame, each finding with its four parts and its source.

use leptos::prelude::*;
use workbench::port::FindingView;

use crate::icons::{Glyph, Icon};
use crate::text;

/// The tab Findings.
#[component]
pub(super) fn FindingsPanel<'a>(
    /// What was found.
    findings: &'a [FindingView],
) -> impl IntoView + use<> {
    let list = findings.iter().map(finding_view).collect_view();
    let is_empty = list.is_empty();
    view! {
        {list}
        {is_empty.then(|| view! { <p class="inspector__hint">"Nothing was found on this frame."</p> })}
    }
}

fn finding_view(finding: &FindingView) -> AnyView {
    let pointer = (!finding.pointer.is_empty()).then(
        || view! { <code class="finding__pointer"><bdi>{text::visible(&finding.pointer).into_owned()}</bdi></code>" " },
    );
    let parts = [
        ("Meaning", &finding.meaning),
        ("Likely cause", &finding.likely_cause),
        ("What to check", &finding.what_to_check),
    ];
    let parts = parts.into_iter().filter(|(_, words)| !words.is_empty()).map(|(name, words)| {
        view! { <div><dt>{name}</dt><dd>{text::visible(words).into_owned()}</dd></div> }
    });
    let example = (!finding.example.is_empty()).then(|| {
        view! { <div><dt>"Example"</dt><dd><pre class="code" tabindex="0"><code>{text::visible_lines(&finding.example).into_owned()}</code></pre></dd></div> }
    });
    view! {
        <article class="finding" data-severity=finding.severity.as_str()>
            <h3 class="finding__title">
                <Glyph icon=Icon::of_severity(finding.severity) />
                {finding.title.clone()}
                " "
                <code class="finding__rule">{finding.rule.clone()}</code>
            </h3>
            <p class="finding__message">{pointer}{text::visible(&finding.message).into_owned()}</p>
            <dl class="finding__parts">{parts.collect_view()}{example}</dl>
            <p class="finding__source">{finding.source.clone()}</p>
        </article>
    }
    .into_any()
}
