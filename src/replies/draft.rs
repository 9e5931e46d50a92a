//! The rule or the answer that is being written. Lives as long as the page, so that leaving the view loses nothing.

use leptos::prelude::*;
use workbench::port::{Command, ReplyAnswer, ReplyCommand, ReplyDraft, ReplyRule, ReplyVerdict};

use crate::browser::{clock, focus};
use crate::handle::Handle;

/// Chosen at first for a `CALLERROR`: every version has it.
const FIRST_CODE: &str = "InternalError";

/// The choice that lets the user type a code.
pub(super) const OTHER_CODE: &str = "\u{0}";

/// What the editor is open for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Target {
    /// It is closed.
    #[default]
    Nothing,
    /// A rule, by its number; 0 for a new one.
    Rule(u32),
    /// A call that waits, by its number.
    Call(u32),
}

/// The kinds of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    Automatic,
    Status,
    Payload,
    Error,
    Raw,
    Twice,
    Silence,
    Ask,
}

impl Kind {
    pub(super) const ALL: [Self; 8] =
        [Self::Automatic, Self::Status, Self::Payload, Self::Error, Self::Raw, Self::Twice, Self::Silence, Self::Ask];

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic answer",
            Self::Status => "Fixed status",
            Self::Payload => "Edited payload",
            Self::Error => "CALLERROR",
            Self::Raw => "Raw text",
            Self::Twice => "Automatic answer, twice",
            Self::Silence => "No answer",
            Self::Ask => "Ask me",
        }
    }

    pub(super) fn from_label(label: &str) -> Self {
        Self::ALL.into_iter().find(|kind| kind.label() == label).unwrap_or_default()
    }

    const fn of(answer: &ReplyAnswer) -> Self {
        match answer {
            ReplyAnswer::Automatic => Self::Automatic,
            ReplyAnswer::Status(_) => Self::Status,
            ReplyAnswer::Payload(_) => Self::Payload,
            ReplyAnswer::Error { .. } => Self::Error,
            ReplyAnswer::Raw(_) => Self::Raw,
            ReplyAnswer::Twice => Self::Twice,
            ReplyAnswer::Silence => Self::Silence,
            ReplyAnswer::Ask { .. } => Self::Ask,
        }
    }
}

/// The fields of the editor.
#[derive(Clone, Copy)]
pub(crate) struct ReplyEditor {
    pub(super) target: RwSignal<Target>,
    pub(super) is_on: StoredValue<bool>,
    pub(super) action: RwSignal<String>,
    pub(super) condition: RwSignal<String>,
    /// Empty is always.
    pub(super) uses: RwSignal<String>,
    pub(super) percent: RwSignal<String>,
    pub(super) delay: RwSignal<String>,
    pub(super) kind: RwSignal<Kind>,
    pub(super) status: RwSignal<String>,
    pub(super) payload: RwSignal<String>,
    pub(super) code: RwSignal<String>,
    pub(super) is_other_code: RwSignal<bool>,
    pub(super) description: RwSignal<String>,
    pub(super) details: RwSignal<String>,
    pub(super) raw: RwSignal<String>,
    pub(super) seconds: RwSignal<String>,
    /// The payload is a template nobody has touched.
    is_untouched: StoredValue<bool>,
    /// The action whose template is awaited. Typing ends the wait.
    awaited: StoredValue<Option<String>>,
    /// [`ReplyVerdict::n_asked`] when it was asked to save; `None` while it does not wait for a verdict.
    saved_at: StoredValue<Option<u32>>,
}

impl ReplyEditor {
    /// A closed editor.
    pub(crate) fn new() -> Self {
        Self {
            target: RwSignal::default(),
            is_on: StoredValue::new(true),
            action: RwSignal::default(),
            condition: RwSignal::default(),
            uses: RwSignal::default(),
            percent: RwSignal::default(),
            delay: RwSignal::default(),
            kind: RwSignal::default(),
            status: RwSignal::default(),
            payload: RwSignal::default(),
            code: RwSignal::default(),
            is_other_code: RwSignal::default(),
            description: RwSignal::default(),
            details: RwSignal::default(),
            raw: RwSignal::default(),
            seconds: RwSignal::default(),
            is_untouched: StoredValue::new(true),
            awaited: StoredValue::new(None),
            saved_at: StoredValue::new(None),
        }
    }

