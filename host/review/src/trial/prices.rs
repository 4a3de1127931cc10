//! Other prices made of given ones. All are valid bars; what would not be is `None`.

use seedbed_genome::Rng;
use seedbed_market::{Bars, Columns};

use crate::trial::measurements::{Change, Tail};

/// What may stand behind a cut, made once for a series.
pub(crate) struct Tails<'a> {
    bars: &'a Bars,
    noise: Columns,
    mirror: Columns,
    shifted: Columns,
    /// From bar to bar, in milliseconds.
    step: i64,
}

impl Tail {
    /// Every kind but the first puts other bars in the place of those that it takes away.
    pub(crate) const ALL: [Self; 6] =
        [Self::CutOff, Self::Noise, Self::Mirror, Self::Shifted, Self::Volume, Self::Time];

    /// As a finding says it.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::CutOff => "are cut off",
            Self::Noise => "are replaced by noise",
            Self::Mirror => "are mirrored",
            Self::Shifted => "are replaced by other bars of the series",
            Self::Volume => "have other volumes",
            Self::Time => "have other times",
        }
    }
}

impl<'a> Tails<'a> {
    pub(crate) fn new(bars: &'a Bars, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let length = bars.len();
        let shift = length / 4 + rng.index((length / 2).max(1));
        let step = bars.bar_length().map_or(1_000, |length| length.milliseconds());
        Self { bars, noise: noise(bars, &mut rng), mirror: mirror(bars), shifted: rotated(bars, shift), step }
    }

    /// The series that is cut.
    pub(crate) fn bars(&self) -> &Bars {
        self.bars
    }

    /// The series up to `cut`, and something else from there on. Prices go on from the close before the cut.
    pub(crate) fn at(&self, cut: usize, tail: Tail) -> Option<Bars> {
        self.until(self.bars.len(), cut, tail)
    }

    /// The same, of which nothing is left from `end` on.
    pub(crate) fn until(&self, end: usize, cut: usize, tail: Tail) -> Option<Bars> {
        let columns = match tail {
            Tail::CutOff => return self.bars.slice(0..cut.min(end)),
            Tail::Noise => self.joined(cut, end, &self.noise),
            Tail::Mirror => self.joined(cut, end, &self.mirror),
            Tail::Shifted => self.joined(cut, end, &self.shifted),
            Tail::Volume => self.other_volumes(cut, end),
            Tail::Time => self.other_times(cut, end),
        };
        Bars::new(columns?).ok()
    }

    /// Goes on with prices and volumes of another series, at the level that the bars before the cut had, and the times of this one.
    fn joined(&self, cut: usize, end: usize, other: &Columns) -> Option<Columns> {
        let before = cut.checked_sub(1)?;
        let factor = self.bars.close().get(before)? / other.close.get(before)?;
        let join = |kept: &[f64], other: &[f64]| {
            let mut column = Vec::with_capacity(end);
            column.extend_from_slice(kept.get(..cut)?);
            column.extend(other.get(cut..end)?.iter().map(|price| price * factor));
            Some(column)
        };
        Some(Columns {
            time: self.bars.time().get(..end)?.to_vec(),
            open: join(self.bars.open(), &other.open)?,
            high: join(self.bars.high(), &other.high)?,
            low: join(self.bars.low(), &other.low)?,
            close: join(self.bars.close(), &other.close)?,
            volume: [self.bars.volume().get(..cut)?, other.volume.get(cut..end)?].concat(),
        })
    }

    /// Every other bar is a halt, by the bar and not by the cut, so that the one behind a cut is a halt for half of the cuts.
    fn other_volumes(&self, cut: usize, end: usize) -> Option<Columns> {
        let mut columns = first(self.bars, end).filter(|_| cut <= end)?;
        let later = columns.volume.iter_mut().zip(&self.shifted.volume).enumerate().skip(cut);
        later.for_each(|(bar, (volume, other))| *volume = if bar % 2 == 0 { 0.0 } else { 3.0 * other + 1.0 });
        Some(columns)
    }

    /// Twice as long from bar to bar.
    fn other_times(&self, cut: usize, end: usize) -> Option<Columns> {
        let mut columns = first(self.bars, end).filter(|_| cut <= end)?;
        let later = columns.time.iter_mut().skip(cut).zip(1i64..);
        later.for_each(|(time, place)| *time = time.saturating_add(place.saturating_mul(self.step)));
        Some(columns)
    }
}

/// A walk from the first close, whose steps have the spread of the series' own.
fn noise(bars: &Bars, rng: &mut Rng) -> Columns {
    let spread = spread(bars);
    let mut columns = columns_of(bars);
    let mut price = bars.close().first().copied().unwrap_or(1.0);
    for bar in 0..bars.len() {
        let open = price;
        let mut step = || libm::exp(spread * rng.normal());
        price = open * step();
        let (up, down) = (step().max(1.0), step().min(1.0));
        set(&mut columns.open, bar, open);
        set(&mut columns.close, bar, price);
        set(&mut columns.high, bar, open.max(price) * up);
        set(&mut columns.low, bar, open.min(price) * down);
        let other = rng.index(bars.len());
        set(&mut columns.volume, bar, bars.volume().get(other).copied().unwrap_or_default());
    }
    columns
}

