use crate::colony::Colony;

/// Others that each member is compared with at most.
const COMPARED: usize = 32;

/// The mean difference of two members of an island, 0 to 1; islands count by their comparisons. Of a large population each member is compared with
/// members evenly spread over the others.
pub(crate) fn diversity(colonies: &[Colony]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for colony in colonies {
        let count = colony.members.len();
        let others = count.saturating_sub(1);
        let strides = others.min(COMPARED);
        for stride in (1..=strides).map(|n| n * others / strides) {
            for (member, other) in colony.members.iter().zip(colony.members.iter().cycle().skip(stride)) {
                sum += colony.island.space.difference(&member.individual.genome, &other.individual.genome);
                pairs += 1.0;
            }
        }
    }
    if pairs > 0.0 { sum / pairs } else { 0.0 }
}
