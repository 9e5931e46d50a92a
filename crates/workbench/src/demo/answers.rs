//! What the demo CSMS answers to the requests of a station, and what it remembers of them.

use super::{DemoCsms, INTERVAL_SECONDS, MAX_TRANSACTIONS, Transaction};
use crate::object::Object;
use crate::records::Schemas;
use crate::transcript::EpochMillis;
use ocpp_wire::catalog::Action;
use ocpp_wire::json::{NodeId, Tree};
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::Part;
use ocpp_wire::version::Version;
use std::borrow::Cow;

/// It has no certificates, prices or grid behind it, and says so where an answer needs one of them.
const NO_SUCH_SERVICE: &[(&str, &str)] =
    &[("status", "\"Failed\""), ("status", "\"Rejected\""), ("exiResponse", "\"\"")];

/// What the CSMS thinks of a token: everything is accepted but what says otherwise by its name, so that each outcome can
/// be tried. Upper and lower case are the same.
pub(super) fn token_status(version: Version, token: &str) -> &'static str {
    let token = token.to_ascii_uppercase();
    if token.contains("BLOCKED") {
        "Blocked"
    } else if token.contains("EXPIRED") {
        "Expired"
    } else if token.starts_with("BAD") || token.starts_with("WRONG") {
        if version.is_v2() { "Unknown" } else { "Invalid" }
    } else {
        "Accepted"
    }
}

impl DemoCsms {
    /// The payload that answers a healthy request.
    pub(super) fn payload_for(
        &mut self,
        schemas: &Schemas,
        now: EpochMillis,
        action: &Action,
        tree: &Tree<'_>,
        payload: NodeId,
    ) -> String {
        let version = self.version;
        let text = |name: &str| tree.get_string(payload, name);
        let id_tag = || text("idTag").map(|token| status(token_status(version, &token)));
        match action.name {
            "BootNotification" => {
                self.is_accepted = true;
                Object::new()
                    .text("status", "Accepted")
                    .instant("currentTime", now)
                    .integer("interval", INTERVAL_SECONDS)
                    .done()
            }
            "Heartbeat" => Object::new().instant("currentTime", now).done(),
            "Authorize" if version.is_v2() => self.with_token_info(tree, payload),
            "Authorize" => Object::new().maybe(id_tag(), |answer, info| answer.raw("idTagInfo", &info)).done(),
            "StartTransaction" => {
                self.n_transactions += 1;
                let id = self.n_transactions.to_string();
                self.begin(&id);
                Object::new()
                    .integer("transactionId", self.n_transactions)
                    .maybe(id_tag(), |answer, info| answer.raw("idTagInfo", &info))
                    .done()
            }
            "StopTransaction" => {
                let id = tree.get(payload, "transactionId").map_or("", |id| tree.raw(id));
                self.transactions.retain(|transaction| transaction.id != id);
                Object::new().maybe(id_tag(), |answer, info| answer.raw("idTagInfo", &info)).done()
            }
            "TransactionEvent" => {
                self.note_event(tree, payload);
                self.with_token_info(tree, payload)
            }
            "DataTransfer" => status("UnknownVendorId"),
            "NotifyEVChargingSchedule" | "OpenPeriodicEventStream" => status("Accepted"),
            "VatNumberValidation" => {
                let number = text("vatNumber").unwrap_or_default();
                Object::new().text("vatNumber", &number).text("status", "Rejected").done()
            }
            "GetCertificateChainStatus" => chain_status(now, tree, payload),
            _ => match schemas.schema(version, action, Part::Response) {
                Some(schema) => {
                    let context = Context { now_epoch_millis: now as i64, preferred: NO_SUCH_SERVICE };
                    sample::compact(&schema, Fields::Required, &context)
                }
                None => "{}".to_owned(),
            },
        }
    }

    /// 2.x: what is thought of the token, where one was sent.
    ///
    /// # Source
    /// OCPP 2.0.1 and 2.1 Part 2, C01 and E05: a TransactionEvent with an idToken is answered with an idTokenInfo.
    fn with_token_info(&self, tree: &Tree<'_>, payload: NodeId) -> String {
        let token: Option<Cow<'_, str>> =
            tree.get(payload, "idToken").map(|token| tree.get_string(token, "idToken").unwrap_or_default());
        Object::new()
            .maybe(token, |answer, token| answer.raw("idTokenInfo", &status(token_status(self.version, &token))))
            .done()
    }

    fn begin(&mut self, id: &str) {
        // Longer ones never pass a schema; without schemas they would only fill the memory.
        if id.len() > 64 {
            return;
        }
        self.transactions.retain(|transaction| transaction.id != id);
        if self.transactions.len() >= MAX_TRANSACTIONS {
            self.transactions.pop_front();
        }
        self.transactions.push_back(Transaction { id: id.to_owned(), seq_no: 0 });
    }

    fn note_event(&mut self, tree: &Tree<'_>, payload: NodeId) {
        let info = tree.get(payload, "transactionInfo");
        let Some(id) = info.and_then(|info| tree.get_string(info, "transactionId")) else { return };
        if tree.get_string(payload, "eventType").as_deref() == Some("Ended") {
            self.transactions.retain(|transaction| transaction.id != id);
            return;
        }
        if !self.transactions.iter().any(|transaction| transaction.id == id) {
            self.begin(&id);
        }
        let seq_no = tree.get(payload, "seqNo").and_then(|node| tree.integer(node)).unwrap_or_default();
        if let Some(transaction) = self.transactions.iter_mut().find(|transaction| transaction.id == id) {
            transaction.seq_no = seq_no;
        }
    }
}

fn status(word: &str) -> String {
    Object::new().text("status", word).done()
}

/// 2.1: it can look up no certificate, and says so for each it was asked about.
fn chain_status(now: EpochMillis, tree: &Tree<'_>, payload: NodeId) -> String {
    const HOUR_MILLIS: f64 = 3_600_000.0;
    let items = tree.get(payload, "certificateStatusRequests").map(|list| {
        tree.items(list).map(|item| {
            let raw = |name: &str| tree.get(item, name).map(|node| tree.raw(node));
            Object::new()
                .maybe(raw("certificateHashData"), |answer, data| answer.raw("certificateHashData", data))
                .maybe(raw("source"), |answer, source| answer.raw("source", source))
                .text("status", "Unknown")
                .instant("nextUpdate", now + HOUR_MILLIS)
                .done()
        })
    });
    Object::new().list("certificateStatus", &items.into_iter().flatten().collect::<Vec<_>>()).done()
}

/// The answer with a fault that its schema forbids.
pub(super) fn spoiled(payload: &str) -> String {
    const STATUS: &str = "\"status\":\"";
    const TIME: &str = "\"currentTime\":\"";
    let value = |name: &str| {
        let (before, rest) = payload.split_once(name)?;
        let (_, after) = rest.split_once('"')?;
        Some((before, after))
    };
    if let Some((before, after)) = value(TIME) {
        // Seconds since 1970, as many programs write them.
        format!("{before}\"currentTime\":1795339327{after}")
    } else if let Some((before, after)) = value(STATUS) {
        format!("{before}{STATUS}OK\"{after}")
    } else if payload == "{}" {
        "{\"status\":\"OK\"}".to_owned()
    } else {
        format!("{{\"status\":\"OK\",{}", payload.trim_start_matches('{'))
    }
}
