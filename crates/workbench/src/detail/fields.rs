//! The fields of a payload for the tab Fields: name, value with unit, type and limit, meaning, faults.

use crate::findings::Finding;
use crate::port::{FieldView, Severity};
use crate::quantity;
use crate::query;
use crate::summary::Sample;
use ocpp_wire::check::shorten;
use ocpp_wire::date_time;
use ocpp_wire::field_texts;
use ocpp_wire::json::{Kind, MAX_POINTER_BYTES, NodeId, Tree, escape_pointer};
use ocpp_wire::number;
use ocpp_wire::schema::{Format, Property, Rule, Schema, ValueType};
use ocpp_wire::version::Version;

/// Fields of one payload that are shown; what follows is counted.
const MOST_FIELDS: usize = 500;

/// Makes the fields of a payload.
pub(super) fn view(
    version: Version,
    schema: Option<&Schema>,
    tree: &Tree<'_>,
    payload: NodeId,
    findings: &[Finding],
) -> Vec<FieldView> {
    let mut walker = Walker { version, schema, tree, findings, fields: Vec::new() };
    let rule = schema.map(Schema::root);
    walker.object(payload, rule, &Path { pointer: String::new(), names: Vec::new(), depth: 0 });
    walker.fields
}

/// A field's meaning for other places that show one, such as the list of faults.
pub(super) fn type_and_limit(schema: &Schema, pointer: &str) -> Option<String> {
    schema.rule_at(pointer).map(|rule| limits(rule, None))
}

/// What can be said of a field without its value.
#[derive(Clone, Copy)]
pub(crate) struct Texts<'a> {
    /// Version of the message.
    pub version: Version,
    /// Schema of its payload; `None` when it has none.
    pub schema: Option<&'a Schema>,
}

struct Walker<'a, 't> {
    version: Version,
    schema: Option<&'a Schema>,
    tree: &'a Tree<'t>,
    findings: &'a [Finding],
    fields: Vec<FieldView>,
}

#[derive(Clone)]
struct Path {
    pointer: String,
    /// Names without list positions, as the texts about fields want them.
    names: Vec<String>,
    depth: u8,
}

impl Path {
    fn member(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        Self { pointer: format!("{}/{}", self.pointer, escape_pointer(name)), names, depth: self.depth + 1 }
    }

    fn item(&self, index: usize) -> Self {
        Self { pointer: format!("{}/{index}", self.pointer), names: self.names.clone(), depth: self.depth + 1 }
    }
}

