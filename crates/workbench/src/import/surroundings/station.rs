//! Whose a frame is: identities behind names, in URLs and paths, and at likely places.

use super::tokens::Token;
use super::words::{
    CSMS_WORDS, IN_WORDS, NO_STATIONS, OUT_WORDS, PATH_WORDS, PROGRAM_WORDS, STATION_KEYS, STATION_WORDS,
};

/// The station the words name, and whether they say so, as `chargeBoxId=` does; otherwise it stands at a likely place.
pub(super) fn station(prefix: &str, tokens: &[Token<'_>], way_at: Option<usize>) -> (Option<String>, bool) {
    // chargeBoxId=CP1, cp: CP1
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        let value = match token.text.split_once(':') {
            Some((key, value)) if !value.is_empty() && is_station_key(key) && !value.starts_with("//") => Some(value),
            Some((key, "")) if is_station_key(key) => next.map(|next| next.text),
            None if next.is_some_and(|next| next.text == "=") && is_station_key(token.text) => {
                tokens.get(index + 2).map(|value| value.text)
            }
            _ => None,
        };
        if let Some(value) = value.map(|value| value.trim_end_matches([':', '.'])).filter(|value| is_identity(value)) {
            return (Some(value.to_owned()), true);
        }
    }
    // ws://host/ocpp/CP1
    if let Some(identity) = identity_of_url(prefix) {
        return (Some(identity), true);
    }
    // ocpp/CP1/out
    if let Some(identity) = tokens.iter().find_map(|token| identity_in_path(token.text)) {
        return (Some(identity.to_owned()), true);
    }
    // "charger CP-1"
    for pair in tokens.windows(2) {
        if let [key, value] = pair
            && (is_station_key(key.text) || key.text == "充电桩")
            && !value.is_stamp
            && looks_like_station(value.text.trim_end_matches([':', '.']))
            && is_identity(value.text)
        {
            return (Some(value.text.trim_end_matches([':', '.']).to_owned()), true);
        }
    }
    // "CP1: receive message", "recv CP1:", "received message from CP1:"
    let before_way = way_at.and_then(|at| at.checked_sub(1)).and_then(|at| tokens.get(at));
    let last = tokens.last();
    for token in [before_way, last].into_iter().flatten() {
        if token.is_stamp || !token.text.ends_with(':') {
            continue;
        }
        let word = token.text.trim_end_matches(':');
        let (place, word) = word.rsplit_once(':').unwrap_or(("", word));
        // rpc.c:1127: is a line of a program.
        let is_source_line = place.rsplit_once('.').is_some_and(|(_, ending)| ending.len() <= 4)
            && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_identity(word) && !is_source_line {
            return (Some(word.to_owned()), false);
        }
    }
    (None, false)
}

/// A word that looks like an identity: letters and digits, and no part of a program.
pub(in crate::import) fn looks_like_station(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let n_hex = word.bytes().filter(u8::is_ascii_hexdigit).count();
    let is_hex = n_hex + word.matches('-').count() == word.len();
    let is_hash = is_hex && (word.len() <= 2 || word.len() >= 12 || !word.bytes().any(|b| b.is_ascii_uppercase()));
    word.chars().any(char::is_alphabetic)
        && word.chars().any(|c| c.is_ascii_digit())
        && !word.contains(['.', ':', '/', '=', '(', '\\', '@'])
        && !is_hash
        && !PROGRAM_WORDS.iter().any(|part| lower.contains(part))
}

/// The name of a column that holds stations.
pub(in crate::import) fn is_station_key(key: &str) -> bool {
    let key = plain(key);
    let bare = ["identifier", "identity", "name", "id"].iter().find_map(|end| key.strip_suffix(end));
    [Some(key.as_str()), bare].into_iter().flatten().any(|key| STATION_KEYS.contains(&key))
}

/// Letters and digits, lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// A word that may be the name of a station: none of the log's own.
pub(super) fn is_identity(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_word_of_log = [OUT_WORDS, IN_WORDS, NO_STATIONS, STATION_WORDS, CSMS_WORDS]
        .iter()
        .any(|words| words.contains(&lower.as_str()));
    let is_letter_mark = matches!(lower.as_str(), "s" | "r");
    let has_sense = word.chars().any(char::is_alphanumeric);
    has_sense && !is_word_of_log && !is_letter_mark && word.len() <= 100 && !is_action(word)
}

/// An action of any version, also with `Request` or `Response` behind it.
pub(super) fn is_action(word: &str) -> bool {
    let word = word.strip_suffix("Request").or_else(|| word.strip_suffix("Response")).unwrap_or(word);
    ocpp_wire::catalog::versions_with(word).next().is_some()
}

/// `ocpp/CP1/out`: what stands behind the word for it.
pub(in crate::import) fn identity_in_path(text: &str) -> Option<&str> {
    let mut parts = text.split('/');
    parts.by_ref().find(|part| PATH_WORDS.contains(&part.to_ascii_lowercase().as_str()))?;
    let part = parts.next()?.trim_end_matches([':', '.', '?']);
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && is_identity(part) && !part.contains('.') && !PATH_WORDS.contains(&part)).then_some(part)
}

/// The identity at the end of a WebSocket URL, or of the path of a handshake.
pub(in crate::import) fn identity_of_url(text: &str) -> Option<String> {
    let rest = ["ws://", "wss://", "GET /"].iter().find_map(|mark| text.get(text.find(mark)? + mark.len()..));
    let rest = rest?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '>' | ',' | ')' | ']' | '?'));
    let path = rest.get(..end.unwrap_or(rest.len()))?;
    let is_path = text.contains("GET /");
    let last = if is_path { path.rsplit('/').next()? } else { path.split_once('/')?.1.rsplit('/').next()? };
    let known =
        ["ocpp", "ws", "websocket", "websockets", "steve", "centralsystemservice", "ocpp16", "ocpp201", "ocppj"];
    let is_known = known.contains(&last.to_ascii_lowercase().as_str());
    (!last.is_empty() && !is_known && last.len() <= 100).then(|| last.to_owned())
}
