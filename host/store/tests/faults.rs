//! What happens to a store when the world fails it: each time the error says what to do, and nothing that was written is lost.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, helpers included")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use object_store::local::LocalFileSystem;
use seedbed_store::{
    DirectoryStore, Document, ObjectBackend, RunId, Segment, Store, StoreError, conformance::examples,
};
use serde_json::json;
use support::{Failing, Fault};

fn run() -> RunId {
    RunId::new("20261121-142233-ema").unwrap()
}

fn segment(number: u64) -> Segment {
    Segment { number, rows: (0..5).map(examples::evaluation).collect() }
}

/// A store with a run of two segments and a checkpoint; nobody holds the run.
fn written(root: &Path) -> DirectoryStore {
    let store = DirectoryStore::open_or_create(root).unwrap();
    let lease = store.create(&run(), &json!({ "seed": 1 })).unwrap();
    store.append(&lease, &segment(0)).unwrap();
    store.append(&lease, &segment(1)).unwrap();
    store.put(&lease, Document::Checkpoint, &json!({ "segments": 2 })).unwrap();
    store
}

/// The error's text with the store's folder left out.
fn says<T: std::fmt::Debug>(result: Result<T, StoreError>, root: &Path) -> String {
    result.unwrap_err().to_string().replace(&format!("{}/", root.display()), "").replace(root.to_str().unwrap(), "ROOT")
}

#[test]
fn a_full_disk_loses_nothing_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path());
    let disk = Arc::new(Failing::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap()));
    let objects: Arc<dyn object_store::ObjectStore> = disk.clone();
    let store = ObjectBackend::open(objects, folder.path().to_str().unwrap()).unwrap();
    let lease = store.claim(&run()).unwrap();
    disk.fail(Some(Fault::Full));
    let told = "No space left on device (os error 28); free some, then resume: what was written before is safe";
    assert_eq!(
        says(store.append(&lease, &segment(2)), folder.path()),
        format!("no space left to write runs/20261121-142233-ema/evaluations/00000002.jsonl: {told}")
    );
    assert_eq!(
        says(store.put(&lease, Document::Checkpoint, &json!({})), folder.path()),
        format!("no space left to write runs/20261121-142233-ema/checkpoint.json: {told}")
    );
    assert!(matches!(store.put_bars(&examples::bars().unwrap()), Err(StoreError::Full { .. })));
    assert!(matches!(store.claim(&run()), Err(StoreError::Full { .. })));
    assert_eq!(store.segments(&run()).unwrap(), [segment(0), segment(1)]);
    assert_eq!(store.get(&run(), Document::Checkpoint).unwrap(), Some(json!({ "segments": 2 })));
    // The same lease goes on once there is space.
    disk.fail(None);
    store.append(&lease, &segment(2)).unwrap();
    assert_eq!(store.segments(&run()).unwrap().len(), 3);
}

#[test]
fn a_place_out_of_reach_says_so_without_its_secrets() {
    let disk = Arc::new(Failing::new(object_store::memory::InMemory::new()));
    let objects: Arc<dyn object_store::ObjectStore> = disk.clone();
    let store = ObjectBackend::open_or_create(objects, "s3://key:secret@bucket/runs?token=t0ps3cret").unwrap();
    let lease = store.create(&run(), &json!({})).unwrap();
    disk.fail(Some(Fault::Unreachable));
    let error = store.append(&lease, &segment(0)).unwrap_err().to_string();
    assert_eq!(
        error,
        "cannot write s3://***@bucket/runs?***/runs/20261121-142233-ema/evaluations/00000000.jsonl: \
         error sending request for https://***@host/x?***; \
         check that the place can be reached, then resume: what was written before is safe"
    );
    disk.fail(Some(Fault::Denied));
    let error = store.append(&lease, &segment(0)).unwrap_err();
    assert!(matches!(error, StoreError::Denied { .. }), "{error}");
}

