//! The selection of rows: what the user does to it, and the text of what is selected.

use super::Workbench;
use crate::capture::CaptureContent;
use crate::port::{CopyView, SelectionCommand, Severity};
use crate::redact::{self, Level, RedactOptions};
use crate::sharing;
use crate::transcript::Entry;
use std::fmt::Write as _;

/// More text is not put on the clipboard: the page would have it three times in memory.
pub(super) const MOST_COPIED_BYTES: usize = 16_000_000;

impl Workbench {
    pub(super) fn selection_command(&mut self, command: SelectionCommand) {
        let is_other_row = match command {
            SelectionCommand::Pick { key, how } => self.view.pick(&self.records, key, how),
            SelectionCommand::Extend(motion) => self.view.extend(&self.records, motion),
            SelectionCommand::All => {
                self.view.select_all(&self.records);
                false
            }
            SelectionCommand::CurrentOnly => {
                self.view.select_current_only();
                false
            }
            SelectionCommand::Copy => return self.copy_selected(),
        };
        self.dirty.rows = true;
        // The inspector shows the same row still: what was opened and scrolled there stays.
        self.dirty.detail |= is_other_row;
    }

    /// The selected frames as they came, one to a line, without events and binary messages. Passwords and private keys
    /// are masked as in a file.
    fn copy_selected(&mut self) {
        let entries = self.view.selected_entries(&self.records);
        let transcript = &self.records.transcript;
        let (mut frames, mut n_binary, mut n_bytes) = (Vec::new(), 0, 0);
        for &entry in &entries {
            let Some(Entry::Frame(number)) = transcript.entry(entry) else { continue };
            if transcript.frame(number).is_some_and(|record| record.is_binary) {
                n_binary += 1;
                continue;
            }
            frames.push(entry);
            n_bytes += transcript.text(number).len() + 1;
            if n_bytes > MOST_COPIED_BYTES {
                self.notice(
                    Severity::Warning,
                    "More than 16 MB is selected, too much for the clipboard. Export the selected frames instead.",
                );
                return;
            }
        }
        if frames.is_empty() {
            let why = if entries.is_empty() {
                "Nothing is copied: no row is selected."
            } else {
                "Nothing is copied: connection events and binary messages have no text of a frame."
            };
            self.notice(Severity::Info, why);
            return;
        }
        let n_frames = frames.len();
        let (capture, _) = sharing::capture_of(&self.records, &frames, None);
        let options = RedactOptions { level: Level::SecretsOnly, hides_stations: false, ..RedactOptions::default() };
        let masked = redact::redact(&capture, &options);
        let mut said = if n_frames == 1 { "1 frame copied".to_owned() } else { format!("{n_frames} frames copied") };
        match n_binary {
            0 => {}
            1 => said.push_str(", 1 binary message left out"),
            n => {
                let _ = write!(said, ", {n} binary messages left out");
            }
        }
        if masked.items.iter().zip(&capture.items).any(|(masked, item)| masked.content != item.content) {
            said.push_str(", passwords and keys masked");
        }
        let mut text = String::with_capacity(n_bytes);
        for (item, index) in masked.items.iter().zip(0..) {
            if let CaptureContent::Frame(frame) = &item.content {
                text.push_str(if index > 0 { "\n" } else { "" });
                text.push_str(&frame.text);
            }
        }
        self.copy = Some(CopyView { text, said });
    }
}
