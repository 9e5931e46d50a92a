//! `cargo xtask tidy`: the rules of this repository that no compiler knows, checked as text.

use std::path::Path;

use crate::files;
use crate::notices;
use crate::schemas;
use crate::steps::{Failure, Outcome};
use crate::tools::root;

/// The documents that lie at the top; everything else belongs into the folder it is about.
const DOCUMENTS: [&str; 7] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "THIRD_PARTY.md",
];

/// One source file, with its path below the root.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_below(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }
}

/// Fails with the list of everything that is not as it should be.
pub(crate) fn check() -> Outcome<()> {
    let mut faults = source_faults(&sources()?);
    faults.extend(schemas::faults()?);
    faults.extend(document_faults()?);
    faults.extend(notices::faults()?);
    if faults.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!("{} rules are broken:\n  - {}", faults.len(), faults.join("\n  - ")))
        .hint("CONTRIBUTING.md gives the reason of each rule"))
}

/// The texts that the rules are about.
fn sources() -> Outcome<Vec<Source>> {
    let mut sources = Vec::new();
    for folder in ["src", "crates", "style", "web", "xtask", "tests", "bench", "index.html"] {
        for path in files::below(&root().join(folder))? {
            let is_text = path
                .extension()
                .is_some_and(|extension| ["rs", "css", "html", "js", "mjs"].iter().any(|known| extension == *known));
            if is_text {
                sources.push(Source { path: files::relative(&path, &root()), text: files::read_text(&path)? });
            }
        }
    }
    Ok(sources)
}

fn source_faults(sources: &[Source]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        if source.has_extension("rs") {
            rust_faults(source, &mut faults);
        }
        if source.has_extension("css") {
            css_faults(source, &mut faults);
        }
        let is_page = source.is_below("src/") || source.path == "index.html" || source.is_below("web/");
        if is_page
            && (source.text.contains(" style=\"")
                || source.text.contains(" style={")
                || source.text.contains(" style=move"))
        {
            faults.push(format!(
                "{}: an attribute `style`, which the policy blocks; write `style:property=`",
                source.path
            ));
        }
    }
    let n_validators =
        sources.iter().filter(|source| source.is_below("crates/") && code(source).contains("jsonschema_valid")).count();
    if n_validators != 1 {
        faults.push(format!(
            "jsonschema_valid is named in {n_validators} files of crates/; one file stands between it and the rest"
        ));
    }
    faults
}

fn rust_faults(source: &Source, faults: &mut Vec<String>) {
    let path = &source.path;
    // This file names what it looks for.
    if path == "xtask/src/tidy.rs" {
        return;
    }
    if !source.text.starts_with("//!") {
        faults.push(format!("{path}: does not open with `//!` and what the file is for"));
    }
    let code = code(source);
    let is_core = source.is_below("crates/ocpp-wire/") || source.is_below("crates/workbench/");
    for name in ["web_sys", "js_sys", "wasm_bindgen", "leptos", "gloo_net"] {
        if is_core && names(&code, name) {
            faults.push(format!("{path}: names {name}, but the core knows no browser"));
        }
    }
    let is_glue =
        source.is_below("src/browser/") || path == "src/browser.rs" || source.is_below("crates/engine/src/browser");
    if (source.is_below("src/") || source.is_below("crates/")) && !is_core && !is_glue && names(&code, "web_sys") {
        faults.push(format!("{path}: names web_sys outside the browser modules"));
    }
    let derives = code.split("derive(").skip(1).filter_map(|rest| rest.split(')').next());
    let has_serde = derives.flat_map(|list| list.split(',')).any(|name| {
        let name = name.trim().rsplit("::").next().unwrap_or_default();
        name == "Serialize" || name == "Deserialize"
    });
    let may_have_serde =
        path.starts_with("crates/workbench/src/port") || path.starts_with("crates/workbench/src/station");
    if has_serde && !may_have_serde {
        faults.push(format!("{path}: derives serde; only the port and the station's state do"));
    }
    for unfinished in ["todo!", "unimplemented!", "dbg!"] {
        if code.contains(&format!("{unfinished}(")) {
            faults.push(format!("{path}: {unfinished} is not for code that is handed on"));
        }
    }
}

