use std::path::Path;

use proptest::prelude::*;

use crate::{ByteSize, Catalogue, Key, Kind, Problems, Span, Value};

const KEYS: &[Key] = &[
    Key::new("name", Kind::Text, "A name."),
    Key::new("manifest", Kind::Integer { min: 1, max: u64::MAX }, "A version.").required(),
    Key::new("limits.fuel_per_bar", Kind::Integer { min: 1, max: 1_000_000 }, "Fuel."),
    Key::new("limits.deadline", Kind::Span { min: Span::millis(10), max: Span::seconds(60) }, "Time."),
    Key::new("limits.memory", Kind::Size { min: ByteSize::bytes(65_536), max: ByteSize::mebibytes(4096) }, "Memory."),
    Key::new("backtest.fill", Kind::Words(&["next-open", "close"]), "Fill."),
    Key::new("backtest.fees", Kind::Number { min: 0.0, max: 0.5 }, "Fees."),
    Key::new("backtest.exact", Kind::Bool, "Exact."),
    Key::new("ranges.stop", Kind::Pair { min: 0.5, max: 2.0 }, "Range."),
    Key::new("exits.NAME.PARAMETER.bounds", Kind::Pair { min: f64::MIN, max: f64::MAX }, "Bounds."),
    Key::new("build.command", Kind::List, "Command."),
    Key::new("store.url", Kind::Url, "Address."),
    Key::new("store.path", Kind::Path, "Path."),
    Key::new("metrics.address", Kind::Address, "Address."),
];
const CATALOGUE: Catalogue = Catalogue::new(KEYS);

fn problems(text: &str) -> String {
    let document = CATALOGUE.check(Path::new("t.toml"), text);
    Problems::none_or_all(document.problems).map_or_else(|problems| problems.to_string(), |()| "none".into())
}

/// One problem with `line` as the second line of a document that is right otherwise.
fn problem(line: &str) -> String {
    problems(&format!("manifest = 1\n{line}\n"))
}

#[test]
fn every_kind_is_read_and_remembers_its_place() {
    let text = r#"
name = "x"
manifest = 0x1
limits = { fuel_per_bar = 20_000, deadline = "5s", memory = 65536 }
[backtest]
fill = "close"
fees = 0
exact = true
[ranges]
stop = [0.8, 1]
[exits.fixed-stop."a b"]
bounds = [-1.5, 2]
[build]
command = ["cargo", "build"]
[store]
url = "s3://bucket"
path = "here"
[metrics]
address = "[::1]:9000"
"#;
    let document = CATALOGUE.check(Path::new("t.toml"), text).finish().expect("is right");
    let value = |path: &str| document.entry(path).map(|entry| entry.value.clone());
    assert_eq!(value("name"), Some(Value::Text("x".into())));
    assert_eq!(value("manifest"), Some(Value::Integer(1)));
    assert_eq!(value("limits.fuel_per_bar"), Some(Value::Integer(20_000)));
    assert_eq!(value("limits.deadline"), Some(Value::Span(Span::seconds(5))));
    assert_eq!(value("limits.memory"), Some(Value::Size(ByteSize::bytes(65_536))));
    assert_eq!(value("backtest.fill"), Some(Value::Word("close")));
    assert_eq!(value("backtest.fees"), Some(Value::Number(0.0)));
    assert_eq!(value("backtest.exact"), Some(Value::Bool(true)));
    assert_eq!(value("ranges.stop"), Some(Value::Pair(0.8, 1.0)));
    assert_eq!(value("exits.NAME.PARAMETER.bounds"), Some(Value::Pair(-1.5, 2.0)));
    assert_eq!(value("build.command"), Some(Value::List(vec!["cargo".into(), "build".into()])));
    assert_eq!(value("metrics.address"), Some(Value::Text("[::1]:9000".into())));
    let bounds = document.entry("exits.NAME.PARAMETER.bounds").expect("is there");
    assert_eq!(bounds.path, ["exits", "fixed-stop", "a b", "bounds"]);
    assert_eq!(bounds.place(), "[exits.fixed-stop.\"a b\"] bounds");
    assert_eq!(bounds.origin.to_string(), "t.toml:12:10");
    assert_eq!(document.entry("limits.memory").expect("is there").origin.to_string(), "t.toml:4:61");
}

