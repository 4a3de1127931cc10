use std::{
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::*;
use crate::{Bars, read_file, read_file_with_notices, sample, write_parquet};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn first_sixty() -> Bars {
    sample().slice(0..60).unwrap()
}

/// A user brings the file that pandas, pyarrow or DuckDB wrote, and gets the series that the CSV holds, to the last bit.
#[test]
fn files_of_other_writers_hold_the_same_bars() {
    for name in [
        "pandas_index",
        "pandas_unnamed_index",
        "pyarrow_ms",
        "pyarrow_us",
        "pyarrow_ns",
        "pyarrow_int96",
        "pyarrow_date32",
        "pyarrow_text",
        "pyarrow_epoch_s",
        "pyarrow_epoch_ms",
        "pyarrow_decimal",
        "duckdb_copy",
        "duckdb_zoned",
    ] {
        let reading = read_file_with_notices(&fixture(&format!("{name}.parquet"))).unwrap();
        assert_eq!(reading.bars.hash(), first_sixty().hash(), "{name}");
        let adjusted = Notice::AdjustedCloseIgnored { name: "Adj Close".into() };
        let expected = if name == "pandas_index" { vec![adjusted] } else { vec![] };
        assert_eq!(reading.notices, expected, "{name}");
    }
}

#[test]
fn refusals_name_row_and_column_and_the_way_out() {
    for (name, text) in [
        (
            "wrong_codec_gzip",
            "column time: compressed with gzip, which is not supported: rewrite the file with snappy, zstd or no compression",
        ),
        (
            "wrong_codec_lz4",
            "column time: compressed with lz4, which is not supported: rewrite the file with snappy, zstd or no compression",
        ),
        (
            "wrong_time_type",
            "column time: type DOUBLE cannot be read as a time (timestamp, date, epoch or text): cast the column",
        ),
        ("wrong_null", "row 31, column close: the value is null: drop or fill the row"),
        ("wrong_no_high", "no column for high (high, h): the columns are time, open, low, close, volume"),
        ("wrong_nested", "no column for open (open, o): the columns are time, high, low, close, volume"),
        ("wrong_empty", "no rows: there is nothing to evaluate"),
        ("wrong_newest_first", "column time: the newest bar comes first: sort the rows by time, oldest first"),
    ] {
        let error = read_file(&fixture(&format!("{name}.parquet"))).unwrap_err().to_string();
        assert!(error.ends_with(text), "{error}");
    }
}

fn file_of(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file
}

#[test]
fn rows_beyond_the_limit_are_refused_by_the_footer() {
    let open = || File::open(fixture("pyarrow_ms.parquet")).unwrap();
    assert!(read_bounded(open(), "prices.parquet", 60).is_ok());
    let error = read_bounded(open(), "prices.parquet", 59).unwrap_err();
    assert!(matches!(error.problem(), Problem::TooManyRows { limit: 59 }), "{error}");
}

#[test]
fn what_is_no_parquet_file_is_refused() {
    for (bytes, text) in [
        (&b""[..], "x: not a readable Parquet file: 0 bytes are too few"),
        (
            b"PAR1 but cut short",
            "x: not a readable Parquet file: it does not end in PAR1: cut short, or another format",
        ),
        (
            b"PAR1....\xff\xff\xff\xffPAR1",
            "x: the Parquet footer is not plausible: 4294967295 bytes, at most 16777216 are read",
        ),
        (b"PAR1....\x04\x00\x00\x00PARE", "x: not a readable Parquet file: the footer is encrypted"),
    ] {
        assert_eq!(read_parquet(file_of(bytes), "x").unwrap_err().to_string(), text);
    }
    assert!(read_parquet(file_of(b"PAR1....\xff\xff\xff\x00PAR1"), "x").is_err(), "a footer longer than the file");
}

/// A damaged file ends in an error or, where the damage hits a value, in other valid bars; never in a panic.
#[test]
fn damage_at_any_byte_is_an_error_or_other_bars() {
    for name in ["pyarrow_ms.parquet", "pyarrow_text.parquet", "duckdb_copy.parquet"] {
        let whole = std::fs::read(fixture(name)).unwrap();
        for at in 0..whole.len() {
            for flip in [0x01, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                let _ = read_parquet(file_of(&bytes), name);
            }
        }
        for length in 0..whole.len() {
            assert!(read_parquet(file_of(&whole[..length]), name).is_err(), "cut to {length} bytes");
        }
    }
}

/// A file of four kilobytes must not keep a command for hours.
#[test]
fn a_page_header_that_runs_past_the_end_is_refused_at_once() {
    let error = read_parquet(File::open(fixture("wrong_page_header.parquet")).unwrap(), "x").unwrap_err();
    assert!(error.to_string().starts_with("x, column "), "{error}");
}

/// Nor may one make it set gigabytes aside: this one says so behind a field that no writer puts first.
#[test]
fn a_page_header_that_hides_its_size_is_refused() {
    let error = read_parquet(File::open(fixture("wrong_page_size.parquet")).unwrap(), "x").unwrap_err().to_string();
    assert!(error.ends_with("a page header does not begin with type and size of the page"), "{error}");
}

#[test]
fn what_we_write_we_read() {
    let mut bytes = Vec::new();
    write_parquet(sample(), &mut bytes).unwrap();
    assert_eq!(read_parquet(file_of(&bytes), "x").unwrap().bars, *sample());
    let mut again = Vec::new();
    write_parquet(sample(), &mut again).unwrap();
    assert_eq!(bytes, again);
}
