//! Average linkage, cut by silhouette.

/// The number of clusters with the highest mean silhouette.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Clusters {
    pub(super) count: usize,
    pub(super) silhouette: f64,
}

/// Silhouettes that differ by less are equal: they are sums of quotients, and equal ones differ by rounding.
const TIE: f64 = 1e-12;

impl Clusters {
    /// Clusters points by a lower triangle of distances: row i holds those to the points before i.
    pub(super) fn of(distances: &[Vec<f64>]) -> Self {
        let points = distances.len();
        if distances.iter().flatten().all(|distance| *distance == 0.0) {
            return Self { count: points.min(1), silhouette: 0.0 };
        }
        let mut linkage = Linkage::new(distances);
        // Every point on its own, whose silhouette is 0 by definition.
        let mut best = Self { count: points, silhouette: 0.0 };
        for count in (2..points).rev() {
            linkage.join();
            let silhouette = linkage.silhouette();
            if silhouette > best.silhouette + TIE {
                best = Self { count, silhouette };
            }
        }
        best
    }
}

/// Clusters under way. A cluster is named by one of its points; the others are no longer alive.
struct Linkage {
    /// For each pair of clusters the sum of the distances between their points.
    between: Vec<Vec<f64>>,
    /// For each cluster and point the sum of the distances from the cluster's points.
    to_points: Vec<Vec<f64>>,
    size: Vec<f64>,
    alive: Vec<usize>,
    /// Cluster of each point.
    home: Vec<usize>,
    /// For each living cluster the nearest other one, by average linkage.
    nearest: Vec<(f64, usize)>,
    /// For each point the nearest cluster other than its own, by mean distance to its points.
    neighbour: Vec<(f64, usize)>,
}

#[expect(clippy::indexing_slicing, reason = "points and clusters are numbered below the length of every table")]
impl Linkage {
    fn new(distances: &[Vec<f64>]) -> Self {
        let points = distances.len();
        let at = |one: usize, other: usize| match one.cmp(&other) {
            std::cmp::Ordering::Greater => distances[one][other],
            std::cmp::Ordering::Less => distances[other][one],
            std::cmp::Ordering::Equal => 0.0,
        };
        let between: Vec<Vec<f64>> = (0..points).map(|one| (0..points).map(|other| at(one, other)).collect()).collect();
        let mut linkage = Self {
            to_points: between.clone(),
            between,
            size: vec![1.0; points],
            alive: (0..points).collect(),
            home: (0..points).collect(),
            nearest: vec![(f64::INFINITY, 0); points],
            neighbour: vec![(f64::INFINITY, 0); points],
        };
        for point in 0..points {
            linkage.nearest[point] = linkage.find_nearest(point);
            linkage.neighbour[point] = linkage.find_neighbour(point);
        }
        linkage
    }

    /// Joins the two clusters of the smallest mean distance, the first ones of equals.
    fn join(&mut self) {
        let mut pair = (f64::INFINITY, 0, 0);
        for &cluster in &self.alive {
            let (distance, other) = self.nearest[cluster];
            if distance < pair.0 {
                pair = (distance, cluster, other);
            }
        }
        let (kept, gone) = (pair.1.min(pair.2), pair.1.max(pair.2));
        self.alive.retain(|cluster| *cluster != gone);
        self.size[kept] += self.size[gone];
        for other in 0..self.home.len() {
            self.between[kept][other] += self.between[gone][other];
            self.to_points[kept][other] += self.to_points[gone][other];
            if self.home[other] == gone {
                self.home[other] = kept;
            }
        }
        for at in 0..self.alive.len() {
            let other = self.alive[at];
            if other != kept {
                self.between[other][kept] = self.between[kept][other];
            }
        }
        // A joined cluster is at no point nearer than the nearer of its two parts was: only who was nearest to one of the parts
        // has to look again.
        for at in 0..self.alive.len() {
            let cluster = self.alive[at];
            if cluster == kept || [kept, gone].contains(&self.nearest[cluster].1) {
                self.nearest[cluster] = self.find_nearest(cluster);
            }
        }
        for point in 0..self.home.len() {
            if [kept, gone].contains(&self.neighbour[point].1) {
                self.neighbour[point] = self.find_neighbour(point);
            }
        }
    }

    fn find_nearest(&self, cluster: usize) -> (f64, usize) {
        let mean = |other: usize| self.between[cluster][other] / (self.size[cluster] * self.size[other]);
        self.first_smallest(cluster, mean)
    }

    fn find_neighbour(&self, point: usize) -> (f64, usize) {
        self.first_smallest(self.home[point], |other| self.to_points[other][point] / self.size[other])
    }

    fn first_smallest(&self, except: usize, distance: impl Fn(usize) -> f64) -> (f64, usize) {
        let mut best = (f64::INFINITY, except);
        for &other in self.alive.iter().filter(|other| **other != except) {
            let distance = distance(other);
            if distance < best.0 {
                best = (distance, other);
            }
        }
        best
    }

    /// Mean over all points of (b - a) / max(a, b), a the mean distance within the cluster and b that to the nearest other; a
    /// point on its own counts 0.
    fn silhouette(&self) -> f64 {
        let points = self.home.len();
        let of = |point: usize| {
            let home = self.home[point];
            if self.size[home] < 2.0 {
                return 0.0;
            }
            let within = self.to_points[home][point] / (self.size[home] - 1.0);
            let next = self.neighbour[point].0;
            let larger = within.max(next);
            if larger > 0.0 { (next - within) / larger } else { 0.0 }
        };
        (0..points).map(of).sum::<f64>() / points as f64
    }
}
