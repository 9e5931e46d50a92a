//! The device model: which variables the station has, their values, and the requests that read and set them.
//!
//! The variables stand in `catalogue.txt`, one to a line: component, variable, instance, type, access, value, unit,
//! limits. `=` is a value that is looked up, `@` the list of measurands.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2 chapter "Referenced Components and Variables"; the component and variable names of its
//! appendices.

use super::super::core::Core;
use super::super::{Answer, Request};
use super::{Machine, integer, texts};
use crate::object::{self, Object};
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree, quote};
use ocpp_wire::number;
use serde::{Deserialize, Serialize};

const CATALOGUE: &str = include_str!("catalogue.txt");

/// Measurands that the meter can tell.
pub(super) const MEASURANDS: &str = "Energy.Active.Import.Register,Power.Active.Import,Power.Offered,Power.Factor,Current.Import,Current.Offered,Voltage,Frequency,SoC";

/// Most items of one request, as the variables `ItemsPerMessage` say.
const MOST_ITEMS: usize = 100;

/// Most characters of a value that can be set, as `ConfigurationValueSize` says.
const MOST_CHARS: usize = 1_000;

/// A variable as the catalogue has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub component: &'static str,
    pub variable: &'static str,
    /// Instance of the variable; empty when it has none.
    pub instance: &'static str,
    kind: &'static str,
    access: &'static str,
    value: &'static str,
    unit: &'static str,
    /// `least..most`, or a list of values.
    limits: &'static str,
}

/// All variables.
pub(super) fn definitions() -> impl Iterator<Item = Definition> {
    CATALOGUE.lines().map(|line| {
        let mut cells = line.split('|');
        let mut cell = || cells.next().unwrap_or_default();
        Definition {
            component: cell(),
            variable: cell(),
            instance: cell(),
            kind: cell(),
            access: cell(),
            value: cell(),
            unit: cell(),
            limits: match cell() {
                "@" => MEASURANDS,
                limits => limits,
            },
        }
    })
}

impl Definition {
    /// `Component.Variable`, with `[Instance]` if it has one.
    fn key(&self) -> String {
        let Self { component, variable, instance, .. } = self;
        if instance.is_empty() {
            format!("{component}.{variable}")
        } else {
            format!("{component}.{variable}[{instance}]")
        }
    }

    fn has_key(&self, key: &str) -> bool {
        key.strip_prefix(self.component).and_then(|rest| rest.strip_prefix('.')).is_some_and(|rest| {
            match rest.strip_suffix(']').and_then(|rest| rest.split_once('[')) {
                Some((variable, instance)) => variable == self.variable && instance == self.instance,
                None => rest == self.variable && self.instance.is_empty(),
            }
        })
    }

    /// It can be set.
    pub(super) fn is_writable(&self) -> bool {
        self.access != "R"
    }

    /// It can be read.
    pub(super) fn is_readable(&self) -> bool {
        self.access != "X"
    }

    /// There is one for each EVSE.
    pub(super) fn is_per_evse(&self) -> bool {
        matches!(self.component, "EVSE" | "Connector")
    }

    fn range(&self) -> Option<(i64, i64)> {
        let (least, most) = self.limits.split_once("..")?;
        Some((least.parse().ok()?, most.parse().ok()?))
    }

    /// The value may be given to it.
    pub(super) fn admits(&self, value: &str) -> bool {
        let is_within =
            |value: f64| self.range().is_none_or(|(least, most)| value >= least as f64 && value <= most as f64);
        match self.kind {
            "b" => matches!(value, "true" | "false"),
            "i" => value.parse::<i32>().is_ok_and(|value| is_within(f64::from(value))),
            "d" => number::parse(value).is_some_and(is_within),
            "t" => date_time::parse(value).is_some(),
            "O" => self.limits.split(',').any(|choice| choice == value),
            "M" | "S" => {
                let mut seen: Vec<&str> = Vec::new();
                value.is_empty()
                    || value.split(',').all(|item| {
                        let is_new = !seen.contains(&item);
                        seen.push(item);
                        is_new && self.limits.split(',').any(|choice| choice == item)
                    })
            }
            _ => is_within(value.chars().count() as f64),
        }
    }

