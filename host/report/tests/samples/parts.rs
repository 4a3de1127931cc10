use seedbed_report::Report;
use seedbed_report::report::{
    Ancestor, Champion, Change, Count, DroppedPlugin, Evolution, Exit, Fact, FactGroup, Fold, FoldResult, Generation,
    Measured, MutatedParameter, Mutations, Overfitting, ParameterHistory, ParameterPoint, Performance, Period, Phase,
    RandomEntry, RunFacts, Setting, Span, Standing, Stretch, TierShare, Trial, Verdict, WalkForward,
};

use super::simulation::{Account, Dice};

/// A whole run around an account; the verdict is for the caller to fill.
pub(super) fn run(id: &str, account: Account, plugin: &str, generations: u32, dice: &mut Dice) -> Report {
    let stretches = super::stretches(&account.equity.time);
    let trials = trials(plugin, generations, 412, dice);
    let champion = trials.iter().max_by(|a, b| a.fitness.total_cmp(&b.fitness)).unwrap().clone();
    Report {
        run: RunFacts {
            id: id.to_owned(),
            plugins: vec![account.plugin.clone()],
            state: "finished".to_owned(),
            seed: 18_446_744_073_709_551_557,
            algorithm: "ga".to_owned(),
            objective: "sharpe".to_owned(),
            min_fitness: Some(0.5),
            started: Some(1_768_381_302_000),
            ended: Some(1_768_381_303_400),
            groups: groups(),
            ..RunFacts::default()
        },
        verdict: verdict(&account, &stretches),
        champion: Some(winner(&champion)),
        evolution: Evolution {
            generations: (0..=generations).map(|number| generation(number, generations)).collect(),
            histories: histories(plugin, generations, dice),
            lineage: lineage(&champion),
            failures: Vec::new(),
            dropped: Vec::new(),
            mutations: Some(mutations()),
            trials,
        },
        stretches,
        equity: Some(account.equity),
        markets: vec![account.market],
    }
}

fn verdict(account: &Account, stretches: &[Stretch]) -> Verdict {
    let span = |phase| {
        let of_phase = || stretches.iter().filter(move |stretch| stretch.phase == phase);
        Span { start: of_phase().next().unwrap().span.start, end: of_phase().next_back().unwrap().span.end }
    };
    let total = account.equity.champion.last().unwrap() - 1.0;
    let hold = account.equity.buy_and_hold.last().unwrap() - 1.0;
    let period = |phase, span, share: f64| Period {
        phase,
        span,
        champion: performance(total * share, 1.2 * share + 0.5, -0.21, account.market.trades.len() as u64, 0.43),
        buy_and_hold: performance(hold * share, 0.6, -0.61, 1, 1.0),
        random_entry: Some(RandomEntry {
            draws: 1_000,
            exposure: 0.43,
            median_return: hold * share * 0.3,
            median_sharpe: 0.31.into(),
            median_drawdown: -0.38,
            beaten: (0.6 + 0.38 * share).into(),
        }),
    };
    let windows = stretches.iter().filter(|stretch| stretch.phase == Phase::OutOfSample);
    let folds = windows.zip([0.92, 1.31, 0.44, 1.07]).map(|(stretch, out)| Fold {
        name: stretch.name.clone(),
        train: Span { start: stretches[0].span.start, end: stretch.span.start },
        test: stretch.span,
        result: FoldResult::Scored {
            plugin: account.plugin.clone(),
            in_sample: 1.61.into(),
            out_of_sample: out.into(),
            ratio: (out / 1.61).into(),
            test_return: out / 9.0,
            trades: 14,
        },
    });
    Verdict {
        standing: Standing::Undecided,
        sentence: String::new(),
        trials: 412,
        trials_of_all_windows: 2_031,
        effective_trials: 37.0.into(),
        sharpe: 0.93.into(),
        luck_sharpe: Measured::Missing("no variance".to_owned()),
        probabilistic_sharpe: 0.9.into(),
        deflated_sharpe: 0.5.into(),
        deflated_sharpe_effective: 0.5.into(),
        min_track_record: Measured::Missing("not above the benchmark".to_owned()),
        track_record: account.equity.time.len() as u64,
        overfitting: Overfitting {
            probability: Measured::Missing("8 comparable trials of 10 needed".to_owned()),
            loss_probability: Measured::Missing("8 comparable trials of 10 needed".to_owned()),
            compared: 8,
            distinct: 8,
            left_out: 404,
            mean_correlation: 0.5.into(),
        },
        walk_forward: Some(WalkForward {
            training: "anchored".to_owned(),
            purge: 60,
            embargo: 5,
            folds: folds.collect(),
            ratio: 0.58.into(),
            spread: 0.37.into(),
            stitched_sharpe: 0.94.into(),
            stitched_return: 0.413.into(),
        }),
        periods: vec![
            period(Phase::InSample, Span { start: stretches[0].span.start, end: span(Phase::Holdout).start }, 1.0),
            period(Phase::Holdout, span(Phase::Holdout), 0.2),
        ],
    }
}

