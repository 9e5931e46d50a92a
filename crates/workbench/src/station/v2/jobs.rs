//! What takes its time: the upload of a log, which a page cannot do, and a firmware update, whose steps are played.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2: L01 and L02 (firmware), N01 (logs). `Idle` is only told when it was triggered, and every
//! other status names its request.

use super::super::certificate;
use super::super::core::{Core, RebootCause};
use super::super::firmware::{STEP_MILLIS, Step, tell_security_event, tell_status};
use super::super::{Answer, Request};
use super::{Machine, because, integer, status};
use crate::port::Severity;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use serde::{Deserialize, Serialize};

/// An upload that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Upload {
    request_id: i64,
    has_begun: bool,
    due: EpochMillis,
}

/// A firmware update that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Update {
    request_id: i64,
    step: Step,
    due: EpochMillis,
    /// By the station's clock.
    retrieve_at: EpochMillis,
    /// By the station's clock; 0 is as soon as possible.
    install_at: EpochMillis,
    is_signed: bool,
    /// Its time has come: it is installed as soon as nobody charges.
    waits_for_idle: bool,
}

/// What is going on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Jobs {
    upload: Option<Upload>,
    update: Option<Update>,
}

impl Jobs {
    /// Firmware waits to be installed until all transactions have ended, or is being installed.
    pub(super) fn waits_for_idle(&self) -> bool {
        self.update.is_some_and(|update| update.waits_for_idle)
    }
}

impl Machine {
    pub(super) fn get_log(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let request_id = integer(request.tree, request.root, "requestId").unwrap_or_default();
        self.last_request_id = Some(request_id);
        let old = self.jobs.upload.replace(Upload { request_id, has_begun: false, due: now });
        core.note(Severity::Info, "The CSMS asked for a log. A page cannot upload files: the upload will fail.");
        match old {
            Some(old) => {
                tell_status(core, "LogStatusNotification", "AcceptedCanceled", Some(old.request_id));
                status("AcceptedCanceled")
            }
            None => status("Accepted"),
        }
    }

    pub(super) fn tell_log_status(&self, core: &mut Core) {
        let upload = self.jobs.upload.filter(|upload| upload.has_begun);
        let word = if upload.is_some() { "Uploading" } else { "Idle" };
        tell_status(core, "LogStatusNotification", word, upload.map(|upload| upload.request_id));
    }

    pub(super) fn update_firmware(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(firmware) = tree.get(root, "firmware") else { return Answer::NotModelled };
        let instant = |name: &str| {
            let at = tree.get_string(firmware, name).and_then(|text| date_time::parse(&text));
            at.map_or(0.0, |at| at.epoch_millis as f64)
        };
        if self.jobs.update.is_some_and(|update| update.step == Step::Rebooting) {
            return because("Rejected", "FwUpdateInProgress");
        }
        let request_id = integer(tree, root, "requestId").unwrap_or_default();
        self.last_request_id = Some(request_id);
        let signing = tree.get_string(firmware, "signingCertificate");
        if signing.as_deref().is_some_and(|pem| certificate::hash_data(pem).is_none()) {
            // # Source: L01.FR.02, .21 and .22.
            tell_security_event(core, now, "InvalidFirmwareSigningCertificate");
            core.note(Severity::Warning, "The certificate that signed the firmware cannot be read.");
            return status("InvalidCertificate");
        }
        let is_signed = signing.is_some() && tree.get(firmware, "signature").is_some();
        let update = Update {
            request_id,
            step: Step::Ordered,
            due: now,
            retrieve_at: instant("retrieveDateTime"),
            install_at: instant("installDateTime"),
            is_signed,
            waits_for_idle: false,
        };
        core.note(Severity::Info, "The CSMS ordered a firmware update. Its steps are played: nothing is downloaded, and no signature is checked.");
        let is_other = self.jobs.update.replace(update).is_some();
        self.settle_all(core, now);
        status(if is_other { "AcceptedCanceled" } else { "Accepted" })
    }

