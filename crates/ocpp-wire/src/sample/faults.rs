//! Payloads that break one rule each: for every rule of a schema a valid payload with just that rule broken.

use super::{Fields, Maker, number_value, owner_of_members};
use crate::check::Keyword;
use crate::json::escape_pointer;
use crate::number;
use crate::schema::{Draft, Format, Rule, RuleId, Schema, ValueType};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Payloads made for one constraint of one rule, which a schema may reach on many paths.
pub const MAX_PER_CONSTRAINT: usize = 3;

/// A payload with a fault in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer to the value at fault; a missing or unknown member is named itself.
    pub pointer: String,
    /// The rule that is broken.
    pub keyword: Keyword,
    /// A second rule that the same value breaks by its nature: what is no string is none of some strings.
    pub also: Option<Keyword>,
    /// The payload, without white space.
    pub payload: String,
    /// Why it is a fault in the dialect of this schema only.
    pub draft_note: Option<&'static str>,
}

/// For every rule of the schema, on each path where it applies, the sample with all fields and that rule
/// broken. `customData` is added where the fault lies inside it. A constraint of a shared definition is
/// broken on the first [`MAX_PER_CONSTRAINT`] paths only. The 387 schemas have 9,519 constraints on
/// 13,607 paths and give 11,399 payloads.
///
/// ```
/// # use ocpp_wire::{sample::faulty_samples, schema::SchemaSet, version::Version};
/// let file = r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","additionalProperties":false,
///     "properties":{"idTag":{"type":"string","maxLength":3}},"required":["idTag"]}"#;
/// let bundle = SchemaSet::bundle(Version::V16, &[("Authorize.json".into(), file.into())]);
/// let set = SchemaSet::from_bundle(Version::V16, bundle).unwrap();
/// let faults = faulty_samples(&set.schema("Authorize").unwrap());
/// let payloads: Vec<&str> = faults.iter().map(|fault| fault.payload.as_str()).collect();
/// assert_eq!(
///     payloads,
///     ["null", "{}", r#"{"idTag":"TAG","unexpected":true}"#, r#"{"idTag":7}"#, r#"{"idTag":"TAGx"}"#]
/// );
/// ```
pub fn faulty_samples(schema: &Schema) -> Vec<Fault> {
    // 2026-11-22T09:22:07Z: the faults do not depend on the time.
    let maker = Maker { schema, fields: Fields::All, now_epoch_millis: 1_795_339_327_000 };
    let sample = maker.value(0, "", "");
    let mut breaker = Breaker { schema, maker, n_made: HashMap::new(), faults: Vec::new() };
    breaker.visit(&Site { sample: &sample, pointer: String::new(), rule: 0, owner: "", name: "" });
    breaker.faults
}

/// A value in a sample, with its rule.
struct Site<'a> {
    sample: &'a Value,
    pointer: String,
    rule: RuleId,
    owner: &'a str,
    name: &'a str,
}

struct Breaker<'s> {
    schema: &'s Schema,
    maker: Maker<'s>,
    n_made: HashMap<(RuleId, Keyword, Option<String>), usize>,
    faults: Vec<Fault>,
}

