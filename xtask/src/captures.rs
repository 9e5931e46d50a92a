//! `cargo xtask captures DIR`: an outside check of the importer on samples somebody else counted.
//!
//! DIR holds logs and a `truth.json` with one object per log. Each log goes through the command line program; what
//! it finds is printed beside the truth. Differences that have a known reason are counted under its name, any
//! other one fails the command.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::steps::{Failure, Outcome, run, step};
use crate::tools::cargo;

/// What is compared: its name here and in the truth.
const COUNTS: [(&str, &str); 8] = [
    ("frames", "frames"),
    ("calls", "calls"),
    ("results", "callResults"),
    ("errors", "callErrors"),
    ("pairs", "pairs"),
    ("unanswered", "unansweredCalls"),
    ("cut", "elidedByLogger"),
    ("faults", "invalidCount"),
];

/// Rules that say of a frame what the truth calls invalid.
const FAULTS: [&str; 6] = ["RPC-SCHEMA-CALL", "RPC-SCHEMA-RESULT", "RPC-JSON", "RPC-SHAPE", "RPC-TYPE", "RPC-ID-LEN"];

/// Differences that are meant, each with its reason.
const REASONS: [(&str, &str); 4] = [
    ("unreadable", "a frame that is no JSON has no type here; the truth guesses it"),
    ("zone", "a date-time without a zone breaks its schema here; the truth counts it apart"),
    ("details", "an error without its fifth element is rule ERR-DETAILS here, no broken schema"),
    ("one-sided", "a station's side without any answer in the log has no unanswered calls here"),
];

/// `captures DIR`.
pub(crate) fn command(arguments: &[String]) -> Outcome<()> {
    let [dir] = arguments else {
        return Err(Failure::new("Name the folder with the logs and their truth.json"));
    };
    let dir = Path::new(dir);
    let truth = read(&dir.join("truth.json"))?;
    let Some(Json::Object(truth)) = Json::parse(&truth) else {
        return Err(Failure::new(format!("This is no JSON object: {}", dir.join("truth.json").display())));
    };
    step("build of the command line program", || {
        run(cargo().args(["build", "--quiet", "--profile", "tool", "-p", "ocppscope-cli"]))
    })?;
    let program = program()?;
    let mut explained: BTreeMap<&str, u32> = BTreeMap::new();
    let mut n_ok = 0;
    let mut n_unexplained = 0;
    for (name, truth) in &truth {
        let frames = frames(&program, &dir.join(name))?;
        let (line, reasons, is_explained) = compare(&frames, truth);
        let mark = if !is_explained {
            n_unexplained += 1;
            "DIFF"
        } else if reasons.is_empty() {
            n_ok += 1;
            "OK  "
        } else {
            "ok  "
        };
        for &reason in &reasons {
            *explained.entry(reason).or_default() += 1;
        }
        println!("{mark} {name}: {line}");
    }
    println!("\n{n_ok} logs agree, {n_unexplained} differ without a reason.");
    for (name, why) in REASONS {
        println!("{:4} logs differ by reason {name:?}: {why}", explained.get(name).copied().unwrap_or_default());
    }
    if n_unexplained == 0 { Ok(()) } else { Err(Failure::new(format!("{n_unexplained} logs differ"))) }
}

fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| Failure::file("could not be read", path, &error))
}

/// The program that was built stands beside this one.
fn program() -> Outcome<PathBuf> {
    let this = std::env::current_exe().map_err(|error| Failure::new(format!("where is this program? {error}")))?;
    let name = format!("ocppscope-cli{}", std::env::consts::EXE_SUFFIX);
    let found =
        this.ancestors().skip(1).take(2).map(|folder| folder.join("tool").join(&name)).find(|path| path.exists());
    let found = found.or_else(|| Some(this.with_file_name(&name)).filter(|path| path.exists()));
    found.ok_or_else(|| Failure::new(format!("{name} is not where it was built")))
}

