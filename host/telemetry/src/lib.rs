//! What a run tells its operator: log lines, metrics, the mutation log and its statistics.
//!
//! Metrics are kept by the `prometheus` crate, whose histograms are counts by bucket: `metrics-exporter-prometheus` keeps every sample
//! until somebody drains it, which no long run with bounded memory can have.

pub mod log;
pub mod logging;
pub mod metrics;
pub mod statistics;
