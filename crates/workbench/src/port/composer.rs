//! The composer on the screen.

use super::{FrameNumber, Severity};
use serde::{Deserialize, Serialize};

/// The composer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComposerView {
    /// Version it works in: the agreed one, else the first preference.
    pub version: String,
    /// Actions the station may send, then those it may not, each sorted.
    pub actions: Vec<ActionItem>,
    /// The template that was asked for, with its action.
    pub template: Option<(String, String)>,
    /// What is wrong with the payload typed.
    pub issues: Vec<ComposerIssue>,
    /// The payload was checked and nothing is wrong.
    pub is_valid: bool,
    /// What the check could not look at, or empty.
    pub note: String,
    /// A link is open, so sending works.
    pub can_send: bool,
    /// The form of the payload.
    pub form: FormView,
    /// Names of the examples there are for the action.
    pub examples: Vec<String>,
    /// The payload with its variables put in; empty when it has none.
    pub goes_out: String,
    /// The raw frame with its variables put in; empty when it has none.
    pub raw_goes_out: String,
    /// Sentences about variables that stay as they stand.
    pub variable_notes: Vec<String>,
    /// The connector or EVSE that examples and variables are about, from 1.
    pub outlet: u8,
    /// How many the station has.
    pub n_outlets: u8,
    /// What was sent from here, newest first.
    pub history: Vec<SentView>,
    /// What the composer is to be filled with; handed over once.
    pub draft: Option<Draft>,
}

/// The form beside the payload: a row per field, in the order of the text, and what can be added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormView {
    /// The rows.
    pub rows: Vec<FormRow>,
    /// Why there is no form for the text as it stands, or empty. The rows are then those of the last text that could be
    /// read.
    pub broken: String,
    /// Fields that are left out because there are too many.
    pub n_left_out: u32,
}

/// One field of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormRow {
    /// JSON pointer; that of the object for [`Control::Adder`].
    pub pointer: String,
    /// Nesting, 0 at the top.
    pub depth: u8,
    /// Name, or `[2]`.
    pub name: String,
    /// What it is changed with.
    pub control: Control,
    /// What stands in the control.
    pub value: String,
    /// Values of the enumeration, or suggestions for a text.
    pub options: Vec<String>,
    /// Unit of a number, or what the chosen value means.
    pub unit: String,
    /// Type and limits in words.
    pub type_and_limit: String,
    /// What the field is for.
    pub meaning: String,
    /// Sentences about what is wrong with it.
    pub faults: Vec<String>,
    /// Characters there are and the most that are allowed.
    pub length: Option<(u32, u32)>,
    /// The schema demands it.
    pub is_required: bool,
    /// What can be added here: members of an object, an item of a list, or the missing field itself.
    pub additions: Vec<Addition>,
}

/// Something that can be added to the payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addition {
    /// Where it goes; ends in `/-` for an item of a list.
    pub pointer: String,
    /// Name of the field.
    pub name: String,
    /// A value to begin with, as JSON.
    pub value: String,
    /// Type, limits and meaning.
    pub about: String,
}

/// What a field of the form is changed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// A line of text.
    #[default]
    Text,
    /// Several lines of text.
    LongText,
    /// An integer or a number.
    Number,
    /// A date with a time.
    Time,
    /// One of the options.
    Choice,
    /// True or false.
    Flag,
    /// JSON, for a value whose type the schema does not say or does not expect.
    Json,
    /// Nothing: an object, its fields follow.
    Object,
    /// Nothing: a list, its items follow.
    List,
    /// Nothing: too long to be changed here.
    Locked,
    /// A required field that is not there.
    Missing,
    /// The optional fields of an object that are not there.
    Adder,
}

impl Control {
    /// Something can be typed or chosen in it.
    pub const fn takes_a_value(self) -> bool {
        !matches!(self, Self::Object | Self::List | Self::Locked | Self::Missing | Self::Adder)
    }
}

/// A call to fill the composer with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Action; empty for a raw frame.
    pub action: String,
    /// Payload, or the whole raw frame.
    pub text: String,
    /// Sentence about it, or empty.
    pub note: String,
}

/// Something that was sent from the composer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentView {
    /// Its number, never reused.
    pub id: u32,
    /// Version it was sent in: `1.6`, `2.0.1`, `2.1`.
    pub version: String,
    /// Action; empty for a raw frame.
    pub action: String,
    /// Beginning of the payload or of the raw frame.
    pub text: String,
    /// Clock time, UTC, `09:21:30`.
    pub time: String,
    /// What became of it: `CALLRESULT`, `CALLERROR NotSupported`, `no answer yet`, …
    pub outcome: String,
    /// Mildness of the outcome.
    pub severity: Severity,
    /// The frame it went out as, once it did.
    pub frame: Option<FrameNumber>,
}

/// One action of the composer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionItem {
    /// Name.
    pub name: String,
    /// The station may send it.
    pub is_ours: bool,
}

/// A fault in the payload typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposerIssue {
    /// JSON pointer.
    pub pointer: String,
    /// The sentence.
    pub message: String,
    /// Line, from 1; 0 when unknown.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}
