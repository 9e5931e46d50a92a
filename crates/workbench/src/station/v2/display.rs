//! Messages for the display: kept and told, never shown.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, O01 to O06.

use super::super::core::Core;
use super::super::{Answer, Request};
use super::{Machine, integer, status};
use crate::object::Object;
use crate::port::Severity;
use serde::{Deserialize, Serialize};

/// Most messages, as `DisplayMessageCtrlr.DisplayMessages` says.
const MOST: usize = 10;

/// A message for the display.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Message {
    id: i64,
    priority: String,
    state: Option<String>,
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
        let is_new = self.display.iter().all(|one| one.id != id);
        if is_new && self.display.len() >= MOST {
            return status("Rejected");
        }
        let text = content.and_then(|content| tree.get_string(content, "content")).unwrap_or_default();
        core.note(Severity::Info, format!("The CSMS set display message {id}: {text}"));
        self.display.retain(|one| one.id != id);
        self.display.push(Message {
            id,
            priority: tree.get_string(message, "priority").unwrap_or_default().into_owned(),
            state: tree.get_string(message, "state").map(std::borrow::Cow::into_owned),
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

    pub(super) fn clear_display_message(&mut self, request: Request<'_>) -> Answer {
        let id = integer(request.tree, request.root, "id").unwrap_or_default();
        let before = self.display.len();
        self.display.retain(|message| message.id != id);
        status(if self.display.len() < before { "Accepted" } else { "Unknown" })
    }
}
