use crate::colony::Colony;

/// Others that each member is compared with at most.
const COMPARED: usize = 8;

/// The mean difference of two members of an island, 0 to 1; islands count by their comparisons. Of a large population each member is compared with
/// members evenly spread over the others.
pub(crate) fn diversity(colonies: &[Colony]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for Colony { island, members, .. } in colonies {
        let units: Vec<_> = members.iter().map(|member| island.space.units(&member.individual.genome)).collect();
        let others = members.len().saturating_sub(1);
        let strides = others.min(COMPARED);
        for stride in (1..=strides).map(|n| n * others / strides) {
            for (member, other) in units.iter().zip(units.iter().cycle().skip(stride)) {
                sum += island.space.unit_difference(member, other);
                pairs += 1.0;
            }
        }
    }
    if pairs > 0.0 { sum / pairs } else { 0.0 }
}
