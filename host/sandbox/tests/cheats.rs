//! The planted look-ahead is there: where a cheat is honest after all, finding it would prove nothing about a review.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use seedbed_guests::hostile::{Cheat, ShownBy, hostile};
use seedbed_market::{Bars, sample};
use seedbed_sandbox::{Component, Limits, Reads, Sandbox, SandboxConfig, WasiPolicy};

/// Enough for the cheats that want a long history.
const BARS: usize = 1_500;

/// A guest, its parameters and what it reads.
struct Subject {
    component: Component,
    reads: Reads,
    defaults: Vec<f64>,
}

impl Subject {
    fn signals(&self, bars: &Bars, parameters: &[f64]) -> Vec<f64> {
        self.component.signals(bars, self.reads, parameters, &Limits::default()).outcome.unwrap()
    }
}

/// How many of the cuts or changes at the bars from `FIRST` on showed something, and how far before them: the nearest conviction that
/// changed, and the farthest.
#[derive(Debug, Default, PartialEq)]
struct Leaks {
    shown: usize,
    nearest: Option<usize>,
    farthest: Option<usize>,
}

impl Leaks {
    /// More than the 1,000 bars after which some of them begin; three bars of the hundredth part follow.
    const FIRST: usize = 1_200;

    /// Compares the convictions before each bar with those of `other`, which is a history that equals `bars` before that bar.
    fn count(subject: &Subject, parameters: &[f64], bars: &Bars, other: impl Fn(usize) -> Bars) -> Self {
        let whole = subject.signals(bars, parameters);
        let mut leaks = Self::default();
        for cut in Self::FIRST..bars.len() {
            let answered = subject.signals(&other(cut), parameters);
            let differs = |bar: &usize| answered[*bar].to_bits() != whole[*bar].to_bits();
            if let (Some(first), Some(last)) = ((0..cut).find(differs), (0..cut).rev().find(differs)) {
                leaks.shown += 1;
                leaks.nearest = Some(leaks.nearest.map_or(cut - last, |nearest| nearest.min(cut - last)));
                leaks.farthest = leaks.farthest.max(Some(cut - first));
            }
        }
        leaks
    }

    /// The history ends before each bar.
    fn by_cuts(subject: &Subject, parameters: &[f64], bars: &Bars) -> Self {
        Self::count(subject, parameters, bars, |cut| bars.slice(0..cut).unwrap())
    }

    /// Each bar but the last becomes another one: a higher price, a larger volume, half a day earlier.
    fn by_changes(subject: &Subject, parameters: &[f64], bars: &Bars) -> Self {
        Self::count(subject, parameters, bars, |at| {
            let mut columns = bars.clone().into_columns();
            if at + 1 == bars.len() {
                return bars.clone();
            }
            for column in [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.close] {
                column[at] *= 1.5;
            }
            columns.volume[at] *= 10.0;
            columns.time[at] -= 12 * 3_600_000;
            Bars::new(columns).unwrap()
        })
    }

    /// Each bar loses its volume.
    fn by_halts(subject: &Subject, parameters: &[f64], bars: &Bars) -> Self {
        Self::count(subject, parameters, bars, |at| {
            let mut columns = bars.clone().into_columns();
            columns.volume[at] = 0.0;
            Bars::new(columns).unwrap()
        })
    }
}