/// A network loses the answer to a write that was done. If the writer stopped there, a run would die of a hiccup.
#[test]
fn a_lost_answer_is_made_good_by_another_try() {
    let disk = Arc::new(Failing::new(object_store::memory::InMemory::new()));
    let objects: Arc<dyn object_store::ObjectStore> = disk.clone();
    let store = ObjectBackend::open_or_create(objects, "s3://bucket").unwrap();
    let lease = store.create(&run(), &json!({})).unwrap();
    disk.fail(Some(Fault::LostAnswer));
    store.append(&lease, &segment(0)).unwrap_err();
    disk.fail(None);
    store.append(&lease, &segment(0)).unwrap();
    store.append(&lease, &segment(1)).unwrap();
    assert_eq!(store.segments(&run()).unwrap(), [segment(0), segment(1)]);
}

/// A process that is killed while it writes leaves a file under another name, which is nobody's.
#[test]
fn a_kill_between_writing_and_renaming_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let run_folder = folder.path().join("runs").join(run().as_str());
    let whole = fs::read(run_folder.join("evaluations/00000001.jsonl")).unwrap();
    fs::write(run_folder.join("evaluations/00000002.jsonl#1"), &whole[..whole.len() / 2]).unwrap();
    fs::write(run_folder.join("checkpoint.json#1"), "{").unwrap();
    fs::write(run_folder.join("epoch-2#1"), "").unwrap();
    fs::create_dir(folder.path().join("runs/never-begun")).unwrap();
    fs::write(folder.path().join("runs/never-begun/run.json#1"), "{").unwrap();
    assert_eq!(store.segments(&run()).unwrap(), [segment(0), segment(1)]);
    assert_eq!(store.get(&run(), Document::Checkpoint).unwrap(), Some(json!({ "segments": 2 })));
    assert_eq!(store.runs().unwrap(), [run()]);
    let lease = store.claim(&run()).unwrap();
    assert_eq!((lease.epoch(), lease.next_segment()), (2, 2));
    store.append(&lease, &segment(2)).unwrap();
    store.put(&lease, Document::Checkpoint, &json!({ "segments": 3 })).unwrap();
    store.create(&RunId::new("never-begun").unwrap(), &json!({})).unwrap();
    assert_eq!(store.segments(&run()).unwrap().len(), 3);
}

/// Killed after its configuration and before its first epoch, a run is there and can be resumed.
#[test]
fn a_run_that_was_killed_at_its_birth_is_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    fs::remove_file(folder.path().join("runs").join(run().as_str()).join("epoch-1")).unwrap();
    assert_eq!(store.claim(&run()).unwrap().epoch(), 1);
}

#[test]
fn a_damaged_file_is_named_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let store = written(root);
    let bars = examples::bars().unwrap();
    store.put_bars(&bars).unwrap();
    let run_folder = root.join("runs").join(run().as_str());
    let torn = run_folder.join("evaluations/00000001.jsonl");
    let whole = fs::read(&torn).unwrap();
    fs::write(&torn, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(
        says(store.segments(&run()), root),
        "runs/20261121-142233-ema/evaluations/00000001.jsonl is damaged: line 5: the checksum differs; \
         restore it from a backup, or move it and the later ones away, and resume evaluates them again"
    );
    // The advice works.
    fs::remove_file(&torn).unwrap();
    let lease = store.claim(&run()).unwrap();
    assert_eq!((store.segments(&run()).unwrap().len(), lease.next_segment()), (1, 1));
    fs::write(run_folder.join("evaluations/00000002.jsonl"), &whole).unwrap();
    assert_eq!(
        says(store.segments(&run()), root),
        "runs/20261121-142233-ema/evaluations/00000001.jsonl is missing, though later ones are there; \
         restore it from a backup, or move the later ones away, and resume evaluates them again"
    );
    fs::write(run_folder.join("checkpoint.json"), "").unwrap();
    assert_eq!(
        says(store.get(&run(), Document::Checkpoint), root),
        "runs/20261121-142233-ema/checkpoint.json is damaged: it is empty; delete it; resume writes it again"
    );
    fs::write(run_folder.join("run.json"), "{}\n").unwrap();
    let error = says(store.run(&run()), root);
    assert!(error.starts_with("runs/20261121-142233-ema/run.json is damaged: its first line"), "{error}");
    assert!(error.ends_with("; restore it from a backup; the run cannot go on without it"), "{error}");
    drop(lease);
    assert!(matches!(store.claim(&run()), Err(StoreError::Corrupt { .. })));

    let path = root.join(format!("bars/{}.parquet", bars.hash()));
    let parquet = fs::read(&path).unwrap();
    fs::write(&path, &parquet[..parquet.len() / 2]).unwrap();
    let error = says(store.bars(bars.hash()), root);
    assert!(error.contains(".parquet is damaged: its content: not a readable Parquet file"), "{error}");
    assert!(error.ends_with("; delete it, and import the price file again"), "{error}");
    // Good Parquet, but other bars than the name says.
    let mut other = Vec::new();
    seedbed_market::write_parquet(seedbed_market::sample(), &mut other).unwrap();
    fs::write(&path, other).unwrap();
    let error = says(store.bars(bars.hash()), root);
    let held = format!("is damaged: it holds other bars, {}; delete it", seedbed_market::sample().hash());
    assert!(error.contains(&held), "{error}");
}

