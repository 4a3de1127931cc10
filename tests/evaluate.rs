//! `seedbed evaluate` as its user meets it: rows, prices, trades, configuration, and everything that can be given wrong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use seedbed_market::{SynthConfig, sample, synthesize, write_csv, write_parquet};
use serde_json::Value;
use support::{Ended, Machine, seed};

const JSON: [&str; 3] = ["evaluate", "--format", "json"];

/// The cells of one key in every row.
fn column<'a>(evaluation: &'a Value, key: &str) -> Vec<&'a str> {
    evaluation["rows"].as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or("-")).collect()
}

/// The first ten bars of the sample as a price file.
fn ten_bars() -> String {
    let mut csv = Vec::new();
    write_csv(sample(), &mut csv).unwrap();
    String::from_utf8(csv).unwrap().lines().take(11).map(|line| format!("{line}\n")).collect()
}

fn assert_said(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.code, code, "{}", ended.stderr);
    assert!(ended.stderr.contains(says), "{:?} does not say {says:?}", ended.stderr);
}

/// A plugin's folder below `plugins`: the EMA crossover with this manifest below the three keys that every one needs.
fn plugin(machine: &Machine, folder: &str, manifest: &str) {
    machine.write(&format!("plugins/{folder}/component.wasm"), seed("ema-crossover"));
    let head = "manifest = 1\nname = \"ema-crossover\"\ncomponent = \"component.wasm\"\n";
    let manifest = if manifest.contains("manifest =") { manifest.to_owned() } else { format!("{head}{manifest}") };
    machine.write(&format!("plugins/{folder}/plugin.toml"), manifest);
}

/// The one row of a directory of one such plugin: its verdict, the code and the message of its error.
fn verdict(manifest: &str) -> (String, String, String) {
    let machine = Machine::new();
    plugin(&machine, "one", manifest);
    let evaluation = machine.run(&["evaluate", "plugins", "--format", "json"]).json();
    let row = &evaluation["rows"][0];
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    (text(&row["verdict"]), text(&row["error"]["code"]), text(&row["error"]["message"]))
}

