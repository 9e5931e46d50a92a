//! Starts the CSMS of the tests (`tests/csms/server.mjs`) beside the served page.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::thread;

use crate::steps::{Failure, Outcome, cannot_start, step, words};
use crate::tools::{self, node};

/// A running CSMS; it ends with this value, and also when this program is killed.
pub(crate) struct Csms {
    child: Child,
    url: String,
}

/// Starts it and waits until it listens.
pub(crate) fn start(port: u16) -> Outcome<Csms> {
    tools::ensure_npm_packages()?;
    step("start the CSMS", || {
        let mut command = node();
        // It ends when its standard input does, which no way of ending this program can leave open.
        command
            .args(["csms/server.mjs", "--until-stdin-ends", "--port", &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.spawn().map_err(|error| cannot_start(&words(&command), &error))?;
        let output = child.stdout.take().ok_or_else(|| Failure::new("The CSMS has no output to read"))?;
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).ok_or_else(|| {
            Failure::new("The CSMS did not start; its message stands above").hint(format!(
                "if port {port} is taken, end the program that uses it, or choose another: --csms-port {}",
                port.saturating_add(1)
            ))
        })?;
        // What it says later about connections belongs on the screen.
        thread::spawn(move || lines.for_each(|line| println!("  csms: {line}")));
        Ok(Csms { child, url })
    })
}

impl Csms {
    /// The address to connect to.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Csms {
    fn drop(&mut self) {
        // It may be gone already, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
