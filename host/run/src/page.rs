//! A run as its report shows it.

use std::collections::BTreeMap;
use std::ops::Range;

use seedbed_backtest::{Backtest, Side, Trade};
use seedbed_evaluate::{Account, ExamineError, Plugin, Stage, buy_and_hold};
use seedbed_evolve::{Ancestry, Island, Member, Origin, Outcome};
use seedbed_genome::{Domain, GenomeHash, Target};
use seedbed_report::report::{
    Ancestor, Champion, DroppedPlugin, Equity, Evolution, Exit, Generation, Market, Measured, ParameterHistory,
    ParameterPoint, Partial, Phase, Report, RunFacts, Setting, Stretch, Verdict,
};

use crate::evolved::{Evolved, Identity, Ran, islands};
use crate::fold::Fold;
use crate::{History, RunError, RunSetup, Schedule, Symbol, naming, rows};

/// What a report is drawn from.
pub(crate) struct Page<'a> {
    pub(crate) setup: &'a RunSetup,
    pub(crate) history: &'a History<'a>,
    pub(crate) schedule: &'a Schedule,
    pub(crate) evolved: &'a Evolved,
    pub(crate) folds: &'a [Fold],
    pub(crate) holdout: &'a Fold,
}

impl Page<'_> {
    /// The report; `whole` is the champion's account over all bars. Markets come without their bars, which the store keeps.
    pub(crate) fn report(&self, verdict: Verdict, whole: Option<&Account>) -> Result<Report, RunError> {
        let Self { setup, history, schedule, evolved, .. } = *self;
        let islands = islands(setup, &history.excerpts(&schedule.last.train));
        let champion = evolved.evolution.best().map(|best| self.champion(best, &islands)).transpose()?;
        let markets = setup.symbols.iter().enumerate().map(|(place, symbol)| {
            let account = whole.and_then(|whole| whole.symbols.get(place));
            market(symbol, account)
        });
        Ok(Report {
            run: RunFacts {
                plugins: setup.plugins.iter().map(|plugin| plugin.description().name.clone()).collect(),
                seed: setup.seed,
                algorithm: setup.algorithm.name().to_owned(),
                objective: setup.objective.name().to_owned(),
                ..RunFacts::default()
            },
            verdict,
            champion,
            markets: markets.collect(),
            equity: whole.map(|whole| self.equity(whole)).transpose()?,
            stretches: self.stretches(),
            evolution: self.evolution(&islands)?,
        })
    }

    fn champion(&self, best: &Member, islands: &[Island]) -> Result<Champion, RunError> {
        let plugin = self.setup.plugin(best.island)?;
        let description = plugin.description();
        let (values, starts) =
            (naming::values(plugin, &best.individual.genome), naming::values(plugin, &plugin.genome()));
        let space = islands.get(best.island).map(|island| &island.space);
        let bounds = |target| Some(space?.interval(target)?).map(|bounds| [bounds.low(), bounds.high()]);
        let setting = |name: String, key: &str, target| Setting {
            value: values.get(key).copied().unwrap_or_default(),
            start: starts.get(key).copied(),
            bounds: bounds(target),
            name,
            ..Setting::default()
        };
        let parameters = description.parameters.iter().enumerate().map(|(index, parameter)| {
            let setting = setting(parameter.name.clone(), &parameter.name, Target::Signal(index));
            let label = match &parameter.domain {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a choice is a small whole number"
                )]
                Domain::Choice(labels) => labels.get(setting.value as usize).map(ToString::to_string),
                _ => None,
            };
            Setting { label, about: parameter.about.to_string(), ..setting }
        });
        let exits = best.individual.genome.exits.exits().map(|exit| {
            let mechanism = exit.mechanism();
            let specs = mechanism.parameters().iter().enumerate();
            let parameters = specs.map(|(index, spec)| {
                setting(spec.name.to_owned(), &format!("{mechanism}.{}", spec.name), Target::Exit(mechanism, index))
            });
            Exit {
                mechanism: mechanism.name().to_owned(),
                slot: mechanism.slot().name().to_owned(),
                parameters: parameters.collect(),
            }
        });
        let ties = best.individual.genome.exits.relations().iter();
        let document = rows::document(plugin, &best.individual).to_json()?;
        Ok(Champion {
            plugin: description.name.clone(),
            about: description.about.to_string(),
            genome: best.hash.to_string(),
            fitness: best.fitness().unwrap_or_default(),
            generation: best.generation,
            parameters: parameters.collect(),
            exits: exits.collect(),
            rules: ties.map(|(tie, coefficient)| format!("{tie}: coefficient {coefficient:.3}")).collect(),
            document: Some(document),
        })
    }

    fn equity(&self, whole: &Account) -> Result<Equity, RunError> {
        let excerpts = self.history.excerpts(&(0..self.history.timeline().len()));
        let held = buy_and_hold(&Stage::new(&excerpts)).map_err(ExamineError::from)?;
        Ok(Equity {
            time: self.history.timeline().times().to_vec(),
            champion: equity(whole.returns()),
            buy_and_hold: equity(held.returns()),
        })
    }

    fn stretches(&self) -> Vec<Stretch> {
        let Self { history, schedule, folds, holdout, .. } = *self;
        let stretch = |phase, range: &Range<usize>, name: &str, sharpe| Stretch {
            phase,
            span: history.span(range),
            name: name.to_owned(),
            sharpe,
        };
        let trained = match schedule.windows.first() {
            Some(first) => 0..first.test.start,
            None => 0..schedule.last.test.start,
        };
        let mut stretches = vec![stretch(Phase::InSample, &trained, "training", None)];
        stretches.extend(
            folds
                .iter()
                .map(|fold| stretch(Phase::OutOfSample, &fold.phase.test, &fold.phase.name, Some(fold.sharpe()))),
        );
        stretches.push(stretch(Phase::Holdout, &schedule.last.test, "holdout", Some(holdout.sharpe())));
        stretches
    }

    fn evolution(&self, islands: &[Island]) -> Result<Evolution, RunError> {
        let Self { setup, evolved, .. } = *self;
        let mut by_hash: BTreeMap<Identity, &Ran> = BTreeMap::new();
        for ran in &evolved.trials {
            by_hash.entry(ran.identity()).or_insert(ran);
        }
        let scored = evolved.distinct().into_iter().filter_map(|ran| Some((ran, ran.outcome.score()?)));
        let trials = scored.map(|(ran, score)| {
            let plugin = setup.plugin(ran.island)?;
            Ok(seedbed_report::report::Trial {
                genome: ran.hash.to_string(),
                plugin: plugin.description().name.clone(),
                generation: ran.generation,
                fitness: score.fitness,
                total_return: score.objectives[0],
                max_drawdown: score.objectives[1],
                values: naming::values(plugin, &ran.individual.genome),
            })
        });
        let lineage =
            evolved.evolution.best().map(|best| evolved.evolution.lineage(best.island, best.hash)).unwrap_or_default();
        let lineage = lineage.into_iter().rev().map(|step| ancestor(setup.plugin(step.island)?, step));
        let dropped = evolved.generations.last().into_iter().flat_map(|last| last.islands.iter().enumerate());
        let dropped = dropped.filter_map(|(island, summary)| {
            let plugin = islands.get(island)?.name.clone();
            Some(DroppedPlugin { plugin, reason: summary.dropped.clone()? })
        });
        let mut best = None;
        let generations = evolved.generations.iter().map(|generation| {
            best = generation.best.into_iter().chain(best).max_by(f64::total_cmp);
            let outcomes = generation.outcomes;
            Generation {
                number: generation.generation,
                best,
                median: generation.median,
                evaluated: u64::from(outcomes.scored + outcomes.raced + outcomes.undefined + outcomes.failed),
                cached: u64::from(generation.served),
                failed: u64::from(outcomes.failed),
                diversity: Some(generation.diversity),
            }
        });
        Ok(Evolution {
            generations: generations.collect(),
            trials: trials.collect::<Result<_, RunError>>()?,
            histories: self.histories(&by_hash, islands)?,
            lineage: lineage.collect::<Result<_, RunError>>()?,
            failures: Vec::new(),
            dropped: dropped.collect(),
            mutations: None,
        })
    }

    /// Where each parameter of each plugin went, generation by generation.
    fn histories(
        &self,
        by_hash: &BTreeMap<Identity, &Ran>,
        islands: &[Island],
    ) -> Result<Vec<ParameterHistory>, RunError> {
        let mut points: BTreeMap<(usize, String), Vec<ParameterPoint>> = BTreeMap::new();
        for (generation, population) in self.evolved.generations.iter().zip(&self.evolved.populations) {
            let mut values: BTreeMap<(usize, String), Vec<f64>> = BTreeMap::new();
            let mut best: BTreeMap<usize, (f64, BTreeMap<String, f64>)> = BTreeMap::new();
            for ran in population.iter().filter_map(|hash| by_hash.get(hash)) {
                let named = naming::values(self.setup.plugin(ran.island)?, &ran.individual.genome);
                for (name, value) in &named {
                    values.entry((ran.island, name.clone())).or_default().push(*value);
                }
                let Some(score) = ran.outcome.score() else { continue };
                if best.get(&ran.island).is_none_or(|(fitness, _)| score.fitness > *fitness) {
                    best.insert(ran.island, (score.fitness, named));
                }
            }
            for ((island, name), mut values) in values {
                values.sort_unstable_by(f64::total_cmp);
                points.entry((island, name.clone())).or_default().push(ParameterPoint {
                    generation: generation.generation,
                    best: best.get(&island).and_then(|(_, named)| named.get(&name).copied()),
                    low: at(&values, 0.1),
                    median: at(&values, 0.5),
                    high: at(&values, 0.9),
                });
            }
        }
        let history = |((island, name), points): ((usize, String), Vec<ParameterPoint>)| {
            let plugin = self.setup.plugin(island)?;
            let bounds = islands.get(island).and_then(|island| island.space.interval(naming::find(plugin, &name)?));
            Ok(ParameterHistory {
                plugin: plugin.description().name.clone(),
                bounds: bounds.map(|bounds| [bounds.low(), bounds.high()]),
                name,
                points,
            })
        };
        points.into_iter().map(history).collect()
    }
}

