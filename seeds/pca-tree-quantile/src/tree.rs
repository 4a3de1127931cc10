//! Regression trees.

/// Fewest rows in a leaf.
pub const LEAST_ROWS: usize = 8;

/// Rows that a table has room for. Like the other sizes a power of two, by which an index stays in bounds without a branch.
pub const MOST_ROWS: usize = 128;

/// Columns that a row has room for.
pub const MOST_COLUMNS: usize = 32;

/// Nodes of a tree on as many rows as there can be: at most one leaf for [`LEAST_ROWS`] of them, and a split less.
const MOST_NODES: usize = 32;

/// A row to predict from; columns that are not in use are 0.
pub type Row = [f64; MOST_COLUMNS];

/// One value a row.
pub type Column = [f64; MOST_ROWS];

/// Rows with their targets, column by column.
#[derive(Debug, Clone)]
pub struct Table {
    /// The number of rows.
    pub rows: usize,
    /// What is known of each row.
    pub columns: Vec<Column>,
    /// What is to be predicted of each row.
    pub targets: Column,
}

/// A regression tree: rows go left where a column is at most a threshold, and a leaf predicts the mean target of its rows.
#[derive(Debug, Clone)]
pub struct Tree {
    nodes: [Node; MOST_NODES],
    count: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// The left child, which the right one follows; 0 for a leaf.
    left: u32,
    column: u32,
    /// The threshold, or the prediction of a leaf.
    value: f64,
}

/// Where to split rows in two.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// The column to look at.
    pub column: usize,
    /// The greatest value that goes left.
    pub threshold: f64,
}

/// The best of the splits tried: that by which the variance of targets within both sides falls most.
#[derive(Debug, Clone, Copy, Default)]
pub struct Best {
    score: f64,
    /// The split, if any was worth trying.
    pub split: Option<Split>,
}

/// Rows of a node, or of a part of it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Side {
    /// How many.
    pub rows: u32,
    /// The sum of their targets.
    pub sum: f64,
    /// Their mean target; not kept up by [`add`](Self::add).
    pub mean: f64,
}

impl Side {
    /// These rows.
    pub fn of(rows: &[u32], targets: &Column) -> Self {
        let sum: f64 = rows.iter().map(|&row| at(targets, row)).sum();
        Self { rows: rows.len() as u32, sum, mean: sum / rows.len().max(1) as f64 }
    }

    /// Takes a row in.
    #[inline]
    pub fn add(&mut self, target: f64) {
        self.rows += 1;
        self.sum += target;
    }
}

impl Best {
    /// Takes a split of `all` into `left` and the rest, unless an earlier one is as good or a side has too few rows.
    ///
    /// The squared distance between the sides' means, times the rows of both, is what the variance within sides falls by.
    #[inline]
    pub fn offer(&mut self, all: Side, left: Side, split: Split) {
        let right_rows = all.rows - left.rows;
        if left.rows.min(right_rows) < LEAST_ROWS as u32 {
            return;
        }
        let (rows, right_rows) = (f64::from(left.rows), f64::from(right_rows));
        let distance = left.sum - all.mean * rows;
        let score = distance * distance / (rows * right_rows);
        if score > self.score {
            *self = Self { score, split: Some(split) };
        }
    }
}

impl Tree {
    /// A tree of one leaf, node 0.
    pub fn leaf(prediction: f64) -> Self {
        let mut nodes = [Node::default(); MOST_NODES];
        nodes[0].value = prediction;
        Self { nodes, count: 1 }
    }

    /// Makes a leaf a split between two leaves with these predictions, and gives the left one, which the right one follows.
    pub fn split(&mut self, leaf: usize, split: Split, predictions: [f64; 2]) -> usize {
        let left = self.count;
        self.count += 2;
        self.nodes[leaf] = Node { left: left as u32, column: split.column as u32, value: split.threshold };
        self.nodes[left].value = predictions[0];
        self.nodes[left + 1].value = predictions[1];
        left
    }

    /// The mean target of the leaf that a row belongs to.
    #[inline]
    pub fn predict(&self, row: &Row) -> f64 {
        let mut node = &self.nodes[0];
        while node.left > 0 {
            let goes_right = row[node.column as usize % MOST_COLUMNS] > node.value;
            node = &self.nodes[(node.left as usize + usize::from(goes_right)) % MOST_NODES];
        }
        node.value
    }
}

/// What a column says of a row.
#[inline]
pub fn at(column: &Column, row: u32) -> f64 {
    column[row as usize % MOST_ROWS]
}
