//! One position from its entry to its exit, bar by bar.

use std::ops::Range;

use crate::decisions::Decisions;
use crate::extremes::Extremes;
use crate::history::Bar;
use crate::levels::{Direction, Level, Levels, Plans, Readings, higher};
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
    pub(crate) readings: &'a Readings,
    pub(crate) plans: Plans<'a>,
    pub(crate) closing: Closing,
    /// The same prices by bar, where there are: one line of the cache instead of several.
    pub(crate) bars: Option<&'a [Bar]>,
}

impl Terms<'_> {
    /// Where a decision at the close of a bar meets the market, and at what price (R1, R2); nowhere after the last bar.
    #[inline]
    pub(crate) fn market(&self, decided: usize) -> Option<(usize, f64)> {
        let at_close = self.settings.fill == Fill::Close;
        let bar = if at_close { decided } else { decided + 1 };
        let price = match self.bars {
            Some(bars) => bars.get(bar).map(|bar| if at_close { bar.close } else { bar.open })?,
            None => *if at_close { self.prices.close() } else { self.prices.open() }.get(bar)?,
        };
        Some((bar, price))
    }

    /// The fill of an exit decided at a close; none after the last bar.
    #[inline]
    fn decided<D: Direction>(&self, decided: Decided) -> Option<Exit> {
        Some(self.sold::<D>(self.market(decided.bar)?, decided.reason))
    }

    /// A fill at the market, which slips (R10).
    #[inline]
    fn sold<D: Direction>(&self, (bar, price): (usize, f64), reason: ExitReason) -> Exit {
        Exit { bar, price: price * self.slipped::<D>(), reason, level: None }
    }

    /// A fill at a mirrored price, at or beyond a level. Resting fills slip only if the settings say so (R10).
    fn resting<D: Direction>(&self, bar: usize, price: f64, level: Level) -> Exit {
        let (level, reason) = (D::SIGN * level.price, level.reason);
        let share = if self.settings.stop_slippage { self.slipped::<D>() } else { 1.0 };
        Exit { bar, price: D::SIGN * price * share, reason, level: Some(level) }
    }

    /// Share of the price that an exit at the market gets.
    #[inline]
    fn slipped<D: Direction>(&self) -> f64 {
        1.0 - D::SIGN * self.settings.slippage
    }
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

/// Follows a position to its exit, bar by bar.
pub(crate) fn hold<D: Direction>(terms: &Terms<'_>, opening: &Opening) -> Outcome {
    let mut position = Position::<D>::new(terms, opening);
    position.follow(position.first..terms.prices.len()).unwrap_or(position.outcome(None))
}

/// A position on its way, and what its coming bars depend on. Prices are mirrored as in [`Levels`].
pub(crate) struct Position<'t, D> {
    terms: &'t Terms<'t>,
    levels: Levels<'t, D>,
    /// First bar whose prices the position meets.
    pub(crate) first: usize,
    /// First bar at whose close the holding period is over.
    due: usize,
    partial: Option<Exit>,
    /// Best price so far.
    peak: f64,
    /// Whether there is a trail that is not armed yet.
    unarmed: bool,
    /// The trail as a share of the peak: NaN until it is armed, which [`higher`] passes over.
    keep: f64,
    /// Level of the chandelier.
    hanging: f64,
    /// The tightest of the stops that stand still.
    floor: f64,
    /// The lowest price at which something other than a stop happens.
    ceiling: f64,
}

impl<'t, D: Direction> Position<'t, D> {
    #[inline]
    pub(crate) fn new(terms: &'t Terms<'t>, opening: &Opening) -> Self {
        let plan = D::of(&terms.plans);
        let levels = plan.levels(opening.price, opening.known);
        let at_close = terms.settings.fill == Fill::Close;
        Self {
            terms,
            first: if at_close { opening.bar + 1 } else { opening.bar },
            due: terms.closing.due(opening),
            partial: None,
            peak: D::SIGN * opening.price,
            unarmed: plan.arms_later(),
            keep: if plan.arms_later() { f64::NAN } else { plan.trail_keep },
            hanging: f64::NEG_INFINITY,
            floor: levels.floor(),
            ceiling: levels.ceiling(),
            levels,
        }
    }

