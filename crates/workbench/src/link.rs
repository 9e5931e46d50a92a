//! One connection to a CSMS, as a machine without I/O: what happened goes in by `handle_*`, what must be done
//! comes out by `poll_*`. It decides when a Call may go out, when to give up and when to come back.

#[cfg(test)]
mod tests;

use crate::connect_url::Target;
use crate::connection_texts::Ending;
use crate::exchanges::TIMEOUT_MILLIS;
use crate::port::LinkState;
use crate::transcript::EpochMillis;
use ocpp_wire::version::Version;
use std::collections::VecDeque;

/// A WebSocket that has not opened after this time is given up. Left alone, browsers wait for minutes.
pub const OPEN_TIMEOUT_MILLIS: f64 = 15_000.0;

/// A close that the server does not complete is taken for done after this time.
const CLOSE_TIMEOUT_MILLIS: f64 = 5_000.0;

/// A station that cannot come back tries again after this time, and each further time after twice as long.
///
/// # Source
/// OCPP 1.6 OCPP-J errata 3.4: an appropriate back-off; OCPP 2.0.1 Part 4 section 5.3: doubled for some repetitions.
const FIRST_WAIT_MILLIS: f64 = 5_000.0;

/// So many tries, over a minute and a quarter, then the user has to connect.
const MOST_TRIES: u32 = 5;

/// A close by the server within this time, before it sent anything, is a close "right after opening".
const AT_ONCE_MILLIS: f64 = 5_000.0;

/// Calls that may wait; more are refused with a sentence.
pub const MAX_QUEUED: usize = 1_000;

/// What the engine must do for a link.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkEffect {
    /// Open a WebSocket.
    Open {
        /// Number of the connection; events carry it.
        connection: u32,
        /// URL with credentials. Never to be shown.
        url: String,
        /// Sub-protocols, most wanted first.
        protocols: Vec<&'static str>,
    },
    /// Send one text message.
    Send {
        /// Number of the connection.
        connection: u32,
        /// The frame.
        text: String,
    },
    /// Close the WebSocket.
    Close {
        /// Number of the connection.
        connection: u32,
        /// Close code; a page may send 1000 and 3000 to 4999.
        code: u16,
    },
}

/// A Call that waits for its turn.
#[derive(Clone, Debug, PartialEq)]
struct Outgoing {
    action: String,
    payload: String,
}

#[derive(Clone, Debug, PartialEq)]
struct InFlight {
    id: String,
    /// The call is the station's own.
    ticket: Option<u32>,
    sent_at: EpochMillis,
}

#[derive(Clone, Debug, PartialEq)]
enum State {
    Idle,
    Opening { deadline: EpochMillis },
    Open { opened_at: EpochMillis, n_received: u32, had_fault: bool },
    Closing { opened_at: Option<EpochMillis>, deadline: EpochMillis },
    Ended,
}

/// The connection.
#[derive(Debug)]
pub struct Link {
    state: State,
    /// Number of the present or last connection, 0 before the first.
    connection: u32,
    target: Option<Target>,
    version: Option<Version>,
    protocol: String,
    since: EpochMillis,
    ending: Option<Ending>,
    /// How long the last connection was open.
    open_millis: f64,
    queue: VecDeque<Outgoing>,
    in_flight: Option<InFlight>,
    /// The station wants the connection opened again at this time.
    reopen_at: Option<EpochMillis>,
    /// How often the station has tried to come back since it left.
    n_tries: u32,
    /// A call of the station that was given up without an answer.
    timed_out: Option<u32>,
    effects: VecDeque<LinkEffect>,
    id_prefix: u32,
    n_ids: u32,
    is_secure_page: bool,
}

impl Link {
    /// A link that was never connected. `id_prefix` makes message ids differ from those of other runs: take
    /// it from a random source.
    pub fn new(id_prefix: u32, is_secure_page: bool) -> Self {
        Self {
            state: State::Idle,
            connection: 0,
            target: None,
            version: None,
            protocol: String::new(),
            since: 0.0,
            ending: None,
            open_millis: 0.0,
            queue: VecDeque::new(),
            in_flight: None,
            reopen_at: None,
            n_tries: 0,
            timed_out: None,
            effects: VecDeque::new(),
            id_prefix,
            n_ids: 0,
            is_secure_page,
        }
    }

