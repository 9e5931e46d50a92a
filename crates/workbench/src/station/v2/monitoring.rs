//! Monitors of variables, which are not modelled: each is refused for its own reason.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, N04.

use super::super::core::Core;
use super::super::{Answer, Request};
use super::variables::Named;
use super::{Machine, integer};
use crate::object::Object;

impl Machine {
    /// One result for each monitor, with the reason it is refused for.
    pub(super) fn set_variable_monitoring(core: &Core, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(list) = tree.get(root, "setMonitoringData") else { return Answer::NotModelled };
        let all = Self::all_variables(core);
        let results: Vec<String> = tree
            .items(list)
            .map(|item| {
                let named = Named::of(tree, item);
                let mut of_component = all.iter().filter(|(one, outlet)| named.is_component(one, *outlet)).peekable();
                let status = if of_component.peek().is_none() {
                    "UnknownComponent"
                } else if of_component.any(|(one, _)| named.is_variable(one, false)) {
                    "UnsupportedMonitorType"
                } else {
                    "UnknownVariable"
                };
                let object = Object::new()
                    .text("status", status)
                    .text("type", &tree.get_string(item, "type").unwrap_or_default())
                    .integer("severity", integer(tree, item, "severity").unwrap_or_default());
                named.mirror(object).done()
            })
            .collect();
        Answer::Payload(Object::new().list("setMonitoringResult", &results).done())
    }
}
