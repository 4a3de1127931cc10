use crate::Migration;
use crate::colony::Colony;

/// Hands the slots of islands that were dropped to the others, the best first and one at a time.
pub(crate) fn inherit(colonies: &mut [Colony]) {
    let left: u32 =
        colonies.iter_mut().filter(|colony| !colony.is_living()).map(|colony| std::mem::take(&mut colony.slots)).sum();
    let ranked = ranked(colonies);
    for (_, &heir) in (0..left).zip(ranked.iter().cycle()) {
        if let Some(colony) = colonies.get_mut(heir) {
            colony.slots += 1;
        }
    }
}

/// Moves slots from the lowest island that has more than its floor to the highest.
pub(crate) fn migrate(colonies: &mut [Colony], migration: Migration, population: u32) {
    let ranked = ranked(colonies);
    let floor = (population / (2 * ranked.len().max(1) as u32)).max(1);
    for _ in 0..migration.slots {
        let Some((&to, lower)) = ranked.split_first() else { return };
        let from = lower.iter().rev().find(|from| colonies.get(**from).is_some_and(|colony| colony.slots > floor));
        let Some(&from) = from else { return };
        for (place, colony) in colonies.iter_mut().enumerate() {
            colony.slots = colony.slots + u32::from(place == to) - u32::from(place == from);
        }
    }
}

/// The living islands in the order of their best, those that have none last, in their order.
fn ranked(colonies: &[Colony]) -> Vec<usize> {
    let mut living: Vec<_> = colonies.iter().enumerate().filter(|(_, colony)| colony.is_living()).collect();
    living.sort_by(|(_, a), (_, b)| match (&a.best, &b.best) {
        (Some(a), Some(b)) => a.by_rank(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    living.into_iter().map(|(place, _)| place).collect()
}
