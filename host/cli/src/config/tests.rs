use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use seedbed_settings::{DefaultValue, Kind, Origin};

use super::{
    Backtest, CATALOGUE, Cache, Config, ConfigError, Evolution, ExitMutation, FILE, Fill, Flag, Limits, PREFIX, Size,
    Sources, Wasi, keys,
};

fn load(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &'static str, &str)],
) -> Result<Config, String> {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join(FILE), file).expect("written");
    let sources = Sources {
        folder: folder.path().to_owned(),
        named: None,
        environment: environment.iter().map(|(name, text)| (OsString::from(name), OsString::from(text))).collect(),
        flags: flags.iter().map(|&(flag, key, text)| Flag { flag, key, text: text.into() }).collect(),
    };
    Config::load(sources).map_err(|error| error.to_string().replace(&format!("{}/", folder.path().display()), ""))
}

fn load_in(folder: &Path, named: Option<&str>) -> Result<Config, String> {
    let sources =
        Sources { folder: folder.to_owned(), named: named.map(|name| folder.join(name)), ..Sources::default() };
    Config::load(sources).map_err(|error| error.to_string().replace(&folder.display().to_string(), "DIR"))
}

/// The documented file, word for word, is the same as no file at all: whoever copies it from the manual changes nothing.
#[test]
fn the_documented_file_is_the_defaults() {
    let documented = r#"
[limits]
fuel_per_bar = 20_000
fuel_base = 5_000_000
deadline = "5s"
memory = "64MiB"
[backtest]
fill = "next-open"
fees = 0.001
slippage = 0.0005
size = "all-in"
sides = "both"
entry_threshold = 0.5
entry = "edge"
cash = 100_000
[exit_mutation]
enabled = true
exit_mutation_probability = 0.3
[exit_mutation.mutation_config]
tier1_weight = 0.5
tier2_weight = 0.3
tier3_weight = 0.2
drift_free = false
[exit_mutation.mutation_config.parameter_ranges]
stop_loss_range = [0.8, 1.2]
take_profit_range = [0.9, 1.3]
trailing_range = [0.85, 1.25]
[exit_mutation.validation]
max_retries = 3
validation_timeout = 5
[exit_mutation.monitoring]
log_mutations = true
track_mutation_types = true
log_validation = true
[logging]
[metrics]
[sandbox]
[storage]
[evolution]
population_size = 50
generations = 10
mutation_rate = 0.1
crossover_rate = 0.8
elite_ratio = 0.2
min_fitness_threshold = 0.5
max_evaluation_time = 600
evaluation_timeout = 300
"#;
    let config = load(documented, &[], &[]).expect("is right");
    let defaults = load("", &[], &[]).expect("is right");
    assert_eq!(values(&config), values(&defaults));
    assert_eq!(config.notices, []);
    assert_eq!(
        config.limits,
        Limits {
            fuel_per_bar: 20_000,
            fuel_base: 5_000_000,
            deadline: Duration::from_secs(5),
            memory: seedbed_settings::ByteSize::mebibytes(64),
            component_size: seedbed_settings::ByteSize::mebibytes(32),
        }
    );
    assert_eq!(
        config.backtest,
        Backtest {
            fill: Fill::NextOpen,
            fees: 0.001,
            slippage: 0.0005,
            stop_slippage: false,
            size: Size::AllIn,
            sides: super::Sides::Both,
            entry_threshold: 0.5,
            entry: super::Entry::Edge,
            cash: 100_000.0,
            bars_per_year: None,
        }
    );
    assert_eq!(
        config.exit_mutation,
        ExitMutation {
            enabled: true,
            probability: 0.3,
            tier_weights: [0.5, 0.3, 0.2],
            drift_free: false,
            stop_loss_range: (0.8, 1.2),
            take_profit_range: (0.9, 1.3),
            trailing_range: (0.85, 1.25),
            attempts: 3,
            validation_timeout: Duration::from_secs(5),
            log_mutations: true,
            track_mutation_types: true,
            log_validation: true,
        }
    );
    assert_eq!(
        (config.logging.level.as_str(), config.sandbox.wasi, config.sandbox.cache),
        ("info", Wasi::Deny, Cache::User)
    );
    assert_eq!(
        config.evolution,
        Evolution {
            population_size: 50,
            generations: 10,
            mutation_rate: 0.1,
            crossover_rate: 0.8,
            elite_ratio: 0.2,
            min_fitness_threshold: 0.5,
            max_evaluation_time: Duration::from_secs(600),
            evaluation_timeout: Duration::from_secs(300),
        }
    );
}

