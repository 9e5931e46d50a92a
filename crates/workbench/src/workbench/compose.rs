//! The composer's part of the workbench: what it shows, what it sends, and what the station has to do with it.

use super::Workbench;
use crate::composer::examples::Moment;
use crate::link::MAX_QUEUED;
use crate::port::{Command, ComposerView, FrameNumber};
use crate::station::Station;
use crate::station::facts::Facts;
use crate::transcript::EpochMillis;
use ocpp_wire::catalog;
use ocpp_wire::json::quote;
use ocpp_wire::version::Version;

impl Workbench {
    /// Does what the user asked of the composer.
    pub(super) fn compose(&mut self, now: EpochMillis, command: Command) {
        let facts = self.facts();
        let version = self.composer_version();
        let moment = Moment { version, now_epoch_millis: self.station_clock(now), facts: &facts };
        match command {
            Command::Template { action, all_fields } => {
                self.composer.make_template(&self.schemas, moment, &action, all_fields);
            }
            Command::Example { action, name } => self.composer.make_example(moment, &action, &name),
            Command::CheckPayload { action, payload } => self.composer.payload_typed(&action, &payload),
            Command::CheckRaw { text } => self.composer.raw_typed(&text),
            Command::ComposerVersion { version } => self.composer.chosen = Version::from_number(&version),
            Command::ComposerOutlet { outlet } => self.composer.outlet = outlet,
            Command::SendCall { action, payload } => self.send_composed(now, moment, &action, &payload),
            Command::SendRaw { text } => self.send_composed(now, moment, "", &text),
            Command::Resend { id } => {
                if let Some(sent) = self.composer.history.get(id) {
                    let (action, text) = (sent.action.clone(), sent.typed.clone());
                    self.send_composed(now, moment, &action, &text);
                }
            }
            Command::Recall { id } => self.composer.recall(id),
            Command::Compose { frame } => self.composer.compose(&self.records, version, frame),
            _ => {}
        }
        self.dirty.composer = true;
    }

    /// Sends a call, or a raw frame where there is no action, with its variables put in.
    fn send_composed(&mut self, now: EpochMillis, moment: Moment<'_>, action: &str, typed: &str) {
        let text = self.composer.expanded(moment, typed);
        let is_raw = action.is_empty();
        if self.link.is_open() && (is_raw || self.link.n_queued() < MAX_QUEUED) {
            self.composer.history.add(now, moment.version, action, typed, &text);
        }
        let is_send = catalog::find(moment.version, action).is_some_and(|action| action.is_send);
        if is_raw {
            self.send_raw(now, text);
        } else if is_send {
            // A Send of 2.1 waits for nothing, and nothing waits for it.
            let id = self.composer.message_id();
            self.send_raw(now, format!("[6,\"{id}\",{},{text}]", quote(action)));
        } else {
            self.send_call(now, action, &text);
        }
    }

    /// What the page shows.
    pub(super) fn composer_view(&mut self, now: EpochMillis) -> ComposerView {
        let facts = self.facts();
        let version = self.composer_version();
        let moment = Moment { version, now_epoch_millis: self.station_clock(now), facts: &facts };
        let can_send = self.link.is_open();
        let n_outlets = self.station.as_ref().map_or(1, |station| station.core().outlets.len() as u8);
        let view = self.composer.take_view(&self.schemas, &self.records, moment, can_send);
        ComposerView { outlet: facts.outlet as u8, n_outlets, ..view }
    }

    /// A frame went out, maybe from the composer.
    pub(super) fn note_sent(&mut self, frame: FrameNumber, text: &str) {
        self.dirty.composer |= self.composer.history.went_out(frame, text);
    }

    /// Version the composer works in: the agreed one, else the first preference.
    pub(super) fn composer_version(&self) -> Version {
        let agreed = self.link.version().filter(|_| !self.link.can_connect());
        agreed.or(self.composer.chosen).unwrap_or(Version::V16)
    }

    /// What stands at the outlet the user composes for: the one chosen, else the first with a transaction, else the first.
    fn facts(&self) -> Facts {
        let nothing = Facts { outlet: 1, ..Facts::default() };
        let Some(station) = self.station.as_ref().filter(|station| station.version() == self.composer_version()) else {
            return nothing;
        };
        let outlets = || station.core().outlets.iter().map(|outlet| outlet.number);
        if let Some(chosen) = outlets().find(|outlet| *outlet == self.composer.outlet) {
            return station.facts(chosen);
        }
        let mut all = outlets().map(|outlet| station.facts(outlet));
        all.find(|facts| facts.transaction_id.is_some())
            .or_else(|| outlets().next().map(|outlet| station.facts(outlet)))
            .unwrap_or(nothing)
    }

