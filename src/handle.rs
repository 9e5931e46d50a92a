//! What every component holds: the screen the engine fills, the page's own state, and the way to ask for something.

use std::ops::Deref;
use std::time::Duration;

use leptos::prelude::*;
use workbench::port::{self, Command, FrameNumber, LinkState, Notice, ReplyCommand, RowView, Severity};

use crate::browser::files::{self, Arrival, Given};
use crate::browser::worker::{EngineWorker, FromEngine};
use crate::browser::{address, clock, storage};
use crate::form::Form;
use crate::profiles::Profiles;
use crate::replies::draft::ReplyEditor;
use crate::route::{Address, View};
use crate::screen::Screen;
use crate::selection;
use crate::send::draft::SendDraft;
use crate::station::StationDraft;

/// Wait before the address bar follows: browsers refuse an address that changes too often.
const ADDRESS_DELAY: Duration = Duration::from_millis(250);
/// Name under which the tab keeps the station.
const STATION: &str = "station";
/// Name under which the tab keeps the rules of replies.
const REPLIES: &str = "replies";
/// How often counters on the screen move.
const TICK: Duration = Duration::from_millis(200);
/// The engine is asked at one of so many ticks whether it hears.
const TICKS_OF_PING: u32 = 5;
/// After so many questions without an answer the user is told.
const MOST_PINGS: u32 = 10;

