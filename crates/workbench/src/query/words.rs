//! Words of the language that people get wrong, and sentences that list the right ones.

use std::borrow::Cow;

/// Words people try, and the word for it here.
pub(super) const FIELD_SYNONYMS: [(&str, &str); 21] = [
    ("direction", "dir"),
    ("type", "kind"),
    ("verdict", "severity"),
    ("messageid", "id"),
    ("message-id", "id"),
    ("message_id", "id"),
    ("errorcode", "code"),
    ("error", "code"),
    ("finding", "rule"),
    ("duration", "latency"),
    ("message", "action"),
    ("charger", "station"),
    ("identity", "station"),
    ("cp", "station"),
    ("evse", "connector"),
    ("connectorid", "connector"),
    ("evseid", "connector"),
    ("tx", "transaction"),
    ("transactionid", "transaction"),
    ("pair", "exchange"),
    ("date", "time"),
];
pub(super) const DIRECTION_SYNONYMS: [(&str, &str); 6] = [
    ("up", "to-csms"),
    ("out", "to-csms"),
    ("csms", "to-csms"),
    ("down", "to-station"),
    ("in", "to-station"),
    ("station", "to-station"),
];
pub(super) const KIND_SYNONYMS: [(&str, &str); 7] = [
    ("request", "call"),
    ("response", "result"),
    ("answer", "result"),
    ("callresult", "result"),
    ("confirmation", "result"),
    ("callerror", "error"),
    ("callresulterror", "result-error"),
];
pub(super) const STATE_SYNONYMS: [(&str, &str); 8] = [
    ("pending", "unanswered"),
    ("waiting", "unanswered"),
    ("timeout", "unanswered"),
    ("error", "problem"),
    ("warning", "problem"),
    ("onpurpose", "on-purpose"),
    ("on_purpose", "on-purpose"),
    ("injected", "on-purpose"),
];

/// The known word that a wrong one probably stands for.
pub(super) fn meant(wrong: &str, known: &[&'static str], synonyms: &[(&str, &'static str)]) -> Option<&'static str> {
    let wrong = wrong.to_ascii_lowercase();
    if let Some((_, meant)) = synonyms.iter().find(|(synonym, _)| *synonym == wrong) {
        return Some(meant);
    }
    let mut longer = known.iter().filter(|word| word.starts_with(&wrong));
    if let (Some(only), None) = (longer.next(), longer.next()) {
        return Some(only);
    }
    // Two slips are allowed in a long word only; "is:answered" is not "is:unanswered".
    let n_allowed = if wrong.len() > 8 { 2 } else { 1 };
    known
        .iter()
        .map(|word| (n_slips(&wrong, word), *word))
        .filter(|(n, _)| *n <= n_allowed)
        .min_by_key(|(n, _)| *n)
        .map(|(_, word)| word)
}

/// How many characters are wrong, missing, too many or swapped with their neighbour; large when the
/// lengths differ too much for the answer to matter.
pub(super) fn n_slips(wrong: &str, right: &str) -> usize {
    let (wrong, right): (Vec<char>, Vec<char>) = (wrong.chars().collect(), right.chars().collect());
    // A word of thousands of characters is not compared at all.
    if wrong.len().abs_diff(right.len()) > 2 {
        return usize::MAX;
    }
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (y, a) in wrong.iter().enumerate() {
        let mut row = vec![y + 1];
        for (x, b) in right.iter().enumerate() {
            let mut n = (cell(&above, x) + usize::from(a != b)).min(cell(&above, x + 1) + 1).min(cell(&row, x) + 1);
            let is_swapped = y > 0 && x > 0 && wrong.get(y - 1) == Some(b) && right.get(x - 1) == Some(a);
            if is_swapped {
                n = n.min(cell(&before, x - 1) + 1);
            }
            row.push(n);
        }
        before = std::mem::replace(&mut above, row);
    }
    cell(&above, right.len())
}

pub(super) fn enumerated(words: &[impl AsRef<str>], joint: &str) -> String {
    let mut text = String::new();
    for (idx, word) in words.iter().enumerate() {
        match idx {
            0 => {}
            _ if idx + 1 == words.len() => {
                text.push(' ');
                text.push_str(joint);
                text.push(' ');
            }
            _ => text.push_str(", "),
        }
        text.push_str(word.as_ref());
    }
    text
}

/// The beginning of a text for a message.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    pub(super) const MAX_SHOWN: usize = 40;
    match text.char_indices().nth(MAX_SHOWN).and_then(|(end, _)| text.get(..end)) {
        Some(beginning) => Cow::Owned(format!("{beginning}…")),
        None => Cow::Borrowed(text),
    }
}
