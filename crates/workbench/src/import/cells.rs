//! Rows of named cells, from a table or a JSON object: which cell is the frame, the time, the way, the station.

use super::frame_text;
use super::surroundings::{self, Slots, Surroundings};
use super::time;
use ocpp_wire::json::{self, Kind, NodeId, Tree};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Cells of one row that are looked at.
const MOST_CELLS: usize = 200;

/// Bytes a cell may have that is learned from: longer ones say neither which way nor whose.
pub(super) const MOST_LEARNED: usize = 40;

/// Which cell says what, as learned; `None` where names must do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) direction: Option<String>,
    pub(super) station: Option<String>,
}

/// Name and value, the value without quotes and escapes.
pub(super) type Cell = (String, String);

/// What a row holds.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Cell>,
    /// A frame put together from decoded parts, where no cell holds one.
    pub(super) rebuilt: Option<String>,
}

/// The cells of a JSON object; `None` when the text is none.
pub(super) fn of_object(text: &str) -> Option<Row> {
    super::work::add(text.len());
    let tree = json::parse(text.trim()).ok()?;
    let root = tree.root();
    (tree.kind(root) == Kind::Object).then(|| {
        let mut cells = Vec::new();
        collect(&tree, root, "", &mut cells);
        let has_frame = cells.iter().any(|(_, value)| frame_text::find_head(value, 0).is_some());
        let rebuilt = if has_frame { None } else { rebuild(&tree, root) };
        Row { cells, rebuilt }
    })
}

/// The cells of a short list of texts and numbers with a frame in one of them, such as a time and a line; `None`
/// for anything else.
pub(super) fn of_list(text: &str) -> Option<Vec<Cell>> {
    if text.len() > 1 << 20 || frame_text::find_head(text, 0)?.start == 0 {
        return None;
    }
    super::work::add(text.len());
    let tree = json::parse(text).ok().filter(|tree| tree.kind(tree.root()) == Kind::Array)?;
    let mut cells = Vec::new();
    for (node, n) in tree.items(tree.root()).zip(1..) {
        let value = match tree.kind(node) {
            Kind::String => tree.string(node)?.into(),
            Kind::Number => tree.raw(node).to_owned(),
            _ => return None,
        };
        cells.push((format!("column {n}"), value));
    }
    (cells.len() <= 12).then_some(cells)
}

fn collect(tree: &Tree<'_>, object: NodeId, path: &str, cells: &mut Vec<Cell>) {
    for node in tree.items(object) {
        if cells.len() >= MOST_CELLS {
            return;
        }
        let key = tree.key(node);
        let name = if path.is_empty() { key.into_owned() } else { format!("{path}.{key}") };
        match tree.kind(node) {
            Kind::String => {
                let value = tree.string(node).map_or_else(|| tree.raw(node).to_owned(), Into::into);
                cells.push((name, value));
            }
            Kind::Object => collect(tree, node, &name, cells),
            // An array may be a frame.
            _ => cells.push((name, tree.raw(node).to_owned())),
        }
    }
}