    /// The outcome of a position that ended so, or not at all.
    pub(crate) fn outcome(&self, exit: Option<Exit>) -> Outcome {
        Outcome { partial: self.partial, exit }
    }

    /// The first exit decided at a close, beyond all bars if none.
    pub(crate) fn decided(&self, signal: impl FnOnce(usize) -> usize) -> Decided {
        self.terms.closing.first(self.due, self.first, signal)
    }

    /// The fill of an exit decided at a close; none after the last bar.
    pub(crate) fn exit(&self, decided: Decided) -> Option<Exit> {
        self.terms.decided::<D>(decided)
    }

    /// The fill of an exit decided at a close where the market is known.
    #[inline]
    pub(crate) fn exit_at(&self, market: (usize, f64), decided: Decided) -> Exit {
        self.terms.sold::<D>(market, decided.reason)
    }

    /// Goes through bars one by one until one ends the position. The order of events inside a bar is that of R2 and R18:
    /// stops, partial exit, target, peak, exit decision at the close.
    #[expect(
        clippy::indexing_slicing,
        reason = "every column is cut to the number of bars, and the bars asked for lie below it"
    )]
    pub(crate) fn follow(&mut self, span: Range<usize>) -> Option<Outcome> {
        let terms = self.terms;
        let prices = terms.prices;
        let bars = prices.len();
        let opens = &prices.open()[..bars];
        let (bests, worsts) = if D::SIGN > 0.0 { (prices.high(), prices.low()) } else { (prices.low(), prices.high()) };
        let (bests, worsts) = (&bests[..bars], &worsts[..bars]);
        let (against, towards) = terms.decisions.against(D::SIDE);
        let against = &against[..bars];
        let chandelier = terms.rules.chandelier.zip(terms.readings.chandelier.as_deref());
        let target_may_lead = terms.rules.stop_order == StopOrder::OpenFirst;

        let plan = D::of(&terms.plans);
        let due = self.due;
        let Self { levels, partial, .. } = self;
        let (mut peak, mut unarmed, mut keep) = (self.peak, self.unarmed, self.keep);
        let (mut hanging, mut floor, mut ceiling) = (self.hanging, self.floor, self.ceiling);
        for bar in span.start..span.end.min(bars) {
            if let Some((rule, atr)) = chandelier {
                // max() passes over the NaN of an average that does not exist yet.
                hanging = hanging.max(peak - rule.mult * atr[bar - 1]);
            }
            if unarmed && levels.arms_trail(peak) {
                (unarmed, keep) = (false, plan.trail_keep);
            }
            let trail = peak * keep;

            let (best, worst) = (D::SIGN * bests[bar], D::SIGN * worsts[bar]);
            if worst <= higher(higher(floor, trail), hanging) {
                let open = D::SIGN * opens[bar];
                let leads = target_may_lead && levels.target(best).is_some_and(|target| open >= target.price);
                if !leads && let Some(stop) = levels.stopped(trail, hanging, worst) {
                    let exit = terms.resting::<D>(bar, stop.stop_fill(open), stop);
                    return Some(Outcome { partial: *partial, exit: Some(exit) });
                }
            }

            if best >= ceiling {
                let open = D::SIGN * opens[bar];
                let target = levels.target(best);
                let part = levels.partial();
                if part.reached(best) && target.is_none_or(|target| part.price <= target.price) {
                    *partial = Some(terms.resting::<D>(bar, part.target_fill(open), part));
                    levels.spend_partial();
                }
                if let Some(target) = target {
                    let exit = terms.resting::<D>(bar, target.target_fill(open), target);
                    return Some(Outcome { partial: *partial, exit: Some(exit) });
                }
                if best >= levels.break_even_trigger {
                    levels.break_even();
                    floor = levels.floor();
                }
                ceiling = levels.ceiling();
            }

            peak = higher(peak, best);

            if let Some(reason) = terms.closing.at(due, bar, towards * against[bar]) {
                return Some(Outcome { partial: *partial, exit: terms.decided::<D>(Decided { bar, reason }) });
            }
        }
        (self.peak, self.unarmed, self.keep) = (peak, unarmed, keep);
        (self.hanging, self.floor, self.ceiling) = (hanging, floor, ceiling);
        None
    }

    /// Whether bars of these extremes leave no trace but a higher peak, exits decided at a close aside; it is raised then.
    ///
    /// A level that follows the peak is highest at the highest peak, after rounding too, and a trail that any of the bars arms
    /// is armed by that peak: so what the lowest price of all the bars does not touch then, no bar touches. A chandelier may
    /// move on every bar, which extremes do not tell.
    #[inline]
    pub(crate) fn passes(&mut self, found: &Extremes) -> bool {
        let (best, worst) = if D::SIGN > 0.0 { (found.high(), found.low()) } else { (-found.low(), -found.high()) };
        let peak = higher(self.peak, best);
        let armed = self.unarmed && self.levels.arms_trail(peak);
        let keep = if armed { D::of(&self.terms.plans).trail_keep } else { self.keep };
        let trail = peak * keep;
        let quiet = worst > higher(self.floor, trail) && best < self.ceiling && self.terms.rules.chandelier.is_none();
        if quiet {
            self.peak = peak;
        }
        quiet
    }
}

