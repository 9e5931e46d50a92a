//! Everything of the worker that touches the browser.

pub(crate) mod fetch;
pub(crate) mod files;
pub(crate) mod scope;
pub(crate) mod socket;