fn css_faults(source: &Source, faults: &mut Vec<String>) {
    if source.path == "style/tokens.css" {
        return;
    }
    for (number, line) in without_css_comments(&source.text).lines().enumerate() {
        let is_colour = ["rgb(", "rgba(", "hsl(", "hsla(", "oklch(", "oklab(", "lab(", "lch(", "hwb("]
            .iter()
            .any(|function| names(line, function))
            || has_hex_colour(line);
        if is_colour {
            faults.push(format!("{}:{}: a colour; colours have names in style/tokens.css", source.path, number + 1));
        }
    }
}

/// `#` and 3, 4, 6 or 8 hexadecimal digits after a colon: a colour and not a selector.
fn has_hex_colour(line: &str) -> bool {
    let Some((_, value)) = line.split_once(':') else { return false };
    value.split('#').skip(1).any(|rest| {
        let n_digits = rest.chars().take_while(char::is_ascii_hexdigit).count();
        let ends = rest.chars().nth(n_digits).is_none_or(|next| !next.is_alphanumeric() && next != '-' && next != '_');
        matches!(n_digits, 3 | 4 | 6 | 8) && ends
    })
}

/// The text without comments, lines kept.
fn without_css_comments(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        kept.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        kept.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    kept + rest
}

/// The lines that are not comments.
fn code(source: &Source) -> String {
    source.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Whether the text contains the word with no other word character before or, for plain words, after it.
fn names(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !before.is_some_and(is_part) && (!word.ends_with(is_part) || !after.is_some_and(is_part))
    })
}

fn document_faults() -> Outcome<Vec<String>> {
    let root = root();
    let mut faults: Vec<String> =
        DOCUMENTS.iter().filter(|name| !root.join(name).is_file()).map(|name| format!("{name} is missing")).collect();
    let entries = std::fs::read_dir(&root).map_err(|error| Failure::file("listing a folder", &root, &error))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_document = Path::new(&name).extension().is_some_and(|extension| extension == "md" || extension == "txt");
        if is_document && !DOCUMENTS.contains(&name.as_str()) {
            faults.push(format!("{name}: a document too many at the top; put it beside what it is about"));
        }
    }
    Ok(faults)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> Vec<String> {
        let validator =
            Source { path: "crates/ocpp-wire/src/referee.rs".into(), text: "//! x\nuse jsonschema_valid;".into() };
        source_faults(&[validator, Source { path: path.into(), text: text.into() }])
    }

    #[test]
    fn this_repository_is_tidy() {
        if let Err(failure) = check() {
            panic!("{failure}");
        }
    }

    #[test]
    fn each_rule_finds_its_fault() {
        for (path, text) in [
            ("src/app.rs", "use leptos::*;"),
            ("crates/workbench/src/link.rs", "//! x\nuse web_sys::Url;"),
            ("crates/ocpp-wire/src/a.rs", "//! x\nuse leptos::prelude::*;"),
            ("crates/engine/src/main.rs", "//! x\nuse web_sys::Url;"),
            ("src/app.rs", "//! x\nlet u = web_sys::window();"),
            ("src/app.rs", "//! x\nview! { <p style=\"color: red\"></p> }"),
            ("crates/workbench/src/link.rs", "//! x\n#[derive(Clone, serde::Serialize)]\nstruct A;"),
            ("crates/workbench/src/link.rs", "//! x\nfn a() { todo!() }"),
            ("crates/workbench/src/second.rs", "//! x\nuse jsonschema_valid::Config;"),
            ("style/row.css", ".row { color: #fff; }"),
            ("style/row.css", ".row { color: oklch(50% 0 0); }"),
        ] {
            assert_eq!(faults(path, text).len(), 1, "{path}: {text}: {:?}", faults(path, text));
        }
    }

    #[test]
    fn what_is_allowed_is_not_found() {
        for (path, text) in [
            ("src/browser/dom.rs", "//! x\nuse web_sys::Window;"),
            ("crates/engine/src/browser/socket.rs", "//! x\nuse web_sys::WebSocket;"),
            ("crates/workbench/src/port.rs", "//! x\n#[derive(Serialize, Deserialize)]\nstruct A;"),
            ("crates/workbench/src/link.rs", "//! x\n// web_sys would be the place for this.\n"),
            ("src/app.rs", "//! x\nview! { <p style:width=width></p> }"),
            ("style/row.css", "/* #fff is\n white */ .row { color: var(--color-text); }\na[href=\"#abc\"] { top: 0 }"),
            ("style/tokens.css", ":root { --a: #fff; }"),
        ] {
            assert_eq!(faults(path, text), Vec::<String>::new(), "{path}: {text}");
        }
    }
}
