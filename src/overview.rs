//! Traffic over time: up is to the CSMS, down to the station. A click goes to the first frame of that moment.

use std::fmt::Write as _;

use leptos::html::Div;
use leptos::prelude::*;
use workbench::port::{Bucket, Direction, FrameNumber, Overview, Severity};
use workbench::query;

use crate::browser::{clock, geometry};
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// Height of half the picture in its own units.
const HALF: u32 = 100;
const LAYERS: [(Direction, Severity); 6] = [
    (Direction::ToCsms, Severity::Ok),
    (Direction::ToStation, Severity::Ok),
    (Direction::ToCsms, Severity::Warning),
    (Direction::ToStation, Severity::Warning),
    (Direction::ToCsms, Severity::Error),
    (Direction::ToStation, Severity::Error),
];

/// The strip.
#[component]
pub(crate) fn OverviewStrip() -> impl IntoView {
    let handle = Handle::from_context();
    let overview = handle.screen.overview;
    let node = NodeRef::<Div>::new();
    // Where the pointer went down and where it is, as parts of the strip's width.
    let brush = RwSignal::new(None::<(f64, f64)>);
    let fraction_of = move |event: &leptos::ev::PointerEvent| {
        node.get_untracked().map(|strip| geometry::pointer_fraction_x(&strip, event.client_x()))
    };
    let down = move |event: leptos::ev::PointerEvent| {
        if let Some(fraction) = fraction_of(&event) {
            geometry::capture_pointer(&event);
            brush.set(Some((fraction, fraction)));
        }
    };
    let drag = move |event: leptos::ev::PointerEvent| {
        if let (Some((start, _)), Some(fraction)) = (brush.get_untracked(), fraction_of(&event)) {
            brush.set(Some((start, fraction)));
        }
    };
    let up = move |_| {
        let Some((start, end)) = brush.get_untracked() else { return };
        brush.set(None);
        if (end - start).abs() * 100.0 < 1.0 {
            // A click goes there.
            if let Some(frame) = overview.with_untracked(|overview| frame_at(overview, end)) {
                handle.select(frame);
            }
        } else if let Some(term) =
            overview.with_untracked(|overview| span_term(overview, start.min(end), start.max(end)))
        {
            let text = handle.filter_text.get_untracked();
            handle.filter(query::and(&text, &term, false));
        }
    };
    let layers = LAYERS
        .into_iter()
        .map(|(direction, severity)| {
            let path = Memo::new(move |_| overview.with(|overview| bars(&overview.buckets, direction, severity)));
            view! { <path class="overview__bars" data-direction=direction.as_str() data-severity=severity.as_str() d=path></path> }
        })
        .collect_view();
    let view_box = move || overview.with(|overview| format!("0 0 {} {}", overview.buckets.len().max(1), HALF * 2));
    let labels = move || {
        overview
            .with(|overview| overview.labels.iter().map(|label| view! { <span>{label.clone()}</span> }).collect_view())
    };
    view! {
        <div class="overview" role="img" aria-label="Traffic over time" title="Traffic over time: up to the CSMS, down to the station. Click to go there, drag to see a span only." on:pointerdown=down on:pointermove=drag on:pointerup=up on:pointercancel=move |_| brush.set(None)>
            <div class="overview__plot" node_ref=node>
                <svg class="overview__picture" viewBox=live(view_box) preserveAspectRatio="none" aria-hidden="true">{layers}</svg>
                <Window />
                <Brush brush=brush />
            </div>
            <div class="overview__labels" aria-hidden="true">{live(labels)}</div>
            <Show when=move || overview.with(|overview| overview.buckets.is_empty())>
                <p class="overview__none">"Traffic over time"</p>
            </Show>
        </div>
    }
}

/// The part the timeline shows.
#[component]
fn Window() -> impl IntoView {
    let handle = Handle::from_context();
    let part = Memo::new(move |_| {
        handle.screen.overview.with(|overview| {
            let n_buckets = overview.buckets.len() as f64;
            let (first, last) = overview.window?;
            let start = f64::from(first) / n_buckets * 100.0;
            Some((start, (f64::from(last) + 1.0) / n_buckets * 100.0 - start))
        })
    });
    let start = move || format!("{}%", text::fixed(part.get().unwrap_or_default().0, 3));
    let width = move || format!("{}%", text::fixed(part.get().unwrap_or_default().1, 3));
    view! {
        <Show when=move || part.get().is_some()>
            <div class="overview__window" style:inset-inline-start=live(start) style:inline-size=live(width)></div>
        </Show>
    }
}

/// The part that is being marked.
#[component]
fn Brush(
    /// Its two ends.
    brush: RwSignal<Option<(f64, f64)>>,
) -> impl IntoView {
    let percent = |part: f64| format!("{}%", text::fixed(part * 100.0, 2));
    let start = move || brush.get().map(|(a, b)| percent(a.min(b))).unwrap_or_default();
    let width = move || brush.get().map(|(a, b)| percent((a - b).abs())).unwrap_or_default();
    view! {
        <Show when=move || brush.get().is_some()>
            <div class="overview__brush" style:inset-inline-start=live(start) style:inline-size=live(width)></div>
        </Show>
    }
}

/// The term of the filter for a part of the strip; `None` while nothing is known of its times.
fn span_term(overview: &Overview, from: f64, to: f64) -> Option<String> {
    let (start, end) = overview.span_epoch_millis?;
    let at = |fraction: f64| clock::iso(start + (end - start) * fraction);
    Some(format!("time>={} time<={}", at(from)?, at(to)?))
}

/// All bars of one direction and severity as one path, a unit wide each.
fn bars(buckets: &[Bucket], direction: Direction, severity: Severity) -> String {
    let highest = buckets.iter().map(|bucket| bucket.n_to_csms.max(bucket.n_to_station)).max().unwrap_or(0).max(1);
    let mut path = String::new();
    for (index, bucket) in buckets.iter().enumerate() {
        let is_of_layer = match severity {
            Severity::Ok | Severity::Info => bucket.severity <= Severity::Info,
            _ => bucket.severity == severity,
        };
        let n = match direction {
            Direction::ToCsms => bucket.n_to_csms,
            Direction::ToStation => bucket.n_to_station,
        };
        if !is_of_layer || n == 0 {
            continue;
        }
        // The square root keeps a single frame visible beside a burst.
        let height = (f64::from(n) / f64::from(highest)).sqrt() * f64::from(HALF - 6);
        let signed = if direction == Direction::ToCsms { -height } else { height };
        // Writing to a string does not fail.
        let _ = write!(path, "M{index}.1 {HALF}h.7v{}h-.7z", text::fixed(signed, 1));
    }
    path
}

/// The first frame of the bucket under the pointer, or of the nearest that is not empty.
fn frame_at(overview: &Overview, fraction: f64) -> Option<FrameNumber> {
    let at = (fraction * overview.buckets.len() as f64) as usize;
    let filled = overview.buckets.iter().enumerate().filter(|(_, bucket)| bucket.first_frame > 0);
    filled.min_by_key(|(index, _)| index.abs_diff(at)).map(|(_, bucket)| bucket.first_frame)
}
