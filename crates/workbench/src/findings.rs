//! Findings: what we tell the user about a frame. One file per rule; each brings its explanation, its source,
//! a transcript that raises it and one that does not.

use crate::capture::Marks;
use crate::exchanges::{BootStage, Pairing};
use crate::port::{Direction, FrameNumber, Severity};
use ocpp_wire::catalog::Action;
use ocpp_wire::check::Violation;
use ocpp_wire::envelope::{Envelope, MessageType};
use ocpp_wire::json::{Fault, NodeId, Span, Tree};
use ocpp_wire::schema::Schema;
use ocpp_wire::version::Version;

mod boot_first;
mod boot_interval;
mod boot_secerr;
mod err_code;
mod err_desc;
mod err_details;
mod err_minus1;
mod err_on_business;
mod err_samecode;
mod err_spell;
mod err_to_response;
mod log_cut;
mod mtr_empty;
mod rpc_action;
mod rpc_binary;
mod rpc_direction;
mod rpc_double;
mod rpc_dupkey;
mod rpc_emptyopt;
mod rpc_id_dup;
mod rpc_id_len;
mod rpc_intrange;
mod rpc_json;
mod rpc_late;
mod rpc_noanswer;
mod rpc_nullpayload;
mod rpc_pending;
mod rpc_schema_call;
mod rpc_schema_result;
mod rpc_sendreply;
mod rpc_shape;
mod rpc_type;
mod rpc_unmatched;
mod time_format;
mod time_utc;
mod tx16_conn0;

/// What rule files need.
mod prelude {
    pub(super) use super::{Finding, FrameContext, Rule};
    pub(super) use crate::capture::Marks;
    pub(super) use crate::exchanges::Pairing;
    pub(super) use crate::port::{Direction, Severity};
    pub(super) use ocpp_wire::envelope::{EnvelopeIssue, MessageType};
    pub(super) use ocpp_wire::version::Version;
}

/// A rule of the protocol that a frame can break.
#[derive(Debug)]
pub struct Rule {
    /// Such as `RPC-ID-LEN`; what `rule:` searches for.
    pub id: &'static str,
    /// How bad it is where the version makes no difference.
    pub severity: Severity,
    /// The explanation: a title and the parts Meaning, Likely cause, What to check, Example, Source.
    text: &'static str,
    /// Looks at one frame.
    check: fn(&FrameContext<'_>, &mut Vec<Finding>),
    /// A transcript whose last frame has the finding: a line with the version, then `>` to the CSMS, `<` to
    /// the station.
    #[cfg(test)]
    raises: &'static str,
    /// A transcript in which no frame has it.
    #[cfg(test)]
    silent: &'static str,
}

/// Findings of one rule on one frame. Nobody reads more, and a frame made to stop us has millions of faults.
pub(crate) const MOST_OF_A_RULE: usize = 1_000;

/// Values of a payload that are looked at one by one. Real payloads have some thousand.
pub(crate) const MOST_VALUES: usize = 20_000;

/// All rules, in the order in which their findings are listed on a frame.
pub static RULES: &[&Rule] = &[
    &rpc_json::RULE,
    &rpc_binary::RULE,
    &rpc_shape::RULE,
    &rpc_type::RULE,
    &rpc_id_len::RULE,
    &rpc_id_dup::RULE,
    &rpc_pending::RULE,
    &rpc_unmatched::RULE,
    &rpc_double::RULE,
    &rpc_late::RULE,
    &rpc_noanswer::RULE,
    &rpc_direction::RULE,
    &rpc_action::RULE,
    &rpc_schema_call::RULE,
    &rpc_schema_result::RULE,
    &rpc_sendreply::RULE,
    &rpc_nullpayload::RULE,
    &rpc_emptyopt::RULE,
    &rpc_dupkey::RULE,
    &rpc_intrange::RULE,
    &err_code::RULE,
    &err_spell::RULE,
    &err_details::RULE,
    &err_desc::RULE,
    &err_minus1::RULE,
    &err_on_business::RULE,
    &err_to_response::RULE,
    &err_samecode::RULE,
    &boot_first::RULE,
    &boot_secerr::RULE,
    &boot_interval::RULE,
    &time_format::RULE,
    &time_utc::RULE,
    &tx16_conn0::RULE,
    &mtr_empty::RULE,
    &log_cut::RULE,
];

/// The rule that a Call was never answered; it is raised by time, not by a frame.
pub static NO_ANSWER: &Rule = &rpc_noanswer::RULE;

impl Rule {
    /// The fault in a few words.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }

