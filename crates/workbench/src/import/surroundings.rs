//! What stands around a frame in a log: the time, which way the frame went, whose it is.
//!
//! Nothing here is specific to one format. What a word means for this log, `send` above all, is learned from all
//! of its lines: see `learn.rs`.

use super::time::{self, Reading, Stamp};
use crate::port::Direction;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// Which way a frame went, as the program that wrote the log sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Way {
    /// It sent the frame.
    Out,
    /// It received the frame.
    In,
}

/// What was found around one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Surroundings {
    /// Hash of the words around the frame, without what differs from line to line. Frames with the same shape
    /// were written by the same place in the program.
    pub shape: u64,
    /// When.
    pub reading: Option<Reading>,
    /// The log names both sides, so it says which way the frame went.
    pub direction: Option<Direction>,
    /// The log says `sent` or `received`.
    pub way: Option<Way>,
    /// Identity of the station, with how sure that is.
    pub station: Option<String>,
    /// The station stands behind a name such as `chargeBoxId=`; otherwise at a likely place.
    pub is_station_named: bool,
    /// Words that may be the station, when all places were asked for.
    pub slots: Vec<Slot>,
}

/// A word, and its place in the line: the same number in lines that are built alike.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    pub place: u64,
    pub word: String,
    /// It stands beside the word that says which way, or right before the frame.
    pub is_near: bool,
}

/// Which words may be the station, beside those that say so themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Slots {
    #[default]
    None,
    /// All of them are wanted.
    All,
    /// The word at this place is.
    At(u64),
}

const OUT_WORDS: &[&str] = &[
    "send",
    "sent",
    "sending",
    "sends",
    "tx",
    "out",
    "outgoing",
    "outbound",
    "transmit",
    "transmitted",
    "transmitting",
    "write",
    "wrote",
    "writing",
    "publish",
    "published",
    "responding",
    "replying",
    "replied",
    "msg-out",
    "->",
    "-->",
    "--->",
    "=>",
    "==>",
    ">>",
    ">>>",
    ">",
    "→",
    "➡",
    "➡️",
    "⇒",
    "▶",
    "⟶",
    "📤",
    "upload",
    "emit",
    "sender",
    "snd",
    "gesendet",
    "sende",
    "enviado",
    "enviando",
    "envoyé",
    "inviato",
    "verzonden",
    "发送",
    "发送消息",
    "下发",
];
const IN_WORDS: &[&str] = &[
    "receive",
    "received",
    "receiving",
    "receives",
    "recv",
    "rcv",
    "rcvd",
    "rx",
    "in",
    "incoming",
    "inbound",
    "read",
    "got",
    "msg-in",
    "<-",
    "<--",
    "<---",
    "<=",
    "<==",
    "<<",
    "<<<",
    "<",
    "←",
    "⬅",
    "⬅️",
    "⇐",
    "◀",
    "⟵",
    "📥",
    "consume",
    "receiver",
    "empfangen",
    "empfange",
    "recibido",
    "recibiendo",
    "reçu",
    "ricevuto",
    "ontvangen",
    "收到",
    "收到消息",
    "接收",
    "接收消息",
];
/// These mean a way only right before the frame; elsewhere they are ordinary words.
const WEAK_WORDS: &[&str] = &[
    "in", "out", "read", "write", "got", ">", "<", "->", "<-", "=>", "<=", ">>", "<<", "s", "r", "sender", "receiver",
];

