//! Sample reports to look at and to test with: a good, a lucky and a failing run, a hostile one and a long one.
//!
//! Prices are the embedded IBM and GOOG bars; trades come from a plain crossing of two averages. The verdicts, populations and
//! lineages are invented: these samples show what a page looks like, not what a strategy is worth.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "samples for tests: fixed, and a mistake in them should stop the test"
)]

mod parts;
mod simulation;

use seedbed_report::Report;
use seedbed_report::report::{
    Ancestor, Evolution, Fact, FactGroup, Failure, FoldResult, Measured, Overfitting, Phase, Reproducible, RunFacts,
    Standing, Stretch, Verdict,
};
use simulation::{Account, Dice};

const IBM: &str = include_str!("../../../market/data/ibm_1d.csv");
const GOOG: &str = include_str!("../../../market/data/goog_1d.csv");

/// Text that tries to become markup, script or another line, as a plugin could choose it.
pub(crate) const HOSTILE: &str =
    "</script><script>window.__hacked=1</script><!--<img src=x onerror=\"window.__hacked=1\">{{data}}\u{2028}'\"&amp;";

/// Every sample by its name.
pub(crate) fn all() -> Vec<(&'static str, Report)> {
    vec![("good", good()), ("lucky", lucky()), ("failing", failing()), ("hostile", hostile()), ("long", long())]
}

/// A run whose champion is told from luck.
pub(crate) fn good() -> Report {
    let account = Account::of(simulation::bars("GOOG", GOOG), 9, 34, "ema-crossover");
    let mut report = parts::run("20260114-091502-ema-7f3a", account, "ema-crossover", 10, &mut Dice::new(7));
    report.verdict = Verdict {
        standing: Standing::Skill,
        sentence: "Of 412 distinct trials the best Sharpe is 1.74; luck alone would give 0.71. Deflated Sharpe 0.986: distinguishable from luck."
            .to_owned(),
        sharpe: 1.74.into(),
        luck_sharpe: 0.71.into(),
        probabilistic_sharpe: 0.9931.into(),
        deflated_sharpe: 0.9862.into(),
        deflated_sharpe_effective: 0.9957.into(),
        min_track_record: 412.4.into(),
        overfitting: overfitting(0.067),
        ..report.verdict
    };
    report
}

/// A run whose champion is as good as luck would be, stopped by the clock, with a window that does not count.
pub(crate) fn lucky() -> Report {
    let account = Account::of(simulation::bars("IBM", IBM), 5, 13, "rsi-filter");
    let mut report = parts::run("20260114-101744-rsi-02bc", account, "rsi-filter", 7, &mut Dice::new(3));
    report.verdict = Verdict {
        standing: Standing::Luck,
        sentence: "Of 412 distinct trials the best Sharpe is 1.31; luck alone would give 1.22. Deflated Sharpe 0.61: not distinguishable from luck."
            .to_owned(),
        sharpe: 1.31.into(),
        luck_sharpe: 1.22.into(),
        probabilistic_sharpe: 0.442.into(),
        deflated_sharpe: 0.61.into(),
        deflated_sharpe_effective: 0.74.into(),
        min_track_record: 3_912.0.into(),
        overfitting: overfitting(0.583),
        ..report.verdict
    };
    if let Some(walk) = &mut report.verdict.walk_forward {
        walk.ratio = 0.08.into();
        for (fold, out) in walk.folds.iter_mut().zip([-0.31, 0.42, 0.0, -0.12]) {
            if let FoldResult::Scored { in_sample, out_of_sample, ratio, test_return, .. } = &mut fold.result {
                *in_sample = 1.28.into();
                *out_of_sample = out.into();
                *ratio = (out / 1.28).into();
                *test_return = out / 11.0;
            }
        }
        if let Some(fold) = walk.folds.get_mut(2) {
            fold.result = FoldResult::Refused("3 trades in the test part, 5 are needed".to_owned());
        }
    }
    report.run.state = "stopped by its generation limit after 7 of 10 generations".to_owned();
    report.run.reproducible = Reproducible::No("the clock stopped generation 7 after 600 s".to_owned());
    report.run.notices = vec!["IBM: 1 bar looks like an unadjusted split (2002-05-28, close -51 %).".to_owned()];
    report.evolution.failures = vec![
        failure("rsi-filter", "past-deadline", 3, "past its deadline of 5s, the most that [limits] allow"),
        failure("greedy-guest", "out-of-memory", 50, "out of memory: asked for 134217728 bytes, allowed 67108864"),
    ];
    report.evolution.dropped =
        vec![parts::dropped("greedy-guest", "all 50 candidates of its first generation failed: out-of-memory")];
    report
}

