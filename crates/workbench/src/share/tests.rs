//! Tests of links: old ones open, what was packed comes out, and what nobody packed does no harm.

use super::*;
use crate::capture::{CaptureConnection, CaptureEvent, CaptureFrame, Marks, quantized};
use crate::port::{Direction, Severity};
use crate::testing::START;
use ocpp_wire::version::Version;
use proptest::prelude::*;

const UUID: &str = "3c9fe0a4-6b5d-4a0e-8d0e-0f6a5b1c2d3e";

fn capture(frames: &[(&str, f64)]) -> Capture {
    let items = frames
        .iter()
        .map(|(line, at)| {
            let (way, text) = line.split_at(1);
            let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
            let text = text.to_owned();
            let frame = CaptureFrame { text, is_binary: false, direction, marks: Marks::NONE };
            CaptureItem { connection: 0, at: START + at, content: CaptureContent::Frame(frame) }
        })
        .collect();
    Capture { connections: vec![CaptureConnection { station: "CP-1".into(), version: Version::V16 }], items }
}

fn charge() -> Shared {
    let mut frames = vec![
        (
            format!(
                ">[2,\"{UUID}\",\"StartTransaction\",{{\"connectorId\":1,\"idTag\":\"04A2\",\"meterStart\":17,\"timestamp\":\"2026-11-22T09:22:07Z\"}}]"
            ),
            0.0,
        ),
        (format!("<[3,\"{UUID}\",{{\"idTagInfo\":{{\"status\":\"Accepted\"}},\"transactionId\":4711}}]"), 83.5),
    ];
    for n in 0..40 {
        let at = 60_000.0 * f64::from(n) + 1_000.0;
        let time = ocpp_wire::date_time::format_utc((START + at) as i64);
        frames.push((format!(">[2,\"{n}\",\"MeterValues\",{{\"connectorId\":1,\"transactionId\":4711,\"meterValue\":[{{\"timestamp\":\"{time}\",\"sampledValue\":[{{\"value\":\"{}\",\"unit\":\"Wh\"}}]}}]}}]", 17 + n * 180), at));
        frames.push((format!("<[3,\"{n}\",{{}}]"), at + 40.0));
    }
    let frames: Vec<(&str, f64)> = frames.iter().map(|(text, at)| (text.as_str(), *at)).collect();
    let view = SharedView {
        filter: "severity:error".into(),
        selected: Some(3),
        route: "#/timeline".into(),
        is_redacted: true,
        profile: None,
    };
    Shared { capture: capture(&frames), view }
}

#[test]
fn a_charge_fits_a_chat_message() {
    let shared = charge();
    let link = encode(&shared);
    assert_eq!(decode(&link), Ok(shared));
    // 82 frames; the count is the promise, with some room.
    assert!(link.len() < 520, "{}", link.len());
}

/// Made when the format was new. It must open as long as there is a format 1.
#[test]
fn an_old_link_opens() {
    assert_eq!(decode(include_str!("link_1.txt")), Ok(charge()));
}

#[test]
fn what_mail_programs_do_to_a_link_does_not_matter() {
    let shared = charge();
    let link = encode(&shared);
    let (head, tail) = link.split_at(40);
    for text in [format!("#{link}"), format!("{head}\r\n {tail}"), format!("{link}."), format!("{link}>),\n")] {
        assert_eq!(decode(&text), Ok(shared.clone()), "{text}");
    }
}

#[test]
fn a_link_that_cannot_be_opened_says_why() {
    let link = encode(&charge());
    let say = |fragment: &str| decode(fragment).unwrap_err().to_string();
    for text in ["", "#", "/timeline", "#/timeline?filter=a.b", "1", "x.AAAA", "0.AAAA", "01.AAAA", "12345.AAAA"] {
        assert_eq!(decode(text), Err(ShareError::NotALink), "{text}");
    }
    assert!(say("#2.AAAA").contains("newer version"));
    assert!(say("1.").contains("cut off"));
    assert!(say("1.gICA").contains("cut off"));
    for n in 3..link.len() - 1 {
        let error = decode(&link[..n]).unwrap_err();
        assert!(matches!(error, ShareError::CutOff { .. }), "{n}: {error:?}");
    }
    assert!(say(&link[..200]).contains(&format!("200 of {} characters", link.len())), "{}", say(&link[..200]));
    // Near the end a wrong letter changes little: only the checksum tells.
    for at in link.len() - 40..link.len() - 1 {
        let other = if &link[at..=at] == "A" { "B" } else { "A" };
        let mut changed = link.clone();
        changed.replace_range(at..=at, other);
        assert_eq!(decode(&changed), Err(ShareError::Damaged), "{at}");
    }
    assert!(say(&format!("{link}AAAA")).contains("damaged"));
    assert!(say(&link.replacen('_', "/", 1).replacen('-', "+", 1)).contains("damaged"));
    assert!(say("1.ä").contains("damaged"));
}

