//! Evaluations and bars with the numbers that are easiest to get wrong.

use std::collections::BTreeMap;

use seedbed_genome::{Combine, Exit, ExitGenome, Genome, GenomeHash, Individual, Mechanism, Tie, Touch};
use seedbed_market::{Bars, BarsError, Columns};

use crate::{Evaluation, EvaluationStatus, GenomeDocument};

/// Numbers that a writer or reader of decimals easily rounds: the ends of what there is, a negative zero, and sums that are not what they look like.
pub const NUMBERS: [f64; 10] =
    [0.1 + 0.2, -0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, f64::MIN, 9_007_199_254_740_993.0, 1.0 / 3.0, 1e23, 8.41e21];

/// An individual with one mechanism in every slot, both comparators, and every tie.
#[must_use]
pub fn individual() -> Individual {
    let mut exits = ExitGenome::default();
    let mechanisms = [
        Mechanism::FixedStop,
        Mechanism::TrailingStop,
        Mechanism::TakeProfit,
        Mechanism::TimeStop,
        Mechanism::BreakEven,
        Mechanism::PartialExit,
        Mechanism::SignalExit,
    ];
    for (mechanism, number) in mechanisms.into_iter().zip(NUMBERS) {
        let touch = if number > 1.0 { Touch::Strict } else { Touch::Inclusive };
        exits.insert(Exit::new(mechanism).with_value(0, number).with_touch(touch));
    }
    exits.set_combine(Combine::All);
    for (tie, number) in Tie::ALL.into_iter().zip(NUMBERS) {
        exits.tie(tie, number);
    }
    Individual { genome: Genome { parameters: vec![12.0, 1.0 / 3.0], exits }, step_size: 0.1 + 0.2 }
}

/// The evaluation of a slot of generation 3; another slot has other numbers.
#[must_use]
pub fn evaluation(slot: u32) -> Evaluation {
    let individual = individual();
    let hash: GenomeHash = individual.genome.hash();
    let mut numbers = NUMBERS.into_iter().cycle().skip(slot as usize);
    let mut number = || numbers.next();
    Evaluation {
        phase: "window-1".to_owned(),
        generation: 3,
        slot,
        plugin: "ema-crossover".to_owned(),
        genome: GenomeDocument::new("ema-crossover", Some("c0ffee"), ["slow", "fast"], &individual),
        hash,
        origin: "crossover".to_owned(),
        parents: vec![hash, hash],
        attempts: vec!["refused".to_owned(), "out-of-fuel \"\\ \u{2028} \u{1f331}\n".to_owned()],
        status: EvaluationStatus::ALL.into_iter().cycle().nth(slot as usize).unwrap_or(EvaluationStatus::Scored),
        reason: (slot % 2 == 1).then(|| "no-trades".to_owned()),
        fitness: number(),
        total_return: number(),
        max_drawdown: number(),
        sharpe: (slot % 3 != 2).then(&mut number).flatten(),
        holding_bars: number(),
        trades: Some(u32::MAX),
        loss_share: None,
        folds: if slot == 0 { vec![0.25, -1.0 / 3.0] } else { Vec::new() },
        deadline: slot.is_multiple_of(2),
    }
}

/// The smallest evaluation: one that failed before it had anything.
#[must_use]
pub fn failure(slot: u32) -> Evaluation {
    let individual = Individual::new(Genome { parameters: Vec::new(), exits: ExitGenome::default() });
    Evaluation {
        genome: GenomeDocument {
            plugin: String::new(),
            component: None,
            parameters: BTreeMap::new(),
            exits: individual.genome.exits,
            step_size: individual.step_size,
        },
        hash: individual.genome.hash(),
        parents: Vec::new(),
        attempts: Vec::new(),
        status: EvaluationStatus::Failed,
        reason: Some("trapped".to_owned()),
        fitness: None,
        total_return: None,
        max_drawdown: None,
        sharpe: None,
        holding_bars: None,
        trades: None,
        ..evaluation(slot)
    }
}

/// Three bars at the ends of what prices can be.
///
/// # Errors
/// None; the columns follow the rules of bars.
pub fn bars() -> Result<Bars, BarsError> {
    let prices = [5e-324, 0.1 + 0.2, f64::MAX];
    Bars::new(Columns {
        time: vec![-1, 0, 253_402_128_000_000],
        open: prices.to_vec(),
        high: prices.to_vec(),
        low: prices.to_vec(),
        close: prices.to_vec(),
        volume: vec![0.0, 1.0 / 3.0, f64::MAX],
    })
}
