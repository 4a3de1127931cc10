//! A mutation log of whatever lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_outcome::GuestText;
use seedbed_telemetry::log::{Dialect, Entry, History, ReadError, Reader, Record};

fuzz_target!(init: limit_memory(64), |bytes: &[u8]| {
    let mut history = History::new();
    let mut reader = Reader::new(GuestText::new("mutations.log"), bytes);
    let (mut read, mut bad) = (0_u64, 0_u64);
    while let Some(entry) = reader.next_entry() {
        match entry {
            Ok(entry) => {
                read += 1;
                history.add(&entry);
                if let Entry::Record(record) = entry {
                    assert_kept(&record);
                }
            }
            Err(ReadError::Line(line)) => {
                bad += 1;
                assert!(line.line >= 1);
                assert_printable(&line.to_string());
            }
            Err(error) => panic!("bytes in memory can always be read: {error}"),
        }
    }
    assert_eq!(reader.bad_lines(), bad);
    assert!(read + bad <= bytes.split(|byte| *byte == b'\n').count() as u64);
    let totals = history.totals();
    assert!(totals.success_rate().is_none_or(|rate| (0.0..=1.0).contains(&rate)), "{totals:?}");
});

/// What was read and is written again is the same line, in either dialect, however often it is read.
fn assert_kept(record: &Record<'_>) {
    for dialect in [Dialect::Current, Dialect::Compat] {
        let mut line = Vec::new();
        record.encode(dialect, &mut line);
        assert!(line.ends_with(b"\n") && !line[..line.len() - 1].contains(&b'\n'));
        let read = Record::decode(&line).unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(&line)));
        let mut again = Vec::new();
        read.encode(dialect, &mut again);
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&line));
    }
}
