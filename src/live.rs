//! What follows signals: see `lean-leptos`.

pub(crate) use leptos::{Live, live};
