//! The connection of the workbench: what arrives on it, and what goes out.

use super::{Dirty, SocketEvent, Workbench, hex};
use crate::answers;
use crate::capture::{Marks, quantized};
use crate::connect_url::{self, Target};
use crate::connection_texts::{self, Ending};
use crate::demo;
use crate::link::MAX_QUEUED;
use crate::port::{ConnectForm, ConnectionView, Direction, LinkState, Severity};
use crate::records::{End, Ingested};
use crate::station::core::Wish;
use crate::station::{Act, Answer, Outcome, Request, Station};
use crate::transcript::{Connection, ConnectionEvent, EpochMillis, NewFrame};
use ocpp_wire::envelope::MessageType;
use ocpp_wire::json;
use ocpp_wire::version::Version;

impl Workbench {
    /// Something happened on the socket of a connection. Events of older connections are ignored.
    pub fn handle_socket(&mut self, now: EpochMillis, connection: u32, event: SocketEvent) {
        match event {
            SocketEvent::Refused { message } => {
                if let Some(ending) = self.link.handle_refused(now, connection, &message) {
                    self.ended(now, &ending);
                }
            }
            SocketEvent::Opened { protocol } => self.opened(now, connection, &protocol),
            SocketEvent::Text(text) => {
                if self.link.handle_frame(connection) {
                    self.received(now, &text, false, Marks::NONE);
                }
            }
            SocketEvent::Binary(bytes) => {
                if self.link.handle_frame(connection) {
                    self.received(now, &hex(&bytes), true, Marks::NONE);
                }
            }
            SocketEvent::Error => self.link.handle_error(connection),
            SocketEvent::Closed { code, reason, was_clean } => {
                if let Some(ending) = self.link.handle_closed(now, connection, code, &reason, was_clean) {
                    self.ended(now, &ending);
                }
            }
        }
        self.transmit(now);
        self.follow_demo(now);
    }

    pub(super) fn connect(&mut self, now: EpochMillis, form: &ConnectForm) {
        if !self.link.can_connect() {
            let text = if self.link.is_closing() {
                "The last connection is still closing; try again in a moment."
            } else {
                "A connection is open already; disconnect first."
            };
            self.notice(Severity::Info, text);
            return;
        }
        let (target, issues) = connect_url::read(form, self.environment);
        match target {
            Some(target) => {
                self.send_boot = form.boot;
                // Another station has another life.
                if self.identity != form.identity {
                    self.station = None;
                }
                self.identity.clone_from(&form.identity);
                self.is_reopening = false;
                self.link.begin_anew();
                self.open_line(now, target);
            }
            None => {
                self.draft = Some(form.clone());
                self.notice(Severity::Error, issues.join(" "));
            }
        }
    }

    pub(super) fn open_line(&mut self, now: EpochMillis, target: Target) {
        self.link.connect(now, target);
        let station = self.identity.clone();
        self.connection = self.records.transcript.add_connection(Connection { station, is_imported: false });
        self.dirty = Dirty { connection: true, composer: true, ..self.dirty };
    }

    pub(super) fn opened(&mut self, now: EpochMillis, connection: u32, protocol: &str) {
        if !self.link.handle_opened(now, connection, protocol) {
            return;
        }
        let agreed =
            if protocol.is_empty() { "no sub-protocol agreed".to_owned() } else { format!("agreed {protocol}") };
        let severity = if protocol.is_empty() { Severity::Warning } else { Severity::Ok };
        self.event(now, "Opened", format!("{} · {agreed}", self.link.shown_url()), severity);
        if let Some(version) = self.link.version() {
            let is_other = self.is_setup_new && !self.is_reopening;
            let is_new = is_other || self.station.as_ref().is_none_or(|station| station.version() != version);
            if is_new {
                self.is_setup_new = false;
                let seed = u64::from(self.entropy) << 32 | u64::from(self.connection);
                self.station = Some(Station::new(version, self.setup.clone(), seed));
            }
            if let Some(station) = &mut self.station {
                let boots = !self.is_reopening || station.wants_to_boot();
                station.opened(now, self.send_boot && boots);
            }
        }
        self.is_reopening = false;
        self.dirty = Dirty { connection: true, composer: true, station: true, ..self.dirty };
    }

