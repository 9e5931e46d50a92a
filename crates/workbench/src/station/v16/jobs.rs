//! What takes a 1.6 station a while: uploads of diagnostics and logs, updates of its firmware.
//!
//! The station is a model in a browser, and its only connection is the one to the CSMS. So an upload is tried and fails,
//! as often as the CSMS asks for. The steps of a firmware update are played: nothing is downloaded, verified or installed,
//! and the firmware it names afterwards is the one it had. The user is told so.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 4.4, 4.5, 5.9, 5.19; security white paper edition 3 sections 5.4, 5.7, 5.13, 5.16, 5.20.

use super::certificates;
use super::requests::{integer, nothing, status, text};
use super::{Machine, Request, is_talking};
use crate::object::Object;
use crate::port::Severity;
use crate::station::Answer;
use crate::station::core::{Core, RebootCause};
use crate::station::firmware::{STEP_MILLIS, Step, tell_security_event, tell_status};
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use ocpp_wire::json::{NodeId, Tree};
use serde::{Deserialize, Serialize};

/// While someone charges, an installation waits so long before it is thought of again.
const BUSY_MILLIS: f64 = 60_000.0;

/// An upload is tried again at most so often, and after at most so many seconds.
const MOST_RETRIES: i64 = 10;
const LONGEST_RETRY_SECONDS: i64 = 3_600;

/// An upload under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Upload {
    /// Number of a `GetLog`; `None` for `GetDiagnostics`.
    request_id: Option<i64>,
    /// The CSMS knows that it is under way.
    is_told: bool,
    due: EpochMillis,
    /// When it has failed for the last time.
    ends: EpochMillis,
}

/// A firmware update under way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Firmware {
    /// Number of a `SignedUpdateFirmware`; `None` for `UpdateFirmware`.
    request_id: Option<i64>,
    step: Step,
    due: EpochMillis,
    /// Not installed before this.
    install_at: EpochMillis,
    /// It is to be installed, and someone still charges.
    is_held_up: bool,
}

/// What is under way.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Jobs {
    /// For a `GetDiagnostics`.
    diagnostics: Option<Upload>,
    /// For a `GetLog`.
    log: Option<Upload>,
    firmware: Option<Firmware>,
}

impl Jobs {
    /// When something goes on.
    pub(super) fn due(&self) -> Option<EpochMillis> {
        let firmware = self.firmware.as_ref().filter(|firmware| firmware.step != Step::Rebooting);
        let uploads = [&self.diagnostics, &self.log].into_iter().flatten().map(|upload| upload.due);
        uploads.chain(firmware.map(|firmware| firmware.due)).reduce(f64::min)
    }

    /// Nobody may begin to charge, because new firmware is about to be installed or being so.
    ///
    /// # Source
    /// Security white paper edition 3, L01.FR.07.
    pub(super) fn keep_connectors(&self) -> bool {
        self.firmware.as_ref().is_some_and(|firmware| {
            firmware.step == Step::Installing || (firmware.is_held_up && firmware.step < Step::Installing)
        })
    }
}

/// A date of the CSMS as a time of ours; `now` when it is over or cannot be read.
fn time_of(core: &Core, now: EpochMillis, tree: &Tree<'_>, node: NodeId, name: &str) -> EpochMillis {
    let date = tree.get_string(node, name).and_then(|text| date_time::parse(&text));
    date.map_or(now, |date| (date.epoch_millis as f64 - core.ahead_millis).max(now))
}

impl Machine {
    fn new_upload(now: EpochMillis, request: Request<'_>, request_id: Option<i64>) -> Upload {
        let n_retries = integer(request, "retries").unwrap_or_default().clamp(0, MOST_RETRIES) as f64;
        let seconds = integer(request, "retryInterval").unwrap_or_default().clamp(0, LONGEST_RETRY_SECONDS) as f64;
        let ends = now + 2.0 * STEP_MILLIS + n_retries * (seconds * 1_000.0 + STEP_MILLIS);
        Upload { request_id, is_told: false, due: now + STEP_MILLIS, ends }
    }

