//! The captures whose share links `cargo xtask bench link` measures when it is given no files: of every version a charge,
//! the first two hundred frames of a day, and a whole day, healthy and faulty.

use crate::corpus::Day;
use workbench::capture::{Capture, CaptureConnection, CaptureContent, CaptureFrame, CaptureItem, Marks};
use workbench::port::Direction;

/// Names and captures.
pub fn captures(days: &[Day]) -> Vec<(String, Capture)> {
    let mut captures = Vec::new();
    for day in days {
        if !day.is_faulty {
            captures.push((format!("{}, a charge", day.version.number()), charge(day)));
            captures.push((format!("{}, 200 frames", day.version.number()), capture(day, 0, 200)));
        }
        captures.push((format!("{}, a day", day.name()), capture(day, 0, day.frames.len())));
    }
    captures
}

/// Time in milliseconds, direction and text of each frame.
pub fn rows(capture: &Capture) -> Vec<(f64, &'static str, &str)> {
    let row = |item| match item {
        &CaptureItem { at, content: CaptureContent::Frame(ref frame), .. } => {
            Some((at, if frame.direction == Direction::ToCsms { ">" } else { "<" }, frame.text.as_str()))
        }
        CaptureItem { content: CaptureContent::Event(_), .. } => None,
    };
    capture.items.iter().filter_map(row).collect()
}

/// From the first connector that is taken until one is free again.
fn charge(day: &Day) -> Capture {
    let has = |from: usize, word: &str| {
        let mut frames = day.frames.iter().enumerate().skip(from);
        frames.find(|(_, frame)| frame.text.contains(word)).map_or(day.frames.len(), |(n, _)| n)
    };
    let taken = has(0, "\"Preparing\"").min(has(0, "\"Occupied\""));
    let free = has(taken, "\"Available\"");
    capture(day, taken, free + 2)
}

fn capture(day: &Day, from: usize, to: usize) -> Capture {
    let item = |frame: &crate::corpus::Frame| CaptureItem {
        connection: 0,
        at: frame.at,
        content: CaptureContent::Frame(CaptureFrame {
            text: frame.text.clone(),
            is_binary: false,
            direction: if frame.is_to_csms { Direction::ToCsms } else { Direction::ToStation },
            marks: Marks::NONE,
        }),
    };
    let frames = day.frames.get(from..to.min(day.frames.len())).unwrap_or_default();
    Capture {
        connections: vec![CaptureConnection { station: "CP-004711".into(), version: day.version }],
        items: frames.iter().map(item).collect(),
    }
}
