//! The connect form: which URL it means, what is wrong with it, and what will go wrong.
//!
//! # Source
//! Identity as the last path segment: OCPP-J 1.6 section 3.1.1; OCPP 2.0.1 and 2.1 Part 4 section 3.1.1.

use crate::demo;
use crate::port::{ConnectForm, DraftView};
use ocpp_wire::version::Version;
use url::Url;

/// Stands for a password wherever a URL is shown.
pub const MASK: &str = "••••••••";

/// What the page around us allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The page was loaded over https, so the browser refuses `ws://` to other machines.
    pub is_secure_page: bool,
}

/// Where the form leads.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// URL to open, with user name and password.
    pub url: String,
    /// The same for people, password masked.
    pub shown: String,
    /// Versions to offer, most wanted first.
    pub versions: Vec<Version>,
    /// User name or password are part of the URL.
    pub has_credentials: bool,
    /// The demo CSMS inside the page: no socket is opened.
    pub is_demo: bool,
}

impl Target {
    /// The demo CSMS, in a version.
    pub fn demo(version: Version) -> Self {
        Self {
            url: String::new(),
            shown: demo::SHOWN_URL.to_owned(),
            versions: vec![version],
            has_credentials: false,
            is_demo: true,
        }
    }
}

impl std::fmt::Debug for Target {
    /// Leaves the password out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("shown", &self.shown).field("versions", &self.versions).finish_non_exhaustive()
    }
}

/// Reads the form. `None` when no URL can be made of it; the issues say why.
pub fn read(form: &ConnectForm, environment: Environment) -> (Option<Target>, Vec<String>) {
    let mut issues = Vec::new();
    let target = build(form, environment, &mut issues);
    (target, issues)
}

/// What the page shows while the form is typed.
pub fn draft(form: &ConnectForm, environment: Environment) -> DraftView {
    let (target, issues) = read(form, environment);
    DraftView { can_connect: target.is_some(), url: target.map(|target| target.shown).unwrap_or_default(), issues }
}

/// An address without `user:password@`, for what is remembered.
///
/// ```
/// assert_eq!(workbench::connect_url::without_userinfo("wss://me:secret@csms.example.com/ocpp"), "wss://csms.example.com/ocpp");
/// ```
pub fn without_userinfo(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return if url.contains('@') { String::new() } else { url.to_owned() };
    };
    // Readers of URLs skip further slashes, and so a password may stand behind them.
    let rest = if rest.contains('@') { rest.trim_start_matches(['/', '\\']) } else { rest };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    format!("{scheme}://{host}{path}")
}

fn build(form: &ConnectForm, environment: Environment, issues: &mut Vec<String>) -> Option<Target> {
    let address = form.url.trim();
    if address.is_empty() {
        issues.push("Type the address of the CSMS, such as wss://csms.example.com/ocpp.".into());
        return None;
    }
    let mut url = parse(address, issues)?;
    if url.fragment().is_some() {
        issues.push("A WebSocket address has no part after #; leave it out.".into());
        return None;
    }
    let versions: Vec<Version> = form.versions.iter().filter_map(|name| Version::from_number(name)).collect();
    if versions.is_empty() {
        issues.push("Choose at least one OCPP version to offer.".into());
        return None;
    }
    let identity = form.identity.as_str();
    if identity.is_empty() {
        issues.push("No station identity: the address is used as it is, so it must end with the identity.".into());
    } else {
        check_identity(identity, &versions, issues);
        let path = format!("{}/{}", url.path().trim_end_matches('/'), encode(identity));
        url.set_path(&path);
    }
    let has_credentials = set_credentials(&mut url, form, issues);
    warn_of_plain_text(&url, environment, issues);
    let mut masked = url.clone();
    if masked.password().is_some() {
        // The setter refuses hosts that cannot carry a password; those have none.
        let _ = masked.set_password(Some("MASK"));
    }
    let shown = masked.as_str().replacen(":MASK@", &format!(":{MASK}@"), 1);
    Some(Target { url: url.into(), shown, versions, has_credentials, is_demo: false })
}

fn parse(address: &str, issues: &mut Vec<String>) -> Option<Url> {
    let lower = address.to_ascii_lowercase();
    if let Some(rest) = ["https://", "http://"].iter().find_map(|scheme| lower.strip_prefix(scheme).map(|_| *scheme)) {
        let right = if rest == "https://" { "wss://" } else { "ws://" };
        issues.push(format!("The address begins with {rest}; a CSMS is reached by WebSocket: write {right} instead."));
        return None;
    }
    if !lower.starts_with("ws://") && !lower.starts_with("wss://") {
        issues.push("The address must begin with wss:// (or ws:// without encryption).".into());
        return None;
    }
    match Url::parse(address) {
        Ok(url) if url.host_str().is_some_and(|host| !host.is_empty()) => Some(url),
        Ok(_) => {
            issues.push("The address names no host.".into());
            None
        }
        Err(error) => {
            issues.push(format!("The address cannot be read: {error}."));
            None
        }
    }
}

