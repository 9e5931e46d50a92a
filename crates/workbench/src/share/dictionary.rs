//! What both sides of a link know beforehand: frames as stations and CSMSs send them, and the names of the catalog.
//!
//! All of it is part of the link's format. A name more or less and old links cannot be read: see the test.

use super::frames::{Origin, Texts};
use crate::port::Direction;
use ocpp_wire::catalog;
use ocpp_wire::error_codes;
use ocpp_wire::version::Version;

const FRAMES_16: &str = include_str!("dictionary_16.txt");
const FRAMES_2: &str = include_str!("dictionary_2.txt");

/// Lets the model read the dictionary of these versions, the first one last: that is what it remembers best.
pub(super) fn teach(texts: &mut Texts, versions: &[Version]) {
    let mut order: Vec<bool> = Vec::new();
    for version in versions {
        if !order.contains(&version.is_v2()) {
            order.push(version.is_v2());
        }
    }
    for is_v2 in order.into_iter().rev() {
        for line in lines(is_v2) {
            let (way, frame) = line.split_at_checked(1).unwrap_or_default();
            let direction = if way == ">" { Direction::ToCsms } else { Direction::ToStation };
            texts.learn(Origin { connection: 0, direction, at_micros: 0 }, frame);
        }
    }
    texts.forget_frames();
}

fn lines(is_v2: bool) -> Vec<String> {
    let version = if is_v2 { Version::V21 } else { Version::V16 };
    let mut lines = Vec::new();
    for code in error_codes::codes(version) {
        lines.push(format!(">[4,\"\",\"{}\",\"\",{{}}]", code.code));
    }
    for action in catalog::actions(version) {
        let way = if action.is_from_station() { '>' } else { '<' };
        lines.push(format!("{way}[2,\"\",\"{}\",{{}}]", action.name));
    }
    lines.extend(if is_v2 { FRAMES_2 } else { FRAMES_16 }.lines().map(str::to_owned));
    lines
}
