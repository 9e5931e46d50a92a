//! Tests of schema sets, and the sets for other tests.

use super::set::CORRECTIONS;
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
