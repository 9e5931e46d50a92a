//! What may be written next in the filter: fields and their words, actions, rules, error codes, stations, and
//! from the schemas the names of fields and the values they may have.

use super::compose::Quoted;
use super::head::{ends_value, ends_word};
use super::payload::is_in_name;
use super::term::Field;
use crate::findings::RULES;
use crate::records::Schemas;
use ocpp_wire::catalog;
use ocpp_wire::error_codes;
use ocpp_wire::schema::SchemaSet;
use ocpp_wire::version::Version;
use serde_json::Value;
use std::cell::OnceCell;

/// Most completions that are given at once.
pub const MOST_COMPLETIONS: usize = 12;

/// Actions that are named in the note on a field.
const MOST_ACTIONS: usize = 2;

/// One way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// Where the text begins that is replaced, in UTF-16 units.
    pub start_utf16: u32,
    /// Where it ends, exclusive.
    pub end_utf16: u32,
    /// What is put there; the caret stands behind it.
    pub text: String,
    /// What the list shows.
    pub label: String,
    /// What is said beside it: an example, the title of a rule, the actions that have a field. May be empty.
    pub note: String,
}

/// What completion has to know of the workspace.
pub trait CompletionSource {
    /// Versions in use; where none is, all are meant.
    fn versions(&self) -> Vec<Version>;
    /// Identities of the stations.
    fn stations(&self) -> Vec<String>;
    /// Fields of the payloads of a version; `None` while its schemas are not loaded.
    fn fields(&self, version: Version) -> Option<&FieldIndex>;
}

/// The names of all fields of the payloads of a version, at any depth.
#[derive(Clone, Debug, Default)]
pub struct FieldIndex {
    /// Sorted by name.
    fields: Vec<KnownField>,
}

#[derive(Clone, Debug)]
struct KnownField {
    name: String,
    /// The first actions that have it.
    actions: Vec<&'static str>,
    n_actions: usize,
    /// The last of all actions.
    last_action: &'static str,
    /// Values the schemas allow, where they list them.
    values: Vec<String>,
}

impl FieldIndex {
    /// Reads all schemas of a set once; they are not kept.
    pub fn of(set: &SchemaSet) -> Self {
        let mut index = Self::default();
        for action in catalog::actions(set.version()) {
            for file in [Some(action.request_schema(set.version())), action.response_schema()].into_iter().flatten() {
                if let Some(schema) = set.corrected(&file) {
                    index.add(&schema, &schema, action.name);
                    for definition in schema.get("definitions").and_then(Value::as_object).into_iter().flatten() {
                        index.add(definition.1, &schema, action.name);
                    }
                }
            }
        }
        index
    }

    /// Number of different names.
    pub fn n_fields(&self) -> usize {
        self.fields.len()
    }

    /// Adds the members of a schema and of those inside it; what it refers to is added by itself.
    fn add(&mut self, schema: &Value, document: &Value, action: &'static str) {
        for (name, member) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let member = referred(member, document);
            let one = member.get("items").map_or(member, |items| referred(items, document));
            let values = one.get("enum").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            self.note(name, values, action);
            self.add(one, document, action);
        }
        if let Some(items) = schema.get("items") {
            self.add(items, document, action);
        }
    }

    fn note(&mut self, name: &str, values: &[Value], action: &'static str) {
        let at = self.fields.partition_point(|field| field.name.as_str() < name);
        if self.fields.get(at).is_none_or(|field| field.name != name) {
            let field = KnownField {
                name: name.to_owned(),
                actions: Vec::new(),
                n_actions: 0,
                last_action: "",
                values: Vec::new(),
            };
            self.fields.insert(at, field);
        }
        let Some(field) = self.fields.get_mut(at) else { return };
        if field.last_action != action {
            field.last_action = action;
            field.n_actions += 1;
            if field.n_actions <= MOST_ACTIONS {
                field.actions.push(action);
            }
        }
        for value in values.iter().filter_map(Value::as_str) {
            if !field.values.iter().any(|known| known == value) {
                field.values.push(value.to_owned());
            }
        }
    }
}

