use std::fmt;

use seedbed_backtest::{Settings, Side};
use seedbed_genome::Family;
use seedbed_market::Bars;
use seedbed_outcome::Failure;
use seedbed_worker::DataNeed;

use crate::Plugin;

/// What the rule says about deploying a plugin on so much data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the users' own")]
pub enum Recommendation {
    DeployOptimal,
    DeployAcceptable,
    DelayDeployment,
    DeployImmediate,
    DeployRecommended,
    DeployCautious,
    InsufficientData,
}

impl Recommendation {
    /// The word for tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DeployOptimal => "DEPLOY_OPTIMAL",
            Self::DeployAcceptable => "DEPLOY_ACCEPTABLE",
            Self::DelayDeployment => "DELAY_DEPLOYMENT",
            Self::DeployImmediate => "DEPLOY_IMMEDIATE",
            Self::DeployRecommended => "DEPLOY_RECOMMENDED",
            Self::DeployCautious => "DEPLOY_CAUTIOUS",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }

    /// Whether there is enough data to deploy.
    #[must_use]
    pub fn threshold_met(self) -> bool {
        !matches!(self, Self::InsufficientData | Self::DelayDeployment)
    }

    /// One step down; the last step that deploys stays, since only a minimum says no.
    fn step_down(self) -> Self {
        match self {
            Self::DeployOptimal => Self::DeployAcceptable,
            Self::DeployImmediate => Self::DeployRecommended,
            Self::DeployRecommended => Self::DeployCautious,
            other => other,
        }
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The rule's answer for one family, one need and one number of bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What it recommends.
    pub recommendation: Recommendation,
    /// Why, for people.
    pub reason: String,
    /// How many more bars the next better answer needs; none where there is no better one.
    pub missing: Option<usize>,
}

impl Rule {
    /// Applies the family's rule; the component's own needs can only make it stricter: below its minimum nothing is deployed, below
    /// what it recommends the answer is one step lower.
    #[must_use]
    pub fn of(family: Family, need: DataNeed, bars: usize) -> Self {
        let recommendation = recommend(family, need, bars);
        let DataNeed { minimum_bars, recommended_bars } = need;
        let (minimum, recommended) = (widen(minimum_bars), widen(recommended_bars));
        let reason = format!("{bars} bars; {minimum} to a first conviction, {recommended} recommended");
        // Every threshold of rule and component; the answer changes at none but these.
        let thresholds = [20, 50, 200, 500, minimum, recommended];
        let better = |&more: &usize| more > bars && recommend(family, need, more) != recommendation;
        let missing = thresholds.into_iter().filter(better).min().map(|more| more - bars);
        Self { recommendation, reason, missing }
    }
}

fn widen(bars: u32) -> usize {
    usize::try_from(bars).unwrap_or(usize::MAX)
}

fn recommend(family: Family, need: DataNeed, bars: usize) -> Recommendation {
    use Recommendation::{
        DelayDeployment, DeployAcceptable, DeployCautious, DeployImmediate, DeployOptimal, DeployRecommended,
        InsufficientData,
    };
    let (minimum, recommended) = (widen(need.minimum_bars), widen(need.recommended_bars));
    let silent = if family == Family::MlClassifier { DelayDeployment } else { InsufficientData };
    let by_family = match family {
        Family::MlClassifier if bars >= 500 => DeployOptimal,
        Family::MlClassifier if bars >= 200 => DeployAcceptable,
        Family::Momentum | Family::Volatility if bars >= 20 => DeployImmediate,
        Family::MeanReversion | Family::TrendFollowing if bars >= 50 => DeployRecommended,
        Family::MeanReversion | Family::TrendFollowing if bars >= 20 => DeployCautious,
        Family::Breakout | Family::Volume | Family::Carry | Family::RiskManagement => {
            return match bars {
                _ if bars >= recommended => DeployRecommended,
                _ if bars >= minimum => DeployCautious,
                _ => InsufficientData,
            };
        }
        _ => silent,
    };
    match bars {
        _ if bars < minimum => silent,
        _ if bars < recommended => by_family.step_down(),
        _ => by_family,
    }
}

/// What a plugin did on exactly the data at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured {
    /// Convictions of more than [`Measured::MEANINGFUL`], either way.
    pub meaningful_signals: usize,
    /// Entries, long and short, at the configured threshold.
    pub entries: usize,
}

