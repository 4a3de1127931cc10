use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use seedbed_telemetry::log::{Block, Dialect, Record, Rotation, WriteError, Writer};

use crate::support::{lines, read};

/// Blocks of one record each, numbered from 0.
fn blocks(count: u32) -> Vec<Block> {
    let blocks = lines(count, 1, Dialect::Current).into_iter().filter_map(|line| {
        let record = Record::decode(&line).unwrap();
        let mut block = Block::new();
        block.push(&record, Dialect::Current);
        record.is_last().then_some(block)
    });
    blocks.collect()
}

fn rotation(bytes: u64, files: u32) -> Rotation {
    Rotation { bytes, files: NonZeroU32::new(files).unwrap() }
}

/// What a killed process can lose is what is in memory: never more than ten records.
#[test]
fn ten_records_are_written_as_soon_as_they_are_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let mut writer = Writer::open(&path, Rotation::default()).unwrap();
    for (number, block) in blocks(25).iter().enumerate() {
        writer.write(block).unwrap();
        assert_eq!(read(&path).0.len(), (number + 1) / 10 * 10, "after {} records", number + 1);
    }
    writer.flush().unwrap();
    assert_eq!(read(&path).0.len(), 25);

    let mut ten = Block::new();
    lines(10, 1, Dialect::Current)
        .iter()
        .take(10)
        .for_each(|line| ten.push(&Record::decode(line).unwrap(), Dialect::Current));
    writer.write(&ten).unwrap();
    assert_eq!(read(&path).0.len(), 35);
    writer.write(&blocks(1)[0]).unwrap();
    writer.finish().unwrap();
    assert_eq!(read(&path).0.len(), 36);
}

#[test]
fn a_writer_that_is_dropped_writes_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let mut writer = Writer::open(&path, Rotation::default()).unwrap();
    writer.write(&blocks(1)[0]).unwrap();
    drop(writer);
    assert_eq!(read(&path), (vec![0], vec![]));
}

/// A run is added to the runs before it; half a line that a killed process left does not spoil the first line of the next.
#[test]
fn an_existing_log_is_continued_on_a_new_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let whole = blocks(2);
    let half = &whole[1].bytes()[..100];
    fs::write(&path, [whole[0].bytes(), half].concat()).unwrap();
    let mut writer = Writer::open(&path, Rotation::default()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), [whole[0].bytes(), half].concat(), "opening alone changes nothing");
    writer.write(&whole[1]).unwrap();
    writer.finish().unwrap();
    assert_eq!(fs::read(&path).unwrap(), [whole[0].bytes(), half, b"\n", whole[1].bytes()].concat());
    let (numbers, errors) = read(&path);
    assert_eq!(numbers, [0, 1]);
    assert!(errors.len() == 1 && errors[0].contains("mutations.jsonl, line 2: "), "{errors:?}");
}

/// A disk does not fill up, no line is split between files, and what is kept is the newest, in order.
#[test]
fn a_full_file_makes_way_for_a_new_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let blocks = blocks(200);
    let all = blocks.iter().map(|block| block.bytes().len()).sum::<usize>() as u64;
    let most = all / 6;
    let mut writer = Writer::open(&path, rotation(most, 3)).unwrap();
    for block in &blocks {
        writer.write(block).unwrap();
    }
    writer.finish().unwrap();

    let files = Rotation::files_of(&path);
    let names: Vec<_> = files.iter().map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["mutations.jsonl.2", "mutations.jsonl.1", "mutations.jsonl"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    assert!(files.iter().all(|file| fs::metadata(file).unwrap().len() <= most));
    let (numbers, errors): (Vec<_>, Vec<_>) = files.iter().map(|file| read(file)).unzip();
    let numbers = numbers.concat();
    assert_eq!(errors.concat(), [""; 0]);
    assert!(numbers.len() > 60 && numbers.len() < 200, "{} records", numbers.len());
    assert_eq!(numbers, (200 - numbers.len() as u64..200).collect::<Vec<_>>());
}

#[test]
fn one_file_alone_begins_anew_when_it_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let blocks = blocks(30);
    let most = blocks.iter().map(|block| block.bytes().len()).sum::<usize>() as u64 / 2;
    let mut writer = Writer::open(&path, rotation(most, 1)).unwrap();
    blocks.iter().for_each(|block| writer.write(block).unwrap());
    writer.finish().unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert_eq!(*read(&path).0.last().unwrap(), 29);
}

/// Found out before the first mutation, not after an hour of them.
#[test]
fn a_log_that_cannot_be_written_is_told_when_it_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("absent/log.jsonl"), folder.path().to_owned()] {
        let error = Writer::open(&path, Rotation::default()).unwrap_err().to_string();
        let (file, next) = (path.to_str().unwrap(), "name a file in a folder that exists and may be written to");
        assert!(error.contains(file) && error.ends_with(next), "{error}");
    }
}

/// Two runs in one log would rotate each other's lines away.
#[test]
fn a_log_has_one_writer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let first = Writer::open(&path, Rotation::default()).unwrap();
    let error = Writer::open(&path, Rotation::default()).unwrap_err();
    assert!(matches!(error, WriteError::Busy { .. }), "{error}");
    drop(first);
    Writer::open(&path, Rotation::default()).unwrap();
}

/// A run whose log has gone dead must not look like one that has none.
#[cfg(target_os = "linux")]
#[test]
fn a_write_that_fails_is_told_each_time_and_memory_stays_bounded() {
    let blocks = blocks(100);
    let mut writer = Writer::open(Path::new("/dev/full"), Rotation::default()).unwrap();
    let failures = blocks.iter().filter(|block| writer.write(block).is_err()).count();
    assert_eq!(failures, 91, "the first nine are held, every later write fails");
    let error = writer.finish().unwrap_err().to_string();
    assert!(error.starts_with("cannot go on with the mutation log /dev/full, 10 records are not in it: "), "{error}");
}
