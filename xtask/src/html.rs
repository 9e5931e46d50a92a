//! Finds and changes single attributes in the built `index.html`, which Trunk writes in one known form.
//!
//! Not an HTML parser: it reads tags whose attributes are in double quotes, which is what Trunk emits.

/// Value of `attribute` in the first tag `<name …>` that also carries `marker`, such as `name="engine"`.
pub(crate) fn attribute<'a>(html: &'a str, tag: &str, marker: &str, attribute: &str) -> Option<&'a str> {
    tags(html, tag).find(|found| found.contains(marker)).and_then(|found| value(found, attribute))
}

/// The same page with another value of the attribute `content` in `<meta name="…">`, and further attributes before it.
/// `None` when the page has no such tag.
pub(crate) fn with_meta(html: &str, name: &str, content: &str, further: &str) -> Option<String> {
    let marker = format!("name=\"{name}\"");
    let tag = tags(html, "meta").find(|found| found.contains(&marker))?;
    let space = if further.is_empty() { "" } else { " " };
    Some(html.replacen(tag, &format!("<meta {marker}{space}{further} content=\"{content}\">"), 1))
}

/// The page without its comments, which are for those who read the source.
pub(crate) fn without_comments(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("<!--") {
        kept.push_str(before);
        rest = after.split_once("-->").map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    // What Trunk took out leaves empty lines behind.
    kept.lines().filter(|line| !line.trim().is_empty()).fold(String::new(), |text, line| text + line + "\n")
}

/// All tags of this name, from `<` to `>`.
pub(crate) fn tags<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<{name}");
    let mut rest = html;
    std::iter::from_fn(move || {
        loop {
            rest = rest.get(rest.find(&start)?..)?;
            let tag = rest.get(..=end_of_tag(rest)?)?;
            rest = rest.get(tag.len()..)?;
            let after = tag.get(start.len()..).and_then(|after| after.chars().next());
            if after.is_some_and(|next| next.is_whitespace() || next == '>' || next == '/') {
                return Some(tag);
            }
        }
    })
}

/// Value of an attribute in one tag.
pub(crate) fn value<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let opening = format!("{attribute}=\"");
    let start = tag
        .match_indices(&opening)
        .map(|(at, _)| at)
        .find(|at| tag.get(..*at).is_some_and(|before| before.ends_with(char::is_whitespace)))?;
    let rest = tag.get(start + opening.len()..)?;
    rest.get(..rest.find('"')?)
}

/// Position of the `>` that closes the tag the text begins with; one inside a quoted value does not.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    text.char_indices().find_map(|(at, character)| match character {
        '"' => {
            is_quoted = !is_quoted;
            None
        }
        '>' if !is_quoted => Some(at),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<head><meta charset=\"utf-8\">\n<meta name=\"engine\" content=\"engine_loader.js\">\
        <meta\n name=\"other\" content=\"a > b\"><metadata name=\"engine\"></head>";

    #[test]
    fn reads_an_attribute() {
        assert_eq!(attribute(PAGE, "meta", "name=\"engine\"", "content"), Some("engine_loader.js"));
        assert_eq!(attribute(PAGE, "meta", "name=\"other\"", "content"), Some("a > b"));
        assert_eq!(attribute(PAGE, "meta", "name=\"missing\"", "content"), None);
    }

    #[test]
    fn comments_go() {
        assert_eq!(
            without_comments("<!DOCTYPE html>\n<!-- a\n > b --><p>\n\n  </p>"),
            "<!DOCTYPE html>\n<p>\n  </p>\n"
        );
    }

    #[test]
    fn replaces_one_meta_and_leaves_the_rest() {
        let page = with_meta(PAGE, "engine", "engine_loader-12.js", "data-integrity=\"sha384-x\"").unwrap();
        assert!(
            page.contains("<meta name=\"engine\" data-integrity=\"sha384-x\" content=\"engine_loader-12.js\">"),
            "{page}"
        );
        assert_eq!(page.len() - PAGE.len(), "-12 data-integrity=\"sha384-x\"".len());
        assert_eq!(with_meta(PAGE, "missing", "", ""), None);
    }
}