/// One object per frame.
fn frames(program: &Path, log: &Path) -> Outcome<Vec<Json>> {
    // Its status says whether there were errors, which is no concern here.
    let output = Command::new(program).args(["check", "--format", "json"]).arg(log).output();
    let output = output.map_err(|error| Failure::file("could not be run", program, &error))?;
    if output.status.code().is_none_or(|code| code > 1) {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failure::new(format!("the program failed ({}): {said}: {}", output.status, log.display())));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let frames: Option<Vec<Json>> = text.lines().map(Json::parse).collect();
    frames.ok_or_else(|| Failure::new(format!("the program printed what is no JSON: {}", log.display())))
}

/// A line with both counts, the reasons for differences, and whether they explain all.
fn compare(frames: &[Json], truth: &Json) -> (String, Vec<&'static str>, bool) {
    let n = |test: &dyn Fn(&Json) -> bool| frames.iter().filter(|frame| test(frame)).count() as i64;
    let kind = |word: &'static str| move |frame: &Json| frame.text("kind") == word;
    let is_answer = |frame: &Json| matches!(frame.text("kind"), "result" | "error");
    let ours = [
        frames.len() as i64,
        n(&kind("call")),
        n(&kind("result")),
        n(&kind("error")),
        n(&|frame| is_answer(frame) && matches!(frame.get("pair"), Some(Json::Number(_)))),
        n(&|frame| matches!(frame.get("unanswered"), Some(Json::True))),
        n(&|frame| frame.items("marks").iter().any(|mark| mark.as_text() == "cut")),
        n(&|frame| is_faulty(frame, false)),
    ];
    let theirs = COUNTS.map(|(_, name)| truth.number(name));
    let differences = || ours.iter().zip(&theirs).map(|(a, b)| a - b);
    let mut reasons = Vec::new();
    let mut is_explained = true;
    let mut words = Vec::new();
    for (((name, _), difference), (a, b)) in COUNTS.iter().zip(differences()).zip(ours.iter().zip(&theirs)) {
        if difference == 0 {
            words.push(format!("{name} {a}"));
            continue;
        }
        words.push(format!("{name} {a} ({b})"));
        let unreadable = n(&kind("unreadable"));
        match *name {
            "calls" | "results" | "errors" if difference < 0 && -difference <= unreadable => {
                reasons.push("unreadable");
            }
            "unanswered" => {
                // A call whose answer is unreadable, or whose side never gets one, is not counted here.
                let answers = |f: &Json, call: &Json| {
                    is_answer(f)
                        && f.text("direction") != call.text("direction")
                        && f.text("station") == call.text("station")
                };
                let n_silent = n(&|call| {
                    call.text("kind") == "call"
                        && call.get("pair") == Some(&Json::Null)
                        && !frames.iter().any(|f| answers(f, call))
                });
                if difference < 0 && -difference <= n_silent {
                    reasons.push("one-sided");
                } else {
                    is_explained = false;
                }
            }
            "faults" => {
                let without_zone = n(&|frame| is_faulty(frame, true));
                let details = n(&|frame| has_rule(frame, "ERR-DETAILS") && !is_faulty(frame, false));
                let n_zone = ours.last().copied().unwrap_or_default() - without_zone;
                if n_zone > 0 {
                    reasons.push("zone");
                }
                if details > 0 {
                    reasons.push("details");
                }
                is_explained &= difference == n_zone - details;
            }
            _ => is_explained = false,
        }
    }
    reasons.sort_unstable();
    reasons.dedup();
    (words.join(", "), reasons, is_explained)
}

fn has_rule(frame: &Json, rule: &str) -> bool {
    frame.items("findings").iter().any(|finding| finding.text("rule") == rule)
}

/// Something the truth calls invalid was found; `beyond_zone` leaves out what is only a missing zone.
fn is_faulty(frame: &Json, beyond_zone: bool) -> bool {
    frame.items("findings").iter().any(|finding| {
        FAULTS.contains(&finding.text("rule")) && !(beyond_zone && finding.text("message").contains("has no time zone"))
    })
}

