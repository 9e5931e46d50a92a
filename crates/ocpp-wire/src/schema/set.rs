//! The schemas of one version: read from a bundle, corrected in memory where the shipped files deviate from OCA's, and
//! compiled when they are first needed.

use super::{Part, Schema};
use crate::catalog::{self, Action};
use crate::version::Version;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

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
    pub(super) text: String,
    pub(super) files: HashMap<String, (usize, usize)>,
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
pub(super) struct Correction {
    version: Version,
    pub(super) file: &'static str,
    pub(super) path: &'static str,
    /// The value to take out of the list at `path`; `None` takes the member at `path` out.
    enum_value: Option<&'static str>,
}

/// What makes the shipped 1.6 set give the verdict of OCA's own files; the same list with its reasons is
/// `schemas/overlays.json`, and a test compares the two.
pub(super) const CORRECTIONS: &[Correction] = &[
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
