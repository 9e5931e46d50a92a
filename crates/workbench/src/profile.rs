//! Profiles of the user: a CSMS and the station that connects to it, under a name. Kept in the browser and in files, as
//! JSON with a version.
//!
//! A profile holds no secret: no user name and password, not those inside the URL, and no configuration that is a key
//! or a password. What is read is bounded, and what was left out is said.

#[cfg(test)]
mod tests;

use crate::connect_url::without_userinfo;
use crate::object::{self, Object};
use crate::port::{SetupForm, SharedForm};
use crate::station::core::Setup;
use ocpp_wire::json::{self, Kind, NodeId, Tree, quote};
use ocpp_wire::number;
use ocpp_wire::version::Version;

/// The number of the format. Files of higher ones are not read.
const FORMAT: f64 = 1.0;

/// Most profiles there can be.
pub const MOST_PROFILES: usize = 100;

/// Most bytes of a file.
pub const MOST_BYTES: usize = 1 << 20;

/// Most characters of a name.
const MOST_NAME: usize = 80;

/// Most characters of any other text.
const MOST_TEXT: usize = 2_500;

/// Most tokens, and most values of the configuration.
const MOST_ITEMS: usize = 200;

/// Most sentences about a file.
const MOST_SENTENCES: usize = 20;

/// Most connectors or EVSEs of a station.
const MOST_CONNECTORS: u8 = 8;

/// A CSMS, and the station that connects to it. What is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// What its user calls it. Two profiles never have the same.
    pub name: String,
    /// Address of the CSMS without the identity, without user name and password.
    pub url: String,
    /// Identity of the station, not encoded.
    pub identity: String,
    /// Versions to offer, most wanted first.
    pub versions: Vec<String>,
    /// It does not send a BootNotification when the connection opens.
    pub skips_boot: bool,
    /// Who makes the station.
    pub vendor: String,
    /// Its model.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// Its firmware.
    pub firmware: String,
    /// Connectors (1.6) or EVSEs (2.x), 1 to 8; 0 is as usual.
    pub n_connectors: u8,
    /// Tokens of its user, the usual one first.
    pub tokens: Vec<String>,
    /// Configuration keys (1.6) or `Component.Variable` (2.x) with their values.
    pub configuration: Vec<(String, String)>,
}

impl Profile {
    /// The profile without what it must not hold: secrets, and more than there can be.
    #[must_use]
    pub fn cleaned(mut self) -> Self {
        let cut = |text: &mut String, most: usize| {
            if let Some((at, _)) = text.char_indices().nth(most) {
                text.truncate(at);
            }
        };
        self.name = self.name.trim().to_owned();
        cut(&mut self.name, MOST_NAME);
        self.name.truncate(self.name.trim_end().len());
        // Cut before: what is cut later could be taken for another address.
        cut(&mut self.url, MOST_TEXT);
        self.url = without_userinfo(&self.url);
        for text in [&mut self.identity, &mut self.vendor, &mut self.model, &mut self.serial, &mut self.firmware] {
            cut(text, MOST_TEXT);
        }
        let mut versions = Vec::new();
        for version in self.versions {
            if Version::from_number(&version).is_some() && !versions.contains(&version) {
                versions.push(version);
            }
        }
        self.versions = versions;
        self.n_connectors = self.n_connectors.min(MOST_CONNECTORS);
        self.tokens.iter_mut().for_each(|token| {
            cut(token, MOST_TEXT);
            *token = token.trim().to_owned();
        });
        self.tokens.retain(|token| !token.is_empty() && !token.contains(char::is_control));
        self.tokens.truncate(MOST_ITEMS);
        let mut configuration: Vec<(String, String)> = Vec::new();
        for (mut key, mut value) in self.configuration {
            cut(&mut key, MOST_TEXT);
            cut(&mut value, MOST_TEXT);
            (key, value) = (key.trim().to_owned(), value.trim().to_owned());
            let is_new = !key.is_empty() && configuration.iter().all(|(known, _)| *known != key);
            // It is typed a line each, as `key=value`.
            let is_a_line = !key.contains('=') && ![&key, &value].iter().any(|text| text.contains(char::is_control));
            if is_new && is_a_line && !is_secret(&key) && configuration.len() < MOST_ITEMS {
                configuration.push((key, value));
            }
        }
        self.configuration = configuration;
        self
    }

