//! A run's facts by heading, for its report and for `seedbed runs show`.

use seedbed_evaluate::MemoUse;
use seedbed_evolve::EvolutionSettings;
use seedbed_report::report::{Fact, FactGroup};

use super::RunFile;

/// What is known only at the end.
pub(crate) struct Outcome<'a> {
    pub(crate) digest: &'a str,
    pub(crate) evaluations: u64,
    pub(crate) critical_failures: u64,
    pub(crate) memo: &'a MemoUse,
}

/// A finished run.
pub(crate) fn of_run(file: &RunFile, search: &EvolutionSettings, outcome: &Outcome<'_>) -> Vec<FactGroup> {
    let Outcome { digest, evaluations, critical_failures, memo } = outcome;
    let generations = match search.generations {
        u32::MAX => "until the budget is spent".to_owned(),
        generations => generations.to_string(),
    };
    let served = |hits: u64, misses: u64| format!("{hits} of {}", hits + misses);
    let search = [
        ("population", search.population.to_string()),
        ("generations", generations),
        ("mutation rate", search.mutation_rate.to_string()),
        ("crossover rate", search.crossover_rate.to_string()),
        ("elite ratio", search.elite_ratio.to_string()),
        ("tournament", search.tournament.to_string()),
        ("evaluations", evaluations.to_string()),
        ("critical failures", critical_failures.to_string()),
        ("signals from memory", served(memo.signal_hits, memo.signal_misses)),
        ("scores from memory", served(memo.score_hits, memo.score_misses)),
    ];
    let mut groups = vec![group("Search", search)];
    groups.extend(of_file(file));
    groups.push(group("Result", [("digest", (*digest).to_owned()), ("seedbed", file.seedbed.clone())]));
    groups
}

/// What a run began with.
pub(crate) fn of_file(file: &RunFile) -> [FactGroup; 3] {
    let plugins = file.plugins.iter();
    let plugins = plugins.map(|plugin| (format!("{} {}", plugin.name, plugin.version), plugin.component.clone()));
    [
        group("Settings", file.settings.clone()),
        group("Plugins", plugins),
        group("Prices", file.symbols.iter().map(|symbol| (symbol.name.clone(), symbol.bars.clone()))),
    ]
}

fn group<N: Into<String>>(title: &str, facts: impl IntoIterator<Item = (N, String)>) -> FactGroup {
    let facts = facts.into_iter().map(|(name, value)| Fact { name: name.into(), value });
    FactGroup { title: title.to_owned(), facts: facts.collect() }
}
