//! Tokens: what is presented, what the CSMS said of it, the local list and the cache.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, C10 to C14, D01 and D02.

use super::super::{Answer, Request};
use super::variables::Variables;
use super::{Machine, integer, status};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// Most tokens in the local list, as `LocalAuthListCtrlr.Entries` says.
const MOST_LISTED: usize = 1_000;

/// Most tokens that are remembered; the oldest gives way.
const MOST_CACHED: usize = 200;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Token {
    pub id: String,
    /// Its type, in the words of the specification.
    pub kind: String,
}

impl Token {
    /// One that is held before the reader: hexadecimal digits are the number of a card.
    pub(super) fn presented(id: &str) -> Self {
        let is_card = id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Self { id: id.to_owned(), kind: if is_card { "ISO14443" } else { "KeyCode" }.to_owned() }
    }

    /// One in a message.
    pub(super) fn of(tree: &Tree<'_>, node: NodeId) -> Option<Self> {
        Some(Self {
            id: tree.get_string(node, "idToken")?.into_owned(),
            kind: tree.get_string(node, "type")?.into_owned(),
        })
    }

    /// The CSMS can be asked about it, and its answer is worth remembering. A token that the CSMS made up, or that
    /// stands for nobody, needs no Authorize.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, C02.FR.01 and C05.FR.01; F01 for the remote start.
    pub(super) fn can_be_asked_about(&self) -> bool {
        !matches!(self.kind.as_str(), "Central" | "NoAuthorization")
    }

    /// Tokens are told apart without regard to case.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.id.eq_ignore_ascii_case(&other.id)
    }

    /// `idToken` of a message.
    pub(super) fn json(&self) -> String {
        Object::new().text("idToken", &self.id).text("type", &self.kind).done()
    }
}

/// What is known of a token.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Known {
    token: Token,
    /// In the words of the specification.
    pub status: String,
    /// Identifier of its group, if it has one.
    pub group: Option<String>,
    /// EVSEs it may charge at; empty when at all.
    evses: Vec<i64>,
    /// Good until then, by the station's clock.
    expires: Option<EpochMillis>,
}

impl Known {
    /// What an `idTokenInfo` says.
    pub(super) fn of(tree: &Tree<'_>, info: NodeId, token: Token) -> Self {
        let group = tree.get(info, "groupIdToken").and_then(|group| tree.get_string(group, "idToken"));
        let expires = tree.get_string(info, "cacheExpiryDateTime").and_then(|text| date_time::parse(&text));
        Self {
            token,
            status: tree.get_string(info, "status").unwrap_or_default().into_owned(),
            group: group.map(std::borrow::Cow::into_owned).filter(|group| !group.is_empty()),
            evses: tree
                .get(info, "evseId")
                .map(|list| tree.items(list).filter_map(|id| tree.integer(id)).collect())
                .unwrap_or_default(),
            expires: expires.map(|at| at.epoch_millis as f64),
        }
    }

    /// EVSEs it may charge at, as a text, when this one is not among them.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, C01.FR.20 and C01.FR.21.
    pub(super) fn only_at(&self, outlet: u8) -> Option<String> {
        let is_elsewhere = !self.evses.is_empty() && !self.evses.contains(&outlet.into());
        is_elsewhere.then(|| self.evses.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
    }

    /// It may charge.
    pub(super) fn is_accepted(&self) -> bool {
        self.status == "Accepted"
    }
}

/// The local list and the cache.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Tokens {
    list: Vec<Known>,
    list_version: i64,
    cache: Vec<Known>,
}

impl Tokens {
    /// Tokens in the local list.
    pub(super) fn n_listed(&self) -> usize {
        self.list.len()
    }

    /// What is known here of a token at this time by the station's clock; the local list goes before the cache.
    pub(super) fn known(&self, variables: &Variables, clock: EpochMillis, token: &Token) -> Option<&Known> {
        let is_good = |known: &&Known| known.token.is(token) && known.expires.is_none_or(|expires| clock < expires);
        let listed = self.list.iter().filter(|_| variables.flag("LocalAuthListCtrlr.Enabled")).find(is_good);
        listed.or_else(|| self.cache.iter().filter(|_| variables.flag("AuthCacheCtrlr.Enabled")).find(is_good))
    }

    /// It stands in the local list.
    pub(super) fn is_listed(&self, token: &Token) -> bool {
        self.list.iter().any(|known| known.token.is(token))
    }

