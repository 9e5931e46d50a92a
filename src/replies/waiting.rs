//! The calls that wait for the user: their list in the view, and word of them anywhere else.

use leptos::prelude::*;
use workbench::port::{Command, ReplyAnswer, ReplyCommand, WaitingCall};

use super::draft::Target;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::live::live;
use crate::route::View;
use crate::text;

/// The calls with their countdowns and what can be done about them.
#[component]
pub(super) fn WaitingCalls() -> impl IntoView {
    let handle = Handle::from_context();
    let replies = handle.screen.replies;
    let waiting = Memo::new(move |_| replies.with(|view| view.waiting.clone()));
    // Spoken when it changes, which the countdown must not be.
    let said = move || match waiting.with(Vec::len) {
        0 => String::new(),
        n => format!("{} for your answer", text::count(n as u32, "call waits", "calls wait")),
    };
    view! {
        <p class="visually-hidden" role="status" aria-label="Calls waiting">{live(said)}</p>
        <ul class="replies__waiting" aria-label="Waiting calls" hidden=live(move || waiting.with(Vec::is_empty))>
            // By their numbers: a button must not become that of the next call under the finger.
            <For each=move || waiting.get() key=|call| call.number children=move |call| call_view(handle, &call) />
        </ul>
    }
}

fn call_view(handle: Handle, call: &WaitingCall) -> AnyView {
    let (number, frame, until) = (call.number, call.frame, call.until_epoch_millis);
    let action = call.action.clone();
    let left = move || text::seconds((until - handle.now_epoch_millis.get()) / 1_000.0);
    let answer = move |answer: ReplyAnswer| {
        if handle.reply_editor.target.get_untracked() == Target::Call(number) {
            handle.reply_editor.close(handle);
        }
        handle.send(Command::Reply(ReplyCommand::Answer { call: number, answer }));
    };
    let open = {
        let action = action.clone();
        move |_| handle.reply_editor.open_call(handle, number, &action)
    };
    view! {
        <li class="waiting-call">
            <button class="waiting-call__frame" id=format!("waiting-{number}") type="button" title="Show in the inspector" on:click=move |_| handle.select(frame)>
                {format!("#{frame} {}", text::visible(&action))}
            </button>
            <code class="waiting-call__payload"><bdi>{text::visible(&call.payload).into_owned()}</bdi></code>
            <span class="waiting-call__left" role="timer" aria-label="Time left">{live(left)}</span>
            <button class="button button--primary" type="button" aria-describedby=format!("waiting-{number}") on:click=open>"Choose answer"</button>
            <button class="button" type="button" aria-describedby=format!("waiting-{number}") on:click=move |_| answer(ReplyAnswer::Automatic)>"Automatic"</button>
            <button class="button" type="button" aria-describedby=format!("waiting-{number}") on:click=move |_| answer(ReplyAnswer::Silence)>"No answer"</button>
        </li>
    }
    .into_any()
}

/// Says in every other view that a call waits.
#[component]
pub(crate) fn WaitingAlert() -> impl IntoView {
    let handle = Handle::from_context();
    // The countdown moves outside of what is spoken.
    let first = Memo::new(move |_| {
        let is_elsewhere = handle.view.with(|view| *view != View::Replies);
        handle.screen.replies.with(|view| {
            let first = view.waiting.first().filter(|_| is_elsewhere)?;
            Some((first.action.clone(), first.until_epoch_millis, view.waiting.len()))
        })
    });
    live(move || {
        first.get().map(|(action, until, n)| {
            let left = move || text::seconds((until - handle.now_epoch_millis.get()) / 1_000.0);
            let action = text::visible(&action).into_owned();
            let words = match n {
                1 => format!("{action} waits for your answer"),
                n => format!("{action} and {} more wait for your answer", n - 1),
            };
            view! {
                <div class="banner waiting-alert" data-severity="warning">
                    <Glyph icon=Icon::Replies />
                    <p class="banner__title" role="status">{words}</p>
                    <span aria-hidden="true">{live(left)}</span>
                    <a class="button" href="#/replies">"Answer"</a>
                </div>
            }
        })
    })
    .into_any()
}
