//! What the close codes of a WebSocket mean to an integrator, and which of them a browser may send.
//!
//! Names and meanings only; nothing here decides whether a close is a fault.
//!
//! # Source
//! RFC 6455 sections 7.4.1 and 7.4.2, and the WebSocket Close Code Number Registry of IANA, which added 1012 to
//! 1014. What a browser reports and may send: the `WebSockets` Living Standard of WHATWG.

/// Name and meaning of a close code as a browser reports it.
///
/// Every number gets an answer; codes outside of the ranges of RFC 6455 are said to be invalid. Codes 1005, 1006 and
/// 1015 never stand in a Close frame: the browser makes them up.
///
/// ```
/// # use workbench::close_codes::close_code_meaning;
/// assert_eq!(close_code_meaning(1001).0, "Going away");
/// ```
///
/// # Source
/// RFC 6455 sections 7.4.1 and 7.4.2; IANA WebSocket Close Code Number Registry for 1012 to 1014.
pub fn close_code_meaning(code: u16) -> (&'static str, &'static str) {
    match code {
        1000 => ("Normal closure", "The connection was closed on purpose; its work is done. Nothing is wrong."),
        1001 => (
            "Going away",
            "The other side is leaving: the server shuts down or restarts, or a page was closed. Connect again after a \
             pause.",
        ),
        1002 => (
            "Protocol error",
            "The other side found a violation of the WebSocket protocol itself, below OCPP. Check proxies and the \
             WebSocket library.",
        ),
        1003 => (
            "Unsupported data",
            "The other side cannot accept this kind of data, for example a binary message where it expects text. \
             OCPP-J uses text messages.",
        ),
        1004 => ("Reserved", "RFC 6455 reserves this code without giving it a meaning; no side should send it."),
        1005 => (
            "No status received",
            "The other side sent a Close frame without a code. This number never stands in a frame; the browser \
             reports it instead.",
        ),
        1006 => (
            "Abnormal closure",
            "The connection could not be opened or ended without a Close frame. This number is never sent on the wire; \
             the browser reports it for every such case and does not say why.",
        ),
        1007 => (
            "Invalid payload data",
            "The other side received a message whose content does not fit its kind, usually a text that is not UTF-8.",
        ),
        1008 => (
            "Policy violation",
            "The other side refused a message or this connection by a rule of its own. Read the close reason; \
             servers use this code for unknown stations and for a second connection of the same identity.",
        ),
        1009 => (
            "Message too big",
            "A message was larger than the other side accepts. Send less in one message or raise the limit there.",
        ),
        1010 => (
            "Mandatory extension missing",
            "The client needed a WebSocket extension that the server did not agree to. Only a client sends this code.",
        ),
        1011 => (
            "Internal error",
            "The other side met an unexpected condition and gave up. Look into its log at this time.",
        ),
        1012 => (
            "Service restart",
            "The service restarts. Connect again after a random pause. IANA registered this code after RFC 6455.",
        ),
        1013 => (
            "Try again later",
            "The service is overloaded and cannot serve this connection now. Connect again later, with growing pauses. \
             IANA registered this code after RFC 6455.",
        ),
        1014 => (
            "Bad gateway",
            "A proxy in front of the server got an invalid answer from it, as in HTTP status 502. IANA registered this \
             code after RFC 6455.",
        ),
        1015 => (
            "TLS handshake failed",
            "The TLS handshake failed, for example because of the certificate. This number is never sent on the wire; \
             browsers report 1006 for this case too.",
        ),
        1016..=2999 => (
            "Reserved",
            "RFC 6455 keeps these codes for itself and its extensions, and none is registered under this number as \
             far as this program knows. Ask the vendor of the other side.",
        ),
        3000..=3999 => (
            "Registered code",
            "A code for libraries, frameworks and applications, registered with IANA. Look up its number in the \
             WebSocket Close Code Number Registry.",
        ),
        4000..=4999 => (
            "Private code",
            "A code that the two sides agreed on themselves. Only the documentation of the other side tells its \
             meaning; OCPP defines none.",
        ),
        _ => (
            "Invalid code",
            "Not a code RFC 6455 allows: codes lie between 1000 and 4999. Report it to the vendor of the other side.",
        ),
    }
}

/// Whether a script in a browser may pass this code to `WebSocket.close`: 1000 and 3000 to 4999.
///
/// Any other code makes the call throw.
///
/// ```
/// # use workbench::close_codes::is_sendable_by_browser;
/// assert!(is_sendable_by_browser(3001));
/// assert!(!is_sendable_by_browser(1001));
/// ```
///
/// # Source
/// `WebSockets` Living Standard, method `close`.
pub const fn is_sendable_by_browser(code: u16) -> bool {
    matches!(code, 1000 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_name_and_a_sentence() {
        for code in 0..=u16::MAX {
            let (name, sentence) = close_code_meaning(code);
            assert!(!name.is_empty() && !name.ends_with('.'), "{code}");
            assert!(sentence.ends_with('.') && !sentence.contains("  "), "{code}: {sentence:?}");
        }
    }

    #[test]
    fn ranges_begin_and_end_where_the_rfc_says() {
        let names = [999, 1000, 1016, 2999, 3000, 3999, 4000, 4999, 5000].map(|code| close_code_meaning(code).0);
        let expected = [
            "Invalid code",
            "Normal closure",
            "Reserved",
            "Reserved",
            "Registered code",
            "Registered code",
            "Private code",
            "Private code",
            "Invalid code",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn codes_that_are_never_sent_say_so() {
        for code in [1005, 1006, 1015] {
            let (_, sentence) = close_code_meaning(code);
            assert!(sentence.contains("never"), "{code}");
            assert!(!is_sendable_by_browser(code), "{code}");
        }
    }

    #[test]
    fn a_browser_sends_1000_and_the_open_ranges() {
        let sendable = [1000, 3000, 3999, 4000, 4999];
        let refused = [0, 999, 1001, 1011, 2999, 5000, u16::MAX];
        assert!(sendable.into_iter().all(is_sendable_by_browser));
        assert!(!refused.into_iter().any(is_sendable_by_browser));
    }
}
