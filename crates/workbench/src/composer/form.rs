//! The form beside the payload: rows from the schema and the text as it stands.

use super::suggestions::suggestions;
use super::variables::is_variable;
use crate::detail::fields::Texts;
use crate::port::{Addition, ComposerIssue, Control, FormRow, FormView};
use crate::station::facts::Facts;
use ocpp_wire::json::{Kind, MAX_POINTER_BYTES, NodeId, Tree, escape_pointer, quote};
use ocpp_wire::sample::{self, Context};
use ocpp_wire::schema::{Format, Property, Rule, Schema, ValueType};
use ocpp_wire::version::Version;

/// Rows of one form; what follows is counted.
const MOST_ROWS: usize = 300;

/// Bytes of a value that can be changed in the form.
const LONGEST_VALUE: usize = 12_000;

/// Bytes of all values of a form; those that follow cannot be changed in it.
const MOST_BYTES: usize = 200_000;

/// From this many allowed characters on a text gets several lines.
const LONG_TEXT: u64 = 400;

/// What a form is made of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Version of the message.
    pub version: Version,
    /// Schema of the payload; `None` when the action has none, which still gives rows.
    pub schema: Option<&'a Schema>,
    /// The payload as it was typed.
    pub text: &'a str,
    /// The payload with its variables masked, so that places are those of `text`.
    pub tree: &'a Tree<'a>,
    /// What is wrong with it.
    pub issues: &'a [ComposerIssue],
    /// What stands on the station, for fields to begin with.
    pub facts: &'a Facts,
    /// Milliseconds since 1970, for times to begin with.
    pub now_epoch_millis: i64,
}

/// Makes the form of a payload that is an object.
pub fn form(source: Source<'_>) -> FormView {
    let mut maker = Maker { source, view: FormView::default(), n_bytes: 0 };
    let place = Place { pointer: String::new(), name: String::new(), names: Vec::new(), depth: 0 };
    maker.object(source.tree.root(), source.schema.map(Schema::root), &place);
    maker.view
}

struct Maker<'a> {
    source: Source<'a>,
    view: FormView,
    n_bytes: usize,
}

/// Where a value stands.
struct Place {
    pointer: String,
    /// Name of the field, for an item that of its list.
    name: String,
    /// Names without list positions, as the texts about fields want them.
    names: Vec<String>,
    /// Nesting of what is inside.
    depth: u8,
}

impl Place {
    fn member(&self, name: &str) -> Self {
        let mut names = self.names.clone();
        names.push(name.to_owned());
        let pointer = format!("{}/{}", self.pointer, escape_pointer(name));
        Self { pointer, name: name.to_owned(), names, depth: self.depth.saturating_add(1) }
    }

    fn item(&self, index: usize) -> Self {
        let pointer = format!("{}/{index}", self.pointer);
        Self { pointer, name: self.name.clone(), names: self.names.clone(), depth: self.depth.saturating_add(1) }
    }
}

