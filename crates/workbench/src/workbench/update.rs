//! What the page is told: what changed since the last update.

use super::{Dirty, FINDINGS_EVERY_MILLIS, LONG_SAVED_BYTES, LOOK_LASTS_MILLIS, SAVE_EVERY_MILLIS, Unsaved, Workbench};
use crate::connect_url;
use crate::detail;
use crate::finding_store::MOST_LISTED;
use crate::findings::RULES;
use crate::guide;
use crate::port::{FaultView, FindingGroup, FrameNumber, Severity, Update};
use crate::records::Records;
use crate::transcript::EpochMillis;
use ocpp_wire::order::sort_by_rank;

impl Workbench {
    /// What changed on the screen since the last update; `None` when nothing did.
    pub fn take_update(&mut self, now: EpochMillis) -> Option<Update> {
        let dirty = self.dirty;
        let mut update = Update::default();
        if dirty.connection {
            update.connection = Some(self.connection_view());
        }
        if let Some(form) = self.draft.take() {
            update.draft = Some(connect_url::draft(&form, self.environment));
        }
        if dirty.summary {
            update.summary = Some(self.records.summary());
        }
        if dirty.rows {
            update.rows = Some(self.view.take_rows(&self.records));
        }
        if dirty.filter {
            update.filter = Some(self.view.filter_view(&self.records));
        }
        if dirty.detail {
            let selected = self.view.selected_frame(&self.records);
            let mut shown = selected.and_then(|frame| detail::detail(&self.records, &self.schemas, frame));
            if let Some(detail) = &mut shown {
                self.add_deed(detail);
            }
            update.detail = Some(shown);
        }
        if dirty.overview {
            update.overview = Some(self.records.timeline.view(self.view.window_times(&self.records)));
        }
        if dirty.composer || (dirty.station && self.composer.is_in_use()) {
            update.composer = Some(self.composer_view(now));
        }
        if dirty.replies || dirty.composer {
            update.replies = Some(self.replies_view(now));
        }
        if dirty.share {
            update.share = Some(self.share.clone());
        }
        if dirty.offer {
            update.offer = Some(self.offer.clone());
        }
        if dirty.station {
            // Finding out what can be done there takes a while: not for nobody.
            if now - self.looked_at < LOOK_LASTS_MILLIS {
                update.station = Some(self.station.as_ref().map(|station| station.view(now)));
            }
            self.unsaved = Unsaved::Waiting;
        }
        // One that was away for days has much to write down: not at every update.
        let is_due = self.n_saved_bytes <= LONG_SAVED_BYTES || now - self.saved_at >= SAVE_EVERY_MILLIS;
        if self.unsaved != Unsaved::Nothing && is_due {
            let saved = self.saved_station();
            self.unsaved = Unsaved::Nothing;
            self.saved_at = now;
            self.n_saved_bytes = saved.len();
            update.saved_station = Some(saved);
        }
        update.go_to = self.go_to.take();
        update.completions = self.completions.take();
        update.copy = self.copy.take();
        if dirty.demo {
            update.demo = Some(self.demo_view());
        }
        if dirty.import {
            update.import = Some(self.import.as_ref().map(|job| job.view(now)));
        }
        let mut still_dirty = false;
        if dirty.findings {
            if now - self.findings_at >= FINDINGS_EVERY_MILLIS {
                self.findings_at = now;
                self.findings_due = false;
                update.findings = Some(finding_groups(&self.records));
            } else {
                still_dirty = true;
            }
        }
        if let Some(path) = self.guide_path.take() {
            update.guide = Some(guide::page(&path));
        }
        update.notice = self.notices.pop_front();
        self.dirty = Dirty { findings: still_dirty, ..Dirty::default() };
        let is_empty = update == Update::default();
        if is_empty {
            return None;
        }
        self.seq += 1;
        Some(Update { seq: self.seq, ..update })
    }
}

/// All findings by rule, worst rules first.
fn finding_groups(records: &Records) -> Vec<FindingGroup> {
    let counted = RULES.iter().zip(records.rule_counts()).filter(|(_, count)| count.n() > 0);
    let mut groups: Vec<_> = counted
        .map(|(rule, count)| {
            let of_frame = |&frame: &FrameNumber| records.findings(frame).into_iter().map(move |found| (frame, found));
            let found = count.frames.iter().flat_map(of_frame).filter(|(_, found)| found.rule.id == rule.id);
            let items = found.take(MOST_LISTED).map(|(frame, finding)| FaultView {
                frame,
                pointer: finding.pointer,
                value: String::new(),
                message: finding.message,
                severity: finding.severity,
            });
            FindingGroup {
                rule: rule.id.to_owned(),
                title: rule.title().to_owned(),
                severity: count.worst(),
                n_findings: count.n(),
                meaning: rule.meaning(),
                source: rule.source(),
                items: items.collect(),
            }
        })
        .collect();
    sort_by_rank(&mut groups, |group| u32::MAX - group.n_findings);
    sort_by_rank(&mut groups, |group| Severity::Error as u32 - group.severity as u32);
    groups
}
