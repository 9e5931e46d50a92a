//! What is being composed. Lives as long as the page, so that leaving the view loses nothing.

use leptos::prelude::*;
use workbench::port::{ActionItem, Command, ComposerView};

use crate::handle::Handle;

/// Chosen at first: needs no field, and every CSMS answers it.
const FIRST_ACTION: &str = "Heartbeat";

/// The texts.
#[derive(Clone, Copy)]
pub(crate) struct SendDraft {
    /// Action chosen.
    pub(crate) action: RwSignal<String>,
    /// Payload typed.
    pub(crate) payload: RwSignal<String>,
    /// Raw frame typed.
    pub(crate) raw: RwSignal<String>,
    /// The payload is a template nobody has touched.
    is_untouched: StoredValue<bool>,
    /// The view has been opened. Before that nothing is asked of the engine.
    is_begun: StoredValue<bool>,
    /// The action whose template is awaited. Typing ends the wait: a template never replaces what was typed after it.
    awaited: StoredValue<Option<String>>,
}

impl SendDraft {
    /// Nothing composed.
    pub(crate) fn new() -> Self {
        Self {
            action: RwSignal::default(),
            payload: RwSignal::default(),
            raw: RwSignal::default(),
            is_untouched: StoredValue::new(true),
            is_begun: StoredValue::new(false),
            awaited: StoredValue::new(None),
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
        if self.is_untouched.get_value() {
            self.ask_template(handle, false);
        } else {
            self.check(handle);
        }
    }

    /// The payload was typed in.
    pub(crate) fn payload_typed(self, handle: Handle, payload: String) {
        self.awaited.set_value(None);
        self.is_untouched.set_value(payload.is_empty());
        self.payload.set(payload);
        self.check(handle);
    }

    /// Asks for a template, which then replaces the payload.
    pub(crate) fn ask_template(self, handle: Handle, all_fields: bool) {
        // The action of now: for handlers.
        let action = self.action.get_untracked();
        self.awaited.set_value(Some(action.clone()));
        handle.send(Command::Template { action, all_fields });
    }

    /// Takes the template that was asked for, if nothing was typed meanwhile; drops an action the version does not have.
    pub(crate) fn take_template(self, handle: Handle, composer: &ComposerView) {
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

    /// Sends the call as it stands.
    pub(crate) fn send_call(self, handle: Handle) {
        let (action, payload) = (self.action.get_untracked(), self.payload.get_untracked());
        handle.send(Command::SendCall { action, payload });
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
