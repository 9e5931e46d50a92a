//! The envelope of an OCPP-J frame: message type, message id, and what follows.
//!
//! Reading never fails: an [`Envelope`] holds what could be read, and a list of what is wrong.
//!
//! # Source
//! OCPP-J 1.6 section 4.2; OCPP 2.0.1 and 2.1 Part 4 section 4.2.

use crate::json::{Kind, NodeId, Tree};
use crate::version::Version;

/// Most characters of a message id.
///
/// # Source
/// OCPP-J 1.6 section 4.1.4; OCPP 2.0.1 and 2.1 Part 4 section 4.1.4.
pub const MAX_ID_CHARS: usize = 36;

/// Most characters of an error description, from 2.0.1 on.
///
/// # Source
/// OCPP 2.0.1 and 2.1 Part 4 section 4.2.3. 1.6 has no limit.
pub const MAX_DESCRIPTION_CHARS: usize = 255;

/// Type of a message, by the number that begins its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageType {
    /// 2: a request.
    Call,
    /// 3: the answer to a Call.
    CallResult,
    /// 4: the refusal of a Call.
    CallError,
    /// 5: the refusal of a CallResult; OCPP 2.1.
    CallResultError,
    /// 6: a message without an answer; OCPP 2.1.
    Send,
}

impl MessageType {
    /// The type of a number, whatever the version.
    pub const fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            2 => Self::Call,
            3 => Self::CallResult,
            4 => Self::CallError,
            5 => Self::CallResultError,
            6 => Self::Send,
            _ => return None,
        })
    }

    /// The number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Call => 2,
            Self::CallResult => 3,
            Self::CallError => 4,
            Self::CallResultError => 5,
            Self::Send => 6,
        }
    }

    /// The name as the specifications write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Call => "CALL",
            Self::CallResult => "CALLRESULT",
            Self::CallError => "CALLERROR",
            Self::CallResultError => "CALLRESULTERROR",
            Self::Send => "SEND",
        }
    }

    /// The version defines it.
    pub fn exists_in(self, version: Version) -> bool {
        version == Version::V21 || !matches!(self, Self::CallResultError | Self::Send)
    }

    /// Elements of its frame.
    pub const fn n_elements(self) -> usize {
        match self {
            Self::CallResult => 3,
            Self::Call | Self::Send => 4,
            Self::CallError | Self::CallResultError => 5,
        }
    }

    /// It answers something.
    pub const fn is_answer(self) -> bool {
        matches!(self, Self::CallResult | Self::CallError | Self::CallResultError)
    }
}

/// Something wrong with an envelope. Each carries the value it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeIssue {
    /// The JSON value is no list.
    NotAList,
    /// `[]`
    EmptyList,
    /// The first element is not an integer.
    TypeNotAnInteger(NodeId),
    /// The first element is an integer that names no message type of any version.
    UnknownType(NodeId, i64),
    /// A message type of OCPP 2.1 in an older version.
    TypeOfLaterVersion(NodeId, MessageType),
    /// Too few or too many elements.
    WrongLength {
        /// Elements found.
        have: usize,
        /// Elements the type has.
        want: usize,
    },
    /// The message id is no string.
    IdNotAString(NodeId),
    /// The message id is `""`.
    IdEmpty(NodeId),
    /// The message id has this many characters.
    IdTooLong(NodeId, usize),
    /// The action is no string.
    ActionNotAString(NodeId),
    /// The payload is neither an object nor null.
    PayloadNotAnObject(NodeId),
    /// The error code is no string.
    CodeNotAString(NodeId),
    /// The error description is no string.
    DescriptionNotAString(NodeId),
    /// The error description has this many characters.
    DescriptionTooLong(NodeId, usize),
    /// The error details are missing.
    DetailsMissing,
    /// The error details are no object.
    DetailsNotAnObject(NodeId),
}

