//! The worker of Ocppscope.

fn main() {}
