//! Puts the schema files into the program, one bundle per version.

use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", schema_files::folder().display());
    for version in Version::ALL {
        let files = schema_files::read(version.schema_set())?;
        fs::write(out.join(format!("{}.bundle", version.number())), SchemaSet::bundle(version, &files))?;
    }
    Ok(())
}
