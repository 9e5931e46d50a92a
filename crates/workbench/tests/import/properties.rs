//! What holds for every log, also for one that was damaged: nothing panics, no more frames than could begin in it,
//! and how its bytes come in pieces makes no difference.

use super::harness::{Fixture, describe, fixtures, import, import_pieces};
use proptest::prelude::*;
use std::sync::OnceLock;

fn all() -> &'static [Fixture] {
    static ALL: OnceLock<Vec<Fixture>> = OnceLock::new();
    ALL.get_or_init(|| fixtures("known").into_iter().chain(fixtures("unknown")).collect())
}

/// Bytes that mean something to a log, and some that mean nothing.
const BYTES: &[&[u8]] = &[
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"'",
    b"\\",
    b"\n",
    b"\r",
    b",",
    b":",
    b" ",
    b"2",
    b"[2,\"",
    b"[3,\"1\",{}]",
    b"...",
    b"\xff",
    b"\xe2\x80",
    b"\x1b[31m",
    b"\0",
    b";",
    b"|",
    b"/",
    b"->",
    b"12:00:00",
    b"&quot;",
    b"\"\"",
    b"\\\"",
    b"{\"a\":",
    b"\xef\xbb\xbf",
];

#[derive(Clone, Debug)]
enum Change {
    Insert(u32, u8),
    Remove(u32, u16),
    Repeat(u32, u16),
    Cut(u32),
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => (any::<u32>(), any::<u8>()).prop_map(|(at, what)| Change::Insert(at, what)),
        3 => (any::<u32>(), 0_u16..200).prop_map(|(at, n)| Change::Remove(at, n)),
        2 => (any::<u32>(), 0_u16..2_000).prop_map(|(at, n)| Change::Repeat(at, n)),
        1 => any::<u32>().prop_map(Change::Cut),
    ]
}

fn damaged(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        let place = |at: u32| at as usize % (bytes.len() + 1);
        match *change {
            Change::Insert(at, what) => {
                let at = place(at);
                bytes.splice(at..at, BYTES[what as usize % BYTES.len()].iter().copied());
            }
            Change::Remove(at, n) => {
                let at = place(at);
                let end = (at + n as usize).min(bytes.len());
                bytes.drain(at..end);
            }
            Change::Repeat(at, n) => {
                let at = place(at);
                let end = (at + n as usize).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            Change::Cut(at) => bytes.truncate(place(at)),
        }
    }
    bytes
}

/// No frame begins without a bracket, and one of more than one line has a line break; objects that hold decoded
/// parts have a brace.
fn most_frames(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| matches!(byte, b'[' | b'{')).count()
}

fn whole(bytes: &[u8]) -> String {
    let (report, frames) = import(bytes);
    describe(&report, &frames)
}

fn in_pieces(bytes: &[u8], size: usize) -> String {
    let (report, frames) = import_pieces(bytes.chunks(size));
    describe(&report, &frames)
}

proptest! {
    #[test]
    fn a_damaged_log_never_panics(which in any::<u32>(), changes in prop::collection::vec(change(), 1..12)) {
        let bytes = damaged(&all()[which as usize % all().len()].bytes, &changes);
        let (report, frames) = import(&bytes);
        prop_assert!(frames.len() <= most_frames(&bytes));
        prop_assert_eq!(report.n_frames as usize, frames.len());
        // A byte that is no UTF-8 becomes one character of three.
        let n_text: usize = frames.iter().map(|frame| frame.text.len()).sum();
        prop_assert!(n_text <= 4 * bytes.len() + 64 * frames.len());
    }

    #[test]
    fn pieces_make_no_difference(
        which in any::<u32>(),
        changes in prop::collection::vec(change(), 0..6),
        size in 1_usize..5_000,
    ) {
        let bytes = damaged(&all()[which as usize % all().len()].bytes, &changes);
        prop_assert_eq!(in_pieces(&bytes, size), whole(&bytes));
    }

    #[test]
    fn any_bytes_are_a_log(pieces in prop::collection::vec((any::<u8>(), any::<u8>()), 0..300)) {
        let mut bytes = Vec::new();
        for (what, other) in pieces {
            bytes.extend_from_slice(BYTES[what as usize % BYTES.len()]);
            bytes.push(other);
        }
        let (report, frames) = import(&bytes);
        prop_assert!(frames.len() <= most_frames(&bytes));
        prop_assert_eq!(report.n_bytes as usize, bytes.len());
        prop_assert_eq!(in_pieces(&bytes, 7), whole(&bytes));
    }
}

#[test]
fn one_byte_at_a_time() {
    for fixture in all() {
        assert_eq!(in_pieces(&fixture.bytes, 1), whole(&fixture.bytes), "{}", fixture.name);
    }
}

/// Beyond the part that is learned from, reading streams: there the pieces are what they are.
#[test]
fn a_long_log_may_come_in_any_pieces() {
    for name in [
        "go-zap-json",
        "pretty-with-prefix",
        "cloudwatch-export",
        "elastic-csv",
        "interleaved-reused-ids",
        "newest-first",
    ] {
        let fixture = all().iter().find(|fixture| fixture.name == name).unwrap();
        let mut bytes = Vec::new();
        while bytes.len() < 600 << 10 {
            bytes.extend_from_slice(&fixture.bytes);
        }
        let first = whole(&bytes);
        for size in [1 << 10, 7_919, 64 << 10] {
            let (report, frames) = import_pieces(bytes.chunks(size));
            let found = describe(&report, &frames);
            assert!(found == first, "{name} in pieces of {size}: {}", difference(&first, &found));
        }
    }
}

fn difference(a: &str, b: &str) -> String {
    let differs = a.lines().zip(b.lines()).find(|(a, b)| a != b);
    differs
        .map_or_else(|| format!("{} and {} lines", a.lines().count(), b.lines().count()), |(a, b)| format!("{a}\n{b}"))
}
