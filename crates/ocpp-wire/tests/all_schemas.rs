//! Every schema of every version, checked against a second checker that knows nothing of ours: the crate
//! `jsonschema`. Where the two differ, the difference is listed here with its reason.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

#[path = "all_schemas/changes.rs"]
mod changes;
#[path = "all_schemas/unusual.rs"]
mod unusual;

use ocpp_wire::check::{self, Keyword, Violation, check};
use ocpp_wire::json::{self, Kind, NodeId, Tree, escape_pointer};
use ocpp_wire::sample::{Context, Fields, MAX_PER_CONSTRAINT, compact, faulty_samples, template};
use ocpp_wire::schema::{Draft, Schema, SchemaSet};
use ocpp_wire::version::Version;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// 2026-11-22T09:22:07Z
const NOW_EPOCH_MILLIS: i64 = 1_795_339_327_000;
const CONTEXT: Context<'static> = Context { now_epoch_millis: NOW_EPOCH_MILLIS, preferred: &[] };

/// Violations as `pointer keyword`, in both checkers' words.
type Verdict = BTreeSet<String>;

fn set(version: Version) -> SchemaSet {
    let files = schema_files::read(version.schema_set()).unwrap();
    SchemaSet::from_bundle(version, SchemaSet::bundle(version, &files)).unwrap()
}

/// One schema with both checkers.
struct Both {
    schema: Rc<Schema>,
    second: jsonschema::Validator,
}

impl Both {
    fn new(set: &SchemaSet, name: &str) -> Self {
        let schema = set.schema(name).unwrap();
        let draft = match schema.draft {
            Draft::Draft4 => jsonschema::Draft::Draft4,
            Draft::Draft6 => jsonschema::Draft::Draft6,
        };
        let second = jsonschema::options()
            .with_draft(draft)
            .should_validate_formats(true)
            .build(&set.corrected(name).unwrap())
            .unwrap();
        Self { schema, second }
    }

    /// What [`check`] says.
    fn ours(&self, text: &str) -> Verdict {
        let tree = json::parse(text).unwrap();
        verdict(&check(&self.schema, &tree, tree.root()))
    }

    /// What the second checker says, brought to our form: each missing and each unknown member is named itself.
    /// Where a schema is closed without listing properties, it says `falseSchema` of the object.
    fn theirs(&self, value: &Value) -> Verdict {
        use jsonschema::error::ValidationErrorKind;
        let mut verdict = Verdict::new();
        for error in self.second.iter_errors(value) {
            let path = error.instance_path().as_str();
            let keyword = error.kind().keyword();
            let member = |name: &str| line(&format!("{path}/{}", escape_pointer(name)), keyword);
            match error.kind() {
                ValidationErrorKind::Required { property } => {
                    verdict.insert(member(property.as_str().unwrap()));
                }
                ValidationErrorKind::AdditionalProperties { unexpected } => {
                    verdict.extend(unexpected.iter().map(|name| member(name)));
                }
                ValidationErrorKind::FalseSchema => {
                    let names = value.pointer(path).unwrap().as_object().unwrap().keys();
                    let additional = |name| line(&format!("{path}/{}", escape_pointer(name)), "additionalProperties");
                    verdict.extend(names.map(|name| additional(name)));
                }
                _ => {
                    verdict.insert(line(path, keyword));
                }
            }
        }
        verdict
    }
}

fn verdict(violations: &[Violation]) -> Verdict {
    let verdict: Verdict =
        violations.iter().map(|violation| line(&violation.pointer, violation.keyword.as_str())).collect();
    assert_eq!(verdict.len(), violations.len(), "said twice: {violations:?}");
    verdict
}

fn line(pointer: &str, keyword: &str) -> String {
    format!("{pointer} {keyword}")
}

fn accepts(schema: &Schema, text: &str) -> bool {
    let tree = json::parse(text).unwrap();
    check::accepts(schema, &tree, tree.root())
}

fn referee_is_content(schema: &Schema, text: &str) -> bool {
    let tree = json::parse(text).unwrap();
    check::referee(schema, &tree, tree.root()).is_empty()
}

/// Constraints of a schema file, each by its place in the file, with all violations it can lead to.
type Constraints = BTreeMap<(String, String), Verdict>;

