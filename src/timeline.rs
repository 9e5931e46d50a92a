//! The frames: a grid of virtual rows that follows the end until the reader scrolls away.

mod empty;
mod header;
mod picking;
mod row;
mod scroll;

use leptos::html::Div;
use leptos::prelude::*;
use workbench::port::{Command, Motion};

use self::empty::EmptyTimeline;
use self::header::TimelineHeader;
use self::row::FrameRow;
use self::scroll::TimelineScroll;
use crate::browser::focus;
use crate::browser::keys::Key;
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The grid with what stands over it.
#[component]
pub(crate) fn Timeline() -> impl IntoView {
    let handle = Handle::from_context();
    let node = NodeRef::<Div>::new();
    let scroll = TimelineScroll::new(handle, node);
    let rows = handle.screen.rows;
    // A new filter is still being tried on what is there.
    let is_busy =
        move || handle.screen.filter.with(|filter| filter.is_active && filter.percent < 100).then_some("true");
    let press = move |event: leptos::ev::KeyboardEvent| {
        if let Some(command) = picking::command(&event, scroll.n_page_rows()) {
            handle.send(Command::Selection(command));
            event.prevent_default();
            return;
        }
        let Some(key) = Key::from_event(&event) else { return };
        if key.name == "Enter" {
            focus::focus_first(".inspector [role=tab][aria-selected=true]");
        } else if let Some(motion) = motion_from_key(&key, scroll.n_page_rows()) {
            handle.send(Command::Move(motion));
        } else {
            return;
        }
        event.prevent_default();
    };
    let active_row = move || {
        rows.with(|rows| rows.rows.iter().find(|row| row.is_current).map(|row| format!("timeline-row-{}", row.key)))
    };
    view! {
        <section class="timeline">
            <div
                class="timeline__grid"
                role="grid"
                aria-label="Timeline"
                aria-rowcount=live(move || rows.with(|rows| rows.n_total).saturating_add(1).to_string())
                aria-colcount="7"
                aria-multiselectable="true"
                aria-busy=live(is_busy)
                aria-activedescendant=live(active_row)
                data-several=live(move || rows.with(|rows| rows.selection.n_rows > 1).then_some("true"))
                tabindex="0"
                node_ref=node
                on:scroll=move |_| scroll.scrolled()
                on:keydown=press
                on:mousedown=move |event| picking::press(&event)
            >
                <TimelineHeader />
                <div class="timeline__body" role="rowgroup" style:block-size=live(move || css_px(scroll.content_px()))>
                    <div class="timeline__window" role="presentation" style:inset-block-start=live(move || css_px(scroll.window_top_px()))>
                        <For
                            each=move || rows.with(|rows| rows.rows.clone())
                            key=|row| row.key
                            children=|row| view! { <FrameRow initial=row /> }
                        />
                    </div>
                </div>
            </div>
            <EmptyTimeline />
            <NewFrames scroll=scroll />
        </section>
    }
}

fn css_px(length_px: f64) -> String {
    format!("{}px", text::fixed(length_px, 3))
}

/// The way back to the end.
#[component]
fn NewFrames(
    /// The scroll state of the grid.
    scroll: TimelineScroll,
) -> impl IntoView {
    let n_new = scroll.n_new_rows();
    let shown = move || if n_new.get() == 1 { "1 new frame".to_owned() } else { format!("{} new frames", n_new.get()) };
    let name = move || if n_new.get() == 1 { "1 new frame, go to new frames".to_owned() } else { shown() };
    view! {
        <Show when=move || { n_new.get() > 0 }>
            <button class="button button--primary timeline__new" type="button" aria-label=live(name) on:click=move |_| scroll.follow()>
                {live(shown)}
                <span aria-hidden="true">" ↓"</span>
            </button>
        </Show>
    }
}

fn motion_from_key(key: &Key, n_page_rows: i32) -> Option<Motion> {
    Some(match (key.name.as_str(), key.has_alt) {
        ("ArrowDown" | "ArrowUp", true) | ("m", false) => Motion::Paired,
        ("ArrowDown", false) => Motion::By(1),
        ("ArrowUp", false) => Motion::By(-1),
        ("PageDown", false) => Motion::By(n_page_rows),
        ("PageUp", false) => Motion::By(-n_page_rows),
        ("Home", false) => Motion::First,
        ("End", false) => Motion::Last,
        ("n", false) => Motion::NextProblem,
        ("p", false) => Motion::PreviousProblem,
        _ => return None,
    })
}
