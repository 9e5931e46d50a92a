//! Lines of logs and the times that are read from them.

use super::*;
use ocpp_wire::date_time::format_utc;
use proptest::prelude::*;

/// A reading in one word: `2026-07-21T08:10:12.000Z`, `local …`, `07-04 …`, `… of the day`, `… ms`.
fn words(reading: Reading) -> String {
    let clock = |millis: f64| {
        let text = format_utc(millis.floor() as i64);
        let micros = ((millis - millis.floor()) * 1e3).round() as i64;
        let decimals = if micros == 0 { String::new() } else { format!("{micros:03}") };
        format!("{}{decimals}", text.trim_end_matches('Z'))
    };
    match reading {
        Reading::Instant { epoch_millis } => format!("{}Z", clock((epoch_millis * 1e3).round() / 1e3)),
        Reading::Local { epoch_millis } => clock((epoch_millis * 1e3).round() / 1e3),
        Reading::NoYear { month, day, millis_of_day, utc } => {
            let clock = clock(millis_of_day);
            format!("{month:02}-{day:02}T{}{}", clock.split_once('T').unwrap().1, if utc { "Z" } else { "" })
        }
        Reading::TimeOfDay { millis_of_day } => clock(millis_of_day).split_once('T').unwrap().1.to_owned(),
        Reading::Delta { millis } => format!("{millis} ms"),
    }
}

fn check(line: &str, expected: &[&str]) {
    let found: Vec<String> = find(line)
        .into_iter()
        .map(|stamp| {
            assert!(line.get(stamp.span.clone()).is_some(), "{line:?}: {stamp:?}");
            words(stamp.reading)
        })
        .collect();
    assert_eq!(found, expected, "{line}");
}

