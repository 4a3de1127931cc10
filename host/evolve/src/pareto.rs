//! Non-dominated sorting and crowding, on two objectives that are greater for better.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::Member;

/// Whether `a` is at least as good as `b` in both objectives and better in one.
#[must_use]
pub fn dominates(a: [f64; 2], b: [f64; 2]) -> bool {
    a[0] >= b[0] && a[1] >= b[1] && a != b
}

/// The front of each point: 0 for those that none dominates, and so on with these left out (Deb et al. 2002).
///
/// `points` are finite. On two objectives one sweep is enough: `n log n` for `n` points, instead of `n^2`.
#[must_use]
pub fn fronts(points: &[[f64; 2]]) -> Vec<usize> {
    let mut order: Vec<(usize, [f64; 2])> = points.iter().map(|[x, y]| [x + 0.0, y + 0.0]).enumerate().collect();
    order.sort_by(|(_, a), (_, b)| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    // The last point of each front so far has the greatest second objective of it; fronts are in falling order of these.
    let mut last: Vec<[f64; 2]> = Vec::new();
    let mut ranks = vec![0; points.len()];
    for (place, point) in order {
        let front = last.partition_point(|&other| dominates(other, point));
        match last.get_mut(front) {
            Some(other) => *other = point,
            None => last.push(point),
        }
        if let Some(rank) = ranks.get_mut(place) {
            *rank = front;
        }
    }
    ranks
}

/// How far the neighbours of each point of one front are apart, in shares of the front's extent, summed over both objectives; infinite at
/// its ends (Deb et al. 2002).
#[must_use]
pub fn crowding(front: &[[f64; 2]]) -> Vec<f64> {
    let mut distances = vec![0.0; front.len()];
    for objective in [|point: &[f64; 2]| point[0], |point: &[f64; 2]| point[1]] {
        let mut order: Vec<(usize, f64)> = front.iter().map(objective).enumerate().collect();
        order.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let (Some(&(first, low)), Some(&(last, high))) = (order.first(), order.last()) else { break };
        for end in [first, last] {
            if let Some(distance) = distances.get_mut(end) {
                *distance = f64::INFINITY;
            }
        }
        if high > low {
            for three in order.windows(3) {
                if let &[(_, before), (place, _), (_, after)] = three
                    && let Some(sum) = distances.get_mut(place)
                {
                    *sum += (after - before) / (high - low);
                }
            }
        }
    }
    distances
}

/// Sorts members by the crowded comparison: the lower front, then the less crowded, then the lower number. Those without a score come last, by
/// rank.
pub(crate) fn sort_crowded(members: &mut Vec<Arc<Member>>) {
    let (scored, mut rest): (Vec<_>, Vec<_>) = members.drain(..).partition(|member| member.score().is_some());
    rest.sort_by(|a, b| a.by_rank(b));
    let points: Vec<[f64; 2]> =
        scored.iter().filter_map(|member| member.score()).map(|score| score.objectives).collect();
    let ranks = fronts(&points);
    let most = ranks.iter().max().map_or(0, |most| most + 1);
    let mut sorted: Vec<Vec<(Arc<Member>, [f64; 2])>> = vec![Vec::new(); most];
    for ((member, point), rank) in scored.into_iter().zip(points).zip(ranks) {
        if let Some(front) = sorted.get_mut(rank) {
            front.push((member, point));
        }
    }
    for front in sorted {
        let points: Vec<[f64; 2]> = front.iter().map(|(_, point)| *point).collect();
        let mut front: Vec<_> = front.into_iter().map(|(member, _)| member).zip(crowding(&points)).collect();
        front.sort_by(|(a, a_space), (b, b_space)| b_space.total_cmp(a_space).then(a.number.cmp(&b.number)));
        members.extend(front.into_iter().map(|(member, _)| member));
    }
    members.append(&mut rest);
}

/// The members that none of all that were told dominates, at most [`Front::MOST`]: the most crowded leave first.
#[derive(Debug, Default)]
pub(crate) struct Front(Vec<Arc<Member>>);

impl Front {
    pub(crate) const MOST: usize = 100;

    /// The members in rising order of drawdown's size, which is rising order of return too.
    pub(crate) fn members(&self) -> &[Arc<Member>] {
        &self.0
    }

    pub(crate) fn offer(&mut self, member: &Arc<Member>) {
        let Some(point) = objectives(member) else { return };
        if self.0.iter().filter_map(objectives).any(|other| dominates(other, point) || other == point) {
            return;
        }
        self.0.retain(|other| objectives(other).is_some_and(|other| !dominates(point, other)));
        let by_return = |other: &Arc<Member>| match objectives(other) {
            Some(other) if other[0] < point[0] => Ordering::Less,
            _ => Ordering::Greater,
        };
        let place = self.0.binary_search_by(by_return).unwrap_or_else(|place| place);
        self.0.insert(place, member.clone());
        if self.0.len() > Self::MOST {
            let points: Vec<[f64; 2]> = self.0.iter().filter_map(objectives).collect();
            let crowded = crowding(&points);
            let least = crowded.iter().enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(place, _)| place);
            if let Some(least) = least {
                self.0.remove(least);
            }
        }
    }
}

fn objectives(member: &Arc<Member>) -> Option<[f64; 2]> {
    member.score().map(|score| score.objectives)
}
