//! The steps of a firmware update, and what is told of them and of uploads, alike in all versions.
//!
//! # Source
//! Improved security for OCPP 1.6-J edition 3, use cases A04, L01 and N01; OCPP 2.0.1 and 2.1 Part 2, the same use cases.
//! What 1.6 had before uses a part of the same words.

use super::core::Core;
use super::outbox::Purpose;
use crate::object::Object;
use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};

/// A step of an update or of an upload takes so long, in milliseconds.
pub(super) const STEP_MILLIS: f64 = 3_000.0;

/// Where a firmware update stands, in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) enum Step {
    /// It was ordered, and nothing was told yet.
    Ordered,
    DownloadScheduled,
    Downloading,
    Downloaded,
    SignatureVerified,
    InstallScheduled,
    Installing,
    /// It goes on after the start.
    Rebooting,
}

impl Step {
    /// The word the CSMS knows it by.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Ordered => "Idle",
            Self::DownloadScheduled => "DownloadScheduled",
            Self::Downloading => "Downloading",
            Self::Downloaded => "Downloaded",
            Self::SignatureVerified => "SignatureVerified",
            Self::InstallScheduled => "InstallScheduled",
            Self::Installing => "Installing",
            Self::Rebooting => "InstallRebooting",
        }
    }
}

/// Tells how an update or an upload stands; `request_id` where the request that began it had one.
pub(super) fn tell_status(core: &mut Core, action: &str, word: &str, request_id: Option<i64>) {
    let object = Object::new().text("status", word);
    let payload = object.maybe(request_id, |object, id| object.integer("requestId", id)).done();
    core.outbox.call_early(action, payload, Purpose::Other);
}

/// Tells of an event that matters for security.
pub(super) fn tell_security_event(core: &mut Core, now: EpochMillis, kind: &str) {
    let payload = Object::new().text("type", kind).instant("timestamp", core.clock(now)).done();
    core.outbox.call_early("SecurityEventNotification", payload, Purpose::Other);
}
