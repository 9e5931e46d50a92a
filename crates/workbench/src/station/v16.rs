//! The station of OCPP 1.6: who may charge and what goes on at each connector, what the CSMS is told of it, and what
//! it is answered.
//!
//! Of the critical security events it tells the start of the station, when it has a security profile, and what concerns
//! firmware; the others have no cause in a browser.
//!
//! This file holds the state and the machine's interface; the files below it hold one area each.
//!
//! # Source
//! OCPP 1.6 edition 2 with errata v4, and the security white paper edition 3. Clauses stand where they are followed.

mod certificates;
mod charging;
mod configuration;
mod connector;
mod jobs;
mod local_list;
mod meter;
mod reports;
mod requests;
mod reservations;
mod smart_charging;
#[cfg(test)]
mod tests;

use super::core::{Core, RebootCause};
use super::facts::Facts;
use super::firmware::tell_security_event;
use super::outbox::{Purpose, Sent, Waiting};
use super::{Act, Answer, Request};
use crate::object::Object;
use crate::port::Severity;
use crate::transcript::EpochMillis;
pub(super) use charging::FAULTS;
use configuration::Configuration;
use connector::{Connector, Reservation};
use local_list::{Info, Tokens};
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// What stands in a payload until the CSMS has given the transaction its number. In a text the quotes would be escaped.
const UNKNOWN_ID: &str = "\"transactionId\":null";

/// What 1.6 says about the station.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    configuration: Configuration,
    /// Number 1 first.
    connectors: Vec<Connector>,
    /// The station as a whole: what 1.6 calls connector 0. Only its availability and status count.
    whole: Connector,
    reservations: Vec<Reservation>,
    list: Tokens,
    cache: Tokens,
    jobs: jobs::Jobs,
    certificates: certificates::Store,
    n_transactions: u32,
    /// Transaction messages given up that the user was told of.
    n_given_up: u32,
    /// Numbers the CSMS gave to transactions of ours whose messages may still wait.
    ids: Vec<(u32, i64)>,
    /// When clock-aligned values are due, by the station's clock.
    aligned_due: Option<EpochMillis>,
    /// When it looks again at what goes on.
    look_due: Option<EpochMillis>,
}

impl Machine {
    /// A station that was just switched on.
    pub fn new(core: &mut Core) -> Self {
        let n_connectors = u8::try_from(core.outlets.len()).unwrap_or(1);
        let new = Self {
            configuration: Configuration::new(n_connectors, &core.setup.configuration),
            connectors: vec![Connector::default(); core.outlets.len()],
            ..Self::default()
        };
        new.follow_retry(core);
        new
    }

    /// How often transaction messages are repeated is a matter of the configuration.
    fn follow_retry(&self, core: &mut Core) {
        core.retry.n_attempts = self.configuration.number("TransactionMessageAttempts");
        core.retry.interval_seconds = self.configuration.number("TransactionMessageRetryInterval");
    }

    /// Payload of the BootNotification.
    pub fn boot_payload(&self, core: &Core) -> String {
        let setup = &core.setup;
        let serial = Some(&setup.serial).filter(|serial| !serial.is_empty());
        Object::new()
            .text("chargePointVendor", &setup.vendor)
            .text("chargePointModel", &setup.model)
            .maybe(serial, |object, serial| object.text("chargePointSerialNumber", serial))
            .text("firmwareVersion", &setup.firmware)
            .done()
    }

    /// The CSMS has accepted the station: it is told every status.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 4.2; errata v4 3.22.
    pub fn accepted(&mut self, core: &mut Core, now: EpochMillis) {
        self.aligned_due = None;
        self.follow_profiles(core, now);
        self.report_everything(core, now);
        if self.configuration.number("SecurityProfile") > 0 {
            let event = if core.boot_cause.is_some() { "ResetOrReboot" } else { "StartupOfTheDevice" };
            tell_security_event(core, now, event);
        }
        self.jobs_after_boot(core, now);
        self.handle_timeout(core, now);
    }

    /// The connection is back, without a start of the station: what has changed meanwhile is told.
    pub fn back_online(&mut self, core: &mut Core, now: EpochMillis) {
        self.follow_profiles(core, now);
        self.report_changes(core, now);
    }

