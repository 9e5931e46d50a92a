//! The guide: the error codes of each version, the rules that are checked, and articles.

use crate::findings::RULES;
use crate::guide_texts::ARTICLES;
use crate::port::{Block, GuideEntry, GuidePage, Severity};
use ocpp_wire::error_codes::{self, ErrorCode};
use ocpp_wire::version::Version;

/// Address of the list of rules.
const RULES_PATH: &str = "rules";

/// The page of an address; an unknown address gets the start page, which says so.
pub fn page(path: &str) -> GuidePage {
    let (title, blocks) = content(path);
    GuidePage { path: path.to_owned(), title, index: index(), blocks }
}

fn index() -> Vec<GuideEntry> {
    let mut entries = Vec::new();
    for article in ARTICLES {
        entries.push(entry(article.group, article.path, article.title));
    }
    for version in Version::ALL {
        let group = format!("Error codes of {version}");
        entries.push(entry(&group, version.number(), "All codes"));
        for code in error_codes::codes(version) {
            entries.push(entry(&group, &format!("{}/{}", version.number(), code.code), code.code));
        }
    }
    entries.push(entry("Reference", RULES_PATH, "Rules that are checked"));
    entries
}

fn entry(group: &str, path: &str, title: &str) -> GuideEntry {
    GuideEntry { group: group.to_owned(), path: path.to_owned(), title: title.to_owned() }
}

fn content(path: &str) -> (String, Vec<Block>) {
    if path.is_empty() {
        return start(None);
    }
    if let Some(article) = ARTICLES.iter().find(|article| article.path == path) {
        return (article.title.to_owned(), article_blocks(article.text));
    }
    if path == RULES_PATH {
        return rules();
    }
    let (number, code) = path.split_once('/').unwrap_or((path, ""));
    let Some(version) = Version::from_number(number) else { return start(Some(path)) };
    if code.is_empty() {
        return all_codes(version);
    }
    match error_codes::find(version, code) {
        Some(entry) => code_page(entry),
        None => {
            let note = error_codes::standing_sentence(version, code);
            let shown: String = code.chars().take(60).collect();
            let link = Block::Link { href: format!("#/guide/{number}"), text: format!("All error codes of {version}") };
            (shown, vec![Block::Callout { severity: Severity::Warning, text: note, note: String::new() }, link])
        }
    }
}

fn start(unknown: Option<&str>) -> (String, Vec<Block>) {
    let mut blocks = Vec::new();
    if let Some(path) = unknown {
        let shown: String = path.chars().take(60).collect();
        blocks.push(Block::Paragraph(format!("The guide has no page {shown:?}. These are the ones it has:")));
    }
    blocks.push(Block::Paragraph(
        "What the error codes of each OCPP version mean, which rules are checked here, and how a browser differs from a charging station."
            .into(),
    ));
    for article in ARTICLES {
        blocks.push(Block::Link { href: format!("#/guide/{}", article.path), text: article.title.to_owned() });
    }
    for version in Version::ALL {
        let text = format!("The {} error codes of {version}", error_codes::codes(version).len());
        blocks.push(Block::Link { href: format!("#/guide/{}", version.number()), text });
    }
    blocks.push(Block::Link {
        href: format!("#/guide/{RULES_PATH}"),
        text: format!("The {} rules that are checked", RULES.len()),
    });
    ("Guide".into(), blocks)
}

fn all_codes(version: Version) -> (String, Vec<Block>) {
    let mut blocks = Vec::new();
    for code in error_codes::codes(version) {
        blocks.push(Block::Heading(code.code.to_owned()));
        blocks.push(Block::Paragraph(code.meaning.to_owned()));
        let href = format!("#/guide/{}/{}", version.number(), code.code);
        blocks.push(Block::Link { href, text: "Causes, checks, repeating, example".into() });
    }
    (format!("Error codes of {version}"), blocks)
}

fn code_page(entry: &ErrorCode) -> (String, Vec<Block>) {
    let list = |texts: &[&str]| Block::List(texts.iter().map(|&text| text.to_owned()).collect());
    let mut blocks = vec![
        Block::Callout {
            severity: Severity::Error,
            text: entry.meaning.to_owned(),
            note: error_codes::standing_sentence(entry.version, entry.code),
        },
        Block::Heading("Likely causes".into()),
        list(entry.likely_causes),
        Block::Heading("What to check".into()),
        list(entry.what_to_check),
        Block::Heading("Does repeating help?".into()),
        Block::Paragraph(entry.repeating.to_owned()),
        Block::Heading("An example".into()),
        Block::Code(format!("{}\n{}", entry.example.request, entry.example.answer)),
        Block::Paragraph(entry.example.why.to_owned()),
    ];
    let others = Version::ALL.into_iter().filter(|&version| version != entry.version);
    let same = others.filter_map(|version| error_codes::find(version, entry.code));
    for other in same {
        let relation = if other.meaning == entry.meaning { "the same meaning" } else { "another meaning" };
        blocks.push(Block::Link {
            href: format!("#/guide/{}/{}", other.version.number(), other.code),
            text: format!("{} in {}: {relation}", other.code, other.version),
        });
    }
    (format!("{} in {}", entry.code, entry.version), blocks)
}

fn rules() -> (String, Vec<Block>) {
    let mut blocks = Vec::new();
    for rule in RULES {
        blocks.push(Block::Heading(format!("{} — {}", rule.id, rule.title())));
        blocks.push(Block::Paragraph(rule.meaning()));
        blocks.push(Block::Paragraph(format!("Source: {}", rule.source())));
    }
    ("Rules that are checked".into(), blocks)
}

/// An article's text: lines are paragraphs, `## ` a heading, `- ` a point.
fn article_blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("## ") {
            blocks.push(Block::Heading(heading.to_owned()));
        } else if let Some(point) = line.strip_prefix("- ") {
            match blocks.last_mut() {
                Some(Block::List(points)) => points.push(point.to_owned()),
                _ => blocks.push(Block::List(vec![point.to_owned()])),
            }
        } else {
            blocks.push(Block::Paragraph(line.to_owned()));
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_index_has_its_page() {
        for entry in index() {
            let page = page(&entry.path);
            assert!(page.title != "Guide" && !page.blocks.is_empty(), "{entry:?}");
        }
    }

    #[test]
    fn links_lead_to_pages() {
        for entry in index() {
            for block in page(&entry.path).blocks {
                if let Block::Link { href, .. } = block {
                    let path = href.strip_prefix("#/guide/").unwrap();
                    assert!(index().iter().any(|entry| entry.path == path), "{href}");
                }
            }
        }
    }

    #[test]
    fn unknown_pages_say_so() {
        assert!(
            matches!(&page("1.6/FormatViolation").blocks[0], Block::Callout { text, .. } if text.contains("FormationViolation"))
        );
        assert!(matches!(&page("nothing/here").blocks[0], Block::Paragraph(text) if text.contains("no page")));
    }
}
