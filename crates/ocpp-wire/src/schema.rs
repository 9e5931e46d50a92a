//! The OCA schemas: reading a bundle, correcting it in memory where the shipped files deviate from OCA's,
//! and compiling each schema, when it is first needed, into a small tree of rules.

use crate::catalog::{self, Action};
use crate::json::{NodeId, Tree};
use crate::referee::Referee;
use crate::version::Version;
use serde_json::Value;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

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

/// A bundle that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The first line is not `ocppscope-schemas 1 <set>`.
    #[error("the schema bundle does not begin as expected; it is probably not the file of this build")]
    Header,
    /// The bundle holds another version.
    #[error("the schema bundle holds the schemas of another version")]
    OtherVersion,
    /// Fewer bytes than the list of files says.
    #[error("the schema bundle ends too early; it was cut on its way")]
    Truncated,
}

/// The schemas of one version.
#[derive(Debug)]
pub struct SchemaSet {
    version: Version,
    text: String,
    files: HashMap<String, (usize, usize)>,
    compiled: RefCell<HashMap<String, Rc<Schema>>>,
    /// Those of requests and responses, in the order of the actions, so that a frame finds its own at once.
    by_action: RefCell<Vec<[Option<Rc<Schema>>; 2]>>,
}

impl SchemaSet {
    /// Reads bundles that stand one after the other in one text, as the page loads them.
    ///
    /// # Errors
    /// See [`BundleError`]; one bad bundle spoils all.
    pub fn from_bundles(text: &str) -> Result<Vec<Self>, BundleError> {
        let mut sets = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let set = rest.lines().next().and_then(|line| line.strip_prefix(HEADER)).ok_or(BundleError::Header)?;
            let version = Version::ALL.into_iter().find(|version| version.schema_set() == set);
            let (files, end) = read_head(rest)?;
            let (bundle, behind) = rest.split_at_checked(end).ok_or(BundleError::Truncated)?;
            if let Some(version) = version {
                sets.push(Self {
                    version,
                    text: bundle.to_owned(),
                    files,
                    compiled: RefCell::default(),
                    by_action: RefCell::default(),
                });
            }
            rest = behind;
        }
        Ok(sets)
    }

    /// Reads a bundle: a line `ocppscope-schemas 1 v16`, a line `Name.json <bytes>` for each file, an empty
    /// line, and the bytes of all files one after the other.
    ///
    /// # Errors
    /// See [`BundleError`]. The files themselves are read when they are needed.
    pub fn from_bundle(version: Version, text: String) -> Result<Self, BundleError> {
        let set = text.lines().next().and_then(|line| line.strip_prefix(HEADER)).ok_or(BundleError::Header)?;
        if set != version.schema_set() {
            return Err(BundleError::OtherVersion);
        }
        let (files, end) = read_head(&text)?;
        if text.get(..end).is_none() {
            return Err(BundleError::Truncated);
        }
        Ok(Self { version, text, files, compiled: RefCell::default(), by_action: RefCell::default() })
    }

    /// Makes a bundle of files, each with its name (`Authorize.json`) and text. The inverse of
    /// [`SchemaSet::from_bundle`].
    pub fn bundle(version: Version, files: &[(String, String)]) -> String {
        use std::fmt::Write;
        let mut out = format!("ocppscope-schemas 1 {}\n", version.schema_set());
        for (name, text) in files {
            let _ = writeln!(out, "{name} {}", text.len());
        }
        out.push('\n');
        out.extend(files.iter().map(|(_, text)| text.as_str()));
        out
    }

    /// The version it is for.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Names of all schemas, without `.json`, sorted.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.files.keys().map(String::as_str).collect();
        names.sort_unstable();
        names
    }

    /// The schema of one half of an action; `None` for the response of a Send, or when the file is missing.
    pub fn for_action(&self, action: &Action, part: Part) -> Option<Rc<Schema>> {
        let index = catalog::index(self.version, action.name);
        let known = index.and_then(|index| self.by_action.borrow().get(index)?.get(part as usize)?.clone());
        if known.is_some() {
            return known;
        }
        let schema = match part {
            Part::Request => self.schema(&action.request_schema(self.version)),
            Part::Response => self.schema(&action.response_schema()?),
        }?;
        if let Some(index) = index {
            let mut by_action = self.by_action.borrow_mut();
            by_action.resize(catalog::actions(self.version).len(), [None, None]);
            if let Some(slot) = by_action.get_mut(index).and_then(|parts| parts.get_mut(part as usize)) {
                *slot = Some(Rc::clone(&schema));
            }
        }
        Some(schema)
    }

    /// The schema of a file, by its name without `.json`. Compiled once.
    pub fn schema(&self, name: &str) -> Option<Rc<Schema>> {
        if let Some(schema) = self.compiled.borrow().get(name) {
            return Some(Rc::clone(schema));
        }
        let schema = Rc::new(Schema::compile(self.version, name, &self.corrected(name)?));
        self.compiled.borrow_mut().insert(name.to_owned(), Rc::clone(&schema));
        Some(schema)
    }

    /// The file as JSON with the corrections applied; what a second checker is given in tests.
    pub fn corrected(&self, name: &str) -> Option<Value> {
        let &(start, end) = self.files.get(name)?;
        let mut value: Value = serde_json::from_str(self.text.get(start..end)?).ok()?;
        for correction in CORRECTIONS.iter().filter(|c| c.version == self.version && c.file == name) {
            correction.apply(&mut value);
        }
        Some(value)
    }
}

