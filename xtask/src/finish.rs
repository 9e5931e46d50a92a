//! What Trunk leaves to do: names that carry the hash of what the files hold, one style sheet instead of many, the schema
//! bundles, and a last look at the page.
//!
//! `index.html` names the bundles in a `<meta>` tag, which is rewritten here: `<meta name="schemas" content="…">`.

use std::path::Path;

use crate::digest;
use crate::files;
use crate::html;
use crate::schemas;
use crate::steps::{Failure, Outcome};
use crate::tools::root;

/// Finishes the page that Trunk wrote to `stage`.
pub(crate) fn finish(stage: &Path) -> Outcome<()> {
    let index = stage.join("index.html");
    let mut page = files::read_text(&index)?;
    page = with_one_style_sheet(stage, &page)?;
    page = with_app(stage, &page)?;
    page = with_schemas(stage, &page)?;
    page = html::without_comments(&page);
    // The licences want to be where the parts are.
    files::write(&stage.join("THIRD_PARTY.txt"), &files::read(&root().join("THIRD_PARTY.md"))?)?;
    let faults = faults(&page);
    if !faults.is_empty() {
        return Err(Failure::new(format!("index.html breaks its own rules:\n  - {}", faults.join("\n  - ")))
            .hint("read the comments in Trunk.toml and index.html"));
    }
    files::write(&index, page.as_bytes())
}

/// Joins the style sheets in their order: one request instead of one per component before anything is drawn.
fn with_one_style_sheet(stage: &Path, page: &str) -> Outcome<String> {
    let links: Vec<&str> =
        html::tags(page, "link").filter(|tag| html::value(tag, "rel") == Some("stylesheet")).collect();
    let Some((first, others)) = links.split_first() else { return Ok(page.to_owned()) };
    let mut sheet = String::new();
    for link in &links {
        let path = stage.join(file_name(html::value(link, "href").unwrap_or_default()));
        sheet.push_str(&without_comments_and_indents(&files::read_text(&path)?));
        files::remove(&path)?;
    }
    let name = format!("style-{}.css", digest::short(sheet.as_bytes()));
    files::write(&stage.join(&name), sheet.as_bytes())?;
    let link =
        format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"{}\">", digest::integrity(sheet.as_bytes()));
    let page = others.iter().fold(page.to_owned(), |page, other| page.replacen(other, "", 1));
    Ok(page.replacen(first, &link, 1))
}

