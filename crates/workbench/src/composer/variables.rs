//! Variables in what is composed: `{{now}}`, `{{uuid}}`, `{{transactionId}}`, …; put in when the text is sent.
//!
//! Inside quotes a variable stands for text, outside for a JSON value.
//! No JSON text holds `{{` outside quotes, so a payload without variables is never touched.

use crate::station::core::Chance;
use crate::station::facts::Facts;
use ocpp_wire::date_time;
use ocpp_wire::json::quote;
use ocpp_wire::version::Version;

/// Longest name of a variable; what is longer is no variable.
const LONGEST_NAME: usize = 40;

/// Sentences about variables that are made of one text.
const MOST_NOTES: usize = 5;

/// The names there are, as the page lists them. `evseId` exists in 2.x only.
pub const NAMES: [&str; 7] = ["now", "uuid", "transactionId", "seqNo", "connectorId", "evseId", "idTag"];

/// What variables stand for at this moment.
#[derive(Clone, Debug)]
pub struct Values<'f> {
    /// Version of the message.
    pub version: Version,
    /// The station's clock, milliseconds since 1970.
    pub now_epoch_millis: i64,
    /// What stands at the outlet in question.
    pub facts: &'f Facts,
    /// Makes `{{uuid}}`; each use of it another.
    pub chance: Chance,
}

/// A text with its variables put in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// What goes out.
    pub text: String,
    /// There was a variable, known or not.
    pub has_variables: bool,
    /// Sentences about variables that stay as they stand.
    pub notes: Vec<String>,
    /// Ends of each variable that was put in: in the text as typed, and in the one that goes out.
    ends: Vec<(u32, u32)>,
}

impl Expanded {
    /// A text without variables.
    pub fn plain(text: &str) -> Self {
        Self { text: text.to_owned(), has_variables: false, notes: Vec::new(), ends: Vec::new() }
    }

    /// Where a byte of the outgoing text stands in the text as typed; inside a value that was put in, the variable's end.
    pub fn place_as_typed(&self, at: u32) -> u32 {
        match self.ends.iter().rev().find(|(_, new_end)| *new_end <= at) {
            Some((typed_end, new_end)) => {
                let place = typed_end + (at - new_end);
                // Not beyond the next variable, whose value may be longer than its name.
                let next = self.ends.iter().find(|(_, end)| *end > at).map_or(u32::MAX, |(typed_end, _)| *typed_end);
                place.min(next)
            }
            None => self.ends.first().map_or(at, |(typed_end, _)| at.min(*typed_end)),
        }
    }
}

/// A variable as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Use<'t> {
    /// First byte, of the opening braces.
    start: usize,
    /// One past the closing braces.
    end: usize,
    name: &'t str,
    is_quoted: bool,
}

/// Puts the variables in. Unknown ones, and those that stand for nothing now, stay as they are and are said.
///
/// ```
/// # use workbench::{composer::variables::{Values, expand}, station::{core::Chance, facts::Facts}};
/// # use ocpp_wire::version::Version;
/// let facts = Facts { outlet: 2, token: "TAG1".to_owned(), ..Facts::default() };
/// let mut values = Values { version: Version::V16, now_epoch_millis: 0, facts: &facts, chance: Chance::new(1) };
/// let typed = r#"{"connectorId":{{connectorId}},"idTag":"{{idTag}}"}"#;
/// assert_eq!(expand(typed, &mut values).text, r#"{"connectorId":2,"idTag":"TAG1"}"#);
/// ```
pub fn expand(typed: &str, values: &mut Values<'_>) -> Expanded {
    let mut out = Expanded::default();
    let mut from = 0;
    for used in uses(typed) {
        out.has_variables = true;
        match values.json(used.name) {
            Ok(json) => {
                out.text.push_str(typed.get(from..used.start).unwrap_or_default());
                let text = json.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
                out.text.push_str(match (used.is_quoted, text) {
                    (true, Some(text)) => text,
                    _ => &json,
                });
                from = used.end;
                out.ends.push((from as u32, out.text.len() as u32));
            }
            Err(note) if out.notes.len() < MOST_NOTES && !out.notes.contains(&note) => out.notes.push(note),
            Err(_) => {}
        }
    }
    out.text.push_str(typed.get(from..).unwrap_or_default());
    out
}