#[test]
fn a_newer_file_is_left_to_a_newer_seedbed() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    let store = written(root);
    let says_newer = "is of version 2, newer than version 1 which this seedbed reads; use a newer seedbed";
    let path = root.join("runs").join(run().as_str());
    fs::write(path.join("evaluations/00000001.jsonl"), "{\"version\":2,\"segment\":1,\"row\":0,\"rows\":1}\n").unwrap();
    let segment = "runs/20261121-142233-ema/evaluations/00000001.jsonl";
    assert_eq!(says(store.segments(&run()), root), format!("{segment} {says_newer}"));
    let newer =
        |format: &str| format!("{{\"format\":\"seedbed-{format}\",\"version\":2,\"check\":\"\",\"value\":\n1\n}}\n");
    fs::write(path.join("run.json"), newer("run")).unwrap();
    assert_eq!(says(store.run(&run()), root), format!("runs/20261121-142233-ema/run.json {says_newer}"));
    // Not even claimed: this seedbed would write what the other one cannot follow.
    assert!(matches!(store.claim(&run()), Err(StoreError::Newer { .. })));
    fs::write(root.join("store.json"), newer("store")).unwrap();
    assert_eq!(says(DirectoryStore::open(root), root), format!("store.json {says_newer}"));
    assert!(matches!(DirectoryStore::open_or_create(root), Err(StoreError::Newer { .. })));
}

#[test]
fn a_folder_that_is_no_store_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert_eq!(says(DirectoryStore::open(root), root), "no store at ROOT; check the path, or begin a run to make one");
    let absent = root.join("absent");
    assert!(matches!(DirectoryStore::open(&absent), Err(StoreError::NoStore { .. })));
    assert!(!absent.exists());
    fs::write(root.join("thesis.txt"), "").unwrap();
    let no_store =
        "ROOT is no store: it is not empty and has no store.json; name an empty folder, or one that seedbed made";
    assert_eq!(says(DirectoryStore::open(root), root), no_store);
    assert_eq!(says(DirectoryStore::open_or_create(root), root), no_store);
    assert_eq!(fs::read_dir(root).unwrap().count(), 1);
    let file = root.join("thesis.txt");
    assert!(matches!(DirectoryStore::open_or_create(&file), Err(StoreError::Failed { .. })));
    assert_eq!(
        says(DirectoryStore::open_or_create(Path::new("s3://key:secret@bucket/runs")), root),
        "no backend for s3://***@bucket/runs: runs are kept in a folder; name one"
    );
}

/// Two processes that work on one run would overwrite each other's champion; the second one is told at once, and by whom.
#[test]
fn a_second_process_is_told_who_holds_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let lease = store.claim(&run()).unwrap();
    let error = DirectoryStore::open(folder.path()).unwrap().claim(&run()).unwrap_err().to_string();
    let process = format!("run 20261121-142233-ema is being written by process {} on ", std::process::id());
    assert!(error.starts_with(&process), "{error}");
    assert!(error.ends_with("; wait until it is done, or stop it first"), "{error}");
    // The refused claim does not shut out the one who writes.
    store.append(&lease, &segment(2)).unwrap();
    drop(lease);
    assert_eq!(store.claim(&run()).unwrap().epoch(), 3);
}

