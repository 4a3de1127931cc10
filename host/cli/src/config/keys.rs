use seedbed_settings::DefaultValue::{Bool, Integer, Number, Pair, Size, Span as Time, Text, Word};
use seedbed_settings::{ByteSize, Catalogue, Key, Kind, Span};

use super::words::{Backend, Entry, Fill, Isolation, LogFormat, Sides, Wasi};

const FRACTION: Kind = Kind::Number { min: 0.0, max: 1.0 };
const COST: Kind = Kind::Number { min: 0.0, max: 0.5 };
const FACTORS: Kind = Kind::Pair { min: 0.5, max: 2.0 };
const WEEK_OF_SECONDS: u64 = 604_800;

/// The key that replaces `backtest.size` by a number of units.
pub(super) const UNITS: &str = "backtest.units";
pub(super) const SIZE: &str = "backtest.size";
pub(super) const LEVEL: &str = "logging.level";
pub(super) const TIER_WEIGHTS: [&str; 3] = [
    "exit_mutation.mutation_config.tier1_weight",
    "exit_mutation.mutation_config.tier2_weight",
    "exit_mutation.mutation_config.tier3_weight",
];

/// Every section and key of `seedbed.toml`.
pub const CATALOGUE: Catalogue = Catalogue::new(&[
    Key::new(
        "limits.fuel_per_bar",
        Kind::Integer { min: 1, max: 1_000_000_000 },
        "Units of fuel of a call for each bar.",
    )
    .default(Integer(20_000)),
    Key::new("limits.fuel_base", Kind::Integer { min: 1, max: 1_000_000_000_000 }, "Units of fuel of a call besides.")
        .default(Integer(5_000_000)),
    Key::new(
        "limits.deadline",
        Kind::Span { min: Span::millis(10), max: Span::seconds(600) },
        "Wall-clock backstop behind the fuel.",
    )
    .default(Time(Span::seconds(5))),
    Key::new(
        "limits.memory",
        Kind::Size { min: ByteSize::bytes(65_536), max: ByteSize::mebibytes(4096) },
        "Linear memories and tables of one instance together.",
    )
    .default(Size(ByteSize::mebibytes(64))),
    Key::new(
        "limits.component_size",
        Kind::Size { min: ByteSize::bytes(1024), max: ByteSize::mebibytes(1024) },
        "The largest component file that is read.",
    )
    .default(Size(ByteSize::mebibytes(32))),
    Key::new("backtest.fill", Kind::Words(Fill::WORDS), "When a decision made at a close fills.")
        .default(Word("next-open")),
    Key::new("backtest.fees", COST, "Fee as a fraction of the traded value, each side.").default(Number(0.001)),
    Key::new("backtest.slippage", COST, "Slippage of market fills as a fraction of the price, each side.")
        .default(Number(0.0005)),
    Key::new("backtest.stop_slippage", Kind::Bool, "Whether fills of stops and targets slip too.").default(Bool(false)),
    Key::new(SIZE, Kind::Words(&["all-in"]), "What a trade takes: all the cash. For a fixed size set `units` instead.")
        .default(Word("all-in")),
    Key::new(UNITS, Kind::Number { min: 1e-9, max: 1e12 }, "A fixed number of units a trade, instead of `size`."),
    Key::new("backtest.sides", Kind::Words(Sides::WORDS), "The sides that may be entered.").default(Word("both")),
    Key::new("backtest.entry_threshold", FRACTION, "The conviction beyond which a position is entered.")
        .default(Number(0.5)),
    Key::new(
        "backtest.entry",
        Kind::Words(Entry::WORDS),
        "Whether only the first bar beyond the threshold enters, or any while flat.",
    )
    .default(Word("edge")),
    Key::new("backtest.cash", Kind::Number { min: 0.01, max: 1e12 }, "Cash at the start.").default(Number(100_000.0)),
    Key::new(
        "backtest.bars_per_year",
        Kind::Number { min: 1.0, max: 32_000_000.0 },
        "Bars a year for annualised figures; inferred from the prices when unset.",
    ),
    Key::new("exit_mutation.enabled", Kind::Bool, "Whether exits mutate at all.").default(Bool(true)),
    Key::new("exit_mutation.exit_mutation_probability", FRACTION, "How often a mutation is one of the exits.")
        .default(Number(0.3)),
    Key::new(TIER_WEIGHTS[0], FRACTION, "Weight of parametric mutation.").default(Number(0.5)),
    Key::new(TIER_WEIGHTS[1], FRACTION, "Weight of structural mutation.").default(Number(0.3)),
    Key::new(TIER_WEIGHTS[2], FRACTION, "Weight of relational mutation.").default(Number(0.2)),
    Key::new(
        "exit_mutation.mutation_config.drift_free",
        Kind::Bool,
        "Whether range steps are made symmetric on the log scale.",
    )
    .default(Bool(false)),
    Key::new(
        "exit_mutation.mutation_config.parameter_ranges.stop_loss_range",
        FACTORS,
        "Factors by which a stop loss changes in one step.",
    )
    .default(Pair(0.8, 1.2)),
    Key::new(
        "exit_mutation.mutation_config.parameter_ranges.take_profit_range",
        FACTORS,
        "Factors by which a profit target changes in one step.",
    )
    .default(Pair(0.9, 1.3)),
    Key::new(
        "exit_mutation.mutation_config.parameter_ranges.trailing_range",
        FACTORS,
        "Factors by which a trailing offset changes in one step.",
    )
    .default(Pair(0.85, 1.25)),
    Key::new("exit_mutation.validation.max_retries", Kind::Integer { min: 1, max: 10 }, "Attempts in all.")
        .default(Integer(3)),
    Key::new(
        "exit_mutation.validation.validation_timeout",
        Kind::Integer { min: 1, max: 30 },
        "Seconds for one attempt.",
    )
    .default(Integer(5)),
    Key::new("exit_mutation.monitoring.log_mutations", Kind::Bool, "Whether the mutation log is written.")
        .default(Bool(true)),
    Key::new("exit_mutation.monitoring.track_mutation_types", Kind::Bool, "Whether tiers are counted.")
        .default(Bool(true)),
    Key::new("exit_mutation.monitoring.log_validation", Kind::Bool, "Whether validation events are logged.")
        .default(Bool(true)),
    Key::new(LEVEL, Kind::Text, "off, error, warn, info, debug or trace; or directives such as seedbed_sandbox=debug.")
        .default(Text("info"))
        .alias("SEEDBED_LOG"),
    Key::new("logging.format", Kind::Words(LogFormat::WORDS), "How a log line looks.").default(Word("text")),
    Key::new("logging.file", Kind::Path, "A file that gets the log too."),
    Key::new("metrics.address", Kind::Address, "Where metrics are served."),
    Key::new("metrics.file", Kind::Path, "A file that metrics are written to."),
    Key::new("sandbox.wasi", Kind::Words(Wasi::WORDS), "What a component that imports WASI gets.")
        .default(Word("deny")),
    Key::new("sandbox.isolation", Kind::Words(Isolation::WORDS), "Where components run.").default(Word("process")),
    Key::new(
        "sandbox.cache",
        Kind::Path,
        "The folder of compiled components, or \"off\"; the user's cache folder when unset.",
    ),
    Key::new(
        "sandbox.strict_nan",
        Kind::Bool,
        "Whether generated code canonicalises NaN after every operation (2 to 3.5 times slower).",
    )
    .default(Bool(false)),
    Key::new("review.policy", Kind::Path, "The policy that plugins are reviewed under; a built-in one when unset."),
    Key::new("review.lock", Kind::Path, "The file that pins trusted plugins; ./seedbed.lock when unset."),
    Key::new("review.frozen", Kind::Bool, "Whether every plugin must be pinned exactly as it is.").default(Bool(false)),
    Key::new("storage.backend", Kind::Words(Backend::WORDS), "What keeps runs and evaluations.")
        .default(Word("directory")),
    Key::new("storage.path", Kind::Path, "The directory of a local store."),
    Key::new("storage.url", Kind::Url, "The address of a remote store; passwords are masked in every output."),
    Key::new("evolution.population_size", Kind::Integer { min: 2, max: 1_000_000 }, "Individuals of a generation.")
        .default(Integer(50)),
    Key::new("evolution.generations", Kind::Integer { min: 1, max: 1_000_000 }, "Generations of a run.")
        .default(Integer(10)),
    Key::new("evolution.mutation_rate", FRACTION, "How often a child is mutated.").default(Number(0.1)),
    Key::new("evolution.crossover_rate", FRACTION, "How often a child has two parents.").default(Number(0.8)),
    Key::new("evolution.elite_ratio", FRACTION, "The share of a generation that lives on unchanged.")
        .default(Number(0.2)),
    Key::new(
        "evolution.min_fitness_threshold",
        Kind::Number { min: -1000.0, max: 1000.0 },
        "The fitness from which a candidate counts as fit in reports.",
    )
    .default(Number(0.5)),
    Key::new(
        "evolution.max_evaluation_time",
        Kind::Integer { min: 1, max: WEEK_OF_SECONDS },
        "Seconds for a generation; a late one ends the run, which keeps what it has.",
    )
    .default(Integer(600)),
    Key::new(
        "evolution.evaluation_timeout",
        Kind::Integer { min: 1, max: WEEK_OF_SECONDS },
        "Seconds for one evaluation.",
    )
    .default(Integer(300)),
])
.sections(&[
    ("limits", "What one call of a component may cost."),
    ("backtest", "How convictions become trades."),
    ("exit_mutation", "How exits mutate."),
    ("logging", "What is logged, and where."),
    ("metrics", "Prometheus metrics."),
    ("sandbox", "How components run."),
    ("review", "Which plugins may run."),
    ("storage", "Where runs are kept."),
    ("evolution", "How generations follow each other."),
]);
