//! What is answered to the CSMS: rules that take the place of the station's own answer, and calls that wait for
//! the user.
//!
//! A rule holds a request until its time has come and says what is to be answered then; the workbench sends it.
//! Without a rule the station answers by itself, at once.

pub mod answer;
mod condition;
pub mod draft;
mod store;
#[cfg(test)]
mod tests;
pub mod words;

use crate::object::Object;
use crate::port::{FrameNumber, ReplyAnswer, ReplyDraft, ReplyRow, ReplyRule, ReplyVerdict, WaitingCall};
use crate::query::Query;
use crate::records::{Ingested, Schemas};
use crate::station::core::Chance;
use crate::transcript::EpochMillis;
use ocpp_wire::envelope::MessageType;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

/// Rules there can be.
pub const MOST_RULES: usize = 100;

/// Calls that are held at once; beyond these the station answers by itself.
const MOST_HELD: usize = 200;

/// Calls the view lists.
const MOST_LISTED: usize = 50;

/// Frames of which it is remembered which rule made them.
const MOST_TOLD: usize = 10_000;

/// Longest delay of an answer.
const MOST_MILLIS: u32 = 3_600_000;

/// Characters of a payload that the list of waiting calls shows.
const SHOWN_CHARS: usize = 300;

/// A rule with what has become of it.
#[derive(Clone, Debug)]
struct Rule {
    wanted: ReplyRule,
    condition: Query,
    n_used: u32,
}

/// A request that is not answered yet.
#[derive(Debug)]
struct Held {
    /// Names it; counts from 1.
    number: u32,
    call: Ingested,
    version: Version,
    received_at: EpochMillis,
    due: EpochMillis,
    answer: ReplyAnswer,
    /// The rule that holds it.
    rule: u32,
    by: By,
}

/// Who decided about the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A rule.
    Rule,
    /// The user, whom a rule asked.
    User,
    /// Nobody: the user was asked and did not answer in time.
    Nobody,
}

/// A request whose answer is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The request.
    pub call: Ingested,
    /// Version in force when it came.
    pub version: Version,
    /// The answer; never [`ReplyAnswer::Ask`].
    pub answer: ReplyAnswer,
    /// The rule that held it.
    pub rule: u32,
    /// Who decided.
    pub by: By,
    /// It was kept waiting.
    pub waited_millis: f64,
}

/// The rules, and the requests they hold.
#[derive(Debug)]
pub struct Replies {
    rules: Vec<Rule>,
    held: Vec<Held>,
    seed: u32,
    chance: Chance,
    last_rule: u32,
    last_call: u32,
    /// What a rule did, by the frame it did it with.
    told: VecDeque<(FrameNumber, String)>,
    /// [`RepliesView::verdict`](crate::port::RepliesView::verdict).
    pub(crate) verdict: ReplyVerdict,
    /// The rule in the editor.
    edited: Option<ReplyRule>,
    /// The editor wants a payload for the answer to this action, with all fields or not.
    template_wanted: Option<(String, bool)>,
    /// The rules are not as the page knows them.
    has_changed: bool,
}

impl Replies {
    /// No rules. The same seed gives the same chances.
    pub fn new(seed: u32) -> Self {
        Self {
            rules: Vec::new(),
            held: Vec::new(),
            seed,
            chance: Chance::new(u64::from(seed)),
            last_rule: 0,
            last_call: 0,
            told: VecDeque::new(),
            verdict: ReplyVerdict::default(),
            edited: None,
            template_wanted: None,
            has_changed: false,
        }
    }

    // The rules.

    /// Puts a rule in the place of the one with its number, or at the end. What it has counted stays.
    ///
    /// # Errors
    /// A sentence for the user: its condition cannot be read, or there is no room.
    pub fn put(&mut self, rule: ReplyRule) -> Result<(), String> {
        let condition = condition::read(&rule.condition).map_err(|fault| format!("The condition: {fault}."))?;
        let rule = bounded(rule);
        if let Some(known) = self.rules.iter_mut().find(|known| known.wanted.number == rule.number) {
            known.condition = condition;
            known.wanted = rule;
        } else {
            if self.rules.len() >= MOST_RULES {
                return Err(format!("There are {MOST_RULES} rules already; take one out first."));
            }
            self.last_rule += 1;
            self.rules.push(Rule { wanted: ReplyRule { number: self.last_rule, ..rule }, condition, n_used: 0 });
        }
        self.has_changed = true;
        Ok(())
    }

    /// Takes a rule out.
    pub fn remove(&mut self, number: u32) {
        self.rules.retain(|rule| rule.wanted.number != number);
        self.has_changed = true;
    }