const STATION_WORDS: &[&str] = &[
    "station",
    "chargingstation",
    "charging-station",
    "charger",
    "chargepoint",
    "charge-point",
    "charge_point",
    "cp",
    "evse",
    "chargebox",
    "charge-box",
    "wallbox",
    "evcs",
    "device",
];
const CSMS_WORDS: &[&str] = &[
    "csms",
    "centralsystem",
    "central-system",
    "central_system",
    "backend",
    "back-end",
    "backoffice",
    "cms",
    "cpms",
    "cpo",
    "server",
    "cloud",
    "central",
];
const STATION_KEYS: &[&str] = &[
    "chargepoint",
    "chargingpoint",
    "chargestation",
    "chargingstation",
    "chargebox",
    "charger",
    "station",
    "cp",
    "cpid",
    "identity",
    "clientid",
    "deviceid",
    "device",
    "evsestation",
    "ocppid",
    "cpserial",
    "wallbox",
    "ladestation",
    "ladepunkt",
    "ladesaeule",
    "cargador",
    "borne",
    "laadpaal",
    "colonnina",
];
/// Words that stand where the identity may stand, and are none.
const NO_STATIONS: &[&str] = &[
    "msg",
    "message",
    "messages",
    "frame",
    "data",
    "payload",
    "text",
    "json",
    "ocpp",
    "info",
    "debug",
    "trace",
    "error",
    "err",
    "warn",
    "warning",
    "fatal",
    "notice",
    "verbose",
    "raw",
    "request",
    "response",
    "call",
    "callresult",
    "callerror",
    "body",
    "content",
    "event",
    "log",
    "websocket",
    "ws",
    "wss",
    "output",
    "input",
    "packet",
    "string",
    "confirmation",
    "conf",
    "req",
    "res",
    "result",
    "answer",
    "reply",
    "message:",
    "main",
    "root",
    "up",
    "down",
    "uplink",
    "downlink",
    "from",
    "to",
    "for",
    "by",
    "of",
    "via",
    "the",
    "on",
    "at",
    "proxy",
    "gateway",
    "client",
    "stdout",
    "stderr",
    "dbg",
    "inf",
    "trc",
    "null",
    "none",
];

/// What stands before the identity in the path of a URL or the name of a topic.
const PATH_WORDS: &[&str] = &[
    "ocpp",
    "ocppj",
    "ocpp16",
    "ocpp1.6",
    "ocpp201",
    "ocpp2.0.1",
    "cp",
    "charger",
    "chargers",
    "station",
    "stations",
    "chargepoint",
    "chargepoints",
    "chargingstation",
    "chargingstations",
    "charging-stations",
    "charge-points",
    "evse",
];

/// Words with digits in them that name parts of programs.
const PROGRAM_WORDS: &[&str] = &[
    "thread", "worker", "exec", "pool", "loop", "nio", "task", "conn", "sess", "ocpp", "http", "utf", "sha", "ipv",
    "ws1", "ws2", "v1", "v2", "json", "node", "pid", "0x",
];

/// What was read of beginnings of lines. A program writes the same few over and over, but for the time.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By the beginning without its times.
    known: HashMap<String, Surroundings>,
    key: String,
}

impl Memory {
    /// Beginnings that are remembered, and how long one may be.
    const MOST: usize = 500;
    const MOST_BYTES: usize = 400;

    /// Reads what stands before a frame, behind it, and on the line above. The places asked for are always the same.
    pub(super) fn read(&mut self, before: &str, after: &str, above: &str, slots: Slots) -> Surroundings {
        let prefix = prefix_of(before, above);
        let stamps = time::find(prefix);
        let reading = first_best(&stamps).or_else(|| first_best(&time::find(after)));
        if prefix.len() > Self::MOST_BYTES {
            return read_words(prefix, &stamps, reading, slots);
        }
        self.key.clear();
        let mut from = 0;
        for stamp in &stamps {
            self.key.push_str(prefix.get(from..stamp.span.start).unwrap_or_default());
            // Not a character of a log.
            self.key.push('\u{10ffff}');
            from = stamp.span.end;
        }
        self.key.push_str(prefix.get(from..).unwrap_or_default());
        if let Some(known) = self.known.get(&self.key) {
            return Surroundings { reading, ..known.clone() };
        }
        let found = read_words(prefix, &stamps, reading, slots);
        // A name that is part of a time is another one on the next line.
        if found.station.as_ref().is_none_or(|station| self.key.contains(station.as_str())) {
            if self.known.len() >= Self::MOST {
                self.known.clear();
            }
            self.known.insert(self.key.clone(), found.clone());
        }
        found
    }
}