#[test]
fn forms_that_programs_write_are_read() {
    for (line, expected) in [
        ("2026-07-21T08:10:12Z start", "2026-07-21T08:10:12.000Z"),
        ("2026-07-21T08:10:12.5+02:00 start", "2026-07-21T06:10:12.500Z"),
        ("2026-07-21T08:10:12.195996200Z", "2026-07-21T08:10:12.195996Z"),
        ("2026-07-21 08:10:12,345 INFO", "2026-07-21T08:10:12.345"),
        ("2026-07-21 08:10:12.345 +0200", "2026-07-21T06:10:12.345Z"),
        ("2026-07-21 08:10:12-0530 x", "2026-07-21T13:40:12.000Z"),
        ("2026-07-21 08:10:12.123+02 x", "2026-07-21T06:10:12.123Z"),
        ("2026-07-21 08:10:12 UTC x", "2026-07-21T08:10:12.000Z"),
        ("2026-07-21 08:10:12 GMT", "2026-07-21T08:10:12.000Z"),
        ("2026-07-21 08:10:12 [UTC] x", "2026-07-21T08:10:12.000Z"),
        ("2026-07-21 08:10:12[UTC]", "2026-07-21T08:10:12.000Z"),
        ("2026-07-21 08:10:12 CEST x", "2026-07-21T06:10:12.000Z"),
        ("2026-07-21 08:10:12 [main] x", "2026-07-21T08:10:12.000"),
        ("2026-07-21 08:10:12 -5 degrees", "2026-07-21T08:10:12.000"),
        ("2026-07-21 08:10:12 - 17 x", "2026-07-21T08:10:12.000"),
        ("2026-07-21 08:10 x", "2026-07-21T08:10:00.000"),
        ("2026-07-21 08:10: x", "2026-07-21T08:10:00.000"),
        ("[ocpp  ] TRACE 2026/07/21 08:10:12 recv", "2026-07-21T08:10:12.000"),
        ("20260721T081012Z x", "2026-07-21T08:10:12.000Z"),
        ("20260721T081012.25 x", "2026-07-21T08:10:12.250"),
        ("20260721 08:10:12 x", "2026-07-21T08:10:12.000"),
        ("[2026-07-21T08:10:12:345] [msg-in]", "2026-07-21T08:10:12.345"),
        ("2026-07-21T08:10:12.345Z:COM:rpc.c:681:", "2026-07-21T08:10:12.345Z"),
        ("0,x,2026-07-21T08:10:12,17", "2026-07-21T08:10:12.000"),
        ("2026-07-21;08:10:12;x", "2026-07-21T08:10:12.000"),
        ("\"2026-07-21\",\"08:10:12\",x", "2026-07-21T08:10:12.000"),
        ("[INFO\t]\t2026-06-15\t06:01:33,126\tx", "2026-06-15T06:01:33.126"),
        ("time=2026-07-21T08:10:12Z level=info", "2026-07-21T08:10:12.000Z"),
        ("{\"ts\":\"2026-07-21T08:10:12Z\"}", "2026-07-21T08:10:12.000Z"),
        ("evcc-1  | 2026-07-21 08:10:12 x", "2026-07-21T08:10:12.000"),
        ("21.07.2026 08:10:12 x", "2026-07-21T08:10:12.000"),
        ("1.7.2026, 08:10:12 x", "2026-07-01T08:10:12.000"),
        ("Test start: 21-08-2024 12:24:30 ", "2024-08-21T12:24:30.000"),
        ("08-21-2024 12:24:30", "2024-08-21T12:24:30.000"),
        ("21/07/2026 08:10:12", "2026-07-21T08:10:12.000"),
        ("07/21/2026 08:10:12", "2026-07-21T08:10:12.000"),
        ("07/08/2026 08:10:12", "2026-08-07T08:10:12.000"),
        ("| 9/12/2024 3:14:29 PM", "2024-09-12T15:14:29.000"),
        ("9/12/2024, 12:14:29\u{202F}AM x", "2024-09-12T00:14:29.000"),
        ("21/12/2024 12:14:29 pm x", "2024-12-21T12:14:29.000"),
        ("Jul  4 21:03:11 pi4 evcc[8123]:", "07-04T21:03:11.000"),
        ("Jul 14 21:03:11.123 pi4", "07-14T21:03:11.123"),
        ("Feb 29 21:03:11 pi4", "02-29T21:03:11.000"),
        ("Apr/29 19:02:13 UTC --  Recv", "04-29T19:02:13.000Z"),
        ("07-21 08:10:12.345  1234  5678 D Ocpp", "07-21T08:10:12.345"),
        ("I0721 08:10:12.345678   17 rpc.go:12]", "07-21T08:10:12.345678"),
        ("1.2.3.4 - - [16/Feb/2026:18:06:42 +0000] \"GET", "2026-02-16T18:06:42.000Z"),
        ("16-Feb-2026 18:06:42 x", "2026-02-16T18:06:42.000"),
        ("Date: Mon, 16 Feb 2026 18:06:42 GMT", "2026-02-16T18:06:42.000Z"),
        ("Mon Jan  2 15:04:05 2006", "2006-01-02T15:04:05.000"),
        ("Mon Jan  2 15:04:05 MST 2006", "2006-01-02T15:04:05.000"),
        ("Mon Jan  2 15:04:05 UTC 2006", "2006-01-02T15:04:05.000Z"),
        ("Tue Jul 21 2026 08:10:12 GMT+0200 (x)", "2026-07-21T06:10:12.000Z"),
        ("Jul 21, 2026 8:10:12 PM org.x.Main", "2026-07-21T20:10:12.000"),
        ("July 21, 2026 8:10:12 PM", "2026-07-21T20:10:12.000"),
        ("[12:24:30:763] [msg-out]", "12:24:30.763"),
        ("15:04:05.000250 IP", "15:04:05.000250"),
        ("{}]12:45:55.587 > [MO] Recv", "12:45:55.587"),
        ("10:19:48 INFO: S:", "10:19:48.000"),
        ("10:19:48,5 items", "10:19:48.000"),
        ("3:14:29 PM x", "15:14:29.000"),
        ("[1700000000] x", "2023-11-14T22:13:20.000Z"),
        ("audit(1700000000.123:456)", "2023-11-14T22:13:20.123Z"),
        ("INFO [1700000000123] x", "2023-11-14T22:13:20.123Z"),
        ("0.135218s", "135.218 ms"),
        ("+12.5 ms", "12.5 ms"),
        ("  (49 s)", "49000 ms"),
    ] {
        check(line, &[expected]);
    }
}

#[test]
fn what_only_looks_like_a_time_is_left() {
    for line in [
        "",
        "version 10.12.2024",
        "from 10.12.1.10:8080",
        "mac 12:34:56:78:9a:bc",
        "mac 12:34:56:78:90:12",
        "fe80:10:20:30::1",
        "id=17d280b9bea 2026-07",
        "2026-13-01 08:10:12x",
        "2026-02-30",
        "2026-07-21",
        "abc08:10:12",
        "25:10:12",
        "10:60:12",
        "8:10",
        "[  123.456789] usb",
        "1700000000 bytes",
        "ocpp message (1410947001): x",
        "call [1410947001] x",
        "[9700000000] x",
        "took 0.135218s",
        "1a6b1e22-2180-44f2-bc78-e24991e33000",
        "/var/log/ocpp-2026-07-21.log",
        "Marchand 4 21x03:11",
        "in may 4 people",
    ] {
        check(line, &[]);
    }
    // The date does not exist, its time of day does.
    check("2026-13-01 08:10:12", &["08:10:12.000"]);
}

