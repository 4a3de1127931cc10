//! PCA and trees: unusual predictions of the next five bars' return by trees on principal components, trained walk-forward.
//!
//! # Formula
//!
//! At bar 101 and every `refit-interval` bars after it a model is trained on the last `feature-window` bars whose label is known, or
//! on as many as there are, of which it takes up to 75, evenly spaced and the newest among them: their five-bar labels overlap, so the
//! bars between tell little more. The 27 [features] are brought to mean 0 and sd 1 over these rows
//! and projected on the first `pca-components` principal components of the same rows. From there the return over five bars
//! is predicted by the mean of
//!
//! - a [forest](forest::Forest) of `n-estimators` trees with random splits, and
//! - one [tree](cart::grow) whose every split is the best,
//!
//! both with up to `tree-depth` splits above a leaf and at least 8 rows in it. The conviction is +1 when a prediction is above the
//! `signal-quantile` of the last 100, itself included, -1 when it is below the 1 - `signal-quantile` quantile, 0 otherwise.
//!
//! # Source
//!
//! The PCATreeQuantile seed of the public genetic seed library, with these differences:
//!
//! - the original trained once, on the end of the history, with scale and components of all rows, and applied that to all of it: here no
//!   conviction knows a later price;
//! - its `signal-quantile` went below 0.5, where both sides overlap and change places;
//! - one of its features took the first value of an average for all bars; the 27 features are a documented choice;
//! - `n-estimators`, up to 100 in effect, ends at 30: more trees than a host's default fuel pays for;
//! - `refit-interval` is new.
//!
//! The learning is this crate's own, because of its cost: on 200 rows smartcore 0.4 takes 60 million fuel for the 27 components and 1.8
//! million for each tree of depth 6, of the 70 million that a host grants by default for 3,270 bars of history. `tests/golden.rs` holds
//! the components to scikit-learn's `PCA`, and convictions to a computation with its `DecisionTreeRegressor`.
//! Nothing is random but the forest, whose trees draw from the fixed seeds 0, 1, 2 and so on.
//!
//! # Warm-up and cost
//!
//! Silent before the 200th bar: 100 predictions must come first. A refit costs up to 3.3 million fuel, a bar between refits up to 10,000.

pub mod cart;
pub mod forest;
pub mod model;
pub mod pca;
pub mod symmetric;
pub mod tree;

use seedbed_sdk::{
    indicators::{newest_above, newest_below},
    learning::{WARM_UP, features, forward_return, refits},
    prelude::*,
};

use model::Model;

parameters! {
    /// What the search may tune.
    pub struct Params {
        /// Principal components in use, from the first.
        pca_components: integer(3..=20) = 8,
        /// Most splits between the root of a tree and a leaf.
        tree_depth: integer(3..=15) = 6,
        /// Trees of the forest.
        n_estimators: integer(10..=30) = 30,
        /// Quantile of the last predictions beyond which one is traded; its mirror image for shorts.
        signal_quantile: real(0.5..=0.9) = 0.7,
        /// Bars that a training learns from.
        feature_window: integer(50..=500) = 200,
        /// Bars from one training to the next.
        refit_interval: integer(350..=700) = 350,
    }
}

/// The bar of the first training.
const FIRST_REFIT: usize = 100;

/// Predictions that the newest one is compared with.
const COMPARED: usize = 100;

/// Bars to the first conviction.
const MINIMUM_BARS: usize = FIRST_REFIT + COMPARED;

/// Rows that a training takes at most.
const ROWS_LEARNT: usize = 75;

/// The PCA and trees strategy.
pub struct PcaTreeQuantile;

impl Strategy for PcaTreeQuantile {
    type Params = Params;
    const ABOUT: &'static str = "trades returns that trees on principal components predict to be unusual";
    const FAMILY: Family = Family::MlClassifier;
    const READS: &'static [Column] = &[Column::Open, Column::High, Column::Low, Column::Close, Column::Volume];

    fn exits() -> Vec<Exit> {
        vec![
            Exit::fixed_stop(0.08),
            Exit::take_profit(0.15),
            Exit::time_stop(within(10, 5..=60)),
            Exit::trailing_stop(0.05, 0.08).off(),
        ]
    }

    fn data_needed(params: &Params) -> DataNeed {
        DataNeed {
            minimum_bars: MINIMUM_BARS,
            recommended_bars: (WARM_UP + params.feature_window).max(FIRST_REFIT) + COMPARED,
        }
    }

    fn signals(bars: &Bars, params: &Params) -> Result<Vec<f64>, Refusal> {
        let (close, rows) = (bars.close()?, features(bars)?);
        let mut predictions = vec![0.0; close.len()];
        for refit in refits(close.len(), FIRST_REFIT, params.refit_interval, params.feature_window) {
            let spacing = refit.trains.len().div_ceil(ROWS_LEARNT);
            let mut learnt: Vec<usize> = refit.trains.rev().step_by(spacing).collect();
            learnt.reverse();
            let targets: Vec<f64> = learnt.iter().map(|&bar| forward_return(close, bar).unwrap_or_default()).collect();
            let learnt: Vec<_> = learnt.iter().map(|&bar| rows[bar]).collect();
            let model = Model::fit(&learnt, &targets, params);
            for bar in refit.serves {
                predictions[bar] = model.predict(&rows[bar]);
            }
        }
        let mut convictions = vec![0.0; close.len()];
        for (compared, conviction) in
            predictions[FIRST_REFIT..].windows(COMPARED).zip(&mut convictions[MINIMUM_BARS - 1..])
        {
            let long = newest_above(compared, params.signal_quantile);
            let short = newest_below(compared, 1.0 - params.signal_quantile);
            *conviction = f64::from(long) - f64::from(short);
        }
        Ok(convictions)
    }
}

seedbed_sdk::export!(PcaTreeQuantile);