/// Reads what stands before a frame, behind it, and on the line above.
pub(super) fn read(before: &str, after: &str, above: &str, slots: Slots) -> Surroundings {
    let prefix = prefix_of(before, above);
    let stamps = time::find(prefix);
    let reading = first_best(&stamps).or_else(|| first_best(&time::find(after)));
    read_words(prefix, &stamps, reading, slots)
}

/// A frame alone on its line belongs to the line above.
fn prefix_of<'a>(before: &'a str, above: &'a str) -> &'a str {
    if before.trim().is_empty() { above } else { before }
}

fn read_words(prefix: &str, stamps: &[Stamp], reading: Option<Reading>, slots: Slots) -> Surroundings {
    let tokens = tokens(prefix, stamps);
    let direction = parties(&tokens);
    let (way, way_at) = way(&tokens);
    let (mut station, is_station_named) = station(prefix, &tokens, way_at);
    if direction.is_some() && !is_station_named {
        // What stands there are the names of the sides.
        station = None;
    }
    let shape = shape(&tokens, station.as_deref());
    let mut out = Surroundings { shape, reading, direction, way, station, is_station_named, slots: Vec::new() };
    let near = if slots == Slots::All { near(&tokens, way_at) } else { None };
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| !token.is_stamp) {
        let is_near = near == Some(index);
        out.fill(slots, index as u64 * 8, token.text, is_near);
        out.fill(slots, (1 << 16) + (tokens.len() - index) as u64 * 8, token.text, is_near);
    }
    out
}

impl Surroundings {
    /// What these do not tell, others further away do.
    pub(super) fn or(mut self, other: Self) -> Self {
        if !self.is_station_named && (other.is_station_named || self.station.is_none()) {
            self.station = other.station;
            self.is_station_named = other.is_station_named;
        }
        self.slots.extend(other.slots);
        Self {
            shape: self.shape ^ other.shape,
            reading: self.reading.or(other.reading),
            direction: self.direction.or(other.direction),
            way: self.way.or(other.way),
            ..self
        }
    }

    /// Notes a word, or the parts of a path, at a place; eight numbers from `place` on are for its parts.
    pub(super) fn fill(&mut self, slots: Slots, place: u64, word: &str, is_near: bool) {
        let wants = match slots {
            Slots::All => None,
            Slots::At(wanted) if wanted & !7 == place => Some(wanted),
            Slots::None | Slots::At(_) => return,
        };
        for (part, place) in word.split('/').zip(place..place + 8) {
            let part = part.trim_matches([':', '.', '-', '=']);
            if !may_be_station(part) {
                continue;
            }
            if wants.is_none() {
                self.slots.push(Slot { place, word: part.to_owned(), is_near });
            } else if wants == Some(place) && !self.is_station_named {
                self.station = Some(part.to_owned());
                self.is_station_named = true;
            }
        }
    }
}

fn may_be_station(word: &str) -> bool {
    word.len() >= 2 && is_identity(word) && !word.contains('=')
}