    /// What the rule means.
    pub fn meaning(&self) -> String {
        self.part("Meaning")
    }

    /// Why it happens.
    pub fn likely_cause(&self) -> String {
        self.part("Likely cause")
    }

    /// What to check, one point after the other.
    pub fn checks(&self) -> impl Iterator<Item = &'static str> {
        self.lines("What to check")
    }

    /// What to check, in one paragraph.
    pub fn what_to_check(&self) -> String {
        self.part("What to check")
    }

    /// An example, frames and what is said of them on lines of their own.
    pub fn example(&self) -> String {
        self.lines("Example").collect::<Vec<_>>().join("\n")
    }

    /// Document and clause.
    pub fn source(&self) -> String {
        self.part("Source")
    }

    fn part(&self, heading: &'static str) -> String {
        self.lines(heading).collect::<Vec<_>>().join(" ")
    }

    fn lines(&self, heading: &'static str) -> impl Iterator<Item = &'static str> {
        self.text
            .lines()
            .skip_while(move |line| line.strip_prefix("## ") != Some(heading))
            .skip(1)
            .take_while(|line| !line.starts_with("## "))
            .filter(|line| !line.is_empty())
    }
}

/// A rule broken by a frame.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// How bad it is here.
    pub severity: Severity,
    /// JSON pointer into the payload; empty for the payload as a whole or the envelope.
    pub pointer: String,
    /// What is wrong here, without a full stop.
    pub message: String,
    /// Where in the text of the frame.
    pub span: Option<Span>,
}

impl PartialEq for Finding {
    fn eq(&self, other: &Self) -> bool {
        (self.rule.id, self.severity, &self.pointer, &self.message, self.span)
            == (other.rule.id, other.severity, &other.pointer, &other.message, other.span)
    }
}

impl Finding {
    pub(crate) fn new(rule: &'static Rule, message: impl Into<String>) -> Self {
        Self { rule, severity: rule.severity, pointer: String::new(), message: message.into(), span: None }
    }

    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    pub(crate) fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = pointer.into();
        self
    }

    pub(crate) fn span(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }
}

/// A frame with all that is known of it when it arrives.
pub(crate) struct FrameContext<'a> {
    pub(crate) version: Version,
    pub(crate) direction: Direction,
    pub(crate) text: &'a str,
    pub(crate) is_binary: bool,
    pub(crate) json: Result<&'a Tree<'a>, Fault>,
    /// Empty when the text is not JSON.
    pub(crate) envelope: &'a Envelope,
    pub(crate) pairing: &'a Pairing,
    /// Name of the action, for an answer that of its call; empty when unknown.
    pub(crate) action_name: &'a str,
    /// The action in the catalog of this version.
    pub(crate) action: Option<&'static Action>,
    /// Schema of the payload.
    pub(crate) schema: Option<&'a Schema>,
    /// What the payload breaks.
    pub(crate) violations: &'a [Violation],
    /// Values that rules about single values look at.
    pub(crate) unusual: &'a [NodeId],
    /// For a CallError: what the request it answers breaks; `None` when the request is not known.
    pub(crate) request_violations: Option<&'a [Violation]>,
    /// Where the connection stands with its BootNotification.
    pub(crate) boot: BootStage,
    /// The message this one answers breaks a rule.
    pub(crate) request_has_faults: bool,
    /// How the frame came to us.
    pub(crate) marks: Marks,
    /// It is one of the first frames of a log: what came before it is not known.
    pub(crate) is_log_young: bool,
}

impl<'a> FrameContext<'a> {
    /// The payload, where there is one.
    pub(crate) fn payload(&self) -> Option<(&'a Tree<'a>, NodeId)> {
        Some((self.json.ok()?, self.envelope.payload?))
    }

    /// The frame is a message of this type.
    pub(crate) fn is(&self, message_type: MessageType) -> bool {
        self.envelope.message_type == Some(message_type)
    }

    /// The frame is a CallError or CallResultError.
    pub(crate) fn is_error(&self) -> bool {
        self.is(MessageType::CallError) || self.is(MessageType::CallResultError)
    }

    /// Where a value stands.
    pub(crate) fn span(&self, node: NodeId) -> Span {
        self.json.map(|tree| tree.span(node)).unwrap_or_default()
    }