fn guests() -> BTreeMap<String, PathBuf> {
    hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

fn subject(sandbox: &Sandbox, guests: &BTreeMap<String, PathBuf>, name: &str) -> Subject {
    let component = sandbox.load(&fs::read(&guests[name]).unwrap(), WasiPolicy::Deny).unwrap();
    let description = component.describe(&Limits::default()).outcome.unwrap();
    Subject { component, reads: description.reads, defaults: description.defaults() }
}

/// Runs `check` on every cheat, on as many threads as there are processors.
fn on_each(check: impl Fn(&Subject, &Cheat, &Bars) + Sync) {
    let (sandbox, guests) = (Sandbox::new(&SandboxConfig::default()).unwrap(), guests());
    let bars = sample().slice(0..BARS).unwrap();
    let threads = thread::available_parallelism().unwrap().get();
    thread::scope(|scope| {
        for part in Cheat::ALL.chunks(Cheat::ALL.len().div_ceil(threads)) {
            let (sandbox, guests, bars, check) = (&sandbox, &guests, &bars, &check);
            scope
                .spawn(move || part.iter().for_each(|cheat| check(&subject(sandbox, guests, cheat.name), cheat, bars)));
        }
    });
}

/// A cheat that is refused for something else, or never trades, is no test of a review of look-ahead.
#[test]
fn every_cheat_looks_like_a_strategy() {
    on_each(|subject, cheat, _| {
        let (component, limits) = (&subject.component, Limits::default());
        let exits = component.exit_parameters(&limits).outcome.unwrap();
        assert!(!exits.is_empty(), "{}", cheat.name);
        for parameters in [Some(subject.defaults.as_slice()), cheat.parameters].into_iter().flatten() {
            let minimum = component.data_needed(parameters, &limits).outcome.unwrap().minimum_bars;
            let convictions = subject.signals(sample(), parameters);
            let trades = convictions.windows(2).filter(|pair| (pair[0] > 0.5) != (pair[1] > 0.5)).count();
            assert!(trades >= 20, "{}: {trades} changes of side", cheat.name);
            let first = convictions.iter().position(|conviction| *conviction != 0.0).unwrap();
            assert!(first < 200, "{}: first conviction at bar {first}, {minimum} declared", cheat.name);
        }
    });
}

fn expect(cheat: &Cheat, leaks: &Leaks) {
    assert_eq!(leaks.nearest, Some(cheat.horizon), "{}: {leaks:?}", cheat.name);
    if cheat.farthest.is_some() {
        assert_eq!(leaks.farthest, cheat.farthest, "{}: {leaks:?}", cheat.name);
    }
}

/// Otherwise a review that finds nothing in it would be right.
#[test]
fn every_leak_shows_where_and_as_far_ahead_as_the_table_says() {
    on_each(|subject, cheat, bars| {
        let parameters = cheat.parameters.unwrap_or(&subject.defaults);
        let (cuts, changes) = (Leaks::by_cuts(subject, parameters, bars), Leaks::by_changes(subject, parameters, bars));
        let name = cheat.name;
        match cheat.shown_by {
            ShownBy::Change => {
                assert!(cuts.shown >= 3, "{name}: {cuts:?}");
                expect(cheat, &changes);
            }
            ShownBy::Cut => {
                assert!(cuts.shown > 50, "{name}: {cuts:?}");
                expect(cheat, &cuts);
                assert_eq!(changes, Leaks::default(), "{name}");
            }
            ShownBy::Halt => {
                assert_eq!((cuts, changes), Default::default(), "{name}");
                let halts = Leaks::by_halts(subject, parameters, bars);
                assert!(halts.shown > 250, "{name}: {halts:?}");
                expect(cheat, &halts);
            }
            ShownBy::SecondCall => {
                assert_eq!((cuts, changes), Default::default(), "{name}");
                let start = &bars.slice(0..BARS / 2).unwrap();
                let asked = [(bars, parameters), (start, parameters)];
                let answers = subject.component.signals_in_turn(&asked, subject.reads, &Limits::default());
                let second = answers[1].outcome.as_ref().unwrap();
                assert_ne!(second, &subject.signals(start, parameters), "{name}");
            }
        }
    });
}

/// Otherwise looking at the defaults would be enough, and the measure could not tell an honest strategy from a cheat.
#[test]
fn what_leaks_for_some_parameters_only_is_honest_at_its_defaults() {
    on_each(|subject, cheat, bars| {
        if cheat.parameters.is_some() {
            let leaks = Leaks::by_cuts(subject, &subject.defaults, bars);
            assert_eq!(leaks, Leaks::default(), "{}", cheat.name);
        }
    });
    let (sandbox, bars) = (Sandbox::new(&SandboxConfig::default()).unwrap(), sample().slice(0..BARS).unwrap());
    let harmless = subject(&sandbox, &guests(), "harmless");
    let measured = [Leaks::by_cuts, Leaks::by_changes, Leaks::by_halts];
    let leaks = measured.map(|measure| measure(&harmless, &harmless.defaults, &bars));
    assert_eq!(leaks, [const { Leaks { shown: 0, nearest: None, farthest: None } }; 3]);
}
