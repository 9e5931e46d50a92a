//! Cuts what stands around a frame into words.

use crate::import::time::Stamp;
use std::ops::Range;

/// A word of a line.
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) lower: String,
    /// It is a time.
    pub(super) is_stamp: bool,
}

/// The words, cut at white space and brackets; a mark such as `->` glued to a word is a word of its own.
pub(super) fn tokens<'a>(prefix: &'a str, stamps: &[Stamp]) -> Vec<Token<'a>> {
    const MOST: usize = 80;
    let mut out: Vec<Token<'a>> = Vec::new();
    let is_in_stamp = |at: usize| stamps.iter().any(|stamp| stamp.span.contains(&at));
    let mut push = |range: Range<usize>, is_stamp: bool| {
        if let Some(text) = prefix.get(range).filter(|text| !text.is_empty()) {
            out.push(Token { text, lower: text.to_ascii_lowercase(), is_stamp });
        }
    };
    // Very long prefixes are other people's data: the words near the frame are the log's own.
    let from = prefix.char_indices().rev().nth(600).map_or(0, |(at, _)| at);
    let mut start: Option<(usize, Class)> = None;
    for (at, c) in prefix.char_indices().skip_while(|(at, _)| *at < from) {
        let class = match Class::of(c) {
            _ if is_in_stamp(at) => Class::Stamp,
            // The shaft of an arrow, or a hyphen.
            Class::Word if c == '-' => {
                let is_arrow = |c: Option<char>| matches!(c, Some('<' | '>' | '-' | '='));
                let next = prefix.get(at + 1..).and_then(|rest| rest.chars().next());
                let previous = prefix.get(..at).and_then(|rest| rest.chars().next_back());
                if is_arrow(next) || is_arrow(previous) { Class::Arrow } else { Class::Word }
            }
            // A star inside of an identity, not those of a heading.
            Class::Gap if c == '*' => {
                let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
                let next = prefix.get(at + 1..).and_then(|rest| rest.chars().next());
                let previous = prefix.get(..at).and_then(|rest| rest.chars().next_back());
                if is_word(next) && is_word(previous) { Class::Word } else { Class::Gap }
            }
            class => class,
        };
        match start {
            Some((_, open)) if open == class && class != Class::Gap => {}
            _ => {
                if let Some((begin, open)) = start.take()
                    && open != Class::Gap
                {
                    push(begin..at, open == Class::Stamp);
                }
                start = Some((at, class));
            }
        }
    }
    if let Some((begin, open)) = start
        && open != Class::Gap
    {
        push(begin..prefix.len(), open == Class::Stamp);
    }
    let n = out.len().saturating_sub(MOST);
    out.drain(..n);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Stamp,
    Arrow,
    Word,
    Wide,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            '[' | ']' | '(' | ')' | '{' | '}' | '"' | '\'' | ',' | ';' | '|' | '`' | '*' | '#' | '【' | '】' | '「'
            | '」' | '（' | '）' | '：' | '，' | '、' => Self::Gap,
            '<' | '>' | '=' | '→' | '←' | '➡' | '⬅' | '⇒' | '⇐' | '▶' | '◀' | '⟶' | '⟵' | '\u{fe0f}' => {
                Self::Arrow
            }
            c if c.is_whitespace() => Self::Gap,
            // Scripts without spaces between words.
            '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' => Self::Wide,
            _ => Self::Word,
        }
    }
}

/// The word without a colon at its end, and an arrow without its shaft.
pub(super) fn trimmed(token: &Token<'_>) -> String {
    token.lower.trim_end_matches([':', '.', '-']).trim_start_matches(['-', '.']).to_owned()
}
