//! Reservations of an EVSE for a token.
//!
//! # Source
//! OCPP 2.0.1 and 2.1 Part 2, H01 to H04.

use super::super::core::{Core, Registration};
use super::super::outbox::Purpose;
use super::super::{Answer, Request};
use super::tokens::Token;
use super::{Machine, because, integer, status};
use crate::object::Object;
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;
use serde::{Deserialize, Serialize};

/// A reservation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Reservation {
    pub id: i64,
    pub token: Token,
    pub group: Option<String>,
    /// By the station's clock.
    pub expires: EpochMillis,
}

impl Machine {
    pub(super) fn reserve(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let Request { tree, root, .. } = request;
        let Some(token) = tree.get(root, "idToken").and_then(|node| Token::of(tree, node)) else {
            return Answer::NotModelled;
        };
        let id = integer(tree, root, "id").unwrap_or_default();
        let expires = tree.get_string(root, "expiryDateTime").and_then(|text| date_time::parse(&text));
        let expires = expires.map_or(0.0, |at| at.epoch_millis as f64);
        // `ReservationCtrlr.NonEvseSpecific` is false: a reservation is of one EVSE.
        let outlet = integer(tree, root, "evseId").and_then(|evse| self.outlet_number(evse));
        let Some(outlet) = outlet.filter(|_| self.variables.flag("ReservationCtrlr.Enabled")) else {
            return status("Rejected");
        };
        if expires <= core.clock(now) {
            return because("Rejected", "InvalidValue");
        }
        let connector = tree.get_string(root, "connectorType");
        if connector.is_some_and(|kind| kind != "cType2") {
            return because("Rejected", "UnknownConnectorType");
        }
        match self.status(core, outlet) {
            "Faulted" => return status("Faulted"),
            "Unavailable" => return status("Unavailable"),
            "Occupied" => return status("Occupied"),
            _ => {}
        }
        let Some(place) = self.place_mut(outlet) else { return status("Rejected") };
        // The same reservation again takes the place of the old one.
        if place.is_authorized() || place.reservation.as_ref().is_some_and(|reservation| reservation.id != id) {
            return status("Occupied");
        }
        let group = tree.get(root, "groupIdToken").and_then(|node| Token::of(tree, node)).map(|group| group.id);
        let reservation = Some(Reservation { id, token, group, expires });
        let mut moved = None;
        for (place, number) in self.places.iter_mut().zip(1_u8..) {
            if number != outlet && place.reservation.as_ref().is_some_and(|reservation| reservation.id == id) {
                place.reservation = None;
                moved = Some(number);
            }
        }
        if let Some(place) = self.place_mut(outlet) {
            place.reservation = reservation;
        }
        for number in moved.into_iter().chain([outlet]) {
            self.tell_status(core, now, number, false);
        }
        status("Accepted")
    }

    pub(super) fn cancel_reservation(&mut self, core: &mut Core, now: EpochMillis, request: Request<'_>) -> Answer {
        let id = integer(request.tree, request.root, "reservationId").unwrap_or_default();
        for outlet in 1..=core.outlets.len() as u8 {
            let taken =
                self.place_mut(outlet).and_then(|place| place.reservation.take_if(|reservation| reservation.id == id));
            if taken.is_some() {
                self.tell_status(core, now, outlet, false);
                return status("Accepted");
            }
        }
        status("Rejected")
    }

    /// A reservation that ends because the EVSE cannot be used.
    pub(super) fn lose_reservation(&mut self, core: &mut Core, outlet: u8) {
        let taken = self.place_mut(outlet).and_then(|place| place.reservation.take());
        if let Some(reservation) = taken {
            Self::reservation_ended(core, reservation.id, "Removed");
        }
    }

    /// A reservation whose time is over.
    pub(super) fn expire_reservation(&mut self, core: &mut Core, now: EpochMillis, outlet: u8) {
        let clock = core.clock(now);
        let taken = self
            .place_mut(outlet)
            .and_then(|place| place.reservation.take_if(|reservation| clock >= reservation.expires));
        if let Some(reservation) = taken {
            Self::reservation_ended(core, reservation.id, "Expired");
            self.tell_status(core, now, outlet, false);
        }
    }

    fn reservation_ended(core: &mut Core, id: i64, how: &str) {
        if core.is_online && core.registration != Registration::Unknown {
            let payload = Object::new().integer("reservationId", id).text("reservationUpdateStatus", how).done();
            core.outbox.call("ReservationStatusUpdate", payload, Purpose::Other);
        }
    }
}
