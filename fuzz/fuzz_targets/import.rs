//! Any bytes are a log. The first byte says how long the pieces are in which the rest comes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use workbench::import::{ImportedFrame, Importer, Options};

fn read(pieces: std::slice::Chunks<'_, u8>) -> Vec<ImportedFrame> {
    let mut importer = Importer::new("log", Options::default());
    for piece in pieces {
        importer.push(piece);
    }
    importer.finish();
    importer.take()
}

fuzz_target!(|bytes: &[u8]| {
    let Some((&size, log)) = bytes.split_first() else { return };
    let whole = read(log.chunks(usize::MAX));
    assert!(whole.len() <= log.iter().filter(|byte| matches!(byte, b'[' | b'{')).count());
    assert_eq!(read(log.chunks(usize::from(size) + 1)), whole);
});
