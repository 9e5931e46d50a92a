//! The program as a shell sees it: what it prints, and its exit status.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const HEALTHY: &str = "2025-09-14T06:12:03.037Z CP-1 recv [2,\"1\",\"Heartbeat\",{}]\n\
                       2025-09-14T06:12:03.137Z CP-1 send [3,\"1\",{\"currentTime\":\"2025-09-14T06:12:03Z\"}]\n";
const FAULTY: &str = "2025-09-14T06:12:03.037Z CP-1 recv [2,\"1\",\"Heartbeat\",{\"a<&\\\"\\u0001]]>\":1}]\n\
                      2025-09-14T06:12:04.037Z CP-1 recv [2,\"2\",\"Authorize\",{}\n";

/// A file of its own for each test.
fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ocppscope-cli"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The program may end without reading.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn check(path: &std::path::Path, format: &str) -> (i32, String, String) {
    let output = run(&["check", "--format", format, path.to_str().unwrap()], b"");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_status_says_whether_errors_were_found() {
    let (status, out, _) = check(&file("healthy.log", HEALTHY.as_bytes()), "text");
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("2 frames, 0 errors"), "{out}");
    let (status, out, _) = check(&file("faulty.log", FAULTY.as_bytes()), "text");
    assert_eq!(status, 1, "{out}");
    for wrong in [&["check", "/no/such/file"][..], &["check"], &["chek", "a"], &["check", "--format", "xml", "a"], &[]]
    {
        let output = run(wrong, b"");
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(!output.stderr.is_empty(), "{wrong:?}");
    }
    // A folder is no file, and one file that cannot be read does not hide what is in the others.
    let healthy = file("beside.log", HEALTHY.as_bytes());
    let output = run(&["check", env!("CARGO_TARGET_TMPDIR"), healthy.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stdout).unwrap().contains("2 frames"));
    assert_eq!(run(&["--help"], b"").status.code(), Some(0));
}

#[test]
fn gzip_and_standard_input_are_read_as_they_come() {
    let plain = check(&file("plain.log", HEALTHY.as_bytes()), "json").1.replace("plain.log", "x");
    let packed = check(&file("packed.gz", &gzip(HEALTHY.as_bytes())), "json").1.replace("packed.gz", "x");
    assert_eq!(plain, packed);
    assert_eq!(plain.lines().count(), 2);
    // Two parts, as a logger appends them.
    let parts = [gzip(HEALTHY.as_bytes()), gzip(HEALTHY.replace("06:12", "07:12").as_bytes())].concat();
    assert_eq!(check(&file("parts.gz", &parts), "json").1.lines().count(), 4);
    for bytes in [HEALTHY.as_bytes().to_vec(), gzip(HEALTHY.as_bytes())] {
        let output = run(&["check", "--format", "json", "-"], &bytes);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 2);
    }
    let cut = gzip(HEALTHY.as_bytes());
    let (status, _, said) = check(&file("cut.gz", &cut[..cut.len() / 2]), "text");
    assert_eq!(status, 2);
    assert!(said.contains("could not be read"), "{said}");
}

#[test]
fn what_is_no_log_holds_no_frames() {
    let picture: Vec<u8> =
        b"\x89PNG\r\n\x1a\n".iter().copied().chain((0..20_000_u32).map(|n| ((n * n) >> 3) as u8)).collect();
    for (name, bytes) in
        [("empty.log", &b""[..]), ("one.log", b"\x1f"), ("picture.png", &picture), ("words.txt", b"no frames\n")]
    {
        let (status, out, said) = check(&file(name, bytes), "text");
        assert_eq!(status, 0, "{name}: {out}{said}");
        assert!(out.contains(" 0 frames"), "{name}: {out}");
        assert_eq!(check(&file(name, bytes), "json").1, "", "{name}");
        well_formed(&check(&file(name, bytes), "junit").1).unwrap();
    }
}

