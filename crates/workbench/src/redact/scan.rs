//! Secrets in texts that are no JSON: parts of URLs and addresses that show in any text, and fields of broken frames.

use super::SecretKind;
use super::places::{field_kind_of, variable_kind};
use super::shape;
use std::net::IpAddr;
use std::ops::Range;

/// Parts of URLs and addresses in a text. `place` is the path of the field: a version is no address.
pub(super) fn visible(text: &str, place: &str) -> Vec<(Range<usize>, SecretKind)> {
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("://")) {
        let start = from + found + 3;
        let rest = text.get(start..).unwrap_or_default();
        let end =
            start + rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>')).unwrap_or(rest.len());
        url(text, start..end, &mut out);
        from = end.max(start);
    }
    let is_version = place.to_ascii_lowercase().contains("version");
    if !is_version && is_address(text.trim()) {
        let start = text.len() - text.trim_start().len();
        out.push((start..start + text.trim().len(), SecretKind::Address));
    }
    out
}

/// An IP address of a machine, or a MAC address.
fn is_address(text: &str) -> bool {
    if let Ok(address) = text.parse::<IpAddr>() {
        return !address.is_loopback() && !address.is_unspecified();
    }
    let bytes = text.as_bytes();
    bytes.len() == 17
        && bytes
            .iter()
            .enumerate()
            .all(|(n, b)| if n % 3 == 2 { matches!(b, b':' | b'-') } else { b.is_ascii_hexdigit() })
}

/// User name, password, query and an address as host, of what stands behind `://`.
fn url(text: &str, range: Range<usize>, out: &mut Vec<(Range<usize>, SecretKind)>) {
    let rest = text.get(range.clone()).unwrap_or_default();
    let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..authority_end).unwrap_or_default();
    let host_start = authority.rfind('@').map_or(0, |at| at + 1);
    let mut push = |start: usize, end: usize, kind| {
        if start < end {
            out.push((range.start + start..range.start + end, kind));
        }
    };
    if host_start > 0 {
        let user = authority.get(..host_start - 1).unwrap_or_default();
        let colon = user.find(':').unwrap_or(user.len());
        push(0, colon, SecretKind::Url);
        push(colon + 1, host_start - 1, SecretKind::Url);
    }
    let host = authority.get(host_start..).unwrap_or_default();
    let host_end =
        if host.starts_with('[') { host.find(']').unwrap_or(host.len()) } else { host.find(':').unwrap_or(host.len()) };
    let skip = usize::from(host.starts_with('['));
    if host.get(skip..host_end).is_some_and(is_address) {
        push(host_start + skip, host_start + host_end, SecretKind::Address);
    }
    if let Some(query) = rest.find('?') {
        let end = rest.find('#').filter(|&end| end > query).unwrap_or(rest.len());
        let mut at = query + 1;
        for part in rest.get(at..end).unwrap_or_default().split('&') {
            let value = part.find('=').map_or(0, |equals| equals + 1);
            push(at + value, at + part.len(), SecretKind::Url);
            at += part.len() + 1;
        }
    }
}

/// A quoted piece of a text, without its quotes; the last one may lack its end.
struct Quoted {
    range: Range<usize>,
    is_name: bool,
    /// Follows a name and a colon.
    is_value: bool,
}

fn quoted(text: &str) -> Vec<Quoted> {
    let bytes = text.as_bytes();
    let quote = if text.contains('"') { b'"' } else { b'\'' };
    let mut out: Vec<Quoted> = Vec::new();
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == quote)) {
        let start = at + found + 1;
        let mut end = start;
        while let Some(&byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 1,
                _ if byte == quote => break,
                _ => {}
            }
            end += 1;
        }
        let end = end.min(bytes.len());
        let before = text.get(..start.saturating_sub(1)).unwrap_or_default().trim_end();
        let after = text.get(end + 1..).unwrap_or_default().trim_start();
        out.push(Quoted { range: start..end, is_name: after.starts_with(':'), is_value: before.ends_with(':') });
        at = end + 1;
    }
    out
}

/// Secrets of a broken frame: what stands behind the names of fields that hold some.
pub(super) fn secrets(text: &str) -> Vec<(Range<usize>, SecretKind)> {
    let pieces = quoted(text);
    let of = |piece: &Quoted| text.get(piece.range.clone()).unwrap_or_default();
    // One broken frame seldom holds more than one setting; if any is secret, all values are.
    let variable = pieces.iter().filter(|piece| piece.is_value).find_map(|piece| variable_kind(of(piece)));
    let has_free_data = text.contains("DataTransfer") || text.contains("NotifyCustomerInformation");
    let mut out = Vec::new();
    for (n, name) in pieces.iter().enumerate().filter(|(_, piece)| piece.is_name) {
        let lower = of(name).to_ascii_lowercase();
        let kind = field_kind_of(&lower).filter(|kind| *kind != SecretKind::Url).or(match lower.as_str() {
            "value" | "attributevalue" | "actualvalue" => variable,
            "data" if has_free_data => Some(SecretKind::FreeText),
            _ => None,
        });
        let Some(kind) = kind else { continue };
        match pieces.get(n + 1) {
            Some(value) if value.is_value && !value.is_name => out.push((value.range.clone(), kind)),
            _ => {
                // A number instead of a string.
                let after = name.range.end + 1;
                let rest = text.get(after..).unwrap_or_default();
                let start = after + rest.find(|c: char| !matches!(c, ':' | ' ' | '\t')).unwrap_or(0);
                let rest = text.get(start..).unwrap_or_default();
                let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                out.push((start..start + n_digits, kind));
            }
        }
    }
    out.retain(|(range, kind)| {
        let value = text.get(range.clone()).unwrap_or_default();
        !(value.is_empty() || *kind == SecretKind::FreeText && shape::is_time(value))
    });
    out
}

/// A broken frame in which at least the beginning or the names of fields can be read.
pub(super) fn is_recognized(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let begins = text
        .strip_prefix('[')
        .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == '"'));
    begins || quoted(text).iter().any(|piece| piece.is_name)
}

/// Everything but names of JSON fields unreadable.
pub(super) fn masked_but_names(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for name in quoted(text).into_iter().filter(|piece| piece.is_name) {
        out.push_str(&shape::masked(text.get(at..name.range.start).unwrap_or_default()));
        out.push_str(text.get(name.range.clone()).unwrap_or_default());
        at = name.range.end;
    }
    out.push_str(&shape::masked(text.get(at..).unwrap_or_default()));
    out
}
