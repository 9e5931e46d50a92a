//! `bench-native`: writes the frames for the other contestants, and runs ours on this machine.
//!
//! `bench-native write FOLDER` reads `schemas.txt` there and writes `days.json` and `schemas.json` beside it.
//! `bench-native run FOLDER` then reads lines `<day> <passes>` and answers `<microseconds per frame> <refused>`.
//! `bench-native link FOLDER [FILE…]` measures share links: see `link.rs`.

use bench::{Contestant, corpus, link};
use ocpp_wire::schema::SchemaSet;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::time::Instant;
use workbench::export::jsonl;
use workbench::share::{self, Shared, SharedView};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, folder, files @ ..] = arguments.as_slice() else {
        return Err("usage: bench-native write|run|link FOLDER [FILE…]".into());
    };
    let folder = Path::new(folder);
    let bundles = fs::read_to_string(folder.join("schemas.txt"))?;
    match command.as_str() {
        "write" => write(&bundles, folder),
        "run" => run(&bundles),
        "link" => links(&bundles, folder, files),
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

/// Prints a line per capture: name, frames, bytes of text, characters of the link, and how many kilobytes of text a second
/// are written and read. Writes the same frames for the other contestant as `link.json`.
#[expect(clippy::disallowed_methods, reason = "the clock is forbidden to the core; this measures it")]
fn links(bundles: &str, folder: &Path, files: &[String]) -> Result<(), Box<dyn Error>> {
    let mut captures = Vec::new();
    for file in files {
        let name = Path::new(file).file_stem().map_or(file.clone(), |name| name.to_string_lossy().into_owned());
        captures.push((name, jsonl::read(&fs::read_to_string(file)?)?));
    }
    if files.is_empty() {
        captures = link::captures(&corpus::days(&SchemaSet::from_bundles(bundles)?));
    }
    let mut others = Vec::new();
    for (name, capture) in captures {
        let rows = link::rows(&capture);
        let n_bytes: usize = rows.iter().map(|(_, _, text)| text.len()).sum();
        let n_frames = rows.len();
        let rows = rows.into_iter().map(|(t, d, f)| json!({ "t": t, "d": d, "f": f }));
        others.push(json!({ "name": name, "rows": rows.collect::<Vec<_>>() }));
        let shared = Shared { capture, view: SharedView::default() };
        let n_passes = 1 + 200_000 / n_bytes.max(1);
        let start = Instant::now();
        let mut link = String::new();
        for _ in 0..n_passes {
            link = share::encode(&shared);
        }
        let written = start.elapsed().as_secs_f64();
        let start = Instant::now();
        for _ in 0..n_passes {
            if share::decode(&link).as_ref() != Ok(&shared) {
                return Err(format!("the link of {name} does not give back its frames").into());
            }
        }
        let read = start.elapsed().as_secs_f64();
        let speed = |seconds: f64| (n_passes * n_bytes) as f64 / 1e3 / seconds;
        println!("{name}\t{n_frames}\t{n_bytes}\t{}\t{:.0}\t{:.0}", link.len(), speed(written), speed(read));
    }
    fs::write(folder.join("link.json"), Value::from(others).to_string())?;
    Ok(())
}
