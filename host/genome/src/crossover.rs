use crate::space::{Axis, Kind};
use crate::{Combine, Exit, ExitGenome, Genome, Individual, Rng, Slot, Space, Tie};

/// How far beyond its parents a blended value may come, as a share of their distance (Eshelman and Schaffer 1993).
const ALPHA: f64 = 0.5;

/// The child of two individuals of one space.
///
/// Each own parameter is taken from either parent, or, half of the time where it is ordered, blended on its scale: evenly between the parents and
/// half of their distance beyond (BLX-0.5), so that a population does not collapse into its mean. A slot comes from either parent with all that
/// is in it; where both have the same mechanism, its values come like own parameters. Comparators, the combination and the ties whose ends are there come from
/// either parent. Values that follow from others are derived anew; exits that cannot keep every invariant are those of `a`. The step size is the
/// geometric mean.
#[must_use]
pub fn crossover(space: &Space, a: &Individual, b: &Individual, rng: &mut Rng) -> Individual {
    let values = space.parameters().iter().zip(a.genome.parameters.iter().zip(&b.genome.parameters));
    let parameters = values.map(|(axis, (&a, &b))| value(*axis, a, b, rng)).collect();
    let exits = exits(space, &a.genome.exits, &b.genome.exits, rng);
    let step_size = if a.step_size == b.step_size { a.step_size } else { libm::sqrt(a.step_size * b.step_size) };
    Individual { genome: Genome { parameters, exits }, step_size }
}

fn value(axis: Axis, a: f64, b: f64, rng: &mut Rng) -> f64 {
    if a == b {
        return a;
    }
    if axis.kind == Kind::Choice || rng.coin() {
        return if rng.coin() { a } else { b };
    }
    let (a, b) = (axis.unit(a), axis.unit(b));
    let beyond = ALPHA * (a - b).abs();
    axis.at(rng.range(a.min(b) - beyond, a.max(b) + beyond))
}

fn exits(space: &Space, a: &ExitGenome, b: &ExitGenome, rng: &mut Rng) -> ExitGenome {
    if a == b {
        return *a;
    }
    let mut child = ExitGenome::default();
    for slot in Slot::ALL {
        let exit = match (a.slot(slot), b.slot(slot)) {
            (Some(a), Some(b)) if a.mechanism() == b.mechanism() => Some(exit(space, a, b, rng)),
            (None, None) => None,
            (a, b) => if rng.coin() { a } else { b }.copied(),
        };
        if let Some(exit) = exit {
            child.insert(exit);
        }
    }
    child.set_combine(if rng.coin() { a.combine() } else { b.combine() });
    if !child.has_combine() {
        child.set_combine(Combine::default());
    }
    for tie in Tie::ALL {
        let coefficient = match (a.relations().get(tie), b.relations().get(tie)) {
            (Some(a), Some(b)) => Some(value(Axis::of(tie.bounds(), tie.scale()), a, b, rng)),
            (None, None) => None,
            (a, b) => {
                if rng.coin() {
                    a
                } else {
                    b
                }
            }
        };
        if let Some(coefficient) = coefficient {
            child.tie(tie, coefficient);
        }
    }
    space.settle(child).unwrap_or(*a)
}

/// One mechanism with the values and comparators of two.
fn exit(space: &Space, a: &Exit, b: &Exit, rng: &mut Rng) -> Exit {
    let mechanism = a.mechanism();
    let child = a.with_touch(if rng.coin() { a.touch() } else { b.touch() });
    a.specs().zip(b.values()).fold(child, |child, ((index, a, _), &b)| match space.axis((mechanism, index)) {
        Some(axis) => child.with_value(index, value(axis, a, b, rng)),
        None => child,
    })
}
