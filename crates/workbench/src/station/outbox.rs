//! What the station wants to send, in order: calls that only matter now, and transaction messages that must arrive.
//!
//! Transaction messages wait while the station is offline, go out in the order they happened, and are repeated
//! when the CSMS does not take them.
//!
//! # Source
//! OCPP 1.6 edition 2 section 3.7; OCPP 2.0.1 and 2.1 Part 2, E13.

use crate::transcript::EpochMillis;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Most calls that wait; the oldest that only matter now give way.
const MOST_CALLS: usize = 500;

/// Most transaction messages that are kept; a station offline for days drops the oldest that are no start or end.
const MOST_TRANSACTION_MESSAGES: usize = 20_000;

/// What a call is for: what its answer is given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// BootNotification.
    Boot,
    /// Heartbeat.
    Heartbeat,
    /// Is this token good here?
    Authorize {
        /// Outlet it was presented at, from 1.
        outlet: u8,
        /// The token.
        token: String,
    },
    /// Begin of a transaction.
    Start {
        /// Outlet, from 1.
        outlet: u8,
        /// Our own number of the transaction.
        transaction: u32,
    },
    /// Something during a transaction.
    During {
        /// Outlet, from 1.
        outlet: u8,
        /// Our own number of the transaction.
        transaction: u32,
    },
    /// End of a transaction.
    Stop {
        /// Outlet, from 1.
        outlet: u8,
        /// Our own number of the transaction.
        transaction: u32,
    },
    /// The answer matters to nobody but the reader.
    Other,
}

/// A call that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Action.
    pub action: String,
    /// Payload, a JSON object.
    pub payload: String,
    /// What it is for.
    pub purpose: Purpose,
    /// It may go out before the CSMS has accepted the station: a BootNotification, or what the CSMS asked for.
    pub is_allowed_early: bool,
}

/// A transaction message that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Kept {
    message: Waiting,
    /// How often it was sent.
    n_sent: u32,
    /// Not before this.
    not_before: EpochMillis,
}

/// How transaction messages are repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// How often a message is sent in all, at least once.
    pub n_attempts: u32,
    /// Multiplied by the number of sendings so far it is the wait before the next.
    pub interval_seconds: u32,
}

/// Why a transaction message was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A CallError, whatever its code, or no answer in time.
    NotTaken,
    /// The connection ended first. It costs no attempt, and is repeated at once when the line is back.
    Lost,
}

/// What may go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Only a `BootNotification`.
    Boot,
    /// That, and what the CSMS asked for.
    Early,
    /// Everything.
    All,
}

/// A call handed out to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Number of this sending.
    pub ticket: u32,
    /// The call.
    pub message: Waiting,
    /// It is the first of the kept ones.
    is_kept: bool,
}

/// What waits.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outbox {
    calls: VecDeque<Waiting>,
    kept: VecDeque<Kept>,
    sent: Option<Sent>,
    n_tickets: u32,
    /// Transaction messages that were given up after the last attempt.
    pub n_given_up: u32,
}

impl Outbox {
    /// A call that only matters now: it is forgotten when the connection ends.
    pub fn call(&mut self, action: &str, payload: String, purpose: Purpose) {
        self.push(action, payload, purpose, false);
    }

    /// A call that may go out before the CSMS has accepted the station.
    pub fn call_early(&mut self, action: &str, payload: String, purpose: Purpose) {
        self.push(action, payload, purpose, true);
    }

    fn push(&mut self, action: &str, payload: String, purpose: Purpose, is_allowed_early: bool) {
        if self.calls.len() >= MOST_CALLS {
            self.calls.pop_front();
        }
        self.calls.push_back(Waiting { action: action.to_owned(), payload, purpose, is_allowed_early });
    }

    /// A call of this action waits already.
    pub fn has_call(&self, action: &str) -> bool {
        self.calls.iter().any(|call| call.action == action)
    }

