use seedbed_outcome::GuestText;
use serde::Serialize;

use crate::finding::text;

/// What a trial measured. What was not measured is `None` or empty: the rule that needs it says why.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Measurements {
    /// The prices of the trial.
    pub prices: PricesTried,
    /// The seed that everything random was drawn from.
    pub seed: u64,
    /// What the trial cost.
    pub spent: Spent,
    /// Where the fuel of one call goes, at the defaults.
    pub fuel: Option<FuelSplit>,
    /// What calls on shorter and longer series cost, shortest first.
    pub growth: Vec<GrowthPoint>,
    /// The slope of fuel over bars in logarithms, by least squares: 1 is proportional.
    pub fuel_exponent: Option<f64>,
    /// Bars at which that line meets the limits; `None` where it does not below ten million.
    pub fuel_limit_bars: Option<u64>,
    /// The most that one answered call said.
    pub diagnostics: Option<DiagnosticsVolume>,
    /// How much was looked at for look-ahead at the default parameters.
    pub causality: Option<Coverage>,
    /// The same over the parameters' space.
    pub causality_space: Option<SpaceCoverage>,
    /// How long the first bar of the history is remembered.
    pub warm_up: Option<WarmUp>,
    /// What scaled prices and moved times change.
    pub invariances: Vec<Invariance>,
}

/// Which prices a trial ran on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PricesTried {
    /// What people call them.
    #[serde(serialize_with = "text")]
    pub name: GuestText,
    /// Their bars.
    pub bars: u64,
    /// The hash of their content, hexadecimal.
    pub hash: String,
}

/// What a trial cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Spent {
    /// Units of work, see [`TrialBudget::work`](crate::TrialBudget::work).
    pub work: u64,
    /// Calls of the component.
    pub calls: u64,
    /// Whether the clock stopped it before its work was done: then another machine may find more.
    pub stopped_by_clock: bool,
}

/// Units of fuel of single calls at the defaults.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct FuelSplit {
    /// Instantiation, which every call pays.
    pub instantiate: u64,
    /// `describe`.
    pub describe: u64,
    /// `exit-parameters`.
    pub exit_parameters: u64,
    /// `data-needed`.
    pub data_needed: u64,
    /// `accept`.
    pub accept: u64,
    /// `signals` on all bars.
    pub signals: u64,
}

/// A call of `signals` on the first bars.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GrowthPoint {
    /// Bars given.
    pub bars: u64,
    /// Fuel burnt by the call, without instantiation.
    pub fuel: u64,
    /// The same for each bar.
    pub fuel_per_bar: f64,
    /// The most bytes that memories and tables held.
    pub peak_memory: u64,
}

/// What a call said through `diagnostics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DiagnosticsVolume {
    /// Messages.
    pub messages: u64,
    /// Bytes of UTF-8 in them.
    pub bytes: u64,
}

/// How much was looked at for look-ahead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Cuts that there are: one behind each bar but the last.
    pub cuts: u64,
    /// Cuts that were compared at least once.
    pub cuts_compared: u64,
    /// Comparisons, of which a cut may have several.
    pub comparisons: u64,
    /// Calls that gave no answer to compare.
    pub unanswered: u64,
    /// The smallest share of leaking cuts that the comparisons would have found with 95 % probability, 0 to 1.
    pub smallest_share: Option<f64>,
    /// Comparisons by what was put in place of the bars behind the cut.
    pub tails: Vec<TailCount>,
    /// Comparisons in which a conviction before the cut changed.
    pub leaks: u64,
    /// The first of them.
    pub leak: Option<Leak>,
}

/// Comparisons with one kind of tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TailCount {
    /// The kind.
    pub tail: Tail,
    /// Comparisons made.
    pub comparisons: u64,
    /// Those in which a conviction before the cut changed.
    pub leaks: u64,
}

/// What is put in place of the bars behind a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tail {
    /// Nothing: the series ends at the cut.
    CutOff,
    /// A random walk with the spread of the series.
    Noise,
    /// The same bars with their returns negated.
    Mirror,
    /// A copy of other bars of the series.
    Shifted,
    /// The same bars with other volumes.
    Volume,
    /// The same bars with other times.
    Time,
}

/// A conviction that knew a later bar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leak {
    /// The first bar that was changed.
    pub cut: u64,
    /// The first bar whose conviction changed.
    pub first_bar: u64,
    /// What the bars from the cut on were replaced by.
    pub tail: Tail,
    /// The smallest distance, over all cuts, from the first conviction that changed to the cut: it looks at least so many bars ahead.
    pub smallest_horizon: u64,
    /// The largest.
    pub largest_horizon: u64,
}

/// How much of the parameters' space was looked at for look-ahead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpaceCoverage {
    /// Corners and bounds that were compared.
    pub corners: u64,
    /// Parameters drawn evenly that were compared.
    pub drawn: u64,
    /// Parameters that the component refused or failed at.
    pub unanswered: u64,
    /// Comparisons over all of them.
    pub comparisons: u64,
    /// The smallest share of the space that the drawn ones would have found with 95 % probability, if every cut shows it.
    pub smallest_share: Option<f64>,
    /// Parameters at which a conviction before a cut changed.
    pub leaking: u64,
}

/// How long the first bar of a history is remembered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WarmUp {
    /// What the component says that it needs.
    pub minimum_bars: u32,
    /// What it would like to have.
    pub recommended_bars: u32,
    /// Histories that began later and were compared.
    pub starts: u64,
    /// Bars from the start after which convictions are the same to the bit, at the slowest start; `None` where never.
    pub exact_after: Option<u64>,
    /// The same within 1e-9.
    pub close_after: Option<u64>,
    /// Starts in which entries after `recommended_bars` differ.
    pub starts_with_other_entries: u64,
    /// The largest difference over all starts from so many bars after the start on.
    pub drift: Vec<Drift>,
}

/// A point of the drift curve.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drift {
    /// Bars since the start.
    pub bars: u64,
    /// The largest absolute difference of convictions from there on.
    pub difference: f64,
}

/// What one change that should mean nothing changes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Invariance {
    /// What was changed.
    pub change: Change,
    /// Bars whose conviction differs.
    pub bars: u64,
    /// The largest difference of convictions.
    pub difference: f64,
}

/// A change of the series that a strategy on ratios does not see.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// All prices multiplied.
    PricesTimes(f64),
    /// All times moved by so many weeks.
    WeeksLater(i64),
}
