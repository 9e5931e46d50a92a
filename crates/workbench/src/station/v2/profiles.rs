//! Charging profiles at this station's EVSEs.

use super::super::Request;
use super::super::core::Core;
use super::Machine;
use crate::transcript::EpochMillis;
use ocpp_wire::json::NodeId;

impl Machine {
    pub(super) fn n_profiles(&self) -> usize {
        0
    }

    pub(super) fn profiles_without(&mut self, _core: &mut Core, _now: EpochMillis, _outlet: u8) {}

    pub(super) fn take_start_profile(
        &mut self,
        _core: &mut Core,
        _now: EpochMillis,
        _outlet: u8,
        _request: Request<'_>,
        _profile: NodeId,
    ) -> bool {
        false
    }

    pub(super) fn follow_profiles(&mut self, _core: &mut Core, _now: EpochMillis, _outlet: u8) {}

    pub(super) fn next_profile(&self) -> Option<EpochMillis> {
        None
    }
}
