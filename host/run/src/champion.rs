use seedbed_evaluate::{Account, Examiner, Stage};
use seedbed_evolve::Member;
use seedbed_report::report::Report;
use seedbed_store::GenomeDocument;
use serde_json::{Value, json};

use crate::verdict::performance;
use crate::{History, RunError, RunSetup, rows};

/// The best of the final evolution.
#[derive(Debug)]
pub(crate) struct Champion {
    fitness: f64,
    document: GenomeDocument,
    /// On what it was evolved on.
    pub(crate) trained: Account,
    /// On all bars, as if it had been known from the first one.
    pub(crate) whole: Account,
}

impl Champion {
    /// Books the champion's accounts; `examiner` stands where it was evolved.
    pub(crate) fn new(
        setup: &RunSetup,
        history: &History<'_>,
        examiner: &Examiner<'_, '_>,
        best: &Member,
    ) -> Result<Self, RunError> {
        let plugin = setup.plugin(best.island)?;
        let trained = examiner.account(plugin, &best.individual.genome)?;
        let excerpts = history.excerpts(&(0..history.timeline().len()));
        let stage = Stage::new(&excerpts);
        let whole = {
            let Examiner { memo, timeout, audit, .. } = *examiner;
            Examiner { stage: &stage, memo, timeout, audit }.account(plugin, &best.individual.genome)?
        };
        let document = rows::document(plugin, &best.individual);
        Ok(Self { fitness: best.fitness().unwrap_or_default(), document, trained, whole })
    }

    /// The file that `seedbed evaluate --genome` reads: the genome, what it was scored on, and what came out.
    pub(crate) fn file(&self, setup: &RunSetup, report: &Report) -> Value {
        let symbols = setup.symbols.iter();
        let symbols = symbols.map(|symbol| json!({ "name": symbol.name, "bars": symbol.bars.hash().to_string() }));
        let periods = report.verdict.periods.iter();
        let periods =
            periods.map(|period| json!({ "phase": period.phase, "span": period.span, "scores": period.champion }));
        json!({
            "genome": self.document,
            "objective": setup.objective.name(),
            "fitness": self.fitness,
            "symbols": symbols.collect::<Vec<_>>(),
            "all_bars": performance(&self.whole.metrics),
            "periods": periods.collect::<Vec<_>>(),
        })
    }
}
