//! How one value moves on its axis.

use crate::space::{Axis, Kind};
use crate::{BoundMode, Clamped, Interval, Rng, Scale};

/// What moves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Push {
    /// P1: `|v * (1 + N(0, s))|` with this `s`. From 0, which a factor would never leave, by `|N(0, s)|` times the length of the axis. On an
    /// axis that reaches below 0, where a factor would never change the sign, by `N(0, s)` times its length.
    Gauss(f64),
    /// P2: by a factor drawn from this range, evenly on the linear scale, or on the logarithmic one if it is to be free of drift.
    Factor { range: Interval, drift_free: bool },
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
///
/// A raw value outside the bounds stops at the nearest one, or is reflected there if `mode` says so. A value that is at a bound and is pushed
/// further out is reflected once in either mode, so that it does not stay where it is; it counts as clamped all the same. Whole numbers are
/// rounded half to even; one that would stay moves by 1, up or down by a coin, where the bounds allow.
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
    let new = if nearest == value { neighbour(value, axis, rng) } else { nearest };
    Moved { raw, new, clamped, rounded: new != inside }
}

/// What the operator makes of a value; always finite.
fn pushed(value: f64, axis: Axis, push: Push, rng: &mut Rng) -> f64 {
    let (low, high) = (axis.bounds.low(), axis.bounds.high());
    let length = (high - low).min(f64::MAX);
    let raw = match push {
        Push::Gauss(sd) if low < 0.0 => value + sd * rng.normal() * length,
        Push::Gauss(sd) if value == 0.0 => (sd * rng.normal()).abs() * length,
        Push::Gauss(sd) => (value * (1.0 + sd * rng.normal())).abs(),
        Push::Factor { range, drift_free: false } => value * rng.range(range.low(), range.high()),
        Push::Factor { range, drift_free: true } => {
            let half = (libm::log(range.high()) - libm::log(range.low())) / 2.0;
            value * libm::exp(rng.range(-half, half))
        }
        Push::SelfAdaptive(size) if axis.kind == Kind::Ordered(Scale::Log) => {
            value * libm::exp(size * rng.normal() * (libm::log(high) - libm::log(low)))
        }
        Push::SelfAdaptive(size) => value + size * rng.normal() * length,
        Push::Reset if axis.is_whole() => {
            let (first, last) = (low.ceil(), high.floor());
            let count = (last - first) + 1.0;
            first + (rng.uniform() * count).floor().min(count - 1.0)
        }
        Push::Reset if axis.kind == Kind::Ordered(Scale::Log) => {
            axis.bounds.clamp(libm::exp(rng.range(libm::log(low), libm::log(high))))
        }
        Push::Reset => axis.bounds.clamp(low + length * rng.uniform()),
    };
    raw.clamp(f64::MIN, f64::MAX)
}