/// The value below which this share of sorted values lies, the nearest one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a short list")]
fn at(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((share * last as f64).round() as usize).copied().unwrap_or_default()
}

/// Equity at each close as a multiple of the start.
fn equity(returns: &[f64]) -> Vec<f64> {
    let mut equity = 1.0;
    let closes = returns.iter().map(|value| {
        equity *= 1.0 + value;
        equity
    });
    closes.collect()
}

fn market(symbol: &Symbol, account: Option<&Backtest>) -> Market {
    let trades = account.map(|account| account.trades.iter().map(trade).collect()).unwrap_or_default();
    Market { symbol: symbol.name.clone(), trades, ..Market::default() }
}

fn trade(trade: &Trade) -> seedbed_report::report::Trade {
    seedbed_report::report::Trade {
        side: match trade.side {
            Side::Long => seedbed_report::report::Side::Long,
            Side::Short => seedbed_report::report::Side::Short,
        },
        entry_bar: trade.entry_idx,
        exit_bar: trade.exit_idx,
        entry_price: trade.entry_price,
        exit_price: trade.exit_price,
        profit: trade.return_,
        reason: trade.reason.name().to_owned(),
        partial: trade.partial.map(|partial| Partial { bar: partial.idx, price: partial.price }),
        open: !trade.closed,
    }
}