impl KnownField {
    /// `Authorize, RemoteStartTransaction and 4 more`.
    fn note(&self) -> String {
        let named = self.actions.join(", ");
        match self.n_actions - self.actions.len() {
            0 => named,
            n => format!("{named} and {n} more"),
        }
    }
}

/// What a reference names, or the schema itself.
fn referred<'s>(schema: &'s Value, document: &'s Value) -> &'s Value {
    let reference = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
    reference.and_then(|pointer| document.pointer(pointer)).unwrap_or(schema)
}

/// The field indexes of all versions, each made when it is first needed.
#[derive(Debug, Default)]
pub struct FieldIndexes {
    indexes: [OnceCell<FieldIndex>; 3],
}

impl FieldIndexes {
    /// That of a version; `None` while its schemas are not loaded.
    pub fn get(&self, schemas: &Schemas, version: Version) -> Option<&FieldIndex> {
        let set = schemas.set(version)?;
        Some(self.indexes.get(version as usize)?.get_or_init(|| FieldIndex::of(set)))
    }
}

/// What stands before the caret.
enum Place<'t> {
    /// The beginning of a word: a field of the filter, or of the payload.
    Word,
    /// A name behind a point.
    Name,
    /// A value of a field of the filter.
    Value(Field),
    /// A value of a field of the payload, by its name.
    PayloadValue(&'t str),
    /// Free text, and what cannot be completed.
    Nothing,
}

/// The text before the caret, as far as completion looks at it.
struct Before<'t> {
    place: Place<'t>,
    /// First byte of what is completed.
    start: usize,
    is_quoted: bool,
}

impl<'t> Before<'t> {
    /// Goes through the text up to the caret. Text that is not a query yet is taken as far as it goes.
    fn of(text: &'t str) -> Self {
        let mut before = Self { place: Place::Word, start: 0, is_quoted: false };
        let (mut word_start, mut previous, mut is_escaped) = (0, ' ', false);
        for (at, c) in text.char_indices() {
            let behind = at + c.len_utf8();
            if before.is_quoted {
                before.is_quoted = c != '"' || is_escaped;
                is_escaped = c == '\\' && !is_escaped;
                if !before.is_quoted && !matches!(before.place, Place::Value(_) | Place::PayloadValue(_)) {
                    before.place = Place::Nothing;
                }
                previous = c;
                continue;
            }
            if ends_word(c) || (c == '-' && at == word_start) {
                word_start = behind;
                before.place = Place::Word;
                before.start = behind;
            } else if c == '"' && !is_in_name(previous) {
                before.is_quoted = true;
                is_escaped = false;
                before.start = at;
            } else if matches!(before.place, Place::Value(_) | Place::PayloadValue(_)) {
                let follows_sign = before.start == at && "=<>~".contains(c);
                if c == ',' || follows_sign {
                    before.start = behind;
                }
            } else {
                let name = text.get(before.start..at).unwrap_or_default();
                match c {
                    ':' => {
                        let field = text.get(word_start..at).and_then(Field::from_name);
                        before.place = field.map_or(Place::Nothing, Place::Value);
                        before.start = behind;
                    }
                    '=' | '~' | '<' | '>' => {
                        let name = name.trim_end_matches('!').trim_matches('"');
                        before.place = Place::PayloadValue(if matches!(c, '<' | '>') { "" } else { name });
                        before.start = behind;
                    }
                    '.' if !matches!(before.place, Place::Nothing) || previous == '"' => {
                        before.place = Place::Name;
                        before.start = behind;
                    }
                    '!' | '[' | ']' => {}
                    _ if is_in_name(c) => {}
                    _ => before.place = Place::Nothing,
                }
            }
            previous = c;
        }
        if before.is_quoted && matches!(before.place, Place::Word | Place::Name) {
            before.place = Place::Nothing;
        }
        before
    }
}

/// Collects what fits, what begins with the text before what only contains it.
struct Offers {
    /// In small letters.
    fragment: String,
    /// What stands there now.
    replaced: String,
    start_utf16: u32,
    end_utf16: u32,
    beginning: Vec<Completion>,
    containing: Vec<Completion>,
}