/// What could be read of a frame.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// Type of the message; `None` when it could not be read.
    pub message_type: Option<MessageType>,
    /// Message id; `None` when it is missing or no string.
    pub message_id: Option<String>,
    /// Where the message id stands.
    pub id_node: Option<NodeId>,
    /// Action of a Call or Send.
    pub action: Option<String>,
    /// Where the action stands.
    pub action_node: Option<NodeId>,
    /// Payload of a Call, CallResult or Send.
    pub payload: Option<NodeId>,
    /// Error code of a CallError or CallResultError.
    pub code: Option<String>,
    /// Where the error code stands.
    pub code_node: Option<NodeId>,
    /// Error description.
    pub description: Option<String>,
    /// Error details.
    pub details: Option<NodeId>,
    /// What is wrong.
    pub issues: Vec<EnvelopeIssue>,
}

/// Reads an envelope. Without a version, types of all versions are accepted.
///
/// ```
/// # use ocpp_wire::{envelope, json, version::Version};
/// let tree = json::parse(r#"[3,"a1",{"currentTime":"2026-11-22T09:22:07Z"}]"#).unwrap();
/// let envelope = envelope::read(&tree, Some(Version::V16));
/// assert_eq!(envelope.message_type, Some(envelope::MessageType::CallResult));
/// assert_eq!(envelope.message_id.as_deref(), Some("a1"));
/// assert!(envelope.issues.is_empty());
/// ```
pub fn read(tree: &Tree<'_>, version: Option<Version>) -> Envelope {
    let mut envelope = Envelope::default();
    let root = tree.root();
    if tree.kind(root) != Kind::Array {
        envelope.issues.push(EnvelopeIssue::NotAList);
        return envelope;
    }
    // Five elements at most mean something; the rest is only counted.
    let mut elements = [None; 5];
    let mut n = 0;
    for item in tree.items(root) {
        if let Some(slot) = elements.get_mut(n) {
            *slot = Some(item);
        }
        n += 1;
    }
    let [type_node, id_node, third, fourth, fifth] = elements;
    let Some(type_node) = type_node else {
        envelope.issues.push(EnvelopeIssue::EmptyList);
        return envelope;
    };
    match tree.integer(type_node) {
        None => envelope.issues.push(EnvelopeIssue::TypeNotAnInteger(type_node)),
        Some(number) => match MessageType::from_number(number) {
            None => envelope.issues.push(EnvelopeIssue::UnknownType(type_node, number)),
            Some(message_type) => {
                envelope.message_type = Some(message_type);
                if version.is_some_and(|version| !message_type.exists_in(version)) {
                    envelope.issues.push(EnvelopeIssue::TypeOfLaterVersion(type_node, message_type));
                }
            }
        },
    }
    envelope.read_id(tree, id_node);
    let Some(message_type) = envelope.message_type else { return envelope };
    let want = message_type.n_elements();
    let is_error = matches!(message_type, MessageType::CallError | MessageType::CallResultError);
    if is_error && n == want - 1 {
        envelope.issues.push(EnvelopeIssue::DetailsMissing);
    } else if n != want {
        envelope.issues.push(EnvelopeIssue::WrongLength { have: n, want });
    }
    match message_type {
        MessageType::Call | MessageType::Send => {
            envelope.action_node = third;
            envelope.action = third.and_then(|node| tree.string(node)).map(Into::into);
            if let (Some(node), None) = (third, &envelope.action) {
                envelope.issues.push(EnvelopeIssue::ActionNotAString(node));
            }
            envelope.read_payload(tree, fourth);
        }
        MessageType::CallResult => envelope.read_payload(tree, third),
        MessageType::CallError | MessageType::CallResultError => {
            envelope.read_error(tree, [third, fourth, fifth], version);
        }
    }
    envelope
}

impl Envelope {
    fn read_id(&mut self, tree: &Tree<'_>, node: Option<NodeId>) {
        let Some(node) = node else { return };
        self.id_node = Some(node);
        let Some(id) = tree.string(node) else {
            self.issues.push(EnvelopeIssue::IdNotAString(node));
            return;
        };
        let n = id.chars().count();
        if n == 0 {
            self.issues.push(EnvelopeIssue::IdEmpty(node));
        } else if n > MAX_ID_CHARS {
            self.issues.push(EnvelopeIssue::IdTooLong(node, n));
        }
        self.message_id = Some(id.into_owned());
    }

