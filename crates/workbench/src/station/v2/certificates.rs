//! The root certificates that the CSMS installs, listed and deleted by their hashes.
//!
//! Only what can be named by its hashes is kept: a self-signed certificate, whose issuer's name and key stand in it.
//! The station verifies nothing with them; the browser opens the connection. It has no key of its own, so it never asks
//! for a certificate, and `CertificateSigned` is rejected.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, M03 to M05; RFC 6960 section 4.1.1 for the hashes.

use super::super::certificate::{self, HashData};
use super::super::{Answer, Request};
use super::{Machine, because, status};
use crate::object::Object;
use serde::{Deserialize, Serialize};

/// Most certificates, as the variable `SecurityCtrlr.CertificateEntries` says.
const MOST: usize = 10;

/// A certificate that was installed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Installed {
    /// `certificateType`.
    kind: String,
    hashes: HashData,
}

impl Machine {
    pub(super) fn install_certificate(&mut self, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let pem = tree.get_string(root, "certificate").unwrap_or_default();
        let kind = tree.get_string(root, "certificateType").unwrap_or_default().into_owned();
        let Some(hashes) = certificate::hash_data(&pem).filter(|hashes| hashes.is_self_issued) else {
            return because("Rejected", "InvalidCertificate");
        };
        let new = Installed { kind, hashes };
        if !self.certificates.contains(&new) {
            if self.certificates.len() >= MOST {
                return because("Rejected", "OutOfStorage");
            }
            self.certificates.push(new);
        }
        status("Accepted")
    }

    pub(super) fn installed_certificates(&self, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        // Without a type all are meant.
        let kinds: Option<Vec<_>> = tree
            .get(root, "certificateType")
            .map(|list| tree.items(list).filter_map(|kind| tree.string(kind)).collect());
        let chosen: Vec<String> = self
            .certificates
            .iter()
            .filter(|one| kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|kind| *kind == one.kind)))
            .map(|Installed { kind, hashes }| {
                let hashes = Object::new()
                    .text("hashAlgorithm", "SHA256")
                    .text("issuerNameHash", &hashes.issuer_name_hash)
                    .text("issuerKeyHash", &hashes.issuer_key_hash)
                    .text("serialNumber", &hashes.serial_number)
                    .done();
                Object::new().raw("certificateHashData", &hashes).text("certificateType", kind).done()
            })
            .collect();
        if chosen.is_empty() {
            return status("NotFound");
        }
        Answer::Payload(Object::new().text("status", "Accepted").list("certificateHashDataChain", &chosen).done())
    }

    /// Hashes are SHA-256 here; by others nothing is found.
    pub(super) fn delete_certificate(&mut self, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(named) = tree.get(root, "certificateHashData") else { return Answer::NotModelled };
        let is =
            |name: &str, value: &str| tree.get_string(named, name).is_some_and(|text| text.eq_ignore_ascii_case(value));
        let n_before = self.certificates.len();
        self.certificates.retain(|Installed { hashes, .. }| {
            !(is("hashAlgorithm", "SHA256")
                && is("issuerNameHash", &hashes.issuer_name_hash)
                && is("issuerKeyHash", &hashes.issuer_key_hash)
                && is("serialNumber", &hashes.serial_number))
        });
        status(if self.certificates.len() < n_before { "Accepted" } else { "NotFound" })
    }
}