impl<'a> Maker<'a> {
    fn texts(&self) -> Texts<'a> {
        Texts { version: self.source.version, schema: self.source.schema }
    }

    fn object(&mut self, node: NodeId, rule: Option<&'a Rule>, place: &Place) {
        let tree = self.source.tree;
        for member in tree.items(node) {
            let name = tree.key(member).into_owned();
            let property = rule.and_then(|rule| rule.property(&name));
            self.value(member, &name, property, None, &place.member(&name));
        }
        let Some(rule) = rule else { return };
        let absent = || rule.properties.iter().filter(|property| tree.get(node, &property.name).is_none());
        for property in absent().filter(|property| property.is_required) {
            let here = place.member(&property.name);
            let addition = self.addition(rule, place, property);
            let row = self.row(&here, &property.name, self.rule(property), Some(property));
            self.push(FormRow { control: Control::Missing, additions: addition.into_iter().collect(), ..row });
        }
        let optional = || absent().filter(|property| !property.is_required);
        // What every object of 2.x may hold is no reason for a row.
        if self.is_full() || !optional().any(|property| place.depth == 0 || property.name != "customData") {
            return;
        }
        let (custom, own): (Vec<_>, Vec<_>) = optional().partition(|property| property.name == "customData");
        let additions =
            own.into_iter().chain(custom).filter_map(|property| self.addition(rule, place, property)).collect();
        let (pointer, depth, name) = (place.pointer.clone(), place.depth, place.name.clone());
        self.push(FormRow { pointer, depth, name, control: Control::Adder, additions, ..FormRow::default() });
    }

    fn value(
        &mut self,
        node: NodeId,
        shown_name: &str,
        property: Option<&'a Property>,
        item: Option<&'a Rule>,
        place: &Place,
    ) {
        let rule = item.or_else(|| property.and_then(|property| self.rule(property)));
        let row = self.row(place, shown_name, rule, property);
        let tree = self.source.tree;
        let is_followed = place.pointer.len() <= MAX_POINTER_BYTES;
        match tree.kind(node) {
            Kind::Object => {
                self.push(FormRow { control: Control::Object, ..row });
                if is_followed {
                    self.object(node, rule, place);
                }
            }
            Kind::Array => {
                let count = tree.items(node).count();
                let value = if count == 1 { "1 item".to_owned() } else { format!("{count} items") };
                let additions = self.item_addition(rule, place, count as u64);
                self.push(FormRow { control: Control::List, value, additions, ..row });
                let items = rule.and_then(|rule| Some(self.source.schema?.rule(rule.items?)));
                for (index, item) in tree.items(node).enumerate() {
                    if is_followed {
                        self.value(item, &format!("[{index}]"), None, items, &place.item(index));
                    }
                }
            }
            kind => {
                let row = self.filled(row, node, kind, rule, place);
                self.push(row);
            }
        }
    }

    /// A row of a value that is neither object nor list.
    fn filled(&mut self, row: FormRow, node: NodeId, kind: Kind, rule: Option<&Rule>, place: &Place) -> FormRow {
        let span = self.source.tree.span(node);
        let raw = self.source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        self.n_bytes += raw.len();
        if raw.len() > LONGEST_VALUE || self.n_bytes > MOST_BYTES {
            let beginning: String = raw.chars().take(60).collect();
            return FormRow { control: Control::Locked, value: format!("{beginning}…"), ..row };
        }
        let is_variable = is_variable(raw);
        let text = self.source.tree.string(node).filter(|_| !is_variable);
        let value = text.as_deref().unwrap_or(raw).to_owned();
        let control = control(rule, kind, is_variable, &value);
        let mut options = match (control, rule) {
            (Control::Choice, Some(rule)) => rule.allowed.clone(),
            (Control::Flag, _) => vec!["true".to_owned(), "false".to_owned()],
            (Control::Text, _) => suggestions(self.source.version, self.schema_name(), &place.names)
                .iter()
                .map(|&text| text.to_owned())
                .collect(),
            _ => Vec::new(),
        };
        if matches!(control, Control::Choice | Control::Flag) && !options.contains(&value) {
            options.insert(0, value.clone());
        }
        let unit = match (control, rule) {
            (Control::Number, _) => self.texts().unit(&place.names).unwrap_or_default(),
            (Control::Choice | Control::Text, Some(rule)) => self.texts().enum_meaning(rule, &place.name, &value),
            _ => "",
        };
        let most = rule.and_then(|rule| rule.max_length).filter(|_| text.is_some() && control != Control::Choice);
        let length = most.map(|most| (value.chars().count() as u32, u32::try_from(most).unwrap_or(u32::MAX)));
        FormRow { control, options, unit: unit.to_owned(), length, value, ..row }
    }

    /// What every row has.
    fn row(&self, place: &Place, name: &str, rule: Option<&Rule>, property: Option<&Property>) -> FormRow {
        let issues = self.source.issues.iter().filter(|issue| issue.pointer == place.pointer);
        FormRow {
            pointer: place.pointer.clone(),
            depth: place.depth.saturating_sub(1),
            name: name.chars().take(100).collect(),
            type_and_limit: match rule {
                Some(rule) => self.texts().type_and_limit(rule, &place.names),
                None if self.source.schema.is_some() => "not in the schema".to_owned(),
                None => String::new(),
            },
            meaning: property.map_or(String::new(), |property| self.texts().meaning(property, &place.names)),
            faults: issues.map(|issue| issue.message.clone()).collect(),
            is_required: property.is_some_and(|property| property.is_required),
            ..FormRow::default()
        }
    }

    fn push(&mut self, row: FormRow) {
        if self.is_full() {
            self.view.n_left_out += u32::from(row.control != Control::Adder);
        } else {
            self.view.rows.push(row);
        }
    }

    fn is_full(&self) -> bool {
        self.view.rows.len() >= MOST_ROWS
    }

    fn rule(&self, property: &Property) -> Option<&'a Rule> {
        self.source.schema.map(|schema| schema.rule(property.rule))
    }

    fn schema_name(&self) -> &'a str {
        self.source.schema.map_or("", |schema| &schema.name)
    }

    fn addition(&self, holder: &Rule, place: &Place, property: &Property) -> Option<Addition> {
        let schema = self.source.schema?;
        if self.is_full() {
            return None;
        }
        let here = place.member(&property.name);
        let rule = schema.rule(property.rule);
        let context = Context { now_epoch_millis: self.source.now_epoch_millis, preferred: &[] };
        let fact = self.fact(&property.name, rule);
        let value = fact.unwrap_or_else(|| sample::member(schema, holder, &place.name, property, &context));
        let meaning = self.texts().meaning(property, &here.names);
        let about = [self.texts().type_and_limit(rule, &here.names), meaning];
        let about = about.iter().map(String::as_str).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(". ");
        Some(Addition { pointer: here.pointer, name: property.name.clone(), value, about })
    }

    fn item_addition(&self, rule: Option<&Rule>, place: &Place, n_items: u64) -> Vec<Addition> {
        let (Some(schema), Some(rule)) = (self.source.schema, rule) else { return Vec::new() };
        if self.is_full() {
            return Vec::new();
        }
        let context = Context { now_epoch_millis: self.source.now_epoch_millis, preferred: &[] };
        let value = sample::item(schema, rule, &place.name, &context);
        let about = match rule.max_items.filter(|most| n_items >= *most) {
            Some(most) => format!("One more than the {most} that are allowed"),
            None => String::new(),
        };
        vec![Addition { pointer: format!("{}/-", place.pointer), name: place.name.clone(), value, about }]
    }

    /// The value that fits what the station is doing, if the field has one and may hold it.
    fn fact(&self, name: &str, rule: &Rule) -> Option<String> {
        let facts = self.source.facts;
        let text = match name {
            "transactionId" => facts.transaction_id.clone()?,
            "connectorId" if !self.source.version.is_v2() => facts.outlet.to_string(),
            "evseId" => facts.outlet.to_string(),
            "seqNo" => facts.seq_no.to_string(),
            "idTag" => Some(&facts.token).filter(|token| !token.is_empty())?.clone(),
            _ => return None,
        };
        match rule.value_type? {
            ValueType::Integer => text.parse::<i64>().is_ok().then_some(text),
            ValueType::String => {
                let is_short = rule.max_length.is_none_or(|most| text.chars().count() as u64 <= most);
                is_short.then(|| quote(&text))
            }
            _ => None,
        }
    }
}

