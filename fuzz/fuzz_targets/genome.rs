//! A genome: the bytes as the text of a file, and as numbers that a genome is made of.

#![no_main]

use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_genome::{
    Combine, Declared, Exit, ExitBounds, ExitGenome, Genome, Individual, Mechanism, Space, Tie, Touch,
};
use seedbed_store::{GenomeDocument, GenomeError};

fuzz_target!(init: limit_memory(64), |bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        match GenomeDocument::from_json(text) {
            Ok(document) => assert_kept(&document),
            Err(error) => assert_printable(&error.to_string()),
        }
    }
    if let Ok(individual) = individual(&mut Unstructured::new(bytes)) {
        let names: Vec<_> = (0..individual.genome.parameters.len()).map(|place| format!("p{place:03}")).collect();
        let names = || names.iter().map(String::as_str);
        let document = GenomeDocument::new("a plugin", None, names(), &individual);
        assert_kept(&document);
        let back = document.individual(names()).expect("its own names");
        assert_eq!(format!("{back:?}"), format!("{individual:?}"));
    }
});

/// A document that went through a file is the same to the last bit, and so is the name of its genome.
fn assert_kept(document: &GenomeDocument) {
    let individual = document.individual(document.parameters.keys().map(String::as_str)).expect("its own names");
    let numbers = format!("{document:?}");
    match document.to_json() {
        Ok(json) => {
            let read = GenomeDocument::from_json(&json).unwrap_or_else(|error| panic!("{error}\n{json}"));
            // As text: to `==` a zero is as good as a negative one.
            assert_eq!(format!("{read:?}"), numbers);
            let again = read.individual(read.parameters.keys().map(String::as_str)).expect("its own names");
            assert_eq!(again.genome.hash(), individual.genome.hash());
        }
        Err(error) => {
            assert_eq!(error, GenomeError::NotFinite);
            assert!(numbers.contains("NaN") || numbers.contains("inf"), "{numbers}");
        }
    }
    // Whatever its numbers, a genome is inside the space or told why not.
    let nothing = Declared::read(&[], ExitBounds::default()).expect("declares nothing");
    if let Err(violation) = Space::new(&[], &nothing, false).check(&individual.genome) {
        assert_printable(&violation.to_string());
    }
}

fn individual(input: &mut Unstructured<'_>) -> Result<Individual> {
    let mut exits = ExitGenome::default();
    for _ in 0..input.int_in_range(0..=8)? {
        let touch = if input.arbitrary()? { Touch::Strict } else { Touch::Inclusive };
        let mechanism = *input.choose(Mechanism::ALL)?;
        let mut exit = Exit::new(mechanism).with_touch(touch);
        for parameter in 0..mechanism.parameters().len() {
            exit = exit.with_value(parameter, input.arbitrary()?);
        }
        exits.insert(exit);
    }
    exits.set_combine(if input.arbitrary()? { Combine::All } else { Combine::Any });
    for tie in Tie::ALL {
        if input.arbitrary()? {
            exits.tie(tie, input.arbitrary()?);
        }
    }
    let step_size = input.arbitrary()?;
    let parameters = input.arbitrary_iter()?.collect::<Result<_>>()?;
    Ok(Individual { genome: Genome { parameters, exits }, step_size })
}