/// Collects the constraints that a payload can reach, straight from the file.
fn collect(document: &Value, node: &Value, place: &str, pointer: &str, found: &mut Constraints) {
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        let target = document.pointer(reference.trim_start_matches('#')).unwrap();
        return collect(document, target, reference, pointer, found);
    }
    let mut add = |constraint: String, line: String| {
        found.entry((place.to_owned(), constraint)).or_default().insert(line);
    };
    for keyword in ["type", "enum", "maxLength", "minimum", "maximum", "multipleOf", "format", "minItems", "maxItems"] {
        if node.get(keyword).is_some() {
            add(keyword.to_owned(), line(pointer, keyword));
        }
    }
    // The files close strings and lists, too, which means nothing.
    if node["type"] == "object" && node["additionalProperties"] == false {
        add("additionalProperties".to_owned(), line(&format!("{pointer}/unexpected"), "additionalProperties"));
    }
    for name in node["required"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()) {
        add(format!("required {name}"), line(&format!("{pointer}/{name}"), "required"));
    }
    for (name, member) in node["properties"].as_object().into_iter().flatten() {
        collect(document, member, &format!("{place}/properties/{name}"), &format!("{pointer}/{name}"), found);
    }
    if let Some(items) = node.get("items") {
        collect(document, items, &format!("{place}/items"), &format!("{pointer}/0"), found);
    }
}

#[test]
fn every_constraint_of_every_schema_is_broken() {
    let (mut n_constraints, mut n_paths) = (0, 0);
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let mut constraints = Constraints::new();
            let document = set.corrected(name).unwrap();
            collect(&document, &document, "", "", &mut constraints);
            let schema = set.schema(name).unwrap();
            let sample: Value = serde_json::from_str(&template(&schema, Fields::All, &CONTEXT)).unwrap();
            for place in constraints.values().flatten().filter_map(|line| line.strip_suffix(" type")) {
                let is_shown = !place.contains("/customData");
                assert_eq!(sample.pointer(place).is_some(), is_shown, "{version} {name} {place}");
            }
            let faults: Verdict =
                faulty_samples(&schema).iter().map(|fault| line(&fault.pointer, fault.keyword.as_str())).collect();
            for (constraint, lines) in &constraints {
                let n_broken = lines.intersection(&faults).count();
                assert_eq!(n_broken, lines.len().min(MAX_PER_CONSTRAINT), "{version} {name} {constraint:?}");
                n_constraints += 1;
                n_paths += lines.len();
            }
            let all: Verdict = constraints.into_values().flatten().collect();
            assert!(faults.is_subset(&all), "{version} {name} {:?}", faults.difference(&all));
        }
    }
    println!("{n_constraints} constraints on {n_paths} paths, each broken on {MAX_PER_CONSTRAINT} paths at most");
}

#[test]
fn both_checkers_agree_on_every_sample_of_every_schema() {
    let (mut n_schemas, mut n_valid) = (0, 0);
    let mut n_faulty: BTreeMap<Keyword, usize> = BTreeMap::new();
    for version in Version::ALL {
        let set = set(version);
        for name in set.names() {
            let both = Both::new(&set, name);
            let schema = &*both.schema;
            n_schemas += 1;
            for fields in [Fields::Required, Fields::All] {
                let text = template(schema, fields, &CONTEXT);
                let value: Value = serde_json::from_str(&text).unwrap();
                assert!(accepts(schema, &text), "{version} {name} {fields:?} {text}");
                assert!(referee_is_content(schema, &text), "{version} {name} {fields:?} {text}");
                assert_eq!(both.theirs(&value), Verdict::new(), "{version} {name} {fields:?} {text}");
                assert_eq!(compact(schema, fields, &CONTEXT), value.to_string());
                n_valid += 1;
            }
            for fault in faulty_samples(schema) {
                *n_faulty.entry(fault.keyword).or_default() += 1;
                let about = || format!("{version} {name} {} {:?} {}", fault.pointer, fault.keyword, fault.payload);
                let expected: Verdict = [Some(fault.keyword), fault.also]
                    .into_iter()
                    .flatten()
                    .map(|keyword| line(&fault.pointer, keyword.as_str()))
                    .collect();
                assert!(!accepts(schema, &fault.payload), "{}", about());
                assert_eq!(both.ours(&fault.payload), expected, "{}", about());
                let theirs = both.theirs(&serde_json::from_str(&fault.payload).unwrap());
                assert_eq!(theirs, expected, "{}", about());
            }
        }
    }
    let keywords: Vec<String> = n_faulty.iter().map(|(keyword, n)| format!("{} {n}", keyword.as_str())).collect();
    println!(
        "{n_schemas} schemas, {n_valid} valid samples, {} faulty samples ({}), no differences",
        n_faulty.values().sum::<usize>(),
        keywords.join(", ")
    );
    assert_eq!(n_schemas, 387);
    assert_eq!(n_faulty.len(), 11, "every keyword is broken somewhere");
}
