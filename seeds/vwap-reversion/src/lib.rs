//! VWAP reversion: mean reversion to the volume-weighted average price.
//!
//! # Formula
//!
//! The average is that of the typical prices (high + low + close) / 3 of the last `vwap-period` bars, weighted by volume; z is
//! the distance of the close from it in volume-weighted sd. With b = `deviation-multiplier` and w = `regime-detection-weight`,
//! the conviction of a close below the average (z < 0) is the sum of
//!
//! - 0.8 reversion: min(1, 0.3 |z|) when |z| is above 1.5 b, otherwise min(0.8, 0.2 |z|) when it is above b and the close above
//!   the one before; only where the close is more than `reversion-threshold` away from the average;
//! - 0.5 volume: min(0.7, 0.3 r), r being the volume as a multiple of its 10-bar mean, when r is above `volume-confirmation`
//!   and the close, more than b sd away, above the one before, or when the volume is above 1.5 times its 20-bar mean and the
//!   close above the open;
//! - 0.4 horizons: 0.6 when |z| is above 1 and less than 2 bars before, and the close is below the averages of half and double
//!   the period, too;
//! - 0.3 flow: 0.5 when the sum of 10 returns, each times its volume as a multiple of the 20-bar mean, is above the 70 %
//!   quantile of its last 20 values;
//!
//! times 1 - 0.4 w in a trend: the average moved by more than 0.1 sd in 5 bars (mean of 3 such moves), or more than 14 or fewer
//! than 6 of the last 20 closes were above it; times 1 + 0.3 w when it moved by less than 0.05 sd outside a trend; at most 1.
//! Shorts mirror longs above the average.
//!
//! # Source
//!
//! The VWAPReversion seed of the public genetic seed library, with these differences:
//!
//! - `reversion-threshold`, a fraction of the price, is compared with one, where the original compared it with z;
//! - all parts speak for a return to the average: the original's volume and flow mostly spoke against it, and its horizons asked
//!   for a price that is above and below the average at once, so that they never spoke;
//! - weights are twice the original's, whose sum stayed below 0.4 on real prices at its defaults;
//! - sd are those of the prices in the window around its average, and z that of the close.
//!
//! # Warm-up and cost
//!
//! The average starts at bar `vwap-period`, volume at bar 20, flow at bar 48, horizons after two periods. Moments over half
//! the period, of which the others are made, two short rolling sums, and 20 comparisons a bar; costs do not depend on the period.

use seedbed_sdk::{
    indicators::{
        Aggregate, Moments, newest_above, newest_below, per_bars, per_bars_apart, rolling_moments, rolling_sum,
        smaller, typical_price,
    },
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars of the volume-weighted average price.
        vwap_period: integer(10..=200) = 50,
        /// Smallest distance from the average that is reverted, as a fraction of it.
        reversion_threshold: real(0.008..=0.015) = 0.012,
        /// Volume that confirms, as a multiple of its mean.
        volume_confirmation: real(0.5..=2.5) = 1.2,
        /// Distance of the bands from the average in sd.
        deviation_multiplier: real(1.0..=4.0) = 2.0,
        /// How much less is expected of a reversion in a trend, and how much more outside one.
        regime_detection_weight: real(0.0..=1.0) = 0.6,
    }
}

/// The VWAP reversion strategy.
pub struct VwapReversion;

impl Strategy for VwapReversion {
    type Params = Params;
    const ABOUT: &'static str = "fades closes far from the volume-weighted average price once volume turns";
    const FAMILY: Family = Family::MeanReversion;
    const READS: &'static [Column] = &[Column::Open, Column::High, Column::Low, Column::Close, Column::Volume];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.08),
            Exit::take_profit(within(0.08, 0.05..=0.25)),
            Exit::time_stop(20),
            Exit::trailing_stop(0.03, 0.05).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let period = params.vwap_period;
        DataNeed { minimum_bars: period, recommended_bars: (2 * period).max(100) }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (open, high, low, close) = (bars.open()?, bars.high()?, bars.low()?, bars.close()?);
        let volume = bars.volume()?;
        let averages = Averages::new(&typical_price(high, low, close), volume, params.vwap_period);
        let ten = rolling_sum(volume, 10);
        let twenty = per_bars_apart(&ten, &ten, 10, |now, before| now + before);
        let multiple = |sums: &[f64], bars: f64| per_bars([volume, sums], |[volume, sum]| bars * volume / sum);
        let (to_ten, to_twenty) = (multiple(&ten, 10.0), multiple(&twenty, 20.0));
        let changes = per_bars_apart(close, close, 1, |now, before| now - before);
        let returns = per_bars_apart(&changes, close, 1, |change, before| change / before);
        let mut flow = Flow::new(&per_bars([&returns, &to_twenty], |[step, traded]| step * traded));
        let mut regime = Regime::default();
        let mut distances = [f64::NAN; 2];
        let convictions = (0..close.len()).map(|t| {
            let (mean, sd) = (averages.means[t], averages.sds[t]);
            let (change, to_ten, to_twenty) = (changes[t], to_ten[t], to_twenty[t]);
            flow.push(t);
            let [distance_before, last] = distances;
            let distance = (close[t] - mean) / sd;
            distances = [last, distance];
            let factor = regime.push(&averages, t, close[t], params.regime_detection_weight);

            let side = sign(mean - close[t]);
            let stretch = distance.abs();
            let is_back = change * side > 0.0 && stretch > params.deviation_multiplier;
            let is_far = (close[t] / mean - 1.0).abs() > params.reversion_threshold;
            let reversion = match is_far {
                true if stretch > 1.5 * params.deviation_multiplier => smaller(0.3 * stretch, 1.0),
                true if is_back => smaller(0.2 * stretch, 0.8),
                _ => 0.0,
            };
            let is_confirmed = is_back && is_far && to_ten > params.volume_confirmation;
            let is_bought = to_twenty > 1.5 && (close[t] - open[t]) * side > 0.0;
            let volume = if is_confirmed || is_bought { smaller(0.3 * to_ten, 0.7) } else { 0.0 };
            let is_closing = stretch > 1.0 && stretch < distance_before.abs();
            let horizons = if is_closing && averages.others_are_beyond(t, close[t], side) { 0.6 } else { 0.0 };
            let flow = if flow.is_unusual(t, side) { 0.5 } else { 0.0 };

            let sum = 0.8 * reversion + 0.5 * volume + 0.4 * horizons + 0.3 * flow;
            side * smaller(factor * sum, 1.0)
        });
        Ok(convictions.collect())
    }
}

