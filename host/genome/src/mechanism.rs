use std::fmt;

use crate::Interval;

/// A place in the exit genome; it holds at most one mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the field's own")]
pub enum Slot {
    Protect,
    Trail,
    Target,
    Time,
    BreakEven,
    Partial,
    Signal,
}

impl Slot {
    /// Every slot, in the order of the reference.
    pub const ALL: [Self; 7] =
        [Self::Protect, Self::Trail, Self::Target, Self::Time, Self::BreakEven, Self::Partial, Self::Signal];

    /// The slot's name in kebab case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Protect => "protect",
            Self::Trail => "trail",
            Self::Target => "target",
            Self::Time => "time",
            Self::BreakEven => "break-even",
            Self::Partial => "partial",
            Self::Signal => "signal",
        }
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a parameter is laid out between its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps are equal differences.
    Linear,
    /// Equal steps are equal factors.
    Log,
    /// Whole numbers.
    Integer,
}

impl Scale {
    /// The value of the scale inside `bounds` that is nearest to `value`; whole numbers by rounding half to even.
    #[must_use]
    pub(crate) fn nearest(self, value: f64, bounds: Interval) -> f64 {
        match self {
            Self::Linear | Self::Log => bounds.clamp(value),
            Self::Integer => bounds.clamp(value).round_ties_even().clamp(bounds.low().ceil(), bounds.high().floor()),
        }
    }
}

/// One parameter of a mechanism: its name in the contract, the host's bounds, its scale and its default.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParameterSpec {
    /// Kebab-case name.
    pub name: &'static str,
    /// The widest bounds that anybody may have; manifests and policies narrow them.
    pub bounds: Interval,
    /// The scale that operators work on.
    pub scale: Scale,
    /// The value of a mechanism that is added without one.
    pub default: f64,
}

const fn real(name: &'static str, low: f64, high: f64, default: f64) -> ParameterSpec {
    ParameterSpec { name, bounds: Interval::constant(low, high), scale: Scale::Linear, default }
}

const fn log(name: &'static str, low: f64, high: f64, default: f64) -> ParameterSpec {
    ParameterSpec { name, bounds: Interval::constant(low, high), scale: Scale::Log, default }
}

const fn integer(name: &'static str, low: f64, high: f64, default: f64) -> ParameterSpec {
    ParameterSpec { name, bounds: Interval::constant(low, high), scale: Scale::Integer, default }
}

/// Declares the mechanisms once: variant, contract name, slot, parameters.
macro_rules! mechanisms {
    ($($(#[$doc:meta])* $variant:ident = $name:literal in $slot:ident [$($spec:expr),+];)+) => {
        /// An exit mechanism of the host's list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Mechanism {
            $($(#[$doc])* $variant,)+
        }

        impl Mechanism {
            /// Every mechanism, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the contract (kebab case).
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The slot that it fills.
            #[must_use]
            pub fn slot(self) -> Slot {
                match self {
                    $(Self::$variant => Slot::$slot),+
                }
            }

            /// Its parameters, in the order that an exit's values have.
            #[must_use]
            pub fn parameters(self) -> &'static [ParameterSpec] {
                match self {
                    $(Self::$variant => const { &[$($spec),+] }),+
                }
            }
        }
    };
}

mechanisms! {
    /// Stop at a fraction of the entry price.
    FixedStop = "fixed-stop" in Protect [log("stop-loss", 0.01, 0.20, 0.10)];
    /// Stop at a multiple of the average true range at entry.
    AtrStop = "atr-stop" in Protect [integer("period", 5.0, 50.0, 14.0), log("mult", 1.0, 6.0, 2.0)];
    /// Stop at a multiple of the standard deviation of returns at entry.
    VolatilityStop = "volatility-stop" in Protect [integer("period", 5.0, 60.0, 20.0), log("mult", 1.0, 6.0, 2.0)];
    /// Stop at a fraction of the best price since entry, once `activation` has been reached.
    TrailingStop = "trailing-stop" in Trail [log("offset", 0.005, 0.05, 0.025), real("activation", 0.0, 0.20, 0.05)];
    /// Stop at a multiple of the average true range below the best price since entry; never loosens.
    Chandelier = "chandelier" in Trail [integer("period", 5.0, 50.0, 22.0), log("mult", 1.5, 8.0, 3.0)];
    /// Target at a fraction of the entry price.
    TakeProfit = "take-profit" in Target [log("target", 0.05, 0.50, 0.20)];
    /// Target at a multiple of the average true range at entry.
    AtrTarget = "atr-target" in Target [integer("period", 5.0, 50.0, 14.0), log("mult", 1.0, 10.0, 3.0)];
    /// Exit after a number of bars.
    TimeStop = "time-stop" in Time [integer("holding-period", 1.0, 60.0, 10.0)];
    /// Stop at the entry price plus `lock`, once `trigger` has been reached.
    BreakEven = "break-even" in BreakEven [log("trigger", 0.005, 0.10, 0.02), real("lock", 0.0, 0.02, 0.0)];
    /// Sells a fraction of the position once, at `trigger`.
    PartialExit = "partial-exit" in Partial [log("trigger", 0.02, 0.30, 0.08), real("fraction", 0.1, 0.9, 0.5)];
    /// Exit when the conviction is on the other side beyond the threshold.
    SignalExit = "signal-exit" in Signal [real("threshold", 0.0, 1.0, 0.1)];
}

/// How many mechanisms there are; the tables of this crate have one row for each.
pub(crate) const MECHANISMS: usize = Mechanism::ALL.len();

/// The most parameters that a mechanism has.
pub(crate) const MOST_VALUES: usize = 2;

impl Mechanism {
    /// Whether a price is compared with a level: all but the two that are decided at a close, time and signal.
    #[must_use]
    pub fn has_level(self) -> bool {
        !matches!(self, Self::TimeStop | Self::SignalExit)
    }

    /// Whether it limits a loss or the time that a trade may take (I2): one of protect, trail and time.
    #[must_use]
    pub fn limits_loss(self) -> bool {
        matches!(self.slot(), Slot::Protect | Slot::Trail | Slot::Time)
    }

    /// The mechanism of that contract name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|mechanism| mechanism.name() == name)
    }

    /// The position of a parameter in [`Mechanism::parameters`].
    #[must_use]
    pub fn parameter_index(self, name: &str) -> Option<usize> {
        self.parameters().iter().position(|spec| spec.name == name)
    }
}

impl fmt::Display for Mechanism {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_VALUES, Mechanism, Scale};

    #[test]
    fn every_default_lies_in_ordered_bounds_on_its_scale() {
        for mechanism in Mechanism::ALL {
            assert_eq!(Mechanism::from_name(mechanism.name()), Some(*mechanism));
            assert!((1..=MOST_VALUES).contains(&mechanism.parameters().len()), "{mechanism}");
            for spec in mechanism.parameters() {
                assert!(spec.bounds.low() < spec.bounds.high(), "{mechanism} {}", spec.name);
                assert!(spec.bounds.contains(spec.default), "{mechanism} {}", spec.name);
                match spec.scale {
                    Scale::Log => assert!(spec.bounds.low() > 0.0),
                    Scale::Integer => assert_eq!(spec.default.fract() + spec.bounds.low().fract(), 0.0),
                    Scale::Linear => {}
                }
            }
        }
    }
}