    /// The log is what the page has seen of the traffic; there is one as soon as there is a request.
    fn log_name(core: &Core, now: EpochMillis) -> String {
        format!("ocppscope-{}.jsonl", core.clock(now) as i64 / 1_000)
    }

    pub(super) fn get_diagnostics(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        self.jobs.diagnostics = Some(Self::new_upload(now, request, None));
        core.note(Severity::Info, "The CSMS wants diagnostics: a page cannot upload files, so the upload will fail.");
        Answer::Payload(Object::new().text("fileName", &Self::log_name(core, now)).done())
    }

    /// There is no log of security events.
    ///
    /// # Source
    /// Security white paper edition 3, N01.FR.11: only an upload of a log gives way to another.
    pub(super) fn get_log(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        if text(request, "logType") == "SecurityLog" {
            return status("Rejected");
        }
        let word = if self.jobs.log.is_some() { "AcceptedCanceled" } else { "Accepted" };
        self.jobs.log = Some(Self::new_upload(now, request, integer(request, "requestId")));
        core.note(Severity::Info, "The CSMS wants a log: a page cannot upload files, so the upload will fail.");
        let object = Object::new().text("status", word);
        Answer::Payload(object.text("filename", &Self::log_name(core, now)).done())
    }

    fn begin_update(&mut self, core: &mut Core, now: EpochMillis, due: EpochMillis, request_id: Option<i64>) {
        let due = due.max(now + STEP_MILLIS);
        self.jobs.firmware =
            Some(Firmware { request_id, step: Step::Ordered, due, install_at: now, is_held_up: false });
        core.note(Severity::Info, "The station plays a firmware update: nothing is downloaded, verified or installed.");
    }

    pub(super) fn update_firmware(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        // The request cannot be refused; what is being installed is installed first.
        if self.jobs.firmware.as_ref().is_none_or(|firmware| firmware.step < Step::Installing) {
            let due = time_of(core, now, request.tree, request.root, "retrieveDate");
            self.begin_update(core, now, due, None);
        }
        nothing()
    }

    /// # Source
    /// Security white paper edition 3, use case L01: a signing certificate that is none is refused at once, and what is to
    /// be done later is told (L01.FR.13, L01.FR.16).
    pub(super) fn signed_update_firmware(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Some(node) = request.tree.get(request.root, "firmware") else { return status("Rejected") };
        let certificate = request.tree.get_string(node, "signingCertificate").unwrap_or_default();
        if certificates::read(&certificate).is_none() {
            tell_security_event(core, now, "InvalidFirmwareSigningCertificate");
            return status("InvalidCertificate");
        }
        if self.jobs.firmware.as_ref().is_some_and(|firmware| firmware.step >= Step::Installing) {
            return status("Rejected");
        }
        let word = if self.jobs.firmware.is_some() { "AcceptedCanceled" } else { "Accepted" };
        let due = time_of(core, now, request.tree, node, "retrieveDateTime");
        self.begin_update(core, now, due, integer(request, "requestId"));
        if let Some(firmware) = &mut self.jobs.firmware {
            firmware.install_at = time_of(core, now, request.tree, node, "installDateTime");
            if due > now {
                firmware.step = Step::DownloadScheduled;
                Self::tell_firmware(core, firmware.request_id, true, firmware.step.word());
            }
        }
        status(word)
    }

    fn tell_upload(core: &mut Core, request_id: Option<i64>, is_log: bool, word: &str) {
        let action = if is_log { "LogStatusNotification" } else { "DiagnosticsStatusNotification" };
        tell_status(core, action, word, request_id);
    }

    /// The CSMS asks how the upload of that kind stands.
    pub(super) fn trigger_upload(&self, core: &mut Core, is_log: bool) {
        let upload = if is_log { &self.jobs.log } else { &self.jobs.diagnostics };
        let upload = upload.as_ref().filter(|upload| upload.is_told);
        let word = if upload.is_some() { "Uploading" } else { "Idle" };
        Self::tell_upload(core, upload.and_then(|upload| upload.request_id), is_log, word);
    }

