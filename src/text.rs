//! Words and numbers as they stand on the screen. Pure.

use std::borrow::Cow;
use std::fmt::Write as _;

pub(crate) use workbench::quantity::fixed;

/// A value on one line: control and direction characters become visible, such as `⟨U+202E⟩`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    show_hidden(text, |_| false)
}

/// Laid-out text: as [`visible`], but line breaks and tabs stay.
pub(crate) fn visible_lines(text: &str) -> Cow<'_, str> {
    show_hidden(text, |letter| matches!(letter, '\n' | '\t'))
}

fn show_hidden(text: &str, is_kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let must_show = |letter: char| is_hidden(letter) && !is_kept(letter);
    if !text.contains(must_show) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if must_show(letter) {
            // Writing to a string does not fail.
            let _ = write!(shown, "⟨U+{:04X}⟩", u32::from(letter));
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `1 frame`, `234 frames`.
pub(crate) fn count(n: u32, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `812 B`, `61.2 kB`, `4.1 MB`.
pub(crate) fn size(n_bytes: u64) -> String {
    let n = n_bytes as f64;
    if n_bytes < 1000 {
        format!("{n_bytes} B")
    } else if n < 999_950.0 {
        format!("{} kB", fixed(n / 1e3, 1))
    } else if n < 999_950_000.0 {
        format!("{} MB", fixed(n / 1e6, 1))
    } else {
        format!("{} GB", fixed(n / 1e9, 2))
    }
}

/// `8 s`, `2 min 5 s`.
pub(crate) fn seconds(seconds: f64) -> String {
    let whole = seconds.max(0.0).ceil() as u64;
    if whole < 60 { format!("{whole} s") } else { format!("{} min {} s", whole / 60, whole % 60) }
}

/// `84 ms`, `1 204 ms`: thousands apart by a thin space that does not break.
pub(crate) fn millis(millis: u32) -> String {
    let digits = millis.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped.push_str(" ms");
    grouped
}

/// `00:37`, `12:41`, `1:02:05`; nothing below zero.
pub(crate) fn clock(millis: f64) -> String {
    let secs = (millis / 1000.0).max(0.0) as u64;
    let (hours, minutes, secs) = (secs / 3600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes:02}:{secs:02}") }
}

/// Time waited so far, `0.4 s …`, `31 s …`, `2m 05s …`.
pub(crate) fn waiting(millis: f64) -> String {
    let secs = (millis / 1000.0).max(0.0);
    if secs < 10.0 {
        format!("{} s …", fixed(secs, 1))
    } else if secs < 60.0 {
        format!("{} s …", secs as u64)
    } else {
        format!("{}m {:02}s …", secs as u64 / 60, secs as u64 % 60)
    }
}
