//! Conversations with the station of 2.x.