    // In: what the user wants.

    /// Opens a connection. Nothing happens while one is open or opening.
    pub fn connect(&mut self, now: EpochMillis, target: Target) {
        if !self.can_connect() {
            return;
        }
        self.connection += 1;
        self.reopen_at = None;
        self.state = State::Opening { deadline: now + OPEN_TIMEOUT_MILLIS };
        self.since = now;
        self.ending = None;
        self.version = None;
        self.protocol.clear();
        self.effects.push_back(LinkEffect::Open {
            connection: self.connection,
            url: target.url.clone(),
            protocols: target.versions.iter().map(|version| version.sub_protocol()).collect(),
        });
        self.target = Some(target);
    }

    /// Closes, or gives up opening. Returns the ending when the connection is over at once.
    pub fn disconnect(&mut self, now: EpochMillis) -> Option<Ending> {
        self.begin_anew();
        match self.state {
            State::Opening { .. } => {
                self.effects.push_back(LinkEffect::Close { connection: self.connection, code: 1000 });
                Some(self.end(now, Ending::GaveUp))
            }
            State::Open { opened_at, .. } => {
                self.effects.push_back(LinkEffect::Close { connection: self.connection, code: 1000 });
                self.state = State::Closing { opened_at: Some(opened_at), deadline: now + CLOSE_TIMEOUT_MILLIS };
                None
            }
            State::Idle | State::Closing { .. } | State::Ended => {
                self.stay_away();
                None
            }
        }
    }

    /// Puts a Call in the queue; `false` when the queue is full or nothing is open.
    pub fn queue_call(&mut self, action: &str, payload: &str) -> bool {
        if !self.is_open() || self.queue.len() >= MAX_QUEUED {
            return false;
        }
        self.queue.push_back(Outgoing { action: action.to_owned(), payload: payload.to_owned() });
        true
    }

    /// Sends a text at once, whatever it is; `false` when nothing is open.
    pub fn send_text(&mut self, text: String) -> bool {
        let is_open = self.is_open();
        if is_open {
            self.effects.push_back(LinkEffect::Send { connection: self.connection, text });
        }
        is_open
    }

    /// A Call went out that the user wrote as raw text: the next one waits for its answer.
    pub fn note_raw_call(&mut self, now: EpochMillis, id: &str) {
        if self.in_flight.is_none() {
            self.in_flight = Some(InFlight { id: id.to_owned(), ticket: None, sent_at: now });
        }
    }

    /// Closes because the station wants to be away for a while, and opens the same connection again after that.
    pub fn leave(&mut self, now: EpochMillis, after_millis: f64) {
        if let State::Open { opened_at, .. } = self.state {
            self.effects.push_back(LinkEffect::Close { connection: self.connection, code: 1000 });
            self.state = State::Closing { opened_at: Some(opened_at), deadline: now + CLOSE_TIMEOUT_MILLIS };
            self.reopen_at = Some(now + after_millis);
        }
    }

    /// The connection that the station left shall be opened again now.
    pub fn take_reopening(&mut self, now: EpochMillis) -> Option<Target> {
        // The old line may still be closing.
        if !self.can_connect() {
            return None;
        }
        self.reopen_at.take_if(|due| now >= *due)?;
        self.n_tries += 1;
        self.target.clone()
    }

    /// The user decides: what the station wanted of the line is forgotten.
    pub fn begin_anew(&mut self) {
        self.reopen_at = None;
        self.n_tries = 0;
    }

    /// When the connection that the station left is opened again.
    pub fn reopen_at(&self) -> Option<EpochMillis> {
        self.reopen_at
    }

    /// Does not open the connection again.
    pub fn stay_away(&mut self) {
        self.begin_anew();
        self.forget_password();
    }

    // In: what happened.

    /// The WebSocket opened.
    pub fn handle_opened(&mut self, now: EpochMillis, connection: u32, protocol: &str) -> bool {
        if connection != self.connection || !matches!(self.state, State::Opening { .. }) {
            return false;
        }
        self.state = State::Open { opened_at: now, n_received: 0, had_fault: false };
        self.n_tries = 0;
        self.since = now;
        protocol.clone_into(&mut self.protocol);
        let first_choice = self.target.as_ref().and_then(|target| target.versions.first().copied());
        self.version = Version::from_sub_protocol(protocol).or(first_choice);
        true
    }