    /// What does not fit the version it asks for first, a sentence each.
    ///
    /// # Source
    /// Schemas of BootNotification and Authorize: OCPP 1.6 edition 2; OCPP 2.0.1 and 2.1 Part 3.
    pub fn issues(&self) -> Vec<String> {
        let version = self.versions.first().and_then(|version| Version::from_number(version));
        let version = version.unwrap_or(Version::V16);
        let is_v16 = version == Version::V16;
        let mut issues = Vec::new();
        let mut limit = |what: &str, text: &str, most: usize| {
            if text.chars().count() > most {
                issues.push(format!("{what} is longer than the {most} characters of {version}."));
            }
        };
        limit("The vendor", &self.vendor, if is_v16 { 20 } else { 50 });
        limit("The model", &self.model, 20);
        limit("The serial number", &self.serial, 25);
        limit("The firmware", &self.firmware, 50);
        for token in &self.tokens {
            limit("A token", token, if is_v16 { 20 } else { 36 });
        }
        issues
    }

    /// The station, for the engine.
    pub fn setup_form(&self) -> SetupForm {
        SetupForm {
            vendor: self.vendor.clone(),
            model: self.model.clone(),
            serial: self.serial.clone(),
            firmware: self.firmware.clone(),
            n_connectors: self.n_connectors,
            token: self.tokens.first().cloned().unwrap_or_default(),
            configuration: self.configuration.clone(),
        }
    }

    /// The part of it that a link can carry.
    pub fn shared(&self) -> SharedForm {
        SharedForm {
            name: self.name.clone(),
            url: self.url.clone(),
            identity: self.identity.clone(),
            versions: self.versions.clone(),
        }
    }

    fn to_json(&self) -> String {
        let texts = |object: Object, name: &str, text: &str| {
            object.maybe(Some(text).filter(|text| !text.is_empty()), |object, text| object.text(name, text))
        };
        let quoted = |texts: &[String]| -> Vec<String> { texts.iter().map(|text| quote(text)).collect() };
        let mut configuration = Object::new();
        for (key, value) in &self.configuration {
            configuration = configuration.text(key, value);
        }
        let mut station = Object::new();
        station = texts(station, "vendor", &self.vendor);
        station = texts(station, "model", &self.model);
        station = texts(station, "serialNumber", &self.serial);
        station = texts(station, "firmware", &self.firmware);
        if self.n_connectors > 0 {
            station = station.integer("connectors", self.n_connectors.into());
        }
        if !self.tokens.is_empty() {
            station = station.list("tokens", &quoted(&self.tokens));
        }
        if !self.configuration.is_empty() {
            station = station.raw("configuration", &configuration.done());
        }
        Object::new()
            .text("name", &self.name)
            .text("url", &self.url)
            .text("identity", &self.identity)
            .list("versions", &quoted(&self.versions))
            .flag("sendBootNotification", !self.skips_boot)
            .raw("station", &station.done())
            .done()
    }
}

/// Texts a line each, as tokens are typed.
pub fn to_lines(texts: &[String]) -> String {
    texts.join("\n")
}

/// The texts of lines; empty lines are none.
pub fn from_lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The configuration as it is typed: `key=value`, a line each.
pub fn configuration_to_lines(configuration: &[(String, String)]) -> String {
    to_lines(&configuration.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>())
}

/// The configuration that was typed. A line without `=` is a key with an empty value.
pub fn configuration_from_lines(text: &str) -> Vec<(String, String)> {
    let pair = |line: &String| {
        let (key, value) = line.split_once('=').unwrap_or((line, ""));
        (key.trim().to_owned(), value.trim().to_owned())
    };
    from_lines(text).iter().map(pair).collect()
}

/// A configuration key whose value is a secret.
fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["authorizationkey", "password", "privatekey", "secret"].iter().any(|word| key.contains(word))
}

