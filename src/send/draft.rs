//! What is being composed. Lives as long as the page, so that leaving the view loses nothing.

use leptos::prelude::*;
use workbench::composer::edit;
use workbench::composer::favourites::{self, Favourite};
use workbench::port::{self, ActionItem, Command, ComposerView, Control, Severity};

use crate::browser::{address, clock, focus, storage};
use crate::handle::Handle;
use crate::route::View;

/// Chosen at first: needs no field, and every CSMS answers it.
const FIRST_ACTION: &str = "Heartbeat";

/// What is shown above the composer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawer {
    /// What was sent.
    History,
    /// What is kept.
    Favourites,
}

/// The texts.
#[derive(Clone, Copy)]
pub(crate) struct SendDraft {
    /// Action chosen.
    pub(crate) action: RwSignal<String>,
    /// Payload typed.
    pub(crate) payload: RwSignal<String>,
    /// Raw frame typed.
    pub(crate) raw: RwSignal<String>,
    /// Name of the example the payload is, until it is changed.
    pub(crate) example: RwSignal<String>,
    /// Pointer of the field of the form that has the focus: its control is not written to.
    pub(crate) focused: RwSignal<String>,
    /// What is open above the composer.
    pub(crate) drawer: RwSignal<Option<Drawer>>,
    /// What is kept under a name.
    pub(crate) favourites: RwSignal<Vec<Favourite>>,
    /// The payload is a template nobody has touched.
    is_untouched: StoredValue<bool>,
    /// The view has been opened. Before that nothing is asked of the engine.
    is_begun: StoredValue<bool>,
    /// The action whose template is awaited. Typing ends the wait: a template never replaces what was typed after it.
    awaited: StoredValue<Option<String>>,
    /// Pointer of a field that was added and is to have the focus when it is there.
    added: StoredValue<Option<String>>,
}

impl SendDraft {
    /// Nothing composed.
    pub(crate) fn new() -> Self {
        Self {
            action: RwSignal::default(),
            payload: RwSignal::default(),
            raw: RwSignal::default(),
            example: RwSignal::default(),
            focused: RwSignal::default(),
            drawer: RwSignal::new(None),
            favourites: RwSignal::new(
                storage::read("favourites").map_or_else(Vec::new, |text| favourites::read(&text)),
            ),
            is_untouched: StoredValue::new(true),
            is_begun: StoredValue::new(false),
            awaited: StoredValue::new(None),
            added: StoredValue::new(None),
        }
    }

    /// The view opens: choose an action where there is none yet.
    pub(crate) fn begin(self, handle: Handle) {
        self.is_begun.set_value(true);
        if self.action.with_untracked(String::is_empty) {
            handle.screen.composer.with_untracked(|composer| self.choose_first(handle, &composer.actions));
        }
    }

    /// Another action. A payload that was typed stays, an untouched template is replaced.
    pub(crate) fn action_chosen(self, handle: Handle, action: String) {
        self.action.set(action);
        self.example.set(String::new());
        if self.is_untouched.get_value() {
            self.ask_template(handle, false);
        } else {
            self.check(handle);
        }
    }

    /// The payload was typed in.
    pub(crate) fn payload_typed(self, handle: Handle, payload: String) {
        self.awaited.set_value(None);
        self.added.set_value(None);
        self.is_untouched.set_value(payload.is_empty());
        if self.example.with_untracked(|example| !example.is_empty()) {
            self.example.set(String::new());
        }
        self.payload.set(payload);
        self.check(handle);
    }

    /// The raw frame was typed in. Only one with variables is of interest to the engine.
    pub(crate) fn raw_typed(self, handle: Handle, text: String) {
        if text.contains("{{") || self.raw.with_untracked(|before| before.contains("{{")) {
            handle.send(Command::CheckRaw { text: text.clone() });
        }
        self.raw.set(text);
    }

    /// A field of the form was typed in, or another of its values chosen.
    pub(crate) fn field_typed(self, handle: Handle, pointer: &str, control: Control, typed: &str) {
        let value = edit::value_of(control, typed);
        self.edited(handle, self.payload.with_untracked(|payload| edit::set(payload, pointer, &value)));
    }

    /// A field or an item is added, and takes the focus.
    pub(crate) fn add_field(self, handle: Handle, pointer: &str, value: &str) {
        let text = self.payload.with_untracked(|payload| edit::add(payload, pointer, value));
        let added = match pointer.strip_suffix("/-") {
            Some(list) => {
                format!("{list}/{}", handle.screen.composer.with_untracked(|composer| n_items(composer, list)))
            }
            None => pointer.to_owned(),
        };
        self.edited(handle, text);
        self.added.set_value(Some(added));
    }

    /// A field or an item is taken out.
    pub(crate) fn remove_field(self, handle: Handle, pointer: &str) {
        self.edited(handle, self.payload.with_untracked(|payload| edit::remove(payload, pointer)));
        focus::focus_first(".form");
    }

    fn edited(self, handle: Handle, text: Option<String>) {
        // A text that cannot be read has no fields; the form is locked then.
        if let Some(text) = text {
            self.payload_typed(handle, text);
        }
    }