/// The text with a string of the same length in place of every variable outside quotes, so that it can be read as JSON
/// and every place in it stays where it was.
pub fn masked(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len());
    let mut from = 0;
    for used in uses(typed).into_iter().filter(|used| !used.is_quoted) {
        out.push_str(typed.get(from..used.start).unwrap_or_default());
        out.push('"');
        out.extend(std::iter::repeat_n('_', used.end - used.start - 2));
        out.push('"');
        from = used.end;
    }
    out.push_str(typed.get(from..).unwrap_or_default());
    out
}

/// Puts the variables of `typed` back into a text that was made of its [`masked`] form without moving them. A text of
/// another length stays as it is.
pub fn with_variables_of(masked: &str, typed: &str) -> String {
    if masked.len() != typed.len() {
        return masked.to_owned();
    }
    let mut out = String::with_capacity(typed.len());
    let mut from = 0;
    for used in uses(typed).into_iter().filter(|used| !used.is_quoted) {
        out.push_str(masked.get(from..used.start).unwrap_or_default());
        out.push_str(typed.get(used.start..used.end).unwrap_or_default());
        from = used.end;
    }
    out.push_str(masked.get(from..).unwrap_or_default());
    out
}

/// The whole text is one variable.
pub fn is_variable(text: &str) -> bool {
    uses(text).first().is_some_and(|used| used.start == 0 && used.end == text.len())
}