#[test]
fn several_times_of_a_line_are_all_given() {
    let line = "Jul  4 21:03:11 pi4 evcc[8123]: TRACE 2023/07/04 21:03:11 10:00:00 2023-07-04T19:03:11Z";
    check(line, &["07-04T21:03:11.000", "2023-07-04T21:03:11.000", "10:00:00.000", "2023-07-04T19:03:11.000Z"]);
    let stamps = find(line);
    assert_eq!(best(&stamps).unwrap().span.start, 67);
    assert_eq!(best(&stamps[..3]).unwrap().span.start, 38);
    assert_eq!(best(&find("10:00:00 11:00:00")).unwrap().span, 0..8);
    assert_eq!(best(&[]), None);
    assert_eq!(find(&"10:00:00 ".repeat(20)).len(), MAX_STAMPS);
}

#[test]
fn spans_hold_the_whole_timestamp() {
    for stamp in
        ["2026-07-21T08:10:12.345+02:00", "Mon, 16 Feb 2026 18:06:42 GMT", "9/12/2024 3:14:29 PM", "Jul  4 21:03:11"]
    {
        let line = format!("a {stamp} b");
        assert_eq!(find(&line)[0].span, 2..2 + stamp.len(), "{stamp}");
    }
}

#[test]
fn cells_are_read_as_a_whole() {
    for (cell, expected) in [
        (" 2026-07-21T08:10:12 ", "2026-07-21T08:10:12.000"),
        ("\"2026-07-21 08:10:12Z\"", "2026-07-21T08:10:12.000Z"),
        ("1700000000", "2023-11-14T22:13:20.000Z"),
        ("1700000000,5", "2023-11-14T22:13:20.500Z"),
        ("1700000000123", "2023-11-14T22:13:20.123Z"),
        ("1700000000123.5", "2023-11-14T22:13:20.123500Z"),
        ("1700000000123456", "2023-11-14T22:13:20.123456Z"),
        ("1700000000123456789", "2023-11-14T22:13:20.123457Z"),
        ("10:19:48", "10:19:48.000"),
        ("12.5ms", "12.5 ms"),
    ] {
        assert_eq!(read_cell(cell).map(words).as_deref(), Some(expected), "{cell}");
    }
    for cell in ["", "42", "17000000001", "2026-07-21 08:10:12 x", "x 10:19:48", "CP1", "99999999999999999999"] {
        assert_eq!(read_cell(cell), None, "{cell}");
    }
}

#[test]
fn zones_are_guessed_by_majority() {
    let guess = |hours: &[f64]| {
        let mut guess = ZoneGuess::default();
        for hours in hours {
            guess.add(1_784_621_412_000.0 + hours * 3_600_000.0, 1_784_621_412_000.0);
        }
        guess.offset_minutes()
    };
    assert_eq!(guess(&[]), None);
    assert_eq!(guess(&[2.001]), Some(120));
    assert_eq!(guess(&[-5.74]), Some(-345));
    assert_eq!(guess(&[0.01]), Some(0));
    assert_eq!(guess(&[2.0, 1.0]), None);
    assert_eq!(guess(&[2.0, 1.0, 2.0]), Some(120));
    assert_eq!(guess(&[2.0, 1.0, 3.0]), None);
    assert_eq!(guess(&[14.0]), Some(840));
    assert_eq!(guess(&[15.0]), None);
    assert_eq!(guess(&[f64::NAN]), None);
}

proptest! {
    #[test]
    fn never_panics(text in ".{0,80}") {
        for stamp in find(&text) {
            prop_assert!(text.get(stamp.span).is_some_and(|found| !found.is_empty()));
        }
        let _ = read_cell(&text);
    }

    #[test]
    fn never_panics_near_times(text in "[0-9TZ:. ,+/a-cJulMonAPGé\\[\\]-]{0,60}") {
        let mut end = 0;
        for stamp in find(&text) {
            prop_assert!(stamp.span.start >= end);
            end = stamp.span.end;
            prop_assert!(text.get(stamp.span).is_some());
        }
        let _ = read_cell(&text);
    }

    #[test]
    fn instants_are_read_back(millis in 0_i64..4_102_444_800_000, before in "[a-z \\[(|=]{0,10} ", after in "( |\\]|,|: )[a-z ]{0,10}") {
        let line = format!("{before}{}{after}", format_utc(millis));
        let stamps = find(&line);
        prop_assert_eq!(stamps.len(), 1);
        prop_assert_eq!(words(stamps[0].reading), format_utc(millis));
        prop_assert_eq!(line[stamps[0].span.clone()].to_owned(), format_utc(millis));
    }
}
