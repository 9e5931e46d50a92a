//! Messages for the display: kept and told, never shown.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, O01 to O06.

use super::super::core::Core;
use super::super::{Answer, Request};
use super::{Machine, integer, status};
use crate::object::Object;
use crate::port::Severity;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use serde::{Deserialize, Serialize};

/// Most messages, as `DisplayMessageCtrlr.DisplayMessages` says.
const MOST: usize = 10;

/// The priority that only one message has.
const ALWAYS_FRONT: &str = "AlwaysFront";

/// A message for the display.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Message {
    id: i64,
    priority: String,
    state: Option<String>,
    /// It goes with this transaction.
    transaction: Option<String>,
    /// It goes then, by the station's clock.
    until: Option<EpochMillis>,
    /// As it came, which fits the schema.
    json: String,
}

impl Machine {
    pub(super) fn set_display_message(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(message) = tree.get(root, "message") else { return Answer::NotModelled };
        let content = tree.get(message, "message");
        let format = content.and_then(|content| tree.get_string(content, "format"));
        if !matches!(format.as_deref(), Some("ASCII" | "UTF8")) {
            return status("NotSupportedMessageFormat");
        }
        if tree.get_string(message, "transactionId").is_some_and(|id| self.outlet_with(&id).is_none()) {
            return status("UnknownTransaction");
        }
        let id = integer(tree, message, "id").unwrap_or_default();
        let priority = tree.get_string(message, "priority").unwrap_or_default().into_owned();
        let until = tree.get_string(message, "endDateTime").and_then(|text| date_time::parse(&text));
        let until = until.map(|at| at.epoch_millis as f64);
        let is_front = priority == ALWAYS_FRONT;
        // There is one message that is always in front: the new one.
        let gives_way = |one: &Message| one.id == id || is_front && one.priority == ALWAYS_FRONT;
        let is_new = !self.display.iter().any(gives_way);
        if is_new && self.display.len() >= MOST {
            return status("Rejected");
        }
        let text = content.and_then(|content| tree.get_string(content, "content")).unwrap_or_default();
        core.note(Severity::Info, format!("The CSMS set display message {id}: {text}"));
        self.display.retain(|one| !gives_way(one));
        self.display.push(Message {
            id,
            priority,
            state: tree.get_string(message, "state").map(std::borrow::Cow::into_owned),
            transaction: tree.get_string(message, "transactionId").map(std::borrow::Cow::into_owned),
            until,
            json: tree.raw(message).to_owned(),
        });
        status("Accepted")
    }

    pub(super) fn get_display_messages(&mut self, core: &mut Core, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let ids: Option<Vec<i64>> =
            tree.get(root, "id").map(|list| tree.items(list).filter_map(|id| tree.integer(id)).collect());
        let (priority, state) = (tree.get_string(root, "priority"), tree.get_string(root, "state"));
        let chosen: Vec<&Message> = self
            .display
            .iter()
            .filter(|message| {
                ids.as_ref().is_none_or(|ids| ids.contains(&message.id))
                    && priority.as_ref().is_none_or(|priority| *priority == message.priority)
                    && (state.is_none() || message.state.as_deref() == state.as_deref())
            })
            .collect();
        if chosen.is_empty() {
            return status("Unknown");
        }
        let request_id = integer(tree, root, "requestId").unwrap_or_default();
        for (index, message) in chosen.iter().enumerate() {
            let payload = Object::new()
                .integer("requestId", request_id)
                .list("messageInfo", std::slice::from_ref(&message.json))
                .flag("tbc", index + 1 < chosen.len())
                .done();
            Self::tell(core, "NotifyDisplayMessages", payload);
        }
        self.last_request_id = Some(request_id);
        status("Accepted")
    }

    /// Messages of a transaction that has ended are gone (O02.FR.02).
    pub(super) fn forget_messages_of(&mut self, transaction: &str) {
        self.display.retain(|message| message.transaction.as_deref() != Some(transaction));
    }

    /// Messages whose time is over are gone (O01.FR.07).
    pub(super) fn forget_old_messages(&mut self, core: &Core, now: EpochMillis) {
        let clock = core.clock(now);
        self.display.retain(|message| message.until.is_none_or(|until| clock < until));
    }

    /// When the time of a message is over.
    pub(super) fn next_old_message(&self, core: &Core) -> Option<EpochMillis> {
        self.display.iter().filter_map(|message| message.until).reduce(f64::min).map(|until| until - core.ahead_millis)
    }

    pub(super) fn clear_display_message(&mut self, request: Request<'_>) -> Answer {
        let id = integer(request.tree, request.root, "id").unwrap_or_default();
        let before = self.display.len();
        self.display.retain(|message| message.id != id);
        status(if self.display.len() < before { "Accepted" } else { "Unknown" })
    }
}
