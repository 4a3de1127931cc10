use std::fmt::Write as _;

use seedbed_report::Report;
use seedbed_report::report::{FoldResult, Measured, Period, Phase, Reproducible, Setting, Span, Standing, Verdict};
use seedbed_telemetry::log::Timestamp;

use crate::cells::{absent, counted, rounded, share};
use crate::output::table;

/// A run for people: the verdict first, then what it stands on.
pub(crate) fn summary(report: &Report) -> String {
    let mut text = format!("{}\n", report.verdict.sentence);
    if let Some(champion) = &report.champion {
        let _ = writeln!(
            text,
            "\nchampion: {}, {} {:.3} in sample, found in generation {}, genome {}",
            champion.plugin,
            report.run.objective,
            champion.fitness,
            champion.generation + 1,
            champion.genome.get(..12).unwrap_or(&champion.genome),
        );
        let settings = |settings: &[Setting]| settings.iter().map(setting).collect::<Vec<_>>().join(", ");
        if !champion.parameters.is_empty() {
            let _ = writeln!(text, "  parameters: {}", settings(&champion.parameters));
        }
        for exit in &champion.exits {
            let _ = writeln!(text, "  {}: {}", exit.mechanism, settings(&exit.parameters));
        }
        for rule in &champion.rules {
            let _ = writeln!(text, "  {rule}");
        }
    }
    windows(&mut text, &report.verdict);
    periods(&mut text, &report.verdict.periods);
    numbers(&mut text, &report.verdict);
    found(&mut text, report);
    text
}

/// The verdict in one word.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Skill => "skill",
        Standing::Luck => "luck",
        Standing::Undecided => "undecided",
        Standing::Failed => "failed",
    }
}

fn setting(setting: &Setting) -> String {
    let value = setting.label.clone().unwrap_or_else(|| rounded(setting.value, 4));
    match setting.start {
        Some(start) if start.to_bits() != setting.value.to_bits() => {
            format!("{} {value} (was {})", setting.name, rounded(start, 4))
        }
        _ => format!("{} {value}", setting.name),
    }
}

fn windows(text: &mut String, verdict: &Verdict) {
    let Some(walk) = &verdict.walk_forward else { return };
    const HEADERS: [&str; 7] = ["window", "trained on", "tested on", "champion", "in sample", "out of sample", "ratio"];
    const NUMBERS: [bool; 7] = [false, false, false, false, true, true, true];
    let rows = walk.folds.iter().map(|fold| {
        let mut cells = vec![fold.name.clone(), dates(fold.train), dates(fold.test)];
        match &fold.result {
            FoldResult::Scored { plugin, in_sample, out_of_sample, ratio, .. } => {
                cells.extend([plugin.clone(), number(in_sample), number(out_of_sample), number(ratio)]);
            }
            FoldResult::Refused(why) => cells.extend([format!("refused: {why}"), absent(), absent(), absent()]),
        }
        cells
    });
    let _ = write!(text, "\n{}", table(&HEADERS, &NUMBERS, rows.collect()));
    let _ = writeln!(
        text,
        "out of sample over in sample {}, spread {}; {}",
        number(&walk.ratio),
        number(&walk.spread),
        words(&walk.stitched_sharpe, |sharpe| format!("the tests as one series have a Sharpe of {sharpe:.2}")),
    );
}

fn periods(text: &mut String, periods: &[Period]) {
    if periods.is_empty() {
        return;
    }
    const HEADERS: [&str; 9] = [
        "bars",
        "from",
        "return",
        "Sharpe",
        "drawdown",
        "trades",
        "holding: return",
        "Sharpe",
        "random entries beaten",
    ];
    const NUMBERS: [bool; 9] = [false, false, true, true, true, true, true, true, true];
    let rows = periods.iter().map(|period| {
        let (own, held) = (&period.champion, &period.buy_and_hold);
        vec![
            match period.phase {
                Phase::InSample => "in sample",
                Phase::OutOfSample => "out of sample",
                Phase::Holdout => "untouched",
            }
            .to_owned(),
            dates(period.span),
            share(Some(own.total_return)),
            number(&own.sharpe),
            share(Some(own.max_drawdown)),
            own.trades.to_string(),
            share(Some(held.total_return)),
            number(&held.sharpe),
            period.random_entry.as_ref().map_or_else(absent, |random| match &random.beaten {
                Measured::Value(beaten) => share(Some(*beaten)),
                Measured::Missing(_) => absent(),
            }),
        ]
    });
    let _ = write!(text, "\n{}", table(&HEADERS, &NUMBERS, rows.collect()));
}

