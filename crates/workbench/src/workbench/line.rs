//! The connection of the workbench: what arrives on it, and what goes out.

use super::*;

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
                    self.received(now, &text, false);
                }
            }
            SocketEvent::Binary(bytes) => {
                if self.link.handle_frame(connection) {
                    self.received(now, &hex(&bytes), true);
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
                self.link.connect(now, target);
                let station = form.identity.clone();
                self.connection = self.records.transcript.add_connection(Connection { station, is_imported: false });
                self.dirty.connection = true;
                self.dirty.composer = true;
            }
            None => {
                self.draft = Some(form.clone());
                self.notice(Severity::Error, issues.join(" "));
            }
        }
    }

    pub(super) fn opened(&mut self, now: EpochMillis, connection: u32, protocol: &str) {
        if !self.link.handle_opened(now, connection, protocol) {
            return;
        }
        let agreed =
            if protocol.is_empty() { "no sub-protocol agreed".to_owned() } else { format!("agreed {protocol}") };
        let severity = if protocol.is_empty() { Severity::Warning } else { Severity::Ok };
        self.event(now, "Opened", format!("{} · {agreed}", self.link.shown_url()), severity);
        if let (true, Some(version)) = (self.send_boot, self.link.version()) {
            self.link.queue_call("BootNotification", &answers::boot_notification(version));
        }
        self.dirty.connection = true;
        self.dirty.composer = true;
    }

    pub(super) fn ended(&mut self, now: EpochMillis, ending: &Ending) {
        let is_by_user = matches!(ending, Ending::ByUser { .. });
        let end = if is_by_user { End::ByUser } else { End::ByOthers };
        let unanswered = self.records.handle_closed(self.connection, end);
        self.frames_changed(&unanswered);
        let severity = if ending.is_orderly() { Severity::Ok } else { Severity::Error };
        self.event(now, ending.title(), ending.line(self.link.open_millis()), severity);
        self.dirty.connection = true;
        self.dirty.composer = true;
    }

    pub(super) fn event(&mut self, now: EpochMillis, title: &str, text: String, severity: Severity) {
        let connection = self.connection;
        let at = quantized(now);
        self.records.push_event(ConnectionEvent { at, title: title.to_owned(), text, severity, connection });
        self.appended();
    }

    pub(super) fn received(&mut self, now: EpochMillis, text: &str, is_binary: bool) {
        let Some(version) = self.link.version() else { return };
        let frame = self.ingest(now, text, is_binary, Direction::ToStation, version);
        let is_answer = matches!(frame.message_type, Some(MessageType::CallResult | MessageType::CallError));
        if is_answer && let Some(id) = &frame.message_id {
            self.link.handle_answer(id);
        }
        if is_answer && frame.action == "BootNotification" {
            self.follow_boot(now, &frame);
        }
        // While the connection closes nothing goes out any more.
        if self.link.is_open()
            && let Some(answer) = answers::answer(&self.schemas, now as i64, version, &frame)
        {
            self.send(now, answer, version);
        }
    }

    /// Heartbeats follow the agreed interval; without acceptance the station asks again after it.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.2; OCPP 2.0.1 and 2.1 Part 2, B01.FR.04 and B02.FR.04.
    pub(super) fn follow_boot(&mut self, now: EpochMillis, frame: &Ingested) {
        if frame.message_type == Some(MessageType::CallError) {
            self.link.boot_again_in(now, BOOT_RETRY_SECONDS);
            return;
        }
        let Some(payload) = &frame.payload else { return };
        let Ok(tree) = json::parse(payload) else { return };
        let root = tree.root();
        let text = tree.get(root, "interval").map_or("", |node| tree.raw(node));
        // 300.0 is an integer too, for the schemas of 2.x.
        let seconds = number::parse(text).filter(|seconds| *seconds > 0.0).map_or(0, |s| s.min(86_400.0) as u32);
        match tree.get_string(root, "status").as_deref() {
            Some("Accepted") => {
                self.link.cancel_boot_again();
                // Without a positive interval the one in force stays.
                if seconds > 0 {
                    self.link.set_heartbeat(now, seconds);
                }
            }
            Some("Pending" | "Rejected") => {
                self.link.set_heartbeat(now, 0);
                self.link.boot_again_in(now, if seconds == 0 { BOOT_RETRY_SECONDS } else { seconds });
            }
            _ => {}
        }
        self.dirty.connection = true;
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
    }

    /// Sends a frame; it enters the transcript by the same way as one that was received.
    pub(super) fn send(&mut self, now: EpochMillis, text: String, version: Version) -> Ingested {
        let frame = self.ingest(now, &text, false, Direction::ToCsms, version);
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
    ) -> Ingested {
        let connection = self.connection;
        let at = quantized(at);
        let frame = NewFrame { text, is_binary, at, direction, version, connection, marks: Marks::NONE, line: 0 };
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
            (LinkState::Connected, _) if link.is_closing() => "Connected · closing".to_owned(),
            (LinkState::Connected, _) if link.protocol().is_empty() => "Connected · no sub-protocol agreed".to_owned(),
            (LinkState::Connected, _) => format!("Connected · {}", link.protocol()),
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
            heartbeat_at_epoch_millis: link.heartbeat_due(),
            n_queued: link.n_queued() as u32,
            explanation,
        }
    }
}
