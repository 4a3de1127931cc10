//! One tree whose every split is the best of all.

use crate::tree::{Best, LEAST_ROWS, MOST_ROWS, Side, Split, Table, Tree, at};

/// Grows a tree on all rows with up to `depth` splits above a leaf (CART: Breiman, Friedman, Olshen and Stone 1984). Of splits
/// that are equally good the first is taken: the first column, the least threshold. Thresholds are midway between values.
///
/// Each column is sorted once; splits keep the order.
pub fn grow(table: &Table, depth: usize) -> Tree {
    let orders = table.columns.iter().map(|column| {
        let mut order: Vec<(f64, u32)> = column[..table.rows].iter().copied().zip(0..).collect();
        order.sort_unstable_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
        order.into_iter().map(|(_, row)| row).collect()
    });
    let mut grower = Grower {
        table,
        orders: orders.collect(),
        goes_left: [false; MOST_ROWS],
        spare: Vec::with_capacity(table.rows),
        tree: Tree::leaf(0.0),
    };
    grower.tree = Tree::leaf(grower.side(0, table.rows).mean);
    grower.split(0, 0, table.rows, depth);
    grower.tree
}

struct Grower<'a> {
    table: &'a Table,
    /// The rows by each column, ascending; a node has the same range in all.
    orders: Vec<Vec<u32>>,
    goes_left: [bool; MOST_ROWS],
    spare: Vec<u32>,
    tree: Tree,
}

impl Grower<'_> {
    fn split(&mut self, node: usize, start: usize, end: usize, depth: usize) {
        if depth == 0 || end - start < 2 * LEAST_ROWS {
            return;
        }
        let Some(split) = self.best(start, end) else { return };
        let middle = self.divide(start, end, split);
        let predictions = [(start, middle), (middle, end)].map(|(start, end)| self.side(start, end).mean);
        let left = self.tree.split(node, split, predictions);
        self.split(left, start, middle, depth - 1);
        self.split(left + 1, middle, end, depth - 1);
    }

    fn side(&self, start: usize, end: usize) -> Side {
        Side::of(&self.orders[0][start..end], &self.table.targets)
    }

    fn best(&self, start: usize, end: usize) -> Option<Split> {
        let all = self.side(start, end);
        let mut best = Best::default();
        for (column, (values, order)) in self.table.columns.iter().zip(&self.orders).enumerate() {
            let (certain, rest) = order[start..end].split_at(LEAST_ROWS);
            let mut left = Side::of(certain, &self.table.targets);
            let mut below = certain.last().map_or(f64::NAN, |&row| at(values, row));
            for &row in &rest[..rest.len() - LEAST_ROWS + 1] {
                let value = at(values, row);
                if value > below {
                    best.offer(all, left, Split { column, threshold: midway(below, value) });
                }
                left.add(at(&self.table.targets, row));
                below = value;
            }
        }
        best.split
    }

    /// Moves the rows that go left before the others, in every order, and gives the first of the others.
    fn divide(&mut self, start: usize, end: usize, split: Split) -> usize {
        let values = &self.table.columns[split.column];
        for &row in &self.orders[split.column][start..end] {
            self.goes_left[row as usize % MOST_ROWS] = at(values, row) <= split.threshold;
        }
        let mut middle = start;
        for order in &mut self.orders {
            self.spare.clear();
            middle = start;
            for place in start..end {
                let row = order[place];
                if self.goes_left[row as usize % MOST_ROWS] {
                    order[middle] = row;
                    middle += 1;
                } else {
                    self.spare.push(row);
                }
            }
            order[middle..end].copy_from_slice(&self.spare);
        }
        middle
    }
}

/// Midway between two values, and below the greater one whatever the rounding.
fn midway(below: f64, above: f64) -> f64 {
    let middle = 0.5 * (below + above);
    if middle < above { middle } else { below }
}
