use std::thread;

use seedbed_market::BarsHash;
use serde_json::{Value, json};

use super::{Case, Open, What, examples};
use crate::{Document, RunId, Segment, StoreError};

pub(super) const ALL: [(&str, Case); 7] = [
    ("bars come back to the last bit", bars),
    ("a run begins once", begin),
    ("what is not there is said to be missing", missing),
    ("segments come back to the last bit, in order", segments),
    ("a document is replaced as a whole", documents),
    ("a run has one writer", one_writer),
    ("a claim goes on where the run stopped", claim),
];

fn bars(open: Open<'_>) -> Result<(), What> {
    let bars = examples::bars().map_err(|error| What(error.to_string()))?;
    let hash = open()?.put_bars(&bars)?;
    ensure(hash == bars.hash(), "bars went under another hash")?;
    ensure(open()?.put_bars(&bars)? == hash, "the same bars again went under another hash")?;
    ensure(open()?.bars(hash)? == bars, "other bars came back")?;
    let unknown = open()?.bars(BarsHash::from_bytes([7; 32]));
    ensure(matches!(unknown, Err(StoreError::NoBars { .. })), "bars that were never written are no NoBars")
}

fn begin(open: Open<'_>) -> Result<(), What> {
    let (first, second) = (id("begin-a")?, id("begin-b")?);
    let config = json!({ "numbers": examples::NUMBERS, "text": "\u{2028}\"\n", "nothing": null, "seed": u64::MAX });
    // Begun in the other order than they are listed in.
    let lease = open()?.create(&second, &config)?;
    open()?.create(&first, &json!({}))?;
    ensure(
        lease.epoch() == 1 && lease.run() == &second && lease.next_segment() == 0,
        "a new run is not at its beginning",
    )?;
    ensure(same(&open()?.run(&second)?, &config), "another configuration came back")?;
    let again = open()?.create(&second, &json!({ "other": true }));
    ensure(matches!(again, Err(StoreError::RunExists { .. })), "a run was begun twice")?;
    ensure(same(&open()?.run(&second)?, &config), "a refused run changed the one there")?;
    let runs: Vec<_> = open()?.runs()?.into_iter().filter(|run| run.as_str().starts_with("begin-")).collect();
    ensure(runs == [first, second], "the list of runs is not theirs in order")
}

fn missing(open: Open<'_>) -> Result<(), What> {
    let (store, nobody) = (open()?, id("missing")?);
    let missing = |error: Option<StoreError>| matches!(error, Some(StoreError::NoRun { .. }));
    ensure(missing(store.run(&nobody).err()), "run is no NoRun")?;
    ensure(missing(store.claim(&nobody).err()), "claim is no NoRun")?;
    ensure(missing(store.segments(&nobody).err()), "segments is no NoRun")?;
    ensure(missing(store.get(&nobody, Document::Champion).err()), "get is no NoRun")?;
    ensure(!store.runs()?.contains(&nobody), "asking for a run began it")
}

fn segments(open: Open<'_>) -> Result<(), What> {
    let (store, run) = (open()?, id("segments")?);
    let lease = store.create(&run, &Value::Null)?;
    ensure(store.segments(&run)?.is_empty(), "a new run has segments")?;
    let made = |number: u64| Segment {
        number,
        rows: (0..=9).map(examples::evaluation).chain([examples::failure(10)]).skip(usize::from(number == 1)).collect(),
    };
    let out_of_turn = store.append(&lease, &made(1));
    ensure(matches!(out_of_turn, Err(StoreError::SegmentOrder { .. })), "a segment was written before its turn")?;
    let empty = store.append(&lease, &Segment { number: 0, rows: Vec::new() });
    ensure(matches!(empty, Err(StoreError::SegmentOrder { .. })), "an empty segment was written")?;
    let mut infinite = made(0);
    infinite.rows.iter_mut().for_each(|row| row.fitness = Some(f64::INFINITY));
    let infinite = store.append(&lease, &infinite);
    ensure(matches!(infinite, Err(StoreError::Unwritable { .. })), "an infinite number was written")?;
    for number in 0..=11 {
        store.append(&lease, &made(number))?;
        ensure(lease.next_segment() == number + 1, "the lease does not count its segments")?;
    }
    store.append(&lease, &made(3))?;
    let other = Segment { number: 3, ..made(1) };
    let other = store.append(&lease, &other);
    ensure(matches!(other, Err(StoreError::SegmentTaken { .. })), "a segment was written over")?;
    let read = open()?.segments(&run)?;
    ensure(read.len() == 12, "some segments are missing")?;
    for (number, segment) in (0..).zip(&read) {
        // By their text, which tells -0 from 0.
        ensure(format!("{segment:?}") == format!("{:?}", made(number)), "another segment came back")?;
    }
    Ok(())
}

