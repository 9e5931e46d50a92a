//! `cargo xtask size`: what the page weighs on the wire, by part, and the budget it must keep.

use crate::build::dist;
use crate::steps::{Failure, Outcome, output};
use crate::tools::{self, node, root};

/// Bytes that all of `dist/` may have with brotli at quality 11, schemas included. A ratchet: the aim is 400,000, and it is
/// lowered with every step towards it.
const BUDGET_BYTES: u64 = 741_000;

/// One file of `dist/`.
struct Part {
    name: String,
    n_bytes: u64,
    n_gzip_bytes: u64,
    n_brotli_bytes: u64,
}

/// Prints the table.
pub(crate) fn show() -> Outcome<()> {
    print(&measure()?);
    Ok(())
}

/// Prints the table and fails when the page is too heavy.
pub(crate) fn check() -> Outcome<()> {
    let parts = measure()?;
    print(&parts);
    let total: u64 = parts.iter().map(|part| part.n_brotli_bytes).sum();
    if total <= BUDGET_BYTES {
        return Ok(());
    }
    Err(Failure::new(format!("The page is too heavy: {} of {} bytes (brotli)", grouped(total), grouped(BUDGET_BYTES)))
        .hint("find the part that grew in the table above; `cargo tree` shows what a dependency brings in"))
}

/// The table in Markdown, with the names as they are without their hashes.
pub(crate) fn markdown() -> Outcome<String> {
    let parts = measure()?;
    let mut table = String::from("| Part of the page | Bytes | gzip -9 | brotli 11 |\n|---|---:|---:|---:|\n");
    let mut row = |name: &str, sizes: [u64; 3]| {
        table.extend(["| ", name, " | ", &sizes.map(grouped).join(" | "), " |\n"]);
    };
    for part in &parts {
        row(&without_hash(&part.name), [part.n_bytes, part.n_gzip_bytes, part.n_brotli_bytes]);
    }
    let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum::<u64>();
    row("**all**", [sum(|part| part.n_bytes), sum(|part| part.n_gzip_bytes), sum(|part| part.n_brotli_bytes)]);
    Ok(table)
}

/// `app-0123456789abcdef.js` is `app.js`.
fn without_hash(name: &str) -> String {
    let plain = name.rsplit_once('.').and_then(|(stem, extension)| {
        let (stem, hash) = stem.rsplit_once('-')?;
        let is_hash = hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hash.then(|| format!("{stem}.{extension}"))
    });
    plain.unwrap_or_else(|| name.to_owned())
}

/// The files of `dist/`, heaviest first.
fn measure() -> Outcome<Vec<Part>> {
    tools::ensure_npm_packages()?;
    // Node has both compressors; a second implementation here would have to prove that it gives the same sizes.
    let printed = output(node().arg(root().join("xtask/src/size.mjs")).arg(dist()))?;
    let mut parts = printed
        .lines()
        .map(part)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Failure::new("size.mjs printed something unexpected"))?;
    parts.sort_by_key(|part| std::cmp::Reverse(part.n_brotli_bytes));
    Ok(parts)
}

fn part(line: &str) -> Option<Part> {
    let mut columns = line.split('\t');
    let name = columns.next()?.to_owned();
    let mut number = || columns.next()?.parse().ok();
    Some(Part { name, n_bytes: number()?, n_gzip_bytes: number()?, n_brotli_bytes: number()? })
}

fn print(parts: &[Part]) {
    let width = parts.iter().map(|part| part.name.len()).max().unwrap_or(0).max("Total".len());
    println!("{:width$}  {:>11}  {:>9}  {:>9}", "File", "Bytes", "gzip -9", "brotli 11");
    let row = |name: &str, bytes: u64, gzip: u64, brotli: u64| {
        println!("{name:width$}  {:>11}  {:>9}  {:>9}", grouped(bytes), grouped(gzip), grouped(brotli));
    };
    for part in parts {
        row(&part.name, part.n_bytes, part.n_gzip_bytes, part.n_brotli_bytes);
    }
    let sum = |of: fn(&Part) -> u64| parts.iter().map(of).sum::<u64>();
    row("Total", sum(|part| part.n_bytes), sum(|part| part.n_gzip_bytes), sum(|part| part.n_brotli_bytes));
}

/// A number with a comma between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1_000, 400_000, 1_234_567].map(grouped), ["0", "999", "1,000", "400,000", "1,234,567"]);
    }

    #[test]
    fn names_lose_their_hashes() {
        assert_eq!(without_hash("ocppscope_bg-4595a804da19e509.wasm"), "ocppscope_bg.wasm");
        assert_eq!(without_hash("index.html"), "index.html");
        assert_eq!(without_hash("a-b.js"), "a-b.js");
    }

    #[test]
    fn a_line_of_the_measuring_script_is_one_part() {
        let part = part("a.js\t30\t20\t10").unwrap();
        assert_eq!((part.name.as_str(), part.n_bytes, part.n_gzip_bytes, part.n_brotli_bytes), ("a.js", 30, 20, 10));
        assert!(super::part("a.js\t30").is_none());
    }
}