impl<'a> Walker<'a, '_> {
    fn object(&mut self, node: NodeId, rule: Option<&'a Rule>, path: &Path) {
        for member in self.tree.items(node) {
            if self.is_full() {
                return;
            }
            let name = self.tree.key(member).into_owned();
            let property = rule.and_then(|rule| rule.property(&name));
            self.value(member, &name, property, &path.member(&name), path.depth, rule.is_some());
        }
        let Some(rule) = rule else { return };
        for property in &rule.properties {
            let is_missing = self.tree.get(node, &property.name).is_none();
            // Absent optional fields are listed at the top only; deeper ones would hide what is there.
            let is_shown = property.is_required || path.depth == 0;
            if is_missing && is_shown && property.name != "customData" && !self.is_full() {
                self.absent(property, &path.member(&property.name), path.depth);
            }
        }
    }

    fn is_full(&self) -> bool {
        self.fields.len() >= MOST_FIELDS
    }

    /// Names made to stop us are shown, but what they hold is not.
    fn is_too_deep(path: &Path) -> bool {
        path.pointer.len() > MAX_POINTER_BYTES
    }

    fn value(
        &mut self,
        node: NodeId,
        name: &str,
        property: Option<&'a Property>,
        path: &Path,
        depth: u8,
        has_schema: bool,
    ) {
        let rule = property.and_then(|property| Some(self.schema?.rule(property.rule)));
        let meaning = property.map_or(String::new(), |property| self.texts().meaning(property, &path.names));
        self.push(node, name, rule, property, path, depth, meaning, has_schema);
        self.children(node, rule, path, has_schema);
    }

    fn children(&mut self, node: NodeId, rule: Option<&'a Rule>, path: &Path, has_schema: bool) {
        if Self::is_too_deep(path) {
            return;
        }
        match self.tree.kind(node) {
            Kind::Object => self.object(node, rule, path),
            Kind::Array => {
                let items = rule.and_then(|rule| Some(self.schema?.rule(rule.items?)));
                for (index, item) in self.tree.items(node).enumerate() {
                    if self.is_full() {
                        return;
                    }
                    let place = path.item(index);
                    let name = format!("[{index}]");
                    self.push(
                        item,
                        &name,
                        items,
                        None,
                        &place,
                        path.depth,
                        String::new(),
                        has_schema && items.is_some(),
                    );
                    self.children(item, items, &place, has_schema);
                }
            }
            _ => {}
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one row of a table has many cells")]
    fn push(
        &mut self,
        node: NodeId,
        name: &str,
        rule: Option<&Rule>,
        property: Option<&Property>,
        path: &Path,
        depth: u8,
        meaning: String,
        has_schema: bool,
    ) {
        let (faults, severity) = self.faults(&path.pointer);
        let type_and_limit = match rule {
            Some(rule) => self.texts().type_and_limit(rule, &path.names),
            None if has_schema => "not in the schema".to_owned(),
            None => self.tree.kind(node).with_article().trim_start_matches("a ").trim_start_matches("an ").to_owned(),
        };
        self.fields.push(FieldView {
            pointer: path.pointer.clone(),
            depth,
            name: shorten(name),
            value: self.shown_value(node),
            unit: self.in_words(node, name, rule, &path.names),
            type_and_limit,
            meaning,
            faults,
            severity,
            filter: query::field_filter(&path.pointer, self.tree.raw(node)).unwrap_or_default(),
            is_present: true,
            is_required: property.is_some_and(|property| property.is_required),
            is_known: rule.is_some() || !has_schema,
        });
    }

    fn absent(&mut self, property: &Property, path: &Path, depth: u8) {
        let (faults, severity) = self.faults(&path.pointer);
        let rule = self.schema.map(|schema| schema.rule(property.rule));
        self.fields.push(FieldView {
            pointer: path.pointer.clone(),
            depth,
            name: property.name.clone(),
            value: String::new(),
            unit: String::new(),
            type_and_limit: rule.map_or(String::new(), |rule| self.texts().type_and_limit(rule, &path.names)),
            meaning: self.texts().meaning(property, &path.names),
            faults,
            severity,
            filter: String::new(),
            is_present: false,
            is_required: property.is_required,
            is_known: true,
        });
    }

    fn faults(&self, pointer: &str) -> (Vec<String>, Severity) {
        let here = self.findings.iter().filter(|finding| !pointer.is_empty() && finding.pointer == pointer);
        let severity = here.clone().map(|finding| finding.severity).max().unwrap_or_default();
        (here.map(|finding| finding.message.clone()).collect(), severity)
    }

    fn shown_value(&self, node: NodeId) -> String {
        let count = self.tree.items(node).count();
        match self.tree.kind(node) {
            Kind::Array if count == 1 => "1 item".to_owned(),
            Kind::Array => format!("{count} items"),
            Kind::Object if count == 0 => "empty".to_owned(),
            Kind::Object => String::new(),
            Kind::String => {
                let text = self.tree.string(node).unwrap_or_default();
                match text.char_indices().nth(400) {
                    Some((at, _)) => {
                        format!("{}… ({} characters)", text.get(..at).unwrap_or_default(), text.chars().count())
                    }
                    None if text.is_empty() => "\"\"".to_owned(),
                    None => text.into_owned(),
                }
            }
            _ => shorten(self.tree.raw(node)),
        }
    }

    /// The value in other words: with its unit, an enumeration with its meaning, a time with its zone.
    fn in_words(&self, node: NodeId, name: &str, rule: Option<&Rule>, names: &[String]) -> String {
        if self.tree.kind(node) == Kind::Object && is_sample(names) {
            let sample = Sample::read(self.tree, node);
            return sample.value.map_or(String::new(), |value| quantity::with_unit(value, &sample.unit));
        }
        let Some(rule) = rule else { return String::new() };
        if let Some(text) = self.tree.string(node) {
            if rule.format == Some(Format::DateTime)
                && let Some(time) = date_time::parse(&text)
                && !time.is_utc
            {
                let utc = date_time::format_utc(time.epoch_millis);
                return format!("{} UTC", utc.get(11..19).unwrap_or_default());
            }
            return self.texts().enum_meaning(rule, name, &text).to_owned();
        }
        let Some(unit) = self.texts().unit(names) else { return String::new() };
        match number::parse(self.tree.raw(node)) {
            Some(value) if unit == "Wh" && value.abs() >= 1_000.0 => {
                format!("Wh = {}", quantity::with_unit(value, unit))
            }
            Some(value) if unit == "s" && value >= 120.0 => format!("s = {}", quantity::span(value * 1_000.0)),
            _ => unit.to_owned(),
        }
    }

    fn texts(&self) -> Texts<'a> {
        Texts { version: self.version, schema: self.schema }
    }
}