/// JSON, as far as these files need it.
#[derive(Debug, PartialEq)]
enum Json {
    Null,
    True,
    False,
    Number(i64),
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let value = Self::value(&mut rest)?;
        rest.trim_start().is_empty().then_some(value)
    }

    fn value(rest: &mut &str) -> Option<Self> {
        *rest = rest.trim_start();
        for (word, value) in [("null", Self::Null), ("true", Self::True), ("false", Self::False)] {
            if let Some(after) = rest.strip_prefix(word) {
                *rest = after;
                return Some(value);
            }
        }
        match rest.chars().next()? {
            '"' => Self::string(rest).map(Self::Text),
            '[' => {
                let mut items = Vec::new();
                Self::list(rest, ']', &mut |rest| {
                    items.push(Self::value(rest)?);
                    Some(())
                })?;
                Some(Self::Array(items))
            }
            '{' => {
                let mut members = BTreeMap::new();
                Self::list(rest, '}', &mut |rest| {
                    *rest = rest.trim_start();
                    let name = Self::string(rest)?;
                    *rest = rest.trim_start().strip_prefix(':')?;
                    members.insert(name, Self::value(rest)?);
                    Some(())
                })?;
                Some(Self::Object(members))
            }
            _ => {
                let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')));
                let (number, after) = rest.split_at(end.unwrap_or(rest.len()));
                *rest = after;
                number.parse().ok().map(Self::Number)
            }
        }
    }

    fn list(rest: &mut &str, end: char, item: &mut dyn FnMut(&mut &str) -> Option<()>) -> Option<()> {
        *rest = rest.get(1..)?.trim_start();
        if let Some(after) = rest.strip_prefix(end) {
            *rest = after;
            return Some(());
        }
        loop {
            item(rest)?;
            *rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(end) {
                *rest = after;
                return Some(());
            }
            *rest = rest.strip_prefix(',')?;
        }
    }

    fn string(rest: &mut &str) -> Option<String> {
        let inner = rest.strip_prefix('"')?;
        let mut out = String::new();
        let mut chars = inner.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    *rest = inner.get(at + 1..)?;
                    return Some(out);
                }
                '\\' => match chars.next()?.1 {
                    'u' => {
                        let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                        // Half a pair is not needed here.
                        out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                    }
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    c => out.push(c),
                },
                c => out.push(c),
            }
        }
        None
    }

    fn get(&self, name: &str) -> Option<&Self> {
        if let Self::Object(members) = self { members.get(name) } else { None }
    }

    fn as_text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    fn text(&self, name: &str) -> &str {
        self.get(name).map_or("", Self::as_text)
    }

    fn number(&self, name: &str) -> i64 {
        if let Some(Self::Number(number)) = self.get(name) { *number } else { 0 }
    }

    fn items(&self, name: &str) -> &[Self] {
        if let Some(Self::Array(items)) = self.get(name) { items } else { &[] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(frames: &[&str], truth: &str) -> (Vec<&'static str>, bool) {
        let frames: Vec<Json> = frames.iter().map(|frame| Json::parse(frame).unwrap()).collect();
        let (_, reasons, is_explained) = compare(&frames, &Json::parse(truth).unwrap());
        (reasons, is_explained)
    }

    #[test]
    fn differences_need_a_reason() {
        let call = r#"{"kind":"call","direction":"to-csms","pair":null,"unanswered":false,"marks":[],"findings":[]}"#;
        assert_eq!(verdict(&[call], r#"{"frames":1,"calls":1}"#), (vec![], true));
        assert_eq!(verdict(&[call], r#"{"frames":2,"calls":1}"#), (vec![], false));
        assert_eq!(verdict(&[call], r#"{"frames":1,"calls":1,"unansweredCalls":1}"#), (vec!["one-sided"], true));
        let zone = r#"{"kind":"result","findings":[{"rule":"RPC-SCHEMA-RESULT","message":"x has no time zone; y"}]}"#;
        assert_eq!(verdict(&[zone], r#"{"frames":1,"callResults":1}"#), (vec!["zone"], true));
        assert_eq!(verdict(&[zone], r#"{"frames":1,"callResults":1,"invalidCount":3}"#), (vec!["zone"], false));
    }

    #[test]
    fn json_is_read_strictly_enough() {
        assert_eq!(Json::parse(r#" {"a\n\u0041": [1, "x", null]} "#).unwrap().items("a\nA").len(), 3);
        for text in ["", "{", "[1,]x", "[1] 2", "{\"a\"}", "\"x"] {
            assert_eq!(Json::parse(text), None, "{text}");
        }
    }
}