/// Begins every bundle; the 1 is the version of its form.
const HEADER: &str = "ocppscope-schemas 1 ";

/// Where each file of a bundle stands, and where the bundle ends.
type Contents = (HashMap<String, (usize, usize)>, usize);

fn read_head(text: &str) -> Result<Contents, BundleError> {
    let (head, _) = text.split_once("\n\n").ok_or(BundleError::Header)?;
    let mut files = HashMap::new();
    let mut at = head.len() + 2;
    for line in head.lines().skip(1) {
        let (name, n_bytes) = line.rsplit_once(' ').ok_or(BundleError::Header)?;
        let n_bytes: usize = n_bytes.parse().map_err(|_| BundleError::Header)?;
        let end = at.checked_add(n_bytes).ok_or(BundleError::Truncated)?;
        files.insert(name.trim_end_matches(".json").to_owned(), (at, end));
        at = end;
    }
    Ok((files, at))
}

/// A change to a schema in memory. The files stay as they were published.
struct Correction {
    version: Version,
    file: &'static str,
    path: &'static str,
    /// The value to take out of the list at `path`; `None` takes the member at `path` out.
    enum_value: Option<&'static str>,
}

/// What makes the shipped 1.6 set give the verdict of OCA's own files; the same list with its reasons is
/// `schemas/overlays.json`, and a test compares the two.
const CORRECTIONS: &[Correction] = &[
    Correction {
        version: Version::V16,
        file: "MeterValues",
        path: "/properties/meterValue/items/properties/sampledValue/items/properties/unit/enum",
        enum_value: Some("Hertz"),
    },
    Correction {
        version: Version::V16,
        file: "MeterValues",
        path: "/properties/meterValue/minItems",
        enum_value: None,
    },
    Correction {
        version: Version::V16,
        file: "MeterValues",
        path: "/properties/meterValue/items/properties/sampledValue/minItems",
        enum_value: None,
    },
];

