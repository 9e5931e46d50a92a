//! Tables: rows of cells with a delimiter, some in quotes.
//!
//! # Source
//! RFC 4180, with other delimiters and bare line feeds.

/// The cells of the row that begins at `from`, and where the next row begins. `None` while the row is not
/// complete and more text may come.
pub(super) fn row(text: &str, from: usize, delimiter: u8, is_whole: bool) -> Option<(Vec<String>, usize)> {
    let bytes = text.as_bytes();
    let mut cells = Vec::new();
    let mut at = from;
    loop {
        super::work::add(0);
        let (cell, end) = if bytes.get(at) == Some(&b'"') {
            quoted(text, at + 1, delimiter, is_whole)?
        } else {
            let end = bytes.get(at..)?.iter().position(|&b| b == delimiter || b == b'\n').map(|n| at + n);
            let end = match end {
                Some(end) => end,
                None if is_whole => bytes.len(),
                None => return None,
            };
            (text.get(at..end)?.trim_end_matches('\r').to_owned(), end)
        };
        cells.push(cell);
        match bytes.get(end) {
            Some(&b) if b == delimiter => at = end + 1,
            Some(_) => return Some((cells, end + 1)),
            None => return is_whole.then_some((cells, end)),
        }
    }
}

/// A cell in quotes: its text, and where the delimiter or the end of the line behind it stands.
fn quoted(text: &str, from: usize, delimiter: u8, is_whole: bool) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut cell = String::new();
    let mut at = from;
    loop {
        let Some(quote) = bytes.get(at..)?.iter().position(|&b| b == b'"').map(|n| at + n) else {
            return is_whole.then(|| (text.get(from..).unwrap_or_default().to_owned(), bytes.len()));
        };
        cell.push_str(text.get(at..quote)?);
        match bytes.get(quote + 1) {
            Some(b'"') => {
                cell.push('"');
                at = quote + 2;
            }
            // What stands behind the quote belongs to the cell, as programs read it that are not strict.
            Some(_) => {
                let end = bytes.get(quote + 1..)?.iter().position(|&b| b == delimiter || b == b'\n');
                let end = match end {
                    Some(n) => quote + 1 + n,
                    None if is_whole => bytes.len(),
                    None => return None,
                };
                cell.push_str(text.get(quote + 1..end)?.trim_end_matches('\r'));
                return Some((cell, end));
            }
            None => return is_whole.then_some((cell, quote + 1)),
        }
    }
}

/// The delimiter of a text that is a table with frames in cells, and the names of the columns.
pub(super) fn detect(sample: &str, is_whole: bool) -> Option<(u8, Vec<String>)> {
    [b',', b';', b'\t'].into_iter().find_map(|delimiter| {
        let mut rows = Vec::new();
        let mut at = sample.len() - sample.trim_start_matches(['\r', '\n']).len();
        while rows.len() < 40 && at < sample.len() {
            let Some((cells, next)) = row(sample, at, delimiter, is_whole) else { break };
            rows.push(cells);
            at = next;
        }
        let (first, others) = rows.split_first()?;
        let is_frame = |cell: &String| {
            let cell = cell.trim();
            super::frame_text::find_head(cell, 0).is_some_and(|head| {
                head.start == 0 && matches!(super::frame_text::find_end(cell, &head), super::frame_text::End::Closed(end) if end == cell.len())
            })
        };
        let n_same = others.iter().filter(|cells| cells.len() == first.len()).count();
        let n_frames = others.iter().filter(|cells| cells.iter().any(is_frame)).count();
        let is_table = first.len() >= 2 && n_frames >= 1 && n_same * 10 >= others.len() * 6;
        let has_header = !first.iter().any(is_frame);
        is_table.then(|| {
            let names = if has_header {
                first.iter().map(|name| name.trim().to_owned()).collect()
            } else {
                (1..=first.len()).map(|n| format!("column {n}")).collect()
            };
            (delimiter, names)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        let cells = |text: &str| row(text, 0, b',', true).map(|(cells, _)| cells);
        assert_eq!(cells("a,\"b,\"\"c\"\"\nd\",e\nf"), Some(vec!["a".into(), "b,\"c\"\nd".into(), "e".into()]));
        assert_eq!(cells("a,"), Some(vec!["a".into(), String::new()]));
        assert_eq!(row("a,\"b", 0, b',', false), None);
        assert_eq!(cells("a,\"b"), Some(vec!["a".into(), "b".into()]));
    }

    #[test]
    fn tables_are_recognised() {
        let table =
            "id;text;at\n1;\"[2,\"\"a\"\",\"\"Heartbeat\"\",{}]\";2024-05-17T09:20:43\n1;\"[3,\"\"a\"\",{}]\";x\n";
        assert_eq!(detect(table, true), Some((b';', vec!["id".into(), "text".into(), "at".into()])));
        assert_eq!(detect("a, b\nc, [2,\"a\",\"Heartbeat\",{}]", true), None);
    }
}
