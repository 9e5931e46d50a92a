//! Joins the workbench with the browser: events in, effects out, one update at a time to the page.

use crate::browser::scope::{self, Alarm, FromPage};
use crate::browser::{fetch, socket::Socket};
use ocpp_wire::schema::SchemaSet;
use std::cell::RefCell;
use std::rc::Rc;
use workbench::connect_url::Environment;
use workbench::port::{self, Command};
use workbench::workbench::{Effect, SocketEvent, Workbench};

struct Engine {
    workbench: Workbench,
    socket: Option<(u32, Socket)>,
    /// The page has not drawn this update yet.
    unacknowledged: Option<u32>,
    /// A connection that was asked for before the schemas were there.
    waiting_connect: Option<Command>,
    /// The schemas are loaded, or it is known that they cannot be.
    has_schemas: bool,
    alarm: Option<Alarm>,
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
        waiting_connect: None,
        has_schemas: false,
        alarm: None,
    })));
    let on_alarm = handle.clone();
    let alarm = Alarm::new(move || on_alarm.step(Workbench::handle_timeout));
    handle.0.borrow_mut().alarm = Some(alarm);
    let on_message = handle.clone();
    scope::on_message(move |message| match message {
        FromPage::Start(url) => on_message.load_schemas(url),
        FromPage::Bytes(bytes) => {
            if let Some(command) = port::decode::<Command>(&bytes) {
                on_message.command(command);
            }
        }
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
            engine.waiting_connect.take()
        };
        if let Some(command) = waiting {
            self.command(command);
        }
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
            Command::Connect(_) if !self.0.borrow().has_schemas => {
                self.0.borrow_mut().waiting_connect = Some(command);
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
        let due = engine.workbench.poll_timeout();
        if let Some(alarm) = &engine.alarm {
            alarm.set(due);
        }
    }

    fn run(&self, effect: Effect) {
        match effect {
            Effect::Open { connection, url, protocols } => self.open(connection, &url, &protocols),
            Effect::Send { connection, text } => {
                if let Some((number, socket)) = &self.0.borrow().socket
                    && *number == connection
                {
                    socket.send(&text);
                }
            }
            Effect::Close { connection, code } => {
                if let Some((number, socket)) = &self.0.borrow().socket
                    && *number == connection
                {
                    socket.close(code);
                }
            }
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