    /// Opens it for a rule; number 0 is a new one.
    pub(crate) fn open_rule(self, handle: Handle, rule: &ReplyRule) {
        self.target.set(Target::Rule(rule.number));
        self.fill(handle, rule);
    }

    /// Opens it for the answer to a call that waits.
    pub(super) fn open_call(self, handle: Handle, number: u32, action: &str) {
        self.target.set(Target::Call(number));
        let answer =
            ReplyAnswer::Error { code: FIRST_CODE.to_owned(), description: String::new(), details: String::new() };
        self.fill(handle, &ReplyRule { action: action.to_owned(), answer, ..ReplyRule::default() });
    }

    fn fill(self, handle: Handle, rule: &ReplyRule) {
        self.saved_at.set_value(None);
        self.is_on.set_value(rule.is_on);
        self.action.set(rule.action.clone());
        self.condition.set(rule.condition.clone());
        self.uses.set(if rule.most_uses == 0 { String::new() } else { rule.most_uses.to_string() });
        self.percent.set(rule.percent.to_string());
        self.delay.set(rule.delay_millis.to_string());
        let (mut status, mut payload, mut raw) = (String::new(), String::new(), "[3,\"{{id}}\",{}]".to_owned());
        let (mut code, mut description, mut details) = (FIRST_CODE.to_owned(), String::new(), "{}".to_owned());
        let mut seconds = 25;
        match &rule.answer {
            ReplyAnswer::Status(text) => status.clone_from(text),
            ReplyAnswer::Payload(text) => payload.clone_from(text),
            ReplyAnswer::Raw(text) => raw.clone_from(text),
            ReplyAnswer::Error { code: own, description: words, details: text } => {
                code.clone_from(own);
                description.clone_from(words);
                details.clone_from(text);
            }
            ReplyAnswer::Ask { seconds: own } => seconds = *own,
            ReplyAnswer::Automatic | ReplyAnswer::Twice | ReplyAnswer::Silence => {}
        }
        self.is_untouched.set_value(payload.is_empty());
        self.status.set(status);
        self.payload.set(payload);
        self.raw.set(raw);
        let is_known =
            handle.screen.replies.with_untracked(|view| view.codes.iter().any(|(_, codes)| codes.contains(&code)));
        self.is_other_code.set(!is_known);
        self.code.set(code);
        self.description.set(description);
        self.details.set(details);
        self.seconds.set(seconds.to_string());
        self.kind_chosen(handle, Kind::of(&rule.answer));
        clock::before_next_paint(|| focus::focus_first(".reply-editor select"));
    }

    /// Closes it.
    pub(super) fn close(self, handle: Handle) {
        handle.send(Command::Reply(ReplyCommand::Close));
        self.target.set(Target::Nothing);
        clock::before_next_paint(|| focus::focus_first(".replies__new"));
    }

    /// Another kind of answer.
    pub(super) fn kind_chosen(self, handle: Handle, kind: Kind) {
        self.kind.set(kind);
        if kind == Kind::Payload && self.is_untouched.get_value() {
            self.ask_template(handle, false);
        } else {
            self.changed(handle);
        }
    }

    /// Another action. A payload that was typed stays.
    pub(super) fn action_chosen(self, handle: Handle, action: String) {
        self.action.set(action);
        self.kind_chosen(handle, self.kind.get_untracked());
    }

    /// The payload was typed in.
    pub(super) fn payload_typed(self, handle: Handle, payload: String) {
        self.awaited.set_value(None);
        self.is_untouched.set_value(payload.is_empty());
        self.payload.set(payload);
        self.changed(handle);
    }