    pub(super) fn ended(&mut self, now: EpochMillis, ending: &Ending) {
        if let Some(station) = &mut self.station {
            station.closed(now);
        }
        self.composer.history.connection_ended();
        if self.link.reopen_at().is_none() {
            self.is_reopening = false;
        } else if !ending.is_orderly() {
            self.notice(Severity::Info, "The station could not come back. It tries again by itself.");
        }
        let is_by_user = matches!(ending, Ending::ByUser { .. } | Ending::ByStation { .. });
        let end = if is_by_user { End::ByUser } else { End::ByOthers };
        let unanswered = self.records.handle_closed(self.connection, end);
        self.dirty.replies |= self.replies.connection_ended();
        self.frames_changed(&unanswered);
        let severity = if ending.is_orderly() { Severity::Ok } else { Severity::Error };
        let line = ending.line(self.link.open_millis());
        let line = if self.link.is_demo() { format!("{line} · {}", demo::SHOWN_URL) } else { line };
        self.event(now, ending.title(), line, severity);
        self.dirty = Dirty { connection: true, composer: true, station: true, ..self.dirty };
    }

    pub(super) fn event(&mut self, now: EpochMillis, title: &str, text: String, severity: Severity) {
        let connection = self.connection;
        let at = quantized(now);
        self.records.push_event(ConnectionEvent { at, title: title.to_owned(), text, severity, connection });
        self.appended();
    }

    pub(super) fn received(&mut self, now: EpochMillis, text: &str, is_binary: bool, marks: Marks) {
        let Some(version) = self.link.version() else { return };
        let frame = self.ingest(now, text, is_binary, Direction::ToStation, version, marks);
        self.react(now, version, &frame, text);
    }

    /// What follows from a frame that was received.
    pub(super) fn react(&mut self, now: EpochMillis, version: Version, frame: &Ingested, text: &str) {
        match frame.message_type {
            Some(MessageType::CallResult | MessageType::CallError) => self.take_answer(now, frame),
            Some(MessageType::CallResultError | MessageType::Call | MessageType::Send) | None => {}
        }
        // While the connection closes nothing goes out any more.
        if self.link.is_open() {
            self.answer_frame(now, version, frame, text);
        }
    }

    /// An answer of the CSMS: the next call may go out, and the station hears what became of this one.
    fn take_answer(&mut self, now: EpochMillis, frame: &Ingested) {
        let Some(id) = &frame.message_id else { return };
        let ticket = self.link.handle_answer(id);
        let Some(station) = &mut self.station else { return };
        let is_usable = frame.message_type == Some(MessageType::CallResult) && frame.violations.is_empty();
        let tree = frame.payload.as_deref().filter(|_| is_usable).and_then(|payload| json::parse(payload).ok());
        let outcome = match &tree {
            Some(tree) => Outcome::Result { tree, root: tree.root() },
            None => Outcome::Error,
        };
        if ticket.is_some() || matches!(frame.action.as_str(), "BootNotification" | "Heartbeat") {
            station.answered(now, &frame.action, ticket, outcome);
            self.dirty = Dirty { connection: true, station: true, ..self.dirty };
        }
    }

    /// What the station answers by itself to a frame it received; it does what it says. `None` when it stays silent.
    pub(super) fn automatic_answer(&mut self, now: EpochMillis, version: Version, frame: &Ingested) -> Option<String> {
        let is_call = frame.message_type == Some(MessageType::Call);
        if self.station.as_mut().is_some_and(|station| station.keeps_silent(is_call)) {
            return None;
        }
        if let Some(station) = &mut self.station
            && answers::is_good_request(version, frame)
            && let (Some(id), Some(payload)) = (&frame.message_id, &frame.payload)
            && let Ok(tree) = json::parse(payload)
        {
            if let Some(sentence) = answers::beyond_32_bits(frame, &tree) {
                return Some(answers::error(id, "PropertyConstraintViolation", &sentence));
            }
            self.dirty = Dirty { connection: true, station: true, ..self.dirty };
            match station.request(now, Request { action: &frame.action, tree: &tree, root: tree.root() }) {
                Answer::Payload(payload) => return Some(format!("[3,{},{payload}]", json::quote(id))),
                Answer::Error { code, description } => return Some(answers::error(id, code, &description)),
                Answer::NotModelled => {}
            }
        }
        answers::answer(&self.schemas, now as i64, version, frame)
    }

