//! Readings of a log's clock to instants.

use crate::capture::Marks;
use crate::import::time::Reading;
use crate::transcript::EpochMillis;

/// Readings of the log's clock to instants.
#[derive(Debug, Default)]
pub(super) struct Clock {
    pub(super) zone_minutes: i32,
    /// Midnight of the first frame where lines have no date; of January 1st where they have no year.
    pub(super) base: Option<f64>,
    pub(super) days: f64,
    pub(super) last_of_day: Option<f64>,
    pub(super) last: EpochMillis,
}

pub(super) const DAY: f64 = 86_400_000.0;

impl Clock {
    pub(super) fn read(
        &mut self,
        reading: Option<&Reading>,
        last_of_station: &mut Option<EpochMillis>,
    ) -> (EpochMillis, Marks) {
        let zone = f64::from(self.zone_minutes) * 60_000.0;
        let (at, marks) = match reading {
            Some(&Reading::Instant { epoch_millis }) => (epoch_millis, Marks::NONE),
            Some(&Reading::Local { epoch_millis }) => (epoch_millis - zone, Marks::NONE),
            Some(&Reading::NoYear { month, day, millis_of_day, utc }) => {
                let year = self.base.map_or(1970, year_of);
                let date = format!("{year:04}-{month:02}-{day:02}T00:00:00Z");
                let midnight = ocpp_wire::date_time::parse(&date).map_or(0.0, |date| date.epoch_millis as f64);
                let marks = if self.base.is_some() { Marks::NONE } else { Marks::NO_DATE };
                (midnight + millis_of_day - if utc { 0.0 } else { zone }, marks)
            }
            Some(&Reading::TimeOfDay { millis_of_day }) => {
                // Past midnight the clock begins anew.
                if self.last_of_day.is_some_and(|last| millis_of_day < last - DAY / 2.0) {
                    self.days += 1.0;
                }
                self.last_of_day = Some(millis_of_day);
                let marks = if self.base.is_some() { Marks::NONE } else { Marks::NO_DATE };
                let at = self.base.unwrap_or(0.0) + self.days * DAY + millis_of_day;
                (if self.base.is_some() { at - zone } else { at }, marks)
            }
            Some(&Reading::Delta { millis }) => (self.last + millis, Marks::NO_DATE),
            None => (last_of_station.unwrap_or(self.last), Marks::NO_TIME),
        };
        let at = crate::capture::quantized(at);
        self.last = at;
        *last_of_station = Some(at);
        (at, marks)
    }
}

pub(super) fn year_of(epoch_millis: f64) -> u32 {
    ocpp_wire::date_time::format_utc(epoch_millis as i64).get(..4).and_then(|year| year.parse().ok()).unwrap_or(1970)
}