    fn tell_firmware(core: &mut Core, request_id: Option<i64>, is_signed: bool, word: &str) {
        let action = if is_signed { "SignedFirmwareStatusNotification" } else { "FirmwareStatusNotification" };
        tell_status(core, action, word, request_id);
    }

    /// The CSMS asks how the firmware update of that kind stands.
    pub(super) fn trigger_firmware(&self, core: &mut Core, is_signed: bool) {
        let firmware = self.jobs.firmware.as_ref().filter(|firmware| firmware.request_id.is_some() == is_signed);
        let firmware = firmware.filter(|firmware| firmware.step != Step::Ordered);
        let word = firmware.map_or("Idle", |firmware| firmware.step.word());
        Self::tell_firmware(core, firmware.and_then(|firmware| firmware.request_id), is_signed, word);
    }

    /// Jobs go on while there is a connection.
    pub(super) fn follow_jobs(&mut self, core: &mut Core, now: EpochMillis) {
        if !is_talking(core) || core.reboot.is_some() {
            return;
        }
        for (slot, is_log) in [(&mut self.jobs.diagnostics, false), (&mut self.jobs.log, true)] {
            let Some(upload) = slot.as_mut().filter(|upload| now >= upload.due) else { continue };
            let id = upload.request_id;
            if upload.is_told {
                *slot = None;
                Self::tell_upload(core, id, is_log, if is_log { "UploadFailure" } else { "UploadFailed" });
            } else {
                upload.is_told = true;
                upload.due = upload.ends.max(now + STEP_MILLIS);
                Self::tell_upload(core, id, is_log, "Uploading");
            }
        }
        self.follow_firmware(core, now);
    }

    fn follow_firmware(&mut self, core: &mut Core, now: EpochMillis) {
        let is_busy = self.has_transaction();
        let Some(firmware) = self.jobs.firmware.as_mut().filter(|firmware| now >= firmware.due) else { return };
        let is_signed = firmware.request_id.is_some();
        let next = match firmware.step {
            Step::Ordered | Step::DownloadScheduled => Step::Downloading,
            Step::Downloading => Step::Downloaded,
            Step::Downloaded if is_signed => Step::SignatureVerified,
            Step::SignatureVerified if now < firmware.install_at => Step::InstallScheduled,
            // Nobody is cut off for new firmware, but nobody begins either.
            Step::Downloaded | Step::SignatureVerified | Step::InstallScheduled if is_busy => {
                firmware.is_held_up = true;
                firmware.due = now + BUSY_MILLIS;
                return;
            }
            Step::Downloaded | Step::SignatureVerified | Step::InstallScheduled => Step::Installing,
            Step::Installing => Step::Rebooting,
            Step::Rebooting => return,
        };
        firmware.step = next;
        firmware.due = if next == Step::InstallScheduled { firmware.install_at } else { now + STEP_MILLIS };
        let id = firmware.request_id;
        // Before the security white paper there was no word for the restart.
        if next != Step::Rebooting || is_signed {
            Self::tell_firmware(core, id, is_signed, next.word());
        }
        if next == Step::Rebooting {
            self.end_all(core, now, RebootCause::Firmware);
            core.begin_reboot(now, RebootCause::Firmware);
        }
    }

    /// An update is complete when the station is back.
    pub(super) fn jobs_after_boot(&mut self, core: &mut Core, now: EpochMillis) {
        if let Some(done) = self.jobs.firmware.take_if(|firmware| firmware.step == Step::Rebooting) {
            let is_signed = done.request_id.is_some();
            Self::tell_firmware(core, done.request_id, is_signed, "Installed");
            if is_signed {
                tell_security_event(core, now, "FirmwareUpdated");
            }
        }
    }
}
