//! Writes JSON objects piece by piece, for the messages that we make ourselves.

use crate::quantity;
use ocpp_wire::date_time;
use ocpp_wire::json::quote;

/// A JSON object under construction. Members stand in the order they were added.
///
/// ```
/// use workbench::object::Object;
/// assert_eq!(Object::new().text("idTag", "A\"1").integer("connectorId", 1).done(), r#"{"idTag":"A\"1","connectorId":1}"#);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Object(String);

impl Object {
    /// An empty object.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member whose value is JSON already.
    pub fn raw(mut self, name: &str, json: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&quote(name));
        self.0.push(':');
        self.0.push_str(json);
        self
    }

    /// Adds a string.
    pub fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, &quote(value))
    }

    /// Adds an integer.
    pub fn integer(self, name: &str, value: i64) -> Self {
        self.raw(name, &value.to_string())
    }

    /// Adds a number with at most so many decimals; zeros at its end are left out.
    pub fn decimal(self, name: &str, value: f64, n_decimals: u32) -> Self {
        self.raw(name, &decimal(value, n_decimals))
    }

    /// Adds a boolean.
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// Adds an instant as RFC 3339 in UTC with milliseconds.
    pub fn instant(self, name: &str, epoch_millis: f64) -> Self {
        self.text(name, &date_time::format_utc(epoch_millis as i64))
    }

    /// Adds a list whose items are JSON already.
    pub fn list(self, name: &str, items: &[String]) -> Self {
        self.raw(name, &list(items))
    }

    /// Adds what `add` does, if `value` is there.
    pub fn maybe<T>(self, value: Option<T>, add: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            Some(value) => add(self, value),
            None => self,
        }
    }

    /// The text.
    pub fn done(self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A list whose items are JSON already.
pub fn list(items: &[String]) -> String {
    format!("[{}]", items.join(","))
}

/// A number with at most so many decimals; zeros at its end are left out.
pub fn decimal(value: f64, n_decimals: u32) -> String {
    let text = quantity::fixed(value, n_decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}
