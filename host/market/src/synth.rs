//! Seeded synthetic prices: a geometric random walk whose bars are built from steps inside each bar.
//!
//! The same configuration gives the same bytes on every platform: the generator is xoshiro256++ (seeded through SplitMix64), normals come from it by
//! Box and Muller's transform, and all transcendental functions are those of the pinned libm crate.

mod normal;

use thiserror::Error;

use self::normal::Normals;
use crate::{
    BarLength, Bars, BarsError, Calendar, Columns,
    calendar::BarsPerYear,
    rule::TIMES,
    time::{BarTime, DAY, weekday},
};

/// Standard deviation of the log of volume.
const VOLUME_SPREAD: f64 = 0.3;

/// What to synthesize.
#[derive(Clone, Debug, PartialEq)]
pub struct SynthConfig {
    /// Number of bars, at most [`MAX_ROWS`](crate::MAX_ROWS).
    pub bars: usize,
    /// Seed; every number is fine.
    pub seed: u64,
    /// Open of the first bar, milliseconds since 1970-01-01 UTC; moved on to the next day with bars.
    pub start: i64,
    /// Spacing of the bars.
    pub bar_length: BarLength,
    /// `EveryDay` has bars around the clock; `SixDays` none on Sundays and `Exchange` none on weekends (UTC), while bars longer than a day
    /// come on any day.
    pub calendar: Calendar,
    /// Open of the first bar, above zero.
    pub start_price: f64,
    /// Growth rate of the expected price, a year, continuously compounded: 0.05 is 5.1 % a year.
    pub drift: f64,
    /// Standard deviation of the log return, a year: 0.2 is 20 %. At least zero.
    pub volatility: f64,
    /// Mean volume of a bar, at least zero; volumes are whole numbers.
    pub volume: f64,
    /// Price steps inside a bar, at least 1: more make the range of a bar wider against its body.
    pub steps: u32,
}

/// Ten years of daily bars on exchange days from 2000-01-03: 100 at the start, drift 5 %, volatility 20 %.
impl Default for SynthConfig {
    fn default() -> SynthConfig {
        SynthConfig {
            bars: 2_520,
            seed: 0,
            start: 946_857_600_000,
            bar_length: BarLength::DAY,
            calendar: Calendar::Exchange,
            start_price: 100.0,
            drift: 0.05,
            volatility: 0.2,
            volume: 1_000_000.0,
            steps: 16,
        }
    }
}

/// Why no series was made.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum SynthError {
    /// More bars than a series may have.
    #[error("{bars} bars are more than the {limit} that a series may have")]
    TooManyBars {
        /// Bars asked for.
        bars: usize,
        /// Bars allowed.
        limit: usize,
    },
    /// A number of the configuration is out of its range.
    #[error("{name} is {value}: it must be {must}")]
    Setting {
        /// Which one.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        must: &'static str,
    },
    /// The series would leave the years -9999 to 9999.
    #[error("the bars leave the years -9999 to 9999: take fewer or shorter bars, or another start")]
    Times,
    /// Prices left what a series can hold.
    #[error("the walk leaves what prices can be ({0}): take fewer bars, less drift or less volatility")]
    Walk(#[from] BarsError),
}

/// Makes a series: each bar opens at the close before; log prices take normal steps, and open, high, low and close are those of the steps.
/// Volume is log-normal, independent of the price, at least 1 when `volume` is above zero.
///
/// # Errors
/// A setting out of its range, or a walk that leaves the range of prices or times.
pub fn synthesize(config: &SynthConfig) -> Result<Bars, SynthError> {
    config.check()?;
    let mut columns = Columns::default();
    let mut normals = Normals::new(config.seed);
    let mut walk = Walk::new(config);
    for time in config.times() {
        let bar = walk.next_bar(&mut normals);
        columns.time.push(time);
        columns.open.push(bar.open);
        columns.high.push(bar.high);
        columns.low.push(bar.low);
        columns.close.push(bar.close);
        columns.volume.push(config.draw_volume(&mut normals));
    }
    if columns.time.len() < config.bars {
        return Err(SynthError::Times);
    }
    Ok(Bars::new(columns)?)
}

impl SynthConfig {
    /// Bars in a year by which drift and volatility are spread over the bars; what [`profile`](crate::profile) tells of a long series.
    #[must_use]
    pub fn bars_per_year(&self) -> f64 {
        let around_the_clock = DAY as f64 / self.bar_length.milliseconds() as f64;
        if self.bar_length.milliseconds() < DAY {
            return self.calendar.days_per_year() * around_the_clock;
        }
        BarsPerYear::of(&[], Some(self.bar_length), self.calendar).bars
    }

    fn check(&self) -> Result<(), SynthError> {
        if self.bars > crate::MAX_ROWS {
            return Err(SynthError::TooManyBars { bars: self.bars, limit: crate::MAX_ROWS });
        }
        let finite = f64::is_finite;
        let settings = [
            ("start price", self.start_price, finite(self.start_price) && self.start_price > 0.0, "above zero"),
            ("drift", self.drift, finite(self.drift), "a finite number"),
            ("volatility", self.volatility, finite(self.volatility) && self.volatility >= 0.0, "at least zero"),
            ("volume", self.volume, finite(self.volume) && self.volume >= 0.0, "at least zero"),
            ("steps", f64::from(self.steps), (1..=10_000).contains(&self.steps), "from 1 to 10000"),
        ];
        let wrong = settings.into_iter().find(|(_, _, valid, _)| !valid);
        wrong.map_or(Ok(()), |(name, value, _, must)| Err(SynthError::Setting { name, value, must }))
    }

    fn times(&self) -> impl Iterator<Item = i64> {
        let length = self.bar_length.milliseconds();
        let last_weekday = match self.calendar {
            Calendar::Exchange if length <= DAY => 4,
            Calendar::SixDays if length <= DAY => 5,
            _ => 6,
        };
        let times = (0..).map_while(move |bar: i64| self.start.checked_add(length.checked_mul(bar)?));
        let times = times.take_while(|time| TIMES.contains(time));
        times.filter(move |&time| weekday(BarTime(time).day()) <= last_weekday).take(self.bars)
    }

    fn draw_volume(&self, normals: &mut Normals) -> f64 {
        let spread = libm::exp(VOLUME_SPREAD * normals.next() - VOLUME_SPREAD * VOLUME_SPREAD / 2.0);
        (self.volume * spread).round().max(self.volume.min(1.0).ceil())
    }
}

struct Walk {
    log_price: f64,
    price: f64,
    steps: u32,
    step_mean: f64,
    step_deviation: f64,
}

struct Bar {
    open: f64,
    high: f64,
    low: f64,
    close: f64,
}

impl Walk {
    fn new(config: &SynthConfig) -> Walk {
        let steps_per_year = config.bars_per_year() * f64::from(config.steps);
        Walk {
            log_price: libm::log(config.start_price),
            price: config.start_price,
            steps: config.steps,
            step_mean: (config.drift - config.volatility * config.volatility / 2.0) / steps_per_year,
            step_deviation: config.volatility / steps_per_year.sqrt(),
        }
    }

    fn next_bar(&mut self, normals: &mut Normals) -> Bar {
        let mut bar = Bar { open: self.price, high: self.price, low: self.price, close: self.price };
        for _ in 0..self.steps {
            self.log_price += self.step_mean + self.step_deviation * normals.next();
            self.price = libm::exp(self.log_price);
            bar.high = bar.high.max(self.price);
            bar.low = bar.low.min(self.price);
        }
        bar.close = self.price;
        bar
    }
}

#[cfg(test)]
mod tests;
