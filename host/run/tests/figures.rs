//! The figures of a verdict, computed a second time from the papers' formulas and the plain loop over all bars.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a test fails by panicking, helpers included; counts are small"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use seedbed_backtest::{Backtest, Prices, oracle};
use seedbed_evaluate::lower;
use seedbed_evolve::EvolutionSettings;
use seedbed_genome::Genome;
use seedbed_report::report::{FoldResult, Measured, Performance, Period, Phase, Verdict};
use seedbed_run::{Division, Finished, Journal, RunSetup};
use seedbed_store::{Evaluation, EvaluationStatus, ObjectBackend, RunId, Store};
use serde_json::json;
use support::{champion, finished_from, setup, value, walk};

/// Bars a year of every run here: the default of the settings.
const YEAR: f64 = 252.0;

/// A run over 1,200 bars: trained on 600 and 800 and tested on the 200 that follow, then trained on 1,000; 200 untouched.
struct Ran {
    setup: RunSetup,
    finished: Finished,
    rows: Vec<Evaluation>,
}

const TRAINED: usize = 1_000;
const TESTS: [(usize, usize); 2] = [(600, 800), (800, 1_000)];

impl Ran {
    fn once() -> &'static Self {
        static RAN: OnceLock<Ran> = OnceLock::new();
        RAN.get_or_init(|| {
            let setup = RunSetup {
                division: Division { windows: 2, ..Division::default() },
                evolution: EvolutionSettings { population: 30, generations: 5, ..EvolutionSettings::default() },
                ..setup("bollinger-bands", walk(1_200, 5), 11)
            };
            let store = ObjectBackend::in_memory();
            let id = RunId::new("figures").unwrap();
            let lease = store.create(&id, &json!({})).unwrap();
            let finished = finished_from(&setup, Journal::open(&store, &lease).unwrap());
            let rows = store.segments(&id).unwrap().into_iter().flat_map(|segment| segment.rows).collect();
            Ran { setup, finished, rows }
        })
    }

    fn verdict(&self) -> &Verdict {
        &self.finished.report.verdict
    }

    fn period(&self, phase: Phase) -> &Period {
        self.verdict().periods.iter().find(|period| period.phase == phase).unwrap()
    }

    /// The account of a genome on bars `start..end`, visited one by one.
    fn plain(&self, genome: &Genome, start: usize, end: usize) -> Backtest {
        let (plugin, symbol) = (&self.setup.plugins[0], &self.setup.symbols[0]);
        let bars = symbol.bars.slice(0..end).unwrap();
        let reads = plugin.description().reads;
        let convictions =
            plugin.component().signals(&bars, reads, &genome.parameters, plugin.limits()).outcome.unwrap();
        let decisions = symbol.settings.decide(&convictions).from_bar(start);
        oracle::backtest(Prices::from(&bars), &decisions, &lower(&genome.exits), &symbol.settings).unwrap()
    }

    /// The best of a phase: the first of the highest fitness.
    fn best(&self, phase: &str) -> (Genome, f64) {
        let scored = self.rows.iter().filter(|row| row.phase == phase && row.fitness.is_some());
        let best = scored.rev().max_by(|a, b| a.fitness.unwrap().total_cmp(&b.fitness.unwrap())).unwrap();
        let names = self.setup.plugins[0].description().parameters.iter().map(|parameter| parameter.name.as_str());
        (best.genome.individual(names).unwrap().genome, best.fitness.unwrap())
    }
}

fn close(ours: f64, theirs: f64, what: &str) {
    let size = ours.abs().max(theirs.abs()).max(1.0);
    assert!((ours - theirs).abs() <= 1e-12 * size, "{what}: {ours} in the report, {theirs} computed");
}