impl Texts<'_> {
    /// Type and limits in words, of a field with this path of names.
    pub(crate) fn type_and_limit(self, rule: &Rule, names: &[String]) -> String {
        limits(rule, self.limit_note(names))
    }

    /// The unit of a number, if it always has the same one.
    pub(crate) fn unit(self, names: &[String]) -> Option<&'static str> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        field_texts::unit(self.version, self.schema.map_or("", |schema| &schema.name), &names)
    }

    /// What a value of an enumeration means; empty when nobody says.
    pub(crate) fn enum_meaning(self, rule: &Rule, name: &str, value: &str) -> &'static str {
        let schema = self.schema.map_or("", |schema| &schema.name);
        let type_name = rule.type_name.as_deref().unwrap_or_default();
        field_texts::enum_meaning(self.version, type_name, value)
            .or_else(|| field_texts::enum_meaning(self.version, &format!("{schema}.{name}"), value))
            .or_else(|| field_texts::enum_meaning(self.version, name, value))
            .unwrap_or_default()
    }

    fn limit_note(self, names: &[String]) -> Option<&'static str> {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        field_texts::limit_note(self.version, &self.schema?.name, &names)
    }

    /// What a field is for; empty when nobody says.
    pub(crate) fn meaning(self, property: &Property, names: &[String]) -> String {
        let Some(schema) = self.schema else { return String::new() };
        if self.version == Version::V16 {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let (action, is_response) = match schema.name.strip_suffix("Response") {
                Some(action) => (action, true),
                None => (schema.name.as_str(), false),
            };
            return field_texts::meaning_v16(action, is_response, &names).unwrap_or_default().to_owned();
        }
        let text = property.description.as_deref().or_else(|| schema.rule(property.rule).description.as_deref());
        text.map(clean_description).unwrap_or_default()
    }
}

fn is_sample(names: &[String]) -> bool {
    names.last().is_some_and(|name| name == "sampledValue")
}

/// Type and limits in words: `string, at most 20 characters`.
fn limits(rule: &Rule, note: Option<&str>) -> String {
    let mut parts = Vec::new();
    let kind = rule.value_type.map_or("any", |value_type| match value_type {
        ValueType::Object => "object",
        ValueType::Array => "list",
        ValueType::String if rule.format == Some(Format::DateTime) => "date-time",
        ValueType::String if rule.format == Some(Format::Uri) => "URI",
        ValueType::String if !rule.allowed.is_empty() => "one of",
        ValueType::String => "string",
        ValueType::Integer => "integer",
        ValueType::Number => "number",
        ValueType::Boolean => "boolean",
    });
    if rule.allowed.is_empty() {
        parts.push(kind.to_owned());
    } else if rule.allowed.len() <= 6 {
        parts.push(format!("one of {}", rule.allowed.join(", ")));
    } else {
        let first: Vec<&str> = rule.allowed.iter().take(4).map(String::as_str).collect();
        parts.push(format!("one of {} values: {}, …", rule.allowed.len(), first.join(", ")));
    }
    if let Some(most) = rule.max_length.filter(|_| rule.allowed.is_empty()) {
        parts.push(format!("at most {most} characters"));
    }
    match (rule.min_items.filter(|&least| least > 0), rule.max_items) {
        (Some(least), Some(most)) if least == most => parts.push(format!("exactly {least}")),
        (Some(least), Some(most)) => parts.push(format!("{least} to {most} items")),
        (Some(least), None) => parts.push(format!("at least {least}")),
        (None, Some(most)) => parts.push(format!("at most {most} items")),
        (None, None) => {}
    }
    match (&rule.minimum, &rule.maximum) {
        (Some(least), Some(most)) => parts.push(format!("{least} to {most}")),
        (Some(least), None) => parts.push(format!("at least {least}")),
        (None, Some(most)) => parts.push(format!("at most {most}")),
        (None, None) => {}
    }
    if let Some(step) = &rule.multiple_of {
        parts.push(if step == "0.1" { "at most one decimal".to_owned() } else { format!("steps of {step}") });
    }
    parts.extend(note.map(str::to_owned));
    if let Some(default) = &rule.default {
        parts.push(format!("default {default}"));
    }
    parts.join(", ")
}

/// The text of a 2.x schema for the screen: without its internal references, AsciiDoc marks and line ends.
/// The schema file itself stays as it is.
fn clean_description(text: &str) -> String {
    let lines: Vec<&str> = text
        .split(['\r', '\n'])
        .map(|line| line.trim().trim_end_matches(" +").trim())
        .filter(|line| !line.is_empty())
        .collect();
    // A line with a reference closes the name of the field in OCA's own model; the text follows it.
    let after_reference = lines.iter().rposition(|line| line.contains("urn:x-")).map_or(0, |at| at + 1);
    let kept = lines.get(after_reference..).filter(|kept| !kept.is_empty()).unwrap_or_default();
    let joined = kept.join(" ").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    strip_marks(&joined)
}

