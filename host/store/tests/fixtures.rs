//! Files that were written by the format's description, without this crate, are read. If this fails, what people have on disk is lost to them.
#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

use std::path::Path;

use seedbed_genome::{Combine, Exit, ExitGenome, Genome, GenomeHash, Individual, Mechanism, Tie, Touch};
use seedbed_market::{Bars, Columns};
use seedbed_store::{DirectoryStore, Document, Evaluation, EvaluationStatus, GenomeDocument, RunId, Store};
use serde_json::json;

const NUMBERS: [f64; 7] = [0.1 + 0.2, -0.0, 5e-324, f64::MIN_POSITIVE, f64::MAX, 1.0 / 3.0, 1e23];

fn store() -> DirectoryStore {
    DirectoryStore::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/store-1")).unwrap()
}

fn run() -> RunId {
    RunId::new("20261121-142233-ema").unwrap()
}

fn evaluation(slot: u32) -> Evaluation {
    let mut exits = ExitGenome::default();
    exits.insert(Exit::new(Mechanism::FixedStop).with_value(0, NUMBERS[5]).with_touch(Touch::Strict));
    exits.insert(Exit::new(Mechanism::TakeProfit).with_value(0, NUMBERS[6]));
    exits.insert(Exit::new(Mechanism::TimeStop).with_value(0, 10.0));
    exits.set_combine(Combine::All);
    exits.tie(Tie::TargetByStop, NUMBERS[2]);
    let individual = Individual { genome: Genome { parameters: vec![12.0, NUMBERS[0]], exits }, step_size: NUMBERS[3] };
    let hash = |digits: &str| GenomeHash::from_hex(&digits.repeat(32)).unwrap();
    Evaluation {
        phase: "window-1".to_owned(),
        generation: 2,
        slot,
        plugin: "ema-crossover".to_owned(),
        genome: GenomeDocument::new("ema-crossover", Some(&"c0".repeat(32)), ["fast", "slow"], &individual),
        hash: hash("ab"),
        origin: "crossover".to_owned(),
        parents: vec![hash("01"), hash("02")],
        attempts: vec!["refused".to_owned(), "a \"text\"\n\u{2028}\u{1f331}".to_owned()],
        status: EvaluationStatus::Scored,
        reason: None,
        fitness: Some(NUMBERS[4]),
        total_return: Some(NUMBERS[0]),
        max_drawdown: Some(NUMBERS[1]),
        sharpe: Some(NUMBERS[2]),
        holding_bars: Some(NUMBERS[5]),
        trades: Some(17),
        loss_share: Some(0.25),
        folds: Vec::new(),
        deadline: false,
    }
}

#[test]
fn segments_of_version_1_are_read() {
    let segments = store().segments(&run()).unwrap();
    let rows: Vec<_> = segments.iter().map(|segment| (segment.number, segment.rows.as_slice())).collect();
    let raced = Evaluation { sharpe: None, status: EvaluationStatus::Raced, ..evaluation(1) };
    let failed = Evaluation {
        status: EvaluationStatus::Failed,
        reason: Some("trapped".to_owned()),
        parents: Vec::new(),
        attempts: Vec::new(),
        fitness: None,
        total_return: None,
        max_drawdown: None,
        sharpe: None,
        holding_bars: None,
        trades: None,
        loss_share: None,
        folds: Vec::new(),
        deadline: true,
        ..evaluation(2)
    };
    // By their text, which tells -0 from 0.
    let expected = [(0, [evaluation(0), raced].to_vec()), (1, [failed].to_vec())];
    assert_eq!(format!("{rows:?}"), format!("{expected:?}"));
}

#[test]
fn documents_of_version_1_are_read() {
    let (store, run) = (store(), run());
    assert_eq!(store.runs().unwrap(), std::slice::from_ref(&run));
    let config = json!({ "seed": u64::MAX, "numbers": NUMBERS, "text": "\u{2028}é" });
    assert_eq!(store.run(&run).unwrap().to_string(), config.to_string());
    for document in Document::ALL {
        let expected = json!({ "name": document.name(), "numbers": NUMBERS });
        assert_eq!(store.get(&run, document).unwrap().unwrap().to_string(), expected.to_string());
    }
}

#[test]
fn bars_of_version_1_are_read() {
    let bars = Bars::new(Columns {
        time: vec![0, 86_400_000],
        open: vec![10.0, 0.1 + 0.2],
        high: vec![11.5, 9.25],
        low: vec![9.5, 0.25],
        close: vec![11.0, 9.0],
        volume: vec![0.0, 1.0 / 3.0],
    })
    .unwrap();
    assert_eq!(store().bars(bars.hash()).unwrap(), bars);
}
