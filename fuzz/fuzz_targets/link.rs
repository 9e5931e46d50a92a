//! The fragment of a link somebody sent.

#![no_main]

use libfuzzer_sys::fuzz_target;
use workbench::share::decode;

fuzz_target!(|text: &str| {
    let _ = decode(text);
    // Most texts fail at the checksum; what lies behind it is reached by the formats' own beginnings.
    for format in ["1", "2"] {
        let _ = decode(&format!("#{format}.{text}"));
    }
});