#[test]
fn every_problem_is_told_at_once_in_the_order_of_the_file() {
    let text = "manifest = 1\nnme = \"x\"\n[backtest]\nfill = \"next_open\"\nfees = 2\n[limits]\nfees = 0.1\n";
    assert_eq!(
        problems(text),
        "4 problems\n  \
         t.toml:2:1: nme: unknown key; did you mean name?\n  \
         t.toml:4:8: [backtest] fill = \"next_open\": unknown word; allowed: \"next-open\", \"close\"; did you mean \"next-open\"?\n  \
         t.toml:5:8: [backtest] fees = 2: out of range; allowed: a number from 0 to 0.5; did you mean 0.02?\n  \
         t.toml:7:1: [limits] fees: unknown key; did you mean [backtest] fees?"
    );
}

#[test]
fn each_refusal_says_what_where_and_what_instead() {
    for (line, text) in [
        (
            "limits.fuel_per_bar = 0",
            "t.toml:2:23: [limits] fuel_per_bar = 0: out of range; allowed: a whole number from 1 to 1000000; did you mean 1?",
        ),
        (
            "limits.fuel_per_bar = -1",
            "t.toml:2:23: [limits] fuel_per_bar = -1: out of range; allowed: a whole number from 1 to 1000000; did you mean 1?",
        ),
        (
            "limits.fuel_per_bar = 99999999999999999999",
            "t.toml:2:23: [limits] fuel_per_bar = 99999999999999999999: out of range; allowed: a whole number from 1 to 1000000; did you mean 1000000?",
        ),
        (
            "limits.fuel_per_bar = 5.0",
            "t.toml:2:23: [limits] fuel_per_bar = 5.0: a number where a whole number belongs; allowed: a whole number from 1 to 1000000; did you mean 5?",
        ),
        (
            "limits.fuel_per_bar = 1.5",
            "t.toml:2:23: [limits] fuel_per_bar = 1.5: a number where a whole number belongs; allowed: a whole number from 1 to 1000000",
        ),
        (
            "limits.deadline = 5",
            "t.toml:2:19: [limits] deadline = 5: a whole number where a time belongs; allowed: a time from \"10ms\" to \"1m\"; did you mean \"5s\"?",
        ),
        (
            "limits.deadline = \"5 sec\"",
            "t.toml:2:19: [limits] deadline = \"5 sec\": not a whole number and a unit; allowed: a time from \"10ms\" to \"1m\"",
        ),
        (
            "limits.deadline = \"2m\"",
            "t.toml:2:19: [limits] deadline = \"2m\": out of range; allowed: a time from \"10ms\" to \"1m\"; did you mean \"1m\"?",
        ),
        (
            "limits.memory = \"1KiB\"",
            "t.toml:2:17: [limits] memory = \"1KiB\": out of range; allowed: a size from \"64KiB\" to \"4GiB\"; did you mean \"64KiB\"?",
        ),
        (
            "limits.memory = -1",
            "t.toml:2:17: [limits] memory = -1: out of range; allowed: a size from \"64KiB\" to \"4GiB\"; did you mean \"64KiB\"?",
        ),
        (
            "backtest.fees = \"0.1\"",
            "t.toml:2:17: [backtest] fees = \"0.1\": a text where a number belongs; allowed: a number from 0 to 0.5; did you mean 0.1?",
        ),
        (
            "limits.memory = 64",
            "t.toml:2:17: [limits] memory = 64: out of range; allowed: a size from \"64KiB\" to \"4GiB\"; did you mean \"64MiB\"?",
        ),
        (
            "backtest.fees = 2",
            "t.toml:2:17: [backtest] fees = 2: out of range; allowed: a number from 0 to 0.5; did you mean 0.02?",
        ),
        (
            "backtest.fees = 0.6",
            "t.toml:2:17: [backtest] fees = 0.6: out of range; allowed: a number from 0 to 0.5; did you mean 0.5?",
        ),
        (
            "backtest.fees = -1",
            "t.toml:2:17: [backtest] fees = -1: out of range; allowed: a number from 0 to 0.5; did you mean 0?",
        ),
        (
            "ranges.stop = [0.1, 3]",
            "t.toml:2:15: [ranges] stop = [0.1, 3]: out of range; allowed: [low, high] with 0.5 <= low <= high <= 2; did you mean [0.5, 2]?",
        ),
        (
            "ranges.stop = [80, 120]",
            "t.toml:2:15: [ranges] stop = [80, 120]: out of range; allowed: [low, high] with 0.5 <= low <= high <= 2; did you mean [0.8, 1.2]?",
        ),
        (
            "exits.a.b.bounds = [120, 80]",
            "t.toml:2:20: [exits.a.b] bounds = [120, 80]: low end above high end; allowed: [low, high] with low <= high; did you mean [80, 120]?",
        ),
        (
            "store.path = \"s3://bucket\"",
            "t.toml:2:14: [store] path = \"s3://bucket\": an address where a path belongs; allowed: a path",
        ),
        (
            "backtest.fees = \"0.1%\"",
            "t.toml:2:17: [backtest] fees = \"0.1%\": a text where a number belongs; allowed: a number from 0 to 0.5; did you mean 0.001?",
        ),
        (
            "backtest.exact = \"yes\"",
            "t.toml:2:18: [backtest] exact = \"yes\": a text where a boolean belongs; allowed: true or false; did you mean true?",
        ),
        (
            "backtest.exact = 0",
            "t.toml:2:18: [backtest] exact = 0: a whole number where a boolean belongs; allowed: true or false; did you mean false?",
        ),
        ("backtest.fees = nan", "t.toml:2:17: [backtest] fees = nan: out of range; allowed: a number from 0 to 0.5"),
        (
            "backtest.fees = 1e999",
            "t.toml:2:17: [backtest] fees = 1e999: out of range; allowed: a number from 0 to 0.5",
        ),
        (
            "backtest.exact = \"true\"",
            "t.toml:2:18: [backtest] exact = \"true\": a text where a boolean belongs; allowed: true or false; did you mean true?",
        ),
        (
            "ranges.stop = [1.2, 0.8]",
            "t.toml:2:15: [ranges] stop = [1.2, 0.8]: low end above high end; allowed: [low, high] with 0.5 <= low <= high <= 2; did you mean [0.8, 1.2]?",
        ),
        (
            "ranges.stop = [1]",
            "t.toml:2:15: [ranges] stop = [1]: not two numbers; allowed: [low, high] with 0.5 <= low <= high <= 2",
        ),
        (
            "ranges.stop = 1",
            "t.toml:2:15: [ranges] stop = 1: a whole number where a list belongs; allowed: [low, high] with 0.5 <= low <= high <= 2",
        ),
        (
            "ranges.stop = [0.1, 1, 2, 3, {}]",
            "t.toml:2:15: [ranges] stop = [0.1, 1, 2, ..]: not two numbers; allowed: [low, high] with 0.5 <= low <= high <= 2",
        ),
        ("name = \"\"", "t.toml:2:8: name = \"\": empty or too long; allowed: one line of 1 to 1024 bytes"),
        (
            "build.command = []",
            "t.toml:2:17: [build] command = []: an empty list; allowed: a list of one or more texts",
        ),
        (
            "build.command = [1]",
            "t.toml:2:17: [build] command = [1]: a list with something else than texts; allowed: a list of one or more texts",
        ),
        ("store.path = \"\"", "t.toml:2:14: [store] path = \"\": no path; allowed: a path"),
        ("metrics.address = \"host\"", "t.toml:2:19: [metrics] address = \"host\": no address; allowed: \"host:port\""),
        (
            "metrics.address = \"host:99999\"",
            "t.toml:2:19: [metrics] address = \"host:99999\": no address; allowed: \"host:port\"",
        ),
        ("backtest = 1", "t.toml:2:1: [backtest]: a value where a section belongs"),
        ("name.x = 1", "t.toml:2:1: name: a table where a text belongs; allowed: one line of 1 to 1024 bytes"),
        ("[backtst]", "t.toml:2:2: [backtst]: unknown section; did you mean [backtest]?"),
        ("fees = 1", "t.toml:2:1: fees: unknown key; did you mean [backtest] fees?"),
        ("exits.a.b.bound = [1, 2]", "t.toml:2:11: [exits.a.b] bound: unknown key; did you mean bounds?"),
        ("limits.colour = 1", "t.toml:2:8: [limits] colour: unknown key; allowed: deadline, fuel_per_bar, memory"),
        (
            "\"limits.deadline\" = \"5s\"",
            "t.toml:2:1: \"limits.deadline\": unknown key; allowed: backtest, build, exits, limits, manifest, metrics, name, ranges, store",
        ),
        ("limits.slip = 1", "t.toml:2:8: [limits] slip: unknown key; allowed: deadline, fuel_per_bar, memory"),
    ] {
        assert_eq!(problem(line), text, "{line}");
    }
    assert_eq!(problems(""), "t.toml:1:1: manifest: missing; allowed: a whole number from 1");
    assert_eq!(
        problems("manifest = 0"),
        "t.toml:1:12: manifest = 0: out of range; allowed: a whole number from 1; did you mean 1?"
    );
}

