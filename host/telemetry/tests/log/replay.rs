use std::io::Cursor;

use seedbed_genome::Individual;
use seedbed_outcome::GuestText;
use seedbed_telemetry::log::{Dialect, Entry, Reader, Record, Replay, ReplayError};

use crate::support::{Plugin, lines};

const LINEAGES: u32 = 20;
const GENERATIONS: u32 = 50;

/// All that decides how an individual acts and how its next child differs, bit by bit.
fn bits(individual: &Individual) -> (Vec<u8>, Vec<u64>, u64) {
    let exits = &individual.genome.exits;
    let values = individual.genome.parameters.iter().chain(exits.exits().flat_map(|exit| exit.values()));
    (individual.genome.canonical(), values.map(|value| value.to_bits()).collect(), individual.step_size.to_bits())
}

/// The log is the lineage: whoever has it and generation 0 has the final genomes.
#[test]
fn replaying_a_log_gives_the_final_individuals_bit_for_bit() {
    for dialect in [Dialect::Current, Dialect::Compat] {
        let plugin = Plugin::new();
        let mut text = Vec::new();
        let mut failed = 0;
        let individuals = plugin.run(LINEAGES, GENERATIONS, |record| {
            failed += u32::from(!record.ending.succeeded());
            record.encode(dialect, &mut text);
        });
        assert!(failed > 100, "{failed} failures are too few to show that they change nothing");

        let mut replay = Replay::new();
        replay.ancestor("ema-crossover", plugin.ancestor.clone());
        let mut reader = Reader::new(GuestText::new("log"), Cursor::new(text));
        while let Some(entry) = reader.next_entry() {
            let Entry::Record(record) = entry.unwrap() else { panic!("a historic line") };
            replay.apply(&record).unwrap();
        }
        let replayed: Vec<_> =
            replay.lineages().map(|(lineage, individual)| (lineage.slot, bits(individual))).collect();
        let expected: Vec<_> = (0..).zip(individuals.iter().map(bits)).collect();
        assert_eq!(replayed, expected);
        let moved = individuals.iter().filter(|individual| individual.step_size != Individual::FIRST_STEP_SIZE);
        assert!(moved.count() > 10, "no step size moved");
    }
}

/// A replay that goes on past a gap gives genomes that never were.
#[test]
fn a_log_that_lacks_a_record_or_its_generation_0_is_told() {
    let plugin = Plugin::new();
    let lines = lines(1, 20, Dialect::Current);
    let records: Vec<Record<'_>> = lines.iter().map(|line| Record::decode(line).unwrap()).collect();
    let children: Vec<_> = records.iter().filter(|record| record.ending.succeeded()).collect();

    let nobody = Replay::new().apply(children[0]).unwrap_err();
    assert!(matches!(nobody, ReplayError::NoAncestor { mutation: 0, .. }), "{nobody}");

    let mut replay = Replay::new();
    replay.ancestor("ema-crossover", plugin.ancestor.clone());
    replay.apply(children[0]).unwrap();
    let gap = replay.apply(children[2]).unwrap_err();
    assert!(matches!(gap, ReplayError::Parent { .. }), "{gap}");
    replay.apply(children[1]).unwrap();
    replay.apply(children[2]).unwrap();

    let mut forged = 0;
    for child in &children[3..] {
        let mut other = (*child).clone();
        let changes = &mut other.step.as_mut().unwrap().to_mut().changes;
        let differs = !changes.is_empty();
        changes.iter_mut().for_each(|change| change.new += 0.001);
        if differs {
            let error = replay.apply(&other).unwrap_err();
            assert!(matches!(error, ReplayError::Child { .. }), "{error}");
            forged += 1;
        }
        replay.apply(child).unwrap();
    }
    assert!(forged > 5, "only {forged} records have values to forge");
}
