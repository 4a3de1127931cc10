//! Many trees with random splits.

use crate::tree::{Best, LEAST_ROWS, Row, Side, Split, Table, Tree, at};

/// Trees whose splits are the best of a few random ones, each tree on a random half of the rows.
///
/// Random thresholds in place of all thresholds are those of extremely randomised trees (Geurts, Ernst and Wehenkel 2006), halves
/// in place of bootstrap samples are subagging (Bühlmann and Yu 2002): both make a tree cheap and keep what averaging gains. A
/// threshold is midway between the values of two random rows of the node, and a node tries 1 + √columns of them,
/// rounded down, on columns drawn with replacement.
#[derive(Debug, Clone)]
pub struct Forest {
    trees: Vec<Tree>,
}

impl Forest {
    /// Grows `trees` trees with up to `depth` splits above a leaf. Tree i draws from the numbers of seed i, so the same table
    /// gives the same forest, and a larger forest has the trees of a smaller one.
    pub fn grow(table: &Table, trees: usize, depth: usize) -> Self {
        Self { trees: (0..trees).map(|seed| Grower::grow(table, seed as u64, depth)).collect() }
    }

    /// The mean of the trees' predictions.
    pub fn predict(&self, row: &Row) -> f64 {
        let sum: f64 = self.trees.iter().map(|tree| tree.predict(row)).sum();
        sum / self.trees.len().max(1) as f64
    }
}

struct Grower<'a> {
    table: &'a Table,
    random: Random,
    /// Splits tried at a node.
    tries: usize,
    spare: Vec<u32>,
    tree: Tree,
}

impl<'a> Grower<'a> {
    fn grow(table: &'a Table, seed: u64, depth: usize) -> Tree {
        let mut random = Random(seed);
        let mut rows: Vec<u32> = (0..table.rows as u32).collect();
        let half = rows.len().div_ceil(2);
        for place in 0..half {
            let other = place + random.below(rows.len() - place);
            rows.swap(place, other);
        }
        rows.truncate(half);
        let all = Side::of(&rows, &table.targets);
        let (spare, tree) = (Vec::with_capacity(half), Tree::leaf(all.mean));
        let mut grower = Self { table, random, tries: table.columns.len().isqrt().max(2), spare, tree };
        grower.split(0, &mut rows, all, depth);
        grower.tree
    }

    fn split(&mut self, node: usize, rows: &mut [u32], all: Side, depth: usize) {
        if depth == 0 || rows.len() < 2 * LEAST_ROWS {
            return;
        }
        let Some(split) = self.best(rows, all) else { return };
        let (left_rows, right_rows) = self.divide(rows, split);
        let sides = [Side::of(left_rows, &self.table.targets), Side::of(right_rows, &self.table.targets)];
        let left = self.tree.split(node, split, sides.map(|side| side.mean));
        self.split(left, left_rows, sides[0], depth - 1);
        self.split(left + 1, right_rows, sides[1], depth - 1);
    }

    fn best(&mut self, rows: &[u32], all: Side) -> Option<Split> {
        let mut best = Best::default();
        for _ in 0..self.tries {
            let column = self.random.below(self.table.columns.len());
            let values = &self.table.columns[column];
            let mut draw = || at(values, rows[self.random.below(rows.len())]);
            let threshold = 0.5 * (draw() + draw());
            let mut left = Side::default();
            for &row in rows {
                if at(values, row) <= threshold {
                    left.add(at(&self.table.targets, row));
                }
            }
            best.offer(all, left, Split { column, threshold });
        }
        best.split
    }

    /// Moves the rows that go left before the others; both keep their order.
    fn divide<'r>(&mut self, rows: &'r mut [u32], split: Split) -> (&'r mut [u32], &'r mut [u32]) {
        let values = &self.table.columns[split.column];
        self.spare.clear();
        let mut middle = 0;
        for place in 0..rows.len() {
            let row = rows[place];
            if at(values, row) <= split.threshold {
                rows[middle] = row;
                middle += 1;
            } else {
                self.spare.push(row);
            }
        }
        rows[middle..].copy_from_slice(&self.spare);
        rows.split_at_mut(middle)
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    /// From 0 to below `end`, which is above 0 and below 2³².
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let mixed = mixed ^ (mixed >> 31);
        (((mixed >> 32) * end as u64) >> 32) as usize
    }
}
