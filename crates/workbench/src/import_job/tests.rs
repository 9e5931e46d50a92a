//! Several files at once: in which order their frames come, which exchanges they make, and what is said about it.

use super::{ImportJob, Options};
use crate::import::LOOK_BYTES;
use crate::port::{Direction, ImportState, ImportView};
use crate::records::{Records, Schemas};
use proptest::prelude::*;
use std::fmt::Write as _;

/// Files as the engine reads them: looked at first, then a piece of the wanted one after the other.
struct Read {
    records: Records,
    view: ImportView,
    /// Most files that were open at the same time.
    most_open: usize,
}

fn read_in_pieces(files: &[(&str, &str)], options: Options, n_bytes: usize) -> Read {
    let names: Vec<(String, u64)> = files.iter().map(|(name, text)| ((*name).to_owned(), text.len() as u64)).collect();
    let mut job = ImportJob::new(0.0, &names, options, true);
    if files.len() > 1 {
        for (file, (_, text)) in files.iter().enumerate() {
            job.look(file, &text.as_bytes()[..text.len().min(LOOK_BYTES)]);
        }
    }
    let (mut records, schemas) = (Records::default(), Schemas::default());
    let mut places: Vec<Option<usize>> = vec![Some(0); files.len()];
    let mut most_open = 0;
    while job.is_running() {
        let Some(file) = job.wanted() else {
            job.work(0.0, &mut records, &schemas);
            continue;
        };
        let text = files[file].1.as_bytes();
        let at = places[file].expect("the file is at its end");
        if at == text.len() {
            job.end_file(file);
            places[file] = None;
        } else {
            let end = text.len().min(at + n_bytes);
            job.push(file, &text[at..end], end as u64);
            places[file] = Some(end);
        }
        most_open = most_open.max(places.iter().flatten().filter(|at| **at > 0).count());
    }
    Read { records, view: job.view(0.0), most_open }
}

fn read(files: &[(&str, &str)]) -> Read {
    let read = read_in_pieces(files, Options::default(), 1 << 16);
    assert_eq!(read.view.state, ImportState::Done);
    // Nothing depends on the pieces.
    for n_bytes in [1, 37] {
        let other = read_in_pieces(files, Options::default(), n_bytes);
        assert_eq!(rows(&other), rows(&read));
        assert_eq!(other.view, read.view);
    }
    read
}

/// A frame on each line: number, second, station, direction, the frame it belongs to, the beginning of its text.
fn rows(read: &Read) -> String {
    let transcript = &read.records.transcript;
    let mut out = String::new();
    for number in transcript.first_frame()..=transcript.last_frame().unwrap_or_default() {
        let frame = transcript.frame(number).unwrap();
        let way = if frame.direction == Direction::ToCsms { '>' } else { '<' };
        let station = &transcript.connection(frame.connection).station;
        let pair = frame.pair().map_or("-".to_owned(), |pair| pair.to_string());
        let text: String = transcript.text(number).chars().take(15).collect();
        let seconds = (frame.at / 1_000.0) as i64 % 60;
        writeln!(out, "{number} {seconds} {station} {way} {pair} {text}").unwrap();
    }
    out
}

fn call(second: u32, station: &str, id: &str) -> String {
    format!("2026-03-01T10:00:{second:02}Z [ocpp] {station}: receive message [2,\"{id}\",\"Heartbeat\",{{}}]\n")
}

fn answer(second: u32, station: &str, id: &str) -> String {
    let time = format!("{{\"currentTime\":\"2026-03-01T10:00:{second:02}Z\"}}");
    format!("2026-03-01T10:00:{second:02}Z [ocpp] {station}: send [3,\"{id}\",{time}]\n")
}

/// Other lines, so that a file is longer than what is looked at and learned from.
fn filler(second: u32, n_bytes: usize) -> String {
    let line = format!("2026-03-01T10:00:{second:02}Z [http] nothing of interest happened here\n");
    line.repeat(n_bytes / line.len())
}

