//! What Ocppscope does with OCPP-J frames: link, transcript, exchanges, findings, search, explanation.
//!
//! Pure: commands and events in, effects and updates out. Time and entropy are arguments.

pub mod port;
