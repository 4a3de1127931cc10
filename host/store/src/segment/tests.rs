use proptest::prelude::*;

use super::{Fault, Segment, VERSION};
use crate::conformance::examples;

fn segment(number: u64, rows: u32) -> Segment {
    Segment { number, rows: (0..rows).map(examples::evaluation).collect() }
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |number| number.is_finite())
}

proptest! {
    /// A resumed run would go another way from the first number that is not read back to the last bit.
    #[test]
    fn every_finite_number_comes_back_to_the_last_bit(numbers in prop::collection::vec(finite(), 6), step in finite()) {
        let mut written = segment(0, 1);
        let row = &mut written.rows[0];
        row.fitness = Some(numbers[0]);
        row.total_return = Some(numbers[1]);
        row.max_drawdown = Some(numbers[2]);
        row.sharpe = Some(numbers[3]);
        row.holding_bars = Some(numbers[4]);
        row.loss_share = Some(numbers[5]);
        row.genome.parameters.insert("any".to_owned(), numbers[0]);
        row.genome.step_size = step;
        let read = Segment::from_bytes(0, &written.to_bytes().unwrap()).unwrap();
        let bits = |segment: &Segment| {
            let row = &segment.rows[0];
            let numbers = [row.fitness, row.total_return, row.max_drawdown, row.sharpe, row.holding_bars, row.loss_share];
            let genome = [row.genome.parameters["any"], row.genome.step_size];
            (numbers.map(|number| number.unwrap().to_bits()), genome.map(f64::to_bits))
        };
        prop_assert_eq!(bits(&read), bits(&written));
    }
}

/// A batch that a failing disk cut off must not pass for a smaller batch: the run would go on without the rest.
#[test]
fn a_cut_at_any_byte_is_found() {
    let bytes = segment(4, 3).to_bytes().unwrap();
    assert!(Segment::from_bytes(4, &bytes).is_ok());
    for length in 0..bytes.len() {
        let read = Segment::from_bytes(4, &bytes[..length]);
        assert!(matches!(read, Err(Fault::Corrupt(_))), "{length} of {} bytes: {read:?}", bytes.len());
    }
}

/// A number that changed on disk would be ranked as if it had been measured.
#[test]
fn a_change_of_any_byte_is_found() {
    let bytes = segment(4, 2).to_bytes().unwrap();
    for place in 0..bytes.len() {
        for mask in [0x01, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= mask;
            let read = Segment::from_bytes(4, &changed);
            assert!(read.is_err(), "byte {place} changed by {mask:#x}: {read:?}");
        }
    }
}

#[test]
fn lines_that_are_not_this_segments_are_found() {
    let bytes = segment(4, 3).to_bytes().unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let what = |text: &str, number| match Segment::from_bytes(number, text.as_bytes()) {
        Err(Fault::Corrupt(what)) => what.to_string(),
        other => format!("{other:?}"),
    };
    assert_eq!(what(&text, 5), "line 1: it is row 0 of segment 4, version 1");
    assert_eq!(what(&lines[..2].concat(), 4), "it has 2 of 3 rows");
    assert_eq!(what(&[lines[0], lines[2], lines[1]].concat(), 4), "line 2: the checksum differs");
    assert_eq!(what(&[&text, lines[0]].concat(), 4), "line 4: the checksum differs");
    assert_eq!(what("", 4), "it is empty");
    assert_eq!(what(&"\0".repeat(4096), 4), "line 1: expected value");
}

/// Told that its files are damaged, somebody would delete them, where a newer seedbed reads them.
#[test]
fn a_newer_version_is_no_damage() {
    let newer = "{\"version\":2,\"segment\":4,\"row\":0,\"rows\":1,\"all\":\"else\",\"is\":\"new\"}\n";
    let read = Segment::from_bytes(4, newer.as_bytes());
    assert_eq!(read, Err(Fault::Newer { found: 2, known: VERSION }));
}

/// A later version may add columns without taking the old reader its rows.
#[test]
fn unknown_columns_are_passed_over() {
    let line = String::from_utf8(segment(0, 1).to_bytes().unwrap()).unwrap();
    let cut = line.len() - super::TAIL_BYTES;
    let mut hasher = blake3::Hasher::new();
    let row = format!("{},\"column\":[1]", &line[..cut]);
    hasher.update(row.as_bytes());
    assert_eq!(Segment::from_bytes(0, (row + &super::tail(&hasher)).as_bytes()).unwrap(), segment(0, 1));
}

#[test]
fn what_json_cannot_say_is_refused_with_its_row() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut bad = segment(0, 3);
        bad.rows[2].sharpe = Some(wrong);
        let says = format!("row 2: a number is {wrong}, which JSON cannot say");
        assert_eq!(bad.to_bytes().unwrap_err().to_string(), says);
        let mut bad = segment(0, 1);
        bad.rows[0].genome.step_size = wrong;
        assert!(bad.to_bytes().is_err());
    }
}

/// Notebooks name these columns; the order is what a table of them shows.
#[test]
fn a_row_has_the_documented_columns() {
    let text = String::from_utf8(segment(0, 1).to_bytes().unwrap()).unwrap();
    let columns = [
        "version",
        "segment",
        "row",
        "rows",
        "phase",
        "generation",
        "slot",
        "plugin",
        "genome",
        "hash",
        "origin",
        "parents",
        "attempts",
        "status",
        "reason",
        "fitness",
        "total_return",
        "max_drawdown",
        "sharpe",
        "holding_bars",
        "trades",
        "loss_share",
        "folds",
        "deadline",
        "check",
    ];
    let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(row.len(), columns.len());
    let mut from = 0;
    for column in columns {
        let key = format!("\"{column}\":");
        assert!(row.contains_key(column), "{column}");
        from += text[from..].find(&key).unwrap_or_else(|| panic!("{column} is out of order")) + key.len();
    }
}
