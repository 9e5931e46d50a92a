//! What OCPP-J says: sub-protocols, messages, the catalog of actions, schemas, checks.
//!
//! Pure: no clock, no randomness, no socket. Bad input is never an error here: every reader returns what
//! it could read and a list of issues.

pub mod catalog;
pub mod check;
pub mod date_time;
pub mod envelope;
pub mod error_codes;
pub mod field_texts;
pub mod json;
pub mod number;
pub mod order;
mod referee;
pub mod sample;
pub mod scan;
pub mod schema;
pub mod version;
