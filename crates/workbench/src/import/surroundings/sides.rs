//! Which way a frame went: by a word such as `send`, or because the log names both sides.

use super::Way;
use super::tokens::{Token, trimmed};
use super::words::{CSMS_WORDS, IN_WORDS, OUT_WORDS, STATION_WORDS, WEAK_WORDS};
use crate::port::Direction;

/// `send`, `received`, `->`: the last one, for it stands next to the frame.
pub(super) fn way(tokens: &[Token<'_>]) -> (Option<Way>, Option<usize>) {
    for (index, token) in tokens.iter().enumerate().rev() {
        let word = trimmed(token);
        let word = if word.is_empty() { token.lower.as_str() } else { word.as_str() };
        let n_behind = tokens.len() - index - 1;
        let is_weak = WEAK_WORDS.contains(&word);
        // `S:` and `R:` right before the frame.
        if n_behind == 0 && token.lower.ends_with(':') && token.text.len() == 2 {
            match word {
                "s" => return (Some(Way::Out), Some(index)),
                "r" => return (Some(Way::In), Some(index)),
                _ => {}
            }
        }
        if is_weak && n_behind > 2 {
            continue;
        }
        let parts = [word, word.rsplit(':').next().unwrap_or(word), word.split(':').next().unwrap_or(word)];
        for part in parts {
            if OUT_WORDS.contains(&part) {
                return (Some(Way::Out), Some(index));
            }
            if IN_WORDS.contains(&part) {
                return (Some(Way::In), Some(index));
            }
        }
    }
    (None, None)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Party {
    Station,
    Csms,
}

fn party(word: &str) -> Option<Party> {
    if STATION_WORDS.contains(&word) {
        Some(Party::Station)
    } else if CSMS_WORDS.contains(&word) {
        Some(Party::Csms)
    } else {
        None
    }
}

/// `cp-to-csms`, `from the station`, `Charge Point -> Central System`: the log names the sides.
pub(super) fn parties(tokens: &[Token<'_>]) -> Option<Direction> {
    let mut words: Vec<String> = Vec::new();
    for token in tokens {
        let word = trimmed(token);
        if word.is_empty() {
            words.push(token.lower.clone());
            continue;
        }
        // `cp-to-csms`, `CS_TO_CSMS`, `cp2csms`
        let split =
            word.replace("_to_", " to ").replace("-to-", " to ").replace("->", " to ").replace("2csms", " to csms");
        let split = split.replace("csms2", "csms to ");
        words.extend(split.split([' ', '=', ':', '/']).filter(|word| !word.is_empty()).map(str::to_owned));
    }
    words.retain(|word| !matches!(word.as_str(), "the" | "a" | "ocpp"));
    // Two words, one meaning.
    let mut joined: Vec<String> = Vec::new();
    for word in words {
        match (joined.last().map(String::as_str), word.as_str()) {
            (Some("charge" | "charging"), "point" | "station" | "box") => "station".clone_into(joined.last_mut()?),
            (Some("central"), "system") | (Some("back"), "office" | "end") => {
                "csms".clone_into(joined.last_mut()?);
            }
            _ => joined.push(word),
        }
    }
    let towards = |party| if party == Party::Csms { Direction::ToCsms } else { Direction::ToStation };
    let away = |party: Party| towards(party).reversed();
    let is_arrow = |word: &str| matches!(word, "to" | "->" | "-->" | "=>" | ">" | ">>" | "→" | "➡" | "➡️" | "⇒" | "⟶");
    let is_back = |word: &str| matches!(word, "<-" | "<--" | "<=" | "<" | "<<" | "←" | "⬅" | "⬅️" | "⇐" | "⟵");
    let mut found = None;
    for (index, word) in joined.iter().enumerate() {
        let next = joined.get(index + 1).map(String::as_str);
        let party_next = next.and_then(party);
        // "cs" is a station next to "csms" and a central system next to "cp".
        let pair = |a: &str, b: &str| match (a, b) {
            ("cs", "csms") | ("cp", "cs") => Some(Direction::ToCsms),
            ("csms", "cs") | ("cs", "cp") => Some(Direction::ToStation),
            (a, b) => match (party(a), party(b)) {
                (Some(a), Some(b)) if a != b => Some(towards(b)),
                // The other side by its name.
                (Some(a), None) => Some(away(a)),
                (None, Some(b)) => Some(towards(b)),
                _ => None,
            },
        };
        let before = index.checked_sub(1).and_then(|at| joined.get(at)).map(String::as_str);
        if let (Some(a), Some(b)) = (before, next) {
            if is_arrow(word) {
                found = pair(a, b).or(found);
            } else if is_back(word) {
                found = pair(b, a).or(found);
            }
        }
        found = match (word.as_str(), party_next) {
            ("to", Some(party)) => Some(towards(party)),
            ("from", Some(party)) => Some(away(party)),
            _ => found,
        };
    }
    found
}
