use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What one call of a component may use. A component or its manifest can only narrow what the operator grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Units of fuel for instantiation, and again for a call on no bars.
    pub fuel_base: u64,
    /// Units of fuel for each bar that a call is given.
    pub fuel_per_bar: u64,
    /// Wall-clock backstop of one call; see [`Limits::effective_deadline`].
    pub deadline: Duration,
    /// Wall clock that the caller has left, both tries together; it ends a call even where the fuel would have lasted longer.
    pub timeout: Option<Duration>,
    /// Bytes that linear memories and tables may hold together.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel_base: 5_000_000,
            fuel_per_bar: 20_000,
            deadline: Duration::from_secs(5),
            timeout: None,
            memory: 64 << 20,
        }
    }
}

impl Limits {
    /// The slowest machine that a deadline is meant for still burns this much fuel a second.
    const SLOWEST_FUEL_PER_SECOND: u64 = 50_000_000;

    /// The tighter of both, limit by limit.
    #[must_use]
    pub fn narrow(self, other: Self) -> Self {
        Self {
            fuel_base: self.fuel_base.min(other.fuel_base),
            fuel_per_bar: self.fuel_per_bar.min(other.fuel_per_bar),
            deadline: self.deadline.min(other.deadline),
            timeout: self.timeout.into_iter().chain(other.timeout).min(),
            memory: self.memory.min(other.memory),
        }
    }

    /// The fuel of a call on `bars` bars.
    #[must_use]
    pub fn fuel(&self, bars: usize) -> u64 {
        let bars = u64::try_from(bars).unwrap_or(u64::MAX);
        self.fuel_base.saturating_add(self.fuel_per_bar.saturating_mul(bars))
    }

    /// The deadline of a call on `bars` bars: never so short that it could decide before the fuel does on a slow machine, and never
    /// longer than [`Limits::timeout`].
    #[must_use]
    pub fn effective_deadline(&self, bars: usize) -> Duration {
        let fuel = self.fuel(bars).saturating_add(self.fuel_base);
        let deadline =
            self.deadline.max(Duration::from_millis(fuel.saturating_mul(1000) / Self::SLOWEST_FUEL_PER_SECOND));
        self.timeout.map_or(deadline, |timeout| deadline.min(timeout))
    }
}

/// What the pre-scan lets through to the compiler. Neither fuel nor epochs cover compilation, so these bounds do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeLimits {
    /// Bytes of the whole component.
    pub bytes: u64,
    /// Functions defined over all core modules.
    pub functions: u64,
    /// Bytes of code of one function.
    pub function_bytes: u64,
    /// Locals declared by one function.
    pub locals: u64,
    /// Bytes of code over all core modules.
    pub code_bytes: u64,
    /// Data segments over all core modules.
    pub data_segments: u64,
    /// Element segments over all core modules.
    pub element_segments: u64,
    /// Types, imports, exports, globals, instances, aliases and canonical functions together.
    pub declarations: u64,
    /// Core modules and nested components together.
    pub modules: u64,
    /// Depth of nested components.
    pub depth: u64,
    /// Tables over all core modules.
    pub tables: u64,
    /// Elements of one table at the start.
    pub table_elements: u64,
    /// Linear memories over all core modules.
    pub memories: u64,
}

impl Default for SizeLimits {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            functions: 20_000,
            function_bytes: 512 << 10,
            locals: 10_000,
            code_bytes: 16 << 20,
            data_segments: 2_000,
            element_segments: 1_000,
            declarations: 50_000,
            modules: 16,
            depth: 4,
            tables: 8,
            table_elements: 20_000,
            memories: 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;
    use std::time::Duration;

    #[test]
    fn the_deadline_never_decides_before_the_fuel() {
        let limits = Limits::default();
        assert_eq!(limits.fuel(1000), 25_000_000);
        assert_eq!(limits.effective_deadline(1000), Duration::from_secs(5));
        assert_eq!(limits.effective_deadline(100_000), Duration::from_millis(2_010_000_000 / 50_000));
        let hurried = Limits { timeout: Some(Duration::from_secs(1)), ..limits };
        assert_eq!(hurried.effective_deadline(100_000), Duration::from_secs(1));
    }

    #[test]
    fn narrowing_never_widens() {
        let wide = Limits::default();
        let other = Limits { fuel_base: 1, memory: u64::MAX, ..wide };
        assert_eq!(wide.narrow(other), Limits { fuel_base: 1, ..wide });
    }
}