/// Everything but where the values come from.
fn values(config: &Config) -> String {
    let Config { limits, backtest, exit_mutation, logging, metrics, sandbox, review, storage, evolution, .. } = config;
    format!(
        "{limits:?}{backtest:?}{exit_mutation:?}{logging:?}{metrics:?}{sandbox:?}{review:?}{storage:?}{evolution:?}"
    )
}

/// A key that the file may set but nobody reads would be a promise that is not kept.
#[test]
fn every_key_reaches_the_typed_configuration() {
    let defaults = values(&load("", &[], &[]).expect("is right"));
    for key in CATALOGUE.keys() {
        let other = match (key.path(), key.kind()) {
            ("backtest.size" | "storage.backend", _) => continue,
            ("logging.level", _) => "debug".to_owned(),
            (_, Kind::Bool) => {
                if key.default_value() == Some(DefaultValue::Bool(true)) { "false" } else { "true" }.to_owned()
            }
            (_, Kind::Integer { max, .. }) => max.to_string(),
            (_, Kind::Number { max, .. }) => max.to_string(),
            (_, Kind::Words(words)) => {
                let Some(DefaultValue::Word(default)) = key.default_value() else { panic!("words have a default") };
                (*words.iter().find(|word| **word != default).expect("there is another word")).to_owned()
            }
            (_, Kind::Span { max, .. }) => max.to_string(),
            (_, Kind::Size { max, .. }) => max.to_string(),
            (_, Kind::Pair { min, max }) => format!("[{min}, {max}]"),
            (_, Kind::Address) => "localhost:9000".to_owned(),
            (_, Kind::Url) => "s3://bucket".to_owned(),
            (_, Kind::Path | Kind::Text | Kind::List) => "some".to_owned(),
        };
        let config = load("", &[(&key.variable(PREFIX), &other)], &[]).expect("is in range");
        assert_ne!(values(&config), defaults, "{} = {other}", key.path());
    }
}

#[test]
fn variables_of_different_keys_differ() {
    let variables: BTreeSet<_> = CATALOGUE.keys().iter().map(|key| key.variable(PREFIX)).collect();
    assert_eq!(variables.len(), CATALOGUE.keys().len());
}

#[test]
fn flag_beats_environment_beats_file() {
    let file = "[backtest]\nfees = 0.1\nslippage = 0.1\ncash = 5\n[logging]\nlevel = \"warn\"\n";
    let environment =
        [("SEEDBED_BACKTEST_FEES", "0.2"), ("SEEDBED_BACKTEST_SLIPPAGE", "0.2"), ("SEEDBED_LOG", "debug")];
    let config = load(file, &environment, &[("--fees", "backtest.fees", "0.3")]).expect("is right");
    let backtest = &config.backtest;
    assert_eq!((backtest.fees, backtest.slippage, backtest.cash), (0.3, 0.2, 5.0));
    assert_eq!(config.logging.level, "debug");
    let origin = |key: &str| config.settings.origin(key).word();
    assert_eq!(
        ["backtest.fees", "backtest.slippage", "backtest.cash", "backtest.fill"].map(origin),
        ["flag", "environment", "file", "default"]
    );
}

#[test]
fn every_problem_of_every_layer_is_told_at_once() {
    let file = "[limits]\nfees = 0.1\nfuel_per_bar = \"many\"\n[exit_mutation.mutation_config]\n\
                tier1_weight = 0\ntier2_weight = 0\ntier3_weight = 0\n[backtest]\nunits = 3\nsize = \"all-in\"\n";
    assert_eq!(
        load(file, &[("SEEDBED_LOG", "debg")], &[("--fill", "backtest.fill", "close-ish")]),
        Err("6 problems\n  \
             seedbed.toml:2:1: [limits] fees: unknown key; did you mean [backtest] fees?\n  \
             seedbed.toml:3:16: [limits] fuel_per_bar = \"many\": a text where a whole number belongs; allowed: a whole number from 1 to 1000000000\n  \
             seedbed.toml:7:16: [exit_mutation.mutation_config] tier3_weight = 0: the weights of all tiers are 0; allowed: at least one above 0; did you mean 0.2?\n  \
             seedbed.toml:9:9: [backtest] units: stands beside size (seedbed.toml:10:8), and only one can hold\n  \
             SEEDBED_LOG: [logging] level = \"debg\": unknown level; allowed: off, error, warn, info, debug, trace, or directives such as seedbed_sandbox=debug; did you mean \"debug\"?\n  \
             --fill: [backtest] fill = \"close-ish\": unknown word; allowed: \"next-open\", \"close\""
            .into())
    );
}