    /// A transaction message: it stays until the CSMS has taken it, or the attempts are used up.
    pub fn keep(&mut self, action: &str, payload: String, purpose: Purpose) {
        if self.kept.len() >= MOST_TRANSACTION_MESSAGES {
            let expendable =
                self.kept.iter().skip(1).position(|kept| matches!(kept.message.purpose, Purpose::During { .. }));
            if let Some(index) = expendable {
                self.kept.remove(index + 1);
            }
        }
        let message = Waiting { action: action.to_owned(), payload, purpose, is_allowed_early: false };
        self.kept.push_back(Kept { message, n_sent: 0, not_before: 0.0 });
    }

    /// Transaction messages that wait.
    pub fn n_kept(&self) -> usize {
        self.kept.len()
    }

    /// Calls that wait, of both kinds.
    pub fn n_waiting(&self) -> usize {
        self.calls.len() + self.kept.len()
    }

    /// Nothing waits and nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.kept.is_empty() && self.sent.is_none()
    }

    /// Messages that belong to a transaction wait here, one of them perhaps under way.
    pub fn has_kept_for(&self, transaction: u32) -> bool {
        self.kept.iter().any(|kept| match kept.message.purpose {
            Purpose::Start { transaction: of, .. }
            | Purpose::During { transaction: of, .. }
            | Purpose::Stop { transaction: of, .. } => of == transaction,
            _ => false,
        })
    }

    /// Rewrites what is kept: `rewrite` gives another payload, or `None` to leave it as it is.
    pub fn rewrite_kept(&mut self, rewrite: impl Fn(&Waiting) -> Option<String>) {
        for kept in &mut self.kept {
            if let Some(payload) = rewrite(&kept.message) {
                kept.message.payload = payload;
            }
        }
    }

    /// Forgets calls, such as those of a station that reboots.
    pub fn forget_calls(&mut self) {
        self.calls.clear();
    }

    /// The next call, if one may go out now.
    ///
    /// Calls that only matter now go before transaction messages, but never both at once: one call is under way at a time.
    pub fn poll(&mut self, now: EpochMillis, allowed: Allowed) -> Option<Sent> {
        if self.sent.is_some() {
            return None;
        }
        let index = self.calls.iter().position(|call| match allowed {
            Allowed::Boot => call.purpose == Purpose::Boot,
            Allowed::Early => call.is_allowed_early,
            Allowed::All => true,
        });
        let (message, is_kept) = if let Some(message) = index.and_then(|index| self.calls.remove(index)) {
            (message, false)
        } else {
            let first = self.kept.front_mut().filter(|first| allowed == Allowed::All && first.not_before <= now)?;
            first.n_sent += 1;
            (first.message.clone(), true)
        };
        self.n_tickets += 1;
        let sent = Sent { ticket: self.n_tickets, message, is_kept };
        self.sent = Some(sent.clone());
        Some(sent)
    }

    /// When [`Outbox::poll`] will have something that it has not now.
    pub fn poll_timeout(&self) -> Option<EpochMillis> {
        self.kept.front().filter(|_| self.sent.is_none()).map(|first| first.not_before).filter(|due| *due > 0.0)
    }

    /// The call with this ticket was answered by a CallResult.
    pub fn taken(&mut self, ticket: u32) -> Option<Waiting> {
        let sent = self.sent.take_if(|sent| sent.ticket == ticket)?;
        if sent.is_kept {
            self.kept.pop_front();
        }
        Some(sent.message)
    }

    /// The call with this ticket was not taken. A transaction message is repeated while attempts are left.
    pub fn failed(&mut self, ticket: u32, now: EpochMillis, failure: Failure, retry: RetryPolicy) -> Option<Waiting> {
        let sent = self.sent.take_if(|sent| sent.ticket == ticket)?;
        if sent.is_kept
            && let Some(first) = self.kept.front_mut()
        {
            if failure == Failure::NotTaken && first.n_sent >= retry.n_attempts.max(1) {
                self.kept.pop_front();
                self.n_given_up += 1;
            } else if failure == Failure::NotTaken {
                first.not_before = now + f64::from(retry.interval_seconds) * 1_000.0 * f64::from(first.n_sent);
            } else {
                first.not_before = 0.0;
                first.n_sent = first.n_sent.saturating_sub(1);
            }
        }
        Some(sent.message)
    }

    /// The connection ended: what only mattered then is forgotten. Gives the call that was under way.
    pub fn line_ended(&mut self, now: EpochMillis) -> Option<Waiting> {
        self.calls.clear();
        let ticket = self.sent.as_ref()?.ticket;
        self.failed(ticket, now, Failure::Lost, RetryPolicy { n_attempts: u32::MAX, interval_seconds: 0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETRY: RetryPolicy = RetryPolicy { n_attempts: 3, interval_seconds: 60 };

    fn stop(transaction: u32) -> Purpose {
        Purpose::Stop { outlet: 1, transaction }
    }

    #[test]
    fn a_transaction_message_is_repeated_and_holds_up_the_next() {
        let mut outbox = Outbox::default();
        outbox.keep("StopTransaction", "{}".into(), stop(1));
        outbox.keep("StartTransaction", "{}".into(), stop(2));
        let mut now = 1_000.0;
        for wait in [60.0, 120.0] {
            let sent = outbox.poll(now, Allowed::All).unwrap();
            assert_eq!(sent.message.action, "StopTransaction");
            assert_eq!(outbox.poll(now, Allowed::All), None, "one at a time");
            outbox.failed(sent.ticket, now, Failure::NotTaken, RETRY);
            assert_eq!(outbox.poll_timeout(), Some(now + wait * 1_000.0));
            assert_eq!(outbox.poll(now, Allowed::All), None);
            // Calls that only matter now are not held up.
            outbox.call("Heartbeat", "{}".into(), Purpose::Heartbeat);
            let beat = outbox.poll(now, Allowed::All).unwrap();
            assert_eq!(outbox.taken(beat.ticket).unwrap().action, "Heartbeat");
            now += wait * 1_000.0;
        }
        let sent = outbox.poll(now, Allowed::All).unwrap();
        outbox.failed(sent.ticket, now, Failure::NotTaken, RETRY);
        assert_eq!(outbox.n_given_up, 1);
        assert_eq!(outbox.poll(now, Allowed::All).unwrap().message.action, "StartTransaction");
    }

    #[test]
    fn a_lost_line_costs_no_attempt_and_forgets_what_only_mattered_then() {
        let mut outbox = Outbox::default();
        outbox.keep("StopTransaction", "{}".into(), stop(1));
        for _ in 0..10 {
            assert!(outbox.poll(5.0, Allowed::All).is_some());
            outbox.call("Heartbeat", "{}".into(), Purpose::Heartbeat);
            assert_eq!(outbox.line_ended(6.0).unwrap().action, "StopTransaction");
        }
        assert_eq!((outbox.n_waiting(), outbox.n_given_up), (1, 0));
    }

    #[test]
    fn before_acceptance_only_what_is_allowed_goes_out() {
        let mut outbox = Outbox::default();
        outbox.keep("StopTransaction", "{}".into(), stop(1));
        outbox.call("StatusNotification", "{}".into(), Purpose::Other);
        outbox.call_early("Heartbeat", "{}".into(), Purpose::Heartbeat);
        outbox.call_early("BootNotification", "{}".into(), Purpose::Boot);
        let boot = outbox.poll(0.0, Allowed::Boot).unwrap();
        assert_eq!(boot.message.purpose, Purpose::Boot);
        assert_eq!(outbox.taken(boot.ticket + 1), None);
        outbox.taken(boot.ticket);
        assert_eq!(outbox.poll(0.0, Allowed::Boot), None);
        let asked_for = outbox.poll(0.0, Allowed::Early).unwrap();
        assert_eq!(asked_for.message.purpose, Purpose::Heartbeat);
        outbox.taken(asked_for.ticket);
        assert_eq!(outbox.poll(0.0, Allowed::Early), None);
        assert_eq!(outbox.poll(0.0, Allowed::All).unwrap().message.action, "StatusNotification");
    }
}
