//! The name of a genome. If its form moved unnoticed, every stored evaluation would belong to somebody else.

use super::support::exits;
use seedbed_genome::{Combine, Exit, Genome, Mechanism, Tie, Touch};

fn plain() -> Genome {
    let mut exits = exits(&[Mechanism::FixedStop]);
    let trail = Exit::new(Mechanism::TrailingStop).with_value(0, 0.05).with_value(1, 0.1);
    exits.insert(trail.with_touch(Touch::Strict));
    Genome { parameters: vec![12.0, 26.0, 1.0, 0.005], exits }
}

fn related() -> Genome {
    let mut exits = exits(&[Mechanism::FixedStop, Mechanism::TakeProfit, Mechanism::TimeStop, Mechanism::SignalExit]);
    exits.set_combine(Combine::All);
    assert!(exits.tie(Tie::TargetByStop, 2.5));
    exits.set_value((Mechanism::TakeProfit, 0), 0.25);
    Genome { parameters: Vec::new(), exits }
}

/// Form and hash by tests/reference/genome/canonical.py.
#[test]
fn form_and_hash_are_the_documented_ones() {
    for (genome, form, hash) in [
        (
            plain(),
            "736565646265642d67656e6f6d652f310400000000000000000028400000000000003a40000000000000f03f7b14ae47e17a743f020000019a9999999999b93f0301039a9999999999a93f9a9999999999b93f0000",
            "15a7285786c821bac6c6f73ea5e6c51b6cd422642facc083a25aef16c38b7e82",
        ),
        (
            related(),
            "736565646265642d67656e6f6d652f3100000000040000019a9999999999b93f05000007020100000000000024400a02019a9999999999b93f02010000000000000440",
            "91b259e195413e7c8e081432fb1d7588d1d8258df2b0065e0adbcf28ee6b41d2",
        ),
    ] {
        let hex: String = genome.canonical().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((hex.as_str(), genome.hash().to_string().as_str()), (form, hash));
    }
}

/// Two names for one behaviour would be scored twice, and counted as two trials.
#[test]
fn dormant_values_do_not_name() {
    // Without time and signal both, the combination has no meaning.
    let mut combined = plain();
    combined.exits.set_combine(Combine::All);
    assert_eq!(combined.hash(), plain().hash());
    // A derived value is its source's business.
    let mut derived = related();
    derived.exits.set_value((Mechanism::TakeProfit, 0), 0.3);
    assert_eq!(derived.hash(), related().hash());
    // Nothing is touched by time.
    let mut timed = related();
    timed.exits.insert(Exit::new(Mechanism::TimeStop).with_touch(Touch::Strict));
    assert_eq!(timed.hash(), related().hash());
    // Zero is zero.
    let (mut zero, mut negative) = (plain(), plain());
    zero.exits.set_value((Mechanism::TrailingStop, 1), 0.0);
    negative.exits.set_value((Mechanism::TrailingStop, 1), -0.0);
    zero.parameters[3] = 0.0;
    negative.parameters[3] = -0.0;
    assert_eq!(negative.hash(), zero.hash());
}

/// One name for two behaviours would give one of them the other's score.
#[test]
fn everything_that_acts_names() {
    let change = |change: &dyn Fn(&mut Genome)| {
        let mut genome = related();
        change(&mut genome);
        genome.hash()
    };
    let hashes = [
        related().hash(),
        change(&|genome| genome.parameters.push(0.0)),
        change(&|genome| assert!(genome.exits.set_value((Mechanism::FixedStop, 0), 0.11))),
        change(&|genome| assert!(genome.exits.set_touch(Mechanism::FixedStop, Touch::Strict))),
        change(&|genome| genome.exits.set_combine(Combine::Any)),
        change(&|genome| assert!(genome.exits.tie(Tie::TargetByStop, 3.0))),
        change(&|genome| assert!(genome.exits.untie(Tie::TargetByStop).is_some())),
        change(&|genome| assert!(genome.exits.remove(Mechanism::TimeStop).is_some())),
        change(&|genome| assert!(genome.exits.insert(Exit::new(Mechanism::AtrStop)).is_some())),
    ];
    for (place, hash) in hashes.iter().enumerate() {
        assert!(!hashes[..place].contains(hash), "{place}");
    }
}
