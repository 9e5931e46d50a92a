//! Profiles of the user: the station is made of what they say, and links carry them.

use super::*;
use crate::port::{OfferView, Scope, SetupForm, ShareChoice, SharedForm};

fn made_by(vendor: &str) -> Command {
    Command::Setup(SetupForm { vendor: vendor.to_owned(), n_connectors: 2, ..SetupForm::default() })
}

#[test]
fn a_changed_station_is_new_at_the_next_connect() {
    for version in ["1.6", "2.0.1", "2.1"] {
        let mut bench = Bench::connected(version, true);
        bench.accept();
        let n_outlets = |bench: &Bench| bench.workbench.station().unwrap().core().outlets.len();
        bench.apply(made_by("ACME"));
        assert_eq!(n_outlets(&bench), 1, "it stays as it is while it lives");
        bench.apply(Command::Disconnect);
        bench.socket(SocketEvent::Closed { code: 1000, reason: String::new(), was_clean: true });
        bench.connect(version, true);
        assert!(bench.sent.last().unwrap().contains("ACME"), "{:?}", bench.sent.last());
        assert_eq!(n_outlets(&bench), 2);
        bench.accept();
        // The same once more changes nothing.
        bench.apply(made_by("ACME"));
        bench.apply(Command::Disconnect);
        bench.socket(SocketEvent::Closed { code: 1000, reason: String::new(), was_clean: true });
        let chance = |bench: &Bench| bench.workbench.station().unwrap().core().chance.clone();
        let before = chance(&bench);
        bench.connect(version, true);
        assert_eq!(chance(&bench), before, "it is the same station");
    }
}

fn profile() -> SharedForm {
    SharedForm {
        name: "Depot".to_owned(),
        url: "wss://me:hunter2@csms.depot.de/ocpp".to_owned(),
        identity: "CP-7".to_owned(),
        versions: vec!["2.0.1".to_owned(), "1.6".to_owned()],
    }
}

fn link(bench: &mut Bench, choice: ShareChoice) -> String {
    bench.apply(Command::Share(ShareChoice { profile: Some(profile()), ..choice }));
    bench.update().share.flatten().unwrap().fragment
}

fn opened(bench: &mut Bench, fragment: &str) -> (OfferView, Option<SharedForm>) {
    bench.apply(Command::OpenLink { fragment: fragment.to_owned() });
    let update = bench.update();
    (update.offer.flatten().unwrap(), update.go_to.and_then(|go_to| go_to.profile))
}

#[test]
fn a_link_carries_a_profile_without_its_password() {
    let mut sender = Bench::connected("1.6", false);
    let alone = link(&mut sender, ShareChoice { scope: Scope::Nothing, ..ShareChoice::default() });
    let mut bench = Bench::connected("1.6", false);
    // The form is in use: the profile waits.
    let (offer, form) = opened(&mut bench, &alone);
    assert_eq!((offer.title.as_str(), offer.is_shown, form), ("A link with the profile “Depot”", false, None));
    bench.apply(Command::Disconnect);
    bench.socket(SocketEvent::Closed { code: 1000, reason: String::new(), was_clean: true });
    let n_opened = bench.opened.len();
    let n_entries = bench.workbench.records.transcript.n_entries();
    let (offer, form) = opened(&mut bench, &alone);
    assert_eq!((offer.title.as_str(), offer.is_shown), ("From a link: the profile “Depot”", true));
    let expected = SharedForm { url: "wss://csms.depot.de/ocpp".to_owned(), ..profile() };
    assert_eq!(form, Some(expected.clone()));
    // It opens nothing, and leaves the frames alone.
    assert_eq!(bench.opened.len(), n_opened);
    assert_eq!(bench.workbench.records.transcript.n_entries(), n_entries);

    sender.receive(r#"[2,"1","Reset",{"type":"Soft"}]"#);
    let with_frames = link(&mut sender, ShareChoice::default());
    let (offer, form) = opened(&mut bench, &with_frames);
    assert!(!offer.is_shown && offer.has_frames && form.is_none(), "{offer:?}");
    bench.apply(Command::AcceptLink);
    let update = bench.update();
    assert_eq!(update.go_to.and_then(|go_to| go_to.profile), Some(expected));
    let redacted =
        link(&mut sender, ShareChoice { scope: Scope::Nothing, is_redacted: true, ..ShareChoice::default() });
    let (_, form) = opened(&mut bench, &redacted);
    let form = form.unwrap();
    assert_ne!(form.identity, "CP-7");
}