/// A style sheet without what only its authors read.
fn without_comments_and_indents(sheet: &str) -> String {
    let mut plain = String::new();
    let mut rest = sheet;
    while let Some((before, after)) = rest.split_once("/*") {
        plain.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.lines().map(str::trim).filter(|line| !line.is_empty()).flat_map(|line| [line, "\n"]).collect()
}

/// Renames the two files of the app. Trunk's names carry a hash taken before `wasm-bindgen` and `wasm-opt` ran, so that other
/// versions of those give other bytes under the same name: a browser that kept the old bytes would find their integrity
/// broken.
fn with_app(stage: &Path, page: &str) -> Outcome<String> {
    let link = |attribute: &str, wanted: &str| {
        html::tags(page, "link").find(|tag| html::value(tag, attribute) == Some(wanted))
    };
    let (Some(glue_link), Some(wasm_link)) = (link("rel", "modulepreload"), link("as", "fetch")) else {
        return Err(Failure::new("index.html does not name the app's files")
            .hint("it needs <link data-trunk rel=\"rust\" data-bin=\"ocppscope\">"));
    };
    let old_glue = file_name(html::value(glue_link, "href").unwrap_or_default());
    let old_wasm = file_name(html::value(wasm_link, "href").unwrap_or_default());
    let (glue_path, wasm_path) = (stage.join(old_glue), stage.join(old_wasm));

    let wasm = files::read(&wasm_path)?;
    let new_wasm = format!("ocppscope_bg-{}.wasm", digest::short(&wasm));
    let glue = files::read_text(&glue_path)?.replace(old_wasm, &new_wasm);
    let new_glue = format!("ocppscope-{}.js", digest::short(glue.as_bytes()));
    files::rename(&wasm_path, &stage.join(&new_wasm))?;
    files::remove(&glue_path)?;
    files::write(&stage.join(&new_glue), glue.as_bytes())?;

    let old_integrity = html::value(glue_link, "integrity").unwrap_or_default();
    let new_link = glue_link.replace(old_glue, &new_glue).replace(old_integrity, &digest::integrity(glue.as_bytes()));
    Ok(page.replacen(glue_link, &new_link, 1).replace(old_wasm, &new_wasm))
}

/// The last part of a URL.
fn file_name(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

/// Writes the schema bundles, one behind the other, and names the file. Together they compress better: 2.1 repeats most
/// of 2.0.1.
fn with_schemas(stage: &Path, page: &str) -> Outcome<String> {
    let mut bundles = Vec::new();
    for set in schemas::SETS {
        bundles.extend(schemas::bundle(set)?);
    }
    let name = format!("schemas-{}.txt", digest::short(&bundles));
    files::write(&stage.join(&name), &bundles)?;
    html::with_meta(page, "schemas", &name, "").ok_or_else(|| missing_meta("schemas"))
}

fn missing_meta(name: &str) -> Failure {
    Failure::new(format!("index.html has no <meta name=\"{name}\" content=\"…\">"))
        .hint("add it to <head>; the build fills it in")
}

/// The rules of the page that a browser would only show at run time.
fn faults(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if html::attribute(page, "meta", "http-equiv=\"Content-Security-Policy\"", "content").is_none() {
        faults.push("there is no <meta http-equiv=\"Content-Security-Policy\">".to_owned());
    }
    for tag in html::tags(page, "script") {
        if html::value(tag, "src").is_none() {
            faults.push(format!("an inline script, which the policy blocks: {tag}"));
        }
    }
    for (tag, attribute) in [("script", "src"), ("link", "href"), ("img", "src"), ("a", "href"), ("base", "href")] {
        for found in html::tags(page, tag) {
            let Some(url) = html::value(found, attribute) else { continue };
            let is_relative =
                !url.starts_with('/') && !url.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
            if !is_relative && !url.starts_with("data:") {
                faults.push(format!("a URL that is not relative, so that no sub-path works: {found}"));
            }
        }
    }
    if html::tags(page, "style").next().is_some() || page.contains(" style=\"") {
        faults.push("an inline style, which the policy blocks".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">";

    #[test]
    fn a_good_page_has_no_faults() {
        let page = format!(
            "{POLICY}<link rel=\"icon\" href=\"data:image/svg+xml,http://x\"><link href=\"./a.css\"><script type=\"module\" src=\"./boot.js\"></script>"
        );
        assert_eq!(faults(&page), Vec::<String>::new());
    }

    #[test]
    fn style_sheets_lose_what_only_authors_read() {
        let sheet = "/* Why. */\na {\n  color: red; /* more */\n\n  top: calc(1px +\n    2px);\n}\n";
        assert_eq!(without_comments_and_indents(sheet), "a {\ncolor: red;\ntop: calc(1px +\n2px);\n}\n");
        assert_eq!(without_comments_and_indents("a{}/* cut"), "a{}\n");
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let stage = std::env::temp_dir().join(format!("ocppscope-finish-{}", std::process::id()));
        files::write(&stage.join("b-1.css"), b"b{}").unwrap();
        files::write(&stage.join("a-2.css"), b"a{}").unwrap();
        let page = "<link rel=\"stylesheet\" href=\"./b-1.css\" integrity=\"x\"/>\n<link rel=\"icon\" href=\"data:,\">\
            <link rel=\"stylesheet\" href=\"./a-2.css\" integrity=\"y\"/>";
        let page = with_one_style_sheet(&stage, page).unwrap();
        let name = file_name(html::attribute(&page, "link", "stylesheet", "href").unwrap());
        assert_eq!(files::read_text(&stage.join(name)).unwrap(), "b{}\na{}\n");
        assert_eq!(page.matches("stylesheet").count(), 1, "{page}");
        assert_eq!(files::below(&stage).unwrap().len(), 1);
        files::remove_folder(&stage).unwrap();
    }

    #[test]
    fn each_fault_is_found() {
        for bad in [
            "<script>start()</script>",
            "<script src=\"/boot.js\"></script>",
            "<link href=\"https://example.org/a.css\">",
            "<link href=\"//example.org/a.css\">",
            "<base href=\"/\">",
            "<style>p{}</style>",
            "<p style=\"color:red\">",
        ] {
            assert_eq!(faults(&format!("{POLICY}{bad}")).len(), 1, "{bad}");
        }
        assert_eq!(faults("").len(), 1);
    }
}
