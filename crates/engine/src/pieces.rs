//! Files in pieces that are small enough not to hold up anything else.

use crate::browser::files::{Reading, SourceFile};
use workbench::import::LOOK_BYTES;

/// Bytes that are handed over at once.
const PIECE_BYTES: usize = 1 << 16;

/// A file that is read, with what the browser gave of it and was not handed over.
pub(crate) struct OpenFile {
    source: Reading,
    bytes: Vec<u8>,
    at: usize,
}

impl OpenFile {
    /// Begins to read.
    ///
    /// # Errors
    /// A sentence part: what went wrong.
    pub(crate) async fn begin(file: &SourceFile) -> Result<Self, String> {
        Ok(Self { source: Reading::begin(file).await?, bytes: Vec::new(), at: 0 })
    }

    /// The next bytes, and how many bytes of the file were read for them, as they lie on the disk; `None` at the end.
    ///
    /// # Errors
    /// A sentence part: what went wrong.
    pub(crate) async fn next(&mut self) -> Result<Option<(&[u8], u64)>, String> {
        while self.at >= self.bytes.len() {
            let Some(bytes) = self.source.next().await? else { return Ok(None) };
            (self.bytes, self.at) = (bytes, 0);
        }
        let from = self.at;
        self.at = self.bytes.len().min(from + PIECE_BYTES);
        Ok(Some((self.bytes.get(from..self.at).unwrap_or_default(), self.source.n_read())))
    }
}

/// The first bytes of a file, enough to find its first time in.
///
/// # Errors
/// A sentence part: what went wrong.
pub(crate) async fn beginning(file: &SourceFile) -> Result<Vec<u8>, String> {
    let mut open = OpenFile::begin(file).await?;
    let mut bytes = Vec::new();
    while bytes.len() < LOOK_BYTES
        && let Some((piece, _)) = open.next().await?
    {
        bytes.extend_from_slice(piece);
    }
    bytes.truncate(LOOK_BYTES);
    Ok(bytes)
}