fn performance(total_return: f64, sharpe: f64, max_drawdown: f64, trades: u64, exposure: f64) -> Performance {
    Performance {
        total_return,
        cagr: (total_return / 9.0).into(),
        sharpe: sharpe.into(),
        sortino: (sharpe * 1.4).into(),
        calmar: (total_return / 9.0 / -max_drawdown).into(),
        max_drawdown,
        trades,
        win_rate: if trades == 1 { Measured::Missing("one trade".to_owned()) } else { 0.46.into() },
        exposure,
    }
}

pub(super) fn trials(plugin: &str, generations: u32, count: usize, dice: &mut Dice) -> Vec<Trial> {
    (0..count)
        .map(|number| {
            let progress = number as f64 / count as f64;
            let fast = (4.0 + 12.0 * dice.roll()).floor();
            let slow = (20.0 + 50.0 * dice.roll()).floor();
            let stop = 0.02 + 0.14 * dice.roll();
            let peak =
                1.0 - ((fast - 9.0) / 9.0) * ((fast - 9.0) / 9.0) - ((slow - 38.0) / 40.0) * ((slow - 38.0) / 40.0);
            let fitness = 0.9 * peak + 0.5 * progress + 0.18 * dice.normal();
            let mut values = [("fast-period".to_owned(), fast), ("slow-period".to_owned(), slow)]
                .into_iter()
                .collect::<std::collections::BTreeMap<_, _>>();
            values.insert("fixed-stop.stop-loss".to_owned(), stop);
            if number % 3 == 0 {
                values.insert("take-profit.target".to_owned(), 0.1 + 0.3 * dice.roll());
            }
            Trial {
                genome: format!("{:016x}{number:048x}", (dice.roll() * 1e18) as u64),
                plugin: plugin.to_owned(),
                generation: (progress * f64::from(generations)) as u32,
                fitness,
                total_return: 0.55 * fitness + 0.22 * dice.normal(),
                max_drawdown: -(0.12 + 1.1 * stop + 0.05 * dice.normal().abs()).min(0.9),
                values,
            }
        })
        .collect()
}

fn setting(name: &str, value: f64, start: f64, bounds: [f64; 2], about: &str) -> Setting {
    Setting {
        name: name.to_owned(),
        value,
        label: None,
        start: Some(start),
        bounds: Some(bounds),
        about: about.to_owned(),
    }
}

