//! Reads one file and checks its frames.

use flate2::read::MultiGzDecoder;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::fs::File;
use std::io::{self, BufReader, Read};
use workbench::import::{Importer, Intake, Options, Report};
use workbench::records::{Records, Schemas};

/// What was found in a file.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) name: String,
    pub(crate) records: Records,
    pub(crate) report: Report,
}

/// Checks a file; `-` is standard input.
///
/// # Errors
/// A sentence that says why it could not be read.
pub(crate) fn check(name: &str, options: &Options) -> Result<Checked, String> {
    let says = |error: io::Error| format!("{name} could not be read: {error}");
    let input: Box<dyn Read> =
        if name == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(name).map_err(says)?) };
    let mut input = BufReader::with_capacity(1 << 18, input);
    let mut magic = [0; 2];
    let n_magic = read_some(&mut input, &mut magic).map_err(says)?;
    let begun = magic.get(..n_magic).unwrap_or_default();
    let whole = begun.chain(input);
    let mut source: Box<dyn Read> =
        if begun == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) };
    let schemas = schemas()?;
    let mut importer = Importer::new(name, options.clone());
    let (mut records, mut intake) = (Records::default(), Intake::default());
    let mut buffer = vec![0; 1 << 18];
    loop {
        let n = source.read(&mut buffer).map_err(says)?;
        if n == 0 {
            break;
        }
        importer.push(buffer.get(..n).unwrap_or_default());
        for frame in importer.take() {
            intake.take(&mut records, &schemas, 0, &frame);
        }
    }
    importer.finish();
    for frame in importer.take() {
        intake.take(&mut records, &schemas, 0, &frame);
    }
    intake.finish(&mut records);
    Ok(Checked { name: name.to_owned(), records, report: importer.report().clone() })
}

fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while let Some(rest) = buffer.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match input.read(rest)? {
            0 => break,
            more => n += more,
        }
    }
    Ok(n)
}

fn schemas() -> Result<Schemas, String> {
    let bundles = [
        (Version::V16, include_str!(concat!(env!("OUT_DIR"), "/1.6.bundle"))),
        (Version::V201, include_str!(concat!(env!("OUT_DIR"), "/2.0.1.bundle"))),
        (Version::V21, include_str!(concat!(env!("OUT_DIR"), "/2.1.bundle"))),
    ];
    let mut schemas = Schemas::default();
    for (version, text) in bundles {
        let set = SchemaSet::from_bundle(version, text.to_owned()).map_err(|error| error.to_string())?;
        schemas.add(set);
    }
    Ok(schemas)
}