#[test]
fn parts_of_a_log_are_read_oldest_first_and_exchanges_reach_over_their_ends() {
    let newest = answer(9, "CP1", "c") + &call(10, "CP1", "d") + &answer(10, "CP1", "d");
    let middle = answer(5, "CP1", "b") + &call(8, "CP1", "c");
    let oldest = call(1, "CP1", "a") + &answer(1, "CP1", "a") + &call(4, "CP1", "b");
    let read = read(&[("ocpp.log", &newest), ("ocpp.log.1", &middle), ("ocpp.log.2", &oldest)]);
    assert_eq!(
        rows(&read),
        "1 1 CP1 > 2 [2,\"a\",\"Heartbe\n\
         2 1 CP1 < 1 [3,\"a\",{\"curren\n\
         3 4 CP1 > 4 [2,\"b\",\"Heartbe\n\
         4 5 CP1 < 3 [3,\"b\",{\"curren\n\
         5 8 CP1 > 6 [2,\"c\",\"Heartbe\n\
         6 9 CP1 < 5 [3,\"c\",{\"curren\n\
         7 10 CP1 > 8 [2,\"d\",\"Heartbe\n\
         8 10 CP1 < 7 [3,\"d\",{\"curren\n"
    );
    assert_eq!(read.view.order, "The files were put in order, the oldest first: ocpp.log.2, ocpp.log.1, ocpp.log.");
    assert_eq!(
        read.view.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["ocpp.log.2", "ocpp.log.1", "ocpp.log"]
    );
    // One after the other: no more is in memory than for one file.
    assert_eq!(read.most_open, 1);
}

#[test]
fn a_part_without_times_goes_by_its_number() {
    let bare = |id: &str| format!("[2,\"{id}\",\"Heartbeat\",{{}}]\n");
    let read = read(&[("a.log", &bare("3")), ("a.log.1", &bare("2")), ("a.log.10", &bare("1"))]);
    let ids: Vec<char> = rows(&read).lines().filter_map(|row| row.split('"').nth(1)?.chars().next()).collect();
    assert_eq!(ids, ['1', '2', '3'], "{}", rows(&read));
}

#[test]
fn what_one_part_teaches_holds_in_the_next() {
    // Only the first names the station and shows whose log it is; its clock is an hour ahead.
    let old = "2026-03-01 11:00:01 connecting to ws://csms/ocpp/CP-7\n\
               2026-03-01 11:00:02 send [2,\"1\",\"BootNotification\",{\"chargePointVendor\":\"v\",\"chargePointModel\":\"m\"}]\n\
               2026-03-01 11:00:03 recv [3,\"1\",{\"status\":\"Accepted\",\"interval\":9,\"currentTime\":\"2026-03-01T10:00:03Z\"}]\n\
               2026-03-01 11:00:04 send [2,\"2\",\"DataTransfer\",{\"vendorId\":\"v\"}]\n";
    let new = "2026-03-01 11:00:05 recv [3,\"2\",{\"status\":\"Accepted\"}]\n\
               2026-03-01 11:00:06 recv [2,\"x\",\"DataTransfer\",{\"vendorId\":\"v\"}]\n";
    let read = read(&[("cp.log", new), ("cp.log.1", old)]);
    assert_eq!(
        rows(&read),
        "1 2 CP-7 > 2 [2,\"1\",\"BootNot\n\
         2 3 CP-7 < 1 [3,\"1\",{\"status\n\
         3 4 CP-7 > 4 [2,\"2\",\"DataTra\n\
         4 5 CP-7 < 3 [3,\"2\",{\"status\n\
         5 6 CP-7 < - [2,\"x\",\"DataTra\n"
    );
}

#[test]
fn a_part_waits_for_the_end_of_the_one_before() {
    let bare = |id: &str| format!("2026-03-01T10:00:01Z send [2,\"{id}\",\"Heartbeat\",{{}}]\n");
    let frames = bare("0").repeat(100);
    let old = format!("connecting to ws://csms/ocpp/CP-7\n{frames}{}{frames}", filler(1, 700_000));
    let read = read_in_pieces(&[("cp.log", &bare("1")), ("cp.log.1", &old)], Options::default(), 1 << 16);
    assert_eq!((read.most_open, read.records.transcript.n_frames()), (1, 201));
    assert!(rows(&read).lines().all(|row| row.contains(" CP-7 ")));
}

