//! One run as one self-contained HTML file: verdict, charts, trades, lineage.

pub mod report;

pub use report::Report;

/// The page.
#[must_use]
pub fn html(report: &Report) -> String {
    report.verdict.sentence.clone()
}
