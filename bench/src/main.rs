//! `bench-native`: writes the frames for the other contestants, and runs ours on this machine.
//!
//! `bench-native write FOLDER` reads `schemas.txt` there and writes `days.json` and `schemas.json` beside it.
//! `bench-native run FOLDER` then reads lines `<day> <passes>` and answers `<microseconds per frame> <refused>`.
//! `bench-native link FOLDER [FILE…]` measures share links: see `link.rs`.
//! `bench-native log FOLDER N` writes `import.log` with N frames, and says `<frames> <bytes of their texts>`.
//! `bench-native import FOLDER` reads `import.log` as the page does, and says `<seconds> <bytes of memory>`.
//! `bench-native live FOLDER N` says what a live frame costs in a new transcript and behind N frames, in microseconds.

use bench::live::Live;
use bench::{Contestant, corpus, link, log};
use ocpp_wire::schema::SchemaSet;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::fs;
use std::io::{self, BufRead as _, BufWriter, Read as _, Write as _};
use std::path::Path;
use std::time::Instant;
use workbench::connect_url::Environment;
use workbench::export::jsonl;
use workbench::share::{self, Shared, SharedView};
use workbench::workbench::{Effect, FileEvent, Workbench};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, folder, files @ ..] = arguments.as_slice() else {
        return Err("usage: bench-native write|run|link|log|import|live FOLDER [FILE…|N]".into());
    };
    let folder = Path::new(folder);
    let bundles = fs::read_to_string(folder.join("schemas.txt"))?;
    match command.as_str() {
        "write" => write(&bundles, folder),
        "run" => run(&bundles),
        "link" => links(&bundles, folder, files),
        "log" => {
            let mut out = BufWriter::new(fs::File::create(folder.join("import.log"))?);
            let sets = SchemaSet::from_bundles(&bundles)?;
            let written = log::write(&sets, number(files)?, &mut out)?;
            out.flush()?;
            println!("{} {}", written.n_frames, written.n_text_bytes);
            Ok(())
        }
        "import" => import(&bundles, &folder.join("import.log")),
        "live" => live(&bundles, number(files)?),
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

/// Reads a log in pieces, with an update for the page now and then. Memory is 0 where the system does not tell.
#[expect(clippy::disallowed_methods, reason = "the clock is forbidden to the core; this measures it")]
fn import(bundles: &str, path: &Path) -> Result<(), Box<dyn Error>> {
    let mut workbench = Workbench::new(1, Environment { is_secure_page: false });
    for set in SchemaSet::from_bundles(bundles)? {
        workbench.load_schemas(set);
    }
    let start = Instant::now();
    let now = || start.elapsed().as_secs_f64() * 1_000.0;
    let mut file = fs::File::open(path)?;
    workbench.open_files(0.0, vec![("import.log".to_owned(), file.metadata()?.len())], false);
    let Some(Effect::ReadFiles { reading }) = workbench.poll_effect() else {
        return Err("the workbench does not want the file".into());
    };
    let (mut piece, mut n_read) = (vec![0; 1 << 16], 0);
    let mut drawn = 0.0;
    loop {
        let n = file.read(&mut piece)?;
        let Some(bytes) = piece.get(..n).filter(|bytes| !bytes.is_empty()) else { break };
        n_read += n as u64;
        workbench.handle_file(now(), reading, 0, FileEvent::Bytes { bytes, n_read });
        while workbench.work(now()) {}
        // As often as a screen is drawn.
        if now() - drawn > 16.0 {
            drawn = now();
            std::hint::black_box(workbench.take_update(drawn));
        }
    }
    workbench.handle_file(now(), reading, 0, FileEvent::End);
    while workbench.work(now()) {}
    let seconds = start.elapsed().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    println!("{seconds:.2} {}", kilobytes.unwrap_or(0_u64) * 1024);
    eprintln!("{} frames", workbench.records().transcript.n_frames());
    Ok(())
}

fn number(arguments: &[String]) -> Result<usize, Box<dyn Error>> {
    Ok(arguments.first().ok_or("a number of frames is missing")?.parse()?)
}

/// Prints what a live frame costs at the beginning and behind `n_frames`, each over some thousand frames.
#[expect(clippy::disallowed_methods, reason = "the clock is forbidden to the core; this measures it")]
fn live(bundles: &str, n_frames: usize) -> Result<(), Box<dyn Error>> {
    const N_MEASURED: u32 = 2_000;
    let days = corpus::days(&SchemaSet::from_bundles(bundles)?);
    let day = days.first().ok_or("there is no day")?;
    let mut live = Live::new(bundles)?;
    let cost = |live: &mut Live, n: u32| {
        live.fill(day, n);
        let start = Instant::now();
        live.fill(day, n + N_MEASURED);
        start.elapsed().as_secs_f64() * 1e6 / f64::from(N_MEASURED)
    };
    // The station is the same both times: it has lived as long, and keeps as much for a CSMS that does not answer.
    let behind = cost(&mut live, n_frames as u32);
    live.clear();
    println!("{:.2} {behind:.2}", cost(&mut live, 1_000));
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