    pub(super) fn send_call(&mut self, now: EpochMillis, action: &str, payload: &str) {
        if !self.link.is_open() {
            self.notice(Severity::Error, "Nothing is connected, so nothing was sent.");
        } else if !self.link.queue_call(action, payload) {
            self.notice(Severity::Error, format!("{MAX_QUEUED} calls wait already; this one was not taken."));
        }
        self.transmit(now);
        if self.link.n_queued() > 0 {
            let n = self.link.n_queued();
            let calls = if n == 1 { "1 call waits".to_owned() } else { format!("{n} calls wait") };
            self.notice(Severity::Info, format!("{calls} until the one before is answered or times out."));
        }
        self.dirty.connection = true;
    }

    pub(super) fn send_raw(&mut self, now: EpochMillis, text: String) {
        let Some(version) = self.link.version().filter(|_| self.link.is_open()) else {
            self.notice(Severity::Error, "Nothing is connected, so nothing was sent.");
            return;
        };
        let frame = self.send(now, text, version);
        if let (Some(MessageType::Call), Some(id)) = (frame.message_type, &frame.message_id) {
            self.link.note_raw_call(now, id);
        }
    }

    /// Sends what may go out now.
    pub(super) fn transmit(&mut self, now: EpochMillis) {
        let Some(version) = self.link.version() else { return };
        while let Some(text) = self.link.poll_transmit(now) {
            self.send(now, text, version);
            self.dirty.connection = true;
        }
        self.follow_station(now);
        while self.link.is_free()
            && let Some(call) = self.station.as_mut().and_then(|station| station.poll_call(now))
        {
            let (action, payload) = (&call.message.action, &call.message.payload);
            let text = self.link.frame_of_call(now, action, payload, Some(call.ticket));
            self.send(now, text, version);
            self.dirty = Dirty { connection: true, station: true, ..self.dirty };
        }
    }

    /// What the station wants of the world, and of its user.
    fn follow_station(&mut self, now: EpochMillis) {
        let Some(station) = &mut self.station else { return };
        let wish = station.poll_wish();
        let notes: Vec<_> = std::iter::from_fn(|| station.poll_note()).collect();
        for (severity, text) in notes {
            self.notice(severity, text);
        }
        match wish {
            Some(Wish::Reconnect { after_millis }) => self.link.leave(now, after_millis),
            None => {}
        }
    }

    /// The time of the link or the station has come.
    pub(super) fn line_timeout(&mut self, now: EpochMillis) {
        if let Some(ending) = self.link.handle_timeout(now) {
            self.ended(now, &ending);
        }
        let timed_out = self.link.take_timed_out();
        if let Some(station) = &mut self.station {
            let before = station.heartbeat_due();
            if let Some(ticket) = timed_out {
                station.answered(now, "", Some(ticket), Outcome::TimedOut);
            }
            if station.poll_timeout(self.link.is_free()).is_some_and(|due| now >= due) {
                station.handle_timeout(now);
                self.dirty.station = true;
            }
            self.dirty.connection |= before != station.heartbeat_due();
        }
        if let Some(target) = self.link.take_reopening(now) {
            self.is_reopening = true;
            self.open_line(now, target);
        }
    }

    /// The station and its identity, for the next life of the page; empty without a station.
    pub(super) fn saved_station(&self) -> String {
        let (station, identity) = self.own_station();
        station.map_or_else(String::new, |station| format!("{}\n{identity}", station.save()))
    }