#[test]
fn junit_is_well_formed_xml() {
    let unknown = concat!(env!("CARGO_MANIFEST_DIR"), "/../workbench/tests/import/unknown");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(unknown).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "log"));
    paths.push(file("faulty <&\"'>.log", FAULTY.as_bytes()));
    let mut arguments = vec!["check", "--format", "junit"];
    arguments.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let output = run(&arguments, b"");
    let text = String::from_utf8(output.stdout).unwrap();
    well_formed(&text).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(text.matches("<testsuite ").count(), paths.len());
    assert!(text.contains("<failure"));
}

#[test]
fn the_check_of_xml_is_strict() {
    well_formed("<?xml version=\"1.0\"?>\n<a b=\"1\" c=\"&lt;&#10;\"><d/>x &amp; y</a>\n").unwrap();
    for wrong in [
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a b=1/>",
        "<a b=\"<\"/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>&nbsp;</a>",
        "<a>&</a>",
        "<a>\u{1}</a>",
        "<a b=\"1\"c=\"2\"/>",
        "<a>]]></a>",
        "<a/>x",
        "<a b=\"1/>",
        "<1/>",
    ] {
        assert!(well_formed(wrong).is_err(), "{wrong}");
    }
}

/// Says what is wrong with an XML document. Comments, CDATA and other things the program does not write are refused.
fn well_formed(text: &str) -> Result<(), String> {
    let fault = |what: &str, rest: &str| format!("{what}: {:?}", rest.chars().take(60).collect::<String>());
    if let Some(c) =
        text.chars().find(|&c| (c < ' ' && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}'))
    {
        return Err(format!("{c:?} may not stand in XML"));
    }
    let mut rest = text;
    if rest.starts_with("<?xml ") {
        rest = rest.split_once("?>").ok_or_else(|| fault("declaration", text))?.1;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut n_roots = 0;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        let (words, after) = rest.split_at(at);
        if open.is_empty() && !words.trim().is_empty() {
            return Err(fault("text outside of the root", words));
        }
        entities(words)?;
        if words.contains("]]>") {
            return Err(fault("]]> in text", words));
        }
        if after.is_empty() {
            break;
        }
        if let Some(closing) = after.strip_prefix("</") {
            let (name, behind) = closing.split_once('>').ok_or_else(|| fault("tag without end", after))?;
            if open.pop() != Some(name.trim_end()) {
                return Err(fault("tag that closes another", after));
            }
            rest = behind;
            continue;
        }
        let inside = &after[1..];
        let end = inside.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))).unwrap_or(inside.len());
        let (name, mut inside) = inside.split_at(end);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Err(fault("tag without a name", after));
        }
        if open.is_empty() {
            n_roots += 1;
        }
        let mut names = Vec::new();
        loop {
            let trimmed = inside.trim_start();
            if let Some(behind) = trimmed.strip_prefix("/>") {
                rest = behind;
                break;
            }
            if let Some(behind) = trimmed.strip_prefix('>') {
                open.push(name);
                rest = behind;
                break;
            }
            if trimmed.len() == inside.len() {
                return Err(fault("no space before an attribute", inside));
            }
            let (attribute, behind) =
                trimmed.split_once("=\"").ok_or_else(|| fault("attribute without value", trimmed))?;
            let (value, behind) = behind.split_once('"').ok_or_else(|| fault("value without end", trimmed))?;
            let is_name = !attribute.is_empty() && attribute.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            if !is_name || names.contains(&attribute) || value.contains('<') {
                return Err(fault("attribute", trimmed));
            }
            entities(value)?;
            names.push(attribute);
            inside = behind;
        }
    }
    if open.is_empty() && n_roots == 1 { Ok(()) } else { Err(format!("{n_roots} roots, open: {open:?}")) }
}

fn entities(text: &str) -> Result<(), String> {
    for part in text.split('&').skip(1) {
        let name = part.split_once(';').map(|(name, _)| name).ok_or_else(|| format!("& in {text:?}"))?;
        let number = name.strip_prefix('#').and_then(|digits| digits.parse::<u32>().ok());
        let is_char = number.is_some_and(|n| n >= 0x20 || matches!(n, 9 | 10 | 13));
        if !matches!(name, "lt" | "gt" | "amp" | "quot" | "apos") && !is_char {
            return Err(format!("&{name}; in {text:?}"));
        }
    }
    Ok(())
}
