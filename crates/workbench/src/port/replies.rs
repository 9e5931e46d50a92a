//! The part of the port that is about replies: rules, the editor, and calls that wait for the user.

use super::{ComposerIssue, FrameNumber};
use serde::{Deserialize, Serialize};

/// What the user asked for in the view Replies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ReplyCommand {
    /// Put this rule in the place of the one with its number; number 0 is a new rule, which comes last.
    Put(ReplyRule),
    /// Take a rule out.
    Remove {
        /// [`ReplyRule::number`].
        rule: u32,
    },
    /// Change the order.
    Move {
        /// [`ReplyRule::number`].
        rule: u32,
        /// Try it before the one above it; otherwise after the one below.
        is_up: bool,
    },
    /// Switch a rule on or off.
    Switch {
        /// [`ReplyRule::number`].
        rule: u32,
        /// It may answer.
        is_on: bool,
    },
    /// Chances begin again with this seed, and all rules count from 0.
    Restart {
        /// The seed.
        seed: u32,
    },
    /// The rules of an earlier run, as in [`RepliesView::stored`], in place of the present ones.
    Restore {
        /// The text.
        text: String,
    },
    /// The editor changed: say what is wrong with it ([`RepliesView::draft`]).
    Check(ReplyRule),
    /// The editor wants a payload to begin with ([`ReplyDraft::template`]).
    Template {
        /// Action; need not exist.
        action: String,
        /// Also the optional fields.
        all_fields: bool,
    },
    /// The editor is closed.
    Close,
    /// Answer a call that waits.
    Answer {
        /// [`WaitingCall::number`].
        call: u32,
        /// With what.
        answer: ReplyAnswer,
    },
}

/// When the CSMS asks this, answer that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRule {
    /// Its number, from 1, never reused; 0 for one that is not there yet.
    pub number: u32,
    /// It may answer.
    pub is_on: bool,
    /// Requests of this action; empty is every request.
    pub action: String,
    /// Terms of the filter that the request has to pass; empty is every request.
    pub condition: String,
    /// It answers so often; 0 is always.
    pub most_uses: u32,
    /// Of 100 requests it answers about so many, 1 to 100.
    pub percent: u32,
    /// The answer goes out after this time.
    pub delay_millis: u32,
    /// The answer.
    pub answer: ReplyAnswer,
}

impl Default for ReplyRule {
    fn default() -> Self {
        Self {
            number: 0,
            is_on: true,
            action: String::new(),
            condition: String::new(),
            most_uses: 0,
            percent: 100,
            delay_millis: 0,
            answer: ReplyAnswer::Automatic,
        }
    }
}

/// What is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplyAnswer {
    /// What the station says by itself.
    #[default]
    Automatic,
    /// A CallResult that refuses, with this status in place of the refusal. The station does not act on the request.
    Status(String),
    /// A CallResult with this text as its payload.
    Payload(String),
    /// A CallError.
    Error {
        /// Code; need not exist.
        code: String,
        /// Description.
        description: String,
        /// Text of the details; empty is an empty object.
        details: String,
    },
    /// A text that need not be an answer; `{{id}}` stands for the message id.
    Raw(String),
    /// What the station says by itself, and the same once more.
    Twice,
    /// Nothing.
    Silence,
    /// What the user decides within so many seconds, else what the station says by itself.
    Ask {
        /// How long the call waits.
        seconds: u32,
    },
}

/// The view Replies.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RepliesView {
    /// The rules in the order they are tried.
    pub rules: Vec<ReplyRow>,
    /// Calls that wait for the user, the oldest first, at most 50.
    pub waiting: Vec<WaitingCall>,
    /// Seed of the chances.
    pub seed: u32,
    /// Version the editor works in: the agreed one, else the composer's.
    pub version: String,
    /// Requests the CSMS can send in this version.
    pub actions: Vec<String>,
    /// Error codes in groups: those of the version, then those of others.
    pub codes: Vec<(String, Vec<String>)>,
    /// What is to be said of the editor's contents; `None` as before.
    pub draft: Option<ReplyDraft>,
    /// The rules as text, for [`ReplyCommand::Restore`]; `None` as before.
    pub stored: Option<String>,
    /// What became of the editor's wishes, [`ReplyCommand::Put`] and [`ReplyCommand::Answer`]: it stays open when refused.
    pub verdict: ReplyVerdict,
}

/// What became of what the editor asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyVerdict {
    /// How often it has asked.
    pub n_asked: u32,
    /// The last time it was refused; a notice says why.
    pub is_refused: bool,
}

/// A rule in the table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyRow {
    /// The rule.
    pub rule: ReplyRule,
    /// The answer in words.
    pub words: String,
    /// How often it has answered.
    pub n_used: u32,
}

/// A call that waits for the user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WaitingCall {
    /// Names it in [`ReplyCommand::Answer`].
    pub number: u32,
    /// The frame; 0 when it was not kept.
    pub frame: FrameNumber,
    /// Action.
    pub action: String,
    /// Its payload, shortened.
    pub payload: String,
    /// When the station answers by itself, milliseconds since 1970.
    pub until_epoch_millis: f64,
}

/// What is to be said of the editor's contents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyDraft {
    /// Action this is about.
    pub action: String,
    /// Statuses the answer to this action can have; empty when it has none.
    pub statuses: Vec<String>,
    /// A payload to begin with, if one was asked for.
    pub template: Option<String>,
    /// What is wrong with the condition, or empty.
    pub condition_fault: String,
    /// What is wrong with the payload or the details. They go out all the same.
    pub issues: Vec<ComposerIssue>,
    /// The payload was checked and nothing is wrong.
    pub is_valid: bool,
    /// What there is to know about it, a sentence each.
    pub notes: Vec<String>,
    /// Why the rule cannot be used as it stands, or empty.
    pub problem: String,
}