/// What the station is made of; what the form leaves empty is as usual.
pub fn setup_of(form: SetupForm) -> Setup {
    let usual = Setup::default();
    let or = |text: String, usual: String| if text.is_empty() { usual } else { text };
    Setup {
        vendor: or(form.vendor, usual.vendor),
        model: or(form.model, usual.model),
        serial: or(form.serial, usual.serial),
        firmware: or(form.firmware, usual.firmware),
        n_outlets: if form.n_connectors == 0 { usual.n_outlets } else { form.n_connectors.min(MOST_CONNECTORS) },
        token: or(form.token, usual.token),
        configuration: form.configuration,
    }
}

/// The text of a file with these profiles, a line each.
pub fn write(profiles: &[Profile]) -> String {
    let lines: Vec<String> = profiles.iter().map(|profile| profile.clone().cleaned().to_json()).collect();
    let list = object::list(&lines).replace("},{\"name\":", "},\n{\"name\":");
    Object::new().text("format", "ocppscope-profiles").integer("version", FORMAT as i64).raw("profiles", &list).done()
        + "\n"
}

/// The profiles of a file, and what is wrong with it or was left out, a sentence each.
pub fn read(text: &str) -> (Vec<Profile>, Vec<String>) {
    let mut reader = Reader { sentences: Vec::new() };
    let profiles = reader.file(text).unwrap_or_default();
    (profiles, reader.sentences)
}

/// Adds profiles to those there are. One of the same name takes the place of the old one. Gives how many there was room
/// for.
pub fn merge(profiles: &mut Vec<Profile>, added: Vec<Profile>) -> usize {
    let mut n_taken = 0;
    for profile in added {
        n_taken += 1;
        if let Some(known) = profiles.iter_mut().find(|known| known.name == profile.name) {
            *known = profile;
        } else if profiles.len() < MOST_PROFILES {
            profiles.push(profile);
        } else {
            n_taken -= 1;
        }
    }
    n_taken
}

struct Reader {
    sentences: Vec<String>,
}

impl Reader {
    fn say(&mut self, sentence: impl Into<String>) {
        if self.sentences.len() < MOST_SENTENCES {
            self.sentences.push(sentence.into());
        }
    }

    fn file(&mut self, text: &str) -> Option<Vec<Profile>> {
        if text.len() > MOST_BYTES {
            self.say("The file is larger than profiles can be.");
            return None;
        }
        // Some editors put a byte order mark in front.
        let Ok(tree) = json::parse(text.trim_start_matches('\u{feff}')) else {
            self.say("The file is not JSON.");
            return None;
        };
        let root = tree.root();
        if tree.get_string(root, "format").as_deref() != Some("ocppscope-profiles") {
            self.say("The file holds no profiles of Ocppscope.");
            return None;
        }
        let version = tree.get(root, "version").and_then(|node| number::parse(tree.raw(node)));
        if version.is_none_or(|version| version > FORMAT) {
            self.say("A newer version of Ocppscope wrote the file. Reload the page to get the newest version.");
            return None;
        }
        self.unknown(&tree, root, "The file", &["format", "version", "profiles"]);
        let mut profiles: Vec<Profile> = Vec::new();
        let list = tree.get(root, "profiles").filter(|list| tree.kind(*list) == Kind::Array);
        let Some(list) = list else {
            self.say("The file holds no list of profiles.");
            return None;
        };
        for node in tree.items(list) {
            if profiles.len() >= MOST_PROFILES {
                self.say(format!("Only the first {MOST_PROFILES} profiles were taken."));
                break;
            }
            let Some(profile) = self.profile(&tree, node) else { continue };
            if profiles.iter().any(|known| known.name == profile.name) {
                self.say(format!("{} stands there twice; the first was taken.", named(&profile.name)));
            } else {
                profiles.push(profile);
            }
        }
        Some(profiles)
    }