/// A word that looks like an identity: letters and digits, and no part of a program.
pub(super) fn looks_like_station(word: &str) -> bool {
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

/// The word beside the one that says which way, or right before the frame, that is none of the log's own.
fn near(tokens: &[Token<'_>], way_at: Option<usize>) -> Option<usize> {
    let is_log_word = |token: &Token<'_>| token.is_stamp || !is_identity(&trimmed(token));
    let first = |places: &mut dyn Iterator<Item = usize>| {
        let at = places.take(4).find(|&at| tokens.get(at).is_some_and(|token| !is_log_word(token)))?;
        tokens.get(at).is_some_and(|token| looks_like_station(&trimmed(token))).then_some(at)
    };
    let at = way_at.unwrap_or(tokens.len());
    first(&mut (0..at).rev())
        .or_else(|| first(&mut (at + 1..tokens.len())))
        .or_else(|| first(&mut (0..tokens.len()).rev()))
}

/// The first time with a date, else the first without a year, else the first of all: what stands further right
/// is more often an id that looks like a time.
fn first_best(stamps: &[Stamp]) -> Option<Reading> {
    let rank = |reading: &Reading| match reading {
        Reading::Instant { .. } | Reading::Local { .. } => 0,
        Reading::NoYear { .. } => 1,
        Reading::TimeOfDay { .. } => 2,
        Reading::Delta { .. } => 3,
    };
    stamps.iter().map(|stamp| stamp.reading).min_by_key(rank)
}

/// A cell of a table that may say which way a frame went.
pub(super) fn read_direction(cell: &str) -> (Option<Direction>, Option<Way>) {
    let tokens = tokens(cell, &[]);
    (parties(&tokens), way(&tokens).0)
}

/// The name of a column that holds stations.
pub(super) fn is_station_key(key: &str) -> bool {
    let key = plain(key);
    let bare = ["identifier", "identity", "name", "id"].iter().find_map(|end| key.strip_suffix(end));
    [Some(key.as_str()), bare].into_iter().flatten().any(|key| STATION_KEYS.contains(&key))
}

/// Letters and digits, lower case.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

struct Token<'a> {
    text: &'a str,
    lower: String,
    /// It is a time.
    is_stamp: bool,
}

/// The words, cut at white space and brackets; a mark such as `->` glued to a word is a word of its own.
fn tokens<'a>(prefix: &'a str, stamps: &[Stamp]) -> Vec<Token<'a>> {
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
fn trimmed(token: &Token<'_>) -> String {
    token.lower.trim_end_matches([':', '.', '-']).trim_start_matches(['-', '.']).to_owned()
}