/// On a machine whose locks this one does not see, a resume takes the run over; the process that hangs there must not write into it later.
#[test]
fn a_writer_that_was_taken_over_stops_at_its_next_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let old = store.claim(&run()).unwrap();
    let elsewhere = LocalFileSystem::new_with_prefix(folder.path()).unwrap();
    let elsewhere = ObjectBackend::open(Arc::new(elsewhere), "elsewhere").unwrap();
    let new = elsewhere.claim(&run()).unwrap();
    let stopped =
        "run 20261121-142233-ema was taken over by another process, so this one writes no more to it; nothing is lost";
    assert_eq!(says(store.append(&old, &segment(2)), folder.path()), stopped);
    assert_eq!(says(store.put(&old, Document::Champion, &json!(1)), folder.path()), stopped);
    elsewhere.append(&new, &segment(2)).unwrap();
    assert_eq!(store.segments(&run()).unwrap().len(), 3);
}

#[cfg(unix)]
#[test]
fn a_store_that_may_not_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let run_folder = folder.path().join("runs").join(run().as_str());
    fs::remove_file(run_folder.join("lock")).unwrap();
    fs::set_permissions(&run_folder, fs::Permissions::from_mode(0o555)).unwrap();
    // Who may write anyway (root) sees no refusal.
    if fs::write(run_folder.join("probe"), "").is_err() {
        let error = says(store.claim(&run()), folder.path());
        assert!(error.starts_with("not allowed to write runs/20261121-142233-ema/lock: Permission denied"), "{error}");
    }
    assert_eq!(DirectoryStore::open(folder.path()).unwrap().segments(&run()).unwrap().len(), 2);
    fs::set_permissions(&run_folder, fs::Permissions::from_mode(0o755)).unwrap();
}

const CHILD_ROOT: &str = "SEEDBED_STORE_TEST_ROOT";

/// Not a test: what [`a_killed_writer_leaves_whole_segments`] starts as a process of its own.
#[test]
#[ignore = "started by another test"]
fn write_until_killed() {
    let Some(root) = std::env::var_os(CHILD_ROOT) else { return };
    let store = DirectoryStore::open(Path::new(&root)).unwrap();
    let lease = store.claim(&run()).unwrap();
    loop {
        store.append(&lease, &segment(lease.next_segment())).unwrap();
        store.put(&lease, Document::Checkpoint, &json!({ "segments": lease.next_segment() })).unwrap();
    }
}

/// The promise of `--resume`: whenever the process dies, what it had written is there, whole, and the next one goes on at once.
#[test]
fn a_killed_writer_leaves_whole_segments() {
    let folder = tempfile::tempdir().unwrap();
    let store = written(folder.path());
    let mut segments = 2;
    for turn in 0..5 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "write_until_killed"])
            .env(CHILD_ROOT, folder.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let began = Instant::now();
        let awaited = format!("runs/{}/evaluations/{:08}.jsonl", run(), segments + 2);
        while !folder.path().join(&awaited).exists() && began.elapsed() < Duration::from_secs(60) {
            thread::sleep(Duration::from_micros(300 + 700 * turn));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let read = store.segments(&run()).unwrap();
        assert!(read.len() > segments + 2, "{} after {segments}", read.len());
        segments = read.len();
        let expected: Vec<_> = (0..segments as u64).map(segment).collect();
        assert_eq!(read, expected);
        let checkpoint = store.get(&run(), Document::Checkpoint).unwrap().unwrap();
        assert!(checkpoint["segments"].as_u64().unwrap() as usize + 1 >= segments, "{checkpoint}");
        let lease = store.claim(&run()).unwrap();
        assert_eq!((lease.epoch(), lease.next_segment()), (3 + 2 * turn, segments as u64));
    }
}