    /// Asks for a template, which then replaces the payload.
    pub(crate) fn ask_template(self, handle: Handle, all_fields: bool) {
        // The action of now: for handlers.
        let action = self.action.get_untracked();
        self.awaited.set_value(Some(action.clone()));
        self.example.set(String::new());
        handle.send(Command::Template { action, all_fields });
    }

    /// Asks for an example, which then replaces the payload.
    pub(crate) fn ask_example(self, handle: Handle, name: String) {
        if name.is_empty() {
            return;
        }
        let action = self.action.get_untracked();
        self.awaited.set_value(Some(action.clone()));
        self.example.set(name.clone());
        handle.send(Command::Example { action, name });
    }

    /// Takes what the engine made for the composer.
    pub(crate) fn take(self, handle: Handle, composer: &ComposerView) {
        if let Some(draft) = &composer.draft {
            self.fill(handle, draft);
        }
        self.take_template(handle, composer);
    }

    /// Takes the template that was asked for, if nothing was typed meanwhile; drops an action the version does not have.
    fn take_template(self, handle: Handle, composer: &ComposerView) {
        if let Some((action, text)) = &composer.template
            && self.awaited.with_value(|awaited| awaited.as_ref() == Some(action))
        {
            self.awaited.set_value(None);
            self.is_untouched.set_value(true);
            self.payload.set(text.clone());
            self.check(handle);
        }
        let is_known = self.action.with_untracked(|action| composer.actions.iter().any(|item| item.name == *action));
        if !is_known && self.is_begun.get_value() {
            self.choose_first(handle, &composer.actions);
        }
    }

    /// Fills the composer with a call or a raw frame, and shows it.
    pub(crate) fn fill(self, handle: Handle, draft: &port::Draft) {
        let selector = if draft.action.is_empty() {
            self.raw_typed(handle, draft.text.clone());
            ".send__raw .send__text"
        } else {
            self.action.set(draft.action.clone());
            self.payload_typed(handle, draft.text.clone());
            ".send__call .send__text"
        };
        if !draft.note.is_empty() {
            handle.notify(Severity::Info, &draft.note);
        }
        handle.view.set(View::Send);
        address::replace_fragment("/send");
        clock::before_next_paint(move || focus::focus_first(selector));
    }

    /// Puts the focus on the field that was added, once it is among the rows.
    pub(crate) fn focus_added(self, composer: &ComposerView) {
        let Some(added) = self.added.get_value() else { return };
        let inside = format!("{added}/");
        let row = composer.form.rows.iter().find(|row| {
            let is_it = row.pointer == added || row.pointer.starts_with(&inside);
            is_it && row.control.takes_a_value()
        });
        if let Some(row) = row {
            self.added.set_value(None);
            let selector = format!("[id=\"{}\"]", control_id(&row.pointer));
            clock::before_next_paint(move || focus::focus_first(&selector));
        }
    }

    /// Sends the call as it stands.
    pub(crate) fn send_call(self, handle: Handle) {
        let (action, payload) = (self.action.get_untracked(), self.payload.get_untracked());
        handle.send(Command::SendCall { action, payload });
    }

    /// Keeps what is composed under a name: the call, or the raw frame. Whether it was kept.
    pub(crate) fn keep(self, handle: Handle, name: &str, is_raw: bool) -> bool {
        let (action, text) = if is_raw {
            (String::new(), self.raw.get_untracked())
        } else {
            (self.action.get_untracked(), self.payload.get_untracked())
        };
        let version = handle.screen.composer.with_untracked(|composer| composer.version.clone());
        let mut all = self.favourites.get_untracked();
        match favourites::keep(&mut all, Favourite { name: name.to_owned(), version, action, text }) {
            Ok(()) => {
                self.remember(all);
                true
            }
            Err(why) => {
                handle.notify(Severity::Warning, &why);
                false
            }
        }
    }

    /// Keeps a favourite no longer.
    pub(crate) fn forget(self, name: &str) {
        let mut all = self.favourites.get_untracked();
        all.retain(|favourite| favourite.name != name);
        self.remember(all);
    }

    fn remember(self, all: Vec<Favourite>) {
        storage::write("favourites", &favourites::write(&all));
        self.favourites.set(all);
    }

    fn choose_first(self, handle: Handle, actions: &[ActionItem]) {
        let usual = actions.iter().find(|item| item.name == FIRST_ACTION);
        if let Some(item) = usual.or_else(|| actions.first()) {
            self.action_chosen(handle, item.name.clone());
        }
    }

    fn check(self, handle: Handle) {
        let (action, payload) = (self.action.get_untracked(), self.payload.get_untracked());
        handle.send(Command::CheckPayload { action, payload });
    }
}

/// Id of the control of a field.
pub(super) fn control_id(pointer: &str) -> String {
    format!("form{}", address::encode(pointer))
}

/// Items a list of the form has.
fn n_items(composer: &ComposerView, list: &str) -> usize {
    let is_item = |pointer: &str| {
        pointer.strip_prefix(list).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| !rest.contains('/'))
    };
    composer.form.rows.iter().filter(|row| row.control != Control::Adder && is_item(&row.pointer)).count()
}