    fn profile(&mut self, tree: &Tree<'_>, node: NodeId) -> Option<Profile> {
        let name = tree.get_string(node, "name").unwrap_or_default();
        let name = name.trim();
        if name.is_empty() {
            self.say("A profile without a name was left out.");
            return None;
        }
        let whose = named(name);
        self.unknown(tree, node, &whose, &["name", "url", "identity", "versions", "sendBootNotification", "station"]);
        let station = tree.get(node, "station").unwrap_or(node);
        if station != node {
            self.unknown(
                tree,
                station,
                &whose,
                &["vendor", "model", "serialNumber", "firmware", "connectors", "tokens", "configuration"],
            );
        }
        let read = Profile {
            name: name.to_owned(),
            url: self.text(tree, node, &whose, "url"),
            identity: self.text(tree, node, &whose, "identity"),
            versions: self.texts(tree, node, &whose, "versions"),
            skips_boot: tree.get(node, "sendBootNotification").is_some_and(|flag| tree.raw(flag) == "false"),
            vendor: self.text(tree, station, &whose, "vendor"),
            model: self.text(tree, station, &whose, "model"),
            serial: self.text(tree, station, &whose, "serialNumber"),
            firmware: self.text(tree, station, &whose, "firmware"),
            n_connectors: self.connectors(tree, station, &whose),
            tokens: self.texts(tree, station, &whose, "tokens"),
            configuration: self.configuration(tree, station, &whose),
        };
        let profile = read.clone().cleaned();
        if profile.url != read.url {
            self.say(format!("{whose}: the user name and password in its URL were left out."));
        }
        for (key, _) in read.configuration.iter().filter(|(key, _)| is_secret(key)) {
            self.say(format!("{whose}: {} is a secret and was left out.", named(key)));
        }
        let n_secret = read.configuration.iter().filter(|(key, _)| is_secret(key)).count();
        let is_cut = Profile { url: String::new(), configuration: Vec::new(), ..profile.clone() }
            != Profile { url: String::new(), configuration: Vec::new(), ..read.clone() };
        if is_cut || profile.configuration.len() + n_secret != read.configuration.len() {
            self.say(format!("{whose}: values that cannot be, or are too many or too long, were left out."));
        }
        Some(profile)
    }

    fn unknown(&mut self, tree: &Tree<'_>, object: NodeId, whose: &str, known: &[&str]) {
        if tree.kind(object) != Kind::Object {
            return;
        }
        for member in tree.items(object) {
            let key = tree.key(member);
            if !known.contains(&key.as_ref()) {
                self.say(format!("{whose}: {} is not known and was left out.", named(&key)));
            }
        }
    }

    fn wrong(&mut self, whose: &str, name: &str) {
        self.say(format!("{whose}: {} cannot be read and was left out.", named(name)));
    }

    fn text(&mut self, tree: &Tree<'_>, object: NodeId, whose: &str, name: &str) -> String {
        let Some(node) = tree.get(object, name) else { return String::new() };
        tree.string(node).map_or_else(
            || {
                self.wrong(whose, name);
                String::new()
            },
            std::borrow::Cow::into_owned,
        )
    }

    fn texts(&mut self, tree: &Tree<'_>, object: NodeId, whose: &str, name: &str) -> Vec<String> {
        let Some(list) = tree.get(object, name) else { return Vec::new() };
        let texts: Vec<String> =
            tree.items(list).filter_map(|item| tree.string(item)).map(std::borrow::Cow::into_owned).collect();
        if tree.kind(list) != Kind::Array || texts.len() != tree.items(list).count() {
            self.wrong(whose, name);
            return Vec::new();
        }
        texts
    }

    fn connectors(&mut self, tree: &Tree<'_>, station: NodeId, whose: &str) -> u8 {
        let Some(node) = tree.get(station, "connectors") else { return 0 };
        match tree.integer(node) {
            Some(n) if (1..=i64::from(MOST_CONNECTORS)).contains(&n) => n as u8,
            _ => {
                self.wrong(whose, "connectors");
                0
            }
        }
    }

    fn configuration(&mut self, tree: &Tree<'_>, station: NodeId, whose: &str) -> Vec<(String, String)> {
        let Some(object) = tree.get(station, "configuration") else { return Vec::new() };
        if tree.kind(object) != Kind::Object {
            self.wrong(whose, "configuration");
            return Vec::new();
        }
        let mut out = Vec::new();
        for member in tree.items(object) {
            match tree.string(member) {
                Some(value) => out.push((tree.key(member).into_owned(), value.into_owned())),
                None => self.wrong(whose, &tree.key(member)),
            }
        }
        out
    }
}

/// A name in quotes, cut when it is long.
fn named(name: &str) -> String {
    let name: String = name.chars().take(40).collect();
    format!("“{name}”")
}
