//! The judge of every schema violation that is shown: `jsonschema-valid`. This is the only file that names it.

use crate::schema::Draft;
use jsonschema_valid::Config;
use serde_json::Value;
use std::fmt;

/// A schema as `jsonschema-valid` holds it.
pub(crate) struct Referee {
    config: Option<Config<'static>>,
}

/// One complaint of the referee, as data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// Steps from the payload to the value complained of.
    pub(crate) path: Vec<String>,
    /// Schema keyword that is violated.
    pub(crate) keyword: String,
}

impl Referee {
    /// Takes a schema without references.
    ///
    /// The schema is leaked: the crate borrows it, and a schema lives as long as the page. There are 387 of
    /// them at most.
    pub(crate) fn new(schema: Value, draft: Draft) -> Self {
        // Left to itself the crate takes `…/schema#` for draft 7, so the draft is always named.
        let draft = match draft {
            Draft::Draft4 => jsonschema_valid::schemas::Draft::Draft4,
            Draft::Draft6 => jsonschema_valid::schemas::Draft::Draft6,
        };
        let schema: &'static Value = Box::leak(Box::new(schema));
        Self { config: Config::from_schema(schema, Some(draft)).ok() }
    }

    /// The first complaints, in the order of the schema.
    pub(crate) fn complaints(&self, payload: &Value, n_most: usize) -> Vec<Complaint> {
        let Some(config) = &self.config else { return Vec::new() };
        let Err(errors) = config.validate(payload) else { return Vec::new() };
        errors
            .take(n_most)
            .map(|error| Complaint {
                // The crate reports paths leaf first.
                path: error.instance_path.iter().rev().cloned().collect(),
                keyword: error.schema_path.first().cloned().unwrap_or_default(),
            })
            .collect()
    }
}

impl fmt::Debug for Referee {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Referee").field("loaded", &self.config.is_some()).finish()
    }
}
