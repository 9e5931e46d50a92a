//! Puts the schema files into the program, one bundle per version.

use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let schemas = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../schemas");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed={}", schemas.display());
    for version in Version::ALL {
        let mut files = Vec::new();
        for entry in fs::read_dir(schemas.join(version.schema_set()))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path)?));
        }
        files.sort();
        fs::write(out.join(format!("{}.bundle", version.number())), SchemaSet::bundle(version, &files))?;
    }
    Ok(())
}
