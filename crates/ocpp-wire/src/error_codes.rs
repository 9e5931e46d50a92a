//! The `CallError` codes of each version: what each means, what causes it, what to check, whether to repeat.
//!
//! The names and their one-line meanings come from the specifications. Causes, checks and the advice about
//! repeating are ours unless a clause is named with them; no version ranks the codes or says which of them
//! may be repeated. Which code an implementation really sends is not decided here.
//!
//! # Source
//! OCPP-J 1.6 (2015-10-08) section 4.2.3, table 7, and its errata sheet (2025-04) sections 3.3, 3.10, 5.1
//! and 5.2; OCPP 2.0.1 Part 4 edition 3 section 4.3, table 8; OCPP 2.1 Part 4 edition 1 section 4.3, table 9.
//! Repeating: OCPP 1.6 edition 2 section 3.7.1; OCPP 2.0.1 and 2.1 Part 2 use case E13.

use crate::version::Version;

/// One code of one version's table, with texts for an integrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// Exactly as it stands in the third element of a `CallError`, the version's own misspellings included.
    pub code: &'static str,
    /// The version whose table it stands in.
    pub version: Version,
    /// What the version's table says, in our words. Whole sentences.
    pub meaning: &'static str,
    /// What usually leads to it, most likely first. Whole sentences; ours unless a clause is named.
    pub likely_causes: &'static [&'static str],
    /// What to look at next, most useful first. Whole sentences; ours unless a clause is named.
    pub what_to_check: &'static [&'static str],
    /// Whether sending the same Call again helps, and what the version says about transaction messages.
    pub repeating: &'static str,
    /// A Call and the answer that carries this code.
    pub example: Example,
}

/// A frame and the `CallError` it earns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// What was sent: valid JSON, but not always a valid frame.
    pub request: &'static str,
    /// The `CallError`. Its id is that of the request, or `-1` where the request has no readable id.
    pub answer: &'static str,
    /// One sentence: why this code.
    pub why: &'static str,
}

/// What a code is in the light of one version's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It stands in the version's table.
    Valid,
    /// The version has this code, but other versions spell it in this way.
    OtherSpelling {
        /// The version's own spelling.
        right: &'static str,
    },
    /// The version does not have this code at all; others do.
    OtherVersion {
        /// The versions that have it, oldest first.
        versions: &'static [Version],
    },
    /// The version has it, but in other upper and lower case.
    WrongCase {
        /// The version's own spelling.
        right: &'static str,
    },
    /// No version has it: a vendor's invention, or not a code at all.
    Unknown,
}

/// Which codes fit a violated schema keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeywordCodes {
    /// Closest to the wording of the table, best first.
    pub best: &'static [&'static str],
    /// Also defensible from the wording, or sent by conforming implementations.
    pub acceptable: &'static [&'static str],
}

/// All codes of a version, in the order of the alphabet: ten in OCPP 1.6, twelve in 2.0.1 and 2.1.
///
/// ```
/// # use ocpp_wire::{error_codes, version::Version};
/// assert_eq!(error_codes::codes(Version::V16).len(), 10);
/// assert_eq!(error_codes::codes(Version::V201).len(), 12);
/// ```
///
/// # Source
/// OCPP-J 1.6 section 4.2.3, table 7; OCPP 2.0.1 Part 4 section 4.3, table 8; OCPP 2.1 Part 4 section 4.3, table 9.
pub fn codes(version: Version) -> &'static [ErrorCode] {
    match version {
        Version::V16 => V16,
        Version::V201 => V201,
        Version::V21 => V21,
    }
}

/// The texts of a code. `None` when the version's table does not have it in exactly this spelling; see [`standing`].
///
/// ```
/// # use ocpp_wire::{error_codes, version::Version};
/// assert!(error_codes::find(Version::V16, "FormationViolation").is_some());
/// assert!(error_codes::find(Version::V16, "FormatViolation").is_none());
/// ```
pub fn find(version: Version, code: &str) -> Option<&'static ErrorCode> {
    codes(version).iter().find(|entry| entry.code == code)
}

/// What a code from a frame is: valid, misspelled, of another version or unknown.
///
/// The field must hold a string of the version's table, so letters are compared exactly. Spelling goes before
/// case: `formatviolation` in OCPP 1.6 is [`Standing::OtherSpelling`].
///
/// ```
/// # use ocpp_wire::{error_codes::{standing, Standing}, version::Version};
/// assert_eq!(standing(Version::V16, "FormatViolation"), Standing::OtherSpelling { right: "FormationViolation" });
/// assert_eq!(standing(Version::V201, "notimplemented"), Standing::WrongCase { right: "NotImplemented" });
/// assert_eq!(standing(Version::V21, "OutOfCoffee"), Standing::Unknown);
/// ```
///
/// # Source
/// OCPP-J 1.6 section 4.2.3, table 6, and its errata sections 5.1 and 5.2; OCPP 2.0.1 and 2.1 Part 4 section 4.2.3,
/// table 7.
pub fn standing(version: Version, code: &str) -> Standing {
    if find(version, code).is_some() {
        return Standing::Valid;
    }
    let other_spelling =
        SPELLINGS.iter().find(|(v16, v2)| code.eq_ignore_ascii_case(if version.is_v2() { v16 } else { v2 }));
    if let Some((v16, v2)) = other_spelling {
        return Standing::OtherSpelling { right: if version.is_v2() { v2 } else { v16 } };
    }
    if let Some(entry) = codes(version).iter().find(|entry| entry.code.eq_ignore_ascii_case(code)) {
        return Standing::WrongCase { right: entry.code };
    }
    // Only 1.6 lacks codes that others have: the table of 2.1 is that of 2.0.1.
    if version == Version::V16 && find(Version::V201, code).is_some() {
        return Standing::OtherVersion { versions: &[Version::V201, Version::V21] };
    }
    Standing::Unknown
}

/// Which codes fit a violated keyword of a JSON schema. `None` for a keyword the OCPP schemas do not use.
///
/// Only a few cases are prescribed: OCPP 1.6 errata (2025-04) sections 3.24, 3.38 and 3.39 (invalid values in
/// smart charging), OCPP 2.0.1 and 2.1 Part 2 B06.FR.16, B06.FR.17, B08.FR.17, B08.FR.18, N06.FR.06 and
/// N06.FR.07 (too many items, too many bytes). Everything else is our reading of the tables.
///
/// ```
/// # use ocpp_wire::{error_codes::codes_for_keyword, version::Version};
/// let codes = codes_for_keyword(Version::V16, "required");
/// assert_eq!(codes.map(|codes| codes.best), Some(&["OccurenceConstraintViolation", "ProtocolError"][..]));
/// ```
pub fn codes_for_keyword(version: Version, keyword: &str) -> Option<KeywordCodes> {
    let table = if version.is_v2() { KEYWORDS_V2 } else { KEYWORDS_V16 };
    table.iter().find(|(keywords, _)| keywords.contains(&keyword)).map(|(_, codes)| *codes)
}