    /// `variableCharacteristics` of a report.
    pub(super) fn characteristics(&self) -> String {
        let kind = match self.kind {
            "b" => "boolean",
            "i" => "integer",
            "d" => "decimal",
            "t" => "dateTime",
            "O" => "OptionList",
            "M" => "MemberList",
            "S" => "SequenceList",
            _ => "string",
        };
        let range = self.range();
        let is_number = matches!(self.kind, "i" | "d");
        Object::new()
            .maybe(Some(self.unit).filter(|unit| !unit.is_empty()), |object, unit| object.text("unit", unit))
            .text("dataType", kind)
            .maybe(range.filter(|_| is_number), |object, (least, _)| object.integer("minLimit", least))
            .maybe(range, |object, (_, most)| object.integer("maxLimit", most))
            .maybe(Some(self.limits).filter(|limits| range.is_none() && !limits.is_empty()), |object, limits| {
                object.text("valuesList", limits)
            })
            .flag("supportsMonitoring", false)
            .done()
    }

    /// Word of the specification for who may do what.
    pub(super) fn mutability(&self) -> &'static str {
        match self.access {
            "R" => "ReadOnly",
            "X" => "WriteOnly",
            _ => "ReadWrite",
        }
    }
}

/// Values that were set, by [`Definition::key`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Variables(Vec<(String, String)>);

impl Variables {
    /// The usual values but for these. What no variable admits is left out and returned.
    pub(super) fn new(differing: &[(String, String)]) -> (Self, Vec<String>) {
        let mut refused = Vec::new();
        let mut variables = Self::default();
        for (key, value) in differing {
            match definitions().find(|definition| definition.has_key(key)) {
                Some(definition) if definition.access == "W" && definition.admits(value) => {
                    variables.set(&definition, value);
                }
                _ => refused.push(key.clone()),
            }
        }
        (variables, refused)
    }

    /// Sets it without asking whether it may be. A password is not kept.
    pub(super) fn set(&mut self, definition: &Definition, value: &str) {
        if !definition.is_readable() {
            return;
        }
        match self.0.iter_mut().find(|(key, _)| definition.has_key(key)) {
            Some((_, old)) => value.clone_into(old),
            None => self.0.push((definition.key(), value.to_owned())),
        }
    }

    /// The value that was set, if one was.
    pub(super) fn set_value(&self, key: &str) -> Option<&str> {
        self.0.iter().find(|(set, _)| set == key).map(|(_, value)| value.as_str())
    }

    /// The value in force, as text.
    pub(super) fn text(&self, key: &str) -> &str {
        self.set_value(key).unwrap_or_else(|| {
            definitions().find(|definition| definition.has_key(key)).map_or("", |definition| definition.value)
        })
    }

    /// The value of a boolean.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    /// The value of an integer that is not negative.
    pub(super) fn count(&self, key: &str) -> u32 {
        self.text(key).parse().unwrap_or_default()
    }
}

/// A component and a variable that a request names.
pub(super) struct Named<'t> {
    pub component: Option<NodeId>,
    pub variable: Option<NodeId>,
    tree: &'t Tree<'t>,
}

impl<'t> Named<'t> {
    pub(super) fn of(tree: &'t Tree<'t>, item: NodeId) -> Self {
        Self { component: tree.get(item, "component"), variable: tree.get(item, "variable"), tree }
    }

