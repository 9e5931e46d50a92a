//! The replies of the workbench: which requests a rule holds, and what goes out when their time has come.

use super::Workbench;
use crate::capture::Marks;
use crate::import_job;
use crate::port::{
    Block, Detail, Direction, FrameNumber, RepliesView, ReplyAnswer, ReplyCommand, ReplyVerdict, Severity,
};
use crate::records::Ingested;
use crate::replies::{By, Due, answer, draft, words};
use crate::transcript::EpochMillis;
use ocpp_wire::catalog;
use ocpp_wire::version::Version;

impl Workbench {
    /// Does what the user asked for in the view Replies.
    pub(super) fn reply_command(&mut self, now: EpochMillis, command: ReplyCommand) {
        let is_of_editor = matches!(command, ReplyCommand::Put(_) | ReplyCommand::Answer { .. });
        let outcome = match command {
            ReplyCommand::Put(rule) => self.replies.put(rule),
            ReplyCommand::Remove { rule } => {
                self.replies.remove(rule);
                Ok(())
            }
            ReplyCommand::Move { rule, is_up } => {
                self.replies.shift(rule, is_up);
                Ok(())
            }
            ReplyCommand::Switch { rule, is_on } => {
                self.replies.switch(rule, is_on);
                Ok(())
            }
            ReplyCommand::Restart { seed } => {
                self.replies.restart(seed);
                Ok(())
            }
            ReplyCommand::Restore { text } => {
                self.replies.restore(&text);
                Ok(())
            }
            ReplyCommand::Check(rule) => {
                self.replies.edit(rule);
                Ok(())
            }
            ReplyCommand::Close => {
                self.replies.close();
                Ok(())
            }
            ReplyCommand::Template { action, all_fields } => {
                self.replies.want_template(action, all_fields);
                Ok(())
            }
            ReplyCommand::Answer { call, answer } => {
                let outcome = self.replies.answer(now, call, answer);
                self.send_replies(now);
                outcome
            }
        };
        if is_of_editor {
            let n_asked = self.replies.verdict.n_asked.wrapping_add(1);
            self.replies.verdict = ReplyVerdict { n_asked, is_refused: outcome.is_err() };
        }
        if let Err(sentence) = outcome {
            self.notice(Severity::Error, sentence);
        }
        self.dirty.replies = true;
    }

    /// A frame came: a rule holds it, or the station answers by itself.
    pub(super) fn answer_frame(&mut self, now: EpochMillis, version: Version, frame: &Ingested, text: &str) {
        if self.replies.take(now, version, &self.schemas, frame, text) {
            self.dirty.replies = true;
            self.send_replies(now);
        } else if let Some(answer) = self.automatic_answer(now, version, frame) {
            self.send(now, answer, version);
        }
    }

    /// Sends the answers whose time has come.
    pub(super) fn send_replies(&mut self, now: EpochMillis) {
        while let Some(due) = self.replies.poll_due(now) {
            self.dirty.replies = true;
            // While the connection closes nothing goes out any more.
            if self.link.is_open() {
                self.reply(now, &due);
            }
        }
    }

    fn reply(&mut self, now: EpochMillis, due: &Due) {
        let (call, version) = (&due.call, due.version);
        let own = match due.answer {
            // The user may have answered by a raw frame meanwhile.
            ReplyAnswer::Automatic if due.by == By::Nobody && self.is_answered(call.frame) => return,
            ReplyAnswer::Automatic | ReplyAnswer::Twice => self.automatic_answer(now, version, call),
            _ => None,
        };
        // The station's own answer at once is nothing that has to be marked.
        let is_late = due.waited_millis > 0.0 || due.by != By::Rule;
        match &due.answer {
            ReplyAnswer::Automatic => {
                if let Some(text) = own {
                    self.send_reply(now, text, due, is_late);
                }
            }
            ReplyAnswer::Twice => {
                if let Some(text) = own {
                    self.send_reply(now, text.clone(), due, is_late);
                    self.send_reply(now, text, due, true);
                }
            }
            ReplyAnswer::Silence => {
                self.records.mark(call.frame, Marks::ON_PURPOSE);
                self.replies.tell(call.frame, words::of_deed(due));
                self.frames_changed(&[call.frame]);
            }
            other => {
                if let Some(text) = answer::frame(&self.schemas, now as i64, version, call, other) {
                    self.send_reply(now, text, due, true);
                }
            }
        }
    }

    fn send_reply(&mut self, now: EpochMillis, text: String, due: &Due, is_on_purpose: bool) {
        let marks = if is_on_purpose { Marks::ON_PURPOSE } else { Marks::NONE };
        let frame = self.ingest(now, &text, false, Direction::ToCsms, due.version, marks);
        self.link.send_text(text);
        self.replies.tell(frame.frame, words::of_deed(due));
    }

    /// Says which rule did what with a frame.
    pub(super) fn add_deed(&self, detail: &mut Detail) {
        let told = self.replies.told(detail.frame);
        detail.provenance.extend(told.map(str::to_owned));
        let record = self.records.transcript.frame(detail.frame);
        if record.is_some_and(|record| record.marks.has(Marks::ON_PURPOSE)) {
            let text = import_job::on_purpose(detail.direction).to_owned();
            let note = told.unwrap_or_default().to_owned();
            detail.explain.insert(0, Block::Callout { severity: Severity::Info, text, note });
        }
    }

    fn is_answered(&self, call: FrameNumber) -> bool {
        self.records.transcript.frame(call).is_some_and(|record| record.pair().is_some())
    }

    /// The view Replies.
    pub(super) fn replies_view(&mut self, now: EpochMillis) -> RepliesView {
        let version = self.composer_version();
        let requests = catalog::actions(version).iter().filter(|action| action.is_from_csms());
        RepliesView {
            rules: self.replies.rows(),
            waiting: self.replies.waiting(),
            seed: self.replies.seed(),
            version: version.number().to_owned(),
            actions: requests.map(|action| action.name.to_owned()).collect(),
            codes: draft::codes(version),
            draft: self.replies.take_draft(&self.schemas, version, now as i64),
            stored: self.replies.take_stored(),
            verdict: self.replies.verdict,
        }
    }
}