/// One or two sentences about a code's spelling and version, for the explanation of a `CallError`.
///
/// A code of no version is quoted, and cut to 60 characters.
///
/// ```
/// # use ocpp_wire::{error_codes::standing_sentence, version::Version};
/// assert_eq!(
///     standing_sentence(Version::V16, "FormatViolation"),
///     "OCPP 1.6 spells this code FormationViolation; FormatViolation is the spelling of OCPP 2.0.1 and 2.1."
/// );
/// ```
pub fn standing_sentence(version: Version, code: &str) -> String {
    let quoted: String = code.chars().take(60).collect();
    let count = if version.is_v2() { "twelve" } else { "ten" };
    match standing(version, code) {
        Standing::Valid => match (version, code) {
            (Version::V16, "OccurenceConstraintViolation") => {
                "One of the ten codes of OCPP 1.6; the spelling with one r is the official one.".to_owned()
            }
            (Version::V16, "FormationViolation") => {
                "One of the ten codes of OCPP 1.6; later versions call it FormatViolation.".to_owned()
            }
            _ => format!("One of the {count} codes of {version}, spelled correctly."),
        },
        Standing::OtherSpelling { right } => {
            let others = if version.is_v2() { "OCPP 1.6" } else { "OCPP 2.0.1 and 2.1" };
            if SPELLINGS.iter().any(|(v16, v2)| code == *v16 || code == *v2) {
                format!("{version} spells this code {right}; {code} is the spelling of {others}.")
            } else {
                format!("{version} spells this code {right}; {quoted:?} is in no version's table.")
            }
        }
        Standing::OtherVersion { versions } => {
            let names: Vec<&str> = versions.iter().map(|version| version.number()).collect();
            format!(
                "{code} does not exist in {version}; OCPP {} have it. {version} knows only its {count} codes.",
                names.join(" and ")
            )
        }
        Standing::WrongCase { right } => {
            format!("The code is a fixed text: {version} writes {right}, not {quoted}.")
        }
        Standing::Unknown => format!(
            "{quoted:?} is in no version's table; {version} allows only its {count} codes. What a vendor wants to add \
             belongs into the description or the details."
        ),
    }
}

/// The two codes with two spellings: that of OCPP 1.6, then that of 2.0.1 and 2.1.
const SPELLINGS: &[(&str, &str)] =
    &[("FormationViolation", "FormatViolation"), ("OccurenceConstraintViolation", "OccurrenceConstraintViolation")];

const KEYWORDS_V16: &[(&[&str], KeywordCodes)] = &[
    (
        &["required"],
        KeywordCodes { best: &["OccurenceConstraintViolation", "ProtocolError"], acceptable: &["FormationViolation"] },
    ),
    (
        &["additionalProperties"],
        KeywordCodes {
            best: &["FormationViolation"],
            acceptable: &["PropertyConstraintViolation", "ProtocolError", "OccurenceConstraintViolation"],
        },
    ),
    (
        &["type"],
        KeywordCodes {
            best: &["TypeConstraintViolation"],
            acceptable: &["FormationViolation", "PropertyConstraintViolation"],
        },
    ),
    (
        &["enum", "minimum", "maximum", "format"],
        KeywordCodes {
            best: &["PropertyConstraintViolation"],
            acceptable: &["TypeConstraintViolation", "FormationViolation"],
        },
    ),
    (
        &["maxLength", "multipleOf"],
        KeywordCodes {
            best: &["PropertyConstraintViolation"],
            acceptable: &["TypeConstraintViolation", "FormationViolation", "OccurenceConstraintViolation"],
        },
    ),
    (
        &["minItems", "maxItems"],
        KeywordCodes {
            best: &["OccurenceConstraintViolation"],
            acceptable: &["PropertyConstraintViolation", "FormationViolation", "ProtocolError"],
        },
    ),
];

const KEYWORDS_V2: &[(&[&str], KeywordCodes)] = &[
    (
        &["required"],
        KeywordCodes { best: &["OccurrenceConstraintViolation"], acceptable: &["ProtocolError", "FormatViolation"] },
    ),
    (
        &["additionalProperties"],
        KeywordCodes {
            best: &["FormatViolation"],
            acceptable: &["ProtocolError", "PropertyConstraintViolation", "OccurrenceConstraintViolation"],
        },
    ),
    (
        &["type"],
        KeywordCodes {
            best: &["TypeConstraintViolation"],
            acceptable: &["FormatViolation", "PropertyConstraintViolation"],
        },
    ),
    (
        &["enum", "minimum", "maximum", "format"],
        KeywordCodes {
            best: &["PropertyConstraintViolation"],
            acceptable: &["TypeConstraintViolation", "FormatViolation"],
        },
    ),
    (
        &["maxLength"],
        KeywordCodes {
            best: &["PropertyConstraintViolation"],
            acceptable: &["TypeConstraintViolation", "FormatViolation", "OccurrenceConstraintViolation"],
        },
    ),
    (
        &["minItems", "maxItems"],
        KeywordCodes {
            best: &["OccurrenceConstraintViolation"],
            acceptable: &["PropertyConstraintViolation", "FormatViolation", "ProtocolError"],
        },
    ),
    (&["multipleOf"], KeywordCodes { best: &["PropertyConstraintViolation"], acceptable: &["FormatViolation"] }),
];

/// Advice about repeating, followed by the rule of OCPP 1.6 for transaction messages.
macro_rules! repeating_v16 {
    ($advice:literal) => {
        concat!(
            $advice,
            " The rule for transaction messages is the same for every code: a station should send StartTransaction, \
             StopTransaction and periodic or clock-aligned MeterValues again after any CallError. Before each \
             repetition it waits TransactionMessageRetryInterval seconds × the number of transmissions so far; after \
             TransactionMessageAttempts failures it should discard the message and go on (OCPP 1.6 section 3.7.1)."
        )
    };
}

/// Advice about repeating, followed by the rule of OCPP 2.0.1 and 2.1 for transaction messages.
macro_rules! repeating_v2 {
    ($advice:literal) => {
        concat!(
            $advice,
            " The rule for transaction messages is the same for every code: a station must send TransactionEvent again \
             after any CallError. Before each repetition it waits MessageAttemptInterval[TransactionEvent] seconds × \
             the number of transmissions so far; after MessageAttempts[TransactionEvent] failures it must discard the \
             message and go on (both variables of OCPPCommCtrlr; Part 2 E13.FR.02 to E13.FR.04)."
        )
    };
}

macro_rules! pointless_v16 {
    () => {
        repeating_v16!("Advice: do not send the same Call again unchanged; it will be refused again.")
    };
}

macro_rules! pointless_v2 {
    () => {
        repeating_v2!("Advice: do not send the same Call again unchanged; it will be refused again.")
    };
}

