use proptest::prelude::*;
use seedbed_genome::{Combine, Exit, ExitGenome, Genome, Individual, Mechanism, Tie, Touch};
use serde_json::{Value, json};

use super::GenomeDocument;
use crate::conformance::examples;

const NAMES: [&str; 2] = ["slow", "fast"];

fn document() -> GenomeDocument {
    GenomeDocument::new("ema-crossover", Some("c0ffee"), NAMES, &examples::individual())
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |number| number.is_finite())
}

fn individual() -> impl Strategy<Value = Individual> {
    let exits = prop::collection::vec((0..Mechanism::ALL.len(), finite(), finite(), any::<bool>()), 0..12);
    let ties = prop::collection::vec((0..Tie::ALL.len(), finite()), 0..5);
    (prop::collection::vec(finite(), 2), exits, ties, any::<bool>(), finite()).prop_map(
        |(parameters, all, ties, either, step_size)| {
            let mut exits = ExitGenome::default();
            for (mechanism, first, second, strict) in all {
                let touch = if strict { Touch::Strict } else { Touch::Inclusive };
                exits.insert(
                    Exit::new(Mechanism::ALL[mechanism]).with_value(0, first).with_value(1, second).with_touch(touch),
                );
            }
            for (tie, coefficient) in ties {
                exits.tie(Tie::ALL[tie], coefficient);
            }
            exits.set_combine(if either { Combine::Any } else { Combine::All });
            Individual { genome: Genome { parameters, exits }, step_size }
        },
    )
}

/// By their text, which tells -0 from 0 and no two numbers alike.
fn text(individual: &Individual) -> String {
    format!("{individual:?}")
}

proptest! {
    /// `evaluate --genome` promises the champion's numbers to the last bit, so its genome must come back so, with all that is dormant in it.
    #[test]
    fn a_genome_comes_back_to_the_last_bit(individual in individual()) {
        let document = GenomeDocument::new("plugin", None, NAMES, &individual);
        let read = GenomeDocument::from_json(&document.to_json().unwrap()).unwrap();
        prop_assert_eq!(text(&read.individual(NAMES).unwrap()), text(&individual));
        let read: GenomeDocument = serde_json::from_value(serde_json::to_value(&document).unwrap()).unwrap();
        prop_assert_eq!(text(&read.individual(NAMES).unwrap()), text(&individual));
    }
}

#[test]
fn the_documented_example_reads() {
    let text = r#"{
      "version": 1,
      "plugin": "ema-crossover",
      "component": null,
      "parameters": { "fast": 12, "slow": 26.0 },
      "exits": { "fixed-stop": { "stop-loss": 0.1, "touch": "strict" }, "take-profit": { "target": 2e-1 }, "time-stop": { "holding-period": 10 } },
      "combine": "any",
      "ties": { "target-by-stop": 2 },
      "step_size": 0.15
    }"#;
    let read = GenomeDocument::from_json(text).unwrap().individual(NAMES).unwrap();
    let mut exits = ExitGenome::default();
    exits.insert(Exit::new(Mechanism::FixedStop).with_value(0, 0.1).with_touch(Touch::Strict));
    exits.insert(Exit::new(Mechanism::TakeProfit).with_value(0, 0.2));
    exits.insert(Exit::new(Mechanism::TimeStop).with_value(0, 10.0));
    exits.tie(Tie::TargetByStop, 2.0);
    let expected = Individual { genome: Genome { parameters: vec![26.0, 12.0], exits }, step_size: 0.15 };
    assert_eq!(read, expected);
}

/// A file that somebody edited by hand is wrong in one place; without the key they would have to search it.
#[test]
fn an_error_names_the_key() {
    let edited = |edit: &dyn Fn(&mut Value)| {
        let mut json = serde_json::to_value(document()).unwrap();
        edit(&mut json);
        GenomeDocument::from_json(&json.to_string()).unwrap_err().to_string()
    };
    let set =
        |pointer: &'static str, value: Value| edited(&move |json| *json.pointer_mut(pointer).unwrap() = value.clone());
    let add = |pointer: &'static str, key: &'static str, value: Value| {
        edited(&move |json| {
            json.pointer_mut(pointer).unwrap().as_object_mut().unwrap().insert(key.to_owned(), value.clone());
        })
    };
    let remove = |pointer: &'static str, key: &'static str| {
        edited(&move |json| {
            json.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap();
        })
    };
    for (error, says) in [
        (set("/version", json!(2)), "of version 2, newer than version 1 which this seedbed reads; use a newer seedbed"),
        (set("/version", json!("1")), "version is not a whole number"),
        (set("/version", json!(0)), "version is not 1 or more"),
        (set("/parameters/fast", json!("12")), "parameters.fast is not a number"),
        (set("/exits/fixed-stop/stop-loss", json!(null)), "exits.fixed-stop.stop-loss is not a number"),
        (set("/exits/fixed-stop/touch", json!("soft")), "exits.fixed-stop.touch is not \"inclusive\" or \"strict\""),
        (set("/exits/fixed-stop", json!(0.1)), "exits.fixed-stop is not an object"),
        (set("/combine", json!("both")), "combine is not \"any\" or \"all\""),
        (set("/exits", json!([])), "exits is not an object"),
        (add("/exits/fixed-stop", "mult", json!(2)), "exits.fixed-stop.mult is unknown; known here: stop-loss, touch"),
        (
            add("/ties", "target-by-time", json!(2)),
            "ties.target-by-time is unknown; known here: target-by-stop, activation-by-target, offset-by-stop, trigger-by-activation",
        ),
        (
            add("", "stop", json!(2)),
            "stop is unknown; known here: version, plugin, component, parameters, exits, combine, ties, step_size",
        ),
        (
            add("/exits", "atr-stop", json!({ "period": 14, "mult": 2 })),
            "exits has both atr-stop and fixed-stop, of which only one can be in force; remove one",
        ),
        (remove("/exits", "take-profit"), "ties.activation-by-target needs both mechanisms that it ties in exits"),
        (remove("/exits/trailing-stop", "activation"), "exits.trailing-stop.activation is missing"),
        (remove("", "step_size"), "step_size is missing"),
    ] {
        assert_eq!(error, says);
    }
    assert!(edited(&|json| *json = json!([])).starts_with("the genome is not an object"));
    let unknown = add("/exits", "stop\u{1b}[31m-loss", json!({}));
    assert!(unknown.starts_with("exits.stop-loss is unknown; known here: fixed-stop, atr-stop"), "{unknown}");
    assert!(GenomeDocument::from_json("{").unwrap_err().to_string().starts_with("not JSON: EOF"));
}

/// The genome of one plugin must not be scored with another one that happens to have as many parameters.
#[test]
fn parameters_of_another_plugin_are_named() {
    let names = |names: &[&'static str]| document().individual(names.iter().copied()).unwrap_err().to_string();
    assert_eq!(names(&["slow", "fast", "period"]), "parameters.period is missing");
    assert_eq!(names(&["slow"]), "parameters.fast is unknown; known here: slow");
    let too_few = GenomeDocument::new("p", None, ["slow"], &examples::individual());
    assert_eq!(too_few.individual(["slow"]).unwrap_err().to_string(), "parameters.#1 is unknown; known here: slow");
}

#[test]
fn a_number_that_json_cannot_say_is_refused() {
    let document = GenomeDocument { step_size: f64::NAN, ..document() };
    assert_eq!(document.to_json().unwrap_err().to_string(), "a number is not finite, which JSON cannot say");
}
