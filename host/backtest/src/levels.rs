//! The price levels that guard one position, mirrored so that shorts read like longs.
//!
//! Everything here is in mirrored prices: the price itself for a long, its negative for a short. A stop lies below, a target
//! above, for either side. The mirror only flips the sign bit, so the order of float operations of R3 is kept to the last bit.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::indicators::Indicators;
use crate::rules::{ExitRules, Touch};
use crate::trade::{ExitReason, Side};

/// The side of a position as a type, so that each side gets a loop of its own.
pub(crate) trait Direction: Sized {
    const SIDE: Side;
    const SIGN: f64;

    /// The plan of this side.
    fn of<'p>(plans: &'p Plans<'_>) -> &'p Plan<'p, Self>;
}

#[derive(Debug)]
pub(crate) struct Long;
#[derive(Debug)]
pub(crate) struct Short;

impl Direction for Long {
    const SIDE: Side = Side::Long;
    const SIGN: f64 = 1.0;

    fn of<'p>(plans: &'p Plans<'_>) -> &'p Plan<'p, Self> {
        &plans.long
    }
}

impl Direction for Short {
    const SIDE: Side = Side::Short;
    const SIGN: f64 = -1.0;

    fn of<'p>(plans: &'p Plans<'_>) -> &'p Plan<'p, Self> {
        &plans.short
    }
}

/// Indicator series that the rules of one run read; none where a rule is absent.
#[derive(Debug)]
pub(crate) struct Readings {
    atr_stop: Option<Arc<[f64]>>,
    volatility_stop: Option<Arc<[f64]>>,
    atr_target: Option<Arc<[f64]>>,
    pub(crate) chandelier: Option<Arc<[f64]>>,
    /// Whether there is any.
    any: bool,
}

impl Readings {
    pub(crate) fn new(indicators: &Indicators<'_>, rules: &ExitRules) -> Self {
        let given = [
            rules.atr_stop.is_some(),
            rules.volatility_stop.is_some(),
            rules.atr_target.is_some(),
            rules.chandelier.is_some(),
        ];
        Self {
            any: given.contains(&true),
            atr_stop: rules.atr_stop.map(|rule| indicators.atr(rule.period)),
            volatility_stop: rules.volatility_stop.map(|rule| indicators.volatility(rule.period)),
            atr_target: rules.atr_target.map(|rule| indicators.atr(rule.period)),
            chandelier: rules.chandelier.map(|rule| indicators.atr(rule.period)),
        }
    }

    /// Whether some indicator has no value yet at the bar (R14).
    #[inline]
    pub(crate) fn inactive_at(&self, bar: usize) -> bool {
        self.any && self.lacks_value_at(bar)
    }

    fn lacks_value_at(&self, bar: usize) -> bool {
        let all = [&self.atr_stop, &self.volatility_stop, &self.atr_target, &self.chandelier];
        all.into_iter().flatten().any(|series| at(series, bar).is_nan())
    }
}

fn at(series: &[f64], bar: usize) -> f64 {
    series.get(bar).copied().unwrap_or(f64::NAN)
}

/// A level and the mechanism that owns it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Level {
    pub(crate) price: f64,
    touch: Touch,
    pub(crate) reason: ExitReason,
}

impl Level {
    /// A level of a rule, if there is one.
    fn new(price: f64, touch: Option<Touch>, reason: ExitReason) -> Self {
        Self { price, touch: touch.unwrap_or_default(), reason }
    }

    /// Whether a bar whose lowest price is `worst` fires this level as a stop.
    fn stops(&self, worst: f64) -> bool {
        worst < self.price || (worst == self.price && self.touch == Touch::Inclusive)
    }

    /// Whether a bar whose highest price is `best` fires this level as a target.
    pub(crate) fn reached(&self, best: f64) -> bool {
        best > self.price || (best == self.price && self.touch == Touch::Inclusive)
    }

    /// Fill price of a stop: the open if it is beyond the level already (R4).
    pub(crate) fn stop_fill(&self, open: f64) -> f64 {
        open.min(self.price)
    }

    /// Fill price of a target: the open if it is beyond the level already (R4).
    pub(crate) fn target_fill(&self, open: f64) -> f64 {
        open.max(self.price)
    }
}