#[test]
fn the_built_in_seeds_are_scored_on_the_embedded_bars() {
    let machine = Machine::new();
    let ended = machine.run(&JSON);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let evaluation = ended.json();
    assert_eq!(evaluation["format"], "seedbed.evaluate/1");
    assert_eq!(evaluation["data"][0]["bars"], 3270);
    let names = column(&evaluation, "name");
    for name in ["bollinger-bands", "ema-crossover", "rsi-filter"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for row in evaluation["rows"].as_array().unwrap() {
        assert!(row["metrics"]["trades"].as_u64() > Some(0), "defaults must trade: {row:#}");
    }

    let table = machine.run(&["evaluate"]);
    for name in names {
        assert!(table.stdout.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}: {}", table.stdout);
    }
}

/// Whoever compares two runs must see only what changed in the plugins.
#[test]
fn the_output_is_the_same_whatever_the_threads_and_the_cache() {
    let machine = Machine::new();
    let first = machine.run(&JSON).stdout;
    let table = machine.run(&["evaluate"]).stdout;
    for arguments in [&["--threads", "1"][..], &["--threads", "2"], &["--threads", "8"], &["--no-cache"], &[]] {
        assert_eq!(machine.run(&[&JSON, arguments].concat()).stdout, first, "{arguments:?}");
        assert_eq!(machine.run(&[&["evaluate"], arguments].concat()).stdout, table, "{arguments:?}");
    }
}

#[test]
fn a_file_a_folder_and_a_directory_give_the_same_score() {
    let machine = Machine::new();
    plugin(&machine, "crossover", "");
    machine.write("bare/crossover.wasm", seed("ema-crossover"));
    machine.write("bare/notes.txt", "no plugin");
    let metrics = |path: &str| {
        let ended = machine.run(&["evaluate", path, "--format", "json"]);
        assert_eq!(ended.code, 0, "{path}: {}", ended.stderr);
        let evaluation = ended.json();
        assert_eq!(column(&evaluation, "name"), ["ema-crossover"], "{path}");
        evaluation["rows"][0]["metrics"].clone()
    };
    let directory = metrics("plugins");
    for path in ["plugins/crossover", "plugins/crossover/plugin.toml", "plugins/crossover/component.wasm", "bare"] {
        assert_eq!(metrics(path), directory, "{path}");
    }
}

#[test]
fn every_symbol_has_its_rows() {
    let machine = Machine::new();
    let bars = synthesize(&SynthConfig { bars: 500, ..SynthConfig::default() }).unwrap();
    let (mut csv, mut parquet) = (Vec::new(), Vec::new());
    write_csv(&bars, &mut csv).unwrap();
    write_parquet(&bars, &mut parquet).unwrap();
    machine.write("a.csv", csv);
    machine.write("b.parquet", parquet);
    let ended = machine.run(&[&JSON[..], &["--data", "a.csv", "--data", "b.parquet"]].concat());
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    let evaluation = ended.json();
    let rows = evaluation["rows"].as_array().unwrap();
    assert_eq!(column(&evaluation, "symbol"), ["a", "b"].repeat(rows.len() / 2));
    for pair in rows.chunks(2) {
        assert_eq!(pair[0]["metrics"], pair[1]["metrics"], "one series in two formats");
    }
    assert_eq!(evaluation["data"][0]["hash"], evaluation["data"][1]["hash"]);
}

#[test]
fn a_bad_price_file_costs_its_own_rows_only() {
    let machine = Machine::new();
    machine.write("good.csv", ten_bars());
    machine.write("bad.csv", ten_bars().replace(",111,", ",abc,"));
    let says = "error: bad.csv, line 5, column high: \"abc\" is not a number";
    let both = machine.run(&[&JSON[..], &["--data", "bad.csv", "--data", "good.csv"]].concat());
    assert_said(&both, 1, says);
    assert!(column(&both.json(), "symbol").iter().all(|symbol| *symbol == "good"));
    let alone = machine.run(&["evaluate", "--data", "bad.csv"]);
    assert_said(&alone, 2, says);
    assert_eq!(alone.stdout, "");
}

#[test]
fn two_files_of_one_symbol_are_not_told_apart() {
    let machine = Machine::new();
    machine.write("a.csv", ten_bars());
    machine.write("other/a.csv", ten_bars());
    let ended = machine.run(&["evaluate", "--data", "a.csv", "--data", "other/a.csv"]);
    assert_said(&ended, 2, "error: two price files are named a; rename one");
}

#[test]
fn too_few_bars_are_said_and_not_scored_as_if_nothing_were_missing() {
    let machine = Machine::new();
    machine.write("ten.csv", ten_bars());
    let ended = machine.run(&[&JSON[..], &["--data", "ten.csv"]].concat());
    assert_eq!(ended.code, 1);
    let evaluation = ended.json();
    let rows: BTreeMap<_, _> =
        evaluation["rows"].as_array().unwrap().iter().map(|row| (row["name"].as_str().unwrap(), row)).collect();
    assert_eq!(rows["rsi-filter"]["error"]["message"], "signals: refused: too few bars: needs at least 15");
    assert_eq!(rows["rsi-filter"]["verdict"], "refused");
    let remarks = rows["ema-crossover"]["remarks"].to_string();
    assert!(remarks.contains("runs on 10 bars, fewer than the 78 that it recommends"), "{remarks}");
    assert_eq!(rows["ema-crossover"]["verdict"], "warned");
}

/// What is written for other programs must be what the rows are made of.
#[test]
fn trades_add_up_to_the_final_equity_in_both_formats() {
    let machine = Machine::new();
    // Trades that are closed at the end of the data count their unrealised result, so that cash and results make the final equity.
    let evaluation = machine.run(&[&JSON[..], &["--trades", "trades.csv"]].concat()).json();
    let parquet = machine.run(&["evaluate", "--trades", "trades.parquet"]);
    assert_eq!(parquet.code, 0, "{}", parquet.stderr);

    let mut csv = csv::Reader::from_path(machine.work().join("trades.csv")).unwrap();
    let names: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let trades: Vec<BTreeMap<String, String>> =
        csv.records().map(|row| names.iter().cloned().zip(row.unwrap().iter().map(str::to_owned)).collect()).collect();
    for row in evaluation["rows"].as_array().unwrap() {
        let of_plugin: Vec<_> =
            trades.iter().filter(|trade| trade["plugin"] == row["name"].as_str().unwrap()).collect();
        assert_eq!(Some(of_plugin.len() as u64), row["metrics"]["trades"].as_u64());
        let open: Vec<_> = of_plugin.iter().filter(|trade| trade["closed"] == "false").collect();
        assert!(open.len() <= 1, "{open:?}");
        let pnl: f64 = of_plugin.iter().map(|trade| trade["pnl"].parse::<f64>().unwrap()).sum();
        let equity = row["metrics"]["final_equity"].as_f64().unwrap();
        assert!((100_000.0 + pnl - equity).abs() <= 1e-9 * equity, "{}: {pnl} {equity}", row["name"]);
        for trade in of_plugin {
            let (entry, exit) = (trade["entry_bar"].parse::<u64>().unwrap(), trade["exit_bar"].parse::<u64>().unwrap());
            assert!(entry <= exit && exit < 3270 && trade["entry_time"] <= trade["exit_time"], "{trade:?}");
            // A stop or target names the level that fired; a signal has none.
            assert_eq!(
                trade["level"].is_empty(),
                matches!(trade["reason"].as_str(), "signal" | "time" | "end"),
                "{trade:?}"
            );
            assert!(!trade["mechanism"].is_empty(), "{trade:?}");
        }
    }

    let file = fs::File::open(machine.work().join("trades.parquet")).unwrap();
    let rows: Vec<_> =
        SerializedFileReader::new(file).unwrap().get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), trades.len());
    for (row, trade) in rows.iter().zip(&trades) {
        for (name, field) in row.get_column_iter() {
            let cell = &trade[name];
            let same = match field {
                Field::Null => cell.is_empty(),
                Field::Str(text) => cell == text,
                Field::Bool(flag) => *cell == flag.to_string(),
                Field::Long(count) => *cell == count.to_string(),
                Field::Double(number) => cell.parse::<f64>().unwrap().to_bits() == number.to_bits(),
                Field::TimestampMillis(time) => seedbed_market::BarTime(*time).to_string() == *cell,
                other => panic!("{name}: {other:?}"),
            };
            assert!(same, "{name}: {field:?} in Parquet, {cell:?} in CSV");
        }
    }
    assert!(trades.len() > 100, "too few trades to tell anything");
}

