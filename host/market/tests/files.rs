//! Price files as a user names them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use seedbed_market::{Problem, Symbol, read_file, sample};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

#[test]
fn the_ending_decides_in_any_case_and_the_stem_names_the_symbol() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("IBM.CSV");
    fs::copy(data("ibm_1d.csv"), &path).unwrap();
    let symbol = Symbol::read(&path).unwrap();
    assert_eq!(symbol.name, "IBM");
    assert_eq!(symbol.bars, *sample());
}

#[test]
fn a_file_name_cannot_steer_the_terminal() {
    let symbol = Symbol::named_after(Path::new("a\u{1b}[31mb\n.csv"), sample().clone());
    assert_eq!(symbol.name, "a [31mb ");
}

#[test]
fn what_is_not_a_price_file_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder.csv")).unwrap();
    fs::write(at("prices.xlsx"), "").unwrap();
    fs::write(at("prices"), "").unwrap();
    for (name, text) in [
        ("missing.csv", "no such file: check the path"),
        ("folder.csv", "not a regular file: name a .csv or .parquet file"),
        ("prices.xlsx", "the name ends neither in .csv nor in .parquet: rename or convert the file"),
        ("prices", "the name ends neither in .csv nor in .parquet: rename or convert the file"),
    ] {
        let error = read_file(&at(name)).unwrap_err();
        assert_eq!(error.to_string(), format!("{}: {text}", at(name).display()));
    }
}

/// Opening a FIFO waits for a writer: a run would hang for ever.
#[cfg(unix)]
#[test]
fn a_fifo_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["pipe.csv", "pipe.parquet"] {
        let path = folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let error = read_file(&path).unwrap_err();
        assert!(matches!(error.problem(), Problem::NotAFile), "{error}");
    }
}
