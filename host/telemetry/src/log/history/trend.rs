use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::{Counts, Timestamp};

/// Mutations over time, in steps that double whenever there are too many of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Trend {
    steps: BTreeMap<i64, Counts>,
    /// A step has 2 to the power of this milliseconds.
    doubled: u32,
    span: Option<(i64, i64)>,
}

/// Steps that are kept: a slice's edge is off by at most a few thousandths of the whole.
const MOST_STEPS: usize = 4_096;

/// A slice of the time that a log covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// Its start.
    pub from: Timestamp,
    /// Its end, which is the next one's start.
    pub to: Timestamp,
    /// What happened in it. An attempt counts when it ended.
    pub counts: Counts,
}

impl Trend {
    pub(super) fn add(&mut self, time: Timestamp, counts: Counts) {
        let time = time.as_millisecond();
        self.span = Some(self.span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
        self.steps.entry(time >> self.doubled).or_default().add(counts);
        while self.steps.len() > MOST_STEPS {
            self.doubled += 1;
            for (step, counts) in std::mem::take(&mut self.steps) {
                self.steps.entry(step >> 1).or_default().add(counts);
            }
        }
    }

    pub(super) fn slices(&self, slices: u32) -> Vec<Slice> {
        let Some((first, last)) = self.span else { return Vec::new() };
        let length = last - first + 1;
        let slices = i64::from(slices.max(1)).min(length);
        // Multiplied in 128 bits, so that no span of the calendar overflows.
        let edge = |slice: i64| {
            let offset = i128::from(length) * i128::from(slice) / i128::from(slices);
            first + i64::try_from(offset).unwrap_or(length)
        };
        let stamp = |time| Timestamp::from_millisecond(time).unwrap_or_default();
        let mut found: Vec<_> = (0..slices)
            .map(|slice| Slice { from: stamp(edge(slice)), to: stamp(edge(slice + 1)), counts: Counts::default() })
            .collect();
        for (step, counts) in &self.steps {
            let time = stamp((step << self.doubled).clamp(first, last));
            let at = found.partition_point(|slice| slice.to <= time);
            if let Some(slice) = found.get_mut(at) {
                slice.counts.add(*counts);
            }
        }
        found
    }
}

/// A historic time, which may lack its zone and is in UTC then; `None` for what is none.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let local = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(local)
}

#[cfg(test)]
mod tests {
    use super::{Counts, MOST_STEPS, Timestamp, Trend};

    fn counts(successes: u64) -> Counts {
        Counts { mutations: 1, successes, attempts: 1, ..Counts::default() }
    }

    /// Whoever asks since when it goes wrong needs the slice in which it began.
    #[test]
    fn a_drop_shows_in_its_slice_however_long_the_log() {
        for length in [1_000_i64, 100_000, 10_000_000_000] {
            let mut trend = Trend::default();
            for number in 0..100_000_i64 {
                let time = Timestamp::from_millisecond(1_700_000_000_000 + number * length / 100_000).unwrap();
                trend.add(time, counts(u64::from(number < 70_000)));
            }
            assert!(trend.steps.len() <= MOST_STEPS);
            let slices = trend.slices(10);
            assert_eq!(slices.iter().map(|slice| slice.counts.mutations).sum::<u64>(), 100_000);
            for (at, slice) in slices.iter().enumerate() {
                let rate = slice.counts.success_rate().unwrap();
                let expected = if at < 7 { 1.0 } else { 0.0 };
                assert!((rate - expected).abs() < 0.01, "{length}: slice {at} has {rate}");
                let share = slice.counts.mutations as f64 / 10_000.0;
                assert!((share - 1.0).abs() < 0.01, "{length}: slice {at} has {share}");
            }
        }
    }

    #[test]
    fn times_may_come_in_any_order_and_lie_in_one_moment() {
        let mut trend = Trend::default();
        assert_eq!(trend.slices(10), []);
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();
        trend.add(at(5_000), counts(1));
        let only = trend.slices(10);
        assert_eq!((only.len(), only[0].counts, only[0].from), (1, counts(1), at(5_000)));
        // An older file that is read later, and a time before 1970.
        trend.add(at(-5_000), counts(0));
        let slices = trend.slices(2);
        assert_eq!(slices.iter().map(|slice| slice.counts.successes).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(slices[0].to, slices[1].from);
    }
}
