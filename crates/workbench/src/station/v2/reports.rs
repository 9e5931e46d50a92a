//! Reports of the device model: which variables there are, in parts.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, B07 and B08.

use super::super::core::Core;
use super::super::{Answer, Request};
use super::variables::{self, Definition, Named};
use super::{Machine, integer, status};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::json::Tree;

/// Variables in one `NotifyReport`.
const PART: usize = 20;

impl Machine {
    pub(super) fn get_base_report(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let base = tree.get_string(root, "reportBase").unwrap_or_default();
        let mut chosen = Self::all_variables(core);
        match base.as_ref() {
            "FullInventory" => {}
            "ConfigurationInventory" => chosen.retain(|(definition, _)| definition.is_writable()),
            // What is there, and whether it works.
            _ => chosen.retain(|(definition, _)| {
                matches!(definition.variable, "AvailabilityState" | "Problem")
                    || definition.variable == "Available"
                        && (definition.is_per_evse() || definition.component == "ChargingStation")
            }),
        }
        self.report(core, now, request, &chosen)
    }

    pub(super) fn get_report(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let mut chosen = Self::all_variables(core);
        if let Some(list) = tree.get(root, "componentVariable") {
            let named: Vec<Named<'_>> = tree.items(list).map(|item| Named::of(tree, item)).collect();
            chosen.retain(|(definition, outlet)| {
                named.iter().any(|named| {
                    // A component without an EVSE stands for those of all EVSEs.
                    (named.is_component(definition, *outlet) || named.is_component(definition, None))
                        && named.is_variable(definition, true)
                })
            });
        }
        if let Some(list) = tree.get(root, "componentCriteria") {
            let criteria: Vec<_> = tree.items(list).filter_map(|item| tree.string(item)).collect();
            let all = Self::all_variables(core);
            let holds = |criterion: &str, component: &Definition, at: Option<u8>| {
                let found = all.iter().find(|(definition, outlet)| {
                    definition.component == component.component && *outlet == at && definition.variable == criterion
                });
                // What does not say that it is inactive, absent or disabled is not; what names no problem has none.
                found.map_or(criterion != "Problem", |(definition, outlet)| {
                    self.value_of(core, now, definition, *outlet) == "true"
                })
            };
            chosen
                .retain(|(definition, outlet)| criteria.iter().any(|criterion| holds(criterion, definition, *outlet)));
        }
        self.report(core, now, request, &chosen)
    }

    /// Answers, and sends the parts.
    fn report(
        &mut self,
        core: &mut Core,
        now: EpochMillis,
        request: Request<'_>,
        chosen: &[(Definition, Option<u8>)],
    ) -> Answer {
        if chosen.is_empty() {
            return status("EmptyResultSet");
        }
        let request_id = request_id(request.tree, request);
        self.last_request_id = Some(request_id);
        let n_parts = chosen.len().div_ceil(PART);
        for (part, seq_no) in chosen.chunks(PART).zip(0_i64..) {
            let data: Vec<String> = part
                .iter()
                .map(|(definition, outlet)| {
                    let value = definition.is_readable().then(|| self.value_of(core, now, definition, *outlet));
                    let attribute = Object::new()
                        .text("type", "Actual")
                        .maybe(value, |object, value| object.text("value", &value))
                        .text("mutability", definition.mutability())
                        .flag("persistent", definition.is_writable())
                        .done();
                    Object::new()
                        .raw("component", &variables::component_json(definition, *outlet))
                        .raw("variable", &variables::variable_json(definition))
                        .list("variableAttribute", &[attribute])
                        .raw("variableCharacteristics", &definition.characteristics())
                        .done()
                })
                .collect();
            let payload = Object::new()
                .integer("requestId", request_id)
                .instant("generatedAt", core.clock(now))
                .list("reportData", &data)
                .flag("tbc", (seq_no as usize) + 1 < n_parts)
                .integer("seqNo", seq_no)
                .done();
            Self::tell(core, "NotifyReport", payload);
        }
        status("Accepted")
    }
}

/// `requestId` of a request.
pub(super) fn request_id(tree: &Tree<'_>, request: Request<'_>) -> i64 {
    integer(tree, request.root, "requestId").unwrap_or_default()
}