impl Measured {
    /// The size from which a conviction means something.
    pub const MEANINGFUL: f64 = 0.01;
}

/// Whether a plugin is ready for some data: what the rule says, and beside it what was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Readiness {
    /// Bars at hand.
    pub bars: usize,
    /// The rule's answer.
    pub rule: Rule,
    /// What the plugin did on these bars, or why it gave no answer.
    pub measured: Result<Measured, Failure>,
}

impl Readiness {
    /// Applies the rule and runs the plugin on exactly these bars.
    #[must_use]
    pub fn of(plugin: &Plugin, bars: &Bars, settings: &Settings) -> Self {
        let rule = Rule::of(plugin.description().family, plugin.need(), bars.len());
        let call = plugin.component().signals(bars, plugin.description().reads, plugin.parameters(), plugin.limits());
        let measured = call.outcome.map(|convictions| {
            let decisions = settings.decide(&convictions);
            Measured {
                meaningful_signals: convictions.iter().filter(|c| c.abs() > Measured::MEANINGFUL).count(),
                entries: decisions.entries_of(Side::Long) + decisions.entries_of(Side::Short),
            }
        });
        Self { bars: bars.len(), rule, measured }
    }

    /// The rule says deploy while the plugin is silent.
    #[must_use]
    pub fn contradicts(&self) -> bool {
        let silent = !matches!(self.measured, Ok(Measured { meaningful_signals: 1.., .. }));
        self.rule.recommendation.threshold_met() && silent
    }
}

#[cfg(test)]
mod tests {
    use seedbed_genome::Family;
    use seedbed_worker::DataNeed;

    use super::{Recommendation, Rule};

    fn rule(family: Family, minimum_bars: u32, recommended_bars: u32, bars: usize) -> (Recommendation, Option<usize>) {
        let rule = Rule::of(family, DataNeed { minimum_bars, recommended_bars }, bars);
        (rule.recommendation, rule.missing)
    }

    /// The users' table, family by family: a wrong word here deploys a strategy on too little data.
    #[test]
    fn the_table_holds_where_the_component_asks_for_nothing_more() {
        use Recommendation::*;
        for (family, bars, says, missing) in [
            (Family::MlClassifier, 500, DeployOptimal, None),
            (Family::MlClassifier, 499, DeployAcceptable, Some(1)),
            (Family::MlClassifier, 200, DeployAcceptable, Some(300)),
            (Family::MlClassifier, 199, DelayDeployment, Some(1)),
            (Family::Momentum, 20, DeployImmediate, None),
            (Family::Momentum, 19, InsufficientData, Some(1)),
            (Family::Volatility, 20, DeployImmediate, None),
            (Family::MeanReversion, 50, DeployRecommended, None),
            (Family::MeanReversion, 49, DeployCautious, Some(1)),
            (Family::TrendFollowing, 20, DeployCautious, Some(30)),
            (Family::TrendFollowing, 19, InsufficientData, Some(1)),
        ] {
            assert_eq!(rule(family, 1, 1, bars), (says, missing), "{family} {bars}");
        }
    }

    #[test]
    fn a_component_can_only_make_the_rule_stricter() {
        use Recommendation::*;
        for (family, minimum, recommended, bars, says, missing) in [
            (Family::MlClassifier, 300, 400, 250, DelayDeployment, Some(50)),
            (Family::MlClassifier, 100, 600, 550, DeployAcceptable, Some(50)),
            (Family::Momentum, 2, 78, 20, DeployRecommended, Some(58)),
            (Family::Momentum, 30, 78, 29, InsufficientData, Some(1)),
            (Family::MeanReversion, 15, 60, 55, DeployCautious, Some(5)),
            (Family::MeanReversion, 15, 48, 30, DeployCautious, Some(20)),
            (Family::TrendFollowing, 200, 500, 199, InsufficientData, Some(1)),
            (Family::Breakout, 21, 60, 20, InsufficientData, Some(1)),
            (Family::Breakout, 21, 60, 21, DeployCautious, Some(39)),
            (Family::Carry, 21, 60, 60, DeployRecommended, None),
        ] {
            assert_eq!(
                rule(family, minimum, recommended, bars),
                (says, missing),
                "{family} {minimum}/{recommended} {bars}"
            );
        }
    }
}