const V16: &[ErrorCode] = &[
    ErrorCode {
        code: "FormationViolation",
        version: Version::V16,
        meaning: "The form of the payload is wrong: its syntax is broken, or it is not built the way the message of \
                  this action is built.",
        likely_causes: &[
            "The payload has a field that the action does not have, for example one of another version.",
            "The payload is an array or a text instead of an object.",
            "An inner object or list stands in the wrong place.",
        ],
        what_to_check: &[
            "Compare the payload with the action's schema: no field may be added, not even in inner objects (OCPP-J \
             1.6 errata, section 3.2).",
            "If the frame was not JSON at all, expect anything: OCPP 1.6 does not say how to answer a frame without a \
             readable message id.",
            "FormationViolation is the wire name in OCPP 1.6. The errata know that it should read FormatViolation and \
             keep it (OCPP-J 1.6 errata, section 5.2).",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"f0a1-11","BootNotification",{"chargePointVendor":"VendorX","chargePointModel":"SingleSocket","heartbeatInterval":300}]"#,
            answer: r#"[4,"f0a1-11","FormationViolation","heartbeatInterval is not a field of BootNotification",{}]"#,
            why: "BootNotification has no field heartbeatInterval, so the payload is not built like the message.",
        },
    },
    ErrorCode {
        code: "GenericError",
        version: Version::V16,
        meaning: "An error that none of the other nine codes describes.",
        likely_causes: &[
            "The receiver has a reason of its own; only its description and details can tell.",
            "An implementation sends this code for everything.",
        ],
        what_to_check: &[
            "Read the description and the details of the CallError.",
            "Look into the receiver's log at this message id.",
            "OCPP 1.6 has exactly ten codes and none for a broken envelope or an unknown message type, so receivers \
             use this one there too.",
        ],
        repeating: repeating_v16!(
            "Advice: read the description first; whether the same Call can succeed later depends on it."
        ),
        example: Example {
            request: r#"[2,"b7c2-40","GetDiagnostics",{"location":"ftp://logs.example.com/upload"}]"#,
            answer: r#"[4,"b7c2-40","GenericError","Another upload is running",{}]"#,
            why: "The Call is correct, GetDiagnostics has no status to refuse with, and no other code fits.",
        },
    },
    ErrorCode {
        code: "InternalError",
        version: Version::V16,
        meaning: "The receiver failed inside and could not finish the action. The Call itself need not be wrong.",
        likely_causes: &[
            "A database or another back end of the receiver does not answer.",
            "The receiver's code ran into an error that it did not expect, perhaps because of an unusual value.",
        ],
        what_to_check: &[
            "Look into the receiver's log at the time and message id of this Call.",
            "Compare with an earlier Call of the same action that was answered with a CallResult.",
        ],
        repeating: repeating_v16!("Advice: the same Call can succeed later; repeat it with growing pauses."),
        example: Example {
            request: r#"[2,"a41f-212","StopTransaction",{"transactionId":88123,"idTag":"04A2B3C4D5E680","meterStop":1219430,"timestamp":"2026-11-22T10:05:12Z","reason":"Local"}]"#,
            answer: r#"[4,"a41f-212","InternalError","Database not reachable",{}]"#,
            why: "The Call is correct; the CSMS could not store it.",
        },
    },
    ErrorCode {
        code: "NotImplemented",
        version: Version::V16,
        meaning: "The receiver does not know an action of this name.",
        likely_causes: &[
            "The name belongs to OCPP 2.x, such as TransactionEvent or GetVariables.",
            "The name has other upper or lower case than the specification; it is case-sensitive.",
            "The name carries a suffix such as Request or .req.",
            "The action went in the wrong direction and the receiver knows only those that it has to answer.",
            "The action belongs to the security white paper and the receiver does not implement that.",
        ],
        what_to_check: &[
            "Compare the third element of the Call with the action names of OCPP 1.6, letter by letter.",
            "Check the sub-protocol the server chose: after ocpp1.6 only OCPP 1.6 actions are possible.",
            "Use DataTransfer for a vendor's own messages. An unknown vendorId is then answered by a CallResult with \
             status UnknownVendorId, not by this code (OCPP 1.6 section 4.3).",
            "A receiver that knows the action but does not offer it should say NotSupported.",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"c3f0-17","BootNotificationRequest",{"chargePointVendor":"VendorX","chargePointModel":"SingleSocket"}]"#,
            answer: r#"[4,"c3f0-17","NotImplemented","Unknown action BootNotificationRequest",{}]"#,
            why: "The action is called BootNotification, without a suffix.",
        },
    },
    ErrorCode {
        code: "NotSupported",
        version: Version::V16,
        meaning: "The receiver knows the action but does not support it.",
        likely_causes: &[
            "The feature profile of the action is not implemented. A station without smart charging must answer \
             SetChargingProfile with this code (OCPP 1.6 errata, section 3.39).",
            "A station with signed firmware updates got the old UpdateFirmware; it must answer that with this code \
             (security white paper, edition 3, L01.FR.20).",
            "The feature is switched off in the receiver's configuration.",
            "The receiver uses this code for unknown actions too, although NotImplemented is the code for them.",
        ],
        what_to_check: &[
            "Read the configuration key SupportedFeatureProfiles of the station with GetConfiguration.",
            "Send this action only to receivers that offer its feature profile.",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"7d1e-204","SetChargingProfile",{"connectorId":1,"csChargingProfiles":{"chargingProfileId":100,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":{"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}}}]"#,
            answer: r#"[4,"7d1e-204","NotSupported","Smart charging is not supported",{}]"#,
            why: "The Call is correct, but this station has no smart charging.",
        },
    },
    ErrorCode {
        code: "OccurenceConstraintViolation",
        version: Version::V16,
        meaning: "The payload can be read, but a field occurs too seldom or too often.",
        likely_causes: &[
            "A required field is missing. ProtocolError fits this case as well.",
            "A list is empty that needs at least one element, such as sampledValue.",
        ],
        what_to_check: &[
            "Look up which fields of the action are required, and whether they are present under exactly that name.",
            "Count list elements by hand: the core schemas of OCPP 1.6 do not check that a list has an element, so a \
             payload can pass the schema and still be refused.",
            "The code is spelled with one r in OCPP 1.6. The errata know the mistake and keep it (OCPP-J 1.6 errata, \
             section 5.1).",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"d9e4-08","StatusNotification",{"connectorId":1,"status":"Available"}]"#,
            answer: r#"[4,"d9e4-08","OccurenceConstraintViolation","errorCode is required",{}]"#,
            why: "errorCode is required in StatusNotification, also when there is nothing to report: then it is \
                  NoError.",
        },
    },
    ErrorCode {
        code: "PropertyConstraintViolation",
        version: Version::V16,
        meaning: "The payload can be read, but the value of a field is not one that the field allows.",
        likely_causes: &[
            "A text is longer than its field, for example an idTag of more than 20 characters.",
            "A value is not in the field's list of values. For charging profiles, charging schedules and the \
             chargingRateUnit of GetCompositeSchedule this code is prescribed (OCPP 1.6 errata, sections 3.24 and \
             3.38).",
            "A number is out of range. A connectorId in SetChargingProfile that the station does not have must be \
             answered with this code (OCPP 1.6 errata, section 3.39).",
            "A timestamp is not an ISO 8601 date and time; the specification names no code for that.",
        ],
        what_to_check: &[
            "Compare each value with its field: length, list of values, range.",
            "Check ranges in the specification's text too: the schemas of OCPP 1.6 contain none, so connectorId 0 in \
             StartTransaction passes the schema.",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"51ab-31","GetCompositeSchedule",{"connectorId":1,"duration":3600,"chargingRateUnit":"kW"}]"#,
            answer: r#"[4,"51ab-31","PropertyConstraintViolation","chargingRateUnit must be A or W",{}]"#,
            why: "kW is not a value of chargingRateUnit.",
        },
    },
    ErrorCode {
        code: "ProtocolError",
        version: Version::V16,
        meaning: "The payload is incomplete: something that the action needs is missing.",
        likely_causes: &[
            "Required fields are missing. OccurenceConstraintViolation fits this case as well.",
            "The frame has fewer than four elements, so that there is no payload.",
        ],
        what_to_check: &[
            "Look up which fields of the action are required, and whether they are present under exactly that name.",
            "Count the elements of the frame: type, message id, action, payload.",
            "Do not carry this meaning over to other versions: later ones gave the code another.",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"9c55-77","StartTransaction",{"connectorId":1,"idTag":"04A2B3C4D5E680"}]"#,
            answer: r#"[4,"9c55-77","ProtocolError","meterStart and timestamp are missing",{}]"#,
            why: "StartTransaction needs meterStart and timestamp, so the payload is incomplete.",
        },
    },
    ErrorCode {
        code: "SecurityError",
        version: Version::V16,
        meaning: "The receiver refused to finish the action for a reason of security.",
        likely_causes: &[
            "The station sent something other than BootNotification before it was accepted. The specification \
             recommends this code for that (OCPP-J 1.6 errata, section 3.10).",
            "The station is Pending and sent a message that no TriggerMessage had asked for.",
        ],
        what_to_check: &[
            "Find the last BootNotification and its answer: only status Accepted lets the station send other Calls.",
            "Do not look for a wrong certificate or password: those end the connection attempt in TLS or HTTP, before \
             there is any frame.",
        ],
        repeating: repeating_v16!(
            "Advice: send the Call again after a BootNotification was answered with Accepted, not earlier."
        ),
        example: Example {
            request: r#"[2,"e20b-02","StatusNotification",{"connectorId":0,"errorCode":"NoError","status":"Available"}]"#,
            answer: r#"[4,"e20b-02","SecurityError","BootNotification is not accepted yet",{}]"#,
            why: "The Call is correct but comes too early: the last BootNotification was answered with Pending.",
        },
    },
    ErrorCode {
        code: "TypeConstraintViolation",
        version: Version::V16,
        meaning: "The payload can be read, but a field holds another data type than it should.",
        likely_causes: &[
            "A number is sent as text, or the other way round.",
            "A field is null instead of being left out.",
        ],
        what_to_check: &[
            "Compare the JSON type of each field with the schema. meterStart, meterStop and transactionId are \
             integers, but the value of a sampledValue is a text.",
            "Do not write integers with a decimal point: in the core schemas of OCPP 1.6 (JSON Schema draft 4) 1.0 is \
             not an integer.",
        ],
        repeating: pointless_v16!(),
        example: Example {
            request: r#"[2,"2f7d-59","StartTransaction",{"connectorId":1,"idTag":"04A2B3C4D5E680","meterStart":"1204330","timestamp":"2026-11-22T09:22:07Z"}]"#,
            answer: r#"[4,"2f7d-59","TypeConstraintViolation","meterStart must be an integer",{}]"#,
            why: "meterStart is an integer, but was sent as text.",
        },
    },
];

