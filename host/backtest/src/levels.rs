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
pub(crate) trait Direction {
    const SIDE: Side;
    const SIGN: f64;
}

pub(crate) struct Long;
pub(crate) struct Short;

impl Direction for Long {
    const SIDE: Side = Side::Long;
    const SIGN: f64 = 1.0;
}

impl Direction for Short {
    const SIDE: Side = Side::Short;
    const SIGN: f64 = -1.0;
}

/// Indicator series that the rules of one run read; none where a rule is absent.
#[derive(Debug)]
pub(crate) struct Readings {
    atr_stop: Option<Arc<[f64]>>,
    volatility_stop: Option<Arc<[f64]>>,
    atr_target: Option<Arc<[f64]>>,
    pub(crate) chandelier: Option<Arc<[f64]>>,
}

impl Readings {
    pub(crate) fn new(indicators: &Indicators<'_>, rules: &ExitRules) -> Self {
        Self {
            atr_stop: rules.atr_stop.map(|rule| indicators.atr(rule.period)),
            volatility_stop: rules.volatility_stop.map(|rule| indicators.volatility(rule.period)),
            atr_target: rules.atr_target.map(|rule| indicators.atr(rule.period)),
            chandelier: rules.chandelier.map(|rule| indicators.atr(rule.period)),
        }
    }

    /// Whether some indicator has no value yet at the bar (R14).
    pub(crate) fn inactive_at(&self, bar: usize) -> bool {
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

/// All levels of one position: those fixed at the entry, and what the moving ones are made of.
#[derive(Debug)]
pub(crate) struct Levels<D> {
    /// In the order of names on a tie (R16); a level not in force is at minus infinity.
    stops: [Level; 6],
    /// In the order of names on a tie; a level not in force is at infinity.
    targets: [Level; 2],
    pub(crate) partial: Level,
    /// Best price that sets the break-even stop; infinity once it is set.
    pub(crate) break_even_trigger: f64,
    break_even_lock: f64,
    base: f64,
    /// The trailing stop as a share of the best price.
    pub(crate) trail_keep: f64,
    trail_activation: f64,
    direction: PhantomData<D>,
}

impl<D: Direction> Levels<D> {
    /// Levels of a position entered at `price`, with indicators read at bar `known`.
    #[inline]
    pub(crate) fn new(rules: &ExitRules, readings: &Readings, price: f64, known: usize) -> Self {
        let reading = |series: &Option<Arc<[f64]>>| series.as_ref().map_or(f64::NAN, |series| at(series, known));
        let stop = |reason, rule: Option<(f64, Touch)>| {
            let (price, touch) = rule.unwrap_or((f64::NAN, Touch::Inclusive));
            let price = if price.is_nan() { f64::NEG_INFINITY } else { D::SIGN * price };
            Level { price, touch, reason }
        };
        let target = |reason, rule: Option<(f64, Touch)>| {
            let (price, touch) = rule.unwrap_or((f64::NAN, Touch::Inclusive));
            let price = if price.is_nan() { f64::INFINITY } else { D::SIGN * price };
            Level { price, touch, reason }
        };
        let ahead = |gain: f64| price * (1.0 + D::SIGN * gain);
        let behind = |loss: f64| price * (1.0 - D::SIGN * loss);

        let fixed = rules.fixed_stop.map(|rule| (behind(rule.loss), rule.touch));
        let atr = rules.atr_stop.map(|rule| (price - D::SIGN * (rule.mult * reading(&readings.atr_stop)), rule.touch));
        let volatility =
            rules.volatility_stop.map(|rule| (behind(rule.mult * reading(&readings.volatility_stop)), rule.touch));
        let pending = |touch| Some((f64::NAN, touch));
        let take_profit = rules.take_profit.map(|rule| (ahead(rule.gain), rule.touch));
        let atr_target =
            rules.atr_target.map(|rule| (price + D::SIGN * (rule.mult * reading(&readings.atr_target)), rule.touch));

        Self {
            stops: [
                stop(ExitReason::FixedStop, fixed),
                stop(ExitReason::AtrStop, atr),
                stop(ExitReason::VolatilityStop, volatility),
                stop(ExitReason::TrailingStop, rules.trailing_stop.and_then(|rule| pending(rule.touch))),
                stop(ExitReason::Chandelier, rules.chandelier.and_then(|rule| pending(rule.touch))),
                stop(ExitReason::BreakEven, rules.break_even.and_then(|rule| pending(rule.touch))),
            ],
            targets: [target(ExitReason::TakeProfit, take_profit), target(ExitReason::AtrTarget, atr_target)],
            partial: target(ExitReason::Partial, rules.partial_exit.map(|rule| (ahead(rule.trigger), rule.touch))),
            break_even_trigger: rules.break_even.map_or(f64::INFINITY, |rule| D::SIGN * ahead(rule.trigger)),
            break_even_lock: rules.break_even.map_or(f64::NEG_INFINITY, |rule| D::SIGN * ahead(rule.lock)),
            base: D::SIGN * price,
            trail_keep: rules.trailing_stop.map_or(f64::NAN, |rule| 1.0 - D::SIGN * rule.offset),
            trail_activation: rules.trailing_stop.map_or(f64::INFINITY, |rule| rule.activation),
            direction: PhantomData,
        }
    }

    /// The tightest of the stops other than trail and chandelier, which move from bar to bar.
    pub(crate) fn floor(&self) -> f64 {
        let [fixed, atr, volatility, _, _, break_even] = &self.stops;
        fixed.price.max(atr.price).max(volatility.price).max(break_even.price)
    }

    /// The lowest price at which something other than a stop happens.
    pub(crate) fn ceiling(&self) -> f64 {
        let [first, second] = &self.targets;
        first.price.min(second.price).min(self.partial.price).min(self.break_even_trigger)
    }

    /// Whether the trail is armed by a best price of `peak` (R13).
    pub(crate) fn arms_trail(&self, peak: f64) -> bool {
        D::SIGN * (peak / self.base - 1.0) >= self.trail_activation
    }

    /// The stop that fires on a bar whose lowest price is `worst`: the tightest of those touched, on a tie the first by name
    /// (R16). So at equal levels an inclusive comparator counts as tighter than a strict one.
    #[cold]
    pub(crate) fn stopped(&mut self, trail: f64, chandelier: f64, worst: f64) -> Option<Level> {
        let [.., trailing, hanging, _] = &mut self.stops;
        trailing.price = trail;
        hanging.price = chandelier;
        let fired = self.stops.iter().filter(|level| level.stops(worst));
        fired.copied().reduce(|tightest, level| if level.price > tightest.price { level } else { tightest })
    }

    /// The target that a bar whose highest price is `best` reaches: the nearest.
    pub(crate) fn target(&self, best: f64) -> Option<Level> {
        let reached = self.targets.iter().filter(|level| level.reached(best));
        reached.copied().reduce(|nearest, level| if level.price < nearest.price { level } else { nearest })
    }

    /// Takes the partial exit off: it fills once a trade (R18).
    pub(crate) fn spend_partial(&mut self) {
        self.partial.price = f64::INFINITY;
    }

    /// Puts the break-even stop in force from the next bar (R17).
    pub(crate) fn break_even(&mut self) {
        let [.., stop] = &mut self.stops;
        stop.price = self.break_even_lock;
        self.break_even_trigger = f64::INFINITY;
    }
}
