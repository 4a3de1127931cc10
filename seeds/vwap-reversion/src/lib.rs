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
//! The average starts at bar `vwap-period`, volume at bar 20, flow at bar 48, horizons after two periods. Five rolling windows
//! and 20 comparisons a bar; costs do not depend on the period.

use seedbed_sdk::{
    indicators::{Moments, Sum, Window, newest_above, newest_below, smaller},
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
        let mut averages = Averages::new(params.vwap_period);
        let (mut volumes, mut flow, mut regime) = (Volumes::new(), Flow::new(close.len()), Regime::new(close.len()));
        let mut distances = [f64::NAN; 2];
        let convictions = (0..close.len()).map(|t| {
            let change = if t == 0 { 0.0 } else { close[t] - close[t - 1] };
            let [to_ten, to_twenty] = volumes.push(volume[t]);
            flow.push(if t == 0 { f64::NAN } else { change / close[t - 1] * to_twenty });
            let average = averages.push((high[t] + low[t] + close[t]) / 3.0, volume[t]);
            let [distance_before, last] = distances;
            let distance = (close[t] - average.mean) / average.sd;
            distances = [last, distance];
            let factor = regime.push(&average, close[t], params.regime_detection_weight);

            let side = sign(average.mean - close[t]);
            let stretch = distance.abs();
            let is_back = change * side > 0.0 && stretch > params.deviation_multiplier;
            let is_far = (close[t] / average.mean - 1.0).abs() > params.reversion_threshold;
            let reversion = match is_far {
                true if stretch > 1.5 * params.deviation_multiplier => smaller(0.3 * stretch, 1.0),
                true if is_back => smaller(0.2 * stretch, 0.8),
                _ => 0.0,
            };
            let is_confirmed = is_back && is_far && to_ten > params.volume_confirmation;
            let is_bought = to_twenty > 1.5 && (close[t] - open[t]) * side > 0.0;
            let volume = if is_confirmed || is_bought { smaller(0.3 * to_ten, 0.7) } else { 0.0 };
            let is_closing = stretch > 1.0 && stretch < distance_before.abs();
            let horizons = if is_closing && average.is_beyond_others(close[t], side) { 0.6 } else { 0.0 };
            let flow = if flow.is_unusual(side) { 0.5 } else { 0.0 };

            let sum = 0.8 * reversion + 0.5 * volume + 0.4 * horizons + 0.3 * flow;
            side * smaller(factor * sum, 1.0)
        });
        Ok(convictions.collect())
    }
}

/// Volume-weighted averages after one bar; NaN before there are enough bars, and where nothing was traded.
struct Average {
    mean: f64,
    sd: f64,
    /// Turnover and volume of half and double the period.
    others: [Option<(Sum, Sum)>; 2],
}

impl Average {
    /// Whether both other averages are on the side of this one, too.
    fn is_beyond_others(&self, close: f64, side: f64) -> bool {
        self.others.iter().all(|other| match other {
            Some((Sum(turnover), Sum(volume))) => (turnover / volume - close) * side > 0.0,
            None => false,
        })
    }
}

struct Averages {
    whole: Window<Moments>,
    others: [Window<(Sum, Sum)>; 2],
}

impl Averages {
    fn new(period: usize) -> Self {
        Self { whole: Window::new(period), others: [Window::new(period / 2), Window::new(2 * period)] }
    }

    fn push(&mut self, price: f64, volume: f64) -> Average {
        let whole = self.whole.push(Moments::weighted(price, volume));
        let [short, long] = &mut self.others;
        let traded = (Sum(price * volume), Sum(volume));
        Average {
            mean: whole.map_or(f64::NAN, |whole| whole.mean()),
            sd: whole.map_or(f64::NAN, |whole| whole.sd(0)),
            others: [short.push(traded), long.push(traded)],
        }
    }
}

/// Volume as a multiple of its usual value.
struct Volumes {
    ten: Window<Sum>,
    twenty: Window<Sum>,
}

impl Volumes {
    fn new() -> Self {
        Self { ten: Window::new(10), twenty: Window::new(20) }
    }

    /// Takes the next volume and gives it as a multiple of its 10-bar and of its 20-bar mean.
    fn push(&mut self, volume: f64) -> [f64; 2] {
        let multiple = |sum: Option<Sum>, bars: f64| sum.map_or(f64::NAN, |Sum(sum)| bars * volume / sum);
        [multiple(self.ten.push(Sum(volume)), 10.0), multiple(self.twenty.push(Sum(volume)), 20.0)]
    }
}

/// Where money goes.
struct Flow {
    steps: Window<Sum>,
    /// Sums of ten steps, since the last bar without one.
    flows: Vec<f64>,
}

impl Flow {
    const COMPARED: usize = 20;

    fn new(bars: usize) -> Self {
        Self { steps: Window::new(10), flows: Vec::with_capacity(bars) }
    }

    fn push(&mut self, step: f64) {
        if step.is_nan() {
            self.steps.clear();
            self.flows.clear();
        } else if let Some(Sum(flow)) = self.steps.push(Sum(step)) {
            self.flows.push(flow);
        }
    }

    /// Whether more than usual flows to `side`.
    fn is_unusual(&self, side: f64) -> bool {
        match self.flows.len().checked_sub(Self::COMPARED).map(|start| &self.flows[start..]) {
            Some(last) if side > 0.0 => newest_above(last, 0.7),
            Some(last) if side < 0.0 => newest_below(last, 0.3),
            _ => false,
        }
    }
}

/// Whether the market trends or goes sideways.
struct Regime {
    averages: Vec<f64>,
    bars: u32,
    /// One bit a bar with an average, set for a close above it, the newest lowest.
    above: u32,
}

impl Regime {
    const BARS: u32 = 20;

    fn new(bars: usize) -> Self {
        Self { averages: Vec::with_capacity(bars), bars: 0, above: 0 }
    }

    /// Takes the next bar and gives the factor of the conviction.
    fn push(&mut self, average: &Average, close: f64, weight: f64) -> f64 {
        if average.mean.is_nan() {
            self.averages.clear();
            (self.bars, self.above) = (0, 0);
            return 1.0;
        }
        self.averages.push(average.mean);
        self.bars = (self.bars + 1).min(Self::BARS);
        self.above = (self.above << 1 | u32::from(close > average.mean)) & ((1 << Self::BARS) - 1);

        let is_one_sided = self.bars == Self::BARS && !(6..=14).contains(&self.above.count_ones());
        let slope = match self.averages[..] {
            [.., a, b, c, _, _, f, g, h] => ((h - c) + (g - b) + (f - a)).abs() / 3.0,
            _ => f64::NAN,
        };
        if slope > 0.1 * average.sd || is_one_sided {
            1.0 - 0.4 * weight
        } else if slope < 0.05 * average.sd {
            1.0 + 0.3 * weight
        } else {
            1.0
        }
    }
}

/// 1, -1, or 0 for zero and NaN.
fn sign(value: f64) -> f64 {
    f64::from(value > 0.0) - f64::from(value < 0.0)
}

seedbed_sdk::export!(VwapReversion);
