//! What is typed into the filter: a query that is understood says the same when it is written down again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use workbench::query::parse;

fuzz_target!(|text: &str| {
    if let Ok(query) = parse(text) {
        let again = parse(&query.to_text()).expect("its own text is a query");
        assert_eq!(again.to_text(), query.to_text());
    }
});