#[test]
fn a_link_that_stands_for_too_much_is_not_unpacked() {
    let mut bytes = Vec::new();
    push_number(&mut bytes, 64 << 30);
    push_number(&mut bytes, 3);
    bytes.extend([0; 6]);
    let error = decode(&format!("1.{}", base64::encode_url(&bytes))).unwrap_err();
    assert_eq!(error, ShareError::TooLarge { n_bytes: 64 << 30 });
    assert!(error.to_string().contains("file"));
    let error = decode(&format!("1.{}", base64::encode_url(&[0xFF; 40]))).unwrap_err();
    assert!(matches!(error, ShareError::TooLarge { .. }), "{error:?}");
    // More items than its memory may hold, each of nothing.
    let item = charge().capture.items.pop().unwrap();
    let empty =
        CaptureFrame { text: String::new(), is_binary: false, direction: Direction::ToCsms, marks: Marks::NONE };
    let items = vec![CaptureItem { content: CaptureContent::Frame(empty), ..item }; MOST_ITEMS + 1];
    let shared = Shared { capture: Capture { items, ..charge().capture }, ..charge() };
    assert!(too_large(&shared).is_some() && too_large(&charge()).is_none());
    assert!(matches!(decode(&encode(&shared)), Err(ShareError::TooLarge { .. })));
}

#[test]
fn tiers_are_in_order() {
    assert_eq!(
        [0, 2_000, 2_001, 8_001, 32_001, 500_001].map(|n| fits(n).limit),
        [Some(2_000), Some(2_000), Some(8_000), Some(32_000), Some(500_000), None]
    );
}

fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop_oneof![
            Just("[2,\""), Just("[3,\""), Just("\",{\""), Just("\"}]"), Just("\":\""), Just("\",\""), Just("Heartbeat"),
            Just("2026-11-22T09:22:07.123Z"), Just("2026-11-22T09:22:07+01:00"), Just("9999-12-31T23:59:59.9999999"),
            Just(UUID), Just("00000000-0000-0000-0000-000000000000"), Just("msg-099"), Just("msg-100"), Just("\u{202e}"),
        ].prop_map(str::to_owned),
        1 => ".{0,12}",
        1 => "[0-9]{1,20}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn any_item() -> impl Strategy<Value = CaptureItem> {
    let frame =
        (any_text(), any::<bool>(), any::<bool>(), any::<u16>()).prop_map(|(text, is_binary, is_to_csms, marks)| {
            let direction = if is_to_csms { Direction::ToCsms } else { Direction::ToStation };
            let marks = Marks::from_bits(if marks < 60_000 { 0 } else { marks });
            CaptureContent::Frame(CaptureFrame { text, is_binary, direction, marks })
        });
    let severity =
        prop_oneof![Just(Severity::Ok), Just(Severity::Info), Just(Severity::Warning), Just(Severity::Error)];
    let event = (any_text(), any_text(), severity)
        .prop_map(|(title, text, severity)| CaptureContent::Event(CaptureEvent { title, text, severity }));
    let at = prop_oneof![-1e15..1e15, 0.0..2e12, Just(0.0), (0_u32..9).prop_map(|n| START + f64::from(n) * 1_000.0)];
    (0..3_u32, at, prop_oneof![5 => frame, 1 => event]).prop_map(|(connection, at, content)| CaptureItem {
        connection,
        at: quantized(at),
        content,
    })
}

fn any_shared() -> impl Strategy<Value = Shared> {
    let version = prop_oneof![Just(Version::V16), Just(Version::V201), Just(Version::V21)];
    let connection = (any_text(), version).prop_map(|(station, version)| CaptureConnection { station, version });
    let profile = (any_text(), any_text(), any_text(), proptest::collection::vec(any_text(), 0..3))
        .prop_map(|(name, url, identity, versions)| SharedProfile { name, url, identity, versions });
    let view =
        (any_text(), proptest::option::of(any::<u32>()), any_text(), any::<bool>(), proptest::option::of(profile))
            .prop_map(|(filter, selected, route, is_redacted, profile)| SharedView {
                filter,
                selected: selected.filter(|&selected| selected < u32::MAX),
                route,
                is_redacted,
                profile,
            });
    (proptest::collection::vec(connection, 3), proptest::collection::vec(any_item(), 0..12), view)
        .prop_map(|(connections, items, view)| Shared { capture: Capture { connections, items }, view })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn anything_comes_back_exactly(shared in any_shared()) {
        prop_assert_eq!(decode(&encode(&shared)), Ok(shared));
    }

    #[test]
    fn changed_links_are_refused(at in 2..300_usize, letter in 0..64_usize, n_cut in 0..3_usize) {
        let link = encode(&charge());
        let at = at % (link.len() - 2) + 2;
        let mut changed = link.clone();
        changed.replace_range(at..=at, &char::from(base64::URL_LETTERS[letter]).to_string());
        changed.truncate(link.len() - n_cut);
        match decode(&changed) {
            // The last letter may hold bits that say nothing.
            Ok(shared) => prop_assert_eq!(shared, charge()),
            Err(error) => prop_assert!(error.to_string().len() > 40),
        }
    }

    /// Whoever makes a link to do harm gets the checksum right.
    #[test]
    fn bytes_that_nobody_wrote_do_no_harm(packed in proptest::collection::vec(any::<u8>(), 0..400), n_text in 0..20_000_usize) {
        let mut bytes = Vec::new();
        push_number(&mut bytes, n_text as u64);
        push_number(&mut bytes, packed.len() as u64);
        bytes.extend(&checksum(n_text as u64, &packed).to_be_bytes()[1..]);
        bytes.extend(&packed);
        if let Ok(shared) = decode(&format!("1.{}", base64::encode_url(&bytes))) {
            prop_assert!(n_text_bytes(&shared) <= n_text);
        }
    }

    #[test]
    fn any_fragment_is_read_or_refused(fragment in "(#?1\\.)?[A-Za-z0-9_ .-]{0,80}") {
        let _ = decode(&fragment);
    }
}
