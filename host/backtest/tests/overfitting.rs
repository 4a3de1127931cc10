//! Is the best of many trials luck? Against pypbo, ffn, arch and the papers' examples (vectors.json names the versions), and
//! against numpy, scipy and scikit-learn for what those do not hold (tests/reference/statistics). If one of these fails, a user
//! is told that luck is skill, or the other way round.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use proptest::prelude::*;
use seedbed_backtest::statistics::{
    Binned, BlockMoments, Blocks, BlocksError, CrossValidation, Independence, NotFinite, OverfittingEstimate, Returns,
    SharpeEstimate, SuperiorAbility, TrialError, expected_maximum, luck_sharpe, minimum_backtest_years, sample,
    sharpe_deviation,
};
use seedbed_backtest::{Ratio, Undefined};
use serde_json::Value;
use support::{apart, floats, gauss12, json, relative};

const CLOSED_FORM: f64 = 1e-12;
/// Every trial counts, however seldom it trades and however few they are.
const ALL: CrossValidation = CrossValidation { min_trades: 0, min_trials: 2 };

/// The numbers of tests/reference/statistics/statistics.py.
fn expected() -> Value {
    json("../../../../tests/reference/statistics/expected.json")
}

fn real(entry: &Value, name: &str) -> f64 {
    entry[name].as_f64().unwrap_or_else(|| panic!("no number {name} in {entry}"))
}

fn whole(entry: &Value, name: &str) -> usize {
    entry[name].as_u64().unwrap_or_else(|| panic!("no number {name} in {entry}")) as usize
}

#[track_caller]
fn close(what: &str, ours: impl Into<Option<f64>>, expected: f64) {
    let ours = ours.into().unwrap_or_else(|| panic!("{what} is undefined"));
    assert!(apart(ours, expected) <= CLOSED_FORM, "{what}: {ours} against {expected}");
}

fn noise(seed: u64, columns: usize, bars: usize) -> Vec<Vec<f64>> {
    let column = |j| gauss12(seed + j, bars).iter().map(|g| 0.01 * g).collect();
    (0..columns as u64).map(column).collect()
}

/// The matrix of a vector, by columns.
fn columns(entry: &Value) -> Vec<Vec<f64>> {
    let seeds = [("noise_8", 100), ("noise_20", 200), ("one_skilled_8", 300), ("one_skilled_20", 400), ("ties_4", 500)];
    let name = entry["name"].as_str().unwrap();
    let seed = seeds.iter().find(|(start, _)| name.starts_with(start)).unwrap().1;
    let mut columns = noise(seed, whole(entry, "N"), whole(entry, "T"));
    match entry["edge"].as_array() {
        Some(_) => {
            for (column, edge) in columns.iter_mut().zip(floats(&entry["edge"])) {
                column.iter_mut().for_each(|value| *value += edge);
            }
        }
        None => {
            columns[1] = columns[0].clone();
            columns[3] = columns[2].clone();
        }
    }
    for (column, first) in columns.iter().zip(floats(&entry["row0"])) {
        assert!(relative(column[0], first) <= CLOSED_FORM, "{name}: the recipe is not followed");
    }
    columns
}

fn trials(columns: &[Vec<f64>], blocks: usize) -> Vec<BlockMoments> {
    let blocks = Blocks::new(columns[0].len(), blocks).unwrap();
    columns.iter().map(|column| BlockMoments::new(blocks, column, []).unwrap()).collect()
}

fn estimate(columns: &[Vec<f64>], blocks: usize) -> OverfittingEstimate {
    ALL.judge(&trials(columns, blocks)).estimate.unwrap()
}