    pub(super) fn tell_firmware_status(&self, core: &mut Core) {
        let update = self.jobs.update.filter(|update| update.step != Step::Ordered);
        let word = update.map_or("Idle", |update| update.step.word());
        tell_status(core, "FirmwareStatusNotification", word, update.map(|update| update.request_id));
    }

    /// What is due. Without a connection nothing goes on, for its steps could not be told.
    pub(super) fn work(&mut self, core: &mut Core, now: EpochMillis) {
        if !core.is_online || !core.registration.is_accepted() || core.reboot.is_some() {
            return;
        }
        if let Some(upload) = self.jobs.upload.filter(|upload| now >= upload.due) {
            let word = if upload.has_begun { "UploadFailure" } else { "Uploading" };
            self.jobs.upload =
                (!upload.has_begun).then_some(Upload { has_begun: true, due: now + STEP_MILLIS, ..upload });
            tell_status(core, "LogStatusNotification", word, Some(upload.request_id));
        }
        if let Some(update) = self.jobs.update.filter(|update| now >= update.due) {
            self.next_step(core, now, update);
        }
    }

    fn next_step(&mut self, core: &mut Core, now: EpochMillis, update: Update) {
        let ahead = core.ahead_millis;
        // It is installed when the time has come and nobody charges.
        let waits = core.clock(now) < update.install_at || self.has_transaction();
        let installs = if waits { Step::InstallScheduled } else { Step::Installing };
        let step = match update.step {
            Step::Ordered if core.clock(now) < update.retrieve_at => Step::DownloadScheduled,
            Step::Ordered | Step::DownloadScheduled => Step::Downloading,
            Step::Downloading => Step::Downloaded,
            Step::Downloaded if update.is_signed => Step::SignatureVerified,
            Step::Downloaded | Step::SignatureVerified | Step::InstallScheduled => installs,
            Step::Installing if self.has_transaction() => Step::Installing,
            Step::Installing => Step::Rebooting,
            // Goes on after the start.
            Step::Rebooting => return,
        };
        let due = match step {
            Step::DownloadScheduled => update.retrieve_at - ahead,
            Step::InstallScheduled => (update.install_at - ahead).max(now + STEP_MILLIS),
            _ => now + STEP_MILLIS,
        };
        let is_time = core.clock(now) >= update.install_at;
        let waits_for_idle = is_time && matches!(step, Step::InstallScheduled | Step::Installing);
        self.jobs.update = Some(Update { step, due, waits_for_idle, ..update });
        if step != update.step {
            tell_status(core, "FirmwareStatusNotification", step.word(), Some(update.request_id));
        }
        if waits_for_idle != update.waits_for_idle && step != Step::Rebooting {
            self.settle_all(core, now);
        }
        if step == Step::Rebooting {
            self.end_all(core, now, RebootCause::Firmware);
            core.begin_reboot(now, RebootCause::Firmware);
        }
    }

    /// The station has started: an update that was waiting for it is done.
    pub(super) fn work_after_start(&mut self, core: &mut Core, now: EpochMillis) {
        if let Some(update) = self.jobs.update.take_if(|update| update.step == Step::Rebooting) {
            tell_status(core, "FirmwareStatusNotification", "Installed", Some(update.request_id));
            // # Source: L01.FR.31.
            tell_security_event(core, now, "FirmwareUpdated");
        }
    }

    /// When something is due.
    pub(super) fn next_work(&self, core: &Core) -> Option<EpochMillis> {
        let update = self.jobs.update.filter(|update| update.step != Step::Rebooting).map(|update| update.due);
        let upload = self.jobs.upload.map(|upload| upload.due);
        let may = core.is_online && core.registration.is_accepted() && core.reboot.is_none();
        [update, upload].into_iter().flatten().reduce(f64::min).filter(|_| may)
    }
}