/// Fetched once at the top of a component with [`Handle::from_context`]. As small as a pointer, to be copied everywhere.
#[derive(Clone, Copy)]
pub(crate) struct Handle(&'static State);

/// The signals and values behind the handle.
pub(crate) struct State {
    /// What the engine told.
    pub(crate) screen: Screen,
    /// The connect form.
    pub(crate) form: Form,
    /// The profiles, and the station of the one in use.
    pub(crate) profiles: Profiles,
    /// What is being composed.
    pub(crate) send_draft: SendDraft,
    /// What is typed in the view Station.
    pub(crate) station_draft: StationDraft,
    /// The reply that is written.
    pub(crate) reply_editor: ReplyEditor,
    /// The view of the address bar.
    pub(crate) view: RwSignal<View>,
    /// Text in the filter box.
    pub(crate) filter_text: RwSignal<String>,
    /// Milliseconds since 1970, moving a few times a second.
    pub(crate) now_epoch_millis: RwSignal<f64>,
    /// The dialog of shortcuts is asked for.
    pub(crate) is_help_open: RwSignal<bool>,
    /// Why the engine stopped.
    pub(crate) engine_failure: RwSignal<Option<String>>,
    /// The engine has not answered for about 10 s. It may be at work, or it hangs.
    pub(crate) is_engine_silent: RwSignal<bool>,
    /// Moves when a new engine starts: it must be told again what the page shows.
    pub(crate) engine_generation: RwSignal<u32>,
    /// Files that came while there are frames: add them, or put them in their place?
    pub(crate) undecided_files: StoredValue<Vec<Given>, LocalStorage>,
    /// How many of them there are.
    pub(crate) n_undecided: RwSignal<u32>,
    /// Captures and links that took the place of what was there.
    pub(crate) n_captures: RwSignal<u32>,
    /// Moves when the explanation of a frame is asked for, whatever tab was open.
    pub(crate) n_explained: RwSignal<u32>,
    /// The details of what was read are shown. They stay while it is read in another way.
    pub(crate) is_capture_open: RwSignal<bool>,
    /// Place of the setting by which the files are read in another way, until they are.
    pub(crate) changed_setting: StoredValue<Option<usize>>,
    /// Files are held over the page.
    pub(crate) is_dragging: RwSignal<bool>,
    frame_wanted: RwSignal<Option<FrameNumber>>,
    link: StoredValue<Link, LocalStorage>,
    address_timer: StoredValue<Option<TimeoutHandle>>,
}

/// The way to the worker. What is asked before it listens waits here.
#[derive(Default)]
struct Link {
    worker: Option<EngineWorker>,
    is_ready: bool,
    waiting: Vec<Vec<u8>>,
    waiting_files: Vec<(Vec<Given>, bool)>,
    n_ticks: u32,
    n_unanswered_pings: u32,
}

impl Deref for Handle {
    type Target = State;

    fn deref(&self) -> &State {
        self.0
    }
}

impl Handle {
    /// Starts the engine and puts the handle into the context.
    pub(crate) fn provide() -> Self {
        let address = Address::from_fragment(&address::fragment());
        let state = State {
            screen: Screen::new(),
            form: Form::restored(),
            profiles: Profiles::restored(),
            send_draft: SendDraft::new(),
            station_draft: StationDraft::new(),
            reply_editor: ReplyEditor::new(),
            view: RwSignal::new(address.view),
            filter_text: RwSignal::new(address.filter),
            now_epoch_millis: RwSignal::new(clock::now_epoch_millis()),
            is_help_open: RwSignal::new(false),
            engine_failure: RwSignal::new(None),
            is_engine_silent: RwSignal::new(false),
            engine_generation: RwSignal::new(0),
            undecided_files: StoredValue::new_local(Vec::new()),
            n_undecided: RwSignal::new(0),
            n_captures: RwSignal::new(0),
            n_explained: RwSignal::new(0),
            is_capture_open: RwSignal::new(false),
            changed_setting: StoredValue::new(None),
            is_dragging: RwSignal::new(false),
            frame_wanted: RwSignal::new(address.frame),
            link: StoredValue::new_local(Link::default()),
            address_timer: StoredValue::new(None),
        };
        // Lives as long as the page, which has one.
        let handle = Self(Box::leak(Box::new(state)));
        provide_context(handle);
        handle.start_engine();
        if let Some(fragment) = share_fragment(&address::fragment()) {
            handle.open_link(fragment);
        }
        handle.follow_address_bar();
        handle.write_address_bar();
        handle.tick();
        files::on_arrival(move |arrival| handle.arrive(arrival));
        handle
    }

    /// Files were dropped, or something was pasted.
    fn arrive(self, arrival: Arrival) {
        match arrival {
            Arrival::Over(is_over) => {
                // Many events say the same.
                if self.is_dragging.get_untracked() != is_over {
                    self.is_dragging.set(is_over);
                }
            }
            Arrival::Files(files) => self.give_files(files),
            Arrival::Text(text) => {
                let fragment = text.trim().split_once('#').and_then(|(_, fragment)| share_fragment(fragment));
                match fragment {
                    Some(fragment) => self.open_link(fragment),
                    None => self.give_files(files::of_text("Pasted text", &text).into_iter().collect()),
                }
            }
        }
    }

    /// Opens files, or asks first when there are frames already.
    pub(crate) fn give_files(self, files: Vec<Given>) {
        if files.is_empty() {
            return;
        }
        // The count of now: this is a handler.
        if self.screen.summary.with_untracked(|summary| summary.n_frames) == 0 {
            self.open_files(files, false);
        } else {
            self.n_undecided.set(files.len() as u32);
            self.undecided_files.set_value(files);
        }
    }

    /// The files that wait for a decision, which has come.
    pub(crate) fn take_undecided(self) -> Vec<Given> {
        self.n_undecided.set(0);
        self.undecided_files.try_update_value(std::mem::take).unwrap_or_default()
    }

    /// Has the engine read files; they are added to what is there, or take its place.
    pub(crate) fn open_files(self, files: Vec<Given>, is_added: bool) {
        self.is_capture_open.set(false);
        if matches!(self.view.get_untracked(), View::Guide(_)) {
            self.view.set(View::Timeline);
        }
        if !is_added {
            self.n_captures.update(|n| *n += 1);
        }
        let mut failure = None;
        self.link.update_value(|link| match &link.worker {
            Some(worker) if link.is_ready => failure = worker.post_files(&files, is_added).err(),
            _ => link.waiting_files.push((files, is_added)),
        });
        if let Some(text) = failure {
            self.engine_failure.set(Some(text));
        }
    }

    /// Opens a link. Nothing is connected, and what is there stays until the user says otherwise.
    fn open_link(self, fragment: String) {
        self.view.set(View::Timeline);
        self.send(Command::OpenLink { fragment });
        // What was shared stands in the address no longer than it has to.
        address::replace_fragment("/timeline");
    }

    /// The handle of the page.
    pub(crate) fn from_context() -> Self {
        expect_context()
    }

    /// Asks the engine for something. Before it listens, the wish waits.
    pub(crate) fn send(self, command: Command) {
        let bytes = port::encode(&command);
        let mut failure = None;
        self.link.update_value(|link| match &link.worker {
            Some(worker) if link.is_ready => failure = worker.post(&bytes).err(),
            _ => link.waiting.push(bytes),
        });
        if let Some(text) = failure {
            self.engine_failure.set(Some(text));
        }
    }

    /// Changes the filter, as if typed.
    pub(crate) fn filter(self, text: String) {
        self.filter_text.set(text.clone());
        self.send(Command::Filter { text });
    }

    /// Selects a frame.
    pub(crate) fn select(self, frame: FrameNumber) {
        self.send(Command::Select { frame: Some(frame) });
    }

    /// Selects a frame and shows what it means.
    pub(crate) fn explain(self, frame: FrameNumber) {
        self.select(frame);
        self.n_explained.update(|n| *n += 1);
    }

    /// The demo CSMS is what is connected.
    pub(crate) fn is_demo(self) -> bool {
        self.screen.demo.with(Option::is_some)
    }

    /// Shows a sentence.
    pub(crate) fn notify(self, severity: Severity, text: &str) {
        self.screen.notify(Notice { severity, text: text.to_owned() });
    }

    /// The address of the timeline with its filter and its frame.
    pub(crate) fn timeline_address(self) -> String {
        let address = Address { view: View::Timeline, filter: self.filter_text.get(), frame: self.selected_frame() };
        address.to_fragment()
    }

    /// State of the connection.
    pub(crate) fn link_state(self) -> LinkState {
        self.screen.connection.with(|connection| connection.as_ref().map_or(LinkState::Disconnected, |view| view.state))
    }

    /// A connection is open or opening.
    pub(crate) fn is_link_up(self) -> bool {
        matches!(self.link_state(), LinkState::Connecting | LinkState::Connected)
    }

    /// The row with this key as it is now; a row that has left keeps its last state until it is gone from the page.
    pub(crate) fn row(self, initial: RowView) -> Memo<RowView> {
        Memo::new(move |last: Option<&RowView>| {
            let found = self.screen.rows.with(|rows| rows.rows.iter().find(|row| row.key == initial.key).cloned());
            found.or_else(|| last.cloned()).unwrap_or_else(|| initial.clone())
        })
    }

    /// Ends a stopped engine and starts a new, empty one.
    pub(crate) fn restart_engine(self) {
        self.link.set_value(Link::default());
        self.engine_failure.set(None);
        self.is_engine_silent.set(false);
        self.reply_editor.forget_wish();
        self.screen.reset();
        self.start_engine();
        self.engine_generation.update(|generation| *generation += 1);
    }

    fn selected_frame(self) -> Option<FrameNumber> {
        self.screen.detail.with(|detail| detail.as_ref().map(|detail| detail.frame)).or(self.frame_wanted.get())
    }

    fn start_engine(self) {
        match EngineWorker::start(move |message| self.hear(message)) {
            Ok(worker) => self.link.update_value(|link| link.worker = Some(worker)),
            Err(text) => self.engine_failure.set(Some(text)),
        }
        // Read once: the first wishes say what the page shows already.
        self.send(Command::Draft(self.form.read_untracked()));
        // A station that is brought back is made of what it was.
        self.profiles.send_setup(self);
        if let Some(saved) = storage::read_for_tab(STATION).filter(|saved| !saved.is_empty()) {
            self.send(Command::RestoreStation { saved });
        }
        if let Some(text) = storage::read_for_tab(REPLIES) {
            self.send(Command::Reply(ReplyCommand::Restore { text }));
        }
        let filter = self.filter_text.get_untracked();
        if !filter.is_empty() {
            self.send(Command::Filter { text: filter });
        }
        if let Some(frame) = self.frame_wanted.get_untracked() {
            self.select(frame);
        }
        if let View::Guide(path) = self.view.get_untracked() {
            self.send(Command::Guide { path });
        }
    }

    fn hear(self, message: FromEngine) {
        match message {
            FromEngine::Ready => self.flush(),
            FromEngine::Alive => self.note_alive(),
            FromEngine::Bytes(bytes) => {
                if let Some(update) = port::decode::<port::Update>(&bytes) {
                    self.show(update);
                }
            }
            FromEngine::File(name, blob) => files::save(&name, &blob),
            FromEngine::Stopped(text) => {
                self.link.with_value(|link| link.worker.as_ref().map(EngineWorker::terminate));
                // The first reason is the true one; what follows comes from ending it.
                self.engine_failure.update(|failure| {
                    failure.get_or_insert(text);
                });
            }
        }
    }

    fn flush(self) {
        let mut failure = None;
        self.link.update_value(|link| {
            let Some(worker) = &link.worker else { return };
            failure = worker.post_start().err();
            for bytes in link.waiting.drain(..) {
                failure = failure.take().or_else(|| worker.post(&bytes).err());
            }
            for (files, is_added) in link.waiting_files.drain(..) {
                failure = failure.take().or_else(|| worker.post_files(&files, is_added).err());
            }
            link.is_ready = true;
        });
        if let Some(text) = failure {
            self.engine_failure.set(Some(text));
        }
    }

    fn show(self, update: port::Update) {
        let seq = update.seq;
        if let Some(saved) = &update.saved_station {
            storage::write_for_tab(STATION, saved);
        }
        if let Some(stored) = update.replies.as_ref().and_then(|replies| replies.stored.as_ref()) {
            storage::write_for_tab(REPLIES, stored);
        }
        if update.detail.is_some() {
            self.frame_wanted.set(None);
        }
        if let Some(profile) = update.go_to.as_ref().and_then(|go_to| go_to.profile.as_ref()) {
            self.profiles.take_shared(self, profile);
        }
        // A profile alone changes neither the frames nor the view.
        if let Some(go_to) = update.go_to.as_ref().filter(|go_to| !go_to.route.is_empty()) {
            self.n_captures.update(|n| *n += 1);
            // The engine has set this filter already.
            self.filter_text.set(go_to.filter.clone());
            self.view.set(Address::from_fragment(go_to.route.trim_start_matches('#')).view);
        }
        if let Some(composer) = &update.composer {
            self.send_draft.take(self, composer);
        }
        if let Some(copied) = &update.copy {
            selection::copy(self, copied);
        }
        let replies = update.replies.as_ref();
        let reply_draft = replies.and_then(|replies| replies.draft.clone());
        let verdict = replies.map(|replies| replies.verdict);
        self.screen.apply(update);
        if let Some(verdict) = verdict {
            self.reply_editor.take_verdict(self, verdict);
        }
        if let Some(draft) = reply_draft {
            self.reply_editor.take(self, &draft);
        }
        clock::before_next_paint(move || self.send(Command::Ack { seq }));
    }

    /// Goes to another view, as by a link.
    pub(crate) fn go_to(self, fragment: &str) {
        if fragment != address::fragment() {
            address::push_fragment(fragment);
        }
        self.show_address(Address::from_fragment(fragment));
    }

    /// Links of the page, back, forward and typed addresses.
    fn follow_address_bar(self) {
        // A link is followed at once: the browser tells of it some time later, when a new filter may be typed already.
        let clicks = window_event_listener(leptos::ev::click, move |event| {
            if let Some(fragment) = address::clicked_fragment(&event) {
                event.prevent_default();
                self.go_to(&fragment);
            }
        });
        let changes = window_event_listener(leptos::ev::hashchange, move |_| {
            let fragment = address::fragment();
            match share_fragment(&fragment) {
                Some(fragment) => self.open_link(fragment),
                None => self.show_address(Address::from_fragment(&fragment)),
            }
        });
        on_cleanup(move || {
            clicks.remove();
            changes.remove();
        });
    }

    fn show_address(self, address: Address) {
        if let View::Guide(path) = &address.view {
            self.send(Command::Guide { path: path.clone() });
        }
        // The values of now: this is a handler.
        if address.view == View::Timeline {
            if address.filter != self.filter_text.get_untracked() {
                self.filter(address.filter);
            }
            if address.frame != untrack(move || self.selected_frame()) {
                self.send(Command::Select { frame: address.frame });
            }
        }
        self.view.set(address.view);
    }

    fn write_address_bar(self) {
        Effect::new(move || {
            let fragment = self.timeline_address();
            if self.view.get() != View::Timeline {
                return;
            }
            let write = move || {
                // Another view may have been opened meanwhile, or its link was just followed and the page has not heard.
                let now = address::fragment();
                let is_timeline = self.view.get_untracked() == View::Timeline
                    && Address::from_fragment(&now).view == View::Timeline
                    && share_fragment(&now).is_none();
                if is_timeline && now != fragment {
                    address::replace_fragment(&fragment);
                }
            };
            self.address_timer.update_value(|timer| {
                if let Some(timer) = timer.take() {
                    timer.clear();
                }
                *timer = set_timeout_with_handle(write, ADDRESS_DELAY).ok();
            });
        });
    }

    /// Asks the engine from time to time whether it hears. Questions are counted, not seconds: those of a computer that
    /// slept say nothing about the engine.
    fn ping(self) {
        let mut is_silent = false;
        self.link.update_value(|link| {
            link.n_ticks = link.n_ticks.wrapping_add(1);
            let worker = link.worker.as_ref().filter(|_| link.is_ready && link.n_ticks.is_multiple_of(TICKS_OF_PING));
            if let Some(worker) = worker {
                worker.post_ping();
                is_silent = link.n_unanswered_pings == MOST_PINGS;
                link.n_unanswered_pings += 1;
            }
        });
        if is_silent {
            self.is_engine_silent.set(true);
        }
    }

    fn note_alive(self) {
        self.link.update_value(|link| link.n_unanswered_pings = 0);
        // Nobody has to hear of what has not changed.
        if self.is_engine_silent.get_untracked() {
            self.is_engine_silent.set(false);
        }
    }

    fn tick(self) {
        let tick = move || {
            self.now_epoch_millis.set(clock::now_epoch_millis());
            self.ping();
        };
        let interval = set_interval_with_handle(tick, TICK);
        on_cleanup(move || {
            if let Ok(interval) = interval {
                interval.clear();
            }
        });
    }
}

/// The fragment of a share link begins with a number and a point; those of views with a slash.
fn share_fragment(fragment: &str) -> Option<String> {
    let (format, _) = fragment.split_once('.')?;
    (!format.is_empty() && format.bytes().all(|byte| byte.is_ascii_digit())).then(|| fragment.to_owned())
}
