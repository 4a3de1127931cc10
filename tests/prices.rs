//! Price files whose names and cells were chosen by somebody who knows where they will be shown.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends where its helpers fail")]

mod support;

use std::fs;

use support::{Ended, Machine, seed};

/// A terminal that obeys, a table that gains a row, a page that runs a script, a sheet that computes: by the name of a file.
const NAME: &str = "=HYPERLINK(1)\u{1b}[2J\u{9b}31m\u{202e}\nema all well<script>alert(1)</script>";

fn prices(machine: &Machine, name: &str) -> String {
    let rows = (0..300u32).map(|day| {
        let price = 100.0 + 10.0 * f64::from(day % 40);
        format!("{},{price},{},{},{price},1000\n", 86_400_000 * u64::from(day), price + 1.0, price - 1.0)
    });
    let text = format!("time,open,high,low,close,volume\n{}", rows.collect::<String>());
    // No file's name has a slash.
    let file = format!("{}.csv", name.replace('/', "\u{2215}"));
    fs::write(machine.work().join(&file), text).unwrap();
    file
}

/// Nothing steers a terminal, begins a line of its own, or turns text around.
fn assert_plain(what: &str, text: &str) {
    let steers = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert_eq!(text.chars().find(|c| steers(*c)), None, "{what}: {text:?}");
    assert!(!text.lines().any(|line| line.starts_with("ema all well")), "{what}: {text}");
}

/// Whoever sends prices must not write into the screen, the report or the spreadsheet of those who use them.
#[test]
fn names_of_price_files_are_texts_everywhere() {
    let machine = Machine::new();
    machine.write("ema.wasm", seed("ema-crossover"));
    let file = &prices(&machine, NAME);
    let run = |args: &[&str]| {
        let ended = machine.run(args);
        let Ended { code, stdout, stderr } = &ended;
        assert!(*code <= 1, "{args:?}: {stderr}");
        assert_plain(&format!("{args:?}"), stdout);
        assert_plain(&format!("{args:?} on stderr"), stderr);
        ended
    };
    let table = run(&["evaluate", "ema.wasm", "--data", file, "--trades", "trades.csv"]);
    assert!(table.stdout.contains("HYPERLINK"), "the name is shown: {}", table.stdout);
    run(&["evaluate", "ema.wasm", "--data", file, "--format", "json"]).json();
    run(&["ready", "ema.wasm", "--data", file]);
    run(&["data", "check", file]);
    run(&["review", "ema.wasm", "--data", file]);
    assert!(run(&["review", "ema.wasm", "--data", file, "--format", "json"]).json()["reviews"].is_array());
    run(&["review", "ema.wasm", "--data", file, "--format", "sarif"]).json();
    let page = run(&["review", "ema.wasm", "--data", file, "--format", "html"]).stdout;
    assert!(page.contains("HYPERLINK") && !page.contains("<script>"), "{page}");

    let trades = fs::read_to_string(machine.work().join("trades.csv")).unwrap();
    let mut rows = csv_rows(&trades);
    assert!(rows.len() > 1, "{trades}");
    let is_formula = |cell: &String| cell.starts_with(['=', '+', '@', '\t', '\r']);
    assert!(!rows.drain(1..).flatten().any(|cell| is_formula(&cell)), "{trades}");
    assert_plain("trades", &trades);
}

/// A bad cell is quoted in the message that refuses it.
#[test]
fn cells_of_price_files_are_texts_in_the_refusal() {
    let machine = Machine::new();
    machine.write("ema.wasm", seed("ema-crossover"));
    for (name, header, cell) in [
        ("cell.csv", "time,open,high,low,close,volume", "\u{1b}[2J\u{9b}31m"),
        ("header.csv", "time,open,high,low,\u{1b}]0;x\u{7},volume", "1"),
    ] {
        machine.write(name, format!("{header}\n2020-01-01,1,1,1,{cell},1\n"));
        let ended = machine.run(&["evaluate", "ema.wasm", "--data", name]);
        assert_eq!(ended.code, 2, "{name}: {}", ended.stdout);
        assert_plain(name, &ended.stderr);
        assert_plain(name, &ended.stdout);
    }
}

/// The rows of a file whose cells may be quoted.
fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}