/// The rules of a run as they apply to either side.
#[derive(Debug)]
pub(crate) struct Plans<'r> {
    long: Plan<'r, Long>,
    short: Plan<'r, Short>,
}

impl<'r> Plans<'r> {
    pub(crate) fn new(rules: &'r ExitRules, readings: &'r Readings) -> Self {
        Self { long: Plan::new(rules, readings), short: Plan::new(rules, readings) }
    }
}

/// What the levels of a position of one side are made of. Factors apply to the entry price; that of an absent rule is NaN.
#[derive(Debug)]
pub(crate) struct Plan<'r, D> {
    rules: &'r ExitRules,
    readings: &'r Readings,
    fixed: f64,
    take_profit: f64,
    partial: f64,
    break_even_trigger: f64,
    break_even_lock: f64,
    /// The trailing stop as a share of the best price; NaN without one.
    pub(crate) trail_keep: f64,
    /// Gain that arms the trail; 0 without one.
    trail_activation: f64,
    /// Whether any level depends on an indicator.
    reads: bool,
    direction: PhantomData<D>,
}

impl<'r, D: Direction> Plan<'r, D> {
    fn new(rules: &'r ExitRules, readings: &'r Readings) -> Self {
        let ahead = |gain: Option<f64>| gain.map_or(f64::NAN, |gain| 1.0 + D::SIGN * gain);
        let behind = |loss: Option<f64>| loss.map_or(f64::NAN, |loss| 1.0 - D::SIGN * loss);
        Self {
            rules,
            readings,
            fixed: behind(rules.fixed_stop.map(|rule| rule.loss)),
            take_profit: ahead(rules.take_profit.map(|rule| rule.gain)),
            partial: ahead(rules.partial_exit.map(|rule| rule.trigger)),
            break_even_trigger: ahead(rules.break_even.map(|rule| rule.trigger)),
            break_even_lock: ahead(rules.break_even.map(|rule| rule.lock)),
            trail_keep: behind(rules.trailing_stop.map(|rule| rule.offset)),
            trail_activation: rules.trailing_stop.map_or(0.0, |rule| rule.activation),
            reads: rules.atr_stop.is_some() || rules.volatility_stop.is_some() || rules.atr_target.is_some(),
            direction: PhantomData,
        }
    }

    /// Whether there is a trail that is not armed from the start.
    pub(crate) fn arms_later(&self) -> bool {
        self.trail_activation > 0.0
    }

    /// Levels of a position entered at `price`, with indicators read at bar `known`.
    #[inline]
    pub(crate) fn levels(&self, price: f64, known: usize) -> Levels<'_, D> {
        let mut levels = Levels {
            plan: self,
            base: D::SIGN * price,
            fixed: stop::<D>(price * self.fixed),
            atr: f64::NEG_INFINITY,
            volatility: f64::NEG_INFINITY,
            break_even: f64::NEG_INFINITY,
            take_profit: target::<D>(price * self.take_profit),
            atr_target: f64::INFINITY,
            partial: target::<D>(price * self.partial),
            break_even_trigger: target::<D>(price * self.break_even_trigger),
        };
        if self.reads {
            levels.read(price, known);
        }
        levels
    }
}

/// The mirrored level of a stop at a price, out of reach if that is NaN.
#[inline]
fn stop<D: Direction>(price: f64) -> f64 {
    higher(f64::NEG_INFINITY, D::SIGN * price)
}

/// The mirrored level of a target at a price, out of reach if that is NaN.
#[inline]
fn target<D: Direction>(price: f64) -> f64 {
    lower(f64::INFINITY, D::SIGN * price)
}

/// All levels of one position: those fixed at the entry, and what the moving ones are made of. A stop not in force is at minus
/// infinity, a target at infinity.
#[derive(Debug)]
pub(crate) struct Levels<'p, D> {
    plan: &'p Plan<'p, D>,
    base: f64,
    fixed: f64,
    atr: f64,
    volatility: f64,
    break_even: f64,
    take_profit: f64,
    atr_target: f64,
    partial: f64,
    /// Best price that sets the break-even stop; infinity once it is set.
    pub(crate) break_even_trigger: f64,
}

