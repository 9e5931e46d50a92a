//! What Trunk leaves to do: hashed names and integrity for the worker's files, the schema bundles, and a last look
//! at the page.
//!
//! `index.html` names the worker and the bundles in two `<meta>` tags, which are rewritten here:
//! `<meta name="engine" content="engine_loader.js">` and `<meta name="schemas" content="…">`.

use std::path::Path;

use crate::digest;
use crate::files;
use crate::html;
use crate::schemas;
use crate::steps::{Failure, Outcome};

/// Finishes the page that Trunk wrote to `stage`.
pub(crate) fn finish(stage: &Path) -> Outcome<()> {
    let index = stage.join("index.html");
    let mut page = files::read_text(&index)?;
    page = with_engine(stage, &page)?;
    page = with_schemas(stage, &page)?;
    let faults = faults(&page);
    if !faults.is_empty() {
        return Err(Failure::new(format!("index.html breaks its own rules:\n  - {}", faults.join("\n  - ")))
            .hint("read the comments in Trunk.toml and index.html"));
    }
    files::write(&index, page.as_bytes())
}

/// Gives the worker's files names with their content hash, and writes the loader that checks them.
fn with_engine(stage: &Path, page: &str) -> Outcome<String> {
    let wasm_path = stage.join("engine_bg.wasm");
    let glue_path = stage.join("engine.js");
    let wasm = files::read(&wasm_path)?;
    let wasm_name = format!("engine_bg-{}.wasm", digest::short(&wasm));
    // The glue names the wasm file as its default; the loader gives the response instead, but the name should be right.
    let glue = files::read_text(&glue_path)?.replace("engine_bg.wasm", &wasm_name);
    let glue_name = format!("engine-{}.js", digest::short(glue.as_bytes()));
    let loader = loader(&glue_name, &digest::integrity(glue.as_bytes()), &wasm_name, &digest::integrity(&wasm));
    let loader_name = format!("engine_loader-{}.js", digest::short(loader.as_bytes()));

    files::rename(&wasm_path, &stage.join(&wasm_name))?;
    files::write(&stage.join(&glue_name), glue.as_bytes())?;
    files::write(&stage.join(&loader_name), loader.as_bytes())?;
    for old in [glue_path, stage.join("engine_loader.js")] {
        std::fs::remove_file(&old).map_err(|error| Failure::file("removing a file", &old, &error))?;
    }
    let integrity = format!("data-integrity=\"{}\"", digest::integrity(loader.as_bytes()));
    html::with_meta(page, "engine", &loader_name, &integrity).ok_or_else(|| missing_meta("engine"))
}

/// The first script of the worker. A failure reaches the page as the `error` event of its `Worker`.
fn loader(glue: &str, glue_integrity: &str, wasm: &str, wasm_integrity: &str) -> String {
    format!(
        r#"// Starts the engine after checking that its two files are the ones that were built. Written by `cargo xtask build`.
const checked = async (name, integrity) => {{
  const response = await fetch(new URL(name, import.meta.url), {{ integrity }});
  if (!response.ok) throw new Error(`the server answered ${{response.status}} for ${{name}}`);
  return response;
}};
try {{
  const wasm = checked("{wasm}", "{wasm_integrity}");
  // An import cannot carry an integrity value in a worker, so the file is read and checked first; the import then
  // takes the same bytes from the cache.
  const [glue] = await Promise.all([checked("{glue}", "{glue_integrity}"), wasm]);
  await glue.arrayBuffer();
  const {{ default: start }} = await import(new URL("{glue}", import.meta.url).href);
  await start({{ module_or_path: wasm }});
}} catch (error) {{
  reportError(new Error(`The engine could not start: ${{error?.message ?? error}}`));
}}
"#
    )
}

/// Writes the schema bundles and names them.
fn with_schemas(stage: &Path, page: &str) -> Outcome<String> {
    let mut names = Vec::new();
    for set in schemas::SETS {
        let bundle = schemas::bundle(set)?;
        let name = format!("schemas-{set}-{}.txt", digest::short(&bundle));
        files::write(&stage.join(&name), &bundle)?;
        names.push(format!("{set}={name}"));
    }
    html::with_meta(page, "schemas", &names.join(","), "").ok_or_else(|| missing_meta("schemas"))
}

fn missing_meta(name: &str) -> Failure {
    Failure::new(format!("index.html has no <meta name=\"{name}\" content=\"…\">")).hint("add it to <head>; the build fills it in")
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
            if url.starts_with('/') || url.contains("://") {
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
        let page = format!("{POLICY}<link rel=\"stylesheet\" href=\"./a.css\"><script type=\"module\" src=\"./boot.js\"></script>");
        assert_eq!(faults(&page), Vec::<String>::new());
    }

    #[test]
    fn each_fault_is_found() {
        for bad in [
            "<script>start()</script>",
            "<script src=\"/boot.js\"></script>",
            "<link href=\"https://example.org/a.css\">",
            "<base href=\"/\">",
            "<style>p{}</style>",
            "<p style=\"color:red\">",
        ] {
            assert_eq!(faults(&format!("{POLICY}{bad}")).len(), 1, "{bad}");
        }
        assert_eq!(faults("").len(), 1);
    }

    #[test]
    fn the_loader_names_both_files_with_their_hashes() {
        let loader = loader("engine-1.js", "sha384-a", "engine_bg-2.wasm", "sha384-b");
        assert!(loader.contains("checked(\"engine_bg-2.wasm\", \"sha384-b\")"), "{loader}");
        assert!(loader.contains("checked(\"engine-1.js\", \"sha384-a\")"), "{loader}");
    }
}
