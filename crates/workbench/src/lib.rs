//! What Ocppscope does with OCPP-J frames: link, transcript, exchanges, findings, search, explanation.
//!
//! Pure: commands and events in, effects and updates out. Time and entropy are arguments.

pub mod answers;
pub mod base64;
pub mod capture;
pub mod close_codes;
pub mod composer;
pub mod connect_url;
pub mod connection_texts;
pub mod demo;
pub mod detail;
pub mod exchanges;
pub mod export;
pub mod finding_store;
pub mod findings;
pub mod guide;
pub mod guide_texts;
pub mod import;
pub mod import_job;
pub mod link;
pub mod object;
pub mod overview;
pub mod port;
pub mod profile;
pub mod quantity;
pub mod query;
pub mod records;
pub mod redact;
pub mod replies;
pub mod share;
pub mod sharing;
pub mod station;
pub mod summary;
#[cfg(test)]
pub(crate) mod testing;
pub mod transcript;
pub mod view;
pub mod virtual_rows;
pub mod workbench;
