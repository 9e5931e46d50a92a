//! The demo CSMS: a small, strict CSMS inside the page, for those who have none at hand. A machine without I/O: frames
//! of the station go in as text with the time, frames for the station come out when they are due.
//!
//! It checks what it gets as strictly as the specification allows and answers with the codes of its version, so that
//! what it refuses is worth explaining. On request it sends calls of its own, and misbehaves; what it does wrong on
//! purpose is marked [`Marks::ON_PURPOSE`].

mod answers;
mod judge;
mod orders;
pub mod scene;
#[cfg(test)]
mod tests;

use crate::answers::error;
use crate::capture::Marks;
use crate::exchanges::TIMEOUT_MILLIS;
use crate::port::{DemoFault, DemoOrder};
use crate::records::Schemas;
use crate::station::core::Chance;
use crate::transcript::EpochMillis;
use judge::Verdict;
use ocpp_wire::json::{self, Tree, quote};
use ocpp_wire::version::Version;
use std::collections::VecDeque;

/// Identity of the station that connects to the demo CSMS.
pub const IDENTITY: &str = "DEMO-1";

/// What stands where others show the address of the CSMS.
pub const SHOWN_URL: &str = "demo CSMS (no network)";

/// Seconds between heartbeats that it asks for.
const INTERVAL_SECONDS: i64 = 30;

/// A late answer comes after this time: long enough to wonder, short enough to count as an answer.
pub const LATE_MILLIS: f64 = 12_000.0;

/// Frames that may wait to be sent; more are dropped.
const MAX_WAITING: usize = 200;

/// Orders that may wait for their turn; more are refused.
const MAX_ORDERS: usize = 20;

/// Transactions that are remembered; the oldest are forgotten.
const MAX_TRANSACTIONS: usize = 32;

/// A frame for the station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoFrame {
    /// Its text.
    pub text: String,
    /// [`Marks::ON_PURPOSE`] where it is wrong, late or one too many because the user wanted it so.
    pub marks: Marks,
}

/// A frame that waits until its time has come.
#[derive(Clone, Debug, PartialEq)]
struct Due {
    at: EpochMillis,
    frame: DemoFrame,
}

/// A call of its own that is not answered yet.
#[derive(Clone, Debug, PartialEq)]
struct OpenCall {
    id: String,
    action: &'static str,
    sent_at: EpochMillis,
}

/// A transaction the station told it of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its id, as it stands in frames: digits in 1.6, a string of the station's in 2.x.
    pub id: String,
    /// Number of the newest TransactionEvent of 2.x; 0 in 1.6.
    pub seq_no: i64,
}

/// The demo CSMS.
#[derive(Debug)]
pub struct DemoCsms {
    version: Version,
    chance: Chance,
    /// The station was accepted; a reconnect does not change that.
    is_accepted: bool,
    n_transactions: i64,
    transactions: VecDeque<Transaction>,
    faults: Vec<DemoFault>,
    waiting: Vec<Due>,
    /// The newest frame that was not late on purpose is due at this time: frames keep their order.
    latest: EpochMillis,
    orders: VecDeque<DemoOrder>,
    open_call: Option<OpenCall>,
    n_calls: u32,
}

impl DemoCsms {
    /// A CSMS that knows no station. The same seed gives the same delays.
    pub fn new(version: Version, seed: u64) -> Self {
        Self {
            version,
            chance: Chance::new(seed),
            is_accepted: false,
            n_transactions: 0,
            transactions: VecDeque::new(),
            faults: Vec::new(),
            waiting: Vec::new(),
            latest: 0.0,
            orders: VecDeque::new(),
            open_call: None,
            n_calls: 0,
        }
    }

    /// Version it speaks.
    pub fn version(&self) -> Version {
        self.version
    }

    // In.

    /// A new connection: nothing of an older one is open or waits.
    pub fn connected(&mut self) {
        self.waiting.clear();
        self.orders.clear();
        self.open_call = None;
        self.latest = 0.0;
    }

    /// A frame of the station arrived. Without schemas payloads are not checked.
    pub fn handle_text(&mut self, schemas: &Schemas, now: EpochMillis, text: &str) {
        let state = judge::State {
            version: self.version,
            is_accepted: self.is_accepted,
            open_call: self.open_call.as_ref().map(|call| (call.id.as_str(), call.action)),
        };
        match json::parse(text) {
            Ok(tree) => {
                let verdict = judge::judge(schemas, state, text, &tree);
                self.follow(schemas, now, &tree, verdict);
            }
            Err(_) if judge::is_answerable(self.version, text) => {
                self.refuse(now, "-1", "RpcFrameworkError", "The frame is not JSON");
            }
            Err(_) => {}
        }
    }