/// What a value is changed with: as the schema says where the value is of that type or can become it by typing.
fn control(rule: Option<&Rule>, kind: Kind, is_variable: bool, value: &str) -> Control {
    let Some(rule) = rule else {
        return match kind {
            Kind::Bool => Control::Flag,
            Kind::Number => Control::Number,
            Kind::String if !is_variable => text_control(value, 0),
            _ => Control::Json,
        };
    };
    match (rule.value_type, kind) {
        (Some(ValueType::Integer | ValueType::Number), Kind::Number | Kind::String) => Control::Number,
        (Some(ValueType::Boolean), Kind::Bool | Kind::String) => Control::Flag,
        (Some(ValueType::String), Kind::String) if !rule.allowed.is_empty() => Control::Choice,
        (Some(ValueType::String), Kind::String) if is_variable => Control::Json,
        (Some(ValueType::String), Kind::String) if rule.format == Some(Format::DateTime) => Control::Time,
        (Some(ValueType::String) | None, Kind::String) if !is_variable => {
            text_control(value, rule.max_length.unwrap_or_default())
        }
        _ => Control::Json,
    }
}

fn text_control(value: &str, most_chars: u64) -> Control {
    // A line of text would lose the line breaks.
    if most_chars >= LONG_TEXT || value.contains(['\n', '\r']) { Control::LongText } else { Control::Text }
}