/// All variables of a text, in its order.
fn uses(typed: &str) -> Vec<Use<'_>> {
    let bytes = typed.as_bytes();
    let mut found = Vec::new();
    if !typed.contains("{{") {
        return found;
    }
    let (mut at, mut is_quoted) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\\' if is_quoted => at += 1,
            b'{' => {
                if let Some(name) = name_at(typed, at) {
                    let end = at + name.len() + 4;
                    found.push(Use { start: at, end, name, is_quoted });
                    at = end;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn name_at(typed: &str, at: usize) -> Option<&str> {
    let rest = typed.get(at..)?.strip_prefix("{{")?;
    let length =
        rest.bytes().take(LONGEST_NAME + 1).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let name = rest.get(..length).filter(|name| !name.is_empty() && name.len() <= LONGEST_NAME)?;
    rest.get(length..)?.starts_with("}}").then_some(name)
}

impl Values<'_> {
    /// The JSON value a variable stands for, else a sentence that says why there is none.
    fn json(&mut self, name: &str) -> Result<String, String> {
        let facts = self.facts;
        let (is_v2, outlet) = (self.version.is_v2(), facts.outlet);
        let place = if is_v2 { "EVSE" } else { "connector" };
        let none = |why: String| Err(format!("{{{{{name}}}}} has no value now, {why}, and goes out as it stands."));
        match name {
            "now" => Ok(quote(&date_time::format_utc(self.now_epoch_millis))),
            "uuid" => Ok(quote(&self.chance.uuid())),
            "transactionId" => match &facts.transaction_id {
                // 1.6 counts transactions, 2.x names them.
                Some(id) if !is_v2 && id.parse::<i64>().is_ok() => Ok(id.clone()),
                Some(id) => Ok(quote(id)),
                None => none(format!("because no transaction runs at {place} {outlet}")),
            },
            "seqNo" if is_v2 => Ok(facts.seq_no.to_string()),
            // The station of this page has one connector per EVSE.
            "connectorId" if is_v2 => Ok("1".to_owned()),
            "connectorId" => Ok(outlet.to_string()),
            "evseId" if is_v2 => Ok(outlet.to_string()),
            "idTag" if facts.token.is_empty() => none("because the station has no token".to_owned()),
            "idTag" => Ok(quote(&facts.token)),
            "seqNo" | "evseId" => Err(format!(
                "{{{{{name}}}}} is for OCPP 2.0.1 and 2.1: messages of OCPP 1.6 have no such field. It goes out as it stands."
            )),
            _ => Err(format!("There is no variable {{{{{name}}}}}, so it goes out as it stands.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ocpp_wire::json;
    use proptest::prelude::*;

    fn facts() -> Facts {
        Facts {
            outlet: 2,
            token: "A\"1".to_owned(),
            transaction_id: Some("42".to_owned()),
            seq_no: 7,
            ..Facts::default()
        }
    }

    fn expanded(version: Version, facts: &Facts, typed: &str) -> Expanded {
        let chance = Chance::new(1);
        expand(typed, &mut Values { version, now_epoch_millis: 1_795_339_327_000, facts, chance })
    }

    #[test]
    fn inside_quotes_text_outside_values() {
        let text = |version, typed| expanded(version, &facts(), typed).text;
        let typed = r#"{"a":"{{now}}","b":{{now}},"c":{{transactionId}},"d":"tx {{transactionId}}","e":{{idTag}},"f":"{{idTag}}"}"#;
        assert_eq!(
            text(Version::V16, typed),
            r#"{"a":"2026-11-22T09:22:07.000Z","b":"2026-11-22T09:22:07.000Z","c":42,"d":"tx 42","e":"A\"1","f":"A\"1"}"#
        );
        let typed = r#"[{{transactionId}},{{seqNo}},{{evseId}},{{connectorId}}]"#;
        assert_eq!(text(Version::V21, typed), r#"["42",7,2,1]"#);
        assert_eq!(text(Version::V16, r#"[2,"{{uuid}}"]"#).len(), r#"[2,""]"#.len() + 36);
        // Quotes that are escaped do not end a string.
        assert_eq!(text(Version::V16, r#"["\"{{idTag}}"]"#), r#"["\"A\"1"]"#);
    }

    #[test]
    fn each_uuid_is_another() {
        let text = expanded(Version::V16, &facts(), "{{uuid}}{{uuid}}").text;
        assert_eq!(text.len(), 76);
        assert_ne!(text.get(..38), text.get(38..));
    }

    #[test]
    fn what_has_no_value_is_said_and_stays() {
        let typed = r#"{"a":{{color}},"b":{{transactionId}},"c":"{{seqNo}}{{color}}","d":"{{ now }}{{}}"}"#;
        let none = expanded(Version::V16, &Facts { outlet: 1, ..Facts::default() }, typed);
        assert_eq!(none.text, typed);
        assert!(none.has_variables);
        assert_eq!(
            none.notes.join("\n"),
            "There is no variable {{color}}, so it goes out as it stands.\n\
             {{transactionId}} has no value now, because no transaction runs at connector 1, and goes out as it stands.\n\
             {{seqNo}} is for OCPP 2.0.1 and 2.1: messages of OCPP 1.6 have no such field. It goes out as it stands."
        );
        assert!(!expanded(Version::V16, &facts(), r#"{"a":{"b":{}}}"#).has_variables);
    }

    #[test]
    fn places_lead_back_to_what_was_typed() {
        let typed = r#"{"a":"{{now}}","b":!,"c":{{seqNo}},"d":?}"#;
        let out = expanded(Version::V201, &facts(), typed);
        for mark in ['!', '?', 'b', 'd', '{'] {
            let (there, here) = (out.text.find(mark).unwrap(), typed.find(mark).unwrap());
            assert_eq!(out.place_as_typed(there as u32), here as u32, "{mark}");
        }
    }

    #[test]
    fn a_masked_text_is_json_of_the_same_shape() {
        let typed = r#"{"a":{{seqNo}},"b":[{{x}}],"c":"{{now}}"}"#;
        let text = masked(typed);
        assert_eq!(text, r#"{"a":"_______","b":["___"],"c":"{{now}}"}"#);
        assert!(json::parse(&text).is_ok() && is_variable("{{seqNo}}") && !is_variable("{{seqNo}} "));
    }

    proptest! {
        #[test]
        fn a_text_without_variables_goes_out_as_it_stands(typed in "[{}\"\\\\a:,é ]{0,60}") {
            let out = expanded(Version::V16, &facts(), &typed);
            if !out.has_variables {
                prop_assert_eq!(&out.text, &typed);
            }
            prop_assert_eq!(masked(&typed).len(), typed.len());
        }

        #[test]
        fn any_text_is_bounded_and_keeps_its_places(typed in "([{}\"\\\\a:,é ]|\\{\\{(now|uuid|seqNo|color)\\}\\}){0,30}", at in 0u32..400) {
            let out = expanded(Version::V201, &facts(), &typed);
            prop_assert!(out.place_as_typed(at.min(out.text.len() as u32)) <= typed.len() as u32);
        }
    }
}