/// `send`, `received`, `->`: the last one, for it stands next to the frame.
fn way(tokens: &[Token<'_>]) -> (Option<Way>, Option<usize>) {
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
fn parties(tokens: &[Token<'_>]) -> Option<Direction> {
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

fn station(prefix: &str, tokens: &[Token<'_>], way_at: Option<usize>) -> (Option<String>, bool) {
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

fn is_identity(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let is_word_of_log = [OUT_WORDS, IN_WORDS, NO_STATIONS, STATION_WORDS, CSMS_WORDS]
        .iter()
        .any(|words| words.contains(&lower.as_str()));
    let is_letter_mark = matches!(lower.as_str(), "s" | "r");
    let has_sense = word.chars().any(char::is_alphanumeric);
    has_sense && !is_word_of_log && !is_letter_mark && word.len() <= 100 && !is_action(word)
}

fn is_action(word: &str) -> bool {
    let word = word.strip_suffix("Request").or_else(|| word.strip_suffix("Response")).unwrap_or(word);
    ocpp_wire::catalog::versions_with(word).next().is_some()
}

/// `ocpp/CP1/out`: what stands behind the word for it.
pub(super) fn identity_in_path(text: &str) -> Option<&str> {
    let mut parts = text.split('/');
    parts.by_ref().find(|part| PATH_WORDS.contains(&part.to_ascii_lowercase().as_str()))?;
    let part = parts.next()?.trim_end_matches([':', '.', '?']);
    let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && is_identity(part) && !part.contains('.') && !PATH_WORDS.contains(&part)).then_some(part)
}

/// The identity at the end of a WebSocket URL, or of the path of a handshake.
pub(super) fn identity_of_url(text: &str) -> Option<String> {
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

/// The words of the line without what differs from line to line.
fn shape(tokens: &[Token<'_>], station: Option<&str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    for token in tokens {
        if token.is_stamp {
            "T".hash(&mut hasher);
            continue;
        }
        let word = match station {
            Some(station) if !station.is_empty() => token.text.replace(station, "S"),
            _ => token.text.to_owned(),
        };
        // A number, an id: one kind of word.
        let n_digits = word.chars().filter(char::is_ascii_digit).count();
        if n_digits >= 3 || (n_digits > 0 && n_digits * 2 >= word.len()) {
            "0".hash(&mut hasher);
        } else if is_action(word.trim_end_matches(':')) {
            "A".hash(&mut hasher);
        } else {
            word.hash(&mut hasher);
        }
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(prefix: &str) -> String {
        let found = read(prefix, "", "", Slots::None);
        let way = match found.way {
            Some(Way::Out) => "out",
            Some(Way::In) => "in",
            None => "-",
        };
        let direction = found.direction.map_or("-", Direction::as_str);
        format!("{way} {direction} {}", found.station.unwrap_or_else(|| "-".into()))
    }

    #[test]
    fn lines_of_many_programs() {
        for (prefix, expected) in [
            ("2024-02-05 10:09:53.318 INFO (MainThread) [ocpp] box: receive message ", "in - box"),
            ("2021-10-07 10:39:39 INFO (MainThread) [ocpp] : send ", "out - -"),
            ("2024-02-05 10:09:53.318 DEBUG (MainThread) [websockets.server] < TEXT '", "in - -"),
            ("INFO:ocpp:CP_7: send ", "out - CP_7"),
            ("SN0001: receive message ", "in - SN0001"),
            ("10:19:49 INFO: S: ", "out - -"),
            ("10:19:49 INFO: R: ", "in - -"),
            ("[12:24:30:763] [msg-out]  ", "out - -"),
            (
                "x | [INFO ] 2023-08-23 05:15:05,608 a.b.WebSocketLogger (qtp2-36) - [chargeBoxId=cp001, sessionId=3d] Received: ",
                "in - cp001",
            ),
            ("[ocpp  ] TRACE 2025/01/25 11:02:41 send 3001CC: ", "out - 3001CC"),
            ("[ocpp] TRACE 2023/07/04 21:03:11 received JSON message from goe7: ", "in - goe7"),
            ("2023-12-30T09:03:18.082Z:COM:ocpp_rpc.c:681:-> ", "out - -"),
            ("2023-12-30T09:03:18.531Z:COM:ocpp_rpc.c:1127:<- ", "in - -"),
            ("[MO] Send: ", "out - -"),
            ("12:45:55.587 > [MO] Recv: ", "in - -"),
            ("2026-03-06 09:55:51 info: Responding with ➡️  ", "out - -"),
            ("2026-03-06 09:55:51 info: Receive message ⬅️  ", "in - -"),
            ("### Message sent to the station:", "out to-station -"),
            ("### Response from the station:", "- to-csms -"),
            ("Charge Point -> Central System: ", "out to-csms -"),
            ("CSMS → CP01 (x) ", "out to-station -"),
            ("direction=cp-to-csms ", "- to-csms -"),
            ("CS_TO_CSMS", "- to-csms -"),
            ("CSMS_TO_CS", "- to-station -"),
            ("Heartbeat | Charger-CMS | ", "- - -"),
            ("Unknown message type: 1 / Msg: ", "- - -"),
            ("Connecting using ws://127.0.0.1:8443/ocpp/0123 ", "- - 0123"),
        ] {
            assert_eq!(line(prefix), expected, "{prefix}");
        }
    }

    #[test]
    fn what_is_remembered_is_what_would_be_read() {
        let mut memory = Memory::default();
        for n in 0..3_000 {
            for (before, after, above) in [
                (format!("2024-02-05 10:{:02}:53 INFO [worker-{}] box{}: send ", n % 60, n % 7, n % 900), "", ""),
                (format!("cp: 2024-02-05 10:{:02}:53 ", n % 60), "", ""),
                (format!("{} 10:10:10 the frame ", if n % 2 == 0 { "sent" } else { "received" }), "", ""),
                (format!("recv 2024-02-05 10:10:{:02}: ", n % 60), "", ""),
                (String::new(), " 10:10:10", "10:20:30 CP1 -> CSMS"),
            ] {
                let slots = Slots::All;
                assert_eq!(memory.read(&before, after, above, slots), read(&before, after, above, slots), "{before}");
            }
            assert!(memory.known.len() <= Memory::MOST);
        }
    }

    #[test]
    fn the_shape_forgets_what_differs() {
        let shape = |prefix: &str| read(prefix, "", "", Slots::None).shape;
        assert_eq!(
            shape("2024-02-05 10:09:53 INFO [worker-123] box1: send "),
            shape("2024-02-06 11:10:54 INFO [worker-456] box2: send ")
        );
        assert_ne!(shape("INFO box1: send "), shape("INFO box1: receive "));
    }
}
