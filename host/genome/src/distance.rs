//! How far from a price a stop or a target lies, whatever it is measured in: by this, one mechanism takes the place of another.

use crate::mechanism::MOST_VALUES;
use crate::{Change, Exit, MarketScale, Mechanism, Source, Space, Target};

/// The distance of a stop or target as a fraction of the price; `None` where it has none, or the market's scale is unknown.
pub(crate) fn distance(exit: &Exit, market: &MarketScale) -> Option<f64> {
    let gauge = Gauge::of(exit.mechanism())?;
    Some(exit.values().get(gauge.distance)? * gauge.worth(exit, market)?)
}

/// The values that mechanism `to` takes over from `from` at an equivalent distance, inside the bounds, the distance first.
///
/// Between mechanisms of one indicator the period is carried over too, so that the multiple stays what it was. What `from` does not say,
/// and everything where the market's scale is unknown, is the start of `to` in this space, as a direct value.
pub(crate) fn take_over(from: &Exit, to: Mechanism, space: &Space) -> Vec<Change> {
    let start = space.start(to);
    let carried = carried(from, &start, space).unwrap_or_default();
    let parameters = start.specs().zip(carried).filter_map(|((index, value, _), carried)| {
        let axis = space.axis((to, index))?;
        let (raw, source) = carried.map_or((value, Source::Direct), |raw| (raw, Source::Transfer));
        Some(Change::settled(Target::Exit(to, index), None, raw, axis, source))
    });
    let mut changes: Vec<Change> = parameters.collect();
    changes.rotate_left(Gauge::of(to).map_or(0, |gauge| gauge.distance));
    changes
}

/// The raw values that `start`'s mechanism takes from `from`, by their places.
fn carried(from: &Exit, start: &Exit, space: &Space) -> Option<[Option<f64>; MOST_VALUES]> {
    let (old, new) = (Gauge::of(from.mechanism())?, Gauge::of(start.mechanism())?);
    let (mut carried, mut to) = ([None; MOST_VALUES], *start);
    if old.unit == new.unit
        && let (Some(period), Some(place)) = (old.period(from), new.period)
    {
        *carried.get_mut(place)? = Some(period);
        let axis = space.axis((to.mechanism(), place))?;
        to = to.with_value(place, axis.nearest(period));
    }
    let value = *from.values().get(old.distance)?;
    let distance = if old.unit == new.unit && old.period(from) == new.period(&to) {
        value
    } else {
        value * old.worth(from, space.market())? / new.worth(&to, space.market())?
    };
    *carried.get_mut(new.distance)? = Some(distance);
    Some(carried)
}

/// What a distance is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Price,
    AverageTrueRange,
    Volatility,
}

/// How a mechanism says its distance.
#[derive(Debug, Clone, Copy)]
struct Gauge {
    unit: Unit,
    /// Place of the distance among the values.
    distance: usize,
    /// Place of the indicator's period.
    period: Option<usize>,
}

impl Gauge {
    fn of(mechanism: Mechanism) -> Option<Self> {
        let indicator = |unit| Some(Self { unit, distance: 1, period: Some(0) });
        match mechanism {
            Mechanism::FixedStop | Mechanism::TrailingStop | Mechanism::TakeProfit => {
                Some(Self { unit: Unit::Price, distance: 0, period: None })
            }
            Mechanism::AtrStop | Mechanism::Chandelier | Mechanism::AtrTarget => indicator(Unit::AverageTrueRange),
            Mechanism::VolatilityStop => indicator(Unit::Volatility),
            Mechanism::TimeStop | Mechanism::BreakEven | Mechanism::PartialExit | Mechanism::SignalExit => None,
        }
    }

    fn period(self, exit: &Exit) -> Option<f64> {
        exit.values().get(self.period?).copied()
    }

    /// One unit as a fraction of the price.
    fn worth(self, exit: &Exit, market: &MarketScale) -> Option<f64> {
        match self.unit {
            Unit::Price => Some(1.0),
            Unit::AverageTrueRange => market.average_true_range(self.period(exit)?),
            Unit::Volatility => market.volatility(self.period(exit)?),
        }
    }
}
