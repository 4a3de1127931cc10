use seedbed_evaluate::{Campaign, Plugin, ValidationRules, Validator};
use seedbed_genome::{Individual, MarketScale, MutationSettings, Space};
use seedbed_market::Bars;

use crate::config::Config;
use crate::setup;

/// A plugin made ready to be mutated as configured.
pub(crate) struct Subject<'a> {
    pub(crate) plugin: &'a Plugin,
    pub(crate) space: Space,
    pub(crate) settings: MutationSettings,
    pub(crate) validator: Validator<'a>,
    pub(crate) ancestor: Individual,
}

impl<'a> Subject<'a> {
    /// Children are tried on the last of `bars`, whose scale is `scale`.
    pub(crate) fn new(
        plugin: &'a Plugin,
        bars: &'a Bars,
        scale: &MarketScale,
        config: &Config,
        paranoid: bool,
    ) -> Self {
        let description = plugin.description();
        let space = Space::new(&description.parameters, plugin.exits(), description.exits_closed)
            .with_round_trip_cost(2.0 * (config.backtest.fees + config.backtest.slippage))
            .with_market(scale.clone());
        let rules = ValidationRules { timeout: config.exit_mutation.validation_timeout, paranoid };
        let genome = plugin.genome();
        Self {
            plugin,
            space,
            settings: setup::mutation(&config.exit_mutation),
            validator: Validator::new(plugin, bars, rules),
            ancestor: Individual::new(genome),
        }
    }

    pub(crate) fn campaign(&self) -> Campaign<'_> {
        Campaign {
            space: &self.space,
            settings: &self.settings,
            validator: &self.validator,
            ancestor: &self.ancestor,
            name: &self.plugin.description().name,
        }
    }
}