#[test]
fn trades_go_nowhere_unless_all_is_right() {
    let machine = Machine::new();
    assert_said(&machine.run(&["evaluate", "--trades", "t.xls"]), 2, "end the name in .csv or .parquet");
    let early = machine.run(&["evaluate", "--trades", "nowhere/t.csv"]);
    assert_said(&early, 2, "cannot write trades to nowhere/t.csv: there is no folder nowhere");
    fs::create_dir(machine.work().join("folder.csv")).unwrap();
    let late = machine.run(&["evaluate", "--trades", "folder.csv"]);
    assert_said(&late, 3, "error: cannot write trades to folder.csv: ");
    assert!(late.stdout.contains("ema-crossover"), "the rows are not lost: {}", late.stdout);
    fs::remove_dir(machine.work().join("folder.csv")).unwrap();
    machine.write("t.csv", "kept until there is something better");
    assert_eq!(machine.run(&["evaluate", "--trades", "t.csv"]).code, 0);
    let left: Vec<_> = fs::read_dir(machine.work()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["t.csv"]);
}

#[test]
fn a_flag_beats_the_environment_beats_the_file_beats_the_default() {
    let machine = Machine::new();
    let fees = |arguments: &[&str], environment: &[(&str, &str)]| {
        machine.run_with(&[&JSON[..], arguments].concat(), environment).json()["data"][0]["fees"].clone()
    };
    assert_eq!(fees(&[], &[]), 0.001);
    machine.write("seedbed.toml", "[backtest]\nfees = 0.002\n");
    assert_eq!(fees(&[], &[]), 0.002);
    assert_eq!(fees(&[], &[("SEEDBED_BACKTEST_FEES", "0.003")]), 0.003);
    assert_eq!(fees(&["--fees", "0.004"], &[("SEEDBED_BACKTEST_FEES", "0.003")]), 0.004);
    let other = machine.write("other.toml", "[backtest]\nfees = 0.005\n");
    assert_eq!(fees(&["--config", "other.toml"], &[]), 0.005);
    assert_eq!(fees(&[], &[("SEEDBED_CONFIG", other.to_str().unwrap())]), 0.005);
}

#[test]
fn costs_cost() {
    let machine = Machine::new();
    let total = |arguments: &[&str]| {
        let evaluation = machine.run(&[&JSON[..], arguments].concat()).json();
        evaluation["rows"][1]["metrics"]["total_return"].as_f64().unwrap()
    };
    let free = total(&["--fees", "0", "--slippage", "0"]);
    assert!(free > total(&[]) && total(&[]) > total(&["--fees", "0.01"]));
    assert_ne!(total(&["--fill", "close"]), total(&[]));
}