    fn string(&self, node: Option<NodeId>, name: &str) -> String {
        node.and_then(|node| self.tree.get_string(node, name)).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    fn evse(&self, name: &str) -> Option<i64> {
        integer(self.tree, self.tree.get(self.component?, "evse")?, name)
    }

    /// The definition is of the component named, at this outlet when there is one for each.
    pub(super) fn is_component(&self, definition: &Definition, outlet: Option<u8>) -> bool {
        let is_instance_named = self.component.is_some_and(|node| self.tree.get(node, "instance").is_some());
        let (evse, connector) = (self.evse("id"), self.evse("connectorId"));
        let is_there = match outlet {
            None => evse.is_none(),
            Some(number) => {
                evse == Some(number.into())
                    && if definition.component == "Connector" { connector == Some(1) } else { connector.is_none() }
            }
        };
        !is_instance_named && is_there && self.string(self.component, "name").eq_ignore_ascii_case(definition.component)
    }

    /// The definition is of the variable named; without an instance when `any_instance` it is any.
    pub(super) fn is_variable(&self, definition: &Definition, any_instance: bool) -> bool {
        let Some(variable) = self.variable else { return true };
        let is_instance_named = self.tree.get(variable, "instance").is_some();
        self.string(Some(variable), "name").eq_ignore_ascii_case(definition.variable)
            && (self.string(Some(variable), "instance").eq_ignore_ascii_case(definition.instance)
                || any_instance && !is_instance_named)
    }

    /// Component and variable as they were named, for an answer.
    pub(super) fn mirror(&self, object: Object) -> Object {
        let named = |node: Option<NodeId>| {
            let instance = node.and_then(|node| self.tree.get_string(node, "instance"));
            let evse = node.and_then(|node| self.tree.get(node, "evse"));
            let evse = evse.map(|evse| {
                let connector = integer(self.tree, evse, "connectorId");
                Object::new()
                    .integer("id", integer(self.tree, evse, "id").unwrap_or_default())
                    .maybe(connector, |object, connector| object.integer("connectorId", connector))
                    .done()
            });
            Object::new()
                .text("name", &self.string(node, "name"))
                .maybe(instance, |object, instance| object.text("instance", &instance))
                .maybe(evse, |object, evse| object.raw("evse", &evse))
                .done()
        };
        object.raw("component", &named(self.component)).raw("variable", &named(self.variable))
    }
}

impl Machine {
    /// All variables with the outlet they are at.
    pub(super) fn all_variables(core: &Core) -> Vec<(Definition, Option<u8>)> {
        let mut all = Vec::new();
        for definition in definitions() {
            if definition.is_per_evse() {
                all.extend(core.outlets.iter().map(|outlet| (definition, Some(outlet.number))));
            } else {
                all.push((definition, None));
            }
        }
        all
    }

    /// The value of a variable as it would be told.
    pub(super) fn value_of(
        &self,
        core: &Core,
        now: EpochMillis,
        definition: &Definition,
        outlet: Option<u8>,
    ) -> String {
        if let Some(value) = self.variables.set_value(&definition.key()) {
            return value.to_owned();
        }
        if definition.value != "=" {
            return definition.value.to_owned();
        }
        let setup = &core.setup;
        match definition.variable {
            "AvailabilityState" => match outlet {
                Some(number) => self.status(core, number).to_owned(),
                None => self.station_status(core).to_owned(),
            },
            "Problem" => {
                let mut outlets = core.outlets.iter().filter(|one| outlet.is_none_or(|number| one.number == number));
                outlets.any(|outlet| outlet.fault.is_some()).to_string()
            }
            "Model" => setup.model.clone(),
            "VendorName" => setup.vendor.clone(),
            "SerialNumber" => setup.serial.clone(),
            "FirmwareVersion" => setup.firmware.clone(),
            "Power" => object::decimal(
                outlet.and_then(|number| core.outlet(number)).map_or(0.0, super::super::outlet::Outlet::power_w),
                1,
            ),
            "DateTime" => date_time::format_utc(core.clock(now) as i64),
            "DisplayMessages" => self.display.len().to_string(),
            "Entries" if definition.component == "LocalAuthListCtrlr" => self.tokens.n_listed().to_string(),
            "Entries" => core.profiles.len().to_string(),
            "CertificateEntries" => self.certificates.len().to_string(),
            // Nothing was agreed yet.
            _ => "0".to_owned(),
        }
    }

    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, B06.
    pub(super) fn get_variables(&self, core: &Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(list) = tree.get(root, "getVariableData") else { return Answer::NotModelled };
        if tree.items(list).count() > MOST_ITEMS {
            return too_many();
        }
        let all = Self::all_variables(core);
        let results: Vec<String> = tree
            .items(list)
            .map(|item| {
                let named = Named::of(tree, item);
                let attribute = tree.get_string(item, "attributeType");
                let found = all.iter().find(|(definition, outlet)| {
                    named.is_component(definition, *outlet) && named.is_variable(definition, false)
                });
                let (status, value) = match found {
                    None if all.iter().any(|(definition, outlet)| named.is_component(definition, *outlet)) => {
                        ("UnknownVariable", None)
                    }
                    None => ("UnknownComponent", None),
                    Some(_) if attribute.as_deref().is_some_and(|kind| kind != "Actual") => {
                        ("NotSupportedAttributeType", None)
                    }
                    Some((definition, _)) if !definition.is_readable() => ("Rejected", None),
                    Some((definition, outlet)) => ("Accepted", Some(self.value_of(core, now, definition, *outlet))),
                };
                let object = Object::new()
                    .text("attributeStatus", status)
                    .maybe(attribute, |object, kind| object.text("attributeType", &kind))
                    .maybe(value, |object, value| object.text("attributeValue", &value));
                named.mirror(object).done()
            })
            .collect();
        Answer::Payload(Object::new().list("getVariableResult", &results).done())
    }

    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, B05.
    pub(super) fn set_variables(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(list) = tree.get(root, "setVariableData") else { return Answer::NotModelled };
        if tree.items(list).count() > MOST_ITEMS {
            return too_many();
        }
        let all = Self::all_variables(core);
        let mut results = Vec::new();
        for item in tree.items(list) {
            let named = Named::of(tree, item);
            let attribute = tree.get_string(item, "attributeType");
            let value = tree.get_string(item, "attributeValue").unwrap_or_default();
            let found = all.iter().find(|(definition, outlet)| {
                named.is_component(definition, *outlet) && named.is_variable(definition, false)
            });
            let (status, reason) = match found {
                None if all.iter().any(|(definition, outlet)| named.is_component(definition, *outlet)) => {
                    ("UnknownVariable", None)
                }
                None => ("UnknownComponent", None),
                Some(_) if attribute.as_deref().is_some_and(|kind| kind != "Actual") => {
                    ("NotSupportedAttributeType", None)
                }
                Some((definition, _)) if !definition.is_writable() => ("Rejected", Some("ReadOnly")),
                Some((definition, _)) => {
                    let key = definition.key();
                    // A transaction needs a point at which it begins and one at which it ends.
                    let is_point = matches!(definition.variable, "TxStartPoint" | "TxStopPoint");
                    if value.chars().count() > MOST_CHARS || !definition.admits(&value) || is_point && value.is_empty()
                    {
                        ("Rejected", Some("InvalidValue"))
                    } else {
                        self.variables.set(definition, &value);
                        self.variable_was_set(core, now, &key);
                        ("Accepted", None)
                    }
                }
            };
            let object = Object::new()
                .maybe(attribute, |object, kind| object.text("attributeType", &kind))
                .text("attributeStatus", status)
                .maybe(reason, |object, reason| object.raw("attributeStatusInfo", &texts(&[("reasonCode", reason)])));
            results.push(named.mirror(object).done());
        }
        Answer::Payload(Object::new().list("setVariableResult", &results).done())
    }

