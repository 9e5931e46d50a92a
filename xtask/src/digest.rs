//! Content hashes: of files for their names and checksums, and in the spelling of the `integrity` attribute.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256, Sha384};

/// SHA-256 in lower-case hexadecimal digits, as `sha256sum` prints it.
pub(crate) fn hex(bytes: &[u8]) -> String {
    hex_digits(&Sha256::digest(bytes))
}

/// What goes into a file name: 16 hexadecimal digits, as Trunk does it.
pub(crate) fn short(bytes: &[u8]) -> String {
    hex(bytes).chars().take(16).collect()
}

/// What goes into an `integrity` attribute or option.
pub(crate) fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// A hash over many named pieces, in the order they come.
#[derive(Default)]
pub(crate) struct Combined(Sha256);

impl Combined {
    /// Adds one piece; names and lengths are part of it, so that moving bytes between files changes the result.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) {
        self.0.update(format!("{} {name}\n{}\n", name.len(), bytes.len()));
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> String {
        hex_digits(&self.0.finalize())
    }
}

fn hex_digits(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(u32::from(digit), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(hex(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(short(b""), "e3b0c44298fc1c14");
        assert_eq!(integrity(b""), "sha384-OLBgp1GsljhM2TJ+sbHjaiH9txEUvgdDTAzHv2P24donTt6/529l+9Ua0vFImLlb");
    }

    #[test]
    fn moving_bytes_between_files_changes_the_combined_hash() {
        let hash = |pieces: &[(&str, &[u8])]| {
            let mut combined = Combined::default();
            for (name, bytes) in pieces {
                combined.add(name, bytes);
            }
            combined.finish()
        };
        assert_ne!(hash(&[("a", b"xy"), ("b", b"")]), hash(&[("a", b"x"), ("b", b"y")]));
    }
}
