use std::time::{Duration, Instant};

/// Tells a loop when a period is over, for a nanosecond or two a turn: it looks at the clock each 64th turn at most, and each turn
/// where turns are slow.
#[derive(Debug)]
pub struct Heartbeat {
    period: Duration,
    last: Instant,
    looked: Instant,
    /// Turns from one look at the clock to the next.
    stride: u32,
    left: u32,
}

impl Heartbeat {
    const MOST: u32 = 64;

    /// Beats first one `period` from now.
    #[must_use]
    pub fn new(period: Duration) -> Self {
        let now = Instant::now();
        Self { period, last: now, looked: now, stride: 1, left: 1 }
    }

    /// To be asked at every turn: the time since the last beat, once the period is over.
    #[inline]
    pub fn beat(&mut self) -> Option<Duration> {
        self.left -= 1;
        if self.left > 0 { None } else { self.look(Instant::now()) }
    }

    #[cold]
    fn look(&mut self, now: Instant) -> Option<Duration> {
        let slow = now.saturating_duration_since(self.looked) > self.period / 16;
        self.stride = if slow { 1 } else { (self.stride * 2).min(Self::MOST) };
        self.left = self.stride;
        self.looked = now;
        let passed = now.saturating_duration_since(self.last);
        (passed >= self.period).then(|| {
            self.last = now;
            passed
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Heartbeat;

    /// Drives a heartbeat of one second by a clock of its own: `turn` passes at every turn. Returns the turns at which it beat.
    fn beats(turn: Duration, turns: u32) -> Vec<u32> {
        let mut heartbeat = Heartbeat::new(Duration::from_secs(1));
        let start = heartbeat.last;
        let mut beats = Vec::new();
        for at in 1..=turns {
            heartbeat.left -= 1;
            if heartbeat.left == 0 && heartbeat.look(start + turn * at).is_some() {
                beats.push(at);
            }
        }
        beats
    }

    #[test]
    fn quick_turns_beat_each_second_within_64_turns() {
        let beats = beats(Duration::from_micros(10), 350_000);
        assert_eq!(beats.len(), 3);
        for pair in beats.windows(2) {
            assert!((100_000..=100_064).contains(&(pair[1] - pair[0])), "{beats:?}");
        }
    }

    /// Where each mutation runs into its timeout, the operator hears of each, not of each 64th.
    #[test]
    fn slow_turns_beat_at_every_turn() {
        assert_eq!(beats(Duration::from_secs(5), 4), [1, 2, 3, 4]);
    }
}
