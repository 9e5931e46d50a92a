//! Reservations in 1.6: for one connector, or for any.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 3.11, 4.8, 5.2, 5.13, 9.3.1.

use super::connector::{Question, Reservation, Status};
use super::requests::{integer, status, text};
use super::{Machine, Request};
use crate::station::Answer;
use crate::station::core::Core;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;

/// Most reservations; a connector has one at most, the rest is for connector 0.
const MOST: usize = 100;

impl Machine {
    pub(super) fn reserve_now(&mut self, core: &Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let (Some(id), Some(connector)) = (integer(request, "reservationId"), integer(request, "connectorId")) else {
            return status("Rejected");
        };
        let expiry = date_time::parse(&text(request, "expiryDate")).map(|expiry| expiry.epoch_millis as f64);
        let Some(expiry) = expiry.filter(|expiry| *expiry > core.clock(now)) else { return status("Rejected") };
        let Some(connector) = u8::try_from(connector).ok().filter(|n| usize::from(*n) <= self.connectors.len()) else {
            return status("Rejected");
        };
        let token = text(request, "idTag");
        let parent = Some(text(request, "parentIdTag")).filter(|parent| !parent.is_empty());
        // A reservation of the same number is replaced, whatever it was for.
        let replaced = self.reservations.iter().position(|reservation| reservation.id == id);
        let replaced = replaced.map(|index| self.reservations.remove(index));
        let refusal = if connector == 0 { self.why_none_is_free(core) } else { self.why_not_free(core, connector) };
        let refusal = refusal.or_else(|| (self.reservations.len() >= MOST).then_some("Rejected"));
        if let Some(word) = refusal {
            self.reservations.extend(replaced);
            return status(word);
        }
        self.reservations.push(Reservation { id, connector, token, parent, expiry });
        status("Accepted")
    }

    fn why_not_free(&self, core: &Core, number: u8) -> Option<&'static str> {
        let is_asked = self.connector(number).is_some_and(|connector| !connector.is_idle());
        match self.status(core, number) {
            Status::Available if !is_asked && self.n_free(core) > self.n_for_any() => None,
            Status::Faulted => Some("Faulted"),
            Status::Unavailable => Some("Unavailable"),
            _ => Some("Occupied"),
        }
    }

    /// Why no connector can be kept free for someone: the reason all have in common, else that they are occupied.
    fn why_none_is_free(&self, core: &Core) -> Option<&'static str> {
        if self.n_free(core) > self.n_for_any() {
            return None;
        }
        let all = |status| self.numbers().all(|number| self.status(core, number) == status);
        Some(if all(Status::Faulted) {
            "Faulted"
        } else if all(Status::Unavailable) {
            "Unavailable"
        } else {
            "Occupied"
        })
    }

    /// Connectors that anyone could use now.
    fn n_free(&self, core: &Core) -> usize {
        self.numbers()
            .filter(|number| self.status(core, *number) == Status::Available)
            .filter(|number| self.connector(*number).is_some_and(super::connector::Connector::is_idle))
            .count()
    }

    fn n_for_any(&self) -> usize {
        self.reservations.iter().filter(|reservation| reservation.connector == 0).count()
    }

    pub(super) fn cancel_reservation(&mut self, request: Request<'_>) -> Answer {
        let id = integer(request, "reservationId");
        let index = self.reservations.iter().position(|reservation| Some(reservation.id) == id);
        match index {
            Some(index) => {
                self.reservations.remove(index);
                status("Accepted")
            }
            None => status("Rejected"),
        }
    }

    /// No reservation keeps this token from the connector. `is_before_asking`: its group is not known yet, and may
    /// still fit.
    ///
    /// # Errors
    /// A sentence for the user.
    pub(super) fn is_free_for(
        &self,
        core: &Core,
        number: u8,
        token: &str,
        parent: Option<&str>,
        is_before_asking: bool,
    ) -> Result<(), String> {
        let may_fit = |reservation: &Reservation| is_before_asking && reservation.parent.is_some();
        let is_foreign = |reservation: &&Reservation| !reservation.is_for(token, parent) && !may_fit(reservation);
        if self.reservations.iter().filter(|reservation| reservation.connector == number).any(|r| is_foreign(&r)) {
            return Err("The connector is reserved for another token.".to_owned());
        }
        let n_foreign =
            self.reservations.iter().filter(|reservation| reservation.connector == 0).filter(is_foreign).count();
        // A car that was plugged in before anyone was authorised occupies its connector too.
        let is_free_now = self.status(core, number) == Status::Available;
        if n_foreign > 0 && self.n_free(core) < n_foreign + usize::from(is_free_now) {
            return Err("The connectors that are left are reserved for other tokens.".to_owned());
        }
        Ok(())
    }

    /// The reservation that a transaction uses up.
    pub(super) fn take_reservation(&mut self, number: u8, token: &str, parent: Option<&str>) -> Option<i64> {
        let fits =
            |of: u8| move |reservation: &Reservation| reservation.connector == of && reservation.is_for(token, parent);
        let index = self.reservations.iter().position(fits(number));
        let index = index.or_else(|| self.reservations.iter().position(fits(0)))?;
        Some(self.reservations.remove(index).id)
    }

    /// What waits at a connector that is broken or switched off is over: its reservation, an authorisation, the car that
    /// has charged. A reservation for any connector ends when none is left.
    ///
    /// # Source
    /// OCPP 1.6 edition 2 section 5.13.
    pub(super) fn follow_outages(&mut self, core: &Core) {
        let mut is_any_left = false;
        for number in self.numbers() {
            let status = self.status(core, number);
            if !matches!(status, Status::Faulted | Status::Unavailable) {
                is_any_left = true;
                continue;
            }
            self.reservations.retain(|reservation| reservation.connector != number);
            let Some(connector) = self.connector_mut(number) else { continue };
            connector.granted = None;
            connector.asked.take_if(|asked| asked.question != Question::Stop);
            connector.is_finishing &= status != Status::Unavailable;
        }
        if !is_any_left {
            self.reservations.clear();
        }
    }

    /// Reservations end by themselves.
    pub(super) fn drop_expired(&mut self, core: &Core, now: EpochMillis) {
        let clock = core.clock(now);
        self.reservations.retain(|reservation| reservation.expiry > clock);
    }
}
