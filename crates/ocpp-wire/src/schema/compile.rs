//! Makes rules of a schema, and the form of it that the referee reads fastest.

use super::{Format, Property, Rule, RuleId, ValueType};
use serde_json::Value;
use std::collections::HashMap;

/// The rules of a schema; the first is that of the payload itself.
pub(super) fn rules(source: &Value) -> Vec<Rule> {
    let mut compiler = Compiler { source, rules: Vec::new(), definitions: HashMap::new() };
    compiler.rule(source);
    compiler.rules
}

/// No schema of any set is recursive; the bound keeps a foreign one from looping.
const MAX_REFERENCES: usize = 64;

/// The schema with every reference replaced by what it names, and without `multipleOf`.
pub(super) fn inline(node: &Value, document: &Value, depth: usize) -> Value {
    match node {
        Value::Object(map) => {
            if let Some(reference) = map.get("$ref").and_then(Value::as_str) {
                let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
                return match target {
                    Some(target) if depth < MAX_REFERENCES => inline(target, document, depth + 1),
                    _ => Value::Object(serde_json::Map::new()),
                };
            }
            let kept = map.iter().filter(|(key, value)| !(*key == "multipleOf" && value.is_number()));
            Value::Object(kept.map(|(key, value)| (key.clone(), inline(value, document, depth))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| inline(item, document, depth)).collect()),
        other => other.clone(),
    }
}

struct Compiler<'s> {
    source: &'s Value,
    rules: Vec<Rule>,
    definitions: HashMap<String, RuleId>,
}

impl Compiler<'_> {
    fn rule(&mut self, node: &Value) -> RuleId {
        if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
            if let Some(&id) = self.definitions.get(reference) {
                return id;
            }
            let source = self.source;
            if let Some(target) = reference.strip_prefix('#').and_then(|pointer| source.pointer(pointer)) {
                let id = self.plain_rule(target);
                self.definitions.insert(reference.to_owned(), id);
                if let (Some(rule), Some((_, name))) = (self.rules.get_mut(id), reference.rsplit_once('/')) {
                    rule.type_name = Some(name.to_owned());
                }
                return id;
            }
        }
        self.plain_rule(node)
    }

    fn plain_rule(&mut self, node: &Value) -> RuleId {
        let id = self.rules.len();
        self.rules.push(Rule::default());
        let text = |key: &str| node.get(key).and_then(Value::as_str);
        // Some files write the bound 0.0 where they mean 0.
        let number_text = |key: &str| {
            let text = node.get(key).filter(|value| value.is_number())?.to_string();
            Some(text.strip_suffix(".0").unwrap_or(&text).to_owned())
        };
        let count = |key: &str| node.get(key).and_then(Value::as_u64);
        let required: Vec<&str> =
            node.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let members = node.get("properties").and_then(Value::as_object);
        let mut properties = Vec::new();
        for (name, member) in members.into_iter().flatten() {
            properties.push(Property {
                name: name.clone(),
                rule: self.rule(member),
                is_required: required.contains(&name.as_str()),
                description: member.get("description").and_then(Value::as_str).map(str::to_owned),
            });
        }
        let items = node.get("items").filter(|items| items.is_object()).map(|items| self.rule(items));
        let rule = Rule {
            value_type: text("type").and_then(ValueType::from_name),
            n_required: properties.iter().filter(|property| property.is_required).count(),
            properties,
            is_open: node.get("additionalProperties") != Some(&Value::Bool(false)),
            items,
            min_items: count("minItems"),
            max_items: count("maxItems"),
            max_length: count("maxLength"),
            minimum: number_text("minimum"),
            maximum: number_text("maximum"),
            multiple_of: number_text("multipleOf"),
            format: match text("format") {
                Some("date-time") => Some(Format::DateTime),
                Some("uri") => Some(Format::Uri),
                _ => None,
            },
            allowed: node
                .get("enum")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(|value| value.as_str().map(str::to_owned))
                .collect(),
            default: node.get("default").map(Value::to_string),
            description: text("description").map(str::to_owned),
            type_name: None,
        };
        if let Some(slot) = self.rules.get_mut(id) {
            *slot = rule;
        }
        id
    }
}
