//! What every strategy must keep.
#![expect(clippy::panic, reason = "a test harness fails by panics")]

use super::{Run, Series, noise::Noise, series::Row};
use crate::{Domain, Exported, Parameter, Parameters, Refusal};

/// Cuts tried for each parameter set.
const CUTS: usize = 20;

/// Checks what the host will hold against the strategy, and panics with what is broken and where.
///
/// - The declaration is one that the host accepts.
/// - At default parameters, at all low and all high ends, and at each end of each parameter alone, unless the strategy refuses
///   those parameters: one conviction per bar, finite and in [-1, 1]; the same bits on a second run; conviction `t` the same
///   bits when later bars are cut off, or replaced by noise or by extreme prices.
/// - No bars, one bar, constant prices, no volume, huge and tiny prices end in valid convictions or in a refusal.
/// - Fewer bars than the declared minimum are refused, the minimum is not, and no conviction is other than 0 before it.
/// - Default parameters are not refused.
///
/// # Panics
///
/// When one of these is broken.
pub fn assert_contract<S: Exported>() {
    assert_declaration::<S>();
    let default = Run::<S>::new();
    if let Err(refusal) = default.accept(&crate::ExitSettings::default()) {
        panic!("default parameters are refused: {refusal}");
    }
    for run in parameter_sets::<S>() {
        let (Ok(need), Ok(())) = (run.data_needed(), run.accept(&crate::ExitSettings::default())) else {
            assert_refused_alike(&run);
            continue;
        };
        assert!(
            need.minimum_bars <= need.recommended_bars,
            "{}: minimum bars ({}) exceed recommended bars ({})",
            named(&run),
            need.minimum_bars,
            need.recommended_bars
        );
        let length = (2 * need.recommended_bars).max(300);
        assert_valid_on_odd_prices(&run, length);
        assert_minimum(&run, need.minimum_bars, length);
        assert_causal(&run, length);
    }
}

fn assert_declaration<S: Exported>() {
    assert_text("ABOUT", S::ABOUT);
    assert!(!S::READS.is_empty(), "READS is empty: a strategy without prices has nothing to say");
    for (index, column) in S::READS.iter().enumerate() {
        assert!(!S::READS.iter().take(index).any(|other| other == column), "READS has {column} twice");
    }
    let declared = S::Params::DECLARED;
    assert!(declared.len() <= 64, "{} parameters are declared, the host takes at most 64", declared.len());
    for parameter in declared {
        let name = parameter.name();
        let letters = name.bytes().all(|letter| matches!(letter, b'a'..=b'z' | b'0'..=b'9' | b'-'));
        assert!(letters && (1..=48).contains(&name.len()), "parameter {name:?}: names are 1 to 48 of a-z, 0-9 and -");
        assert_text(&format!("the doc comment of parameter {name}"), &parameter.about());
    }
    let exits = S::exits();
    for (index, exit) in exits.iter().enumerate() {
        let mechanism = exit.mechanism();
        let twice = exits.iter().take(index).any(|other| other.mechanism() == mechanism);
        assert!(!twice, "exits() has {mechanism} twice");
        let rival =
            exits.iter().take(index).find(|other| other.mechanism().slot() == mechanism.slot() && other.is_enabled());
        if let Some(rival) = rival.filter(|_| exit.is_enabled()) {
            panic!(
                "exits(): {} and {mechanism} do the same job, and a trade has only one: switch one off()",
                rival.mechanism()
            );
        }
        assert!(exit.mistakes().is_empty(), "exits(): {}", exit.mistakes().join("; "));
    }
}

fn assert_text(what: &str, text: &str) {
    assert!(!text.trim().is_empty(), "{what} is empty, and users would see nothing");
    assert!(text.len() <= 1024, "{what} has {} bytes, the host takes at most 1024", text.len());
    assert!(!text.chars().any(char::is_control), "{what} has control characters");
}

/// Defaults, all low ends, all high ends, and each end of each parameter alone.
fn parameter_sets<S: Exported>() -> Vec<Run<S>> {
    let declared = S::Params::DECLARED;
    let all = |end: fn(&Parameter) -> f64| Run::with_values(declared.iter().map(end).collect());
    let mut sets =
        vec![Run::new(), all(|parameter| parameter.domain.ends().0), all(|parameter| parameter.domain.ends().1)];
    for parameter in declared {
        let values = match parameter.domain {
            Domain::Choice(variants) => (0..variants.len()).map(|index| index as f64).collect(),
            domain => vec![domain.ends().0, domain.ends().1],
        };
        sets.extend(values.into_iter().map(|value| Run::new().set(&parameter.name(), value)));
    }
    sets
}

fn assert_refused_alike<S: Exported>(run: &Run<S>) {
    let refusal = run.signals(&Series::random_walk(1, 500));
    assert!(
        matches!(refusal, Err(Refusal::BadParameters(_)) | Err(Refusal::Other(_))),
        "{}: accept refuses these parameters, signals does not",
        named(run)
    );
}