impl Breaker<'_> {
    fn visit(&mut self, site: &Site<'_>) {
        let schema = self.schema;
        let rule = schema.rule(site.rule);
        let Some(value) = site.sample.pointer(&site.pointer) else { return };
        self.break_type(site, rule, value);
        self.break_text(site, rule, value);
        self.break_number(site, rule, value);
        self.break_list(site, rule, value);
        self.break_members(site, rule);
        for property in &rule.properties {
            let owner = owner_of_members(schema, rule, site.name);
            let pointer = format!("{}/{}", site.pointer, escape_pointer(&property.name));
            let mut sample = site.sample;
            let mut completed;
            if sample.pointer(&pointer).is_none() {
                // The sample leaves customData out.
                completed = sample.clone();
                if let Some(Value::Object(members)) = completed.pointer_mut(&site.pointer) {
                    members.insert(property.name.clone(), self.maker.value(property.rule, owner, &property.name));
                }
                sample = &completed;
            }
            self.visit(&Site { sample, pointer, rule: property.rule, owner, name: &property.name });
        }
        if let Some(items) = rule.items {
            self.visit(&Site {
                sample: site.sample,
                pointer: format!("{}/0", site.pointer),
                rule: items,
                owner: site.owner,
                name: site.name,
            });
        }
    }

    fn break_type(&mut self, site: &Site<'_>, rule: &Rule, value: &Value) {
        let also = (!rule.allowed.is_empty()).then_some(Keyword::Enum);
        let Some(value_type) = rule.value_type else { return };
        // The mistakes seen most: null for "nothing", quotes around numbers, a list of one without brackets.
        let wrong = match value_type {
            ValueType::Object => Value::Null,
            ValueType::Array => value.get(0).filter(|item| !item.is_array()).cloned().unwrap_or(Value::Null),
            ValueType::String => 7.into(),
            ValueType::Integer | ValueType::Number | ValueType::Boolean => value.to_string().into(),
        };
        if self.is_wanted(site, Keyword::Type, None) {
            self.faults.push(Fault { also, ..site.fault(Keyword::Type, |slot| *slot = wrong) });
        }
        if let (ValueType::Integer, Draft::Draft4, Some(whole)) = (value_type, self.schema.draft, value.as_f64())
            && self.is_wanted(site, Keyword::Type, Some("1.0"))
        {
            let note = "in JSON Schema draft-04 an integer is written without decimals; from draft-06 on 1.0 is one";
            let fault = site.fault(Keyword::Type, |slot| *slot = Value::from(whole));
            self.faults.push(Fault { also, draft_note: Some(note), ..fault });
        }
    }

    fn break_text(&mut self, site: &Site<'_>, rule: &Rule, value: &Value) {
        let Some(text) = value.as_str() else { return };
        if let Some(wrong) = not_allowed(rule)
            && self.is_wanted(site, Keyword::Enum, None)
        {
            self.faults.push(site.fault(Keyword::Enum, |slot| *slot = wrong.into()));
        }
        if let Some(most) = rule.max_length
            && self.is_wanted(site, Keyword::MaxLength, None)
        {
            let also = (!rule.allowed.is_empty()).then_some(Keyword::Enum);
            let long = lengthened(text, most as usize + 1, rule.format);
            self.faults.push(Fault { also, ..site.fault(Keyword::MaxLength, |slot| *slot = long.into()) });
        }
        if let Some(format) = rule.format
            && self.is_wanted(site, Keyword::Format, None)
        {
            let wrong = match format {
                Format::DateTime => text.trim_end_matches('Z'),
                Format::Uri => "not a uri",
            };
            self.faults.push(site.fault(Keyword::Format, |slot| *slot = wrong.into()));
        }
    }

    fn break_number(&mut self, site: &Site<'_>, rule: &Rule, value: &Value) {
        let Some(value) = value.as_f64() else { return };
        let bound = |text: &Option<String>| text.as_ref().and_then(|text| number::parse(text));
        if let Some(least) = bound(&rule.minimum)
            && self.is_wanted(site, Keyword::Minimum, None)
        {
            self.faults.push(site.fault(Keyword::Minimum, |slot| *slot = number_value(least.ceil() - 1.0)));
        }
        if let Some(most) = bound(&rule.maximum)
            && self.is_wanted(site, Keyword::Maximum, None)
        {
            self.faults.push(site.fault(Keyword::Maximum, |slot| *slot = number_value(most.floor() + 1.0)));
        }
        if let Some(step) = &rule.multiple_of
            && let Some(half) = bound(&rule.multiple_of).map(|step| step / 2.0)
            && self.is_wanted(site, Keyword::MultipleOf, None)
        {
            // Sums of decimals are not always written as hoped, so the first that is off the step is taken.
            let off = [value + half, half, value - half].map(number_value);
            if let Some(off) = off.into_iter().find(|off| !number::is_multiple_of(&off.to_string(), step)) {
                self.faults.push(site.fault(Keyword::MultipleOf, |slot| *slot = off));
            }
        }
    }

    fn break_list(&mut self, site: &Site<'_>, rule: &Rule, value: &Value) {
        let Some(items) = value.as_array() else { return };
        if let Some(least) = rule.min_items.filter(|least| *least > 0)
            && self.is_wanted(site, Keyword::MinItems, None)
        {
            let few: Vec<Value> = items.iter().take(least as usize - 1).cloned().collect();
            self.faults.push(site.fault(Keyword::MinItems, |slot| *slot = few.into()));
        }
        if let Some(most) = rule.max_items
            && self.is_wanted(site, Keyword::MaxItems, None)
        {
            let many: Vec<Value> = items.iter().cycle().take(most as usize + 1).cloned().collect();
            self.faults.push(site.fault(Keyword::MaxItems, |slot| *slot = many.into()));
        }
    }

    fn break_members(&mut self, site: &Site<'_>, rule: &Rule) {
        if rule.value_type != Some(ValueType::Object) {
            return;
        }
        for property in rule.required() {
            if self.is_wanted(site, Keyword::Required, Some(&property.name)) {
                self.faults.push(site.fault_of_member(Keyword::Required, &property.name, |members| {
                    members.shift_remove(&property.name);
                }));
            }
        }
        if !rule.is_open && self.is_wanted(site, Keyword::AdditionalProperties, None) {
            let mut name = "unexpected".to_owned();
            while rule.property(&name).is_some() {
                name.push('_');
            }
            self.faults.push(site.fault_of_member(Keyword::AdditionalProperties, &name, |members| {
                members.insert(name.clone(), Value::Bool(true));
            }));
        }
    }

    /// Counts the paths on which this constraint was met. `detail` tells constraints of one keyword apart.
    fn is_wanted(&mut self, site: &Site<'_>, keyword: Keyword, detail: Option<&str>) -> bool {
        let n_made = self.n_made.entry((site.rule, keyword, detail.map(str::to_owned))).or_default();
        *n_made += 1;
        *n_made <= MAX_PER_CONSTRAINT
    }
}