    /// A violation is already reported at this pointer.
    pub(crate) fn is_violated(&self, pointer: &str) -> bool {
        self.violations.iter().any(|violation| violation.pointer == pointer)
    }
}

/// All findings of a frame.
pub(crate) fn check(context: &FrameContext<'_>) -> Vec<Finding> {
    let mut out = Vec::new();
    if context.marks.has(Marks::CUT) {
        // Whatever is wrong with it, the log did it.
        (log_cut::RULE.check)(context, &mut out);
        return out;
    }
    for rule in RULES {
        let n_before = out.len();
        (rule.check)(context, &mut out);
        out.truncate(n_before + MOST_OF_A_RULE);
    }
    out
}

/// Words for the other frame of a sentence: `#12`.
pub(crate) fn frame_ref(frame: FrameNumber) -> String {
    format!("#{frame}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::analyze_text;

    #[test]
    fn every_rule_is_explained() {
        for rule in RULES {
            assert!(!rule.title().is_empty() && !rule.title().ends_with('.'), "{}", rule.id);
            for part in [rule.meaning(), rule.likely_cause(), rule.what_to_check(), rule.example(), rule.source()] {
                assert!(part.len() > 10, "{}: {part:?}", rule.id);
            }
        }
    }

    #[test]
    fn every_rule_is_raised_by_its_example_and_silent_on_its_counterexample() {
        for rule in RULES {
            let raised = analyze_text(rule.raises);
            let last = raised.last().unwrap();
            assert!(last.iter().any(|f| f.rule.id == rule.id), "{} is not raised: {last:#?}", rule.id);
            for findings in analyze_text(rule.silent) {
                assert!(findings.iter().all(|f| f.rule.id != rule.id), "{} is raised: {findings:#?}", rule.id);
            }
        }
    }

    /// With work that grows by the square of the size these frames would take minutes.
    #[test]
    fn a_frame_with_very_many_faults_is_checked_in_linear_time() {
        let list = |item: &dyn Fn(usize) -> String| (0..100_000).map(item).collect::<Vec<_>>().join(",");
        let frames = [
            format!("1.6\n< [2,\"1\",\"DataTransfer\",{{{}}}]", list(&|n| format!("\"k{n}\":{n}"))),
            format!("2.0.1\n< [2,\"1\",\"DataTransfer\",{{{}}}]", list(&|_| "\"vendorId\":1.0".to_owned())),
            format!("2.0.1\n< [2,\"1\",\"DataTransfer\",{{\"data\":[{}]}}]", list(&|_| "1.0,{}".to_owned())),
            format!("1.6\n> [2,\"1\",\"MeterValues\",{{\"meterValue\":[{}]}}]", list(&|_| "[]".to_owned())),
            format!("2.1\n> [2,\"1\",\"NotifyReport\",{{\"reportData\":[{}]}}]", list(&|_| "{\"a\":1e99}".to_owned())),
        ];
        for frame in frames {
            let findings = analyze_text(&frame).pop().unwrap_or_default();
            let n_of = |rule: &Rule| findings.iter().filter(|finding| finding.rule.id == rule.id).count();
            assert!(!findings.is_empty(), "{}", &frame[..40]);
            assert!(RULES.iter().all(|rule| n_of(rule) <= MOST_OF_A_RULE), "{}", &frame[..40]);
        }
    }

    /// Rules found in a transcript, with their severities, frame by frame.
    fn found(transcript: &str) -> Vec<Vec<(&'static str, Severity)>> {
        let of_frame = |findings: Vec<Finding>| findings.iter().map(|f| (f.rule.id, f.severity)).collect();
        analyze_text(transcript).into_iter().map(of_frame).collect()
    }

    #[test]
    fn what_the_specification_allows_is_not_reported() {
        const BOOT: &str = "> [2,\"b\",\"BootNotification\",{\"reason\":\"PowerUp\",\"chargingStation\":{\"model\":\"M\",\"vendorName\":\"V\"}}]";
        let answer = |id: &str, status: &str| {
            format!(
                "< [3,\"{id}\",{{\"status\":\"{status}\",\"currentTime\":\"2026-11-22T09:22:07Z\",\"interval\":300}}]"
            )
        };
        let again = BOOT.replace("\"b\"", "\"c\"");
        let (pending, accepted) = (answer("b", "Pending"), answer("b", "Accepted"));
        for transcript in [
            // The answers that 2.0.1 demands to what it cannot read.
            "2.0.1\n> [4,\"1\",\"MessageTypeNotSupported\",\"\",{}]".replace("> ", "< [9,\"1\"]\n> "),
            "2.0.1\n< [\"2\",\"1\",\"Reset\",{}]\n> [4,\"1\",\"RpcFrameworkError\",\"\",{}]".to_owned(),
            "2.0.1\n> [6,\"1\",\"NotifyPeriodicEventStream\",{}]\n< [4,\"1\",\"MessageTypeNotSupported\",\"\",{}]".to_owned(),
            // Retries of what was not answered.
            "1.6\n> [2,\"1\",\"Heartbeat\",{}]\n+5000\n> [2,\"1\",\"Heartbeat\",{}]\n< [3,\"1\",{\"currentTime\":\"2026-11-22T09:22:07Z\"}]\n> [2,\"2\",\"Heartbeat\",{}]\n+31000".to_owned(),
            // What was asked for while pending, also after another BootNotification.
            format!("2.0.1\n{BOOT}\n{pending}\n< [2,\"g\",\"GetBaseReport\",{{\"requestId\":1,\"reportBase\":\"FullInventory\"}}]\n> [3,\"g\",{{\"status\":\"Accepted\"}}]\n{again}\n{}\n> [2,\"h\",\"Heartbeat\",{{}}]", answer("c", "Pending")),
            // A BootNotification that was asked for later does not take the acceptance back.
            format!("2.0.1\n{BOOT}\n{accepted}\n{again}\n{}\n> [2,\"h\",\"Heartbeat\",{{}}]", answer("c", "Accepted")),
            "1.6\n> [2,\"1\",\"BootNotification\",{\"chargePointVendor\":\"V\",\"chargePointModel\":\"M\"}]\n< [3,\"1\",{\"status\":\"Rejected\",\"currentTime\":\"2026-11-22T09:22:07Z\",\"interval\":172800}]".to_owned(),
            "2.0.1\n> [2,\"1\",\"DataTransfer\",{\"vendorId\":\"x\",\"data\":{}}]".to_owned(),
        ] {
            let last = found(&transcript).pop().unwrap();
            let last: Vec<_> = last.into_iter().filter(|(rule, _)| *rule != "RPC-NOANSWER").collect();
            assert_eq!(last, [], "{transcript}");
        }
    }

    #[test]
    fn severity_follows_the_version_and_the_cause() {
        let last = |transcript: &str| found(transcript).pop().unwrap();
        assert_eq!(last("1.6\n> [2,\"1\",\"Heartbeat\",{}]\nx"), [("RPC-NOANSWER", Severity::Warning)]);
        assert!(last("2.0.1\n> [2,\"1\",\"Authorize\",{}]\n+31000").contains(&("RPC-NOANSWER", Severity::Info)));
        assert!(last("1.6\n> [2,\"1\",\"Authorize\",{}]\n+31000").contains(&("RPC-NOANSWER", Severity::Error)));
        assert_eq!(last("1.6\n> {}\n< [4,\"-1\",\"InternalError\",\"\",{}]"), [("ERR-MINUS1", Severity::Error)]);
        assert_eq!(
            last("2.1\n> [2,\"1\",\"Heartbeat\",{}]\n> [5,\"1\",\"InternalError\",\"\",{}]"),
            [("RPC-SENDREPLY", Severity::Error)]
        );
        assert_eq!(last("2.0.1\n> [2,\"1\",\"Heartbeet-Signed\",{}]"), [("RPC-ACTION", Severity::Error)]);
        assert_eq!(last("2.0.1\n> [2,\"1\",\"Heartbeat-Signed\",{}]"), [("RPC-ACTION", Severity::Info)]);
        let refused = "1.6\n> [2,\"1\",\"StartTransaction\",{\"connectorId\":0,\"idTag\":\"A\",\"meterStart\":0,\"timestamp\":\"2026-11-22T09:22:07Z\"}]\n< [4,\"1\",\"PropertyConstraintViolation\",\"\",{}]";
        assert_eq!(last(refused), []);
    }

    #[test]
    fn messages_are_sentences_without_full_stop() {
        for rule in RULES {
            for finding in analyze_text(rule.raises).into_iter().flatten() {
                assert!(!finding.message.ends_with('.') && finding.message.len() > 8, "{finding:?}");
            }
        }
    }
}
