use std::borrow::Cow;
use std::time::Duration;

use seedbed_genome::{
    Change, Clamped, Edit, Genome, GenomeHash, Mechanism, Operator, Source, Step, Target, Tie, Tier, Warning,
};
use seedbed_telemetry::log::{Dialect, Ending, Failed, Names, Record, Timestamp};
use seedbed_telemetry::metrics::Reason;

use crate::support::{Plugin, lines};

/// BLAKE3 of the canonical form of a genome of which nothing is left: 16 bytes tag and 7 bytes 0, by Python's `blake3`.
const EMPTY: &str = "04159c80a792f4b938b0251e1196eee1a2700ab04f0b99da252a718a4dd12173";

fn empty() -> GenomeHash {
    Genome { parameters: Vec::new(), exits: Default::default() }.hash()
}

fn tie() -> Step {
    let change =
        |target, old, raw, new, clamped, source| Change { target, old, raw, new, clamped, rounded: false, source };
    Step {
        tier: Some(Tier::Relational),
        drawn: Some(Tier::Structural),
        operator: Operator::Tie(Tie::TargetByStop),
        edit: Edit::Tie(Tie::TargetByStop),
        changes: vec![
            change(Target::Coefficient(Tie::TargetByStop), None, 6.5, 6.5, Clamped::None, Source::Direct),
            change(Target::Exit(Mechanism::TakeProfit, 0), Some(0.25), 0.65, 0.5, Clamped::High, Source::Relation),
        ],
        step_size: 0.15,
        warnings: vec![Warning::ThinTarget { target: 0.5, round_trip_cost: 0.3 }],
    }
}

fn record<'a>(step: Option<&'a Step>, ending: Ending<'static>) -> Record<'a> {
    Record {
        timestamp: Timestamp::from_microsecond(1_767_225_599_000_042).unwrap(),
        run_id: "r".into(),
        mutation: 42,
        plugin: "p".into(),
        generation: 1,
        slot: 3,
        parent: empty(),
        step: step.map(Cow::Borrowed),
        names: Names::Declared(&[]),
        ending,
        attempt: 1,
        attempts: 3,
        duration: Duration::from_nanos(15_342),
        seed: u64::MAX,
    }
}

fn line(record: &Record<'_>, dialect: Dialect) -> String {
    let mut line = Vec::new();
    record.encode(dialect, &mut line);
    String::from_utf8(line).unwrap()
}

fn refused() -> Failed<'static> {
    Failed { reason: Reason::Refused, text: "accept: refused: \"no\"".into() }
}

/// Names, order and types are what readers are written against.
#[test]
fn a_line_is_as_documented() {
    let step = tie();
    let said = line(&record(Some(&step), Ending::Rejected(empty(), refused())), Dialect::Current);
    let expected = concat!(
        r#"{"v":1,"timestamp":"2025-12-31T23:59:59.000042Z","run_id":"r","mutation_id":"exit_mut_000042","plugin":"p","#,
        r#""generation":1,"slot":3,"parent_id":"HASH","child_id":"HASH","tier":"relational","tier_drawn":"structural","#,
        r#""tier_fallback":true,"operator":"L1","operator_name":"tie","parameter":"tie.target-by-stop","mechanism":null,"#,
        r#""old_value":null,"raw_value":6.5,"new_value":6.5,"clamped":"none","rounded":false,"source":"direct","#,
        r#""edit":{"kind":"tie","tie":"target-by-stop"},"changes":["#,
        r#"{"parameter":"tie.target-by-stop","old_value":null,"raw_value":6.5,"new_value":6.5,"clamped":"none","rounded":false,"source":"direct"},"#,
        r#"{"parameter":"take-profit.target","old_value":0.25,"raw_value":0.65,"new_value":0.5,"clamped":"high","rounded":false,"source":"relation"}],"#,
        r#""step_size":0.15,"warnings":[{"code":"I8","target":0.5,"round_trip_cost":0.3}],"success":false,"validation_passed":false,"#,
        r#""error":{"code":"refused","text":"accept: refused: \"no\""},"attempt":1,"attempts":3,"duration_us":15.342,"#,
        r#""duration_ms":0.015342,"seed":"18446744073709551615"}"#,
        "\n"
    );
    assert_eq!(said, expected.replace("HASH", EMPTY));
}

