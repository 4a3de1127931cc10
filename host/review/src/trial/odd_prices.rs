//! Odd but valid prices.

use seedbed_genome::Rng;
use seedbed_market::{Bars, Columns};
use seedbed_outcome::Failure;

use crate::checks::{Answer, Checked};
use crate::finding::Draft;
use crate::trial::measurements::Tail;
use crate::trial::prices::{Tails, columns_of};
use crate::trial::purse::{Charged, Purse};
use crate::trial::session::Session;

/// Bars of a series, unless the component recommends more.
const BARS: usize = 300;

/// Runs `signals` at the defaults on every odd series: each ends in an answer or a refusal.
pub(crate) fn survives(session: &Session<'_>, purse: &mut Purse) -> Answer {
    let bars = BARS.max(session.recommended()).min(session.bars().len());
    let Some(base) = session.bars().slice(0..bars) else { return Err("there are no prices".to_owned()) };
    let odd = series(&base, session.trial.seed);
    let answers = purse.run(
        &odd,
        |(_, bars)| session.expect(bars.len()),
        |(_, bars)| {
            let Charged { answer, cost } = session.signals(bars, &session.defaults);
            Charged { answer: answer.outcome.err(), cost }
        },
    );
    if answers.is_empty() {
        return Err(purse.empty().unwrap_or("the work of the trial was used up").to_owned());
    }
    let drafts: Vec<_> = odd
        .iter()
        .zip(&answers)
        .filter_map(|((name, _), failure)| Some((name, failure.as_ref()?)))
        .filter(|(_, failure)| !matches!(failure, Failure::Refused(_)))
        .map(|(name, failure)| Draft::new(format!("{name}: {failure}")))
        .collect();
    let refused = answers.iter().flatten().count() - drafts.len();
    let ended = if answers.len() < odd.len() { purse.empty() } else { None };
    let ended = ended.map_or(String::new(), |why| format!(" of {}; {why}", odd.len()));
    let what = format!("{} odd series at the defaults{ended}, of which it refuses {refused}", answers.len());
    Ok(Checked::new(what, drafts))
}

/// Odd series made of a plain one, with what is odd about them.
fn series(base: &Bars, seed: u64) -> Vec<(&'static str, Bars)> {
    let half = base.len() / 2;
    let first = base.close().first().copied().unwrap_or(1.0);
    let all = |factor: f64| shaped(base, |_, price| price * factor);
    let from_half = |factor: f64| shaped(base, |bar, price| if bar < half { price } else { price * factor });
    let volume = |of: fn(f64) -> f64| {
        let mut columns = columns_of(base);
        columns.volume.iter_mut().for_each(|volume| *volume = of(*volume));
        Bars::new(columns).ok()
    };
    let ten_years_off = || {
        const TEN_YEARS: i64 = 520 * 7 * 24 * 3_600_000;
        let mut columns = columns_of(base);
        columns.time.iter_mut().skip(half).for_each(|time| *time = time.saturating_add(TEN_YEARS));
        Bars::new(columns).ok()
    };
    let shuffled = || {
        let mut rng = Rng::new(seed);
        let steps: Vec<f64> = base.close().iter().map(|_| libm::exp(0.5 * rng.normal())).collect();
        shaped(base, |bar, _| first * steps.get(bar).copied().unwrap_or(1.0))
    };
    let odd = [
        ("no bars", base.slice(0..0)),
        ("one bar", base.slice(0..1.min(base.len()))),
        ("two bars", base.slice(0..2.min(base.len()))),
        ("constant prices", shaped(base, |_, _| first)),
        ("constant prices without volume", shaped(base, |_, _| first).and_then(silent)),
        ("a gap of ten years", ten_years_off()),
        ("a jump to the hundredfold", from_half(100.0)),
        ("a fall to a hundredth", from_half(0.01)),
        ("constant prices after half of the bars", shaped(base, |bar, price| if bar < half { price } else { first })),
        ("prices around 1e12", all(1e12 / first)),
        ("prices around 1e-9", all(1e-9 / first)),
        ("prices without any order", shuffled()),
        ("a random walk", Tails::new(base, seed).at(1.min(base.len()), Tail::Noise)),
        ("no volume", volume(|_| 0.0)),
        ("volumes around 1e18", volume(|volume| (volume + 1.0) * 1e10)),
    ];
    odd.into_iter().filter_map(|(name, bars)| Some((name, bars?))).collect()
}

/// Every price put through a function of its bar.
fn shaped(base: &Bars, shape: impl Fn(usize, f64) -> f64) -> Option<Bars> {
    let mut columns = columns_of(base);
    let Columns { open, high, low, close, .. } = &mut columns;
    for column in [open, high, low, close] {
        column.iter_mut().enumerate().for_each(|(bar, price)| *price = shape(bar, *price));
    }
    Bars::new(columns).ok()
}

fn silent(bars: Bars) -> Option<Bars> {
    let mut columns = bars.into_columns();
    columns.volume.fill(0.0);
    Bars::new(columns).ok()
}

#[cfg(test)]
mod tests {
    use seedbed_market::sample;

    /// A series that is no market is left out without a word, and the rule would look at less than it says.
    #[test]
    fn every_odd_series_is_valid() {
        let base = sample().slice(0..300).expect("has so many");
        let odd = super::series(&base, 3);
        assert_eq!(odd.len(), 15);
        assert_eq!(super::series(&base.slice(0..0).expect("empty"), 3).first().map(|(name, _)| *name), Some("no bars"));
    }
}