fn documents(open: Open<'_>) -> Result<(), What> {
    let (store, run) = (open()?, id("documents")?);
    let lease = store.create(&run, &Value::Null)?;
    for document in Document::ALL {
        ensure(store.get(&run, document)?.is_none(), "a document that was never written is there")?;
        let first = json!({ "name": document.name(), "numbers": examples::NUMBERS });
        store.put(&lease, document, &first)?;
        ensure(open()?.get(&run, document)?.is_some_and(|found| same(&found, &first)), "another document came back")?;
    }
    for document in Document::ALL {
        let found = store.get(&run, document)?.unwrap_or_default();
        ensure(found.get("name") == Some(&json!(document.name())), "one document took the place of another")?;
    }
    let sized =
        |turn: u64| json!({ "turn": turn, "fill": "x".repeat(if turn.is_multiple_of(2) { 10 } else { 100_000 }) });
    store.put(&lease, Document::Checkpoint, &sized(0))?;
    let reader = open()?;
    thread::scope(|scope| {
        let reads = scope.spawn(|| {
            let whole =
                |found: &Value| found.get("turn").and_then(Value::as_u64).is_some_and(|turn| *found == sized(turn));
            (0..50).try_for_each(|_| match reader.get(&run, Document::Checkpoint)? {
                Some(found) if whole(&found) => Ok(()),
                _ => Err(What("a reader saw a document that was never written".to_owned())),
            })
        });
        (1..=25).try_for_each(|turn| store.put(&lease, Document::Checkpoint, &sized(turn)))?;
        reads.join().unwrap_or_else(|_| Err(What("a reader panicked".to_owned())))
    })
}

fn one_writer(open: Open<'_>) -> Result<(), What> {
    let (store, run) = (open()?, id("one-writer")?);
    let old = store.create(&run, &Value::Null)?;
    let segment = |number| Segment { number, rows: vec![examples::evaluation(0)] };
    store.append(&old, &segment(0))?;
    store.put(&old, Document::Champion, &json!(1))?;
    // A backend with a lock refuses the second process; one without lets it in and shuts the first one out.
    let new = match open()?.claim(&run) {
        Err(StoreError::Held { .. }) => {
            store.append(&old, &segment(1))?;
            return store.put(&old, Document::Champion, &json!(2)).map_err(What::from);
        }
        claimed => claimed?,
    };
    ensure(new.epoch() == 2 && new.next_segment() == 1, "the second writer does not go on after the first one")?;
    let late = [store.append(&old, &segment(1)), store.put(&old, Document::Champion, &json!(2))];
    let fenced = late.iter().all(|late| matches!(late, Err(StoreError::Superseded { epoch: 1, .. })));
    ensure(fenced, "the first writer still writes after the second one came")?;
    ensure(store.segments(&run)?.len() == 1, "a refused segment was written")?;
    ensure(store.get(&run, Document::Champion)? == Some(json!(1)), "a refused document was written")?;
    store.append(&new, &segment(1))?;
    store.put(&new, Document::Champion, &json!(3)).map_err(What::from)
}

fn claim(open: Open<'_>) -> Result<(), What> {
    let (store, run) = (open()?, id("claim")?);
    let segment = |number| Segment { number, rows: vec![examples::evaluation(0)] };
    let first = store.create(&run, &Value::Null)?;
    store.append(&first, &segment(0))?;
    drop(first);
    for epoch in 2..=12 {
        let lease = open()?.claim(&run)?;
        ensure(lease.epoch() == epoch, "epochs do not count up")?;
        ensure(lease.next_segment() == epoch - 1, "a claim does not know what is written")?;
        store.append(&lease, &segment(epoch - 1))?;
    }
    ensure(store.segments(&run)?.len() == 12, "segments of earlier owners are gone")
}

fn id(name: &str) -> Result<RunId, What> {
    RunId::new(name).map_err(|error| What(error.to_string()))
}

fn ensure(kept: bool, broken: &str) -> Result<(), What> {
    if kept { Ok(()) } else { Err(What(broken.to_owned())) }
}

/// By their text, which tells -0 from 0.
fn same(one: &Value, other: &Value) -> bool {
    let [one, other] = [one, other].map(Value::to_string);
    one == other
}