#[test]
fn units_replace_the_size_of_a_weaker_layer_and_the_other_way_round() {
    let size =
        |file: &str, flags: &[(&'static str, &'static str, &str)]| load(file, &[], flags).map(|c| c.backtest.size);
    assert_eq!(size("[backtest]\nunits = 10", &[]), Ok(Size::Units(10.0)));
    assert_eq!(size("[backtest]\nsize = \"all-in\"", &[("--units", "backtest.units", "2")]), Ok(Size::Units(2.0)));
    assert_eq!(size("[backtest]\nunits = 10", &[("--size", "backtest.size", "all-in")]), Ok(Size::AllIn));
    assert!(size("[backtest]\nunits = 0", &[]).is_err());
}

#[test]
fn weights_are_normalised_with_a_notice() {
    let config =
        load("exit_mutation.mutation_config = { tier1_weight = 1, tier2_weight = 1, tier3_weight = 0 }", &[], &[]);
    let config = config.expect("is right");
    assert_eq!(config.exit_mutation.tier_weights, [0.5, 0.5, 0.0]);
    let notices: Vec<_> = config.notices.iter().map(ToString::to_string).collect();
    assert_eq!(notices.len(), 1);
    assert!(
        notices[0].ends_with(
            "seedbed.toml:1:86: the weights of the tiers sum to 2, not 1: normalised to 0.500, 0.500, 0.000"
        ),
        "{notices:?}"
    );
}

/// What `config show` prints is what is in force, not what was written.
#[test]
fn the_settings_say_what_the_rules_came_to() {
    let file = "[exit_mutation.mutation_config]\ntier1_weight = 0.9\ntier2_weight = 0.6\ntier3_weight = 0.3\n[backtest]\nunits = 3";
    let config = load(file, &[], &[]).expect("is right");
    let shown = |config: &Config, key: &str| config.settings.setting(key).map(|setting| setting.value.to_string());
    let weights = keys::TIER_WEIGHTS.map(|key| config.settings.get::<f64>(key).expect("is set"));
    assert_eq!(weights, config.exit_mutation.tier_weights);
    assert!((weights[0] - 0.5).abs() < 1e-15 && config.settings.origin(keys::TIER_WEIGHTS[0]).word() == "file");
    assert_eq!([keys::SIZE, keys::UNITS].map(|key| shown(&config, key)), [None, Some("3".into())]);
    let config = load(file, &[], &[("--size", "backtest.size", "all-in")]).expect("is right");
    assert_eq!([keys::SIZE, keys::UNITS].map(|key| shown(&config, key)), [Some("\"all-in\"".into()), None]);
}

/// Defaults stand in for what is wrong, so that a remark on their sum would be about numbers that nobody wrote.
#[test]
fn a_wrong_weight_brings_no_remark_on_the_sum() {
    let sources = Sources {
        environment: vec![("SEEDBED_EXIT_MUTATION_MUTATION_CONFIG_TIER1_WEIGHT".into(), "7".into())],
        flags: vec![Flag { flag: "--w", key: keys::TIER_WEIGHTS[1], text: "0.9".into() }],
        ..Sources::default()
    };
    let Err(ConfigError::Problems { problems, notices }) = Config::load(sources) else { panic!("7 is no weight") };
    assert_eq!((problems.count(), notices), (1, vec![]));
}

/// Whoever starts from the file that `config init` writes changes nothing until he uncomments a line, and nothing then either.
#[test]
fn the_written_defaults_are_the_defaults() {
    let defaults = values(&load("", &[], &[]).expect("is right"));
    let template = CATALOGUE.template();
    let commented = load(&template, &[], &[]).expect("is right");
    assert_eq!(values(&commented), defaults);
    assert!(commented.settings.iter().all(|setting| setting.origin == Origin::Default));

    let uncomment =
        |line: &str| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned();
    let uncommented: String =
        template.lines().filter(|line| !line.contains("# unset")).map(|line| uncomment(line) + "\n").collect();
    let uncommented = load(&uncommented, &[], &[]).expect("is right");
    assert_eq!(values(&uncommented), defaults);
    assert_eq!(uncommented.notices, []);
    assert!(uncommented.settings.iter().all(|setting| setting.origin.word() == "file"));
}

