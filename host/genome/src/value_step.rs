//! How one value moves on its axis.

use crate::space::{Axis, Kind};
use crate::{BoundMode, Clamped, Interval, Rng, Scale};

/// What moves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Push {
    /// P1: by a normal factor of this standard deviation.
    Gauss(f64),
    /// P2: by a factor drawn from this range, evenly on the linear scale, or on the logarithmic one if it is to be free of drift.
    Factor {
        range: Interval,
        drift_free: bool,
        /// Standard deviation with which a value of 0 moves.
        gauss: f64,
    },
    /// P3: by a normal step of this size on the axis, whose whole length is 1.
    SelfAdaptive(f64),
    /// P4: to anywhere on the axis.
    Reset,
}

/// Where a value came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moved {
    /// What the operator gave.
    pub(crate) raw: f64,
    /// What is used of it.
    pub(crate) new: f64,
    /// Whether `raw` lay outside the bounds.
    pub(crate) clamped: Clamped,
    /// Whether a whole number had to be made of it.
    pub(crate) rounded: bool,
}

/// The next step size of P3: `s * exp(tau * N)` in [0.01, 0.5] with `tau = 1 / sqrt(2 * sqrt(dimensions))` (Schwefel).
pub(crate) fn next_step_size(step_size: f64, dimensions: usize, rng: &mut Rng) -> f64 {
    let tau = 1.0 / libm::sqrt(2.0 * libm::sqrt(dimensions.max(1) as f64));
    (step_size * libm::exp(tau * rng.normal())).clamp(0.01, 0.5)
}

/// Moves a value of the axis, and brings it back onto the axis.
pub(crate) fn step(value: f64, axis: Axis, push: Push, mode: BoundMode, rng: &mut Rng) -> Moved {
    let raw = pushed(value, axis, push, rng);
    let (low, high) = (axis.bounds.low(), axis.bounds.high());
    let clamped = Clamped::of(raw, axis.bounds);
    let stuck = (clamped == Clamped::Low && value <= low) || (clamped == Clamped::High && value >= high);
    let inside = match clamped {
        Clamped::Low if stuck || mode == BoundMode::Reflect => axis.bounds.clamp(2.0 * low - raw),
        Clamped::High if stuck || mode == BoundMode::Reflect => axis.bounds.clamp(2.0 * high - raw),
        _ => axis.bounds.clamp(raw),
    };
    if !axis.is_whole() {
        return Moved { raw, new: inside, clamped, rounded: false };
    }
    let nearest = axis.nearest(inside);
    let new = if nearest == value && push != Push::Reset { neighbour(value, axis, rng) } else { nearest };
    Moved { raw, new, clamped, rounded: new != inside }
}

fn pushed(value: f64, axis: Axis, push: Push, rng: &mut Rng) -> f64 {
    let (low, high) = (axis.bounds.low(), axis.bounds.high());
    match push {
        Push::Gauss(sd) | Push::Factor { gauss: sd, .. } if value == 0.0 => (sd * rng.normal()).abs() * (high - low),
        Push::Gauss(sd) => (value * (1.0 + sd * rng.normal())).abs().copysign(value),
        Push::Factor { range, drift_free: false, .. } => value * rng.range(range.low(), range.high()),
        Push::Factor { range, drift_free: true, .. } => {
            let half = (libm::log(range.high()) - libm::log(range.low())) / 2.0;
            value * libm::exp(rng.range(-half, half))
        }
        Push::SelfAdaptive(size) if axis.kind == Kind::Ordered(Scale::Log) => {
            value * libm::exp(size * rng.normal() * (libm::log(high) - libm::log(low)))
        }
        Push::SelfAdaptive(size) => value + size * rng.normal() * (high - low),
        Push::Reset if axis.is_whole() => {
            let (first, last) = (low.ceil(), high.floor());
            let count = (last - first) + 1.0;
            first + (rng.uniform() * count).floor().min(count - 1.0)
        }
        Push::Reset if axis.kind == Kind::Ordered(Scale::Log) => {
            axis.bounds.clamp(libm::exp(rng.range(libm::log(low), libm::log(high))))
        }
        Push::Reset => rng.range(low, high),
    }
}

/// One more or one less by a coin, whichever the bounds allow.
fn neighbour(value: f64, axis: Axis, rng: &mut Rng) -> f64 {
    let direction = if rng.coin() { 1.0 } else { -1.0 };
    let near = [value + direction, value - direction].into_iter().find(|near| axis.bounds.contains(*near));
    near.unwrap_or(value)
}