    /// The clock of the station, which follows the CSMS.
    fn station_clock(&self, now: EpochMillis) -> i64 {
        self.station.as_ref().map_or(now, |station: &Station| station.core().clock(now)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::Draft;
    use crate::workbench::tests::Bench;

    fn draft(bench: &mut Bench, command: Command) -> Draft {
        bench.apply(command);
        bench.update().composer.unwrap().draft.unwrap()
    }

    fn outcomes(bench: &mut Bench) -> Vec<String> {
        // The view is made anew whenever it is asked for.
        let view = bench.workbench.composer_view(bench.now);
        view.history.iter().map(|sent| format!("{} {}: {}", sent.id, sent.action, sent.outcome)).collect()
    }

    #[test]
    fn variables_are_put_in_when_it_is_sent_and_again_when_it_is_sent_again() {
        let mut bench = Bench::connected("1.6", false);
        let payload = r#"{"idTag":"{{uuid}}","at":"{{now}}","c":{{connectorId}}}"#.to_owned();
        bench.apply(Command::SendCall { action: "Authorize".to_owned(), payload: payload.clone() });
        let first = bench.sent.last().unwrap().clone();
        assert!(first.contains(r#""at":"2026-11-22T09:22:07.000Z","c":1}]"#) && !first.contains("{{"), "{first}");
        assert_eq!(outcomes(&mut bench), ["1 Authorize: no answer yet"]);
        let id = first.split('"').nth(1).unwrap().to_owned();
        bench.receive(&format!("[4,\"{id}\",\"InternalError\",\"\",{{}}]"));
        bench.apply(Command::Resend { id: 1 });
        let second = bench.sent.last().unwrap().clone();
        assert_ne!(first.split_once("idTag"), second.split_once("idTag"));
        bench.apply(Command::SendRaw { text: "{{connectorId}} {{color}}".to_owned() });
        assert_eq!(bench.sent.last().unwrap(), "1 {{color}}");
        bench.apply(Command::SendCall { action: "Heartbeat".to_owned(), payload: "{}".to_owned() });
        assert_eq!(
            outcomes(&mut bench),
            [
                "4 Heartbeat: waits to be sent",
                "3 : sent",
                "2 Authorize: no answer yet",
                "1 Authorize: CALLERROR InternalError"
            ]
        );
        let recalled = draft(&mut bench, Command::Recall { id: 2 });
        assert_eq!((recalled.action.as_str(), recalled.text), ("Authorize", payload));
    }

    #[test]
    fn a_frame_becomes_a_draft() {
        let mut bench = Bench::connected("1.6", false);
        for text in ["[2,\"a\",\"Authorize\",{ \"idTag\" : \"A\" }]", "[2,\"b\",\"Nonsense\",{}]", "not JSON"] {
            bench.apply(Command::SendRaw { text: text.to_owned() });
        }
        let first = draft(&mut bench, Command::Compose { frame: 1 });
        assert_eq!(
            first,
            Draft { action: "Authorize".into(), text: "{ \"idTag\" : \"A\" }".into(), note: String::new() }
        );
        assert_eq!(draft(&mut bench, Command::Compose { frame: 2 }).text, "[2,\"b\",\"Nonsense\",{}]");
        assert_eq!(
            draft(&mut bench, Command::Compose { frame: 3 }),
            Draft { text: "not JSON".into(), ..Draft::default() }
        );
    }

    #[test]
    fn a_send_of_2_1_goes_out_as_one() {
        let mut bench = Bench::connected("2.1", false);
        let action = "NotifyPeriodicEventStream".to_owned();
        bench.apply(Command::SendCall { action, payload: "{}".to_owned() });
        let text = bench.sent.last().unwrap();
        assert!(text.starts_with("[6,\"") && text.ends_with("\",\"NotifyPeriodicEventStream\",{}]"), "{text}");
        assert_eq!(outcomes(&mut bench), ["1 NotifyPeriodicEventStream: sent"]);
        // It waits for nothing.
        bench.apply(Command::SendCall { action: "Heartbeat".to_owned(), payload: "{}".to_owned() });
        assert!(bench.sent.last().unwrap().contains("Heartbeat"));
    }

    #[test]
    fn examples_and_variables_follow_the_station() {
        let mut bench = Bench::connected("1.6", false);
        bench.apply(Command::CheckPayload {
            action: "StopTransaction".to_owned(),
            payload: "{{transactionId}}".to_owned(),
        });
        let view = bench.update().composer.unwrap();
        assert!(view.variable_notes[0].contains("no transaction runs at connector 1"), "{:?}", view.variable_notes);
        for act in [crate::station::Act::PlugIn, crate::station::Act::PresentToken(String::new())] {
            bench.apply(Command::Act { outlet: 1, act });
        }
        // Whatever it asks is accepted.
        for at in 0..6 {
            let Some(call) = bench.sent.get(at).cloned() else { break };
            let id = call.split('"').nth(1).unwrap();
            let transaction = if call.contains("StartTransaction") { "\"transactionId\":321," } else { "" };
            bench.receive(&format!("[3,\"{id}\",{{{transaction}\"idTagInfo\":{{\"status\":\"Accepted\"}}}}]"));
            bench.pass(3_000.0);
        }
        let view = bench.workbench.composer_view(bench.now);
        assert_eq!(view.goes_out, "321", "{:?}", bench.sent);
        bench.apply(Command::Example { action: "StopTransaction".to_owned(), name: "Cable unplugged".to_owned() });
        let (_, text) = bench.update().composer.unwrap().template.unwrap();
        assert!(text.contains("\"transactionId\": 321,"), "{text}");
    }
}
