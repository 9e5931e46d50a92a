//! The names of the columns.

use leptos::prelude::*;

use crate::handle::Handle;

/// The header row: the first row of the grid.
#[component]
pub(super) fn TimelineHeader() -> impl IntoView {
    let handle = Handle::from_context();
    let has_stations = Memo::new(move |_| handle.screen.rows.with(|rows| rows.has_stations));
    view! {
        <div class="timeline__head" role="rowgroup">
            <div class="frame-row frame-row--head" role="row" aria-rowindex="1">
                <span class="frame-row__number" role="columnheader">"#"</span>
                <span class="frame-row__time" role="columnheader" aria-label="Time" title="Clock time of this computer, in UTC">
                    "Time (UTC)"
                </span>
                <span class="frame-row__since" role="columnheader" aria-label="Since previous" title="Seconds since the frame before">
                    "Δ s"
                </span>
                <span class="frame-row__direction" role="columnheader" title="Direction: → to the CSMS, ← to the station">
                    <span class="frame-row__arrow" aria-hidden="true">"⇄"</span>
                    <span class="frame-row__way">"Direction"</span>
                </span>
                <Show when=move || has_stations.get()>
                    <span class="frame-row__station" role="columnheader">"Station"</span>
                </Show>
                <span class="frame-row__message" role="columnheader">"Message"</span>
                <span class="frame-row__answer" role="columnheader" aria-label="Answer after">
                    "Answer"
                    <span class="frame-row__after">" after"</span>
                </span>
                <span class="frame-row__verdict" role="columnheader">"Verdict"</span>
            </div>
        </div>
    }
}
