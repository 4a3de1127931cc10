use serde::{Deserialize, Serialize};

/// Whether the winner is luck: the sentence first, then the numbers behind it.
///
/// Sharpe ratios are annualised throughout. Probabilities are in [0, 1]. A number without a value says why in words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// What follows, in one word.
    pub standing: Standing,
    /// What follows, in one or two sentences.
    pub sentence: String,
    /// Distinct trials of the final evolution: those that ran, counted once by genome hash.
    pub trials: u64,
    /// Distinct trials of the final evolution and of all walk-forward windows together.
    pub trials_of_all_windows: u64,
    /// Trials that are worth one independent trial each: clusters by correlation of returns.
    pub effective_trials: Measured,
    /// The champion's Sharpe ratio in the final evolution.
    pub sharpe: Measured,
    /// The best Sharpe ratio that as many trials without any skill would give (SR0).
    pub luck_sharpe: Measured,
    /// Probability that the true Sharpe ratio of the stitched out-of-sample returns is above 0.
    pub probabilistic_sharpe: Measured,
    /// Probability that the champion's true Sharpe ratio is above `luck_sharpe` (DSR, by the raw number of trials).
    pub deflated_sharpe: Measured,
    /// The same with what luck gives to the effective number of trials.
    pub deflated_sharpe_effective: Measured,
    /// Bars needed before the champion's Sharpe ratio is distinguishable from 0 at 95 %, and bars that it was measured on.
    pub min_track_record: Measured,
    /// See `min_track_record`.
    pub track_record: u64,
    /// Probability of backtest overfitting by combinatorially symmetric cross-validation.
    pub overfitting: Overfitting,
    /// Train on the past, test on what follows, window by window; none where the run was told not to.
    pub walk_forward: Option<WalkForward>,
    /// The champion beside its benchmarks, one for each stretch that it was scored on: in-sample first, the untouched last window after it.
    pub periods: Vec<Period>,
}

/// The verdict in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Distinguishable from luck.
    Skill,
    /// Not distinguishable from luck.
    Luck,
    /// Too little data or too few trials to tell.
    Undecided,
    /// No candidate was scored.
    Failed,
}

/// A number, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measured {
    /// The value, finite.
    Value(f64),
    /// Why there is none, in a few words: `no trade`.
    Missing(String),
}

impl From<f64> for Measured {
    fn from(value: f64) -> Self {
        if value.is_finite() { Self::Value(value) } else { Self::Missing("not a finite number".to_owned()) }
    }
}

/// Probability of backtest overfitting and what it was taken from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Overfitting {
    /// Share of halves of the data whose best trial is at most the median of the other half.
    pub probability: Measured,
    /// Share of halves whose best trial loses in the other half.
    pub loss_probability: Measured,
    /// Trials that were compared.
    pub compared: u64,
    /// Trials among them whose returns differ.
    pub distinct: u64,
    /// Trials left out, for too few trades or for constant returns in some part.
    pub left_out: u64,
    /// Mean correlation of the compared trials with each other.
    pub mean_correlation: Measured,
}

/// A half-open range of time, milliseconds since 1970-01-01 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Open of the first bar inside.
    pub start: i64,
    /// Open of the first bar after it.
    pub end: i64,
}

/// Evolve on the past, score on what follows, several times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WalkForward {
    /// How training begins, in one word: `anchored` or `rolling`.
    pub training: String,
    /// Bars not trained on before each test, because their outcome reaches into it.
    pub purge: u64,
    /// Further bars not trained on.
    pub embargo: u64,
    /// The windows in order of time.
    pub folds: Vec<Fold>,
    /// Mean out of sample over mean in sample, of the folds that count.
    pub ratio: Measured,
    /// Standard deviation of the out-of-sample values over the folds that count.
    pub spread: Measured,
    /// Sharpe ratio of the stitched out-of-sample returns.
    pub stitched_sharpe: Measured,
    /// Total return of the stitched out-of-sample returns.
    pub stitched_return: Measured,
}

/// One window of a walk-forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Its name: `window-1`.
    pub name: String,
    /// Trained on.
    pub train: Span,
    /// Tested on.
    pub test: Span,
    /// What came of it.
    pub result: FoldResult,
}

/// What came of a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FoldResult {
    /// Counts.
    Scored {
        /// The plugin of the window's champion.
        plugin: String,
        /// The objective on the training part.
        in_sample: Measured,
        /// The objective on the test part.
        out_of_sample: Measured,
        /// Out of sample over in sample.
        ratio: Measured,
        /// Total return of the test part.
        test_return: f64,
        /// Trades in the test part.
        trades: u64,
    },
    /// Does not count, and why: too few bars, too few trades.
    Refused(String),
}

/// The champion beside its benchmarks over one stretch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Period {
    /// Which stretch.
    pub phase: super::Phase,
    /// From and to.
    pub span: Span,
    /// The champion.
    pub champion: Performance,
    /// All cash in at the first bar, held to the last, with the same costs.
    pub buy_and_hold: Performance,
    /// Entries at random with the champion's exposure; none where it was not measured.
    pub random_entry: Option<RandomEntry>,
}

/// What a strategy did over a stretch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Performance {
    /// Final equity over starting cash, less 1.
    pub total_return: f64,
    /// Compound annual growth rate.
    pub cagr: Measured,
    /// Annualised Sharpe ratio.
    pub sharpe: Measured,
    /// Annualised Sortino ratio.
    pub sortino: Measured,
    /// Growth rate over drawdown.
    pub calmar: Measured,
    /// Deepest fall of equity below its peak, in [-1, 0].
    pub max_drawdown: f64,
    /// Trades, an open one included.
    pub trades: u64,
    /// Share of trades with a gain after fees.
    pub win_rate: Measured,
    /// Share of bars with a position, in [0, 1].
    pub exposure: f64,
}

/// Many strategies that enter at random and are in the market as long as the champion.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RandomEntry {
    /// How many were drawn.
    pub draws: u64,
    /// Share of bars with a position.
    pub exposure: f64,
    /// Median of their total returns.
    pub median_return: f64,
    /// Median of their Sharpe ratios.
    pub median_sharpe: Measured,
    /// Median of their maximum drawdowns.
    pub median_drawdown: f64,
    /// Share of draws that the champion's Sharpe ratio beats.
    pub beaten: Measured,
}
