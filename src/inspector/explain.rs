//! What the frame means; below it, in short, its fields and its text.

use leptos::prelude::*;
use workbench::port::Detail;

use super::fields::compact_fields;
use super::raw::received_section;
use crate::blocks::blocks;
use crate::handle::Handle;

/// The tab Explain.
#[component]
pub(super) fn ExplainPanel<'a>(
    /// The frame.
    detail: &'a Detail,
) -> impl IntoView + use<> {
    let handle = Handle::from_context();
    view! {
        <div class="blocks">{blocks(handle, &detail.explain)}</div>
        {detail.fields.iter().map(compact_fields).collect_view()}
        {received_section(detail)}
    }
}