const V201: &[ErrorCode] = &[
    ErrorCode {
        code: "FormatViolation",
        version: Version::V201,
        meaning: "The syntax of the payload is wrong: the receiver could not read it as the message of this action.",
        likely_causes: &[
            "The payload has a field that the action does not have. Additional data belongs into customData.",
            "The request is larger than the station takes. It may then answer with this code: GetVariables over \
             BytesPerMessageGetVariables (Part 2 B06.FR.17), GetReport (B08.FR.18), monitoring (N06.FR.07).",
            "The payload was built for another version.",
        ],
        what_to_check: &[
            "Compare the payload with the action's schema: only customData is open for more fields.",
            "Read the BytesPerMessage variables of the station and split the request.",
            "The receiver may also drop an invalid message without an answer (Part 4 section 4.2.3).",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"f0a1-12","BootNotification",{"reason":"PowerUp","chargingStation":{"model":"SingleSocket","vendorName":"VendorX","meterType":"AC-3P"}}]"#,
            answer: r#"[4,"f0a1-12","FormatViolation","meterType is not a field of chargingStation",{}]"#,
            why: "chargingStation has no field meterType and takes no others.",
        },
    },
    ErrorCode {
        code: "GenericError",
        version: Version::V201,
        meaning: "An error that none of the more specific codes describes.",
        likely_causes: &[
            "The receiver has a reason of its own; only its description and details can tell.",
            "An implementation sends this code for everything.",
        ],
        what_to_check: &[
            "Read the description and the details of the CallError.",
            "Look into the receiver's log at this message id.",
            "If the response of the action has a status that can say the same, the answer should have been a \
             CallResult (Part 4 section 4.2.2).",
        ],
        repeating: repeating_v2!(
            "Advice: read the description first; whether the same Call can succeed later depends on it."
        ),
        example: Example {
            request: r#"[2,"b7c2-41","GetTransactionStatus",{"transactionId":"3f6c1a70-5d0e-4a51-9a6c-2b8f4f9d7e11"}]"#,
            answer: r#"[4,"b7c2-41","GenericError","Transaction store is being rebuilt",{}]"#,
            why: "The Call is correct, the response has no status to refuse with, and no other code fits.",
        },
    },
    ErrorCode {
        code: "InternalError",
        version: Version::V201,
        meaning: "The receiver failed inside and could not finish the action. The Call itself need not be wrong.",
        likely_causes: &[
            "A database or another back end of the receiver does not answer.",
            "The receiver's code ran into an error that it did not expect, perhaps because of an unusual value.",
        ],
        what_to_check: &[
            "Look into the receiver's log at the time and message id of this Call.",
            "Compare with an earlier Call of the same action that was answered with a CallResult.",
        ],
        repeating: repeating_v2!("Advice: the same Call can succeed later; repeat it with growing pauses."),
        example: Example {
            request: r#"[2,"a41f-213","TransactionEvent",{"eventType":"Ended","timestamp":"2026-11-22T10:05:12Z","triggerReason":"StopAuthorized","seqNo":7,"transactionInfo":{"transactionId":"3f6c1a70-5d0e-4a51-9a6c-2b8f4f9d7e11","stoppedReason":"Local"}}]"#,
            answer: r#"[4,"a41f-213","InternalError","Database not reachable",{}]"#,
            why: "The Call is correct; the CSMS could not store it.",
        },
    },
    ErrorCode {
        code: "MessageTypeNotSupported",
        version: Version::V201,
        meaning: "The first element of the frame is a message type number that the receiver does not support.",
        likely_causes: &[
            "The sender uses message type 5 or 6, which OCPP 2.0.1 does not have.",
            "The first element is some other number than 2 (Call), 3 (CallResult) or 4 (CallError).",
        ],
        what_to_check: &[
            "Check which sub-protocol the server chose, and whether the sender keeps to that version.",
            "After this error the sender has to close the connection or go back to Call, CallResult and CallError \
             (Part 4 section 4.4).",
            "Do not count on this code: Part 4 section 4.4 demands it, but section 4.1.3 wants the payload of an \
             unknown type ignored, and the errata of 2025 repeat that. Both behaviors occur.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[6,"60d3-01","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2026-11-22T09:00:00Z","data":[{"t":0,"v":"230.4"}]}]"#,
            answer: r#"[4,"60d3-01","MessageTypeNotSupported","Message type 6 is not supported",{}]"#,
            why: "OCPP 2.0.1 has the message types 2, 3 and 4 only.",
        },
    },
    ErrorCode {
        code: "NotImplemented",
        version: Version::V201,
        meaning: "The receiver does not know an action of this name.",
        likely_causes: &[
            "The name belongs to OCPP 1.6, such as StartTransaction or ChangeConfiguration.",
            "The name belongs to OCPP 2.1, such as SetDefaultTariff.",
            "The name has other upper or lower case than the specification; it is case-sensitive.",
            "The name carries the suffix Request, which the Call has to leave out (Part 4 section 4.1.6).",
            "The action went in the wrong direction and the receiver knows only those that it has to answer.",
        ],
        what_to_check: &[
            "Compare the third element of the Call with the action names of OCPP 2.0.1, letter by letter.",
            "Check the sub-protocol the server chose.",
            "Use DataTransfer for a vendor's own messages; an unknown vendorId is then answered by a CallResult with \
             status UnknownVendorId.",
            "A receiver that knows the action but does not offer it should say NotSupported.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"c3f0-18","StartTransaction",{"connectorId":1,"idTag":"04A2B3C4D5E680","meterStart":1204330,"timestamp":"2026-11-22T09:22:07Z"}]"#,
            answer: r#"[4,"c3f0-18","NotImplemented","Unknown action StartTransaction",{}]"#,
            why: "StartTransaction is an action of OCPP 1.6; OCPP 2.0.1 reports transactions with TransactionEvent.",
        },
    },
    ErrorCode {
        code: "NotSupported",
        version: Version::V201,
        meaning: "The receiver knows the action but does not support it.",
        likely_causes: &[
            "The functional block of the action is not implemented. A station without smart charging must answer \
             SetChargingProfile with this code or with NotImplemented (Part 2 K01.FR.29).",
            "The feature is switched off in the device model.",
            "The receiver uses this code for unknown actions too, although NotImplemented is the code for them.",
        ],
        what_to_check: &[
            "Read the variables Available and Enabled of the controller component, for example SmartChargingCtrlr.",
            "Send this action only to receivers that offer its functional block.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"7d1e-205","SetChargingProfile",{"evseId":1,"chargingProfile":{"id":100,"stackLevel":0,"chargingProfilePurpose":"TxDefaultProfile","chargingProfileKind":"Relative","chargingSchedule":[{"id":1,"chargingRateUnit":"A","chargingSchedulePeriod":[{"startPeriod":0,"limit":16}]}]}}]"#,
            answer: r#"[4,"7d1e-205","NotSupported","Smart charging is not supported",{}]"#,
            why: "The Call is correct, but this station has no smart charging.",
        },
    },
    ErrorCode {
        code: "OccurrenceConstraintViolation",
        version: Version::V201,
        meaning: "The payload can be read, but a field occurs too seldom or too often.",
        likely_causes: &[
            "A required field is missing.",
            "A list is empty that needs an element, or longer than its schema allows.",
            "The request has more items than the station takes. It may then answer with this code: GetVariables over \
             ItemsPerMessageGetVariables (Part 2 B06.FR.16), GetReport (B08.FR.17), monitoring (N06.FR.06).",
        ],
        what_to_check: &[
            "Look up which fields are required, and whether they are present under exactly that name.",
            "Leave optional fields without content out: null, {} and [] are not allowed for them (Part 4 section \
             4.1.5).",
            "Read the ItemsPerMessage variables of the station and split the request.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"d9e4-09","StatusNotification",{"timestamp":"2026-11-22T09:22:01Z","connectorStatus":"Occupied","connectorId":1}]"#,
            answer: r#"[4,"d9e4-09","OccurrenceConstraintViolation","evseId is required",{}]"#,
            why: "StatusNotification needs evseId as well as connectorId.",
        },
    },
    ErrorCode {
        code: "PropertyConstraintViolation",
        version: Version::V201,
        meaning: "The payload can be read, but the value of a field is not one that the field allows.",
        likely_causes: &[
            "A value is not in the field's list of values, for example one of OCPP 1.6.",
            "A text is longer than its field.",
            "A number is out of range.",
            "A timestamp is not an RFC 3339 date and time; the specification names no code for that.",
        ],
        what_to_check: &[
            "Compare each value with its field: length, list of values, range. Lists of values are case-sensitive.",
            "Read OCPPCommCtrlr.FieldLength: there a station can report that it takes longer texts than the schema.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"51ab-32","StatusNotification",{"timestamp":"2026-11-22T09:22:09Z","connectorStatus":"Charging","evseId":1,"connectorId":1}]"#,
            answer: r#"[4,"51ab-32","PropertyConstraintViolation","Charging is not a connectorStatus",{}]"#,
            why: "Charging was a status of OCPP 1.6; in OCPP 2.0.1 the connector is Occupied and the charging state \
                  is part of TransactionEvent.",
        },
    },
    ErrorCode {
        code: "ProtocolError",
        version: Version::V201,
        meaning: "The payload does not have the structure of the action's message.",
        likely_causes: &[
            "The payload is an array or a text instead of an object.",
            "Fields stand on the wrong level, for example model outside of chargingStation.",
        ],
        what_to_check: &[
            "Compare the nesting of the payload with the schema, level by level.",
            "Do not read it as an incomplete payload: that is the meaning OCPP 1.6 gives this code. Here a missing \
             field is an OccurrenceConstraintViolation, though some implementations send this code for it.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"9c55-78","Heartbeat",[]]"#,
            answer: r#"[4,"9c55-78","ProtocolError","The payload must be an object",{}]"#,
            why: "A payload is an object, {} when it is empty; an array has no fields.",
        },
    },
    ErrorCode {
        code: "RpcFrameworkError",
        version: Version::V201,
        meaning: "The frame is not a valid request of the RPC layer; the receiver could not read its envelope.",
        likely_causes: &[
            "The frame is not JSON, or not an array.",
            "The array has another number of elements than its message type asks for.",
            "The message id is not a text, is too long, or belongs to a Call that is still being handled.",
        ],
        what_to_check: &[
            "If the message id of the answer is \"-1\", the receiver could not read the id of the frame (Part 4 \
             section 4.2.3). The answer then belongs to no particular Call, and the Call that it means will time \
             out: look at the frames sent just before.",
            "Count the elements: Call 4, CallResult 3, CallError 5.",
            "Keep message ids to texts of at most 36 characters.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"{"messageTypeId":2,"messageId":"3b8f-41","action":"Heartbeat","payload":{}}"#,
            answer: r#"[4,"-1","RpcFrameworkError","The message is not an array",{}]"#,
            why: "A message is an array; in an object the receiver finds no message id, so it answers with -1.",
        },
    },
    ErrorCode {
        code: "SecurityError",
        version: Version::V201,
        meaning: "The receiver refused to finish the action for a reason of security.",
        likely_causes: &[
            "The station sent something other than BootNotification before it was accepted, and neither \
             TriggerMessage, GetBaseReport nor GetReport had asked for it. The CSMS must answer with this code (Part \
             2 FR.04, B01.FR.10, B02.FR.09, B03.FR.07).",
            "The CSMS sent a Call to a station that it has rejected. The station must answer with this code \
             (B03.FR.08).",
        ],
        what_to_check: &[
            "Find the last BootNotification and its answer: only status Accepted opens the connection for other Calls.",
            "Do not look for a wrong certificate or password: those end the connection attempt in TLS or HTTP, before \
             there is any frame.",
        ],
        repeating: repeating_v2!(
            "Advice: send the Call again after a BootNotification was answered with Accepted, not earlier."
        ),
        example: Example {
            request: r#"[2,"e20b-03","StatusNotification",{"timestamp":"2026-11-22T09:20:03Z","connectorStatus":"Available","evseId":1,"connectorId":1}]"#,
            answer: r#"[4,"e20b-03","SecurityError","BootNotification is not accepted yet",{}]"#,
            why: "The Call is correct but comes too early: the last BootNotification was answered with Pending.",
        },
    },
    ErrorCode {
        code: "TypeConstraintViolation",
        version: Version::V201,
        meaning: "The payload can be read, but a field holds another data type than it should.",
        likely_causes: &[
            "A number is sent as text, or the other way round.",
            "A field is null instead of being left out.",
            "A single object stands where a list of objects is expected; one element is still a list.",
        ],
        what_to_check: &[
            "Compare the JSON type of each field with the schema. The value of a sampledValue is a number, the \
             transactionId is a text.",
            "An integer is a valid number: 5 where a decimal is expected is no fault.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"2f7d-60","TransactionEvent",{"eventType":"Started","timestamp":"2026-11-22T09:22:07Z","triggerReason":"Authorized","seqNo":"0","transactionInfo":{"transactionId":"3f6c1a70-5d0e-4a51-9a6c-2b8f4f9d7e11"}}]"#,
            answer: r#"[4,"2f7d-60","TypeConstraintViolation","seqNo must be an integer",{}]"#,
            why: "seqNo is an integer, but was sent as text.",
        },
    },
];

