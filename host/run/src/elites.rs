//! The candidates of the final evolution that are worth keeping beside the champion, as plain data.

use seedbed_evolve::{Evolution, Member};
use serde_json::{Value, json};

use crate::{RunError, RunSetup, rows};

/// The hall of fame, the best first; and the archive: the best of each way to trade, by holding period, number of trades and share of losses.
pub(crate) fn elites(setup: &RunSetup, evolution: &Evolution) -> Result<Value, RunError> {
    let hall = evolution.hall_of_fame().iter().map(|member| {
        let genome = rows::document(setup.plugin(member.island)?, &member.individual);
        Ok(json!({ "fitness": member.fitness(), "generation": member.generation, "genome": genome }))
    });
    let archive = evolution.archive().iter().map(|(cell, member)| {
        let name = &setup.plugin(member.island)?.description().name;
        Ok(json!({
            "holding": cell.holding,
            "trades": cell.trades,
            "losses": cell.losses,
            "plugin": name,
            "genome": member.hash.to_string(),
            "scores": scores(member),
        }))
    });
    Ok(json!({
        "hall_of_fame": hall.collect::<Result<Vec<_>, RunError>>()?,
        "archive": archive.collect::<Result<Vec<_>, RunError>>()?,
    }))
}

fn scores(member: &Member) -> Option<Value> {
    let score = member.score()?;
    Some(json!({
        "fitness": score.fitness,
        "total_return": score.objectives[0],
        "max_drawdown": score.objectives[1],
        "holding_bars": score.behaviour.holding_bars,
        "trades": score.behaviour.trades,
        "loss_share": score.behaviour.loss_share,
    }))
}