    /// The connection is gone. What was not confirmed is told again later.
    pub fn went_offline(&mut self, _core: &mut Core, _now: EpochMillis) {
        for connector in self.connectors.iter_mut().chain(Some(&mut self.whole)) {
            connector.reported = connector.confirmed;
            connector.holds_for = None;
            connector.turning = None;
        }
    }

    /// Ends what is going on, because the station starts anew.
    pub fn end_all(&mut self, core: &mut Core, now: EpochMillis, cause: RebootCause) {
        let reason = match cause {
            RebootCause::ByUser | RebootCause::Firmware => "Reboot",
            RebootCause::HardReset => "HardReset",
            RebootCause::SoftReset | RebootCause::ScheduledReset => "SoftReset",
        };
        for number in self.numbers() {
            self.stop(core, now, number, reason, None);
            if let Some(connector) = self.connector_mut(number) {
                connector.granted = None;
                connector.asked = None;
            }
        }
    }

    /// Its user does something.
    pub fn act(&mut self, core: &mut Core, now: EpochMillis, outlet: u8, act: &Act) -> Result<(), String> {
        self.handle_timeout(core, now);
        let done = self.follow_act(core, now, outlet, act);
        self.follow_state(core, now);
        done
    }

    /// The CSMS asks for something.
    pub fn request(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        self.handle_timeout(core, now);
        let answer = self.answer(core, now, request);
        self.follow_state(core, now);
        answer
    }

