//! Linear SVC classifier: the direction of the next five bars by a linear support vector machine, trained walk-forward.
//!
//! # Formula
//!
//! At bar 200 and every `refit-interval` bars after it a model is trained on the last `lookback-window` bars whose label is known, or
//! on as many as there are: the first `feature-count` of the 27 [features] of those bars,
//! brought to mean 0 and sd 1 over them, against the sign of the return over the five bars that follow each (a bar followed by
//! no change is passed over). The model is [`svc::Classifier`] with C = `regularization`. A bar's decision d is the mean over the
//! last `ensemble-size` models. Let u and l be the 1 - 1/b and 1/b quantiles of d over the window of the newest training, for b =
//! `quantile-bins`. The conviction is
//!
//! - +1 when d is above zero and at least u, which is to say in the top bin,
//! - -1 when d is below zero and at most l,
//! - 0 otherwise.
//!
//! Each training is judged by cross-validation over `cross-validation` runs of its bars, each predicted by a fit to the others less
//! those whose five bars overlap with it. Below an accuracy of 0.45, and after a window of rises only or falls only, the sign of
//! the last five bars' return is the conviction until the next training.
//!
//! # Source
//!
//! The LinearSVCClassifier seed of the public genetic seed library, with these differences:
//!
//! - the original trained once, on the end of the history, and applied that to all of it: here no conviction knows a later price;
//! - it scaled by all rows, and cross-validated over rows with labels in common;
//! - `quantile-bins`, which it never used, is the number of bins of decisions, of which the outer two are traded;
//! - `ensemble-size` is the number of trainings that vote, which adds no work;
//! - `refit-interval` is new; the 27 features are a documented choice.
//!
//! The classifier is this crate's own. Of the pure-Rust libraries, smartcore 0.4 and linfa-svm solve the dual of a kernel machine
//! with an unregularised intercept by sequential minimal optimisation: another model, and on 100 rows of 8 features smartcore's
//! took more than the 70.4 million fuel that a host grants by default for 3,270 bars of history. `tests/golden.rs` holds weights and
//! decisions to scikit-learn's `LinearSVC`.
//!
//! # Warm-up and cost
//!
//! Silent before the 200th bar. A refit costs up to 3 million fuel, more than half of it for the folds, and a bar between refits
//! 2,900.

pub mod model;
pub mod svc;

use seedbed_sdk::{
    learning::{HORIZON, WARM_UP, features, forward_return, refits},
    prelude::*,
};

use model::{Ensemble, Training};

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Bars that a training learns from.
        lookback_window: integer(20..=200) = 100,
        /// Features in use, from the first.
        feature_count: integer(3..=15) = 8,
        /// Penalty C on errors: less of it makes smaller weights.
        regularization: real(0.5..=2.0) = 1.0,
        /// Latest trainings whose decisions are averaged.
        ensemble_size: integer(1..=5) = 3,
        /// Folds of the cross-validation.
        cross_validation: integer(3..=10) = 5,
        /// Bins of decisions, of which the outer two are traded.
        quantile_bins: integer(2..=4) = 3,
        /// Bars from one training to the next.
        refit_interval: integer(175..=350) = 175,
    }
}

/// Bars to the first conviction.
const MINIMUM_BARS: usize = 200;

/// Accuracy on held-out rows below which a training is not believed.
const LEAST_ACCURACY: f64 = 0.45;

/// The linear SVC strategy.
pub struct LinearSvcClassifier;

impl Strategy for LinearSvcClassifier {
    type Params = Params;
    const ABOUT: &'static str = "trades the direction of the next five bars by a support vector machine";
    const FAMILY: Family = Family::MlClassifier;
    const READS: &'static [Column] = &[Column::Open, Column::High, Column::Low, Column::Close, Column::Volume];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.08),
            Exit::take_profit(0.15),
            Exit::time_stop(within(20, 5..=60)),
            Exit::signal_exit(0.5),
            Exit::trailing_stop(0.05, 0.08).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        let whole_window = WARM_UP + params.lookback_window + HORIZON;
        DataNeed { minimum_bars: MINIMUM_BARS, recommended_bars: whole_window.max(MINIMUM_BARS) }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (close, rows) = (bars.close()?, features(bars)?);
        let mut convictions = vec![0.0; close.len()];
        let mut ensemble = Ensemble::new(params.ensemble_size);
        for refit in refits(close.len(), MINIMUM_BARS - 1, params.refit_interval, params.lookback_window) {
            let labels = refit.trains.clone().map(|bar| direction(forward_return(close, bar).unwrap_or_default()));
            let training = Training::new(&rows[refit.trains.clone()], labels.collect(), params);
            let believed = training.as_ref().is_some_and(|training| training.accuracy >= LEAST_ACCURACY);
            let decision = training.map(|training| ensemble.push(training.decision));
            let Some(decision) = decision.filter(|_| believed) else {
                for bar in refit.serves {
                    convictions[bar] = direction(close[bar] - close[bar - HORIZON]);
                }
                continue;
            };
            let mut learnt: Vec<f64> = rows[refit.trains].iter().map(|row| decision.of(row)).collect();
            learnt.sort_unstable_by(f64::total_cmp);
            let share = 1.0 / params.quantile_bins as f64;
            let (lower, upper) = (quantile(&learnt, share), quantile(&learnt, 1.0 - share));
            for bar in refit.serves {
                let decision = decision.of(&rows[bar]);
                let long = decision > 0.0 && decision >= upper;
                let short = decision < 0.0 && decision <= lower;
                convictions[bar] = f64::from(long) - f64::from(short);
            }
        }
        Ok(convictions)
    }
}

/// The sign of a change, 0 for none.
fn direction(change: f64) -> f64 {
    if change == 0.0 { 0.0 } else { 1_f64.copysign(change) }
}

/// The `share` quantile of sorted values, linear between neighbours.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() as f64 - 1.0);
    let (below, part) = (position.floor() as usize, position.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * part
}

seedbed_sdk::export!(LinearSvcClassifier);
