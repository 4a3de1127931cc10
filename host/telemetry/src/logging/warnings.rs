use std::fmt::Display;
use std::time::{Duration, Instant};

/// A mutation that takes longer is worth a warning.
pub const SLOW_MUTATION: Duration = Duration::from_millis(100);

/// Warns of what goes wrong in mutations: ten lines a second at most, and the number of those left out.
///
/// A component that declines everything fails a hundred thousand times a second; the mutation log has every one.
#[derive(Debug)]
pub struct MutationWarnings {
    second: Instant,
    lines: u32,
    left_out: u64,
}

impl Default for MutationWarnings {
    fn default() -> Self {
        Self::new()
    }
}

impl MutationWarnings {
    const LINES_A_SECOND: u32 = 10;

    /// Nothing to warn of yet.
    #[must_use]
    pub fn new() -> Self {
        Self { second: Instant::now(), lines: 0, left_out: 0 }
    }

    /// An attempt whose child failed its validation.
    pub fn validation(&mut self, mutation: impl Display, attempt: u32, error: impl Display) {
        if self.admit(Instant::now()) {
            tracing::warn!(%mutation, attempt, "validation failed: {error}");
        }
    }

    /// A finished mutation; only one slower than [`SLOW_MUTATION`] is worth a line.
    #[inline]
    pub fn finished(&mut self, mutation: impl Display, took: Duration) {
        if took > SLOW_MUTATION && self.admit(Instant::now()) {
            tracing::warn!(%mutation, "slow: {took:.1?}, more than {SLOW_MUTATION:?}");
        }
    }

    /// Whether one more line may be written. Says first what was left out before.
    fn admit(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.second) >= Duration::from_secs(1) {
            self.tell();
            (self.second, self.lines) = (now, 0);
        }
        let admitted = self.lines < Self::LINES_A_SECOND;
        if admitted {
            self.lines += 1;
        } else {
            self.left_out += 1;
        }
        admitted
    }

    fn tell(&mut self) {
        if self.left_out > 0 {
            tracing::warn!("{} more warnings of mutations left out; the mutation log has them", self.left_out);
            self.left_out = 0;
        }
    }
}

impl Drop for MutationWarnings {
    fn drop(&mut self) {
        self.tell();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::MutationWarnings;

    /// A component that declines everything must not fill the disk with its log.
    #[test]
    fn a_flood_is_ten_lines_a_second_and_a_count() {
        let mut warnings = MutationWarnings::new();
        let start = warnings.second;
        let admitted = (0..250_000_u32).filter(|at| warnings.admit(start + Duration::from_micros(10) * *at)).count();
        assert_eq!(admitted, 30);
        assert_eq!(warnings.left_out, 49_990);
    }
}
