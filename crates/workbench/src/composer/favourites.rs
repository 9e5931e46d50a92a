//! Calls and raw frames that are kept under a name, and the text they are remembered as between visits.
//!
//! Passwords and keys inside them are masked at equal length before they are kept.

use super::variables::{masked, with_variables_of};
use crate::capture::{Capture, CaptureConnection, CaptureContent, CaptureFrame, CaptureItem, Marks};
use crate::object::{Object, list};
use crate::port::Direction;
use crate::redact::{self, Level, RedactOptions};
use ocpp_wire::json::{self, quote};
use ocpp_wire::version::Version;

/// Favourites that are kept.
pub const MOST: usize = 50;

/// Bytes of a payload or frame that can be kept.
pub const LONGEST: usize = 20_000;

/// Characters of a name.
const LONGEST_NAME: usize = 60;

/// Bytes of the remembered text that are read.
const MOST_BYTES: usize = 2_000_000;

/// Something that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Favourite {
    /// Its name; no other has it.
    pub name: String,
    /// Version it was made for: `1.6`, `2.0.1`, `2.1`.
    pub version: String,
    /// Action; empty for a raw frame.
    pub action: String,
    /// Payload or raw frame, with its variables.
    pub text: String,
}

/// Adds a favourite at the end, in the place of one with the same name.
///
/// # Errors
/// A sentence that says why it cannot be kept.
pub fn keep(favourites: &mut Vec<Favourite>, new: Favourite) -> Result<(), String> {
    let name: String = new.name.trim().chars().take(LONGEST_NAME).collect();
    if name.is_empty() {
        return Err("A favourite needs a name.".to_owned());
    }
    if new.text.len() > LONGEST {
        return Err(format!("This is too long to be kept: more than {LONGEST} bytes."));
    }
    let text = without_secrets(&new);
    favourites.retain(|favourite| favourite.name != name);
    if favourites.len() >= MOST {
        return Err(format!("There are {MOST} favourites already. Remove one first."));
    }
    favourites.push(Favourite { name, text, ..new });
    Ok(())
}

/// The text that is remembered: a JSON list.
pub fn write(favourites: &[Favourite]) -> String {
    let items: Vec<String> = favourites
        .iter()
        .map(|favourite| {
            Object::new()
                .text("name", &favourite.name)
                .text("version", &favourite.version)
                .text("action", &favourite.action)
                .text("text", &favourite.text)
                .done()
        })
        .collect();
    list(&items)
}

/// Reads what was remembered. What cannot be read is left out.
pub fn read(text: &str) -> Vec<Favourite> {
    if text.len() > MOST_BYTES {
        return Vec::new();
    }
    let Ok(tree) = json::parse(text) else { return Vec::new() };
    let favourite = |node| {
        let member = |name| Some(tree.get_string(node, name)?.into_owned());
        let favourite = Favourite {
            name: member("name")?,
            version: member("version")?,
            action: member("action")?,
            text: member("text")?,
        };
        let is_sane = favourite.text.len() <= LONGEST && Version::from_number(&favourite.version).is_some();
        (is_sane && !favourite.name.is_empty()).then_some(favourite)
    };
    tree.items(tree.root()).filter_map(favourite).take(MOST).collect()
}

/// The text with passwords and keys masked. A payload is looked at as part of its frame.
fn without_secrets(favourite: &Favourite) -> String {
    let head = format!("[2,\"1\",{},", quote(&favourite.action));
    let is_raw = favourite.action.is_empty();
    let frame = if is_raw { favourite.text.clone() } else { format!("{head}{}]", favourite.text) };
    let version = Version::from_number(&favourite.version).unwrap_or(Version::V16);
    // With variables outside quotes it is no JSON yet.
    let readable = masked(&frame);
    let content =
        CaptureFrame { text: readable.clone(), is_binary: false, direction: Direction::ToCsms, marks: Marks::NONE };
    let capture = Capture {
        connections: vec![CaptureConnection { station: String::new(), version }],
        items: vec![CaptureItem { connection: 0, at: 0.0, content: CaptureContent::Frame(content) }],
    };
    let options = RedactOptions { level: Level::SecretsOnly, hides_stations: false, ..RedactOptions::default() };
    let cleaned = redact::redact(&capture, &options);
    let Some(CaptureContent::Frame(cleaned)) = cleaned.items.first().map(|item| &item.content) else {
        return String::new();
    };
    if cleaned.text == readable {
        return favourite.text.clone();
    }
    let text = with_variables_of(&cleaned.text, &frame);
    if is_raw {
        return text;
    }
    text.strip_prefix(&head).and_then(|text| text.strip_suffix(']')).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn favourite(name: &str, action: &str, text: &str) -> Favourite {
        let [name, action, text] = [name, action, text].map(str::to_owned);
        Favourite { name, version: "1.6".to_owned(), action, text }
    }

    #[test]
    fn a_name_stands_once_and_the_number_is_bounded() {
        let mut all = Vec::new();
        keep(&mut all, favourite(" a ", "Authorize", "{}")).unwrap();
        keep(&mut all, favourite("a", "Heartbeat", "{}")).unwrap();
        assert_eq!(all, [favourite("a", "Heartbeat", "{}")]);
        assert!(keep(&mut all, favourite("  ", "Authorize", "{}")).unwrap_err().contains("needs a name"));
        assert!(
            keep(&mut all, favourite("b", "Authorize", &"x".repeat(LONGEST + 1))).unwrap_err().contains("too long")
        );
        for n in 1..MOST {
            keep(&mut all, favourite(&n.to_string(), "Authorize", "{}")).unwrap();
        }
        assert!(keep(&mut all, favourite("one more", "Authorize", "{}")).unwrap_err().contains("already"));
        assert_eq!(all.len(), MOST);
    }

    #[test]
    fn passwords_and_keys_are_masked_and_variables_stay() {
        let kept = |action, text| {
            let mut all = Vec::new();
            keep(&mut all, favourite("a", action, text)).unwrap();
            all.remove(0).text
        };
        let text = kept("ChangeConfiguration", r#"{"key":"AuthorizationKey", "value":"hunter2hunter2","x":{{seqNo}}}"#);
        assert!(
            !text.contains("hunter2") && text.contains("AuthorizationKey") && text.ends_with(r#""x":{{seqNo}}}"#),
            "{text}"
        );
        let raw = kept("", r#"[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter2"}]"#);
        assert!(!raw.contains("hunter2") && raw.starts_with(r#"[2,"1","ChangeConfiguration""#), "{raw}");
        let plain = r#"{ "idTag":"{{idTag}}", "connectorId":{{connectorId}} }"#;
        assert_eq!(kept("StartTransaction", plain), plain);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(names in prop::collection::btree_set("[a-z\"\\\\é{} ]{1,8}", 0..6), text in ".{0,40}") {
            let all: Vec<Favourite> = names.iter().map(|name| favourite(name, "A\"b", &text)).collect();
            prop_assert_eq!(read(&write(&all)), all);
        }

        #[test]
        fn no_text_makes_reading_stop(text in "[\\[\\]{}\"a:,]{0,60}") {
            let _ = read(&text);
        }
    }
}