    /// The page was loaded again: the station is as it was, but offline.
    pub(super) fn restore_station(&mut self, now: EpochMillis, saved: &str) {
        if self.station.is_some() || saved.is_empty() {
            return;
        }
        let (state, identity) = saved.split_once('\n').unwrap_or((saved, ""));
        match Station::restore(state, now) {
            Some(station) => {
                if station.has_transaction() {
                    let text = "The page was loaded again in the middle of a transaction. The station is as it was: connect, and it goes on.";
                    self.notice(Severity::Info, text);
                }
                self.composer.chosen = Some(station.version());
                self.station = Some(station);
                identity.clone_into(&mut self.identity);
            }
            None => self.notice(
                Severity::Info,
                "The page has changed since the station was saved, so the station begins anew.",
            ),
        }
        self.dirty = Dirty { station: true, composer: true, ..self.dirty };
    }

    /// The user watches the station, whose meters run.
    pub(super) fn look_at_station(&mut self, now: EpochMillis) {
        self.looked_at = now;
        if let Some(station) = &mut self.station {
            station.advance(now);
        }
        self.dirty.station = true;
    }

    /// The user does something at the station.
    pub(super) fn act(&mut self, now: EpochMillis, outlet: u8, act: &Act) {
        let Some(station) = &mut self.station else {
            self.notice(Severity::Error, "Connect first: the station starts with its first connection.");
            return;
        };
        if let Err(why) = station.act(now, outlet, act) {
            self.notice(Severity::Warning, why);
        }
        self.dirty = Dirty { connection: true, station: true, ..self.dirty };
    }

    /// Sends a frame; it enters the transcript by the same way as one that was received.
    pub(super) fn send(&mut self, now: EpochMillis, text: String, version: Version) -> Ingested {
        self.send_marked(now, text, version, Marks::NONE)
    }

    pub(super) fn send_marked(&mut self, now: EpochMillis, text: String, version: Version, marks: Marks) -> Ingested {
        let frame = self.ingest(now, &text, false, Direction::ToCsms, version, marks);
        self.note_sent(frame.frame, &text);
        self.link.send_text(text);
        frame
    }

    pub(super) fn ingest(
        &mut self,
        at: EpochMillis,
        text: &str,
        is_binary: bool,
        direction: Direction,
        version: Version,
        marks: Marks,
    ) -> Ingested {
        let connection = self.connection;
        let at = quantized(at);
        let marks = if self.link.is_demo() { marks.with(Marks::DEMO) } else { marks };
        let frame = NewFrame { text, is_binary, at, direction, version, connection, marks, line: 0 };
        let ingested = self.records.ingest(&self.schemas, &frame);
        self.appended();
        self.frames_changed(&ingested.changed);
        self.dirty.findings |= !ingested.rules.is_empty();
        ingested
    }

    pub(super) fn connection_view(&self) -> ConnectionView {
        let link = &self.link;
        let state = link.state();
        let headline = match (state, link.ending()) {
            (LinkState::Connecting, _) => "Connecting".to_owned(),
            (LinkState::Connected, _) if link.is_demo() => "Connected · demo CSMS in this page".to_owned(),
            (LinkState::Connected, _) if link.is_closing() => "Connected · closing".to_owned(),
            (LinkState::Connected, _) if link.protocol().is_empty() => "Connected · no sub-protocol agreed".to_owned(),
            (LinkState::Connected, _) => format!("Connected · {}", link.protocol()),
            (LinkState::Disconnected, Some(_)) if link.is_demo() => "Disconnected · demo CSMS closed".to_owned(),
            (LinkState::Disconnected | LinkState::Failed, Some(ending)) => ending.headline(),
            (LinkState::Disconnected | LinkState::Failed, None) => "Disconnected".to_owned(),
        };
        let explanation = match (state, link.ending(), link.version()) {
            (LinkState::Connected, _, Some(version)) if link.protocol().is_empty() => {
                Some(connection_texts::no_protocol(&version.to_string()))
            }
            (_, Some(ending), _) => ending.explanation(link.shown_url()),
            _ => None,
        };
        ConnectionView {
            state,
            headline,
            version: link
                .version()
                .filter(|_| state == LinkState::Connected)
                .map(|version| version.number().to_owned()),
            url: link.shown_url().to_owned(),
            since_epoch_millis: link.since(),
            heartbeat_at_epoch_millis: self.station.as_ref().and_then(Station::heartbeat_due),
            n_queued: link.n_queued() as u32,
            explanation,
        }
    }
}