const V21: &[ErrorCode] = &[
    ErrorCode {
        code: "FormatViolation",
        version: Version::V21,
        meaning: "The syntax of the payload is wrong: the receiver could not read it as the message of this action.",
        likely_causes: &[
            "The payload has a field that the action does not have. Additional data belongs into customData.",
            "The request is larger than the station takes. It may then answer with this code: GetVariables over \
             BytesPerMessageGetVariables (Part 2 B06.FR.17), GetReport (B08.FR.18), monitoring (N06.FR.07).",
            "The payload was built for another version.",
        ],
        what_to_check: &[
            "Compare the payload with the action's schema: only customData is open for more fields.",
            "Read the BytesPerMessage variables of the station and split the request.",
            "In a CallResultError it is about a response: the one with the same message id.",
            "The receiver may also drop an invalid message without an answer (Part 4 section 4.2.3).",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"f0a1-13","Authorize",{"idToken":{"idToken":"04A2B3C4D5E680","type":"ISO14443"},"connectorId":1}]"#,
            answer: r#"[4,"f0a1-13","FormatViolation","connectorId is not a field of Authorize",{}]"#,
            why: "Authorize has no field connectorId and takes no others.",
        },
    },
    ErrorCode {
        code: "GenericError",
        version: Version::V21,
        meaning: "An error that none of the more specific codes describes.",
        likely_causes: &[
            "The receiver has a reason of its own; only its description and details can tell.",
            "An implementation sends this code for everything.",
        ],
        what_to_check: &[
            "Read the description and the details of the error.",
            "Look into the receiver's log at this message id.",
            "If the response of the action has a status that can say the same, the answer should have been a \
             CallResult (Part 4 section 4.2.2).",
        ],
        repeating: repeating_v2!(
            "Advice: read the description first; whether the same Call can succeed later depends on it."
        ),
        example: Example {
            request: r#"[2,"b7c2-42","Heartbeat",{}]"#,
            answer: r#"[4,"b7c2-42","GenericError","Too many requests from this station",{}]"#,
            why: "The Call is correct, the response has no status to refuse with, and no other code fits.",
        },
    },
    ErrorCode {
        code: "InternalError",
        version: Version::V21,
        meaning: "The receiver failed inside and could not finish the action. The message itself need not be wrong.",
        likely_causes: &[
            "A database or another back end of the receiver does not answer.",
            "The receiver's code ran into an error that it did not expect, perhaps because of an unusual value.",
        ],
        what_to_check: &[
            "Look into the receiver's log at the time and message id of this message.",
            "Compare with an earlier Call of the same action that was answered with a CallResult.",
            "In a CallResultError it says that the receiver of a response could not process it.",
        ],
        repeating: repeating_v2!("Advice: the same Call can succeed later; repeat it with growing pauses."),
        example: Example {
            request: r#"[2,"a41f-214","TransactionEvent",{"eventType":"Ended","timestamp":"2026-11-22T10:05:12Z","triggerReason":"StopAuthorized","seqNo":7,"transactionInfo":{"transactionId":"3f6c1a70-5d0e-4a51-9a6c-2b8f4f9d7e11","stoppedReason":"Local"}}]"#,
            answer: r#"[4,"a41f-214","InternalError","Database not reachable",{}]"#,
            why: "The Call is correct; the CSMS could not store it.",
        },
    },
    ErrorCode {
        code: "MessageTypeNotSupported",
        version: Version::V21,
        meaning: "The first element of the frame is a message type number that the receiver does not support.",
        likely_causes: &[
            "The first element is some other number than 2 (Call), 3 (CallResult), 4 (CallError), 5 \
             (CallResultError) or 6 (Send).",
            "The receiver agreed to OCPP 2.1 but does not implement the message types 5 and 6.",
        ],
        what_to_check: &[
            "Check the first element of the frame and which sub-protocol the server chose.",
            "Do not expect this code: OCPP 2.1 keeps it in its table, but tells the receiver to ignore the payload \
             of an unknown message type (Part 4 sections 4.1.3 and 4.4). Silence is the correct reaction.",
            "It must not answer a Send: a Send gets neither CallResult nor CallError (Part 4 section 4.2.4).",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[7,"60d3-02","Heartbeat",{}]"#,
            answer: r#"[4,"60d3-02","MessageTypeNotSupported","Message type 7 is not supported",{}]"#,
            why: "OCPP 2.1 ends with message type 6; the receiver may also say nothing.",
        },
    },
    ErrorCode {
        code: "NotImplemented",
        version: Version::V21,
        meaning: "The receiver does not know an action of this name.",
        likely_causes: &[
            "The name belongs to OCPP 1.6, such as StartTransaction or ChangeConfiguration.",
            "The name has other upper or lower case than the specification; it is case-sensitive.",
            "The name carries the suffix Request, which the Call has to leave out (Part 4 section 4.1.6).",
            "The receiver was built for OCPP 2.0.1 and lacks the actions that 2.1 added.",
            "The action went in the wrong direction and the receiver knows only those that it has to answer.",
        ],
        what_to_check: &[
            "Compare the third element of the Call with the action names of OCPP 2.1, letter by letter.",
            "Check the sub-protocol the server chose.",
            "Use DataTransfer for a vendor's own messages; an unknown vendorId is then answered by a CallResult with \
             status UnknownVendorId.",
            "A receiver that knows the action but does not offer it should say NotSupported.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"c3f0-19","bootNotification",{"reason":"PowerUp","chargingStation":{"model":"SingleSocket","vendorName":"VendorX"}}]"#,
            answer: r#"[4,"c3f0-19","NotImplemented","Unknown action bootNotification",{}]"#,
            why: "Action names are case-sensitive: the action is called BootNotification.",
        },
    },
    ErrorCode {
        code: "NotSupported",
        version: Version::V21,
        meaning: "The receiver knows the action but does not support it.",
        likely_causes: &[
            "The functional block of the action is not implemented. A station without smart charging must answer \
             SetChargingProfile with this code or with NotImplemented (Part 2 K01.FR.29); for tariffs see I07.FR.01 \
             and I11.FR.01.",
            "The feature is switched off in the device model.",
            "The receiver uses this code for unknown actions too, although NotImplemented is the code for them.",
        ],
        what_to_check: &[
            "Read the variables Available and Enabled of the controller component, for example TariffCostCtrlr.",
            "Send this action only to receivers that offer its functional block.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"7d1e-206","SetDefaultTariff",{"evseId":1,"tariff":{"tariffId":"day-2026","currency":"EUR"}}]"#,
            answer: r#"[4,"7d1e-206","NotSupported","Tariffs are not supported",{}]"#,
            why: "The Call is correct, but this station does not calculate with tariffs.",
        },
    },
    ErrorCode {
        code: "OccurrenceConstraintViolation",
        version: Version::V21,
        meaning: "The payload can be read, but a field occurs too seldom or too often.",
        likely_causes: &[
            "A required field is missing.",
            "A list is empty that needs an element, or longer than its schema allows.",
            "The request has more items than the station takes. It may then answer with this code: GetVariables over \
             ItemsPerMessageGetVariables (Part 2 B06.FR.16), GetReport (B08.FR.17), monitoring (N06.FR.06).",
        ],
        what_to_check: &[
            "Look up which fields are required, and whether they are present under exactly that name.",
            "Leave optional fields without content out: null, {} and [] are not allowed for them (Part 4 section \
             4.1.5).",
            "Read the ItemsPerMessage variables of the station and split the request.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"d9e4-10","MeterValues",{"evseId":0,"meterValue":[{"timestamp":"2026-11-22T09:30:00Z","sampledValue":[]}]}]"#,
            answer: r#"[4,"d9e4-10","OccurrenceConstraintViolation","sampledValue needs at least one element",{}]"#,
            why: "Each meterValue needs at least one sampledValue.",
        },
    },
    ErrorCode {
        code: "PropertyConstraintViolation",
        version: Version::V21,
        meaning: "The payload can be read, but the value of a field is not one that the field allows.",
        likely_causes: &[
            "A value is not in the field's list of values, for example one of OCPP 1.6.",
            "A text is longer than its field.",
            "A number is out of range.",
            "A timestamp is not an RFC 3339 date and time; the specification names no code for that.",
        ],
        what_to_check: &[
            "Compare each value with its field: length, list of values, range. Lists of values are case-sensitive.",
            "Read OCPPCommCtrlr.FieldLength: there a station can report that it takes longer texts than the schema.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"51ab-33","BootNotification",{"reason":"Reboot","chargingStation":{"model":"SingleSocket","vendorName":"VendorX"}}]"#,
            answer: r#"[4,"51ab-33","PropertyConstraintViolation","Reboot is not a boot reason",{}]"#,
            why: "Reboot is not in the list of boot reasons; a reset ordered by the CSMS is RemoteReset.",
        },
    },
    ErrorCode {
        code: "ProtocolError",
        version: Version::V21,
        meaning: "The payload does not have the structure of the action's message.",
        likely_causes: &[
            "The payload is an array or a text instead of an object.",
            "Fields stand on the wrong level, for example model outside of chargingStation.",
        ],
        what_to_check: &[
            "Compare the nesting of the payload with the schema, level by level.",
            "Do not read it as an incomplete payload: that is the meaning OCPP 1.6 gives this code. Here a missing \
             field is an OccurrenceConstraintViolation, though some implementations send this code for it.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"9c55-79","ClearCache","now"]"#,
            answer: r#"[4,"9c55-79","ProtocolError","The payload must be an object",{}]"#,
            why: "A payload is an object, {} when it is empty; a text has no fields.",
        },
    },
    ErrorCode {
        code: "RpcFrameworkError",
        version: Version::V21,
        meaning: "The frame is not a valid request of the RPC layer; the receiver could not read its envelope.",
        likely_causes: &[
            "The frame is not JSON, or not an array.",
            "The array has another number of elements than its message type asks for.",
            "The message id is not a text, is too long, or belongs to a Call that is still being handled.",
        ],
        what_to_check: &[
            "If the message id of the answer is \"-1\", the receiver could not read the id of the frame (Part 4 \
             section 4.2.3). The answer then belongs to no particular Call, and the Call that it means will time \
             out: look at the frames sent just before.",
            "Count the elements: Call and Send 4, CallResult 3, CallError and CallResultError 5.",
            "Keep message ids to texts of at most 36 characters.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"3b8f-42","Heartbeat"]"#,
            answer: r#"[4,"3b8f-42","RpcFrameworkError","A Call has four elements",{}]"#,
            why: "The payload element is missing; the message id can be read, so the answer repeats it.",
        },
    },
    ErrorCode {
        code: "SecurityError",
        version: Version::V21,
        meaning: "The receiver refused to finish the action for a reason of security.",
        likely_causes: &[
            "The station sent something other than BootNotification before it was accepted, and neither \
             TriggerMessage, GetBaseReport nor GetReport had asked for it. The CSMS must answer with this code (Part \
             2 FR.04, B01.FR.10, B02.FR.09, B03.FR.07).",
            "The CSMS sent a Call to a station that it has rejected. The station must answer with this code \
             (B03.FR.08).",
        ],
        what_to_check: &[
            "Find the last BootNotification and its answer: only status Accepted opens the connection for other Calls.",
            "Do not look for a wrong certificate or password: those end the connection attempt in TLS or HTTP, before \
             there is any frame.",
        ],
        repeating: repeating_v2!(
            "Advice: send the Call again after a BootNotification was answered with Accepted, not earlier."
        ),
        example: Example {
            request: r#"[2,"e20b-04","GetVariables",{"getVariableData":[{"component":{"name":"OCPPCommCtrlr"},"variable":{"name":"HeartbeatInterval"}}]}]"#,
            answer: r#"[4,"e20b-04","SecurityError","The CSMS has rejected this station",{}]"#,
            why: "The CSMS answered the last BootNotification with Rejected, so it must not send Calls of its own.",
        },
    },
    ErrorCode {
        code: "TypeConstraintViolation",
        version: Version::V21,
        meaning: "The payload can be read, but a field holds another data type than it should.",
        likely_causes: &[
            "A number is sent as text, or the other way round.",
            "A field is null instead of being left out.",
            "A single object stands where a list of objects is expected; one element is still a list.",
        ],
        what_to_check: &[
            "Compare the JSON type of each field with the schema. The value of a sampledValue is a number, the \
             transactionId is a text.",
            "An integer is a valid number: 5 where a decimal is expected is no fault.",
        ],
        repeating: pointless_v2!(),
        example: Example {
            request: r#"[2,"2f7d-61","MeterValues",{"evseId":0,"meterValue":[{"timestamp":"2026-11-22T09:30:00Z","sampledValue":[{"value":"1204330"}]}]}]"#,
            answer: r#"[4,"2f7d-61","TypeConstraintViolation","value must be a number",{}]"#,
            why: "A text was right in OCPP 1.6; in OCPP 2.1 the value of a sampledValue is a number.",
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn parse(text: &str) -> Value {
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn each_version_has_its_number_of_codes() {
        assert_eq!(Version::ALL.map(|version| codes(version).len()), [10, 12, 12]);
    }

    #[test]
    fn codes_are_sorted_unique_and_of_their_version() {
        for version in Version::ALL {
            let names: Vec<&str> = codes(version).iter().map(|entry| entry.code).collect();
            assert!(names.is_sorted_by(|a, b| a < b), "{version}: {names:?}");
            assert!(codes(version).iter().all(|entry| entry.version == version));
        }
    }

    #[test]
    fn spelling_differs_between_versions() {
        let has = |version, code| find(version, code).is_some();
        for version in [Version::V201, Version::V21] {
            assert!(has(version, "FormatViolation") && has(version, "OccurrenceConstraintViolation"));
            assert!(!has(version, "FormationViolation") && !has(version, "OccurenceConstraintViolation"));
            assert!(has(version, "MessageTypeNotSupported") && has(version, "RpcFrameworkError"));
        }
        assert!(has(Version::V16, "FormationViolation") && has(Version::V16, "OccurenceConstraintViolation"));
        assert!(!has(Version::V16, "FormatViolation") && !has(Version::V16, "OccurrenceConstraintViolation"));
        assert!(!has(Version::V16, "MessageTypeNotSupported") && !has(Version::V16, "RpcFrameworkError"));
    }

    #[test]
    fn every_text_is_there_and_ends_as_a_sentence() {
        for version in Version::ALL {
            for entry in codes(version) {
                assert!(!entry.likely_causes.is_empty() && !entry.what_to_check.is_empty(), "{}", entry.code);
                let texts = [entry.meaning, entry.repeating, entry.example.why];
                for text in texts.iter().chain(entry.likely_causes).chain(entry.what_to_check) {
                    assert!(text.ends_with('.') && !text.contains("  "), "{version} {}: {text:?}", entry.code);
                }
            }
        }
    }

    #[test]
    fn repeating_names_the_settings_of_its_version() {
        for version in Version::ALL {
            let (own, other) = if version.is_v2() {
                (["TransactionEvent again", "MessageAttempts["], "TransactionMessageAttempts")
            } else {
                (["StopTransaction", "TransactionMessageRetryInterval"], "MessageAttempts[")
            };
            for entry in codes(version) {
                assert!(own.iter().all(|name| entry.repeating.contains(name)) && !entry.repeating.contains(other));
            }
        }
    }

    #[test]
    fn examples_are_json_and_their_answers_fit() {
        for version in Version::ALL {
            for entry in codes(version) {
                let request = parse(entry.example.request);
                let answer = parse(entry.example.answer);
                let expected_id = request.get(1).and_then(Value::as_str).unwrap_or("-1");
                let elements = answer.as_array().unwrap();
                assert_eq!(elements.len(), 5, "{}", entry.example.answer);
                assert_eq!(elements[0], 4);
                assert_eq!(elements[1], expected_id, "{version} {}", entry.code);
                assert_eq!(elements[2], entry.code);
                assert!(elements[3].as_str().is_some_and(|text| text.len() <= 255));
                assert!(elements[4].is_object());
                assert!(expected_id.len() <= 36);
            }
        }
    }

    #[test]
    fn standing_tells_the_cases_apart() {
        use Standing::{OtherSpelling, OtherVersion, Unknown, Valid, WrongCase};
        use Version::{V16, V21, V201};
        let later: &[Version] = &[V201, V21];
        let cases = [
            (V16, "FormationViolation", Valid),
            (V16, "FormatViolation", OtherSpelling { right: "FormationViolation" }),
            (V16, "formatviolation", OtherSpelling { right: "FormationViolation" }),
            (V16, "OccurrenceConstraintViolation", OtherSpelling { right: "OccurenceConstraintViolation" }),
            (V16, "RpcFrameworkError", OtherVersion { versions: later }),
            (V16, "MessageTypeNotSupported", OtherVersion { versions: later }),
            (V16, "genericError", WrongCase { right: "GenericError" }),
            (V16, "", Unknown),
            (V201, "FormationViolation", OtherSpelling { right: "FormatViolation" }),
            (V21, "OccurenceConstraintViolation", OtherSpelling { right: "OccurrenceConstraintViolation" }),
            (V21, "NOTSUPPORTED", WrongCase { right: "NotSupported" }),
            (V201, "VendorError", Unknown),
        ];
        for (version, code, expected) in cases {
            assert_eq!(standing(version, code), expected, "{version} {code}");
        }
    }

    #[test]
    fn sentences_name_version_and_spelling() {
        let sentence = standing_sentence(Version::V201, "FormationViolation");
        assert_eq!(
            sentence,
            "OCPP 2.0.1 spells this code FormatViolation; FormationViolation is the spelling of OCPP 1.6."
        );
        let sentence = standing_sentence(Version::V16, "RpcFrameworkError");
        assert_eq!(
            sentence,
            "RpcFrameworkError does not exist in OCPP 1.6; OCPP 2.0.1 and 2.1 have it. OCPP 1.6 knows only its ten \
             codes."
        );
        assert!(standing_sentence(Version::V21, &"x".repeat(5000)).len() < 300);
        assert!(standing_sentence(Version::V16, "formatviolation").contains("no version's table"));
    }

    #[test]
    fn keyword_codes_are_codes_of_the_version() {
        let keywords = [
            "required",
            "additionalProperties",
            "type",
            "enum",
            "maxLength",
            "minimum",
            "maximum",
            "format",
            "minItems",
            "maxItems",
            "multipleOf",
        ];
        for version in Version::ALL {
            for keyword in keywords {
                let fitting = codes_for_keyword(version, keyword).unwrap();
                assert!(!fitting.best.is_empty());
                for code in fitting.best.iter().chain(fitting.acceptable) {
                    assert!(find(version, code).is_some(), "{version} {keyword} {code}");
                }
            }
            assert_eq!(codes_for_keyword(version, "pattern"), None);
        }
    }
}
