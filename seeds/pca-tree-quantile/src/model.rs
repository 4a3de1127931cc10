//! What one refit learns.

use seedbed_sdk::learning::{Features, Scaler};

use crate::{
    Params, cart,
    forest::Forest,
    pca::Pca,
    tree::{MOST_ROWS, Table, Tree},
};

/// A scale, directions, a forest and a tree, all fitted to the same rows.
#[derive(Debug, Clone)]
pub struct Model {
    scaler: Scaler,
    pca: Pca,
    forest: Forest,
    tree: Tree,
}

impl Model {
    /// Learns the targets of `rows`, of which there are at most [`MOST_ROWS`].
    pub fn fit(rows: &[Features], targets: &[f64], params: &Params) -> Self {
        let scaler = Scaler::fit(rows.iter());
        let scaled: Vec<Features> = rows.iter().map(|row| scaler.apply(row)).collect();
        let pca = Pca::fit(&scaled, params.pca_components);
        let mut table = Table {
            rows: rows.len(),
            columns: vec![[0.0; MOST_ROWS]; params.pca_components],
            targets: [0.0; MOST_ROWS],
        };
        table.targets[..targets.len()].copy_from_slice(targets);
        for (index, row) in scaled.iter().enumerate() {
            for (column, value) in table.columns.iter_mut().zip(pca.project(row)) {
                column[index] = value;
            }
        }
        let forest = Forest::grow(&table, params.n_estimators, params.tree_depth);
        let tree = cart::grow(&table, params.tree_depth);
        Self { scaler, pca, forest, tree }
    }

    /// The mean of what the forest and the tree predict for `row`.
    pub fn predict(&self, row: &Features) -> f64 {
        let place = self.pca.project(&self.scaler.apply(row));
        0.5 * (self.forest.predict(&place) + self.tree.predict(&place))
    }
}
