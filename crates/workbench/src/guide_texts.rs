//! The short articles of the guide: what differs between versions, what a browser cannot do, how OCPP-J works.
//!
//! Texts only; the pages of single codes and rules are made from their own tables elsewhere.
//!
//! # Source
//! OCPP-J 1.6 (2015-10-08) with its errata sheet 2025-04; OCPP 1.6 edition 2 with its errata sheet 2025-04; Improved
//! security for OCPP 1.6-J, edition 3; OCPP 2.0.1 Part 2 and Part 4, edition 3, with the errata 2025-09; OCPP 2.1
//! Part 2 and Part 4, edition 1. What a browser does was measured with Chromium 156.

/// One article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuideArticle {
    /// Address below `#/guide/`, unique, without a version in front: those addresses belong to the codes.
    pub path: &'static str,
    /// Heading it is listed under.
    pub group: &'static str,
    /// Title, without a full stop.
    pub title: &'static str,
    /// Lines: a paragraph each, `## ` before a small heading, `- ` before a point of a list. Never empty lines.
    pub text: &'static str,
}

/// All articles, in the order in which the index lists them. Articles of one group stand together.
pub const ARTICLES: &[GuideArticle] = &[
    GuideArticle {
        path: "error-codes/differences",
        group: "Error codes",
        title: "What differs between the versions' error codes",
        text: "\
OCPP 1.6 has ten codes, 2.0.1 and 2.1 have the same twelve. A code from another version's table is not valid, even where its meaning is clear.
## Names
- MessageTypeNotSupported and RpcFrameworkError exist in 2.0.1 and 2.1 only.
- 1.6 writes FormationViolation, later versions FormatViolation.
- 1.6 writes OccurenceConstraintViolation with one r. The errata call it a known mistake and keep it. Later versions write OccurrenceConstraintViolation.
## Meanings
- ProtocolError: in 1.6 the payload is incomplete; in 2.0.1 and 2.1 it does not have the structure of the message. In 1.6 a wrong structure is FormationViolation.
- SecurityError before the station is accepted: recommended in 1.6, required in 2.0.1 and 2.1.
- Unknown message type: 1.6 and 2.1 ignore the payload. 2.0.1 demands MessageTypeNotSupported in one section and silence in another.
## Form
- Description: no limit in 1.6, at most 255 characters in 2.0.1 and 2.1.
- Message id that cannot be read: 2.0.1 and 2.1 answer with the id \"-1\"; 1.6 has no rule.
- 2.1 also uses the table for CallResultError, which reports a faulty CallResult.
No version ranks the codes by severity or says which of them may be repeated.",
    },
    GuideArticle {
        path: "claims/error-codes",
        group: "Claims you will read that are wrong",
        title: "Wrong claims about error codes",
        text: "\
Articles and vendor guides repeat these claims. The corrections name the version they hold for.
- The codes are the same everywhere. No: 1.6 has ten, 2.0.1 and 2.1 have twelve; two are spelled differently and ProtocolError has another meaning.
- FormationViolation and OccurrenceConstraintViolation belong to one list. In no version: 1.6 writes Occurence with one r, 2.0.1 and 2.1 write FormatViolation.
- FormationViolation is right for 2.0.1 too. No: FormatViolation.
- FormationViolation means invalid JSON. 1.6: the payload has a wrong form. 2.0.1 and 2.1: an unreadable frame is RpcFrameworkError.
- ProtocolError answers a second open Call, or an answer to nothing. 1.6: the payload is incomplete. 2.0.1 and 2.1: it has a wrong structure. No version answers an answer with a CallError.
- A missing field is always an occurrence violation. 1.6: ProtocolError fits as well.
- SetChargingProfile without smart charging gives NotSupported. 1.6: yes. 2.0.1 and 2.1: NotSupported or NotImplemented.
- A bad timestamp gives PropertyConstraintViolation. Defensible, but prescribed in no version.
- The codes have severities and a column for repeating. In no specification.
- Codes of one's own are not allowed. This one is right in all versions; they occur nevertheless.",
    },
    GuideArticle {
        path: "claims/messages",
        group: "Claims you will read that are wrong",
        title: "Wrong claims about messages and answers",
        text: "\
- A CallError looks the same in all versions. 2.0.1 and 2.1 limit the description, add the id \"-1\" and forbid to copy broken JSON into it; 2.1 adds CallResultError and Send.
- Every request is answered. 2.0.1 and 2.1: an invalid message may be dropped. 2.1: a Send has no answer.
- The description has at most 255 characters. 2.0.1 and 2.1 only.
- The details are optional. In all versions the element must be there; {} means none.
- The message id of an answer is always that of the Call. 2.0.1 and 2.1: except \"-1\".
- There is no partial success and there are no warnings. 1.6: unknownKey in GetConfiguration; a StatusNotification with an error code and a status other than Faulted is a warning. 2.0.1 and 2.1: a status per item in GetVariables and SetVariables, and statusInfo.
- DataTransfer for an unknown vendor gives NotImplemented. All versions: a CallResult with status UnknownVendorId.
- Violations are never repeated. All versions: transaction messages are repeated after any CallError.
- There is no timeout. True as a requirement, but MessageTimeout can be set, in 1.6 since the errata; 2.0.1 and 2.1 suggest to start with 30 seconds.
- One open Call per direction is a strict rule. 2.0.1 and 2.1: must. 1.6: should.",
    },
    GuideArticle {
        path: "claims/fields",
        group: "Claims you will read that are wrong",
        title: "Wrong claims about fields, tokens and security",
        text: "\
- SecurityError reports bad certificates and passwords. No version: those end in TLS or HTTP before any frame. The texts use it for messages before acceptance.
- The common name of a station's certificate is its identity. All versions: it is the serial number.
- A negative transactionId is a violation. 1.6: -1 is legal when the station never received an id. 2.0.1 and 2.1: ids are texts.
- A meter value sent as text is a type error. 1.6: it must be text. 2.0.1 and 2.1: a number. meterStart and meterStop of 1.6 are integers.
- An integer in place of a decimal is a type error. All versions: an integer is a valid number.
- chargePointVendor, idTag, StartTransaction, StopTransaction and GetDiagnostics are general. 1.6 only.
- A token is refused with Invalid or Blocked. 1.6: also Expired, and ConcurrentTx for StartTransaction. 2.0.1 and 2.1: nine values other than Accepted.
- The authorization cache is the local authorization list. 1.6: two things; the list has priority and its tokens are not cached.
- Times must be UTC. All versions: strongly recommended, offsets are legal.
- StopTransaction is sent when the cable is unplugged. 1.6: at the EV's side only if StopTransactionOnEVSideDisconnect is true. 2.0.1 and 2.1: the end of a transaction depends on TxStopPoint.",
    },
    GuideArticle {
        path: "browser/failed-connections",
        group: "Connecting from a browser",
        title: "Why a browser cannot tell why a connection failed",
        text: "\
If a WebSocket does not open, a script gets close code 1006 and no reason. The HTTP status, the certificate error and the network error are kept from it.
## What looks alike
- An HTTP answer other than 101: 401 for a wrong password, 404 for an unknown identity.
- A server that agrees to no sub-protocol, or to one that was not offered. Command-line clients often accept that, browsers do not.
- A refused connection, an unknown host name, a TLS error.
- A missing permission to reach the local network.
## What can be told apart
- From a page loaded over https, ws:// to a public address is refused before anything is sent.
- A server that accepts the connection but never answers leaves the browser waiting: four minutes in Chromium.
- A connection that opens and closes at once is a decision of the server. OCPP wants that when no sub-protocol fits.
## What to do
- Open the browser's developer tools: console and network view say more than a script may know.
- Open the address with https:// in a tab to see certificate errors.
- Connect with a command-line client such as websocat -v and compare.
- Offer each sub-protocol alone.
- Check whether the server refuses the Origin header, which browsers always send.",
    },
    GuideArticle {
        path: "browser/basic-authentication",
        group: "Connecting from a browser",
        title: "Basic authentication from a browser",
        text: "\
A station sends user name and password in the Authorization header of its first request. A script in a browser cannot set headers; it can only write them into the URL: wss://user:password@host/path.
## What the browser makes of it
- The first request goes out without them. Only an answer 401 with WWW-Authenticate brings a second request with the header. A server that just closes never sees them.
- Between different sites they are not sent at all where third-party cookies are blocked.
- Chromium remembers them for the host: a second station on the same host may be announced with the password of the first.
## What OCPP asks for
- The user name is the identity of the station, in all versions.
- 1.6: the password is the AuthorizationKey, 16 to 20 bytes, sent as raw bytes and not as hexadecimal digits. Advice: test with a key of letters and digits.
- 2.0.1: 16 to 40 characters, since the errata of 2025-01 up to 64, sent as UTF-8.
- 2.1: 16 to 64 characters, sent as UTF-8.
## Other ways
- A test account of the CSMS that takes a token in the path or query, if it offers one.
- A small proxy on your own computer that adds the header.
- Client certificates come from the browser or the operating system; a script cannot choose one.",
    },
    GuideArticle {
        path: "protocol/frames",
        group: "How OCPP-J works",
        title: "Frames and exchanges of OCPP-J",
        text: "\
A frame is one WebSocket text: a JSON array that begins with a message type and a message id.
## Message types
- 2 Call: [2, id, action, payload]
- 3 CallResult: [3, id, payload]
- 4 CallError: [4, id, code, description, details]
- 5 CallResultError, 2.1 only: [5, id, code, description, details]
- 6 Send, 2.1 only: [6, id, action, payload]
A Call and its answer form an exchange. The answer does not name the action; the message id connects the two. Either side may call: the station and the CSMS each have their own actions, and only DataTransfer belongs to both.
## Message ids
- A text of at most 36 characters, new for each Call of a sender. 2.1 counts Calls and Sends together.
- The same message sent again after a timeout may keep its id: 1.6 since the errata of 2025-04, 2.0.1 since those of 2024-09, 2.1.
## One open Call per direction
A side sends its next Call after the last one was answered or has timed out: in 1.6 it should, in 2.0.1 and 2.1 it must. Calls of the two sides may cross. A Send need not wait and gets no answer.
## Empty payloads
Write {} when there is nothing to say; null is allowed as well.",
    },
    GuideArticle {
        path: "protocol/repeating",
        group: "How OCPP-J works",
        title: "When a station repeats a message",
        text: "\
The specifications order a repetition for transaction messages only. It follows any CallError, whatever its code, and a missing answer.
## Which messages
- 1.6: StartTransaction, StopTransaction, and MeterValues sent periodically or aligned to the clock.
- 2.0.1 and 2.1: TransactionEvent.
## How often, and when
- Before each repetition the station waits the interval × the number of transmissions so far. With 60 seconds and 3 attempts: send, wait 60 seconds, send, wait 120 seconds, send.
- After the last attempt it discards the message and goes on with the next one.
- 1.6: TransactionMessageRetryInterval and TransactionMessageAttempts; the rule is a should.
- 2.0.1 and 2.1: MessageAttemptInterval and MessageAttempts of OCPPCommCtrlr, instance TransactionEvent; the rule is a must.
## What follows for a CSMS
- Later transaction messages wait behind the failing one, so one wrong CallError holds up all of them.
- A lost answer makes the station send again: recognize repetitions, 1.6 by content, 2.0.1 and 2.1 by transactionId and seqNo, and answer them as before.
- Report a refused token in a CallResult, not in a CallError.
Everything else is advice: repeat after InternalError with growing pauses, after SecurityError once the station is accepted, and not at all when the Call itself is wrong.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_unique_and_plain() {
        for (idx, article) in ARTICLES.iter().enumerate() {
            assert!(article.path.chars().all(|c| c.is_ascii_lowercase() || "-/".contains(c)), "{}", article.path);
            assert!(ARTICLES[..idx].iter().all(|other| other.path != article.path), "{}", article.path);
        }
    }

    #[test]
    fn groups_stand_together() {
        let mut groups: Vec<&str> = ARTICLES.iter().map(|article| article.group).collect();
        groups.dedup();
        let n_runs = groups.len();
        groups.sort_unstable();
        groups.dedup();
        assert_eq!(groups.len(), n_runs);
    }

    #[test]
    fn articles_are_short_and_well_formed() {
        for article in ARTICLES {
            let n_words = article.text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
            assert!((100..=250).contains(&n_words), "{}: {n_words} words", article.path);
            assert!(!article.title.ends_with('.'));
            for line in article.text.lines() {
                assert!(!line.is_empty() && line.trim() == line && !line.contains("  "), "{}: {line:?}", article.path);
                assert!(!line.starts_with('#') || line.starts_with("## "), "{}: {line:?}", article.path);
            }
        }
    }
}