/// Otherwise one line of one plugin's manifest ends a scan of the whole directory.
#[test]
fn no_value_upsets_any_key() {
    const VALUES: [&str; 14] = [
        "0",
        "-1",
        "0xff",
        "1.5",
        "-0.0",
        "1e300",
        "inf",
        "nan",
        "\"1.5\"",
        "\"150.5%\"",
        "[1.5, nan]",
        "[[1]]",
        "{ a = 1.5 }",
        "1979-05-27",
    ];
    for (key, value) in KEYS.iter().flat_map(|key| VALUES.map(|value| (key.path(), value))) {
        let told = problems(&format!("manifest = 1\n{key} = {value}"));
        assert!(told == "none" || told.contains(':'), "{key} = {value}: {told}");
    }
}

#[test]
fn broken_syntax_does_not_hide_the_other_problems() {
    assert_eq!(
        problems("[backtest]\nfees = \nfill = \"open\"\nfill = \"close\"\n"),
        "3 problems\n  \
         t.toml:2:8: not TOML: string values must be quoted, expected literal string\n  \
         t.toml:3:8: [backtest] fill = \"open\": unknown word; allowed: \"next-open\", \"close\"\n  \
         t.toml:4:1: not TOML: duplicate key"
    );
}

/// A password in a broken line of the configuration ends up in no log.
#[test]
fn a_secret_is_never_repeated() {
    for line in [
        "store.url = \"hunter2\"",
        "store.url = [\"hunter2\"]",
        "stor.url = \"postgres://u:hunter2@h\"",
        "store.url = \"postgres://u:hunter2",
        "store.path = \"postgres://u:hunter2@h\"",
        "metrics.address = \"u:hunter2@h:80\"",
        "name = [\"postgres://u:hunter2@h\"]",
        "backtest.fill = \"https://h?token=hunter2\"",
        "\"postgres://u:hunter2@h\" = 1",
    ] {
        let text = problem(line);
        assert!(text.starts_with("t.toml:2:") && !text.contains("hunter2"), "{text}");
    }
}

