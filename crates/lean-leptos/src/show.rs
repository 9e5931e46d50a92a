//! A part of the page that is there or not.

use ::leptos::prelude::{ChildrenFn, IntoView, component};

use crate::live::live;
use crate::signal::Memo;

/// Shows its children while `when` is true. They are made again only when that changes.
#[component(transparent)]
pub fn Show<W>(
    /// What is shown.
    children: ChildrenFn,
    /// Whether it is.
    when: W,
) -> impl IntoView
where
    W: Fn() -> bool + Send + Sync + 'static,
{
    let is_shown = Memo::new(move |_| when());
    live(move || is_shown.get().then(|| children())).into_any()
}
