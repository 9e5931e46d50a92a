//! `cargo xtask …`: builds, serves and tests the page, and first sets up whatever is missing for that.
//!
//! This file knows the commands and their options; what each does stands in the module of its name.

mod bench;
mod build;
mod captures;
mod chromium;
mod csms;
mod digest;
mod files;
mod finish;
mod html;
mod notices;
mod schemas;
mod serve;
mod size;
mod steps;
mod test;
mod tidy;
mod tools;

use std::env;
use std::process::ExitCode;

use steps::{Failure, Outcome};

/// One command: its name, its options as shown in the help, what it does, and the function that does it.
struct CommandEntry {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Outcome<()>,
}

/// Every command, in the order of the help.
const COMMANDS: &[CommandEntry] = &[
    CommandEntry {
        name: "serve",
        usage: "[--port 8080] [--csms] [--csms-port 9220]",
        about: "build the page and serve it on this machine; --csms also starts a CSMS to try it on",
        run: serve::command,
    },
    CommandEntry {
        name: "test",
        usage: "[--native-only | --browser-only] [NAME]",
        about: "run every check there is; NAME runs only the tests whose name contains it",
        run: test::command,
    },
    CommandEntry {
        name: "build",
        usage: "",
        about: "write the release page to dist/, ready for any static host",
        run: |arguments| {
            no_options(arguments)?;
            build::build()
        },
    },
    CommandEntry {
        name: "size",
        usage: "",
        about: "show what each part of the page weighs on the wire",
        run: |arguments| {
            no_options(arguments)?;
            build::build()?;
            size::show()
        },
    },
    CommandEntry {
        name: "bench",
        usage: "[--quick] | link [FILE…] | import [--frames N] [--quick]",
        about: "measure reading, checking and pairing frames beside JSON.parse and Ajv; --quick for fewer rounds; link measures share links beside pako; import measures a capture of a million frames",
        run: bench::command,
    },
    CommandEntry {
        name: "captures",
        usage: "DIR",
        about: "compare what the importer finds in the logs of DIR with its truth.json",
        run: captures::command,
    },
    CommandEntry {
        name: "tidy",
        usage: "",
        about: "check the rules of this repository that no compiler knows",
        run: |arguments| {
            no_options(arguments)?;
            steps::step("tidy", tidy::check)
        },
    },
    CommandEntry {
        name: "notices",
        usage: "",
        about: "write the table of crates and licences in THIRD_PARTY.md",
        run: |arguments| {
            no_options(arguments)?;
            steps::step("notices", notices::write)
        },
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, options)) = arguments.split_first() else {
        print_help();
        return ExitCode::FAILURE;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") || options.iter().any(|o| o == "--help" || o == "-h") {
        print_help();
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("There is no command {name:?}.\n");
        print_help();
        return ExitCode::FAILURE;
    };
    match (command.run)(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn print_help() {
    println!("Usage: cargo xtask COMMAND [OPTIONS]\n");
    for command in COMMANDS {
        println!("  {}", [command.name, command.usage].join(" ").trim_end());
        println!("      {}", command.about);
    }
}

/// Refuses anything after a command that takes nothing.
fn no_options(arguments: &[String]) -> Outcome<()> {
    match arguments.first() {
        None => Ok(()),
        Some(unknown) => Err(unknown_option(unknown)),
    }
}

/// What to say about an option that the command does not have.
fn unknown_option(option: &str) -> Failure {
    Failure::new(format!("There is no option {option:?} here")).hint("`cargo xtask help` lists the options")
}