#[test]
fn a_log_per_station_becomes_one_timeline() {
    let of = |station: &str, seconds: [u32; 3]| -> String {
        seconds.iter().map(|&second| call(second, station, "1") + &answer(second + 1, station, "1")).collect()
    };
    let read = read(&[("b.log", &of("B", [12, 20, 40])), ("a.log", &of("A", [10, 22, 30]))]);
    let seconds: Vec<String> = rows(&read).lines().map(|row| row.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(seconds.len(), 12);
    assert!(seconds.is_sorted(), "{}", rows(&read));
    assert!(!rows(&read).contains(" - ["), "{}", rows(&read));
    assert_eq!(read.view.order, "The files overlap in time; their frames were put in order of time.");
}

#[test]
fn files_are_opened_when_their_time_comes() {
    let text = |begin: u32| {
        let exchanges =
            |second: u32| (0..50).map(|_| call(second, "S", "1") + &answer(second, "S", "1")).collect::<String>();
        exchanges(begin) + &filler(begin, 700_000) + &exchanges(begin + 3)
    };
    let files: Vec<(String, String)> = (0..8).map(|n| (format!("part {n}!.log"), text(n * 5))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).rev().collect();
    let read = read_in_pieces(&files, Options::default(), 1 << 16);
    assert_eq!(read.records.transcript.n_frames(), 1_600);
    assert!(read.most_open <= 2, "{} files were open", read.most_open);
    let overlapping = [("x.log", files[0].1), ("y.log", files[0].1)];
    assert_eq!(read_in_pieces(&overlapping, Options::default(), 1 << 16).most_open, 2);
}

#[test]
fn more_files_than_are_read_side_by_side() {
    let name = |n: usize| format!("CP{n:02}!.log");
    let texts: Vec<(String, String)> =
        (0..45).map(|n| (name(n), call(1, &name(n), "1") + &answer(30, &name(n), "1"))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let all = read(&files);
    assert_eq!(all.records.transcript.n_frames(), 90);
    assert!(all.view.order.contains("not all frames stand in order of time"), "{}", all.view.order);
    assert!(!rows(&all).contains(" - ["));
    assert!(read(&files[..40]).view.order.ends_with("were put in order of time."));
}

#[test]
fn stations_without_names_are_told_apart_by_their_files() {
    let bare = |second: u32, id: &str| {
        format!(
            "2026-03-01T10:00:{second:02}Z send [2,\"{id}\",\"Heartbeat\",{{}}]\n2026-03-01T10:00:{second:02}Z recv [3,\"{id}\",{{\"currentTime\":\"2026-03-01T10:00:00Z\"}}]\n"
        )
    };
    let read = read(&[("CP1.log", &bare(1, "1")), ("CP2.log", &bare(1, "1"))]);
    assert_eq!(
        rows(&read),
        "1 1 CP1 > 2 [2,\"1\",\"Heartbe\n\
         2 1 CP1 < 1 [3,\"1\",{\"curren\n\
         3 1 CP2 > 4 [2,\"1\",\"Heartbe\n\
         4 1 CP2 < 3 [3,\"1\",{\"curren\n"
    );
    let facts: Vec<_> = read.view.files.iter().map(|file| file.facts[1].1.as_str()).collect();
    assert_eq!(facts, ["not named in the log; shown as CP1", "not named in the log; shown as CP2"]);
}

/// Exchanges with ids as long as those of real programs: the log of the station, which names nobody, and that of the CSMS.
fn both_sides(skew: u32) -> (String, String) {
    let (mut station, mut csms) = (String::new(), String::new());
    for n in 0..5_u32 {
        let id = format!("6f1c2f0e-5b1f-4b58-9f0{n}");
        let second = 10 + n * 3;
        let text = format!("[2,\"{id}\",\"Heartbeat\",{{}}]");
        let result = format!("[3,\"{id}\",{{\"currentTime\":\"2026-03-01T10:00:{second:02}Z\"}}]");
        writeln!(station, "2026-03-01T10:00:{second:02}.100Z send {text}").unwrap();
        writeln!(station, "2026-03-01T10:00:{second:02}.900Z recv {result}").unwrap();
        let second = second + skew;
        writeln!(csms, "2026-03-01T10:00:{second:02}.200Z [ocpp] CP1: receive message {text}").unwrap();
        writeln!(csms, "2026-03-01T10:00:{second:02}.300Z [ocpp] CP1: send {result}").unwrap();
    }
    (station, csms)
}

#[test]
fn the_logs_of_both_sides_show_each_frame_once() {
    for skew in [0, 2, 20] {
        let (station, csms) = both_sides(skew);
        let earlier = call(1, "CP1", "old") + &answer(2, "CP1", "old") + &csms;
        for (station_log, csms_log, n) in [(&station, &csms, 10), (&station, &earlier, 12)] {
            let read = read(&[("trace.txt", station_log), ("csms.log", csms_log)]);
            let rows = rows(&read);
            assert_eq!(rows.lines().count(), n, "{rows}");
            assert!(rows.lines().all(|row| row.contains(" CP1 ") && !row.contains(" - [")), "{rows}");
            let n_copies = read
                .view
                .files
                .iter()
                .map(|file| file.counts.iter().filter(|c| c.contains("another of the files")).count());
            assert!(n_copies.sum::<usize>() >= 1);
            assert_eq!(read.view.files.iter().map(|file| file.n_frames).sum::<u32>() as usize, n);
        }
    }
}

#[test]
fn what_only_looks_alike_is_kept() {
    // Two stations with the same short ids at the same time, and one station that says the same twice.
    let read_two = read(&[("a.log", &call(1, "A", "1")), ("b.log", &call(1, "B", "1"))]);
    assert_eq!(read_two.records.transcript.n_frames(), 2);
    let twice = call(1, "A", "1") + &call(2, "A", "1");
    let read_twice = read(&[("a.log", &twice), ("b.log", &call(1, "A", "1"))]);
    assert_eq!(read_twice.records.transcript.n_frames(), 2);
    let parts = read(&[("a.log.1", &call(1, "A", "1")), ("a.log", &call(2, "A", "1"))]);
    assert_eq!(parts.records.transcript.n_frames(), 2);
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let names = [("a.log".to_owned(), 10), ("b.log".to_owned(), 10)];
    let mut job = ImportJob::new(0.0, &names, Options::default(), true);
    let text = call(1, "B", "1");
    job.look(0, b"");
    job.look(1, text.as_bytes());
    let (mut records, schemas) = (Records::default(), Schemas::default());
    while job.is_running() {
        match job.wanted() {
            Some(0) => job.fail(0, "a.log is damaged."),
            Some(file) => {
                job.push(file, text.as_bytes(), 10);
                job.end_file(file);
            }
            None => drop(job.work(0.0, &mut records, &schemas)),
        }
    }
    assert_eq!(records.transcript.n_frames(), 1);
    let view = job.view(0.0);
    assert_eq!((view.state, view.error.as_str()), (ImportState::Failed, "a.log is damaged."));
}

#[test]
fn what_was_read_stays_when_the_user_has_seen_enough() {
    let (a, b) = (call(1, "A", "1") + &filler(1, 600_000), call(2, "B", "1"));
    let mut job = ImportJob::new(0.0, &[("a".to_owned(), 1), ("b".to_owned(), 1)], Options::default(), true);
    job.look(0, &a.as_bytes()[..LOOK_BYTES]);
    job.look(1, b.as_bytes());
    job.push(0, a.as_bytes(), 1);
    job.cancel();
    let (mut records, schemas) = (Records::default(), Schemas::default());
    assert!(job.has_work() && job.wanted().is_none());
    job.work(0.0, &mut records, &schemas);
    assert!(!job.is_running());
    let view = job.view(0.0);
    assert_eq!((view.state, view.files.len()), (ImportState::Cancelled, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// However frames are spread over files, all come; where clocks are good, in order of time.
    #[test]
    fn nothing_is_lost_or_turned_around(
        spread in prop::collection::vec((0..4_usize, 0..60_u32, any::<bool>()), 1..60),
        cut in 1..300_usize,
        is_sorted in any::<bool>(),
    ) {
        let mut spread = spread;
        if is_sorted {
            spread.sort_by_key(|(_, second, _)| *second);
        }
        let mut texts = vec![String::new(); 4];
        for (n, (file, second, has_time)) in spread.iter().enumerate() {
            let line = call(*second, ["A", "B", "C", "D"][*file], &format!("id{n:03}"));
            texts[*file] += if *has_time || is_sorted { &line } else { &line[20..] };
        }
        let names = ["a.log", "b.log", "c.log.1", "c.log"];
        let files: Vec<(&str, &str)> = names.into_iter().zip(texts.iter().map(String::as_str)).collect();
        let read = read_in_pieces(&files, Options::default(), cut);
        let transcript = &read.records.transcript;
        prop_assert_eq!(transcript.n_frames() as usize, spread.len());
        let mut last = [None::<String>, None, None, None];
        let mut last_second = 0.0;
        for number in 1..=transcript.last_frame().unwrap_or_default() {
            let frame = transcript.frame(number).unwrap();
            let station = transcript.connection(frame.connection).station.as_bytes()[0];
            let text = transcript.text(number).to_owned();
            let last = &mut last[usize::from(station - b'A')];
            // A file whose times go down is turned around.
            prop_assert!(!is_sorted || last.as_ref().is_none_or(|last| *last < text));
            *last = Some(text);
            // Parts of one log are never read side by side.
            if is_sorted && station < b'C' {
                prop_assert!(frame.at >= last_second);
                last_second = frame.at;
            }
        }
    }
}
