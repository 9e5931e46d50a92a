//! Traffic over time, in equal spans that grow wider as the transcript grows longer. Adding a frame costs the
//! same however many there are.

use crate::port::{Bucket, Direction, FrameNumber, Overview, Severity};
use crate::transcript::EpochMillis;
use ocpp_wire::date_time;

/// Most spans; when they are used up, two become one.
const MAX_BUCKETS: usize = 240;

/// Width of a span at the beginning.
const FIRST_WIDTH_MILLIS: f64 = 250.0;

/// Traffic over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Timeline {
    start: EpochMillis,
    end: EpochMillis,
    width_millis: f64,
    buckets: Vec<Bucket>,
}

impl Timeline {
    /// Adds a frame. A frame from before the first one counts in the first span.
    pub fn add(&mut self, at: EpochMillis, direction: Direction, severity: Severity, frame: FrameNumber) {
        if self.buckets.is_empty() {
            *self = Self { start: at, end: at, width_millis: FIRST_WIDTH_MILLIS, buckets: Vec::new() };
        }
        self.end = self.end.max(at);
        while self.index(at) >= MAX_BUCKETS {
            self.widen();
        }
        let index = self.index(at);
        if index >= self.buckets.len() {
            self.buckets.resize(index + 1, Bucket::default());
        }
        if let Some(bucket) = self.buckets.get_mut(index) {
            match direction {
                Direction::ToCsms => bucket.n_to_csms += 1,
                Direction::ToStation => bucket.n_to_station += 1,
            }
            bucket.severity = bucket.severity.max(severity);
            if bucket.first_frame == 0 {
                bucket.first_frame = frame;
            }
        }
    }

    /// A frame turned out to be worse than it looked.
    pub fn raise(&mut self, at: EpochMillis, severity: Severity) {
        let index = self.index(at);
        if let Some(bucket) = self.buckets.get_mut(index) {
            bucket.severity = bucket.severity.max(severity);
        }
    }

    fn index(&self, at: EpochMillis) -> usize {
        if self.width_millis <= 0.0 { 0 } else { ((at - self.start).max(0.0) / self.width_millis) as usize }
    }

    fn widen(&mut self) {
        self.width_millis *= 2.0;
        let pairs = self.buckets.chunks(2).map(|pair| {
            let mut sum = Bucket::default();
            for bucket in pair {
                sum.n_to_csms += bucket.n_to_csms;
                sum.n_to_station += bucket.n_to_station;
                sum.severity = sum.severity.max(bucket.severity);
                if sum.first_frame == 0 {
                    sum.first_frame = bucket.first_frame;
                }
            }
            sum
        });
        self.buckets = pairs.collect();
    }

    /// What the page draws. `window` is the time the viewport covers.
    pub fn view(&self, window: Option<(EpochMillis, EpochMillis)>) -> Overview {
        if self.buckets.is_empty() {
            return Overview::default();
        }
        let mut buckets = self.buckets.clone();
        // A short transcript does not fill the strip with a few wide bars.
        buckets.resize(buckets.len().max(MAX_BUCKETS / 2), Bucket::default());
        let end = self.start + self.width_millis * buckets.len() as f64;
        let clock = |at: f64| {
            let text = date_time::format_utc(at as i64);
            let length = if end - self.start < 600_000.0 { 19 } else { 16 };
            text.get(11..length).unwrap_or_default().to_owned()
        };
        Overview {
            labels: vec![clock(self.start), clock(f64::midpoint(self.start, end)), clock(end)],
            span_epoch_millis: Some((self.start, end)),
            window: window.map(|(from, to)| (self.index(from) as u32, self.index(to) as u32)),
            buckets,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_is_lost_however_long_it_takes(times in prop::collection::vec(0.0_f64..1e12, 1..300)) {
            let mut timeline = Timeline::default();
            for (n, &at) in times.iter().enumerate() {
                timeline.add(at, Direction::ToCsms, Severity::Ok, n as u32 + 1);
            }
            let overview = timeline.view(None);
            let total: u32 = overview.buckets.iter().map(|b| b.n_to_csms).sum();
            prop_assert_eq!(total as usize, times.len());
            prop_assert!(overview.buckets.len() <= MAX_BUCKETS);
        }
    }
}
