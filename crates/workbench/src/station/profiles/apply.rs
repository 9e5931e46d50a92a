//! Lets the outlets follow the charging profiles. Here instants are those of our clock, as everywhere outside
//! `profiles`; the station's own clock is what the profiles mean.

use super::{Composite, Question, Unit};
use crate::station::core::{Core, MOST_OUTLETS};
use crate::transcript::EpochMillis;

impl Core {
    /// Gives each outlet the limit that holds now. `started` says when the transaction at an outlet began.
    ///
    /// What the whole station may draw is shared in equal parts by the outlets whose relay is closed.
    pub fn apply_profiles(&mut self, now: EpochMillis, started: &dyn Fn(u8) -> Option<EpochMillis>) {
        let n_sharing = self.n_sharing();
        let ahead = self.ahead_millis;
        for outlet in &mut self.outlets {
            let started = started(outlet.number).map(|at| at + ahead);
            outlet.set_limit(now, self.profiles.limit_shared(outlet.number, now + ahead, started, n_sharing));
        }
    }

    /// When [`Core::apply_profiles`] is to be called again.
    pub fn profiles_due(&self, now: EpochMillis, started: &dyn Fn(u8) -> Option<EpochMillis>) -> Option<EpochMillis> {
        let clock = self.clock(now);
        self.outlets
            .iter()
            .filter_map(|outlet| {
                let started = started(outlet.number).map(|at| self.clock(at));
                self.profiles.next_change_after(outlet.number, clock, started)
            })
            .reduce(f64::min)
            .map(|at| at - self.ahead_millis)
    }

    /// The answer to `GetCompositeSchedule`; `None` when there is no such outlet. `started` says when the transaction at
    /// an outlet began.
    pub fn composite(
        &self,
        now: EpochMillis,
        outlet: i64,
        seconds: f64,
        unit: Option<Unit>,
        started: &dyn Fn(u8) -> Option<EpochMillis>,
    ) -> Option<Composite> {
        let outlet = u8::try_from(outlet).ok()?;
        let mut started_at = [None; MOST_OUTLETS];
        for (number, slot) in (1..).zip(&mut started_at) {
            *slot = started(number).map(|at| self.clock(at));
        }
        self.profiles.composite(&Question {
            outlet,
            n_outlets: self.outlets.len() as u8,
            // Whole seconds, as the periods of the answer.
            from: (self.clock(now) / 1_000.0).floor() * 1_000.0,
            seconds,
            unit,
            started_at,
            n_sharing: self.n_sharing(),
        })
    }

    fn n_sharing(&self) -> u8 {
        self.outlets.iter().filter(|outlet| outlet.is_closed).count().max(1) as u8
    }
}