impl Site<'_> {
    /// The sample with a change at this value that breaks this rule.
    fn fault(&self, keyword: Keyword, change: impl FnOnce(&mut Value)) -> Fault {
        let mut payload = self.sample.clone();
        if let Some(slot) = payload.pointer_mut(&self.pointer) {
            change(slot);
        }
        Fault { pointer: self.pointer.clone(), keyword, also: None, payload: payload.to_string(), draft_note: None }
    }

    /// The sample with a change among the members of this object, at the member of this name.
    fn fault_of_member(&self, keyword: Keyword, name: &str, change: impl FnOnce(&mut Map<String, Value>)) -> Fault {
        let fault = self.fault(keyword, |slot| {
            if let Value::Object(members) = slot {
                change(members);
            }
        });
        Fault { pointer: format!("{}/{}", self.pointer, escape_pointer(name)), ..fault }
    }
}

/// A string that is none of the allowed ones: the first in small letters, as often mistyped, or another word.
fn not_allowed(rule: &Rule) -> Option<String> {
    let first = rule.allowed.first()?;
    let is_short = |text: &String| rule.max_length.is_none_or(|most| text.chars().count() as u64 <= most);
    [first.to_lowercase(), "Unheard".to_owned(), String::new()]
        .into_iter()
        .find(|text| !rule.allowed.contains(text) && is_short(text))
}

/// The text, made as long as wanted in characters without leaving its format.
fn lengthened(text: &str, n_chars: usize, format: Option<Format>) -> String {
    let n_missing = n_chars.saturating_sub(text.chars().count());
    match (format, text.strip_suffix('Z')) {
        (Some(Format::DateTime), Some(head)) => format!("{head}{}Z", "0".repeat(n_missing)),
        _ => format!("{text}{}", "x".repeat(n_missing)),
    }
}
