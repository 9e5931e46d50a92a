//! The table of rules.

use leptos::prelude::*;
use workbench::port::{Command, ReplyCommand, ReplyRow};

use super::draft::Target;
use crate::browser::{clock, focus};
use crate::handle::Handle;
use crate::live::live;
use crate::text;

/// The table.
#[component]
pub(super) fn RuleTable() -> impl IntoView {
    let handle = Handle::from_context();
    let rows = move || {
        // All rows are made anew, also when one has counted a use: the keyboard stays where it was, or goes with its rule.
        focus::keep_place(".replies");
        handle.screen.replies.with(|view| {
            let n = view.rules.len();
            let row = |(index, row): (usize, &ReplyRow)| rule_row(handle, row, index == 0, index + 1 == n);
            view.rules.iter().enumerate().map(row).collect_view().into_any()
        })
    };
    view! {
        <table class="replies__table" aria-label="Reply rules">
            <thead>
                <tr>
                    <th scope="col">"Rule"</th>
                    <th scope="col">"On"</th>
                    <th scope="col">"Request"</th>
                    <th scope="col">"Answer"</th>
                    <th scope="col">"Used"</th>
                    <th scope="col"><span class="visually-hidden">"Change"</span></th>
                </tr>
            </thead>
            <tbody>{live(rows)}</tbody>
        </table>
    }
}

fn rule_row(handle: Handle, row: &ReplyRow, is_first: bool, is_last: bool) -> AnyView {
    let rule = row.rule.clone();
    let number = rule.number;
    let send = move |command: ReplyCommand| handle.send(Command::Reply(command));
    let request = if rule.action.is_empty() { "Every request".to_owned() } else { rule.action.clone() };
    let chance = (rule.percent < 100).then(|| format!("{} %", rule.percent));
    let condition = text::visible(&rule.condition).into_owned();
    let used = match (rule.most_uses, row.n_used) {
        (0, 0) => "not yet".to_owned(),
        (0, n) => n.to_string(),
        (most, n) if n >= most => format!("{n} of {most}, used up"),
        (most, n) => format!("{n} of {most}"),
    };
    let is_used_up = rule.most_uses > 0 && row.n_used >= rule.most_uses;
    let is_idle = !rule.is_on || is_used_up;
    let edit = {
        let rule = rule.clone();
        move |_| handle.reply_editor.open_rule(handle, &rule)
    };
    let remove = move |_| {
        if handle.reply_editor.target.get_untracked() == Target::Rule(number) {
            handle.reply_editor.close(handle);
        }
        send(ReplyCommand::Remove { rule: number });
        clock::before_next_paint(|| focus::focus_first(".replies__new"));
    };
    let mover = |is_up: bool, is_at_end: bool| {
        let (way, arrow) = if is_up { ("up", "↑") } else { ("down", "↓") };
        view! {
            <button
                class="button button--quiet"
                type="button"
                aria-label=format!("Move rule {number} {way}")
                aria-disabled=is_at_end.then_some("true")
                data-tool=format!("{number}-{way}")
                on:click=move |_| send(ReplyCommand::Move { rule: number, is_up })
            >
                {arrow}
            </button>
        }
    };
    view! {
        <tr data-idle=is_idle.then_some("true")>
            <td>{number.to_string()}</td>
            <td>
                <input
                    type="checkbox"
                    aria-label=format!("Rule {number} on")
                    data-tool=format!("{number}-on")
                    prop:checked=rule.is_on
                    on:change:target=move |event| send(ReplyCommand::Switch { rule: number, is_on: event.target().checked() })
                />
            </td>
            <td>
                <span class="replies__request">{text::visible(&request).into_owned()}</span>
                " "
                <code class="replies__condition"><bdi>{condition}</bdi></code>
                " "
                {chance}
            </td>
            <td>{text::visible(&row.words).into_owned()}</td>
            <td>{used}</td>
            <td class="replies__tools">
                <button class="button button--quiet" type="button" aria-label=format!("Edit rule {number}") data-tool=format!("{number}-edit") on:click=edit>"Edit"</button>
                {mover(true, is_first)}
                {mover(false, is_last)}
                <button class="button button--quiet" type="button" aria-label=format!("Delete rule {number}") data-tool=format!("{number}-delete") on:click=remove>"✕"</button>
            </td>
        </tr>
    }
    .into_any()
}
