//! The addresses of the views, `#/timeline?filter=…&frame=213`. Unknown addresses are the timeline.

use workbench::port::FrameNumber;

use crate::browser::address::{decode, encode};

/// What the middle of the page shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum View {
    /// The frames.
    #[default]
    Timeline,
    /// What was found, by rule.
    Findings,
    /// The frames and the composer.
    Send,
    /// The frames and the station.
    Station,
    /// What is answered to the CSMS.
    Replies,
    /// A page of the guide; empty is its index.
    Guide(String),
}

/// A view with what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    /// The view.
    pub(crate) view: View,
    /// Text of the filter; only the timeline's address carries it.
    pub(crate) filter: String,
    /// Selected frame; only the timeline's address carries it.
    pub(crate) frame: Option<FrameNumber>,
}

impl Address {
    /// Reads a fragment without its `#`.
    pub(crate) fn from_fragment(fragment: &str) -> Self {
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let path = path.trim_matches('/');
        if let Some(page) = path.strip_prefix("guide") {
            return Self { view: View::Guide(decode(page.trim_matches('/'))), ..Self::default() };
        }
        match path {
            "findings" => Self { view: View::Findings, ..Self::default() },
            "replies" => Self { view: View::Replies, ..Self::default() },
            "station" => Self { view: View::Station, ..Self::default() },
            "send" => Self { view: View::Send, ..Self::default() },
            _ => Self::timeline_from_query(query),
        }
    }

    fn timeline_from_query(query: &str) -> Self {
        let mut address = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=') {
                Some(("filter", value)) => address.filter = decode(value),
                Some(("frame", value)) => address.frame = value.parse().ok(),
                _ => {}
            }
        }
        address
    }

    /// The fragment without its `#`.
    pub(crate) fn to_fragment(&self) -> String {
        match &self.view {
            View::Findings => "/findings".to_owned(),
            View::Send => "/send".to_owned(),
            View::Replies => "/replies".to_owned(),
            View::Station => "/station".to_owned(),
            View::Guide(page) if page.is_empty() => "/guide".to_owned(),
            View::Guide(page) => format!("/guide/{page}"),
            View::Timeline => {
                let filter = (!self.filter.is_empty()).then(|| format!("filter={}", encode(&self.filter)));
                let frame = self.frame.map(|frame| format!("frame={frame}"));
                let query: Vec<String> = filter.into_iter().chain(frame).collect();
                if query.is_empty() { "/timeline".to_owned() } else { format!("/timeline?{}", query.join("&")) }
            }
        }
    }
}
