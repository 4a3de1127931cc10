//! Whether the winner is luck. Definitions: the statistics reference; each function of [`seedbed_backtest::statistics`] names its paper.

use seedbed_backtest::statistics::{
    Binned, BlockMoments, Blocks, CrossValidation, Independence, SharpeEstimate, luck_sharpe, sample, sharpe_deviation,
};
use seedbed_backtest::{Metrics, Ratio, Undefined};
use seedbed_evaluate::{Account, Stage};
use seedbed_genome::named_seed;
use seedbed_report::report::{Measured, Overfitting, Performance, Standing, Verdict};

/// Deflated Sharpe ratio above which a winner is told apart from luck.
pub const CONFIDENCE: f64 = 0.95;

/// A distinct trial of the final evolution, as far as the statistics need it.
#[derive(Debug, Clone)]
pub(crate) struct Trial {
    /// None where the window is too short for blocks.
    pub(crate) blocks: Option<BlockMoments>,
    pub(crate) sharpe: Result<SharpeEstimate, Undefined>,
    /// Only of those that are compared with each other.
    pub(crate) binned: Option<Binned>,
}

impl Trial {
    /// Sums up an account. Its returns are not kept.
    pub(crate) fn of(account: &Account, stage: &Stage<'_>, binned: bool) -> Self {
        let returns = account.returns();
        let entries = account.symbols.iter().enumerate();
        let entries = entries.flat_map(|(symbol, backtest)| stage.entries(symbol, backtest));
        let blocks = blocks(returns.len()).and_then(|blocks| BlockMoments::new(blocks, returns, entries).ok());
        let sharpe = match &blocks {
            Some(blocks) if account.metrics.trades > 0 => blocks.sharpe(),
            None if account.metrics.trades > 0 => estimate(returns),
            _ => Err(Undefined::NoTrade),
        };
        Self { blocks, sharpe, binned: binned.then(|| Binned::new(returns).ok()).flatten() }
    }

    /// What is kept of a trial that is not compared with others.
    pub(crate) fn unbinned(self) -> Self {
        Self { binned: None, ..self }
    }
}

/// Sixteen blocks, or eight of a short window.
fn blocks(bars: usize) -> Option<Blocks> {
    const FEWEST_BARS: usize = 20;
    [Blocks::USUAL, 8]
        .into_iter()
        .filter(|count| bars / count >= FEWEST_BARS)
        .find_map(|count| Blocks::new(bars, count).ok())
}

/// The Sharpe ratio per bar with what its error depends on.
pub(crate) fn estimate(returns: &[f64]) -> Result<SharpeEstimate, Undefined> {
    let returns = seedbed_backtest::statistics::Returns::new(returns).map_err(|_| Undefined::OutOfRange)?;
    SharpeEstimate::of(&returns)
}

/// The trials that are compared with each other, by their places: all, or a stated sample of many.
pub(crate) fn compared(trials: usize, seed: u64) -> Vec<usize> {
    sample(trials, Independence::MOST, named_seed(seed, "effective-trials"))
}

/// What the trials of the final evolution say of its champion.
#[derive(Debug, Clone)]
pub(crate) struct Judgement {
    pub(crate) sharpe: Ratio,
    pub(crate) luck: Ratio,
    pub(crate) deflated: Ratio,
    pub(crate) deflated_effective: Ratio,
    pub(crate) effective: Ratio,
    pub(crate) minimum_track_record: Ratio,
    pub(crate) overfitting: Overfitting,
}