/// A downloaded plugin's manifest must not steer the terminal of whoever reads its errors.
#[test]
fn control_characters_are_not_repeated() {
    let text = problems(
        "manifest = 1\n\"a\\u001b[2Jb\" = 1\n[backtest]\nfill = \"\\u001b]0;title\\u0007\\nERROR forged\"\n[\"\\u202e\"]\n",
    );
    assert_eq!(
        text,
        "3 problems\n  \
         t.toml:2:1: \"ab\": unknown key; allowed: backtest, build, exits, limits, manifest, metrics, name, ranges, store\n  \
         t.toml:4:8: [backtest] fill = \"ERROR forged\": unknown word; allowed: \"next-open\", \"close\"\n  \
         t.toml:5:2: []: unknown section; allowed: backtest, build, exits, limits, manifest, metrics, name, ranges, store"
    );
}

#[test]
fn columns_count_characters() {
    assert_eq!(problem("exits.\"äöü\".x.bounds = 1").split(": ").next(), Some("t.toml:2:24"));
}

/// A hostile file costs neither memory nor a screenful.
#[test]
fn thousands_of_problems_are_counted_and_not_listed() {
    let text: String = (0..5000).map(|i| format!("k{i} = 1\n")).collect();
    let problems =
        Problems::none_or_all(CATALOGUE.check(Path::new("t.toml"), &text).problems).expect_err("unknown keys");
    assert_eq!((problems.listed().len(), problems.count()), (100, 5001));
    assert!(problems.to_string().ends_with("\n  and 4901 more"));
    let nested = format!("name = {}", "[".repeat(100_000));
    assert!(!CATALOGUE.check(Path::new("t.toml"), &nested).problems.is_empty());
}

proptest! {
    #[test]
    fn no_document_upsets_the_check(text in r#"([a-z]{1,4}( = |\.|\n)|\[|\]|\{|\}|"|[0-9]|limits|backtest|fees|manifest|é|\PC|\n){0,40}"#) {
        let document = CATALOGUE.check(Path::new("t.toml"), &text);
        for problem in &document.problems {
            prop_assert!(!problem.to_string().contains(char::is_control));
        }
    }
}
