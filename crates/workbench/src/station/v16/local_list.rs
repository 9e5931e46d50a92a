//! What a 1.6 station knows about tokens by itself: the local list the CSMS sends, and the cache of its answers.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 3.5, 5.10, 5.15; errata v4 3.52.

use super::connector::is_same_group;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// Most entries of the list.
const MOST_ENTRIES: usize = 1_000;

/// Most entries of one request.
const MOST_AT_ONCE: usize = 500;

/// Most entries of the cache; those that are not good give way, then the oldest.
const MOST_CACHED: usize = 200;

/// What is known about a token: `idTagInfo`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Info {
    /// `Accepted`, or why not.
    pub(super) status: String,
    /// The group it belongs to.
    pub(super) parent: Option<String>,
    /// Until when it is good.
    pub(super) expiry: Option<EpochMillis>,
}

impl Info {
    /// Reads an `idTagInfo`.
    pub(super) fn read(tree: &Tree<'_>, node: NodeId) -> Self {
        let expiry = tree.get_string(node, "expiryDate").and_then(|text| date_time::parse(&text));
        Self {
            status: tree.get_string(node, "status").unwrap_or_default().into_owned(),
            parent: tree.get_string(node, "parentIdTag").map(std::borrow::Cow::into_owned),
            expiry: expiry.map(|expiry| expiry.epoch_millis as f64),
        }
    }

    /// It may charge now, by the station's clock.
    pub(super) fn is_good(&self, clock: EpochMillis) -> bool {
        self.status == "Accepted" && self.expiry.is_none_or(|expiry| expiry > clock)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Entry {
    token: String,
    info: Info,
}

/// Tokens with what is known about them; a token counts in whatever case it is written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tokens {
    version: i64,
    entries: Vec<Entry>,
}

/// What the CSMS says about many tokens at once.
struct Update {
    token: String,
    /// `None` takes the token off the list.
    info: Option<Info>,
}

impl Tokens {
    /// What is known about a token.
    pub(super) fn find(&self, token: &str) -> Option<&Info> {
        self.entries.iter().find(|entry| entry.token.eq_ignore_ascii_case(token)).map(|entry| &entry.info)
    }