#[test]
fn a_wrong_configuration_is_never_a_silent_default() {
    let machine = Machine::new();
    for (file, says) in [
        ("[backtest]\nfess = 0.1\n", "seedbed.toml:2:1: [backtest] fess: unknown key; did you mean fees?"),
        ("[backtset]\nfees = 0.1\n", "seedbed.toml:1:2: [backtset]: unknown section; did you mean [backtest]?"),
        ("[backtest\n", "seedbed.toml:1:10: not TOML: unclosed table, expected `]`"),
    ] {
        machine.write("seedbed.toml", file);
        let ended = machine.run(&["evaluate"]);
        assert_said(&ended, 2, says);
        assert_eq!(ended.stdout, "");
    }
    assert_said(&machine.run(&["evaluate", "--config", "absent.toml"]), 2, "absent.toml: no such configuration file");
}

#[test]
fn nothing_but_text_goes_down_a_pipe() {
    let machine = Machine::new();
    for environment in [&[][..], &[("NO_COLOR", "1")], &[("CLICOLOR_FORCE", "1")]] {
        let ended = machine.run_with(&["evaluate", "--log-level", "debug"], environment);
        assert!(ended.stderr.contains("DEBUG"), "{}", ended.stderr);
        for text in [ended.stdout, ended.stderr, machine.run(&["--help"]).stdout] {
            assert!(!text.contains('\u{1b}'), "{text:?}");
        }
    }
}

#[test]
fn a_reader_that_hangs_up_ends_nothing_badly() {
    let machine = Machine::new();
    let ended = machine.shell("{ \"$0\" evaluate; echo $? > code; } | head -n 1");
    assert!(ended.stdout.starts_with("ibm_1d: 3270 bars"), "{}", ended.stdout);
    assert_eq!(ended.stderr, "");
    assert_eq!(fs::read_to_string(machine.work().join("code")).unwrap(), "0\n");
}

/// A cache costs time, never a result.
#[test]
fn without_a_cache_everything_is_evaluated_all_the_same() {
    let machine = Machine::new();
    let kept = machine.run(&["evaluate"]);
    assert_eq!(kept.stderr, "");
    let file = machine.write("file", "no folder");
    let open = machine.work().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    for (environment, says) in [
        ([("SEEDBED_SANDBOX_CACHE", file.to_str().unwrap())], "file: File exists"),
        ([("SEEDBED_SANDBOX_CACHE", open.to_str().unwrap())], "open can be written by group or others"),
        ([("XDG_CACHE_HOME", file.to_str().unwrap())], "Not a directory"),
    ] {
        let ended = machine.run_with(&["evaluate"], &environment);
        assert_said(&ended, 0, says);
        assert!(ended.stderr.contains("WARN compiling without a cache: "), "{}", ended.stderr);
        assert_eq!(ended.stdout, kept.stdout);
    }
    let off = machine.run_with(&["evaluate"], &[("SEEDBED_SANDBOX_CACHE", "off")]);
    assert_eq!(off.stdout, kept.stdout);
    assert!(!off.stderr.contains("WARN"), "{}", off.stderr);
}

#[test]
fn the_log_goes_to_stderr_and_to_its_file_only() {
    let machine = Machine::new();
    let quiet = machine.run(&["evaluate"]);
    let flag = machine.run(&["evaluate", "--log-level", "debug"]);
    assert!(flag.stderr.contains(" DEBUG "), "{}", flag.stderr);
    assert_eq!(flag.stdout, quiet.stdout);
    let variable = machine.run_with(&["evaluate"], &[("SEEDBED_LOG", "debug"), ("SEEDBED_LOGGING_FILE", "log")]);
    assert!(variable.stderr.contains(" DEBUG "), "{}", variable.stderr);
    assert_eq!(variable.stdout, quiet.stdout);
    assert!(fs::read_to_string(machine.work().join("log")).unwrap().contains(" DEBUG "));
    assert_said(&machine.run(&["evaluate", "--log-level", "loud"]), 2, "--log-level: [logging] level = \"loud\"");
}

#[test]
fn a_path_without_plugins_says_what_a_plugin_is() {
    let machine = Machine::new();
    fs::create_dir(machine.work().join("empty")).unwrap();
    assert_said(&machine.run(&["evaluate", "absent"]), 2, "error: absent: no such file or directory; name a directory");
    assert_said(&machine.run(&["evaluate", "empty"]), 2, "error: empty: no plugin found; a plugin is a folder with");
}