impl Correction {
    fn apply(&self, schema: &mut Value) {
        match self.enum_value {
            Some(text) => {
                if let Some(Value::Array(values)) = schema.pointer_mut(self.path) {
                    values.retain(|value| value != text);
                }
            }
            None => {
                if let Some((parent, key)) = self.path.rsplit_once('/')
                    && let Some(Value::Object(parent)) = schema.pointer_mut(parent)
                {
                    parent.shift_remove(key);
                }
            }
        }
    }
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
        let mut compiler = Compiler { source, rules: Vec::new(), definitions: HashMap::new() };
        compiler.rule(source);
        Self {
            name: name.to_owned(),
            version,
            draft,
            rules: compiler.rules,
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
        let mut schema = inline(&self.source, &self.source, 0);
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

/// No schema of any set is recursive; the bound keeps a foreign one from looping.
const MAX_REFERENCES: usize = 64;

fn inline(node: &Value, document: &Value, depth: usize) -> Value {
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The set of a version, read from the project's `schemas` folder.
    pub(crate) fn set(version: Version) -> SchemaSet {
        let files = schema_files::read(version.schema_set()).unwrap();
        SchemaSet::from_bundle(version, SchemaSet::bundle(version, &files)).unwrap()
    }

    #[test]
    fn bundle_keeps_every_byte() {
        let files = vec![("A.json".to_owned(), "{\r\n}".to_owned()), ("B.json".to_owned(), "{\"é\":1}\n".to_owned())];
        let bundle = SchemaSet::bundle(Version::V16, &files);
        let set = SchemaSet::from_bundle(Version::V16, bundle.clone()).unwrap();
        for (name, text) in &files {
            let (start, end) = set.files[name.trim_end_matches(".json")];
            assert_eq!(&set.text[start..end], text);
        }
        assert_eq!(SchemaSet::from_bundle(Version::V21, bundle.clone()).unwrap_err(), BundleError::OtherVersion);
        let cut = bundle[..bundle.len() - 1].to_owned();
        assert_eq!(SchemaSet::from_bundle(Version::V16, cut).unwrap_err(), BundleError::Truncated);
        assert_eq!(SchemaSet::from_bundle(Version::V16, "<html>\n\n".into()).unwrap_err(), BundleError::Header);

        let both = format!("{bundle}{}", SchemaSet::bundle(Version::V21, &files));
        let sets = SchemaSet::from_bundles(&both).unwrap();
        assert_eq!(sets.iter().map(SchemaSet::version).collect::<Vec<_>>(), [Version::V16, Version::V21]);
        let (start, end) = sets[1].files["B"];
        assert_eq!(&sets[1].text[start..end], files[1].1);
        assert_eq!(SchemaSet::from_bundles(&both[..both.len() - 1]).unwrap_err(), BundleError::Truncated);
        assert_eq!(SchemaSet::from_bundles("<html>").unwrap_err(), BundleError::Header);
    }

    #[test]
    fn all_files_compile() {
        let mut n = 0;
        for version in Version::ALL {
            let set = set(version);
            for name in set.names() {
                let schema = set.schema(name).unwrap();
                assert_eq!(schema.root().value_type, Some(ValueType::Object), "{name}");
                schema.referee();
                n += 1;
            }
        }
        assert_eq!(n, 387);
    }

    #[test]
    fn drafts_follow_the_files() {
        let set16 = set(Version::V16);
        let core = set16.names().iter().filter(|name| set16.schema(name).unwrap().draft == Draft::Draft4).count();
        assert_eq!(core, 56);
        let set21 = set(Version::V21);
        assert!(set21.names().iter().all(|name| set21.schema(name).unwrap().draft == Draft::Draft6));
    }

    #[test]
    fn corrections_are_those_of_the_overlay_file_and_take_effect() {
        let text = std::fs::read_to_string(schema_files::folder().join("overlays.json")).unwrap();
        let overlays: Value = serde_json::from_str(&text).unwrap();
        let listed: Vec<(String, String)> = overlays["v16"]
            .as_array()
            .unwrap()
            .iter()
            .map(|op| (op["file"].as_str().unwrap().replace(".json", ""), op["path"].as_str().unwrap().to_owned()))
            .collect();
        let ours: Vec<(String, String)> = CORRECTIONS.iter().map(|c| (c.file.to_owned(), c.path.to_owned())).collect();
        assert_eq!(ours, listed);
        let schema = set(Version::V16).schema("MeterValues").unwrap();
        assert_eq!(schema.rule_at("/meterValue").unwrap().min_items, None);
        assert!(!schema.rule_at("/meterValue/0/sampledValue/0/unit").unwrap().allowed.contains(&"Hertz".to_owned()));
    }

    #[test]
    fn types_and_references_are_followed() {
        let schema = set(Version::V201).schema("AuthorizeRequest").unwrap();
        let rule = schema.rule_at("/idToken/idToken").unwrap();
        assert_eq!(rule.max_length, Some(36));
        assert_eq!(schema.rule_at("/idToken").unwrap().type_name.as_deref(), Some("IdTokenType"));
        assert!(schema.rule_at("/idToken/nothing").is_none());
    }
}