impl Offers {
    fn offer(&mut self, label: &str, text: &str, note: &dyn Fn() -> String) {
        // One letter stands in nearly every word.
        const FEWEST_INSIDE: usize = 2;
        let lower = label.to_ascii_lowercase();
        let list = if lower.starts_with(&self.fragment) {
            &mut self.beginning
        } else if self.fragment.len() >= FEWEST_INSIDE && lower.contains(&self.fragment) {
            &mut self.containing
        } else {
            return;
        };
        if list.len() >= MOST_COMPLETIONS || text == self.replaced || list.iter().any(|known| known.text == text) {
            return;
        }
        list.push(Completion {
            start_utf16: self.start_utf16,
            end_utf16: self.end_utf16,
            text: text.to_owned(),
            label: label.to_owned(),
            note: note(),
        });
    }

    fn words(&mut self, words: &[&str]) {
        for word in words {
            self.offer(word, word, &String::new);
        }
    }

    fn values(&mut self, field: Field, versions: &[Version], source: &dyn CompletionSource) {
        match field {
            Field::Action => {
                for action in versions.iter().flat_map(|version| catalog::actions(*version)) {
                    self.offer(action.name, action.name, &String::new);
                }
            }
            Field::ErrorCode => {
                for code in versions.iter().flat_map(|version| error_codes::codes(*version)) {
                    self.offer(code.code, code.code, &String::new);
                }
            }
            Field::Rule => {
                for rule in RULES {
                    self.offer(rule.id, rule.id, &|| rule.title().to_owned());
                }
            }
            Field::Station => {
                for station in source.stations() {
                    self.offer(&station, &Quoted(&station).to_string(), &String::new);
                }
            }
            _ => self.words(field.words()),
        }
    }
}