/// Takes out `*(2.1)*`-like and `_emphasis_` marks, where they surround words.
fn strip_marks(text: &str) -> String {
    let is_text = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    let chars: Vec<char> = text.chars().collect();
    let around = |index: usize| {
        let before = index.checked_sub(1).and_then(|index| chars.get(index)).copied();
        (before, chars.get(index + 1).copied())
    };
    let is_mark = |index: usize, c: char| {
        let (before, after) = around(index);
        (c == '_' || c == '*') && is_text(before) != is_text(after)
    };
    chars.iter().enumerate().filter(|&(index, &c)| !is_mark(index, c)).map(|(_, c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::schema_set;
    use ocpp_wire::json;

    fn fields(version: Version, schema: &str, payload: &str) -> String {
        let schema = schema_set(version).schema(schema).unwrap();
        let tree = json::parse(payload).unwrap();
        view(version, Some(&schema), &tree, tree.root(), &[])
            .iter()
            .filter(|field| field.is_present || field.is_required)
            .map(|f| {
                let value = if f.is_present { f.value.as_str() } else { "absent" };
                format!("{}{} | {} | {} | {}\n", "  ".repeat(f.depth.into()), f.name, value, f.unit, f.type_and_limit)
            })
            .collect::<String>()
            .replace(['\u{202f}', '\u{a0}'], " ")
    }

    #[test]
    fn fields_with_units_and_limits() {
        let text = fields(
            Version::V16,
            "StartTransaction",
            r#"{"connectorId":1,"idTag":"A","meterStart":1204330,"x":{"y":1}}"#,
        );
        assert!(text.contains("connectorId | 1 |  | integer, "), "{text}");
        assert!(text.contains("idTag | A |  | string, at most 20 characters"), "{text}");
        assert!(text.contains("meterStart | 1204330 | Wh = 1 204.33 kWh | integer"), "{text}");
        assert!(text.contains("x |  |  | not in the schema\n  y | 1"), "{text}");
        assert!(text.contains("timestamp | absent |  | date-time"), "{text}");
    }

    #[test]
    fn nested_samples_are_said_in_one_unit() {
        let text = fields(
            Version::V201,
            "MeterValuesRequest",
            r#"{"evseId":1,"meterValue":[{"timestamp":"2026-11-22T10:22:07+01:00","sampledValue":[{"value":1.5,"unitOfMeasure":{"unit":"Wh","multiplier":3}}]}]}"#,
        );
        assert!(text.contains("[0] |  | 1.5 kWh | object"), "{text}");
        assert!(text.contains("timestamp | 2026-11-22T10:22:07+01:00 | 09:22:07 UTC | date-time"), "{text}");
    }

    #[test]
    fn every_field_of_every_schema_has_a_meaning_where_its_file_or_our_table_has_one() {
        for version in Version::ALL {
            let set = schema_set(version);
            for name in set.names() {
                let schema = set.schema(name).unwrap();
                let tree = json::parse("{}").unwrap();
                for field in view(version, Some(&schema), &tree, tree.root(), &[]) {
                    assert!(version.is_v2() || !field.meaning.is_empty(), "{name} {}", field.name);
                    let text = format!("{} {}", field.meaning, field.type_and_limit);
                    assert!(!text.contains("urn:x-") && !text.contains(['\r', '\n']), "{name} {text}");
                }
            }
        }
    }

    #[test]
    fn a_flood_of_fields_is_bounded() {
        let payload = format!("{{{}}}", (0..5_000).map(|n| format!("\"f{n}\":{n}")).collect::<Vec<_>>().join(","));
        let schema = schema_set(Version::V16).schema("Authorize").unwrap();
        let tree = json::parse(&payload).unwrap();
        assert!(view(Version::V16, Some(&schema), &tree, tree.root(), &[]).len() <= MOST_FIELDS + 2);
    }

    #[test]
    fn descriptions_are_cleaned_for_the_screen_only() {
        assert_eq!(
            clean_description(
                "Id_ Token. Text\r\nurn:x-oca:ocpp:uid:1:569200\r\nThis contains the _identifier_ *(2.1)* x. +\r\n"
            ),
            "This contains the identifier (2.1) x."
        );
        assert_eq!(clean_description("a_b *stays* 2*3"), "a_b stays 2*3");
    }
}