    /// A frame arrived; `false` when it belongs to an older connection.
    pub fn handle_frame(&mut self, connection: u32) -> bool {
        if connection != self.connection {
            return false;
        }
        match &mut self.state {
            State::Open { n_received, .. } => {
                *n_received += 1;
                true
            }
            State::Closing { .. } => true,
            State::Idle | State::Opening { .. } | State::Ended => false,
        }
    }

    /// An answer with this id arrived: the next Call may go out. Gives the ticket of a call of the station.
    pub fn handle_answer(&mut self, id: &str) -> Option<u32> {
        self.in_flight.take_if(|call| call.id == id)?.ticket
    }

    /// The browser reported an error without saying which.
    pub fn handle_error(&mut self, connection: u32) {
        if connection == self.connection
            && let State::Open { had_fault, .. } = &mut self.state
        {
            *had_fault = true;
        }
    }

    /// The browser refused to make a WebSocket.
    pub fn handle_refused(&mut self, now: EpochMillis, connection: u32, message: &str) -> Option<Ending> {
        if connection != self.connection || !matches!(self.state, State::Opening { .. }) {
            return None;
        }
        let is_mixed_content =
            self.is_secure_page && self.target.as_ref().is_some_and(|target| target.url.starts_with("ws://"));
        Some(self.end(now, Ending::RefusedByBrowser { message: message.to_owned(), is_mixed_content }))
    }

    /// The WebSocket closed.
    pub fn handle_closed(
        &mut self,
        now: EpochMillis,
        connection: u32,
        code: u16,
        reason: &str,
        was_clean: bool,
    ) -> Option<Ending> {
        if connection != self.connection {
            return None;
        }
        let reason = reason.to_owned();
        let ending = match self.state {
            State::Idle | State::Ended => return None,
            State::Opening { .. } => {
                let target = self.target.as_ref();
                Ending::NeverOpened {
                    offered: target.map_or(Vec::new(), |t| t.versions.iter().map(|v| v.sub_protocol()).collect()),
                    has_credentials: target.is_some_and(|target| target.has_credentials),
                }
            }
            State::Closing { .. } => self.own_ending(code),
            State::Open { had_fault, .. } if !was_clean => Ending::Lost { is_protocol_fault: had_fault },
            State::Open { opened_at, n_received: 0, .. } if now - opened_at < AT_ONCE_MILLIS => {
                Ending::ClosedAtOnce { code, reason, has_no_protocol: self.protocol.is_empty() }
            }
            State::Open { .. } => Ending::ByCsms { code, reason },
        };
        Some(self.end(now, ending))
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: EpochMillis) -> Option<Ending> {
        match self.state {
            State::Opening { deadline } if now >= deadline => {
                self.effects.push_back(LinkEffect::Close { connection: self.connection, code: 1000 });
                return Some(self.end(now, Ending::NoAnswer));
            }
            State::Closing { deadline, .. } if now >= deadline => {
                return Some(self.end(now, self.own_ending(1006)));
            }
            _ => {}
        }
        if self.in_flight.as_ref().is_some_and(|call| now - call.sent_at >= TIMEOUT_MILLIS) {
            self.timed_out = self.in_flight.take().and_then(|call| call.ticket);
        }
        None
    }

    /// The call of the station that was given up just now, by its ticket.
    pub fn take_timed_out(&mut self) -> Option<u32> {
        self.timed_out.take()
    }

    // Out: what must be done.

    /// The next Call that may go out now, as a frame; the caller sends it with [`Link::send_text`].
    pub fn poll_transmit(&mut self, now: EpochMillis) -> Option<String> {
        if !self.is_open() || self.in_flight.is_some() {
            return None;
        }
        let call = self.queue.pop_front()?;
        Some(self.frame_of_call(now, &call.action, &call.payload, None))
    }

    /// No Call is open and none waits: the station may send one of its own by [`Link::frame_of_call`].
    pub fn is_free(&self) -> bool {
        self.is_open() && self.in_flight.is_none() && self.queue.is_empty()
    }

