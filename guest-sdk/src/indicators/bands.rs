//! Bands around an average.

use super::window::{Moments, Window};

/// A middle line and lines above and below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Bands {
    /// The average.
    pub middle: Vec<f64>,
    /// The average and `width` sd.
    pub upper: Vec<f64>,
    /// The average less `width` sd.
    pub lower: Vec<f64>,
}

/// Bollinger bands: the simple moving average over `period` bars and `width` sd around it. First value at bar `period - 1`.
///
/// `ddof` 0 is Bollinger's own and TA-Lib's BBANDS, 1 is pandas' default.
pub fn bollinger(values: &[f64], period: usize, width: f64, ddof: u32) -> Bands {
    let moments = values.iter().map(|&value| (!value.is_nan()).then(|| Moments::of(value)));
    bands(moments, values.len(), period, width, ddof)
}

/// Volume-weighted average price over `period` bars of `price`, often the [typical price](super::typical_price), and `width`
/// volume-weighted sd around it. First value at bar `period - 1`; NaN where nothing was traded in the whole window.
pub fn vwap(price: &[f64], volume: &[f64], period: usize, width: f64) -> Bands {
    let moments = price.iter().zip(volume).map(|(&price, &volume)| {
        let known = !(price.is_nan() || volume.is_nan());
        known.then(|| Moments::weighted(price, volume))
    });
    bands(moments, price.len().min(volume.len()), period, width, 0)
}

fn bands(moments: impl Iterator<Item = Option<Moments>>, length: usize, period: usize, width: f64, ddof: u32) -> Bands {
    let column = || Vec::with_capacity(length);
    let mut bands = Bands { middle: column(), upper: column(), lower: column() };
    let mut window = Window::new(period);
    for moments in moments {
        let joined = match moments {
            Some(moments) => window.push(moments),
            None => {
                window.clear();
                None
            }
        };
        let (mean, reach) = joined.map_or((f64::NAN, f64::NAN), |joined| (joined.mean(), width * joined.sd(ddof)));
        bands.middle.push(mean);
        bands.upper.push(mean + reach);
        bands.lower.push(mean - reach);
    }
    bands
}