    /// Asks for a template, which then replaces the payload.
    pub(super) fn ask_template(self, handle: Handle, all_fields: bool) {
        let action = self.action.get_untracked();
        self.awaited.set_value(Some(action.clone()));
        handle.send(Command::Reply(ReplyCommand::Template { action, all_fields }));
    }

    /// A field was changed: the engine judges it.
    pub(super) fn changed(self, handle: Handle) {
        handle.send(Command::Reply(ReplyCommand::Check(self.rule_untracked())));
    }

    /// Takes what the engine says of the contents.
    pub(crate) fn take(self, handle: Handle, draft: &ReplyDraft) {
        if self.action.with_untracked(|action| *action != draft.action) {
            return;
        }
        if let Some(template) = &draft.template
            && self.awaited.with_value(|awaited| awaited.as_ref() == Some(&draft.action))
        {
            self.awaited.set_value(None);
            self.is_untouched.set_value(true);
            self.payload.set(template.clone());
        }
        let is_status = self.kind.get_untracked() == Kind::Status;
        let is_possible = self.status.with_untracked(|status| draft.statuses.contains(status));
        if let Some(first) = draft.statuses.first().filter(|_| is_status && !is_possible) {
            self.status.set(first.clone());
            self.changed(handle);
        }
    }

    /// The answer as it stands: for handlers.
    pub(super) fn answer_untracked(self) -> ReplyAnswer {
        match self.kind.get_untracked() {
            Kind::Automatic => ReplyAnswer::Automatic,
            Kind::Status => ReplyAnswer::Status(self.status.get_untracked()),
            Kind::Payload => ReplyAnswer::Payload(self.payload.get_untracked()),
            Kind::Error => ReplyAnswer::Error {
                code: self.code.get_untracked(),
                description: self.description.get_untracked(),
                details: self.details.get_untracked(),
            },
            Kind::Raw => ReplyAnswer::Raw(self.raw.get_untracked()),
            Kind::Twice => ReplyAnswer::Twice,
            Kind::Silence => ReplyAnswer::Silence,
            Kind::Ask => ReplyAnswer::Ask { seconds: number(self.seconds, 25) },
        }
    }

    fn rule_untracked(self) -> ReplyRule {
        ReplyRule {
            number: match self.target.get_untracked() {
                Target::Rule(number) => number,
                Target::Nothing | Target::Call(_) => 0,
            },
            is_on: self.is_on.get_value(),
            action: self.action.get_untracked(),
            condition: self.condition.get_untracked(),
            most_uses: number(self.uses, 0),
            percent: number(self.percent, 100),
            delay_millis: number(self.delay, 0),
            answer: self.answer_untracked(),
        }
    }

    /// Saves the rule, or answers the call. It closes when that is done: what is refused can still be changed.
    pub(super) fn done(self, handle: Handle) {
        // A second click must not make a second rule.
        if self.saved_at.with_value(Option::is_some) {
            return;
        }
        let command = match self.target.get_untracked() {
            Target::Nothing => return,
            Target::Rule(_) => ReplyCommand::Put(self.rule_untracked()),
            Target::Call(call) => ReplyCommand::Answer { call, answer: self.answer_untracked() },
        };
        self.saved_at.set_value(Some(handle.screen.replies.with_untracked(|view| view.verdict.n_asked)));
        handle.send(Command::Reply(command));
    }

    /// The engine that was asked is gone: what is written can be saved with the next one.
    pub(crate) fn forget_wish(self) {
        self.saved_at.set_value(None);
    }

    /// The engine did what was asked, or refused it.
    pub(crate) fn take_verdict(self, handle: Handle, verdict: ReplyVerdict) {
        if self.saved_at.with_value(|at| at.is_some_and(|at| at != verdict.n_asked)) {
            self.saved_at.set_value(None);
            if !verdict.is_refused {
                self.close(handle);
            }
        }
    }
}

/// A number that was typed; what is none is the usual one.
fn number(text: RwSignal<String>, usual: u32) -> u32 {
    text.with_untracked(|text| text.trim().parse().unwrap_or(usual))
}
