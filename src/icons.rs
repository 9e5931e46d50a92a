//! The small set of icons, named by what they stand for. They never carry meaning alone.

use leptos::prelude::*;

use workbench::port::Severity;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// The frames over time.
    Timeline,
    /// What was found.
    Findings,
    /// The composer.
    Send,
    /// The station.
    Station,
    /// What is answered.
    Replies,
    /// The guide.
    Guide,
    /// The theme follows the system.
    ThemeSystem,
    /// The light theme.
    ThemeLight,
    /// The dark theme.
    ThemeDark,
    /// Close or dismiss.
    Close,
    /// Copy to the clipboard.
    Copy,
    /// All well.
    Ok,
    /// Worth knowing.
    Info,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl Icon {
    /// The icon of a severity.
    pub(crate) const fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Ok => Self::Ok,
            Severity::Info => Self::Info,
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Timeline => "M2 3.5h12M4.5 6.5H14M2 9.5h12M4.5 12.5H14",
            Self::Findings => "M3.5 14.5v-12M3.5 3h8.5l-2 3 2 3H3.5",
            Self::Send => "M2.5 8 14 2.5 11 13.5 7.5 9.5zM7.5 9.5 14 2.5",
            Self::Station => "M4 13.5v-11h5v11M2.5 13.5h8M6 5h1M9 7h1.5v4.5a1 1 0 0 0 2 0V6l-1.5-1.5",
            Self::Replies => "M6.5 3.5 2.5 7l4 3.5M2.5 7h7a4 4 0 0 1 4 4v1.5",
            Self::Guide => {
                "M8 4.2C6.5 3 4.5 2.7 2.5 3v9.5c2-.3 4 0 5.5 1.2 1.5-1.2 3.5-1.5 5.5-1.2V3C11.5 2.7 9.5 3 8 4.2zM8 4.2v9.5"
            }
            Self::ThemeSystem => "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11zM8 2.5v11M8 5h3.5M8 8h5.5M8 11h3.5",
            Self::ThemeLight => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M3.2 12.8l1.1-1.1M11.7 4.3l1.1-1.1"
            }
            Self::ThemeDark => "M13.5 9.5A5.8 5.8 0 0 1 6.5 2.5a5.8 5.8 0 1 0 7 7z",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
            Self::Ok => "M3.5 8.5l3 3 6-7",
            Self::Info => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 7.2v4M8 4.8v.4",
            Self::Warning => "M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.6v.3",
            Self::Error => "M5.5 2h5L14 5.5v5L10.5 14h-5L2 10.5v-5zM8 4.8v4M8 10.9v.3",
        }
    }
}

/// Draws an icon in the color of the text around it.
#[component]
pub(crate) fn Glyph(
    /// Which one.
    icon: Icon,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
}