/// A run in which nothing was scored.
pub(crate) fn failing() -> Report {
    let missing = || Measured::Missing("no candidate was scored".to_owned());
    let mut market = simulation::bars("IBM", IBM);
    market.trades.clear();
    Report {
        run: RunFacts {
            id: "20260114-113001-loop-9c01".to_owned(),
            plugins: vec!["loop-forever".to_owned(), "panics-always".to_owned()],
            state: "ended: every candidate failed".to_owned(),
            seed: u64::MAX,
            algorithm: "ga".to_owned(),
            objective: "sharpe".to_owned(),
            groups: parts::groups(),
            ..RunFacts::default()
        },
        verdict: Verdict {
            standing: Standing::Failed,
            sentence: "None of 50 candidates could be scored: 25 ran out of fuel (loop-forever), 25 panicked (panics-always). There is nothing to judge."
                .to_owned(),
            trials: 0,
            trials_of_all_windows: 0,
            effective_trials: missing(),
            sharpe: missing(),
            luck_sharpe: missing(),
            probabilistic_sharpe: missing(),
            deflated_sharpe: missing(),
            deflated_sharpe_effective: missing(),
            min_track_record: missing(),
            track_record: 0,
            overfitting: Overfitting { probability: missing(), loss_probability: missing(), compared: 0, distinct: 0, left_out: 0, mean_correlation: missing() },
            walk_forward: None,
            periods: Vec::new(),
        },
        champion: None,
        markets: vec![market],
        equity: None,
        stretches: Vec::new(),
        evolution: Evolution {
            generations: vec![seedbed_report::report::Generation { failed: 50, ..Default::default() }],
            failures: vec![
                failure("loop-forever", "out-of-fuel", 25, "out of fuel after 95000000 units, the most that fuel_base and fuel_per_bar of [limits] allow"),
                failure("panics-always", "trapped", 25, "panicked at src/lib.rs:42:17: index out of bounds: the len is 0 but the index is 0"),
            ],
            dropped: vec![
                parts::dropped("loop-forever", "all 25 candidates of its first generation failed: out-of-fuel"),
                parts::dropped("panics-always", "all 25 candidates of its first generation failed: trapped"),
            ],
            ..Evolution::default()
        },
    }
}

/// The good run with [`HOSTILE`] wherever a text of a plugin can stand, and numbers that are none.
pub(crate) fn hostile() -> Report {
    let mut report = good();
    let text = || HOSTILE.to_owned();
    report.run.id = text();
    report.run.plugins = vec![text()];
    report.run.notices = vec![text()];
    report.run.groups.push(FactGroup { title: text(), facts: vec![Fact { name: text(), value: text() }] });
    report.verdict.sentence = text();
    report.verdict.effective_trials = Measured::Missing(text());
    report.verdict.sharpe = Measured::Value(f64::NAN);
    if let Some(champion) = &mut report.champion {
        champion.plugin = text();
        champion.about = text();
        champion.genome = text();
        champion.rules.push(text());
        champion.document = Some(text());
        for setting in
            champion.parameters.iter_mut().chain(champion.exits.iter_mut().flat_map(|exit| &mut exit.parameters))
        {
            setting.name = text();
            setting.label = Some(text());
            setting.about = text();
        }
        for exit in &mut champion.exits {
            exit.mechanism = text();
        }
    }
    for market in &mut report.markets {
        market.symbol = text();
        for trade in &mut market.trades {
            trade.reason = text();
        }
        if let Some(trade) = market.trades.first_mut() {
            trade.exit_bar = usize::MAX;
        }
    }
    for stretch in &mut report.stretches {
        stretch.name = text();
    }
    if let Some(walk) = &mut report.verdict.walk_forward {
        walk.training = text();
        for fold in &mut walk.folds {
            fold.name = text();
        }
        if let Some(fold) = walk.folds.first_mut() {
            fold.result = FoldResult::Refused(text());
        }
    }
    for trial in &mut report.evolution.trials {
        trial.plugin = text();
        trial.genome = text();
        trial.values = trial.values.iter().map(|(name, value)| (format!("{name}{HOSTILE}"), *value)).collect();
    }
    for history in &mut report.evolution.histories {
        history.plugin = text();
        history.name = text();
    }
    for ancestor in &mut report.evolution.lineage {
        hostile_step(ancestor);
    }
    report.evolution.failures = vec![Failure { plugin: text(), reason: text(), count: 1, example: text() }];
    report.evolution.dropped = vec![parts::dropped(HOSTILE, HOSTILE)];
    report
}

