//! One position from its entry to its exit, bar by bar.

use crate::decisions::Decisions;
use crate::levels::{Direction, Level, Levels, Readings};
use crate::prices::Prices;
use crate::rules::{Combine, ExitRules, StopOrder};
use crate::settings::{Fill, Settings};
use crate::trade::ExitReason;

/// What all positions of one run share.
pub(crate) struct Terms<'a> {
    pub(crate) prices: Prices<'a>,
    pub(crate) decisions: &'a Decisions,
    pub(crate) rules: &'a ExitRules,
    pub(crate) settings: &'a Settings,
    pub(crate) readings: Readings,
}

/// A position as it was entered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Opening {
    /// Bar of the fill.
    pub(crate) bar: usize,
    /// Last bar closed before the fill, at which indicators are read (R14).
    pub(crate) known: usize,
    /// Price of the fill, slippage included.
    pub(crate) price: f64,
}

/// Where a position, or part of it, is given up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exit {
    pub(crate) bar: usize,
    /// Price of the fill, slippage included.
    pub(crate) price: f64,
    pub(crate) reason: ExitReason,
    pub(crate) level: Option<f64>,
}

/// How a position ended; without an exit it is open at the last bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outcome {
    pub(crate) partial: Option<Exit>,
    pub(crate) exit: Option<Exit>,
}

/// Follows a position to its exit. The order of events inside a bar is that of R2 and R18: stops, partial exit, target, peak,
/// exit decision at the close.
#[expect(clippy::indexing_slicing, reason = "every column is cut to the number of bars, and bar stays below it")]
pub(crate) fn hold<D: Direction>(terms: &Terms<'_>, opening: &Opening) -> Outcome {
    let prices = terms.prices;
    let bars = prices.len();
    let at_close = terms.settings.fill == Fill::Close;
    let (opens, closes) = (&prices.open()[..bars], &prices.close()[..bars]);
    let (bests, worsts) = if D::SIGN > 0.0 { (prices.high(), prices.low()) } else { (prices.low(), prices.high()) };
    let (bests, worsts) = (&bests[..bars], &worsts[..bars]);
    let against = &terms.decisions.against(D::SIDE)[..bars];
    let chandelier = terms.rules.chandelier.zip(terms.readings.chandelier.as_deref());
    let fills = Fills::new::<D>(terms);
    let decision = CloseDecision::new(terms, opening);
    let target_may_lead = terms.rules.stop_order == StopOrder::OpenFirst;

    let mut levels = Levels::<D>::new(terms.rules, &terms.readings, opening.price, opening.known);
    let mut partial = None;
    let mut peak = D::SIGN * opening.price;
    // The trail is NaN until it is armed, which higher() passes over.
    let (mut unarmed, mut keep) = (terms.rules.trailing_stop.is_some(), f64::NAN);
    let mut hanging = f64::NEG_INFINITY;
    let (mut floor, mut ceiling) = (levels.floor(), levels.ceiling());

    let first = if at_close { opening.bar + 1 } else { opening.bar };
    for bar in first..bars {
        if let Some((rule, atr)) = chandelier {
            // max() passes over the NaN of an average that does not exist yet.
            hanging = hanging.max(peak - rule.mult * atr[bar - 1]);
        }
        if unarmed && levels.arms_trail(peak) {
            (unarmed, keep) = (false, levels.trail_keep);
        }
        let trail = peak * keep;

        let (best, worst) = (D::SIGN * bests[bar], D::SIGN * worsts[bar]);
        if worst <= higher(higher(floor, trail), hanging) {
            let open = D::SIGN * opens[bar];
            let leads = target_may_lead && levels.target(best).is_some_and(|target| open >= target.price);
            if !leads && let Some(stop) = levels.stopped(trail, hanging, worst) {
                return Outcome { partial, exit: Some(fills.resting::<D>(bar, stop.stop_fill(open), stop)) };
            }
        }

        if best >= ceiling {
            let open = D::SIGN * opens[bar];
            let target = levels.target(best);
            let part = levels.partial;
            if part.reached(best) && target.is_none_or(|target| part.price <= target.price) {
                partial = Some(fills.resting::<D>(bar, part.target_fill(open), part));
                levels.spend_partial();
            }
            if let Some(target) = target {
                return Outcome { partial, exit: Some(fills.resting::<D>(bar, target.target_fill(open), target)) };
            }
            if best >= levels.break_even_trigger {
                levels.break_even();
                floor = levels.floor();
            }
            ceiling = levels.ceiling();
        }

        peak = higher(peak, best);

        if let Some(reason) = decision.at(bar, against[bar]) {
            let fill =
                if at_close { Some((bar, closes[bar])) } else { opens.get(bar + 1).map(|&open| (bar + 1, open)) };
            return Outcome { partial, exit: fill.map(|(bar, price)| fills.market(bar, price, reason)) };
        }
    }
    Outcome { partial, exit: None }
}

/// The higher of two numbers, the first if the second is NaN: one instruction, where `f64::max` takes several.
fn higher(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// Prices of exit fills: market fills slip, resting ones only if the settings say so (R10).
struct Fills {
    market: f64,
    resting: f64,
}

impl Fills {
    fn new<D: Direction>(terms: &Terms<'_>) -> Self {
        let market = 1.0 - D::SIGN * terms.settings.slippage;
        Self { market, resting: if terms.settings.stop_slippage { market } else { 1.0 } }
    }

    fn market(&self, bar: usize, price: f64, reason: ExitReason) -> Exit {
        Exit { bar, price: price * self.market, reason, level: None }
    }

    /// A fill at a mirrored price, at or beyond a level.
    fn resting<D: Direction>(&self, bar: usize, price: f64, level: Level) -> Exit {
        let reason = level.reason;
        Exit { bar, price: D::SIGN * price * self.resting, reason, level: Some(D::SIGN * level.price) }
    }
}

/// The exits decided at a bar's close: time and signal (R8, R19).
struct CloseDecision {
    /// First bar at whose close the holding period is over.
    due: usize,
    /// Conviction that the other side must exceed.
    threshold: f64,
    all: bool,
}

impl CloseDecision {
    fn new(terms: &Terms<'_>, opening: &Opening) -> Self {
        let rules = terms.rules;
        let ahead = usize::from(terms.settings.fill == Fill::NextOpen);
        let due = rules.time_stop.map(|rule| opening.bar.saturating_add(rule.holding_period - ahead));
        Self {
            due: due.unwrap_or(usize::MAX),
            threshold: rules.signal_exit.map_or(f64::INFINITY, |rule| rule.threshold),
            all: rules.combine == Combine::All && rules.time_stop.is_some() && rules.signal_exit.is_some(),
        }
    }

    /// Under ALL the reason is the signal, which the holding period only gates; under ANY it is the time if both hold.
    fn at(&self, bar: usize, against: f64) -> Option<ExitReason> {
        let (due, signal) = (bar >= self.due, against > self.threshold);
        match (due, signal) {
            (false, false) => None,
            (true, true) if self.all => Some(ExitReason::SignalExit),
            _ if self.all => None,
            (true, _) => Some(ExitReason::TimeStop),
            (false, true) => Some(ExitReason::SignalExit),
        }
    }
}
