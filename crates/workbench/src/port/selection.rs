//! The selection of rows: what the user does to it, what is said of it, what is copied of it.
//!
//! The *current* row is the one the inspector shows; the *selected* rows are what is shared, exported and copied.

use super::Motion;
use serde::{Deserialize, Serialize};

/// What the user did to the selection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SelectionCommand {
    /// A row was clicked.
    Pick {
        /// Key of the row ([`super::RowView::key`]); one that is gone changes nothing.
        key: u32,
        /// What was held down.
        how: Pick,
    },
    /// Move the current row and select everything from the anchor to it.
    Extend(Motion),
    /// Select every row that passes the filter now; what arrives later is not selected.
    All,
    /// Back to the current row alone.
    CurrentOnly,
    /// Copy the selected frames ([`super::Update::copy`]).
    Copy,
}

/// What a click does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// Plain: this row alone.
    Only,
    /// With Shift: everything from the anchor to this row.
    Extend,
    /// With Ctrl: this row as well, or no longer.
    Toggle,
    /// With both: everything from the anchor to this row as well.
    ExtendToo,
}

/// What is selected of the rows that pass the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectionView {
    /// Rows; one as long as nobody selected more.
    pub n_rows: u32,
    /// Frames among them; the other rows are connection events.
    pub n_frames: u32,
    /// Time from the first of them to the last, such as `4.31 s`; empty where there are not two, or their times are not
    /// known or run backwards.
    pub span: String,
}

/// Text for the clipboard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyView {
    /// The text.
    pub text: String,
    /// What to say when it is on the clipboard.
    pub said: String,
}
