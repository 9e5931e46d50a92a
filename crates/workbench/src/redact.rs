//! Redaction: replaces what should not leave the house — tokens, serial numbers, keys, free text — by pseudonyms of the
//! same form, so that a capture can be shared and its findings stay true.
//!
//! Where a value stands decides whether it is secret (`redact/places.rs`), not what it looks like. Once it is known it is
//! replaced wherever it stands, in other fields, inside other texts, and encoded (`redact/known.rs`). A pseudonym is a
//! running number in the shape of the value (`redact/shape.rs`): the same value gets the same one, and nothing leads back.

use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureEvent, CaptureItem};
use crate::port::Severity;
use crate::share::{Shared, SharedProfile, SharedView};
use ocpp_wire::version::Version;
use redactor::Redactor;
use std::collections::BTreeSet;

mod known;
mod places;
mod redactor;
mod scan;
mod shape;
#[cfg(test)]
mod tests;

/// How much is replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// Everything that could point to a person, a station or a way in.
    #[default]
    Full,
    /// Passwords and private keys only; they are never shown, whatever the user chose.
    SecretsOnly,
}

/// What to replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactOptions {
    /// How much.
    pub level: Level,
    /// Values to leave as they are. Passwords and private keys are replaced all the same.
    pub keep: BTreeSet<String>,
    /// Also the identities of the stations.
    pub hides_stations: bool,
}

impl Default for RedactOptions {
    fn default() -> Self {
        Self { level: Level::Full, keep: BTreeSet::new(), hides_stations: true }
    }
}

/// What kind of secret a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SecretKind {
    /// A password, a PIN or an authorization key.
    Password,
    /// A private key.
    PrivateKey,
    /// An id tag, an id token or a contract.
    Token,
    /// A serial number.
    Serial,
    /// ICCID or IMSI of a SIM card.
    Sim,
    /// A certificate, what signs or asks for one, or a part of it.
    Certificate,
    /// A signature or signed data.
    Signature,
    /// Identity of a vehicle.
    Vehicle,
    /// A user name.
    User,
    /// User name, password or query of a URL.
    Url,
    /// An IP or MAC address.
    Address,
    /// Text without a fixed meaning.
    FreeText,
    /// Name of a file.
    FileName,
    /// Identity of a station.
    Station,
}

impl SecretKind {
    /// Words for a list.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::PrivateKey => "private key",
            Self::Token => "token",
            Self::Serial => "serial number",
            Self::Sim => "SIM card",
            Self::Certificate => "certificate",
            Self::Signature => "signature",
            Self::Vehicle => "vehicle",
            Self::User => "user name",
            Self::Url => "part of a URL",
            Self::Address => "address",
            Self::FreeText => "free text",
            Self::FileName => "file name",
            Self::Station => "station",
        }
    }

    /// Replaced whatever the user chose.
    pub const fn is_always_hidden(self) -> bool {
        matches!(self, Self::Password | Self::PrivateKey)
    }
}

/// A value and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedValue {
    /// What it is.
    pub kind: SecretKind,
    /// The value as it was first seen.
    pub original: String,
    /// Its pseudonym.
    pub pseudonym: String,
    /// Where it stands, such as `Authorize.idTag`: the first three places.
    pub places: Vec<String>,
    /// How often it stands at a place of its own.
    pub n_places: u32,
    /// It stays as it is, because the user said so.
    pub keep: bool,
}

/// The values that would be replaced, in the order of their first appearance.
pub fn preview(capture: &Capture, options: &RedactOptions) -> Vec<RedactedValue> {
    Redactor::of(capture, options).values
}

/// The capture with pseudonyms. Frames that changed carry [`Marks::REDACTED`].
///
/// ```
/// # use workbench::redact::{RedactOptions, redact};
/// let capture = workbench::capture::Capture::default();
/// assert_eq!(redact(&capture, &RedactOptions::default()), capture);
/// ```
pub fn redact(capture: &Capture, options: &RedactOptions) -> Capture {
    Redactor::of(capture, options).capture(capture, options)
}

/// Everything a link carries with pseudonyms: the capture, and the same values in filter, address and connect form.
///
/// The form loses user name and password of its URL whatever the options say.
pub fn redact_shared(shared: &Shared, options: &RedactOptions) -> Shared {
    let mut all = shared.capture.clone();
    let profile =
        shared.view.profile.clone().map(|profile| SharedProfile { url: without_user(&profile.url), ..profile });
    if let Some(profile) = &profile {
        // The form comes last, so that the pseudonyms are those of the capture alone.
        let connection = all.connections.len() as u32;
        all.connections.push(CaptureConnection { station: profile.identity.clone(), version: Version::V16 });
        let title = "connect form".to_owned();
        let event = CaptureEvent { title, text: profile.url.clone(), severity: Severity::Ok };
        all.items.push(CaptureItem { connection, at: 0.0, content: CaptureContent::Event(event) });
    }
    let redactor = Redactor::of(&all, options);
    let mut capture = redactor.capture(&all, options);
    let profile = profile.map(|profile| {
        let identity = capture.connections.pop().map(|connection| connection.station).unwrap_or_default();
        let url = match capture.items.pop().map(|item| item.content) {
            Some(CaptureContent::Event(event)) => event.text,
            _ => String::new(),
        };
        let name = redactor.plain(&profile.name).unwrap_or(profile.name);
        SharedProfile { name, url, identity, versions: profile.versions }
    });
    let clean = |text: &str| redactor.plain(text).unwrap_or_else(|| text.to_owned());
    let view = SharedView {
        filter: clean(&shared.view.filter),
        selected: shared.view.selected,
        route: clean(&shared.view.route),
        is_redacted: shared.view.is_redacted || options.level == Level::Full,
        profile,
    };
    Shared { capture, view }
}

/// The URL without user name and password.
fn without_user(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let authority = rest.get(..rest.find(['/', '?', '#']).unwrap_or(rest.len())).unwrap_or_default();
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    format!("{scheme}://{}", rest.get(host..).unwrap_or_default())
}
