//! What a strategy is measured against: holding, and entering at random.

use seedbed_backtest::{
    Backtest, Decisions, EntryMode, ExitRules, Masks, Refused, Settings, Side, Sides, SignalExit, Trade, book, decide,
};
use seedbed_genome::{Rng, named_seed};

use crate::stage::Scene;
use crate::{Account, Stage};

/// All cash in at the first bar of the window and held to its end, with the same fills and costs.
///
/// # Errors
/// An account that cannot be booked.
pub fn buy_and_hold(stage: &Stage<'_>) -> Result<Account, Refused> {
    let hold = |scene: &Scene<'_>| {
        let settings = Settings { sides: Sides::Long, entry: EntryMode::Edge, ..scene.excerpt.settings };
        let convictions = vec![1.0; scene.excerpt.bars.len()];
        let decisions = decide(convictions, 0.5, EntryMode::Edge, Sides::Long).from_bar(scene.excerpt.start);
        book(&scene.indicators, &decisions, &ExitRules::default(), &settings)
    };
    Ok(stage.combine(stage.scenes.iter().map(hold).collect::<Result<_, _>>()?))
}

/// A strategy's trades, as many, as long and on the same sides, entered at random moments of the window instead: what its exposure alone
/// would have earned. The same seed and draw give the same account.
///
/// # Errors
/// An account that cannot be booked.
pub fn random_entry(stage: &Stage<'_>, of: &Account, seed: u64, draw: u32) -> Result<Account, Refused> {
    let enter = |(scene, backtest): (&Scene<'_>, &Backtest)| {
        let mut rng = Rng::new(named_seed(seed, &format!("random-entry {draw} {}", scene.excerpt.symbol)));
        let decisions = shuffled(scene, &backtest.trades, &mut rng);
        // The masks say when to leave; any signal is one.
        let rules = ExitRules { signal_exit: Some(SignalExit { threshold: 0.0 }), ..ExitRules::default() };
        book(&scene.indicators, &decisions, &rules, &scene.excerpt.settings)
    };
    Ok(stage.combine(stage.scenes.iter().zip(&of.symbols).map(enter).collect::<Result<_, _>>()?))
}

/// The trades in random order with the time between them divided at random.
fn shuffled(scene: &Scene<'_>, trades: &[Trade], rng: &mut Rng) -> Decisions {
    let (bars, start) = (scene.excerpt.bars.len(), scene.excerpt.start);
    let mut trades: Vec<(usize, Side)> =
        trades.iter().map(|trade| ((trade.exit_idx - trade.entry_idx).max(1), trade.side)).collect();
    for last in (1..trades.len()).rev() {
        trades.swap(last, rng.index(last + 1));
    }
    // A trade takes its bars and one more, on which nothing can be entered.
    let taken: usize = trades.iter().map(|(length, _)| length + 1).sum();
    let free = (bars - start).saturating_sub(taken);
    let mut gaps: Vec<usize> = trades.iter().map(|_| rng.index(free + 1)).collect();
    gaps.sort_unstable();

    let mut masks = [const { Vec::new() }; 4];
    masks.iter_mut().for_each(|mask: &mut Vec<bool>| mask.resize(bars, false));
    let [long_entry, long_exit, short_entry, short_exit] = &mut masks;
    let mut before = start;
    for ((length, side), gap) in trades.into_iter().zip(gaps) {
        let (entry, exit) = match side {
            Side::Long => (&mut *long_entry, &mut *long_exit),
            Side::Short => (&mut *short_entry, &mut *short_exit),
        };
        let at = before + gap;
        [(entry, at), (exit, at + length)].into_iter().for_each(|(mask, bar)| {
            if let Some(mark) = mask.get_mut(bar) {
                *mark = true;
            }
        });
        before += length + 1;
    }
    let [long_entry, long_exit, short_entry, short_exit] = &masks;
    Decisions::from_masks(bars, Masks { long_entry, long_exit, short_entry, short_exit }).from_bar(start)
}
