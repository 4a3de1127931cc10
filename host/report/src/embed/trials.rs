use std::collections::BTreeSet;

use serde::Serialize;

use crate::report::{Champion, Trial};
use crate::thin::{grouped, short, spread};

/// The trials that the page shows, in columns of equal length.
#[derive(Debug, Default, Serialize)]
pub(super) struct Trials<'a> {
    plugins: Vec<&'a str>,
    parameters: Vec<&'a str>,
    /// Index into `plugins`.
    plugin: Vec<usize>,
    /// The first digits of the genome's hash.
    genome: Vec<&'a str>,
    generation: Vec<u32>,
    fitness: Vec<f64>,
    total_return: Vec<f64>,
    max_drawdown: Vec<f64>,
    /// One column for each of `parameters`.
    values: Vec<Vec<Option<f64>>>,
    /// Places of those that no trial beats in return and drawdown at once.
    front: Vec<usize>,
    /// Place of the champion.
    champion: Option<usize>,
}

impl<'a> Trials<'a> {
    /// At most about `most` trials, the front and the champion always among them, and a sentence where some are left out.
    pub(super) fn new(all: &'a [Trial], champion: Option<&Champion>, most: usize) -> (Self, Option<String>) {
        let front = front(all);
        let champion = champion.and_then(|champion| all.iter().position(|trial| trial.genome == champion.genome));
        let kept = spread(all.len(), most, front.iter().copied().chain(champion));
        let trials: Vec<&Trial> = kept.iter().filter_map(|&at| all.get(at)).collect();
        let plugins: Vec<&str> = names(trials.iter().map(|trial| trial.plugin.as_str()));
        let parameters: Vec<&str> = names(trials.iter().flat_map(|trial| trial.values.keys().map(String::as_str)));
        let note = (trials.len() < all.len()).then(|| {
            format!(
                "{} of {} trials are drawn, evenly over the run, with the whole front.",
                grouped(trials.len()),
                grouped(all.len())
            )
        });
        let place = |at: usize| kept.binary_search(&at).ok();
        let shown = Self {
            plugin: trials.iter().filter_map(|trial| plugins.binary_search(&trial.plugin.as_str()).ok()).collect(),
            genome: trials.iter().map(|trial| trial.genome.get(..12).unwrap_or(&trial.genome)).collect(),
            generation: trials.iter().map(|trial| trial.generation).collect(),
            fitness: trials.iter().map(|trial| short(trial.fitness)).collect(),
            total_return: trials.iter().map(|trial| short(trial.total_return)).collect(),
            max_drawdown: trials.iter().map(|trial| short(trial.max_drawdown)).collect(),
            values: parameters
                .iter()
                .map(|name| trials.iter().map(|trial| trial.values.get(*name).map(|value| short(*value))).collect())
                .collect(),
            front: front.into_iter().filter_map(place).collect(),
            champion: champion.and_then(place),
            plugins,
            parameters,
        };
        (shown, note)
    }
}

fn names<'a>(all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Places of the trials that no other one beats: none has at least their return and at least their drawdown (nearer to 0) and more of
/// one. From the greatest return down; of equals the first.
fn front(trials: &[Trial]) -> Vec<usize> {
    let mut order: Vec<(usize, &Trial)> = trials
        .iter()
        .enumerate()
        .filter(|(_, trial)| trial.total_return.is_finite() && trial.max_drawdown.is_finite())
        .collect();
    order.sort_by(|(_, a), (_, b)| {
        b.total_return.total_cmp(&a.total_return).then(b.max_drawdown.total_cmp(&a.max_drawdown))
    });
    let mut shallowest = f64::NEG_INFINITY;
    order.retain(|(_, trial)| {
        let better = trial.max_drawdown > shallowest;
        shallowest = shallowest.max(trial.max_drawdown);
        better
    });
    order.into_iter().map(|(at, _)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::{Trials, front};
    use crate::report::{Champion, Trial};

    fn trial(genome: &str, total_return: f64, max_drawdown: f64) -> Trial {
        let values = [("fast".to_owned(), total_return)].into();
        Trial { genome: genome.to_owned(), total_return, max_drawdown, values, ..Trial::default() }
    }

    /// A user would be shown a trial as efficient that another one beats. By hand.
    #[test]
    fn the_front_is_what_nothing_beats() {
        let trials = [
            trial("beaten", 0.1, -0.3),
            trial("best return", 0.5, -0.4),
            trial("calm", 0.1, -0.05),
            trial("middle", 0.2, -0.1),
            trial("same", 0.2, -0.1),
            trial("no number", f64::NAN, 0.0),
        ];
        assert_eq!(front(&trials), [1, 3, 2]);
    }

    /// A thinned page would lose its champion.
    #[test]
    fn front_and_champion_survive_thinning() {
        let mut trials: Vec<Trial> = (0..1_000).map(|at| trial(&format!("{at:020}"), 0.1, -0.5)).collect();
        trials.get_mut(701).unwrap().total_return = 0.9;
        trials.get_mut(503).unwrap().genome = "champion".to_owned();
        let champion = Champion { genome: "champion".to_owned(), ..Champion::default() };
        let (shown, note) = Trials::new(&trials, Some(&champion), 100);
        assert_eq!(shown.genome[shown.champion.unwrap()], "champion");
        assert_eq!(shown.total_return[shown.front[0]], 0.9);
        assert_eq!(shown.values[0].len(), shown.fitness.len());
        assert!(shown.fitness.len() <= 102 && note.unwrap().contains("of 1,000"));
    }
}
