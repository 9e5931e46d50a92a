//! Where secrets stand: by the name of the field, the object it stands in, the action, and for configuration keys and
//! variables by what they are called.
//!
//! Left as they are, because a capture is shared to find out what went wrong: names of vendors and models, versions of
//! firmware, error codes of vendors, ids of transactions and reservations, host names and paths of URLs, and the
//! description of a CallError but for the secrets in it.

use super::SecretKind;
use ocpp_wire::json::{Kind, NodeId, Tree};

/// What is to be done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// It is secret.
    Secret(SecretKind),
    /// It may mean anything, so it is.
    Free,
    /// It is none, but may hold one that is known.
    Plain,
    /// It belongs to the protocol.
    Skip,
}

/// Takes a value, what it is, and where it stands.
pub(super) type Visit<'v> = &'v mut dyn FnMut(NodeId, Spot, &str);

/// Where a value stands.
#[derive(Clone, Debug)]
pub(super) struct Context {
    place: String,
    action: String,
    parent: String,
    /// What the variable or key is whose value may come.
    variable: Option<SecretKind>,
    /// What the items of a list are.
    items: Option<SecretKind>,
    is_free: bool,
}

/// A place is named by so many bytes; names made to fill the memory are not repeated.
const MOST_PLACE_BYTES: usize = 120;

impl Context {
    /// At the beginning of a payload.
    pub(super) fn of(place: &str, action: &str) -> Self {
        Self {
            place: place.to_owned(),
            action: action.to_owned(),
            parent: String::new(),
            variable: None,
            items: None,
            is_free: false,
        }
    }

    /// Inside a text that may mean anything.
    pub(super) fn free(place: &str) -> Self {
        Self { is_free: true, ..Self::of(place, "") }
    }
}

/// Visits a value and all inside it that is a string or a number.
pub(super) fn visit(tree: &Tree<'_>, node: NodeId, context: &Context, out: Visit<'_>) {
    match tree.kind(node) {
        Kind::Object => {
            let variable = variable_of(tree, node).or(context.variable);
            for member in tree.items(node) {
                let name = tree.key(member).to_ascii_lowercase();
                let kind = field_kind(&name, context);
                let is_value = matches!(name.as_str(), "value" | "attributevalue" | "actualvalue");
                let kind = kind.or(variable.filter(|_| is_value));
                let mut place = context.place.clone();
                if place.len() < MOST_PLACE_BYTES && name.len() < MOST_PLACE_BYTES {
                    place.push('.');
                    place.push_str(&tree.key(member));
                }
                let is_name = matches!(name.as_str(), "vendorid" | "messageid");
                let inner = Context {
                    place,
                    action: context.action.clone(),
                    variable: variable.filter(|_| name == "variableattribute"),
                    items: kind,
                    is_free: (context.is_free || is_free(&name, context)) && !is_name,
                    parent: name,
                };
                visit(tree, member, &inner, out);
            }
        }
        Kind::Array => {
            for item in tree.items(node) {
                visit(tree, item, context, out);
            }
        }
        Kind::String | Kind::Number => {
            let spot = match context.items {
                Some(SecretKind::FreeText) => Spot::Free,
                Some(kind) => Spot::Secret(kind),
                None if context.is_free => Spot::Free,
                None => Spot::Plain,
            };
            out(node, spot, &context.place);
        }
        Kind::Null | Kind::Bool => {}
    }
}

/// All inside the field may mean anything.
fn is_free(name: &str, context: &Context) -> bool {
    name == "customdata"
        || (name == "data" && matches!(context.action.as_str(), "DataTransfer" | "NotifyCustomerInformation"))
}

/// What a field holds by its name, in small letters.
pub(super) fn field_kind_of(name: &str) -> Option<SecretKind> {
    Some(match name {
        "idtag" | "parentidtag" | "idtoken" | "additionalidtoken" | "groupidtoken" | "groupid" | "emaid"
        | "contractid" | "customeridentifier" | "customerid" => SecretKind::Token,
        "iccid" | "imsi" | "msisdn" => SecretKind::Sim,
        "csr" | "certificate" | "certificatechain" | "signingcertificate" | "exirequest" | "exiresponse"
        | "ocspresult" | "issuernamehash" | "issuerkeyhash" => SecretKind::Certificate,
        "signature" | "signedmeterdata" | "publickey" | "signedmetervalue" => SecretKind::Signature,
        "evccid" | "vin" => SecretKind::Vehicle,
        "password" | "apnpassword" | "basicauthpassword" | "simpin" | "pin" | "passphrase" | "authorizationkey"
        | "secret" | "token" | "privatekey" => SecretKind::Password,
        "user" | "username" | "apnusername" | "identity" => SecretKind::User,
        "location" | "remotelocation" | "ocppcsmsurl" | "responderurl" | "receipturl" | "url" => SecretKind::Url,
        "filename" => SecretKind::FileName,
        "macaddress" | "ipaddress" => SecretKind::Address,
        "info" | "techinfo" | "additionalinfo" | "content" | "address1" | "address2" | "city" | "postalcode" => {
            SecretKind::FreeText
        }
        _ if name.ends_with("serialnumber") => SecretKind::Serial,
        _ => return None,
    })
}

fn field_kind(name: &str, context: &Context) -> Option<SecretKind> {
    match name {
        // The key of a VPN, not the name of a setting.
        "key" if context.parent == "vpn" => Some(SecretKind::Password),
        "serialnumber" if context.parent.contains("hash") => Some(SecretKind::Certificate),
        _ => field_kind_of(name),
    }
}

/// What the value of an object holds that names a configuration key or a variable.
fn variable_of(tree: &Tree<'_>, object: NodeId) -> Option<SecretKind> {
    let key = tree.get_string(object, "key");
    let name = key.or_else(|| tree.get(object, "variable").and_then(|variable| tree.get_string(variable, "name")))?;
    variable_kind(&name)
}

/// What a configuration key or variable holds, by its name.
pub(super) fn variable_kind(name: &str) -> Option<SecretKind> {
    let name = name.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    Some(
        if has(&[
            "password",
            "passwd",
            "authorizationkey",
            "authkey",
            "privatekey",
            "secret",
            "passphrase",
            "simpin",
            "apikey",
            "psk",
        ]) {
            SecretKind::Password
        } else if has(&["iccid", "imsi", "msisdn"]) {
            SecretKind::Sim
        } else if has(&["serial"]) {
            SecretKind::Serial
        } else if has(&["identity", "username", "ssid", "chargepointid", "chargeboxid"]) || name == "user" {
            SecretKind::User
        } else if name.ends_with("idtag")
            || name.ends_with("idtoken")
            || name.ends_with("evccid")
            || name.ends_with("masterpassgroupid")
        {
            SecretKind::Token
        } else if has(&["macaddress", "ipaddress"]) {
            SecretKind::Address
        } else {
            return None;
        },
    )
}