fn binned(columns: &[Vec<f64>]) -> Vec<Binned> {
    columns.iter().map(|column| Binned::new(column).unwrap()).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn the_expected_maximum_equals_pypbo_and_ffn() {
    let file = json("vectors.json");
    let all = file["expected_max_std_normal"].as_array().unwrap();
    assert_eq!(all.len(), 9);
    for entry in all {
        let ours = expected_maximum(real(entry, "N")).value();
        for library in ["formula", "pypbo", "ffn"] {
            if let Some(expected) = entry[library].as_f64() {
                close(library, ours, expected);
            }
        }
    }
    assert_eq!(expected_maximum(1.0), Ratio::Defined(0.0));
    assert_eq!(expected_maximum(1.1), Ratio::Defined(0.0));
    let none = Ratio::Undefined(Undefined::TooFewTrials { trials: 0, needed: 1 });
    assert_eq!([0.0, -3.0, f64::NAN].map(expected_maximum), [none; 3]);
    assert_eq!(expected_maximum(f64::INFINITY), Ratio::Undefined(Undefined::OutOfRange));
}

#[test]
fn deflated_sharpe_ratios_equal_the_paper_and_pypbo() {
    let file = json("vectors.json");
    let examples = file["dsr_examples"].as_array().unwrap();
    assert_eq!(examples.len(), 7);
    // "Same" refers to the first.
    let first = examples[0].clone();
    for example in examples {
        let value = |name: &str| example[name].as_f64().unwrap_or_else(|| real(&first, name));
        let estimate = SharpeEstimate {
            count: whole(&first, "T"),
            sharpe: value("sr_per_period"),
            skew: value("skew"),
            kurtosis: value("kurt"),
        };
        let luck = luck_sharpe(Ratio::of(value("var_sr_per_period").sqrt()), real(example, "N"));
        let deflated = estimate.deflated_sharpe(luck).value().unwrap();
        let check = |name: &str, ours: f64, tolerance: f64| {
            if let Some(expected) = example[name].as_f64() {
                assert!((ours - expected).abs() <= tolerance, "{name}: {ours} against {expected}");
            }
        };
        check("sr0_value", luck.value().unwrap(), CLOSED_FORM);
        check("sr0_printed", luck.value().unwrap(), 0.00005);
        check("dsr_value", deflated, CLOSED_FORM);
        check("dsr_pypbo", deflated, CLOSED_FORM);
        check("dsr_printed", deflated, 0.00005);
    }
}

#[test]
fn a_sharpe_ratio_that_was_not_selected_is_not_deflated() {
    let estimate = SharpeEstimate { count: 250, sharpe: 0.1, skew: 0.0, kurtosis: 3.0 };
    let unknown = sharpe_deviation(&[0.1]);
    assert_eq!(unknown, Ratio::Undefined(Undefined::TooFewTrials { trials: 1, needed: 2 }));
    assert_eq!(estimate.deflated_sharpe(luck_sharpe(unknown, 1.0)), estimate.probabilistic_sharpe(0.0));
    // Of ten trials only one traded: there is no spread to tell luck by, and that is said.
    assert_eq!(estimate.deflated_sharpe(luck_sharpe(unknown, 10.0)), unknown);
}

#[test]
fn the_minimum_backtest_length_equals_scipy_and_keeps_its_bound() {
    let file = expected();
    for entry in file["minimum_backtest_years"].as_array().unwrap() {
        let (trials, sharpe) = (real(entry, "trials"), real(entry, "annual_sharpe"));
        let years = minimum_backtest_years(trials, sharpe).value().unwrap();
        close("years", years, real(entry, "value"));
        assert!(years <= 2.0 * libm::log(trials) / (sharpe * sharpe));
    }
    for sharpe in [0.0, -1.0, f64::NAN] {
        assert_eq!(minimum_backtest_years(10.0, sharpe), Ratio::Undefined(Undefined::NotAboveBenchmark));
    }
}

#[test]
fn the_probability_of_overfitting_equals_pypbo_and_ffn() {
    let file = json("vectors.json");
    let all = file["pbo_cscv"].as_array().unwrap();
    assert_eq!(all.len(), 5);
    for entry in all {
        let (name, columns) = (entry["name"].as_str().unwrap(), columns(entry));
        let trials = trials(&columns, whole(entry, "S"));
        let overfitting = ALL.judge(&trials);
        assert_eq!(overfitting.compared, whole(entry, "N"));
        assert_eq!(overfitting.distinct, if name.starts_with("ties") { 2 } else { whole(entry, "N") });
        let estimate = overfitting.estimate.unwrap();
        assert_eq!(estimate.logits.len(), whole(entry, "n_combinations"));
        close(name, estimate.probability, real(&entry["pbo"], "pypbo"));
        close(name, estimate.probability, real(&entry["pbo"], "ffn"));
        close(name, estimate.loss_probability, real(entry, "prob_oos_loss"));
        close(name, mean(&estimate.logits), real(entry, "logit_mean"));
        for (ours, expected) in estimate.logits.iter().zip(floats(&entry["first6_logits"])) {
            close(name, *ours, expected);
        }
        let mut sorted = estimate.logits.clone();
        sorted.sort_by(f64::total_cmp);
        let median = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
        close(name, median, real(entry, "logit_median"));
        let ranks: Vec<f64> = estimate.logits.iter().map(|logit| 1.0 / (1.0 + libm::exp(-logit))).collect();
        close(name, mean(&ranks), real(entry, "mean_oos_rank_ffn"));
        let line = estimate.degradation.unwrap();
        close(name, line.slope, real(entry, "degradation_slope"));
        close(name, line.intercept, real(entry, "degradation_intercept"));
        close(name, line.r2, real(entry, "degradation_r2"));

        // The deflated Sharpe ratio of the best column, from the kept moments alone.
        let sharpes: Vec<f64> = trials.iter().map(|trial| trial.sharpe().unwrap().sharpe).collect();
        for (ours, expected) in sharpes.iter().zip(floats(&entry["sharpe_per_period"])) {
            close(name, *ours, expected);
        }
        let deviation = sharpe_deviation(&sharpes);
        close(name, deviation.value(), real(&entry["dsr"], "sr_std_ddof1"));
        let luck = luck_sharpe(deviation, sharpes.len() as f64);
        close(name, luck.value(), real(&entry["dsr"], "sr0"));
        let best = &trials[whole(entry, "best")];
        let deflated = best.sharpe().unwrap().deflated_sharpe(luck);
        close(name, deflated.value(), real(&entry["dsr"], "value_population_moments"));
        let unbiased = SharpeEstimate::unbiased(&Returns::new(&columns[whole(entry, "best")]).unwrap()).unwrap();
        close(name, unbiased.deflated_sharpe(luck).value(), real(&entry["dsr"], "ffn"));
    }
}

/// An odd number of trials has a median, which counts as overfitted.
/// 503 bars leave seven over for eight blocks and eleven for twelve: the oldest.
#[test]
fn blocks_leave_out_the_oldest_bars_and_moments_do_not() {
    let file = expected();
    let columns = noise(700, 11, 503);
    for entry in file["cross_validation"].as_array().unwrap() {
        let estimate = estimate(&columns, whole(entry, "blocks"));
        close("probability", estimate.probability, real(entry, "probability"));
        close("loss", estimate.loss_probability, real(entry, "loss_probability"));
        close("logits", mean(&estimate.logits), real(entry, "logit_mean"));
        let (first, last) = (floats(&entry["first_logits"]), floats(&entry["last_logits"]));
        let logits = &estimate.logits;
        assert_eq!(logits.len(), whole(entry, "logits"));
        for (ours, expected) in logits.iter().zip(first).chain(logits[logits.len() - 6..].iter().zip(last)) {
            close("logit", *ours, expected);
        }
        let line = estimate.degradation.unwrap();
        close("slope", line.slope, real(entry, "slope"));
        close("intercept", line.intercept, real(entry, "intercept"));
        close("r2", line.r2, real(entry, "r2"));
    }
    for blocks in [2, 8, 12, 20] {
        for (trial, entry) in trials(&columns, blocks).iter().zip(file["moments"].as_array().unwrap()) {
            let moments = trial.moments().unwrap();
            assert_eq!(moments.count, 503);
            close("mean", moments.mean, real(entry, "mean"));
            close("deviation", moments.deviation, real(entry, "deviation"));
            close("skew", moments.skew, real(entry, "skew"));
            close("kurtosis", moments.kurtosis, real(entry, "kurtosis"));
        }
    }
}

#[test]
fn trials_that_cannot_be_compared_are_counted_and_left_out() {
    let columns = noise(1, 12, 160);
    let blocks = Blocks::new(163, 4).unwrap();
    assert_eq!((blocks.skipped(), blocks.length(), blocks.count(), blocks.bars()), (3, 40, 4, 163));
    let trial = |column: &[f64], entries: &[usize]| {
        let returns: Vec<f64> = [0.5; 3].iter().chain(column).copied().collect();
        BlockMoments::new(blocks, &returns, entries.iter().copied()).unwrap()
    };
    // Two trades a block; those of the bars in no block do not count.
    let enough = [3, 42, 43, 44, 83, 122, 123, 162];
    let scarce = [0, 1, 2, 3, 43, 44, 83, 122, 123, 162];
    let mut trials: Vec<BlockMoments> = columns[..9].iter().map(|column| trial(column, &enough)).collect();
    trials.push(trial(&columns[9], &scarce));
    // It moves in two blocks of four only: the half of the other two has no Sharpe ratio.
    let mut still = columns[10].clone();
    still[..80].fill(0.0);
    trials.push(trial(&still, &enough));

    let verdict = CrossValidation::default().judge(&trials);
    assert_eq!((verdict.compared, verdict.sparse, verdict.constant), (9, 1, 1));
    let reason = Undefined::TooFewTrials { trials: 9, needed: 10 };
    assert_eq!(verdict.estimate, Err(reason));
    assert_eq!(reason.to_string(), "9 comparable trials of 10 needed");
    trials.push(trial(&columns[11], &enough));
    let verdict = CrossValidation::default().judge(&trials);
    assert_eq!(verdict.compared, 10);
    assert!(verdict.estimate.is_ok());

    trials
        .push(BlockMoments::new(Blocks::new(160, 4).unwrap(), &columns[0], [0, 0, 40, 40, 80, 80, 120, 120]).unwrap());
    assert_eq!(CrossValidation::default().judge(&trials).estimate, Err(Undefined::Misaligned));
    let nothing = CrossValidation { min_trades: 0, min_trials: 0 }.judge([]).estimate;
    assert_eq!(nothing, Err(Undefined::TooFewTrials { trials: 0, needed: 2 }));
}

#[test]
fn what_cannot_be_cut_is_refused_by_name() {
    for count in [0, 7, 22] {
        assert_eq!(Blocks::new(1_000, count), Err(BlocksError::Count { count }));
    }
    assert_eq!(Blocks::new(31, 16), Err(BlocksError::TooFewBars { bars: 31, count: 16 }));
    assert_eq!(
        BlocksError::TooFewBars { bars: 31, count: 16 }.to_string(),
        "31 bars are too few for 16 blocks: at least 32 are needed"
    );
    let blocks = Blocks::new(8, 4).unwrap();
    let cut = |returns: &[f64], entries: &[usize]| BlockMoments::new(blocks, returns, entries.iter().copied());
    assert_eq!(cut(&[0.1; 7], &[]), Err(TrialError::Length { returns: 7, bars: 8 }));
    assert_eq!(cut(&[0.1; 8], &[8]), Err(TrialError::Entry { bar: 8, bars: 8 }));
    let broken = [0.1, f64::NAN, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1];
    assert_eq!(cut(&broken, &[]), Err(TrialError::NotFinite(NotFinite { index: 1 })));
    assert_eq!(Binned::new(&broken), Err(NotFinite { index: 1 }));
}

/// Returns at the edge of what a float holds give a number or a reason, never NaN.
#[test]
fn absurd_returns_are_no_result() {
    for size in [1e308, 1e200, 1e-200] {
        let columns: Vec<Vec<f64>> = noise(31, 12, 64)
            .into_iter()
            .map(|column| column.iter().map(|x| (x * 20.0).clamp(-1.0, 1.0) * size).collect())
            .collect();
        let verdict = ALL.judge(&trials(&columns, 8));
        assert!(verdict.estimate.is_err(), "{size}: {verdict:?}");
        let binned = binned(&columns);
        for number in Independence::of(&binned, 12).iter().flat_map(|all| [all.mean_correlation, all.simple]) {
            assert!(number.is_finite(), "{size}");
        }
        let zero = Binned::new(&[0.0; 64]).unwrap();
        for all in SuperiorAbility::default().test(&binned, &zero).iter() {
            assert!([all.lower, all.consistent, all.upper].iter().all(|p| (0.0..=1.0).contains(p)), "{size}: {all:?}");
        }
    }
}

/// Noise is selected for nothing: over 40 sets the mean probability is one half, within four standard errors.
#[test]
fn the_selection_among_noise_is_overfitted_half_of_the_time() {
    let sets: Vec<f64> = (0..40).map(|set| estimate(&noise(50_000 + 100 * set, 20, 320), 8).probability).collect();
    let average = mean(&sets);
    let variance = sets.iter().map(|p| (p - average) * (p - average)).sum::<f64>() / 39.0;
    assert!((average - 0.5).abs() <= 4.0 * (variance / 40.0).sqrt(), "{average} with variance {variance}");
}

#[test]
fn the_selection_of_a_skilled_trial_is_not_overfitted() {
    for set in 0..10 {
        let mut columns = noise(90_000 + 100 * set, 20, 320);
        columns[13].iter_mut().for_each(|value| *value += 0.005);
        assert!(estimate(&columns, 16).probability < 0.01, "set {set}");
    }
}

#[test]
fn effective_trials_equal_scipy_and_scikit_learn() {
    let file = expected();
    let all = file["independence"].as_array().unwrap();
    assert_eq!(all.len(), 4);
    for entry in all {
        let (seed, count, bars) = (whole(entry, "seed") as u64, whole(entry, "columns"), whole(entry, "bars"));
        let (shared, weight) = (whole(entry, "factors"), real(entry, "weight"));
        let factors: Vec<Vec<f64>> = (0..shared as u64).map(|factor| gauss12(seed + factor, bars)).collect();
        let rest = (1.0 - weight * weight).sqrt();
        let column = |j: usize| -> Vec<f64> {
            let own = gauss12(seed + 100 + j as u64, bars);
            factors[j % shared].iter().zip(own).map(|(factor, own)| 0.01 * (weight * factor + rest * own)).collect()
        };
        let columns: Vec<Vec<f64>> = (0..count).map(column).collect();
        let ours = Independence::of(&binned(&columns), count).unwrap();
        assert_eq!((ours.compared, ours.constant), (count, 0));
        assert_eq!(ours.clusters, whole(entry, "clusters"), "{entry}");
        close("silhouette", ours.silhouette, real(entry, "silhouette"));
        close("correlation", ours.mean_correlation, real(entry, "mean_correlation"));
        close("simple", ours.simple, real(entry, "simple"));
    }
}

#[test]
fn the_same_trial_many_times_is_one() {
    let one = noise(5, 1, 900).remove(0);
    let same = Independence::of(&binned(&vec![one.clone(); 30]), 30).unwrap();
    assert_eq!(same.clusters, 1);
    assert!((same.simple - 1.0).abs() < 1e-9, "{same:?}");
    // Three kinds of ten copies each, and two that never trade.
    let mut kinds: Vec<Vec<f64>> = (0..30).map(|j| noise(6 + j % 3, 1, 900).remove(0)).collect();
    kinds.extend([vec![0.0; 900], vec![0.0; 900]]);
    let three = Independence::of(&binned(&kinds), 32).unwrap();
    assert_eq!((three.compared, three.constant, three.clusters), (30, 2, 3));
    assert!((three.silhouette - 1.0).abs() < 1e-9, "{three:?}");

    let few = Undefined::TooFewTrials { trials: 1, needed: 2 };
    assert_eq!(Independence::of(&binned(&kinds[29..]), 3), Err(few));
    let short = Binned::new(&one[..800]).unwrap();
    assert_eq!(Independence::of([&short, &Binned::new(&one).unwrap()], 2), Err(Undefined::Misaligned));
}

#[test]
fn bins_keep_every_return() {
    let returns: Vec<f64> = (0..1_300).map(f64::from).collect();
    let binned = Binned::new(&returns).unwrap();
    assert_eq!((binned.bars(), binned.values().len()), (1_300, 512));
    // 512 / 1300 of a bin a bar: bars 0 to 2 in bin 0, bars 3 to 5 in bin 1, bars 6 and 7 in bin 2.
    assert_eq!(binned.values()[..3], [3.0, 12.0, 13.0]);
    assert_eq!(binned.values().iter().sum::<f64>(), 1_299.0 * 1_300.0 / 2.0);
    assert_eq!(Binned::new(&returns[..512]).unwrap().values(), &returns[..512]);
    assert_eq!(Binned::new(&[]).unwrap().values(), [0.0; 0]);
}

#[test]
fn a_sample_is_even_and_the_same_for_the_same_seed() {
    assert_eq!(sample(7, 10, 1), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(sample(5_000, 1_000, 9), sample(5_000, 1_000, 9));
    assert_ne!(sample(5_000, 1_000, 9), sample(5_000, 1_000, 10));
    let mut counts = [0_u32; 10];
    for seed in 0..10_000 {
        let chosen = sample(10, 3, seed);
        assert_eq!(chosen.len(), 3);
        chosen.iter().for_each(|trial| counts[*trial] += 1);
    }
    // Each is in 3,000 samples, with a standard deviation of 45.8.
    assert!(counts.iter().all(|count| (f64::from(*count) - 3_000.0).abs() < 4.0 * 45.8), "{counts:?}");
}

#[test]
fn superior_ability_equals_arch_and_the_reality_check_numpy() {
    let file = json("vectors.json");
    let sets = file["pbo_cscv"].as_array().unwrap();
    let all = file["spa"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    let numpy = &expected()["reality_check"];
    for (entry, set) in all.iter().zip(["noise_20x480_S8", "one_skilled_20x480_S10"]) {
        let columns = columns(sets.iter().find(|entry| entry["name"] == *set).unwrap());
        let settings = |seed| SuperiorAbility {
            mean_block: Some(real(entry, "block_size")),
            resamples: whole(entry, "reps") as u32,
            seed,
        };
        let benchmark = Binned::new(&[0.0; 480]).unwrap();
        let spread = floats(&entry["sd_over_seeds"]);
        for seed in 0..5 {
            let ours = settings(seed).test(&binned(&columns), &benchmark).unwrap();
            assert_eq!((ours.compared, ours.constant), (20, 0));
            let expected = ["lower", "consistent", "upper"].map(|name| real(&entry["mean_p_over_10_seeds"], name));
            for ((ours, expected), sd) in [ours.lower, ours.consistent, ours.upper].iter().zip(expected).zip(&spread) {
                assert!((ours - expected).abs() <= 4.0 * sd + 0.01, "{set}: {ours} against {expected}");
            }
            if set.starts_with("noise") {
                let (expected, sd) = (real(numpy, "mean"), real(numpy, "sd"));
                assert!((ours.reality_check - expected).abs() <= 4.0 * sd + 0.01, "{ours:?} against {expected}");
            }
        }
        assert_eq!(settings(3).test(&binned(&columns), &benchmark), settings(3).test(&binned(&columns), &benchmark));
    }
}

#[test]
fn superior_ability_without_a_difference_is_undefined() {
    let columns = noise(3, 4, 200);
    let trials = binned(&columns);
    let test = |benchmark: &[f64]| SuperiorAbility::default().test(&trials, &Binned::new(benchmark).unwrap());
    assert_eq!(test(&columns[0]).unwrap().constant, 1);
    assert_eq!(test(&columns[0][..100]), Err(Undefined::Misaligned));
    assert_eq!(test(&[0.1, 0.2]), Err(Undefined::TooFewReturns));
    let alone = SuperiorAbility::default().test(&trials[..1], &trials[0]);
    assert_eq!(alone, Err(Undefined::TooFewTrials { trials: 0, needed: 1 }));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// More trials make the same Sharpe ratio less sure, and its target longer.
    #[test]
    fn luck_grows_with_the_trials(few in 1.0..10_000.0_f64, more in 1.0..100.0_f64, sharpe in 0.01..0.3_f64) {
        let estimate = SharpeEstimate { count: 500, sharpe, skew: -0.5, kurtosis: 5.0 };
        let deflated = |trials| estimate.deflated_sharpe(luck_sharpe(Ratio::Defined(0.05), trials)).value().unwrap();
        prop_assert!(deflated(few * more) <= deflated(few));
        prop_assert!(deflated(few) <= estimate.probabilistic_sharpe(0.0).value().unwrap());
        let years = |trials| minimum_backtest_years(trials, sharpe).value().unwrap();
        prop_assert!(years(few * more) >= years(few));
    }

    /// The order of the trials and their scale do not matter.
    #[test]
    fn cross_validation_ignores_order_and_scale(seed in 0..1_000_u64, scale in 0.01..100.0_f64) {
        let columns = noise(seed * 50, 11, 96);
        let ours = estimate(&columns, 6);
        let turned: Vec<Vec<f64>> = columns.iter().rev().map(|column| column.iter().map(|x| x * scale).collect()).collect();
        let other = estimate(&turned, 6);
        prop_assert_eq!(ours.probability, other.probability);
        prop_assert_eq!(ours.loss_probability, other.loss_probability);
        prop_assert_eq!(ours.logits, other.logits);
        for (one, two) in [(0.0, ours.probability), (ours.probability, 1.0), (0.0, ours.loss_probability)] {
            prop_assert!(one <= two);
        }
    }

    /// Effective numbers stay between one and the number of trials, and a mirrored copy is as far away as can be.
    #[test]
    fn effective_trials_are_at_most_the_trials(seed in 0..1_000_u64, count in 2..20_usize) {
        let columns = noise(seed * 50, count, 60);
        let ours = Independence::of(&binned(&columns), count).unwrap();
        prop_assert!((1.0..=count as f64).contains(&ours.simple));
        prop_assert!((1..=count).contains(&ours.clusters));
        prop_assert!((-1.0..=1.0).contains(&ours.silhouette));
        let mirrored = [columns[0].clone(), columns[0].iter().map(|x| -x).collect()];
        let pair = Independence::of(&binned(&mirrored), 2).unwrap();
        prop_assert_eq!(pair.clusters, 2);
        prop_assert!((pair.mean_correlation + 1.0).abs() < 1e-12);
    }

    /// The lower probability is the least and the upper one the greatest.
    #[test]
    fn superior_ability_is_bounded(seed in 0..1_000_u64, edge in -0.003..0.003_f64) {
        let mut columns = noise(seed * 50, 6, 120);
        columns[2].iter_mut().for_each(|x| *x += edge);
        columns[3].iter_mut().for_each(|x| *x -= 0.02);
        let zero = Binned::new(&[0.0; 120]).unwrap();
        let ours = SuperiorAbility { resamples: 200, ..SuperiorAbility::default() }.test(&binned(&columns), &zero).unwrap();
        prop_assert!(0.0 <= ours.lower && ours.lower <= ours.consistent, "{:?}", ours);
        prop_assert!(ours.consistent <= ours.upper && ours.upper <= 1.0, "{:?}", ours);
    }
}