    fn read_payload(&mut self, tree: &Tree<'_>, node: Option<NodeId>) {
        let Some(node) = node else { return };
        self.payload = Some(node);
        if !matches!(tree.kind(node), Kind::Object | Kind::Null) {
            self.issues.push(EnvelopeIssue::PayloadNotAnObject(node));
        }
    }

    fn read_error(&mut self, tree: &Tree<'_>, nodes: [Option<NodeId>; 3], version: Option<Version>) {
        let [code, description, details] = nodes;
        self.code_node = code;
        self.code = code.and_then(|node| tree.string(node)).map(Into::into);
        if let (Some(node), None) = (code, &self.code) {
            self.issues.push(EnvelopeIssue::CodeNotAString(node));
        }
        if let Some(node) = description {
            match tree.string(node) {
                None => self.issues.push(EnvelopeIssue::DescriptionNotAString(node)),
                Some(text) => {
                    let n = text.chars().count();
                    if n > MAX_DESCRIPTION_CHARS && version.is_some_and(Version::is_v2) {
                        self.issues.push(EnvelopeIssue::DescriptionTooLong(node, n));
                    }
                    self.description = Some(text.into_owned());
                }
            }
        }
        if let Some(node) = details {
            self.details = Some(node);
            if tree.kind(node) != Kind::Object {
                self.issues.push(EnvelopeIssue::DetailsNotAnObject(node));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn issues(version: Version, text: &str) -> Vec<String> {
        let tree = json::parse(text).unwrap();
        read(&tree, Some(version))
            .issues
            .iter()
            .map(|issue| {
                let debug = format!("{issue:?}");
                debug.split(['(', ' ']).next().unwrap().to_owned()
            })
            .collect()
    }

    #[test]
    fn issues_by_frame() {
        for (text, expected) in [
            (r#"[2,"1","Heartbeat",{}]"#, &[][..]),
            (r#"[2,"1","Heartbeat",null]"#, &[]),
            (r#"[3,"1",{}]"#, &[]),
            (r#"[4,"1","GenericError","",{}]"#, &[]),
            ("{}", &["NotAList"]),
            ("[]", &["EmptyList"]),
            ("[2]", &["WrongLength"]),
            (r#"["2","1","Heartbeat",{}]"#, &["TypeNotAnInteger"]),
            (r#"[2.0,"1","Heartbeat",{}]"#, &["TypeNotAnInteger"]),
            (r#"[7,"1","Heartbeat",{}]"#, &["UnknownType"]),
            (r#"[6,"1","NotifyPeriodicEventStream",{}]"#, &["TypeOfLaterVersion"]),
            (r#"[2,1,"Heartbeat",{}]"#, &["IdNotAString"]),
            (r#"[2,"","Heartbeat",{}]"#, &["IdEmpty"]),
            (r#"[2,"1234567890123456789012345678901234567","Heartbeat",{}]"#, &["IdTooLong"]),
            (r#"[2,"1","Heartbeat"]"#, &["WrongLength"]),
            (r#"[2,"1","Heartbeat",{},{}]"#, &["WrongLength"]),
            (r#"[2,"1",7,{}]"#, &["ActionNotAString"]),
            (r#"[2,"1","Heartbeat",[]]"#, &["PayloadNotAnObject"]),
            (r#"[4,"1","GenericError",""]"#, &["DetailsMissing"]),
            (r#"[4,"1","GenericError"]"#, &["WrongLength"]),
            (r#"[4,"1",5,null,"x"]"#, &["CodeNotAString", "DescriptionNotAString", "DetailsNotAnObject"]),
        ] {
            assert_eq!(issues(Version::V16, text), expected, "{text}");
        }
    }

    #[test]
    fn what_versions_differ_in() {
        let long = format!(r#"[4,"1","GenericError","{}",{{}}]"#, "x".repeat(256));
        assert!(issues(Version::V16, &long).is_empty());
        assert_eq!(issues(Version::V201, &long), ["DescriptionTooLong"]);
        for text in [r#"[5,"1","GenericError","",{}]"#, r#"[6,"1","NotifyPeriodicEventStream",{}]"#] {
            assert!(issues(Version::V21, text).is_empty());
            assert_eq!(issues(Version::V201, text), ["TypeOfLaterVersion"]);
        }
    }
}