    /// Remembers what the CSMS said.
    pub(super) fn remember(&mut self, variables: &Variables, clock: EpochMillis, mut known: Known) {
        self.cache.retain(|old| !old.token.is(&known.token));
        if !variables.flag("AuthCacheCtrlr.Enabled") || !known.token.can_be_asked_about() {
            return;
        }
        let life_seconds = variables.count("AuthCacheCtrlr.LifeTime");
        if known.expires.is_none() && life_seconds > 0 {
            known.expires = Some(clock + f64::from(life_seconds) * 1_000.0);
        }
        if self.cache.len() >= MOST_CACHED {
            self.cache.remove(0);
        }
        self.cache.push(known);
    }
}

impl Machine {
    pub(super) fn send_local_list(&mut self, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let version = integer(tree, root, "versionNumber").unwrap_or_default();
        if version <= 0 || !self.variables.flag("LocalAuthListCtrlr.Enabled") {
            return status("Failed");
        }
        let is_full = tree.get_string(root, "updateType").as_deref() == Some("Full");
        if !is_full && version <= self.tokens.list_version {
            return status("VersionMismatch");
        }
        let mut list = if is_full { Vec::new() } else { self.tokens.list.clone() };
        let mut seen: Vec<Token> = Vec::new();
        for item in tree.get(root, "localAuthorizationList").into_iter().flat_map(|items| tree.items(items)) {
            let Some(token) = tree.get(item, "idToken").and_then(|node| Token::of(tree, node)) else { continue };
            let info = tree.get(item, "idTokenInfo");
            // A token that stands twice, or in a full list without what is to be known of it, makes no list.
            if seen.iter().any(|one| one.is(&token)) || is_full && info.is_none() || seen.len() >= MOST_LISTED {
                return status("Failed");
            }
            seen.push(token.clone());
            list.retain(|known| !known.token.is(&token));
            if let Some(info) = info {
                list.push(Known::of(tree, info, token));
            }
        }
        if list.len() > MOST_LISTED {
            return status("Failed");
        }
        self.tokens.list = list;
        self.tokens.list_version = version;
        status("Accepted")
    }

    pub(super) fn get_local_list_version(&self) -> Answer {
        let is_enabled = self.variables.flag("LocalAuthListCtrlr.Enabled");
        let version = if is_enabled { self.tokens.list_version } else { 0 };
        Answer::Payload(Object::new().integer("versionNumber", version).done())
    }

    pub(super) fn clear_cache(&mut self) -> Answer {
        if !self.variables.flag("AuthCacheCtrlr.Enabled") {
            return status("Rejected");
        }
        self.tokens.cache.clear();
        status("Accepted")
    }

    /// Data about a customer is a token in the cache. It is told, or forgotten, or both.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, N09 and N10.
    pub(super) fn customer_information(
        &mut self,
        core: &mut super::Core,
        now: EpochMillis,
        request: Request<'_>,
    ) -> Answer {
        let Request { tree, root, .. } = request;
        let token = tree.get(root, "idToken").and_then(|node| Token::of(tree, node));
        let n_named = ["customerCertificate", "idToken", "customerIdentifier"]
            .iter()
            .filter(|name| tree.get(root, name).is_some())
            .count();
        if n_named != 1 {
            return status("Invalid");
        }
        let is_wanted = |name: &str| tree.get(root, name).is_some_and(|node| tree.raw(node) == "true");
        if !is_wanted("report") && !is_wanted("clear") {
            return status("Rejected");
        }
        let is_meant = |known: &Known| token.as_ref().is_some_and(|token| known.token.is(token));
        let data = if is_wanted("report") {
            let held = self.tokens.cache.iter().find(|known| is_meant(known));
            held.map_or_else(String::new, |known| format!("idToken {}: {}", known.token.id, known.status))
        } else {
            String::new()
        };
        if is_wanted("clear") {
            self.tokens.cache.retain(|known| !is_meant(known));
        }
        let payload = Object::new()
            .text("data", &data.chars().take(512).collect::<String>())
            .flag("tbc", false)
            .integer("seqNo", 0)
            .instant("generatedAt", core.clock(now))
            .integer("requestId", integer(tree, root, "requestId").unwrap_or_default())
            .done();
        Self::tell(core, "NotifyCustomerInformation", payload);
        status("Accepted")
    }
}
