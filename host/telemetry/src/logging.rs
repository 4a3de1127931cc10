//! Log lines for people and programs, by `tracing`.
