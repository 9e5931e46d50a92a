//! Reading logs of any program: where frames and times stand in a text.

pub mod frame_text;
pub mod time;