fn plain(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    last.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Type, id, action and payload as members of an object: a frame whose text was not kept.
fn rebuild(tree: &Tree<'_>, root: NodeId) -> Option<String> {
    let find = |names: &[&str]| tree.items(root).find(|&node| names.contains(&plain(&tree.key(node)).as_str()));
    let text = |node: NodeId| tree.string(node).map_or_else(|| tree.raw(node).to_owned(), Into::into);
    let id = text(find(&["messageid", "uniqueid", "msgid", "ocppmessageid"])?);
    let payload = find(&["payload", "body"]).filter(|&node| tree.kind(node) == Kind::Object);
    let action = find(&["action", "messagename", "ocppaction"]).map(text);
    let code = find(&["errorcode"]).map(text);
    let message_type = find(&["messagetype", "messagetypeid", "ocppmessagetype", "type"]).map(text).unwrap_or_default();
    let message_type = match plain(&message_type).as_str() {
        "2" | "call" | "request" | "req" => 2,
        "3" | "callresult" | "response" | "conf" | "confirmation" | "result" => 3,
        "4" | "callerror" | "error" => 4,
        _ if code.is_some() => 4,
        _ if action.is_some() => 2,
        _ => 3,
    };
    let payload = payload.map_or("{}", |node| tree.raw(node));
    let quoted = |text: &str| json::quote(text);
    Some(match message_type {
        2 => format!("[2,{},{},{payload}]", quoted(&id), quoted(&action?)),
        4 => {
            let description = find(&["errordescription"]).map(text).unwrap_or_default();
            let details = find(&["errordetails"]).filter(|&node| tree.kind(node) == Kind::Object);
            let details = details.map_or("{}", |node| tree.raw(node));
            format!("[4,{},{},{},{details}]", quoted(&id), quoted(&code?), quoted(&description))
        }
        _ => format!("[3,{},{payload}]", quoted(&id)),
    })
}

/// A cell that holds types of messages or actions says nothing about the way, however well it seems to fit.
pub(super) fn is_about_messages(value: &str) -> bool {
    let value = plain(value);

    ["2", "3", "4", "5", "6", "call", "callresult", "callerror", "request", "response", "req", "conf"]
        .contains(&value.as_str())
}

/// A name such as `direction`: its value is believed without being learned.
pub(super) fn is_direction_name(name: &str) -> bool {
    matches!(
        plain(name).as_str(),
        "direction" | "dir" | "way" | "flow" | "inout" | "io" | "side" | "messagedirection" | "msgdirection" | "type"
    )
}

/// What the cells around a frame say.
pub(super) fn surroundings(cells: &[Cell], columns: &Columns, frame: Option<usize>, slots: Slots) -> Surroundings {
    let others = || cells.iter().enumerate().filter(|(index, _)| Some(*index) != frame).map(|(_, cell)| cell);
    let mut out = Surroundings::default();
    let names_time = |name: &str| {
        let name = plain(name);
        ["time", "stamp", "date", "when", "created", "received"].iter().any(|word| name.contains(word))
            || matches!(name.as_str(), "ts" | "at" | "t")
    };
    let named = others().filter(|(name, _)| names_time(name)).find_map(|(_, value)| time::read_cell(value.trim()));
    out.reading = named.or_else(|| {
        others()
            .filter(|(_, value)| value.len() >= 10 && value.len() <= 40)
            .find_map(|(_, value)| time::read_cell(value.trim()))
            .or_else(|| {
                others()
                    .filter(|(_, value)| value.len() <= 60)
                    .find_map(|(_, value)| Some(time::find(value).first()?.reading))
            })
    });
    let mut hasher = DefaultHasher::new();
    "row".hash(&mut hasher);
    let way = match &columns.direction {
        Some(column) => others().find(|(name, _)| name == column),
        None => others().find(|(name, value)| is_direction_name(name) && !is_about_messages(value)),
    };
    if let Some((name, value)) = way {
        (name, value).hash(&mut hasher);
        (out.direction, out.way) = surroundings::read_direction(value);
    }
    out.shape = hasher.finish();
    let station = match &columns.station {
        Some(column) => others().find(|(name, _)| name == column),
        None => others().find(|(name, _)| surroundings::is_station_key(name.rsplit('.').next().unwrap_or(name))),
    };
    if let Some((_, value)) = station.filter(|(_, value)| !value.is_empty() && value.len() <= 100) {
        out.station = Some(value.clone());
        out.is_station_named = true;
    } else if let Some(identity) =
        others().filter(|(_, value)| value.len() <= 200).find_map(|(_, value)| surroundings::identity_in_path(value))
    {
        out.station = Some(identity.to_owned());
        out.is_station_named = true;
    }
    if slots != Slots::None {
        let speaks = columns.direction.is_some() || out.direction.is_some() || out.way.is_some();
        let direction = way.filter(|_| speaks).map(|(name, _)| name);
        for (index, (name, value)) in cells.iter().enumerate() {
            if Some(index) == frame || value.len() > 100 {
                continue;
            }
            let mut hasher = DefaultHasher::new();
            name.hash(&mut hasher);
            let is_beside = |at: Option<usize>| {
                let cell = at.and_then(|at| cells.get(at));
                at == frame || cell.is_some_and(|(name, _)| Some(name) == direction)
            };
            let is_near = is_beside(index.checked_sub(1)) || is_beside(Some(index + 1));
            out.fill(slots, (hasher.finish() | 1 << 63) & !7, value, is_near);
        }
    }
    // A sentence beside the frame is the line of a log.
    for (_, value) in others().filter(|(name, value)| is_sentence(name, value)) {
        let sentence = surroundings::read(value, "", "", slots);
        out = out.or(Surroundings { reading: None, ..sentence });
    }
    out
}

fn is_sentence(name: &str, value: &str) -> bool {
    matches!(plain(name).as_str(), "message" | "msg" | "text" | "event" | "log")
        && value.contains(' ')
        && value.len() <= 200
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Direction;

    #[test]
    fn objects_are_rows() {
        let row = of_object(r#"{"timestamp":"2024-01-15T10:00:00Z","meta":{"chargePointId":"CP 1"},"direction":"CSMS_TO_CS","raw":"[3,\"a\",{}]"}"#)
            .unwrap();
        let found = surroundings(&row.cells, &Columns::default(), Some(3), Slots::None);
        assert_eq!(row.cells[3].1, r#"[3,"a",{}]"#);
        assert_eq!(found.station.as_deref(), Some("CP 1"));
        assert_eq!(found.direction, Some(Direction::ToStation));
        assert!(found.reading.is_some());
        assert!(of_object("[1]").is_none() && of_object("{").is_none());
    }

    #[test]
    fn a_frame_is_put_together_from_its_parts() {
        let rebuilt = |text: &str| of_object(text).and_then(|row| row.rebuilt);
        assert_eq!(
            rebuilt(r#"{"messageType":"CALL","messageId":"a","action":"Heartbeat","payload":{ }}"#).as_deref(),
            Some(r#"[2,"a","Heartbeat",{ }]"#)
        );
        assert_eq!(
            rebuilt(r#"{"messageType":"CALLERROR","messageId":"a\"","errorCode":"InternalError"}"#).as_deref(),
            Some(r#"[4,"a\"","InternalError","",{}]"#)
        );
        assert_eq!(rebuilt(r#"{"messageId":"a","payload":{"x":1}}"#).as_deref(), Some(r#"[3,"a",{"x":1}]"#));
        assert_eq!(rebuilt(r#"{"a":1}"#), None);
    }
}