    /// Moves a rule before the one above it, or behind the one below.
    pub fn shift(&mut self, number: u32, is_up: bool) {
        let Some(at) = self.rules.iter().position(|rule| rule.wanted.number == number) else { return };
        let other = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|other| *other < self.rules.len()) };
        if let Some(other) = other {
            self.rules.swap(at, other);
            self.has_changed = true;
        }
    }

    /// Switches a rule on or off.
    pub fn switch(&mut self, number: u32, is_on: bool) {
        for rule in self.rules.iter_mut().filter(|rule| rule.wanted.number == number) {
            rule.wanted.is_on = is_on;
        }
        self.has_changed = true;
    }

    /// Chances begin again with this seed, and all rules count from 0.
    pub fn restart(&mut self, seed: u32) {
        self.seed = seed;
        self.chance = Chance::new(u64::from(seed));
        for rule in &mut self.rules {
            rule.n_used = 0;
        }
        self.has_changed = true;
    }

    /// The rules as text.
    pub fn to_text(&self) -> String {
        let rules: Vec<String> = self
            .rules
            .iter()
            .map(|rule| store::write(&rule.wanted).integer("nUsed", rule.n_used.into()).done())
            .collect();
        Object::new().integer("seed", self.seed.into()).list("rules", &rules).done()
    }

    /// Takes the rules of a text in place of the present ones; what cannot be read is left out.
    pub fn restore(&mut self, text: &str) {
        let (seed, rules) = store::read(text);
        self.rules.clear();
        if let Some(seed) = seed {
            self.seed = seed;
            self.chance = Chance::new(u64::from(seed));
        }
        for (rule, n_used) in rules {
            if self.put(ReplyRule { number: 0, ..rule }).is_ok()
                && let Some(last) = self.rules.last_mut()
            {
                last.n_used = n_used;
            }
        }
    }

    // Requests.

    /// A frame came from the CSMS. Whether a rule holds it: then its answer comes by [`Replies::poll_due`], otherwise
    /// the station answers by itself. `text` is the whole frame.
    pub fn take(&mut self, now: EpochMillis, version: Version, schemas: &Schemas, call: &Ingested, text: &str) -> bool {
        let is_request = call.message_type == Some(MessageType::Call) && call.message_id.is_some();
        if !is_request || self.held.len() >= MOST_HELD {
            return false;
        }
        let chance = &mut self.chance;
        let is_hit = |rule: &&mut Rule| {
            let wanted = &rule.wanted;
            wanted.is_on
                && (wanted.action.is_empty() || wanted.action == call.action)
                && (wanted.most_uses == 0 || rule.n_used < wanted.most_uses)
                && condition::holds(&rule.condition, call, text)
                && answer::is_possible(schemas, version, &call.action, &wanted.answer)
                // Last, so that only requests it is about use up chances.
                && (wanted.percent >= 100 || chance.below(100) < u64::from(wanted.percent))
        };
        let Some(rule) = self.rules.iter_mut().find(is_hit) else { return false };
        rule.n_used = rule.n_used.saturating_add(1);
        self.has_changed = true;
        let wanted = &rule.wanted;
        let wait_millis = match wanted.answer {
            ReplyAnswer::Ask { seconds } => f64::from(seconds) * 1_000.0,
            _ => f64::from(wanted.delay_millis),
        };
        self.last_call += 1;
        self.held.push(Held {
            number: self.last_call,
            call: call.clone(),
            version,
            received_at: now,
            due: now + wait_millis,
            answer: wanted.answer.clone(),
            rule: wanted.number,
            by: By::Rule,
        });
        true
    }

    /// The user answers a call that waits.
    ///
    /// # Errors
    /// A sentence for the user.
    pub fn answer(&mut self, now: EpochMillis, number: u32, answer: ReplyAnswer) -> Result<(), String> {
        let held =
            self.held.iter_mut().find(|held| held.number == number && matches!(held.answer, ReplyAnswer::Ask { .. }));
        match (held, &answer) {
            (None, _) => Err("This call does not wait any more.".to_owned()),
            (_, ReplyAnswer::Ask { .. }) => Err("The call waits already; choose an answer.".to_owned()),
            (Some(held), _) => {
                held.answer = answer;
                held.by = By::User;
                held.due = now;
                Ok(())
            }
        }
    }

    /// The next request whose answer is due, in the order of their times.
    pub fn poll_due(&mut self, now: EpochMillis) -> Option<Due> {
        let mut first: Option<(usize, EpochMillis)> = None;
        for (at, held) in self.held.iter().enumerate() {
            if held.due <= now && first.is_none_or(|(_, due)| held.due < due) {
                first = Some((at, held.due));
            }
        }
        let (at, _) = first?;
        // Its place in the list is that of its arrival.
        let held = self.held.remove(at);
        let (answer, by) = match held.answer {
            ReplyAnswer::Ask { .. } => (ReplyAnswer::Automatic, By::Nobody),
            answer => (answer, held.by),
        };
        let Held { call, version, rule, .. } = held;
        Some(Due { call, version, answer, rule, by, waited_millis: now - held.received_at })
    }

    /// When [`Replies::poll_due`] has something.
    pub fn poll_timeout(&self) -> Option<EpochMillis> {
        self.held.iter().map(|held| held.due).reduce(f64::min)
    }

    /// The connection is gone, and with it who asked. Whether any call was held.
    pub fn connection_ended(&mut self) -> bool {
        !std::mem::take(&mut self.held).is_empty()
    }

    // What it tells.

    /// Remembers what a rule did with a frame.
    pub fn tell(&mut self, frame: FrameNumber, sentence: String) {
        if frame == 0 {
            return;
        }
        if self.told.len() >= MOST_TOLD {
            self.told.pop_front();
        }
        self.told.push_back((frame, sentence));
    }

    /// What a rule did with a frame, in a sentence.
    pub fn told(&self, frame: FrameNumber) -> Option<&str> {
        self.told.iter().rev().find(|(told, _)| *told == frame).map(|(_, sentence)| sentence.as_str())
    }

    /// The editor holds this rule now.
    pub fn edit(&mut self, rule: ReplyRule) {
        // What was typed meanwhile is not replaced.
        if matches!(&rule.answer, ReplyAnswer::Payload(text) if !text.is_empty()) {
            self.template_wanted = None;
        }
        self.edited = Some(rule);
    }

    /// The editor is closed: there is nothing to judge.
    pub fn close(&mut self) {
        self.edited = None;
        self.template_wanted = None;
    }

    /// The editor wants a payload to begin with.
    pub fn want_template(&mut self, action: String, all_fields: bool) {
        self.template_wanted = Some((action, all_fields));
    }

    /// What is to be said of the editor's contents; `None` when there are none. A template is handed over once, when the
    /// schemas of the version are there.
    pub fn take_draft(&mut self, schemas: &Schemas, version: Version, now_epoch_millis: i64) -> Option<ReplyDraft> {
        let mut template = None;
        if schemas.set(version).is_some()
            && let Some((action, all_fields)) = self.template_wanted.take()
        {
            let text = draft::template(schemas, version, now_epoch_millis, &action, all_fields);
            let answer = ReplyAnswer::Payload(text.clone());
            self.edited = Some(match self.edited.take() {
                Some(edited) => ReplyRule { action, answer, ..edited },
                None => ReplyRule { action, answer, ..ReplyRule::default() },
            });
            template = Some(text);
        }
        let judged = draft::judge(schemas, version, self.edited.as_ref()?);
        Some(ReplyDraft { template, ..judged })
    }

    /// The rules as text, if they are not as they were when this was asked last.
    pub fn take_stored(&mut self) -> Option<String> {
        std::mem::take(&mut self.has_changed).then(|| self.to_text())
    }

    /// Seed of the chances.
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// The table of rules.
    pub fn rows(&self) -> Vec<ReplyRow> {
        let row = |rule: &Rule| ReplyRow {
            words: words::of_rule(&rule.wanted),
            rule: rule.wanted.clone(),
            n_used: rule.n_used,
        };
        self.rules.iter().map(row).collect()
    }

    /// The calls that wait for the user, the oldest first.
    pub fn waiting(&self) -> Vec<WaitingCall> {
        let is_waiting = |held: &&Held| matches!(held.answer, ReplyAnswer::Ask { .. });
        let call = |held: &Held| WaitingCall {
            number: held.number,
            frame: held.call.frame,
            action: held.call.action.clone(),
            payload: held.call.payload.as_deref().unwrap_or_default().chars().take(SHOWN_CHARS).collect(),
            until_epoch_millis: held.due,
        };
        self.held.iter().filter(is_waiting).take(MOST_LISTED).map(call).collect()
    }
}

/// The rule with its numbers within their bounds.
fn bounded(mut rule: ReplyRule) -> ReplyRule {
    rule.percent = rule.percent.clamp(1, 100);
    rule.delay_millis = rule.delay_millis.min(MOST_MILLIS);
    match &mut rule.answer {
        ReplyAnswer::Ask { seconds } => {
            *seconds = (*seconds).clamp(1, MOST_MILLIS / 1_000);
            rule.delay_millis = 0;
        }
        // That nothing comes is decided at once.
        ReplyAnswer::Silence => rule.delay_millis = 0,
        _ => {}
    }
    rule
}
