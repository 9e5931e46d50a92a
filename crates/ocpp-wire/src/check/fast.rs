//! The quick look: accepts what is surely valid straight from the tree of its text, and leaves the rest to the referee.

use crate::date_time;
use crate::json::{Kind, NodeId, Tree};
use crate::number;
use crate::schema::{Format, Rule, RuleId, Schema, ValueType};

/// A payload and its schema.
pub(super) struct Fast<'a, 't> {
    pub(super) schema: &'a Schema,
    pub(super) tree: &'a Tree<'t>,
}

impl Fast<'_, '_> {
    /// The value keeps to the rule for sure.
    pub(super) fn accepts(&self, rule: RuleId, id: NodeId) -> bool {
        let rule = self.schema.rule(rule);
        let Some(value_type) = rule.value_type else { return rule.admits_anything() };
        match (value_type, self.tree.kind(id)) {
            (ValueType::Object, Kind::Object) => self.accepts_object(rule, id),
            (ValueType::Array, Kind::Array) => self.accepts_array(rule, id),
            (ValueType::String, Kind::String) => self.accepts_string(rule, id),
            (ValueType::Integer | ValueType::Number, Kind::Number) => self.accepts_number(rule, value_type, id),
            (ValueType::Boolean, Kind::Bool) => true,
            _ => false,
        }
    }

    fn accepts_object(&self, rule: &Rule, id: NodeId) -> bool {
        let mut n_required = 0;
        // Members mostly come in the order of the schema, so the next one is tried first.
        let mut guess = 0;
        for member in self.tree.items(id) {
            let name = self.tree.key(member);
            let at_guess = rule.properties.get(guess).filter(|property| property.name == *name);
            let found = match at_guess {
                Some(property) => Some((guess, property)),
                // Left out members are passed over, so the search goes on from there and ends at the beginning.
                None => {
                    let (before, after) = rule.properties.split_at(guess.min(rule.properties.len()));
                    let after = (guess..).zip(after);
                    after.chain((0..).zip(before)).find(|(_, property)| property.name == *name)
                }
            };
            match found {
                Some((index, property)) => {
                    guess = index + 1;
                    n_required += usize::from(property.is_required);
                    if !self.accepts(property.rule, member) {
                        return false;
                    }
                }
                None if rule.is_open => {}
                None => return false,
            }
        }
        n_required == rule.n_required
    }

    fn accepts_array(&self, rule: &Rule, id: NodeId) -> bool {
        let Some(items) = rule.items else { return false };
        let mut n = 0_u64;
        for item in self.tree.items(id) {
            n += 1;
            if !self.accepts(items, item) {
                return false;
            }
        }
        rule.min_items.is_none_or(|least| n >= least) && rule.max_items.is_none_or(|most| n <= most)
    }

    fn accepts_string(&self, rule: &Rule, id: NodeId) -> bool {
        let Some(text) = self.tree.string(id) else { return false };
        if let Some(most) = rule.max_length {
            // Never more characters than bytes, so most texts need no counting.
            if text.len() as u64 > most && text.chars().count() as u64 > most {
                return false;
            }
        }
        if !rule.allowed.is_empty() && !rule.allowed.iter().any(|allowed| *allowed == *text) {
            return false;
        }
        match rule.format {
            None => true,
            Some(Format::DateTime) => date_time::parse(&text).is_some(),
            Some(Format::Uri) => is_plain_uri(&text),
        }
    }

    fn accepts_number(&self, rule: &Rule, value_type: ValueType, id: NodeId) -> bool {
        let text = self.tree.raw(id);
        // Numbers of usual length are exact enough in binary for the bounds of the schemas.
        if text.len() > 15 || text.contains(['e', 'E']) {
            return false;
        }
        if value_type == ValueType::Integer && !number::is_written_as_integer(text) {
            return false;
        }
        if let Some(step) = &rule.multiple_of
            && !number::is_multiple_of(text, step)
        {
            return false;
        }
        if rule.minimum.is_none() && rule.maximum.is_none() {
            return true;
        }
        // The usual bound.
        if rule.minimum.as_deref() == Some("0") && rule.maximum.is_none() && !text.starts_with('-') {
            return true;
        }
        let Some(value) = number::parse(text) else { return false };
        let bound = |text: &Option<String>| text.as_ref().and_then(|text| number::parse(text));
        bound(&rule.minimum).is_none_or(|least| value >= least) && bound(&rule.maximum).is_none_or(|most| value <= most)
    }
}

/// A URI of a plain form that every reader agrees on; others are left to the referee.
pub(super) fn is_plain_uri(text: &str) -> bool {
    const SCHEMES: [&str; 8] = ["https://", "http://", "ftps://", "ftp://", "sftp://", "wss://", "ws://", "file:///"];
    let Some(rest) = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)) else { return false };
    let host_end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_end);
    host.starts_with(|c: char| c.is_ascii_lowercase())
        && host.ends_with(|c: char| c.is_ascii_alphabetic())
        && !host.contains("..")
        // Punycode, in any case, must be decodable.
        && !host.contains("--")
        // `0xf` is a part of an IPv4 address.
        && host.rsplit('.').next().is_some_and(|label| label.starts_with(|c: char| c.is_ascii_alphabetic()))
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-~".contains(&b))
}
