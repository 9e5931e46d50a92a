//! The station on the screen.

use super::Severity;
use serde::{Deserialize, Serialize};

/// The station we play.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StationView {
    /// Version it speaks.
    pub version: String,
    /// Whether the CSMS has accepted it, in words.
    pub registration: String,
    /// There is a connection.
    pub is_online: bool,
    /// Transaction messages that wait to be sent.
    pub n_kept: u32,
    /// The token its user presents unless told otherwise.
    pub token: String,
    /// Error codes a fault can have, the usual one first; none in 2.x.
    pub fault_codes: Vec<String>,
    /// Its outlets, number 1 first.
    pub outlets: Vec<OutletView>,
}

/// One outlet of the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutletView {
    /// Number, from 1.
    pub number: u8,
    /// `Connector 1` in 1.6, `EVSE 1` in 2.x.
    pub name: String,
    /// Error while it is broken.
    pub severity: Severity,
    /// Status as it was reported last.
    pub status: String,
    /// Energy flows.
    pub is_charging: bool,
    /// Name and value: meter, power, transaction.
    pub facts: Vec<(String, String)>,
    /// What can be done here.
    pub acts: Vec<ActView>,
}

/// Something that can be done at an outlet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActView {
    /// Name of its button.
    pub name: String,
    /// Why it cannot be done now; empty when it can.
    pub refusal: String,
}

/// What a station is made of. What is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupForm {
    /// Who makes it.
    pub vendor: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its firmware.
    pub firmware: String,
    /// Connectors (1.6) or EVSEs (2.x), 1 to 8; 0 is as usual.
    pub n_connectors: u8,
    /// The token its user presents.
    pub token: String,
    /// Configuration keys (1.6) or `Component.Variable` (2.x) with their values.
    pub configuration: Vec<(String, String)>,
}
