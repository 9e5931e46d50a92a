//! The condition of a rule: terms of the filter, asked of one request.

use crate::port::{Direction, RowKind, Severity};
use crate::query::{self, Facts, Pattern, Query};
use crate::records::Ingested;
use std::borrow::Cow;

/// Reads a condition; the empty text holds for every request. What a filter asks of a row beyond the frame is refused,
/// because nothing of it is known when a request has just arrived.
///
/// # Errors
/// What is wrong and what to write, without a full stop.
pub(super) fn read(text: &str) -> Result<Query, String> {
    let query = query::parse(text).map_err(|issue| issue.message)?;
    if query.is_of_frame() {
        Ok(query)
    } else {
        Err("It can ask for what stands in the request only, such as idTag=ABC, connectorId>1 or ..value~x".to_owned())
    }
}

/// The condition holds for a request.
pub(super) fn holds(condition: &Query, call: &Ingested, text: &str) -> bool {
    condition.is_everything() || condition.matches(&Request { call, text })
}

struct Request<'r> {
    call: &'r Ingested,
    text: &'r str,
}

impl Facts for Request<'_> {
    fn kind(&self) -> RowKind {
        RowKind::Call
    }

    fn direction(&self) -> Option<Direction> {
        Some(Direction::ToStation)
    }

    fn severity(&self) -> Severity {
        Severity::Ok
    }

    fn frame(&self) -> Option<u32> {
        Some(self.call.frame)
    }

    fn action(&self) -> &str {
        &self.call.action
    }

    fn message_id(&self) -> &str {
        self.call.message_id.as_deref().unwrap_or_default()
    }

    fn error_code(&self) -> &'static str {
        ""
    }

    fn is_unanswered(&self) -> bool {
        false
    }

    fn latency_millis(&self) -> Option<u32> {
        None
    }

    fn raw(&self) -> &str {
        self.text
    }

    fn row_text(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }

    fn has_rule(&self, _: &Pattern) -> bool {
        false
    }

    fn station(&self) -> &'static str {
        ""
    }

    fn at(&self) -> f64 {
        0.0
    }

    fn pair(&self) -> Option<u32> {
        None
    }

    fn partner_raw(&self) -> Option<(&str, RowKind)> {
        None
    }
}