impl<D: Direction> Levels<'_, D> {
    /// Sets the levels that depend on indicators, read at bar `known`; one that does not exist yet leaves its level out of reach.
    fn read(&mut self, price: f64, known: usize) {
        let (rules, readings) = (self.plan.rules, self.plan.readings);
        let distance = |series: &Option<Arc<[f64]>>, mult: Option<f64>| match (series, mult) {
            (Some(series), Some(mult)) => mult * at(series, known),
            _ => f64::NAN,
        };
        let atr = distance(&readings.atr_stop, rules.atr_stop.map(|rule| rule.mult));
        let volatility = distance(&readings.volatility_stop, rules.volatility_stop.map(|rule| rule.mult));
        let atr_target = distance(&readings.atr_target, rules.atr_target.map(|rule| rule.mult));
        self.atr = stop::<D>(price - D::SIGN * atr);
        self.volatility = stop::<D>(price * (1.0 - D::SIGN * volatility));
        self.atr_target = target::<D>(price + D::SIGN * atr_target);
    }

    /// The tightest of the stops other than trail and chandelier, which move from bar to bar.
    #[inline]
    pub(crate) fn floor(&self) -> f64 {
        higher(higher(self.fixed, self.atr), higher(self.volatility, self.break_even))
    }

    /// The lowest price at which something other than a stop happens.
    #[inline]
    pub(crate) fn ceiling(&self) -> f64 {
        lower(lower(self.take_profit, self.atr_target), lower(self.partial, self.break_even_trigger))
    }

    /// Whether the trail is armed by a best price of `peak` (R13).
    #[inline]
    pub(crate) fn arms_trail(&self, peak: f64) -> bool {
        D::SIGN * (peak / self.base - 1.0) >= self.plan.trail_activation
    }

    /// The stop that fires on a bar whose lowest price is `worst`: the tightest of those touched, on a tie the first by name
    /// (R16). So at equal levels an inclusive comparator counts as tighter than a strict one.
    #[cold]
    pub(crate) fn stopped(&self, trail: f64, chandelier: f64, worst: f64) -> Option<Level> {
        let rules = self.plan.rules;
        let stops = [
            Level::new(self.fixed, rules.fixed_stop.map(|rule| rule.touch), ExitReason::FixedStop),
            Level::new(self.atr, rules.atr_stop.map(|rule| rule.touch), ExitReason::AtrStop),
            Level::new(self.volatility, rules.volatility_stop.map(|rule| rule.touch), ExitReason::VolatilityStop),
            Level::new(trail, rules.trailing_stop.map(|rule| rule.touch), ExitReason::TrailingStop),
            Level::new(chandelier, rules.chandelier.map(|rule| rule.touch), ExitReason::Chandelier),
            Level::new(self.break_even, rules.break_even.map(|rule| rule.touch), ExitReason::BreakEven),
        ];
        let fired = stops.into_iter().filter(|level| level.stops(worst));
        fired.reduce(|tightest, level| if level.price > tightest.price { level } else { tightest })
    }

    /// The target that a bar whose highest price is `best` reaches: the nearest, on a tie the first by name.
    pub(crate) fn target(&self, best: f64) -> Option<Level> {
        let rules = self.plan.rules;
        let targets = [
            Level::new(self.take_profit, rules.take_profit.map(|rule| rule.touch), ExitReason::TakeProfit),
            Level::new(self.atr_target, rules.atr_target.map(|rule| rule.touch), ExitReason::AtrTarget),
        ];
        let reached = targets.into_iter().filter(|level| level.reached(best));
        reached.reduce(|nearest, level| if level.price < nearest.price { level } else { nearest })
    }

    /// The level of the partial exit.
    pub(crate) fn partial(&self) -> Level {
        Level::new(self.partial, self.plan.rules.partial_exit.map(|rule| rule.touch), ExitReason::Partial)
    }

    /// Takes the partial exit off: it fills once a trade (R18).
    pub(crate) fn spend_partial(&mut self) {
        self.partial = f64::INFINITY;
    }

    /// Puts the break-even stop in force from the next bar (R17).
    pub(crate) fn break_even(&mut self) {
        self.break_even = D::SIGN * (D::SIGN * self.base * self.plan.break_even_lock);
        self.break_even_trigger = f64::INFINITY;
    }
}

/// The higher of two numbers, the first if the second is NaN: one instruction, where `f64::max` takes several.
#[inline]
pub(crate) fn higher(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// The lower of two numbers, the first if the second is NaN.
#[inline]
pub(crate) fn lower(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}
