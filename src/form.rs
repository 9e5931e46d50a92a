//! The connect form: what is typed, what is remembered between visits. User and password are never remembered.

use leptos::prelude::*;
use workbench::connect_url::without_userinfo;
use workbench::port::{Command, ConnectForm};

use crate::browser::storage;
use crate::handle::Handle;

/// The versions there are, newest first.
pub(crate) const VERSIONS: [&str; 3] = ["2.1", "2.0.1", "1.6"];

/// The fields.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    /// Address of the CSMS.
    pub(crate) url: RwSignal<String>,
    /// Identity of the station.
    pub(crate) identity: RwSignal<String>,
    /// First preference.
    pub(crate) version: RwSignal<String>,
    /// Other versions ticked, in any order; the first preference may be among them and does not count.
    pub(crate) also_offered: RwSignal<Vec<String>>,
    /// User name for Basic authentication.
    pub(crate) user: RwSignal<String>,
    /// Password for Basic authentication.
    pub(crate) password: RwSignal<String>,
    /// Send a `BootNotification` when the connection opens.
    pub(crate) boot: RwSignal<bool>,
}

impl Form {
    /// The form of the last visit.
    pub(crate) fn restored() -> Self {
        let is_known = |version: &String| VERSIONS.contains(&version.as_str());
        let also_offered = storage::read("also_offered").unwrap_or_default();
        Self {
            url: RwSignal::new(storage::read("url").unwrap_or_default()),
            identity: RwSignal::new(storage::read("identity").unwrap_or_default()),
            version: RwSignal::new(storage::read("version").filter(is_known).unwrap_or_else(|| "1.6".to_owned())),
            also_offered: RwSignal::new(also_offered.split(' ').map(str::to_owned).filter(is_known).collect()),
            user: RwSignal::default(),
            password: RwSignal::default(),
            boot: RwSignal::new(storage::read("boot").is_none_or(|boot| boot != "false")),
        }
    }

    /// What the engine is asked, from the values of now: for handlers.
    pub(crate) fn read_untracked(self) -> ConnectForm {
        let first = self.version.get_untracked();
        let also_offered = self.also_offered.get_untracked();
        let others = VERSIONS.iter().map(|&version| version.to_owned());
        let others = others.filter(|version| *version != first && also_offered.contains(version));
        ConnectForm {
            url: self.url.get_untracked(),
            identity: self.identity.get_untracked(),
            versions: std::iter::once(first.clone()).chain(others).collect(),
            user: self.user.get_untracked(),
            password: self.password.get_untracked(),
            boot: self.boot.get_untracked(),
        }
    }

    /// After a change: remember the form and let the engine judge it.
    pub(crate) fn changed(self, handle: Handle) {
        let form = self.read_untracked();
        storage::write("url", &without_userinfo(&form.url));
        storage::write("identity", &form.identity);
        storage::write("version", &self.version.get_untracked());
        storage::write("also_offered", &self.also_offered.get_untracked().join(" "));
        storage::write("boot", if form.boot { "true" } else { "false" });
        handle.send(Command::Draft(form));
    }

    /// Fills the form, and forgets user name and password: they were meant for another CSMS.
    pub(crate) fn fill(self, handle: Handle, url: &str, identity: &str, versions: &[String]) {
        self.url.set(url.to_owned());
        self.identity.set(identity.to_owned());
        self.user.set(String::new());
        self.password.set(String::new());
        if let Some((first, others)) = versions.split_first() {
            self.version.set(first.clone());
            self.also_offered.set(others.to_vec());
            handle.send(Command::ComposerVersion { version: first.clone() });
        }
        self.changed(handle);
    }

    /// Ticks or unticks a further version.
    pub(crate) fn offer(self, version: &str, is_offered: bool) {
        self.also_offered.update(|offered| {
            offered.retain(|known| known != version);
            if is_offered {
                offered.push(version.to_owned());
            }
        });
    }
}
