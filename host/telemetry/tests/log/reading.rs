use std::io::Cursor;

use seedbed_outcome::GuestText;
use seedbed_telemetry::log::{Dialect, Entry, ReadError, Reader};

use crate::support::lines;

const HISTORIC: &str = r#"{"timestamp":"2024-05-01T10:00:00.123456","parameter":"stop_loss_pct","old_value":0.1,"new_value":0.085,"clamped":false,"success":true,"validation_passed":true,"error":null,"mutation_id":"mut_1"}"#;
const HISTORIC_FAILED: &str = r#"{"timestamp":"2024-05-01T10:00:01","parameter":"take_profit_pct","old_value":null,"new_value":null,"clamped":true,"success":false,"validation_passed":null,"error":"timeout","mutation_id":"mut_2"}"#;

/// What each line of a text is read as.
fn entries(text: &[u8]) -> Vec<Result<String, String>> {
    let mut reader = Reader::new(GuestText::new("log"), Cursor::new(text));
    let mut entries = Vec::new();
    while let Some(entry) = reader.next_entry() {
        entries.push(match entry {
            Ok(Entry::Record(record)) => Ok(format!("exit_mut_{:06}", record.mutation)),
            Ok(Entry::Historic(record)) => Ok(record.mutation_id),
            Err(error) => Err(error.to_string()),
        });
    }
    assert_eq!(reader.bad_lines() as usize, entries.iter().filter(|entry| entry.is_err()).count());
    entries
}

/// One bad line costs one line: the others are read, and the bad one can be found.
#[test]
fn a_bad_line_is_named_and_passed_over() {
    let line = String::from_utf8(lines(1, 1, Dialect::Current).remove(0)).unwrap();
    let wrong = |from: &str, to: &str| {
        assert!(line.contains(from), "{from} is not in {line}");
        line.trim_end().replacen(from, to, 1)
    };
    let long = format!("{{\"v\":1,\"run_id\":\"{}\"}}", "x".repeat(1 << 17));
    let bad = [
        ("not json".to_owned(), "expected"),
        (line[..line.len() / 2].to_owned(), "while parsing"),
        ("[1,2]".to_owned(), "invalid"),
        ("{}".to_owned(), "missing field `timestamp`"),
        (wrong("\"v\":1", "\"v\":2"), "version 2 of the format, where this seedbed reads version 1"),
        (wrong("\"parent_id\":\"", "\"parent_id\":\"zz"), "is not a genome hash of 64 hexadecimal digits"),
        (wrong("\"success\":false", "\"success\":true"), "contradict each other"),
        (wrong("\"operator\":\"L", "\"operator\":\"Q"), "operator and operator_name name no operator together"),
        (wrong("\"timestamp\":\"2", "\"timestamp\":\"x2"), "is not a time like 2026-01-31T23:59:59.123456Z"),
        (wrong("\"mutation_id\":\"exit", "\"mutation_id\":\"\\u001b[31mexit"), "is not an id like exit_mut_000042"),
        (long, "longer than 65536 bytes, which no record is"),
        ("\u{fffd}\0".to_owned(), "expected"),
    ];
    for (text, why) in bad {
        let log = [line.as_bytes(), text.as_bytes(), b"\r\n\n", line.as_bytes()].concat();
        let read = entries(&log);
        assert_eq!((&read[0], &read[2], read.len()), (&Ok("exit_mut_000000".into()), &Ok("exit_mut_000000".into()), 3));
        let error = read[1].as_ref().unwrap_err();
        assert!(error.starts_with("log, line 2: ") && error.contains(why), "{error}");
        assert!(!error.contains('\u{1b}'), "an escape reaches the terminal: {error:?}");
    }
}

/// Logs of the predecessor are worth as much as those of today.
#[test]
fn historic_lines_are_read_among_todays() {
    let line = lines(1, 1, Dialect::Compat).remove(0);
    let log = [HISTORIC.as_bytes(), b"\n", &line, HISTORIC_FAILED.as_bytes()].concat();
    assert_eq!(entries(&log), [Ok("mut_1".into()), Ok("exit_mut_000000".into()), Ok("mut_2".into())]);

    let mut reader = Reader::new(GuestText::new("log"), Cursor::new(HISTORIC));
    let Entry::Historic(record) = reader.next_entry().unwrap().unwrap() else { panic!("not historic") };
    assert_eq!(
        (record.parameter.as_str(), record.old_value, record.new_value),
        ("stop_loss_pct", Some(0.1), Some(0.085))
    );
    assert_eq!(
        (record.clamped, record.success, record.validation_passed, record.error),
        (false, true, Some(true), None)
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent.jsonl");
    let error = Reader::open(&absent).unwrap_err().to_string();
    assert!(error.starts_with(&format!("cannot read the mutation log {}: ", absent.display())), "{error}");
    let mut directory = Reader::open(folder.path()).unwrap();
    assert!(matches!(directory.next_entry(), Some(Err(ReadError::File { .. }))));
}
