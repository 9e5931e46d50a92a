//! What is said about a connection that ended or never began, each with what to check.

use crate::close_codes::close_code_meaning;
use crate::port::{Explanation, Severity};
use crate::quantity;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// The browser refused to try.
    RefusedByBrowser {
        /// What the browser said.
        message: String,
        /// The page is secure and the address is not.
        is_mixed_content: bool,
    },
    /// Nothing came within the time.
    NoAnswer,
    /// Closed before it opened.
    NeverOpened {
        /// Sub-protocols offered.
        offered: Vec<&'static str>,
        /// User name or password were part of the URL.
        has_credentials: bool,
    },
    /// The server closed at once.
    ClosedAtOnce {
        /// Close code.
        code: u16,
        /// Reason text.
        reason: String,
        /// No sub-protocol was agreed.
        has_no_protocol: bool,
    },
    /// The user disconnected.
    ByUser {
        /// Close code.
        code: u16,
    },
    /// The station left for a while, because its user or the CSMS wanted it; it comes back by itself.
    ByStation {
        /// Close code.
        code: u16,
    },
    /// The server closed.
    ByCsms {
        /// Close code.
        code: u16,
        /// Reason text.
        reason: String,
    },
    /// The line was lost, or the browser closed on a protocol fault.
    Lost {
        /// The browser reported an error: the server broke the WebSocket protocol.
        is_protocol_fault: bool,
    },
    /// The user gave up while it was opening.
    GaveUp,
}

impl Ending {
    /// Nothing went wrong.
    pub fn is_orderly(&self) -> bool {
        matches!(self, Self::ByUser { .. } | Self::ByStation { .. } | Self::ByCsms { .. } | Self::GaveUp)
    }

    /// The status line, beginning with the state's word.
    pub fn headline(&self) -> String {
        match self {
            Self::RefusedByBrowser { .. } => "Failed · refused by the browser".into(),
            Self::NoAnswer => "Failed · no answer within 15 s".into(),
            Self::NeverOpened { .. } => "Failed · closed before it opened".into(),
            Self::ClosedAtOnce { code, .. } => format!("Failed · closed right after opening, code {code}"),
            Self::ByUser { code } => format!("Disconnected · closed by you, code {code}"),
            Self::ByStation { .. } => "Disconnected · the station is away and comes back by itself".into(),
            Self::ByCsms { code, .. } => format!("Disconnected · closed by the CSMS, code {code}"),
            Self::Lost { is_protocol_fault: false } => "Failed · connection lost".into(),
            Self::Lost { is_protocol_fault: true } => "Failed · WebSocket protocol fault".into(),
            Self::GaveUp => "Disconnected · given up before it opened".into(),
        }
    }

    /// Title of the row in the timeline.
    pub fn title(&self) -> &'static str {
        match self {
            Self::RefusedByBrowser { .. } => "Refused by the browser",
            Self::NoAnswer => "No answer",
            Self::NeverOpened { .. } => "Not opened",
            Self::ClosedAtOnce { .. } | Self::ByUser { .. } | Self::ByStation { .. } | Self::ByCsms { .. } => "Closed",
            Self::Lost { .. } => "Connection lost",
            Self::GaveUp => "Given up",
        }
    }

    /// One line for the timeline. `open_millis` is how long it was open, 0 when it never was.
    pub fn line(&self, open_millis: f64) -> String {
        let after = format!("after {}", quantity::span(open_millis));
        match self {
            Self::RefusedByBrowser { message, .. } => message.clone(),
            Self::NoAnswer => "nothing came within 15 s".into(),
            Self::NeverOpened { .. } => "code 1006, no reason given by the browser".into(),
            Self::ClosedAtOnce { code, reason, .. } | Self::ByCsms { code, reason } => {
                format!("by the CSMS · code {} · {after}", code_and_reason(*code, reason))
            }
            Self::ByUser { code } => format!("by you · code {} · {after}", code_and_reason(*code, "")),
            Self::ByStation { code } => format!("by the station · code {} · {after}", code_and_reason(*code, "")),
            Self::Lost { .. } => format!("code 1006, no close frame · {after}"),
            Self::GaveUp => "by you, before it opened".into(),
        }
    }

    /// What to say about it beyond the headline; `None` where nothing is to be explained.
    pub fn explanation(&self, shown_url: &str) -> Option<Explanation> {
        let (title, sentences, checks): (String, Vec<String>, Vec<&str>) = match self {
            Self::ByUser { .. } | Self::ByStation { .. } | Self::GaveUp => return None,
            Self::RefusedByBrowser { message, is_mixed_content } => {
                let mut sentences = vec![format!("The browser did not even try: {message}.")];
                if *is_mixed_content {
                    sentences.push(
                        "A page loaded over https may not open ws:// to another machine; the browser forbids mixing the two."
                            .into(),
                    );
                }
                let checks = vec![
                    "Use wss:// if the CSMS has a certificate this browser trusts.",
                    "Or load this page over http, for instance from this computer.",
                    "Check the address for characters that do not belong there.",
                ];
                ("The browser refuses this address".into(), sentences, checks)
            }
            Self::NoAnswer => (
                "No answer within 15 seconds".into(),
                vec![format!("{shown_url} accepted no WebSocket in that time; the attempt was given up.")],
                vec![
                    "Host and port: a firewall that drops packets looks exactly like this.",
                    "Is the CSMS running, and does it answer on this path?",
                    "From a page on the internet to a machine in your own network the browser asks for permission first; look for its question.",
                ],
            ),
            Self::NeverOpened { offered, has_credentials } => never_opened(offered, *has_credentials),
            Self::ClosedAtOnce { code, reason, has_no_protocol } => {
                let mut sentences = vec![said(*code, reason)];
                if *has_no_protocol {
                    sentences.push(
                        "No sub-protocol was agreed: a server that speaks none of the versions offered completes the handshake without one and closes."
                            .into(),
                    );
                }
                sentences.push("The WebSocket itself worked, so address, port and TLS are right.".into());
                let checks = vec![
                    "Is this identity known to the CSMS, spelled exactly like this?",
                    "Does the CSMS allow this OCPP version for the station?",
                    "Does it expect a password? A browser cannot send one with the first request.",
                    "Is another station connected under the same identity?",
                ];
                ("Closed by the CSMS right after opening".into(), sentences, checks)
            }
            Self::ByCsms { code, reason } => {
                let mut sentences = vec![said(*code, reason)];
                if *code != 1000 && *code != 1001 {
                    sentences.push("Look at the last frames before the close: they usually hold the cause.".into());
                }
                let checks = vec!["The log of the CSMS at this time.", "The last frame sent, and its findings."];
                let checks = if *code == 1000 { Vec::new() } else { checks };
                (format!("Closed by the CSMS with code {code}"), sentences, checks)
            }
            Self::Lost { is_protocol_fault: true } => (
                "The browser closed the connection on a WebSocket fault".into(),
                vec![
                    "The server sent something that breaks the WebSocket protocol, such as invalid UTF-8 in a text message or a reserved bit; the browser then ends the connection and keeps the details for its console (F12)."
                        .into(),
                ],
                vec!["The browser's console.", "A proxy in between that changes WebSocket frames."],
            ),
            Self::Lost { is_protocol_fault: false } => (
                "The connection was lost".into(),
                vec!["It ended without a close frame (1006 is the browser's own number for that, it was not sent).".into()],
                vec![
                    "Network: cable, Wi-Fi, VPN, sleep of this computer.",
                    "A proxy or load balancer that drops quiet connections; a shorter heartbeat interval shows that.",
                    "A crash or restart of the CSMS.",
                ],
            ),
        };
        let severity = if self.is_orderly() { Severity::Info } else { Severity::Error };
        let checks = checks.into_iter().map(str::to_owned).collect();
        Some(Explanation { severity, title, sentences, checks })
    }
}

