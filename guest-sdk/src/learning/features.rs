//! Features of a market, bar by bar.

use crate::{
    Bars, Refusal,
    indicators::{Ema, Highest, Lowest, Moments, Rsi, Sum, Window, atr},
};

/// The number of features.
pub const FEATURES: usize = 27;

/// The first bar at which every feature looks back on as many bars as it needs.
pub const WARM_UP: usize = 40;

/// The features at one bar.
pub type Features = [f64; FEATURES];

/// The features at each bar, from that bar and those before it. None depends on the price level; one that is undefined (an
/// index in its warm-up, a share of no volume) is 0.
///
/// | no. | feature |
/// |---|---|
/// | 1, 2, 3 | return over 1, 5 and 20 bars |
/// | 4, 5 | close / SMA 10 - 1, close / SMA 40 - 1 |
/// | 6 | RSI 14 by simple means |
/// | 7 | sd of the last 20 returns |
/// | 8 | volume / SMA 20 of volume - 1 |
/// | 9 | distance of the close from SMA 20 in sd of the last 20 closes |
/// | 10 | (close - lowest low) / (highest high - lowest low) of 14 bars |
/// | 11 | (EMA 12 - EMA 26) / close |
/// | 12 | return over 10 bars |
/// | 13 | close / SMA 20 - 1 |
/// | 14 | ATR 14 / close |
/// | 15 | sd of the last 5 returns / sd of the last 20 |
/// | 16 | return over 2 bars |
/// | 17 | SMA 5 / SMA 20 - 1 |
/// | 18 | (high - low) / close |
/// | 19 | (close - low) / (high - low) |
/// | 20 | open / previous close - 1 |
/// | 21 | close / open - 1 |
/// | 22, 23 | close / highest high of 20 bars - 1, close / lowest low of 20 bars - 1 |
/// | 24 | the return of the bar before |
/// | 25 | SMA 5 / SMA 20 of volume - 1 |
/// | 26 | share of the last 20 bars' volume that was traded on rising bars |
/// | 27 | return over 40 bars |
///
/// # Errors
///
/// [`Refusal::MissingColumn`] when one of open, high, low, close and volume was not given.
#[expect(clippy::indexing_slicing, reason = "all columns have one value per bar")]
pub fn features(bars: &Bars) -> Result<Vec<Features>, Refusal> {
    let (open, high, low) = (bars.open()?, bars.high()?, bars.low()?);
    let (close, volume) = (bars.close()?, bars.volume()?);
    let atr = atr(high, low, close, 14);
    let mut rsi = Rsi::new(14);
    let (mut fast, mut slow) = (Ema::adjusted(12), Ema::adjusted(26));
    let mut closes = [5, 10, 40].map(Mean::new);
    let mut close20 = Window::new(20);
    let mut returns = [5, 20].map(Window::new);
    let mut extremes = [14, 20].map(Window::new);
    let mut volumes = [5, 20].map(Mean::new);
    let mut rising = Mean::new(20);

    let row = |t: usize| {
        let (now, before) = (close[t], if t > 0 { close[t - 1] } else { f64::NAN });
        let over = |bars: usize| if t >= bars { now / close[t - bars] - 1.0 } else { f64::NAN };
        let rise = over(1);
        let [sma5, sma10, sma40] = closes.each_mut().map(|mean| mean.push(now));
        let close20 = close20.push(Moments::of(now));
        let (sma20, sd20) = close20.map_or((f64::NAN, f64::NAN), |moments| (moments.mean(), moments.sd(0)));
        let [volatility5, volatility20] = returns.each_mut().map(|window| {
            let moments = if rise.is_nan() { None } else { window.push(Moments::of(rise)) };
            moments.map_or(f64::NAN, |moments| moments.sd(0))
        });
        let [(high14, low14), (high20, low20)] = extremes.each_mut().map(|window| {
            let extremes = window.push((Highest(high[t]), Lowest(low[t])));
            extremes.map_or((f64::NAN, f64::NAN), |(highest, lowest)| (highest.0, lowest.0))
        });
        let [volume5, volume20] = volumes.each_mut().map(|mean| mean.push(volume[t]));
        let rising = rising.push(if rise > 0.0 { volume[t] } else { 0.0 });
        let row = [
            rise,
            over(5),
            over(20),
            now / sma10 - 1.0,
            now / sma40 - 1.0,
            rsi.push(now).unwrap_or(f64::NAN),
            volatility20,
            volume[t] / volume20 - 1.0,
            (now - sma20) / sd20,
            (now - low14) / (high14 - low14),
            (fast.push(now) - slow.push(now)) / now,
            over(10),
            now / sma20 - 1.0,
            atr[t] / now,
            volatility5 / volatility20,
            over(2),
            sma5 / sma20 - 1.0,
            (high[t] - low[t]) / now,
            (now - low[t]) / (high[t] - low[t]),
            open[t] / before - 1.0,
            now / open[t] - 1.0,
            now / high20 - 1.0,
            now / low20 - 1.0,
            if t > 1 { before / close[t - 2] - 1.0 } else { f64::NAN },
            volume5 / volume20 - 1.0,
            rising / volume20,
            over(40),
        ];
        row.map(|feature| if feature.is_finite() { feature } else { 0.0 })
    };
    Ok((0..close.len()).map(row).collect())
}

/// A simple moving average, one value at a time.
struct Mean {
    window: Window<Sum>,
    length: f64,
}

impl Mean {
    fn new(length: u32) -> Self {
        Self { window: Window::new(length as usize), length: f64::from(length) }
    }

    /// The mean of the last values, NaN until there are enough.
    #[inline]
    fn push(&mut self, value: f64) -> f64 {
        self.window.push(Sum(value)).map_or(f64::NAN, |sum| sum.0 / self.length)
    }
}