fn same(reported: &Performance, computed: &Backtest, what: &str) {
    let metrics = &computed.metrics;
    close(reported.total_return, metrics.total_return, &format!("{what}, return"));
    close(reported.max_drawdown, metrics.max_drawdown, &format!("{what}, drawdown"));
    close(reported.exposure, metrics.exposure, &format!("{what}, exposure"));
    close(value(&reported.sharpe), sharpe(&computed.returns) * YEAR.sqrt(), &format!("{what}, Sharpe"));
    close(value(&reported.sortino), metrics.sortino.value().unwrap(), &format!("{what}, Sortino"));
    assert_eq!(reported.trades, metrics.trades as u64, "{what}, trades");
}

/// Mean over deviation (ddof 1).
fn sharpe(returns: &[f64]) -> f64 {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let variance = returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0);
    mean / variance.sqrt()
}

fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The z with `normal(z) == probability`, by bisection.
fn quantile(probability: f64) -> f64 {
    let (mut low, mut high) = (-40.0, 40.0);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if normal(middle) < probability { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// 1 - g3*SR + (g4 - 1)/4*SR^2 with population moments. Bailey and Lopez de Prado 2012, equation 8.
fn spread(returns: &[f64]) -> f64 {
    let n = returns.len() as f64;
    let mean = returns.iter().sum::<f64>() / n;
    let moment = |power| returns.iter().map(|r| libm::pow(r - mean, power)).sum::<f64>() / n;
    let (g3, g4) = (moment(3.0) / (moment(2.0) * moment(2.0).sqrt()), moment(4.0) / (moment(2.0) * moment(2.0)));
    let sharpe = sharpe(returns);
    1.0 - g3 * sharpe + (g4 - 1.0) / 4.0 * sharpe * sharpe
}

/// PSR: Phi((SR - benchmark) * sqrt(T - 1) / sqrt(spread)).
fn probabilistic(returns: &[f64], benchmark: f64) -> f64 {
    normal((sharpe(returns) - benchmark) * (returns.len() as f64 - 1.0).sqrt() / spread(returns).sqrt())
}

/// Fails when the report praises a champion for what it did not earn.
#[test]
fn the_champions_scores_are_those_of_the_plain_loop() {
    let ran = Ran::once();
    let genome = champion(&ran.setup, &ran.finished);
    same(&ran.period(Phase::InSample).champion, &ran.plain(&genome, 0, TRAINED), "in sample");
    same(&ran.period(Phase::Holdout).champion, &ran.plain(&genome, TRAINED, 1_200), "untouched");
}

#[test]
fn the_stitched_tests_are_those_of_each_windows_best() {
    let ran = Ran::once();
    let walk = ran.verdict().walk_forward.as_ref().unwrap();
    let mut stitched = Vec::new();
    let (mut inside, mut outside) = (Vec::new(), Vec::new());
    for (fold, (start, end)) in walk.folds.iter().zip(TESTS) {
        let (genome, fitness) = ran.best(&fold.name);
        let test = ran.plain(&genome, start, end);
        let FoldResult::Scored { in_sample, out_of_sample, .. } = &fold.result else { panic!("{} counts", fold.name) };
        close(value(in_sample), fitness, &fold.name);
        close(value(in_sample), sharpe(&ran.plain(&genome, 0, start).returns) * YEAR.sqrt(), &fold.name);
        close(value(out_of_sample), sharpe(&test.returns) * YEAR.sqrt(), &fold.name);
        inside.push(value(in_sample));
        outside.push(value(out_of_sample));
        stitched.extend(test.returns);
    }
    assert_eq!(stitched.len(), 400);
    close(value(&walk.stitched_sharpe), sharpe(&stitched) * YEAR.sqrt(), "stitched Sharpe");
    let total = stitched.iter().fold(1.0, |equity, r| equity * (1.0 + r)) - 1.0;
    close(value(&walk.stitched_return), total, "stitched return");
    close(value(&ran.verdict().probabilistic_sharpe), probabilistic(&stitched, 0.0), "PSR");
    close(value(&walk.spread), (outside[0] - outside[1]).abs() / 2.0_f64.sqrt(), "deviation of two values");
    if inside.iter().sum::<f64>() > 0.0 {
        close(value(&walk.ratio), outside.iter().sum::<f64>() / inside.iter().sum::<f64>(), "out over in sample");
    }
}

/// Deflated Sharpe ratio by Bailey and Lopez de Prado 2014: the number of distinct genomes, and the deviation of their Sharpe ratios, as the
/// evaluations were written down.
#[test]
fn luck_is_what_the_papers_say() {
    let ran = Ran::once();
    let ended = [EvaluationStatus::Scored, EvaluationStatus::Undefined];
    let rows = ran.rows.iter().filter(|row| row.phase == "final" && ended.contains(&row.status));
    let distinct: BTreeMap<String, &Evaluation> = rows.map(|row| (row.hash.to_string(), row)).collect();
    let sharpes: Vec<f64> = distinct.values().filter_map(|row| Some(row.sharpe? / YEAR.sqrt())).collect();
    let verdict = ran.verdict();
    assert_eq!(verdict.trials, distinct.len() as u64);

    let n = sharpes.len() as f64;
    let mean = sharpes.iter().sum::<f64>() / n;
    let deviation = (sharpes.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    let trials = distinct.len() as f64;
    let euler = 0.577_215_664_901_532_9;
    let maximum =
        (1.0 - euler) * quantile(1.0 - 1.0 / trials) + euler * quantile(1.0 - 1.0 / (trials * std::f64::consts::E));
    let luck = deviation * maximum;
    let genome = champion(&ran.setup, &ran.finished);
    let returns = ran.plain(&genome, 0, TRAINED).returns;
    close(value(&verdict.sharpe), sharpe(&returns) * YEAR.sqrt(), "Sharpe");
    close(value(&verdict.luck_sharpe), luck * YEAR.sqrt(), "SR0");
    close(value(&verdict.deflated_sharpe), probabilistic(&returns, luck), "DSR");
    let z = quantile(0.95) / sharpe(&returns);
    close(value(&verdict.min_track_record), 1.0 + spread(&returns) * z * z, "minimum track record");
    assert_eq!(verdict.track_record, TRAINED as u64);
}

/// All cash at the open of the second bar, slippage and fee paid, marked at the last close.
#[test]
fn holding_pays_its_fees() {
    let ran = Ran::once();
    let bars = &ran.setup.symbols[0].bars;
    for (phase, start, end) in [(Phase::InSample, 0, TRAINED), (Phase::Holdout, TRAINED, 1_200)] {
        let paid = bars.open()[start + 1] * 1.0005 * 1.001;
        let held = &ran.period(phase).buy_and_hold;
        close(held.total_return, bars.close()[end - 1] / paid - 1.0, &format!("{phase:?}"));
        assert_eq!(held.trades, 1, "{phase:?}");
    }
}

/// Fails when random entries are longer or shorter in the market than the champion, so that beating them says nothing. A trade that ends inside
/// its first bar takes a whole bar when it is entered at random, and one more may be cut off by the window's end: at most a bar a trade.
#[test]
fn random_entries_are_in_the_market_as_long_as_the_champion() {
    let ran = Ran::once();
    for (phase, bars) in [(Phase::OutOfSample, 400.0), (Phase::Holdout, 200.0)] {
        let period = ran.period(phase);
        let random = period.random_entry.as_ref().unwrap();
        assert_eq!(random.draws, 200);
        let (theirs, ours) = (random.exposure, period.champion.exposure);
        println!("{phase:?}: champion {ours}, random entries {theirs}, {} trades", period.champion.trades);
        assert!(ours > 0.0);
        let tolerance = period.champion.trades as f64 / bars;
        assert!((theirs - ours).abs() <= tolerance, "{phase:?}: {theirs} against {ours}");
        assert!(matches!(random.beaten, Measured::Value(share) if (0.0..=1.0).contains(&share)));
    }
}