    /// The user wants it to send a call. It waits for its turn: one call at a time.
    ///
    /// # Errors
    /// A sentence that says why it cannot be sent.
    pub fn order(&mut self, now: EpochMillis, order: DemoOrder) -> Result<(), &'static str> {
        if order == DemoOrder::StopCharging && self.transactions.is_empty() {
            return Err("Nothing is charging, so there is nothing to stop.");
        }
        if self.orders.len() >= MAX_ORDERS {
            return Err("The demo CSMS has enough to send already; wait for the answers.");
        }
        self.orders.push_back(order);
        self.follow_orders(now);
        Ok(())
    }

    /// Switches a misbehaviour on or off.
    pub fn set_fault(&mut self, fault: DemoFault, is_on: bool) {
        self.faults.retain(|known| *known != fault);
        if is_on {
            self.faults.push(fault);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: EpochMillis) {
        if self.open_call.take_if(|call| now >= call.sent_at + TIMEOUT_MILLIS).is_some() {
            self.follow_orders(now);
        }
    }

    // Out.

    /// The next frame that is due.
    pub fn poll_transmit(&mut self, now: EpochMillis) -> Option<DemoFrame> {
        let due = self.next_due().filter(|(_, at)| now >= *at);
        due.map(|(index, _)| self.waiting.remove(index).frame)
    }

    /// When [`DemoCsms::poll_transmit`] or [`DemoCsms::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<EpochMillis> {
        let call = self.open_call.as_ref().map(|call| call.sent_at + TIMEOUT_MILLIS);
        [self.next_due().map(|(_, at)| at), call].into_iter().flatten().reduce(f64::min)
    }

    // What it is.

    /// It misbehaves in this way.
    pub fn has_fault(&self, fault: DemoFault) -> bool {
        self.faults.contains(&fault)
    }

    /// The transaction the station told it of last, while it goes on.
    pub fn transaction(&self) -> Option<&Transaction> {
        self.transactions.back()
    }

    /// Action of its call that the station has not answered yet.
    pub fn open_action(&self) -> Option<&'static str> {
        self.open_call.as_ref().map(|call| call.action)
    }

    fn next_due(&self) -> Option<(usize, EpochMillis)> {
        // Among frames of the same instant the first is the older one.
        let mut next: Option<(usize, EpochMillis)> = None;
        for (index, due) in self.waiting.iter().enumerate() {
            if next.is_none_or(|(_, at)| due.at < at) {
                next = Some((index, due.at));
            }
        }
        next
    }

    fn follow(&mut self, schemas: &Schemas, now: EpochMillis, tree: &Tree<'_>, verdict: Verdict) {
        match verdict {
            Verdict::Serve { id, action, payload } => {
                let answer = self.payload_for(schemas, now, action, tree, payload);
                let is_spoiled = self.has_fault(DemoFault::InvalidAnswers);
                let answer = if is_spoiled { answers::spoiled(&answer) } else { answer };
                let marks = if is_spoiled { Marks::ON_PURPOSE } else { Marks::NONE };
                self.answer(now, format!("[3,{},{answer}]", quote(&id)), marks);
            }
            Verdict::Refuse { id, code, text } => self.refuse(now, &id, code, &text),
            Verdict::Answered { id, complaint } => {
                // What answers nothing is not answered either.
                if self.open_call.take_if(|call| call.id == id).is_some() {
                    if let Some((code, text)) = complaint {
                        let text = format!("[5,{},\"{code}\",{},{{}}]", quote(&id), quote(&text));
                        self.push(now, text, Marks::NONE);
                    }
                    self.follow_orders(now);
                }
            }
            Verdict::Ignore => {}
        }
    }

    fn refuse(&mut self, now: EpochMillis, id: &str, code: &'static str, text: &str) {
        let other = judge::misspelled(self.version, code).filter(|_| self.has_fault(DemoFault::CodeSpelling));
        let marks = if other.is_some() { Marks::ON_PURPOSE } else { Marks::NONE };
        self.answer(now, error(id, other.unwrap_or(code), text), marks);
    }

    /// Sends an answer, with the misbehaviour that concerns all answers.
    fn answer(&mut self, now: EpochMillis, text: String, marks: Marks) {
        if self.has_fault(DemoFault::Silent) {
            return;
        }
        let again = self.has_fault(DemoFault::AnswerTwice).then(|| text.clone());
        if self.has_fault(DemoFault::Late) {
            self.push_at(now + LATE_MILLIS, text, marks.with(Marks::ON_PURPOSE));
            if let Some(text) = again {
                self.push_at(now + LATE_MILLIS + 50.0, text, marks.with(Marks::ON_PURPOSE));
            }
            return;
        }
        self.push(now, text, marks);
        if let Some(text) = again {
            self.push(now, text, marks.with(Marks::ON_PURPOSE));
        }
    }

    /// Sends the next order when the answer to the last one is there.
    fn follow_orders(&mut self, now: EpochMillis) {
        while self.open_call.is_none()
            && let Some(order) = self.orders.pop_front()
        {
            // The transaction may have ended while the order waited.
            let Some((action, payload)) = self.call_for(now, order) else { continue };
            self.n_calls += 1;
            let id = format!("demo-{}", self.n_calls);
            let text = format!("[2,\"{id}\",\"{action}\",{payload}]");
            let sent_at = self.push(now, text, Marks::NONE);
            self.open_call = Some(OpenCall { id, action, sent_at });
            if self.has_fault(DemoFault::SecondCall) {
                self.n_calls += 1;
                let (action, payload) = orders::second_call();
                let text = format!("[2,\"demo-{}\",\"{action}\",{payload}]", self.n_calls);
                // At the same instant: a station that is quick would have answered the first already.
                self.push_at(sent_at, text, Marks::ON_PURPOSE);
            }
        }
    }

    /// Sends a frame after the time a network would take. Gives that time.
    fn push(&mut self, now: EpochMillis, text: String, marks: Marks) -> EpochMillis {
        let delay = 10.0 + self.chance.below(71) as f64;
        let at = (now + delay).max(self.latest);
        self.latest = at;
        self.push_at(at, text, marks);
        at
    }

    fn push_at(&mut self, at: EpochMillis, text: String, marks: Marks) {
        if self.waiting.len() < MAX_WAITING {
            self.waiting.push(Due { at, frame: DemoFrame { text, marks } });
        }
    }
}