#[test]
fn a_manifest_can_only_narrow() {
    let fuel = verdict("[limits]\nfuel_base = 10_000\nfuel_per_bar = 1\n");
    assert_eq!((fuel.0.as_str(), fuel.1.as_str()), ("failed", "out-of-fuel"), "{}", fuel.2);
    let more = verdict("[limits]\nfuel_base = 1_000_000_000\nfuel_per_bar = 1_000_000\nmemory = \"1GiB\"\n");
    assert_ne!(more.0, "failed", "{}", more.2);

    // Narrower bounds move the component's own value inside them, and the row says so.
    let exits = |manifest: &str| {
        let machine = Machine::new();
        plugin(&machine, "one", manifest);
        let evaluation = machine.run(&["evaluate", "plugins", "--format", "json"]).json();
        evaluation["rows"][0].clone()
    };
    let free = exits("");
    let (mechanism, values) = free["exits"].as_object().unwrap().iter().next().unwrap();
    let (parameter, value) = values.as_object().unwrap().iter().next().unwrap();
    let value = value.as_f64().unwrap();
    let bounds = format!("[exits.{mechanism}.{parameter}]\nbounds = [{}, {}]\n", value * 1.1, value * 1.3);
    let narrowed = exits(&bounds);
    let moved = narrowed["exits"][mechanism][parameter].as_f64().unwrap();
    assert!((moved / value - 1.1).abs() < 1e-12, "{narrowed:#}");
    assert_eq!(narrowed["verdict"], "warned", "{narrowed:#}");
}

#[test]
fn a_wrong_manifest_is_refused_in_its_own_row() {
    for (manifest, says) in [
        ("[limits]\nfuel_bas = 1\n", "plugin.toml:5:1: [limits] fuel_bas: unknown key; did you mean fuel_base?"),
        (
            "manifest = 2\nname = \"x\"\ncomponent = \"component.wasm\"\n",
            "manifest version 2, but this host reads version 1",
        ),
        (
            "manifest = 1\nname = \"x\"\ncomponent = \"../component.wasm\"\n",
            "component = \"../component.wasm\": leaves the plugin's folder",
        ),
        (
            "manifest = 1\nname = \"x\"\ncomponent = \"absent.wasm\"\n",
            "absent.wasm: no component there yet; build it with `seedbed build plugins/one`",
        ),
        (
            "manifest = 1\nname = \"Not a name\"\ncomponent = \"component.wasm\"\n",
            "name = \"Not a name\": not a plugin's name",
        ),
        (
            "[exits.fixed-stp.stop-loss]\nbounds = [0.1, 0.2]\n",
            "unknown exit mechanism \"fixed-stp\"; did you mean fixed-stop?",
        ),
        ("manifest = 1\n", "plugin.toml:1:1: component: missing"),
    ] {
        let (verdict, code, message) = verdict(manifest);
        assert_eq!((verdict.as_str(), code.as_str()), ("refused", "source"), "{message}");
        assert!(message.contains(says), "{message:?} does not say {says:?}");
    }
}

#[test]
fn of_two_plugins_with_one_name_the_first_is_evaluated() {
    let machine = Machine::new();
    plugin(&machine, "first", "");
    plugin(&machine, "second", "");
    machine.write("plugins/third.wasm", seed("ema-crossover"));
    machine.write("plugins/fourth.wasm", seed("rsi-filter"));
    let ended = machine.run(&["evaluate", "plugins", "--format", "json", "--threads", "8"]);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.stderr, "", "one component is compiled and kept by several threads at once");
    let evaluation = ended.json();
    assert_eq!(column(&evaluation, "source"), ["first", "fourth.wasm", "second", "third.wasm"]);
    let verdicts = column(&evaluation, "verdict");
    assert_eq!((verdicts[2], verdicts[3]), ("refused", "refused"));
    assert!(!verdicts[..2].contains(&"refused"), "{verdicts:?}");
    let message = |row: usize| evaluation["rows"][row]["error"]["message"].as_str().unwrap();
    assert_eq!(
        message(2),
        "plugins/second/component.wasm: the name \"ema-crossover\" is taken by plugins/first/component.wasm; rename one of the two"
    );
    assert_eq!(message(3), "describes itself as 'ema-crossover', a name that 'first' has already; rename one of them");
}
