//! The OCA schemas: reading a bundle, correcting it in memory where the shipped files deviate from OCA's,
//! and compiling each schema, when it is first needed, into a small tree of rules.

mod compile;
mod set;
#[cfg(test)]
pub(crate) mod tests;

use crate::json::{NodeId, Tree};
use crate::referee::Referee;
use crate::version::Version;
use serde_json::Value;
pub use set::{BundleError, SchemaSet};
use std::cell::OnceCell;

/// Which half of an exchange a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Payload of a Call or Send.
    Request,
    /// Payload of a CallResult.
    Response,
}

/// Dialect of JSON Schema a file is written in. The two differ in what an integer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// Draft-04: the 56 core files of 1.6. `1.0` is not an integer.
    Draft4,
    /// Draft-06: the security files of 1.6, and 2.x. `1.0` is an integer.
    Draft6,
}

/// Index of a rule in its [`Schema`].
pub type RuleId = usize;

/// One compiled schema.
#[derive(Debug)]
pub struct Schema {
    /// File name without `.json`.
    pub name: String,
    /// Version it is for.
    pub version: Version,
    /// Dialect.
    pub draft: Draft,
    rules: Vec<Rule>,
    source: Value,
    referee: OnceCell<Referee>,
}

/// What a schema demands of one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// JSON type; `None` admits any.
    pub value_type: Option<ValueType>,
    /// Known members, in the order of the file.
    pub properties: Vec<Property>,
    /// Number of members that must be there.
    pub n_required: usize,
    /// Other members are allowed.
    pub is_open: bool,
    /// Rule of each item.
    pub items: Option<RuleId>,
    /// Fewest items.
    pub min_items: Option<u64>,
    /// Most items.
    pub max_items: Option<u64>,
    /// Most characters.
    pub max_length: Option<u64>,
    /// Least number, as written.
    pub minimum: Option<String>,
    /// Greatest number, as written.
    pub maximum: Option<String>,
    /// Step, as written: `0.1`.
    pub multiple_of: Option<String>,
    /// Form of a string.
    pub format: Option<Format>,
    /// Allowed strings; empty allows all.
    pub allowed: Vec<String>,
    /// Default as JSON.
    pub default: Option<String>,
    /// Text of the file about this value, untouched; 1.6 has none.
    pub description: Option<String>,
    /// Name of the type in the specification, such as `IdTokenType`.
    pub type_name: Option<String>,
}

/// A known member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Name.
    pub name: String,
    /// Its rule.
    pub rule: RuleId,
    /// Must be there.
    pub is_required: bool,
    /// Text about this use of the type; overrides the type's own.
    pub description: Option<String>,
}

/// Type of a value as schemas name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// `object`
    Object,
    /// `array`
    Array,
    /// `string`
    String,
    /// `integer`
    Integer,
    /// `number`
    Number,
    /// `boolean`
    Boolean,
}

impl ValueType {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "object" => Self::Object,
            "array" => Self::Array,
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            _ => return None,
        })
    }

    /// The word for people: `a string`, `an integer`, …
    pub const fn with_article(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Array => "a list",
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "true or false",
        }
    }
}

/// Form of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RFC 3339.
    DateTime,
    /// RFC 3986, absolute.
    Uri,
}

impl Schema {
    fn compile(version: Version, name: &str, source: &Value) -> Self {
        let draft = match source.get("$schema").and_then(Value::as_str) {
            Some(uri) if uri.contains("draft-04") => Draft::Draft4,
            _ => Draft::Draft6,
        };
        Self {
            name: name.to_owned(),
            version,
            draft,
            rules: compile::rules(source),
            source: source.clone(),
            referee: OnceCell::new(),
        }
    }

    /// The rule of the payload itself.
    pub fn root(&self) -> &Rule {
        self.rule(0)
    }

    /// A rule by its id.
    pub fn rule(&self, id: RuleId) -> &Rule {
        static ANYTHING: Rule = Rule {
            value_type: None,
            properties: Vec::new(),
            n_required: 0,
            is_open: true,
            items: None,
            min_items: None,
            max_items: None,
            max_length: None,
            minimum: None,
            maximum: None,
            multiple_of: None,
            format: None,
            allowed: Vec::new(),
            default: None,
            description: None,
            type_name: None,
        };
        self.rules.get(id).unwrap_or(&ANYTHING)
    }

    /// The rule at a JSON pointer into a payload, where the schema knows one.
    pub fn rule_at(&self, pointer: &str) -> Option<&Rule> {
        let mut rule = self.root();
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            rule = match rule.items {
                Some(items) => self.rule(items),
                None => self.rule(rule.property(&step)?.rule),
            };
        }
        Some(rule)
    }

    /// The rule of a value inside a payload, where the schema knows one.
    pub fn rule_of(&self, tree: &Tree<'_>, payload: NodeId, node: NodeId) -> Option<&Rule> {
        let (mut rule, mut at) = (self.root(), payload);
        while at != node {
            let (_, child) = tree.child_towards(at, node)?;
            rule = match rule.items {
                Some(items) => self.rule(items),
                None => self.rule(rule.property(&tree.key(child))?.rule),
            };
            at = child;
        }
        Some(rule)
    }

    /// The judge of this schema, made when it is first needed.
    pub(crate) fn referee(&self) -> &Referee {
        self.referee.get_or_init(|| Referee::new(self.for_referee(), self.draft))
    }

    /// The schema with every reference replaced by what it names, without `$id` and without `multipleOf`:
    /// the referee walks the document for each reference, and decides `multipleOf` in binary.
    fn for_referee(&self) -> Value {
        let mut schema = compile::inline(&self.source, &self.source, 0);
        if let Value::Object(map) = &mut schema {
            for key in ["$id", "id", "$schema", "definitions"] {
                map.shift_remove(key);
            }
        }
        schema
    }
}

impl Rule {
    /// A member by name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Nothing is demanded, as of the data of a 2.x `DataTransfer`.
    pub fn admits_anything(&self) -> bool {
        // Taken apart, so that a new kind of demand cannot be forgotten here.
        let Self {
            value_type: None,
            properties,
            n_required: _,
            is_open: true,
            items: None,
            min_items: None,
            max_items: None,
            max_length: None,
            minimum: None,
            maximum: None,
            multiple_of: None,
            format: None,
            allowed,
            default: _,
            description: _,
            type_name: _,
        } = self
        else {
            return false;
        };
        properties.is_empty() && allowed.is_empty()
    }

    /// Members that must be there.
    pub fn required(&self) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(|property| property.is_required)
    }
}