    /// A Call as a frame, which the caller sends with [`Link::send_text`]; from now on it is the open one.
    pub fn frame_of_call(&mut self, now: EpochMillis, action: &str, payload: &str, ticket: Option<u32>) -> String {
        self.n_ids += 1;
        let id = format!("{:08x}-{}", self.id_prefix, self.n_ids);
        let text = format!("[2,\"{id}\",{},{payload}]", ocpp_wire::json::quote(action));
        self.in_flight = Some(InFlight { id, ticket, sent_at: now });
        text
    }

    /// The next thing the engine must do.
    pub fn poll_effect(&mut self) -> Option<LinkEffect> {
        self.effects.pop_front()
    }

    /// When [`Link::handle_timeout`] has something to do.
    pub fn poll_timeout(&self) -> Option<EpochMillis> {
        let state = match self.state {
            State::Opening { deadline } | State::Closing { deadline, .. } => Some(deadline),
            State::Idle | State::Open { .. } | State::Ended => None,
        };
        let call = self.in_flight.as_ref().map(|call| call.sent_at + TIMEOUT_MILLIS);
        let reopen = self.reopen_at.filter(|_| self.can_connect());
        [state, call, reopen].into_iter().flatten().reduce(f64::min)
    }

    // What it is.

    /// The state for the screen.
    pub fn state(&self) -> LinkState {
        match (&self.state, &self.ending) {
            (State::Opening { .. }, _) => LinkState::Connecting,
            (State::Open { .. } | State::Closing { .. }, _) => LinkState::Connected,
            (_, Some(ending)) if !ending.is_orderly() => LinkState::Failed,
            _ => LinkState::Disconnected,
        }
    }

    /// A new connection may be opened.
    pub fn can_connect(&self) -> bool {
        matches!(self.state, State::Idle | State::Ended)
    }

    /// Frames may be sent.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Open { .. })
    }

    /// The user asked to close and the server has not confirmed yet.
    pub fn is_closing(&self) -> bool {
        matches!(self.state, State::Closing { .. })
    }

    /// Number of the present or last connection.
    pub fn connection(&self) -> u32 {
        self.connection
    }

    /// Version frames are read in; the first choice when none was agreed.
    pub fn version(&self) -> Option<Version> {
        self.version
    }

    /// The agreed sub-protocol; empty when none was.
    pub fn protocol(&self) -> &str {
        &self.protocol
    }

    /// The other side is, or was, the demo CSMS inside the page.
    pub fn is_demo(&self) -> bool {
        self.target.as_ref().is_some_and(|target| target.is_demo)
    }

    /// The URL for people.
    pub fn shown_url(&self) -> &str {
        self.target.as_ref().map_or("", |target| &target.shown)
    }

    /// When the present state began.
    pub fn since(&self) -> EpochMillis {
        self.since
    }

    /// How the last connection ended.
    pub fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// How long the last connection was open.
    pub fn open_millis(&self) -> f64 {
        self.open_millis
    }

    /// Calls that wait.
    pub fn n_queued(&self) -> usize {
        self.queue.len()
    }

    fn end(&mut self, now: EpochMillis, ending: Ending) -> Ending {
        let opened_at = match self.state {
            State::Open { opened_at, .. } => Some(opened_at),
            State::Closing { opened_at, .. } => opened_at,
            State::Idle | State::Opening { .. } | State::Ended => None,
        };
        self.open_millis = opened_at.map_or(0.0, |opened_at| now - opened_at);
        self.state = State::Ended;
        self.since = now;
        self.queue.clear();
        self.in_flight = None;
        self.ending = Some(ending.clone());
        let has_failed = matches!(ending, Ending::NoAnswer | Ending::NeverOpened { .. });
        if has_failed && (1..MOST_TRIES).contains(&self.n_tries) {
            self.reopen_at = Some(now + FIRST_WAIT_MILLIS * f64::from(1 << (self.n_tries - 1)));
        }
        if self.reopen_at.is_none() {
            self.forget_password();
        }
        ending
    }

    fn own_ending(&self, code: u16) -> Ending {
        if self.reopen_at.is_some() { Ending::ByStation { code } } else { Ending::ByUser { code } }
    }

    /// The password is not needed any more.
    fn forget_password(&mut self) {
        if let Some(target) = &mut self.target {
            target.url.clear();
        }
    }
}
