//! Joins the workbench with the browser: events in, effects out, one update at a time to the page.

use crate::browser::files::{NewFile, SourceFile};
use crate::browser::scope::{self, Alarm, FromPage};
use crate::browser::{fetch, socket::Socket};
use crate::pieces::{self, OpenFile};
use ocpp_wire::schema::SchemaSet;
use std::cell::RefCell;
use std::rc::Rc;
use workbench::connect_url::Environment;
use workbench::link::LinkEffect;
use workbench::port::{self, Command, DemoCommand};
use workbench::workbench::{Effect, FileEvent, SocketEvent, Workbench};

/// How long the engine works before it looks for messages of the page.
const SLICE_MILLIS: f64 = 12.0;

struct Engine {
    workbench: Workbench,
    socket: Option<(u32, Socket)>,
    /// The page has not drawn this update yet.
    unacknowledged: Option<u32>,
    /// What was asked for before the schemas were there and needs them.
    waiting_commands: Vec<Command>,
    /// The schemas are loaded, or it is known that they cannot be.
    has_schemas: bool,
    alarm: Option<Alarm>,
    /// The files that are read or were read last.
    files: Vec<SourceFile>,
    /// Files that came before the schemas.
    waiting_files: Option<(Vec<SourceFile>, bool)>,
}

/// The engine, shared by the callbacks of the browser.
#[derive(Clone)]
struct Handle(Rc<RefCell<Engine>>);

/// Starts listening to the page.
pub(crate) fn start() {
    let environment = Environment { is_secure_page: scope::is_secure_page() };
    let handle = Handle(Rc::new(RefCell::new(Engine {
        workbench: Workbench::new(scope::entropy(), environment),
        socket: None,
        unacknowledged: None,
        waiting_commands: Vec::new(),
        has_schemas: false,
        alarm: None,
        files: Vec::new(),
        waiting_files: None,
    })));
    let on_alarm = handle.clone();
    let alarm = Alarm::new(move || on_alarm.wake());
    handle.0.borrow_mut().alarm = Some(alarm);
    let on_message = handle.clone();
    scope::on_message(move |message| match message {
        FromPage::Start(url) => on_message.load_schemas(url),
        FromPage::Bytes(bytes) => {
            if let Some(command) = port::decode::<Command>(&bytes) {
                on_message.command(command);
            }
        }
        FromPage::Files { files, is_added } => on_message.open_files(files, is_added),
    });
    scope::post_ready();
}