/// One more or one less by a coin, whichever the bounds allow.
fn neighbour(value: f64, axis: Axis, rng: &mut Rng) -> f64 {
    let direction = if rng.coin() { 1.0 } else { -1.0 };
    let near = [value + direction, value - direction].into_iter().find(|near| axis.bounds.contains(*near));
    near.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::{Moved, Push, next_step_size, step};
    use crate::space::Axis;
    use crate::{BoundMode, Clamped, Interval, Rng, Scale};

    const PUSHES: [Push; 4] = [
        Push::Gauss(0.15),
        Push::Factor { range: Interval::constant(0.8, 1.2), drift_free: false },
        Push::SelfAdaptive(0.15),
        Push::Reset,
    ];

    fn axis(low: f64, high: f64, scale: Scale) -> Axis {
        Axis::of(Interval::constant(low, high), scale)
    }

    fn factor(low: f64, high: f64, drift_free: bool) -> Push {
        Push::Factor { range: Interval::constant(low, high), drift_free }
    }

    /// What a million steps from `value` come to.
    fn steps(value: f64, axis: Axis, push: Push) -> impl Iterator<Item = Moved> {
        let mut rng = Rng::new(7);
        (0..1_000_000).map(move |_| step(value, axis, push, BoundMode::Clamp, &mut rng))
    }

    fn mean(numbers: impl Iterator<Item = f64>) -> f64 {
        numbers.sum::<f64>() / 1e6
    }

    /// The width of a search is what its user configured.
    #[test]
    fn a_gauss_step_has_the_standard_deviation_that_was_asked_for() {
        for s in [0.05, 0.15, 0.35] {
            let log = axis(1e-6, 1e6, Scale::Log);
            let squares =
                steps(3.0, log, Push::Gauss(s)).map(|moved| (moved.raw / 3.0 - 1.0) * (moved.raw / 3.0 - 1.0));
            // At 0.35 the reflection of what lies below 0 is beyond 2.8 standard deviations, and takes 1.4 % of the variance away.
            let sd = mean(squares).sqrt();
            assert!((sd / s - 1.0).abs() < 0.02, "{sd} of {s}");
            // Below 0, the axis' length is the unit.
            let around = axis(-50.0, 50.0, Scale::Linear);
            let squares = steps(1.0, around, Push::Gauss(s / 10.0)).map(|moved| (moved.raw - 1.0) * (moved.raw - 1.0));
            let sd = mean(squares).sqrt();
            assert!((sd / (10.0 * s) - 1.0).abs() < 0.02, "{sd} of {s}");
        }
    }

    #[test]
    fn a_range_step_reaches_all_of_its_range_and_nothing_else() {
        for (low, high) in [(0.8, 1.2), (0.9, 1.3), (0.85, 1.25)] {
            let factors = steps(1.0, axis(0.01, 100.0, Scale::Log), factor(low, high, false)).map(|moved| moved.raw);
            let (least, most) = factors.fold((f64::MAX, f64::MIN), |(least, most), x| (least.min(x), most.max(x)));
            assert!(low <= least && least < low + 1e-5, "{least}");
            assert!(high - 1e-5 < most && most <= high, "{most}");
        }
    }

    /// The mean log-factor of U(a, b) is (b ln b - a ln a) / (b - a) - 1: stops tighten, targets and trails widen, unless told not to.
    #[test]
    fn range_steps_drift_as_their_formula_says_or_not_at_all() {
        for (low, high, percent) in [(0.8_f64, 1.2_f64, -0.7), (0.9, 1.3, 9.0), (0.85, 1.25, 4.3)] {
            let axis = axis(0.01, 100.0, Scale::Log);
            let drift =
                |drift_free| mean(steps(1.0, axis, factor(low, high, drift_free)).map(|moved| libm::log(moved.new)));
            let formula = (high * libm::log(high) - low * libm::log(low)) / (high - low) - 1.0;
            assert!((formula * 100.0 - percent).abs() < 0.05, "{formula}");
            // Four standard errors of a million draws are below 0.0005.
            assert!((drift(false) - formula).abs() < 0.0005, "{} of {formula}", drift(false));
            assert!(drift(true).abs() < 0.0005, "{}", drift(true));
        }
    }

    /// Bounds are promises to the component, and clamps are what an operator is alerted to.
    #[test]
    fn a_value_stays_inside_and_is_clamped_exactly_when_it_was_outside() {
        let axes = [
            (axis(0.01, 0.2, Scale::Log), 0.1),
            (axis(0.0, 0.02, Scale::Linear), 0.0),
            (axis(-1.0, 1.0, Scale::Linear), 0.0),
            (axis(-3.0, -1.0, Scale::Linear), -1.0),
            (axis(5.0, 50.0, Scale::Integer), 14.0),
            (axis(-2.5, 2.5, Scale::Integer), 0.0),
            (axis(1.0, 2.0, Scale::Integer), 1.0),
            (axis(-f64::MAX, f64::MAX, Scale::Linear), 1.0),
            (axis(f64::MIN_POSITIVE, f64::MAX, Scale::Log), 1.0),
        ];
        for (axis, start) in axes {
            for (push, mode) in
                PUSHES.into_iter().flat_map(|push| [(push, BoundMode::Clamp), (push, BoundMode::Reflect)])
            {
                let (mut rng, mut value) = (Rng::new(5), start);
                for _ in 0..20_000 {
                    let Moved { raw, new, clamped, rounded } = step(value, axis, push, mode, &mut rng);
                    assert!(raw.is_finite() && axis.bounds.contains(new), "{raw} {new} in {axis:?}");
                    assert_eq!(clamped == Clamped::Low, raw < axis.bounds.low());
                    assert_eq!(clamped == Clamped::High, raw > axis.bounds.high());
                    if axis.is_whole() {
                        assert_eq!(new.fract(), 0.0);
                        assert_ne!(new, value, "a whole number always moves: {push:?} in {axis:?}");
                    } else {
                        assert!(!rounded);
                    }
                    value = new;
                }
            }
        }
    }

    /// A value on its bound would otherwise turn half of all mutations into ones that change nothing.
    #[test]
    fn a_value_on_its_bound_is_reflected_when_pushed_out() {
        let axis = axis(0.01, 0.2, Scale::Log);
        let mut clamped = 0;
        for moved in steps(0.2, axis, Push::Gauss(0.15)).chain(steps(0.01, axis, Push::Gauss(0.15))) {
            match moved.clamped {
                Clamped::None => assert_eq!(moved.new, moved.raw),
                Clamped::High => assert_eq!(moved.new, axis.bounds.clamp(2.0 * 0.2 - moved.raw)),
                Clamped::Low => assert_eq!(moved.new, 2.0 * 0.01 - moved.raw),
            }
            clamped += u32::from(moved.clamped.is_clamped());
        }
        assert!((990_000..1_010_000).contains(&clamped), "{clamped}");
        // From inside, the bound holds it.
        let held = steps(0.19, axis, Push::Gauss(0.15)).filter(|moved| moved.clamped == Clamped::High);
        assert!(held.into_iter().all(|moved| moved.new == 0.2));
    }

    /// Multiplication would never leave 0. The mean of |N(0, s)| is s * sqrt(2 / pi).
    #[test]
    fn zero_moves_by_a_share_of_the_axis() {
        let share = mean(steps(0.0, axis(0.0, 0.02, Scale::Linear), Push::Gauss(0.15)).map(|moved| moved.raw / 0.02));
        assert!((share - 0.15 * (2.0 / std::f64::consts::PI).sqrt()).abs() < 0.0005, "{share}");
    }

    #[test]
    fn whole_numbers_are_rounded_and_their_halves_go_to_even() {
        // A factor of exactly 1.25 makes 17.5 of 14, 22.5 of 18 and 20 of 16.
        let exactly = |value| {
            step(value, axis(5.0, 50.0, Scale::Integer), factor(1.25, 1.25, false), BoundMode::Clamp, &mut Rng::new(1))
        };
        assert_eq!((exactly(14.0).new, exactly(18.0).new), (18.0, 22.0));
        assert!(exactly(14.0).rounded && !exactly(16.0).rounded);
        // One that rounds to itself goes one up or one down, as often.
        let ups = steps(14.0, axis(5.0, 50.0, Scale::Integer), factor(1.0, 1.0, false)).map(|moved| moved.new - 14.0);
        assert!(mean(ups).abs() < 0.004);
        // At the end of the axis there is one way only.
        let moved =
            steps(50.0, axis(5.0, 50.0, Scale::Integer), factor(1.0, 1.0, false)).all(|moved| moved.new == 49.0);
        assert!(moved);
    }

    /// ln s' - ln s has standard deviation tau = 1 / sqrt(2 sqrt(d)), as long as no bound is in the way.
    #[test]
    fn the_step_size_evolves_by_its_learning_rate() {
        for (dimensions, tau) in [(1, 0.5_f64.sqrt()), (4, 0.5), (16, 0.125_f64.sqrt())] {
            let mut rng = Rng::new(9);
            let start = 0.07;
            let inside = (0..100_000).map(|_| libm::log(next_step_size(start, dimensions, &mut rng) / start) / tau);
            // The quartiles of the normal distribution are at 0.6745; the bounds are further off.
            let within = inside.filter(|z| z.abs() < 0.674_489_75).count() as f64;
            assert!((within - 50_000.0).abs() < 4.0 * 25_000_f64.sqrt(), "{dimensions}: {within}");
        }
        let mut rng = Rng::new(9);
        let mut size = 0.15;
        for _ in 0..10_000 {
            size = next_step_size(size, 3, &mut rng);
            assert!((0.01..=0.5).contains(&size));
        }
    }
}