/// How the text may go on at the caret, best first: what begins with the word there, then what contains it.
///
/// At most [`MOST_COMPLETIONS`]; nothing for free text and for what only the user knows, such as a message id.
pub fn complete(text: &str, caret_utf16: u32, source: &dyn CompletionSource) -> Vec<Completion> {
    let mut n_units = 0;
    let caret = text.char_indices().find(|(_, c)| {
        let is_there = n_units >= caret_utf16;
        n_units += c.len_utf16() as u32;
        is_there
    });
    let (head, tail) = text.split_at_checked(caret.map_or(text.len(), |(at, _)| at)).unwrap_or((text, ""));
    let before = Before::of(head);
    let fragment = head.get(before.start..).unwrap_or_default();
    let is_name = matches!(before.place, Place::Word | Place::Name);
    let n_behind =
        match tail.find(|c| if before.is_quoted { c == '"' } else { ends_value(c) || (is_name && !is_in_name(c)) }) {
            Some(end) => end + usize::from(before.is_quoted),
            None => tail.len(),
        };
    let (behind, after) = tail.split_at_checked(n_behind).unwrap_or((tail, ""));
    let utf16 = |text: &str| text.encode_utf16().count() as u32;
    let head_utf16 = utf16(head);
    let mut offers = Offers {
        fragment: fragment.trim_start_matches('"').to_ascii_lowercase(),
        replaced: format!("{fragment}{behind}"),
        start_utf16: head_utf16 - utf16(fragment),
        end_utf16: head_utf16 + utf16(behind),
        beginning: Vec::new(),
        containing: Vec::new(),
    };
    let mut versions = source.versions();
    if versions.is_empty() {
        versions = Version::ALL.to_vec();
    }
    let indexes = versions.iter().filter_map(|version| source.fields(*version));
    match before.place {
        Place::Word | Place::Name => {
            // What is behind a name that is completed stays behind it.
            let has_sign = after.starts_with([':', '=', '<', '>', '~', '!']);
            let is_word = matches!(before.place, Place::Word);
            if is_word {
                for field in Field::ALL {
                    let sign = if has_sign { "" } else { field.sign() };
                    offers.offer(field.name(), &format!("{}{sign}", field.name()), &|| field.example().to_owned());
                }
            }
            if !fragment.is_empty() {
                for field in indexes.flat_map(|index| &index.fields) {
                    let is_taken = is_word && Field::from_name(&field.name).is_some();
                    let dots = if is_taken { ".." } else { "" };
                    let sign = if has_sign { "" } else { "=" };
                    offers.offer(&field.name, &format!("{dots}{}{sign}", field.name), &|| field.note());
                }
            }
        }
        Place::Value(field) => offers.values(field, &versions, source),
        Place::PayloadValue(name) => {
            if name.eq_ignore_ascii_case("errorCode") {
                offers.values(Field::ErrorCode, &versions, source);
            }
            for field in indexes.flat_map(|index| &index.fields).filter(|field| field.name.eq_ignore_ascii_case(name)) {
                for value in &field.values {
                    let text = if before.is_quoted { format!("\"{value}\"") } else { Quoted(value).to_string() };
                    offers.offer(value, &text, &String::new);
                }
            }
        }
        Place::Nothing => {}
    }
    let Offers { mut beginning, containing, .. } = offers;
    beginning.extend(containing);
    beginning.truncate(MOST_COMPLETIONS);
    beginning
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;
    use crate::testing;
    use proptest::prelude::*;

    struct Workspace {
        versions: Vec<Version>,
        schemas: Schemas,
        indexes: FieldIndexes,
    }

    impl CompletionSource for Workspace {
        fn versions(&self) -> Vec<Version> {
            self.versions.clone()
        }
        fn stations(&self) -> Vec<String> {
            vec!["CP1".to_owned(), "Depot 7".to_owned()]
        }
        fn fields(&self, version: Version) -> Option<&FieldIndex> {
            self.indexes.get(&self.schemas, version)
        }
    }

    fn workspace(versions: &[Version]) -> Workspace {
        Workspace { versions: versions.to_vec(), schemas: testing::schemas(), indexes: FieldIndexes::default() }
    }

    /// The text with the caret as `|`, after each completion in turn.
    fn answers(workspace: &Workspace, marked: &str) -> Vec<String> {
        let (head, tail) = marked.split_once('|').unwrap();
        let text = format!("{head}{tail}");
        let units: Vec<u16> = text.encode_utf16().collect();
        complete(&text, head.encode_utf16().count() as u32, workspace)
            .into_iter()
            .map(|completion| {
                let (start, end) = (completion.start_utf16 as usize, completion.end_utf16 as usize);
                let part = |units: &[u16]| String::from_utf16(units).unwrap();
                format!("{}{}{}", part(&units[..start]), completion.text, part(&units[end..]))
            })
            .collect()
    }

    #[test]
    fn words_go_on() {
        let both = workspace(&[Version::V16, Version::V201]);
        let old = workspace(&[Version::V16]);
        let check = |workspace: &Workspace, marked: &str, first: &[&str]| {
            let answers = answers(workspace, marked);
            let shown = &answers[..first.len().min(answers.len())];
            assert_eq!(shown, first, "{marked}: {answers:?}");
            assert_eq!(answers.is_empty(), first.is_empty(), "{marked}: {answers:?}");
        };
        check(&old, "|", &["action:", "dir:", "kind:", "severity:", "is:"]);
        check(&old, "lat|", &["latency>"]);
        check(&old, "kind:call -(sev|", &["kind:call -(severity:"]);
        check(&old, "🔌 kind:re| x", &["🔌 kind:result x", "🔌 kind:result-error x", "🔌 kind:unreadable x"]);
        check(&old, "kind:call,r|esult x", &["kind:call,result-error x"]);
        check(&old, "dir:|", &["dir:to-csms", "dir:to-station"]);
        check(&old, "is:un|", &["is:unanswered"]);
        check(&old, "action:boot|", &["action:BootNotification"]);
        check(&old, "action:start|", &["action:StartTransaction", "action:RemoteStartTransaction"]);
        check(&both, "action:transactionev|", &["action:TransactionEvent"]);
        check(&old, "action:transactionev|", &[]);
        check(&old, "code:form|", &["code:FormationViolation"]);
        check(&old, "errorCode=form|", &["errorCode=FormationViolation"]);
        check(&old, "rule:boot|", &["rule:BOOT-FIRST", "rule:BOOT-SECERR", "rule:BOOT-INTERVAL"]);
        check(&old, "station:d|", &["station:\"Depot 7\""]);
        check(&old, "station:\"Dep|ot\" x", &["station:\"Depot 7\" x"]);
        check(&old, "idT|", &["idTag=", "idTagInfo="]);
        check(&old, "-idtagi|nf", &["-idTagInfo="]);
        check(&old, "idT|ag=ABC", &["idTagInfo=ABC", "parentIdTag=ABC"]);
        check(&old, "meterValue..un|", &["meterValue..unit="]);
        check(&old, "meterValue.|", &[]);
        check(&old, "sever|", &["severity:"]);
        check(&both, "..sever|", &["..severity="]);
        check(&both, "i|", &["is:", "id:", "iccid=", "..id=", "idTag="]);
        check(&old, "unit=|", &["unit=Wh", "unit=kWh", "unit=varh"]);
        check(&old, "x sampledValue.unit!=w| y", &["x sampledValue.unit!=Wh y", "x sampledValue.unit!=W y"]);
        check(&old, "unit=\"kv|\" y", &["unit=\"kvarh\" y", "unit=\"kVA\" y"]);
        check(&old, "unit=Wh,kv|", &["unit=Wh,kvarh", "unit=Wh,kVA"]);
        check(&old, "unit<|", &[]);
        check(&old, "\"uni|", &[]);
        check(&old, "\"a b\" uni|", &["\"a b\" unit="]);
        check(&old, "foo:ba|", &[]);
        check(&old, "id:|", &[]);
        check(&old, "09:2|", &[]);
    }

    #[test]
    fn fields_are_those_of_the_schemas() {
        let all = workspace(&[]);
        let n = Version::ALL.map(|version| all.fields(version).unwrap().n_fields());
        assert_eq!(n, [96, 244, 555]);
        let notes: Vec<String> = complete("meterStop", 9, &all).into_iter().map(|completion| completion.note).collect();
        assert_eq!(notes, ["StopTransaction"]);
        let first = complete("idTag", 5, &all).swap_remove(0);
        assert_eq!(
            (first.label.as_str(), first.note.as_str()),
            ("idTag", "Authorize, RemoteStartTransaction and 4 more")
        );
        let old = workspace(&[Version::V16]);
        // StopTransaction has it twice.
        let timestamp = complete("timestamp", 9, &old).swap_remove(0);
        assert_eq!(timestamp.note, "MeterValues, SecurityEventNotification and 3 more");
        assert_eq!(complete("status=", 7, &all).len(), MOST_COMPLETIONS);
        assert_eq!(complete("kind:", 5, &all)[0].note, "");
        assert_eq!(complete("ki", 2, &all)[0].note, "kind:call,error");
        assert!(complete("rule:rpc-id-len", 13, &all)[0].note.len() > 5);
    }

    #[test]
    fn all_words_are_read() {
        for field in Field::ALL {
            for word in field.words() {
                // Its word again, so it was taken for what it says.
                let text = format!("{}:{word}", field.name());
                assert_eq!(parse(&text).unwrap().to_text(), text);
            }
        }
        let all = workspace(&[]);
        for text in ["", "id", "st", "c", "severity"] {
            for completion in complete(text, text.len() as u32, &all) {
                let value = if completion.text.starts_with("time") { "09:21" } else { "1" };
                let is_known =
                    Field::ALL.iter().any(|field| !field.words().is_empty() && completion.label == field.name());
                assert!(is_known || parse(&format!("{}{value}", completion.text)).is_ok(), "{completion:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_caret_in_any_text_is_completed(text in "([a-eistu\"\\\\():=.,<~!\\[ -]|ä|🔌|kind:|unit=|station:|\\.\\.){0,12}", caret in 0_u32..20) {
            thread_local! {
                static WORKSPACE: Workspace = workspace(&[Version::V16]);
            }
            let completions = WORKSPACE.with(|workspace| complete(&text, caret, workspace));
            prop_assert!(completions.len() <= MOST_COMPLETIONS);
            let units: Vec<u16> = text.encode_utf16().collect();
            for completion in completions {
                let (start, end) = (completion.start_utf16 as usize, completion.end_utf16 as usize);
                prop_assert!(start <= end && end <= units.len() && String::from_utf16(&units[..start]).is_ok() && String::from_utf16(&units[end..]).is_ok());
                prop_assert!(!completion.text.is_empty() && String::from_utf16(&units[start..end]).unwrap() != completion.text);
            }
        }
    }
}