impl Handle {
    fn load_schemas(&self, url: String) {
        let handle = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let loaded = fetch::text(&url).await;
            let sets = loaded.and_then(|text| SchemaSet::from_bundles(&text).map_err(|error| error.to_string()));
            handle.schemas_arrived(sets);
        });
        self.step(|_, _| {});
    }

    fn schemas_arrived(&self, sets: Result<Vec<SchemaSet>, String>) {
        self.step(|workbench, _| match sets {
            Ok(sets) => sets.into_iter().for_each(|set| workbench.load_schemas(set)),
            Err(why) => workbench.schemas_failed(&why),
        });
        let waiting = {
            let mut engine = self.0.borrow_mut();
            engine.has_schemas = true;
            std::mem::take(&mut engine.waiting_commands)
        };
        for command in waiting {
            self.command(command);
        }
        let waiting = self.0.borrow_mut().waiting_files.take();
        if let Some((files, is_added)) = waiting {
            self.open_files(files, is_added);
        }
    }

    /// Frames are checked as they are read, so files wait for the schemas.
    fn open_files(&self, files: Vec<SourceFile>, is_added: bool) {
        if !self.0.borrow().has_schemas {
            self.0.borrow_mut().waiting_files = Some((files, is_added));
            return;
        }
        let names = files.iter().map(|file| (file.name.clone(), file.blob.size() as u64)).collect();
        self.0.borrow_mut().files = files;
        self.step(|workbench, now| workbench.open_files(now, names, is_added));
    }

    /// A timer went off: something is due, or work waits that was put off for the page's messages.
    fn wake(&self) {
        self.step(|workbench, now| {
            workbench.handle_timeout(now);
            while workbench.has_work() && scope::now() - now < SLICE_MILLIS {
                workbench.work(now);
            }
        });
    }

    /// Reads the files as the workbench wants them: first the beginnings of all, where there are several.
    fn read_files(&self, reading: u32) {
        let handle = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let files = handle.0.borrow().files.clone();
            if files.len() > 1 {
                for (number, file) in files.iter().enumerate() {
                    // What cannot be read is told when its turn comes.
                    let bytes = pieces::beginning(file).await.unwrap_or_default();
                    handle.file_event(reading, number, FileEvent::Beginning { bytes: &bytes });
                }
            }
            let mut open: Vec<Option<OpenFile>> = files.iter().map(|_| None).collect();
            let mut since = scope::now();
            while !handle.0.borrow().workbench.is_reading_over(reading) {
                let wanted = handle.0.borrow().workbench.wanted_file(reading);
                match wanted.and_then(|number| Some((number, files.get(number)?, open.get_mut(number)?))) {
                    Some((number, file, open)) => handle.read_piece(reading, number, file, open).await,
                    None => {
                        handle.0.borrow_mut().workbench.work(since);
                    }
                }
                if scope::now() - since > SLICE_MILLIS {
                    scope::breathe().await;
                    since = scope::now();
                }
            }
        });
    }

    /// Hands over the next piece of a file, which is opened first.
    async fn read_piece(&self, reading: u32, number: usize, file: &SourceFile, open: &mut Option<OpenFile>) {
        let read = async {
            let file = match open {
                Some(file) => file,
                None => open.insert(OpenFile::begin(file).await?),
            };
            let piece = file.next().await?;
            let event = piece.map_or(FileEvent::End, |(bytes, n_read)| FileEvent::Bytes { bytes, n_read });
            self.file_event(reading, number, event);
            Ok::<bool, String>(piece.is_none())
        };
        let result = read.await;
        if let Err(why) = &result {
            let why = format!("{} could not be read any further: {why}.", file.name);
            self.file_event(reading, number, FileEvent::Failed { why: &why });
        }
        if result.unwrap_or(true) {
            *open = None;
        }
    }

    /// Writes a file in pieces that the browser keeps, and hands it to the page.
    fn save_file(&self, name: &'static str) {
        let handle = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let mut file = NewFile::default();
            loop {
                let piece = handle.0.borrow_mut().workbench.export_next();
                match piece {
                    Some(text) => file.push(&text),
                    None => break,
                }
                scope::breathe().await;
            }
            file.post(name);
            handle.step(|_, _| {});
        });
    }

    fn file_event(&self, reading: u32, file: usize, event: FileEvent<'_>) {
        self.step(|workbench, now| workbench.handle_file(now, reading, file, event));
    }

    fn command(&self, command: Command) {
        match command {
            Command::Ack { seq } => {
                let mut engine = self.0.borrow_mut();
                if engine.unacknowledged == Some(seq) {
                    engine.unacknowledged = None;
                }
                drop(engine);
                self.step(|_, _| {});
            }
            // Frames are checked as they come, and payloads are made after the schemas; what is typed meanwhile must not be
            // overtaken by the payload that was asked for before.
            Command::Connect(_)
            | Command::OpenLink { .. }
            | Command::Demo(DemoCommand::Connect { .. })
            | Command::Template { .. }
            | Command::Example { .. }
            | Command::CheckPayload { .. }
                if !self.0.borrow().has_schemas =>
            {
                self.0.borrow_mut().waiting_commands.push(command);
            }
            command => self.step(|workbench, now| workbench.apply(now, command)),
        }
    }

    fn socket_event(&self, connection: u32, event: SocketEvent) {
        let is_over = matches!(event, SocketEvent::Closed { .. });
        self.step(|workbench, now| workbench.handle_socket(now, connection, event));
        if is_over {
            let ended = {
                let mut engine = self.0.borrow_mut();
                engine.socket.take_if(|(number, _)| *number == connection)
            };
            // The callback of the close event is running: the socket may go when it has returned.
            wasm_bindgen_futures::spawn_local(async move { drop(ended) });
        }
    }

    /// Lets the workbench work, then does what it wants.
    fn step(&self, work: impl FnOnce(&mut Workbench, f64)) {
        let now = scope::now();
        work(&mut self.0.borrow_mut().workbench, now);
        // An effect may call back at once, so nothing stays borrowed while it runs.
        loop {
            let effect = self.0.borrow_mut().workbench.poll_effect();
            match effect {
                Some(effect) => self.run(effect),
                None => break,
            }
        }
        let mut engine = self.0.borrow_mut();
        engine.flush(now);
        // The beginning of time: at once, and not put off by whatever happens meanwhile.
        let due = if engine.workbench.has_work() { Some(0.0) } else { engine.workbench.poll_timeout() };
        if let Some(alarm) = &engine.alarm {
            alarm.set(due);
        }
    }

    fn run(&self, effect: Effect) {
        match effect {
            Effect::Link(LinkEffect::Open { connection, url, protocols }) => self.open(connection, &url, &protocols),
            Effect::Link(LinkEffect::Send { connection, text }) => {
                if let Some((number, socket)) = &self.0.borrow().socket
                    && *number == connection
                {
                    socket.send(&text);
                }
            }
            Effect::Link(LinkEffect::Close { connection, code }) => {
                if let Some((number, socket)) = &self.0.borrow().socket
                    && *number == connection
                {
                    socket.close(code);
                }
            }
            Effect::ReadFiles { reading } => self.read_files(reading),
            Effect::SaveFile { name } => self.save_file(name),
        }
    }

    fn open(&self, connection: u32, url: &str, protocols: &[&str]) {
        let handle = self.clone();
        let opened = Socket::open(url, protocols, move |event| handle.socket_event(connection, event));
        match opened {
            Ok(socket) => self.0.borrow_mut().socket = Some((connection, socket)),
            Err(message) => {
                let now = scope::now();
                let event = SocketEvent::Refused { message };
                self.0.borrow_mut().workbench.handle_socket(now, connection, event);
            }
        }
    }
}

impl Engine {
    /// Sends what changed, unless the page is still busy with the last update.
    fn flush(&mut self, now: f64) {
        if self.unacknowledged.is_some() {
            return;
        }
        if let Some(update) = self.workbench.take_update(now) {
            self.unacknowledged = Some(update.seq);
            scope::post_bytes(&port::encode(&update));
        }
    }
}