fn ancestor(plugin: &Plugin, step: &Ancestry) -> Result<Ancestor, RunError> {
    let short = |hash: &GenomeHash| hash.to_string().chars().take(8).collect::<String>();
    let origin = match &step.origin {
        Origin::Ancestor => "the plugin's own defaults".to_owned(),
        Origin::Random => "drawn at random".to_owned(),
        Origin::Mutation { .. } => "mutation".to_owned(),
        Origin::Crossover { parents: [_, other], step: None } => format!("crossover with {}", short(other)),
        Origin::Crossover { parents: [_, other], step: Some(_) } => {
            format!("crossover with {}, then mutation", short(other))
        }
        Origin::Trial { best, .. } => format!("differential step towards {}", short(best)),
    };
    let fitness = match &step.outcome {
        Outcome::Scored(score) | Outcome::Raced(score) => Measured::from(score.fitness),
        Outcome::Undefined { reason } | Outcome::Failed { reason } => Measured::Missing(reason.clone()),
        Outcome::Skipped => Measured::Missing("not evaluated".to_owned()),
    };
    Ok(Ancestor {
        generation: step.generation,
        genome: step.hash.to_string(),
        origin,
        changes: step.origin.step().map(|step| naming::changes(plugin, step)).unwrap_or_default(),
        fitness,
    })
}
