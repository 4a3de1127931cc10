//! Spaces and genomes that the tests of mutation share.

use seedbed_genome::{
    Attempt, Declared, DeclaredExit, Domain, Exit, ExitBounds, ExitGenome, Genome, Individual, Interval, MarketScale,
    Mechanism, MutationSettings, Mutator, Parameter, Proposal, Slot, Space, Step,
};

/// Declares mechanisms at these values within the host's bounds.
pub(crate) fn declared(mechanisms: &[(Mechanism, &[f64], bool)]) -> Declared {
    let declare = |&(mechanism, values, enabled): &(Mechanism, &[f64], bool)| {
        let specs: Vec<_> = mechanism.parameters().iter().zip(values.to_vec()).collect();
        specs.into_iter().map(move |(spec, value)| DeclaredExit {
            mechanism: mechanism.name().into(),
            name: spec.name.into(),
            value,
            bounds: (spec.bounds.low(), spec.bounds.high()),
            enabled,
        })
    };
    let declarations: Vec<_> = mechanisms.iter().flat_map(declare).collect();
    Declared::read(&declarations, ExitBounds::default()).unwrap()
}

/// The exits of the EMA crossover seed.
pub(crate) fn ema_exits() -> Declared {
    declared(&[
        (Mechanism::FixedStop, &[0.10], true),
        (Mechanism::TrailingStop, &[0.05, 0.10], true),
        (Mechanism::TakeProfit, &[0.20], true),
        (Mechanism::SignalExit, &[0.1], true),
        (Mechanism::BreakEven, &[0.05, 0.0], false),
    ])
}

/// Its parameters, and one of each kind that it lacks.
pub(crate) fn parameters() -> Vec<Parameter> {
    let interval = |low, high| Interval::new(low, high).unwrap();
    let parameter =
        |name: &str, domain, default| Parameter { name: name.into(), about: String::new(), domain, default };
    vec![
        parameter("fast-ema-period", Domain::Integer(interval(5.0, 15.0)), 12.0),
        parameter("slow-ema-period", Domain::Integer(interval(18.0, 34.0)), 26.0),
        parameter("signal-strength", Domain::Real(interval(0.1, 1.0)), 1.0),
        parameter("trend-filter", Domain::Real(interval(0.0, 0.02)), 0.005),
        parameter("scale", Domain::LogReal(interval(0.01, 10.0)), 0.3),
        parameter("mode", Domain::Choice(vec!["a".into(), "b".into(), "c".into()]), 1.0),
        parameter("fixed", Domain::Real(interval(2.0, 2.0)), 2.0),
    ]
}

/// A market whose average true range is 1 % of the close at 10 bars and falls slowly with the period, and whose volatility is 0.8 %.
pub(crate) fn market() -> MarketScale {
    MarketScale::new(|period| Some(0.011 - 0.0001 * period as f64), |_| Some(0.008))
}

/// A component's first individual.
pub(crate) fn individual(parameters: &[Parameter], declared: &Declared) -> Individual {
    let parameters = parameters.iter().map(|parameter| parameter.default).collect();
    Individual::new(Genome { parameters, exits: declared.genome })
}

/// The mechanisms at their defaults.
pub(crate) fn exits(mechanisms: &[Mechanism]) -> ExitGenome {
    let mut exits = ExitGenome::default();
    for &mechanism in mechanisms {
        exits.insert(Exit::new(mechanism));
    }
    exits
}

/// An individual without own parameters.
pub(crate) fn bare(exits: ExitGenome) -> Individual {
    Individual::new(Genome { parameters: Vec::new(), exits })
}

/// Everything that is open on the host's bounds, without own parameters, in [`market`].
pub(crate) fn open_space() -> Space {
    Space::new(&[], &declared(&[]), false).with_market(market())
}

/// Settings that mutate exits only, in one tier.
pub(crate) fn one_tier(parametric: f64, structural: f64, relational: f64) -> MutationSettings {
    let mut settings = MutationSettings { exit_probability: 1.0, ..MutationSettings::default() };
    settings.tiers = seedbed_genome::TierWeights { parametric, structural, relational };
    settings
}

/// The first attempt, by seed, whose step is `wanted` and that has a child.
pub(crate) fn first(mutator: &Mutator, parent: &Individual, wanted: impl Fn(&Step) -> bool) -> (Step, Proposal) {
    let hash = parent.genome.hash();
    (0..100_000)
        .find_map(|seed| match mutator.attempt(parent, hash, seed) {
            Attempt { step: Some(step), result: Ok(proposal), .. } if wanted(&step) => Some((step, proposal)),
            _ => None,
        })
        .expect("one of 100,000 seeds does what is wanted")
}

/// Whether something limits the loss or the time of a trade, by the slots.
pub(crate) fn holds_i2(individual: &Individual) -> bool {
    [Slot::Protect, Slot::Trail, Slot::Time].iter().any(|&slot| individual.genome.exits.slot(slot).is_some())
}