fn assert_valid_on_odd_prices<S: Exported>(run: &Run<S>, length: usize) {
    let walk = Series::random_walk(2, length);
    let cases = [
        ("a random walk", walk.clone()),
        ("no bars", Series::default()),
        ("one bar", walk.first(1)),
        ("constant prices", Series::constant(length, 12.34)),
        ("constant prices without volume", Series::constant(length, 12.34).with_volume(0.0)),
        ("rising prices", Series::trend(length, 0.01)),
        ("falling prices", Series::trend(length, -0.01)),
        ("swinging prices", Series::sine(length, 40, 0.1)),
        ("no volume", walk.with_volume(0.0)),
        ("huge volume", walk.with_volume(1e300)),
        ("huge prices", walk.scaled(1e12)),
        ("tiny prices", walk.scaled(1e-12)),
        ("extreme prices", walk.map(extreme)),
    ];
    for (what, series) in cases {
        let Ok(signals) = run.signals(&series) else { continue };
        assert_valid(run, what, &series, &signals);
        let again = run.signals(&series).unwrap_or_default();
        if let Some(bar) = first_difference(&signals, &again) {
            panic!("{}: conviction {bar} on {what} differs on a second run", named(run));
        }
    }
}

fn assert_valid<S: Exported>(run: &Run<S>, what: &str, series: &Series, signals: &[f64]) {
    let (given, answered) = (series.len(), signals.len());
    assert_eq!(answered, given, "{}: {answered} convictions for {given} bars of {what}", named(run));
    for (bar, conviction) in signals.iter().enumerate() {
        assert!((-1.0..=1.0).contains(conviction), "{}: conviction {bar} on {what} is {conviction}", named(run));
    }
}

fn assert_minimum<S: Exported>(run: &Run<S>, minimum: usize, length: usize) {
    let walk = Series::random_walk(3, length);
    if minimum > 0 {
        let refusal = run.signals(&walk.first(minimum - 1));
        assert_eq!(refusal, Err(Refusal::TooFewBars(minimum)), "{}: one bar below the minimum", named(run));
    }
    if let Err(refusal) = run.signals(&walk.first(minimum)) {
        panic!("{}: refuses {minimum} bars, its own minimum: {refusal}", named(run));
    }
    let signals = run.signals(&walk).unwrap_or_default();
    if let Some(bar) = signals.iter().take(minimum.saturating_sub(1)).position(|&conviction| conviction != 0.0) {
        panic!("{}: conviction {bar} is not 0, so {} bars are enough, not {minimum}", named(run), bar + 1);
    }
}

fn assert_causal<S: Exported>(run: &Run<S>, length: usize) {
    let walk = Series::random_walk(4, length);
    let Ok(signals) = run.signals(&walk) else { return };
    let mut noise = Noise::new(5);
    for _ in 0..CUTS {
        let kept = 1 + noise.below(length - 1);
        let mut other = Series::random_walk(6 + kept as u64, length).rows.into_iter();
        let mut bar = 0;
        let mut after = |change: &mut dyn FnMut(Row) -> Row| {
            bar = 0;
            walk.map(|row| {
                bar += 1;
                if bar > kept { change(row) } else { row }
            })
        };
        let futures = [
            ("cut off", walk.first(kept)),
            ("replaced by noise", after(&mut |row| other.next().map_or(row, |other| Row { time: row.time, ..other }))),
            ("replaced by extremes", after(&mut extreme)),
        ];
        for (what, changed) in futures {
            let Ok(changed) = run.signals(&changed) else { continue };
            let past = |signals: &[f64]| signals.iter().take(kept).copied().collect::<Vec<f64>>();
            if let Some(bar) = first_difference(&past(&signals), &past(&changed)) {
                panic!("{}: looks ahead: conviction {bar} changes when bars from {kept} on are {what}", named(run));
            }
        }
    }
}

/// Prices and volumes that swing over many orders of magnitude, and stay valid bars.
fn extreme(row: Row) -> Row {
    let factor = if (row.time / 86_400_000) % 2 == 0 { 1e9 } else { 1e-9 };
    Row {
        open: row.open * factor,
        high: row.high * factor,
        low: row.low * factor,
        close: row.close * factor,
        volume: row.volume * factor,
        ..row
    }
}

fn first_difference(left: &[f64], right: &[f64]) -> Option<usize> {
    if left.len() != right.len() {
        return Some(left.len().min(right.len()));
    }
    left.iter().zip(right).position(|(left, right)| left.to_bits() != right.to_bits())
}

fn named<S: Exported>(run: &Run<S>) -> String {
    let names = S::Params::DECLARED.iter().map(Parameter::name);
    let pairs: Vec<String> = names.zip(run.values()).map(|(name, value)| format!("{name} = {value}")).collect();
    format!("{} with {}", S::NAME, pairs.join(", "))
}
