//! What a run tells its operator: log lines, metrics, the mutation log and its statistics.

pub mod logging;
pub mod metrics;
