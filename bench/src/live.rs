//! What one more live frame costs: in a new transcript, and in one with a million frames.

use crate::corpus::Day;
use ocpp_wire::schema::{BundleError, SchemaSet};
use ocpp_wire::version::Version;
use workbench::connect_url::Environment;
use workbench::port::{Command, ConnectForm};
use workbench::workbench::{SocketEvent, Workbench};

/// A workbench with an open connection.
#[derive(Debug)]
pub struct Live {
    workbench: Workbench,
    n: u64,
    now: f64,
}

impl Live {
    /// Connects, without a socket. The filter is one that some frames pass.
    ///
    /// # Errors
    /// The bundles cannot be read.
    pub fn new(bundles: &str) -> Result<Self, BundleError> {
        let now = crate::corpus::START_EPOCH_MILLIS as f64;
        let mut workbench = Workbench::new(1, Environment { is_secure_page: false });
        for set in SchemaSet::from_bundles(bundles)? {
            workbench.load_schemas(set);
        }
        let form = ConnectForm {
            url: "ws://127.0.0.1/".to_owned(),
            identity: "CP1".to_owned(),
            versions: vec![Version::V16.number().to_owned()],
            ..ConnectForm::default()
        };
        workbench.apply(now, Command::Connect(form));
        workbench.handle_socket(now, 1, SocketEvent::Opened { protocol: "ocpp1.6".to_owned() });
        workbench.apply(now, Command::Filter { text: "action:MeterValues or latency>100".to_owned() });
        Ok(Self { workbench, n: 0, now })
    }

    /// Frames in the transcript.
    pub fn n_frames(&self) -> u32 {
        self.workbench.records().transcript.n_frames()
    }

    /// Throws the frames away. The station stays as it is.
    pub fn clear(&mut self) {
        self.workbench.apply(self.now, Command::Clear);
    }

    /// Takes in what the station of a day would receive until there are so many frames, each with an id of its own and
    /// an update for the page after it.
    pub fn fill(&mut self, day: &Day, n_frames: u32) {
        let texts: Vec<&str> = day.frames.iter().filter(|frame| !frame.is_to_csms).map(|f| f.text.as_str()).collect();
        let mut texts = texts.into_iter().cycle();
        while self.n_frames() < n_frames {
            let Some(text) = texts.next() else { return };
            self.n += 1;
            self.now += 50.0;
            // The first digits of the id.
            let text = match text.split_at_checked(4) {
                Some((head, tail)) if tail.len() > 12 => {
                    format!("{head}{:012x}{}", self.n, tail.get(12..).unwrap_or_default())
                }
                _ => text.to_owned(),
            };
            self.workbench.handle_socket(self.now, 1, SocketEvent::Text(text));
            while self.workbench.poll_effect().is_some() {}
            if self.workbench.poll_timeout().is_some_and(|due| due <= self.now) {
                self.workbench.handle_timeout(self.now);
            }
            std::hint::black_box(self.workbench.take_update(self.now));
        }
    }
}
