//! The root certificates a 1.6 station was given, listed by their hashes.
//!
//! Only what can be named by its hashes is kept: a self-signed certificate, whose issuer's name and key stand in it.
//! The station verifies nothing with them; the browser opens the connection.
//!
//! # Source
//! Security white paper edition 3, use cases M03 to M05 and section 6.2; RFC 6960 section 4.1.1 for the hashes.

use crate::object::Object;
use crate::station::certificate::{self, HashData};
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// `CertificateStoreMaxLength`.
const MOST: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Installed {
    kind: String,
    hashes: HashData,
}

/// What is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Store {
    installed: Vec<Installed>,
}

/// Hashes of a certificate in PEM, if it can be read.
pub(super) fn read(pem: &str) -> Option<HashData> {
    certificate::hash_data(pem)
}

impl Store {
    /// Status of the answer to `InstallCertificate`.
    pub(super) fn install(&mut self, kind: &str, pem: &str) -> &'static str {
        let Some(hashes) = read(pem).filter(|hashes| hashes.is_self_issued) else { return "Rejected" };
        let new = Installed { kind: kind.to_owned(), hashes };
        if self.installed.contains(&new) {
            return "Accepted";
        }
        if self.installed.len() >= MOST {
            return "Rejected";
        }
        self.installed.push(new);
        "Accepted"
    }

    /// Status of the answer to `DeleteCertificate`. Hashes are SHA-256 here; by others nothing is found.
    pub(super) fn delete(&mut self, tree: &Tree<'_>, root: NodeId) -> &'static str {
        let Some(node) = tree.get(root, "certificateHashData") else { return "NotFound" };
        let is =
            |name: &str, value: &str| tree.get_string(node, name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let n_before = self.installed.len();
        self.installed.retain(|Installed { hashes, .. }| {
            !(is("hashAlgorithm", "SHA256")
                && is("issuerNameHash", &hashes.issuer_name_hash)
                && is("issuerKeyHash", &hashes.issuer_key_hash)
                && is("serialNumber", &hashes.serial_number))
        });
        if self.installed.len() < n_before { "Accepted" } else { "NotFound" }
    }

    /// The answer to `GetInstalledCertificateIds`.
    pub(super) fn list(&self, kind: &str) -> String {
        let hashes: Vec<String> = self
            .installed
            .iter()
            .filter(|installed| installed.kind == kind)
            .map(|Installed { hashes, .. }| {
                Object::new()
                    .text("hashAlgorithm", "SHA256")
                    .text("issuerNameHash", &hashes.issuer_name_hash)
                    .text("issuerKeyHash", &hashes.issuer_key_hash)
                    .text("serialNumber", &hashes.serial_number)
                    .done()
            })
            .collect();
        if hashes.is_empty() {
            return Object::new().text("status", "NotFound").done();
        }
        Object::new().list("certificateHashData", &hashes).text("status", "Accepted").done()
    }
}
