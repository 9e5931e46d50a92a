//! Explanations as the engine writes them: callouts, headings, lists, faults, code, links.

use leptos::prelude::*;
use workbench::port::{Block, FaultView, Severity};

use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::text;

/// All blocks of a text, in order.
pub(crate) fn blocks(handle: Handle, blocks: &[Block]) -> AnyView {
    blocks.iter().map(|block| block_view(handle, block)).collect_view().into_any()
}

/// Faults, each a button that goes to its frame.
pub(crate) fn faults(handle: Handle, faults: &[FaultView]) -> AnyView {
    let item = |fault: &FaultView| {
        let frame = fault.frame;
        let pointer = if fault.pointer.is_empty() { "payload" } else { &fault.pointer };
        view! {
            <li>
                <button class="fault" type="button" data-severity=fault.severity.as_str() on:click=move |_| handle.select(frame)>
                    <Glyph icon=Icon::of_severity(fault.severity) />
                    <span class="fault__frame">{format!("#{frame}")}</span>
                    <bdi class="fault__pointer">{text::visible(pointer).into_owned()}</bdi>
                    <bdi class="fault__value">{text::visible(&fault.value).into_owned()}</bdi>
                    <span class="fault__message">{text::visible(&fault.message).into_owned()}</span>
                </button>
            </li>
        }
    };
    view! { <ul class="faults">{faults.iter().map(item).collect_view()}</ul> }.into_any()
}

fn block_view(handle: Handle, block: &Block) -> AnyView {
    match block {
        Block::Callout { severity, text, note } => callout(*severity, text, note),
        Block::Heading(words) => {
            view! { <h3 class="block-heading">{text::visible(words).into_owned()}</h3> }.into_any()
        }
        Block::Paragraph(words) => view! { <p class="block-text">{text::visible(words).into_owned()}</p> }.into_any(),
        Block::List(points) => {
            let points =
                points.iter().map(|point| view! { <li>{text::visible(point).into_owned()}</li> }).collect_view();
            view! { <ul class="block-list">{points}</ul> }.into_any()
        }
        Block::Faults(list) => faults(handle, list),
        Block::Code(code) => {
            view! { <pre class="code" tabindex="0"><code>{text::visible_lines(code).into_owned()}</code></pre> }
                .into_any()
        }
        Block::Link { href, text } => link(href, text),
    }
}

fn callout(severity: Severity, text: &str, note: &str) -> AnyView {
    let note = (!note.is_empty()).then(|| view! { <p class="callout__note">{text::visible(note).into_owned()}</p> });
    view! {
        <div class="callout" data-severity=severity.as_str()>
            <p>{text::visible(text).into_owned()}</p>
            {note}
        </div>
    }
    .into_any()
}

/// Only addresses of this page become links.
fn link(href: &str, words: &str) -> AnyView {
    let words = text::visible(words).into_owned();
    if href.starts_with("#/") {
        view! { <p class="block-text"><a href=href.to_owned()>{words}</a></p> }.into_any()
    } else {
        view! { <p class="block-text">{words}</p> }.into_any()
    }
}
