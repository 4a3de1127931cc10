//! One run as one self-contained HTML file: verdict, charts, trades, lineage.
//!
//! The file opens offline and asks for nothing: scripts (uPlot and Lightweight Charts among them), styles and data are inside, and a
//! Content-Security-Policy that names the scripts by hash forbids everything else. Texts of plugins reach the page as data and are
//! shown as text only.

mod embed;
mod page;
mod policy;
pub mod report;
mod text;
mod thin;

pub use report::Report;

/// The page of one run: a whole HTML document, the same bytes for the same report.
///
/// About 320 KB of it are scripts and styles; long series are thinned, so that the page of a million bars stays below about 4 MB and
/// says what it left out.
#[must_use]
pub fn html(report: &Report) -> String {
    page::render(report)
}
