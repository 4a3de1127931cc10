//! How long is the first bar of a history remembered?

use seedbed_genome::{Family, Rng, named_seed};

use crate::Level;
use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::measurements::{Drift, Measurements, WarmUp};
use crate::trial::purse::{Charged, Purse};
use crate::trial::session::{Session, first_difference};

/// Histories that begin later.
const STARTS: usize = 8;
/// Two convictions this close are the same for any purpose but bits.
const CLOSE: f64 = 1e-9;
/// Where the drift curve is read, in bars since the start.
const CURVE: [usize; 12] = [0, 5, 10, 20, 50, 100, 200, 300, 500, 1_000, 2_000, 5_000];

/// Drops the first bars and compares what is left.
pub(crate) fn warm_up(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    let (all, recommended) = (session.bars().len(), session.recommended().max(1));
    let room = all.saturating_sub(recommended.saturating_mul(2)).min(all / 2);
    if room < STARTS {
        return Err(format!(
            "{all} bars are too few to begin later and still have twice the recommended {recommended}"
        ));
    }
    let mut rng = Rng::new(named_seed(session.trial.seed, "warm-up"));
    let starts: Vec<usize> = (0..STARTS).map(|part| 1 + part * room / STARTS + rng.index(room / STARTS)).collect();
    let compared: Vec<_> = purse
        .run(
            &starts,
            |start| session.expect(all.saturating_sub(*start)),
            |start| {
                let later = session.bars().slice(*start..all);
                let Charged { answer, cost } =
                    session.signals(later.as_ref().unwrap_or(session.bars()), &session.defaults);
                let whole = session.reference.get(*start..).unwrap_or_default();
                Charged { answer: answer.outcome.ok().map(|convictions| Overlap::of(whole, &convictions)), cost }
            },
        )
        .into_iter()
        .flatten()
        .collect();
    if compared.is_empty() {
        return Err(purse.empty().unwrap_or("no later start was answered").to_owned());
    }
    let warm_up = measure(session, &compared, recommended);
    let answer = tell(session, &warm_up);
    found.warm_up = Some(warm_up);
    answer
}

/// Convictions of the same bars in the whole history and in one that begins later.
struct Overlap {
    /// Largest difference from each bar since the start on.
    from_here: Vec<f64>,
    /// Bars since the start from which on every conviction is the same to the bit.
    exact: usize,
    /// The same within [`CLOSE`].
    close: usize,
    /// Bars since the start of entries that only one of both has.
    entries: Vec<usize>,
}

impl Overlap {
    fn of(whole: &[f64], later: &[f64]) -> Self {
        let number = |value: f64| if value.is_nan() { 0.0 } else { value };
        let mut from_here: Vec<f64> = whole.iter().zip(later).map(|(a, b)| (number(*a) - number(*b)).abs()).collect();
        let mut largest = 0.0f64;
        for difference in from_here.iter_mut().rev() {
            largest = largest.max(*difference);
            *difference = largest;
        }
        let close = from_here.iter().take_while(|difference| **difference > CLOSE).count();
        let pairs = || whole.iter().zip(later);
        let last = pairs().rposition(|(a, b)| first_difference(&[*a], &[*b]).is_some());
        let entries =
            (0..whole.len().min(later.len())).filter(|bar| entry(whole, *bar) != entry(later, *bar)).collect();
        Self { from_here, exact: last.map_or(0, |last| last + 1), close, entries }
    }

    fn bars(&self) -> usize {
        self.from_here.len()
    }

    /// A difference in the last tenth may go on behind the end.
    fn settles(&self, after: usize) -> bool {
        after < self.bars() - self.bars() / 10
    }
}

/// The side on which a position would be entered at a bar: the conviction reaches 0.5 on a side where it was not before.
fn entry(convictions: &[f64], bar: usize) -> i8 {
    let side = |bar: usize| match convictions.get(bar) {
        Some(conviction) if *conviction >= 0.5 => 1,
        Some(conviction) if *conviction <= -0.5 => -1,
        _ => 0i8,
    };
    let before = bar.checked_sub(1).map_or(0, side);
    if side(bar) == before { 0 } else { side(bar) }
}

fn measure(session: &Session<'_>, compared: &[Overlap], recommended: usize) -> WarmUp {
    let slowest = |after: fn(&Overlap) -> usize| {
        let each = compared.iter().map(|overlap| Some(after(overlap)).filter(|after| overlap.settles(*after)));
        each.collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max()).map(wide)
    };
    let longest = compared.iter().map(Overlap::bars).max().unwrap_or(0);
    let curve = CURVE.iter().filter(|bars| **bars < longest).map(|bars| Drift {
        bars: wide(*bars),
        difference: compared.iter().filter_map(|overlap| overlap.from_here.get(*bars)).copied().fold(0.0, f64::max),
    });
    let others = compared.iter().filter(|overlap| overlap.entries.iter().any(|bar| *bar > recommended));
    WarmUp {
        minimum_bars: session.need.minimum_bars,
        recommended_bars: session.need.recommended_bars,
        starts: wide(compared.len()),
        exact_after: slowest(|overlap| overlap.exact),
        close_after: slowest(|overlap| overlap.close),
        starts_with_other_entries: wide(others.count()),
        drift: curve.collect(),
    }
}

fn tell(session: &Session<'_>, found: &WarmUp) -> Answer {
    let WarmUp { recommended_bars, starts, exact_after, close_after, starts_with_other_entries: others, .. } = found;
    let after = |bars: &Option<u64>| {
        bars.map_or("never in these bars".to_owned(), |bars| format!("after {}", count(bars, "bar")))
    };
    let what = format!(
        "{}; the same to the bit {}, within 1e-9 {}; recommends {}",
        count(*starts, "later start"),
        after(exact_after),
        after(close_after),
        count(*recommended_bars, "bar"),
    );
    let draft = (others * 2 > *starts).then(|| {
        let text = format!(
            "in {others} of {starts} later starts entries differ beyond the recommended {recommended_bars} bars"
        );
        let most = if session.description.family == Family::MlClassifier { Level::Note } else { Level::Warn };
        Draft::new(text).at_most(most)
    });
    Ok(Checked::new(what, draft))
}

#[cfg(test)]
mod tests {
    use super::{Overlap, entry};

    /// Otherwise a component would be told off for differences that trade nothing, or not for those that do.
    #[test]
    fn entries_are_rises_to_half_on_a_side() {
        let convictions = [0.0, 0.5, 0.9, 0.4, 0.5, -0.6, -0.7, f64::NAN, -0.5];
        let sides: Vec<_> = (0..convictions.len()).map(|bar| entry(&convictions, bar)).collect();
        assert_eq!(sides, [0, 1, 0, 0, 1, -1, 0, 0, -1]);
    }

    #[test]
    fn an_overlap_settles_behind_its_last_difference() {
        let whole = [0.0; 20];
        let mut later = whole;
        (later[2], later[5]) = (0.5, 1e-12);
        let overlap = Overlap::of(&whole, &later);
        assert_eq!((overlap.exact, overlap.close, overlap.entries.as_slice()), (6, 3, &[2][..]));
        assert!(overlap.settles(17) && !overlap.settles(18));
        assert_eq!((overlap.from_here[0], overlap.from_here[3], overlap.from_here[6]), (0.5, 1e-12, 0.0));
    }
}