fn hostile_step(ancestor: &mut Ancestor) {
    ancestor.genome = HOSTILE.to_owned();
    ancestor.origin = HOSTILE.to_owned();
    for change in &mut ancestor.changes {
        change.subject = HOSTILE.to_owned();
        change.note = HOSTILE.to_owned();
        change.operator = HOSTILE.to_owned();
    }
}

/// A run over 100,000 one-minute bars of two symbols, with thousands of trades and trials of three plugins.
pub(crate) fn long() -> Report {
    let mut dice = Dice::new(11);
    let account = Account::of(simulation::walk("BTC-1m", 100_000, &mut dice), 10, 30, "ema-crossover");
    let mut report = parts::run("20260115-000000-mixed-11aa", account, "ema-crossover", 40, &mut dice);
    let other = Account::of(simulation::walk("ETH-1m", 100_000, &mut dice), 20, 80, "ema-crossover");
    report.markets.push(other.market);
    let mut trials = Vec::new();
    for (index, plugin) in ["ema-crossover", "bollinger-bands", "vwap-reversion"].into_iter().enumerate() {
        let mut more = parts::trials(plugin, 40, 3_000, &mut dice);
        for trial in &mut more {
            trial.genome = format!("{index}{}", trial.genome);
        }
        trials.append(&mut more);
    }
    report.evolution.trials = trials;
    report.run.plugins = ["ema-crossover", "bollinger-bands", "vwap-reversion"].map(str::to_owned).to_vec();
    report.verdict.standing = Standing::Undecided;
    report.verdict.deflated_sharpe = Measured::Missing("no variance".to_owned());
    report.verdict.sentence = "Of 9,000 distinct trials the best Sharpe is 0.93, but their Sharpe ratios do not vary: what luck alone would give cannot be told."
        .to_owned();
    report
}

fn failure(plugin: &str, reason: &str, count: u64, example: &str) -> Failure {
    Failure { plugin: plugin.to_owned(), reason: reason.to_owned(), count, example: example.to_owned() }
}

fn overfitting(probability: f64) -> Overfitting {
    Overfitting {
        probability: probability.into(),
        loss_probability: (probability * 0.8).into(),
        compared: 388,
        distinct: 361,
        left_out: 24,
        mean_correlation: 0.47.into(),
    }
}

/// The stretches of `time`: half in-sample, four windows, the last tenth untouched.
pub(crate) fn stretches(time: &[i64]) -> Vec<Stretch> {
    let at = |tenth: usize| time[(time.len() - 1) * tenth / 20];
    let stretch = |phase, from, to, name: &str, sharpe: Option<f64>| Stretch {
        phase,
        span: seedbed_report::report::Span { start: at(from), end: at(to) },
        name: name.to_owned(),
        sharpe: sharpe.map(Measured::from),
    };
    vec![
        stretch(Phase::InSample, 0, 10, "training", Some(1.74)),
        stretch(Phase::OutOfSample, 10, 12, "window-1", Some(0.92)),
        stretch(Phase::OutOfSample, 12, 14, "window-2", Some(1.31)),
        stretch(Phase::OutOfSample, 14, 16, "window-3", Some(0.44)),
        stretch(Phase::OutOfSample, 16, 18, "window-4", Some(1.07)),
        stretch(Phase::Holdout, 18, 20, "holdout", Some(0.84)),
    ]
}
