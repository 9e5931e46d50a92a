//! The theme of the page: an attribute of the root element that the style sheets read.

use leptos::prelude::document;

use super::storage;

/// What the user chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The stored choice.
    pub(crate) fn stored() -> Self {
        match storage::read("theme").as_deref() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    /// The word stored and shown.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one the button goes to.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// Shows and remembers it.
    pub(crate) fn apply(self) {
        storage::write("theme", self.as_str());
        let Some(root) = document().document_element() else { return };
        // Setting and removing an attribute with a fixed name does not fail.
        let _ = match self {
            Self::System => root.remove_attribute("data-theme"),
            Self::Light | Self::Dark => root.set_attribute("data-theme", self.as_str()),
        };
    }
}