/// Volume-weighted averages at each bar; NaN before there are enough bars, and where nothing was traded.
struct Averages {
    period: usize,
    means: Vec<f64>,
    sds: Vec<f64>,
    /// Of half the period.
    halves: Vec<Moments>,
    wholes: Vec<Moments>,
}

impl Averages {
    fn new(price: &[f64], volume: &[f64], period: usize) -> Self {
        let half = period / 2;
        let halves = rolling_moments(price, volume, half);
        let mut wholes = vec![Moments::UNKNOWN; price.len().min(period - 1)];
        wholes.extend((wholes.len()..price.len()).map(|t| {
            let two_halves = halves[t - half].join(halves[t]);
            if period == 2 * half {
                return two_halves;
            }
            let oldest = t + 1 - period;
            Moments::weighted(price[oldest], volume[oldest]).join(two_halves)
        }));
        let means = wholes.iter().map(|whole| whole.mean()).collect();
        let sds = wholes.iter().map(|whole| whole.sd(0)).collect();
        Self { period, means, sds, halves, wholes }
    }

    /// Whether the averages of half and double the period are on `side` of the close, too.
    fn others_are_beyond(&self, t: usize, close: f64, side: f64) -> bool {
        let is_beyond = |moments: Moments| (moments.mean() - close) * side > 0.0;
        is_beyond(self.halves[t]) && t >= self.period && is_beyond(self.wholes[t - self.period].join(self.wholes[t]))
    }
}

/// Where money goes.
struct Flow {
    /// Sums of ten steps.
    flows: Vec<f64>,
    /// Bars up to the present one since the last without such a sum.
    known: usize,
}

impl Flow {
    const COMPARED: usize = 20;

    fn new(steps: &[f64]) -> Self {
        Self { flows: rolling_sum(steps, 10), known: 0 }
    }

    /// Goes on to bar `t`.
    fn push(&mut self, t: usize) {
        self.known = if self.flows[t].is_nan() { 0 } else { self.known + 1 };
    }

    /// Whether more than usual flows to `side`.
    fn is_unusual(&self, t: usize, side: f64) -> bool {
        if self.known < Self::COMPARED {
            return false;
        }
        let last = &self.flows[t + 1 - Self::COMPARED..=t];
        if side > 0.0 { newest_above(last, 0.7) } else { side < 0.0 && newest_below(last, 0.3) }
    }
}

/// Whether the market trends or goes sideways.
#[derive(Default)]
struct Regime {
    bars: u32,
    /// One bit a bar with an average, set for a close above it, the newest lowest.
    above: u32,
}

impl Regime {
    const BARS: u32 = 20;

    /// Takes the next bar and gives the factor of the conviction.
    fn push(&mut self, averages: &Averages, t: usize, close: f64, weight: f64) -> f64 {
        let (means, sd) = (&averages.means[..=t], averages.sds[t]);
        if means[t].is_nan() {
            *self = Self::default();
            return 1.0;
        }
        self.bars = (self.bars + 1).min(Self::BARS);
        self.above = (self.above << 1 | u32::from(close > means[t])) & ((1 << Self::BARS) - 1);

        let is_one_sided = (self.bars == Self::BARS) & !(6..=14).contains(&self.above.count_ones());
        let slope = match means {
            [.., a, b, c, _, _, f, g, h] => ((h - c) + (g - b) + (f - a)).abs() / 3.0,
            _ => f64::NAN,
        };
        let is_trend = (slope > 0.1 * sd) | is_one_sided;
        let is_sideways = !is_trend & (slope < 0.05 * sd);
        1.0 + weight * (0.3 * f64::from(is_sideways) - 0.4 * f64::from(is_trend))
    }
}

/// 1, -1, or 0 for zero and NaN.
fn sign(value: f64) -> f64 {
    f64::from(value > 0.0) - f64::from(value < 0.0)
}

seedbed_sdk::export!(VwapReversion);