/// An exit decided at the close of a bar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decided {
    pub(crate) bar: usize,
    reason: ExitReason,
}

/// The exits decided at a bar's close: time and signal (R8, R19).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Closing {
    /// Bars from the fill to the one at whose close the holding period is over.
    period: usize,
    /// Conviction that the other side must exceed.
    pub(crate) threshold: f64,
    all: bool,
}

impl Closing {
    pub(crate) fn new(rules: &ExitRules, settings: &Settings) -> Self {
        let ahead = usize::from(settings.fill == Fill::NextOpen);
        Self {
            period: rules.time_stop.map_or(usize::MAX, |rule| rule.holding_period - ahead),
            threshold: rules.signal_exit.map_or(f64::INFINITY, |rule| rule.threshold),
            all: rules.combine == Combine::All && rules.time_stop.is_some() && rules.signal_exit.is_some(),
        }
    }

    /// The first bar at whose close the holding period of a position is over.
    fn due(&self, opening: &Opening) -> usize {
        opening.bar.saturating_add(self.period)
    }

    /// The first exit decided at a close from bar `from` on, beyond all bars if none: what [`Self::at`] says bar by bar. `signal` tells the
    /// first signal from a bar on.
    #[inline]
    fn first(&self, due: usize, from: usize, signal: impl FnOnce(usize) -> usize) -> Decided {
        let due = from.max(due);
        let signal = signal(if self.all { due } else { from });
        if self.all || signal < due {
            Decided { bar: signal, reason: ExitReason::SignalExit }
        } else {
            Decided { bar: due, reason: ExitReason::TimeStop }
        }
    }

    /// Under ALL the reason is the signal, which the holding period only gates; under ANY it is the time if both hold.
    fn at(&self, due: usize, bar: usize, against: f64) -> Option<ExitReason> {
        let (due, signal) = (bar >= due, against > self.threshold);
        match (due, signal) {
            (false, false) => None,
            (true, true) if self.all => Some(ExitReason::SignalExit),
            _ if self.all => None,
            (true, _) => Some(ExitReason::TimeStop),
            (false, true) => Some(ExitReason::SignalExit),
        }
    }
}
