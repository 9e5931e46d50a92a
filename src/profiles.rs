//! Profiles of the user: a CSMS and the station that connects to it, kept in the browser under a name.
//!
//! What a profile is and how it is written stands in `workbench::profile`. User name and password are never kept.

mod dialog;
mod select;

pub(crate) use dialog::ProfileDialog;
pub(crate) use select::ProfileSelect;

use leptos::prelude::*;
use workbench::port::{Command, Scope, ShareChoice, SharedForm};
use workbench::profile::{self, Profile};

use crate::browser::{address, files, storage};
use crate::handle::Handle;
use crate::text;

/// The profiles, and the station of the one in use as it is typed.
#[derive(Clone, Copy)]
pub(crate) struct Profiles {
    /// All of them, in the order they were made.
    pub(crate) list: RwSignal<Vec<Profile>>,
    /// Name of the one in use; empty is none.
    pub(crate) chosen: RwSignal<String>,
    /// The dialog is asked for.
    pub(crate) is_open: RwSignal<bool>,
    /// What became of the last thing asked for, a sentence each.
    pub(crate) said: RwSignal<Vec<String>>,
    /// Its name as typed.
    name: RwSignal<String>,
    vendor: RwSignal<String>,
    model: RwSignal<String>,
    serial: RwSignal<String>,
    firmware: RwSignal<String>,
    connectors: RwSignal<String>,
    tokens: RwSignal<String>,
    configuration: RwSignal<String>,
}

impl Profiles {
    /// The tokens of the profile in the form, to choose from.
    pub(crate) fn tokens(self) -> Vec<String> {
        self.tokens.with(|text| profile::from_lines(text))
    }

    /// The profiles of the last visit.
    pub(crate) fn restored() -> Self {
        let (list, _) = profile::read(&storage::read("profiles").unwrap_or_default());
        let chosen = storage::read("profile").unwrap_or_default();
        let in_use = list.iter().find(|known| known.name == chosen).cloned().unwrap_or_default();
        let profiles = Self {
            list: RwSignal::new(list),
            chosen: RwSignal::new(in_use.name.clone()),
            is_open: RwSignal::new(false),
            said: RwSignal::default(),
            name: RwSignal::default(),
            vendor: RwSignal::default(),
            model: RwSignal::default(),
            serial: RwSignal::default(),
            firmware: RwSignal::default(),
            connectors: RwSignal::default(),
            tokens: RwSignal::default(),
            configuration: RwSignal::default(),
        };
        profiles.show(&in_use);
        profiles
    }

    /// Tells the engine of what the station is made. The values of now: for handlers.
    pub(crate) fn send_setup(self, handle: Handle) {
        handle.send(Command::Setup(self.typed().cleaned().setup_form()));
    }

    /// Uses a profile; an empty name uses none, and leaves the form as it is.
    pub(crate) fn choose(self, handle: Handle, name: &str) {
        self.chosen.set(name.to_owned());
        storage::write("profile", name);
        self.said.set(Vec::new());
        let found = self.list.with_untracked(|list| list.iter().find(|known| known.name == name).cloned());
        let Some(profile) = found else {
            self.name.set(String::new());
            return;
        };
        self.show(&profile);
        handle.form.boot.set(!profile.skips_boot);
        handle.form.fill(handle, &profile.url, &profile.identity, &profile.versions);
        self.send_setup(handle);
    }

    /// Fills the form from a link. The station stays as it is.
    pub(crate) fn take_shared(self, handle: Handle, shared: &SharedForm) {
        self.chosen.set(String::new());
        storage::write("profile", "");
        self.name.set(shared.name.clone());
        handle.form.fill(handle, &shared.url, &shared.identity, &shared.versions);
    }

    /// What stands in the form and the dialog, as a profile. The values of now: for handlers.
    pub(crate) fn current(self, handle: Handle) -> Profile {
        let form = handle.form.read_untracked();
        let profile = self.typed();
        Profile { url: form.url, identity: form.identity, versions: form.versions, skips_boot: !form.boot, ..profile }
            .cleaned()
    }

