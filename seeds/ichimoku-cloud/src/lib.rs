//! Ichimoku cloud: trend following by the five lines of Ichimoku Kinko Hyo.
//!
//! # Formula
//!
//! The middle of n bars is the mean of their highest high and lowest low. Tenkan and kijun are the middles of `tenkan-period` and
//! `kijun-period` bars. The cloud lies between span a, the mean of both, and span b, the middle of `senkou-span-b-period` bars,
//! both as they were `kijun-period` bars before; it is rising while a is above b. Its strength s is the mean of its thickness in
//! percent of the close and its age: bars since it last turned, at most `kijun-period`, divided by `kijun-period`.
//! With w = `cloud-strength-weight` and m = `momentum-confirmation` the conviction is the mean of four parts,
//!
//! - crosses, weight 0.25: min(0.8, 0.5 + s) on the bar where tenkan crosses above kijun over a rising cloud, otherwise
//!   min(0.6, 0.3 + s) on one whose low reaches kijun and whose close is above it;
//! - breakouts, weight 0.35 w: on the first close above the cloud min(1, 0.7 + 0.3 s) when s is above 0.5 and the cloud thicker
//!   than 1 %, otherwise 0.5;
//! - momentum, weight 0.25 m: 0.6 while tenkan is above kijun and both are above their values of 3 bars before, 0.9 when the
//!   close is also more than 2 % above both;
//! - alignment, weight 0.15 (1 - w): 0.5 while the close is above tenkan and tenkan above kijun, 0.8 when the close is also
//!   above the cloud and above the close `kijun-period` bars before (chikou);
//!
//! times 1.2 when the cloud's side agreed with that of the middles of two tenkan and two kijun periods on more than 7 of the
//! last 10 bars, times 0.6 on fewer than 3, at most 1. Shorts mirror longs.
//!
//! # Source
//!
//! The IchimokuCloud seed of the public genetic seed library, with these differences:
//!
//! - chikou compares the close with one before it, where the original compared two prices of the future;
//! - the parts are averaged, where the original's weighted sum did not reach 0.5 at its defaults;
//! - bars and lines of the slower horizon follow the parameters: the original's 18, 26 and 52 are those of its defaults;
//! - the first bar of the cloud is no breakout.
//!
//! # Warm-up and cost
//!
//! Alignment starts at bar `kijun-period`, momentum 3 bars later, the cloud at bar `senkou-span-b-period` + `kijun-period`. Ranges
//! of highs and lows over five periods, each made from a shorter one; costs grow with the logarithm of the periods.

use seedbed_sdk::{
    indicators::{Ranges, larger, smaller},
    prelude::*,
};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars of the conversion line.
        tenkan_period: integer(7..=12) = 9,
        /// Bars of the base line, and how far the cloud is ahead.
        kijun_period: integer(20..=34) = 26,
        /// Bars of the slow edge of the cloud.
        senkou_span_b_period: integer(40..=80) = 52,
        /// Weight of breakouts out of the cloud; the rest goes to the alignment of the lines.
        cloud_strength_weight: real(0.0..=1.0) = 0.7,
        /// Weight of momentum.
        momentum_confirmation: real(0.0..=1.0) = 0.6,
    }
}

/// Bars over which a line rises or falls.
const SLOPE: usize = 3;

/// The Ichimoku cloud strategy.
pub struct IchimokuCloud;

impl Strategy for IchimokuCloud {
    type Params = Params;
    const ABOUT: &'static str = "follows breakouts out of the Ichimoku cloud while its lines agree";
    const FAMILY: Family = Family::TrendFollowing;
    const READS: &'static [Column] = &[Column::High, Column::Low, Column::Close];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::atr_stop(14, 3.0),
            Exit::chandelier(14, 4.0),
            Exit::signal_exit(0.1),
            Exit::time_stop(within(60, 10..=60)).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let (kijun, span_b) = (params.kijun_period, params.senkou_span_b_period);
        let minimum_bars = if params.cloud_strength_weight < 1.0 {
            kijun
        } else if params.momentum_confirmation > 0.0 {
            kijun + SLOPE
        } else {
            kijun + span_b
        };
        DataNeed { minimum_bars, recommended_bars: span_b + kijun + 10 }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (high, low, close) = (bars.high()?, bars.low()?, bars.close()?);
        let tenkan = Ranges::of_bars(high, low).over(params.tenkan_period);
        let kijun = tenkan.over(params.kijun_period);
        let span_b = kijun.over(params.senkou_span_b_period).middles();
        let slow_tenkan = tenkan.over(2 * params.tenkan_period).middles();
        let slow_kijun = kijun.over(2 * params.kijun_period).middles();
        let (tenkan, kijun) = (tenkan.middles(), kijun.middles());

