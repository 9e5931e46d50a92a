//! One row of the timeline.

use leptos::prelude::*;
use workbench::port::{Command, Direction, RowView, SelectionCommand};

use super::picking;
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// A frame, or a connection event.
#[component]
pub(super) fn FrameRow(
    /// The row as it was when it came into sight.
    initial: RowView,
) -> impl IntoView {
    let handle = Handle::from_context();
    let key = initial.key;
    let row = handle.row(initial);
    let word = |is: bool| if is { "true" } else { "false" };
    let choose = move |event: leptos::ev::MouseEvent| {
        let how = picking::pick(&event);
        handle.send(Command::Selection(SelectionCommand::Pick { key, how }));
    };
    view! {
        <div
            class="frame-row"
            role="row"
            id=format!("timeline-row-{key}")
            aria-rowindex=live(move || row.with(|row| row.row.saturating_add(2).to_string()))
            aria-selected=live(move || word(row.with(|row| row.is_selected)))
            data-current=live(move || row.with(|row| row.is_current).then_some("true"))
            data-frame=live(move || row.with(|row| row.frame.map(|frame| frame.to_string())))
            data-direction=live(move || row.with(|row| row.direction.map(Direction::as_str)))
            data-kind=live(move || row.with(|row| row.kind.as_str()))
            data-severity=live(move || row.with(|row| row.severity.as_str()))
            data-paired=live(move || row.with(|row| row.is_paired).then_some("true"))
            data-answer=live(move || row.with(|row| row.is_answer).then_some("true"))
            on:click=choose
        >
            <span class="frame-row__number" role="gridcell">
                {live(move || row.with(|row| row.frame.map_or_else(|| "–".to_owned(), |frame| frame.to_string())))}
            </span>
            <span class="frame-row__time" role="gridcell" title=live(move || row.with(|row| row.time_full.clone()))>
                {live(move || row.with(|row| row.time.clone()))}
            </span>
            <span class="frame-row__since" role="gridcell">{live(move || row.with(|row| row.since_previous.clone()))}</span>
            <DirectionCell row=row />
            <Show when=move || handle.screen.rows.with(|rows| rows.has_stations)>
                <span class="frame-row__station" role="gridcell" title=live(move || row.with(|row| text::visible(&row.station).into_owned()))>
                    <bdi>{live(move || row.with(|row| text::visible(&row.station).into_owned()))}</bdi>
                </span>
            </Show>
            <MessageCell row=row />
            <AnswerCell row=row />
            <span class="frame-row__verdict" role="gridcell">
                <span class="verdict">{live(move || row.with(|row| row.verdict.clone()))}</span>
            </span>
        </div>
    }
}

#[component]
fn DirectionCell(
    /// The row.
    row: Memo<RowView>,
) -> impl IntoView {
    let direction = Memo::new(move |_| row.with(|row| row.direction));
    let arrow = move || match direction.get() {
        Some(Direction::ToCsms) => "→",
        Some(Direction::ToStation) => "←",
        None => "",
    };
    view! {
        <span class="frame-row__direction" role="gridcell" title=live(move || direction.get().map(Direction::label))>
            <span class="frame-row__arrow" aria-hidden="true">{live(arrow)}</span>
            <span class="frame-row__way">{live(move || direction.get().map_or("–", Direction::label))}</span>
        </span>
    }
}

#[component]
fn MessageCell(
    /// The row.
    row: Memo<RowView>,
) -> impl IntoView {
    let title = move || row.with(|row| text::visible(&row.title).into_owned());
    let summary = move || row.with(|row| text::visible(&row.summary).into_owned());
    let whole = move || format!("{} {}", title(), summary());
    view! {
        <span class="frame-row__message" role="gridcell" title=live(whole)>
            <span class="frame-row__indent" aria-hidden="true">{live(move || row.with(|row| row.is_answer).then_some("↳ "))}</span>
            // First, for a narrow cell is cut at its end.
            <Show when=move || row.with(|row| row.is_on_purpose)>
                <span class="on-purpose">"on purpose"</span>
                " "
            </Show>
            <bdi class="frame-row__title">{live(title)}</bdi>
            " "
            <bdi class="frame-row__summary">{live(summary)}</bdi>
        </span>
    }
}

/// Time to the answer; while there is none, how long it has been waited for.
#[component]
fn AnswerCell(
    /// The row.
    row: Memo<RowView>,
) -> impl IntoView {
    let handle = Handle::from_context();
    let answer = Memo::new(move |_| {
        row.with(|row| match row.waiting_since_epoch_millis {
            Some(since_millis) => text::waiting(handle.now_epoch_millis.get() - since_millis),
            None => row.answer_after.clone(),
        })
    });
    let is_waiting = move || row.with(|row| row.waiting_since_epoch_millis.is_some()).then_some("true");
    view! { <span class="frame-row__answer" role="gridcell" data-waiting=live(is_waiting)>{answer}</span> }
}
