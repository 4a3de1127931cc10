//! What a process leaves behind that ends in the middle of its work: this test binary starts itself again.

use std::env;
use std::fmt::Display;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seedbed_telemetry::log::{Block, Dialect, Rotation, Writer};

use crate::support::{At, Plugin, read};

const LOG: &str = "SEEDBED_TEST_LOG";

/// Writes record after record, one a block, and says the number of each on stdout once the writer has taken it.
fn write_without_end(path: &Path) -> String {
    let plugin = Plugin::new();
    let settings = seedbed_genome::MutationSettings::default();
    let parent = plugin.ancestor.genome.hash();
    let attempt = seedbed_genome::Mutator::new(&plugin.space, &settings).attempt(&plugin.ancestor, parent, 1);
    let mut writer = Writer::open(path, Rotation::never()).unwrap();
    for mutation in 0.. {
        let mut block = Block::new();
        let at = At { mutation, generation: 1, slot: 0, attempt: 1 };
        block.push(&plugin.record(&at, &attempt, parent, None), Dialect::Current);
        if let Err(error) = writer.write(&block) {
            return error.to_string();
        }
        say(&mutation);
    }
    String::new()
}

/// To whoever started this process, past the test harness.
fn say(what: &dyn Display) {
    let mut out = io::stdout().lock();
    writeln!(out, "{what}").unwrap();
}

/// Not a test by itself: the process that the others start.
#[test]
fn child() {
    if let Some(path) = env::var_os(LOG) {
        let error = write_without_end(&PathBuf::from(path));
        say(&error);
    }
}

fn child_command(path: &Path) -> Vec<String> {
    let program = env::current_exe().unwrap();
    let mut words = vec![format!("{LOG}={}", path.display()), program.display().to_string()];
    words.extend(["process::child", "--exact", "--nocapture", "--test-threads=1"].map(str::to_owned));
    words
}

/// A kill costs at most the ten records in memory, and leaves no half line but at the end.
#[test]
fn a_killed_process_loses_at_most_what_it_held() {
    let folder = tempfile::tempdir().unwrap();
    for round in 0..5_u64 {
        let path = folder.path().join(format!("{round}.jsonl"));
        let mut child = Command::new("env").args(child_command(&path)).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut number = move || said.find_map(|line| line.parse::<u64>().ok());
        while number().unwrap() < 1_000 + 37 * round {}
        // SIGKILL.
        child.kill().unwrap();
        child.wait().unwrap();
        let mut taken = 1_000 + 37 * round;
        while let Some(number) = number() {
            taken = number;
        }

        let text = fs::read(&path).unwrap();
        let whole = text.iter().filter(|byte| **byte == b'\n').count();
        let (numbers, errors) = read(&path);
        assert_eq!(numbers, (0..whole as u64).collect::<Vec<_>>(), "lines are missing or out of order");
        assert!(numbers.len() as u64 + Writer::HELD as u64 > taken, "{taken} were taken, {whole} are there");
        assert_eq!(errors.len(), usize::from(!text.ends_with(b"\n")), "{errors:?}");
    }
}

/// A full disk is told, and does not leave half a line either.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_leaves_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mutations.jsonl");
    let words: Vec<_> = child_command(&path).iter().map(|word| format!("'{word}'")).collect();
    // No file may grow beyond so many blocks of 512 or 1,024 bytes; the signal that would come with it is ignored.
    let script = format!("trap '' XFSZ; ulimit -f 33; exec env {}", words.join(" "));
    let ended = Command::new("sh").args(["-c", &script]).output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert!(said.contains("cannot go on with the mutation log"), "{said}");
    let (numbers, errors) = read(&path);
    assert!(numbers.len() >= 10 && numbers.len() % 10 == 0, "{} records", numbers.len());
    assert_eq!(errors, [""; 0]);
    assert!(fs::read(&path).unwrap().ends_with(b"\n"));
}