/// The table of the specification: a range that is narrower or wider than promised refuses or takes what it must not.
#[test]
fn exit_mutation_has_exactly_its_keys_and_ranges() {
    let fraction = Kind::Number { min: 0.0, max: 1.0 };
    let factors = Kind::Pair { min: 0.5, max: 2.0 };
    let found: Vec<_> = CATALOGUE
        .keys()
        .iter()
        .filter_map(|key| Some((key.path().strip_prefix("exit_mutation.")?, key.default_value()?, key.kind())))
        .collect();
    assert_eq!(
        found,
        [
            ("enabled", DefaultValue::Bool(true), Kind::Bool),
            ("exit_mutation_probability", DefaultValue::Number(0.3), fraction),
            ("mutation_config.tier1_weight", DefaultValue::Number(0.5), fraction),
            ("mutation_config.tier2_weight", DefaultValue::Number(0.3), fraction),
            ("mutation_config.tier3_weight", DefaultValue::Number(0.2), fraction),
            ("mutation_config.drift_free", DefaultValue::Bool(false), Kind::Bool),
            ("mutation_config.parameter_ranges.stop_loss_range", DefaultValue::Pair(0.8, 1.2), factors),
            ("mutation_config.parameter_ranges.take_profit_range", DefaultValue::Pair(0.9, 1.3), factors),
            ("mutation_config.parameter_ranges.trailing_range", DefaultValue::Pair(0.85, 1.25), factors),
            ("validation.max_retries", DefaultValue::Integer(3), Kind::Integer { min: 1, max: 10 }),
            ("validation.validation_timeout", DefaultValue::Integer(5), Kind::Integer { min: 1, max: 30 }),
            ("monitoring.log_mutations", DefaultValue::Bool(true), Kind::Bool),
            ("monitoring.track_mutation_types", DefaultValue::Bool(true), Kind::Bool),
            ("monitoring.log_validation", DefaultValue::Bool(true), Kind::Bool),
        ]
    );
}

#[test]
fn a_cache_can_be_somewhere_or_nowhere() {
    let cache = |text: &str| load("", &[("SEEDBED_SANDBOX_CACHE", text)], &[]).expect("is right").sandbox.cache;
    assert_eq!(cache("off"), Cache::Off);
    assert_eq!(cache("./off"), Cache::Folder("./off".into()));
}

#[test]
fn log_directives_are_left_to_the_logging_library() {
    assert!(load("logging.level = \"warn,seedbed_sandbox=debug\"", &[], &[]).is_ok());
    assert!(load("logging.level = \"loud\"", &[], &[]).is_err());
}

/// A configuration that is not read must never pass for one that is.
#[test]
fn a_file_is_the_defaults_only_when_nothing_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let (inside, at) = (folder.path(), |name: &str| folder.path().join(name));
    assert!(load_in(inside, None).is_ok());
    assert_eq!(
        load_in(inside, Some("absent.toml")),
        Err("DIR/absent.toml: no such configuration file; name another, or none for the defaults".into())
    );
    fs::write(at("empty.toml"), "").expect("written");
    assert!(load_in(inside, Some("empty.toml")).is_ok());
    fs::write(at("binary.toml"), b"\xff").expect("written");
    assert_eq!(load_in(inside, Some("binary.toml")), Err("DIR/binary.toml: not UTF-8".into()));
    fs::write(at("large.toml"), "#".repeat((1 << 20) + 1)).expect("written");
    assert_eq!(load_in(inside, Some("large.toml")), Err("DIR/large.toml: 1048577 bytes, at most 1MiB allowed".into()));
    fs::create_dir(at("folder.toml")).expect("made");
    assert_eq!(load_in(inside, Some("folder.toml")), Err("DIR/folder.toml: a directory, not a regular file".into()));
    symlink("nowhere", at(FILE)).expect("linked");
    assert!(load_in(inside, None).is_err_and(|text| text.starts_with("DIR/seedbed.toml: no such configuration file")));
}

#[test]
fn the_environment_may_name_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("other.toml");
    fs::write(&file, "limits.fuel_base = 7\n").expect("written");
    let environment = vec![("SEEDBED_CONFIG".into(), file.into_os_string())];
    let config = Config::load(Sources { environment, ..Sources::default() }).expect("is right");
    assert_eq!((config.limits.fuel_base, config.notices), (7, vec![]));
    assert!(matches!(config.settings.origin("limits.fuel_base"), Origin::File { line: 1, .. }));
}

/// A configuration is printed, logged and pasted into bug reports.
#[test]
fn a_password_never_prints() {
    let config = load("storage.url = \"postgres://u:hunter2@h/db\"", &[], &[]).expect("is right");
    let shown: String =
        config.settings.iter().map(|setting| format!("{} = {}\n", setting.key.path(), setting.value)).collect();
    assert!(shown.contains("storage.url = \"postgres://u:***@h/db\"\n"));
    assert!(!format!("{config:?}{shown}").contains("hunter2"));
    let environment = vec![("SEEDBED_STORAGE_URL".into(), "postgres://u:hunter2@h".into())];
    let sources = Sources { environment, ..Sources::default() };
    assert!(!format!("{sources:?}").contains("hunter2"));
    assert_eq!(config.storage.url.as_ref().map(|url| url.expose()), Some("postgres://u:hunter2@h/db"));
}