fn check_identity(identity: &str, versions: &[Version], issues: &mut Vec<String>) {
    let has_v2 = versions.iter().any(|version| version.is_v2());
    if identity.trim() != identity {
        issues.push("The identity begins or ends with a space; that is rarely meant.".into());
    } else if identity.contains(char::is_whitespace) {
        issues.push("The identity has a space in it; it is sent as %20, and many systems do not expect one.".into());
    }
    if identity.contains(':') {
        let rule = if has_v2 {
            "OCPP 2.1 forbids a colon in an identity and 2.0.1 advises against it"
        } else {
            "OCPP 1.6 does not forbid a colon in an identity"
        };
        issues.push(format!(
            "{rule}; with Basic authentication, where the user name ends at the first colon, it cannot work."
        ));
    }
    if identity.contains('/') {
        issues.push("The identity has a slash in it; it is sent as %2F so that it stays one path segment.".into());
    }
    let n = identity.chars().count();
    if has_v2 && n > 48 {
        issues.push(format!("The identity has {n} characters; OCPP 2.x allows at most 48."));
    }
}

/// User name and password of the form, else those in the address. Says what browsers make of them.
fn set_credentials(url: &mut Url, form: &ConnectForm, issues: &mut Vec<String>) -> bool {
    if !form.password.is_empty() || !form.user.is_empty() {
        // OCPP makes the identity the user name, so that is what an empty field means.
        let user = if form.user.is_empty() { &form.identity } else { &form.user };
        let _ = url.set_username(&encode(user));
        let password = encode(&form.password);
        let _ = url.set_password((!form.password.is_empty()).then_some(password.as_str()));
    }
    let has_credentials = !url.username().is_empty() || url.password().is_some();
    if has_credentials {
        issues.push(
            "A browser sends user name and password only as its answer to a 401 with WWW-Authenticate, and often not at all to another site; a CSMS that expects them at once will refuse."
                .into(),
        );
        if !form.user.is_empty() && !form.identity.is_empty() && form.user != form.identity {
            issues.push("OCPP makes the identity the user name; this one differs.".into());
        }
    }
    has_credentials
}

fn warn_of_plain_text(url: &Url, environment: Environment, issues: &mut Vec<String>) {
    if environment.is_secure_page && url.scheme() == "ws" && !is_loopback(url) {
        issues.push(
            "This page was loaded over https, and a browser does not let such a page open ws:// to another machine: use wss://, or load this page over http."
                .into(),
        );
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986 section 2.3.
pub fn encode(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(url: &str, identity: &str) -> ConnectForm {
        ConnectForm {
            url: url.into(),
            identity: identity.into(),
            versions: vec!["1.6".into()],
            ..ConnectForm::default()
        }
    }

    fn shown(url: &str, identity: &str) -> String {
        draft(&form(url, identity), Environment::default()).url
    }

    fn issue(form: &ConnectForm) -> String {
        draft(form, Environment::default()).issues.join(" ")
    }

    #[test]
    fn the_identity_is_the_last_segment() {
        assert_eq!(shown("ws://a.example/ocpp", "CP1"), "ws://a.example/ocpp/CP1");
        assert_eq!(shown("ws://a.example/ocpp/", "RDAM 123"), "ws://a.example/ocpp/RDAM%20123");
        assert_eq!(shown("ws://a.example", "a/b:c"), "ws://a.example/a%2Fb%3Ac");
        assert_eq!(shown("wss://a.example:9/x?token=1", "CP1"), "wss://a.example:9/x/CP1?token=1");
        assert_eq!(shown("ws://a.example/CP9", ""), "ws://a.example/CP9");
        assert_eq!(shown("ws://a.example", "Säule"), "ws://a.example/S%C3%A4ule");
    }

    #[test]
    fn what_cannot_work_is_said() {
        for (url, words) in [
            ("", "Type the address"),
            ("http://a.example", "write ws://"),
            ("https://a.example", "write wss://"),
            ("a.example/ocpp", "must begin with wss://"),
            ("ws://", "cannot be read"),
            ("ws://a b/", "cannot be read"),
            ("ws://a.example/#x", "part after #"),
        ] {
            let draft = draft(&form(url, "CP1"), Environment::default());
            assert!(!draft.can_connect && draft.issues.join(" ").contains(words), "{url}: {draft:?}");
        }
    }

    #[test]
    fn what_is_unwise_is_said_and_tried() {
        assert!(issue(&form("ws://a.example", "a b")).contains("%20"));
        assert!(issue(&form("ws://a.example", "a:b")).contains("1.6 does not forbid"));
        let v21 = ConnectForm { versions: vec!["2.1".into()], ..form("ws://a.example", "a:b") };
        assert!(issue(&v21).contains("2.1 forbids"));
        let secure = draft(&form("ws://a.example", "A"), Environment { is_secure_page: true });
        assert!(secure.can_connect && secure.issues.join(" ").contains("https"));
        assert!(draft(&form("ws://127.0.0.1:9", "A"), Environment { is_secure_page: true }).issues.is_empty());
    }

    #[test]
    fn the_password_is_never_shown() {
        let with_password = ConnectForm { password: "p@ss:w".into(), ..form("ws://a.example", "CP1") };
        let (target, _) = read(&with_password, Environment::default());
        let target = target.unwrap();
        assert_eq!(target.url, "ws://CP1:p%40ss%3Aw@a.example/CP1");
        assert_eq!(target.shown, format!("ws://CP1:{MASK}@a.example/CP1"));
        assert!(!format!("{target:?}").contains("p%40ss"));
        assert_eq!(shown("ws://u:secret@a.example", "CP1"), format!("ws://u:{MASK}@a.example/CP1"));
    }
}
