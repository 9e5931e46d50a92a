//! How much work a log made, counted in bytes looked at: only the tests count, to prove that the work grows with the
//! log and not faster.

/// So many bytes were looked at.
#[cfg(not(test))]
#[inline]
pub(super) fn add(_n: usize) {}

#[cfg(test)]
thread_local! {
    static BYTES: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
pub(super) fn add(n: usize) {
    BYTES.set(BYTES.get() + n as u64 + 1);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Importer, Options};

    fn work_of(log: &[u8]) -> u64 {
        BYTES.set(0);
        let mut importer = Importer::new("", Options::default());
        for piece in log.chunks(64 << 10) {
            importer.push(piece);
            importer.take();
        }
        importer.finish();
        BYTES.get()
    }

    /// A beginning, and what is repeated behind it.
    const HOSTILE: &[(&str, &str)] = &[
        ("", "["),
        ("", "{"),
        ("", "\""),
        ("", "\\"),
        ("", "\n"),
        ("", "a\n"),
        ("", "\u{1b}[31m"),
        ("", "[\""),
        ("", "[2,\""),
        ("", "[2,\"a\","),
        ("", "[2,\"a\",\"Heartbeat\",{"),
        ("", "[2,\"a\",\"Heartbeat\",{\n"),
        ("", "[2,\"a\",\"B\",{] "),
        ("", "[2,\"a\",\"B\",{\"}] "),
        ("", "[2,'a','B',{'}] "),
        ("", "\"[2,\\\"a\\\",\\\"B\\\",{\\\"}] "),
        ("", "TEXT '[2,\"a\",\"B\"...' "),
        ("", "[2,\"a\",\"B\",{\"x\":\"..."),
        ("", "[2,&quot;a&quot;,&quot;B&quot;,{"),
        ("", "[2,\"a\",\"B\",{\"x\"=>1}] "),
        ("", "[3,\"1\",{}]"),
        ("", "[3,\"1\",{}]\n"),
        ("", "12:00:00 "),
        ("", "-> "),
        ("", "cp="),
        ("", "ws://a/b/c "),
        ("", "ws://a/b/c\n"),
        ("", "x [\n"),
        ("", "[\n2\n,\n"),
        ("", "12:00:00 x [\n12:00:00 x 2,\n12:00:00 x \"a\",\n"),
        ("", "recv [2,\"1\",\"Heartbeat\",{}]\nsend [2,\"1\",\"Heartbeat\",{}]\n"),
        ("[2,\"a\",\"B\",{\n", "]\n"),
        ("[2,'a','B',{\n", "]\n"),
        ("x \"[2,\\\"a\\\",\\\"B\\\",{\n", "]\n"),
        ("[2,\"a\",\"B\",{\"x\":[\"\n", "\"]}\n"),
        ("[2,\"a\",\"B\",{\"x\":\"", "yyyyyyyyyyyyyyyy"),
        ("[2,\"a\",\"B\",", "{\"a\":"),
        ("[", "[2,\"a\",\"B\",{}],"),
        ("[1,", "[2,\"a\",\"B\",{}],"),
        ("{\"a\":[1,", "[2,\"a\",\"B\",{}],"),
        ("[\n", "{\"a\":["),
        ("{\"a\":\n", "[2,\"a\",\"B\",{}],"),
        ("[\n", "[\"1\",\"[3,\\\"1\\\",{}]\"],"),
        ("[\n[\"", "[3,\\\"1\\\",{}]\",\""),
        ("{\"a\":\"", "[2,\\\"a\\\",\\\"B\\\",{] "),
        ("", "{\"a\":\"[2,\\\"a\\\",\\\"B\\\",{}]\"}\n"),
        ("", "x {\"a\":"),
        ("", "x {\"a\":{\"b\":\"[2,\\\"a\\\",\\\"B\\\",{}]\"}}\n"),
        ("a,b\n\"", "\"\""),
        ("a,b\n", "a,\"[2,\"\"a\"\",\"\"B\"\",{}]\"\n"),
        ("a,b\n1,\"[2,\"\"a\"\",\"\"B\"\",{}]\"\n1,\"", "x"),
        ("[2,\"a\",\"B\",{\"x\":1,\n", "\"a\":\"[2,\\\"q\\\",\\\"B\\\",{}]\",\n"),
    ];

    #[test]
    fn the_work_grows_with_the_log_and_not_faster() {
        let mut wrong = Vec::new();
        for (begin, again) in HOSTILE {
            let log = |n: usize| format!("{begin}{}", again.repeat(n / again.len()));
            let (small, large) = (log(200_000), log(800_000));
            let (n, of_small) = (small.len() as u64, work_of(small.as_bytes()));
            let of_large = work_of(large.as_bytes());
            let (per_byte, times) = (of_small / n, of_large as f64 / of_small.max(1) as f64);
            if of_small == 0 || per_byte >= 400 || times >= 6.0 {
                wrong.push(format!("{begin:?} {again:?}: {per_byte} per byte, {times} times for 4"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