fn winner(trial: &Trial) -> Champion {
    let value = |name: &str| trial.values.get(name).copied().unwrap_or(0.21);
    Champion {
        plugin: trial.plugin.clone(),
        about: "Goes long when the fast exponential average crosses above the slow one.".to_owned(),
        genome: trial.genome.clone(),
        fitness: trial.fitness,
        generation: trial.generation,
        parameters: vec![
            setting("fast-period", value("fast-period"), 12.0, [2.0, 50.0], "bars of the fast average"),
            setting("slow-period", value("slow-period"), 26.0, [10.0, 200.0], "bars of the slow average"),
            Setting { label: Some("close".to_owned()), ..setting("source", 0.0, 0.0, [0.0, 3.0], "the price that it averages") },
        ],
        exits: vec![
            Exit {
                mechanism: "fixed-stop".to_owned(),
                slot: "protect".to_owned(),
                parameters: vec![setting("stop-loss", value("fixed-stop.stop-loss"), 0.1, [0.01, 0.2], "fraction below the entry")],
            },
            Exit {
                mechanism: "trailing-stop".to_owned(),
                slot: "trail".to_owned(),
                parameters: vec![setting("offset", 0.031, 0.025, [0.005, 0.05], ""), setting("activation", 0.084, 0.05, [0.0, 0.2], "")],
            },
            Exit {
                mechanism: "take-profit".to_owned(),
                slot: "target".to_owned(),
                parameters: vec![setting("target", value("take-profit.target"), 0.2, [0.05, 0.5], "")],
            },
        ],
        rules: vec!["The target follows the stop: take-profit = 2.4 × stop-loss.".to_owned()],
        document: Some("{\n  \"version\": 1,\n  \"plugin\": \"ema-crossover\",\n  \"parameters\": { \"fast-period\": 9.0, \"slow-period\": 38.0 }\n}".to_owned()),
    }
}

fn generation(number: u32, last: u32) -> Generation {
    let progress = f64::from(number) / f64::from(last.max(1));
    Generation {
        number,
        best: Some(0.55 + 0.8 * progress * (2.0 - progress)),
        median: Some(-0.1 + 0.75 * progress * (1.7 - progress)),
        evaluated: if number == 0 { 50 } else { 38 },
        cached: u64::from(number % 4),
        failed: u64::from(number % 5 == 3),
        diversity: Some(0.42 - 0.3 * progress),
    }
}

fn histories(plugin: &str, generations: u32, dice: &mut Dice) -> Vec<ParameterHistory> {
    let mut history = |name: &str, bounds: [f64; 2], from: f64, to: f64| ParameterHistory {
        plugin: plugin.to_owned(),
        name: name.to_owned(),
        bounds: Some(bounds),
        points: (0..=generations)
            .map(|generation| {
                let progress = f64::from(generation) / f64::from(generations.max(1));
                let median = from + (to - from) * progress;
                let width = (bounds[1] - bounds[0]) * 0.2 * (1.1 - progress);
                ParameterPoint {
                    generation,
                    best: (generation != 1).then(|| median + width * 0.4 * dice.normal().clamp(-1.0, 1.0)),
                    low: (median - width).max(bounds[0]),
                    median,
                    high: (median + width).min(bounds[1]),
                }
            })
            .collect(),
    };
    vec![
        history("fast-period", [2.0, 50.0], 12.0, 9.0),
        history("slow-period", [10.0, 200.0], 26.0, 38.0),
        history("fixed-stop.stop-loss", [0.01, 0.2], 0.1, 0.06),
        history("trailing-stop.offset", [0.005, 0.05], 0.025, 0.031),
        history("take-profit.target", [0.05, 0.5], 0.2, 0.22),
    ]
}

