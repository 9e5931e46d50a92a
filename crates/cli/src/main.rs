//! `ocppscope-cli check FILE…`: the frames of logs, checked by the engine of the page.

mod args;
mod check;
mod json;
mod junit;
mod text;

use args::{Args, Format};
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

const HELP: &str = "\
Checks the OCPP frames in logs, captures and traces.

Usage: ocppscope-cli check [OPTIONS] FILE...

FILE is a log of any program with OCPP-J frames in it, also gzipped; - reads standard input.
Each FILE is checked by itself, in the order given: join the parts of a rotated log before, such as with
`zcat -f ocpp.log.2.gz ocpp.log.1 ocpp.log | ocppscope-cli check -`.

Options:
  --format text|json|junit   How to print what was found (default: text)
  --version 1.6|2.0.1|2.1    Version of all frames (default: found out per station)
  --direction auto|csms|station|swap
                             Whose program wrote the log: with csms what it sent went to the station;
                             swap turns every frame around (default: auto)
  --zone +HH:MM              The log's clock, where its times have no zone (default: found out, else UTC)
  --log-format NAME          Format of the log (default: found out); `ocppscope-cli formats` lists them
  -h, --help                 This text
  -V                         Version of the program

Exit status: 0 no errors found, 1 errors found, 2 a file could not be read or the command line is wrong.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(io::stdout().lock());
    let status = match args::parse(&args) {
        Ok(Args::Help) => out.write_all(HELP.as_bytes()).map(|()| 0),
        Ok(Args::Version) => writeln!(out, "ocppscope-cli {}", env!("CARGO_PKG_VERSION")).map(|()| 0),
        Ok(Args::Formats) => workbench::import::formats::FORMATS
            .iter()
            .try_for_each(|format| writeln!(out, "{:26} {}", format.id, format.title))
            .map(|()| 0),
        Ok(Args::Check(wanted)) => {
            let mut checked = Vec::new();
            let mut status = 0;
            let mut result = Ok(());
            for file in &wanted.files {
                match check::check(file, &wanted.options) {
                    Ok(file) => {
                        status = status.max(u8::from(file.records.summary().n_errors > 0));
                        result = result.and_then(|()| match wanted.format {
                            Format::Text => text::write(&mut out, &file),
                            Format::Json => json::write(&mut out, &file),
                            Format::Junit => Ok(()),
                        });
                        if wanted.format == Format::Junit {
                            checked.push(file);
                        }
                    }
                    Err(error) => {
                        status = 2;
                        eprintln!("ocppscope-cli: {error}");
                    }
                }
            }
            if wanted.format == Format::Junit {
                result = result.and_then(|()| junit::write(&mut out, &checked));
            }
            result.map(|()| status)
        }
        Err(error) => {
            eprintln!("ocppscope-cli: {error}\nTry ocppscope-cli --help");
            Ok(2)
        }
    };
    let written = status.and_then(|status| out.flush().map(|()| status));
    match written {
        Ok(status) => ExitCode::from(status),
        // Whoever reads the output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::from(0),
        Err(error) => {
            eprintln!("ocppscope-cli: the output could not be written: {error}");
            ExitCode::from(2)
        }
    }
}