    /// Version of the list; 0 when nothing is on it.
    pub(super) fn version(&self) -> i64 {
        if self.entries.is_empty() { 0 } else { self.version }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Keeps what the CSMS said about one token.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 3.5.1.
    pub(super) fn cache(&mut self, token: &str, info: Info, clock: EpochMillis) {
        self.remove(token);
        if self.entries.len() >= MOST_CACHED {
            let index = self.entries.iter().position(|entry| !entry.info.is_good(clock));
            self.entries.remove(index.unwrap_or_default());
        }
        self.entries.push(Entry { token: token.to_owned(), info });
    }

    fn remove(&mut self, token: &str) {
        self.entries.retain(|entry| !entry.token.eq_ignore_ascii_case(token));
    }

    /// Takes a `SendLocalList`; the word is the status of the answer. Nothing changes unless it is `Accepted`.
    pub(super) fn update(&mut self, tree: &Tree<'_>, root: NodeId) -> &'static str {
        let version = tree.get(root, "listVersion").and_then(|node| tree.integer(node)).unwrap_or_default();
        let is_full = tree.get_string(root, "updateType").as_deref() == Some("Full");
        let items = tree.get(root, "localAuthorizationList");
        let n_items = items.map_or(0, |list| tree.items(list).count());
        if version <= 0 || n_items > MOST_AT_ONCE {
            return "Failed";
        }
        if !is_full && version <= self.version {
            return "VersionMismatch";
        }
        let updates: Vec<Update> = items
            .into_iter()
            .flat_map(|list| tree.items(list))
            .map(|item| Update {
                token: tree.get_string(item, "idTag").unwrap_or_default().into_owned(),
                info: tree.get(item, "idTagInfo").map(|node| Info::read(tree, node)),
            })
            .collect();
        let is_double = |(index, update): (usize, &Update)| {
            updates.iter().skip(index + 1).any(|other| other.token.eq_ignore_ascii_case(&update.token))
        };
        let lacks_info = is_full && updates.iter().any(|update| update.info.is_none());
        if lacks_info || updates.iter().enumerate().any(is_double) {
            return "Failed";
        }
        let mut next = if is_full { Self::default() } else { self.clone() };
        for update in updates {
            next.remove(&update.token);
            if let Some(info) = update.info {
                next.entries.push(Entry { token: update.token, info });
            }
        }
        if next.entries.len() > MOST_ENTRIES {
            return "Failed";
        }
        next.version = version;
        *self = next;
        "Accepted"
    }
}

/// What the station itself says about a token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It may charge; with its group.
    Good(Option<String>),
    /// It may not: it is known and not good.
    Bad(String),
    /// It is not known.
    Unknown,
}

/// The list goes before the cache.
pub(super) fn verdict(list: Option<&Tokens>, cache: Option<&Tokens>, token: &str, clock: EpochMillis) -> Verdict {
    let info = list.and_then(|list| list.find(token)).or_else(|| cache.and_then(|cache| cache.find(token)));
    match info {
        Some(info) if info.is_good(clock) => Verdict::Good(info.parent.clone()),
        Some(info) if info.status == "Accepted" => Verdict::Bad("Expired".to_owned()),
        Some(info) => Verdict::Bad(info.status.clone()),
        None => Verdict::Unknown,
    }
}

/// A token ends the transaction of another if it is the same or of the same group.
pub(super) fn may_stop(token: &str, parent: Option<&str>, of_token: &str, of_parent: Option<&str>) -> bool {
    token.eq_ignore_ascii_case(of_token) || is_same_group(parent, of_parent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ocpp_wire::json;

    fn send(tokens: &mut Tokens, text: &str) -> &'static str {
        let tree = json::parse(text).unwrap();
        tokens.update(&tree, tree.root())
    }

    #[test]
    fn lists_with_their_versions() {
        let mut tokens = Tokens::default();
        let good = r#"{"status":"Accepted","parentIdTag":"G"}"#;
        for (version, kind, list, status, expected) in [
            (0, "Full", "[]".to_owned(), "Failed", 0),
            (-1, "Full", "[]".to_owned(), "Failed", 0),
            (
                5,
                "Full",
                format!(r#"[{{"idTag":"A","idTagInfo":{good}}},{{"idTag":"B","idTagInfo":{good}}}]"#),
                "Accepted",
                5,
            ),
            (5, "Differential", r#"[{"idTag":"A"}]"#.to_owned(), "VersionMismatch", 5),
            (6, "Differential", r#"[{"idTag":"a"}]"#.to_owned(), "Accepted", 6),
            (7, "Full", r#"[{"idTag":"C"}]"#.to_owned(), "Failed", 6),
            (
                7,
                "Full",
                format!(r#"[{{"idTag":"C","idTagInfo":{good}}},{{"idTag":"c","idTagInfo":{good}}}]"#),
                "Failed",
                6,
            ),
            (3, "Full", format!(r#"[{{"idTag":"B","idTagInfo":{good}}}]"#), "Accepted", 3),
            (4, "Differential", r#"[{"idTag":"B"}]"#.to_owned(), "Accepted", 0),
        ] {
            let text = format!(r#"{{"listVersion":{version},"updateType":"{kind}","localAuthorizationList":{list}}}"#);
            assert_eq!(send(&mut tokens, &text), status, "{text}");
            assert_eq!(tokens.version(), expected, "{text}");
        }
    }

    #[test]
    fn the_list_goes_before_the_cache() {
        let (mut list, mut cache) = (Tokens::default(), Tokens::default());
        let info = |status: &str, expiry| Info { status: status.into(), parent: Some("G".into()), expiry };
        cache.cache("A", info("Accepted", None), 0.0);
        cache.cache("B", info("Accepted", Some(10.0)), 0.0);
        send(
            &mut list,
            r#"{"listVersion":1,"updateType":"Full","localAuthorizationList":[{"idTag":"a","idTagInfo":{"status":"Blocked"}}]}"#,
        );
        for (lists, token, clock, expected) in [
            ((Some(&list), Some(&cache)), "A", 5.0, Verdict::Bad("Blocked".into())),
            ((None, Some(&cache)), "a", 5.0, Verdict::Good(Some("G".into()))),
            ((None, Some(&cache)), "B", 5.0, Verdict::Good(Some("G".into()))),
            ((None, Some(&cache)), "B", 10.0, Verdict::Bad("Expired".into())),
            ((Some(&list), None), "C", 5.0, Verdict::Unknown),
        ] {
            assert_eq!(verdict(lists.0, lists.1, token, clock), expected, "{token} {clock}");
        }
    }

    #[test]
    fn the_cache_is_bounded() {
        let mut cache = Tokens::default();
        let info = |status: &str, expiry| Info { status: status.into(), parent: None, expiry };
        for n in 0..MOST_CACHED {
            let (status, expiry) = match n {
                5 => ("Blocked", None),
                7 => ("Accepted", Some(10.0)),
                _ => ("Accepted", None),
            };
            cache.cache(&n.to_string(), info(status, expiry), 0.0);
        }
        // What is not accepted goes first, then what has expired, then the oldest.
        for (new, gone) in [("a", "5"), ("b", "7"), ("c", "0"), ("d", "1")] {
            assert!(cache.find(gone).is_some(), "{gone}");
            cache.cache(new, info("Accepted", None), 10.0);
            assert_eq!((cache.entries.len(), cache.find(gone)), (MOST_CACHED, None));
        }
    }
}