fn lineage(champion: &Trial) -> Vec<Ancestor> {
    let step = |generation, origin: &str, fitness: f64, changes: Vec<Change>| Ancestor {
        generation,
        genome: format!("{generation:02}a41f09be77d2c3"),
        origin: origin.to_owned(),
        changes,
        fitness: fitness.into(),
    };
    let change = |operator: &str, tier: Option<&str>, subject: &str, old, new, note: &str| Change {
        operator: operator.to_owned(),
        tier: tier.map(str::to_owned),
        subject: subject.to_owned(),
        old,
        new,
        note: note.to_owned(),
    };
    let mut lineage = vec![
        step(0, "the plugin's own defaults", 0.55, Vec::new()),
        step(
            1,
            "mutation",
            0.61,
            vec![change("gauss", None, "fast-period", Some(12.0), Some(10.0), "rounded from 10.4")],
        ),
        step(
            3,
            "crossover with 5d20ab17c0f3, then mutation",
            0.83,
            vec![change("add", Some("structural"), "trailing-stop", None, None, "added with an offset of 0.025")],
        ),
        step(
            4,
            "mutation",
            0.79,
            vec![
                change("factor", Some("parametric"), "fixed-stop.stop-loss", Some(0.1), Some(0.0874), ""),
                change(
                    "tie",
                    Some("relational"),
                    "take-profit.target",
                    Some(0.2),
                    Some(0.21),
                    "follows the stop from now on",
                ),
            ],
        ),
        step(
            6,
            "mutation",
            1.12,
            vec![change(
                "factor",
                Some("parametric"),
                "trailing-stop.offset",
                Some(0.047),
                Some(0.05),
                "stopped at its upper bound",
            )],
        ),
        step(8, "crossover with 91fe00c4d2aa", 1.35, Vec::new()),
    ];
    lineage.push(Ancestor {
        generation: champion.generation.max(9),
        genome: champion.genome.clone(),
        origin: "mutation".to_owned(),
        changes: vec![change("self-adaptive", Some("parametric"), "slow-period", Some(35.0), Some(38.0), "")],
        fitness: champion.fitness.into(),
    });
    lineage
}

pub(super) fn dropped(plugin: &str, reason: &str) -> DroppedPlugin {
    DroppedPlugin { plugin: plugin.to_owned(), reason: reason.to_owned() }
}

fn mutations() -> Mutations {
    let tier =
        |name: &str, count, share, target| TierShare { tier: name.to_owned(), count, share: Some(share), target };
    let reason = |name: &str, count| Count { name: name.to_owned(), count };
    let parameter = |name: &str, moves, clamped_low, clamped_high, drift| MutatedParameter {
        name: name.to_owned(),
        moves,
        clamped_low,
        clamped_high,
        drift,
    };
    Mutations {
        total: 392,
        successes: 388,
        attempts: 421,
        tiers: vec![
            tier("parametric", 64, 0.516, 0.5),
            tier("structural", 38, 0.306, 0.3),
            tier("relational", 22, 0.178, 0.2),
        ],
        reasons: vec![reason("no-change", 21), reason("refused", 9), reason("invariant", 3)],
        parameters: vec![
            parameter("fast-period", 121, 2, 0, Some(-0.004)),
            parameter("slow-period", 118, 0, 1, Some(0.012)),
            parameter("fixed-stop.stop-loss", 41, 0, 3, Some(-0.007)),
            parameter("take-profit.target", 37, 0, 0, None),
        ],
    }
}

pub(super) fn groups() -> Vec<FactGroup> {
    let group = |title: &str, facts: &[(&str, &str)]| FactGroup {
        title: title.to_owned(),
        facts: facts
            .iter()
            .map(|(name, value)| Fact { name: (*name).to_owned(), value: (*value).to_owned() })
            .collect(),
    };
    vec![
        group(
            "Settings",
            &[
                ("population", "50"),
                ("generations", "10"),
                ("mutation rate", "0.1"),
                ("crossover rate", "0.8"),
                ("elite ratio", "0.2"),
                ("fees, slippage", "0.1 %, 0.05 % a side"),
                ("fill", "next-open"),
            ],
        ),
        group(
            "Versions and hashes",
            &[
                ("seedbed", "0.1.0"),
                ("scoring version", "1"),
                ("component", "b3:5f1d7c0a9e44b2f80c6bd1e3a9f27a6655d0c1b2a3948576e0f1a2b3c4d5e6f7"),
                ("bars", "b3:0a9e44b2f80c6bd1e3a9f27a6655d0c1b2a3948576e0f1a2b3c4d5e6f75f1d7c"),
                ("final hash", "b3:e3a9f27a6655d0c1b2a3948576e0f1a2b3c4d5e6f75f1d7c0a9e44b2f80c6bd1"),
            ],
        ),
        group("Evaluations", &[("scored", "412"), ("from memo", "17"), ("failed", "3"), ("a second", "2,914")]),
    ]
}
