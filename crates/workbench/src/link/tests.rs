//! Tests of the link: what becomes of a connection, and what is said about it.

use super::*;
use crate::connect_url::{Environment, read};
use crate::port::ConnectForm;

fn opening() -> Link {
    let form = ConnectForm {
        url: "ws://a.example".into(),
        identity: "CP1".into(),
        versions: vec!["2.0.1".into(), "1.6".into()],
        ..ConnectForm::default()
    };
    let mut link = Link::new(0xA41F, false);
    link.connect(0.0, read(&form, Environment::default()).0.unwrap());
    link
}

fn open() -> Link {
    let mut link = opening();
    assert!(link.handle_opened(10.0, 1, "ocpp1.6"));
    link
}

#[test]
fn it_opens_with_all_versions_and_takes_the_agreed_one() {
    let mut link = opening();
    assert_eq!(link.state(), LinkState::Connecting);
    assert_eq!(
        link.poll_effect(),
        Some(LinkEffect::Open {
            connection: 1,
            url: "ws://a.example/CP1".into(),
            protocols: vec!["ocpp2.0.1", "ocpp1.6"]
        })
    );
    link.handle_opened(10.0, 1, "ocpp1.6");
    assert_eq!((link.state(), link.version()), (LinkState::Connected, Some(Version::V16)));
}

#[test]
fn it_never_hangs_while_opening() {
    let mut link = opening();
    assert_eq!(link.poll_timeout(), Some(15_000.0));
    assert_eq!(link.handle_timeout(14_999.0), None);
    assert_eq!(link.handle_timeout(15_000.0), Some(Ending::NoAnswer));
    assert_eq!(link.state(), LinkState::Failed);
    // What the given-up socket still reports is not heard.
    assert!(!link.handle_opened(15_001.0, 1, "ocpp1.6"));
    assert_eq!(link.handle_closed(15_001.0, 1, 1006, "", false), None);
}

#[test]
fn endings_are_told_apart() {
    let ending = opening().handle_closed(5.0, 1, 1006, "", false).unwrap();
    assert!(matches!(ending, Ending::NeverOpened { .. }));
    let ending = open().handle_closed(20.0, 1, 4001, "who", true).unwrap();
    assert!(matches!(ending, Ending::ClosedAtOnce { code: 4001, .. }));
    let mut link = open();
    link.handle_frame(1);
    assert!(matches!(link.handle_closed(20.0, 1, 1000, "", true).unwrap(), Ending::ByCsms { code: 1000, .. }));
    let ending = open().handle_closed(20.0, 1, 1006, "", false).unwrap();
    assert_eq!(ending, Ending::Lost { is_protocol_fault: false });
    let mut link = open();
    link.handle_error(1);
    let ending = link.handle_closed(20.0, 1, 1006, "", false).unwrap();
    assert_eq!(ending, Ending::Lost { is_protocol_fault: true });
    let mut link = open();
    link.disconnect(15.0);
    assert_eq!(link.handle_closed(20.0, 1, 1000, "", true), Some(Ending::ByUser { code: 1000 }));
}

#[test]
fn one_call_at_a_time() {
    let mut link = open();
    link.queue_call("Heartbeat", "{}");
    link.queue_call("Authorize", "{\"idTag\": \"A\"}");
    let first = link.poll_transmit(20.0).unwrap();
    assert_eq!(first, "[2,\"0000a41f-1\",\"Heartbeat\",{}]");
    assert_eq!(link.poll_transmit(20.0), None);
    link.handle_answer("other");
    assert_eq!(link.poll_transmit(20.0), None);
    link.handle_answer("0000a41f-1");
    assert_eq!(link.poll_transmit(30.0).unwrap(), "[2,\"0000a41f-2\",\"Authorize\",{\"idTag\": \"A\"}]");
    // A call without an answer blocks the queue until it has timed out.
    link.queue_call("Heartbeat", "{}");
    assert_eq!(link.poll_transmit(1_000.0), None);
    link.handle_timeout(30_030.0);
    assert!(link.poll_transmit(30_030.0).is_some());
}

#[test]
fn a_station_that_left_comes_back_when_the_line_is_closed_and_tries_again() {
    let mut link = open();
    link.leave(100.0, 3_000.0);
    // The server takes its time to close.
    assert_eq!(link.take_reopening(3_500.0), None);
    assert!(matches!(link.handle_closed(4_000.0, 1, 1000, "", true), Some(Ending::ByStation { code: 1000 })));
    let mut now = 4_000.0;
    for wait in [0.0, 5_000.0, 10_000.0, 20_000.0, 40_000.0] {
        assert_eq!(link.poll_timeout().map(|due| due.max(now)), Some(now + wait));
        now += wait;
        let target = link.take_reopening(now).unwrap();
        link.connect(now, target);
        let connection = link.connection();
        assert!(link.handle_closed(now, connection, 1006, "", false).is_some());
    }
    assert_eq!(link.take_reopening(1e9), None);
    assert!(!format!("{:?}", link.target.as_ref().map(|target| target.url.clone())).contains("a.example"));
    // Back again, it may leave again.
    let mut link = open();
    link.leave(100.0, 3_000.0);
    link.handle_closed(200.0, 1, 1000, "", true);
    let target = link.take_reopening(3_100.0).unwrap();
    link.connect(3_100.0, target);
    assert!(link.handle_opened(3_200.0, 2, "ocpp1.6"));
    assert_eq!(link.n_tries, 0);
}

#[test]
fn a_connection_can_be_opened_again() {
    let mut link = open();
    link.handle_closed(20.0, 1, 1000, "", true);
    assert!(link.can_connect());
    assert!(!link.queue_call("Heartbeat", "{}"));
    let form = ConnectForm { url: "ws://b.example".into(), versions: vec!["2.1".into()], ..ConnectForm::default() };
    link.connect(30.0, read(&form, Environment::default()).0.unwrap());
    assert_eq!((link.connection(), link.state()), (2, LinkState::Connecting));
}