        let (w, m) = (params.cloud_strength_weight, params.momentum_confirmation);
        let weights = [0.25, 0.35 * w, 0.25 * m, 0.15 * (1.0 - w)];
        let total: f64 = weights.iter().sum();
        let weights = weights.map(|weight| weight / total);
        let ahead = params.kijun_period;
        let mut cloud = Cloud::new(ahead);
        let mut agreement = Agreement::default();
        let mut convictions = vec![0.0; close.len()];
        // Where a line does not exist yet it is NaN, and its comparisons are false.
        for t in 0..close.len() {
            let (high, low) = (high[t], low[t]);
            let slow_gap = slow_tenkan[t] - slow_kijun[t];
            let lines = Lines { tenkan: tenkan[t], kijun: kijun[t], close: close[t] };
            let before = |column: &[f64], bars: usize| if t < bars { f64::NAN } else { column[t - bars] };
            let span_a = (before(&tenkan, ahead) + before(&kijun, ahead)) / 2.0;
            let broke = cloud.push(span_a, before(&span_b, ahead), close[t]);
            agreement.push(&cloud, slow_gap);

            let last_side = sign(before(&tenkan, 1) - before(&kijun, 1));
            let slopes = (tenkan[t] - before(&tenkan, SLOPE), kijun[t] - before(&kijun, SLOPE));
            let parts = [
                cloud.colour * lines.cross(last_side, low, high, cloud.colour, cloud.strength),
                broke,
                lines.momentum(slopes),
                lines.alignment(cloud.place, close[t] - before(close, ahead)),
            ];
            let sum: f64 = weights.iter().zip(parts).map(|(weight, part)| weight * part).sum();
            convictions[t] = (agreement.factor() * sum).clamp(-1.0, 1.0);
        }
        Ok(convictions)
    }
}

/// Tenkan, kijun and the close of one bar.
struct Lines {
    tenkan: f64,
    kijun: f64,
    close: f64,
}

impl Lines {
    fn side(&self) -> f64 {
        sign(self.tenkan - self.kijun)
    }

    /// The strength of a cross to the cloud's side.
    fn cross(&self, last_side: f64, low: f64, high: f64, colour: f64, strength: f64) -> f64 {
        let near = if colour > 0.0 { low } else { high };
        if self.side() == colour && last_side != colour {
            smaller(0.5 + strength, 0.8)
        } else if (near - self.kijun) * colour <= 0.0 && (self.close - self.kijun) * colour > 0.0 {
            smaller(0.3 + strength, 0.6)
        } else {
            0.0
        }
    }

    fn momentum(&self, (tenkan_slope, kijun_slope): (f64, f64)) -> f64 {
        let side = self.side();
        if tenkan_slope * side > 0.0 && kijun_slope * side > 0.0 {
            let is_far = |line: f64| (self.close - line) * side > 0.02 * line;
            if is_far(self.tenkan) && is_far(self.kijun) { 0.9 * side } else { 0.6 * side }
        } else {
            0.0
        }
    }

    fn alignment(&self, place: f64, chikou: f64) -> f64 {
        let side = self.side();
        if (self.close - self.tenkan) * side > 0.0 {
            if place == side && chikou * side > 0.0 { 0.8 * side } else { 0.5 * side }
        } else {
            0.0
        }
    }
}

/// The cloud over one bar, and what is left of the bars before.
struct Cloud {
    longest_age: f64,
    age: f64,
    is_known: bool,
    is_rising: bool,
    /// 1 for a rising cloud, -1 for a falling one, 0 for one without thickness or before there is one.
    colour: f64,
    strength: f64,
    /// 1 for a close above the cloud, -1 for one below, 0 for one inside.
    place: f64,
}

impl Cloud {
    fn new(longest_age: usize) -> Self {
        Self {
            longest_age: longest_age as f64,
            age: 0.0,
            is_known: false,
            is_rising: false,
            colour: 0.0,
            strength: 0.0,
            place: 0.0,
        }
    }

    /// Takes the next bar and gives the strength of a breakout.
    fn push(&mut self, span_a: f64, span_b: f64, close: f64) -> f64 {
        if span_a.is_nan() || span_b.is_nan() {
            return 0.0;
        }
        let (top, bottom) = (larger(span_a, span_b), smaller(span_a, span_b));
        let has_turned = self.is_known && self.is_rising != (span_a > span_b);
        self.age = if has_turned { 0.0 } else { smaller(self.age + 1.0, self.longest_age) };
        self.is_rising = span_a > span_b;
        self.colour = sign(span_a - span_b);
        self.strength = (100.0 * (top - bottom) / close + self.age / self.longest_age) / 2.0;

        let place = sign(close - top) + sign(close - bottom);
        let place = if place.abs() > 1.0 { sign(place) } else { 0.0 };
        let has_broken_out = self.is_known && place != self.place;
        self.is_known = true;
        self.place = place;
        if !has_broken_out {
            0.0
        } else if self.strength > 0.5 && top - bottom > 0.01 * (top + bottom) / 2.0 {
            smaller(0.7 + 0.3 * self.strength, 1.0) * place
        } else {
            0.5 * place
        }
    }
}

/// Whether cloud and slower lines were on one side, over the last ten bars.
#[derive(Default)]
struct Agreement {
    bars: u32,
    /// One bit a bar, the newest lowest.
    history: u32,
}

impl Agreement {
    const BARS: u32 = 10;

    fn push(&mut self, cloud: &Cloud, slow_gap: f64) {
        if cloud.is_known && !slow_gap.is_nan() {
            self.bars = (self.bars + 1).min(Self::BARS);
            let agree = u32::from(cloud.is_rising == (slow_gap > 0.0));
            self.history = (self.history << 1 | agree) & ((1 << Self::BARS) - 1);
        }
    }

    fn factor(&self) -> f64 {
        match self.history.count_ones() {
            _ if self.bars < Self::BARS => 1.0,
            8.. => 1.2,
            ..3 => 0.6,
            _ => 1.0,
        }
    }
}

/// 1, -1, or 0 for zero and NaN.
fn sign(value: f64) -> f64 {
    f64::from(value > 0.0) - f64::from(value < 0.0)
}

seedbed_sdk::export!(IchimokuCloud);