fn never_opened(offered: &[&str], has_credentials: bool) -> (String, Vec<String>, Vec<&'static str>) {
    let sentences = vec![
        "The connection ended before the WebSocket opened. A browser tells a page nothing more: all causes below look the same (code 1006). Its console (F12) often names the true one."
            .into(),
        format!("Offered sub-protocols: {}.", offered.join(", ")),
    ];
    let mut checks = vec![
        "Nothing listens at this host and port, or the host name does not exist.",
        "The server answered with an HTTP status: 404 (path or identity unknown), 401 or 403 (credentials), 426 or 400 (no WebSocket here).",
        "The server does not speak any of the offered versions, or echoes none of the sub-protocols; a browser insists on one.",
        "TLS: the certificate is expired, self-signed, or for another name. Open the https:// address in a tab to see.",
        "The server refuses requests with an Origin header, which every browser sends.",
        "The browser wants permission to reach a machine in the local network.",
    ];
    if has_credentials {
        checks.insert(
            0,
            "User name and password: the browser sends them only after a 401 with WWW-Authenticate, and not at all where third-party cookies are blocked.",
        );
    }
    ("Closed before it opened".into(), sentences, checks)
}

fn said(code: u16, reason: &str) -> String {
    let (_, meaning) = close_code_meaning(code);
    format!("Code {}: {meaning}", code_and_reason(code, reason))
}

/// `1008 Policy violation, reason "unknown station"`.
fn code_and_reason(code: u16, reason: &str) -> String {
    let (name, _) = close_code_meaning(code);
    if reason.is_empty() {
        format!("{code} {name}, no reason given")
    } else {
        format!("{code} {name}, reason {reason:?}")
    }
}

/// What is said while a connection without an agreed sub-protocol is open.
pub fn no_protocol(assumed: &str) -> Explanation {
    Explanation {
        severity: Severity::Warning,
        title: "No OCPP version was agreed".into(),
        sentences: vec![format!(
            "The server opened the connection without a sub-protocol; frames are read as {assumed}, the first choice."
        )],
        checks: vec!["The server must answer with one of the offered sub-protocols.".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ending_begins_with_the_word_of_its_state() {
        let endings = [
            Ending::RefusedByBrowser { message: "bad".into(), is_mixed_content: true },
            Ending::NoAnswer,
            Ending::NeverOpened { offered: vec!["ocpp1.6"], has_credentials: true },
            Ending::ClosedAtOnce { code: 4001, reason: "who".into(), has_no_protocol: true },
            Ending::ByUser { code: 1000 },
            Ending::ByStation { code: 1000 },
            Ending::ByCsms { code: 1011, reason: String::new() },
            Ending::Lost { is_protocol_fault: false },
            Ending::Lost { is_protocol_fault: true },
            Ending::GaveUp,
        ];
        for ending in endings {
            let word = if ending.is_orderly() { "Disconnected" } else { "Failed" };
            assert!(ending.headline().starts_with(word), "{ending:?}");
            if let Some(explanation) = ending.explanation("ws://a") {
                assert!(explanation.sentences.iter().all(|s| s.ends_with(['.', ')'])), "{explanation:?}");
            }
        }
    }

    #[test]
    fn a_close_names_code_and_reason() {
        let ending = Ending::ByCsms { code: 1008, reason: "unknown station".into() };
        assert!(ending.line(2_000.0).contains("1008"));
        assert!(ending.explanation("").unwrap().sentences.join(" ").contains("unknown station"));
    }
}