/// A reader of the historic log indexes nine names and compares two of them with true, false and texts.
#[test]
fn the_compatible_dialect_has_the_nine_historic_fields_with_their_types() {
    let mut step = tie();
    step.changes.remove(0);
    for (ending, success, passed, error) in [
        (Ending::Child(empty()), "true", "true", "null"),
        (Ending::Rejected(empty(), refused()), "false", "false", r#""refused: accept: refused: \"no\"""#),
        (
            Ending::NoChild(Failed { reason: Reason::NoChange, text: "same".into() }),
            "false",
            "null",
            r#""no-change: same""#,
        ),
    ] {
        let said = line(&record(Some(&step), ending), Dialect::Compat);
        for field in [
            r#""timestamp":"2025-12-31T23:59:59.000042Z""#,
            r#""parameter":"take-profit.target""#,
            r#""old_value":0.25"#,
            r#""new_value":0.5"#,
            r#""clamped":true"#,
            &format!(r#""success":{success}"#),
            &format!(r#""validation_passed":{passed}"#),
            &format!(r#""error":{error}"#),
            r#""mutation_id":"exit_mut_000042""#,
        ] {
            assert!(said.contains(&format!("{field},")), "{field} is not in {said}");
        }
    }
}

/// An attempt in which nothing could be tried has nothing to tell but that.
#[test]
fn a_line_without_a_step_says_null() {
    let failed = Failed { reason: Reason::NoOperator, text: "nothing moves".into() };
    let said = line(&record(None, Ending::NoChild(failed)), Dialect::Current);
    let nulls = r#""child_id":null,"tier":null,"tier_drawn":null,"tier_fallback":false,"operator":null,"operator_name":null,"parameter":null,"mechanism":null,"old_value":null,"raw_value":null,"new_value":null,"clamped":null,"rounded":null,"source":null,"edit":null,"changes":[],"step_size":null,"warnings":[],"success":false,"validation_passed":null"#;
    assert!(said.contains(nulls), "{said}");
    assert_eq!(line(&Record::decode(said.as_bytes()).unwrap(), Dialect::Current), said);
}

/// What is read back is what was written: no digit, no name and no text is lost.
#[test]
fn a_line_that_is_read_and_written_again_is_the_same() {
    for dialect in [Dialect::Current, Dialect::Compat] {
        let mut operators = std::collections::BTreeSet::new();
        for line in lines(40, 60, dialect) {
            let record = Record::decode(&line).unwrap();
            let mut again = Vec::new();
            record.encode(dialect, &mut again);
            assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(&line));
            operators.extend(record.step.map(|step| step.operator));
        }
        assert_eq!(operators.len(), Operator::ALL.len(), "some operators did not act: {operators:?}");
    }
}

/// What is read back is what was meant, also where a value has no word in JSON.
#[test]
fn a_record_that_is_read_is_the_record_that_was_written() {
    let plugin = Plugin::new();
    plugin.run(10, 20, |written| {
        let mut line = Vec::new();
        written.encode(Dialect::Current, &mut line);
        let read = Record::decode(&line).unwrap();
        assert_eq!(Record { names: written.names.clone(), ..read }, *written);
    });
    let mut step = tie();
    step.changes[1].raw = f64::INFINITY;
    let line = line(&record(Some(&step), Ending::Child(empty())), Dialect::Current);
    assert!(line.contains(r#""raw_value":null,"new_value":0.5"#), "{line}");
    assert!(Record::decode(line.as_bytes()).unwrap().step.unwrap().changes[1].raw.is_nan());
}

/// A field of a later seedbed is no reason to drop a line.
#[test]
fn a_field_that_is_new_is_passed_over() {
    let said = line(&record(None, Ending::NoChild(refused())), Dialect::Current);
    let newer = said.replacen('{', r#"{"later":{"a":[1]},"#, 1);
    assert_eq!(Record::decode(newer.as_bytes()).unwrap(), Record::decode(said.as_bytes()).unwrap());
}

const MANUAL: &str = include_str!("../../../../docs/mutation-log.md");

/// The first cell and the second of each row of the table below a heading.
fn table(heading: &str) -> Vec<(&'static str, &'static str)> {
    let (_, below) = MANUAL.split_once(heading).unwrap();
    let rows =
        below.lines().skip_while(|line| !line.starts_with("|---")).skip(1).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        (cells[1], cells[2])
    })
    .collect()
}

fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Who reads the manual writes readers from it.
#[test]
fn the_manual_has_every_field_in_order() {
    let step = tie();
    let said = line(&record(Some(&step), Ending::Child(empty())), Dialect::Current);
    let mut rest = said.as_str();
    let fields = table("## Fields");
    assert_eq!(fields.len(), serde_json::from_str::<serde_json::Map<_, _>>(&said).unwrap().len());
    for (field, _) in fields {
        let key = format!("\"{}\":", quoted(field).next().unwrap());
        rest = rest.split_once(&key).unwrap_or_else(|| panic!("{key} is not after the field before it")).1;
    }
}

/// A historic name that leads nowhere breaks the comparison with the old logs.
#[test]
fn the_manual_maps_historic_names_to_names_that_there_are() {
    let parameter = |mechanism: &Mechanism| {
        let name = mechanism.name();
        mechanism.parameters().iter().map(move |spec| format!("{name}.{}", spec.name)).collect::<Vec<_>>()
    };
    let ties = Tie::ALL.iter().map(|tie| format!("tie.{tie}"));
    let names: Vec<_> = Mechanism::ALL.iter().flat_map(parameter).chain(ties).collect();
    let rows = table("## Readers of the historic log");
    assert!(rows.len() > 10);
    for (historic, today) in rows {
        assert!(quoted(historic).count() > 0, "{historic}");
        for name in quoted(today) {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }
}