fn numbers(text: &mut String, verdict: &Verdict) {
    if verdict.track_record == 0 {
        return;
    }
    let effective = words(&verdict.effective_trials, |trials| format!("worth {trials:.0} independent ones"));
    let deflated =
        words(&verdict.deflated_sharpe_effective, |deflated| format!("deflated Sharpe {deflated:.2} for these"));
    let _ = writeln!(
        text,
        "\n{} ({} with all windows), {effective}; {deflated}",
        counted(verdict.trials, "distinct trial"),
        verdict.trials_of_all_windows,
    );
    let _ = writeln!(
        text,
        "out of sample: {}",
        words(&verdict.probabilistic_sharpe, |psr| format!("probability {psr:.2} that the true Sharpe is above 0"))
    );
    let _ = writeln!(
        text,
        "minimum track record {} bars of {} that there are",
        words(&verdict.min_track_record, |bars| format!("{bars:.0}")),
        verdict.track_record
    );
    let overfitting = &verdict.overfitting;
    let _ = writeln!(
        text,
        "probability of backtest overfitting {} ({} compared, {} alike by returns, {} left out)",
        words(&overfitting.probability, |probability| format!("{probability:.2}")),
        counted(overfitting.compared, "trial"),
        overfitting.compared.saturating_sub(overfitting.distinct),
        overfitting.left_out,
    );
}

fn found(text: &mut String, report: &Report) {
    let evolution = &report.evolution;
    if let Some(mutations) = &evolution.mutations {
        let tiers = mutations.tiers.iter().map(|tier| format!("{} {}", tier.tier, share(tier.share)));
        let tiers = tiers.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "\n{} in {}, {} succeeded{}",
            counted(mutations.total, "mutation"),
            counted(mutations.attempts, "attempt"),
            share((mutations.total > 0).then(|| ratio(mutations.successes, mutations.total))),
            if tiers.is_empty() { String::new() } else { format!("; exits: {tiers}") },
        );
    }
    if !evolution.failures.is_empty() {
        let failures = evolution
            .failures
            .iter()
            .map(|failure| format!("{} {} ({})", failure.plugin, failure.reason, failure.count));
        let _ = writeln!(text, "without a score: {}", failures.collect::<Vec<_>>().join(", "));
    }
    for dropped in &evolution.dropped {
        let _ = writeln!(text, "dropped: {}, whose whole first generation failed: {}", dropped.plugin, dropped.reason);
    }
    let fit = report.run.min_fitness.map(|threshold| {
        let fit = evolution.trials.iter().filter(|trial| trial.fitness >= threshold).count();
        format!("; {fit} of {} scored trials reach {} {threshold}", evolution.trials.len(), report.run.objective)
    });
    let run = if report.run.id.is_empty() { String::new() } else { format!("run {}: ", report.run.id) };
    let _ = writeln!(text, "{run}{}{}", report.run.state, fit.unwrap_or_default());
    if let Reproducible::No(why) = &report.run.reproducible {
        let _ = writeln!(text, "not reproducible, since the clock had a say: {why}");
    }
    for notice in &report.run.notices {
        let _ = writeln!(text, "note: {notice}");
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

fn number(measured: &Measured) -> String {
    words(measured, |value| format!("{value:.2}"))
}

fn words(measured: &Measured, say: impl Fn(f64) -> String) -> String {
    match measured {
        Measured::Value(value) => say(*value),
        Measured::Missing(why) => format!("- ({why})"),
    }
}

/// From the day of the first bar to the day of the bar after the last.
fn dates(span: Span) -> String {
    let day = |moment: i64| {
        Timestamp::from_millisecond(moment).map_or_else(|_| absent(), |moment| moment.strftime("%Y-%m-%d").to_string())
    };
    format!("{} to {}", day(span.start), day(span.end))
}
