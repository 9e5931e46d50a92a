//! Rules and answers in words, for the table and for the frame they made.

use super::{By, Due};
use crate::port::{ReplyAnswer, ReplyRule};
use crate::quantity;

/// The answer of a rule, with its delay.
pub fn of_rule(rule: &ReplyRule) -> String {
    let words = of_answer(&rule.answer);
    let may_wait = !matches!(rule.answer, ReplyAnswer::Ask { .. } | ReplyAnswer::Silence);
    if rule.delay_millis > 0 && may_wait { format!("{words}, after {}", time(rule.delay_millis)) } else { words }
}

/// An answer.
pub fn of_answer(answer: &ReplyAnswer) -> String {
    match answer {
        ReplyAnswer::Automatic => "Automatic".to_owned(),
        ReplyAnswer::Status(status) => format!("Status {status}"),
        ReplyAnswer::Payload(_) => "Edited payload".to_owned(),
        ReplyAnswer::Error { code, .. } => format!("CALLERROR {code}"),
        ReplyAnswer::Raw(_) => "Raw text".to_owned(),
        ReplyAnswer::Twice => "Automatic, twice".to_owned(),
        ReplyAnswer::Silence => "No answer".to_owned(),
        ReplyAnswer::Ask { seconds } => format!("Ask me, {seconds} s"),
    }
}

/// What was done with a frame, in a sentence. It follows one that says that this was on purpose.
pub fn of_deed(due: &Due) -> String {
    let rule = due.rule;
    match due.by {
        By::Rule if due.waited_millis >= 1.0 => {
            format!("Reply rule {rule}: {}, after {}.", of_answer(&due.answer), quantity::span(due.waited_millis))
        }
        By::Rule => format!("Reply rule {rule}: {}.", of_answer(&due.answer)),
        By::User => {
            let waited = quantity::span(due.waited_millis);
            format!("Reply rule {rule} asked you; your answer after {waited}: {}.", of_answer(&due.answer))
        }
        By::Nobody => format!("Reply rule {rule} asked you; the countdown ended, so the station answered by itself."),
    }
}

fn time(millis: u32) -> String {
    quantity::span(f64::from(millis))
}