/// Standard deviation of the logarithm of the close's steps, kept where it cannot run away.
fn spread(bars: &Bars) -> f64 {
    let steps: Vec<f64> =
        bars.close().iter().zip(bars.close().iter().skip(1)).map(|(from, to)| libm::log(to / from)).collect();
    let number = steps.len().max(1) as f64;
    let mean = steps.iter().sum::<f64>() / number;
    let variance = steps.iter().map(|step| (step - mean) * (step - mean)).sum::<f64>() / number;
    libm::sqrt(variance).clamp(1e-4, 0.1)
}

/// The market in which every return is negated: prices k / price, so that highs and lows change places.
fn mirror(bars: &Bars) -> Columns {
    let first = bars.close().first().copied().unwrap_or(1.0);
    let turned = |column: &[f64]| column.iter().map(|price| first * (first / price)).collect();
    let mut columns = columns_of(bars);
    columns.open = turned(bars.open());
    columns.high = turned(bars.low());
    columns.low = turned(bars.high());
    columns.close = turned(bars.close());
    columns
}

/// The bars in another order of time: each takes the prices of the one `by` places on, around the end.
fn rotated(bars: &Bars, by: usize) -> Columns {
    let mut columns = columns_of(bars);
    let by = by.checked_rem(bars.len()).unwrap_or(0);
    let Columns { time: _, open, high, low, close, volume } = &mut columns;
    [open, high, low, close, volume].into_iter().for_each(|column| column.rotate_left(by));
    columns
}

/// All prices multiplied, or all times moved.
pub(crate) fn changed(bars: &Bars, change: Change) -> Option<Bars> {
    let mut columns = columns_of(bars);
    match change {
        Change::PricesTimes(factor) => {
            let Columns { open, high, low, close, .. } = &mut columns;
            for column in [open, high, low, close] {
                column.iter_mut().for_each(|price| *price *= factor);
            }
        }
        Change::WeeksLater(weeks) => {
            const WEEK: i64 = 7 * 24 * 3_600_000;
            let by = weeks.saturating_mul(WEEK);
            columns.time.iter_mut().for_each(|time| *time = time.saturating_add(by));
        }
    }
    Bars::new(columns).ok()
}

pub(crate) fn columns_of(bars: &Bars) -> Columns {
    bars.clone().into_columns()
}

/// The columns of the bars before `end`.
fn first(bars: &Bars, end: usize) -> Option<Columns> {
    Some(Columns {
        time: bars.time().get(..end)?.to_vec(),
        open: bars.open().get(..end)?.to_vec(),
        high: bars.high().get(..end)?.to_vec(),
        low: bars.low().get(..end)?.to_vec(),
        close: bars.close().get(..end)?.to_vec(),
        volume: bars.volume().get(..end)?.to_vec(),
    })
}

fn set(column: &mut [f64], bar: usize, value: f64) {
    if let Some(place) = column.get_mut(bar) {
        *place = value;
    }
}

#[cfg(test)]
mod tests {
    use seedbed_market::sample;

    use super::{Tail, Tails, changed};
    use crate::trial::measurements::Change;

    /// A tail that is no market would find faults that are none; one that begins too early would miss a leak.
    #[test]
    fn every_tail_leaves_what_is_before_the_cut_and_changes_what_is_after() {
        let bars = sample();
        let tails = Tails::new(bars, 1);
        for cut in [1, 2, 1_000, bars.len() - 1] {
            for tail in Tail::ALL {
                let made = tails.at(cut, tail).expect("is valid");
                assert_eq!(made.slice(0..cut), bars.slice(0..cut), "{tail:?} at {cut}");
                let length = if tail == Tail::CutOff { cut } else { bars.len() };
                assert_eq!(made.len(), length, "{tail:?} at {cut}");
                assert_ne!(made.slice(cut..length), bars.slice(cut..bars.len()), "{tail:?} at {cut}");
                let end = (cut + 64).min(bars.len());
                assert_eq!(tails.until(end, cut, tail), made.slice(0..length.min(end)), "{tail:?} from {cut} to {end}");
            }
        }
        assert_eq!(tails.at(bars.len() + 1, Tail::Noise), None);
    }

    #[test]
    fn a_mirrored_market_negates_returns() {
        let bars = sample();
        let made = Tails::new(bars, 1).at(10, Tail::Mirror).expect("is valid");
        for bar in 11..bars.len() {
            let turned = bars.close()[bar - 1] / bars.close()[bar];
            assert!((made.close()[bar] / made.close()[bar - 1] - turned).abs() < 1e-12);
        }
    }

    #[test]
    fn changes_keep_the_market_valid() {
        let bars = sample();
        let doubled = changed(bars, Change::PricesTimes(2.0)).expect("is valid");
        assert_eq!(doubled.close()[7], 2.0 * bars.close()[7]);
        let later = changed(bars, Change::WeeksLater(52)).expect("is valid");
        assert_eq!(later.time()[7] - bars.time()[7], 364 * 86_400_000);
    }
}