    /// What follows at once from a new value.
    fn variable_was_set(&mut self, core: &mut Core, now: EpochMillis, key: &str) {
        match key {
            "OCPPCommCtrlr.MessageAttempts[TransactionEvent]"
            | "OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]" => {
                self.follow_retry(core);
            }
            "SampledDataCtrlr.Enabled" | "SampledDataCtrlr.TxUpdatedInterval" | "SampledDataCtrlr.TxEndedInterval" => {
                self.set_sampling(now);
            }
            "AlignedDataCtrlr.Interval" | "AlignedDataCtrlr.Enabled" => self.set_clock_slot(core, now),
            _ => {}
        }
    }

    /// Tells the outbox how often transaction messages are repeated.
    pub(super) fn follow_retry(&self, core: &mut Core) {
        core.retry.n_attempts = self.variables.count("OCPPCommCtrlr.MessageAttempts[TransactionEvent]").max(1);
        core.retry.interval_seconds = self.variables.count("OCPPCommCtrlr.MessageAttemptInterval[TransactionEvent]");
    }
}

fn too_many() -> Answer {
    Answer::Error {
        code: "OccurrenceConstraintViolation",
        description: format!("More items than ItemsPerMessage allows, which is {MOST_ITEMS}"),
    }
}

/// A component of a report, at an outlet or not.
pub(super) fn component_json(definition: &Definition, outlet: Option<u8>) -> String {
    let evse = outlet.map(|number| {
        let is_connector = definition.component == "Connector";
        Object::new()
            .integer("id", number.into())
            .maybe(is_connector.then_some(1), |object, connector| object.integer("connectorId", connector))
            .done()
    });
    Object::new().text("name", definition.component).maybe(evse, |object, evse| object.raw("evse", &evse)).done()
}

/// A variable of a report.
pub(super) fn variable_json(definition: &Definition) -> String {
    let instance = Some(definition.instance).filter(|instance| !instance.is_empty());
    let instance = instance.map(|instance| format!(",\"instance\":{}", quote(instance))).unwrap_or_default();
    format!("{{\"name\":{}{instance}}}", quote(definition.variable))
}