    /// What became of a call: the payload of its CallResult, or `None` when it was not taken.
    pub fn answered(&mut self, core: &mut Core, now: EpochMillis, call: &Waiting, result: Option<(&Tree<'_>, NodeId)>) {
        self.follow_given_up(core, call);
        match &call.purpose {
            Purpose::Authorize { outlet, token } => {
                let info = result.and_then(|(tree, root)| Some(Info::read(tree, tree.get(root, "idTagInfo")?)));
                self.authorized(core, now, *outlet, token, info);
            }
            Purpose::Start { outlet, transaction } => {
                self.release(*outlet, *transaction);
                if let Some(result) = result {
                    self.started(core, now, (*outlet, *transaction), call, result);
                }
            }
            Purpose::Stop { outlet, transaction } => {
                self.release(*outlet, *transaction);
                if let Some((tree, root)) = result
                    && let Some(node) = tree.get(root, "idTagInfo")
                    && let Some(token) = token_of(call)
                {
                    self.remember(core, now, &token, Info::read(tree, node));
                }
                self.ids.retain(|(number, _)| core.outbox.has_kept_for(*number) || number != transaction);
            }
            Purpose::Other if call.action == "StatusNotification" && result.is_some() => self.confirm(&call.payload),
            _ => {}
        }
        self.follow_state(core, now);
    }

    /// Fills in the number of the transaction: -1 if the CSMS never gave one.
    ///
    /// # Source
    /// OCPP 1.6 errata v4 3.18 and 3.54.
    pub fn complete(&mut self, mut sent: Sent) -> Sent {
        if let Purpose::During { transaction, .. } | Purpose::Stop { transaction, .. } = sent.message.purpose {
            let id = self.ids.iter().find(|(number, _)| *number == transaction).map_or(-1, |(_, id)| *id);
            sent.message.payload = sent.message.payload.replacen(UNKNOWN_ID, &format!("\"transactionId\":{id}"), 1);
        }
        sent
    }

    /// Time has passed; the meters have run until now.
    pub fn handle_timeout(&mut self, core: &mut Core, now: EpochMillis) {
        self.drop_expired(core, now);
        for number in self.numbers() {
            self.follow_time(core, now, number);
        }
        self.follow_clock(core, now);
        self.follow_jobs(core, now);
        self.follow_state(core, now);
    }

    /// When [`Machine::handle_timeout`] has something to do.
    pub fn poll_timeout(&self, core: &Core) -> Option<EpochMillis> {
        // A station that is away or about to start anew tells nothing, and leaves its jobs.
        let reports = is_talking(core) && core.reboot.is_none();
        let by_clock = |due: EpochMillis| due - core.ahead_millis;
        let reservations = self.reservations.iter().map(|reservation| by_clock(reservation.expiry));
        let shortest = f64::from(self.configuration.number("MinimumStatusDuration")) * 1_000.0;
        let connectors = self.connectors.iter().flat_map(|connector| {
            [
                connector.granted.as_ref().and_then(|granted| granted.until),
                connector.transaction.as_ref().and_then(|transaction| transaction.sample_due),
                connector
                    .turning
                    .filter(|_| reports && connector.holds_for.is_none())
                    .map(|(_, since)| since + shortest),
            ]
        });
        let aligned = self.aligned_due.map(by_clock);
        let jobs = self.jobs.due().filter(|_| reports);
        let others = [self.look_due, aligned, jobs];
        connectors.chain(others).flatten().chain(reservations).reduce(f64::min)
    }

    /// The interval of heartbeats that is configured; `None` while it was never set.
    pub fn heartbeat_seconds(&self) -> Option<u32> {
        Some(self.configuration.number("HeartbeatInterval")).filter(|_| self.configuration.has("HeartbeatInterval"))
    }

    /// The CSMS named this interval when it accepted the station.
    pub fn set_heartbeat_seconds(&mut self, seconds: u32) {
        self.configuration.put("HeartbeatInterval", &seconds.to_string());
    }

    /// A transaction is going on.
    pub fn has_transaction(&self) -> bool {
        self.connectors.iter().any(|connector| connector.transaction.is_some())
    }

    /// What stands at an outlet.
    pub fn facts(&self, core: &Core, outlet: u8) -> Facts {
        let connector = self.connector(outlet);
        let transaction = connector.and_then(|connector| connector.transaction.as_ref());
        let token = connector.and_then(|connector| connector.token.clone());
        Facts {
            outlet: outlet.into(),
            token: token.unwrap_or_else(|| core.setup.token.clone()),
            transaction_id: transaction.map(|transaction| transaction.id.unwrap_or(-1).to_string()),
            meter_wh: core.outlet(outlet).map_or(0, |outlet| meter::whole_wh(&outlet.reading())),
            status: connector
                .filter(|connector| connector.reported.is_some())
                .map_or_else(String::new, |_| self.status(core, outlet).as_str().to_owned()),
            ..Facts::default()
        }
    }

    /// After whatever happened: the connectors follow the profiles, and the CSMS is told what has changed.
    fn follow_state(&mut self, core: &mut Core, now: EpochMillis) {
        self.follow_outages(core);
        self.follow_profiles(core, now);
        self.report_changes_in_order(core, now);
    }

    /// The user is told of a transaction message that no attempt could deliver.
    fn follow_given_up(&mut self, core: &mut Core, call: &Waiting) {
        let n_given_up = core.outbox.n_given_up;
        if n_given_up > self.n_given_up {
            let n_attempts = core.retry.n_attempts.max(1);
            let mut text = format!("The {} was given up after {n_attempts} attempts.", call.action);
            if matches!(call.purpose, Purpose::Start { .. }) {
                text.push_str(" The transaction has no number: its messages say -1.");
            }
            core.note(Severity::Warning, text);
        }
        self.n_given_up = n_given_up;
    }

    fn numbers(&self) -> std::ops::RangeInclusive<u8> {
        1..=u8::try_from(self.connectors.len()).unwrap_or(u8::MAX)
    }

    fn connector(&self, number: u8) -> Option<&Connector> {
        self.connectors.get(usize::from(number.checked_sub(1)?))
    }

    fn connector_mut(&mut self, number: u8) -> Option<&mut Connector> {
        self.connectors.get_mut(usize::from(number.checked_sub(1)?))
    }
}

/// The CSMS can be asked now.
fn is_talking(core: &Core) -> bool {
    core.is_online && core.registration.is_accepted()
}

/// `idTag` of a call.
fn token_of(call: &Waiting) -> Option<String> {
    let tree = ocpp_wire::json::parse(&call.payload).ok()?;
    tree.get_string(tree.root(), "idTag").map(std::borrow::Cow::into_owned)
}
