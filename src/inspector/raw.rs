//! The text of the frame, as received and laid out, with the faults marked where they stand.

use leptos::prelude::*;
use workbench::port::{Detail, Direction, Severity, Token, TokenKind};

use crate::browser::clipboard;
use crate::handle::Handle;
use crate::icons::{Glyph, Icon};
use crate::text;

/// The tab Raw.
#[component]
pub(super) fn RawPanel<'a>(
    /// The frame.
    detail: &'a Detail,
) -> impl IntoView + use<> {
    let raw = &detail.raw;
    let pretty = (!raw.pretty.is_empty()).then(|| {
        view! {
            <section class="raw">
                <RawHeading words="Laid out".to_owned() copies=joined(&raw.pretty) />
                <pre class="code" tabindex="0"><code>{tokens(&raw.pretty)}</code></pre>
            </section>
        }
    });
    let provenance = (!detail.provenance.is_empty()).then(|| {
        let sentences = detail.provenance.join(" ");
        view! { <p class="raw__note">{sentences}</p> }
    });
    let ticket = (!detail.ticket.is_empty()).then(|| {
        view! {
            <section class="raw">
                <RawHeading words="Markdown for a ticket".to_owned() copies=detail.ticket.clone() />
                <pre class="code" tabindex="0"><code>{text::visible_lines(&detail.ticket).into_owned()}</code></pre>
            </section>
        }
    });
    view! {
        {provenance}
        {received_section(detail)}
        {pretty}
        {ticket}
    }
}

/// The text as it came, or went.
pub(super) fn received_section(detail: &Detail) -> AnyView {
    let raw = &detail.raw;
    let way = match detail.direction {
        Direction::ToCsms => "sent",
        Direction::ToStation => "received",
    };
    let words = format!("As {way}, {}", exact_size(raw.n_bytes));
    let left_out = (raw.n_bytes_left_out > 0)
        .then(|| view! { <p class="raw__note">{format!("{} in the middle are left out here.", text::size(raw.n_bytes_left_out))}</p> });
    view! {
        <section class="raw">
            <RawHeading words=words copies=joined(&raw.received) />
            <pre class="code" tabindex="0"><code>{tokens(&raw.received)}</code></pre>
            {left_out}
        </section>
    }
    .into_any()
}

#[component]
fn RawHeading(
    /// Its words.
    words: String,
    /// What the button copies.
    copies: String,
) -> impl IntoView {
    let handle = Handle::from_context();
    let copy = move |_| {
        clipboard::copy(&copies, move |has_worked| {
            if has_worked {
                handle.notify(Severity::Ok, "Copied");
            } else {
                handle.notify(
                    Severity::Warning,
                    "The browser does not let this page copy. Select the text and copy it yourself.",
                );
            }
        });
    };
    view! {
        <div class="raw__head">
            <h3 class="block-heading">{words}</h3>
            <button class="button button--quiet" type="button" on:click=copy>
                <Glyph icon=Icon::Copy />
                "Copy"
            </button>
        </div>
    }
}

fn tokens(tokens: &[Token]) -> AnyView {
    tokens.iter().map(token_view).collect_view().into_any()
}

fn token_view(token: &Token) -> AnyView {
    let words = text::visible_lines(&token.text).into_owned();
    let kind = match token.kind {
        TokenKind::Plain => "plain",
        TokenKind::Key => "key",
        TokenKind::String => "string",
        TokenKind::Number => "number",
        TokenKind::Literal => "literal",
    };
    match &token.fault {
        Some(fault) => view! { <mark data-token=kind title=fault.clone()>{words}</mark> }.into_any(),
        None if token.kind == TokenKind::Plain => words.into_any(),
        None => view! { <span data-token=kind>{words}</span> }.into_any(),
    }
}

fn joined(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.text.as_str()).collect()
}

fn exact_size(n_bytes: u64) -> String {
    match n_bytes {
        1 => "1 byte".to_owned(),
        0..10_000 => format!("{n_bytes} bytes"),
        _ => format!("{} ({n_bytes} bytes)", text::size(n_bytes)),
    }
}
