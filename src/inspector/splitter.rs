//! The width of the inspector, and the bar that changes it by pointer or by keys.

use leptos::prelude::*;

use crate::live::live;

use crate::browser::{geometry, storage};
use crate::text;

const NARROWEST: f64 = 24.0;
const WIDEST: f64 = 70.0;
const USUAL: f64 = 36.0;
const STEP: f64 = 2.0;

/// The width in percent of the room there is.
#[derive(Clone, Copy)]
pub(super) struct InspectorWidth(RwSignal<f64>);

impl InspectorWidth {
    /// The width of the last visit.
    pub(super) fn restored() -> Self {
        let stored = storage::read("inspector_percent").and_then(|percent| geometry::number(&percent));
        Self(RwSignal::new(clamp(stored.unwrap_or(USUAL))))
    }

    /// For the style of the region.
    pub(super) fn css(self) -> String {
        format!("{}%", text::fixed(self.0.get(), 2))
    }

    fn set(self, percent: f64) {
        let percent = clamp(percent);
        self.0.set(percent);
        storage::write("inspector_percent", &text::fixed(percent, 1));
    }
}

fn clamp(percent: f64) -> f64 {
    if percent.is_finite() { percent.clamp(NARROWEST, WIDEST) } else { USUAL }
}

/// The bar.
#[component]
pub(super) fn Splitter(
    /// What it changes.
    width: InspectorWidth,
) -> impl IntoView {
    let is_dragged = RwSignal::new(false);
    let press = move |event: leptos::ev::KeyboardEvent| {
        // The width of now: this is a handler.
        let percent = width.0.get_untracked();
        let target = match event.key().as_str() {
            "ArrowLeft" => percent + STEP,
            "ArrowRight" => percent - STEP,
            "Home" => WIDEST,
            "End" => NARROWEST,
            "Enter" => USUAL,
            _ => return,
        };
        event.prevent_default();
        width.set(target);
    };
    let grab = move |event: leptos::ev::PointerEvent| {
        event.prevent_default();
        geometry::capture_pointer(&event);
        is_dragged.set(true);
    };
    let drag = move |event: leptos::ev::PointerEvent| {
        if is_dragged.get_untracked()
            && let Some(fraction) = geometry::pointer_fraction_in_parent(&event)
        {
            width.set((1.0 - fraction) * 100.0);
        }
    };
    view! {
        <div
            class="splitter"
            role="separator"
            tabindex="0"
            aria-label="Width of the inspector"
            aria-orientation="vertical"
            aria-controls="inspector-panel"
            aria-valuemin=text::fixed(NARROWEST, 0)
            aria-valuemax=text::fixed(WIDEST, 0)
            aria-valuenow=live(move || text::fixed(width.0.get(), 0))
            data-dragged=live(move || is_dragged.get().then_some("true"))
            on:keydown=press
            on:pointerdown=grab
            on:pointermove=drag
            on:pointerup=move |_| is_dragged.set(false)
            on:pointercancel=move |_| is_dragged.set(false)
            on:dblclick=move |_| width.set(USUAL)
        ></div>
    }
}
