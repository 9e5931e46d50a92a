//! Profiles written and read, and what is left out of them.

use super::*;
use proptest::prelude::*;

fn some() -> Profile {
    Profile {
        name: "Depot".to_owned(),
        url: "wss://csms.example.com/ocpp".to_owned(),
        identity: "CP-1".to_owned(),
        versions: vec!["2.0.1".to_owned(), "1.6".to_owned()],
        skips_boot: true,
        vendor: "ACME".to_owned(),
        n_connectors: 2,
        tokens: vec!["T1".to_owned(), "T2".to_owned()],
        configuration: vec![("HeartbeatInterval".to_owned(), "60".to_owned())],
        ..Profile::default()
    }
}

#[test]
fn a_file_reads_as_it_looks() {
    let text = write(&[some(), Profile { name: "Bare".to_owned(), ..Profile::default() }]);
    assert_eq!(
        text,
        r#"{"format":"ocppscope-profiles","version":1,"profiles":[{"name":"Depot","url":"wss://csms.example.com/ocpp","identity":"CP-1","versions":["2.0.1","1.6"],"sendBootNotification":false,"station":{"vendor":"ACME","connectors":2,"tokens":["T1","T2"],"configuration":{"HeartbeatInterval":"60"}}},
{"name":"Bare","url":"","identity":"","versions":[],"sendBootNotification":true,"station":{}}]}
"#
    );
    let (profiles, sentences) = read(&text);
    assert_eq!((profiles.len(), &profiles[0], sentences), (2, &some(), Vec::new()));
}

#[test]
fn what_was_left_out_is_said() {
    let inside = |profile: &str| format!(r#"{{"format":"ocppscope-profiles","version":1,"profiles":[{profile}]}}"#);
    for (text, n, said) in [
        (String::new(), 0, "The file is not JSON."),
        ("[1]".to_owned(), 0, "The file holds no profiles of Ocppscope."),
        (r#"{"format":"ocppscope-profiles","version":2}"#.to_owned(), 0, "A newer version"),
        (r#"{"format":"ocppscope-profiles","version":1}"#.to_owned(), 0, "no list"),
        (" ".repeat(MOST_BYTES + 1), 0, "larger"),
        (inside(r#"{"url":"ws://a"}"#), 0, "without a name"),
        (inside(r#"{"name":"A"},{"name":"A "}"#), 1, "“A” stands there twice"),
        (inside(r#"{"name":"A","color":"red"}"#), 1, "“A”: “color” is not known"),
        (inside(r#"{"name":"A","station":{"password":"x"}}"#), 1, "“A”: “password” is not known"),
        (inside(r#"{"name":"A","url":7}"#), 1, "“A”: “url” cannot be read"),
        (inside(r#"{"name":"A","versions":["1.6",2]}"#), 1, "“versions” cannot be read"),
        (inside(r#"{"name":"A","versions":["1.5"]}"#), 1, "values that cannot be"),
        (inside(r#"{"name":"A","station":{"connectors":9}}"#), 1, "“connectors” cannot be read"),
        (inside(r#"{"name":"A","station":{"tokens":[""]}}"#), 1, "values that cannot be"),
        (inside(r#"{"name":"A","station":{"configuration":{"AuthorizationKey":"ff"}}}"#), 1, "is a secret"),
        (inside(r#"{"name":"A","station":{"configuration":{"K":1}}}"#), 1, "“K” cannot be read"),
        (inside(r#"{"name":"A","url":"wss://me:pw@host/x"}"#), 1, "password in its URL were left out"),
    ] {
        let (profiles, sentences) = read(&text);
        assert_eq!(profiles.len(), n, "{text}");
        assert_eq!(sentences.len(), 1, "{sentences:?}");
        assert!(sentences[0].contains(said), "{sentences:?}");
    }
    let (profiles, sentences) = read(&inside(&vec![r#"{"name":"","x":1},{"a":1}"#; 80].join(",")));
    assert_eq!((profiles.len(), sentences.len()), (0, MOST_SENTENCES));
}

#[test]
fn secrets_are_not_written() {
    for url in [
        "wss://me:hunter2@host/x",
        "wss:///me:hunter2@host/x",
        "wss:\\\\me:hunter2@host/x",
        "me:hunter2@host",
        "wss://me:hunter2@a@host",
    ] {
        let mut profile = some();
        profile.url = url.to_owned();
        profile.configuration.push(("SecurityCtrlr.BasicAuthPassword".to_owned(), "hunter2".to_owned()));
        assert!(!write(&[profile]).contains("hunter2"), "{url}");
    }
}

#[test]
fn what_does_not_fit_its_version() {
    let long = "x".repeat(21);
    let mut profile = Profile { vendor: long.clone(), model: long.clone(), tokens: vec![long], ..some() };
    assert_eq!(profile.issues(), ["The model is longer than the 20 characters of OCPP 2.0.1."]);
    profile.versions = vec!["1.6".to_owned()];
    assert_eq!(profile.issues().len(), 3);
    assert!(some().issues().is_empty());
}

#[test]
fn the_station_is_as_usual_where_nothing_is_said() {
    assert_eq!(setup_of(Profile::default().setup_form()), Setup::default());
    let setup = setup_of(some().setup_form());
    assert_eq!((setup.vendor.as_str(), setup.n_outlets, setup.token.as_str()), ("ACME", 2, "T1"));
    assert_eq!(setup.model, Setup::default().model);
    assert_eq!(setup.configuration, some().configuration);
}

#[test]
fn profiles_of_the_same_name_take_each_others_place() {
    let mut profiles = vec![some()];
    let other = Profile { url: "ws://b".to_owned(), ..some() };
    merge(&mut profiles, vec![other.clone(), Profile { name: "New".to_owned(), ..Profile::default() }]);
    assert_eq!((profiles.len(), &profiles[0]), (2, &other));
}

prop_compose! {
    fn any_profile()(
        name in "[a-z\"\\\\{},:é]{1,90}",
        texts in proptest::collection::vec(".{0,30}", 6),
        versions in proptest::collection::vec(prop_oneof!["1.6", "2.0.1", "2.1", "."], 0..5),
        skips_boot: bool,
        n_connectors: u8,
        tokens in proptest::collection::vec(".{0,8}", 0..4),
        configuration in proptest::collection::vec((".{0,8}|[Pp]assword", ".{0,8}"), 0..4),
    ) -> Profile {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        Profile {
            name, url: next(), identity: next(), versions, skips_boot, vendor: next(), model: next(),
            serial: next(), firmware: next(), n_connectors, tokens, configuration,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(profiles in proptest::collection::vec(any_profile(), 0..4)) {
        let mut cleaned: Vec<Profile> = Vec::new();
        for profile in profiles.into_iter().map(Profile::cleaned) {
            prop_assert_eq!(&profile, &profile.clone().cleaned());
            if cleaned.iter().all(|known| known.name != profile.name) {
                cleaned.push(profile);
            }
        }
        prop_assert_eq!(read(&write(&cleaned)), (cleaned, Vec::new()));
    }

    #[test]
    fn no_file_stops_it(profile in any_profile(), at in 0_usize..400, text in ".{0,12}") {
        let mut file = write(&[profile]);
        let at = file.char_indices().map(|(at, _)| at).nth(at).unwrap_or(0);
        file.insert_str(at, &text);
        let (profiles, _) = read(&file);
        for profile in &profiles {
            prop_assert_eq!(profile, &profile.clone().cleaned());
            let _ = profile.issues();
        }
        let _ = read(&text);
    }
}
