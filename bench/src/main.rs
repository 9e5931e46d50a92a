//! `bench-native`: writes the frames for the other contestants, and runs ours on this machine.
//!
//! `bench-native write FOLDER` reads `schemas.txt` there and writes `days.json` and `schemas.json` beside it.
//! `bench-native run FOLDER` then reads lines `<day> <passes>` and answers `<microseconds per frame> <refused>`.

use bench::{Contestant, corpus};
use ocpp_wire::schema::SchemaSet;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, folder] = arguments.as_slice() else { return Err("usage: bench-native write|run FOLDER".into()) };
    let folder = Path::new(folder);
    let bundles = fs::read_to_string(folder.join("schemas.txt"))?;
    match command.as_str() {
        "write" => write(&bundles, folder),
        "run" => run(&bundles),
        other => Err(format!("there is no command {other}").into()),
    }
}

/// The frames, and the schemas as JSON with the corrections that we make in memory.
fn write(bundles: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    let sets = SchemaSet::from_bundles(bundles)?;
    let days: Vec<Value> = corpus::days(&sets)
        .iter()
        .map(|day| {
            let frames: Vec<Value> =
                day.frames.iter().map(|frame| json!([frame.is_to_csms, frame.at, frame.text])).collect();
            json!({ "name": day.name(), "version": day.version.number(), "isFaulty": day.is_faulty, "frames": frames })
        })
        .collect();
    fs::write(folder.join("days.json"), Value::from(days).to_string())?;
    let mut schemas = Map::new();
    for set in &sets {
        let files: Map<String, Value> =
            set.names().into_iter().filter_map(|name| Some((name.to_owned(), set.corrected(name)?))).collect();
        schemas.insert(set.version().number().to_owned(), files.into());
    }
    fs::write(folder.join("schemas.json"), Value::from(schemas).to_string())?;
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the clock is forbidden to the core; this measures it")]
fn run(bundles: &str) -> Result<(), Box<dyn Error>> {
    let days = corpus::days(&SchemaSet::from_bundles(bundles)?);
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (day, n_passes) = line.split_once(' ').ok_or("a line is `<day> <passes>`")?;
        let day = days.get(day.parse::<usize>()?).ok_or("there is no such day")?;
        let n_passes: usize = n_passes.parse()?;
        let mut contestant = Contestant::new(bundles, day.version.number())?;
        // Compiles the schemas.
        let n_refused = contestant.run(day);
        let start = Instant::now();
        for _ in 0..n_passes {
            contestant.run(day);
        }
        let micros = start.elapsed().as_secs_f64() * 1e6 / (n_passes * day.frames.len()) as f64;
        let mut out = io::stdout().lock();
        writeln!(out, "{micros} {n_refused}")?;
        out.flush()?;
    }
    Ok(())
}