    fn typed(self) -> Profile {
        Profile {
            name: self.name.get_untracked(),
            vendor: self.vendor.get_untracked(),
            model: self.model.get_untracked(),
            serial: self.serial.get_untracked(),
            firmware: self.firmware.get_untracked(),
            n_connectors: self.connectors.with_untracked(|text| text.trim().parse().unwrap_or_default()),
            tokens: self.tokens.with_untracked(|text| profile::from_lines(text)),
            configuration: self.configuration.with_untracked(|text| profile::configuration_from_lines(text)),
            ..Profile::default()
        }
    }

    fn show(self, profile: &Profile) {
        self.name.set(profile.name.clone());
        self.vendor.set(profile.vendor.clone());
        self.model.set(profile.model.clone());
        self.serial.set(profile.serial.clone());
        self.firmware.set(profile.firmware.clone());
        self.connectors.set(if profile.n_connectors == 0 { String::new() } else { profile.n_connectors.to_string() });
        self.tokens.set(profile::to_lines(&profile.tokens));
        self.configuration.set(profile::configuration_to_lines(&profile.configuration));
    }

    fn say(self, sentences: Vec<String>) {
        self.said.set(sentences);
    }

    /// Keeps what stands in the form under the name that is typed; the profile in use is renamed by it.
    fn save(self, handle: Handle) {
        let profile = self.current(handle);
        let name = profile.name.clone();
        if name.is_empty() {
            return self.say(vec!["Give the profile a name.".to_owned()]);
        }
        let old = self.chosen.get_untracked();
        let is_taken = name != old && self.list.with_untracked(|list| list.iter().any(|known| known.name == name));
        if is_taken {
            return self.say(vec![format!("There is a profile “{name}” already: choose it, or take another name.")]);
        }
        if self.list.with_untracked(Vec::len) >= profile::MOST_PROFILES && old.is_empty() {
            return self.say(vec!["There are as many profiles as there can be. Delete one first.".to_owned()]);
        }
        let issues = profile.issues();
        self.list.update(|list| match list.iter_mut().find(|known| known.name == old) {
            Some(known) => *known = profile,
            None => list.push(profile),
        });
        self.chosen.set(name.clone());
        storage::write("profile", &name);
        self.store();
        self.say(std::iter::once(format!("“{name}” is saved.")).chain(issues).collect());
    }

    /// Forgets the profile in use; what stands in the form stays.
    fn delete(self) {
        let name = self.chosen.get_untracked();
        self.list.update(|list| list.retain(|known| known.name != name));
        self.chosen.set(String::new());
        storage::write("profile", "");
        self.store();
        self.say(vec![format!("“{name}” is deleted. Save to keep what still stands in the form.")]);
    }

    fn store(self) {
        storage::write("profiles", &self.list.with_untracked(|list| profile::write(list)));
    }

    fn export(self) {
        let text = self.list.with_untracked(|list| profile::write(list));
        if let Some(file) = files::of_text("ocppscope-profiles.json", &text) {
            files::save(&file.name, &file.blob);
        }
    }

    /// Adds the profiles of a file; `None` when it could not be read.
    fn import(self, text: Option<String>) {
        let Some(text) = text else {
            return self.say(vec!["The file cannot be read, or is larger than profiles can be.".to_owned()]);
        };
        let (added, sentences) = profile::read(&text);
        let (n_all, mut n_taken) = (added.len(), 0);
        self.list.update(|list| n_taken = profile::merge(list, added));
        self.store();
        let taken = format!("{} imported.", text::count(n_taken as u32, "profile", "profiles"));
        let left =
            (n_taken < n_all).then(|| format!("There is no room for {} more: delete some first.", n_all - n_taken));
        self.say(std::iter::once(taken).chain(left).chain(sentences).collect());
    }

    /// Asks for a link to what stands in the form, without frames.
    fn share(self, handle: Handle) {
        self.is_open.set(false);
        handle.send(Command::Share(ShareChoice {
            scope: Scope::Nothing,
            is_redacted: true,
            profile: Some(self.current(handle).shared()),
            page_chars: address::without_fragment().len() as u32 + 1,
            ..ShareChoice::default()
        }));
    }
}