/// Judges the champion, the trial at place `champion`. Sharpe ratios are annualised by `bars_per_year`.
pub(crate) fn judge(trials: &[Trial], champion: usize, bars_per_year: f64) -> Judgement {
    let annual = |ratio: Ratio| ratio.map(|sharpe| sharpe * bars_per_year.sqrt());
    let sharpes: Vec<f64> = trials.iter().filter_map(|trial| Some(trial.sharpe.as_ref().ok()?.sharpe)).collect();
    let deviation = sharpe_deviation(&sharpes);
    let independence = Independence::of(trials.iter().filter_map(|trial| trial.binned.as_ref()), trials.len());
    let effective = match &independence {
        Ok(independence) => Ratio::of(independence.clusters as f64),
        Err(reason) => Ratio::Undefined(*reason),
    };
    let luck = luck_sharpe(deviation, trials.len() as f64);
    let luck_effective = effective.and_then(|trials| luck_sharpe(deviation, trials));
    let winner = trials.get(champion).map_or(Err(Undefined::NoTrade), |trial| trial.sharpe);
    let of_winner = |read: &dyn Fn(&SharpeEstimate) -> Ratio| match &winner {
        Ok(winner) => read(winner),
        Err(reason) => Ratio::Undefined(*reason),
    };
    let cross_validation = CrossValidation::default().judge(trials.iter().filter_map(|trial| trial.blocks.as_ref()));
    let missing = trials.iter().all(|trial| trial.blocks.is_none());
    let probability =
        |read: fn(&seedbed_backtest::statistics::OverfittingEstimate) -> f64| match &cross_validation.estimate {
            Ok(estimate) => Measured::from(read(estimate)),
            Err(_) if missing => Measured::Missing("too few bars for blocks".to_owned()),
            Err(reason) => Measured::Missing(reason.to_string()),
        };
    Judgement {
        sharpe: annual(of_winner(&|winner| Ratio::of(winner.sharpe))),
        luck: annual(luck),
        deflated: of_winner(&|winner| winner.deflated_sharpe(luck)),
        deflated_effective: of_winner(&|winner| winner.deflated_sharpe(luck_effective)),
        effective,
        minimum_track_record: of_winner(&|winner| winner.minimum_track_record(CONFIDENCE, 0.0)),
        overfitting: Overfitting {
            probability: probability(|estimate| estimate.probability),
            loss_probability: probability(|estimate| estimate.loss_probability),
            compared: cross_validation.compared as u64,
            distinct: cross_validation.distinct as u64,
            left_out: (cross_validation.sparse + cross_validation.constant) as u64,
            mean_correlation: match independence {
                Ok(independence) => Measured::from(independence.mean_correlation),
                Err(reason) => Measured::Missing(reason.to_string()),
            },
        },
    }
}

impl Judgement {
    /// What follows, in one word.
    pub(crate) fn standing(&self) -> Standing {
        match self.deflated {
            Ratio::Defined(deflated) if deflated > CONFIDENCE => Standing::Skill,
            Ratio::Defined(_) => Standing::Luck,
            Ratio::Undefined(_) => Standing::Undecided,
        }
    }

    /// What follows, in a sentence.
    pub(crate) fn sentence(&self, trials: usize) -> String {
        let of = match trials {
            1 => "of 1 distinct trial".to_owned(),
            trials => format!("of {trials} distinct trials"),
        };
        match (self.sharpe, self.luck, self.deflated) {
            (Ratio::Defined(sharpe), Ratio::Defined(luck), Ratio::Defined(deflated)) => {
                let follows = match self.standing() {
                    Standing::Skill => "distinguishable from luck",
                    _ => "not distinguishable from luck",
                };
                format!(
                    "{of} the best Sharpe is {sharpe:.2}; luck alone would give {luck:.2}; deflated Sharpe {deflated:.2}: {follows}"
                )
            }
            (Ratio::Undefined(reason), ..) | (_, Ratio::Undefined(reason), _) | (.., Ratio::Undefined(reason)) => {
                format!("{of} nothing can be said: {reason}")
            }
        }
    }
}

/// The verdict on a run without a champion.
pub(crate) fn without_champion(trials: u64, of_all_windows: u64, why: &str) -> Verdict {
    let none = || Measured::Missing("no champion".to_owned());
    Verdict {
        standing: Standing::Failed,
        sentence: format!("no candidate of the final evolution was scored: {why}"),
        trials,
        trials_of_all_windows: of_all_windows,
        effective_trials: none(),
        sharpe: none(),
        luck_sharpe: none(),
        probabilistic_sharpe: none(),
        deflated_sharpe: none(),
        deflated_sharpe_effective: none(),
        min_track_record: none(),
        track_record: 0,
        overfitting: Overfitting {
            probability: none(),
            loss_probability: none(),
            compared: 0,
            distinct: 0,
            left_out: 0,
            mean_correlation: none(),
        },
        walk_forward: None,
        periods: Vec::new(),
    }
}

/// A ratio as a report shows it.
pub(crate) fn measured(ratio: Ratio) -> Measured {
    match ratio {
        Ratio::Defined(value) => Measured::from(value),
        Ratio::Undefined(reason) => Measured::Missing(reason.to_string()),
    }
}

/// Metrics as a report shows them.
pub(crate) fn performance(metrics: &Metrics) -> Performance {
    Performance {
        total_return: metrics.total_return,
        cagr: measured(metrics.cagr),
        sharpe: measured(metrics.sharpe),
        sortino: measured(metrics.sortino),
        calmar: measured(metrics.calmar),
        max_drawdown: metrics.max_drawdown,
        trades: metrics.trades as u64,
        win_rate: measured(metrics.win_rate),
        exposure: metrics.exposure,
    }
}

/// The middle value, or the mean of the middle two.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    let lower = if values.len().is_multiple_of(2) { *values.get(middle - 1)? } else { upper };
    Some(f64::midpoint(lower, upper))
}
